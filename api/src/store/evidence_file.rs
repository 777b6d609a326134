//! Photographs and scans of evidence, known by the hash of their content. What they were called is not kept.

use chrono::NaiveDate;
use grip_engine::id::HouseholdId;

use super::{Change, Snapshot, StoreError};

/// A file with its bytes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EvidenceFile {
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// What its content is: `image/jpeg`, `image/png` or `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A file that is kept, without its bytes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KeptRow {
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// What its content is.
    pub media_type: String,
    /// How many bytes.
    pub size: i64,
    /// Who handed it in.
    pub recorded_by: String,
    /// When.
    pub recorded_on: NaiveDate,
}

/// Keeps a file of a household. One that is kept already is not kept again.
pub async fn add(
    change: &mut Change,
    household: HouseholdId,
    file: &EvidenceFile,
) -> Result<bool, StoreError> {
    const SQL: &str = "insert into evidence_file
            (municipality_id, household_id, sha256, media_type, size, body, recorded_by, recorded_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let size = i64::try_from(file.body.len()).unwrap_or(i64::MAX);
    let row = change.sql(SQL).bind(household.0).bind(file.sha256.clone()).bind(file.media_type.clone());
    Ok(row.bind(size).bind(file.body.clone()).bind(who).bind(today).run().await? == 1)
}

/// A file of a household.
pub async fn get(
    at: &mut Snapshot,
    household: HouseholdId,
    sha256: &str,
) -> Result<Option<EvidenceFile>, StoreError> {
    const SQL: &str = "select sha256, media_type, body from evidence_file
        where municipality_id = $1 and household_id = $2 and sha256 = $3";
    at.sql(SQL).bind(household.0).bind(sha256.to_owned()).optional().await
}

/// The files of a household, in the order in which they were handed in.
pub async fn list(at: &mut Snapshot, household: HouseholdId) -> Result<Vec<KeptRow>, StoreError> {
    const SQL: &str = "select sha256, media_type, size, recorded_by, recorded_on from evidence_file
        where municipality_id = $1 and household_id = $2 order by recorded_on, sha256";
    at.sql(SQL).bind(household.0).all().await
}

/// True when another household handed in the same file.
pub async fn is_anothers(
    at: &mut Snapshot,
    household: HouseholdId,
    sha256: &str,
) -> Result<bool, StoreError> {
    const SQL: &str = "select household_id from evidence_file
        where municipality_id = $1 and sha256 = $2 and household_id <> $3 order by household_id limit 1";
    let found = at.sql(SQL).bind(sha256.to_owned()).bind(household.0).optional::<(uuid::Uuid,)>().await?;
    Ok(found.is_some())
}
