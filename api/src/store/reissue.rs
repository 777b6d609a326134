//! Decisions to pay a payment that failed once more, on the account it failed on.

use std::collections::BTreeMap;

use grip_engine::id::PaymentId;
use uuid::Uuid;

use super::{Change, Scope, Snapshot, StoreError};

/// Who decided that a payment is paid once more, by payment, for the households of a scope.
pub async fn decided(at: &mut Snapshot, scope: Scope) -> Result<BTreeMap<Uuid, String>, StoreError> {
    const SQL: &str = "select reissue.payment_id as payment_id, decided_by from reissue
        join payment on payment.municipality_id = reissue.municipality_id
            and payment.payment_id = reissue.payment_id
        where reissue.municipality_id = $1 and household_id between $2 and $3
        order by reissue.payment_id";
    let rows: Vec<(Uuid, String)> = at.of_scope(SQL, scope).all().await?;
    Ok(rows.into_iter().collect())
}

/// Records the decision of the person who makes the change.
pub async fn add(change: &mut Change, payment: PaymentId, reason: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into reissue (municipality_id, payment_id, decided_by, decided_on, reason)
        values ($1, $2, $3, $4, $5)";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    change.sql(SQL).bind(payment.0).bind(who).bind(today).bind(reason.to_owned()).run().await.map(drop)
}
