//! A statement of one account over one day, written as camt.053.001.02 or .08.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::money::Money;

use super::habit::Habit;
use super::order::Remittance;
use super::xml::{Xml, direction, magnitude};

/// The two versions that Dutch banks send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V02,
    V08,
}

/// What one file says; a part that a bank leaves out is `None` or empty.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    pub(super) version: Version,
    pub(super) message_id: String,
    pub(super) created: String,
    pub(super) paged: bool,
    pub(super) id: String,
    pub(super) sequence: String,
    pub(super) period: Option<(String, String)>,
    pub(super) account: &'a Iban,
    pub(super) name: Option<String>,
    pub(super) bic: &'static str,
    pub(super) balances: Vec<(&'static str, Money, NaiveDate)>,
    pub(super) summary: bool,
    pub(super) day: NaiveDate,
    pub(super) entries: Vec<Entry>,
}

/// One booked amount.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) reference: Option<String>,
    /// Negative when it takes from the account.
    pub(super) amount: Money,
    pub(super) reversal: bool,
    pub(super) servicer_reference: Option<String>,
    pub(super) code: Code,
    pub(super) batch: Option<BatchTotals>,
    pub(super) details: Vec<Detail>,
    pub(super) information: Option<String>,
}

/// The batch that an entry books.
#[derive(Debug)]
pub(super) struct BatchTotals {
    pub(super) message_id: Option<String>,
    pub(super) id: String,
    pub(super) transfers: usize,
    pub(super) total: Option<Money>,
}

/// What kind of booking it is, in the ISO list, in the bank's own, or in both.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Code {
    /// Family and subfamily within payments.
    pub(super) domain: Option<(&'static str, &'static str)>,
    /// The bank's own code, with the name of who issues it.
    pub(super) own: Option<(&'static str, Option<&'static str>)>,
}

/// One transfer within an entry.
#[derive(Debug)]
pub(super) struct Detail {
    /// Tag and value, in the order of the schema.
    pub(super) references: Vec<(&'static str, String)>,
    pub(super) amount: Money,
    pub(super) name: String,
    pub(super) account: Iban,
    pub(super) remittance: Remittance,
    pub(super) settled: Option<NaiveDate>,
    pub(super) return_reason: Option<String>,
}

impl Statement<'_> {
    /// The bytes of the file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let namespace = match self.version {
            Version::V02 => "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02",
            Version::V08 => "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
        };
        Xml::document("Document", namespace, |xml| {
            xml.within("BkToCstmrStmt", |xml| {
                xml.within("GrpHdr", |xml| {
                    xml.text("MsgId", &self.message_id);
                    xml.text("CreDtTm", &self.created);
                    if self.paged {
                        xml.within("MsgPgntn", |xml| {
                            xml.text("PgNb", "1");
                            xml.text("LastPgInd", "true");
                        });
                    }
                });
                xml.within("Stmt", |xml| self.write(xml));
            });
        })
    }

    fn write(&self, xml: &mut Xml) {
        xml.text("Id", &self.id);
        xml.text("ElctrncSeqNb", &self.sequence);
        xml.text("CreDtTm", &self.created);
        if let Some((from, to)) = &self.period {
            xml.within("FrToDt", |xml| {
                xml.text("FrDtTm", from);
                xml.text("ToDtTm", to);
            });
        }
        xml.within("Acct", |xml| {
            xml.text("Id/IBAN", self.account.as_str());
            xml.text("Ccy", "EUR");
            xml.optional("Nm", self.name.as_deref());
            xml.text(&format!("Svcr/FinInstnId/{}", self.bic_tag()), self.bic);
        });
        for (code, amount, day) in &self.balances {
            xml.within("Bal", |xml| {
                xml.text("Tp/CdOrPrtry/Cd", code);
                xml.signed_amount(*amount);
                xml.text("Dt/Dt", &day.to_string());
            });
        }
        if self.summary {
            xml.within("TxsSummry", |xml| self.write_summary(xml));
        }
        for entry in &self.entries {
            xml.within("Ntry", |xml| self.write_entry(xml, entry));
        }
    }

    fn bic_tag(&self) -> &'static str {
        match self.version {
            Version::V02 => "BIC",
            Version::V08 => "BICFI",
        }
    }

    fn write_summary(&self, xml: &mut Xml) {
        let amounts = || self.entries.iter().map(|entry| entry.amount);
        let credits: Vec<Money> = amounts().filter(|amount| Money::ZERO <= *amount).collect();
        let debits: Vec<Money> = amounts().filter(|amount| *amount < Money::ZERO).map(|a| -a).collect();
        let (credit, debit): (Money, Money) = (credits.iter().copied().sum(), debits.iter().copied().sum());
        xml.within("TtlNtries", |xml| {
            xml.text("NbOfNtries", &self.entries.len().to_string());
            xml.text("Sum", &(credit + debit).to_string());
            let net = |xml: &mut Xml, tag| {
                xml.text(tag, &magnitude(credit - debit).to_string());
                xml.text("CdtDbtInd", direction(credit - debit));
            };
            match self.version {
                Version::V02 => net(xml, "TtlNetNtryAmt"),
                Version::V08 => xml.within("TtlNetNtry", |xml| net(xml, "Amt")),
            }
        });
        for (tag, count, sum) in
            [("TtlCdtNtries", credits.len(), credit), ("TtlDbtNtries", debits.len(), debit)]
        {
            xml.within(tag, |xml| {
                xml.text("NbOfNtries", &count.to_string());
                xml.text("Sum", &sum.to_string());
            });
        }
    }

    fn write_entry(&self, xml: &mut Xml, entry: &Entry) {
        xml.optional("NtryRef", entry.reference.as_deref());
        xml.signed_amount(entry.amount);
        xml.optional("RvslInd", entry.reversal.then_some("true"));
        match self.version {
            Version::V02 => xml.text("Sts", "BOOK"),
            Version::V08 => xml.text("Sts/Cd", "BOOK"),
        }
        xml.text("BookgDt/Dt", &self.day.to_string());
        xml.text("ValDt/Dt", &self.day.to_string());
        xml.optional("AcctSvcrRef", entry.servicer_reference.as_deref());
        entry.code.write(xml);
        if entry.batch.is_some() || !entry.details.is_empty() {
            xml.within("NtryDtls", |xml| {
                if let Some(batch) = &entry.batch {
                    xml.within("Btch", |xml| batch.write(xml, entry.amount));
                }
                for detail in &entry.details {
                    xml.within("TxDtls", |xml| self.write_detail(xml, entry, detail));
                }
            });
        }
        xml.optional("AddtlNtryInf", entry.information.as_deref());
    }

    fn write_detail(&self, xml: &mut Xml, entry: &Entry, detail: &Detail) {
        xml.within("Refs", |xml| {
            for (tag, value) in &detail.references {
                xml.text(tag, value);
            }
        });
        match self.version {
            Version::V02 => xml.within("AmtDtls", |xml| {
                xml.within("TxAmt", |xml| xml.amount("Amt", detail.amount));
            }),
            Version::V08 => xml.signed_amount(match direction(entry.amount) {
                "DBIT" => -detail.amount,
                _ => detail.amount,
            }),
        }
        entry.code.write(xml);
        // The Dutch rule: the direction of the entry names the slot, also on a return.
        let (party, agent) = match direction(entry.amount) {
            "DBIT" => ("Cdtr", "CdtrAgt"),
            _ => ("Dbtr", "DbtrAgt"),
        };
        xml.within("RltdPties", |xml| {
            match self.version {
                Version::V02 => xml.text(&format!("{party}/Nm"), &detail.name),
                Version::V08 => xml.text(&format!("{party}/Pty/Nm"), &detail.name),
            }
            xml.text(&format!("{party}Acct/Id/IBAN"), detail.account.as_str());
        });
        if let Some(bic) = Habit::of(&detail.account).map(Habit::bic) {
            let path = format!("RltdAgts/{agent}/FinInstnId/{}", self.bic_tag());
            xml.text(&path, bic);
        }
        write_remittance(xml, &detail.remittance);
        let settled = detail.settled.map(|day| day.to_string());
        xml.optional("RltdDts/IntrBkSttlmDt", settled.as_deref());
        xml.optional("RtrInf/Rsn/Cd", detail.return_reason.as_deref());
    }
}

impl BatchTotals {
    fn write(&self, xml: &mut Xml, amount: Money) {
        xml.optional("MsgId", self.message_id.as_deref());
        xml.text("PmtInfId", &self.id);
        xml.text("NbOfTxs", &self.transfers.to_string());
        if let Some(total) = self.total {
            xml.amount("TtlAmt", total);
            xml.text("CdtDbtInd", direction(amount));
        }
    }
}

impl Code {
    fn write(self, xml: &mut Xml) {
        xml.within("BkTxCd", |xml| {
            if let Some((family, subfamily)) = self.domain {
                xml.within("Domn", |xml| {
                    xml.text("Cd", "PMNT");
                    xml.within("Fmly", |xml| {
                        xml.text("Cd", family);
                        xml.text("SubFmlyCd", subfamily);
                    });
                });
            }
            if let Some((code, issuer)) = self.own {
                xml.within("Prtry", |xml| {
                    xml.text("Cd", code);
                    xml.optional("Issr", issuer);
                });
            }
        });
    }
}

fn write_remittance(xml: &mut Xml, remittance: &Remittance) {
    match remittance {
        Remittance::None => {}
        Remittance::Text(text) => xml.text("RmtInf/Ustrd", text),
        Remittance::Reference { issuer, reference } => xml.within("RmtInf", |xml| {
            xml.within("Strd", |xml| {
                xml.within("CdtrRefInf", |xml| {
                    xml.within("Tp", |xml| {
                        xml.text("CdOrPrtry/Cd", "SCOR");
                        xml.optional("Issr", issuer.as_deref());
                    });
                    xml.text("Ref", reference);
                });
            });
        }),
    }
}
