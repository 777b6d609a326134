//! What was recorded, in Dutch: who, when and what.

use grip_engine::bank::iban::Iban;
use grip_engine::calendar::{Month, dutch_day};
use grip_engine::money::Money;
use rust_decimal::Decimal;
use serde_json::Value;

use super::field::{Choice, Field, Input, Known};
use super::{kinds, known};
use crate::auth::grant::Actor;
use crate::store::household::FactRow;

/// A recorded fact on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web) struct SaidView {
    /// The day it was recorded.
    pub(in crate::web) on: String,
    /// Who recorded it.
    pub(in crate::web) by: String,
    /// What kind of fact it is.
    pub(in crate::web) what: String,
    /// What it says.
    pub(in crate::web) details: Vec<(&'static str, String)>,
}

/// What a kind of event is called.
pub(in crate::web) fn name_of(code: &str) -> Option<&'static str> {
    kinds::kind(code).map(|kind| kind.name)
}

/// What a norm is called.
pub(in crate::web) fn norm_name(code: &str) -> &str {
    chosen(kinds::NORMS, code)
}

impl SaidView {
    /// A fact, as this person may see it.
    pub(in crate::web) fn of(row: &FactRow, actor: &Actor) -> SaidView {
        let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
        let kind = kinds::kind(&row.kind);
        let said = |field: &Field| {
            let value = body.pointer(&format!("/{}/{}", row.kind, field.key.replace('.', "/")))?;
            Some((field.label, words(field.input, value, actor)?))
        };
        SaidView {
            on: dutch_day(row.recorded_on),
            by: row.recorded_by.clone(),
            what: kind.map_or_else(|| row.kind.clone(), |kind| kind.name.to_owned()),
            details: kind.map(|kind| kind.fields.iter().filter_map(said).collect()).unwrap_or_default(),
        }
    }
}

/// A value in words; nothing when there is none.
fn words(input: Input, value: &Value, actor: &Actor) -> Option<String> {
    if let Value::Array(values) = value {
        let each: Vec<String> = values.iter().filter_map(|value| words(input, value, actor)).collect();
        return (!each.is_empty()).then(|| each.join(", "));
    }
    if let (Some(category), Some(amount)) = (value.get("category"), value.get("amount")) {
        return Some(format!("{} {}", category.as_str()?, words(Input::Amount, amount, actor)?));
    }
    if let Value::Number(number) = value {
        return Some(number.to_string());
    }
    if let Value::Bool(yes) = value {
        return Some(if *yes { "ja" } else { "nee" }.to_owned());
    }
    let text = value.as_str()?;
    Some(match input {
        Input::Day => text.parse().map_or_else(|_| text.to_owned(), dutch_day),
        Input::Month => text.parse().map_or_else(|_| text.to_owned(), Month::dutch),
        Input::Amount => text.parse().map_or_else(|_| text.to_owned(), Money::dutch),
        Input::Percent => text.parse().map_or_else(|_| text.to_owned(), percent),
        Input::Account => text.parse::<Iban>().map(|iban| actor.account(&iban)).ok()?,
        Input::One(choices) | Input::Several(choices) => chosen(choices, text).to_owned(),
        Input::Known(Known::Reason) => known::reason(text).to_owned(),
        Input::Text | Input::Number | Input::Yes | Input::Known(_) | Input::Lines => text.to_owned(),
    })
}

fn chosen<'a>(choices: &[Choice], text: &'a str) -> &'a str {
    choices.iter().find(|(code, _)| *code == text).map_or(text, |(_, words)| words)
}

fn percent(share: Decimal) -> String {
    format!("{} %", (share * Decimal::ONE_HUNDRED).normalize().to_string().replace('.', ","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::access::Role;
    use uuid::Uuid;

    fn said(role: Role, kind: &str, body: &str) -> String {
        let row = FactRow {
            household_id: Uuid::nil(),
            number: 1,
            fact_id: Uuid::nil(),
            kind: kind.to_owned(),
            reference: None,
            recorded_on: "2026-02-03".parse().expect("a day"),
            recorded_by: "wit".to_owned(),
            body: body.to_owned(),
        };
        let view = SaidView::of(&row, &Actor { user: None, name: "a".to_owned(), role: Some(role) });
        let details: Vec<String> =
            view.details.iter().map(|(label, words)| format!("{label}: {words}")).collect();
        format!("{}, {}: {} ({})", view.on, view.by, view.what, details.join("; "))
    }

    #[test]
    fn a_fact_is_told_in_the_words_of_its_form() {
        let body = r#"{"on": "2026-02-03", "reduction": {"reference": "M-1", "month": "2026-03", "share": "0.305"}}"#;
        assert_eq!(
            said(Role::BudgetCoach, "reduction", body),
            "3 februari 2026, wit: Verlaging (maatregel) (Kenmerk van het besluit: M-1; Maand van de uitkering: maart \
             2026; Percentage van de norm: 30,5 %)"
        );
        let body = r#"{"evidence": {"credit": "K-1", "tranche": 1, "line": [{"category": "bed", "amount": "420.00"}]}}"#;
        assert!(said(Role::Auditor, "evidence", body).ends_with("Bonnen: bed € 420,00)"));
    }

    #[test]
    fn a_coach_sees_no_whole_account() {
        let body = r#"{"member_account": {"member": "A", "iban": "NL91ABNA0417164300", "verified_by": "x"}}"#;
        assert!(said(Role::IncomeOfficer, "member_account", body).contains("NL91 ABNA 0417 1643 00"));
        assert!(!said(Role::BudgetCoach, "member_account", body).contains("0417 1643"));
    }
}
