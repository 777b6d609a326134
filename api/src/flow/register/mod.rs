//! Registering a municipality, and households with what happens to them, from the files of intake.

mod event;
mod household;
mod municipality;

pub use event::{decision, event};
pub use household::{Registered, household};
pub use municipality::municipality;
