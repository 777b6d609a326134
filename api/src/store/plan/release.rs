//! Keeping what is released: plans and supplements of a run, many at once.

use chrono::NaiveDate;
use grip_engine::benefit::Benefit;
use grip_engine::calendar::Month;
use grip_engine::difference::Supplement;
use grip_engine::id::{HouseholdId, RunId};
use grip_engine::money::Money;
use grip_engine::plan::{Outcome, Plan, VERSION};
use grip_engine::schedule::Due;
use uuid::Uuid;

use super::{SharePart, outcome_code};
use crate::store::db::Rows;
use crate::store::run::subject_key;
use crate::store::{Change, StoreError};

/// A plan or supplement that is about to be kept.
#[expect(missing_debug_implementations, reason = "it holds a function")]
#[derive(Clone)]
pub struct NewRelease<'a> {
    /// The household.
    pub household: HouseholdId,
    /// The benefit month.
    pub month: Month,
    /// 0 for the plan, then the number of the supplement.
    pub number: u32,
    /// What is released.
    pub what: NewPlan<'a>,
    /// Living money, per adult and day.
    pub shares: &'a [SharePart],
    /// True when the benefit system pays the living money.
    pub handed_over: bool,
    /// The legal basis of a due.
    pub legal_basis: &'a dyn Fn(&Due) -> String,
}

/// What is released.
#[derive(Clone, Copy, Debug)]
pub enum NewPlan<'a> {
    /// A plan with the benefit it is made from.
    Plan(&'a Benefit, &'a Plan),
    /// What is added to a released month.
    Supplement(&'a Supplement),
}

/// Plans that are about to be kept, many at once.
#[derive(Debug)]
pub struct Batch {
    run: Uuid,
    today: NaiveDate,
    plans: Rows,
    lines: Rows,
    shares: Rows,
    withholdings: Rows,
    withdrawn: Rows,
}

impl Batch {
    /// Plans that a run pays.
    pub fn new(run: RunId, today: NaiveDate) -> Batch {
        Batch {
            run: run.0,
            today,
            plans: Rows::new(
                "plan (municipality_id, plan_id, household_id, month, number, run_id, released_on, rules_version,
                    granted, holiday_reserve, payable, advance, bridge, withheld, living_money, holiday_payout,
                    withdrawn, needs_decision, handed_over, reverses)",
                19,
            ),
            lines: Rows::new(
                "plan_line (municipality_id, plan_id, place, obligation_id, kind, period, due_on, execution_on,
                    amount, left_before, outcome, short, legal_basis)",
                12,
            ),
            shares: Rows::new(
                "plan_share (municipality_id, plan_id, place, member_id, part, pay_on, amount)",
                6,
            ),
            withholdings: Rows::new(
                "plan_withholding (municipality_id, plan_id, place, deduction_id, kind, wanted, taken)",
                6,
            ),
            withdrawn: Rows::new(
                "plan_withdrawn (municipality_id, plan_id, place, subject, subject_id, period, amount)",
                6,
            ),
        }
    }

    /// Adds a plan or supplement under an id.
    pub fn add(&mut self, id: Uuid, release: &NewRelease<'_>) {
        match release.what {
            NewPlan::Plan(benefit, plan) => self.add_plan(id, release, benefit, plan),
            NewPlan::Supplement(supplement) => self.add_supplement(id, release, supplement),
        }
        for (place, share) in (0_i64..).zip(release.shares) {
            let (part, amount) = (i64::from(share.part), share.amount.cents());
            let row = [id.into(), place.into(), share.member.0.into(), part.into(), share.pay_on.into()];
            let [id, place, member, part, pay_on] = row;
            self.shares.push([id, place, member, part, pay_on, amount.into()]);
        }
    }

    fn add_plan(&mut self, id: Uuid, release: &NewRelease<'_>, benefit: &Benefit, plan: &Plan) {
        let withheld: Money = plan.withheld.iter().map(|withheld| withheld.taken).sum();
        let amounts = [
            benefit.granted,
            benefit.holiday_reserve,
            benefit.payable,
            benefit.advance,
            benefit.bridge,
            withheld,
            plan.living_money,
            plan.holiday_payout,
            Money::ZERO,
        ];
        self.add_row(id, release, amounts, plan.needs_decision.is_some());
        for (place, line) in (0_i64..).zip(&plan.lines) {
            let legal_basis = (release.legal_basis)(&line.due);
            self.add_line(id, place, &line.due, line.left, line.outcome, legal_basis);
        }
        for (place, withheld) in (0_i64..).zip(&plan.withheld) {
            let deduction = withheld.deduction.0;
            let amounts = [withheld.wanted.cents(), withheld.taken.cents()].map(Into::into);
            let [wanted, taken] = amounts;
            let kind = withheld.kind.code().into();
            self.withholdings.push([id.into(), place.into(), deduction.into(), kind, wanted, taken]);
        }
    }

    fn add_supplement(&mut self, id: Uuid, release: &NewRelease<'_>, supplement: &Supplement) {
        let amounts = [
            supplement.granted,
            supplement.holiday_reserve,
            supplement.payable,
            supplement.advance,
            supplement.bridge,
            Money::ZERO,
            supplement.living_money,
            supplement.holiday_payout,
            supplement.withdrawn.iter().map(|item| item.amount).sum(),
        ];
        self.add_row(id, release, amounts, false);
        for (place, item) in (0_i64..).zip(&supplement.withdrawn) {
            let (code, subject, period) = subject_key(item.subject);
            let amount = item.amount.cents().into();
            self.withdrawn.push([
                id.into(),
                place.into(),
                code.into(),
                subject.into(),
                period.into(),
                amount,
            ]);
        }
        for (place, due) in (0_i64..).zip(&supplement.lines) {
            let legal_basis = (release.legal_basis)(due);
            self.add_line(id, place, due, due.amount, Outcome::Pay, legal_basis);
        }
    }

    fn add_row(&mut self, id: Uuid, release: &NewRelease<'_>, amounts: [Money; 9], needs_decision: bool) {
        let [granted, reserve, payable, advance, bridge, withheld, living, payout, withdrawn] =
            amounts.map(|amount| amount.cents().into());
        self.plans.push([
            id.into(),
            release.household.0.into(),
            release.month.to_string().into(),
            i64::from(release.number).into(),
            self.run.into(),
            self.today.into(),
            i64::from(VERSION).into(),
            granted,
            reserve,
            payable,
            advance,
            bridge,
            withheld,
            living,
            payout,
            withdrawn,
            needs_decision.into(),
            release.handed_over.into(),
            None::<Uuid>.into(),
        ]);
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a line")]
    fn add_line(
        &mut self,
        plan: Uuid,
        place: i64,
        due: &Due,
        left: Money,
        outcome: Outcome,
        legal_basis: String,
    ) {
        let (outcome, short) = outcome_code(outcome);
        self.lines.push([
            plan.into(),
            place.into(),
            due.obligation.0.into(),
            due.kind.code().into(),
            due.period.to_string().into(),
            due.due_on.into(),
            due.execution.into(),
            due.amount.cents().into(),
            left.cents().into(),
            outcome.into(),
            short.cents().into(),
            legal_basis.into(),
        ]);
    }

    /// Keeps them.
    pub async fn save(self, change: &mut Change) -> Result<(), StoreError> {
        change.insert(self.plans).await?;
        change.insert(self.lines).await?;
        change.insert(self.shares).await?;
        change.insert(self.withholdings).await?;
        change.insert(self.withdrawn).await
    }
}
