//! Held statements without closing balance that are booked all the same: proposed by one person, approved by another.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::store::{Change, Snapshot, StoreError};

/// A proposal to book a held statement without closing balance, or the fact that it was.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AcceptanceRow {
    /// Its id.
    pub acceptance_id: Uuid,
    /// The held statement.
    pub held_id: Uuid,
    /// What it closes with, in cents.
    pub closing: i64,
    /// The day it closes.
    pub closing_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_on: NaiveDate,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_on: Option<NaiveDate>,
}

/// Proposes to book a held statement; the database refuses a second open proposal.
pub async fn propose_acceptance(
    change: &mut Change,
    held: Uuid,
    (closing, closing_on): (i64, NaiveDate),
    reason: &str,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into acceptance (municipality_id, acceptance_id, held_id, closing, closing_on, reason,
            proposed_by, proposed_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (id, who, today) = (change.new_id(), change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(id).bind(held).bind(closing).bind(closing_on);
    row.bind(reason.to_owned()).bind(who).bind(today).run().await.map(drop)
}

/// The proposal or fact about a held statement that was not withdrawn.
pub async fn acceptance(at: &mut Snapshot, held: Uuid) -> Result<Option<AcceptanceRow>, StoreError> {
    const SQL: &str = "select acceptance_id, held_id, closing, closing_on, reason, proposed_by, proposed_on,
            approved_by, approved_on
        from acceptance where municipality_id = $1 and held_id = $2 and withdrawn_on is null";
    at.sql(SQL).bind(held).optional().await
}

/// Approves a proposal; false when somebody decided before.
pub async fn approve_acceptance(change: &mut Change, id: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "update acceptance set approved_by = $3, approved_on = $4
        where municipality_id = $1 and acceptance_id = $2 and approved_by is null and withdrawn_on is null";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    Ok(change.sql(SQL).bind(id).bind(who).bind(today).run().await? == 1)
}

/// Withdraws a proposal; false when somebody decided before.
pub async fn withdraw_acceptance(change: &mut Change, id: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "update acceptance set withdrawn_on = $3
        where municipality_id = $1 and acceptance_id = $2 and approved_by is null and withdrawn_on is null";
    let today = change.grant().today();
    Ok(change.sql(SQL).bind(id).bind(today).run().await? == 1)
}
