//! What goes to the bank and comes back: payment files out, statements in.

pub mod iban;
