//! The statement files of the wild, and the nasty ones, against figures computed elsewhere.
//!
//! The files belong to their owners and lie outside the repository, in `../shared/iso20022`. Where
//! they are absent these tests say so and pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::PathBuf;

use grip_engine::bank::camt::{
    CamtError, CamtFile, Direction, EntryStatus, Inspection, Proof, StatementFigures, inspect, read,
};
use grip_engine::bank::pain002::{self, Pain002Error, StatusReport};
use rust_decimal::Decimal;
use serde_json::Value;

fn shared() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/iso20022");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("NOT TESTED: {} is absent, no statement file was read", folder.display());
    None
}

/// A table of text: for each line its columns by name.
fn table(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a line with names").split('\t').collect();
    lines.map(|line| names.iter().copied().zip(line.split('\t')).collect()).collect()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

/// A figure of the index, where `-` or nothing means that there is none.
fn figure(text: Option<&str>) -> Option<Decimal> {
    text.filter(|text| !matches!(*text, "-" | "")).map(number)
}

/// Lists where found and expected differ.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn check<T: PartialEq + std::fmt::Debug + ?Sized>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.0.push(format!("{what}: {found:?}, expected {expected:?}"));
        }
    }

    fn report(self) {
        assert!(self.0.is_empty(), "{} differences:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// `ok`, `FAIL -0.01` or `n/a`, as the index writes the proof of a file.
fn proof(statements: &[StatementFigures]) -> String {
    let of_one = |statement: &StatementFigures| match statement.balanced {
        None => "n/a".to_owned(),
        Some(true) => "ok".to_owned(),
        Some(false) => {
            let (opening, closing) = (statement.opening, statement.closing);
            let both = opening.zip(closing).expect("both balances");
            let by = both.0 + statement.booked_credit - statement.booked_debit - both.1;
            format!("FAIL {}", by.normalize())
        }
    };
    let mut proofs: Vec<String> = statements.iter().map(of_one).collect();
    proofs.dedup();
    proofs.join(", ")
}

fn expected_proof(text: &str) -> String {
    let text = text.split(" x").next().unwrap_or_default();
    match text.split_once("FAIL ") {
        Some(("", by)) => format!("FAIL {}", number(by).normalize()),
        _ => text.to_owned(),
    }
}

#[test]
fn every_file_of_the_corpus_gives_the_figures_of_the_index() {
    let Some(folder) = shared().map(|shared| shared.join("corpus")) else {
        return;
    };
    let index = std::fs::read_to_string(folder.join("INDEX.public.tsv")).expect("an index");
    let mut differences = Differences::default();
    let mut read_in_full = 0;
    for row in table(&index) {
        let file = row["file"];
        let bytes = File::open(folder.join("public").join(file)).expect("a file of the index");
        let found = match (row["expect"], inspect(bytes)) {
            ("refuse", Err(_)) | ("either", _) => continue,
            ("refuse", Ok(_)) => {
                differences.0.push(format!("{file}: was not refused"));
                continue;
            }
            (_, Err(error)) => {
                differences.0.push(format!("{file}: refused: {error}"));
                continue;
            }
            (_, Ok(found)) => found,
        };
        read_in_full += 1;
        compare(&mut differences, &row, &found);
    }
    differences.report();
    assert!(150 <= read_in_full, "only {read_in_full} files were read whole");
}

fn compare(differences: &mut Differences, row: &BTreeMap<&str, &str>, found: &Inspection) {
    let file = row["file"];
    let statements = &found.statements;
    let mut check = |what: &str, found: String, expected: String| {
        differences.check(&format!("{file}: {what}"), &found, &expected);
    };
    let count = |count: fn(&StatementFigures) -> u64| -> String {
        statements.iter().map(count).sum::<u64>().to_string()
    };
    let sum = |amount: fn(&StatementFigures) -> Decimal| -> String {
        statements.iter().map(amount).sum::<Decimal>().normalize().to_string()
    };
    let normal = |text: &str| number(text).normalize().to_string();
    let message = if row["version"] == "-" { row["type"] } else { row["version"] };
    check("message", found.message.to_string(), message.to_owned());
    check("statements", statements.len().to_string(), row["n_statements"].to_owned());
    check("entries", count(|statement| statement.entries), row["n_entries"].to_owned());
    check("transactions", count(|statement| statement.transactions), row["n_txdtls"].to_owned());
    check("credit", sum(|statement| statement.credit), normal(row["sum_crdt"]));
    check("debit", sum(|statement| statement.debit), normal(row["sum_dbit"]));
    // A report without balances may come first: the index shows the first opening there is.
    let opening = statements.iter().find_map(|statement| statement.opening);
    let closing = statements.last().and_then(|last| last.closing);
    let written = |amount: Option<Decimal>| format!("{:?}", amount.map(|amount| amount.normalize()));
    check("opening", written(opening), written(figure(Some(row["opening"]))));
    check("closing", written(closing), written(figure(Some(row["closing"]))));
    check("proof", proof(statements), expected_proof(row["balance_proof"]));
}

#[test]
fn every_statement_of_the_corpus_gives_its_own_figures() {
    let Some(folder) = shared().map(|shared| shared.join("corpus")) else {
        return;
    };
    let lines = std::fs::read_to_string(folder.join("figures.public.jsonl")).expect("figures");
    let mut differences = Differences::default();
    for line in lines.lines() {
        let expected: Value = serde_json::from_str(line).expect("a line of JSON");
        let file = expected["file"].as_str().expect("a file name");
        let bytes = File::open(folder.join("public").join(file)).expect("a file of the figures");
        let (Ok(found), Some(statements)) = (inspect(bytes), expected["stmts"].as_array()) else {
            continue;
        };
        differences.check(file, &found.statements.len(), &statements.len());
        for (found, expected) in found.statements.iter().zip(statements) {
            compare_statement(&mut differences, file, found, expected);
        }
    }
    differences.report();
}

fn compare_statement(differences: &mut Differences, file: &str, found: &StatementFigures, expected: &Value) {
    let mut check = |what: &str, found: String, expected: String| {
        differences.check(&format!("{file}: {what}"), &found, &expected);
    };
    check("entries", found.entries.to_string(), expected["n"].to_string());
    let normal = |amount: Option<Decimal>| format!("{:?}", amount.map(|amount| amount.normalize()));
    for (name, found) in [
        ("crdt", Some(found.booked_credit)),
        ("dbit", Some(found.booked_debit)),
        ("opening", found.opening),
        ("closing", found.closing),
    ] {
        check(name, normal(found), normal(figure(expected[name].as_str())));
    }
    for (name, found) in
        [("id", &found.id), ("iban", &found.account), ("ccy", &found.currency), ("elctrnc", &found.sequence)]
    {
        let expected = expected[name].as_str().map(str::to_owned);
        check(name, format!("{found:?}"), format!("{expected:?}"));
    }
    let balanced = expected["proof"].as_str().map(|proof| proof == "ok");
    check("balanced", format!("{:?}", found.balanced), format!("{balanced:?}"));
}

/// What the strict reader makes of the whole corpus: it never fails where `inspect` does not, and
/// what it finds proved and without problems has exactly the sums that `inspect` found.
#[test]
fn what_would_be_posted_is_what_the_file_says() {
    let Some(folder) = shared().map(|shared| shared.join("corpus/public")) else {
        return;
    };
    let mut differences = Differences::default();
    let mut postable = 0;
    for entry in std::fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("a file").path();
        let file = path.display().to_string();
        let open = || File::open(&path).expect("a file");
        let (strict, lenient) = match (read(open()), inspect(open())) {
            (Ok(strict), Ok(lenient)) => (strict, lenient),
            (strict, lenient) => {
                differences.check(&file, &strict.is_ok(), &lenient.is_ok());
                continue;
            }
        };
        for (strict, lenient) in strict.statements.iter().zip(&lenient.statements) {
            if strict.problems().next().is_some() || strict.proof() != Proof::Proved {
                continue;
            }
            postable += 1;
            let booked = strict.entries.iter().filter(|one| one.status == EntryStatus::Booked);
            let signed: Decimal = booked
                .map(|one| match one.direction {
                    Direction::Credit => one.amount.to_decimal(),
                    Direction::Debit => -one.amount.to_decimal(),
                })
                .sum();
            differences.check(&file, &signed, &(lenient.booked_credit - lenient.booked_debit));
            differences.check(&file, &lenient.balanced, &Some(true));
        }
    }
    differences.report();
    assert!(16 <= postable, "only {postable} statements could be posted");
}

/// What one nasty file comes to: `ACCEPT`, `HOLD` or `REJECT`, and the booked sums.
fn outcome(file: &Result<CamtFile, CamtError>) -> (&'static str, String) {
    let Ok(file) = file else { return ("REJECT", String::new()) };
    let statements = &file.statements;
    if statements.iter().any(|statement| statement.problems().next().is_some()) {
        return ("HOLD", String::new());
    }
    if statements.iter().any(|statement| statement.proof() != Proof::Proved) {
        return ("HOLD", String::new());
    }
    let entries = statements.iter().flat_map(|statement| &statement.entries);
    let booked: Vec<_> = entries.filter(|entry| entry.status == EntryStatus::Booked).collect();
    let sum = |direction| {
        let some = booked.iter().filter(|entry| entry.direction == direction);
        let sum: Decimal = some.map(|entry| entry.amount.to_decimal()).sum();
        sum.normalize().to_string()
    };
    let credit = sum(Direction::Credit);
    let debit = sum(Direction::Debit);
    ("ACCEPT", format!("{} {} {credit} {debit}", statements.len(), booked.len()))
}

#[test]
fn every_nasty_file_is_accepted_held_or_refused_as_it_should() {
    let Some(folder) = shared().map(|shared| shared.join("nasty")) else {
        return;
    };
    let expected = std::fs::read_to_string(folder.join("EXPECTED.tsv")).expect("a table");
    let mut differences = Differences::default();
    for row in table(&expected) {
        let file = row["file"];
        let case: u32 = file[..2].parse().expect("a case number");
        if !matches!(case, 1..=19 | 22..=39 | 43 | 45..=47 | 49) {
            continue; // duplicates and unknown accounts are for the books, not for the reader
        }
        let bytes = if case == 11 { huge_text() } else { bytes_of(&folder, file) };
        let strict = read(bytes.as_slice());
        let lenient = inspect(bytes.as_slice());
        let (found, figures) = outcome(&strict);
        // An amount that cannot be posted refuses the statement, not the file; a page waits.
        let wanted = match (row["outcome"], row["code"]) {
            ("REJECT", "E_AMOUNT" | "E_SCALE") => "HOLD",
            _ if case == 46 => "HOLD",
            (outcome, _) => outcome,
        };
        differences.check(file, found, wanted);
        differences.check(&format!("{file} inspect"), &lenient.is_err(), &(wanted == "REJECT"));
        if wanted == "ACCEPT" {
            let sums = ["sum_crdt", "sum_dbit"].map(|name| number(row[name]).normalize());
            let (statements, booked) = (row["statements"], row["booked_entries"]);
            let wanted = format!("{statements} {booked} {} {}", sums[0], sums[1]);
            differences.check(file, &figures, &wanted);
        }
        if wanted == "HOLD" {
            let lenient = lenient.expect("figures of a file that is held");
            let seen = !lenient.problems.is_empty()
                || lenient.statements.iter().any(|one| one.balanced != Some(true));
            differences.check(&format!("{file} shows why"), &seen, &true);
        }
    }
    differences.report();
}

fn bytes_of(folder: &std::path::Path, file: &str) -> Vec<u8> {
    std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Case 11: a good file with a remittance of 20 MB.
fn huge_text() -> Vec<u8> {
    let huge = "x".repeat(20_000_000);
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt>\
         <Ntry><AddtlNtryInf>{huge}</AddtlNtryInf></Ntry></Stmt></BkToCstmrStmt></Document>"
    )
    .into_bytes()
}

#[test]
fn what_a_nasty_file_says_is_understood() {
    let Some(folder) = shared().map(|shared| shared.join("nasty")) else {
        return;
    };
    let only = |file: &str| {
        let read = read(bytes_of(&folder, file).as_slice()).expect("a readable file");
        let statement = read.statements.into_iter().next().expect("a statement");
        (statement.proof(), statement)
    };
    let name = |file: &str| {
        let (_, statement) = only(file);
        statement.entries[0].details[0].counterparty_name.clone()
    };
    assert_eq!(name("02_latin1_declared.xml").as_deref(), Some("Café Özdemir"));
    assert_eq!(name("16_text_in_pieces.xml").as_deref(), Some("Jansen & Zn <B.V.> é"));

    let (_, returned) = only("34_return_of_rent_AC04_dutch_style.xml");
    let (entry, detail) = (&returned.entries[0], &returned.entries[0].details[0]);
    assert!(entry.reversal);
    assert_eq!(detail.return_reason.as_deref(), Some("AC04"));
    assert_eq!(detail.end_to_end_id.as_deref(), Some("GOG-2026-000123"));
    assert_eq!(detail.counterparty_account.as_deref(), Some("NL20INGB0001234567"));

    let (proof, _) = only("38_balance_off_by_one_cent.xml");
    let cent = grip_engine::money::Money::from_cents(-1);
    assert_eq!(proof, Proof::Differs { by: cent });
    assert_eq!(only("36_no_closing_balance.xml").0, Proof::NoClosing);

    let (_, first) = only("45_page_1_of_2.xml");
    let page = first.head.page.expect("a page");
    assert_eq!((page.number, page.last), (1, false));

    for entry in only("47_booking_datetime_utc.xml").1.entries {
        assert_eq!(entry.booked_on.map(|day| day.to_string()).as_deref(), Some("2026-03-29"));
    }
    let batch = only("32_batch_without_txdtls.xml").1.entries[0].batch.clone();
    let batch = batch.expect("a batch");
    assert_eq!((batch.payment_information_id.as_deref(), batch.count), (Some("P1"), Some(50)));
}

/// Every status and reason that an answer gives, at any level, in order and once.
fn told(report: &StatusReport) -> (String, String) {
    let batches = report.batches.iter();
    let below = batches.flat_map(|batch| {
        std::iter::once(&batch.told).chain(batch.transactions.iter().map(|transaction| &transaction.told))
    });
    let (mut statuses, mut reasons) = (BTreeSet::new(), BTreeSet::new());
    for told in std::iter::once(&report.told).chain(below) {
        statuses.extend(told.status.as_ref().map(|status| status.0.clone()));
        reasons.extend(told.reasons.iter().map(|given| given.code.clone()).filter(|code| !code.is_empty()));
    }
    let joined = |codes: BTreeSet<String>| codes.into_iter().collect::<Vec<_>>().join(",");
    (joined(statuses), joined(reasons))
}

#[test]
fn every_answer_of_a_bank_in_the_wild_is_read_with_its_statuses_and_reasons_or_refused_by_name() {
    let Some(folder) = shared().map(|folder| folder.join("corpus/pain002")) else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).expect("an index");
    let mut wrong = Differences::default();
    let (mut given, mut refused) = (0, Vec::new());
    for row in table(&index) {
        let file = row["file"];
        match pain002::read(File::open(folder.join(file)).expect("a file of the index")) {
            Ok(report) => {
                given += 1;
                wrong.check(file, &told(&report), &(row["statuses"].to_owned(), row["reasons"].to_owned()));
            }
            Err(Pain002Error::NotPain002 { .. }) => refused.push(file),
            Err(error) => panic!("{file}: {error}"),
        }
    }
    wrong.report();
    // a version that does not exist, and two of a national variant in a namespace of its own
    let why = ["OCA-account-payment__test-sepa-pain-unpaid-invalid.xml", "-chdd-", "-epo-"];
    assert_eq!((given, refused.len()), (16, 3), "{refused:?}");
    assert!(refused.iter().zip(why).all(|(file, part)| file.contains(part)), "{refused:?}");
}
