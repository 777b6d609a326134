//! What an answer says of each payment of a file: it moves forward, or out, or to another day.

use chrono::NaiveDate;
use grip_engine::bank::pain002::{Answer, Word};
use grip_engine::bank::reason;
use grip_engine::bank::state::PaymentState;
use grip_engine::id::{PaymentId, PostingId, RunId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::returns;

use super::Answered;
use crate::flow::{FlowError, cancel};
use crate::store::ledger::{self, Cause};
use crate::store::payment::{self, Step};
use crate::store::payment_file::FileRow;
use crate::store::status_report::{InFile, LineRow};
use crate::store::{Change, StoreError, run};

/// An answer that is being taken in.
pub(super) struct Taking<'a> {
    pub(super) file: &'a FileRow,
    pub(super) payments: &'a [InFile],
    pub(super) source: &'a str,
    pub(super) done: &'a mut Answered,
}

impl Taking<'_> {
    /// Takes in what it says of each payment.
    pub(super) async fn take(
        &mut self,
        change: &mut Change,
        answers: &[Answer],
    ) -> Result<Vec<LineRow>, FlowError> {
        let all_at_once = self.accept_all(change, answers).await?;
        let mut lines = Vec::with_capacity(answers.len());
        for answer in answers {
            let Some(payment) = self.payments.get(answer.place) else { continue };
            let outcome =
                if all_at_once { "accepted" } else { self.take_one(change, payment, answer).await? };
            self.count(outcome, answer);
            if let Some(day) = self.moved_to(answer).filter(|_| payment.is_underway()) {
                if !all_at_once {
                    payment::move_to(change, payment.payment_id.into(), day).await?;
                }
                self.done.moved += 1;
                self.done.late += usize::from(payment.due_on < day);
            }
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

    /// The later day on which the bank executes a payment of the file.
    fn moved_to(&self, answer: &Answer) -> Option<NaiveDate> {
        answer.moved_to(self.file.execution_on)
    }

    /// A whole file that was accepted for one day moves with one statement. False when it is not that.
    async fn accept_all(&mut self, change: &mut Change, answers: &[Answer]) -> Result<bool, FlowError> {
        let Some(first) = answers.first() else { return Ok(false) };
        let day = self.moved_to(first);
        let accepted = |answer: &Answer| {
            answer.status.word() == Word::Accepted
                && answer.reason.code == first.reason.code
                && self.moved_to(answer) == day
        };
        let whole = answers.len() == self.payments.len() && answers.iter().all(accepted);
        if !whole || self.payments.iter().any(|payment| payment.state != "sent") {
            return Ok(false);
        }
        let on = change.grant().today();
        let (run, reason) = (RunId(self.file.run_id), first.reason.code.as_str());
        payment::step_run(
            change,
            run,
            &Step { from: "sent", to: "accepted", on, source: self.source, reason },
        )
        .await?;
        if let Some(day) = day {
            payment::move_run(change, run, day).await?;
        }
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
            Word::Cancelled if reason::reason(&answer.reason.code).is_wanted() => PaymentState::Cancelled,
            // nobody asked for it: it does not arrive, which is what a reject is
            Word::Rejected | Word::Cancelled => PaymentState::Rejected,
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
