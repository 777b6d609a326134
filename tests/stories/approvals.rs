//! Approving: who may sign a run, how many must, and what a signature is worth when the run changes.

use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::approve::{Approved, approve};
use grip_api::flow::{FlowError, doctor, planning};
use grip_api::play::{COACH, FINANCE, OFFICER, Play, SECOND, Script};
use grip_api::store::household;
use grip_api::store::run::{self, RunRow};
use grip_engine::access::Action;
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::policy::Policy;
use grip_tests::{Kind, World, databases, day, event, sample, script, world};

/// The day on which the run of February is proposed.
const CUT_OFF: &str = "2026-02-20";
/// The next day on which somebody can approve it.
const MONDAY: &str = "2026-02-23";

/// Above 500 euros two persons approve.
const TWO_PERSONS: &str = "[[approval]]\nup_to = \"500.00\"\npersons = 1\nnames = []\nsubstitutes = []\n\
    [[approval]]\npersons = 2\nnames = []\nsubstitutes = []\n";

fn with_policy(changes: &str) -> Script {
    let plain = script(vec![sample("HH-101")]);
    let policy = Policy::merged(&plain.policy, changes).expect("a policy");
    Script { policy, ..plain }
}

/// A story until the run of February stands as a proposal that nobody looked at.
async fn proposed(kind: Kind, changes: &str) -> (World, Play) {
    let world = world(kind).await;
    let play = world.play(with_policy(changes), "2026-02-01", CUT_OFF).await;
    (world, play)
}

async fn the_run(world: &World) -> RunRow {
    run::list(&mut world.read().await).await.expect("runs").remove(0)
}

async fn signs(world: &World, play: &Play, name: &str, hash: &str) -> Result<Approved, FlowError> {
    let grant = play.grant_to(name, Action::ApproveRun, day(MONDAY)).expect("may approve");
    approve(&world.app.store, &grant, the_run(world).await.id(), hash).await
}

async fn is_clean(world: &World) {
    for proof in doctor::examine(&world.app.store).await.expect("examined") {
        assert_eq!(proof.wrong, [] as [String; 0], "{}", proof.claim);
    }
}

#[tokio::test]
async fn above_the_first_tier_two_persons_approve_and_one_person_twice_is_one() {
    for kind in databases() {
        let (world, play) = proposed(kind, TWO_PERSONS).await;
        let hash = the_run(&world).await.content_hash;
        assert_eq!(signs(&world, &play, SECOND, &hash).await.expect("signed"), Approved::Waits(1));
        let again = signs(&world, &play, SECOND, &hash).await;
        assert!(matches!(again, Err(FlowError::AlreadyApproved)), "{again:?}");
        assert_eq!(the_run(&world).await.state, "proposed");
        assert_eq!(world.payments("HH-101").await, "", "nothing is on its way after one of two");
        let own = signs(&world, &play, OFFICER, &hash).await;
        assert!(matches!(own, Err(FlowError::Approval(ApprovalError::SamePerson))), "{own:?}");
        assert_eq!(signs(&world, &play, FINANCE, &hash).await.expect("signed"), Approved::Whole);
        assert_eq!(the_run(&world).await.state, "approved");
        assert_eq!(world.payments("HH-101").await.lines().count(), 5);
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn roles_without_a_hand_in_paying_may_not_approve_and_neither_may_the_program() {
    for kind in databases() {
        let (_, play) = proposed(kind, "").await;
        for name in [COACH, "beheer", "controle"] {
            assert!(play.grant_to(name, Action::ApproveRun, day(MONDAY)).is_err(), "{name}");
        }
        let at = day(MONDAY).and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
        assert!(Grant::new(Actor::system(), Action::ApproveRun, day(MONDAY), at).is_err());
    }
}

#[tokio::test]
async fn somebody_whom_the_policy_does_not_name_is_refused_and_a_substitute_is_not() {
    let named = "[[approval]]\npersons = 1\nnames = [\"de Vries\"]\nsubstitutes = [\"bakker\"]\n";
    for kind in databases() {
        let (world, play) = proposed(kind, named).await;
        let hash = the_run(&world).await.content_hash;
        let refused = signs(&world, &play, SECOND, &hash).await;
        assert!(matches!(refused, Err(FlowError::Approval(ApprovalError::NotNamed))), "{refused:?}");
        assert_eq!(the_run(&world).await.state, "proposed");
        assert_eq!(signs(&world, &play, FINANCE, &hash).await.expect("signed"), Approved::Whole);
    }
}

#[tokio::test]
async fn of_two_officers_who_approve_at_once_exactly_one_succeeds() {
    for kind in databases() {
        let (world, play) = proposed(kind, "").await;
        let hash = the_run(&world).await.content_hash;
        let both = tokio::join!(signs(&world, &play, SECOND, &hash), signs(&world, &play, FINANCE, &hash));
        let (done, refused): (Vec<_>, Vec<_>) = [both.0, both.1].into_iter().partition(Result::is_ok);
        assert_eq!(done.len(), 1, "{kind:?}: {refused:?}");
        assert!(matches!(refused.as_slice(), [Err(FlowError::AlreadyApproved)]), "{kind:?}: {refused:?}");
        assert_eq!(world.payments("HH-101").await.lines().count(), 5, "every due is paid once");
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn two_who_must_both_sign_and_do_so_at_once_approve_the_run() {
    for kind in databases() {
        let (world, play) = proposed(kind, TWO_PERSONS).await;
        let hash = the_run(&world).await.content_hash;
        let both = tokio::join!(signs(&world, &play, SECOND, &hash), signs(&world, &play, FINANCE, &hash));
        let mut done = [both.0.expect("signed"), both.1.expect("signed")];
        done.sort_by_key(|done| *done == Approved::Whole);
        assert_eq!(done, [Approved::Waits(1), Approved::Whole], "{kind:?}");
        assert_eq!(the_run(&world).await.state, "approved");
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn an_end_of_the_right_recorded_at_the_moment_of_approval_pays_nothing_of_it() {
    for kind in databases() {
        let (world, play) = proposed(kind, "").await;
        let hash = the_run(&world).await.content_hash;
        let id = play.household("HH-101").expect("a household");
        let end = event(
            "on = \"2026-02-23\"\nbenefit_end = { reference = \"B-9\", last_day = \"2026-02-10\", reason = \"work\" }\n",
        );
        let both = tokio::join!(signs(&world, &play, SECOND, &hash), play.happens(id, &end, day(MONDAY)));
        both.1.expect("recorded");
        // whoever came first: the approval was cancelled, or it was refused because its content changed
        if let Err(error) = both.0 {
            assert!(matches!(error, FlowError::Approval(ApprovalError::Changed)), "{kind:?}: {error}");
        }
        let payments = world.payments("HH-101").await;
        assert!(payments.lines().all(|line| line.ends_with("cancelled")), "{kind:?}: {payments}");
        is_clean(&world).await;
    }
}

#[tokio::test]
async fn two_facts_of_one_household_at_once_are_both_kept() {
    for kind in databases() {
        let (world, play) = proposed(kind, "").await;
        let id = play.household("HH-101").expect("a household");
        let reduction = |reference: &str, month: &str| {
            event(&format!(
                "on = \"2026-02-23\"\nreduction = {{ reference = \"{reference}\", month = \"{month}\", share = \"0.10\" }}\n"
            ))
        };
        let (one, two) = (reduction("M-6", "2026-06"), reduction("M-7", "2026-07"));
        let both = tokio::join!(play.happens(id, &one, day(MONDAY)), play.happens(id, &two, day(MONDAY)));
        both.0.expect("kept");
        both.1.expect("kept");
        let again = play.happens(id, &reduction("M-6", "2026-08"), day(MONDAY)).await;
        assert!(matches!(again, Err(FlowError::Exists { .. })), "{kind:?}: {again:?}");
        let files = household::file(&mut world.read().await, id).await.expect("reads").expect("a household");
        assert_eq!(files.household.reductions.len(), 2, "{kind:?}");
    }
}

#[tokio::test]
async fn a_signed_run_of_which_nothing_is_left_stays_as_an_empty_proposal() {
    for kind in databases() {
        let (world, play) = proposed(kind, TWO_PERSONS).await;
        let hash = the_run(&world).await.content_hash;
        assert_eq!(signs(&world, &play, SECOND, &hash).await.expect("signed"), Approved::Waits(1));
        let id = play.household("HH-101").expect("a household");
        let suspended = event(
            "on = \"2026-02-23\"\nsuspension = { reference = \"S-1\", from = \"2026-02-23\", until = \"2026-03-10\" }\n",
        );
        play.happens(id, &suspended, day(MONDAY)).await.expect("recorded");
        play.work(day(MONDAY)).await.expect("the day's work goes on");
        let run = the_run(&world).await;
        assert_eq!(run.state, "proposed");
        assert_eq!(run::lines(&mut world.read().await, run.id()).await.expect("lines").len(), 0);
        let empty = signs(&world, &play, FINANCE, &run.content_hash).await;
        assert!(matches!(empty, Err(FlowError::Approval(ApprovalError::Empty))), "{empty:?}");
        let lifted = event(
            "on = \"2026-02-24\"\nsuspension_lifted = { reference = \"S-1\", last_day = \"2026-02-24\" }\n",
        );
        play.happens(id, &lifted, day("2026-02-24")).await.expect("recorded");
        play.work(day("2026-02-24")).await.expect("works");
        assert_eq!(the_run(&world).await.content_hash, hash, "it is what was signed before");
        let grant = play.grant_to(FINANCE, Action::ApproveRun, day("2026-02-24")).expect("may approve");
        let signed = approve(&world.app.store, &grant, run.id(), &hash).await.expect("signed");
        assert_eq!(signed, Approved::Whole, "the first signature is of the same content");
    }
}

#[tokio::test]
async fn an_approval_of_what_changed_afterwards_is_void() {
    for kind in databases() {
        let (world, play) = proposed(kind, TWO_PERSONS).await;
        let shown = the_run(&world).await.content_hash;
        assert_eq!(signs(&world, &play, SECOND, &shown).await.expect("signed"), Approved::Waits(1));
        let id = play.household("HH-101").expect("a household");
        let income = event("on = \"2026-02-23\"\nincome = { from = \"2026-02-01\", monthly = \"20.00\" }\n");
        play.happens(id, &income, day(MONDAY)).await.expect("recorded");
        play.work(day(MONDAY)).await.expect("works");
        let changed = the_run(&world).await.content_hash;
        assert_ne!(changed, shown, "income counts");
        let old = signs(&world, &play, FINANCE, &shown).await;
        assert!(matches!(old, Err(FlowError::Approval(ApprovalError::Changed))), "{old:?}");
        // the first signature does not count for what stands there now
        assert_eq!(signs(&world, &play, FINANCE, &changed).await.expect("signed"), Approved::Waits(1));
        let run = the_run(&world).await;
        let approvals = run::approvals(&mut world.read().await, run.id()).await.expect("approvals");
        let lapsed: Vec<&str> = approvals
            .iter()
            .filter(|approval| approval.content_hash != run.content_hash)
            .map(|approval| approval.name.as_str())
            .collect();
        assert_eq!((run.state.as_str(), lapsed.as_slice()), ("proposed", [SECOND].as_slice()));
        let path = format!("/v1/betaalruns/{}/goedkeuringen", run.run_id);
        let told = crate::api::get(&world, SECOND, &path).await;
        let valid: Vec<bool> = told["resultaten"]
            .as_array()
            .expect("approvals")
            .iter()
            .map(|approval| approval["geldig"].as_bool().expect("valid or not"))
            .collect();
        assert_eq!(valid.iter().filter(|valid| **valid).count(), 1, "the API shows which one lapsed: {told}");
        assert_eq!(signs(&world, &play, SECOND, &changed).await.expect("signed"), Approved::Whole);
        let (lines, paid) =
            (run::lines(&mut world.read().await, run.id()).await, world.payments("HH-101").await);
        for line in lines.expect("lines") {
            assert!(
                paid.contains(&line.amount.to_string()),
                "what was shown is paid: {} in {paid}",
                line.amount
            );
        }
    }
}

#[tokio::test]
async fn days_that_were_missed_are_done_each_on_its_own_day_and_twice_changes_nothing() {
    for kind in databases() {
        let world = world(kind).await;
        let play = world.play(with_policy(""), "2026-02-01", "2026-02-18").await;
        assert_eq!(run::list(&mut world.read().await).await.expect("runs").len(), 0);
        let done = play.work(day("2026-02-24")).await.expect("works");
        let missed: Vec<String> = done.caught_up.iter().map(ToString::to_string).collect();
        assert_eq!(missed, ["2026-02-19", "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23"]);
        let run = the_run(&world).await;
        assert_eq!(run.proposed_on, day(CUT_OFF), "proposed on the day on which it was due");
        let again = play.work(day("2026-02-24")).await.expect("works");
        assert_eq!(again.caught_up, [] as [chrono::NaiveDate; 0]);
        assert_eq!((again.proposed.new, again.proposed.renewed, again.instructed.files), (0, 0, 0));
        assert_eq!(again.alerts, grip_api::flow::alerts::Raised::default());
        assert_eq!(the_run(&world).await.content_hash, run.content_hash);
    }
}

#[tokio::test]
async fn a_death_after_the_approval_and_before_the_file_cancels_what_was_not_sent() {
    for kind in databases() {
        let (world, play) = proposed(kind, "").await;
        let hash = the_run(&world).await.content_hash;
        signs(&world, &play, SECOND, &hash).await.expect("approved");
        let id = play.household("HH-101").expect("a household");
        let death =
            event("on = \"2026-02-23\"\ndeath = { member = \"Amanuel Tesfay\", day = \"2026-02-21\" }\n");
        play.happens(id, &death, day(MONDAY)).await.expect("recorded");
        let payments = world.payments("HH-101").await;
        assert_eq!(payments.lines().count(), 5, "{payments}");
        assert!(payments.lines().all(|line| line.ends_with("cancelled")), "{payments}");
        is_clean(&world).await;
        let done = play.work(day(MONDAY)).await.expect("works");
        assert_eq!(done.instructed.files, 0, "nothing is sent of what was cancelled");
        is_clean(&world).await;
        let mut at = world.read().await;
        let dossier = planning::dossier(&mut at, id).await.expect("reads").expect("a household");
        let rules = planning::rules(&mut at).await.expect("rules");
        let february = "2026-02".parse().expect("a month");
        assert!(!dossier.is_released(february), "the month is planned again");
        let planned = dossier.plan_of(&rules, february, day("2026-02-27")).expect("a plan");
        // 21 of the 28 days of February: 1401.50 x 21 / 28
        assert_eq!(planned.benefit.granted.to_string(), "1051.13");
        assert_eq!(planned.plan.paid().count(), 0, "the rent of March is not ours any more");
    }
}

#[tokio::test]
async fn a_right_that_turns_out_to_end_sooner_cancels_what_was_approved_and_not_sent() {
    for kind in databases() {
        for (until, state) in [("2026-02-27", "cancelled"), ("2026-03-31", "approved")] {
            let (world, play) = proposed(kind, "").await;
            let hash = the_run(&world).await.content_hash;
            signs(&world, &play, SECOND, &hash).await.expect("approved");
            let id = play.household("HH-101").expect("a household");
            let decided = format!(
                "on = \"2026-02-23\"\nbenefit = {{ reference = \"B-2\", norm = \"single\", \
                 right_from = \"2026-02-09\", right_until = \"{until}\" }}\n"
            );
            play.happens(id, &event(&decided), day(MONDAY)).await.expect("recorded");
            let payments = world.payments("HH-101").await;
            assert!(payments.lines().count() > 0);
            assert!(payments.lines().all(|line| line.ends_with(state)), "{until}: {payments}");
            is_clean(&world).await;
        }
    }
}
