//! Holding back: an approved payment of which no file was made is cancelled when its account may not be paid any more.
//! Its due waits, and goes in a later run once there is an account for it.

use chrono::NaiveDate;
use grip_engine::id::PaymentId;
use grip_engine::payee::Accounts;

use crate::auth::grant::Grant;
use crate::flow::{FlowError, cancel, retry};
use crate::store::creditor::{self, DoubtfulRow};
use crate::store::{Scope, Store};

/// Cancels approved payments to accounts that were taken back, bounced, or of which the name is in doubt; how many.
pub async fn hold_back(store: &Store, grant: &Grant) -> Result<usize, FlowError> {
    retry!(try_hold_back(store, grant))
}

async fn try_hold_back(store: &Store, grant: &Grant) -> Result<usize, FlowError> {
    let mut change = store.begin(grant, "payments to accounts that may not be paid").await?;
    let doubtful = creditor::doubtful(&mut change).await?;
    if doubtful.is_empty() {
        return Ok(0);
    }
    let payees = creditor::of_payees(&mut change).await?;
    let mut cancelled = 0;
    for payment in doubtful {
        let day = grant.today().max(payment.execution_on);
        let mut is_paid = payees.values().any(|accounts| pays(accounts, &payment, day));
        if !is_paid {
            let members = creditor::of_members(&mut change, Scope::One(payment.household_id)).await?;
            is_paid = members.values().any(|accounts| pays(accounts, &payment, day));
        }
        if !is_paid {
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

/// True when somebody is paid on the account of a payment on a day.
fn pays(accounts: &Accounts, payment: &DoubtfulRow, day: NaiveDate) -> bool {
    accounts.on(day).is_ok_and(|version| version.iban.as_str() == payment.creditor_iban)
}
