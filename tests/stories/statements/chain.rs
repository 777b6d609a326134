//! Statements follow each other: twins, days that are issued again, exports that overlap, and gaps.

use grip_api::flow::import_statement::supersede;
use grip_engine::access::Action;
use grip_engine::bank::chain::Joint;
use grip_tests::databases;

use super::{camt, doctor_is_content, export, grant, municipality, refusal, take_in};

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
