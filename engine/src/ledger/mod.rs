//! Ledger: money moves from one account to another. Money on its way is a pending posting; a wrong
//! posting is reversed by one that names it; nothing is ever changed.

pub mod account;
pub mod posting;
