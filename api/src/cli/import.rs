//! `grip import`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use grip_engine::access::Action;
use grip_engine::bank::camt::Encoding;

use super::{CliError, Database, complain, say, system_grant};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::import_decisions::{self, Mode};
use crate::flow::import_statement::HandedIn;
use crate::flow::{FlowError, alerts, answer, import_statement, policy, register};
use crate::intake::table::Form;
use crate::intake::{self, DEFAULT_POLICY, Document, decisions};
use crate::store::{Scope, user};

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    #[command(flatten)]
    database: Database,
    /// The user who hands the files in: cannot approve what they pay. Without it: the system itself.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// The business day on which it is recorded, as 2026-02-27; today when it is not given.
    #[arg(long)]
    date: Option<chrono::NaiveDate>,
    /// Say what decision files would do, and write nothing (.csv and .json only).
    #[arg(long)]
    dry_run: bool,
    /// Read bank files whose letters cannot be read as they declare as windows-1252: only where you know that they are.
    #[arg(long)]
    windows_1252: bool,
    /// Bank statements and answers to payment files (.xml), policy, municipality and household files (.toml), or decisions, payees, households and
    /// obligations (.csv, .json).
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// True when every file was taken in; a file that is refused does not keep the others out.
pub(super) async fn import(args: &ImportArgs) -> Result<bool, CliError> {
    let app = args.database.open().await?.on(args.date);
    let mut all = true;
    for file in &args.files {
        match Box::pin(import_any(&app, args, file, &mut all)).await {
            Ok(done) => say(&format!("{}: {done}", file.display())),
            Err(error) => {
                all = false;
                complain(&format!("{}: refused: {error}", file.display()));
            }
        }
    }
    app.store.close().await;
    Ok(all)
}

/// Takes in a file of any kind. A row that is refused makes `all` false, and keeps no other row out.
async fn import_any(app: &App, args: &ImportArgs, path: &Path, all: &mut bool) -> Result<String, CliError> {
    let by = args.by.as_deref();
    let Some(form) = Form::of_file(path) else {
        if args.dry_run {
            return Err(CliError::Words("a dry run is for .csv and .json files".to_owned()));
        }
        let encoding = if args.windows_1252 { Encoding::Windows1252 } else { Encoding::Declared };
        return import_file(app, by, (path, encoding), all).await;
    };
    let bytes = read(path)?;
    let grant = app.grant(&person(app, by).await?, Action::RecordFacts).await?;
    let file = decisions::read(&bytes, form)?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Write };
    let done = import_decisions::import(&app.store, &grant, &file, mode).await?;
    if 0 < done.counts().refused {
        *all = false;
    }
    let nothing = if args.dry_run { "nothing was written; " } else { "" };
    Ok(format!("{nothing}{done}"))
}

fn read(path: &Path) -> Result<Vec<u8>, FlowError> {
    std::fs::read(path).map_err(|error| FlowError::File { path: path.display().to_string(), error })
}

async fn import_file(
    app: &App,
    by: Option<&str>,
    (path, encoding): (&Path, Encoding),
    all: &mut bool,
) -> Result<String, CliError> {
    let bytes = read(path)?;
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        let text =
            String::from_utf8(bytes).map_err(|_| CliError::Words("the file is not UTF-8 text".to_owned()))?;
        return import_document(app, by, &text).await;
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let grant = app.grant(&person(app, by).await?, Action::ImportStatement).await?;
    if answer::is_answer(&bytes) {
        let done = answer::import(&app.store, &grant, &name, &bytes).await?;
        alerts::raise(&app.store, &system_grant(app, Action::WorkDay).await?, Scope::All).await?;
        return Ok(done.to_string());
    }
    let progress = std::sync::Arc::new(import_statement::Progress::default());
    let bar = Bar::begin(&progress);
    let given = HandedIn { name: &name, bytes: &bytes, encoding };
    let done = import_statement::import_watched(&app.store, &grant, given, &progress).await;
    bar.end();
    let done = done?;
    if done.moves_payments() {
        alerts::raise(&app.store, &system_grant(app, Action::WorkDay).await?, Scope::All).await?;
    }
    if !done.is_whole() {
        *all = false;
    }
    Ok(done.to_string())
}

/// A bar on the terminal, for a file that takes long; nothing where no person looks.
struct Bar(Option<tokio::task::JoinHandle<()>>);

impl Bar {
    const WIDTH: u64 = 40;

    fn begin(progress: &std::sync::Arc<import_statement::Progress>) -> Bar {
        if !std::io::stderr().is_terminal() {
            return Bar(None);
        }
        let progress = std::sync::Arc::downgrade(progress);
        Bar(Some(tokio::spawn(async move {
            let mut every = tokio::time::interval(std::time::Duration::from_millis(200));
            every.tick().await;
            while let Some(progress) = progress.upgrade() {
                every.tick().await;
                draw(progress.percent());
            }
        })))
    }

    fn end(self) {
        if let Some(task) = self.0 {
            task.abort();
            erase();
        }
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks to a person")]
fn draw(percent: u64) {
    let full = percent * Bar::WIDTH / 100;
    let bar: String = (0..Bar::WIDTH).map(|place| if place < full { '#' } else { '.' }).collect();
    eprint!("\r[{bar}] {percent:>3} %");
}

#[expect(clippy::print_stderr, reason = "the command line speaks to a person")]
fn erase() {
    eprint!("\r{:60}\r", "");
}

async fn import_document(app: &App, by: Option<&str>, text: &str) -> Result<String, CliError> {
    let actor = person(app, by).await?;
    // a coach hands in files with evidence only
    let grant = app.grant(&actor, actor.recording()).await?;
    match intake::read(text)? {
        Document::Municipality(file) => {
            register::municipality(&app.store, &grant, &file, DEFAULT_POLICY).await?;
            Ok(format!(
                "{} with {} accounts and {} payees",
                file.name,
                file.bank_account.len(),
                file.payee.len()
            ))
        }
        Document::Household(file) => {
            let done = register::household(&app.store, &grant, &file).await?;
            let known =
                if done.is_new { "" } else { " that was known: its members and obligations stay, and" };
            Ok(format!(
                "household {}{known} with {} of {} events",
                file.number,
                done.events,
                file.event.len()
            ))
        }
        Document::Policy(text) => {
            let grant = app.grant(&actor, Action::ProposePolicy).await?;
            policy::propose(&app.store, &grant, &text).await?;
            Ok("policy proposed: it counts once a second administrator approved it".to_owned())
        }
    }
}

/// The person who hands the file in: a user, or whoever may run this program on this machine.
async fn person(app: &App, by: Option<&str>) -> Result<Actor, CliError> {
    let Some(name) = by else { return Ok(Actor::system()) };
    let found = user::by_name(&mut app.store.read().await?, name).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "user", id: name.to_owned() })?;
    Ok(Actor { user: Some(found.id), name: found.name, role: Some(found.role) })
}
