//! The outbox of other systems: what was made for the bank and the benefit system, to be taken through the API.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Lijst};
use super::problem::Problem;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::instruct::{self, Kind, Mailed, Mailing};

/// Wat van een betaalrun naar anderen gaat.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Zending {
    betaalrun_id: Uuid,
    /// Leeg als de run alleen leefgeld overdraagt aan het uitkeringssysteem.
    betaalbestand_id: Option<Uuid>,
    uitvoering_datum: NaiveDate,
    /// Waar als de zending al is aangeboden of opgehaald. Nog eens ophalen geeft dezelfde bestanden.
    aangeboden: bool,
    /// De SHA-256 van het betaalbestand.
    sha256: Option<String>,
    /// De bestanden, het betaalbestand eerst.
    bestanden: Vec<Zendingbestand>,
}

/// Een bestand van een zending.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Zendingbestand {
    bestandsnaam: String,
    soort: Zendingsoort,
}

/// Wat een bestand van een zending is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Zendingsoort {
    /// Het betaalbestand voor de bank (pain.001).
    Betaalbestand,
    /// De SHA-256 van het betaalbestand, zoals sha256sum die leest.
    Controlesom,
    /// Het journaal van de run, als CSV.
    Journaal,
    /// Het leefgeld dat het uitkeringssysteem betaalt, als CSV.
    Leefgeld,
}

/// Wat klaarstaat voor de bank en het uitkeringssysteem, de laatste betaaldag eerst.
#[utoipa::path(get, path = "/outbox", operation_id = "outbox", tag = "Inbox en outbox",
    params(("nieuw" = Option<bool>, Query, description = "Waar: alleen wat nog niet is aangeboden of opgehaald."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De zendingen.", body = inline(Lijst<Zending>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Zending>>, Problem> {
    let only_new = asked.value::<bool>("nieuw", "true of false").unwrap_or(false);
    let page = asked.page("/outbox");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let mut found = instruct::mailings(&mut at).await?;
    found.retain(|mailing| !only_new || !mailing.is_offered);
    let count = found.len();
    let shown = page.cut(found).into_iter().map(Zending::from).collect();
    Ok(Json(page.list(count, shown)))
}

/// Een bestand uit de outbox. Wie het betaalbestand ophaalt, biedt het aan: dat wordt vastgelegd, en nog eens ophalen
/// betaalt niets dubbel.
#[utoipa::path(get, path = "/outbox/{bestandsnaam}", operation_id = "outboxBestand", tag = "Inbox en outbox",
    params(("bestandsnaam" = String, Path, description = "De naam van het bestand.")),
    responses((status = 200, description = "Het bestand.",
        content((String = "application/xml"), (String = "text/csv"), (String = "text/plain")),
        headers(("Content-Disposition" = String, description = "De naam van het bestand.")))))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, Action::SeeBank).await?;
    // the bytes show whole account numbers, and taking them offers them
    app.grant(&actor, Action::SeeAccounts).await?;
    let (kind, bytes) = instruct::take(&app.store, &grant, &name).await?;
    let media_type = match kind {
        Kind::Payments => "application/xml",
        Kind::Sum => "text/plain; charset=utf-8",
        Kind::Journal | Kind::HandedOver => "text/csv; charset=utf-8",
    };
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}

impl From<Mailing> for Zending {
    fn from(mailing: Mailing) -> Zending {
        let file = mailing.payment_file.as_ref();
        Zending {
            betaalrun_id: mailing.run,
            betaalbestand_id: file.map(|file| file.payment_file_id),
            uitvoering_datum: mailing.execution_on,
            aangeboden: mailing.is_offered,
            sha256: file.map(|file| file.sha256.clone()),
            bestanden: mailing.files.into_iter().map(Zendingbestand::from).collect(),
        }
    }
}

impl From<Mailed> for Zendingbestand {
    fn from(file: Mailed) -> Zendingbestand {
        let soort = match file.kind {
            Kind::Payments => Zendingsoort::Betaalbestand,
            Kind::Sum => Zendingsoort::Controlesom,
            Kind::Journal => Zendingsoort::Journaal,
            Kind::HandedOver => Zendingsoort::Leefgeld,
        };
        Zendingbestand { bestandsnaam: file.name, soort }
    }
}
