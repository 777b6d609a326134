//! What came of the bank's messages in a case, in lines.

use grip_engine::bank::chain::Joint;
use grip_engine::money::Money;

use crate::flow::{FlowError, chains};
use crate::store::unexplained::{self, Listed};
use crate::store::{Snapshot, statement};

/// The most lines of a kind that a case can tell.
const MOST: i64 = 1_000;

/// The chains of statements, the oldest first: `2026-118 first`, `2026-120 missing 10.00`.
pub(super) async fn chain(at: &mut Snapshot) -> Result<Vec<String>, FlowError> {
    let mut lines = Vec::new();
    for (_, links) in chains::chains(at).await? {
        lines.extend(links.into_iter().rev().map(|link| {
            let skips = |skipped: u64| if skipped == 0 { String::new() } else { format!(" skips {skipped}") };
            let joint = match link.joint {
                _ if link.row.is_superseded => "superseded".to_owned(),
                Joint::First => "first".to_owned(),
                Joint::Beside => "repeats".to_owned(),
                Joint::Joined { skipped } => format!("joined{}", skips(skipped)),
                Joint::Missing { moved, skipped } => format!("missing {moved}{}", skips(skipped)),
            };
            format!("{} {joint}", link.row.bank_id)
        }));
    }
    Ok(lines)
}

/// The statements that wait, the oldest first: `2026-121 E_BALANCE`.
pub(super) async fn held(at: &mut Snapshot) -> Result<Vec<String>, FlowError> {
    let mut rows = statement::held(at).await?;
    rows.retain(|row| row.state == "held");
    rows.reverse();
    Ok(rows.into_iter().map(|row| format!("{} {}", row.bank_id, row.code)).collect())
}

/// What nobody explained, by day, direction and amount: `2026-07-02 credit 10.00 no_identifier`.
pub(super) async fn unexplained(at: &mut Snapshot) -> Result<Vec<String>, FlowError> {
    let (_, mut rows) = unexplained::list(at, Listed { bank_account: None, skip: 0, most: MOST }).await?;
    rows.sort_by(|a, b| {
        (a.booked_on, &a.direction, a.remaining, &a.why).cmp(&(
            b.booked_on,
            &b.direction,
            b.remaining,
            &b.why,
        ))
    });
    let line = |row: unexplained::OpenRow| {
        format!("{} {} {} {}", row.booked_on, row.direction, Money::from_cents(row.remaining), row.why)
    };
    Ok(rows.into_iter().map(line).collect())
}

/// What the bank reported and no statement covers, by day, direction and amount: `2026-03-04 debit 600.00 pending`.
pub(super) async fn provisional(at: &mut Snapshot) -> Result<Vec<String>, FlowError> {
    let mut rows = statement::provisional(at).await?;
    rows.sort_by(|a, b| {
        (a.day, &a.direction, a.amount, &a.status).cmp(&(b.day, &b.direction, b.amount, &b.status))
    });
    let line = |row: statement::ProvisionalRow| {
        format!("{} {} {} {}", row.day, row.direction, Money::from_cents(row.amount), row.status)
    };
    Ok(rows.into_iter().map(line).collect())
}
