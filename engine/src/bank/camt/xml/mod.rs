//! XML made of elements and texts: what quick-xml lets through and XML forbids is refused here.
//!
//! The text is held in blocks that end with `>`, and the events borrow from them. What a block cuts in two (a tag with
//! `>` in an attribute, a comment, a CDATA) is read again once more of it is there.
//!
//! Not done: entities of a DOCTYPE (refused), validation against a schema, trees.

mod form;
mod part;
mod plain;
#[cfg(test)]
mod tests;

use std::io::Read;

use memchr::{memchr, memchr2, memrchr};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::charset::Encoding;
use super::code::Code;
use super::error::{CamtError, shown};
use super::scope::Scope;
use super::source::{BLOCK, Source};
use super::tag::Tag;
use form::{
    CUT_OFF, because, check_name, forbidden, ill_formed, is_cut, is_space, is_xml, resolved, stopped,
    too_long,
};
pub(super) use part::{Ahead, More};
use plain::{PlainTag, plain_currency};

const DEPTH_MAX: usize = 32;
const ATTRIBUTES_MAX: usize = 64;
/// The most bytes of one text.
const TEXT_MAX: usize = 64 * 1024;
/// The most bytes of one tag, comment or CDATA.
const TAG_MAX: usize = 1024 * 1024;

/// One step through a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bank) enum Step<'a> {
    /// An element opens.
    Open(Opened<'a>),
    /// An element closes that has no elements in it: this is its content.
    CloseLeaf {
        /// The text since its tag.
        text: &'a str,
        /// The attribute `Ccy` of its tag.
        currency: Option<&'a str>,
    },
    /// An element closes that has elements in it.
    Close,
}

/// The tag of an element that opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bank) struct Opened<'a> {
    /// The line of the tag.
    pub(super) line: u64,
    pub(super) tag: Tag,
    /// Its local name.
    pub(in crate::bank) name: &'a str,
    /// False when it is in another namespace than the document.
    pub(in crate::bank) ours: bool,
    /// The namespace of the document; empty where it has none.
    pub(in crate::bank) namespace: &'a str,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bank) enum Go {
    /// To the next step.
    On,
    /// Not now: the next run goes on from here.
    Stop,
}

/// A walk through the elements of a file.
pub(in crate::bank) struct Xml<R> {
    source: Source<R>,
    text: Block,
    state: State,
    /// How many blocks were added to the text.
    blocks: u64,
}

/// The text at hand.
#[derive(Default)]
struct Block {
    text: String,
    /// Up to where it was read.
    at: usize,
    /// Up to where it may be read now: after a `>`, or at the end of the file.
    end: usize,
    /// True once nothing follows the text.
    last: bool,
    /// True where a `]` stands in the text, which may be the `]]>` that no text may have.
    has_bracket: bool,
    lines: Lines,
}

/// Counts lines only where somebody asks.
struct Lines {
    /// The line of everything before `next` that was not counted.
    line: u64,
    /// The next line end, or the end of what was searched.
    next: usize,
}

/// Where the walk is.
#[derive(Clone, Default)]
pub(super) struct State {
    scope: Scope,
    place: Place,
    /// The open elements, the root first.
    open: Vec<Element>,
    /// The names of those that are not known, one behind the other.
    names: String,
    /// True when the last tag opened an element.
    leaf: bool,
    currency: String,
    has_currency: bool,
    text: String,
}

/// An element that is open.
#[derive(Clone, Copy)]
struct Element {
    /// Known by a name without a prefix, or `Other`.
    tag: Tag,
    /// Where the name of another begins.
    name: usize,
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

/// Why reading a block stopped.
enum Paused {
    /// The walker has what it wants.
    Stopped,
    /// The block is read, or cuts something in two.
    AtEnd,
}

impl<R: Read> Xml<R> {
    pub(in crate::bank) fn new(source: R, encoding: Encoding) -> Xml<R> {
        Xml::in_blocks(source, encoding, BLOCK)
    }

    /// Reads so many bytes at once.
    pub(super) fn in_blocks(source: R, encoding: Encoding, bytes: usize) -> Xml<R> {
        let source = Source::new(source, encoding, bytes);
        Xml { source, text: Block::default(), state: State::default(), blocks: 0 }
    }

    /// Takes steps until the walker stops ([`Go::Stop`]) or the document has ended ([`Go::On`]).
    pub(in crate::bank) fn run(
        &mut self,
        mut walker: impl FnMut(Step<'_>) -> Result<Go, CamtError>,
    ) -> Result<Go, CamtError> {
        loop {
            match self.text.run(&mut self.state, &mut walker)? {
                Paused::Stopped => return Ok(Go::Stop),
                Paused::AtEnd if self.text.last => {
                    let line = self.text.line();
                    return self.state.end(line).map(|()| Go::On);
                }
                Paused::AtEnd => {
                    self.blocks += 1;
                    self.text.refill(&mut self.source)?;
                }
            }
        }
    }
}

impl Default for Lines {
    fn default() -> Lines {
        Lines { line: 1, next: 0 }
    }
}

impl Lines {
    /// The line of a place that is not before the last one asked for.
    fn at(&mut self, text: &str, place: usize) -> u64 {
        while self.next < place {
            if text.as_bytes()[self.next] == b'\n' {
                self.line += 1;
                self.next += 1;
            }
            let rest = &text.as_bytes()[self.next..];
            self.next += memchr(b'\n', rest).unwrap_or(rest.len());
        }
        self.line
    }
}

impl Block {
    /// The line up to which was read.
    fn line(&mut self) -> u64 {
        self.lines.at(&self.text, self.at)
    }

    /// Forgets what was read and adds more of the file.
    fn refill<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), CamtError> {
        let line = self.line();
        self.check_size(line)?;
        self.text.drain(..self.at);
        self.lines.next = self.lines.next.saturating_sub(self.at);
        self.at = 0;
        let held = self.text.len();
        self.last = !source.more(&mut self.text)?;
        if let Some(place) = forbidden(&self.text.as_bytes()[held..]) {
            let byte = self.text.as_bytes()[held + place];
            let line = self.lines.at(&self.text, held + place);
            let text = format!("a character that XML forbids (byte {byte:02X})");
            return Err(because(Code::XmlCharacter, line, text));
        }
        self.has_bracket = memchr(b']', self.text.as_bytes()).is_some();
        self.end = match memrchr(b'>', &self.text.as_bytes()[held..]) {
            Some(place) if !self.last => held + place + 1,
            _ if self.last => self.text.len(),
            _ => 0,
        };
        Ok(())
    }

    /// Refuses what does not end: a text or a tag of which a whole block was not enough.
    fn check_size(&self, line: u64) -> Result<(), CamtError> {
        let waiting = &self.text.as_bytes()[self.at..];
        let (max, code) = match waiting.first() {
            Some(b'<') => (TAG_MAX, Code::TooLarge),
            _ => (TEXT_MAX, Code::TextTooLong),
        };
        // What waits may be a text and the beginning of a tag behind it: that is looked at when it is read.
        let length = if code == Code::TooLarge {
            waiting.len()
        } else {
            waiting.iter().position(|byte| *byte == b'<').unwrap_or(waiting.len())
        };
        if max < length {
            return Err(too_long(line, code));
        }
        if TEXT_MAX + TAG_MAX < waiting.len() {
            return Err(too_long(line, Code::TooLarge));
        }
        Ok(())
    }

    /// Reads what may be read now: what is plainly written by [`Block::plain`], all else by quick-xml.
    fn run(
        &mut self,
        state: &mut State,
        walker: &mut impl FnMut(Step<'_>) -> Result<Go, CamtError>,
    ) -> Result<Paused, CamtError> {
        while self.at < self.end {
            let go = match self.plain(state, walker)? {
                Some(go) => go,
                None => match self.event(state, walker)? {
                    Some(go) => go,
                    None => return Ok(Paused::AtEnd),
                },
            };
            if go == Go::Stop {
                return Ok(Paused::Stopped);
            }
        }
        Ok(Paused::AtEnd)
    }

    /// Reads one tag or text that is as plain as nearly all are: a known name without a prefix and with no attribute but
    /// a currency, the end of the element opened last, a text without references. Nothing for anything else, which
    /// quick-xml reads; a test holds the two against each other.
    #[inline]
    fn plain(
        &mut self,
        state: &mut State,
        walker: &mut impl FnMut(Step<'_>) -> Result<Go, CamtError>,
    ) -> Result<Option<Go>, CamtError> {
        let rest = &self.text[self.at..self.end];
        match rest.as_bytes() {
            [b'<', b'/', ..] => {
                let Some(length) = state.end_length(rest) else { return Ok(None) };
                self.at += length;
                state.close(None, walker).map(Some)
            }
            [b'<', ..] => {
                let Some(plain) = PlainTag::of(rest) else { return Ok(None) };
                let line = self.lines.at(&self.text, self.at);
                self.at += plain.length;
                let opened = state.open_plain(&plain, line)?;
                walker(Step::Open(opened)).map(Some)
            }
            bytes => {
                let length = memchr2(b'<', b'&', bytes).unwrap_or(bytes.len());
                if length == 0 || self.has_bracket || state.open.is_empty() || TEXT_MAX < length {
                    return Ok(None);
                }
                let (text, after) = rest.split_at(length);
                if state.leaf
                    && state.text.is_empty()
                    && let Some(end) = state.end_length(after)
                {
                    self.at += length + end;
                    return state.close(Some(text), walker).map(Some);
                }
                let line = self.lines.at(&self.text, self.at);
                self.at += length;
                state.add(text, line).map(|()| Some(Go::On))
            }
        }
    }

    /// Reads one event by quick-xml; nothing where the block cuts it in two.
    fn event(
        &mut self,
        state: &mut State,
        walker: &mut impl FnMut(Step<'_>) -> Result<Go, CamtError>,
    ) -> Result<Option<Go>, CamtError> {
        let line = self.lines.at(&self.text, self.at);
        let rest = &self.text[self.at..self.end];
        // A reader takes this character for a byte order mark, which only a file begins with.
        if rest.starts_with(MARK) {
            self.at += MARK.len_utf8();
            return state.take_text("\u{FEFF}", line).map(|()| Some(Go::On));
        }
        let mut reader = Reader::from_str(rest);
        let config = reader.config_mut();
        // The names are checked here, for a block does not begin at the root.
        (config.check_end_names, config.allow_unmatched_ends, config.check_comments) = (false, true, true);
        let event = match reader.read_event() {
            Ok(Event::Eof) => return Ok(None),
            Ok(event) => event,
            Err(error) if is_cut(&error) && !self.last => return Ok(None),
            Err(error) => return Err(stopped(&error, line)),
        };
        let length = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        if TAG_MAX < length {
            return Err(too_long(line, Code::TooLarge));
        }
        let go = state.take(&event, line, walker)?;
        self.at += length;
        Ok(Some(go))
    }
}

/// What quick-xml would skip at the beginning of what it is given.
const MARK: char = '\u{FEFF}';

impl State {
    /// Tells the walker what an event means, if it is more than a part of a text, a comment or an instruction.
    #[inline]
    fn take(
        &mut self,
        event: &Event<'_>,
        line: u64,
        walker: &mut impl FnMut(Step<'_>) -> Result<Go, CamtError>,
    ) -> Result<Go, CamtError> {
        let at_start = self.place == Place::Start;
        if at_start {
            self.place = Place::Prolog;
        }
        match event {
            Event::Start(tag) => {
                let opened = self.open(tag, line)?;
                return walker(Step::Open(opened));
            }
            Event::Empty(tag) => {
                let opened = self.open(tag, line)?;
                let go = walker(Step::Open(opened))?;
                let closed = self.close(None, walker)?;
                return Ok(if go == Go::Stop { go } else { closed });
            }
            Event::End(tag) => {
                self.check_end(tag.name().as_ref(), line)?;
                return self.close(None, walker);
            }
            Event::Text(text) => self.take_text(text, line)?,
            Event::CData(text) if !self.open.is_empty() => self.add(text, line)?,
            Event::GeneralRef(entity) if !self.open.is_empty() => {
                let text = resolved(entity, line)?;
                self.add(&text, line)?;
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
            Event::PI(_) | Event::Comment(_) | Event::Eof => {}
            Event::DocType(_) => return Err(CamtError::Doctype { line }),
        }
        Ok(Go::On)
    }

    fn take_text(&mut self, text: &str, line: u64) -> Result<(), CamtError> {
        if self.open.is_empty() && !text.bytes().all(is_space) {
            return Err(because(Code::TrailingContent, line, "there is text outside the document"));
        }
        if text.contains(']') && text.contains("]]>") {
            return Err(ill_formed(line, "`]]>` stands in a text"));
        }
        self.add(text, line)
    }

    fn add(&mut self, text: &str, line: u64) -> Result<(), CamtError> {
        self.text.push_str(text);
        if TEXT_MAX < self.text.len() {
            return Err(too_long(line, Code::TextTooLong));
        }
        Ok(())
    }

    fn open<'a>(&'a mut self, tag: &'a BytesStart<'_>, line: u64) -> Result<Opened<'a>, CamtError> {
        let name = tag.name().into_inner();
        let known = Tag::of(name);
        self.begin(known, line)?;
        if known == Tag::Other {
            self.names.push_str(name);
        }
        if !tag.attributes_raw().is_empty() {
            self.attributes(tag, line)?;
        }
        let (prefix, local, tag) = match name.split_once(':') {
            _ if known != Tag::Other => ("", name, known),
            Some((prefix, local)) => (prefix, local, Tag::of(local)),
            None => ("", name, Tag::Other),
        };
        if known == Tag::Other {
            check_name(name, line)?;
        }
        let ours = self.scope.is_ours(self.open.len(), prefix, line)?;
        Ok(Opened { line, tag, name: local, ours, namespace: self.scope.namespace() })
    }

    fn open_plain(&mut self, plain: &PlainTag<'_>, line: u64) -> Result<Opened<'_>, CamtError> {
        self.begin(plain.tag, line)?;
        if let Some(currency) = plain.currency {
            self.keep_currency(currency);
        }
        let ours = self.scope.is_ours(self.open.len(), "", line)?;
        let (tag, name) = (plain.tag, plain.tag.name());
        Ok(Opened { line, tag, name, ours, namespace: self.scope.namespace() })
    }

    /// Goes one element deeper.
    fn begin(&mut self, tag: Tag, line: u64) -> Result<(), CamtError> {
        if self.open.is_empty() && self.place == Place::Root {
            return Err(because(Code::TrailingContent, line, "a second document follows the first"));
        }
        if self.open.len() == DEPTH_MAX {
            let text = format!("elements are nested more than {DEPTH_MAX} deep");
            return Err(CamtError::Limit { line, code: Code::Depth, text });
        }
        self.open.push(Element { tag, name: self.names.len() });
        (self.place, self.leaf, self.has_currency) = (Place::Root, true, false);
        self.text.clear();
        Ok(())
    }

    /// The name of the element opened last.
    fn expected(&self) -> Option<&str> {
        let last = self.open.last()?;
        Some(if last.tag == Tag::Other { &self.names[last.name..] } else { last.tag.name() })
    }

    /// How long the plainly written end of the element opened last is, where the text begins with it.
    fn end_length(&self, rest: &str) -> Option<usize> {
        let name = self.expected()?;
        let after = rest.strip_prefix("</")?.strip_prefix(name)?;
        after.starts_with('>').then_some(name.len() + 3)
    }

    /// Keeps the currency and the namespaces; checks the other attributes only for their form.
    fn attributes(&mut self, tag: &BytesStart<'_>, line: u64) -> Result<(), CamtError> {
        // Nearly every attribute is this one.
        if let Some(currency) = plain_currency(tag.attributes_raw()) {
            self.keep_currency(currency);
            return Ok(());
        }
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
                .map_err(|error| because(Code::Entity, line, error.to_string()))?;
            if !value.chars().all(is_xml) {
                return Err(because(Code::XmlCharacter, line, "a character that XML forbids"));
            }
            let depth = self.open.len();
            if key == "Ccy" {
                self.keep_currency(&value);
            } else if key == "xmlns" {
                self.scope.declare(depth, "", &value);
            } else if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.scope.declare(depth, prefix, &value);
            }
        }
        Ok(())
    }

    fn keep_currency(&mut self, currency: &str) {
        self.currency.clear();
        self.currency.push_str(currency);
        self.has_currency = true;
    }

    /// Refuses an end that is not that of the element opened last.
    fn check_end(&self, name: &str, line: u64) -> Result<(), CamtError> {
        match self.expected() {
            Some(expected) if expected == name => Ok(()),
            Some(expected) => {
                let (expected, name) = (shown(expected), shown(name));
                Err(ill_formed(line, format!("expected `</{expected}>`, but `</{name}>` was found")))
            }
            None => Err(ill_formed(line, format!("`</{}>` closes nothing", shown(name)))),
        }
    }

    /// Closes the element opened last; its text is this one, or what was added.
    fn close(
        &mut self,
        text: Option<&str>,
        walker: &mut impl FnMut(Step<'_>) -> Result<Go, CamtError>,
    ) -> Result<Go, CamtError> {
        self.scope.close(self.open.len());
        if let Some(last) = self.open.pop() {
            self.names.truncate(last.name);
        }
        let go = if std::mem::take(&mut self.leaf) {
            let currency = self.has_currency.then_some(self.currency.as_str());
            walker(Step::CloseLeaf { text: text.unwrap_or(&self.text), currency })
        } else {
            walker(Step::Close)
        };
        self.text.clear();
        go
    }

    fn end(&self, line: u64) -> Result<(), CamtError> {
        if !self.open.is_empty() {
            return Err(because(Code::Truncated, line, CUT_OFF));
        }
        if self.place != Place::Root {
            return Err(because(Code::Empty, line, "the file holds no XML document"));
        }
        Ok(())
    }
}
