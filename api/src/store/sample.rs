//! Random samples of evidence, and what was found when it was looked at again.

use chrono::NaiveDate;
use uuid::Uuid;

use super::db::Rows;
use super::{Change, Snapshot, StoreError};

/// A sample, with all that is needed to draw the same list again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SampleRow {
    /// Its id.
    pub sample_id: Uuid,
    /// The words from which it was drawn.
    pub seed: String,
    /// The code of a [`grip_engine::furnishing::sample::Confidence`].
    pub confidence: String,
    /// The margin of error, as a share.
    pub margin: String,
    /// The first day of showing.
    pub from_on: NaiveDate,
    /// The last day of showing.
    pub until_on: NaiveDate,
    /// How many pieces there were to draw from.
    pub population: i64,
    /// Who drew it.
    pub drawn_by: String,
    /// When.
    pub drawn_on: NaiveDate,
}

/// A piece of evidence that was drawn.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ItemRow {
    /// Its place in the list, from 1.
    pub place: i64,
    /// The fact that recorded it.
    pub fact_id: Uuid,
    /// The household.
    pub household_id: Uuid,
    /// `confirmed`, `differs` or `not_found`, once somebody looked.
    pub outcome: Option<String>,
    /// What they noted.
    pub note: Option<String>,
    /// Who looked.
    pub checked_by: Option<String>,
    /// When.
    pub checked_on: Option<NaiveDate>,
}

/// Every sample, the newest first.
pub async fn list(at: &mut Snapshot) -> Result<Vec<SampleRow>, StoreError> {
    const SQL: &str =
        "select sample_id, seed, confidence, margin, from_on, until_on, population, drawn_by, drawn_on
        from sample where municipality_id = $1 order by drawn_on desc, sample_id desc";
    at.sql(SQL).all().await
}

/// The pieces of a sample, in the order of drawing.
pub async fn items(at: &mut Snapshot, sample: Uuid) -> Result<Vec<ItemRow>, StoreError> {
    const SQL: &str =
        "select place, fact_id, household_id, outcome, note, checked_by, checked_on from sample_item
        where municipality_id = $1 and sample_id = $2 order by place";
    at.sql(SQL).bind(sample).all().await
}

/// Keeps a sample with what was drawn: facts with their households, in order.
pub async fn add(change: &mut Change, sample: &SampleRow, drawn: &[(Uuid, Uuid)]) -> Result<(), StoreError> {
    const SQL: &str = "insert into sample
            (municipality_id, sample_id, seed, confidence, margin, from_on, until_on, population, drawn_by, drawn_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let row =
        change.sql(SQL).bind(sample.sample_id).bind(sample.seed.clone()).bind(sample.confidence.clone());
    let row =
        row.bind(sample.margin.clone()).bind(sample.from_on).bind(sample.until_on).bind(sample.population);
    row.bind(sample.drawn_by.clone()).bind(sample.drawn_on).run().await?;
    let mut rows = Rows::new("sample_item (municipality_id, sample_id, place, fact_id, household_id)", 4);
    for (place, (fact, household)) in (1_i64..).zip(drawn) {
        rows.push([sample.sample_id.into(), place.into(), (*fact).into(), (*household).into()]);
    }
    change.insert(rows).await
}

/// Keeps what was found, once.
pub async fn check(
    change: &mut Change,
    sample: Uuid,
    place: i64,
    (outcome, note): (&str, &str),
) -> Result<bool, StoreError> {
    const SQL: &str = "update sample_item set outcome = $4, note = $5, checked_by = $6, checked_on = $7
        where municipality_id = $1 and sample_id = $2 and place = $3 and outcome is null";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(sample).bind(place).bind(outcome.to_owned()).bind(note.to_owned());
    Ok(row.bind(who).bind(today).run().await? == 1)
}
