//! What the last proposing found that should be paid and cannot.

use chrono::NaiveDate;
use uuid::Uuid;

use super::db::{Rows, Value};
use super::{Change, Snapshot, StoreError};

/// Something that should be paid and cannot.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnpaidRow {
    /// The household it is for; none where it is an account of the municipality.
    pub household_id: Option<Uuid>,
    /// The number of the household.
    pub number: Option<String>,
    /// The run it would stand in: the account that pays.
    pub bank_account_id: Option<Uuid>,
    /// Its kind.
    pub kind: Option<String>,
    /// Its period.
    pub period: Option<String>,
    /// What is not paid and why, for an officer.
    pub told: String,
    /// The day it was found.
    pub found_on: Option<NaiveDate>,
}

impl UnpaidRow {
    /// The account, kind and period of the run it would stand in.
    pub fn run(&self) -> Option<(Uuid, &str, &str)> {
        Some((self.bank_account_id?, self.kind.as_deref()?, self.period.as_deref()?))
    }
}

/// What cannot be paid, in the order of the households.
pub async fn list(at: &mut Snapshot) -> Result<Vec<UnpaidRow>, StoreError> {
    const SQL: &str =
        "select unpaid.household_id as household_id, number, unpaid.bank_account_id as bank_account_id, kind,
            period, told, found_on
        from unpaid
        left join household on household.municipality_id = unpaid.municipality_id
            and household.household_id = unpaid.household_id
        where unpaid.municipality_id = $1 order by place";
    at.sql(SQL).all().await
}

/// Keeps what cannot be paid, in the place of what could not be paid before.
pub async fn replace(change: &mut Change, found: &[UnpaidRow]) -> Result<(), StoreError> {
    const CLEAR: &str = "delete from unpaid where municipality_id = $1";
    change.sql(CLEAR).run().await?;
    let mut rows = Rows::new(
        "unpaid (municipality_id, place, household_id, bank_account_id, kind, period, told, found_on)",
        7,
    );
    let today = change.grant().today();
    for (place, row) in (0_i64..).zip(found) {
        rows.push([
            place.into(),
            row.household_id.into(),
            row.bank_account_id.into(),
            Value::Text(row.kind.clone()),
            Value::Text(row.period.clone()),
            row.told.as_str().into(),
            today.into(),
        ]);
    }
    change.insert(rows).await
}
