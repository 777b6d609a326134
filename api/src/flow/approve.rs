//! Approving a run: a second person signs what was shown. What it pays becomes money on its way.

use grip_engine::bank::payment_run::{ApprovalError, RunLine, Signature, Subject};
use grip_engine::id::{BankAccountId, HouseholdId, LedgerAccountId, PaymentId, PostingId, RunId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::Posting;
use grip_engine::money::Money;

use super::planning::Planned;
use super::propose::{Proposal, facts};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::ledger::{self, Cause};
use crate::store::run::RunRow;
use crate::store::{Change, Store, StoreError, payment, plan, run};

/// Approves a run on the hash of what was shown. Of two people at once, one succeeds.
pub async fn approve(store: &Store, grant: &Grant, run: RunId, shown_hash: &str) -> Result<(), FlowError> {
    retry!(try_approve(store, grant, run, shown_hash))
}

async fn try_approve(store: &Store, grant: &Grant, id: RunId, shown_hash: &str) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("run {id}")).await?;
    let found = run::get(&mut change, id).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "run", id: id.to_string() })?;
    if found.state != "proposed" {
        return Err(FlowError::AlreadyApproved);
    }
    let facts = facts(&mut change, found.proposed_on).await?;

    let proposal = facts.proposal_of(&found);
    if found.content_hash != shown_hash {
        return Err(ApprovalError::Changed.into());
    }
    if let Some((household, month)) = facts.must_come_first(&proposal) {
        return Err(FlowError::EarlierFirst { household, month });
    }
    let preparers: Vec<String> = proposal.prepared_by.iter().cloned().chain(found.preparers()).collect();
    let signature = Signature { by: grant.who().to_owned(), hash: shown_hash.to_owned() };
    let approved = proposal.content.clone().approve(&preparers, &signature)?;

    if !run::move_on(&mut change, id, "proposed", "approved").await? {
        return Err(FlowError::AlreadyApproved);
    }
    run::add_approval(&mut change, id, shown_hash).await.map_err(|error| match error {
        StoreError::Exists => FlowError::AlreadyApproved,
        error => error.into(),
    })?;
    release_plans(&mut change, &found, &proposal).await?;
    for line in &approved.content().lines {
        pay(&mut change, &found, line).await?;
    }
    Ok(change.commit().await?)
}

async fn release_plans(change: &mut Change, found: &RunRow, proposal: &Proposal) -> Result<(), FlowError> {
    for (household, planned) in &proposal.plans {
        plan::add(change, *household, found.id(), &planned.benefit, &planned.plan).await?;
        let books = Books { bank_account: found.bank_account_id.into(), household: *household };
        books.grant(change, planned).await?;
    }
    Ok(())
}

async fn pay(change: &mut Change, found: &RunRow, line: &RunLine) -> Result<(), FlowError> {
    let books = Books { bank_account: found.bank_account_id.into(), household: line.household };
    let (due, again) = match payment::due_of(change, line.subject).await? {
        Some((due, last)) => (due, last),
        None => (payment::add_due(change, line).await?, None),
    };
    let payment = payment::add(change, found.id(), due, line, again).await?;
    let source = match line.subject {
        Subject::FixedCost(..) | Subject::LivingMoney(..) => AccountKind::HouseholdBudget,
        Subject::Tranche(_) => AccountKind::FurnishingCredit,
    };
    match (again, line.subject) {
        (Some(_), _) => {
            books.move_money(change, AccountKind::ReturnedMoney, source, line.amount, "reissue").await?;
        }
        (None, Subject::Tranche(_)) => {
            books.move_money(change, AccountKind::Funding, source, line.amount, "tranche").await?;
        }
        (None, _) => {}
    }
    books.send(change, source, line, payment).await
}

/// The ledger of one household at one bank account.
struct Books {
    bank_account: BankAccountId,
    household: HouseholdId,
}

impl Books {
    async fn account(&self, change: &mut Change, kind: AccountKind) -> Result<LedgerAccountId, FlowError> {
        let own = !matches!(kind, AccountKind::Outside | AccountKind::Funding | AccountKind::Unexplained);
        let household = own.then_some(self.household);
        Ok(ledger::account(change, Purpose { bank_account: self.bank_account, kind, household }).await?)
    }

    /// The benefit of the month is set apart for the household, and with it the holiday allowance.
    async fn grant(&self, change: &mut Change, planned: &Planned) -> Result<(), FlowError> {
        let benefit = &planned.benefit;
        let (funding, budget, reserve) =
            (AccountKind::Funding, AccountKind::HouseholdBudget, AccountKind::HolidayReserve);
        self.move_money(change, funding, budget, benefit.payable, "benefit").await?;
        self.move_money(change, funding, reserve, benefit.holiday_reserve, "holiday reserve").await?;
        self.move_money(change, reserve, budget, benefit.holiday_payout, "holiday payout").await
    }

    #[expect(clippy::too_many_arguments, reason = "from, to, how much and why are what a posting is")]
    async fn move_money(
        &self,
        change: &mut Change,
        from: AccountKind,
        to: AccountKind,
        amount: Money,
        word: &str,
    ) -> Result<(), FlowError> {
        if !amount.is_positive() {
            return Ok(());
        }
        let (from, to) = (self.account(change, from).await?, self.account(change, to).await?);
        let posting = Posting::posted(PostingId(change.new_id()), from, to, amount, change.grant().today())?;
        Ok(ledger::post(change, &posting, Cause { word, ..Cause::default() }).await?)
    }

    async fn send(
        &self,
        change: &mut Change,
        source: AccountKind,
        line: &RunLine,
        payment: PaymentId,
    ) -> Result<(), FlowError> {
        let from = self.account(change, source).await?;
        let to = self.account(change, AccountKind::Outside).await?;
        let posting =
            Posting::pending(PostingId(change.new_id()), from, to, line.amount, change.grant().today())?;
        let cause = Cause { word: "payment", payment: Some(payment), entry: None };
        Ok(ledger::post(change, &posting, cause).await?)
    }
}
