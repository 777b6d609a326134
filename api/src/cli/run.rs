//! `grip run`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use grip_engine::access::Action;

use super::{CliError, Database, business_day, complain, grant_on, say};
use crate::app::App;
use crate::auth::grant::Grant;
use crate::flow::{day, inbox};

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    database: Database,
    /// The business day, as 2026-02-27; today when it is not given.
    #[arg(long)]
    date: Option<NaiveDate>,
    /// The folder in which payment files are put for the bank.
    #[arg(long, env = "GRIP_OUTBOX", default_value = "outbox")]
    outbox: PathBuf,
    /// Put no files in a folder: they wait for whoever takes them through the API (`/v1/outbox`).
    #[arg(long, conflicts_with = "outbox")]
    no_outbox: bool,
    /// A folder from which decisions (.csv, .json) and bank statements (.xml) are taken in first.
    ///
    /// In order of name. What was taken in goes to its folder archive, what was refused to error with a note that says
    /// why. A file is written as NAME.tmp and renamed when it is complete.
    #[arg(long, env = "GRIP_INBOX", value_name = "DIR")]
    inbox: Option<PathBuf>,
}

/// True when every file of the inbox was taken in as a whole; the day's work is done all the same.
pub(super) async fn run(args: &RunArgs) -> Result<bool, CliError> {
    let app = args.database.open().await?;
    let today = business_day(&app, args.date).await?;
    let grant = grant_on(Action::WorkDay, today)?;
    let all_taken = match &args.inbox {
        Some(inbox) => take(&app, &grant, inbox).await,
        None => true,
    };
    let outbox = (!args.no_outbox).then_some(args.outbox.as_path());
    let done = day::work(&app.store, &grant, outbox).await;
    app.store.close().await;
    let done = done?;
    say(&format!("{today}: the day's work is done"));
    say(&format!("  runs proposed   {:>5}   renewed {}", done.proposed.new, done.proposed.renewed));
    match outbox {
        Some(outbox) => {
            say(&format!("  files offered   {:>5}   in {}", done.instructed.files, outbox.display()));
        }
        None => say("  files wait for whoever takes them through the API"),
    }
    let alerts = done.alerts;
    say(&format!(
        "  alerts opened   {:>5}   updated {}, closed {}",
        alerts.opened, alerts.updated, alerts.closed
    ));
    for problem in done.proposed.problems.iter().chain(&done.instructed.problems) {
        say(&format!("  cannot be paid: {problem}"));
    }
    Ok(all_taken)
}

/// Takes in what lies in the inbox. When that fails the day's work goes on with what is known.
async fn take(app: &App, grant: &Grant, inbox: &Path) -> bool {
    match inbox::take(&app.store, grant, inbox).await {
        Ok(taken) => {
            for file in &taken {
                say(&format!("{}: {}", file.name, file.told));
            }
            taken.iter().all(|file| file.is_whole)
        }
        Err(error) => {
            complain(&format!("inbox: {error}"));
            false
        }
    }
}
