//! How many household-months are planned per CPU second: benefit, dues, windows and plan of a household with four
//! obligations, on one core.
//!
//! `cargo bench -p grip-engine --bench plan`

use std::hint::black_box;

use chrono::NaiveDate;
use grip_engine::benefit::{Benefit, BenefitFacts};
use grip_engine::calendar::{Month, Period};
use grip_engine::household::Household;
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::household::right::{BenefitDecision, NormKind, Ruling};
use grip_engine::id::{HouseholdId, MemberId, ObligationId, PayeeId};
use grip_engine::money::Money;
use grip_engine::norm::NormTable;
use grip_engine::obligation::{Contract, CostKind, Obligation, Rhythm, Version};
use grip_engine::plan::{Plan, PlanFacts};
use grip_engine::policy::Policy;
use grip_engine::schedule::dues;
use uuid::Uuid;

const HOUSEHOLDS: u128 = 20_000;
const MONTHS: u32 = 12;
const TARGET: u128 = 300_000;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A single or a couple with rent, premium, energy and water, each household with amounts of its own.
fn household(number: u128) -> (Household, Vec<Obligation>) {
    let always = Period::new(day("2020-01-01"), None).expect("a period");
    let member = |place: u128, role| Member {
        asylum_permit: Some(always),
        civic_integration_duty: Some(always),
        ..Member::new(MemberId(Uuid::from_u128(number * 8 + place)), role, String::new())
    };
    let mut household = Household::new(HouseholdId(Uuid::from_u128(number)));
    household.members.push(member(0, MemberRole::Applicant));
    let is_couple = number.is_multiple_of(3);
    if is_couple {
        household.members.push(member(1, MemberRole::Partner));
    }
    let norm = if is_couple { NormKind::Couple } else { NormKind::Single };
    household.decisions.push(BenefitDecision {
        reference: format!("B-{number}"),
        from: day("2026-01-01") + chrono::Days::new(u64::try_from(number % 60).expect("a few days")),
        recorded_on: day("2026-01-01"),
        ruling: Ruling::Right { until: None, norm, amount: None },
    });
    let obligation = |place: u128, kind, cents: i64| {
        let contract = Contract {
            id: ObligationId(Uuid::from_u128(number * 8 + place)),
            kind,
            payee: PayeeId(Uuid::from_u128(place)),
            rhythm: Rhythm::Monthly,
            first_due: day("2026-02-01"),
            last_due: None,
            reference: String::new(),
            member: None,
        };
        let period = Period::new(day("2026-02-01"), None).expect("a period");
        let amount = Money::from_cents(cents + i64::try_from(number % 1_000).expect("a small number"));
        Obligation::new(contract, vec![Version { period, amount, letter: None }]).expect("an obligation")
    };
    let obligations = vec![
        obligation(0, CostKind::Rent, 580_00),
        obligation(1, CostKind::HealthPremium, 158_75),
        obligation(2, CostKind::Energy, 140_00),
        obligation(3, CostKind::Water, 13_50),
    ];
    (household, obligations)
}

fn main() {
    let policy = Policy::parse(include_str!("../../samples/policy.toml")).expect("the default policy");
    let norms = NormTable::shipped();
    let households: Vec<_> = (0..HOUSEHOLDS).map(household).collect();
    let first: Month = "2026-03".parse().expect("a month");
    let months: Vec<Month> = first.through(first.plus(MONTHS - 1)).collect();
    let mut paid = Money::ZERO;
    let before = cpu_time();
    for (household, obligations) in &households {
        let facts = BenefitFacts {
            household,
            norms: &norms,
            part_month: policy.part_month,
            holiday_month: policy.holiday_month,
            holiday_allowance_protected: policy.holiday_allowance_protected,
        };
        for month in &months {
            let benefit = Benefit::of(&facts, *month, Money::ZERO).expect("a benefit");
            let dues = dues(obligations, *month, |_| &policy);
            let plan = Plan::of(&PlanFacts {
                household,
                benefit: &benefit,
                dues: &dues,
                execution: policy.pay_day(*month),
                policy: &policy,
                taken_before: &[],
            });
            paid += black_box(plan).to_household();
        }
    }
    let ticks = (cpu_time() - before).max(1);
    let planned = HOUSEHOLDS * u128::from(MONTHS);
    let per_second = planned * 100 / u128::from(ticks);
    println!(
        "{planned} household-months in {}.{:02} CPU s: {per_second} per CPU second (living money {paid})",
        ticks / 100,
        ticks % 100
    );
    println!("target {TARGET}: {}", if TARGET <= per_second { "reached" } else { "NOT reached" });
}

/// User and system time of this process in hundredths of a second, as Linux counts it.
fn cpu_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells the time of a process");
    let after_name = stat.rsplit(')').next().expect("fields after the name");
    let fields: Vec<i64> = after_name.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // of the numbers behind the state letter the 11th and 12th are user and system time
    u64::try_from(fields[10] + fields[11]).expect("time is not below zero")
}
