//! The tasks of households and runs: they follow from facts; a person says that one was done.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use grip_engine::calendar::TargetCalendar;
use grip_engine::id::{HouseholdId, MemberId};
use grip_engine::payee::{Accounts, CreditorAccount};
use grip_engine::task::{Task, TaskKind, on_open_day, tasks};

use super::planning::rules;
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::run::RunRow;
use crate::store::task::{self, DoneRow};
use crate::store::{Scope, Snapshot, Store, StoreError, household, run};

/// A task, with who did it once somebody did.
#[derive(Clone, Debug)]
pub struct Item {
    /// The household; none for a task about a run.
    pub household: Option<(HouseholdId, String)>,
    /// What is to be done, and when.
    pub task: Task,
    /// The name of the member it is about.
    pub member: Option<String>,
    /// That it was done.
    pub done: Option<DoneRow>,
}

/// The tasks of a scope in order of day, with those about runs when the scope is everything.
pub async fn list(at: &mut Snapshot, scope: Scope, today: NaiveDate) -> Result<Vec<Item>, FlowError> {
    let rules = rules(at).await?;
    let done = task::done(at, scope).await?;
    let mut items = Vec::new();
    for file in household::files(at, scope).await? {
        let household = &file.household;
        // an account that waits for a second person need not be opened any more
        let is_opened = |task: &Task| {
            let accounts = task.member.and_then(|member| file.accounts.get(&member));
            let mut versions = accounts.into_iter().flat_map(Accounts::versions);
            task.kind == TaskKind::OpenAccount && versions.any(CreditorAccount::is_waiting)
        };
        let found = tasks(household, &file.obligations, rules.policy_on(today));
        for found in found.into_iter().filter(|task| !is_opened(task)) {
            let is_it = |row: &&DoneRow| {
                row.household_id == household.id.0
                    && row.kind == found.kind.code()
                    && row.planned_on == found.on
                    && row.member() == found.member
            };
            items.push(Item {
                household: Some((household.id, file.number.clone())),
                member: found.member.and_then(|id| household.member(id)).map(|member| member.name.clone()),
                done: done.iter().find(is_it).cloned(),
                task: found,
            });
        }
    }
    if matches!(scope, Scope::All) {
        items.extend(of_runs(at, today).await?);
    }
    items.sort_by(|a, b| (a.task, &a.household).cmp(&(b.task, &b.household)));
    Ok(items)
}

/// The day on which a second person is looked for: two TARGET days before the day of a run that nobody approved. A
/// supplementary run that did not exist by then has none: it moves on until somebody approves it.
pub fn find_approver_on(run: &RunRow) -> Option<NaiveDate> {
    let on = TargetCalendar.earlier(run.execution_on, 2);
    let existed = run.kind == "monthly" || run.proposed_on <= on;
    (run.state == "proposed" && existed).then_some(on)
}

/// Runs that nobody approved two TARGET days before they must be executed (ruling 37).
async fn of_runs(at: &mut Snapshot, today: NaiveDate) -> Result<Vec<Item>, StoreError> {
    let days: BTreeSet<NaiveDate> = run::list(at).await?.iter().filter_map(find_approver_on).collect();
    let task = |on: NaiveDate| Item {
        household: None,
        task: on_open_day(on, TaskKind::FindApprover, None),
        member: None,
        done: None,
    };
    Ok(days.into_iter().filter(|on| *on <= today).map(task).collect())
}

/// Records that a task of a household was done.
pub async fn complete(
    store: &Store,
    grant: &Grant,
    household: HouseholdId,
    task: Task,
    note: &str,
) -> Result<(), FlowError> {
    retry!(try_complete(store, grant, household, task, note))
}

async fn try_complete(
    store: &Store,
    grant: &Grant,
    household: HouseholdId,
    asked: Task,
    note: &str,
) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("task of household {household}")).await?;
    let items = list(&mut change, Scope::One(household.0), grant.today()).await?;
    let id = || format!("{} {}", asked.on, asked.kind.code());
    let found = items.iter().find(|item| item.task == asked);
    let found = found.ok_or_else(|| FlowError::NotFound { what: "task", id: id() })?;
    if found.done.is_some() {
        return Err(FlowError::Exists { what: "task", id: id() });
    }
    task::add_done(&mut change, household, asked, note).await?;
    Ok(change.commit().await?)
}

/// A task by what identifies it.
pub fn task_of(kind: &str, on: NaiveDate, member: Option<MemberId>) -> Option<Task> {
    Some(Task { on, kind: TaskKind::from_code(kind)?, member })
}
