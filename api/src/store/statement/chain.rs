//! How a statement stands to those before it: seen before, in conflict, next in the chain, or behind a gap.

use chrono::NaiveDate;
use grip_engine::bank::duplicate::{EntryKey, Mark, Reference};
use grip_engine::money::Money;
use uuid::Uuid;

use crate::store::{Snapshot, StoreError};

/// The days and balances of a statement of an account.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The account.
    pub bank_account: Uuid,
    /// The first day of its entries.
    pub first_on: NaiveDate,
    /// The last day of its entries.
    pub last_on: NaiveDate,
    /// The day it closes.
    pub closing_on: NaiveDate,
    /// The opening balance.
    pub opening: Money,
    /// The closing balance.
    pub closing: Money,
}

/// True when the account has a statement with this fingerprint that counts.
pub async fn is_known(at: &mut Snapshot, bank_account: Uuid, fingerprint: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "select statement_id from current_statement
        where municipality_id = $1 and bank_account_id = $2 and fingerprint = $3";
    Ok(at.sql(SQL).bind(bank_account).bind(fingerprint).optional::<(Uuid,)>().await?.is_some())
}

/// How many statements of an account with this fingerprint were taken in before.
pub async fn version_of(at: &mut Snapshot, bank_account: Uuid, fingerprint: Uuid) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) from statement
        where municipality_id = $1 and bank_account_id = $2 and fingerprint = $3";
    at.sql(SQL).bind(bank_account).bind(fingerprint).one::<(i64,)>().await.map(|(count,)| count)
}

/// How many statements of an account were the oldest when they came.
pub async fn opened_before(at: &mut Snapshot, bank_account: Uuid) -> Result<i64, StoreError> {
    const SQL: &str =
        "select count(*) from statement where municipality_id = $1 and bank_account_id = $2 and is_first";
    at.sql(SQL).bind(bank_account).one::<(i64,)>().await.map(|(count,)| count)
}

/// True when a statement of an account with this bank id and closing day counts: another content is a conflict.
pub async fn with_bank_id(
    at: &mut Snapshot,
    bank_account: Uuid,
    bank_id: &str,
    closing_on: NaiveDate,
) -> Result<bool, StoreError> {
    const SQL: &str = "select statement_id from current_statement where municipality_id = $1
        and bank_account_id = $2 and bank_id = $3 and closing_on = $4 limit 1";
    let row = at.sql(SQL).bind(bank_account).bind(bank_id.to_owned()).bind(closing_on);
    Ok(row.optional::<(Uuid,)>().await?.is_some())
}

/// The day of the newest statement of an account, up to a day, that closes with this balance.
pub async fn closes_with(
    at: &mut Snapshot,
    bank_account: Uuid,
    balance: Money,
    on: NaiveDate,
) -> Result<Option<NaiveDate>, StoreError> {
    const SQL: &str =
        "select closing_on from current_statement where municipality_id = $1 and bank_account_id = $2
            and closing = $3 and closing_on <= $4 order by closing_on desc limit 1";
    let row = at.sql(SQL).bind(bank_account).bind(balance.cents()).bind(on);
    Ok(row.optional::<(NaiveDate,)>().await?.map(|(on,)| on))
}

/// True when a statement that goes on from the closing of a day may hold entries that were booked: a booked statement of
/// its days opens with the same balance, or one reaches from its days beyond that closing.
pub async fn may_repeat(
    at: &mut Snapshot,
    bank_account: Uuid,
    (opening, closed_on): (Money, NaiveDate),
    (first_on, closing_on): (NaiveDate, NaiveDate),
) -> Result<bool, StoreError> {
    const SQL: &str =
        "select statement_id from current_statement where municipality_id = $1 and bank_account_id = $2
            and ((opening = $3 and closing_on between $5 and $6) or ($4 < closing_on and first_on <= $6)) limit 1";
    let row = at.sql(SQL).bind(bank_account).bind(opening.cents()).bind(closed_on);
    Ok(row.bind(first_on).bind(closing_on).optional::<(Uuid,)>().await?.is_some())
}

/// The first day of the books of an account, that of the earliest entry of its first statement, and the balance they
/// begin with.
pub async fn begins(at: &mut Snapshot, bank_account: Uuid) -> Result<Option<(NaiveDate, Money)>, StoreError> {
    const SQL: &str = "select case when first_on < closing_on then first_on else closing_on end as first_day,
            opening
        from opening_statement where municipality_id = $1 and bank_account_id = $2";
    let row = at.sql(SQL).bind(bank_account).optional::<(NaiveDate, i64)>().await?;
    Ok(row.map(|(on, opening)| (on, Money::from_cents(opening))))
}

/// The bank's number and closing day of the newest statement of an account that has a number, up to a day.
pub async fn numbered_before(
    at: &mut Snapshot,
    bank_account: Uuid,
    on: NaiveDate,
) -> Result<Option<(i64, NaiveDate)>, StoreError> {
    const SQL: &str = "select sequence, closing_on from current_statement where municipality_id = $1
        and bank_account_id = $2 and closing_on <= $3 and sequence is not null
        order by closing_on desc, sequence desc limit 1";
    at.sql(SQL).bind(bank_account).bind(on).optional().await
}

/// True when a statement is missing somewhere in the chain of an account.
pub async fn has_gap(at: &mut Snapshot, bank_account: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "select statement_id from current_statement as statement where municipality_id = $1
            and bank_account_id = $2 and not exists (select 1 from opening_statement as opens where opens.municipality_id = statement.municipality_id
                and opens.statement_id = statement.statement_id) and entries = (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id)
            and not exists (select 1 from current_statement as before
                where before.municipality_id = statement.municipality_id
                    and before.bank_account_id = statement.bank_account_id
                    and before.closing = statement.opening and before.closing_on <= statement.closing_on
                    and before.statement_id <> statement.statement_id) limit 1";
    Ok(at.sql(SQL).bind(bank_account).optional::<(Uuid,)>().await?.is_some())
}

/// A statement that no other one leads to: at least one is missing before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Gap {
    /// The statement.
    pub statement_id: Uuid,
    /// Its account.
    pub bank_account_id: Uuid,
    /// The first day of its entries, or the day it closes.
    pub first_day: NaiveDate,
}

/// The gaps in the chains of every account.
pub async fn gaps(at: &mut Snapshot) -> Result<Vec<Gap>, StoreError> {
    const SQL: &str = "select statement_id, bank_account_id,
            case when first_on < closing_on then first_on else closing_on end as first_day
        from current_statement as statement where municipality_id = $1 and not exists (select 1 from opening_statement as opens where opens.municipality_id = statement.municipality_id
                and opens.statement_id = statement.statement_id)
            and not exists (select 1 from current_statement as before
                where before.municipality_id = statement.municipality_id
                    and before.bank_account_id = statement.bank_account_id
                    and before.closing = statement.opening and before.closing_on <= statement.closing_on
                    and before.statement_id <> statement.statement_id)
            and entries = (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id)
        order by statement_id";
    at.sql(SQL).all().await
}

/// The statements that lie within a window: each of their entries must stand in a statement of that window.
pub async fn within(at: &mut Snapshot, window: &Window) -> Result<Vec<Uuid>, StoreError> {
    const SQL: &str = "select statement_id from current_statement
        where municipality_id = $1 and bank_account_id = $2 and 0 < entries and $3 <= first_on and last_on <= $4
            and (($3 < first_on and last_on < $4)
                or (opening = $5 and opening <> closing and $3 = first_on and closing_on <= $7)
                or (closing = $6 and opening <> closing and closing_on = $7))
        order by statement_id";
    let row = at.sql(SQL).bind(window.bank_account).bind(window.first_on).bind(window.last_on);
    let row = row.bind(window.opening.cents()).bind(window.closing.cents()).bind(window.closing_on);
    Ok(row.all::<(Uuid,)>().await?.into_iter().map(|(id,)| id).collect())
}

/// A booked entry, as far as it is needed to see it again.
#[derive(Clone, Copy, Debug)]
pub struct BookedMark {
    /// Its statement.
    pub statement: Uuid,
    /// What was booked.
    pub mark: Mark,
    /// False when its statement was superseded.
    pub counts: bool,
}

#[derive(sqlx::FromRow)]
struct MarkRow {
    statement_id: Uuid,
    entry_key: Uuid,
    bank_reference: String,
    supersession_id: Option<Uuid>,
}

/// The entries of the statements of an account that share days with a window.
pub async fn booked_marks(at: &mut Snapshot, window: &Window) -> Result<Vec<BookedMark>, StoreError> {
    const SQL: &str = "select entry.statement_id as statement_id, entry_key, bank_reference,
            supersession_id
        from statement cross join entry
        left join supersession on supersession.municipality_id = statement.municipality_id
            and supersession.statement_id = statement.statement_id and approved_by is not null
        where statement.municipality_id = $1 and statement.bank_account_id = $2 and first_on <= $4 and $3 <= last_on
            and entry.municipality_id = $1 and entry.statement_id = statement.statement_id
        order by entry.statement_id, place";
    let row = at.sql(SQL).bind(window.bank_account).bind(window.first_on).bind(window.last_on);
    let mark = |row: MarkRow| BookedMark {
        statement: row.statement_id,
        mark: Mark { key: EntryKey(row.entry_key), reference: Reference::of(&row.bank_reference) },
        counts: row.supersession_id.is_none(),
    };
    Ok(row.all::<MarkRow>().await?.into_iter().map(mark).collect())
}
