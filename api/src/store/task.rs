//! Tasks that were done.

use chrono::NaiveDate;
use grip_engine::id::{HouseholdId, MemberId};
use grip_engine::task::Task;
use uuid::Uuid;

use super::{Change, Scope, Snapshot, StoreError};

/// A task that was done.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DoneRow {
    /// The household.
    pub household_id: Uuid,
    /// The code of the task.
    pub kind: String,
    /// The day it was planned on.
    pub planned_on: NaiveDate,
    /// The member it is about; nil for none.
    pub member_id: Uuid,
    /// The day it was done.
    pub done_on: NaiveDate,
    /// Who did it.
    pub done_by: String,
    /// What they say about it.
    pub note: String,
}

impl DoneRow {
    /// The member it is about.
    pub fn member(&self) -> Option<MemberId> {
        Some(MemberId(self.member_id)).filter(|id| *id != MemberId(Uuid::nil()))
    }
}

/// The tasks of a scope that were done.
pub async fn done(at: &mut Snapshot, scope: Scope) -> Result<Vec<DoneRow>, StoreError> {
    const SQL: &str =
        "select household_id, kind, planned_on, member_id, done_on, done_by, note from task_done
        where municipality_id = $1 and household_id between $2 and $3
        order by household_id, planned_on, kind, member_id";
    at.of_scope(SQL, scope).all().await
}

/// Records that a task was done.
pub async fn add_done(
    change: &mut Change,
    household: HouseholdId,
    task: Task,
    note: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into task_done
            (municipality_id, household_id, kind, planned_on, member_id, done_on, done_by, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let member = task.member.map_or(Uuid::nil(), |member| member.0);
    let row = change.sql(SQL).bind(household.0).bind(task.kind.code()).bind(task.on).bind(member);
    row.bind(today).bind(who).bind(note.to_owned()).run().await.map(drop)
}
