//! The rules of Grip op geld, without a clock, a file, a network, a database or async.
//!
//! The modules stand in the order of reading, which is the order of import: a module imports only
//! modules above it (the test `import_order` keeps that).

// values
pub mod money;
pub mod calendar;
pub mod id;
// what goes to the bank and comes back
pub mod bank;
