//! What must be done for a household and on which day, and who did it.

use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::id::MemberId;
use serde::Deserialize;
use uuid::Uuid;

use super::household_id;
use crate::flow::FlowError;
use crate::flow::tasks::{self, Item};
use crate::web::frame::Visit;
use crate::web::message::Failure;
use crate::web::words;

/// So many days ahead a task can be done.
pub(in crate::web) const AHEAD: Days = Days::new(14);

/// A task on a page.
#[derive(Clone, Debug)]
pub(in crate::web) struct TaskView {
    /// Its number on the page.
    pub(in crate::web) id: usize,
    pub(in crate::web) on: String,
    pub(in crate::web) what: &'static str,
    /// Whom it is about.
    pub(in crate::web) member: Option<String>,
    pub(in crate::web) state: String,
    /// True when the day is over and it was not done.
    pub(in crate::web) is_late: bool,
    /// What identifies it, while it can be done: its code, day and member.
    pub(in crate::web) open: Option<(&'static str, NaiveDate, String)>,
}

/// What the form holds.
#[derive(Deserialize)]
pub(in crate::web) struct Done {
    soort: String,
    dag: String,
    #[serde(default)]
    lid: String,
    #[serde(default)]
    notitie: String,
}

/// `POST /huishoudens/{id}/taken`: a task was done.
pub(in crate::web) async fn done(
    visit: Visit,
    Path(id): Path<String>,
    done: Result<Form<Done>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordCoaching).await?;
    let id = household_id(&visit, &id)?;
    let unreadable = || Failure::Unreadable(Box::new(visit.frame.clone()));
    let Ok(Form(done)) = done else {
        return Err(unreadable());
    };
    let member = done.lid.parse::<Uuid>().ok().map(MemberId);
    let day = done.dag.parse::<NaiveDate>().map_err(|_| unreadable())?;
    let task = tasks::task_of(&done.soort, day, member).ok_or_else(unreadable)?;
    let note: String = done.notitie.trim().chars().take(500).collect();
    match tasks::complete(&visit.app.store, &grant, id, task, &note).await {
        // somebody else did it first: then it is done
        Ok(()) | Err(FlowError::Exists { .. }) => back(visit, Path(id.to_string())).await,
        Err(FlowError::NotFound { .. }) => Err(visit.not_found()),
        Err(error) => Err(error.into()),
    }
}

/// `GET /huishoudens/{id}/taken`: where somebody lands who had to sign in first.
pub(in crate::web) async fn back(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let id = household_id(&visit, &id)?;
    Ok(Redirect::to(&format!("/huishoudens/{id}#taken")).into_response())
}

impl TaskView {
    /// A task as it stands on a day.
    pub(in crate::web) fn of(id: usize, item: &Item, today: NaiveDate) -> TaskView {
        let task = &item.task;
        let state = match &item.done {
            Some(done) if done.note.is_empty() => {
                format!("gedaan door {} op {}", done.done_by, dutch_day(done.done_on))
            }
            Some(done) => {
                format!("gedaan door {} op {}: {}", done.done_by, dutch_day(done.done_on), done.note)
            }
            None if task.on < today => "de dag is voorbij".to_owned(),
            None if task.on == today => "vandaag".to_owned(),
            None => "komt nog".to_owned(),
        };
        let can_be_done = item.done.is_none() && item.household.is_some() && task.on <= today + AHEAD;
        let member = task.member.map_or_else(String::new, |member| member.to_string());
        TaskView {
            id,
            on: dutch_day(task.on),
            what: words::task(task.kind),
            member: item.member.clone(),
            state,
            is_late: item.done.is_none() && task.on < today,
            open: can_be_done.then(|| (task.kind.code(), task.on, member)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::task::DoneRow;
    use grip_engine::task::{Task, TaskKind};
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn seen(today: &str, done: Option<DoneRow>) -> (String, bool, bool) {
        let task = Task { on: day("2026-05-12"), kind: TaskKind::Handover60, member: None };
        let household = Some((Uuid::nil().into(), "HH-1".to_owned()));
        let view = TaskView::of(1, &Item { household, task, member: None, done }, day(today));
        (view.state, view.is_late, view.open.is_some())
    }

    #[test]
    fn a_task_can_be_done_from_fourteen_days_before_until_it_was() {
        assert_eq!(seen("2026-04-27", None), ("komt nog".to_owned(), false, false));
        assert_eq!(seen("2026-04-28", None), ("komt nog".to_owned(), false, true));
        assert_eq!(seen("2026-05-12", None), ("vandaag".to_owned(), false, true));
        assert_eq!(seen("2026-05-13", None), ("de dag is voorbij".to_owned(), true, true));
        let done = DoneRow {
            household_id: Uuid::nil(),
            kind: "handover_60".to_owned(),
            planned_on: day("2026-05-12"),
            member_id: Uuid::nil(),
            done_on: day("2026-05-11"),
            done_by: "smit".to_owned(),
            note: "gebeld".to_owned(),
        };
        assert_eq!(
            seen("2026-06-01", Some(done)),
            ("gedaan door smit op 11 mei 2026: gebeld".to_owned(), false, false)
        );
    }
}
