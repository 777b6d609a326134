//! Reads a file for the books: each statement with what it means and what is wrong with it.

use std::io::Read;

use super::entry::Entry;
use super::error::{CamtError, Problem, shown};
use super::field::{Direction, direction, euros, text, without_space, written_day};
use super::raw::{RawBalance, RawEntry, RawPage, RawStatement};
use super::reader::{Visitor, walk};
use super::statement::{Balance, CamtFile, Page, Statement};
use super::value::{flag, trimmed};

/// Reads a statement file for the books.
///
/// What is wrong with one element becomes a problem of its statement; what is wrong with the file
/// is an error, and nothing of the file may be used.
///
/// ```
/// use grip_engine::bank::camt::{Proof, read};
/// let file = br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
///   <BkToCstmrStmt><Stmt>
///     <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
///       <Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
///     <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
///       <Amt Ccy="EUR">90.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
///     <Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>
///   </Stmt></BkToCstmrStmt></Document>"#;
/// let file = read(file.as_slice())?;
/// assert_eq!(file.message.to_string(), "camt.053.001.02");
/// assert_eq!(file.statements[0].proof(), Proof::Proved);
/// # Ok::<(), grip_engine::bank::camt::CamtError>(())
/// ```
pub fn read(source: impl Read) -> Result<CamtFile, CamtError> {
    let mut books = Books::default();
    let message = walk(source, &mut books)?;
    Ok(CamtFile { message, statements: books.statements, warnings: books.warnings })
}

/// Collects what a file means.
#[derive(Default)]
struct Books {
    statements: Vec<Statement>,
    warnings: Vec<Problem>,
    /// Of the statement at hand.
    balances: Vec<RawBalance>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl Visitor for Books {
    const DETAILS: bool = true;

    fn balance(&mut self, _: &RawStatement, balance: RawBalance) {
        self.balances.push(balance);
    }

    fn entry(&mut self, statement: &RawStatement, entry: RawEntry) {
        let own = statement.account.as_ref().map(|own| without_space(&own.text));
        let own = own.unwrap_or_default();
        self.entries.extend(Entry::of(entry, &own, &mut self.problems));
    }

    fn statement(&mut self, raw: RawStatement) {
        let opening = self.opening();
        let closing = self.closing();
        let page = self.page(&raw.page);
        let sequence = raw.sequence.or(raw.legal_sequence);
        let number = sequence.as_ref().and_then(|raw| trimmed(&raw.text).parse().ok());
        if let (Some(raw), None) = (sequence, number) {
            let text = format!("`{}` is no sequence number", shown(&raw.text));
            self.warnings.push(Problem::new(raw.line, raw.element, text));
        }
        let line = raw.currency.as_ref().map_or(raw.line, |currency| currency.line);
        let of_balance = self.balances.iter().find_map(|balance| balance.amount.as_ref()?.currency.clone());
        let currency = text(raw.currency).or(of_balance);
        if let Some(other) = currency.as_deref().filter(|currency| *currency != "EUR") {
            let text = format!("the account is in {}: only EUR is booked", shown(other));
            self.problems.push(Problem::new(line, "Ccy", text));
        }
        self.balances.clear();
        self.statements.push(Statement {
            account: raw.account.map(|raw| without_space(&raw.text)).unwrap_or_default(),
            id: text(raw.id),
            sequence: number,
            page,
            currency,
            opening,
            closing,
            entries: std::mem::take(&mut self.entries),
            problems: std::mem::take(&mut self.problems),
        });
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn warning(&mut self, problem: Problem) {
        self.warnings.push(problem);
    }
}

impl Books {
    /// The first `OPBD`, else the first `PRCD`.
    fn opening(&mut self) -> Option<Balance> {
        let first = |code| self.balances.iter().find(|balance| is(balance, code)).map(understood);
        match (first("OPBD"), first("PRCD")) {
            (Some(Ok(opening)), Some(Ok(previous))) if opening.amount != previous.amount => {
                let line = self.balances.first().map_or(1, |balance| balance.line);
                let text = format!("OPBD {} counts, PRCD {} differs", opening.amount, previous.amount);
                self.warnings.push(Problem::new(line, "Bal", text));
                Some(opening)
            }
            (opening, previous) => self.noted(opening.or(previous)),
        }
    }

    /// The `CLBD` with the last date; of several the last in the file.
    fn closing(&mut self) -> Option<Balance> {
        let all = self.balances.iter().filter(|balance| is(balance, "CLBD")).map(understood);
        let last = all.reduce(|last, next| match (&last, &next) {
            (Err(_), _) => last,
            (Ok(last), Ok(next)) if next.on < last.on => Ok(*last),
            _ => next,
        });
        self.noted(last)
    }

    fn noted(&mut self, balance: Option<Result<Balance, Problem>>) -> Option<Balance> {
        match balance? {
            Ok(balance) => Some(balance),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn page(&mut self, raw: &RawPage) -> Option<Page> {
        let given = raw.number.as_ref().or(raw.last.as_ref())?;
        let number = raw.number.as_ref().and_then(|raw| trimmed(&raw.text).parse().ok());
        let last = raw.last.as_ref().and_then(|raw| flag(&raw.text));
        if let (Some(number), Some(last)) = (number, last) {
            return Some(Page { number, last });
        }
        let text = "the page number or whether it is the last page cannot be read";
        self.problems.push(Problem::new(given.line, given.element, text));
        None
    }
}

fn is(balance: &RawBalance, code: &str) -> bool {
    balance.code.as_ref().is_some_and(|raw| trimmed(&raw.text) == code)
}

fn understood(raw: &RawBalance) -> Result<Balance, Problem> {
    let amount = euros(raw.amount.as_ref(), raw.line)?;
    let amount = match direction(raw.direction.as_ref(), raw.line)? {
        Direction::Credit => amount,
        Direction::Debit => -amount,
    };
    let on = written_day("Dt", raw.on.as_ref())?;
    Ok(Balance { amount, on })
}
