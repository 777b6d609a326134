//! Cover: what the bank refused because our own account held too little waits until finance says that the account is
//! covered, or until the newest proved statement shows it. Then it goes by itself, on the next open day: the only payment
//! that does.

use std::collections::BTreeSet;

use grip_engine::bank::cover::{Balance, Shortfall};
use grip_engine::id::BankAccountId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::municipality::{self, BankAccount};
use crate::store::{Snapshot, Store, StoreError, cover};

/// An account of ours that could not carry what was asked of it.
#[derive(Clone, Debug)]
pub struct Short {
    /// The account.
    pub account: BankAccount,
    /// How many payments wait.
    pub payments: i64,
    /// What waits, and what leaves the account besides.
    pub shortfall: Shortfall,
    /// The newest proved balance.
    pub balance: Option<Balance>,
}

impl Short {
    /// True when a statement shows that the account carries it by now.
    pub fn is_covered(&self) -> bool {
        self.balance.is_some_and(|balance| self.shortfall.is_carried_by(&balance))
    }
}

/// Which payments that were refused for want of money may be paid again.
#[derive(Clone, Debug, Default)]
pub struct Covered {
    /// Of which finance said so.
    payments: BTreeSet<Uuid>,
    /// The accounts of which a statement shows it, or on which nothing waits.
    accounts: BTreeSet<BankAccountId>,
    /// The accounts that wait.
    pub waiting: Vec<Short>,
}

impl Covered {
    /// True when a payment that was refused on an account may be paid again.
    pub fn may_go(&self, account: BankAccountId, payment: Uuid) -> bool {
        self.payments.contains(&payment) || self.accounts.contains(&account)
    }
}

/// The accounts that could not carry a payment that waits, of which finance said nothing yet.
pub async fn short(at: &mut Snapshot) -> Result<Vec<Short>, StoreError> {
    let rows = cover::short(at).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = municipality::bank_accounts(at).await?;
    let balances = cover::balances(at).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let account = accounts.iter().find(|account| account.id.0 == row.bank_account_id);
        let account = account.ok_or(StoreError::Missing)?.clone();
        let underway = Money::from_cents(cover::underway(at, account.id).await?);
        let waiting = Money::from_cents(row.total);
        let shortfall = Shortfall { since: row.since, waiting, underway };
        let balance = balances.get(&account.id).copied();
        found.push(Short { account, payments: row.payments, shortfall, balance });
    }
    Ok(found)
}

/// Which payments may be paid again, and what waits.
pub async fn covered(at: &mut Snapshot) -> Result<Covered, StoreError> {
    let (carried, waiting): (Vec<Short>, Vec<Short>) =
        short(at).await?.into_iter().partition(Short::is_covered);
    let accounts = carried.iter().map(|short| short.account.id).collect();
    Ok(Covered { payments: cover::confirmed(at).await?, accounts, waiting })
}

/// Says that an account carries what the bank refused on it; how many payments that sets free.
pub async fn confirm(store: &Store, grant: &Grant, account: BankAccountId) -> Result<u64, FlowError> {
    retry!(try_confirm(store, grant, account))
}

async fn try_confirm(store: &Store, grant: &Grant, account: BankAccountId) -> Result<u64, FlowError> {
    let mut change = store.begin(grant, format!("cover of account {}", account.0)).await?;
    let known = municipality::bank_accounts(&mut change).await?;
    if !known.iter().any(|known| known.id == account) {
        return Err(FlowError::NotFound { what: "bank account", id: account.0.to_string() });
    }
    let payments = cover::confirm(&mut change, account).await?;
    if 0 < payments {
        change.commit().await?;
    }
    Ok(payments)
}
