//! Whatever stands in a file: shared out over threads it gives the pieces, the errors and the warnings of one reader.

use std::io::Read;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::super::source::BLOCK;
use super::super::tests::{balance, document, entry};
use super::super::written::{Manner, bytes, entry as written_entry};
use super::super::{Blocks, Encoding, Pieces, pieces_over, read};

#[path = "../../../../benches/support/written.rs"]
mod municipality;

/// All that a reader says of a file.
fn told<R: Read>(mut pieces: Pieces<R>) -> Vec<String> {
    let mut told: Vec<String> = pieces.by_ref().map(|piece| format!("{piece:?}")).collect();
    told.push(format!("{:?} {:?} {:?}", pieces.message(), pieces.header(), pieces.warnings()));
    told
}

/// Reads a file alone and shared out, in blocks of these sizes.
fn same_in(file: &[u8], encoding: Encoding, sizes: &[usize]) -> Result<(), String> {
    for bytes in sizes.iter().copied() {
        let over = |workers| told(pieces_over(file, encoding, Blocks { workers, bytes }));
        let alone = over(0);
        for workers in 1..=3 {
            let shared = over(workers);
            if let Some(place) =
                (0..alone.len().max(shared.len())).find(|at| alone.get(*at) != shared.get(*at))
            {
                return Err(format!(
                    "{workers} workers, blocks of {bytes}, piece {place}:\n{:?}\nalone:\n{:?}",
                    shared.get(place),
                    alone.get(place)
                ));
            }
        }
    }
    Ok(())
}

fn same(file: &[u8]) {
    if let Err(differs) = same_in(file, Encoding::Declared, &[100, 700, BLOCK]) {
        panic!("{differs}");
    }
}

/// All files below a folder that look like statements.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("a file").path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml")) {
            found.push(path);
        }
    }
    found
}

fn same_below(folder: &str) -> usize {
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    for path in &files {
        let bytes = std::fs::read(path).expect("a readable file");
        for encoding in [Encoding::Declared, Encoding::Windows1252] {
            let differs = same_in(&bytes, encoding, &[100, 700, BLOCK]).err();
            assert_eq!(differs, None, "{}", path.display());
        }
    }
    files.len()
}

#[test]
fn every_file_of_a_bank_and_every_nasty_one_is_read_alike() {
    assert!(10 <= same_below("../samples/bankafschriften"));
    assert!(30 <= same_below("../tests/files/nasty"));
    if same_below("../../shared/iso20022") == 0 {
        eprintln!("NOT TESTED: the corpus of real files is absent");
    }
}

#[test]
fn a_file_of_a_municipality_is_shared_out_and_read_alike() {
    let mut file = Vec::new();
    municipality::Written::new(3_000).read_to_end(&mut file).expect("a file");
    assert!(10 * BLOCK < file.len());
    assert_eq!(same_in(&file, Encoding::Declared, &[5_000, BLOCK]), Ok(()));
    let mut shared = pieces_over(file.as_slice(), Encoding::Declared, Blocks::over(2));
    assert_eq!(shared.by_ref().filter(Result::is_err).count(), 0);
    assert!(9 < shared.blocks_shared(), "most of it was read by the workers");
}

#[test]
fn a_small_file_starts_no_thread() {
    let file = document("08", &entry("1.00", "CRDT", "").repeat(500));
    let mut pieces = pieces_over(file.as_bytes(), Encoding::Declared, Blocks::over(2));
    assert_eq!(pieces.by_ref().flatten().count(), 502);
    assert_eq!(pieces.blocks_shared(), 0);
}

/// Forty entries, of which one is written in its own way.
fn with(odd: &str) -> String {
    let entries = |from: u32| -> String {
        (from..from + 20)
            .map(|cents| {
                let more = "<NtryRef>n</NtryRef>\n<NtryDtls><TxDtls><Refs><EndToEndId>E</EndToEndId></Refs></TxDtls></NtryDtls>";
                entry(&format!("{cents}.00"), "CRDT", more) + "\n"
            })
            .collect()
    };
    let balances = balance("OPBD", "0.00", "2026-03-01") + &balance("CLBD", "820.00", "2026-03-02");
    document("08", &format!("{balances}{}{odd}{}", entries(1), entries(21)))
}

#[test]
fn what_looks_like_the_end_of_an_entry_and_is_none_changes_nothing() {
    for odd in [
        "<!-- <Ntry></Ntry> -->",
        "<!-- </Ntry>",
        "<?pi </Ntry> ?>",
        "<![CDATA[</Ntry>]]>",
        "<SplmtryData><Envlp><Ntry>x</Ntry></Envlp></SplmtryData>",
        "<Ntry><AddtlNtryInf><![CDATA[a</Ntry>b]]></AddtlNtryInf></Ntry>",
        "<Ntry><AddtlNtryInf>a<!-- </Ntry> -->b</AddtlNtryInf></Ntry>",
        "<Ntry><NtryDtls><Ntry></Ntry></NtryDtls></Ntry>",
        "<Ntry a='</Ntry>'></Ntry>",
        "<Ntry a='>'/>",
    ] {
        same(with(odd).as_bytes());
        same(with(&odd.repeat(20)).as_bytes());
    }
}

#[test]
fn what_stands_between_entries_and_is_none_counts_as_it_does_for_one_reader() {
    for odd in [
        "<Ntry/>",
        "<Ntry>text</Ntry>",
        "text",
        "<Id>another</Id>",
        "<Acct><Ccy>USD</Ccy></Acct>",
        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp></Bal>",
        "<Unknown><Ntry></Ntry></Unknown>",
        "<Ntry xmlns='urn:other'><Amt>1</Amt></Ntry>",
        "<x:Ntry xmlns:x='urn:other'></x:Ntry>",
        "<x:Ntry></x:Ntry>",
        "<x:Ntry xmlns:x='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'></x:Ntry>",
        "</Stmt><Stmt><Id>S2</Id>",
        "</Stmt></BkToCstmrStmt></Document>",
        "</Stmt><Rpt>",
        "</Acct>",
        "&amp;",
        "&unknown;",
        "]]>",
        "\u{1}",
        "\u{FEFF}",
        "<!DOCTYPE a>",
        "<?xml version='1.0'?>",
        "<Ntry><Amt Ccy=\"EUR\">x</Amt><Sts>PDNG</Sts></Ntry>",
        "<Ntry><Amt Ccy=\"USD\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>",
    ] {
        same(with(odd).as_bytes());
    }
}

#[test]
fn the_end_of_an_entry_may_be_written_in_any_way() {
    let plain = with("");
    for (from, to) in
        [("</Ntry>", "</Ntry >"), ("</Ntry>", "</Ntry\n>"), ("\n", "\r\n"), ("</Ntry>\n", "</Ntry>")]
    {
        same(plain.replace(from, to).as_bytes());
    }
    let prefixed: String = plain
        .replace("</", "</c:")
        .replace("xmlns=", "xmlns:c=")
        .split('<')
        .enumerate()
        .map(|(number, part)| match part.chars().next() {
            _ if number == 0 => part.to_owned(),
            Some('/' | '?' | '!') => format!("<{part}"),
            _ => format!("<c:{part}"),
        })
        .collect();
    assert!(read(prefixed.as_bytes()).is_ok(), "{prefixed}");
    same(prefixed.as_bytes());
}

#[test]
fn an_entry_larger_than_all_blocks_is_read_by_the_one_reader() {
    let part = "<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs></TxDtls>".repeat(200);
    same(with(&entry("1.00", "CRDT", &format!("<NtryDtls>{part}</NtryDtls>"))).as_bytes());
    let in_large_blocks = |odd: &str| {
        assert_eq!(same_in(with(odd).as_bytes(), Encoding::Declared, &[20_000, BLOCK]), Ok(()));
    };
    let long = "x".repeat(70_000);
    in_large_blocks(&format!("<Ntry><AddtlNtryInf>{long}</AddtlNtryInf></Ntry>"));
    in_large_blocks(&format!("<!-- {long} -->"));
    in_large_blocks(&format!("<Ntry a='{}'></Ntry>", long.repeat(16)));
}

#[test]
fn a_file_cut_off_or_with_a_wrong_byte_anywhere_is_refused_alike() {
    let file = with("").into_bytes();
    for length in (0..file.len()).step_by(23) {
        assert_eq!(same_in(&file[..length], Encoding::Declared, &[100]), Ok(()));
        let mut wrong = file.clone();
        wrong[length] = 0xE9;
        assert_eq!(same_in(&wrong, Encoding::Declared, &[100]), Ok(()));
    }
}

#[test]
fn a_file_that_is_asked_for_no_further_leaves_no_thread_behind() {
    let file = document("08", &entry("1.00", "CRDT", "").repeat(20_000));
    let mut pieces = pieces_over(file.as_bytes(), Encoding::Declared, Blocks::over(3));
    assert_eq!(pieces.by_ref().take(5_000).flatten().count(), 5_000);
    assert!(0 < pieces.blocks_shared());
    drop(pieces);
}

#[test]
fn a_source_that_fails_tells_so_behind_the_same_entries() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() {
                return Err(std::io::Error::other("the line is cut"));
            }
            self.0.read(into)
        }
    }
    let file = with("");
    for length in [1_500, 3_000, 5_000] {
        let over = |workers| {
            let source = Failing(&file.as_bytes()[..length]);
            told(pieces_over(source, Encoding::Declared, Blocks { workers, bytes: 100 }))
        };
        assert_eq!(over(2), over(0));
    }
}

/// What is done to a file: put in at a place, or put in the place of something.
const ODD: &[&[u8]] = &[
    b"<!-- </Ntry> -->",
    b"<!--",
    b"-->",
    b"<![CDATA[</Ntry>]]>",
    b"<![CDATA[",
    b"<?pi </Ntry>?>",
    b"</Ntry>",
    b"</ns2:Ntry>",
    b"</Ntry >",
    b"<Ntry>",
    b"<Ntry/>",
    b"<Ntry></Ntry>",
    b"<Ntry xmlns='urn:other'></Ntry>",
    b"<x:Ntry xmlns:x='urn:x'></x:Ntry>",
    b"<NtryRef>x</NtryRef>",
    b"<NtryDtls><TxDtls/></NtryDtls>",
    b"<TxDtls>",
    b"<SplmtryData><Ntry></Ntry></SplmtryData>",
    b"</Stmt><Stmt>",
    b"</Stmt><Stmt><Acct><Ccy>EUR</Ccy></Acct>",
    b"</Stmt>",
    b"<Bal></Bal>",
    b"<Id>x</Id>",
    b"<Sts>BOOK</Sts>",
    b"&amp;",
    b"&x;",
    b"]]>",
    b"]",
    b"\n",
    b"\xE9",
    b"\xE2\x82\xAC",
    b"\xEF\xBF\xBE",
    b"\xEF\xBB\xBF",
    b"\x01",
    b"<",
    b">",
    b"'",
];

/// Something odd, where in the file, whether behind a tag, and what it replaces.
type Change = (prop::sample::Index, prop::sample::Index, bool, usize);

fn changed(mut file: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for (odd, place, behind_tag, replaced) in changes {
        let mut at = place.index(file.len().max(1));
        if *behind_tag {
            at = file.iter().skip(at).position(|byte| *byte == b'>').map_or(at, |found| at + found + 1);
        }
        let end = (at + replaced).min(file.len());
        let at = at.min(end);
        file.splice(at..end, ODD[odd.index(ODD.len())].iter().copied());
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_file_with_anything_in_it_is_read_alike(
        entries in prop::collection::vec(written_entry(), 0..20),
        manner in prop::array::uniform5(any::<bool>()),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>(), prop_oneof![Just(0_usize), 0..9_usize]),
            0..4,
        ),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
        size in 64..900_usize,
    ) {
        let [newer, prefixed, indented, numbered, utf_16] = manner;
        let utf_16 = utf_16 && changes.len() < 2;
        let manner = Manner { newer, prefixed, indented, numbered, utf_16 };
        let mut file = changed(bytes(&entries, 0, manner), &changes);
        if let Some(cut) = cut {
            let length = cut.index(file.len().max(1));
            file.truncate(length);
        }
        prop_assert_eq!(same_in(&file, Encoding::Declared, &[size]), Ok(()));
    }
}
