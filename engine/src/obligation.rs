//! Obligation: something a household owes at a rhythm, to a payee, in versions by date.

use chrono::NaiveDate;

use crate::bank::iban::Iban;
use crate::calendar::{Month, Period};
use crate::id::{ObligationId, PayeeId};
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

/// Somebody who is paid, with the accounts that were verified, by date.
#[derive(Clone, Debug, PartialEq)]
pub struct Payee {
    /// Their id.
    pub id: PayeeId,
    /// The name of the account holder, exactly.
    pub name: String,
    /// Accounts in order of validity; each was verified by two persons before it came here.
    pub accounts: Vec<PayeeAccount>,
}

/// An account of a payee from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct PayeeAccount {
    /// The first day it is used.
    pub valid_from: NaiveDate,
    /// The account.
    pub iban: Iban,
}

impl Payee {
    /// The account in use on a day.
    pub fn account_on(&self, day: NaiveDate) -> Option<&Iban> {
        self.accounts.iter().rev().find(|account| account.valid_from <= day).map(|account| &account.iban)
    }
}

/// Something owed every month on the same day.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    /// Its id.
    pub id: ObligationId,
    /// What is owed.
    pub kind: CostKind,
    /// To whom.
    pub payee: PayeeId,
    /// The first day something is due; what was due before is not ours (ruling 8).
    pub first_due: NaiveDate,
    /// The reference the payee knows it by: a contract number.
    pub reference: String,
    versions: Vec<Version>,
}

/// The amount of an obligation in a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The days on which a due has this amount.
    pub period: Period,
    /// The amount, above zero.
    pub amount: Money,
}

/// Versions that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObligationError {
    /// Two versions are valid on one day.
    #[error("two versions of the obligation `{reference}` hold on {on}: end the older one the day before")]
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

/// What identifies an obligation, apart from its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Its id.
    pub id: ObligationId,
    /// What is owed.
    pub kind: CostKind,
    /// To whom.
    pub payee: PayeeId,
    /// The first day something is due.
    pub first_due: NaiveDate,
    /// The contract number.
    pub reference: String,
}

impl Obligation {
    /// An obligation whose versions do not overlap and are above zero.
    pub fn new(contract: Contract, mut versions: Vec<Version>) -> Result<Obligation, ObligationError> {
        let Contract { id, kind, payee, first_due, reference } = contract;
        versions.sort_by_key(|version| version.period.from());
        if let Some(wrong) = versions.iter().find(|version| !version.amount.is_positive()) {
            return Err(ObligationError::Amount { reference, amount: wrong.amount });
        }
        if let Some(pair) = versions.windows(2).find(|pair| pair[0].period.overlaps(pair[1].period)) {
            return Err(ObligationError::Overlap { reference, on: pair[1].period.from() });
        }
        Ok(Obligation { id, kind, payee, first_due, reference, versions })
    }

    /// The versions, in order of date.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The day it is due in a month, with the amount; nothing before the first due or after the last version.
    pub fn due_in(&self, month: Month) -> Option<(NaiveDate, Money)> {
        let on = month.day(chrono::Datelike::day(&self.first_due));
        let version = self.versions.iter().find(|version| version.period.contains(on))?;
        (self.first_due <= on).then_some((on, version.amount))
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
            first_due: day("2026-03-01"),
            reference: "H-1".to_owned(),
        };
        let version = |(from, until, cents): &(&str, Option<&str>, i64)| Version {
            period: Period::new(day(from), until.map(day)).expect("a period"),
            amount: Money::from_cents(*cents),
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
            "two versions of the obligation `H-1` hold on 2026-07-01: end the older one the day before"
        );
        assert!(matches!(rent(&[("2026-03-01", None, 0)]), Err(ObligationError::Amount { .. })));
    }
}
