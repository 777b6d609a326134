//! The outbox through the API: what was made for the bank and the benefit system, a mailing for each run, with the files
//! that also stand in the folder. Taking one is written down and never pays anything twice.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{file_id, journal, offer};
use crate::auth::grant::Grant;
use crate::flow::{FlowError, retry};
use crate::store::payment_file::{self, FileRow};
use crate::store::run::{self, RunRow};
use crate::store::{Snapshot, Store, StoreError, plan};

/// What is sent of one run.
#[derive(Clone, Debug)]
pub struct Mailing {
    /// The run.
    pub run: Uuid,
    /// Its payment file; none for a run that only hands living money over.
    pub payment_file: Option<FileRow>,
    /// The day of execution.
    pub execution_on: NaiveDate,
    /// True when the payment file, or what is handed over, was offered or taken before.
    pub is_offered: bool,
    /// The files, the payment file first.
    pub files: Vec<Mailed>,
}

/// A file of a mailing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailed {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// What a file of a mailing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The payments, for the bank.
    Payments,
    /// The hash of the payments.
    Sum,
    /// The postings of the run, for the books.
    Journal,
    /// The living money that the benefit system pays.
    HandedOver,
}

/// Everything that was made to be sent, the last day of execution first.
pub async fn mailings(at: &mut Snapshot) -> Result<Vec<Mailing>, FlowError> {
    let mut files = payment_file::list(at).await?;
    let mut found = Vec::new();
    for row in
        run::list(at).await?.iter().filter(|run| matches!(run.state.as_str(), "approved" | "instructed"))
    {
        let file = files.iter().position(|file| file.run_id == row.run_id).map(|place| files.remove(place));
        found.extend(mailing(at, row, file).await?);
    }
    Ok(found)
}

async fn mailing(
    at: &mut Snapshot,
    row: &RunRow,
    payment_file: Option<FileRow>,
) -> Result<Option<Mailing>, FlowError> {
    let hands_over = !plan::handed_over(at, row.run_id).await?.is_empty();
    let mut files = Vec::new();
    let name =
        payment_file.as_ref().map_or_else(|| format!("{}.xml", file_id(row)), |file| file.name.clone());
    if payment_file.is_some() {
        files.push(Mailed { name: name.clone(), kind: Kind::Payments });
        files.push(Mailed { name: format!("{name}.sha256"), kind: Kind::Sum });
        files.push(Mailed { name: offer::beside(&name, "-journaal.csv"), kind: Kind::Journal });
    }
    // before its payment file is made, nothing of a run that pays is sent
    let is_made = payment_file.is_some() || !run::pays(at, row.id()).await?;
    if hands_over && is_made {
        files.push(Mailed { name: offer::beside(&name, "-leefgeld.csv"), kind: Kind::HandedOver });
    }
    let is_offered =
        payment_file.as_ref().map_or(row.state == "instructed", |file| file.offered_on.is_some());
    let execution_on = payment_file.as_ref().map_or(row.execution_on, |file| file.execution_on);
    let run = row.run_id;
    Ok((!files.is_empty()).then_some(Mailing { run, payment_file, execution_on, is_offered, files }))
}

/// Takes a file: its bytes. The payment file counts as offered by that, and so does what is handed over without one.
pub async fn take(store: &Store, grant: &Grant, name: &str) -> Result<(Kind, Vec<u8>), FlowError> {
    let all = mailings(&mut store.read().await?).await?;
    let holds = |mailing: &&Mailing| mailing.files.iter().any(|file| file.name == name);
    let mailing = all.iter().find(holds);
    let missing = || FlowError::NotFound { what: "outbox file", id: name.to_owned() };
    let mailing = mailing.ok_or_else(missing)?;
    let kind = mailing.files.iter().find(|file| file.name == name).ok_or_else(missing)?.kind;
    let bytes = bytes(&mut store.read().await?, mailing, kind).await?;
    match (kind, &mailing.payment_file) {
        (Kind::Payments, Some(file)) => offer::taken(store, grant, file.payment_file_id, "api").await?,
        (Kind::HandedOver, None) => retry!(offer::handed_over(store, grant, mailing.run.into()))?,
        _ => {}
    }
    Ok((kind, bytes))
}

async fn bytes(at: &mut Snapshot, mailing: &Mailing, kind: Kind) -> Result<Vec<u8>, FlowError> {
    let file = || mailing.payment_file.as_ref().ok_or(StoreError::Missing);
    Ok(match kind {
        Kind::Payments => {
            payment_file::body(at, file()?.payment_file_id).await?.ok_or(StoreError::Missing)?
        }
        Kind::Sum => offer::sum(file()?).into_bytes(),
        Kind::Journal => journal(at, mailing.run.into()).await?.into_bytes(),
        Kind::HandedOver => offer::handed_over_csv(&plan::handed_over(at, mailing.run).await?).into_bytes(),
    })
}
