//! `grip run`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use grip_engine::access::Action;

use super::{CliError, Database, business_day, grant_on, say};
use crate::flow::day;

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
}

pub(super) async fn run(args: &RunArgs) -> Result<(), CliError> {
    let app = args.database.open().await?;
    let today = business_day(&app, args.date).await?;
    let done = day::work(&app.store, &grant_on(Action::WorkDay, today)?, &args.outbox).await;
    app.store.close().await;
    let done = done?;
    say(&format!("{today}: the day's work is done"));
    say(&format!("  runs proposed   {:>5}   renewed {}", done.proposed.new, done.proposed.renewed));
    say(&format!("  files offered   {:>5}   in {}", done.instructed.files, args.outbox.display()));
    let alerts = done.alerts;
    say(&format!(
        "  alerts opened   {:>5}   updated {}, closed {}",
        alerts.opened, alerts.updated, alerts.closed
    ));
    for problem in done.proposed.problems.iter().chain(&done.instructed.problems) {
        say(&format!("  cannot be paid: {problem}"));
    }
    Ok(())
}
