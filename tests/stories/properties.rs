//! The engine against the second calculation of `oracle.rs`, and what must hold whatever the figures are: over
//! thousands of households that nobody thought of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex};

use chrono::NaiveDate;
use grip_engine::benefit::{Benefit, BenefitFacts};
use grip_engine::calendar::{Month, Period};
use grip_engine::difference::{Difference, ReleasedMonth, Supplement, Withdrawal, difference};
use grip_engine::household::income::{Counts, Income, Reduction, ReductionSize};
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::household::right::{BenefitDecision, NormKind, RightEnd, Ruling};
use grip_engine::household::withholding::{Deduction, DeductionKind, DeductionSize};
use grip_engine::household::{Household, MonthAmount};
use grip_engine::id::{DeductionId, HouseholdId, MemberId, ObligationId, PayeeId};
use grip_engine::money::Money;
use grip_engine::norm::NormTable;
use grip_engine::obligation::{Contract, CostKind, Obligation, Rhythm, Version};
use grip_engine::plan::{Outcome, Plan, PlanFacts};
use grip_engine::policy::Policy;
use grip_engine::relief::ReliefWindow;
use grip_engine::schedule::{Due, dues};
use grip_engine::withhold::{TakenBefore, add};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::oracle::{self, Story};

const POLICY: &str = include_str!("../../samples/policy.toml");

/// How many households are made up for each property; two comparisons run beside each other, so 10,000 are compared.
const HOUSEHOLDS: u32 = 5_000;

/// Holds a property against as many made-up stories, each with a number for what chance decides.
fn check(cases: u32, property: impl Fn(&Story, u32) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let stories = (oracle::story(), any::<u32>());
    let checked = TestRunner::new(config).run(&stories, |(story, chance)| property(&story, chance));
    checked.unwrap_or_else(|error| panic!("{error}"));
}

// A made-up story in the words of the engine.

/// A story as the engine knows it.
struct Told {
    household: Household,
    obligations: Vec<Obligation>,
    policy: Policy,
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(number).expect("a small number") + 1)
}

fn month(written: oracle::Month) -> Month {
    format!("{:04}-{:02}", written.0, written.1).parse().expect("a month")
}

fn money(cents: i64) -> Money {
    Money::from_cents(cents)
}

fn members(story: &Story) -> Vec<Member> {
    let always = Period::new(NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day"), None).ok();
    let member = |number: usize, role| Member {
        asylum_permit: always,
        civic_integration_duty: always,
        ..Member::new(MemberId(id(number)), role, format!("person {number}"))
    };
    let mut members = vec![member(usize::from(oracle::APPLICANT), MemberRole::Applicant)];
    if story.adults == 2 {
        let partner = member(usize::from(oracle::PARTNER), MemberRole::Partner);
        members.push(Member { present_from: story.partner_from, ..partner });
    }
    members.extend((0..usize::from(story.children)).map(|child| member(10 + child, MemberRole::Child)));
    members
}

fn decision(number: usize, decision: oracle::Decision) -> BenefitDecision {
    let right = |norm| Ruling::Right { until: decision.until, norm, amount: None };
    BenefitDecision {
        reference: format!("B-{number}"),
        from: decision.from,
        recorded_on: decision.from,
        ruling: match decision.norm {
            oracle::Norm::Single => right(NormKind::Single),
            oracle::Norm::Couple => right(NormKind::Couple),
            oracle::Norm::CostSharing { sharers } => right(NormKind::CostSharingSingle(sharers)),
            oracle::Norm::NoRight => Ruling::NoRight { reason: RightEnd::Other },
        },
    }
}

fn income(income: oracle::Income) -> Income {
    Income {
        reference: None,
        period: Period::new(income.from, income.until).expect("a period"),
        monthly: money(income.monthly),
        counts: match income.counts {
            oracle::Counts::Fully => Counts::Fully,
            oracle::Counts::Wage25 => Counts::Wage,
            oracle::Counts::Exempt => Counts::Exempt,
        },
        member: None,
    }
}

fn deduction(number: usize, deduction: oracle::Deduction) -> Deduction {
    Deduction {
        id: DeductionId(id(number)),
        reference: format!("D-{number}"),
        kind: match deduction.kind {
            oracle::DeductionKind::Seizure => DeductionKind::Seizure,
            oracle::DeductionKind::MandatorySetOff => DeductionKind::MandatorySetOff,
            oracle::DeductionKind::Claim => DeductionKind::Claim,
            oracle::DeductionKind::LoanRepayment => DeductionKind::LoanRepayment,
        },
        legal_basis: "Pw 48(4)".to_owned(),
        recorded_on: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"),
        objection_until: NaiveDate::from_ymd_opt(2030, 1, 1).expect("a day"),
        size: DeductionSize::Amount(money(deduction.amount)),
        from: month(deduction.from),
        until: None,
        total: deduction.total.map(money),
        relieved: Money::ZERO,
        instalments: 36,
        payee: None,
        suspended: Vec::new(),
    }
}

fn month_amount(number: usize, at: oracle::Month, amount: i64) -> MonthAmount {
    MonthAmount { reference: format!("A-{number}"), month: month(at), amount: money(amount) }
}

fn kind(kind: oracle::ObligationKind) -> CostKind {
    match kind {
        oracle::ObligationKind::Rent => CostKind::Rent,
        oracle::ObligationKind::HealthPremium => CostKind::HealthPremium,
        oracle::ObligationKind::Energy => CostKind::Energy,
        oracle::ObligationKind::Water => CostKind::Water,
        oracle::ObligationKind::Voluntary => CostKind::Voluntary,
    }
}

fn obligation(number: usize, cost: oracle::Obligation) -> Obligation {
    let contract = Contract {
        id: ObligationId(id(number)),
        kind: kind(cost.kind),
        payee: PayeeId(id(0)),
        rhythm: match cost.rhythm {
            oracle::Rhythm::Monthly => Rhythm::Monthly,
            oracle::Rhythm::Quarterly => Rhythm::Quarterly,
        },
        first_due: cost.first_due,
        last_due: cost.last_due,
        reference: format!("O-{number}"),
        member: cost.personal_of.map(|person| MemberId(id(usize::from(person)))),
    };
    let period = Period::new(cost.first_due, None).expect("a period");
    Obligation::new(contract, vec![Version { period, amount: money(cost.amount), letter: None }])
        .expect("an obligation")
}

/// The policies that were read: a story chooses one of few.
static POLICIES: Mutex<Vec<(oracle::Policy, Policy)>> = Mutex::new(Vec::new());

static NORMS: LazyLock<NormTable> = LazyLock::new(NormTable::shipped);

fn policy(chosen: oracle::Policy) -> Policy {
    let mut known = POLICIES.lock().expect("no other test failed");
    if let Some((_, found)) = known.iter().find(|(policy, _)| *policy == chosen) {
        return found.clone();
    }
    let read = read_policy(chosen);
    known.push((chosen, read.clone()));
    read
}

fn read_policy(policy: oracle::Policy) -> Policy {
    let method = if policy.thirty_day_months { "thirty_days" } else { "calendar" };
    let floors = [policy.single, policy.single_parent, policy.couple, policy.couple_with_children].map(money);
    let [single, single_parent, couple, couple_with_children] = floors;
    let changes = format!(
        "skip_and_continue = {}\npart_month_method = \"{method}\"\n[living_money_floor]\nsingle = \"{single}\"\n\
         single_parent = \"{single_parent}\"\ncouple = \"{couple}\"\ncouple_with_children = \"{couple_with_children}\"",
        policy.skip_and_continue
    );
    Policy::parse_with(POLICY, &changes).expect("a policy")
}

fn numbered<From: Copy, To>(from: &[From], to: impl Fn(usize, From) -> To) -> Vec<To> {
    from.iter().enumerate().map(|(number, one)| to(number, *one)).collect()
}

impl Told {
    fn new(story: &Story) -> Told {
        let mut household = Household::new(HouseholdId(id(0)));
        household.members = members(story);
        household.decisions = numbered(&story.decisions, decision);
        household.incomes = story.incomes.iter().copied().map(income).collect();
        household.reductions = numbered(&story.reductions, |number, cut| Reduction {
            reference: format!("M-{number}"),
            month: month(cut.month),
            size: ReductionSize::Share(Decimal::new(cut.per_mille_of_norm, 3)),
        });
        household.advances =
            numbered(&story.advances, |number, one| month_amount(number, one.month, one.amount));
        household.bridges =
            numbered(&story.bridges, |number, one| month_amount(number, one.month, one.amount));
        household.deductions = numbered(&story.deductions, deduction);
        Told {
            household,
            obligations: numbered(&story.obligations, obligation),
            policy: policy(story.policy),
        }
    }

    fn benefit(&self, month: Month, reserved: Money) -> Option<Benefit> {
        let facts = BenefitFacts {
            household: &self.household,
            norms: &NORMS,
            part_month: self.policy.part_month,
            holiday_month: self.policy.holiday_month,
            holiday_allowance_protected: self.policy.holiday_allowance_protected,
        };
        Benefit::of(&facts, month, reserved).ok()
    }

    fn plan(&self, benefit: &Benefit, dues: &[Due], taken_before: &[TakenBefore]) -> Plan {
        Plan::of(&PlanFacts {
            household: &self.household,
            benefit,
            dues,
            execution: self.policy.pay_day(benefit.month),
            policy: &self.policy,
            taken_before,
        })
    }

    fn dues(&self, month: Month) -> Vec<Due> {
        dues(&self.obligations, month, |_| &self.policy)
    }

    fn months(&self, count: u32) -> impl Iterator<Item = Month> {
        let first = self.household.decisions.iter().map(|decision| decision.from).min();
        let first = Month::of(first.expect("a story has a decision"));
        first.through(first.plus(count))
    }
}

// The two calculations.

/// A month of the engine in the words of the oracle.
fn result(told: &Told, benefit: &Benefit, plan: &Plan) -> oracle::MonthResult {
    let execution = told.policy.pay_day(benefit.month);
    let number = |id: Uuid| usize::try_from(id.as_u128() - 1).expect("a small number");
    let taken = |one: &Deduction| {
        let found = plan.withheld.iter().find(|withheld| withheld.deduction == one.id);
        found.map_or(0, |withheld| withheld.taken.cents())
    };
    let line = |line: &grip_engine::plan::PlanLine| oracle::Line {
        obligation: number(line.due.obligation.0),
        due: line.due.due_on,
        amount: line.due.amount.cents(),
        outcome: match line.outcome {
            Outcome::Pay => oracle::Outcome::Pay,
            Outcome::NeedsDecision => oracle::Outcome::NeedsDecision,
            Outcome::Unfunded { short } => oracle::Outcome::Unfunded { short: short.cents() },
            Outcome::ClientPays => oracle::Outcome::ClientPays,
            Outcome::PayLater | Outcome::PaidByOther => unreachable!("no story decides or pays a due"),
        },
    };
    let shares = plan.shares(&told.household, execution);
    let share = |person: u8| {
        let member = MemberId(id(usize::from(person)));
        shares.iter().find(|share| share.member == member).map_or(0, |share| share.amount.cents())
    };
    oracle::MonthResult {
        granted: benefit.granted.cents(),
        holiday_reserve: benefit.holiday_reserve.cents(),
        payable: benefit.payable.cents(),
        holiday_payout: benefit.holiday_payout.cents(),
        counted_income: benefit.counted_income.cents(),
        reduced: benefit.reduced.cents(),
        room: benefit.room_for_deductions().cents(),
        deducted: told.household.deductions.iter().map(taken).collect(),
        available: plan.available.cents(),
        lines: plan.lines.iter().map(line).collect(),
        living_money: plan.living_money.cents(),
        shares: (share(oracle::APPLICANT), share(oracle::PARTNER)),
        needs_decision: plan.needs_decision.is_some(),
    }
}

/// What holds of a month whatever the facts are.
fn no_cent_is_lost(told: &Told, benefit: &Benefit, plan: &Plan) -> Result<(), TestCaseError> {
    let taken: Money = plan.withheld.iter().map(|withheld| withheld.taken).sum();
    let paid: Money = plan.paid().map(|due| due.amount).sum();
    let shares = plan.shares(&told.household, told.policy.pay_day(benefit.month));
    let to_people: Money = shares.iter().map(|share| share.amount).sum();
    prop_assert!(taken <= benefit.room_for_deductions(), "the room is kept");
    prop_assert_eq!(benefit.granted, benefit.payable + benefit.holiday_reserve);
    prop_assert_eq!(plan.available, paid + plan.living_money);
    prop_assert_eq!(to_people, plan.to_household());
    let given = benefit.after_advance() + benefit.bridge + benefit.holiday_payout;
    prop_assert_eq!(paid + taken + to_people, given, "what is paid is what is granted");
    prop_assert!(benefit.after_advance() <= benefit.payable && !(-plan.living_money).is_positive());
    Ok(())
}

/// Every month with a right, each after the ones before it, by both calculations.
fn both_agree(story: &Story, chance: u32) -> Result<(), TestCaseError> {
    let told = Told::new(story);
    let mut before = oracle::Before::default();
    let (mut reserved, mut taken) = (Money::ZERO, Vec::new());
    let count = if chance.is_multiple_of(8) { 20 } else { 8 };
    for at in told.months(count) {
        let written = (at.first_day().format("%Y").to_string().parse().expect("a year"), at.number());
        let expected = oracle::month(story, written, told.policy.pay_day(at), &before);
        let benefit = told.benefit(at, reserved);
        prop_assert_eq!(expected.is_some(), benefit.is_some(), "a right in {}", at);
        let (Some(expected), Some(benefit)) = (expected, benefit) else { continue };
        let plan = told.plan(&benefit, &told.dues(at), &taken);
        prop_assert_eq!(result(&told, &benefit, &plan), expected.clone(), "in {}", at);
        no_cent_is_lost(&told, &benefit, &plan)?;
        before = before.after(&expected);
        reserved += benefit.holiday_reserve - benefit.holiday_payout;
        add(&mut taken, &plan.withheld, told.policy.repayment.counts_when_yielded);
    }
    let people = [oracle::APPLICANT, oracle::PARTNER].into_iter().zip(told.household.adults());
    for (person, member) in people {
        let window = ReliefWindow::of(&told.household, member).map(|window| (window.start(), window.end()));
        prop_assert_eq!(window, oracle::relief_window(story, person), "the window of person {}", person);
    }
    Ok(())
}

#[test]
fn the_engine_and_the_second_calculation_agree() {
    check(HOUSEHOLDS, both_agree);
}

#[test]
fn the_engine_and_the_second_calculation_agree_on_as_many_again() {
    check(HOUSEHOLDS, both_agree);
}

// What is released, and released again.

/// What was released and paid for a household.
#[derive(Default)]
struct Books {
    released: BTreeMap<Month, ReleasedMonth>,
    paid: BTreeSet<(ObligationId, Month)>,
    living: BTreeMap<Month, Money>,
    withheld: BTreeMap<Month, Money>,
    lines: BTreeMap<Month, Money>,
}

impl Books {
    /// Every month up to the last one, with what is known: what was not released is, and what gives more is paid.
    fn work(&mut self, told: &Told, last: u32) -> Result<usize, TestCaseError> {
        let mut moved = 0;
        for at in told.months(last) {
            let Some(benefit) = told.benefit(at, Money::ZERO) else { continue };
            let mut dues = told.dues(at);
            let Some(released) = self.released.get(&at).cloned() else {
                dues.retain(|due| !self.paid.contains(&(due.obligation, due.period)));
                let plan = told.plan(&benefit, &dues, &[]);
                self.release(&benefit, &plan)?;
                moved += 1;
                continue;
            };
            let plan = told.plan(&benefit, &dues, &[]);
            if let Difference::More(supplement) =
                difference(Some((&benefit, &plan)), &released, &Withdrawal::default())
            {
                self.supplement(at, &supplement)?;
                moved += 1;
            }
        }
        Ok(moved)
    }

    fn pay(&mut self, at: Month, due: &Due) -> Result<(), TestCaseError> {
        let is_new = self.paid.insert((due.obligation, due.period));
        prop_assert!(is_new, "{} of {} is paid twice", due.obligation, due.period);
        *self.lines.entry(at).or_insert(Money::ZERO) += due.amount;
        Ok(())
    }

    fn release(&mut self, benefit: &Benefit, plan: &Plan) -> Result<(), TestCaseError> {
        for due in plan.paid() {
            self.pay(plan.month, due)?;
        }
        self.living.insert(plan.month, plan.living_money);
        self.withheld.insert(plan.month, plan.withheld.iter().map(|withheld| withheld.taken).sum());
        let paid = plan.paid().map(|due| (due.obligation, due.period)).collect();
        self.released.insert(
            plan.month,
            ReleasedMonth {
                granted: benefit.granted,
                holiday_reserve: benefit.holiday_reserve,
                holiday_payout: benefit.holiday_payout,
                payable: benefit.payable,
                advance: benefit.advance,
                bridge: benefit.bridge,
                paid,
            },
        );
        Ok(())
    }

    fn supplement(&mut self, at: Month, more: &Supplement) -> Result<(), TestCaseError> {
        for due in &more.lines {
            self.pay(at, due)?;
        }
        prop_assert!(!(-more.living_money).is_positive(), "a supplement takes nothing back");
        *self.living.entry(at).or_insert(Money::ZERO) += more.living_money;
        let released = self.released.entry(at).or_default();
        released.granted += more.granted;
        released.holiday_reserve += more.holiday_reserve;
        released.holiday_payout += more.holiday_payout;
        released.payable += more.payable;
        released.advance += more.advance;
        released.bridge += more.bridge;
        released.paid.extend(more.lines.iter().map(|due| (due.obligation, due.period)));
        Ok(())
    }

    /// No more left than the benefit that was released gives, and nothing of it is missing.
    fn adds_up(&self) -> Result<(), TestCaseError> {
        let of = |amounts: &BTreeMap<Month, Money>, at| amounts.get(at).copied().unwrap_or(Money::ZERO);
        for (at, released) in &self.released {
            let given = (released.payable - released.advance).or_zero() + released.bridge;
            let left = of(&self.lines, at) + of(&self.living, at) + of(&self.withheld, at);
            prop_assert_eq!(left, given, "what left for {}", at);
        }
        Ok(())
    }
}

/// The decisions of a story become known one by one, as chance has it; so do income, reductions and bridges.
fn nothing_is_paid_twice(story: &Story, chance: u32) -> Result<(), TestCaseError> {
    let whole = Told::new(story);
    let mut books = Books::default();
    let mut known = 1;
    for step in 0..6_u32 {
        let mut told = Told::new(story);
        let is_known = |place: usize| (chance >> (place % 16)) & 1 == 0 || 2 < step;
        told.household.decisions.truncate(known);
        keep(&mut told.household.incomes, is_known);
        keep(&mut told.household.reductions, is_known);
        keep(&mut told.household.bridges, |place| is_known(place + 4));
        let last = u32::try_from(whole.months(0).count()).unwrap_or(0) + 2 * step;
        let was = books.released.clone();
        books.work(&told, last)?;
        books.adds_up()?;
        prop_assert_eq!(books.work(&told, last)?, 0, "computing again changes nothing");
        // what was released stays, or grows by what the new facts give
        for (at, before) in &was {
            let now = &books.released[at];
            prop_assert!(before.paid.len() <= now.paid.len() && before.bridge <= now.bridge);
        }
        if (chance >> (16 + step)) & 1 == 1 || 3 < step {
            known = whole.household.decisions.len().min(known + 1);
        }
    }
    Ok(())
}

fn keep<Fact>(facts: &mut Vec<Fact>, is_known: impl Fn(usize) -> bool) {
    let mut place = 0;
    facts.retain(|_| {
        place += 1;
        is_known(place - 1)
    });
}

#[test]
fn no_due_is_paid_twice_in_whatever_order_the_facts_become_known() {
    check(HOUSEHOLDS / 5, nothing_is_paid_twice);
}

/// A decision that moves the start back within a month pays the difference of that month, and no more.
fn a_start_moves_back(story: &Story, chance: u32) -> Result<(), TestCaseError> {
    let mut told = Told::new(story);
    told.household.decisions.truncate(1);
    let first = told.household.decisions[0].from;
    let at = Month::of(first);
    let Some(benefit) = told.benefit(at, Money::ZERO) else { return Ok(()) };
    let mut books = Books::default();
    books.release(&benefit, &told.plan(&benefit, &told.dues(at), &[]))?;
    let earlier = at.day(1 + chance % 31).min(first);
    let mut moved = told.household.decisions[0].clone();
    moved.from = earlier;
    "objection".clone_into(&mut moved.reference);
    told.household.decisions.push(moved);
    let now = told.benefit(at, Money::ZERO).expect("a right in the month");
    let plan = told.plan(&now, &told.dues(at), &[]);
    match difference(Some((&now, &plan)), &books.released[&at], &Withdrawal::default()) {
        Difference::None => prop_assert_eq!(now.payable, benefit.payable.min(now.payable)),
        Difference::More(more) => {
            let lines: Money = more.lines.iter().map(|due| due.amount).sum();
            prop_assert_eq!(more.payable, now.payable - benefit.payable);
            prop_assert_eq!(lines + more.living_money, now.after_advance() - benefit.after_advance());
            books.supplement(at, &more)?;
        }
        Difference::Less { .. } => prop_assert!(false, "an earlier start never gives less"),
    }
    books.adds_up()?;
    prop_assert_eq!(
        difference(Some((&now, &plan)), &books.released[&at], &Withdrawal::default()),
        Difference::None
    );
    Ok(())
}

#[test]
fn a_decision_that_moves_the_start_back_pays_only_the_difference() {
    check(HOUSEHOLDS / 5, a_start_moves_back);
}
