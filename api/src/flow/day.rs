//! The day's work: everything due on or before the business day that was not done. It never approves,
//! and doing it twice changes nothing.

use std::path::Path;

use chrono::NaiveDate;

use super::alerts::{self, Raised};
use super::instruct::{self, Instructed};
use super::propose::{self, Proposed};
use super::{FlowError, explain, payees, retry};
use crate::auth::grant::Grant;
use crate::store::{Scope, Store, municipality};

/// What the day's work did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayDone {
    /// The days before this one that were missed, and done now.
    pub caught_up: Vec<NaiveDate>,
    /// Runs proposed or renewed, and what could not be paid.
    pub proposed: Proposed,
    /// Payment files offered, and runs of which none could be made.
    pub instructed: Instructed,
    /// Alerts opened, updated and closed.
    pub alerts: Raised,
}

/// The most missed days that are done one by one; of a longer pause only the last ones are.
const CATCH_UP_MAX: i64 = 31;

/// Does the day's work on the business day of the grant. Days that were missed since the last work are done first,
/// each as its own business day: what was due then is proposed and alerts are raised; files are made only today,
/// because no bank executes in the past.
///
/// Without a folder the files for the bank wait for whoever takes them through the API.
pub async fn work(store: &Store, grant: &Grant, outbox: Option<&Path>) -> Result<DayDone, FlowError> {
    let today = grant.today();
    let last = municipality::worked_until(&mut store.read().await?).await?;
    let mut caught_up = Vec::new();
    if let Some(last) = last.filter(|last| *last < today) {
        let first = last.succ_opt().unwrap_or(today).max(today - chrono::TimeDelta::days(CATCH_UP_MAX));
        for missed in first.iter_days().take_while(|day| *day < today) {
            let grant = grant.on(missed);
            propose::propose(store, &grant).await?;
            alerts::raise(store, &grant, Scope::All).await?;
            caught_up.push(missed);
        }
    }
    payees::hold_back(store, grant).await?;
    Box::pin(explain::again(store, grant)).await?;
    let proposed = propose::propose(store, grant).await?;
    let instructed = instruct::instruct(store, grant, outbox).await?;
    let alerts = alerts::raise(store, grant, Scope::All).await?;
    if last.is_none_or(|last| last < today) {
        retry!(mark_worked(store, grant, today))?;
    }
    Ok(DayDone { caught_up, proposed, instructed, alerts })
}

async fn mark_worked(store: &Store, grant: &Grant, today: NaiveDate) -> Result<(), FlowError> {
    let mut change = store.begin(grant, "day's work").await?;
    municipality::set_worked_until(&mut change, today).await?;
    Ok(change.commit().await?)
}
