//! Case files: the story of a household with what must come out, played through the ordinary flows and compared.
//! `docs/cases.md` describes the format.

mod account_step;
mod bank;
pub mod compare;
pub mod expect;
pub mod format;
mod invent;
mod outcome;
pub mod player;
mod statement_step;

use crate::flow::FlowError;
use crate::store::StoreError;
use compare::Difference;
use format::CaseFile;

/// Why a case cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file is no case.
    #[error("{0}")]
    Form(String),
    /// Something happened that the case does not expect.
    #[error("{on}: {error}")]
    Story {
        /// The day of the story.
        on: String,
        /// What happened.
        error: FlowError,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder for the files of the story.
    #[error("folder for the files of the story: {0}")]
    Folder(#[from] std::io::Error),
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// What differs from what it expects.
    pub differences: Vec<Difference>,
}

/// Reads a case file.
pub fn read(text: &str) -> Result<CaseFile, CaseError> {
    CaseFile::read(text)
}
