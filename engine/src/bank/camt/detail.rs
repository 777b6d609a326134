//! What the parts of an entry mean: the payments in it, or the batch it is.

use crate::money::Money;

use super::codeword;
use super::field::{Direction, euros, text, without_space};
use super::raw::{RawBatch, RawDetail, RawParty};
use super::value::collapsed;

/// A batch that was booked as one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Our `PmtInfId`.
    pub payment_information_id: Option<String>,
    /// Our `MsgId`.
    pub message_id: Option<String>,
    /// How many payments it has.
    pub count: Option<u64>,
    /// Their total.
    pub total: Option<Money>,
}

/// A part of an entry: one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The payer's `EndToEndId`; a placeholder such as `NOTPROVIDED` counts as none.
    pub end_to_end_id: Option<String>,
    /// The payer's `InstrId`.
    pub instruction_id: Option<String>,
    /// The payer's `PmtInfId`.
    pub payment_information_id: Option<String>,
    /// The amount in euros, where the bank gives one.
    pub amount: Option<Money>,
    /// Whether this part came or went, where the bank says so.
    pub direction: Option<Direction>,
    /// The name on the other side.
    pub counterparty_name: Option<String>,
    /// The account on the other side as written, without white space; may be no valid IBAN.
    pub counterparty_account: Option<String>,
    /// What the payer wrote, its lines joined with a space.
    pub remittance: String,
    /// The betalingskenmerk or RF reference.
    pub structured_reference: Option<String>,
    /// The reason code of a return.
    pub return_reason: Option<String>,
}

impl Batch {
    pub(super) fn of(raw: RawBatch, information: &str) -> Option<Batch> {
        let coded = |code| codeword::value(information, code).map(str::to_owned);
        let count = text(raw.count).or(coded("NRTX"));
        let total = raw.total.as_ref().and_then(|total| euros(Some(total), total.line).ok());
        let batch = Batch {
            payment_information_id: text(raw.payment_information_id).or(coded("PREF")),
            message_id: text(raw.message_id),
            count: count.and_then(|count| count.parse().ok()),
            total,
        };
        let empty = batch.payment_information_id.is_none()
            && batch.message_id.is_none()
            && batch.count.is_none()
            && batch.total.is_none();
        Some(batch).filter(|_| !empty)
    }
}

impl Detail {
    pub(super) fn of(raw: RawDetail, entry_direction: Direction, own: &str) -> Detail {
        let direction = raw.direction.and_then(|raw| Direction::of(&raw.text));
        let (counterparty_name, counterparty_account) =
            counterparty(raw.debtor, raw.creditor, direction.unwrap_or(entry_direction), own);
        let amounts = [raw.amount, raw.transaction_amount, raw.instructed_amount];
        let amount = amounts.iter().flatten().find_map(|raw| euros(Some(raw), raw.line).ok());
        let end_to_end_id = text(raw.end_to_end_id).filter(|id| {
            let placeholders = ["NOTPROVIDED", "NOT PROVIDED", "NONREF"];
            !placeholders.iter().any(|placeholder| id.eq_ignore_ascii_case(placeholder))
        });
        Detail {
            end_to_end_id,
            instruction_id: text(raw.instruction_id),
            payment_information_id: text(raw.payment_information_id),
            amount,
            direction,
            counterparty_name,
            counterparty_account,
            remittance: collapsed(&raw.remittance.join(" ")),
            structured_reference: text(raw.structured_reference),
            return_reason: text(raw.return_reason),
        }
    }
}

/// Name and account of the other side. Dutch banks put it where the direction says, on returns
/// too; where that place is empty or holds our own account, it is in the other.
fn counterparty(
    debtor: RawParty,
    creditor: RawParty,
    direction: Direction,
    own: &str,
) -> (Option<String>, Option<String>) {
    let (expected, other) = match direction {
        Direction::Credit => (debtor, creditor),
        Direction::Debit => (creditor, debtor),
    };
    let read = |party: RawParty| {
        let account = party.account.map(|account| without_space(&account.text));
        (text(party.name), account.filter(|account| !account.is_empty()))
    };
    let is_other_side = |(name, account): &(Option<String>, Option<String>)| match account {
        Some(account) => account != own,
        None => name.is_some(),
    };
    let found = [expected, other].into_iter().map(read).find(is_other_side);
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, entry, statement};
    use super::*;

    fn detail(direction: &str, content: &str) -> Detail {
        let more = format!("<NtryDtls><TxDtls>{content}</TxDtls></NtryDtls>");
        let mut read = statement(&document("08", &entry("10.00", direction, &more)));
        let mut entry = read.entries.pop().expect("an entry");
        entry.details.pop().expect("a detail")
    }

    #[test]
    fn the_other_side_is_where_the_direction_says_unless_that_is_ourselves() {
        let party = |side: &str, name: &str, iban: &str| {
            format!(
                "<{side}><Nm>{name}</Nm></{side}>\
                 <{side}Acct><Id><IBAN>{iban}</IBAN></Id></{side}Acct>"
            )
        };
        let own = party("Dbtr", "Gemeente", "NL49BNGH0285171712");
        let landlord = party("Cdtr", "Verhuurder", "NL20 INGB 0001 2345 67");
        let parties = format!("<RltdPties>{own}{landlord}</RltdPties>");
        for direction in ["DBIT", "CRDT"] {
            let detail = detail(direction, &parties);
            assert_eq!(detail.counterparty_name.as_deref(), Some("Verhuurder"));
            assert_eq!(detail.counterparty_account.as_deref(), Some("NL20INGB0001234567"));
        }
        let newer = "<RltdPties><Dbtr><Pty><Nm>UWV</Nm></Pty></Dbtr></RltdPties>";
        assert_eq!(detail("CRDT", newer).counterparty_name.as_deref(), Some("UWV"));
        assert_eq!(detail("DBIT", newer).counterparty_name.as_deref(), Some("UWV"));
        let ours = format!("<RltdPties>{own}</RltdPties>");
        assert_eq!(detail("CRDT", &ours).counterparty_name, None);
    }

    #[test]
    fn a_placeholder_is_no_end_to_end_id() {
        for (id, real) in [("NOTPROVIDED", None), ("NonRef", None), ("", None), ("E 1", Some("E 1"))] {
            let refs = format!("<Refs><EndToEndId> {id} </EndToEndId></Refs>");
            assert_eq!(detail("CRDT", &refs).end_to_end_id.as_deref(), real);
        }
    }

    #[test]
    fn the_amount_of_a_detail_is_in_euros_or_unknown() {
        let of = |element: &str, currency: &str| {
            format!("<AmtDtls><{element}><Amt Ccy=\"{currency}\">4.00</Amt></{element}></AmtDtls>")
        };
        let four = Some(Money::from_cents(4_00));
        assert_eq!(detail("CRDT", "<Amt Ccy=\"EUR\">4.00</Amt>").amount, four);
        assert_eq!(detail("CRDT", &of("TxAmt", "EUR")).amount, four);
        assert_eq!(detail("CRDT", &of("InstdAmt", "EUR")).amount, four);
        assert_eq!(detail("CRDT", &of("InstdAmt", "USD")).amount, None);
    }
}
