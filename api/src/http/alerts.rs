//! Alerts: what needs a person, why, and what to do.

use std::str::FromStr;

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::Scope;
use crate::store::alert::{self, AlertRow};

/// Een signaal. Een signaal verandert nooit een betaling, uitkering of deelbetaling.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signaal {
    id: Uuid,
    huishouden_id: Uuid,
    huishouden_nummer: String,
    status: Signaalstatus,
    /// De code van de regel die het signaal gaf.
    regel: String,
    regel_versie: i64,
    /// Hoe snel het schaadt: K1 binnen vijf bankdagen, K2 binnen 35 dagen, K3 een taak voor de maand.
    ernst: String,
    /// De maand van de uitkering waar het over gaat (jjjj-mm), als het over een maand gaat.
    maand: Option<String>,
    titel: String,
    reden: String,
    advies: String,
    geopend_datum: NaiveDate,
    laatst_gezien_datum: NaiveDate,
    schade_datum: NaiveDate,
    gesloten_datum: Option<NaiveDate>,
}

/// Of een signaal nog speelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Signaalstatus {
    /// Het speelt.
    Open,
    /// Het is voorbij.
    Gesloten,
}

/// Which alerts somebody asks for.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Only(Signaalstatus),
    All,
}

impl FromStr for Wanted {
    type Err = ();

    fn from_str(text: &str) -> Result<Wanted, ()> {
        match text {
            "open" => Ok(Wanted::Only(Signaalstatus::Open)),
            "gesloten" => Ok(Wanted::Only(Signaalstatus::Gesloten)),
            "alle" => Ok(Wanted::All),
            _ => Err(()),
        }
    }
}

/// De signalen: de open eerst, wat het eerst schaadt bovenaan.
#[utoipa::path(get, path = "/signalen", operation_id = "signalen", tag = "Signalen",
    params(("status" = Option<String>, Query, description = "open (dit is de standaard), gesloten of alle."),
        ("huishouden" = Option<Uuid>, Query, description = "Alleen van dit huishouden."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De signalen.", body = inline(Lijst<Signaal>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Signaal>>, Problem> {
    let wanted = asked.value::<Wanted>("status", "open, gesloten of alle");
    let household = asked.value::<Uuid>("huishouden", "het id van een huishouden");
    let page = asked.page("/signalen");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeAlerts).await?;
    let mut rows = alert::list(&mut at, household.map_or(Scope::All, Scope::One)).await?;
    if let Wanted::Only(status) = wanted.unwrap_or(Wanted::Only(Signaalstatus::Open)) {
        rows.retain(|row| status_of(row) == status);
    }
    let count = rows.len();
    let alerts = page.cut(rows).into_iter().map(signal).collect();
    Ok(Json(page.list(count, alerts)))
}

/// Een signaal.
#[utoipa::path(get, path = "/signalen/{id}", operation_id = "signaal", tag = "Signalen",
    params(("id" = Uuid, Path, description = "Het id van het signaal.")),
    responses((status = 200, description = "Het signaal.", body = Signaal)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Signaal>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeAlerts).await?;
    let row = alert::list(&mut at, Scope::All).await?.into_iter().find(|row| row.alert_id == id);
    row.map(|row| Json(signal(row))).ok_or_else(|| Problem::not_found("Dit signaal"))
}

fn status_of(row: &AlertRow) -> Signaalstatus {
    if row.closed_on.is_none() { Signaalstatus::Open } else { Signaalstatus::Gesloten }
}

fn signal(row: AlertRow) -> Signaal {
    Signaal {
        id: row.alert_id,
        huishouden_id: row.household_id,
        status: status_of(&row),
        huishouden_nummer: row.number,
        regel: row.rule,
        regel_versie: row.rule_version,
        ernst: row.severity,
        maand: Some(row.month).filter(|month| !month.is_empty()),
        titel: row.title,
        reden: row.reason,
        advies: row.advice,
        geopend_datum: row.opened_on,
        laatst_gezien_datum: row.last_seen_on,
        schade_datum: row.harm_on,
        gesloten_datum: row.closed_on,
    }
}
