//! The worked cases, to the cent, on both databases. The amounts are those of the case, worked out by
//! hand and not taken from the program.

use expect_test::{Expect, expect};
use grip_api::flow::planning;
use grip_engine::relief::ReliefWindow;
use grip_tests::{databases, event, sample, script, world};

async fn check_plans(households: Vec<grip_api::intake::HouseholdIn>, last: &str, expected: Expect) {
    let number = households[0].number.clone();
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(households.clone()), "2026-01-01", last).await;
        expected.assert_eq(&world.plans(&number).await);
    }
}

#[tokio::test]
async fn c1_a_plain_single_has_six_runs_her_holiday_allowance_in_june_and_the_new_norm_in_july() {
    let month = |month: &str, payable: &str, living: &str, holiday: &str| {
        format!(
            "{month}  payable {payable}
  pay              612.40  rent
  pay              158.75  health_premium
  pay              145.00  energy
  pay               13.50  water
  living           {living}
{holiday}"
        )
    };
    let plans = [
        month("2026-02", "1334.23", "404.58", ""),
        month("2026-03", "1334.23", "404.58", ""),
        month("2026-04", "1334.23", "404.58", ""),
        month("2026-05", "1334.23", "404.58", ""),
        month("2026-06", "1334.23", "404.58", "  holiday          269.08\n"),
        month("2026-07", "1351.33", "421.68", ""),
    ]
    .concat();
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(vec![sample("HH-101")]), "2026-01-01", "2026-08-23").await;
        assert_eq!(world.plans("HH-101").await, plans);
        let payments = world.payments("HH-101").await;
        let days: Vec<&str> =
            payments.lines().filter(|line| line.contains("612.40")).map(|line| &line[..10]).collect();
        assert_eq!(
            days,
            ["2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29", "2026-06-30", "2026-07-31"]
        );
        assert!(payments.contains("2026-06-30    673.66  living_money 2026-06  settled"), "{payments}");
        assert_eq!(world.alerts("HH-101").await, "");
    }
}

#[tokio::test]
async fn c1_after_the_sixth_run_she_pays_herself() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(vec![sample("HH-101")]), "2026-01-01", "2026-08-31").await;
        let plans = world.plans("HH-101").await;
        let at = plans.find("2026-08").expect("a plan for August");
        expect![[r"
            2026-08  payable 1351.33
              client_pays      612.40  rent
              client_pays      158.75  health_premium
              client_pays      145.00  energy
              client_pays       13.50  water
              living          1351.33
        "]]
        .assert_eq(&plans[at..]);
    }
}

#[tokio::test]
async fn c6_a_right_from_mid_january_holds_energy_and_pays_the_rest_as_living_money() {
    check_plans(
        vec![sample("HH-102")],
        "2026-02-20",
        expect![[r"
            2026-01  payable 860.79
              pay              580.00  rent
              pay              157.00  health_premium
              needs_decision   120.00  energy
              living           123.79
        "]],
    )
    .await;
}

#[tokio::test]
async fn c6_the_alert_is_critical_and_the_bridge_is_named() {
    for kind in databases() {
        let world = world(kind).await;
        let mut play = world.play(script(vec![sample("HH-102")]), "2026-01-01", "2026-01-23").await;
        let id = play.household("HH-102").expect("a household");
        let mut at = world.read().await;
        let dossier = planning::dossier(&mut at, id).await.expect("reads").expect("a household");
        let rules = planning::rules(&mut at).await.expect("rules");
        let month = "2026-01".parse().expect("a month");
        let planned = dossier.plan_of(&rules, month, grip_tests::day("2026-01-30"));
        let needs = planned.expect("a plan").plan.needs_decision.expect("a decision is needed");
        assert_eq!(needs.living_money_if_all_paid.to_string(), "3.79");
        let bridge =
            grip_engine::plan::DecisionOption::Bridge { amount: "296.21".parse().expect("an amount") };
        assert!(needs.options.contains(&bridge), "{:?}", needs.options);
        play.days(grip_tests::day("2026-01-24"), grip_tests::day("2026-01-30")).await.expect("goes on");
        assert_eq!(world.alerts("HH-102").await, "K1 R04 2026-01 open\n");
    }
}

#[tokio::test]
async fn c6_the_window_ends_on_a_saturday_and_the_run_of_31_july_is_outside() {
    let world = world(databases()[0]).await;
    let play = world.play(script(vec![sample("HH-102")]), "2026-01-01", "2026-07-31").await;
    let id = play.household("HH-102").expect("a household");
    let file =
        grip_api::store::household::file(&mut world.read().await, id).await.expect("reads").expect("a file");
    let window = ReliefWindow::of_household(&file.household).expect("a window");
    assert_eq!(
        (window.start().to_string(), window.end().to_string()),
        ("2026-01-12".into(), "2026-07-11".into())
    );
    let payments = world.payments("HH-102").await;
    let last_rent = payments.lines().rfind(|line| line.contains("580.00")).expect("a rent");
    assert!(last_rent.starts_with("2026-06-30"), "{last_rent}");
}

#[tokio::test]
async fn c8_a_reduced_benefit_pays_rent_and_premium_and_names_what_is_short() {
    check_plans(
        vec![sample("HH-103")],
        "2026-06-20",
        expect![[r"
            2026-05  payable 1334.22
              pay              769.15  rent
              pay              158.50  health_premium
              pay              158.50  health_premium
              needs_decision   238.00  energy
              unfunded          21.40  water short 11.33
              living           248.07
        "]],
    )
    .await;
}

#[tokio::test]
async fn c8_each_spouse_gets_half_and_the_odd_cent_goes_to_the_applicant() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(vec![sample("HH-103")]), "2026-05-01", "2026-05-31").await;
        expect![[r"
            2026-05-29    769.15  fixed_cost   2026-06  settled
            2026-05-29    158.50  fixed_cost   2026-06  settled
            2026-05-29    158.50  fixed_cost   2026-06  settled
            2026-05-29    124.04  living_money 2026-05  settled
            2026-05-29    124.03  living_money 2026-05  settled
        "]]
        .assert_eq(&world.payments("HH-103").await);
        let alerts = world.alerts("HH-103").await;
        let of_may: Vec<&str> = alerts.lines().filter(|line| line.contains("2026-05")).collect();
        assert_eq!(of_may, ["K1 R03 2026-05 open", "K1 R04 2026-05 open"]);
    }
}

#[tokio::test]
async fn c8_with_a_decision_to_pay_energy_ten_euros_are_left() {
    let mut household = sample("HH-103");
    household.event.retain(|event| event.on.as_str() < "2026-05-15");
    household.event.push(event(
        "on = \"2026-05-18\"\npay_anyway = { month = \"2026-05\", obligation = \"E-103\", reference = \"D-1\" }\n",
    ));
    check_plans(
        vec![household],
        "2026-06-20",
        expect![[r"
            2026-05  payable 1334.22
              pay              769.15  rent
              pay              158.50  health_premium
              pay              158.50  health_premium
              pay              238.00  energy
              unfunded          21.40  water short 11.33
              living            10.07
        "]],
    )
    .await;
}

#[tokio::test]
async fn c8_no_room_for_deductions_and_a_spread_of_at_least_a_third() {
    let world = world(databases()[0]).await;
    let play = world.play(script(vec![sample("HH-103")]), "2026-05-01", "2026-05-12").await;
    let id = play.household("HH-103").expect("a household");
    let mut at = world.read().await;
    let dossier = planning::dossier(&mut at, id).await.expect("reads").expect("a household");
    let rules = planning::rules(&mut at).await.expect("rules");
    let month = "2026-05".parse().expect("a month");
    let planned = dossier.plan_of(&rules, month, grip_tests::day("2026-05-29")).expect("a plan");
    assert_eq!(planned.benefit.reduced.to_string(), "600.64");
    assert_eq!(planned.benefit.room_for_deductions(), grip_engine::money::Money::ZERO);
    let options = planned.plan.needs_decision.expect("a decision is needed").options;
    let spread =
        grip_engine::plan::DecisionOption::SpreadReduction { at_least: "200.22".parse().expect("an amount") };
    assert!(options.contains(&spread), "{options:?}");
}

#[tokio::test]
async fn c12_a_television_lowers_the_second_tranche_and_nothing_is_claimed_back() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(vec![sample("HH-104")]), "2026-01-01", "2026-03-24").await;
        let payments = world.payments("HH-104").await;
        let tranches: Vec<&str> = payments.lines().filter(|line| line.contains("tranche")).collect();
        assert_eq!(
            tranches,
            [
                "2026-02-06   1400.00  tranche               settled",
                "2026-03-20   1237.99  tranche               settled"
            ]
        );
        assert_eq!(world.alerts("HH-104").await, "");
    }
}

#[tokio::test]
async fn a_returned_rent_is_paid_again_once_a_second_person_verified_the_new_account() {
    for kind in databases() {
        let world = world(kind).await;
        let mut script = script(vec![sample("HH-105")]);
        script.refused.push(grip_api::play::Refused {
            creditor: "NL83INGB0100200302".to_owned(),
            reason: "AC04".to_owned(),
            from: "2026-03-25".to_owned(),
        });
        let mut play = world.play(script, "2026-01-01", "2026-04-03").await;
        assert_eq!(world.alerts("HH-105").await, "K1 R01 open\n");
        let rents = |payments: &str| -> Vec<String> {
            payments
                .lines()
                .filter(|line| line.contains("645.00  fixed_cost   2026-04"))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(
            rents(&world.payments("HH-105").await),
            ["2026-03-31    645.00  fixed_cost   2026-04  returned"]
        );
        play.days(grip_tests::day("2026-04-04"), grip_tests::day("2026-04-15")).await.expect("goes on");
        assert_eq!(
            rents(&world.payments("HH-105").await),
            [
                "2026-03-31    645.00  fixed_cost   2026-04  returned",
                "2026-04-08    645.00  fixed_cost   2026-04  settled"
            ]
        );
        assert_eq!(world.alerts("HH-105").await, "K1 R01 closed 2026-04-13\n");
    }
}

#[tokio::test]
async fn a_decision_after_the_approved_run_is_paid_in_a_supplementary_run() {
    for kind in databases() {
        let world = world(kind).await;
        let households = vec![sample("HH-101"), sample("HH-109")];
        world.play(script(households), "2026-01-01", "2026-07-03").await;
        let payments = world.payments("HH-109").await;
        // decided on the 26th, after the run of June was approved and before its pay day: living money is never
        // paid before pay day
        // 23 of the 30 days of June: 1401.50 x 23 / 30 = 1074.48, less 4.8 % = 51.58
        assert_eq!(payments, "2026-06-30   1022.90  living_money 2026-06  settled\n");
    }
}
