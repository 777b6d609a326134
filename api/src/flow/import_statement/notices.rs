//! What a bank tells beside its statements, in messages that post nothing. A notification (camt.054) says what a sum
//! consists of that a statement books as one: it makes the parts of that entry, whichever of the two comes first. A
//! report (camt.052) says what happens during the day: it is shown, and goes when a statement covers its day.

use std::collections::HashMap;

use chrono::NaiveDate;
use grip_engine::bank::camt::{Direction, Entry, EntryStatus, MessageKind, Piece, StatementHead};
use grip_engine::bank::duplicate::{self, EntryKey};
use grip_engine::bank::notice::{self, Known};
use grip_engine::id::BankAccountId;
use uuid::Uuid;

use super::books::Books;
use super::examined::Examination;
use super::outcome::{Imported, Outcome, Result as StatementResult};
use super::progress::Watched;
use super::reading::pieces;
use super::{Given, count, not_ours};
use crate::auth::grant::Grant;
use crate::flow::{FlowError, StatementRefusal, explain};
use crate::store::municipality::BankAccount;
use crate::store::statement::{FileRow, NewNotice, ProvisionalRow};
use crate::store::{Change, Store, municipality, statement};

/// Takes in a notification or a report. Nothing of it is posted.
pub(super) async fn take_in(
    store: &Store,
    grant: &Grant,
    given: Given<'_>,
    file: &Examination,
) -> Result<Imported, FlowError> {
    let Given { name, sha256, bytes, encoding, progress } = given;
    if file.statements.is_empty() {
        return Err(StatementRefusal::Nothing.into());
    }
    let mut change = store.begin(grant, format!("bank message {}", &sha256[..12])).await?;
    let accounts = municipality::bank_accounts(&mut change).await?;
    let row = FileRow {
        sha256: sha256.to_owned(),
        name: name.to_owned(),
        message: file.message.to_string(),
        encoding: given.encoding_code().to_owned(),
        statements: count(file.statements.len()),
        entries: count(file.statements.iter().map(|statement| statement.readable).sum()),
    };
    statement::add_file(&mut change, &row).await?;
    let done = Imported {
        statements: file.statements.len(),
        warnings: file.warnings.clone(),
        ..Imported::default()
    };
    let mut taking =
        Taking { kind: file.message.kind, sha256, accounts, books: HashMap::new(), at: None, done };
    let mut place = 0;
    for piece in pieces(Watched::new(bytes, progress), encoding) {
        match piece? {
            Piece::Head(head) => taking.begin(head),
            Piece::Entry(entry) => taking.entry(&mut change, &entry).await?,
            Piece::Quarantined(_) => taking.unusable(),
            Piece::End(_) => {
                taking.end(&mut change, place).await?;
                place += 1;
            }
        }
    }
    let mut done = taking.done;
    let refusal = done.results.iter().find_map(|result| match &result.outcome {
        Outcome::Refused(refusal) => Some(refusal.clone()),
        _ => None,
    });
    if let Some(refusal) = refusal.filter(|_| done.refused == done.statements) {
        return Err(refusal.into());
    }
    let searched = Box::pin(explain::search_new(&mut change, &[])).await?;
    done.explained = searched.explained + searched.not_ours;
    change.commit().await?;
    Ok(done)
}

/// A message that is being taken in.
struct Taking<'a> {
    kind: MessageKind,
    sha256: &'a str,
    accounts: Vec<BankAccount>,
    books: HashMap<BankAccountId, Books>,
    at: Option<AtHand>,
    done: Imported,
}

/// The notification or report of one account that is being read.
struct AtHand {
    id: String,
    account: Result<BankAccountId, String>,
    /// The day it is about.
    day: Option<NaiveDate>,
    /// How many equal entries came before, by what they say.
    seen: HashMap<Uuid, i64>,
    kept: usize,
    joined: usize,
    unusable: usize,
}

impl Taking<'_> {
    fn begin(&mut self, head: StatementHead) {
        let ours = self.accounts.iter().find(|account| account.iban.as_str() == head.account);
        let day = head.to.or(head.created).and_then(|moment| moment.day());
        self.at = Some(AtHand {
            id: head.id.unwrap_or_default(),
            account: ours.map(|ours| ours.id).ok_or(head.account),
            day,
            seen: HashMap::new(),
            kept: 0,
            joined: 0,
            unusable: 0,
        });
    }

    fn unusable(&mut self) {
        if let Some(at) = &mut self.at {
            at.unusable += 1;
        }
    }

    async fn entry(&mut self, change: &mut Change, entry: &Entry) -> Result<(), FlowError> {
        let Some(at) = &mut self.at else { return Ok(()) };
        let Ok(account) = at.account else { return Ok(()) };
        if self.kind == MessageKind::Camt052 {
            return report(change, (self.sha256, account), at, entry).await;
        }
        let Some(items) = notice::items(entry) else {
            at.unusable += 1;
            return Ok(());
        };
        let known = Known::of(entry);
        let mark = duplicate::mark(entry);
        let day = entry.booked_on.map(|day| day.to_string()).unwrap_or_default();
        let says = format!("{}|{day}|{}", mark.key.0, known.reference);
        let key = duplicate::fingerprint_of_text(&says);
        let new = NewNotice {
            bank_account: account.0,
            sha256: self.sha256,
            key,
            occurrence: number(at, key),
            known: &known,
            items: &items,
        };
        let Some(id) = statement::add_notice(change, &new).await? else {
            self.done.duplicates += 1;
            return Ok(());
        };
        at.kept += 1;
        let booked = statement::without_notice(change, account.0, &known).await?;
        let (ids, of_booked): (Vec<Uuid>, Vec<Known>) = booked.into_iter().unzip();
        let Some(place) = notice::about_same(&known, &of_booked) else { return Ok(()) };
        statement::join_notice(change, id, ids[place]).await?;
        at.joined += 1;
        let books = match self.books.entry(account) {
            std::collections::hash_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => new.insert(Books::open(change, account).await?),
        };
        let entry = (ids[place], &of_booked[place]);
        books.itemise_booked(change, entry, items, &mut self.done).await.map(drop)
    }

    async fn end(&mut self, change: &mut Change, place: usize) -> Result<(), FlowError> {
        let Some(at) = self.at.take() else { return Ok(()) };
        let outcome = if let Err(account) = at.account {
            let refusal = not_ours(&account, &at.id);
            self.done.refused += 1;
            statement::add_refused(change, self.sha256, count(place), &at.id, refusal.code()).await?;
            Outcome::Refused(refusal)
        } else {
            match self.kind {
                MessageKind::Camt052 => self.done.provisional += at.kept,
                MessageKind::Camt053 | MessageKind::Camt054 => self.done.noted += at.kept,
            }
            let (entries, joined, unusable) = (at.kept, at.joined, at.unusable);
            Outcome::Noted { kind: self.kind, entries, joined, unusable }
        };
        self.done.results.push(StatementResult { place, bank_id: at.id, outcome });
        Ok(())
    }
}

/// The number of an entry among equal ones of its message.
fn number(at: &mut AtHand, key: Uuid) -> i64 {
    let seen = at.seen.entry(key).or_default();
    *seen += 1;
    *seen - 1
}

/// Keeps an entry of a report, unless a statement covers its day.
async fn report(
    change: &mut Change,
    (sha256, account): (&str, BankAccountId),
    at: &mut AtHand,
    entry: &Entry,
) -> Result<(), FlowError> {
    let today = change.grant().today();
    let day = at.day.or(entry.booked_on).or(entry.valued_on).unwrap_or(today);
    let EntryKey(key) = duplicate::mark(entry).key;
    let occurrence = number(at, key);
    if statement::is_covered(change, account.0, day).await? {
        return Ok(());
    }
    let row = ProvisionalRow {
        provisional_id: change.new_id(),
        bank_account_id: account.0,
        day,
        amount: entry.amount.cents(),
        direction: if entry.direction == Direction::Credit { "credit" } else { "debit" }.to_owned(),
        status: match entry.status {
            EntryStatus::Booked => "booked",
            EntryStatus::Pending => "pending",
            EntryStatus::Information | EntryStatus::Other(_) => "information",
        }
        .to_owned(),
        booked_on: entry.booked_on,
        bank_reference: duplicate::reference(entry).to_owned(),
    };
    statement::report(change, sha256, (EntryKey(key), occurrence), &row).await?;
    at.kept += 1;
    Ok(())
}
