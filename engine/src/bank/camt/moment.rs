//! Days and moments as banks write them: with and without a time, with and without a zone.

use std::fmt;

use chrono::{Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Europe::Amsterdam;

use super::value::trimmed;

/// A moment as its bank wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Date and time on the clock of the bank.
    pub local: NaiveDateTime,
    /// How far that clock is from UTC, where the bank says so.
    pub offset: Option<FixedOffset>,
}

impl Moment {
    /// The moment that a text writes: `2026-03-28T23:30:00.5+01:00`, or a date alone for its beginning.
    pub(super) fn of(text: &str) -> Option<Moment> {
        let text = trimmed(text);
        let (date, rest) = text.split_at_checked(10)?;
        let date = written_day(date)?;
        let Some(rest) = rest.strip_prefix('T') else {
            let local = date.and_time(NaiveTime::MIN);
            return Some(Moment { local, offset: zone(rest)? });
        };
        let (time, rest) = rest.split_at_checked(8)?;
        let (next_day, time) = written_time(time)?;
        let (fraction, rest) = fraction(rest)?;
        if next_day && fraction.bytes().any(|digit| digit != b'0') {
            return None;
        }
        let date = if next_day { date.checked_add_days(Days::new(1))? } else { date };
        Some(Moment { local: date.and_time(time), offset: zone(rest)? })
    }

    /// The day: with an offset the one it is in Amsterdam, without one as written.
    ///
    /// Nothing for a day outside the years 1 to 9999.
    pub fn day(&self) -> Option<NaiveDate> {
        let day = match self.offset {
            None => self.local.date(),
            Some(offset) => {
                let moment = offset.from_local_datetime(&self.local).single()?;
                moment.with_timezone(&Amsterdam).date_naive()
            }
        };
        Some(day).filter(|day| (FIRST..=LAST).contains(day))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.local.format("%Y-%m-%dT%H:%M:%S"))?;
        self.offset.map_or(Ok(()), |offset| write!(out, "{offset}"))
    }
}

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day");
const LAST: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// The day of a date (`2026-03-29`, with or without a zone) or of a moment, as [`Moment::day`] tells it.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = trimmed(text);
    if text.len() == 10 {
        return written_day(text);
    }
    let (date, zone_of_date) = text.split_at_checked(10)?;
    if !zone_of_date.starts_with('T') {
        // A day with a zone is that day, wherever it begins.
        return zone(zone_of_date).and_then(|_| written_day(date));
    }
    Moment::of(text)?.day()
}

/// The number that these digits write; nothing for anything but digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

/// `2026-03-29`, in the years 1 to 9999.
fn written_day(text: &str) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return None;
    };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let (month, day) = (number(&[*m1, *m2])?, number(&[*d1, *d2])?);
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day).filter(|_| year != 0)
}

/// `23:30:00`; `24:00:00` is the beginning of the next day, `23:59:60` a leap second.
fn written_time(text: &str) -> Option<(bool, NaiveTime)> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = text.as_bytes() else {
        return None;
    };
    let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?);
    match (hour, minute, second) {
        (24, 0, 0) => Some((true, NaiveTime::MIN)),
        (23, 59, 60) => Some((false, NaiveTime::from_hms_opt(23, 59, 59)?)),
        _ => Some((false, NaiveTime::from_hms_opt(hour, minute, second)?)),
    }
}

/// The digits after a point, and what follows them. Parts of a second change no day and are not kept.
fn fraction(text: &str) -> Option<(&str, &str)> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some(("", text));
    };
    let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    (end != 0).then(|| digits.split_at(end))
}

/// A zone: none, `Z`, or up to 14 hours from UTC. The outer nothing is for a text that is none of these.
#[expect(
    clippy::option_option,
    reason = "no zone is a zone of its own: the outer option says it can be read"
)]
fn zone(text: &str) -> Option<Option<FixedOffset>> {
    match text.as_bytes() {
        b"" => Some(None),
        b"Z" => FixedOffset::east_opt(0).map(Some),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
            let seconds = hours * 3_600 + minutes * 60;
            if 59 < minutes || 14 * 3_600 < seconds {
                return None;
            }
            let seconds = i32::try_from(seconds).ok()?;
            FixedOffset::east_opt(if *sign == b'-' { -seconds } else { seconds }).map(Some)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_on_the_day_it_is_in_amsterdam() {
        let written = |text| day(text).map(|day| day.to_string());
        for (text, on) in [
            ("2026-03-28T23:30:00Z", "2026-03-29"),
            ("2026-03-28T23:30:00+01:00", "2026-03-28"),
            ("2026-03-28T23:30:00", "2026-03-28"),
            ("2026-03-28T23:30:00.123456789123", "2026-03-28"),
            ("2026-06-30T21:59:59.5Z", "2026-06-30"),
            ("2026-06-30T22:00:00Z", "2026-07-01"),
            ("2026-06-30T24:00:00", "2026-07-01"),
            ("2026-12-31T24:00:00.000", "2027-01-01"),
            ("2026-06-30T23:59:60", "2026-06-30"),
            ("2026-06-30T12:00:00+14:00", "2026-06-30"),
            ("2026-06-30T12:00:00-14:00", "2026-07-01"),
            ("0001-01-01", "0001-01-01"),
            ("9999-12-31", "9999-12-31"),
            ("2024-02-29", "2024-02-29"),
            (" 2026-03-29 ", "2026-03-29"),
            ("2026-03-29+01:00", "2026-03-29"),
            ("2026-03-29-14:00", "2026-03-29"),
            ("2026-03-29Z", "2026-03-29"),
        ] {
            assert_eq!(written(text), Some(on.to_owned()), "{text}");
        }
        for wrong in [
            "",
            "0000-01-01",
            "2026-02-29",
            "2026-02-30",
            "2026-13-01",
            "29-03-2026",
            "2026-3-29",
            "20260329",
            "-2026-03-29",
            "12026-03-29",
            "2026-03-29x",
            "2026-03-29T",
            "2026-03-29 12:00:00",
            "invalid-date",
            "JJJJ-MM-TTT00:00:00",
            "2026-03-29T25:00:00",
            "2026-03-29T24:00:01",
            "2026-03-29T24:00:00.1",
            "2026-03-29T12:59:60",
            "2026-03-29T12:00:00.",
            "2026-03-29T12:00",
            "2026-03-29T12:00:00+14:01",
            "2026-03-29T12:00:00+01:60",
            "2026-03-29T12:00:00+1:00",
            "2026-03-29+15:00",
            "9999-12-31T23:30:00Z",
            "éééééééééé",
            "2026-03-2éT1",
        ] {
            assert_eq!(written(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_moment_is_kept_as_the_bank_wrote_it() {
        let kept = |text| Moment::of(text).map(|moment| moment.to_string());
        assert_eq!(kept("2026-03-28T22:59:00.123Z").as_deref(), Some("2026-03-28T22:59:00+00:00"));
        assert_eq!(kept("2026-03-28T22:59:00").as_deref(), Some("2026-03-28T22:59:00"));
        assert_eq!(kept("2026-03-28").as_deref(), Some("2026-03-28T00:00:00"));
        assert_eq!(kept("2026-03-28 22:59"), None);
    }
}
