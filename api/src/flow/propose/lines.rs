//! The lines of a proposal: fixed costs, living money, dues that came back, tranches.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{RunLine, Subject};
use grip_engine::bank::reason::{Remedy, remedy};
use grip_engine::calendar::Month;
use grip_engine::furnishing::tranche::Gate;
use grip_engine::obligation::Obligation;
use grip_engine::plan::Plan;

use super::{Facts, Proposal, cost_name};
use crate::flow::FlowError;
use crate::flow::planning::plan;
use crate::store::household::HouseholdFile;
use crate::store::payment::PaymentRow;

impl Facts {
    pub(super) fn add_plan(
        &self,
        proposal: &mut Proposal,
        file: &HouseholdFile,
        month: Month,
    ) -> Result<(), FlowError> {
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
    pub(super) fn add_returned(&self, proposal: &mut Proposal, file: &HouseholdFile) {
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

    pub(super) fn add_tranches(&self, proposal: &mut Proposal, file: &HouseholdFile) {
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
