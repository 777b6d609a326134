//! The money of households that waits on an account of the municipality: what came back, what came in from others, and
//! credits that may be theirs.

use chrono::NaiveDate;
use uuid::Uuid;

use super::unexplained::ExplanationRow;
use super::{Scope, Snapshot, StoreError};

/// A payment that came back and was not paid again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReturnedRow {
    /// For which household.
    pub household_id: Uuid,
    /// Its number.
    pub household_number: String,
    /// The payment.
    pub payment_id: Uuid,
    /// In cents.
    pub amount: i64,
    /// Who was paid.
    pub creditor_name: String,
    /// The day the payee should have had it.
    pub due_on: NaiveDate,
    /// The day it came back.
    pub since: NaiveDate,
    /// The reason code of the bank.
    pub reason: String,
}

/// The payments of a scope that came back and were not paid again, oldest first.
pub async fn returned(at: &mut Snapshot, scope: Scope) -> Result<Vec<ReturnedRow>, StoreError> {
    const SQL: &str = "select payment.household_id as household_id, household.number as household_number,
            payment.payment_id as payment_id, payment.amount as amount, creditor_name, due_on,
            happened_on as since, payment_state.reason as reason
        from payment
        join payment_state on payment_state.municipality_id = payment.municipality_id
            and payment_state.payment_id = payment.payment_id and payment_state.state = payment.state
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join household on household.municipality_id = payment.municipality_id
            and household.household_id = payment.household_id
        where payment.municipality_id = $1 and payment.household_id between $2 and $3
            and payment.state in ('returned', 'rejected', 'recalled') and not exists (select 1 from payment as later
                where later.municipality_id = payment.municipality_id and later.replaces = payment.payment_id)
        order by happened_on, payment.payment_id";
    at.of_scope(SQL, scope).all().await
}

/// The payments of a scope whose return stands on a statement while their debit does not yet, oldest first: a statement is
/// missing before it. What we asked for ourselves is among them.
pub async fn returned_early(at: &mut Snapshot, scope: Scope) -> Result<Vec<ReturnedRow>, StoreError> {
    const SQL: &str = "select payment.household_id as household_id, household.number as household_number,
            payment.payment_id as payment_id, payment.amount as amount, creditor_name, due_on,
            booked_on as since, why as reason
        from entry_part
        join entry on entry.municipality_id = entry_part.municipality_id and entry.entry_id = entry_part.entry_id
        join payment on payment.municipality_id = entry_part.municipality_id
            and payment.payment_id = entry_part.payment_id
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join household on household.municipality_id = payment.municipality_id
            and household.household_id = payment.household_id
        where entry_part.municipality_id = $1 and payment.household_id between $2 and $3
            and meaning = 'returns_early' and payment.state in ('instructed', 'sent', 'accepted')
        order by booked_on, payment.payment_id";
    at.of_scope(SQL, scope).all().await
}

/// What came in for households of a scope from others and stands, oldest first.
pub async fn received(at: &mut Snapshot, scope: Scope) -> Result<Vec<ExplanationRow>, StoreError> {
    const SQL: &str = "select explanation_id, entry_id, place, kind, explanation.household_id as household_id,
            household.number as household_number, obligation_id, agreement_id, due_on, amount, rule, told, posting_id,
            undoes, explained_on, explained_by
        from explanation join household on household.municipality_id = explanation.municipality_id
            and household.household_id = explanation.household_id
        where explanation.municipality_id = $1 and explanation.household_id between $2 and $3
            and kind = 'refund' and undoes is null
            and not exists (select 1 from posting as back
                where back.municipality_id = explanation.municipality_id
                    and back.reverses = explanation.posting_id)
        order by explained_on, explanation_id";
    at.of_scope(SQL, scope).all().await
}

/// A credit that may be a household's and that nobody explained yet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WaitingRow {
    /// The household it is first suggested for.
    pub household_id: Uuid,
    /// Its number.
    pub household_number: String,
    /// The entry.
    pub entry_id: Uuid,
    /// The part.
    pub place: i64,
    /// The booking date.
    pub booked_on: NaiveDate,
    /// What is left of it, in cents.
    pub remaining: i64,
    /// Why it is suggested, in words.
    pub told: String,
}

/// The open credits whose first suggestion is a household of a scope, oldest first; not where only the account speaks
/// for it and for others as well.
pub async fn waiting(at: &mut Snapshot, scope: Scope) -> Result<Vec<WaitingRow>, StoreError> {
    const SQL: &str = "select suggestion.household_id as household_id, household.number as household_number,
            unexplained.entry_id as entry_id, unexplained.place as place, booked_on, remaining, suggestion.told as told
        from unexplained
        join suggestion on suggestion.municipality_id = unexplained.municipality_id
            and suggestion.entry_id = unexplained.entry_id and suggestion.place = unexplained.place and rank = 0
        join household on household.municipality_id = suggestion.municipality_id
            and household.household_id = suggestion.household_id
        where unexplained.municipality_id = $1 and suggestion.household_id between $2 and $3
            and 0 < remaining and direction = 'credit' and (rule <> 'account' or not exists (select 1
                from suggestion as other where other.municipality_id = suggestion.municipality_id
                    and other.entry_id = suggestion.entry_id and other.place = suggestion.place and other.rank = 1))
        order by booked_on, unexplained.entry_id, unexplained.place";
    at.of_scope(SQL, scope).all().await
}
