//! Risk rules: transparent, without a score. A rule is a pure function of permitted facts; what it may
//! know is [`facts::Facts`], and nothing else reaches it.

pub mod facts;
mod r01_payment_returned;
mod r03_plan_shortfall;
mod r04_floor_breached;
mod r19_tranche_unaccounted;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::calendar::Month;
use crate::money::Money;
use facts::Facts;

/// A rule of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A payment came back.
    R01,
    /// The fixed costs of a coming month are more than there is.
    R03,
    /// The living money of a coming month is below the floor.
    R04,
    /// A tranche is not accounted for.
    R19,
}

/// How soon something harmful happens: never how likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Within five banking days, or it has happened.
    K1,
    /// Within 35 days.
    K2,
    /// A task for the month.
    K3,
}

/// What a rule saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The due, tranche or household it is about.
    pub object: Uuid,
    /// The benefit month it is about, when it is about one.
    pub month: Option<Month>,
    /// How soon it harms.
    pub severity: Severity,
    /// When it harms.
    pub harm_on: NaiveDate,
    /// Enough to open an alert, or only to keep one open.
    pub standing: Standing,
    /// The figures.
    pub figures: Figures,
}

/// Opening and closing thresholds differ, so that an alert does not flicker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Opens an alert.
    Opens,
    /// Keeps an open alert open.
    Stays,
}

/// The figures of a finding; its sentence is made from them.
#[derive(Clone, Debug, PartialEq)]
pub enum Figures {
    /// R01.
    PaymentReturned {
        /// The amount that came back.
        amount: Money,
        /// The month the due belongs to.
        period: Month,
        /// The day it came back.
        returned_on: NaiveDate,
        /// The reason code of the bank.
        reason: String,
        /// The day it was paid again, if it was.
        paid_again_on: Option<NaiveDate>,
    },
    /// R03.
    PlanShortfall {
        /// What there is.
        available: Money,
        /// The fixed costs.
        fixed_costs: Money,
    },
    /// R04.
    FloorBreached {
        /// What is left to live on.
        living_money: Money,
        /// The least it should be.
        floor: Money,
    },
    /// R19.
    TrancheUnaccounted {
        /// What was paid.
        paid: Money,
        /// What is not accounted for.
        unaccounted: Money,
        /// Days since it was paid.
        days: i64,
    },
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 4] = [Rule::R01, Rule::R03, Rule::R04, Rule::R19];

    /// The code of the rule.
    pub fn code(self) -> &'static str {
        match self {
            Rule::R01 => "R01",
            Rule::R03 => "R03",
            Rule::R04 => "R04",
            Rule::R19 => "R19",
        }
    }

    /// The rule with this code.
    pub fn from_code(code: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// The version of its formula.
    pub fn version(self) -> u32 {
        1
    }

    /// After closing, the same matter opens again only after this many days, or with a higher severity.
    pub fn cooldown_days(self) -> i64 {
        match self {
            Rule::R01 | Rule::R03 => 0,
            Rule::R04 => 28,
            Rule::R19 => 30,
        }
    }
}

impl Severity {
    /// The code of the severity.
    pub fn code(self) -> &'static str {
        match self {
            Severity::K1 => "K1",
            Severity::K2 => "K2",
            Severity::K3 => "K3",
        }
    }

    /// The severity with this code.
    pub fn from_code(code: &str) -> Option<Severity> {
        [Severity::K1, Severity::K2, Severity::K3].into_iter().find(|severity| severity.code() == code)
    }
}

/// Everything the rules see, in the order of the register.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = r01_payment_returned::findings(facts);
    findings.extend(r03_plan_shortfall::findings(facts));
    findings.extend(r04_floor_breached::findings(facts));
    findings.extend(r19_tranche_unaccounted::findings(facts));
    findings
}
