//! Paying a payment that failed once more: first what would happen, then the decision.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::bank::reason;
use grip_engine::calendar::dutch_day;
use grip_engine::id::PaymentId;
use grip_engine::money::Money;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::flow::FlowError;
use crate::flow::reissue::{self, Rehearsed};
use crate::store::StoreError;

#[derive(Template)]
#[template(path = "reissue.html")]
struct Page {
    frame: Frame,
    id: Uuid,
    household: Uuid,
    to: String,
    account: String,
    what: String,
    amount: Money,
    state: &'static str,
    why: &'static str,
    execution_on: String,
    barred: Option<String>,
    error: Option<String>,
}

/// What the form holds.
#[derive(Deserialize)]
pub(super) struct Decision {
    reden: String,
}

/// `GET /betalingen/{id}/herhaling`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::RecordFacts).await?;
    let id = payment_id(&visit, &id)?;
    Ok(page(StatusCode::OK, &read(visit, id, None).await?))
}

/// `POST /betalingen/{id}/herhaling`.
pub(super) async fn decide(
    visit: Visit,
    Path(id): Path<String>,
    decision: Result<Form<Decision>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordFacts).await?;
    let id = payment_id(&visit, &id)?;
    let Ok(Form(decision)) = decision else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    match reissue::decide(&visit.app.store, &grant, id, &decision.reden).await {
        Ok(done) => Ok(Redirect::to(&format!("/huishoudens/{}", done.failed.household_id)).into_response()),
        Err(FlowError::Barred(barred)) => {
            Ok(page(StatusCode::CONFLICT, &read(visit, id, Some(barred.to_string())).await?))
        }
        Err(FlowError::Invalid(words)) => {
            Ok(page(StatusCode::BAD_REQUEST, &read(visit, id, Some(words)).await?))
        }
        Err(FlowError::NotFound { .. }) => Err(visit.not_found()),
        Err(error) => Err(error.into()),
    }
}

fn payment_id(visit: &Visit, text: &str) -> Result<PaymentId, Failure> {
    text.parse::<Uuid>().map(PaymentId).map_err(|_| visit.not_found())
}

async fn read(visit: Visit, id: PaymentId, error: Option<String>) -> Result<Page, Failure> {
    let mut at = visit.app.store.read().await?;
    let Ok(household) = reissue::household_of(&mut at, id).await else { return Err(visit.not_found()) };
    let Rehearsed { failed, execution, barred } =
        reissue::rehearse(&mut at, id, household, visit.today).await?;
    let iban = failed.creditor_iban.parse().map_err(|_| StoreError::Missing)?;
    Ok(Page {
        id: id.0,
        household,
        account: visit.actor.account(&iban),
        to: failed.creditor_name,
        what: failed.remittance,
        amount: Money::from_cents(failed.amount),
        state: words::payment_state(&failed.state),
        why: reason::for_officer(&failed.reason),
        execution_on: dutch_day(execution),
        barred: barred.map(|barred| barred.to_string()),
        error,
        frame: visit.frame,
    })
}
