//! One account, and the end of a day on it.

use chrono::{Datelike, NaiveDate};
use grip_engine::bank::iban::Iban;
use grip_engine::money::Money;

use super::booking::Booking;
use super::entry::parts;
use super::habit::{Habit, Names};
use super::statement::{Statement, Version};
use super::xml::cut;

/// An account as the bank keeps it.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) habit: Habit,
    /// The how manieth account at this bank: part of the file name, so that no two are equal.
    pub(super) place: usize,
    pub(super) holder: String,
    pub(super) opened: NaiveDate,
    pub(super) balance: Money,
    /// A year and how many statements were sent in it.
    pub(super) sent: (i32, u32),
}

/// A statement as it lies ready at the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFile {
    /// The account it is of.
    pub account: Iban,
    /// The name of the file, such as `bng-2026-02-27-0012.xml`; it shows no account number.
    pub name: String,
    /// The camt.053 message.
    pub bytes: Vec<u8>,
}

impl Account {
    /// Books the day and writes its statement, if this bank sends one.
    pub(super) fn end_day(
        &mut self,
        account: &Iban,
        day: NaiveDate,
        bookings: &[Booking],
    ) -> Option<StatementFile> {
        let opening = self.balance;
        self.balance += bookings.iter().map(Booking::amount).sum();
        if bookings.is_empty() && !self.habit.sends_empty_days() {
            return None;
        }
        let (year, sent) = self.sent;
        let sent_before = if year == day.year() { sent } else { 0 };
        self.sent = (day.year(), sent_before + 1);
        let number = self.habit.number(day, sent_before);
        let place = Some(self.place.to_string()).filter(|_| 1 < self.place).unwrap_or_default();
        Some(StatementFile {
            account: account.clone(),
            name: format!("{}{place}-{day}-{number:04}.xml", self.habit.slug()),
            bytes: self.statement(account, (day, number), (opening, bookings)).bytes(),
        })
    }

    fn statement<'a>(
        &self,
        account: &'a Iban,
        (day, number): (NaiveDate, u32),
        (opening, bookings): (Money, &[Booking]),
    ) -> Statement<'a> {
        let habit = self.habit;
        let Names { message_id, id, sequence } = habit.names(account, day, number);
        let shows_holder = matches!(habit, Habit::Ing | Habit::Rabobank);
        let parts = bookings.iter().flat_map(|booking| parts(habit, booking));
        Statement {
            version: match habit {
                Habit::Ing => Version::V08,
                _ => Version::V02,
            },
            message_id,
            created: habit.created(day),
            paged: habit == Habit::AbnAmro,
            id,
            sequence,
            period: habit.period(day),
            account,
            name: shows_holder.then(|| cut(&self.holder, 70)),
            bic: habit.bic(),
            balances: habit.balances(day, opening, self.balance),
            summary: habit != Habit::AbnAmro,
            day,
            entries: parts.zip(1..).map(|(part, place)| part.entry(habit, day, place)).collect(),
        }
    }
}
