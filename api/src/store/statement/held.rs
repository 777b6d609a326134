//! Statements that are held: for their other pages, or for a person.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::store::{Change, Snapshot, StoreError};

/// A statement that could not be booked.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeldRow {
    /// Its id.
    pub held_id: Uuid,
    /// Our account.
    pub bank_account_id: Uuid,
    /// The hash of the file it came in.
    pub sha256: String,
    /// Its place in the file, 0 for the first.
    pub place: i64,
    /// The bank's own id of it.
    pub bank_id: String,
    /// The bank's number of it.
    pub sequence: Option<i64>,
    /// Its page, where it comes in pages.
    pub page: Option<i64>,
    /// True for the last page, and for a statement without pages.
    pub is_last_page: bool,
    /// In cents, where it could be read.
    pub opening: Option<i64>,
    /// In cents, where it could be read.
    pub closing: Option<i64>,
    /// The day it closes, where it says so.
    pub closing_on: Option<NaiveDate>,
    /// How many booked entries could be read.
    pub entries: i64,
    /// What makes it the same statement.
    pub fingerprint: Uuid,
    /// Why it is held, as a code.
    pub code: String,
    /// Why it is held, in words.
    pub told: String,
    /// Since when.
    pub held_on: NaiveDate,
    /// held, booked or refused.
    pub state: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_on: Option<NaiveDate>,
    /// What was said of it.
    pub note: String,
    /// The statement it became.
    pub statement_id: Option<Uuid>,
}

/// The bytes of one part of a file.
const PART: usize = 1 << 20;

/// Holds a statement.
pub async fn add_held(change: &mut Change, row: &HeldRow) -> Result<(), StoreError> {
    const SQL: &str = "insert into held_statement (municipality_id, held_id, bank_account_id, sha256, place, bank_id,
            sequence, page, is_last_page, opening, closing, closing_on, entries, fingerprint, code, told, held_on,
            state, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'held', '')";
    let values = change.sql(SQL).bind(row.held_id).bind(row.bank_account_id).bind(row.sha256.as_str());
    let values = values.bind(row.place).bind(row.bank_id.as_str()).bind(row.sequence).bind(row.page);
    let values = values.bind(row.is_last_page).bind(row.opening).bind(row.closing).bind(row.closing_on);
    let values = values.bind(row.entries).bind(row.fingerprint).bind(row.code.as_str());
    values.bind(row.told.as_str()).bind(row.held_on).run().await.map(drop)
}

/// The statements that are held or were, newest first.
pub async fn held(at: &mut Snapshot) -> Result<Vec<HeldRow>, StoreError> {
    const SQL: &str =
        "select held_id, bank_account_id, sha256, place, bank_id, sequence, page, is_last_page, opening,
            closing, closing_on, entries, fingerprint, code, told, held_on, state, decided_by, decided_on, note, statement_id
        from held_statement where municipality_id = $1 order by held_on desc, held_id desc";
    at.sql(SQL).all().await
}

/// A statement that is held or was.
pub async fn held_by_id(at: &mut Snapshot, id: Uuid) -> Result<Option<HeldRow>, StoreError> {
    const SQL: &str =
        "select held_id, bank_account_id, sha256, place, bank_id, sequence, page, is_last_page, opening,
            closing, closing_on, entries, fingerprint, code, told, held_on, state, decided_by, decided_on, note, statement_id
        from held_statement where municipality_id = $1 and held_id = $2";
    at.sql(SQL).bind(id).optional().await
}

/// How many statements of a file are held.
pub async fn held_of(at: &mut Snapshot, sha256: &str) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) from held_statement
        where municipality_id = $1 and sha256 = $2 and state = 'held'";
    at.sql(SQL).bind(sha256.to_owned()).one::<(i64,)>().await.map(|(count,)| count)
}

/// The held statement of an account with this fingerprint, or the page that went into a booked statement.
pub async fn held_once(
    at: &mut Snapshot,
    bank_account: Uuid,
    fingerprint: Uuid,
) -> Result<Option<HeldRow>, StoreError> {
    const SQL: &str =
        "select held_id, bank_account_id, sha256, place, bank_id, sequence, page, is_last_page, opening,
            closing, closing_on, entries, fingerprint, code, told, held_on, state, decided_by, decided_on, note, statement_id
        from held_statement where municipality_id = $1 and bank_account_id = $2 and fingerprint = $3
            and (state = 'held' or (state = 'booked' and exists (select 1 from current_statement
                where current_statement.municipality_id = held_statement.municipality_id
                    and current_statement.statement_id = held_statement.statement_id)))
        order by held_id limit 1";
    at.sql(SQL).bind(bank_account).bind(fingerprint).optional().await
}

/// The pages of a statement of an account that are held, in order.
pub async fn pages(at: &mut Snapshot, bank_account: Uuid, bank_id: &str) -> Result<Vec<HeldRow>, StoreError> {
    const SQL: &str =
        "select held_id, bank_account_id, sha256, place, bank_id, sequence, page, is_last_page, opening,
            closing, closing_on, entries, fingerprint, code, told, held_on, state, decided_by, decided_on, note, statement_id
        from held_statement where municipality_id = $1 and bank_account_id = $2 and bank_id = $3
            and page is not null and state = 'held' order by page, held_id";
    at.sql(SQL).bind(bank_account).bind(bank_id.to_owned()).all().await
}

/// Decides on a held statement; false when somebody else did.
pub async fn decide(
    change: &mut Change,
    held: Uuid,
    state: &str,
    note: &str,
    statement: Option<Uuid>,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "update held_statement set state = $3, decided_by = $4, decided_on = $5, note = $6, statement_id = $7
        where municipality_id = $1 and held_id = $2 and state = 'held'";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(held).bind(state.to_owned()).bind(who).bind(today);
    Ok(row.bind(note.to_owned()).bind(statement).run().await? == 1)
}

/// Keeps the bytes of a file, for who must look.
pub async fn keep_bytes(change: &mut Change, sha256: &str, body: &[u8]) -> Result<(), StoreError> {
    const SQL: &str = "insert into statement_file_part (municipality_id, sha256, place, body)
        values ($1, $2, $3, $4) on conflict (municipality_id, sha256, place) do nothing";
    for (place, part) in (0_i64..).zip(body.chunks(PART)) {
        change.sql(SQL).bind(sha256.to_owned()).bind(place).bind(part.to_vec()).run().await?;
    }
    Ok(())
}

/// One part of the bytes of a file; nothing behind the last.
pub async fn file_part(at: &mut Snapshot, sha256: &str, place: i64) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "select body from statement_file_part
        where municipality_id = $1 and sha256 = $2 and place = $3";
    let row = at.sql(SQL).bind(sha256.to_owned()).bind(place);
    Ok(row.optional::<(Vec<u8>,)>().await?.map(|(body,)| body))
}

/// Lets the bytes of files go of which nothing is held any more.
pub async fn release_bytes(change: &mut Change) -> Result<(), StoreError> {
    const SQL: &str = "delete from statement_file_part where municipality_id = $1 and not exists (select 1
        from held_statement where held_statement.municipality_id = statement_file_part.municipality_id
            and held_statement.sha256 = statement_file_part.sha256 and state = 'held')";
    change.sql(SQL).run().await.map(drop)
}
