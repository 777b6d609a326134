//! Payment files: what was made for the bank, and its bytes.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::accept::wants;
use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::{Bedrag, cents, sees_accounts};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::StoreError;
use crate::store::payment::{self, FileRow};

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
    /// De SHA-256 van het bestand.
    sha256: String,
    /// De dag waarop het bestand voor het eerst is klaargezet voor de bank.
    aangeboden_datum: Option<NaiveDate>,
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
    let rows = payment::files(&mut at).await?;
    let count = rows.len();
    let files = page.cut(rows).into_iter().map(file).collect();
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
    let files = payment::files(&mut at).await?;
    let row = files.into_iter().find(|file| file.payment_file_id == id);
    let row = row.ok_or_else(|| Problem::not_found("Dit betaalbestand"))?;
    let (json, xml) = (wants(&headers, "application/json"), wants(&headers, "application/xml"));
    if json == 0 && xml == 0 {
        return Err(Problem::of_status(StatusCode::NOT_ACCEPTABLE));
    }
    if xml <= json {
        return Ok(Json(file(row)).into_response());
    }
    // the bytes show whole account numbers
    if !sees_accounts(&actor) {
        return Err(Problem::not_allowed());
    }
    let body = payment::file_body(&mut at, id).await?.ok_or(StoreError::Missing)?;
    let headers = [
        (header::CONTENT_TYPE, "application/xml".to_owned()),
        (header::ETAG, format!("\"{}\"", row.sha256)),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", row.name)),
    ];
    Ok((headers, body).into_response())
}

fn file(row: FileRow) -> Betaalbestand {
    Betaalbestand {
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
    }
}
