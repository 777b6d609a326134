//! The figures of a statement file as it is written, for a person to look at: nothing is rounded,
//! nothing is left out, nothing is posted. Memory does not grow with the number of entries.

use std::io::Read;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::amount::Currency;
use super::code::Code;
use super::error::{CamtError, Problem, shown};
use super::field::{Direction, EntryStatus, direction, reversal, text, without_space, written_day};
use super::message::Message;
use super::place::Field;
use super::problems::Problems;
use super::raw::{Raw, RawText};
use super::reader::{Inside, Visitor, walk};
use super::value::{decimal, exact_sum, trimmed};

/// The figures of a file.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Which message it is.
    pub message: Message,
    /// The figures of each statement, in the order of the file.
    pub statements: Vec<StatementFigures>,
    /// What would keep it from being posted, or is odd: at most 1,000 and a line for the rest.
    pub problems: Vec<Problem>,
}

/// The figures of one statement, exactly as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementFigures {
    /// The IBAN or other number of the account, without white space.
    pub account: Option<String>,
    /// The bank's id of the statement.
    pub id: Option<String>,
    /// `ElctrncSeqNb` as written.
    pub sequence: Option<String>,
    /// The currency of the account as written at the account.
    pub currency: Option<String>,
    /// The first `OPBD`, else `PRCD`, `ITBD` beside another balance, or `OPAV`; signed.
    pub opening: Option<Decimal>,
    /// The `CLBD` with the last date; signed.
    pub closing: Option<Decimal>,
    /// How many `Ntry` it has, whatever their status.
    pub entries: u64,
    /// How many `TxDtls` they have together.
    pub transactions: u64,
    /// The sum of the credits, whatever their status.
    pub credit: Decimal,
    /// The sum of the debits, whatever their status.
    pub debit: Decimal,
    /// The sum of the booked credits; an entry without a status counts as booked.
    pub booked_credit: Decimal,
    /// The sum of the booked debits.
    pub booked_debit: Decimal,
    /// Opening plus booked credits less booked debits is the closing balance; nothing where one
    /// of the two is missing.
    pub balanced: Option<bool>,
}

/// Reads a statement file for its figures. Every `Ntry` counts; one whose amount or direction
/// cannot be read adds nothing to the sums and stands in the problems.
///
/// ```
/// use grip_engine::bank::camt::inspect;
/// let file = br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
///   <BkToCstmrStmt><Stmt>
///     <Ntry><Amt Ccy="EUR">10.125</Amt><CdtDbtInd>CRDT</CdtDbtInd>
///       <Sts><Cd>BOOK</Cd></Sts></Ntry>
///   </Stmt></BkToCstmrStmt></Document>"#;
/// let inspection = inspect(file.as_slice())?;
/// assert_eq!(inspection.statements[0].credit.to_string(), "10.125");
/// assert_eq!(inspection.problems[0].text, "amount `10.125` has more decimals than EUR");
/// # Ok::<(), grip_engine::bank::camt::CamtError>(())
/// ```
pub fn inspect(source: impl Read) -> Result<Inspection, CamtError> {
    let mut counts = Counts::default();
    let message = walk(source, &mut counts)?;
    Ok(Inspection { message, statements: counts.statements, problems: counts.problems.all() })
}

/// Counts and sums what passes.
#[derive(Default)]
struct Counts {
    statements: Vec<StatementFigures>,
    problems: Problems,
    /// Of the statement at hand.
    figures: StatementFigures,
    account_currency: Option<String>,
    balances: u64,
    balance_currency: Option<String>,
    openings: [Option<Decimal>; OPENINGS.len()],
    closing: Option<(Option<NaiveDate>, Decimal)>,
}

/// The balances that open a statement, the best first.
const OPENINGS: [&str; 4] = ["OPBD", "PRCD", INTERIM, "OPAV"];
/// The balance of the moment opens a statement only where another balance stands beside it.
const INTERIM: &str = "ITBD";

impl Visitor for Counts {
    const DETAILS: bool = false;

    fn balance(&mut self, raw: &Raw) {
        self.balances += 1;
        if self.balance_currency.is_none() {
            let currency = raw.get(Field::Amount).and_then(RawText::currency);
            self.balance_currency = currency.map(str::to_owned);
        }
        let code = raw.get(Field::BalanceCode).map_or("", |raw| trimmed(&raw.text));
        let place = OPENINGS.iter().position(|opening| *opening == code);
        if place.is_none() && code != "CLBD" {
            return;
        }
        let amount = self.amount(raw.get(Field::Amount), raw.line, None);
        let given = self.noted(direction(raw.get(Field::Direction), raw.line));
        // Without a sign the balance is shown as written; the problem keeps it from being posted.
        let unsigned = (!raw.has(Field::Direction)).then_some(Direction::Credit);
        let on = self.noted(written_day("Dt", raw.get(Field::On))).flatten();
        let (Some(amount), Some(direction)) = (amount, given.or(unsigned)) else {
            return;
        };
        let signed = match direction {
            Direction::Credit => amount,
            Direction::Debit => -amount,
        };
        if let Some(place) = place {
            self.openings[place].get_or_insert(signed);
        } else if self.closing.is_none_or(|(last, _)| last <= on) {
            self.closing = Some((on, signed));
        }
    }

    fn entry_starts(&mut self, _: &Raw, statement: &Raw) {
        let account = statement.get(Field::AccountCurrency).map(|raw| trimmed(&raw.text).to_owned());
        self.account_currency = account.or_else(|| self.balance_currency.clone());
    }

    fn detail(&mut self, _: &Raw, _: &Raw) {}

    fn entry(&mut self, raw: &Raw, transactions: u64) {
        self.figures.entries += 1;
        self.figures.transactions += transactions;
        let account = self.account_currency.take();
        let amount = self.amount(raw.get(Field::Amount), raw.line, account.as_deref());
        let direction = self.noted(direction(raw.get(Field::Direction), raw.line));
        let status = EntryStatus::of(raw.get(Field::Status).map_or("", |raw| &raw.text));
        if let Some(problem) = status.problem(raw.get(Field::Status), raw.line) {
            self.problems.push(problem);
        }
        self.noted(reversal(raw.get(Field::Reversal)));
        self.noted(written_day("BookgDt", raw.get(Field::BookedOn)));
        self.noted(written_day("ValDt", raw.get(Field::ValuedOn)));
        let (Some(amount), Some(direction)) = (amount, direction) else {
            return;
        };
        let figures = &mut self.figures;
        let (all, booked) = match direction {
            Direction::Credit => (&mut figures.credit, &mut figures.booked_credit),
            Direction::Debit => (&mut figures.debit, &mut figures.booked_debit),
        };
        let is_booked = match &status {
            EntryStatus::Booked => true,
            EntryStatus::Other(text) => text.is_empty(),
            EntryStatus::Pending | EntryStatus::Information => false,
        };
        let sum = exact_sum(*all, amount);
        let booked_sum = if is_booked { exact_sum(*booked, amount) } else { Some(*booked) };
        if let (Some(sum), Some(booked_sum)) = (sum, booked_sum) {
            (*all, *booked) = (sum, booked_sum);
        } else {
            let text = format!("amount {amount} does not fit in the sum and is left out of it");
            self.problems.push(Problem::new(raw.line, "Amt", Code::Amount, text));
        }
    }

    fn statement(&mut self, _: &Raw, raw: &Raw) {
        let mut figures = std::mem::take(&mut self.figures);
        let interim_opens = 1 < self.balances;
        let openings = OPENINGS.iter().zip(&self.openings);
        let mut usable = openings.filter(|(code, _)| interim_opens || **code != INTERIM);
        figures.opening = usable.find_map(|(_, opening)| *opening);
        figures.closing = self.closing.map(|(_, closing)| closing);
        figures.balanced = balanced(&figures);
        let account = raw.get(Field::Account).map(|raw| without_space(&raw.text));
        figures.account = account.filter(|account| !account.is_empty());
        figures.id = text(raw, Field::Id);
        figures.sequence = raw.get(Field::Sequence).map(|raw| trimmed(&raw.text).to_owned());
        figures.currency = text(raw, Field::AccountCurrency);
        self.statements.push(figures);
        (self.balances, self.balance_currency) = (0, None);
        (self.openings, self.closing) = ([None; OPENINGS.len()], None);
    }

    fn problem(&mut self, _: Inside, problem: Problem) {
        self.problems.push(problem);
    }

    fn is_ready(&self) -> bool {
        false
    }
}

impl Counts {
    fn noted<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// The amount as written; what would keep it from being posted is noted.
    fn amount(&mut self, raw: Option<&RawText>, line: u64, account: Option<&str>) -> Option<Decimal> {
        let Some(raw) = raw else {
            self.problems.push(Problem::new(line, "Amt", Code::Amount, "is missing"));
            return None;
        };
        let written = shown(trimmed(&raw.text));
        let mut wrong = |code: Code, text: String| {
            let text = format!("amount `{written}` {text}");
            self.problems.push(Problem::new(raw.line, "Amt", code, text));
        };
        let Some(amount) = decimal(&raw.text) else {
            wrong(Code::Amount, "is no amount".to_owned());
            return None;
        };
        if amount < Decimal::ZERO {
            wrong(Code::Amount, "is negative: CdtDbtInd gives the direction".to_owned());
        }
        let currency = raw.currency().map(trimmed);
        match (currency, account) {
            (None, _) => wrong(Code::Currency, "has no currency".to_owned()),
            (Some(own), Some(account)) if own != account => {
                wrong(Code::Currency, format!("is in {}, the account in {}", shown(own), shown(account)));
            }
            _ => {}
        }
        if let Some(currency) = currency
            && Currency::of(currency).map_or(2, Currency::decimals) < amount.normalize().scale()
        {
            wrong(Code::Scale, format!("has more decimals than {}", shown(currency)));
        }
        Some(amount)
    }
}

fn balanced(figures: &StatementFigures) -> Option<bool> {
    let (opening, closing) = (figures.opening?, figures.closing?);
    let reached =
        exact_sum(opening, figures.booked_credit).and_then(|sum| exact_sum(sum, -figures.booked_debit));
    Some(reached == Some(closing))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{balance, document, entry};
    use super::*;

    fn figures(content: &str) -> (StatementFigures, Vec<String>) {
        let mut found = inspect(document("02", content).as_bytes()).expect("a readable document");
        let told = found.problems.iter().map(|one| format!("{}: {}", one.line, one.text));
        (found.statements.remove(0), told.collect())
    }

    #[test]
    fn every_entry_counts_as_it_is_written() {
        let content = [
            balance("PRCD", "1.00", "2026-03-01"),
            entry("10", "CRDT", ""),
            entry(".50", "CRDT", "").replace("BOOK", "INFO"),
            entry("-1.005", "DBIT", ""),
            entry("12..34", "DBIT", ""),
            entry("2.00", "FOOBAR", ""),
            entry("3.00", "DBIT", "").replace("EUR", "USD"),
            entry("4.00", "DBIT", "").replace("<Sts>BOOK</Sts>", ""),
        ];
        let (found, told) = figures(&content.join("\n"));
        assert_eq!(found.entries, 7);
        let written = [found.credit, found.debit, found.booked_credit, found.booked_debit];
        assert_eq!(written.map(|sum| sum.to_string()), ["10.50", "5.995", "10", "5.995"]);
        assert_eq!((found.opening, found.balanced), (Some(Decimal::new(100, 2)), None));
        assert_eq!(
            told,
            [
                "9: amount `-1.005` is negative: CdtDbtInd gives the direction",
                "9: amount `-1.005` has more decimals than EUR",
                "10: amount `12..34` is no amount",
                "11: direction `FOOBAR` is not CRDT or DBIT",
                "12: amount `3.00` is in USD, the account in EUR",
                "13: is missing: booked or not is not known",
            ]
        );
    }

    #[test]
    fn the_interim_balance_opens_only_beside_another() {
        let interim = balance("ITBD", "1.00", "2026-03-01");
        assert_eq!(figures(&interim).0.opening, None);
        assert_eq!(figures(&interim.repeat(2)).0.opening, Some(Decimal::new(100, 2)));
    }

    #[test]
    fn a_statement_is_balanced_not_balanced_or_neither() {
        let balanced = |closing: &str| {
            let content = [
                balance("OPBD", "1.00", "2026-03-01"),
                balance("CLBD", closing, "2026-03-01"),
                entry("2.00", "DBIT", ""),
            ];
            figures(&content.concat()).0.balanced
        };
        assert_eq!(balanced("-1.00"), Some(true));
        assert_eq!(balanced("-1.001"), Some(false));
        assert_eq!(figures("").0.balanced, None);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_a_problem() {
        let most = entry("79228162514264337593543950335", "CRDT", "");
        let (found, told) = figures(&most.repeat(2));
        assert_eq!((found.entries, found.credit), (2, Decimal::MAX));
        assert!(told[0].contains("does not fit"), "{told:?}");
    }

    #[test]
    fn problems_without_end_are_counted_and_not_kept() {
        let (found, told) = figures(&entry("x", "CRDT", "").repeat(5_000));
        assert_eq!((found.entries, told.len()), (5_000, 1_001));
        assert_eq!(told[1_000], "6: 4000 more problems from here are not shown");
    }

    #[test]
    fn details_are_counted_and_foreign_entries_are_not() {
        let details = "<NtryDtls><TxDtls/><TxDtls><Ntry/></TxDtls></NtryDtls>";
        let foreign = "<SplmtryData><Envlp><Ntry/></Envlp></SplmtryData>\
                       <x:Ntry xmlns:x=\"urn:x\"/>";
        let (found, told) = figures(&[&entry("1.00", "CRDT", details), foreign].concat());
        assert_eq!((found.entries, found.transactions), (1, 2));
        assert_eq!(told, ["6: is of another namespace and is skipped"]);
    }
}
