//! What makes XML well formed beyond what quick-xml asks for, and how it is refused.

use memchr::memchr;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesRef;

use super::super::code::Code;
use super::super::error::{CamtError, shown};
use super::{TAG_MAX, TEXT_MAX};

/// Where a character stands that XML forbids: a control, U+FFFE or U+FFFF.
pub(super) fn forbidden(bytes: &[u8]) -> Option<usize> {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    // Looking at all of them is faster than stopping at the first.
    if bytes.iter().fold(false, |any, byte| any | control(*byte)) {
        return bytes.iter().position(|byte| control(*byte));
    }
    memchr(0xEF, bytes)?;
    bytes.windows(3).position(|three| matches!(three, [0xEF, 0xBF, 0xBE | 0xBF]))
}

/// True for an error that more of the file may mend.
pub(super) fn is_cut(error: &Error) -> bool {
    matches!(error, Error::Syntax(error) if !matches!(error, SyntaxError::InvalidBangMarkup))
}

pub(super) fn too_long(line: u64, code: Code) -> CamtError {
    let text = match code {
        Code::TextTooLong => format!("one text is longer than {} KiB", TEXT_MAX / 1024),
        _ => format!("one tag or comment is longer than {} KiB", TAG_MAX / 1024),
    };
    CamtError::Limit { line, code, text }
}

pub(super) fn ill_formed(line: u64, text: impl Into<String>) -> CamtError {
    because(Code::Xml, line, text)
}

pub(super) fn because(code: Code, line: u64, text: impl Into<String>) -> CamtError {
    let text = text.into();
    CamtError::NotWellFormed { line, code, text }
}

/// The character that `&…;` stands for: five names and the numbers of XML characters.
pub(super) fn resolved(entity: &BytesRef<'_>, line: u64) -> Result<String, CamtError> {
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

/// What is said of a file that ends before its document does, in a tag, a text or a letter.
pub(super) const CUT_OFF: &str = "the file ends in the middle: it is cut off";

/// Why quick-xml stopped: everything that is not closed at the end of the file was cut off.
pub(super) fn stopped(error: &Error, line: u64) -> CamtError {
    if is_cut(error) {
        return because(Code::Truncated, line, CUT_OFF);
    }
    because(Code::Xml, line, error.to_string())
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

pub(super) fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// A name of letters, digits and `_ - . :`, not beginning with a digit.
pub(super) fn check_name(name: &str, line: u64) -> Result<(), CamtError> {
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii();
    let later = |byte: u8| first(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let part = |part: &str| part.bytes().next().is_some_and(first) && part.bytes().all(later);
    let named = match name.split_once(':') {
        None => part(name),
        Some((prefix, local)) => part(prefix) && part(local),
    };
    if named { Ok(()) } else { Err(ill_formed(line, format!("`{}` is no name", shown(name)))) }
}
