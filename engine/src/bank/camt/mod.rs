//! Statements from the bank: camt.052, camt.053 and camt.054 of ISO 20022.
//!
//! [`read`] gives what a file means, for the books; [`inspect`] gives its figures as written, for
//! a person, without holding the entries in memory. Both read any [`std::io::Read`] from its
//! beginning to its end in one pass.
//!
//! Not done: validation against the schema (banks' own samples fail it), files in an envelope.

mod error;
mod charset;
mod source;
mod message;
mod tag;
mod scope;
mod xml;
mod value;
mod raw;
mod reader;
mod codeword;
mod field;
mod detail;
mod entry;
mod statement;
mod books;
mod inspection;
#[cfg(test)]
mod tests;

pub use books::read;
pub use detail::{Batch, Detail};
pub use entry::Entry;
pub use error::{CamtError, Problem};
pub use field::{Direction, EntryStatus};
pub use inspection::{Inspection, StatementFigures, inspect};
pub use message::{Message, MessageKind};
pub use statement::{Balance, CamtFile, Page, Proof, Statement};
