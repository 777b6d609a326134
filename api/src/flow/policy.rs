//! The policy of the municipality: an administrator proposes it, another one approves it. Until then the old one
//! holds.

use grip_engine::policy::Policy;
use uuid::Uuid;

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::municipality::{self, PolicyRow};
use crate::store::{Change, Snapshot, Store, StoreError};

/// Proposes a policy: the whole text of its file. It is refused when it cannot be read, or would leave a day without
/// a policy.
pub async fn propose(store: &Store, grant: &Grant, text: &str) -> Result<Uuid, FlowError> {
    retry!(try_propose(store, grant, text))
}

async fn try_propose(store: &Store, grant: &Grant, text: &str) -> Result<Uuid, FlowError> {
    let policy = Policy::parse(text)?;
    let mut change = store.begin(grant, format!("policy from {}", policy.valid_from)).await?;
    fits(&mut change, &policy).await?;
    let id = change.new_id();
    municipality::add_policy(&mut change, id, policy.valid_from, text, None).await?;
    change.commit().await?;
    Ok(id)
}

/// Approves a proposed policy, as the second person.
pub async fn approve(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    retry!(try_approve(store, grant, id))
}

async fn try_approve(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("policy {id}")).await?;
    let proposed = get(&mut change, id).await?;
    if proposed.proposed_by == grant.who() {
        return Err(grip_engine::bank::payment_run::ApprovalError::SamePerson.into());
    }
    let policy = Policy::parse(&proposed.body)?;
    fits(&mut change, &policy).await?;
    let approved = municipality::approve_policy(&mut change, id).await.map_err(|error| match error {
        StoreError::Exists => FlowError::Exists { what: "policy from", id: proposed.valid_from.to_string() },
        error => error.into(),
    })?;
    if !approved {
        return Err(FlowError::AlreadyApproved);
    }
    Ok(change.commit().await?)
}

/// Withdraws a proposed policy.
pub async fn withdraw(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("policy {id}")).await?;
    get(&mut change, id).await?;
    if !municipality::withdraw_policy(&mut change, id).await? {
        return Err(FlowError::AlreadyApproved);
    }
    Ok(change.commit().await?)
}

/// A policy by its id.
pub async fn get(at: &mut Snapshot, id: Uuid) -> Result<PolicyRow, FlowError> {
    let all = municipality::policy_list(at).await?;
    let found = all.into_iter().find(|policy| policy.policy_id == id);
    found.ok_or_else(|| FlowError::NotFound { what: "policy", id: id.to_string() })
}

/// A policy takes its place among the approved ones: from another day than any of them, without a gap before it.
async fn fits(change: &mut Change, policy: &Policy) -> Result<(), FlowError> {
    let texts = municipality::policies(change).await?;
    let approved = texts.iter().map(|text| Policy::parse(text)).collect::<Result<Vec<_>, _>>()?;
    if approved.iter().any(|known| known.valid_from == policy.valid_from) {
        return Err(FlowError::Exists { what: "policy from", id: policy.valid_from.to_string() });
    }
    let before = approved.iter().rfind(|known| known.valid_from < policy.valid_from);
    if let Some(before) = before {
        policy.follows(before)?;
    }
    if let Some(after) = approved.iter().find(|known| policy.valid_from < known.valid_from) {
        after.follows(policy)?;
    }
    Ok(())
}
