//! Health: for the one who starts and stops the server.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::app::App;
use crate::store::municipality;

/// The server answers. It never looks at the database.
pub async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The server can do its work: the database answers.
pub async fn ready(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let found = match app.store.read().await {
        Ok(mut at) => municipality::get(&mut at).await.map(drop),
        Err(error) => Err(error),
    };
    let not_ready = |error| {
        tracing::error!(%error, "the database does not answer");
        Problem::of_status(StatusCode::SERVICE_UNAVAILABLE)
    };
    found.map(|()| Json(json!({ "status": "ok" }))).map_err(not_ready)
}
