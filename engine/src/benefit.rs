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
    /// Holiday allowance that is paid out: what was reserved, in June; in the last month of the right with
    /// what this month reserves. It goes whole to the household.
    pub holiday_payout: Money,
}

/// Why there is no benefit to plan with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BenefitError {
    /// Nothing was decided for the month.
    #[error("no decided benefit in {0}: record the decision of the benefit system first")]
    NotDecided(Month),
    /// Two decisions hold in the month; adding up their parts is not built yet.
    #[error("two decisions on the benefit hold in {month}: `{first}` and `{second}`")]
    Several {
        /// The month.
        month: Month,
        /// The reference of one decision.
        first: String,
        /// The reference of another.
        second: String,
    },
    /// The norm of the month is missing.
    #[error(transparent)]
    Norm(#[from] NormError),
}

/// The month in which the holiday allowance is paid (art. 45(1)).
const HOLIDAY_MONTH: u32 = 6;

impl Benefit {
    /// The benefit of a household in a month, with the holiday allowance that was reserved for it before.
    pub fn of(
        household: &Household,
        month: Month,
        norms: &NormTable,
        reserved: Money,
    ) -> Result<Benefit, BenefitError> {
        let decision = decision_of(household, month)?;
        let norm = norms.norm(decision.norm, month)?;
        let days = decision.right.days_in(month);
        let for_days =
            if days == month.days() { norm.amount } else { norm.amount.days_of(days, month.days()) };
        let reduced = reduction_of(&household.reductions, month, for_days);
        let granted = (for_days - reduced).or_zero();
        let holiday_reserve = granted.share(norm.holiday_allowance, Round::HalfUp);
        let holiday_payout = if is_last(household, month) {
            reserved + holiday_reserve
        } else if month.number() == HOLIDAY_MONTH {
            reserved
        } else {
            Money::ZERO
        };
        Ok(Benefit {
            month,
            decision: decision.reference.clone(),
            days,
            for_days,
            reduced,
            granted,
            holiday_reserve,
            payable: granted - holiday_reserve,
            holiday_payout,
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

fn decision_of(household: &Household, month: Month) -> Result<&BenefitDecision, BenefitError> {
    let mut decisions = household.benefits.iter().filter(|decision| 0 < decision.right.days_in(month));
    let first = decisions.next().ok_or(BenefitError::NotDecided(month))?;
    match decisions.next() {
        None => Ok(first),
        Some(second) => Err(BenefitError::Several {
            month,
            first: first.reference.clone(),
            second: second.reference.clone(),
        }),
    }
}

/// True for the last month of the right: then the reserve is paid out (art. 45(1): within three months).
fn is_last(household: &Household, month: Month) -> bool {
    household
        .benefits
        .iter()
        .all(|decision| decision.right.until().is_some_and(|until| Month::of(until) <= month))
}

fn reduction_of(reductions: &[Reduction], month: Month, amount: Money) -> Money {
    let in_month = reductions.iter().filter(|reduction| reduction.month == month);
    in_month.map(|reduction| amount.share(reduction.share, Round::HalfUp)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Period;
    use crate::household::NormKind;
    use crate::id::HouseholdId;

    fn benefit(rights: &[(&str, Option<&str>)], month: &str, reserved: i64) -> Result<Benefit, BenefitError> {
        let decision = |(from, until): &(&str, Option<&str>)| BenefitDecision {
            reference: (*from).to_owned(),
            right: Period::new(from.parse().expect("a day"), until.map(|day| day.parse().expect("a day")))
                .expect("a period"),
            norm: NormKind::Single,
        };
        let household = Household {
            id: HouseholdId(uuid::Uuid::nil()),
            members: Vec::new(),
            benefits: rights.iter().map(decision).collect(),
            reductions: Vec::new(),
            reported_income: Vec::new(),
        };
        let month = month.parse().expect("a month");
        Benefit::of(&household, month, &NormTable::shipped(), Money::from_cents(reserved))
    }

    #[test]
    fn the_holiday_allowance_is_paid_in_june_and_at_the_end_of_the_right() {
        let payout = |rights, month, reserved| {
            benefit(rights, month, reserved).map(|benefit| benefit.holiday_payout.to_string())
        };
        let goes_on = &[("2026-02-01", None)];
        assert_eq!(payout(goes_on, "2026-05", 201_81), Ok("0.00".to_owned()));
        assert_eq!(payout(goes_on, "2026-06", 269_08), Ok("269.08".to_owned()));
        let ends = &[("2026-02-01", Some("2026-05-31"))];
        assert_eq!(payout(ends, "2026-04", 134_54), Ok("0.00".to_owned()));
        assert_eq!(payout(ends, "2026-05", 201_81), Ok("269.08".to_owned()));
    }

    #[test]
    fn two_decisions_in_one_month_are_named_and_none_is_paid() {
        let rights = &[("2026-02-01", Some("2026-03-16")), ("2026-03-17", None)];
        assert!(benefit(rights, "2026-02", 0).is_ok());
        assert!(benefit(rights, "2026-04", 0).is_ok());
        assert_eq!(
            benefit(rights, "2026-03", 0).expect_err("two").to_string(),
            "two decisions on the benefit hold in 2026-03: `2026-02-01` and `2026-03-17`"
        );
    }
}
