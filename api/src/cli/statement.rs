//! `grip statement inspect`: the figures of statement files, for a person or for a program.
//!
//! Nothing is stored and nothing is posted.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use grip_engine::bank::camt::{self, CamtError, Inspection, Problem, StatementFigures};
use rust_decimal::Decimal;
use serde::Serialize;

/// The most problems of one file that a person is shown; `--json` gives them all.
const SHOWN: usize = 20;

/// Writes the figures of each file: with `json` one line per file, else a table for a person.
///
/// True when every file could be read; one that could not is told about, and the rest go on.
pub fn inspect(files: &[PathBuf], json: bool, out: &mut dyn Write) -> io::Result<bool> {
    let mut all_read = true;
    for file in files {
        let found = inspect_file(file);
        all_read &= found.is_ok();
        if json {
            writeln!(out, "{}", json_line(file, &found)?)?;
        } else {
            write_table(file, &found, out)?;
        }
    }
    out.flush()?;
    Ok(all_read)
}

fn inspect_file(file: &Path) -> Result<Inspection, CamtError> {
    camt::inspect(BufReader::new(File::open(file)?))
}

#[derive(Serialize)]
struct FileLine<'a> {
    file: String,
    message: Option<String>,
    statements: Vec<StatementLine<'a>>,
    problems: Vec<ProblemLine<'a>>,
    error: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatementLine<'a> {
    account: Option<&'a str>,
    id: Option<&'a str>,
    sequence: Option<&'a str>,
    currency: Option<&'a str>,
    opening: Option<String>,
    closing: Option<String>,
    entries: u64,
    transactions: u64,
    credit: String,
    debit: String,
    booked_credit: String,
    booked_debit: String,
    balanced: Option<bool>,
}

#[derive(Serialize)]
struct ProblemLine<'a> {
    line: u64,
    element: &'a str,
    text: &'a str,
}

fn json_line(file: &Path, found: &Result<Inspection, CamtError>) -> io::Result<String> {
    let inspection = found.as_ref().ok();
    let statements = inspection.map_or(&[][..], |inspection| &inspection.statements);
    let problems = inspection.map_or(&[][..], |inspection| &inspection.problems);
    let line = FileLine {
        file: file.display().to_string(),
        message: inspection.map(|inspection| inspection.message.to_string()),
        statements: statements.iter().map(statement_line).collect(),
        problems: problems.iter().map(problem_line).collect(),
        error: found.as_ref().err().map(ToString::to_string),
    };
    serde_json::to_string(&line).map_err(io::Error::from)
}

fn statement_line(figures: &StatementFigures) -> StatementLine<'_> {
    StatementLine {
        account: figures.account.as_deref(),
        id: figures.id.as_deref(),
        sequence: figures.sequence.as_deref(),
        currency: figures.currency.as_deref(),
        opening: figures.opening.map(|amount| amount.to_string()),
        closing: figures.closing.map(|amount| amount.to_string()),
        entries: figures.entries,
        transactions: figures.transactions,
        credit: figures.credit.to_string(),
        debit: figures.debit.to_string(),
        booked_credit: figures.booked_credit.to_string(),
        booked_debit: figures.booked_debit.to_string(),
        balanced: figures.balanced,
    }
}

fn problem_line(problem: &Problem) -> ProblemLine<'_> {
    ProblemLine { line: problem.line, element: &problem.element, text: &problem.text }
}

fn write_table(file: &Path, found: &Result<Inspection, CamtError>, out: &mut dyn Write) -> io::Result<()> {
    let name = printable(&file.display().to_string());
    let inspection = match found {
        Ok(inspection) => inspection,
        Err(error) => {
            let error = printable(&error.to_string());
            return writeln!(out, "{name}: niet te lezen: {error}\n");
        }
    };
    writeln!(out, "{name}: {}", inspection.message)?;
    for figures in &inspection.statements {
        write_statement(figures, out)?;
    }
    let problems = &inspection.problems;
    if !problems.is_empty() {
        writeln!(out, "  Niet in orde")?;
    }
    for problem in problems.iter().take(SHOWN) {
        let (element, text) = (printable(&problem.element), printable(&problem.text));
        writeln!(out, "    regel {:<7} {element:<10} {text}", problem.line)?;
    }
    if SHOWN < problems.len() {
        writeln!(out, "    en nog {}: zie --json", problems.len() - SHOWN)?;
    }
    writeln!(out)
}

fn write_statement(figures: &StatementFigures, out: &mut dyn Write) -> io::Result<()> {
    let text = |text: &Option<String>| text.as_deref().map_or("-".to_owned(), printable);
    let amount = |amount: Option<Decimal>| amount.map_or("-".to_owned(), dutch);
    let balanced = match figures.balanced {
        Some(true) => "ja",
        Some(false) => "NEE: begin en geboekte posten geven een ander eind",
        None => "onbekend: begin- of eindsaldo ontbreekt",
    };
    let (account, sequence) = (text(&figures.account), text(&figures.sequence));
    let (id, currency) = (text(&figures.id), text(&figures.currency));
    writeln!(out, "  Rekening {account}, afschrift {sequence} (id {id}), {currency}")?;
    for (name, amount) in [
        ("Beginsaldo", amount(figures.opening)),
        ("Bij", dutch(figures.credit)),
        ("  geboekt", dutch(figures.booked_credit)),
        ("Af", dutch(figures.debit)),
        ("  geboekt", dutch(figures.booked_debit)),
        ("Eindsaldo", amount(figures.closing)),
        ("Posten", figures.entries.to_string()),
        ("Transacties", figures.transactions.to_string()),
    ] {
        writeln!(out, "    {name:<12} {amount:>24}")?;
    }
    writeln!(out, "    Sluit        {balanced}")
}

/// An amount as a Dutch reader writes it, with all its decimals and at least two.
fn dutch(amount: Decimal) -> String {
    let plain = amount.abs().to_string();
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place != 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let sign = if amount < Decimal::ZERO { "-" } else { "" };
    format!("{sign}{grouped},{decimals:0<2}")
}

/// A text from a file without what could steer a terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '·' } else { c };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
<BkToCstmrStmt><Stmt><Id>S1</Id><ElctrncSeqNb> 097 </ElctrncSeqNb>
<Acct><Id><IBAN>NL49BNGH0285171712</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="EUR">1391.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="EUR">1401.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>
<Ntry><Amt Ccy="EUR">1,00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

    fn told(json: bool) -> (bool, String) {
        let folder = std::env::temp_dir().join(format!("grip-inspect-{}-{json}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("good.xml"), GOOD).expect("a file");
        std::fs::write(folder.join("bad.xml"), "<Document>").expect("a file");
        let files = ["good.xml", "bad.xml", "absent.xml"].map(|name| folder.join(name));
        let mut out = Vec::new();
        let all_read = inspect(&files, json, &mut out).expect("a vector takes all");
        std::fs::remove_dir_all(&folder).expect("the folder goes");
        let told = String::from_utf8(out).expect("text");
        let folder = format!("{}/", folder.display());
        (all_read, told.replace(&folder, ""))
    }

    #[test]
    fn a_program_gets_a_line_of_json_for_every_file_also_for_one_that_is_absent() {
        let (all_read, told) = told(true);
        assert!(!all_read);
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(
            lines[0],
            concat!(
                r#"{"file":"good.xml","message":"camt.053.001.02","statements":["#,
                r#"{"account":"NL49BNGH0285171712","id":"S1","sequence":"097","currency":"EUR","#,
                r#""opening":"1391.50","closing":"1401.50","entries":2,"transactions":0,"#,
                r#""credit":"10","debit":"0","bookedCredit":"10","bookedDebit":"0","#,
                r#""balanced":true}],"problems":[{"line":9,"element":"Amt","#,
                r#""text":"amount `1,00` is no amount"}],"error":null}"#
            )
        );
        for (line, file) in lines[1..].iter().zip(["bad.xml", "absent.xml"]) {
            let start =
                format!(r#"{{"file":"{file}","message":null,"statements":[],"problems":[],"error":""#);
            assert!(line.starts_with(&start), "{line}");
        }
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_person_gets_a_dutch_table() {
        let (_, told) = told(false);
        for line in [
            "good.xml: camt.053.001.02",
            "Rekening NL49BNGH0285171712, afschrift 097 (id S1), EUR",
            "Eindsaldo                    1.401,50",
            "Sluit        ja",
            "regel 9",
            "bad.xml: niet te lezen: ",
        ] {
            assert!(told.contains(line), "{line} in\n{told}");
        }
    }

    #[test]
    fn amounts_are_grouped_and_keep_their_decimals() {
        let dutch = |text: &str| dutch(text.parse().expect("a number"));
        assert_eq!(dutch("1401.5"), "1.401,50");
        assert_eq!(dutch("-1234567.890"), "-1.234.567,890");
        assert_eq!(dutch("0"), "0,00");
    }
}
