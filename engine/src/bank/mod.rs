//! What goes to the bank and comes back: payment files out, statements in.

pub mod iban;
pub mod reference;
pub mod camt;
pub mod duplicate;
pub mod chain;
pub mod text;
pub mod reason;
pub mod payment_run;
pub mod pain001;
