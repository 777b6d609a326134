//! Payment files: what was made for the bank, and its bytes.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::state::PaymentState;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::accept::wants;
use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::{Bedrag, cents, sees_accounts};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::instruct;
use crate::store::StoreError;
use crate::store::payment_file::{self, FileRow, StandingRow};

/// Een bestand voor de bank (pain.001).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Betaalbestand {
    id: Uuid,
    betaalrun_id: Uuid,
    bestandsnaam: String,
    berichtkenmerk: String,
    batchkenmerk: String,
    uitvoering_datum: NaiveDate,
    aantal_betalingen: i64,
    totaal: Bedrag,
    /// Het bericht waarin het is geschreven.
    #[schema(example = "pain.001.001.09")]
    bericht: String,
    /// De SHA-256 van het bestand.
    sha256: String,
    /// De SHA-1 van het bestand. BNG vraagt de laatste vijf tekens.
    sha1: String,
    sha1_laatste_vijf: String,
    /// Hoeveel betalingen van het bestand in welke stand zijn.
    standen: Vec<Standtelling>,
    /// De dag waarop het bestand voor het eerst is klaargezet voor de bank.
    aangeboden_datum: Option<NaiveDate>,
}

/// Hoeveel betalingen in een stand zijn.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Standtelling {
    stand: Betaalstand,
    aantal: i64,
    totaal: Bedrag,
}

/// De stand van een betaling. Alleen een boeking van de bank maakt een betaling verwerkt.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Betaalstand {
    /// Voorgesteld in een run die nog niet is goedgekeurd.
    Voorgesteld,
    /// Goedgekeurd door een tweede persoon.
    Goedgekeurd,
    /// In een betaalbestand.
    Opgedragen,
    /// Aangeboden aan de bank.
    Aangeboden,
    /// De bank voert de betaling uit.
    Aangenomen,
    /// De bank heeft de betaling geboekt.
    Verwerkt,
    /// De bank heeft de betaling geweigerd.
    Geweigerd,
    /// De bank van de ontvanger heeft de betaling teruggestuurd.
    Teruggekomen,
    /// De betaling is op ons verzoek teruggestuurd.
    Teruggevraagd,
    /// De betaling is niet uitgevoerd.
    Geannuleerd,
}

impl From<PaymentState> for Betaalstand {
    fn from(state: PaymentState) -> Betaalstand {
        match state {
            PaymentState::Planned => Betaalstand::Voorgesteld,
            PaymentState::Approved => Betaalstand::Goedgekeurd,
            PaymentState::Instructed => Betaalstand::Opgedragen,
            PaymentState::Sent => Betaalstand::Aangeboden,
            PaymentState::Accepted => Betaalstand::Aangenomen,
            PaymentState::Settled => Betaalstand::Verwerkt,
            PaymentState::Rejected => Betaalstand::Geweigerd,
            PaymentState::Returned => Betaalstand::Teruggekomen,
            PaymentState::Recalled => Betaalstand::Teruggevraagd,
            PaymentState::Cancelled => Betaalstand::Geannuleerd,
        }
    }
}

/// Alle betaalbestanden, de nieuwste eerst.
#[utoipa::path(get, path = "/betaalbestanden", operation_id = "betaalbestanden", tag = "Betaalbestanden",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De betaalbestanden.", body = inline(Lijst<Betaalbestand>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Betaalbestand>>, Problem> {
    let page = asked.page("/betaalbestanden");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let rows = payment_file::list(&mut at).await?;
    let count = rows.len();
    let standings = payment_file::standings(&mut at).await?;
    let files = page.cut(rows).into_iter().map(|row| file(row, &standings)).collect::<Result<_, _>>()?;
    Ok(Json(page.list(count, files)))
}

/// Een betaalbestand: de gegevens als JSON, of met `Accept: application/xml` het bestand zelf.
#[utoipa::path(get, path = "/betaalbestanden/{id}", operation_id = "betaalbestand", tag = "Betaalbestanden",
    params(("id" = Uuid, Path, description = "Het id van het betaalbestand.")),
    responses((status = 200, description = "Het betaalbestand.",
            content((Betaalbestand = "application/json"), (String = "application/xml")),
            headers(("ETag" = String, description = "De SHA-256 van het bestand, bij XML."),
                ("Content-Disposition" = String, description = "De naam van het bestand, bij XML."))),
        (status = 406, description = "Het adres geeft alleen JSON en XML.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let row = payment_file::get(&mut at, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("Dit betaalbestand"))?;
    let (json, xml) = (wants(&headers, "application/json"), wants(&headers, "application/xml"));
    if json == 0 && xml == 0 {
        return Err(Problem::of_status(StatusCode::NOT_ACCEPTABLE));
    }
    if xml <= json {
        let standings = payment_file::standings(&mut at).await?;
        return Ok(Json(file(row, &standings)?).into_response());
    }
    // the bytes show whole account numbers
    if !sees_accounts(&actor) {
        return Err(Problem::not_allowed());
    }
    let body = payment_file::body(&mut at, id).await?.ok_or(StoreError::Missing)?;
    drop(at);
    let grant = app.grant(&actor, Action::SeeBank).await?;
    instruct::taken(&app.store, &grant, id, "api").await?;
    let headers = [
        (header::CONTENT_TYPE, "application/xml".to_owned()),
        (header::ETAG, format!("\"{}\"", row.sha256)),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", row.name)),
    ];
    Ok((headers, body).into_response())
}

/// Het journaal van een betaalbestand: elke boeking van zijn betalingen, als CSV met puntkomma's.
#[utoipa::path(get, path = "/betaalbestanden/{id}/journaal", operation_id = "journaal", tag = "Betaalbestanden",
    params(("id" = Uuid, Path, description = "Het id van het betaalbestand.")),
    responses((status = 200, description = "Het journaal.", content((String = "text/csv")))))]
pub async fn journal(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let row = payment_file::get(&mut at, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("Dit betaalbestand"))?;
    let csv = instruct::journal(&mut at, row.run_id.into()).await?;
    let name = row.name.replace(".xml", "-journaal.csv");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, csv).into_response())
}

fn file(row: FileRow, standings: &[StandingRow]) -> Result<Betaalbestand, Problem> {
    let of_file = standings.iter().filter(|standing| standing.run_id == row.run_id);
    let standen = of_file.map(|standing| {
        let state = PaymentState::from_code(&standing.state);
        let state = state.ok_or_else(|| super::meaningless("state of a payment"))?;
        Ok(Standtelling { stand: state.into(), aantal: standing.payments, totaal: cents(standing.total) })
    });
    Ok(Betaalbestand {
        standen: standen.collect::<Result<_, Problem>>()?,
        sha1_laatste_vijf: row.last_five().to_owned(),
        sha1: row.sha1,
        bericht: row.message,
        id: row.payment_file_id,
        betaalrun_id: row.run_id,
        bestandsnaam: row.name,
        berichtkenmerk: row.message_id,
        batchkenmerk: row.payment_information_id,
        uitvoering_datum: row.execution_on,
        aantal_betalingen: row.payments,
        totaal: cents(row.total),
        sha256: row.sha256,
        aangeboden_datum: row.offered_on,
    })
}
