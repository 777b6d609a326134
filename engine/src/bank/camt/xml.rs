//! XML made of elements and texts: what quick-xml lets through and XML forbids is refused here.
//!
//! Not done: entities of a DOCTYPE (refused), validation against a schema, trees.

use std::io::Read;

use quick_xml::XmlVersion;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::charset::Encoding;
use super::code::Code;
use super::error::{CamtError, shown};
use super::scope::Scope;
use super::source::{Source, TAG_MAX, TEXT_MAX};
use super::tag::Tag;

const DEPTH_MAX: usize = 32;
const ATTRIBUTES_MAX: usize = 64;

/// One step through a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An element opens; [`Xml::name`] and [`Xml::currency`] are those of its tag.
    Open {
        /// The line of its tag.
        line: u64,
        /// False when it is in another namespace than the document.
        ours: bool,
    },
    /// An element closes.
    Close {
        /// True when it has no elements in it: [`Xml::text`] is its content.
        leaf: bool,
    },
    /// The root is closed and nothing follows.
    End,
}

/// A walk through the elements of a file.
pub(super) struct Xml<R> {
    reader: Reader<Source<R>>,
    buffer: Vec<u8>,
    state: State,
}

/// Where the walk is.
#[derive(Default)]
struct State {
    scope: Scope,
    depth: usize,
    place: Place,
    /// True when the last tag opened an element.
    leaf: bool,
    /// True after `<a/>`, whose close is still to be told.
    closes: bool,
    tag: Tag,
    name: String,
    currency: Option<String>,
    text: String,
}

/// How far a document has come.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Nothing was read: an XML declaration may come.
    #[default]
    Start,
    /// The root has not opened.
    Prolog,
    /// The root has opened.
    Root,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(source: R, encoding: Encoding) -> Xml<R> {
        let mut reader = Reader::from_reader(Source::new(source, encoding));
        reader.config_mut().check_comments = true;
        Xml { reader, buffer: Vec::new(), state: State::default() }
    }

    /// The element that opened last.
    pub(super) fn tag(&self) -> Tag {
        self.state.tag
    }

    /// The local name of the element that opened last.
    pub(super) fn name(&self) -> &str {
        &self.state.name
    }

    /// The attribute `Ccy` of the element that opened last.
    pub(super) fn currency(&self) -> Option<&str> {
        self.state.currency.as_deref()
    }

    /// The text since the last tag.
    pub(super) fn text(&self) -> &str {
        &self.state.text
    }

    /// The namespace of the document; empty where it has none.
    pub(super) fn namespace(&self) -> &str {
        self.state.scope.namespace()
    }

    /// The next element that opens or closes.
    pub(super) fn step(&mut self) -> Result<Step, CamtError> {
        self.state.text.clear();
        if std::mem::take(&mut self.state.closes) {
            return Ok(self.state.close());
        }
        loop {
            self.buffer.clear();
            let line = self.reader.get_mut().start_event();
            let start = self.reader.buffer_position();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => {
                    let failure = self.reader.get_mut().failure();
                    return Err(failure.unwrap_or_else(|| stopped(&error, line)));
                }
            };
            let step = self.state.take(&event, line)?;
            let length = self.reader.buffer_position() - start;
            if TAG_MAX < length || TEXT_MAX < self.state.text.len() as u64 {
                let text = "a text is longer than 64 KiB or a tag than 1 MiB".to_owned();
                let code = if TAG_MAX < length { Code::TooLarge } else { Code::TextTooLong };
                return Err(CamtError::Limit { line, code, text });
            }
            if let Some(step) = step {
                return Ok(step);
            }
        }
    }
}

impl State {
    /// What an event means; nothing for a part of a text, a comment or an instruction.
    fn take(&mut self, event: &Event<'_>, line: u64) -> Result<Option<Step>, CamtError> {
        let at_start = self.place == Place::Start;
        if at_start {
            self.place = Place::Prolog;
        }
        match event {
            Event::Start(tag) => return self.open(tag, line).map(Some),
            Event::Empty(tag) => {
                self.closes = true;
                return self.open(tag, line).map(Some);
            }
            Event::End(_) => return Ok(Some(self.close())),
            Event::Text(text) => {
                if self.depth == 0 && !text.bytes().all(is_space) {
                    return Err(because(Code::TrailingContent, line, "there is text outside the document"));
                }
                if text.contains(']') && text.contains("]]>") {
                    return Err(ill_formed(line, "`]]>` stands in a text"));
                }
                self.text.push_str(text);
            }
            Event::CData(text) if self.depth != 0 => self.text.push_str(text),
            Event::GeneralRef(entity) if self.depth != 0 => {
                self.text.push_str(&resolved(entity, line)?);
            }
            Event::CData(_) | Event::GeneralRef(_) => {
                return Err(because(Code::TrailingContent, line, "there is text outside the document"));
            }
            Event::Decl(declaration) => {
                if !at_start {
                    return Err(ill_formed(line, "an XML declaration after the beginning"));
                }
                let version = declaration.version();
                version.map_err(|error| ill_formed(line, error.to_string()))?;
            }
            Event::PI(_) | Event::Comment(_) => {}
            Event::DocType(_) => return Err(CamtError::Doctype { line }),
            Event::Eof => return self.end(line).map(Some),
        }
        Ok(None)
    }

    fn open(&mut self, tag: &BytesStart<'_>, line: u64) -> Result<Step, CamtError> {
        if self.depth == 0 && self.place == Place::Root {
            return Err(because(Code::TrailingContent, line, "a second document follows the first"));
        }
        if self.depth == DEPTH_MAX {
            let text = format!("elements are nested more than {DEPTH_MAX} deep");
            return Err(CamtError::Limit { line, code: Code::Depth, text });
        }
        self.depth += 1;
        (self.place, self.leaf) = (Place::Root, true);
        let name = tag.name();
        self.currency = None;
        if !tag.attributes_raw().is_empty() {
            self.attributes(tag, line)?;
        }
        let (prefix, local) = match name.as_ref().split_once(':') {
            Some((prefix, local)) => (prefix, local),
            None => ("", name.as_ref()),
        };
        local.clone_into(&mut self.name);
        self.tag = Tag::of(local);
        if self.tag == Tag::Other || !prefix.is_empty() {
            check_name(name.as_ref(), line)?;
        }
        let ours = self.scope.is_ours(self.depth, prefix, line)?;
        Ok(Step::Open { line, ours })
    }

    /// Keeps the currency and the namespaces; checks the other attributes only for their form.
    fn attributes(&mut self, tag: &BytesStart<'_>, line: u64) -> Result<(), CamtError> {
        for (place, attribute) in tag.attributes().enumerate() {
            if place == ATTRIBUTES_MAX {
                let text = format!("an element has more than {ATTRIBUTES_MAX} attributes");
                return Err(CamtError::Limit { line, code: Code::TooLarge, text });
            }
            let attribute = attribute.map_err(|error| ill_formed(line, error.to_string()))?;
            let key = attribute.key.as_ref();
            check_name(key, line)?;
            if attribute.value.contains('<') {
                return Err(ill_formed(line, format!("`<` in attribute {}", shown(key))));
            }
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| ill_formed(line, error.to_string()))?;
            if !value.chars().all(is_xml) {
                return Err(because(Code::XmlCharacter, line, "a character that XML forbids"));
            }
            if key == "Ccy" {
                self.currency = Some(value.into_owned());
            } else if key == "xmlns" {
                self.scope.declare(self.depth, "", &value);
            } else if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.scope.declare(self.depth, prefix, &value);
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Step {
        self.scope.close(self.depth);
        self.depth = self.depth.saturating_sub(1);
        Step::Close { leaf: std::mem::take(&mut self.leaf) }
    }

    fn end(&self, line: u64) -> Result<Step, CamtError> {
        if self.depth != 0 {
            return Err(because(Code::Truncated, line, "the file ends in the middle: it is cut off"));
        }
        if self.place != Place::Root {
            return Err(because(Code::Empty, line, "the file holds no XML document"));
        }
        Ok(Step::End)
    }
}

fn ill_formed(line: u64, text: impl Into<String>) -> CamtError {
    because(Code::Xml, line, text)
}

fn because(code: Code, line: u64, text: impl Into<String>) -> CamtError {
    let text = text.into();
    CamtError::NotWellFormed { line, code, text }
}

/// The character that `&…;` stands for: five names and the numbers of XML characters.
fn resolved(entity: &BytesRef<'_>, line: u64) -> Result<String, CamtError> {
    let wrong = |code| because(code, line, format!("`&{};` is not known", shown(entity)));
    match entity.resolve_char_ref() {
        Ok(Some(character)) if is_xml(character) => Ok(character.to_string()),
        Ok(None) => {
            let text = resolve_predefined_entity(entity).map(str::to_owned);
            text.ok_or_else(|| wrong(Code::Entity))
        }
        _ => Err(wrong(Code::XmlCharacter)),
    }
}

/// Why quick-xml stopped: everything that is not closed at the end of the file was cut off.
fn stopped(error: &Error, line: u64) -> CamtError {
    let code = match error {
        Error::Syntax(SyntaxError::InvalidBangMarkup) => Code::Xml,
        Error::Syntax(_) => Code::Truncated,
        _ => Code::Xml,
    };
    because(code, line, error.to_string())
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// A name of letters, digits and `_ - . :`, not beginning with a digit.
fn check_name(name: &str, line: u64) -> Result<(), CamtError> {
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii();
    let later = |byte: u8| first(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let part = |part: &str| part.bytes().next().is_some_and(first) && part.bytes().all(later);
    let named = match name.split_once(':') {
        None => part(name),
        Some((prefix, local)) => part(prefix) && part(local),
    };
    if named { Ok(()) } else { Err(ill_formed(line, format!("`{}` is no name", shown(name)))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements and texts of a document on one line, or why it is refused.
    fn told(document: &str) -> String {
        let mut xml = Xml::new(document.as_bytes(), Encoding::Declared);
        let mut told = Vec::new();
        loop {
            match xml.step() {
                Ok(Step::Open { line, ours }) => {
                    let foreign = if ours { "" } else { "!" };
                    let name = xml.name();
                    let currency = xml.currency().unwrap_or_default();
                    told.push(format!("{foreign}{name}{currency}@{line}("));
                }
                Ok(Step::Close { leaf }) => {
                    let text = if leaf { xml.text() } else { "" };
                    told.push(format!("{text})"));
                }
                Ok(Step::End) => return told.concat(),
                Err(error) => return error.to_string(),
            }
        }
    }

    #[test]
    fn a_text_in_pieces_is_one_text() {
        assert_eq!(
            told("<a><b>J &amp; Z<!-- x --> <![CDATA[<B.V.>]]> &#233;&#xE9;</b>\n<c/></a>\n"),
            "a@1(b@1(J & Z <B.V.> éé)c@2())"
        );
    }

    #[test]
    fn prefixes_do_not_matter_and_foreign_elements_are_marked() {
        assert_eq!(
            told("<p:a xmlns:p='u' xmlns:q='v'><p:b Ccy='EUR'/><q:c/><c xmlns='u'/></p:a>"),
            "a@1(bEUR@1()!c@1()c@1())"
        );
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for (wrong, reason) in [
            ("", "no XML document"),
            ("plain", "outside the document"),
            ("<a><b></a>", "expected `</b>`"),
            ("<a><b>", "cut off"),
            ("<a><b", "syntax error"),
            ("<a/><a/>", "second document"),
            ("<a/>x", "outside the document"),
            ("<a/>&amp;", "outside the document"),
            ("<a>&x;</a>", "`&x;` is not known"),
            ("<a>&#0;</a>", "is not known"),
            ("<a>&#x1F;</a>", "is not known"),
            ("<a>&</a>", "not closed"),
            ("<!DOCTYPE a><a/>", "document type"),
            (" <?xml version='1.0'?><a/>", "XML declaration"),
            ("<?xml version='1.0'?><?xml version='1.0'?><a/>", "XML declaration"),
            ("<a b='1' b='2'/>", "attribute"),
            ("<a b='<'/>", "`<` in attribute"),
            ("<a b='&x;'/>", "x"),
            ("<1a/>", "no name"),
            ("<a<b/>", "no name"),
            ("<p:a/>", "not declared"),
            ("<a>]]></a>", "]]>"),
            ("<a><!-- -- --></a>", "--"),
        ] {
            let said = told(wrong);
            assert!(said.contains(reason) && said.contains("line 1"), "{wrong}: {said}");
        }
    }

    #[test]
    fn what_no_statement_needs_is_refused() {
        let deep = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert!(told(&deep(32)).ends_with("))"));
        assert!(told(&deep(33)).contains("nested"));
        let long = |length: usize| format!("<a>{}</a>", "x".repeat(length));
        assert!(told(&long(65_536)).ends_with("x)"));
        assert!(told(&long(65_537)).contains("longer"));
        assert!(told(&long(20_000_000)).contains("longer"));
        assert!(told(&format!("<a b='{}'/>", "x".repeat(2_000_000))).contains("longer"));
        let attributes = (0..65).map(|n| format!(" a{n}='1'")).collect::<Vec<_>>().concat();
        assert!(told(&format!("<a{attributes}/>")).contains("attributes"));
    }
}
