//! What a statement means, and whether its entries lead from the opening to the closing balance.

use chrono::NaiveDate;

use crate::money::Money;

use super::entry::Entry;
use super::error::Problem;
use super::field::{Direction, EntryStatus};
use super::message::Message;

/// A statement file that was read to its end.
#[derive(Clone, Debug)]
pub struct CamtFile {
    /// Which message it is.
    pub message: Message,
    /// Its statements, in the order of the file.
    pub statements: Vec<Statement>,
    /// What is odd but changes no amount.
    pub warnings: Vec<Problem>,
}

/// The entries of one account between two balances.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The IBAN or other number of the account, without white space; empty where there is none.
    pub account: String,
    /// The bank's id; several banks give a new one at each download.
    pub id: Option<String>,
    /// The number of the statement (`ElctrncSeqNb`, else `LglSeqNb`).
    pub sequence: Option<u64>,
    /// Which page this is of a statement in several files.
    pub page: Option<Page>,
    /// The currency of the account, else of its first balance.
    pub currency: Option<String>,
    /// The booked balance before the entries (`OPBD`, else `PRCD`).
    pub opening: Option<Balance>,
    /// The booked balance after the entries (`CLBD`).
    pub closing: Option<Balance>,
    /// The entries that could be read, whatever their status.
    pub entries: Vec<Entry>,
    /// What could not be read. A statement with problems is never posted.
    pub problems: Vec<Problem>,
}

/// A page of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// 1 for the first, which carries the opening balance.
    pub number: u64,
    /// True for the last, which carries the closing balance.
    pub last: bool,
}

/// A balance and its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The balance; negative when it is owed.
    pub amount: Money,
    /// Its day, where given: the bank day before for an opening at most banks.
    pub on: Option<NaiveDate>,
}

/// Whether the booked entries lead from the opening to the closing balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// They do, to the cent.
    Proved,
    /// They do not.
    Differs {
        /// Where the entries lead, less the closing balance.
        by: Money,
    },
    /// There is no opening balance to start from.
    NoOpening,
    /// There is no closing balance to arrive at.
    NoClosing,
}

impl Statement {
    /// Opening plus booked credits less booked debits, against the closing balance.
    pub fn proof(&self) -> Proof {
        let Some(opening) = self.opening else {
            return Proof::NoOpening;
        };
        let Some(closing) = self.closing else {
            return Proof::NoClosing;
        };
        let booked = self.entries.iter().filter(|entry| entry.status == EntryStatus::Booked);
        let change: i128 = booked
            .map(|entry| match entry.direction {
                Direction::Credit => i128::from(entry.amount.cents()),
                Direction::Debit => -i128::from(entry.amount.cents()),
            })
            .sum();
        let reached = i128::from(opening.amount.cents()) + change;
        match reached - i128::from(closing.amount.cents()) {
            0 => Proof::Proved,
            by => {
                let most = if 0 < by { i64::MAX } else { i64::MIN };
                let by = Money::from_cents(i64::try_from(by).unwrap_or(most));
                Proof::Differs { by }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{balance, document, entry, statement};
    use super::*;

    fn with(content: &[String]) -> Statement {
        statement(&document("02", &content.concat()))
    }

    #[test]
    fn a_statement_is_proved_to_the_cent() {
        let proof = |closing: &str| {
            with(&[
                balance("OPBD", "-5.00", "2026-03-01"),
                balance("CLBD", closing, "2026-03-02"),
                entry("10.00", "CRDT", ""),
                entry("99.00", "CRDT", "").replace("BOOK", "PDNG"),
            ])
            .proof()
        };
        let cent = |cents| Proof::Differs { by: Money::from_cents(cents) };
        assert_eq!(proof("5.00"), Proof::Proved);
        assert_eq!(proof("5.01"), cent(-1));
        assert_eq!(proof("4.99"), cent(1));
    }

    #[test]
    fn a_statement_without_a_balance_is_not_proved() {
        let opening = balance("OPBD", "1.00", "2026-03-01");
        let closing = balance("CLBD", "1.00", "2026-03-01");
        assert_eq!(with(std::slice::from_ref(&opening)).proof(), Proof::NoClosing);
        assert_eq!(with(std::slice::from_ref(&closing)).proof(), Proof::NoOpening);
        assert_eq!(with(&[opening, closing]).proof(), Proof::Proved);
        let available = balance("OPAV", "1.00", "2026-03-01");
        assert_eq!(with(&[available]).opening, None);
    }

    #[test]
    fn opbd_opens_before_prcd_and_the_latest_clbd_closes() {
        let read = with(&[
            balance("PRCD", "1.00", "2026-03-01"),
            balance("OPBD", "2.00", "2026-03-02"),
            balance("OPBD", "3.00", "2026-03-03"),
            balance("CLBD", "5.00", "2026-03-04"),
            balance("CLBD", "4.00", "2026-03-03"),
        ]);
        assert_eq!(read.opening.map(|balance| balance.amount), Some(Money::from_cents(2_00)));
        assert_eq!(read.closing.map(|balance| balance.amount), Some(Money::from_cents(5_00)));
        assert_eq!(read.problems, []);
    }

    #[test]
    fn a_balance_that_cannot_be_read_keeps_the_statement_from_being_posted() {
        for wrong in [
            balance("CLBD", "1,00", "2026-03-01"),
            balance("CLBD", "1.00", "2026-03-01").replace("EUR", "USD"),
            balance("CLBD", "1.00", "2026-03-01").replace("CRDT", "FOO"),
            balance("CLBD", "1.00", "1 maart"),
        ] {
            let read = with(&[wrong]);
            assert_eq!((read.closing, read.problems.len()), (None, 1));
        }
    }

    #[test]
    fn a_sum_beyond_all_money_is_a_difference_and_no_panic() {
        let most = "92233720368547758.07";
        let entries = entry(most, "CRDT", "").repeat(3);
        let balances = [balance("OPBD", most, "2026-03-01"), balance("CLBD", "0.00", "2026-03-02")];
        let read = with(&[balances.concat(), entries]);
        let by = Money::from_cents(i64::MAX);
        assert_eq!(read.proof(), Proof::Differs { by });
    }

    #[test]
    fn the_head_of_a_statement_is_read_without_its_spaces() {
        let page = "<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>";
        let read = with(&[page.to_owned()]);
        assert_eq!(read.account, "NL49BNGH0285171712");
        assert_eq!((read.id.as_deref(), read.sequence), (Some("S1"), Some(97)));
        let last = false;
        assert_eq!(read.page, Some(Page { number: 1, last }));
        let read = statement(&document("02", "").replace("<Ccy>EUR", "<Ccy>CHF"));
        assert_eq!(read.problems[0].text, "the account is in CHF: only EUR is booked");
    }

    #[test]
    fn a_page_in_the_header_is_that_of_the_statement() {
        let paged = "<MsgPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></MsgPgntn></GrpHdr>";
        let read = statement(&document("02", "").replace("</GrpHdr>", paged));
        let last = true;
        assert_eq!(read.page, Some(Page { number: 2, last }));
        let half = paged.replace("<LastPgInd>true</LastPgInd>", "");
        let read = statement(&document("02", "").replace("</GrpHdr>", &half));
        assert_eq!((read.page, read.problems.len()), (None, 1));
    }
}
