//! What the texts of simple elements mean: decimals of any size, flags, texts.

use rust_decimal::Decimal;

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
    let mut before = b' ';
    let plain = text.bytes().all(|byte| {
        let is_run = matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C) || byte == b' ' && before == b' ';
        before = byte;
        !is_run
    });
    if plain && before != b' ' {
        return text.to_owned();
    }
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
    fn lines_wrapped_by_the_bank_are_one_text() {
        assert_eq!(collapsed(" huur\n   maart \t 2026 "), "huur maart 2026");
        assert_eq!(collapsed("\n"), "");
    }
}
