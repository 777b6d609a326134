//! Payment files for finance: what went to the bank, with its hashes, where each payment stands, the order sheet to
//! sign, and the answers of the bank.

mod answers;
mod sheet;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use grip_engine::access::Action;
use grip_engine::bank::reason;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::flow::instruct;
use crate::store::payment_file::{self, FileRow, OfferRow, StandingRow};
use crate::store::status_report::{self, LineRow, ReportRow};
use crate::store::{StoreError, payment};

pub(super) use answers::import;
pub(super) use sheet::show as sheet;

#[derive(Template)]
#[template(path = "payment_files/list.html")]
struct List {
    frame: Frame,
    may_import: bool,
    results: Vec<answers::FileResult>,
    note: Option<String>,
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
}

struct Offer {
    on: String,
    by: String,
    way: &'static str,
}

/// What a bank said of a payment that a person must know.
struct Line {
    to: String,
    what: String,
    amount: Money,
    said: String,
    action: &'static str,
    information: String,
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
    Ok(List {
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
    let lines = lines(&mut at, &file, &told).await?;
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
            name: file.name,
            message: file.message,
            sha256: file.sha256,
            frame: visit.frame,
        },
    ))
}

async fn lines(
    at: &mut crate::store::Snapshot,
    file: &FileRow,
    told: &[LineRow],
) -> Result<Vec<Line>, StoreError> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let payments = payment::of_run(at, file.run_id.into()).await?;
    let payments: BTreeMap<Uuid, &payment::PaymentRow> =
        payments.iter().map(|payment| (payment.payment_id, payment)).collect();
    let line = |told: &LineRow| {
        let payment = payments.get(&told.payment_id)?;
        let why = reason::reason(&told.reason);
        let (said, action) = match (told.status.as_str(), told.outcome.as_str()) {
            ("RVNM", _) => ("de naam hoort niet bij de rekening".to_owned(), NAME),
            ("RVMC", _) => ("de naam lijkt op die van de rekening".to_owned(), NAME),
            (_, "cancelled") => ("ingetrokken voor de uitvoering".to_owned(), "De rekening staat weer open."),
            (_, "conflict") => (
                format!("geweigerd, maar al geboekt: {}", why.meaning),
                "Bel de bank: dit antwoord past niet bij het afschrift.",
            ),
            _ => (format!("geweigerd: {}", why.meaning), why.action),
        };
        let said = if told.reason.is_empty() { said } else { format!("{said} ({})", told.reason) };
        Some(Line {
            to: payment.creditor_name.clone(),
            what: payment.remittance.clone(),
            amount: Money::from_cents(payment.amount),
            said,
            action,
            information: told.information.clone(),
        })
    };
    Ok(told.iter().filter_map(line).collect())
}

/// What to do when the bank says that a name is another one.
const NAME: &str =
    "Controleer de naam bij de ontvanger voordat u bij de bank tekent. Trek de betaling anders in.";

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
