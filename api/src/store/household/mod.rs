//! Households with all that was recorded about them, and the payees.

mod payee;
mod read;
mod write;

pub use payee::{add_payee, payee_names, payees, set_address};
pub use read::{DecisionRow, FactRow, facts, file, file_on, files, files_on, ids, newest, numbered, of_fact};
pub use write::{NewFact, add, add_fact, add_member, add_obligation, touch};

use std::collections::{BTreeMap, BTreeSet};

use grip_engine::furnishing::Credit;
use grip_engine::household::Household;
use grip_engine::id::{BankAccountId, MemberId};
use grip_engine::obligation::Obligation;
use grip_engine::payee::Accounts;

use crate::intake::fold::Folded;

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
    /// Its furnishing credits, in the order of the decisions.
    pub credits: Vec<Credit>,
    /// The accounts of its members for living money.
    pub accounts: BTreeMap<MemberId, Accounts>,
    /// The people who recorded any of it: none of them can be the second person.
    pub recorded_by: BTreeSet<String>,
}

impl HouseholdFile {
    /// What its facts fold to, so that one more can be added.
    pub fn folded(&self) -> Folded {
        Folded {
            household: self.household.clone(),
            obligations: self.obligations.clone(),
            credits: self.credits.clone(),
        }
    }

    /// Moves what its facts fold to out of it, to add one more; [`HouseholdFile::put`] brings it back.
    pub fn take(&mut self) -> Folded {
        let empty = Household::new(self.household.id);
        Folded {
            household: std::mem::replace(&mut self.household, empty),
            obligations: std::mem::take(&mut self.obligations),
            credits: std::mem::take(&mut self.credits),
        }
    }

    /// Puts back what its facts fold to.
    pub fn put(&mut self, folded: Folded) {
        (self.household, self.obligations, self.credits) =
            (folded.household, folded.obligations, folded.credits);
    }
}
