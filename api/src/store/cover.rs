//! What the bank refused for want of money on our own account, and what finance said about it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::cover::Balance;
use grip_engine::id::BankAccountId;
use uuid::Uuid;

use super::{Change, Snapshot, StoreError, money};

/// What one of our accounts could not carry.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ShortRow {
    /// The account.
    pub bank_account_id: Uuid,
    /// How many payments wait.
    pub payments: i64,
    /// Their sum, in cents.
    pub total: i64,
    /// The last day on which the bank refused one.
    pub since: NaiveDate,
}

/// The accounts that could not carry a payment whose due is open and of which finance said nothing yet.
pub async fn short(at: &mut Snapshot) -> Result<Vec<ShortRow>, StoreError> {
    const SQL: &str = "select bank_account_id, count(*) as payments, cast(sum(payment.amount) as bigint) as total,
            max(happened_on) as since
        from payment cross join payment_state
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        where payment.municipality_id = $1 and payment_state.municipality_id = $1
            and payment_state.payment_id = payment.payment_id and payment_state.state = payment.state
            and payment_state.reason = 'AM04' and payment.state in ('returned', 'rejected')
            and not exists (select 1 from payment as other where other.municipality_id = payment.municipality_id
                and other.due_id = payment.due_id and other.payment_id <> payment.payment_id
                and (other.state not in ('rejected', 'returned', 'recalled', 'cancelled')
                    or (other.state <> 'cancelled' and payment.payment_id < other.payment_id)))
            and not exists (select 1 from covered_payment
                where covered_payment.municipality_id = payment.municipality_id
                    and covered_payment.payment_id = payment.payment_id)
        group by bank_account_id order by bank_account_id";
    at.sql(SQL).all().await
}

/// What leaves an account: the payments that were approved or sent and are not booked yet, in cents.
pub async fn underway(at: &mut Snapshot, account: BankAccountId) -> Result<i64, StoreError> {
    const SQL: &str = "select cast(coalesce(sum(amount), 0) as bigint) from payment
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        where payment.municipality_id = $1 and bank_account_id = $2
            and payment.state in ('approved', 'instructed', 'sent', 'accepted')";
    Ok(at.sql(SQL).bind(account.0).one::<(i64,)>().await?.0)
}

/// The closing balance of the newest proved statement of each account.
pub async fn balances(at: &mut Snapshot) -> Result<BTreeMap<BankAccountId, Balance>, StoreError> {
    const SQL: &str = "select bank_account_id, closing_on, closing from current_statement
        where municipality_id = $1 order by closing_on, statement_id";
    let rows: Vec<(Uuid, NaiveDate, i64)> = at.sql(SQL).all().await?;
    let balance = |(account, on, closing): (Uuid, NaiveDate, i64)| {
        (BankAccountId(account), Balance { on, closing: money(closing) })
    };
    // of one account the last one stays
    Ok(rows.into_iter().map(balance).collect())
}

/// Keeps that finance says that an account carries what was refused on it; how many payments that sets free.
pub async fn confirm(change: &mut Change, account: BankAccountId) -> Result<u64, StoreError> {
    const SQL: &str = "insert into covered_payment (municipality_id, payment_id, covered_by, covered_on)
        select payment.municipality_id, payment.payment_id, $3, $4 from payment cross join payment_state
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        where payment.municipality_id = $1 and payment_state.municipality_id = $1
            and payment_state.payment_id = payment.payment_id and payment_state.state = payment.state
            and payment_state.reason = 'AM04' and bank_account_id = $2
            and payment.state in ('returned', 'rejected')
            and not exists (select 1 from covered_payment
                where covered_payment.municipality_id = payment.municipality_id
                    and covered_payment.payment_id = payment.payment_id)";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    change.sql(SQL).bind(account.0).bind(who).bind(today).run().await
}

/// The payments of which finance said that the account carries them.
pub async fn confirmed(at: &mut Snapshot) -> Result<BTreeSet<Uuid>, StoreError> {
    const SQL: &str = "select payment_id from covered_payment where municipality_id = $1 order by payment_id";
    Ok(at.sql(SQL).all::<(Uuid,)>().await?.into_iter().map(|(payment,)| payment).collect())
}
