//! The bytes of a file as checked text, piece by piece, with constant memory.
//!
//! The encoding comes from the byte order mark or the XML declaration. A byte that is no character
//! is an error with its offset; nothing is ever replaced by U+FFFD.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::charset::{Charset, Encoding};
use super::error::CamtError;

/// How many bytes are read at once.
pub(super) const BLOCK: usize = 256 * 1024;
/// The fewest bytes that may be read at once: more than the longest letter has.
const BLOCK_MIN: usize = 64;
/// How much of the beginning is searched for the declaration.
const SNIFFED: usize = 1024;

/// A reader of bytes that hands out text.
pub(super) struct Source<R> {
    inner: R,
    /// How many bytes are read at once.
    block: usize,
    encoding: Encoding,
    charset: Charset,
    /// Bytes as they were read and not decoded yet; begins with the tail of a character cut in two.
    raw: Vec<u8>,
    /// How many bytes of the input come before `raw`.
    raw_offset: u64,
    ended: bool,
    /// What was read ahead and given back, block by block: it comes before what is read.
    returned: VecDeque<Result<String, CamtError>>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R, encoding: Encoding, block: usize) -> Source<R> {
        Source {
            inner,
            block: block.max(BLOCK_MIN),
            encoding,
            charset: Charset::Unknown,
            raw: Vec::new(),
            raw_offset: 0,
            ended: false,
            returned: VecDeque::new(),
        }
    }

    /// Adds the next piece to a text; false at the end of the input.
    pub(super) fn more(&mut self, text: &mut String) -> Result<bool, CamtError> {
        if let Some(returned) = self.returned.pop_front() {
            text.push_str(&returned?);
            return Ok(true);
        }
        let before = text.len();
        while text.len() == before && !(self.ended && self.raw.is_empty()) {
            self.read_raw()?;
            self.decode(text)?;
        }
        Ok(text.len() != before)
    }

    /// Takes back what was read ahead, in its order: it comes again, in the same blocks.
    pub(super) fn give_back(&mut self, blocks: impl DoubleEndedIterator<Item = Result<String, CamtError>>) {
        for block in blocks.rev() {
            self.returned.push_front(block);
        }
    }

    /// Reads a whole block, or to the end of the input.
    fn read_raw(&mut self) -> Result<(), CamtError> {
        let is_first = matches!(self.charset, Charset::Unknown);
        let block = if is_first { self.block.max(SNIFFED) } else { self.block };
        let mut held = self.raw.len();
        self.raw.resize(block, 0);
        while held < block && !self.ended {
            match self.inner.read(&mut self.raw[held..]) {
                Ok(0) => self.ended = true,
                Ok(read) => held += read.min(block - held),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.raw.truncate(held);
        if is_first {
            let (charset, mark) = Charset::of(&self.raw[..self.raw.len().min(SNIFFED)], self.encoding)?;
            self.charset = charset;
            self.raw.drain(..mark);
            self.raw_offset = mark as u64;
        }
        Ok(())
    }

    /// Moves what is decoded from `raw` to the text.
    fn decode(&mut self, text: &mut String) -> Result<(), CamtError> {
        match self.charset.decode(&self.raw, text, self.ended) {
            Ok(taken) => {
                self.raw_offset += taken as u64;
                self.raw.drain(..taken);
                Ok(())
            }
            Err(wrong) => {
                let byte = self.raw.get(wrong.place).copied().unwrap_or_default();
                let charset = wrong.charset;
                Err(CamtError::Encoding {
                    offset: self.raw_offset + wrong.place as u64,
                    text: format!("byte {byte:02X} is not {charset}, which the file says it is"),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, as a slow connection would.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn text_in(bytes: &[u8], encoding: Encoding) -> Result<String, String> {
        let mut source = Source::new(Slow(bytes), encoding, BLOCK);
        let mut text = String::new();
        while source.more(&mut text).map_err(|error| error.to_string())? {}
        Ok(text)
    }

    fn text(bytes: &[u8]) -> Result<String, String> {
        text_in(bytes, Encoding::Declared)
    }

    #[test]
    fn a_file_may_be_in_any_encoding_a_dutch_bank_uses() {
        let xml = |name: &str| format!("<?xml version='1.0' encoding='{name}'?><a>").into_bytes();
        let with = |name: &str, bytes: &[u8]| text(&[&xml(name), bytes].concat());
        let ends = |name: &str, bytes: &[u8], end: &str| {
            let text = with(name, bytes).expect("a readable file");
            assert!(text.ends_with(end), "{text}");
        };
        ends("UTF-8", "é€".as_bytes(), "é€");
        ends("iso-8859-1", b"\xE9", "é");
        ends("ISO-8859-15", b"\xA4", "€");
        ends("windows-1252", b"\x80", "€");
        ends("US-ASCII", b"e", "e");
        assert_eq!(text(b"\xEF\xBB\xBF<a>"), Ok("<a>".to_owned()));
        assert_eq!(text(b"\xFF\xFE<\0a\0>\0\xAC\x20"), Ok("<a>€".to_owned()));
        assert_eq!(text(b"\xFE\xFF\0<\0a\0>\x20\xAC"), Ok("<a>€".to_owned()));
    }

    #[test]
    fn a_person_may_say_that_it_is_windows_1252_whatever_it_declares() {
        let file = b"<?xml version='1.0' encoding='UTF-8'?><a>Caf\xE9 \x80</a>";
        assert!(text(file).is_err());
        let read = text_in(file, Encoding::Windows1252).expect("a readable file");
        assert!(read.ends_with("<a>Café €</a>"), "{read}");
    }

    #[test]
    fn a_wrong_byte_is_named_by_its_offset_and_never_replaced() {
        let wrong = |bytes: &[u8], offset: &str| {
            let error = text(bytes).expect_err("a wrong byte");
            assert!(error.starts_with(&format!("encoding at byte {offset}: ")), "{error}");
        };
        wrong(b"<a>\xE9</a>", "3");
        wrong(b"<?xml version='1.0' encoding='ascii'?>\xE9", "38");
        wrong(b"<?xml version='1.0' encoding='windows-1252'?>\x81", "45");
        wrong(b"<?xml version='1.0' encoding='ebcdic'?>", "0");
        wrong(b"<?xml version='1.0' encoding='UTF-16'?>", "0");
        wrong(b"<\0a\0>\0", "0");
        wrong(b"\xFF\xFE<\0\x00\xD8a\0", "4");
    }

    /// Such a file is not whole: an element is open, or a character stands behind the document.
    #[test]
    fn a_letter_that_the_end_of_the_file_cuts_is_left_to_the_reader_to_refuse() {
        assert_eq!(text(b"<a>\xE2\x82"), Ok("<a>\u{FFFD}".to_owned()));
    }

    #[test]
    fn a_character_cut_in_two_by_a_block_is_one_character() {
        for before in BLOCK - 3..=BLOCK {
            let whole = format!("{}€é", "x".repeat(before));
            assert_eq!(text(whole.as_bytes()), Ok(whole));
        }
    }
}
