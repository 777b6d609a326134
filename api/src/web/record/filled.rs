//! What somebody filled in, and what is wrong with it.

use grip_engine::bank::iban::Iban;
use grip_engine::calendar::Month;
use grip_engine::money::Money;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::field::{Field, Input, Lists};

/// What somebody filled in: names with their values, in the order in which they were sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled(Vec<(String, String)>);

/// Something that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web) struct Fault {
    /// The name of the field.
    pub(super) field: Option<String>,
    /// What is wrong, and what to do.
    pub(super) words: String,
}

impl Fault {
    /// Where the field stands on the page.
    pub(super) fn id(&self) -> Option<String> {
        self.field.as_deref().map(super::field::id_of)
    }
}

impl Filled {
    /// What was sent.
    pub(super) fn of(sent: Vec<(String, String)>) -> Filled {
        let trimmed = |(name, value): (String, String)| (name, value.trim().replace("\r\n", "\n"));
        Filled(sent.into_iter().map(trimmed).collect())
    }

    /// The value of a name; nothing when it was not sent.
    pub(super) fn one(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or_default()
    }

    /// Every value of a name that is not empty.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let of = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        of.map(|(_, value)| value.as_str()).collect()
    }

    /// True when something was filled in under a prefix.
    pub(super) fn has_any(&self, prefix: &str) -> bool {
        self.0.iter().any(|(name, value)| name.starts_with(prefix) && !value.is_empty())
    }

    /// What was filled in, to send again: all but the buttons.
    pub(super) fn again(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter().filter(|(name, value)| name != "doe" && !value.is_empty())
    }
}

/// The value of a field, or nothing when it was left empty; what is wrong is said in words.
pub(super) fn value(
    field: &Field,
    name: &str,
    filled: &Filled,
    lists: &Lists,
) -> Result<Option<Value>, String> {
    let texts = filled.all(name);
    let Some(text) = texts.first().copied() else {
        return if field.required { Err(format!("Vul in: {}.", field.label)) } else { Ok(None) };
    };
    let value = match field.input {
        Input::Text => json!(text),
        Input::Day => json!(day(text).ok_or_else(|| no(text, "datum", "27-02-2026"))?),
        Input::Month => json!(month(text).ok_or_else(|| no(text, "maand", "02-2026"))?),
        Input::Amount => json!(amount(text).ok_or_else(|| no(text, "bedrag", "612,40"))?),
        Input::Percent => json!(share(text).ok_or_else(|| no(text, "percentage", "30"))?),
        Input::Number => json!(text.parse::<u8>().map_err(|_| no(text, "getal", "3"))?),
        Input::Account => {
            let account = text.parse::<Iban>().map(|iban| iban.as_str().to_owned());
            json!(account.map_err(|_| no(text, "rekeningnummer", "NL91 ABNA 0417 1643 00"))?)
        }
        Input::Yes => json!(true),
        Input::One(choices) => {
            json!(chosen(text, choices.iter().map(|(code, _)| *code), field.label)?)
        }
        Input::Several(choices) => {
            let each =
                texts.iter().map(|text| chosen(text, choices.iter().map(|(code, _)| *code), field.label));
            json!(each.collect::<Result<Vec<_>, _>>()?)
        }
        Input::Known(known) => {
            json!(chosen(text, lists.of(known).map(|(value, _)| value), field.label)?)
        }
        Input::Lines => json!(text.lines().filter_map(line).collect::<Result<Vec<_>, _>>()?),
    };
    Ok(Some(value))
}

fn no(text: &str, what: &str, like: &str) -> String {
    format!("„{text}” is geen {what}. Schrijf bijvoorbeeld {like}.")
}

fn chosen<'a>(
    text: &'a str,
    mut known: impl Iterator<Item = &'a str>,
    label: &str,
) -> Result<&'a str, String> {
    known.find(|value| *value == text).ok_or_else(|| format!("Kies uit de lijst: {label}."))
}

/// A day as a browser sends it, or as a Dutch reader writes it.
fn day(text: &str) -> Option<String> {
    let day = text.parse::<chrono::NaiveDate>().ok();
    let dutch = || chrono::NaiveDate::parse_from_str(&text.replace('/', "-"), "%d-%m-%Y").ok();
    day.or_else(dutch).map(|day| day.to_string())
}

fn month(text: &str) -> Option<String> {
    let month = text.parse::<Month>().ok();
    let dutch = || day(&format!("01-{}", text.replace('/', "-"))).and_then(|day| day.parse().ok());
    month.or_else(|| dutch().map(Month::of)).map(|month| month.to_string())
}

/// An amount as a Dutch reader writes it: a comma before the cents, points between the thousands.
pub(in crate::web) fn amount(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '€').collect();
    let in_thousands = text.contains('.') && text.split('.').skip(1).all(|group| group.len() == 3);
    let text = if text.contains(',') || in_thousands { text.replace('.', "") } else { text };
    let amount: Money = text.replace(',', ".").parse().ok()?;
    amount.is_positive().then(|| amount.to_string())
}

/// A percentage as a share: 30 is 0.30.
fn share(text: &str) -> Option<String> {
    let text = text.trim_end_matches('%').trim().replace(',', ".");
    let percent = Decimal::from_str_exact(&text).ok()?;
    let share = percent.checked_div(Decimal::ONE_HUNDRED)?.normalize();
    (Decimal::ZERO < share && share <= Decimal::ONE).then(|| share.to_string())
}

/// A category with its amount behind it.
fn line(text: &str) -> Option<Result<Value, String>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let words = text.rsplit_once(char::is_whitespace).map(|(words, last)| (words, amount(last)));
    Some(match words {
        Some((words, Some(amount))) => {
            Ok(json!({ "category": words.trim_end_matches(['€', ':', ' ']), "amount": amount }))
        }
        _ => Err(format!("Achter „{text}” staat geen bedrag. Schrijf bijvoorbeeld: koelkast 300,00.")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_a_dutch_reader_writes_it() {
        for (text, read) in [
            ("612,40", "612.40"),
            ("612.40", "612.40"),
            ("€ 1.401,50", "1401.50"),
            ("1.401", "1401.00"),
            ("12", "12.00"),
        ] {
            assert_eq!(amount(text).as_deref(), Some(read), "{text}");
        }
        for wrong in ["", "0", "-1", "12,345", "tien"] {
            assert_eq!(amount(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_months_and_percentages_come_in_more_than_one_way() {
        assert_eq!(day("2026-02-27"), day("27-02-2026"));
        assert_eq!(day("27/2/2026").as_deref(), Some("2026-02-27"));
        assert_eq!(day("30-02-2026"), None);
        assert_eq!(month("2026-02"), month("02-2026"));
        assert_eq!(month("februari"), None);
        assert_eq!(share("30").as_deref(), Some("0.3"));
        assert_eq!(share("12,5 %").as_deref(), Some("0.125"));
        assert_eq!(share("0"), None);
        assert_eq!(share("101"), None);
    }

    #[test]
    fn a_line_is_a_category_with_its_amount() {
        let read = line("witte koelkast: € 300,00").expect("a line").expect("an amount");
        assert_eq!(read, json!({ "category": "witte koelkast", "amount": "300.00" }));
        assert!(line("koelkast").is_some_and(|line| line.is_err()));
        assert!(line("  ").is_none());
    }
}
