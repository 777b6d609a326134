//! Bank statements: files, statements, entries and what each part of an entry means.

mod accepted;
mod batch;
mod chain;
mod held;
mod notice;
mod superseded;

use chrono::NaiveDate;
use grip_engine::id::PaymentId;
use uuid::Uuid;

use super::{Change, Snapshot, StoreError};

pub use accepted::{AcceptanceRow, acceptance, approve_acceptance, propose_acceptance, withdraw_acceptance};
pub use batch::{EntryBatch, NewEntry};
pub use chain::{
    BookedMark, Gap, Window, begins, booked_marks, closes_with, gaps, has_gap, is_known, may_repeat,
    numbered_before, opened_before, version_of, with_bank_id, within,
};
pub use held::{
    HeldRow, add_held, decide, file_part, held, held_by_id, held_of, held_once, keep_bytes, pages,
    release_bytes,
};
pub use notice::{
    NewNotice, PlacedRow, ProvisionalRow, add_notice, differing_sums, is_covered, join_notice, notice_items,
    part_notices, placed, provisional, replace_provisional, report, waiting_notices, without_notice,
};
pub use superseded::{
    SupersessionRow, approve_supersession, follows, propose_supersession, speaks_of_returns, supersession,
    supersessions, withdraw_supersession,
};

/// A statement as it was taken in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StatementRow {
    /// Its id.
    pub statement_id: Uuid,
    /// Our account.
    pub bank_account_id: Uuid,
    /// The hash of the file it came in.
    pub sha256: String,
    /// The bank's own id of it.
    pub bank_id: String,
    /// The bank's number of it.
    pub sequence: Option<i64>,
    /// In cents.
    pub opening: i64,
    /// In cents.
    pub closing: i64,
    /// The day it closes.
    pub closing_on: NaiveDate,
    /// The first day of its entries, or the day it closes.
    pub first_on: NaiveDate,
    /// The last day of its entries, or the day it closes.
    pub last_on: NaiveDate,
    /// How many booked entries.
    pub entries: i64,
    /// What makes it the same statement, whatever the bank calls it.
    pub fingerprint: Uuid,
    /// How many statements with this fingerprint were superseded before it.
    pub version: i64,
    /// The oldest statement of the account: the books begin with its opening balance.
    pub is_first: bool,
    /// How many statements of the account were the oldest before it.
    pub opened_before: i64,
    /// True when no statement closes with its opening balance: one is missing.
    pub after_gap: bool,
    /// True when it counts no longer.
    pub is_superseded: bool,
}

/// A booked entry, as it was taken in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EntryRow {
    /// Its id.
    pub entry_id: Uuid,
    /// Its statement.
    pub statement_id: Uuid,
    /// In cents.
    pub amount: i64,
    /// credit or debit.
    pub direction: String,
    /// The booking date.
    pub booked_on: NaiveDate,
    /// The bank's reference; empty when it gave none.
    pub bank_reference: String,
}

/// What a part of an entry means.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PartRow {
    /// The entry.
    pub entry_id: Uuid,
    /// In cents.
    pub amount: i64,
    /// settles, returns, `returns_early` or `left_over`.
    pub meaning: String,
    /// The payment it is about.
    pub payment_id: Option<Uuid>,
    /// The reason code of a return, or why it is left over.
    pub why: String,
}

/// A file that a bank gave us.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FileRow {
    /// The hash of its bytes.
    pub sha256: String,
    /// What it was called.
    pub name: String,
    /// The message and its version.
    pub message: String,
    /// How its letters were read: declared or windows-1252.
    pub encoding: String,
    /// How many statements it holds.
    pub statements: i64,
    /// How many booked entries.
    pub entries: i64,
}

/// Keeps that a file was received. A file that was received before stays as it is.
pub async fn add_file(change: &mut Change, file: &FileRow) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into statement_file (municipality_id, sha256, name, message, encoding, received_on, statements,
            entries)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (municipality_id, sha256) do nothing";
    let today = change.grant().today();
    let row = change.sql(SQL).bind(file.sha256.as_str()).bind(file.name.as_str()).bind(file.message.as_str());
    let row = row.bind(file.encoding.as_str()).bind(today).bind(file.statements).bind(file.entries);
    row.run().await.map(drop)
}

/// A file with these bytes that was received before, of which nothing was refused, by rule or by a person, and
/// everything that was booked still counts.
pub async fn known_file(at: &mut Snapshot, sha256: &str) -> Result<Option<FileRow>, StoreError> {
    const SQL: &str = "select sha256, name, message, encoding, statements, entries from statement_file
        where municipality_id = $1 and sha256 = $2 and not exists (select 1 from refused_statement
            where refused_statement.municipality_id = statement_file.municipality_id
                and refused_statement.sha256 = statement_file.sha256)
            and not exists (select 1 from held_statement
                where held_statement.municipality_id = statement_file.municipality_id
                    and held_statement.sha256 = statement_file.sha256 and state = 'refused')
            and not exists (select 1 from statement
            join supersession on supersession.municipality_id = statement.municipality_id
                and supersession.statement_id = statement.statement_id and approved_by is not null
            where statement.municipality_id = statement_file.municipality_id
                and statement.sha256 = statement_file.sha256)";
    at.sql(SQL).bind(sha256.to_owned()).optional().await
}

/// How the letters of a file were read, as a code.
pub async fn encoding_of(at: &mut Snapshot, sha256: &str) -> Result<Option<String>, StoreError> {
    const SQL: &str = "select encoding from statement_file where municipality_id = $1 and sha256 = $2";
    Ok(at.sql(SQL).bind(sha256.to_owned()).optional::<(String,)>().await?.map(|(code,)| code))
}

/// Keeps that a statement of a file was refused.
pub async fn add_refused(
    change: &mut Change,
    sha256: &str,
    place: i64,
    bank_id: &str,
    code: &'static str,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into refused_statement (municipality_id, sha256, place, refused_on, bank_id, code)
        values ($1, $2, $3, $4, $5, $6) on conflict (municipality_id, sha256, place, refused_on) do nothing";
    let today = change.grant().today();
    let row = change.sql(SQL).bind(sha256.to_owned()).bind(place).bind(today);
    row.bind(bank_id.to_owned()).bind(code).run().await.map(drop)
}

/// Keeps a proved statement.
pub async fn add(change: &mut Change, row: &StatementRow) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into statement (municipality_id, statement_id, bank_account_id, sha256, bank_id, sequence,
            opening, closing, closing_on, first_on, last_on, entries, fingerprint, version, is_first, opened_before)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let values = change.sql(SQL).bind(row.statement_id).bind(row.bank_account_id).bind(row.sha256.as_str());
    let values = values.bind(row.bank_id.as_str()).bind(row.sequence).bind(row.opening).bind(row.closing);
    let values = values.bind(row.closing_on).bind(row.first_on).bind(row.last_on).bind(row.entries);
    let values = values.bind(row.fingerprint).bind(row.version).bind(row.is_first).bind(row.opened_before);
    values.run().await.map(drop)
}

/// The returns of payments from an account that came before their debit and still wait: the payment, the entry, its
/// day and the reason code.
pub async fn early_returns(
    at: &mut Snapshot,
    bank_account: Uuid,
) -> Result<Vec<(PaymentId, Uuid, NaiveDate, String)>, StoreError> {
    const SQL: &str = "select entry_part.payment_id as payment_id, entry_part.entry_id as entry_id, booked_on, why
        from entry_part
        join entry on entry.municipality_id = entry_part.municipality_id and entry.entry_id = entry_part.entry_id
        join payment on payment.municipality_id = entry_part.municipality_id
            and payment.payment_id = entry_part.payment_id
        where entry_part.municipality_id = $1 and meaning = 'returns_early' and bank_account_id = $2
            and payment.state not in ('settled', 'returned')
        order by entry_part.entry_id";
    let rows: Vec<(Uuid, Uuid, NaiveDate, String)> = at.sql(SQL).bind(bank_account).all().await?;
    Ok(rows.into_iter().map(|(payment, entry, on, why)| (payment.into(), entry, on, why)).collect())
}

/// Every statement, newest first, those that were superseded too.
pub async fn list(at: &mut Snapshot) -> Result<Vec<StatementRow>, StoreError> {
    const SQL: &str =
        "select statement_id, bank_account_id, sha256, bank_id, sequence, opening, closing, closing_on,
            first_on, last_on, entries, fingerprint, version,
            exists (select 1 from opening_statement as opens where opens.municipality_id = statement.municipality_id
                and opens.statement_id = statement.statement_id) as is_first, opened_before,
            (not exists (select 1 from opening_statement as opens where opens.municipality_id = statement.municipality_id
                and opens.statement_id = statement.statement_id) and exists (select 1 from current_statement as counts
                where counts.municipality_id = statement.municipality_id
                    and counts.statement_id = statement.statement_id)
                and entries = (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id) and not exists (select 1 from current_statement as before
                where before.municipality_id = statement.municipality_id
                    and before.bank_account_id = statement.bank_account_id
                    and before.closing = statement.opening and before.closing_on <= statement.closing_on
                    and before.statement_id <> statement.statement_id)) as after_gap,
            not exists (select 1 from current_statement as counts
                where counts.municipality_id = statement.municipality_id
                    and counts.statement_id = statement.statement_id) as is_superseded
        from statement where municipality_id = $1 order by closing_on desc, statement_id desc";
    at.sql(SQL).all().await
}

/// The entries of a statement, in order.
pub async fn entries(at: &mut Snapshot, statement: Uuid) -> Result<Vec<EntryRow>, StoreError> {
    const SQL: &str = "select entry_id, statement_id, amount, direction, booked_on, bank_reference from entry
        where municipality_id = $1 and statement_id = $2 order by place";
    at.sql(SQL).bind(statement).all().await
}

/// What the parts of the entries of a statement mean, in order; of a part that was itemised its own parts.
pub async fn parts(at: &mut Snapshot, statement: Uuid) -> Result<Vec<PartRow>, StoreError> {
    const SQL: &str =
        "select entry_part.entry_id as entry_id, entry_part.amount as amount, meaning, payment_id, why
        from entry_part join entry on entry.municipality_id = entry_part.municipality_id
            and entry.entry_id = entry_part.entry_id
        where entry_part.municipality_id = $1 and statement_id = $2 and not exists (select 1 from entry_part as finer
                where finer.municipality_id = entry_part.municipality_id and finer.entry_id = entry_part.entry_id
                    and finer.itemises = entry_part.place)
        order by entry.place, entry_part.place";
    at.sql(SQL).bind(statement).all().await
}
