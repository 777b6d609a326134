//! Bank statements that count no longer: proposed by one person, approved by another.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use grip_engine::access::Action;

use super::asked::Id;
use super::body;
use super::problem::Problem;
use super::waiting::{Reden, of_second};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::import_statement::supersede;

/// Stelt voor een afschrift te laten vervallen. Een tweede persoon keurt het goed; dan wordt elke boeking ervan
/// teruggeboekt.
#[utoipa::path(post, path = "/bankafschriften/{id}/vervallenverklaringen",
    operation_id = "bankafschriftLatenVervallen", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het bankafschrift.")),
    request_body = Reden,
    responses((status = 204, description = "Het voorstel is vastgelegd."),
        (status = 409, description = "Er is al een voorstel, of het afschrift kan niet vervallen.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn propose(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<StatusCode, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    let Reden { reden } = body::json(request).await?;
    supersede::propose(&app.store, &grant, id, &reden).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keurt goed dat een afschrift vervalt, als tweede persoon.
#[utoipa::path(post, path = "/bankafschriften/{id}/vervallenverklaringen/goedkeuringen",
    operation_id = "vervallenGoedkeuren", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het bankafschrift.")),
    responses((status = 204, description = "Het afschrift is vervallen."),
        (status = 409, description = "Er is geen voorstel meer, of het afschrift kan niet vervallen.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn approve(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let grant = app.grant(&actor, Action::ApproveRun).await?;
    supersede::approve(&app.store, &grant, id).await.map_err(of_second)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Trekt een voorstel om een afschrift te laten vervallen in.
#[utoipa::path(post, path = "/bankafschriften/{id}/vervallenverklaringen/intrekkingen",
    operation_id = "vervallenIntrekken", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het bankafschrift.")),
    responses((status = 204, description = "Het voorstel is ingetrokken."),
        (status = 409, description = "Er is geen voorstel meer.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn withdraw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    supersede::withdraw(&app.store, &grant, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
