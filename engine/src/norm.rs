//! Norms: the amount valid in a month, with its source. Dated files in `engine/norms`; old months keep
//! their old norms.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::calendar::Month;
use crate::household::NormKind;
use crate::money::Money;

/// All norms, in order of validity.
#[derive(Clone, Debug, PartialEq)]
pub struct NormTable(Vec<Edition>);

/// The norms of one half-year.
#[derive(Clone, Debug, PartialEq)]
struct Edition {
    valid_from: NaiveDate,
    still_valid_on: NaiveDate,
    source: String,
    holiday_allowance: Decimal,
    protected_income: Decimal,
    single: Money,
    couple: Money,
}

/// The norm that applies in a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    /// The amount a month, including holiday allowance.
    pub amount: Money,
    /// The share that is reserved as holiday allowance.
    pub holiday_allowance: Decimal,
    /// The share of the norm that is protected from deductions.
    pub protected_income: Decimal,
    /// Where the amount is published.
    pub source: String,
    /// False when the month lies after the last day the amount was checked.
    pub checked: bool,
}

/// A norm file that cannot be used, or a month without norms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NormError {
    /// Not TOML, or an unknown or missing key, or a value of another kind.
    #[error("norm file: {0}")]
    Form(String),
    /// No file is valid in the month.
    #[error("no norm is known for {0}: add the file of that half-year to engine/norms")]
    Unknown(Month),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    valid_from: String,
    still_valid_on: String,
    source: String,
    holiday_allowance: String,
    protected_income: String,
    norm: WrittenNorms,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNorms {
    single: String,
    couple: String,
}

impl NormTable {
    /// The norms this version of the engine ships.
    ///
    /// ```
    /// use grip_engine::{household::NormKind, norm::NormTable};
    /// let norm = NormTable::shipped().norm(NormKind::Single, "2026-07".parse()?)?;
    /// assert_eq!(norm.amount.to_string(), "1419.46");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn shipped() -> NormTable {
        let files = [
            include_str!("../norms/2025-07.toml"),
            include_str!("../norms/2026-01.toml"),
            include_str!("../norms/2026-07.toml"),
        ];
        NormTable::parse(&files).expect("the shipped norm files are read by a test")
    }

    /// Reads norm files, one text each.
    pub fn parse(files: &[&str]) -> Result<NormTable, NormError> {
        let mut editions = files.iter().map(|text| Edition::parse(text)).collect::<Result<Vec<_>, _>>()?;
        editions.sort_by_key(|edition| edition.valid_from);
        Ok(NormTable(editions))
    }

    /// The norm of a kind in a benefit month: the month decides, never the day of payment.
    pub fn norm(&self, kind: NormKind, month: Month) -> Result<Norm, NormError> {
        let valid = |edition: &&Edition| edition.valid_from <= month.first_day();
        let edition = self.0.iter().rev().find(valid).ok_or(NormError::Unknown(month))?;
        Ok(Norm {
            amount: match kind {
                NormKind::Single => edition.single,
                NormKind::Couple => edition.couple,
            },
            holiday_allowance: edition.holiday_allowance,
            protected_income: edition.protected_income,
            source: edition.source.clone(),
            checked: month.first_day() <= edition.still_valid_on,
        })
    }
}

impl Edition {
    fn parse(text: &str) -> Result<Edition, NormError> {
        let written: Written = toml::from_str(text).map_err(|error| NormError::Form(error.to_string()))?;
        let wrong = |key: &str, text: &str| NormError::Form(format!("`{key}` is `{text}`"));
        let day = |key, text: &str| text.parse::<NaiveDate>().map_err(|_| wrong(key, text));
        let share = |key, text: &str| Decimal::from_str_exact(text).map_err(|_| wrong(key, text));
        let amount = |key, text: &str| text.parse::<Money>().map_err(|_| wrong(key, text));
        Ok(Edition {
            valid_from: day("valid_from", &written.valid_from)?,
            still_valid_on: day("still_valid_on", &written.still_valid_on)?,
            holiday_allowance: share("holiday_allowance", &written.holiday_allowance)?,
            protected_income: share("protected_income", &written.protected_income)?,
            single: amount("single", &written.norm.single)?,
            couple: amount("couple", &written.norm.couple)?,
            source: written.source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_decides_the_norm_and_a_late_month_says_it_was_not_checked() {
        let norm = |month: &str| NormTable::shipped().norm(NormKind::Couple, month.parse().expect("a month"));
        let amount = |month| norm(month).map(|norm| (norm.amount.to_string(), norm.checked));
        assert_eq!(amount("2025-12"), Ok(("1955.80".to_owned(), true)));
        assert_eq!(amount("2026-06"), Ok(("2002.13".to_owned(), true)));
        assert_eq!(amount("2026-07"), Ok(("2027.79".to_owned(), true)));
        assert_eq!(amount("2027-01"), Ok(("2027.79".to_owned(), false)));
        assert!(matches!(norm("2025-06"), Err(NormError::Unknown(_))));
    }
}
