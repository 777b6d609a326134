//! Alerts, with the words they were raised in.

use chrono::NaiveDate;
use grip_engine::alert::{AlertKey, Known};
use grip_engine::explain::Explanation;
use grip_engine::id::HouseholdId;
use grip_engine::risk::{Finding, Rule, Severity};
use uuid::Uuid;

use super::{Change, Scope, Snapshot, StoreError, meaning, month};

/// An alert as a person reads it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AlertRow {
    /// Its id.
    pub alert_id: Uuid,
    /// The household.
    pub household_id: Uuid,
    /// The number of the household.
    pub number: String,
    /// The rule.
    pub rule: String,
    /// The version of the rule.
    pub rule_version: i64,
    /// The benefit month it is about; empty when it is about none.
    pub month: String,
    /// How soon it harms.
    pub severity: String,
    /// The day it was raised.
    pub opened_on: NaiveDate,
    /// The last day it was seen.
    pub last_seen_on: NaiveDate,
    /// When it harms.
    pub harm_on: NaiveDate,
    /// The day it was settled.
    pub closed_on: Option<NaiveDate>,
    /// What is the matter.
    pub title: String,
    /// Why it is here.
    pub reason: String,
    /// What to do.
    pub advice: String,
}

/// The alerts of a scope, open ones first, the soonest harm first.
pub async fn list(at: &mut Snapshot, scope: Scope) -> Result<Vec<AlertRow>, StoreError> {
    const SQL: &str =
        "select alert_id, alert.household_id as household_id, number, rule, rule_version, month, severity,
            opened_on, last_seen_on, harm_on, closed_on, title, reason, advice
        from alert join household on household.municipality_id = alert.municipality_id
            and household.household_id = alert.household_id
        where alert.municipality_id = $1 and alert.household_id between $2 and $3
        order by case when closed_on is null then 0 else 1 end, severity, harm_on, opened_on, alert_id";
    at.of_scope(SQL, scope).all().await
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    household_id: Uuid,
    rule: String,
    object_id: Uuid,
    month: String,
    severity: String,
    closed_on: Option<NaiveDate>,
}

/// What was raised before, with the household.
pub async fn known(at: &mut Snapshot, scope: Scope) -> Result<Vec<(HouseholdId, Known)>, StoreError> {
    const SQL: &str = "select household_id, rule, object_id, month, severity, closed_on from alert
        where municipality_id = $1 and household_id between $2 and $3 order by household_id, alert_id";
    let known = |row: KnownRow| {
        let key = AlertKey {
            rule: meaning("rule", &row.rule, Rule::from_code(&row.rule))?,
            object: row.object_id,
            month: if row.month.is_empty() { None } else { Some(month(&row.month)?) },
        };
        let severity = meaning("severity", &row.severity, Severity::from_code(&row.severity))?;
        Ok((row.household_id.into(), Known { key, severity, closed_on: row.closed_on }))
    };
    at.of_scope(SQL, scope).all::<KnownRow>().await?.into_iter().map(known).collect()
}

fn month_text(key: AlertKey) -> String {
    key.month.map(|month| month.to_string()).unwrap_or_default()
}

/// Raises an alert; the database refuses a second open one for the same matter.
pub async fn open(
    change: &mut Change,
    household: HouseholdId,
    finding: &Finding,
    words: &Explanation,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into alert (municipality_id, alert_id, household_id, rule, rule_version, object_id, month,
            severity, opened_on, last_seen_on, times_seen, harm_on, title, reason, advice)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1, $10, $11, $12, $13)";
    let (id, today, key) = (change.new_id(), change.grant().today(), AlertKey::of(finding));
    let row = change.sql(SQL).bind(id).bind(household.0).bind(key.rule.code());
    let row = row.bind(i64::from(key.rule.version())).bind(key.object).bind(month_text(key));
    let row = row.bind(finding.severity.code()).bind(today).bind(finding.harm_on);
    row.bind(words.title).bind(words.reason.as_str()).bind(words.advice).run().await.map(drop)
}

/// Gives an open alert today's figures; seeing it twice on one day changes nothing.
pub async fn update(
    change: &mut Change,
    household: HouseholdId,
    finding: &Finding,
    words: &Explanation,
) -> Result<bool, StoreError> {
    const SQL: &str = "update alert set severity = $6, harm_on = $7, reason = $8, last_seen_on = $9,
            times_seen = times_seen + 1
        where municipality_id = $1 and household_id = $2 and rule = $3 and object_id = $4 and month = $5
            and closed_on is null and (last_seen_on < $9 or severity <> $6 or reason <> $8)";
    let (today, key) = (change.grant().today(), AlertKey::of(finding));
    let row = change.sql(SQL).bind(household.0).bind(key.rule.code()).bind(key.object).bind(month_text(key));
    let row = row.bind(finding.severity.code()).bind(finding.harm_on).bind(words.reason.as_str());
    Ok(row.bind(today).run().await? == 1)
}

/// Closes an alert whose matter is settled.
pub async fn close(change: &mut Change, household: HouseholdId, key: AlertKey) -> Result<(), StoreError> {
    const SQL: &str = "update alert set closed_on = $6
        where municipality_id = $1 and household_id = $2 and rule = $3 and object_id = $4 and month = $5
            and closed_on is null";
    let today = change.grant().today();
    let row = change.sql(SQL).bind(household.0).bind(key.rule.code()).bind(key.object).bind(month_text(key));
    row.bind(today).run().await.map(drop)
}
