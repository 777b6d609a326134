//! R04: what is left to live on is less than the floor of the household.
//!
//! `w = living money of the plan + income reported to the income officer`, per month (ruling 13). Opens
//! when w < F: K2, K1 when w < 0.8 F. Closes at w ≥ 1.05 F.

use rust_decimal::Decimal;

use crate::money::Round;
use crate::risk::facts::{Facts, MonthFacts};
use crate::risk::{Figures, Finding, Rule, Severity, Standing};

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    facts.months.iter().filter_map(|month| finding(facts, month)).collect()
}

fn finding(facts: &Facts<'_>, month: &MonthFacts) -> Option<Finding> {
    let left = month.living_money + month.reported_income;
    let part = |percent: i64| month.floor.share(Decimal::new(percent, 2), Round::Up);
    if part(105) <= left {
        return None;
    }
    Some(Finding {
        rule: Rule::R04,
        object: facts.household_object(),
        month: Some(month.month),
        severity: if left < part(80) { Severity::K1 } else { Severity::K2 },
        harm_on: month.pay_day,
        standing: if left < month.floor { Standing::Opens } else { Standing::Stays },
        figures: Figures::FloorBreached { living_money: left, floor: month.floor },
    })
}
