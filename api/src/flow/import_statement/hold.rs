//! Why a statement is held: it could not be booked as it stands, and waits for its other pages or for a person.

use chrono::NaiveDate;
use grip_engine::bank::camt::Problem;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;

/// Why a statement is held. Nothing of it is booked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hold {
    /// Other pages of it are not here yet.
    #[error("page {page} of statement `{id}` waits for its other pages")]
    WaitsForPage {
        /// The bank's id of the statement.
        id: String,
        /// Which page this is.
        page: u64,
    },
    /// Something in it cannot be booked.
    #[error("line {}, element {}: {}", .0.line, .0.element, .0.text)]
    Problem(Problem),
    /// It is in another currency than the books, or an entry is.
    #[error("line {}, element {}: {}", .0.line, .0.element, .0.text)]
    Currency(Problem),
    /// It does not prove.
    #[error("statement `{id}` does not add up: its closing balance differs by {by} from opening and entries")]
    Differs {
        /// The bank's id of the statement.
        id: String,
        /// By how much.
        by: Money,
    },
    /// It has no opening balance.
    #[error("statement `{id}` has no opening balance, so it cannot be proved")]
    NoOpening {
        /// The bank's id of the statement.
        id: String,
    },
    /// It has no closing balance with a day.
    #[error("statement `{id}` has no closing balance, so it cannot be proved")]
    NoClosing {
        /// The bank's id of the statement.
        id: String,
    },
    /// It closes on a day that is too far from today to be right.
    #[error(
        "statement `{id}` closes on {on}, too far from today to be right: ask the bank for the right day"
    )]
    FarFromToday {
        /// The bank's id of the statement.
        id: String,
        /// The day it closes.
        on: NaiveDate,
    },
    /// An entry was booked on a day that is too far from the one it closes on.
    #[error(
        "statement `{id}` closes on {closing_on}, and an entry was booked on {on}: ask the bank which day holds"
    )]
    FarFromClosing {
        /// The bank's id of the statement.
        id: String,
        /// The day of the entry.
        on: NaiveDate,
        /// The day it closes.
        closing_on: NaiveDate,
    },
    /// It repeats days that were booked, and lacks entries of them.
    #[error(
        "statement `{id}` repeats days that were booked, and {missing} entries of those days are not in it"
    )]
    Overlaps {
        /// The bank's id of the statement.
        id: String,
        /// How many booked entries are not in it.
        missing: usize,
    },
}

impl Hold {
    /// One code per cause.
    pub fn code(&self) -> &'static str {
        match self {
            Hold::WaitsForPage { .. } => "I_WAIT_FOR_PAGE",
            Hold::Problem(found) | Hold::Currency(found) => found.code.as_str(),
            Hold::Differs { .. } => "E_BALANCE",
            Hold::NoOpening { .. } => "E_NO_OPENING",
            Hold::NoClosing { .. } => "E_NO_CLOSING",
            Hold::FarFromToday { .. } | Hold::FarFromClosing { .. } => "E_FAR_DAY",
            Hold::Overlaps { .. } => "E_OVERLAP",
        }
    }

    /// The reason in Dutch, without what the bank wrote in its entries.
    pub fn dutch(&self) -> String {
        match self {
            Hold::WaitsForPage { page, .. } => {
                format!("Dit is pagina {page}. De andere pagina's van dit afschrift zijn er nog niet.")
            }
            Hold::Problem(found) => {
                format!("Regel {}, element {}: {}.", found.line, found.element, found.code.dutch())
            }
            Hold::Currency(found) => {
                format!("Regel {}: een bedrag is niet in euro. Alleen euro's worden geboekt.", found.line)
            }
            Hold::Differs { by, .. } => format!(
                "Het afschrift sluit niet: het eindsaldo wijkt {} af van beginsaldo en boekingen.",
                by.dutch()
            ),
            Hold::NoOpening { .. } => "Het afschrift heeft geen beginsaldo.".to_owned(),
            Hold::NoClosing { .. } => "Het afschrift heeft geen eindsaldo met een datum.".to_owned(),
            Hold::FarFromToday { on, .. } => format!(
                "Het afschrift sluit op {}: dat ligt te ver van vandaag. Vraag de bank om een afschrift met de juiste dag.",
                dutch_day(*on)
            ),
            Hold::FarFromClosing { on, closing_on, .. } => format!(
                "Een boeking is van {}, en het afschrift sluit op {}. Vraag de bank welke dag klopt.",
                dutch_day(*on),
                dutch_day(*closing_on)
            ),
            Hold::Overlaps { missing, .. } => format!(
                "Het afschrift herhaalt dagen die geboekt zijn, maar {missing} boekingen van die dagen staan er niet in."
            ),
        }
    }
}
