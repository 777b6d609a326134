//! The fields of balances, entries and details that are read in the same way.

use std::fmt;

use chrono::NaiveDate;

use super::amount::{Amount, Currency, minor};
use super::code::Code;
use super::error::{Problem, shown};
use super::moment::{Moment, day};
use super::place::Field;
use super::raw::{Raw, RawText};
use super::value::{collapsed, flag, trimmed};

/// Whether money came or went, as booked: a reversal never turns it round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Money came in (`CRDT`).
    Credit,
    /// Money went out (`DBIT`).
    Debit,
}

/// What the bank says of an entry. Only a booked one changes the balance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntryStatus {
    /// `BOOK`.
    Booked,
    /// `PDNG`: may still change or vanish.
    Pending,
    /// `INFO`: for information only.
    Information,
    /// Another text that means not booked (`FUTR`); empty where there is none.
    Other(String),
}

impl Direction {
    pub(super) fn of(text: &str) -> Option<Direction> {
        match trimmed(text) {
            "CRDT" => Some(Direction::Credit),
            "DBIT" => Some(Direction::Debit),
            _ => None,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Direction::Credit => "CRDT",
            Direction::Debit => "DBIT",
        })
    }
}

impl EntryStatus {
    pub(super) fn of(text: &str) -> EntryStatus {
        match trimmed(text) {
            "BOOK" => EntryStatus::Booked,
            "PDNG" => EntryStatus::Pending,
            "INFO" => EntryStatus::Information,
            other => EntryStatus::Other(other.to_owned()),
        }
    }

    /// True where the entry is booked, or nobody knows that it is not.
    pub(super) fn may_be_booked(&self) -> bool {
        match self {
            EntryStatus::Booked => true,
            EntryStatus::Pending | EntryStatus::Information => false,
            EntryStatus::Other(text) => text != "FUTR",
        }
    }

    /// What is wrong with a status, if anything; `FUTR` is known to mean not booked yet.
    pub(super) fn problem(&self, raw: Option<&RawText>, entry_line: u64) -> Option<Problem> {
        let line = raw.map_or(entry_line, |raw| raw.line);
        match self {
            EntryStatus::Other(text) if text.is_empty() => {
                Some(Problem::new(line, "Sts", Code::Status, "is missing: booked or not is not known"))
            }
            EntryStatus::Other(text) if text != "FUTR" => {
                let text = format!("status `{}` is not BOOK, PDNG or INFO", shown(text));
                Some(Problem::new(line, "Sts", Code::Status, text))
            }
            _ => None,
        }
    }
}

/// An amount in whole minor units of the currency it names, not negative.
pub(super) fn amount(raw: Option<&RawText>, line: u64) -> Result<Amount, Problem> {
    let Some(raw) = raw else {
        return Err(Problem::new(line, "Amt", Code::Amount, "is missing"));
    };
    let wrong = |code: Code, reason: &str| {
        let text = format!("amount `{}` {reason}", shown(trimmed(&raw.text)));
        Problem::new(raw.line, raw.tag.name(), code, text)
    };
    let currency = match raw.currency().map(trimmed) {
        Some("EUR") => Currency::EUR,
        Some(other) => Currency::of(other).ok_or_else(|| {
            wrong(Code::Currency, &format!("is in `{}`, which is no currency", shown(other)))
        })?,
        None => return Err(wrong(Code::Currency, "has no currency")),
    };
    match minor(&raw.text, currency.decimals()) {
        Ok(minor) => Ok(Amount { minor, currency }),
        Err(not) => Err(wrong(not.code, not.reason)),
    }
}

pub(super) fn direction(raw: Option<&RawText>, line: u64) -> Result<Direction, Problem> {
    let Some(raw) = raw else {
        return Err(Problem::new(line, "CdtDbtInd", Code::Direction, "is missing"));
    };
    Direction::of(&raw.text).ok_or_else(|| {
        let text = format!("direction `{}` is not CRDT or DBIT", shown(&raw.text));
        Problem::new(raw.line, "CdtDbtInd", Code::Direction, text)
    })
}

pub(super) fn reversal(raw: Option<&RawText>) -> Result<bool, Problem> {
    raw.map_or(Ok(false), |raw| {
        flag(&raw.text).ok_or_else(|| {
            let text = format!("`{}` is not true or false", shown(&raw.text));
            Problem::new(raw.line, "RvslInd", Code::Flag, text)
        })
    })
}

pub(super) fn written_day(element: &str, raw: Option<&RawText>) -> Result<Option<NaiveDate>, Problem> {
    let Some(raw) = raw else { return Ok(None) };
    day(&raw.text).map(Some).ok_or_else(|| {
        let text = format!("date `{}` is not written as 2026-03-29", shown(&raw.text));
        Problem::new(raw.line, element, Code::Date, text)
    })
}

/// A moment beside the amounts; nothing where it cannot be read.
pub(super) fn moment(raw: Option<&RawText>) -> Option<Moment> {
    Moment::of(&raw?.text)
}

/// The text of a field with white space collapsed; nothing where that leaves nothing.
pub(super) fn text(raw: &Raw, field: Field) -> Option<String> {
    let text = collapsed(&raw.get(field)?.text);
    (!text.is_empty()).then_some(text)
}

/// The texts of a field that say something, as they are written.
pub(super) fn verbatim(raw: &Raw, field: Field) -> Vec<String> {
    raw.all(field).map(|raw| raw.text.clone()).filter(|text| !trimmed(text).is_empty()).collect()
}

pub(super) fn without_space(text: &str) -> String {
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        text.split_ascii_whitespace().collect()
    } else {
        text.to_owned()
    }
}
