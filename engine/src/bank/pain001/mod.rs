//! pain.001.001.09 and .03: a file of credit transfers for the bank. The same input gives the same bytes.
//!
//! Rules: GUIDE §3.2 (one PmtInf per debtor account and day, counts and sums at both levels, service level SEPA, charges
//! SLEV, IBAN only, a postal address only where there is one, and then structured). The file is written while the transfers come by, so that memory does not grow
//! with their number; its count and total are told before, from the books, and must turn out to hold.

mod transfer;
mod xml;

use std::collections::HashSet;
use std::io::{self, Write};

use chrono::{NaiveDate, NaiveDateTime};

use crate::bank::iban::Iban;
use crate::bank::text::{NAME, is_identifier, sepa};
use crate::money::Money;

pub use transfer::{Transfer, TransferProblem, payable, structured};
use xml::Xml;

/// The version of the message. Banks differ in how long they take the older one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// pain.001.001.03, of 2009.
    V03,
    /// pain.001.001.09, of 2019.
    #[default]
    V09,
}

impl Version {
    /// The name of the message in this version, as it is stored and as its namespace ends.
    pub fn code(self) -> &'static str {
        match self {
            Version::V03 => "pain.001.001.03",
            Version::V09 => "pain.001.001.09",
        }
    }

    /// The version with this name.
    pub fn from_code(code: &str) -> Option<Version> {
        [Version::V03, Version::V09].into_iter().find(|version| version.code() == code)
    }
}

/// What a file says before its transfers.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The version it is written in.
    pub version: Version,
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
    /// How many transfers, by the books.
    pub payments: u64,
    /// Their sum, by the books.
    pub total: Money,
}

/// A file that may not go to a bank.
#[derive(Debug, thiserror::Error)]
pub enum PainError {
    /// No transfers.
    #[error("payment file `{0}` holds no payments")]
    Empty(String),
    /// An identifier of the file that the bank does not take.
    #[error("identifier `{0}` must have 1 to 35 SEPA characters, without a slash or space at its ends")]
    Identifier(String),
    /// Two transfers with one identifier.
    #[error("identifier `{0}` stands on two payments of one file")]
    Twice(String),
    /// A transfer the bank does not take.
    #[error("payment `{id}`: {problem}")]
    Transfer {
        /// The payment.
        id: String,
        /// What is wrong with it.
        problem: TransferProblem,
    },
    /// The transfers are not those of the books.
    #[error(
        "the file holds {payments} payments of {total} in all, and the books say {expected} of {expected_total}"
    )]
    Differs {
        /// The transfers that came.
        payments: u64,
        /// Their sum.
        total: Money,
        /// How many the books say.
        expected: u64,
        /// The sum by the books.
        expected_total: Money,
    },
    /// The bytes could not be written.
    #[error("the payment file cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// A file that is being written.
#[derive(Debug)]
pub struct PaymentFile<W> {
    head: Head,
    xml: Xml,
    out: W,
    seen: HashSet<Box<str>>,
    total: Money,
}

impl<W: Write> PaymentFile<W> {
    /// Begins a file: everything before its first transfer.
    pub fn begin(head: Head, out: W) -> Result<PaymentFile<W>, PainError> {
        if head.payments == 0 {
            return Err(PainError::Empty(head.message_id));
        }
        for id in [&head.message_id, &head.payment_information_id] {
            if !is_identifier(id) {
                return Err(PainError::Identifier(id.clone()));
            }
        }
        let mut xml = Xml::new();
        xml.begin_document(head.version.code());
        xml.open("CstmrCdtTrfInitn");
        xml.inside("GrpHdr", |xml| head.group_header(xml));
        xml.open("PmtInf");
        head.payment_information(&mut xml);
        let mut file = PaymentFile { head, xml, out, seen: HashSet::new(), total: Money::ZERO };
        file.xml.line();
        file.xml.flush(&mut file.out)?;
        Ok(file)
    }

    /// Adds a transfer.
    pub fn add(&mut self, transfer: &Transfer) -> Result<(), PainError> {
        let id = &transfer.end_to_end_id;
        transfer.check().map_err(|problem| PainError::Transfer { id: id.clone(), problem })?;
        if !self.seen.insert(id.as_str().into()) {
            return Err(PainError::Twice(id.clone()));
        }
        let total = self.total.checked_add(transfer.amount);
        self.total = total.ok_or_else(|| self.differs())?;
        transfer.write(&mut self.xml);
        self.xml.line();
        Ok(self.xml.flush(&mut self.out)?)
    }

    /// Ends the file and gives back where it was written.
    pub fn finish(mut self) -> Result<W, PainError> {
        if self.seen.len() as u64 != self.head.payments || self.total != self.head.total {
            return Err(self.differs());
        }
        self.xml.close("PmtInf");
        self.xml.close("CstmrCdtTrfInitn");
        self.xml.close("Document");
        self.xml.line();
        self.xml.flush(&mut self.out)?;
        Ok(self.out)
    }

    /// Where it is written.
    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }

    fn differs(&self) -> PainError {
        PainError::Differs {
            payments: self.seen.len() as u64,
            total: self.total,
            expected: self.head.payments,
            expected_total: self.head.total,
        }
    }
}

impl Head {
    fn group_header(&self, xml: &mut Xml) {
        xml.text("MsgId", &self.message_id);
        xml.text("CreDtTm", &self.created.format("%Y-%m-%dT%H:%M:%S").to_string());
        self.count_and_sum(xml);
        xml.inside("InitgPty", |xml| xml.text("Nm", &sepa(&self.debtor_name, NAME)));
    }

    fn count_and_sum(&self, xml: &mut Xml) {
        xml.text("NbOfTxs", &self.payments.to_string());
        xml.text("CtrlSum", &self.total.to_string());
    }

    fn payment_information(&self, xml: &mut Xml) {
        xml.text("PmtInfId", &self.payment_information_id);
        xml.text("PmtMtd", "TRF");
        xml.text("BtchBookg", "true");
        self.count_and_sum(xml);
        xml.inside("PmtTpInf", |xml| xml.inside("SvcLvl", |xml| xml.text("Cd", "SEPA")));
        let execution = self.execution.to_string();
        match self.version {
            Version::V03 => xml.text("ReqdExctnDt", &execution),
            Version::V09 => xml.inside("ReqdExctnDt", |xml| xml.text("Dt", &execution)),
        }
        xml.inside("Dbtr", |xml| xml.text("Nm", &sepa(&self.debtor_name, NAME)));
        xml.inside("DbtrAcct", |xml| xml.inside("Id", |xml| xml.text("IBAN", self.debtor.as_str())));
        xml.inside("DbtrAgt", |xml| {
            xml.inside("FinInstnId", |xml| xml.inside("Othr", |xml| xml.text("Id", "NOTPROVIDED")));
        });
        xml.text("ChrgBr", "SLEV");
    }
}

/// The whole file at once, for a few transfers.
pub fn write(head: Head, transfers: &[Transfer]) -> Result<Vec<u8>, PainError> {
    let mut file = PaymentFile::begin(head, Vec::new())?;
    transfers.iter().try_for_each(|transfer| file.add(transfer))?;
    file.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer(id: &str, cents: i64) -> Transfer {
        Transfer {
            end_to_end_id: id.to_owned(),
            amount: Money::from_cents(cents),
            creditor_name: "Woonstichting De Dudok".to_owned(),
            creditor: "NL91ABNA0417164300".parse().expect("an account"),
            remittance: "huur maart 2026".to_owned(),
            address: None,
        }
    }

    fn head(payments: u64, cents: i64) -> Head {
        Head {
            version: Version::V09,
            message_id: "GRIP-1".to_owned(),
            payment_information_id: "GRIP-1".to_owned(),
            created: "2026-02-26T00:00:00".parse().expect("a moment"),
            debtor_name: "Gemeente Voorbeeld".to_owned(),
            debtor: "NL49BNGH0285171712".parse().expect("an account"),
            execution: "2026-02-27".parse().expect("a day"),
            payments,
            total: Money::from_cents(cents),
        }
    }

    fn refused(head: Head, transfers: &[Transfer]) -> String {
        write(head, transfers).expect_err("no file").to_string()
    }

    #[test]
    fn count_and_total_must_be_those_of_the_books() {
        let both = [transfer("A", 300), transfer("B", 200)];
        assert!(write(head(2, 500), &both).is_ok());
        for wrong in [head(1, 500), head(3, 500), head(2, 499), head(2, 501)] {
            assert!(refused(wrong, &both).contains("2 payments of 5.00"));
        }
        assert_eq!(refused(head(0, 0), &[]), "payment file `GRIP-1` holds no payments");
    }

    #[test]
    fn an_identifier_stands_once_and_is_never_changed() {
        assert!(refused(head(2, 2), &[transfer("A", 1), transfer("A", 1)]).contains("two payments"));
        let wrong = Head { message_id: "GRIP/".to_owned(), ..head(1, 1) };
        assert!(refused(wrong, &[transfer("A", 1)]).contains("`GRIP/`"));
        assert!(refused(head(1, 1), &[transfer("É", 1)]).contains("payment `É`"));
    }

    #[test]
    fn the_two_versions_differ_in_their_namespace_and_the_form_of_the_day_only() {
        let file = |version| {
            let bytes = write(Head { version, ..head(1, 1) }, &[transfer("A", 1)]).expect("a file");
            String::from_utf8(bytes).expect("UTF-8")
        };
        let older = file(Version::V09).replace("pain.001.001.09", "pain.001.001.03").replace(
            "<ReqdExctnDt><Dt>2026-02-27</Dt></ReqdExctnDt>",
            "<ReqdExctnDt>2026-02-27</ReqdExctnDt>",
        );
        assert_eq!(file(Version::V03), older);
        assert_eq!(file(Version::V09), file(Version::V09), "the same input gives the same bytes");
        assert_eq!(Version::from_code("pain.001.001.03"), Some(Version::V03));
        assert_eq!(Version::from_code("pain.001.001.04"), None);
    }
}
