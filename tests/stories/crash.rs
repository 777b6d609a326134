//! A real crash: the program is killed between commit and file. Nothing that was acknowledged is lost and
//! nothing is paid twice.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use grip_api::auth::grant::Grant;
use grip_api::flow::{approve, import_statement, instruct, propose};
use grip_api::play::SECOND;
use grip_api::store::{payment, payment_file, run};
use grip_engine::access::Action;
use grip_tests::{Kind, World, databases, day, grip, own_database, sample, script};

/// Enough households that the file for the bank is larger than a pipe holds.
fn many() -> Vec<grip_api::intake::HouseholdIn> {
    (0..40)
        .map(|number| {
            let mut file = sample("HH-101");
            file.number = format!("HH-{number:03}");
            file.member[0].iban = Some(account(number));
            file.event[0].benefit.as_mut().expect("a decision").reference = format!("B-{number}");
            file
        })
        .collect()
}

/// An account of their own for every household.
fn account(number: u32) -> String {
    let with = |check: u32| format!("NL{check:02}RABO{:010}", 300_000_000 + number);
    let mut tried = (2..99).map(with);
    tried.find(|text| text.parse::<grip_engine::bank::iban::Iban>().is_ok()).expect("one of them fits")
}

/// A run that is approved and of which no file was made.
async fn approved(kind: Kind) -> (World, Grant, run::RunRow) {
    let world = own_database(kind).await;
    let play = world.play(script(many()), "2026-02-01", "2026-02-19").await;
    let today = day("2026-02-20");
    let work = play.grant_to("nobody", Action::WorkDay, today).expect("the system may");
    propose::propose(&world.app.store, &work).await.expect("proposes");
    let found = run::list(&mut world.read().await).await.expect("runs").remove(0);
    let second = play.grant_to(SECOND, Action::ApproveRun, today).expect("may approve");
    approve::approve(&world.app.store, &second, found.id(), &found.content_hash).await.expect("approved");
    (world, work, found)
}

#[tokio::test]
async fn a_kill_between_commit_and_file_loses_nothing_and_pays_nothing_twice() {
    for kind in databases() {
        let (world, work, found) = approved(kind).await;
        let outbox = world.folder().join("outbox");
        std::fs::create_dir_all(&outbox).expect("a folder");
        let name = format!("{}.xml", instruct::file_id(&found));
        // the program writes into a pipe that takes no more than it holds, so it stops in the middle
        let pipe = outbox.join(format!("{name}.tmp"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
        let mut program = grip()
            .args(["run", "--date", "2026-02-20", "--database", &world.url, "--outbox"])
            .arg(&outbox)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut reader = File::open(&pipe).expect("the pipe opens when the program writes");
        let mut some = [0; 100];
        reader.read_exact(&mut some).expect("the first bytes");
        program.kill().expect("SIGKILL");
        let ended = program.wait().expect("it ended");
        assert!(!ended.success());
        drop(reader);
        std::fs::remove_file(&pipe).expect("the pipe is still there: no file got its name");
        assert!(!outbox.join(&name).exists());

        let files = payment_file::list(&mut world.read().await).await.expect("files");
        assert_eq!((files.len(), files[0].offered_on), (1, None), "the bytes are kept, and were not offered");
        for _ in 0..2 {
            let again = instruct::instruct(&world.app.store, &work, Some(&outbox)).await.expect("works");
            assert!(again.files <= 1 && again.problems.is_empty());
        }
        let written = std::fs::read(outbox.join(&name)).expect("the file is there");
        let kept =
            payment_file::body(&mut world.read().await, files[0].payment_file_id).await.expect("reads");
        assert_eq!(Some(&written), kept.as_ref(), "the same bytes");
        assert!(written.starts_with(&some));
        assert_eq!(payment_file::list(&mut world.read().await).await.expect("files").len(), 1);
        settle_once(&world, &work, &written).await;
    }
}

/// The bank takes the file once, refuses it the second time, and every due is paid once.
async fn settle_once(world: &World, work: &Grant, file: &[u8]) {
    let mut bank = grip_api::simulated_bank::SimulatedBank::new();
    let account = "NL35BNGH0900800700".parse().expect("an account");
    let opening = grip_engine::money::Money::from_cents(150_000_00);
    bank.open_account(account, "Gemeente Voorbeeldstad", opening, day("2026-01-01"));
    bank.deliver(file).expect("the bank takes it");
    assert!(bank.deliver(file).is_err(), "the same file twice");
    let statements =
        day("2026-02-20").iter_days().take(10).flat_map(|on| bank.end_day(on)).collect::<Vec<_>>();
    for statement in statements {
        let (name, bytes) = (&statement.name, &statement.bytes);
        import_statement::import(&world.app.store, work, name, bytes).await.expect("taken in");
    }
    let rows = payment::list(&mut world.read().await, grip_api::store::Scope::All).await.expect("payments");
    assert_eq!(rows.len(), 200);
    assert!(rows.iter().all(|row| row.state == "settled"));
    let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
    assert!(proofs.iter().all(|proof| proof.wrong.is_empty()), "{proofs:?}");
}
