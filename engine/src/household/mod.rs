//! Household: the people who share a benefit and a home, and what was decided about them, by date.
//!
//! Not here, on purpose: nationality, language, religion, sex, birth country. No rule may weigh them. The birth
//! date is read for the bracket of the norm only.

pub mod arrangement;
pub mod expectation;
pub mod income;
pub mod member;
pub mod right;
pub mod withholding;

use chrono::NaiveDate;

use crate::calendar::Month;
use crate::id::{HouseholdId, MemberId, ObligationId};
use crate::money::Money;
use arrangement::{Extension, WindowDecision, WindowEnd};
use expectation::Expectation;
use income::{Income, Reduction};
use member::{Member, MemberRole};
use right::{BenefitDecision, Suspension};
use withholding::Deduction;

/// People who share a benefit and a home, with every fact and decision in the order in which it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// Its members, the applicant first.
    pub members: Vec<Member>,
    /// The decisions on the right to social assistance. A later one takes the place of every earlier one from
    /// its first day on.
    pub decisions: Vec<BenefitDecision>,
    /// Days on which no payment goes out (Pw 54).
    pub suspensions: Vec<Suspension>,
    /// Reductions of the benefit decided under the municipal bylaw.
    pub reductions: Vec<Reduction>,
    /// Other money the household reported to the income officer (art. 17 Pw), per month.
    pub incomes: Vec<Income>,
    /// Advances that were paid before the decision (Pw 52), by benefit month.
    pub advances: Vec<MonthAmount>,
    /// Special assistance that bridges a month, by benefit month.
    pub bridges: Vec<MonthAmount>,
    /// What is withheld from the benefit.
    pub deductions: Vec<Deduction>,
    /// What officers decided about single dues.
    pub line_decisions: Vec<LineDecision>,
    /// Dues that somebody else paid.
    pub paid_elsewhere: Vec<PaidElsewhere>,
    /// Decisions on how fixed costs are paid in the window.
    pub window_decisions: Vec<WindowDecision>,
    /// Payment after the window, by consent or by decision.
    pub extensions: Vec<Extension>,
    /// Decisions by which a window ends before its term.
    pub window_ends: Vec<WindowEnd>,
    /// Money that is expected on an account of the municipality beside our own payments.
    pub expectations: Vec<Expectation>,
    /// Days on which it was recorded that a letter about another household's payment went out (ruling 37).
    pub data_breaches: Vec<NaiveDate>,
}

/// A decided amount for a benefit month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthAmount {
    /// The reference of the decision.
    pub reference: String,
    /// The benefit month.
    pub month: Month,
    /// The amount.
    pub amount: Money,
}

/// What an officer decided about a due of a benefit month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDecision {
    /// The reference of the decision.
    pub reference: String,
    /// The benefit month.
    pub month: Month,
    /// The due's obligation.
    pub obligation: ObligationId,
    /// The month it is due in, for an earlier due that is paid from this benefit after all.
    pub period: Option<Month>,
    /// What happens to the due.
    pub choice: LineChoice,
}

/// What happens to a due by decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineChoice {
    /// It is paid although it was held.
    PayAnyway,
    /// It waits, by agreement with the creditor.
    PayLater,
}

/// A due that somebody else paid: it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidElsewhere {
    /// The obligation.
    pub obligation: ObligationId,
    /// The month it is due in.
    pub period: Month,
    /// The amount.
    pub amount: Money,
    /// The letter or receipt that proves it.
    pub proof: String,
}

/// The type of a household, by its adults and children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HouseholdType {
    /// One adult.
    Single,
    /// One adult with children.
    SingleParent,
    /// Two adults.
    Couple,
    /// Two adults with children.
    CoupleWithChildren,
}

impl Household {
    /// A household of which nothing is recorded.
    pub fn new(id: HouseholdId) -> Household {
        Household {
            id,
            members: Vec::new(),
            decisions: Vec::new(),
            suspensions: Vec::new(),
            reductions: Vec::new(),
            incomes: Vec::new(),
            advances: Vec::new(),
            bridges: Vec::new(),
            deductions: Vec::new(),
            line_decisions: Vec::new(),
            paid_elsewhere: Vec::new(),
            window_decisions: Vec::new(),
            extensions: Vec::new(),
            window_ends: Vec::new(),
            expectations: Vec::new(),
            data_breaches: Vec::new(),
        }
    }

    /// The type of the household on a day.
    pub fn type_on(&self, day: NaiveDate) -> HouseholdType {
        let has = |role| self.members.iter().any(|member| member.role == role && member.is_present(day));
        match (has(MemberRole::Partner), has(MemberRole::Child)) {
            (false, false) => HouseholdType::Single,
            (false, true) => HouseholdType::SingleParent,
            (true, false) => HouseholdType::Couple,
            (true, true) => HouseholdType::CoupleWithChildren,
        }
    }

    /// The adults who ever belonged to it, the applicant first.
    pub fn adults(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.role != MemberRole::Child)
    }

    /// The adults who belong to it on a day, the applicant first.
    pub fn adults_on(&self, day: NaiveDate) -> impl Iterator<Item = &Member> {
        self.adults().filter(move |member| member.is_present(day))
    }

    /// The member with this id.
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// True when no payment goes out on this day.
    pub fn is_suspended(&self, day: NaiveDate) -> bool {
        self.suspensions.iter().any(|suspension| suspension.period.contains(day))
    }

    /// Money besides the benefit in a month, as reported to the income officer, counted or not.
    pub fn reported_income_in(&self, month: Month) -> Money {
        let in_month = |income: &&Income| 0 < income.period.days_in(month);
        self.incomes.iter().filter(in_month).map(|income| income.monthly).sum()
    }

    /// What was decided about a due that the benefit of a month pays; the last decision holds.
    pub fn choice(&self, month: Month, obligation: ObligationId, period: Month) -> Option<LineChoice> {
        let about = |decision: &&LineDecision| {
            decision.month == month
                && decision.obligation == obligation
                && decision.period.is_none_or(|decided| decided == period)
        };
        self.line_decisions.iter().rev().find(about).map(|decision| decision.choice)
    }

    /// True when somebody else paid this due.
    pub fn was_paid_elsewhere(&self, obligation: ObligationId, period: Month) -> bool {
        self.paid_elsewhere.iter().any(|paid| (paid.obligation, paid.period) == (obligation, period))
    }
}
