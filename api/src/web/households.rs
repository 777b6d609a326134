//! The list of households. There is no search, so no name ever stands in an address.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::relief::ReliefWindow;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::household::window;
use super::message::Failure;
use super::{page, words};
use crate::store::household::HouseholdFile;
use crate::store::{Scope, alert, household};

#[derive(Template)]
#[template(path = "households.html")]
struct Households {
    frame: Frame,
    /// True for somebody who may record facts.
    records: bool,
    rows: Vec<Row>,
}

struct Row {
    id: Uuid,
    number: String,
    household_type: &'static str,
    window: String,
    open_alerts: usize,
}

/// `GET /huishoudens`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let mut at = visit.app.store.read().await?;
    let files = household::files(&mut at, Scope::All).await?;
    let mut open_alerts: BTreeMap<Uuid, usize> = BTreeMap::new();
    for alert in alert::list(&mut at, Scope::All).await? {
        *open_alerts.entry(alert.household_id).or_default() += usize::from(alert.closed_on.is_none());
    }
    let row = |file: &HouseholdFile| {
        let id = file.household.id.0;
        let relief = ReliefWindow::of_household(&file.household);
        Row {
            id,
            number: file.number.clone(),
            household_type: words::household_type(file.household.type_on(visit.today)),
            window: window::in_short(relief, visit.today),
            open_alerts: open_alerts.get(&id).copied().unwrap_or_default(),
        }
    };
    let rows = files.iter().map(row).collect();
    let records = visit.actor.may(Action::RecordFacts);
    Ok(page(StatusCode::OK, &Households { records, frame: visit.frame, rows }))
}
