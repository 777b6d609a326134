//! Plan: the dues of a month against its benefit. Dues are paid in full and in order; the rest is living
//! money. A plan never sanctions and never pays in part.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use crate::benefit::Benefit;
use crate::calendar::{Month, TargetCalendar};
use crate::household::member::{Member, MemberRole};
use crate::household::withholding::DeductionKind;
use crate::household::{Elsewhere, Household, LineChoice};
use crate::id::{MemberId, ObligationId};
use crate::money::{Money, Round};
use crate::policy::{Frequency, Policy};
use crate::relief::{Cover, Payer, Usable};
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
        let withheld = withhold(&household.deductions, benefit, benefit.after_advance(), facts.taken_before);
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
        let reason = reason.or(waits.then_some(DecisionReason::Consent));
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
/// seven days from pay day until the next one, in equal parts of which the first have the odd cents.
///
/// ```
/// use grip_engine::{money::Money, plan::living_money_parts, policy::{Frequency, Policy}};
/// let text = include_str!("../../samples/policy.toml");
/// let weekly = Policy::parse_with(text, "living_money_frequency = \"weekly\"")?;
/// let parts = living_money_parts(Money::from_cents(404_58), "2026-02".parse()?, &weekly);
/// let parts: Vec<String> = parts.iter().map(|(day, part)| format!("{day} {part}")).collect();
/// assert_eq!(
///     parts,
///     ["2026-02-27 80.92", "2026-03-06 80.92", "2026-03-13 80.92", "2026-03-20 80.91", "2026-03-27 80.91"],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn living_money_parts(amount: Money, month: Month, policy: &Policy) -> Vec<(NaiveDate, Money)> {
    let (pay_day, next) = (policy.pay_day(month), policy.pay_day(month.next()));
    if policy.living_money_frequency == Frequency::Monthly {
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

fn paid_in(lines: &[PlanLine]) -> Money {
    lines.iter().filter(|line| line.outcome == Outcome::Pay).map(|line| line.due.amount).sum()
}

/// In full and in order; after a due that does not fit the plan stops, unless the policy says to go on.
fn fund(facts: &PlanFacts<'_>, cover: &Cover<'_>, usable: Money) -> (Vec<PlanLine>, Money) {
    let household = facts.household;
    let (mut left, mut unpaid) = (usable, Money::ZERO);
    let mut lines = Vec::with_capacity(facts.dues.len());
    for due in facts.dues {
        let stopped = unpaid.is_positive() && !facts.policy.skip_and_continue;
        let choice = household.choice(facts.benefit.month, due.obligation, due.period);
        let before = left;
        let outcome = if household.was_paid_elsewhere(Elsewhere::Due(due.obligation, due.period)) {
            Outcome::PaidByOther
        } else if choice == Some(LineChoice::PayLater) {
            Outcome::PayLater
        } else {
            match cover.payer(due.kind, due.member) {
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
    if plan.lines.iter().any(|line| cover.payer(line.due.kind, line.due.member) == Payer::Municipality) {
        options.push(DecisionOption::Pause);
    }
    if cover.usable() != Usable::Whole {
        options.push(DecisionOption::AskConsent);
    }
    options
}
