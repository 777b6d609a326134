//! The entries of a statement that are new, some at a time.

use chrono::NaiveDate;
use grip_engine::bank::camt::{Direction, Entry};
use grip_engine::bank::duplicate::{self, Mark};
use grip_engine::bank::notice::Known;
use uuid::Uuid;

use super::books::Booking;
use super::entries;
use crate::flow::FlowError;
use crate::id::Ids;
use crate::store::statement::NewEntry;

/// How many entries are written at once.
const AT_ONCE: usize = 2_000;

/// How many entries are made ready before the database gets its turn: so many take less than a millisecond.
pub(super) const AT_A_TIME: usize = 20;

/// The entries of a statement that were not booked before, in its order.
pub(super) struct Coming<'a, 'e> {
    entries: &'a mut entries::Booked<'e>,
    booking: &'a Booking<'a>,
    ids: &'a Ids,
    /// The place of the next entry.
    next: usize,
    duplicates: usize,
}

/// An entry that is being booked.
pub(super) struct Booked {
    pub(super) entry: Entry,
    pub(super) id: Uuid,
    pub(super) on: NaiveDate,
}

/// A new entry, before its meaning is known.
pub(super) struct Came {
    pub(super) booked: Booked,
    pub(super) known: Known,
    mark: Mark,
    place: usize,
    occurrence: i64,
}

impl<'a, 'e> Coming<'a, 'e> {
    pub(super) fn new(
        booking: &'a Booking<'a>,
        entries: &'a mut entries::Booked<'e>,
        ids: &'a Ids,
    ) -> Coming<'a, 'e> {
        Coming { entries, booking, ids, next: 0, duplicates: 0 }
    }

    /// How many of those that came were booked before.
    pub(super) fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// The next new entries; none when the statement ended. Lets others go on now and then.
    pub(super) async fn some(&mut self) -> Result<Vec<Came>, FlowError> {
        let (found, plan) = (self.booking.found, self.booking.plan);
        let mut came = Vec::new();
        while came.len() < AT_ONCE {
            let Some(entry) = self.entries.next().transpose()? else { break };
            let place = self.next;
            self.next += 1;
            if place.is_multiple_of(AT_A_TIME) {
                tokio::task::yield_now().await;
            }
            let (Some(mark), Some(occurrence)) = (found.marks.get(place), plan.occurrences.get(place)) else {
                break;
            };
            let Some(occurrence) = *occurrence else {
                self.duplicates += 1;
                continue;
            };
            let on = entry.booked_on.unwrap_or(found.closing_on);
            let known = Known { on: Some(on), ..Known::of(&entry) };
            let booked = Booked { entry, id: self.ids.next(), on };
            came.push(Came { booked, known, mark: *mark, place, occurrence });
        }
        Ok(came)
    }
}

impl Came {
    /// Its row.
    pub(super) fn row(&self) -> NewEntry<'_> {
        let Booked { entry, id, on } = &self.booked;
        NewEntry {
            id: *id,
            place: i64::try_from(self.place).unwrap_or(i64::MAX),
            key: self.mark.key,
            occurrence: self.occurrence,
            amount: entry.amount,
            is_credit: entry.direction == Direction::Credit,
            booked_on: *on,
            reference: duplicate::reference(entry),
            batch: &self.known.batch,
        }
    }
}
