//! Cancelling: the right ended, and what was approved for the time after it was not sent yet (rulings 11, 33).
//! What the bank has is never recalled by itself.

use grip_engine::bank::payment_run::Subject;
use grip_engine::calendar::Month;
use grip_engine::household::Household;
use grip_engine::household::right::RightEnd;
use grip_engine::id::{PaymentId, PostingId};

use super::FlowError;
use crate::store::ledger::{self, Cause};
use crate::store::payment::{self, Step};
use crate::store::{Change, Scope, plan};

/// Cancels the approved payments of a household of which no file was made, and takes back the plans they belong to:
/// each month is planned again with the right as it is now.
pub(in crate::flow) async fn after_the_right(
    change: &mut Change,
    household: &Household,
    reason: RightEnd,
) -> Result<(), FlowError> {
    let unsent = payment::unsent(change, household.id).await?;
    let runs: Vec<uuid::Uuid> = unsent.iter().map(|payment| payment.run_id).collect();
    for payment in &unsent {
        one(change, PaymentId(payment.payment_id), &format!("einde recht: {}", reason.code())).await?;
    }
    let released = plan::list(change, Scope::One(household.id.0)).await?;
    let reversed: Vec<uuid::Uuid> = released.iter().filter_map(|plan| plan.reverses).collect();
    let sent = sent_months(change, household).await?;
    for plan in &released {
        let is_open = plan.reverses.is_none() && !reversed.contains(&plan.plan_id);
        let was_sent = plan.month.parse().is_ok_and(|month| sent.contains(&month));
        if is_open && runs.contains(&plan.run_id) && !was_sent {
            plan::reverse(change, plan).await?;
            ledger::take_back(change, plan).await?;
        }
    }
    Ok(())
}

/// Cancels one approved payment of which no file was made.
pub(in crate::flow) async fn one(change: &mut Change, id: PaymentId, source: &str) -> Result<(), FlowError> {
    let pending = ledger::pending(change, id).await?;
    let on = change.grant().today();
    let void = pending.void(PostingId(change.new_id()), on)?;
    ledger::post(change, &void, Cause { word: "cancelled", payment: None, entry: None }).await?;
    let step = Step { from: "approved", to: "cancelled", on, source, reason: "" };
    payment::step(change, id, &step).await?;
    Ok(())
}

/// The benefit months of which something went to the bank: those plans stand.
async fn sent_months(change: &mut Change, household: &Household) -> Result<Vec<Month>, FlowError> {
    let payments = payment::list(change, Scope::One(household.id.0)).await?;
    let mut months = Vec::new();
    for payment in
        payments.iter().filter(|payment| !matches!(payment.state.as_str(), "approved" | "cancelled"))
    {
        if let Subject::LivingMoney(_, month, _) | Subject::Withholding(_, month) = payment.subject()? {
            months.push(month);
        }
    }
    Ok(months)
}
