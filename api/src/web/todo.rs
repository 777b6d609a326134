//! The tasks of all households: what must be done until two weeks from now, the oldest first, and what was done
//! lately.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::household::{AHEAD, TaskView};
use super::message::Failure;
use super::page;
use crate::flow::tasks::{self, Item};
use crate::store::Scope;

#[derive(Template)]
#[template(path = "todo.html")]
struct Todo {
    frame: Frame,
    open: Vec<Row>,
    done: Vec<Row>,
}

/// A task with its household; none for a task about a run.
struct Row {
    household: Option<(Uuid, String)>,
    task: TaskView,
}

/// `GET /taken`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let items = tasks::list(&mut visit.app.store.read().await?, Scope::All, visit.today).await?;
    let row = |(id, item): (usize, &Item)| Row {
        household: item.household.as_ref().map(|(id, number)| (id.0, number.clone())),
        task: TaskView::of(id, item, visit.today),
    };
    let is_near = |item: &&Item| item.done.is_none() && item.task.on <= visit.today + AHEAD;
    let was_lately =
        |item: &&Item| item.done.as_ref().is_some_and(|done| visit.today <= done.done_on + AHEAD);
    let open = items.iter().filter(is_near).enumerate().map(row).collect();
    let done = items.iter().rev().filter(was_lately).enumerate().map(row).collect();
    Ok(page(StatusCode::OK, &Todo { frame: visit.frame, open, done }))
}
