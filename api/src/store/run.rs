//! Payment runs: proposals, approvals and the files made of them.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{Part, RunContent, RunLine, RunRelease, Subject};
use grip_engine::calendar::Month;
use grip_engine::id::{BankAccountId, RunId};
use uuid::Uuid;

use super::db::Rows;
use super::{Change, Snapshot, StoreError, meaning, money, month};

/// A run.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RunRow {
    /// Its id.
    pub run_id: Uuid,
    /// The account of the municipality that pays.
    pub bank_account_id: Uuid,
    /// monthly or supplementary.
    pub kind: String,
    /// The benefit month, or the day of a supplementary run.
    pub period: String,
    /// The day it was proposed, or last renewed: what is decided later is not in it.
    pub proposed_on: NaiveDate,
    /// The day of execution.
    pub execution_on: NaiveDate,
    /// The hash of its content.
    pub content_hash: String,
    /// The people who recorded what it pays, a name a line.
    pub prepared_by: String,
    /// proposed, approved or instructed.
    pub state: String,
}

impl RunRow {
    /// Its id.
    pub fn id(&self) -> RunId {
        self.run_id.into()
    }

    /// The people who recorded what it pays.
    pub fn preparers(&self) -> Vec<String> {
        self.prepared_by.lines().map(str::to_owned).collect()
    }
}

/// What a run is for: at most one exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunKey {
    /// The account that pays.
    pub bank_account: BankAccountId,
    /// monthly or supplementary.
    pub kind: &'static str,
    /// The benefit month, or the day of a supplementary run.
    pub period: String,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    household_id: Uuid,
    subject: String,
    subject_id: Uuid,
    period: String,
    due_on: NaiveDate,
    creditor_name: String,
    creditor_iban: String,
    amount: i64,
    remittance: String,
    legal_basis: String,
}

/// The code, id and period by which a subject is stored. The three are unique together.
pub fn subject_key(subject: Subject) -> (&'static str, Uuid, String) {
    match subject {
        Subject::FixedCost(obligation, period) => ("fixed_cost", obligation.0, period.to_string()),
        Subject::Withholding(deduction, month) => ("withholding", deduction.0, month.to_string()),
        Subject::LivingMoney(member, month, part) if part == Part::default() => {
            ("living_money", member.0, month.to_string())
        }
        Subject::LivingMoney(member, month, part) => {
            ("living_money", member.0, format!("{month} {} {}", part.release, part.number))
        }
        Subject::Tranche(tranche) => ("tranche", tranche.0, String::new()),
    }
}

/// The subject of a stored key.
pub(super) fn subject_from(code: &str, id: Uuid, period: &str) -> Result<Subject, StoreError> {
    match code {
        "fixed_cost" => Ok(Subject::FixedCost(id.into(), month(period)?)),
        "withholding" => Ok(Subject::Withholding(id.into(), month(period)?)),
        "living_money" => {
            let (of, part) = living_money_period(period)?;
            Ok(Subject::LivingMoney(id.into(), of, part))
        }
        "tranche" => Ok(Subject::Tranche(id.into())),
        _ => meaning("subject", code, None),
    }
}

/// The month of living money, and its part: `2026-03`, or `2026-03 1 0`.
fn living_money_period(text: &str) -> Result<(Month, Part), StoreError> {
    let mut words = text.split(' ');
    let of = month(words.next().unwrap_or_default())?;
    let mut number = || words.next().map(|word| meaning("part", text, word.parse().ok())).transpose();
    let (release, number) = (number()?.unwrap_or(0), number()?.unwrap_or(0));
    Ok((of, Part { release, number }))
}

const COLUMNS_OF_RUN: &str =
    "select run_id, bank_account_id, kind, period, proposed_on, execution_on, content_hash,
        prepared_by, state
    from run where municipality_id = $1 order by execution_on desc, run_id";

/// Every run, newest first.
pub async fn list(at: &mut Snapshot) -> Result<Vec<RunRow>, StoreError> {
    at.sql(COLUMNS_OF_RUN).all().await
}

/// The run with this id.
pub async fn get(at: &mut Snapshot, run: RunId) -> Result<Option<RunRow>, StoreError> {
    const SQL: &str = "select run_id, bank_account_id, kind, period, proposed_on, execution_on, content_hash,
            prepared_by, state
        from run where municipality_id = $1 and run_id = $2";
    at.sql(SQL).bind(run.0).optional().await
}

/// The run for this, if there is one.
pub async fn by_key(at: &mut Snapshot, key: &RunKey) -> Result<Option<RunRow>, StoreError> {
    const SQL: &str = "select run_id, bank_account_id, kind, period, proposed_on, execution_on, content_hash,
            prepared_by, state
        from run where municipality_id = $1 and bank_account_id = $2 and kind = $3 and period = $4";
    at.sql(SQL).bind(key.bank_account.0).bind(key.kind).bind(key.period.as_str()).optional().await
}

/// The payments of a run.
pub async fn lines(at: &mut Snapshot, run: RunId) -> Result<Vec<RunLine>, StoreError> {
    const SQL: &str =
        "select household_id, subject, subject_id, period, due_on, creditor_name, creditor_iban, amount,
            remittance, legal_basis
        from run_line where municipality_id = $1 and run_id = $2 order by place";
    let line = |row: LineRow| {
        Ok(RunLine {
            household: row.household_id.into(),
            subject: subject_from(&row.subject, row.subject_id, &row.period)?,
            due_on: row.due_on,
            creditor_name: row.creditor_name,
            creditor: meaning("account", &row.creditor_iban, row.creditor_iban.parse().ok())?,
            amount: money(row.amount),
            remittance: row.remittance,
            legal_basis: row.legal_basis,
        })
    };
    at.sql(SQL).bind(run.0).all::<LineRow>().await?.into_iter().map(line).collect()
}

/// True when a run has payments.
pub async fn pays(at: &mut Snapshot, run: RunId) -> Result<bool, StoreError> {
    const SQL: &str = "select place from run_line where municipality_id = $1 and run_id = $2 limit 1";
    Ok(at.sql(SQL).bind(run.0).optional::<(i64,)>().await?.is_some())
}

/// What a run releases without a payment of its own.
pub async fn releases(at: &mut Snapshot, run: RunId) -> Result<Vec<RunRelease>, StoreError> {
    const SQL: &str = "select household_id, month, number, handed_over, to_household from run_release
        where municipality_id = $1 and run_id = $2 order by household_id, month, number";
    let release = |(household, of_month, number, handed_over, cents): (Uuid, String, i64, bool, i64)| {
        Ok(RunRelease {
            household: household.into(),
            month: month(&of_month)?,
            number: u32::try_from(number).unwrap_or(u32::MAX),
            handed_over,
            to_household: money(cents),
        })
    };
    at.sql(SQL).bind(run.0).all().await?.into_iter().map(release).collect()
}

/// Records a proposal.
pub async fn add(
    change: &mut Change,
    run: RunId,
    key: &RunKey,
    content: &RunContent,
    prepared_by: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into run (municipality_id, run_id, bank_account_id, kind, period, proposed_on,
            execution_on, content_hash, prepared_by, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'proposed')";
    let today = change.grant().today();
    let row = change.sql(SQL).bind(run.0).bind(key.bank_account.0).bind(key.kind).bind(key.period.as_str());
    let row = row.bind(today).bind(content.execution).bind(content.hash());
    row.bind(prepared_by).run().await?;
    add_lines(change, run, content).await
}

/// Replaces the content of a proposal that nobody approved yet.
pub async fn replace(
    change: &mut Change,
    run: RunId,
    content: &RunContent,
    prepared_by: &str,
) -> Result<(), StoreError> {
    const SQL: &str =
        "update run set execution_on = $3, content_hash = $4, prepared_by = $5, proposed_on = $6
        where municipality_id = $1 and run_id = $2 and state = 'proposed'";
    let today = change.grant().today();
    let row = change.sql(SQL).bind(run.0).bind(content.execution).bind(content.hash()).bind(prepared_by);
    if row.bind(today).run().await? == 0 {
        return Err(StoreError::Missing);
    }
    empty(change, run).await?;
    add_lines(change, run, content).await
}

/// How many lines are kept at once, so that memory holds them once and not twice.
const LINES_AT_ONCE: i64 = 2_000;

async fn add_lines(change: &mut Change, run: RunId, content: &RunContent) -> Result<(), StoreError> {
    let new = || {
        Rows::new(
            "run_line (municipality_id, run_id, place, household_id, subject, subject_id, period, due_on,
                creditor_name, creditor_iban, amount, remittance, legal_basis)",
            12,
        )
    };
    let mut rows = new();
    for (place, line) in (0_i64..).zip(&content.lines) {
        if place % LINES_AT_ONCE == 0 {
            change.insert(std::mem::replace(&mut rows, new())).await?;
        }
        let (subject, id, period) = subject_key(line.subject);
        rows.push([
            run.0.into(),
            place.into(),
            line.household.0.into(),
            subject.into(),
            id.into(),
            period.into(),
            line.due_on.into(),
            line.creditor_name.as_str().into(),
            line.creditor.as_str().into(),
            line.amount.cents().into(),
            line.remittance.as_str().into(),
            line.legal_basis.as_str().into(),
        ]);
    }
    change.insert(rows).await?;
    let mut releases = Rows::new(
        "run_release (municipality_id, run_id, household_id, month, number, handed_over, to_household)",
        6,
    );
    for release in &content.releases {
        releases.push([
            run.0.into(),
            release.household.0.into(),
            release.month.to_string().into(),
            i64::from(release.number).into(),
            release.handed_over.into(),
            release.to_household.cents().into(),
        ]);
    }
    change.insert(releases).await
}

/// Removes what a proposal holds.
async fn empty(change: &mut Change, run: RunId) -> Result<(), StoreError> {
    const LINES: &str = "delete from run_line where municipality_id = $1 and run_id = $2";
    const RELEASES: &str = "delete from run_release where municipality_id = $1 and run_id = $2";
    change.sql(LINES).bind(run.0).run().await?;
    change.sql(RELEASES).bind(run.0).run().await.map(drop)
}

/// Drops a proposal that has nothing to pay any more.
pub async fn withdraw(change: &mut Change, run: RunId) -> Result<(), StoreError> {
    const SQL: &str = "delete from run where municipality_id = $1 and run_id = $2 and state = 'proposed'";
    empty(change, run).await?;
    change.sql(SQL).bind(run.0).run().await.map(drop)
}

/// Moves a run on, if it still stands where it was: one of two at once succeeds.
pub async fn move_on(change: &mut Change, run: RunId, from: &str, to: &str) -> Result<bool, StoreError> {
    const SQL: &str = "update run set state = $4 where municipality_id = $1 and run_id = $2 and state = $3";
    Ok(change.sql(SQL).bind(run.0).bind(from).bind(to).run().await? == 1)
}

/// Marks a proposal as looked at, so that of two changes of it at the same time one is tried again.
pub async fn touch(change: &mut Change, run: RunId) -> Result<(), StoreError> {
    const SQL: &str = "update run set state = state where municipality_id = $1 and run_id = $2";
    change.sql(SQL).bind(run.0).run().await.map(drop)
}

/// Records that somebody signed a content.
pub async fn add_approval(change: &mut Change, run: RunId, content_hash: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into approval (municipality_id, run_id, user_id, content_hash, approved_on)
        values ($1, $2, $3, $4, $5)";
    let user = change.grant().actor().user.ok_or(StoreError::Missing)?;
    let today = change.grant().today();
    change.sql(SQL).bind(run.0).bind(user.0).bind(content_hash).bind(today).run().await.map(drop)
}

/// Who approved a run, and when.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApprovalRow {
    /// The name of the person.
    pub name: String,
    /// The hash they signed.
    pub content_hash: String,
    /// The business day.
    pub approved_on: NaiveDate,
}

/// The approvals of a run, in order; one of another content than the run's does not count any more.
pub async fn approvals(at: &mut Snapshot, run: RunId) -> Result<Vec<ApprovalRow>, StoreError> {
    const SQL: &str = "select name, content_hash, approved_on from approval
        join user_account on user_account.municipality_id = approval.municipality_id
            and user_account.user_id = approval.user_id
        where approval.municipality_id = $1 and run_id = $2 order by approved_on, name, content_hash";
    at.sql(SQL).bind(run.0).all().await
}
