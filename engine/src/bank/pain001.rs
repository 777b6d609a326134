//! pain.001.001.09: a file of credit transfers for the bank. The same input gives the same bytes.
//!
//! Rules: GUIDE §3.2 (one PmtInf per debtor account and day, counts and sums at both levels, service
//! level SEPA, charges SLEV, IBAN only, no postal address inside the EEA).

use chrono::{NaiveDate, NaiveDateTime};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::bank::iban::Iban;
use crate::bank::text::{is_identifier, sepa};
use crate::money::Money;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
/// About the bytes of one transfer in the file.
const TRANSFER_BYTES: usize = 480;
/// The most one credit transfer may move.
const MOST: Money = Money::from_cents(99_999_999_999);

/// A file of credit transfers from one account on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentFile {
    /// Unique for at least a year.
    pub message_id: String,
    /// Unique for ever: the batch carries it on the statement.
    pub payment_information_id: String,
    /// When the file was made; part of its bytes.
    pub created: NaiveDateTime,
    /// The name of the municipality.
    pub debtor_name: String,
    /// The account of the municipality.
    pub debtor: Iban,
    /// The day the account is debited: an open TARGET day.
    pub execution: NaiveDate,
    /// The transfers, at least one.
    pub transfers: Vec<Transfer>,
}

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
    /// What the payee reads, at most 140 characters are sent.
    pub remittance: String,
}

/// A file that may not go to a bank.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PainError {
    /// No transfers.
    #[error("payment file `{0}` holds no payments")]
    Empty(String),
    /// An identifier the bank does not take.
    #[error("identifier `{0}` must have 1 to 35 SEPA characters, without a slash at its ends")]
    Identifier(String),
    /// Two transfers with one identifier.
    #[error("identifier `{0}` stands on two payments of one file")]
    Twice(String),
    /// An amount the bank does not take.
    #[error("payment `{id}` has the amount {amount}: it must lie between 0.01 and 999999999.99")]
    Amount {
        /// The payment.
        id: String,
        /// Its amount.
        amount: Money,
    },
    /// A name of which nothing is left in SEPA characters.
    #[error("payment `{0}` has no name for its payee")]
    Name(String),
}

impl PaymentFile {
    /// The bytes for the bank.
    pub fn to_xml(&self) -> Result<Vec<u8>, PainError> {
        self.check()?;
        let mut xml =
            Xml(Writer::new_with_indent(Vec::with_capacity(self.transfers.len() * TRANSFER_BYTES), b' ', 1));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml.event(Event::Start(
            quick_xml::events::BytesStart::new("Document").with_attributes([("xmlns", NAMESPACE)]),
        ));
        xml.inside("CstmrCdtTrfInitn", |xml| {
            xml.inside("GrpHdr", |xml| self.group_header(xml));
            xml.inside("PmtInf", |xml| self.payment_information(xml));
        });
        xml.event(Event::End(quick_xml::events::BytesEnd::new("Document")));
        let mut bytes = xml.0.into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The sum of the transfers.
    pub fn total(&self) -> Money {
        self.transfers.iter().map(|transfer| transfer.amount).sum()
    }

    fn check(&self) -> Result<(), PainError> {
        if self.transfers.is_empty() {
            return Err(PainError::Empty(self.message_id.clone()));
        }
        let mut seen = std::collections::BTreeSet::new();
        for transfer in &self.transfers {
            transfer.check()?;
            if !seen.insert(&transfer.end_to_end_id) {
                return Err(PainError::Twice(transfer.end_to_end_id.clone()));
            }
        }
        [&self.message_id, &self.payment_information_id].into_iter().try_for_each(|id| identifier(id))
    }

    fn group_header(&self, xml: &mut Xml) {
        xml.text("MsgId", &self.message_id);
        xml.text("CreDtTm", &self.created.format("%Y-%m-%dT%H:%M:%S").to_string());
        self.count_and_sum(xml);
        xml.inside("InitgPty", |xml| xml.text("Nm", &sepa(&self.debtor_name, 70)));
    }

    fn count_and_sum(&self, xml: &mut Xml) {
        xml.text("NbOfTxs", &self.transfers.len().to_string());
        xml.text("CtrlSum", &self.total().to_string());
    }

    fn payment_information(&self, xml: &mut Xml) {
        xml.text("PmtInfId", &self.payment_information_id);
        xml.text("PmtMtd", "TRF");
        xml.text("BtchBookg", "true");
        self.count_and_sum(xml);
        xml.inside("PmtTpInf", |xml| xml.inside("SvcLvl", |xml| xml.text("Cd", "SEPA")));
        xml.inside("ReqdExctnDt", |xml| xml.text("Dt", &self.execution.to_string()));
        xml.inside("Dbtr", |xml| xml.text("Nm", &sepa(&self.debtor_name, 70)));
        xml.inside("DbtrAcct", |xml| xml.inside("Id", |xml| xml.text("IBAN", self.debtor.as_str())));
        xml.inside("DbtrAgt", |xml| {
            xml.inside("FinInstnId", |xml| xml.inside("Othr", |xml| xml.text("Id", "NOTPROVIDED")));
        });
        xml.text("ChrgBr", "SLEV");
        for transfer in &self.transfers {
            xml.inside("CdtTrfTxInf", |xml| transfer.write(xml));
        }
    }
}

impl Transfer {
    fn check(&self) -> Result<(), PainError> {
        identifier(&self.end_to_end_id)?;
        if !self.amount.is_positive() || MOST < self.amount {
            return Err(PainError::Amount { id: self.end_to_end_id.clone(), amount: self.amount });
        }
        let nameless = sepa(&self.creditor_name, 70).is_empty();
        if nameless { Err(PainError::Name(self.end_to_end_id.clone())) } else { Ok(()) }
    }

    fn write(&self, xml: &mut Xml) {
        xml.inside("PmtId", |xml| {
            xml.text("InstrId", &self.end_to_end_id);
            xml.text("EndToEndId", &self.end_to_end_id);
        });
        xml.inside("Amt", |xml| {
            let amount = self.amount.to_string();
            let element = xml.0.create_element("InstdAmt").with_attribute(("Ccy", "EUR"));
            element.write_text_content(BytesText::new(&amount)).expect("writing to memory succeeds");
        });
        xml.inside("Cdtr", |xml| xml.text("Nm", &sepa(&self.creditor_name, 70)));
        xml.inside("CdtrAcct", |xml| xml.inside("Id", |xml| xml.text("IBAN", self.creditor.as_str())));
        let remittance = sepa(&self.remittance, 140);
        if !remittance.is_empty() {
            xml.inside("RmtInf", |xml| xml.text("Ustrd", &remittance));
        }
    }
}

fn identifier(id: &str) -> Result<(), PainError> {
    if is_identifier(id) { Ok(()) } else { Err(PainError::Identifier(id.to_owned())) }
}

/// A writer to memory, which cannot fail.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("writing to memory succeeds");
    }

    fn inside(&mut self, element: &str, content: impl FnOnce(&mut Xml)) {
        self.event(Event::Start(quick_xml::events::BytesStart::new(element)));
        content(self);
        self.event(Event::End(quick_xml::events::BytesEnd::new(element)));
    }

    fn text(&mut self, element: &str, text: &str) {
        let element = self.0.create_element(element);
        element.write_text_content(BytesText::new(text)).expect("writing to memory succeeds");
    }
}
