//! What is being written of a statement.

use chrono::NaiveDate;
use grip_engine::id::PaymentId;
use grip_engine::matching::Chain;
use uuid::Uuid;

use crate::flow::FlowError;
use crate::store::Change;
use crate::store::ledger::Postings;
use crate::store::statement::EntryBatch;
use crate::store::unexplained::{self, OpenRow};

/// What is being written of a statement.
pub(super) struct Writing {
    pub(super) rows: EntryBatch,
    /// How the state of a payment is known.
    pub(super) source: String,
    pub(super) before: Chain,
    /// What nothing of ours explains.
    pub(super) open: Vec<OpenRow>,
    pub(super) settled: Vec<PaymentId>,
    pub(super) returned: Vec<Undoing>,
    /// Notices with the entries they are about.
    pub(super) joined: Vec<(Uuid, Uuid)>,
    /// The part of which these are the parts.
    pub(super) itemises: Option<i64>,
}

/// A payment that came back.
pub(super) struct Undoing {
    pub(super) payment: PaymentId,
    pub(super) entry: Uuid,
    pub(super) on: NaiveDate,
    pub(super) reason: String,
}

/// What was made and waits for the database.
pub(super) struct Ready {
    pub(super) rows: EntryBatch,
    pub(super) open: Vec<OpenRow>,
    pub(super) postings: Postings,
}

impl Writing {
    pub(super) fn new(rows: EntryBatch, source: String, before: Chain) -> Writing {
        Writing {
            rows,
            source,
            before,
            open: Vec::new(),
            settled: Vec::new(),
            returned: Vec::new(),
            joined: Vec::new(),
            itemises: None,
        }
    }
}

impl Ready {
    /// Writes it: entries before what speaks of them.
    pub(super) async fn write(self, change: &mut Change) -> Result<(), FlowError> {
        self.rows.save(change).await?;
        unexplained::add(change, &self.open).await?;
        Ok(self.postings.save(change).await?)
    }
}
