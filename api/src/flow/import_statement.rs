//! Taking in a bank statement: seen before? ours? proved? Then every entry is booked, and what it means
//! for our payments is decided. Nothing of a file is booked unless all of it can be.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::camt::{
    self, CamtFile, Direction, Entry, EntryStatus, MessageKind, Page, Proof, Statement,
};
use grip_engine::bank::payment_run::hex;
use grip_engine::id::{BankAccountId, PaymentId, PostingId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::Posting;
use grip_engine::matching::{KnownPayment, Meaning, Part, Standing, match_entry};
use grip_engine::money::Money;
use grip_engine::returns;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{FlowError, StatementRefusal};
use crate::auth::grant::Grant;
use crate::store::ledger::{self, Cause};
use crate::store::municipality::BankAccount;
use crate::store::payment::Step;
use crate::store::statement::{EntryPlace, PartRow, StatementRow};
use crate::store::{Change, Store, municipality, payment, statement};

/// What taking in a file did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Statements in the file.
    pub statements: usize,
    /// Statements that were booked before.
    pub known_statements: usize,
    /// Entries that are new.
    pub new: usize,
    /// Entries that were booked before.
    pub duplicates: usize,
    /// Payments that settled.
    pub settled: usize,
    /// Payments that came back.
    pub returned: usize,
    /// Parts of entries that nothing of ours explains.
    pub left_over: usize,
    /// Statements whose opening balance is not the closing balance before it.
    pub gaps: usize,
}

/// Takes in a camt.053 file. Its bytes, statements and entries are each booked once.
pub async fn import(store: &Store, grant: &Grant, name: &str, bytes: &[u8]) -> Result<Imported, FlowError> {
    let sha256 = hex(&Sha256::digest(bytes));
    let file = camt::read(bytes)?;
    let mut change = store.begin(grant, format!("statement file {}", &sha256[..12])).await?;
    let accounts = municipality::bank_accounts(&mut change).await?;

    let statements = bookable(&file, &accounts)?;

    let mut done = Imported { statements: statements.len(), ..Imported::default() };
    if statement::file_is_known(&mut change, &sha256).await? {
        done.known_statements = done.statements;
        done.duplicates = statements.iter().map(|found| booked(found.statement).count()).sum();
        return Ok(done);
    }
    statement::add_file(&mut change, &sha256, name, &file.message.to_string()).await?;
    for found in statements {
        book(&mut change, &found, &sha256, &mut done).await?;
    }
    change.commit().await?;
    Ok(done)
}

/// A statement of one of our accounts that proves.
struct Bookable<'a> {
    statement: &'a Statement,
    account: BankAccountId,
    id: String,
    opening: Money,
    closing: Money,
    closing_on: NaiveDate,
    keys: Vec<String>,
}

fn bookable<'a>(file: &'a CamtFile, accounts: &[BankAccount]) -> Result<Vec<Bookable<'a>>, FlowError> {
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
    let id = statement.id.clone().unwrap_or_default();
    let ours = accounts.iter().find(|account| account.iban.as_str() == statement.account);
    let account = ours.ok_or_else(|| StatementRefusal::UnknownAccount(statement.account.clone()))?.id;
    if let Some(problem) = statement.problems.first() {
        return Err(StatementRefusal::Problem(problem.clone()));
    }
    if statement.page.is_some_and(|page| page != (Page { number: 1, last: true })) {
        return Err(StatementRefusal::Page(id));
    }
    match statement.proof() {
        Proof::Proved => {}
        Proof::Differs { by } => return Err(StatementRefusal::Differs { id, by }),
        Proof::NoOpening => return Err(StatementRefusal::NoBalance { id, balance: "opening" }),
        Proof::NoClosing => return Err(StatementRefusal::NoBalance { id, balance: "closing" }),
    }
    let no_balance = |balance| StatementRefusal::NoBalance { id: id.clone(), balance };
    let opening = statement.opening.ok_or_else(|| no_balance("opening"))?.amount;
    let closing = statement.closing.ok_or_else(|| no_balance("closing"))?;
    let closing_on = closing.on.or_else(|| booked(statement).filter_map(|entry| entry.booked_on).max());
    let closing_on = closing_on.ok_or_else(|| no_balance("dated closing"))?;
    let keys = booked(statement).map(|entry| entry_key(entry, closing_on)).collect();
    Ok(Bookable { statement, account, id, opening, closing: closing.amount, closing_on, keys })
}

fn booked(statement: &Statement) -> impl Iterator<Item = &Entry> {
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
    fn fingerprint(&self) -> String {
        let mut keys = self.keys.clone();
        keys.sort();
        let text = format!("{}|{}|{}|{}", self.opening, self.closing, self.closing_on, keys.join("|"));
        hex(&Sha256::digest(text.as_bytes()))
    }
}

async fn book(
    change: &mut Change,
    found: &Bookable<'_>,
    sha256: &str,
    done: &mut Imported,
) -> Result<(), FlowError> {
    let (account, fingerprint) = (found.account.0, found.fingerprint());
    if statement::is_known(change, account, &fingerprint).await? {
        done.known_statements += 1;
        done.duplicates += found.keys.len();
        return Ok(());
    }
    if statement::with_bank_id(change, account, &found.id, found.closing_on).await? {
        return Err(StatementRefusal::Conflict(found.id.clone()).into());
    }
    let after_gap = follow(change, found).await?;
    done.gaps += usize::from(after_gap);
    let row = StatementRow {
        statement_id: change.new_id(),
        bank_account_id: account,
        sha256: sha256.to_owned(),
        bank_id: found.id.clone(),
        sequence: found.statement.sequence.and_then(|sequence| i64::try_from(sequence).ok()),
        opening: found.opening.cents(),
        closing: found.closing.cents(),
        closing_on: found.closing_on,
        entries: i64::try_from(found.keys.len()).unwrap_or(i64::MAX),
        fingerprint,
        after_gap,
    };
    statement::add(change, &row).await?;
    book_entries(change, found, row.statement_id, done).await
}

/// Links a statement to the one before it: true when there is a gap. The first one of an account brings
/// its opening balance into the books.
async fn follow(change: &mut Change, found: &Bookable<'_>) -> Result<bool, FlowError> {
    let Some(first) = statement::first_closing_on(change, found.account.0).await? else {
        open_books(change, found).await?;
        return Ok(false);
    };
    if found.closing_on < first {
        return Err(StatementRefusal::TooOld(found.id.clone()).into());
    }
    let before = statement::closing_before(change, found.account.0, found.closing_on).await?;
    Ok(before != Some(found.opening))
}

async fn open_books(change: &mut Change, found: &Bookable<'_>) -> Result<(), FlowError> {
    let (from, to) = if found.opening < Money::ZERO {
        (AccountKind::Funding, AccountKind::Outside)
    } else {
        (AccountKind::Outside, AccountKind::Funding)
    };
    let amount = found.opening.max(-found.opening);
    let cause = Cause { word: "opening balance", ..Cause::default() };
    move_money(change, found, (from, to), amount, cause).await
}

async fn book_entries(
    change: &mut Change,
    found: &Bookable<'_>,
    row: Uuid,
    done: &mut Imported,
) -> Result<(), FlowError> {
    let mut known = payment::known(change, found.account.0).await?;
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    for ((place, entry), key) in (0_i64..).zip(booked(found.statement)).zip(&found.keys) {
        let occurrence = seen.entry(key).or_default();
        let at =
            EntryPlace { statement: row, bank_account: found.account.0, place, key, occurrence: *occurrence };
        *occurrence += 1;
        let booked_on = entry.booked_on.unwrap_or(found.closing_on);
        let Some(id) = statement::add_entry(change, at, entry, booked_on).await? else {
            done.duplicates += 1;
            continue;
        };
        done.new += 1;
        for (place, part) in (0_i64..).zip(match_entry(entry, &known)) {
            let booking = Booking { found, entry, id, place, on: booked_on };
            booking.book(change, &part, &mut known, done).await?;
        }
    }
    Ok(())
}

/// An entry that is being booked.
struct Booking<'a> {
    found: &'a Bookable<'a>,
    entry: &'a Entry,
    id: Uuid,
    place: i64,
    on: NaiveDate,
}

impl Booking<'_> {
    async fn book(
        &self,
        change: &mut Change,
        part: &Part,
        known: &mut [KnownPayment],
        done: &mut Imported,
    ) -> Result<(), FlowError> {
        let (meaning, payment, why) = match &part.meaning {
            Meaning::Settles(payment) => {
                self.settle(change, *payment, known).await?;
                done.settled += 1;
                ("settles", Some(payment.0), String::new())
            }
            Meaning::Returns { payment, reason } => {
                self.undo(change, *payment, reason, known).await?;
                done.returned += 1;
                ("returns", Some(payment.0), reason.clone())
            }
            Meaning::LeftOver(why) => {
                self.keep(change, part.amount).await?;
                done.left_over += 1;
                ("left_over", None, format!("{why:?}"))
            }
        };
        let row = PartRow {
            entry_id: self.id,
            amount: part.amount.cents(),
            meaning: meaning.to_owned(),
            payment_id: payment,
            why,
        };
        Ok(statement::add_part(change, self.place, &row).await?)
    }

    async fn settle(
        &self,
        change: &mut Change,
        payment: PaymentId,
        known: &mut [KnownPayment],
    ) -> Result<(), FlowError> {
        let pending = ledger::pending(change, payment).await?;
        let settled = pending.settle(PostingId(change.new_id()), self.on)?;
        ledger::post(change, &settled, self.cause("settlement", Some(payment))).await?;
        self.step(change, payment, ["instructed", "sent"], "settled", "").await?;
        stands(known, payment, Standing::Settled);
        Ok(())
    }

    async fn undo(
        &self,
        change: &mut Change,
        payment: PaymentId,
        reason: &str,
        known: &mut [KnownPayment],
    ) -> Result<(), FlowError> {
        let settled = ledger::settlement(change, payment).await?;
        let household = ledger::household_of(change, settled.from()).await?;
        let kind = AccountKind::ReturnedMoney;
        let purpose = Purpose { bank_account: self.found.account, kind, household: Some(household) };
        let returned_money = ledger::account(change, purpose).await?;
        let ids = [PostingId(change.new_id()), PostingId(change.new_id())];
        let undone = returns::undo(&settled, ids, returned_money, self.on)?;
        ledger::post(change, &undone.reversal, self.cause("return", Some(payment))).await?;
        ledger::post(change, &undone.parked, self.cause("returned money", Some(payment))).await?;
        self.step(change, payment, ["settled", "settled"], "returned", reason).await?;
        stands(known, payment, Standing::Failed);
        Ok(())
    }

    /// Money that nothing of ours explains is kept apart until somebody does.
    async fn keep(&self, change: &mut Change, amount: Money) -> Result<(), FlowError> {
        let way = match self.entry.direction {
            Direction::Credit => (AccountKind::Outside, AccountKind::Unexplained),
            Direction::Debit => (AccountKind::Unexplained, AccountKind::Outside),
        };
        move_money(change, self.found, way, amount, self.cause("unexplained", None)).await
    }

    fn cause<'w>(&self, word: &'w str, payment: Option<PaymentId>) -> Cause<'w> {
        Cause { word, payment, entry: Some(self.id) }
    }

    async fn step(
        &self,
        change: &mut Change,
        payment: PaymentId,
        from: [&str; 2],
        to: &str,
        reason: &str,
    ) -> Result<(), FlowError> {
        let source = format!("afschrift {}", self.found.id);
        for from in from {
            let step = Step { from, to, on: self.on, source: &source, reason };
            if payment::step(change, payment, &step).await? {
                break;
            }
        }
        Ok(())
    }
}

fn stands(known: &mut [KnownPayment], payment: PaymentId, standing: Standing) {
    if let Some(known) = known.iter_mut().find(|known| known.id == payment) {
        known.standing = standing;
    }
}

async fn move_money(
    change: &mut Change,
    found: &Bookable<'_>,
    (from, to): (AccountKind, AccountKind),
    amount: Money,
    cause: Cause<'_>,
) -> Result<(), FlowError> {
    if !amount.is_positive() {
        return Ok(());
    }
    let purpose = |kind| Purpose { bank_account: found.account, kind, household: None };
    let from = ledger::account(change, purpose(from)).await?;
    let to = ledger::account(change, purpose(to)).await?;
    let posting = Posting::posted(PostingId(change.new_id()), from, to, amount, found.closing_on)?;
    Ok(ledger::post(change, &posting, cause).await?)
}
