//! An XML document as a small tree: all that a bank needs to read an order with.
//!
//! A document type, a second root, a text outside the root, a sign that XML forbids and a document
//! that stops halfway are refused; so is more nesting than any payment order has.

use quick_xml::NsReader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

/// Payment orders nest eleven deep.
const DEPTH_MAX: usize = 32;

/// One element with its text and what lies in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) currency: Option<String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// The root element of the document.
    pub(super) fn read(bytes: &[u8]) -> Result<Element, String> {
        let document = std::str::from_utf8(bytes)
            .map_err(|wrong| format!("byte {} is not UTF-8", wrong.valid_up_to()))?;
        let mut reader = NsReader::from_str(document);
        let mut open: Vec<Element> = Vec::new();
        let mut root = None;
        loop {
            let (namespace, event) = reader.read_resolved_event().map_err(|e| e.to_string())?;
            match event {
                Event::Start(_) | Event::Empty(_) if root.is_some() => {
                    return Err("a second root element follows".to_owned());
                }
                Event::Start(_) if open.len() == DEPTH_MAX => {
                    return Err(format!("elements lie more than {DEPTH_MAX} deep"));
                }
                Event::Start(tag) => open.push(Element::named(&tag, &namespace)?),
                Event::Empty(tag) => close(Element::named(&tag, &namespace)?, &mut open, &mut root),
                Event::End(_) => {
                    let element = open.pop().ok_or("an element ends that never began")?;
                    close(element, &mut open, &mut root);
                }
                Event::Text(text) => add_text(&mut open, &text.xml10_content())?,
                Event::CData(text) => add_text(&mut open, &text.xml10_content())?,
                Event::GeneralRef(reference) => add_text(&mut open, &meaning(&reference)?)?,
                Event::DocType(_) => return Err("a document type is not accepted".to_owned()),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof if open.is_empty() => {
                    return root.ok_or_else(|| "there is no element".to_owned());
                }
                Event::Eof => return Err(format!("it stops inside {}", open[open.len() - 1].name)),
            }
        }
    }

    fn named(tag: &BytesStart<'_>, namespace: &ResolveResult<'_>) -> Result<Element, String> {
        let currency = tag.try_get_attribute("Ccy").map_err(|e| e.to_string())?;
        Ok(Element {
            name: tag.local_name().into_inner().to_owned(),
            namespace: match namespace {
                ResolveResult::Bound(namespace) => namespace.0.to_owned(),
                _ => String::new(),
            },
            currency: currency.map(|currency| currency.value.into_owned()),
            ..Element::default()
        })
    }

    /// The text, without the white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The elements that lie directly in this one.
    pub(super) fn children(&self) -> &[Element] {
        &self.children
    }

    /// The elements of this name that lie directly in this one.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element along a path such as `Cdtr/Nm`.
    pub(super) fn find(&self, path: &str) -> Option<&Element> {
        let mut element = self;
        for name in path.split('/') {
            element = element.children.iter().find(|child| child.name == name)?;
        }
        Some(element)
    }
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

fn add_text(open: &mut [Element], text: &str) -> Result<(), String> {
    let forbidden = |sign: char| sign < ' ' && !matches!(sign, '\t' | '\n' | '\r');
    match open.last_mut() {
        _ if text.contains(forbidden) => Err("a sign stands in it that XML forbids".to_owned()),
        Some(element) => {
            element.text.push_str(text);
            Ok(())
        }
        None if text.trim().is_empty() => Ok(()),
        None => Err("a text stands outside the root element".to_owned()),
    }
}

/// What a reference such as `&amp;` or `&#233;` stands for.
fn meaning(reference: &BytesRef<'_>) -> Result<String, String> {
    let sign = reference.resolve_char_ref().map_err(|e| e.to_string())?;
    let named = || resolve_xml_entity(reference).map(str::to_owned);
    sign.map(String::from).or_else(named).ok_or_else(|| format!("`&{};` stands for nothing", &**reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(document: &str) -> String {
        Element::read(document.as_bytes()).expect_err("a refusal")
    }

    #[test]
    fn a_text_in_pieces_is_one_text() {
        let root = Element::read("<a><b> Jansen &amp; Zn <![CDATA[<B.V.>]]> &#233;</b></a>".as_bytes());
        let name = root.expect("a document");
        assert_eq!(name.find("b").map(Element::text), Some("Jansen & Zn <B.V.> é"));
    }

    #[test]
    fn what_is_no_whole_document_is_refused() {
        assert_eq!(refusal("<a><b>1"), "it stops inside b");
        assert_eq!(refusal("<a/><a/>"), "a second root element follows");
        assert_eq!(refusal("<a/>more"), "a text stands outside the root element");
        assert_eq!(refusal(""), "there is no element");
        assert_eq!(refusal("<a>\u{1}</a>"), "a sign stands in it that XML forbids");
        assert_eq!(refusal("<!DOCTYPE a><a/>"), "a document type is not accepted");
        assert_eq!(refusal("<a>&x;</a>"), "`&x;` stands for nothing");
        assert_eq!(refusal(&"<a>".repeat(33)), "elements lie more than 32 deep");
        assert_eq!(Element::read(b"<a>\xe9</a>").expect_err("a refusal"), "byte 3 is not UTF-8");
    }
}
