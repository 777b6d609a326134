//! Facts: what is refused leaves nothing behind, what was kept stays as it is, and what a household is paid by them.

use grip_api::flow::{FlowError, doctor};
use grip_api::play::{Play, Script};
use grip_api::store::{Scope, household};
use grip_engine::policy::Policy;
use grip_tests::{World, databases, day, event, sample, script, world};

fn with_policy(changes: &str) -> Script {
    let plain = script(vec![sample("HH-101")]);
    let policy = Policy::merged(&plain.policy, changes).expect("a policy");
    Script { policy, ..plain }
}

async fn is_clean(world: &World) {
    for proof in doctor::examine(&world.app.store).await.expect("examined") {
        assert_eq!(proof.wrong, [] as [String; 0], "{}", proof.claim);
    }
}

async fn count(world: &World) -> usize {
    let far = day("9999-12-31");
    household::facts(&mut world.read().await, Scope::All, far).await.expect("facts").len()
}

/// Records an event that must be refused; what was said, in English and in Dutch.
async fn refused(world: &World, play: &Play, said: &str) -> (String, String) {
    let before = count(world).await;
    let id = play.household("HH-101").expect("a household");
    let result = play.happens(id, &event(&format!("on = \"2026-02-16\"\n{said}\n")), day("2026-02-16")).await;
    assert_eq!(count(world).await, before, "{said}: something was saved");
    match result {
        Err(FlowError::Intake(error)) => (error.english, error.dutch),
        other => panic!("{said}: {other:?}"),
    }
}

#[tokio::test]
async fn what_contradicts_itself_is_refused_in_english_and_dutch_and_nothing_is_saved() {
    let contradictions = [
        // a window that ends before it starts
        (
            "extension = { kind = \"consent\", reference = \"T-1\", from = \"2026-08-01\", until = \"2026-07-31\" }",
            ("ends before it starts", "eindigt voor"),
        ),
        (
            "benefit = { reference = \"B-2\", norm = \"single\", right_from = \"2026-03-01\", \
             right_until = \"2026-02-27\" }",
            ("ends before it starts", "eindigt voor"),
        ),
        // overlapping versions of one obligation
        (
            "amount_change = { obligation = \"H-101\", from = \"2026-04-01\", amount = \"630.00\", \
             reference = \"brief 2\" }",
            ("an amount from 2026-04-01 already", "2026-04-01"),
        ),
        // two payers for one due
        (
            "paid_by_other = { obligation = \"W-101\", period = \"2026-03\", by = \"broer\", proof = \"bon 2\" }",
            ("already", "al "),
        ),
        // a decided benefit below zero
        (
            "benefit = { reference = \"B-3\", norm = \"single\", right_from = \"2026-03-01\", amount = \"-1.00\" }",
            ("-1.00", "-1.00"),
        ),
        // a decision without reference
        ("reduction = { reference = \"\", month = \"2026-03\", share = \"0.10\" }", ("reference", "kenmerk")),
    ];
    for kind in databases() {
        let world = world(kind).await;
        let play = world.play(with_policy(""), "2026-02-01", "2026-02-13").await;
        let id = play.household("HH-101").expect("a household");
        for first in [
            "amount_change = { obligation = \"H-101\", from = \"2026-04-01\", amount = \"620.00\", \
             reference = \"brief 1\" }",
            "paid_by_other = { obligation = \"W-101\", period = \"2026-03\", by = \"zus\", proof = \"bon 1\" }",
        ] {
            let first = event(&format!("on = \"2026-02-13\"\n{first}\n"));
            play.happens(id, &first, day("2026-02-13")).await.expect("recorded");
        }
        for (said, (english, dutch)) in contradictions {
            let told = refused(&world, &play, said).await;
            assert!(told.0.contains(english), "{said}: {told:?}");
            assert!(told.1.contains(dutch) && told.0 != told.1, "{said}: {told:?}");
        }
    }
}

#[tokio::test]
async fn living_money_never_goes_to_the_client_of_another_household_while_they_belong_to_it() {
    for kind in databases() {
        let world = world(kind).await;
        let mut plain = with_policy("");
        plain.households.push(sample("HH-104"));
        let play = world.play(plain, "2026-02-01", "2026-02-13").await;
        let (id, other) =
            (play.household("HH-101").expect("one"), play.household("HH-104").expect("another"));
        let theirs = sample("HH-104").member[0].clone();
        let iban = theirs.iban.clone().expect("an account");
        let said = format!(
            "member_account = {{ member = \"Amanuel Tesfay\", iban = \"{iban}\", verified_by = \"jansen\" }}"
        );
        let told = refused(&world, &play, &said).await;
        assert!(told.0.contains("a client of another household"), "{told:?}");
        assert!(told.1.contains("een klant in een ander huishouden"), "{told:?}");
        // once they left it the account is theirs alone, wherever they live
        let left = format!(
            "on = \"2026-02-16\"\nmember_left = {{ member = \"{}\", last_day = \"2026-02-15\" }}\n",
            theirs.name.clone().expect("a name")
        );
        play.happens(other, &event(&left), day("2026-02-16")).await.expect("recorded");
        let moved =
            play.happens(id, &event(&format!("on = \"2026-02-16\"\n{said}\n")), day("2026-02-16")).await;
        moved.expect("it is nobody else's now");
    }
}

#[tokio::test]
async fn facts_and_plans_are_added_and_never_changed_or_removed() {
    const TABLES: [&str; 5] = ["fact", "plan", "plan_line", "plan_share", "plan_withholding"];
    for kind in databases() {
        let world = world(kind).await;
        let loan = "on = \"2026-02-04\"\ndeduction = { reference = \"L-1\", kind = \"loan_repayment\", \
            legal_basis = \"Pw 48(4)\", objection_until = \"2026-03-18\", from = \"2026-02\", amount = \"50.00\", total = \"500.00\" }\n";
        let mut story = with_policy("[repayment]\nstarts = \"at_disbursement\"");
        story.households[0].event.push(event(loan));
        world.play(story, "2026-02-01", "2026-02-27").await;
        for table in TABLES {
            let update = format!("update {table} set municipality_id = municipality_id");
            for sql in [update, format!("delete from {table}")] {
                let error = run_sql(&world, sql.clone()).await.expect_err(&sql);
                assert!(error.to_string().contains("added, never changed"), "{kind:?} {sql}: {error}");
            }
        }
        is_clean(&world).await;
    }
}

async fn run_sql(world: &World, sql: String) -> Result<(), sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(sql);
    if world.url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(&world.url).await.expect("the database opens");
        return sqlx::raw_sql(sql).execute(&pool).await.map(drop);
    }
    let pool = sqlx::PgPool::connect(&world.url).await.expect("the database opens");
    sqlx::raw_sql(sql).execute(&pool).await.map(drop)
}

#[tokio::test]
async fn weekly_living_money_is_paid_in_equal_parts_of_which_the_first_have_the_odd_cents() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(with_policy("living_money_frequency = \"weekly\""), "2026-02-01", "2026-03-30").await;
        let payments = world.payments("HH-101").await;
        let of_february: Vec<(&str, &str)> = payments
            .lines()
            .filter(|line| line.contains("living_money 2026-02"))
            .map(|line| (&line[..10], line[10..20].trim()))
            .collect();
        assert_eq!(
            of_february,
            [
                ("2026-02-27", "80.92"),
                ("2026-03-06", "80.92"),
                ("2026-03-13", "80.92"),
                ("2026-03-20", "80.91"),
                ("2026-03-27", "80.91")
            ],
            "{payments}"
        );
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn living_money_that_the_benefit_system_pays_is_never_instructed() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(with_policy("living_money_payer = \"benefit_system\""), "2026-02-01", "2026-04-02").await;
        let payments = world.payments("HH-101").await;
        assert_eq!(payments.lines().filter(|line| line.contains("fixed_cost")).count(), 8, "{payments}");
        assert!(!payments.contains("living_money"), "{payments}");
        assert!(
            world.plans("HH-101").await.contains("living           404.58"),
            "the plan still says what is left"
        );
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn a_payment_for_the_wrong_obligation_is_rebooked_by_two_persons_with_a_data_breach_task() {
    for kind in databases() {
        let world = world(kind).await;
        let play = world.play(with_policy(""), "2026-02-01", "2026-03-04").await;
        let id = play.household("HH-101").expect("a household");
        let today = day("2026-03-05");
        let heat = event(
            "on = \"2026-03-05\"\nobligation = { kind = \"energy\", payee = \"Energie Voorbeeld N.V.\", \
             amount = \"145.00\", first_due = \"2026-04-01\", reference = \"E-101-B\" }\n",
        );
        play.happens(id, &heat, today).await.expect("recorded");
        let rebooking = |second: &str, reference: &str| {
            event(&format!(
                "on = \"2026-03-05\"\nrebooking = {{ obligation = \"E-101\", period = \"2026-03\", \
                 to_obligation = \"E-101-B\", reference = \"{reference}\", second_person = \"{second}\", \
                 letter_sent = true }}\n"
            ))
        };
        let alone = play.happens(id, &rebooking(grip_api::play::OFFICER, "R-1"), today).await;
        assert!(alone.expect_err("refused").to_string().contains("second person"));
        play.happens(id, &rebooking(grip_api::play::SECOND, "R-2"), today).await.expect("rebooked");
        is_clean(&world).await;
        let payments = world.payments("HH-101").await;
        let of_energy: Vec<&str> = payments
            .lines()
            .filter(|line| line.contains("145.00") && line.contains("2026-03"))
            .map(|line| line.split_whitespace().last().expect("a state"))
            .collect();
        assert_eq!(of_energy, ["cancelled", "settled"], "{payments}");
        let mut at = world.read().await;
        let tasks = grip_api::flow::tasks::list(&mut at, Scope::One(id.0), today).await.expect("tasks");
        let breach = tasks.iter().find(|item| item.task.kind == grip_engine::task::TaskKind::DataBreach);
        assert_eq!(breach.map(|item| item.task.on), Some(today), "to be reported within 72 hours");
    }
}
