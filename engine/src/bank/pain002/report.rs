//! An answer as it was read, and what it says of each payment of a file.

use std::collections::BTreeMap;

use super::status::{Status, Word};

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
}

impl StatusReport {
    /// What it says of the payments of a batch, which are given by their identifiers; nothing of those it says nothing
    /// of. Most specific wins: the payment, then its batch, then the whole message.
    pub fn answers(&self, payment_information_id: &str, identifiers: &[&str]) -> Vec<Answer> {
        let batch = self.batches.iter().find(|batch| batch.payment_information_id == payment_information_id);
        let batch_told = batch.map(|batch| &batch.told);
        let named = batch.map(Batch::by_identifier).unwrap_or_default();
        let unnamed = identifiers.iter().filter(|id| !named.contains_key(*id)).count() as u64;
        let rest = self.status_of_unnamed(batch, unnamed);
        let answer = |(place, identifier): (usize, &&str)| {
            let own = named.get(identifier).copied();
            let status = own.and_then(|told| told.status.clone()).or_else(|| rest.clone())?;
            let above = reason(&[batch_told, Some(&self.told)]);
            let reason = match own {
                Some(told) if !told.reasons.is_empty() => reason(&[Some(told)]),
                // what was accepted has no reason to fail: only that its day was moved holds for it
                _ if status.word() == Word::Accepted && above.code != "DT06" => Given::default(),
                _ => above,
            };
            Some(Answer { place, status, reason })
        };
        identifiers.iter().enumerate().filter_map(answer).collect()
    }

    /// The identifiers that it names and that are none of these.
    pub fn strangers<'a>(&'a self, payment_information_id: &str, identifiers: &[&str]) -> Vec<&'a str> {
        let batches = self.batches.iter();
        let ours = batches.filter(|batch| batch.payment_information_id == payment_information_id);
        let named = ours.flat_map(|batch| &batch.transactions).map(|told| told.identifier.as_str());
        named.filter(|identifier| !identifiers.contains(identifier)).collect()
    }

    /// The status of the payments that are not named: that of the batch, else of the message; where it says that there
    /// are several, the only one that the counts leave for them.
    fn status_of_unnamed(&self, batch: Option<&Batch>, unnamed: u64) -> Option<Status> {
        let told = batch.map(|batch| &batch.told);
        let status = told.and_then(|told| told.status.clone()).or_else(|| self.told.status.clone())?;
        if !is_of_several(&status) {
            return Some(status);
        }
        let counts = told.map(|told| &told.counts).filter(|counts| !counts.is_empty());
        let counts = counts.unwrap_or(&self.told.counts);
        if counts.is_empty() {
            // a check of names with one status for all of them holds for each
            return Some(status).filter(|status| status.word() != Word::Mixed);
        }
        let mut left: BTreeMap<&Status, u64> = BTreeMap::new();
        for (status, count) in counts {
            *left.entry(status).or_default() += count;
        }
        for named in batch.iter().flat_map(|batch| &batch.transactions) {
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

impl Batch {
    fn by_identifier(&self) -> BTreeMap<&str, &Told> {
        let mut named = BTreeMap::new();
        for told in self.transactions.iter().filter(|told| !told.identifier.is_empty()) {
            named.entry(told.identifier.as_str()).or_insert(&told.told);
        }
        named
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
