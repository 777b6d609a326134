//! Registering a municipality, and households with what happens to them, from the files of intake.

mod event;
mod household;
mod municipality;
mod trial;

pub use event::{decision, event, new_event};
pub(in crate::flow) use household::add_household;
pub use household::{Registered, household, new_household};
pub(in crate::flow) use municipality::add_payee;
pub use municipality::municipality;
pub use trial::{try_event, try_household};
