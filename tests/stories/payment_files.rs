//! Payments go out in a file that every bank can read.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use grip_api::auth::grant::Grant;
use grip_api::flow::day::work;
use grip_api::flow::{FlowError, instruct, propose};
use grip_api::intake::{AddressIn, HouseholdIn};
use grip_api::play::{FINANCE, Play};
use grip_api::store::payment;
use grip_api::store::payment::PaymentRow;
use grip_api::store::payment_file::{self, FileRow};
use grip_engine::access::Action;
use grip_engine::bank::address::PostalAddress;
use grip_engine::bank::pain001::{Head, Transfer, Version, write};
use grip_engine::bank::text::sepa;
use grip_engine::money::Money;
use grip_tests::{Kind, World, databases, day, note, sample, script, world};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

/// The day on which the file of the run of March lies at the bank, three days before it is executed.
pub(super) const SENT: &str = "2026-02-24";

/// A household of which the file of the first month was offered to the bank and nothing was booked.
pub(super) async fn sent(kind: Kind) -> (World, Play) {
    sent_of(kind, sample("HH-101")).await
}

pub(super) async fn sent_of(kind: Kind, file: HouseholdIn) -> (World, Play) {
    let world = world(kind).await;
    let play = world.play(script(vec![file]), "2026-02-01", SENT).await;
    (world, play)
}

pub(super) async fn files(world: &World) -> Vec<FileRow> {
    payment_file::list(&mut world.read().await).await.expect("files")
}

/// The payments of the first file, rent first.
pub(super) async fn payments(world: &World) -> Vec<PaymentRow> {
    let file = files(world).await.pop().expect("a file");
    let mut rows = payment::of_run(&mut world.read().await, file.run_id.into()).await.expect("payments");
    rows.sort_by_key(|row| (row.subject.clone(), std::cmp::Reverse(row.amount)));
    rows
}

pub(super) fn grant(play: &Play, name: &str, action: Action, on: &str) -> Grant {
    play.grant_to(name, action, day(on)).expect("may do this")
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
async fn without_a_folder_a_file_waits_for_whoever_takes_it_and_is_sent_by_that() {
    for kind in databases() {
        let world = world(kind).await;
        let mut play = world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-22").await;
        play.dawn(day("2026-02-23")).await.expect("a day");
        play.approve(day("2026-02-23")).await.expect("approved");
        let system = grant(&play, "nobody", Action::WorkDay, "2026-02-23");
        let done = work(&world.app.store, &system, None).await.expect("works");
        assert_eq!(done.instructed.files, 0, "nothing is put in a folder");
        assert!(payments(&world).await.iter().all(|row| row.state == "instructed"));
        let finance = grant(&play, FINANCE, Action::SeeBank, "2026-02-23");
        let take = async |name: &str| instruct::take(&world.app.store, &finance, name).await;
        let waiting = async || {
            let mailings = instruct::mailings(&mut world.read().await).await.expect("mailings");
            mailings.iter().filter(|mailing| !mailing.is_offered).count()
        };
        let name = files(&world).await.pop().expect("a file").name;
        let (kind, sum) = take(&format!("{name}.sha256")).await.expect("the hash");
        assert!(kind == instruct::Kind::Sum && String::from_utf8_lossy(&sum).contains(&name));
        assert_eq!(waiting().await, 1, "a hash is no payment");
        let (kind, bytes) = take(&name).await.expect("the file");
        valid(&bytes, Version::V09);
        assert_eq!((kind, waiting().await), (instruct::Kind::Payments, 0));
        assert!(payments(&world).await.iter().all(|row| row.state == "sent"));
        assert_eq!(take(&name).await.expect("the same file").1, bytes);
        assert!(matches!(take("GRIP-1.xml").await, Err(FlowError::NotFound { .. })));
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

/// Random addresses: street, number, postcode, town and country.
fn address() -> impl Strategy<Value = [String; 5]> {
    let country = prop_oneof![Just("CH".to_owned()), Just("GB".to_owned()), "[A-Z]{2}", "\\PC{0,3}"];
    let town = prop_oneof!["\\PC{1,40}", Just("Zürich".to_owned()), Just("St. Peter Port & Sark".to_owned())];
    ("\\PC{0,80}", "[0-9]{0,4} ?[A-Za-z]{0,2}", "[A-Z0-9 ]{0,18}", town, country)
        .prop_map(|(street, number, postcode, town, country)| [street, number, postcode, town, country])
}

#[tokio::test]
async fn an_address_goes_with_payments_to_that_payee_and_with_no_other() {
    for kind in databases() {
        let world = world(kind).await;
        let mut story = script(vec![sample("HH-101")]);
        let landlord = &mut story.municipality.payee[0];
        landlord.address = Some(AddressIn {
            street: "Bahnhofstrasse".to_owned(),
            number: "12".to_owned(),
            postcode: "8001".to_owned(),
            town: "Zürich".to_owned(),
            country: "CH".to_owned(),
        });
        let (name, iban) = (landlord.name.clone(), landlord.iban.replace(' ', ""));
        let play = world.play(story, "2026-02-01", SENT).await;
        let file = files(&world).await.pop().expect("a file");
        let text = std::fs::read_to_string(play.outbox().join(&file.name)).expect("the file");
        valid(text.as_bytes(), Version::V09);
        let with: Vec<&str> = text.lines().filter(|line| line.contains("<PstlAdr>")).collect();
        assert!(!with.is_empty() && with.iter().all(|line| line.contains(&iban)), "{name}: {text}");
        let whole = "<PstlAdr><StrtNm>Bahnhofstrasse</StrtNm><BldgNb>12</BldgNb><PstCd>8001</PstCd><TwnNm>Zurich</TwnNm>\
                     <Ctry>CH</Ctry></PstlAdr>";
        assert!(with.iter().all(|line| line.contains(whole)), "{with:?}");
        assert_eq!(text.lines().filter(|line| line.contains(&iban)).count(), with.len());
    }
}

#[test]
fn any_payment_that_is_taken_makes_a_file_that_holds_against_both_official_schemas() {
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let one = (awkward(), awkward(), 1_i64..=99_999_999_999, proptest::option::of(address()));
    let mut transfers = Vec::new();
    let (mut left_out, mut addresses) = (0, 0);
    for number in 0..3_000 {
        let (creditor_name, remittance, cents, place) =
            one.new_tree(&mut runner).expect("a payment").current();
        assert!(sepa(&creditor_name, 70).len() <= 70 && sepa(&remittance, 140).len() <= 140);
        assert_eq!(sepa(&sepa(&remittance, 140), 140), sepa(&remittance, 140), "twice is once");
        let transfer = Transfer {
            end_to_end_id: format!("E{number}"),
            amount: Money::from_cents(cents),
            creditor_name,
            creditor: "NL91ABNA0417164300".parse().expect("an account"),
            remittance,
            // what is no address is told before it is recorded
            address: place.and_then(|[street, number, postcode, town, country]| {
                PostalAddress::new(&street, &number, &postcode, &town, &country).ok()
            }),
        };
        addresses += usize::from(transfer.address.is_some());
        if transfer.check().is_ok() { transfers.push(transfer) } else { left_out += 1 }
    }
    assert!(1_000 < transfers.len() && 0 < left_out, "{} and {left_out}", transfers.len());
    assert!(200 < addresses, "{addresses}");
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
        assert!(text.contains("<PstlAdr>") && !text.contains("AdrLine"), "never an unstructured address");
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
