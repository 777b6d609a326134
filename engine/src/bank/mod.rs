//! What goes to the bank and comes back: payment files out, answers and statements in.

pub mod iban;
pub mod reference;
pub mod camt;
pub mod duplicate;
pub mod notice;
pub mod chain;
pub mod text;
pub mod address;
pub mod reason;
pub mod state;
pub mod cover;
pub mod payment_run;
pub mod pain001;
pub mod pain002;
