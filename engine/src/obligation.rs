//! Obligation: something a household owes at a rhythm, to a payee, in versions by date.

use chrono::{Datelike, NaiveDate};

use crate::calendar::{Month, Period};
use crate::id::{MemberId, ObligationId, PayeeId};
use crate::money::Money;

/// What is owed. The order is the order of payment (domain.md §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostKind {
    /// Rent of the home.
    Rent,
    /// Premium of the compulsory health insurance.
    HealthPremium,
    /// Electricity, gas or heat.
    Energy,
    /// Drinking water.
    Water,
    /// Anything the household chose to have paid.
    Voluntary,
}

impl CostKind {
    /// Every kind, in the order of payment.
    pub const ALL: [CostKind; 5] =
        [CostKind::Rent, CostKind::HealthPremium, CostKind::Energy, CostKind::Water, CostKind::Voluntary];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            CostKind::Rent => "rent",
            CostKind::HealthPremium => "health_premium",
            CostKind::Energy => "energy",
            CostKind::Water => "water",
            CostKind::Voluntary => "voluntary",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<CostKind> {
        CostKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// True for what is paid even while a decision is open: the home and the insurance (ruling 1).
    pub fn comes_first(self) -> bool {
        matches!(self, CostKind::Rent | CostKind::HealthPremium)
    }

    /// True for what may not stay unpaid: rent, premium, energy and water.
    pub fn is_essential(self) -> bool {
        self != CostKind::Voluntary
    }
}

/// How often something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rhythm {
    /// Every month.
    Monthly,
    /// Every third month.
    Quarterly,
    /// Every twelfth month.
    Yearly,
}

impl Rhythm {
    /// Every rhythm.
    pub const ALL: [Rhythm; 3] = [Rhythm::Monthly, Rhythm::Quarterly, Rhythm::Yearly];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Rhythm::Monthly => "monthly",
            Rhythm::Quarterly => "quarterly",
            Rhythm::Yearly => "yearly",
        }
    }

    /// The rhythm with this code.
    pub fn from_code(code: &str) -> Option<Rhythm> {
        Rhythm::ALL.into_iter().find(|rhythm| rhythm.code() == code)
    }

    /// The months from one due to the next.
    pub fn months(self) -> i32 {
        match self {
            Rhythm::Monthly => 1,
            Rhythm::Quarterly => 3,
            Rhythm::Yearly => 12,
        }
    }
}

/// Something owed at a rhythm on the same day of the month.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    contract: Contract,
    versions: Vec<Version>,
}

/// The amount of an obligation in a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The days on which a due has this amount.
    pub period: Period,
    /// The amount, above zero.
    pub amount: Money,
    /// The letter it follows from; none for the amount that was agreed at first.
    pub letter: Option<String>,
}

/// Versions that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObligationError {
    /// Two versions are valid on one day.
    #[error("the obligation `{reference}` has an amount from {on} already: two cannot hold on one day")]
    Overlap {
        /// The contract number.
        reference: String,
        /// A day in both.
        on: NaiveDate,
    },
    /// An amount of nothing or less.
    #[error("the obligation `{reference}` has the amount `{amount}`: it must be above zero")]
    Amount {
        /// The contract number.
        reference: String,
        /// The amount.
        amount: Money,
    },
}

/// What is agreed with the payee, apart from the amounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Its id.
    pub id: ObligationId,
    /// What is owed.
    pub kind: CostKind,
    /// To whom.
    pub payee: PayeeId,
    /// How often it is due.
    pub rhythm: Rhythm,
    /// The first day something is due; what was due before is not ours (ruling 8).
    pub first_due: NaiveDate,
    /// The last day something can be due.
    pub last_due: Option<NaiveDate>,
    /// The contract number, by which the payee knows it.
    pub reference: String,
    /// Whose personal cost it is; without it the household's.
    pub member: Option<MemberId>,
}

/// The contract reads as the obligation's own.
impl std::ops::Deref for Obligation {
    type Target = Contract;

    fn deref(&self) -> &Contract {
        &self.contract
    }
}

impl Obligation {
    /// An obligation whose versions do not overlap and are above zero.
    pub fn new(contract: Contract, mut versions: Vec<Version>) -> Result<Obligation, ObligationError> {
        versions.sort_by_key(|version| version.period.from());
        let reference = || contract.reference.clone();
        if let Some(wrong) = versions.iter().find(|version| !version.amount.is_positive()) {
            return Err(ObligationError::Amount { reference: reference(), amount: wrong.amount });
        }
        if let Some(pair) = versions.windows(2).find(|pair| pair[0].period.overlaps(pair[1].period)) {
            return Err(ObligationError::Overlap { reference: reference(), on: pair[1].period.from() });
        }
        Ok(Obligation { contract, versions })
    }

    /// The same obligation with another amount from a day on, by a letter: the version that holds then ends the day
    /// before. A change from the first day of a version, or from a day before it, contradicts that version.
    pub fn changed_from(
        &self,
        from: NaiveDate,
        amount: Money,
        letter: String,
    ) -> Result<Obligation, ObligationError> {
        if let Some(known) = self.versions.iter().find(|version| from <= version.period.from()) {
            let (reference, on) = (self.reference.clone(), known.period.from());
            return Err(ObligationError::Overlap { reference, on });
        }
        let ended = |version: &Version| {
            let until = version.period.until().into_iter().chain(from.pred_opt()).min();
            let period = Period::new(version.period.from(), until).ok()?;
            Some(Version { period, ..version.clone() })
        };
        let mut versions: Vec<Version> = self.versions.iter().filter_map(ended).collect();
        let period = Period::new(from, None).expect("a period without an end");
        versions.push(Version { period, amount, letter: Some(letter) });
        Obligation::new(self.contract.clone(), versions)
    }

    /// The same obligation, of which nothing is due after a day.
    pub fn ended_on(&self, last_due: NaiveDate) -> Obligation {
        let contract = Contract { last_due: Some(last_due), ..self.contract.clone() };
        Obligation { contract, versions: self.versions.clone() }
    }

    /// The versions, in order of date.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The day it is due in a month, with the amount; nothing in a month without a due, before the first due,
    /// or after the last.
    pub fn due_in(&self, month: Month) -> Option<(NaiveDate, Money)> {
        let since_first = month.months_since(Month::of(self.first_due));
        let on = month.day(self.first_due.day());
        let in_rhythm = 0 <= since_first && since_first % self.rhythm.months() == 0;
        let over = self.last_due.is_some_and(|last| last < on);
        if !in_rhythm || over {
            return None;
        }
        let version = self.versions.iter().find(|version| version.period.contains(on))?;
        Some((on, version.amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn rent(versions: &[(&str, Option<&str>, i64)]) -> Result<Obligation, ObligationError> {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let contract = Contract {
            id: ObligationId(Uuid::nil()),
            kind: CostKind::Rent,
            payee: PayeeId(Uuid::nil()),
            rhythm: Rhythm::Monthly,
            first_due: day("2026-03-01"),
            last_due: None,
            reference: "H-1".to_owned(),
            member: None,
        };
        let version = |(from, until, cents): &(&str, Option<&str>, i64)| Version {
            period: Period::new(day(from), until.map(day)).expect("a period"),
            amount: Money::from_cents(*cents),
            letter: None,
        };
        Obligation::new(contract, versions.iter().map(version).collect())
    }

    #[test]
    fn a_rent_rise_on_1_july_changes_the_due_of_july_and_not_of_june() {
        let rent = rent(&[("2026-03-01", Some("2026-06-30"), 60_000), ("2026-07-01", None, 62_000)])
            .expect("versions");
        let due =
            |month: &str| rent.due_in(month.parse().expect("a month")).map(|(_, amount)| amount.cents());
        assert_eq!(due("2026-02"), None);
        assert_eq!(due("2026-03"), Some(60_000));
        assert_eq!(due("2026-06"), Some(60_000));
        assert_eq!(due("2026-07"), Some(62_000));
    }

    #[test]
    fn overlapping_versions_are_refused_with_the_day() {
        let twice = rent(&[("2026-03-01", Some("2026-07-01"), 60_000), ("2026-07-01", None, 62_000)]);
        assert_eq!(
            twice.expect_err("overlap").to_string(),
            "the obligation `H-1` has an amount from 2026-07-01 already: two cannot hold on one day"
        );
        assert!(matches!(rent(&[("2026-03-01", None, 0)]), Err(ObligationError::Amount { .. })));
    }

    #[test]
    fn water_by_the_quarter_is_due_every_third_month_until_its_last_due() {
        let rent = rent(&[("2026-03-01", None, 60_000)]).expect("a version");
        let contract = Contract { rhythm: Rhythm::Quarterly, ..rent.contract.clone() };
        let water = Obligation::new(contract, rent.versions.clone()).expect("an obligation");
        let water = water.ended_on("2026-09-01".parse().expect("a day"));
        let months = ["2026-02", "2026-03", "2026-04", "2026-06", "2026-09", "2026-12"];
        let due = months.map(|month| water.due_in(month.parse().expect("a month")).is_some());
        assert_eq!(due, [false, true, false, true, true, false]);
    }

    #[test]
    fn a_change_of_amount_ends_the_version_before_it() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let rent = rent(&[("2026-03-01", None, 60_000)]).expect("a version");
        let risen = rent
            .changed_from(day("2026-07-01"), Money::from_cents(62_000), "letter 1".to_owned())
            .expect("a rise");
        let due =
            |month: &str| risen.due_in(month.parse().expect("a month")).map(|(_, amount)| amount.cents());
        assert_eq!((due("2026-06"), due("2026-07")), (Some(60_000), Some(62_000)));
        let twice = risen.changed_from(day("2026-07-01"), Money::from_cents(63_000), "letter 2".to_owned());
        assert!(matches!(twice, Err(ObligationError::Overlap { .. })));
        for first in ["2026-02-28", "2026-03-01"] {
            let replaced = rent.changed_from(day(first), Money::from_cents(40_000), "letter 3".to_owned());
            assert!(matches!(replaced, Err(ObligationError::Overlap { .. })), "{first}");
        }
        assert!(rent.changed_from(day("2026-03-02"), Money::from_cents(40_000), "x".to_owned()).is_ok());
    }
}
