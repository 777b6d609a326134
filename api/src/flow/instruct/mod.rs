//! Instructing: an approved run becomes a file. Ids, then bytes, then the bank: the bytes are kept before
//! they are offered, and a retry offers the same bytes.

mod journal;
mod make;
mod offer;
mod outbox;

use std::path::Path;

use super::FlowError;
use crate::auth::grant::Grant;
use crate::store::payment_file::{self, FileRow};
use crate::store::{Store, run};

pub use journal::journal;
pub(in crate::flow) use make::dutch;
pub use make::file_id;
pub use offer::taken;
pub use outbox::{Kind, Mailed, Mailing, mailings, take};

/// What instructing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instructed {
    /// Files that were offered.
    pub files: usize,
    /// Payments that no bank would take and runs of which no file could be made, and why.
    pub problems: Vec<String>,
}

/// Makes the files of approved runs and offers every file that was not offered. A payment that no bank would take is
/// named and left out, and its due stays open; a run of which no file can be made does not keep the others back.
///
/// Without a folder nothing is offered: the files wait for whoever takes them through the API.
pub async fn instruct(store: &Store, grant: &Grant, outbox: Option<&Path>) -> Result<Instructed, FlowError> {
    let runs = run::list(&mut store.read().await?).await?;
    let mut problems = Vec::new();
    for approved in runs.iter().filter(|run| run.state == "approved") {
        if !run::pays(&mut store.read().await?, approved.id()).await? {
            offer::only_release(store, grant, approved, outbox).await?;
            continue;
        }
        match make::make(store, grant, approved.id()).await {
            Ok(left_out) => problems.extend(left_out),
            Err(FlowError::Pain(error)) => {
                problems.push(format!("run of {}: {error}", approved.execution_on));
            }
            Err(error) => return Err(error),
        }
    }
    let Some(outbox) = outbox else { return Ok(Instructed { files: 0, problems }) };
    let files = payment_file::list(&mut store.read().await?).await?;
    let waiting: Vec<FileRow> = files.into_iter().filter(|file| file.offered_on.is_none()).collect();
    for file in &waiting {
        offer::offer(store, grant, file, outbox).await?;
    }
    Ok(Instructed { files: waiting.len(), problems })
}
