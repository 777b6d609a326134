//! What the parts of an entry mean: the payments in it, or the batch it is.

use super::amount::{Amount, Currency};
use super::code::Code;
use super::codeword;
use super::error::{Problem, shown};
use super::exchange::{Charge, Exchange, TransactionCode};
use super::field::{Direction, amount, text, verbatim, without_space};
use super::place::Field;
use super::raw::{Raw, RawText};
use super::remittance::StructuredRemittance;
use super::tag::Tag;
use super::value::collapsed;
use crate::money::Money;

/// A batch that was booked as one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Our `PmtInfId`.
    pub payment_information_id: Option<String>,
    /// Our `MsgId`.
    pub message_id: Option<String>,
    /// How many payments it has.
    pub count: Option<u64>,
    /// Their total, where it is in euros.
    pub total: Option<Money>,
    /// The last digits of the SHA-1 of the file, in capitals, that some banks repeat (`/SHA1/F40F0`).
    pub sha1_ends_with: Option<String>,
}

/// A part of an entry: one payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// The payer's `EndToEndId`; a placeholder such as `NOTPROVIDED` counts as none.
    pub end_to_end_id: Option<String>,
    /// The payer's `InstrId`.
    pub instruction_id: Option<String>,
    /// The payer's `PmtInfId`.
    pub payment_information_id: Option<String>,
    /// The mandate of a direct debit (`MndtId`).
    pub mandate_id: Option<String>,
    /// The other references.
    pub references: References,
    /// The amount in euros, where the bank gives one.
    pub amount: Option<Money>,
    /// What the payer ordered, in the currency of the order.
    pub instructed: Option<Amount>,
    /// How it was exchanged.
    pub exchange: Option<Exchange>,
    /// What the banks took; never added to the amount.
    pub charges: Vec<Charge>,
    /// Whether this part came or went, where the bank says so.
    pub direction: Option<Direction>,
    /// What kind of transaction it is, where that stands at the part.
    pub transaction_code: Option<TransactionCode>,
    /// The name on the other side.
    pub counterparty_name: Option<String>,
    /// The account on the other side as written, without white space; may be no valid IBAN.
    pub counterparty_account: Option<String>,
    /// True where the account on the other side is given as an IBAN and is none: nothing may be matched on it.
    pub counterparty_iban_is_wrong: bool,
    /// The BIC of the bank on the other side.
    pub counterparty_bic: Option<String>,
    /// The id of the other side: for a direct debit the creditor scheme id.
    pub counterparty_id: Option<String>,
    /// On whose behalf the debtor paid.
    pub ultimate_debtor: Party,
    /// For whom the creditor received.
    pub ultimate_creditor: Party,
    /// The purpose code, or the bank's own.
    pub purpose: Option<String>,
    /// What the payer wrote, its lines joined with a space and white space collapsed.
    pub remittance: String,
    /// What the payer wrote, line by line, exactly as it stands in the file.
    pub unstructured: Vec<String>,
    /// The structured remittances, in the order of the file.
    pub structured: Vec<StructuredRemittance>,
    /// The first structured reference: betalingskenmerk or RF reference.
    pub structured_reference: Option<String>,
    /// The reason code of a return.
    pub return_reason: Option<String>,
    /// What the bank adds to the reason, line by line.
    pub return_information: Vec<String>,
    /// Who returned it, where the bank says so.
    pub return_originator: Option<String>,
    /// The bank's own words on this part (`AddtlTxInf`), white space collapsed.
    pub information: String,
}

/// References of a part that rarely decide anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// `MsgId`.
    pub message_id: Option<String>,
    /// The bank's reference of the part (`AcctSvcrRef`).
    pub bank_reference: Option<String>,
    /// The reference of the first bank (`TxId`).
    pub transaction_id: Option<String>,
    /// The reference that stays the same from end to end (`UETR`).
    pub uetr: Option<String>,
    /// The number of a cheque.
    pub cheque_number: Option<String>,
    /// The reference of the clearing system.
    pub clearing_reference: Option<String>,
    /// The account owner's own reference.
    pub owner_transaction_id: Option<String>,
    /// The bank's own transaction id.
    pub servicer_transaction_id: Option<String>,
}

/// Somebody behind the debtor or the creditor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The name.
    pub name: Option<String>,
    /// An id of a person or organisation.
    pub id: Option<String>,
}

impl Batch {
    pub(super) fn of(raw: &Raw, information: &str) -> Option<Batch> {
        let coded = |code| codeword::value(information, code).map(str::to_owned);
        let count = text(raw, Field::BatchCount).or_else(|| coded("NRTX"));
        let batch = Batch {
            payment_information_id: text(raw, Field::BatchPaymentInformationId).or_else(|| coded("PREF")),
            message_id: text(raw, Field::BatchMessageId),
            count: count.and_then(|count| count.parse().ok()),
            total: raw.get(Field::BatchTotal).and_then(total),
            sha1_ends_with: coded("SHA1").map(|digits| digits.to_ascii_uppercase()),
        };
        let empty = batch.payment_information_id.is_none()
            && batch.message_id.is_none()
            && batch.count.is_none()
            && batch.total.is_none();
        Some(batch).filter(|_| !empty)
    }
}

/// The total of a batch: in euros, or without a currency of its own as some versions have it.
fn total(raw: &RawText) -> Option<Money> {
    match raw.currency() {
        Some(_) => amount(Some(raw), raw.line).ok()?.euros(),
        None => super::amount::minor(&raw.text, Currency::EUR.decimals()).ok().map(Money::from_cents),
    }
}

impl Detail {
    /// The part; what is odd in it is added to the notes of its entry.
    pub(super) fn of(raw: &Raw, entry: Option<Direction>, own: &str, notes: &mut Vec<Problem>) -> Detail {
        let direction = raw.get(Field::Direction).and_then(|raw| Direction::of(&raw.text));
        let side = counterparty(raw, direction.or(entry).unwrap_or(Direction::Debit), own);
        let account = side.and_then(|side| raw.get(side.account));
        let unstructured = verbatim(raw, Field::Unstructured);
        let structured = StructuredRemittance::all(raw);
        let on_other_side = |field: fn(Side) -> Field| side.and_then(|side| text(raw, field(side)));
        Detail {
            end_to_end_id: text(raw, Field::EndToEndId).filter(|id| !is_placeholder(id)),
            instruction_id: text(raw, Field::InstructionId),
            payment_information_id: text(raw, Field::PaymentInformationId),
            mandate_id: text(raw, Field::MandateId),
            references: References::of(raw),
            amount: own_amount(raw, notes),
            instructed: raw.get(Field::InstructedAmount).and_then(|raw| amount(Some(raw), raw.line).ok()),
            exchange: Exchange::of(raw),
            charges: Charge::all(raw),
            direction,
            transaction_code: TransactionCode::of(raw),
            counterparty_name: on_other_side(|side| side.name),
            counterparty_account: on_other_side(|side| side.account).map(|account| without_space(&account)),
            counterparty_iban_is_wrong: account.is_some_and(|account| is_wrong(account, notes)),
            counterparty_bic: on_other_side(|side| side.bic),
            counterparty_id: on_other_side(|side| side.id),
            ultimate_debtor: Party {
                name: text(raw, Field::UltimateDebtorName),
                id: text(raw, Field::UltimateDebtorId),
            },
            ultimate_creditor: Party {
                name: text(raw, Field::UltimateCreditorName),
                id: text(raw, Field::UltimateCreditorId),
            },
            purpose: text(raw, Field::Purpose),
            remittance: joined(&unstructured),
            unstructured,
            structured_reference: structured.iter().find_map(|one| one.reference.clone()),
            structured,
            return_reason: text(raw, Field::ReturnReason),
            return_information: verbatim(raw, Field::ReturnInformation),
            return_originator: text(raw, Field::ReturnOriginator),
            information: joined(&verbatim(raw, Field::Information)),
        }
    }
}

/// Lines as one text.
pub(super) fn joined(lines: &[String]) -> String {
    match lines {
        [] => String::new(),
        [line] => collapsed(line),
        lines => collapsed(&lines.join(" ")),
    }
}

impl References {
    fn of(raw: &Raw) -> References {
        References {
            message_id: text(raw, Field::MessageId),
            bank_reference: text(raw, Field::ServicerReference),
            transaction_id: text(raw, Field::TransactionId),
            uetr: text(raw, Field::Uetr),
            cheque_number: text(raw, Field::ChequeNumber),
            clearing_reference: text(raw, Field::ClearingReference),
            owner_transaction_id: text(raw, Field::OwnerTransactionId),
            servicer_transaction_id: text(raw, Field::ServicerTransactionId),
        }
    }
}

fn is_placeholder(id: &str) -> bool {
    ["NOTPROVIDED", "NOT PROVIDED", "NONREF"].iter().any(|placeholder| id.eq_ignore_ascii_case(placeholder))
}

/// The amount of a part in euros: its own, that of the transaction, else that of the order.
fn own_amount(raw: &Raw, notes: &mut Vec<Problem>) -> Option<Money> {
    for field in [Field::Amount, Field::TransactionAmount, Field::InstructedAmount] {
        let Some(text) = raw.get(field) else { continue };
        match amount(Some(text), text.line) {
            Ok(amount) => {
                if let Some(euros) = amount.euros() {
                    return Some(euros);
                }
            }
            Err(problem) => notes.push(Problem { code: Code::DetailAmount, ..problem }),
        }
    }
    None
}

fn is_wrong(account: &RawText, notes: &mut Vec<Problem>) -> bool {
    let written = without_space(&account.text);
    if account.tag != Tag::IBAN || written.is_empty() || is_iban(&written) {
        return false;
    }
    let text = format!("`{}` is no valid IBAN: nothing is matched on it", masked(&written));
    notes.push(Problem::new(account.line, "IBAN", Code::Iban, text));
    true
}

fn is_iban(written: &str) -> bool {
    written.parse::<iban::Iban>().is_ok()
}

/// The country and the last two characters: enough to find it in the file, too little to know it.
fn masked(account: &str) -> String {
    let first: String = account.chars().take(2).collect();
    let last: String = account.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
    shown(&format!("{first}…{last}"))
}

/// The fields of a debtor or of a creditor.
#[derive(Clone, Copy)]
struct Side {
    name: Field,
    account: Field,
    bic: Field,
    id: Field,
}

const DEBTOR: Side = Side {
    name: Field::DebtorName,
    account: Field::DebtorAccount,
    bic: Field::DebtorBic,
    id: Field::DebtorId,
};
const CREDITOR: Side = Side {
    name: Field::CreditorName,
    account: Field::CreditorAccount,
    bic: Field::CreditorBic,
    id: Field::CreditorId,
};

/// The other side. Dutch banks put it where the direction says, on returns too; where that place is empty or holds
/// our own account, it is in the other.
fn counterparty(raw: &Raw, direction: Direction, own: &str) -> Option<Side> {
    let sides = match direction {
        Direction::Credit => [DEBTOR, CREDITOR],
        Direction::Debit => [CREDITOR, DEBTOR],
    };
    let says = |field: Field| raw.get(field).filter(|raw| !collapsed(&raw.text).is_empty());
    sides.into_iter().find(|side| match says(side.account) {
        Some(account) => without_space(&account.text) != own,
        None => says(side.name).is_some(),
    })
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
