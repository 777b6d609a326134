//! The command line.

mod case;
mod demo;
mod doctor;
pub(crate) mod import;
mod run;
mod serve;
pub mod statement;
mod user;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::auth::grant::{Actor, Grant};
use crate::flow::FlowError;
use crate::id::Ids;
use crate::store::{ONLY_MUNICIPALITY, Store};
use crate::{app::App, clock};
use grip_engine::access::Action;

/// Grip op geld: fixed costs paid from a benefit, furnishing credit in parts, early signals.
#[derive(Debug, Parser)]
#[command(name = "grip", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the whole product on invented households: eight months in a few seconds, then the pages.
    Demo(demo::DemoArgs),
    /// Serve the pages and the API until you stop it with Ctrl-C.
    Serve(serve::ServeArgs),
    /// Make the tables of the database, or bring them to the newest version.
    Migrate(Database),
    /// Add a person with a sign-in.
    User(user::UserArgs),
    /// Take in files: what a bank says (camt.053, camt.054, camt.052), a municipality or household as in samples/, or decisions of the
    /// benefit system (CSV, JSON).
    Import(import::ImportArgs),
    /// Do the day's work: propose payment runs, make the files of approved runs, raise alerts.
    ///
    /// It does everything due on or before the day that was not done yet. It never approves a run; doing
    /// it twice changes nothing. Ends with 1 when a file of the inbox was refused.
    Run(run::RunArgs),
    /// Play case files: the story of a household with what must come out, to the cent.
    ///
    /// Ends with 0 when everything the files expect holds, with 1 when something differs, with 2 when a file cannot
    /// be read, holds something unknown, or expects nothing.
    Case(case::CaseArgs),
    /// Look into a bank statement without a database.
    Statement(StatementArgs),
    /// Prove the books: every posting balances, the bank agrees, nothing is paid twice.
    ///
    /// Ends with 0 when everything is proved, with 1 when something is wrong; what is wrong is named.
    Doctor(doctor::DoctorArgs),
}

/// Which database.
#[derive(Clone, Debug, Args)]
pub(crate) struct Database {
    /// The database.
    #[arg(help = "The database: sqlite://FILE (made when it is not there) or postgres://USER@HOST/NAME")]
    #[arg(long, env = "GRIP_DATABASE_URL", default_value = "sqlite://grip.db", hide_env_values = true)]
    database: String,
}

#[derive(Debug, Args)]
struct StatementArgs {
    #[command(subcommand)]
    command: StatementCommand,
}

#[derive(Debug, Subcommand)]
enum StatementCommand {
    /// Show what is in bank statement files: accounts, balances, numbers and sums, and what is odd.
    ///
    /// Reads files of any size. Ends with 0 when every file could be read, else with 1.
    Inspect {
        /// Print one line of JSON per file.
        #[arg(long)]
        json: bool,
        /// The files.
        #[arg(required = true)]
        files: Vec<std::path::PathBuf>,
    },
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// Something in the product refused.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// Anything else, in words.
    #[error("{0}")]
    Words(String),
}

impl From<crate::store::StoreError> for CliError {
    fn from(error: crate::store::StoreError) -> CliError {
        CliError::Flow(error.into())
    }
}

impl From<crate::intake::IntakeError> for CliError {
    fn from(error: crate::intake::IntakeError) -> CliError {
        CliError::Flow(error.into())
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> CliError {
        CliError::Words(error.to_string())
    }
}

impl Database {
    /// How to name this database on the command line, when it is not the one by default.
    fn option(&self) -> String {
        let shown = self.database.contains('@');
        if shown || self.database == "sqlite://grip.db" {
            String::new()
        } else {
            format!(" --database {}", self.database)
        }
    }

    async fn open(&self) -> Result<App, CliError> {
        Ok(App::new(Store::open(&self.database, ONLY_MUNICIPALITY, Ids::Random).await?))
    }
}

/// A grant for the person at the command line of this machine.
async fn system_grant(app: &App, action: Action) -> Result<Grant, CliError> {
    Ok(app.grant(&Actor::system(), action).await?)
}

/// Runs the command; 0 when it did what was asked.
pub async fn run(cli: Cli) -> ExitCode {
    log_to_stderr();
    let done = match cli.command {
        Command::Case(args) => match case::case(&args).await {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Demo(args) => demo::demo(&args).await.map(|()| true),
        Command::Serve(args) => serve::serve(&args).await.map(|()| true),
        Command::Migrate(database) => migrate(&database).await.map(|()| true),
        Command::User(args) => user::user(args).await.map(|()| true),
        Command::Import(args) => import::import(&args).await,
        Command::Run(args) => run::run(&args).await,
        Command::Statement(StatementArgs { command: StatementCommand::Inspect { json, files } }) => {
            statement::inspect(&files, json, &mut std::io::stdout().lock()).map_err(CliError::from)
        }
        Command::Doctor(args) => doctor::doctor(&args).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(&format!("grip: {error}"));
            if let Some(dutch) = in_dutch(&error) {
                complain(&format!("grip: {dutch}"));
            }
            ExitCode::FAILURE
        }
    }
}

/// The same in Dutch, where what was handed in has no meaning: it is read by those who wrote it.
fn in_dutch(error: &CliError) -> Option<&str> {
    match error {
        CliError::Flow(FlowError::Intake(error)) if error.dutch != error.english => Some(&error.dutch),
        _ => None,
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks to a person")]
fn complain(text: &str) {
    eprintln!("{text}");
}

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,grip_api=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // a second subscriber in one process (in tests) changes nothing
    let _ = log.try_init();
}

async fn migrate(database: &Database) -> Result<(), CliError> {
    database.open().await?.store.close().await;
    say("the tables are of the newest version");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command line speaks to a person")]
fn say(text: &str) {
    println!("{text}");
}

/// The business day a command works on: the one given, the simulated one of a demonstration, or today.
async fn business_day(app: &App, given: Option<chrono::NaiveDate>) -> Result<chrono::NaiveDate, CliError> {
    match given {
        Some(day) => Ok(day),
        None => Ok(app.business_day().await?),
    }
}

fn grant_on(action: Action, day: chrono::NaiveDate) -> Result<Grant, CliError> {
    Ok(Grant::new(Actor::system(), action, day, clock::now()).map_err(FlowError::from)?)
}
