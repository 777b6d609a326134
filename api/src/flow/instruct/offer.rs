//! Offering: the kept bytes go to the outbox, with their hash and the journal of the run beside them. Offering again
//! is written down and never makes a second payment.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use grip_engine::id::RunId;
use uuid::Uuid;

use super::{file_id, journal};
use crate::auth::grant::Grant;
use crate::flow::{FlowError, retry};
use crate::store::payment::Step;
use crate::store::payment_file::{self, FileRow};
use crate::store::run::RunRow;
use crate::store::{Store, StoreError, payment, plan, run};

/// Puts the kept bytes in the outbox, whole or not at all, and records that they were offered. The payment file gets
/// its name last: whoever sees it finds everything else beside it.
pub(super) async fn offer(
    store: &Store,
    grant: &Grant,
    file: &FileRow,
    outbox: &Path,
) -> Result<(), FlowError> {
    let mut whole = Whole::begin(outbox, &file.name)?;
    for place in 0.. {
        let part = payment_file::part(&mut store.read().await?, file.payment_file_id, place).await?;
        match part {
            Some(part) => whole.write(&part)?,
            None if place == 0 => return Err(StoreError::Missing.into()),
            None => break,
        }
    }
    let beside = |ending: &str| beside(&file.name, ending);
    let handed_over = plan::handed_over(&mut store.read().await?, file.run_id).await?;
    if !handed_over.is_empty() {
        whole.beside(&beside("-leefgeld.csv"), handed_over_csv(&handed_over).as_bytes())?;
    }
    let journal = journal::journal(&mut store.read().await?, file.run_id.into()).await?;
    whole.beside(&beside("-journaal.csv"), journal.as_bytes())?;
    whole.beside(&format!("{}.sha256", file.name), sum(file).as_bytes())?;
    whole.finish()?;
    record(store, grant, file.payment_file_id, "outbox").await
}

/// The name of a file beside a payment file.
pub(super) fn beside(name: &str, ending: &str) -> String {
    name.replace(".xml", ending)
}

/// The hash of a payment file, as `sha256sum --check` reads it.
pub(super) fn sum(file: &FileRow) -> String {
    format!("{}  {}\n", file.sha256, file.name)
}

/// A run that releases and pays nothing has no file for the bank: what the benefit system pays is handed over.
pub(super) async fn only_release(
    store: &Store,
    grant: &Grant,
    approved: &RunRow,
    outbox: Option<&Path>,
) -> Result<(), FlowError> {
    let rows = plan::handed_over(&mut store.read().await?, approved.run_id).await?;
    if !rows.is_empty() {
        // without a folder it waits for whoever takes it
        let Some(outbox) = outbox else { return Ok(()) };
        let mut whole = Whole::begin(outbox, &format!("{}-leefgeld.csv", file_id(approved)))?;
        whole.write(handed_over_csv(&rows).as_bytes())?;
        whole.finish()?;
    }
    retry!(handed_over(store, grant, approved.id()))
}

/// Records that what a run hands over was taken.
pub(super) async fn handed_over(store: &Store, grant: &Grant, id: RunId) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("run {id}")).await?;
    run::move_on(&mut change, id, "approved", "instructed").await?;
    Ok(change.commit().await?)
}

/// Records that somebody took a file by page or API: it counts as offered.
pub async fn taken(store: &Store, grant: &Grant, file: Uuid, way: &'static str) -> Result<(), FlowError> {
    record(store, grant, file, way).await
}

async fn record(store: &Store, grant: &Grant, file: Uuid, way: &'static str) -> Result<(), FlowError> {
    retry!(try_record(store, grant, file, way))
}

async fn try_record(store: &Store, grant: &Grant, file: Uuid, way: &'static str) -> Result<(), FlowError> {
    let found = payment_file::get(&mut store.read().await?, file).await?.ok_or(StoreError::Missing)?;
    let mut change = store.begin(grant, format!("payment file {}", found.name)).await?;
    if payment_file::offer(&mut change, file, way).await? {
        let on = change.grant().today();
        let step = Step { from: "instructed", to: "sent", on, source: "betaalbestand", reason: "" };
        payment::step_run(&mut change, found.run_id.into(), &step).await?;
    }
    Ok(change.commit().await?)
}

/// The living money that the benefit system pays, in a file beside the payment file: a line a household and month.
pub(super) fn handed_over_csv(rows: &[plan::HandedOver]) -> String {
    let line = |row: &plan::HandedOver| {
        let amount = grip_engine::money::Money::from_cents(row.amount);
        format!("{};{};{amount}\n", row.number, row.month)
    };
    std::iter::once("huishouden;maand;bedrag\n".to_owned()).chain(rows.iter().map(line)).collect()
}

/// A file that is written beside its name, made to last, and only then gets its name. Two programs that offer the
/// same file wait for each other.
struct Whole {
    path: PathBuf,
    folder: PathBuf,
    /// Held until the file has its name.
    lock: File,
    file: File,
}

impl Whole {
    fn begin(folder: &Path, name: &str) -> Result<Whole, FlowError> {
        let path = folder.join(name);
        let open = || {
            std::fs::create_dir_all(folder)?;
            let lock = File::open(folder)?;
            lock.lock()?;
            let file = File::create(unnamed(&path))?;
            Ok((lock, file))
        };
        let (lock, file) = open().map_err(|error| unwritten(&path, error))?;
        Ok(Whole { path, folder: folder.to_owned(), lock, file })
    }

    fn write(&mut self, part: &[u8]) -> Result<(), FlowError> {
        self.file.write_all(part).map_err(|error| unwritten(&self.path, error))
    }

    /// Another file of the same folder, whole at once.
    fn beside(&self, name: &str, bytes: &[u8]) -> Result<(), FlowError> {
        let path = self.folder.join(name);
        let write = || {
            let mut file = File::create(unnamed(&path))?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(unnamed(&path), &path)
        };
        write().map_err(|error| unwritten(&path, error))
    }

    fn finish(self) -> Result<(), FlowError> {
        let name = || {
            // a pipe cannot be synced; a file is
            if self.file.metadata()?.is_file() {
                self.file.sync_all()?;
            }
            std::fs::rename(unnamed(&self.path), &self.path)?;
            self.lock.sync_all()
        };
        name().map_err(|error| unwritten(&self.path, error))
    }
}

/// What a file is called while it is being written.
fn unnamed(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(".tmp");
    name.into()
}

fn unwritten(path: &Path, error: std::io::Error) -> FlowError {
    FlowError::File { path: path.display().to_string(), error }
}
