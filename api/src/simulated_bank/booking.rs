//! What happens on an account, now or on a day to come.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::money::Money;

use super::order::{Batch, Transfer};

/// Somebody pays an account from elsewhere.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Who pays.
    pub name: String,
    /// The account it comes from.
    pub account: Iban,
    /// How much.
    pub amount: Money,
    /// What the payer writes with it.
    pub text: String,
    /// The day it arrives; on a closed day it is booked on the next open one.
    pub on: NaiveDate,
}

/// A movement on one account.
#[derive(Clone, Debug)]
pub(super) struct Booking {
    pub(super) account: Iban,
    pub(super) on: NaiveDate,
    pub(super) cause: Cause,
}

/// Why money moves.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    Batch(Batch),
    Return(Box<Return>),
    Received { from: Incoming, end_to_end_id: Option<String> },
}

/// A transfer that the bank of the payee sends back.
#[derive(Clone, Debug)]
pub(super) struct Return {
    pub(super) transfer: Transfer,
    pub(super) message_id: String,
    pub(super) batch_id: String,
    pub(super) reason: String,
}

impl Booking {
    /// What it adds to the account; negative when it takes.
    pub(super) fn amount(&self) -> Money {
        match &self.cause {
            Cause::Batch(batch) => -batch.total(),
            Cause::Return(returned) => returned.transfer.amount,
            Cause::Received { from, .. } => from.amount,
        }
    }
}
