//! What the stories share: a municipality of their own on either database, and the words to check it by.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use grip_api::app::App;
use grip_api::id::Ids;
use grip_api::intake::{self, Document, EventIn, HouseholdIn};
use grip_api::play::{Play, Script};
use grip_api::store::{Scope, Snapshot, Store, alert, household, payment, plan};
use grip_engine::money::Money;
use tempfile::TempDir;
use uuid::Uuid;

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SQLite, in a file of its own.
    Lite,
    /// PostgreSQL, in a municipality of its own.
    Pg,
}

/// A municipality of a story, on a database.
#[derive(Debug)]
pub struct World {
    /// The application.
    pub app: App,
    /// The address of the database.
    pub url: String,
    /// The municipality.
    pub municipality: Uuid,
    folder: TempDir,
}

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The address of the PostgreSQL for tests. Without one the story is told on SQLite alone, and says so;
/// `tests/run` does not let that pass.
pub fn postgres() -> Option<String> {
    let url = std::env::var("GRIP_TEST_POSTGRES").ok();
    let required = std::env::var_os("GRIP_REQUIRE_POSTGRES").is_some();
    assert!(url.is_some() || !required, "GRIP_TEST_POSTGRES is not set: run tests/run");
    url
}

/// The databases at hand.
pub fn databases() -> Vec<Kind> {
    if postgres().is_some() {
        return vec![Kind::Lite, Kind::Pg];
    }
    note("NOT TESTED on PostgreSQL: GRIP_TEST_POSTGRES is not set");
    vec![Kind::Lite]
}

/// Says something that the test harness does not swallow.
pub fn note(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A municipality of its own on a database.
pub async fn world(kind: Kind) -> World {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = match kind {
        Kind::Lite => format!("sqlite://{}", folder.path().join("grip.db").display()),
        Kind::Pg => postgres().expect("PostgreSQL is at hand"),
    };
    let municipality = match kind {
        // the program serves the only municipality of an SQLite file
        Kind::Lite => grip_api::store::ONLY_MUNICIPALITY,
        Kind::Pg => Ids::Random.next(),
    };
    let store = Store::open(&url, municipality, Ids::Random).await.expect("a database");
    World { app: App::new(store), url, municipality, folder }
}

/// A database of its own, which the program `grip` can serve.
pub async fn own_database(kind: Kind) -> World {
    if kind == Kind::Lite {
        return world(kind).await;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = postgres().expect("PostgreSQL is at hand");
    let name = format!("grip_{}", Ids::Random.next().simple());
    let admin = sqlx::PgPool::connect(&server).await.expect("PostgreSQL answers");
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    sqlx::raw_sql(create).execute(&admin).await.expect("a new database");
    let url = format!("{}/{name}", &server[..server.rfind('/').expect("a database in the address")]);
    let municipality = grip_api::store::ONLY_MUNICIPALITY;
    let store = Store::open(&url, municipality, Ids::Random).await.expect("a database");
    World { app: App::new(store), url, municipality, folder }
}

/// The built program.
pub fn grip() -> std::process::Command {
    let beside = || {
        let test = std::env::current_exe().expect("this program");
        test.parent().and_then(Path::parent).expect("the target folder").join("grip")
    };
    let built = std::env::var_os("GRIP_BIN").map_or_else(beside, PathBuf::from);
    assert!(built.is_file(), "{} is not built: run cargo build --bin grip, or tests/run", built.display());
    let mut command = std::process::Command::new(built);
    command.env_remove("GRIP_DATABASE_URL");
    command
}

/// A day, written as 2026-02-27.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A household of `samples/households`.
pub fn sample(number: &str) -> HouseholdIn {
    let path = root().join("samples/households").join(format!("{}.toml", number.to_lowercase()));
    household_from(&std::fs::read_to_string(path).expect("a sample"))
}

/// A household from the text of its file.
pub fn household_from(text: &str) -> HouseholdIn {
    match intake::read(text).expect("a household file") {
        Document::Household(file) => *file,
        _ => panic!("no household"),
    }
}

/// An event from its text, the body of a `[[household.event]]`.
pub fn event(text: &str) -> EventIn {
    let head = "[household]\nnumber = \"x\"\nbank_account = \"x\"\nmember = []\n[[household.event]]\n";
    household_from(&format!("{head}{text}")).event.remove(0)
}

/// A story of these households in the invented municipality of the samples.
pub fn script(households: Vec<HouseholdIn>) -> Script {
    let read = |path: &str| std::fs::read_to_string(root().join("samples").join(path)).expect("a sample");
    let Document::Municipality(municipality) =
        intake::read(&read("municipality.toml")).expect("a municipality")
    else {
        panic!("a household")
    };
    let opening = Money::from_cents(150_000_00);
    Script {
        municipality: *municipality,
        policy: read("policy.toml"),
        opening,
        households,
        refused: Vec::new(),
    }
}

impl World {
    /// Where the files of the story lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Plays the script from the first day up to and including the last.
    pub async fn play(&self, script: Script, first: &str, last: &str) -> Play {
        let mut play = Play::begin(&self.app, self.folder(), script, day(first)).await.expect("a story");
        play.days(day(first), day(last)).await.expect("the story goes on");
        play
    }

    /// A moment of the database.
    pub async fn read(&self) -> Snapshot {
        self.app.store.read().await.expect("a snapshot")
    }

    /// Runs SQL behind the back of the store, with its guards taken away.
    pub async fn sabotage(&self, sql: &'static str) {
        let guards_off: &[&'static str] = if self.url.starts_with("sqlite") {
            &[
                "pragma ignore_check_constraints = on",
                "pragma foreign_keys = off",
                "drop trigger if exists posting_no_update",
                "drop trigger if exists entry_part_no_update",
                "drop trigger if exists entry_no_update",
                "drop trigger if exists statement_no_update",
                "drop trigger if exists statement_no_delete",
                "drop trigger if exists posting_no_delete",
                "drop trigger if exists approval_no_update",
                "drop index if exists payment_open",
            ]
        } else {
            &["set session_replication_role = replica", "drop index if exists payment_open"]
        };
        if self.url.starts_with("sqlite") {
            let pool = sqlx::SqlitePool::connect(&self.url).await.expect("the database opens");
            let mut connection = pool.acquire().await.expect("a connection");
            for sql in guards_off.iter().chain([&sql]) {
                sqlx::raw_sql(*sql).execute(&mut *connection).await.expect("the row is corrupted");
            }
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.expect("the database opens");
            let mut connection = pool.acquire().await.expect("a connection");
            for sql in guards_off.iter().chain([&sql]) {
                sqlx::raw_sql(*sql).execute(&mut *connection).await.expect("the row is corrupted");
            }
        }
    }

    /// The released plans of a household as a caseworker reads them, oldest first.
    pub async fn plans(&self, number: &str) -> String {
        let mut at = self.read().await;
        let scope = self.scope(number).await;
        let lines = plan::lines(&mut at, scope).await.expect("lines");
        let mut text = String::new();
        for row in plan::list(&mut at, scope).await.expect("plans").iter().rev() {
            writeln!(text, "{}  payable {}", row.month, euros(row.payable)).expect("text");
            for line in lines.iter().filter(|line| line.plan_id == row.plan_id) {
                let short =
                    if line.short == 0 { String::new() } else { format!(" short {}", euros(line.short)) };
                writeln!(text, "  {:<14} {:>8}  {}{short}", line.outcome, euros(line.amount), line.kind)
                    .expect("text");
            }
            writeln!(text, "  {:<14} {:>8}", "living", euros(row.living_money)).expect("text");
            if row.holiday_payout != 0 {
                writeln!(text, "  {:<14} {:>8}", "holiday", euros(row.holiday_payout)).expect("text");
            }
        }
        text
    }

    /// The payments of a household as a caseworker reads them, oldest first.
    pub async fn payments(&self, number: &str) -> String {
        let scope = self.scope(number).await;
        let mut rows = payment::list(&mut self.read().await, scope).await.expect("payments");
        rows.sort_by_key(|row| (row.execution_on, row.payment_id));
        let line = |row: &payment::PaymentRow| {
            let (subject, amount) = (row.subject.as_str(), euros(row.amount));
            format!("{}  {:>8}  {:<12} {:<7}  {}\n", row.execution_on, amount, subject, row.period, row.state)
        };
        rows.iter().map(line).collect()
    }

    /// The alerts of a household, open ones first: severity, rule, month, and whether it is open.
    pub async fn alerts(&self, number: &str) -> String {
        let scope = self.scope(number).await;
        let rows = alert::list(&mut self.read().await, scope).await.expect("alerts");
        let line = |row: &alert::AlertRow| {
            let closed = row.closed_on.map_or_else(|| "open".to_owned(), |on| format!("closed {on}"));
            format!("{} {} {} {closed}\n", row.severity, row.rule, row.month).replace("  ", " ")
        };
        rows.iter().map(line).collect()
    }

    async fn scope(&self, number: &str) -> Scope {
        let files = household::files(&mut self.read().await, Scope::All).await.expect("households");
        let found = files.iter().find(|file| file.number == number);
        Scope::One(found.expect("a household with this number").household.id.0)
    }
}

fn euros(cents: i64) -> String {
    Money::from_cents(cents).to_string()
}
