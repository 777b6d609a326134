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

    /// What goes to the household: living money and holiday allowance.
    pub fn to_household(&self) -> Money {
        self.living_money + self.holiday_payout
    }
}

/// An amount for the household per adult: half to each spouse, the odd cent to the applicant (Pw 45(4)).
pub fn living_money_shares(household: &Household, total: Money) -> Vec<LivingMoneyShare> {
    let adults: Vec<_> = household.adults().collect();
    let (applicant, partner) = match adults.as_slice() {
        [_, _] => total.halves(),
        _ => (total, Money::ZERO),
    };
    let share = |role| if role == MemberRole::Applicant { applicant } else { partner };
    let shares = adults.iter().map(|adult| LivingMoneyShare { member: adult.id, amount: share(adult.role) });
    shares.filter(|share| share.amount.is_positive()).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Period;
    use crate::household::{BenefitDecision, Member, NormKind, ReportedIncome};
    use crate::id::HouseholdId;
    use crate::norm::NormTable;
    use crate::obligation::CostKind;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn household(adults: usize, income: i64) -> Household {
        let from = "2026-01-01".parse().expect("a day");
        let period = Period::new(from, None).expect("a period");
        let member = |place: usize| Member {
            id: MemberId(Uuid::from_u128(place as u128)),
            role: if place == 0 { MemberRole::Applicant } else { MemberRole::Partner },
            name: String::new(),
            account: None,
            asylum_permit: Some(period),
            civic_integration_duty: Some(period),
        };
        let reported = ReportedIncome { period, monthly: Money::from_cents(income) };
        Household {
            id: HouseholdId(Uuid::nil()),
            members: (0..adults).map(member).collect(),
            benefits: vec![BenefitDecision {
                reference: "B-1".to_owned(),
                right: period,
                norm: NormKind::Single,
            }],
            reductions: Vec::new(),
            reported_income: if income == 0 { Vec::new() } else { vec![reported] },
        }
    }

    fn dues(amounts: &[i64]) -> Vec<Due> {
        let kinds = CostKind::ALL.iter().cycle();
        let due = |(place, (cents, kind)): (usize, (&i64, &CostKind))| Due {
            kind: *kind,
            due_on: "2026-03-01".parse().expect("a day"),
            obligation: ObligationId(Uuid::from_u128(place as u128)),
            period: "2026-03".parse().expect("a month"),
            amount: Money::from_cents(*cents),
        };
        let mut dues: Vec<Due> = amounts.iter().zip(kinds).enumerate().map(due).collect();
        dues.sort();
        dues
    }

    fn plan(
        household: &Household,
        amounts: &[i64],
        skip_and_continue: bool,
        decided: &[ObligationId],
    ) -> Plan {
        let month = "2026-02".parse().expect("a month");
        let benefit = Benefit::of(household, month, &NormTable::shipped(), Money::ZERO).expect("a benefit");
        Plan::of(&PlanFacts {
            household,
            benefit: &benefit,
            dues: &dues(amounts),
            mandatory: true,
            floor: Money::from_cents(300_00),
            skip_and_continue,
            decided,
        })
    }

    #[test]
    fn the_floor_holds_energy_a_cent_below_it_and_not_on_it() {
        // 1,334.23 payable; rent and premium 800.00; energy leaves 300.00 or a cent less
        let outcome = |energy| plan(&household(1, 0), &[600_00, 200_00, energy], false, &[]).lines[2].outcome;
        assert_eq!(outcome(234_22), Outcome::Pay);
        assert_eq!(outcome(234_23), Outcome::Pay);
        assert_eq!(outcome(234_24), Outcome::NeedsDecision);
        let with_income = plan(&household(1, 1), &[600_00, 200_00, 234_24], false, &[]);
        assert_eq!(with_income.needs_decision, None);
    }

    #[test]
    fn after_a_due_that_does_not_fit_the_plan_stops_unless_the_policy_goes_on() {
        let outcomes = |skip| {
            let plan = plan(&household(1, 100_000), &[500_00, 900_00, 100_00], skip, &[]);
            plan.lines.iter().map(|line| line.outcome).collect::<Vec<_>>()
        };
        let short = |cents| Outcome::Unfunded { short: Money::from_cents(cents) };
        assert_eq!(outcomes(false), [Outcome::Pay, short(65_77), short(165_77)]);
        assert_eq!(outcomes(true), [Outcome::Pay, short(65_77), Outcome::Pay]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn every_cent_of_the_benefit_is_paid_to_somebody_and_never_more(
            amounts in prop::collection::vec(1_i64..90_000, 0..8),
            adults in 1_usize..3,
            skip in any::<bool>(),
            decided in prop::collection::vec(0_u128..8, 0..4),
        ) {
            let decided: Vec<ObligationId> = decided.into_iter().map(|id| ObligationId(Uuid::from_u128(id))).collect();
            let household = household(adults, 0);
            let plan = plan(&household, &amounts, skip, &decided);
            let paid: Money = plan.paid().map(|due| due.amount).sum();
            let shares: Money =
                living_money_shares(&household, plan.to_household()).iter().map(|share| share.amount).sum();
            prop_assert_eq!(paid + shares, plan.payable + plan.holiday_payout);
            prop_assert!(Money::ZERO <= plan.living_money);
            for due in plan.paid() {
                prop_assert!(amounts.contains(&due.amount.cents()), "a due is paid in part");
            }
        }
    }
}
