//! A piece of a file as it is written: texts and the lines they stand on, nothing understood yet.
//!
//! A piece is kept in buffers that are used again for the next, so that reading does not ask for memory.

use super::place::Field;
use super::tag::Tag;

/// The most texts of one piece. The largest entry of a bank has some fifty; its `TxDtls` are pieces of their own.
pub(super) const TEXTS_MAX: usize = 10_000;

/// A text and the line on which its element starts.
#[derive(Clone, Debug, Default)]
pub(super) struct RawText {
    pub(super) line: u64,
    pub(super) field: Field,
    pub(super) tag: Tag,
    pub(super) text: String,
    currency: String,
    has_currency: bool,
}

/// The content of an element without elements in it, just read.
#[derive(Clone, Copy)]
pub(super) struct Leaf<'a> {
    pub(super) line: u64,
    pub(super) tag: Tag,
    pub(super) text: &'a str,
    /// The attribute `Ccy`.
    pub(super) currency: Option<&'a str>,
}

/// What became of a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was kept, or it carries nothing that is needed.
    Fine,
    /// It stands a second time where one is allowed.
    Twice,
    /// The piece has more texts than fit.
    Full,
}

/// The texts of a `Stmt`, a `Bal`, a `Ntry` or a `TxDtls`, in the order of the file.
#[derive(Debug)]
pub(super) struct Raw {
    /// The line on which it starts.
    pub(super) line: u64,
    /// For each field where its first text stands, counted from 1; 0 where there is none.
    places: [u16; Field::COUNT],
    texts: Vec<RawText>,
    used: usize,
}

impl Default for Raw {
    fn default() -> Raw {
        Raw { line: 0, places: [0; Field::COUNT], texts: Vec::new(), used: 0 }
    }
}

impl RawText {
    pub(super) fn currency(&self) -> Option<&str> {
        self.has_currency.then_some(self.currency.as_str())
    }
}

impl Raw {
    /// Forgets the texts and keeps their buffers.
    pub(super) fn clear(&mut self) {
        (self.line, self.used) = (0, 0);
        self.places = [0; Field::COUNT];
    }

    /// True where it has no text.
    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Keeps a leaf as the text of a field.
    pub(super) fn take(&mut self, field: Field, leaf: Leaf<'_>) -> Taken {
        let first = self.places[field as usize] == 0;
        if !first && !field.repeats() {
            return if field.is_unique() { Taken::Twice } else { Taken::Fine };
        }
        if self.used == TEXTS_MAX {
            return Taken::Full;
        }
        if self.used == self.texts.len() {
            self.texts.push(RawText::default());
        }
        let slot = &mut self.texts[self.used];
        (slot.line, slot.field, slot.tag) = (leaf.line, field, leaf.tag);
        slot.text.clear();
        slot.text.push_str(leaf.text);
        slot.has_currency = leaf.currency.is_some();
        if let Some(currency) = leaf.currency {
            slot.currency.clear();
            slot.currency.push_str(currency);
        }
        self.used += 1;
        if first {
            self.places[field as usize] = u16::try_from(self.used).unwrap_or(u16::MAX);
        }
        Taken::Fine
    }

    /// The first text of a field.
    pub(super) fn get(&self, field: Field) -> Option<&RawText> {
        let place = usize::from(self.places[field as usize]);
        self.texts.get(place.checked_sub(1)?)
    }

    /// True where the field has a text.
    pub(super) fn has(&self, field: Field) -> bool {
        self.places[field as usize] != 0
    }

    /// All texts from the first of this field on, in the order of the file; none where the field has none.
    pub(super) fn from(&self, field: Field) -> &[RawText] {
        match usize::from(self.places[field as usize]).checked_sub(1) {
            Some(first) => &self.texts[first..self.used],
            None => &[],
        }
    }

    /// All texts of a field.
    pub(super) fn all(&self, field: Field) -> impl Iterator<Item = &RawText> {
        self.from(field).iter().filter(move |text| text.field == field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(text: &str) -> Leaf<'_> {
        Leaf { line: 1, tag: Tag::Sts, text, currency: None }
    }

    #[test]
    fn a_field_is_kept_once_first_or_each_time() {
        let mut raw = Raw::default();
        assert_eq!(raw.take(Field::Status, leaf("BOOK")), Taken::Fine);
        assert_eq!(raw.take(Field::Status, leaf("PDNG")), Taken::Twice);
        assert_eq!(raw.take(Field::ReturnReason, leaf("AC04")), Taken::Fine);
        assert_eq!(raw.take(Field::ReturnReason, leaf("AC01")), Taken::Fine);
        assert_eq!(raw.take(Field::Unstructured, leaf("one")), Taken::Fine);
        assert_eq!(raw.take(Field::Unstructured, leaf("two")), Taken::Fine);
        let text = |field| raw.get(field).map(|raw| raw.text.as_str());
        assert_eq!(text(Field::Status), Some("BOOK"));
        assert_eq!(text(Field::ReturnReason), Some("AC04"));
        let lines: Vec<&str> = raw.all(Field::Unstructured).map(|raw| raw.text.as_str()).collect();
        assert_eq!(lines, ["one", "two"]);
        raw.clear();
        assert!(!raw.has(Field::Status) && raw.all(Field::Unstructured).next().is_none());
    }

    #[test]
    fn a_piece_without_end_is_full() {
        let mut raw = Raw::default();
        for _ in 0..TEXTS_MAX {
            assert_eq!(raw.take(Field::Unstructured, leaf("x")), Taken::Fine);
        }
        assert_eq!(raw.take(Field::Unstructured, leaf("x")), Taken::Full);
    }
}
