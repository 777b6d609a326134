//! Plan: the dues of a month against its benefit. Dues are paid in full and in order; the rest is living
//! money. A plan never sanctions and never pays in part.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use crate::benefit::Benefit;
use crate::calendar::{Month, TargetCalendar};
use crate::household::member::{Member, MemberRole};
use crate::household::withholding::{Deduction, DeductionKind};
use crate::household::{Household, LineChoice};
use crate::id::{MemberId, ObligationId};
use crate::money::{Money, Round};
use crate::policy::{Frequency, Policy, RepaymentStart};
use crate::relief::{Cover, Payer, ReliefWindow, Usable};
use crate::schedule::Due;
use crate::withhold::{TakenBefore, Withheld, withhold};

/// The version of the rules by which a plan is made; it is kept with every plan.
pub const VERSION: u32 = 2;

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct PlanFacts<'a> {
    /// The household.
    pub household: &'a Household,
    /// The benefit of the month.
    pub benefit: &'a Benefit,
    /// The dues this benefit must pay, in order of payment; none that an earlier benefit pays.
    pub dues: &'a [Due],
    /// The day on which the run of the month is executed.
    pub execution: NaiveDate,
    /// What the municipality chose.
    pub policy: &'a Policy,
    /// What was withheld in the released months before.
    pub taken_before: &'a [TakenBefore],
}

/// The plan of a household for a benefit month.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The benefit month.
    pub month: Month,
    /// What is withheld, in the order in which the room is used.
    pub withheld: Vec<Withheld>,
    /// What there is to pay from: payable, less what was advanced, with what bridges the month, less what is
    /// withheld.
    pub available: Money,
    /// The dues, in order of payment, each with what happens to it.
    pub lines: Vec<PlanLine>,
    /// What is left for daily life.
    pub living_money: Money,
    /// Holiday allowance paid out with it.
    pub holiday_payout: Money,
    /// A decision a person must take.
    pub needs_decision: Option<NeedsDecision>,
}

/// A due and what happens to it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanLine {
    /// The due.
    pub due: Due,
    /// What was left when its turn came.
    pub left: Money,
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
    /// The client pays: the relief window does not cover it.
    ClientPays,
    /// It waits, by agreement with the creditor.
    PayLater,
    /// Somebody else paid it.
    PaidByOther,
}

/// A decision a person must take: why, what would be, and what they can choose.
#[derive(Clone, Debug, PartialEq)]
pub struct NeedsDecision {
    /// Why.
    pub reason: DecisionReason,
    /// Living money when every due that fits is paid.
    pub living_money_if_all_paid: Money,
    /// The floor of this household.
    pub floor: Money,
    /// What is missing to pay every due.
    pub short: Money,
    /// The choices, with their amounts.
    pub options: Vec<DecisionOption>,
}

/// Why a person must decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionReason {
    /// The living money would fall below the floor.
    Floor,
    /// The half of a couple's benefit that may be used without consent is too little (ruling 7).
    Consent,
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
    /// Ask the creditor of a due that is held or does not fit to wait.
    PayLater {
        /// The due's obligation.
        obligation: ObligationId,
    },
    /// Spread the reduction, where the bylaw permits it for this kind: at least a third in this month.
    SpreadReduction {
        /// The least part that must fall in this month.
        at_least: Money,
    },
    /// Let the instalment of a loan wait.
    PostponeLoan {
        /// What it takes this month.
        amount: Money,
    },
    /// Decide on another variant of the window: the client pays this month.
    Pause,
    /// Ask for consent, a joint request or a decision under art. 57 (ruling 7).
    AskConsent,
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
    /// The plan. Rent and premium are paid whenever they fit; below the floor every other due waits for a
    /// decision, and what it would have cost is paid as living money.
    pub fn of(facts: &PlanFacts<'_>) -> Plan {
        let PlanFacts { household, benefit, .. } = *facts;
        let runs = |deduction: &&Deduction| !waits_for_window(facts, deduction);
        let deductions = household.deductions.iter().filter(runs);
        let withheld = withhold(deductions, benefit, benefit.after_advance(), facts.taken_before);
        let taken: Money = withheld.iter().map(|withheld| withheld.taken).sum();
        let available = benefit.after_advance() + benefit.bridge - taken;
        let cover = Cover::on(household, facts.execution);
        let is_half = cover.usable() != Usable::Whole;
        let (mut lines, short) = fund(facts, &cover, usable(&cover, available));
        let if_all_paid = available - paid_in(&lines);
        let income = household.reported_income_in(benefit.month);
        let floor = facts.policy.floor(household.type_on(facts.execution));
        let reason = if if_all_paid + income < floor {
            Some(DecisionReason::Floor)
        } else if is_half && short.is_positive() {
            Some(DecisionReason::Consent)
        } else {
            None
        };
        if reason.is_some() {
            hold(facts, &mut lines);
        }
        if is_half {
            ask_consent(&mut lines);
        }
        let living_money = available - paid_in(&lines);
        let waits = lines.iter().any(|line| line.outcome == Outcome::NeedsDecision);
        let reason = reason.filter(|_| !is_decided(&lines)).or(waits.then_some(DecisionReason::Consent));
        let mut plan = Plan {
            month: benefit.month,
            withheld,
            available,
            lines,
            living_money,
            holiday_payout: benefit.holiday_payout,
            needs_decision: None,
        };
        plan.needs_decision = reason.map(|reason| NeedsDecision {
            reason,
            living_money_if_all_paid: if_all_paid,
            floor,
            short,
            options: options(facts, &plan, (floor - if_all_paid - income).or_zero()),
        });
        plan
    }

    /// The dues that are paid.
    pub fn paid(&self) -> impl Iterator<Item = &Due> {
        self.lines.iter().filter(|line| line.outcome == Outcome::Pay).map(|line| &line.due)
    }

    /// What goes to the household: living money and holiday allowance.
    pub fn to_household(&self) -> Money {
        self.living_money + self.holiday_payout
    }

    /// What each adult of the day of execution gets, living money and holiday allowance together (ruling 7): half
    /// of what there is less half of the shared costs, the odd cent to the applicant, less their own costs. While
    /// one partner's half pays everything, the other's half goes to them whole. Nobody gets less than nothing:
    /// what one half lacks, the other bears.
    pub fn shares(&self, household: &Household, execution: NaiveDate) -> Vec<LivingMoneyShare> {
        let paid_for = |member: MemberId| -> Money {
            let own = self.paid().filter(|due| due.member == Some(member));
            own.map(|due| due.amount).sum()
        };
        let adults: Vec<&Member> = household.adults_on(execution).collect();
        let [applicant, partner] = adults.as_slice() else {
            return living_money_shares(household, execution, self.to_household());
        };
        let all = self.available + self.holiday_payout;
        let (first, second) = match Cover::on(household, execution).usable() {
            Usable::HalfOfApplicant => (all.halves().0 - paid_in(&self.lines), all.halves().1),
            Usable::HalfOfPartner => (all.halves().0, all.halves().1 - paid_in(&self.lines)),
            Usable::Whole => {
                let own = (paid_for(applicant.id), paid_for(partner.id));
                let (first, second) = (self.to_household() + own.0 + own.1).halves();
                (first - own.0, second - own.1)
            }
        };
        let lacks = first.min(second).min(Money::ZERO);
        let (first, second) = ((first + lacks).or_zero(), (second + lacks).or_zero());
        let share = |member: &&Member, amount| LivingMoneyShare { member: member.id, amount };
        let shares = [share(applicant, first), share(partner, second)];
        shares.into_iter().filter(|share| share.amount.is_positive()).collect()
    }
}

/// An amount for the household per adult of a day: half to each spouse, the odd cent to the applicant (Pw 45(4)).
pub fn living_money_shares(household: &Household, day: NaiveDate, total: Money) -> Vec<LivingMoneyShare> {
    let adults: Vec<&Member> = household.adults_on(day).collect();
    let (first, second) = match adults.as_slice() {
        [_, _] => total.halves(),
        _ => (total, Money::ZERO),
    };
    let is_first = |member: &Member| member.role == MemberRole::Applicant || adults.len() == 1;
    let share = |member: &&Member| LivingMoneyShare {
        member: member.id,
        amount: if is_first(member) { first } else { second },
    };
    adults.iter().map(share).filter(|share| share.amount.is_positive()).collect()
}

/// The days on which an amount of living money of a month is paid, with the part of each: on pay day, or every
/// seven days from pay day until the next one (`next`, by the policy of its own month), in equal parts of which the first have the odd cents.
///
/// ```
/// use grip_engine::{money::Money, plan::living_money_parts, policy::{Frequency, Policy}};
/// let text = include_str!("../../samples/policy.toml");
/// let weekly = Policy::parse_with(text, "living_money_frequency = \"weekly\"")?;
/// let next = weekly.pay_day("2026-03".parse()?);
/// let parts = living_money_parts(Money::from_cents(404_58), "2026-02".parse()?, &weekly, next);
/// let parts: Vec<String> = parts.iter().map(|(day, part)| format!("{day} {part}")).collect();
/// assert_eq!(
///     parts,
///     ["2026-02-27 80.92", "2026-03-06 80.92", "2026-03-13 80.92", "2026-03-20 80.91", "2026-03-27 80.91"],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn living_money_parts(
    amount: Money,
    month: Month,
    policy: &Policy,
    next: NaiveDate,
) -> Vec<(NaiveDate, Money)> {
    let pay_day = policy.pay_day(month);
    if policy.living_money_frequency == Frequency::Monthly || next <= pay_day {
        return vec![(pay_day, amount)];
    }
    let weeks = std::iter::successors(Some(pay_day), |day| Some(*day + Days::new(7)));
    let days: Vec<NaiveDate> =
        weeks.take_while(|day| *day < next).map(|day| TargetCalendar.on_or_before(day)).collect();
    let count = i64::try_from(days.len()).expect("a month has a few weeks");
    let (each, odd) = (amount.cents() / count, amount.cents() % count);
    let part = |place: i64| Money::from_cents(each + i64::from(place < odd));
    days.into_iter().zip((0..count).map(part)).collect()
}

/// What of the available money may be used for fixed costs: all of it, or one partner's half.
fn usable(cover: &Cover<'_>, available: Money) -> Money {
    let (applicant, partner) = available.halves();
    match cover.usable() {
        Usable::Whole => available,
        Usable::HalfOfApplicant => applicant,
        Usable::HalfOfPartner => partner,
    }
}

/// True for the repayment of a loan in a month in which it waits for the window, where the policy says so.
fn waits_for_window(facts: &PlanFacts<'_>, deduction: &Deduction) -> bool {
    deduction.kind == DeductionKind::LoanRepayment
        && facts.policy.repayment.starts == RepaymentStart::AfterWindow
        && facts.benefit.month < ReliefWindow::first_month_after(facts.household, deduction.from)
}

fn paid_in(lines: &[PlanLine]) -> Money {
    lines.iter().filter(|line| line.outcome == Outcome::Pay).map(|line| line.due.amount).sum()
}

/// In full and in order; after a due that does not fit the plan stops, unless the policy says to go on. Rent and
/// premium are paid whenever they fit, also when the other does not (ruling 1).
fn fund(facts: &PlanFacts<'_>, cover: &Cover<'_>, usable: Money) -> (Vec<PlanLine>, Money) {
    let household = facts.household;
    let (mut left, mut unpaid) = (usable, Money::ZERO);
    let mut lines = Vec::with_capacity(facts.dues.len());
    for due in facts.dues {
        let goes_on = facts.policy.skip_and_continue || due.kind.comes_first();
        let stopped = unpaid.is_positive() && !goes_on;
        let choice = household.choice(facts.benefit.month, due.obligation, due.period);
        let before = left;
        let outcome = if household.was_paid_elsewhere(due.obligation, due.period) {
            Outcome::PaidByOther
        } else if choice == Some(LineChoice::PayLater) {
            Outcome::PayLater
        } else {
            match payer(facts, cover, due) {
                Payer::Client => Outcome::ClientPays,
                Payer::NeedsConsent => Outcome::NeedsDecision,
                Payer::Municipality if !stopped && due.amount <= left => {
                    left -= due.amount;
                    Outcome::Pay
                }
                Payer::Municipality => {
                    unpaid += due.amount;
                    Outcome::Unfunded { short: unpaid - left }
                }
            }
        };
        lines.push(PlanLine { due: due.clone(), left: before, outcome });
    }
    let missing = if unpaid.is_positive() { unpaid - left } else { Money::ZERO };
    (lines, missing)
}

/// Who pays a due: looked at on its own day of execution, which may lie after the window or the consent.
fn payer(facts: &PlanFacts<'_>, on_pay_day: &Cover<'_>, due: &Due) -> Payer {
    if due.execution <= facts.execution {
        return on_pay_day.payer(due.kind, due.member);
    }
    Cover::on(facts.household, due.execution).payer(due.kind, due.member)
}

/// While a decision is needed only rent and premium go out; other dues wait for it.
fn hold(facts: &PlanFacts<'_>, lines: &mut [PlanLine]) {
    let month = facts.benefit.month;
    for line in lines.iter_mut().filter(|line| line.outcome == Outcome::Pay && !line.due.kind.comes_first()) {
        let choice = facts.household.choice(month, line.due.obligation, line.due.period);
        if choice != Some(LineChoice::PayAnyway) {
            line.outcome = Outcome::NeedsDecision;
        }
    }
}

/// True when below the floor a person decided to pay every due that would be held, and nothing is short: then the
/// low living money is what they chose.
fn is_decided(lines: &[PlanLine]) -> bool {
    let open = |line: &PlanLine| matches!(line.outcome, Outcome::NeedsDecision | Outcome::Unfunded { .. });
    let chosen = |line: &PlanLine| line.outcome == Outcome::Pay && !line.due.kind.comes_first();
    !lines.iter().any(open) && lines.iter().any(chosen)
}

/// What one partner's half cannot carry is no shortage: it waits for the consent of the other.
fn ask_consent(lines: &mut [PlanLine]) {
    for line in lines.iter_mut().filter(|line| matches!(line.outcome, Outcome::Unfunded { .. })) {
        line.outcome = Outcome::NeedsDecision;
    }
}

fn options(facts: &PlanFacts<'_>, plan: &Plan, to_floor: Money) -> Vec<DecisionOption> {
    let mut options = Vec::new();
    if to_floor.is_positive() {
        options.push(DecisionOption::Bridge { amount: to_floor });
    }
    let of_lines = |choose: fn(&Plan, &PlanLine) -> Option<DecisionOption>| {
        plan.lines.iter().filter_map(move |line| choose(plan, line))
    };
    options.extend(of_lines(|plan, line| {
        let fits = line.outcome == Outcome::NeedsDecision && line.due.amount <= plan.living_money;
        fits.then(|| DecisionOption::PayAnyway {
            obligation: line.due.obligation,
            living_money: plan.living_money - line.due.amount,
        })
    }));
    options.extend(of_lines(|_, line| {
        let waits = matches!(line.outcome, Outcome::Unfunded { .. } | Outcome::NeedsDecision);
        waits.then_some(DecisionOption::PayLater { obligation: line.due.obligation })
    }));
    if facts.benefit.reduced.is_positive() {
        let third = Decimal::ONE / Decimal::from(3);
        let at_least = facts.benefit.reduced.share(third, Round::Up);
        options.push(DecisionOption::SpreadReduction { at_least });
    }
    let loans = plan.withheld.iter().filter(|withheld| withheld.kind == DeductionKind::LoanRepayment);
    let instalments: Money = loans.map(|withheld| withheld.taken).sum();
    if instalments.is_positive() {
        options.push(DecisionOption::PostponeLoan { amount: instalments });
    }
    let cover = Cover::on(facts.household, facts.execution);
    if plan.lines.iter().any(|line| payer(facts, &cover, &line.due) == Payer::Municipality) {
        options.push(DecisionOption::Pause);
    }
    if cover.usable() != Usable::Whole {
        options.push(DecisionOption::AskConsent);
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefit::BenefitFacts;
    use crate::calendar::Period;
    use crate::household::LineDecision;
    use crate::household::income::{Counts, Income};
    use crate::household::right::{BenefitDecision, NormKind, Ruling};
    use crate::id::HouseholdId;
    use crate::norm::NormTable;
    use crate::obligation::CostKind;
    use uuid::Uuid;

    const APPLICANT: MemberId = MemberId(Uuid::from_u128(1));
    const PARTNER: MemberId = MemberId(Uuid::from_u128(2));

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn cents(amount: i64) -> Money {
        Money::from_cents(amount)
    }

    /// A household with a right from a day, whose members' duty of civic integration runs from the days given.
    fn household(norm: NormKind, duty_from: &[&str]) -> Household {
        let mut household = Household::new(HouseholdId(Uuid::nil()));
        let roles = [(APPLICANT, MemberRole::Applicant), (PARTNER, MemberRole::Partner)];
        household.members = roles
            .into_iter()
            .zip(duty_from)
            .map(|((id, role), from)| {
                let period = Period::new(day(from), None).ok();
                let member = Member::new(id, role, role_name(role).to_owned());
                Member { asylum_permit: period, civic_integration_duty: period, ..member }
            })
            .collect();
        household.decisions.push(BenefitDecision {
            reference: "B-1".to_owned(),
            from: day("2026-02-01"),
            recorded_on: day("2026-02-01"),
            ruling: Ruling::Right { until: None, norm, amount: None },
        });
        household
    }

    fn role_name(role: MemberRole) -> &'static str {
        if role == MemberRole::Applicant { "applicant" } else { "partner" }
    }

    fn due(number: u128, kind: CostKind, amount: i64, member: Option<MemberId>) -> Due {
        Due {
            kind,
            due_on: day("2026-03-01"),
            execution: day("2026-02-27"),
            obligation: ObligationId(Uuid::from_u128(number)),
            member,
            period: "2026-03".parse().expect("a month"),
            amount: cents(amount),
        }
    }

    fn plan(household: &Household, dues: &[Due], changes: &str) -> Plan {
        let norms = NormTable::shipped();
        let policy = include_str!("../../samples/policy.toml");
        let policy = Policy::parse_with(policy, changes).expect("a policy");
        let facts = BenefitFacts {
            household,
            norms: &norms,
            part_month: policy.part_month,
            holiday_month: policy.holiday_month,
            holiday_allowance_protected: true,
        };
        let february = "2026-02".parse().expect("a month");
        let benefit = Benefit::of(&facts, february, Money::ZERO).expect("a benefit");
        let execution = policy.pay_day(february);
        let policy = &policy;
        Plan::of(&PlanFacts { household, benefit: &benefit, dues, execution, policy, taken_before: &[] })
    }

    fn outcomes(plan: &Plan) -> Vec<Outcome> {
        plan.lines.iter().map(|line| line.outcome).collect()
    }

    #[test]
    fn the_floor_holds_energy_a_cent_before_it_and_not_on_it_or_after_it() {
        let single = household(NormKind::Single, &["2026-02-01"]);
        // payable 1334.23; with 300.00 to live on 1034.23 can be paid
        let held = |energy: i64| {
            let dues = [due(1, CostKind::Rent, 900_00, None), due(2, CostKind::Energy, energy, None)];
            let plan = plan(&single, &dues, "");
            (outcomes(&plan)[1] == Outcome::NeedsDecision, plan.living_money.cents())
        };
        assert_eq!(held(134_24), (true, 434_23));
        assert_eq!(held(134_23), (false, 300_00));
        assert_eq!(held(134_22), (false, 300_01));
    }

    #[test]
    fn below_the_floor_a_decision_is_needed_until_every_held_due_has_one() {
        let mut single = household(NormKind::Single, &["2026-02-01"]);
        let dues = [
            due(1, CostKind::Rent, 900_00, None),
            due(2, CostKind::Energy, 100_00, None),
            due(3, CostKind::Water, 100_00, None),
        ];
        let pay_anyway = |number| LineDecision {
            reference: format!("D-{number}"),
            month: "2026-02".parse().expect("a month"),
            obligation: ObligationId(Uuid::from_u128(number)),
            period: None,
            choice: LineChoice::PayAnyway,
        };
        let needs = |single: &Household| plan(single, &dues, "").needs_decision.is_some();
        assert!(needs(&single));
        single.line_decisions.push(pay_anyway(2));
        assert!(needs(&single), "water is still held");
        single.line_decisions.push(pay_anyway(3));
        assert!(!needs(&single));
        assert_eq!(plan(&single, &dues, "").living_money, cents(234_23));
        let rent_alone = [due(1, CostKind::Rent, 1_100_00, None)];
        assert!(plan(&single, &rent_alone, "").needs_decision.is_some(), "nobody decided about the rent");
    }

    #[test]
    fn after_a_due_that_does_not_fit_the_plan_stops_or_goes_on_as_the_policy_says() {
        let mut single = household(NormKind::Single, &["2026-02-01"]);
        single.incomes.push(Income {
            reference: None,
            period: Period::new(day("2026-02-01"), None).expect("a period"),
            monthly: cents(500_00),
            counts: Counts::Exempt,
            member: None,
        });
        let dues = [
            due(1, CostKind::Rent, 900_00, None),
            due(2, CostKind::HealthPremium, 500_00, None),
            due(3, CostKind::Energy, 100_00, None),
            due(4, CostKind::Water, 400_00, None),
        ];
        let short = |amount: i64| Outcome::Unfunded { short: cents(amount) };
        let stops = plan(&single, &dues, "");
        assert_eq!(outcomes(&stops), [Outcome::Pay, short(65_77), short(165_77), short(565_77)]);
        assert_eq!(stops.living_money, cents(434_23));
        let goes_on = plan(&single, &dues, "skip_and_continue = true");
        // to pay the premium and the water beside what is paid, 900.00 is needed and 334.23 is left
        assert_eq!(outcomes(&goes_on), [Outcome::Pay, short(65_77), Outcome::Pay, short(565_77)]);
        assert_eq!(goes_on.living_money, cents(334_23));
    }

    #[test]
    fn the_premium_is_paid_where_it_fits_also_when_the_rent_does_not() {
        let single = household(NormKind::Single, &["2026-02-01"]);
        let dues = [
            due(1, CostKind::Rent, 1_340_00, None),
            due(2, CostKind::HealthPremium, 150_00, None),
            due(3, CostKind::Energy, 100_00, None),
        ];
        let short = |amount: i64| Outcome::Unfunded { short: cents(amount) };
        let planned = plan(&single, &dues, "");
        assert_eq!(outcomes(&planned), [short(5_77), Outcome::Pay, short(255_77)]);
        assert_eq!(planned.living_money, cents(1_184_23));
    }

    #[test]
    fn while_one_window_of_a_couple_runs_that_half_pays_and_the_rest_waits_for_consent() {
        // the applicant had no duty when the right arose
        let couple = household(NormKind::Couple, &["2026-03-01", "2026-02-01"]);
        let dues = [
            due(1, CostKind::Rent, 600_00, None),
            due(2, CostKind::HealthPremium, 150_00, Some(APPLICANT)),
            due(3, CostKind::HealthPremium, 150_00, Some(PARTNER)),
            due(4, CostKind::Energy, 300_00, None),
        ];
        let planned = plan(&couple, &dues, "");
        let held = Outcome::NeedsDecision;
        assert_eq!(outcomes(&planned), [Outcome::Pay, held, Outcome::Pay, held]);
        let needs = planned.needs_decision.as_ref().expect("a decision is needed");
        assert_eq!(needs.reason, DecisionReason::Consent);
        assert!(needs.options.contains(&DecisionOption::AskConsent));
        // payable 1906.03: halves 953.02 and 953.01, and the partner's half pays 750.00
        let shares = planned.shares(&couple, day("2026-02-27"));
        let amounts: Vec<i64> = shares.iter().map(|share| share.amount.cents()).collect();
        assert_eq!(amounts, [953_02, 203_01]);
    }

    #[test]
    fn each_spouse_bears_their_own_costs_and_half_of_the_shared_ones() {
        let couple = household(NormKind::Couple, &["2026-02-01", "2026-02-01"]);
        let shares = |applicant: i64, partner: i64| {
            let dues = [
                due(1, CostKind::Rent, 700_00, None),
                due(2, CostKind::HealthPremium, applicant, Some(APPLICANT)),
                due(3, CostKind::HealthPremium, partner, Some(PARTNER)),
            ];
            let plan = plan(&couple, &dues, "[living_money_floor]\ncouple = \"0.00\"\n");
            let shares = plan.shares(&couple, day("2026-02-27"));
            shares.iter().map(|share| share.amount.cents()).collect::<Vec<_>>()
        };
        // 1906.03 less 700.00: 603.02 and 603.01
        assert_eq!(shares(150_00, 150_00), [453_02, 453_01]);
        assert_eq!(shares(150_00, 200_00), [453_02, 403_01]);
        // what the partner's half cannot bear, the applicant bears
        assert_eq!(shares(150_00, 650_00), [406_03]);
    }
}
