//! The worklist: the open alerts in order of harm. Roles without alerts get a page that shows their way.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::risk::Severity;
use serde::Deserialize;

use super::alert::AlertView;
use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::store::Scope;
use crate::store::alert::{self, AlertRow};

#[derive(Template)]
#[template(path = "worklist.html")]
struct Worklist {
    frame: Frame,
    shows_closed: bool,
    groups: Vec<Group>,
    closed: Vec<AlertView>,
    open_count: String,
    closed_count: String,
}

/// The open alerts of one severity.
struct Group {
    id: &'static str,
    name: &'static str,
    shape: &'static str,
    count: String,
    alerts: Vec<AlertView>,
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    frame: Frame,
}

/// Which alerts are asked for.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    status: Option<String>,
}

/// `GET /`.
pub(super) async fn show(
    visit: Visit,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Failure> {
    if !visit.actor.may(Action::SeeAlerts) {
        return Ok(page(StatusCode::OK, &Start { frame: visit.frame }));
    }
    visit.allow(Action::SeeAlerts).await?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let rows = alert::list(&mut visit.app.store.read().await?, Scope::All).await?;
    let (open, closed): (Vec<AlertRow>, Vec<AlertRow>) =
        rows.into_iter().partition(|row| row.closed_on.is_none());
    let worklist = Worklist {
        frame: visit.frame,
        shows_closed: asked.status.as_deref() == Some("gesloten"),
        groups: groups(&open, visit.today),
        open_count: words::count(open.len(), "open signaal", "open signalen"),
        closed_count: words::count(closed.len(), "gesloten signaal", "gesloten signalen"),
        closed: closed.iter().map(|row| AlertView::of(row, visit.today)).collect(),
    };
    Ok(page(StatusCode::OK, &worklist))
}

fn groups(open: &[AlertRow], today: NaiveDate) -> Vec<Group> {
    let group = |severity: Severity| {
        let (name, shape) = words::severity(severity);
        let of_severity = open.iter().filter(|row| row.severity == severity.code());
        let alerts: Vec<AlertView> = of_severity.map(|row| AlertView::of(row, today)).collect();
        let count = words::count(alerts.len(), "signaal", "signalen");
        Group { id: severity.code(), name, shape, count, alerts }
    };
    [Severity::K1, Severity::K2, Severity::K3].map(group).into()
}
