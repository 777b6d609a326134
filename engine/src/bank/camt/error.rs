//! Why a statement file is refused as a whole, and what is wrong with one element of it.

use super::code::Code;

/// Why a file is no statement file that can be read. Nothing of such a file may be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CamtError {
    /// The bytes are not in the encoding the file names, or that encoding is not known here.
    #[error(
        "encoding at byte {offset}: {text}; ask the bank for the file in UTF-8, or read it as windows-1252 where \
             you know that it is"
    )]
    Encoding {
        /// How many bytes come before the first wrong one.
        offset: u64,
        /// What is wrong.
        text: String,
    },
    /// The file is no well-formed XML: cut off, wrongly nested, with forbidden characters.
    #[error("line {line}: not well-formed: {text}; get the file from the bank again")]
    NotWellFormed {
        /// The line, 1 for the first.
        line: u64,
        /// The cause: cut off, trailing content, a forbidden character, an unknown entity, or other.
        code: Code,
        /// What is wrong.
        text: String,
    },
    /// The file declares a document type: no bank does, and entities are a way to attack a reader.
    #[error("line {line}: a document type (`<!DOCTYPE`) is refused; no bank sends one")]
    Doctype {
        /// The line it starts on.
        line: u64,
    },
    /// Another message than camt.052, camt.053 or camt.054.
    #[error("not camt: {text}; choose a camt.052, camt.053 or camt.054 file")]
    NotCamt {
        /// What was found instead.
        text: String,
    },
    /// A version of the message that did not exist when this was written.
    #[error("version `{text}` is not known: ask the bank for camt.053.001.02 or camt.053.001.08")]
    UnsupportedVersion {
        /// The namespace found.
        text: String,
    },
    /// Something is larger or deeper than any statement needs.
    #[error("line {line}: {text}; no statement of a bank needs that")]
    Limit {
        /// The line it starts on.
        line: u64,
        /// The cause: too deep, a text too long, or something else too large.
        code: Code,
        /// What is too large.
        text: String,
    },
    /// The bytes could not be read.
    #[error("reading failed: {0}; try again")]
    Io(#[from] std::io::Error),
}

impl CamtError {
    /// The code of the cause.
    pub fn code(&self) -> Code {
        match self {
            CamtError::Encoding { .. } => Code::Encoding,
            CamtError::NotWellFormed { code, .. } | CamtError::Limit { code, .. } => *code,
            CamtError::Doctype { .. } => Code::Doctype,
            CamtError::NotCamt { .. } => Code::NotCamt,
            CamtError::UnsupportedVersion { .. } => Code::UnsupportedVersion,
            CamtError::Io(_) => Code::Reading,
        }
    }
}

/// One element that cannot be taken as it stands, or is odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line on which the element starts, 1 for the first.
    pub line: u64,
    /// The name of the element in the message: `Amt`, `CdtDbtInd`, `BookgDt`.
    pub element: String,
    /// The cause.
    pub code: Code,
    /// What is wrong, showing the text found.
    pub text: String,
}

impl Problem {
    pub(super) fn new(line: u64, element: &str, code: Code, text: impl Into<String>) -> Problem {
        let element = element.to_owned();
        let text = text.into();
        Problem { line, element, code, text }
    }
}

/// The beginning of a text from the file, short enough for one line of a message.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut shown: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shown_by_its_beginning_on_one_line() {
        assert_eq!(shown("12,34"), "12,34");
        assert_eq!(shown("a\nb"), "a b");
        assert_eq!(shown(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn an_error_says_where_what_and_what_to_do() {
        let error = CamtError::Encoding { offset: 7, text: "byte E9 is not UTF-8".to_owned() };
        assert_eq!(
            error.to_string(),
            "encoding at byte 7: byte E9 is not UTF-8; ask the bank for the file in UTF-8, or read it as windows-1252 \
             where you know that it is"
        );
    }
}
