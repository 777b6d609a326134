//! A monthly run for many households: proposed, approved by a second person (planned and posted), and turned into the
//! payment file. Each household has rent, a premium and living money: three payments.
//!
//! `cargo bench -p grip-tests --bench night` on SQLite, and on PostgreSQL too when `GRIP_TEST_POSTGRES` names one.
//! `NIGHT_HOUSEHOLDS` is 40,000 unless it is set.

use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::{approve, instruct, propose};
use grip_api::id::Ids;
use grip_api::play::{OFFICER, Play, SECOND};
use grip_api::store::{Store, run};
use grip_engine::access::Action;
use grip_tests::{Kind, databases, own_database, script};

/// The day on which the run of March 2026 is proposed, and the next one.
const CUT_OFF: &str = "2026-03-24";
const NEXT_DAY: &str = "2026-03-25";
const SECONDS_MAX: u64 = 30;
const MEGABYTES_MAX: u64 = 256;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    // cargo hands its own words to a bench; a second process per database keeps the peaks of memory apart
    let only = std::env::var("NIGHT_DATABASE").ok();
    match only.as_deref() {
        Some("sqlite") => runtime.block_on(night(Kind::Lite)),
        Some("postgresql") => runtime.block_on(night(Kind::Pg)),
        _ => {
            for kind in databases() {
                let name = if kind == Kind::Lite { "sqlite" } else { "postgresql" };
                let this = std::env::current_exe().expect("this program");
                let status = std::process::Command::new(this).env("NIGHT_DATABASE", name).status();
                assert!(status.expect("it runs").success(), "the night on {name} failed");
            }
        }
    }
}

fn households() -> u32 {
    std::env::var("NIGHT_HOUSEHOLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(40_000)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn grant(actor: Actor, action: Action, on: &str) -> Grant {
    let at = day(on).and_hms_opt(9, 0, 0).expect("nine o'clock exists").and_utc();
    Grant::new(actor, action, day(on), at).expect("a grant")
}

async fn night(kind: Kind) {
    let world = own_database(kind).await;
    let play = Play::begin(&world.app, world.folder(), script(Vec::new()), day("2026-03-02")).await;
    let play = play.expect("a municipality");
    fill(&world.url, households()).await;
    let store: &Store = &world.app.store;
    let outbox = world.folder().join("outbox");
    reset_peak();
    let before = megabytes("VmRSS");

    let started = Instant::now();
    let proposed = propose::propose(store, &grant(Actor::system(), Action::WorkDay, CUT_OFF)).await;
    let proposed = proposed.expect("a proposal");
    let to_propose = started.elapsed();
    let after_propose = megabytes("VmHWM");
    let runs = run::list(&mut store.read().await.expect("a snapshot")).await.expect("runs");
    let found = runs.first().expect("a run");
    // a run of this size needs two persons who prepared nothing of it
    for name in [SECOND, "bakker"] {
        let second = play.grant_to(name, Action::ApproveRun, day(NEXT_DAY)).expect("a grant");
        approve::approve(store, &second, found.id(), &found.content_hash).await.expect("an approval");
    }
    let to_approve = started.elapsed().saturating_sub(to_propose);
    let after_approve = megabytes("VmHWM");
    let system = grant(Actor::system(), Action::WorkDay, NEXT_DAY);
    let files = instruct::instruct(store, &system, &outbox).await.expect("files");
    let to_instruct = started.elapsed().saturating_sub(to_propose + to_approve);
    let whole = started.elapsed();
    let peak = megabytes("VmHWM");

    println!(
        "{kind:?}: {} households, {} problems, {} file(s), {} bytes",
        households(),
        proposed.problems.len(),
        files.files,
        bytes(&outbox)
    );
    println!(
        "  proposed {to_propose:.1?}, approved by two {to_approve:.1?}, file {to_instruct:.1?}: {whole:.1?}"
    );
    println!(
        "  memory before {before} MB, peak after proposing {after_propose} MB, approving {after_approve} MB, in all {peak} MB"
    );
    let reached = whole.as_secs() < SECONDS_MAX && peak <= MEGABYTES_MAX;
    println!(
        "  target {SECONDS_MAX} s and {MEGABYTES_MAX} MB: {}",
        if reached { "reached" } else { "NOT reached" }
    );
    let _ = OFFICER;
}

fn bytes(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("the outbox");
    files.map(|file| file.expect("a file").metadata().expect("its size").len()).sum()
}

/// A figure of /proc/self/status in megabytes.
fn megabytes(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells the memory of a process");
    let line = status.lines().find(|line| line.starts_with(key)).expect("the figure is there");
    let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
    kilobytes / 1024
}

/// Lets the peak of memory count from now.
fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Households as the flows would have entered them, put into the tables many at a time.
async fn fill(url: &str, count: u32) {
    let is_lite = url.starts_with("sqlite");
    let id = |prefix: &str| {
        if is_lite {
            format!("unhex('{prefix}' || printf('%030x', i))")
        } else {
            format!("cast('{prefix}' || lpad(to_hex(i), 30, '0') as uuid)")
        }
    };
    let (one, account, payees) = if is_lite {
        (
            "x'00000000000000000000000000000001'".to_owned(),
            "(select bank_account_id from bank_account order by iban limit 1)",
            "(select payee_id from payee order by name limit 1)",
        )
    } else {
        (
            "cast('00000000-0000-0000-0000-000000000001' as uuid)".to_owned(),
            "(select bank_account_id from bank_account order by iban limit 1)",
            "(select payee_id from payee order by name limit 1)",
        )
    };
    let date = |text: &str| if is_lite { format!("'{text}'") } else { format!("date '{text}'") };
    // an account number with the right check digits for every household
    let iban = "'NL' || substr('00' || cast(98 - ((27101124 * 10000000000000000 + cast(i as bigint) * 1000000 + 232100) % 97)
        as text), -2)";
    let iban = if is_lite {
        iban.replace(
            "27101124 * 10000000000000000 + cast(i as bigint) * 1000000 + 232100",
            "((27101124 % 97) * (10000000000000000 % 97) + (i % 97) * (1000000 % 97) + (232100 % 97))",
        )
    } else {
        "'NL' || lpad(cast(98 - ((27101124::numeric * 10000000000000000 + i::numeric * 1000000 + 232100) % 97) as text), 2, '0')".to_owned()
    };
    let number = if is_lite { "printf('%010d', i)" } else { "lpad(cast(i as text), 10, '0')" };
    let (household, member, rent, premium, fact) = (id("a1"), id("a2"), id("a3"), id("a4"), id("a5"));
    let version = id("a6");
    let from = format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})");
    let (from_day, due) = (date("2026-02-01"), date("2026-04-01"));
    let recorded = date("2026-03-02");
    let body = "'{\"on\":\"2026-03-02\",\"benefit\":{\"reference\":\"B-' || i || '\",\"norm\":\"single\",\"right_from\":\"2026-03-01\",\"right_until\":null,\"amount\":null,\"cost_sharers\":null}}'";
    let statements = [
        format!("insert into household (municipality_id, household_id, number, bank_account_id, recorded_by)
            {from} select {one}, {household}, 'N-' || {number}, {account}, 'wit' from n"),
        format!("insert into member (municipality_id, member_id, household_id, place, role, name, permit_from, duty_from)
            {from} select {one}, {member}, {household}, 0, 'applicant', 'Bewoner ' || i, {from_day}, {from_day} from n"),
        format!("insert into creditor_account (municipality_id, creditor_account_id, member_id, household_id, number,
                holder, iban, valid_from, recorded_by, recorded_on, approved_by, approved_on)
            {from} select {one}, {version}, {member}, {household}, 1, 'Bewoner ' || i, {iban} || 'RABO' || {number},
            {from_day}, 'wit', {from_day}, 'jansen', {from_day} from n"),
        format!("insert into obligation (municipality_id, obligation_id, household_id, payee_id, kind, rhythm, amount,
                first_due, reference, recorded_by)
            {from} select {one}, {rent}, {household}, {payees}, 'rent', 'monthly', 58000 + i % 1000, {due}, 'H-' || i, 'wit' from n"),
        format!("insert into obligation (municipality_id, obligation_id, household_id, payee_id, kind, rhythm, amount,
                first_due, reference, recorded_by)
            {from} select {one}, {premium}, {household}, {payees}, 'health_premium', 'monthly', 15875, {due}, 'Z-' || i, 'wit' from n"),
        format!("insert into fact (municipality_id, household_id, number, fact_id, kind, reference, version, event_hash,
                recorded_on, recorded_by, body)
            {from} select {one}, {household}, 0, {fact}, 'benefit', 'B-' || i, 1, 'hash', {recorded}, 'wit', {body} from n"),
    ];
    if is_lite {
        let pool = sqlx::SqlitePool::connect(url).await.expect("the database opens");
        for sql in statements {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.expect("rows");
        }
    } else {
        let pool = sqlx::PgPool::connect(url).await.expect("the database opens");
        for sql in statements {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.expect("rows");
        }
        sqlx::raw_sql("analyze").execute(&pool).await.expect("statistics");
    }
    let _ = Ids::Random;
}
