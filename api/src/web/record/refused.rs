//! What a flow refuses, in the words of the form.

use chrono::NaiveDate;
use grip_engine::calendar::{Month, dutch_day};
use grip_engine::money::Money;

use super::field::{Field, Input};
use super::filled::Fault;
use crate::flow::FlowError;

/// What was refused, with the field it is about where that is known; nothing when it is no mistake of the person.
/// Each field comes with the prefix under which it was sent.
pub(super) fn fault(error: &FlowError, fields: &[(&str, &Field)]) -> Option<Fault> {
    let about = |words: String, text: &str| Fault { field: field_of(text, fields), words };
    match error {
        FlowError::Intake(error) => Some(about(in_words(&error.dutch, fields), &error.dutch)),
        FlowError::Exists { what, id } => {
            let text = match *what {
                "account of the payee from" => {
                    format!("Deze ontvanger heeft al een rekening vanaf {}.", said(id))
                }
                "household" => format!("Huishouden „{id}” bestaat al."),
                _ => format!("Er is al een besluit met kenmerk „{id}”. Een kenmerk hoort bij een besluit."),
            };
            Some(about(text, if *what == "household" { "`number`" } else { "`reference`" }))
        }
        FlowError::NotFound { what, id } => {
            let (name, key) = match *what {
                "household" => ("Huishouden", "`to_household`"),
                "payee" => ("Ontvanger", "`payee`"),
                "obligation" => ("Vaste last", "`to_obligation`"),
                "tranche" => ("Deel van het krediet", "`tranche`"),
                "account of the municipality" => ("Rekening van de gemeente", "`bank_account`"),
                _ => return None,
            };
            Some(about(format!("{name} „{id}” bestaat niet."), key))
        }
        _ => None,
    }
}

/// The first field that a text names.
fn field_of(text: &str, fields: &[(&str, &Field)]) -> Option<String> {
    quoted(text).find_map(|key| {
        let found = fields.iter().find(|(_, field)| field.key == key);
        found.map(|(prefix, field)| format!("{prefix}{}", field.key))
    })
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A text of intake as a sentence: labels for keys, words for codes, days as they are said.
fn in_words(text: &str, fields: &[(&str, &Field)]) -> String {
    let text = text
        .split_once(": ")
        .filter(|(kind, _)| super::kinds::kind(kind).is_some())
        .map_or(text, |(_, rest)| rest);
    let mut sentence = String::new();
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 0 {
            let words = part.split(' ').map(said).collect::<Vec<_>>();
            sentence.push_str(&words.join(" "));
        } else {
            sentence.extend(["„", &word_for(part, fields), "”"]);
        }
    }
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The label of a key, the words of a code, or the text itself.
fn word_for(part: &str, fields: &[(&str, &Field)]) -> String {
    if let Some((_, field)) = fields.iter().find(|(_, field)| field.key == part) {
        return field.label.to_owned();
    }
    let choices = fields.iter().filter_map(|(_, field)| match field.input {
        Input::One(choices) | Input::Several(choices) => Some(choices),
        _ => None,
    });
    let found = choices.flatten().find(|(code, _)| *code == part);
    found.map_or_else(|| said(part), |(_, words)| (*words).to_owned())
}

/// A day, month or amount as it is said; any other word as it is.
fn said(word: &str) -> String {
    let bare = word.trim_end_matches([',', '.', ':']);
    let after = &word[bare.len()..];
    if let Ok(day) = bare.parse::<NaiveDate>() {
        return format!("{}{after}", dutch_day(day));
    }
    if let Ok(month) = bare.parse::<Month>() {
        return format!("{}{after}", month.dutch());
    }
    let is_amount = bare.split_once('.').is_some_and(|(_, cents)| cents.len() == 2);
    match bare.parse::<Money>().ok().filter(|_| is_amount) {
        Some(amount) => format!("{}{after}", amount.dutch()),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::kinds::kind;
    use super::*;
    use crate::intake::IntakeError;

    fn told(code: &str, dutch: &str) -> Fault {
        let fields: Vec<(&str, &Field)> =
            kind(code).expect("a kind").fields.iter().map(|field| ("", field)).collect();
        fault(&FlowError::Intake(IntakeError::new("", dutch)), &fields).expect("a fault")
    }

    #[test]
    fn a_refusal_names_the_field_and_says_codes_and_days_in_words() {
        let norm = "benefit: de norm `couple` past niet bij de 1 volwassenen op 2026-03-01";
        assert_eq!(
            told("benefit", norm).words,
            "De norm „Paar (beiden 21 jaar tot pensioen)” past niet bij de 1 volwassenen op 1 maart 2026."
        );
        let long = told(
            "income",
            "income: de vrijlating `wage_25` geldt hoogstens 6 maanden: geef een `until` tot en met 2026-08",
        );
        assert_eq!(long.field.as_deref(), Some("until"));
        assert!(long.words.ends_with("geef een „Tot en met” tot en met augustus 2026."), "{}", long.words);
        let sums = told(
            "credit",
            "credit: de delen van krediet `K-1` zijn samen 150.00, en het besluit kent 50.00 toe",
        );
        assert!(
            sums.words.ends_with("zijn samen € 150,00, en het besluit kent € 50,00 toe."),
            "{}",
            sums.words
        );
        assert_eq!(told("benefit", "iets `anders`").field, None);
        let known = FlowError::Exists { what: "decision", id: "B-1".to_owned() };
        assert!(fault(&known, &[]).is_some_and(|fault| fault.words.contains("„B-1”")));
        assert_eq!(fault(&FlowError::NotSetUp, &[]), None);
    }
}
