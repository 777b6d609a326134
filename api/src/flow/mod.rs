//! The corridor: one file per thing that can happen. Each reads, lets the engine decide, and writes.

pub mod alerts;
pub mod answer;
pub mod approve;
mod cancel;
pub mod chains;
pub mod compare;
pub mod cover;
pub mod day;
pub mod doctor;
pub mod evidence;
pub mod explain;
pub mod import_decisions;
pub mod import_statement;
pub mod inbox;
pub mod instruct;
pub mod payees;
pub mod planning;
pub mod policy;
pub mod propose;
mod rebook;
pub mod record;
pub mod register;
pub mod rehearse;
pub mod reissue;
pub mod sample;
pub mod specification;
pub mod suspense;
pub mod tasks;

use chrono::NaiveDate;
use grip_engine::bank::camt::{CamtError, Problem};
use grip_engine::bank::pain001::PainError;
use grip_engine::bank::pain002::Pain002Error;
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::benefit::BenefitError;
use grip_engine::calendar::Month;
use grip_engine::ledger::posting::PostingError;
use grip_engine::money::Money;
use grip_engine::payee::NotApproved;
use grip_engine::policy::PolicyError;

use crate::auth::grant::NotAllowed;
use crate::intake::IntakeError;
use crate::store::StoreError;

/// Runs a flow again when somebody else changed the same rows at the same time.
macro_rules! retry {
    ($flow:expr) => {{
        let mut tries = 8;
        loop {
            match $flow.await {
                Err(crate::flow::FlowError::Store(
                    crate::store::StoreError::Busy | crate::store::StoreError::Exists,
                )) if 0 < tries => tries -= 1,
                result => break result,
            }
        }
    }};
}
use retry;

/// Why something did not happen. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The role does not allow it.
    #[error("the role of this user does not allow it")]
    NotAllowed(#[from] NotAllowed),
    /// It does not exist.
    #[error("{what} `{id}` does not exist")]
    NotFound {
        /// What was asked for.
        what: &'static str,
        /// The id or name that was asked for.
        id: String,
    },
    /// It exists already.
    #[error("{what} `{id}` exists already")]
    Exists {
        /// What was to be added.
        what: &'static str,
        /// Its id or name.
        id: String,
    },
    /// The database has no municipality or policy yet.
    #[error("the municipality is not set up: run `grip import` with a municipality file first")]
    NotSetUp,
    /// The input has no meaning.
    #[error("{0}")]
    Invalid(String),
    /// A file of intake that has no meaning.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// A benefit that cannot be planned with.
    #[error(transparent)]
    Benefit(#[from] BenefitError),
    /// An approval that does not count.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// An account that cannot be approved.
    #[error(transparent)]
    NotApproved(#[from] NotApproved),
    /// The run was approved before.
    #[error("the run was approved already")]
    AlreadyApproved,
    /// An earlier month of a household in the run waits in another run.
    #[error("household {household} has an earlier month in another run: approve {month} first")]
    EarlierFirst {
        /// The number of the household.
        household: String,
        /// The month that comes first.
        month: Month,
    },
    /// A statement file that cannot be read.
    #[error("statement file cannot be read: {0}")]
    Camt(#[from] CamtError),
    /// A statement that may not be booked.
    #[error("statement is refused: {0}")]
    Statement(#[from] StatementRefusal),
    /// A payment file that cannot be made.
    #[error("payment file cannot be made: {0}")]
    Pain(#[from] PainError),
    /// A payment that is not paid once more.
    #[error("{0}")]
    Barred(reissue::Barred),
    /// An answer of a bank that cannot be read.
    #[error("answer of the bank cannot be read: {0}")]
    Answer(#[from] Pain002Error),
    /// A posting that cannot be.
    #[error(transparent)]
    Posting(#[from] PostingError),
    /// A policy file that cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A file that cannot be written or read.
    #[error("file `{path}`: {error}")]
    File {
        /// Where.
        path: String,
        /// What happened.
        error: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a statement is not booked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementRefusal {
    /// It holds no statement.
    #[error("the file holds no statement")]
    Nothing,
    /// Its account is not the municipality's.
    #[error("account `{0}` is not an account of this municipality")]
    UnknownAccount(String),
    /// It names no account, or none that can be read.
    #[error("statement `{0}` names no account: ask the bank for a file that says whose it is")]
    NoAccount(String),
    /// Nothing of what was booked in it can be read.
    #[error("line {}, element {}: {}", .0.line, .0.element, .0.text)]
    Unusable(Problem),
    /// The same id and day with other entries.
    #[error("statement `{0}` was booked before with other entries: ask the bank which one holds")]
    Conflict(String),
    /// Another page with its number is held.
    #[error(
        "another page {page} of statement `{id}` is held: refuse that one first, where this is the right one"
    )]
    PageHeld {
        /// The bank's id of the statement.
        id: String,
        /// The number of the page.
        page: u64,
    },
    /// It tells of days before and after the first day of the books.
    #[error(
        "statement `{0}` begins before the first statement that was booked and ends after: ask for one per day"
    )]
    TooOld(String),
    /// It does not prove, and the policy is to refuse such statements.
    #[error("statement `{id}` does not add up: its closing balance differs by {by} from opening and entries")]
    Differs {
        /// The bank's id of the statement.
        id: String,
        /// By how much.
        by: Money,
    },
    /// It waits for something else than a closing balance.
    #[error("statement `{0}` waits for something else than a closing balance")]
    NoLackOfClosing(String),
    /// The closing balance that a person typed is not what opening balance and entries give.
    #[error("statement `{id}` closes with another balance than {typed}: opening and entries give {computed}")]
    OtherClosing {
        /// The bank's id of the statement.
        id: String,
        /// What was typed.
        typed: Money,
        /// What opening balance and entries give.
        computed: Money,
    },
    /// The day that a person typed lies before the last entry.
    #[error("statement `{id}` has entries until {last}: it cannot close on {typed}")]
    ClosesTooEarly {
        /// The bank's id of the statement.
        id: String,
        /// What was typed.
        typed: NaiveDate,
        /// The day of the last entry.
        last: NaiveDate,
    },
    /// Somebody decided on it before.
    #[error("somebody decided on this statement before")]
    Decided,
    /// No reason was given.
    #[error("a reason is needed, of 3 to 500 letters")]
    NoReason,
    /// The books of its account open with it, and others follow.
    #[error("the books open with statement `{0}`: supersede the statements after it first")]
    OpensBooks(String),
    /// Payments came back in it or after it.
    #[error("payments that statement `{0}` settles came back, or came back in it: it cannot be superseded")]
    HasReturns(String),
}

impl StatementRefusal {
    /// One code per cause.
    pub fn code(&self) -> &'static str {
        match self {
            StatementRefusal::Nothing => "E_NO_STATEMENT",
            StatementRefusal::UnknownAccount(_) => "E_UNKNOWN_ACCOUNT",
            StatementRefusal::NoAccount(_) => "E_NO_ACCOUNT",
            StatementRefusal::Unusable(found) => found.code.as_str(),
            StatementRefusal::Conflict(_) => "E_CONFLICT",
            StatementRefusal::PageHeld { .. } => "E_PAGE_HELD",
            StatementRefusal::TooOld(_) => "E_TOO_OLD",
            StatementRefusal::Differs { .. } => "E_BALANCE",
            StatementRefusal::NoLackOfClosing(_) => "E_NOT_THAT",
            StatementRefusal::OtherClosing { .. } => "E_OTHER_CLOSING",
            StatementRefusal::ClosesTooEarly { .. } => "E_CLOSES_TOO_EARLY",
            StatementRefusal::Decided => "E_DECIDED",
            StatementRefusal::NoReason => "E_NO_REASON",
            StatementRefusal::OpensBooks(_) => "E_OPENS_BOOKS",
            StatementRefusal::HasReturns(_) => "E_HAS_RETURNS",
        }
    }
}
