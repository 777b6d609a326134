//! Writes elements by their path; a text is escaped and an amount is never negative.

use grip_engine::money::Money;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A document that grows in memory.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// A whole document with this root element and namespace.
    pub(super) fn document(root: &str, namespace: &str, content: impl FnOnce(&mut Xml)) -> Vec<u8> {
        let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', 2));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml.event(Event::Start(BytesStart::new(root).with_attributes([("xmlns", namespace)])));
        content(&mut xml);
        xml.event(Event::End(BytesEnd::new(root)));
        xml.0.into_inner()
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("memory takes every byte");
    }

    /// An element with what is written inside it.
    pub(super) fn within(&mut self, name: &str, content: impl FnOnce(&mut Xml)) {
        self.event(Event::Start(BytesStart::new(name)));
        content(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// A text at a path such as `Dt/Dt`.
    pub(super) fn text(&mut self, path: &str, text: &str) {
        match path.split_once('/') {
            Some((name, rest)) => self.within(name, |xml| xml.text(rest, text)),
            None => self.within(path, |xml| xml.event(Event::Text(BytesText::new(text)))),
        }
    }

    /// A text where there is one.
    pub(super) fn optional(&mut self, path: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(path, text);
        }
    }

    /// An amount in euros without its sign.
    pub(super) fn amount(&mut self, name: &str, amount: Money) {
        self.event(Event::Start(BytesStart::new(name).with_attributes([("Ccy", "EUR")])));
        let text = magnitude(amount).to_string();
        self.event(Event::Text(BytesText::new(&text)));
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// `Amt` with its sign in `CdtDbtInd`.
    pub(super) fn signed_amount(&mut self, amount: Money) {
        self.amount("Amt", amount);
        self.text("CdtDbtInd", direction(amount));
    }
}

/// The amount without its sign.
pub(super) fn magnitude(amount: Money) -> Money {
    amount.max(-amount)
}

/// The sign as camt.053 writes it: nothing counts as credit.
pub(super) fn direction(amount: Money) -> &'static str {
    if amount < Money::ZERO { "DBIT" } else { "CRDT" }
}

/// The first signs of a text, as many as a field holds; a control sign becomes a space.
pub(super) fn cut(text: &str, length_max: usize) -> String {
    let plain = |sign: char| if sign.is_control() { ' ' } else { sign };
    text.chars().map(plain).take(length_max).collect()
}
