//! Recording households and what was decided about them.

use grip_engine::bank::iban::Iban;
use grip_engine::calendar::{Month, Period};
use grip_engine::household::{BenefitDecision, Member, Reduction, ReportedIncome};
use grip_engine::id::{BankAccountId, HouseholdId, MemberId, ObligationId};
use grip_engine::obligation::{Obligation, Version};

use super::code::{norm_code, role_code};
use crate::store::{Change, StoreError};

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

/// Gives a member another account for living money.
pub async fn set_member_account(
    change: &mut Change,
    member: MemberId,
    account: &Iban,
) -> Result<(), StoreError> {
    const SQL: &str = "update member set iban = $3 where municipality_id = $1 and member_id = $2";
    change.sql(SQL).bind(member.0).bind(account.as_str()).run().await.map(drop)
}

/// Keeps that an event was recorded; false when it had been before.
pub async fn add_event(change: &mut Change, household: HouseholdId, hash: &str) -> Result<bool, StoreError> {
    const SQL: &str =
        "insert into recorded_event (municipality_id, household_id, event_hash) values ($1, $2, $3)
        on conflict (municipality_id, household_id, event_hash) do nothing";
    Ok(change.sql(SQL).bind(household.0).bind(hash.to_owned()).run().await? == 1)
}
