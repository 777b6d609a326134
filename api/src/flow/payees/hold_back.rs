//! Holding back: an approved payment of which no file was made is cancelled when its account may not be paid any more.
//! Its due waits, and goes in a later run once there is an account for it.

use chrono::NaiveDate;
use grip_engine::id::PaymentId;
use grip_engine::payee::Accounts;

use crate::auth::grant::Grant;
use crate::flow::{FlowError, cancel, retry};
use crate::store::{Scope, Snapshot, Store, StoreError, creditor};

/// Cancels approved payments to accounts that were taken back, bounced, or of which the name is in doubt; how many.
pub async fn hold_back(store: &Store, grant: &Grant) -> Result<usize, FlowError> {
    retry!(try_hold_back(store, grant))
}

async fn try_hold_back(store: &Store, grant: &Grant) -> Result<usize, FlowError> {
    let mut change = store.begin(grant, "payments to accounts that may not be paid").await?;
    let mut cancelled = 0;
    for payment in creditor::doubtful(&mut change).await? {
        if !may_be_paid(&mut change, &payment, grant.today()).await? {
            cancel::one(&mut change, PaymentId(payment.payment_id), "rekening mag niet worden betaald")
                .await?;
            cancelled += 1;
        }
    }
    if 0 < cancelled {
        change.commit().await?;
    }
    Ok(cancelled)
}

/// True when somebody is paid on the account of a payment on a day or later.
async fn may_be_paid(
    at: &mut Snapshot,
    payment: &creditor::DoubtfulRow,
    today: NaiveDate,
) -> Result<bool, StoreError> {
    let day = today.max(payment.execution_on);
    let payees = creditor::of_payees(at).await?;
    let members = creditor::of_members(at, Scope::One(payment.household_id)).await?;
    let is_paid = |accounts: &Accounts| {
        accounts.on(day).is_ok_and(|version| version.iban.as_str() == payment.creditor_iban)
    };
    Ok(payees.values().chain(members.values()).any(is_paid))
}
