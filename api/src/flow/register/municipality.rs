//! The municipality: its name, policy, accounts and payees.

use chrono::NaiveDate;
use grip_engine::id::{BankAccountId, PayeeId};
use grip_engine::obligation::{Payee, PayeeAccount};
use grip_engine::policy::Policy;

use crate::auth::grant::Grant;
use crate::flow::{FlowError, retry};
use crate::intake::value::{day, iban, name};
use crate::intake::{MunicipalityIn, PayeeIn};
use crate::store::municipality::BankAccount;
use crate::store::{Change, Store, household, municipality};

/// Sets a municipality up with its policy, accounts and payees. A payee or account that exists stays
/// as it is.
pub async fn municipality(
    store: &Store,
    grant: &Grant,
    file: &MunicipalityIn,
    policy: &str,
) -> Result<(), FlowError> {
    retry!(set_up(store, grant, file, policy))
}

async fn set_up(store: &Store, grant: &Grant, file: &MunicipalityIn, policy: &str) -> Result<(), FlowError> {
    let policy_from = Policy::parse(policy)?.valid_from;
    let mut change = store.begin(grant, "municipality").await?;
    municipality::put(&mut change, &file.name).await?;
    municipality::add_policy(&mut change, policy_from, policy).await?;
    let known = municipality::bank_accounts(&mut change).await?;
    for account in &file.bank_account {
        let iban = iban(&account.iban)?;
        if known.iter().all(|known| known.iban != iban) {
            let id = BankAccountId(change.new_id());
            municipality::add_bank_account(
                &mut change,
                &BankAccount { id, iban, name: account.name.clone() },
            )
            .await?;
        }
    }
    let known = household::payees(&mut change).await?;
    for payee in &file.payee {
        match known.values().find(|known| known.name == payee.name) {
            None => add_payee(&mut change, payee).await?,
            Some(known) => same_account(known, payee)?,
        }
    }
    Ok(change.commit().await?)
}

/// A payee that exists keeps its account; another one is an event of its own, verified by a second person.
fn same_account(known: &Payee, payee: &PayeeIn) -> Result<(), FlowError> {
    let iban = iban(&payee.iban)?;
    if known.accounts.iter().any(|account| account.iban == iban) {
        return Ok(());
    }
    Err(FlowError::Invalid(format!(
        "payee `{}` has another account: record the new one as a `payee_account` event of a household",
        payee.name
    )))
}

/// Records a policy, valid from the day it names.
pub async fn policy(store: &Store, grant: &Grant, text: &str) -> Result<NaiveDate, FlowError> {
    let valid_from = Policy::parse(text)?.valid_from;
    let mut change = store.begin(grant, format!("policy from {valid_from}")).await?;
    if !municipality::add_policy(&mut change, valid_from, text).await? {
        return Err(FlowError::Exists { what: "policy from", id: valid_from.to_string() });
    }
    change.commit().await?;
    Ok(valid_from)
}

async fn add_payee(change: &mut Change, payee: &PayeeIn) -> Result<(), FlowError> {
    let account =
        PayeeAccount { valid_from: day("valid_from", &payee.valid_from)?, iban: iban(&payee.iban)? };
    if payee.verified_by == change.grant().who() {
        return Err(FlowError::Invalid(format!(
            "the account of `{}` must be verified by a second person",
            payee.name
        )));
    }
    let id = PayeeId(change.new_id());
    household::add_payee(change, id, &name("name", &payee.name)?).await?;
    Ok(household::add_payee_account(change, id, &account, &payee.verified_by).await?)
}
