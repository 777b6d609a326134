//! Amounts as banks write them: whole minor units of a currency, exact, never a float.

use std::fmt;

use crate::money::Money;

use super::code::Code;
use super::value::trimmed;

/// A currency by its three letters (ISO 4217).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// The currency that three capitals name; nothing for another text.
    ///
    /// ```
    /// use grip_engine::bank::camt::Currency;
    /// assert_eq!(Currency::of("EUR"), Some(Currency::EUR));
    /// assert_eq!(Currency::of("eur"), None);
    /// ```
    pub fn of(text: &str) -> Option<Currency> {
        let letters: [u8; 3] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Currency(letters))
    }

    /// How many decimals it has: 0 to 3.
    ///
    /// ```
    /// use grip_engine::bank::camt::Currency;
    /// let decimals = |text| Currency::of(text).map(Currency::decimals);
    /// assert_eq!([decimals("JPY"), decimals("EUR"), decimals("KWD")], [Some(0), Some(2), Some(3)]);
    /// ```
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// Its three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// An amount in whole minor units of a currency: cents, yen, fils.
///
/// ```
/// use grip_engine::bank::camt::{Amount, Currency};
/// let dinars = Amount { minor: 1_250, currency: Currency::of("KWD").ok_or("KWD")? };
/// assert_eq!(dinars.to_string(), "1.250 KWD");
/// assert_eq!(dinars.euros(), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    /// Whole minor units; negative where it is owed.
    pub minor: i64,
    /// Of what.
    pub currency: Currency,
}

impl Amount {
    /// The amount as money, where it is in euros.
    pub fn euros(self) -> Option<Money> {
        (self.currency == Currency::EUR).then(|| Money::from_cents(self.minor))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.currency.decimals();
        let unit = 10_u64.pow(places);
        let (sign, minor) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        write!(out, "{sign}{}", minor / unit)?;
        if places != 0 {
            write!(out, ".{:0width$}", minor % unit, width = places as usize)?;
        }
        write!(out, " {}", self.currency)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotAmount {
    pub(super) code: Code,
    pub(super) reason: &'static str,
}

const NONE: NotAmount = NotAmount { code: Code::Amount, reason: "is no amount: write it as 612.40" };
const NEGATIVE: NotAmount =
    NotAmount { code: Code::Amount, reason: "is negative: CdtDbtInd gives the direction" };
const TOO_LARGE: NotAmount = NotAmount { code: Code::Amount, reason: "is larger than any amount of money" };
const TOO_FINE: NotAmount = NotAmount { code: Code::Scale, reason: "has more decimals than its currency" };

/// The minor units of an `xs:decimal` that is not negative, in a currency of so many decimals: `10`, `.50`, `5.`,
/// `+10.00`, `0010.00`. Further decimals must be zeros; nothing is rounded.
pub(super) fn minor(text: &str, decimals: u32) -> Result<i64, NotAmount> {
    let bytes = trimmed(text).as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let (mut number, mut digits): (i64, usize) = (0, 0);
    // How many decimals came, once the point did.
    let mut places: Option<u32> = None;
    let (mut too_fine, mut too_large) = (false, false);
    for byte in bytes {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                if let Some(places) = &mut places {
                    if *places == decimals {
                        too_fine |= *byte != b'0';
                        continue;
                    }
                    *places += 1;
                }
                let next = number.checked_mul(10).and_then(|ten| ten.checked_add(i64::from(byte - b'0')));
                too_large |= next.is_none();
                number = next.unwrap_or(number);
            }
            b'.' if places.is_none() => places = Some(0),
            _ => return Err(NONE),
        }
    }
    let missing = decimals - places.unwrap_or(0).min(decimals);
    let scaled = number.checked_mul(10_i64.pow(missing));
    match scaled {
        _ if digits == 0 => Err(NONE),
        _ if negative && (number != 0 || too_fine || too_large) => Err(NEGATIVE),
        _ if too_fine => Err(TOO_FINE),
        Some(scaled) if !too_large => Ok(scaled),
        _ => Err(TOO_LARGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_any_spelling_of_a_decimal_and_exact() {
        for (text, cents) in [
            ("10", 10_00),
            (".50", 50),
            ("5.", 5_00),
            ("+10.00", 10_00),
            ("0010.00", 10_00),
            (" \n10.5\t", 10_50),
            ("10.00000", 10_00),
            ("0", 0),
            ("-0.00", 0),
            ("9999999999999999.99", 999_999_999_999_999_999),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(minor(text, 2), Ok(cents), "{text}");
        }
        assert_eq!([minor("1250", 0), minor("1.25", 3), minor("1.250", 3)], [Ok(1_250); 3]);
    }

    #[test]
    fn what_is_no_amount_is_told_apart() {
        for text in
            ["", " ", ".", "+", "-", "1,00", "1 000.00", "1e2", "NaN", "INF", "1.2.3", "++1", "0x1", "١"]
        {
            assert_eq!(minor(text, 2), Err(NONE), "{text}");
        }
        for text in ["-1.00", "-0.01", "-0.001", "-99999999999999999999"] {
            assert_eq!(minor(text, 2), Err(NEGATIVE), "{text}");
        }
        for (text, decimals) in [("12.345", 2), ("0.001", 2), ("1.5", 0), ("1.2345", 3)] {
            assert_eq!(minor(text, decimals), Err(TOO_FINE), "{text}");
        }
        for text in ["92233720368547758.08", "99999999999999999999", "1000000000000000000"] {
            assert_eq!(minor(text, 2), Err(TOO_LARGE), "{text}");
        }
    }

    #[test]
    fn an_amount_is_written_with_the_decimals_of_its_currency() {
        let written = |minor, code| {
            let currency = Currency::of(code).expect("a currency");
            Amount { minor, currency }.to_string()
        };
        assert_eq!(written(5, "EUR"), "0.05 EUR");
        assert_eq!(written(-1_234, "JPY"), "-1234 JPY");
        assert_eq!(written(i64::MIN, "TND"), "-9223372036854775.808 TND");
        assert_eq!([Currency::of("EURO"), Currency::of("Eur"), Currency::of("€")], [None; 3]);
    }
}
