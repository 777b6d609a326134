//! A message about an account as a story tells it, entry by entry: camt.053, camt.052 or camt.054, version .02. Nothing
//! is added to what is told, so that a story can also tell what is wrong.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::money::Money;

use super::xml::{Xml, cut};

/// Which message the bank sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToldMessage {
    /// The day as it was booked (camt.053).
    #[default]
    Statement,
    /// A report during the day (camt.052).
    Report,
    /// The parts of what is booked as one (camt.054).
    Notification,
}

/// A message as it is told.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which message.
    pub message: ToldMessage,
    /// The bank's id of it.
    pub id: String,
    /// The bank's number of it.
    pub sequence: Option<u64>,
    /// The page, and whether it is the last.
    pub page: Option<(u64, bool)>,
    /// The account.
    pub account: Iban,
    /// The day it closes.
    pub day: NaiveDate,
    /// The balance before its entries.
    pub opening: Option<Money>,
    /// The balance after its entries.
    pub closing: Option<Money>,
    /// Its entries, in order.
    pub entries: Vec<ToldEntry>,
}

/// An entry as it is told.
#[derive(Clone, Debug)]
pub struct ToldEntry {
    /// Negative when it takes from the account.
    pub amount: Money,
    /// True while it is not booked.
    pub pending: bool,
    /// The day it is booked.
    pub on: NaiveDate,
    /// The bank's reference.
    pub reference: Option<String>,
    /// Our batch that it books.
    pub batch: Option<String>,
    /// Its parts.
    pub parts: Vec<ToldPart>,
}

/// A part of an entry as it is told.
#[derive(Clone, Debug)]
pub struct ToldPart {
    /// Never negative.
    pub amount: Money,
    /// The identifier of the payer.
    pub end_to_end_id: Option<String>,
    /// The mandate.
    pub mandate: Option<String>,
    /// The name on the other side.
    pub name: Option<String>,
    /// The account on the other side.
    pub account: Option<Iban>,
    /// What was written.
    pub text: Option<String>,
    /// A structured reference.
    pub structured: Option<String>,
    /// The reason code of a return.
    pub return_reason: Option<String>,
}

impl ToldMessage {
    /// The namespace, the element under the root, and the element of one account.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            ToldMessage::Statement => {
                ("urn:iso:std:iso:20022:tech:xsd:camt.053.001.02", "BkToCstmrStmt", "Stmt")
            }
            ToldMessage::Report => {
                ("urn:iso:std:iso:20022:tech:xsd:camt.052.001.02", "BkToCstmrAcctRpt", "Rpt")
            }
            ToldMessage::Notification => {
                ("urn:iso:std:iso:20022:tech:xsd:camt.054.001.02", "BkToCstmrDbtCdtNtfctn", "Ntfctn")
            }
        }
    }
}

impl Told {
    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let (namespace, message, one) = self.message.names();
        let created = format!("{}T20:00:00", self.day);
        Xml::document("Document", namespace, |xml| {
            xml.within(message, |xml| {
                xml.within("GrpHdr", |xml| {
                    xml.text("MsgId", &cut(&format!("M-{}", self.id), 35));
                    xml.text("CreDtTm", &created);
                    if let Some((number, last)) = self.page {
                        xml.within("MsgPgntn", |xml| {
                            xml.text("PgNb", &number.to_string());
                            xml.text("LastPgInd", if last { "true" } else { "false" });
                        });
                    }
                });
                xml.within(one, |xml| self.write(xml, &created));
            });
        })
    }

    fn write(&self, xml: &mut Xml, created: &str) {
        xml.text("Id", &self.id);
        xml.optional("ElctrncSeqNb", self.sequence.map(|number| number.to_string()).as_deref());
        xml.text("CreDtTm", created);
        xml.within("Acct", |xml| {
            xml.text("Id/IBAN", self.account.as_str());
            xml.text("Ccy", "EUR");
        });
        for (code, amount) in [("OPBD", self.opening), ("CLBD", self.closing)] {
            let Some(amount) = amount else { continue };
            xml.within("Bal", |xml| {
                xml.text("Tp/CdOrPrtry/Cd", code);
                xml.signed_amount(amount);
                xml.text("Dt/Dt", &self.day.to_string());
            });
        }
        for entry in &self.entries {
            xml.within("Ntry", |xml| entry.write(xml));
        }
    }
}

impl ToldEntry {
    fn write(&self, xml: &mut Xml) {
        xml.signed_amount(self.amount);
        xml.text("Sts", if self.pending { "PDNG" } else { "BOOK" });
        xml.text("BookgDt/Dt", &self.on.to_string());
        xml.text("ValDt/Dt", &self.on.to_string());
        xml.optional("AcctSvcrRef", self.reference.as_deref());
        xml.within("BkTxCd", |xml| xml.text("Prtry/Cd", "NTRF"));
        if self.batch.is_none() && self.parts.is_empty() {
            return;
        }
        xml.within("NtryDtls", |xml| {
            if let Some(batch) = &self.batch {
                xml.text("Btch/PmtInfId", batch);
            }
            for part in &self.parts {
                xml.within("TxDtls", |xml| part.write(xml, self.amount < Money::ZERO));
            }
        });
    }
}

impl ToldPart {
    fn write(&self, xml: &mut Xml, is_debit: bool) {
        if self.end_to_end_id.is_some() || self.mandate.is_some() {
            xml.within("Refs", |xml| {
                xml.optional("EndToEndId", self.end_to_end_id.as_deref());
                xml.optional("MndtId", self.mandate.as_deref());
            });
        }
        xml.within("AmtDtls", |xml| xml.within("TxAmt", |xml| xml.amount("Amt", self.amount)));
        let party = if is_debit { "Cdtr" } else { "Dbtr" };
        if self.name.is_some() || self.account.is_some() {
            xml.within("RltdPties", |xml| {
                xml.optional(&format!("{party}/Nm"), self.name.as_deref());
                xml.optional(&format!("{party}Acct/Id/IBAN"), self.account.as_ref().map(Iban::as_str));
            });
        }
        if self.text.is_some() || self.structured.is_some() {
            xml.within("RmtInf", |xml| {
                xml.optional("Ustrd", self.text.as_deref());
                xml.optional("Strd/CdtrRefInf/Ref", self.structured.as_deref());
            });
        }
        xml.optional("RtrInf/Rsn/Cd", self.return_reason.as_deref());
    }
}
