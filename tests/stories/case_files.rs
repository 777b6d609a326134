//! Every case file of `samples/cases` on both databases, and what `grip case` says of files that are no case.

use grip_api::case;
use grip_api::id::Ids;
use grip_api::store::Store;
use grip_tests::{grip, postgres, root};

fn files() -> Vec<(String, String)> {
    let folder = root().join("samples/cases");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a case file"))
        })
        .collect();
    files.sort();
    files
}

/// Plays one of two halves of the cases, so that two cores share them.
async fn play(half: usize, on_postgres: bool) {
    let url = postgres();
    if on_postgres && url.is_none() {
        return;
    }
    let mut wrong = Vec::new();
    for (name, text) in files().into_iter().skip(half).step_by(2) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = match url.as_ref().filter(|_| on_postgres) {
            Some(url) => Store::open(url, Ids::Random.next(), Ids::Random).await.expect("a database"),
            None => Store::in_memory(Ids::counted()).await.expect("a database"),
        };
        let played = match case::read(&text) {
            Ok(read) => case::player::play(&store, folder.path(), &read).await,
            Err(error) => Err(error),
        };
        match played {
            Ok(verdict) => wrong.extend(verdict.differences.iter().map(|found| {
                format!("{name}: {}: expected {}, got {}", found.path, found.expected, found.got)
            })),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
        store.close().await;
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn the_first_half_of_the_cases_holds_on_sqlite() {
    play(0, false).await;
}

#[tokio::test]
async fn the_second_half_of_the_cases_holds_on_sqlite() {
    play(1, false).await;
}

#[tokio::test]
async fn the_first_half_of_the_cases_holds_on_postgresql() {
    play(0, true).await;
}

#[tokio::test]
async fn the_second_half_of_the_cases_holds_on_postgresql() {
    play(1, true).await;
}

#[test]
fn there_are_forty_cases_at_least_and_every_one_has_a_sentence_for_a_name() {
    let files = files();
    assert!(40 <= files.len());
    for (name, text) in &files {
        let case = case::read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(4 <= case.name.split(' ').count(), "{name}: `{}` is no sentence", case.name);
    }
}

const PLAIN: &str = "
name: a case that holds one figure
period: {from: 2026-02-02, until: 2026-02-03}
household:
  members: [{role: applicant}]
events:
  - on: 2026-02-02
    benefit: {reference: B-1, norm: single, right_from: 2026-02-01}
expect:
  months:
    2026-02: {payable: 1334.23}
";

/// What `grip case --json` says of a text, with its exit code.
fn case_of(text: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("case.yaml");
    std::fs::write(&file, text).expect("a file");
    let done = grip().args(["case", "--json"]).arg(&file).output().expect("grip runs");
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

#[test]
fn a_case_that_holds_ends_with_0_one_that_differs_with_1_and_shows_both_figures() {
    let (code, line) = case_of(PLAIN);
    let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
    assert_eq!((code, &line["passed"]), (Some(0), &serde_json::json!(true)));
    let (code, line) = case_of(&PLAIN.replace("1334.23", "1334.24"));
    let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
    let differences =
        serde_json::json!([{ "path": "months.2026-02.payable", "expected": "1334.24", "got": "1334.23" }]);
    assert_eq!((code, &line["differences"]), (Some(1), &differences));
    assert_eq!(line["name"], "a case that holds one figure");
}

#[test]
fn what_is_no_case_ends_with_2() {
    let without_expectation = PLAIN.split("expect:").next().expect("a part");
    let unknown_event = PLAIN.replace("benefit:", "lottery:");
    let unknown_key = PLAIN.replace("payable", "payabel");
    let no_day = PLAIN.replace("until: 2026-02-03", "until: 2026-02-30");
    for text in [without_expectation, &unknown_event, &unknown_key, &no_day, "name: [", ""] {
        let (code, line) = case_of(text);
        assert_eq!(code, Some(2), "{text}");
        assert!(line.contains("\"passed\":false"), "{line}");
    }
    let expected = |figures: &str| PLAIN.replace("    2026-02: {payable: 1334.23}\n", figures);
    let months = |figures: &str| PLAIN.replace("  months:\n    2026-02: {payable: 1334.23}\n", figures);
    let nothing = [
        expected("    {}\n"),
        expected("    2026-02: {}\n"),
        expected("    2026-02: {shares: {}}\n"),
        expected("    2026-13: {payable: 1334.23}\n"),
        months("  paid: {}\n"),
        months("  windows: [{}]\n"),
        PLAIN.replace("until: 2026-02-03", "until: 2036-02-02"),
        format!("{PLAIN}checkpoints: [{{on: 2026-03-01, expect: {{paid: {{applicant: 0.00}}}}}}]\n"),
        format!("{PLAIN}bank: {{refused: [{{payee: applicant, reason: AC04, from: 2026-03-01}}]}}\n"),
    ];
    for text in nothing {
        assert_eq!(case_of(&text).0, Some(2), "{text}");
    }
    let (code, line) = case_of(&PLAIN.replace("role: applicant", "role: applicant, born: yesterday"));
    assert_eq!(code, Some(2), "{line}");
    assert!(line.contains("\"name\":\"a case that holds one figure\"") && line.contains("born"), "{line}");
    assert_eq!(case_of(&months("  paid: {applicant: 0.00}\n")).0, Some(0));
    let missing = grip().args(["case", "/does/not/exist.yaml"]).output().expect("grip runs");
    assert_eq!(missing.status.code(), Some(2));
}
