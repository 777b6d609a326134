//! The demonstration, as a person or a script runs it.

use std::path::{Path, PathBuf};
use std::process::Command;

use grip_tests::{grip, note, root};

fn demo(dir: &Path, more: &[&str]) -> std::process::Output {
    let mut command = grip();
    command.args(["demo", "--no-serve", "--dir"]).arg(dir).args(more);
    command.output().expect("the program runs")
}

fn payment_files(dir: &Path) -> Vec<PathBuf> {
    let folder = dir.join("betaalbestanden");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("payment files").map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
    files.sort();
    files
}

/// The folder with the official schemas.
fn schemas() -> Option<PathBuf> {
    let beside = root().join("../shared/iso20022/xsd");
    let given = std::env::var_os("GRIP_XSD_DIR").map(PathBuf::from);
    [Some(beside), given].into_iter().flatten().find(|folder| folder.join("pain.001.001.09.xsd").is_file())
}

#[test]
fn the_json_is_one_document_and_its_counts_hold_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = demo(&folder.path().join("demo"), &["--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counts: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let number = |path: &str| counts.pointer(path).and_then(serde_json::Value::as_u64).expect("a count");
    assert!(8 <= number("/households"));
    assert_eq!(number("/payments/sent"), number("/payments/settled") + number("/payments/returned"));
    assert!(number("/payments/sent") <= number("/payments/planned"));
    assert!(
        0 < number("/payments/returned") && 0 < number("/tranches/released") && 0 < number("/tranches/held")
    );
    assert_eq!(number("/alerts/opened"), number("/alerts/closed") + number("/alerts/open"));
    assert!(0 < number("/alerts/open"));
    assert_eq!(counts.pointer("/ledgerBalanced"), Some(&serde_json::Value::Bool(true)));
    assert_eq!(number("/statementProofs/failed"), 0);
    assert!(100 < number("/statementProofs/proved"));
}

#[test]
fn every_payment_file_holds_against_the_official_schema_and_the_demo_gives_the_same_bytes_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    for dir in [&one, &two] {
        assert!(demo(dir, &[]).status.success());
    }
    let files = payment_files(&one);
    assert!(30 <= files.len());
    for (file, twin) in files.iter().zip(payment_files(&two)) {
        assert_eq!(file.file_name(), twin.file_name());
        assert_eq!(std::fs::read(file).expect("a file"), std::fs::read(twin).expect("a file"));
    }
    let Some(schemas) = schemas() else {
        assert!(std::env::var_os("GRIP_REQUIRE_POSTGRES").is_none(), "the schemas are absent: run tests/run");
        return note("NOT TESTED: the official schemas are absent");
    };
    let schema = schemas.join("pain.001.001.09.xsd");
    let checked = Command::new("xmllint").arg("--noout").arg("--schema").arg(schema).args(&files).output();
    let checked = checked.expect("xmllint runs: install libxml2-utils");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn the_samples_are_what_the_demo_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("demo");
    assert!(demo(&dir, &[]).status.success());
    let mut compared = 0;
    for kind in ["betaalbestanden", "bankafschriften"] {
        for sample in std::fs::read_dir(root().join("samples").join(kind)).expect("samples") {
            let sample = sample.expect("a file").path();
            let made = dir.join(kind).join(sample.file_name().expect("a name"));
            let same = std::fs::read(&made).ok() == std::fs::read(&sample).ok();
            assert!(
                same,
                "{} is not what the demo writes: copy it anew from the demo's folder",
                sample.display()
            );
            compared += 1;
        }
    }
    assert!(8 <= compared);
}

#[test]
fn an_existing_demo_folder_is_replaced_and_any_other_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("demo");
    assert!(demo(&dir, &[]).status.success());
    std::fs::write(dir.join("betaalbestanden/left-over.xml"), "x").expect("a file");
    assert!(demo(&dir, &[]).status.success());
    assert!(!dir.join("betaalbestanden/left-over.xml").exists());
    std::fs::write(dir.join("thesis.doc"), "x").expect("a file");
    assert_eq!(demo(&dir, &[]).status.code(), Some(1), "somebody put a file of their own there");
    assert!(dir.join("thesis.doc").exists() && dir.join("grip.db").exists());

    let other = folder.path().join("other");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::write(other.join("precious.txt"), "x").expect("a file");
    std::fs::write(other.join("grip-demo.txt"), "hello").expect("a file that only looks like a mark");
    let refused = demo(&other, &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is not empty and no demo folder"));
    assert!(other.join("precious.txt").exists());
}

#[test]
fn a_busy_port_is_a_clear_error_before_anything_is_played() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = grip();
    command.args(["demo", "--listen", &address, "--dir"]).arg(folder.path().join("demo"));
    let refused = command.output().expect("the program runs");
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
    assert!(!folder.path().join("demo").exists());
}
