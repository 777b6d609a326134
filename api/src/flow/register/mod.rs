//! Registering a municipality, and households with what happens to them, from the files of intake.

mod event;
mod household;
mod municipality;

pub use event::{decision, event, new_event};
pub use household::{Registered, household, new_household};
pub use municipality::municipality;
