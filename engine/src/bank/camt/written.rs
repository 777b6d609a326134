//! A statement written by a writer that knows nothing of the reader is read back equal: every text, every cent.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Direction, Entry, EntryStatus, Proof, read};

/// A text as a bank may send it: with spaces, signs that XML escapes, accents, and nothing at its ends that collapses.
fn words() -> impl Strategy<Value = String> {
    "[A-Za-z0-9&<>\"'/.é€ß-]{1,12}( [A-Za-z0-9&<>\"'/.é€ß-]{1,12}){0,3}"
}

fn id() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[A-Z]{2}[A-Z0-9/?:().,'+ -]{0,30}[0-9]")
}

/// One payment in an entry, as the writer knows it.
#[derive(Clone, Debug)]
struct WrittenPart {
    cents: u64,
    end_to_end: Option<String>,
    instruction: Option<String>,
    mandate: Option<String>,
    name: Option<String>,
    lines: Vec<String>,
    reference: Option<String>,
    reason: Option<String>,
}

/// One entry, as the writer knows it.
#[derive(Clone, Debug)]
pub(super) struct WrittenEntry {
    credit: bool,
    status: &'static str,
    reversal: bool,
    day: (u32, u32, u32),
    bank_reference: Option<String>,
    information: Option<String>,
    parts: Vec<WrittenPart>,
}

impl WrittenEntry {
    fn cents(&self) -> u64 {
        self.parts.iter().map(|part| part.cents).sum()
    }

    fn day(&self) -> String {
        let (year, month, day) = self.day;
        format!("{year:04}-{month:02}-{day:02}")
    }
}

fn part() -> impl Strategy<Value = WrittenPart> {
    let ids = (id(), id(), id());
    let texts = (prop::option::of(words()), prop::collection::vec(words(), 0..4));
    let reasons = prop::option::of(prop::sample::select(vec!["AC04", "MS03", "AM04"]));
    (0..10_000_000_000_u64, ids, texts, id(), reasons).prop_map(
        |(cents, ids, (name, lines), reference, reason)| {
            let (end_to_end, instruction, mandate) = ids;
            let reason = reason.map(str::to_owned);
            WrittenPart { cents, end_to_end, instruction, mandate, name, lines, reference, reason }
        },
    )
}

pub(super) fn entry() -> impl Strategy<Value = WrittenEntry> {
    let day = (1990..2100_u32, 1..=12_u32, 1..=28_u32);
    let status = prop::sample::select(vec!["BOOK", "BOOK", "BOOK", "PDNG", "INFO"]);
    let facts = (any::<bool>(), status, any::<bool>(), day);
    (facts, id(), prop::option::of(words()), prop::collection::vec(part(), 1..4)).prop_map(
        |((credit, status, reversal, day), bank_reference, information, parts)| WrittenEntry {
            credit,
            status,
            reversal,
            day,
            bank_reference,
            information,
            parts,
        },
    )
}

/// How a file is written: what changes nothing of what it says.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each of them is a choice of its own")]
pub(super) struct Manner {
    pub(super) newer: bool,
    pub(super) prefixed: bool,
    pub(super) indented: bool,
    pub(super) numbered: bool,
    pub(super) utf_16: bool,
}

struct Writer {
    manner: Manner,
    out: String,
    depth: usize,
}

impl Writer {
    fn open(&mut self, name: &str, attribute: &str) {
        self.indent();
        let prefix = if self.manner.prefixed { "ns2:" } else { "" };
        let _ = write!(self.out, "<{prefix}{name}{attribute}>");
        self.depth += 1;
    }

    fn close(&mut self, name: &str) {
        self.depth -= 1;
        self.indent();
        let prefix = if self.manner.prefixed { "ns2:" } else { "" };
        let _ = write!(self.out, "</{prefix}{name}>");
    }

    fn indent(&mut self) {
        if self.manner.indented {
            let _ = write!(self.out, "\r\n{}", "  ".repeat(self.depth));
        }
    }

    fn leaf(&mut self, name: &str, attribute: &str, text: &str) {
        self.open(name, attribute);
        for character in text.chars() {
            match character {
                '&' => self.out += "&amp;",
                '<' => self.out += "&lt;",
                '>' => self.out += "&gt;",
                other if self.manner.numbered && !other.is_ascii() => {
                    let _ = write!(self.out, "&#x{:X};", u32::from(other));
                }
                other => self.out.push(other),
            }
        }
        self.depth -= 1;
        let prefix = if self.manner.prefixed { "ns2:" } else { "" };
        let _ = write!(self.out, "</{prefix}{name}>");
    }

    fn some(&mut self, name: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.leaf(name, "", text);
        }
    }

    fn amount(&mut self, cents: u64) {
        self.leaf("Amt", " Ccy=\"EUR\"", &format!("{}.{:02}", cents / 100, cents % 100));
    }

    fn balance(&mut self, code: &str, cents: i128) {
        self.open("Bal", "");
        self.open("Tp", "");
        self.open("CdOrPrtry", "");
        self.leaf("Cd", "", code);
        self.close("CdOrPrtry");
        self.close("Tp");
        self.amount(u64::try_from(cents.unsigned_abs()).expect("a sum that fits"));
        self.leaf("CdtDbtInd", "", if cents < 0 { "DBIT" } else { "CRDT" });
        self.close("Bal");
    }

    fn entry(&mut self, entry: &WrittenEntry) {
        self.open("Ntry", "");
        self.amount(entry.cents());
        self.leaf("CdtDbtInd", "", if entry.credit { "CRDT" } else { "DBIT" });
        self.leaf("RvslInd", "", if entry.reversal { "true" } else { "false" });
        if self.manner.newer {
            self.open("Sts", "");
            self.leaf("Cd", "", entry.status);
            self.close("Sts");
        } else {
            self.leaf("Sts", "", entry.status);
        }
        self.open("BookgDt", "");
        if self.manner.newer {
            self.leaf("DtTm", "", &format!("{}T12:00:00+01:00", entry.day()));
        } else {
            self.leaf("Dt", "", &entry.day());
        }
        self.close("BookgDt");
        self.some("AcctSvcrRef", entry.bank_reference.as_ref());
        self.open("NtryDtls", "");
        for part in &entry.parts {
            self.part(entry, part);
        }
        self.close("NtryDtls");
        self.some("AddtlNtryInf", entry.information.as_ref());
        self.close("Ntry");
    }

    fn part(&mut self, entry: &WrittenEntry, part: &WrittenPart) {
        let side = if entry.credit { "Dbtr" } else { "Cdtr" };
        self.open("TxDtls", "");
        self.open("Refs", "");
        self.some("InstrId", part.instruction.as_ref());
        self.some("EndToEndId", part.end_to_end.as_ref());
        self.some("MndtId", part.mandate.as_ref());
        self.close("Refs");
        self.open("AmtDtls", "");
        self.open("TxAmt", "");
        self.amount(part.cents);
        self.close("TxAmt");
        self.close("AmtDtls");
        self.open("RltdPties", "");
        self.open(side, "");
        if self.manner.newer {
            self.open("Pty", "");
        }
        self.some("Nm", part.name.as_ref());
        if self.manner.newer {
            self.close("Pty");
        }
        self.close(side);
        self.close("RltdPties");
        self.open("RmtInf", "");
        for line in &part.lines {
            self.leaf("Ustrd", "", line);
        }
        if let Some(reference) = &part.reference {
            self.open("Strd", "");
            self.open("CdtrRefInf", "");
            self.leaf("Ref", "", reference);
            self.close("CdtrRefInf");
            self.close("Strd");
        }
        self.close("RmtInf");
        if let Some(reason) = &part.reason {
            self.open("RtrInf", "");
            self.open("Rsn", "");
            self.leaf("Cd", "", reason);
            self.close("Rsn");
            self.close("RtrInf");
        }
        self.close("TxDtls");
    }
}

pub(super) fn bytes(entries: &[WrittenEntry], opening: i64, manner: Manner) -> Vec<u8> {
    let change = |entry: &WrittenEntry| match (entry.status, entry.credit) {
        ("BOOK", true) => i128::from(entry.cents()),
        ("BOOK", false) => -i128::from(entry.cents()),
        _ => 0,
    };
    let closing = i128::from(opening) + entries.iter().map(change).sum::<i128>();
    let mut writer = Writer { manner, out: String::new(), depth: 0 };
    writer.out += "<?xml version=\"1.0\"?>";
    let version = if manner.newer { "08" } else { "02" };
    let colon = if manner.prefixed { ":ns2" } else { "" };
    writer.open(
        "Document",
        &format!(" xmlns{colon}=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\""),
    );
    writer.open("BkToCstmrStmt", "");
    writer.open("Stmt", "");
    writer.leaf("Id", "", "S1");
    writer.balance("OPBD", i128::from(opening));
    writer.balance("CLBD", closing);
    for entry in entries {
        writer.entry(entry);
    }
    writer.close("Stmt");
    writer.close("BkToCstmrStmt");
    writer.close("Document");
    if manner.utf_16 {
        let units = writer.out.encode_utf16().flat_map(u16::to_be_bytes);
        [0xFE, 0xFF].into_iter().chain(units).collect()
    } else {
        writer.out.into_bytes()
    }
}

/// A text with single spaces, as the reader gives ids.
fn plain(text: Option<&String>) -> Option<String> {
    let text = text?.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn check(written: &WrittenEntry, read: &Entry) {
    assert_eq!(u64::try_from(read.amount.cents()), Ok(written.cents()));
    assert_eq!(read.direction == Direction::Credit, written.credit);
    let status = match read.status {
        EntryStatus::Booked => "BOOK",
        EntryStatus::Pending => "PDNG",
        EntryStatus::Information => "INFO",
        EntryStatus::Other(_) => "other",
    };
    assert_eq!((status, read.reversal), (written.status, written.reversal));
    assert_eq!(read.booked_on.map(|day| day.to_string()), Some(written.day()));
    assert_eq!(read.bank_reference, plain(written.bank_reference.as_ref()));
    assert_eq!(read.information, plain(written.information.as_ref()).unwrap_or_default());
    assert_eq!(read.details.len(), written.parts.len());
    for (written, read) in written.parts.iter().zip(&read.details) {
        assert_eq!(read.amount.and_then(|amount| u64::try_from(amount.cents()).ok()), Some(written.cents));
        assert_eq!(read.end_to_end_id, plain(written.end_to_end.as_ref()));
        assert_eq!(read.instruction_id, plain(written.instruction.as_ref()));
        assert_eq!(read.mandate_id, plain(written.mandate.as_ref()));
        assert_eq!(read.counterparty_name, plain(written.name.as_ref()));
        assert_eq!(read.unstructured, written.lines);
        assert_eq!(read.remittance, written.lines.join(" "));
        assert_eq!(read.structured_reference, plain(written.reference.as_ref()));
        assert_eq!(read.return_reason, written.reason);
    }
}

proptest! {
    #[test]
    fn what_another_writer_writes_is_read_back_equal(
        entries in prop::collection::vec(entry(), 0..6),
        opening in -1_000_000_000..1_000_000_000_i64,
        manner in prop::array::uniform5(any::<bool>()),
    ) {
        let [newer, prefixed, indented, numbered, utf_16] = manner;
        let manner = Manner { newer, prefixed, indented, numbered, utf_16 };
        let bytes = bytes(&entries, opening, manner);
        let file = read(bytes.as_slice()).expect("a file as a bank writes it");
        let statement = &file.statements[0];
        prop_assert_eq!(statement.problems().next(), None);
        prop_assert_eq!(statement.proof(), Proof::Proved);
        prop_assert_eq!(statement.entries.len(), entries.len());
        for (written, read) in entries.iter().zip(&statement.entries) {
            check(written, read);
        }
    }
}
