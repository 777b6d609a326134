//! One bank statement: what was booked from it, and letting it count no longer, by two persons.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::page;
use super::refusal::RefusalView;
use super::statements::numbered;
use crate::flow::FlowError;
use crate::flow::import_statement::supersede;
use crate::store::municipality;
use crate::store::statement::{self, EntryRow, SupersessionRow};

/// The most entries that are shown.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "statement.html")]
struct One {
    frame: Frame,
    error: Option<String>,
    id: Uuid,
    number: String,
    account: String,
    bank_id: String,
    closing_on: String,
    opening: Money,
    closing: Money,
    count: i64,
    /// Why it counts no longer.
    gone: Option<String>,
    proposal: Option<Proposal>,
    may_propose: bool,
    entries: Vec<EntryView>,
}

struct Proposal {
    by: String,
    reason: String,
    is_mine: bool,
    may_approve: bool,
    may_withdraw: bool,
}

/// An entry as a row of a table.
pub(super) struct EntryView {
    pub(super) line: u64,
    pub(super) booked_on: String,
    pub(super) credit: String,
    pub(super) debit: String,
    pub(super) reference: String,
}

/// What a form with a reason holds.
#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) reden: String,
}

/// `GET /bankafschriften/{id}`: for who sees the bank, and for who may be the second person.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = allowed(&visit, &id).await?;
    Ok(page(StatusCode::OK, &read(visit, id, None).await?))
}

/// `POST /bankafschriften/{id}/vervallen`.
pub(super) async fn propose(
    visit: Visit,
    Path(id): Path<String>,
    form: Result<Form<Reason>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let Ok(Form(Reason { reden })) = form else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let done = supersede::propose(&visit.app.store, &grant, id, &reden).await;
    answer(visit, id, done).await
}

/// `POST /bankafschriften/{id}/vervallen/goedkeuringen`.
pub(super) async fn approve(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ApproveRun).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let done = supersede::approve(&visit.app.store, &grant, id).await;
    answer(visit, id, done).await
}

/// `POST /bankafschriften/{id}/vervallen/intrekkingen`.
pub(super) async fn withdraw(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let done = supersede::withdraw(&visit.app.store, &grant, id).await;
    answer(visit, id, done).await
}

/// Where somebody lands who had to sign in before one of these.
pub(super) async fn back(Path(id): Path<String>) -> Redirect {
    Redirect::to(&format!("/bankafschriften/{id}"))
}

async fn allowed(visit: &Visit, id: &str) -> Result<Uuid, Failure> {
    let action = if visit.actor.may(Action::SeeBank) { Action::SeeBank } else { Action::ApproveRun };
    visit.allow(action).await?;
    id.parse().map_err(|_| visit.not_found())
}

async fn answer(visit: Visit, id: Uuid, done: Result<(), FlowError>) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/bankafschriften/{id}")).into_response()),
        Err(FlowError::NotFound { .. }) => Err(visit.not_found()),
        Err(error) => {
            let error = said(&error).ok_or(error)?;
            Ok(page(StatusCode::CONFLICT, &read(visit, id, Some(error)).await?))
        }
    }
}

/// Why it did not happen, for the person who tried.
fn said(error: &FlowError) -> Option<String> {
    match error {
        FlowError::Approval(ApprovalError::SamePerson) => {
            Some("U stelde dit zelf voor. Vraag een tweede persoon om het goed te keuren.".to_owned())
        }
        error => RefusalView::of(error).map(|view| view.words),
    }
}

async fn read(visit: Visit, id: Uuid, error: Option<String>) -> Result<One, Failure> {
    let mut at = visit.app.store.read().await?;
    let row = statement::list(&mut at).await?.into_iter().find(|row| row.statement_id == id);
    let row = row.ok_or_else(|| visit.not_found())?;
    let own = municipality::bank_accounts(&mut at).await?;
    let ours = own.iter().find(|account| account.id.0 == row.bank_account_id);
    let found = statement::supersession(&mut at, id).await?;
    let gone = found.as_ref().and_then(gone);
    let may_propose = visit.actor.may(Action::ImportStatement) && found.is_none();
    let proposal = found.filter(|found| found.approved_by.is_none()).map(|found| {
        let is_mine = found.proposed_by == visit.actor.name;
        Proposal {
            by: format!("{}, op {}", found.proposed_by, dutch_day(found.proposed_on)),
            reason: found.reason,
            is_mine,
            may_approve: visit.actor.may(Action::ApproveRun) && !is_mine,
            may_withdraw: visit.actor.may(Action::ImportStatement),
        }
    });
    let entries = statement::entries(&mut at, id).await?;
    Ok(One {
        error,
        id,
        number: numbered(row.sequence, &row.bank_id),
        account: ours.map(|ours| visit.actor.account(&ours.iban)).unwrap_or_default(),
        bank_id: row.bank_id,
        closing_on: dutch_day(row.closing_on),
        opening: Money::from_cents(row.opening),
        closing: Money::from_cents(row.closing),
        count: row.entries,
        gone,
        proposal,
        may_propose,
        entries: entries.into_iter().take(SHOWN).map(entry).collect(),
        frame: visit.frame,
    })
}

fn gone(found: &SupersessionRow) -> Option<String> {
    let by = found.approved_by.as_deref()?;
    let on = found.approved_on.map(dutch_day).unwrap_or_default();
    Some(format!("{} (voorgesteld door {}, goedgekeurd door {by} op {on})", found.reason, found.proposed_by))
}

fn entry(row: EntryRow) -> EntryView {
    let is_credit = row.direction == "credit";
    EntryView::of(0, (row.amount, is_credit), Some(row.booked_on), row.bank_reference)
}

impl EntryView {
    pub(super) fn of(
        line: u64,
        (cents, is_credit): (i64, bool),
        booked_on: Option<chrono::NaiveDate>,
        reference: String,
    ) -> EntryView {
        let amount = Money::from_cents(cents).dutch();
        let (credit, debit) = if is_credit { (amount, String::new()) } else { (String::new(), amount) };
        let booked_on = booked_on.map(dutch_day).unwrap_or_default();
        EntryView { line, booked_on, credit, debit, reference }
    }
}
