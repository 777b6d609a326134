//! Withholding: what seizures, set-off and repayment take from the benefit of a month.
//!
//! There is one room for all of them (ruling 3). Seizure and mandatory set-off come first, then other claims;
//! the instalment of a loan yields (rulings 4, 5). A CAK order stands outside the room.

use crate::benefit::Benefit;
use crate::household::withholding::{Deduction, DeductionKind, DeductionSize};
use crate::id::DeductionId;
use crate::money::{Money, Round};

/// What a withholding takes from the benefit of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The withholding.
    pub deduction: DeductionId,
    /// What it is.
    pub kind: DeductionKind,
    /// What it would take if there were room.
    pub wanted: Money,
    /// What it takes.
    pub taken: Money,
}

/// What a withholding took in released months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenBefore {
    /// The withholding.
    pub deduction: DeductionId,
    /// In all.
    pub total: Money,
    /// The months that count as an instalment.
    pub instalments: u32,
}

/// Where a loan or claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// What was taken.
    pub taken: Money,
    /// The months in which it took something.
    pub instalments: u32,
    /// What is left, where there is a total.
    pub left: Option<Money>,
    /// The rest of a loan after its last instalment: a proposal for remission, never a remission.
    pub remission: Option<Money>,
}

/// What the withholdings take from a benefit, in the order in which they use the room. Nothing is taken beyond
/// the room, or beyond what there is; what takes nothing is left out.
pub fn withhold<'a>(
    deductions: impl IntoIterator<Item = &'a Deduction>,
    benefit: &Benefit,
    available: Money,
    before: &[TakenBefore],
) -> Vec<Withheld> {
    let runs = deductions.into_iter().filter(|deduction| deduction.runs_in(benefit.month));
    let mut order: Vec<&Deduction> = runs.collect();
    order.sort_by_key(|deduction| (deduction.kind, deduction.from));
    let (mut room, mut left) = (benefit.room_for_deductions(), available.or_zero());
    let mut withheld = Vec::with_capacity(order.len());
    for deduction in order {
        let wanted = wanted(deduction, benefit, taken_before(before, deduction.id));
        let most = if deduction.kind == DeductionKind::Cak { left } else { room.min(left) };
        let taken = wanted.min(most);
        left -= taken;
        if deduction.kind != DeductionKind::Cak {
            room -= taken;
        }
        if wanted.is_positive() {
            withheld.push(Withheld { deduction: deduction.id, kind: deduction.kind, wanted, taken });
        }
    }
    withheld
}

/// Where a withholding stands after these released months.
pub fn balance(deduction: &Deduction, before: &[TakenBefore]) -> Balance {
    let TakenBefore { total: taken, instalments, .. } = taken_before(before, deduction.id);
    let left = deduction.total.map(|total| (total - deduction.relieved - taken).or_zero());
    let is_over = deduction.kind == DeductionKind::LoanRepayment && deduction.instalments <= instalments;
    let remission = left.filter(|left| is_over && left.is_positive());
    Balance { taken, instalments, left, remission }
}

/// Adds what a month took. A month in which an instalment yielded counts as one of them when something was taken,
/// unless the policy says otherwise (ruling 5).
pub fn add(before: &mut Vec<TakenBefore>, withheld: &[Withheld], counts_when_yielded: bool) {
    for taken in withheld.iter().filter(|withheld| withheld.taken.is_positive()) {
        let counts = u32::from(counts_when_yielded || taken.taken == taken.wanted);
        match before.iter_mut().find(|before| before.deduction == taken.deduction) {
            Some(before) => {
                before.total += taken.taken;
                before.instalments += counts;
            }
            None => before.push(TakenBefore {
                deduction: taken.deduction,
                total: taken.taken,
                instalments: counts,
            }),
        }
    }
}

fn taken_before(before: &[TakenBefore], deduction: DeductionId) -> TakenBefore {
    let found = before.iter().find(|before| before.deduction == deduction).copied();
    found.unwrap_or(TakenBefore { deduction, total: Money::ZERO, instalments: 0 })
}

fn wanted(deduction: &Deduction, benefit: &Benefit, before: TakenBefore) -> Money {
    let is_over =
        deduction.kind == DeductionKind::LoanRepayment && deduction.instalments <= before.instalments;
    if is_over {
        return Money::ZERO;
    }
    let size = match deduction.size {
        DeductionSize::Amount(amount) => amount,
        DeductionSize::Share(share) => benefit.norm.amount.share(share, Round::Down),
    };
    deduction.total.map_or(size, |total| size.min(total - deduction.relieved - before.total)).or_zero()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefit::BenefitFacts;
    use crate::household::Household;
    use crate::household::right::{BenefitDecision, NormKind, Ruling};
    use crate::id::HouseholdId;
    use crate::norm::NormTable;
    use crate::policy::PartMonth;
    use uuid::Uuid;

    fn deduction(number: u128, kind: DeductionKind, cents: i64, total: Option<i64>) -> Deduction {
        Deduction {
            id: DeductionId(Uuid::from_u128(number)),
            reference: format!("D-{number}"),
            recorded_on: "2026-07-20".parse().expect("a day"),
            kind,
            legal_basis: "Pw 48(4)".to_owned(),
            objection_until: "2026-09-01".parse().expect("a day"),
            size: DeductionSize::Amount(Money::from_cents(cents)),
            from: "2026-08".parse().expect("a month"),
            until: None,
            total: total.map(Money::from_cents),
            relieved: Money::ZERO,
            instalments: 36,
            payee: None,
            suspended: Vec::new(),
        }
    }

    fn benefit() -> Benefit {
        let mut household = Household::new(HouseholdId(Uuid::nil()));
        household.decisions.push(BenefitDecision {
            reference: "B-1".to_owned(),
            from: "2026-02-01".parse().expect("a day"),
            recorded_on: "2026-02-01".parse().expect("a day"),
            ruling: Ruling::Right { until: None, norm: NormKind::Single, amount: None },
        });
        let norms = NormTable::shipped();
        let facts = BenefitFacts {
            household: &household,
            norms: &norms,
            part_month: PartMonth::Calendar,
            holiday_month: 6,
            holiday_allowance_protected: true,
        };
        Benefit::of(&facts, "2026-08".parse().expect("a month"), Money::ZERO).expect("a benefit")
    }

    fn taken(deductions: &[Deduction], before: &[TakenBefore]) -> Vec<i64> {
        let benefit = benefit();
        let withheld = withhold(deductions, &benefit, benefit.payable, before);
        withheld.iter().map(|withheld| withheld.taken.cents()).collect()
    }

    #[test]
    fn c4_the_instalment_yields_to_a_seizure_and_a_second_one_displaces_it() {
        let loan = deduction(1, DeductionKind::LoanRepayment, 70_97, Some(3_600_00));
        let seizure = |number, cents| deduction(number, DeductionKind::Seizure, cents, None);
        assert_eq!(taken(std::slice::from_ref(&loan), &[]), [70_97]);
        assert_eq!(taken(&[loan.clone(), seizure(2, 50_00)], &[]), [50_00, 20_97]);
        assert_eq!(taken(&[loan.clone(), seizure(2, 50_00), seizure(3, 20_97)], &[]), [50_00, 20_97, 0]);
        assert_eq!(taken(&[loan, seizure(2, 50_00), seizure(3, 60_00)], &[]), [50_00, 20_97, 0]);
    }

    #[test]
    fn after_36_instalments_the_rest_is_a_proposal_and_nothing_is_taken() {
        let loan = deduction(1, DeductionKind::LoanRepayment, 70_97, Some(3_600_00));
        let before = |instalments, cents| TakenBefore {
            deduction: loan.id,
            total: Money::from_cents(cents),
            instalments,
        };
        let [second_last, last] = [before(35, 2_483_95), before(36, 2_554_92)];
        assert_eq!(taken(std::slice::from_ref(&loan), &[second_last]), [70_97]);
        assert_eq!(taken(std::slice::from_ref(&loan), &[last]), [] as [i64; 0]);
        assert_eq!(balance(&loan, &[second_last]).remission, None);
        assert_eq!(balance(&loan, &[last]).remission, Some(Money::from_cents(1_045_08)));
    }

    #[test]
    fn the_last_instalment_is_what_is_left_and_a_cak_order_is_outside_the_room() {
        let loan = deduction(1, DeductionKind::LoanRepayment, 70_97, Some(100_00));
        let before = TakenBefore { deduction: loan.id, total: Money::from_cents(70_97), instalments: 1 };
        assert_eq!(taken(std::slice::from_ref(&loan), &[before]), [29_03]);
        let cak = deduction(2, DeductionKind::Cak, 175_20, None);
        assert_eq!(taken(&[loan, cak], &[]), [175_20, 70_97]);
    }
}
