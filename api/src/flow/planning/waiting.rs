//! What was released and waits: payments for a later day, or for want of an account; and what of it does not go out any
//! more.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{Part, Subject};
use grip_engine::benefit::BenefitError;
use grip_engine::calendar::Month;
use grip_engine::difference::{Withdrawal, Withdrawn};
use grip_engine::id::MemberId;
use grip_engine::money::Money;
use grip_engine::relief::Cover;

use super::{Dossier, Rules};
use crate::store::plan::{PaidLine, Released, SharePart};

impl Dossier {
    /// What of a released month was to be paid on a later day and does not go out any more on a day: a due that fell
    /// away or is not ours to pay then; and everything, when the right ended in the month and it gives less than was
    /// released (rulings 11, 33). Suspended days change nothing.
    pub fn withdrawal(&self, rules: &Rules, released: &Released, day: NaiveDate) -> Withdrawal {
        if self.ended_with_less(rules, released) {
            return Withdrawal { items: self.waiting(released), right_ended: true };
        }
        let lines = released.lines.iter().filter(|line| self.is_waiting(line) && !self.is_owed(line, day));
        Withdrawal { items: lines.map(withdrawn_line).collect(), right_ended: false }
    }

    /// True when there is no right on the last day of a released month, and it gives less than was released.
    fn ended_with_less(&self, rules: &Rules, released: &Released) -> bool {
        let month = released.month;
        let rights = self.file.household.rights();
        if rights.iter().any(|right| right.period.contains(month.last_day())) {
            return false;
        }
        let now = match self.benefit(rules, month, Money::ZERO) {
            Ok(benefit) => benefit.after_advance(),
            Err(BenefitError::NotDecided(_)) => Money::ZERO,
            Err(BenefitError::Norm(_)) => return false,
        };
        now < (released.sums.payable - released.sums.advance).or_zero()
    }

    /// What a released month pays on a later day, or could not pay yet, and nobody tried.
    fn waiting(&self, released: &Released) -> Vec<Withdrawn> {
        let month = released.month;
        let lines = released.lines.iter().filter(|line| self.is_waiting(line)).map(withdrawn_line);
        let to_payees = released.withheld.iter().filter(|withheld| withheld.kind.goes_to_a_payee());
        let withheld = to_payees.map(|withheld| Withdrawn {
            subject: Subject::Withholding(withheld.deduction, month),
            amount: withheld.taken,
        });
        let shares = released.shares.iter().map(|(release, share)| Withdrawn {
            subject: living_money_of(month, *release, share),
            amount: share.amount,
        });
        let is_open = |item: &Withdrawn| {
            item.amount.is_positive()
                && !self.attempted.contains(&item.subject)
                && !self.in_cash.contains(&item.subject)
        };
        lines.chain(withheld).chain(shares).filter(is_open).collect()
    }

    fn is_waiting(&self, line: &PaidLine) -> bool {
        !self.attempted.contains(&Subject::FixedCost(line.obligation, line.period))
    }

    /// True when a released due is still owed, nobody else paid it, and it is ours to pay on the day it goes out.
    fn is_owed(&self, line: &PaidLine, day: NaiveDate) -> bool {
        let household = &self.file.household;
        let owed = self.file.obligations.iter().find(|known| known.id == line.obligation);
        let owed = owed.filter(|known| known.due_in(line.period).is_some());
        let on = line.execution.max(day);
        owed.is_some_and(|known| Cover::legal_basis(household, known.kind, known.member, on).is_some())
            && !household.was_paid_elsewhere(line.obligation, line.period)
    }

    /// The living money of a released month and an adult that was not handed out and is not on its way, the oldest
    /// part first. What came back is open again.
    pub fn open_living_money(&self, month: Month, member: MemberId) -> Vec<(Subject, Money)> {
        let released = self.released_month(month).map(|released| released.shares.as_slice());
        let theirs = released.unwrap_or_default().iter().filter(|(_, share)| share.member == member);
        let came_back = |subject: Subject| {
            self.returned.iter().any(|row| row.subject().is_ok_and(|returned| returned == subject))
        };
        let parts = theirs.map(|(release, share)| (living_money_of(month, *release, share), share.amount));
        let is_open = |(subject, _): &(Subject, Money)| {
            !self.in_cash.contains(subject) && (!self.attempted.contains(subject) || came_back(*subject))
        };
        parts.filter(is_open).collect()
    }
}

/// The living money of a released month, as it is paid.
fn living_money_of(month: Month, release: u32, share: &SharePart) -> Subject {
    Subject::LivingMoney(share.member, month, Part { release, number: share.part })
}

fn withdrawn_line(line: &PaidLine) -> Withdrawn {
    Withdrawn { subject: Subject::FixedCost(line.obligation, line.period), amount: line.amount }
}
