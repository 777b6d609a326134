//! Registering a municipality, and households with what happens to them, from the files of intake.

mod event;
mod household;
mod municipality;

use grip_engine::id::PayeeId;

use super::FlowError;
use crate::store::{Snapshot, household as households};

pub use event::event;
pub use household::{Registered, household};
pub use municipality::{municipality, policy};

async fn payee_named(at: &mut Snapshot, name: &str) -> Result<PayeeId, FlowError> {
    let payees = households::payees(at).await?;
    let found = payees.values().find(|payee| payee.name == name).map(|payee| payee.id);
    found.ok_or_else(|| FlowError::NotFound { what: "payee", id: name.to_owned() })
}
