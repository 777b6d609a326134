//! An alert as a coach reads it.

use chrono::NaiveDate;
use grip_engine::calendar::dutch_day;
use grip_engine::risk::Severity;
use uuid::Uuid;

use super::words;
use crate::store::alert::AlertRow;

/// An alert on a page.
#[derive(Clone, Debug)]
pub(super) struct AlertView {
    /// The household, for a link.
    pub(super) household: Uuid,
    /// The number of the household.
    pub(super) number: String,
    /// How soon it harms, for the stylesheet.
    pub(super) severity: &'static str,
    /// How soon it harms, in words.
    pub(super) severity_words: &'static str,
    /// How soon it harms, as a shape.
    pub(super) shape: &'static str,
    /// What is the matter.
    pub(super) title: String,
    /// Why it is here.
    pub(super) reason: String,
    /// What to do.
    pub(super) advice: String,
    /// The day it was raised.
    pub(super) since: String,
    /// When it harms.
    pub(super) harm_on: String,
    /// True once that day is over.
    pub(super) is_late: bool,
    /// The day it was settled.
    pub(super) closed_on: Option<String>,
    /// The rule with its version.
    pub(super) rule: String,
    /// True on a page about many households.
    pub(super) names_household: bool,
}

impl AlertView {
    /// An alert on a page about many households.
    pub(super) fn of(row: &AlertRow, today: NaiveDate) -> AlertView {
        let severity = Severity::from_code(&row.severity).unwrap_or(Severity::K3);
        let (severity_words, shape) = words::severity(severity);
        AlertView {
            household: row.household_id,
            number: row.number.clone(),
            severity: severity.code(),
            severity_words,
            shape,
            title: row.title.clone(),
            reason: row.reason.clone(),
            advice: row.advice.clone(),
            since: dutch_day(row.opened_on),
            harm_on: dutch_day(row.harm_on),
            is_late: row.harm_on < today,
            closed_on: row.closed_on.map(dutch_day),
            rule: format!("Regel {}, versie {}", row.rule, row.rule_version),
            names_household: true,
        }
    }

    /// An alert on the page of its household.
    pub(super) fn of_this(row: &AlertRow, today: NaiveDate) -> AlertView {
        AlertView { names_household: false, ..AlertView::of(row, today) }
    }
}
