//! Released plans: what was decided for a household and a month, kept as it was.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::benefit::Benefit;
use grip_engine::calendar::Month;
use grip_engine::id::{HouseholdId, ObligationId, RunId};
use grip_engine::money::Money;
use grip_engine::plan::{Outcome, Plan};
use uuid::Uuid;

use super::{Change, Scope, Snapshot, StoreError, money, month};

/// A released plan.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PlanRow {
    /// Its id.
    pub plan_id: Uuid,
    /// The household.
    pub household_id: Uuid,
    /// The number of the household.
    pub number: String,
    /// The benefit month.
    pub month: String,
    /// Social assistance including holiday allowance, in cents.
    pub granted: i64,
    /// Kept apart as holiday allowance, in cents.
    pub holiday_reserve: i64,
    /// Paid this month, in cents.
    pub payable: i64,
    /// Left to live on, in cents.
    pub living_money: i64,
    /// Holiday allowance paid out, in cents.
    pub holiday_payout: i64,
    /// A person must still decide about some lines.
    pub needs_decision: bool,
}

/// A due in a released plan.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PlanLineRow {
    /// The plan.
    pub plan_id: Uuid,
    /// The obligation.
    pub obligation_id: Uuid,
    /// The kind of cost.
    pub kind: String,
    /// The month it is due in.
    pub period: String,
    /// The day it is due.
    pub due_on: NaiveDate,
    /// In cents.
    pub amount: i64,
    /// What happens to it.
    pub outcome: String,
    /// What is missing to pay it, in cents.
    pub short: i64,
    /// Who is paid.
    pub payee: String,
}

/// Keeps a plan as it was released.
pub async fn add(
    change: &mut Change,
    household: HouseholdId,
    run: RunId,
    benefit: &Benefit,
    plan: &Plan,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into plan (municipality_id, plan_id, household_id, month, run_id, granted,
            holiday_reserve, payable, living_money, holiday_payout, needs_decision)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let id = change.new_id();
    let row = change.sql(SQL).bind(id).bind(household.0).bind(plan.month.to_string()).bind(run.0);
    let row = row.bind(benefit.granted.cents()).bind(benefit.holiday_reserve.cents());
    let row =
        row.bind(plan.payable.cents()).bind(plan.living_money.cents()).bind(plan.holiday_payout.cents());
    row.bind(plan.needs_decision.is_some()).run().await?;
    for (place, line) in (0_i64..).zip(&plan.lines) {
        add_line(change, id, place, line).await?;
    }
    Ok(())
}

async fn add_line(
    change: &mut Change,
    plan: Uuid,
    place: i64,
    line: &grip_engine::plan::PlanLine,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into plan_line (municipality_id, plan_id, place, obligation_id, kind, period, due_on,
            amount, outcome, short)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let (outcome, short) = outcome_code(line.outcome);
    let due = &line.due;
    let row = change.sql(SQL).bind(plan).bind(place).bind(due.obligation.0).bind(due.kind.code());
    let row = row.bind(due.period.to_string()).bind(due.due_on).bind(due.amount.cents());
    row.bind(outcome).bind(short.cents()).run().await.map(drop)
}

/// The code by which an outcome is stored, with what is short.
pub fn outcome_code(outcome: Outcome) -> (&'static str, Money) {
    match outcome {
        Outcome::Pay => ("pay", Money::ZERO),
        Outcome::NeedsDecision => ("needs_decision", Money::ZERO),
        Outcome::Unfunded { short } => ("unfunded", short),
        Outcome::ClientPays => ("client_pays", Money::ZERO),
    }
}

/// The released plans of a scope, newest month first.
pub async fn list(at: &mut Snapshot, scope: Scope) -> Result<Vec<PlanRow>, StoreError> {
    const SQL: &str =
        "select plan_id, plan.household_id as household_id, number, month, granted, holiday_reserve,
            payable, living_money, holiday_payout, needs_decision
        from plan join household on household.municipality_id = plan.municipality_id
            and household.household_id = plan.household_id
        where plan.municipality_id = $1 and plan.household_id between $2 and $3 order by month desc, number";
    let (low, high) = scope.bounds();
    at.sql(SQL).bind(low).bind(high).all().await
}

/// The released plan with this id.
pub async fn get(at: &mut Snapshot, plan: Uuid) -> Result<Option<PlanRow>, StoreError> {
    const SQL: &str =
        "select plan_id, plan.household_id as household_id, number, month, granted, holiday_reserve,
            payable, living_money, holiday_payout, needs_decision
        from plan join household on household.municipality_id = plan.municipality_id
            and household.household_id = plan.household_id
        where plan.municipality_id = $1 and plan_id = $2";
    at.sql(SQL).bind(plan).optional().await
}

/// The dues in the released plans of a scope, in order of payment.
pub async fn lines(at: &mut Snapshot, scope: Scope) -> Result<Vec<PlanLineRow>, StoreError> {
    const SQL: &str = "select plan_line.plan_id as plan_id, plan_line.obligation_id as obligation_id,
            plan_line.kind as kind, period, due_on, amount, outcome, short, payee.name as payee
        from plan_line
        join plan on plan.municipality_id = plan_line.municipality_id and plan.plan_id = plan_line.plan_id
        join obligation on obligation.municipality_id = plan_line.municipality_id
            and obligation.obligation_id = plan_line.obligation_id
        join payee on payee.municipality_id = obligation.municipality_id and payee.payee_id = obligation.payee_id
        where plan_line.municipality_id = $1 and plan.household_id between $2 and $3
        order by plan_line.plan_id, place";
    let (low, high) = scope.bounds();
    at.sql(SQL).bind(low).bind(high).all().await
}

/// A released plan as the rules need it.
#[derive(Clone, Debug)]
pub struct Released {
    /// The household.
    pub household: HouseholdId,
    /// The benefit month.
    pub month: Month,
    /// What was paid from.
    pub payable: Money,
    /// What was left to live on.
    pub living_money: Money,
    /// Living money and holiday allowance together.
    pub to_household: Money,
    /// The dues that are paid: obligation and month.
    pub paid: Vec<(ObligationId, Month)>,
    /// The fixed costs that were the municipality's to pay.
    pub fixed_costs: Money,
}

/// The released plans of a scope.
pub async fn released(at: &mut Snapshot, scope: Scope) -> Result<Vec<Released>, StoreError> {
    let lines = lines(at, scope).await?;
    let mut of_plan: BTreeMap<Uuid, Vec<&PlanLineRow>> = BTreeMap::new();
    for line in &lines {
        of_plan.entry(line.plan_id).or_default().push(line);
    }
    let released = |row: PlanRow| {
        let lines = of_plan.remove(&row.plan_id).unwrap_or_default();
        let paid = lines.iter().filter(|line| line.outcome == "pay");
        let paid = paid.map(|line| Ok((line.obligation_id.into(), month(&line.period)?)));
        let ours = lines.iter().filter(|line| line.outcome != "client_pays");
        Ok(Released {
            household: row.household_id.into(),
            month: month(&row.month)?,
            payable: money(row.payable),
            living_money: money(row.living_money),
            to_household: money(row.living_money + row.holiday_payout),
            paid: paid.collect::<Result<_, StoreError>>()?,
            fixed_costs: ours.map(|line| money(line.amount)).sum(),
        })
    };
    list(at, scope).await?.into_iter().map(released).collect()
}
