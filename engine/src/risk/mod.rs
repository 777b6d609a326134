//! Risk rules: transparent, without a score. A rule is a pure function of permitted facts; what it may
//! know is [`facts::Facts`], and nothing else reaches it.

pub mod facts;
mod r01_payment_returned;
mod r03_plan_shortfall;
mod r04_floor_breached;
mod r19_tranche_unaccounted;
mod r20_essentials_missing;

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
    /// Of something nobody can do without nothing was seen.
    R20,
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
    /// R20.
    EssentialsMissing {
        /// What was not seen, as the policy calls it.
        missing: Vec<String>,
    },
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 5] = [Rule::R01, Rule::R03, Rule::R04, Rule::R19, Rule::R20];

    /// The code of the rule.
    pub fn code(self) -> &'static str {
        match self {
            Rule::R01 => "R01",
            Rule::R03 => "R03",
            Rule::R04 => "R04",
            Rule::R19 => "R19",
            Rule::R20 => "R20",
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
            Rule::R20 => 60,
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
    findings.extend(r20_essentials_missing::findings(facts));
    findings
}

#[cfg(test)]
mod tests {
    use super::facts::{CreditFacts, MonthFacts, ReturnedFacts, TrancheFacts};
    use super::*;
    use crate::id::{CreditId, DueId, HouseholdId, TrancheId};
    use rust_decimal::Decimal;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn month(payable: i64, fixed_costs: i64, living_money: i64) -> MonthFacts {
        MonthFacts {
            month: "2026-05".parse().expect("a month"),
            cut_off: day("2026-05-22"),
            pay_day: day("2026-05-29"),
            payable: Money::from_cents(payable),
            held: Money::ZERO,
            fixed_costs: Money::from_cents(fixed_costs),
            living_money: Money::from_cents(living_money),
            reported_income: Money::ZERO,
            floor: Money::from_cents(300_00),
        }
    }

    fn seen(
        today: &str,
        months: &[MonthFacts],
        returned: &[ReturnedFacts],
        tranches: &[TrancheFacts],
    ) -> Vec<(Rule, Severity, Standing)> {
        let facts = Facts {
            today: day(today),
            household: HouseholdId(Uuid::nil()),
            months,
            returned,
            tranches,
            credits: &[],
        };
        findings(&facts).iter().map(|finding| (finding.rule, finding.severity, finding.standing)).collect()
    }

    #[test]
    fn r03_opens_a_cent_below_zero_and_closes_at_25_euros() {
        let r03 = |left: i64| seen("2026-05-11", &[month(1000_00 + left, 1000_00, 999_00)], &[], &[]);
        assert_eq!(r03(-1), [(Rule::R03, Severity::K2, Standing::Opens)]);
        assert_eq!(r03(0), [(Rule::R03, Severity::K2, Standing::Stays)]);
        assert_eq!(r03(24_99), [(Rule::R03, Severity::K2, Standing::Stays)]);
        assert_eq!(r03(25_00), []);
    }

    #[test]
    fn r03_is_pressing_from_five_banking_days_before_the_cut_off() {
        // 14 May is Ascension Day, on which banks settle
        let severity = |today| seen(today, &[month(0, 1, 999_00)], &[], &[])[0].1;
        assert_eq!(severity("2026-05-14"), Severity::K2);
        assert_eq!(severity("2026-05-15"), Severity::K1);
        assert_eq!(severity("2026-05-26"), Severity::K1);
    }

    #[test]
    fn r04_opens_a_cent_below_the_floor_is_critical_below_four_fifths_and_closes_a_twentieth_above() {
        let r04 = |living| seen("2026-05-11", &[month(2000_00, 0, living)], &[], &[]);
        assert_eq!(r04(239_99), [(Rule::R04, Severity::K1, Standing::Opens)]);
        assert_eq!(r04(240_00), [(Rule::R04, Severity::K2, Standing::Opens)]);
        assert_eq!(r04(299_99), [(Rule::R04, Severity::K2, Standing::Opens)]);
        assert_eq!(r04(300_00), [(Rule::R04, Severity::K2, Standing::Stays)]);
        assert_eq!(r04(314_99), [(Rule::R04, Severity::K2, Standing::Stays)]);
        assert_eq!(r04(315_00), []);
    }

    #[test]
    fn r01_stays_three_banking_days_after_the_due_was_paid_again() {
        let returned = |paid_again_on: Option<&str>| ReturnedFacts {
            due: DueId(Uuid::nil()),
            essential: true,
            amount: Money::from_cents(61_240),
            period: "2026-04".parse().expect("a month"),
            returned_on: day("2026-04-02"),
            reason: "AC04".to_owned(),
            paid_again_on: paid_again_on.map(day),
        };
        let r01 = |today, again| seen(today, &[], &[returned(again)], &[]);
        assert_eq!(r01("2026-04-02", None), [(Rule::R01, Severity::K1, Standing::Opens)]);
        // paid again on Wednesday 8 April: Thursday, Friday, Monday
        assert_eq!(r01("2026-04-12", Some("2026-04-08")), [(Rule::R01, Severity::K1, Standing::Stays)]);
        assert_eq!(r01("2026-04-13", Some("2026-04-08")), []);
        let voluntary = ReturnedFacts { essential: false, ..returned(None) };
        assert_eq!(seen("2026-04-02", &[], &[voluntary], &[])[0].1, Severity::K2);
    }

    #[test]
    fn r19_opens_at_day_42_presses_at_day_56_and_closes_when_the_share_is_met() {
        let r19 = |today, accounted| {
            let tranche = TrancheFacts {
                tranche: TrancheId(Uuid::nil()),
                paid: Money::from_cents(1_400_00),
                paid_on: day("2026-02-06"),
                accounted: Money::from_cents(accounted),
                threshold: Decimal::new(9, 1),
                evidence_due: day("2026-03-20"),
            };
            seen(today, &[], &[], &[tranche])
        };
        assert_eq!(r19("2026-03-19", 0), []);
        assert_eq!(r19("2026-03-20", 1_259_99), [(Rule::R19, Severity::K3, Standing::Opens)]);
        assert_eq!(r19("2026-03-20", 1_260_00), []);
        assert_eq!(r19("2026-04-02", 0), [(Rule::R19, Severity::K3, Standing::Opens)]);
        assert_eq!(r19("2026-04-03", 0), [(Rule::R19, Severity::K2, Standing::Opens)]);
    }

    #[test]
    fn r20_opens_when_nine_tenths_are_paid_and_closes_when_everything_was_seen() {
        let r20 = |disbursed, missing: &[&'static str]| {
            let credit = CreditFacts {
                credit: CreditId(Uuid::nil()),
                amount: Money::from_cents(3_600_00),
                disbursed: Money::from_cents(disbursed),
                paid_on: day("2026-05-01"),
                missing: missing.to_vec(),
            };
            let facts = Facts {
                today: day("2026-05-11"),
                household: HouseholdId(Uuid::nil()),
                months: &[],
                returned: &[],
                tranches: &[],
                credits: &[credit],
            };
            findings(&facts).iter().map(|finding| (finding.rule, finding.severity)).collect::<Vec<_>>()
        };
        assert_eq!(r20(3_239_99, &["bed"]), []);
        assert_eq!(r20(3_240_00, &["bed"]), [(Rule::R20, Severity::K2)]);
        assert_eq!(r20(3_600_00, &[]), []);
    }
}
