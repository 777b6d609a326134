//! Statements come in once, prove, and are refused as a whole with the reason.

use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::FlowError;
use grip_api::flow::import_statement::{
    HandedIn, Imported, Outcome, Progress, accept, import, import_watched, supersede, waiting,
};
use grip_api::simulated_bank::{Told, ToldEntry, ToldMessage, ToldPart};
use grip_api::store::statement;
use grip_engine::access::Action;
use grip_engine::bank::camt::Encoding;
use grip_engine::bank::chain::Joint;
use grip_engine::money::Money;
use grip_tests::{World, databases, day, own_database, root, sample, script, world};
use sha2::Digest;

const ABN: &str = "NL41ABNA0900800701";

/// Entries as (amount, direction, text), between two balances.
fn camt(id: &str, on: &str, opening: &str, closing: &str, entries: &[(&str, &str, &str)]) -> String {
    let entry = |(amount, direction, text): &(&str, &str, &str)| {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>BOOK</Sts>\
             <BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt><BkTxCd/>\
             <NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )
    };
    let balance = |code: &str, amount: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M-{id}</MsgId><CreDtTm>{on}T20:00:00</CreDtTm></GrpHdr>\
         <Stmt><Id>{id}</Id><CreDtTm>{on}T20:00:00</CreDtTm><Acct><Id><IBAN>{ABN}</IBAN></Id></Acct>\
         {}{}{}</Stmt></BkToCstmrStmt></Document>",
        balance("PRCD", opening),
        balance("CLBD", closing),
        entries.iter().map(entry).collect::<String>()
    )
}

async fn municipality(kind: grip_tests::Kind) -> World {
    let world = world(kind).await;
    world.play(script(Vec::new()), "2026-01-01", "2025-12-31").await;
    world
}

async fn take_in(world: &World, text: &str) -> Result<Imported, FlowError> {
    let at = day("2026-02-27").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    let grant =
        Grant::new(Actor::system(), Action::ImportStatement, day("2026-02-27"), at).expect("the system may");
    import(&world.app.store, &grant, "afschrift.xml", text.as_bytes()).await
}

async fn refusal(world: &World, text: &str) -> String {
    take_in(world, text).await.expect_err("refused").to_string()
}

#[tokio::test]
async fn the_same_statement_twice_adds_nothing_under_any_id() {
    for kind in databases() {
        let world = municipality(kind).await;
        let twins =
            [("25.00", "CRDT", "teruggave"), ("25.00", "CRDT", "teruggave"), ("10.00", "DBIT", "kosten")];
        let first =
            take_in(&world, &camt("1", "2026-02-02", "100.00", "140.00", &twins)).await.expect("taken in");
        assert_eq!((first.new, first.duplicates, first.left_over), (3, 0, 3));
        let again =
            take_in(&world, &camt("1", "2026-02-02", "100.00", "140.00", &twins)).await.expect("taken in");
        assert_eq!((again.new, again.duplicates, again.known_statements), (0, 3, 1));
        let renumbered = camt("77", "2026-02-02", "100.00", "140.00", &twins);
        let renumbered = take_in(&world, &renumbered).await.expect("taken in");
        assert_eq!((renumbered.new, renumbered.duplicates), (0, 3));
    }
}

#[tokio::test]
async fn the_same_id_with_other_entries_is_a_conflict_and_books_nothing() {
    for kind in databases() {
        let world = municipality(kind).await;
        let one = [("25.00", "CRDT", "a")];
        take_in(&world, &camt("1", "2026-02-02", "100.00", "125.00", &one)).await.expect("taken in");
        let other = [("30.00", "CRDT", "b")];
        let error = refusal(&world, &camt("1", "2026-02-02", "100.00", "130.00", &other)).await;
        assert_eq!(
            error,
            "statement is refused: statement `1` was booked before with other entries: ask the bank which one holds"
        );
        let rows = grip_api::store::statement::list(&mut world.read().await).await.expect("statements");
        assert_eq!(rows.len(), 1);
    }
}

pub(super) async fn doctor_is_content(world: &World) -> bool {
    let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
    proofs.iter().all(|proof| proof.wrong.is_empty())
}

#[tokio::test]
async fn a_true_twin_in_the_next_statement_of_the_day_is_another_entry_whatever_order_they_come_in() {
    for kind in databases() {
        let world = municipality(kind).await;
        let one = [("25.00", "CRDT", "teruggave")];
        let statement = |id, opening, closing| camt(id, "2026-02-02", opening, closing, &one);
        take_in(&world, &camt("0", "2026-02-01", "100.00", "100.00", &[])).await.expect("taken in");
        for (id, opening, closing) in [("1", "100.00", "125.00"), ("2", "125.00", "150.00")] {
            let done = take_in(&world, &statement(id, opening, closing)).await.expect("taken in");
            assert_eq!((done.new, done.duplicates, done.gaps), (1, 0, 0), "{kind:?} {id}");
        }
        assert!(doctor_is_content(&world).await);
    }
}

#[tokio::test]
async fn a_true_twin_in_the_statement_of_the_next_day_is_another_entry_when_the_chain_proves_it() {
    for kind in databases() {
        let world = municipality(kind).await;
        let one = |id, on, opening, closing| export(id, on, opening, closing, &[("2026-02-02", "5.00")]);
        take_in(&world, &camt("0", "2026-02-01", "100.00", "100.00", &[])).await.expect("taken in");
        for (id, on, opening, closing) in
            [("1", "2026-02-02", "100.00", "105.00"), ("2", "2026-02-03", "105.00", "110.00")]
        {
            let done = take_in(&world, &one(id, on, opening, closing)).await.expect("taken in");
            assert_eq!((done.new, done.duplicates, done.gaps), (1, 0, 0), "{kind:?} {id}");
        }
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn an_export_from_a_balance_that_came_back_adds_only_its_new_day() {
    for kind in databases() {
        let world = municipality(kind).await;
        take_in(&world, &camt("0", "2026-02-01", "0.00", "0.00", &[])).await.expect("taken in");
        let first = camt("1", "2026-02-02", "0.00", "10.00", &[("10.00", "CRDT", "bijdrage")]);
        let second = camt("2", "2026-02-03", "10.00", "0.00", &[("10.00", "DBIT", "bijdrage")]);
        for text in [&first, &second] {
            assert_eq!(take_in(&world, text).await.expect("taken in").new, 1);
        }
        let entry = |text: &str| {
            let (start, end) =
                (text.find("<Ntry>").expect("an entry"), text.find("</Stmt>").expect("an end"));
            text[start..end].to_owned()
        };
        let third = camt("3", "2026-02-04", "0.00", "7.00", &[("7.00", "CRDT", "bijdrage")]);
        let whole = third.replacen("<Ntry>", &format!("{}{}<Ntry>", entry(&first), entry(&second)), 1);
        let done = take_in(&world, &whole).await.expect("taken in");
        assert_eq!((done.new, done.duplicates), (1, 2), "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn an_export_of_days_that_were_booked_adds_nothing_and_the_doctor_is_content() {
    for kind in databases() {
        let world = municipality(kind).await;
        let (one, two) = (("25.00", "CRDT", "a"), ("10.00", "DBIT", "b"));
        take_in(&world, &camt("0", "2026-02-01", "100.00", "100.00", &[])).await.expect("taken in");
        take_in(&world, &camt("1", "2026-02-02", "100.00", "125.00", &[one])).await.expect("taken in");
        take_in(&world, &camt("2", "2026-02-02", "125.00", "115.00", &[two])).await.expect("taken in");
        let export = camt("export", "2026-02-02", "100.00", "115.00", &[one, two]);
        let done = take_in(&world, &export).await.expect("taken in");
        assert_eq!((done.new, done.duplicates), (0, 2), "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

/// A statement over several days: each entry with its own day.
fn export(id: &str, on: &str, opening: &str, closing: &str, entries: &[(&str, &str)]) -> String {
    let mut text = camt(id, on, opening, closing, &[]);
    let at = text.find("</Stmt>").expect("a statement");
    let entry = |(day, amount): &(&str, &str)| {
        let one = camt(id, day, "0.00", "0.00", &[(amount, "CRDT", "bijdrage")]);
        let (start, end) = (one.find("<Ntry>").expect("an entry"), one.find("</Stmt>").expect("an end"));
        one[start..end].to_owned()
    };
    text.insert_str(at, &entries.iter().map(entry).collect::<String>());
    text
}

#[tokio::test]
async fn exports_and_daily_statements_may_overlap_in_any_order() {
    let one = |id: &str, on: &str, opening: &str, closing: &str, amount: &str| {
        export(id, on, opening, closing, &[(on, amount)])
    };
    for kind in databases() {
        let world = municipality(kind).await;
        let days = [("2026-03-02", "10.00"), ("2026-03-03", "20.00"), ("2026-03-04", "30.00")];
        take_in(&world, &one("d2", "2026-03-02", "0.00", "10.00", "10.00")).await.expect("taken in");
        let whole =
            take_in(&world, &export("e", "2026-03-04", "0.00", "60.00", &days)).await.expect("taken in");
        assert_eq!((whole.new, whole.duplicates), (2, 1));
        let again =
            take_in(&world, &one("d3", "2026-03-03", "10.00", "30.00", "20.00")).await.expect("taken in");
        assert_eq!((again.new, again.duplicates), (0, 1), "{kind:?}");
        let part = export("p", "2026-03-04", "10.00", "60.00", &days[1..]);
        assert_eq!(take_in(&world, &part).await.expect("taken in").new, 0);
        assert!(doctor_is_content(&world).await, "{kind:?}");
        let before = export("b", "2026-03-02", "-5.00", "10.00", &[("2026-03-01", "5.00"), days[0]]);
        let before = before.replacen(
            "<Amt Ccy=\"EUR\">-5.00</Amt><CdtDbtInd>CRDT",
            "<Amt Ccy=\"EUR\">5.00</Amt><CdtDbtInd>DBIT",
            1,
        );
        assert!(refusal(&world, &before).await.contains("begins before the first statement"));
    }
}

#[tokio::test]
async fn two_first_statements_at_once_bring_one_opening_balance() {
    for kind in databases() {
        let world = municipality(kind).await;
        let (one, two) = (
            camt("1", "2026-02-02", "100.00", "100.00", &[]),
            camt("2", "2026-02-03", "100.00", "120.00", &[("20.00", "CRDT", "x")]),
        );
        let both = tokio::join!(take_in(&world, &one), take_in(&world, &two));
        let taken = [both.0, both.1].into_iter().flatten().count();
        assert!(1 <= taken);
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_missing_day_between_two_statements_is_seen() {
    for kind in databases() {
        let world = municipality(kind).await;
        take_in(&world, &camt("1", "2026-02-02", "100.00", "100.00", &[])).await.expect("taken in");
        let next =
            take_in(&world, &camt("3", "2026-02-04", "120.00", "120.00", &[])).await.expect("taken in");
        assert_eq!(next.gaps, 1);
        let gaps = async || {
            let rows = grip_api::store::statement::list(&mut world.read().await).await.expect("statements");
            rows.iter().filter(|row| row.after_gap).count()
        };
        assert_eq!((gaps().await, doctor_is_content(&world).await), (1, false));
        let missing = camt("2", "2026-02-03", "100.00", "120.00", &[("20.00", "CRDT", "x")]);
        assert_eq!(take_in(&world, &missing).await.expect("taken in").gaps, 0);
        assert_eq!((gaps().await, doctor_is_content(&world).await), (0, true), "the gap is filled");
    }
}

#[tokio::test]
async fn what_does_not_prove_is_held_with_the_difference_and_books_nothing() {
    for kind in databases() {
        let world = municipality(kind).await;
        let one = [("25.00", "CRDT", "a")];
        let wrong = camt("1", "2026-02-02", "100.00", "125.01", &one);
        let done = take_in(&world, &wrong).await.expect("held");
        assert_eq!((done.held, done.new), (1, 0));
        let no_closing = camt("2", "2026-02-02", "100.00", "125.00", &one).replace("CLBD", "CLAV");
        assert_eq!(take_in(&world, &no_closing).await.expect("held").held, 1);
        let two = [("12.345", "CRDT", "a"), ("1.00", "CRDT", "b")];
        let decimals = camt("3", "2026-02-02", "100.00", "113.35", &two);
        assert_eq!(take_in(&world, &decimals).await.expect("held").held, 1);
        let again = take_in(&world, &wrong).await.expect("known");
        assert_eq!((again.known_statements, again.held, again.new), (1, 1, 0));

        let mut at = world.read().await;
        let held = grip_api::store::statement::held(&mut at).await.expect("held statements");
        let mut told: Vec<_> = held.iter().map(|row| (row.bank_id.as_str(), row.code.as_str())).collect();
        told.sort_unstable();
        assert_eq!(told, [("1", "E_BALANCE"), ("2", "E_NO_CLOSING"), ("3", "E_SCALE")]);
        let differs = held.iter().find(|row| row.bank_id == "1").expect("held");
        assert_eq!(
            differs.told,
            "Het afschrift sluit niet: het eindsaldo wijkt € -0,01 af van beginsaldo en boekingen."
        );
        assert!(grip_api::store::statement::list(&mut at).await.expect("statements").is_empty());
    }
}

#[tokio::test]
async fn a_file_of_which_nothing_can_be_read_is_refused() {
    for kind in databases() {
        let world = municipality(kind).await;
        let decimals = camt("1", "2026-02-02", "100.00", "112.345", &[("12.345", "CRDT", "a")]);
        let refused = refusal(&world, &decimals).await;
        assert!(refused.contains("12.345") && refused.contains("Amt"), "{refused}");
        let mut at = world.read().await;
        assert!(grip_api::store::statement::held(&mut at).await.expect("held statements").is_empty());
    }
}

#[tokio::test]
async fn an_account_that_is_not_ours_is_refused_with_its_number() {
    for kind in databases() {
        let world = municipality(kind).await;
        let text = camt("1", "2026-02-02", "1.00", "1.00", &[]).replace(ABN, "NL91ABNA0417164300");
        let error = refusal(&world, &text).await;
        assert_eq!(
            error,
            "statement is refused: account `NL91ABNA0417164300` is not an account of this municipality"
        );
    }
}

#[tokio::test]
async fn no_real_file_of_another_account_is_taken_in() {
    let corpus = root().join("../shared/iso20022/corpus/public");
    let Ok(files) = std::fs::read_dir(&corpus) else {
        grip_tests::note("NOT TESTED: the corpus of real files is absent");
        return;
    };
    let world = municipality(databases()[0]).await;
    let mut refused = 0;
    for file in files.map(|file| file.expect("a file").path()) {
        let bytes = std::fs::read(&file).expect("readable");
        let at = day("2026-02-27").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
        let grant = Grant::new(Actor::system(), Action::ImportStatement, day("2026-02-27"), at).expect("may");
        let error = import(&world.app.store, &grant, "x.xml", &bytes).await;
        assert!(
            matches!(error, Err(FlowError::Statement(_) | FlowError::Camt(_))),
            "{}: {error:?}",
            file.display()
        );
        refused += 1;
    }
    assert!(100 < refused);
}

fn grant(name: &str, action: Action) -> Grant {
    let at = day("2026-02-27").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    let user = Some(grip_engine::id::UserId(uuid::Uuid::from_u128(u128::from(name.as_bytes()[0]))));
    let actor = Actor { user, name: name.to_owned(), role: Some(grip_engine::access::Role::Finance) };
    Grant::new(actor, action, day("2026-02-27"), at).expect("finance may")
}

#[tokio::test]
async fn a_held_statement_is_refused_with_a_reason_once_and_its_bytes_go() {
    for kind in databases() {
        let world = municipality(kind).await;
        let wrong = camt("1", "2026-02-02", "100.00", "125.01", &[("25.00", "CRDT", "a")]);
        take_in(&world, &wrong).await.expect("held");
        assert_eq!(take_in(&world, &wrong).await.expect("known").held, 1, "{kind:?}: it waits still");
        let held = statement::held(&mut world.read().await).await.expect("held").remove(0);
        assert_eq!(waiting::entries(&world.app.store, &held).await.expect("entries").len(), 1);
        let finance = grant("a", Action::ImportStatement);
        let again = waiting::look_again(&world.app.store, &finance, held.held_id).await.expect("looked at");
        assert_eq!(again.code(), Some("E_BALANCE"));
        let no_reason = waiting::refuse(&world.app.store, &finance, held.held_id, " x ").await;
        assert!(no_reason.expect_err("no reason").to_string().contains("a reason is needed"));
        let refuse =
            || waiting::refuse(&world.app.store, &finance, held.held_id, "de bank stuurt een nieuwe");
        refuse().await.expect("refused");
        assert!(
            refuse().await.expect_err("decided").to_string().contains("decided on this statement before")
        );
        let mut at = world.read().await;
        let row = statement::held_by_id(&mut at, held.held_id).await.expect("read").expect("kept");
        assert_eq!((row.state.as_str(), row.decided_by.as_deref()), ("refused", Some("a")));
        assert_eq!(statement::file_part(&mut at, &row.sha256, 0).await.expect("read"), None);
        drop(at);
        // the same file is looked at once more, and waits for a person again
        let again = take_in(&world, &wrong).await.expect("held again");
        assert_eq!((again.held, again.known_statements), (1, 0), "{kind:?}");
        assert_eq!(
            take_in(&world, &wrong).await.expect("known").known_statements,
            1,
            "{kind:?}: it waits still"
        );
        // the right one takes its place
        let right = camt("1", "2026-02-02", "100.00", "125.00", &[("25.00", "CRDT", "a")]);
        assert_eq!(take_in(&world, &right).await.expect("taken in").new, 1);
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_wrong_statement_counts_no_longer_when_a_second_person_says_so_and_the_right_one_takes_its_place() {
    for kind in databases() {
        let world = municipality(kind).await;
        let store = &world.app.store;
        take_in(&world, &camt("0", "2026-02-01", "100.00", "100.00", &[])).await.expect("taken in");
        let wrong = camt("1", "2026-02-02", "100.00", "125.00", &[("25.00", "CRDT", "a")]);
        take_in(&world, &wrong).await.expect("taken in");
        let right =
            camt("1", "2026-02-02", "100.00", "130.00", &[("25.00", "CRDT", "a"), ("5.00", "CRDT", "b")]);
        assert!(refusal(&world, &right).await.contains("was booked before with other entries"));

        let rows = statement::list(&mut world.read().await).await.expect("statements");
        let id = |bank_id: &str| rows.iter().find(|row| row.bank_id == bank_id).expect("booked").statement_id;
        let (one, other) = (grant("a", Action::ImportStatement), grant("b", Action::ApproveRun));
        let first = supersede::propose(store, &one, id("0"), "te vroeg").await;
        assert!(
            first
                .expect_err("the books open with it")
                .to_string()
                .contains("supersede the statements after it")
        );
        supersede::propose(store, &one, id("1"), "de bank herstelde de dag").await.expect("proposed");
        let same = supersede::approve(store, &grant("a", Action::ApproveRun), id("1")).await;
        assert!(same.is_err(), "the same person");
        supersede::approve(store, &other, id("1")).await.expect("approved");
        assert!(supersede::approve(store, &other, id("1")).await.is_err(), "once");
        assert!(doctor_is_content(&world).await, "{kind:?}");

        let done = take_in(&world, &right).await.expect("taken in");
        assert_eq!((done.new, done.duplicates), (2, 0), "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
        let rows = statement::list(&mut world.read().await).await.expect("statements");
        let gone: Vec<_> = rows.iter().filter(|row| row.is_superseded).map(|row| row.closing).collect();
        assert_eq!((rows.len(), gone), (3, vec![125_00]), "nothing is deleted");
        let chains = grip_api::flow::chains::chains(&mut world.read().await).await.expect("chains");
        assert!(
            chains
                .iter()
                .flat_map(|(_, links)| links)
                .all(|link| !matches!(link.joint, Joint::Missing { .. }))
        );
    }
}

#[tokio::test]
async fn a_payment_that_a_wrong_statement_settled_is_on_its_way_again_and_settles_once_more() {
    for kind in databases() {
        let world = world(kind).await;
        let mut play = world.play(script(vec![sample("HH-105")]), "2026-02-01", "2026-02-20").await;
        play.keep_statements();
        play.days(day("2026-02-21"), day("2026-03-02")).await.expect("the story goes on");
        let kept = play.kept();
        for file in &kept {
            play.give(file, day("2026-03-02")).await.expect("taken in");
        }
        let settled = async || world.payments("HH-105").await.matches("settled").count();
        let before = settled().await;
        assert!(0 < before);
        // the newest first: the books open with the oldest
        let rows = statement::list(&mut world.read().await).await.expect("statements");
        let store = &world.app.store;
        for id in rows.iter().map(|row| row.statement_id) {
            let first = grant("a", Action::ImportStatement);
            supersede::propose(store, &first, id, "verkeerd bestand").await.expect("proposed");
            supersede::approve(store, &grant("b", Action::ApproveRun), id).await.expect("approved");
        }
        assert_eq!(settled().await, 0, "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
        for file in &kept {
            play.give(file, day("2026-03-02")).await.expect("taken in");
        }
        assert_eq!(settled().await, before, "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

fn sha256_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    sha2::Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text");
        text
    })
}

#[tokio::test]
async fn a_re_issued_day_is_known_with_other_references_or_without_and_a_new_reference_is_a_new_entry() {
    let with = |text: &str, references: &[&str]| {
        let mut references = references.iter();
        let mut parts = text.split("<BkTxCd/>");
        let mut out = parts.next().expect("a beginning").to_owned();
        for part in parts {
            let reference = references.next().copied().unwrap_or_default();
            if !reference.is_empty() {
                out.push_str("<AcctSvcrRef>");
                out.push_str(reference);
                out.push_str("</AcctSvcrRef>");
            }
            out += "<BkTxCd/>";
            out += part;
        }
        out
    };
    let twins = [("25.00", "CRDT", "a"), ("25.00", "CRDT", "a")];
    for kind in databases() {
        // (references of the second statement, its closing balance, entries that are new)
        for (references, closing, new, held) in [
            (&["R1", "R2"][..], "150.00", 0, 0),
            (&["R2", "R1"], "150.00", 0, 0),
            (&["", ""], "150.00", 0, 0),
            (&["S1", "S2"], "150.00", 0, 0),
            (&["R1", "R2", "R3"], "175.00", 1, 0),
            (&["", "", ""], "175.00", 1, 0),
            // a statement of that day lies within it, and its entries are not all there
            (&["R1", "S2", "S3"], "175.00", 0, 1),
        ] {
            let world = municipality(kind).await;
            take_in(&world, &camt("0", "2026-02-01", "100.00", "100.00", &[])).await.expect("taken in");
            let first = with(&camt("1", "2026-02-02", "100.00", "150.00", &twins), &["R1", "R2"]);
            assert_eq!(take_in(&world, &first).await.expect("taken in").new, 2);
            let entries = vec![twins[0]; references.len()];
            let again = with(&camt("again", "2026-02-02", "100.00", closing, &entries), references);
            let done = take_in(&world, &again).await.expect("taken in");
            assert_eq!((done.new, done.held), (new, held), "{kind:?} {references:?}");
            assert!(doctor_is_content(&world).await, "{kind:?} {references:?}");
        }
    }
}

/// Case C14: 37 entries of 2 February, two of them true twins of 25.00, from 152,000.00 to 127,681.35.
fn c14(id: &str, sequence: u32) -> String {
    let mut entries: Vec<(String, &str, String)> = vec![
        ("25.00".to_owned(), "DBIT", "abonnement".to_owned()),
        ("25.00".to_owned(), "DBIT", "abonnement".to_owned()),
    ];
    entries.extend((1..=34).map(|number| (format!("{}.00", 600 + number), "DBIT", format!("huur {number}"))));
    // 50.00 and 20,995.00 went so far: one entry brings it to 24,318.65 on balance
    entries.push(("3273.65".to_owned(), "DBIT", "zorgpremies".to_owned()));
    let entries: Vec<(&str, &str, &str)> = entries
        .iter()
        .map(|(amount, direction, text)| (amount.as_str(), *direction, text.as_str()))
        .collect();
    assert_eq!(entries.len(), 37);
    let text = camt(id, "2026-06-30", "152000.00", "127681.35", &entries);
    let mut number = 0;
    let mut numbered = String::new();
    for part in text.split_inclusive("<BkTxCd/>") {
        number += 1;
        numbered +=
            &part.replace("<BkTxCd/>", &format!("<AcctSvcrRef>REF{number:04}</AcctSvcrRef><BkTxCd/>"));
    }
    numbered.replacen(
        "<CreDtTm>2026-06-30T20:00:00</CreDtTm><Acct>",
        &format!("<ElctrncSeqNb>{sequence}</ElctrncSeqNb><CreDtTm>2026-06-30T20:00:00</CreDtTm><Acct>"),
        1,
    )
}

#[tokio::test]
async fn case_c14_a_statement_that_comes_twice_books_once_and_a_gap_is_seen() {
    for kind in databases() {
        let world = municipality(kind).await;
        let first = take_in(&world, &c14("2026-118", 118)).await.expect("taken in");
        assert_eq!((first.new, first.duplicates, first.gaps), (37, 0, 0), "{kind:?}");
        let same = take_in(&world, &c14("2026-118", 118)).await.expect("known");
        assert_eq!((same.new, same.duplicates), (0, 37));
        // the bank issued the day again: another id, and other or no references
        let again = c14("2026-118-B", 118);
        let without = again
            .split("<AcctSvcrRef>")
            .map(|part| part.split_once("</AcctSvcrRef>").map_or(part, |(_, rest)| rest));
        let without: String = without.collect();
        for text in [again, without.replace("2026-118-B", "2026-118-C")] {
            let done = take_in(&world, &text).await.expect("known");
            assert_eq!((done.new, done.duplicates), (0, 37), "{kind:?}");
        }
        let conflict = c14("2026-118", 118).replace("huur 1<", "huur 99<");
        assert!(refusal(&world, &conflict).await.contains("was booked before with other entries"));

        let later = |id: &str, on: &str, opening: &str, closing: &str, sequence: u32| {
            let text = camt(id, on, opening, closing, &[("10.00", "CRDT", "bijdrage")]);
            let at = format!("<CreDtTm>{on}T20:00:00</CreDtTm><Acct>");
            text.replacen(&at, &format!("<ElctrncSeqNb>{sequence}</ElctrncSeqNb>{at}"), 1)
        };
        let behind = later("2026-120", "2026-07-02", "127691.35", "127701.35", 120);
        let done = take_in(&world, &behind).await.expect("taken in");
        assert_eq!((done.new, done.gaps), (1, 1));
        assert_eq!(done.results[0].outcome.code(), Some("W_SEQUENCE_GAP"));
        let chains = grip_api::flow::chains::chains(&mut world.read().await).await.expect("chains");
        let missing = Joint::Missing { moved: "10.00".parse().expect("an amount"), skipped: 1 };
        assert!(chains.iter().any(|(_, links)| links.first().is_some_and(|link| link.joint == missing)));
        let link = later("2026-119", "2026-07-01", "127681.35", "127691.35", 119);
        assert_eq!(take_in(&world, &link).await.expect("taken in").gaps, 0);
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_file_of_the_inbox_must_have_the_sum_that_was_sent_with_it() {
    for kind in databases() {
        let world = municipality(kind).await;
        let inbox = world.folder().join("inbox");
        std::fs::create_dir_all(&inbox).expect("a folder");
        let good = camt("1", "2026-02-02", "100.00", "100.00", &[]);
        std::fs::write(inbox.join("a.xml"), &good).expect("a file");
        std::fs::write(inbox.join("a.xml.sha256"), format!("{}  a.xml\n", sha256_of(good.as_bytes())))
            .expect("a sum");
        std::fs::write(inbox.join("b.xml"), &good).expect("a file");
        std::fs::write(inbox.join("b.xml.sha256"), "00ff").expect("a sum");
        std::fs::write(inbox.join("c.xml.tmp"), "half of a fi").expect("a file");
        std::fs::write(inbox.join("d.xml"), camt("2", "2026-02-03", "100.00", "100.01", &[]))
            .expect("a file");
        let system = Grant::new(
            Actor::system(),
            Action::WorkDay,
            day("2026-02-27"),
            day("2026-02-27").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc(),
        );
        let taken = grip_api::flow::inbox::take(&world.app.store, &system.expect("may"), &inbox).await;
        let told: Vec<_> = taken.expect("taken").into_iter().map(|file| (file.name, file.is_whole)).collect();
        let wanted = [("a.xml", true), ("b.xml", false), ("d.xml", false)];
        assert_eq!(told, wanted.map(|(name, whole)| (name.to_owned(), whole)), "{kind:?}");
        for (file, is_there) in [
            ("archive/a.xml", true),
            ("archive/a.xml.sha256", true),
            ("error/b.xml", true),
            ("error/b.xml.txt", true),
            ("error/b.xml.sha256", true),
            ("error/d.xml.txt", true),
            ("c.xml.tmp", true),
            ("a.xml", false),
            ("b.xml.sha256", false),
        ] {
            assert_eq!(inbox.join(file).is_file(), is_there, "{kind:?} {file}");
        }
        let why = std::fs::read_to_string(inbox.join("error/d.xml.txt")).expect("a note");
        assert!(why.contains("held (E_BALANCE)"), "{why}");
    }
}

#[tokio::test]
async fn a_file_with_unreadable_letters_is_read_as_windows_1252_only_when_a_person_says_so() {
    let good = camt("1", "2026-02-02", "100.00", "125.00", &[("25.00", "CRDT", "Caf\u{e9} \u{20ac}")]);
    let mut wrong = Vec::new();
    for letter in good.chars() {
        match letter {
            '\u{e9}' => wrong.push(0xE9),
            '\u{20ac}' => wrong.push(0x80),
            letter => wrong.push(u8::try_from(letter).expect("plain letters")),
        }
    }
    for kind in databases() {
        let world = municipality(kind).await;
        let finance = grant("a", Action::ImportStatement);
        let as_said = async |bytes: &[u8], encoding| {
            let handed_in = HandedIn { name: "afschrift.xml", bytes, encoding };
            import_watched(&world.app.store, &finance, handed_in, &Progress::default()).await
        };
        let refused = as_said(&wrong, Encoding::Declared).await.expect_err("refused by itself");
        assert!(
            matches!(&refused, FlowError::Camt(error) if error.code().as_str() == "E_ENCODING"),
            "{refused}"
        );
        let done = as_said(&wrong, Encoding::Windows1252).await.expect("taken in");
        assert_eq!((done.new, done.duplicates), (1, 0), "{kind:?}");
        let again = as_said(&wrong, Encoding::Windows1252).await.expect("known");
        assert_eq!((again.new, again.duplicates), (0, 1), "{kind:?}");
        // the bank sends it in UTF-8 after all; a good file is read as it declares, whatever a person says
        let done = as_said(good.as_bytes(), Encoding::Windows1252).await.expect("known");
        assert_eq!((done.new, done.duplicates), (0, 1), "{kind:?}: the same letters");
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_held_file_that_was_read_as_windows_1252_is_shown_and_looked_at_as_such() {
    for kind in databases() {
        let world = municipality(kind).await;
        let text = camt("1", "2026-02-02", "100.00", "125.01", &[("25.00", "CRDT", "Caf#")]);
        let bytes: Vec<u8> = text.bytes().map(|byte| if byte == b'#' { 0xE9 } else { byte }).collect();
        let path = "/v1/bankafschriften?codering=windows-1252";
        let body = || Some(("application/xml", bytes.clone()));
        let refused = crate::api::ask(&world, Some("bakker"), "POST", "/v1/bankafschriften", body()).await;
        assert_eq!(refused.status.as_u16(), 400, "{}", refused.text);
        let odd = "/v1/bankafschriften?codering=ebcdic";
        assert_eq!(crate::api::ask(&world, Some("bakker"), "POST", odd, body()).await.status.as_u16(), 400);
        let held = crate::api::ask(&world, Some("bakker"), "POST", path, body()).await;
        assert_eq!(held.status.as_u16(), 200, "{}", held.text);
        let row = statement::held(&mut world.read().await).await.expect("held").remove(0);
        assert_eq!(row.code, "E_BALANCE");
        assert_eq!(waiting::entries(&world.app.store, &row).await.expect("entries").len(), 1, "{kind:?}");
        let finance = grant("a", Action::ImportStatement);
        let again = waiting::look_again(&world.app.store, &finance, row.held_id).await.expect("looked at");
        assert_eq!(again.code(), Some("E_BALANCE"), "{kind:?}");
    }
}

#[tokio::test]
async fn days_before_the_first_statement_make_the_chain_longer_at_its_beginning() {
    for kind in databases() {
        let world = municipality(kind).await;
        let one = |id: &str, on: &str, opening: &str, closing: &str, amount: &str| {
            camt(id, on, opening, closing, &[(amount, "CRDT", "bijdrage")])
        };
        take_in(&world, &one("5", "2026-03-05", "100.00", "150.00", "50.00")).await.expect("taken in");
        // the day before it, and another statement of the first day itself
        let day_before = one("4", "2026-03-04", "70.00", "90.00", "20.00");
        let same_day = one("5-early", "2026-03-05", "90.00", "100.00", "10.00");
        let done = take_in(&world, &same_day).await.expect("taken in");
        assert_eq!((done.new, done.gaps), (1, 0), "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
        let done = take_in(&world, &day_before).await.expect("taken in");
        assert_eq!((done.new, done.gaps), (1, 0), "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
        // two days further back: a day is missing between, until it comes
        let done =
            take_in(&world, &one("2", "2026-03-02", "0.00", "40.00", "40.00")).await.expect("taken in");
        assert_eq!((done.new, done.gaps), (1, 1), "{kind:?}");
        assert_eq!(done.results[0].outcome.code(), Some("W_SEQUENCE_GAP"));
        assert!(!doctor_is_content(&world).await, "{kind:?}");
        let done =
            take_in(&world, &one("3", "2026-03-03", "40.00", "70.00", "30.00")).await.expect("taken in");
        assert_eq!((done.new, done.gaps), (1, 0), "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
        for again in [&day_before, &same_day] {
            assert_eq!(take_in(&world, again).await.expect("known").new, 0);
        }

        let chains = grip_api::flow::chains::chains(&mut world.read().await).await.expect("chains");
        let links = chains.iter().map(|(_, links)| links).find(|links| !links.is_empty()).expect("a chain");
        let ids: Vec<&str> = links.iter().rev().map(|link| link.row.bank_id.as_str()).collect();
        assert_eq!(ids, ["2", "3", "4", "5-early", "5"], "{kind:?}");
        let joined = |link: &grip_api::flow::chains::Linked| matches!(link.joint, Joint::Joined { .. });
        assert!(links.iter().rev().skip(1).all(joined), "{kind:?}");
        let first: Vec<_> =
            links.iter().filter(|link| link.row.is_first).map(|link| &link.row.bank_id).collect();
        assert_eq!(first, ["2"], "the books begin with the oldest");

        // the books stand on the oldest; what was the first can be superseded now
        let store = &world.app.store;
        let id =
            |name: &str| links.iter().find(|link| link.row.bank_id == name).expect("one").row.statement_id;
        let finance = grant("a", Action::ImportStatement);
        assert!(supersede::propose(store, &finance, id("2"), "te vroeg").await.is_err());
        supersede::propose(store, &finance, id("5"), "verkeerd bestand").await.expect("proposed");
        supersede::approve(store, &grant("b", Action::ApproveRun), id("5")).await.expect("approved");
        assert!(doctor_is_content(&world).await, "{kind:?}");
        let again = one("5", "2026-03-05", "100.00", "150.00", "50.00");
        assert_eq!(take_in(&world, &again).await.expect("taken in").gaps, 0, "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

async fn municipality_with(kind: grip_tests::Kind, policy: &str) -> World {
    let world = world(kind).await;
    let mut script = script(Vec::new());
    script.policy = grip_engine::policy::Policy::merged(&script.policy, policy).expect("a policy");
    world.play(script, "2026-01-01", "2025-12-31").await;
    world
}

#[tokio::test]
async fn the_municipality_chooses_whether_what_does_not_prove_is_held_or_refused() {
    let differs = camt("1", "2026-02-02", "100.00", "125.01", &[("25.00", "CRDT", "a")]);
    let unusable = camt("2", "2026-02-02", "100.00", "112.345", &[("12.345", "CRDT", "a")]);
    for kind in databases() {
        let strict = "[statements]\nthat_differs = \"refuse\"\nwithout_usable_entry = \"refuse\"";
        let world = municipality_with(kind, strict).await;
        assert!(refusal(&world, &differs).await.contains("does not add up"), "{kind:?}");
        assert!(refusal(&world, &unusable).await.contains("12.345"), "{kind:?}");
        assert!(statement::held(&mut world.read().await).await.expect("held").is_empty());
        let lenient = "[statements]\nthat_differs = \"hold\"\nwithout_usable_entry = \"hold\"";
        let world = municipality_with(kind, lenient).await;
        for text in [&differs, &unusable] {
            let done = take_in(&world, text).await.expect("held");
            assert_eq!((done.held, done.new), (1, 0), "{kind:?}");
        }
        let mut at = world.read().await;
        let mut codes: Vec<String> =
            statement::held(&mut at).await.expect("held").into_iter().map(|row| row.code).collect();
        codes.sort();
        assert_eq!(codes, ["E_BALANCE", "E_SCALE"], "{kind:?}");
    }
}

#[tokio::test]
async fn a_statement_without_closing_balance_is_booked_when_two_persons_stand_for_what_it_closes_with() {
    for kind in databases() {
        let world = municipality(kind).await;
        take_in(&world, &camt("0", "2026-02-01", "100.00", "100.00", &[])).await.expect("taken in");
        let lacks =
            camt("1", "2026-02-02", "100.00", "125.00", &[("25.00", "CRDT", "a")]).replace("CLBD", "CLAV");
        assert_eq!(take_in(&world, &lacks).await.expect("held").held, 1);
        let differs = camt("9", "2026-02-09", "100.00", "125.01", &[("25.00", "CRDT", "a")]);
        take_in(&world, &differs).await.expect("held");
        let rows = statement::held(&mut world.read().await).await.expect("held");
        let held = |bank_id: &str| rows.iter().find(|row| row.bank_id == bank_id).expect("held").clone();
        let (id, other) = (held("1").held_id, held("9").held_id);
        let store = &world.app.store;
        let computed = accept::computed(store, &held("1")).await.expect("computed").expect("a balance");
        assert_eq!(computed, (Money::from_cents(125_00), Some(day("2026-02-02"))));
        assert_eq!(accept::computed(store, &held("9")).await.expect("computed"), None);

        let (one, two) = (grant("a", Action::ImportStatement), grant("b", Action::ApproveRun));
        let propose = async |held, cents, on: &str, reason: &str| {
            let closing = Money::from_cents(cents);
            let typed = accept::Typed { closing, closing_on: day(on), reason: reason.to_owned() };
            accept::propose(store, &one, held, &typed).await.map_err(|error| error.to_string())
        };
        for (held, cents, on, reason, said) in [
            (id, 125_01, "2026-02-02", "gezien bij de bank", "opening and entries give 125.00"),
            (id, 125_00, "2026-02-01", "gezien bij de bank", "it cannot close on 2026-02-01"),
            (id, 125_00, "2026-02-02", " ", "a reason is needed"),
            (other, 125_00, "2026-02-09", "gezien bij de bank", "waits for something else"),
        ] {
            let error = propose(held, cents, on, reason).await.expect_err("refused");
            assert!(error.contains(said), "{error}");
        }
        propose(id, 125_00, "2026-02-02", "gezien bij de bank").await.expect("proposed");
        assert!(propose(id, 125_00, "2026-02-02", "nog eens").await.is_err(), "one proposal at a time");
        assert!(
            accept::approve(store, &grant("a", Action::ApproveRun), id).await.is_err(),
            "the same person"
        );
        let done = accept::approve(store, &two, id).await.expect("approved");
        assert!(matches!(done, Outcome::Booked { after_gap: false, .. }), "{done:?}");
        assert!(accept::approve(store, &two, id).await.is_err(), "once");
        let row = statement::held_by_id(&mut world.read().await, id).await.expect("read").expect("kept");
        assert_eq!((row.state.as_str(), row.note.as_str()), ("booked", "gezien bij de bank"));
        assert!(doctor_is_content(&world).await, "{kind:?}");
        let next = camt("2", "2026-02-03", "125.00", "125.00", &[]);
        assert_eq!(take_in(&world, &next).await.expect("taken in").gaps, 0, "{kind:?}");
        assert_eq!(take_in(&world, &lacks).await.expect("known").new, 0, "{kind:?}");
    }
}

#[tokio::test]
async fn a_person_types_the_closing_balance_over_on_the_page_and_another_approves_it_through_the_api() {
    let send = async |world: &World, who: &str, path: &str, body: &str| {
        let kind =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        crate::api::ask(world, Some(who), "POST", path, Some((kind, body.to_owned().into()))).await
    };
    for kind in databases() {
        let world = municipality(kind).await;
        let lacks =
            camt("1", "2026-02-02", "100.00", "1125.00", &[("1025.00", "CRDT", "a")]).replace("CLBD", "CLAV");
        take_in(&world, &lacks).await.expect("held");
        let id = statement::held(&mut world.read().await).await.expect("held").remove(0).held_id;
        let page = format!("/bankafschriften/wachtend/{id}");
        let shown = crate::api::ask(&world, Some("bakker"), "GET", &page, None).await;
        assert!(shown.text.contains("geven samen € 1.125,00"), "{}", shown.text);
        let at = format!("{page}/aanvaardingen");
        let form = |amount: &str| format!("eindsaldo={amount}&dag=2026-02-02&reden=gezien");
        assert_eq!(send(&world, "wit", &at, &form("1.125,00")).await.status.as_u16(), 403);
        assert_eq!(send(&world, "bakker", &at, &form("veel")).await.status.as_u16(), 400);
        let wrong = send(&world, "bakker", &at, &form("1.125,01")).await;
        assert!(wrong.status.as_u16() == 409 && wrong.text.contains("geven € 1.125,00"), "{}", wrong.text);
        assert_eq!(send(&world, "bakker", &at, &form("1.125,00")).await.status.as_u16(), 303);
        let shown = crate::api::ask(&world, Some("jansen"), "GET", &page, None).await;
        assert!(shown.text.contains("Goedkeuren als tweede persoon"), "{}", shown.text);
        let api = format!("/v1/wachtende-bankafschriften/{id}/aanvaardingen");
        assert_eq!(send(&world, "bakker", &format!("{api}/goedkeuringen"), "{}").await.status.as_u16(), 403);
        assert_eq!(send(&world, "bakker", &format!("{api}/intrekkingen"), "{}").await.status.as_u16(), 204);
        let odd = r#"{"eindsaldo": "1125,00", "afsluitDatum": "2026-02-02", "reden": "gezien"}"#;
        assert_eq!(send(&world, "bakker", &api, odd).await.status.as_u16(), 400);
        assert_eq!(
            send(&world, "bakker", &api, &odd.replace("1125,00", "1125.00")).await.status.as_u16(),
            204
        );
        let done = send(&world, "jansen", &format!("{api}/goedkeuringen"), "{}").await;
        assert_eq!((done.status.as_u16(), &done.body["geboekt"]), (200, &true.into()), "{}", done.text);
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

/// What a bank says of the payments of a household that were sent: one sum of them all, and what it consists of.
async fn sum_and_notice(world: &World, number: &str) -> (Told, Told) {
    let household = sample(number);
    let scope = grip_api::store::Scope::All;
    let rows = grip_api::store::payment::list(&mut world.read().await, scope).await.expect("payments");
    let sent: Vec<_> =
        rows.into_iter().filter(|row| matches!(row.state.as_str(), "instructed" | "sent")).collect();
    assert!(1 < sent.len(), "more than one payment is on its way");
    let total = Money::from_cents(sent.iter().map(|row| row.amount).sum());
    let on = sent[0].execution_on;
    let part = |row: &grip_api::store::payment::PaymentRow| ToldPart {
        amount: Money::from_cents(row.amount),
        end_to_end_id: Some(row.end_to_end_id.clone()),
        mandate: None,
        name: Some("Iemand".to_owned()),
        account: None,
        text: Some("woorden".to_owned()),
        structured: None,
        return_reason: None,
    };
    let entry = ToldEntry {
        amount: -total,
        pending: false,
        on,
        reference: Some("SUM-1".to_owned()),
        batch: None,
        parts: Vec::new(),
    };
    let statement = Told {
        message: ToldMessage::Statement,
        id: "S-1".to_owned(),
        sequence: None,
        page: None,
        account: household.bank_account.parse().expect("an account"),
        day: on,
        opening: Some(total),
        closing: Some(Money::ZERO),
        entries: vec![entry.clone()],
    };
    let notice = Told {
        message: ToldMessage::Notification,
        id: "N-1".to_owned(),
        opening: None,
        closing: None,
        entries: vec![ToldEntry { parts: sent.iter().map(part).collect(), ..entry }],
        ..statement.clone()
    };
    (statement, notice)
}

#[tokio::test]
async fn a_notification_makes_the_parts_of_a_sum_whichever_comes_first_and_again_after_the_statement_is_superseded()
 {
    for kind in databases() {
        for notice_first in [true, false] {
            let world = world(kind).await;
            let mut play = world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-20").await;
            play.keep_statements();
            play.days(day("2026-02-21"), day("2026-02-27")).await.expect("the story goes on");
            let (statement, notice) = sum_and_notice(&world, "HH-101").await;
            let offer = async |told: &Told| {
                let done = play.offer("bericht.xml", &told.bytes(), day("2026-02-27")).await;
                done.expect("taken in")
            };
            let settled = async || world.payments("HH-101").await.matches("settled").count();
            let count = notice.entries[0].parts.len();
            let (first, second) = if notice_first { (&notice, &statement) } else { (&statement, &notice) };
            assert_eq!(offer(first).await.settled, 0, "{kind:?}");
            assert_eq!(settled().await, 0, "{kind:?}: neither says enough alone");
            assert_eq!(offer(second).await.settled, count, "{kind:?} {notice_first}");
            assert_eq!(settled().await, count);
            assert!(doctor_is_content(&world).await, "{kind:?} {notice_first}");
            assert_eq!(offer(&notice).await.settled, 0, "{kind:?}: known");

            let rows = statement::list(&mut world.read().await).await.expect("statements");
            let parts = statement::parts(&mut world.read().await, rows[0].statement_id).await.expect("parts");
            assert!(parts.len() == count && parts.iter().all(|part| part.meaning == "settles"), "{parts:?}");
            let store = &world.app.store;
            let (one, two) = (grant("a", Action::ImportStatement), grant("b", Action::ApproveRun));
            supersede::propose(store, &one, rows[0].statement_id, "verkeerd bestand")
                .await
                .expect("proposed");
            supersede::approve(store, &two, rows[0].statement_id).await.expect("approved");
            assert_eq!(settled().await, 0, "{kind:?}");
            assert!(doctor_is_content(&world).await, "{kind:?} {notice_first}");
            let again = Told { id: "S-2".to_owned(), ..statement.clone() };
            assert_eq!(offer(&again).await.settled, count, "{kind:?}: the notice waited for it");
            assert!(doctor_is_content(&world).await, "{kind:?} {notice_first}");
        }
    }
}

#[tokio::test]
async fn the_doctor_sees_parts_that_do_not_add_up_to_what_they_itemise() {
    for kind in databases() {
        let world = own_database(kind).await;
        let mut play = world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-20").await;
        play.keep_statements();
        play.days(day("2026-02-21"), day("2026-02-27")).await.expect("the story goes on");
        let (statement, notice) = sum_and_notice(&world, "HH-101").await;
        for told in [&statement, &notice] {
            play.offer("bericht.xml", &told.bytes(), day("2026-02-27")).await.expect("taken in");
        }
        world
            .sabotage("update entry_part set amount = amount + 1 where itemises is not null and place = 1")
            .await;
        let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
        let wrong: Vec<String> = proofs.into_iter().flat_map(|proof| proof.wrong).collect();
        assert!(
            wrong.iter().any(|text| text.contains("what the bank itemised does not add up")),
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn what_is_provisional_is_shown_on_the_page_and_by_the_api() {
    for kind in databases() {
        let world = municipality(kind).await;
        let report =
            camt("R", "2026-02-02", "0.00", "0.00", &[("25.00", "CRDT", "a"), ("10.00", "DBIT", "b")])
                .replace("camt.053", "camt.052")
                .replace("BkToCstmrStmt", "BkToCstmrAcctRpt")
                .replace("Stmt>", "Rpt>")
                .replacen("<Sts>BOOK", "<Sts>PDNG", 1);
        let send = Some(("application/xml", report.clone().into()));
        let taken = crate::api::ask(&world, Some("bakker"), "POST", "/v1/bankafschriften", send).await;
        assert_eq!(taken.status.as_u16(), 200, "{}", taken.text);
        assert_eq!(
            (&taken.body["voorlopigeBoekingen"], &taken.body["nieuweBoekingen"]),
            (&2.into(), &0.into())
        );
        assert_eq!(taken.body["perAfschrift"][0]["uitkomst"], "genoteerd", "{}", taken.text);
        let list = crate::api::get(&world, "bakker", "/v1/voorlopige-boekingen").await;
        assert_eq!(list["aantal"], 2, "{list}");
        let pending =
            list["resultaten"].as_array().expect("rows").iter().find(|row| row["richting"] == "bij");
        assert_eq!(pending.expect("the credit")["status"], "nogNietGeboekt");
        let shown = crate::api::ask(&world, Some("bakker"), "GET", "/bankafschriften", None).await;
        for words in ["Voorlopig: door de bank gemeld", "€ 25,00", "nog niet geboekt"] {
            assert!(shown.text.contains(words), "{words} is not in {}", shown.text);
        }
        assert!(statement::list(&mut world.read().await).await.expect("statements").is_empty());
        assert!(doctor_is_content(&world).await, "{kind:?}");
        let status =
            crate::api::ask(&world, Some("wit"), "GET", "/v1/voorlopige-boekingen", None).await.status;
        assert_eq!(status.as_u16(), 403);
    }
}

/// A page of a statement.
fn page(text: &str, number: u32, is_last: bool) -> String {
    let at = format!("<MsgPgntn><PgNb>{number}</PgNb><LastPgInd>{is_last}</LastPgInd></MsgPgntn></GrpHdr>");
    text.replacen("</GrpHdr>", &at, 1)
}

#[tokio::test]
async fn a_page_is_not_taken_beside_another_with_its_number_until_a_person_refuses_that_one() {
    for kind in databases() {
        let world = municipality(kind).await;
        let day = "2026-02-02";
        let of = |closing: &str, amount: &str| camt("P", day, "100.00", closing, &[(amount, "CRDT", "a")]);
        let first = page(&of("110.00", "10.00"), 1, false);
        let wrong = page(&of("125.00", "10.00"), 2, true);
        let right = page(&of("125.00", "15.00"), 2, true);
        take_in(&world, &first).await.expect("waits for its other page");
        let done = take_in(&world, &wrong).await.expect("held");
        assert_eq!(done.results[0].outcome.code(), Some("E_BALANCE"), "{kind:?}");
        assert_eq!(
            refusal(&world, &right).await,
            "statement is refused: another page 2 of statement `P` is held: refuse that one first, where this is the \
             right one"
        );
        let held = statement::held(&mut world.read().await).await.expect("held");
        let second = held.iter().find(|row| row.page == Some(2)).expect("the wrong page");
        let finance = grant("a", Action::ImportStatement);
        waiting::refuse(&world.app.store, &finance, second.held_id, "de verkeerde").await.expect("refused");
        assert_eq!(take_in(&world, &right).await.expect("booked").new, 2, "{kind:?}");
        assert!(doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_day_that_cannot_be_right_is_held_and_never_the_newest() {
    // the day is 27 February 2026; the day it closes, the day of an entry, and whether it waits
    let days = [
        ("2026-08-30", "2026-08-30", false),
        ("2026-08-31", "2026-08-31", true),
        ("9998-02-02", "9998-02-02", true),
        ("2016-02-27", "2016-02-27", false),
        ("2016-02-25", "2016-02-25", true),
        ("2026-02-02", "2026-03-05", false),
        ("2026-02-02", "2026-03-06", true),
        ("2026-02-02", "2025-02-01", false),
        ("2026-02-02", "2025-01-31", true),
        ("2026-02-02", "1926-02-02", true),
    ];
    for kind in databases() {
        for (closes, booked, waits) in days {
            let world = municipality(kind).await;
            let text = export("1", closes, "100.00", "125.00", &[(booked, "25.00")]);
            let done = take_in(&world, &text).await.expect("taken in");
            assert_eq!(
                (done.new, done.held),
                if waits { (0, 1) } else { (1, 0) },
                "{kind:?} {closes} {booked}"
            );
            let code = waits.then_some("E_FAR_DAY");
            assert_eq!(done.results[0].outcome.code(), code, "{kind:?} {closes} {booked}");
        }
    }
}

#[tokio::test]
async fn a_statement_that_names_no_account_is_refused_in_so_many_words() {
    for kind in databases() {
        let world = municipality(kind).await;
        let text = camt("1", "2026-02-02", "100.00", "100.00", &[]);
        let text = text.replace(&format!("<Acct><Id><IBAN>{ABN}</IBAN></Id></Acct>"), "");
        let told = refusal(&world, &text).await;
        assert!(told.contains("statement `1` names no account"), "{kind:?}: {told}");
    }
}
