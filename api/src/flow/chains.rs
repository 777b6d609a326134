//! The chain of statements of each account: where it holds, and where it breaks.

use grip_engine::bank::chain::{self, Joint, Link};
use grip_engine::money::Money;

use super::FlowError;
use crate::store::Snapshot;
use crate::store::municipality::{self, BankAccount};
use crate::store::statement::{self, StatementRow};

/// A statement in the chain of its account.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The statement.
    pub row: StatementRow,
    /// What stands between it and the one before it; [`Joint::Beside`] for one that was superseded.
    pub joint: Joint,
}

/// The accounts of the municipality, each with its statements, the newest first; those that were superseded last.
pub async fn chains(at: &mut Snapshot) -> Result<Vec<(BankAccount, Vec<Linked>)>, FlowError> {
    let mut statements = statement::list(at).await?;
    let mut chains = Vec::new();
    for account in municipality::bank_accounts(at).await? {
        let (own, others) = statements.into_iter().partition(|row| row.bank_account_id == account.id.0);
        statements = others;
        chains.push((account, chained(own)));
    }
    Ok(chains)
}

fn chained(rows: Vec<StatementRow>) -> Vec<Linked> {
    let (gone, mut counts): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_superseded);
    counts.reverse();
    chain::in_order(&mut counts, link);
    let links: Vec<Link> = counts.iter().map(link).collect();
    let joints = chain::joints(&links);
    let mut linked: Vec<Linked> =
        counts.into_iter().zip(joints).map(|(row, joint)| Linked { row, joint }).collect();
    linked.reverse();
    linked.extend(gone.into_iter().map(|row| Linked { row, joint: Joint::Beside }));
    linked
}

fn link(row: &StatementRow) -> Link {
    Link {
        opening: Money::from_cents(row.opening),
        closing: Money::from_cents(row.closing),
        closing_on: row.closing_on,
        sequence: row.sequence.and_then(|number| u64::try_from(number).ok()),
    }
}
