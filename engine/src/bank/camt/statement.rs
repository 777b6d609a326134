//! What a statement means, and whether its entries lead from the opening to the closing balance.

use chrono::NaiveDate;

use crate::money::Money;

use super::amount::{Amount, Currency};
use super::code::Code;
use super::entry::{Entry, Quarantined};
use super::error::Problem;
use super::message::Message;
use super::moment::Moment;

/// A statement file that was read to its end.
#[derive(Clone, Debug)]
pub struct CamtFile {
    /// Which message it is.
    pub message: Message,
    /// What its header says.
    pub header: FileHeader,
    /// Its statements, in the order of the file.
    pub statements: Vec<Statement>,
    /// What is odd in the file outside its statements.
    pub warnings: Vec<Problem>,
}

/// The header of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileHeader {
    /// The id of the message: new at every download, so nothing to know a file by.
    pub message_id: Option<String>,
    /// When the bank made it.
    pub created: Option<Moment>,
}

/// The entries of one account between two balances, all in memory.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What stands before the entries.
    pub head: StatementHead,
    /// The entries that could be read, whatever their status.
    pub entries: Vec<Entry>,
    /// The entries that could not be read.
    pub quarantined: Vec<Quarantined>,
    /// What is known once all entries are read.
    pub end: StatementEnd,
}

/// What a statement says before its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementHead {
    /// The line on which it starts.
    pub line: u64,
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
    /// When the bank made it: not the day of booking.
    pub created: Option<Moment>,
    /// From when it tells, where the bank says so.
    pub from: Option<Moment>,
    /// Until when it tells, where the bank says so.
    pub to: Option<Moment>,
    /// Whether the bank says that it sent this before, or to somebody else too.
    pub copy: Option<CopyKind>,
}

/// What the bank says of a statement that it repeats (`CpyDplctInd`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyKind {
    /// `COPY`: also sent to somebody else.
    Copy,
    /// `CODU`: a copy of a repeat.
    CopyOfDuplicate,
    /// `DUPL`: sent before.
    Duplicate,
}

/// What is known of a statement once all its entries are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementEnd {
    /// The booked balance before the entries (`OPBD`, else `PRCD`), in euros.
    pub opening: Option<Balance>,
    /// The booked balance after the entries (`CLBD`), in euros.
    pub closing: Option<Balance>,
    /// Whether the booked entries lead from the one to the other.
    pub proof: Proof,
    /// Counts and sums.
    pub totals: Totals,
    /// The balances of an account in another currency than euros, which is never booked.
    pub foreign: Option<ForeignBalances>,
    /// What keeps it from being posted: at most 1,000, and one that counts the rest.
    pub problems: Vec<Problem>,
    /// What is odd but changes no amount: at most 1,000, and one that counts the rest.
    pub warnings: Vec<Problem>,
}

/// The entries of a statement, counted and added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Every `Ntry`, quarantined ones too.
    pub entries: u64,
    /// The booked ones that could be read.
    pub booked: u64,
    /// Those that could not be read.
    pub quarantined: u64,
    /// Those that could not be read and are or may be booked.
    pub quarantined_booked: u64,
    /// The sum of the booked credits, as far as it fits.
    pub credit: Money,
    /// The sum of the booked debits, as far as it fits.
    pub debit: Money,
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

/// The balances of an account in another currency than euros, in whole minor units; negative when owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignBalances {
    /// The currency.
    pub currency: Currency,
    /// Before the entries.
    pub opening: Option<Amount>,
    /// After the entries.
    pub closing: Option<Amount>,
    /// Whether the booked entries lead from the one to the other; nothing where that cannot be told.
    pub balanced: Option<bool>,
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
    /// Entries that are or may be booked cannot be read.
    Quarantined {
        /// How many.
        entries: u64,
    },
    /// The account is not in euros.
    Foreign,
}

impl Proof {
    /// The code of what keeps it from being proved.
    pub fn code(self) -> Option<Code> {
        match self {
            Proof::Proved => None,
            Proof::Differs { .. } => Some(Code::Balance),
            Proof::NoOpening => Some(Code::NoOpening),
            Proof::NoClosing => Some(Code::NoClosing),
            Proof::Quarantined { .. } => Some(Code::Quarantined),
            Proof::Foreign => Some(Code::Currency),
        }
    }
}

impl CopyKind {
    pub(super) fn of(text: &str) -> Option<CopyKind> {
        match text {
            "COPY" => Some(CopyKind::Copy),
            "CODU" => Some(CopyKind::CopyOfDuplicate),
            "DUPL" => Some(CopyKind::Duplicate),
            _ => None,
        }
    }
}

impl Statement {
    /// Opening plus booked credits less booked debits, against the closing balance.
    pub fn proof(&self) -> Proof {
        self.end.proof
    }

    /// What keeps it from being posted: its own problems, and those of entries that are or may be booked.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        let held = self.quarantined.iter().filter(|entry| entry.may_be_booked);
        self.end.problems.iter().chain(held.flat_map(|entry| &entry.problems))
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
        assert_eq!(with(&[available]).end.opening, None);
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
        assert_eq!(read.end.opening.map(|balance| balance.amount), Some(Money::from_cents(2_00)));
        assert_eq!(read.end.closing.map(|balance| balance.amount), Some(Money::from_cents(5_00)));
        assert_eq!(read.end.problems, []);
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
            assert_eq!((read.end.closing, read.end.problems.len()), (None, 1));
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
        assert_eq!(read.head.account, "NL49BNGH0285171712");
        assert_eq!((read.head.id.as_deref(), read.head.sequence), (Some("S1"), Some(97)));
        let last = false;
        assert_eq!(read.head.page, Some(Page { number: 1, last }));
        let read = statement(&document("02", "").replace("<Ccy>EUR", "<Ccy>CHF"));
        assert_eq!(read.end.problems[0].text, "the account is in CHF: only EUR is booked");
    }

    #[test]
    fn a_page_in_the_header_is_that_of_the_statement() {
        let paged = "<MsgPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></MsgPgntn></GrpHdr>";
        let read = statement(&document("02", "").replace("</GrpHdr>", paged));
        let last = true;
        assert_eq!(read.head.page, Some(Page { number: 2, last }));
        let half = paged.replace("<LastPgInd>true</LastPgInd>", "");
        let read = statement(&document("02", "").replace("</GrpHdr>", &half));
        assert_eq!((read.head.page, read.end.problems.len()), (None, 1));
    }
}
