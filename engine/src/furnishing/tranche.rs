//! Tranche: a part of the credit, what it waits for, and what became of its payment.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::furnishing::evidence::BudgetLine;
use crate::id::TrancheId;
use crate::money::Money;
use crate::policy::{Condition, FurnishingPolicy};

/// A part of the credit.
#[derive(Clone, Debug, PartialEq)]
pub struct Tranche {
    /// Its id: it is never told from another by day or amount.
    pub id: TrancheId,
    /// Its place, 1 for the first.
    pub number: u32,
    /// Its amount in the decision.
    pub amount: Money,
    /// What it is meant for.
    pub budget: Vec<BudgetLine>,
    /// How it is paid.
    pub route: Route,
    /// What it waits for, where the decision says something else than the policy.
    pub opens: Option<Vec<Condition>>,
    /// The last day to show what was bought, where the decision says something else than the policy.
    pub evidence_until: Option<NaiveDate>,
}

/// How a tranche is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// To the household, less the invoices of suppliers that are paid from it and what was handed over in kind.
    Household,
    /// Only to suppliers, invoice by invoice.
    Invoices,
    /// Only in kind.
    InKind,
}

/// What became of the payment of a tranche, or of a supplier's invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payout {
    /// What was paid.
    pub amount: Money,
    /// The day of execution.
    pub on: NaiveDate,
    /// Where it stands.
    pub state: PayoutState,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutState {
    /// A second person approved it; the statement of the bank has not shown it.
    OnItsWay,
    /// The statement shows it.
    Settled,
    /// It was rejected or came back: it is no part of what was paid.
    CameBack,
}

/// The last attempt to pay each tranche and invoice, by its id.
pub type Payouts = BTreeMap<TrancheId, Payout>;

impl Route {
    /// Every route.
    pub const ALL: [Route; 3] = [Route::Household, Route::Invoices, Route::InKind];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            Route::Household => "household",
            Route::Invoices => "invoices",
            Route::InKind => "in_kind",
        }
    }

    /// The route with this code.
    pub fn from_code(code: &str) -> Option<Route> {
        Route::ALL.into_iter().find(|route| route.code() == code)
    }
}

impl Tranche {
    /// What it waits for: as decided, or by the policy.
    pub fn conditions<'a>(&'a self, policy: &'a FurnishingPolicy) -> &'a [Condition] {
        match &self.opens {
            Some(decided) => decided,
            None => policy.conditions_of(self.number),
        }
    }

    /// The last day to show what was bought with a payment of this day.
    pub fn evidence_due(&self, paid_on: NaiveDate, policy: &FurnishingPolicy) -> NaiveDate {
        let by_policy = || paid_on + chrono::Days::new(u64::from(policy.evidence_days));
        self.evidence_until.unwrap_or_else(by_policy)
    }
}

impl Payout {
    /// True while it is paid or on its way.
    pub fn stands(&self) -> bool {
        self.state != PayoutState::CameBack
    }
}
