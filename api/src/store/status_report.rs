//! What banks answered to our payment files.

use chrono::NaiveDate;
use grip_engine::bank::state::PaymentState;
use grip_engine::id::RunId;
use uuid::Uuid;

use super::db::Rows;
use super::{Change, Snapshot, StoreError, meaning};

/// An answer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReportRow {
    /// Its id.
    pub status_report_id: Uuid,
    /// The hash of its bytes.
    pub sha256: String,
    /// The name of the file it came in.
    pub name: String,
    /// Its message and version.
    pub message: String,
    /// The bank's id of it.
    pub message_id: String,
    /// The file it answers to.
    pub payment_file_id: Uuid,
    /// The business day it came.
    pub received_on: NaiveDate,
    /// Who handed it in.
    pub received_by: String,
}

/// What an answer says of a payment, and what came of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LineRow {
    /// The payment.
    pub payment_id: Uuid,
    /// The code of the bank.
    pub status: String,
    /// Its reason; empty when it gave none.
    pub reason: String,
    /// What the bank wrote beside it: for finance only.
    pub information: String,
    /// accepted, rejected, cancelled, noted, `name_check` or conflict.
    pub outcome: String,
}

/// A payment that went into a file.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct InFile {
    /// The payment.
    pub payment_id: Uuid,
    /// The identifier the bank knows.
    pub end_to_end_id: String,
    /// The code of its state.
    pub state: String,
    /// The day the payee must have it.
    pub due_on: NaiveDate,
}

impl InFile {
    /// True while the bank may still execute it.
    pub fn is_underway(&self) -> bool {
        matches!(self.state.as_str(), "instructed" | "sent" | "accepted")
    }

    /// Where it stands.
    pub fn stands(&self) -> Result<PaymentState, StoreError> {
        meaning("state of a payment", &self.state, PaymentState::from_code(&self.state))
    }
}

/// The payments that went into the file of a run, in order.
pub async fn in_file(at: &mut Snapshot, run: RunId) -> Result<Vec<InFile>, StoreError> {
    const SQL: &str = "select payment_id, end_to_end_id, state, due_on from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        where payment.municipality_id = $1 and run_id = $2 and exists (select 1 from payment_state
            where payment_state.municipality_id = payment.municipality_id
                and payment_state.payment_id = payment.payment_id and payment_state.state = 'instructed')
        order by payment_id";
    at.sql(SQL).bind(run.0).all().await
}

/// True when these bytes were taken in before.
pub async fn is_known(at: &mut Snapshot, sha256: &str) -> Result<bool, StoreError> {
    const SQL: &str = "select status_report_id from status_report where municipality_id = $1 and sha256 = $2";
    Ok(at.sql(SQL).bind(sha256.to_owned()).optional::<(Uuid,)>().await?.is_some())
}

/// Keeps an answer.
pub async fn add(change: &mut Change, row: &ReportRow) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into status_report (municipality_id, status_report_id, sha256, name, message, message_id,
            payment_file_id, received_on, received_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let kept = change.sql(SQL).bind(row.status_report_id).bind(row.sha256.clone()).bind(row.name.clone());
    let kept = kept.bind(row.message.clone()).bind(row.message_id.clone()).bind(row.payment_file_id);
    kept.bind(row.received_on).bind(row.received_by.clone()).run().await.map(drop)
}

/// Keeps what an answer says of each payment.
pub async fn add_lines(change: &mut Change, report: Uuid, lines: &[LineRow]) -> Result<(), StoreError> {
    let mut rows = Rows::new(
        "status_line (municipality_id, status_report_id, place, payment_id, status, reason, information, outcome)",
        7,
    );
    for (place, line) in (0_i64..).zip(lines) {
        rows.push([
            report.into(),
            place.into(),
            line.payment_id.into(),
            line.status.as_str().into(),
            line.reason.as_str().into(),
            line.information.as_str().into(),
            line.outcome.as_str().into(),
        ]);
    }
    change.insert(rows).await
}

/// The answers to a file, in the order in which they came.
pub async fn of_file(at: &mut Snapshot, file: Uuid) -> Result<Vec<ReportRow>, StoreError> {
    const SQL: &str =
        "select status_report_id, sha256, name, message, message_id, payment_file_id, received_on,
            received_by
        from status_report where municipality_id = $1 and payment_file_id = $2 order by status_report_id";
    at.sql(SQL).bind(file).all().await
}

/// What the answers to a file say of its payments, in order, but for those that were simply accepted or noted.
pub async fn telling_lines(at: &mut Snapshot, file: Uuid) -> Result<Vec<LineRow>, StoreError> {
    const SQL: &str = "select payment_id, status, reason, information, outcome from status_line
        join status_report on status_report.municipality_id = status_line.municipality_id
            and status_report.status_report_id = status_line.status_report_id
        where status_line.municipality_id = $1 and payment_file_id = $2
            and (outcome in ('rejected', 'cancelled', 'conflict') or status in ('RVNM', 'RVMC'))
        order by status_line.status_report_id, place";
    at.sql(SQL).bind(file).all().await
}
