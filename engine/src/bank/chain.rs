//! The chain of statements of an account: each opens with the balance that another one closed with.
//!
//! A broken chain is the proof that a statement is missing; a number that is skipped is only a hint.

use chrono::{Datelike, NaiveDate};

use crate::money::Money;

/// A statement as a link of the chain of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The balance it opens with.
    pub opening: Money,
    /// The balance it closes with.
    pub closing: Money,
    /// The day it closes.
    pub closing_on: NaiveDate,
    /// The bank's number of it.
    pub sequence: Option<u64>,
}

/// What stands between a link and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// It is the first of its account.
    First,
    /// It opens with the balance that the one before it closed with.
    Joined {
        /// How many numbers were skipped: statements without entries, that some banks do not send.
        skipped: u64,
    },
    /// It repeats days that were in the books, or goes on from another statement than the one before it.
    Beside,
    /// At least one statement is missing.
    Missing {
        /// The money that moved in what is missing.
        moved: Money,
        /// How many numbers were skipped; 0 where the bank gives none.
        skipped: u64,
    },
}

/// How the bank's numbers of two statements in a row leave room for others. A new year begins with 1, or with its own
/// 001, and that skips nothing.
///
/// ```
/// use grip_engine::bank::chain::skipped;
/// let day = |text: &str| text.parse().expect("a day");
/// assert_eq!(skipped((7, day("2026-03-02")), (9, day("2026-03-04"))), 1);
/// assert_eq!(skipped((250, day("2025-12-31")), (1, day("2026-01-02"))), 0);
/// assert_eq!(skipped((25_365, day("2025-12-31")), (26_001, day("2026-01-02"))), 0);
/// assert_eq!(skipped((250, day("2025-12-31")), (3, day("2026-01-06"))), 2);
/// ```
pub fn skipped(before: (u64, NaiveDate), next: (u64, NaiveDate)) -> u64 {
    let expected = before.0.saturating_add(1);
    if before.1.year() < next.1.year() && next.0 != expected {
        return (next.0 % 1_000).saturating_sub(1);
    }
    next.0.saturating_sub(expected)
}

/// What stands between each link and those before it. The links are in order of closing day, the oldest first.
pub fn joints(links: &[Link]) -> Vec<Joint> {
    let joint = |(place, link): (usize, &Link)| {
        let Some(before) = place.checked_sub(1).map(|before| links[before]) else { return Joint::First };
        let numbers = before.sequence.zip(link.sequence);
        let skipped =
            numbers.map_or(0, |(number, next)| skipped((number, before.closing_on), (next, link.closing_on)));
        if before.closing == link.opening {
            return Joint::Joined { skipped };
        }
        let others = links.iter().enumerate().filter(|(other, _)| *other != place);
        let closes =
            |(_, other): (usize, &Link)| other.closing == link.opening && other.closing_on <= link.closing_on;
        if others.clone().any(closes) || links[..place].iter().any(|other| other.opening == link.opening) {
            return Joint::Beside;
        }
        Joint::Missing { moved: link.opening - before.closing, skipped }
    };
    links.iter().enumerate().map(joint).collect()
}

/// Puts links that close on one day behind the one they go on from. `link` sees a link in an element of the list,
/// which is in order of closing day.
pub fn in_order<T>(list: &mut [T], link: impl Fn(&T) -> Link) {
    if let Some(head) = head_of_first_day(list, &link) {
        list[..=head].rotate_right(1);
    }
    for place in 1..list.len() {
        let (before, next) = (link(&list[place - 1]), link(&list[place]));
        let of_day =
            list[place..].iter().take_while(|other| link(other).closing_on == next.closing_on).count();
        let follows = (place..place + of_day).find(|other| link(&list[*other]).opening == before.closing);
        if let Some(other) = follows {
            list[place..=other].rotate_right(1);
        }
    }
}

/// The place of the first link of the first day that goes on from no other link of that day.
fn head_of_first_day<T>(list: &[T], link: &impl Fn(&T) -> Link) -> Option<usize> {
    let day = link(list.first()?).closing_on;
    let of_day: Vec<Link> = list.iter().map(link).take_while(|other| other.closing_on == day).collect();
    let goes_on = |place: usize| {
        let mut others = of_day.iter().enumerate().filter(|(other, _)| *other != place);
        others.any(|(_, other)| other.closing == of_day[place].opening)
    };
    (0..of_day.len()).find(|place| !goes_on(*place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(opening: i64, closing: i64, on: &str, sequence: u64) -> Link {
        Link {
            opening: Money::from_cents(opening),
            closing: Money::from_cents(closing),
            closing_on: on.parse().expect("a day"),
            sequence: Some(sequence),
        }
    }

    #[test]
    fn a_chain_shows_where_a_statement_is_missing_and_how_much_moved_in_it() {
        let links = [
            link(0, 10, "2026-03-02", 1),
            link(10, 30, "2026-03-03", 2),
            link(50, 60, "2026-03-05", 4),
            link(60, 60, "2026-03-06", 7),
        ];
        let moved = Money::from_cents(20);
        assert_eq!(
            joints(&links),
            [
                Joint::First,
                Joint::Joined { skipped: 0 },
                Joint::Missing { moved, skipped: 1 },
                Joint::Joined { skipped: 2 },
            ]
        );
        assert_eq!(joints(&[]), []);
    }

    #[test]
    fn an_export_of_days_that_are_in_the_books_breaks_no_chain() {
        let links =
            [link(0, 10, "2026-03-02", 1), link(10, 30, "2026-03-03", 2), link(0, 30, "2026-03-03", 9)];
        assert_eq!(joints(&links)[2], Joint::Beside);
    }

    #[test]
    fn statements_of_one_day_stand_behind_the_one_they_go_on_from() {
        let mut links =
            [link(0, 10, "2026-03-02", 1), link(30, 5, "2026-03-03", 3), link(10, 30, "2026-03-03", 2)];
        in_order(&mut links, |link| *link);
        assert_eq!(links.map(|link| link.sequence), [Some(1), Some(2), Some(3)]);
        // the first two of the books came in the other order
        let mut first = [link(10, 30, "2026-03-02", 2), link(0, 10, "2026-03-02", 1)];
        in_order(&mut first, |link| *link);
        assert_eq!(first.map(|link| link.sequence), [Some(1), Some(2)]);
        let mut alone = [link(5, 6, "2026-03-02", 1)];
        in_order(&mut alone, |link| *link);
        assert_eq!(alone[0].sequence, Some(1));
    }
}
