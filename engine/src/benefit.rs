//! The benefit of a month, recomputed from the decisions to check them, and the room for deductions.
//!
//! Legal sources: Participatiewet art. 19 (norm and holiday allowance), 45 (per calendar month, part of
//! a month, holiday allowance in June), Rv art. 475dc (protected income).

use rust_decimal::Decimal;

use crate::calendar::Month;
use crate::household::{BenefitDecision, Household, Reduction};
use crate::money::{Money, Round};
use crate::norm::{Norm, NormError, NormTable};

/// The benefit of one month, with every figure on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Benefit {
    /// The month.
    pub month: Month,
    /// The reference of the decision.
    pub decision: String,
    /// The norm that applies.
    pub norm: Norm,
    /// The days of the month with a right.
    pub days: u32,
    /// The norm for those days.
    pub for_days: Money,
    /// What decided reductions take off.
    pub reduced: Money,
    /// The social assistance of the month, including holiday allowance.
    pub granted: Money,
    /// Kept apart as holiday allowance.
    pub holiday_reserve: Money,
    /// Paid this month: granted less the holiday reserve.
    pub payable: Money,
    /// Holiday allowance of the past twelve months, paid in June; it goes whole to the household.
    pub holiday_payout: Money,
}

/// Why there is no benefit to plan with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BenefitError {
    /// Nothing was decided for the month.
    #[error("no decided benefit in {0}: record the decision of the benefit system first")]
    NotDecided(Month),
    /// The norm of the month is missing.
    #[error(transparent)]
    Norm(#[from] NormError),
}

/// The month in which the holiday allowance is paid (art. 45(1)).
const HOLIDAY_MONTH: u32 = 6;

impl Benefit {
    /// The benefit of a household in a month.
    pub fn of(household: &Household, month: Month, norms: &NormTable) -> Result<Benefit, BenefitError> {
        let in_month = |decision: &&BenefitDecision| 0 < decision.right.days_in(month);
        let decision = household.benefits.iter().find(in_month).ok_or(BenefitError::NotDecided(month))?;
        let norm = norms.norm(decision.norm, month)?;
        let days = decision.right.days_in(month);
        let for_days =
            if days == month.days() { norm.amount } else { norm.amount.days_of(days, month.days()) };
        let reduced = reduction_of(&household.reductions, month, for_days);
        let granted = (for_days - reduced).or_zero();
        let holiday_reserve = granted.share(norm.holiday_allowance, Round::HalfUp);
        Ok(Benefit {
            month,
            decision: decision.reference.clone(),
            days,
            for_days,
            reduced,
            granted,
            holiday_reserve,
            payable: granted - holiday_reserve,
            holiday_payout: holiday_payout(household, month, norms)?,
            norm,
        })
    }

    /// What all deductions of the month together may take: at most 5 % of the norm, and nothing of the
    /// protected income. The protected amount is rounded up, the room down (ruling 3).
    pub fn room_for_deductions(&self, income: Money) -> Money {
        let open = Decimal::ONE - self.norm.protected_income;
        let most = self.norm.amount.share(open, Round::Down);
        let protected = self.norm.amount.share(self.norm.protected_income, Round::Up) - income;
        most.min(self.granted - protected).or_zero()
    }
}

fn reduction_of(reductions: &[Reduction], month: Month, amount: Money) -> Money {
    let in_month = reductions.iter().filter(|reduction| reduction.month == month);
    in_month.map(|reduction| amount.share(reduction.share, Round::HalfUp)).sum()
}

/// In June the reserves of the twelve months before it.
fn holiday_payout(household: &Household, month: Month, norms: &NormTable) -> Result<Money, BenefitError> {
    if month.number() != HOLIDAY_MONTH {
        return Ok(Money::ZERO);
    }
    let mut payout = Money::ZERO;
    let mut earlier = month;
    for _ in 0..12 {
        earlier = earlier.previous();
        match Benefit::of(household, earlier, norms) {
            Ok(benefit) => payout += benefit.holiday_reserve,
            Err(BenefitError::NotDecided(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(payout)
}
