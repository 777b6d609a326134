//! The plan of a household for a month, from what is recorded and the rules of the day.

use chrono::NaiveDate;
use grip_engine::benefit::{Benefit, BenefitError};
use grip_engine::calendar::{Month, TargetCalendar};
use grip_engine::money::Money;
use grip_engine::norm::NormTable;
use grip_engine::plan::{Plan, PlanFacts, is_mandatory};
use grip_engine::policy::Policy;
use grip_engine::schedule;

use super::FlowError;
use crate::store::household::HouseholdFile;
use crate::store::{Snapshot, municipality};

/// Norms and policy.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The norms.
    pub norms: NormTable,
    /// What the municipality chose.
    pub policy: Policy,
}

/// A plan with the benefit it is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The benefit.
    pub benefit: Benefit,
    /// The plan.
    pub plan: Plan,
}

/// The rules of a day.
pub async fn rules(at: &mut Snapshot, today: NaiveDate) -> Result<Rules, FlowError> {
    let text = municipality::policy_on(at, today).await?.ok_or(FlowError::NotSetUp)?;
    Ok(Rules { norms: NormTable::shipped(), policy: Policy::parse(&text)? })
}

/// The plan of a household for a benefit month that is paid on a day, with what released plans reserved.
pub fn plan(
    file: &HouseholdFile,
    month: Month,
    execution: NaiveDate,
    rules: &Rules,
) -> Result<Planned, BenefitError> {
    plan_after(file, month, execution, rules, file.reserved)
}

/// What is reserved when these months, which come first and are not released, are released in order.
pub fn reserved_after(file: &HouseholdFile, months: &[Month], rules: &Rules) -> Money {
    months.iter().fold(file.reserved, |reserved, month| {
        match Benefit::of(&file.household, *month, &rules.norms, reserved) {
            Ok(benefit) => reserved + benefit.holiday_reserve - benefit.holiday_payout,
            Err(_) => reserved,
        }
    })
}

/// The plan of a household for a benefit month, with this holiday allowance reserved before it.
pub fn plan_after(
    file: &HouseholdFile,
    month: Month,
    execution: NaiveDate,
    rules: &Rules,
    reserved: Money,
) -> Result<Planned, BenefitError> {
    let benefit = Benefit::of(&file.household, month, &rules.norms, reserved)?;
    let dues = schedule::dues(&file.obligations, month, &rules.policy);
    let plan = Plan::of(&PlanFacts {
        household: &file.household,
        benefit: &benefit,
        dues: &dues,
        mandatory: is_mandatory(&file.household, execution),
        floor: rules.policy.floor(file.household.household_type()),
        skip_and_continue: rules.policy.skip_and_continue,
        decided: &file.decided_in(month),
    });
    Ok(Planned { benefit, plan })
}

/// The day on which a plan that was not released yet is paid: its pay day, or the next open day.
pub fn execution(rules: &Rules, month: Month, today: NaiveDate) -> NaiveDate {
    TargetCalendar.on_or_after(rules.policy.pay_day(month).max(today))
}

/// The months from the start of the right up to the last one, in which a benefit is decided.
pub fn months_with_right(file: &HouseholdFile, last: Month) -> Vec<Month> {
    let Some(first) = file.household.right_from().map(Month::of) else {
        return Vec::new();
    };
    let decided =
        |month: &Month| file.household.benefits.iter().any(|decision| 0 < decision.right.days_in(*month));
    first.through(last).filter(decided).collect()
}
