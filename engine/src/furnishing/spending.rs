//! Spending: what was bought with a tranche, held against its budget.

use rust_decimal::Decimal;

use crate::money::{Money, Round};

/// What a tranche is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetLine {
    /// The category of goods.
    pub category: String,
    /// What it may cost.
    pub amount: Money,
}

/// One line of a receipt, invoice or declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLine {
    /// The category of goods.
    pub category: String,
    /// What it cost.
    pub amount: Money,
}

/// What a line of evidence is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// It counts in full.
    Eligible,
    /// It passes its budget line by more than the tolerance: it counts up to the budget (ruling 27).
    OverLineLimit,
    /// Its category is not in the budget: it does not count.
    WrongCategory,
}

/// A line of evidence with what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedLine {
    /// The line.
    pub line: EvidenceLine,
    /// Its state.
    pub state: LineState,
    /// What counts.
    pub counts: Money,
}

/// A tranche against its evidence: accounted + unaccounted = the tranche.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// Every line of evidence.
    pub lines: Vec<JudgedLine>,
    /// What is accounted for, at most the tranche.
    pub accounted: Money,
    /// What is not accounted for.
    pub unaccounted: Money,
}

impl Spending {
    /// Holds the evidence against the budget. Several purchases in one category count together.
    pub fn of(
        tranche: Money,
        budget: &[BudgetLine],
        evidence: &[EvidenceLine],
        tolerance: Decimal,
    ) -> Spending {
        let mut spent = vec![Money::ZERO; budget.len()];
        let lines: Vec<JudgedLine> =
            evidence.iter().map(|line| judge(line, budget, &mut spent, tolerance)).collect();
        let accounted = lines.iter().map(|line| line.counts).sum::<Money>().min(tranche);
        Spending { lines, accounted, unaccounted: tranche - accounted }
    }

    /// True when at least this share of the tranche is accounted for.
    pub fn reaches(&self, share: Decimal) -> bool {
        let tranche = self.accounted + self.unaccounted;
        tranche.share(share, Round::Up) <= self.accounted
    }
}

fn judge(line: &EvidenceLine, budget: &[BudgetLine], spent: &mut [Money], tolerance: Decimal) -> JudgedLine {
    let judged = |state, counts| JudgedLine { line: line.clone(), state, counts };
    let Some(place) = budget.iter().position(|budget| budget.category == line.category) else {
        return judged(LineState::WrongCategory, Money::ZERO);
    };
    let limit = budget[place].amount;
    let before = spent[place];
    spent[place] += line.amount;
    if spent[place] <= limit.share(Decimal::ONE + tolerance, Round::Down) {
        judged(LineState::Eligible, line.amount)
    } else {
        judged(LineState::OverLineLimit, line.amount.min((limit - before).or_zero()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bed(cents: i64) -> JudgedLine {
        let budget = [BudgetLine { category: "bed".to_owned(), amount: Money::from_cents(350_00) }];
        let evidence = [EvidenceLine { category: "bed".to_owned(), amount: Money::from_cents(cents) }];
        let spending = Spending::of(Money::from_cents(1_400_00), &budget, &evidence, Decimal::new(2, 1));
        spending.lines[0].clone()
    }

    #[test]
    fn a_bed_counts_in_full_to_the_tolerance_and_up_to_the_budget_a_cent_above() {
        let judged = |cents| (bed(cents).state, bed(cents).counts.cents());
        assert_eq!(judged(419_99), (LineState::Eligible, 419_99));
        assert_eq!(judged(420_00), (LineState::Eligible, 420_00));
        assert_eq!(judged(420_01), (LineState::OverLineLimit, 350_00));
    }

    #[test]
    fn the_gate_opens_at_the_share_and_not_a_cent_before() {
        let spending = |accounted| Spending {
            lines: Vec::new(),
            accounted: Money::from_cents(accounted),
            unaccounted: Money::from_cents(1_400_00 - accounted),
        };
        let share = Decimal::new(9, 1);
        assert!(!spending(1_259_99).reaches(share));
        assert!(spending(1_260_00).reaches(share));
        assert!(spending(1_260_01).reaches(share));
    }
}
