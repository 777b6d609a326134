//! Households with all that was recorded about them, and the payees.

mod code;
mod payee;
mod read;
mod write;

pub use payee::{add_payee, add_payee_account, payees};
pub use read::{file, files, numbered};
pub use write::{
    add, add_benefit, add_decision, add_event, add_member, add_obligation, add_reduction,
    add_reported_income, set_member_account,
};

use std::collections::BTreeSet;

use grip_engine::calendar::Month;
use grip_engine::household::Household;
use grip_engine::id::{BankAccountId, ObligationId};
use grip_engine::money::Money;
use grip_engine::obligation::Obligation;

/// A household with all that was recorded about it.
#[derive(Clone, Debug)]
pub struct HouseholdFile {
    /// The household.
    pub household: Household,
    /// What people call it by.
    pub number: String,
    /// The account of the municipality that pays for it.
    pub bank_account: BankAccountId,
    /// What it owes every month.
    pub obligations: Vec<Obligation>,
    /// Held dues that an officer decided to pay, by benefit month.
    pub decided: Vec<(Month, ObligationId)>,
    /// Holiday allowance that was reserved in released plans and not paid out.
    pub reserved: Money,
    /// The people who recorded any of it: none of them can be the second person.
    pub recorded_by: BTreeSet<String>,
}

impl HouseholdFile {
    /// The obligations of which a held due is paid in a month.
    pub fn decided_in(&self, month: Month) -> Vec<ObligationId> {
        self.decided
            .iter()
            .filter(|(decided, _)| *decided == month)
            .map(|(_, obligation)| *obligation)
            .collect()
    }
}
