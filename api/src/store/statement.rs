//! Bank statements: files, statements, entries and what each part of an entry means.

use chrono::NaiveDate;
use grip_engine::bank::camt::{Direction, Entry};
use grip_engine::id::PaymentId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::{Change, Snapshot, StoreError};

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
    /// How many booked entries.
    pub entries: i64,
    /// What makes it the same statement, whatever the bank calls it.
    pub fingerprint: String,
    /// The first statement of the account.
    pub is_first: bool,
    /// True when no statement closes with its opening balance: one is missing.
    pub after_gap: bool,
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

/// Keeps that a file was received.
pub async fn add_file(
    change: &mut Change,
    sha256: &str,
    name: &str,
    message: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into statement_file (municipality_id, sha256, name, message, received_on)
        values ($1, $2, $3, $4, $5)";
    let today = change.grant().today();
    change.sql(SQL).bind(sha256).bind(name).bind(message).bind(today).run().await.map(drop)
}

/// True when a file with these bytes was received before.
pub async fn file_is_known(at: &mut Snapshot, sha256: &str) -> Result<bool, StoreError> {
    const SQL: &str = "select name from statement_file where municipality_id = $1 and sha256 = $2";
    Ok(at.sql(SQL).bind(sha256).optional::<(String,)>().await?.is_some())
}

/// Keeps a proved statement.
pub async fn add(change: &mut Change, row: &StatementRow) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into statement (municipality_id, statement_id, bank_account_id, sha256, bank_id, sequence,
            opening, closing, closing_on, entries, fingerprint, is_first)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = change.sql(SQL).bind(row.statement_id).bind(row.bank_account_id).bind(row.sha256.as_str());
    let values = values.bind(row.bank_id.as_str()).bind(row.sequence).bind(row.opening).bind(row.closing);
    let values = values.bind(row.closing_on).bind(row.entries).bind(row.fingerprint.as_str());
    values.bind(row.is_first).run().await.map(drop)
}

/// True when the account has a statement with this fingerprint.
pub async fn is_known(at: &mut Snapshot, bank_account: Uuid, fingerprint: &str) -> Result<bool, StoreError> {
    const SQL: &str = "select statement_id from statement
        where municipality_id = $1 and bank_account_id = $2 and fingerprint = $3";
    Ok(at.sql(SQL).bind(bank_account).bind(fingerprint).optional::<(Uuid,)>().await?.is_some())
}

/// The day of the newest statement of an account, up to a day, that closes with this balance.
pub async fn closes_with(
    at: &mut Snapshot,
    bank_account: Uuid,
    balance: Money,
    on: NaiveDate,
) -> Result<Option<NaiveDate>, StoreError> {
    const SQL: &str = "select closing_on from statement where municipality_id = $1 and bank_account_id = $2
            and closing = $3 and closing_on <= $4 order by closing_on desc limit 1";
    let row = at.sql(SQL).bind(bank_account).bind(balance.cents()).bind(on);
    Ok(row.optional::<(NaiveDate,)>().await?.map(|(on,)| on))
}

/// True when a statement of an account that closes on a day opens with this balance.
pub async fn opens_with(
    at: &mut Snapshot,
    bank_account: Uuid,
    balance: Money,
    on: NaiveDate,
) -> Result<bool, StoreError> {
    const SQL: &str = "select statement_id from statement where municipality_id = $1 and bank_account_id = $2
            and opening = $3 and closing_on = $4 limit 1";
    let row = at.sql(SQL).bind(bank_account).bind(balance.cents()).bind(on);
    Ok(row.optional::<(Uuid,)>().await?.is_some())
}

/// The first day of the books of an account: that of the earliest entry of its first statement.
pub async fn first_day(at: &mut Snapshot, bank_account: Uuid) -> Result<Option<NaiveDate>, StoreError> {
    const SQL: &str = "select coalesce((select min(booked_on) from entry
            where entry.municipality_id = statement.municipality_id
                and entry.statement_id = statement.statement_id), closing_on) as first_day
        from statement where municipality_id = $1 and bank_account_id = $2 and is_first";
    Ok(at.sql(SQL).bind(bank_account).optional::<(NaiveDate,)>().await?.map(|(on,)| on))
}

/// How often an entry with this key was booked on an account.
pub async fn times_booked(at: &mut Snapshot, bank_account: Uuid, key: &str) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) as times from entry
        where municipality_id = $1 and bank_account_id = $2 and entry_key = $3";
    at.sql(SQL).bind(bank_account).bind(key.to_owned()).one::<(i64,)>().await.map(|(times,)| times)
}

/// A return of a payment that came before its debit and still waits: its entry, with the reason code.
pub async fn early_return(
    at: &mut Snapshot,
    payment: PaymentId,
) -> Result<Option<(Uuid, NaiveDate, String)>, StoreError> {
    const SQL: &str = "select entry_part.entry_id as entry_id, booked_on, why from entry_part
        join entry on entry.municipality_id = entry_part.municipality_id and entry.entry_id = entry_part.entry_id
        where entry_part.municipality_id = $1 and payment_id = $2 and meaning = 'returns_early'
        order by entry_part.entry_id limit 1";
    at.sql(SQL).bind(payment.0).optional().await
}

/// The statements of an account with this bank id and closing day: another content is a conflict.
pub async fn with_bank_id(
    at: &mut Snapshot,
    bank_account: Uuid,
    bank_id: &str,
    closing_on: NaiveDate,
) -> Result<bool, StoreError> {
    const SQL: &str = "select statement_id from statement where municipality_id = $1 and bank_account_id = $2
        and bank_id = $3 and closing_on = $4 limit 1";
    let row = at.sql(SQL).bind(bank_account).bind(bank_id).bind(closing_on);
    Ok(row.optional::<(Uuid,)>().await?.is_some())
}

/// What an entry is stored with.
#[derive(Clone, Copy, Debug)]
pub struct EntryPlace<'a> {
    /// The statement.
    pub statement: Uuid,
    /// Our account.
    pub bank_account: Uuid,
    /// Its place in the statement.
    pub place: i64,
    /// What makes it the same entry in another file.
    pub key: &'a str,
    /// Its number among equal ones.
    pub occurrence: i64,
}

/// Keeps an entry; nothing when the same one was booked before.
pub async fn add_entry(
    change: &mut Change,
    at: EntryPlace<'_>,
    entry: &Entry,
    booked_on: NaiveDate,
) -> Result<Option<Uuid>, StoreError> {
    const SQL: &str =
        "insert into entry (municipality_id, entry_id, statement_id, bank_account_id, place, entry_key,
            occurrence, amount, direction, booked_on, bank_reference)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (municipality_id, bank_account_id, entry_key, occurrence) do nothing";
    let id = change.new_id();
    let direction = match entry.direction {
        Direction::Credit => "credit",
        Direction::Debit => "debit",
    };
    let row = change.sql(SQL).bind(id).bind(at.statement).bind(at.bank_account).bind(at.place);
    let row = row.bind(at.key.to_owned()).bind(at.occurrence).bind(entry.amount.cents()).bind(direction);
    let reference = entry.bank_reference.clone().unwrap_or_default();
    let added = row.bind(booked_on).bind(reference).run().await?;
    Ok((added == 1).then_some(id))
}

/// Keeps what a part of an entry means.
pub async fn add_part(change: &mut Change, place: i64, row: &PartRow) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into entry_part (municipality_id, entry_id, place, amount, meaning, payment_id, why)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let values = change.sql(SQL).bind(row.entry_id).bind(place).bind(row.amount).bind(row.meaning.as_str());
    values.bind(row.payment_id).bind(row.why.as_str()).run().await.map(drop)
}

/// Every statement, newest first.
pub async fn list(at: &mut Snapshot) -> Result<Vec<StatementRow>, StoreError> {
    const SQL: &str =
        "select statement_id, bank_account_id, sha256, bank_id, sequence, opening, closing, closing_on,
            entries, fingerprint, is_first, (not is_first and entries = (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id) and not exists (select 1 from statement as before
                where before.municipality_id = statement.municipality_id
                    and before.bank_account_id = statement.bank_account_id
                    and before.closing = statement.opening and before.closing_on <= statement.closing_on
                    and before.statement_id <> statement.statement_id)) as after_gap
        from statement where municipality_id = $1 order by closing_on desc, statement_id desc";
    at.sql(SQL).all().await
}

/// The entries of a statement, in order.
pub async fn entries(at: &mut Snapshot, statement: Uuid) -> Result<Vec<EntryRow>, StoreError> {
    const SQL: &str = "select entry_id, statement_id, amount, direction, booked_on, bank_reference from entry
        where municipality_id = $1 and statement_id = $2 order by place";
    at.sql(SQL).bind(statement).all().await
}

/// What the parts of the entries of a statement mean, in order.
pub async fn parts(at: &mut Snapshot, statement: Uuid) -> Result<Vec<PartRow>, StoreError> {
    const SQL: &str =
        "select entry_part.entry_id as entry_id, entry_part.amount as amount, meaning, payment_id, why
        from entry_part join entry on entry.municipality_id = entry_part.municipality_id
            and entry.entry_id = entry_part.entry_id
        where entry_part.municipality_id = $1 and statement_id = $2 order by entry.place, entry_part.place";
    at.sql(SQL).bind(statement).all().await
}
