//! What a customer orders: a pain.001.001.03 or .09 message, read and checked as a bank does.
//!
//! A message is taken whole or refused whole.

use std::fmt;

use chrono::NaiveDate;
use grip_engine::bank::iban::{Iban, NotIban};
use grip_engine::money::Money;
use sha1::{Digest, Sha1};

use super::element::Element;
use super::error::BankError;

const OLD: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03";
const NEW: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

/// The most that one SEPA transfer may carry.
const AMOUNT_MAX: Money = Money::from_cents(99_999_999_999);

/// One message with the batches in it.
#[derive(Clone, Debug)]
pub(super) struct PaymentOrder {
    pub(super) message_id: String,
    pub(super) batches: Vec<Batch>,
}

/// Transfers from one account on one day, ordered together (a `PmtInf`).
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) id: String,
    pub(super) message_id: String,
    pub(super) sha1_tail: String,
    pub(super) name: String,
    pub(super) account: Iban,
    pub(super) on: NaiveDate,
    pub(super) transfers: Vec<Transfer>,
}

impl Batch {
    /// What all its transfers come to.
    pub(super) fn total(&self) -> Money {
        self.transfers.iter().map(|transfer| transfer.amount).sum()
    }

    /// The names under which it was ordered: of the message and of the batch.
    pub(super) fn ids(&self) -> (&str, &str) {
        (&self.message_id, &self.id)
    }
}

/// One transfer as it was ordered; the texts are verbatim.
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    pub(super) instruction_id: Option<String>,
    pub(super) end_to_end_id: String,
    pub(super) amount: Money,
    pub(super) name: String,
    pub(super) account: Iban,
    pub(super) remittance: Remittance,
}

/// What the payee gets to read.
#[derive(Clone, Debug)]
pub(super) enum Remittance {
    None,
    Text(String),
    Reference { issuer: Option<String>, reference: String },
}

impl fmt::Display for Remittance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remittance::None => Ok(()),
            Remittance::Text(text) => out.write_str(text),
            Remittance::Reference { reference, .. } => out.write_str(reference),
        }
    }
}

/// An element with the words that name its place in the message.
struct Place<'a> {
    words: String,
    element: &'a Element,
}

impl PaymentOrder {
    /// Reads and checks the bytes of a message.
    pub(super) fn read(bytes: &[u8]) -> Result<PaymentOrder, BankError> {
        let root = Element::read(bytes).map_err(BankError::NotReadable)?;
        if root.name != "Document" || ![OLD, NEW].contains(&root.namespace.as_str()) {
            return Err(BankError::NotAnOrder(root.namespace));
        }
        let document = Place { words: "message".to_owned(), element: &root };
        let message = document.at("CstmrCdtTrfInitn")?;
        let header = message.at("GrpHdr")?;
        let message_id = header.text("MsgId", 35)?;
        let sha1_tail = sha1_tail(bytes);
        let mut batches = Vec::new();
        for (index, element) in message.element.all("PmtInf").enumerate() {
            let words = format!("batch {}", index + 1);
            batches.push(Place { words, element }.batch(&message_id, &sha1_tail)?);
        }
        if batches.is_empty() {
            return Err(header.wrong("no PmtInf follows"));
        }
        header.text("NbOfTxs", 15)?;
        let transfers = batches.iter().flat_map(|batch| &batch.transfers);
        header.check_totals(transfers)?;
        Ok(PaymentOrder { message_id, batches })
    }

    /// All transfers of the message.
    pub(super) fn transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.batches.iter().flat_map(|batch| &batch.transfers)
    }
}

impl Place<'_> {
    fn wrong(&self, problem: impl fmt::Display) -> BankError {
        BankError::Order(format!("{}: {problem}", self.words))
    }

    fn at(&self, path: &str) -> Result<Place<'_>, BankError> {
        let element = self.element.find(path).ok_or_else(|| self.wrong(format!("{path} is missing")))?;
        Ok(Place { words: self.words.clone(), element })
    }

    fn optional_text(&self, path: &str, length_max: usize) -> Result<Option<String>, BankError> {
        let Some(element) = self.element.find(path) else {
            return Ok(None);
        };
        match element.text().chars().count() {
            0 => Err(self.wrong(format!("{path} is empty"))),
            length if length_max < length => {
                Err(self.wrong(format!("{path} is longer than {length_max} signs")))
            }
            _ => Ok(Some(element.text().to_owned())),
        }
    }

    fn text(&self, path: &str, length_max: usize) -> Result<String, BankError> {
        self.optional_text(path, length_max)?.ok_or_else(|| self.wrong(format!("{path} is missing")))
    }

    fn batch(&self, message_id: &str, sha1_tail: &str) -> Result<Batch, BankError> {
        let method = self.text("PmtMtd", 3)?;
        if method != "TRF" {
            return Err(self.wrong(format!("PmtMtd `{method}` is not TRF")));
        }
        let mut transfers = Vec::new();
        for (index, element) in self.element.all("CdtTrfTxInf").enumerate() {
            let words = format!("{}, transfer {}", self.words, index + 1);
            transfers.push(Place { words, element }.transfer()?);
        }
        if transfers.is_empty() {
            return Err(self.wrong("no CdtTrfTxInf lies in it"));
        }
        self.check_totals(transfers.iter())?;
        Ok(Batch {
            id: self.text("PmtInfId", 35)?,
            message_id: message_id.to_owned(),
            sha1_tail: sha1_tail.to_owned(),
            name: self.text("Dbtr/Nm", 70)?,
            account: self.iban("DbtrAcct/Id/IBAN")?,
            on: self.execution_date()?,
            transfers,
        })
    }

    /// `NbOfTxs` and `CtrlSum`, where given, are those of the transfers.
    fn check_totals<'t>(&self, transfers: impl Iterator<Item = &'t Transfer>) -> Result<(), BankError> {
        let mut found = (0_usize, Money::ZERO);
        for transfer in transfers {
            found = (found.0 + 1, found.1 + transfer.amount);
        }
        let (count, sum) = found;
        if let Some(text) = self.optional_text("NbOfTxs", 15)?
            && text.parse() != Ok(count)
        {
            return Err(self.wrong(format!("NbOfTxs is `{text}` and {count} transfers lie in it")));
        }
        if let Some(text) = self.optional_text("CtrlSum", 20)?
            && text.parse() != Ok(sum)
        {
            return Err(self.wrong(format!("CtrlSum is `{text}` and the transfers come to {sum}")));
        }
        Ok(())
    }

    /// A date in version .03, a date in a choice in version .09.
    fn execution_date(&self) -> Result<NaiveDate, BankError> {
        let path = match self.element.namespace.as_str() {
            OLD => "ReqdExctnDt",
            _ => "ReqdExctnDt/Dt",
        };
        let text = self.text(path, 10)?;
        text.parse().map_err(|_| self.wrong(format!("ReqdExctnDt `{text}` is no day")))
    }

    fn iban(&self, path: &str) -> Result<Iban, BankError> {
        let wrong = |wrong: NotIban| self.wrong(format!("{path} is no IBAN: {}", wrong.reason));
        self.text(path, 34)?.parse().map_err(wrong)
    }

    fn transfer(&self) -> Result<Transfer, BankError> {
        Ok(Transfer {
            instruction_id: self.optional_text("PmtId/InstrId", 35)?,
            end_to_end_id: self.text("PmtId/EndToEndId", 35)?,
            amount: self.amount()?,
            name: self.text("Cdtr/Nm", 70)?,
            account: self.iban("CdtrAcct/Id/IBAN")?,
            remittance: self.remittance()?,
        })
    }

    fn amount(&self) -> Result<Money, BankError> {
        let text = self.text("Amt/InstdAmt", 20)?;
        let currency = self.at("Amt/InstdAmt")?.element.currency.as_deref();
        if currency != Some("EUR") {
            return Err(self.wrong("InstdAmt is not in EUR"));
        }
        let amount: Money = text.parse().map_err(|wrong| self.wrong(wrong))?;
        if amount.is_positive() && amount <= AMOUNT_MAX {
            Ok(amount)
        } else {
            Err(self.wrong(format!("InstdAmt {amount} is not from 0.01 to {AMOUNT_MAX}")))
        }
    }

    fn remittance(&self) -> Result<Remittance, BankError> {
        let Some(element) = self.element.find("RmtInf") else {
            return Ok(Remittance::None);
        };
        if 1 < element.children().len() {
            return Err(self.wrong("RmtInf holds more than one text or reference"));
        }
        if let Some(text) = self.optional_text("RmtInf/Ustrd", 140)? {
            return Ok(Remittance::Text(text));
        }
        Ok(Remittance::Reference {
            issuer: self.optional_text("RmtInf/Strd/CdtrRefInf/Tp/Issr", 35)?,
            reference: self.text("RmtInf/Strd/CdtrRefInf/Ref", 35)?,
        })
    }
}

/// The last five hexadecimal digits of the SHA-1 of the message, as bank statements show them.
fn sha1_tail(bytes: &[u8]) -> String {
    let digest = Sha1::digest(bytes);
    let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    let digits = digits.concat();
    digits[digits.len() - 5..].to_owned()
}
