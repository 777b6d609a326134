//! A statement that does not prove waits for a person, and nothing of it is booked.

use grip_api::flow::import_statement::{Outcome, accept, waiting};
use grip_api::store::statement;
use grip_engine::access::Action;
use grip_engine::money::Money;
use grip_tests::{World, databases, day, script, world};

use super::{camt, doctor_is_content, export, grant, municipality, refusal, take_in};

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
