//! Household: the people who share a benefit and a home, and what was decided about them, by date.
//!
//! Not here, on purpose: nationality, language, religion, sex, birth country. No rule may weigh them.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::bank::iban::Iban;
use crate::calendar::{Month, Period};
use crate::id::{HouseholdId, MemberId};
use crate::money::Money;

/// People who share a benefit and a home.
#[derive(Clone, Debug, PartialEq)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// Its members, the applicant first.
    pub members: Vec<Member>,
    /// The decisions on the right to social assistance, by date.
    pub benefits: Vec<BenefitDecision>,
    /// Reductions of the benefit decided under the municipal bylaw.
    pub reductions: Vec<Reduction>,
    /// Other money the household reported to the income officer (art. 17 Pw), per month.
    pub reported_income: Vec<ReportedIncome>,
}

/// A person in a household.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Their place in the household.
    pub role: MemberRole,
    /// The name on their bank account; no rule reads it.
    pub name: String,
    /// Their own account for living money; none while it is being opened.
    pub account: Option<Iban>,
    /// Residence on an asylum permit for a fixed period (art. 28 Vw 2000), by date.
    pub asylum_permit: Option<Period>,
    /// Duty of civic integration under the Wi2021, by date.
    pub civic_integration_duty: Option<Period>,
}

/// The place of a person in a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberRole {
    /// Applied for the benefit; the odd cent of a shared amount is theirs.
    Applicant,
    /// Spouse or partner: half the benefit is theirs (Pw 45(4)).
    Partner,
    /// Child.
    Child,
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

/// A decision on the right to social assistance. The engine takes it; it never decides one.
#[derive(Clone, Debug, PartialEq)]
pub struct BenefitDecision {
    /// The reference of the decision in the benefit system.
    pub reference: String,
    /// The days of the right.
    pub right: Period,
    /// The norm that applies.
    pub norm: NormKind,
}

/// Which norm of the Participatiewet applies (art. 21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NormKind {
    /// Single or single parent, from 21 to pension age.
    Single,
    /// Couple, both from 21 to pension age.
    Couple,
}

/// A decided reduction of the benefit (art. 18(2) Pw). The engine never proposes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduction {
    /// The reference of the decision.
    pub reference: String,
    /// The benefit month.
    pub month: Month,
    /// The share of the norm that is taken off.
    pub share: Decimal,
}

/// Money besides the benefit, reported to the income officer.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedIncome {
    /// The days it is received.
    pub period: Period,
    /// The amount a month.
    pub monthly: Money,
}

impl Household {
    /// The type of the household.
    pub fn household_type(&self) -> HouseholdType {
        let has = |role| self.members.iter().any(|member| member.role == role);
        match (has(MemberRole::Partner), has(MemberRole::Child)) {
            (false, false) => HouseholdType::Single,
            (false, true) => HouseholdType::SingleParent,
            (true, false) => HouseholdType::Couple,
            (true, true) => HouseholdType::CoupleWithChildren,
        }
    }

    /// The adults, the applicant first.
    pub fn adults(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.role != MemberRole::Child)
    }

    /// The day the right to social assistance first arose, when it was decided.
    pub fn right_from(&self) -> Option<NaiveDate> {
        self.benefits.iter().map(|decision| decision.right.from()).min()
    }

    /// Money besides the benefit in a month, as reported to the income officer.
    pub fn reported_income_in(&self, month: Month) -> Money {
        let in_month = |income: &&ReportedIncome| 0 < income.period.days_in(month);
        self.reported_income.iter().filter(in_month).map(|income| income.monthly).sum()
    }
}
