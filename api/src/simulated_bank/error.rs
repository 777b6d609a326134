//! Why a payment order is refused. No text names a person or an account: it may reach a log.

use chrono::NaiveDate;
use grip_engine::money::Money;

/// Why the bank takes nothing of a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankError {
    /// The bytes are no XML document, or one that is unsafe to read.
    #[error("message is not readable: {0}")]
    NotReadable(String),
    /// It is another kind or version of message.
    #[error("message of kind `{0}` is not pain.001.001.03 or .09")]
    NotAnOrder(String),
    /// A field is missing or wrong.
    #[error("{0}")]
    Order(String),
    /// A message with this `MsgId` was taken before.
    #[error("message `{0}` was delivered before")]
    MessageSeen(String),
    /// A batch with this `PmtInfId` was taken before.
    #[error("batch `{0}` was delivered before")]
    BatchSeen(String),
    /// The account to pay from is not open at this bank.
    #[error("batch `{0}` pays from an account that is not open here")]
    NotOpen(String),
    /// The account would fall below nothing.
    #[error("batch `{batch}` is short of {short} on {on}")]
    Unfunded {
        /// The `PmtInfId` of the batch that does not fit.
        batch: String,
        /// How much is missing.
        short: Money,
        /// The day on which it is missing.
        on: NaiveDate,
    },
}
