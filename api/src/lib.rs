//! Grip op geld: three doors, one corridor, one cellar.
//!
//! The doors (`cli`, `http`, `web`) unpack what comes in; a [`flow`] reads, lets the engine decide and
//! writes; the [`store`] holds the only SQL. Authority is a value: [`auth::grant::Grant`].

pub mod id;
pub mod clock;
pub mod auth;
pub mod intake;
pub mod store;
pub mod flow;
pub mod app;
pub mod sign_in;
pub mod simulated_bank;
pub mod play;
pub mod case;
pub mod http;
pub mod web;
pub mod server;
pub mod cli;
