//! Proposing runs: what must be paid now and was not, each thing once. A proposal is renewed while
//! nobody approved it.

mod lines;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{RunContent, Subject};
use grip_engine::calendar::{Month, TargetCalendar};
use grip_engine::id::{BankAccountId, HouseholdId, PayeeId, RunId};
use grip_engine::obligation::{CostKind, Payee};

use super::planning::{self, Planned, Rules, execution, months_with_right, rules};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::credit::{self, CreditFile};
use crate::store::household::{self, HouseholdFile};
use crate::store::payment::{self, HappenedRow, PaymentRow};
use crate::store::plan::{self as plans, Released};
use crate::store::run::{self, RunKey, RunRow};
use crate::store::{Change, Scope, Snapshot, Store};

/// Everything that decides what a run pays, read at one moment.
#[derive(Debug)]
pub struct Facts {
    today: NaiveDate,
    rules: Rules,
    files: Vec<HouseholdFile>,
    payees: BTreeMap<PayeeId, Payee>,
    credits: Vec<CreditFile>,
    released: Vec<Released>,
    attempted: BTreeSet<Subject>,
    payments: Vec<PaymentRow>,
    history: Vec<HappenedRow>,
    runs: Vec<RunRow>,
}

/// What a run should pay, with the plans it releases.
#[derive(Debug)]
pub struct Proposal {
    /// What the run is for.
    pub key: RunKey,
    /// What it pays.
    pub content: RunContent,
    /// The plans that are released with it.
    pub plans: Vec<(HouseholdId, Planned)>,
    /// The people who recorded what it pays.
    pub prepared_by: BTreeSet<String>,
    /// What should be paid but cannot, in words for the officer.
    pub problems: Vec<String>,
}

/// What proposing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposed {
    /// Runs that are new.
    pub new: usize,
    /// Proposals whose content was renewed.
    pub renewed: usize,
    /// What should be paid but cannot.
    pub problems: Vec<String>,
}

/// Reads what decides the runs of a day.
pub async fn facts(at: &mut Snapshot, today: NaiveDate) -> Result<Facts, FlowError> {
    let payments = payment::list(at, Scope::All).await?;
    Ok(Facts {
        today,
        attempted: payments.iter().map(PaymentRow::subject).collect::<Result<_, _>>()?,
        rules: rules(at, today).await?,
        files: household::files(at, Scope::All).await?,
        payees: household::payees(at).await?,
        credits: credit::files_on(at, Scope::All, today).await?,
        released: plans::released(at, Scope::All).await?,
        payments,
        history: payment::history(at, Scope::All).await?,
        runs: run::list(at).await?,
    })
}

/// Proposes what is due on or before today and was not proposed, and renews what nobody approved.
pub async fn propose(store: &Store, grant: &Grant) -> Result<Proposed, FlowError> {
    retry!(try_propose(store, grant))
}

async fn try_propose(store: &Store, grant: &Grant) -> Result<Proposed, FlowError> {
    let mut change = store.begin(grant, "runs").await?;
    let facts = facts(&mut change, grant.today()).await?;

    let proposals = facts.proposals();

    let mut done = Proposed::default();
    for proposal in &proposals {
        save(&mut change, proposal, &mut done).await?;
    }
    if 0 < done.new + done.renewed {
        change.commit().await?;
    }
    done.problems = proposals.into_iter().flat_map(|proposal| proposal.problems).collect();
    Ok(done)
}

async fn save(change: &mut Change, proposal: &Proposal, done: &mut Proposed) -> Result<(), FlowError> {
    let content = &proposal.content;
    let names: Vec<&str> = proposal.prepared_by.iter().map(String::as_str).collect();
    let prepared_by = names.join("\n");
    match run::by_key(change, &proposal.key).await? {
        None if content.lines.is_empty() => {}
        None => {
            let id = RunId(change.new_id());
            run::add(change, id, &proposal.key, content, &prepared_by).await?;
            done.new += 1;
        }
        Some(found) if found.state != "proposed" || found.content_hash == content.hash() => {}
        Some(found) if content.lines.is_empty() => {
            run::withdraw(change, found.id()).await?;
            done.renewed += 1;
        }
        Some(found) => {
            run::replace(change, found.id(), content, &prepared_by).await?;
            done.renewed += 1;
        }
    }
    Ok(())
}

impl Facts {
    /// Every run that should stand as a proposal now.
    pub fn proposals(&self) -> Vec<Proposal> {
        let accounts: BTreeSet<BankAccountId> = self.files.iter().map(|file| file.bank_account).collect();
        let mut proposals = Vec::new();
        for account in accounts {
            for month in self.months_to_pay(account) {
                proposals.push(self.monthly(account, month, execution(&self.rules, month, self.today)));
            }
            let (period, execution) = self.next_supplementary(account);
            proposals.push(self.supplementary(account, period, execution));
        }
        proposals
    }

    /// What this run should pay by what is recorded now, on the day it was proposed for. A later approval moves a
    /// payment only by the day on which its file is made.
    pub fn proposal_of(&self, found: &RunRow) -> Proposal {
        let account = found.bank_account_id.into();
        match found.period.parse() {
            Ok(month) if found.kind == "monthly" => self.monthly(account, month, found.execution_on),
            _ => self.supplementary(account, found.period.clone(), found.execution_on),
        }
    }

    fn on_account(&self, account: BankAccountId) -> impl Iterator<Item = &HouseholdFile> {
        self.files.iter().filter(move |file| file.bank_account == account)
    }

    /// The last month whose cut-off has come.
    fn last_month(&self) -> Month {
        let this = Month::of(self.today);
        if self.rules.policy.cut_off(this) <= self.today { this } else { this.previous() }
    }

    /// The months with a plan to release in a run of their own.
    fn months_to_pay(&self, account: BankAccountId) -> BTreeSet<Month> {
        let due = |file: &HouseholdFile| self.unreleased(file);
        let months: BTreeSet<Month> = self.on_account(account).flat_map(due).collect();
        months.into_iter().filter(|month| self.monthly_run_is_open(account, *month)).collect()
    }

    fn unreleased(&self, file: &HouseholdFile) -> Vec<Month> {
        let mut months = months_with_right(file, self.last_month());
        months.retain(|month| !self.is_released(file.household.id, *month));
        months
    }

    /// The months of a household that come before this one and were not released.
    fn open_before(&self, file: &HouseholdFile, month: Month) -> Vec<Month> {
        let mut months = self.unreleased(file);
        months.retain(|open| *open < month);
        months
    }

    /// A month of a household in the proposal that must be released first: its holiday allowance counts on.
    pub fn must_come_first(&self, proposal: &Proposal) -> Option<(String, Month)> {
        let is_in = |household, month| {
            proposal.plans.iter().any(|(id, planned)| *id == household && planned.plan.month == month)
        };
        let plannable = |file: &HouseholdFile, month: Month| {
            planning::plan(file, month, proposal.content.execution, &self.rules).is_ok()
        };
        proposal.plans.iter().find_map(|(household, planned)| {
            let file = self.files.iter().find(|file| file.household.id == *household)?;
            let open = self.open_before(file, planned.plan.month);
            let first =
                open.into_iter().find(|month| !is_in(*household, *month) && plannable(file, *month))?;
            Some((file.number.clone(), first))
        })
    }

    fn is_released(&self, household: HouseholdId, month: Month) -> bool {
        self.released.iter().any(|plan| plan.household == household && plan.month == month)
    }

    /// True until somebody approved the run of the month; what comes later goes in a supplementary run.
    fn monthly_run_is_open(&self, account: BankAccountId, month: Month) -> bool {
        let is_it = |run: &&RunRow| {
            run.bank_account_id == account.0 && run.kind == "monthly" && run.period == month.to_string()
        };
        self.runs.iter().find(is_it).is_none_or(|run| run.state == "proposed")
    }

    fn monthly(&self, account: BankAccountId, month: Month, execution: NaiveDate) -> Proposal {
        let key = RunKey { bank_account: account, kind: "monthly", period: month.to_string() };
        let mut proposal = Proposal::new(key, execution);
        for file in self.on_account(account) {
            if self.unreleased(file).contains(&month) {
                self.add_plan(&mut proposal, file, month);
            }
        }
        proposal
    }

    /// The supplementary run that nobody approved yet, or one for today.
    fn next_supplementary(&self, account: BankAccountId) -> (String, NaiveDate) {
        let is_open = |run: &&RunRow| {
            run.bank_account_id == account.0 && run.kind == "supplementary" && run.state == "proposed"
        };
        let open = self.runs.iter().find(is_open);
        let period = open.map_or_else(|| self.today.to_string(), |run| run.period.clone());
        let planned = open.map(|run| run.execution_on).filter(|on| self.today <= *on);
        (period, planned.unwrap_or_else(|| TargetCalendar.later(self.today, 1)))
    }

    /// Late plans, dues that came back and can be paid again, and tranches whose gate is open.
    fn supplementary(&self, account: BankAccountId, period: String, execution: NaiveDate) -> Proposal {
        let key = RunKey { bank_account: account, kind: "supplementary", period };
        let mut proposal = Proposal::new(key, execution);
        for file in self.on_account(account) {
            for month in self.unreleased(file) {
                if !self.monthly_run_is_open(account, month) {
                    self.add_plan(&mut proposal, file, month);
                }
            }
            self.add_waiting(&mut proposal, file);
            self.add_returned(&mut proposal, file);
            self.add_tranches(&mut proposal, file);
        }
        proposal
    }
}

impl Proposal {
    fn new(key: RunKey, execution: NaiveDate) -> Proposal {
        let content = RunContent { execution, lines: Vec::new() };
        Proposal { key, content, plans: Vec::new(), prepared_by: BTreeSet::new(), problems: Vec::new() }
    }
}

/// The Dutch word by which payees and clients know a cost.
pub fn cost_name(kind: CostKind) -> &'static str {
    match kind {
        CostKind::Rent => "huur",
        CostKind::HealthPremium => "zorgpremie",
        CostKind::Energy => "energie",
        CostKind::Water => "water",
        CostKind::Voluntary => "overig",
    }
}
