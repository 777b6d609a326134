//! A household: its members, what it owes, and its events, as a whole or not at all.

use grip_engine::bank::payment_run::hex;
use grip_engine::household::{Member, MemberRole};
use grip_engine::id::{HouseholdId, MemberId, ObligationId};
use grip_engine::obligation::{Contract, CostKind, Obligation, Version};
use sha2::{Digest, Sha256};

use super::event::record_event;
use super::payee_named;
use crate::auth::grant::Grant;
use crate::flow::{FlowError, retry};
use crate::intake::value::{amount, day, iban, name, period};
use crate::intake::{EventIn, HouseholdIn, MemberIn, ObligationIn};
use crate::store::{Change, Store, household, municipality};

/// What registering a household did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The household.
    pub id: HouseholdId,
    /// True when it is new; one that was known keeps its members and obligations.
    pub is_new: bool,
    /// Events that were recorded now.
    pub events: usize,
}

/// Registers a household with what happened to it on or before the business day, as a whole. Of one that is
/// known it records the events that were not recorded before.
pub async fn household(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<Registered, FlowError> {
    retry!(enter(store, grant, file))
}

async fn enter(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<Registered, FlowError> {
    let mut change = store.begin(grant, format!("household {}", file.number)).await?;
    let known = household::numbered(&mut change, &file.number).await?;
    let id = match known {
        Some(id) => id,
        None => add_household(&mut change, file).await?,
    };
    let mut events = 0;
    for (place, event) in file.event.iter().enumerate() {
        let number = file.event[..place].iter().filter(|other| *other == event).count();
        let is_due = day("on", &event.on)? <= grant.today();
        if is_due && household::add_event(&mut change, id, &event_hash(event, number)).await? {
            record_event(&mut change, id, event).await?;
            events += 1;
        }
    }
    if known.is_some() && events == 0 {
        return Err(FlowError::Exists { what: "household", id: file.number.clone() });
    }
    change.commit().await?;
    Ok(Registered { id, is_new: known.is_none(), events })
}

/// A hash of what an event says, whatever keys later versions add, and its number among equal ones.
fn event_hash(event: &EventIn, number: usize) -> String {
    let mut said = serde_json::to_value(event).unwrap_or_default();
    if let Some(keys) = said.as_object_mut() {
        keys.retain(|_, value| !value.is_null());
    }
    hex(&Sha256::digest(format!("{number} {said}").as_bytes()))
}

/// What contradicts itself in a household's file is refused.
fn sensible(file: &HouseholdIn) -> Result<(), FlowError> {
    let number = &file.number;
    let with_role = |role: &str| file.member.iter().filter(|member| member.role == role).count();
    let wrong = |text: String| Err(FlowError::Invalid(text));
    if number.trim().is_empty() || 40 < number.len() || number.contains(char::is_control) {
        return wrong(format!("`number` is `{number}`, which is no number of 1 to 40 letters"));
    }
    if file.member.first().is_none_or(|member| member.role != "applicant") || with_role("applicant") != 1 {
        return wrong(format!("household `{number}` must name its one applicant first"));
    }
    if 1 < with_role("partner") {
        return wrong(format!("household `{number}` has more than one partner"));
    }
    for (place, obligation) in file.obligation.iter().enumerate() {
        let reference = &obligation.reference;
        if reference.trim().is_empty() || 70 < reference.len() || reference.contains(char::is_control) {
            return wrong(format!(
                "`reference` is `{reference}`, which is no contract number of 1 to 70 letters"
            ));
        }
        let twin = |other: &ObligationIn| other.payee == obligation.payee && other.reference == *reference;
        if file.obligation[..place].iter().any(twin) {
            return wrong(format!("obligation `{reference}` stands twice in household `{number}`"));
        }
    }
    Ok(())
}

async fn add_household(change: &mut Change, file: &HouseholdIn) -> Result<HouseholdId, FlowError> {
    let account = iban(&file.bank_account)?;
    let accounts = municipality::bank_accounts(change).await?;
    let account = accounts.iter().find(|known| known.iban == account).ok_or_else(|| FlowError::NotFound {
        what: "account of the municipality",
        id: file.bank_account.clone(),
    })?;
    let id = HouseholdId(change.new_id());
    household::add(change, id, &file.number, account.id).await?;
    sensible(file)?;
    for (place, member) in (0_i64..).zip(&file.member) {
        let member = member_of(change, member)?;
        household::add_member(change, id, place, &member).await?;
    }
    for obligation in &file.obligation {
        let obligation = obligation_of(change, obligation).await?;
        household::add_obligation(change, id, &obligation).await?;
    }
    Ok(id)
}

fn member_of(change: &Change, file: &MemberIn) -> Result<Member, FlowError> {
    let role = match file.role.as_str() {
        "applicant" => MemberRole::Applicant,
        "partner" => MemberRole::Partner,
        "child" => MemberRole::Child,
        role => {
            return Err(FlowError::Invalid(format!(
                "`role` is `{role}`, which is no applicant, partner or child"
            )));
        }
    };
    let since = |key, from: &Option<String>| from.as_ref().map(|from| period(key, from, None)).transpose();
    Ok(Member {
        id: MemberId(change.new_id()),
        role,
        name: name("name", &file.name)?,
        account: file.iban.as_deref().map(iban).transpose()?,
        asylum_permit: since("asylum_permit_from", &file.asylum_permit_from)?,
        civic_integration_duty: since("civic_integration_from", &file.civic_integration_from)?,
    })
}

async fn obligation_of(change: &mut Change, file: &ObligationIn) -> Result<Obligation, FlowError> {
    let kind = CostKind::from_code(&file.kind);
    let kind =
        kind.ok_or_else(|| FlowError::Invalid(format!("`kind` is `{}`, which is no known cost", file.kind)))?;
    let first_due = day("first_due", &file.first_due)?;
    let contract = Contract {
        id: ObligationId(change.new_id()),
        kind,
        payee: payee_named(change, &file.payee).await?,
        first_due,
        reference: file.reference.clone(),
    };
    let period = period("first_due", &file.first_due, None)?;
    let version = Version { period, amount: amount("amount", &file.amount)? };
    Obligation::new(contract, vec![version]).map_err(|error| FlowError::Invalid(error.to_string()))
}
