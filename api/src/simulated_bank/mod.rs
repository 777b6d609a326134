//! A bank to play with: it reads payment orders and sends statements, as four Dutch banks do.
//!
//! It stands for the outside world. It reads only the bytes of a pain.001 message, never our
//! store, and shares no message type with the engine, so that a mistake in the one does not hide
//! in the other. It has no clock and no chance: days are arguments, and the same calls give the
//! same bytes.
//!
//! ```
//! use grip_api::simulated_bank::{Incoming, SimulatedBank};
//! let account: grip_engine::bank::iban::Iban = "NL49BNGH0285171712".parse()?;
//! let friday = "2026-02-27".parse().expect("a day");
//! let mut bank = SimulatedBank::new();
//! bank.open_account(account.clone(), "Gemeente Voorbeeld", "1000.00".parse()?, friday);
//! bank.receive(&account, Incoming {
//!     name: "UWV".to_owned(),
//!     account: "NL91ABNA0417164300".parse()?,
//!     amount: "1334.22".parse()?,
//!     text: "uitkering februari".to_owned(),
//!     on: friday,
//! });
//! let statements = bank.end_day(friday);
//! assert_eq!(statements[0].name, "bng-2026-02-27-0001.xml");
//! assert_eq!(bank.balance(&account), Some("2334.22".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod element;
mod order;
mod booking;
mod habit;
mod xml;
mod statement;
mod entry;
mod account;
mod told;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::TargetCalendar;
use grip_engine::money::Money;

use account::Account;
use booking::{Booking, Cause, Return};
use order::{Batch, PaymentOrder};

pub use account::StatementFile;
pub use booking::Incoming;
pub use error::BankError;
pub use habit::Habit;
pub use told::{Told, ToldEntry, ToldMessage, ToldPart};

/// How many open days after the debit a refused transfer comes back.
const RETURN_DAYS: u32 = 2;

/// The bank, with its accounts and all that is still to happen on them.
#[derive(Debug, Clone, Default)]
pub struct SimulatedBank {
    accounts: BTreeMap<Iban, Account>,
    refused: BTreeMap<Iban, String>,
    planned: Vec<Booking>,
    messages: BTreeSet<String>,
    batches: BTreeSet<String>,
    ended: Option<NaiveDate>,
}

/// What the bank says when it takes an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The `MsgId` of the message.
    pub message_id: String,
    /// How many transfers it holds.
    pub transfers: usize,
    /// What they come to.
    pub total: Money,
}

impl SimulatedBank {
    /// A bank without accounts.
    pub fn new() -> Self {
        SimulatedBank::default()
    }

    /// Opens an account with a balance at the start of a day.
    ///
    /// # Panics
    /// When the account is open already, or is not held at one of the four banks.
    pub fn open_account(&mut self, account: Iban, holder: &str, opening: Money, on: NaiveDate) {
        let habit = Habit::of(&account).expect("an account at BNG, ABN AMRO, ING or Rabobank");
        let neighbours = self.accounts.values().filter(|other| other.habit == habit);
        let opened = Account {
            habit,
            place: 1 + neighbours.count(),
            holder: holder.to_owned(),
            opened: on,
            balance: opening,
            sent: (on.year(), 0),
        };
        let before = self.accounts.insert(account, opened);
        assert!(before.is_none(), "an account is opened once");
    }

    /// From now on transfers to this account come back with this reason code, such as `AC04`.
    pub fn refuse(&mut self, creditor: Iban, reason: &str) {
        self.refused.insert(creditor, reason.to_owned());
    }

    /// From now on transfers to this account arrive again.
    pub fn accept(&mut self, creditor: &Iban) {
        self.refused.remove(creditor);
    }

    /// Takes a payment order: the whole message, or nothing of it.
    ///
    /// A batch is executed on its day, or on the next open day when that is closed or past.
    pub fn deliver(&mut self, pain001: &[u8]) -> Result<Receipt, BankError> {
        let order = PaymentOrder::read(pain001)?;
        if self.messages.contains(&order.message_id) {
            return Err(BankError::MessageSeen(order.message_id));
        }
        let mut next = self.clone();
        let receipt = Receipt {
            message_id: order.message_id.clone(),
            transfers: order.transfers().count(),
            total: order.transfers().map(|transfer| transfer.amount).sum(),
        };
        for batch in order.batches {
            next.plan_batch(batch)?;
        }
        next.messages.insert(order.message_id);
        *self = next;
        Ok(receipt)
    }

    /// Somebody pays the holder of an account. Money for an account that is not open here is lost
    /// from sight: it never was at this bank.
    pub fn receive(&mut self, account: &Iban, incoming: Incoming) {
        if let Some(on) = self.first_day(account, incoming.on) {
            let cause = Cause::Received { from: incoming, end_to_end_id: None };
            self.planned.push(Booking { account: account.clone(), on, cause });
        }
    }

    /// Ends a civil day and gives the statements of it: none on a day on which banks do not
    /// settle, and none on a day that has ended before. Call it for each day in order.
    pub fn end_day(&mut self, day: NaiveDate) -> Vec<StatementFile> {
        if self.ended.is_some_and(|ended| day <= ended) {
            return Vec::new();
        }
        self.ended = Some(day);
        if !TargetCalendar.is_open(day) {
            return Vec::new();
        }
        let mut booked: BTreeMap<Iban, Vec<Booking>> = BTreeMap::new();
        // A transfer between two accounts here plans a credit for this same day: hence again.
        loop {
            let due: Vec<Booking> = self.planned.extract_if(.., |plan| plan.on <= day).collect();
            if due.is_empty() {
                break;
            }
            for booking in due {
                if let Cause::Batch(batch) = &booking.cause {
                    self.plan_arrivals(batch, day);
                }
                booked.entry(booking.account.clone()).or_default().push(booking);
            }
        }
        let accounts = self.accounts.iter_mut();
        accounts
            .filter(|(_, account)| account.opened <= day)
            .filter_map(|(number, account)| {
                let bookings = booked.remove(number).unwrap_or_default();
                account.end_day(number, day, &bookings)
            })
            .collect()
    }

    /// The booked balance; nothing for an account that is not open here.
    pub fn balance(&self, account: &Iban) -> Option<Money> {
        self.accounts.get(account).map(|account| account.balance)
    }

    /// The first open day on or after this one on which an account can still be booked.
    fn first_day(&self, account: &Iban, wished: NaiveDate) -> Option<NaiveDate> {
        let opened = self.accounts.get(account)?.opened;
        let next = self.ended.map_or(opened, |ended| ended + Days::new(1));
        Some(TargetCalendar.on_or_after(wished.max(opened).max(next)))
    }

    fn plan_batch(&mut self, batch: Batch) -> Result<(), BankError> {
        if !self.batches.insert(batch.id.clone()) {
            return Err(BankError::BatchSeen(batch.id));
        }
        let Some(on) = self.first_day(&batch.account, batch.on) else {
            return Err(BankError::NotOpen(batch.id));
        };
        let (account, id) = (batch.account.clone(), batch.id.clone());
        let cause = Cause::Batch(batch);
        self.planned.push(Booking { account: account.clone(), on, cause });
        match self.first_shortage(&account) {
            Some((on, short)) => Err(BankError::Unfunded { batch: id, short, on }),
            None => Ok(()),
        }
    }

    /// The first day on which an account falls below nothing by what is planned, and how far.
    fn first_shortage(&self, account: &Iban) -> Option<(NaiveDate, Money)> {
        let mut by_day: BTreeMap<NaiveDate, Money> = BTreeMap::new();
        for plan in self.planned.iter().filter(|plan| plan.account == *account) {
            *by_day.entry(plan.on).or_default() += plan.amount();
        }
        let mut balance = self.balance(account)?;
        by_day.into_iter().find_map(|(day, amount)| {
            balance += amount;
            (balance < Money::ZERO).then_some((day, -balance))
        })
    }

    /// What follows from a batch that is executed: a refused transfer comes back, and one to
    /// another account here arrives the same day.
    fn plan_arrivals(&mut self, batch: &Batch, day: NaiveDate) {
        for transfer in &batch.transfers {
            if let Some(reason) = self.refused.get(&transfer.account) {
                self.planned.push(Booking {
                    account: batch.account.clone(),
                    on: TargetCalendar.later(day, RETURN_DAYS),
                    cause: Cause::Return(Box::new(Return {
                        transfer: transfer.clone(),
                        message_id: batch.message_id.clone(),
                        batch_id: batch.id.clone(),
                        reason: reason.clone(),
                    })),
                });
            } else if self.accounts.get(&transfer.account).is_some_and(|held| held.opened <= day) {
                let from = Incoming {
                    name: batch.name.clone(),
                    account: batch.account.clone(),
                    amount: transfer.amount,
                    text: transfer.remittance.to_string(),
                    on: day,
                };
                let end_to_end_id = Some(transfer.end_to_end_id.clone());
                let cause = Cause::Received { from, end_to_end_id };
                self.planned.push(Booking { account: transfer.account.clone(), on: day, cause });
            }
        }
    }
}
