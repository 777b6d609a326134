//! Tranche: a part of the credit, and the gate in front of it.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::furnishing::Credit;
use crate::furnishing::spending::{BudgetLine, EvidenceLine, Spending};
use crate::id::TrancheId;
use crate::money::Money;

/// A part of the credit.
#[derive(Clone, Debug, PartialEq)]
pub struct Tranche {
    /// Its id.
    pub id: TrancheId,
    /// Its place, 1 for the first.
    pub number: u32,
    /// Its amount in the decision.
    pub amount: Money,
    /// What it is meant for.
    pub budget: Vec<BudgetLine>,
    /// What was paid, and when, once it was.
    pub paid: Option<PaidTranche>,
    /// What was shown for it.
    pub evidence: Vec<EvidenceLine>,
}

/// The payment of a tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidTranche {
    /// What was paid; less than decided when money was carried forward.
    pub amount: Money,
    /// The day of execution.
    pub on: NaiveDate,
}

/// Whether a tranche may be released, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// It was released already.
    Released,
    /// A person may release this amount; what is unaccounted so far was taken off and is carried forward.
    Open {
        /// What may be paid.
        amount: Money,
        /// What lowers it.
        carried_forward: Money,
    },
    /// The tranche before it is not accounted for.
    Shut {
        /// What was shown.
        accounted: Money,
        /// What must be shown.
        needed: Money,
    },
    /// The tranche before it has not been released.
    Waits,
}

impl Tranche {
    /// The evidence held against the budget and the money that was paid.
    pub fn spending(&self, tolerance: Decimal) -> Spending {
        let paid = self.paid.map_or(Money::ZERO, |paid| paid.amount);
        Spending::of(paid, &self.budget, &self.evidence, tolerance)
    }
}

impl Credit {
    /// The gate of each tranche, in order. It depends on recorded facts and the policy only.
    pub fn gates(&self, threshold: Decimal, tolerance: Decimal) -> Vec<Gate> {
        let tranches = self.tranches();
        let before = |place: usize| place.checked_sub(1).map(|place| &tranches[place]);
        let gate = |(place, tranche): (usize, &Tranche)| match before(place) {
            _ if tranche.paid.is_some() => Gate::Released,
            None => Gate::Open { amount: tranche.amount, carried_forward: Money::ZERO },
            Some(previous) if previous.paid.is_none() => Gate::Waits,
            Some(previous) => after(previous, tranche.amount, threshold, tolerance),
        };
        tranches.iter().enumerate().map(gate).collect()
    }
}

fn after(previous: &Tranche, amount: Money, threshold: Decimal, tolerance: Decimal) -> Gate {
    let spending = previous.spending(tolerance);
    if spending.reaches(threshold) {
        let carried_forward = spending.unaccounted.min(amount);
        Gate::Open { amount: amount - carried_forward, carried_forward }
    } else {
        let paid = spending.accounted + spending.unaccounted;
        let needed = paid.share(threshold, crate::money::Round::Up);
        Gate::Shut { accounted: spending.accounted, needed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CreditId, HouseholdId};
    use uuid::Uuid;

    fn euros(text: &str) -> Money {
        text.parse().expect("an amount")
    }

    fn lines<T>(lines: &[(&str, &str)], make: impl Fn(String, Money) -> T) -> Vec<T> {
        lines.iter().map(|(category, amount)| make((*category).to_owned(), euros(amount))).collect()
    }

    /// Case C12: a credit of 3,600.00 in 1,400 / 1,300 / 900, the first tranche paid.
    fn c12(evidence: &[(&str, &str)]) -> Credit {
        let tranche = |number: u32, amount| Tranche {
            id: TrancheId(Uuid::from_u128(u128::from(number))),
            number,
            amount: euros(amount),
            budget: Vec::new(),
            paid: None,
            evidence: Vec::new(),
        };
        let first = Tranche {
            budget: lines(
                &[("floor", "450.00"), ("bed", "350.00"), ("fridge", "300.00"), ("cooker", "300.00")],
                |category, amount| BudgetLine { category, amount },
            ),
            paid: Some(PaidTranche { amount: euros("1400.00"), on: "2026-02-10".parse().expect("a day") }),
            evidence: lines(evidence, |category, amount| EvidenceLine { category, amount }),
            ..tranche(1, "1400.00")
        };
        let tranches = vec![first, tranche(2, "1300.00"), tranche(3, "900.00")];
        let (id, household) = (CreditId(Uuid::nil()), HouseholdId(Uuid::nil()));
        Credit::new(id, household, "K-12".to_owned(), euros("3600.00"), tranches).expect("adds up")
    }

    #[test]
    fn a_television_does_not_count_and_its_money_lowers_the_next_tranche() {
        let credit = c12(&[
            ("floor", "389.00"),
            ("bed", "420.00"),
            ("fridge", "279.00"),
            ("cooker", "249.99"),
            ("television", "199.00"),
        ]);
        let spending = credit.tranches()[0].spending(Decimal::new(2, 1));
        assert_eq!(spending.accounted, euros("1337.99"));
        assert_eq!(spending.unaccounted, euros("62.01"));
        let open = Gate::Open { amount: euros("1237.99"), carried_forward: euros("62.01") };
        assert_eq!(credit.gates(Decimal::new(9, 1), Decimal::new(2, 1)), [Gate::Released, open, Gate::Waits]);
    }

    #[test]
    fn a_gate_stays_shut_and_says_what_is_missing() {
        let credit = c12(&[("floor", "389.00"), ("bed", "420.00")]);
        let shut = Gate::Shut { accounted: euros("809.00"), needed: euros("1260.00") };
        assert_eq!(credit.gates(Decimal::new(9, 1), Decimal::new(2, 1))[1], shut);
    }
}
