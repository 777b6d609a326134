//! The specification of a month for the client (domain.md §1.7): what was granted, what was taken off, whom we pay,
//! and what is left to live on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::payment_run::Subject;
use grip_engine::benefit::{Benefit, BenefitError};
use grip_engine::calendar::Month;
use grip_engine::household::withholding::{Deduction, DeductionKind};
use grip_engine::id::{HouseholdId, ObligationId, PayeeId};
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;
use grip_engine::payee::Payee;
use grip_engine::schedule::Due;
use grip_engine::withhold::Withheld;

use super::FlowError;
use super::planning::{Dossier, Planned, Rules, dossier, execution, rules};
use crate::store::household;
use crate::store::payment::{self, PaymentRow};
use crate::store::plan::{PaidLine, Released, SharePart};
use crate::store::{Scope, Snapshot};

/// What a client gets to see of a month. The figures add up: the norm of the days less income and reductions, with
/// the correction, is granted; granted less the reserve is payable; payable less the advance and what is withheld,
/// with the bridge and the holiday allowance paid out, is what the payments, the living money and what is paid
/// elsewhere share.
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

impl Specification {
    fn empty(number: String, month: Month, pay_day: NaiveDate) -> Specification {
        Specification {
            number,
            month,
            provisional: false,
            pay_day,
            norm: Money::ZERO,
            income: Money::ZERO,
            reductions: Money::ZERO,
            granted: Money::ZERO,
            reserve: Money::ZERO,
            payable: Money::ZERO,
            advance: Money::ZERO,
            bridge: Money::ZERO,
            withheld: Vec::new(),
            payments: Vec::new(),
            living_money: Vec::new(),
            holiday_payout: Money::ZERO,
        }
    }

    /// With what the benefit is made from.
    fn because(self, benefit: &Benefit) -> Specification {
        let (norm, income, reductions) = (benefit.for_days, benefit.counted_income, benefit.reduced);
        Specification { norm, income, reductions, ..self }
    }

    /// What was granted beside what is known now of the norm, income and reductions: something was recorded after
    /// the month was released, or they take more than there is.
    pub fn correction(&self) -> Money {
        self.granted - (self.norm - self.income - self.reductions)
    }

    /// What there is to pay from.
    pub fn available(&self) -> Money {
        let withheld: Money = self.withheld.iter().map(|line| line.amount).sum();
        self.payable - self.advance + self.bridge - withheld + self.holiday_payout
    }

    /// What this product pays to others.
    pub fn paid(&self) -> Money {
        self.payments.iter().map(|line| line.amount).sum()
    }

    /// What this product pays to the adults.
    pub fn paid_to_adults(&self) -> Money {
        self.living_money.iter().map(|line| line.amount).sum()
    }

    /// What is left to live on and is not paid here: at the cash desk, or by the benefit system.
    pub fn elsewhere(&self) -> Money {
        self.available() - self.paid() - self.paid_to_adults()
    }
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

/// The specification of a month of a household: what was released, or what would be.
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
    let names = Names { found: &found, payees: &payees };
    let pay_day = rules.policy_of(month).pay_day(month);
    let planned = found.plan_of(&rules, month, execution(&rules, month, today));
    let empty = Specification::empty(found.file.number.clone(), month, pay_day);
    match (found.released_month(month), planned) {
        (None, planned) => Ok(names.planned(empty, &rules, &planned?)),
        // a right that was taken back leaves what was released
        (Some(released), Err(BenefitError::NotDecided(_))) => Ok(names.released(empty, released, &payments)),
        (Some(released), planned) => {
            Ok(names.released(empty.because(&planned?.benefit), released, &payments))
        }
    }
}

/// Who is who in a household.
struct Names<'a> {
    found: &'a Dossier,
    payees: &'a BTreeMap<PayeeId, Payee>,
}

impl Names<'_> {
    /// The kind of a cost and who is paid for it.
    fn cost(&self, obligation: ObligationId) -> (Option<CostKind>, String) {
        let obligation = self.found.file.obligations.iter().find(|known| known.id == obligation);
        let payee = obligation.and_then(|known| self.payees.get(&known.payee));
        (obligation.map(|known| known.kind), payee.map(|payee| payee.name.clone()).unwrap_or_default())
    }

    fn living_money(&self, month: Month, share: &SharePart) -> PaymentLine {
        let member = self.found.file.household.member(share.member);
        let to = member.map(|member| member.name.clone()).unwrap_or_default();
        PaymentLine { to, kind: None, period: month, amount: share.amount, on: share.pay_on }
    }

    fn planned(&self, empty: Specification, rules: &Rules, planned: &Planned) -> Specification {
        let Planned { benefit, plan, .. } = planned;
        let payment = |due: &Due| {
            let (kind, to) = self.cost(due.obligation);
            PaymentLine { to, kind, period: due.period, amount: due.amount, on: due.execution }
        };
        let shares = self.found.shares(rules, planned);
        Specification {
            provisional: true,
            granted: benefit.granted,
            reserve: benefit.holiday_reserve,
            payable: benefit.payable,
            advance: benefit.advance,
            bridge: benefit.bridge,
            holiday_payout: plan.holiday_payout,
            withheld: withheld(self.found, &plan.withheld),
            payments: plan.paid().map(payment).collect(),
            living_money: shares.iter().map(|share| self.living_money(plan.month, share)).collect(),
            ..empty.because(benefit)
        }
    }

    fn released(&self, empty: Specification, released: &Released, payments: &[PaymentRow]) -> Specification {
        let payment = |line: &PaidLine| {
            let (kind, to) = self.cost(line.obligation);
            let paid = last_attempt(payments, Subject::FixedCost(line.obligation, line.period));
            let amount = paid.map_or(line.amount, |paid| Money::from_cents(paid.amount));
            let on = paid.map_or(line.execution, |paid| paid.execution_on);
            PaymentLine { to, kind, period: line.period, amount, on }
        };
        let sums = &released.sums;
        let shares = released.shares.iter().map(|(_, share)| self.living_money(released.month, share));
        Specification {
            granted: sums.granted,
            reserve: sums.holiday_reserve,
            payable: sums.payable,
            advance: sums.advance,
            bridge: sums.bridge,
            holiday_payout: sums.holiday_payout,
            withheld: withheld(self.found, &released.withheld),
            payments: released.lines.iter().map(payment).collect(),
            living_money: shares.collect(),
            ..empty
        }
    }
}

fn withheld(found: &Dossier, taken: &[Withheld]) -> Vec<WithheldLine> {
    let line = |one: &Withheld| {
        let known = found.file.household.deductions.iter().find(|known| known.id == one.deduction);
        let Deduction { kind, legal_basis, reference, objection_until, .. } = known?.clone();
        Some(WithheldLine { kind, amount: one.taken, legal_basis, reference, objection_until })
    };
    taken.iter().filter(|one| one.taken.is_positive()).filter_map(line).collect()
}

fn last_attempt(payments: &[PaymentRow], subject: Subject) -> Option<&PaymentRow> {
    let of_subject = payments.iter().filter(|payment| payment.subject().is_ok_and(|of| of == subject));
    of_subject.max_by_key(|payment| payment.payment_id)
}
