//! What nothing of ours explains: looked through for agreements, explained by a person, undone by a posting that
//! names it.

use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::FlowError;
use grip_api::flow::explain::{self, Chosen, Kind, Part, Share};
use grip_api::flow::import_statement::{Imported, import};
use grip_api::play::Play;
use grip_api::store::unexplained::{self, Listed, OpenRow, SuggestionRow};
use grip_engine::access::{Action, Role};
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use grip_tests::{World, databases, day, event, household_from, own_database, script, world};

const ABN: &str = "NL41ABNA0900800701";
const LANDLORD: &str = "NL85RABO0100200301";
const CLIENT: &str = "NL14RABO0500600701";
const NOBODY: &str = "NL69BNGH0100200306";

/// An entry: amount, direction, the account on the other side, and what is written.
type Written<'a> = (&'a str, &'a str, &'a str, &'a str);

/// A statement with these entries, all on the day it closes.
fn camt(on: &str, opening: &str, closing: &str, entries: &[Written<'_>]) -> String {
    let entry = |(amount, direction, account, text): &Written<'_>| {
        let side = if *direction == "CRDT" { "Dbtr" } else { "Cdtr" };
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>BOOK</Sts>\
             <BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt><BkTxCd/>\
             <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><{side}><Nm>Iemand</Nm>\
             </{side}><{side}Acct><Id><IBAN>{account}</IBAN></Id></{side}Acct></RltdPties>\
             <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
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
         <GrpHdr><MsgId>M-{on}</MsgId><CreDtTm>{on}T20:00:00</CreDtTm></GrpHdr>\
         <Stmt><Id>{on}</Id><CreDtTm>{on}T20:00:00</CreDtTm><Acct><Id><IBAN>{ABN}</IBAN></Id></Acct>\
         {}{}{}</Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", opening),
        balance("CLBD", closing),
        entries.iter().map(entry).collect::<String>()
    )
}

/// A municipality with two households that rent from one landlord, HH-1 with contract H-1001 and HH-2 with H-1002.
async fn two_households(world: &World) -> (Play, HouseholdId) {
    let mut play = world.play(script(Vec::new()), "2026-01-01", "2025-12-31").await;
    let household = |number: &str, name: &str, iban: &str| {
        household_from(&format!(
            "[household]\nnumber = \"HH-{number}\"\nbank_account = \"{ABN}\"\n[[household.member]]\n\
             role = \"applicant\"\nname = \"{name}\"\niban = \"{iban}\"\n[[household.obligation]]\nkind = \"rent\"\n\
             payee = \"Woonstichting Voorbeeld\"\namount = \"612.40\"\nfirst_due = \"2026-02-01\"\n\
             reference = \"H-100{number}\"\n"
        ))
    };
    let today = day("2026-01-01");
    let first = play.enter(&household("1", "Amanuel Tesfay", CLIENT), today).await.expect("entered");
    play.enter(&household("2", "Yusuf Demir", "NL57RABO0500600703"), today).await.expect("entered");
    (play, first)
}

fn grant(name: &str, action: Action) -> Grant {
    let at = day("2026-03-02").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    let actor = Actor { role: Some(Role::Finance), name: name.to_owned(), ..Actor::system() };
    Grant::new(actor, action, day("2026-03-02"), at).expect("finance may")
}

async fn take_in(world: &World, text: &str) -> Imported {
    let grant = grant("bakker", Action::ImportStatement);
    import(&world.app.store, &grant, "afschrift.xml", text.as_bytes()).await.expect("taken in")
}

async fn open(world: &World) -> Vec<OpenRow> {
    let listed = Listed { bank_account: None, skip: 0, most: 100 };
    unexplained::list(&mut world.read().await, listed).await.expect("a list").1
}

async fn suggested(world: &World, part: &OpenRow) -> Vec<SuggestionRow> {
    unexplained::suggestions(&mut world.read().await, part.entry_id, part.place).await.expect("suggestions")
}

fn part(row: &OpenRow) -> Part {
    Part { entry: row.entry_id, place: row.place }
}

async fn say(world: &World, who: &str, row: &OpenRow, chosen: Chosen) -> Result<(), FlowError> {
    let grant = grant(who, Action::ExplainEntries);
    explain::accept(&world.app.store, &grant, part(row), &chosen).await
}

async fn undo(world: &World, who: &str, row: &OpenRow) {
    let rows = unexplained::explanations(&mut world.read().await, row.entry_id, row.place).await;
    let last = rows.expect("explanations").into_iter().rfind(|row| row.undoes.is_none()).expect("one");
    let grant = grant(who, Action::ExplainEntries);
    explain::undo(&world.app.store, &grant, last.explanation_id, "verkeerd gekozen").await.expect("undone");
}

fn by_hand(kind: Kind, amount: Option<&str>, household: Option<&str>) -> Share {
    Share {
        kind,
        amount: amount.map(|text| text.parse().expect("an amount")),
        household: household.map(str::to_owned),
        obligation: None,
    }
}

/// What lies in the accounts of a kind, over all households.
async fn lies_in(world: &World, kind: &str) -> String {
    let rows = grip_api::store::ledger::lies_in(&mut world.read().await, kind).await.expect("a balance");
    rows.to_string()
}

async fn is_clean(world: &World) {
    let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
    let wrong: Vec<_> = proofs.into_iter().flat_map(|proof| proof.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn a_refund_is_suggested_accepted_with_one_word_and_undone_by_a_posting() {
    for kind in databases() {
        let world = world(kind).await;
        two_households(&world).await;
        let refund = ("48.00", "CRDT", LANDLORD, "Terugbetaling servicekosten contract H-1001");
        let done = take_in(&world, &camt("2026-03-02", "100.00", "148.00", &[refund])).await;
        assert_eq!((done.left_over, done.explained), (1, 0), "{kind:?}");
        let row = open(&world).await.remove(0);
        let first = suggested(&world, &row).await.remove(0);
        assert_eq!((first.kind.as_str(), first.household_number.as_deref()), ("refund", Some("HH-1")));
        assert_eq!(
            first.told,
            "Gevonden op rekening en contractnummer: contractnummer H-1001 staat in de omschrijving; \
             de tegenrekening klopt; er is geen bedrag afgesproken."
        );
        assert_eq!(lies_in(&world, "unexplained").await, "48.00");
        say(&world, "bakker", &row, Chosen::Suggestion(0)).await.expect("accepted");
        assert_eq!(
            (lies_in(&world, "unexplained").await, lies_in(&world, "received_money").await),
            ("0.00".to_owned(), "48.00".to_owned())
        );
        assert!(open(&world).await.is_empty());
        let again = say(&world, "bakker", &row, Chosen::Suggestion(0)).await;
        assert!(matches!(again, Err(FlowError::Exists { .. })), "a second click books nothing");
        is_clean(&world).await;
        undo(&world, "bakker", &row).await;
        assert_eq!(
            (lies_in(&world, "unexplained").await, lies_in(&world, "received_money").await),
            ("48.00".to_owned(), "0.00".to_owned())
        );
        assert_eq!(open(&world).await.len(), 1, "it is on the worklist again");
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn what_was_recorded_as_expected_is_booked_by_itself_once() {
    for kind in databases() {
        let world = world(kind).await;
        let (play, first) = two_households(&world).await;
        let expected = event(
            "on = \"2026-03-01\"\nexpected = { reference = \"brief 1\", kind = \"refund\", obligation = \"H-1001\", \
             amount = \"48.00\", from = \"2026-03-01\", until = \"2026-04-30\" }\n",
        );
        play.happens(first, &expected, day("2026-03-01")).await.expect("recorded");
        let refund = ("48.00", "CRDT", LANDLORD, "Terugbetaling contract H-1001");
        let inside = ("48.00", "CRDT", LANDLORD, "Terugbetaling contract H-10012");
        let other = ("47.99", "CRDT", LANDLORD, "Terugbetaling contract H-1001");
        let debit = ("48.00", "DBIT", LANDLORD, "Incasso contract H-1001");
        let done =
            take_in(&world, &camt("2026-03-02", "100.00", "195.99", &[inside, other, debit, refund])).await;
        assert_eq!((done.left_over, done.explained), (4, 1), "{kind:?}");
        assert_eq!(lies_in(&world, "received_money").await, "48.00");
        let done = take_in(&world, &camt("2026-03-03", "195.99", "243.99", &[refund])).await;
        assert_eq!((done.left_over, done.explained), (1, 0), "{kind:?}: it came once already");
        let row = open(&world).await.remove(0);
        assert!(suggested(&world, &row).await[0].told.contains("het bedrag van 2 maart 2026 is al gezien"));
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn what_is_recorded_later_is_found_when_agreements_are_looked_through_again() {
    for kind in databases() {
        let world = world(kind).await;
        let (play, first) = two_households(&world).await;
        let refund = ("48.00", "CRDT", LANDLORD, "Terugbetaling contract H-1001");
        take_in(&world, &camt("2026-03-02", "100.00", "148.00", &[refund])).await;
        let expected = event(
            "on = \"2026-03-02\"\nexpected = { reference = \"brief 1\", kind = \"refund\", obligation = \"H-1001\", \
             amount = \"48.00\", from = \"2026-03-01\" }\n",
        );
        play.happens(first, &expected, day("2026-03-02")).await.expect("recorded");
        let again =
            async |grant: Grant| explain::again(&world.app.store, &grant).await.expect("searched").explained;
        assert_eq!(again(grant("bakker", Action::WorkDay)).await, 0, "the day's work looks once a day");
        assert_eq!(again(grant("bakker", Action::ExplainEntries)).await, 1, "{kind:?}");
        assert!(open(&world).await.is_empty());
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn on_a_shared_account_what_is_not_ours_keeps_its_date_and_amount_only() {
    for kind in databases() {
        let world = world(kind).await;
        let mut story = script(Vec::new());
        story.municipality.bank_account.iter_mut().for_each(|account| account.shared = Some(true));
        world.play(story, "2026-01-01", "2025-12-31").await;
        let fine = ("75.00", "CRDT", NOBODY, "Parkeerboete van iemand");
        let done = take_in(&world, &camt("2026-03-02", "100.00", "175.00", &[fine])).await;
        assert_eq!((done.left_over, done.explained), (1, 1));
        assert!(open(&world).await.is_empty());
        let kept = unexplained::not_ours(&mut world.read().await).await.expect("rows").remove(0);
        assert_eq!((kept.amount, kept.words.as_str(), kept.counterparty_account.as_str()), (75_00, "", ""));
        assert_eq!(
            (lies_in(&world, "unexplained").await, lies_in(&world, "funding").await),
            ("0.00".to_owned(), "175.00".to_owned())
        );
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn another_household_gets_what_was_taken_from_one_by_a_second_person() {
    for kind in databases() {
        let world = world(kind).await;
        two_households(&world).await;
        let credit = ("48.00", "CRDT", NOBODY, "terug");
        take_in(&world, &camt("2026-03-02", "100.00", "148.00", &[credit])).await;
        let row = open(&world).await.remove(0);
        let to = |number| Chosen::Shares(vec![by_hand(Kind::Refund, None, Some(number))]);
        say(&world, "bakker", &row, to("HH-1")).await.expect("booked");
        undo(&world, "bakker", &row).await;
        let alone = say(&world, "bakker", &row, to("HH-2")).await.expect_err("refused").to_string();
        assert!(alone.contains("another person"), "{alone}");
        say(&world, "visser", &row, to("HH-2")).await.expect("booked by another");
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn a_credit_is_split_over_several_and_never_over_more_than_it_is() {
    for kind in databases() {
        let world = world(kind).await;
        two_households(&world).await;
        take_in(&world, &camt("2026-03-02", "100.00", "200.00", &[("100.00", "CRDT", NOBODY, "terug")]))
            .await;
        let row = open(&world).await.remove(0);
        let (one, two) = (
            by_hand(Kind::Refund, Some("60.00"), Some("HH-1")),
            by_hand(Kind::Refund, Some("40.01"), Some("HH-2")),
        );
        let more = say(&world, "bakker", &row, Chosen::Shares(vec![one.clone(), two])).await;
        assert!(more.expect_err("refused").to_string().contains("more than the 100.00"));
        assert_eq!(lies_in(&world, "received_money").await, "0.00", "all of it or nothing");
        let rest = by_hand(Kind::Repayment, None, Some("HH-2"));
        say(&world, "bakker", &row, Chosen::Shares(vec![one, rest])).await.expect("split");
        assert_eq!(
            (lies_in(&world, "received_money").await, lies_in(&world, "unexplained").await),
            ("60.00".to_owned(), "0.00".to_owned())
        );
        let wrong = by_hand(Kind::Collection, None, Some("HH-1"));
        let done = say(&world, "bakker", &row, Chosen::Shares(vec![wrong])).await;
        assert!(matches!(done, Err(FlowError::Exists { .. })));
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn a_collection_needs_money_that_is_set_apart_and_a_transfer_between_own_accounts_is_internal() {
    for kind in databases() {
        let world = world(kind).await;
        two_households(&world).await;
        let collected = ("48.00", "DBIT", LANDLORD, "Incasso H-1001");
        let internal = ("10.00", "CRDT", "NL35BNGH0900800700", "aanvulling");
        let done = take_in(&world, &camt("2026-03-02", "100.00", "62.00", &[collected, internal])).await;
        assert_eq!((done.left_over, done.explained), (2, 1), "{kind:?}");
        let row = open(&world).await.remove(0);
        let chosen = |kind, household| Chosen::Shares(vec![by_hand(kind, None, household)]);
        let error =
            say(&world, "bakker", &row, chosen(Kind::Collection, Some("HH-1"))).await.expect_err("refused");
        assert!(error.to_string().contains("nothing is set apart"), "{error}");
        let error =
            say(&world, "bakker", &row, chosen(Kind::Refund, Some("HH-1"))).await.expect_err("refused");
        assert!(error.to_string().contains("a debit cannot be a refund"), "{error}");
        say(&world, "bakker", &row, chosen(Kind::NotOurs, None)).await.expect("not ours");
        assert_eq!(
            (lies_in(&world, "unexplained").await, lies_in(&world, "funding").await),
            ("0.00".to_owned(), "62.00".to_owned())
        );
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn search_terms_wait_behind_a_gap_and_find_their_agreement_when_the_missing_day_comes() {
    for kind in databases() {
        let world = own_database(kind).await;
        let (play, first) = two_households(&world).await;
        let expected = event(
            "on = \"2026-03-01\"\nexpected = { reference = \"brief 1\", kind = \"repayment\", amount = \"25.00\", \
             from = \"2026-03-01\", terms = [\"aflossing\", \"HHB00001\"], iban = \"NL57RABO0500600703\" }\n",
        );
        play.happens(first, &expected, day("2026-03-01")).await.expect("recorded");
        take_in(&world, &camt("2026-03-02", "100.00", "100.00", &[])).await;
        let paid = ("25.00", "CRDT", "NL57RABO0500600703", "HHB00001 aflossing maart");
        let done = take_in(&world, &camt("2026-03-04", "110.00", "135.00", &[paid])).await;
        assert_eq!((done.gaps, done.left_over, done.explained), (1, 1, 0), "{kind:?}");
        assert_eq!(open(&world).await[0].why, "waits_for_statement");
        let missing = ("10.00", "CRDT", NOBODY, "iets anders");
        let done = take_in(&world, &camt("2026-03-03", "100.00", "110.00", &[missing])).await;
        assert_eq!(done.explained, 1, "{kind:?}: what waited is found");
        let left: Vec<i64> = open(&world).await.iter().map(|row| row.amount).collect();
        assert_eq!(left, [10_00]);
        assert_eq!(Money::from_cents(10_00).to_string(), lies_in(&world, "unexplained").await);
        is_clean(&world).await;
        let doctor_says = |proofs: Vec<grip_api::flow::doctor::Proof>| format!("{proofs:?}");
        world.sabotage("update unexplained set remaining = remaining - 1 where 1 < remaining").await;
        let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
        assert!(doctor_says(proofs).contains("not explained differs from what is left on the worklist"));
    }
}

#[tokio::test]
async fn what_was_ambiguous_behind_a_gap_is_looked_at_again_when_the_missing_day_settles_it() {
    for kind in databases() {
        let world = world(kind).await;
        let (play, first) = two_households(&world).await;
        let expected = |reference: &str, more: &str| {
            event(&format!(
                "on = \"2026-03-01\"\nexpected = {{ reference = \"{reference}\", kind = \"repayment\", \
                 amount = \"25.00\", from = \"2026-03-01\", iban = \"{NOBODY}\"{more} }}\n"
            ))
        };
        for (reference, more) in [("brief 1", ", payment_reference = \"RF18539007547034\""), ("brief 2", "")]
        {
            let expected = expected(reference, more);
            play.happens(first, &expected, day("2026-03-01")).await.expect("recorded");
        }
        take_in(&world, &camt("2026-03-02", "100.00", "100.00", &[])).await;
        let paid = ("25.00", "CRDT", NOBODY, "overboeking");
        let done = take_in(&world, &camt("2026-03-04", "125.00", "150.00", &[paid])).await;
        assert_eq!((done.gaps, done.left_over, done.explained), (1, 1, 0), "{kind:?}");
        assert_eq!(open(&world).await[0].why, "no_identifier", "it is one of two");
        let missing = camt("2026-03-03", "100.00", "125.00", &[paid]);
        let named = "<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>";
        let missing = missing.replace("<Ustrd>overboeking</Ustrd>", named);
        let done = take_in(&world, &missing).await;
        assert_eq!(done.explained, 2, "{kind:?}: the reference meets one, so the other is meant");
        assert!(open(&world).await.is_empty());
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn every_day_of_a_statement_behind_a_gap_stands_behind_it() {
    for kind in databases() {
        let world = world(kind).await;
        let (play, first) = two_households(&world).await;
        let expected = event(
            "on = \"2026-03-01\"\nexpected = { reference = \"brief 1\", kind = \"repayment\", amount = \"25.00\", \
             from = \"2026-03-01\", terms = [\"aflossing\", \"HHB00001\"], iban = \"NL57RABO0500600703\" }\n",
        );
        play.happens(first, &expected, day("2026-03-01")).await.expect("recorded");
        take_in(&world, &camt("2026-03-02", "100.00", "100.00", &[])).await;
        let paid = ("25.00", "CRDT", "NL57RABO0500600703", "HHB00001 aflossing maart");
        let two_days = camt("2026-03-05", "110.00", "135.00", &[paid])
            .replace("<BookgDt><Dt>2026-03-05", "<BookgDt><Dt>2026-03-04");
        let done = take_in(&world, &two_days).await;
        assert_eq!((done.gaps, done.explained), (1, 0), "{kind:?}: the entry is of the day before it closes");
        let again = explain::again(&world.app.store, &grant("bakker", Action::ExplainEntries)).await;
        assert_eq!(again.expect("searched").explained, 0, "{kind:?}: it waits whoever asks");
        let missing = ("10.00", "CRDT", NOBODY, "iets anders");
        let done = take_in(&world, &camt("2026-03-03", "100.00", "110.00", &[missing])).await;
        assert_eq!(done.explained, 1, "{kind:?}");
        is_clean(&world).await;
    }
}

/// Sends a form or JSON as a person; the status and what came back.
async fn send(world: &World, who: &str, path: &str, body: &str) -> (u16, crate::api::Answer) {
    let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let answer = crate::api::ask(world, Some(who), "POST", path, Some((kind, body.into()))).await;
    (answer.status.as_u16(), answer)
}

async fn page(world: &World, who: &str, path: &str) -> (u16, String) {
    let answer = crate::api::ask(world, Some(who), "GET", path, None).await;
    (answer.status.as_u16(), answer.text)
}

#[tokio::test]
async fn finance_accepts_a_suggestion_with_one_click_and_sees_whose_money_waits() {
    for kind in databases() {
        let world = world(kind).await;
        two_households(&world).await;
        let refund = ("48.00", "CRDT", LANDLORD, "Terugbetaling &lt;b&gt; contract H-1001");
        take_in(&world, &camt("2026-03-02", "100.00", "148.00", &[refund])).await;
        let row = open(&world).await.remove(0);
        let at = format!("/onverklaard/{}/0", row.entry_id);
        let (status, text) = page(&world, "bakker", "/onverklaard").await;
        assert_eq!(status, 200, "{text}");
        for words in
            ["€ 48,00 erbij, 2 maart 2026", "Voorstel: teruggave, huishouden <bdi>HH-1</bdi>", "&#60;b&#62;"]
        {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        assert!(!text.contains("<b>"), "what was written is never HTML");
        let (status, waiting) = page(&world, "wit", "/tussenrekening").await;
        assert_eq!(status, 200);
        assert!(waiting.contains("Nog niet verklaard: € 48,00"), "{waiting}");
        for (who, path, status) in [
            ("wit", "/onverklaard", 403),
            ("smit", "/tussenrekening", 403),
            ("controle", "/onverklaard", 200),
            ("bakker", "/onverklaard/x/0", 404),
            ("bakker", &format!("{at}1"), 404),
            ("bakker", &at, 200),
        ] {
            assert_eq!(page(&world, who, path).await.0, status, "{who} {path}");
        }
        let accept = format!("{at}/verklaringen");
        assert_eq!(send(&world, "controle", &accept, "voorstel=0").await.0, 403, "an auditor only looks");
        assert_eq!(send(&world, "bakker", &accept, "voorstel=9").await.0, 400);
        let (status, wrong) = send(&world, "bakker", &accept, "soort1=refund&huishouden1=HH-9").await;
        assert!(status == 400 && wrong.text.contains("Huishouden `HH-9` kennen wij niet."), "{}", wrong.text);
        assert_eq!(send(&world, "bakker", &accept, "voorstel=0").await.0, 303);
        let (_, waiting) = page(&world, "bakker", "/tussenrekening").await;
        assert!(waiting.contains("Teruggave: € 48,00"), "{waiting}");
        let (status, again) = send(&world, "bakker", &accept, "voorstel=0").await;
        assert!(status == 400 && again.text.contains("al verklaard"), "{}", again.text);
        let rows = unexplained::explanations(&mut world.read().await, row.entry_id, 0).await.expect("rows");
        let undo = format!("/verklaringen/{}/terugdraaiingen", rows[0].explanation_id);
        assert_eq!(
            send(&world, "bakker", &undo, "reden=").await.0,
            400,
            "without a reason nothing is undone"
        );
        assert_eq!(send(&world, "bakker", &undo, "reden=verkeerde+klant").await.0, 303);
        let (_, text) = page(&world, "bakker", &at).await;
        assert!(text.contains("Teruggedraaid: Teruggave") && text.contains("verkeerde klant"), "{text}");
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn the_api_lists_explains_and_undoes_in_dutch() {
    for kind in databases() {
        let world = world(kind).await;
        two_households(&world).await;
        let entries = [("48.00", "CRDT", LANDLORD, "contract H-1001"), ("5.00", "CRDT", NOBODY, "iets")];
        take_in(&world, &camt("2026-03-02", "100.00", "153.00", &entries)).await;
        let list = crate::api::get(&world, "bakker", "/v1/onverklaarde-delen?paginaGrootte=1").await;
        assert_eq!(
            (list["aantal"].as_i64(), list["resultaten"].as_array().map(Vec::len)),
            (Some(2), Some(1))
        );
        let next = list["volgende"].as_str().expect("a next page").to_owned();
        let other = crate::api::get(&world, "bakker", &next).await;
        let all = [&list["resultaten"][0], &other["resultaten"][0]];
        let refund = all.into_iter().find(|part| part["bedrag"] == "48.00").expect("the refund");
        assert_eq!(refund["voorstellen"][0]["soort"], "teruggave", "{refund}");
        assert_eq!((&refund["richting"], &refund["openBedrag"]), (&"bij".into(), &"48.00".into()));
        let path = format!("/v1/onverklaarde-delen/{}/0", refund["boekingId"].as_str().expect("an id"));
        let explain = format!("{path}/verklaringen");
        let both = r#"{"voorstel": 0, "delen": [{"soort": "eigenGeld"}]}"#;
        for (body, status) in [
            (both, 400),
            ("{}", 400),
            (r#"{"delen": [{"soort": "eigenGeld", "bedrag": "48,00"}]}"#, 400),
            (r#"{"delen": [{"soort": "eigenGeld", "bedrag": "48.01"}]}"#, 400),
            (r#"{"delen": [{"soort": "incasso", "huishoudenNummer": "HH-1"}]}"#, 400),
            (r#"{"delen": [{"soort": "teruggave", "huishoudenNummer": "HH-9"}]}"#, 400),
            (r#"{"voorstel": 7}"#, 400),
            (
                r#"{"delen": [{"soort": "teruggave", "bedrag": "40.00", "huishoudenNummer": "HH-1", "contractnummer": "H-1001"}, {"soort": "eigenGeld"}]}"#,
                201,
            ),
            (r#"{"voorstel": 0}"#, 409),
        ] {
            let (found, answer) = send(&world, "bakker", &explain, body).await;
            assert_eq!(found, status, "{body}: {}", answer.text);
        }
        let shown = crate::api::get(&world, "bakker", &path).await;
        assert_eq!(
            (&shown["openBedrag"], shown["verklaringen"].as_array().map(Vec::len)),
            (&"0.00".into(), Some(2))
        );
        let waits = crate::api::get(&world, "wit", "/v1/tussenrekeningen").await;
        assert_eq!(
            (&waits["resultaten"][0]["huishoudenNummer"], &waits["resultaten"][0]["totaal"]),
            (&"HH-1".into(), &"40.00".into())
        );
        let id = shown["verklaringen"][0]["id"].as_str().expect("an id");
        let undo = format!("/v1/verklaringen/{id}/terugdraaiingen");
        assert_eq!(send(&world, "bakker", &undo, r#"{"reden": "verkeerd"}"#).await.0, 201);
        assert_eq!(send(&world, "bakker", &undo, r#"{"reden": "verkeerd"}"#).await.0, 404, "once");
        is_clean(&world).await;
    }
}
