//! The walk through an answer: which element belongs to the message, a batch or a payment.

use std::io::Read;

use crate::bank::camt::{Encoding, Go, Opened, Step, Xml};

use super::Pain002Error;
use super::report::{Batch, Given, StatusReport, Told, Transaction, day};
use super::status::Status;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.";
const VERSIONS: std::ops::RangeInclusive<u8> = 3..=15;
/// The most characters that are kept of what stands beside a reason.
const INFORMATION: usize = 500;
/// The most characters that are kept of a name.
const NAME: usize = 140;

/// Reads an answer to its end.
pub fn read(source: impl Read) -> Result<StatusReport, Pain002Error> {
    let mut walk = Walk::default();
    let mut refused = None;
    Xml::new(source, Encoding::default()).run(|step| {
        match step {
            Step::Open(opened) => {
                if let Err(error) = walk.open(&opened) {
                    refused = Some(error);
                    return Ok(Go::Stop);
                }
            }
            Step::CloseLeaf { text, .. } => walk.close(Some(text)),
            Step::Close => walk.close(None),
        }
        Ok(Go::On)
    })?;
    match refused {
        Some(error) => Err(error),
        None => walk.end(),
    }
}

#[derive(Default)]
struct Walk {
    /// The open elements, the root first; those without meaning here have no name.
    path: Vec<&'static str>,
    /// How many elements were open at the element whose content is skipped.
    skipped_from: Option<usize>,
    has_message: bool,
    report: StatusReport,
    batch: Batch,
    transaction: Transaction,
}

impl Walk {
    fn open(&mut self, opened: &Opened<'_>) -> Result<(), Pain002Error> {
        let name = known(opened.name);
        self.path.push(name);
        if self.skipped_from.is_some() {
            return Ok(());
        }
        match self.path.as_slice() {
            [_] if name != "Document" => return Err(not("the file does not begin with <Document>")),
            [_] => self.report.version = version(opened.namespace)?,
            [_, _] if self.has_message => return Err(not("a second message follows the first")),
            [_, "CstmrPmtStsRpt"] => self.has_message = true,
            [_, _] => return Err(not("the message is no <CstmrPmtStsRpt>")),
            _ if !opened.ours => self.skipped_from = Some(self.path.len()),
            [.., "StsRsnInf"] => self.told().reasons.push(Given::default()),
            [.., "NbOfTxsPerSts"] => self.told().counts.push((Status::default(), 0)),
            _ => {}
        }
        Ok(())
    }

    /// What is told at the level of the open element.
    fn told(&mut self) -> &mut Told {
        match self.path.as_slice() {
            [_, _, "OrgnlPmtInfAndSts", "TxInfAndSts", ..] => &mut self.transaction.told,
            [_, _, "OrgnlPmtInfAndSts", ..] => &mut self.batch.told,
            _ => &mut self.report.told,
        }
    }

    /// Closes the innermost element; one without elements in it has a text.
    fn close(&mut self, text: Option<&str>) {
        match self.skipped_from {
            Some(from) if self.path.len() == from => self.skipped_from = None,
            Some(_) => {}
            None => {
                if let Some(text) = text {
                    self.take_leaf(text);
                }
                self.close_piece();
            }
        }
        self.path.pop();
    }

    fn take_leaf(&mut self, text: &str) {
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return;
        }
        match self.path.as_slice() {
            [_, _, "GrpHdr", "MsgId"] => set(&mut self.report.message_id, text),
            [_, _, "OrgnlGrpInfAndSts", "OrgnlMsgId"] => set(&mut self.report.original, text),
            [_, _, "OrgnlGrpInfAndSts", "OrgnlMsgNmId"] => set(&mut self.report.original_kind, text),
            [_, _, "OrgnlGrpInfAndSts", rest @ ..] => self.report.told.take(rest, text),
            [_, _, "OrgnlPmtInfAndSts", "OrgnlPmtInfId"] => set(&mut self.batch.payment_information_id, text),
            [_, _, "OrgnlPmtInfAndSts", "TxInfAndSts", "OrgnlEndToEndId"] => {
                // the identifier that goes through to the payee counts before the instruction id
                self.transaction.identifier = text;
            }
            [_, _, "OrgnlPmtInfAndSts", "TxInfAndSts", "OrgnlInstrId"] => {
                set(&mut self.transaction.identifier, text);
            }
            [_, _, "OrgnlPmtInfAndSts", "TxInfAndSts", "OrgnlTxRef", rest @ ..] => {
                self.transaction.take(rest, &text);
            }
            [_, _, "OrgnlPmtInfAndSts", "TxInfAndSts", rest @ ..] => self.transaction.told.take(rest, text),
            [_, _, "OrgnlPmtInfAndSts", rest @ ..] => self.batch.told.take(rest, text),
            _ => {}
        }
    }

    fn close_piece(&mut self) {
        match self.path.as_slice() {
            [_, _, "OrgnlPmtInfAndSts", "TxInfAndSts"] => {
                self.batch.transactions.push(std::mem::take(&mut self.transaction));
            }
            [_, _, "OrgnlPmtInfAndSts"] => self.report.batches.push(std::mem::take(&mut self.batch)),
            _ => {}
        }
    }

    fn end(self) -> Result<StatusReport, Pain002Error> {
        if !self.has_message {
            return Err(not("the document holds no message"));
        }
        if self.report.original.is_empty() {
            return Err(Pain002Error::NoOriginal);
        }
        Ok(self.report)
    }
}

impl Transaction {
    /// What stands beside a payment as the payment it was, or as the bank would have it.
    fn take(&mut self, path: &[&str], text: &str) {
        match path {
            ["Cdtr", "Nm"] | ["Cdtr", "Pty", "Nm"] => set(&mut self.name, text.chars().take(NAME).collect()),
            ["ReqdExctnDt"] | ["ReqdExctnDt", "Dt" | "DtTm"] => {
                self.execution = self.execution.or(day(text));
            }
            _ => {}
        }
    }
}

impl Told {
    fn take(&mut self, path: &[&str], text: String) {
        match path {
            ["GrpSts" | "PmtInfSts" | "TxSts"] => {
                self.status.get_or_insert(Status(text));
            }
            ["StsRsnInf", "Rsn", "Cd" | "Prtry"] => {
                if let Some(given) = self.reasons.last_mut() {
                    set(&mut given.code, text);
                }
            }
            ["StsRsnInf", "AddtlInf"] => {
                if let Some(given) = self.reasons.last_mut() {
                    let more = if given.information.is_empty() { text } else { format!(" {text}") };
                    let room = INFORMATION.saturating_sub(given.information.chars().count());
                    given.information.extend(more.chars().take(room));
                }
            }
            ["NbOfTxsPerSts", "DtldSts"] => {
                if let Some((status, _)) = self.counts.last_mut() {
                    *status = Status(text);
                }
            }
            ["NbOfTxsPerSts", "DtldNbOfTxs"] => {
                if let Some((_, count)) = self.counts.last_mut() {
                    *count = text.parse().unwrap_or(0);
                }
            }
            _ => {}
        }
    }
}

/// The first one counts.
fn set(value: &mut String, text: String) {
    if value.is_empty() {
        *value = text;
    }
}

/// The names that carry meaning here; any other has none.
fn known(name: &str) -> &'static str {
    const KNOWN: [&str; 30] = [
        "Document",
        "CstmrPmtStsRpt",
        "GrpHdr",
        "MsgId",
        "OrgnlGrpInfAndSts",
        "OrgnlMsgId",
        "OrgnlMsgNmId",
        "GrpSts",
        "OrgnlPmtInfAndSts",
        "OrgnlPmtInfId",
        "PmtInfSts",
        "TxInfAndSts",
        "OrgnlInstrId",
        "OrgnlEndToEndId",
        "TxSts",
        "StsRsnInf",
        "Rsn",
        "Cd",
        "Prtry",
        "AddtlInf",
        "NbOfTxsPerSts",
        "DtldNbOfTxs",
        "DtldSts",
        "OrgnlTxRef",
        "ReqdExctnDt",
        "Dt",
        "DtTm",
        "Cdtr",
        "Pty",
        "Nm",
    ];
    KNOWN.into_iter().find(|known| *known == name).unwrap_or_default()
}

fn version(namespace: &str) -> Result<Option<u8>, Pain002Error> {
    if namespace.is_empty() {
        return Ok(None);
    }
    let Some(version) = namespace.strip_prefix(NAMESPACE) else {
        let shown: String = namespace.chars().take(80).collect();
        return Err(Pain002Error::NotPain002 { text: format!("the namespace is `{shown}`") });
    };
    let digits = version.len() == 2 && version.bytes().all(|byte| byte.is_ascii_digit());
    match version.parse() {
        Ok(version) if digits && VERSIONS.contains(&version) => Ok(Some(version)),
        _ => Err(Pain002Error::UnsupportedVersion { text: namespace.chars().take(80).collect() }),
    }
}

fn not(text: &str) -> Pain002Error {
    Pain002Error::NotPain002 { text: text.to_owned() }
}
