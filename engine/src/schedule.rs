//! Schedule: which dues the benefit of a month must pay, in one total order.

use chrono::NaiveDate;

use crate::calendar::{Month, TargetCalendar};
use crate::id::{MemberId, ObligationId};
use crate::money::Money;
use crate::obligation::{CostKind, Obligation};
use crate::policy::Policy;

/// One obligation in one period. The pair (obligation, period) is paid at most once, ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What is owed.
    pub kind: CostKind,
    /// The day the payee must have it.
    pub due_on: NaiveDate,
    /// The last TARGET day on which it can be executed in time (ruling 9).
    pub execution: NaiveDate,
    /// The obligation.
    pub obligation: ObligationId,
    /// Whose personal cost it is; without it the household's.
    pub member: Option<MemberId>,
    /// The month it is due in.
    pub period: Month,
    /// The amount.
    pub amount: Money,
}

/// The dues that the benefit of a month pays: those that must be executed on its pay day or later, before the
/// next pay day. So rent due on 1 March is paid from the benefit of February. What is due soon after a pay day
/// leaves with its run; the rest has a run on its own day (ruling 9). They stand in the order of payment: kind, day,
/// obligation.
pub fn dues(obligations: &[Obligation], month: Month, policy: &Policy) -> Vec<Due> {
    let (from, before) = (policy.pay_day(month), policy.pay_day(month.next()));
    let mut dues = Vec::with_capacity(obligations.len());
    for period in Month::of(from).through(Month::of(before).next()) {
        let in_period = obligations.iter().filter_map(|obligation| due(obligation, period, policy));
        dues.extend(in_period.filter(|due| from <= due.execution && due.execution < before));
    }
    let soon = TargetCalendar.later(from, policy.pay_day_covers_days);
    for due in dues.iter_mut().filter(|due| due.execution <= soon) {
        due.execution = from;
    }
    dues.sort_by_key(|due| (policy.place_of(due.kind), due.due_on, due.obligation));
    dues
}

/// The due of an obligation in the month it is due in.
pub fn due(obligation: &Obligation, period: Month, policy: &Policy) -> Option<Due> {
    let (due_on, amount) = obligation.due_in(period)?;
    Some(Due {
        kind: obligation.kind,
        due_on,
        execution: policy.execution_of(due_on),
        obligation: obligation.id,
        member: obligation.member,
        period,
        amount,
    })
}
