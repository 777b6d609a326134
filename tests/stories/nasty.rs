//! The forty nasty files of banks, each taken in through the ordinary flow: accepted with its sums, held, refused, or
//! seen before. The files lie in `tests/files/nasty`, with what must come of them in `EXPECTED.tsv`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::FlowError;
use grip_api::flow::import_statement::{Imported, Outcome, import};
use grip_api::flow::register;
use grip_api::store::statement;
use grip_engine::access::Action;
use grip_engine::money::Money;
use grip_tests::{Kind, World, databases, day, root, script, world};

/// The accounts that the files are of.
const OWN: [&str; 2] = ["NL49BNGH0285171712", "NL91ABNA0417164300"];

fn grant(action: Action) -> Grant {
    let at = day("2026-03-10").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    Grant::new(Actor::system(), action, day("2026-03-10"), at).expect("the system may")
}

/// A municipality with the accounts of the files and nothing in its books.
async fn municipality(kind: Kind) -> World {
    let world = world(kind).await;
    let script = script(Vec::new());
    let mut file = script.municipality.clone();
    file.bank_account.truncate(1);
    for (place, iban) in OWN.iter().enumerate() {
        let mut account = file.bank_account[0].clone();
        (*iban).clone_into(&mut account.iban);
        account.name = format!("rekening {place}");
        file.bank_account.push(account);
    }
    file.bank_account.remove(0);
    let store = &world.app.store;
    let mut change = store.begin(&grant(Action::Administer), "a municipality").await.expect("a change");
    grip_api::store::municipality::put(&mut change, "Nergenshuizen").await.expect("a municipality");
    change.commit().await.expect("kept");
    let facts = grant(Action::RecordFacts);
    register::municipality(store, &facts, &file, &script.policy).await.expect("a municipality");
    world
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

fn bytes(file: &str) -> Vec<u8> {
    if file.starts_with("11_") {
        return huge_text();
    }
    let path = root().join("tests/files/nasty").join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

async fn take(world: &World, file: &str) -> Result<Imported, FlowError> {
    import(&world.app.store, &grant(Action::ImportStatement), file, &bytes(file)).await
}

/// What stands in the books: how many entries, what came and what went.
async fn booked(world: &World) -> (usize, Money, Money) {
    let mut at = world.read().await;
    let (mut count, mut credit, mut debit) = (0, Money::ZERO, Money::ZERO);
    for row in statement::list(&mut at).await.expect("statements") {
        for entry in statement::entries(&mut at, row.statement_id).await.expect("entries") {
            count += 1;
            let sum = if entry.direction == "credit" { &mut credit } else { &mut debit };
            *sum += Money::from_cents(entry.amount);
        }
    }
    (count, credit, debit)
}

/// The outcome of a file in the words of the table, with its codes.
fn outcome(done: &Result<Imported, FlowError>) -> (&'static str, Vec<String>) {
    let done = match done {
        Ok(done) => done,
        Err(FlowError::Camt(error)) => return ("REJECT", vec![error.code().to_string()]),
        Err(FlowError::Statement(refusal)) => return ("REJECT", vec![refusal.code().to_owned()]),
        Err(error) => panic!("{error}"),
    };
    let mut codes: Vec<String> =
        done.results.iter().filter_map(|result| result.outcome.code()).map(str::to_owned).collect();
    codes.extend(done.warnings.iter().map(|warning| warning.code.to_string()));
    let is = |wanted: fn(&Outcome) -> bool| done.results.iter().any(|result| wanted(&result.outcome));
    let word = if is(|outcome| matches!(outcome, Outcome::Held(_))) {
        "HOLD"
    } else if is(|outcome| matches!(outcome, Outcome::Booked { .. })) {
        "ACCEPT"
    } else {
        "DUPLICATE"
    };
    (word, codes)
}

fn number(text: &str) -> Money {
    if text.contains('.') {
        text.parse().expect("an amount")
    } else {
        format!("{text}.00").parse().expect("an amount")
    }
}

async fn forty(kind: Kind) -> String {
    let expected = std::fs::read_to_string(root().join("tests/files/nasty/EXPECTED.tsv")).expect("a table");
    let mut lines = expected.lines();
    let names: Vec<&str> = lines.next().expect("a head").split('\t').collect();
    let mut wrong = String::new();
    let mut cases = 0;
    let mut before: Option<World> = None;
    for line in lines {
        let row: BTreeMap<&str, &str> = names.iter().copied().zip(line.split('\t')).collect();
        let file = row["file"];
        // 42 comes after 41, and 46 after 45; all others into books of their own
        let follows = file.starts_with("42") || file.starts_with("46");
        let world = match before.take() {
            Some(world) if follows => world,
            _ => municipality(kind).await,
        };
        let earlier =
            if file.starts_with("46") { (0, Money::ZERO, Money::ZERO) } else { booked(&world).await };
        let done = take(&world, file).await;
        let (came, codes) = outcome(&done);
        cases += 1;
        if came != row["outcome"] {
            writeln!(wrong, "{file}: {came} {codes:?}, should be {}", row["outcome"]).expect("text");
        }
        // what is odd in an entry is told by the reader, and what came back by the books
        let of_reader = ["W_BATCH_SUM", "W_BATCH_NOT_ITEMISED", "W_IBAN", "I_NOT_BOOKED", "I_RETURN:AC04"];
        let code = row["code"];
        if !code.is_empty() && !of_reader.contains(&code) && !codes.iter().any(|found| found == code) {
            writeln!(wrong, "{file}: {codes:?}, should be {code}").expect("text");
        }
        let now = booked(&world).await;
        let (count, credit, debit) = (now.0 - earlier.0, now.1 - earlier.1, now.2 - earlier.2);
        let wanted = match row["outcome"] {
            "ACCEPT" | "DUPLICATE" => (
                row["booked_entries"].parse().expect("a number"),
                number(row["sum_crdt"]),
                number(row["sum_dbit"]),
            ),
            _ => (0, Money::ZERO, Money::ZERO),
        };
        if (count, credit, debit) != wanted {
            writeln!(wrong, "{file}: booked {count} +{credit} -{debit}, should be {wanted:?}").expect("text");
        }
        if let Ok(done) = &done
            && row["outcome"] == "ACCEPT"
            && done.statements.to_string() != row["statements"]
        {
            writeln!(wrong, "{file}: {} statements", done.statements).expect("text");
        }
        // the same file again books nothing, whatever came of it
        let again = take(&world, file).await;
        if booked(&world).await != now || again.is_ok_and(|again| again.new != 0) {
            writeln!(wrong, "{file}: the second time something was booked").expect("text");
        }
        let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
        let told: Vec<String> = proofs.into_iter().flat_map(|proof| proof.wrong).collect();
        let has_gap = file.starts_with("39");
        if told.is_empty() == has_gap {
            writeln!(wrong, "{file}: the doctor says {told:?}").expect("text");
        }
        before = Some(world);
    }
    assert_eq!(cases, 40);
    wrong
}

#[tokio::test]
async fn each_of_the_forty_nasty_files_is_booked_held_or_refused_as_it_should() {
    for kind in databases() {
        assert_eq!(forty(kind).await, "", "{kind:?}");
    }
}

#[tokio::test]
async fn a_return_in_dutch_style_without_its_payment_waits_unexplained() {
    for kind in databases() {
        let world = municipality(kind).await;
        let done = take(&world, "34_return_of_rent_AC04_dutch_style.xml").await.expect("taken in");
        assert_eq!((done.new, done.left_over), (1, 1));
    }
}
