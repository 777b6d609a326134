//! Itemising: a bank books a batch, or several returns, as one sum and tells in another message (camt.054) what it
//! consists of. Which booking such a notice is about follows from what both are known by; it never posts anything.

use super::camt::{Detail, Direction, Entry};
use crate::money::Money;
use chrono::NaiveDate;

/// What a booking is known by in another message of the same bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The amount, never negative.
    pub amount: Money,
    /// Whether it came or went.
    pub direction: Direction,
    /// The day it was booked, where the bank says so.
    pub on: Option<NaiveDate>,
    /// The bank's reference; empty when it gave none.
    pub reference: String,
    /// Our batch; empty when none is named.
    pub batch: String,
}

impl Known {
    /// What an entry is known by.
    pub fn of(entry: &Entry) -> Known {
        let text = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
        Known {
            amount: entry.amount,
            direction: entry.direction,
            on: entry.booked_on,
            reference: text(entry.bank_reference.as_deref()),
            batch: text(batch_of(entry)),
        }
    }

    /// True when both say the same wherever both say something, but for their names.
    fn may_be(&self, other: &Known) -> bool {
        let same_day = self.on.zip(other.on).is_none_or(|(one, other)| one == other);
        self.amount == other.amount && self.direction == other.direction && same_day
    }

    /// True when both name the same batch, or without a batch the same reference.
    fn is_named_as(&self, other: &Known) -> bool {
        if !self.batch.is_empty() && !other.batch.is_empty() {
            return self.batch == other.batch;
        }
        !self.reference.is_empty() && self.reference == other.reference
    }

    /// True when a name on both sides tells them apart.
    fn is_named_otherwise(&self, other: &Known) -> bool {
        let differ = |one: &str, other: &str| !one.is_empty() && !other.is_empty() && one != other;
        differ(&self.batch, &other.batch) || differ(&self.reference, &other.reference)
    }
}

/// The batch that an entry names, itself or in each of its parts.
fn batch_of(entry: &Entry) -> Option<&str> {
    let stated = entry.batch.as_ref().and_then(|batch| batch.payment_information_id.as_deref());
    stated.or_else(|| {
        let mut of_parts = entry.details.iter().map(|detail| detail.payment_information_id.as_deref());
        let first = of_parts.next().flatten()?;
        of_parts.all(|other| other == Some(first)).then_some(first)
    })
}

/// The one of several that is about the same booking: the first with the same batch or reference; without such names
/// the only one with its amount, direction and day. Several that fit equally well are not guessed between.
pub fn about_same(known: &Known, others: &[Known]) -> Option<usize> {
    let may_be = || others.iter().enumerate().filter(|(_, other)| known.may_be(other));
    if let Some((place, _)) = may_be().find(|(_, other)| known.is_named_as(other)) {
        return Some(place);
    }
    let mut alike = may_be().filter(|(_, other)| !known.is_named_otherwise(other));
    let (place, _) = alike.next()?;
    alike.next().is_none().then_some(place)
}

/// True for an entry that is one sum: it names no payment, so that a notice may tell what it consists of.
pub fn is_one_sum(entry: &Entry) -> bool {
    let is_said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let names = |detail: &Detail| is_said(&detail.end_to_end_id) || is_said(&detail.instruction_id);
    !entry.details.iter().any(names)
}

/// The parts of a notice, where they say what the whole consists of: their amounts add up to it. A single part without
/// an amount has that of the whole.
pub fn items(notice: &Entry) -> Option<Vec<Detail>> {
    let mut parts = notice.details.clone();
    if let [only] = parts.as_mut_slice() {
        only.amount.get_or_insert(notice.amount);
    }
    let add = |total: Money, part: &Detail| total.checked_add(part.amount?);
    let total = parts.iter().try_fold(Money::ZERO, add);
    (!parts.is_empty() && total == Some(notice.amount)).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(cents: i64, on: &str, reference: &str, batch: &str) -> Known {
        Known {
            amount: Money::from_cents(cents),
            direction: Direction::Debit,
            on: on.parse().ok(),
            reference: reference.to_owned(),
            batch: batch.to_owned(),
        }
    }

    #[test]
    fn a_notice_is_about_the_booking_with_its_batch_or_reference_amount_and_day() {
        let booked = known(500, "2026-03-02", "R1", "P1");
        for (other, is_it) in [
            (known(500, "2026-03-02", "R1", "P1"), true),
            (known(500, "2026-03-02", "R9", "P1"), true),
            (known(500, "2026-03-02", "R1", "P9"), false),
            (known(500, "2026-03-02", "R1", ""), true),
            (known(500, "2026-03-02", "", ""), true),
            (known(500, "", "", "P1"), true),
            (known(500, "2026-03-02", "R9", ""), false),
            (known(500, "2026-03-03", "R1", "P1"), false),
            (known(501, "2026-03-02", "R1", "P1"), false),
            (Known { direction: Direction::Credit, ..booked.clone() }, false),
        ] {
            assert_eq!(about_same(&booked, std::slice::from_ref(&other)), is_it.then_some(0), "{other:?}");
        }
    }

    #[test]
    fn two_that_only_the_amount_and_day_tell_of_are_not_guessed_between() {
        let nameless = || known(500, "2026-03-02", "", "");
        assert_eq!(about_same(&nameless(), &[nameless(), nameless()]), None);
        assert_eq!(about_same(&nameless(), &[nameless(), known(501, "2026-03-02", "", "")]), Some(0));
        let named = known(500, "2026-03-02", "R2", "");
        assert_eq!(about_same(&named, &[known(500, "2026-03-02", "R1", ""), named.clone()]), Some(1));
        assert_eq!(about_same(&named, &[]), None);
    }

    #[test]
    fn the_parts_of_a_notice_add_up_or_say_nothing() {
        let part = |cents: Option<i64>| Detail { amount: cents.map(Money::from_cents), ..Detail::default() };
        let notice = |parts: Vec<Detail>| Entry {
            details: parts,
            ..Entry::booked(Money::from_cents(500), Direction::Debit)
        };
        assert_eq!(items(&notice(vec![part(Some(200)), part(Some(300))])).map(|parts| parts.len()), Some(2));
        assert_eq!(
            items(&notice(vec![part(None)])).map(|parts| parts[0].amount),
            Some(Some(Money::from_cents(500)))
        );
        for parts in [vec![], vec![part(Some(499))], vec![part(Some(200)), part(None)]] {
            assert_eq!(items(&notice(parts)), None);
        }
    }

    #[test]
    fn an_entry_that_names_a_payment_is_no_bare_sum() {
        let with = |end_to_end_id: Option<&str>| {
            let end_to_end_id = end_to_end_id.map(str::to_owned);
            let details = vec![Detail { end_to_end_id, ..Detail::default() }];
            Entry { details, ..Entry::booked(Money::from_cents(1), Direction::Debit) }
        };
        assert!(is_one_sum(&Entry::booked(Money::from_cents(1), Direction::Debit)));
        assert!(is_one_sum(&with(None)) && is_one_sum(&with(Some(" "))));
        assert!(!is_one_sum(&with(Some("E1"))));
    }
}
