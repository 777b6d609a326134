//! Furnishing credit: a loan or gift to furnish the home, released in tranches that open on evidence.
//!
//! Legal source: Participatiewet art. 51 (durable goods), 55 (obligation to hand in receipts). Money
//! that is not accounted for lowers the next tranche; it is never claimed back by the engine, and
//! nothing here accuses anybody.

pub mod spending;
pub mod tranche;

use crate::id::{CreditId, HouseholdId};
use crate::money::Money;
use tranche::Tranche;

/// A decided furnishing credit.
#[derive(Clone, Debug, PartialEq)]
pub struct Credit {
    /// Its id.
    pub id: CreditId,
    /// For whom.
    pub household: HouseholdId,
    /// The reference of the decision.
    pub reference: String,
    /// The decided amount.
    pub amount: Money,
    /// Its parts, in order.
    tranches: Vec<Tranche>,
}

/// A credit whose parts do not add up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tranches of credit `{reference}` add up to {total}, the decision grants {amount}")]
pub struct CreditError {
    /// The reference of the decision.
    pub reference: String,
    /// The sum of the tranches.
    pub total: Money,
    /// The decided amount.
    pub amount: Money,
}

impl Credit {
    /// A credit whose tranches add up to the decided amount.
    pub fn new(
        id: CreditId,
        household: HouseholdId,
        reference: String,
        amount: Money,
        tranches: Vec<Tranche>,
    ) -> Result<Credit, CreditError> {
        let total = tranches.iter().map(|tranche| tranche.amount).sum();
        if total == amount {
            Ok(Credit { id, household, reference, amount, tranches })
        } else {
            Err(CreditError { reference, total, amount })
        }
    }

    /// Its parts, in order.
    pub fn tranches(&self) -> &[Tranche] {
        &self.tranches
    }
}
