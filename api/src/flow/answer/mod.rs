//! Taking in what a bank answers to a payment file (pain.002): each payment it speaks of moves forward, or out. The same
//! bytes count once. An answer is never money: only a booked entry settles.

mod names;
mod taking;

use std::fmt;

use grip_engine::bank::pain002::{self, StatusReport, Unplaced};
use grip_engine::bank::payment_run::hex;
use sha2::{Digest, Sha256};

use super::{FlowError, import_statement, retry};
use crate::auth::grant::Grant;
use crate::store::status_report::{self, ReportRow};
use crate::store::{Store, payment_file};
use taking::Taking;

/// What an answer did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The file it answers to.
    pub file: String,
    /// True when these bytes were taken in before: nothing changed.
    pub is_known: bool,
    /// Payments that the bank takes on.
    pub accepted: usize,
    /// Payments that it refused: their dues are open and their money waits.
    pub rejected: usize,
    /// Payments that were recalled before they were executed.
    pub cancelled: usize,
    /// Payments of which nothing changed.
    pub noted: usize,
    /// Payments of which a name was checked.
    pub name_checks: usize,
    /// Of these, the ones that wait for a person.
    pub name_stops: usize,
    /// Payments that it executes on a later day than it was asked to.
    pub moved: usize,
    /// Of these, the ones that reach the payee after the day they are due.
    pub late: usize,
    /// Payments that it refuses although they are booked: a person asks the bank.
    pub conflicts: usize,
    /// Payments it names that are not in the file.
    pub strangers: usize,
    /// Payments that turn out to be paid: what the bank booked before fits what the answer leaves of the file.
    pub settled: usize,
    /// What it says and cannot be brought home to a payment: a person asks the bank.
    pub unplaced: Vec<Unplaced>,
}

impl fmt::Display for Answered {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_known {
            return write!(out, "answer to {} that was taken in before: nothing changed", self.file);
        }
        write!(
            out,
            "answer to {}: {} payments accepted, {} rejected, {} cancelled, {} noted",
            self.file, self.accepted, self.rejected, self.cancelled, self.noted
        )?;
        for (count, what) in [
            (self.name_checks, "names checked"),
            (self.name_stops, "of them wait for a person"),
            (self.moved, "moved to a later day"),
            (self.late, "of them after the day they are due"),
            (self.conflicts, "refused although booked: ask the bank"),
            (self.strangers, "named that are not in the file"),
            (self.settled, "settled by a sum that was booked before"),
        ] {
            if 0 < count {
                write!(out, ", {count} {what}")?;
            }
        }
        for unplaced in &self.unplaced {
            write!(out, "; {unplaced}")?;
        }
        Ok(())
    }
}

/// True for a file that begins as an answer of a bank does.
pub fn is_answer(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4096)];
    // UTF-16 has a zero beside each letter
    let letters: Vec<u8> = start.iter().copied().filter(|byte| *byte != 0).collect();
    let holds = |word: &[u8]| letters.windows(word.len()).any(|some| some == word);
    holds(b"pain.002") || holds(b"CstmrPmtStsRpt")
}

/// Takes in an answer.
pub async fn import(store: &Store, grant: &Grant, name: &str, bytes: &[u8]) -> Result<Answered, FlowError> {
    let sha256 = hex(&Sha256::digest(bytes));
    let report = pain002::read(bytes)?;
    retry!(take_in(store, grant, name, &sha256, &report))
}

async fn take_in(
    store: &Store,
    grant: &Grant,
    name: &str,
    sha256: &str,
    report: &StatusReport,
) -> Result<Answered, FlowError> {
    let mut change = store.begin(grant, format!("answer of the bank {}", &sha256[..12])).await?;
    let batches: Vec<String> =
        report.batches.iter().map(|batch| batch.payment_information_id.clone()).collect();
    let file = payment_file::by_message(&mut change, &report.original, &batches).await?;
    let file =
        file.ok_or_else(|| FlowError::NotFound { what: "payment file", id: report.original.clone() })?;
    let mut done = Answered { file: file.name.clone(), ..Answered::default() };
    if status_report::is_known(&mut change, sha256).await? {
        return Ok(Answered { is_known: true, ..done });
    }
    let payments = status_report::in_file(&mut change, file.run_id.into()).await?;
    let identifiers: Vec<&str> = payments.iter().map(|payment| payment.end_to_end_id.as_str()).collect();

    let answers = report.answers(&file.payment_information_id, &identifiers);

    done.strangers = report.strangers(&file.payment_information_id, &identifiers).len();
    done.unplaced = report.unplaced(&file.payment_information_id, &identifiers);
    let version = report.version.map_or_else(String::new, |version| format!(".001.{version:02}"));
    let row = ReportRow {
        status_report_id: change.new_id(),
        sha256: sha256.to_owned(),
        name: name.to_owned(),
        message: format!("pain.002{version}"),
        message_id: report.message_id.clone(),
        payment_file_id: file.payment_file_id,
        received_on: change.grant().today(),
        received_by: change.grant().who().to_owned(),
    };
    status_report::add(&mut change, &row).await?;
    let source: String = format!("antwoord van de bank {}", report.message_id).chars().take(100).collect();
    names::keep(&mut change, &file, (&payments, &answers), &source).await?;
    let mut taking = Taking { file: &file, payments: &payments, source: &source, done: &mut done };
    let lines = taking.take(&mut change, &answers).await?;
    status_report::add_lines(&mut change, row.status_report_id, &lines).await?;
    if 0 < done.rejected + done.cancelled {
        let batch = (file.run_id.into(), file.payment_information_id.as_str());
        done.settled = Box::pin(import_statement::batch_again(&mut change, batch)).await?;
    }
    change.commit().await?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_by_how_it_begins_in_any_encoding() {
        let answer = "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.002.001.03'>";
        let wide: Vec<u8> = answer.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_answer(answer.as_bytes()) && is_answer(&wide));
        assert!(is_answer(b"<Document><CstmrPmtStsRpt>"));
        assert!(!is_answer(b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>"));
        assert!(!is_answer(b""));
    }
}
