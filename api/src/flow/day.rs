//! The day's work: everything due on or before the business day that was not done. It never approves,
//! and doing it twice changes nothing.

use std::path::Path;

use super::FlowError;
use super::alerts::{self, Raised};
use super::instruct::{self, Instructed};
use super::propose::{self, Proposed};
use crate::auth::grant::Grant;
use crate::store::{Scope, Store};

/// What the day's work did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayDone {
    /// Runs proposed or renewed, and what could not be paid.
    pub proposed: Proposed,
    /// Payment files offered, and runs of which none could be made.
    pub instructed: Instructed,
    /// Alerts opened, updated and closed.
    pub alerts: Raised,
}

/// Does the day's work on the business day of the grant.
pub async fn work(store: &Store, grant: &Grant, outbox: &Path) -> Result<DayDone, FlowError> {
    let proposed = propose::propose(store, grant).await?;
    let instructed = instruct::instruct(store, grant, outbox).await?;
    let alerts = alerts::raise(store, grant, Scope::All).await?;
    Ok(DayDone { proposed, instructed, alerts })
}
