//! An event of a household that exists: a decision, income, a credit, receipts, another account.

use grip_engine::id::HouseholdId;

use crate::auth::grant::Grant;
use crate::flow::record::{self, Kept, OnKnownReference};
use crate::flow::{FlowError, retry};
use crate::intake::EventIn;
use crate::store::Store;

/// Records an event of a household that exists. One that was recorded before changes nothing.
pub async fn event(store: &Store, grant: &Grant, id: HouseholdId, event: &EventIn) -> Result<(), FlowError> {
    new_event(store, grant, id, event).await.map(drop)
}

/// Records an event of a household that exists, and says whether it was new.
pub async fn new_event(
    store: &Store,
    grant: &Grant,
    id: HouseholdId,
    event: &EventIn,
) -> Result<Kept, FlowError> {
    retry!(happen(store, grant, id, event, OnKnownReference::Refuse))
}

/// Records a decision of the benefit system: one that was sent again with another content takes the place of its
/// earlier version.
pub async fn decision(
    store: &Store,
    grant: &Grant,
    id: HouseholdId,
    event: &EventIn,
) -> Result<Kept, FlowError> {
    retry!(happen(store, grant, id, event, OnKnownReference::Replace))
}

async fn happen(
    store: &Store,
    grant: &Grant,
    id: HouseholdId,
    event: &EventIn,
    on_known: OnKnownReference,
) -> Result<Kept, FlowError> {
    let mut change = store.begin(grant, format!("household {id}")).await?;
    let kept = record::event(&mut change, id, event, 0, on_known).await?;
    if kept == Kept::New {
        change.commit().await?;
    }
    Ok(kept)
}
