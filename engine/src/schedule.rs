//! Schedule: which dues the benefit of a month must pay, in one total order.

use chrono::NaiveDate;

use crate::calendar::Month;
use crate::id::ObligationId;
use crate::money::Money;
use crate::obligation::{CostKind, Obligation};
use crate::policy::Policy;

/// One obligation in one period. The pair (obligation, period) is paid at most once, ever.
///
/// The fields stand in the order of payment: kind, day, id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// What is owed.
    pub kind: CostKind,
    /// The day the payee must have it.
    pub due_on: NaiveDate,
    /// The obligation.
    pub obligation: ObligationId,
    /// The month it is due in.
    pub period: Month,
    /// The amount.
    pub amount: Money,
}

/// The dues that the benefit of a month pays: those that fall on its pay day or later, before the next
/// pay day. So rent due on 1 March is paid from the benefit of February.
pub fn dues(obligations: &[Obligation], month: Month, policy: &Policy) -> Vec<Due> {
    let (from, before) = (policy.pay_day(month), policy.pay_day(month.next()));
    let mut dues: Vec<Due> = Month::of(from)
        .through(Month::of(before))
        .flat_map(|period| obligations.iter().filter_map(move |obligation| due(obligation, period)))
        .filter(|due| from <= due.due_on && due.due_on < before)
        .collect();
    dues.sort();
    dues
}

fn due(obligation: &Obligation, period: Month) -> Option<Due> {
    let (due_on, amount) = obligation.due_in(period)?;
    Some(Due { kind: obligation.kind, due_on, obligation: obligation.id, period, amount })
}
