//! Who somebody is, and what they may do.

pub mod grant;
pub mod password;
pub mod attempts;
