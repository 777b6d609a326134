//! Approving a run: a second person signs what was shown; the total decides how many must. What it pays becomes
//! money on its way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{ApprovalError, RunLine, Signature, Subject};
use grip_engine::household::Household;
use grip_engine::household::withholding::DeductionKind;
use grip_engine::id::{BankAccountId, HouseholdId, PaymentId, PostingId, RunId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::Posting;
use grip_engine::money::Money;
use grip_engine::policy::LivingMoneyPayer;
use grip_engine::relief::Cover;
use grip_engine::schedule::Due;
use uuid::Uuid;

use super::planning::{Open, Planned, Rules, rules};
use super::propose::{Facts, Proposal, Release, facts};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::ledger::{self, Cause};
use crate::store::payment::{self, KnownDue};
use crate::store::plan::{self, NewPlan, NewRelease};
use crate::store::run::RunRow;
use crate::store::{Change, Scope, Snapshot, Store, StoreError, household, run};

/// What an approval did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    /// The run is approved: everything it pays is money on its way.
    Whole,
    /// So many more must sign.
    Waits(usize),
}

/// Who must sign a run, by the policy of a day and its total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// How many persons in all.
    pub persons: usize,
    /// How many more.
    pub more: usize,
    /// Who may; everybody whose role allows it when nobody is named.
    pub names: Vec<String>,
    /// Who may in their place.
    pub substitutes: Vec<String>,
}

/// Who must sign a run, with those who signed what it holds now.
pub async fn needed(at: &mut Snapshot, found: &RunRow, today: NaiveDate) -> Result<Needed, FlowError> {
    let rules = rules(at).await?;
    let total: Money = run::lines(at, found.id()).await?.iter().map(|line| line.amount).sum();
    let approvals = run::approvals(at, found.id()).await?;
    let signed: BTreeSet<&str> = approvals
        .iter()
        .filter(|approval| approval.content_hash == found.content_hash)
        .filter(|approval| !found.preparers().contains(&approval.name))
        .map(|approval| approval.name.as_str())
        .collect();
    let tier = rules.policy_on(today).approval_of(total);
    Ok(Needed {
        persons: tier.persons,
        more: tier.persons.saturating_sub(signed.len()),
        names: tier.names.clone(),
        substitutes: tier.substitutes.clone(),
    })
}

/// Approves a run on the hash of what was shown. Of two people at once, one succeeds.
pub async fn approve(
    store: &Store,
    grant: &Grant,
    run: RunId,
    shown_hash: &str,
) -> Result<Approved, FlowError> {
    retry!(try_approve(store, grant, run, shown_hash))
}

async fn try_approve(
    store: &Store,
    grant: &Grant,
    id: RunId,
    shown_hash: &str,
) -> Result<Approved, FlowError> {
    let mut change = store.begin(grant, format!("run {id}")).await?;
    let found = run::get(&mut change, id).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "run", id: id.to_string() })?;
    if found.state != "proposed" {
        return Err(FlowError::AlreadyApproved);
    }
    if found.content_hash != shown_hash {
        return Err(ApprovalError::Changed.into());
    }
    // what is due was decided when it was proposed; what is known about it is checked again now
    let facts = facts(&mut change, found.proposed_on, grant.today()).await?;
    let proposal = facts.proposal_of(&mut change, &found).await?;
    if let Some((household, month)) = &proposal.waits_for {
        return Err(FlowError::EarlierFirst { household: household.clone(), month: *month });
    }
    let preparers: Vec<String> = proposal.prepared_by.iter().cloned().chain(found.preparers()).collect();
    let Proposal { content, releases, .. } = proposal;
    let tier = facts.rules().policy_on(grant.today()).approval_of(content.total());
    if !tier.admits(grant.who()) {
        return Err(ApprovalError::NotNamed.into());
    }
    let mine = Signature { by: grant.who().to_owned(), hash: shown_hash.to_owned() };
    let mut signatures = signatures(&mut change, id, shown_hash).await?;
    let signed_before = signatures.contains(&mine);
    signatures.push(mine);

    let approved = content.approve(&preparers, &signatures, tier.persons);

    if signed_before {
        return Err(FlowError::AlreadyApproved);
    }
    let approved = match approved {
        Err(ApprovalError::Missing(more)) => {
            sign(&mut change, id, shown_hash).await?;
            // of two who sign at once the second is tried again, and counts the first
            run::touch(&mut change, id).await?;
            change.commit().await?;
            return Ok(Approved::Waits(more));
        }
        approved => approved?,
    };
    sign(&mut change, id, shown_hash).await?;
    if !run::move_on(&mut change, id, "proposed", "approved").await? {
        return Err(FlowError::AlreadyApproved);
    }
    let lines = approved.into_content().lines;
    Releasing { facts: &facts, run: &found }.release(&mut change, releases, lines).await?;
    change.commit().await?;
    Ok(Approved::Whole)
}

/// Keeps the signature.
async fn sign(change: &mut Change, id: RunId, hash: &str) -> Result<(), FlowError> {
    run::add_approval(change, id, hash).await.map_err(|error| match error {
        StoreError::Exists => FlowError::AlreadyApproved,
        error => error.into(),
    })
}

/// Who signed this content.
async fn signatures(change: &mut Change, id: RunId, hash: &str) -> Result<Vec<Signature>, StoreError> {
    let approvals = run::approvals(change, id).await?;
    let of_content = approvals.into_iter().filter(|approval| approval.content_hash == hash);
    Ok(of_content.map(|approval| Signature { by: approval.name, hash: approval.content_hash }).collect())
}

/// A run that is being released, some households at a time.
struct Releasing<'a> {
    facts: &'a Facts,
    run: &'a RunRow,
}

/// What belongs to one household.
#[derive(Default)]
struct OfHousehold {
    releases: Vec<Release>,
    lines: Vec<RunLine>,
}

impl Releasing<'_> {
    async fn release(
        &self,
        change: &mut Change,
        releases: Vec<Release>,
        lines: Vec<RunLine>,
    ) -> Result<(), FlowError> {
        let mut households: BTreeMap<Uuid, OfHousehold> = BTreeMap::new();
        for release in releases {
            households.entry(release.household).or_default().releases.push(release);
        }
        for line in lines {
            households.entry(line.household.0).or_default().lines.push(line);
        }
        for scope in self.facts.scopes() {
            let Scope::Between(low, high) = scope else { continue };
            let ids: Vec<Uuid> = households.range(low..=high).map(|(id, _)| *id).collect();
            let some = ids.iter().filter_map(|id| Some((*id, households.remove(id)?))).collect();
            self.release_some(change, scope, some).await?;
        }
        Ok(())
    }

    async fn release_some(
        &self,
        change: &mut Change,
        scope: Scope,
        some: Vec<(Uuid, OfHousehold)>,
    ) -> Result<(), FlowError> {
        let today = change.grant().today();
        household::touch(change, scope).await?;
        let files = household::files_on(change, scope, today).await?;
        let known_dues = payment::known_dues(change, scope).await?;
        let mut plans = plan::Batch::new(self.run.id(), today);
        let mut payments = payment::Batch::new(self.run.id(), today);
        let mut books = Books {
            bank_account: self.run.bank_account_id.into(),
            today,
            postings: ledger::Batch::new(change, scope).await?,
        };
        for (id, of_household) in some {
            let file = files.iter().find(|file| file.household.id.0 == id).ok_or(StoreError::Missing)?;
            for release in &of_household.releases {
                self.keep(change, &mut plans, &file.household, release);
                books.grant(change, self.facts.rules(), file.household.id, &release.what)?;
            }
            for line in &of_household.lines {
                books.pay(change, &mut payments, &known_dues, line)?;
            }
        }
        plans.save(change).await?;
        payments.save(change).await?;
        Ok(books.postings.save(change).await?)
    }

    fn keep(&self, change: &Change, plans: &mut plan::Batch, household: &Household, release: &Release) {
        let execution = self.run.execution_on;
        let legal_basis = |due: &Due| {
            let on = due.execution.max(execution);
            Cover::legal_basis(household, due.kind, due.member, on).unwrap_or_default()
        };
        let (month, what) = match &release.what {
            Open::Plan(planned) => (planned.plan.month, NewPlan::Plan(&planned.benefit, &planned.plan)),
            Open::More { month, supplement } => (*month, NewPlan::Supplement(supplement)),
            Open::Less { .. } => return,
        };
        let (household, number) = (household.id, release.number);
        let (shares, legal_basis) = (release.shares.as_slice(), &legal_basis);
        let payer = self.facts.rules().policy_of(month).living_money_payer;
        let handed_over = payer == LivingMoneyPayer::BenefitSystem;
        plans.add(
            change.new_id(),
            &NewRelease { household, month, number, what, shares, handed_over, legal_basis },
        );
    }
}

/// The ledger of one bank account of the municipality.
struct Books {
    bank_account: BankAccountId,
    today: NaiveDate,
    postings: ledger::Batch,
}

impl Books {
    /// What is released is set apart for the household; what is withheld for the municipality stays with it.
    fn grant(
        &mut self,
        change: &Change,
        rules: &Rules,
        household: HouseholdId,
        open: &Open,
    ) -> Result<(), FlowError> {
        use AccountKind::{Funding, HolidayReserve, HouseholdBudget};
        let moves = match open {
            Open::Plan(planned) => {
                let Planned { benefit, plan, .. } = &**planned;
                let policy = rules.policy_of(plan.month);
                let is_ours = policy.living_money_payer == LivingMoneyPayer::Product;
                let kept = plan.withheld.iter().filter(|withheld| stays(withheld.kind));
                let kept: Money = kept.map(|withheld| withheld.taken).sum();
                let handed_over = if is_ours { Money::ZERO } else { plan.to_household() };
                vec![
                    (Funding, HouseholdBudget, benefit.after_advance(), "benefit"),
                    (Funding, HouseholdBudget, benefit.bridge, "bridge"),
                    (Funding, HolidayReserve, benefit.holiday_reserve, "holiday reserve"),
                    (HolidayReserve, HouseholdBudget, benefit.holiday_payout, "holiday payout"),
                    (HouseholdBudget, Funding, kept, "withheld"),
                    (HouseholdBudget, Funding, handed_over, "handed over"),
                ]
            }
            Open::More { month, supplement } => {
                let is_ours = rules.policy_of(*month).living_money_payer == LivingMoneyPayer::Product;
                let lines: Money = supplement.lines.iter().map(|due| due.amount).sum();
                // what is withdrawn was set apart before
                let more = lines + supplement.living_money - supplement.back();
                let payout = supplement.holiday_payout;
                let handed_over = if is_ours { Money::ZERO } else { supplement.living_money + payout };
                vec![
                    (Funding, HouseholdBudget, more.or_zero(), "supplement"),
                    (Funding, HolidayReserve, supplement.holiday_reserve, "holiday reserve"),
                    (HolidayReserve, HouseholdBudget, payout, "holiday payout"),
                    (HouseholdBudget, Funding, (-more).or_zero(), "withdrawn"),
                    (HouseholdBudget, Funding, handed_over, "handed over"),
                ]
            }
            Open::Less { .. } => Vec::new(),
        };
        for (from, to, amount, word) in moves {
            self.move_money(change, household, (from, to, word), amount)?;
        }
        Ok(())
    }

    fn pay(
        &mut self,
        change: &Change,
        payments: &mut payment::Batch,
        known: &BTreeMap<Subject, KnownDue>,
        line: &RunLine,
    ) -> Result<(), FlowError> {
        let known = known.get(&line.subject);
        let due = known.map_or_else(|| change.new_id().into(), |known| known.due);
        if known.is_none() {
            payments.add_due(due.0, line);
        }
        let payment = change.new_id();
        payments.add(payment, due, line, known.and_then(|known| known.last));
        let source = match line.subject {
            Subject::FixedCost(..) | Subject::Withholding(..) | Subject::LivingMoney(..) => {
                AccountKind::HouseholdBudget
            }
            Subject::Tranche(_) => AccountKind::FurnishingCredit,
        };
        let from = match (known, line.subject) {
            (Some(known), _) if known.came_back => Some((AccountKind::ReturnedMoney, "reissue")),
            // what was taken back before it was sent went back to the municipality
            (_, Subject::Tranche(_)) => Some((AccountKind::Funding, "tranche")),
            _ => None,
        };
        if let Some((from, word)) = from {
            self.move_money(change, line.household, (from, source, word), line.amount)?;
        }
        self.send(change, source, line, PaymentId(payment))
    }

    fn purpose(&self, household: HouseholdId, kind: AccountKind) -> Purpose {
        let own = !matches!(kind, AccountKind::Outside | AccountKind::Funding | AccountKind::Unexplained);
        Purpose { bank_account: self.bank_account, kind, household: own.then_some(household) }
    }

    fn move_money(
        &mut self,
        change: &Change,
        household: HouseholdId,
        (from, to, word): (AccountKind, AccountKind, &str),
        amount: Money,
    ) -> Result<(), FlowError> {
        if !amount.is_positive() {
            return Ok(());
        }
        let purposes = (self.purpose(household, from), self.purpose(household, to));
        let (from, to) = (
            self.postings.account(change.ids(), purposes.0),
            self.postings.account(change.ids(), purposes.1),
        );
        let posting = Posting::posted(PostingId(change.new_id()), from, to, amount, self.today)?;
        self.postings.add(&posting, purposes, Cause { word, ..Cause::default() });
        Ok(())
    }

    fn send(
        &mut self,
        change: &Change,
        source: AccountKind,
        line: &RunLine,
        payment: PaymentId,
    ) -> Result<(), FlowError> {
        let purposes =
            (self.purpose(line.household, source), self.purpose(line.household, AccountKind::Outside));
        let (from, to) = (
            self.postings.account(change.ids(), purposes.0),
            self.postings.account(change.ids(), purposes.1),
        );
        let posting = Posting::pending(PostingId(change.new_id()), from, to, line.amount, self.today)?;
        let cause = Cause { word: "payment", payment: Some(payment), entry: None };
        self.postings.add(&posting, purposes, cause);
        Ok(())
    }
}

/// What is withheld stays with the municipality, unless a bailiff or the CAK is paid.
fn stays(kind: DeductionKind) -> bool {
    !kind.goes_to_a_payee()
}
