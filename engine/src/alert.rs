//! Alerts: findings held against what is open. The same matter never opens twice; a matter that is
//! settled closes by itself. An alert changes no payment, benefit or tranche.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::calendar::Month;
use crate::risk::{Finding, Rule, Severity, Standing};

/// What makes two findings of a household the same matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertKey {
    /// The rule.
    pub rule: Rule,
    /// The due, tranche or household it is about.
    pub object: Uuid,
    /// The benefit month, when it is about one.
    pub month: Option<Month>,
}

/// An alert that was raised before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The matter.
    pub key: AlertKey,
    /// Its severity when it was last seen.
    pub severity: Severity,
    /// The day it was closed; open when there is none.
    pub closed_on: Option<NaiveDate>,
}

/// What happens to the alerts of a household today.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A new matter.
    Open(Finding),
    /// An open matter, seen again with today's figures.
    Update(Finding),
    /// The matter is settled.
    Close(AlertKey),
}

impl AlertKey {
    /// The matter of a finding.
    pub fn of(finding: &Finding) -> AlertKey {
        AlertKey { rule: finding.rule, object: finding.object, month: finding.month }
    }
}

/// Holds today's findings of one household against its alerts.
pub fn changes(known: &[Known], findings: Vec<Finding>, today: NaiveDate) -> Vec<Change> {
    let is_open = |key: AlertKey| known.iter().any(|alert| alert.key == key && alert.closed_on.is_none());
    let seen: Vec<AlertKey> = findings.iter().map(AlertKey::of).collect();
    let mut changes: Vec<Change> = Vec::new();
    for finding in findings {
        let key = AlertKey::of(&finding);
        if is_open(key) {
            changes.push(Change::Update(finding));
        } else if finding.standing == Standing::Opens && !rests(known, &finding, today) {
            changes.push(Change::Open(finding));
        }
    }
    let open = known.iter().filter(|alert| alert.closed_on.is_none()).map(|alert| alert.key);
    changes.extend(open.filter(|key| !seen.contains(key)).map(Change::Close));
    changes
}

/// A matter that closed rests for the cooldown of its rule, unless it comes back with more severity.
fn rests(known: &[Known], finding: &Finding, today: NaiveDate) -> bool {
    let key = AlertKey::of(finding);
    known.iter().filter(|alert| alert.key == key).any(|alert| {
        let cooling =
            alert.closed_on.is_some_and(|on| (today - on).num_days() < finding.rule.cooldown_days());
        cooling && alert.severity <= finding.severity
    })
}
