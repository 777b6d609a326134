//! The walk through a statement file: which element belongs to which statement, entry or detail.
//!
//! One reader for camt.052, .053 and .054 in every version: they share `Ntry`, and names are read
//! without their prefix. What it finds goes to a [`Visitor`] piece by piece; nothing is collected
//! here but the piece at hand.

use std::io::{Empty, Read};

use super::charset::Encoding;
use super::code::Code;
use super::error::{CamtError, Problem, shown};
use super::message::{Message, MessageKind};
use super::place::Field;
use super::raw::{Leaf, Raw, Taken};
use super::tag::Tag;
use super::xml::{Ahead, Go, More, Opened, State, Step, Xml};

/// Takes the pieces of a file in the order in which they end. A piece is lent: its buffers are used again.
pub(super) trait Visitor {
    /// True when the `TxDtls` are wanted and not only their number.
    const DETAILS: bool;

    /// A `Bal` ended.
    fn balance(&mut self, balance: &Raw);
    /// A `Ntry` began: what belongs before it has been seen.
    fn entry_starts(&mut self, header: &Raw, statement: &Raw);
    /// A `TxDtls` ended, in this entry.
    fn detail(&mut self, entry: &Raw, detail: &Raw);
    /// A `Ntry` ended, with so many `TxDtls`.
    fn entry(&mut self, entry: &Raw, transactions: u64);
    /// A statement ended: the balances and entries before were its own.
    fn statement(&mut self, header: &Raw, statement: &Raw);
    /// Something cannot be taken as it stands, or is odd.
    fn problem(&mut self, inside: Inside, problem: Problem);
    /// True where there is something to hand out before reading on.
    fn is_ready(&self) -> bool;
}

/// What a problem is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// The file, outside its statements.
    File,
    /// The statement at hand.
    Statement,
    /// The entry at hand.
    Entry,
}

/// Reads a file to its end; when it fails, nothing the visitor got may be used.
pub(super) fn walk(source: impl Read, visitor: &mut impl Visitor) -> Result<Message, CamtError> {
    let mut walk = Walk::new(Xml::new(source, Encoding::Declared));
    while walk.advance(visitor)? {}
    walk.message().ok_or_else(no_message)
}

/// A walk through a file: the open elements, and the pieces at hand.
pub(super) struct Walk<R> {
    xml: Xml<R>,
    place: Place,
}

/// The place between two entries of a statement: all that a walk through the next ones needs to know.
pub(super) struct Between {
    state: State,
    path: Vec<Tag>,
    message: Option<Message>,
    /// The end of the entry before, as it is written.
    pub(super) end: String,
}

/// Where a walk is.
#[derive(Default)]
struct Place {
    /// The open elements, the root first.
    path: Vec<Tag>,
    /// How many elements were open, itself included, at the element whose content is skipped.
    skipped_from: Option<usize>,
    /// The line of the last tag that opened.
    line: u64,
    message: Option<Message>,
    statements: u64,
    transactions: u64,
    header: Raw,
    statement: Raw,
    balance: Raw,
    entry: Raw,
    detail: Raw,
}

impl<R: Read> Walk<R> {
    pub(super) fn new(xml: Xml<R>) -> Walk<R> {
        Walk { xml, place: Place::default() }
    }

    /// Which message it is, once that was read.
    pub(super) fn message(&self) -> Option<Message> {
        self.place.message
    }

    /// What the header of the message says, once it was read.
    pub(super) fn header(&self) -> &Raw {
        &self.place.header
    }

    /// Reads until the visitor has something to hand out; false at the end of the file.
    pub(super) fn advance(&mut self, visitor: &mut impl Visitor) -> Result<bool, CamtError> {
        let Walk { xml, place } = self;
        let go = xml.run(steps(place, visitor))?;
        if go == Go::Stop {
            return Ok(true);
        }
        if place.message.is_none() {
            return Err(no_message());
        }
        if place.statements == 0 {
            let problem = Problem::new(1, "Document", Code::NoStatement, "holds no statement");
            visitor.problem(Inside::File, problem);
        }
        Ok(false)
    }
}

impl<R: Read> Walk<R> {
    /// How many blocks of the file were read.
    pub(super) fn blocks(&self) -> u64 {
        self.xml.blocks()
    }

    /// The place at hand, where that is right behind an entry and more of the file follows.
    pub(super) fn between_entries(&self) -> Option<Between> {
        let [_, _, part] = self.place.path.as_slice() else { return None };
        if !part.is_statement() || self.place.skipped_from.is_some() {
            return None;
        }
        let end =
            self.xml.end_read_last().filter(|end| end.trim_end_matches([' ', '>']).ends_with("Ntry"))?;
        Some(Between {
            state: self.xml.state().clone(),
            path: self.place.path.clone(),
            message: self.place.message,
            end: end.to_owned(),
        })
    }

    /// Hands out the text at hand, to read ahead from it. The walk goes on once it is given back.
    pub(super) fn lend(&mut self) -> Ahead {
        self.xml.lend()
    }

    /// Reads one block more ahead of the walk.
    pub(super) fn read_ahead(&mut self, ahead: &mut Ahead) -> More {
        self.xml.read_ahead(ahead)
    }

    /// Takes the text back: the walk goes on from the place that it names.
    pub(super) fn give_back(&mut self, ahead: Ahead) {
        self.xml.give_back(ahead);
    }
}

impl Walk<Empty> {
    /// A walk through a part of a file that begins between two entries, on this line.
    pub(super) fn part(between: &Between, text: String, line: u64) -> Walk<Empty> {
        let (path, message) = (between.path.clone(), between.message);
        let place = Place { path, message, ..Place::default() };
        Walk { xml: Xml::part(between.state.clone(), text, line), place }
    }

    /// Walks through the whole part; true where it ends as it began, between two entries of the same statement of which
    /// it says nothing. The visitor is told where that statement ends.
    pub(super) fn through(&mut self, visitor: &mut impl Visitor) -> Result<bool, CamtError> {
        let Walk { xml, place } = self;
        let depth = place.path.len();
        let is_read = xml.run_part(steps(place, visitor))?;
        Ok(is_read && place.path.len() == depth && place.skipped_from.is_none() && place.statement.is_empty())
    }
}

/// What is done with each step: the same for a file and for a part of one, so that there is one code of it.
fn steps<'a, V: Visitor>(
    place: &'a mut Place,
    visitor: &'a mut V,
) -> impl FnMut(Step<'_>) -> Result<Go, CamtError> + use<'a, V> {
    move |step| place.take(visitor, step)
}

fn no_message() -> CamtError {
    CamtError::NotCamt { text: "the document holds no message".to_owned() }
}

impl Place {
    /// Takes a step, and stops where the visitor has something to hand out.
    #[inline]
    fn take(&mut self, visitor: &mut impl Visitor, step: Step<'_>) -> Result<Go, CamtError> {
        match step {
            Step::Open(opened) => self.open(visitor, &opened)?,
            Step::CloseLeaf { text, currency } => self.close_leaf(visitor, text, currency),
            Step::Close => self.close(visitor),
        }
        Ok(if visitor.is_ready() { Go::Stop } else { Go::On })
    }

    #[inline]
    fn open(&mut self, visitor: &mut impl Visitor, opened: &Opened<'_>) -> Result<(), CamtError> {
        let Opened { line, tag, ours, .. } = *opened;
        self.line = line;
        self.path.push(tag);
        if self.skipped_from.is_some() {
            return Ok(());
        }
        if !ours || tag == Tag::SplmtryData {
            self.skipped_from = Some(self.path.len());
            if !ours {
                let code = match self.inside() {
                    Inside::File => Code::UnknownElement,
                    Inside::Statement | Inside::Entry => Code::Foreign,
                };
                let text = "is of another namespace and is skipped";
                self.tell(visitor, Problem::new(line, &shown(opened.name), code, text));
            }
            return Ok(());
        }
        match self.path.as_slice() {
            [_] => open_document(opened),
            [_, _] => self.open_message(visitor, opened),
            [_, _, _] => self.open_part(visitor, opened),
            [_, _, part, rest @ ..] if part.is_statement() => {
                match rest {
                    [Tag::Bal] => self.balance.line = line,
                    [Tag::Ntry] => {
                        self.entry.line = line;
                        visitor.entry_starts(&self.header, &self.statement);
                    }
                    [Tag::Ntry, Tag::NtryDtls, Tag::TxDtls] => self.open_detail(visitor),
                    [.., Tag::Ntry | Tag::TxDtls] => {
                        let text = "stands where none belongs and is not counted";
                        self.tell(visitor, Problem::new(line, tag.name(), Code::Misplaced, text));
                    }
                    [Tag::Ntry, Tag::NtryDtls, Tag::TxDtls, deeper @ ..] => {
                        start(&mut self.detail, deeper, line);
                    }
                    [Tag::Ntry, deeper @ ..] => start(&mut self.entry, deeper, line),
                    _ => {}
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open_detail(&mut self, visitor: &mut impl Visitor) {
        self.transactions += 1;
        self.detail.line = self.line;
        if !skips_details(visitor) {
            return;
        }
        self.skipped_from = Some(self.path.len());
    }

    fn open_message(&mut self, visitor: &mut impl Visitor, opened: &Opened<'_>) -> Result<(), CamtError> {
        if self.message.is_some() {
            let text = format!("<{}> follows the message", shown(opened.name));
            return Err(CamtError::NotCamt { text });
        }
        let message = Message::of(opened.namespace, opened.name)?;
        if message.version.is_none() {
            let text = format!("has no namespace and is read as {message}");
            visitor.problem(Inside::File, Problem::new(1, "Document", Code::NoNamespace, text));
        }
        self.message = Some(message);
        Ok(())
    }

    fn open_part(&mut self, visitor: &mut impl Visitor, opened: &Opened<'_>) -> Result<(), CamtError> {
        let tag = opened.tag;
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
            let text = format!("<{}> is not known here and is skipped", shown(opened.name));
            let problem = Problem::new(self.line, tag.name(), Code::UnknownElement, text);
            visitor.problem(Inside::File, problem);
            self.skipped_from = Some(self.path.len());
        }
        Ok(())
    }

    #[inline]
    fn close(&mut self, visitor: &mut impl Visitor) {
        if self.skipped_from.is_none() {
            self.close_piece(visitor);
        }
        self.leave();
    }

    #[inline]
    fn close_leaf(&mut self, visitor: &mut impl Visitor, text: &str, currency: Option<&str>) {
        if self.skipped_from.is_none() {
            self.take_leaf(visitor, text, currency);
            self.close_piece(visitor);
        }
        self.leave();
    }

    #[inline]
    fn leave(&mut self) {
        if self.skipped_from == Some(self.path.len()) {
            self.skipped_from = None;
        }
        self.path.pop();
    }

    #[inline]
    fn take_leaf(&mut self, visitor: &mut impl Visitor, text: &str, currency: Option<&str>) {
        let Some(tag) = self.path.last().copied() else {
            return;
        };
        let leaf = Leaf { line: self.line, tag, text, currency };
        let (raw, field) = match self.path.as_slice() {
            [_, _, Tag::GrpHdr, rest @ ..] => (&mut self.header, Field::in_header(rest)),
            [_, _, _, Tag::Ntry, Tag::NtryDtls, Tag::TxDtls, rest @ ..] => {
                (&mut self.detail, Field::in_detail(rest))
            }
            [_, _, _, Tag::Ntry, rest @ ..] => (&mut self.entry, Field::in_entry(rest)),
            [_, _, _, Tag::Bal, rest @ ..] => (&mut self.balance, Field::in_balance(rest)),
            [_, _, _, rest @ ..] => (&mut self.statement, Field::in_statement(rest)),
            _ => return,
        };
        let Some(field) = field else { return };
        let (code, text) = match raw.take(field, leaf) {
            Taken::Fine => return,
            Taken::Twice => (Code::Twice, "stands a second time, and may stand once"),
            Taken::Full => (Code::TooLarge, "is one text more than any entry needs"),
        };
        self.tell(visitor, Problem::new(self.line, tag.name(), code, text));
    }

    /// Hands over what ends with the element at the end of the path.
    fn close_piece(&mut self, visitor: &mut impl Visitor) {
        match self.path.as_slice() {
            [_, _, part] if part.is_statement() => {
                visitor.statement(&self.header, &self.statement);
                self.statement.clear();
            }
            [_, _, part, Tag::Bal] if part.is_statement() => {
                visitor.balance(&self.balance);
                self.balance.clear();
            }
            [_, _, part, Tag::Ntry] if part.is_statement() => {
                visitor.entry(&self.entry, std::mem::take(&mut self.transactions));
                self.entry.clear();
            }
            [_, _, part, Tag::Ntry, Tag::NtryDtls, Tag::TxDtls] if part.is_statement() => {
                visitor.detail(&self.entry, &self.detail);
                self.detail.clear();
            }
            _ => {}
        }
    }

    fn inside(&self) -> Inside {
        match self.path.as_slice() {
            [_, _, part, Tag::Ntry, _, ..] if part.is_statement() => Inside::Entry,
            [_, _, part, _, ..] if part.is_statement() => Inside::Statement,
            _ => Inside::File,
        }
    }

    fn tell(&self, visitor: &mut impl Visitor, problem: Problem) {
        visitor.problem(self.inside(), problem);
    }
}

/// Marks where a group of texts begins that may stand more than once.
fn start(raw: &mut Raw, path: &[Tag], line: u64) {
    if let (Some(field), [.., tag]) = (Field::starting(path), path) {
        // A marker beyond the last text that fits is followed by a text that tells so.
        let _ = raw.take(field, Leaf { line, tag: *tag, text: "", currency: None });
    }
}

const fn skips_details<V: Visitor>(_: &V) -> bool {
    !V::DETAILS
}

fn open_document(opened: &Opened<'_>) -> Result<(), CamtError> {
    if opened.tag != Tag::Document {
        let text = format!("the file begins with <{}>", shown(opened.name));
        return Err(CamtError::NotCamt { text });
    }
    Message::check(opened.namespace)
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
        assert_eq!(read.statements[0].end.problems[0].element, "Ntry");
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
