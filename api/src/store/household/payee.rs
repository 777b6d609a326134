//! Payees, with their accounts.

use std::collections::BTreeMap;

use grip_engine::id::PayeeId;
use grip_engine::payee::Payee;
use uuid::Uuid;

use crate::store::{Change, Snapshot, StoreError, creditor};

/// Adds a payee without an account.
pub async fn add_payee(change: &mut Change, id: PayeeId, name: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into payee (municipality_id, payee_id, name) values ($1, $2, $3)";
    change.sql(SQL).bind(id.0).bind(name).run().await.map(drop)
}

/// Every payee with its accounts.
pub async fn payees(at: &mut Snapshot) -> Result<BTreeMap<PayeeId, Payee>, StoreError> {
    let rows: Vec<(Uuid, String)> =
        at.sql("select payee_id, name from payee where municipality_id = $1 order by payee_id").all().await?;
    let mut accounts = creditor::of_payees(at).await?;
    let payee = |(id, name): (Uuid, String)| {
        let id = PayeeId(id);
        (id, Payee { id, name, accounts: accounts.remove(&id).unwrap_or_default() })
    };
    Ok(rows.into_iter().map(payee).collect())
}

/// The id of every payee, by name.
pub async fn payee_names(at: &mut Snapshot) -> Result<BTreeMap<String, PayeeId>, StoreError> {
    const SQL: &str = "select name, payee_id from payee where municipality_id = $1 order by name";
    let rows: Vec<(String, Uuid)> = at.sql(SQL).all().await?;
    Ok(rows.into_iter().map(|(name, id)| (name, id.into())).collect())
}
