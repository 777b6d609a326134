//! What people do about the account of a payee or member in a case: call back, approve, take back, and what a bank says
//! about the name. It is done on the newest version, through the ordinary flows.

use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::id::HouseholdId;
use grip_engine::payee::{CreditorAccount, NameOutcome};
use serde::Deserialize;

use crate::flow::FlowError;
use crate::flow::payees::{self, AnswerGiven, CallBackGiven};
use crate::intake::IntakeError;
use crate::intake::value::code;
use crate::play::{OFFICER, Play, SECOND};
use crate::store::{Scope, Store, household};

/// A step of a case.
#[derive(Clone, Debug)]
pub enum AccountStep {
    /// The officer called back.
    CalledBack(Whose),
    /// A second person approves.
    Approved(By),
    /// The officer takes it back.
    Withdrawn(Whose),
    /// A bank answered.
    NameCheck(Answer),
    /// A person decides about the last answer.
    NameDecision(Decision),
}

/// Whose account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whose {
    /// The name of the payee or member.
    pub of: String,
}

/// Whose account, and who does it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// The name of the payee or member.
    pub of: String,
    /// The user; the second person when nobody is named.
    pub by: Option<String>,
}

/// What a bank answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The name of the payee or member.
    pub of: String,
    /// match, `close_match`, `no_match`, `not_applicable` or `not_executable`.
    pub outcome: String,
    /// The name the bank gave.
    pub answered: Option<String>,
}

/// What a person decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The name of the payee or member.
    pub of: String,
    /// True when the account is paid all the same.
    pub pays: bool,
    /// Why.
    pub ground: String,
    /// The user; the second person when nobody is named.
    pub by: Option<String>,
}

impl AccountStep {
    /// The key of the step in a case file.
    pub(super) fn key(&self) -> &'static str {
        match self {
            AccountStep::CalledBack(_) => "account_called_back",
            AccountStep::Approved(_) => "account_approved",
            AccountStep::Withdrawn(_) => "account_withdrawn",
            AccountStep::NameCheck(_) => "name_check",
            AccountStep::NameDecision(_) => "name_decision",
        }
    }

    fn of(&self) -> &str {
        match self {
            AccountStep::CalledBack(whose) | AccountStep::Withdrawn(whose) => &whose.of,
            AccountStep::Approved(by) => &by.of,
            AccountStep::NameCheck(answer) => &answer.of,
            AccountStep::NameDecision(decision) => &decision.of,
        }
    }

    /// Does it.
    pub(super) async fn happens(
        &self,
        (store, play): (&Store, &Play),
        household: HouseholdId,
        today: NaiveDate,
    ) -> Result<(), FlowError> {
        let version = newest(store, household, self.of()).await?;
        let person = |by: &Option<String>| by.as_deref().unwrap_or(SECOND).to_owned();
        match self {
            AccountStep::CalledBack(_) => {
                let officer = play.grant_to(OFFICER, Action::RecordPayee, today)?;
                let call = CallBackGiven {
                    person: version.holder.clone(),
                    number: "035 000 00 00".to_owned(),
                    known_from: "contract".to_owned(),
                    on: today,
                    by: None,
                };
                payees::call_back(store, &officer, version.id, &call).await
            }
            AccountStep::Approved(By { by, .. }) => {
                let second = play.grant_to(&person(by), Action::ApprovePayee, today)?;
                payees::approve(store, &second, version.id).await
            }
            AccountStep::Withdrawn(_) => {
                let officer = play.grant_to(OFFICER, Action::RecordPayee, today)?;
                payees::withdraw(store, &officer, version.id, "case").await
            }
            AccountStep::NameCheck(answer) => {
                let officer = play.grant_to(OFFICER, Action::RecordPayee, today)?;
                let codes = NameOutcome::ALL.map(NameOutcome::code).join(", ");
                let found = NameOutcome::from_code(&answer.outcome);
                let answer = AnswerGiven {
                    outcome: code("outcome", &answer.outcome, found, &codes)?,
                    answered: answer.answered.clone(),
                    source: "case".to_owned(),
                    on: today,
                };
                payees::check_name(store, &officer, version.id, &answer).await.map(drop)
            }
            AccountStep::NameDecision(Decision { pays, ground, by, .. }) => {
                let second = play.grant_to(&person(by), Action::ApprovePayee, today)?;
                let check = version.name_checks.last().ok_or_else(|| missing("name check", self.of()))?;
                payees::decide(store, &second, check.id, *pays, ground).await.map(drop)
            }
        }
    }
}

/// The version of the account of a payee or member that was recorded last.
async fn newest(store: &Store, id: HouseholdId, name: &str) -> Result<CreditorAccount, FlowError> {
    let mut at = store.read().await?;
    let payees = household::payees(&mut at).await?;
    let files = household::files(&mut at, Scope::One(id.0)).await?;
    let of_payee = payees.values().find(|payee| payee.name == name).map(|payee| &payee.accounts);
    let of_member = files.iter().find_map(|file| {
        let member = file.household.members.iter().find(|member| member.name == name)?;
        file.accounts.get(&member.id)
    });
    let accounts = of_payee.or(of_member).ok_or_else(|| missing("account", name))?;
    let newest = accounts.versions().iter().max_by_key(|version| version.number);
    newest.cloned().ok_or_else(|| missing("account", name))
}

fn missing(what: &str, name: &str) -> FlowError {
    IntakeError::new(format!("`{name}` has no {what}"), format!("`{name}` heeft geen {what}")).into()
}
