//! Payment files for finance: what went to the bank, with its hashes, where each payment stands, the order sheet to
//! sign, and the answers of the bank.

mod answers;
mod cover;
mod lines;
mod sheet;

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::flow::instruct;
use crate::store::StoreError;
use crate::store::payment_file::{self, FileRow, OfferRow, StandingRow};
use crate::store::status_report::{self, ReportRow};
use cover::ShortView;
use lines::{Line, Moved};

pub(super) use answers::import;
pub(super) use cover::{back, confirm};
pub(super) use sheet::show as sheet;

#[derive(Template)]
#[template(path = "payment_files/list.html")]
struct List {
    frame: Frame,
    may_import: bool,
    results: Vec<answers::FileResult>,
    note: Option<String>,
    /// Accounts of ours that could not carry what was asked of them.
    short: Vec<ShortView>,
    rows: Vec<Row>,
}

/// A file in the list.
struct Row {
    id: Uuid,
    name: String,
    execution_on: String,
    payments: i64,
    total: Money,
    standings: Vec<Standing>,
    attention: bool,
}

/// How many payments stand somewhere.
struct Standing {
    state: &'static str,
    payments: i64,
    total: Money,
}

#[derive(Template)]
#[template(path = "payment_files/file.html")]
struct Page {
    frame: Frame,
    id: Uuid,
    run: Uuid,
    name: String,
    execution_on: String,
    message: String,
    payments: i64,
    total: Money,
    sha256: String,
    /// The SHA-1 without its last five digits, and these.
    sha1: (String, String),
    may_download: bool,
    standings: Vec<Standing>,
    offers: Vec<Offer>,
    answers: Vec<ReportRow>,
    lines: Vec<Line>,
    moved: Vec<Moved>,
}

struct Offer {
    on: String,
    by: String,
    way: &'static str,
}

/// `GET /betaalbestanden`.
pub(super) async fn list(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    Ok(page(StatusCode::OK, &read_list(visit).await?))
}

async fn read_list(visit: Visit) -> Result<List, Failure> {
    let mut at = visit.app.store.read().await?;
    let standings = payment_file::standings(&mut at).await?;
    let rows = payment_file::list(&mut at).await?.into_iter().map(|file| Row::of(file, &standings)).collect();
    let short = cover::short(&mut at, &visit.actor).await?;
    Ok(List {
        short,
        may_import: visit.actor.may(Action::ImportStatement),
        frame: visit.frame,
        results: Vec::new(),
        note: None,
        rows,
    })
}

impl Row {
    fn of(file: FileRow, standings: &[StandingRow]) -> Row {
        let of_file = || standings.iter().filter(|standing| standing.run_id == file.run_id);
        Row {
            attention: of_file().any(|standing| matches!(standing.state.as_str(), "rejected" | "returned")),
            standings: of_file().map(Standing::of).collect(),
            id: file.payment_file_id,
            name: file.name,
            execution_on: dutch_day(file.execution_on),
            payments: file.payments,
            total: Money::from_cents(file.total),
        }
    }
}

impl Standing {
    fn of(row: &StandingRow) -> Standing {
        Standing {
            state: words::payment_state(&row.state),
            payments: row.payments,
            total: Money::from_cents(row.total),
        }
    }
}

/// `GET /betaalbestanden/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    let file = found(&visit, &id).await?;
    let mut at = visit.app.store.read().await?;
    let id = file.payment_file_id;
    let standings = payment_file::standings(&mut at).await?;
    let told = status_report::telling_lines(&mut at, id).await?;
    let (lines, moved) = lines::read(&mut at, &file, &told).await?;
    let split = file.sha1.len() - file.last_five().len();
    Ok(page(
        StatusCode::OK,
        &Page {
            id,
            run: file.run_id,
            execution_on: dutch_day(file.execution_on),
            payments: file.payments,
            total: Money::from_cents(file.total),
            sha1: (file.sha1[..split].to_owned(), file.last_five().to_owned()),
            may_download: visit.actor.may(Action::SeeAccounts),
            standings: standings.iter().filter(|row| row.run_id == file.run_id).map(Standing::of).collect(),
            offers: payment_file::offers(&mut at, id).await?.iter().map(Offer::of).collect(),
            answers: status_report::of_file(&mut at, id).await?,
            lines,
            moved,
            name: file.name,
            message: file.message,
            sha256: file.sha256,
            frame: visit.frame,
        },
    ))
}

impl Offer {
    fn of(row: &OfferRow) -> Offer {
        Offer {
            on: dutch_day(row.offered_on),
            by: row.offered_by.clone(),
            way: match row.way.as_str() {
                "page" => "opgehaald van deze pagina",
                "api" => "opgehaald met de API",
                _ => "klaargezet in de map outbox",
            },
        }
    }
}

/// The file of a path.
async fn found(visit: &Visit, id: &str) -> Result<FileRow, Failure> {
    let id = id.parse::<Uuid>().map_err(|_| visit.not_found())?;
    let file = payment_file::get(&mut visit.app.store.read().await?, id).await?;
    file.ok_or_else(|| visit.not_found())
}

/// `GET /betaalbestanden/{id}/bestand`: the bytes. Taking them is written down and never pays anything twice.
pub(super) async fn download(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::SeeBank).await?;
    visit.allow(Action::SeeAccounts).await?;
    let file = found(&visit, &id).await?;
    let id = file.payment_file_id;
    let body = payment_file::body(&mut visit.app.store.read().await?, id).await?;
    let body = body.ok_or(StoreError::Missing)?;
    instruct::taken(&visit.app.store, &grant, id, "page").await?;
    Ok((attachment("application/xml", &file.name), body).into_response())
}

/// `GET /betaalbestanden/{id}/journaal`.
pub(super) async fn journal(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    let file = found(&visit, &id).await?;
    let csv = instruct::journal(&mut visit.app.store.read().await?, file.run_id.into()).await?;
    let name = file.name.replace(".xml", "-journaal.csv");
    Ok((attachment("text/csv; charset=utf-8", &name), csv).into_response())
}

fn attachment(kind: &'static str, name: &str) -> [(header::HeaderName, String); 2] {
    [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ]
}
