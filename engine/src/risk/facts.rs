//! The whitelist: what a risk rule may know. No name, origin, language, age, neighbourhood, remittance
//! text or spending pattern can reach a rule, because there is no field for it.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::calendar::Month;
use crate::id::{CreditId, DueId, HouseholdId, TrancheId};
use crate::money::Money;

/// The permitted facts about one household on one day.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The business day.
    pub today: NaiveDate,
    /// The household.
    pub household: HouseholdId,
    /// The benefit months of the next two runs that were not released yet, and the month that runs now.
    pub months: &'a [MonthFacts],
    /// Payments that came back.
    pub returned: &'a [ReturnedFacts],
    /// Tranches that were paid.
    pub tranches: &'a [TrancheFacts],
    /// Furnishing credits that pay something.
    pub credits: &'a [CreditFacts<'a>],
}

/// The money of a benefit month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonthFacts {
    /// The month.
    pub month: Month,
    /// Changes count until this day.
    pub cut_off: NaiveDate,
    /// The pay day.
    pub pay_day: NaiveDate,
    /// The benefit that is paid this month, without the holiday allowance.
    pub payable: Money,
    /// Money we hold for the household that is not meant for a due.
    pub held: Money,
    /// The fixed costs the municipality must pay from it.
    pub fixed_costs: Money,
    /// The living money the plan really pays.
    pub living_money: Money,
    /// Other money reported to the income officer.
    pub reported_income: Money,
    /// The least the household should have.
    pub floor: Money,
}

/// A payment that came back.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnedFacts {
    /// The due it was for.
    pub due: DueId,
    /// Rent, premium, energy or water.
    pub essential: bool,
    /// The amount.
    pub amount: Money,
    /// The month the due belongs to.
    pub period: Month,
    /// The day it came back.
    pub returned_on: NaiveDate,
    /// The reason code of the bank.
    pub reason: String,
    /// The day a later attempt settled, if one did.
    pub paid_again_on: Option<NaiveDate>,
}

/// A tranche that was paid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrancheFacts {
    /// The tranche.
    pub tranche: TrancheId,
    /// What was paid.
    pub paid: Money,
    /// When.
    pub paid_on: NaiveDate,
    /// What is accounted for.
    pub accounted: Money,
    /// The share that must be accounted for.
    pub threshold: Decimal,
    /// The last day to show it.
    pub evidence_due: NaiveDate,
}

/// A furnishing credit. What is known of the goods is whether one of each essential was shown or seen.
#[derive(Clone, Debug, PartialEq)]
pub struct CreditFacts<'a> {
    /// The credit.
    pub credit: CreditId,
    /// Its amount.
    pub amount: Money,
    /// What was paid of it.
    pub disbursed: Money,
    /// The day of the last payment.
    pub paid_on: NaiveDate,
    /// The essentials of which nothing was shown or seen.
    pub missing: Vec<&'a str>,
}

impl Facts<'_> {
    /// The household as the object of a finding.
    pub(super) fn household_object(&self) -> Uuid {
        self.household.0
    }
}
