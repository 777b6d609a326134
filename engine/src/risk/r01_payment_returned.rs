//! R01: a payment of ours came back, so a bill is not paid.
//!
//! Opens at once: K1 for rent, premium, energy and water, else K2. Closes when the due was paid again
//! and did not come back within three banking days.

use crate::calendar::TargetCalendar;
use crate::risk::facts::{Facts, ReturnedFacts};
use crate::risk::{Figures, Finding, Rule, Severity, Standing};

const QUIET_BANKING_DAYS: u32 = 3;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let waits = |returned: &&ReturnedFacts| {
        returned.paid_again_on.is_none_or(|on| facts.today < TargetCalendar.later(on, QUIET_BANKING_DAYS))
    };
    facts.returned.iter().filter(waits).map(finding).collect()
}

fn finding(returned: &ReturnedFacts) -> Finding {
    Finding {
        rule: Rule::R01,
        object: returned.due.0,
        month: None,
        severity: if returned.essential { Severity::K1 } else { Severity::K2 },
        harm_on: returned.returned_on,
        standing: if returned.paid_again_on.is_some() { Standing::Stays } else { Standing::Opens },
        figures: Figures::PaymentReturned {
            amount: returned.amount,
            period: returned.period,
            returned_on: returned.returned_on,
            reason: returned.reason.clone(),
            paid_again_on: returned.paid_again_on,
        },
    }
}
