//! R03: the fixed costs of a coming month are more than there is to pay them from.
//!
//! `s = benefit + money we hold for the household − fixed costs`. Opens when s < 0: K1 when the cut-off
//! is at most five banking days away, else K2. Closes at s ≥ € 25 (no holiday reserve, ruling 17).

use crate::calendar::TargetCalendar;
use crate::money::Money;
use crate::risk::facts::{Facts, MonthFacts};
use crate::risk::{Figures, Finding, Rule, Severity, Standing};

const CLOSES_AT: Money = Money::from_cents(25_00);
const NEAR_BANKING_DAYS: usize = 5;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    facts.months.iter().filter_map(|month| finding(facts, month)).collect()
}

fn finding(facts: &Facts<'_>, month: &MonthFacts) -> Option<Finding> {
    let available = month.payable + month.held;
    let left = available - month.fixed_costs;
    if CLOSES_AT <= left {
        return None;
    }
    let near = TargetCalendar.open_days_between(facts.today, month.cut_off) <= NEAR_BANKING_DAYS;
    Some(Finding {
        rule: Rule::R03,
        object: facts.household_object(),
        month: Some(month.month),
        severity: if near { Severity::K1 } else { Severity::K2 },
        harm_on: month.pay_day,
        standing: if left < Money::ZERO { Standing::Opens } else { Standing::Stays },
        figures: Figures::PlanShortfall { available, fixed_costs: month.fixed_costs },
    })
}
