//! An answer as it was read, and what it says of each payment of a file.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, Days, NaiveDate};

use super::status::{Status, Word};
use super::unplaced::Unplaced;

/// What a bank answers to one of our files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusReport {
    /// The version in the namespace; nothing where the file has none.
    pub version: Option<u8>,
    /// The bank's id of the answer.
    pub message_id: String,
    /// The message it answers to.
    pub original: String,
    /// What kind of message that was, as the bank wrote it.
    pub original_kind: String,
    /// What holds for all of it.
    pub told: Told,
    /// What holds for each batch.
    pub batches: Vec<Batch>,
}

/// What is told at one level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The status, where one is given.
    pub status: Option<Status>,
    /// The reasons, in order.
    pub reasons: Vec<Given>,
    /// How many payments below have which status.
    pub counts: Vec<(Status, u64)>,
}

/// A reason that the bank gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Its code; empty where there is only a text.
    pub code: String,
    /// What stands beside it, for a person.
    pub information: String,
}

/// What is told of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Our id of it.
    pub payment_information_id: String,
    /// What holds for all of it.
    pub told: Told,
    /// The payments that are named.
    pub transactions: Vec<Transaction>,
}

/// What is told of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// Our identifier, or our instruction id: both are the same. Empty where the bank names neither.
    pub identifier: String,
    /// What holds for it.
    pub told: Told,
    /// The name of the payee that the bank wrote beside it; empty where it wrote none.
    pub name: String,
    /// The day of execution that the bank wrote beside it.
    pub execution: Option<NaiveDate>,
}

/// What an answer says of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The payment, by its place in what was asked.
    pub place: usize,
    /// The status that holds for it.
    pub status: Status,
    /// The reason that holds for it; empty when none was given.
    pub reason: Given,
    /// The name of the payee that the bank wrote beside it; empty where it wrote none.
    pub name: String,
    /// The day of execution that the bank wrote beside it.
    pub execution: Option<NaiveDate>,
}

/// The reason of a bank that executes on another day than it was asked to.
const MOVED: &str = "DT06";
/// The most days by which a bank moves a payment; a later day is taken for a mistake.
const MOVED_MAX: u64 = 366;

impl Answer {
    /// The later day on which the bank executes a payment that it was asked to execute on a day. It stands beside the
    /// payment, or as the only other day in the text of the reason.
    ///
    /// Nothing for a payment that was not accepted, or was not moved (DT06); nor where the bank does not say to when.
    pub fn moved_to(&self, from: NaiveDate) -> Option<NaiveDate> {
        if self.status.word() != Word::Accepted || self.reason.code != MOVED {
            return None;
        }
        let last = from.checked_add_days(Days::new(MOVED_MAX))?;
        let is_later = |day: &NaiveDate| from < *day && *day <= last;
        if let Some(day) = self.execution.filter(is_later) {
            return Some(day);
        }
        let words = self.reason.information.split(|letter: char| !letter.is_ascii_digit() && letter != '-');
        let mut days: Vec<NaiveDate> = words.filter_map(day).filter(is_later).collect();
        days.dedup();
        if let [only] = days.as_slice() { Some(*only) } else { None }
    }
}

/// A day as it is written in an answer, with or without a time behind it.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let written = text.get(..10).filter(|written| written.as_bytes()[4] == b'-')?;
    written.parse::<NaiveDate>().ok().filter(|day| (1900..2200).contains(&day.year()))
}

impl StatusReport {
    /// What it says of the payments of a batch, which are given by their identifiers; nothing of those it says nothing
    /// of. Most specific wins: the payment, then its batch, then the whole message. A batch may stand in several blocks.
    pub fn answers(&self, payment_information_id: &str, identifiers: &[&str]) -> Vec<Answer> {
        let blocks: Vec<&Batch> = self.blocks(payment_information_id).collect();
        let named = by_identifier(&blocks);
        let unnamed = identifiers.iter().filter(|id| !named.contains_key(*id)).count() as u64;
        let rest = self.status_of_unnamed(&blocks, unnamed);
        let answer = |(place, identifier): (usize, &&str)| {
            let own = named.get(identifier).copied();
            let block = own.map_or(blocks.first().copied(), |(block, _)| Some(block));
            let told = own.map(|(_, transaction)| transaction);
            let status = told.and_then(|told| told.told.status.clone());
            let status =
                status.or_else(|| own.and_then(|(block, _)| block.told.of_all())).or_else(|| rest.clone())?;
            let above = reason(&[block.map(|block| &block.told), Some(&self.told)]);
            let reason = match told {
                Some(told) if !told.told.reasons.is_empty() => reason(&[Some(&told.told)]),
                // what was accepted has no reason to fail: only that its day was moved holds for it
                _ if status.word() == Word::Accepted && above.code != MOVED => Given::default(),
                _ => above,
            };
            let name = told.map(|told| told.name.clone()).unwrap_or_default();
            Some(Answer { place, status, reason, name, execution: told.and_then(|told| told.execution) })
        };
        identifiers.iter().enumerate().filter_map(answer).collect()
    }

    /// The identifiers that it names and that are none of these.
    pub fn strangers<'a>(&'a self, payment_information_id: &str, identifiers: &[&str]) -> Vec<&'a str> {
        let known: HashSet<&str> = identifiers.iter().copied().collect();
        let named = self.blocks(payment_information_id).flat_map(|batch| &batch.transactions);
        named.map(|told| told.identifier.as_str()).filter(|identifier| !known.contains(identifier)).collect()
    }

    /// What it says and nothing can be done with: a payment of another batch, a payment without a status, and what was
    /// refused or recalled according to its counts and is not named.
    pub fn unplaced(&self, payment_information_id: &str, identifiers: &[&str]) -> Vec<Unplaced> {
        let answers = self.answers(payment_information_id, identifiers);
        let ours: Vec<&Batch> = self.blocks(payment_information_id).collect();
        let elsewhere =
            || self.batches.iter().filter(|it| it.payment_information_id != payment_information_id);
        let mut found = Vec::new();
        for batch in elsewhere() {
            let name = || batch.payment_information_id.clone();
            let status = |told: &Told| told.status.clone().or_else(|| batch.told.of_all());
            if batch.transactions.is_empty() && batch.told.status.is_some() {
                let (identifier, status) = (String::new(), status(&batch.told));
                found.push(Unplaced::OtherBatch { batch: name(), identifier, status });
            }
            found.extend(batch.transactions.iter().map(|told| Unplaced::OtherBatch {
                batch: name(),
                identifier: told.identifier.clone(),
                status: status(&told.told),
            }));
        }
        let answered: HashSet<&str> =
            answers.iter().filter_map(|answer| identifiers.get(answer.place).copied()).collect();
        let known: HashSet<&str> = identifiers.iter().copied().collect();
        let named = by_identifier(&ours);
        let silent = named.keys().filter(|identifier| known.contains(*identifier));
        let silent = silent.filter(|identifier| !answered.contains(*identifier));
        found.extend(silent.map(|identifier| Unplaced::NoStatus { identifier: (*identifier).to_owned() }));
        let statuses = answers.iter().map(|answer| &answer.status);
        let strange = self.batches.iter().flat_map(|batch| &batch.transactions);
        let strange = strange.filter(|told| !answered.contains(told.identifier.as_str()));
        let mut named: BTreeMap<&Status, u64> = BTreeMap::new();
        for status in statuses.chain(strange.filter_map(|told| told.told.status.as_ref())) {
            *named.entry(status).or_default() += 1;
        }
        for (status, count) in self.counted(&ours) {
            let left = count.saturating_sub(named.get(status).copied().unwrap_or_default());
            if 0 < left && matches!(status.word(), Word::Rejected | Word::Cancelled) {
                found.push(Unplaced::NotNamed { status: status.clone(), count: left });
            }
        }
        found
    }

    /// How many payments of a batch have which status, as it says itself; without that, as the whole message says.
    fn counted<'a>(&'a self, blocks: &[&'a Batch]) -> BTreeMap<&'a Status, u64> {
        let mut counts: Vec<&(Status, u64)> = blocks.iter().flat_map(|block| &block.told.counts).collect();
        if counts.is_empty() {
            counts = self.told.counts.iter().collect();
        }
        let mut sums: BTreeMap<&Status, u64> = BTreeMap::new();
        for (status, count) in counts {
            let sum = sums.entry(status).or_default();
            *sum = sum.saturating_add(*count);
        }
        sums
    }

    /// What is told of one batch: some banks write a block for each payment.
    fn blocks<'a>(&'a self, payment_information_id: &str) -> impl Iterator<Item = &'a Batch> {
        self.batches.iter().filter(move |batch| batch.payment_information_id == payment_information_id)
    }

    /// The status of the payments that are not named: that of the batch, else of the message; where it says that there
    /// are several, the only one that the counts leave for them. Blocks that say different things speak of what they
    /// name.
    fn status_of_unnamed(&self, blocks: &[&Batch], unnamed: u64) -> Option<Status> {
        let first = blocks.first().map(|block| &block.told);
        if blocks.iter().any(|block| Some(&block.told.status) != first.map(|told| &told.status)) {
            return None;
        }
        let status = first.and_then(|told| told.status.clone()).or_else(|| self.told.status.clone())?;
        if !is_of_several(&status) {
            return Some(status);
        }
        let mut left = self.counted(blocks);
        if left.is_empty() {
            // a check of names with one status for all of them holds for each
            return Some(status).filter(|status| status.word() != Word::Mixed);
        }
        for named in blocks.iter().flat_map(|block| &block.transactions) {
            let Some(status) = &named.told.status else { continue };
            if let Some(count) = left.get_mut(status) {
                *count = count.saturating_sub(1);
            }
        }
        let mut left = left.into_iter().filter(|(_, count)| 0 < *count);
        let only = left.next().filter(|(_, count)| *count == unnamed);
        if left.next().is_some() { None } else { only.map(|(status, _)| status.clone()) }
    }
}

impl Told {
    /// The status, where it holds for everything below it.
    fn of_all(&self) -> Option<Status> {
        self.status.clone().filter(|status| !is_of_several(status))
    }
}

/// The payments that are named, each with the block it stands in: the first mention counts, unless a later one says that
/// it was refused or recalled.
fn by_identifier<'a>(blocks: &[&'a Batch]) -> BTreeMap<&'a str, (&'a Batch, &'a Transaction)> {
    let mut named = BTreeMap::new();
    for block in blocks {
        for told in block.transactions.iter().filter(|told| !told.identifier.is_empty()) {
            let known = named.entry(told.identifier.as_str()).or_insert((*block, told));
            if failed(*known) < failed((*block, told)) {
                *known = (*block, told);
            }
        }
    }
    named
}

/// How badly a payment that is named fares: the worst of several mentions holds for it.
fn failed((block, told): (&Batch, &Transaction)) -> u8 {
    match told.told.status.clone().or_else(|| block.told.of_all()).map(|status| status.word()) {
        Some(Word::Rejected) => 2,
        Some(Word::Cancelled) => 1,
        _ => 0,
    }
}

/// True for a status that stands for payments with different ones.
fn is_of_several(status: &Status) -> bool {
    matches!(status.word(), Word::Mixed | Word::Name(_))
}

/// The first reason of the most specific level that gives one.
fn reason(levels: &[Option<&Told>]) -> Given {
    let told = levels.iter().flatten().find(|told| !told.reasons.is_empty());
    let Some(told) = told else { return Given::default() };
    let coded = told.reasons.iter().find(|given| !given.code.is_empty());
    coded.or(told.reasons.first()).cloned().unwrap_or_default()
}
