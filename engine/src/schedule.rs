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
///
/// `policy_of` gives the policy of a month: each pay day is that of its own month and each day of execution that of the
/// month the due is in, so that a policy that changes them loses no due and pays none twice.
pub fn dues<'p>(
    obligations: &[Obligation],
    month: Month,
    policy_of: impl Fn(Month) -> &'p Policy,
) -> Vec<Due> {
    let policy = policy_of(month);
    let (from, before) = (policy.pay_day(month), policy_of(month.next()).pay_day(month.next()));
    let mut dues = Vec::with_capacity(obligations.len());
    for period in Month::of(from).through(Month::of(before).next()) {
        let of_period = policy_of(period);
        let in_period = obligations.iter().filter_map(|obligation| due(obligation, period, of_period));
        dues.extend(in_period.filter(|due| from <= due.execution && due.execution < before));
    }
    let soon = TargetCalendar.later(from, policy.pay_day_covers_days);
    for due in dues.iter_mut().filter(|due| due.execution <= soon) {
        due.execution = from;
    }
    dues.sort_by_key(|due| (policy.place_of(due.kind), due.due_on, due.obligation));
    dues
}

/// The due of an obligation in the month it is due in, by the policy of that month.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Period;
    use crate::id::PayeeId;
    use crate::obligation::{Contract, Rhythm, Version};
    use uuid::Uuid;

    fn on_the(day: u32) -> Obligation {
        let first_due = format!("2026-01-{day:02}").parse().expect("a day");
        let contract = Contract {
            id: ObligationId(Uuid::from_u128(u128::from(day))),
            kind: CostKind::Energy,
            payee: PayeeId(Uuid::nil()),
            rhythm: Rhythm::Monthly,
            first_due,
            last_due: None,
            reference: format!("E-{day}"),
            member: None,
        };
        let period = Period::new(first_due, None).expect("a period");
        let version = Version { period, amount: Money::from_cents(100_00), letter: None };
        Obligation::new(contract, vec![version]).expect("an obligation")
    }

    fn policy(changes: &str) -> Policy {
        Policy::parse_with(include_str!("../../samples/policy.toml"), changes).expect("a policy")
    }

    /// How often each due of a year with two changes of policy is paid by its months.
    fn times_paid(changes: &str) -> Vec<usize> {
        let (usual, other) = (policy(""), policy(changes));
        let month = |text: &str| -> Month { text.parse().expect("a month") };
        let (from, back) = (month("2026-04"), month("2026-07"));
        let policy_of = |month: Month| if from <= month && month < back { &other } else { &usual };
        let owed: Vec<Obligation> = [1, 2, 5, 15, 22, 23, 24, 28, 31].map(on_the).into();
        let first: Month = "2026-01".parse().expect("a month");
        let paid: Vec<Due> =
            first.through(first.plus(10)).flat_map(|month| dues(&owed, month, policy_of)).collect();
        let periods: Vec<Month> = first.plus(2).through(first.plus(9)).collect();
        let of = |obligation: &Obligation, period: Month| {
            paid.iter().filter(|due| due.obligation == obligation.id && due.period == period).count()
        };
        owed.iter().flat_map(|known| periods.iter().map(move |period| of(known, *period))).collect()
    }

    #[test]
    fn a_policy_that_changes_the_pay_day_and_changes_it_back_pays_every_due_once() {
        for changes in ["pay_day = \"day 23\"", "lead_days = 3"] {
            assert!(
                times_paid(changes).iter().all(|times| *times == 1),
                "{changes}: {:?}",
                times_paid(changes)
            );
        }
    }
}
