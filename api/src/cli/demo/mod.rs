//! `grip demo`: the whole product on invented households, then the pages.

mod cast;
mod summary;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::serve::{bind, until_stopped};
use super::{CliError, say};
use crate::app::App;
use crate::id::Ids;
use crate::play::Play;
use crate::store::{ONLY_MUNICIPALITY, Store};

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// The folder for the database and the files; an existing demo folder is replaced.
    #[arg(long, default_value = "grip-demo")]
    dir: PathBuf,
    /// The address and port to serve on afterwards.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// End after the summary, without serving.
    #[arg(long)]
    no_serve: bool,
    /// Print the summary as one JSON document.
    #[arg(long)]
    json: bool,
}

/// Its presence says that a folder was made by the demonstration.
const MARK: &str = "grip-demo.txt";

/// The first day.
const FIRST: (i32, u32, u32) = (2026, 1, 1);
/// The last day, which stays the business date of the demonstration.
const LAST: (i32, u32, u32) = (2026, 8, 31);

pub(super) async fn demo(args: &DemoArgs) -> Result<(), CliError> {
    let listener = if args.no_serve { None } else { Some(bind(args.listen).await?) };
    make_folder(&args.dir)?;
    let url = format!("sqlite://{}", args.dir.join("grip.db").display());
    let app = App::new(Store::open(&url, ONLY_MUNICIPALITY, Ids::counted()).await?);

    let (first, last) = (date(FIRST), date(LAST));
    let mut play = Play::begin(&app, &args.dir, cast::script()?, first).await?;
    play.days(first, last).await?;
    let summary = summary::of(&app, &play).await?;

    say(&if args.json { summary.json() } else { summary.text(&args.dir) });
    let Some(listener) = listener else {
        app.store.close().await;
        return Ok(());
    };
    let address = listener.local_addr()?;
    tell(args.json, &cast::invitation(address, &args.dir));
    until_stopped(listener, app).await
}

fn date((year, month, day): (i32, u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the days of the demonstration exist")
}

/// With JSON on standard output, words for a person go to standard error.
#[expect(clippy::print_stderr, reason = "the command line speaks to a person")]
fn tell(json: bool, text: &str) {
    if json { eprintln!("{text}") } else { say(text) }
}

/// Everything a demonstration puts in its folder.
const MADE: [&str; 6] = [MARK, "grip.db", "grip.db-shm", "grip.db-wal", "betaalbestanden", "bankafschriften"];
/// What stands in the mark.
const MARK_TEXT: &str = "Made by `grip demo`; replaced by the next one.\n";

/// An empty folder, but for the mark. What an earlier demonstration made goes; a folder that holds anything else
/// is left alone.
fn make_folder(folder: &Path) -> Result<(), CliError> {
    let words = |error: std::io::Error| CliError::Words(format!("folder `{}`: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(words)?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(words)? {
        found.push(entry.map_err(words)?.file_name().to_string_lossy().into_owned());
    }
    let is_demo = std::fs::read_to_string(folder.join(MARK)).is_ok_and(|text| text == MARK_TEXT);
    if let Some(name) = found.iter().find(|name| !is_demo || !MADE.contains(&name.as_str())) {
        return Err(CliError::Words(format!(
            "folder `{}` is not empty and no demo folder (it holds `{name}`): choose another with --dir",
            folder.display()
        )));
    }
    for path in found.iter().map(|name| folder.join(name)) {
        let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        removed.map_err(words)?;
    }
    std::fs::write(folder.join(MARK), MARK_TEXT).map_err(words)
}
