//! What is to be paid for a household: the plan of each month that was not released, and the difference of each
//! month that was, from what is recorded and the rules of the month.

mod so_far;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::payment_run::Subject;
use grip_engine::benefit::{Benefit, BenefitError, BenefitFacts};
use grip_engine::calendar::{Month, TargetCalendar};
use grip_engine::difference::{Supplement, difference};
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::evidence::Way;
use grip_engine::furnishing::standing::Standing;
use grip_engine::furnishing::tranche::Payouts;
use grip_engine::id::{PayeeId, TrancheId};
use grip_engine::money::Money;
use grip_engine::norm::NormTable;
use grip_engine::plan::{LivingMoneyShare, Plan, PlanFacts, living_money_parts, living_money_shares};
use grip_engine::policy::{FurnishingPolicy, LivingMoneyPayer, Policy};
use grip_engine::schedule::{self, Due};
use grip_engine::withhold::TakenBefore;
use uuid::Uuid;

use super::FlowError;
use crate::store::credit;
use crate::store::household::{self, HouseholdFile};
use crate::store::payment::{self, PaymentRow};
use crate::store::plan::{self as plans, Released, SharePart};
use crate::store::{Scope, Snapshot, cash, municipality, reissue};
use so_far::{Later, SoFar};

/// Norms, and the policies of the municipality by date.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The norms.
    pub norms: NormTable,
    policies: Vec<Policy>,
}

/// A plan with the benefit it is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The benefit.
    pub benefit: Benefit,
    /// The plan.
    pub plan: Plan,
    /// The day on which it is executed.
    pub execution: NaiveDate,
}

/// A household with what was released and paid for it.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// What was recorded.
    pub file: HouseholdFile,
    /// The months that were released, oldest first.
    pub released: Vec<Released>,
    /// What was tried to pay, and not cancelled.
    pub attempted: BTreeSet<Subject>,
    /// Living money that was handed out by card or at the cash desk.
    pub in_cash: BTreeSet<Subject>,
    /// Payments that were rejected or came back, and whose due is open.
    pub returned: Vec<PaymentRow>,
    /// Who decided that a payment that failed is paid once more on the same account, by payment.
    pub reissues: BTreeMap<Uuid, String>,
    /// What became of the payments of its furnishing credits.
    pub payouts: Payouts,
}

/// What is to be done for a household and a benefit month.
#[derive(Clone, Debug)]
pub enum Open {
    /// The month was not released: this is its plan.
    Plan(Box<Planned>),
    /// It was released, and now gives more.
    More {
        /// The benefit month.
        month: Month,
        /// What is paid on top.
        supplement: Box<Supplement>,
    },
    /// It was released, and now gives less: a person decides.
    Less {
        /// The benefit month.
        month: Month,
        /// What was paid too much.
        payable: Money,
        /// What was reserved too much.
        holiday_reserve: Money,
    },
}

/// A month of which nothing can be said, and why.
pub type Problem = (Month, BenefitError);

/// The rules, as they hold at any day.
pub async fn rules(at: &mut Snapshot) -> Result<Rules, FlowError> {
    let texts = municipality::policies(at).await?;
    let policies = texts.iter().map(|text| Policy::parse(text)).collect::<Result<Vec<_>, _>>()?;
    if policies.is_empty() {
        return Err(FlowError::NotSetUp);
    }
    Ok(Rules { norms: NormTable::shipped(), policies })
}

impl Rules {
    /// The policy of a day: the newest one that began. Before the first policy the first one holds, and after the
    /// last day of the newest one it goes on, because there is no other.
    pub fn policy_on(&self, day: NaiveDate) -> &Policy {
        let found = self.policies.iter().rev().find(|policy| policy.valid_from <= day);
        found.or(self.policies.first()).expect("reading the rules found a policy")
    }

    /// The policy of a benefit month: that of its first day, so that old months keep their rules.
    pub fn policy_of(&self, month: Month) -> &Policy {
        self.policy_on(month.first_day())
    }
}

/// Reads the dossiers of a scope, as they were known on a day.
pub async fn dossiers(
    at: &mut Snapshot,
    scope: Scope,
    known_on: NaiveDate,
) -> Result<Vec<Dossier>, FlowError> {
    let files = household::files_on(at, scope, known_on).await?;
    let mut released = plans::released(at, scope).await?;
    let mut attempted = payment::attempted(at, scope).await?;
    let mut in_cash = cash::handed_out(at, scope).await?;
    let mut returned: BTreeMap<_, Vec<PaymentRow>> = BTreeMap::new();
    for row in payment::returned(at, scope).await? {
        returned.entry(row.household_id).or_default().push(row);
    }
    let reissues = reissue::decided(at, scope).await?;
    let mut payouts = credit::payouts(at, scope).await?;
    let dossier = |file: HouseholdFile| {
        let id = file.household.id;
        let returned = returned.remove(&id.0).unwrap_or_default();
        let decided =
            |failed: &PaymentRow| Some((failed.payment_id, reissues.get(&failed.payment_id)?.clone()));
        Dossier {
            file,
            reissues: returned.iter().filter_map(decided).collect(),
            released: released.remove(&id).unwrap_or_default(),
            attempted: attempted.remove(&id).unwrap_or_default(),
            in_cash: in_cash.remove(&id).unwrap_or_default(),
            returned,
            payouts: payouts.remove(&id).unwrap_or_default(),
        }
    };
    Ok(files.into_iter().map(dossier).collect())
}

/// One dossier, as it is known now.
pub async fn dossier(
    at: &mut Snapshot,
    id: grip_engine::id::HouseholdId,
) -> Result<Option<Dossier>, FlowError> {
    let far = NaiveDate::from_ymd_opt(9999, 12, 31).expect("the year 9999 exists");
    Ok(dossiers(at, Scope::One(id.0), far).await?.pop())
}

/// The day on which a plan that was not released yet is paid: its pay day, or the next open day.
pub fn execution(rules: &Rules, month: Month, today: NaiveDate) -> NaiveDate {
    TargetCalendar.on_or_after(rules.policy_of(month).pay_day(month).max(today))
}

/// The last month whose cut-off has come.
pub fn last_month(rules: &Rules, today: NaiveDate) -> Month {
    let mut month = Month::of(today).next();
    while today < rules.policy_of(month).cut_off(month) {
        month = month.previous();
    }
    month
}

/// The months up to the last one in which a benefit is decided.
pub fn months_with_right(file: &HouseholdFile, last: Month) -> Vec<Month> {
    let rights = file.household.rights();
    let Some(first) = rights.first().map(|right| Month::of(right.period.from())) else {
        return Vec::new();
    };
    let decided = |month: &Month| rights.iter().any(|right| 0 < right.period.days_in(*month));
    first.through(last).filter(decided).collect()
}

impl Dossier {
    /// Its furnishing credits, each as it stands on a day.
    pub fn credits<'a>(
        &'a self,
        policy: &'a FurnishingPolicy,
        today: NaiveDate,
    ) -> impl Iterator<Item = (&'a Credit, Standing)> {
        let stands = move |credit: &'a Credit| (credit, credit.standing(&self.payouts, policy, today));
        self.file.credits.iter().map(stands)
    }

    /// The supplier whose invoice this is; none for a tranche that is paid to the household.
    pub fn supplier(&self, id: TrancheId) -> Option<PayeeId> {
        let evidence = self.file.credits.iter().flat_map(|credit| &credit.evidence);
        evidence.filter(|shown| shown.id == id.0).find_map(|shown| match shown.way {
            Way::Supplier { payee, .. } => Some(payee),
            _ => None,
        })
    }

    /// True when the month was released, and not taken back.
    pub fn is_released(&self, month: Month) -> bool {
        self.released_month(month).is_some()
    }

    /// What was released for a month.
    pub fn released_month(&self, month: Month) -> Option<&Released> {
        self.released.iter().find(|released| released.month == month && released.stands)
    }

    /// The number that the next release of a month gets.
    pub fn next_number(&self, month: Month) -> u32 {
        let found = self.released.iter().find(|released| released.month == month);
        found.map_or(0, |released| released.next_number)
    }

    /// What was withheld in the released months.
    pub fn taken(&self, rules: &Rules, today: NaiveDate) -> Vec<TakenBefore> {
        let mut so_far = SoFar::new(rules, Month::of(today));
        self.released.iter().filter(|month| month.stands).for_each(|month| so_far.add_as_it_was(month));
        so_far.taken
    }

    /// What is to be done for every month with a right up to the last one, oldest first; and the months of which
    /// nothing can be said. `execution` gives the day on which an unreleased month is paid.
    pub fn open(
        &self,
        rules: &Rules,
        last: Month,
        execution: impl Fn(Month) -> NaiveDate,
    ) -> (Vec<Open>, Vec<Problem>) {
        let (mut open, mut problems) = (Vec::new(), Vec::new());
        let mut so_far = SoFar::new(rules, last);
        for month in self.months(last) {
            match self.released_month(month) {
                Some(released) => match self.difference(rules, released, &so_far, execution(month)) {
                    Ok(later) => {
                        so_far.add_released(released, &later);
                        open.extend(later.open(month));
                    }
                    Err(error) => {
                        so_far.add_as_it_was(released);
                        problems.push((month, error));
                    }
                },
                None => match self.plan(rules, month, &so_far, execution(month)) {
                    Ok(planned) => {
                        so_far.add(&planned);
                        open.push(Open::Plan(Box::new(planned)));
                    }
                    Err(error) => problems.push((month, error)),
                },
            }
        }
        (open, problems)
    }

    /// The plan of a month that is paid on a day, after what was released and what is open before it.
    pub fn plan_of(
        &self,
        rules: &Rules,
        month: Month,
        execution: NaiveDate,
    ) -> Result<Planned, BenefitError> {
        let mut so_far = SoFar::new(rules, month);
        for before in self.months(month.previous()) {
            let pay_day = rules.policy_of(before).pay_day(before);
            if let Some(released) = self.released_month(before) {
                so_far.add_as_it_was(released);
            } else if let Ok(planned) = self.plan(rules, before, &so_far, pay_day) {
                so_far.add(&planned);
            }
        }
        self.plan(rules, month, &so_far, execution)
    }

    /// The months with a right, and those that were released although there is none any more.
    fn months(&self, last: Month) -> BTreeSet<Month> {
        let mut months: BTreeSet<Month> = months_with_right(&self.file, last).into_iter().collect();
        months.extend(self.released.iter().filter(|month| month.stands).map(|month| month.month));
        months
    }

    fn plan(
        &self,
        rules: &Rules,
        month: Month,
        so_far: &SoFar,
        execution: NaiveDate,
    ) -> Result<Planned, BenefitError> {
        let policy = rules.policy_of(month);
        let mut benefit = self.benefit(rules, month, so_far.reserved)?;
        if !benefit.holiday_payout.is_positive() && self.was_paid_out(rules, month) {
            // the month was decided after the allowance of its year was paid: its own is paid with it
            benefit.holiday_payout = benefit.holiday_reserve;
        }
        let mut dues = self.dues(rules, month);
        dues.retain(|due| !self.is_paid_by_another(month, due) && !so_far.pays(due));
        let plan = Plan::of(&PlanFacts {
            household: &self.file.household,
            benefit: &benefit,
            dues: &dues,
            execution,
            policy,
            taken_before: &so_far.taken,
        });
        Ok(Planned { benefit, plan, execution })
    }

    fn benefit(&self, rules: &Rules, month: Month, reserved: Money) -> Result<Benefit, BenefitError> {
        let policy = rules.policy_of(month);
        let facts = BenefitFacts {
            household: &self.file.household,
            norms: &rules.norms,
            part_month: policy.part_month,
            holiday_month: policy.holiday_month,
            holiday_allowance_protected: policy.holiday_allowance_protected,
        };
        Benefit::of(&facts, month, reserved)
    }

    /// True when an attempt was made to pay a due, or another month was released with it: one due is paid once.
    fn is_paid_by_another(&self, month: Month, due: &Due) -> bool {
        let key = (due.obligation, due.period);
        let by_other =
            |other: &Released| other.stands && other.month != month && other.sums.paid.contains(&key);
        self.attempted.contains(&Subject::FixedCost(due.obligation, due.period))
            || self.released.iter().any(by_other)
    }

    /// The dues that the benefit of a month pays, with earlier ones that it pays by decision.
    fn dues(&self, rules: &Rules, month: Month) -> Vec<Due> {
        let policy = rules.policy_of(month);
        let mut dues = schedule::dues(&self.file.obligations, month, |month| rules.policy_of(month));
        let decided = self.file.household.line_decisions.iter().filter(|decision| decision.month == month);
        for decision in decided {
            let obligation = self.file.obligations.iter().find(|known| known.id == decision.obligation);
            let due = decision.period.zip(obligation);
            let due = due
                .and_then(|(period, obligation)| schedule::due(obligation, period, rules.policy_of(period)));
            let is_known = |due: &Due| {
                dues.iter().any(|known| (known.obligation, known.period) == (due.obligation, due.period))
            };
            dues.extend(due.filter(|due| !is_known(due)));
        }
        dues.sort_by_key(|due| (policy.place_of(due.kind), due.due_on, due.obligation));
        dues
    }

    fn difference(
        &self,
        rules: &Rules,
        released: &Released,
        so_far: &SoFar,
        execution: NaiveDate,
    ) -> Result<Later, BenefitError> {
        let month = released.month;
        let withdrawal = self.withdrawal(rules, released, execution);
        let mut benefit = match self.benefit(rules, month, so_far.in_reserve) {
            Ok(benefit) => benefit,
            // the right is gone altogether
            Err(BenefitError::NotDecided(_)) => {
                let difference = difference(None, &released.sums, &withdrawal);
                return Ok(Later { difference, holiday_reserve: Money::ZERO });
            }
            Err(error) => return Err(error),
        };
        let holiday_reserve = benefit.holiday_reserve;
        if self.was_paid_out(rules, month) {
            // the allowance of its year is paid: what comes on top is paid with the supplement
            let more = (holiday_reserve - released.sums.holiday_reserve).or_zero();
            benefit.holiday_payout = released.sums.holiday_payout + more;
        }
        let policy = rules.policy_of(month);
        let mut dues = self.dues(rules, month);
        let is_its_own = |due: &Due| released.sums.paid.contains(&(due.obligation, due.period));
        dues.retain(|due| is_its_own(due) || (!self.is_paid_by_another(month, due) && !so_far.pays(due)));
        let plan = Plan::of(&PlanFacts {
            household: &self.file.household,
            benefit: &benefit,
            dues: &dues,
            execution,
            policy,
            taken_before: &so_far.taken,
        });
        let difference = difference(Some((&benefit, &plan)), &released.sums, &withdrawal);
        Ok(Later { difference, holiday_reserve })
    }

    /// True when the holiday allowance of a month was paid out in a later release.
    fn was_paid_out(&self, rules: &Rules, month: Month) -> bool {
        let pays_out = |later: &&Released| {
            let in_june = later.month.number() == rules.policy_of(later.month).holiday_month;
            later.stands && month < later.month && (in_june || later.sums.holiday_payout.is_positive())
        };
        self.released.iter().any(|later| pays_out(&later))
    }

    /// The living money of a plan by adult and day; nothing when the benefit system pays it.
    pub fn shares(&self, rules: &Rules, planned: &Planned) -> Vec<SharePart> {
        let household = &self.file.household;
        let month = planned.plan.month;
        let policy = rules.policy_of(month);
        let on_time = planned.execution <= policy.pay_day(month);
        let next = rules.policy_of(month.next()).pay_day(month.next());
        let parts = |share: LivingMoneyShare| {
            if on_time {
                living_money_parts(share.amount, month, policy, next)
            } else {
                vec![(planned.execution, share.amount)]
            }
        };
        let shares = planned.plan.shares(household, planned.execution);
        let by_us = |_: &LivingMoneyShare| policy.living_money_payer == LivingMoneyPayer::Product;
        let of_share = |share: LivingMoneyShare| {
            (0_u32..).zip(parts(share)).map(move |(part, (pay_on, amount))| SharePart {
                member: share.member,
                part,
                pay_on,
                amount,
            })
        };
        shares.into_iter().filter(by_us).flat_map(of_share).filter(|part| part.amount.is_positive()).collect()
    }

    /// The living money of a supplement by adult, on the day it is paid.
    pub fn supplement_shares(
        &self,
        rules: &Rules,
        month: Month,
        total: Money,
        pay_on: NaiveDate,
    ) -> Vec<SharePart> {
        let policy = rules.policy_of(month);
        let shares = living_money_shares(&self.file.household, pay_on, total);
        let by_us = |share: &LivingMoneyShare| {
            policy.living_money_payer == LivingMoneyPayer::Product && share.amount.is_positive()
        };
        let part = |share: LivingMoneyShare| SharePart {
            member: share.member,
            part: 0,
            pay_on,
            amount: share.amount,
        };
        shares.into_iter().filter(by_us).map(part).collect()
    }
}
