//! What the bank does, seen from outside: messages in, statements out.

mod orders;
mod habits;
mod days;

use super::element::Element;
use super::*;

const BNG: &str = "NL49BNGH0285171712";
const ABN: &str = "NL91ABNA0417164300";
const ING: &str = "NL20INGB0001234567";
const RABO: &str = "NL44RABO0123456789";
const LANDLORD: &str = "NL02ABNA0123456789";
const INSURER: &str = "NL69INGB0123456789";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn iban(text: &str) -> Iban {
    text.parse().expect("an account")
}

fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

/// A bank with one account of 10,000.00.
fn bank(account: &str, opened: &str) -> SimulatedBank {
    let mut bank = SimulatedBank::new();
    bank.open_account(iban(account), "Gemeente Voorbeeld", money("10000.00"), day(opened));
    bank
}

/// A pain.001.001.09 message of one batch; a transfer is its number, amount and account.
fn order(id: &str, account: &str, on: &str, transfers: &[(&str, &str, &str)]) -> String {
    let total: Money = transfers.iter().map(|(_, amount, _)| money(amount)).sum();
    let totals = format!("<NbOfTxs>{}</NbOfTxs><CtrlSum>{total}</CtrlSum>", transfers.len());
    let transfers: Vec<String> = transfers
        .iter()
        .map(|(number, amount, creditor)| {
            format!(
                "<CdtTrfTxInf><PmtId><InstrId>{number}</InstrId><EndToEndId>{number}</EndToEndId>\
                 </PmtId><Amt><InstdAmt Ccy=\"EUR\">{amount}</InstdAmt></Amt><Cdtr><Nm>Vis &amp; Zn \
                 &lt;B.V.&gt;</Nm></Cdtr><CdtrAcct><Id><IBAN>{creditor}</IBAN></Id></CdtrAcct>\
                 <RmtInf><Ustrd>Huur, dossier 104233</Ustrd></RmtInf></CdtTrfTxInf>"
            )
        })
        .collect();
    let transfers = transfers.concat();
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrCdtTrfInitn>\
         <GrpHdr><MsgId>{id}</MsgId><CreDtTm>2026-02-20T09:30:00</CreDtTm>{totals}<InitgPty>\
         <Nm>Gemeente</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>{id}-01</PmtInfId>\
         <PmtMtd>TRF</PmtMtd>{totals}<ReqdExctnDt><Dt>{on}</Dt></ReqdExctnDt><Dbtr>\
         <Nm>Gemeente Voorbeeld</Nm></Dbtr><DbtrAcct><Id><IBAN>{account}</IBAN></Id></DbtrAcct>\
         <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>\
         {transfers}</PmtInf></CstmrCdtTrfInitn></Document>"
    )
}

fn incoming(amount: &str, on: &str) -> Incoming {
    Incoming {
        name: "UWV".to_owned(),
        account: iban(INSURER),
        amount: money(amount),
        text: "Uitkering WIA".to_owned(),
        on: day(on),
    }
}

/// Ends all days up to and including the last, and gives the statements of them.
fn end_days(bank: &mut SimulatedBank, first: &str, last: &str) -> Vec<StatementFile> {
    let last = day(last);
    let days = day(first).iter_days().take_while(|day| *day <= last);
    days.flat_map(|day| bank.end_day(day)).collect()
}

fn document(file: &StatementFile) -> Element {
    Element::read(&file.bytes).expect("a statement that can be read")
}

/// The texts at a path, in every element that has it, from the statement down.
fn texts(file: &StatementFile, each: &str, path: &str) -> Vec<String> {
    let root = document(file);
    let statement = root.find("BkToCstmrStmt/Stmt").expect("a statement");
    let found = statement.all(each).filter_map(|element| element.find(path));
    found.map(|element| element.text().to_owned()).collect()
}

/// The days of the files, in order.
fn days_of(files: &[StatementFile]) -> Vec<String> {
    files.iter().flat_map(|file| texts(file, "Ntry", "BookgDt/Dt")).collect()
}

fn xml(file: &StatementFile) -> String {
    let text = String::from_utf8(file.bytes.clone()).expect("UTF-8");
    text.lines().map(str::trim).collect()
}
