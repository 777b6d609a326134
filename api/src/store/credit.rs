//! Furnishing credits, their tranches and what was shown for them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::spending::{BudgetLine, EvidenceLine};
use grip_engine::furnishing::tranche::{PaidTranche, Tranche};
use grip_engine::id::{HouseholdId, TrancheId};
use uuid::Uuid;

use super::{Change, Scope, Snapshot, StoreError, far_day, meaning, money};

#[derive(sqlx::FromRow)]
struct CreditRow {
    credit_id: Uuid,
    household_id: Uuid,
    reference: String,
    amount: i64,
    decided_on: NaiveDate,
    recorded_by: String,
}

/// A credit as it was recorded.
#[derive(Clone, Debug)]
pub struct CreditFile {
    /// The credit.
    pub credit: Credit,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by: String,
}

#[derive(sqlx::FromRow)]
struct TrancheRow {
    credit_id: Uuid,
    tranche_id: Uuid,
    number: i64,
    amount: i64,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    tranche_id: Uuid,
    category: String,
    amount: i64,
}

#[derive(sqlx::FromRow)]
struct PaidRow {
    tranche_id: Uuid,
    amount: i64,
    paid_on: NaiveDate,
}

/// The credits of a scope with everything that was recorded. A tranche counts as paid while an attempt to pay it stands.
pub async fn files(at: &mut Snapshot, scope: Scope) -> Result<Vec<CreditFile>, StoreError> {
    files_on(at, scope, far_day()).await
}

/// The credits of a scope as they were on a day: decided and shown until then.
pub async fn files_on(
    at: &mut Snapshot,
    scope: Scope,
    day: NaiveDate,
) -> Result<Vec<CreditFile>, StoreError> {
    const SQL: &str = "select credit_id, household_id, reference, amount, decided_on, recorded_by from credit
        where municipality_id = $1 and household_id between $2 and $3 and decided_on <= $4
        order by household_id, credit_id";
    let (low, high) = scope.bounds();
    let mut tranches = tranches(at, scope, day).await?;
    let credits: Vec<CreditRow> = at.sql(SQL).bind(low).bind(high).bind(day).all().await?;
    let file = |row: CreditRow| {
        let tranches = tranches.remove(&row.credit_id).unwrap_or_default();
        let (id, household, amount) = (row.credit_id.into(), row.household_id.into(), money(row.amount));
        let credit = Credit::new(id, household, row.reference.clone(), amount, tranches);
        let credit = meaning("credit", &row.reference, credit.ok())?;
        Ok(CreditFile { credit, decided_on: row.decided_on, recorded_by: row.recorded_by })
    };
    credits.into_iter().map(file).collect()
}

async fn tranches(
    at: &mut Snapshot,
    scope: Scope,
    day: NaiveDate,
) -> Result<BTreeMap<Uuid, Vec<Tranche>>, StoreError> {
    const SQL: &str = "select tranche.credit_id as credit_id, tranche_id, number, tranche.amount as amount from tranche
        join credit on credit.municipality_id = tranche.municipality_id and credit.credit_id = tranche.credit_id
        where tranche.municipality_id = $1 and household_id between $2 and $3
        order by tranche.credit_id, number";
    let (low, high) = scope.bounds();
    let mut budget = lines(at, scope, BUDGET, far_day()).await?;
    let mut evidence = lines(at, scope, EVIDENCE, day).await?;
    let mut paid = paid(at, scope).await?;
    let mut tranches: BTreeMap<Uuid, Vec<Tranche>> = BTreeMap::new();
    for row in at.sql(SQL).bind(low).bind(high).all::<TrancheRow>().await? {
        let budget = budget.remove(&row.tranche_id).unwrap_or_default();
        let evidence = evidence.remove(&row.tranche_id).unwrap_or_default();
        tranches.entry(row.credit_id).or_default().push(Tranche {
            id: row.tranche_id.into(),
            number: meaning("number of a tranche", &row.number.to_string(), u32::try_from(row.number).ok())?,
            amount: money(row.amount),
            budget: budget.into_iter().map(|(category, amount)| BudgetLine { category, amount }).collect(),
            paid: paid.remove(&row.tranche_id),
            evidence: evidence
                .into_iter()
                .map(|(category, amount)| EvidenceLine { category, amount })
                .collect(),
        });
    }
    Ok(tranches)
}

const BUDGET: &str = "select budget_line.tranche_id as tranche_id, category, budget_line.amount as amount
    from budget_line
    join tranche on tranche.municipality_id = budget_line.municipality_id
        and tranche.tranche_id = budget_line.tranche_id
    join credit on credit.municipality_id = tranche.municipality_id and credit.credit_id = tranche.credit_id
    where budget_line.municipality_id = $1 and household_id between $2 and $3 and decided_on <= $4
    order by budget_line.tranche_id, category";

const EVIDENCE: &str =
    "select evidence_line.tranche_id as tranche_id, category, evidence_line.amount as amount
    from evidence_line
    join tranche on tranche.municipality_id = evidence_line.municipality_id
        and tranche.tranche_id = evidence_line.tranche_id
    join credit on credit.municipality_id = tranche.municipality_id and credit.credit_id = tranche.credit_id
    where evidence_line.municipality_id = $1 and household_id between $2 and $3 and shown_on <= $4
    order by evidence_line.tranche_id, shown_on, evidence_line_id";

type Lines = BTreeMap<Uuid, Vec<(String, grip_engine::money::Money)>>;

async fn lines(
    at: &mut Snapshot,
    scope: Scope,
    sql: &'static str,
    day: NaiveDate,
) -> Result<Lines, StoreError> {
    let (low, high) = scope.bounds();
    let mut lines = Lines::new();
    for row in at.sql(sql).bind(low).bind(high).bind(day).all::<LineRow>().await? {
        lines.entry(row.tranche_id).or_default().push((row.category, money(row.amount)));
    }
    Ok(lines)
}

async fn paid(at: &mut Snapshot, scope: Scope) -> Result<BTreeMap<Uuid, PaidTranche>, StoreError> {
    const SQL: &str = "select subject_id as tranche_id, payment.amount as amount,
            coalesce(payment_file.execution_on, run.execution_on) as paid_on
        from due
        join payment on payment.municipality_id = due.municipality_id and payment.due_id = due.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        left join payment_file on payment_file.municipality_id = run.municipality_id
            and payment_file.run_id = run.run_id
        where due.municipality_id = $1 and due.household_id between $2 and $3 and subject = 'tranche'
            and payment.state not in ('rejected', 'returned', 'recalled', 'cancelled')
        order by subject_id";
    let (low, high) = scope.bounds();
    let rows: Vec<PaidRow> = at.sql(SQL).bind(low).bind(high).all().await?;
    let paid = |row: PaidRow| (row.tranche_id, PaidTranche { amount: money(row.amount), on: row.paid_on });
    Ok(rows.into_iter().map(paid).collect())
}

/// Adds a credit, decided on a day, with its tranches and what they are meant for.
pub async fn add(change: &mut Change, credit: &Credit, decided_on: NaiveDate) -> Result<(), StoreError> {
    const SQL: &str = "insert into credit
            (municipality_id, credit_id, household_id, reference, amount, decided_on, recorded_by)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let who = change.grant().who().to_owned();
    let row = change.sql(SQL).bind(credit.id.0).bind(credit.household.0).bind(credit.reference.as_str());
    row.bind(credit.amount.cents()).bind(decided_on).bind(who).run().await?;
    for tranche in credit.tranches() {
        add_tranche(change, credit, tranche).await?;
    }
    Ok(())
}

async fn add_tranche(change: &mut Change, credit: &Credit, tranche: &Tranche) -> Result<(), StoreError> {
    const SQL: &str = "insert into tranche (municipality_id, tranche_id, credit_id, number, amount)
        values ($1, $2, $3, $4, $5)";
    const LINE: &str =
        "insert into budget_line (municipality_id, tranche_id, category, amount) values ($1, $2, $3, $4)";
    let row = change.sql(SQL).bind(tranche.id.0).bind(credit.id.0).bind(i64::from(tranche.number));
    row.bind(tranche.amount.cents()).run().await?;
    for line in &tranche.budget {
        let row = change.sql(LINE).bind(tranche.id.0).bind(line.category.as_str());
        row.bind(line.amount.cents()).run().await?;
    }
    Ok(())
}

/// Adds a line of a receipt, invoice or declaration.
pub async fn add_evidence(
    change: &mut Change,
    tranche: TrancheId,
    household: HouseholdId,
    line: &EvidenceLine,
    shown_on: NaiveDate,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into evidence_line
            (municipality_id, evidence_line_id, tranche_id, category, amount, shown_on, recorded_by)
        select $1, $2, tranche_id, $4, $5, $6, $7 from tranche
        join credit on credit.municipality_id = tranche.municipality_id and credit.credit_id = tranche.credit_id
        where tranche.municipality_id = $1 and tranche_id = $3 and household_id = $8";
    let (id, who) = (change.new_id(), change.grant().who().to_owned());
    let row = change.sql(SQL).bind(id).bind(tranche.0).bind(line.category.as_str()).bind(line.amount.cents());
    let added = row.bind(shown_on).bind(who).bind(household.0).run().await?;
    if added == 1 { Ok(()) } else { Err(StoreError::Missing) }
}
