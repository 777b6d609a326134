//! One credit transfer, and what a bank does not take of it.

use crate::bank::address::PostalAddress;
use crate::bank::iban::Iban;
use crate::bank::reference::StructuredReference;
use crate::bank::text::{NAME, REMITTANCE, is_identifier, is_name, sepa};
use crate::money::Money;

use super::xml::Xml;

/// The most one credit transfer may move.
const MOST: Money = Money::from_cents(99_999_999_999);

/// One credit transfer.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// Unique per payment; the bank sends it back on statements and returns.
    pub end_to_end_id: String,
    /// The amount.
    pub amount: Money,
    /// The name of the account holder.
    pub creditor_name: String,
    /// The account that is paid.
    pub creditor: Iban,
    /// What the payee reads, at most 140 characters are sent. A betalingskenmerk or RF reference that stands alone is
    /// sent as such.
    pub remittance: String,
    /// The address of the payee, where its bank asks for one: for most payments there is none.
    pub address: Option<PostalAddress>,
}

/// What a bank does not take of one payment. It holds up no other payment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferProblem {
    /// An identifier the bank does not take.
    #[error("identifier `{0}` must have 1 to 35 SEPA characters, without a slash or space at its ends")]
    Identifier(String),
    /// An amount the bank does not take.
    #[error("the amount {0} must lie between 0.01 and 999999999.99")]
    Amount(Money),
    /// A name of which nothing is left in SEPA characters.
    #[error(
        "the name of the payee has no letter that a bank can take: record it in Latin letters, as its bank has it"
    )]
    Name,
    /// An account that no SEPA payment reaches.
    #[error(
        "an account in `{0}` cannot be paid by SEPA transfer: ask the payee for an account in a SEPA country"
    )]
    Country(String),
}

/// What a bank would not take of a payment to this account, before it has an identifier.
pub fn payable(creditor_name: &str, creditor: &Iban, amount: Money) -> Result<(), TransferProblem> {
    if !amount.is_positive() || MOST < amount {
        return Err(TransferProblem::Amount(amount));
    }
    if !is_name(creditor_name) {
        return Err(TransferProblem::Name);
    }
    if creditor.is_sepa() { Ok(()) } else { Err(TransferProblem::Country(creditor.country().to_owned())) }
}

/// The reference that is sent as such: an RF reference or a betalingskenmerk of 16 digits, with nothing beside it. A
/// shorter number may as well be a contract number, and is sent as text.
pub fn structured(remittance: &str) -> Option<StructuredReference> {
    let found: StructuredReference = remittance.parse().ok()?;
    let is_sent = match &found {
        StructuredReference::Rf(_) => true,
        StructuredReference::Betalingskenmerk(digits) => {
            digits.len() == 16 && digits.contains(|digit| digit != '0')
        }
    };
    is_sent.then_some(found)
}

impl Transfer {
    /// Whether a bank takes it.
    pub fn check(&self) -> Result<(), TransferProblem> {
        if !is_identifier(&self.end_to_end_id) {
            return Err(TransferProblem::Identifier(self.end_to_end_id.clone()));
        }
        payable(&self.creditor_name, &self.creditor, self.amount)
    }

    pub(super) fn write(&self, xml: &mut Xml) {
        xml.inside("CdtTrfTxInf", |xml| {
            xml.inside("PmtId", |xml| {
                xml.text("InstrId", &self.end_to_end_id);
                xml.text("EndToEndId", &self.end_to_end_id);
            });
            xml.inside("Amt", |xml| xml.euros("InstdAmt", self.amount));
            xml.inside("Cdtr", |xml| {
                xml.text("Nm", &sepa(&self.creditor_name, NAME));
                if let Some(address) = &self.address {
                    xml.inside("PstlAdr", |xml| {
                        for (element, text) in address.elements() {
                            xml.text(element, &text);
                        }
                    });
                }
            });
            xml.inside("CdtrAcct", |xml| xml.inside("Id", |xml| xml.text("IBAN", self.creditor.as_str())));
            self.write_remittance(xml);
        });
    }

    fn write_remittance(&self, xml: &mut Xml) {
        if let Some(reference) = structured(&self.remittance) {
            return xml.inside("RmtInf", |xml| xml.inside("Strd", |xml| write_reference(xml, &reference)));
        }
        let text = sepa(&self.remittance, REMITTANCE);
        if !text.is_empty() {
            xml.inside("RmtInf", |xml| xml.text("Ustrd", &text));
        }
    }
}

fn write_reference(xml: &mut Xml, reference: &StructuredReference) {
    xml.inside("CdtrRefInf", |xml| {
        xml.inside("Tp", |xml| {
            xml.inside("CdOrPrtry", |xml| xml.text("Cd", "SCOR"));
            if let StructuredReference::Betalingskenmerk(_) = reference {
                xml.text("Issr", "CUR");
            }
        });
        xml.text("Ref", reference.as_str());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer() -> Transfer {
        Transfer {
            end_to_end_id: "A1".to_owned(),
            amount: Money::from_cents(1),
            creditor_name: "Café Özdemir & Zn.".to_owned(),
            creditor: "NL91ABNA0417164300".parse().expect("an account"),
            remittance: String::new(),
            address: None,
        }
    }

    fn written(transfer: &Transfer) -> String {
        let mut xml = Xml::new();
        transfer.write(&mut xml);
        let mut bytes = Vec::new();
        xml.flush(&mut bytes).expect("writes to memory");
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn remittance(text: &str) -> String {
        let xml = written(&Transfer { remittance: text.to_owned(), ..transfer() });
        let from = xml.find("<RmtInf>").unwrap_or(xml.len());
        xml.get(from..)
            .and_then(|rest| rest.split("</RmtInf>").next())
            .unwrap_or_default()
            .replace("<RmtInf>", "")
    }

    #[test]
    fn amounts_from_one_cent_to_what_a_transfer_may_move_are_taken() {
        let with = |cents| Transfer { amount: Money::from_cents(cents), ..transfer() }.check();
        for cents in [1, 99_999_999_999] {
            assert_eq!(with(cents), Ok(()));
        }
        for cents in [0, -1, 100_000_000_000] {
            assert_eq!(with(cents), Err(TransferProblem::Amount(Money::from_cents(cents))));
        }
    }

    #[test]
    fn an_account_outside_sepa_and_a_name_without_latin_letters_are_named() {
        let creditor = "TR330006100519786457841326".parse().expect("an account");
        let outside = Transfer { creditor, ..transfer() }.check();
        assert_eq!(outside, Err(TransferProblem::Country("TR".to_owned())));
        let nameless = Transfer { creditor_name: "محمد".to_owned(), ..transfer() }.check();
        assert_eq!(nameless, Err(TransferProblem::Name));
    }

    #[test]
    fn a_reference_with_check_digits_is_sent_as_such_and_any_other_text_as_text() {
        let kenmerk = remittance("6390 3384 1496 4113");
        assert!(kenmerk.contains("<Issr>CUR</Issr></Tp><Ref>6390338414964113</Ref>"), "{kenmerk}");
        let rf = remittance("RF93104233DEC26");
        assert!(rf.contains("<Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF93104233DEC26</Ref>"), "{rf}");
        assert_eq!(remittance("6390338414964114 huur"), "<Ustrd>6390338414964114 huur</Ustrd>");
        assert_eq!(remittance(&"é".repeat(141)), format!("<Ustrd>{}</Ustrd>", "e".repeat(140)));
        assert_eq!(remittance(" "), "");
    }

    #[test]
    fn an_address_is_written_structured_behind_the_name_and_only_where_there_is_one() {
        assert!(!written(&transfer()).contains("PstlAdr"));
        let address = PostalAddress::new("Bahnhofstraße", "12", "8001", "Zürich", "CH").expect("an address");
        let xml = written(&Transfer { address: Some(address), ..transfer() });
        let expected = "</Nm><PstlAdr><StrtNm>Bahnhofstrase</StrtNm><BldgNb>12</BldgNb><PstCd>8001</PstCd>\
                        <TwnNm>Zurich</TwnNm><Ctry>CH</Ctry></PstlAdr></Cdtr>";
        assert!(xml.contains(expected), "{xml}");
    }

    #[test]
    fn a_structured_reference_with_its_tags_is_at_most_140_characters() {
        for text in ["6390338414964113", "RF18539007547034"] {
            let inside = remittance(text).replace("<Strd>", "").replace("</Strd>", "");
            assert!(inside.len() + 25 - text.len() <= 140, "{inside}");
        }
    }
}
