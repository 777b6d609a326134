//! Payees and the accounts that are paid: one person records an account, somebody calls back, another person approves it.
//! What a bank says about the name is kept with it; a person decides when it does not match.

mod address;
mod given;
mod hold_back;
mod listed;
pub(in crate::flow) mod record;
mod stranger;

use chrono::NaiveDate;
use grip_engine::bank::payment_run::Subject;
use grip_engine::id::{CreditorAccountId, NameCheckId, PayeeId, RunId};
use grip_engine::payee::{Accounts, Creditor, CreditorAccount, NameCheck, NotApproved};

pub use address::{AddressGiven, set_address};
pub use given::{AccountGiven, AnswerGiven, CallBackGiven};
pub use hold_back::hold_back;
pub use listed::{ListedCreditor, Use, all, of_run, one, waiting};

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::intake::IntakeError;
use crate::intake::value::{name, said};
use crate::store::creditor::{self, CheckedPayment, Owner};
use crate::store::{Change, Scope, Snapshot, Store, StoreError, household, run};

/// Records a payee with its first account, which waits for a second person.
pub async fn add_payee(
    store: &Store,
    grant: &Grant,
    called: &str,
    account: &AccountGiven,
) -> Result<PayeeId, FlowError> {
    retry!(try_add_payee(store, grant, called, account))
}

async fn try_add_payee(
    store: &Store,
    grant: &Grant,
    called: &str,
    account: &AccountGiven,
) -> Result<PayeeId, FlowError> {
    let mut change = store.begin(grant, "payee").await?;
    let called = name("name", called)?;
    if household::payee_names(&mut change).await?.contains_key(&called) {
        return Err(FlowError::Exists { what: "payee", id: called });
    }
    let id = PayeeId(change.new_id());
    household::add_payee(&mut change, id, &called).await?;
    record::of_payee(&mut change, id, account).await?;
    change.commit().await?;
    Ok(id)
}

/// Records another account of a payee or client, which waits for a second person; until then the old one stays valid.
pub async fn add_account(
    store: &Store,
    grant: &Grant,
    creditor: Creditor,
    account: &AccountGiven,
) -> Result<CreditorAccountId, FlowError> {
    retry!(try_add_account(store, grant, creditor, account))
}

async fn try_add_account(
    store: &Store,
    grant: &Grant,
    creditor: Creditor,
    account: &AccountGiven,
) -> Result<CreditorAccountId, FlowError> {
    let mut change = store.begin(grant, format!("account of {}", creditor.id())).await?;
    let id = match creditor {
        Creditor::Payee(payee) => record::of_payee(&mut change, payee, account).await?,
        Creditor::Member(member) => {
            let household =
                creditor::household_of(&mut change, member).await?.ok_or_else(|| unknown(creditor))?;
            let file = household::file(&mut change, household).await?.ok_or(StoreError::Missing)?;
            record::of_member(&mut change, &file, member, account).await?
        }
    };
    change.commit().await?;
    Ok(id)
}

/// Records that somebody called back about an account.
pub async fn call_back(
    store: &Store,
    grant: &Grant,
    account: CreditorAccountId,
    call: &CallBackGiven,
) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("call-back about account {account}")).await?;
    let version = version(&mut change, account).await?;
    if !version.is_waiting() || version.call_back.is_some() {
        return Err(NotApproved::NotWaiting.into());
    }
    let call = record::call_back(&mut change, call).await?;
    if !creditor::add_call_back(&mut change, account, &call).await? {
        return Err(NotApproved::NotWaiting.into());
    }
    Ok(change.commit().await?)
}

/// Approves an account, as the second person.
pub async fn approve(store: &Store, grant: &Grant, account: CreditorAccountId) -> Result<(), FlowError> {
    retry!(try_approve(store, grant, account))
}

async fn try_approve(store: &Store, grant: &Grant, account: CreditorAccountId) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("account {account}")).await?;
    let version = version(&mut change, account).await?;
    version.may_be_approved_by(grant.who())?;
    record::is_nobody_elses(&mut change, version.creditor, &version.iban).await?;
    if !creditor::approve(&mut change, account).await? {
        return Err(NotApproved::NotWaiting.into());
    }
    Ok(change.commit().await?)
}

/// Takes an account back: at once, by one person, for nothing is paid by it. The version before it holds again.
pub async fn withdraw(
    store: &Store,
    grant: &Grant,
    account: CreditorAccountId,
    reason: &str,
) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("account {account}")).await?;
    version(&mut change, account).await?;
    if !creditor::withdraw(&mut change, account, &said("reason", reason)?).await? {
        return Err(NotApproved::NotWaiting.into());
    }
    Ok(change.commit().await?)
}

/// Records what a bank answered about the name and an account.
pub async fn check_name(
    store: &Store,
    grant: &Grant,
    account: CreditorAccountId,
    answer: &AnswerGiven,
) -> Result<NameCheck, FlowError> {
    let mut change = store.begin(grant, format!("name check of account {account}")).await?;
    version(&mut change, account).await?;
    let check = add_answer(&mut change, account, answer, None).await?;
    change.commit().await?;
    Ok(check)
}

/// Records what a bank answered about the name and account of one payment of a run. What it says holds for the account.
pub async fn check_line(
    store: &Store,
    grant: &Grant,
    (run, subject): (RunId, Subject),
    answer: &AnswerGiven,
) -> Result<NameCheck, FlowError> {
    let mut change = store.begin(grant, format!("name check in run {run}")).await?;
    let lines = run::lines(&mut change, run).await?;
    let line = lines.into_iter().find(|line| line.subject == subject);
    let line = line.ok_or_else(|| FlowError::NotFound { what: "payment", id: run.to_string() })?;
    let payees = creditor::of_payees(&mut change).await?;
    let members = creditor::of_members(&mut change, Scope::One(line.household.0)).await?;
    // who is paid for this by now, and else whoever has the account
    let is_paid =
        |version: &&CreditorAccount| version.iban == line.creditor && version.holder == line.creditor_name;
    let versions = payees.values().chain(members.values()).flat_map(Accounts::versions);
    let account = versions.filter(is_paid).max_by_key(|version| (version.approved.is_some(), version.number));
    let account = account.map(|version| version.id).ok_or(StoreError::Missing)?;
    let check = add_answer(&mut change, account, answer, Some(CheckedPayment { run, subject })).await?;
    change.commit().await?;
    Ok(check)
}

async fn add_answer(
    change: &mut Change,
    account: CreditorAccountId,
    answer: &AnswerGiven,
    payment: Option<CheckedPayment>,
) -> Result<NameCheck, FlowError> {
    is_past(change.grant().today(), answer.on)?;
    let check = NameCheck {
        id: NameCheckId(change.new_id()),
        outcome: answer.outcome,
        answered: answer.answered.as_deref().map(|text| name("answered", text)).transpose()?,
        source: said("source", &answer.source)?,
        on: answer.on,
        decision: None,
    };
    creditor::add_name_check(change, account, &check, payment).await?;
    Ok(check)
}

/// Records what a person decided about a name that does not match. Who recorded the account cannot decide.
pub async fn decide(
    store: &Store,
    grant: &Grant,
    check: NameCheckId,
    pays: bool,
    ground: &str,
) -> Result<CreditorAccountId, FlowError> {
    let mut change = store.begin(grant, format!("name check {check}")).await?;
    let account = creditor::account_of_check(&mut change, check).await?;
    let account = account.ok_or_else(|| FlowError::NotFound { what: "name check", id: check.to_string() })?;
    let version = version(&mut change, account).await?;
    if version.recorded.by == grant.who() {
        return Err(NotApproved::SamePerson.into());
    }
    let known = version.name_checks.iter().find(|known| known.id == check).ok_or(StoreError::Missing)?;
    if !known.outcome.needs_decision() {
        return Err(IntakeError::new(
            "this answer needs no decision",
            "over dit antwoord hoeft niemand te besluiten",
        )
        .into());
    }
    if !creditor::decide(&mut change, check, pays, &said("ground", ground)?).await? {
        return Err(FlowError::Exists { what: "decision", id: check.to_string() });
    }
    change.commit().await?;
    Ok(account)
}

/// The payee or client whose account this is, by id.
pub async fn owner(at: &mut Snapshot, account: CreditorAccountId) -> Result<uuid::Uuid, FlowError> {
    let owner = creditor::owner(at, account).await?;
    let missing = || FlowError::NotFound { what: "account", id: account.to_string() };
    Ok(owner.ok_or_else(missing)?.creditor.id())
}

/// The payee or client whose account an answer is about, by id.
pub async fn owner_of_check(at: &mut Snapshot, check: NameCheckId) -> Result<uuid::Uuid, FlowError> {
    let account = creditor::account_of_check(at, check).await?;
    let missing = || FlowError::NotFound { what: "name check", id: check.to_string() };
    owner(at, account.ok_or_else(missing)?).await
}

/// The version with this id.
async fn version(at: &mut Snapshot, account: CreditorAccountId) -> Result<CreditorAccount, FlowError> {
    let missing = || FlowError::NotFound { what: "account", id: account.to_string() };
    let owner = creditor::owner(at, account).await?.ok_or_else(missing)?;
    let accounts = accounts_of(at, owner).await?;
    accounts.versions().iter().find(|version| version.id == account).cloned().ok_or_else(missing)
}

/// Every version of the account of somebody.
async fn accounts_of(at: &mut Snapshot, owner: Owner) -> Result<Accounts, StoreError> {
    Ok(match (owner.creditor, owner.household) {
        (Creditor::Payee(payee), _) => creditor::of_payees(at).await?.remove(&payee),
        (Creditor::Member(member), Some(household)) => {
            creditor::of_members(at, Scope::One(household.0)).await?.remove(&member)
        }
        (Creditor::Member(_), None) => None,
    }
    .unwrap_or_default())
}

/// What was done lies not in the future.
fn is_past(today: NaiveDate, on: NaiveDate) -> Result<(), IntakeError> {
    if on <= today {
        return Ok(());
    }
    Err(IntakeError::new(
        format!("`on` is {on}, which is later than today"),
        format!("de datum {on} ligt na vandaag"),
    ))
}

fn unknown(creditor: Creditor) -> FlowError {
    FlowError::NotFound { what: "payee", id: creditor.id().to_string() }
}
