//! What the municipality chooses itself (domain.md §9), read from a dated TOML file.

mod written;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::calendar::{Month, TargetCalendar};
use crate::household::HouseholdType;
use crate::money::Money;
use crate::obligation::CostKind;

/// The municipality's choices, valid from a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The first day it is valid.
    pub valid_from: NaiveDate,
    /// The last day it is valid; without one until the next policy begins.
    pub valid_until: Option<NaiveDate>,
    /// When the benefit of a month is paid.
    pub pay_day: PayDay,
    /// Changes count until this many TARGET days before pay day; then the run is proposed.
    pub cut_off_days: u32,
    /// Fixed costs are executed this many TARGET days before the day the payee must have them.
    pub lead_days: u32,
    /// What must be executed up to this many TARGET days after pay day leaves with the run of pay day.
    pub pay_day_covers_days: u32,
    /// How a part of a month is counted.
    pub part_month: PartMonth,
    /// The month in which holiday allowance is paid, 6 for June.
    pub holiday_month: u32,
    /// Holiday allowance counts as protected income.
    pub holiday_allowance_protected: bool,
    /// The order in which fixed costs are paid: every kind once.
    pub priority: Vec<CostKind>,
    /// Go on to smaller dues after one that does not fit.
    pub skip_and_continue: bool,
    /// Who pays the living money.
    pub living_money_payer: LivingMoneyPayer,
    /// How often it is paid.
    pub living_money_frequency: Frequency,
    /// The least living money a month per type of household.
    pub floors: ByHouseholdType,
    /// How many persons approve a run, by its total, in order of amount; the last has no limit.
    pub approval: Vec<ApprovalTier>,
    /// Repayment of assistance loans.
    pub repayment: Repayment,
    /// Furnishing credit.
    pub furnishing: FurnishingPolicy,
    /// The reasons for which another variant than full payment can be decided.
    pub variant_reasons: Vec<String>,
    /// Bank statements that cannot be booked as they stand.
    pub statements: StatementPolicy,
    /// Early warning.
    pub signals: Signals,
    /// How long data is kept.
    pub retention: Retention,
}

/// When the benefit of a month is paid; on a closed day the open day before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayDay {
    /// The last TARGET day of the month.
    LastBankingDay,
    /// A day of the month itself.
    DayOfMonth(u32),
    /// A day of the month after it.
    DayOfNextMonth(u32),
}

/// How a part of a month is counted (Pw 45(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartMonth {
    /// By the days of the month.
    Calendar,
    /// Every month has thirty days.
    ThirtyDays,
}

/// Who pays the living money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LivingMoneyPayer {
    /// This product, in the same run.
    Product,
    /// The benefit system: it is shown and handed over, never instructed.
    BenefitSystem,
}

/// How often living money is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// On pay day.
    Monthly,
    /// In equal parts, every seven days from pay day until the next one.
    Weekly,
}

/// An amount per type of household.
#[derive(Clone, Debug, PartialEq)]
pub struct ByHouseholdType {
    /// One adult.
    pub single: Money,
    /// One adult with children.
    pub single_parent: Money,
    /// Two adults.
    pub couple: Money,
    /// Two adults with children.
    pub couple_with_children: Money,
}

/// How many persons approve a run up to an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalTier {
    /// The highest total; without one there is no limit.
    pub up_to: Option<Money>,
    /// How many persons approve, each another than who prepared.
    pub persons: usize,
    /// Who may; everybody whose role allows it when nobody is named.
    pub names: Vec<String>,
    /// Who may in their place.
    pub substitutes: Vec<String>,
}

/// Repayment of assistance loans (Pw 48(4), 51(2)).
#[derive(Clone, Debug, PartialEq)]
pub struct Repayment {
    /// The share of the norm a month, when the decision names no amount.
    pub share: Decimal,
    /// After so many instalments the rest is a proposal for remission.
    pub instalments: u32,
    /// When it starts.
    pub starts: RepaymentStart,
    /// A month in which the instalment yielded and something was paid counts as an instalment (ruling 5).
    pub counts_when_yielded: bool,
}

/// When the repayment of a loan starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepaymentStart {
    /// The month after the money was paid out.
    AtDisbursement,
    /// The month after the relief window.
    AfterWindow,
}

/// The choices about furnishing credit.
#[derive(Clone, Debug, PartialEq)]
pub struct FurnishingPolicy {
    /// The share of a tranche that must be accounted for before the next one opens.
    pub release_threshold: Decimal,
    /// How far one purchase may pass its budget line and still count in full.
    pub line_tolerance: Decimal,
    /// Evidence of a tranche is due this many days after payment.
    pub evidence_days: u32,
    /// The most that counts on a declaration without a receipt, per category.
    pub no_receipt_cap: Money,
    /// The shares of the tranches; together the whole.
    pub tranches: Vec<Decimal>,
    /// The amount of the credit.
    pub norm: ByHouseholdType,
}

/// What becomes of bank statements that cannot be booked as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementPolicy {
    /// A file in which something was booked of which nothing can be read.
    pub without_usable_entry: Unprovable,
    /// A statement whose closing balance does not follow from its opening balance and its entries.
    pub that_differs: Unprovable,
}

/// What becomes of a statement that cannot be proved. Nothing of it is booked either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unprovable {
    /// It is kept for a person, with its reason.
    Hold,
    /// It is refused with its reason.
    Refuse,
}

impl Default for StatementPolicy {
    fn default() -> StatementPolicy {
        StatementPolicy { without_usable_entry: Unprovable::Refuse, that_differs: Unprovable::Hold }
    }
}

/// The choices about early warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signals {
    /// The first attempt to make contact, in working days after a creditor's signal.
    pub first_attempt_days: u32,
    /// The client's own statements can be used, per client and by consent.
    pub t4_enabled: bool,
}

/// How long data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Benefit files, after they are closed.
    pub benefit_file_years: u32,
    /// The financial administration.
    pub finance_years: u32,
    /// Signals of creditors that led to nothing.
    pub signal_months: u32,
    /// Notes of the coach, after closing.
    pub coach_note_months: u32,
    /// Who looked at what.
    pub access_log_years: u32,
}

/// A policy file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, or an unknown or missing key.
    #[error("policy file: {0}")]
    Form(String),
    /// A value that has no meaning.
    #[error("policy file: `{key}` is `{text}`, which is no {want}")]
    Value {
        /// The key in the file.
        key: &'static str,
        /// The value as written.
        text: String,
        /// What it should have been.
        want: &'static str,
    },
    /// It ends before it begins.
    #[error("policy file: it is valid from {from} and ends before, on {until}")]
    Ends {
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        until: NaiveDate,
    },
    /// Days on which no policy would hold.
    #[error(
        "the policy from {from} leaves a gap: the one before it ends on {ends}; let it begin the day after"
    )]
    Gap {
        /// The first day of the new policy.
        from: NaiveDate,
        /// The last day of the one before it.
        ends: NaiveDate,
    },
}

impl Policy {
    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Policy, PolicyError> {
        written::parse(text)
    }

    /// A policy file with some of its keys replaced: what a case or a rehearsal changes.
    pub fn parse_with(text: &str, changes: &str) -> Result<Policy, PolicyError> {
        Policy::parse(&written::merged(text, changes)?)
    }

    /// The text of a policy file with some of its keys replaced.
    pub fn merged(text: &str, changes: &str) -> Result<String, PolicyError> {
        written::merged(text, changes)
    }

    /// Refuses a policy that would leave days without one: it begins the day after the one before it ends, or
    /// takes its place earlier.
    pub fn follows(&self, before: &Policy) -> Result<(), PolicyError> {
        match before.valid_until {
            Some(ends) if ends.succ_opt().is_some_and(|next| next < self.valid_from) => {
                Err(PolicyError::Gap { from: self.valid_from, ends })
            }
            _ => Ok(()),
        }
    }

    /// The day the benefit of a month is paid.
    pub fn pay_day(&self, month: Month) -> NaiveDate {
        let day = match self.pay_day {
            PayDay::LastBankingDay => month.last_day(),
            PayDay::DayOfMonth(number) => month.day(number),
            PayDay::DayOfNextMonth(number) => month.next().day(number),
        };
        TargetCalendar.on_or_before(day)
    }

    /// The day the run of a month is proposed: changes count until then.
    pub fn cut_off(&self, month: Month) -> NaiveDate {
        self.cut_off_of(self.pay_day(month))
    }

    /// The day a run of this day is proposed.
    pub fn cut_off_of(&self, execution: NaiveDate) -> NaiveDate {
        TargetCalendar.earlier(execution, self.cut_off_days)
    }

    /// The day on which a cost is executed, so that the payee has it on the day it is due.
    pub fn execution_of(&self, due_on: NaiveDate) -> NaiveDate {
        TargetCalendar.earlier(due_on, self.lead_days)
    }

    /// The place of a kind of cost in the order of payment.
    pub fn place_of(&self, kind: CostKind) -> usize {
        self.priority.iter().position(|known| *known == kind).unwrap_or(self.priority.len())
    }

    /// The least living money a month of a household.
    pub fn floor(&self, household_type: HouseholdType) -> Money {
        self.floors.of(household_type)
    }

    /// Who approves a run of this total.
    pub fn approval_of(&self, total: Money) -> &ApprovalTier {
        let fits = |tier: &&ApprovalTier| tier.up_to.is_none_or(|up_to| total <= up_to);
        self.approval.iter().find(fits).expect("the last tier has no limit, which reading the policy checked")
    }
}

impl ByHouseholdType {
    /// The amount of a household.
    pub fn of(&self, household_type: HouseholdType) -> Money {
        match household_type {
            HouseholdType::Single => self.single,
            HouseholdType::SingleParent => self.single_parent,
            HouseholdType::Couple => self.couple,
            HouseholdType::CoupleWithChildren => self.couple_with_children,
        }
    }
}

impl ApprovalTier {
    /// True when this person may approve in this tier.
    pub fn admits(&self, name: &str) -> bool {
        let named = |names: &[String]| names.iter().any(|known| known == name);
        self.names.is_empty() || named(&self.names) || named(&self.substitutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../../samples/policy.toml");

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn with(changes: &str) -> Result<Policy, PolicyError> {
        Policy::parse_with(DEFAULT, changes)
    }

    #[test]
    fn the_pay_day_is_as_chosen_and_before_a_closed_day() {
        let pay_day = |rule: &str, month: &str| {
            let policy = with(&format!("pay_day = \"{rule}\"")).expect("a policy");
            policy.pay_day(month.parse().expect("a month")).to_string()
        };
        assert_eq!(pay_day("last banking day", "2026-05"), "2026-05-29");
        assert_eq!(pay_day("day 23", "2026-05"), "2026-05-22");
        assert_eq!(pay_day("day 31", "2026-02"), "2026-02-27");
        assert_eq!(pay_day("day 9 of next month", "2026-12"), "2027-01-08");
        assert!(with("pay_day = \"day 32\"").is_err());
    }

    #[test]
    fn a_tier_holds_up_to_its_amount_and_the_last_for_all_above() {
        let policy = Policy::parse(DEFAULT).expect("the default");
        let persons = |cents| policy.approval_of(Money::from_cents(cents)).persons;
        assert_eq!([499_999_99, 500_000_00, 500_000_01].map(persons), [1, 1, 2]);
        let limited = "[[approval]]\nup_to = \"1.00\"\npersons = 1\nnames = []\nsubstitutes = []\n";
        assert!(with(limited).expect_err("a limit on the last tier").to_string().contains("`approval`"));
    }

    #[test]
    fn a_policy_that_leaves_a_day_without_one_is_refused() {
        let first = with("valid_until = \"2026-06-30\"").expect("a policy");
        let from = |text: &str| with(&format!("valid_from = \"{text}\"")).expect("a policy").follows(&first);
        assert_eq!(from("2026-06-30"), Ok(()));
        assert_eq!(from("2026-07-01"), Ok(()));
        let gap = PolicyError::Gap { from: day("2026-07-02"), ends: day("2026-06-30") };
        assert_eq!(from("2026-07-02"), Err(gap));
        assert!(matches!(with("valid_until = \"2025-06-30\""), Err(PolicyError::Ends { .. })));
    }

    #[test]
    fn a_policy_from_before_the_statements_keeps_the_default_and_a_choice_counts() {
        let before = DEFAULT.replace("[statements]\n", "").replace("without_usable_entry = \"refuse\"\n", "");
        let before = before.replace("that_differs = \"hold\"\n", "");
        assert!(!before.contains("that_differs"));
        assert_eq!(Policy::parse(&before).expect("a policy").statements, StatementPolicy::default());
        let chosen = with("[statements]\nthat_differs = \"refuse\"").expect("a policy").statements;
        assert_eq!(
            chosen,
            StatementPolicy { that_differs: Unprovable::Refuse, ..StatementPolicy::default() }
        );
        let error = with("[statements]\nthat_differs = \"ignore\"").expect_err("no policy").to_string();
        assert!(error.contains("statements.that_differs") && error.contains("`ignore`"), "{error}");
    }

    #[test]
    fn a_key_that_is_not_known_or_has_no_meaning_is_named() {
        let error = |changes: &str| with(changes).expect_err("no policy").to_string();
        assert!(error("mayor = 1").contains("mayor"), "{}", error("mayor = 1"));
        assert!(error("priority = [\"rent\"]").contains("priority"));
        assert!(error("part_month_method = \"weeks\"").contains("`weeks`"));
        assert!(error("[furnishing]\ntranches = [\"0.40\", \"0.40\"]").contains("tranches"));
    }
}
