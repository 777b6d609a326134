//! Taking in a bank statement: seen before? ours? proved? Then every entry is booked, and what it means
//! for our payments is decided. Nothing of a file is booked unless all of it can be.

mod bookable;
mod booking;

use std::collections::BTreeMap;

use grip_engine::bank::camt::{self, CamtFile, Direction};
use grip_engine::bank::payment_run::hex;
use grip_engine::ledger::account::AccountKind;
use grip_engine::matching::{self, Matcher};
use grip_engine::money::Money;
use sha2::{Digest, Sha256};

use self::bookable::{Bookable, bookable, booked};
use self::booking::{Booking, move_money};
use super::{FlowError, StatementRefusal, explain, retry};
use crate::auth::grant::Grant;
use crate::store::ledger::Cause;
use crate::store::statement::{EntryPlace, StatementRow};
use crate::store::{Change, Store, municipality, payment, statement, unexplained};

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
    /// Parts of them that an agreement or another account of the municipality explains after all, or that are not ours.
    pub explained: usize,
    /// Statements whose opening balance is not the closing balance before it.
    pub gaps: usize,
}

/// Takes in a camt.053 file. Its bytes, statements and entries are each booked once.
pub async fn import(store: &Store, grant: &Grant, name: &str, bytes: &[u8]) -> Result<Imported, FlowError> {
    let sha256 = hex(&Sha256::digest(bytes));
    let file = camt::read(bytes)?;
    retry!(take_in(store, grant, name, &sha256, &file))
}

async fn take_in(
    store: &Store,
    grant: &Grant,
    name: &str,
    sha256: &str,
    file: &CamtFile,
) -> Result<Imported, FlowError> {
    let mut change = store.begin(grant, format!("statement file {}", &sha256[..12])).await?;
    let accounts = municipality::bank_accounts(&mut change).await?;

    let statements = bookable(file, &accounts)?;

    let mut done = Imported { statements: statements.len(), ..Imported::default() };
    if statement::file_is_known(&mut change, sha256).await? {
        done.known_statements = done.statements;
        done.duplicates = statements.iter().map(|found| booked(found.statement).count()).sum();
        return Ok(done);
    }
    statement::add_file(&mut change, sha256, name, &file.message.to_string()).await?;
    for found in statements {
        book(&mut change, &found, sha256, &mut done).await?;
    }
    let searched = Box::pin(explain::search_new(&mut change)).await?;
    done.explained += searched.explained + searched.not_ours;
    change.commit().await?;
    Ok(done)
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
    let chain = follow(change, found).await?;
    done.gaps += usize::from(chain == Chain::Gap);
    let row = StatementRow {
        statement_id: change.new_id(),
        bank_account_id: account,
        sha256: sha256.to_owned(),
        bank_id: found.id.clone(),
        sequence: found.statement.head.sequence.and_then(|sequence| i64::try_from(sequence).ok()),
        opening: found.opening.cents(),
        closing: found.closing.cents(),
        closing_on: found.closing_on,
        entries: i64::try_from(found.keys.len()).unwrap_or(i64::MAX),
        fingerprint,
        is_first: chain == Chain::First,
        after_gap: chain == Chain::Gap,
    };
    statement::add(change, &row).await?;
    book_entries(change, found, &row, chain, done).await
}

/// How a statement stands to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chain {
    /// It is the first of its account: its opening balance comes into the books.
    First,
    /// It goes on from another statement of its one day: an entry that equals a booked one is another entry.
    GoesOn,
    /// It opens with a balance that was closed with, but may repeat days that were booked.
    Fits,
    /// Nothing closes with its opening balance: a statement is missing, or it repeats days that were booked.
    Gap,
}

async fn follow(change: &mut Change, found: &Bookable<'_>) -> Result<Chain, FlowError> {
    let account = found.account.0;
    let Some(first_day) = statement::first_day(change, account).await? else {
        open_books(change, found).await?;
        return Ok(Chain::First);
    };
    let earliest =
        booked(found.statement).filter_map(|entry| entry.booked_on).min().unwrap_or(found.closing_on);
    if found.closing_on < first_day || earliest < first_day {
        return Err(StatementRefusal::TooOld(found.id.clone()).into());
    }
    let Some(before) = statement::closes_with(change, account, found.opening, found.closing_on).await? else {
        return Ok(Chain::Gap);
    };
    let is_same_day = before == found.closing_on && earliest == found.closing_on;
    let repeats = statement::opens_with(change, account, found.opening, found.closing_on).await?;
    Ok(if is_same_day && !repeats { Chain::GoesOn } else { Chain::Fits })
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

/// Books the entries, debits before credits, so that a return finds its payment.
async fn book_entries(
    change: &mut Change,
    found: &Bookable<'_>,
    row: &StatementRow,
    chain: Chain,
    done: &mut Imported,
) -> Result<(), FlowError> {
    let mut matcher = Matcher::new(payment::known(change, found.account.0).await?);
    let before = if chain == Chain::Gap { matching::Chain::BehindGap } else { matching::Chain::Whole };
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    let mut entries: Vec<_> = (0_i64..).zip(booked(found.statement)).zip(&found.keys).collect();
    entries.sort_by_key(|((place, entry), _)| (entry.direction == Direction::Credit, *place));
    for ((place, entry), key) in entries {
        if !seen.contains_key(key.as_str()) {
            let booked = if chain == Chain::GoesOn {
                statement::times_booked(change, found.account.0, key).await?
            } else {
                0
            };
            seen.insert(key, booked);
        }
        let occurrence = seen.entry(key).or_default();
        let (statement, bank_account) = (row.statement_id, row.bank_account_id);
        let at = EntryPlace { statement, bank_account, place, key, occurrence: *occurrence };
        *occurrence += 1;
        let booked_on = entry.booked_on.unwrap_or(found.closing_on);
        let Some(id) = statement::add_entry(change, at, entry, booked_on).await? else {
            done.duplicates += 1;
            continue;
        };
        done.new += 1;
        let mut left_over = Vec::new();
        for (place, part) in (0_i64..).zip(matcher.read(entry, before)) {
            left_over.extend(explain::left_over(entry, &part, (id, place), (bank_account, booked_on)));
            let booking = Booking { found, entry, id, place, on: booked_on };
            booking.book(change, &part, &mut matcher, done).await?;
        }
        unexplained::add(change, &left_over).await?;
    }
    Ok(())
}
