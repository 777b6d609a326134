//! Living money never goes to a third party (ruling 29): not to a payee, not to the municipality itself, not to the
//! client of another household.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::household::Household;
use grip_engine::id::HouseholdId;

use crate::flow::FlowError;
use crate::intake::IntakeError;
use crate::store::household;
use crate::store::{Snapshot, creditor, municipality};

/// Refuses an account of a client that is somebody else's. Within the household a joint written request decides.
pub(super) async fn is_no_strangers(
    at: &mut Snapshot,
    of: HouseholdId,
    account: &Iban,
    today: NaiveDate,
) -> Result<(), FlowError> {
    if municipality::bank_accounts(at).await?.iter().any(|known| known.iban == *account) {
        return refuse(
            "the account is the municipality's own: living money goes to the client",
            "dit is een rekening van de gemeente zelf: leefgeld gaat naar de klant",
        );
    }
    for other in creditor::others_with(at, of, account).await? {
        let Some(other) = other else {
            return refuse(
                "the account is that of a payee: living money never goes to a third party",
                "dit is de rekening van een ontvanger: leefgeld gaat nooit naar een derde",
            );
        };
        let file = household::file(at, other).await?;
        let Some(file) = file else { continue };
        let accounts = &file.accounts;
        let has_it = |member: &grip_engine::household::member::Member| {
            let versions = accounts.get(&member.id).map(grip_engine::payee::Accounts::versions);
            versions
                .unwrap_or_default()
                .iter()
                .any(|known| known.withdrawn.is_none() && known.iban == *account)
        };
        let holder = file.household.adults_on(today).find(|member| has_it(member));
        if holder.is_some() && goes_on(&file.household, today) {
            return refuse(
                "the account is that of a client of another household: record first that they left it",
                "dit is de rekening van een klant in een ander huishouden: leg eerst vast dat die daar vertrokken is",
            );
        }
    }
    Ok(())
}

/// True while a household has a right, may get one, or gets what came too late.
fn goes_on(household: &Household, today: NaiveDate) -> bool {
    household.rights().last().is_none_or(|right| right.period.until().is_none_or(|until| today <= until))
}

fn refuse(english: &str, dutch: &str) -> Result<(), FlowError> {
    Err(IntakeError::new(english, dutch).into())
}
