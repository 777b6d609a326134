//! The second calculation against the worked cases.

use super::*;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn household(adults: u8, children: u8, decisions: &[(NaiveDate, Norm)]) -> Story {
    let decided = |&(from, norm): &(NaiveDate, Norm)| Decision { from, until: None, norm };
    Story {
        adults,
        children,
        partner_from: None,
        decisions: decisions.iter().map(decided).collect(),
        incomes: Vec::new(),
        reductions: Vec::new(),
        advances: Vec::new(),
        bridges: Vec::new(),
        deductions: Vec::new(),
        obligations: Vec::new(),
        policy: Policy::default(),
    }
}

fn cost(kind: ObligationKind, personal_of: Option<u8>, amount: i64, first_due: NaiveDate) -> Obligation {
    Obligation { kind, personal_of, amount, first_due, last_due: None, rhythm: Rhythm::Monthly }
}

fn on_pay_day(story: &Story, at: Month) -> MonthResult {
    month(story, at, pay_day(at), &Before::default()).expect("the month has a right")
}

fn outcomes(result: &MonthResult) -> Vec<(i64, Outcome)> {
    result.lines.iter().map(|line| (line.amount, line.outcome)).collect()
}

fn plain_single() -> Story {
    let due = date(2026, 3, 1);
    let mut story = household(1, 0, &[(date(2026, 2, 1), Norm::Single)]);
    story.obligations = vec![
        cost(ObligationKind::Rent, None, 612_40, due),
        cost(ObligationKind::HealthPremium, Some(APPLICANT), 158_75, due),
        cost(ObligationKind::Energy, None, 145_00, due),
        cost(ObligationKind::Water, None, 13_50, due),
    ];
    story
}

fn withhold(story: &mut Story, kind: DeductionKind, amount: i64) {
    story.deductions.push(Deduction { kind, amount, from: (2026, 8), total: None });
}

fn partner_joins() -> Story {
    let joined = date(2026, 3, 17);
    let mut story = household(2, 1, &[(date(2025, 12, 1), Norm::Single), (joined, Norm::Couple)]);
    story.partner_from = Some(joined);
    let due = date(2026, 5, 1);
    story.obligations = vec![
        cost(ObligationKind::Water, None, 18_50, due),
        cost(ObligationKind::Rent, None, 640_00, due),
        cost(ObligationKind::HealthPremium, Some(APPLICANT), 159_00, due),
        cost(ObligationKind::HealthPremium, Some(PARTNER), 159_00, due),
        cost(ObligationKind::Energy, None, 190_00, due),
    ];
    story
}

#[test]
fn c1_a_plain_single_gets_six_runs_and_the_holiday_allowance_in_june() {
    let story = plain_single();
    assert_eq!(relief_window(&story, APPLICANT), Some((date(2026, 2, 1), date(2026, 7, 31))));
    assert_eq!(relief_window(&story, PARTNER), None);

    let played = play(&story, (2026, 7));
    let pay_days: Vec<NaiveDate> = played.iter().map(|(at, _)| pay_day(*at)).collect();
    let days = [(2, 27), (3, 31), (4, 30), (5, 29), (6, 30), (7, 31)];
    assert_eq!(pay_days, days.map(|(month, day)| date(2026, month, day)));
    for (at, result) in &played {
        let half_year = if at.1 < 7 { (1_334_23, 67_27, 404_58) } else { (1_351_33, 68_13, 421_68) };
        assert_eq!((result.payable, result.holiday_reserve, result.living_money), half_year);
        assert_eq!(paid(&result.lines), 929_65);
        let payout = if at.1 == 6 { 269_08 } else { 0 };
        assert_eq!(result.holiday_payout, payout);
        assert_eq!(result.shares, (result.living_money + payout, 0));
        assert!(!result.needs_decision);
    }
    assert_eq!(played[4].1.shares.0, 673_66);
    assert_eq!(played.iter().map(|(_, result)| result.living_money).sum::<i64>(), 2_444_58);

    let august = on_pay_day(&story, (2026, 8));
    assert!(august.lines.iter().all(|line| line.outcome == Outcome::ClientPays));
    assert_eq!(august.living_money, 1_351_33);
}

#[test]
fn c3_a_quarter_of_a_wage_is_left_free() {
    let mut story = plain_single();
    story.incomes = vec![Income {
        from: date(2026, 5, 1),
        until: Some(date(2026, 5, 31)),
        monthly: 420_00,
        counts: Counts::Wage25,
    }];
    let may = on_pay_day(&story, (2026, 5));
    assert_eq!((may.counted_income, may.granted, may.holiday_reserve), (315_00, 1_086_50, 52_15));
    assert_eq!((may.payable, may.living_money, may.needs_decision), (1_034_35, 104_70, false));
    assert_eq!((may.room, on_pay_day(&story, (2026, 6)).counted_income), (70_07, 0));
}

#[test]
fn c4_the_instalment_yields_to_a_seizure() {
    let mut story = plain_single();
    withhold(&mut story, DeductionKind::LoanRepayment, 70_97);
    let plain = on_pay_day(&story, (2026, 8));
    assert_eq!((plain.room, plain.deducted, plain.living_money), (70_97, vec![70_97], 1_280_36));

    withhold(&mut story, DeductionKind::Seizure, 50_00);
    assert_eq!(on_pay_day(&story, (2026, 8)).deducted, [20_97, 50_00]);
    withhold(&mut story, DeductionKind::Seizure, 20_97);
    assert_eq!(on_pay_day(&story, (2026, 8)).deducted, [0, 50_00, 20_97]);
    assert_eq!(on_pay_day(&story, (2026, 7)).deducted, [0, 0, 0]);
}

#[test]
fn c4_thirty_six_instalments_are_taken_and_no_more() {
    let mut story = plain_single();
    story.deductions = vec![Deduction {
        kind: DeductionKind::LoanRepayment,
        amount: 70_97,
        from: (2026, 8),
        total: Some(3_600_00),
    }];
    let played = play(&story, (2029, 8));
    let taken: Vec<i64> = played.iter().map(|(_, result)| result.deducted[0]).collect();
    assert_eq!(taken.iter().sum::<i64>(), 2_554_92);
    let in_july_2029 = &taken[taken.len() - 2..];
    assert_eq!(in_july_2029, [70_97, 0]);
}

#[test]
fn a_claim_takes_its_total_and_no_more() {
    let mut story = plain_single();
    withhold(&mut story, DeductionKind::Claim, 30_00);
    story.deductions[0].total = Some(70_00);
    let taken = play(&story, (2026, 11)).iter().map(|(_, result)| result.deducted[0]).sum::<i64>();
    let before = Before { reserved: 0, taken: vec![Taken { total: 60_00, instalments: 2 }] };
    let third = month(&story, (2026, 10), pay_day((2026, 10)), &before).expect("a right");
    assert_eq!((taken, third.deducted), (70_00, vec![10_00]));
}

#[test]
fn c6_a_start_in_the_month_falls_below_the_floor() {
    let due = date(2026, 2, 1);
    let mut story = household(1, 0, &[(date(2026, 1, 12), Norm::Single)]);
    story.obligations = vec![
        cost(ObligationKind::Energy, None, 120_00, due),
        cost(ObligationKind::Rent, None, 580_00, due),
        cost(ObligationKind::HealthPremium, Some(APPLICANT), 157_00, due),
    ];
    assert_eq!(relief_window(&story, APPLICANT), Some((date(2026, 1, 12), date(2026, 7, 11))));
    let january = on_pay_day(&story, (2026, 1));
    assert_eq!((january.granted, january.holiday_reserve), (904_19, 43_40));
    assert_eq!((january.payable, january.living_money, january.needs_decision), (860_79, 123_79, true));
    let held = (120_00, Outcome::NeedsDecision);
    assert_eq!(outcomes(&january), [(580_00, Outcome::Pay), (157_00, Outcome::Pay), held]);

    for (bridge, living_money) in [(296_20, 419_99), (296_21, 300_00)] {
        story.bridges = vec![Bridge { month: (2026, 1), amount: bridge }];
        assert_eq!(on_pay_day(&story, (2026, 1)).living_money, living_money);
    }
    assert!(outcomes(&on_pay_day(&story, (2026, 6))).iter().all(|line| line.1 == Outcome::Pay));
    assert!(outcomes(&on_pay_day(&story, (2026, 7))).iter().all(|line| line.1 == Outcome::ClientPays));
}

#[test]
fn c8_a_reduction_leaves_water_unfunded_and_energy_held() {
    let due = date(2026, 6, 1);
    let mut story = household(2, 2, &[(date(2026, 3, 1), Norm::Couple)]);
    story.reductions = vec![Reduction { month: (2026, 5), per_mille_of_norm: 300 }];
    story.obligations = vec![
        cost(ObligationKind::Rent, None, 769_15, due),
        cost(ObligationKind::HealthPremium, Some(APPLICANT), 158_50, due),
        cost(ObligationKind::HealthPremium, Some(PARTNER), 158_50, due),
        cost(ObligationKind::Energy, None, 238_00, due),
        cost(ObligationKind::Water, None, 21_40, due),
    ];
    let may = on_pay_day(&story, (2026, 5));
    assert_eq!((may.reduced, may.granted, may.holiday_reserve), (60_064, 1_401_49, 67_27));
    assert_eq!((may.payable, may.room), (1_334_22, 0));
    let expected = [
        (769_15, Outcome::Pay),
        (158_50, Outcome::Pay),
        (158_50, Outcome::Pay),
        (238_00, Outcome::NeedsDecision),
        (21_40, Outcome::Unfunded { short: 11_33 }),
    ];
    assert_eq!(outcomes(&may), expected);
    assert_eq!((may.living_money, may.shares, may.needs_decision), (248_07, (124_04, 124_03), true));

    story.policy = Policy { couple_with_children: 10_07, ..story.policy };
    let low_floor = on_pay_day(&story, (2026, 5));
    assert_eq!((low_floor.living_money, low_floor.needs_decision), (10_07, false));
}

#[test]
fn c10_a_partner_joins_in_the_month() {
    let story = partner_joins();
    assert_eq!(relief_window(&story, APPLICANT), Some((date(2025, 12, 1), date(2026, 5, 31))));
    assert_eq!(relief_window(&story, PARTNER), Some((date(2026, 3, 17), date(2026, 9, 16))));

    let march = on_pay_day(&story, (2026, 3));
    assert_eq!(march.granted, 723_35 + 968_77);
    assert_eq!((march.holiday_reserve, march.payable), (81_22, 1_610_90));
    assert_eq!(on_pay_day(&story, (2026, 2)).payable, 1_334_23);

    let april = on_pay_day(&story, (2026, 4));
    assert_eq!((april.holiday_reserve, april.payable), (96_10, 1_906_03));
    assert_eq!((april.living_money, april.shares), (739_53, (369_77, 369_76)));
    assert!(april.lines.iter().all(|line| line.outcome == Outcome::Pay));
}

#[test]
fn c10_after_the_first_window_only_her_half_is_used() {
    let june = on_pay_day(&partner_joins(), (2026, 6));
    let of = |index: usize| june.lines.iter().find(|line| line.obligation == index).map(|line| line.outcome);
    let held = Some(Outcome::NeedsDecision);
    assert_eq!((of(1), of(3)), (Some(Outcome::Pay), Some(Outcome::Pay)));
    assert_eq!((of(2), of(4), of(0)), (held, held, held));
    assert_eq!((june.living_money, june.shares), (1_906_03 - 799_00, (953_02, 953_01 - 799_00)));
    assert!(june.needs_decision);
}

#[test]
fn her_half_pays_everything_that_fits_in_it() {
    let mut story = partner_joins();
    story.obligations[4].amount = 953_01 - 640_00 - 159_00 - 18_50;
    let june = on_pay_day(&story, (2026, 6));
    assert_eq!((paid(&june.lines), june.needs_decision), (953_01, true));
    story.obligations[4].amount += 1;
    assert_eq!(paid(&on_pay_day(&story, (2026, 6)).lines), 799_00);
}

#[test]
fn a_personal_cost_is_borne_by_its_own_half() {
    let mut story = partner_joins();
    story.obligations[3].amount = 169_00;
    assert_eq!(on_pay_day(&story, (2026, 4)).shares, (369_77, 359_76));
    story.obligations[3].amount = 700_00;
    story.policy = Policy { couple_with_children: 0, ..story.policy };
    assert_eq!(on_pay_day(&story, (2026, 4)).shares, (198_53, 0));
}

#[test]
fn a_window_from_the_last_of_august_ends_on_the_last_of_february() {
    let ends = |day: NaiveDate| {
        let story = household(1, 0, &[(day, Norm::Single)]);
        relief_window(&story, APPLICANT).map(|(_, last)| last)
    };
    assert_eq!(ends(date(2026, 8, 31)), Some(date(2027, 2, 28)));
    assert_eq!(ends(date(2026, 8, 29)), Some(date(2027, 2, 28)));
    assert_eq!(ends(date(2026, 8, 28)), Some(date(2027, 2, 27)));
    assert_eq!(ends(date(2027, 8, 29)), Some(date(2028, 2, 28)));
    let runs = play(&household(1, 0, &[(date(2026, 8, 31), Norm::Single)]), (2027, 3));
    let in_window = |at: &&(Month, MonthResult)| pay_day(at.0) <= date(2027, 2, 28);
    assert_eq!(runs.iter().filter(in_window).count(), 7);
}

#[test]
fn an_objection_moves_the_window_back_and_later_decisions_stay_to_be_taken() {
    let (first, earlier) = (date(2026, 2, 10), date(2026, 1, 30));
    let story = household(1, 0, &[(first, Norm::Single), (earlier, Norm::Single)]);
    assert_eq!(relief_window(&story, APPLICANT), Some((earlier, date(2026, 7, 29))));
    let january = on_pay_day(&story, (2026, 1));
    assert_eq!((january.granted, january.payable), (90_42, 86_08));
    assert_eq!(on_pay_day(&story, (2026, 2)).granted, 1_401_50);
}

#[test]
fn a_right_that_ends_pays_the_holiday_allowance_out() {
    let mut story = household(1, 0, &[(date(2026, 2, 1), Norm::Single)]);
    story.decisions[0].until = Some(date(2026, 4, 10));
    let played = play(&story, (2026, 12));
    let april = &played[2].1;
    assert_eq!((played.len(), april.granted, april.holiday_reserve), (3, 467_17, 22_42));
    assert_eq!(april.holiday_payout, 2 * 67_27 + 22_42);
}

#[test]
fn thirty_day_months_count_the_last_days_as_the_thirtieth() {
    let mut story = household(1, 0, &[(date(2026, 1, 12), Norm::Single)]);
    story.policy.thirty_day_months = true;
    // 12 to 30 is 19 days.
    assert_eq!(on_pay_day(&story, (2026, 1)).granted, 887_62);
    assert_eq!(on_pay_day(&story, (2026, 2)).granted, 1_401_50);
    story.decisions[0].from = date(2026, 2, 15);
    assert_eq!(on_pay_day(&story, (2026, 2)).granted, 747_47);
}

#[test]
fn published_amounts_of_cost_sharing_come_out() {
    let amounts =
        |month: Month| [2, 3, 4, 5, 6].map(|sharers| benefit_norm(Norm::CostSharing { sharers }, month));
    assert_eq!(amounts((2026, 1)), [1_001_07, 867_59, 800_85, 760_81, 734_11]);
    assert_eq!(amounts((2026, 7)), [1_013_90, 878_71, 811_12, 770_56, 743_52]);
}

#[test]
fn no_more_than_the_maximum_of_wages_is_left_free() {
    let mut story = household(1, 0, &[(date(2026, 2, 1), Norm::Single)]);
    for (wages, counted) in [
        (vec![1_139_99], 854_99),
        (vec![1_140_00], 855_00),
        (vec![1_140_02], 855_02),
        (vec![1_000_00, 400_00], 1_115_00),
    ] {
        let income = |monthly| Income {
            from: date(2026, 5, 31),
            until: Some(date(2026, 5, 31)),
            monthly,
            counts: Counts::Wage25,
        };
        story.incomes = wages.into_iter().map(income).collect();
        assert_eq!(on_pay_day(&story, (2026, 5)).counted_income, counted);
    }
}

#[test]
fn the_protected_amount_is_rounded_up_and_the_room_down() {
    let rooms = |norm: Norm| {
        [(2026, 1), (2026, 7)].map(|at| {
            let whole = benefit_norm(norm, at);
            room(whole, whole, 0)
        })
    };
    assert_eq!(rooms(Norm::Single), [70_07, 70_97]);
    assert_eq!(rooms(Norm::Couple), [100_10, 101_38]);
    // 100.00 is counted, so a benefit of 1,231.44 is one cent above what is protected of it.
    assert_eq!(room(1_401_50, 1_231_44, 100_00), 1);
    assert_eq!(room(1_401_50, 1_231_43, 100_00), 0);
    // By the letter an income above the protected amount leaves the whole room, and nothing to take.
    assert_eq!(room(1_401_50, 0, 1_500_00), 70_07);
}

#[test]
fn an_advance_leaves_deductions_what_it_did_not_take() {
    let mut story = plain_single();
    withhold(&mut story, DeductionKind::Seizure, 50_00);
    story.advances = vec![Advance { month: (2026, 8), amount: 1_331_33 }];
    let august = on_pay_day(&story, (2026, 8));
    assert_eq!((august.room, august.deducted, august.available), (70_97, vec![20_00], 0));
}

#[test]
fn smaller_dues_are_paid_after_one_that_does_not_fit_only_where_policy_says_so() {
    let mut story = plain_single();
    story.policy.single = 0;
    story.obligations[1].amount = 800_00;
    let shorts = |story: &Story| -> Vec<Outcome> {
        on_pay_day(story, (2026, 2)).lines.iter().map(|line| line.outcome).collect()
    };
    let short = |short| Outcome::Unfunded { short };
    assert_eq!(shorts(&story), [Outcome::Pay, short(78_17), short(223_17), short(236_67)]);
    story.policy.skip_and_continue = true;
    assert_eq!(shorts(&story), [Outcome::Pay, short(78_17), Outcome::Pay, Outcome::Pay]);
}

#[test]
fn quarterly_dues_come_every_third_month_and_keep_their_day_number() {
    let mut quarterly = cost(ObligationKind::Water, None, 1, date(2026, 1, 31));
    quarterly.rhythm = Rhythm::Quarterly;
    quarterly.last_due = Some(date(2026, 10, 30));
    let dues: Vec<NaiveDate> =
        days(date(2026, 1, 1), date(2027, 1, 31)).filter(|day| is_due(&quarterly, *day)).collect();
    assert_eq!(dues, [date(2026, 1, 31), date(2026, 4, 30), date(2026, 7, 31)]);
}

#[test]
fn closed_days_of_the_bank_are_known() {
    let closed: Vec<NaiveDate> = days(date(2026, 1, 1), date(2027, 12, 31))
        .filter(|day| !is_target_day(*day))
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .collect();
    let expected = [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 3, 26),
        date(2027, 3, 29),
    ];
    assert_eq!(closed, expected);
}

/// What must hold of any calculation, whatever the rules: no cent appears or is lost.
fn check_cents(story: &Story, result: &MonthResult) {
    let deducted: i64 = result.deducted.iter().sum();
    assert_eq!(result.granted, result.payable + result.holiday_reserve);
    assert_eq!(result.available, result.living_money + paid(&result.lines));
    assert_eq!(result.shares.0 + result.shares.1, result.living_money + result.holiday_payout);
    assert!(deducted <= result.room, "the room is kept");
    let amounts = [result.granted, result.room, result.living_money, result.shares.0, result.shares.1];
    assert!(amounts.iter().all(|amount| 0 <= *amount), "nothing is below zero");
    for line in &result.lines {
        let cost = story.obligations[line.obligation];
        assert!(cost.first_due <= line.due && line.amount == cost.amount);
        let short = if let Outcome::Unfunded { short } = line.outcome { short } else { 1 };
        assert!(0 < short, "an unfunded line misses something");
    }
}

proptest! {
    #[test]
    fn no_cent_appears_or_is_lost(story in story()) {
        let played = play(&story, (2027, 12));
        prop_assert!(!played.is_empty());
        let mut reserved = 0;
        for (_, result) in &played {
            check_cents(&story, result);
            reserved += result.holiday_reserve - result.holiday_payout;
            prop_assert!(0 <= reserved);
        }
    }
}

#[test]
fn the_stories_reach_every_outcome_and_every_edge() {
    let mut runner = TestRunner::deterministic();
    let mut seen = [0; 9];
    for _ in 0..400 {
        let story = story().new_tree(&mut runner).expect("a story can be made").current();
        let played = play(&story, (2027, 12));
        let any = |holds: &dyn Fn(Month, &MonthResult) -> bool| {
            played.iter().any(|(at, result)| holds(*at, result))
        };
        let outcome = |wanted: fn(&Outcome) -> bool| {
            any(&|_, result| result.lines.iter().any(|line| wanted(&line.outcome)))
        };
        let found = [
            outcome(|outcome| *outcome == Outcome::Pay),
            outcome(|outcome| *outcome == Outcome::NeedsDecision),
            outcome(|outcome| *outcome == Outcome::ClientPays),
            outcome(|outcome| matches!(outcome, Outcome::Unfunded { .. })),
            outcome(|outcome| *outcome == Outcome::Unfunded { short: 1 }),
            any(&|_, result| 0 < result.room && result.deducted.contains(&result.room)),
            any(&|at, result| at.1 != 6 && 0 < result.holiday_payout),
            any(&|at, _| matches!(covered(&story, pay_day(at)), Covered::OneOfTwo(_))),
            any(&|at, result| {
                let floor = floor(&story, pay_day(at));
                0 < paid(&result.lines) && result.living_money + reported_income(&story, at) == floor
            }),
        ];
        for (count, found) in seen.iter_mut().zip(found) {
            *count += u32::from(found);
        }
    }
    assert!(seen.iter().all(|count| 4 <= *count), "of 400 stories: {seen:?}");
}
