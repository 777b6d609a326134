//! A bank statement that is held: why, what is in it, and deciding on it.

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
use super::record;
use super::refusal::RefusalView;
use super::statement::{EntryView, Reason};
use super::statements::{numbered, raise_alerts};
use crate::flow::FlowError;
use crate::flow::import_statement::{Outcome, accept, waiting};
use crate::store::{municipality, statement};

#[derive(Template)]
#[template(path = "held.html")]
struct Held {
    frame: Frame,
    error: Option<String>,
    id: Uuid,
    number: String,
    account: String,
    bank_id: String,
    page: Option<i64>,
    opening: String,
    closing: String,
    count: i64,
    told: String,
    since: String,
    state: String,
    may_decide: bool,
    /// What opening balance and entries give and the day of the last entry, where only the closing balance lacks and
    /// nobody proposed anything.
    computed: Option<(Money, String)>,
    proposal: Option<Proposal>,
    entries: Vec<EntryView>,
}

/// A proposal to book it with a closing balance that two persons stand for.
struct Proposal {
    by: String,
    closing: Money,
    closing_on: String,
    reason: String,
    is_mine: bool,
    may_approve: bool,
    may_withdraw: bool,
}

/// What the form to propose that holds.
#[derive(Deserialize)]
pub(super) struct Acceptance {
    eindsaldo: String,
    dag: String,
    reden: String,
}

/// `GET /bankafschriften/wachtend/{id}`: for who sees the bank, and for who may be the second person.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let action = if visit.actor.may(Action::SeeBank) { Action::SeeBank } else { Action::ApproveRun };
    visit.allow(action).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    Ok(page(StatusCode::OK, &read(visit, id, None).await?))
}

/// `POST /bankafschriften/wachtend/{id}/controles`.
pub(super) async fn look_again(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let done = waiting::look_again(&visit.app.store, &grant, id).await;
    came_of(visit, id, done).await
}

/// What came of a statement that waited.
async fn came_of(visit: Visit, id: Uuid, done: Result<Outcome, FlowError>) -> Result<Response, Failure> {
    match done {
        Ok(Outcome::Booked { statement, .. }) => {
            raise_alerts(&visit).await?;
            Ok(Redirect::to(&format!("/bankafschriften/{statement}")).into_response())
        }
        Ok(Outcome::Known | Outcome::Noted { .. }) => Ok(Redirect::to("/bankafschriften").into_response()),
        Ok(Outcome::Held(hold)) => {
            let told = format!("Het afschrift wacht nog. {}", hold.dutch());
            Ok(page(StatusCode::CONFLICT, &read(visit, id, Some(told)).await?))
        }
        Ok(Outcome::Refused(refusal)) => {
            let told = RefusalView::refused(&refusal).words;
            Ok(page(StatusCode::CONFLICT, &read(visit, id, Some(told)).await?))
        }
        Err(error) => failed(visit, id, error).await,
    }
}

/// `POST /bankafschriften/wachtend/{id}/weigeringen`.
pub(super) async fn refuse(
    visit: Visit,
    Path(id): Path<String>,
    form: Result<Form<Reason>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let Ok(Form(Reason { reden })) = form else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    match waiting::refuse(&visit.app.store, &grant, id, &reden).await {
        Ok(()) => Ok(Redirect::to("/bankafschriften").into_response()),
        Err(error) => failed(visit, id, error).await,
    }
}

/// `POST /bankafschriften/wachtend/{id}/aanvaardingen`.
pub(super) async fn propose(
    visit: Visit,
    Path(id): Path<String>,
    form: Result<Form<Acceptance>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let Ok(Form(Acceptance { eindsaldo, dag, reden })) = form else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let (Some(closing), Ok(closing_on)) = (balance(&eindsaldo), dag.parse()) else {
        let told =
            "Vul het eindsaldo in zoals 1.250,00 en kies de dag waarop het afschrift sluit.".to_owned();
        return Ok(page(StatusCode::BAD_REQUEST, &read(visit, id, Some(told)).await?));
    };
    let typed = accept::Typed { closing, closing_on, reason: reden };
    match accept::propose(&visit.app.store, &grant, id, &typed).await {
        Ok(()) => Ok(to(id)),
        Err(error) => failed(visit, id, error).await,
    }
}

/// `POST /bankafschriften/wachtend/{id}/aanvaardingen/goedkeuringen`.
pub(super) async fn approve(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ApproveRun).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let done = accept::approve(&visit.app.store, &grant, id).await;
    came_of(visit, id, done).await
}

/// `POST /bankafschriften/wachtend/{id}/aanvaardingen/intrekkingen`.
pub(super) async fn withdraw(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    match accept::withdraw(&visit.app.store, &grant, id).await {
        Ok(()) => Ok(to(id)),
        Err(error) => failed(visit, id, error).await,
    }
}

/// A balance as a Dutch reader writes it; below zero with a minus before it.
fn balance(text: &str) -> Option<Money> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '€').collect();
    let (owed, plain) = text.strip_prefix('-').map_or((false, text.as_str()), |plain| (true, plain));
    let is_zero = plain.contains('0') && plain.chars().all(|letter| matches!(letter, '0' | ',' | '.'));
    let amount: Money = if is_zero { Money::ZERO } else { record::amount(plain)?.parse().ok()? };
    Some(if owed { -amount } else { amount })
}

fn to(id: Uuid) -> Response {
    Redirect::to(&format!("/bankafschriften/wachtend/{id}")).into_response()
}

/// Where somebody lands who had to sign in before one of these.
pub(super) async fn back(Path(id): Path<String>) -> Redirect {
    Redirect::to(&format!("/bankafschriften/wachtend/{id}"))
}

async fn failed(visit: Visit, id: Uuid, error: FlowError) -> Result<Response, Failure> {
    if matches!(error, FlowError::NotFound { .. }) {
        return Err(visit.not_found());
    }
    let told = match error {
        FlowError::Approval(ApprovalError::SamePerson) => {
            "U stelde dit zelf voor. Vraag een tweede persoon om het goed te keuren.".to_owned()
        }
        error => RefusalView::of(&error).ok_or(error)?.words,
    };
    Ok(page(StatusCode::CONFLICT, &read(visit, id, Some(told)).await?))
}

async fn read(visit: Visit, id: Uuid, error: Option<String>) -> Result<Held, Failure> {
    let mut at = visit.app.store.read().await?;
    let row = statement::held_by_id(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
    let own = municipality::bank_accounts(&mut at).await?;
    let ours = own.iter().find(|account| account.id.0 == row.bank_account_id);
    let accepted = statement::acceptance(&mut at, id).await?;
    drop(at);
    let may_propose = visit.actor.may(Action::ImportStatement) && accepted.is_none();
    let computed = if may_propose { accept::computed(&visit.app.store, &row).await? } else { None };
    let computed = computed.map(|(balance, last)| {
        let day = last.or(row.closing_on);
        (balance, day.map(|day| day.to_string()).unwrap_or_default())
    });
    let proposal = accepted.filter(|found| found.approved_by.is_none()).map(|found| {
        let is_mine = found.proposed_by == visit.actor.name;
        Proposal {
            by: format!("{}, op {}", found.proposed_by, dutch_day(found.proposed_on)),
            closing: Money::from_cents(found.closing),
            closing_on: dutch_day(found.closing_on),
            reason: found.reason,
            is_mine,
            may_approve: visit.actor.may(Action::ApproveRun) && !is_mine,
            may_withdraw: visit.actor.may(Action::ImportStatement),
        }
    });
    let entries = waiting::entries(&visit.app.store, &row).await?;
    let told = |cents: Option<i64>| {
        cents.map_or("niet te lezen".to_owned(), |cents| Money::from_cents(cents).dutch())
    };
    let state = match row.state.as_str() {
        "booked" if row.note.is_empty() => "alsnog geboekt".to_owned(),
        "booked" => format!("alsnog geboekt: {}", row.note),
        "refused" => format!("geweigerd: {}", row.note),
        _ => "wacht".to_owned(),
    };
    Ok(Held {
        error,
        id,
        number: numbered(row.sequence, &row.bank_id),
        account: ours.map(|ours| visit.actor.account(&ours.iban)).unwrap_or_default(),
        bank_id: row.bank_id,
        page: row.page,
        opening: told(row.opening),
        closing: told(row.closing),
        count: row.entries,
        told: row.told,
        since: dutch_day(row.held_on),
        may_decide: row.state == "held" && visit.actor.may(Action::ImportStatement),
        computed,
        proposal,
        state,
        entries: entries
            .into_iter()
            .map(|entry| {
                EntryView::of(entry.line, (entry.amount, entry.is_credit), entry.booked_on, entry.reference)
            })
            .collect(),
        frame: visit.frame,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_is_read_as_it_is_shown() {
        for (text, cents) in
            [("1.250,00", 1_250_00), ("€ 1.250,00", 1_250_00), ("-12,50", -12_50), ("0,00", 0)]
        {
            assert_eq!(balance(text), Some(Money::from_cents(cents)), "{text}");
            assert_eq!(balance(&Money::from_cents(cents).dutch()), Some(Money::from_cents(cents)));
        }
        for text in ["", "-", "twaalf", "1,234"] {
            assert_eq!(balance(text), None, "{text}");
        }
    }
}
