//! Rehearsing: what a change would do to the coming months of a household, before anybody decides. Nothing is kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::calendar::Month;
use grip_engine::household::Household;
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use grip_engine::plan::{NeedsDecision, Outcome};
use grip_engine::relief::ReliefWindow;
use uuid::Uuid;

use super::FlowError;
use super::planning::{Dossier, Open, Rules, dossier, execution, months_with_right, rules};
use super::record::arrears::difference_due;
use super::record::furnishing::completed;
use crate::intake::fold::{Fact, Payees, member_of, obligation_of};
use crate::intake::{EventIn, HouseholdIn};
use crate::store::household::{self, HouseholdFile};
use crate::store::{Snapshot, StoreError, municipality};

/// The coming months without a change and with it.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// As it is recorded.
    pub without: Timeline,
    /// With the change.
    pub with: Timeline,
}

/// What a household gets in the coming months.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The relief windows, the applicant first.
    pub windows: Vec<(String, ReliefWindow)>,
    /// The months with a right, oldest first.
    pub months: Vec<MonthLine>,
}

/// A month of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct MonthLine {
    /// The benefit month.
    pub month: Month,
    /// True when it was released: then only a difference moves.
    pub released: bool,
    /// True when payment is suspended on the day of its run: nothing goes out, and what is payable waits.
    pub suspended: bool,
    /// The benefit that is paid this month.
    pub payable: Money,
    /// What there is to pay from.
    pub available: Money,
    /// What is withheld.
    pub withheld: Money,
    /// The fixed costs that the municipality pays.
    pub paid: Money,
    /// The fixed costs that wait or do not fit.
    pub unpaid: Money,
    /// What is left to live on.
    pub living_money: Money,
    /// Holiday allowance paid out.
    pub holiday_payout: Money,
    /// What a released month gives more, or less when below zero.
    pub difference: Money,
    /// The decision a person must take.
    pub needs_decision: Option<NeedsDecision>,
    /// Why the month cannot be planned.
    pub problem: Option<String>,
}

/// The next so many months of a household, without these events and with them.
pub async fn rehearse(
    at: &mut Snapshot,
    id: HouseholdId,
    events: &[EventIn],
    today: NaiveDate,
    months: u32,
) -> Result<Rehearsal, FlowError> {
    let rules = rules(at).await?;
    let found = dossier(at, id).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "household", id: id.to_string() })?;
    let payees = household::payee_names(at).await?;
    let mut changed = found.clone();
    add_events(at, &rules, &mut changed.file, events, &payees).await?;
    for (number, event) in (3_000_u128..).zip(events) {
        let Some(letter) = &event.amount_change else { continue };
        let id = invented(number).into();
        let due = difference_due(id, &found.file.obligations, &changed, &rules, letter)?;
        changed.file.obligations.extend(due);
    }
    let last = Month::of(today).plus(months);
    Ok(Rehearsal {
        without: timeline(&found, &rules, today, last),
        with: timeline(&changed, &rules, today, last),
    })
}

/// The next so many months of a household that is about to be entered.
pub async fn rehearse_new(
    at: &mut Snapshot,
    file: &HouseholdIn,
    today: NaiveDate,
    months: u32,
) -> Result<Timeline, FlowError> {
    let rules = rules(at).await?;
    let payees = household::payee_names(at).await?;
    let account = municipality::bank_accounts(at).await?.into_iter().next().ok_or(StoreError::Missing)?;
    let mut new = HouseholdFile {
        household: Household::new(Uuid::nil().into()),
        number: file.number.clone(),
        bank_account: account.id,
        obligations: Vec::new(),
        credits: Vec::new(),
        accounts: BTreeMap::new(),
        recorded_by: BTreeSet::new(),
    };
    for (number, member) in (1_u128..).zip(&file.member) {
        new.household.members.push(member_of(invented(number).into(), member)?);
    }
    let mut folded = new.take();
    for (number, obligation) in (1_000_u128..).zip(&file.obligation) {
        let obligation = obligation_of(invented(number).into(), obligation, &folded, &payees)?;
        folded.obligations.push(obligation);
    }
    new.put(folded);
    add_events(at, &rules, &mut new, &file.event, &payees).await?;
    let empty = Dossier {
        file: new,
        released: Vec::new(),
        attempted: BTreeSet::new(),
        in_cash: BTreeSet::new(),
        returned: Vec::new(),
        reissues: BTreeMap::new(),
        payouts: BTreeMap::new(),
    };
    Ok(timeline(&empty, &rules, today, Month::of(today).plus(months)))
}

/// An id for something that is not kept.
fn invented(number: u128) -> Uuid {
    Uuid::from_u128(u128::MAX - number)
}

async fn add_events(
    at: &mut Snapshot,
    rules: &Rules,
    file: &mut HouseholdFile,
    events: &[EventIn],
    payees: &Payees,
) -> Result<(), FlowError> {
    for (number, event) in (2_000_u128..).zip(events) {
        let event = &*Box::pin(completed(at, rules, file, event)).await?;
        let mut folded = file.take();
        if let Some(member) = &event.member_joined {
            folded.household.members.push(member_of(invented(number).into(), member)?);
        }
        if let Some(obligation) = &event.obligation {
            let obligation = obligation_of(invented(number).into(), obligation, &folded, payees)?;
            folded.obligations.push(obligation);
        }
        folded.add(Fact { id: invented(number), event }, payees)?;
        file.put(folded);
    }
    Ok(())
}

/// The months of a household from the one that runs now up to the last one.
pub fn timeline(dossier: &Dossier, rules: &Rules, today: NaiveDate, last: Month) -> Timeline {
    let household = &dossier.file.household;
    let windows = household
        .adults()
        .filter_map(|member| ReliefWindow::of(household, member).map(|window| (member.name.clone(), window)));
    let lives = |month: &Month| today < rules.policy_of(*month).pay_day(month.next());
    let is_open = |month: &Month| lives(month) || !dossier.is_released(*month);
    let (open, _) = dossier.open(rules, last, |month| execution(rules, month, today));
    let months = months_with_right(&dossier.file, last).into_iter().filter(is_open);
    Timeline {
        windows: windows.collect(),
        months: months.map(|month| line(dossier, rules, month, today, &open)).collect(),
    }
}

fn line(dossier: &Dossier, rules: &Rules, month: Month, today: NaiveDate, open: &[Open]) -> MonthLine {
    let difference = open.iter().find_map(|open| match open {
        Open::More { month: of, supplement, .. } if *of == month => Some(supplement.payable),
        Open::Less { month: of, payable, .. } if *of == month => Some(-*payable),
        _ => None,
    });
    let empty = MonthLine {
        month,
        released: false,
        suspended: false,
        payable: Money::ZERO,
        available: Money::ZERO,
        withheld: Money::ZERO,
        paid: Money::ZERO,
        unpaid: Money::ZERO,
        living_money: Money::ZERO,
        holiday_payout: Money::ZERO,
        difference: difference.unwrap_or_default(),
        needs_decision: None,
        problem: None,
    };
    if let Some(released) = dossier.released_month(month) {
        let withheld: Money = released.withheld.iter().map(|withheld| withheld.taken).sum();
        let sums = &released.sums;
        let available = (sums.payable - sums.advance).or_zero() + sums.bridge - withheld;
        let paid = available - released.living_money;
        return MonthLine {
            released: true,
            payable: sums.payable,
            available,
            withheld,
            paid,
            unpaid: released.fixed_costs - paid,
            living_money: released.living_money,
            holiday_payout: released.sums.holiday_payout,
            ..empty
        };
    }
    match dossier.plan_of(rules, month, execution(rules, month, today)) {
        Err(error) => MonthLine { problem: Some(error.to_string()), ..empty },
        Ok(planned) => {
            let plan = planned.plan;
            let of = |outcome: fn(Outcome) -> bool| -> Money {
                let lines = plan.lines.iter().filter(|line| outcome(line.outcome));
                lines.map(|line| line.due.amount).sum()
            };
            if dossier.file.household.is_suspended(execution(rules, month, today)) {
                let waits = of(|outcome| !matches!(outcome, Outcome::ClientPays | Outcome::PaidByOther));
                return MonthLine {
                    suspended: true,
                    payable: planned.benefit.payable,
                    unpaid: waits,
                    ..empty
                };
            }
            MonthLine {
                payable: planned.benefit.payable,
                available: plan.available,
                withheld: plan.withheld.iter().map(|withheld| withheld.taken).sum(),
                paid: of(|outcome| outcome == Outcome::Pay),
                unpaid: of(|outcome| {
                    matches!(outcome, Outcome::NeedsDecision | Outcome::Unfunded { .. } | Outcome::PayLater)
                }),
                living_money: plan.living_money,
                holiday_payout: plan.holiday_payout,
                needs_decision: plan.needs_decision,
                ..empty
            }
        }
    }
}
