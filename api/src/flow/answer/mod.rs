//! Taking in what a bank answers to a payment file (pain.002): each payment it speaks of moves forward, or out. The same
//! bytes count once. An answer is never money: only a booked entry settles.

use std::fmt;

use grip_engine::bank::pain002::{self, Answer, StatusReport, Word};
use grip_engine::bank::payment_run::hex;
use grip_engine::bank::state::PaymentState;
use grip_engine::id::{PaymentId, PostingId, RunId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::returns;
use sha2::{Digest, Sha256};

use super::{FlowError, cancel, retry};
use crate::auth::grant::Grant;
use crate::store::ledger::{self, Cause};
use crate::store::payment::{self, Step};
use crate::store::payment_file::FileRow;
use crate::store::status_report::{self, InFile, LineRow, ReportRow};
use crate::store::{Change, Store, StoreError, payment_file, run};

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
    /// Payments that it refuses although they are booked: a person asks the bank.
    pub conflicts: usize,
    /// Payments it names that are not in the file.
    pub strangers: usize,
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
            (self.conflicts, "refused although booked: ask the bank"),
            (self.strangers, "named that are not in the file"),
        ] {
            if 0 < count {
                write!(out, ", {count} {what}")?;
            }
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
    let source = format!("antwoord van de bank {}", report.message_id);
    let mut taking = Taking { file: &file, payments: &payments, source: &source, done: &mut done };
    let lines = taking.take(&mut change, &answers).await?;
    status_report::add_lines(&mut change, row.status_report_id, &lines).await?;
    change.commit().await?;
    Ok(done)
}

/// An answer that is being taken in.
struct Taking<'a> {
    file: &'a FileRow,
    payments: &'a [InFile],
    source: &'a str,
    done: &'a mut Answered,
}

impl Taking<'_> {
    async fn take(&mut self, change: &mut Change, answers: &[Answer]) -> Result<Vec<LineRow>, FlowError> {
        let all_at_once = self.accept_all(change, answers).await?;
        let mut lines = Vec::with_capacity(answers.len());
        for answer in answers {
            let Some(payment) = self.payments.get(answer.place) else { continue };
            let outcome =
                if all_at_once { "accepted" } else { self.take_one(change, payment, answer).await? };
            self.count(outcome, answer);
            lines.push(LineRow {
                payment_id: payment.payment_id,
                status: answer.status.0.clone(),
                reason: answer.reason.code.clone(),
                information: answer.reason.information.clone(),
                outcome: outcome.to_owned(),
            });
        }
        Ok(lines)
    }

    /// A whole file that was accepted moves with one statement. False when it is not that.
    async fn accept_all(&mut self, change: &mut Change, answers: &[Answer]) -> Result<bool, FlowError> {
        let accepted = |answer: &Answer| answer.status.word() == Word::Accepted;
        let whole = answers.len() == self.payments.len() && answers.iter().all(accepted);
        if !whole || self.payments.iter().any(|payment| payment.state != "sent") {
            return Ok(false);
        }
        let on = change.grant().today();
        let step = Step { from: "sent", to: "accepted", on, source: self.source, reason: "" };
        payment::step_run(change, self.file.run_id.into(), &step).await?;
        Ok(true)
    }

    /// What comes of one payment.
    async fn take_one(
        &self,
        change: &mut Change,
        payment: &InFile,
        answer: &Answer,
    ) -> Result<&'static str, FlowError> {
        let state = payment.stands()?;
        let id = PaymentId(payment.payment_id);
        let to = match answer.status.word() {
            Word::Accepted => PaymentState::Accepted,
            Word::Rejected => PaymentState::Rejected,
            Word::Cancelled => PaymentState::Cancelled,
            Word::Name(_) => return Ok("name_check"),
            Word::Underway | Word::Mixed | Word::Unknown => return Ok("noted"),
        };
        // what was rebooked in our books is settled for the bank
        if state == PaymentState::Settled && to != PaymentState::Accepted {
            return Ok("conflict");
        }
        if !state.may_become(to) {
            return Ok("noted");
        }
        match to {
            PaymentState::Rejected => {
                self.reject(change, id, &payment.state, &answer.reason.code).await?;
                Ok("rejected")
            }
            PaymentState::Cancelled => {
                cancel::cancel(change, id, &payment.state, self.source).await?;
                Ok("cancelled")
            }
            _ => {
                let (on, reason) = (change.grant().today(), answer.reason.code.as_str());
                let step = Step { from: &payment.state, to: "accepted", on, source: self.source, reason };
                payment::step(change, id, &step).await?;
                Ok("accepted")
            }
        }
    }

    /// The money on its way never left: it waits for its due, which is open again.
    async fn reject(
        &self,
        change: &mut Change,
        id: PaymentId,
        from: &str,
        reason: &str,
    ) -> Result<(), FlowError> {
        let pending = ledger::pending(change, id).await?;
        let household = ledger::household_of(change, pending.from()).await?;
        let run = run::get(change, RunId(self.file.run_id)).await?.ok_or(StoreError::Missing)?;
        let purpose = Purpose {
            bank_account: run.bank_account_id.into(),
            kind: AccountKind::ReturnedMoney,
            household: Some(household),
        };
        let returned_money = ledger::account(change, purpose).await?;
        let (ids, on) = ([PostingId(change.new_id()), PostingId(change.new_id())], change.grant().today());
        let refused = returns::refuse(&pending, ids, returned_money, on)?;
        let cause = |word| Cause { word, payment: Some(id), entry: None };
        ledger::post(change, &refused.void, cause("rejected")).await?;
        ledger::post(change, &refused.parked, cause("returned money")).await?;
        payment::step(change, id, &Step { from, to: "rejected", on, source: self.source, reason }).await?;
        Ok(())
    }

    fn count(&mut self, outcome: &str, answer: &Answer) {
        let done = &mut *self.done;
        let counted = match outcome {
            "accepted" => &mut done.accepted,
            "rejected" => &mut done.rejected,
            "cancelled" => &mut done.cancelled,
            "name_check" => &mut done.name_checks,
            "conflict" => &mut done.conflicts,
            _ => &mut done.noted,
        };
        *counted += 1;
        done.name_stops += usize::from(matches!(answer.status.word(), Word::Name(name) if name.stops()));
    }
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
