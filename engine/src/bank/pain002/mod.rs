//! pain.002: what a bank answers to a payment file, as a whole, by batch and by payment.
//!
//! A status may stand at any of the three levels and its reason at another one: what is told at a level holds for
//! everything below it that says nothing itself. An answer is never money: only a booked entry settles. Versions .03 to
//! .15 share the elements that are read here; codes that did not exist when this was written change nothing.

mod report;
mod reader;
mod status;
mod unplaced;
#[cfg(test)]
mod tests;

use crate::bank::camt::CamtError;

pub use reader::read;
pub use report::{Answer, Batch, Given, StatusReport, Told, Transaction};
pub use status::{NameMatch, Status, Word};
pub use unplaced::Unplaced;

/// A file that is no answer that can be read. Nothing of it may be used.
#[derive(Debug, thiserror::Error)]
pub enum Pain002Error {
    /// The bytes or the XML cannot be read.
    #[error("{0}")]
    Xml(#[from] CamtError),
    /// Another message.
    #[error("not pain.002: {text}; choose the answer of the bank to a payment file")]
    NotPain002 {
        /// What was found instead.
        text: String,
    },
    /// A version of the message that did not exist when this was written.
    #[error("version `{text}` is not known: ask the bank for pain.002.001.03, .10 or .14")]
    UnsupportedVersion {
        /// The namespace found.
        text: String,
    },
    /// It names no file of ours.
    #[error("the answer does not say to which message it answers (OrgnlMsgId)")]
    NoOriginal,
}
