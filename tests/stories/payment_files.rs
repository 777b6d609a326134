//! Payments go out in a file that every bank can read, are answered, and are paid again only by a decision.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use grip_api::auth::grant::Grant;
use grip_api::flow::answer::{self, Answered};
use grip_api::flow::{FlowError, alerts, approve, doctor, instruct, propose, reissue};
use grip_api::intake::HouseholdIn;
use grip_api::play::{FINANCE, OFFICER, Play, SECOND};
use grip_api::store::payment::PaymentRow;
use grip_api::store::payment_file::{self, FileRow};
use grip_api::store::{Scope, payment, run};
use grip_engine::access::Action;
use grip_engine::bank::pain001::{Head, Transfer, Version, write};
use grip_engine::bank::text::sepa;
use grip_engine::money::Money;
use grip_tests::{Kind, World, databases, day, note, sample, script, world};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

/// The day on which the file of the run of March lies at the bank, three days before it is executed.
const SENT: &str = "2026-02-24";

/// A household of which the file of the first month was offered to the bank and nothing was booked.
async fn sent(kind: Kind) -> (World, Play) {
    sent_of(kind, sample("HH-101")).await
}

async fn sent_of(kind: Kind, file: HouseholdIn) -> (World, Play) {
    let world = world(kind).await;
    let play = world.play(script(vec![file]), "2026-02-01", SENT).await;
    (world, play)
}

async fn files(world: &World) -> Vec<FileRow> {
    payment_file::list(&mut world.read().await).await.expect("files")
}

/// The payments of the first file, rent first.
async fn payments(world: &World) -> Vec<PaymentRow> {
    let file = files(world).await.pop().expect("a file");
    let mut rows = payment::of_run(&mut world.read().await, file.run_id.into()).await.expect("payments");
    rows.sort_by_key(|row| (row.subject.clone(), std::cmp::Reverse(row.amount)));
    rows
}

fn pain002(file: &FileRow, told: &str, of_payments: &str) -> String {
    format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.002.001.10'><CstmrPmtStsRpt><GrpHdr><MsgId>A1</MsgId>\
         </GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>\
         <OrgnlPmtInfId>{}</OrgnlPmtInfId>{told}{of_payments}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>",
        file.message_id, file.payment_information_id
    )
}

fn rejected(row: &PaymentRow, code: &str) -> String {
    format!(
        "<TxInfAndSts><OrgnlEndToEndId>{}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>\
         </StsRsnInf></TxInfAndSts>",
        row.end_to_end_id
    )
}

fn grant(play: &Play, name: &str, action: Action, on: &str) -> Grant {
    play.grant_to(name, action, day(on)).expect("may do this")
}

async fn answered(world: &World, play: &Play, text: &str) -> Result<Answered, FlowError> {
    let finance = grant(play, FINANCE, Action::ImportStatement, SENT);
    let done = answer::import(&world.app.store, &finance, "antwoord.xml", text.as_bytes()).await;
    let system = grant(play, "nobody", Action::WorkDay, SENT);
    alerts::raise(&world.app.store, &system, Scope::All).await.expect("alerts");
    done
}

/// Rejects the rent of the first file for a reason, and accepts the rest.
async fn reject_rent(world: &World, play: &Play, code: &str) -> PaymentRow {
    let file = files(world).await.pop().expect("a file");
    let rent = payments(world).await.remove(0);
    let text = pain002(&file, "<PmtInfSts>ACSP</PmtInfSts>", &rejected(&rent, code));
    let done = answered(world, play, &text).await.expect("an answer");
    assert_eq!(done.rejected, 1, "{done}");
    rent
}

async fn state(world: &World, id: uuid::Uuid) -> String {
    let all = payment::list(&mut world.read().await, Scope::All).await.expect("payments");
    all.into_iter().find(|row| row.payment_id == id).expect("the payment").state
}

async fn healthy(world: &World) {
    let proofs = doctor::examine(&world.app.store).await.expect("the doctor");
    assert!(proofs.iter().all(|proof| proof.wrong.is_empty()), "{proofs:?}");
}

#[tokio::test]
async fn an_accepted_file_is_not_paid_until_the_statement_says_so_and_the_same_answer_counts_once() {
    for kind in databases() {
        let (world, mut play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let text = pain002(&file, "<PmtInfSts>ACSP</PmtInfSts>", "");
        let done = answered(&world, &play, &text).await.expect("an answer");
        assert_eq!(done.accepted, payments(&world).await.len());
        assert!(payments(&world).await.iter().all(|row| row.state == "accepted"));
        assert!(answered(&world, &play, &text).await.expect("the same answer").is_known);
        let before = pain002(&file, "<PmtInfSts>RCVD</PmtInfSts>", "");
        let late = answered(&world, &play, &before).await.expect("a late answer");
        assert_eq!((late.accepted, late.noted), (0, done.accepted), "a state only moves forward");
        play.days(day("2026-02-25"), day("2026-02-28")).await.expect("the bank pays");
        assert!(payments(&world).await.iter().all(|row| row.state == "settled"));
        healthy(&world).await;
    }
}

#[tokio::test]
async fn a_rejected_rent_never_left_reopens_its_due_and_raises_r01_at_once() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let rent = reject_rent(&world, &play, "AC04").await;
        assert_eq!(state(&world, rent.payment_id).await, "rejected");
        assert!(world.alerts("HH-101").await.contains("R01"), "{}", world.alerts("HH-101").await);
        let waits = grip_api::store::ledger::returned_money(&mut world.read().await).await.expect("money");
        assert_eq!(waits.values().map(|money| money.cents()).sum::<i64>(), rent.amount);
        healthy(&world).await;
        // the reason is the account: nobody can decide to pay on it once more, and nothing goes by itself
        let officer = grant(&play, OFFICER, Action::RecordFacts, SENT);
        let refused = reissue::decide(&world.app.store, &officer, rent.payment_id.into(), "opnieuw").await;
        assert!(matches!(refused, Err(FlowError::Barred(reissue::Barred::OtherAccount))), "{refused:?}");
        let again = proposed_again(&world, &play, &rent).await;
        assert!(!again, "nothing is proposed to the same account");
    }
}

/// True when the due of a payment stands in a proposal after the work of the next day.
async fn proposed_again(world: &World, play: &Play, failed: &PaymentRow) -> bool {
    let system = grant(play, "nobody", Action::WorkDay, "2026-02-25");
    propose::propose(&world.app.store, &system).await.expect("proposes");
    let mut at = world.read().await;
    let mut found = false;
    for row in run::list(&mut at).await.expect("runs").iter().filter(|row| row.state == "proposed") {
        let lines = run::lines(&mut at, row.id()).await.expect("lines");
        found |= lines.iter().any(|line| line.remittance == failed.remittance);
    }
    found
}

#[tokio::test]
async fn a_failure_without_a_reason_is_paid_once_more_by_a_decision_and_approved_by_another() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let rent = reject_rent(&world, &play, "MS03").await;
        assert!(!proposed_again(&world, &play, &rent).await, "never by itself");
        let id = rent.payment_id.into();
        let officer = grant(&play, OFFICER, Action::RecordFacts, "2026-02-25");
        let household = rent.household_id;
        let dry = reissue::rehearse(&mut world.read().await, id, household, day("2026-02-25")).await;
        let dry = dry.expect("a dry run");
        assert_eq!((dry.barred, dry.execution), (None, day("2026-02-26")));
        assert!(!proposed_again(&world, &play, &rent).await, "a dry run decides nothing");
        assert!(reissue::decide(&world.app.store, &officer, id, " ").await.is_err(), "a reason is needed");
        reissue::decide(&world.app.store, &officer, id, "de bank had een storing").await.expect("decided");
        let twice = reissue::decide(&world.app.store, &officer, id, "nog eens").await;
        assert!(matches!(twice, Err(FlowError::Barred(reissue::Barred::Decided(_)))), "{twice:?}");
        assert!(proposed_again(&world, &play, &rent).await);
        let runs = run::list(&mut world.read().await).await.expect("runs");
        let found = runs.iter().find(|row| row.state == "proposed").expect("a proposal");
        assert!(found.preparers().contains(&OFFICER.to_owned()));
        let second = grant(&play, SECOND, Action::ApproveRun, "2026-02-25");
        approve::approve(&world.app.store, &second, found.id(), &found.content_hash).await.expect("approved");
        let all = payment::list(&mut world.read().await, Scope::All).await.expect("payments");
        let of_due: Vec<&str> =
            all.iter().filter(|row| row.due_id == rent.due_id).map(|row| row.state.as_str()).collect();
        assert!(of_due.contains(&"rejected") && of_due.contains(&"approved"), "{of_due:?}");
        healthy(&world).await;
    }
}

#[tokio::test]
async fn want_of_money_on_our_own_account_is_the_only_thing_that_is_tried_again_by_itself() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let rent = reject_rent(&world, &play, "AM04").await;
        assert!(proposed_again(&world, &play, &rent).await);
    }
}

#[tokio::test]
async fn an_answer_to_a_file_that_is_not_ours_is_refused() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let mut file = files(&world).await.pop().expect("a file");
        file.message_id = "ANOTHER".to_owned();
        file.payment_information_id = "ANOTHER".to_owned();
        let refused = answered(&world, &play, &pain002(&file, "<PmtInfSts>RJCT</PmtInfSts>", "")).await;
        assert_eq!(refused.expect_err("not ours").to_string(), "payment file `ANOTHER` does not exist");
        assert!(answered(&world, &play, "<Document/>").await.is_err());
        assert!(payments(&world).await.iter().all(|row| row.state == "sent"));
    }
}

#[tokio::test]
async fn a_name_check_is_kept_and_changes_no_state() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let rent = payments(&world).await.remove(0);
        let told = rejected(&rent, "").replace("RJCT", "RVNM");
        let count = payments(&world).await.len() - 1;
        let counts = format!(
            "<PmtInfSts>RVMC</PmtInfSts><NbOfTxsPerSts><DtldNbOfTxs>{count}</DtldNbOfTxs><DtldSts>RCVC</DtldSts>\
             </NbOfTxsPerSts><NbOfTxsPerSts><DtldNbOfTxs>1</DtldNbOfTxs><DtldSts>RVNM</DtldSts></NbOfTxsPerSts>"
        );
        let done = answered(&world, &play, &pain002(&file, &counts, &told)).await.expect("an answer");
        assert_eq!((done.name_checks, done.name_stops, done.accepted), (count + 1, 1, 0), "{done}");
        assert!(payments(&world).await.iter().all(|row| row.state == "sent"));
    }
}

#[tokio::test]
async fn one_payment_that_no_bank_would_take_is_named_and_blocks_no_other() {
    for kind in databases() {
        let mut file = sample("HH-101");
        file.member[0].name = Some("李明".to_owned());
        let (world, play) = sent_of(kind, file).await;
        let found = world.payments("HH-101").await;
        assert!(found.contains("fixed_cost") && !found.contains("living_money"), "{found}");
        let system = grant(&play, "nobody", Action::WorkDay, "2026-02-25");
        let done = propose::propose(&world.app.store, &system).await.expect("proposes");
        let named = done.problems.iter().any(|problem| problem.starts_with("HH-101: leefgeld"));
        assert!(named, "{:?}", done.problems);
    }
}

#[tokio::test]
async fn the_outbox_holds_the_file_its_hash_and_the_journal_and_taking_it_again_pays_nothing_twice() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let read = |name: &str| std::fs::read(play.outbox().join(name)).expect("a file in the outbox");
        let bytes = read(&file.name);
        assert_eq!(
            read(&format!("{}.sha256", file.name)),
            format!("{}  {}\n", file.sha256, file.name).as_bytes()
        );
        let journal = String::from_utf8(read(&file.name.replace(".xml", "-journaal.csv"))).expect("UTF-8");
        let mut lines = journal.lines();
        assert!(
            lines
                .next()
                .is_some_and(|head| head.trim_start_matches('\u{FEFF}').starts_with("boekdatum;betaalrun;"))
        );
        assert_eq!(lines.count(), payments(&world).await.len());
        let kept = payment_file::body(&mut world.read().await, file.payment_file_id).await.expect("reads");
        assert_eq!(kept.as_deref(), Some(bytes.as_slice()));
        let finance = grant(&play, FINANCE, Action::SeeBank, SENT);
        for _ in 0..2 {
            instruct::taken(&world.app.store, &finance, file.payment_file_id, "page").await.expect("logged");
        }
        let offers =
            payment_file::offers(&mut world.read().await, file.payment_file_id).await.expect("offers");
        assert_eq!(
            offers.iter().map(|offer| offer.way.as_str()).collect::<Vec<_>>(),
            ["outbox", "page", "page"]
        );
        assert!(payments(&world).await.iter().all(|row| row.state == "sent"));
    }
}

#[tokio::test]
async fn an_account_of_which_the_bank_takes_the_older_message_gets_it() {
    for kind in databases() {
        let world = world(kind).await;
        let mut story = script(vec![sample("HH-101")]);
        for account in &mut story.municipality.bank_account {
            account.payment_message = Some("pain.001.001.03".to_owned());
        }
        let play = world.play(story, "2026-02-01", SENT).await;
        let file = files(&world).await.pop().expect("a file");
        assert_eq!(file.message, "pain.001.001.03");
        let bytes = std::fs::read(play.outbox().join(&file.name)).expect("the file");
        valid(&bytes, Version::V03);
        assert!(bytes.windows(15).any(|some| some == b"pain.001.001.03"));
    }
}

/// Random names and texts, with what people really type among them.
fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,200}",
        "[A-Za-z'&<>\" ./]{0,160}",
        Just("Ñandú & Zn. <B.V.> \"Łódź\"".to_owned()),
        Just("O’Brien-Çelik / Οδυσσέας Щукин".to_owned()),
        Just("]]> &amp; <!-- x -->".to_owned()),
        Just("6390338414964113".to_owned()),
        Just("RF18539007547034".to_owned()),
        Just("//".to_owned()),
    ]
}

#[test]
fn any_payment_that_is_taken_makes_a_file_that_holds_against_both_official_schemas() {
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let one = (awkward(), awkward(), 1_i64..=99_999_999_999);
    let mut transfers = Vec::new();
    let mut left_out = 0;
    for number in 0..3_000 {
        let (creditor_name, remittance, cents) = one.new_tree(&mut runner).expect("a payment").current();
        assert!(sepa(&creditor_name, 70).len() <= 70 && sepa(&remittance, 140).len() <= 140);
        assert_eq!(sepa(&sepa(&remittance, 140), 140), sepa(&remittance, 140), "twice is once");
        let transfer = Transfer {
            end_to_end_id: format!("E{number}"),
            amount: Money::from_cents(cents),
            creditor_name,
            creditor: "NL91ABNA0417164300".parse().expect("an account"),
            remittance,
        };
        if transfer.check().is_ok() { transfers.push(transfer) } else { left_out += 1 }
    }
    assert!(1_000 < transfers.len() && 0 < left_out, "{} and {left_out}", transfers.len());
    for version in [Version::V03, Version::V09] {
        let head = Head {
            version,
            message_id: "GRIP-1".to_owned(),
            payment_information_id: "GRIP-1".to_owned(),
            created: "2026-02-26T00:00:00".parse().expect("a moment"),
            debtor_name: "Gemeente Sint-Michielsgestel & Ðe Åland".to_owned(),
            debtor: "NL49BNGH0285171712".parse().expect("an account"),
            execution: day("2026-02-27"),
            payments: transfers.len() as u64,
            total: transfers.iter().map(|transfer| transfer.amount).sum(),
        };
        let bytes = write(head, &transfers).expect("a file");
        let text = std::str::from_utf8(&bytes).expect("UTF-8");
        assert!(!text.contains("PstlAdr") && !text.contains("AdrLine"));
        valid(&bytes, version);
    }
}

/// Fails when the official schema has something against the file. Without the schemas a note says that it was not proven.
fn valid(bytes: &[u8], version: Version) {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/iso20022/xsd");
    let named = std::env::var_os("GRIP_XSD_DIR").map(PathBuf::from);
    let found = [Some(beside), named].into_iter().flatten().find(|folder| folder.is_dir());
    let Some(folder) = found else {
        return note("NOT PROVEN: payment files against their schemas: set GRIP_XSD_DIR");
    };
    let started = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(folder.join(format!("{}.xsd", version.code())))
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut xmllint) = started else {
        return note("NOT PROVEN: payment files against their schemas: install xmllint (libxml2-utils)");
    };
    let mut input = xmllint.stdin.take().expect("a pipe");
    input.write_all(bytes).expect("xmllint reads");
    drop(input);
    let said = xmllint.wait_with_output().expect("xmllint ends");
    assert!(said.status.success(), "{}: {}", version.code(), String::from_utf8_lossy(&said.stderr));
}
