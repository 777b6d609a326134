//! The command line, as a clerk uses it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use grip_tests::{World, databases, grip, own_database, root};

fn run(world: &World, words: &[&str]) -> Output {
    grip().args(words).args(["--database", &world.url]).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn add_user(world: &World, name: &str, role: &str, password: &str) -> Output {
    let mut command = grip();
    command.args(["user", "add", "--name", name, "--role", role, "--database", &world.url]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    child.stdin.take().expect("a pipe").write_all(format!("{password}\n").as_bytes()).expect("written");
    child.wait_with_output().expect("ends")
}

#[tokio::test]
async fn a_municipality_is_set_up_from_its_files_and_the_day_s_work_twice_changes_nothing() {
    for kind in databases() {
        let world = own_database(kind).await;
        let samples = root().join("samples");
        let file = |name: &str| samples.join(name).display().to_string();
        let output = run(
            &world,
            &["import", "--date", "2026-02-20", &file("municipality.toml"), &file("households/hh-101.toml")],
        );
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("household HH-101 with 1 of 1 events"), "{}", said(&output));
        let again = run(&world, &["import", "--date", "2026-02-20", &file("households/hh-101.toml")]);
        assert_eq!(again.status.code(), Some(1));
        assert!(said(&again).contains("household `HH-101` exists already"), "{}", said(&again));

        let outbox = world.folder().join("outbox").display().to_string();
        let work = ["run", "--date", "2026-02-20", "--outbox", &outbox];
        assert!(said(&run(&world, &work)).contains("runs proposed       1"), "{}", said(&run(&world, &work)));
        assert!(said(&run(&world, &work)).contains("runs proposed       0   renewed 0"));
        assert!(!world.folder().join("outbox").exists(), "nothing is paid without a second person");
    }
}

#[tokio::test]
async fn several_programs_at_once_on_a_new_database_do_the_day_s_work_once() {
    for kind in databases() {
        let world = own_database(kind).await;
        let samples = root().join("samples");
        let files = ["municipality.toml", "households/hh-101.toml", "households/hh-102.toml"];
        for file in files {
            let path = samples.join(file).display().to_string();
            let output = run(&world, &["import", "--date", "2026-02-20", &path]);
            assert!(output.status.success(), "{}", said(&output));
        }
        let outbox = world.folder().join("outbox").display().to_string();
        let start = |_| {
            let mut command = grip();
            command.args(["run", "--date", "2026-02-20", "--outbox", &outbox, "--database", &world.url]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
        };
        let programs: Vec<_> = (0..4).map(start).collect();
        for program in programs {
            let output = program.wait_with_output().expect("ends");
            assert!(output.status.success(), "{kind:?}: {}", said(&output));
        }
        let runs = grip_api::store::run::list(&mut world.read().await).await.expect("runs");
        assert_eq!(runs.len(), 3, "{kind:?}: one run for January of HH-102, two for February");
    }
}

#[tokio::test]
async fn a_real_statement_of_another_account_is_refused_with_its_number() {
    let corpus = root().join("../shared/iso20022/corpus/public");
    let file = corpus.join("Barzahlen-camt-parser__valid-example-v4.xml");
    if !file.is_file() {
        return grip_tests::note("NOT TESTED: the corpus of real files is absent");
    }
    for kind in databases() {
        let world = own_database(kind).await;
        run(&world, &["import", &root().join("samples/municipality.toml").display().to_string()]);
        let output = run(&world, &["import", &file.display().to_string()]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("is not an account of this municipality"), "{}", said(&output));
    }
}

#[tokio::test]
async fn people_are_added_once_with_a_long_password_and_a_role_that_exists() {
    for kind in databases() {
        let world = own_database(kind).await;
        let added = add_user(&world, "wit", "income_officer", "een lang wachtwoord");
        assert!(said(&added).contains("wit can sign in as income_officer"), "{}", said(&added));
        let twice = add_user(&world, "wit", "finance", "een lang wachtwoord");
        assert!(said(&twice).contains("user `wit` exists already"), "{}", said(&twice));
        let short = add_user(&world, "kort", "finance", "kort");
        assert!(said(&short).contains("at least 12 characters"), "{}", said(&short));
        let role = add_user(&world, "x", "handhaving", "een lang wachtwoord");
        assert!(said(&role).contains("income_officer, budget_coach, finance, administrator, auditor"));
        for failed in [twice, short, role] {
            assert!(!failed.status.success());
        }
    }
}

#[test]
fn serve_on_a_database_without_users_prints_the_command_and_lets_nobody_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("grip.db").display());
    let mut server = grip()
        .args(["serve", "--listen", "127.0.0.1:0", "--database", &url])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(server.stdout.take().expect("a pipe")));
    let mut line = || lines.next().expect("a line").expect("text");
    let said = [line(), line(), line()];
    server.kill().expect("ends");
    server.wait().expect("ended");
    assert!(said[1].contains("grip user add --name NAME --role administrator"), "{said:?}");
    assert!(said[2].starts_with("Grip op geld: http://127.0.0.1:"), "{said:?}");
}

#[test]
fn every_command_explains_itself() {
    let commands: [&[&str]; 9] = [
        &["demo"],
        &["serve"],
        &["migrate"],
        &["user"],
        &["user", "add"],
        &["import"],
        &["run"],
        &["statement", "inspect"],
        &["doctor"],
    ];
    for words in commands {
        let output = grip().args(words).arg("--help").output().expect("the program runs");
        assert!(output.status.success());
        assert!(said(&output).contains("Usage: grip"), "{words:?}");
    }
}

#[test]
fn an_unknown_database_is_a_clear_error_without_its_password() {
    let output: Output = Command::args(&mut grip(), ["doctor", "--database", "mysql://wit:geheim@host/grip"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("write sqlite://grip.db or postgres://user@host/name"),
        "{}",
        said(&output)
    );
    assert!(!said(&output).contains("geheim"));
}
