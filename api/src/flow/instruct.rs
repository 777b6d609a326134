//! Instructing: an approved run becomes a file. Ids, then bytes, then the bank: the bytes are kept before
//! they are offered, and a retry offers the same bytes.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::NaiveTime;
use grip_engine::bank::pain001::{PaymentFile, Transfer};
use grip_engine::bank::payment_run::hex;
use grip_engine::calendar::TargetCalendar;
use grip_engine::id::RunId;
use sha2::{Digest, Sha256};

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::payment::{FileRow, Step, TransferRow};
use crate::store::run::RunRow;
use crate::store::{Change, Store, StoreError, municipality, payment, plan, run};

/// What instructing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instructed {
    /// Files that were offered.
    pub files: usize,
    /// Runs of which no file could be made, and why.
    pub problems: Vec<String>,
}

/// Makes the files of approved runs and offers every file that was not offered. A run of which no file can be
/// made does not keep the others back.
pub async fn instruct(store: &Store, grant: &Grant, outbox: &Path) -> Result<Instructed, FlowError> {
    let runs = run::list(&mut store.read().await?).await?;
    let mut problems = Vec::new();
    for approved in runs.iter().filter(|run| run.state == "approved") {
        if !run::pays(&mut store.read().await?, approved.id()).await? {
            only_release(store, grant, approved, outbox).await?;
            continue;
        }
        match make(store, grant, approved.id()).await {
            Err(FlowError::Pain(error)) => {
                problems.push(format!("run of {}: {error}", approved.execution_on));
            }
            made => made?,
        }
    }
    let files = payment::files(&mut store.read().await?).await?;
    let waiting: Vec<FileRow> = files.into_iter().filter(|file| file.offered_on.is_none()).collect();
    for file in &waiting {
        offer(store, grant, file, outbox).await?;
    }
    Ok(Instructed { files: waiting.len(), problems })
}

/// A run that releases and pays nothing has no file for the bank: what the benefit system pays is handed over.
async fn only_release(
    store: &Store,
    grant: &Grant,
    approved: &RunRow,
    outbox: &Path,
) -> Result<(), FlowError> {
    hand_over(store, approved.run_id, &file_id(approved), outbox).await?;
    retry!(handed_over(store, grant, approved.id()))
}

async fn handed_over(store: &Store, grant: &Grant, id: RunId) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("run {id}")).await?;
    run::move_on(&mut change, id, "approved", "instructed").await?;
    Ok(change.commit().await?)
}

/// Keeps the bytes of the file of a run.
async fn make(store: &Store, grant: &Grant, id: RunId) -> Result<(), FlowError> {
    retry!(try_make(store, grant, id))
}

async fn try_make(store: &Store, grant: &Grant, id: RunId) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("payment file of run {id}")).await?;
    let found = run::get(&mut change, id).await?.ok_or(StoreError::Missing)?;
    let transfers = payment::transfers(&mut change, id).await?;
    if transfers.is_empty() {
        // everything in it was cancelled before it was sent
        run::move_on(&mut change, id, "approved", "cancelled").await?;
        return Ok(change.commit().await?);
    }
    let message = message(&mut change, &found, transfers).await?;

    let body = message.to_xml()?;

    let row = FileRow {
        payment_file_id: change.new_id(),
        run_id: id.0,
        name: format!("{}.xml", message.message_id),
        message_id: message.message_id.clone(),
        payment_information_id: message.payment_information_id.clone(),
        execution_on: message.execution,
        payments: i64::try_from(message.transfers.len()).unwrap_or(i64::MAX),
        total: message.total().cents(),
        sha256: hex(&Sha256::digest(&body)),
        offered_on: None,
    };
    drop(message);
    if !run::move_on(&mut change, id, "approved", "instructed").await? {
        return Ok(());
    }
    payment::add_file(&mut change, &row, &body).await?;
    drop(body);
    step_all(&mut change, id, "approved", "instructed").await?;
    Ok(change.commit().await?)
}

async fn message(
    change: &mut Change,
    found: &RunRow,
    transfers: Vec<TransferRow>,
) -> Result<PaymentFile, FlowError> {
    let municipality = municipality::get(change).await?.ok_or(FlowError::NotSetUp)?;
    let accounts = municipality::bank_accounts(change).await?;
    let account = accounts.into_iter().find(|account| account.id.0 == found.bank_account_id);
    let execution = TargetCalendar.on_or_after(found.execution_on.max(change.grant().today()));
    let id = file_id(found);
    let transfer = |payment: TransferRow| {
        let meaningless = |_| StoreError::Meaning { what: "account", text: "of a payee".to_owned() };
        Ok(Transfer {
            end_to_end_id: payment.end_to_end_id,
            amount: grip_engine::money::Money::from_cents(payment.amount),
            creditor_name: payment.creditor_name,
            creditor: payment.creditor_iban.parse().map_err(meaningless)?,
            remittance: payment.remittance,
        })
    };
    Ok(PaymentFile {
        payment_information_id: id.clone(),
        message_id: id,
        created: change.grant().today().and_time(NaiveTime::MIN),
        debtor_name: municipality.name,
        debtor: account.ok_or(StoreError::Missing)?.iban,
        execution,
        transfers: transfers.into_iter().map(transfer).collect::<Result<_, StoreError>>()?,
    })
}

/// The id of the file of a run and of its batch: the same for every retry, unique for ever.
pub fn file_id(found: &RunRow) -> String {
    let id = found.run_id.simple().to_string();
    format!("GRIP-{}-{}", found.execution_on.format("%Y%m%d"), &id[id.len() - 12..])
}

/// Puts the kept bytes in the outbox, whole or not at all, and records that they were offered.
async fn offer(store: &Store, grant: &Grant, file: &FileRow, outbox: &Path) -> Result<(), FlowError> {
    let mut whole = Whole::begin(outbox, &file.name)?;
    for place in 0.. {
        let part = payment::file_part(&mut store.read().await?, file.payment_file_id, place).await?;
        match part {
            Some(part) => whole.write(&part)?,
            None if place == 0 => return Err(StoreError::Missing.into()),
            None => break,
        }
    }
    whole.finish()?;
    hand_over(store, file.run_id, file.name.trim_end_matches(".xml"), outbox).await?;
    retry!(offered(store, grant, file))
}

/// Puts the living money that the benefit system pays in the outbox, if there is any in a run.
async fn hand_over(store: &Store, run: uuid::Uuid, name: &str, outbox: &Path) -> Result<(), FlowError> {
    let rows = plan::handed_over(&mut store.read().await?, run).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut whole = Whole::begin(outbox, &format!("{name}-leefgeld.csv"))?;
    whole.write(handed_over_csv(&rows).as_bytes())?;
    whole.finish()
}

/// The living money that the benefit system pays, in a file beside the payment file: a line a household and month.
fn handed_over_csv(rows: &[plan::HandedOver]) -> String {
    let line = |row: &plan::HandedOver| {
        let amount = grip_engine::money::Money::from_cents(row.amount);
        format!("{};{};{amount}\n", row.number, row.month)
    };
    std::iter::once("huishouden;maand;bedrag\n".to_owned()).chain(rows.iter().map(line)).collect()
}

async fn offered(store: &Store, grant: &Grant, file: &FileRow) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("payment file {}", file.name)).await?;
    if payment::offer(&mut change, file.payment_file_id).await? {
        step_all(&mut change, file.run_id.into(), "instructed", "sent").await?;
        change.commit().await?;
    }
    Ok(())
}

async fn step_all(change: &mut Change, run: RunId, from: &str, to: &str) -> Result<(), FlowError> {
    let on = change.grant().today();
    let step = Step { from, to, on, source: "betaalbestand", reason: "" };
    Ok(payment::step_run(change, run, &step).await?)
}

/// A file that is written beside its name, made to last, and only then gets its name. Two programs that offer the
/// same file wait for each other.
struct Whole {
    path: PathBuf,
    beside: PathBuf,
    folder: File,
    file: File,
}

impl Whole {
    fn begin(folder: &Path, name: &str) -> Result<Whole, FlowError> {
        let (path, beside) = (folder.join(name), folder.join(format!("{name}.tmp")));
        let open = || {
            std::fs::create_dir_all(folder)?;
            let folder = File::open(folder)?;
            folder.lock()?;
            let file = File::create(&beside)?;
            Ok((folder, file))
        };
        let (folder, file) = open().map_err(|error| unwritten(&path, error))?;
        Ok(Whole { path, beside, folder, file })
    }

    fn write(&mut self, part: &[u8]) -> Result<(), FlowError> {
        self.file.write_all(part).map_err(|error| unwritten(&self.path, error))
    }

    fn finish(self) -> Result<(), FlowError> {
        let Whole { path, beside, folder, file } = self;
        let name = || {
            // a pipe cannot be synced; a file is
            if file.metadata()?.is_file() {
                file.sync_all()?;
            }
            std::fs::rename(&beside, &path)?;
            folder.sync_all()
        };
        name().map_err(|error| unwritten(&path, error))
    }
}

fn unwritten(path: &Path, error: std::io::Error) -> FlowError {
    FlowError::File { path: path.display().to_string(), error }
}
