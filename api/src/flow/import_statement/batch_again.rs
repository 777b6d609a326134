//! A batch that was booked before the bank said what it left out: once it did, the sum is looked at again.

use grip_engine::id::RunId;

use super::Imported;
use super::books::Books;
use crate::flow::FlowError;
use crate::store::{Change, StoreError, run, statement};

/// Looks again at the booked sums of a batch that were not what the batch came to; gives how many payments settle.
pub(in crate::flow) async fn batch_again(
    change: &mut Change,
    (run, batch): (RunId, &str),
) -> Result<usize, FlowError> {
    let account = run::get(change, run).await?.ok_or(StoreError::Missing)?.bank_account_id;
    let waiting = statement::differing_sums(change, account, batch).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut books = Books::open(change, account.into()).await?;
    let mut done = Imported::default();
    for (entry, known) in &waiting {
        books.batch_booked(change, (*entry, known), &mut done).await?;
    }
    Ok(done.settled)
}
