//! Plan: the dues of a month against its benefit. Dues are paid in full and in order; the rest is living
//! money. A plan never sanctions and never pays in part.

use crate::benefit::Benefit;
use crate::calendar::Month;
use crate::household::{Household, MemberRole};
use crate::id::{MemberId, ObligationId};
use crate::money::{Money, Round};
use crate::relief::ReliefWindow;
use crate::schedule::Due;
use rust_decimal::Decimal;

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct PlanFacts<'a> {
    /// The household.
    pub household: &'a Household,
    /// The benefit of the month.
    pub benefit: &'a Benefit,
    /// The dues this benefit must pay, in order of payment.
    pub dues: &'a [Due],
    /// True when the run of the month is mandatory: its day lies in the relief window.
    pub mandatory: bool,
    /// The least living money of this household.
    pub floor: Money,
    /// Go on to smaller dues after one that does not fit.
    pub skip_and_continue: bool,
    /// Dues that an officer decided to pay although a decision was needed.
    pub decided: &'a [ObligationId],
}

/// The plan of a household for a benefit month.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The benefit month.
    pub month: Month,
    /// What there is to pay from.
    pub payable: Money,
    /// The dues, in order of payment, each with what happens to it.
    pub lines: Vec<PlanLine>,
    /// What is left for daily life.
    pub living_money: Money,
    /// Holiday allowance paid out with it.
    pub holiday_payout: Money,
    /// A decision a person must take, when the living money would fall below the floor.
    pub needs_decision: Option<NeedsDecision>,
}

/// A due and what happens to it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanLine {
    /// The due.
    pub due: Due,
    /// What happens to it.
    pub outcome: Outcome,
}

/// What happens to a due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Paid in full.
    Pay,
    /// Held until a person decides; the money is paid out as living money meanwhile (ruling 1).
    NeedsDecision,
    /// Does not fit; this much is missing to pay it and all before it.
    Unfunded {
        /// The amount that is missing.
        short: Money,
    },
    /// The client pays: the relief window is over.
    ClientPays,
}

/// The living money would fall below the floor: what it would be, and what a person can choose.
#[derive(Clone, Debug, PartialEq)]
pub struct NeedsDecision {
    /// Living money when every due that fits is paid.
    pub living_money_if_all_paid: Money,
    /// The floor of this household.
    pub floor: Money,
    /// The choices, with their amounts.
    pub options: Vec<DecisionOption>,
}

/// Something a person can choose when there is too little (domain.md §1.6). A sanction is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionOption {
    /// Special assistance or an advance lifts the living money to the floor with all that fits paid.
    Bridge {
        /// The amount that is missing to the floor.
        amount: Money,
    },
    /// Pay this held due as well.
    PayAnyway {
        /// The due's obligation.
        obligation: ObligationId,
        /// The living money that is left then.
        living_money: Money,
    },
    /// Spread the reduction, where the bylaw permits it for this kind: at least a third in this month.
    SpreadReduction {
        /// The least part that must fall in this month.
        at_least: Money,
    },
    /// Ask the creditor of an unfunded due to wait.
    PayLater {
        /// The due's obligation.
        obligation: ObligationId,
    },
}

/// A part of the living money for one adult.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LivingMoneyShare {
    /// Whose.
    pub member: MemberId,
    /// How much, holiday allowance included.
    pub amount: Money,
}

impl Plan {
    /// The plan that follows from the facts.
    pub fn of(facts: &PlanFacts<'_>) -> Plan {
        let mut lines = fund(facts);
        let paid = paid_in(&lines);
        let if_all_paid = facts.benefit.payable - paid;
        let with_income = if_all_paid + facts.household.reported_income_in(facts.benefit.month);
        let below = facts.mandatory && with_income < facts.floor;
        if below {
            hold(&mut lines, facts.decided);
        }
        let living_money = facts.benefit.payable - paid_in(&lines);
        let needs_decision = below.then(|| NeedsDecision {
            living_money_if_all_paid: if_all_paid,
            floor: facts.floor,
            options: options(facts, &lines, living_money, facts.floor - with_income),
        });
        Plan {
            month: facts.benefit.month,
            payable: facts.benefit.payable,
            lines,
            living_money,
            holiday_payout: facts.benefit.holiday_payout,
            needs_decision,
        }
    }

    /// The dues that are paid.
    pub fn paid(&self) -> impl Iterator<Item = &Due> {
        self.lines.iter().filter(|line| line.outcome == Outcome::Pay).map(|line| &line.due)
    }

    /// The living money per adult: half to each spouse, the odd cent to the applicant (Pw 45(4)).
    pub fn living_money_shares(&self, household: &Household) -> Vec<LivingMoneyShare> {
        let total = self.living_money + self.holiday_payout;
        let adults: Vec<_> = household.adults().collect();
        let (applicant, partner) = match adults.as_slice() {
            [_, _] => total.halves(),
            _ => (total, Money::ZERO),
        };
        let share = |role| if role == MemberRole::Applicant { applicant } else { partner };
        let shares =
            adults.iter().map(|adult| LivingMoneyShare { member: adult.id, amount: share(adult.role) });
        shares.filter(|share| share.amount.is_positive()).collect()
    }
}

/// True when the run on this day is mandatory for the household.
pub fn is_mandatory(household: &Household, execution: chrono::NaiveDate) -> bool {
    ReliefWindow::of_household(household).is_some_and(|window| window.covers(execution))
}

fn paid_in(lines: &[PlanLine]) -> Money {
    lines.iter().filter(|line| line.outcome == Outcome::Pay).map(|line| line.due.amount).sum()
}

/// In full and in order; after a due that does not fit the plan stops, unless the policy says to go on.
fn fund(facts: &PlanFacts<'_>) -> Vec<PlanLine> {
    let mut left = facts.benefit.payable;
    let mut missing = Money::ZERO;
    let mut lines = Vec::with_capacity(facts.dues.len());
    for due in facts.dues {
        let stopped = missing.is_positive() && !facts.skip_and_continue;
        let outcome = if !facts.mandatory {
            Outcome::ClientPays
        } else if !stopped && due.amount <= left {
            left -= due.amount;
            Outcome::Pay
        } else {
            missing += if stopped { due.amount } else { due.amount - left };
            Outcome::Unfunded { short: missing }
        };
        lines.push(PlanLine { due: due.clone(), outcome });
    }
    lines
}

/// Below the floor only rent and premium go out; other dues wait for a decision.
fn hold(lines: &mut [PlanLine], decided: &[ObligationId]) {
    for line in lines {
        let goes = line.due.kind.comes_first() || decided.contains(&line.due.obligation);
        if line.outcome == Outcome::Pay && !goes {
            line.outcome = Outcome::NeedsDecision;
        }
    }
}

fn options(
    facts: &PlanFacts<'_>,
    lines: &[PlanLine],
    living_money: Money,
    to_floor: Money,
) -> Vec<DecisionOption> {
    let mut options = vec![DecisionOption::Bridge { amount: to_floor }];
    options.extend(lines.iter().filter_map(|line| match line.outcome {
        Outcome::NeedsDecision => Some(DecisionOption::PayAnyway {
            obligation: line.due.obligation,
            living_money: living_money - line.due.amount,
        }),
        Outcome::Unfunded { .. } => Some(DecisionOption::PayLater { obligation: line.due.obligation }),
        Outcome::Pay | Outcome::ClientPays => None,
    }));
    if facts.benefit.reduced.is_positive() {
        let third = Decimal::ONE / Decimal::from(3);
        options.push(DecisionOption::SpreadReduction {
            at_least: facts.benefit.reduced.share(third, Round::Up),
        });
    }
    options
}
