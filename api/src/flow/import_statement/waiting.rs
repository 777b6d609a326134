//! A person decides on a statement that is held: it is looked at once more, or refused with a reason.

use grip_engine::policy::StatementPolicy;
use uuid::Uuid;

use super::entries::Entries;
use super::examined::examine;
use super::outcome::Outcome;
use super::pages::kept_bytes;
use super::progress::{Progress, Watched};
use super::{Given, Source, Taking, statement_of};
use crate::auth::grant::Grant;
use crate::flow::{FlowError, StatementRefusal, explain, retry};
use crate::store::statement::{self, HeldRow};
use crate::store::{Change, Store};

/// What of a held statement can be read of its entries, for the person who decides.
#[derive(Clone, Debug)]
pub struct HeldEntry {
    /// The line in the file.
    pub line: u64,
    /// In cents.
    pub amount: i64,
    /// Whether it came.
    pub is_credit: bool,
    /// The booking date.
    pub booked_on: Option<chrono::NaiveDate>,
    /// The bank's reference.
    pub reference: String,
}

/// The most entries of a held statement that are shown.
const SHOWN: usize = 200;

/// Looks at a held statement once more: what it waited for may be there now. It is booked if it proves and fits.
pub async fn look_again(store: &Store, grant: &Grant, held: Uuid) -> Result<Outcome, FlowError> {
    retry!(try_again(store, grant, held))
}

async fn try_again(store: &Store, grant: &Grant, id: Uuid) -> Result<Outcome, FlowError> {
    let mut change = store.begin(grant, format!("held statement {id}")).await?;
    let row = open(&mut change, id).await?;
    let gaps = statement::gaps(&mut change).await?;
    let (bytes, encoding) = kept_bytes(&mut change, &row.sha256).await?;
    let file = examine(bytes.as_slice(), encoding)?;
    let place = usize::try_from(row.place).unwrap_or_default();
    let found = file.statements.get(place).ok_or_else(|| missing(id))?;
    let progress = Progress::default();
    let given = Given { name: "", sha256: &row.sha256, bytes: &bytes, encoding, progress: &progress };
    // somebody looks at it: it stays where it is
    let mut taking = Taking::new(given, &file, StatementPolicy::default());
    let outcome = match found.page {
        Some(page) => Outcome::Held(super::Hold::WaitsForPage { id: row.bank_id.clone(), page: page.number }),
        None => match found.proved(row.bank_account_id.into()) {
            Ok(found) => taking.book_proved(&mut change, &found, Source::Place(place)).await?,
            Err(hold) => Outcome::Held(hold),
        },
    };
    drop(taking);
    if !closed(&mut change, id, &outcome, "").await? {
        return Ok(outcome);
    }
    Box::pin(explain::search_new(&mut change, &gaps)).await?;
    change.commit().await?;
    Ok(outcome)
}

/// Closes a held statement by what came of it; false when it still waits.
pub(super) async fn closed(
    change: &mut Change,
    held: Uuid,
    outcome: &Outcome,
    note: &str,
) -> Result<bool, FlowError> {
    let (state, note) = match outcome {
        Outcome::Booked { .. } => ("booked", note),
        Outcome::Known => ("refused", "al geboekt onder een ander nummer"),
        Outcome::Held(_) | Outcome::Refused(_) | Outcome::Noted { .. } => return Ok(false),
    };
    statement::decide(change, held, state, note, statement_of(outcome)).await?;
    statement::release_bytes(change).await?;
    Ok(true)
}

/// Refuses a held statement: it will not be booked. The bytes of its file go when nothing of it is held any more.
pub async fn refuse(store: &Store, grant: &Grant, held: Uuid, reason: &str) -> Result<(), FlowError> {
    let reason = said(reason)?;
    let mut change = store.begin(grant, format!("held statement {held}")).await?;
    open(&mut change, held).await?;
    if !statement::decide(&mut change, held, "refused", reason, None).await? {
        return Err(StatementRefusal::Decided.into());
    }
    statement::release_bytes(&mut change).await?;
    Ok(change.commit().await?)
}

/// The first entries of a held statement, as far as they can be read.
pub async fn entries(store: &Store, row: &HeldRow) -> Result<Vec<HeldEntry>, FlowError> {
    if row.state != "held" {
        return Ok(Vec::new());
    }
    let (bytes, encoding) = kept_bytes(&mut store.read().await?, &row.sha256).await?;
    let place = usize::try_from(row.place).unwrap_or_default();
    let progress = Progress::default();
    let mut shown = Vec::new();
    for entry in Entries::new(Watched::new(&bytes, &progress), encoding).of(place).take(SHOWN) {
        let entry = entry?;
        shown.push(HeldEntry {
            line: entry.line,
            amount: entry.amount.cents(),
            is_credit: entry.direction == grip_engine::bank::camt::Direction::Credit,
            booked_on: entry.booked_on,
            reference: grip_engine::bank::duplicate::reference(&entry).to_owned(),
        });
    }
    Ok(shown)
}

pub(super) async fn open(change: &mut Change, held: Uuid) -> Result<HeldRow, FlowError> {
    let row = statement::held_by_id(change, held).await?.ok_or_else(|| missing(held))?;
    if row.state == "held" { Ok(row) } else { Err(StatementRefusal::Decided.into()) }
}

pub(super) fn missing(held: Uuid) -> FlowError {
    FlowError::NotFound { what: "held statement", id: held.to_string() }
}

/// A reason of at least a word and at most 500 letters.
pub(super) fn said(reason: &str) -> Result<&str, FlowError> {
    let reason = reason.trim();
    let count = reason.chars().count();
    if (3..=500).contains(&count) { Ok(reason) } else { Err(StatementRefusal::NoReason.into()) }
}
