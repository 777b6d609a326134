//! Any bytes as a statement file: no panic, no figure that is not the sum of its entries, and the same answer from both
//! readers and in every size of reading.
#![no_main]

use std::io::Read;

use grip_engine::bank::camt::{Direction, Entry, Proof, inspect, read};
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

fn signed(entry: &Entry) -> i128 {
    match entry.direction {
        Direction::Credit => i128::from(entry.amount.cents()),
        Direction::Debit => -i128::from(entry.amount.cents()),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let file = read(bytes);
    let figures = inspect(bytes);
    assert_eq!(file.is_ok(), figures.is_ok(), "the two readers disagree");
    let (Ok(file), Ok(figures)) = (file, figures) else { return };
    let slow = read(Slow(bytes)).expect("the same bytes");
    assert_eq!(format!("{:?}", slow.statements), format!("{:?}", file.statements));
    assert_eq!(file.statements.len(), figures.statements.len());
    for (statement, figures) in file.statements.iter().zip(&figures.statements) {
        let totals = statement.end.totals;
        assert_eq!(totals.entries, (statement.entries.len() + statement.quarantined.len()) as u64);
        assert_eq!(totals.entries, figures.entries);
        let held = statement.quarantined.iter().filter(|entry| entry.may_be_booked).count() as u64;
        assert_eq!(totals.quarantined_booked, held);
        for entry in &statement.entries {
            assert!(0 <= entry.amount.cents());
        }
        if statement.proof() == Proof::Proved {
            let (opening, closing) = statement.end.opening.zip(statement.end.closing).expect("both balances");
            let booked = statement.entries.iter().filter(|entry| entry.is_booked());
            let reached = i128::from(opening.amount.cents()) + booked.map(signed).sum::<i128>();
            assert_eq!(reached, i128::from(closing.amount.cents()), "proved and not so");
            assert_eq!(held, 0);
        }
    }
});
