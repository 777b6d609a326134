//! How many credits have their gates evaluated per CPU second: three tranches, twenty lines of evidence, on one core.
//!
//! `cargo bench -p grip-engine --bench furnishing`

use std::hint::black_box;

use chrono::NaiveDate;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::evidence::{BudgetLine, Evidence, EvidenceLine, Way};
use grip_engine::furnishing::standing::Gate;
use grip_engine::furnishing::tranche::{Payout, PayoutState, Payouts, Route, Tranche};
use grip_engine::id::{CreditId, TrancheId};
use grip_engine::money::Money;
use grip_engine::policy::Policy;
use uuid::Uuid;

const CREDITS: u128 = 100_000;
const LINES: usize = 20;
/// 100,000 credits in two CPU seconds.
const TARGET: u128 = 50_000;
const CATEGORIES: [&str; 5] = ["vloer", "bed", "koelkast", "fornuis", "tafel"];

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn tranche(credit: u128, number: u32) -> Tranche {
    Tranche {
        id: TrancheId(Uuid::from_u128(credit * 8 + u128::from(number))),
        number,
        amount: Money::from_cents(1_400_00),
        budget: CATEGORIES
            .map(|category| BudgetLine { category: category.to_owned(), amount: Money::from_cents(280_00) })
            .into(),
        route: Route::Household,
        opens: None,
        evidence_until: None,
    }
}

fn receipt(credit: u128, place: usize) -> Evidence {
    let spread = i64::try_from((credit + place as u128 * 7) % 90).expect("a few euros");
    Evidence {
        id: Uuid::from_u128(credit * 64 + place as u128),
        reference: None,
        tranche: if place < 12 { 1 } else { 2 },
        way: if place.is_multiple_of(5) { Way::Declaration } else { Way::Receipt },
        shop: Some(format!("winkel {}", place % 4)),
        bought_on: Some(day("2026-03-01")),
        number: Some(place.to_string()),
        files: Vec::new(),
        shown_on: day("2026-03-12"),
        elsewhere: None,
        told_apart: false,
        readable: true,
        withdrawn: None,
        lines: vec![EvidenceLine {
            category: CATEGORIES[place % CATEGORIES.len()].to_owned(),
            amount: Money::from_cents(70_00 + spread * 100),
        }],
    }
}

fn credit(number: u128) -> (Credit, Payouts) {
    let tranches = vec![tranche(number, 1), tranche(number, 2), tranche(number, 3)];
    let paid =
        Payout { amount: Money::from_cents(1_400_00), on: day("2026-02-06"), state: PayoutState::Settled };
    let payouts = [(tranches[0].id, paid)].into();
    let credit = Credit {
        id: CreditId(Uuid::from_u128(number)),
        reference: format!("K-{number}"),
        decided_on: day("2026-02-05"),
        amount: Money::from_cents(4_200_00),
        gift: Money::ZERO,
        legal_basis: String::new(),
        objection_until: None,
        ground: None,
        buy_from: day("2026-02-05"),
        buy_until: None,
        tranches,
        evidence: (0..LINES).map(|place| receipt(number, place)).collect(),
        accepted: Vec::new(),
        visits: Vec::new(),
        words: Vec::new(),
        waivers: Vec::new(),
        returned: Vec::new(),
        conversions: Vec::new(),
        settled: None,
        repaid_by: Vec::new(),
        repaid_early: Money::ZERO,
    };
    (credit, payouts)
}

fn main() {
    let policy = Policy::parse(include_str!("../../samples/policy.toml")).expect("the default").furnishing;
    let today = day("2026-03-20");
    let credits: Vec<(Credit, Payouts)> = (0..CREDITS).map(credit).collect();
    let (mut open, mut shut) = (0, 0);
    let before = cpu_time();
    for (credit, payouts) in &credits {
        let standing = black_box(credit.standing(payouts, &policy, today));
        match standing.tranches[1].gate {
            Gate::Open { .. } => open += 1,
            _ => shut += 1,
        }
    }
    let ticks = (cpu_time() - before).max(1);
    let per_second = CREDITS * 100 / u128::from(ticks);
    println!(
        "{CREDITS} credits with {LINES} lines in {}.{:02} CPU s: {per_second} per CPU second ({open} open, {shut} shut)",
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
