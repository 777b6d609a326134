//! The order sheet of a payment file: what two people compare with the page of the bank before they sign there.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::id::RunId;
use grip_engine::money::Money;
use grip_engine::payee::NameState;

use super::super::frame::{Frame, Visit};
use super::super::message::Failure;
use super::super::{page, words};
use crate::flow::{FlowError, payees};
use crate::store::run::ApprovalRow;
use crate::store::{Snapshot, StoreError, municipality, run};

#[derive(Template)]
#[template(path = "payment_files/sheet.html")]
struct Sheet {
    frame: Frame,
    id: uuid::Uuid,
    municipality: String,
    account: String,
    account_number: String,
    run: String,
    name: String,
    message: String,
    batch: String,
    execution_on: String,
    made_on: String,
    payments: i64,
    total: Money,
    sha256: String,
    sha1: String,
    last_five: String,
    approvals: Vec<ApprovalRow>,
    /// In how many of its payments the bank doubts the name, and nobody decided to pay.
    doubted: usize,
}

/// `GET /betaalbestanden/{id}/opdrachtblad`.
pub(in crate::web) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    let file = super::found(&visit, &id).await?;
    let mut at = visit.app.store.read().await?;
    let found = run::get(&mut at, file.run_id.into()).await?.ok_or(StoreError::Missing)?;
    let accounts = municipality::bank_accounts(&mut at).await?;
    let account = accounts.into_iter().find(|account| account.id.0 == found.bank_account_id);
    let account = account.ok_or(StoreError::Missing)?;
    let mut approvals = run::approvals(&mut at, found.id()).await?;
    approvals.retain(|approval| approval.content_hash == found.content_hash);
    let municipality = municipality::get(&mut at).await?;
    let doubted = doubted(&mut at, found.id()).await?;
    Ok(page(
        StatusCode::OK,
        &Sheet {
            id: file.payment_file_id,
            municipality: municipality.map_or_else(String::new, |found| found.name),
            account_number: visit.actor.account(&account.iban),
            account: account.name,
            run: words::run_name(&found.kind, &found.period),
            last_five: file.last_five().to_owned(),
            execution_on: dutch_day(file.execution_on),
            made_on: dutch_day(visit.today),
            payments: file.payments,
            total: Money::from_cents(file.total),
            name: file.name,
            message: file.message,
            batch: file.payment_information_id,
            sha256: file.sha256,
            sha1: file.sha1,
            approvals,
            doubted,
            frame: visit.frame,
        },
    ))
}

/// How many payments of a run go to an account of which the bank doubts the name, and of which nobody decided to pay.
async fn doubted(at: &mut Snapshot, run: RunId) -> Result<usize, FlowError> {
    let lines = run::lines(at, run).await?;
    let accounts = payees::of_run(at, &lines).await?;
    let is_doubted = |line: &&grip_engine::bank::payment_run::RunLine| {
        let version = accounts.get(&line.creditor);
        version
            .is_some_and(|version| version.holder == line.creditor_name && version.name() != NameState::Fine)
    };
    Ok(lines.iter().filter(is_doubted).count())
}
