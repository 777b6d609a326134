//! The stories of Grip op geld, in one program.

mod answers;
mod api;
mod approvals;
mod audit;
mod bad_input;
mod case_files;
mod cases;
mod command_line;
mod corpus;
mod crash;
mod demo;
mod doctor;
mod facts;
mod forgotten;
mod import_order;
mod importing;
mod nasty;
mod oracle;
mod payees;
mod payment_files;
mod policies;
mod properties;
mod released;
mod simulated_bank;
mod statements;
mod unexplained;
