//! The policy of the municipality: one administrator proposes it, another one approves it, and no day is without one.

use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::{FlowError, planning, policy};
use grip_api::store::user::{self, User};
use grip_engine::access::{Action, Role};
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::household::HouseholdType;
use grip_engine::id::UserId;
use grip_engine::policy::{Policy, PolicyError};
use grip_tests::{World, databases, day, script, world};
use uuid::Uuid;

/// The text of a policy that holds from a day on.
fn text(from: &str, more: &str) -> String {
    let changes = format!("valid_from = \"{from}\"\n{more}");
    Policy::merged(&script(Vec::new()).policy, &changes).expect("a policy")
}

/// An administrator with a sign-in.
async fn administrator(world: &World, name: &str) -> Actor {
    let at = day("2026-02-02").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    let system = Grant::new(Actor::system(), Action::Administer, day("2026-02-02"), at).expect("may");
    let mut change = world.app.store.begin(&system, "an administrator").await.expect("a change");
    let id = UserId(change.new_id());
    let person = User { id, name: name.to_owned(), role: Role::Administrator, password_hash: String::new() };
    user::add(&mut change, &person).await.expect("added");
    change.commit().await.expect("kept");
    Actor { user: Some(id), name: name.to_owned(), role: Some(Role::Administrator) }
}

fn grant(actor: &Actor, action: Action) -> Grant {
    let at = day("2026-02-02").and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    Grant::new(actor.clone(), action, day("2026-02-02"), at).expect("may")
}

struct Two {
    one: Actor,
    other: Actor,
}

impl Two {
    async fn new(world: &World) -> Two {
        let (one, other) = (administrator(world, "de Boer").await, administrator(world, "Visser").await);
        Two { one, other }
    }

    async fn proposes(&self, world: &World, text: &str) -> Result<Uuid, FlowError> {
        policy::propose(&world.app.store, &grant(&self.one, Action::ProposePolicy), text).await
    }

    async fn approves(&self, world: &World, id: Uuid) -> Result<(), FlowError> {
        policy::approve(&world.app.store, &grant(&self.other, Action::ApprovePolicy), id).await
    }
}

#[tokio::test]
async fn who_proposes_a_policy_cannot_approve_it_and_until_another_one_does_the_old_one_holds() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(Vec::new()), "2026-02-01", "2026-02-01").await;
        let two = Two::new(&world).await;
        let floor = async |month: &str| {
            let rules = planning::rules(&mut world.read().await).await.expect("rules");
            let month = month.parse().expect("a month");
            rules.policy_of(month).floor(HouseholdType::Single).to_string()
        };
        let higher = text("2026-03-01", "[living_money_floor]\nsingle = \"350.00\"\n");
        let id = two.proposes(&world, &higher).await.expect("proposed");
        let own = policy::approve(&world.app.store, &grant(&two.one, Action::ApprovePolicy), id).await;
        assert!(matches!(own, Err(FlowError::Approval(ApprovalError::SamePerson))), "{own:?}");
        assert_eq!(floor("2026-03").await, "300.00", "a proposal changes nothing");
        two.approves(&world, id).await.expect("approved");
        assert_eq!(floor("2026-02").await, "300.00", "an old month keeps its rules");
        assert_eq!(floor("2026-03").await, "350.00");
        let twice = two.approves(&world, id).await;
        assert!(matches!(twice, Err(FlowError::Exists { .. } | FlowError::AlreadyApproved)), "{twice:?}");
    }
}

#[tokio::test]
async fn a_policy_that_leaves_a_day_without_one_or_begins_on_the_day_of_another_is_refused() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(Vec::new()), "2026-02-01", "2026-02-01").await;
        let two = Two::new(&world).await;
        let march = two.proposes(&world, &text("2026-03-01", "valid_until = \"2026-03-31\"\n")).await;
        two.approves(&world, march.expect("proposed")).await.expect("approved");
        let before =
            grip_api::store::municipality::policy_list(&mut world.read().await).await.expect("policies");
        let gap = two.proposes(&world, &text("2026-04-02", "")).await;
        assert!(matches!(gap, Err(FlowError::Policy(PolicyError::Gap { .. }))), "{gap:?}");
        let same = two.proposes(&world, &text("2026-03-01", "")).await;
        assert!(matches!(same, Err(FlowError::Exists { what: "policy from", .. })), "{same:?}");
        let after =
            grip_api::store::municipality::policy_list(&mut world.read().await).await.expect("policies");
        assert_eq!(before.len(), after.len(), "nothing of it was kept");
        two.proposes(&world, &text("2026-04-01", "")).await.expect("the day after is in time");
    }
}

#[tokio::test]
async fn of_two_proposals_from_one_day_one_is_approved_and_a_withdrawn_one_never_is() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(Vec::new()), "2026-02-01", "2026-02-01").await;
        let two = Two::new(&world).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(two.proposes(&world, &text("2026-03-01", "")).await.expect("proposed"));
        }
        let withdraw = grant(&two.one, Action::ProposePolicy);
        policy::withdraw(&world.app.store, &withdraw, ids[0]).await.expect("withdrawn");
        let withdrawn = two.approves(&world, ids[0]).await;
        assert!(matches!(withdrawn, Err(FlowError::AlreadyApproved)), "{withdrawn:?}");
        two.approves(&world, ids[1]).await.expect("approved");
        let second = two.approves(&world, ids[2]).await;
        assert!(matches!(second, Err(FlowError::Exists { .. })), "{second:?}");
    }
}
