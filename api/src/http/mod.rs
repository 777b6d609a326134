//! The API: one file per resource, each with what comes in and what goes out. The names on the wire are
//! Dutch, and so are the types that have their shape.

pub mod accept;
pub mod alerts;
pub mod answers;
pub mod approvals;
pub mod asked;
pub mod chains;
pub mod changes;
pub mod cover;
pub mod credits;
pub mod evidence_files;
pub mod document;
pub mod facts;
pub mod files;
pub mod health;
pub mod households;
pub mod imports;
pub mod inbox;
pub mod name_checks;
pub mod outbox;
pub mod payees;
pub mod plans;
pub mod policies;
pub mod problem;
pub mod provisional;
pub mod rehearsals;
pub mod reissues;
pub mod reported;
pub mod runs;
pub mod samples;
pub mod specifications;
pub mod statements;
pub mod supersessions;
pub mod tasks;
pub mod unexplained;
pub mod uploads;
pub mod waiting;
pub mod wire;

mod body;
mod refusal;

use axum::Router;
use axum::routing::get;
use grip_engine::access::Action;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::Snapshot;
use problem::Problem;

/// The API's addresses that need a sign-in.
pub fn routes() -> Router<App> {
    Router::new().nest("/v1", resources().split_for_parts().0)
}

/// The API's addresses that need none.
pub fn public_routes() -> Router<App> {
    Router::new()
        .nest("/v1", document::routes().split_for_parts().0)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}

/// True for the addresses of the API.
pub fn is_api(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}

/// The answer for a method that an address does not know.
pub async fn wrong_method() -> Problem {
    Problem::of_status(axum::http::StatusCode::METHOD_NOT_ALLOWED)
}

fn resources() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(households::list, facts::enter))
        .routes(routes!(households::get))
        .routes(routes!(facts::list, facts::record))
        .routes(routes!(rehearsals::rehearse))
        .routes(routes!(tasks::of_household))
        .routes(routes!(tasks::complete))
        .routes(routes!(tasks::list))
        .routes(routes!(specifications::get))
        .routes(routes!(plans::list))
        .routes(routes!(plans::get))
        .routes(routes!(runs::list))
        .routes(routes!(runs::get))
        .routes(routes!(runs::not_paid))
        .routes(routes!(approvals::list, approvals::approve))
        .routes(routes!(changes::list))
        .routes(routes!(name_checks::of_run, name_checks::add_to_run))
        .routes(routes!(name_checks::add))
        .routes(routes!(name_checks::decide))
        .routes(routes!(payees::list, payees::add))
        .routes(routes!(payees::get))
        .routes(routes!(payees::add_account))
        .routes(routes!(payees::set_address))
        .routes(routes!(payees::call_back))
        .routes(routes!(payees::approve))
        .routes(routes!(payees::withdraw))
        .routes(routes!(files::list))
        .routes(routes!(files::get))
        .routes(routes!(files::journal))
        .merge(answers::routes())
        .routes(routes!(cover::list))
        .routes(routes!(cover::confirm))
        .routes(routes!(reissues::rehearse, reissues::decide))
        .merge(uploads::routes())
        .routes(routes!(unexplained::list))
        .routes(routes!(unexplained::get))
        .routes(routes!(unexplained::accept))
        .routes(routes!(unexplained::undo))
        .routes(routes!(unexplained::waiting))
        .routes(routes!(waiting::list))
        .routes(routes!(waiting::look_again))
        .routes(routes!(waiting::refuse))
        .routes(routes!(waiting::accept))
        .routes(routes!(waiting::approve_acceptance))
        .routes(routes!(waiting::withdraw_acceptance))
        .routes(routes!(reported::list))
        .routes(routes!(chains::list))
        .routes(routes!(waiting::running))
        .routes(routes!(supersessions::propose))
        .routes(routes!(supersessions::approve))
        .routes(routes!(supersessions::withdraw))
        .merge(imports::routes())
        .merge(inbox::routes())
        .routes(routes!(outbox::list))
        .routes(routes!(outbox::get))
        .routes(routes!(credits::list))
        .routes(routes!(credits::get))
        .routes(routes!(credits::tranches))
        .merge(evidence_files::routes())
        .routes(routes!(samples::list, samples::draw))
        .routes(routes!(samples::get))
        .routes(routes!(samples::check))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::get))
        .routes(routes!(policies::list, policies::propose))
        .routes(routes!(policies::approve))
        .routes(routes!(policies::withdraw))
}

/// The moment somebody may read, if they may.
async fn read(app: &App, actor: &Actor, action: Action) -> Result<Snapshot, Problem> {
    app.grant(actor, action).await?;
    Ok(app.store.read().await?)
}

/// A stored code that the API has no word for: a mistake of ours.
fn meaningless(what: &'static str) -> Problem {
    crate::store::StoreError::Meaning { what, text: String::new() }.into()
}
