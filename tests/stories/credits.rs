//! Furnishing credit where a case file cannot look: between approval and file, who may do what, and the ledger.

use grip_api::flow::{approve, doctor, register};
use grip_api::play::{COACH, OFFICER, Play, SECOND};
use grip_api::store::{payment, run};
use grip_engine::access::Action;
use grip_tests::{World, databases, day, event, sample, script, world};

/// Two equal tranches that wait for nothing.
const TWO: &str = "on = \"2026-02-05\"\ncredit = { reference = \"K-1\", amount = \"1000.00\", ground = \"two rooms\", \
                   tranche = [{ amount = \"500.00\", opens = [] }, { amount = \"500.00\", opens = [] }] }\n";

/// The household of the story, with a credit of two equal tranches that were proposed on 5 February.
async fn proposed(world: &World) -> Play {
    let mut household = sample("HH-104");
    household.event.truncate(1);
    household.event.push(event(TWO));
    world.play(script(vec![household]), "2026-02-01", "2026-02-05").await
}

async fn record(play: &Play, world: &World, who: (&str, Action), text: &str, on: &str) -> Result<(), String> {
    let grant = play.grant_to(who.0, who.1, day(on)).expect("a grant");
    let id = play.household("HH-104").expect("the household");
    let event = event(&format!("on = \"{on}\"\n{text}\n"));
    register::event(&world.app.store, &grant, id, &event).await.map_err(|error| error.to_string())
}

async fn tranches(world: &World) -> Vec<String> {
    let payments = world.payments("HH-104").await;
    payments.lines().filter(|line| line.contains("tranche")).map(str::to_owned).collect()
}

async fn nothing_is_wrong(world: &World) {
    let proofs = doctor::examine(&world.app.store).await.expect("examined");
    for proof in proofs {
        assert!(proof.wrong.is_empty(), "{proof:?}");
    }
}

const UNDO: &str = "tranche_undone = { credit = \"K-1\", tranche = 2, reason = \"the room is let out\" }";
const OPEN: &str = "tranche_opened = { credit = \"K-1\", tranche = 2, reason = \"the room is ours again\" }";

#[tokio::test]
async fn a_tranche_that_was_approved_and_not_sent_is_undone_by_its_id_and_paid_later_when_a_person_says_so() {
    for kind in databases() {
        let world = world(kind).await;
        let mut play = proposed(&world).await;
        play.dawn(day("2026-02-06")).await.expect("a day");
        play.approve(day("2026-02-06")).await.expect("approved");
        let officer = (OFFICER, Action::RecordFacts);
        record(&play, &world, officer, UNDO, "2026-02-06").await.expect("undone");
        nothing_is_wrong(&world).await;
        play.work(day("2026-02-06")).await.expect("the day's work");
        play.at_the_bank(day("2026-02-06")).await.expect("the bank");
        let states: Vec<String> = tranches(&world).await;
        assert_eq!(states.iter().filter(|line| line.contains("settled")).count(), 1, "{states:?}");
        assert_eq!(states.iter().filter(|line| line.contains("cancelled")).count(), 1, "{states:?}");

        record(&play, &world, officer, OPEN, "2026-02-06").await.expect("opened");
        play.days(day("2026-02-09"), day("2026-02-11")).await.expect("days");
        let states = tranches(&world).await;
        assert_eq!(states.iter().filter(|line| line.contains("settled")).count(), 2, "{states:?}");
        let refused = record(&play, &world, officer, UNDO, "2026-02-11").await.expect_err("refused");
        assert!(refused.contains("it cannot be undone any more"), "{refused}");
        nothing_is_wrong(&world).await;
    }
}

#[tokio::test]
async fn who_recorded_a_credit_does_not_release_it() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        let runs = run::list(&mut world.read().await).await.expect("runs");
        let found = runs.iter().find(|run| run.state == "proposed").expect("a proposal");
        let approves = async |who: &str| {
            let grant = play.grant_to(who, Action::ApproveRun, day("2026-02-06")).expect("a grant");
            approve::approve(&world.app.store, &grant, found.id(), &found.content_hash).await
        };
        let refused = approves(OFFICER).await.expect_err("refused").to_string();
        assert!(refused.contains("prepared"), "{refused}");
        assert!(
            payment::list(&mut world.read().await, grip_api::store::Scope::All)
                .await
                .expect("none")
                .is_empty()
        );
        approves(SECOND).await.expect("another person releases it");
    }
}

#[tokio::test]
async fn a_coach_records_what_was_seen_and_decides_nothing() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        let coach = (COACH, Action::RecordCoaching);
        let visit = "home_visit = { credit = \"K-1\", tranche = 1, confirmed = true, note = \"seen\" }";
        record(&play, &world, coach, visit, "2026-02-05").await.expect("a coach visits");
        for decided in [
            UNDO,
            OPEN,
            "carry_forward_waived = { credit = \"K-1\", tranche = 2, amount = \"5.00\", reason = \"x\" }",
            "credit_settled = { reference = \"E-1\", credit = \"K-1\", unspent = \"returned\" }",
            "credit_returned = { credit = \"K-1\", tranche = 1, amount = \"5.00\", proof = \"x\" }",
            "evidence_accepted = { credit = \"K-1\", tranche = 1, category = \"bed\", up_to = \"5.00\", reason = \"x\" }",
        ] {
            let refused = record(&play, &world, coach, decided, "2026-02-05").await.expect_err(decided);
            assert!(refused.contains("role"), "{decided}: {refused}");
        }
    }
}
