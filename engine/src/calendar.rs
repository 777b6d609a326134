//! Months, and the two calendars: when banks settle, and when Dutch offices are open.
//!
//! Sources: ECB decision of 14 December 2000 (TARGET closing days); Algemene termijnenwet art. 3
//! (Dutch public holidays).

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A civil calendar month.
///
/// ```
/// use grip_engine::calendar::Month;
/// let february: Month = "2026-02".parse()?;
/// assert_eq!(february.last_day().to_string(), "2026-02-28");
/// assert_eq!(february.next().to_string(), "2026-03");
/// # Ok::<(), grip_engine::calendar::NotMonth>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

/// A text that is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("month `{0}` is not written as 2026-02")]
pub struct NotMonth(pub String);

impl Month {
    /// The month a day lies in.
    pub fn of(day: NaiveDate) -> Month {
        Month { year: day.year(), month: day.month() }
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).expect("a month has a first day")
    }

    /// The last day.
    pub fn last_day(self) -> NaiveDate {
        self.next().first_day().pred_opt().expect("the day before the first of a month exists")
    }

    /// The day with this number, or the last day where the month is shorter.
    pub fn day(self, number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, number).unwrap_or(self.last_day())
    }

    /// How many days it has.
    pub fn days(self) -> u32 {
        self.last_day().day()
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Month {
        if self.month == 12 {
            Month { year: self.year + 1, month: 1 }
        } else {
            Month { month: self.month + 1, ..self }
        }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Month {
        if self.month == 1 {
            Month { year: self.year - 1, month: 12 }
        } else {
            Month { month: self.month - 1, ..self }
        }
    }

    /// How many months it comes after another one; below zero when it comes before it.
    pub fn months_since(self, other: Month) -> i32 {
        (self.year - other.year) * 12 + self.month.cast_signed() - other.month.cast_signed()
    }

    /// The month this many months later.
    #[must_use]
    pub fn plus(self, months: u32) -> Month {
        let zero_based = self.month - 1 + months;
        Month { year: self.year + (zero_based / 12).cast_signed(), month: zero_based % 12 + 1 }
    }

    /// The number of the month in its year, 1 for January.
    pub fn number(self) -> u32 {
        self.month
    }

    /// The months from this one up to and including the last.
    pub fn through(self, last: Month) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self), |month| Some(month.next())).take_while(move |month| *month <= last)
    }

    /// Its Dutch name and year: "maart 2026".
    pub fn dutch(self) -> String {
        format!("{} {}", DUTCH_MONTHS[(self.month - 1) as usize], self.year)
    }
}

const DUTCH_MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// Days from the first up to and including the last; without a last day it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: NaiveDate,
    until: Option<NaiveDate>,
}

/// A period that ends before it starts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("period from {from} ends before it starts, on {until}")]
pub struct NotPeriod {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
}

impl Period {
    /// The days from the first up to and including the last.
    pub fn new(from: NaiveDate, until: Option<NaiveDate>) -> Result<Period, NotPeriod> {
        match until {
            Some(until) if until < from => Err(NotPeriod { from, until }),
            _ => Ok(Period { from, until }),
        }
    }

    /// The first day.
    pub fn from(self) -> NaiveDate {
        self.from
    }

    /// The last day, when there is one.
    pub fn until(self) -> Option<NaiveDate> {
        self.until
    }

    /// True when the day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// True when some day lies in both.
    pub fn overlaps(self, other: Period) -> bool {
        self.until.is_none_or(|until| other.from <= until)
            && other.until.is_none_or(|until| self.from <= until)
    }

    /// How many of its days lie in the month.
    ///
    /// ```
    /// use grip_engine::calendar::{Month, Period};
    /// let right = Period::new("2026-01-12".parse()?, None)?;
    /// assert_eq!(right.days_in("2026-01".parse()?), 20);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn days_in(self, month: Month) -> u32 {
        let first = self.from.max(month.first_day());
        let last = self.until.map_or(month.last_day(), |until| until.min(month.last_day()));
        u32::try_from((last - first).num_days() + 1).unwrap_or(0)
    }
}

/// A day as a Dutch reader writes it: "3 maart 2026".
pub fn dutch_day(day: NaiveDate) -> String {
    format!("{} {}", day.day(), Month::of(day).dutch())
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = NotMonth;

    fn from_str(text: &str) -> Result<Month, NotMonth> {
        let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d");
        day.ok().filter(|_| text.len() == 7).map(Month::of).ok_or_else(|| NotMonth(text.to_owned()))
    }
}

/// Easter Sunday of a year, by the Gregorian computus of Meeus.
///
/// ```
/// assert_eq!(grip_engine::calendar::easter(2026).to_string(), "2026-04-05");
/// ```
#[expect(clippy::many_single_char_names, reason = "the letters of the published computus")]
pub fn easter(year: i32) -> NaiveDate {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    NaiveDate::from_ymd_opt(year, month.unsigned_abs(), day.unsigned_abs())
        .expect("the computus gives a day in March or April")
}

fn days_from_easter(day: NaiveDate) -> i64 {
    (day - easter(day.year())).num_days()
}

fn weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The days on which TARGET settles: no credit transfer is booked on another day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetCalendar;

/// The days on which a Dutch office is open (Algemene termijnenwet art. 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeCalendar;

impl TargetCalendar {
    /// True when banks settle on this day.
    ///
    /// ```
    /// use grip_engine::calendar::TargetCalendar;
    /// let kings_day = "2026-04-27".parse().expect("a day");
    /// let labour_day = "2026-05-01".parse().expect("a day");
    /// assert!(TargetCalendar.is_open(kings_day));
    /// assert!(!TargetCalendar.is_open(labour_day));
    /// ```
    pub fn is_open(self, day: NaiveDate) -> bool {
        let fixed = matches!((day.month(), day.day()), (1 | 5, 1) | (12, 25 | 26));
        !weekend(day) && !fixed && !matches!(days_from_easter(day), -2 | 1)
    }

    /// The last open day on or before this one.
    pub fn on_or_before(self, day: NaiveDate) -> NaiveDate {
        back(day, |day| self.is_open(day))
    }

    /// The first open day on or after this one.
    pub fn on_or_after(self, day: NaiveDate) -> NaiveDate {
        let mut day = day;
        while !self.is_open(day) {
            day = day + Days::new(1);
        }
        day
    }

    /// The open day that is this many open days earlier.
    pub fn earlier(self, day: NaiveDate, open_days: u32) -> NaiveDate {
        let mut day = self.on_or_before(day);
        for _ in 0..open_days {
            day = self.on_or_before(day - Days::new(1));
        }
        day
    }

    /// The open day that is this many open days later.
    pub fn later(self, day: NaiveDate, open_days: u32) -> NaiveDate {
        let mut day = self.on_or_after(day);
        for _ in 0..open_days {
            day = self.on_or_after(day + Days::new(1));
        }
        day
    }

    /// How many open days lie after `from` up to and including `to`; 0 when `to` is not later.
    pub fn open_days_between(self, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| self.is_open(*day)).count()
    }
}

impl OfficeCalendar {
    /// True when offices are open on this day.
    ///
    /// ```
    /// use grip_engine::calendar::OfficeCalendar;
    /// let ascension = "2026-05-14".parse().expect("a day");
    /// assert!(!OfficeCalendar.is_open(ascension));
    /// ```
    pub fn is_open(self, day: NaiveDate) -> bool {
        let fixed = matches!((day.month(), day.day()), (1, 1) | (5, 5) | (12, 25 | 26));
        let moving = matches!(days_from_easter(day), -2 | 1 | 39 | 50);
        !weekend(day) && !fixed && !moving && day != kings_day(day.year())
    }

    /// The last open day on or before this one.
    pub fn on_or_before(self, day: NaiveDate) -> NaiveDate {
        back(day, |day| self.is_open(day))
    }
}

/// 27 April, or the day before when that is a Sunday.
fn kings_day(year: i32) -> NaiveDate {
    let day = NaiveDate::from_ymd_opt(year, 4, 27).expect("27 April exists");
    if day.weekday() == Weekday::Sun { day - Days::new(1) } else { day }
}

fn back(day: NaiveDate, open: impl Fn(NaiveDate) -> bool) -> NaiveDate {
    let mut day = day;
    while !open(day) {
        day = day - Days::new(1);
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn easter_falls_where_the_church_says() {
        for text in
            ["2024-03-31", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2031-04-13", "2038-04-25"]
        {
            assert_eq!(easter(day(text).year()), day(text));
        }
    }

    #[test]
    fn target_is_open_256_days_in_2026_and_closed_on_good_friday() {
        let open = |year| {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
            first
                .iter_days()
                .take_while(|day| day.year() == year)
                .filter(|day| TargetCalendar.is_open(*day))
                .count()
        };
        assert_eq!([2026, 2027, 2028, 2029].map(open), [256, 258, 255, 255]);
        assert!(!TargetCalendar.is_open(day("2026-04-03")));
        assert!(TargetCalendar.is_open(day("2026-05-05")));
    }

    #[test]
    fn a_pay_day_in_a_weekend_moves_to_the_day_before() {
        assert_eq!(TargetCalendar.on_or_before(day("2026-02-28")), day("2026-02-27"));
        assert_eq!(TargetCalendar.on_or_before(day("2026-05-31")), day("2026-05-29"));
        assert_eq!(TargetCalendar.later(day("2026-04-02"), 1), day("2026-04-07"));
        assert_eq!(TargetCalendar.earlier(day("2026-04-07"), 1), day("2026-04-02"));
        assert_eq!(TargetCalendar.open_days_between(day("2026-04-02"), day("2026-04-07")), 1);
    }

    #[test]
    fn offices_close_on_kings_day_and_on_the_saturday_before_a_sunday() {
        assert!(!OfficeCalendar.is_open(day("2026-04-27")));
        assert_eq!(kings_day(2025), day("2025-04-26"));
        assert_eq!(OfficeCalendar.on_or_before(day("2026-06-27")), day("2026-06-26"));
    }

    #[test]
    fn a_month_is_four_digits_and_two() {
        assert_eq!("2026-12".parse::<Month>().map(Month::next), "2027-01".parse());
        for wrong in ["2026-13", "2026-1", "26-01", "2026-01-01", ""] {
            assert!(wrong.parse::<Month>().is_err());
        }
    }
}
