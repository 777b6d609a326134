//! Random samples of evidence: drawn, looked at again, and measured.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Id, Lijst};
use super::body;
use super::problem::Problem;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::sample::{self, DrawGiven, Sample};

/// Een steekproef van bonnen en verklaringen, met wat er tot nu toe is gezien. Zij zegt iets over het vastleggen, niet
/// over een huishouden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Steekproef {
    id: Uuid,
    /// De woorden waaruit de lijst volgt: wie ze kent, trekt dezelfde lijst.
    zaad: String,
    /// Hoe zeker, als deel.
    zekerheid: String,
    /// De foutmarge, als deel.
    marge: String,
    van: NaiveDate,
    tot: NaiveDate,
    /// Hoeveel bonnen en verklaringen er waren om uit te trekken.
    populatie: i64,
    getrokken: usize,
    bekeken: u32,
    /// Hoeveel er klopten.
    klopt: u32,
    /// Welk deel klopt; leeg zolang niets is bekeken.
    deel: Option<String>,
    /// De laagste waarde die bij de zekerheid past (Wilson).
    laagste: Option<String>,
    /// De hoogste waarde.
    hoogste: Option<String>,
    trekkingen: Vec<Trekking>,
}

/// Een bon of verklaring die is getrokken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trekking {
    plaats: i64,
    /// De gebeurtenis waarmee zij is vastgelegd.
    gebeurtenis_id: Uuid,
    huishouden_id: Uuid,
    /// `confirmed`, `differs` of `not_found`; leeg zolang niemand keek.
    uitkomst: Option<String>,
    toelichting: Option<String>,
    bekeken_door: Option<String>,
    bekeken_datum: Option<NaiveDate>,
}

/// Een steekproef om te trekken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NieuweSteekproef {
    /// De woorden waaruit de lijst volgt; elke steekproef heeft eigen woorden.
    zaad: String,
    /// `0.80`, `0.90`, `0.95` of `0.99`.
    #[schema(example = "0.95")]
    zekerheid: String,
    #[schema(example = "0.05")]
    marge: String,
    van: NaiveDate,
    tot: NaiveDate,
}

/// Wat iemand zag die nog eens keek.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bevinding {
    /// `confirmed`, `differs` of `not_found`.
    uitkomst: String,
    toelichting: String,
}

/// Alle steekproeven, de nieuwste eerst.
#[utoipa::path(get, path = "/steekproeven", operation_id = "steekproeven", tag = "Inrichtingskredieten",
    responses((status = 200, description = "De steekproeven.", body = inline(Lijst<Steekproef>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Lijst<Steekproef>>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let resultaten: Vec<Steekproef> = sample::list(&mut at).await?.into_iter().map(wire).collect();
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

/// Trekt een steekproef uit de bonnen en verklaringen die in een periode zijn getoond.
#[utoipa::path(post, path = "/steekproeven", operation_id = "steekproefTrekken", tag = "Inrichtingskredieten",
    request_body = NieuweSteekproef,
    responses((status = 201, description = "De steekproef is getrokken.", body = Steekproef),
        (status = 409, description = "Met deze woorden is al getrokken.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn draw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, Action::RecordFacts).await?;
    let NieuweSteekproef { zaad, zekerheid, marge, van, tot } = body::json(request).await?;
    let given = DrawGiven { seed: zaad, confidence: zekerheid, margin: marge, from: van, until: tot };
    let id = sample::draw(&app.store, &grant, &given).await?;
    Ok((StatusCode::CREATED, Json(found(&app, id).await?)).into_response())
}

/// Een steekproef.
#[utoipa::path(get, path = "/steekproeven/{id}", operation_id = "steekproef", tag = "Inrichtingskredieten",
    params(("id" = Uuid, Path, description = "Het id van de steekproef.")),
    responses((status = 200, description = "De steekproef.", body = Steekproef)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Steekproef>, Problem> {
    app.grant(&actor, Action::SeeHouseholds).await?;
    Ok(Json(found(&app, id).await?))
}

/// Legt vast wat iemand zag die nog eens naar een bon keek. Dat is een ander dan wie de bon vastlegde.
#[utoipa::path(post, path = "/steekproeven/{id}/trekkingen/{plaats}", operation_id = "bevinding",
    tag = "Inrichtingskredieten",
    params(("id" = Uuid, Path, description = "Het id van de steekproef."),
        ("plaats" = i64, Path, description = "De plaats van de bon in de lijst, vanaf 1.")),
    request_body = Bevinding,
    responses((status = 201, description = "De bevinding is vastgelegd.", body = Steekproef),
        (status = 409, description = "Er is al gekeken.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn check(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((id, place)): Path<(Uuid, i64)>,
    request: Request,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, actor.recording()).await?;
    let found_there: Bevinding = body::json(request).await?;
    let said = (found_there.uitkomst.as_str(), found_there.toelichting.as_str());
    sample::check(&app.store, &grant, id, place, said).await?;
    Ok((StatusCode::CREATED, Json(found(&app, id).await?)).into_response())
}

async fn found(app: &App, id: Uuid) -> Result<Steekproef, Problem> {
    let all = sample::list(&mut app.store.read().await?).await?;
    let found = all.into_iter().find(|sample| sample.row.sample_id == id);
    found.map(wire).ok_or_else(|| Problem::not_found("Deze steekproef"))
}

fn wire(found: Sample) -> Steekproef {
    let Sample { row, items, measured } = found;
    Steekproef {
        id: row.sample_id,
        zaad: row.seed,
        zekerheid: row.confidence,
        marge: row.margin,
        van: row.from_on,
        tot: row.until_on,
        populatie: row.population,
        getrokken: items.len(),
        bekeken: measured.map_or(0, |measured| measured.looked_at),
        klopt: measured.map_or(0, |measured| measured.right),
        deel: measured.map(|measured| measured.share.to_string()),
        laagste: measured.map(|measured| measured.low.to_string()),
        hoogste: measured.map(|measured| measured.high.to_string()),
        trekkingen: items
            .into_iter()
            .map(|item| Trekking {
                plaats: item.place,
                gebeurtenis_id: item.fact_id,
                huishouden_id: item.household_id,
                uitkomst: item.outcome,
                toelichting: item.note,
                bekeken_door: item.checked_by,
                bekeken_datum: item.checked_on,
            })
            .collect(),
    }
}
