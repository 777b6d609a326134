//! Suspense: the money of each household that waits on an account of the municipality, with why and since when.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::reason;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use uuid::Uuid;

use crate::store::{Scope, Snapshot, StoreError, household, suspense};

/// The money of one household that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspense {
    /// The household.
    pub household: Uuid,
    /// Its number.
    pub number: String,
    /// What is its own, in all: what came back and what came in.
    pub total: Money,
    /// Each amount, oldest first.
    pub items: Vec<Item>,
}

/// An amount that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub what: Waits,
    /// The amount.
    pub amount: Money,
    /// Since which day.
    pub since: NaiveDate,
    /// Why it is here, in Dutch.
    pub why: String,
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// A payment that came back.
    Returned,
    /// A payment that came back before its debit stood on a statement: it counts in the books when that is here.
    ReturnedEarly,
    /// Money that somebody else paid for the household: it is the client's.
    Received,
    /// The same, where special assistance paid for the household: an officer decides whose it is (ruling 32).
    ReceivedForDecision,
    /// A credit that may be the household's; nobody said so yet.
    Unexplained {
        /// The entry.
        entry: Uuid,
        /// The part.
        place: i64,
    },
}

/// The households of a scope of which money waits, in order of number.
pub async fn list(at: &mut Snapshot, scope: Scope) -> Result<Vec<Suspense>, StoreError> {
    let mut found: BTreeMap<(String, Uuid), Vec<Item>> = BTreeMap::new();
    let mut add = |number: String, id: Uuid, item: Item| found.entry((number, id)).or_default().push(item);
    for row in suspense::returned(at, scope).await? {
        let why = format!(
            "De betaling aan {} van {} kwam terug. Reden van de bank: {}.",
            row.creditor_name,
            dutch_day(row.due_on),
            reason::dutch(&row.reason)
        );
        let amount = Money::from_cents(row.amount);
        let item = Item { what: Waits::Returned, amount, since: row.since, why };
        add(row.household_number, row.household_id, item);
    }
    for row in suspense::returned_early(at, scope).await? {
        let why = format!(
            "De betaling aan {} van {} kwam terug. Reden van de bank: {}. De afschrijving staat nog niet op een afschrift: \
             lees het ontbrekende afschrift in, dan wordt de betaling teruggeboekt.",
            row.creditor_name,
            dutch_day(row.due_on),
            reason::dutch(&row.reason)
        );
        let amount = Money::from_cents(row.amount);
        let item = Item { what: Waits::ReturnedEarly, amount, since: row.since, why };
        add(row.household_number, row.household_id, item);
    }
    for row in suspense::received(at, scope).await? {
        let Some(id) = row.household_id else { continue };
        let has_bridge =
            household::file(at, id.into()).await?.is_some_and(|file| !file.household.bridges.is_empty());
        let what = if has_bridge { Waits::ReceivedForDecision } else { Waits::Received };
        let told = if row.told.is_empty() { "Met de hand toegewezen." } else { row.told.as_str() };
        let why = match what {
            Waits::ReceivedForDecision => format!(
                "Teruggave. {told} Dit huishouden kreeg bijzondere bijstand: besluit of het geld van de klant is of \
                 van de gemeente."
            ),
            _ => format!("Teruggave, van de klant. {told}"),
        };
        let item = Item { what, amount: row.money(), since: row.explained_on, why };
        add(row.household_number.unwrap_or_default(), id, item);
    }
    for row in suspense::waiting(at, scope).await? {
        let what = Waits::Unexplained { entry: row.entry_id, place: row.place };
        let why = format!("Nog niet verklaard, misschien van dit huishouden. {}", row.told);
        let item = Item { what, amount: Money::from_cents(row.remaining), since: row.booked_on, why };
        add(row.household_number, row.household_id, item);
    }
    Ok(found.into_iter().map(|((number, household), items)| of(household, number, items)).collect())
}

fn of(household: Uuid, number: String, mut items: Vec<Item>) -> Suspense {
    items.sort_by_key(|item| item.since);
    let is_own = |item: &&Item| !matches!(item.what, Waits::Unexplained { .. } | Waits::ReturnedEarly);
    let total = items.iter().filter(is_own).map(|item| item.amount).sum();
    Suspense { household, number, total, items }
}
