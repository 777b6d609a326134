//! Released plans: what was decided for a household and a month, kept as it was. A later release of a month adds
//! to it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::payment_run::Subject;
use grip_engine::calendar::Month;
use grip_engine::difference::{ReleasedMonth, Withdrawn};
use grip_engine::household::withholding::DeductionKind;
use grip_engine::id::{HouseholdId, MemberId, ObligationId};
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;
use grip_engine::plan::Outcome;
use grip_engine::withhold::Withheld;
use uuid::Uuid;

use super::run::subject_from;
use super::{Change, Scope, Snapshot, StoreError, meaning, money, month};

mod release;

pub use release::{Batch, NewPlan, NewRelease};

/// A release of a plan.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PlanRow {
    /// Its id.
    pub plan_id: Uuid,
    /// The household.
    pub household_id: Uuid,
    /// The number of the household.
    pub household_number: String,
    /// The benefit month.
    pub month: String,
    /// 0 for the plan, then the number of the supplement.
    pub number: i64,
    /// The run that pays it.
    pub run_id: Uuid,
    /// The day it was released.
    pub released_on: NaiveDate,
    /// The version of the rules it was made by.
    pub rules_version: i64,
    /// Social assistance including holiday allowance, in cents.
    pub granted: i64,
    /// Kept apart as holiday allowance, in cents.
    pub holiday_reserve: i64,
    /// Paid this month, in cents.
    pub payable: i64,
    /// Paid before, in cents.
    pub advance: i64,
    /// Added by special assistance, in cents.
    pub bridge: i64,
    /// Withheld, in cents.
    pub withheld: i64,
    /// Left to live on, in cents.
    pub living_money: i64,
    /// Holiday allowance paid out, in cents.
    pub holiday_payout: i64,
    /// Released before for a later day and not going out any more, in cents: it is in what this release pays.
    pub withdrawn: i64,
    /// A person must still decide about some lines.
    pub needs_decision: bool,
    /// The release that this one takes back.
    pub reverses: Option<Uuid>,
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
    /// The day it is executed.
    pub execution_on: NaiveDate,
    /// In cents.
    pub amount: i64,
    /// What was left when its turn came, in cents.
    pub left_before: i64,
    /// What happens to it.
    pub outcome: String,
    /// What is missing to pay it, in cents.
    pub short: i64,
    /// Who is paid.
    pub payee: String,
    /// Whose personal cost it is.
    pub member: Option<String>,
    /// On what ground it is paid.
    pub legal_basis: String,
}

/// A part of the living money of an adult in a released plan.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ShareRow {
    /// The plan.
    pub plan_id: Uuid,
    /// The member.
    pub member_id: Uuid,
    /// The part: the week, or 0.
    pub part: i64,
    /// The day it is paid.
    pub pay_on: NaiveDate,
    /// In cents.
    pub amount: i64,
}

/// What a released plan withholds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WithholdingRow {
    /// The plan.
    pub plan_id: Uuid,
    /// The withholding.
    pub deduction_id: Uuid,
    /// What it is.
    pub kind: String,
    /// What it would have taken with room.
    pub wanted: i64,
    /// What it took, in cents.
    pub taken: i64,
}

/// Living money on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharePart {
    /// Whose.
    pub member: MemberId,
    /// The part: the week, or 0.
    pub part: u32,
    /// The day it is paid.
    pub pay_on: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// The code by which an outcome is stored, with what is short.
pub fn outcome_code(outcome: Outcome) -> (&'static str, Money) {
    match outcome {
        Outcome::Pay => ("pay", Money::ZERO),
        Outcome::NeedsDecision => ("needs_decision", Money::ZERO),
        Outcome::Unfunded { short } => ("unfunded", short),
        Outcome::ClientPays => ("client_pays", Money::ZERO),
        Outcome::PayLater => ("pay_later", Money::ZERO),
        Outcome::PaidByOther => ("paid_by_other", Money::ZERO),
    }
}

impl WithholdingRow {
    /// What it withholds.
    pub fn withheld(&self) -> Result<Withheld, StoreError> {
        let kind = meaning("withholding", &self.kind, DeductionKind::from_code(&self.kind))?;
        let (wanted, taken) = (money(self.wanted), money(self.taken));
        Ok(Withheld { deduction: self.deduction_id.into(), kind, wanted, taken })
    }
}

impl PlanLineRow {
    /// What happens to it.
    pub fn fate(&self) -> Result<Outcome, StoreError> {
        let found = match self.outcome.as_str() {
            "pay" => Some(Outcome::Pay),
            "needs_decision" => Some(Outcome::NeedsDecision),
            "unfunded" => Some(Outcome::Unfunded { short: money(self.short) }),
            "client_pays" => Some(Outcome::ClientPays),
            "pay_later" => Some(Outcome::PayLater),
            "paid_by_other" => Some(Outcome::PaidByOther),
            _ => None,
        };
        meaning("outcome", &self.outcome, found)
    }
}

/// Takes a release back, of which nothing was sent.
pub async fn reverse(change: &mut Change, plan: &PlanRow) -> Result<(), StoreError> {
    const SQL: &str = "insert into plan (municipality_id, plan_id, household_id, month, number, run_id, released_on,
            rules_version, granted, holiday_reserve, payable, advance, bridge, withheld, living_money, holiday_payout,
            withdrawn, needs_decision, handed_over, reverses)
        select municipality_id, $3, household_id, month, (select count(*) from plan as other
                where other.municipality_id = plan.municipality_id and other.household_id = plan.household_id
                    and other.month = plan.month), run_id, $4, rules_version, -granted, -holiday_reserve,
            -payable, -advance, -bridge, -withheld, -living_money, -holiday_payout, -withdrawn, $5, $5, plan_id
        from plan where municipality_id = $1 and plan_id = $2";
    let (id, today) = (change.new_id(), change.grant().today());
    change.sql(SQL).bind(plan.plan_id).bind(id).bind(today).bind(false).run().await.map(drop)
}

/// The releases of a scope, newest month first, then in the order of release.
pub async fn list(at: &mut Snapshot, scope: Scope) -> Result<Vec<PlanRow>, StoreError> {
    const SQL: &str = "select plan_id, plan.household_id as household_id, household.number as household_number, month,
            plan.number as number, run_id, released_on, rules_version, granted, holiday_reserve, payable, advance,
            bridge, withheld, living_money, holiday_payout, withdrawn, needs_decision, reverses
        from plan join household on household.municipality_id = plan.municipality_id
            and household.household_id = plan.household_id
        where plan.municipality_id = $1 and plan.household_id between $2 and $3
        order by month desc, household.number, plan.number";
    at.of_scope(SQL, scope).all().await
}

/// The release with this id.
pub async fn get(at: &mut Snapshot, plan: Uuid) -> Result<Option<PlanRow>, StoreError> {
    const SQL: &str = "select plan_id, plan.household_id as household_id, household.number as household_number, month,
            plan.number as number, run_id, released_on, rules_version, granted, holiday_reserve, payable, advance,
            bridge, withheld, living_money, holiday_payout, withdrawn, needs_decision, reverses
        from plan join household on household.municipality_id = plan.municipality_id
            and household.household_id = plan.household_id
        where plan.municipality_id = $1 and plan_id = $2";
    at.sql(SQL).bind(plan).optional().await
}

/// The dues in the releases of a scope, in order of payment.
pub async fn lines(at: &mut Snapshot, scope: Scope) -> Result<Vec<PlanLineRow>, StoreError> {
    const SQL: &str = "select plan_line.plan_id as plan_id, plan_line.obligation_id as obligation_id,
            plan_line.kind as kind, period, due_on, execution_on, plan_line.amount as amount, left_before, outcome,
            short, payee.name as payee, member.name as member, legal_basis
        from plan_line
        join plan on plan.municipality_id = plan_line.municipality_id and plan.plan_id = plan_line.plan_id
        join obligation on obligation.municipality_id = plan_line.municipality_id
            and obligation.obligation_id = plan_line.obligation_id
        join payee on payee.municipality_id = obligation.municipality_id and payee.payee_id = obligation.payee_id
        left join member on member.municipality_id = obligation.municipality_id
            and member.member_id = obligation.member_id
        where plan_line.municipality_id = $1 and plan.household_id between $2 and $3
        order by plan_line.plan_id, plan_line.place";
    at.of_scope(SQL, scope).all().await
}

/// The living money in the releases of a scope.
pub async fn shares(at: &mut Snapshot, scope: Scope) -> Result<Vec<ShareRow>, StoreError> {
    const SQL: &str = "select plan_share.plan_id as plan_id, member_id, part, pay_on, amount from plan_share
        join plan on plan.municipality_id = plan_share.municipality_id and plan.plan_id = plan_share.plan_id
        where plan_share.municipality_id = $1 and plan.household_id between $2 and $3
        order by plan_share.plan_id, plan_share.place";
    at.of_scope(SQL, scope).all().await
}

/// What the releases of a scope withhold.
pub async fn withholdings(at: &mut Snapshot, scope: Scope) -> Result<Vec<WithholdingRow>, StoreError> {
    const SQL: &str = "select plan_withholding.plan_id as plan_id, deduction_id, kind, wanted, taken
        from plan_withholding
        join plan on plan.municipality_id = plan_withholding.municipality_id
            and plan.plan_id = plan_withholding.plan_id
        where plan_withholding.municipality_id = $1 and plan.household_id between $2 and $3
        order by plan_withholding.plan_id, plan_withholding.place";
    at.of_scope(SQL, scope).all().await
}

/// What the supplements of a scope take out of earlier releases, with the supplement.
async fn withdrawn(at: &mut Snapshot, scope: Scope) -> Result<Vec<(Uuid, Withdrawn)>, StoreError> {
    const SQL: &str = "select plan_withdrawn.plan_id as plan_id, subject, subject_id, period, amount
        from plan_withdrawn
        join plan on plan.municipality_id = plan_withdrawn.municipality_id
            and plan.plan_id = plan_withdrawn.plan_id
        where plan_withdrawn.municipality_id = $1 and plan.household_id between $2 and $3
        order by plan_withdrawn.plan_id, place";
    let rows: Vec<(Uuid, String, Uuid, String, i64)> = at.of_scope(SQL, scope).all().await?;
    let item = |(plan, code, id, period, cents): (Uuid, String, Uuid, String, i64)| {
        let subject = subject_from(&code, id, &period)?;
        Ok((plan, Withdrawn { subject, amount: money(cents) }))
    };
    rows.into_iter().map(item).collect()
}

/// Living money that is not paid by us.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HandedOver {
    /// The number of the household.
    pub number: String,
    /// The benefit month.
    pub month: String,
    /// Living money and holiday allowance together, in cents.
    pub amount: i64,
}

/// The living money of the plans of a run that the benefit system pays.
pub async fn handed_over(at: &mut Snapshot, run: Uuid) -> Result<Vec<HandedOver>, StoreError> {
    const SQL: &str =
        "select household.number as number, month, living_money + holiday_payout as amount from plan
        join household on household.municipality_id = plan.municipality_id
            and household.household_id = plan.household_id
        where plan.municipality_id = $1 and run_id = $2 and handed_over and 0 < living_money + holiday_payout
        order by household.number, month, plan.number";
    at.sql(SQL).bind(run).all().await
}

/// A released month as the rules need it, every release added up; what was taken back does not count.
#[derive(Clone, Debug)]
pub struct Released {
    /// The household.
    pub household: HouseholdId,
    /// The benefit month.
    pub month: Month,
    /// The number that the next release gets.
    pub next_number: u32,
    /// The sums.
    pub sums: ReleasedMonth,
    /// What was left to live on.
    pub living_money: Money,
    /// What was withheld.
    pub withheld: Vec<Withheld>,
    /// The dues that are paid.
    pub lines: Vec<PaidLine>,
    /// Living money, with the number of its release.
    pub shares: Vec<(u32, SharePart)>,
    /// The fixed costs that were the municipality's to pay.
    pub fixed_costs: Money,
    /// True while it stands: at least one release was not taken back.
    pub stands: bool,
}

/// A due that a released plan pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidLine {
    /// The obligation.
    pub obligation: ObligationId,
    /// The month it is due in.
    pub period: Month,
    /// The kind of cost.
    pub kind: CostKind,
    /// The day the payee must have it.
    pub due_on: NaiveDate,
    /// The day it is executed.
    pub execution: NaiveDate,
    /// The amount that was released.
    pub amount: Money,
    /// On what ground.
    pub legal_basis: String,
}

/// The released months of a scope, by household, oldest first.
pub async fn released(
    at: &mut Snapshot,
    scope: Scope,
) -> Result<BTreeMap<HouseholdId, Vec<Released>>, StoreError> {
    let mut lines = grouped(lines(at, scope).await?, |line| line.plan_id);
    let mut shares = grouped(shares(at, scope).await?, |share| share.plan_id);
    let mut withheld = grouped(withholdings(at, scope).await?, |withheld| withheld.plan_id);
    let mut withdrawn = grouped(withdrawn(at, scope).await?, |(plan, _)| *plan);
    let mut rows = list(at, scope).await?;
    rows.sort_by(|a, b| (a.household_id, &a.month, a.number).cmp(&(b.household_id, &b.month, b.number)));
    let reversed: Vec<Uuid> = rows.iter().filter_map(|row| row.reverses).collect();
    let mut released: BTreeMap<HouseholdId, Vec<Released>> = BTreeMap::new();
    for row in rows {
        let of_household = released.entry(row.household_id.into()).or_default();
        let of_month = month(&row.month)?;
        if of_household.last().is_none_or(|last| last.month != of_month) {
            of_household.push(Released::empty(row.household_id.into(), of_month));
        }
        let last = of_household.last_mut().expect("it was pushed just now");
        last.next_number += 1;
        if row.reverses.is_some() || reversed.contains(&row.plan_id) {
            continue;
        }
        last.add(&row);
        last.withdraw(&withdrawn.remove(&row.plan_id).unwrap_or_default());
        last.add_lines(&lines.remove(&row.plan_id).unwrap_or_default())?;
        last.add_shares(&row, &shares.remove(&row.plan_id).unwrap_or_default());
        last.add_withheld(&withheld.remove(&row.plan_id).unwrap_or_default())?;
    }
    Ok(released)
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> Uuid) -> BTreeMap<Uuid, Vec<T>> {
    let mut groups: BTreeMap<Uuid, Vec<T>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

impl Released {
    fn empty(household: HouseholdId, month: Month) -> Released {
        Released {
            household,
            month,
            next_number: 0,
            sums: ReleasedMonth::default(),
            living_money: Money::ZERO,
            withheld: Vec::new(),
            lines: Vec::new(),
            shares: Vec::new(),
            fixed_costs: Money::ZERO,
            stands: false,
        }
    }

    fn add(&mut self, row: &PlanRow) {
        self.stands = true;
        self.sums.granted += money(row.granted);
        self.sums.holiday_reserve += money(row.holiday_reserve);
        self.sums.payable += money(row.payable);
        self.sums.advance += money(row.advance);
        self.sums.bridge += money(row.bridge);
        self.living_money += money(row.living_money);
        self.sums.holiday_payout += money(row.holiday_payout);
    }

    /// What does not go out any more is not what the month pays: its money is in the release that took it out.
    fn withdraw(&mut self, items: &[(Uuid, Withdrawn)]) {
        for (_, Withdrawn { subject, amount }) in items {
            match *subject {
                Subject::FixedCost(obligation, period) => {
                    self.sums.paid.retain(|key| *key != (obligation, period));
                    self.lines.retain(|line| (line.obligation, line.period) != (obligation, period));
                    self.fixed_costs -= *amount;
                }
                Subject::LivingMoney(member, _, part) => {
                    let is_it = |(release, share): &(u32, SharePart)| {
                        (share.member, *release, share.part) == (member, part.release, part.number)
                    };
                    self.shares.retain(|share| !is_it(share));
                    self.living_money -= *amount;
                }
                Subject::Withholding(deduction, _) => {
                    self.withheld.retain(|withheld| withheld.deduction != deduction);
                }
                Subject::Tranche(_) => {}
            }
        }
    }

    fn add_lines(&mut self, lines: &[PlanLineRow]) -> Result<(), StoreError> {
        for line in lines {
            let period = month(&line.period)?;
            let key = (ObligationId(line.obligation_id), period);
            if line.outcome == "pay" {
                self.sums.paid.push(key);
                self.lines.push(PaidLine {
                    obligation: key.0,
                    period,
                    kind: meaning("kind of cost", &line.kind, CostKind::from_code(&line.kind))?,
                    due_on: line.due_on,
                    execution: line.execution_on,
                    amount: money(line.amount),
                    legal_basis: line.legal_basis.clone(),
                });
            }
            if matches!(line.outcome.as_str(), "pay" | "needs_decision" | "unfunded") {
                self.fixed_costs += money(line.amount);
            }
        }
        Ok(())
    }

    fn add_shares(&mut self, row: &PlanRow, shares: &[ShareRow]) {
        let release = u32::try_from(row.number).unwrap_or(u32::MAX);
        self.shares.extend(shares.iter().map(|share| {
            let part = SharePart {
                member: share.member_id.into(),
                part: u32::try_from(share.part).unwrap_or(u32::MAX),
                pay_on: share.pay_on,
                amount: money(share.amount),
            };
            (release, part)
        }));
    }

    fn add_withheld(&mut self, rows: &[WithholdingRow]) -> Result<(), StoreError> {
        for row in rows {
            self.withheld.push(row.withheld()?);
        }
        Ok(())
    }
}
