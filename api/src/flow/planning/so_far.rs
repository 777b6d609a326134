//! What the months before a month gave: holiday allowance that is reserved, what was withheld, and which dues are paid.

use std::collections::BTreeSet;

use grip_engine::calendar::Month;
use grip_engine::difference::Difference;
use grip_engine::id::ObligationId;
use grip_engine::money::Money;
use grip_engine::schedule::Due;
use grip_engine::withhold::{self, TakenBefore};

use super::{Open, Planned, Rules};
use crate::store::plan::Released;

/// A released month computed again.
#[derive(Clone, Debug)]
pub(super) struct Later {
    pub(super) difference: Difference,
    /// The holiday allowance of the month as it would be now.
    pub(super) holiday_reserve: Money,
}

impl Later {
    pub(super) fn open(self, month: Month) -> Option<Open> {
        match self.difference {
            Difference::None => None,
            Difference::More(supplement) => Some(Open::More { month, supplement: Box::new(supplement) }),
            Difference::Less { payable, holiday_reserve } => {
                Some(Open::Less { month, payable, holiday_reserve })
            }
        }
    }
}

/// What the months before gave: the holiday allowance that is reserved, and what was withheld.
#[derive(Clone, Debug)]
pub(super) struct SoFar {
    pub(super) reserved: Money,
    /// That of the released months alone, without what is about to be paid out: what a released month may still pay.
    pub(super) in_reserve: Money,
    pub(super) taken: Vec<TakenBefore>,
    counts_when_yielded: bool,
    /// The dues that the months that were not released yet pay, and what released ones are about to pay more.
    paid: BTreeSet<(ObligationId, Month)>,
}

impl SoFar {
    pub(super) fn new(rules: &Rules, month: Month) -> SoFar {
        let counts_when_yielded = rules.policy_of(month).repayment.counts_when_yielded;
        SoFar {
            reserved: Money::ZERO,
            in_reserve: Money::ZERO,
            taken: Vec::new(),
            counts_when_yielded,
            paid: BTreeSet::new(),
        }
    }

    pub(super) fn add_as_it_was(&mut self, released: &Released) {
        let kept = released.sums.holiday_reserve - released.sums.holiday_payout;
        self.reserved += kept;
        self.in_reserve += kept;
        withhold::add(&mut self.taken, &released.withheld, self.counts_when_yielded);
    }

    /// Adds a released month with what computing it again gives: holiday allowance that was reserved too much, or that
    /// is about to be paid out, is not there for a later month.
    pub(super) fn add_released(&mut self, released: &Released, later: &Later) {
        self.add_as_it_was(released);
        let too_much = (released.sums.holiday_reserve - later.holiday_reserve).or_zero();
        self.reserved -= too_much;
        self.in_reserve -= too_much;
        if let Difference::More(supplement) = &later.difference {
            self.paid.extend(supplement.lines.iter().map(|due| (due.obligation, due.period)));
            if supplement.holiday_payout.is_positive() {
                let left = supplement.holiday_reserve - supplement.holiday_payout;
                self.reserved += left;
                self.in_reserve += left;
            }
        }
    }

    pub(super) fn add(&mut self, planned: &Planned) {
        self.reserved += planned.benefit.holiday_reserve - planned.benefit.holiday_payout;
        withhold::add(&mut self.taken, &planned.plan.withheld, self.counts_when_yielded);
        self.paid.extend(planned.plan.paid().map(|due| (due.obligation, due.period)));
    }

    pub(super) fn pays(&self, due: &Due) -> bool {
        self.paid.contains(&(due.obligation, due.period))
    }
}
