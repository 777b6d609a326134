//! A line: one part of a booked entry, as matching looks at it. It borrows its texts, so that an entry of a file
//! and one that was kept are looked at in the same way.

use chrono::NaiveDate;

use crate::bank::camt::{Detail, Direction, Entry};
use crate::money::Money;

use super::Part;

/// One part of a booked entry: a payment in it, or the whole of it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The amount of the part, never negative.
    pub amount: Money,
    /// Whether it came or went.
    pub direction: Direction,
    /// The day it was booked.
    pub on: Option<NaiveDate>,
    /// The payer's `EndToEndId`; never a placeholder.
    pub end_to_end_id: Option<&'a str>,
    /// The payer's `InstrId`.
    pub instruction_id: Option<&'a str>,
    /// The mandate of a direct debit.
    pub mandate: Option<&'a str>,
    /// A structured reference as the bank gives it, right or wrong.
    pub structured_reference: Option<&'a str>,
    /// The account on the other side, without white space.
    pub account: Option<&'a str>,
    /// What the payer wrote; without that, the bank's own words.
    pub text: &'a str,
    /// The reason code of a return.
    pub return_reason: Option<&'a str>,
}

/// What no bank means as an identifier.
const PLACEHOLDERS: [&str; 5] = ["NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTAVAILABLE", "NULL"];

/// An identifier that is one: not empty, not a placeholder.
pub(super) fn real(id: Option<&str>) -> Option<&str> {
    let id = id?.trim();
    let is_placeholder = PLACEHOLDERS.iter().any(|placeholder| id.eq_ignore_ascii_case(placeholder));
    (!id.is_empty() && !is_placeholder).then_some(id)
}

impl<'a> Line<'a> {
    /// The whole of an entry, with what its only detail says.
    pub fn whole(entry: &'a Entry) -> Line<'a> {
        match entry.details.as_slice() {
            [only] => Line::detail(entry, only, entry.amount),
            _ => Line {
                amount: entry.amount,
                direction: entry.direction,
                on: entry.booked_on,
                end_to_end_id: None,
                instruction_id: None,
                mandate: None,
                structured_reference: None,
                account: None,
                text: &entry.information,
                return_reason: entry.return_reason.as_deref(),
            },
        }
    }

    /// A part of an entry, with what it says.
    pub fn of_part(entry: &'a Entry, part: &Part) -> Line<'a> {
        let detail = part.detail.and_then(|detail| entry.details.get(detail));
        let line =
            detail.map_or_else(|| Line::whole(entry), |detail| Line::detail(entry, detail, part.amount));
        Line { amount: part.amount, ..line }
    }

    /// One detail of an entry.
    pub(super) fn detail(entry: &'a Entry, detail: &'a Detail, amount: Money) -> Line<'a> {
        let of_entry = if entry.details.len() == 1 { entry.information.as_str() } else { "" };
        let texts = [detail.remittance.as_str(), detail.information.as_str(), of_entry];
        Line {
            amount,
            direction: detail.direction.unwrap_or(entry.direction),
            on: entry.booked_on,
            end_to_end_id: real(detail.end_to_end_id.as_deref()),
            instruction_id: real(detail.instruction_id.as_deref()),
            mandate: real(detail.mandate_id.as_deref()),
            structured_reference: detail.structured_reference.as_deref(),
            account: detail.counterparty_account.as_deref().filter(|_| !detail.counterparty_iban_is_wrong),
            text: texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default(),
            return_reason: detail.return_reason.as_deref().or(entry.return_reason.as_deref()),
        }
    }

    /// The lines of an entry, where its details have amounts that add up to it; nothing where they do not.
    /// An entry without details, or with one, is one line.
    pub(super) fn of(entry: &'a Entry) -> Option<Vec<Line<'a>>> {
        let details = match entry.details.as_slice() {
            [] => return Some(vec![Line::whole(entry)]),
            [only] if only.amount.is_none_or(|amount| amount == entry.amount) => {
                return Some(vec![Line::whole(entry)]);
            }
            details => details,
        };
        let line = |detail: &'a Detail| Some(Line::detail(entry, detail, detail.amount?));
        let lines: Vec<Line<'a>> = details.iter().map(line).collect::<Option<_>>()?;
        let add = |total: Money, line: &Line<'_>| total.checked_add(line.amount);
        let total = lines.iter().try_fold(Money::ZERO, add);
        (total == Some(entry.amount)).then_some(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::camt::EntryStatus;

    fn entry(detail: Detail) -> Entry {
        let mut read = crate::bank::camt::read(EMPTY.as_bytes()).expect("a statement").statements.remove(0);
        let mut entry = read.entries.remove(0);
        assert_eq!(entry.status, EntryStatus::Booked);
        entry.details = vec![detail];
        entry
    }

    const EMPTY: &str = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><GrpHdr>\
        <MsgId>M</MsgId><CreDtTm>2026-03-02T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>\
        <CreDtTm>2026-03-02T20:00:00</CreDtTm><Acct><Id><IBAN>NL49BNGH0285171712</IBAN></Id></Acct>\
        <Ntry><Amt Ccy=\"EUR\">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BkTxCd/>\
        <AddtlNtryInf>woorden van de bank</AddtlNtryInf></Ntry></Stmt></BkToCstmrStmt></Document>";

    #[test]
    fn an_account_that_is_no_iban_is_never_matched_on() {
        let account = Some("NL46ABNA0499998748".to_owned());
        let wrong =
            Detail { counterparty_account: account, counterparty_iban_is_wrong: true, ..Detail::default() };
        let right = Detail { counterparty_iban_is_wrong: false, ..wrong.clone() };
        assert_eq!(Line::whole(&entry(wrong)).account, None);
        assert_eq!(Line::whole(&entry(right)).account, Some("NL46ABNA0499998748"));
    }

    #[test]
    fn the_payer_s_words_come_before_those_of_the_bank_and_placeholders_are_no_identifiers() {
        let id = |text: &str| Some(text.to_owned());
        let silent = Detail { mandate_id: id("NOTPROVIDED"), end_to_end_id: id(" "), ..Detail::default() };
        let said = Detail { remittance: "huur".to_owned(), mandate_id: id("M-1"), ..silent.clone() };
        let entry_said = entry(said);
        let line = Line::whole(&entry_said);
        assert_eq!((line.text, line.mandate, line.end_to_end_id), ("huur", Some("M-1"), None));
        let entry_silent = entry(silent);
        let line = Line::whole(&entry_silent);
        assert_eq!((line.text, line.mandate), ("woorden van de bank", None));
    }
}
