//! A payment file of 100,000 payments with accents in their names, written to a file on disk: seconds and peak memory.
//!
//! `cargo bench -p grip-engine --bench pain001`; with `GRIP_XSD_DIR` it is also held against the official schema.

use std::fs::File;
use std::io::BufWriter;
use std::time::Instant;

use grip_engine::bank::pain001::{Head, PaymentFile, Transfer, Version};
use grip_engine::money::Money;

const PAYMENTS: u64 = 100_000;
const SECONDS_MAX: f64 = 1.5;
const MEGABYTES_MAX: u64 = 64;

fn transfer(number: u64) -> Transfer {
    Transfer {
        end_to_end_id: format!("{number:032x}"),
        amount: Money::from_cents(i64::try_from(number % 90_000).expect("a small number") + 1),
        creditor_name: format!("Woonstichting Müller & Özdemir België {}", number % 977),
        creditor: "NL91ABNA0417164300".parse().expect("an account"),
        remittance: format!("HUUR-{number} huur maart 2026 café"),
        address: None,
    }
}

fn main() {
    for version in [Version::V09, Version::V03] {
        let total = (0..PAYMENTS).map(|number| transfer(number).amount).sum();
        let path =
            std::env::temp_dir().join(format!("grip-bench-{}-{}.xml", version.code(), std::process::id()));
        let started = Instant::now();
        let head = Head {
            version,
            message_id: "GRIP-BENCH".to_owned(),
            payment_information_id: "GRIP-BENCH".to_owned(),
            created: "2026-02-26T00:00:00".parse().expect("a moment"),
            debtor_name: "Gemeente Voorbeeld".to_owned(),
            debtor: "NL49BNGH0285171712".parse().expect("an account"),
            execution: "2026-02-27".parse().expect("a day"),
            payments: PAYMENTS,
            total,
        };
        let out = BufWriter::new(File::create(&path).expect("a file"));
        let mut file = PaymentFile::begin(head, out).expect("a beginning");
        for number in 0..PAYMENTS {
            file.add(&transfer(number)).expect("a payment");
        }
        file.finish().expect("an end");
        let seconds = started.elapsed().as_secs_f64();
        let megabytes = peak();
        println!("{}: {PAYMENTS} payments in {seconds:.2} s, peak {megabytes} MB", version.code());
        if let Some(folder) = std::env::var_os("GRIP_XSD_DIR") {
            let schema = std::path::Path::new(&folder).join(format!("{}.xsd", version.code()));
            let mut xmllint = std::process::Command::new("xmllint");
            let status = xmllint.args(["--noout", "--nonet", "--schema"]).arg(schema).arg(&path).status();
            assert!(status.expect("xmllint runs").success(), "the file does not hold against its schema");
        }
        std::fs::remove_file(&path).expect("the file goes");
        assert!(seconds < SECONDS_MAX, "{seconds:.2} s is more than {SECONDS_MAX} s");
        assert!(megabytes < MEGABYTES_MAX, "{megabytes} MB is more than {MEGABYTES_MAX} MB");
    }
}

/// The most memory this program held, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).and_then(|text| text.parse().ok());
    kilobytes.unwrap_or(0_u64) / 1024
}
