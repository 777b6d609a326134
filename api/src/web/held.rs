//! A bank statement that is held: why, what is in it, and deciding on it.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::page;
use super::refusal::RefusalView;
use super::statement::{EntryView, Reason};
use super::statements::{numbered, raise_alerts};
use crate::flow::FlowError;
use crate::flow::import_statement::{Outcome, waiting};
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
    entries: Vec<EntryView>,
}

/// `GET /bankafschriften/wachtend/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    Ok(page(StatusCode::OK, &read(visit, id, None).await?))
}

/// `POST /bankafschriften/wachtend/{id}/controles`.
pub(super) async fn look_again(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    match waiting::look_again(&visit.app.store, &grant, id).await {
        Ok(Outcome::Booked { statement, .. }) => {
            raise_alerts(&visit).await?;
            Ok(Redirect::to(&format!("/bankafschriften/{statement}")).into_response())
        }
        Ok(Outcome::Known) => Ok(Redirect::to("/bankafschriften").into_response()),
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

/// Where somebody lands who had to sign in before one of these.
pub(super) async fn back(Path(id): Path<String>) -> Redirect {
    Redirect::to(&format!("/bankafschriften/wachtend/{id}"))
}

async fn failed(visit: Visit, id: Uuid, error: FlowError) -> Result<Response, Failure> {
    if matches!(error, FlowError::NotFound { .. }) {
        return Err(visit.not_found());
    }
    let told = RefusalView::of(&error).ok_or(error)?.words;
    Ok(page(StatusCode::CONFLICT, &read(visit, id, Some(told)).await?))
}

async fn read(visit: Visit, id: Uuid, error: Option<String>) -> Result<Held, Failure> {
    let mut at = visit.app.store.read().await?;
    let row = statement::held_by_id(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
    let own = municipality::bank_accounts(&mut at).await?;
    let ours = own.iter().find(|account| account.id.0 == row.bank_account_id);
    drop(at);
    let entries = waiting::entries(&visit.app.store, &row).await?;
    let balance = |cents: Option<i64>| {
        cents.map_or("niet te lezen".to_owned(), |cents| Money::from_cents(cents).dutch())
    };
    let state = match row.state.as_str() {
        "booked" => "alsnog geboekt".to_owned(),
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
        opening: balance(row.opening),
        closing: balance(row.closing),
        count: row.entries,
        told: row.told,
        since: dutch_day(row.held_on),
        may_decide: row.state == "held" && visit.actor.may(Action::ImportStatement),
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
