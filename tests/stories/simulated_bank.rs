//! What the simulated bank writes is what the standard allows: its statements hold against the
//! official schemas.
//!
//! The schemas are no part of this repository. They are looked for in `shared/iso20022/xsd` beside
//! the checkout and then in `GRIP_XSD_DIR`; without them, or without xmllint, a note says that
//! nothing was proven.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use grip_api::simulated_bank::{Incoming, SimulatedBank, StatementFile};
use grip_engine::bank::iban::Iban;

const ACCOUNTS: [(&str, &str); 4] = [
    ("NL49BNGH0285171712", "camt.053.001.02.xsd"),
    ("NL91ABNA0417164300", "camt.053.001.02.xsd"),
    ("NL20INGB0001234567", "camt.053.001.08.xsd"),
    ("NL44RABO0123456789", "camt.053.001.02.xsd"),
];

const RUN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>GOG-20260220-0001</MsgId>
      <CreDtTm>2026-02-20T09:30:00</CreDtTm>
      <NbOfTxs>3</NbOfTxs>
      <CtrlSum>815.87</CtrlSum>
      <InitgPty><Nm>Gemeente Voorbeeld</Nm></InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>GOG-20260220-0001-01</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <BtchBookg>true</BtchBookg>
      <NbOfTxs>3</NbOfTxs>
      <CtrlSum>815.87</CtrlSum>
      <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>
      <ReqdExctnDt><Dt>2026-02-28</Dt></ReqdExctnDt>
      <Dbtr><Nm>Gemeente Voorbeeld</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>ACCOUNT</IBAN></Id><Ccy>EUR</Ccy></DbtrAcct>
      <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>
      <ChrgBr>SLEV</ChrgBr>
      <CdtTrfTxInf>
        <PmtId><InstrId>GOG-1</InstrId><EndToEndId>GOG-1</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">655.32</InstdAmt></Amt>
        <Cdtr><Nm>Vis &amp; Zn &lt;verhuur&gt;</Nm></Cdtr>
        <CdtrAcct><Id><IBAN>NL02ABNA0123456789</IBAN></Id></CdtrAcct>
        <RmtInf><Ustrd>Huur maart 2026 dossier 104233</Ustrd></RmtInf>
      </CdtTrfTxInf>
      <CdtTrfTxInf>
        <PmtId><InstrId>GOG-2</InstrId><EndToEndId>GOG-2</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">142.15</InstdAmt></Amt>
        <Cdtr><Nm>Zorgverzekeraar</Nm></Cdtr>
        <CdtrAcct><Id><IBAN>NL69INGB0123456789</IBAN></Id></CdtrAcct>
        <RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>CUR</Issr></Tp><Ref>6390338414964113</Ref></CdtrRefInf></Strd></RmtInf>
      </CdtTrfTxInf>
      <CdtTrfTxInf>
        <PmtId><EndToEndId>GOG-3</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">18.40</InstdAmt></Amt>
        <Cdtr><Nm>Waterbedrijf</Nm></Cdtr>
        <CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
"#;

#[test]
fn the_order_of_this_story_is_a_valid_one() {
    let Some(schemas) = schemas() else { return };
    let order = RUN.replace("ACCOUNT", ACCOUNTS[0].0);
    let schema = schemas.join("pain.001.001.09.xsd");
    assert_eq!(violations(order.as_bytes(), &schema), None);
}

#[test]
fn the_statements_of_all_four_banks_hold_against_the_schema() {
    let Some(schemas) = schemas() else { return };
    for (account, schema) in ACCOUNTS {
        let files = two_weeks(account);
        assert!(2 <= files.len(), "{account}");
        for file in files {
            let violations = violations(&file.bytes, &schemas.join(schema));
            assert_eq!(violations, None, "{}", file.name);
        }
    }
}

#[test]
fn a_statement_with_a_field_out_of_place_would_be_noticed() {
    let Some(schemas) = schemas() else { return };
    let file = &two_weeks(ACCOUNTS[0].0)[0];
    let text = String::from_utf8(file.bytes.clone()).expect("UTF-8");
    let wrong = text.replace("ElctrncSeqNb>", "SeqNb>");
    assert_ne!(text, wrong);
    assert!(violations(wrong.as_bytes(), &schemas.join(ACCOUNTS[0].1)).is_some());
}

/// A run of which the rent comes back, and income with an odd text.
fn two_weeks(account: &str) -> Vec<StatementFile> {
    let account: Iban = account.parse().expect("an account");
    let landlord: Iban = "NL02ABNA0123456789".parse().expect("an account");
    let mut bank = SimulatedBank::new();
    let opening = "1000.00".parse().expect("an amount");
    bank.open_account(account.clone(), "Gemeente Voorbeeld", opening, day("2026-02-23"));
    bank.refuse(landlord.clone(), "AC04");
    bank.receive(
        &account,
        Incoming {
            name: "Uitkeringen & Zn".to_owned(),
            account: landlord,
            amount: "1334.22".parse().expect("an amount"),
            text: "februari\n<2026> \u{e9}\u{7} ".repeat(20),
            on: day("2026-02-24"),
        },
    );
    let order = RUN.replace("ACCOUNT", account.as_str());
    bank.deliver(order.as_bytes()).expect("a receipt");
    let days = day("2026-02-23").iter_days().take(14);
    days.flat_map(|day| bank.end_day(day)).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Where the schemas lie, or nothing and a note. The note passes by the test harness, which would
/// keep what a passing test prints to itself.
fn schemas() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/iso20022/xsd");
    let named = std::env::var_os("GRIP_XSD_DIR").map(PathBuf::from);
    let found = [Some(beside), named].into_iter().flatten().find(|folder| folder.is_dir());
    let has_xmllint = Command::new("xmllint").arg("--version").output().is_ok();
    let missing = match (&found, has_xmllint) {
        (Some(_), true) => return found,
        (Some(_), false) => "xmllint is not installed",
        (None, _) => "no schemas: set GRIP_XSD_DIR to the folder with camt.053.001.02.xsd",
    };
    let note = format!("\nNOT PROVEN: statements against their schemas ({missing})\n");
    std::io::stderr().write_all(note.as_bytes()).expect("a note");
    None
}

/// What xmllint has to say against a document.
fn violations(document: &[u8], schema: &Path) -> Option<String> {
    let mut xmllint = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xmllint starts");
    let mut input = xmllint.stdin.take().expect("a pipe");
    input.write_all(document).expect("xmllint reads");
    drop(input);
    let said = xmllint.wait_with_output().expect("xmllint ends");
    (!said.status.success()).then(|| String::from_utf8_lossy(&said.stderr).into_owned())
}
