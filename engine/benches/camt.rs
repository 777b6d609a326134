//! How fast a statement file becomes typed entries with every field: entries and megabytes per CPU second, side by side
//! with a bare event loop of quick-xml over the same file, in turns; the time on the clock of one thread and of two workers,
//! in turns; and the peak of memory for a file of 1 GB.
//!
//! `cargo bench -p grip-engine --bench camt`; `CAMT_FILE` names another file to read instead of the one written here.

#[path = "support/written.rs"]
mod written;

use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use grip_engine::bank::camt::{Blocks, Encoding, Piece, Proof, pieces_over};
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use written::Written;

const ENTRIES: u64 = 200_000;
const ENTRIES_OF_A_GIGABYTE: u64 = 1_150_000;
const ROUNDS: usize = 7;
const SHARE_WANTED: u64 = 80;
const ENTRIES_WANTED: u64 = 110_000;
const WORKERS: usize = 2;
const MEMORY_WANTED: u64 = 32 * 1024;

fn main() {
    if let Some(workers) = std::env::var_os("CAMT_MEMORY") {
        let workers = workers.to_str().and_then(|text| text.parse().ok()).expect("how many workers");
        let mut file = Counted { inner: Written::new(ENTRIES_OF_A_GIGABYTE), bytes: 0 };
        let entries = typed(&mut file, workers);
        println!("{} MB, {entries} entries, {workers} workers: peak {} kB", file.bytes / 1_000_000, peak());
        return;
    }
    let (path, is_own) = match std::env::var_os("CAMT_FILE") {
        Some(path) => (PathBuf::from(path), false),
        None => (written_file(), true),
    };
    let bytes = std::fs::metadata(&path).expect("a file").len();
    let (mut bare_times, mut typed_times, mut entries) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        bare_times.push(timed(|| {
            black_box(bare(&path));
        }));
        typed_times.push(timed(|| entries = typed(File::open(&path).expect("a file"), 0)));
    }
    let (bare, typed) = (median(bare_times), median(typed_times));
    let per_second = |amount: u64, time: u64| amount * 1_000_000_000 / time.max(1);
    let (share, speed) = (bare * 100 / typed.max(1), per_second(entries, typed));
    println!("{} MB, {entries} entries, medians of {ROUNDS} in turns", bytes / 1_000_000);
    println!("bare event loop   {:>4} MB per CPU second", per_second(bytes, bare) / 1_000_000);
    println!("typed entries     {:>4} MB per CPU second", per_second(bytes, typed) / 1_000_000);
    println!("share             {share:>4} %, wanted {SHARE_WANTED}: {}", told(SHARE_WANTED <= share));
    println!(
        "entries           {speed} per CPU second, wanted {ENTRIES_WANTED}: {}",
        told(ENTRIES_WANTED <= speed)
    );
    on_the_clock(&path, bytes);
    if is_own {
        std::fs::remove_file(&path).expect("the file written here");
        for workers in ["0", "2", "8"] {
            memory(workers);
        }
    }
}

/// The time that a person waits: one thread, and two workers beside the one that asks.
fn on_the_clock(path: &Path, bytes: u64) {
    let (mut alone, mut shared) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (times, workers) in [(&mut alone, 0), (&mut shared, WORKERS)] {
            let begun = Instant::now();
            typed(File::open(path).expect("a file"), workers);
            times.push(u64::try_from(begun.elapsed().as_nanos()).expect("less than 500 years"));
        }
    }
    let (alone, shared) = (median(alone), median(shared));
    println!("one thread        {:>4} MB/s on the clock", bytes * 1_000 / alone.max(1));
    println!("{WORKERS} workers         {:>4} MB/s on the clock", bytes * 1_000 / shared.max(1));
    println!("faster            {:>4} %", alone * 100 / shared.max(1));
}

/// The peak of memory for a file of a gigabyte, read by another process.
fn memory(workers: &str) {
    let child =
        Command::new(std::env::current_exe().expect("this program")).env("CAMT_MEMORY", workers).output();
    let output = String::from_utf8(child.expect("this program again").stdout).expect("a text");
    let kilobytes = output.rsplit("peak ").next().and_then(|rest| rest.split(' ').next());
    let peak: u64 = kilobytes.and_then(|text| text.parse().ok()).expect("a peak");
    println!("memory            {}, wanted {MEMORY_WANTED}: {}", output.trim(), told(peak <= MEMORY_WANTED));
}

fn told(reached: bool) -> &'static str {
    if reached { "reached" } else { "NOT reached" }
}

fn written_file() -> PathBuf {
    let path = std::env::temp_dir().join(format!("grip-camt-bench-{}.xml", std::process::id()));
    let mut file = BufWriter::new(File::create(&path).expect("a file in the temporary folder"));
    std::io::copy(&mut Written::new(ENTRIES), &mut file).expect("room for the file");
    path
}

/// Every event, and nothing of what it says.
fn bare(path: &Path) -> u64 {
    let mut reader = Reader::from_reader(BufReader::new(File::open(path).expect("a file")));
    let (mut buffer, mut events) = (Vec::new(), 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).expect("well-formed XML") {
            Event::Eof => return events,
            _ => events += 1,
        }
    }
}

/// Every entry with every field; panics where the file is not what it should be.
fn typed(file: impl Read, workers: usize) -> u64 {
    let mut entries = 0;
    for piece in pieces_over(file, Encoding::Declared, Blocks::over(workers)) {
        match piece.expect("a readable file") {
            Piece::Entry(entry) => {
                entries += 1;
                black_box(&entry);
            }
            Piece::Quarantined(entry) => panic!("line {}: {}", entry.line, entry.reason().text),
            Piece::End(end) => assert_eq!(end.proof, Proof::Proved),
            Piece::Head(_) => {}
        }
    }
    entries
}

struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

/// CPU time of this thread in nanoseconds, as Linux counts it.
fn cpu_time() -> u64 {
    let stat =
        std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells the time of a thread");
    stat.split(' ').next().and_then(|text| text.parse().ok()).expect("nanoseconds")
}

fn timed(work: impl FnOnce()) -> u64 {
    let before = cpu_time();
    work();
    cpu_time() - before
}

fn median(mut times: Vec<u64>) -> u64 {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The peak of memory of this process in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells the memory of a process");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the peak");
    line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("kilobytes")
}
