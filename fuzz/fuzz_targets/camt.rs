//! Any bytes as a statement file: no panic, no figure that is not the sum of its entries, and the same answer from both
//! readers, in every size of reading, and shared out over threads.
#![no_main]

use std::io::Read;

use grip_engine::bank::camt::{Blocks, Direction, Encoding, Entry, Proof, inspect, pieces_over, read};
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

/// All that a reader says of a file, in blocks of 256 bytes.
fn told(bytes: &[u8], workers: usize) -> Vec<String> {
    let mut pieces = pieces_over(bytes, Encoding::Declared, Blocks { workers, bytes: 256 });
    let mut told: Vec<String> = pieces.by_ref().map(|piece| format!("{piece:?}")).collect();
    told.push(format!("{:?} {:?} {:?}", pieces.message(), pieces.header(), pieces.warnings()));
    told
}

fn signed(entry: &Entry) -> i128 {
    match entry.direction {
        Direction::Credit => i128::from(entry.amount.cents()),
        Direction::Debit => -i128::from(entry.amount.cents()),
    }
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(told(bytes, 2), told(bytes, 0), "shared out it is another file");
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
