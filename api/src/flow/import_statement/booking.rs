//! Booking a part of an entry: what it means becomes postings and moves a payment on.

use chrono::NaiveDate;
use grip_engine::bank::camt::{Direction, Entry};
use grip_engine::id::{PaymentId, PostingId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::Posting;
use grip_engine::matching::{Matcher, Meaning, Part, Standing};
use grip_engine::money::Money;
use grip_engine::returns;
use uuid::Uuid;

use super::Imported;
use super::bookable::Bookable;
use crate::flow::FlowError;
use crate::store::ledger::{self, Cause};
use crate::store::payment::Step;
use crate::store::statement::PartRow;
use crate::store::{Change, payment, statement};

/// An entry that is being booked.
#[derive(Clone, Copy)]
pub(super) struct Booking<'a> {
    pub(super) found: &'a Bookable<'a>,
    pub(super) entry: &'a Entry,
    pub(super) id: Uuid,
    pub(super) place: i64,
    pub(super) on: NaiveDate,
}

impl Booking<'_> {
    pub(super) async fn book(
        &self,
        change: &mut Change,
        part: &Part,
        matcher: &mut Matcher,
        done: &mut Imported,
    ) -> Result<(), FlowError> {
        let (meaning, payment, why) = match &part.meaning {
            Meaning::Settles(payment) => {
                self.settle(change, *payment).await?;
                done.settled += 1;
                if self.catch_up(change, *payment).await? {
                    matcher.stands(*payment, Standing::Failed);
                    done.returned += 1;
                }
                ("settles", Some(payment.0), String::new())
            }
            Meaning::Returns { payment, reason } => {
                self.undo(change, *payment, reason).await?;
                done.returned += 1;
                ("returns", Some(payment.0), reason.clone())
            }
            Meaning::ReturnsEarly { payment, reason } => {
                self.keep(change, part.amount, self.cause("early return", Some(*payment))).await?;
                done.left_over += 1;
                ("returns_early", Some(payment.0), reason.clone())
            }
            meaning => {
                self.keep(change, part.amount, self.cause("unexplained", None)).await?;
                done.left_over += 1;
                ("left_over", None, format!("{meaning:?}"))
            }
        };
        let row = PartRow {
            entry_id: self.id,
            amount: part.amount.cents(),
            meaning: meaning.to_owned(),
            payment_id: payment,
            why,
        };
        Ok(statement::add_part(change, self.place, &row).await?)
    }

    async fn settle(&self, change: &mut Change, payment: PaymentId) -> Result<(), FlowError> {
        let pending = ledger::pending(change, payment).await?;
        let settled = pending.settle(PostingId(change.new_id()), self.on)?;
        ledger::post(change, &settled, self.cause("settlement", Some(payment))).await?;
        self.step(change, payment, "settled", "").await?;
        Ok(())
    }

    /// A return that came before this debit is booked now: what was kept apart goes back and the payment is
    /// undone. True when there was one.
    async fn catch_up(&self, change: &mut Change, payment: PaymentId) -> Result<bool, FlowError> {
        let Some((entry, on, reason)) = statement::early_return(change, payment).await? else {
            return Ok(false);
        };
        let kept = ledger::kept_apart(change, payment, entry).await?;
        let back = kept.reverse(PostingId(change.new_id()), on)?;
        let early = Booking { id: entry, on, place: 0, ..*self };
        ledger::post(change, &back, early.cause("early return explained", Some(payment))).await?;
        early.undo(change, payment, &reason).await?;
        Ok(true)
    }

    async fn undo(&self, change: &mut Change, payment: PaymentId, reason: &str) -> Result<(), FlowError> {
        let settled = ledger::settlement(change, payment).await?;
        let household = ledger::household_of(change, settled.from()).await?;
        let kind = AccountKind::ReturnedMoney;
        let purpose = Purpose { bank_account: self.found.account, kind, household: Some(household) };
        let returned_money = ledger::account(change, purpose).await?;
        let ids = [PostingId(change.new_id()), PostingId(change.new_id())];
        let undone = returns::undo(&settled, ids, returned_money, self.on)?;
        ledger::post(change, &undone.reversal, self.cause("return", Some(payment))).await?;
        ledger::post(change, &undone.parked, self.cause("returned money", Some(payment))).await?;
        self.step(change, payment, "returned", reason).await?;
        Ok(())
    }

    /// Money that nothing of ours explains is kept apart until somebody does.
    async fn keep(&self, change: &mut Change, amount: Money, cause: Cause<'_>) -> Result<(), FlowError> {
        let way = match self.entry.direction {
            Direction::Credit => (AccountKind::Outside, AccountKind::Unexplained),
            Direction::Debit => (AccountKind::Unexplained, AccountKind::Outside),
        };
        move_money(change, self.found, way, amount, cause).await
    }

    fn cause<'w>(&self, word: &'w str, payment: Option<PaymentId>) -> Cause<'w> {
        Cause { word, payment, entry: Some(self.id) }
    }

    async fn step(
        &self,
        change: &mut Change,
        payment: PaymentId,
        to: &str,
        reason: &str,
    ) -> Result<(), FlowError> {
        let source = format!("afschrift {}", self.found.id);
        let before: &[&str] = if to == "settled" { &["instructed", "sent"] } else { &["settled"] };
        for from in before {
            let step = Step { from, to, on: self.on, source: &source, reason };
            if payment::step(change, payment, &step).await? {
                break;
            }
        }
        Ok(())
    }
}

/// Moves money between accounts that are nobody's in particular.
pub(super) async fn move_money(
    change: &mut Change,
    found: &Bookable<'_>,
    (from, to): (AccountKind, AccountKind),
    amount: Money,
    cause: Cause<'_>,
) -> Result<(), FlowError> {
    if !amount.is_positive() {
        return Ok(());
    }
    let purpose = |kind| Purpose { bank_account: found.account, kind, household: None };
    let from = ledger::account(change, purpose(from)).await?;
    let to = ledger::account(change, purpose(to)).await?;
    let posting = Posting::posted(PostingId(change.new_id()), from, to, amount, found.closing_on)?;
    Ok(ledger::post(change, &posting, cause).await?)
}
