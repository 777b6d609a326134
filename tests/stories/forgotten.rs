//! What must not be forgotten, and must not happen twice: found by readers of the first version.

use grip_api::play::Refused;
use grip_api::store::{Scope, household, payment, run};
use grip_tests::{databases, day, event, sample, script, world};

#[tokio::test]
async fn living_money_waits_for_an_account_and_is_paid_when_there_is_one() {
    for kind in databases() {
        let world = world(kind).await;
        let mut file = sample("HH-101");
        file.member[0].iban = None;
        file.event.push(event(
            "on = \"2026-03-05\"\nmember_account = { member = \"Amanuel Tesfay\", iban = \"NL91ABNA0417164300\", \
             verified_by = \"bakker\" }\n",
        ));
        let mut play = world.play(script(vec![file]), "2026-02-01", "2026-03-04").await;
        assert!(!world.payments("HH-101").await.contains("living_money"));
        play.days(day("2026-03-05"), day("2026-03-10")).await.expect("goes on");
        let payments = world.payments("HH-101").await;
        assert!(payments.contains("2026-03-06    404.58  living_money 2026-02  settled"), "{payments}");
    }
}

#[tokio::test]
async fn a_due_whose_payee_has_no_account_yet_waits_and_is_paid_later() {
    for kind in databases() {
        let world = world(kind).await;
        let mut story = script(vec![sample("HH-101")]);
        let landlord =
            story.municipality.payee.iter_mut().find(|payee| payee.name == "Woonstichting Voorbeeld");
        landlord.expect("the landlord").valid_from = "2026-03-05".to_owned();
        world.play(story, "2026-02-01", "2026-03-10").await;
        let payments = world.payments("HH-101").await;
        assert!(payments.contains("612.40  fixed_cost   2026-03  settled"), "{payments}");
        assert_eq!(payments.matches("612.40").count(), 1);
    }
}

#[tokio::test]
async fn what_came_back_twice_is_not_sent_to_the_account_that_just_bounced() {
    for kind in databases() {
        let world = world(kind).await;
        let refused = |creditor: &str, from: &str| Refused {
            creditor: creditor.to_owned(),
            reason: "AC04".to_owned(),
            from: from.to_owned(),
        };
        let mut story = script(vec![sample("HH-105")]);
        let new = story.households[0].event.iter().find_map(|event| event.payee_account.clone());
        let new = new.expect("a new account").iban;
        story.refused = vec![refused("NL83INGB0100200302", "2026-03-25"), refused(&new, "2026-03-26")];
        world.play(story, "2026-02-16", "2026-04-20").await;
        let payments = world.payments("HH-105").await;
        let rents: Vec<&str> = payments.lines().filter(|line| line.contains("645.00")).collect();
        assert_eq!(rents.len(), 2, "{payments}");
        assert!(rents.iter().all(|line| line.ends_with("returned")));
        let runs = run::list(&mut world.read().await).await.expect("runs");
        assert!(
            runs.iter().all(|run| run.state != "proposed"),
            "nothing is proposed to the same account again"
        );
    }
}

#[tokio::test]
async fn one_household_that_cannot_be_planned_keeps_nobody_else_s_money_back() {
    for kind in databases() {
        let world = world(kind).await;
        let mut old = sample("HH-102");
        old.event[0].benefit.as_mut().expect("a decision").right_from = "2025-05-01".to_owned();
        world.play(script(vec![sample("HH-101"), old]), "2026-01-13", "2026-02-28").await;
        assert_eq!(world.payments("HH-101").await.lines().count(), 5);
    }
}

#[tokio::test]
async fn a_return_that_is_read_before_its_debit_is_booked_when_the_debit_comes() {
    for kind in databases() {
        let world = world(kind).await;
        let mut story = script(vec![sample("HH-105")]);
        let creditor = "NL83INGB0100200302".to_owned();
        story.refused.push(Refused { creditor, reason: "AC04".to_owned(), from: "2026-03-25".to_owned() });
        story.households[0].event.retain(|event| event.payee_account.is_none());
        // play until the evening before pay day, then keep the statements and give them in the wrong order
        let mut play = world.play(story, "2026-02-16", "2026-03-30").await;
        play.keep_statements();
        play.days(day("2026-03-31"), day("2026-04-02")).await.expect("goes on");
        let mut kept = play.kept();
        kept.retain(|statement| statement.name.starts_with("bng"));
        assert_eq!(kept.len(), 2, "the debit and the return");
        for statement in kept.iter().rev() {
            play.give(statement, day("2026-04-02")).await.expect("taken in");
        }
        let payments = world.payments("HH-105").await;
        assert!(payments.contains("645.00  fixed_cost   2026-04  returned"), "{payments}");
        assert_eq!(world.alerts("HH-105").await, "K1 R01 open\n");
        let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
        assert!(proofs.iter().all(|proof| proof.wrong.is_empty()), "{kind:?}: {proofs:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_handed_in_again_records_what_is_new() {
    for kind in databases() {
        let world = world(kind).await;
        let play = world.play(script(Vec::new()), "2026-02-01", "2026-02-01").await;
        let officer = |on: &str| {
            play.grant_to("wit", grip_engine::access::Action::RecordFacts, day(on)).expect("may record")
        };
        let file = sample("HH-104");
        let store = &world.app.store;
        let register = grip_api::flow::register::household;
        let first = register(store, &officer("2026-02-05"), &file).await.expect("registered");
        assert_eq!((first.is_new, first.events), (true, 2));
        let again = register(store, &officer("2026-03-12"), &file).await.expect("registered");
        assert_eq!((again.is_new, again.events, again.id), (false, 1, first.id));
        let nothing = register(store, &officer("2026-03-12"), &file).await;
        assert_eq!(nothing.expect_err("nothing new").to_string(), "household `HH-104` exists already");
        let files = household::files(&mut world.read().await, Scope::All).await.expect("households");
        assert_eq!(files.len(), 1);
        assert!(payment::list(&mut world.read().await, Scope::All).await.expect("payments").is_empty());
    }
}

#[tokio::test]
async fn the_holiday_allowance_of_months_that_are_paid_late_is_not_lost() {
    for kind in databases() {
        let world = world(kind).await;
        let mut file = sample("HH-101");
        file.obligation.clear();
        file.event[0].on = "2026-06-05".to_owned();
        file.event[0].benefit.as_mut().expect("a decision").right_until = Some("2026-05-31".to_owned());
        world.play(script(vec![file]), "2026-06-01", "2026-06-12").await;
        // four months at once, in four runs or in one: 3 x 1,334.23, and in May also 4 x 67.27 of the reserve
        let payments = world.payments("HH-101").await;
        let amounts: Vec<&str> = payments.lines().map(|line| line[10..20].trim()).collect();
        assert_eq!(amounts, ["1334.23", "1334.23", "1334.23", "1603.31"], "{payments}");
    }
}

#[tokio::test]
async fn an_earlier_month_is_approved_before_a_later_one() {
    for kind in databases() {
        let world = world(kind).await;
        let mut file = sample("HH-101");
        // after the pay day of February and before that of March: March has its own run, February a supplement
        file.event[0].on = "2026-03-26".to_owned();
        let play = world.play(script(vec![file]), "2026-03-25", "2026-03-26").await;
        let runs = run::list(&mut world.read().await).await.expect("runs");
        let months: Vec<&str> = runs.iter().map(|run| run.period.as_str()).collect();
        assert_eq!(months.len(), 2, "{months:?}");
        let second = play.grant_to("jansen", grip_engine::access::Action::ApproveRun, day("2026-03-26"));
        let second = second.expect("may approve");
        let by_month = |month: &str| runs.iter().find(|run| run.period == month).expect("a run");
        let approve = async |month: &str| {
            let found = by_month(month);
            grip_api::flow::approve::approve(&world.app.store, &second, found.id(), &found.content_hash).await
        };
        let early = approve("2026-03").await.expect_err("February first").to_string();
        assert_eq!(early, "household HH-101 has an earlier month in another run: approve 2026-02 first");
        approve("2026-03-27").await.expect("approved");
        approve("2026-03").await.expect("approved, for its content did not change");
    }
}

#[tokio::test]
async fn two_equal_receipts_of_one_day_count_twice() {
    for kind in databases() {
        let world = world(kind).await;
        let mut file = sample("HH-104");
        let bed = "on = \"2026-03-12\"\nevidence = { credit = \"K-2026-104\", tranche = 1, line = [\
                   { category = \"bed\", amount = \"50.00\" }] }\n";
        file.event.truncate(2);
        file.event.extend([event(bed), event(bed)]);
        let play = world.play(script(Vec::new()), "2026-02-01", "2026-02-01").await;
        let officer = play.grant_to("wit", grip_engine::access::Action::RecordFacts, day("2026-03-12"));
        let register = grip_api::flow::register::household;
        register(&world.app.store, &officer.expect("may record"), &file).await.expect("registered");
        let files = grip_api::store::household::files(&mut world.read().await, Scope::All).await;
        assert_eq!(files.expect("households")[0].credits[0].evidence.len(), 2);
    }
}

#[test]
fn after_a_command_the_whole_database_stands_in_its_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = folder.path().join("demo");
    let output = grip_tests::grip().args(["demo", "--no-serve", "--json", "--dir"]).arg(&demo).output();
    assert!(output.expect("the program runs").status.success());
    let copy = folder.path().join("copy.db");
    std::fs::copy(demo.join("grip.db"), &copy).expect("copied");
    let url = format!("sqlite://{}", copy.display());
    let said = grip_tests::grip().args(["doctor", "--json", "--database", &url]).output().expect("runs");
    let proofs: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert!(said.status.success(), "{proofs}");
    assert!(100 < proofs[1]["rows"].as_i64().expect("a count"), "the statements are in the copy: {proofs}");
}
