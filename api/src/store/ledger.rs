//! The ledger's accounts and postings. The balances of households are kept beside the postings they follow
//! from; money that is nobody's in particular has none, so that no two changes wait for one row.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::id::{HouseholdId, LedgerAccountId, PaymentId, PostingId};
use grip_engine::ledger::account::Purpose;
use grip_engine::ledger::posting::{Phase, Posting};
use grip_engine::money::Money;
use uuid::Uuid;

use super::{Change, Snapshot, StoreError, money};

/// Why a posting exists.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cause<'a> {
    /// In one word: grant, reserve, payment, settlement, return …
    pub word: &'a str,
    /// The payment it moves.
    pub payment: Option<PaymentId>,
    /// The statement entry that says so.
    pub entry: Option<Uuid>,
}

/// The account for a purpose; it is opened when it is first needed.
pub async fn account(change: &mut Change, purpose: Purpose) -> Result<LedgerAccountId, StoreError> {
    const FIND: &str = "select ledger_account_id from ledger_account
        where municipality_id = $1 and bank_account_id = $2 and kind = $3 and household_id = $4";
    const ADD: &str = "insert into ledger_account
            (municipality_id, ledger_account_id, bank_account_id, kind, household_id, balance)
        values ($1, $2, $3, $4, $5, $6)";
    let household = purpose.household.map_or(Uuid::nil(), |household| household.0);
    let (bank_account, kind) = (purpose.bank_account.0, purpose.kind.code());
    let found = change.sql(FIND).bind(bank_account).bind(kind).bind(household).optional::<(Uuid,)>().await?;
    if let Some((id,)) = found {
        return Ok(id.into());
    }
    let id = change.new_id();
    let balance = purpose.household.map(|_| 0_i64);
    change.sql(ADD).bind(id).bind(bank_account).bind(kind).bind(household).bind(balance).run().await?;
    Ok(id.into())
}

/// The household whose money an account holds.
pub async fn household_of(at: &mut Snapshot, account: LedgerAccountId) -> Result<HouseholdId, StoreError> {
    const SQL: &str =
        "select household_id from ledger_account where municipality_id = $1 and ledger_account_id = $2";
    at.sql(SQL).bind(account.0).one::<(Uuid,)>().await.map(|(household,)| household.into())
}

/// Adds a posting; the database refuses to end or reverse the same posting twice.
pub async fn post(change: &mut Change, posting: &Posting, cause: Cause<'_>) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into posting (municipality_id, posting_id, from_id, to_id, amount, counts_on, phase, ends,
            reverses, payment_id, entry_id, cause)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let (phase, ends, reverses) = match posting.phase() {
        Phase::Pending => ("pending", None, None),
        Phase::Posted { settles, reverses } => ("posted", settles, reverses),
    };
    let row = change.sql(SQL).bind(posting.id().0).bind(posting.from().0).bind(posting.to().0);
    let row = row.bind(posting.amount().cents()).bind(posting.on()).bind(phase);
    let row = row.bind(ends.map(|id| id.0)).bind(reverses.map(|id| id.0)).bind(cause.payment.map(|id| id.0));
    row.bind(cause.entry).bind(cause.word.to_owned()).run().await?;
    if phase == "posted" {
        add_to_balance(change, posting.from(), -posting.amount()).await?;
        add_to_balance(change, posting.to(), posting.amount()).await?;
    }
    Ok(())
}

async fn add_to_balance(
    change: &mut Change,
    account: LedgerAccountId,
    amount: Money,
) -> Result<(), StoreError> {
    const SQL: &str = "update ledger_account set balance = balance + $3
        where municipality_id = $1 and ledger_account_id = $2 and balance is not null";
    change.sql(SQL).bind(account.0).bind(amount.cents()).run().await.map(drop)
}

#[derive(sqlx::FromRow)]
struct PostingRow {
    posting_id: Uuid,
    from_id: Uuid,
    to_id: Uuid,
    amount: i64,
    counts_on: NaiveDate,
    ends: Option<Uuid>,
}

/// The pending posting of a payment.
pub async fn pending(at: &mut Snapshot, payment: PaymentId) -> Result<Posting, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, amount, counts_on, ends from posting
        where municipality_id = $1 and payment_id = $2 and phase = 'pending'";
    let row: PostingRow = at.sql(SQL).bind(payment.0).one().await?;
    rebuild(&row)
}

/// The posting by which a payment settled.
pub async fn settlement(at: &mut Snapshot, payment: PaymentId) -> Result<Posting, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, amount, counts_on, ends from posting
        where municipality_id = $1 and payment_id = $2 and phase = 'posted' and ends is not null";
    let row: PostingRow = at.sql(SQL).bind(payment.0).one().await?;
    let pending = rebuild(&PostingRow { posting_id: row.ends.ok_or(StoreError::Missing)?, ..row })?;
    sensible(pending.settle(row.posting_id.into(), row.counts_on))
}

/// The posting that keeps a payment's early return apart.
pub async fn kept_apart(at: &mut Snapshot, payment: PaymentId, entry: Uuid) -> Result<Posting, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, amount, counts_on, ends from posting
        where municipality_id = $1 and payment_id = $2 and entry_id = $3 and cause = 'early return'";
    let row: PostingRow = at.sql(SQL).bind(payment.0).bind(entry).one().await?;
    let (id, amount) = (PostingId(row.posting_id), money(row.amount));
    sensible(Posting::posted(id, row.from_id.into(), row.to_id.into(), amount, row.counts_on))
}

fn rebuild(row: &PostingRow) -> Result<Posting, StoreError> {
    let (id, amount) = (PostingId(row.posting_id), money(row.amount));
    sensible(Posting::pending(id, row.from_id.into(), row.to_id.into(), amount, row.counts_on))
}

fn sensible<E: std::fmt::Display>(posting: Result<Posting, E>) -> Result<Posting, StoreError> {
    posting.map_err(|error| StoreError::Meaning { what: "posting", text: error.to_string() })
}

/// What came back and waits, by household, over all bank accounts.
pub async fn returned_money(at: &mut Snapshot) -> Result<BTreeMap<HouseholdId, Money>, StoreError> {
    const SQL: &str = "select household_id, cast(sum(balance) as bigint) as balance from ledger_account
        where municipality_id = $1 and kind = 'returned_money' group by household_id order by household_id";
    let rows: Vec<(Uuid, i64)> = at.sql(SQL).all().await?;
    Ok(rows.into_iter().map(|(household, cents)| (household.into(), money(cents))).collect())
}
