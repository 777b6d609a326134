//! What an answer says and nothing can be done with.

use std::fmt;

use super::status::Status;

/// What an answer says and cannot be brought home to a payment of the file: a person asks the bank. Nothing of it
/// changes a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unplaced {
    /// A payment, or with an empty identifier all of it, of a batch that is not the one of the file.
    OtherBatch {
        /// The batch.
        batch: String,
        /// The payment.
        identifier: String,
        /// What is said of it.
        status: Option<Status>,
    },
    /// A payment of which nothing is said at any level.
    NoStatus {
        /// The payment.
        identifier: String,
    },
    /// The counts give so many more payments this status than are named.
    NotNamed {
        /// The status.
        status: Status,
        /// How many more.
        count: u64,
    },
}

impl Unplaced {
    /// What a person reads, in Dutch.
    pub fn dutch(&self) -> String {
        match self {
            Unplaced::OtherBatch { batch, identifier, status } if identifier.is_empty() => {
                format!(
                    "De bank noemt opdracht {batch} ({}), en die staat niet in dit bestand. Bel de bank.",
                    code(status.as_ref())
                )
            }
            Unplaced::OtherBatch { batch, identifier, status } => format!(
                "De bank noemt betaling {identifier} ({}) bij opdracht {batch}, en die staat niet in dit bestand. Bel de bank.",
                code(status.as_ref())
            ),
            Unplaced::NoStatus { identifier } => {
                format!("De bank noemt betaling {identifier}, maar zegt niet wat ermee gebeurt. Bel de bank.")
            }
            Unplaced::NotNamed { status, count: 1 } => {
                format!("De bank telt nog 1 betaling met {}, maar noemt niet welke. Bel de bank.", status.0)
            }
            Unplaced::NotNamed { status, count } => {
                format!(
                    "De bank telt nog {count} betalingen met {}, maar noemt niet welke. Bel de bank.",
                    status.0
                )
            }
        }
    }
}

impl fmt::Display for Unplaced {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unplaced::OtherBatch { batch, identifier, status } if identifier.is_empty() => {
                write!(out, "batch `{batch}` ({}) is not in this file: ask the bank", code(status.as_ref()))
            }
            Unplaced::OtherBatch { batch, identifier, status } => write!(
                out,
                "payment `{identifier}` ({}) is named under batch `{batch}`, which is not in this file: ask the bank",
                code(status.as_ref())
            ),
            Unplaced::NoStatus { identifier } => {
                write!(out, "payment `{identifier}` is named without a status: ask the bank")
            }
            Unplaced::NotNamed { status, count } => {
                write!(out, "{count} payments are counted as {} and not named: ask the bank which", status.0)
            }
        }
    }
}

fn code(status: Option<&Status>) -> &str {
    status.map_or("-", |status| status.0.as_str())
}
