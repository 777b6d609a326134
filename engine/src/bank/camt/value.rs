//! What the texts of simple elements mean: decimals, days, flags.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Europe::Amsterdam;
use rust_decimal::Decimal;

use crate::money::Money;

/// The exact value of an `xs:decimal`: `10`, `.50`, `5.`, `+10.00`, white space around it.
///
/// Nothing for another text, and for more digits than 28 that count.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = trimmed(text);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !only_digits(whole) || !only_digits(fraction) {
        return None;
    }
    let places = u32::try_from(fraction.len()).ok()?;
    if places <= Decimal::MAX_SCALE
        && let Some(number) = scaled(whole, fraction, negative)
    {
        return Some(number);
    }
    scaled(whole, fraction.trim_end_matches('0'), negative)
}

fn scaled(whole: &str, fraction: &str, negative: bool) -> Option<Decimal> {
    let mut number: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        number = number.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    let number = if negative { -number } else { number };
    Decimal::try_from_i128_with_scale(number, u32::try_from(fraction.len()).ok()?).ok()
}

/// The sum, unless it takes more digits than a decimal can hold exactly.
pub(super) fn exact_sum(one: Decimal, other: Decimal) -> Option<Decimal> {
    let sum = one.checked_add(other)?;
    let enough = |places: u32| places <= sum.scale();
    if enough(one.scale().max(other.scale())) {
        return Some(sum);
    }
    // Adding nothing keeps the other's places; any other loss of places was a rounding.
    let places = one.normalize().scale().max(other.normalize().scale());
    Some(sum).filter(|_| enough(places))
}

/// How many decimals a currency has (ISO 4217).
pub(super) fn decimals(currency: &str) -> u32 {
    match currency {
        "CLP" | "ISK" | "JPY" | "KRW" | "PYG" | "UGX" | "VND" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Whole cents that are not negative, or why a text is no such amount.
pub(super) fn cents(text: &str) -> Result<Money, &'static str> {
    let amount = decimal(text).ok_or("is no amount: write it as 612.40")?;
    if amount < Decimal::ZERO {
        return Err("is negative: CdtDbtInd gives the direction");
    }
    Money::from_decimal(amount).ok_or("is not in whole cents")
}

/// The day of a date (`2026-03-29`) or a moment (`2026-03-28T23:30:00Z`): with an offset the day
/// it is in Amsterdam, without one the day as written.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = trimmed(text);
    if !text.contains('T') {
        let (date, zone) = text.split_at_checked(10)?;
        return written_day(date).filter(|_| is_zone(zone));
    }
    written_day(text.get(..10)?)?;
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.with_timezone(&Amsterdam).date_naive());
    }
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(moment.date())
}

fn written_day(text: &str) -> Option<NaiveDate> {
    let shaped = text.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    text.parse().ok().filter(|_| shaped && text.len() == 10)
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        b"" | b"Z" => true,
        [b'+' | b'-', hour @ .., b':', tens, ones] => {
            hour.len() == 2 && [hour, &[*tens, *ones]].concat().iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// The value of an `xs:boolean`.
pub(super) fn flag(text: &str) -> Option<bool> {
    match trimmed(text) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A text without white space around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c| matches!(c, ' ' | '\t' | '\n' | '\r'))
}

/// A text with one space for every run of white space, and none around it.
pub(super) fn collapsed(text: &str) -> String {
    let mut words = text.split_ascii_whitespace();
    let mut collapsed = words.next().unwrap_or_default().to_owned();
    for word in words {
        collapsed.push(' ');
        collapsed.push_str(word);
    }
    collapsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_any_spelling_of_a_decimal_and_nothing_else() {
        for (text, value) in [
            ("10", "10"),
            (".50", "0.50"),
            ("5.", "5"),
            ("+10.00", "10.00"),
            ("\n 0010.00 \t", "10.00"),
            ("-0.01", "-0.01"),
            ("100.0000000000005", "100.0000000000005"),
            ("9999999999999999.99", "9999999999999999.99"),
            ("1.000000000000000000000000000000000", "1"),
        ] {
            assert_eq!(decimal(text).map(|value| value.to_string()), Some(value.to_owned()));
        }
        let too_long = "1".repeat(40);
        for wrong in ["", ".", "+", "12..34", "1,000", "1e3", "1 0", "--1", "NaN", "٣", too_long.as_str()] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_sum_is_exact_or_nothing() {
        let number = |text| decimal(text).expect("a number");
        assert_eq!(exact_sum(number("0"), number("1.25")), Some(number("1.25")));
        assert_eq!(exact_sum(number("0.000"), number("1.25")), Some(number("1.25")));
        assert_eq!(exact_sum(Decimal::MAX, number("1")), None);
        assert_eq!(exact_sum(Decimal::MAX, number("-0.1")), None);
        assert_eq!(exact_sum(number("79228162514264337593543950330"), number("0.5")), None);
    }

    #[test]
    fn an_amount_for_the_books_is_in_whole_cents_and_not_negative() {
        assert_eq!(cents("10.00000"), Ok(Money::from_cents(1_000)));
        assert_eq!(cents("9999999999999999.99"), Ok(Money::from_cents(999_999_999_999_999_999)));
        assert_eq!(cents("12.345"), Err("is not in whole cents"));
        assert!(cents("-1.00").is_err() && cents("1,00").is_err());
        assert!(cents("99999999999999999999").is_err());
    }

    #[test]
    fn a_moment_is_on_the_day_it_is_in_amsterdam() {
        let written = |text| day(text).map(|day| day.to_string());
        for (text, on) in [
            ("2026-03-28T23:30:00Z", "2026-03-29"),
            ("2026-03-28T23:30:00+01:00", "2026-03-28"),
            ("2026-03-28T23:30:00", "2026-03-28"),
            ("2026-03-28T23:30:00.123456789", "2026-03-28"),
            ("2026-06-30T21:59:59.5Z", "2026-06-30"),
            ("2026-06-30T22:00:00Z", "2026-07-01"),
            (" 2026-03-29 ", "2026-03-29"),
            ("2026-03-29+01:00", "2026-03-29"),
            ("2026-03-29Z", "2026-03-29"),
        ] {
            assert_eq!(written(text), Some(on.to_owned()), "{text}");
        }
        for wrong in [
            "",
            "2026-02-30",
            "29-03-2026",
            "2026-3-29",
            "2026-03-29x",
            "2026-03-29T",
            "invalid-date",
            "JJJJ-MM-TTT00:00:00",
            "2026-03-29T25:00:00",
            "éééééééééé",
            "2026-03-2éT1",
        ] {
            assert_eq!(written(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lines_wrapped_by_the_bank_are_one_text() {
        assert_eq!(collapsed(" huur\n   maart \t 2026 "), "huur maart 2026");
        assert_eq!(collapsed("\n"), "");
    }
}
