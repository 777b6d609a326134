//! What an entry and its details mean, for the books.

use chrono::NaiveDate;

use crate::money::Money;

use super::codeword;
use super::detail::{Batch, Detail};
use super::error::Problem;
use super::field::{Direction, EntryStatus, direction, euros, reversal, text, written_day};
use super::raw::RawEntry;
use super::value::collapsed;

/// One booking on the account.
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
    /// Our batch, where this is the booking of one.
    pub batch: Option<Batch>,
    /// The parts of the entry; none for many batches and fees.
    pub details: Vec<Detail>,
    /// The bank's own words (`AddtlNtryInf`), white space collapsed.
    pub information: String,
    /// The reason code of a return that stands at the entry or in its code words.
    pub return_reason: Option<String>,
}

impl Entry {
    /// The entry, unless something that must be read cannot be read; what is wrong is added.
    pub(super) fn of(raw: RawEntry, own: &str, problems: &mut Vec<Problem>) -> Option<Entry> {
        let mut noted = |problem: Option<Problem>| problems.extend(problem);
        let status = EntryStatus::of(raw.status.as_ref().map_or("", |status| &status.text));
        noted(status.problem(raw.status.as_ref(), raw.line));
        let amount = euros(raw.amount.as_ref(), raw.line);
        let direction = direction(raw.direction.as_ref(), raw.line);
        let reversal = reversal(raw.reversal.as_ref());
        let booked_on = written_day("BookgDt", raw.booked_on.as_ref());
        let valued_on = written_day("ValDt", raw.valued_on.as_ref());
        noted(amount.as_ref().err().cloned());
        noted(direction.as_ref().err().cloned());
        noted(reversal.as_ref().err().cloned());
        noted(booked_on.as_ref().err().cloned());
        noted(valued_on.as_ref().err().cloned());

        let direction = direction.ok()?;
        let information = raw.information.map(|raw| collapsed(&raw.text)).unwrap_or_default();
        let coded = codeword::value(&information, "RTRN").filter(|code| is_reason(code));
        let return_reason = text(raw.return_reason).or(coded.map(str::to_owned));
        let details = raw.details.into_iter();
        Some(Entry {
            line: raw.line,
            amount: amount.ok()?,
            direction,
            status,
            reversal: reversal.ok()?,
            booked_on: booked_on.ok()?,
            valued_on: valued_on.ok()?,
            bank_reference: text(raw.bank_reference),
            entry_reference: text(raw.entry_reference),
            batch: Batch::of(raw.batch, &information),
            details: details.map(|raw| Detail::of(raw, direction, own)).collect(),
            information,
            return_reason,
        })
    }
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
        assert_eq!(read.problems, []);
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
        let told = read.problems.iter().map(|one| format!("{}: {}", one.element, one.text));
        told.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_and_no_entry() {
        let amount = |amount: &str| problem(&entry(amount, "DBIT", ""));
        assert_eq!(amount("12,34"), "Amt: amount `12,34` is no amount: write it as 612.40");
        assert_eq!(amount("12.345"), "Amt: amount `12.345` is not in whole cents");
        assert!(amount("-1.00").contains("is negative"));
        let dollars = entry("1.00", "DBIT", "").replace("EUR", "USD");
        assert_eq!(problem(&dollars), "Amt: amount `1.00` is in USD: only EUR is booked");
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
            let mut read = statement(&document("08", &entry));
            let entry = read.entries.pop().expect("the entry is still shown");
            (entry.status, read.problems.len())
        };
        assert_eq!(status("<Sts><Cd>BOOK</Cd></Sts>"), (EntryStatus::Booked, 0));
        assert_eq!(status("<Sts>PDNG</Sts>"), (EntryStatus::Pending, 0));
        assert_eq!(status(""), (EntryStatus::Other(String::new()), 1));
        assert_eq!(status("<Sts/>"), (EntryStatus::Other(String::new()), 1));
        assert_eq!(status("<Sts>BOOJ</Sts>"), (EntryStatus::Other("BOOJ".to_owned()), 1));
    }

    #[test]
    fn an_element_that_stands_twice_keeps_the_statement_from_being_posted() {
        let twice = entry("1.00", "CRDT", "<Amt Ccy=\"EUR\">2.00</Amt>");
        let read = statement(&document("02", &twice));
        assert_eq!(read.problems.len(), 1);
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
