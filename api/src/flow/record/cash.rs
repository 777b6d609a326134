//! Living money by card or at the cash desk: only what is open can be handed out, and then it is closed (ruling 29).

use grip_engine::bank::payment_run::Subject;
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::FlowError;
use crate::flow::planning;
use crate::intake::IntakeError;
use crate::intake::event::PaidInCashIn;
use crate::intake::value::{amount, month};
use crate::store::{Change, cash};

/// Closes the parts of living money that were handed out: all that is open of a month and a person, or whole parts of
/// it, the oldest first. Another amount is refused, and so is what was paid or is on its way.
pub(super) async fn hand_out(
    change: &mut Change,
    id: HouseholdId,
    fact: Uuid,
    file: &PaidInCashIn,
) -> Result<(), FlowError> {
    let (of_month, handed_out) = (month("month", &file.month)?, amount("amount", &file.amount)?);
    let missing = || FlowError::NotFound { what: "household", id: id.to_string() };
    let dossier = planning::dossier(change, id).await?.ok_or_else(missing)?;
    let rules = planning::rules(change).await?;
    let member = dossier.file.household.members.iter().find(|member| member.name == file.member);
    let member = member.ok_or_else(|| FlowError::NotFound { what: "member", id: file.member.clone() })?.id;
    let released = dossier.released_month(of_month);
    let withdrawn = released
        .map(|released| dossier.withdrawal(&rules, released, change.grant().today()).items)
        .unwrap_or_default();
    let mut open = dossier.open_living_money(of_month, member);
    open.retain(|(subject, _)| withdrawn.iter().all(|item| item.subject != *subject));
    for part in parts_of(handed_out, &open, file)? {
        cash::add(change, id, fact, part).await?;
    }
    Ok(())
}

/// The first parts that are together exactly what was handed out.
fn parts_of(
    handed_out: Money,
    open: &[(Subject, Money)],
    file: &PaidInCashIn,
) -> Result<Vec<(Subject, Money)>, IntakeError> {
    let PaidInCashIn { member, month, .. } = file;
    let total: Money = open.iter().map(|(_, amount)| *amount).sum();
    if open.is_empty() {
        return Err(IntakeError::new(
            format!(
                "no living money of {month} is open for `{member}`: it was paid, is on its way, or was not released"
            ),
            format!(
                "van {month} staat voor `{member}` geen leefgeld open: het is betaald, onderweg of nog niet vrijgegeven"
            ),
        ));
    }
    let mut sum = Money::ZERO;
    for (place, (_, amount)) in open.iter().enumerate() {
        sum += *amount;
        if sum == handed_out {
            return Ok(open[..=place].to_vec());
        }
    }
    let first = open[0].1;
    Err(IntakeError::new(
        format!(
            "`amount` is {handed_out}, and {total} of {month} is open for `{member}`: hand out the whole, or whole parts \
             of it, of which the first is {first}"
        ),
        format!(
            "`amount` is {handed_out}, en van {month} staat voor `{member}` {total} open: geef het hele bedrag, of hele \
             delen ervan, waarvan het eerste {first} is"
        ),
    ))
}
