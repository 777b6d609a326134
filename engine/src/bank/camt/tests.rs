//! What no file may do to the reader: make it panic, or make it give a wrong figure in silence.

use std::io::Read;

use proptest::prelude::*;

use super::{Direction, EntryStatus, Inspection, Proof, Statement, inspect, read};

/// A document of one statement around these balances and entries.
pub(super) fn document(version: &str, content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\n\
         <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>\n\
         <Stmt><Id>S1</Id><ElctrncSeqNb>97</ElctrncSeqNb>\n\
         <Acct><Id><IBAN>NL49 BNGH 0285 1717 12</IBAN></Id><Ccy>EUR</Ccy></Acct>\n\
         {content}\n</Stmt></BkToCstmrStmt></Document>\n"
    )
}

/// A balance in euros; negative where it is owed.
pub(super) fn balance(code: &str, amount: &str, on: &str) -> String {
    let (sign, amount) = match amount.strip_prefix('-') {
        Some(amount) => ("DBIT", amount),
        None => ("CRDT", amount),
    };
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
         <CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )
}

/// An entry in euros with more elements after its status.
pub(super) fn entry(amount: &str, direction: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>\
         <Sts>BOOK</Sts>{more}</Ntry>"
    )
}

/// The only statement of a document, read for the books.
pub(super) fn statement(document: &str) -> Statement {
    let file = read(document.as_bytes()).expect("a readable document");
    let [statement] = <[Statement; 1]>::try_from(file.statements).expect("one statement");
    statement
}

fn good() -> String {
    let detail = "<BookgDt><Dt>2026-03-02</Dt></BookgDt><NtryDtls><TxDtls><Refs>\
                  <EndToEndId>E&amp;1</EndToEndId></Refs></TxDtls></NtryDtls>";
    document(
        "02",
        &[
            balance("OPBD", "100.00", "2026-03-01"),
            balance("CLBD", "83.00", "2026-03-02"),
            entry("10.00", "CRDT", detail),
            "<!-- a comment -->".to_owned(),
            entry("27.00", "DBIT", "<ValDt><DtTm>2026-03-02T00:00:00Z</DtTm></ValDt>"),
        ]
        .join("\n"),
    )
}

/// The figures of a statement that would be posted.
fn posted(statement: &Statement) -> String {
    let balances = (statement.end.opening, statement.end.closing);
    let signed = statement.entries.iter().map(|entry| match entry.direction {
        Direction::Credit => entry.amount,
        Direction::Debit => -entry.amount,
    });
    format!(
        "{:?} {:?}",
        balances.0.zip(balances.1).map(|(a, b)| (a.amount, b.amount)),
        signed.collect::<Vec<_>>()
    )
}

/// The figures that a person would take for right.
fn trusted(inspection: &Inspection) -> Vec<String> {
    let statements = inspection.statements.iter();
    let balanced = statements.filter(|statement| statement.balanced == Some(true));
    balanced
        .map(|one| {
            let ends = [one.opening, one.closing].map(|end| end.map(|amount| amount.normalize()));
            format!("{ends:?} {} {}", one.credit.normalize(), one.debit.normalize())
        })
        .collect()
}

/// Reads bytes both ways; panics where figures are given as right that are not those of `good`.
fn never_wrong_in_silence(bytes: &[u8], what: &dyn Fn() -> String) {
    let good = good();
    if let Ok(file) = read(bytes) {
        for statement in &file.statements {
            let booked = statement.entries.iter().all(|one| one.status == EntryStatus::Booked);
            if statement.problems().next().is_none() && statement.proof() == Proof::Proved && booked {
                assert_eq!(posted(statement), posted(&self::statement(&good)), "{}", what());
            }
        }
    }
    if let Ok(found) = inspect(bytes)
        && found.problems.is_empty()
    {
        let right = trusted(&inspect(good.as_bytes()).expect("a good file"));
        let wrong = trusted(&found).into_iter().find(|one| !right.contains(one));
        assert_eq!(wrong, None, "{}", what());
    }
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let good = good();
    let whole = good.trim_end().len();
    for length in 0..whole {
        assert!(read(&good.as_bytes()[..length]).is_err(), "cut off after {length}");
        assert!(inspect(&good.as_bytes()[..length]).is_err(), "cut off after {length}");
    }
    assert_eq!(statement(&good).proof(), Proof::Proved);
}

#[test]
fn one_changed_byte_never_changes_a_figure_in_silence() {
    let good = good().into_bytes();
    for place in 0..good.len() {
        for byte in b"<>/&\"!- 09.\x00\xFFBx" {
            let mut changed = good.clone();
            changed[place] = *byte;
            never_wrong_in_silence(&changed, &|| format!("byte {byte:?} at {place}"));
        }
    }
}

#[test]
fn a_file_that_arrives_byte_by_byte_is_the_same_file() {
    struct Slow<'a>(&'a [u8]);
    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let length = self.0.len().min(1).min(into.len());
            into[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }
    let good = good();
    let slow = inspect(Slow(good.as_bytes())).expect("a good file");
    let fast = inspect(good.as_bytes()).expect("a good file");
    assert_eq!(slow.statements, fast.statements);
}

fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "<Document>",
        "</Document>",
        "<BkToCstmrStmt>",
        "</BkToCstmrStmt>",
        "<Stmt>",
        "</Stmt>",
        "<Ntry>",
        "</Ntry>",
        "<Amt Ccy='EUR'>",
        "</Amt>",
        "<Sts/>",
        "<a b=\"",
        "'",
        "\"",
        "/>",
        "<",
        ">",
        "<!--",
        "-->",
        "<!-->",
        "<!",
        "<![CDATA[",
        "]]>",
        "<?xml version='1.0'",
        "<?",
        "?>",
        "<!DOCTYPE a",
        "&",
        "&amp;",
        "&#",
        "x",
        ";",
        ":",
        " ",
        "1.00",
        "xmlns:a='b'",
        "é",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(bytes.as_slice());
        let _ = inspect(bytes.as_slice());
    }

    #[test]
    fn no_soup_of_xml_makes_it_panic(soup in soup(), whole in any::<bool>()) {
        let text = if whole { document("08", &soup) } else { soup };
        let _ = read(text.as_bytes());
        let _ = inspect(text.as_bytes());
    }

    #[test]
    fn any_changed_byte_is_noticed_or_does_not_matter(
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut changed = good().into_bytes();
        let place = place.index(changed.len());
        changed[place] = byte;
        never_wrong_in_silence(&changed, &|| format!("byte {byte} at {place}"));
    }

    #[test]
    fn several_changes_do_not_make_it_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        utf_16 in any::<bool>(),
    ) {
        let mut changed = good().into_bytes();
        if utf_16 {
            let units = good().encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
            changed = [&[0xFF, 0xFE], units.as_slice()].concat();
        }
        for (place, byte) in changes {
            let place = place.index(changed.len());
            changed[place] = byte;
        }
        let _ = read(changed.as_slice());
        let _ = inspect(changed.as_slice());
    }
}
