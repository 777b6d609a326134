//! Entries that are about to be kept, many at once, with what their parts mean.

use chrono::NaiveDate;
use grip_engine::bank::duplicate::EntryKey;
use grip_engine::money::Money;
use uuid::Uuid;

use super::PartRow;
use crate::store::db::Rows;
use crate::store::{Change, StoreError};

/// An entry that is new.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its place in the statement.
    pub place: i64,
    /// What was booked.
    pub key: EntryKey,
    /// Its number among equal ones.
    pub occurrence: i64,
    /// How much.
    pub amount: Money,
    /// Whether it came.
    pub is_credit: bool,
    /// The booking date.
    pub booked_on: NaiveDate,
    /// The bank's reference; empty when it gave none.
    pub reference: &'a str,
    /// Our batch that it books; empty when it names none.
    pub batch: &'a str,
}

/// Entries of one statement. The database refuses the same one twice.
#[derive(Debug)]
pub struct EntryBatch {
    statement: Uuid,
    bank_account: Uuid,
    entries: Rows,
    parts: Rows,
}

impl EntryBatch {
    /// Entries of a statement.
    pub fn new(statement: Uuid, bank_account: Uuid) -> EntryBatch {
        EntryBatch {
            statement,
            bank_account,
            entries: Rows::new(
                "entry (municipality_id, entry_id, statement_id, bank_account_id, place, entry_key, occurrence,
                    amount, direction, booked_on, bank_reference, batch_id)",
                11,
            ),
            parts: Rows::new(
                "entry_part (municipality_id, entry_id, place, amount, meaning, payment_id, why, itemises)",
                7,
            ),
        }
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: &NewEntry<'_>) {
        self.entries.push([
            entry.id.into(),
            self.statement.into(),
            self.bank_account.into(),
            entry.place.into(),
            entry.key.0.into(),
            entry.occurrence.into(),
            entry.amount.cents().into(),
            if entry.is_credit { "credit" } else { "debit" }.into(),
            entry.booked_on.into(),
            entry.reference.into(),
            entry.batch.into(),
        ]);
    }

    /// Adds what a part of an entry means: of the entry itself, or of a part of it that was itemised.
    pub fn add_part(&mut self, place: i64, itemises: Option<i64>, part: PartRow) {
        self.parts.push([
            part.entry_id.into(),
            place.into(),
            part.amount.into(),
            part.meaning.into(),
            part.payment_id.into(),
            part.why.into(),
            itemises.into(),
        ]);
    }

    /// What was added so far; the next entries are of the same statement.
    #[must_use]
    pub fn take(&mut self) -> EntryBatch {
        EntryBatch { entries: self.entries.take(), parts: self.parts.take(), ..*self }
    }

    /// Keeps what was added.
    pub async fn save(self, change: &mut Change) -> Result<(), StoreError> {
        change.insert(self.entries).await?;
        change.insert(self.parts).await
    }
}
