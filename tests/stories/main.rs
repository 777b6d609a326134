//! The stories.
#![allow(missing_docs)]
fn main() {}
