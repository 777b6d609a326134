//! Tags that are plainly written: they are known at a glance and need no reader of XML.

use super::super::tag::Tag;

/// A tag that opens a known element, with no attribute but a currency of three letters.
pub(super) struct PlainTag<'a> {
    pub(super) tag: Tag,
    pub(super) currency: Option<&'a str>,
    /// Its bytes, from `<` to `>`.
    pub(super) length: usize,
}

impl PlainTag<'_> {
    /// The tag at the beginning of a text that begins with `<`; nothing when it is not plainly written.
    pub(super) fn of(rest: &str) -> Option<PlainTag<'_>> {
        let bytes = rest.as_bytes();
        let name_length = bytes[1..].iter().position(|byte| !byte.is_ascii_alphanumeric())?;
        let name_end = 1 + name_length;
        let tag = Tag::of(&rest[1..name_end]);
        if tag == Tag::Other {
            return None;
        }
        match &bytes[name_end..] {
            [b'>', ..] => Some(PlainTag { tag, currency: None, length: name_end + 1 }),
            [b' ', b'C', b'c', b'y', b'=', b'"', a, b, c, b'"', b'>', ..] => {
                let plain = [a, b, c].into_iter().all(u8::is_ascii_alphabetic);
                let currency = rest.get(name_end + 6..name_end + 9).filter(|_| plain)?;
                Some(PlainTag { tag, currency: Some(currency), length: name_end + 11 })
            }
            _ => None,
        }
    }
}

/// The currency where that is the only attribute and plainly written.
pub(super) fn plain_currency(attributes: &str) -> Option<&str> {
    let value = attributes.strip_prefix(" Ccy=\"")?.strip_suffix('"')?;
    value.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(value)
}
