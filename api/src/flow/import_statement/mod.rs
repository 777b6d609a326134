//! Taking in bank statements: seen before? ours? proved? next in the chain? Then every entry is booked, and what it
//! means for our payments is decided. One bad statement of a file never keeps the others out: it is held with its
//! reason, or refused.

mod books;
mod examined;
mod hold;
mod judge;
mod outcome;
mod pages;

use std::collections::HashMap;

use grip_engine::bank::camt::{self, CamtFile, Entry, MessageKind, Statement};
use grip_engine::bank::chain;
use grip_engine::bank::payment_run::hex;
use grip_engine::id::BankAccountId;
use grip_engine::matching;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use self::hold::Hold;
pub use self::outcome::{Imported, Outcome, Result as StatementResult};

use self::books::{Booking, Books};
use self::examined::{Examined, Proved, booked};
use self::judge::{Chain, Plan, Verdict, judge};
use super::{FlowError, StatementRefusal, retry};
use crate::auth::grant::Grant;
use crate::store::statement::{FileRow, HeldRow, StatementRow};
use crate::store::{Change, Store, StoreError, municipality, statement};

/// Takes in a camt.053 file. Its bytes, statements and entries are each booked once.
pub async fn import(store: &Store, grant: &Grant, name: &str, bytes: &[u8]) -> Result<Imported, FlowError> {
    let sha256 = hex(&Sha256::digest(bytes));
    if let Some(done) = seen_before(store, &sha256).await? {
        return Ok(done);
    }
    let file = camt::read(bytes)?;
    if file.message.kind != MessageKind::Camt053 {
        return Err(StatementRefusal::OtherMessage(file.message.to_string()).into());
    }
    refuse_unusable(&file)?;
    retry!(take_in(store, grant, (name, &sha256, bytes), &file))
}

/// What a file did that was taken in before.
async fn seen_before(store: &Store, sha256: &str) -> Result<Option<Imported>, FlowError> {
    let Some(known) = statement::known_file(&mut store.read().await?, sha256).await? else {
        return Ok(None);
    };
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    Ok(Some(Imported {
        statements: count(known.statements),
        known_statements: count(known.statements),
        duplicates: count(known.entries),
        ..Imported::default()
    }))
}

/// A file in which something was booked, and nothing of it can be read, is refused.
fn refuse_unusable(file: &CamtFile) -> Result<(), StatementRefusal> {
    if file.statements.is_empty() {
        return Err(StatementRefusal::Nothing);
    }
    let problem = file.statements.iter().flat_map(|statement| &statement.problems).find(|problem| {
        // another currency is no mistake of the file
        problem.element == "Amt" && !problem.text.contains("only EUR")
    });
    match problem {
        Some(problem) if file.statements.iter().all(|statement| statement.entries.is_empty()) => {
            Err(StatementRefusal::Unusable(problem.clone()))
        }
        _ => Ok(()),
    }
}

async fn take_in(
    store: &Store,
    grant: &Grant,
    (name, sha256, bytes): (&str, &str, &[u8]),
    file: &CamtFile,
) -> Result<Imported, FlowError> {
    let mut change = store.begin(grant, format!("statement file {}", &sha256[..12])).await?;
    let accounts = municipality::bank_accounts(&mut change).await?;
    let entries: usize = file.statements.iter().map(|statement| booked(statement).count()).sum();
    let row = FileRow {
        sha256: sha256.to_owned(),
        name: name.to_owned(),
        message: file.message.to_string(),
        statements: count(file.statements.len()),
        entries: count(entries),
    };
    statement::add_file(&mut change, &row).await?;

    let mut taking = Taking { sha256, file, books: HashMap::new(), done: Imported::default() };
    taking.done.statements = file.statements.len();
    taking.done.warnings.clone_from(&file.warnings);
    let mut order: Vec<(usize, &Statement)> = file.statements.iter().enumerate().collect();
    // the oldest first: a file may hold them in any order
    order.sort_by_key(|(_, statement)| statement.closing.and_then(|closing| closing.on));
    for (place, statement) in order {
        let ours = accounts.iter().find(|account| account.iban.as_str() == statement.account);
        let outcome = match ours {
            Some(ours) => taking.take(&mut change, (place, statement), ours.id).await?,
            None => Outcome::Refused(StatementRefusal::UnknownAccount(statement.account.clone())),
        };
        taking.note(&mut change, place, statement, outcome).await?;
    }
    let done = taking.done;
    let refusal = done.results.iter().find_map(|result| match &result.outcome {
        Outcome::Refused(refusal) => Some(refusal.clone()),
        _ => None,
    });
    if let Some(refusal) = refusal.filter(|_| done.refused == done.statements) {
        return Err(refusal.into());
    }
    if 0 < done.held {
        statement::keep_bytes(&mut change, sha256, bytes).await?;
    }
    change.commit().await?;
    Ok(done)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A file that is being taken in.
struct Taking<'a> {
    sha256: &'a str,
    file: &'a CamtFile,
    books: HashMap<BankAccountId, Books>,
    done: Imported,
}

impl Taking<'_> {
    /// Takes in a statement of an account of ours.
    async fn take(
        &mut self,
        change: &mut Change,
        (place, statement): (usize, &Statement),
        account: BankAccountId,
    ) -> Result<Outcome, FlowError> {
        let examined = Examined::of(statement, account);
        if examined.page.is_some() {
            return self.take_page(change, (place, statement), &examined).await;
        }
        match examined.proved() {
            Ok(found) => {
                let outcome = self.book_proved(change, &found, &mut booked(statement)).await?;
                if let Outcome::Held(hold) = outcome {
                    return self.hold(change, place, &examined, hold).await;
                }
                Ok(outcome)
            }
            Err(hold) => self.hold(change, place, &examined, hold).await,
        }
    }

    /// Books a statement that proves, unless it is known, in conflict or must be held.
    async fn book_proved<'e>(
        &mut self,
        change: &mut Change,
        found: &Proved,
        entries: &mut (dyn Iterator<Item = &'e Entry> + Send),
    ) -> Result<Outcome, FlowError> {
        let plan = match judge(change, found).await? {
            Verdict::Known => return Ok(Outcome::Known),
            Verdict::Held(hold) => return Ok(Outcome::Held(hold)),
            Verdict::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            Verdict::Book(plan) => plan,
        };
        let skipped = skipped(change, found).await?;
        let is_behind = plan.chain == Chain::Gap || statement::has_gap(change, found.account.0).await?;
        let before = if is_behind { matching::Chain::BehindGap } else { matching::Chain::Whole };
        let row = self.row(change, found, &plan).await?;
        statement::add(change, &row).await?;
        let books = match self.books.entry(found.account) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(Books::open(change, found.account).await?)
            }
        };
        if plan.chain == Chain::First {
            books.opening(change, found)?;
        }
        let booking = Booking { found, plan: &plan, statement: row.statement_id, before };
        books.book(change, &booking, entries, &mut self.done).await?;
        let after_gap = plan.chain == Chain::Gap;
        Ok(Outcome::Booked { statement: row.statement_id, after_gap, skipped })
    }

    async fn row(
        &self,
        change: &mut Change,
        found: &Proved,
        plan: &Plan,
    ) -> Result<StatementRow, FlowError> {
        let account = found.account.0;
        let is_first = plan.chain == Chain::First;
        let opened_before = if is_first { statement::opened_before(change, account).await? } else { 0 };
        Ok(StatementRow {
            statement_id: change.new_id(),
            bank_account_id: account,
            sha256: self.sha256.to_owned(),
            bank_id: found.id.clone(),
            sequence: found.sequence.and_then(|sequence| i64::try_from(sequence).ok()),
            opening: found.opening.cents(),
            closing: found.closing.cents(),
            closing_on: found.closing_on,
            first_on: found.first_on,
            last_on: found.last_on,
            entries: count(found.marks.len()),
            fingerprint: found.fingerprint,
            version: statement::version_of(change, account, found.fingerprint).await?,
            is_first,
            opened_before,
            after_gap: plan.chain == Chain::Gap,
            is_superseded: false,
        })
    }

    /// Holds a statement, unless it is held already.
    async fn hold(
        &mut self,
        change: &mut Change,
        place: usize,
        examined: &Examined,
        hold: Hold,
    ) -> Result<Outcome, FlowError> {
        let fingerprint = examined.fingerprint_held();
        if statement::held_once(change, examined.account.0, fingerprint).await?.is_some() {
            return Ok(Outcome::Known);
        }
        let row = HeldRow {
            held_id: change.new_id(),
            bank_account_id: examined.account.0,
            sha256: self.sha256.to_owned(),
            place: count(place),
            bank_id: examined.id.clone(),
            sequence: examined.sequence.and_then(|sequence| i64::try_from(sequence).ok()),
            page: examined.page.and_then(|page| i64::try_from(page.number).ok()),
            is_last_page: examined.page.is_none_or(|page| page.last),
            opening: examined.opening.map(|opening| opening.cents()),
            closing: examined.closing.map(|closing| closing.cents()),
            closing_on: examined.closing_on,
            entries: count(examined.marks.len()),
            fingerprint,
            code: hold.code().to_owned(),
            told: hold.dutch(),
            held_on: change.grant().today(),
            state: "held".to_owned(),
            decided_by: None,
            decided_on: None,
            note: String::new(),
            statement_id: None,
        };
        statement::add_held(change, &row).await?;
        Ok(Outcome::Held(hold))
    }

    /// Counts what came of a statement.
    async fn note(
        &mut self,
        change: &mut Change,
        place: usize,
        found: &Statement,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        let bank_id = found.id.clone().unwrap_or_default();
        match &outcome {
            Outcome::Booked { after_gap, .. } => self.done.gaps += usize::from(*after_gap),
            Outcome::Known => {
                self.done.known_statements += 1;
                self.done.duplicates += booked(found).count();
            }
            Outcome::Held(_) => self.done.held += 1,
            Outcome::Refused(refusal) => {
                self.done.refused += 1;
                let code = refusal.code();
                statement::add_refused(change, self.sha256, count(place), &bank_id, code).await?;
            }
        }
        self.done.results.push(StatementResult { place, bank_id, outcome });
        Ok(())
    }
}

/// How many numbers of the bank were skipped between the statement before this one and itself.
async fn skipped(change: &mut Change, found: &Proved) -> Result<u64, FlowError> {
    let Some(sequence) = found.sequence else { return Ok(0) };
    let before = statement::numbered_before(change, found.account.0, found.closing_on).await?;
    let before = before.and_then(|(number, on)| Some((u64::try_from(number).ok()?, on)));
    Ok(before.map_or(0, |before| chain::skipped(before, (sequence, found.closing_on))))
}

/// The id of a statement that was booked.
pub(super) fn statement_of(outcome: &Outcome) -> Option<Uuid> {
    match outcome {
        Outcome::Booked { statement, .. } => Some(*statement),
        _ => None,
    }
}
