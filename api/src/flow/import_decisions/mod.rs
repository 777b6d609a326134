//! Importing decisions of the benefit system, and payees, households and obligations for the first day: what is new
//! is written, what is known stays, and a decision that was sent again with another content takes the place of its
//! earlier version.
//!
//! Each row is a change of its own: one that is refused keeps no other out. A dry run does everything but the commit.

mod first_day;
mod told;

use std::collections::BTreeMap;

use grip_engine::check::{self, Remark};
use grip_engine::household::right::Ruling;
use grip_engine::id::HouseholdId;
use grip_engine::norm::NormTable;

use super::record::{self, Kept, OnKnownReference};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::intake::decisions::{Entry, FileKind, ImportFile, Said};
use crate::intake::table::Place;
use crate::intake::{EventIn, IntakeError};
use crate::store::{Change, Store, household};

/// Whether an import is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is written: it only says what would happen.
    DryRun,
    /// It is written.
    Write,
}

/// What importing a file did, or would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// What the file was about.
    pub kind: FileKind,
    /// What came of each row, in the order of the file; of a household one result for all its rows.
    pub rows: Vec<RowResult>,
}

/// What came of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowResult {
    /// Where it stands.
    pub place: Place,
    /// The number of the household; nothing for a payee.
    pub household: String,
    /// The kind of decision or cost; nothing for a payee or household.
    pub kind: String,
    /// The reference of the decision or contract, the name of the payee; nothing for a household.
    pub reference: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Where the decision differs from what we would compute: it holds all the same.
    pub remarks: Vec<Remark>,
}

/// What came of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was not known.
    New,
    /// It takes the place of an earlier version that said something else.
    Changed(Vec<Difference>),
    /// It was known, and says the same.
    Unchanged,
    /// It is not taken in.
    Refused {
        /// Why.
        why: IntakeError,
        /// In what it differs from what is known.
        differences: Vec<Difference>,
    },
}

/// What a column said and says. Of account numbers the middle is hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The column.
    pub column: String,
    /// What was known.
    pub was: Option<String>,
    /// What the file says.
    pub is: Option<String>,
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not known before.
    pub new: usize,
    /// Taking the place of another version.
    pub changed: usize,
    /// Known.
    pub unchanged: usize,
    /// Not taken in.
    pub refused: usize,
}

impl Imported {
    /// How many rows came to what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            *match row.outcome {
                Outcome::New => &mut counts.new,
                Outcome::Changed(_) => &mut counts.changed,
                Outcome::Unchanged => &mut counts.unchanged,
                Outcome::Refused { .. } => &mut counts.refused,
            } += 1;
        }
        counts
    }
}

/// Takes a file in, row by row.
pub async fn import(
    store: &Store,
    grant: &Grant,
    file: &ImportFile,
    mode: Mode,
) -> Result<Imported, FlowError> {
    let mut rows = Vec::with_capacity(file.entries.len());
    // households of which a decision on the right was refused, with its place
    let mut waiting: BTreeMap<&str, Place> = BTreeMap::new();
    for entry in &file.entries {
        let before = waiting.get(entry.household.as_str()).filter(|_| entry.is_about_the_right());
        let (outcome, remarks) = match (&entry.said, before) {
            (Err(why), _) => (refused(why.clone()), Vec::new()),
            (Ok(_), Some(place)) => (refused(waits_for(*place)), Vec::new()),
            (Ok(said), None) => match retry!(take_in(store, grant, (entry, said), mode)) {
                Ok(taken) => taken,
                Err(error) => (refused(why_refused(error)?), Vec::new()),
            },
        };
        let is_refused = matches!(outcome, Outcome::Refused { .. });
        if is_refused && file.kind == FileKind::Decisions && !entry.is_beside_the_right() {
            waiting.entry(&entry.household).or_insert(entry.place);
        }
        rows.push(RowResult {
            place: entry.place,
            household: entry.household.clone(),
            kind: entry.kind.clone(),
            reference: entry.reference.clone(),
            outcome,
            remarks,
        });
    }
    Ok(Imported { kind: file.kind, rows })
}

/// A decision on the right takes the place of those before it, so it is not recorded before one that was refused:
/// that one would later undo it.
fn waits_for(place: Place) -> IntakeError {
    IntakeError::new(
        format!("an earlier decision on this right was refused, on {place}: this one waits for it"),
        format!(
            "een eerder besluit over dit recht is geweigerd, op {}: dit besluit wacht daarop",
            place.dutch()
        ),
    )
}

async fn take_in(
    store: &Store,
    grant: &Grant,
    (entry, said): (&Entry, &Said),
    mode: Mode,
) -> Result<(Outcome, Vec<Remark>), FlowError> {
    let object = match said {
        Said::Payee(_) => "payee".to_owned(),
        _ => format!("household {}", entry.household),
    };
    let mut change = store.begin(grant, object).await?;
    let (outcome, remarks) = match said {
        Said::Decision(event) => Box::pin(decision(&mut change, entry, event)).await?,
        Said::Payee(payee) => (first_day::payee(&mut change, payee).await?, Vec::new()),
        Said::Household(file) => (first_day::household(&mut change, file).await?, Vec::new()),
        Said::Obligation(file) => {
            let id = numbered(&mut change, &entry.household).await?;
            (Box::pin(first_day::obligation(&mut change, id, file)).await?, Vec::new())
        }
    };
    let is_written = matches!(outcome, Outcome::New | Outcome::Changed(_));
    if is_written && mode == Mode::Write {
        change.commit().await?;
    }
    Ok((outcome, remarks))
}

async fn numbered(change: &mut Change, number: &str) -> Result<HouseholdId, FlowError> {
    let found = household::numbered(change, number).await?;
    found.ok_or_else(|| FlowError::NotFound { what: "household", id: number.to_owned() })
}

async fn decision(
    change: &mut Change,
    entry: &Entry,
    event: &EventIn,
) -> Result<(Outcome, Vec<Remark>), FlowError> {
    let id = numbered(change, &entry.household).await?;
    let known = household::newest(change, &entry.kind, &entry.reference).await?;
    let known = known.map(|known| known.event()).transpose()?;

    let event = EventIn { on: change.grant().today().to_string(), ..event.clone() };
    let kept = record::event(change, id, &event, 0, OnKnownReference::Replace).await?;
    let outcome = match (kept, known) {
        (Kept::Known, _) => Outcome::Unchanged,
        (Kept::New, None) => Outcome::New,
        (Kept::New, Some(known)) => Outcome::Changed(differences(&columns(&known), &columns(&event))),
    };
    let remarks = if entry.is_about_the_right() { remarks(change, id, entry).await? } else { Vec::new() };
    Ok((outcome, remarks))
}

/// Where a decision on the right differs from what we would compute, and what it undoes.
async fn remarks(change: &mut Change, id: HouseholdId, entry: &Entry) -> Result<Vec<Remark>, FlowError> {
    let Some(file) = household::file(change, id).await? else { return Ok(Vec::new()) };
    let gives_right = entry.kind == "benefit";
    let found = file.household.decisions.iter().find(|known| {
        known.reference == entry.reference && matches!(known.ruling, Ruling::Right { .. }) == gives_right
    });
    Ok(found.map(|found| check::remarks(&file.household, found, &NormTable::shipped())).unwrap_or_default())
}

/// The columns of a decision with what they say.
fn columns(event: &EventIn) -> Vec<(String, String)> {
    let said = serde_json::to_value(event).unwrap_or_default();
    let parts = said.as_object().into_iter().flatten().filter_map(|(_, part)| part.as_object());
    let column = |(key, value): (&String, &serde_json::Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (!value.is_null()).then(|| (key.clone(), text))
    };
    parts.flatten().filter_map(column).collect()
}

/// In what two versions differ, by column.
fn differences(was: &[(String, String)], is: &[(String, String)]) -> Vec<Difference> {
    let value = |of: &[(String, String)], column: &str| {
        of.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone())
    };
    let mut names: Vec<&String> = was.iter().chain(is).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let differences = names.into_iter().map(|name| Difference {
        column: name.clone(),
        was: value(was, name),
        is: value(is, name),
    });
    differences.filter(|difference| difference.was != difference.is).collect()
}

fn refused(why: IntakeError) -> Outcome {
    Outcome::Refused { why, differences: Vec::new() }
}

/// Why a row is refused; an error that is no fault of the row stops the import.
fn why_refused(error: FlowError) -> Result<IntakeError, FlowError> {
    let english = error.to_string();
    match error {
        FlowError::Intake(error) => Ok(error),
        FlowError::NotFound { what, id } => {
            Ok(IntakeError::new(english, format!("{} `{id}` bestaat niet", dutch(what))))
        }
        FlowError::Exists { what, id } => {
            Ok(IntakeError::new(english, format!("{} `{id}` bestaat al", dutch(what))))
        }
        error => Err(error),
    }
}

fn dutch(what: &str) -> &'static str {
    match what {
        "household" => "huishouden",
        "payee" => "ontvanger",
        "decision" => "besluit",
        "account of the municipality" => "rekening van de gemeente",
        _ => "gegeven",
    }
}
