//! The six months of a household: where they stand today.

use chrono::NaiveDate;
use grip_engine::calendar::dutch_day;
use grip_engine::relief::ReliefWindow;

/// The six months on the page of a household.
#[derive(Clone, Debug)]
pub(in crate::web) struct WindowView {
    /// The first day.
    pub(super) start: String,
    /// The last day.
    pub(super) end: String,
    /// Where they stand today.
    pub(super) standing: String,
    /// The days that have begun, at most all of them.
    pub(super) day: i64,
    /// All days.
    pub(super) days: i64,
}

impl WindowView {
    /// The six months as they stand on a day.
    pub(super) fn of(window: ReliefWindow, today: NaiveDate) -> WindowView {
        let (day, days) = progress(window, today);
        WindowView {
            start: dutch_day(window.start()),
            end: dutch_day(window.end()),
            standing: standing(window, today),
            day: day.clamp(0, days),
            days,
        }
    }
}

/// The six months in one line of a list.
pub(in crate::web) fn in_short(window: Option<ReliefWindow>, today: NaiveDate) -> String {
    let Some(window) = window else {
        return "niet verplicht".to_owned();
    };
    let standing = standing(window, today);
    if window.covers(today) {
        format!("{standing}, tot en met {}", dutch_day(window.end()))
    } else {
        standing
    }
}

fn standing(window: ReliefWindow, today: NaiveDate) -> String {
    let (day, days) = progress(window, today);
    if today < window.start() {
        format!("begint op {}", dutch_day(window.start()))
    } else if window.covers(today) {
        format!("dag {day} van {days}")
    } else {
        format!("afgelopen op {}", dutch_day(window.end()))
    }
}

fn progress(window: ReliefWindow, today: NaiveDate) -> (i64, i64) {
    let through = |day: NaiveDate| (day - window.start()).num_days() + 1;
    (through(today), through(window.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_months_count_from_the_first_day_to_the_last() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let window = ReliefWindow::starting(day("2026-02-01"));
        let on = |text: &str| in_short(Some(window), day(text));
        assert_eq!(on("2026-01-31"), "begint op 1 februari 2026");
        assert_eq!(on("2026-02-01"), "dag 1 van 181, tot en met 31 juli 2026");
        assert_eq!(on("2026-07-31"), "dag 181 van 181, tot en met 31 juli 2026");
        assert_eq!(on("2026-08-01"), "afgelopen op 31 juli 2026");
        assert_eq!(in_short(None, day("2026-08-01")), "niet verplicht");
        assert_eq!(WindowView::of(window, day("2026-09-01")).day, 181);
    }
}
