//! What the bank tells beside its statements: what a sum consists of, and what it reports during the day.

use chrono::NaiveDate;
use grip_engine::bank::camt::{Detail, Direction};
use grip_engine::bank::duplicate::EntryKey;
use grip_engine::bank::notice::Known;
use uuid::Uuid;

use crate::store::db::Rows;
use crate::store::{Change, Snapshot, StoreError, money};

/// The days between which every statement lies.
const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day");
const LATEST: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// A notice that is new.
#[derive(Clone, Debug)]
pub struct NewNotice<'a> {
    /// Our account.
    pub bank_account: Uuid,
    /// The hash of the file it came in.
    pub sha256: &'a str,
    /// What it says.
    pub key: Uuid,
    /// Its number among equal ones of its message.
    pub occurrence: i64,
    /// What it is known by.
    pub known: &'a Known,
    /// What the sum consists of.
    pub items: &'a [Detail],
}

/// Keeps a notice; nothing when it was kept before.
pub async fn add_notice(change: &mut Change, new: &NewNotice<'_>) -> Result<Option<Uuid>, StoreError> {
    const SQL: &str =
        "insert into notice (municipality_id, notice_id, bank_account_id, sha256, notice_key, occurrence,
            amount, direction, booked_on, bank_reference, batch_id, received_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (municipality_id, bank_account_id, notice_key, occurrence) do nothing";
    let (id, today) = (change.new_id(), change.grant().today());
    let row = change.sql(SQL).bind(id).bind(new.bank_account).bind(new.sha256.to_owned()).bind(new.key);
    let row = row.bind(new.occurrence).bind(new.known.amount.cents()).bind(code(new.known.direction));
    let row = row.bind(new.known.on).bind(new.known.reference.clone()).bind(new.known.batch.clone());
    if row.bind(today).run().await? == 0 {
        return Ok(None);
    }
    let mut parts = Rows::new(
        "notice_part (municipality_id, notice_id, place, amount, end_to_end_id, instruction_id, mandate,
            structured_reference, counterparty_name, counterparty_account, words, return_reason)",
        11,
    );
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for (place, item) in (0_i64..).zip(new.items) {
        let words = if item.remittance.is_empty() { &item.information } else { &item.remittance };
        // a number that is no IBAN may not be matched on
        let account = item.counterparty_account.clone().filter(|_| !item.counterparty_iban_is_wrong);
        parts.push([
            id.into(),
            place.into(),
            item.amount.unwrap_or_default().cents().into(),
            text(&item.end_to_end_id).into(),
            text(&item.instruction_id).into(),
            text(&item.mandate_id).into(),
            text(&item.structured_reference).into(),
            text(&item.counterparty_name).into(),
            account.unwrap_or_default().into(),
            words.as_str().into(),
            text(&item.return_reason).into(),
        ]);
    }
    change.insert(parts).await?;
    Ok(Some(id))
}

fn code(direction: Direction) -> &'static str {
    if direction == Direction::Credit { "credit" } else { "debit" }
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    id: Uuid,
    amount: i64,
    direction: String,
    booked_on: Option<NaiveDate>,
    bank_reference: String,
    batch_id: String,
}

impl KnownRow {
    fn known(self) -> (Uuid, Known) {
        let known = Known {
            amount: money(self.amount),
            direction: if self.direction == "credit" { Direction::Credit } else { Direction::Debit },
            on: self.booked_on,
            reference: self.bank_reference,
            batch: self.batch_id,
        };
        (self.id, known)
    }
}

/// The notices of an account that wait for the entry they are about.
pub async fn waiting_notices(
    at: &mut Snapshot,
    bank_account: Uuid,
) -> Result<Vec<(Uuid, Known)>, StoreError> {
    const SQL: &str =
        "select notice_id as id, amount, direction, booked_on, bank_reference, batch_id from notice
        where municipality_id = $1 and bank_account_id = $2 and entry_id is null order by notice_id";
    let rows: Vec<KnownRow> = at.sql(SQL).bind(bank_account).all().await?;
    Ok(rows.into_iter().map(KnownRow::known).collect())
}

/// The booked entries of an account of which no notice told the content, of the amount of a notice.
pub async fn without_notice(
    at: &mut Snapshot,
    bank_account: Uuid,
    known: &Known,
) -> Result<Vec<(Uuid, Known)>, StoreError> {
    const SQL: &str = "select entry.entry_id as id, amount, direction, booked_on, bank_reference, batch_id
        from current_statement as statement join entry on entry.municipality_id = statement.municipality_id
            and entry.statement_id = statement.statement_id
        where statement.municipality_id = $1 and statement.bank_account_id = $2 and amount = $3 and direction = $4
            and first_on <= $5 and $6 <= last_on
            and not exists (select 1 from notice where notice.municipality_id = entry.municipality_id
                and notice.entry_id = entry.entry_id)
        order by entry.entry_id";
    // a notice without a day may be about any
    let (first, last) = known.on.map_or((LATEST, EARLIEST), |day| (day, day));
    let row = at.sql(SQL).bind(bank_account).bind(known.amount.cents()).bind(code(known.direction));
    let row = row.bind(first).bind(last);
    Ok(row.all::<KnownRow>().await?.into_iter().map(KnownRow::known).collect())
}

/// The booked sums of a batch of ours that were not what the batch came to, and of which nothing is explained.
pub async fn differing_sums(
    at: &mut Snapshot,
    bank_account: Uuid,
    batch: &str,
) -> Result<Vec<(Uuid, Known)>, StoreError> {
    const SQL: &str = "select entry.entry_id as id, entry.amount as amount, entry.direction as direction,
            entry.booked_on as booked_on, bank_reference, batch_id
        from unexplained cross join entry
        join current_statement as statement on statement.municipality_id = entry.municipality_id
            and statement.statement_id = entry.statement_id
        where unexplained.municipality_id = $1 and unexplained.bank_account_id = $2 and batch_id = $3
            and entry.municipality_id = $1 and entry.entry_id = unexplained.entry_id
            and why = 'batch_differs' and remaining = unexplained.amount
        order by entry.entry_id";
    let row = at.sql(SQL).bind(bank_account).bind(batch.to_owned());
    Ok(row.all::<KnownRow>().await?.into_iter().map(KnownRow::known).collect())
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    amount: i64,
    end_to_end_id: String,
    instruction_id: String,
    mandate: String,
    structured_reference: String,
    counterparty_name: String,
    counterparty_account: String,
    words: String,
    return_reason: String,
}

/// What the sum of a notice consists of.
pub async fn notice_items(at: &mut Snapshot, notice: Uuid) -> Result<Vec<Detail>, StoreError> {
    const SQL: &str = "select amount, end_to_end_id, instruction_id, mandate, structured_reference,
            counterparty_name, counterparty_account, words, return_reason
        from notice_part where municipality_id = $1 and notice_id = $2 order by place";
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let item = |row: ItemRow| Detail {
        amount: Some(money(row.amount)),
        end_to_end_id: given(row.end_to_end_id),
        instruction_id: given(row.instruction_id),
        mandate_id: given(row.mandate),
        structured_reference: given(row.structured_reference),
        counterparty_name: given(row.counterparty_name),
        counterparty_account: given(row.counterparty_account),
        remittance: row.words,
        return_reason: given(row.return_reason),
        ..Detail::default()
    };
    Ok(at.sql(SQL).bind(notice).all::<ItemRow>().await?.into_iter().map(item).collect())
}

/// A notice is about an entry: one at most is. Names, accounts and words stand with what is left to explain, and go here.
pub async fn join_notice(change: &mut Change, notice: Uuid, entry: Uuid) -> Result<(), StoreError> {
    const SQL: &str = "update notice set entry_id = $3
        where municipality_id = $1 and notice_id = $2 and entry_id is null";
    const FORGET: &str =
        "update notice_part set counterparty_name = '', counterparty_account = '', words = ''
        where municipality_id = $1 and notice_id = $2";
    change.sql(SQL).bind(notice).bind(entry).run().await?;
    change.sql(FORGET).bind(notice).run().await.map(drop)
}

/// The notices of a superseded statement wait again.
pub async fn part_notices(change: &mut Change, statement: Uuid) -> Result<(), StoreError> {
    const SQL: &str =
        "update notice set entry_id = null where municipality_id = $1 and entry_id in (select entry_id
        from entry where entry.municipality_id = $1 and entry.statement_id = $2)";
    change.sql(SQL).bind(statement).run().await.map(drop)
}

/// Where an entry was booked.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PlacedRow {
    /// Its statement.
    pub statement_id: Uuid,
    /// The bank's id of that.
    pub bank_id: String,
    /// The day it was booked.
    pub booked_on: NaiveDate,
    /// How many parts it has.
    pub parts: i64,
}

/// Where an entry was booked.
pub async fn placed(at: &mut Snapshot, entry: Uuid) -> Result<PlacedRow, StoreError> {
    const SQL: &str = "select entry.statement_id as statement_id, bank_id, booked_on, (select count(*) from entry_part
            where entry_part.municipality_id = entry.municipality_id and entry_part.entry_id = entry.entry_id) as parts
        from entry join statement on statement.municipality_id = entry.municipality_id
            and statement.statement_id = entry.statement_id
        where entry.municipality_id = $1 and entry.entry_id = $2";
    at.sql(SQL).bind(entry).one().await
}

/// An entry that the bank reported during the day.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProvisionalRow {
    /// Its id.
    pub provisional_id: Uuid,
    /// Our account.
    pub bank_account_id: Uuid,
    /// The day that was reported on.
    pub day: NaiveDate,
    /// In cents.
    pub amount: i64,
    /// credit or debit.
    pub direction: String,
    /// booked, pending or information.
    pub status: String,
    /// The booking date, where there is one.
    pub booked_on: Option<NaiveDate>,
    /// The bank's reference; empty when it gave none.
    pub bank_reference: String,
}

/// Keeps what was reported; what was reported before gets its newest status. False when nothing changed.
pub async fn report(
    change: &mut Change,
    sha256: &str,
    (key, occurrence): (EntryKey, i64),
    row: &ProvisionalRow,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into provisional (municipality_id, provisional_id, bank_account_id, sha256, entry_key,
            occurrence, day, amount, direction, status, booked_on, bank_reference, reported_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (municipality_id, bank_account_id, entry_key, occurrence) do update set day = excluded.day,
            status = excluded.status, booked_on = excluded.booked_on, bank_reference = excluded.bank_reference";
    let today = change.grant().today();
    let values = change.sql(SQL).bind(row.provisional_id).bind(row.bank_account_id).bind(sha256.to_owned());
    let values = values.bind(key.0).bind(occurrence).bind(row.day).bind(row.amount);
    let values = values.bind(row.direction.clone()).bind(row.status.clone()).bind(row.booked_on);
    values.bind(row.bank_reference.clone()).bind(today).run().await.map(drop)
}

/// True when a statement that counts covers a day of an account.
pub async fn is_covered(at: &mut Snapshot, bank_account: Uuid, day: NaiveDate) -> Result<bool, StoreError> {
    const SQL: &str =
        "select statement_id from current_statement where municipality_id = $1 and bank_account_id = $2
        and (first_on <= $3 or closing_on = $3) and ($3 <= last_on or closing_on = $3) limit 1";
    Ok(at.sql(SQL).bind(bank_account).bind(day).optional::<(Uuid,)>().await?.is_some())
}

/// What was reported on these days of an account goes: a statement says what was booked.
pub async fn replace_provisional(
    change: &mut Change,
    bank_account: Uuid,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<(), StoreError> {
    const SQL: &str = "delete from provisional
        where municipality_id = $1 and bank_account_id = $2 and $3 <= day and day <= $4";
    change.sql(SQL).bind(bank_account).bind(first).bind(last).run().await.map(drop)
}

/// What was reported and is not covered by a statement yet, the newest day first.
pub async fn provisional(at: &mut Snapshot) -> Result<Vec<ProvisionalRow>, StoreError> {
    const SQL: &str =
        "select provisional_id, bank_account_id, day, amount, direction, status, booked_on, bank_reference
        from provisional where municipality_id = $1 order by day desc, provisional_id desc";
    at.sql(SQL).all().await
}
