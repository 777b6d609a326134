//! The ledger's accounts and postings. The balances of households are kept beside the postings they follow
//! from; money that is nobody's in particular has none, so that no two changes wait for one row.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use grip_engine::id::{HouseholdId, LedgerAccountId, PaymentId, PostingId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::{Phase, Posting};
use grip_engine::money::Money;
use uuid::Uuid;

use super::db::Rows;
use super::plan::PlanRow;
use super::{Change, Scope, Snapshot, StoreError, meaning, money};
use crate::id::Ids;

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
    let (phase, ends, reverses) = phase_code(posting.phase());
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

/// The code of a phase, with the posting it ends and the one it reverses.
fn phase_code(phase: Phase) -> (&'static str, Option<PostingId>, Option<PostingId>) {
    match phase {
        Phase::Pending => ("pending", None, None),
        Phase::Posted { settles, reverses } => ("posted", settles, reverses),
        Phase::Void { ends } => ("void", Some(ends), None),
    }
}

/// Postings that are about to be kept, many at once, with the accounts they need. Each household's balance moves
/// once.
#[derive(Debug)]
pub struct Batch {
    known: BTreeMap<Purpose, LedgerAccountId>,
    moved: BTreeMap<Purpose, Money>,
    postings: Rows,
}

/// Postings with the accounts they need, ready to be kept.
#[derive(Debug)]
pub struct Postings {
    accounts: Rows,
    postings: Rows,
}

impl Batch {
    /// Postings in the accounts of these households, and in those that are nobody's in particular.
    pub async fn new(at: &mut Snapshot, households: Scope) -> Result<Batch, StoreError> {
        const SQL: &str = "select ledger_account_id, bank_account_id, kind, household_id from ledger_account
            where municipality_id = $1 and (household_id between $2 and $3 or household_id = $4)
            order by ledger_account_id";
        let rows: Vec<(Uuid, Uuid, String, Uuid)> =
            at.of_scope(SQL, households).bind(Uuid::nil()).all().await?;
        let mut known = BTreeMap::new();
        for (id, bank_account, kind, household) in rows {
            let purpose = Purpose {
                bank_account: bank_account.into(),
                kind: meaning("account", &kind, AccountKind::from_code(&kind))?,
                household: Some(HouseholdId(household))
                    .filter(|household| *household != HouseholdId(Uuid::nil())),
            };
            known.insert(purpose, id.into());
        }
        let postings = Rows::new(
            "posting (municipality_id, posting_id, from_id, to_id, amount, counts_on, phase, ends, reverses,
                payment_id, entry_id, cause)",
            11,
        );
        Ok(Batch { known, moved: BTreeMap::new(), postings })
    }

    /// Postings in accounts that are nobody's in particular. Those of households are told with [`Batch::know`].
    pub async fn of_nobody(at: &mut Snapshot) -> Result<Batch, StoreError> {
        Batch::new(at, Scope::One(Uuid::nil())).await
    }

    /// The account of a purpose, which exists.
    pub fn know(&mut self, purpose: Purpose, account: LedgerAccountId) {
        self.known.insert(purpose, account);
    }

    /// The account for a purpose; a new one is opened when the batch is kept.
    pub fn account(&mut self, ids: &Ids, purpose: Purpose) -> LedgerAccountId {
        self.moved.entry(purpose).or_default();
        *self.known.entry(purpose).or_insert_with(|| ids.next().into())
    }

    /// Adds a posting between two purposes.
    pub fn add(&mut self, posting: &Posting, (from, to): (Purpose, Purpose), cause: Cause<'_>) {
        let (phase, ends, reverses) = phase_code(posting.phase());
        if phase == "posted" {
            *self.moved.entry(from).or_default() -= posting.amount();
            *self.moved.entry(to).or_default() += posting.amount();
        }
        self.postings.push([
            posting.id().0.into(),
            posting.from().0.into(),
            posting.to().0.into(),
            posting.amount().cents().into(),
            posting.on().into(),
            phase.into(),
            ends.map(|id| id.0).into(),
            reverses.map(|id| id.0).into(),
            cause.payment.map(|id| id.0).into(),
            cause.entry.into(),
            cause.word.into(),
        ]);
    }

    /// Keeps them: accounts that are new are opened, balances of households move by what was posted.
    pub async fn save(mut self, change: &mut Change) -> Result<(), StoreError> {
        self.take().save(change).await
    }

    /// What was added so far; the batch goes on with the accounts it knows.
    pub fn take(&mut self) -> Postings {
        let mut accounts = Rows::new(
            "ledger_account (municipality_id, ledger_account_id, bank_account_id, kind, household_id, balance)",
            5,
        )
        .on_conflict(
            " on conflict (municipality_id, ledger_account_id)
                do update set balance = ledger_account.balance + excluded.balance",
        );
        for (purpose, moved) in &std::mem::take(&mut self.moved) {
            let Some(id) = self.known.get(purpose) else { continue };
            let household = purpose.household.map_or(Uuid::nil(), |household| household.0);
            let balance = purpose.household.map(|_| moved.cents());
            let (bank_account, kind) = (purpose.bank_account.0, purpose.kind.code());
            accounts.push([id.0.into(), bank_account.into(), kind.into(), household.into(), balance.into()]);
        }
        Postings { accounts, postings: self.postings.take() }
    }
}

impl Postings {
    /// Keeps them.
    pub async fn save(self, change: &mut Change) -> Result<(), StoreError> {
        change.insert(self.accounts).await?;
        change.insert(self.postings).await
    }
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
        where municipality_id = $1 and payment_id = $2 and phase = 'pending' and not exists (select 1
            from posting as later where later.municipality_id = posting.municipality_id
                and later.ends = posting.posting_id)";
    let row: PostingRow = at.sql(SQL).bind(payment.0).one().await?;
    rebuild(&row)
}

/// The posting by which a payment settled.
pub async fn settlement(at: &mut Snapshot, payment: PaymentId) -> Result<Posting, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, amount, counts_on, ends from posting
        where municipality_id = $1 and payment_id = $2 and phase = 'posted' and ends is not null
            and not exists (select 1 from posting as later where later.municipality_id = posting.municipality_id
                and later.reverses = posting.posting_id)";
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

/// The posting that keeps an entry apart which nothing explains, and that was not reversed.
pub async fn unexplained_of(
    at: &mut Snapshot,
    bank_account: Uuid,
    entry: Uuid,
) -> Result<Option<Posted>, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, amount, counts_on,
            source.kind as from_kind, source.household_id as from_household,
            target.kind as to_kind, target.household_id as to_household, cause, payment_id, entry_id
        from posting
        join ledger_account as source on source.municipality_id = posting.municipality_id
            and source.ledger_account_id = from_id
        join ledger_account as target on target.municipality_id = posting.municipality_id
            and target.ledger_account_id = to_id
        where posting.municipality_id = $1 and entry_id = $2 and cause = 'unexplained'
            and not exists (select 1 from posting as later
                where later.municipality_id = posting.municipality_id and later.reverses = posting.posting_id)";
    let rows: Vec<PostedRow> = at.sql(SQL).bind(entry).all().await?;
    let mut rows = rows.into_iter();
    match (rows.next(), rows.next()) {
        (Some(row), None) => posted(bank_account, row).map(Some),
        _ => Ok(None),
    }
}

/// A posting that moved money at once, such as an explanation.
pub async fn moved_at_once(at: &mut Snapshot, id: Uuid) -> Result<Option<Posting>, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, amount, counts_on, ends from posting
        where municipality_id = $1 and posting_id = $2 and phase = 'posted' and ends is null";
    let Some(row) = at.sql(SQL).bind(id).optional::<PostingRow>().await? else { return Ok(None) };
    let (id, amount) = (PostingId(row.posting_id), money(row.amount));
    sensible(Posting::posted(id, row.from_id.into(), row.to_id.into(), amount, row.counts_on)).map(Some)
}

/// A payment whose money is on its way, with the accounts it moves between.
#[derive(Clone, Copy, Debug)]
pub struct OnItsWay {
    /// The pending posting.
    pub posting: Posting,
    /// Where it comes from.
    pub from: Purpose,
    /// Where it goes.
    pub to: Purpose,
}

#[derive(sqlx::FromRow)]
struct OnItsWayRow {
    payment_id: Uuid,
    posting_id: Uuid,
    from_id: Uuid,
    to_id: Uuid,
    amount: i64,
    counts_on: NaiveDate,
    from_kind: String,
    from_household: Uuid,
    to_kind: String,
    to_household: Uuid,
}

/// The payments from a bank account whose money is on its way.
pub async fn on_its_way(
    at: &mut Snapshot,
    bank_account: Uuid,
) -> Result<HashMap<PaymentId, OnItsWay>, StoreError> {
    const SQL: &str =
        "select posting.payment_id as payment_id, posting_id, from_id, to_id, amount, counts_on,
            source.kind as from_kind, source.household_id as from_household,
            target.kind as to_kind, target.household_id as to_household
        from posting
        join ledger_account as source on source.municipality_id = posting.municipality_id
            and source.ledger_account_id = from_id
        join ledger_account as target on target.municipality_id = posting.municipality_id
            and target.ledger_account_id = to_id
        where posting.municipality_id = $1 and phase = 'pending' and payment_id is not null
            and source.bank_account_id = $2 and not exists (select 1 from posting as later
                where later.municipality_id = posting.municipality_id and later.ends = posting.posting_id)";
    let purpose = |kind: &str, household: Uuid| -> Result<Purpose, StoreError> {
        let household = (household != Uuid::nil()).then_some(HouseholdId(household));
        let kind = meaning("account", kind, AccountKind::from_code(kind))?;
        Ok(Purpose { bank_account: bank_account.into(), kind, household })
    };
    let known = |row: OnItsWayRow| {
        let (id, amount) = (PostingId(row.posting_id), money(row.amount));
        let posting = Posting::pending(id, row.from_id.into(), row.to_id.into(), amount, row.counts_on);
        let way = OnItsWay {
            posting: sensible(posting)?,
            from: purpose(&row.from_kind, row.from_household)?,
            to: purpose(&row.to_kind, row.to_household)?,
        };
        Ok((PaymentId(row.payment_id), way))
    };
    at.sql(SQL).bind(bank_account).all::<OnItsWayRow>().await?.into_iter().map(known).collect()
}

/// A posting that was posted and not reversed, with why and between which accounts.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The posting.
    pub posting: Posting,
    /// Where it came from.
    pub from: Purpose,
    /// Where it went.
    pub to: Purpose,
    /// Why.
    pub cause: String,
    /// The payment it moved.
    pub payment: Option<PaymentId>,
    /// The entry that said so.
    pub entry: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct PostedRow {
    posting_id: Uuid,
    from_id: Uuid,
    to_id: Uuid,
    amount: i64,
    counts_on: NaiveDate,
    from_kind: String,
    from_household: Uuid,
    to_kind: String,
    to_household: Uuid,
    cause: String,
    payment_id: Option<Uuid>,
    entry_id: Option<Uuid>,
}

/// What the entries of a statement posted and nothing reversed.
pub async fn of_statement(
    at: &mut Snapshot,
    bank_account: Uuid,
    statement: Uuid,
) -> Result<Vec<Posted>, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, posting.amount as amount, counts_on,
            source.kind as from_kind, source.household_id as from_household,
            target.kind as to_kind, target.household_id as to_household, cause, payment_id, posting.entry_id as entry_id
        from entry join posting on posting.municipality_id = entry.municipality_id
            and posting.entry_id = entry.entry_id and phase = 'posted' and reverses is null
        join ledger_account as source on source.municipality_id = posting.municipality_id
            and source.ledger_account_id = from_id
        join ledger_account as target on target.municipality_id = posting.municipality_id
            and target.ledger_account_id = to_id
        where entry.municipality_id = $1 and entry.statement_id = $2 and not exists (select 1 from posting as later
            where later.municipality_id = posting.municipality_id and later.reverses = posting.posting_id)
        order by posting_id";
    let rows: Vec<PostedRow> = at.sql(SQL).bind(statement).all().await?;
    rows.into_iter().map(|row| posted(bank_account, row)).collect()
}

/// What brought the opening balance of an account into the books.
pub async fn opening_balance(at: &mut Snapshot, bank_account: Uuid) -> Result<Vec<Posted>, StoreError> {
    const SQL: &str = "select posting_id, from_id, to_id, amount, counts_on,
            source.kind as from_kind, source.household_id as from_household,
            target.kind as to_kind, target.household_id as to_household, cause, payment_id, entry_id
        from posting
        join ledger_account as source on source.municipality_id = posting.municipality_id
            and source.ledger_account_id = from_id
        join ledger_account as target on target.municipality_id = posting.municipality_id
            and target.ledger_account_id = to_id
        where posting.municipality_id = $1 and source.bank_account_id = $2 and cause = 'opening balance'
            and not exists (select 1 from posting as later
                where later.municipality_id = posting.municipality_id and later.reverses = posting.posting_id)
        order by posting_id";
    let rows: Vec<PostedRow> = at.sql(SQL).bind(bank_account).all().await?;
    rows.into_iter().map(|row| posted(bank_account, row)).collect()
}

fn posted(bank_account: Uuid, row: PostedRow) -> Result<Posted, StoreError> {
    let purpose = |kind: &str, household: Uuid| -> Result<Purpose, StoreError> {
        let household = (household != Uuid::nil()).then_some(HouseholdId(household));
        let kind = meaning("account", kind, AccountKind::from_code(kind))?;
        Ok(Purpose { bank_account: bank_account.into(), kind, household })
    };
    let (id, amount) = (PostingId(row.posting_id), money(row.amount));
    let posting = Posting::posted(id, row.from_id.into(), row.to_id.into(), amount, row.counts_on);
    Ok(Posted {
        posting: sensible(posting)?,
        from: purpose(&row.from_kind, row.from_household)?,
        to: purpose(&row.to_kind, row.to_household)?,
        cause: row.cause,
        payment: row.payment_id.map(PaymentId),
        entry: row.entry_id,
    })
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

/// What lies in all accounts of a kind, by what was posted.
pub async fn lies_in(at: &mut Snapshot, kind: &str) -> Result<Money, StoreError> {
    const SQL: &str = "select cast(coalesce((select sum(amount) from posting
                join ledger_account on ledger_account.municipality_id = posting.municipality_id
                    and ledger_account_id = to_id
                where posting.municipality_id = $1 and phase = 'posted' and kind = $2), 0)
            - coalesce((select sum(amount) from posting
                join ledger_account on ledger_account.municipality_id = posting.municipality_id
                    and ledger_account_id = from_id
                where posting.municipality_id = $1 and phase = 'posted' and kind = $2), 0) as bigint)";
    Ok(money(at.sql(SQL).bind(kind.to_owned()).one::<(i64,)>().await?.0))
}

/// What is set apart in the budget of a household.
pub async fn budget_of(at: &mut Snapshot, purpose: Purpose) -> Result<Money, StoreError> {
    const SQL: &str = "select cast(coalesce(sum(balance), 0) as bigint) from ledger_account
        where municipality_id = $1 and bank_account_id = $2 and kind = $3 and household_id = $4";
    let household = purpose.household.map_or(Uuid::nil(), |household| household.0);
    let row = at.sql(SQL).bind(purpose.bank_account.0).bind(purpose.kind.code()).bind(household);
    Ok(money(row.one::<(i64,)>().await?.0))
}

#[derive(sqlx::FromRow)]
struct TakenBackRow {
    bank_account_id: Uuid,
    set_apart: i64,
    holiday_payout: i64,
    holiday_reserve: i64,
}

/// Takes back what a release set apart, of which nothing was sent.
pub async fn take_back(change: &mut Change, plan: &PlanRow) -> Result<(), StoreError> {
    const SQL: &str = "select bank_account_id, holiday_payout, holiday_reserve,
            cast(coalesce((select sum(amount) from plan_line where plan_line.municipality_id = plan.municipality_id
                and plan_line.plan_id = plan.plan_id and outcome = 'pay'), 0)
            + case when handed_over then 0 else living_money + holiday_payout end - withdrawn
            + coalesce((select sum(taken) from plan_withholding
                where plan_withholding.municipality_id = plan.municipality_id
                    and plan_withholding.plan_id = plan.plan_id and kind in ('cak', 'seizure')), 0) as bigint)
                as set_apart
        from plan join household on household.municipality_id = plan.municipality_id
            and household.household_id = plan.household_id
        where plan.municipality_id = $1 and plan_id = $2";
    let row: TakenBackRow = change.sql(SQL).bind(plan.plan_id).one().await?;
    let household = HouseholdId(plan.household_id);
    let purpose = |kind, own: bool| Purpose {
        bank_account: row.bank_account_id.into(),
        kind,
        household: own.then_some(household),
    };
    let (budget, reserve) =
        (purpose(AccountKind::HouseholdBudget, true), purpose(AccountKind::HolidayReserve, true));
    let funding = purpose(AccountKind::Funding, false);
    let moves = [
        (budget, reserve, row.holiday_payout),
        (budget, funding, row.set_apart - row.holiday_payout),
        (reserve, funding, row.holiday_reserve),
    ];
    for (from, to, cents) in moves.into_iter().filter(|(.., cents)| *cents != 0) {
        // what a release took out of an earlier one is set apart again
        let (from, to, cents) = if cents < 0 { (to, from, -cents) } else { (from, to, cents) };
        let (from, to) = (account(change, from).await?, account(change, to).await?);
        let id = PostingId(change.new_id());
        let posting = sensible(Posting::posted(id, from, to, money(cents), change.grant().today()))?;
        post(change, &posting, Cause { word: "taken back", ..Cause::default() }).await?;
    }
    Ok(())
}

/// Books a settled payment back to the household it was paid for, and again for another payment.
pub async fn rebook(
    change: &mut Change,
    wrong: PaymentId,
    right: PaymentId,
    from: Purpose,
    to_outside: LedgerAccountId,
) -> Result<(), StoreError> {
    let on = change.grant().today();
    let settled = settlement(change, wrong).await?;
    let back = sensible(settled.reverse(PostingId(change.new_id()), on))?;
    post(change, &back, Cause { word: "return", payment: Some(wrong), entry: None }).await?;
    let budget = account(change, from).await?;
    let id = PostingId(change.new_id());
    let pending = sensible(Posting::pending(id, budget, to_outside, settled.amount(), on))?;
    post(change, &pending, Cause { word: "payment", payment: Some(right), entry: None }).await?;
    let again = sensible(pending.settle(PostingId(change.new_id()), on))?;
    post(change, &again, Cause { word: "settlement", payment: Some(right), entry: None }).await
}
