//! The list of payment runs.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::store::run::{self, RunRow};
use crate::store::unpaid::{self, UnpaidRow};

#[derive(Template)]
#[template(path = "runs.html")]
struct Runs {
    frame: Frame,
    rows: Vec<Row>,
    /// What should be paid and cannot.
    unpaid: Vec<UnpaidRow>,
    sees_households: bool,
}

struct Row {
    id: Uuid,
    name: String,
    execution_on: String,
    proposed_on: String,
    state: &'static str,
    waits: bool,
}

/// `GET /betaalruns`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeRuns).await?;
    let mut at = visit.app.store.read().await?;
    let rows = run::list(&mut at).await?.iter().map(row).collect();
    let unpaid = unpaid::list(&mut at).await?;
    let sees_households = visit.actor.may(Action::SeeHouseholds);
    Ok(page(StatusCode::OK, &Runs { frame: visit.frame, rows, unpaid, sees_households }))
}

fn row(run: &RunRow) -> Row {
    Row {
        id: run.run_id,
        name: words::run_name(&run.kind, &run.period),
        execution_on: dutch_day(run.execution_on),
        proposed_on: dutch_day(run.proposed_on),
        state: words::run_state(&run.state),
        waits: run.state == "proposed",
    }
}
