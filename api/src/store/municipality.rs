//! The municipality, its policy and its accounts at banks.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
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
}

#[derive(sqlx::FromRow)]
struct BankAccountRow {
    bank_account_id: Uuid,
    iban: String,
    name: String,
}

impl TryFrom<BankAccountRow> for BankAccount {
    type Error = StoreError;

    fn try_from(row: BankAccountRow) -> Result<BankAccount, StoreError> {
        let iban = meaning("account", &row.iban, row.iban.parse().ok())?;
        Ok(BankAccount { id: row.bank_account_id.into(), iban, name: row.name })
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

/// The policy file valid on a day.
pub async fn policy_on(at: &mut Snapshot, day: NaiveDate) -> Result<Option<String>, StoreError> {
    const SQL: &str = "select body from policy where municipality_id = $1 and valid_from <= $2
        order by valid_from desc limit 1";
    Ok(at.sql(SQL).bind(day).optional::<(String,)>().await?.map(|(body,)| body))
}

/// Records a policy file; false when there is one from this day.
pub async fn add_policy(change: &mut Change, valid_from: NaiveDate, body: &str) -> Result<bool, StoreError> {
    const SQL: &str = "insert into policy (municipality_id, valid_from, body) values ($1, $2, $3)
        on conflict (municipality_id, valid_from) do nothing";
    Ok(change.sql(SQL).bind(valid_from).bind(body).run().await? == 1)
}

/// The accounts of the municipality.
pub async fn bank_accounts(at: &mut Snapshot) -> Result<Vec<BankAccount>, StoreError> {
    const SQL: &str =
        "select bank_account_id, iban, name from bank_account where municipality_id = $1 order by iban";
    at.sql(SQL).all::<BankAccountRow>().await?.into_iter().map(BankAccount::try_from).collect()
}

/// Adds an account of the municipality.
pub async fn add_bank_account(change: &mut Change, account: &BankAccount) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into bank_account (municipality_id, bank_account_id, iban, name) values ($1, $2, $3, $4)";
    let row = change.sql(SQL).bind(account.id.0).bind(account.iban.as_str());
    row.bind(account.name.as_str()).run().await.map(drop)
}
