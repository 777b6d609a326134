//! Elements and texts, written to memory and handed on.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::money::Money;

/// A writer to memory, which cannot fail.
pub(super) struct Xml(Writer<Vec<u8>>);

impl std::fmt::Debug for Xml {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // the bytes hold account numbers
        write!(out, "Xml({} bytes)", self.0.get_ref().len())
    }
}

impl Xml {
    pub(super) fn new() -> Xml {
        Xml(Writer::new(Vec::with_capacity(1024)))
    }

    pub(super) fn begin_document(&mut self, message: &str) {
        self.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        self.line();
        let namespace = format!("urn:iso:std:iso:20022:tech:xsd:{message}");
        self.event(Event::Start(
            BytesStart::new("Document").with_attributes([("xmlns", namespace.as_str())]),
        ));
    }

    pub(super) fn open(&mut self, element: &str) {
        self.event(Event::Start(BytesStart::new(element)));
    }

    pub(super) fn close(&mut self, element: &str) {
        self.event(Event::End(BytesEnd::new(element)));
    }

    pub(super) fn inside(&mut self, element: &str, content: impl FnOnce(&mut Xml)) {
        self.open(element);
        content(self);
        self.close(element);
    }

    pub(super) fn text(&mut self, element: &str, text: &str) {
        self.open(element);
        self.event(Event::Text(BytesText::new(text)));
        self.close(element);
    }

    /// An amount in euros.
    pub(super) fn euros(&mut self, element: &str, amount: Money) {
        self.event(Event::Start(BytesStart::new(element).with_attributes([("Ccy", "EUR")])));
        self.event(Event::Text(BytesText::new(&amount.to_string())));
        self.close(element);
    }

    /// Ends a line, so that a person can look at the file.
    pub(super) fn line(&mut self) {
        self.0.get_mut().push(b'\n');
    }

    /// Hands on what was written since the last time.
    pub(super) fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(self.0.get_ref())?;
        self.0.get_mut().clear();
        Ok(())
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("writing to memory succeeds");
    }
}
