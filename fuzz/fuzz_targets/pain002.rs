//! Any bytes as an answer of a bank: no panic, the same answer in every size of reading, and what is told of a payment is
//! what the answer says of that payment.
#![no_main]

use std::collections::BTreeSet;
use std::io::Read;

use grip_engine::bank::pain002::{StatusReport, read};
use libfuzzer_sys::fuzz_target;

/// Gives a few bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = self.0.len().min(7).min(into.len());
        into[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

/// Asks about every payment that a batch names, and about one that it does not.
fn ask(report: &StatusReport, batch: &str) {
    let blocks = || report.batches.iter().filter(|block| block.payment_information_id == batch);
    let named = blocks().flat_map(|block| &block.transactions);
    let named: BTreeSet<&str> = named.map(|told| told.identifier.as_str()).filter(|id| !id.is_empty()).collect();
    let unnamed = "an identifier of more than thirty-five letters";
    let identifiers: Vec<&str> = named.iter().copied().chain([unnamed]).collect();
    let answers = report.answers(batch, &identifiers);
    assert!(answers.is_sorted_by(|one, next| one.place < next.place));
    let from = "2026-02-27".parse().expect("a day");
    for answer in &answers {
        let identifier = identifiers[answer.place];
        let first = blocks().flat_map(|block| &block.transactions).find(|told| told.identifier == identifier);
        if let Some(own) = first.and_then(|told| told.told.status.as_ref()) {
            assert_eq!(own, &answer.status, "the most specific status holds");
        }
        assert!(answer.reason.information.chars().count() <= 500 && answer.name.chars().count() <= 140);
        assert!(answer.moved_to(from).is_none_or(|day| from < day));
    }
    let strangers = report.strangers(batch, &identifiers);
    assert!(strangers.iter().all(|stranger| stranger.is_empty()), "{strangers:?}");
    let all = blocks().map(|block| block.transactions.len()).sum::<usize>();
    assert_eq!(report.strangers(batch, &[]).len(), all);
}

fuzz_target!(|bytes: &[u8]| {
    let (report, slow) = (read(bytes), read(Slow(bytes)));
    assert_eq!(report.is_ok(), slow.is_ok(), "the size of reading decides");
    let (Ok(report), Ok(slow)) = (report, slow) else { return };
    assert_eq!(report, slow);
    assert!(!report.original.is_empty());
    let mut batches: BTreeSet<&str> = report.batches.iter().map(|batch| batch.payment_information_id.as_str()).collect();
    batches.insert("a batch that it does not name");
    batches.into_iter().take(20).for_each(|batch| ask(&report, batch));
});
