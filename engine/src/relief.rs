//! Relief window: the six months in which the municipality pays fixed costs from the benefit.
//!
//! Legal source: Participatiewet art. 56a. The window is per person; it starts on the day the right to
//! social assistance arises, has no stop-clock, and is not extended over a weekend (Algemene
//! termijnenwet art. 4).

use chrono::{Days, NaiveDate};

use crate::calendar::{Month, OfficeCalendar};
use crate::household::{Household, Member};

/// The days of the duty of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReliefWindow {
    start: NaiveDate,
    end: NaiveDate,
}

/// A task on the way to paying alone ("warme overdracht").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandoverTask {
    /// The open office day it is planned on.
    pub on: NaiveDate,
    /// How many days before the end of the window it belongs.
    pub days_before_end: u64,
}

impl ReliefWindow {
    /// Six civil months from the day the right arises. Where the last month has no such day number,
    /// the window ends on the last day of that month.
    ///
    /// ```
    /// use grip_engine::relief::ReliefWindow;
    /// let window = ReliefWindow::starting("2026-01-12".parse().expect("a day"));
    /// assert_eq!(window.end().to_string(), "2026-07-11");
    /// let clamped = ReliefWindow::starting("2026-08-31".parse().expect("a day"));
    /// assert_eq!(clamped.end().to_string(), "2027-02-28");
    /// ```
    pub fn starting(start: NaiveDate) -> ReliefWindow {
        let target = (0..6).fold(Month::of(start), |month, _| month.next());
        let number = chrono::Datelike::day(&start);
        let same_number = target.day(number);
        let exists = chrono::Datelike::day(&same_number) == number;
        let end = if exists { same_number - Days::new(1) } else { target.last_day() };
        ReliefWindow { start, end }
    }

    /// The window of a member: an adult with a decided right, on an asylum permit for a fixed period and
    /// with the duty of civic integration on the day the right arises.
    pub fn of(household: &Household, member: &Member) -> Option<ReliefWindow> {
        let start = household.right_from()?;
        let on_start =
            |period: Option<crate::calendar::Period>| period.is_some_and(|period| period.contains(start));
        let obliged = on_start(member.asylum_permit) && on_start(member.civic_integration_duty);
        obliged.then(|| ReliefWindow::starting(start))
    }

    /// The last of the windows of the adults: until then household costs stay mandatory.
    pub fn of_household(household: &Household) -> Option<ReliefWindow> {
        household
            .adults()
            .filter_map(|member| ReliefWindow::of(household, member))
            .max_by_key(|window| window.end)
    }

    /// The day the right arises.
    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// The last day.
    pub fn end(self) -> NaiveDate {
        self.end
    }

    /// True when a run executed on this day is mandatory.
    pub fn covers(self, execution: NaiveDate) -> bool {
        self.start <= execution && execution <= self.end
    }

    /// The tasks 60, 45, 30 and 14 days before the end; one on a closed office day moves to the open
    /// day before it (ruling 23).
    pub fn handover(self) -> [HandoverTask; 4] {
        [60, 45, 30, 14].map(|days_before_end| HandoverTask {
            on: OfficeCalendar.on_or_before(self.end - Days::new(days_before_end)),
            days_before_end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_window_is_six_civil_months_and_clamps_to_a_short_february() {
        let ends = ["2026-02-01", "2026-08-30", "2026-08-29", "2026-08-28", "2027-08-31", "2025-12-01"]
            .map(|start| ReliefWindow::starting(day(start)).end().to_string());
        assert_eq!(
            ends,
            ["2026-07-31", "2027-02-28", "2027-02-28", "2027-02-27", "2028-02-29", "2026-05-31"]
        );
    }

    #[test]
    fn a_run_on_the_last_day_is_mandatory_and_the_day_after_is_not() {
        let window = ReliefWindow::starting(day("2026-02-01"));
        assert!(!window.covers(day("2026-01-31")));
        assert!(window.covers(day("2026-02-01")));
        assert!(window.covers(day("2026-07-31")));
        assert!(!window.covers(day("2026-08-01")));
    }

    #[test]
    fn a_handover_task_on_a_saturday_moves_to_friday() {
        let tasks = ReliefWindow::starting(day("2026-01-12")).handover();
        let days = tasks.map(|task| task.on.to_string());
        assert_eq!(days, ["2026-05-12", "2026-05-27", "2026-06-11", "2026-06-26"]);
    }
}
