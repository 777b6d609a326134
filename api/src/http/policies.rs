//! The policy of the municipality: one administrator proposes it, another one approves it.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::payment_run::ApprovalError;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::accept::brings;
use super::asked::{Id, Lijst};
use super::body;
use super::problem::Problem;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::policy::{self, KeyChange, Listed, PolicyState};
use crate::store::StoreError;

/// Wat de gemeente zelf kiest, vanaf een dag.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Beleid {
    id: Uuid,
    status: Beleidstatus,
    /// Waar als dit beleid vandaag geldt.
    geldt_vandaag: bool,
    /// De eerste dag waarop het geldt.
    geldig_vanaf_datum: NaiveDate,
    /// De hele tekst van het beleidsbestand.
    tekst: String,
    /// Wat anders is dan in het goedgekeurde beleid ervoor.
    wijzigingen: Vec<Beleidswijziging>,
    voorgesteld_door: String,
    voorgesteld_datum: NaiveDate,
    goedgekeurd_door: Option<String>,
    goedgekeurd_datum: Option<NaiveDate>,
    ingetrokken_datum: Option<NaiveDate>,
}

/// Hoe ver een beleid is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Beleidstatus {
    /// Wacht op een tweede persoon.
    Voorgesteld,
    /// Geldt vanaf zijn eerste dag.
    Goedgekeurd,
    /// Teruggenomen voordat iemand het goedkeurde.
    Ingetrokken,
}

/// Een sleutel die een andere waarde heeft.
#[derive(Debug, Serialize, ToSchema)]
pub struct Beleidswijziging {
    /// De sleutel in het beleidsbestand.
    #[schema(example = "furnishing.line_tolerance")]
    sleutel: String,
    /// Leeg als de sleutel nieuw is.
    was: Option<String>,
    /// Leeg als de sleutel is vervallen.
    wordt: Option<String>,
}

/// Elk beleid, ook voorstellen, het nieuwste eerst.
#[utoipa::path(get, path = "/beleid", operation_id = "beleid", tag = "Beleid",
    responses((status = 200, description = "Het beleid.", body = inline(Lijst<Beleid>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Lijst<Beleid>>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeePolicy).await?;
    let all = policy::list(&mut at, app.business_day().await?).await?;
    let resultaten: Vec<Beleid> = all.into_iter().map(of).collect();
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

/// Stelt een beleid voor: de hele tekst van het bestand. Tot een tweede persoon het goedkeurt, verandert er niets.
#[utoipa::path(post, path = "/beleid", operation_id = "beleidVoorstellen", tag = "Beleid",
    request_body(description = "De tekst van het beleidsbestand.",
        content((String = "text/plain"), (String = "application/toml"))),
    responses((status = 201, description = "Het beleid is voorgesteld.", body = Beleid),
        (status = 409, description = "Vanaf deze dag geldt al een ander beleid.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen tekst.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn propose(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ProposePolicy).await?;
    if !matches!(brings(request.headers()).as_str(), "text/plain" | "application/toml") {
        return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let text = String::from_utf8(body::bytes(request).await?.to_vec());
    let text = text.map_err(|_| Problem::invalid("De tekst is geen UTF-8.", Vec::new()))?;
    let id = policy::propose(&app.store, &grant, &text).await?;
    found(&app, id).await
}

/// Keurt een voorgesteld beleid goed, als tweede persoon. Een voorstel verandert niet: wat u las, keurt u goed.
#[utoipa::path(post, path = "/beleid/{id}/goedkeuringen", operation_id = "beleidGoedkeuren", tag = "Beleid",
    params(("id" = Uuid, Path, description = "Het id van het voorgestelde beleid.")),
    responses((status = 201, description = "Het beleid is goedgekeurd.", body = Beleid),
        (status = 409, description = "Het is geen voorstel meer, of het past niet bij ander beleid.",
            body = Problem, content_type = "application/problem+json")))]
pub async fn approve(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ApprovePolicy).await?;
    policy::approve(&app.store, &grant, id).await.map_err(refused)?;
    found(&app, id).await
}

/// Trekt een voorgesteld beleid in.
#[utoipa::path(post, path = "/beleid/{id}/intrekkingen", operation_id = "beleidIntrekken", tag = "Beleid",
    params(("id" = Uuid, Path, description = "Het id van het voorgestelde beleid.")),
    responses((status = 201, description = "Het beleid is ingetrokken.", body = Beleid),
        (status = 409, description = "Het is geen voorstel meer.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn withdraw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ProposePolicy).await?;
    policy::withdraw(&app.store, &grant, id).await.map_err(refused)?;
    found(&app, id).await
}

async fn found(app: &App, id: Uuid) -> Result<impl IntoResponse + use<>, Problem> {
    let today = app.business_day().await?;
    let all = policy::list(&mut app.store.read().await?, today).await?;
    let found = all.into_iter().find(|listed| listed.row.policy_id == id).ok_or(StoreError::Missing)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, "/v1/beleid")], Json(of(found))))
}

fn refused(error: FlowError) -> Problem {
    match error {
        FlowError::Approval(ApprovalError::SamePerson) => Problem::new(
            StatusCode::FORBIDDEN,
            "zelfde-persoon",
            "Tweede persoon nodig",
            "U stelde dit beleid zelf voor. Vraag een tweede persoon om het goed te keuren.",
        ),
        FlowError::AlreadyApproved => Problem::conflict(
            "geen-voorstel",
            "Geen voorstel meer",
            "Dit beleid is al goedgekeurd of ingetrokken.",
        ),
        error => error.into(),
    }
}

fn of(listed: Listed) -> Beleid {
    let Listed { row, state, in_force, changes } = listed;
    Beleid {
        id: row.policy_id,
        status: match state {
            PolicyState::Proposed => Beleidstatus::Voorgesteld,
            PolicyState::Approved => Beleidstatus::Goedgekeurd,
            PolicyState::Withdrawn => Beleidstatus::Ingetrokken,
        },
        geldt_vandaag: in_force,
        geldig_vanaf_datum: row.valid_from,
        tekst: row.body,
        wijzigingen: changes.into_iter().map(change).collect(),
        voorgesteld_door: row.proposed_by,
        voorgesteld_datum: row.proposed_on,
        goedgekeurd_door: row.approved_by,
        goedgekeurd_datum: row.approved_on,
        ingetrokken_datum: row.withdrawn_on,
    }
}

fn change(change: KeyChange) -> Beleidswijziging {
    Beleidswijziging { sleutel: change.key, was: change.was, wordt: change.becomes }
}
