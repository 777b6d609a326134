//! What is different about a run: since the previous run of the month, for who approves it; and since it was
//! proposed, for who finds that it changed.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{RunLine, Subject};
use grip_engine::id::{HouseholdId, RunId};
use grip_engine::money::Money;
use uuid::Uuid;

use super::FlowError;
use super::propose::facts;
use crate::store::Snapshot;
use crate::store::run::{self, RunRow};

/// A line that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// The line; as it was, when it is gone.
    pub line: RunLine,
    /// What differs.
    pub what: What,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
    /// Another amount.
    Amount {
        /// What it was.
        was: Money,
    },
    /// Another account holder or account.
    Account {
        /// The account holder it was.
        was: String,
        /// The account it was.
        account: grip_engine::bank::iban::Iban,
    },
}

/// The run of the month before, on the same account of the municipality.
pub async fn previous(at: &mut Snapshot, found: &RunRow) -> Result<Option<RunRow>, FlowError> {
    let mut earlier: Vec<RunRow> = run::list(at).await?;
    let is_before = |run: &RunRow| {
        run.bank_account_id == found.bank_account_id
            && run.kind == "monthly"
            && run.run_id != found.run_id
            && run.execution_on < found.execution_on
    };
    earlier.retain(is_before);
    Ok(earlier.into_iter().max_by_key(|run| run.execution_on))
}

/// What differs from the run of the month before. Empty for the first one.
pub async fn since_previous(at: &mut Snapshot, found: &RunRow) -> Result<Vec<LineChange>, FlowError> {
    let Some(previous) = previous(at, found).await? else {
        return Ok(Vec::new());
    };
    let (before, now) = (run::lines(at, previous.id()).await?, run::lines(at, found.id()).await?);
    let mut changes = changes(&before, &now, whose);
    if found.kind != "monthly" {
        // a run of a day holds a few lines: what it does not pay is not gone
        changes.retain(|change| change.what != What::Gone);
    }
    Ok(changes)
}

/// What differs now from a run as it was proposed: the check at release.
pub async fn since_proposed(
    at: &mut Snapshot,
    id: RunId,
    today: NaiveDate,
) -> Result<Vec<LineChange>, FlowError> {
    let found = run::get(at, id).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "run", id: id.to_string() })?;
    let proposed = run::lines(at, id).await?;
    let facts = facts(at, found.proposed_on, today).await?;
    let now = facts.proposal_of(at, &found).await?.content.lines;
    Ok(changes(&proposed, &now, |line| (line.household, line.subject)))
}

/// What a line is for, whatever the month.
fn whose(line: &RunLine) -> (HouseholdId, u8, Uuid) {
    let (kind, id) = match line.subject {
        Subject::FixedCost(id, _) => (0, id.0),
        Subject::Withholding(id, _) => (1, id.0),
        Subject::LivingMoney(id, ..) => (2, id.0),
        Subject::Tranche(id) => (3, id.0),
    };
    (line.household, kind, id)
}

/// The differences between two lists of lines, held against each other by a key: first what is new or different in
/// order of the second list, then what is gone.
fn changes<K: Ord>(before: &[RunLine], now: &[RunLine], key: impl Fn(&RunLine) -> K) -> Vec<LineChange> {
    let mut left: std::collections::BTreeMap<K, Vec<&RunLine>> = std::collections::BTreeMap::new();
    for line in before.iter().rev() {
        left.entry(key(line)).or_default().push(line);
    }
    let mut changes = Vec::new();
    for line in now {
        let Some(was) = left.get_mut(&key(line)).and_then(Vec::pop) else {
            changes.push(LineChange { line: line.clone(), what: What::New });
            continue;
        };
        if was.creditor != line.creditor || was.creditor_name != line.creditor_name {
            let what = What::Account { was: was.creditor_name.clone(), account: was.creditor.clone() };
            changes.push(LineChange { line: line.clone(), what });
        }
        if was.amount != line.amount {
            changes.push(LineChange { line: line.clone(), what: What::Amount { was: was.amount } });
        }
    }
    let gone = left.into_values().flatten();
    changes.extend(gone.map(|line| LineChange { line: line.clone(), what: What::Gone }));
    changes
}
