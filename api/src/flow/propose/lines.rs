//! The lines of a proposal: fixed costs, living money, dues that came back, tranches.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::bank::payment_run::{RunLine, Subject};
use grip_engine::bank::reason::{Remedy, remedy};
use grip_engine::calendar::Month;
use grip_engine::furnishing::tranche::Gate;
use grip_engine::id::ObligationId;
use grip_engine::money::Money;
use grip_engine::obligation::Obligation;
use grip_engine::plan::living_money_shares;

use super::{Facts, Proposal, cost_name};
use crate::flow::planning::{plan_after, reserved_after};
use crate::store::household::HouseholdFile;
use crate::store::payment::PaymentRow;

impl Facts {
    /// The plan of a month; one that cannot be made is named, and keeps nobody else's back.
    pub(super) fn add_plan(&self, proposal: &mut Proposal, file: &HouseholdFile, month: Month) {
        let reserved = reserved_after(file, &self.open_before(file, month), &self.rules);
        let planned = match plan_after(file, month, proposal.content.execution, &self.rules, reserved) {
            Ok(planned) => planned,
            Err(error) => return proposal.problems.push(format!("{}: {error}", file.number)),
        };
        if !planned.benefit.norm.checked {
            let text = format!(
                "{}: the norm of {month} was not checked: {}",
                file.number, planned.benefit.norm.source
            );
            proposal.problems.push(text);
        }
        for due in planned.plan.paid() {
            self.add_due(proposal, file, due.obligation, due.period);
        }
        self.add_living_money(proposal, file, month, planned.plan.to_household());
        proposal.prepared_by.extend(file.recorded_by.iter().cloned());
        proposal.plans.push((file.household.id, planned));
    }

    /// What a released plan pays and no run could, for want of an account.
    pub(super) fn add_waiting(&self, proposal: &mut Proposal, file: &HouseholdFile) {
        let before = proposal.content.lines.len();
        for plan in self.released.iter().filter(|plan| plan.household == file.household.id) {
            for (obligation, period) in &plan.paid {
                self.add_due(proposal, file, *obligation, *period);
            }
            self.add_living_money(proposal, file, plan.month, plan.to_household);
        }
        if before < proposal.content.lines.len() {
            proposal.prepared_by.extend(file.recorded_by.iter().cloned());
        }
    }

    /// True when it was never tried to pay this.
    fn is_new(&self, subject: Subject) -> bool {
        !self.attempted.contains(&subject)
    }

    fn add_due(
        &self,
        proposal: &mut Proposal,
        file: &HouseholdFile,
        obligation: ObligationId,
        period: Month,
    ) {
        let obligation = file.obligations.iter().find(|found| found.id == obligation);
        if let Some(obligation) = obligation.filter(|found| self.is_new(Subject::FixedCost(found.id, period)))
        {
            self.add_fixed_cost(proposal, file, obligation, period);
        }
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

    fn add_living_money(&self, proposal: &mut Proposal, file: &HouseholdFile, month: Month, total: Money) {
        for share in living_money_shares(&file.household, total) {
            let subject = Subject::LivingMoney(share.member, month);
            let member = file.household.members.iter().find(|member| member.id == share.member);
            let Some(member) = member.filter(|_| self.is_new(subject)) else { continue };
            let Some(creditor) = member.account.clone() else {
                let text =
                    format!("{}: living money of {month} waits for an account of the client", file.number);
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
                remittance: format!("leefgeld {}", month.dutch()),
            });
        }
    }

    /// What came back is paid again once there is another account for it, never by itself otherwise.
    pub(super) fn add_returned(&self, proposal: &mut Proposal, file: &HouseholdFile) {
        let of_household = self.payments.iter().filter(|payment| payment.household_id == file.household.id.0);
        for failed in of_household.filter(|payment| self.is_open_return(payment)) {
            let Ok(subject) = failed.subject() else { continue };
            let account = self.account_for(file, subject, proposal.content.execution);
            let Some((creditor_name, creditor)) = account else { continue };
            if creditor.as_str() == failed.creditor_iban {
                continue;
            }
            proposal.prepared_by.extend(file.recorded_by.iter().cloned());
            proposal.content.lines.push(RunLine {
                household: file.household.id,
                subject,
                due_on: failed.due_on,
                creditor_name,
                creditor,
                amount: Money::from_cents(failed.amount),
                remittance: failed.remittance.clone(),
            });
        }
    }

    /// The last attempt for its due, come back for a reason that another account can mend.
    fn is_open_return(&self, payment: &PaymentRow) -> bool {
        let later =
            |other: &PaymentRow| other.due_id == payment.due_id && payment.payment_id < other.payment_id;
        let came_back = self.history.iter().rev().find(|row| row.payment_id == payment.payment_id);
        payment.state == "returned"
            && !self.payments.iter().any(later)
            && came_back
                .is_some_and(|row| matches!(remedy(&row.reason), Remedy::NewAccount | Remedy::AskPayee))
    }

    /// Whom to pay for this, and where, on a day.
    fn account_for(&self, file: &HouseholdFile, subject: Subject, on: NaiveDate) -> Option<(String, Iban)> {
        let mut members = file.household.adults();
        match subject {
            Subject::FixedCost(id, _) => {
                let obligation = file.obligations.iter().find(|obligation| obligation.id == id)?;
                let payee = self.payees.get(&obligation.payee)?;
                Some((payee.name.clone(), payee.account_on(on)?.clone()))
            }
            Subject::LivingMoney(id, _) => {
                let member = members.find(|member| member.id == id)?;
                Some((member.name.clone(), member.account.clone()?))
            }
            Subject::Tranche(_) => {
                let member = members.next()?;
                Some((member.name.clone(), member.account.clone()?))
            }
        }
    }

    pub(super) fn add_tranches(&self, proposal: &mut Proposal, file: &HouseholdFile) {
        let policy = &self.rules.policy;
        let applicant = file.household.adults().next();
        for credit in self.credits.iter().filter(|credit| credit.credit.household == file.household.id) {
            let gates = credit.credit.gates(policy.release_threshold, policy.line_tolerance);
            for (tranche, gate) in credit.credit.tranches().iter().zip(gates) {
                let subject = Subject::Tranche(tranche.id);
                let Gate::Open { amount, .. } = gate else { continue };
                if !amount.is_positive() || !self.is_new(subject) {
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
}
