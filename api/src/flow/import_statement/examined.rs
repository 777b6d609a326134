//! The first pass over a file: of each statement its balances, its proof, and a mark of each booked entry. Nothing of
//! a file is used before its end was read.

use chrono::NaiveDate;
use grip_engine::bank::camt::{
    CamtError, Encoding, Entry, Message, Page, Piece, Problem, Quarantined, StatementHead,
};
use grip_engine::bank::camt::{Code, Direction, StatementEnd};
use grip_engine::bank::duplicate::{self, Mark};
use grip_engine::id::BankAccountId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::hold::Hold;
use super::reading::pieces;
use crate::store::statement::Window;

/// A file, examined.
pub(super) struct Examination {
    pub(super) message: Message,
    pub(super) statements: Vec<Examined>,
    pub(super) warnings: Vec<Problem>,
}

/// A statement, examined.
#[derive(Clone, Default)]
pub(super) struct Examined {
    /// The account as the bank writes it.
    pub(super) account: String,
    pub(super) id: String,
    pub(super) sequence: Option<u64>,
    pub(super) page: Option<Page>,
    pub(super) opening: Option<Money>,
    pub(super) closing: Option<Money>,
    pub(super) closing_on: Option<NaiveDate>,
    /// Of each booked entry, in order.
    pub(super) marks: Vec<Mark>,
    /// How many entries could be read, whatever their status.
    pub(super) readable: usize,
    /// The first entry that is or may be booked and cannot be read.
    pub(super) unreadable: Option<Problem>,
    /// Where the marks lack a day.
    undated: Vec<usize>,
    first_on: Option<NaiveDate>,
    last_on: Option<NaiveDate>,
    /// Credits less debits that were booked, in cents.
    moved: i128,
    /// What keeps it from being booked, but for its balances.
    problem: Option<Problem>,
}

/// A statement that proves.
pub(super) struct Proved {
    pub(super) account: BankAccountId,
    pub(super) id: String,
    pub(super) sequence: Option<u64>,
    pub(super) opening: Money,
    pub(super) closing: Money,
    pub(super) closing_on: NaiveDate,
    pub(super) first_on: NaiveDate,
    pub(super) last_on: NaiveDate,
    pub(super) marks: Vec<Mark>,
    pub(super) fingerprint: Uuid,
}

/// Reads a file to its end and examines its statements.
pub(super) fn examine(source: impl std::io::Read, encoding: Encoding) -> Result<Examination, CamtError> {
    let mut pieces = pieces(source, encoding);
    let mut statements = Vec::new();
    let mut at_hand = Examined::default();
    for piece in &mut pieces {
        match piece? {
            Piece::Head(head) => at_hand = Examined::of(head),
            Piece::Entry(entry) => at_hand.entry(&entry),
            Piece::Quarantined(entry) => at_hand.quarantined(entry),
            Piece::End(end) => statements.push(std::mem::take(&mut at_hand).end(&end)),
        }
    }
    let warnings = pieces.warnings();
    let message = pieces.message().ok_or_else(|| CamtError::NotCamt { text: "no message".to_owned() })?;
    Ok(Examination { message, statements, warnings })
}

impl Examined {
    pub(super) fn of(head: StatementHead) -> Examined {
        Examined {
            account: head.account,
            id: head.id.unwrap_or_default(),
            sequence: head.sequence,
            page: head.page.filter(|page| *page != Page { number: 1, last: true }),
            ..Examined::default()
        }
    }

    pub(super) fn entry(&mut self, entry: &Entry) {
        self.readable += 1;
        if !entry.is_booked() {
            return;
        }
        let mark = duplicate::mark(entry);
        if let Some(day) = entry.booked_on {
            self.marks.push(mark.on(day));
            self.first_on = Some(self.first_on.map_or(day, |first| first.min(day)));
            self.last_on = Some(self.last_on.map_or(day, |last| last.max(day)));
        } else {
            self.undated.push(self.marks.len());
            self.marks.push(mark);
        }
        let cents = i128::from(entry.amount.cents());
        self.moved += if entry.direction == Direction::Credit { cents } else { -cents };
    }

    fn quarantined(&mut self, entry: Quarantined) {
        if entry.may_be_booked && self.unreadable.is_none() {
            self.unreadable = entry.problems.into_iter().next();
        }
    }

    pub(super) fn end(mut self, end: &StatementEnd) -> Examined {
        self.opening = end.opening.map(|opening| opening.amount);
        self.closing = end.closing.map(|closing| closing.amount);
        self.closing_on = end.closing.and_then(|closing| closing.on.or(self.last_on));
        self.problem = end.problems.first().cloned();
        self
    }

    /// The pages of a statement as one: the opening balance of the first, the closing balance of the last.
    pub(super) fn joined(pages: Vec<Examined>) -> Option<Examined> {
        let mut pages = pages.into_iter();
        let mut whole = pages.next()?;
        whole.page = None;
        for page in pages {
            let before = whole.marks.len();
            whole.undated.extend(page.undated.into_iter().map(|place| before + place));
            whole.marks.extend(page.marks);
            whole.closing = page.closing;
            whole.closing_on = page.closing_on;
            whole.first_on = whole.first_on.into_iter().chain(page.first_on).min();
            whole.last_on = whole.last_on.max(page.last_on);
            whole.moved += page.moved;
            whole.readable += page.readable;
            whole.unreadable = whole.unreadable.or(page.unreadable);
            whole.problem = whole.problem.or(page.problem);
        }
        Some(whole)
    }

    /// The statement, unless it must be held.
    pub(super) fn proved(&self, account: BankAccountId) -> Result<Proved, Hold> {
        if let Some(problem) = self.unreadable.as_ref().or(self.problem.as_ref()).cloned() {
            return Err(if problem.code == Code::Currency {
                Hold::Currency(problem)
            } else {
                Hold::Problem(problem)
            });
        }
        let id = || self.id.clone();
        let opening = self.opening.ok_or_else(|| Hold::NoOpening { id: id() })?;
        let (closing, closing_on) =
            self.closing.zip(self.closing_on).ok_or_else(|| Hold::NoClosing { id: id() })?;
        let by = i128::from(opening.cents()) + self.moved - i128::from(closing.cents());
        if by != 0 {
            let most = if 0 < by { i64::MAX } else { i64::MIN };
            let by = Money::from_cents(i64::try_from(by).unwrap_or(most));
            return Err(Hold::Differs { id: id(), by });
        }
        let marks = self.dated(closing_on);
        Ok(Proved {
            account,
            id: id(),
            sequence: self.sequence,
            opening,
            closing,
            closing_on,
            first_on: self.first_on.unwrap_or(closing_on),
            last_on: self.last_on.unwrap_or(closing_on).max(closing_on),
            fingerprint: duplicate::fingerprint(opening, closing, closing_on, &marks),
            marks,
        })
    }

    /// What opening balance and booked entries give; nothing where there is no opening balance, or no such balance.
    pub(super) fn leads_to(&self) -> Option<Money> {
        let cents = i128::from(self.opening?.cents()) + self.moved;
        Some(Money::from_cents(i64::try_from(cents).ok()?))
    }

    /// The day of its last entry.
    pub(super) fn last_day(&self) -> Option<NaiveDate> {
        self.last_on
    }

    /// The same with a closing balance that two persons stand for.
    pub(super) fn closing_with(&self, (closing, on): (Money, NaiveDate)) -> Examined {
        Examined { closing: Some(closing), closing_on: Some(on), ..self.clone() }
    }

    /// The marks; an entry without a booking date counts on the day its statement closes.
    fn dated(&self, closing_on: NaiveDate) -> Vec<Mark> {
        let mut marks = self.marks.clone();
        for place in &self.undated {
            marks[*place] = marks[*place].on(closing_on);
        }
        marks
    }

    /// What makes it the same statement when it is held: what can be read of it, its page, and why it waits.
    pub(super) fn fingerprint_held(&self) -> Uuid {
        let known = duplicate::fingerprint(
            self.opening.unwrap_or_default(),
            self.closing.unwrap_or_default(),
            self.closing_on.unwrap_or_default(),
            &self.marks,
        );
        let wrong = [&self.unreadable, &self.problem].map(|found| found.as_ref().map(|found| &found.text));
        let page = self.page.map(|page| page.number);
        duplicate::fingerprint_of_text(&format!("{known}|{}|{page:?}|{wrong:?}", self.id))
    }
}

/// A statement that closes more days than this after today has a wrong day.
const AHEAD: i64 = 184;
/// A statement that closes more days than this before today has a wrong day: ten years, longer than anything is kept.
const BACK: i64 = 3_653;
/// The most days that an entry may be booked after its statement closes, and before it.
const AFTER_CLOSING: i64 = 31;
const BEFORE_CLOSING: i64 = 366;

impl Proved {
    /// Why it must be held where a day of it cannot be right: the books would go on from there.
    pub(super) fn far_day(&self, today: NaiveDate) -> Option<Hold> {
        let (id, closing_on) = (self.id.clone(), self.closing_on);
        if !(-BACK..=AHEAD).contains(&(closing_on - today).num_days()) {
            return Some(Hold::FarFromToday { id, on: closing_on });
        }
        let is_far =
            |on: &NaiveDate| !(-BEFORE_CLOSING..=AFTER_CLOSING).contains(&(*on - closing_on).num_days());
        let on = [self.first_on, self.last_on].into_iter().find(is_far)?;
        Some(Hold::FarFromClosing { id, on, closing_on })
    }

    /// Its days and balances.
    pub(super) fn window(&self) -> Window {
        Window {
            bank_account: self.account.0,
            first_on: self.first_on,
            last_on: self.last_on,
            closing_on: self.closing_on,
            opening: self.opening,
            closing: self.closing,
        }
    }
}
