//! Booking a statement: every new entry is kept, and what it means becomes postings and moves a payment on. Many rows
//! at once; debits before the credits that speak of a payment, so that a return finds its payment settled.

use std::collections::HashMap;

use chrono::NaiveDate;
use grip_engine::bank::camt::{Batch, Detail, Direction, Entry};
use grip_engine::bank::notice::{self, Known};
use grip_engine::bank::reason as reasons;
use grip_engine::id::{BankAccountId, PaymentId, PostingId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::Posting;
use grip_engine::matching::{self, Matcher, Meaning, Standing};
use grip_engine::money::Money;
use grip_engine::returns;
use uuid::Uuid;

use super::Imported;
use super::coming::{AT_A_TIME, Booked, Came, Coming};
use super::entries;
use super::examined::Proved;
use super::judge::Plan;
use super::writing::{Ready, Undoing, Writing};
use crate::flow::{FlowError, explain};
use crate::id::Ids;
use crate::store::ledger::{self, Cause, OnItsWay};
use crate::store::payment::Step;
use crate::store::statement::{EntryBatch, PartRow};
use crate::store::unexplained;
use crate::store::{Change, StoreError, payment, statement};

/// What must be known of an account to book its statements, read once per file.
pub(super) struct Books {
    account: BankAccountId,
    matcher: Matcher,
    on_its_way: HashMap<PaymentId, OnItsWay>,
    early: HashMap<PaymentId, (Uuid, NaiveDate, String)>,
    /// What the bank told of sums that it did not book yet.
    notices: Vec<(Uuid, Known)>,
    ledger: ledger::Batch,
}

/// A statement that is being booked.
pub(super) struct Booking<'a> {
    pub(super) found: &'a Proved,
    pub(super) plan: &'a Plan,
    pub(super) statement: Uuid,
    /// Whether a statement is missing somewhere before it.
    pub(super) before: matching::Chain,
}

impl Books {
    pub(super) async fn open(change: &mut Change, account: BankAccountId) -> Result<Books, FlowError> {
        let matcher = Matcher::new(payment::known(change, account.0).await?);
        let early = statement::early_returns(change, account.0).await?;
        Ok(Books {
            account,
            matcher,
            on_its_way: ledger::on_its_way(change, account.0).await?,
            notices: statement::waiting_notices(change, account.0).await?,
            early: early.into_iter().map(|(payment, entry, on, why)| (payment, (entry, on, why))).collect(),
            ledger: ledger::Batch::of_nobody(change).await?,
        })
    }

    /// Brings the opening balance of the first statement into the books.
    pub(super) fn opening(&mut self, change: &Change, found: &Proved) -> Result<(), FlowError> {
        let way = if found.opening < Money::ZERO {
            (AccountKind::Funding, AccountKind::Outside)
        } else {
            (AccountKind::Outside, AccountKind::Funding)
        };
        let amount = found.opening.max(-found.opening);
        let cause = Cause { word: "opening balance", ..Cause::default() };
        self.move_money(change.ids(), way, (amount, found.closing_on), cause)
    }

    /// Takes the opening balance back with which the books began: an older statement came in.
    pub(super) async fn take_back_opening(&mut self, change: &mut Change) -> Result<(), FlowError> {
        for found in ledger::opening_balance(change, self.account.0).await? {
            let back = found.posting.reverse(PostingId(change.new_id()), change.grant().today())?;
            self.ledger.know(found.from, found.posting.from());
            self.ledger.know(found.to, found.posting.to());
            let cause = Cause { word: "older statement", ..Cause::default() };
            self.ledger.add(&back, (found.to, found.from), cause);
        }
        Ok(())
    }

    /// Books the entries of a statement that are new.
    pub(super) async fn book(
        &mut self,
        change: &mut Change,
        booking: &Booking<'_>,
        entries: &mut entries::Booked<'_>,
        done: &mut Imported,
    ) -> Result<(), FlowError> {
        let source = format!("afschrift {}", booking.found.id);
        let mut writing =
            Writing::new(EntryBatch::new(booking.statement, self.account.0), source, booking.before);
        let ids = change.ids().clone();
        let mut coming = Coming::new(booking, entries, &ids);
        let mut later = Vec::new();
        let mut ready = self.ready(&mut writing);
        let mut came = coming.some().await?;
        while !came.is_empty() {
            self.itemise(change, &mut came, &mut writing).await?;
            // while the database writes what is ready, the next entries are read and their meaning is found
            let (next, ()) = tokio::try_join!(
                self.next(&ids, came, (&mut coming, &mut writing), (&mut later, done)),
                ready.write(change)
            )?;
            came = next;
            ready = self.ready(&mut writing);
        }
        ready.write(change).await?;
        done.duplicates += coming.duplicates();
        self.moved(change, booking.statement, &mut writing).await?;
        for booked in &later {
            self.mean(&ids, booked, &mut writing, done)?;
        }
        self.ready(&mut writing).write(change).await?;
        self.came_back(change, &mut writing).await?;
        for (notice, entry) in std::mem::take(&mut writing.joined) {
            statement::join_notice(change, notice, entry).await?;
        }
        let days = (booking.found.first_on, booking.found.last_on);
        Ok(statement::replace_provisional(change, self.account.0, days).await?)
    }

    /// What the entries at hand mean, and the entries after them. Lets others go on now and then.
    async fn next(
        &mut self,
        ids: &Ids,
        came: Vec<Came>,
        (coming, writing): (&mut Coming<'_, '_>, &mut Writing),
        (later, done): (&mut Vec<Booked>, &mut Imported),
    ) -> Result<Vec<Came>, FlowError> {
        for (place, one) in came.into_iter().enumerate() {
            if place.is_multiple_of(AT_A_TIME) {
                tokio::task::yield_now().await;
            }
            writing.rows.add(&one.row());
            done.new += 1;
            if may_be_return(&one.booked.entry) {
                later.push(one.booked);
            } else {
                self.mean(ids, &one.booked, writing, done)?;
            }
        }
        coming.some().await
    }

    /// What was written settles its payments; returns that waited for them are booked.
    async fn moved(
        &mut self,
        change: &mut Change,
        statement: Uuid,
        writing: &mut Writing,
    ) -> Result<(), FlowError> {
        self.ready(writing).write(change).await?;
        payment::settle_by(change, statement, &writing.source).await?;
        self.catch_up(change, writing).await
    }

    async fn came_back(&self, change: &mut Change, writing: &mut Writing) -> Result<(), FlowError> {
        for undoing in std::mem::take(&mut writing.returned) {
            self.undo(change, &undoing, &writing.source).await?;
        }
        Ok(())
    }

    /// Entries that are one sum get the parts that the bank told of them before.
    async fn itemise(
        &mut self,
        change: &mut Change,
        came: &mut [Came],
        writing: &mut Writing,
    ) -> Result<(), FlowError> {
        for one in came {
            if self.notices.is_empty() || !notice::is_one_sum(&one.booked.entry) {
                continue;
            }
            let told: Vec<Known> = self.notices.iter().map(|(_, known)| known.clone()).collect();
            let Some(place) = notice::about_same(&one.known, &told) else { continue };
            let (id, _) = self.notices.swap_remove(place);
            one.booked.entry.details = statement::notice_items(change, id).await?;
            writing.joined.push((id, one.booked.id));
        }
        Ok(())
    }

    /// The parts of an entry that was booked as one sum which nothing explained: that posting is taken back, and each
    /// part is booked as what it means.
    pub(super) async fn itemise_booked(
        &mut self,
        change: &mut Change,
        (id, known): (Uuid, &Known),
        items: Vec<Detail>,
        done: &mut Imported,
    ) -> Result<bool, FlowError> {
        let entry = Entry { details: items, ..Entry::booked(known.amount, known.direction) };
        self.book_again(change, (id, entry), done).await
    }

    /// A sum of a batch of ours that was not what the batch came to, and is now: each payment settles.
    pub(super) async fn batch_booked(
        &mut self,
        change: &mut Change,
        (id, known): (Uuid, &Known),
        done: &mut Imported,
    ) -> Result<bool, FlowError> {
        let batch = Batch { payment_information_id: Some(known.batch.clone()), ..Batch::default() };
        let entry = Entry { batch: Some(batch), ..Entry::booked(known.amount, known.direction) };
        let parts = self.matcher.clone().read(&entry, matching::Chain::Whole);
        let fits = parts.iter().any(|part| matches!(part.meaning, Meaning::Settles(_)));
        Ok(fits && self.book_again(change, (id, entry), done).await?)
    }

    /// An entry that was booked as one sum which nothing explained is booked as what it means by now.
    async fn book_again(
        &mut self,
        change: &mut Change,
        (id, entry): (Uuid, Entry),
        done: &mut Imported,
    ) -> Result<bool, FlowError> {
        let placed = statement::placed(change, id).await?;
        let Some(open) = unexplained::get(change, id, 0).await? else { return Ok(false) };
        let kept = ledger::unexplained_of(change, self.account.0, id).await?;
        let is_whole = open.remaining == entry.amount.cents() && placed.parts == 1;
        let Some(kept) = kept.filter(|_| is_whole) else { return Ok(false) };
        let entry = Entry { booked_on: Some(placed.booked_on), ..entry };
        let booked = Booked { entry, id, on: placed.booked_on };
        let before = matching::Chain::Whole;
        let source = format!("afschrift {}", placed.bank_id);
        let mut writing = Writing::new(EntryBatch::new(placed.statement_id, self.account.0), source, before);
        writing.itemises = Some(0);
        let back = kept.posting.reverse(PostingId(change.new_id()), placed.booked_on)?;
        self.ledger.know(kept.from, kept.posting.from());
        self.ledger.know(kept.to, kept.posting.to());
        self.ledger.add(
            &back,
            (kept.to, kept.from),
            Cause { word: "itemised", payment: None, entry: Some(id) },
        );
        unexplained::itemised(change, &open).await?;
        self.mean(change.ids(), &booked, &mut writing, done)?;
        self.moved(change, placed.statement_id, &mut writing).await?;
        self.came_back(change, &mut writing).await?;
        Ok(true)
    }

    /// What was made so far and is not written yet.
    fn ready(&mut self, writing: &mut Writing) -> Ready {
        Ready {
            rows: writing.rows.take(),
            open: std::mem::take(&mut writing.open),
            postings: self.ledger.take(),
        }
    }

    /// What the parts of an entry mean becomes postings, but for the returns, which come last.
    fn mean(
        &mut self,
        ids: &Ids,
        booked: &Booked,
        writing: &mut Writing,
        done: &mut Imported,
    ) -> Result<(), FlowError> {
        let first = i64::from(writing.itemises.is_some());
        for (place, part) in (first..).zip(self.matcher.read(&booked.entry, writing.before)) {
            let cause = |word, payment| Cause { word, payment, entry: Some(booked.id) };
            let (at, on) = ((booked.id, place), (self.account.0, booked.on));
            writing.open.extend(explain::left_over(&booked.entry, &part, at, on));
            let (meaning, payment, why) = match part.meaning {
                Meaning::Settles(payment) => {
                    self.settle(ids, payment, booked)?;
                    writing.settled.push(payment);
                    done.settled += 1;
                    ("settles", Some(payment), String::new())
                }
                Meaning::Returns { payment, reason } => {
                    let undoing =
                        Undoing { payment, entry: booked.id, on: booked.on, reason: reason.clone() };
                    writing.returned.push(undoing);
                    done.returned += 1;
                    ("returns", Some(payment), reason)
                }
                Meaning::ReturnsEarly { payment, reason } => {
                    self.keep(ids, booked, part.amount, cause("early return", Some(payment)))?;
                    done.returned += 1;
                    ("returns_early", Some(payment), reason)
                }
                meaning => {
                    self.keep(ids, booked, part.amount, cause("unexplained", None))?;
                    done.left_over += 1;
                    let why = match meaning {
                        Meaning::LeftOver(why) => format!("{why:?}"),
                        meaning => format!("{meaning:?}"),
                    };
                    ("left_over", None, why)
                }
            };
            let row = PartRow {
                entry_id: booked.id,
                amount: part.amount.cents(),
                meaning: meaning.to_owned(),
                payment_id: payment.map(|payment| payment.0),
                why,
            };
            writing.rows.add_part(place, writing.itemises, row);
        }
        Ok(())
    }

    fn settle(&mut self, ids: &Ids, payment: PaymentId, booked: &Booked) -> Result<(), FlowError> {
        let way = self.on_its_way.remove(&payment).ok_or(StoreError::Missing)?;
        let settled = way.posting.settle(PostingId(ids.next()), booked.on)?;
        self.ledger.know(way.from, settled.from());
        self.ledger.know(way.to, settled.to());
        let cause = Cause { word: "settlement", payment: Some(payment), entry: Some(booked.id) };
        self.ledger.add(&settled, (way.from, way.to), cause);
        Ok(())
    }

    /// Returns that came before the debits that are booked now: what was kept apart goes back and the payment is
    /// undone.
    async fn catch_up(&mut self, change: &mut Change, writing: &mut Writing) -> Result<(), FlowError> {
        for payment in std::mem::take(&mut writing.settled) {
            let Some((entry, on, reason)) = self.early.remove(&payment) else { continue };
            let kept = ledger::kept_apart(change, payment, entry).await?;
            let back = kept.reverse(PostingId(change.new_id()), on)?;
            let cause = Cause { word: "early return explained", payment: Some(payment), entry: Some(entry) };
            ledger::post(change, &back, cause).await?;
            self.matcher.stands(payment, Standing::Failed);
            self.undo(change, &Undoing { payment, entry, on, reason }, &writing.source).await?;
        }
        Ok(())
    }

    async fn undo(&self, change: &mut Change, undoing: &Undoing, source: &str) -> Result<(), FlowError> {
        let Undoing { payment, entry, on, reason } = undoing;
        let settled = ledger::settlement(change, *payment).await?;
        let household = ledger::household_of(change, settled.from()).await?;
        let kind = AccountKind::ReturnedMoney;
        let purpose = Purpose { bank_account: self.account, kind, household: Some(household) };
        let returned_money = ledger::account(change, purpose).await?;
        let ids = [PostingId(change.new_id()), PostingId(change.new_id())];
        let undone = returns::undo(&settled, ids, returned_money, *on)?;
        let cause = |word| Cause { word, payment: Some(*payment), entry: Some(*entry) };
        ledger::post(change, &undone.reversal, cause("return")).await?;
        ledger::post(change, &undone.parked, cause("returned money")).await?;
        // what we asked for needs nobody's attention
        let to = if reasons::reason(reason).is_wanted() { "recalled" } else { "returned" };
        let step = Step { from: "settled", to, on: *on, source, reason };
        payment::step(change, *payment, &step).await?;
        Ok(())
    }

    /// Money that nothing of ours explains is kept apart until somebody does.
    fn keep(&mut self, ids: &Ids, booked: &Booked, amount: Money, cause: Cause<'_>) -> Result<(), FlowError> {
        let way = match booked.entry.direction {
            Direction::Credit => (AccountKind::Outside, AccountKind::Unexplained),
            Direction::Debit => (AccountKind::Unexplained, AccountKind::Outside),
        };
        self.move_money(ids, way, (amount, booked.on), cause)
    }

    /// Moves money between accounts that are nobody's in particular.
    fn move_money(
        &mut self,
        ids: &Ids,
        (from, to): (AccountKind, AccountKind),
        (amount, on): (Money, NaiveDate),
        cause: Cause<'_>,
    ) -> Result<(), FlowError> {
        if !amount.is_positive() {
            return Ok(());
        }
        let purpose = |kind| Purpose { bank_account: self.account, kind, household: None };
        let (from, to) = (purpose(from), purpose(to));
        let accounts = (self.ledger.account(ids, from), self.ledger.account(ids, to));
        let posting = Posting::posted(PostingId(ids.next()), accounts.0, accounts.1, amount, on)?;
        self.ledger.add(&posting, (from, to), cause);
        Ok(())
    }
}

/// A credit that carries an identifier of the payer can be a return: it is looked at after all debits.
fn may_be_return(entry: &Entry) -> bool {
    let names = |detail: &Detail| {
        detail.end_to_end_id.is_some()
            || detail.instruction_id.is_some()
            || detail.payment_information_id.is_some()
            || detail.return_reason.is_some()
    };
    entry.direction == Direction::Credit && (entry.batch.is_some() || entry.details.iter().any(names))
}
