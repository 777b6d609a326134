//! What became of the payments of furnishing credits. The credits themselves are facts of their household.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::state::PaymentState;
use grip_engine::furnishing::tranche::{Payout, PayoutState, Payouts};
use grip_engine::id::{HouseholdId, TrancheId};
use uuid::Uuid;

use super::{Scope, Snapshot, StoreError, meaning, money};

#[derive(sqlx::FromRow)]
struct PayoutRow {
    household_id: Uuid,
    tranche_id: Uuid,
    amount: i64,
    paid_on: NaiveDate,
    state: String,
}

/// The last attempt to pay each tranche and each invoice of a supplier that was not cancelled, by household.
pub async fn payouts(at: &mut Snapshot, scope: Scope) -> Result<BTreeMap<HouseholdId, Payouts>, StoreError> {
    const SQL: &str =
        "select due.household_id as household_id, subject_id as tranche_id, payment.amount as amount,
            coalesce(payment_file.execution_on, run.execution_on) as paid_on, payment.state as state
        from due
        join payment on payment.municipality_id = due.municipality_id and payment.due_id = due.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        left join payment_file on payment_file.municipality_id = run.municipality_id
            and payment_file.run_id = run.run_id
        where due.municipality_id = $1 and due.household_id between $2 and $3 and subject = 'tranche'
            and payment.state <> 'cancelled'
        order by due.household_id, payment_id";
    let mut payouts: BTreeMap<HouseholdId, Payouts> = BTreeMap::new();
    for row in at.of_scope(SQL, scope).all::<PayoutRow>().await? {
        let state = meaning("state of a payment", &row.state, PaymentState::from_code(&row.state))?;
        let payout = Payout { amount: money(row.amount), on: row.paid_on, state: payout_state(state) };
        payouts.entry(row.household_id.into()).or_default().insert(TrancheId(row.tranche_id), payout);
    }
    Ok(payouts)
}

fn payout_state(state: PaymentState) -> PayoutState {
    match state {
        PaymentState::Settled => PayoutState::Settled,
        state if state.came_back() => PayoutState::CameBack,
        _ => PayoutState::OnItsWay,
    }
}
