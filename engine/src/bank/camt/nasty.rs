//! The nasty files of banks and of attackers: each with the outcome and the code it must have, and their relatives.
//!
//! What only the books can tell (seen before, an account that is not ours, pages that wait) is tested with the store.

use std::fmt::Write as _;

use super::tests::{balance, document, entry, statement};
use super::{CamtFile, Code, Direction, Encoding, Proof, Statement, inspect, read, read_in};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/files/nasty/");

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(format!("{FOLDER}{file}")).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// `ACCEPT`, `HOLD` or `REJECT` with its code, and the booked figures of what is accepted. A file of which no entry
/// can be read is refused.
fn outcome(bytes: &[u8]) -> String {
    let file = match read(bytes) {
        Ok(file) => file,
        Err(error) => return format!("REJECT {}", error.code()),
    };
    let held = file.statements.iter().find_map(|statement| Some((statement, why_held(statement)?)));
    if let Some((statement, code)) = held {
        let is_useless = file.statements.len() == 1 && statement.entries.is_empty();
        let outcome = if is_useless && code != Code::Currency { "REJECT" } else { "HOLD" };
        return format!("{outcome} {code}");
    }
    accepted(&file)
}

fn why_held(statement: &Statement) -> Option<Code> {
    statement.problems().next().map(|problem| problem.code).or(statement.proof().code())
}

fn accepted(file: &CamtFile) -> String {
    let booked = || file.statements.iter().flat_map(|one| &one.entries).filter(|entry| entry.is_booked());
    let sum = |direction| {
        booked().filter(|one| one.direction == direction).map(|one| one.amount.cents()).sum::<i64>()
    };
    let mut told = format!(
        "ACCEPT {} {} +{} -{}",
        file.statements.len(),
        booked().count(),
        sum(Direction::Credit),
        sum(Direction::Debit)
    );
    let notes = file.statements.iter().flat_map(|one| &one.entries).flat_map(|entry| &entry.notes);
    let of_statements = file.statements.iter().flat_map(|one| &one.end.warnings);
    let mut codes: Vec<Code> =
        file.warnings.iter().chain(of_statements).chain(notes).map(|one| one.code).collect();
    codes.dedup();
    for code in codes {
        let _ = write!(told, " {code}");
    }
    told
}

#[test]
fn every_nasty_file_has_the_outcome_and_the_code_it_must_have() {
    for (file, wanted) in [
        ("01_utf8_bom.xml", "ACCEPT 1 1 +1000 -0"),
        ("02_latin1_declared.xml", "ACCEPT 1 1 +1000 -0"),
        ("03_cp1252_bytes_declared_utf8.xml", "REJECT E_ENCODING"),
        ("04_utf16le_bom.xml", "ACCEPT 1 1 +1000 -0"),
        ("05_truncated_mid_entry.xml", "REJECT E_TRUNCATED"),
        ("06_truncated_after_stmt.xml", "REJECT E_TRUNCATED"),
        ("07_two_documents_concatenated.xml", "REJECT E_TRAILING_CONTENT"),
        ("08_billion_laughs.xml", "REJECT E_DTD"),
        ("09_external_entity.xml", "REJECT E_DTD"),
        ("10_depth_bomb_100000.xml", "REJECT E_DEPTH"),
        ("12_prefixed_namespace.xml", "ACCEPT 1 1 +1000 -0"),
        ("13_no_namespace.xml", "ACCEPT 1 1 +1000 -0 W_NO_NAMESPACE"),
        ("15_unknown_version_99.xml", "REJECT E_UNSUPPORTED_VERSION"),
        ("16_text_in_pieces.xml", "ACCEPT 1 1 +1000 -0"),
        ("17_forbidden_control_char.xml", "REJECT E_XML_CHAR"),
        ("18_whitespace_in_values.xml", "ACCEPT 1 1 +1000 -0"),
        ("19_foreign_ntry_in_supplementary_data.xml", "ACCEPT 1 1 +1000 -0"),
        ("22_negative_amount.xml", "REJECT E_AMOUNT"),
        ("23_amount_with_comma.xml", "REJECT E_AMOUNT"),
        ("25_euro_with_5_decimals.xml", "REJECT E_SCALE"),
        ("27_entry_currency_differs.xml", "HOLD E_CURRENCY"),
        ("29_max_18_digits.xml", "ACCEPT 1 1 +999999999999999999 -0"),
        ("30_txdtls_sum_differs.xml", "ACCEPT 1 1 +1000 -0 W_BATCH_SUM"),
        ("31_txdtls_without_amounts.xml", "ACCEPT 1 1 +1000 -0 W_BATCH_NOT_ITEMISED"),
        ("32_batch_without_txdtls.xml", "ACCEPT 1 1 +1000 -0 W_BATCH_NOT_ITEMISED"),
        ("34_return_of_rent_AC04_dutch_style.xml", "ACCEPT 1 1 +65000 -0 I_RETURN"),
        ("35_pending_and_info_entries.xml", "ACCEPT 1 1 +1000 -0 I_NOT_BOOKED"),
        ("36_no_closing_balance.xml", "HOLD E_NO_CLOSING"),
        ("37_opening_as_PRCD_and_OPBD.xml", "ACCEPT 1 1 +1000 -0"),
        ("38_balance_off_by_one_cent.xml", "HOLD E_BALANCE"),
        ("39_two_accounts_and_gap.xml", "ACCEPT 3 3 +2000 -1000"),
        ("41_duplicate_a.xml", "ACCEPT 1 2 +2000 -0"),
        ("42_duplicate_b_regenerated.xml", "ACCEPT 1 2 +2000 -0"),
        ("43_identical_entries_without_reference.xml", "ACCEPT 1 2 +2000 -0"),
        ("45_page_1_of_2.xml", "HOLD E_NO_CLOSING"),
        ("46_page_2_of_2.xml", "HOLD E_NO_OPENING"),
        ("47_booking_datetime_utc.xml", "ACCEPT 1 1 +1000 -0"),
        ("49_counterparty_iban_invalid.xml", "ACCEPT 1 1 +1000 -0 W_IBAN"),
        ("50_unknown_own_account.xml", "ACCEPT 1 1 +1000 -0"),
    ] {
        let bytes = bytes(file);
        assert_eq!(outcome(&bytes), wanted, "{file}");
        assert_eq!(inspect(bytes.as_slice()).is_err(), read(bytes.as_slice()).is_err(), "{file}");
    }
    let huge =
        good().replace("<Sts>", &format!("<AddtlNtryInf>{}</AddtlNtryInf><Sts>", "x".repeat(20_000_000)));
    assert_eq!(outcome(huge.as_bytes()), "REJECT E_TEXT_TOO_LONG");
}

/// A file of one booked entry of 10.00 that is proved.
fn good() -> String {
    with(&entry("10.00", "CRDT", "<BookgDt><Dt>2026-03-02</Dt></BookgDt>"), "110.00")
}

fn with(entries: &str, closing: &str) -> String {
    let balances = balance("OPBD", "100.00", "2026-03-01") + &balance("CLBD", closing, "2026-03-02");
    document("08", &(balances + entries))
}

const FINE: &str = "ACCEPT 1 1 +1000 -0";

#[test]
fn a_file_is_the_same_in_every_encoding_that_fits_what_it_declares() {
    let accented = good().replace("<Sts>", "<AddtlNtryInf>Café €</AddtlNtryInf><Sts>");
    let named = |name: &str| accented.replace("encoding=\"UTF-8\"", &format!("encoding=\"{name}\""));
    let one_byte = |name: &str, euro: u8| -> Vec<u8> {
        let byte = |c: char| if c == '€' { euro } else { u8::try_from(u32::from(c)).expect("one byte") };
        named(name).chars().map(byte).collect()
    };
    let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    let little = |text: &str| units(text).into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| units(text).into_iter().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for (what, bytes, wanted) in [
        ("UTF-8", accented.clone().into_bytes(), FINE),
        ("UTF-8 in lower case", named("utf-8").into_bytes(), FINE),
        ("UTF-8 with a mark", [b"\xEF\xBB\xBF", accented.as_bytes()].concat(), FINE),
        ("windows-1252", one_byte("windows-1252", 0x80), FINE),
        ("ISO-8859-15", one_byte("ISO-8859-15", 0xA4), FINE),
        ("UTF-16LE with a mark", [b"\xFF\xFE".as_slice(), &little(&named("UTF-16"))].concat(), FINE),
        ("UTF-16BE with a mark", [b"\xFE\xFF".as_slice(), &big(&named("UTF-16"))].concat(), FINE),
        ("UTF-16LE that says UTF-8", [b"\xFF\xFE".as_slice(), &little(&accented)].concat(), FINE),
        ("UTF-16LE without a mark", little(&named("UTF-16")), "REJECT E_ENCODING"),
        ("UTF-16BE without a mark", big(&named("UTF-16")), "REJECT E_ENCODING"),
        ("UTF-8 that says UTF-16", named("UTF-16").into_bytes(), "REJECT E_ENCODING"),
        ("windows-1252 that says UTF-8", one_byte("UTF-8", 0x80), "REJECT E_ENCODING"),
        ("UTF-8 that says ASCII", named("US-ASCII").into_bytes(), "REJECT E_ENCODING"),
        ("EBCDIC", named("IBM037").into_bytes(), "REJECT E_ENCODING"),
        (
            "half a character",
            accented.as_bytes()[..=accented.find('€').expect("a euro")].to_vec(),
            "REJECT E_TRUNCATED",
        ),
        ("UTF-16LE by that name, which has no mark", little(&named("UTF-16LE")), FINE),
        ("UTF-16BE by that name, which has no mark", big(&named("UTF-16be")), FINE),
        ("UTF-16LE that says UTF-16BE", little(&named("UTF-16BE")), "REJECT E_ENCODING"),
    ] {
        assert_eq!(outcome(&bytes), wanted, "{what}");
    }
}

#[test]
fn a_file_in_another_encoding_than_it_says_is_read_when_a_person_says_which() {
    let bytes = bytes("03_cp1252_bytes_declared_utf8.xml");
    let error = read(bytes.as_slice()).expect_err("a wrong byte").to_string();
    assert!(error.starts_with("encoding at byte ") && error.contains("windows-1252"), "{error}");
    let file = read_in(bytes.as_slice(), Encoding::Windows1252).expect("the same bytes");
    assert_eq!(file.statements[0].proof(), Proof::Proved);
    let texts = format!("{:?}", file.statements[0].entries);
    assert!(!texts.contains('\u{FFFD}'), "{texts}");
}

#[test]
fn what_is_no_well_formed_document_is_refused_with_its_cause() {
    let good = good();
    let in_entry = |more: &str| good.replace("<Sts>", &format!("{more}<Sts>"));
    for (what, document, wanted) in [
        ("nothing", String::new(), "REJECT E_EMPTY"),
        ("white space", " \n".to_owned(), "REJECT E_EMPTY"),
        ("a declaration alone", "<?xml version=\"1.0\"?>".to_owned(), "REJECT E_EMPTY"),
        ("plain text", "Datum;Bedrag".to_owned(), "REJECT E_TRAILING_CONTENT"),
        ("text behind it", format!("{good}x"), "REJECT E_TRAILING_CONTENT"),
        ("a zero behind it", format!("{good}\0"), "REJECT E_XML_CHAR"),
        ("a comment behind it", format!("{good}<!-- end -->"), FINE),
        (
            "a DOCTYPE lower down",
            good.replace("<BkToCstmrStmt>", "<!DOCTYPE a><BkToCstmrStmt>"),
            "REJECT E_DTD",
        ),
        ("a DOCTYPE in lower case", format!("<!doctype a>{good}"), "REJECT E_DTD"),
        ("a DOCTYPE behind it", format!("{good}<!DOCTYPE a>"), "REJECT E_DTD"),
        ("an entity", in_entry("<NtryRef>&name;</NtryRef>"), "REJECT E_ENTITY"),
        ("an entity in an attribute", good.replace("Ccy=\"EUR\"", "Ccy=\"&e;\""), "REJECT E_ENTITY"),
        ("a zero as a number", in_entry("<NtryRef>&#0;</NtryRef>"), "REJECT E_XML_CHAR"),
        ("half a surrogate", in_entry("<NtryRef>&#xD800;</NtryRef>"), "REJECT E_XML_CHAR"),
        ("a vertical tab", in_entry("<NtryRef>\u{B}</NtryRef>"), "REJECT E_XML_CHAR"),
        ("a second declaration", format!("<?xml version=\"1.0\"?>{good}"), "REJECT E_XML"),
        ("an end that fits nothing", good.replace("</Sts>", "</sts>"), "REJECT E_XML"),
        ("an entry in a comment", in_entry("<!-- </Ntry><Ntry> -->"), FINE),
        ("an end in CDATA", in_entry("<NtryRef><![CDATA[</Ntry>]]></NtryRef>"), FINE),
        ("an instruction", in_entry("<?bank </Ntry> ?>"), FINE),
        ("an amount in CDATA", good.replace(">10.00<", "><![CDATA[10.00]]><"), FINE),
        ("an amount in pieces", good.replace(">10.00<", ">1<!-- -->0.&#48;0<"), FINE),
    ] {
        assert_eq!(outcome(document.as_bytes()), wanted, "{what}");
    }
}

#[test]
fn the_limits_are_where_they_are_said_to_be() {
    let good = good();
    let text = |length: usize| {
        good.replace("<Sts>", &format!("<AddtlNtryInf>{}</AddtlNtryInf><Sts>", "x".repeat(length)))
    };
    assert_eq!(outcome(text(64 * 1024).as_bytes()), FINE);
    assert_eq!(outcome(text(64 * 1024 + 1).as_bytes()), "REJECT E_TEXT_TOO_LONG");
    // Document, BkToCstmrStmt, Stmt and Ntry are four of the thirty-two.
    let deep = |depth: usize| {
        good.replace("<Sts>", &format!("{}{}<Sts>", "<a>".repeat(depth), "</a>".repeat(depth)))
    };
    assert_eq!(outcome(deep(28).as_bytes()), FINE);
    assert_eq!(outcome(deep(29).as_bytes()), "REJECT E_DEPTH");
    let attributes = |count: usize| (0..count).fold(String::new(), |all, n| format!("{all} a{n}=\"1\""));
    let with = |count: usize| good.replace("<Sts>", &format!("<Sts{}>", attributes(count)));
    assert_eq!(outcome(with(64).as_bytes()), FINE);
    assert_eq!(outcome(with(65).as_bytes()), "REJECT E_TOO_LARGE");
}

#[test]
fn a_namespace_and_its_message_must_agree_in_every_version() {
    let good = good();
    let namespace = |tail: &str| good.replace("camt.053.001.08", tail);
    for version in 1..=14 {
        assert_eq!(outcome(namespace(&format!("camt.053.001.{version:02}")).as_bytes()), FINE, "{version}");
    }
    for (tail, wanted) in [
        ("camt.053.001.00", "REJECT E_UNSUPPORTED_VERSION"),
        ("camt.053.001.15", "REJECT E_UNSUPPORTED_VERSION"),
        ("camt.052.001.08", "REJECT E_NOT_CAMT"),
        ("camt.053.002.08", "REJECT E_NOT_CAMT"),
        ("pain.001.001.03", "REJECT E_NOT_CAMT"),
        ("camt.053.001.8", "REJECT E_NOT_CAMT"),
    ] {
        assert_eq!(outcome(namespace(tail).as_bytes()), wanted, "{tail}");
    }
    let foreign = good.replace("<Sts>", "<x:Amt xmlns:x=\"urn:x\">9</x:Amt><Sts>");
    assert_eq!(outcome(foreign.as_bytes()), "REJECT E_FOREIGN");
    let nested = "<SplmtryData><Envlp><SplmtryData><Ntry/></SplmtryData><Amt Ccy=\"EUR\">9</Amt></Envlp></SplmtryData>";
    assert_eq!(outcome(good.replace("<Sts>", &format!("{nested}<Sts>")).as_bytes()), FINE);
}

#[test]
fn an_amount_is_taken_exactly_or_not_at_all() {
    let written = |amount: &str| outcome(good().replace(">10.00<", &format!(">{amount}<")).as_bytes());
    for fine in ["10", "10.", "+10.00", "0010.00", "10.00000", "\n\t10.0 "] {
        assert_eq!(written(fine), FINE, "{fine}");
    }
    for (wrong, code) in [
        ("", "E_AMOUNT"),
        ("1e1", "E_AMOUNT"),
        ("1 0.00", "E_AMOUNT"),
        ("10,00", "E_AMOUNT"),
        ("1.000,00", "E_AMOUNT"),
        ("€10.00", "E_AMOUNT"),
        ("NaN", "E_AMOUNT"),
        ("INF", "E_AMOUNT"),
        ("0x0A", "E_AMOUNT"),
        ("-10.00", "E_AMOUNT"),
        ("--10.00", "E_AMOUNT"),
        ("99999999999999999999999999999999", "E_AMOUNT"),
        ("10.001", "E_SCALE"),
        ("10.00001", "E_SCALE"),
    ] {
        assert_eq!(written(wrong), format!("REJECT {code}"), "{wrong}");
    }
    let nothing = with(&entry("0.00", "CRDT", "<BookgDt><Dt>2026-03-02</Dt></BookgDt>"), "100.00");
    assert_eq!(outcome(nothing.as_bytes()), "ACCEPT 1 1 +0 -0");
}

#[test]
fn what_an_entry_must_say_it_says_once_and_in_the_letters_of_the_schema() {
    let good = good();
    let second = entry("1.00", "CRDT", "<BookgDt><Dt>2026-03-02</Dt></BookgDt>");
    let beside = |wrong: &str| {
        let file = with(&(second.clone() + wrong), "101.00");
        let read = statement(&file);
        (read.entries.len(), read.quarantined.first().map(|one| one.reason().code), read.proof())
    };
    let ours = &good[good.find("<Ntry>").expect("an entry")..good.find("</Stmt>").expect("the end")];
    for (from, to, code) in [
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<Sts>", Code::Direction),
        (">CRDT<", ">crdt<", Code::Direction),
        (">BOOK<", ">Book<", Code::Status),
        ("<Sts>BOOK</Sts>", "", Code::Status),
        ("\"EUR\"", "\"eur\"", Code::Currency),
        ("\"EUR\"", "\"USD\"", Code::Currency),
        (" Ccy=\"EUR\"", "", Code::Currency),
        ("<Sts>", "<Amt Ccy=\"EUR\">10.00</Amt><Sts>", Code::Twice),
        ("<Sts>", "<CdtDbtInd>DBIT</CdtDbtInd><Sts>", Code::Twice),
        ("<Sts>", "<Ntry/><Sts>", Code::Misplaced),
        ("2026-03-02", "2026-02-30", Code::Date),
        ("2026-03-02", "0000-03-02", Code::Date),
        ("<Sts>", "<RvslInd>ja</RvslInd><Sts>", Code::Flag),
    ] {
        assert!(ours.contains(from), "{from} in {ours}");
        let held = Proof::Quarantined { entries: 1 };
        assert_eq!(beside(&ours.replacen(from, to, 1)), (1, Some(code), held), "{from} -> {to}");
    }
    // What is not booked and cannot be read holds nothing.
    let pending = ours.replace("BOOK", "PDNG").replace("10.00", "x");
    assert_eq!(beside(&pending), (1, Some(Code::Amount), Proof::Proved));
}

#[test]
fn a_broken_entry_leaves_the_other_statements_alone() {
    let good = good();
    let part = &good[good.find("<Stmt>").expect("a statement")..good.find("</BkTo").expect("the end")];
    let broken = part.replace(">10.00<", ">10,00<");
    let file = good.replace(part, &format!("{broken}{part}"));
    let read = read(file.as_bytes()).expect("a readable file");
    let proofs: Vec<Proof> = read.statements.iter().map(Statement::proof).collect();
    assert_eq!(proofs, [Proof::Quarantined { entries: 1 }, Proof::Proved]);
    let set_apart = &read.statements[0].quarantined[0];
    assert_eq!(set_apart.reason().element, "Amt");
    assert_eq!(set_apart.reason().line, set_apart.line);
    assert_eq!(set_apart.reason().text, "amount `10,00` is no amount: write it as 612.40");
}

#[test]
fn an_account_in_another_currency_is_read_exactly_and_never_booked() {
    for (currency, opening, amount, closing) in [
        ("JPY", "100", "10", "110"),
        ("KWD", "100.000", "10.125", "110.125"),
        ("CHF", "100.00", "10.00", "110.00"),
    ] {
        let file = document(
            "08",
            &[
                balance("OPBD", opening, "2026-03-01"),
                balance("CLBD", closing, "2026-03-02"),
                entry(amount, "CRDT", ""),
            ]
            .concat(),
        )
        .replace("EUR", currency);
        let read = statement(&file);
        assert_eq!(why_held(&read), Some(Code::Currency), "{currency}");
        assert_eq!(read.proof(), Proof::Foreign);
        let foreign = read.end.foreign.expect("foreign balances");
        assert_eq!(foreign.balanced, Some(true), "{currency}");
        let written = read.quarantined[0].amount.expect("an amount").to_string();
        assert_eq!(written, format!("{amount} {currency}"));
    }
    let yen = good().replace("EUR", "JPY").replace(">10.00<", ">10.50<");
    assert_eq!(statement(&yen).quarantined[0].reason().code, Code::Scale);
}

#[test]
fn a_summary_that_is_not_that_of_the_entries_is_a_warning() {
    let summary = |count: &str, sum: &str| {
        let summary = format!(
            "<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries><Sum>{sum}</Sum><TtlNetNtryAmt>{sum}</TtlNetNtryAmt>\
             <CdtDbtInd>CRDT</CdtDbtInd></TtlNtries><TtlCdtNtries><NbOfNtries>{count}</NbOfNtries><Sum>{sum}</Sum>\
             </TtlCdtNtries></TxsSummry><Ntry>"
        );
        let file = good().replacen("<Ntry>", &summary, 1);
        assert_eq!(statement(&file).proof(), Proof::Proved);
        outcome(file.as_bytes())
    };
    assert_eq!(summary("1", "10.00"), FINE);
    assert_eq!(summary("2", "10.00"), format!("{FINE} W_SUMMARY"));
    assert_eq!(summary("1", "10.01"), format!("{FINE} W_SUMMARY"));
}
