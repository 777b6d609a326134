//! Difference: a released month computed again. Only the difference moves: more is paid as a supplement, less is
//! a proposal that a person decides on (ruling 2). Computing again changes nothing.

use crate::benefit::Benefit;
use crate::id::ObligationId;
use crate::money::Money;
use crate::plan::{Outcome, Plan};
use crate::schedule::Due;

/// What was released for a household and a benefit month, every release added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleasedMonth {
    /// The social assistance of the month including holiday allowance.
    pub granted: Money,
    /// Kept apart as holiday allowance.
    pub holiday_reserve: Money,
    /// Paid this month: granted less the reserve.
    pub payable: Money,
    /// What had been advanced.
    pub advance: Money,
    /// What special assistance added.
    pub bridge: Money,
    /// The dues that were paid, by obligation and the month they are due in.
    pub paid: Vec<(ObligationId, crate::calendar::Month)>,
}

/// What computing a released month again gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The same.
    None,
    /// More: it is paid.
    More(Supplement),
    /// Less: a person decides whether to recover it. No run deducts it.
    Less {
        /// What was paid too much.
        payable: Money,
        /// What was reserved too much as holiday allowance.
        holiday_reserve: Money,
    },
}

/// What is paid on top of what was released for a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Supplement {
    /// More social assistance, including holiday allowance.
    pub granted: Money,
    /// More holiday allowance.
    pub holiday_reserve: Money,
    /// More payable.
    pub payable: Money,
    /// More that was advanced.
    pub advance: Money,
    /// More special assistance.
    pub bridge: Money,
    /// Dues of the month that were held or did not fit, and are paid now.
    pub lines: Vec<Due>,
    /// The rest, to live on.
    pub living_money: Money,
}

/// Holds a month as it would be planned now against what was released for it.
///
/// The supplement first pays, in full and in order, the dues that were not paid and that the plan of now pays;
/// the rest is living money. Nothing more is withheld from a month that was released. What bridges the month is held
/// apart from the benefit: special assistance that was decided later is paid, also where the benefit became less,
/// because no run sets it off (ruling 2).
pub fn difference(benefit: &Benefit, plan: &Plan, released: &ReleasedMonth) -> Difference {
    let benefit_more = benefit.after_advance() - (released.payable - released.advance).or_zero();
    let reserve_more = benefit.holiday_reserve - released.holiday_reserve;
    let bridge_more = benefit.bridge - released.bridge;
    let of_benefit = Part::of(&[benefit_more, reserve_more]);
    let of_bridge = Part::of(&[bridge_more]);
    if of_benefit != Part::More && of_bridge != Part::More {
        return if of_benefit == Part::Same && of_bridge == Part::Same {
            Difference::None
        } else {
            Difference::Less {
                payable: (-benefit_more).or_zero() + (-bridge_more).or_zero(),
                holiday_reserve: (-reserve_more).or_zero(),
            }
        };
    }
    let by_benefit = |amount: Money| if of_benefit == Part::More { amount } else { Money::ZERO };
    let bridge = bridge_more.or_zero();
    let more = by_benefit(benefit_more) + bridge;
    let mut left = more;
    let mut lines = Vec::new();
    let is_open = |due: &Due| !released.paid.contains(&(due.obligation, due.period));
    for line in plan.lines.iter().filter(|line| line.outcome == Outcome::Pay && is_open(&line.due)) {
        if left < line.due.amount {
            break;
        }
        left -= line.due.amount;
        lines.push(line.due.clone());
    }
    Difference::More(Supplement {
        granted: by_benefit(benefit.granted - released.granted),
        holiday_reserve: by_benefit(reserve_more),
        payable: by_benefit(benefit.payable - released.payable),
        advance: by_benefit(benefit.advance - released.advance),
        bridge,
        lines,
        living_money: left,
    })
}

/// How a part of a month differs from what was released.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Same,
    More,
    Less,
}

impl Part {
    /// Less when one of the amounts is less; else more when one of them is more.
    fn of(amounts: &[Money]) -> Part {
        if amounts.iter().any(|amount| *amount < Money::ZERO) {
            Part::Less
        } else if amounts.iter().any(|amount| amount.is_positive()) {
            Part::More
        } else {
            Part::Same
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefit::BenefitFacts;
    use crate::calendar::{Month, Period};
    use crate::household::member::{Member, MemberRole};
    use crate::household::right::{BenefitDecision, NormKind, Ruling};
    use crate::household::{Household, MonthAmount};
    use crate::id::{HouseholdId, MemberId, PayeeId};
    use crate::norm::NormTable;
    use crate::obligation::{Contract, CostKind, Obligation, Rhythm, Version};
    use crate::plan::PlanFacts;
    use crate::policy::Policy;
    use crate::schedule::dues;
    use chrono::NaiveDate;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn cents(amount: i64) -> Money {
        Money::from_cents(amount)
    }

    fn january() -> Month {
        "2026-01".parse().expect("a month")
    }

    /// A single with a right from a day, and from other days by later decisions.
    fn household(from: &[&str]) -> Household {
        let mut household = Household::new(HouseholdId(Uuid::nil()));
        let always = Period::new(day("2025-01-01"), None).ok();
        let applicant = Member::new(MemberId(Uuid::nil()), MemberRole::Applicant, "applicant".to_owned());
        household.members.push(Member { asylum_permit: always, civic_integration_duty: always, ..applicant });
        household.decisions = from
            .iter()
            .map(|from| BenefitDecision {
                reference: (*from).to_owned(),
                from: day(from),
                recorded_on: day(from),
                ruling: Ruling::Right { until: None, norm: NormKind::Single, amount: None },
            })
            .collect();
        household
    }

    fn obligation(number: u128, kind: CostKind, amount: i64) -> Obligation {
        let contract = Contract {
            id: ObligationId(Uuid::from_u128(number)),
            kind,
            payee: PayeeId(Uuid::nil()),
            rhythm: Rhythm::Monthly,
            first_due: day("2026-02-01"),
            last_due: None,
            reference: kind.code().to_owned(),
            member: None,
        };
        let period = Period::new(day("2026-02-01"), None).expect("a period");
        let version = Version { period, amount: cents(amount), letter: None };
        Obligation::new(contract, vec![version]).expect("an obligation")
    }

    fn computed(household: &Household) -> (Benefit, Plan) {
        let norms = NormTable::shipped();
        let policy = Policy::parse(include_str!("../../samples/policy.toml")).expect("a policy");
        let facts = BenefitFacts {
            household,
            norms: &norms,
            part_month: policy.part_month,
            holiday_month: policy.holiday_month,
            holiday_allowance_protected: true,
        };
        let benefit = Benefit::of(&facts, january(), Money::ZERO).expect("a benefit");
        let owed = [obligation(1, CostKind::Rent, 580_00), obligation(2, CostKind::Energy, 120_00)];
        let dues = dues(&owed, january(), &policy);
        let execution = policy.pay_day(january());
        let policy = &policy;
        let plan = Plan::of(&PlanFacts {
            household,
            benefit: &benefit,
            dues: &dues,
            execution,
            policy,
            taken_before: &[],
        });
        (benefit, plan)
    }

    fn released((benefit, plan): &(Benefit, Plan)) -> ReleasedMonth {
        ReleasedMonth {
            granted: benefit.granted,
            holiday_reserve: benefit.holiday_reserve,
            payable: benefit.payable,
            advance: benefit.advance,
            bridge: benefit.bridge,
            paid: plan.paid().map(|due| (due.obligation, due.period)).collect(),
        }
    }

    fn held_against(before: &Household, now: &Household) -> Difference {
        let (benefit, plan) = computed(now);
        difference(&benefit, &plan, &released(&computed(before)))
    }

    fn bridged(household: &Household, amount: i64) -> Household {
        let bridge = MonthAmount { reference: "O-1".to_owned(), month: january(), amount: cents(amount) };
        Household { bridges: vec![bridge], ..household.clone() }
    }

    #[test]
    fn computing_a_released_month_again_changes_nothing() {
        let single = household(&["2026-01-12"]);
        assert_eq!(held_against(&single, &single), Difference::None);
    }

    #[test]
    fn an_earlier_start_pays_the_difference_and_first_what_was_held() {
        let (later, earlier) = (household(&["2026-01-20"]), household(&["2026-01-20", "2026-01-12"]));
        // 12 days: 542.52, less 26.04 = 516.48; 20 days: 904.19, less 43.40 = 860.79
        let Difference::More(more) = held_against(&later, &earlier) else { panic!("more is due") };
        assert_eq!(more.payable, cents(860_79 - 516_48));
        assert_eq!(more.lines, [], "the rent does not fit in 344.31, and nothing is paid in part");
        assert_eq!(more.living_money, cents(344_31));

        let held = held_against(&household(&["2026-01-14"]), &household(&["2026-01-14", "2026-01-01"]));
        let Difference::More(more) = held else { panic!("more is due") };
        let kinds: Vec<CostKind> = more.lines.iter().map(|due| due.kind).collect();
        assert_eq!(kinds, [CostKind::Energy], "the rent was paid, energy was held");
        assert_eq!(more.living_money, more.payable - cents(120_00));
    }

    #[test]
    fn a_later_start_is_a_proposal_and_takes_nothing() {
        let less = held_against(&household(&["2026-01-12"]), &household(&["2026-01-20"]));
        let expected = Difference::Less { payable: cents(344_31), holiday_reserve: cents(17_36) };
        assert_eq!(less, expected);
    }

    #[test]
    fn what_bridges_the_month_is_paid_also_where_the_benefit_became_less() {
        let (before, now) = (household(&["2026-01-12"]), household(&["2026-01-20"]));
        let Difference::More(more) = held_against(&before, &bridged(&now, 100_00)) else {
            panic!("the bridge is paid: no run sets it off")
        };
        assert_eq!((more.payable, more.bridge, more.living_money), (cents(0), cents(100_00), cents(100_00)));
        let paid_already = held_against(&bridged(&before, 100_00), &bridged(&now, 100_00));
        let expected = Difference::Less { payable: cents(344_31), holiday_reserve: cents(17_36) };
        assert_eq!(paid_already, expected);
    }
}
