//! The inbox: what other systems hand in, decisions, first-day files, bank statements and answers of banks; through a
//! folder, or one file at a time through the API. In the folder each file is taken
//! in, in order of name, and moved to `archive`, or to `error` with a note that says why. A file that was taken in
//! but not moved, because the program was stopped, is taken in again and changes nothing. A file is written under
//! another name first (`.tmp`) and then renamed; beside it may stand its SHA-256, in a file of the same name with
//! `.sha256` behind it.

use std::fmt;
use std::path::{Path, PathBuf};

use grip_engine::access::Action;
use grip_engine::bank::camt::Encoding;
use grip_engine::bank::payment_run::hex;
use sha2::{Digest, Sha256};

use super::FlowError;
use super::answer::{self, Answered};
use super::import_decisions::{self, Mode};
use super::import_statement::{self, HandedIn, Progress};
use crate::auth::grant::Grant;
use crate::intake::table::Form;
use crate::intake::{IntakeError, decisions};
use crate::store::Store;

/// What came of a file of the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its name.
    pub name: String,
    /// True when all of it was taken in.
    pub is_whole: bool,
    /// What was done, or why it was refused.
    pub told: String,
}

/// Takes in what lies in the folder. The grant is that of the day's work; each file is taken in under the action it
/// needs.
pub async fn take(store: &Store, grant: &Grant, inbox: &Path) -> Result<Vec<Taken>, FlowError> {
    // two programs at one time wait for each other
    let folder = std::fs::File::open(inbox).map_err(|error| in_folder(inbox, error))?;
    folder.lock().map_err(|error| in_folder(inbox, error))?;
    let mut taken = Vec::new();
    for path in files(inbox)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (is_whole, told) = match Box::pin(one(store, grant, &path)).await {
            Ok(done) => done,
            // not the fault of the file: it stays where it is
            Err(error @ (FlowError::Store(_) | FlowError::NotSetUp | FlowError::NotAllowed(_))) => {
                return Err(error);
            }
            Err(error) => (false, format!("refused: {error}")),
        };
        put_away(inbox, &path, is_whole, &told)?;
        taken.push(Taken { name, is_whole, told });
    }
    Ok(taken)
}

/// The files that can be taken in, in order of name. Others, and those that are still being written, stay.
fn files(inbox: &Path) -> Result<Vec<PathBuf>, FlowError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(inbox).map_err(|error| in_folder(inbox, error))? {
        let path = entry.map_err(|error| in_folder(inbox, error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_hidden = name.starts_with('.');
        if path.is_file() && !is_hidden && action(&name).is_some() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_statement(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
}

async fn one(store: &Store, grant: &Grant, path: &Path) -> Result<(bool, String), FlowError> {
    let bytes = std::fs::read(path).map_err(|error| in_folder(path, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(action) = action(&name) else { return Ok((false, String::new())) };
    let grant = Grant::new(grant.actor().clone(), action, grant.today(), grant.at())?;
    let given = Given { name: &name, bytes: &bytes, sha256: sum_beside(path)? };
    let done = take_in(store, &grant, &given, &Progress::default()).await?;
    Ok((done.is_whole(), done.to_string()))
}

/// A file that somebody hands in.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// Its name: what it ends in says how it is written.
    pub name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
    /// The SHA-256 that its sender gave with it.
    pub sha256: Option<String>,
}

/// What a file of the inbox turned out to be, and what came of it.
#[derive(Clone, Debug)]
pub enum Done {
    /// Decisions, or a file of the first day.
    Decisions(import_decisions::Imported),
    /// The answer of a bank to a payment file.
    Answer(Answered),
    /// A bank statement.
    Statement(import_statement::Imported),
}

impl Done {
    /// True when all of it was taken in.
    pub fn is_whole(&self) -> bool {
        match self {
            Done::Decisions(done) => done.counts().refused == 0,
            Done::Answer(_) => true,
            Done::Statement(done) => done.is_whole(),
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Done::Decisions(done) => done.fmt(out),
            Done::Answer(done) => done.fmt(out),
            Done::Statement(done) => done.fmt(out),
        }
    }
}

/// What somebody must be allowed to hand in a file of this name; nothing when no such file is taken in.
pub fn action(name: &str) -> Option<Action> {
    let path = Path::new(name);
    if Form::of_file(path).is_some() {
        return Some(Action::RecordFacts);
    }
    is_statement(path).then_some(Action::ImportStatement)
}

/// Takes in one file, under the action that it needs. The same bytes again change nothing.
pub async fn take_in(
    store: &Store,
    grant: &Grant,
    given: &Given<'_>,
    progress: &Progress,
) -> Result<Done, FlowError> {
    is_as_sent(given)?;
    if let Some(form) = Form::of_file(Path::new(given.name)) {
        let file = decisions::read(given.bytes, form)?;
        return Ok(Done::Decisions(import_decisions::import(store, grant, &file, Mode::Write).await?));
    }
    if answer::is_answer(given.bytes) {
        return Ok(Done::Answer(answer::import(store, grant, given.name, given.bytes).await?));
    }
    let file = (given.name, given.bytes);
    let (name, bytes) = file;
    let handed_in = HandedIn { name, bytes, encoding: Encoding::Declared };
    Ok(Done::Statement(import_statement::import_watched(store, grant, handed_in, progress).await?))
}

/// Refuses a file that is not what its sender sent, where its SHA-256 was given with it.
fn is_as_sent(given: &Given<'_>) -> Result<(), IntakeError> {
    let Some(sent) = given.sha256.as_deref().map(str::to_ascii_lowercase) else { return Ok(()) };
    let found = hex(&Sha256::digest(given.bytes));
    if sent == found {
        return Ok(());
    }
    let english = format!("its SHA-256 is {found}, and {sent} was sent with it: send it again");
    Err(IntakeError::new(english, format!("de SHA-256 is {found}, en {sent} kwam erbij: stuur het opnieuw")))
}

/// Where the SHA-256 of a file stands.
fn side(path: &Path) -> PathBuf {
    let mut side = path.to_owned().into_os_string();
    side.push(".sha256");
    side.into()
}

/// The SHA-256 that stands beside a file, as `sha256sum` writes it.
fn sum_beside(path: &Path) -> Result<Option<String>, FlowError> {
    let side = side(path);
    if !side.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&side).map_err(|error| in_folder(&side, error))?;
    Ok(Some(text.split_whitespace().next().unwrap_or_default().to_owned()))
}

/// Moves a file out of the inbox. No earlier file of the same name is lost.
fn put_away(inbox: &Path, path: &Path, is_whole: bool, told: &str) -> Result<(), FlowError> {
    let folder = inbox.join(if is_whole { "archive" } else { "error" });
    std::fs::create_dir_all(&folder).map_err(|error| in_folder(&folder, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let again = (2_u32..).map(|number| folder.join(format!("{number}-{name}")));
    let mut places = std::iter::once(folder.join(&name)).chain(again);
    let to = places.find(|to| !to.exists()).expect("a folder holds a number of files");
    if !is_whole {
        let mut note = to.clone().into_os_string();
        note.push(".txt");
        std::fs::write(&note, format!("{told}\n")).map_err(|error| in_folder(Path::new(&note), error))?;
    }
    std::fs::rename(path, &to).map_err(|error| in_folder(path, error))?;
    if side(path).is_file() {
        std::fs::rename(side(path), side(&to)).map_err(|error| in_folder(path, error))?;
    }
    Ok(())
}

fn in_folder(path: &Path, error: std::io::Error) -> FlowError {
    FlowError::File { path: path.display().to_string(), error }
}
