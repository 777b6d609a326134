//! The rules of Grip op geld, without a clock, a file, a network, a database or async.
//!
//! The path of a euro:
//!
//! 1. a [`household`] has a decided benefit and a [`relief`] window of six months;
//! 2. it owes [`obligation`]s to a [`payee`]; the [`schedule`] turns them into dues, in one total order;
//! 3. the [`benefit`] of a month is recomputed from the decisions and the [`norm`]; a [`check`] lists where a decision
//!    differs; [`withhold`] takes what was decided, within one room;
//! 4. the [`plan`] pays dues in full and in order; the rest is living money; a released month that changes
//!    gives a [`difference`];
//! 5. a [`bank::payment_run`] is approved by a second person and becomes a [`bank::pain001`] file;
//! 6. each payment is a pending posting in the [`ledger`];
//! 7. the bank's statement is read by [`bank::camt`]; [`matching`] settles what it explains;
//! 8. what comes back is undone by [`returns`];
//! 9. [`risk`] rules look at permitted facts only; their findings become an [`alert`];
//! 10. [`explain`] says in Dutch why.
//!
//! The modules stand in the order of reading, which is the order of import: a module imports only
//! modules above it (a test keeps that).

// values
pub mod money;
pub mod calendar;
pub mod id;
// what goes to the bank and comes back
pub mod bank;
// who may
pub mod access;
// who is paid, what is owed, by whom, and what was decided
pub mod payee;
pub mod obligation;
pub mod household;
pub mod policy;
pub mod relief;
pub mod norm;
pub mod schedule;
// what a month gives and pays
pub mod benefit;
pub mod check;
pub mod withhold;
pub mod plan;
pub mod difference;
pub mod task;
pub mod furnishing;
// what is booked
pub mod ledger;
pub mod matching;
pub mod returns;
// what it means
pub mod risk;
pub mod alert;
pub mod explain;
