//! Cancelling: the right ended, and what was approved for the time after it was not sent yet (rulings 11, 33).
//! What the bank has is never recalled by itself.

use grip_engine::household::Household;
use grip_engine::household::right::RightEnd;
use grip_engine::id::{PaymentId, PostingId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::Posting;

use super::FlowError;
use crate::store::ledger::{self, Cause};
use crate::store::payment::{self, Step};
use crate::store::{Change, Scope, plan, run};

/// Cancels the approved payments of a household of which no file was made, and takes back the releases whose own run
/// did not go out: what the month gives is planned again with the right as it is now. Of a release that did go out, what
/// waits for a later day is withdrawn by the next supplement.
pub(in crate::flow) async fn after_the_right(
    change: &mut Change,
    household: &Household,
    reason: RightEnd,
) -> Result<(), FlowError> {
    for payment in &payment::unsent(change, household.id).await? {
        let source = format!("einde recht: {}", reason.code());
        cancel(change, PaymentId(payment.payment_id), "approved", &source).await?;
    }
    let runs = run::list(change).await?;
    let is_unsent = |id| runs.iter().any(|run| run.run_id == id && run.state == "approved");
    let released = plan::list(change, Scope::One(household.id.0)).await?;
    let reversed: Vec<uuid::Uuid> = released.iter().filter_map(|plan| plan.reverses).collect();
    for plan in released.iter().filter(|plan| is_unsent(plan.run_id)) {
        if plan.reverses.is_none() && !reversed.contains(&plan.plan_id) {
            plan::reverse(change, plan).await?;
            ledger::take_back(change, plan).await?;
        }
    }
    Ok(())
}

/// Takes back a payment that was not executed: the money on its way is not sent, and its due is open again. The money of
/// a tranche goes back to the municipality: whether it is released again is another decision.
pub(in crate::flow) async fn cancel(
    change: &mut Change,
    id: PaymentId,
    from: &str,
    source: &str,
) -> Result<(), FlowError> {
    let pending = ledger::pending(change, id).await?;
    let on = change.grant().today();
    let void = pending.void(PostingId(change.new_id()), on)?;
    ledger::post(change, &void, Cause { word: "cancelled", payment: Some(id), entry: None }).await?;
    if let Some(bank_account) = payment::account_of_tranche(change, id).await? {
        let purpose = Purpose { bank_account, kind: AccountKind::Funding, household: None };
        let funding = ledger::account(change, purpose).await?;
        let back =
            Posting::posted(PostingId(change.new_id()), pending.from(), funding, pending.amount(), on)?;
        ledger::post(change, &back, Cause { word: "tranche taken back", payment: Some(id), entry: None })
            .await?;
    }
    payment::step(change, id, &Step { from, to: "cancelled", on, source, reason: "" }).await?;
    Ok(())
}
