//! Households with all that was recorded about them, and the payees.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::{Month, Period};
use grip_engine::household::{
    BenefitDecision, Household, Member, MemberRole, NormKind, Reduction, ReportedIncome,
};
use grip_engine::id::{BankAccountId, HouseholdId, ObligationId, PayeeId};
use grip_engine::obligation::{Contract, CostKind, Obligation, Payee, PayeeAccount, Version};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Change, Scope, Snapshot, StoreError, meaning, money, month};

/// A household with all that was recorded about it.
#[derive(Clone, Debug)]
pub struct HouseholdFile {
    /// The household.
    pub household: Household,
    /// What people call it by.
    pub number: String,
    /// The account of the municipality that pays for it.
    pub bank_account: BankAccountId,
    /// What it owes every month.
    pub obligations: Vec<Obligation>,
    /// Held dues that an officer decided to pay, by benefit month.
    pub decided: Vec<(Month, ObligationId)>,
    /// The people who recorded any of it: none of them can be the second person.
    pub recorded_by: BTreeSet<String>,
}

impl HouseholdFile {
    /// The obligations of which a held due is paid in a month.
    pub fn decided_in(&self, month: Month) -> Vec<ObligationId> {
        self.decided
            .iter()
            .filter(|(decided, _)| *decided == month)
            .map(|(_, obligation)| *obligation)
            .collect()
    }
}

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
    Ok(rows.iter().filter_map(|row| files.remove(&row.household_id)).collect())
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

fn role_from(code: &str) -> Option<MemberRole> {
    match code {
        "applicant" => Some(MemberRole::Applicant),
        "partner" => Some(MemberRole::Partner),
        "child" => Some(MemberRole::Child),
        _ => None,
    }
}

fn role_code(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Applicant => "applicant",
        MemberRole::Partner => "partner",
        MemberRole::Child => "child",
    }
}

fn norm_from(code: &str) -> Option<NormKind> {
    match code {
        "single" => Some(NormKind::Single),
        "couple" => Some(NormKind::Couple),
        _ => None,
    }
}

fn norm_code(norm: NormKind) -> &'static str {
    match norm {
        NormKind::Single => "single",
        NormKind::Couple => "couple",
    }
}

/// Adds a household without facts.
pub async fn add(
    change: &mut Change,
    id: HouseholdId,
    number: &str,
    bank_account: BankAccountId,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into household (municipality_id, household_id, number, bank_account_id, recorded_by)
        values ($1, $2, $3, $4, $5)";
    let who = change.grant().who().to_owned();
    change.sql(SQL).bind(id.0).bind(number).bind(bank_account.0).bind(who).run().await.map(drop)
}

/// Adds a member at a place in the household.
pub async fn add_member(
    change: &mut Change,
    household: HouseholdId,
    place: i64,
    member: &Member,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into member (municipality_id, member_id, household_id, place, role, name, iban,
            permit_from, permit_until, duty_from, duty_until)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let (permit, duty) = (member.asylum_permit, member.civic_integration_duty);
    let row = change.sql(SQL).bind(member.id.0).bind(household.0).bind(place).bind(role_code(member.role));
    let row = row.bind(member.name.as_str()).bind(member.account.as_ref().map(Iban::as_str));
    let row = row.bind(permit.map(Period::from)).bind(permit.and_then(Period::until));
    row.bind(duty.map(Period::from)).bind(duty.and_then(Period::until)).run().await.map(drop)
}

/// Adds a decision on the right to social assistance.
pub async fn add_benefit(
    change: &mut Change,
    household: HouseholdId,
    decision: &BenefitDecision,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into benefit_decision
            (municipality_id, reference, household_id, right_from, right_until, norm, recorded_by)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let who = change.grant().who().to_owned();
    let row = change.sql(SQL).bind(decision.reference.as_str()).bind(household.0);
    let row = row.bind(decision.right.from()).bind(decision.right.until());
    row.bind(norm_code(decision.norm)).bind(who).run().await.map(drop)
}

/// Adds a decided reduction.
pub async fn add_reduction(
    change: &mut Change,
    household: HouseholdId,
    reduction: &Reduction,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into reduction (municipality_id, reference, household_id, month, share, recorded_by)
        values ($1, $2, $3, $4, $5, $6)";
    let who = change.grant().who().to_owned();
    let row = change.sql(SQL).bind(reduction.reference.as_str()).bind(household.0);
    row.bind(reduction.month.to_string()).bind(reduction.share.to_string()).bind(who).run().await.map(drop)
}

/// Adds income that the household reported.
pub async fn add_reported_income(
    change: &mut Change,
    household: HouseholdId,
    income: &ReportedIncome,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into reported_income
            (municipality_id, reported_income_id, household_id, valid_from, valid_until, monthly, recorded_by)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let (id, who) = (change.new_id(), change.grant().who().to_owned());
    let row =
        change.sql(SQL).bind(id).bind(household.0).bind(income.period.from()).bind(income.period.until());
    row.bind(income.monthly.cents()).bind(who).run().await.map(drop)
}

/// Adds an obligation with its versions.
pub async fn add_obligation(
    change: &mut Change,
    household: HouseholdId,
    obligation: &Obligation,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into obligation
            (municipality_id, obligation_id, household_id, payee_id, kind, first_due, reference, recorded_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let who = change.grant().who().to_owned();
    let row = change.sql(SQL).bind(obligation.id.0).bind(household.0).bind(obligation.payee.0);
    let row = row.bind(obligation.kind.code()).bind(obligation.first_due);
    row.bind(obligation.reference.as_str()).bind(who).run().await?;
    for version in obligation.versions() {
        add_version(change, obligation.id, version).await?;
    }
    Ok(())
}

async fn add_version(
    change: &mut Change,
    obligation: ObligationId,
    version: &Version,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into obligation_version
            (municipality_id, obligation_id, valid_from, valid_until, amount)
        values ($1, $2, $3, $4, $5)";
    let row = change.sql(SQL).bind(obligation.0).bind(version.period.from()).bind(version.period.until());
    row.bind(version.amount.cents()).run().await.map(drop)
}

/// Records that a held due is paid after all.
pub async fn add_decision(
    change: &mut Change,
    household: HouseholdId,
    month: Month,
    obligation: ObligationId,
    reference: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into plan_decision
            (municipality_id, household_id, month, obligation_id, reference, decided_by, decided_on)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(household.0).bind(month.to_string()).bind(obligation.0);
    row.bind(reference).bind(who).bind(today).run().await.map(drop)
}

/// Adds a payee without an account.
pub async fn add_payee(change: &mut Change, id: PayeeId, name: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into payee (municipality_id, payee_id, name) values ($1, $2, $3)";
    change.sql(SQL).bind(id.0).bind(name).run().await.map(drop)
}

/// Adds an account of a payee, recorded by one person and verified by another.
pub async fn add_payee_account(
    change: &mut Change,
    payee: PayeeId,
    account: &PayeeAccount,
    verified_by: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into payee_account
            (municipality_id, payee_id, valid_from, iban, recorded_by, verified_by)
        values ($1, $2, $3, $4, $5, $6)";
    let who = change.grant().who().to_owned();
    let row = change.sql(SQL).bind(payee.0).bind(account.valid_from).bind(account.iban.as_str());
    row.bind(who).bind(verified_by).run().await.map(drop)
}

/// Every payee with its accounts.
pub async fn payees(at: &mut Snapshot) -> Result<BTreeMap<PayeeId, Payee>, StoreError> {
    let rows: Vec<(Uuid, String)> =
        at.sql("select payee_id, name from payee where municipality_id = $1 order by payee_id").all().await?;
    let mut payees: BTreeMap<PayeeId, Payee> = BTreeMap::new();
    for (id, name) in rows {
        payees.insert(id.into(), Payee { id: id.into(), name, accounts: Vec::new() });
    }
    const SQL: &str = "select payee_id, valid_from, iban from payee_account where municipality_id = $1
        order by payee_id, valid_from";
    for (id, valid_from, iban) in at.sql(SQL).all::<(Uuid, NaiveDate, String)>().await? {
        if let Some(payee) = payees.get_mut(&id.into()) {
            let iban = meaning("account", &iban, iban.parse().ok())?;
            payee.accounts.push(PayeeAccount { valid_from, iban });
        }
    }
    Ok(payees)
}
