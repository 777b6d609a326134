//! Payees, with their accounts and addresses.

use std::collections::BTreeMap;

use grip_engine::bank::address::PostalAddress;
use grip_engine::id::PayeeId;
use grip_engine::payee::Payee;
use uuid::Uuid;

use crate::store::{Change, Snapshot, StoreError, creditor, meaning};

#[derive(sqlx::FromRow)]
struct PayeeRow {
    payee_id: Uuid,
    name: String,
    street: Option<String>,
    house_number: Option<String>,
    postcode: Option<String>,
    town: Option<String>,
    country: Option<String>,
}

impl PayeeRow {
    fn address(&self) -> Result<Option<PostalAddress>, StoreError> {
        let Some((town, country)) = self.town.as_deref().zip(self.country.as_deref()) else {
            return Ok(None);
        };
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let (street, number, postcode) = (part(&self.street), part(&self.house_number), part(&self.postcode));
        let address = PostalAddress::new(&street, &number, &postcode, town, country);
        meaning("address", "of a payee", address.ok()).map(Some)
    }
}

/// Adds a payee without an account.
pub async fn add_payee(change: &mut Change, id: PayeeId, name: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into payee (municipality_id, payee_id, name) values ($1, $2, $3)";
    change.sql(SQL).bind(id.0).bind(name).run().await.map(drop)
}

/// Sets the address of a payee, or takes it away; false when there is no such payee.
pub async fn set_address(
    change: &mut Change,
    id: PayeeId,
    address: Option<&PostalAddress>,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "update payee set street = $3, house_number = $4, postcode = $5, town = $6, country = $7
        where municipality_id = $1 and payee_id = $2";
    let part = |of: fn(&PostalAddress) -> &str| address.map(|address| of(address).to_owned());
    let row = change.sql(SQL).bind(id.0).bind(part(PostalAddress::street)).bind(part(PostalAddress::number));
    let row = row.bind(part(PostalAddress::postcode)).bind(part(PostalAddress::town));
    Ok(row.bind(part(PostalAddress::country)).run().await? == 1)
}

/// Every payee with its accounts.
pub async fn payees(at: &mut Snapshot) -> Result<BTreeMap<PayeeId, Payee>, StoreError> {
    const SQL: &str = "select payee_id, name, street, house_number, postcode, town, country from payee
        where municipality_id = $1 order by payee_id";
    let rows: Vec<PayeeRow> = at.sql(SQL).all().await?;
    let mut accounts = creditor::of_payees(at).await?;
    let payee = |row: PayeeRow| {
        let (id, address) = (PayeeId(row.payee_id), row.address()?);
        let accounts = accounts.remove(&id).unwrap_or_default();
        Ok((id, Payee { id, name: row.name, address, accounts }))
    };
    rows.into_iter().map(payee).collect()
}

/// The id of every payee, by name.
pub async fn payee_names(at: &mut Snapshot) -> Result<BTreeMap<String, PayeeId>, StoreError> {
    const SQL: &str = "select name, payee_id from payee where municipality_id = $1 order by name";
    let rows: Vec<(String, Uuid)> = at.sql(SQL).all().await?;
    Ok(rows.into_iter().map(|(name, id)| (name, id.into())).collect())
}
