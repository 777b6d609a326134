//! A monthly run for many households: proposed, approved by a second person (planned and posted), and turned into the
//! payment file. Each household has rent, a premium and living money: three payments.
//!
//! `cargo bench -p grip-tests --bench night` on SQLite, and on PostgreSQL too when `GRIP_TEST_POSTGRES` names one.
//! `NIGHT_HOUSEHOLDS` is 40,000 unless it is set.

mod many;

use std::path::Path;
use std::time::Instant;

use grip_api::auth::grant::Actor;
use grip_api::flow::{approve, instruct, propose};
use grip_api::play::{OFFICER, Play, SECOND};
use grip_api::store::{Store, run};
use grip_engine::access::Action;
use grip_tests::{Kind, databases, own_database, script};
use many::{CUT_OFF, NEXT_DAY, day, fill, grant, megabytes, reset_peak};

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
    let files = instruct::instruct(store, &system, Some(&outbox)).await.expect("files");
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
