//! Statements that count no longer: proposed by one person, approved by another.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::store::{Change, Snapshot, StoreError};

/// A proposal that a statement counts no longer, or the fact that it does not.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SupersessionRow {
    /// Its id.
    pub supersession_id: Uuid,
    /// The statement.
    pub statement_id: Uuid,
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

/// Proposes that a statement counts no longer; the database refuses a second open proposal.
pub async fn propose_supersession(
    change: &mut Change,
    statement: Uuid,
    reason: &str,
) -> Result<Uuid, StoreError> {
    const SQL: &str = "insert into supersession (municipality_id, supersession_id, statement_id, reason,
            proposed_by, proposed_on)
        values ($1, $2, $3, $4, $5, $6)";
    let (id, who, today) = (change.new_id(), change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(id).bind(statement).bind(reason.to_owned()).bind(who).bind(today);
    row.run().await?;
    Ok(id)
}

/// The proposal or fact about a statement that was not withdrawn.
pub async fn supersession(at: &mut Snapshot, statement: Uuid) -> Result<Option<SupersessionRow>, StoreError> {
    const SQL: &str =
        "select supersession_id, statement_id, reason, proposed_by, proposed_on, approved_by, approved_on
        from supersession where municipality_id = $1 and statement_id = $2 and withdrawn_on is null";
    at.sql(SQL).bind(statement).optional().await
}

/// Every proposal and fact that was not withdrawn, newest first.
pub async fn supersessions(at: &mut Snapshot) -> Result<Vec<SupersessionRow>, StoreError> {
    const SQL: &str =
        "select supersession_id, statement_id, reason, proposed_by, proposed_on, approved_by, approved_on
        from supersession where municipality_id = $1 and withdrawn_on is null
        order by proposed_on desc, supersession_id desc";
    at.sql(SQL).all().await
}

/// Approves a proposal; false when somebody decided before.
pub async fn approve_supersession(change: &mut Change, id: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "update supersession set approved_by = $3, approved_on = $4
        where municipality_id = $1 and supersession_id = $2 and approved_by is null and withdrawn_on is null";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    Ok(change.sql(SQL).bind(id).bind(who).bind(today).run().await? == 1)
}

/// Withdraws a proposal; false when somebody decided before.
pub async fn withdraw_supersession(change: &mut Change, id: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "update supersession set withdrawn_on = $3
        where municipality_id = $1 and supersession_id = $2 and approved_by is null and withdrawn_on is null";
    let today = change.grant().today();
    Ok(change.sql(SQL).bind(id).bind(today).run().await? == 1)
}

/// How many other statements of the account of a statement count.
pub async fn follows(at: &mut Snapshot, bank_account: Uuid, statement: Uuid) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) from current_statement
        where municipality_id = $1 and bank_account_id = $2 and statement_id <> $3";
    at.sql(SQL).bind(bank_account).bind(statement).one::<(i64,)>().await.map(|(count,)| count)
}

/// True when payments came back in a statement, or payments that it settles stand elsewhere by now.
pub async fn speaks_of_returns(at: &mut Snapshot, statement: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "select entry.entry_id from entry
        join entry_part on entry_part.municipality_id = entry.municipality_id
            and entry_part.entry_id = entry.entry_id
        left join payment on payment.municipality_id = entry_part.municipality_id
            and payment.payment_id = entry_part.payment_id
        where entry.municipality_id = $1 and entry.statement_id = $2 and (meaning in ('returns', 'returns_early')
            or (meaning = 'settles' and payment.state <> 'settled')) limit 1";
    Ok(at.sql(SQL).bind(statement).optional::<(Uuid,)>().await?.is_some())
}
