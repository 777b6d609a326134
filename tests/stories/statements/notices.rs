//! What a bank tells beside its statements: what a sum consists of, and what happens during the day.

use grip_api::flow::import_statement::supersede;
use grip_api::simulated_bank::{Told, ToldEntry, ToldMessage, ToldPart};
use grip_api::store::statement;
use grip_engine::access::Action;
use grip_engine::money::Money;
use grip_tests::{World, databases, day, own_database, sample, script, world};

use super::{camt, doctor_is_content, grant, municipality};

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
