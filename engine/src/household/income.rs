//! Income that was reported to the income officer, and decided reductions.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

use crate::calendar::{Month, Period};
use crate::id::MemberId;
use crate::money::Money;

/// Money besides the benefit, reported to the income officer (art. 17 Pw).
#[derive(Clone, Debug, PartialEq)]
pub struct Income {
    /// The reference by which it is known, where it has one.
    pub reference: Option<String>,
    /// The days it is received; it counts whole in every month with one of them.
    pub period: Period,
    /// The amount a month.
    pub monthly: Money,
    /// How far it is set off against the norm.
    pub counts: Counts,
    /// Whose; the applicant's without one. An exemption has its maximum per person.
    pub member: Option<MemberId>,
}

/// How far income is set off (art. 31 and 32 Pw).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counts {
    /// All of it.
    Fully,
    /// Wages of which 25 % is exempt, to a maximum, for at most six months (31(2)n).
    Wage,
    /// Wages of a single parent of which 12.5 % is exempt, to a maximum, for at most thirty months (31(2)r).
    WageOfSingleParent,
    /// None of it: not means (art. 31(2)).
    Exempt,
}

impl Counts {
    /// Every way.
    pub const ALL: [Counts; 4] = [Counts::Fully, Counts::Wage, Counts::WageOfSingleParent, Counts::Exempt];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            Counts::Fully => "fully",
            Counts::Wage => "wage_25",
            Counts::WageOfSingleParent => "wage_single_parent",
            Counts::Exempt => "exempt",
        }
    }

    /// The way with this code.
    pub fn from_code(code: &str) -> Option<Counts> {
        Counts::ALL.into_iter().find(|counts| counts.code() == code)
    }

    /// The first day on which somebody born on a day can have the exemption: none for wages under 27 (ruling 10).
    pub fn earliest(self, born: NaiveDate) -> Option<NaiveDate> {
        self.months_max()?;
        born.checked_add_months(Months::new(27 * 12))
    }

    /// The most months for which a person can have it, however many decisions they are in.
    pub fn months_max(self) -> Option<u32> {
        match self {
            Counts::Wage => Some(6),
            Counts::WageOfSingleParent => Some(30),
            Counts::Fully | Counts::Exempt => None,
        }
    }
}

/// A decided reduction of the benefit (art. 18(2) Pw). The engine never proposes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduction {
    /// The reference of the decision.
    pub reference: String,
    /// The benefit month.
    pub month: Month,
    /// What is taken off.
    pub size: ReductionSize,
}

/// What a reduction takes off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReductionSize {
    /// A share of the norm for the days with a right.
    Share(Decimal),
    /// An amount.
    Amount(Money),
}
