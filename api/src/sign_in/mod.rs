//! Signing in: a name and a password, and the session of a browser.

pub mod check;
pub mod session;
