//! The right to social assistance, as it was decided in the benefit system. The engine takes it; it never
//! decides one.

use chrono::NaiveDate;

use crate::calendar::Period;
use crate::household::Household;
use crate::household::member::{Member, MemberRole};
use crate::money::Money;

/// A decision on the right. From its first day on it takes the place of every earlier decision.
#[derive(Clone, Debug, PartialEq)]
pub struct BenefitDecision {
    /// The reference of the decision in the benefit system.
    pub reference: String,
    /// The first day it governs.
    pub from: NaiveDate,
    /// The day it was recorded.
    pub recorded_on: NaiveDate,
    /// What it says.
    pub ruling: Ruling,
}

/// What a decision says from its first day on.
#[derive(Clone, Debug, PartialEq)]
pub enum Ruling {
    /// There is a right.
    Right {
        /// The last day of the right, when it was decided.
        until: Option<NaiveDate>,
        /// The norm that applies.
        norm: NormKind,
        /// The decided amount of a whole month including holiday allowance, before income and reductions; the
        /// norm when there is none.
        amount: Option<Money>,
    },
    /// There is no right any more.
    NoRight {
        /// Why.
        reason: RightEnd,
    },
}

/// Why a right ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightEnd {
    /// Income from work.
    Work,
    /// Student finance.
    Study,
    /// Moved to another municipality.
    Moved,
    /// Died.
    Death,
    /// Left without a known address.
    Left,
    /// Anything else.
    Other,
}

/// Which norm of the Participatiewet applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NormKind {
    /// Single or single parent, from 21 to pension age (art. 21).
    Single,
    /// Couple, both from 21 to pension age (art. 21).
    Couple,
    /// Single or single parent of 18 to 20 (art. 20(1)).
    Single18To20,
    /// The same with the increase where parents cannot support (art. 20(3)).
    Single18To20Increased,
    /// Couple, both 18 to 20, without children.
    Couple18To20,
    /// Couple, both 18 to 20, with children.
    Couple18To20WithChild,
    /// Couple of whom one is 18 to 20, without children.
    Couple18To20And21,
    /// Couple of whom one is 18 to 20, with children.
    Couple18To20And21WithChild,
    /// Single of pension age (art. 22).
    PensionSingle,
    /// Couple of pension age (art. 22).
    PensionCouple,
    /// Single in an institution (art. 23).
    InstitutionSingle,
    /// Couple in an institution (art. 23).
    InstitutionCouple,
    /// Married while the spouse has no right: half the couple norm (art. 24).
    SpouseWithoutRight,
    /// Single who shares costs (art. 22a): so many sharers, the client included.
    CostSharingSingle(u8),
    /// Couple that shares costs (art. 22a): so many sharers, both included; twice the amount per person.
    CostSharingCouple(u8),
}

/// Days on which no payment goes out (Pw 54): at most eight weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The reference of the decision.
    pub reference: String,
    /// The days.
    pub period: Period,
}

/// Days in a row on which one decision gives a right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RightPeriod<'a> {
    /// The days.
    pub period: Period,
    /// The decision.
    pub decision: &'a BenefitDecision,
    /// The norm.
    pub norm: NormKind,
    /// The decided amount of a whole month, when it is not the norm.
    pub amount: Option<Money>,
}

impl NormKind {
    /// Every kind with its code; the kinds that count sharers with none.
    const CODES: [(NormKind, &'static str); 15] = [
        (NormKind::Single, "single"),
        (NormKind::Couple, "couple"),
        (NormKind::Single18To20, "single_18_20"),
        (NormKind::Single18To20Increased, "single_18_20_increased"),
        (NormKind::Couple18To20, "couple_18_20"),
        (NormKind::Couple18To20WithChild, "couple_18_20_with_child"),
        (NormKind::Couple18To20And21, "couple_18_20_and_21"),
        (NormKind::Couple18To20And21WithChild, "couple_18_20_and_21_with_child"),
        (NormKind::PensionSingle, "pension_single"),
        (NormKind::PensionCouple, "pension_couple"),
        (NormKind::InstitutionSingle, "institution_single"),
        (NormKind::InstitutionCouple, "institution_couple"),
        (NormKind::SpouseWithoutRight, "spouse_without_right"),
        (NormKind::CostSharingSingle(0), "cost_sharing_single"),
        (NormKind::CostSharingCouple(0), "cost_sharing_couple"),
    ];

    /// Every code, in order.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        NormKind::CODES.into_iter().map(|(_, code)| code)
    }

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        let kind = match self {
            NormKind::CostSharingSingle(_) => NormKind::CostSharingSingle(0),
            NormKind::CostSharingCouple(_) => NormKind::CostSharingCouple(0),
            kind => kind,
        };
        NormKind::CODES.iter().find(|(known, _)| *known == kind).map_or("", |(_, code)| code)
    }

    /// The kind with this code. Cost sharing needs two sharers at least; another kind has none.
    ///
    /// ```
    /// use grip_engine::household::right::NormKind;
    /// assert_eq!(NormKind::from_code("couple", None), Some(NormKind::Couple));
    /// let shared = NormKind::from_code("cost_sharing_single", Some(3));
    /// assert_eq!(shared, Some(NormKind::CostSharingSingle(3)));
    /// assert_eq!(NormKind::from_code("cost_sharing_single", None), None);
    /// ```
    pub fn from_code(code: &str, cost_sharers: Option<u8>) -> Option<NormKind> {
        let kind = NormKind::CODES.iter().find(|(_, known)| *known == code)?.0;
        let sharers = cost_sharers.filter(|sharers| 2 <= *sharers);
        match kind {
            NormKind::CostSharingSingle(_) => sharers.map(NormKind::CostSharingSingle),
            NormKind::CostSharingCouple(_) => sharers.map(NormKind::CostSharingCouple),
            kind => cost_sharers.is_none().then_some(kind),
        }
    }

    /// How many share the costs, where the norm counts them.
    pub fn cost_sharers(self) -> Option<u8> {
        match self {
            NormKind::CostSharingSingle(sharers) | NormKind::CostSharingCouple(sharers) => Some(sharers),
            _ => None,
        }
    }

    /// True when it is the norm of two people together.
    pub fn is_of_a_couple(self) -> bool {
        matches!(
            self,
            NormKind::Couple
                | NormKind::Couple18To20
                | NormKind::Couple18To20WithChild
                | NormKind::Couple18To20And21
                | NormKind::Couple18To20And21WithChild
                | NormKind::PensionCouple
                | NormKind::InstitutionCouple
                | NormKind::CostSharingCouple(_)
        )
    }
}

impl RightEnd {
    /// Every reason.
    pub const ALL: [RightEnd; 6] =
        [RightEnd::Work, RightEnd::Study, RightEnd::Moved, RightEnd::Death, RightEnd::Left, RightEnd::Other];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            RightEnd::Work => "work",
            RightEnd::Study => "study",
            RightEnd::Moved => "moved",
            RightEnd::Death => "death",
            RightEnd::Left => "left",
            RightEnd::Other => "other",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<RightEnd> {
        RightEnd::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl Household {
    /// The days with a right, in order, each under the decision that governs it.
    ///
    /// ```
    /// use grip_engine::household::right::{BenefitDecision, NormKind, Ruling};
    /// # use grip_engine::{household::Household, id::HouseholdId};
    /// # let mut household = Household::new(HouseholdId(uuid::Uuid::nil()));
    /// let right = |from: &str, norm| BenefitDecision {
    ///     reference: from.to_owned(),
    ///     from: from.parse().expect("a day"),
    ///     recorded_on: from.parse().expect("a day"),
    ///     ruling: Ruling::Right { until: None, norm, amount: None },
    /// };
    /// household.decisions = vec![right("2025-12-01", NormKind::Single), right("2026-03-17", NormKind::Couple)];
    /// let days: Vec<_> = household.rights().iter().map(|right| right.period.until()).collect();
    /// assert_eq!(days, ["2026-03-16".parse().ok(), None]);
    /// ```
    pub fn rights(&self) -> Vec<RightPeriod<'_>> {
        let mut rights: Vec<RightPeriod<'_>> = Vec::with_capacity(self.decisions.len());
        for decision in &self.decisions {
            rights.retain(|right| right.period.from() < decision.from);
            if let Some(last) = rights.last_mut().filter(|last| last.period.contains(decision.from)) {
                let until = decision.from.pred_opt();
                last.period = Period::new(last.period.from(), until).expect("it began before this decision");
            }
            let Ruling::Right { until, norm, amount } = decision.ruling else { continue };
            if let Ok(period) = Period::new(decision.from, until) {
                rights.push(RightPeriod { period, decision, norm, amount });
            }
        }
        rights
    }

    /// The day the right to social assistance first arose, when it was decided.
    pub fn right_from(&self) -> Option<NaiveDate> {
        self.rights().first().map(|right| right.period.from())
    }

    /// Why there is no right after its last day, when that was decided.
    pub fn right_end(&self) -> Option<RightEnd> {
        match self.decisions.iter().max_by_key(|decision| decision.from)?.ruling {
            Ruling::NoRight { reason } => Some(reason),
            Ruling::Right { .. } => None,
        }
    }
}

impl RightPeriod<'_> {
    /// The days on which it gives this member a right of their own: the applicant always, the partner under a
    /// norm of a couple, and only while they belong to the household.
    pub fn of(&self, member: &Member) -> Option<Period> {
        let is_theirs = match member.role {
            MemberRole::Applicant => true,
            MemberRole::Partner => self.norm.is_of_a_couple(),
            MemberRole::Child => false,
        };
        let from = self.period.from().max(member.present_from.unwrap_or(NaiveDate::MIN));
        let last = [self.period.until(), member.present_until, member.died_on].into_iter().flatten().min();
        Period::new(from, last).ok().filter(|_| is_theirs)
    }
}
