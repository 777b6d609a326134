//! Households with all that was recorded about them, and the payees.

mod payee;
mod read;
mod write;

pub use payee::{add_payee, payee_names, payees, set_address};
pub use read::{DecisionRow, FactRow, facts, file, file_on, files, files_on, ids, newest, numbered};
pub use write::{NewFact, add, add_fact, add_member, add_obligation, touch};

use std::collections::{BTreeMap, BTreeSet};

use grip_engine::household::Household;
use grip_engine::id::{BankAccountId, MemberId};
use grip_engine::obligation::Obligation;
use grip_engine::payee::Accounts;

/// A household with all that was recorded about it.
#[derive(Clone, Debug)]
pub struct HouseholdFile {
    /// The household.
    pub household: Household,
    /// What people call it by.
    pub number: String,
    /// The account of the municipality that pays for it.
    pub bank_account: BankAccountId,
    /// What it owes.
    pub obligations: Vec<Obligation>,
    /// The accounts of its members for living money.
    pub accounts: BTreeMap<MemberId, Accounts>,
    /// The people who recorded any of it: none of them can be the second person.
    pub recorded_by: BTreeSet<String>,
}
