//! Recording households and what was decided about them.

use grip_engine::calendar::Period;
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::id::{BankAccountId, HouseholdId};
use grip_engine::obligation::Obligation;
use uuid::Uuid;

use crate::store::{Change, Scope, StoreError};

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

/// Adds a member, after those who were there.
pub async fn add_member(
    change: &mut Change,
    household: HouseholdId,
    member: &Member,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into member (municipality_id, member_id, household_id, place, role, name, born,
            permit_from, permit_until, duty_from, duty_until, present_from, right_since)
        values ($1, $2, $3, (select count(*) from member where municipality_id = $1 and household_id = $3), $4, $5,
            $6, $7, $8, $9, $10, $11, $12)";
    let role = match member.role {
        MemberRole::Applicant => "applicant",
        MemberRole::Partner => "partner",
        MemberRole::Child => "child",
    };
    let (permit, duty) = (member.asylum_permit, member.civic_integration_duty);
    let row = change.sql(SQL).bind(member.id.0).bind(household.0).bind(role);
    let row = row
        .bind(member.name.as_str())
        .bind(member.born)
        .bind(permit.map(Period::from))
        .bind(permit.and_then(Period::until));
    let row = row.bind(duty.map(Period::from)).bind(duty.and_then(Period::until));
    row.bind(member.present_from).bind(member.right_since).run().await.map(drop)
}

/// Adds an obligation as it is at first.
pub async fn add_obligation(
    change: &mut Change,
    household: HouseholdId,
    obligation: &Obligation,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into obligation (municipality_id, obligation_id, household_id, payee_id, kind, rhythm,
            amount, first_due, last_due, reference, member_id, recorded_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let who = change.grant().who().to_owned();
    let amount = obligation.versions().first().map_or(0, |version| version.amount.cents());
    let row = change.sql(SQL).bind(obligation.id.0).bind(household.0).bind(obligation.payee.0);
    let row = row.bind(obligation.kind.code()).bind(obligation.rhythm.code()).bind(amount);
    let row = row.bind(obligation.first_due).bind(obligation.last_due).bind(obligation.reference.as_str());
    row.bind(obligation.member.map(|member| member.0)).bind(who).run().await.map(drop)
}

/// A fact that is about to be kept.
#[derive(Clone, Debug)]
pub struct NewFact<'a> {
    /// Its id.
    pub id: Uuid,
    /// What kind of event it is.
    pub kind: &'static str,
    /// The reference of the decision, where it has one.
    pub reference: Option<&'a str>,
    /// 1, or more for a decision that was sent again with another content.
    pub version: i64,
    /// The hash of what it says.
    pub hash: String,
    /// The event, in JSON.
    pub body: String,
}

/// Marks households as changed. Who records and who releases both do so: of two at the same time the second is tried
/// again, and sees what the first did.
pub async fn touch(change: &mut Change, scope: Scope) -> Result<(), StoreError> {
    const SQL: &str = "update household set touched = touched + 1
        where municipality_id = $1 and household_id between $2 and $3";
    change.of_scope(SQL, scope).run().await.map(drop)
}

/// Keeps a fact about a household; false when the same one was kept before.
pub async fn add_fact(
    change: &mut Change,
    household: HouseholdId,
    fact: &NewFact<'_>,
) -> Result<bool, StoreError> {
    const SQL: &str = "insert into fact (municipality_id, household_id, number, fact_id, kind, reference, version,
            event_hash, recorded_on, recorded_by, body)
        values ($1, $2, (select count(*) from fact where municipality_id = $1 and household_id = $2), $3, $4, $5, $6,
            $7, $8, $9, $10)
        on conflict (municipality_id, household_id, event_hash) do nothing";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    touch(change, Scope::Between(household.0, household.0)).await?;
    let row = change.sql(SQL).bind(household.0).bind(fact.id).bind(fact.kind);
    let row = row.bind(fact.reference.map(str::to_owned)).bind(fact.version).bind(fact.hash.clone());
    Ok(row.bind(today).bind(who).bind(fact.body.clone()).run().await? == 1)
}
