//! What came back before the bank told that it went out, and what a notification tells of a sum that came back.

use grip_api::flow::suspense::{self, Waits};
use grip_api::play::{FINANCE, Play};
use grip_api::simulated_bank::{Told, ToldEntry, ToldMessage, ToldPart};
use grip_api::store::payment::PaymentRow;
use grip_api::store::{Scope, creditor};
use grip_engine::access::Action;
use grip_engine::money::Money;
use grip_tests::{World, databases, day, sample, script, world};

use super::statements::doctor_is_content;

/// A household whose payments lie at the bank, which told nothing yet.
async fn at_the_bank(kind: grip_tests::Kind) -> (World, Play, PaymentRow) {
    let world = world(kind).await;
    let mut play = world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-20").await;
    play.keep_statements();
    play.days(day("2026-02-21"), day("2026-02-27")).await.expect("the story goes on");
    let rent = super::payment_files::payments(&world).await.remove(0);
    (world, play, rent)
}

/// A statement that one sum leads to from a balance; a notification where it has no balances.
fn told(id: &str, balances: Option<(i64, i64)>, amount: i64, parts: Vec<ToldPart>) -> Told {
    let cents = |cents| Money::from_cents(cents);
    let on = day("2026-02-27");
    Told {
        message: if balances.is_some() { ToldMessage::Statement } else { ToldMessage::Notification },
        id: id.to_owned(),
        sequence: None,
        page: None,
        account: sample("HH-101").bank_account.parse().expect("an account"),
        day: on,
        opening: balances.map(|(opening, _)| cents(opening)),
        closing: balances.map(|(_, closing)| cents(closing)),
        entries: vec![ToldEntry {
            amount: cents(amount),
            pending: false,
            on,
            reference: Some(format!("REF-{amount}")),
            batch: None,
            parts,
        }],
    }
}

/// The same on another day.
fn on(text: &str, mut told: Told) -> Told {
    told.day = day(text);
    told.entries[0].on = told.day;
    told
}

fn part(payment: &PaymentRow, reason: Option<&str>) -> ToldPart {
    ToldPart {
        amount: Money::from_cents(payment.amount),
        end_to_end_id: Some(payment.end_to_end_id.clone()),
        mandate: None,
        name: Some("Iemand".to_owned()),
        account: None,
        text: None,
        structured: None,
        return_reason: reason.map(str::to_owned),
    }
}

async fn offer(play: &Play, told: &Told) -> grip_api::flow::import_statement::Imported {
    play.offer("bericht.xml", &told.bytes(), day("2026-02-27")).await.expect("taken in")
}

/// True when the account of a payment carries that a payment to it came back.
async fn bounced(world: &World, payment: &PaymentRow) -> bool {
    let accounts = creditor::of_payees(&mut world.read().await).await.expect("accounts");
    let mut versions = accounts.values().flat_map(grip_engine::payee::Accounts::versions);
    versions.any(|account| account.iban.as_str() == payment.creditor_iban && account.bounced.is_some())
}

#[tokio::test]
async fn a_return_behind_a_gap_raises_r01_at_once_and_is_booked_when_its_debit_comes() {
    for kind in databases() {
        let (world, play, rent) = at_the_bank(kind).await;
        let amount = rent.amount;
        offer(&play, &on("2026-02-25", told("A", Some((0, 100)), 100, Vec::new()))).await;
        let back = told("C", Some((100 - amount, 100)), amount, vec![part(&rent, Some("AC04"))]);
        let done = offer(&play, &back).await;
        assert_eq!((done.returned, done.left_over, done.gaps), (1, 0, 1), "{kind:?}: {done}");
        assert!(world.alerts("HH-101").await.contains("K1 R01 open"), "{}", world.alerts("HH-101").await);
        assert!(bounced(&world, &rent).await, "{kind:?}: nothing more goes to that account");
        let waits = suspense::list(&mut world.read().await, Scope::All).await.expect("suspense").remove(0);
        assert_eq!((waits.items[0].what, waits.total), (Waits::ReturnedEarly, Money::ZERO));
        assert!(waits.items[0].why.contains("lees het ontbrekende afschrift in"), "{}", waits.items[0].why);
        assert!(world.payments("HH-101").await.contains("sent"), "only a booked debit moves it on");

        let debit = told("B", Some((100, 100 - amount)), -amount, vec![part(&rent, None)]);
        let done = offer(&play, &on("2026-02-26", debit)).await;
        assert_eq!((done.settled, done.gaps), (1, 0), "{kind:?}: {done}");
        let alerts = world.alerts("HH-101").await;
        assert_eq!(alerts.matches("R01").count(), 1, "{kind:?}: {alerts}");
        let waits = suspense::list(&mut world.read().await, Scope::All).await.expect("suspense").remove(0);
        assert_eq!((waits.items.len(), waits.total.cents()), (1, amount), "{kind:?}");
        assert_eq!(waits.items[0].what, Waits::Returned);
        assert!(bounced(&world, &rent).await && doctor_is_content(&world).await, "{kind:?}");
    }
}

#[tokio::test]
async fn what_we_asked_back_raises_nothing_before_its_debit() {
    for kind in databases() {
        let (world, play, rent) = at_the_bank(kind).await;
        let back = told("C", Some((0, rent.amount)), rent.amount, vec![part(&rent, Some("FOCR"))]);
        assert_eq!(offer(&play, &back).await.returned, 1, "{kind:?}");
        assert!(!world.alerts("HH-101").await.contains("R01"), "{kind:?}");
        assert!(!bounced(&world, &rent).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_return_that_a_notification_tells_of_a_booked_sum_is_a_reason_to_look_at_the_alerts() {
    for kind in databases() {
        for notice_first in [true, false] {
            let (world, play, rent) = at_the_bank(kind).await;
            let amount = rent.amount;
            offer(&play, &told("A", Some((amount, 0)), -amount, vec![part(&rent, None)])).await;
            let sum = told("B", Some((0, amount)), amount, Vec::new());
            let notice = told("N", None, amount, vec![part(&rent, Some("AC04"))]);
            let (first, second) = if notice_first { (&notice, &sum) } else { (&sum, &notice) };
            offer(&play, first).await;
            assert!(!world.alerts("HH-101").await.contains("R01"), "{kind:?} {notice_first}");
            let finance = play.grant_to(FINANCE, Action::ImportStatement, day("2026-02-27")).expect("may");
            let bytes = second.bytes();
            let done = grip_api::flow::import_statement::import(&world.app.store, &finance, "b.xml", &bytes);
            let done = done.await.expect("taken in");
            assert!(done.returned == 1 && done.moves_payments(), "{kind:?} {notice_first}: {done}");
        }
    }
}
