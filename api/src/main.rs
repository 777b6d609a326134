//! grip
fn main() {}
