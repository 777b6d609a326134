//! Registering a municipality, and households with what happens to them, from the files of intake.

mod event;
mod household;
mod municipality;
mod trial;

pub use event::{decision, event};
pub use household::{Registered, household};
pub use municipality::municipality;
pub use trial::{try_event, try_household};
