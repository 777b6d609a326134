//! The municipality, its policy and its accounts at banks.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::bank::pain001::Version;
use grip_engine::id::BankAccountId;
use uuid::Uuid;

use super::{Change, Snapshot, StoreError, meaning};

/// The municipality.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Municipality {
    /// Its name.
    pub name: String,
    /// In a demonstration, the day that is used instead of today.
    pub business_date: Option<NaiveDate>,
}

/// An account of the municipality at a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAccount {
    /// Its id.
    pub id: BankAccountId,
    /// Its number.
    pub iban: Iban,
    /// What it is called.
    pub name: String,
    /// The message in which its bank takes payments.
    pub message: Version,
}

#[derive(sqlx::FromRow)]
struct BankAccountRow {
    bank_account_id: Uuid,
    iban: String,
    name: String,
    payment_message: String,
}

impl TryFrom<BankAccountRow> for BankAccount {
    type Error = StoreError;

    fn try_from(row: BankAccountRow) -> Result<BankAccount, StoreError> {
        let iban = meaning("account", &row.iban, row.iban.parse().ok())?;
        let message =
            meaning("payment message", &row.payment_message, Version::from_code(&row.payment_message))?;
        Ok(BankAccount { id: row.bank_account_id.into(), iban, name: row.name, message })
    }
}

/// The municipality, once it has been set up.
pub async fn get(at: &mut Snapshot) -> Result<Option<Municipality>, StoreError> {
    at.sql("select name, business_date from municipality where municipality_id = $1").optional().await
}

/// Sets the municipality up, or gives it another name.
pub async fn put(change: &mut Change, name: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into municipality (municipality_id, name) values ($1, $2)
        on conflict (municipality_id) do update set name = excluded.name";
    change.sql(SQL).bind(name).run().await.map(drop)
}

/// Sets the business date of a demonstration.
pub async fn set_business_date(change: &mut Change, day: NaiveDate) -> Result<(), StoreError> {
    const SQL: &str = "update municipality set business_date = $2 where municipality_id = $1";
    change.sql(SQL).bind(day).run().await.map(drop)
}

/// The approved policy files, by the day from which they hold.
pub async fn policies(at: &mut Snapshot) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "select body from policy where municipality_id = $1 and approved_by is not null
        order by valid_from";
    Ok(at.sql(SQL).all::<(String,)>().await?.into_iter().map(|(body,)| body).collect())
}

/// A policy of the municipality.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PolicyRow {
    /// Its id.
    pub policy_id: Uuid,
    /// The first day it is valid.
    pub valid_from: NaiveDate,
    /// Its file.
    pub body: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_on: NaiveDate,
    /// Who approved it, once somebody did.
    pub approved_by: Option<String>,
    /// When.
    pub approved_on: Option<NaiveDate>,
    /// The day it was withdrawn.
    pub withdrawn_on: Option<NaiveDate>,
}

/// Every policy, proposals among them, newest first.
pub async fn policy_list(at: &mut Snapshot) -> Result<Vec<PolicyRow>, StoreError> {
    const SQL: &str =
        "select policy_id, valid_from, body, proposed_by, proposed_on, approved_by, approved_on,
            withdrawn_on
        from policy where municipality_id = $1 order by valid_from desc, policy_id desc";
    at.sql(SQL).all().await
}

/// Records a policy as a proposal, or as approved by a second person.
pub async fn add_policy(
    change: &mut Change,
    id: Uuid,
    valid_from: NaiveDate,
    body: &str,
    approved_by: Option<&str>,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into policy (municipality_id, policy_id, valid_from, body, proposed_by, proposed_on,
            approved_by, approved_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(id).bind(valid_from).bind(body.to_owned()).bind(who).bind(today);
    row.bind(approved_by.map(str::to_owned)).bind(approved_by.map(|_| today)).run().await.map(drop)
}

/// Approves a proposed policy; false when it is no proposal any more.
pub async fn approve_policy(change: &mut Change, id: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "update policy set approved_by = $3, approved_on = $4
        where municipality_id = $1 and policy_id = $2 and approved_by is null and withdrawn_on is null";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    Ok(change.sql(SQL).bind(id).bind(who).bind(today).run().await? == 1)
}

/// Withdraws a proposed policy; false when it is no proposal any more.
pub async fn withdraw_policy(change: &mut Change, id: Uuid) -> Result<bool, StoreError> {
    const SQL: &str = "update policy set withdrawn_on = $3
        where municipality_id = $1 and policy_id = $2 and approved_by is null and withdrawn_on is null";
    let today = change.grant().today();
    Ok(change.sql(SQL).bind(id).bind(today).run().await? == 1)
}

/// The last day for which the day's work was done.
pub async fn worked_until(at: &mut Snapshot) -> Result<Option<NaiveDate>, StoreError> {
    const SQL: &str = "select worked_until from municipality where municipality_id = $1";
    let row: Option<(Option<NaiveDate>,)> = at.sql(SQL).optional().await?;
    Ok(row.and_then(|(day,)| day))
}

/// Records that the day's work was done up to and including a day.
pub async fn set_worked_until(change: &mut Change, day: NaiveDate) -> Result<(), StoreError> {
    const SQL: &str = "update municipality set worked_until = $2 where municipality_id = $1";
    change.sql(SQL).bind(day).run().await.map(drop)
}

/// The accounts of the municipality.
pub async fn bank_accounts(at: &mut Snapshot) -> Result<Vec<BankAccount>, StoreError> {
    const SQL: &str =
        "select bank_account_id, iban, name, payment_message from bank_account where municipality_id = $1
        order by iban";
    at.sql(SQL).all::<BankAccountRow>().await?.into_iter().map(BankAccount::try_from).collect()
}

/// Says whether other departments use an account too.
pub async fn share(change: &mut Change, account: &Iban, is_shared: bool) -> Result<(), StoreError> {
    const SQL: &str = "update bank_account set is_shared = $3 where municipality_id = $1 and iban = $2";
    change.sql(SQL).bind(account.as_str()).bind(is_shared).run().await.map(drop)
}

/// The accounts that other departments use too.
pub async fn shared_accounts(at: &mut Snapshot) -> Result<BTreeSet<BankAccountId>, StoreError> {
    const SQL: &str = "select bank_account_id from bank_account where municipality_id = $1 and is_shared
        order by bank_account_id";
    Ok(at.sql(SQL).all::<(Uuid,)>().await?.into_iter().map(|(id,)| id.into()).collect())
}

/// Adds an account of the municipality.
pub async fn add_bank_account(change: &mut Change, account: &BankAccount) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into bank_account (municipality_id, bank_account_id, iban, name, payment_message)
        values ($1, $2, $3, $4, $5)";
    let row = change.sql(SQL).bind(account.id.0).bind(account.iban.as_str());
    row.bind(account.name.as_str()).bind(account.message.code()).run().await.map(drop)
}

/// Writes the payments from an account in another message from now on; files that were made stay.
pub async fn set_payment_message(
    change: &mut Change,
    account: BankAccountId,
    message: Version,
) -> Result<(), StoreError> {
    const SQL: &str =
        "update bank_account set payment_message = $3 where municipality_id = $1 and bank_account_id = $2";
    change.sql(SQL).bind(account.0).bind(message.code()).run().await.map(drop)
}
