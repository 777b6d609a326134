//! The bytes of a file as checked UTF-8, block by block, with constant memory.
//!
//! The encoding comes from the byte order mark or the XML declaration. A byte that is no character
//! is an error with its offset; nothing is ever replaced by U+FFFD.

use std::io::{self, BufRead, Read};

use super::charset::{Charset, Encoding};
use super::code::Code;
use super::error::CamtError;

const BLOCK: usize = 64 * 1024;
/// How much of the beginning is searched for the declaration.
const SNIFFED: usize = 1024;
/// The most bytes of one text.
pub(super) const TEXT_MAX: u64 = 64 * 1024;
/// The most bytes of one tag or comment.
pub(super) const TAG_MAX: u64 = 1024 * 1024;

/// A reader of bytes that hands out UTF-8 made of XML characters only.
pub(super) struct Source<R> {
    inner: R,
    encoding: Encoding,
    charset: Charset,
    /// Bytes as they were read and not decoded yet; holds the tail of a character cut in two.
    raw: Vec<u8>,
    /// How many bytes of the input come before `raw`.
    raw_offset: u64,
    ended: bool,
    /// Checked UTF-8.
    block: Vec<u8>,
    used: usize,
    /// How many bytes of checked UTF-8 come before `block`.
    block_offset: u64,
    /// Up to where in `block` the lines are counted.
    counted: usize,
    line: u64,
    event_start: u64,
    event_max: Option<u64>,
    failure: Option<CamtError>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R, encoding: Encoding) -> Source<R> {
        Source {
            inner,
            encoding,
            charset: Charset::Unknown,
            raw: Vec::new(),
            raw_offset: 0,
            ended: false,
            block: Vec::new(),
            used: 0,
            block_offset: 0,
            counted: 0,
            line: 1,
            event_start: 0,
            event_max: None,
            failure: None,
        }
    }

    /// Marks that a text or a tag starts here, and gives its line.
    pub(super) fn start_event(&mut self) -> u64 {
        self.line += newlines(&self.block[self.counted..self.used]);
        self.counted = self.used;
        self.event_start = self.block_offset + self.used as u64;
        self.event_max = self.block.get(self.used).copied().map(event_max);
        self.line
    }

    /// What went wrong, where reading ended with an I/O error.
    pub(super) fn failure(&mut self) -> Option<CamtError> {
        self.failure.take()
    }

    fn fill(&mut self) -> Result<(), CamtError> {
        if let Some(max) = self.event_max {
            let so_far = self.block_offset + self.block.len() as u64 - self.event_start;
            if max < so_far {
                let (line, kib) = (self.line, max / 1024);
                let text = format!("one text or tag is longer than {kib} KiB");
                let code = if max == TEXT_MAX { Code::TextTooLong } else { Code::TooLarge };
                return Err(CamtError::Limit { line, code, text });
            }
        }
        self.line += newlines(&self.block[self.counted..]);
        self.block_offset += self.block.len() as u64;
        self.block.clear();
        (self.used, self.counted) = (0, 0);
        while self.block.is_empty() && !(self.ended && self.raw.is_empty()) {
            self.read_raw()?;
            self.decode()?;
        }
        if self.event_max.is_none() {
            self.event_max = self.block.first().copied().map(event_max);
        }
        self.check_characters()
    }

    /// Reads until there is a block or the input ends.
    fn read_raw(&mut self) -> Result<(), CamtError> {
        let least = match self.charset {
            Charset::Unknown => SNIFFED,
            _ => self.raw.len() + 1,
        };
        while self.raw.len() < least && !self.ended {
            let held = self.raw.len();
            self.raw.resize(BLOCK, 0);
            let read = self.inner.read(&mut self.raw[held..]);
            self.raw.truncate(held + read.as_ref().map_or(0, |read| *read));
            match read {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        if matches!(self.charset, Charset::Unknown) {
            let (charset, mark) = Charset::of(&self.raw[..self.raw.len().min(SNIFFED)], self.encoding)?;
            self.charset = charset;
            self.raw.drain(..mark);
            self.raw_offset = mark as u64;
        }
        Ok(())
    }

    /// Moves what is decoded from `raw` to `block`.
    fn decode(&mut self) -> Result<(), CamtError> {
        match self.charset.decode(&mut self.raw, &mut self.block, self.ended) {
            Ok(taken) => {
                self.raw_offset += taken as u64;
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

    /// Refuses what is no XML character: controls, U+FFFE and U+FFFF.
    fn check_characters(&self) -> Result<(), CamtError> {
        let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
        let controls = self.block.iter().fold(false, |any, byte| any | control(*byte));
        let place = if controls {
            self.block.iter().position(|byte| control(*byte))
        } else if self.block.contains(&0xEF) {
            let last_two = |three: &[u8]| matches!(three, [0xEF, 0xBF, 0xBE | 0xBF]);
            self.block.windows(3).position(last_two)
        } else {
            None
        };
        let Some(place) = place else { return Ok(()) };
        let line = self.line + newlines(&self.block[..place]);
        let byte = self.block[place];
        let text = format!("a character that XML forbids (byte {byte:02X})");
        Err(CamtError::NotWellFormed { line, code: Code::XmlCharacter, text })
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.block.len()
            && let Err(error) = self.fill()
        {
            self.failure = Some(error);
            return Err(io::Error::other("the source failed"));
        }
        Ok(&self.block[self.used..])
    }

    fn consume(&mut self, amount: usize) {
        self.used = self.block.len().min(self.used + amount);
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let read = available.len().min(into.len());
        into[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}

fn event_max(first: u8) -> u64 {
    if first == b'<' { TAG_MAX } else { TEXT_MAX }
}

#[expect(
    clippy::naive_bytecount,
    reason = "the texts between two tags are too short for a crate to count them faster"
)]
fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
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

    fn text(bytes: &[u8]) -> Result<String, String> {
        let mut source = Source::new(Slow(bytes), Encoding::Declared);
        let mut text = String::new();
        let read = source.read_to_string(&mut text);
        match source.failure() {
            Some(error) => Err(error.to_string()),
            None => Ok(read.map(|_| text).expect("only failures end reading")),
        }
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
    fn a_wrong_byte_is_named_by_its_offset_and_never_replaced() {
        let wrong = |bytes: &[u8], offset: &str| {
            let error = text(bytes).expect_err("a wrong byte");
            assert!(error.starts_with(&format!("encoding at byte {offset}: ")), "{error}");
        };
        wrong(b"<a>\xE9</a>", "3");
        wrong(b"<a>\xE2\x82", "3");
        wrong(b"<?xml version='1.0' encoding='ascii'?>\xE9", "38");
        wrong(b"<?xml version='1.0' encoding='windows-1252'?>\x81", "45");
        wrong(b"<?xml version='1.0' encoding='ebcdic'?>", "0");
        wrong(b"<\0a\0>\0", "0");
        wrong(b"\xFF\xFE<\0\x00\xD8a\0", "4");
    }

    #[test]
    fn control_characters_are_refused_with_their_line() {
        assert_eq!(
            text(b"<a>\n\x01</a>"),
            Err("line 2: not well-formed: a character that XML forbids (byte 01); \
                 get the file from the bank again"
                .to_owned())
        );
        assert!(text("<a>\u{FFFE}</a>".as_bytes()).is_err());
        assert!(text("<a>\u{FFFD}\u{FEFF}</a>".as_bytes()).is_ok());
    }

    #[test]
    fn one_long_text_is_refused_before_it_is_all_read() {
        let mut source = Source::new(io::repeat(b'x'), Encoding::Declared);
        source.start_event();
        let mut read = 0;
        while let Ok(available) = source.fill_buf() {
            let length = available.len();
            source.consume(length);
            read += length;
        }
        assert!(read <= 3 * BLOCK, "{read}");
        assert!(matches!(source.failure(), Some(CamtError::Limit { .. })));
    }
}
