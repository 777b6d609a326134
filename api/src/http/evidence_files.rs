//! Photographs and scans of evidence: handed in, listed, and given to who may see the household.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::id::HouseholdId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::asked::{Id, Lijst};
use super::problem::Problem;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::evidence;
use crate::flow::record::Kept;
use crate::store::evidence_file;

/// A little more than the most bytes of a file, so that one of a byte too many is told about in words.
const BODY_MAX: usize = evidence::BYTES_MAX + 1024;

/// Een foto of scan van een bon, factuur of verklaring.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bewijsbestand {
    /// De SHA-256 van de inhoud: zo noemt een gebeurtenis `evidence` het in `file`.
    sha256: String,
    /// Wat de inhoud is: `image/jpeg`, `image/png` of `application/pdf`.
    inhoud: String,
    aantal_bytes: i64,
    ingeleverd_datum: NaiveDate,
    ingeleverd_door: String,
}

/// The addresses of files of evidence.
pub(super) fn routes() -> OpenApiRouter<App> {
    let whole = OpenApiRouter::new().routes(routes!(list, add));
    whole.layer(DefaultBodyLimit::max(BODY_MAX)).routes(routes!(get))
}

/// De foto's en scans van een huishouden.
#[utoipa::path(get, path = "/huishoudens/{id}/bewijsbestanden", operation_id = "bewijsbestanden",
    tag = "Inrichtingskredieten",
    params(("id" = Uuid, Path, description = "Het id van het huishouden.")),
    responses((status = 200, description = "De bestanden.", body = inline(Lijst<Bewijsbestand>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Lijst<Bewijsbestand>>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let rows = evidence_file::list(&mut at, HouseholdId(id)).await?;
    let resultaten: Vec<Bewijsbestand> = rows.into_iter().map(kept).collect();
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

/// Levert een foto of scan in. Wat het is volgt uit de inhoud; de naam wordt niet bewaard. Hetzelfde bestand nog eens
/// inleveren verandert niets.
#[utoipa::path(post, path = "/huishoudens/{id}/bewijsbestanden", operation_id = "bewijsbestandInleveren",
    tag = "Inrichtingskredieten",
    params(("id" = Uuid, Path, description = "Het id van het huishouden.")),
    request_body(description = "Het bestand, ten hoogste 10 MB.",
        content((String = "image/jpeg"), (String = "image/png"), (String = "application/pdf"))),
    responses((status = 201, description = "Het bestand is bewaard.", body = Bewijsbestand),
        (status = 200, description = "Het bestand was er al.", body = Bewijsbestand),
        (status = 413, description = "Het bestand is te groot.", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "De inhoud is geen JPEG, PNG of PDF.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, actor.recording()).await?;
    let bytes = Bytes::from_request(request, &()).await;
    let bytes = bytes.map_err(|rejection| Problem::of_status(rejection.status()))?;
    let (file, done) = evidence::hand_in(&app.store, &grant, HouseholdId(id), &bytes).await?;
    let mut at = app.store.read().await?;
    let rows = evidence_file::list(&mut at, HouseholdId(id)).await?;
    let row = rows.into_iter().find(|row| row.sha256 == file.sha256);
    let row = row.ok_or(crate::store::StoreError::Missing)?;
    let status = if done == Kept::New { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(kept(row))).into_response())
}

/// Een foto of scan van een huishouden, zoals die is ingeleverd.
#[utoipa::path(get, path = "/huishoudens/{id}/bewijsbestanden/{sha256}", operation_id = "bewijsbestand",
    tag = "Inrichtingskredieten",
    params(("id" = Uuid, Path, description = "Het id van het huishouden."),
        ("sha256" = String, Path, description = "De SHA-256 van de inhoud.")),
    responses((status = 200, description = "Het bestand.",
        content((String = "image/jpeg"), (String = "image/png"), (String = "application/pdf")))))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((id, sha256)): Path<(Uuid, String)>,
) -> Result<Response, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let file = evidence_file::get(&mut at, HouseholdId(id), &sha256).await?;
    let file = file.ok_or_else(|| Problem::not_found("Dit bewijsbestand"))?;
    Ok((evidence::headers(&file), file.body).into_response())
}

fn kept(row: evidence_file::KeptRow) -> Bewijsbestand {
    Bewijsbestand {
        sha256: row.sha256,
        inhoud: row.media_type,
        aantal_bytes: row.size,
        ingeleverd_datum: row.recorded_on,
        ingeleverd_door: row.recorded_by,
    }
}
