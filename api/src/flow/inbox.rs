//! The inbox: a folder in which other systems put decisions, first-day files and bank statements. Each file is taken
//! in, in order of name, and moved to `archive`, or to `error` with a note that says why. A file that was taken in
//! but not moved, because the program was stopped, is taken in again and changes nothing. A file is written under
//! another name first (`.tmp`) and then renamed; beside it may stand its SHA-256, in a file of the same name with
//! `.sha256` behind it.

use std::path::{Path, PathBuf};

use grip_engine::access::Action;
use grip_engine::bank::payment_run::hex;
use sha2::{Digest, Sha256};

use super::FlowError;
use super::import_decisions::{self, Mode};
use super::{answer, import_statement};
use crate::auth::grant::Grant;
use crate::intake::decisions;
use crate::intake::table::Form;
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
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !is_hidden && (Form::of_file(&path).is_some() || is_statement(&path)) {
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
    if let Some(told) = other_sum(path, &bytes)? {
        return Ok((false, told));
    }
    let to = |action| Grant::new(grant.actor().clone(), action, grant.today(), grant.at());
    if let Some(form) = Form::of_file(path) {
        let file = decisions::read(&bytes, form)?;
        let grant = to(Action::RecordFacts)?;
        let done = import_decisions::import(store, &grant, &file, Mode::Write).await?;
        return Ok((done.counts().refused == 0, done.to_string()));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if answer::is_answer(&bytes) {
        let done = answer::import(store, &to(Action::ImportStatement)?, &name, &bytes).await?;
        return Ok((true, done.to_string()));
    }
    let done = import_statement::import(store, &to(Action::ImportStatement)?, &name, &bytes).await?;
    Ok((done.is_whole(), done.to_string()))
}

/// Where the SHA-256 of a file stands.
fn side(path: &Path) -> PathBuf {
    let mut side = path.to_owned().into_os_string();
    side.push(".sha256");
    side.into()
}

/// Why a file is not what its sender sent, where its SHA-256 stands beside it.
fn other_sum(path: &Path, bytes: &[u8]) -> Result<Option<String>, FlowError> {
    let side = side(path);
    if !side.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&side).map_err(|error| in_folder(&side, error))?;
    let given = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let found = hex(&Sha256::digest(bytes));
    let differs = format!("refused: its SHA-256 is {found}, and {given} was sent with it: send it again");
    Ok((given != found).then_some(differs))
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
