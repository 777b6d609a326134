//! The encoding of a file, from its byte order mark or its XML declaration.

use encoding_rs::{Decoder, DecoderResult};

use super::error::{CamtError, shown};

/// How the encoding of a file is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// By its byte order mark or its XML declaration; UTF-8 where it has neither.
    #[default]
    Declared,
    /// A person says that it is windows-1252, whatever it declares: some banks declare UTF-8 and write that.
    Windows1252,
}

/// How bytes become characters.
pub(super) enum Charset {
    /// Nothing was read yet.
    Unknown,
    Utf8,
    Ascii,
    Decoded(Decoder),
}

/// A byte that is no character.
pub(super) struct WrongByte {
    /// How many bytes come before it.
    pub(super) place: usize,
    /// The encoding it is not in.
    pub(super) charset: &'static str,
}

impl Charset {
    /// The encoding of a file that begins like this, and how many bytes its byte order mark takes.
    pub(super) fn of(beginning: &[u8], encoding: Encoding) -> Result<(Charset, usize), CamtError> {
        if encoding == Encoding::Windows1252 {
            return Ok((Charset::decoded(encoding_rs::WINDOWS_1252), 0));
        }
        let unknown = |text: &str| {
            let text = text.to_owned();
            Err(CamtError::Encoding { offset: 0, text })
        };
        match beginning {
            [0xEF, 0xBB, 0xBF, ..] => Ok((Charset::Utf8, 3)),
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => unknown("UTF-32 is not read"),
            [0xFF, 0xFE, ..] => Ok((Charset::decoded(encoding_rs::UTF_16LE), 2)),
            [0xFE, 0xFF, ..] => Ok((Charset::decoded(encoding_rs::UTF_16BE), 2)),
            // these two names have no mark, by their definition
            [b'<', 0, ..] if says(beginning, u16::from_le_bytes, "UTF-16LE") => {
                Ok((Charset::decoded(encoding_rs::UTF_16LE), 0))
            }
            [0, b'<', ..] if says(beginning, u16::from_be_bytes, "UTF-16BE") => {
                Ok((Charset::decoded(encoding_rs::UTF_16BE), 0))
            }
            [b'<', 0, ..] | [0, b'<', ..] => unknown("UTF-16 without the byte order mark that it needs"),
            _ => match declared(beginning) {
                None => Ok((Charset::Utf8, 0)),
                Some(name) => match Charset::named(&name) {
                    Some(charset) => Ok((charset, 0)),
                    None if name.to_ascii_uppercase().starts_with("UTF-16") => {
                        unknown("the file says that it is UTF-16, and is not")
                    }
                    None => unknown(&format!("encoding `{}` is not read", shown(&name))),
                },
            },
        }
    }

    fn named(name: &str) -> Option<Charset> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Charset::Utf8),
            "us-ascii" | "ascii" => Some(Charset::Ascii),
            // What is named ISO-8859-1 may hold the euro sign of windows-1252, the same elsewhere.
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252" => {
                Some(Charset::decoded(encoding_rs::WINDOWS_1252))
            }
            "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin-9" | "latin9" => {
                Some(Charset::decoded(encoding_rs::ISO_8859_15))
            }
            _ => None,
        }
    }

    fn decoded(encoding: &'static encoding_rs::Encoding) -> Charset {
        Charset::Decoded(encoding.new_decoder_without_bom_handling())
    }

    /// Adds the whole characters of `raw` to a text; gives how many bytes they took.
    pub(super) fn decode(&mut self, raw: &[u8], text: &mut String, last: bool) -> Result<usize, WrongByte> {
        match self {
            Charset::Decoded(decoder) => decode_with(decoder, raw, text, last),
            Charset::Ascii => {
                if let Some(place) = raw.iter().position(|byte| !byte.is_ascii()) {
                    return Err(WrongByte { place, charset: "US-ASCII" });
                }
                add_utf8(raw, text, last)
            }
            Charset::Utf8 | Charset::Unknown => add_utf8(raw, text, last),
        }
    }
}

fn add_utf8(raw: &[u8], text: &mut String, last: bool) -> Result<usize, WrongByte> {
    match std::str::from_utf8(raw) {
        Ok(whole) => {
            text.push_str(whole);
            Ok(raw.len())
        }
        Err(cut) if cut.error_len().is_none() && !last => {
            let whole = std::str::from_utf8(&raw[..cut.valid_up_to()]).unwrap_or_default();
            text.push_str(whole);
            Ok(whole.len())
        }
        // the file ends within a letter: what reads the text says that it is cut off
        Err(cut) if cut.error_len().is_none() => {
            text.push_str(std::str::from_utf8(&raw[..cut.valid_up_to()]).unwrap_or_default());
            text.push(char::REPLACEMENT_CHARACTER);
            Ok(raw.len())
        }
        Err(error) => Err(WrongByte { place: error.valid_up_to(), charset: "UTF-8" }),
    }
}

fn decode_with(decoder: &mut Decoder, raw: &[u8], text: &mut String, last: bool) -> Result<usize, WrongByte> {
    let encoding = decoder.encoding();
    let charset = encoding.name();
    if let Some(place) = raw.iter().position(|byte| unassigned(encoding, *byte)) {
        return Err(WrongByte { place, charset });
    }
    // One byte becomes at most three, two of UTF-16 at most three, and a tail may be waiting.
    text.reserve(raw.len() * 3 + 16);
    let (result, read) = decoder.decode_to_string_without_replacement(raw, text, last);
    match result {
        DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(read),
        DecoderResult::Malformed(wrong, after) => {
            let back = usize::from(wrong) + usize::from(after);
            let place = read.saturating_sub(back);
            Err(WrongByte { place, charset })
        }
    }
}

/// True for a byte that stands for no printed character in a one-byte encoding.
fn unassigned(encoding: &'static encoding_rs::Encoding, byte: u8) -> bool {
    if encoding == encoding_rs::WINDOWS_1252 {
        matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)
    } else {
        encoding == encoding_rs::ISO_8859_15 && matches!(byte, 0x80..=0x9F)
    }
}

/// True when a file in units of two bytes names this encoding.
fn says(beginning: &[u8], unit: fn([u8; 2]) -> u16, name: &str) -> bool {
    let units = beginning.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map_while(Result::ok).collect();
    declared(text.as_bytes()).is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// The encoding that the XML declaration names.
fn declared(beginning: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(beginning);
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn the_declaration_names_the_encoding_in_either_quotes() {
        let name = |text: &str| declared(text.as_bytes());
        let latin = Some("ISO-8859-1".to_owned());
        assert_eq!(name("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>"), latin);
        assert_eq!(name("<?xml version='1.0' encoding = 'ISO-8859-1' ?>"), latin);
        for none in ["", "<a encoding='x'?>", "<?xml version='1.0'?>", "<?xml encoding="] {
            assert_eq!(name(none), None, "{none}");
        }
    }
}
