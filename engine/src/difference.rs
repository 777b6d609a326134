//! Difference: a released month computed again. Only the difference moves: more is paid as a supplement, less is
//! a proposal that a person decides on (ruling 2). Computing again changes nothing.

use crate::bank::payment_run::Subject;
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
    /// Holiday allowance that was paid out.
    pub holiday_payout: Money,
    /// Paid this month: granted less the reserve.
    pub payable: Money,
    /// What had been advanced.
    pub advance: Money,
    /// What special assistance added.
    pub bridge: Money,
    /// The dues that were paid, by obligation and the month they are due in.
    pub paid: Vec<(ObligationId, crate::calendar::Month)>,
}

/// Something that was released to be paid on a later day, was not tried yet, and does not go out any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// What it would have paid.
    pub subject: Subject,
    /// The amount.
    pub amount: Money,
}

/// What of a released month does not go out any more, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Withdrawal {
    /// The payments that do not go out.
    pub items: Vec<Withdrawn>,
    /// True when the right ended in the month or before it: then they are set against what the month gives less,
    /// because nothing of them was paid (rulings 11, 33). Otherwise no run sets anything off (ruling 2), and their
    /// money goes to the household whole.
    pub right_ended: bool,
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
    /// Holiday allowance that is paid out with it.
    pub holiday_payout: Money,
    /// More payable; below zero by what is withdrawn after the right ended.
    pub payable: Money,
    /// More that was advanced.
    pub advance: Money,
    /// More special assistance.
    pub bridge: Money,
    /// What was released before and does not go out any more: its money is in what this supplement pays.
    pub withdrawn: Vec<Withdrawn>,
    /// Dues of the month that were held or did not fit, and are paid now.
    pub lines: Vec<Due>,
    /// The rest, to live on.
    pub living_money: Money,
}

impl Supplement {
    /// What it takes out of the releases before it, together.
    pub fn back(&self) -> Money {
        self.withdrawn.iter().map(|item| item.amount).sum()
    }

    /// What the household gets more to live on: less where parts of its living money are withdrawn.
    pub fn more_to_live_on(&self) -> Money {
        let parts = self.withdrawn.iter().filter(|item| matches!(item.subject, Subject::LivingMoney(..)));
        self.living_money - parts.map(|item| item.amount).sum()
    }
}

/// Holds a month as it would be planned now, if there still is a right, against what was released for it.
///
/// The supplement first pays, in full and in order, the dues that were not paid and that the plan of now pays;
/// the rest is living money. Nothing more is withheld from a month that was released. What bridges the month is held
/// apart from the benefit: special assistance that was decided later is paid, also where the benefit became less,
/// because no run sets it off (ruling 2). So is holiday allowance that must be paid out by now (art. 45(1)), and the
/// money of a payment that was released for a later day and does not go out any more.
pub fn difference(
    now: Option<(&Benefit, &Plan)>,
    released: &ReleasedMonth,
    withdrawal: &Withdrawal,
) -> Difference {
    let benefit = now.map(|(benefit, _)| benefit);
    let of_now = |amount: fn(&Benefit) -> Money| benefit.map_or(Money::ZERO, amount);
    let benefit_more = of_now(Benefit::after_advance) - (released.payable - released.advance).or_zero();
    let reserve_more = of_now(|benefit| benefit.holiday_reserve) - released.holiday_reserve;
    let bridge_more = benefit.map_or(Money::ZERO, |benefit| benefit.bridge - released.bridge);
    let of_benefit = Part::of(&[benefit_more, reserve_more]);
    let is_more = of_benefit == Part::More;
    // what is not reserved more cannot be paid out
    let not_reserved = if is_more { Money::ZERO } else { reserve_more.or_zero() };
    let holiday_more = of_now(|benefit| benefit.holiday_payout) - released.holiday_payout - not_reserved;
    let adds = [bridge_more, holiday_more].iter().any(|amount| amount.is_positive());
    if !is_more && !adds && withdrawal.items.is_empty() {
        return less(&[benefit_more, bridge_more], reserve_more);
    }
    let by_benefit = |amount: Money| if is_more { amount } else { Money::ZERO };
    let back: Money = withdrawal.items.iter().map(|item| item.amount).sum();
    let set_off = if withdrawal.right_ended { (-benefit_more).or_zero().min(back) } else { Money::ZERO };
    let bridge = bridge_more.or_zero();
    let more = by_benefit(benefit_more) + bridge + back - set_off;
    let (lines, living_money) = paid_with(more, now.map(|(_, plan)| plan), released, withdrawal);
    Difference::More(Supplement {
        granted: by_benefit(of_now(|benefit| benefit.granted) - released.granted) - set_off,
        holiday_reserve: by_benefit(reserve_more),
        holiday_payout: holiday_more.or_zero(),
        payable: by_benefit(of_now(|benefit| benefit.payable) - released.payable) - set_off,
        advance: by_benefit(of_now(|benefit| benefit.advance) - released.advance),
        bridge,
        withdrawn: withdrawal.items.clone(),
        lines,
        living_money,
    })
}

/// Nothing, or what was released too much.
fn less(payable_more: &[Money], reserve_more: Money) -> Difference {
    let payable: Money = payable_more.iter().map(|more| (-*more).or_zero()).sum();
    let holiday_reserve = (-reserve_more).or_zero();
    if payable.is_positive() || holiday_reserve.is_positive() {
        return Difference::Less { payable, holiday_reserve };
    }
    Difference::None
}

/// The dues that an amount pays, of those the plan of now pays and nothing paid yet; and what is left of it.
fn paid_with(
    more: Money,
    plan: Option<&Plan>,
    released: &ReleasedMonth,
    withdrawal: &Withdrawal,
) -> (Vec<Due>, Money) {
    let is_open = |due: &Due| {
        let subject = Subject::FixedCost(due.obligation, due.period);
        !released.paid.contains(&(due.obligation, due.period))
            || withdrawal.items.iter().any(|item| item.subject == subject)
    };
    let (mut left, mut paid) = (more, Vec::new());
    let lines = plan.map_or(&[][..], |plan| plan.lines.as_slice());
    for line in lines.iter().filter(|line| line.outcome == Outcome::Pay && is_open(&line.due)) {
        if left < line.due.amount {
            break;
        }
        left -= line.due.amount;
        paid.push(line.due.clone());
    }
    (paid, left)
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
        let dues = dues(&owed, january(), |_| &policy);
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
            holiday_payout: benefit.holiday_payout,
            payable: benefit.payable,
            advance: benefit.advance,
            bridge: benefit.bridge,
            paid: plan.paid().map(|due| (due.obligation, due.period)).collect(),
        }
    }

    fn held_against(before: &Household, now: &Household) -> Difference {
        let (benefit, plan) = computed(now);
        difference(Some((&benefit, &plan)), &released(&computed(before)), &Withdrawal::default())
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

    fn withdrawn(cents: i64) -> Withdrawn {
        let energy = ObligationId(Uuid::from_u128(2));
        Withdrawn { subject: Subject::FixedCost(energy, january().next()), amount: self::cents(cents) }
    }

    #[test]
    fn what_fell_away_after_its_release_is_living_money_also_where_the_benefit_became_less() {
        let (before, now) = (computed(&household(&["2026-01-01"])), computed(&household(&["2026-01-12"])));
        let withdrawal = Withdrawal { items: vec![withdrawn(120_00)], right_ended: false };
        let open = Withdrawal::default();
        let of = |now: &(Benefit, Plan), withdrawal: &Withdrawal| {
            difference(Some((&now.0, &now.1)), &released(&before), withdrawal)
        };
        // the plan of now holds energy: nothing of it is a line
        for now in [&before, &now] {
            let mut fallen = now.clone();
            fallen.1.lines.retain(|line| line.due.kind == CostKind::Rent);
            let Difference::More(more) = of(&fallen, &withdrawal) else { panic!("its money goes back") };
            assert_eq!((more.living_money, more.payable), (cents(120_00), cents(0)));
            assert_eq!(more.back(), cents(120_00));
        }
        assert!(matches!(of(&now, &open), Difference::Less { .. }));
    }

    #[test]
    fn after_the_right_ended_what_did_not_go_out_is_set_against_what_the_month_gives_less() {
        let before = computed(&household(&["2026-01-01"]));
        let now = computed(&household(&["2026-01-12"]));
        // 1334.23 less 860.79
        let less = 473_44;
        let of = |cents: i64| {
            let withdrawal = Withdrawal { items: vec![withdrawn(cents)], right_ended: true };
            let Difference::More(more) = difference(Some((&now.0, &now.1)), &released(&before), &withdrawal)
            else {
                panic!("it is withdrawn")
            };
            let lines: Money = more.lines.iter().map(|due| due.amount).sum();
            (more.payable.cents(), (lines + more.living_money).cents())
        };
        assert_eq!(of(less - 1), (1 - less, 0));
        assert_eq!(of(less), (-less, 0));
        assert_eq!(of(less + 1), (-less, 1));
        let gone = Withdrawal { items: vec![withdrawn(500_00)], right_ended: true };
        let Difference::More(more) = difference(None, &released(&before), &gone) else { panic!("withdrawn") };
        assert_eq!((more.payable, more.living_money), (cents(-500_00), cents(0)));
    }

    #[test]
    fn holiday_allowance_of_a_month_that_turns_out_to_be_the_last_is_paid_once() {
        let before = computed(&household(&["2026-01-12"]));
        let mut now = before.clone();
        now.0.holiday_payout = cents(201_81);
        let none = Withdrawal::default();
        let Difference::More(more) = difference(Some((&now.0, &now.1)), &released(&before), &none) else {
            panic!("it is paid")
        };
        assert_eq!(
            (more.holiday_payout, more.payable, more.living_money),
            (cents(201_81), cents(0), cents(0))
        );
        assert_eq!(difference(Some((&now.0, &now.1)), &released(&now), &none), Difference::None);
        assert_eq!(difference(Some((&before.0, &before.1)), &released(&now), &none), Difference::None);
    }
}
