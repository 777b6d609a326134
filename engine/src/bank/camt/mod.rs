//! Statements from the bank: camt.052, camt.053 and camt.054 of ISO 20022.
//!
//! [`pieces`] gives what a file means for the books, piece by piece and in constant memory, and [`read`] all of it at
//! once; [`inspect`] gives its figures as written, for a person. All read any [`std::io::Read`] from its beginning
//! to its end in one pass.
//!
//! Not done: validation against the schema (banks' own samples fail it), files in an envelope.

mod code;
mod error;
mod charset;
mod source;
mod message;
mod tag;
mod scope;
mod xml;
mod value;
mod moment;
mod amount;
mod place;
mod raw;
mod reader;
mod codeword;
mod field;
mod problems;
mod exchange;
mod remittance;
mod detail;
mod entry;
mod statement;
mod tally;
mod pieces;
mod blocks;
mod inspection;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod nasty;
#[cfg(test)]
mod written;

pub use amount::{Amount, Currency};
pub use blocks::Blocks;
pub use charset::Encoding;
pub use code::Code;
pub use detail::{Batch, Detail, Party, References};
pub use entry::{Entry, Quarantined};
pub use error::{CamtError, Problem};
pub use exchange::{Charge, Exchange, TransactionCode};
pub use field::{Direction, EntryStatus};
pub use inspection::{Inspection, StatementFigures, inspect};
pub use message::{Message, MessageKind};
pub use moment::Moment;
pub use pieces::{Piece, Pieces, pieces, pieces_in, pieces_over, read, read_in};
pub use remittance::StructuredRemittance;
pub use statement::{
    Balance, CamtFile, CopyKind, FileHeader, ForeignBalances, Page, Proof, Statement, StatementEnd,
    StatementHead, Totals,
};
pub(in crate::bank) use xml::{Go, Opened, Step, Xml};
