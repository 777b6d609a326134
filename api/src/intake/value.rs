//! Values as they are written, each error with the key and the text.

use chrono::{Datelike, NaiveDate};
use grip_engine::bank::iban::Iban;
use grip_engine::bank::text::sepa;
use grip_engine::calendar::{Month, Period};
use grip_engine::money::Money;
use rust_decimal::Decimal;

use super::IntakeError;

/// A value of another kind: what it should be, in both languages.
fn wrong(key: &str, text: &str, (want, gewenst): (&str, &str)) -> IntakeError {
    IntakeError::new(
        format!("`{key}` is `{text}`, which is no {want}"),
        format!("`{key}` is `{text}`, en dat is geen {gewenst}"),
    )
}

/// The years in which a household, a decision or a bill can lie: others are slips of the pen.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// A day of ten characters, in a year in which something of a household can happen.
pub fn day(key: &str, text: &str) -> Result<NaiveDate, IntakeError> {
    let day: Option<NaiveDate> = text.parse().ok();
    let day = day.filter(|day| text.len() == "2026-02-27".len() && YEARS.contains(&day.year()));
    day.ok_or_else(|| wrong(key, text, ("day like 2026-02-27", "datum zoals 2026-02-27")))
}

/// A day, where one is given.
pub fn optional_day(key: &str, text: Option<&str>) -> Result<Option<NaiveDate>, IntakeError> {
    text.map(|text| day(key, text)).transpose()
}

/// A month.
pub fn month(key: &str, text: &str) -> Result<Month, IntakeError> {
    let month: Option<Month> = text.parse().ok();
    let month =
        month.filter(|month| text.len() == "2026-02".len() && YEARS.contains(&month.first_day().year()));
    month.ok_or_else(|| wrong(key, text, ("month like 2026-02", "maand zoals 2026-02")))
}

/// The most that one credit transfer may move.
const MOST: Money = Money::from_cents(99_999_999_999);

/// An amount above zero that a bank takes.
pub fn amount(key: &str, text: &str) -> Result<Money, IntakeError> {
    let amount: Option<Money> = text.parse().ok();
    let amount = amount.filter(|amount| amount.is_positive() && *amount <= MOST);
    amount.ok_or_else(|| wrong(key, text, ("amount like 612.40", "bedrag zoals 612.40")))
}

/// A name of which something is left in the characters that banks take.
pub fn name(key: &str, text: &str) -> Result<String, IntakeError> {
    let odd = 140 < text.len() || text.contains(char::is_control);
    if odd || sepa(text, 70).is_empty() {
        Err(wrong(key, text, ("name for a payment", "naam voor een betaling")))
    } else {
        Ok(text.to_owned())
    }
}

/// True for a letter that nobody sees: two texts that differ in it alone look the same.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// True for a text of which something can be seen.
fn says_something(text: &str) -> bool {
    text.contains(|letter: char| !letter.is_whitespace() && !letter.is_control() && !is_invisible(letter))
}

/// A reference of a decision, contract or letter. It holds no letter that nobody sees.
pub fn reference(key: &str, text: &str) -> Result<String, IntakeError> {
    let hidden = |letter: char| letter.is_control() || is_invisible(letter);
    let odd = !says_something(text) || 70 < text.len() || text.contains(hidden);
    if odd {
        Err(wrong(key, text, ("reference of 1 to 70 letters", "kenmerk van 1 tot 70 letters")))
    } else {
        Ok(text.to_owned())
    }
}

/// A text of which something must be said.
pub fn said(key: &str, text: &str) -> Result<String, IntakeError> {
    let odd = !says_something(text) || 1_000 < text.len();
    if odd {
        Err(wrong(key, text, ("text of 1 to 1000 letters", "tekst van 1 tot 1000 letters")))
    } else {
        Ok(text.to_owned())
    }
}

/// A share above zero and at most one.
pub fn share(key: &str, text: &str) -> Result<Decimal, IntakeError> {
    let share = Decimal::from_str_exact(text).ok();
    let share = share.filter(|share| Decimal::ZERO < *share && *share <= Decimal::ONE);
    share.ok_or_else(|| wrong(key, text, ("share like 0.30", "deel zoals 0.30")))
}

/// An account.
pub fn iban(text: &str) -> Result<Iban, IntakeError> {
    text.parse().map_err(|error: grip_engine::bank::iban::NotIban| {
        IntakeError::new(error.to_string(), format!("`{text}` is geen rekeningnummer"))
    })
}

/// A period.
pub fn period(key: &str, from: &str, until: Option<&str>) -> Result<Period, IntakeError> {
    let until = optional_day(key, until)?;
    Period::new(day(key, from)?, until).map_err(|error| {
        let dutch = format!("de periode vanaf {} eindigt voor zij begint, op {}", error.from, error.until);
        IntakeError::new(error.to_string(), dutch)
    })
}

/// One of the codes that are known.
pub fn code<T>(key: &str, text: &str, known: Option<T>, codes: &str) -> Result<T, IntakeError> {
    known.ok_or_else(|| {
        IntakeError::new(
            format!("`{key}` is `{text}`, which is none of {codes}"),
            format!("`{key}` is `{text}`; kies uit {codes}"),
        )
    })
}

/// A value that must be given.
pub fn given<'a>(key: &str, text: Option<&'a str>) -> Result<&'a str, IntakeError> {
    text.ok_or_else(|| IntakeError::new(format!("`{key}` is missing"), format!("`{key}` ontbreekt")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_text_that_people_can_see_and_tell_from_another() {
        assert!(reference("reference", "B-1").is_ok());
        assert!(reference("reference", "brief van 9 februari – één").is_ok());
        for text in ["", " ", "\u{a0}\u{200b}", "\u{2060}", "B-1\u{200b}", "B\u{202e}1", "B\n1"] {
            assert!(reference("reference", text).is_err(), "{text:?}");
        }
        assert!(
            reference("reference", &"x".repeat(70)).is_ok()
                && reference("reference", &"x".repeat(71)).is_err()
        );
        assert!(said("ground", "\u{a0}\u{200b}").is_err() && said("ground", "ja").is_ok());
    }

    #[test]
    fn a_day_lies_in_a_year_in_which_something_can_happen() {
        for right in ["1900-01-01", "2026-02-27", "2199-12-31"] {
            assert_eq!(day("on", right).expect("a day").to_string(), right);
        }
        for wrong in [
            "1899-12-31",
            "2200-01-01",
            "26-02-01",
            "0026-02-01",
            "-262143-01-01",
            "+262142-01-01",
            "2026-2-1",
            "",
        ] {
            assert!(day("on", wrong).is_err(), "{wrong}");
        }
        assert!(month("month", "2026-02").is_ok());
        for wrong in ["1899-12", "2200-01", "26-02", "-2026-02", "2026-13", "2026-2"] {
            assert!(month("month", wrong).is_err(), "{wrong}");
        }
    }
}
