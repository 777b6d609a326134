//! Proposing runs: what must be paid now and was not, each thing once. A proposal is renewed while
//! nobody approved it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{RunContent, RunLine, Subject};
use grip_engine::bank::reason::{Remedy, remedy};
use grip_engine::calendar::{Month, TargetCalendar};
use grip_engine::furnishing::tranche::Gate;
use grip_engine::id::{BankAccountId, HouseholdId, PayeeId, RunId};
use grip_engine::obligation::{CostKind, Obligation, Payee};
use grip_engine::plan::Plan;

use super::FlowError;
use super::planning::{Planned, Rules, months_with_right, plan, rules};
use crate::auth::grant::Grant;
use crate::store::credit::{self, CreditFile};
use crate::store::household::{self, HouseholdFile};
use crate::store::payment::{self, HappenedRow, PaymentRow};
use crate::store::run::{self, RunKey, RunRow};
use crate::store::{Change, Scope, Snapshot, Store, plan as plans};

/// Everything that decides what a run pays, read at one moment.
#[derive(Debug)]
pub struct Facts {
    today: NaiveDate,
    rules: Rules,
    files: Vec<HouseholdFile>,
    payees: BTreeMap<PayeeId, Payee>,
    credits: Vec<CreditFile>,
    released: BTreeSet<(HouseholdId, Month)>,
    taken: BTreeSet<Subject>,
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
    Ok(Facts {
        today,
        rules: rules(at, today).await?,
        files: household::files(at, Scope::All).await?,
        payees: household::payees(at).await?,
        credits: credit::files(at, Scope::All).await?,
        released: plans::released_months(at, Scope::All).await?.into_iter().collect(),
        taken: payment::taken(at).await?,
        payments: payment::list(at, Scope::All).await?,
        history: payment::history(at, Scope::All).await?,
        runs: run::list(at).await?,
    })
}

/// Proposes what is due on or before today and was not proposed, and renews what nobody approved.
pub async fn propose(store: &Store, grant: &Grant) -> Result<Proposed, FlowError> {
    let mut change = store.begin(grant, "runs").await?;
    let facts = facts(&mut change, grant.today()).await?;

    let proposals = facts.proposals()?;

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
    pub fn proposals(&self) -> Result<Vec<Proposal>, FlowError> {
        let accounts: BTreeSet<BankAccountId> = self.files.iter().map(|file| file.bank_account).collect();
        let mut proposals = Vec::new();
        for account in accounts {
            for month in self.months_to_pay(account) {
                proposals.push(self.monthly(account, month)?);
            }
            proposals.push(self.supplementary(account)?);
        }
        Ok(proposals)
    }

    /// What should stand as the proposal of this run now.
    pub fn proposal_of(&self, found: &RunRow) -> Result<Proposal, FlowError> {
        let account = found.bank_account_id.into();
        match found.period.parse() {
            Ok(month) if found.kind == "monthly" => self.monthly(account, month),
            _ => self.supplementary(account),
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
        months.retain(|month| !self.released.contains(&(file.household.id, *month)));
        months
    }

    /// True until somebody approved the run of the month; what comes later goes in a supplementary run.
    fn monthly_run_is_open(&self, account: BankAccountId, month: Month) -> bool {
        let is_it = |run: &&RunRow| {
            run.bank_account_id == account.0 && run.kind == "monthly" && run.period == month.to_string()
        };
        self.runs.iter().find(is_it).is_none_or(|run| run.state == "proposed")
    }

    fn monthly(&self, account: BankAccountId, month: Month) -> Result<Proposal, FlowError> {
        let pay_day = self.rules.policy.pay_day(month);
        let execution = TargetCalendar.on_or_after(pay_day.max(self.today));
        let key = RunKey { bank_account: account, kind: "monthly", period: month.to_string() };
        let mut proposal = Proposal::new(key, execution);
        for file in self.on_account(account) {
            if self.unreleased(file).contains(&month) {
                self.add_plan(&mut proposal, file, month)?;
            }
        }
        Ok(proposal)
    }

    /// Late plans, dues that came back and can be paid again, and tranches whose gate is open.
    fn supplementary(&self, account: BankAccountId) -> Result<Proposal, FlowError> {
        let is_open = |run: &&RunRow| {
            run.bank_account_id == account.0 && run.kind == "supplementary" && run.state == "proposed"
        };
        let open = self.runs.iter().find(is_open);
        let period = open.map_or_else(|| self.today.to_string(), |run| run.period.clone());
        let planned = open.map(|run| run.execution_on).filter(|on| self.today <= *on);
        let execution = planned.unwrap_or_else(|| TargetCalendar.later(self.today, 1));
        let key = RunKey { bank_account: account, kind: "supplementary", period };
        let mut proposal = Proposal::new(key, execution);
        for file in self.on_account(account) {
            for month in self.unreleased(file) {
                if !self.monthly_run_is_open(account, month) {
                    self.add_plan(&mut proposal, file, month)?;
                }
            }
            self.add_returned(&mut proposal, file);
            self.add_tranches(&mut proposal, file);
        }
        Ok(proposal)
    }

    fn add_plan(&self, proposal: &mut Proposal, file: &HouseholdFile, month: Month) -> Result<(), FlowError> {
        let planned = plan(file, month, proposal.content.execution, &self.rules)?;
        for due in planned.plan.paid() {
            let subject = Subject::FixedCost(due.obligation, due.period);
            let obligation = file.obligations.iter().find(|obligation| obligation.id == due.obligation);
            if let Some(obligation) = obligation.filter(|_| !self.taken.contains(&subject)) {
                self.add_fixed_cost(proposal, file, obligation, due.period);
            }
        }
        self.add_living_money(proposal, file, &planned.plan);
        proposal.prepared_by.extend(file.recorded_by.iter().cloned());
        proposal.plans.push((file.household.id, planned));
        Ok(())
    }

    fn add_fixed_cost(
        &self,
        proposal: &mut Proposal,
        file: &HouseholdFile,
        obligation: &Obligation,
        period: Month,
    ) {
        let Some((due_on, amount)) = obligation.due_in(period) else { return };
        let payee = self.payees.get(&obligation.payee);
        let account = payee.and_then(|payee| payee.account_on(proposal.content.execution));
        let (Some(payee), Some(creditor)) = (payee, account) else {
            let what = cost_name(obligation.kind);
            proposal
                .problems
                .push(format!("{}: {what} of {period} has no verified account to pay to", file.number));
            return;
        };
        proposal.content.lines.push(RunLine {
            household: file.household.id,
            subject: Subject::FixedCost(obligation.id, period),
            due_on,
            creditor_name: payee.name.clone(),
            creditor: creditor.clone(),
            amount,
            remittance: format!("{} {} {}", obligation.reference, cost_name(obligation.kind), period.dutch()),
        });
    }

    fn add_living_money(&self, proposal: &mut Proposal, file: &HouseholdFile, plan: &Plan) {
        for share in plan.living_money_shares(&file.household) {
            let subject = Subject::LivingMoney(share.member, plan.month);
            let member = file.household.members.iter().find(|member| member.id == share.member);
            let Some(member) = member.filter(|_| !self.taken.contains(&subject)) else { continue };
            let Some(creditor) = member.account.clone() else {
                let text = format!(
                    "{}: living money of {} waits for an account of the client",
                    file.number, plan.month
                );
                proposal.problems.push(text);
                continue;
            };
            proposal.content.lines.push(RunLine {
                household: file.household.id,
                subject,
                due_on: proposal.content.execution,
                creditor_name: member.name.clone(),
                creditor,
                amount: share.amount,
                remittance: format!("leefgeld {}", plan.month.dutch()),
            });
        }
    }

    /// A due that came back is paid again once its payee has a new account, never by itself otherwise.
    fn add_returned(&self, proposal: &mut Proposal, file: &HouseholdFile) {
        let of_household = self.payments.iter().filter(|payment| payment.household_id == file.household.id.0);
        for failed in of_household.filter(|payment| payment.state == "returned") {
            let Ok(Subject::FixedCost(obligation, period)) = failed.subject() else { continue };
            let subject = Subject::FixedCost(obligation, period);
            let proposed = proposal.content.lines.iter().any(|line| line.subject == subject);
            let obligation = file.obligations.iter().find(|found| found.id == obligation);
            let Some(obligation) = obligation.filter(|_| !proposed && !self.taken.contains(&subject)) else {
                continue;
            };
            if self.is_repaired(failed, obligation, proposal.content.execution) {
                self.add_fixed_cost(proposal, file, obligation, period);
                proposal.prepared_by.extend(file.recorded_by.iter().cloned());
            }
        }
    }

    fn is_repaired(&self, failed: &PaymentRow, obligation: &Obligation, execution: NaiveDate) -> bool {
        let came_back = self.history.iter().rev().find(|row| row.payment_id == failed.payment_id);
        let by_account = came_back.is_some_and(|row| {
            row.state == "returned" && matches!(remedy(&row.reason), Remedy::NewAccount | Remedy::AskPayee)
        });
        let account = self.payees.get(&obligation.payee).and_then(|payee| payee.account_on(execution));
        by_account && account.is_some_and(|account| account.as_str() != failed.creditor_iban)
    }

    fn add_tranches(&self, proposal: &mut Proposal, file: &HouseholdFile) {
        let policy = &self.rules.policy;
        let applicant = file.household.adults().next();
        for credit in self.credits.iter().filter(|credit| credit.credit.household == file.household.id) {
            let gates = credit.credit.gates(policy.release_threshold, policy.line_tolerance);
            for (tranche, gate) in credit.credit.tranches().iter().zip(gates) {
                let subject = Subject::Tranche(tranche.id);
                let Gate::Open { amount, .. } = gate else { continue };
                if !amount.is_positive() || self.taken.contains(&subject) || self.came_back(subject) {
                    continue;
                }
                let Some((member, creditor)) =
                    applicant.and_then(|member| Some((member, member.account.clone()?)))
                else {
                    let text = format!(
                        "{}: tranche {} waits for an account of the client",
                        file.number, tranche.number
                    );
                    proposal.problems.push(text);
                    continue;
                };
                proposal.prepared_by.insert(credit.recorded_by.clone());
                proposal.content.lines.push(RunLine {
                    household: file.household.id,
                    subject,
                    due_on: proposal.content.execution,
                    creditor_name: member.name.clone(),
                    creditor,
                    amount,
                    remittance: format!(
                        "inrichtingskrediet {} deel {}",
                        credit.credit.reference, tranche.number
                    ),
                });
            }
        }
    }

    /// A tranche that came back waits for a person.
    fn came_back(&self, subject: Subject) -> bool {
        let is_it = |payment: &&PaymentRow| payment.subject().is_ok_and(|found| found == subject);
        self.payments.iter().filter(is_it).any(|payment| payment.state == "returned")
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
