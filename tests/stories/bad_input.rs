//! Bad input: a clear error that names the thing and shows the text, and nothing half-written.

use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::planning;
use grip_api::flow::{FlowError, approve, propose, register};
use grip_api::play::{OFFICER, SECOND};
use grip_engine::access::Action;
use grip_tests::{World, databases, day, household_from, sample, script, world};

fn grant(action: Action) -> Grant {
    let at = day("2026-02-03").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    Grant::new(Actor::system(), action, day("2026-02-03"), at).expect("the system may")
}

async fn municipality(kind: grip_tests::Kind) -> World {
    let world = world(kind).await;
    world.play(script(Vec::new()), "2026-01-01", "2025-12-31").await;
    world
}

/// Registers a sample household with one text changed; the error, and that nothing of it was written.
async fn refused(from: &str, to: &str) -> String {
    let mut error = String::new();
    for kind in databases() {
        let world = municipality(kind).await;
        let path = grip_tests::root().join("samples/households/hh-101.toml");
        let text = std::fs::read_to_string(path).expect("a sample");
        assert!(text.contains(from), "{from}");
        let file = household_from(&text.replacen(from, to, 1));
        let result = register::household(&world.app.store, &grant(Action::RecordFacts), &file).await;
        error = result.expect_err("refused").to_string();
        let files =
            grip_api::store::household::files(&mut world.read().await, grip_api::store::Scope::All).await;
        assert!(files.expect("households").is_empty(), "half of the household was written");
    }
    error
}

#[tokio::test]
async fn an_iban_with_a_wrong_check_digit_is_shown() {
    let text =
        std::fs::read_to_string(grip_tests::root().join("samples/households/hh-101.toml")).expect("a sample");
    let at = text.find("[[household.member]]").expect("a member");
    let start = text[at..].find("iban = \"").expect("an account") + at + 8;
    let good = &text[start..start + 18];
    let wrong = format!("{}{}{}", &good[..2], if &good[2..4] == "11" { "12" } else { "11" }, &good[4..]);
    let error = refused(good, &wrong).await;
    assert_eq!(error, format!("account `{wrong}` is no IBAN: its check digits do not fit the number"));
}

#[tokio::test]
async fn an_amount_with_three_decimals_is_shown() {
    let error = refused("amount = \"612.40\"", "amount = \"612.405\"").await;
    assert_eq!(error, "`amount` is `612.405`, which is no amount like 612.40");
}

#[tokio::test]
async fn a_payee_that_nobody_knows_is_named() {
    let error = refused("Energie Voorbeeld N.V.", "Energie Onbekend").await;
    assert_eq!(error, "payee `Energie Onbekend` does not exist");
}

#[tokio::test]
async fn a_right_that_ends_before_it_starts_is_refused() {
    let error =
        refused("right_from = \"2026-02-01\"", "right_from = \"2026-02-01\", right_until = \"2026-01-31\"")
            .await;
    assert_eq!(error, "benefit: period from 2026-02-01 ends before it starts, on 2026-01-31");
}

#[tokio::test]
async fn a_household_twice_is_refused() {
    for kind in databases() {
        let world = municipality(kind).await;
        let file = sample("HH-101");
        register::household(&world.app.store, &grant(Action::RecordFacts), &file).await.expect("registered");
        let again = register::household(&world.app.store, &grant(Action::RecordFacts), &file).await;
        assert_eq!(again.expect_err("refused").to_string(), "household `HH-101` exists already");
    }
}

#[tokio::test]
async fn a_plan_without_a_decided_benefit_names_the_month_and_no_run_is_made() {
    for kind in databases() {
        let world = municipality(kind).await;
        let mut file = sample("HH-101");
        file.event.clear();
        let id = register::household(&world.app.store, &grant(Action::RecordFacts), &file)
            .await
            .expect("registered")
            .id;
        let mut at = world.read().await;
        let found = planning::dossier(&mut at, id).await.expect("reads").expect("a household");
        let rules = planning::rules(&mut at).await.expect("rules");
        let month = "2026-02".parse().expect("a month");
        let error = found.plan_of(&rules, month, day("2026-02-27")).expect_err("no plan");
        assert_eq!(
            error.to_string(),
            "no decided benefit in 2026-02: record the decision of the benefit system first"
        );
        let proposed = propose::propose(&world.app.store, &grant(Action::WorkDay)).await.expect("proposes");
        assert_eq!((proposed.new, proposed.renewed), (0, 0));
    }
}

#[tokio::test]
async fn nobody_approves_their_own_work_or_what_they_did_not_see_and_of_two_at_once_one_succeeds() {
    for kind in databases() {
        let world = world(kind).await;
        let play = world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-20").await;
        let run = grip_api::store::run::list(&mut world.read().await).await.expect("runs").remove(0);
        assert_eq!(run.state, "proposed");
        let store = &world.app.store;
        let grant = |name| play.grant_to(name, Action::ApproveRun, day("2026-02-20")).expect("may approve");
        let own = approve::approve(store, &grant(OFFICER), run.id(), &run.content_hash).await;
        assert!(own.expect_err("refused").to_string().contains("cannot approve it: ask a second person"));
        let unseen = approve::approve(store, &grant(SECOND), run.id(), "0000").await;
        assert!(unseen.expect_err("refused").to_string().contains("changed since it was shown"));
        let second = grant(SECOND);
        let both = tokio::join!(
            approve::approve(store, &second, run.id(), &run.content_hash),
            approve::approve(store, &second, run.id(), &run.content_hash),
        );
        let refused = [both.0, both.1].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(refused.as_slice(), [FlowError::AlreadyApproved]), "{kind:?}: {refused:?}");
        let payments = world.payments("HH-101").await;
        assert_eq!(payments.lines().count(), 5, "{payments}");
    }
}

#[tokio::test]
async fn the_day_s_work_twice_changes_nothing() {
    for kind in databases() {
        let world = world(kind).await;
        let play =
            world.play(script(vec![sample("HH-101"), sample("HH-102")]), "2026-01-12", "2026-02-20").await;
        let before = (world.payments("HH-102").await, world.alerts("HH-102").await);
        let system = Actor::system();
        let at = day("2026-02-20").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
        let grant = Grant::new(system, Action::WorkDay, day("2026-02-20"), at).expect("may");
        let again =
            grip_api::flow::day::work(&world.app.store, &grant, Some(&play.outbox())).await.expect("works");
        assert_eq!((again.proposed.new, again.proposed.renewed, again.instructed.files), (0, 0, 0));
        assert_eq!(again.alerts, grip_api::flow::alerts::Raised::default());
        assert_eq!((world.payments("HH-102").await, world.alerts("HH-102").await), before);
    }
}
