//! Seen before: what makes a booking of the bank the same booking in another file, and a statement the same statement.
//!
//! Neither the id of a statement nor a reference of the bank is enough: several banks give new ones at each download,
//! and some give one reference to two bookings. So an entry is known by what was booked, and its reference only tells
//! two bookings apart that are otherwise equal. Two true twins without references stay two: they are counted.

use std::collections::HashMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::camt::{Direction, Entry};
use crate::money::Money;

/// What was booked: days, amount, direction, other side and texts. The first 16 bytes of a SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey(pub Uuid);

/// The bank's reference of an entry, as a number: only ever compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(u64);

/// An entry, as far as it is needed to see it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// What was booked.
    pub key: EntryKey,
    /// The bank's reference, where it gave one.
    pub reference: Option<Reference>,
}

impl Reference {
    /// The reference in a text; none where it is empty.
    pub fn of(text: &str) -> Option<Reference> {
        if text.is_empty() {
            return None;
        }
        let hash = Sha256::digest(text.as_bytes());
        let first = hash.first_chunk::<8>().expect("a hash of 32 bytes");
        Some(Reference(u64::from_be_bytes(*first)))
    }
}

/// The reference by which the bank tells its bookings apart: that of the booking, else the one within the statement.
pub fn reference(entry: &Entry) -> &str {
    entry.bank_reference.as_deref().or(entry.entry_reference.as_deref()).unwrap_or_default()
}

impl Mark {
    /// The mark of what was booked on a day: the booking date, or the day its statement closes where it has none.
    #[must_use]
    pub fn on(self, day: NaiveDate) -> Mark {
        let mut hash = Sha256::new();
        hash.update(self.key.0.as_bytes());
        hash.update(day.to_string().as_bytes());
        Mark { key: EntryKey(shortened(hash)), ..self }
    }
}

/// Marks what an entry says but for its booking date: see [`Mark::on`].
pub fn mark(entry: &Entry) -> Mark {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        // the length keeps the end of a text apart from the beginning of the next one
        hash.update(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    field(&entry.valued_on.map(|day| day.to_string()).unwrap_or_default());
    field(&entry.amount.cents().to_string());
    field(match entry.direction {
        Direction::Credit => "credit",
        Direction::Debit => "debit",
    });
    let batch = entry.batch.as_ref().and_then(|batch| batch.payment_information_id.as_deref());
    field(batch.unwrap_or_default());
    for detail in &entry.details {
        field(detail.end_to_end_id.as_deref().unwrap_or_default());
        field(detail.counterparty_account.as_deref().unwrap_or_default());
        field(&detail.remittance);
        field(detail.structured_reference.as_deref().unwrap_or_default());
    }
    field(&entry.information);
    Mark { key: EntryKey(shortened(hash)), reference: Reference::of(reference(entry)) }
}

fn shortened(hash: Sha256) -> Uuid {
    let hash = hash.finalize();
    Uuid::from_bytes(*hash.first_chunk::<16>().expect("a hash of 32 bytes"))
}

/// What makes a statement the same one, whatever the bank calls it: its balances, its day and what was booked.
///
/// Where the entries cancel out, two statements of a day can have all this in common; there the references count too.
pub fn fingerprint(opening: Money, closing: Money, closing_on: NaiveDate, marks: &[Mark]) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(opening.cents().to_be_bytes());
    hash.update(closing.cents().to_be_bytes());
    hash.update(closing_on.to_string().as_bytes());
    let mut marks = marks.to_vec();
    if opening != closing {
        for mark in &mut marks {
            mark.reference = None;
        }
    }
    marks.sort_unstable();
    for mark in &marks {
        hash.update(mark.key.0.as_bytes());
        hash.update(mark.reference.map_or(0, |reference| reference.0).to_be_bytes());
    }
    shortened(hash)
}

/// A fingerprint of a text.
pub fn fingerprint_of_text(text: &str) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(text.as_bytes());
    shortened(hash)
}

/// For each entry of a statement the place of the booked entry that it repeats; nothing where it is new.
///
/// First what has the same reference, then what lacks one on either side. Each booked entry is repeated once.
pub fn repeated(booked: &[Mark], entries: &[Mark]) -> Vec<Option<usize>> {
    let mut by_mark: HashMap<Mark, Vec<usize>> = HashMap::new();
    let mut by_key: HashMap<EntryKey, Vec<usize>> = HashMap::new();
    for (place, mark) in booked.iter().enumerate().rev() {
        by_mark.entry(*mark).or_default().push(place);
        by_key.entry(mark.key).or_default().push(place);
    }
    let mut is_taken = vec![false; booked.len()];
    let mut take = |places: Option<&mut Vec<usize>>| {
        let places = places?;
        while let Some(place) = places.pop() {
            if !std::mem::replace(&mut is_taken[place], true) {
                return Some(place);
            }
        }
        None
    };
    let mut repeated: Vec<Option<usize>> = entries.iter().map(|entry| take(by_mark.get_mut(entry))).collect();
    for (entry, place) in entries.iter().zip(&mut repeated).filter(|(_, place)| place.is_none()) {
        *place = match entry.reference {
            Some(_) => take(by_mark.get_mut(&Mark { reference: None, ..*entry })),
            None => take(by_key.get_mut(&entry.key)),
        };
    }
    repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks from a text: `a` is a booking without reference, `a1` the same one with reference 1.
    fn marks(text: &str) -> Vec<Mark> {
        let mark = |word: &str| {
            let (key, reference) = word.split_at(1);
            let key = EntryKey(Uuid::from_u128(u128::from(key.as_bytes()[0])));
            Mark { key, reference: Reference::of(reference) }
        };
        text.split_whitespace().map(mark).collect()
    }

    /// How many entries are new.
    fn new(booked: &str, entries: &str) -> usize {
        let repeated = repeated(&marks(booked), &marks(entries));
        let mut places: Vec<usize> = repeated.iter().flatten().copied().collect();
        places.sort_unstable();
        let taken = places.len();
        places.dedup();
        assert_eq!(places.len(), taken, "each booked entry is repeated once");
        repeated.iter().filter(|place| place.is_none()).count()
    }

    #[test]
    fn twins_stay_two_and_a_day_that_is_issued_again_adds_none() {
        for (booked, entries, count) in [
            ("", "a", 1),
            ("", "a a", 2),
            ("a a", "a a", 0),
            ("a", "a a", 1),
            ("a a", "a", 0),
            ("a1 a2", "a2 a1", 0),
            ("a1", "a2", 1),
            ("a1 a2", "a1 a2 a3", 1),
            ("a1 a2", "a a", 0),
            ("a1 a2", "a a a", 1),
            ("a a", "a1 a2", 0),
            ("a a", "a1 a2 a3", 1),
            ("a1 a", "a1 a2", 0),
            ("a a1", "a1 a1", 0),
            ("a1", "a1 a1", 1),
            ("a1 a1", "a1 a1", 0),
            ("a1 b1", "b1 a1", 0),
            ("a", "b", 1),
        ] {
            assert_eq!(new(booked, entries), count, "{entries} after {booked}");
        }
    }

    #[test]
    fn what_has_its_own_reference_comes_before_what_lacks_one() {
        assert_eq!(repeated(&marks("a1 a2"), &marks("a a1")), [Some(1), Some(0)]);
        assert_eq!(repeated(&marks("a a2"), &marks("a3 a2")), [Some(0), Some(1)]);
    }

    #[test]
    fn a_statement_is_known_by_balances_day_and_bookings_in_any_order() {
        let day: NaiveDate = "2026-03-02".parse().expect("a day");
        let of = |opening, closing, on, text: &str| {
            fingerprint(Money::from_cents(opening), Money::from_cents(closing), on, &marks(text))
        };
        let known = of(0, 20, day, "a1 b2");
        assert_eq!(known, of(0, 20, day, "b a"), "another order, without references");
        assert_ne!(known, of(0, 20, day, "a b b"), "one more booking");
        assert_ne!(known, of(0, 21, day, "a b"), "another closing balance");
        assert_ne!(known, of(1, 20, day, "a b"), "another opening balance");
        assert_ne!(known, of(0, 20, day.succ_opt().expect("a day"), "a b"), "another day");
        assert_ne!(of(5, 5, day, "a1 b1"), of(5, 5, day, "a2 b2"), "in and out again, twice on one day");
    }
}
