//! A household: its members, what it owes, and its events, as a whole or not at all.

use grip_engine::household::Household;
use grip_engine::id::HouseholdId;

use crate::auth::grant::Grant;
use crate::flow::record::{self, Kept, OnKnownReference};
use crate::flow::{FlowError, retry};
use crate::intake::fold::Folded;
use crate::intake::value::{day, iban};
use crate::intake::{HouseholdIn, IntakeError};
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
    retry!(enter(store, grant, file, OnKnownNumber::GoOn))
}

/// Registers a household that is new; a number that is known is refused.
pub async fn new_household(
    store: &Store,
    grant: &Grant,
    file: &HouseholdIn,
) -> Result<Registered, FlowError> {
    retry!(enter(store, grant, file, OnKnownNumber::Refuse))
}

/// What is done with a household whose number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnKnownNumber {
    /// What happened to it since is recorded.
    GoOn,
    /// It is refused.
    Refuse,
}

async fn enter(
    store: &Store,
    grant: &Grant,
    file: &HouseholdIn,
    on_known: OnKnownNumber,
) -> Result<Registered, FlowError> {
    let mut change = store.begin(grant, format!("household {}", file.number)).await?;
    let known = household::numbered(&mut change, &file.number).await?;
    if known.is_some() && on_known == OnKnownNumber::Refuse {
        return Err(FlowError::Exists { what: "household", id: file.number.clone() });
    }
    let id = match known {
        Some(id) => id,
        None => add_household(&mut change, file).await?,
    };
    let mut events = 0;
    for (place, event) in file.event.iter().enumerate() {
        let number = file.event[..place].iter().filter(|other| *other == event).count();
        if day("on", &event.on)? <= grant.today() {
            let kept = record::event(&mut change, id, event, number, OnKnownReference::Refuse).await?;
            events += usize::from(kept == Kept::New);
        }
    }
    if known.is_some() && events == 0 {
        return Err(FlowError::Exists { what: "household", id: file.number.clone() });
    }
    change.commit().await?;
    Ok(Registered { id, is_new: known.is_none(), events })
}

/// What contradicts itself in a household's file is refused.
fn sensible(file: &HouseholdIn) -> Result<(), FlowError> {
    let number = &file.number;
    let with_role = |role: &str| file.member.iter().filter(|member| member.role == role).count();
    let wrong = |english: String, dutch: String| Err(IntakeError::new(english, dutch).into());
    if number.trim().is_empty() || 40 < number.len() || number.contains(char::is_control) {
        return wrong(
            format!("`number` is `{number}`, which is no number of 1 to 40 letters"),
            format!("`number` is `{number}`, en dat is geen nummer van 1 tot 40 letters"),
        );
    }
    if file.member.first().is_none_or(|member| member.role != "applicant") || with_role("applicant") != 1 {
        return wrong(
            format!("household `{number}` must name its one applicant first"),
            format!("huishouden `{number}` moet zijn ene aanvrager als eerste noemen"),
        );
    }
    if 1 < with_role("partner") {
        return wrong(
            format!("household `{number}` has more than one partner"),
            format!("huishouden `{number}` heeft meer dan een partner"),
        );
    }
    Ok(())
}

/// Adds a household with its members and what it owes.
pub(in crate::flow) async fn add_household(
    change: &mut Change,
    file: &HouseholdIn,
) -> Result<HouseholdId, FlowError> {
    super::is_for_officers(change.grant())?;
    let account = iban(&file.bank_account)?;
    let accounts = municipality::bank_accounts(change).await?;
    let account = accounts.iter().find(|known| known.iban == account).ok_or_else(|| FlowError::NotFound {
        what: "account of the municipality",
        id: file.bank_account.clone(),
    })?;
    let id = HouseholdId(change.new_id());
    household::add(change, id, &file.number, account.id).await?;
    sensible(file)?;
    let payees = household::payee_names(change).await?;
    let mut folded = Folded { household: Household::new(id), obligations: Vec::new(), credits: Vec::new() };
    for member in &file.member {
        let member = record::new_member(change, member)?;
        if folded.household.members.iter().any(|known| known.name == member.name) {
            let number = &file.number;
            return Err(IntakeError::new(
                format!("two members of household `{number}` have one name"),
                format!("twee leden van huishouden `{number}` hebben dezelfde naam"),
            )
            .into());
        }
        household::add_member(change, id, &member).await?;
        record::bring_account(change, id, &member).await?;
        folded.household.members.push(member);
    }
    for obligation in &file.obligation {
        let obligation = record::owes(change, &folded, obligation, &payees).await?;
        folded.obligations.push(obligation);
    }
    Ok(id)
}
