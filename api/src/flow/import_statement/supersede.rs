//! A booked statement that turns out to be wrong is never deleted. One person proposes that it counts no longer and
//! says why, another approves: every posting of its entries is reversed, and the payments it settled are on their way
//! again. Then the right statement can be taken in.

use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::id::PostingId;
use grip_engine::ledger::posting::Posting;
use uuid::Uuid;

use super::waiting::said;
use crate::auth::grant::Grant;
use crate::flow::{FlowError, StatementRefusal, retry};
use crate::store::ledger::{self, Cause};
use crate::store::statement::{self, StatementRow};
use crate::store::{Change, Snapshot, Store, payment, unexplained};

/// Proposes that a statement counts no longer.
pub async fn propose(store: &Store, grant: &Grant, id: Uuid, reason: &str) -> Result<(), FlowError> {
    let reason = said(reason)?;
    let mut change = store.begin(grant, format!("statement {id} superseded")).await?;
    let row = current(&mut change, id).await?;
    may_go(&mut change, &row).await?;
    if statement::supersession(&mut change, id).await?.is_some() {
        return Err(StatementRefusal::Decided.into());
    }
    statement::propose_supersession(&mut change, id, reason).await?;
    Ok(change.commit().await?)
}

/// Takes a proposal back.
pub async fn withdraw(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("statement {id} stays")).await?;
    let found = statement::supersession(&mut change, id).await?.ok_or_else(|| missing(id))?;
    if !statement::withdraw_supersession(&mut change, found.supersession_id).await? {
        return Err(StatementRefusal::Decided.into());
    }
    Ok(change.commit().await?)
}

/// Approves a proposal, as the second person: what the statement did is reversed.
pub async fn approve(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    retry!(try_approve(store, grant, id))
}

async fn try_approve(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("statement {id} superseded")).await?;
    let row = current(&mut change, id).await?;
    let found = statement::supersession(&mut change, id).await?.ok_or_else(|| missing(id))?;
    if found.proposed_by == change.grant().who() {
        return Err(ApprovalError::SamePerson.into());
    }
    may_go(&mut change, &row).await?;
    reverse(&mut change, &row).await?;
    if !statement::approve_supersession(&mut change, found.supersession_id).await? {
        return Err(StatementRefusal::Decided.into());
    }
    Ok(change.commit().await?)
}

async fn current(at: &mut Snapshot, id: Uuid) -> Result<StatementRow, FlowError> {
    let all = statement::list(at).await?;
    let row = all.into_iter().find(|row| row.statement_id == id).ok_or_else(|| missing(id))?;
    if row.is_superseded { Err(StatementRefusal::Decided.into()) } else { Ok(row) }
}

/// A statement may go while others do not stand on it: the books do not open with it, and no payment of it came back.
async fn may_go(at: &mut Snapshot, row: &StatementRow) -> Result<(), FlowError> {
    if row.is_first && 0 < statement::follows(at, row.bank_account_id, row.statement_id).await? {
        return Err(StatementRefusal::OpensBooks(row.bank_id.clone()).into());
    }
    if statement::speaks_of_returns(at, row.statement_id).await? {
        return Err(StatementRefusal::HasReturns(row.bank_id.clone()).into());
    }
    Ok(())
}

async fn reverse(change: &mut Change, row: &StatementRow) -> Result<(), FlowError> {
    let today = change.grant().today();
    let mut batch = ledger::Batch::of_nobody(change).await?;
    let mut posted = ledger::of_statement(change, row.bank_account_id, row.statement_id).await?;
    if row.is_first {
        posted.extend(ledger::opening_balance(change, row.bank_account_id).await?);
    }
    for found in posted {
        let back = found.posting.reverse(PostingId(change.new_id()), today)?;
        batch.know(found.from, found.posting.from());
        batch.know(found.to, found.posting.to());
        let is_settlement = found.cause == "settlement";
        let word = if is_settlement { "settlement superseded" } else { "superseded" };
        batch.add(&back, (found.to, found.from), Cause { word, payment: found.payment, entry: None });
        if is_settlement {
            let (from, to) = (found.posting.from(), found.posting.to());
            let id = PostingId(change.new_id());
            let pending = Posting::pending(id, from, to, found.posting.amount(), today)?;
            let cause = Cause { word: "payment", payment: found.payment, entry: found.entry };
            batch.add(&pending, (found.from, found.to), cause);
        }
    }
    batch.save(change).await?;
    unexplained::close(change, row.statement_id).await?;
    statement::part_notices(change, row.statement_id).await?;
    let source = format!("afschrift {} vervallen", row.bank_id);
    Ok(payment::unsettle_by(change, row.statement_id, &source).await?)
}

fn missing(id: Uuid) -> FlowError {
    FlowError::NotFound { what: "statement", id: id.to_string() }
}
