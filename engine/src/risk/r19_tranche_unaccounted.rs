//! R19: of a tranche of the furnishing credit too little was shown with receipts or declarations.
//!
//! Opens when the share of the gate is not met at day 42 (policy): K3, K2 two weeks later. Closes when it
//! is met (ruling 19). Nothing is ever claimed back because of it.

use crate::money::Round;
use crate::risk::facts::{Facts, TrancheFacts};
use crate::risk::{Figures, Finding, Rule, Severity, Standing};

const PRESSING_AFTER_DAYS: i64 = 14;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    facts.tranches.iter().filter_map(|tranche| finding(facts, tranche)).collect()
}

fn finding(facts: &Facts<'_>, tranche: &TrancheFacts) -> Option<Finding> {
    let days = (facts.today - tranche.paid_on).num_days();
    let late = (facts.today - tranche.evidence_due).num_days();
    let met = tranche.paid.share(tranche.threshold, Round::Up) <= tranche.accounted;
    if met || late < 0 {
        return None;
    }
    Some(Finding {
        rule: Rule::R19,
        object: tranche.tranche.0,
        month: None,
        severity: if late < PRESSING_AFTER_DAYS { Severity::K3 } else { Severity::K2 },
        harm_on: tranche.evidence_due,
        standing: Standing::Opens,
        figures: Figures::TrancheUnaccounted {
            paid: tranche.paid,
            unaccounted: tranche.paid - tranche.accounted,
            days,
        },
    })
}
