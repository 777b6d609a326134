//! Registering a municipality, and households with what happens to them, from the files of intake.

mod event;
mod household;
mod municipality;
mod trial;

use grip_engine::access::Action;

use crate::auth::grant::{Grant, NotAllowed};

pub use event::{decision, event, new_event};
pub(in crate::flow) use household::add_household;
pub use household::{Registered, household, new_household};
pub use municipality::municipality;
pub(in crate::flow) use municipality::{Verified, add_payee};
pub use trial::{try_event, try_household};

/// Households and the municipality are set up by officers; a coach adds evidence to what is there.
fn is_for_officers(grant: &Grant) -> Result<(), NotAllowed> {
    if grant.action() == Action::RecordCoaching { Err(NotAllowed) } else { Ok(()) }
}
