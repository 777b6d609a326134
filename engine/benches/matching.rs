//! How many entries are matched per CPU second, on one account that everybody shares: 1,000 agreements, and whether
//! 100,000 agreements make an entry dearer. Half of the entries are found by contract number, half by search terms.
//!
//! `cargo bench -p grip-engine --bench matching`

use std::collections::BTreeSet;
use std::hint::black_box;

use chrono::NaiveDate;
use grip_engine::bank::camt::Direction;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::Period;
use grip_engine::id::{AgreementId, HouseholdId};
use grip_engine::matching::{Agreement, AgreementKind, Chain, Line, Matcher, Meaning};
use grip_engine::money::Money;
use grip_engine::obligation::Rhythm;
use uuid::Uuid;

const ENTRIES: usize = 1_000;
const ROUNDS: usize = 200;
const TARGET: u128 = 100_000;
const ACCOUNT: &str = "NL20INGB0001234567";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A collection by the one creditor. Every tenth amount is the same; every text has the word `huur`.
fn agreement(number: usize) -> Agreement {
    let by_terms = number.is_multiple_of(2);
    let terms = if by_terms { vec!["huur".to_owned(), format!("HHB{number:06}")] } else { Vec::new() };
    Agreement {
        id: AgreementId(Uuid::from_u128(number as u128)),
        kind: AgreementKind::Collection,
        household: Some(HouseholdId(Uuid::from_u128(number as u128))),
        obligation: None,
        amount: Some(amount(number)),
        rhythm: Some(Rhythm::Monthly),
        holds: Period::new(day("2026-03-01"), None).expect("a period"),
        accounts: vec![ACCOUNT.parse::<Iban>().expect("an account")],
        reference: (!by_terms).then(|| format!("C-{number:06}")),
        mandate: None,
        terms,
        met: BTreeSet::new(),
    }
}

fn amount(number: usize) -> Money {
    let cents = if number.is_multiple_of(10) { 0 } else { number % 40_000 };
    Money::from_cents(500_00 + i64::try_from(cents).expect("a small amount"))
}

fn text(number: usize) -> String {
    let name = if number.is_multiple_of(2) { format!("HHB{number:06}") } else { format!("C-{number:06}") };
    format!(
        "Huur maart 2026 {name} Dorpsstraat 12 te Voorbeeldstad, incassodatum 02-03-2026 factuur {number}9"
    )
}

/// CPU time of matching all entries so many times, in hundredths of a second.
fn measure(agreements: usize, rounds: usize) -> u64 {
    let agreements: Vec<Agreement> = (0..agreements).map(agreement).collect();
    let step = agreements.len() / ENTRIES;
    let numbers: Vec<usize> = (0..ENTRIES).map(|entry| entry * step + entry % 2 * (1 - step % 2)).collect();
    let texts: Vec<String> = numbers.iter().map(|number| text(*number)).collect();
    let mut matcher = Matcher::default().with_agreements(agreements);
    let mut ticks = 0;
    let mut found = 0;
    for round in 0..rounds {
        // a due is met once: each round looks at another month
        let on = grip_engine::calendar::Month::of(day("2026-03-01"))
            .plus(u32::try_from(round).expect("few"))
            .day(2);
        let before = cpu_time();
        for (number, text) in numbers.iter().zip(&texts) {
            let line = Line {
                amount: amount(*number),
                direction: Direction::Debit,
                on: Some(on),
                end_to_end_id: None,
                instruction_id: None,
                mandate: None,
                structured_reference: None,
                account: Some(ACCOUNT),
                text,
                return_reason: None,
            };
            let parts = black_box(matcher.explain(&line, Chain::Whole));
            found += usize::from(matches!(parts[0].meaning, Meaning::Agreed(_)));
        }
        ticks += cpu_time() - before;
    }
    assert_eq!(found, ENTRIES * rounds, "every entry finds its agreement");
    ticks.max(1)
}

fn main() {
    let few = measure(1_000, ROUNDS);
    let many = measure(100_000, ROUNDS);
    let entries = (ENTRIES * ROUNDS) as u128;
    let speed = |ticks: u64| entries * 100 / u128::from(ticks);
    println!("{ENTRIES} entries x {ROUNDS} months, one shared account");
    println!("  1,000 agreements: {} entries per CPU second", speed(few));
    println!("100,000 agreements: {} entries per CPU second", speed(many));
    let reached = TARGET <= speed(few) && many <= 2 * few;
    println!("cost per entry grows {}.{:02} times", many / few, many * 100 / few % 100);
    println!("target {TARGET} and 2 times: {}", if reached { "reached" } else { "NOT reached" });
}

/// User and system time of this process in hundredths of a second, as Linux counts it.
fn cpu_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells the time of a process");
    let after_name = stat.rsplit(')').next().expect("fields after the name");
    let fields: Vec<i64> = after_name.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // of the numbers behind the state letter the 11th and 12th are user and system time
    u64::try_from(fields[10] + fields[11]).expect("time is not below zero")
}
