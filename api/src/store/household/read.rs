//! Reading households: one query per table, for one household or all; then the facts are folded.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::calendar::Period;
use grip_engine::household::Household;
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::id::HouseholdId;
use grip_engine::obligation::{Contract, CostKind, Obligation, Rhythm, Version};
use uuid::Uuid;

use super::{HouseholdFile, payee_names};
use crate::intake::EventIn;
use crate::intake::fold::{Fact, Payees};
use crate::store::{Scope, Snapshot, StoreError, creditor, far_day, meaning, money};

#[derive(sqlx::FromRow)]
struct HouseholdRow {
    household_id: Uuid,
    number: String,
    bank_account_id: Uuid,
    recorded_by: String,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    household_id: Uuid,
    member_id: Uuid,
    role: String,
    name: String,
    born: Option<NaiveDate>,
    permit_from: Option<NaiveDate>,
    permit_until: Option<NaiveDate>,
    duty_from: Option<NaiveDate>,
    duty_until: Option<NaiveDate>,
    present_from: Option<NaiveDate>,
    right_since: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct ObligationRow {
    household_id: Uuid,
    obligation_id: Uuid,
    payee_id: Uuid,
    kind: String,
    rhythm: String,
    amount: i64,
    first_due: NaiveDate,
    last_due: Option<NaiveDate>,
    reference: String,
    member_id: Option<Uuid>,
    recorded_by: String,
}

/// A recorded fact.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FactRow {
    /// The household.
    pub household_id: Uuid,
    /// Its place in the order of recording.
    pub number: i64,
    /// Its id.
    pub fact_id: Uuid,
    /// What kind of event it is.
    pub kind: String,
    /// The reference of the decision, where it has one.
    pub reference: Option<String>,
    /// The business day on which it was recorded.
    pub recorded_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by: String,
    /// The event, in JSON.
    pub body: String,
}

impl FactRow {
    /// The event.
    pub fn event(&self) -> Result<EventIn, StoreError> {
        meaning("fact", &self.kind, serde_json::from_str(&self.body).ok())
    }
}

/// The ids of all households, in order.
pub async fn ids(at: &mut Snapshot) -> Result<Vec<Uuid>, StoreError> {
    const SQL: &str = "select household_id from household where municipality_id = $1 order by household_id";
    Ok(at.sql(SQL).all::<(Uuid,)>().await?.into_iter().map(|(id,)| id).collect())
}

/// The households of a scope, in order of number.
pub async fn files(at: &mut Snapshot, scope: Scope) -> Result<Vec<HouseholdFile>, StoreError> {
    files_on(at, scope, far_day()).await
}

/// The households of a scope as they were known on a day, in order of number.
pub async fn files_on(
    at: &mut Snapshot,
    scope: Scope,
    day: NaiveDate,
) -> Result<Vec<HouseholdFile>, StoreError> {
    const SQL: &str = "select household_id, number, bank_account_id, recorded_by from household
        where municipality_id = $1 and household_id between $2 and $3 order by number";
    let rows: Vec<HouseholdRow> = at.of_scope(SQL, scope).all().await?;
    let mut files: Files = rows.iter().map(|row| (row.household_id, empty_file(row))).collect();
    add_members(at, scope, &mut files).await?;
    add_obligations(at, scope, &mut files).await?;
    let facts = facts(at, scope, day).await?;
    let payees = payee_names(at).await?;
    for fact in &facts {
        if let Some(file) = files.get_mut(&fact.household_id) {
            add_fact(file, fact, &payees)?;
        }
    }
    add_accounts(at, scope, day, &mut files).await?;
    Ok(rows.iter().filter_map(|row| files.remove(&row.household_id)).collect())
}

/// The household with this number.
pub async fn numbered(at: &mut Snapshot, number: &str) -> Result<Option<HouseholdId>, StoreError> {
    const SQL: &str = "select household_id from household where municipality_id = $1 and number = $2";
    Ok(at.sql(SQL).bind(number.to_owned()).optional::<(Uuid,)>().await?.map(|(id,)| id.into()))
}

/// One household.
pub async fn file(at: &mut Snapshot, id: HouseholdId) -> Result<Option<HouseholdFile>, StoreError> {
    file_on(at, id, far_day()).await
}

/// One household as it was known on a day.
pub async fn file_on(
    at: &mut Snapshot,
    id: HouseholdId,
    day: NaiveDate,
) -> Result<Option<HouseholdFile>, StoreError> {
    Ok(files_on(at, Scope::One(id.0), day).await?.pop())
}

/// The facts of a scope that were recorded on or before a day, in the order of recording.
pub async fn facts(at: &mut Snapshot, scope: Scope, day: NaiveDate) -> Result<Vec<FactRow>, StoreError> {
    const SQL: &str =
        "select household_id, number, fact_id, kind, reference, recorded_on, recorded_by, body from fact
        where municipality_id = $1 and household_id between $2 and $3 and recorded_on <= $4
        order by household_id, number";
    at.of_scope(SQL, scope).bind(day).all().await
}

/// The household that a fact is about.
pub async fn of_fact(at: &mut Snapshot, fact: Uuid) -> Result<Option<HouseholdId>, StoreError> {
    const SQL: &str = "select household_id from fact where municipality_id = $1 and fact_id = $2";
    Ok(at.sql(SQL).bind(fact).optional::<(Uuid,)>().await?.map(|(id,)| id.into()))
}

/// A version of a decision.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DecisionRow {
    /// The household it is about.
    pub household_id: Uuid,
    /// 1, or more for one that was sent again with another content.
    pub version: i64,
    /// The hash of what it says.
    pub event_hash: String,
    /// The event, in JSON.
    pub body: String,
}

impl DecisionRow {
    /// The event.
    pub fn event(&self) -> Result<EventIn, StoreError> {
        meaning("fact", "decision", serde_json::from_str(&self.body).ok())
    }
}

/// The newest version of a decision.
pub async fn newest(
    at: &mut Snapshot,
    kind: &str,
    reference: &str,
) -> Result<Option<DecisionRow>, StoreError> {
    const SQL: &str = "select household_id, version, event_hash, body from fact
        where municipality_id = $1 and kind = $2 and reference = $3 order by version desc limit 1";
    at.sql(SQL).bind(kind.to_owned()).bind(reference.to_owned()).optional().await
}

type Files = BTreeMap<Uuid, HouseholdFile>;

fn empty_file(row: &HouseholdRow) -> HouseholdFile {
    HouseholdFile {
        household: Household::new(row.household_id.into()),
        number: row.number.clone(),
        bank_account: row.bank_account_id.into(),
        obligations: Vec::new(),
        credits: Vec::new(),
        accounts: BTreeMap::new(),
        recorded_by: BTreeSet::from([row.recorded_by.clone()]),
    }
}

fn add_fact(file: &mut HouseholdFile, fact: &FactRow, payees: &Payees) -> Result<(), StoreError> {
    let mut folded = file.take();
    let event = fact.event()?;
    let added = folded.add(Fact { id: fact.fact_id, event: &event }, payees);
    file.put(folded);
    if !file.recorded_by.contains(&fact.recorded_by) {
        file.recorded_by.insert(fact.recorded_by.clone());
    }
    meaning("fact", &fact.kind, added.ok())
}

fn period(from: NaiveDate, until: Option<NaiveDate>) -> Result<Period, StoreError> {
    meaning("period", &from.to_string(), Period::new(from, until).ok())
}

fn optional_period(from: Option<NaiveDate>, until: Option<NaiveDate>) -> Result<Option<Period>, StoreError> {
    from.map(|from| period(from, until)).transpose()
}

fn role_from(code: &str) -> Option<MemberRole> {
    match code {
        "applicant" => Some(MemberRole::Applicant),
        "partner" => Some(MemberRole::Partner),
        "child" => Some(MemberRole::Child),
        _ => None,
    }
}

async fn add_members(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str =
        "select household_id, member_id, role, name, born, permit_from, permit_until, duty_from,
            duty_until, present_from, right_since
        from member where municipality_id = $1 and household_id between $2 and $3 order by household_id, place";
    for row in at.of_scope(SQL, scope).all::<MemberRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        let role = meaning("member role", &row.role, role_from(&row.role))?;
        file.household.members.push(Member {
            born: row.born,
            asylum_permit: optional_period(row.permit_from, row.permit_until)?,
            civic_integration_duty: optional_period(row.duty_from, row.duty_until)?,
            present_from: row.present_from,
            right_since: row.right_since,
            ..Member::new(row.member_id.into(), role, row.name)
        });
    }
    Ok(())
}

/// The accounts of the members; what was approved on or before the day is the account of a member.
async fn add_accounts(
    at: &mut Snapshot,
    scope: Scope,
    day: NaiveDate,
    files: &mut Files,
) -> Result<(), StoreError> {
    let mut accounts = creditor::of_members(at, scope).await?;
    for file in files.values_mut() {
        for member in &mut file.household.members {
            let Some(of_member) = accounts.remove(&member.id) else { continue };
            let approved = of_member.approved_on(day);
            let known = approved
                .filter(|version| version.approved.as_ref().is_some_and(|approved| approved.on <= day));
            member.account = known.map(|version| version.iban.clone());
            file.accounts.insert(member.id, of_member);
        }
    }
    Ok(())
}

async fn add_obligations(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str =
        "select household_id, obligation_id, payee_id, kind, rhythm, amount, first_due, last_due, reference,
            member_id, recorded_by
        from obligation where municipality_id = $1 and household_id between $2 and $3
        order by household_id, obligation_id";
    for row in at.of_scope(SQL, scope).all::<ObligationRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        let version =
            Version { period: period(row.first_due, None)?, amount: money(row.amount), letter: None };
        let contract = Contract {
            id: row.obligation_id.into(),
            kind: meaning("kind of cost", &row.kind, CostKind::from_code(&row.kind))?,
            payee: row.payee_id.into(),
            rhythm: meaning("rhythm", &row.rhythm, Rhythm::from_code(&row.rhythm))?,
            first_due: row.first_due,
            last_due: row.last_due,
            member: row.member_id.map(Into::into),
            reference: row.reference,
        };
        let reference = contract.reference.clone();
        let obligation = Obligation::new(contract, vec![version]);
        file.obligations.push(meaning("obligation", &reference, obligation.ok())?);
        file.recorded_by.insert(row.recorded_by);
    }
    Ok(())
}
