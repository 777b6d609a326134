//! Taking in bank statements: seen before? ours? proved? next in the chain? Then every entry is booked, and what it
//! means for our payments is decided. One bad statement of a file never keeps the others out: it is held with its
//! reason, or refused.

pub mod accept;
mod batch_again;
mod books;
mod coming;
mod entries;
mod examined;
mod hold;
mod judge;
mod notices;
mod outcome;
mod pages;
mod progress;
mod reading;
pub mod supersede;
pub mod waiting;
mod writing;

use std::collections::HashMap;

use grip_engine::bank::camt::{CamtError, Code, Encoding, Entry, MessageKind, Problem};
use grip_engine::bank::chain;
use grip_engine::bank::payment_run::hex;
use grip_engine::id::BankAccountId;
use grip_engine::matching;
use grip_engine::money::Money;
use grip_engine::policy::{StatementPolicy, Unprovable};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(in crate::flow) use self::batch_again::batch_again;
pub use self::hold::Hold;
pub use self::outcome::{Imported, Outcome, Result as StatementResult};
pub use self::progress::Progress;

use self::books::{Booking, Books};
use self::entries::Entries;
use self::examined::{Examination, Examined, Proved, examine};
use self::judge::{Chain, Plan, Verdict, judge};
use self::progress::Watched;
use super::planning::rules;
use super::{FlowError, StatementRefusal, explain, retry};
use crate::auth::grant::Grant;
use crate::store::statement::{FileRow, HeldRow, StatementRow};
use crate::store::{Change, Store, StoreError, municipality, statement};

/// A file that is handed in.
#[derive(Clone, Copy, Debug)]
pub struct HandedIn<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The encoding that a person says it is in. It counts only where the file cannot be read as it declares, so that
    /// a good file is never read wrongly.
    pub encoding: Encoding,
}

/// Takes in a file of the bank. Its bytes, statements and entries are each booked once.
pub async fn import(store: &Store, grant: &Grant, name: &str, bytes: &[u8]) -> Result<Imported, FlowError> {
    let handed_in = HandedIn { name, bytes, encoding: Encoding::Declared };
    import_watched(store, grant, handed_in, &Progress::default()).await
}

/// The same, for who wants to see how far it is.
pub async fn import_watched(
    store: &Store,
    grant: &Grant,
    HandedIn { name, bytes, encoding }: HandedIn<'_>,
    progress: &Progress,
) -> Result<Imported, FlowError> {
    let sha256 = hex(&Sha256::digest(bytes));
    if let Some(done) = seen_before(store, &sha256).await? {
        return Ok(done);
    }
    let (file, encoding) = readable(bytes, encoding, progress)?;
    let given = Given { name, sha256: &sha256, bytes, encoding, progress };
    match file.message.kind {
        MessageKind::Camt053 => retry!(take_in(store, grant, given, &file)),
        MessageKind::Camt052 | MessageKind::Camt054 => retry!(notices::take_in(store, grant, given, &file)),
    }
}

/// The code of an encoding that a person chose.
const WINDOWS_1252: &str = "windows-1252";

/// Reads a file as it declares; where its letters cannot be read so, in the encoding that a person says it is in.
fn readable(
    bytes: &[u8],
    encoding: Encoding,
    progress: &Progress,
) -> Result<(Examination, Encoding), CamtError> {
    progress.begin(bytes.len());
    match examine(Watched::new(bytes, progress), Encoding::Declared) {
        Err(CamtError::Encoding { .. }) if encoding != Encoding::Declared => {
            progress.begin(bytes.len());
            Ok((examine(Watched::new(bytes, progress), encoding)?, encoding))
        }
        read => Ok((read?, Encoding::Declared)),
    }
}

/// A file as it was given.
#[derive(Clone, Copy)]
struct Given<'a> {
    name: &'a str,
    sha256: &'a str,
    bytes: &'a [u8],
    encoding: Encoding,
    progress: &'a Progress,
}

impl Given<'_> {
    /// How the letters of the file are read, as a code.
    fn encoding_code(&self) -> &'static str {
        if self.encoding == Encoding::Declared { "declared" } else { WINDOWS_1252 }
    }
}

/// What a file did that was taken in before.
async fn seen_before(store: &Store, sha256: &str) -> Result<Option<Imported>, FlowError> {
    let mut at = store.read().await?;
    let Some(known) = statement::known_file(&mut at, sha256).await? else {
        return Ok(None);
    };
    let held = statement::held_of(&mut at, sha256).await?;
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    Ok(Some(Imported {
        statements: count(known.statements),
        known_statements: count(known.statements),
        held: count(held),
        duplicates: count(known.entries),
        ..Imported::default()
    }))
}

/// What the municipality chose about statements that do not prove.
async fn policy(change: &mut Change) -> Result<StatementPolicy, FlowError> {
    match rules(change).await {
        Ok(rules) => Ok(rules.policy_on(change.grant().today()).statements),
        Err(FlowError::NotSetUp) => Ok(StatementPolicy::default()),
        Err(error) => Err(error),
    }
}

/// A file in which something was booked, and nothing of it can be read, is refused, unless the policy is to hold it.
fn refuse_unusable(file: &Examination, policy: StatementPolicy) -> Result<(), StatementRefusal> {
    if file.statements.is_empty() {
        return Err(StatementRefusal::Nothing);
    }
    if policy.without_usable_entry == Unprovable::Hold
        || file.statements.iter().any(|statement| 0 < statement.readable)
    {
        return Ok(());
    }
    // another currency is no mistake of the file
    let is_wrong = |problem: &&Problem| problem.code != Code::Currency;
    let problem = file.statements.iter().filter_map(|statement| statement.unreadable.as_ref()).find(is_wrong);
    problem.map_or(Ok(()), |problem| Err(StatementRefusal::Unusable(problem.clone())))
}

async fn take_in(
    store: &Store,
    grant: &Grant,
    given: Given<'_>,
    file: &Examination,
) -> Result<Imported, FlowError> {
    let Given { name, sha256, bytes, .. } = given;
    let mut change = store.begin(grant, format!("statement file {}", &sha256[..12])).await?;
    let policy = policy(&mut change).await?;
    refuse_unusable(file, policy)?;
    let accounts = municipality::bank_accounts(&mut change).await?;
    let row = FileRow {
        sha256: sha256.to_owned(),
        name: name.to_owned(),
        message: file.message.to_string(),
        encoding: given.encoding_code().to_owned(),
        statements: count(file.statements.len()),
        entries: count(file.statements.iter().map(|statement| statement.marks.len()).sum()),
    };
    statement::add_file(&mut change, &row).await?;
    let gaps = statement::gaps(&mut change).await?;

    let mut taking = Taking::new(given, file, policy);
    for place in in_order(&file.statements) {
        let found = &file.statements[place];
        let ours = accounts.iter().find(|account| account.iban.as_str() == found.account);
        let outcome = match ours {
            Some(ours) => taking.take(&mut change, place, ours.id).await?,
            None => Outcome::Refused(not_ours(&found.account, &found.id)),
        };
        taking.note(&mut change, place, outcome).await?;
    }
    let mut done = taking.done;
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
    let searched = Box::pin(explain::search_new(&mut change, &gaps)).await?;
    done.explained = searched.explained + searched.not_ours;
    change.commit().await?;
    Ok(done)
}

/// Why a message is refused whose account is none of the municipality.
fn not_ours(account: &str, bank_id: &str) -> StatementRefusal {
    if account.is_empty() {
        StatementRefusal::NoAccount(bank_id.to_owned())
    } else {
        StatementRefusal::UnknownAccount(account.to_owned())
    }
}

/// The places of the statements, the oldest first: a file may hold them in any order.
fn in_order(statements: &[Examined]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..statements.len()).collect();
    let days: Vec<_> = statements.iter().filter_map(|statement| statement.closing_on).collect();
    if !days.is_sorted() {
        places.sort_by_key(|place| statements[*place].closing_on);
    }
    places
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A file that is being taken in.
struct Taking<'a> {
    sha256: &'a str,
    bytes: &'a [u8],
    encoding: Encoding,
    file: &'a Examination,
    policy: StatementPolicy,
    entries: Entries<'a>,
    books: HashMap<BankAccountId, Books>,
    done: Imported,
}

impl<'a> Taking<'a> {
    fn new(given: Given<'a>, file: &'a Examination, policy: StatementPolicy) -> Taking<'a> {
        let Given { sha256, bytes, encoding, progress, .. } = given;
        let done = Imported {
            statements: file.statements.len(),
            warnings: file.warnings.clone(),
            ..Imported::default()
        };
        Taking {
            sha256,
            bytes,
            encoding,
            file,
            policy,
            entries: Entries::new(Watched::new(bytes, progress), encoding),
            books: HashMap::new(),
            done,
        }
    }

    /// Takes in a statement of an account of ours.
    async fn take(
        &mut self,
        change: &mut Change,
        place: usize,
        account: BankAccountId,
    ) -> Result<Outcome, FlowError> {
        let examined = &self.file.statements[place];
        if examined.page.is_some() {
            return self.take_page(change, place, account).await;
        }
        let outcome = match examined.proved(account) {
            Ok(found) => self.book_proved(change, &found, Source::Place(place)).await?,
            Err(hold) => self.unproved(hold),
        };
        match outcome {
            Outcome::Held(hold) => self.hold(change, (place, account), hold).await,
            outcome => Ok(outcome),
        }
    }

    /// What becomes of a statement that does not prove, by the policy of the municipality.
    fn unproved(&self, hold: Hold) -> Outcome {
        match hold {
            Hold::Differs { id, by } if self.policy.that_differs == Unprovable::Refuse => {
                Outcome::Refused(StatementRefusal::Differs { id, by })
            }
            hold => Outcome::Held(hold),
        }
    }

    /// Books a statement that proves, unless it is known, in conflict or must be held.
    async fn book_proved(
        &mut self,
        change: &mut Change,
        found: &Proved,
        source: Source,
    ) -> Result<Outcome, FlowError> {
        let plan = match judge(change, found).await? {
            Verdict::Known => return Ok(Outcome::Known),
            Verdict::Held(hold) => return Ok(Outcome::Held(hold)),
            Verdict::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            Verdict::Book(plan) => plan,
        };
        if let Some(hold) = found.far_day(change.grant().today()) {
            return Ok(Outcome::Held(hold));
        }
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
        match plan.chain {
            Chain::First => books.opening(change, found)?,
            Chain::Before { .. } => {
                books.take_back_opening(change).await?;
                books.opening(change, found)?;
            }
            Chain::GoesOn | Chain::Fits | Chain::Gap => {}
        }
        let booking = Booking { found, plan: &plan, statement: row.statement_id, before };
        match source {
            Source::Place(place) => {
                books.book(change, &booking, &mut self.entries.of(place), &mut self.done).await?;
            }
            Source::Pages(entries) => {
                books.book(change, &booking, &mut entries.into_iter().map(Ok), &mut self.done).await?;
            }
        }
        let after_gap = matches!(plan.chain, Chain::Gap | Chain::Before { gap: true });
        Ok(Outcome::Booked { statement: row.statement_id, after_gap, skipped })
    }

    async fn row(&self, change: &mut Change, found: &Proved, plan: &Plan) -> Result<StatementRow, FlowError> {
        let account = found.account.0;
        let is_first = matches!(plan.chain, Chain::First | Chain::Before { .. });
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
        (place, account): (usize, BankAccountId),
        hold: Hold,
    ) -> Result<Outcome, FlowError> {
        let examined = &self.file.statements[place];
        let fingerprint = examined.fingerprint_held();
        if statement::held_once(change, account.0, fingerprint).await?.is_some() {
            return Ok(Outcome::Known);
        }
        let row = HeldRow {
            held_id: change.new_id(),
            bank_account_id: account.0,
            sha256: self.sha256.to_owned(),
            place: count(place),
            bank_id: examined.id.clone(),
            sequence: examined.sequence.and_then(|sequence| i64::try_from(sequence).ok()),
            page: examined.page.and_then(|page| i64::try_from(page.number).ok()),
            is_last_page: examined.page.is_none_or(|page| page.last),
            opening: examined.opening.map(Money::cents),
            closing: examined.closing.map(Money::cents),
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
    async fn note(&mut self, change: &mut Change, place: usize, outcome: Outcome) -> Result<(), StoreError> {
        let found = &self.file.statements[place];
        let bank_id = found.id.clone();
        match &outcome {
            Outcome::Booked { after_gap, .. } => self.done.gaps += usize::from(*after_gap),
            Outcome::Known => {
                self.done.known_statements += 1;
                self.done.duplicates += found.marks.len();
            }
            Outcome::Noted { .. } => {}
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

/// Where the entries of a statement come from.
enum Source {
    /// The statement at a place in the file.
    Place(usize),
    /// Its pages, which were put together.
    Pages(Vec<Entry>),
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
