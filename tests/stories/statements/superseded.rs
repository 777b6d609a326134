//! A wrong statement counts no longer when a second person says so.

use grip_api::flow::import_statement::supersede;
use grip_api::store::statement;
use grip_engine::access::Action;
use grip_engine::bank::chain::Joint;
use grip_tests::{databases, day, sample, script, world};

use super::{camt, doctor_is_content, grant, municipality, refusal, take_in};

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
