//! What was released and did not go out: taken back, withdrawn, handed over, and never paid twice.

use grip_api::flow::doctor;
use grip_api::play::{Play, Script};
use grip_api::store::run;
use grip_engine::policy::Policy;
use grip_tests::{World, databases, day, event, sample, script, world};

fn with_policy(changes: &str) -> Script {
    let plain = script(vec![sample("HH-101")]);
    let policy = Policy::merged(&plain.policy, changes).expect("a policy");
    Script { policy, ..plain }
}

async fn happens(play: &Play, on: &str, said: &str) {
    let id = play.household("HH-101").expect("a household");
    let said = event(&format!("on = \"{on}\"\n{said}\n"));
    play.happens(id, &said, day(on)).await.expect("recorded");
}

async fn is_clean(world: &World) {
    for proof in doctor::examine(&world.app.store).await.expect("examined") {
        assert_eq!(proof.wrong, [] as [String; 0], "{}", proof.claim);
    }
}

/// The payments of living money of February, by state.
async fn living_money(world: &World, state: &str) -> Vec<String> {
    let payments = world.payments("HH-101").await;
    let of_february = payments.lines().filter(|line| line.contains("living_money 2026-02"));
    let in_state = of_february.filter(|line| line.ends_with(state));
    let mut told: Vec<String> =
        in_state.map(|line| format!("{} {}", &line[..10], line[10..20].trim())).collect();
    told.sort();
    told
}

const BRIDGE: &str = "bridge = { reference = \"O-1\", month = \"2026-02\", amount = \"50.00\" }";

#[tokio::test]
async fn a_supplement_that_was_approved_and_not_sent_is_paid_after_all_when_the_right_ends_later() {
    for kind in databases() {
        let world = world(kind).await;
        let mut play = world.play(with_policy(""), "2026-02-01", "2026-03-09").await;
        let tuesday = day("2026-03-10");
        play.dawn(tuesday).await.expect("a day");
        happens(&play, "2026-03-10", BRIDGE).await;
        play.work(tuesday).await.expect("works");
        let wednesday = day("2026-03-11");
        play.dawn(wednesday).await.expect("a day");
        play.approve(wednesday).await.expect("approved");
        assert_eq!(living_money(&world, "approved").await, ["2026-03-11 50.00"]);
        // the right ends after February: the month keeps its bridge
        let end = "benefit_end = { reference = \"E-1\", last_day = \"2026-03-31\", reason = \"work\" }";
        happens(&play, "2026-03-11", end).await;
        assert_eq!(living_money(&world, "cancelled").await, ["2026-03-11 50.00"]);
        is_clean(&world).await;
        play.work(wednesday).await.expect("works");
        play.days(day("2026-03-12"), day("2026-03-20")).await.expect("days");
        assert_eq!(living_money(&world, "settled").await, ["2026-02-27 404.58", "2026-03-12 50.00"]);
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn weeks_that_a_supplement_withdrew_are_set_apart_again_when_it_is_taken_back() {
    for kind in databases() {
        let world = world(kind).await;
        let weekly = with_policy("living_money_frequency = \"weekly\"");
        let mut play = world.play(weekly, "2026-02-01", "2026-03-01").await;
        let monday = day("2026-03-02");
        play.dawn(monday).await.expect("a day");
        let ends = |reference: &str, last_day: &str| {
            format!(
                "benefit_end = {{ reference = \"{reference}\", last_day = \"{last_day}\", reason = \"work\" }}"
            )
        };
        happens(&play, "2026-03-02", &ends("E-1", "2026-02-26")).await;
        play.work(monday).await.expect("works");
        let tuesday = day("2026-03-03");
        play.dawn(tuesday).await.expect("a day");
        play.approve(tuesday).await.expect("approved");
        is_clean(&world).await;
        // before the file is made it turns out to have ended a day sooner
        happens(&play, "2026-03-03", &ends("E-2", "2026-02-25")).await;
        is_clean(&world).await;
        play.work(tuesday).await.expect("works");
        play.days(day("2026-03-04"), day("2026-03-20")).await.expect("days");
        // 25 of 28 days: 1251.34 less 60.06 is 1191.28; 929.65 of costs and a week of 80.92 went out
        let settled = living_money(&world, "settled").await;
        assert_eq!(settled, ["2026-02-27 80.92", "2026-03-04 240.77"]);
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn living_money_that_the_benefit_system_pays_is_handed_over_also_by_a_run_without_payments() {
    for kind in databases() {
        let world = world(kind).await;
        let by_system = with_policy("living_money_payer = \"benefit_system\"");
        let mut play = world.play(by_system, "2026-02-01", "2026-03-09").await;
        let tuesday = day("2026-03-10");
        play.dawn(tuesday).await.expect("a day");
        happens(&play, "2026-03-10", BRIDGE).await;
        play.work(tuesday).await.expect("works");
        play.days(day("2026-03-11"), day("2026-03-12")).await.expect("days");
        let mut told: Vec<String> = std::fs::read_dir(play.outbox())
            .expect("an outbox")
            .map(|file| file.expect("a file").path())
            .filter(|path| path.to_string_lossy().ends_with("-leefgeld.csv"))
            .map(|path| std::fs::read_to_string(path).expect("a text"))
            .collect();
        told.sort();
        let head = "huishouden;maand;bedrag\n";
        let expected = ["404.58", "50.00"].map(|amount| format!("{head}HH-101;2026-02;{amount}\n"));
        assert_eq!(told, expected);
        let runs = run::list(&mut world.read().await).await.expect("runs");
        let states: Vec<&str> = runs.iter().map(|run| run.state.as_str()).collect();
        assert_eq!(states, ["instructed", "instructed"], "{kind:?}");
        let releases = run::releases(&mut world.read().await, runs[0].id()).await.expect("releases");
        let what: Vec<String> = releases
            .iter()
            .map(|release| format!("{} {} {}", release.month, release.number, release.to_household))
            .collect();
        assert_eq!(what, ["2026-02 1 50.00"]);
        is_clean(&world).await;
    }
}
