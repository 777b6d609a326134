//! An agreement: money that is expected on an account of the municipality beside our own payments.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::bank::iban::Iban;
use crate::calendar::{Month, Period};
use crate::household::expectation::AgreementKind;
use crate::id::{AgreementId, HouseholdId, ObligationId};
use crate::money::Money;
use crate::obligation::Rhythm;

/// So many days before or after its due day an amount is still that of the due.
pub const WINDOW_DAYS: u64 = 7;

/// Money that is expected, on one account, in one direction. An agreement whose amount changes is given once per
/// amount, each with the days on which it holds and the same id.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// What it is.
    pub kind: AgreementKind,
    /// Whose money it is; none for the municipality's own.
    pub household: Option<HouseholdId>,
    /// The obligation it follows from.
    pub obligation: Option<ObligationId>,
    /// The amount each time; none where it is not known before. An unknown amount is suggested, never matched.
    pub amount: Option<Money>,
    /// How often; none for once, on any day on which it holds. Funding without a rhythm comes as often as it comes.
    pub rhythm: Option<Rhythm>,
    /// The days on which it holds; its first day is the first due day.
    pub holds: Period,
    /// The accounts on the other side.
    pub accounts: Vec<Iban>,
    /// The contract number, by which the other side knows it.
    pub reference: Option<String>,
    /// The mandate of a direct debit.
    pub mandate: Option<String>,
    /// Words that all stand in the text.
    pub terms: Vec<String>,
    /// The due days of which the money was seen already.
    pub met: BTreeSet<NaiveDate>,
}

/// How a day stands to an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timing {
    /// Within the window of this due, or on this day of an agreement without a rhythm.
    Due(NaiveDate),
    /// Of this due the money was seen already.
    Met(NaiveDate),
    /// Outside every window.
    Outside,
}

impl Agreement {
    /// How a day of booking stands to its dues. A booking without a day is outside.
    pub(super) fn timing(&self, on: Option<NaiveDate>) -> Timing {
        let Some(on) = on else { return Timing::Outside };
        let due = match self.rhythm {
            None => Some(on).filter(|on| self.holds.contains(*on)),
            Some(rhythm) => self.nearest_due(rhythm, on),
        };
        let Some(due) = due else { return Timing::Outside };
        let seen = match self.rhythm {
            Some(_) => self.met.get(&due),
            None if self.kind == AgreementKind::Funding => None,
            None => self.met.first(),
        };
        seen.map_or(Timing::Due(due), |seen| Timing::Met(*seen))
    }

    /// The due that counts as met by money of a day: funding without a rhythm and an unknown amount have none.
    pub(super) fn meets(&self, due: NaiveDate) -> Option<NaiveDate> {
        let once = self.amount.is_some() && self.kind != AgreementKind::Funding;
        (self.rhythm.is_some() || once).then_some(due)
    }

    /// The due day within the window of a day, the nearest first, the earlier of two equally near.
    fn nearest_due(&self, rhythm: Rhythm, on: NaiveDate) -> Option<NaiveDate> {
        let first = self.holds.from();
        let month = Month::of(on);
        let due_in = |month: Month| {
            let since = month.months_since(Month::of(first));
            let due = month.day(first.day());
            (0 <= since && since % rhythm.months() == 0 && self.holds.contains(due)).then_some(due)
        };
        let near = [month.previous(), month, month.next()].into_iter().filter_map(due_in);
        let apart = |due: &NaiveDate| on.signed_duration_since(*due).num_days().unsigned_abs();
        near.filter(|due| apart(due) <= WINDOW_DAYS).min_by_key(apart)
    }

    /// True when this is the account on the other side; false when it is another, or none is known on one side.
    pub(super) fn is_account(&self, account: Option<&str>) -> bool {
        account.is_some_and(|account| self.accounts.iter().any(|known| known.as_str() == account))
    }

    /// True when both sides are known and differ.
    pub(super) fn is_other_account(&self, account: Option<&str>) -> bool {
        account.is_some() && !self.accounts.is_empty() && !self.is_account(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn agreement(rhythm: Option<Rhythm>, from: &str, until: Option<&str>) -> Agreement {
        Agreement {
            id: AgreementId(Uuid::nil()),
            kind: AgreementKind::Refund,
            household: None,
            obligation: None,
            amount: None,
            rhythm,
            holds: Period::new(day(from), until.map(day)).expect("a period"),
            accounts: Vec::new(),
            reference: None,
            mandate: None,
            terms: Vec::new(),
            met: BTreeSet::new(),
        }
    }

    #[test]
    fn an_amount_is_that_of_a_due_up_to_seven_days_away() {
        let monthly = agreement(Some(Rhythm::Monthly), "2026-03-28", None);
        let timing = |on: &str| monthly.timing(Some(day(on)));
        assert_eq!(timing("2026-03-20"), Timing::Outside);
        assert_eq!(timing("2026-03-21"), Timing::Due(day("2026-03-28")));
        assert_eq!(timing("2026-05-05"), Timing::Due(day("2026-04-28")));
        assert_eq!(timing("2026-05-06"), Timing::Outside);
        assert_eq!(timing("2026-02-28"), Timing::Outside, "before the first due");
        assert_eq!(monthly.timing(None), Timing::Outside);
    }

    #[test]
    fn the_31st_is_the_last_day_of_a_month_and_a_due_that_was_met_is_not_due_again() {
        let mut quarterly = agreement(Some(Rhythm::Quarterly), "2026-01-31", Some("2026-07-31"));
        let apart = |agreement: &Agreement, on: &str| agreement.timing(Some(day(on)));
        assert_eq!(apart(&quarterly, "2026-04-30"), Timing::Due(day("2026-04-30")));
        assert_eq!(apart(&quarterly, "2026-03-31"), Timing::Outside, "not in its rhythm");
        assert_eq!(apart(&quarterly, "2026-10-31"), Timing::Outside, "after its last day");
        quarterly.met.insert(day("2026-04-30"));
        assert_eq!(apart(&quarterly, "2026-05-01"), Timing::Met(day("2026-04-30")));
    }

    #[test]
    fn without_a_rhythm_it_comes_once_and_funding_as_often_as_it_comes() {
        let mut once = agreement(None, "2026-03-01", Some("2026-03-31"));
        assert_eq!(once.timing(Some(day("2026-03-31"))), Timing::Due(day("2026-03-31")));
        assert_eq!(once.timing(Some(day("2026-04-01"))), Timing::Outside);
        once.met.insert(day("2026-03-05"));
        assert_eq!(once.timing(Some(day("2026-03-31"))), Timing::Met(day("2026-03-05")));
        once.kind = AgreementKind::Funding;
        assert_eq!(once.timing(Some(day("2026-03-31"))), Timing::Due(day("2026-03-31")));
    }
}
