//! A statement without closing balance proves nothing by itself. One person computes what it closes with, looks at the
//! account, types the balance over and says why; another approves. Then it is booked as any other.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::money::Money;
use grip_engine::policy::StatementPolicy;
use uuid::Uuid;

use super::examined::{Examined, examine};
use super::hold::Hold;
use super::outcome::Outcome;
use super::pages::kept_bytes;
use super::progress::Progress;
use super::waiting::{closed, missing, open, said};
use super::{Given, Source, Taking};
use crate::auth::grant::Grant;
use crate::flow::{FlowError, StatementRefusal, explain, retry};
use crate::store::statement::{self, HeldRow};
use crate::store::{Snapshot, Store};

/// What a statement closes with, as a person typed it.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The balance.
    pub closing: Money,
    /// The day.
    pub closing_on: NaiveDate,
    /// Why it is accepted, in 3 to 500 letters.
    pub reason: String,
}

/// What opening balance and entries of a held statement give, and the day of its last entry; nothing where it waits for
/// something else than a closing balance.
pub async fn computed(store: &Store, row: &HeldRow) -> Result<Option<(Money, Option<NaiveDate>)>, FlowError> {
    if row.state != "held" || row.code != NO_CLOSING {
        return Ok(None);
    }
    let found = examined(&mut store.read().await?, row).await?;
    Ok(found.leads_to().map(|balance| (balance, found.last_day())))
}

/// Proposes to book a held statement that lacks a closing balance.
pub async fn propose(store: &Store, grant: &Grant, held: Uuid, typed: &Typed) -> Result<(), FlowError> {
    let reason = said(&typed.reason)?;
    let mut change = store.begin(grant, format!("held statement {held} accepted")).await?;
    let row = open(&mut change, held).await?;
    let found = examined(&mut change, &row).await?;
    check(&row, &found, typed.closing, typed.closing_on)?;
    if statement::acceptance(&mut change, held).await?.is_some() {
        return Err(StatementRefusal::Decided.into());
    }
    let closes = (typed.closing.cents(), typed.closing_on);
    statement::propose_acceptance(&mut change, held, closes, reason).await?;
    Ok(change.commit().await?)
}

/// Takes a proposal back.
pub async fn withdraw(store: &Store, grant: &Grant, held: Uuid) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("held statement {held} not accepted")).await?;
    let found = statement::acceptance(&mut change, held).await?.ok_or_else(|| missing(held))?;
    if !statement::withdraw_acceptance(&mut change, found.acceptance_id).await? {
        return Err(StatementRefusal::Decided.into());
    }
    Ok(change.commit().await?)
}

/// Approves a proposal, as the second person: the statement is booked if it proves and fits.
pub async fn approve(store: &Store, grant: &Grant, held: Uuid) -> Result<Outcome, FlowError> {
    retry!(try_approve(store, grant, held))
}

async fn try_approve(store: &Store, grant: &Grant, id: Uuid) -> Result<Outcome, FlowError> {
    let mut change = store.begin(grant, format!("held statement {id} accepted")).await?;
    let row = open(&mut change, id).await?;
    let accepted = statement::acceptance(&mut change, id).await?.ok_or_else(|| missing(id))?;
    if accepted.proposed_by == change.grant().who() {
        return Err(ApprovalError::SamePerson.into());
    }
    let gaps = statement::gaps(&mut change).await?;
    let (bytes, encoding) = kept_bytes(&mut change, &row.sha256).await?;
    let file = examine(bytes.as_slice(), encoding)?;
    let place = usize::try_from(row.place).unwrap_or_default();
    let found = file.statements.get(place).ok_or_else(|| missing(id))?;
    let closes = (Money::from_cents(accepted.closing), accepted.closing_on);
    check(&row, found, closes.0, closes.1)?;
    let progress = Progress::default();
    let given = Given { name: "", sha256: &row.sha256, bytes: &bytes, encoding, progress: &progress };
    let outcome = match found.closing_with(closes).proved(row.bank_account_id.into()) {
        Ok(found) => {
            let mut taking = Taking::new(given, &file, StatementPolicy::default());
            taking.book_proved(&mut change, &found, Source::Place(place)).await?
        }
        Err(hold) => Outcome::Held(hold),
    };
    if !closed(&mut change, id, &outcome, &accepted.reason).await? {
        return Ok(outcome);
    }
    if !statement::approve_acceptance(&mut change, accepted.acceptance_id).await? {
        return Err(StatementRefusal::Decided.into());
    }
    Box::pin(explain::search_new(&mut change, &gaps)).await?;
    change.commit().await?;
    Ok(outcome)
}

/// The code of a statement that waits for a closing balance.
const NO_CLOSING: &str = "E_NO_CLOSING";

fn check(row: &HeldRow, found: &Examined, typed: Money, on: NaiveDate) -> Result<(), FlowError> {
    let id = || row.bank_id.clone();
    let lacks_closing = matches!(found.proved(row.bank_account_id.into()), Err(Hold::NoClosing { .. }));
    let computed = found.leads_to().filter(|_| row.code == NO_CLOSING && lacks_closing && row.page.is_none());
    let computed = computed.ok_or_else(|| StatementRefusal::NoLackOfClosing(id()))?;
    if typed != computed {
        return Err(StatementRefusal::OtherClosing { id: id(), typed, computed }.into());
    }
    if let Some(last) = found.last_day().filter(|last| on < *last) {
        return Err(StatementRefusal::ClosesTooEarly { id: id(), typed: on, last }.into());
    }
    Ok(())
}

/// The held statement, examined again.
async fn examined(at: &mut Snapshot, row: &HeldRow) -> Result<Examined, FlowError> {
    let (bytes, encoding) = kept_bytes(at, &row.sha256).await?;
    let mut statements = examine(bytes.as_slice(), encoding)?.statements;
    let place = usize::try_from(row.place).unwrap_or_default();
    if statements.len() <= place {
        return Err(missing(row.held_id));
    }
    Ok(statements.swap_remove(place))
}
