//! Dues, the attempts to pay them, and the files for the bank.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{RunLine, Subject};
use grip_engine::id::{DueId, PaymentId, RunId};
use grip_engine::matching::{KnownPayment, Standing};
use uuid::Uuid;

use super::run::{subject_from, subject_key};
use super::{Change, Scope, Snapshot, StoreError, meaning, money};

/// A payment with its due.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PaymentRow {
    /// Its id.
    pub payment_id: Uuid,
    /// The due it pays.
    pub due_id: Uuid,
    /// The run it went out in.
    pub run_id: Uuid,
    /// For which household.
    pub household_id: Uuid,
    /// `fixed_cost`, `living_money` or `tranche`.
    pub subject: String,
    /// The obligation, member or tranche.
    pub subject_id: Uuid,
    /// The month of the due; empty for a tranche.
    pub period: String,
    /// The day the payee must have it.
    pub due_on: NaiveDate,
    /// In cents.
    pub amount: i64,
    /// Who is paid.
    pub creditor_name: String,
    /// The account that is paid.
    pub creditor_iban: String,
    /// What the bank sends back of it.
    pub end_to_end_id: String,
    /// What the payee reads.
    pub remittance: String,
    /// The day of execution: of its file, or of its run while there is no file.
    pub execution_on: NaiveDate,
    /// approved, instructed, sent, settled or returned.
    pub state: String,
}

impl PaymentRow {
    /// What it is for.
    pub fn subject(&self) -> Result<Subject, StoreError> {
        subject_from(&self.subject, self.subject_id, &self.period)
    }
}

/// Something that happened to a payment.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HappenedRow {
    /// The payment.
    pub payment_id: Uuid,
    /// The state it reached.
    pub state: String,
    /// When.
    pub happened_on: NaiveDate,
    /// How we know.
    pub source: String,
    /// The reason code of the bank, for a return.
    pub reason: String,
}

/// A step of a payment.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Where it stood.
    pub from: &'a str,
    /// Where it goes.
    pub to: &'a str,
    /// When.
    pub on: NaiveDate,
    /// How we know.
    pub source: &'a str,
    /// The reason code of the bank.
    pub reason: &'a str,
}

/// The due of a subject, if one was ever approved, with its last failed attempt.
pub async fn due_of(
    at: &mut Snapshot,
    subject: Subject,
) -> Result<Option<(DueId, Option<PaymentId>)>, StoreError> {
    const SQL: &str = "select due.due_id as due_id, (select payment_id from payment
            where payment.municipality_id = due.municipality_id and payment.due_id = due.due_id
            and not exists (select 1 from payment as later where later.municipality_id = payment.municipality_id
                and later.replaces = payment.payment_id)) as last_attempt
        from due where municipality_id = $1 and subject = $2 and subject_id = $3 and period = $4";
    let (code, id, period) = subject_key(subject);
    let row: Option<(Uuid, Option<Uuid>)> = at.sql(SQL).bind(code).bind(id).bind(period).optional().await?;
    Ok(row.map(|(due, last)| (due.into(), last.map(PaymentId))))
}

/// Adds the due of an approved line; the database refuses a second one for the same subject.
pub async fn add_due(change: &mut Change, line: &RunLine) -> Result<DueId, StoreError> {
    const SQL: &str =
        "insert into due (municipality_id, due_id, household_id, subject, subject_id, period, due_on, amount)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let due = change.new_id();
    let (code, id, period) = subject_key(line.subject);
    let row = change.sql(SQL).bind(due).bind(line.household.0).bind(code).bind(id).bind(period);
    row.bind(line.due_on).bind(line.amount.cents()).run().await?;
    Ok(due.into())
}

/// Adds an attempt to pay a due; the database refuses a second open one.
pub async fn add(
    change: &mut Change,
    run: RunId,
    due: DueId,
    line: &RunLine,
    replaces: Option<PaymentId>,
) -> Result<PaymentId, StoreError> {
    const SQL: &str =
        "insert into payment (municipality_id, payment_id, due_id, run_id, household_id, amount,
            creditor_name, creditor_iban, remittance, legal_basis, end_to_end_id, replaces, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'approved')";
    let id = change.new_id();
    let row =
        change.sql(SQL).bind(id).bind(due.0).bind(run.0).bind(line.household.0).bind(line.amount.cents());
    let row =
        row.bind(line.creditor_name.as_str()).bind(line.creditor.as_str()).bind(line.remittance.as_str());
    let row = row.bind(line.subject.legal_basis()).bind(id.simple().to_string());
    row.bind(replaces.map(|payment| payment.0)).run().await?;
    let on = change.grant().today();
    add_state(change, id.into(), &Step { from: "", to: "approved", on, source: "goedkeuring", reason: "" })
        .await?;
    Ok(id.into())
}

/// Moves a payment on, if it still stands where it was.
pub async fn step(change: &mut Change, payment: PaymentId, step: &Step<'_>) -> Result<bool, StoreError> {
    const SQL: &str =
        "update payment set state = $4 where municipality_id = $1 and payment_id = $2 and state = $3";
    if change.sql(SQL).bind(payment.0).bind(step.from.to_owned()).bind(step.to.to_owned()).run().await? == 0 {
        return Ok(false);
    }
    add_state(change, payment, step).await?;
    Ok(true)
}

async fn add_state(change: &mut Change, payment: PaymentId, step: &Step<'_>) -> Result<(), StoreError> {
    const SQL: &str = "insert into payment_state (municipality_id, payment_id, place, state, happened_on, source, reason)
        select $1, $2, (select count(*) from payment_state where municipality_id = $1 and payment_id = $2), $3, $4, $5, $6";
    let row = change.sql(SQL).bind(payment.0).bind(step.to.to_owned()).bind(step.on);
    row.bind(step.source.to_owned()).bind(step.reason.to_owned()).run().await.map(drop)
}

/// The payments of a scope, newest first.
pub async fn list(at: &mut Snapshot, scope: Scope) -> Result<Vec<PaymentRow>, StoreError> {
    const SQL: &str = "select payment_id, payment.due_id as due_id, payment.run_id as run_id,
            payment.household_id as household_id, subject, subject_id, due.period as period, due_on,
            payment.amount as amount, creditor_name, creditor_iban, end_to_end_id, remittance,
            coalesce(payment_file.execution_on, run.execution_on) as execution_on, payment.state as state
        from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        left join payment_file on payment_file.municipality_id = run.municipality_id
            and payment_file.run_id = run.run_id
        where payment.municipality_id = $1 and payment.household_id between $2 and $3
        order by 14 desc, payment_id";
    let (low, high) = scope.bounds();
    at.sql(SQL).bind(low).bind(high).all().await
}

/// The payments of a run, in order.
pub async fn of_run(at: &mut Snapshot, run: RunId) -> Result<Vec<PaymentRow>, StoreError> {
    const SQL: &str = "select payment_id, payment.due_id as due_id, payment.run_id as run_id,
            payment.household_id as household_id, subject, subject_id, due.period as period, due_on,
            payment.amount as amount, creditor_name, creditor_iban, end_to_end_id, remittance,
            coalesce(payment_file.execution_on, run.execution_on) as execution_on, payment.state as state
        from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        left join payment_file on payment_file.municipality_id = run.municipality_id
            and payment_file.run_id = run.run_id
        where payment.municipality_id = $1 and payment.run_id = $2 order by payment_id";
    at.sql(SQL).bind(run.0).all().await
}

/// What happened to the payments of a scope, in order.
pub async fn history(at: &mut Snapshot, scope: Scope) -> Result<Vec<HappenedRow>, StoreError> {
    const SQL: &str =
        "select payment_state.payment_id as payment_id, payment_state.state as state, happened_on,
            source, reason
        from payment_state join payment on payment.municipality_id = payment_state.municipality_id
            and payment.payment_id = payment_state.payment_id
        where payment_state.municipality_id = $1 and household_id between $2 and $3
        order by payment_state.payment_id, place";
    let (low, high) = scope.bounds();
    at.sql(SQL).bind(low).bind(high).all().await
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    payment_id: Uuid,
    end_to_end_id: String,
    payment_information_id: String,
    amount: i64,
    state: String,
}

/// The payments from an account that the bank may still say something about.
pub async fn known(at: &mut Snapshot, bank_account: Uuid) -> Result<Vec<KnownPayment>, StoreError> {
    const SQL: &str = "select payment_id, end_to_end_id, payment_information_id, amount, payment.state as state
        from payment
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        join payment_file on payment_file.municipality_id = run.municipality_id and payment_file.run_id = run.run_id
        where payment.municipality_id = $1 and bank_account_id = $2 order by payment_id";
    let known = |row: KnownRow| {
        let standing = match row.state.as_str() {
            "instructed" | "sent" => Standing::Sent,
            "settled" => Standing::Settled,
            "returned" => Standing::Failed,
            state => return meaning("state of a payment", state, None),
        };
        Ok(KnownPayment {
            id: row.payment_id.into(),
            end_to_end_id: row.end_to_end_id,
            payment_information_id: row.payment_information_id,
            amount: money(row.amount),
            standing,
        })
    };
    at.sql(SQL).bind(bank_account).all::<KnownRow>().await?.into_iter().map(known).collect()
}

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
    /// The day it was first offered.
    pub offered_on: Option<NaiveDate>,
}

/// Keeps a file with its bytes.
pub async fn add_file(change: &mut Change, file: &FileRow, body: Vec<u8>) -> Result<(), StoreError> {
    const SQL: &str = "insert into payment_file (municipality_id, payment_file_id, run_id, name, message_id,
            payment_information_id, execution_on, payments, total, sha256, body)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let row = change.sql(SQL).bind(file.payment_file_id).bind(file.run_id).bind(file.name.clone());
    let row =
        row.bind(file.message_id.clone()).bind(file.payment_information_id.clone()).bind(file.execution_on);
    row.bind(file.payments).bind(file.total).bind(file.sha256.clone()).bind(body).run().await.map(drop)
}

/// Every file, newest first.
pub async fn files(at: &mut Snapshot) -> Result<Vec<FileRow>, StoreError> {
    const SQL: &str =
        "select payment_file_id, run_id, name, message_id, payment_information_id, execution_on,
            payments, total, sha256, offered_on
        from payment_file where municipality_id = $1 order by execution_on desc, name";
    at.sql(SQL).all().await
}

/// The bytes of a file.
pub async fn file_body(at: &mut Snapshot, file: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "select body from payment_file where municipality_id = $1 and payment_file_id = $2";
    Ok(at.sql(SQL).bind(file).optional::<(Vec<u8>,)>().await?.map(|(body,)| body))
}

/// Records that a file was offered; false when it had been before.
pub async fn offer(change: &mut Change, file: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "update payment_file set offered_on = $3
        where municipality_id = $1 and payment_file_id = $2 and offered_on is null";
    let today = change.grant().today();
    Ok(change.sql(SQL).bind(file).bind(today).run().await? == 1)
}
