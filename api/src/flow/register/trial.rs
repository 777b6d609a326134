//! Trying out: everything is checked as it is when it is recorded, and nothing is kept. So a person sees a refusal
//! together with the effect, before anything is saved.

use grip_engine::id::HouseholdId;

use super::household::add_household;
use crate::auth::grant::Grant;
use crate::flow::record::{self, Kept, OnKnownReference};
use crate::flow::{FlowError, retry};
use crate::intake::value::day;
use crate::intake::{EventIn, HouseholdIn};
use crate::store::{Store, household};

/// Whether an event of a household would be recorded, and whether it would be new.
pub async fn try_event(
    store: &Store,
    grant: &Grant,
    id: HouseholdId,
    event: &EventIn,
) -> Result<Kept, FlowError> {
    retry!(happen(store, grant, id, event))
}

async fn happen(store: &Store, grant: &Grant, id: HouseholdId, event: &EventIn) -> Result<Kept, FlowError> {
    let mut change = store.begin(grant, format!("household {id}")).await?;
    record::event(&mut change, id, event, 0, OnKnownReference::Refuse).await
}

/// Whether a household would be registered as a new one.
pub async fn try_household(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<(), FlowError> {
    retry!(enter(store, grant, file))
}

async fn enter(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("household {}", file.number)).await?;
    if household::numbered(&mut change, &file.number).await?.is_some() {
        return Err(FlowError::Exists { what: "household", id: file.number.clone() });
    }
    let id = add_household(&mut change, file).await?;
    for event in &file.event {
        if day("on", &event.on)? <= grant.today() {
            record::event(&mut change, id, event, 0, OnKnownReference::Refuse).await?;
        }
    }
    Ok(())
}
