//! Payees: an account is paid once somebody called back and a second person approved it; what a bank says about the name
//! and a payment that comes back hold it; nobody is paid on the client's own account.

use grip_api::flow::payees::{self, AccountGiven, AnswerGiven, CallBackGiven};
use grip_api::flow::{FlowError, approve, instruct, propose};
use grip_api::play::{FINANCE, OFFICER, Play, SECOND};
use grip_api::store::{Scope, creditor, household, payment, run};
use grip_engine::access::Action;
use grip_engine::bank::payment_run::{RunLine, Subject};
use grip_engine::id::CreditorAccountId;
use grip_engine::payee::{Creditor, CreditorAccount, NameOutcome, NotApproved, Stage};
use grip_tests::{World, databases, day, sample, script, world};

const LANDLORD: &str = "Woonstichting Voorbeeld";
const NEW: &str = "NL91ABNA0417164300";

/// A story of one household in which the run of February was proposed and nobody approved it yet.
async fn proposed(world: &World) -> Play {
    let mut play = world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-19").await;
    play.dawn(day("2026-02-20")).await.expect("a day");
    play.work(day("2026-02-20")).await.expect("work");
    play
}

async fn landlord(world: &World) -> Creditor {
    let payees = household::payees(&mut world.read().await).await.expect("payees");
    let found = payees.into_values().find(|payee| payee.name == LANDLORD).expect("the landlord");
    Creditor::Payee(found.id)
}

/// The version of the landlord's account that was recorded last.
async fn newest(world: &World) -> CreditorAccount {
    let Creditor::Payee(id) = landlord(world).await else { panic!("no payee") };
    let payees = creditor::of_payees(&mut world.read().await).await.expect("accounts");
    let versions = payees[&id].versions();
    versions.iter().max_by_key(|version| version.number).expect("an account").clone()
}

async fn records(world: &World, play: &Play, on: &str, iban: &str) -> Result<CreditorAccountId, FlowError> {
    let officer = play.grant_to(OFFICER, Action::RecordPayee, day(on)).expect("may record");
    let given = AccountGiven { iban: iban.to_owned(), ..AccountGiven::default() };
    payees::add_account(&world.app.store, &officer, landlord(world).await, &given).await
}

async fn calls_back(world: &World, play: &Play, on: &str) {
    let officer = play.grant_to(OFFICER, Action::RecordPayee, day(on)).expect("may record");
    let call = CallBackGiven {
        person: "mw. Bos".to_owned(),
        number: "035 123 45 67".to_owned(),
        known_from: "huurcontract".to_owned(),
        on: day(on),
        by: None,
    };
    let account = newest(world).await.id;
    payees::call_back(&world.app.store, &officer, account, &call).await.expect("recorded");
}

async fn approves(world: &World, play: &Play, who: &str, on: &str) -> Result<(), FlowError> {
    let second = play.grant_to(who, Action::ApprovePayee, day(on)).expect("may approve");
    payees::approve(&world.app.store, &second, newest(world).await.id).await
}

async fn answers(world: &World, play: &Play, on: &str, outcome: NameOutcome, answered: Option<&str>) {
    let finance = play.grant_to(FINANCE, Action::RecordPayee, day(on)).expect("may record");
    let answered = answered.map(str::to_owned);
    let answer = AnswerGiven { outcome, answered, source: "portaal".to_owned(), on: day(on) };
    let account = newest(world).await.id;
    payees::check_name(&world.app.store, &finance, account, &answer).await.expect("recorded");
}

/// Where the rent goes in the run that is proposed, after the day's work.
async fn rent_in_proposal(world: &World, play: &Play, on: &str) -> Option<String> {
    let system = play.grant_to("nobody", Action::WorkDay, day(on)).expect("the system");
    propose::propose(&world.app.store, &system).await.expect("proposed");
    lines(world).await.into_iter().find(is_rent).map(|line| line.creditor.as_str().to_owned())
}

async fn lines(world: &World) -> Vec<RunLine> {
    let mut at = world.read().await;
    let runs = run::list(&mut at).await.expect("runs");
    let found = runs.iter().find(|run| run.state == "proposed").expect("a proposal");
    run::lines(&mut at, found.id()).await.expect("lines")
}

fn is_rent(line: &RunLine) -> bool {
    line.creditor_name == LANDLORD && matches!(line.subject, Subject::FixedCost(..))
}

#[tokio::test]
async fn the_old_account_is_paid_until_somebody_called_back_and_another_person_approved_the_new_one() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        let old = newest(&world).await.iban.as_str().to_owned();
        records(&world, &play, "2026-02-20", NEW).await.expect("recorded");
        assert_eq!(rent_in_proposal(&world, &play, "2026-02-20").await, Some(old.clone()));
        let early = approves(&world, &play, SECOND, "2026-02-20").await;
        assert!(matches!(early, Err(FlowError::NotApproved(NotApproved::NoCallBack))), "{early:?}");
        calls_back(&world, &play, "2026-02-20").await;
        assert_eq!(newest(&world).await.stage(), Stage::CalledBack);
        let own = approves(&world, &play, OFFICER, "2026-02-20").await;
        assert!(matches!(own, Err(FlowError::NotApproved(NotApproved::SamePerson))), "{own:?}");
        assert_eq!(rent_in_proposal(&world, &play, "2026-02-20").await, Some(old));
        approves(&world, &play, FINANCE, "2026-02-20").await.expect("approved");
        assert_eq!(rent_in_proposal(&world, &play, "2026-02-20").await, Some(NEW.to_owned()));
        let twice = approves(&world, &play, SECOND, "2026-02-20").await;
        assert!(matches!(twice, Err(FlowError::NotApproved(NotApproved::NotWaiting))), "{twice:?}");
    }
}

#[tokio::test]
async fn a_name_that_does_not_match_takes_the_line_out_of_the_run_until_another_person_decided() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        let shown = run::list(&mut world.read().await).await.expect("runs").remove(0);
        let count = lines(&world).await.len();
        answers(&world, &play, "2026-02-20", NameOutcome::CloseMatch, Some("De Dudok")).await;
        // what was shown is not what would be paid any more
        let second = play.grant_to(SECOND, Action::ApproveRun, day("2026-02-20")).expect("may approve");
        let approved = approve::approve(&world.app.store, &second, shown.id(), &shown.content_hash).await;
        assert!(approved.is_err(), "{approved:?}");
        assert_eq!(rent_in_proposal(&world, &play, "2026-02-20").await, None);
        assert_eq!(lines(&world).await.len(), count - 1, "one line waits and no other");
        let decides = async |who: &str, pays: bool, ground: &str| {
            let grant = play.grant_to(who, Action::ApprovePayee, day("2026-02-20")).expect("may decide");
            let version = newest(&world).await;
            let check = version.name_checks.last().expect("an answer").id;
            payees::decide(&world.app.store, &grant, check, pays, ground).await
        };
        let own = decides(OFFICER, true, "klopt").await;
        assert!(matches!(own, Err(FlowError::NotApproved(NotApproved::SamePerson))), "{own:?}");
        assert!(decides(SECOND, true, " ").await.is_err(), "without a ground nothing is decided");
        decides(SECOND, true, "handelsnaam van dezelfde stichting").await.expect("decided");
        assert!(rent_in_proposal(&world, &play, "2026-02-20").await.is_some());
        let twice = decides(SECOND, false, "toch niet").await;
        assert!(matches!(twice, Err(FlowError::Exists { .. })), "{twice:?}");
        // the same answer again asks for no new decision; another one does
        answers(&world, &play, "2026-02-20", NameOutcome::CloseMatch, Some("De Dudok")).await;
        assert!(rent_in_proposal(&world, &play, "2026-02-20").await.is_some());
        answers(&world, &play, "2026-02-20", NameOutcome::NoMatch, None).await;
        assert_eq!(rent_in_proposal(&world, &play, "2026-02-20").await, None);
        answers(&world, &play, "2026-02-20", NameOutcome::Match, None).await;
        assert!(rent_in_proposal(&world, &play, "2026-02-20").await.is_some());
    }
}

#[tokio::test]
async fn an_answer_that_came_with_one_payment_of_a_run_counts_for_its_account() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        let found = run::list(&mut world.read().await).await.expect("runs").remove(0);
        let rent = lines(&world).await.into_iter().find(is_rent).expect("the rent");
        let finance = play.grant_to(FINANCE, Action::RecordPayee, day("2026-02-20")).expect("may record");
        let answer = AnswerGiven {
            outcome: NameOutcome::NoMatch,
            answered: None,
            source: "pain.002".to_owned(),
            on: day("2026-02-20"),
        };
        let store = &world.app.store;
        payees::check_line(store, &finance, (found.id(), rent.subject), &answer).await.expect("recorded");
        assert_eq!(newest(&world).await.name_checks.len(), 1);
        let told =
            payees::of_run(&mut world.read().await, std::slice::from_ref(&rent)).await.expect("accounts");
        assert!(told.contains_key(&rent.creditor), "it is shown to who approves the run");
        let other = Subject::FixedCost(uuid::Uuid::nil().into(), "2026-03".parse().expect("a month"));
        let missing = payees::check_line(store, &finance, (found.id(), other), &answer).await;
        assert!(matches!(missing, Err(FlowError::NotFound { .. })), "{missing:?}");
    }
}

#[tokio::test]
async fn what_was_approved_is_not_sent_to_an_account_that_was_taken_back_and_is_paid_later() {
    for kind in databases() {
        let world = world(kind).await;
        let mut play = proposed(&world).await;
        records(&world, &play, "2026-02-20", NEW).await.expect("recorded");
        calls_back(&world, &play, "2026-02-20").await;
        approves(&world, &play, SECOND, "2026-02-20").await.expect("approved");
        rent_in_proposal(&world, &play, "2026-02-20").await.expect("the rent");
        play.dawn(day("2026-02-23")).await.expect("a day");
        play.approve(day("2026-02-23")).await.expect("approved");
        // somebody forged the letter
        let officer = play.grant_to(OFFICER, Action::RecordPayee, day("2026-02-23")).expect("may record");
        let account = newest(&world).await.id;
        payees::withdraw(&world.app.store, &officer, account, "brief was vals").await.expect("taken back");
        let twice = payees::withdraw(&world.app.store, &officer, account, "brief was vals").await;
        assert!(matches!(twice, Err(FlowError::NotApproved(NotApproved::NotWaiting))), "{twice:?}");
        play.days(day("2026-02-23"), day("2026-03-04")).await.expect("the story goes on");
        let payments = payment::list(&mut world.read().await, Scope::All).await.expect("payments");
        let rents: Vec<(&str, bool)> = payments
            .iter()
            .filter(|payment| payment.creditor_name == LANDLORD && payment.period == "2026-03")
            .map(|payment| (payment.state.as_str(), payment.creditor_iban == NEW))
            .collect();
        assert!(rents.contains(&("cancelled", true)) && rents.contains(&("settled", false)), "{rents:?}");
        assert_eq!(rents.len(), 2, "{rents:?}");
        let proofs = grip_api::flow::doctor::examine(&world.app.store).await.expect("the doctor");
        assert!(proofs.iter().all(|proof| proof.wrong.is_empty()), "{proofs:?}");
        let system = play.grant_to("nobody", Action::WorkDay, day("2026-03-04")).expect("the system");
        let nothing =
            instruct::instruct(&world.app.store, &system, Some(&play.outbox())).await.expect("instructed");
        assert_eq!(nothing.files, 0);
    }
}

#[tokio::test]
async fn a_creditor_is_never_recorded_on_the_clients_own_account_nor_a_client_on_a_creditors() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        let own = sample("HH-101").member[0].iban.clone().expect("an account");
        let refused = records(&world, &play, "2026-02-20", &own).await;
        let Err(FlowError::Intake(error)) = refused else { panic!("{refused:?}") };
        assert!(error.english.contains("the client's own account"), "{}", error.english);
        assert!(error.dutch.contains("de eigen rekening van de klant"), "{}", error.dutch);
        let files = household::files(&mut world.read().await, Scope::All).await.expect("households");
        let client = Creditor::Member(files[0].household.members[0].id);
        let theirs = newest(&world).await.iban.as_str().to_owned();
        let officer = play.grant_to(OFFICER, Action::RecordPayee, day("2026-02-20")).expect("may record");
        let given = AccountGiven { iban: theirs, ..AccountGiven::default() };
        let refused = payees::add_account(&world.app.store, &officer, client, &given).await;
        assert!(matches!(refused, Err(FlowError::Intake(_))), "{refused:?}");
        let wrong = records(&world, &play, "2026-02-20", "NL00ABNA0417164300").await;
        assert!(matches!(wrong, Err(FlowError::Intake(_))), "{wrong:?}");
    }
}

#[tokio::test]
async fn the_person_named_to_approve_is_a_user_who_may() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        let officer = play.grant_to(OFFICER, Action::RecordPayee, day("2026-02-20")).expect("may record");
        for (person, fits) in [("smit", false), ("niemand", false), (OFFICER, false), (FINANCE, true)] {
            let verified_by = Some(person.to_owned());
            let given = AccountGiven { iban: NEW.to_owned(), verified_by, ..AccountGiven::default() };
            let landlord = landlord(&world).await;
            let added = payees::add_account(&world.app.store, &officer, landlord, &given).await;
            assert_eq!(added.is_ok(), fits, "{person}: {added:?}");
        }
        assert!(newest(&world).await.is_waiting(), "naming somebody approves nothing");
    }
}

#[tokio::test]
async fn of_two_people_who_approve_one_account_at_once_one_succeeds() {
    for kind in databases() {
        let world = world(kind).await;
        let play = proposed(&world).await;
        records(&world, &play, "2026-02-20", NEW).await.expect("recorded");
        calls_back(&world, &play, "2026-02-20").await;
        let (one, other) = tokio::join!(
            approves(&world, &play, SECOND, "2026-02-20"),
            approves(&world, &play, FINANCE, "2026-02-20")
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
    }
}
