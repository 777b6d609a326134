//! Living money that was handed out by card or at the cash desk (ruling 29): which parts of it.

use std::collections::{BTreeMap, BTreeSet};

use grip_engine::bank::payment_run::Subject;
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::run::{subject_from, subject_key};
use super::{Change, Scope, Snapshot, StoreError};

/// Keeps that a part of living money was handed out, by the fact that says so. The database refuses a second time.
pub async fn add(
    change: &mut Change,
    household: HouseholdId,
    fact: Uuid,
    (living_money, amount): (Subject, Money),
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into cash_payment (municipality_id, member_id, period, household_id, fact_id, amount)
        values ($1, $2, $3, $4, $5, $6)";
    let (_, member, period) = subject_key(living_money);
    let row = change.sql(SQL).bind(member).bind(period).bind(household.0).bind(fact);
    row.bind(amount.cents()).run().await.map(drop)
}

/// The parts of living money of a scope that were handed out, by household.
pub async fn handed_out(
    at: &mut Snapshot,
    scope: Scope,
) -> Result<BTreeMap<HouseholdId, BTreeSet<Subject>>, StoreError> {
    const SQL: &str = "select household_id, member_id, period from cash_payment
        where municipality_id = $1 and household_id between $2 and $3 order by household_id, member_id, period";
    let rows: Vec<(Uuid, Uuid, String)> = at.of_scope(SQL, scope).all().await?;
    let mut parts: BTreeMap<HouseholdId, BTreeSet<Subject>> = BTreeMap::new();
    for (household, member, period) in rows {
        let subject = subject_from("living_money", member, &period)?;
        parts.entry(household.into()).or_default().insert(subject);
    }
    Ok(parts)
}
