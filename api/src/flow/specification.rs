//! The specification of a month for the client (domain.md §1.7): what was granted, what was taken off, whom we pay,
//! and what is left to live on.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::Subject;
use grip_engine::calendar::Month;
use grip_engine::household::withholding::{Deduction, DeductionKind};
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;

use super::FlowError;
use super::planning::{Dossier, dossier, execution, rules};
use crate::store::household;
use crate::store::payment::{self, PaymentRow};
use crate::store::{Scope, Snapshot};

/// What a client gets to see of a month. The figures add up: the norm of the days less income and reductions is
/// granted; granted less the reserve is payable; payable less the advance and what is withheld, with the bridge, is
/// what the payments and the living money share.
#[derive(Clone, Debug, PartialEq)]
pub struct Specification {
    /// The number of the household.
    pub number: String,
    /// The benefit month.
    pub month: Month,
    /// True while nothing was released: it can still change.
    pub provisional: bool,
    /// The day the benefit is paid.
    pub pay_day: NaiveDate,
    /// The norm for the days with a right.
    pub norm: Money,
    /// What income takes off.
    pub income: Money,
    /// What reductions take off.
    pub reductions: Money,
    /// The social assistance including holiday allowance.
    pub granted: Money,
    /// Kept apart as holiday allowance.
    pub reserve: Money,
    /// Paid this month.
    pub payable: Money,
    /// What was advanced.
    pub advance: Money,
    /// Special assistance that bridges the month.
    pub bridge: Money,
    /// What is withheld, each with its basis.
    pub withheld: Vec<WithheldLine>,
    /// The payments to others.
    pub payments: Vec<PaymentLine>,
    /// What is paid to the adults, holiday allowance included.
    pub living_money: Vec<PaymentLine>,
    /// The holiday allowance in it.
    pub holiday_payout: Money,
}

/// Something that is withheld.
#[derive(Clone, Debug, PartialEq)]
pub struct WithheldLine {
    /// What it is.
    pub kind: DeductionKind,
    /// How much.
    pub amount: Money,
    /// The article it rests on.
    pub legal_basis: String,
    /// The reference of the decision.
    pub reference: String,
    /// The last day on which the client can object.
    pub objection_until: NaiveDate,
}

/// A payment.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentLine {
    /// Who is paid.
    pub to: String,
    /// The kind of cost; none for living money.
    pub kind: Option<CostKind>,
    /// The month the cost is due in, or the benefit month.
    pub period: Month,
    /// How much.
    pub amount: Money,
    /// The day it is executed.
    pub on: NaiveDate,
}

/// The specification of a month of a household.
pub async fn specification(
    at: &mut Snapshot,
    id: HouseholdId,
    month: Month,
    today: NaiveDate,
) -> Result<Specification, FlowError> {
    let rules = rules(at).await?;
    let found = dossier(at, id).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "household", id: id.to_string() })?;
    let payees = household::payees(at).await?;
    let payments = payment::list(at, Scope::One(id.0)).await?;
    let pay_day = rules.policy_of(month).pay_day(month);
    let planned = found.plan_of(&rules, month, execution(&rules, month, today))?;
    let benefit = &planned.benefit;
    let payee_of = |obligation| {
        let obligation = found.file.obligations.iter().find(|known| known.id == obligation);
        let payee = obligation.and_then(|known| payees.get(&known.payee));
        (obligation.map(|known| known.kind), payee.map(|payee| payee.name.clone()).unwrap_or_default())
    };
    let mut specification = Specification {
        number: found.file.number.clone(),
        month,
        provisional: !found.is_released(month),
        pay_day,
        norm: benefit.for_days,
        income: benefit.counted_income,
        reductions: benefit.reduced,
        granted: benefit.granted,
        reserve: benefit.holiday_reserve,
        payable: benefit.payable,
        advance: benefit.advance,
        bridge: benefit.bridge,
        withheld: Vec::new(),
        payments: Vec::new(),
        living_money: Vec::new(),
        holiday_payout: planned.plan.holiday_payout,
    };
    let member = |id| found.file.household.member(id).map(|member| member.name.clone()).unwrap_or_default();
    if let Some(released) = found.released_month(month) {
        specification.granted = released.sums.granted;
        specification.reserve = released.sums.holiday_reserve;
        specification.payable = released.sums.payable;
        specification.advance = released.sums.advance;
        specification.bridge = released.sums.bridge;
        specification.holiday_payout = released.holiday_payout;
        specification.withheld =
            withheld(&found, released.withheld.iter().map(|one| (one.deduction, one.taken)));
        for line in &released.lines {
            let (kind, to) = payee_of(line.obligation);
            let subject = Subject::FixedCost(line.obligation, line.period);
            let paid = last_attempt(&payments, subject);
            let due = found.file.obligations.iter().find(|known| known.id == line.obligation);
            let due = due.and_then(|known| known.due_in(line.period)).map(|(_, amount)| amount);
            let amount = paid.map(|paid| Money::from_cents(paid.amount)).or(due).unwrap_or_default();
            let on = paid.map_or(line.execution, |paid| paid.execution_on);
            specification.payments.push(PaymentLine { to, kind, period: line.period, amount, on });
        }
        let shares = released.shares.iter().map(|(_, share)| *share);
        specification.living_money = shares
            .map(|share| living_money(member(share.member), month, share.amount, share.pay_on))
            .collect();
    } else {
        let plan = &planned.plan;
        specification.withheld = withheld(&found, plan.withheld.iter().map(|one| (one.deduction, one.taken)));
        for due in plan.paid() {
            let (kind, to) = payee_of(due.obligation);
            let (period, amount, on) = (due.period, due.amount, due.execution);
            specification.payments.push(PaymentLine { to, kind, period, amount, on });
        }
        let shares = found.shares(&rules, &planned).into_iter();
        specification.living_money = shares
            .map(|share| living_money(member(share.member), month, share.amount, share.pay_on))
            .collect();
    }
    Ok(specification)
}

fn living_money(to: String, period: Month, amount: Money, on: NaiveDate) -> PaymentLine {
    PaymentLine { to, kind: None, period, amount, on }
}

fn withheld(
    found: &Dossier,
    taken: impl Iterator<Item = (grip_engine::id::DeductionId, Money)>,
) -> Vec<WithheldLine> {
    let line = |(id, amount): (grip_engine::id::DeductionId, Money)| {
        let known: Option<&Deduction> = found.file.household.deductions.iter().find(|known| known.id == id);
        let Deduction { kind, legal_basis, reference, objection_until, .. } = known?.clone();
        Some(WithheldLine { kind, amount, legal_basis, reference, objection_until })
    };
    taken.filter(|(_, amount)| amount.is_positive()).filter_map(line).collect()
}

fn last_attempt(payments: &[PaymentRow], subject: Subject) -> Option<&PaymentRow> {
    let of_subject = payments.iter().filter(|payment| payment.subject().is_ok_and(|of| of == subject));
    of_subject.max_by_key(|payment| payment.payment_id)
}
