//! Statements come in once, prove, and are refused as a whole with the reason.

mod chain;
mod held;
mod notices;
mod superseded;

use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::FlowError;
use grip_api::flow::import_statement::{HandedIn, Imported, Progress, import, import_watched};
use grip_engine::access::Action;
use grip_engine::bank::camt::Encoding;
use grip_tests::{World, databases, day, root, script, world};
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

fn sha256_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    sha2::Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text");
        text
    })
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
async fn a_statement_that_names_no_account_is_refused_in_so_many_words() {
    for kind in databases() {
        let world = municipality(kind).await;
        let text = camt("1", "2026-02-02", "100.00", "100.00", &[]);
        let text = text.replace(&format!("<Acct><Id><IBAN>{ABN}</IBAN></Id></Acct>"), "");
        let told = refusal(&world, &text).await;
        assert!(told.contains("statement `1` names no account"), "{kind:?}: {told}");
    }
}
