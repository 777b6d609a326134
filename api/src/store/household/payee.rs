//! Payees and their verified accounts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::id::PayeeId;
use grip_engine::obligation::{Payee, PayeeAccount};
use uuid::Uuid;

use crate::store::{Change, Snapshot, StoreError, meaning};

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
    const SQL: &str = "select payee_id, valid_from, iban from payee_account where municipality_id = $1
        order by payee_id, valid_from";
    let rows: Vec<(Uuid, String)> =
        at.sql("select payee_id, name from payee where municipality_id = $1 order by payee_id").all().await?;
    let mut payees: BTreeMap<PayeeId, Payee> = BTreeMap::new();
    for (id, name) in rows {
        payees.insert(id.into(), Payee { id: id.into(), name, accounts: Vec::new() });
    }
    for (id, valid_from, iban) in at.sql(SQL).all::<(Uuid, NaiveDate, String)>().await? {
        if let Some(payee) = payees.get_mut(&id.into()) {
            let iban = meaning("account", &iban, iban.parse().ok())?;
            payee.accounts.push(PayeeAccount { valid_from, iban });
        }
    }
    Ok(payees)
}

/// The id of every payee, by name.
pub async fn payee_names(at: &mut Snapshot) -> Result<BTreeMap<String, PayeeId>, StoreError> {
    const SQL: &str = "select name, payee_id from payee where municipality_id = $1 order by name";
    let rows: Vec<(String, Uuid)> = at.sql(SQL).all().await?;
    Ok(rows.into_iter().map(|(name, id)| (name, id.into())).collect())
}
