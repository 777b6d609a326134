//! The walk through a statement file: which element belongs to which statement, entry or detail.
//!
//! One reader for camt.052, .053 and .054 in every version: they share `Ntry`, and names are read
//! without their prefix. What it finds goes to a [`Visitor`] piece by piece; nothing is collected
//! here but the piece at hand.

use std::io::Read;

use super::error::{CamtError, Problem, shown};
use super::message::{Message, MessageKind};
use super::raw::{Leaf, RawBalance, RawDetail, RawEntry, RawPage, RawStatement, Taken};
use super::tag::Tag;
use super::xml::{Step, Xml};

/// Takes the pieces of a file in the order in which they end.
pub(super) trait Visitor {
    /// True when the `TxDtls` are wanted and not only their number.
    const DETAILS: bool;

    /// A `Bal` ended.
    fn balance(&mut self, statement: &RawStatement, balance: RawBalance);
    /// A `Ntry` ended.
    fn entry(&mut self, statement: &RawStatement, entry: RawEntry);
    /// A statement ended: the balances and entries before were its own.
    fn statement(&mut self, statement: RawStatement);
    /// Something in the statement at hand cannot be taken as it stands.
    fn problem(&mut self, problem: Problem);
    /// Something outside the statements is odd.
    fn warning(&mut self, problem: Problem);
}

/// Reads a file to its end; when it fails, nothing the visitor got may be used.
pub(super) fn walk(source: impl Read, visitor: &mut impl Visitor) -> Result<Message, CamtError> {
    let mut walk = Walk {
        xml: Xml::new(source),
        visitor,
        path: Vec::new(),
        skipped_from: None,
        line: 1,
        message: None,
        statements: 0,
        page: RawPage::default(),
        statement: RawStatement::default(),
        balance: RawBalance::default(),
        entry: RawEntry::default(),
        detail: RawDetail::default(),
    };
    loop {
        match walk.xml.step()? {
            Step::Open { line, ours } => walk.open(line, ours)?,
            Step::Close { leaf } => walk.close(leaf),
            Step::End => return walk.end(),
        }
    }
}

struct Walk<'v, R, V> {
    xml: Xml<R>,
    visitor: &'v mut V,
    /// The open elements, the root first.
    path: Vec<Tag>,
    /// How many elements were open, itself included, at the element whose content is skipped.
    skipped_from: Option<usize>,
    /// The line of the last tag that opened.
    line: u64,
    message: Option<Message>,
    statements: u64,
    /// The page in the header of the message, for statements that have none of their own.
    page: RawPage,
    statement: RawStatement,
    balance: RawBalance,
    entry: RawEntry,
    detail: RawDetail,
}

impl<R: Read, V: Visitor> Walk<'_, R, V> {
    fn open(&mut self, line: u64, ours: bool) -> Result<(), CamtError> {
        self.line = line;
        let tag = self.xml.tag();
        self.path.push(tag);
        if self.skipped_from.is_some() {
            return Ok(());
        }
        if !ours || tag == Tag::SplmtryData {
            self.skipped_from = Some(self.path.len());
            if !ours {
                self.odd(tag, "is of another namespace and is skipped");
            }
            return Ok(());
        }
        match self.path.as_slice() {
            [_] => self.open_document(tag),
            [_, _] => self.open_message(),
            [_, _, _] => self.open_part(tag),
            [_, _, part, Tag::Bal] if part.is_statement() => {
                self.balance.line = line;
                Ok(())
            }
            [_, _, part, Tag::Ntry] if part.is_statement() => {
                self.entry.line = line;
                Ok(())
            }
            [_, _, part, Tag::Ntry, Tag::NtryDtls, Tag::TxDtls] if part.is_statement() => {
                self.entry.transactions += 1;
                if !V::DETAILS {
                    self.skipped_from = Some(self.path.len());
                }
                Ok(())
            }
            [.., Tag::Ntry | Tag::TxDtls] => {
                self.odd(tag, "stands where none belongs and is not counted");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open_document(&mut self, tag: Tag) -> Result<(), CamtError> {
        if tag != Tag::Document {
            let text = format!("the file begins with <{}>", shown(self.xml.name()));
            return Err(CamtError::NotCamt { text });
        }
        Message::check(self.xml.namespace())
    }

    fn open_message(&mut self) -> Result<(), CamtError> {
        if self.message.is_some() {
            let text = format!("<{}> follows the message", shown(self.xml.name()));
            return Err(CamtError::NotCamt { text });
        }
        let message = Message::of(self.xml.namespace(), self.xml.name())?;
        if message.version.is_none() {
            let text = format!("has no namespace and is read as {message}");
            self.visitor.warning(Problem::new(1, "Document", text));
        }
        self.message = Some(message);
        Ok(())
    }

    fn open_part(&mut self, tag: Tag) -> Result<(), CamtError> {
        let fitting = match self.message.map(|message| message.kind) {
            Some(MessageKind::Camt052) => Tag::Rpt,
            Some(MessageKind::Camt053) | None => Tag::Stmt,
            Some(MessageKind::Camt054) => Tag::Ntfctn,
        };
        if tag == fitting {
            self.statements += 1;
            self.statement.line = self.line;
            return Ok(());
        }
        if tag.is_statement() {
            let text = format!("<{}> stands in another message than its own", tag.name());
            return Err(CamtError::NotCamt { text });
        }
        if tag != Tag::GrpHdr {
            let text = format!("<{}> is not known here and is skipped", shown(self.xml.name()));
            self.visitor.warning(Problem::new(self.line, tag.name(), text));
            self.skipped_from = Some(self.path.len());
        }
        Ok(())
    }

    fn close(&mut self, leaf: bool) {
        if let Some(from) = self.skipped_from {
            if self.path.len() == from {
                self.skipped_from = None;
            }
            self.path.pop();
            return;
        }
        if leaf {
            self.take_leaf();
        }
        self.close_piece();
        self.path.pop();
    }

    fn take_leaf(&mut self) {
        let Some(tag) = self.path.last().copied() else {
            return;
        };
        let leaf = Leaf { line: self.line, tag, text: self.xml.text(), currency: self.xml.currency() };
        let taken = match self.path.as_slice() {
            [_, _, Tag::GrpHdr, Tag::MsgPgntn, rest @ ..] => self.page.take(rest, leaf),
            [_, _, Tag::GrpHdr, ..] => Taken::Fine,
            [_, _, _, Tag::Bal, rest @ ..] => self.balance.take(rest, leaf),
            [_, _, _, Tag::Ntry, Tag::NtryDtls, Tag::TxDtls, rest @ ..] => self.detail.take(rest, leaf),
            [_, _, _, Tag::Ntry, rest @ ..] => self.entry.take(rest, leaf),
            [_, _, _, rest @ ..] => self.statement.take(rest, leaf),
            _ => Taken::Fine,
        };
        if taken == Taken::Twice {
            let text = "stands a second time; the first counts";
            self.visitor.problem(Problem::new(self.line, tag.name(), text));
        }
    }

    /// Hands over what ends with the element at the end of the path.
    fn close_piece(&mut self) {
        match self.path.as_slice() {
            [_, _, part] if part.is_statement() => {
                let mut statement = std::mem::take(&mut self.statement);
                let own = &statement.page;
                if own.number.is_none() && own.last.is_none() {
                    statement.page = self.page.clone();
                }
                self.visitor.statement(statement);
            }
            [_, _, part, Tag::Bal] if part.is_statement() => {
                let balance = std::mem::take(&mut self.balance);
                self.visitor.balance(&self.statement, balance);
            }
            [_, _, part, Tag::Ntry] if part.is_statement() => {
                let entry = std::mem::take(&mut self.entry);
                self.visitor.entry(&self.statement, entry);
            }
            [_, _, _, Tag::Ntry, Tag::NtryDtls, Tag::TxDtls] if V::DETAILS => {
                self.entry.details.push(std::mem::take(&mut self.detail));
            }
            _ => {}
        }
    }

    fn odd(&mut self, tag: Tag, text: &str) {
        let element = if tag == Tag::Other { self.xml.name() } else { tag.name() };
        let problem = Problem::new(self.line, &shown(element), text);
        match self.path.as_slice() {
            [_, _, part, _, ..] if part.is_statement() => self.visitor.problem(problem),
            _ => self.visitor.warning(problem),
        }
    }

    fn end(self) -> Result<Message, CamtError> {
        let Some(message) = self.message else {
            let text = "the document holds no message".to_owned();
            return Err(CamtError::NotCamt { text });
        };
        if self.statements == 0 {
            self.visitor.warning(Problem::new(1, "Document", "holds no statement"));
        }
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CamtError, inspect, read};

    fn refused(document: &str) -> String {
        let error = inspect(document.as_bytes()).expect_err("no statement file");
        let strict = read(document.as_bytes()).expect_err("no statement file");
        assert_eq!(error.to_string(), strict.to_string());
        error.to_string()
    }

    #[test]
    fn another_message_is_refused_by_name() {
        for (document, told) in [
            ("<a/>", "the file begins with <a>"),
            ("<Document/>", "holds no message"),
            ("<Document xmlns='urn:x'><BkToCstmrStmt/></Document>", "`urn:x`"),
            ("<Document><CstmrPmtStsRpt/></Document>", "<CstmrPmtStsRpt>"),
            ("<Document><BkToCstmrStmt><Rpt/></BkToCstmrStmt></Document>", "<Rpt>"),
            ("<Document><BkToCstmrStmt/><BkToCstmrStmt/></Document>", "follows the message"),
        ] {
            let said = refused(document);
            assert!(said.starts_with("not camt: ") && said.contains(told), "{said}");
        }
    }

    #[test]
    fn reports_and_notifications_are_read_like_statements() {
        for (version, message, part) in
            [("052.001.02", "BkToCstmrAcctRpt", "Rpt"), ("054.001.14", "BkToCstmrDbtCdtNtfctn", "Ntfctn")]
        {
            let document = format!(
                "<c:Document xmlns:c='urn:iso:std:iso:20022:tech:xsd:camt.{version}'>\
                 <c:{message}><c:{part}><c:Ntry/></c:{part}></c:{message}></c:Document>"
            );
            let found = inspect(document.as_bytes()).expect("a readable document");
            assert_eq!(found.message.to_string(), format!("camt.{version}"));
            assert_eq!(found.statements[0].entries, 1);
        }
    }

    #[test]
    fn a_file_without_a_namespace_is_read_with_a_warning() {
        let document = "<Document><BkToCstmrStmt><Stmt/></BkToCstmrStmt></Document>";
        let read = read(document.as_bytes()).expect("a readable document");
        assert_eq!(read.message.to_string(), "camt.053");
        assert_eq!(read.warnings[0].text, "has no namespace and is read as camt.053");
        assert_eq!(read.statements.len(), 1);
    }

    #[test]
    fn an_entry_where_none_belongs_is_a_problem() {
        let document = "<Document><BkToCstmrStmt><Stmt><Acct><Ntry/></Acct></Stmt>\
                        </BkToCstmrStmt></Document>";
        let read = read(document.as_bytes()).expect("a readable document");
        assert_eq!(read.statements[0].problems[0].element, "Ntry");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error_of_its_own() {
        struct Broken;
        impl std::io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the disk is gone"))
            }
        }
        assert!(matches!(inspect(Broken), Err(CamtError::Io(_))));
    }
}
