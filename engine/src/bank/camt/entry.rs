//! What an entry means, for the books; and the entry that nobody can read, set apart.

use chrono::NaiveDate;

use crate::money::Money;

use super::amount::{Amount, Currency};
use super::code::Code;
use super::codeword;
use super::detail::{Batch, Detail, joined};
use super::error::Problem;
use super::exchange::{Charge, Exchange, TransactionCode};
use super::field::{Direction, EntryStatus, amount, direction, reversal, text, verbatim, written_day};
use super::place::Field;
use super::raw::Raw;

/// One booking on the account, in euros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line on which it starts.
    pub line: u64,
    /// The amount, never negative.
    pub amount: Money,
    /// Whether it came or went.
    pub direction: Direction,
    /// What the bank says of it.
    pub status: EntryStatus,
    /// True when it undoes an earlier entry; the direction already tells which way.
    pub reversal: bool,
    /// The day in the books of the bank.
    pub booked_on: Option<NaiveDate>,
    /// The day from which interest counts.
    pub valued_on: Option<NaiveDate>,
    /// The bank's reference (`AcctSvcrRef`); not unique at every bank.
    pub bank_reference: Option<String>,
    /// The reference within the statement (`NtryRef`).
    pub entry_reference: Option<String>,
    /// What kind of transaction it is.
    pub transaction_code: Option<TransactionCode>,
    /// Our batch, where this is the booking of one.
    pub batch: Option<Batch>,
    /// What was ordered, in the currency of the order, where that stands at the entry.
    pub instructed: Option<Amount>,
    /// How it was exchanged, where that stands at the entry.
    pub exchange: Option<Exchange>,
    /// What the bank took; never added to the amount.
    pub charges: Vec<Charge>,
    /// The parts of the entry; none for many batches and fees.
    pub details: Vec<Detail>,
    /// The bank's own words (`AddtlNtryInf`), white space collapsed.
    pub information: String,
    /// The reason code of a return that stands at the entry or in its code words.
    pub return_reason: Option<String>,
    /// What is odd about it but keeps it from nothing: `W_` and `I_` codes.
    pub notes: Vec<Problem>,
}

/// An entry that cannot be read, or not be booked because it is in another currency: set apart with its place in the
/// file while the rest goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The line on which the entry starts.
    pub line: u64,
    /// What is wrong, in the order of the file; the first is the reason.
    pub problems: Vec<Problem>,
    /// True where it is booked, or where nobody knows that it is not: its statement is not proved.
    pub may_be_booked: bool,
    /// The amount in its own currency, where that can be read.
    pub amount: Option<Amount>,
    /// Whether it came or went, where that can be read.
    pub direction: Option<Direction>,
    /// The day in the books of the bank, where that can be read.
    pub booked_on: Option<NaiveDate>,
    /// The bank's reference, to ask the bank by.
    pub bank_reference: Option<String>,
}

impl Quarantined {
    /// The first thing that is wrong.
    pub fn reason(&self) -> &Problem {
        self.problems.first().expect("an entry is set apart for a problem")
    }
}

impl Entry {
    /// A booked entry of which nothing else is known.
    pub fn booked(amount: Money, direction: Direction) -> Entry {
        Entry {
            line: 1,
            amount,
            direction,
            status: EntryStatus::Booked,
            reversal: false,
            booked_on: None,
            valued_on: None,
            bank_reference: None,
            entry_reference: None,
            transaction_code: None,
            batch: None,
            instructed: None,
            exchange: None,
            charges: Vec::new(),
            details: Vec::new(),
            information: String::new(),
            return_reason: None,
            notes: Vec::new(),
        }
    }

    /// True where the bank booked it.
    pub fn is_booked(&self) -> bool {
        self.status == EntryStatus::Booked
    }

    /// The amount, negative where it went out.
    pub fn signed(&self) -> Money {
        match self.direction {
            Direction::Credit => self.amount,
            Direction::Debit => -self.amount,
        }
    }

    /// The entry, or what keeps it from being read. Details and problems found on the way are handed in.
    pub(super) fn of(raw: &Raw, found: Found<'_>) -> Result<Entry, Quarantined> {
        let Found { mut problems, mut notes, mut details, transactions, currency } = found;
        let status = EntryStatus::of(raw.get(Field::Status).map_or("", |status| &status.text));
        let mut noted = |problem: Option<Problem>| problems.extend(problem);
        let amount = amount(raw.get(Field::Amount), raw.line);
        let direction = direction(raw.get(Field::Direction), raw.line);
        let reversal = reversal(raw.get(Field::Reversal));
        let booked_on = written_day("BookgDt", raw.get(Field::BookedOn));
        let valued_on = written_day("ValDt", raw.get(Field::ValuedOn));
        noted(amount.as_ref().err().cloned());
        noted(amount.as_ref().ok().and_then(|amount| foreign(raw, *amount, currency)));
        noted(direction.as_ref().err().cloned());
        noted(status.problem(raw.get(Field::Status), raw.line));
        noted(reversal.as_ref().err().cloned());
        noted(booked_on.as_ref().err().cloned());
        noted(valued_on.as_ref().err().cloned());
        let bank_reference = text(raw, Field::ServicerReference);
        let euros = amount.as_ref().ok().and_then(|amount| amount.euros());
        let (Some(euros), Ok(direction), Ok(reversal), Ok(booked_on), Ok(valued_on), true) =
            (euros, &direction, reversal, &booked_on, valued_on, problems.is_empty())
        else {
            return Err(Quarantined {
                line: raw.line,
                problems,
                may_be_booked: status.may_be_booked(),
                amount: amount.ok(),
                direction: direction.ok(),
                booked_on: booked_on.ok().flatten(),
                bank_reference,
            });
        };
        let information = joined(&verbatim(raw, Field::Information));
        let coded = codeword::value(&information, "RTRN").filter(|code| is_reason(code));
        // A part of a file that counts its parts only has none of their content.
        details.truncate(usize::try_from(transactions).unwrap_or(usize::MAX));
        let mut entry = Entry {
            line: raw.line,
            amount: euros,
            direction: *direction,
            status,
            reversal,
            booked_on: *booked_on,
            valued_on,
            bank_reference,
            entry_reference: text(raw, Field::EntryReference),
            transaction_code: TransactionCode::of(raw),
            batch: Batch::of(raw, &information),
            instructed: raw
                .get(Field::InstructedAmount)
                .and_then(|raw| super::field::amount(Some(raw), raw.line).ok()),
            exchange: Exchange::of(raw),
            charges: Charge::all(raw),
            details,
            return_reason: text(raw, Field::ReturnReason).or(coded.map(str::to_owned)),
            information,
            notes: Vec::new(),
        };
        entry.note(&mut notes);
        entry.notes = notes;
        Ok(entry)
    }

    /// Notes what is odd about the entry as a whole.
    fn note(&self, notes: &mut Vec<Problem>) {
        let mut note = |element: &str, code, text: String| {
            notes.push(Problem::new(self.line, element, code, text));
        };
        if let EntryStatus::Pending | EntryStatus::Information | EntryStatus::Other(_) = &self.status {
            note("Sts", Code::NotBooked, "is not booked and never posts".to_owned());
        } else if self.booked_on.is_none() {
            note(
                "BookgDt",
                Code::NoBookingDate,
                "is missing: the day of the closing balance counts".to_owned(),
            );
        }
        let reasons = self.details.iter().filter_map(|detail| detail.return_reason.as_ref());
        if let Some(reason) = self.return_reason.as_ref().or(reasons.into_iter().next()) {
            note("RtrInf", Code::Return, format!("came back with reason {}", super::error::shown(reason)));
        }
        let batched = self.batch.as_ref().is_some_and(|batch| batch.count != Some(1));
        let itemised = self.details.iter().all(|detail| detail.amount.is_some());
        match self.details.len() {
            0 if batched => {
                note("Btch", Code::BatchNotItemised, "the payments of the batch are not listed".to_owned());
            }
            0 => {}
            1 if !itemised => {}
            _ if !itemised => {
                note("TxDtls", Code::BatchNotItemised, "the parts have no amounts of their own".to_owned());
            }
            _ => {
                let sum = self.sum_of_details();
                if sum != i128::from(self.amount.cents()) {
                    let text = format!("the parts add up to {}, the entry is {}", cents(sum), self.amount);
                    note("TxDtls", Code::BatchSum, text);
                }
            }
        }
    }

    /// The sum of the parts in cents, those against the direction of the entry taken off.
    fn sum_of_details(&self) -> i128 {
        let signed = |detail: &Detail| {
            let cents = i128::from(detail.amount.unwrap_or(Money::ZERO).cents());
            if detail.direction.is_some_and(|direction| direction != self.direction) { -cents } else { cents }
        };
        self.details.iter().map(signed).sum()
    }
}

/// What was found in an entry before it ended.
pub(super) struct Found<'a> {
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<Problem>,
    pub(super) details: Vec<Detail>,
    pub(super) transactions: u64,
    /// The currency of the account, where that is known.
    pub(super) currency: Option<&'a str>,
}

/// Only euros on an account in euros are booked.
fn foreign(raw: &Raw, amount: Amount, account: Option<&str>) -> Option<Problem> {
    if amount.currency == Currency::EUR && account.is_none_or(|account| account == "EUR") {
        return None;
    }
    let line = raw.get(Field::Amount).map_or(raw.line, |raw| raw.line);
    let account = account.unwrap_or("EUR");
    let text = if account == amount.currency.as_str() {
        format!("amount is in {account}: only EUR is booked")
    } else {
        format!("amount is in {}, the account in {}", amount.currency, super::error::shown(account))
    };
    Some(Problem::new(line, "Amt", Code::Currency, text))
}

fn cents(sum: i128) -> String {
    i64::try_from(sum).map_or_else(|_| format!("{sum} cents"), |cents| Money::from_cents(cents).to_string())
}

/// True for a code of ISO 20022: four capitals or digits.
fn is_reason(code: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    code.len() == 4 && code.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, entry, statement};
    use super::*;

    /// The only entry of a statement that holds these elements after its status.
    fn only(more: &str) -> Entry {
        in_direction("CRDT", more)
    }

    fn in_direction(direction: &str, more: &str) -> Entry {
        let mut read = statement(&document("08", &entry("10.00", direction, more)));
        assert_eq!(read.problems().count(), 0);
        read.entries.pop().expect("an entry")
    }

    fn detail(direction: &str, content: &str) -> Detail {
        let more = format!("<NtryDtls><TxDtls>{content}</TxDtls></NtryDtls>");
        let mut entry = in_direction(direction, &more);
        entry.details.pop().expect("a detail")
    }

    /// What is wrong with a statement of this one entry, which must not be among the entries.
    fn problem(entry: &str) -> String {
        let read = statement(&document("02", entry));
        assert_eq!(read.entries, []);
        let told = read.problems().map(|one| format!("{}: {}", one.element, one.text));
        told.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_and_no_entry() {
        let amount = |amount: &str| problem(&entry(amount, "DBIT", ""));
        assert_eq!(amount("12,34"), "Amt: amount `12,34` is no amount: write it as 612.40");
        assert_eq!(amount("12.345"), "Amt: amount `12.345` has more decimals than its currency");
        assert!(amount("-1.00").contains("is negative"));
        let dollars = entry("1.00", "DBIT", "").replace("EUR", "USD");
        assert_eq!(problem(&dollars), "Amt: amount is in USD, the account in EUR");
        let bare = entry("1.00", "DBIT", "").replace(" Ccy=\"EUR\"", "");
        assert_eq!(problem(&bare), "Amt: amount `1.00` has no currency");
        assert_eq!(problem(&entry("1.00", "FOO", "")), "CdtDbtInd: direction `FOO` is not CRDT or DBIT");
        assert_eq!(problem("<Ntry/>").split("; ").count(), 3);
        for (more, told) in [
            ("<BookgDt><Dt>02-03-2026</Dt></BookgDt>", "BookgDt: date `02-03-2026`"),
            ("<ValDt/>", "ValDt: date ``"),
            ("<RvslInd>yes</RvslInd>", "RvslInd: `yes`"),
        ] {
            let said = problem(&entry("1.00", "CRDT", more));
            assert!(said.starts_with(told), "{said}");
        }
    }

    #[test]
    fn an_entry_without_a_known_status_is_never_booked() {
        let status = |written: &str| {
            let entry = entry("1.00", "CRDT", "").replace("<Sts>BOOK</Sts>", written);
            let read = statement(&document("08", &entry));
            let code = read.problems().next().map(|problem| problem.code);
            (read.entries.first().map(|entry| entry.status.clone()), code)
        };
        let unknown = (None, Some(Code::Status));
        assert_eq!(status("<Sts><Cd>BOOK</Cd></Sts>"), (Some(EntryStatus::Booked), None));
        assert_eq!(status("<Sts>PDNG</Sts>"), (Some(EntryStatus::Pending), None));
        assert_eq!(status("<Sts><Cd>FUTR</Cd></Sts>").1, None);
        for written in ["", "<Sts/>", "<Sts>BOOJ</Sts>", "<Sts>book</Sts>"] {
            assert_eq!(status(written), unknown, "{written}");
        }
    }

    #[test]
    fn an_element_that_stands_twice_keeps_the_statement_from_being_posted() {
        let twice = entry("1.00", "CRDT", "<Amt Ccy=\"EUR\">2.00</Amt>");
        let read = statement(&document("02", &twice));
        assert_eq!(read.problems().count(), 1);
    }

    #[test]
    fn a_batch_of_ours_is_known_by_its_btch_or_by_the_code_words_of_the_bank() {
        let element = "<NtryDtls><Btch><MsgId>M</MsgId><PmtInfId>B 7</PmtInfId>\
                    <NbOfTxs>23</NbOfTxs><TtlAmt Ccy=\"EUR\">5310.43</TtlAmt></Btch></NtryDtls>";
        let batch = only(element).batch.expect("a batch");
        assert_eq!(batch.payment_information_id.as_deref(), Some("B 7"));
        assert_eq!(batch.total, Some(Money::from_cents(5310_43)));
        let words = "<AddtlNtryInf>/TRTP/SEPA betaalbatch/NRTX/23/PREF/B\n 7</AddtlNtryInf>";
        let batch = only(words).batch.expect("a batch");
        assert_eq!((batch.count, batch.payment_information_id.as_deref()), (Some(23), Some("B 7")));
        assert_eq!(only("").batch, None);
    }

    #[test]
    fn the_words_of_the_payer_and_the_reason_of_a_return_are_kept() {
        let content = "<RmtInf><Ustrd>huur \n maart</Ustrd><Ustrd>2026</Ustrd><Strd><CdtrRefInf>\
                       <Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>\
                       <RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";
        let detail = detail("CRDT", content);
        assert_eq!(detail.remittance, "huur maart 2026");
        assert_eq!(detail.structured_reference.as_deref(), Some("RF18539007547034"));
        assert_eq!(detail.return_reason.as_deref(), Some("AC04"));
        let coded = only("<AddtlNtryInf>/TRTP/SEPA/RTRN/MS03/REMI/huur</AddtlNtryInf>");
        assert_eq!(coded.return_reason.as_deref(), Some("MS03"));
        let text = only("<AddtlNtryInf>/TRTP/SEPA/RTRN/huur terug</AddtlNtryInf>");
        assert_eq!(text.return_reason, None);
    }
}
