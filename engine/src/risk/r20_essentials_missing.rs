//! R20: nearly all furnishing money was paid, and of something nobody can do without nothing was shown or seen.
//!
//! Opens when at least 90 % of the credit was paid: K2. Closes when a line of evidence or a visit shows it. It may have
//! been a gift, or bought second-hand: somebody asks. Nothing is ever claimed because of it.

use chrono::Days;
use rust_decimal::Decimal;

use crate::money::Round;
use crate::risk::facts::{CreditFacts, Facts};
use crate::risk::{Figures, Finding, Rule, Severity, Standing};

/// The share of the credit that is nearly all of it.
const NEARLY_ALL: Decimal = Decimal::from_parts(9, 0, 0, false, 1);

/// Days within which the home should be whole.
const HARM_AFTER_DAYS: u64 = 35;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    facts.credits.iter().filter_map(finding).collect()
}

fn finding(credit: &CreditFacts<'_>) -> Option<Finding> {
    let is_nearly_all = credit.amount.share(NEARLY_ALL, Round::Up) <= credit.disbursed;
    if !is_nearly_all || credit.missing.is_empty() {
        return None;
    }
    Some(Finding {
        rule: Rule::R20,
        object: credit.credit.0,
        month: None,
        severity: Severity::K2,
        harm_on: credit.paid_on + Days::new(HARM_AFTER_DAYS),
        standing: Standing::Opens,
        figures: Figures::EssentialsMissing {
            missing: credit.missing.iter().map(|name| (*name).to_owned()).collect(),
        },
    })
}
