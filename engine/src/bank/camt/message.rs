//! Which message a file is, from its namespace and the element under `Document`.

use std::fmt;

use super::error::{CamtError, shown};

/// The three statement messages of ISO 20022 that share their entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Account report, during the day: entries may still change.
    Camt052,
    /// Statement: the day as it was booked.
    Camt053,
    /// Notification of debits and credits: the parts of a batch.
    Camt054,
}

/// A message and its version.
///
/// ```
/// use grip_engine::bank::camt::{Message, MessageKind};
/// let statement = Message { kind: MessageKind::Camt053, version: Some(2) };
/// assert_eq!(statement.to_string(), "camt.053.001.02");
/// let without_namespace = Message { version: None, ..statement };
/// assert_eq!(without_namespace.to_string(), "camt.053");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// Which of the three messages.
    pub kind: MessageKind,
    /// The version in the namespace; nothing where the file has no namespace.
    pub version: Option<u8>,
}

const NAMESPACES: &str = "urn:iso:std:iso:20022:tech:xsd:camt.";
const VERSION_MAX: u8 = 14;

impl MessageKind {
    const ALL: [MessageKind; 3] = [MessageKind::Camt052, MessageKind::Camt053, MessageKind::Camt054];

    fn code(self) -> &'static str {
        match self {
            MessageKind::Camt052 => "052",
            MessageKind::Camt053 => "053",
            MessageKind::Camt054 => "054",
        }
    }

    fn of_element(name: &str) -> Option<MessageKind> {
        match name {
            "BkToCstmrAcctRpt" => Some(MessageKind::Camt052),
            "BkToCstmrStmt" => Some(MessageKind::Camt053),
            "BkToCstmrDbtCdtNtfctn" => Some(MessageKind::Camt054),
            _ => None,
        }
    }
}

impl Message {
    /// The message that a namespace and the element under `Document` agree on.
    pub(super) fn of(namespace: &str, element: &str) -> Result<Message, CamtError> {
        let not_camt = |text: String| Err(CamtError::NotCamt { text });
        let Some(kind) = MessageKind::of_element(element) else {
            return not_camt(format!("the message is <{}>", shown(element)));
        };
        if namespace.is_empty() {
            return Ok(Message { kind, version: None });
        }
        let Some((named, version)) = named(namespace) else {
            return not_camt(format!("the namespace is `{namespace}`"));
        };
        if named != kind {
            let text = format!("the namespace is `{namespace}`, the message <{element}>");
            return not_camt(text);
        }
        match version {
            1..=VERSION_MAX => Ok(Message { kind, version: Some(version) }),
            _ => Err(CamtError::UnsupportedVersion { text: namespace.to_owned() }),
        }
    }

    /// Refuses a namespace that is no camt at all, before anything is read.
    pub(super) fn check(namespace: &str) -> Result<(), CamtError> {
        if namespace.is_empty() || named(namespace).is_some() {
            return Ok(());
        }
        let text = format!("the namespace is `{}`", shown(namespace));
        Err(CamtError::NotCamt { text })
    }
}

fn named(namespace: &str) -> Option<(MessageKind, u8)> {
    let (code, version) =
        namespace.strip_prefix(NAMESPACES)?.split_once(".001.").filter(|(_, version)| version.len() == 2)?;
    let kind = MessageKind::ALL.into_iter().find(|kind| kind.code() == code)?;
    let digits = version.bytes().all(|byte| byte.is_ascii_digit());
    Some((kind, version.parse().ok().filter(|_| digits)?))
}

impl fmt::Display for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "camt.{}", self.kind.code())?;
        match self.version {
            Some(version) => write!(out, ".001.{version:02}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(namespace: &str, element: &str) -> String {
        match Message::of(namespace, element) {
            Ok(message) => message.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn namespace_and_element_name_the_message_together() {
        let urn = |tail: &str| format!("{NAMESPACES}{tail}");
        assert_eq!(message(&urn("053.001.08"), "BkToCstmrStmt"), "camt.053.001.08");
        assert_eq!(message(&urn("052.001.14"), "BkToCstmrAcctRpt"), "camt.052.001.14");
        assert_eq!(message("", "BkToCstmrDbtCdtNtfctn"), "camt.054");
        for (tail, element, reason) in [
            ("053.001.99", "BkToCstmrStmt", "version"),
            ("053.001.00", "BkToCstmrStmt", "version"),
            ("053.001.08", "BkToCstmrAcctRpt", "not camt"),
            ("053", "BkToCstmrStmt", "not camt"),
            ("053.001.8", "BkToCstmrStmt", "not camt"),
            ("053.001.+8", "BkToCstmrStmt", "not camt"),
            ("060.001.05", "BkToCstmrStmt", "not camt"),
            ("053.001.08", "CstmrPmtStsRpt", "not camt"),
        ] {
            let said = message(&urn(tail), element);
            assert!(said.starts_with(reason), "{said}");
        }
        assert!(message("urn:x", "BkToCstmrStmt").starts_with("not camt"));
    }
}
