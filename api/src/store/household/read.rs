//! Reading households: one query per table, for one household or all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::calendar::Period;
use grip_engine::household::{BenefitDecision, Household, Member, Reduction, ReportedIncome};
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use grip_engine::obligation::{Contract, CostKind, Obligation, Version};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::HouseholdFile;
use super::code::{norm_from, role_from};
use crate::store::{Scope, Snapshot, StoreError, meaning, money, month};

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
    iban: Option<String>,
    permit_from: Option<NaiveDate>,
    permit_until: Option<NaiveDate>,
    duty_from: Option<NaiveDate>,
    duty_until: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct BenefitRow {
    household_id: Uuid,
    reference: String,
    right_from: NaiveDate,
    right_until: Option<NaiveDate>,
    norm: String,
    recorded_by: String,
}

#[derive(sqlx::FromRow)]
struct ReductionRow {
    household_id: Uuid,
    reference: String,
    month: String,
    share: String,
    recorded_by: String,
}

#[derive(sqlx::FromRow)]
struct IncomeRow {
    household_id: Uuid,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    monthly: i64,
    recorded_by: String,
}

#[derive(sqlx::FromRow)]
struct ObligationRow {
    household_id: Uuid,
    obligation_id: Uuid,
    payee_id: Uuid,
    kind: String,
    first_due: NaiveDate,
    reference: String,
    recorded_by: String,
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    obligation_id: Uuid,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    amount: i64,
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    household_id: Uuid,
    month: String,
    obligation_id: Uuid,
    decided_by: String,
}

/// The households of a scope, in order of number.
pub async fn files(at: &mut Snapshot, scope: Scope) -> Result<Vec<HouseholdFile>, StoreError> {
    let (low, high) = scope.bounds();
    let rows: Vec<HouseholdRow> = at
        .sql(
            "select household_id, number, bank_account_id, recorded_by from household
            where municipality_id = $1 and household_id between $2 and $3 order by number",
        )
        .bind(low)
        .bind(high)
        .all()
        .await?;
    let mut files = BTreeMap::new();
    for row in &rows {
        files.insert(row.household_id, empty_file(row));
    }
    add_members(at, scope, &mut files).await?;
    add_benefits(at, scope, &mut files).await?;
    add_reductions(at, scope, &mut files).await?;
    add_income(at, scope, &mut files).await?;
    add_obligations(at, scope, &mut files).await?;
    add_decisions(at, scope, &mut files).await?;
    add_reserves(at, scope, &mut files).await?;
    Ok(rows.iter().filter_map(|row| files.remove(&row.household_id)).collect())
}

/// The household with this number.
pub async fn numbered(at: &mut Snapshot, number: &str) -> Result<Option<HouseholdId>, StoreError> {
    const SQL: &str = "select household_id from household where municipality_id = $1 and number = $2";
    Ok(at.sql(SQL).bind(number.to_owned()).optional::<(Uuid,)>().await?.map(|(id,)| id.into()))
}

/// One household.
pub async fn file(at: &mut Snapshot, id: HouseholdId) -> Result<Option<HouseholdFile>, StoreError> {
    Ok(files(at, Scope::One(id.0)).await?.pop())
}

type Files = BTreeMap<Uuid, HouseholdFile>;

fn empty_file(row: &HouseholdRow) -> HouseholdFile {
    let household = Household {
        id: row.household_id.into(),
        members: Vec::new(),
        benefits: Vec::new(),
        reductions: Vec::new(),
        reported_income: Vec::new(),
    };
    HouseholdFile {
        household,
        number: row.number.clone(),
        bank_account: row.bank_account_id.into(),
        obligations: Vec::new(),
        decided: Vec::new(),
        reserved: Money::ZERO,
        recorded_by: BTreeSet::from([row.recorded_by.clone()]),
    }
}

fn period(from: NaiveDate, until: Option<NaiveDate>) -> Result<Period, StoreError> {
    meaning("period", &from.to_string(), Period::new(from, until).ok())
}

fn optional_period(from: Option<NaiveDate>, until: Option<NaiveDate>) -> Result<Option<Period>, StoreError> {
    from.map(|from| period(from, until)).transpose()
}

async fn add_members(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str = "select household_id, member_id, role, name, iban, permit_from, permit_until, duty_from,
            duty_until
        from member where municipality_id = $1 and household_id between $2 and $3 order by household_id, place";
    let (low, high) = scope.bounds();
    for row in at.sql(SQL).bind(low).bind(high).all::<MemberRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        let account = row.iban.map(|iban| meaning("account", &iban, iban.parse().ok())).transpose()?;
        file.household.members.push(Member {
            id: row.member_id.into(),
            role: meaning("member role", &row.role, role_from(&row.role))?,
            name: row.name,
            account,
            asylum_permit: optional_period(row.permit_from, row.permit_until)?,
            civic_integration_duty: optional_period(row.duty_from, row.duty_until)?,
        });
    }
    Ok(())
}

async fn add_benefits(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str = "select household_id, reference, right_from, right_until, norm, recorded_by
        from benefit_decision where municipality_id = $1 and household_id between $2 and $3
        order by household_id, right_from, reference";
    let (low, high) = scope.bounds();
    for row in at.sql(SQL).bind(low).bind(high).all::<BenefitRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        file.recorded_by.insert(row.recorded_by);
        file.household.benefits.push(BenefitDecision {
            reference: row.reference,
            right: period(row.right_from, row.right_until)?,
            norm: meaning("norm", &row.norm, norm_from(&row.norm))?,
        });
    }
    Ok(())
}

async fn add_reductions(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str = "select household_id, reference, month, share, recorded_by from reduction
        where municipality_id = $1 and household_id between $2 and $3 order by household_id, month, reference";
    let (low, high) = scope.bounds();
    for row in at.sql(SQL).bind(low).bind(high).all::<ReductionRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        file.recorded_by.insert(row.recorded_by);
        file.household.reductions.push(Reduction {
            reference: row.reference,
            month: month(&row.month)?,
            share: meaning("share", &row.share, Decimal::from_str_exact(&row.share).ok())?,
        });
    }
    Ok(())
}

async fn add_income(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str =
        "select household_id, valid_from, valid_until, monthly, recorded_by from reported_income
        where municipality_id = $1 and household_id between $2 and $3
        order by household_id, valid_from, reported_income_id";
    let (low, high) = scope.bounds();
    for row in at.sql(SQL).bind(low).bind(high).all::<IncomeRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        file.recorded_by.insert(row.recorded_by);
        let period = period(row.valid_from, row.valid_until)?;
        file.household.reported_income.push(ReportedIncome { period, monthly: money(row.monthly) });
    }
    Ok(())
}

async fn add_obligations(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str = "select household_id, obligation_id, payee_id, kind, first_due, reference, recorded_by
        from obligation where municipality_id = $1 and household_id between $2 and $3
        order by household_id, obligation_id";
    let (low, high) = scope.bounds();
    let mut versions = versions(at, scope).await?;
    for row in at.sql(SQL).bind(low).bind(high).all::<ObligationRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        file.recorded_by.insert(row.recorded_by);
        let contract = Contract {
            id: row.obligation_id.into(),
            kind: meaning("kind of cost", &row.kind, CostKind::from_code(&row.kind))?,
            payee: row.payee_id.into(),
            first_due: row.first_due,
            reference: row.reference,
        };
        let versions = versions.remove(&row.obligation_id).unwrap_or_default();
        let reference = contract.reference.clone();
        file.obligations.push(meaning("obligation", &reference, Obligation::new(contract, versions).ok())?);
    }
    Ok(())
}

async fn versions(at: &mut Snapshot, scope: Scope) -> Result<BTreeMap<Uuid, Vec<Version>>, StoreError> {
    const SQL: &str = "select obligation_version.obligation_id as obligation_id, valid_from, valid_until, amount
        from obligation_version join obligation on obligation.municipality_id = obligation_version.municipality_id
            and obligation.obligation_id = obligation_version.obligation_id
        where obligation_version.municipality_id = $1 and household_id between $2 and $3
        order by obligation_version.obligation_id, valid_from";
    let (low, high) = scope.bounds();
    let mut versions: BTreeMap<Uuid, Vec<Version>> = BTreeMap::new();
    for row in at.sql(SQL).bind(low).bind(high).all::<VersionRow>().await? {
        let version = Version { period: period(row.valid_from, row.valid_until)?, amount: money(row.amount) };
        versions.entry(row.obligation_id).or_default().push(version);
    }
    Ok(versions)
}

async fn add_decisions(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str = "select household_id, month, obligation_id, decided_by from plan_decision
        where municipality_id = $1 and household_id between $2 and $3 order by household_id, month, obligation_id";
    let (low, high) = scope.bounds();
    for row in at.sql(SQL).bind(low).bind(high).all::<DecisionRow>().await? {
        let Some(file) = files.get_mut(&row.household_id) else { continue };
        file.recorded_by.insert(row.decided_by);
        file.decided.push((month(&row.month)?, row.obligation_id.into()));
    }
    Ok(())
}

async fn add_reserves(at: &mut Snapshot, scope: Scope, files: &mut Files) -> Result<(), StoreError> {
    const SQL: &str = "select household_id, cast(sum(holiday_reserve - holiday_payout) as bigint) as reserved
        from plan where municipality_id = $1 and household_id between $2 and $3
        group by household_id order by household_id";
    let (low, high) = scope.bounds();
    for (household, reserved) in at.sql(SQL).bind(low).bind(high).all::<(Uuid, i64)>().await? {
        if let Some(file) = files.get_mut(&household) {
            file.reserved = money(reserved);
        }
    }
    Ok(())
}
