//! Rebooking: a due was paid for the wrong obligation or household (ruling 37). It is booked back and booked again,
//! by two persons; the money at the bank does not move.

use grip_engine::bank::payment_run::{RunLine, Subject};
use grip_engine::id::ObligationId;
use grip_engine::ledger::account::{AccountKind, Purpose};

use super::FlowError;
use crate::intake::IntakeError;
use crate::intake::event::RebookingIn;
use crate::intake::value::month;
use crate::store::household::{self, HouseholdFile};
use crate::store::{Change, ledger, payment};

/// Books a settled payment of one due as the payment of another.
pub(in crate::flow) async fn rebook(
    change: &mut Change,
    file: &HouseholdFile,
    asked: &RebookingIn,
) -> Result<(), FlowError> {
    if asked.second_person == change.grant().who() || asked.second_person.trim().is_empty() {
        return Err(IntakeError::new(
            "a rebooking needs a second person",
            "een omboeking vraagt een tweede persoon",
        )
        .into());
    }
    let period = month("period", &asked.period)?;
    let to = target(change, file, asked).await?;
    let from_id = obligation_of(file, &asked.obligation)?;
    let to_id = obligation_of(&to, &asked.to_obligation)?;
    let settled = payment::settled(change, Subject::FixedCost(from_id, period)).await?;
    let Some(settled) = settled else {
        return Err(IntakeError::new(
            format!("nothing was paid of `{}` for {period}, so nothing can be rebooked", asked.obligation),
            format!(
                "van `{}` is voor {period} niets betaald, dus er valt niets om te boeken",
                asked.obligation
            ),
        )
        .into());
    };
    let again = Subject::FixedCost(to_id, period);
    if payment::due_known(change, again).await? {
        return Err(IntakeError::new(
            format!("`{}` of {period} was paid already", asked.to_obligation),
            format!("`{}` van {period} is al betaald", asked.to_obligation),
        )
        .into());
    }
    let line = RunLine {
        household: to.household.id,
        subject: again,
        due_on: settled.due_on,
        creditor_name: settled.creditor_name.clone(),
        creditor: settled.creditor_iban.parse().map_err(|_| crate::store::StoreError::Missing)?,
        amount: grip_engine::money::Money::from_cents(settled.amount),
        remittance: settled.remittance.clone(),
        legal_basis: settled.legal_basis.clone(),
    };
    let own = |kind, household| Purpose { bank_account: file.bank_account, kind, household };
    let budget = own(AccountKind::HouseholdBudget, Some(to.household.id));
    // within one household the money that comes back pays it
    let is_another = to.household.id != file.household.id;
    if is_another && ledger::budget_of(change, budget).await? < line.amount {
        return Err(IntakeError::new(
            format!("nothing is set apart to pay `{}` of {period} from", asked.to_obligation),
            format!("er is niets opzijgezet om `{}` van {period} van te betalen", asked.to_obligation),
        )
        .into());
    }
    let right = payment::rebook(change, &settled, &line).await?;
    let outside = ledger::account(change, own(AccountKind::Outside, None)).await?;
    Ok(ledger::rebook(change, settled.payment_id.into(), right, budget, outside).await?)
}

async fn target(
    change: &mut Change,
    file: &HouseholdFile,
    asked: &RebookingIn,
) -> Result<HouseholdFile, FlowError> {
    let Some(number) = &asked.to_household else { return Ok(file.clone()) };
    let missing = || FlowError::NotFound { what: "household", id: number.clone() };
    let id = household::numbered(change, number).await?.ok_or_else(missing)?;
    let found = household::file(change, id).await?.ok_or_else(missing)?;
    if found.bank_account != file.bank_account {
        return Err(IntakeError::new(
            "the two households are paid from different accounts: ask finance to move the money first",
            "de twee huishoudens worden van verschillende rekeningen betaald: laat financien eerst het geld overboeken",
        )
        .into());
    }
    Ok(found)
}

fn obligation_of(file: &HouseholdFile, reference: &str) -> Result<ObligationId, FlowError> {
    let found = file.obligations.iter().find(|obligation| obligation.reference == reference);
    let missing = || FlowError::NotFound { what: "obligation", id: reference.to_owned() };
    found.map(|obligation| obligation.id).ok_or_else(missing)
}
