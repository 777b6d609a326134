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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;
    use crate::risk::Figures;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn finding(severity: Severity, standing: Standing) -> Finding {
        Finding {
            rule: Rule::R04,
            object: Uuid::nil(),
            month: Some("2026-05".parse().expect("a month")),
            severity,
            harm_on: day("2026-05-29"),
            standing,
            figures: Figures::FloorBreached { living_money: Money::ZERO, floor: Money::ZERO },
        }
    }

    fn known(severity: Severity, closed_on: Option<&str>) -> Known {
        let key = AlertKey::of(&finding(severity, Standing::Opens));
        Known { key, severity, closed_on: closed_on.map(day) }
    }

    #[test]
    fn the_same_matter_opens_once_stays_and_closes_when_it_is_gone() {
        let today = day("2026-05-10");
        let opens = || vec![finding(Severity::K2, Standing::Opens)];
        assert!(matches!(changes(&[], opens(), today)[..], [Change::Open(_)]));
        let open = [known(Severity::K2, None)];
        assert!(matches!(changes(&open, opens(), today)[..], [Change::Update(_)]));
        let stays = vec![finding(Severity::K2, Standing::Stays)];
        assert!(matches!(changes(&open, stays.clone(), today)[..], [Change::Update(_)]));
        assert_eq!(changes(&[], stays, today), []);
        assert_eq!(changes(&open, Vec::new(), today), [Change::Close(open[0].key)]);
    }

    #[test]
    fn a_closed_matter_rests_28_days_unless_it_gets_worse() {
        let closed = [known(Severity::K2, Some("2026-05-01"))];
        let opens =
            |severity, today| changes(&closed, vec![finding(severity, Standing::Opens)], day(today)).len();
        assert_eq!(opens(Severity::K2, "2026-05-28"), 0);
        assert_eq!(opens(Severity::K2, "2026-05-29"), 1);
        assert_eq!(opens(Severity::K1, "2026-05-02"), 1);
    }
}
