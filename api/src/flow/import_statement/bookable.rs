//! Which statements may be booked: of an account of ours, without a problem, whole, and proved.

use chrono::NaiveDate;
use grip_engine::bank::camt::{self, CamtFile, Entry, EntryStatus, MessageKind, Page, Proof, Statement};
use grip_engine::bank::payment_run::hex;
use grip_engine::id::BankAccountId;
use grip_engine::money::Money;
use sha2::{Digest, Sha256};

use crate::flow::{FlowError, StatementRefusal};
use crate::store::municipality::BankAccount;

/// A statement of one of our accounts that proves.
pub(super) struct Bookable<'a> {
    pub(super) statement: &'a Statement,
    pub(super) account: BankAccountId,
    pub(super) id: String,
    pub(super) opening: Money,
    pub(super) closing: Money,
    pub(super) closing_on: NaiveDate,
    pub(super) keys: Vec<String>,
}

pub(super) fn bookable<'a>(
    file: &'a CamtFile,
    accounts: &[BankAccount],
) -> Result<Vec<Bookable<'a>>, FlowError> {
    if file.message.kind != MessageKind::Camt053 {
        return Err(StatementRefusal::OtherMessage(file.message.to_string()).into());
    }
    if file.statements.is_empty() {
        return Err(StatementRefusal::Nothing.into());
    }
    file.statements.iter().map(|statement| Ok(bookable_statement(statement, accounts)?)).collect()
}

fn bookable_statement<'a>(
    statement: &'a Statement,
    accounts: &[BankAccount],
) -> Result<Bookable<'a>, StatementRefusal> {
    let id = statement.head.id.clone().unwrap_or_default();
    let ours = accounts.iter().find(|account| account.iban.as_str() == statement.head.account);
    let account = ours.ok_or_else(|| StatementRefusal::UnknownAccount(statement.head.account.clone()))?.id;
    if let Some(problem) = statement.problems().next() {
        return Err(StatementRefusal::Problem(problem.clone()));
    }
    if statement.head.page.is_some_and(|page| page != (Page { number: 1, last: true })) {
        return Err(StatementRefusal::Page(id));
    }
    match statement.proof() {
        Proof::Proved => {}
        Proof::Differs { by } => return Err(StatementRefusal::Differs { id, by }),
        Proof::NoOpening => return Err(StatementRefusal::NoBalance { id, balance: "opening" }),
        // Both were refused above, by the problem that makes them so.
        Proof::Quarantined { .. } | Proof::Foreign => {
            return Err(StatementRefusal::NoBalance { id, balance: "opening" });
        }
        Proof::NoClosing => return Err(StatementRefusal::NoBalance { id, balance: "closing" }),
    }
    let no_balance = |balance| StatementRefusal::NoBalance { id: id.clone(), balance };
    let opening = statement.end.opening.ok_or_else(|| no_balance("opening"))?.amount;
    let closing = statement.end.closing.ok_or_else(|| no_balance("closing"))?;
    let closing_on = closing.on.or_else(|| booked(statement).filter_map(|entry| entry.booked_on).max());
    let closing_on = closing_on.ok_or_else(|| no_balance("dated closing"))?;
    let keys = booked(statement).map(|entry| entry_key(entry, closing_on)).collect();
    Ok(Bookable { statement, account, id, opening, closing: closing.amount, closing_on, keys })
}

pub(super) fn booked(statement: &Statement) -> impl Iterator<Item = &Entry> {
    statement.entries.iter().filter(|entry| entry.status == EntryStatus::Booked)
}

/// What makes an entry the same one in another file: never the reference of the bank alone.
fn entry_key(entry: &Entry, closing_on: NaiveDate) -> String {
    let detail = |detail: &camt::Detail| {
        let camt::Detail { end_to_end_id, counterparty_account, remittance, amount, .. } = detail;
        format!("{end_to_end_id:?}{counterparty_account:?}{remittance:?}{amount:?}")
    };
    let details: Vec<String> = entry.details.iter().map(detail).collect();
    let text = format!(
        "{}|{:?}|{}|{:?}|{:?}|{:?}|{}|{details:?}",
        entry.booked_on.unwrap_or(closing_on),
        entry.valued_on,
        entry.amount,
        entry.direction,
        entry.bank_reference,
        entry.batch.as_ref().map(|batch| &batch.payment_information_id),
        entry.information,
    );
    hex(&Sha256::digest(text.as_bytes()))
}

impl Bookable<'_> {
    /// What makes it the same statement, whatever the bank calls it this time.
    pub(super) fn fingerprint(&self) -> String {
        let mut keys = self.keys.clone();
        keys.sort();
        let text = format!("{}|{}|{}|{}", self.opening, self.closing, self.closing_on, keys.join("|"));
        hex(&Sha256::digest(text.as_bytes()))
    }
}
