//! Proposing runs: what must be paid now and was not, each thing once. A proposal is renewed while
//! nobody approved it. Households are read some at a time, so that memory does not grow with their number.

mod lines;
mod target;
mod unpaid;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::payment_run::RunContent;
use grip_engine::calendar::Month;
use grip_engine::id::{BankAccountId, PayeeId, RunId};
use grip_engine::obligation::CostKind;
use grip_engine::payee::Payee;
use uuid::Uuid;

use super::cover::{self, Covered};
use super::planning::{Dossier, Open, Rules, dossiers, rules};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::household;
use crate::store::run::{self, RunKey, RunRow};
use crate::store::{Change, Scope, Snapshot, Store};
use unpaid::Unpaid;

/// How many households are read at once.
const AT_ONCE: usize = 500;

/// What decides all runs of a day, but for the households.
#[derive(Debug)]
pub struct Facts {
    /// The day on which it is decided what is due.
    today: NaiveDate,
    /// What was recorded later does not count.
    known_on: NaiveDate,
    rules: Rules,
    payees: BTreeMap<PayeeId, Payee>,
    runs: Vec<RunRow>,
    households: Vec<Uuid>,
    /// What was refused for want of money and may be paid again.
    covered: Covered,
}

/// What a run should pay, with what is released by it.
#[derive(Debug)]
pub struct Proposal {
    /// What the run is for.
    pub key: RunKey,
    /// What it pays.
    pub content: RunContent,
    /// What is released with it.
    pub releases: Vec<Release>,
    /// The people who recorded what it pays.
    pub prepared_by: BTreeSet<String>,
    /// A household of which an earlier month stands in another run, with that month.
    pub waits_for: Option<(String, Month)>,
}

/// A plan or supplement that a run releases for a household.
#[derive(Debug)]
pub struct Release {
    /// The household, by the place of its dossier in the reading.
    pub household: Uuid,
    /// What is released.
    pub what: Open,
    /// The number it gets.
    pub number: u32,
    /// Its living money by adult and day.
    pub shares: Vec<crate::store::plan::SharePart>,
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

/// Everything that should stand as a proposal.
#[derive(Debug, Default)]
pub struct Proposals {
    /// By account, kind and period.
    runs: BTreeMap<(BankAccountId, &'static str, String), Proposal>,
    /// What should be paid but cannot, and what must be looked at, in words for who runs the day's work.
    pub problems: Vec<String>,
    /// What should be paid but cannot.
    unpaid: Vec<Unpaid>,
}

/// Reads what decides the runs of a day, with what was recorded until another.
pub async fn facts(at: &mut Snapshot, today: NaiveDate, known_on: NaiveDate) -> Result<Facts, FlowError> {
    Ok(Facts {
        today,
        known_on,
        rules: rules(at).await?,
        payees: household::payees(at).await?,
        runs: run::list(at).await?,
        households: household::ids(at).await?,
        covered: cover::covered(at).await?,
    })
}

/// Proposes what is due on or before today and was not proposed, and renews what nobody approved.
pub async fn propose(store: &Store, grant: &Grant) -> Result<Proposed, FlowError> {
    retry!(try_propose(store, grant))
}

async fn try_propose(store: &Store, grant: &Grant) -> Result<Proposed, FlowError> {
    let mut change = store.begin(grant, "runs").await?;
    let facts = facts(&mut change, grant.today(), grant.today()).await?;

    let proposals = facts.proposals(&mut change).await?;

    let mut done = Proposed { problems: proposals.problems, ..Proposed::default() };
    let has_changed = unpaid::keep(&mut change, &proposals.unpaid).await?;
    for proposal in proposals.runs.into_values() {
        save(&mut change, &proposal, &mut done).await?;
    }
    if has_changed || 0 < done.new + done.renewed {
        change.commit().await?;
    }
    Ok(done)
}

async fn save(change: &mut Change, proposal: &Proposal, done: &mut Proposed) -> Result<(), FlowError> {
    let content = &proposal.content;
    let names: Vec<&str> = proposal.prepared_by.iter().map(String::as_str).collect();
    let prepared_by = names.join("\n");
    match run::by_key(change, &proposal.key).await? {
        None if content.is_empty() => {}
        None => {
            let id = RunId(change.new_id());
            run::add(change, id, &proposal.key, content, &prepared_by).await?;
            done.new += 1;
        }
        Some(found) if found.state != "proposed" || found.content_hash == content.hash() => {}
        Some(found) if content.is_empty() && run::approvals(change, found.id()).await?.is_empty() => {
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
    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Every run that should stand as a proposal now, and every open one of which nothing is left.
    pub async fn proposals(&self, at: &mut Snapshot) -> Result<Proposals, FlowError> {
        let mut proposals = Proposals::default();
        for short in &self.covered.waiting {
            proposals.uncovered(short);
        }
        for open in self.runs.iter().filter(|run| run.state == "proposed") {
            proposals.at(key_of(open), self.execution_of(open));
        }
        for scope in self.scopes() {
            for dossier in dossiers(at, scope, self.known_on).await? {
                self.add(&mut proposals, &dossier);
            }
        }
        Ok(proposals)
    }

    /// What a run should pay by what is recorded now.
    pub async fn proposal_of(&self, at: &mut Snapshot, found: &RunRow) -> Result<Proposal, FlowError> {
        let key = key_of(found);
        let mut proposals = self.proposals(at).await?;
        let found = proposals.runs.remove(&(key.bank_account, key.kind, key.period));
        found.ok_or_else(|| FlowError::NotFound { what: "run", id: "proposal".to_owned() })
    }

    /// The households, some at a time.
    pub fn scopes(&self) -> Vec<Scope> {
        let bounds = |some: &[Uuid]| Some(Scope::Between(*some.first()?, *some.last()?));
        self.households.chunks(AT_ONCE).filter_map(bounds).collect()
    }

    fn add(&self, proposals: &mut Proposals, dossier: &Dossier) {
        self.add_open(proposals, dossier);
        self.add_waiting(proposals, dossier);
        self.add_returned(proposals, dossier);
        self.add_tranches(proposals, dossier);
    }
}

fn key_of(run: &RunRow) -> RunKey {
    let kind = if run.kind == "monthly" { "monthly" } else { "supplementary" };
    RunKey { bank_account: run.bank_account_id.into(), kind, period: run.period.clone() }
}

impl Proposal {
    /// These people recorded some of what it pays.
    fn prepared_by(&mut self, names: &BTreeSet<String>) {
        for name in names {
            if !self.prepared_by.contains(name) {
                self.prepared_by.insert(name.clone());
            }
        }
    }
}

impl Proposals {
    /// The proposal for this.
    fn at(&mut self, key: RunKey, execution: NaiveDate) -> &mut Proposal {
        let place = (key.bank_account, key.kind, key.period.clone());
        self.runs.entry(place).or_insert_with(|| Proposal {
            key,
            content: RunContent { execution, lines: Vec::new(), releases: Vec::new() },
            releases: Vec::new(),
            prepared_by: BTreeSet::new(),
            waits_for: None,
        })
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
