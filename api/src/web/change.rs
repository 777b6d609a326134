//! What is different about a run, in groups: what must be checked first.

use std::collections::BTreeMap;

use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use uuid::Uuid;

use crate::auth::grant::Actor;
use crate::flow::compare::{LineChange, What};

/// More than so many of one kind are folded away.
const FOLD: usize = 10;

/// The payments that differ in one way.
#[derive(Clone, Debug)]
pub(super) struct ChangeGroup {
    pub(super) title: String,
    pub(super) shape: &'static str,
    /// True when a person must check each.
    pub(super) is_warning: bool,
    pub(super) is_folded: bool,
    pub(super) changes: Vec<ChangeView>,
}

/// A payment that differs.
#[derive(Clone, Debug)]
pub(super) struct ChangeView {
    pub(super) household: Uuid,
    pub(super) number: String,
    pub(super) to: String,
    /// What the payee reads.
    pub(super) what: String,
    /// What it was and what it is.
    pub(super) detail: String,
}

/// The changes in groups, those that must be checked first.
pub(super) fn groups(
    changes: &[LineChange],
    actor: &Actor,
    numbers: &BTreeMap<HouseholdId, String>,
) -> Vec<ChangeGroup> {
    let kinds = ["andere rekening", "ander bedrag", "nieuw", "vervallen"];
    let group = |(place, name): (usize, &&str)| {
        let of_kind = changes.iter().filter(|change| place_of(&change.what) == place);
        let views: Vec<ChangeView> = of_kind.map(|change| view(change, actor, numbers)).collect();
        ChangeGroup {
            title: format!("{}: {}", capital(name), views.len()),
            shape: ["▲", "◆", "+", "−"][place],
            is_warning: place == 0,
            is_folded: 0 < place && FOLD < views.len(),
            changes: views,
        }
    };
    kinds.iter().enumerate().map(group).filter(|group| !group.changes.is_empty()).collect()
}

fn place_of(what: &What) -> usize {
    match what {
        What::Account { .. } => 0,
        What::Amount { .. } => 1,
        What::New => 2,
        What::Gone => 3,
    }
}

fn view(change: &LineChange, actor: &Actor, numbers: &BTreeMap<HouseholdId, String>) -> ChangeView {
    let line = &change.line;
    let amount = in_one(line.amount);
    let detail = match &change.what {
        What::New => format!("{amount}, stond er niet bij"),
        What::Gone => format!("was {amount}, staat er niet meer bij"),
        What::Amount { was } => format!("was {}, is nu {amount}", in_one(*was)),
        What::Account { was, account } => format!(
            "was {was}, {}; is nu {}, {}",
            actor.account(account),
            line.creditor_name,
            actor.account(&line.creditor)
        ),
    };
    ChangeView {
        household: line.household.0,
        number: numbers.get(&line.household).cloned().unwrap_or_default(),
        to: line.creditor_name.clone(),
        what: line.remittance.clone(),
        detail,
    }
}

/// An amount that stays on one line.
fn in_one(amount: Money) -> String {
    amount.dutch().replace(' ', "\u{a0}")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::bank::payment_run::{RunLine, Subject};
    use grip_engine::id::TrancheId;

    #[test]
    fn another_account_stands_first_and_is_a_warning() {
        let line = RunLine {
            household: HouseholdId(Uuid::nil()),
            subject: Subject::Tranche(TrancheId(Uuid::nil())),
            due_on: "2026-03-01".parse().expect("a day"),
            creditor_name: "Woonstichting".to_owned(),
            creditor: "NL91ABNA0417164300".parse().expect("an account"),
            amount: Money::from_cents(612_40),
            remittance: "huur maart".to_owned(),
            legal_basis: "Pw 56a".to_owned(),
        };
        let account = "NL02ABNA0123456789".parse().expect("an account");
        let whats = [
            What::New,
            What::Amount { was: Money::from_cents(600_00) },
            What::Account { was: "Woonstichting".to_owned(), account },
        ];
        let changes: Vec<LineChange> =
            whats.into_iter().map(|what| LineChange { line: line.clone(), what }).collect();
        let groups = groups(&changes, &Actor::system(), &BTreeMap::new());
        let titles: Vec<&str> = groups.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles, ["Andere rekening: 1", "Ander bedrag: 1", "Nieuw: 1"]);
        assert!(groups[0].is_warning && !groups[1].is_warning);
        assert_eq!(groups[1].changes[0].detail, "was €\u{a0}600,00, is nu €\u{a0}612,40");
    }
}
