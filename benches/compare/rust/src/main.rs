//! `compare PARSER FILE` reads a camt.053 file with one parser and tells entries, CPU time and peak of memory, or that it
//! refused the file; `compare write ENTRIES` writes a file of that many entries.

#[path = "../../../../engine/benches/support/written.rs"]
mod written;

use std::fs::File;
use std::io::BufReader;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [parser, file] = arguments.as_slice() else { panic!("which parser, which file") };
    if parser == "write" {
        let entries = file.parse().expect("a number of entries");
        std::io::copy(&mut written::Written::new(entries), &mut std::io::stdout()).expect("room for the file");
        return;
    }
    let before = cpu_time();
    let read = match parser.as_str() {
        "quick-xml" => Ok(bare(file)),
        "grip" => ours(file),
        "sepa" => sepa(file),
        "camt053" => camt053(file),
        other => panic!("no parser `{other}`"),
    };
    match read {
        Ok(entries) => println!("{entries}\t{}\t{}", cpu_time() - before, peak()),
        Err(error) => println!("refused\t{}", error.replace(['\n', '\t'], " ")),
    }
}

fn bare(file: &str) -> u64 {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(File::open(file).expect("a file")));
    let (mut buffer, mut events) = (Vec::new(), 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).expect("well-formed XML") {
            quick_xml::events::Event::Eof => return events,
            _ => events += 1,
        }
    }
}

fn ours(file: &str) -> Result<u64, String> {
    use grip_engine::bank::camt::{Piece, pieces};
    let mut entries = 0;
    for piece in pieces(File::open(file).expect("a file")) {
        match piece.map_err(|error| error.to_string())? {
            Piece::Entry(entry) => {
                std::hint::black_box(entry);
                entries += 1;
            }
            Piece::Quarantined(_) => entries += 1,
            Piece::Head(_) | Piece::End(_) => {}
        }
    }
    Ok(entries)
}

fn sepa(file: &str) -> Result<u64, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let limits = sepa::ParseLimits {
        input_bytes: usize::MAX / 4,
        nodes: usize::MAX / 4,
        text_bytes: 1 << 30,
        total_text_bytes: usize::MAX / 4,
        total_attribute_bytes: usize::MAX / 4,
        ..sepa::ParseLimits::default()
    };
    let read = sepa::parse_camt053_with_limits(&text, limits).map_err(|error| error.to_string())?;
    Ok(read.statements.iter().map(|statement| statement.entries.len() as u64).sum())
}

fn camt053(file: &str) -> Result<u64, String> {
    let read = camt053::SimpleStatements::load(file).map_err(|error| error.to_string())?;
    Ok(read.statements.iter().map(|statement| statement.transactions.len() as u64).sum())
}

/// CPU time of this process in milliseconds, as Linux counts it.
fn cpu_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").expect("Linux tells the time of a process");
    stat.split(' ').next().and_then(|text| text.parse::<u64>().ok()).expect("nanoseconds") / 1_000_000
}

/// The peak of memory in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells the memory of a process");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the peak");
    line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("kilobytes")
}
