//! Structured references: the betalingskenmerk of Dutch creditors and the RF reference (ISO 11649). One is a
//! reference only when its check digits hold, so that a mistyped number never finds another contract.

use std::fmt;
use std::str::FromStr;

/// A reference whose check digits hold, in its electronic form.
///
/// ```
/// use grip_engine::bank::reference::StructuredReference;
/// let kenmerk: StructuredReference = "6390 3384 1496 4113".parse()?;
/// assert_eq!(kenmerk.as_str(), "6390338414964113");
/// let rf: StructuredReference = "RF18 5390 0754 7034".parse()?;
/// assert_eq!(rf.to_string(), "RF18539007547034");
/// assert!("6390 3384 1496 4114".parse::<StructuredReference>().is_err());
/// # Ok::<(), grip_engine::bank::reference::NotReference>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StructuredReference {
    /// A betalingskenmerk: 9 to 14 or 16 digits (issuer `CUR`).
    Betalingskenmerk(String),
    /// `RF`, two check digits and up to 21 letters and digits.
    Rf(String),
}

/// A text that is no structured reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reference `{text}` is no betalingskenmerk or RF reference: {reason}")]
pub struct NotReference {
    /// The text as it was given.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// The weights of the digits of a betalingskenmerk, from the right.
const WEIGHTS: [u32; 10] = [2, 4, 8, 5, 10, 9, 7, 3, 6, 1];

impl StructuredReference {
    /// The reference without spaces, in capitals.
    pub fn as_str(&self) -> &str {
        match self {
            StructuredReference::Betalingskenmerk(text) | StructuredReference::Rf(text) => text,
        }
    }
}

impl fmt::Display for StructuredReference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for StructuredReference {
    type Err = NotReference;

    fn from_str(text: &str) -> Result<StructuredReference, NotReference> {
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let wrong = |reason| NotReference { text: text.to_owned(), reason };
        if compact.starts_with("RF") {
            return rf(&compact).map(|()| StructuredReference::Rf(compact)).map_err(wrong);
        }
        betalingskenmerk(&compact).map(|()| StructuredReference::Betalingskenmerk(compact)).map_err(wrong)
    }
}

/// Checks an RF reference as an IBAN is checked: its first four characters moved to the end, modulo 97 is 1.
fn rf(compact: &str) -> Result<(), &'static str> {
    if !(5..=25).contains(&compact.len()) || !compact.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("after RF come two check digits and 1 to 21 letters or digits");
    }
    let (head, tail) = compact.split_at(4);
    if !head.bytes().skip(2).all(|byte| byte.is_ascii_digit()) {
        return Err("after RF come two check digits");
    }
    let value = |remainder: u32, c: char| {
        let digit = c.to_digit(36).unwrap_or(0);
        if digit < 10 { (remainder * 10 + digit) % 97 } else { (remainder * 100 + digit) % 97 }
    };
    let remainder = tail.chars().chain(head.chars()).fold(0, value);
    if remainder == 1 { Ok(()) } else { Err("its check digits do not hold") }
}

/// Checks a betalingskenmerk: 16 digits of which the first checks the other, or 9 to 14 of which the first
/// checks the other and the second tells how many follow.
fn betalingskenmerk(compact: &str) -> Result<(), &'static str> {
    let digits: Option<Vec<u32>> = compact.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits else {
        return Err("it is not made of digits");
    };
    let [check, rest @ ..] = digits.as_slice() else {
        return Err("it is empty");
    };
    match digits.len() {
        16 => {}
        length @ 9..=14 => {
            let follow = u32::try_from(length - 2).unwrap_or(0);
            if rest.first() != Some(&(follow % 10)) {
                return Err("its second digit does not tell how many digits follow");
            }
        }
        7 => return Err("seven digits have no check digit"),
        _ => return Err("it has 9 to 14 or 16 digits"),
    }
    let weighed: u32 =
        rest.iter().rev().zip(WEIGHTS.iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    let expected = match 11 - weighed % 11 {
        10 => 1,
        11 => 0,
        digit => digit,
    };
    if *check == expected { Ok(()) } else { Err("its check digit does not hold") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        text.parse::<StructuredReference>().is_ok()
    }

    #[test]
    fn an_rf_reference_holds_by_its_check_digits() {
        assert!(holds("RF18539007547034"));
        assert!(holds("rf18 5390 0754 7034"));
        assert!(holds("RF93104233DEC26"));
        for wrong in ["RF19539007547034", "RF18539007547043", "RF1", "RFAB539007547034", "RF18"] {
            assert!(!holds(wrong), "{wrong}");
        }
        let long = format!("RF18{}", "0".repeat(22));
        assert!(!holds(&long), "26 characters are one too many");
    }

    #[test]
    fn every_change_of_one_digit_of_a_kenmerk_is_seen() {
        let kenmerk = "6390338414964113";
        assert!(holds(kenmerk));
        let mut held = 0;
        for place in 0..16 {
            for digit in '0'..='9' {
                let changed: String =
                    kenmerk.chars().enumerate().map(|(at, c)| if at == place { digit } else { c }).collect();
                held += usize::from(holds(&changed));
            }
        }
        // modulo 11 maps two remainders (0 and 10 of the sum) on digits that others use as well
        assert!((16..=32).contains(&held), "{held} of 160 hold");
    }

    #[test]
    fn a_shorter_kenmerk_tells_its_own_length_and_seven_digits_are_never_checked() {
        assert!(!holds("1234567"));
        let found: Vec<String> =
            (0..10).map(|check| format!("{check}71234567")).filter(|text| holds(text)).collect();
        assert_eq!(found.len(), 1, "one check digit holds: {found:?}");
        let other_length = found[0].replacen("71234567", "81234567", 1);
        assert!(!holds(&other_length));
        assert!(!holds("123456789012345"), "fifteen digits");
        assert!(!holds("") && !holds("X"));
    }
}
