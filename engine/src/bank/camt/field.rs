//! The fields of balances, entries and details that are read in the same way.

use std::fmt;

use chrono::NaiveDate;

use crate::money::Money;

use super::error::{Problem, shown};
use super::raw::RawText;
use super::value::{cents, collapsed, day, flag, trimmed};

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
    /// Another text; empty where there is none.
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

    /// What is wrong with a status, if anything; `FUTR` is known to mean not booked yet.
    pub(super) fn problem(&self, raw: Option<&RawText>, entry_line: u64) -> Option<Problem> {
        match self {
            EntryStatus::Other(text) if text.is_empty() => {
                let line = raw.map_or(entry_line, |raw| raw.line);
                Some(Problem::new(line, "Sts", "is missing: booked or not is not known"))
            }
            EntryStatus::Other(text) if text != "FUTR" => {
                let line = raw.map_or(entry_line, |raw| raw.line);
                let text = format!("status `{}` is not BOOK, PDNG or INFO", shown(text));
                Some(Problem::new(line, "Sts", text))
            }
            _ => None,
        }
    }
}

/// An amount in euros and whole cents, not negative.
pub(super) fn euros(raw: Option<&RawText>, line: u64) -> Result<Money, Problem> {
    let Some(raw) = raw else {
        return Err(Problem::new(line, "Amt", "is missing"));
    };
    let wrong = |reason: &str| {
        let text = format!("amount `{}` {reason}", shown(trimmed(&raw.text)));
        Err(Problem::new(raw.line, raw.element, text))
    };
    // The total of a batch names no currency of its own in every version.
    match raw.currency.as_deref().map(trimmed) {
        Some("EUR") => {}
        None if raw.element == "TtlAmt" => {}
        None => return wrong("has no currency"),
        Some(other) => return wrong(&format!("is in {}: only EUR is booked", shown(other))),
    }
    cents(&raw.text).or_else(wrong)
}

pub(super) fn direction(raw: Option<&RawText>, line: u64) -> Result<Direction, Problem> {
    let Some(raw) = raw else {
        return Err(Problem::new(line, "CdtDbtInd", "is missing"));
    };
    Direction::of(&raw.text).ok_or_else(|| {
        let text = format!("direction `{}` is not CRDT or DBIT", shown(&raw.text));
        Problem::new(raw.line, "CdtDbtInd", text)
    })
}

pub(super) fn reversal(raw: Option<&RawText>) -> Result<bool, Problem> {
    raw.map_or(Ok(false), |raw| {
        flag(&raw.text).ok_or_else(|| {
            let text = format!("`{}` is not true or false", shown(&raw.text));
            Problem::new(raw.line, "RvslInd", text)
        })
    })
}

pub(super) fn written_day(element: &str, raw: Option<&RawText>) -> Result<Option<NaiveDate>, Problem> {
    let Some(raw) = raw else { return Ok(None) };
    day(&raw.text).map(Some).ok_or_else(|| {
        let text = format!("date `{}` is not written as 2026-03-29", shown(&raw.text));
        Problem::new(raw.line, element, text)
    })
}

/// A text with white space collapsed; nothing where that leaves nothing.
pub(super) fn text(raw: Option<RawText>) -> Option<String> {
    let text = raw.map(|raw| collapsed(&raw.text));
    text.filter(|text| !text.is_empty())
}

pub(super) fn without_space(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}
