//! Norms: the amounts valid in a month, with their source. Dated files in `engine/norms`; old months keep
//! their old norms.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::calendar::Month;
use crate::household::income::Counts;
use crate::household::right::NormKind;
use crate::money::{Money, Round};

/// All norms, in order of validity. A copy costs nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct NormTable(Arc<[Edition]>);

/// The norms of one half-year.
#[derive(Clone, Debug, PartialEq)]
struct Edition {
    valid_from: NaiveDate,
    still_valid_on: NaiveDate,
    source: Arc<str>,
    holiday_allowance: Decimal,
    protected_income: Decimal,
    amounts: Vec<(NormKind, Money)>,
    own_share: Decimal,
    share_per_sharer: Decimal,
    exempt_wage: Option<ExemptWage>,
}

/// How much of wages is not set off.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ExemptWage {
    wage: (Decimal, Money),
    of_single_parent: (Decimal, Money),
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
    pub source: Arc<str>,
    /// The first day of the half-year it belongs to.
    pub valid_from: NaiveDate,
    /// The last day on which the amount was checked.
    pub still_valid_on: NaiveDate,
    /// False when the month lies after the last day the amount was checked.
    pub checked: bool,
}

/// The bracket of the norm an age lies in (art. 20 to 22). Nothing but the norm module reads a birth date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// Younger than 18: no norm of their own.
    Minor,
    /// 18, 19 or 20.
    Young,
    /// 21 and older.
    Adult,
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
    /// The file of the month does not hold this norm.
    #[error(
        "the norm `{norm}` is not known for {month}: add it to the file of that half-year in engine/norms"
    )]
    NoAmount {
        /// The code of the norm.
        norm: &'static str,
        /// The month.
        month: Month,
    },
    /// The file of the month does not say how much of wages is exempt.
    #[error("how much of wages is exempt in {0} is not known: add it to the file of that half-year")]
    NoExemption(Month),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    valid_from: String,
    still_valid_on: String,
    source: String,
    holiday_allowance: String,
    protected_income: String,
    norm: BTreeMap<String, String>,
    cost_sharing: WrittenSharing,
    exempt_wage: Option<WrittenExemptWage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSharing {
    own: String,
    per_sharer: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExemptWage {
    share: String,
    most: String,
    single_parent_share: String,
    single_parent_most: String,
}

impl NormTable {
    /// The norms this version of the engine ships.
    ///
    /// ```
    /// use grip_engine::{household::right::NormKind, norm::NormTable};
    /// let norm = NormTable::shipped().norm(NormKind::Single, "2026-07".parse()?)?;
    /// assert_eq!(norm.amount.to_string(), "1419.46");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn shipped() -> NormTable {
        static SHIPPED: OnceLock<NormTable> = OnceLock::new();
        SHIPPED.get_or_init(NormTable::read_shipped).clone()
    }

    fn read_shipped() -> NormTable {
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
        Ok(NormTable(editions.into()))
    }

    /// The norm of a kind in a benefit month: the month decides, never the day of payment.
    pub fn norm(&self, kind: NormKind, month: Month) -> Result<Norm, NormError> {
        let edition = self.edition(month)?;
        let amount = edition.amount(kind).ok_or(NormError::NoAmount { norm: kind.code(), month })?;
        Ok(Norm {
            amount,
            holiday_allowance: edition.holiday_allowance,
            protected_income: edition.protected_income,
            source: Arc::clone(&edition.source),
            valid_from: edition.valid_from,
            still_valid_on: edition.still_valid_on,
            checked: month.first_day() <= edition.still_valid_on,
        })
    }

    /// What of a monthly income is set off against the norm of a month.
    ///
    /// ```
    /// use grip_engine::{household::income::Counts, money::Money, norm::NormTable};
    /// let wage = Money::from_cents(420_00);
    /// let counted = NormTable::shipped().counted(wage, Counts::Wage, "2026-05".parse()?)?;
    /// assert_eq!(counted.to_string(), "315.00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn counted(&self, monthly: Money, counts: Counts, month: Month) -> Result<Money, NormError> {
        let after = |(share, most): (Decimal, Money)| monthly - monthly.share(share, Round::HalfUp).min(most);
        let exempt = || self.edition(month)?.exempt_wage.ok_or(NormError::NoExemption(month));
        Ok(match counts {
            Counts::Fully => monthly,
            Counts::Exempt => Money::ZERO,
            Counts::Wage => after(exempt()?.wage),
            Counts::WageOfSingleParent => after(exempt()?.of_single_parent),
        })
    }

    fn edition(&self, month: Month) -> Result<&Edition, NormError> {
        let valid = |edition: &&Edition| edition.valid_from <= month.first_day();
        self.0.iter().rev().find(valid).ok_or(NormError::Unknown(month))
    }
}

/// The bracket somebody is in on a day.
///
/// ```
/// use grip_engine::norm::{Bracket, bracket};
/// let day = |text: &str| text.parse().expect("a day");
/// assert_eq!(bracket(day("2005-05-10"), day("2026-05-09")), Bracket::Young);
/// assert_eq!(bracket(day("2005-05-10"), day("2026-05-10")), Bracket::Adult);
/// ```
pub fn bracket(born: NaiveDate, day: NaiveDate) -> Bracket {
    let had_birthday = (born.month(), born.day()) <= (day.month(), day.day());
    match day.year() - born.year() - i32::from(!had_birthday) {
        ..18 => Bracket::Minor,
        18..21 => Bracket::Young,
        _ => Bracket::Adult,
    }
}

impl Edition {
    fn amount(&self, kind: NormKind) -> Option<Money> {
        let listed = |kind| self.amounts.iter().find(|(known, _)| *known == kind).map(|(_, amount)| *amount);
        let of_couple = |share| Some(listed(NormKind::Couple)?.share(share, Round::HalfUp));
        match kind {
            NormKind::SpouseWithoutRight => of_couple(Decimal::new(5, 1)),
            NormKind::CostSharingSingle(sharers) => of_couple(self.per_person(sharers)),
            NormKind::CostSharingCouple(sharers) => {
                of_couple(self.per_person(sharers)).map(|person| person + person)
            }
            kind => listed(kind),
        }
    }

    /// The share of the couple norm of each of so many cost sharers (art. 22a).
    fn per_person(&self, sharers: u8) -> Decimal {
        let sharers = Decimal::from(sharers);
        (self.own_share + self.share_per_sharer * sharers) / sharers
    }

    fn parse(text: &str) -> Result<Edition, NormError> {
        let written: Written = toml::from_str(text).map_err(|error| NormError::Form(error.to_string()))?;
        let mut amounts = Vec::new();
        for (code, text) in &written.norm {
            let kind = NormKind::from_code(code, None);
            let kind = kind.ok_or_else(|| NormError::Form(format!("the norm `{code}` is not known")))?;
            amounts.push((kind, amount(code, text)?));
        }
        let exempt_wage = |written: &WrittenExemptWage| {
            Ok(ExemptWage {
                wage: (share("share", &written.share)?, amount("most", &written.most)?),
                of_single_parent: (
                    share("single_parent_share", &written.single_parent_share)?,
                    amount("single_parent_most", &written.single_parent_most)?,
                ),
            })
        };
        Ok(Edition {
            valid_from: day("valid_from", &written.valid_from)?,
            still_valid_on: day("still_valid_on", &written.still_valid_on)?,
            holiday_allowance: share("holiday_allowance", &written.holiday_allowance)?,
            protected_income: share("protected_income", &written.protected_income)?,
            amounts,
            own_share: share("own", &written.cost_sharing.own)?,
            share_per_sharer: share("per_sharer", &written.cost_sharing.per_sharer)?,
            exempt_wage: written.exempt_wage.as_ref().map(exempt_wage).transpose()?,
            source: written.source.into(),
        })
    }
}

fn wrong(key: &str, text: &str) -> NormError {
    NormError::Form(format!("`{key}` is `{text}`"))
}

fn day(key: &str, text: &str) -> Result<NaiveDate, NormError> {
    text.parse().map_err(|_| wrong(key, text))
}

fn share(key: &str, text: &str) -> Result<Decimal, NormError> {
    Decimal::from_str_exact(text).map_err(|_| wrong(key, text))
}

fn amount(key: &str, text: &str) -> Result<Money, NormError> {
    text.parse().map_err(|_| wrong(key, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(kind: NormKind, month: &str) -> Result<(String, bool), NormError> {
        let norm = NormTable::shipped().norm(kind, month.parse().expect("a month"));
        norm.map(|norm| (norm.amount.to_string(), norm.checked))
    }

    #[test]
    fn the_month_decides_the_norm_and_a_late_month_says_it_was_not_checked() {
        let couple = |month| amount(NormKind::Couple, month);
        assert_eq!(couple("2025-12"), Ok(("1955.80".to_owned(), true)));
        assert_eq!(couple("2026-06"), Ok(("2002.13".to_owned(), true)));
        assert_eq!(couple("2026-07"), Ok(("2027.79".to_owned(), true)));
        assert_eq!(couple("2027-01"), Ok(("2027.79".to_owned(), false)));
        assert!(matches!(couple("2025-06"), Err(NormError::Unknown(_))));
        let young = amount(NormKind::Couple18To20, "2025-07");
        assert!(matches!(young, Err(NormError::NoAmount { norm: "couple_18_20", .. })));
    }

    #[test]
    fn the_cost_sharing_norm_is_the_published_table() {
        let table = |month: &str| {
            [2, 3, 4, 5, 6]
                .map(|sharers| amount(NormKind::CostSharingSingle(sharers), month).expect("a norm").0)
        };
        assert_eq!(table("2026-01"), ["1001.07", "867.59", "800.85", "760.81", "734.11"]);
        assert_eq!(table("2026-07"), ["1013.90", "878.71", "811.12", "770.56", "743.52"]);
        let couple = amount(NormKind::CostSharingCouple(3), "2026-01");
        assert_eq!(couple, Ok(("1735.18".to_owned(), true)));
        assert_eq!(amount(NormKind::SpouseWithoutRight, "2026-07"), Ok(("1013.90".to_owned(), true)));
    }

    #[test]
    fn wages_are_exempt_for_a_quarter_to_285_euros() {
        let counted = |cents| {
            let month = "2026-05".parse().expect("a month");
            let counted = NormTable::shipped().counted(Money::from_cents(cents), Counts::Wage, month);
            counted.expect("an exemption").cents()
        };
        assert_eq!(counted(1_139_99), 854_99); // a quarter is 284.9975
        assert_eq!(counted(1_140_00), 855_00);
        assert_eq!(counted(1_140_01), 855_01);
        let december = NormTable::shipped().counted(
            Money::from_cents(1),
            Counts::Wage,
            "2025-12".parse().expect("a month"),
        );
        assert!(matches!(december, Err(NormError::NoExemption(_))));
    }
}
