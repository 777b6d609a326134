//! The habits of four Dutch banks: the same bookings, told in four ways.
//!
//! Sources: the sample files and format descriptions of the banks; none of them sends what the
//! others send.

use chrono::{Datelike, Days, NaiveDate, TimeZone};
use chrono_tz::Europe::Amsterdam;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::TargetCalendar;
use grip_engine::money::Money;

/// Which bank writes the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// BNG Bank: our batch as one entry without details, only days with movements.
    Bng,
    /// ABN AMRO: the previous closing balance as opening, the batch with its details.
    AbnAmro,
    /// ING: version .08, one entry per transfer.
    Ing,
    /// Rabobank: a statement on every bank day, no reference at the entry.
    Rabobank,
}

/// The names of a message and of the statement in it.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) message_id: String,
    pub(super) id: String,
    pub(super) sequence: String,
}

impl Habit {
    /// The bank that holds this account; nothing when it is none of the four.
    ///
    /// ```
    /// use grip_api::simulated_bank::Habit;
    /// let account = "NL44RABO0123456789".parse()?;
    /// assert_eq!(Habit::of(&account), Some(Habit::Rabobank));
    /// # Ok::<(), grip_engine::bank::iban::NotIban>(())
    /// ```
    pub fn of(account: &Iban) -> Option<Habit> {
        match account.dutch_bank()? {
            "BNGH" => Some(Habit::Bng),
            "ABNA" => Some(Habit::AbnAmro),
            "INGB" => Some(Habit::Ing),
            "RABO" => Some(Habit::Rabobank),
            _ => None,
        }
    }

    pub(super) fn bic(self) -> &'static str {
        match self {
            Habit::Bng => "BNGHNL2G",
            Habit::AbnAmro => "ABNANL2A",
            Habit::Ing => "INGBNL2A",
            Habit::Rabobank => "RABONL2U",
        }
    }

    /// The word that begins the names of its files.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Habit::Bng => "bng",
            Habit::AbnAmro => "abnamro",
            Habit::Ing => "ing",
            Habit::Rabobank => "rabobank",
        }
    }

    /// True when it sends a statement of a day without movements.
    pub(super) fn sends_empty_days(self) -> bool {
        self == Habit::Rabobank
    }

    /// The number of a statement: the bank day of the year at Rabobank (16141 is the 141st of
    /// 2016), elsewhere how many came before it in the year.
    pub(super) fn number(self, day: NaiveDate, sent_this_year: u32) -> u32 {
        if self != Habit::Rabobank {
            return sent_this_year + 1;
        }
        let year = day.year().rem_euclid(100).unsigned_abs();
        let new_year = day.with_ordinal(1).expect("a year has a first day");
        let bank_days = TargetCalendar.open_days_between(new_year, day);
        year * 1_000 + u32::try_from(bank_days).expect("a year has 366 days at most")
    }

    /// What it calls its statement with this number of an account.
    pub(super) fn names(self, account: &Iban, day: NaiveDate, number: u32) -> Names {
        let date = day.format("%Y%m%d");
        let short_account = &account.as_str()[8..];
        let (message_id, id, sequence) = match self {
            Habit::Bng => (
                format!("{}-{date}-{number}", account.as_str()),
                format!("{}{number:04}", day.num_days_from_ce()),
                number.to_string(),
            ),
            Habit::AbnAmro => {
                (format!("{short_account}.{day}"), format!("{short_account}.{day}"), format!("{number:018}"))
            }
            Habit::Ing => {
                (format!("INGB{date}{short_account}"), format!("{date}{number:05}"), format!("{number:02}"))
            }
            Habit::Rabobank => {
                (format!("CAMT053{number:08}"), format!("CAMT053{date}{number:05}"), number.to_string())
            }
        };
        Names { message_id, id, sequence }
    }

    /// When it wrote the statement: BNG in the evening and in UTC, the others early next
    /// morning with their offset.
    pub(super) fn created(self, day: NaiveDate) -> String {
        let next = day + Days::new(1);
        match self {
            Habit::Bng => {
                let evening = day.and_hms_opt(23, 59, 0).expect("a day has an evening");
                let moment = Amsterdam.from_local_datetime(&evening).single();
                let utc = moment.expect("clocks change at night").to_utc();
                utc.format("%Y-%m-%dT%H:%M:%SZ").to_string()
            }
            Habit::AbnAmro => local(next, (3, 55, 8)),
            Habit::Ing => local(next, (5, 12, 40)),
            Habit::Rabobank => local(next, (4, 22, 43)),
        }
    }

    /// The first and the last second of the day, which only ING tells.
    pub(super) fn period(self, day: NaiveDate) -> Option<(String, String)> {
        (self == Habit::Ing).then(|| (local(day, (0, 0, 0)), local(day, (23, 59, 59))))
    }

    /// The balances it shows: code, amount and date.
    pub(super) fn balances(
        self,
        day: NaiveDate,
        opening: Money,
        closing: Money,
    ) -> Vec<(&'static str, Money, NaiveDate)> {
        let previous = TargetCalendar.earlier(day, 1);
        let (opened, forward_days): (&[_], _) = match self {
            Habit::Bng => (&[("OPBD", previous)], 0),
            Habit::AbnAmro => (&[("PRCD", previous)], 5),
            Habit::Ing => (&[("PRCD", previous), ("OPBD", day)], 0),
            Habit::Rabobank => (&[("OPBD", previous)], 4),
        };
        let mut balances: Vec<_> = opened.iter().map(|(code, on)| (*code, opening, *on)).collect();
        balances.push(("CLBD", closing, day));
        if self != Habit::Bng {
            balances.push(("CLAV", closing, day));
        }
        for days in 1..=forward_days {
            balances.push(("FWAV", closing, TargetCalendar.later(day, days)));
        }
        balances
    }
}

fn local(day: NaiveDate, (hour, minute, second): (u32, u32, u32)) -> String {
    let time = day.and_hms_opt(hour, minute, second).expect("a time of day");
    let moment = Amsterdam.from_local_datetime(&time).single();
    let moment = moment.expect("clocks change between two and three");
    moment.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
