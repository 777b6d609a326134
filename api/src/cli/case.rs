//! `grip case`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{CliError, complain, say};
use crate::case::compare::Difference;
use crate::case::format::CaseFile;
use crate::case::{self, CaseError, Verdict, player};
use crate::id::Ids;
use crate::store::Store;

#[derive(Debug, Args)]
pub(super) struct CaseArgs {
    /// Play on this database, in a municipality of its own, instead of in memory.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Print one line of JSON per file.
    #[arg(long)]
    json: bool,
    /// The case files; docs/cases.md describes them.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// A line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    file: String,
    name: &'a str,
    passed: bool,
    differences: &'a [Difference],
}

/// 0 when every expectation holds, 1 when one differs, 2 when a file is no case.
pub(super) async fn case(args: &CaseArgs) -> Result<ExitCode, CliError> {
    let folder = std::env::temp_dir().join(format!("grip-case-{}", Ids::Random.next().simple()));
    let (mut differ, mut unreadable) = (false, false);
    for file in &args.files {
        let case = read(file);
        let name = case.as_ref().map_or("", |case| case.name.as_str());
        let played = match &case {
            Ok(case) => play(args, case, &folder).await,
            Err(error) => Err(CaseError::Form(error.clone())),
        };
        match played {
            Ok(verdict) => {
                differ |= !verdict.differences.is_empty();
                tell(args, file, &verdict);
            }
            Err(error) => {
                unreadable |= matches!(error, CaseError::Form(_) | CaseError::Folder(_));
                differ |= matches!(error, CaseError::Story { .. } | CaseError::Store(_));
                tell_error(args, (file, name), &error);
            }
        }
        // the next case finds the folder empty
        let _ = std::fs::remove_dir_all(&folder);
    }
    Ok(if unreadable {
        ExitCode::from(2)
    } else if differ {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The case in a file, or why it is none.
fn read(file: &Path) -> Result<CaseFile, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    case::read(&text).map_err(|error| error.to_string())
}

async fn play(args: &CaseArgs, case: &CaseFile, folder: &Path) -> Result<Verdict, CaseError> {
    std::fs::create_dir_all(folder)?;
    let store = match &args.database {
        None => Store::in_memory(Ids::counted()).await?,
        Some(url) => Store::open(url, Ids::Random.next(), Ids::Random).await?,
    };
    let played = player::play(&store, folder, case).await;
    store.close().await;
    played
}

fn tell(args: &CaseArgs, file: &Path, verdict: &Verdict) {
    let passed = verdict.differences.is_empty();
    if args.json {
        let line = Line {
            file: file.display().to_string(),
            name: &verdict.name,
            passed,
            differences: &verdict.differences,
        };
        return say(&serde_json::to_string(&line).unwrap_or_default());
    }
    let mark = if passed { "passed" } else { "DIFFERS" };
    say(&format!("{mark}  {}: {}", file.display(), verdict.name));
    for found in &verdict.differences {
        say(&format!(
            "         {}\n           expected  {}\n           got       {}",
            found.path, found.expected, found.got
        ));
    }
}

fn tell_error(args: &CaseArgs, (file, name): (&Path, &str), error: &CaseError) {
    if args.json {
        let difference = Difference {
            path: String::new(),
            expected: "a case that can be played".to_owned(),
            got: error.to_string(),
        };
        let line = Line { file: file.display().to_string(), name, passed: false, differences: &[difference] };
        say(&serde_json::to_string(&line).unwrap_or_default());
    }
    complain(&format!("{}: {error}", file.display()));
}
