//! Paying a payment that failed once more: what would happen, and the decision.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::reason;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::Id;
use super::body;
use super::files::Betaalstand;
use super::problem::Problem;
use super::wire::{Bedrag, cents};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::reissue::{self, Rehearsed};

/// Wat er gebeurt als een mislukte betaling opnieuw wordt betaald.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Herhaling {
    betaling_id: Uuid,
    stand: Betaalstand,
    bedrag: Bedrag,
    omschrijving: String,
    /// Waarom de betaling mislukte, voor zover dat gezegd mag worden.
    reden: &'static str,
    /// De eerste dag waarop opnieuw kan worden betaald.
    uitvoering_datum: NaiveDate,
    /// Waarom opnieuw betalen niet kan; leeg als het kan.
    bezwaar: Option<String>,
}

/// Het besluit om een mislukte betaling opnieuw te betalen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Herhaalbesluit {
    /// Waarom opnieuw wordt betaald.
    #[schema(min_length = 1, max_length = 500)]
    reden: String,
}

/// Proef: wat er gebeurt als deze mislukte betaling opnieuw wordt betaald. Er wordt niets vastgelegd.
#[utoipa::path(get, path = "/betalingen/{id}/herhaling", operation_id = "herhalingProef", tag = "Betaalbestanden",
    params(("id" = Uuid, Path, description = "Het id van de betaling.")),
    responses((status = 200, description = "Wat er gebeurt.", body = Herhaling)))]
pub async fn rehearse(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Herhaling>, Problem> {
    let grant = app.grant(&actor, Action::RecordFacts).await?;
    let mut at = app.store.read().await?;
    let household = reissue::household_of(&mut at, id.into()).await?;
    Ok(Json(wire(&reissue::rehearse(&mut at, id.into(), household, grant.today()).await?)?))
}

/// Besluit om deze mislukte betaling opnieuw te betalen. De betaling gaat mee in de eerstvolgende run, die een ander
/// goedkeurt.
#[utoipa::path(post, path = "/betalingen/{id}/herhaling", operation_id = "herhaling", tag = "Betaalbestanden",
    params(("id" = Uuid, Path, description = "Het id van de betaling.")), request_body = Herhaalbesluit,
    responses((status = 201, description = "Het besluit is vastgelegd.", body = Herhaling),
        (status = 409, description = "Deze betaling kan niet opnieuw worden betaald.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn decide(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, Action::RecordFacts).await?;
    let decision: Herhaalbesluit = body::json(request).await?;
    let done = reissue::decide(&app.store, &grant, id.into(), &decision.reden).await?;
    Ok((StatusCode::CREATED, Json(wire(&done)?)).into_response())
}

fn wire(found: &Rehearsed) -> Result<Herhaling, Problem> {
    let failed = &found.failed;
    Ok(Herhaling {
        betaling_id: failed.payment_id,
        stand: failed.stands()?.into(),
        bedrag: cents(failed.amount),
        omschrijving: failed.remittance.clone(),
        reden: reason::for_officer(&failed.reason),
        uitvoering_datum: found.execution,
        bezwaar: found.barred.as_ref().map(ToString::to_string),
    })
}
