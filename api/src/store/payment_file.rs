//! The files for the bank: their bytes, each time they were offered, and what goes into them.

use chrono::NaiveDate;
use grip_engine::id::RunId;
use uuid::Uuid;

use super::{Change, Snapshot, StoreError};

/// A file for the bank.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FileRow {
    /// Its id.
    pub payment_file_id: Uuid,
    /// The run it pays.
    pub run_id: Uuid,
    /// Its name in the outbox.
    pub name: String,
    /// Its message id.
    pub message_id: String,
    /// The id of its batch.
    pub payment_information_id: String,
    /// The day of execution.
    pub execution_on: NaiveDate,
    /// How many payments.
    pub payments: i64,
    /// Their sum, in cents.
    pub total: i64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// The SHA-1 of its bytes; BNG asks for its last five digits.
    pub sha1: String,
    /// The message it is written in.
    pub message: String,
    /// The day it was first offered.
    pub offered_on: Option<NaiveDate>,
}

impl FileRow {
    /// The last five digits of its SHA-1.
    pub fn last_five(&self) -> &str {
        self.sha1.get(self.sha1.len().saturating_sub(5)..).unwrap_or_default()
    }
}

/// What the bank needs to know of a payment.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TransferRow {
    /// Its id.
    pub payment_id: Uuid,
    /// The number of its household.
    pub number: String,
    /// What the bank sends back of it.
    pub end_to_end_id: String,
    /// In cents.
    pub amount: i64,
    /// Who is paid.
    pub creditor_name: String,
    /// The account that is paid.
    pub creditor_iban: String,
    /// What the payee reads.
    pub remittance: String,
}

/// How many rows are read at once, so that memory does not grow with a run; PostgreSQL joins the whole run anew for each
/// such part of its journal.
const AT_ONCE: i64 = 10_000;

/// The payments of a run of which no file was made, in order, from behind one on; some at a time.
pub async fn transfers(at: &mut Snapshot, run: RunId, behind: Uuid) -> Result<Vec<TransferRow>, StoreError> {
    const SQL: &str =
        "select payment_id, number, end_to_end_id, amount, creditor_name, creditor_iban, remittance
        from payment join household on household.municipality_id = payment.municipality_id
            and household.household_id = payment.household_id
        where payment.municipality_id = $1 and run_id = $2 and state = 'approved' and $3 < payment_id
        order by payment_id limit $4";
    at.sql(SQL).bind(run.0).bind(behind).bind(AT_ONCE).all().await
}

/// How many payments of a run are money on its way in the books, and their sum in cents.
pub async fn booked(at: &mut Snapshot, run: RunId) -> Result<(i64, i64), StoreError> {
    // looked up for each payment: a join goes astray while the statistics are older than the run
    const SQL: &str = "select count(amount), cast(coalesce(sum(amount), 0) as bigint)
        from (select (select posting.amount from posting
                where posting.municipality_id = payment.municipality_id
                    and posting.payment_id = payment.payment_id and posting.phase = 'pending'
                    and posting.entry_id is null) as amount
            from payment
            where payment.municipality_id = $1 and run_id = $2 and state = 'approved') as paid";
    at.sql(SQL).bind(run.0).one().await
}

/// Keeps a file; its bytes and hashes follow.
pub async fn add(change: &mut Change, file: &FileRow) -> Result<(), StoreError> {
    const SQL: &str = "insert into payment_file (municipality_id, payment_file_id, run_id, name, message_id,
            payment_information_id, execution_on, payments, total, sha256, sha1, message)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let row = change.sql(SQL).bind(file.payment_file_id).bind(file.run_id).bind(file.name.clone());
    let row =
        row.bind(file.message_id.clone()).bind(file.payment_information_id.clone()).bind(file.execution_on);
    let row = row.bind(file.payments).bind(file.total).bind(file.sha256.clone()).bind(file.sha1.clone());
    row.bind(file.message.clone()).run().await.map(drop)
}

/// Keeps one part of the bytes of a file.
pub async fn add_part(change: &mut Change, file: Uuid, place: i64, part: Vec<u8>) -> Result<(), StoreError> {
    const SQL: &str = "insert into payment_file_part (municipality_id, payment_file_id, place, body)
        values ($1, $2, $3, $4)";
    change.sql(SQL).bind(file).bind(place).bind(part).run().await.map(drop)
}

/// Keeps the hashes of the bytes, once all of them are kept.
pub async fn seal(change: &mut Change, file: Uuid, sha256: &str, sha1: &str) -> Result<(), StoreError> {
    const SQL: &str = "update payment_file set sha256 = $3, sha1 = $4
        where municipality_id = $1 and payment_file_id = $2 and sha256 = ''";
    change.sql(SQL).bind(file).bind(sha256.to_owned()).bind(sha1.to_owned()).run().await.map(drop)
}

const COLUMNS: &str =
    "select payment_file_id, run_id, name, message_id, payment_information_id, execution_on,
        payments, total, sha256, sha1, message, offered_on
    from payment_file where municipality_id = $1 order by execution_on desc, name";

/// Every file, newest first.
pub async fn list(at: &mut Snapshot) -> Result<Vec<FileRow>, StoreError> {
    at.sql(COLUMNS).all().await
}

/// The file with an id.
pub async fn get(at: &mut Snapshot, file: Uuid) -> Result<Option<FileRow>, StoreError> {
    const SQL: &str =
        "select payment_file_id, run_id, name, message_id, payment_information_id, execution_on,
            payments, total, sha256, sha1, message, offered_on
        from payment_file where municipality_id = $1 and payment_file_id = $2";
    at.sql(SQL).bind(file).optional().await
}

/// The file that went out under a message id, or else with a batch of an id.
pub async fn by_message(
    at: &mut Snapshot,
    message: &str,
    batches: &[String],
) -> Result<Option<FileRow>, StoreError> {
    let files = list(at).await?;
    let batch = |file: &FileRow| batches.contains(&file.payment_information_id);
    let found = files.iter().position(|file| file.message_id == message);
    let found = found.or_else(|| files.iter().position(batch));
    Ok(found.and_then(|place| files.into_iter().nth(place)))
}

/// One part of the bytes of a file; nothing behind the last.
pub async fn part(at: &mut Snapshot, file: Uuid, place: i64) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "select body from payment_file_part
        where municipality_id = $1 and payment_file_id = $2 and place = $3";
    Ok(at.sql(SQL).bind(file).bind(place).optional::<(Vec<u8>,)>().await?.map(|(body,)| body))
}

/// The bytes of a file.
pub async fn body(at: &mut Snapshot, file: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
    let mut whole: Option<Vec<u8>> = None;
    for place in 0.. {
        let Some(part) = part(at, file, place).await? else { break };
        whole.get_or_insert_default().extend(part);
    }
    Ok(whole)
}

/// A time a file was offered or taken.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OfferRow {
    /// outbox, page or api.
    pub way: String,
    /// The business day.
    pub offered_on: NaiveDate,
    /// Who did it.
    pub offered_by: String,
}

/// Records that a file was offered or taken; true when it was the first time.
pub async fn offer(change: &mut Change, file: Uuid, way: &str) -> Result<bool, StoreError> {
    const SAY: &str =
        "insert into payment_file_offer (municipality_id, payment_file_id, place, way, offered_on,
            offered_by)
        select $1, $2, (select count(*) from payment_file_offer where municipality_id = $1
            and payment_file_id = $2), $3, $4, $5";
    const FIRST: &str = "update payment_file set offered_on = $3
        where municipality_id = $1 and payment_file_id = $2 and offered_on is null";
    let (today, who) = (change.grant().today(), change.grant().who().to_owned());
    change.sql(SAY).bind(file).bind(way.to_owned()).bind(today).bind(who).run().await?;
    Ok(change.sql(FIRST).bind(file).bind(today).run().await? == 1)
}

/// Each time a file was offered or taken, in order.
pub async fn offers(at: &mut Snapshot, file: Uuid) -> Result<Vec<OfferRow>, StoreError> {
    const SQL: &str = "select way, offered_on, offered_by from payment_file_offer
        where municipality_id = $1 and payment_file_id = $2 order by place";
    at.sql(SQL).bind(file).all().await
}

/// How many payments of the run of a file stand in a state, with their sum in cents.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StandingRow {
    /// The run.
    pub run_id: Uuid,
    /// The code of the state.
    pub state: String,
    /// How many.
    pub payments: i64,
    /// Their sum, in cents.
    pub total: i64,
}

/// Where the payments stand that went into a file, by run and state.
pub async fn standings(at: &mut Snapshot) -> Result<Vec<StandingRow>, StoreError> {
    const SQL: &str =
        "select run_id, state, count(*) as payments, cast(sum(amount) as bigint) as total from payment
        where municipality_id = $1 and exists (select 1 from payment_state
            where payment_state.municipality_id = payment.municipality_id
                and payment_state.payment_id = payment.payment_id and payment_state.state = 'instructed')
        group by run_id, state order by run_id, state";
    at.sql(SQL).all().await
}

/// A posting of a payment of a run.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct JournalRow {
    /// Its id.
    pub posting_id: Uuid,
    /// The day it counts on.
    pub counts_on: NaiveDate,
    /// The household.
    pub number: String,
    /// The payment.
    pub payment_id: Uuid,
    /// The identifier the bank knows.
    pub end_to_end_id: String,
    /// `fixed_cost`, `living_money`, `withholding` or `tranche`.
    pub subject: String,
    /// The month of the due; empty for a tranche.
    pub period: String,
    /// The kind of the account it leaves.
    pub from_kind: String,
    /// The kind of the account it reaches.
    pub to_kind: String,
    /// In cents.
    pub amount: i64,
    /// pending, posted or void.
    pub phase: String,
    /// Why it exists, in one word.
    pub cause: String,
    /// What the payee reads.
    pub remittance: String,
    /// On what ground it is paid.
    pub legal_basis: String,
}

/// The postings of the payments of a run, in order, from behind one on; some at a time.
pub async fn journal(at: &mut Snapshot, run: RunId, behind: Uuid) -> Result<Vec<JournalRow>, StoreError> {
    const SQL: &str =
        "select posting_id, counts_on, number, payment.payment_id as payment_id, end_to_end_id, subject,
            due.period as period, origin.kind as from_kind, target.kind as to_kind, posting.amount as amount, phase,
            cause, remittance, legal_basis
        from posting
        join payment on payment.municipality_id = posting.municipality_id
            and payment.payment_id = posting.payment_id
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join household on household.municipality_id = payment.municipality_id
            and household.household_id = payment.household_id
        join ledger_account as origin on origin.municipality_id = posting.municipality_id
            and origin.ledger_account_id = posting.from_id
        join ledger_account as target on target.municipality_id = posting.municipality_id
            and target.ledger_account_id = posting.to_id
        where posting.municipality_id = $1 and run_id = $2 and $3 < posting_id
        order by posting_id limit $4";
    at.sql(SQL).bind(run.0).bind(behind).bind(AT_ONCE).all().await
}
