//! Approvals: the second person who signs what a run pays.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accept::brings;
use super::asked::{Id, Lijst};
use super::body;
use super::problem::{Fault, Problem};
use super::runs::found;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::{self, approve::Approved};
use crate::store::StoreError;
use crate::store::run::{self, ApprovalRow};

/// De goedkeuring van een betaalrun door een tweede persoon.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Goedkeuring {
    inhoudshash: String,
    goedgekeurd_door: String,
    #[serde(rename = "goedkeuringDatum")]
    signed_on: NaiveDate,
    /// Onwaar als de inhoud sindsdien is veranderd: dan telt de goedkeuring niet meer.
    geldig: bool,
}

/// Een goedkeuring die net is gegeven.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GegevenGoedkeuring {
    #[serde(flatten)]
    goedkeuring: Goedkeuring,
    /// Hoeveel mensen nog moeten goedkeuren; 0 als de run is goedgekeurd.
    #[schema(minimum = 0)]
    nog_nodig: usize,
}

/// Waarvoor getekend wordt.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NieuweGoedkeuring {
    /// De inhoudshash van de betaalrun, zoals die getoond werd.
    inhoudshash: String,
}

/// De goedkeuringen van een betaalrun.
#[utoipa::path(get, path = "/betaalruns/{id}/goedkeuringen", operation_id = "goedkeuringen",
    tag = "Betaalruns", params(("id" = Uuid, Path, description = "Het id van de betaalrun.")),
    responses((status = 200, description = "De goedkeuringen.", body = inline(Lijst<Goedkeuring>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Lijst<Goedkeuring>>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeRuns).await?;
    let row = found(&mut at, id).await?;
    let approvals = run::approvals(&mut at, row.id()).await?;
    let resultaten: Vec<Goedkeuring> =
        approvals.into_iter().map(|found| signed(found, &row.content_hash)).collect();
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

/// Keurt een betaalrun goed, als tweede persoon, op de inhoud die getoond werd.
#[utoipa::path(post, path = "/betaalruns/{id}/goedkeuringen", operation_id = "goedkeuren",
    tag = "Betaalruns", params(("id" = Uuid, Path, description = "Het id van de betaalrun.")),
    request_body(content = NieuweGoedkeuring, description = "De inhoudshash van wat getoond werd."),
    responses((status = 201, description = "De goedkeuring is vastgelegd; nogNodig zegt of er meer nodig zijn.",
            body = GegevenGoedkeuring),
        (status = 409, description = "De inhoud is veranderd, of de run is al goedgekeurd.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn approve(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ApproveRun).await?;
    let shown = shown(request).await?;
    let nog_nodig = match flow::approve::approve(&app.store, &grant, id.into(), &shown.inhoudshash).await? {
        Approved::Whole => 0,
        Approved::Waits(more) => more,
    };
    let approvals = run::approvals(&mut app.store.read().await?, id.into()).await?;
    let is_mine = |found: &ApprovalRow| found.name == grant.who() && found.content_hash == shown.inhoudshash;
    let approval = approvals.into_iter().find(is_mine).ok_or(StoreError::Missing)?;
    let location = format!("/v1/betaalruns/{id}/goedkeuringen");
    let goedkeuring = signed(approval, &shown.inhoudshash);
    let given = GegevenGoedkeuring { goedkeuring, nog_nodig };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(given)))
}

async fn shown(request: Request) -> Result<NieuweGoedkeuring, Problem> {
    if brings(request.headers()) != "application/json" {
        return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = body::bytes(request).await?;
    serde_json::from_slice(&bytes).map_err(|_| {
        let fault =
            Fault::new("/inhoudshash", "verplicht", "Geef de inhoudshash van de betaalrun als tekst.");
        Problem::invalid("De inhoud van het verzoek klopt niet.", vec![fault])
    })
}

fn signed(row: ApprovalRow, content: &str) -> Goedkeuring {
    let geldig = row.content_hash == content;
    Goedkeuring {
        geldig,
        inhoudshash: row.content_hash,
        goedgekeurd_door: row.name,
        signed_on: row.approved_on,
    }
}
