//! What came of a file: of each of its statements, and together.

use grip_engine::bank::camt::{MessageKind, Problem};
use uuid::Uuid;

use super::hold::Hold;
use crate::flow::StatementRefusal;

/// What taking in a file did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Statements in the file.
    pub statements: usize,
    /// Statements that were booked or held before.
    pub known_statements: usize,
    /// Statements that are held; of a file that was known those that are held still.
    pub held: usize,
    /// Statements that were refused, while others were not.
    pub refused: usize,
    /// Entries that are new.
    pub new: usize,
    /// Entries that were booked before.
    pub duplicates: usize,
    /// Payments that settled.
    pub settled: usize,
    /// Payments that came back, also those whose debit is not here yet.
    pub returned: usize,
    /// Parts of entries that nothing of ours explains.
    pub left_over: usize,
    /// Parts of them that an agreement or another account of the municipality explains after all, or that are not ours.
    pub explained: usize,
    /// Sums of which a notification told the content, for the first time.
    pub noted: usize,
    /// Entries that a report told of during the day.
    pub provisional: usize,
    /// Statements whose opening balance is not the closing balance before it.
    pub gaps: usize,
    /// What came of each statement, in the order in which they were looked at; none for a file that was known.
    pub results: Vec<Result>,
    /// What is odd in the file and changes no amount.
    pub warnings: Vec<Problem>,
}

impl Imported {
    /// True when what is known of payments may have changed, so that alerts are to be looked at again: a notification
    /// (camt.054) brings no new entry, and can tell which payments a booked sum was.
    pub fn moves_payments(&self) -> bool {
        0 < self.new || 0 < self.settled || 0 < self.returned
    }

    /// True when no statement waits for a person or was refused. One that waits for its other pages is no trouble.
    pub fn is_whole(&self) -> bool {
        let is_fine = |result: &Result| match &result.outcome {
            Outcome::Booked { .. } | Outcome::Known | Outcome::Held(Hold::WaitsForPage { .. }) => true,
            Outcome::Noted { unusable, .. } => *unusable == 0,
            Outcome::Held(_) | Outcome::Refused(_) => false,
        };
        self.results.iter().all(is_fine)
    }
}

impl std::fmt::Display for Imported {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{} statements, {} new entries, {} duplicates, {} payments settled, {} returned, {} unexplained",
            self.statements, self.new, self.duplicates, self.settled, self.returned, self.left_over
        )?;
        if 0 < self.gaps {
            write!(out, ", opening balance does not follow the statement before it")?;
        }
        for result in &self.results {
            match &result.outcome {
                Outcome::Held(hold) => write!(out, "; held ({}): {hold}", hold.code())?,
                Outcome::Refused(refusal) => write!(out, "; refused ({}): {refusal}", refusal.code())?,
                Outcome::Noted { entries, joined, unusable, .. } => {
                    write!(
                        out,
                        "; noted: {entries} entries, {joined} of them booked before, {unusable} unusable"
                    )?;
                }
                Outcome::Booked { .. } | Outcome::Known => {}
            }
        }
        Ok(())
    }
}

/// What came of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Result {
    /// Its place in the file, 0 for the first.
    pub place: usize,
    /// The bank's own id of it.
    pub bank_id: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is booked, but for the entries that were booked before.
    Booked {
        /// Its id.
        statement: Uuid,
        /// True when a statement is missing before it; or after it, where it is older than all others.
        after_gap: bool,
        /// How many numbers of the bank were skipped before it.
        skipped: u64,
    },
    /// It was booked or held before.
    Known,
    /// It is a notification or a report, which posts nothing.
    Noted {
        /// Which message it is.
        kind: MessageKind,
        /// How many of its entries are new.
        entries: usize,
        /// How many of them tell the content of an entry that was booked before.
        joined: usize,
        /// How many cannot be used: they cannot be read, or their parts do not add up.
        unusable: usize,
    },
    /// It waits, for its other pages or for a person.
    Held(Hold),
    /// It was refused.
    Refused(StatementRefusal),
}

impl Outcome {
    /// One code per cause; none where everything is as it should be.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Outcome::Booked { after_gap, skipped, .. } => {
                (*after_gap || 0 < *skipped).then_some("W_SEQUENCE_GAP")
            }
            Outcome::Noted { unusable, .. } => (0 < *unusable).then_some("W_BATCH_SUM"),
            Outcome::Known => Some("I_DUPLICATE_STATEMENT"),
            Outcome::Held(hold) => Some(hold.code()),
            Outcome::Refused(refusal) => Some(refusal.code()),
        }
    }
}
