//! IBAN: an account number that passed its check digits (ISO 13616).

use std::fmt;
use std::str::FromStr;

/// A valid IBAN without spaces. Its debug form hides the middle, so that no log line shows one.
///
/// ```
/// use grip_engine::bank::iban::Iban;
/// let account: Iban = "NL91 ABNA 0417 1643 00".parse()?;
/// assert_eq!(account.as_str(), "NL91ABNA0417164300");
/// assert_eq!(account.to_string(), "NL91 ABNA 0417 1643 00");
/// assert_eq!(format!("{account:?}"), "NL91…4300");
/// # Ok::<(), grip_engine::bank::iban::NotIban>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

/// A text that is no IBAN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("account `{text}` is no IBAN: {reason}")]
pub struct NotIban {
    /// The text as it was given.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Iban {
    /// The number in electronic form, without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The two letters of its country.
    pub fn country(&self) -> &str {
        &self.0[..2]
    }

    /// True when a SEPA transfer reaches it: the countries and territories of the schemes (EPC409-09).
    pub fn is_sepa(&self) -> bool {
        const SEPA: [&str; 42] = [
            "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI",
            "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL",
            "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
        ];
        SEPA.contains(&self.country())
    }

    /// True for an account outside the European Economic Area: its bank may ask for the address of the payee.
    pub fn is_outside_eea(&self) -> bool {
        const EEA: [&str; 30] = [
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
            "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
        ];
        !EEA.contains(&self.country())
    }

    /// The four letters of a Dutch bank; nothing for an account elsewhere.
    pub fn dutch_bank(&self) -> Option<&str> {
        self.0.strip_prefix("NL").and_then(|rest| rest.get(2..6))
    }
}

impl FromStr for Iban {
    type Err = NotIban;

    fn from_str(text: &str) -> Result<Iban, NotIban> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let wrong = |reason| NotIban { text: text.to_owned(), reason };
        match compact.parse::<iban::Iban>() {
            Ok(_) => Ok(Iban(compact)),
            Err(iban::ParseIbanError::InvalidBaseIban {
                source: iban::ParseBaseIbanError::InvalidChecksum,
            }) => Err(wrong("its check digits do not fit the number")),
            Err(iban::ParseIbanError::UnknownCountry(_)) => Err(wrong("its country has no IBAN")),
            Err(_) => Err(wrong("its length or form does not fit its country")),
        }
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place != 0 && place % 4 == 0 {
                out.write_str(" ")?;
            }
            write!(out, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}…{}", &self.0[..4], &self.0[self.0.len() - 4..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switzerland_lies_outside_the_eea_and_norway_within() {
        let outside = |text: &str| text.parse::<Iban>().expect("an account").is_outside_eea();
        assert!(outside("CH9300762011623852957") && outside("GB29NWBK60161331926819"));
        assert!(!outside("NO9386011117947") && !outside("NL91ABNA0417164300"));
    }

    #[test]
    fn a_wrong_check_digit_is_named_with_the_text() {
        let wrong = "NL92 ABNA 0417 1643 00".parse::<Iban>().expect_err("wrong check digits");
        assert_eq!(
            wrong.to_string(),
            "account `NL92 ABNA 0417 1643 00` is no IBAN: its check digits do not fit the number"
        );
        assert!("NL91ABNA041716430".parse::<Iban>().is_err());
        assert!("XX91ABNA0417164300".parse::<Iban>().is_err());
        assert!("".parse::<Iban>().is_err());
    }
}
