//! Each bank by its marks.

use super::*;

/// A run of two on Friday 27 February, one refused; and a payment by somebody else.
fn files(account: &str) -> Vec<StatementFile> {
    let mut bank = bank(account, "2026-02-23");
    bank.refuse(iban(LANDLORD), "AC04");
    bank.receive(&iban(account), incoming("1334.22", "2026-02-27"));
    let transfers = [("R-1", "650.00", LANDLORD), ("R-2", "142.15", INSURER)];
    let run = order("RUN-1", account, "2026-02-27", &transfers);
    bank.deliver(run.as_bytes()).expect("a receipt");
    end_days(&mut bank, "2026-02-23", "2026-03-04")
}

fn marks(file: &StatementFile, marks: &[&str]) {
    let xml = xml(file);
    for mark in marks {
        assert!(xml.contains(mark), "{mark} in\n{xml}");
    }
}

fn lacks(file: &StatementFile, marks: &[&str]) {
    let xml = xml(file);
    for mark in marks {
        assert!(!xml.contains(mark), "{mark} in\n{xml}");
    }
}

fn balances(file: &StatementFile) -> String {
    let codes = texts(file, "Bal", "Tp/CdOrPrtry/Cd");
    let days = texts(file, "Bal", "Dt/Dt");
    let lines: Vec<String> = codes.into_iter().zip(days).map(|(c, d)| format!("{c} {d}")).collect();
    lines.join(", ")
}

#[test]
fn bng_books_the_whole_run_as_one_entry_without_details() {
    let files = files(BNG);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["bng-2026-02-27-0001.xml", "bng-2026-03-03-0002.xml"]);
    assert_eq!(balances(&files[0]), "OPBD 2026-02-26, CLBD 2026-02-27");
    marks(
        &files[0],
        &[
            "camt.053.001.02",
            "<MsgId>NL49BNGH0285171712-20260227-1</MsgId><CreDtTm>2026-02-27T22:59:00Z<",
            "<Prtry><Cd>864</Cd><Issr>BNGBANK</Issr></Prtry></BkTxCd><NtryDtls><Btch><PmtInfId>\
             RUN-1-01</PmtInfId><NbOfTxs>2</NbOfTxs><TtlAmt Ccy=\"EUR\">792.15</TtlAmt>\
             <CdtDbtInd>DBIT</CdtDbtInd></Btch></NtryDtls>",
            "/PREF/RUN-1-01</AddtlNtryInf>",
            "<AcctSvcrRef>CTBI.20511-000001</AcctSvcrRef>",
            "<AcctSvcrRef>CTBI.20511-000002</AcctSvcrRef>",
        ],
    );
    marks(
        &files[1],
        &[
            "<RvslInd>true</RvslInd>",
            "<Cd>890</Cd>",
            "<EndToEndId>R-1</EndToEndId>",
            "<Dbtr><Nm>Vis &amp; Zn &lt;B.V.&gt;</Nm></Dbtr><DbtrAcct><Id><IBAN>NL02ABNA0123456789<",
            "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>",
            "/RTRN/AC04/IBAN/NL02ABNA0123456789/BIC/ABNANL2A/",
        ],
    );
}

/// The expected digits come from `sha1sum` over the same bytes.
#[test]
fn bng_shows_the_last_five_digits_of_the_sha1_of_the_message() {
    let message = order("RUN-1", BNG, "2026-02-27", &[("R-1", "650.00", LANDLORD)]);
    let mut bank = bank(BNG, "2026-02-27");
    bank.deliver(message.as_bytes()).expect("a receipt");
    let files = bank.end_day(day("2026-02-27"));
    let expected = "/TRTP/SEPA betaalbatch via BNG BTV/NRTX/1/SHA1/C1874/PREF/RUN-1-01";
    assert_eq!(texts(&files[0], "Ntry", "AddtlNtryInf"), [expected]);
}

#[test]
fn abn_amro_opens_with_the_previous_closing_and_shows_the_transfers() {
    let files = files(ABN);
    assert_eq!(files.len(), 2);
    assert_eq!(
        balances(&files[0]),
        "PRCD 2026-02-26, CLBD 2026-02-27, CLAV 2026-02-27, FWAV 2026-03-02, FWAV 2026-03-03, \
         FWAV 2026-03-04, FWAV 2026-03-05, FWAV 2026-03-06"
    );
    marks(
        &files[0],
        &[
            "camt.053.001.02",
            "<Stmt><Id>0417164300.2026-02-27</Id><ElctrncSeqNb>000000000000000001<",
            "<Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>",
            "<EndToEndId>R-2</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"EUR\">142.15</Amt>",
            "/TRTP/SEPA BATCH/PREF/RUN-1-01/NRTX/2<",
        ],
    );
    lacks(&files[0], &["OPBD", "TxsSummry"]);
    marks(&files[1], &["<SubFmlyCd>RRTN<", "<Cd>AC04<", "<EndToEndId>R-1<", "/RTRN/AC04/"]);
}

#[test]
fn ing_writes_the_newer_version_with_an_entry_for_each_transfer() {
    let files = files(ING);
    assert_eq!(files.len(), 2);
    assert_eq!(balances(&files[0]), "PRCD 2026-02-26, OPBD 2026-02-27, CLBD 2026-02-27, CLAV 2026-02-27");
    marks(
        &files[0],
        &[
            "camt.053.001.08",
            "<FrToDt><FrDtTm>2026-02-27T00:00:00+01:00</FrDtTm>",
            "<Sts><Cd>BOOK</Cd></Sts>",
            "<Cdtr><Pty><Nm>",
        ],
    );
    assert_eq!(texts(&files[0], "Ntry", "Amt"), ["1334.22", "650.00", "142.15"]);
    let references = texts(&files[0], "Ntry", "NtryRef");
    assert_eq!(references[2], "202602270000000000000000003");
    lacks(&files[0], &["<Btch>", "AddtlNtryInf"]);
    marks(&files[1], &["<RvslInd>true<", "<Rsn><Cd>AC04</Cd></Rsn>", "<EndToEndId>R-1<"]);
}

#[test]
fn rabobank_writes_every_bank_day_and_gives_an_entry_no_reference() {
    let files = files(RABO);
    assert_eq!(files.len(), 8, "Monday to Friday and Monday to Wednesday");
    let numbers: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(numbers[4], "rabobank-2026-02-27-26041.xml");
    assert_eq!(
        balances(&files[4]),
        "OPBD 2026-02-26, CLBD 2026-02-27, CLAV 2026-02-27, FWAV 2026-03-02, FWAV 2026-03-03, \
         FWAV 2026-03-04, FWAV 2026-03-05"
    );
    for file in &files {
        assert!(texts(file, "Ntry", "AcctSvcrRef").is_empty());
        assert!(texts(file, "Ntry", "NtryRef").is_empty());
        lacks(file, &["<Domn>", "<Issr>", "AddtlNtryInf", "RvslInd"]);
    }
    marks(&files[4], &["<Cd>586</Cd>", "<PmtInfId>RUN-1-01</PmtInfId><NbOfTxs>2</NbOfTxs></Btch><TxDtls>"]);
    marks(&files[6], &["<Cd>544</Cd>", "<Cd>AC04</Cd>", "<EndToEndId>R-1</EndToEndId>"]);
}

#[test]
fn an_account_elsewhere_has_no_habit() {
    assert_eq!(Habit::of(&iban(BNG)), Some(Habit::Bng));
    assert_eq!(Habit::of(&iban("NL24TRIO0254356789")), None);
    assert_eq!(Habit::of(&iban("DE89370400440532013000")), None);
}
