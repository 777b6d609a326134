//! What the municipality chooses itself (domain.md §9), read from a dated TOML file.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::calendar::{Month, TargetCalendar};
use crate::household::HouseholdType;
use crate::money::Money;

/// The municipality's choices, valid from a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The first day it is valid.
    pub valid_from: NaiveDate,
    /// Changes count until this many TARGET days before pay day; then the run is proposed.
    pub cut_off_days: u32,
    /// The least living money a month per type of household.
    pub floors: Floors,
    /// Go on to smaller dues after one that does not fit.
    pub skip_and_continue: bool,
    /// The share of a tranche that must be accounted for before the next one opens.
    pub release_threshold: Decimal,
    /// How far one purchase may pass its budget line and still count in full.
    pub line_tolerance: Decimal,
    /// Evidence of a tranche is due this many days after payment.
    pub evidence_days: u32,
}

/// The least living money a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Floors {
    /// One adult.
    pub single: Money,
    /// One adult with children.
    pub single_parent: Money,
    /// Two adults.
    pub couple: Money,
    /// Two adults with children.
    pub couple_with_children: Money,
}

/// A policy file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, or an unknown or missing key.
    #[error("policy file: {0}")]
    Form(String),
    /// A value that is no amount, share or day.
    #[error("policy file: `{key}` is `{text}`, which is {want}")]
    Value {
        /// The key in the file.
        key: &'static str,
        /// The value as written.
        text: String,
        /// What it should have been.
        want: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    valid_from: String,
    cut_off_days: u32,
    skip_and_continue: bool,
    release_threshold: String,
    line_tolerance: String,
    evidence_days: u32,
    living_money_floor: WrittenFloors,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFloors {
    single: String,
    single_parent: String,
    couple: String,
    couple_with_children: String,
}

impl Policy {
    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Policy, PolicyError> {
        let written: Written = toml::from_str(text).map_err(|error| PolicyError::Form(error.to_string()))?;
        Ok(Policy {
            valid_from: day("valid_from", &written.valid_from)?,
            cut_off_days: written.cut_off_days,
            skip_and_continue: written.skip_and_continue,
            release_threshold: share("release_threshold", &written.release_threshold)?,
            line_tolerance: share("line_tolerance", &written.line_tolerance)?,
            evidence_days: written.evidence_days,
            floors: Floors {
                single: amount("single", &written.living_money_floor.single)?,
                single_parent: amount("single_parent", &written.living_money_floor.single_parent)?,
                couple: amount("couple", &written.living_money_floor.couple)?,
                couple_with_children: amount(
                    "couple_with_children",
                    &written.living_money_floor.couple_with_children,
                )?,
            },
        })
    }

    /// The day the benefit of a month is paid: its last TARGET day.
    pub fn pay_day(&self, month: Month) -> NaiveDate {
        TargetCalendar.on_or_before(month.last_day())
    }

    /// The day the run of a month is proposed: changes count until then.
    pub fn cut_off(&self, month: Month) -> NaiveDate {
        TargetCalendar.earlier(self.pay_day(month), self.cut_off_days)
    }

    /// The least living money a month of a household.
    pub fn floor(&self, household_type: HouseholdType) -> Money {
        match household_type {
            HouseholdType::Single => self.floors.single,
            HouseholdType::SingleParent => self.floors.single_parent,
            HouseholdType::Couple => self.floors.couple,
            HouseholdType::CoupleWithChildren => self.floors.couple_with_children,
        }
    }
}

fn day(key: &'static str, text: &str) -> Result<NaiveDate, PolicyError> {
    text.parse().map_err(|_| PolicyError::Value {
        key,
        text: text.to_owned(),
        want: "no day like 2026-01-01",
    })
}

fn amount(key: &'static str, text: &str) -> Result<Money, PolicyError> {
    text.parse().map_err(|_| PolicyError::Value { key, text: text.to_owned(), want: "no amount like 300.00" })
}

fn share(key: &'static str, text: &str) -> Result<Decimal, PolicyError> {
    let share =
        Decimal::from_str_exact(text).ok().filter(|share| Decimal::ZERO <= *share && *share <= Decimal::ONE);
    share.ok_or_else(|| PolicyError::Value { key, text: text.to_owned(), want: "no share between 0 and 1" })
}
