//! The stories of Grip op geld, in one program.

mod bad_input;
mod cases;
mod corpus;
mod crash;
mod demo;
mod doctor;
mod import_order;
mod simulated_bank;
mod statements;
