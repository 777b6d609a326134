//! A statement as the first pass sees it: its balances, its proof, and a mark of each booked entry.

use chrono::NaiveDate;
use grip_engine::bank::camt::{Entry, EntryStatus, Page, Proof, Statement};
use grip_engine::bank::duplicate::{self, Mark};
use grip_engine::id::BankAccountId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::hold::Hold;
use crate::store::statement::Window;

/// A statement of one of our accounts, examined.
pub(super) struct Examined {
    pub(super) account: BankAccountId,
    pub(super) id: String,
    pub(super) sequence: Option<u64>,
    pub(super) page: Option<Page>,
    pub(super) opening: Option<Money>,
    pub(super) closing: Option<Money>,
    pub(super) closing_on: Option<NaiveDate>,
    /// Of each booked entry, in order.
    pub(super) marks: Vec<Mark>,
    first_on: Option<NaiveDate>,
    last_on: Option<NaiveDate>,
    /// Why it cannot be booked as it stands.
    pub(super) hold: Option<Hold>,
}

/// A statement that proves.
pub(super) struct Proved {
    pub(super) account: BankAccountId,
    pub(super) id: String,
    pub(super) sequence: Option<u64>,
    pub(super) opening: Money,
    pub(super) closing: Money,
    pub(super) closing_on: NaiveDate,
    pub(super) first_on: NaiveDate,
    pub(super) last_on: NaiveDate,
    pub(super) marks: Vec<Mark>,
    pub(super) fingerprint: Uuid,
}

pub(super) fn booked(statement: &Statement) -> impl Iterator<Item = &Entry> {
    statement.entries.iter().filter(|entry| entry.status == EntryStatus::Booked)
}

/// Where a closing day is missing its entries without a day are marked by this one.
fn no_day() -> NaiveDate {
    NaiveDate::default()
}

impl Examined {
    /// Examines a statement of an account of ours.
    pub(super) fn of(statement: &Statement, account: BankAccountId) -> Examined {
        let days = || booked(statement).filter_map(|entry| entry.booked_on);
        let (first_on, last_on) = (days().min(), days().max());
        let closing = statement.closing;
        let closing_on = closing.and_then(|closing| closing.on.or(last_on));
        let mark = |entry: &Entry| {
            let on = entry.booked_on.or(closing_on).unwrap_or_else(no_day);
            duplicate::mark(entry, on)
        };
        Examined {
            account,
            id: statement.id.clone().unwrap_or_default(),
            sequence: statement.sequence,
            page: statement.page.filter(|page| *page != Page { number: 1, last: true }),
            opening: statement.opening.map(|opening| opening.amount),
            closing: closing.map(|closing| closing.amount),
            closing_on,
            marks: booked(statement).map(mark).collect(),
            first_on,
            last_on,
            hold: hold(statement, closing_on),
        }
    }

    /// The statement, unless it must be held.
    pub(super) fn proved(&self) -> Result<Proved, Hold> {
        if let Some(hold) = &self.hold {
            return Err(hold.clone());
        }
        let id = self.id.clone();
        let opening = self.opening.ok_or_else(|| Hold::NoOpening { id: id.clone() })?;
        let closing = self.closing.zip(self.closing_on).ok_or_else(|| Hold::NoClosing { id: id.clone() });
        let (closing, closing_on) = closing?;
        let last_on = self.last_on.unwrap_or(closing_on).max(closing_on);
        Ok(Proved {
            account: self.account,
            id,
            sequence: self.sequence,
            opening,
            closing,
            closing_on,
            first_on: self.first_on.unwrap_or(closing_on),
            last_on,
            marks: self.marks.clone(),
            fingerprint: duplicate::fingerprint(opening, closing, closing_on, &self.marks),
        })
    }

    /// What makes it the same statement when it is held: what can be read of it, its page, and why it waits.
    pub(super) fn fingerprint_held(&self) -> Uuid {
        let known = duplicate::fingerprint(
            self.opening.unwrap_or_default(),
            self.closing.unwrap_or_default(),
            self.closing_on.unwrap_or_else(no_day),
            &self.marks,
        );
        let why = self.hold.as_ref().map(ToString::to_string).unwrap_or_default();
        let page = self.page.map(|page| page.number);
        duplicate::fingerprint_of_text(&format!("{known}|{}|{page:?}|{why}", self.id))
    }
}

impl Proved {
    /// Its days and balances.
    pub(super) fn window(&self) -> Window {
        Window {
            bank_account: self.account.0,
            first_on: self.first_on,
            last_on: self.last_on,
            closing_on: self.closing_on,
            opening: self.opening,
            closing: self.closing,
        }
    }
}

/// Why a whole statement cannot be booked as it stands.
fn hold(statement: &Statement, closing_on: Option<NaiveDate>) -> Option<Hold> {
    let id = || statement.id.clone().unwrap_or_default();
    if let Some(problem) = statement.problems.first() {
        let of_currency = problem.element == "Ccy" || problem.text.contains("only EUR");
        let problem = problem.clone();
        return Some(if of_currency { Hold::Currency(problem) } else { Hold::Problem(problem) });
    }
    match statement.proof() {
        Proof::Proved if closing_on.is_none() => Some(Hold::NoClosing { id: id() }),
        Proof::Proved => None,
        Proof::Differs { by } => Some(Hold::Differs { id: id(), by }),
        Proof::NoOpening => Some(Hold::NoOpening { id: id() }),
        Proof::NoClosing => Some(Hold::NoClosing { id: id() }),
    }
}
