//! The lines of a proposal: fixed costs, withholdings, living money, dues that came back, tranches.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::bank::pain001::{payable, structured};
use grip_engine::bank::payment_run::{Part, RunLine, RunRelease, Subject};
use grip_engine::bank::reason::{Retry, reason};
use grip_engine::calendar::Month;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::standing as furnishing;
use grip_engine::household::member::Member;
use grip_engine::household::withholding::DeductionKind;
use grip_engine::id::{DeductionId, MemberId, ObligationId, PayeeId};
use grip_engine::money::Money;
use grip_engine::payee::Waits;
use grip_engine::policy::LivingMoneyPayer;
use grip_engine::relief::Cover;
use grip_engine::schedule::Due;

use super::target::Target;
use super::{Facts, Proposals, Release, cost_name};
use crate::flow::planning::{Dossier, Open};
use crate::store::plan::PaidLine;

/// Something that must be paid for a household, in a run.
struct Payable<'a> {
    dossier: &'a Dossier,
    target: &'a Target,
}

impl Facts {
    /// The plans of months that were not released, and what released months give more. A month of which nothing
    /// can be said is named, and keeps nobody else's back.
    pub(super) fn add_open(&self, proposals: &mut Proposals, dossier: &Dossier) {
        let file = &dossier.file;
        let execution = |month| {
            if dossier.is_released(month) {
                self.next_day()
            } else {
                self.of_month(file.bank_account, month).execution
            }
        };
        let (open, problems) = dossier.open(&self.rules, self.last_month(), execution);
        for (month, error) in &problems {
            proposals.no_plan(dossier, *month, error);
        }
        let mut first_run: Option<(String, Month)> = None;
        for open in open {
            let month = match &open {
                Open::Plan(planned) => planned.plan.month,
                Open::More { month, .. } => *month,
                Open::Less { .. } => continue,
            };
            let target = match &open {
                Open::Plan(_) => self.of_month(file.bank_account, month),
                _ => self.of_day(file.bank_account, self.next_day()),
            };
            if file.household.is_suspended(target.execution) {
                continue;
            }
            let name = format!("{} {}", target.key.kind, target.key.period);
            let proposal = proposals.at(target.key.clone(), target.execution);
            if let (Open::Plan(_), Some((run, before))) = (&open, &first_run)
                && *run != name
            {
                proposal.waits_for = Some((file.number.clone(), *before));
            }
            if first_run.is_none() && matches!(open, Open::Plan(_)) {
                first_run = Some((name, month));
            }
            self.release(proposals, dossier, &target, open);
        }
    }

    /// Adds what is released, with the lines of it that are executed with the run.
    fn release(&self, proposals: &mut Proposals, dossier: &Dossier, target: &Target, open: Open) {
        let payable = Payable { dossier, target };
        let number = dossier.next_number(month_of(&open));
        let before = proposals.at(target.key.clone(), target.execution).content.lines.len();
        let shares = match &open {
            Open::Plan(planned) => {
                if !planned.benefit.norm.checked {
                    let source = &planned.benefit.norm.source;
                    let (number, month) = (&dossier.file.number, planned.plan.month);
                    proposals
                        .problems
                        .push(format!("{number}: the norm of {month} was not checked: {source}"));
                }
                for due in planned.plan.paid().filter(|due| due.execution <= target.execution) {
                    self.add_due(proposals, &payable, due);
                }
                for withheld in planned.plan.withheld.iter().filter(|withheld| withheld.taken.is_positive()) {
                    let (id, kind) = (withheld.deduction, withheld.kind);
                    self.add_withholding(proposals, &payable, (id, kind, planned.plan.month), withheld.taken);
                }
                dossier.shares(&self.rules, planned)
            }
            Open::More { month, supplement } => {
                for due in supplement.lines.iter().filter(|due| due.execution <= target.execution) {
                    self.add_due(proposals, &payable, due);
                }
                let total = supplement.living_money + supplement.holiday_payout;
                dossier.supplement_shares(&self.rules, *month, total, target.execution)
            }
            Open::Less { .. } => Vec::new(),
        };
        let month = month_of(&open);
        for share in shares.iter().filter(|share| share.pay_on <= target.execution) {
            let part = Part { release: number, number: share.part };
            self.add_living_money(proposals, &payable, (share.member, month, part), share.amount);
        }
        let household = dossier.file.household.id;
        let payer = self.rules.policy_of(month).living_money_payer;
        let handed_over = payer == LivingMoneyPayer::BenefitSystem;
        let proposal = proposals.at(target.key.clone(), target.execution);
        proposal.prepared_by(&dossier.file.recorded_by);
        if handed_over || proposal.content.lines.len() == before {
            let to_household = to_household(&open);
            let release = RunRelease { household, month, number, handed_over, to_household };
            proposal.content.releases.push(release);
        }
        proposal.releases.push(Release { household: household.0, what: open, number, shares });
    }

    /// What a released month pays on a later day, or could not pay for want of an account.
    pub(super) fn add_waiting(&self, proposals: &mut Proposals, dossier: &Dossier) {
        let file = &dossier.file;
        let horizon = |day: NaiveDate| {
            let policy = self.rules.policy_on(self.today);
            policy.cut_off_of(day) <= self.today || day <= self.next_day()
        };
        for released in dossier.released.iter().filter(|released| released.stands) {
            let withdrawn = dossier.withdrawal(&self.rules, released, self.next_day()).items;
            let goes_out = |subject: Subject| withdrawn.iter().all(|item| item.subject != subject);
            for line in released.lines.iter().filter(|line| horizon(line.execution)) {
                let subject = Subject::FixedCost(line.obligation, line.period);
                let target = self.of_day(file.bank_account, line.execution);
                if goes_out(subject) && !file.household.is_suspended(target.execution) {
                    self.add_due(proposals, &Payable { dossier, target: &target }, &due_of(dossier, line));
                }
            }
            for withheld in &released.withheld {
                let target = self.of_day(file.bank_account, self.next_day());
                let subject = Subject::Withholding(withheld.deduction, released.month);
                if goes_out(subject) && !file.household.is_suspended(target.execution) {
                    let payable = Payable { dossier, target: &target };
                    let what = (withheld.deduction, withheld.kind, released.month);
                    self.add_withholding(proposals, &payable, what, withheld.taken);
                }
            }
            for (release, share) in released.shares.iter().filter(|(_, share)| horizon(share.pay_on)) {
                let target = self.of_day(file.bank_account, share.pay_on);
                let part = Part { release: *release, number: share.part };
                let subject = Subject::LivingMoney(share.member, released.month, part);
                if goes_out(subject) && !file.household.is_suspended(target.execution) {
                    let payable = Payable { dossier, target: &target };
                    let what = (share.member, released.month, part);
                    self.add_living_money(proposals, &payable, what, share.amount);
                }
            }
        }
    }

    fn add_due(&self, proposals: &mut Proposals, payable: &Payable<'_>, due: &Due) {
        let Payable { dossier, target } = payable;
        let file = &dossier.file;
        let subject = Subject::FixedCost(due.obligation, due.period);
        if dossier.attempted.contains(&subject) {
            return;
        }
        // without a basis on the day it would go out, it is not ours to pay
        let Some(legal_basis) = Cover::legal_basis(&file.household, due.kind, due.member, target.execution)
        else {
            return;
        };
        let (creditor_name, creditor) = match self.account_for(dossier, subject, target.execution) {
            Ok(account) => account,
            Err(why) => {
                let (what, period) = (cost_name(due.kind), due.period);
                let (dutch, english) = (format!("{what} {}", period.dutch()), format!("{what} of {period}"));
                return proposals.waits((dossier, &target.key), (&dutch, &english), &why);
            }
        };
        let obligation = file.obligations.iter().find(|known| known.id == due.obligation);
        let reference = obligation.map_or("", |obligation| obligation.reference.as_str());
        let line = RunLine {
            household: file.household.id,
            subject,
            due_on: due.due_on,
            creditor_name,
            creditor,
            amount: due.amount,
            remittance: remittance(reference, due),
            legal_basis,
        };
        payable.add(proposals, line);
    }

    fn add_withholding(
        &self,
        proposals: &mut Proposals,
        payable: &Payable<'_>,
        (id, kind, month): (DeductionId, DeductionKind, Month),
        amount: Money,
    ) {
        let Payable { dossier, target } = payable;
        let subject = Subject::Withholding(id, month);
        if !kind.goes_to_a_payee() || !amount.is_positive() || dossier.attempted.contains(&subject) {
            return;
        }
        let file = &dossier.file;
        let deduction = file.household.deductions.iter().find(|known| known.id == id);
        let Some(deduction) = deduction else { return };
        let (creditor_name, creditor) = match self.account_for(dossier, subject, target.execution) {
            Ok(account) => account,
            Err(why) => {
                let dutch = format!("inhouding {} {}", deduction.reference, month.dutch());
                let english = format!("what is withheld of {month}");
                return proposals.waits((dossier, &target.key), (&dutch, &english), &why);
            }
        };
        let line = RunLine {
            household: file.household.id,
            subject,
            due_on: target.execution,
            creditor_name,
            creditor,
            amount,
            remittance: format!("{} {}", deduction.reference, month.dutch()),
            legal_basis: deduction.legal_basis.clone(),
        };
        payable.add(proposals, line);
    }

    fn add_living_money(
        &self,
        proposals: &mut Proposals,
        payable: &Payable<'_>,
        (member, month, part): (MemberId, Month, Part),
        amount: Money,
    ) {
        let Payable { dossier, target } = payable;
        let file = &dossier.file;
        let subject = Subject::LivingMoney(member, month, part);
        if dossier.attempted.contains(&subject) || dossier.in_cash.contains(&subject) {
            return;
        }
        let (creditor_name, creditor) = match self.account_for(dossier, subject, target.execution) {
            Ok(account) => account,
            Err(why) => {
                let (dutch, english) =
                    (format!("leefgeld {}", month.dutch()), format!("living money of {month}"));
                return proposals.client_waits((dossier, &target.key), (&dutch, &english), &why);
            }
        };
        let line = RunLine {
            household: file.household.id,
            subject,
            due_on: target.execution,
            creditor_name,
            creditor,
            amount,
            remittance: format!("leefgeld {}", month.dutch()),
            legal_basis: "Pw 45".to_owned(),
        };
        payable.add(proposals, line);
    }

    /// What was rejected or came back is paid again once there is another account for it, or once a person decided so;
    /// by itself only when our own account could not carry it, and carries it now.
    pub(super) fn add_returned(&self, proposals: &mut Proposals, dossier: &Dossier) {
        for failed in &dossier.returned {
            let Ok(subject) = failed.subject() else { continue };
            let target = self.of_day(dossier.file.bank_account, self.next_day());
            if dossier.file.household.is_suspended(target.execution) {
                continue;
            }
            let Ok((creditor_name, creditor)) = self.account_for(dossier, subject, target.execution) else {
                continue;
            };
            let closed = match subject {
                Subject::FixedCost(id, period) => dossier.file.household.was_paid_elsewhere(id, period),
                Subject::LivingMoney(..) => dossier.in_cash.contains(&subject),
                Subject::Withholding(..) => false,
                Subject::Tranche(id) => {
                    let policy = self.rules.policy_on(self.today);
                    !dossier
                        .credits(&policy.furnishing, self.today)
                        .any(|(_, standing)| standing.again.contains(&id))
                }
            };
            let decided_by = dossier.reissues.get(&failed.payment_id);
            let retry = reason(&failed.reason).retry;
            let may = match retry {
                Retry::NextDay => self.covered.may_go(dossier.file.bank_account, failed.payment_id),
                _ if decided_by.is_some() => true,
                Retry::OtherAccount | Retry::ByHand => creditor.as_str() != failed.creditor_iban,
                Retry::Never => false,
            };
            if closed || !may {
                continue;
            }
            let line = RunLine {
                household: dossier.file.household.id,
                subject,
                due_on: failed.due_on,
                creditor_name,
                creditor,
                amount: Money::from_cents(failed.amount),
                remittance: failed.remittance.clone(),
                legal_basis: failed.legal_basis.clone(),
            };
            Payable { dossier, target: &target }.add(proposals, line);
            if let Some(name) = decided_by {
                proposals.at(target.key, target.execution).prepared_by.insert(name.clone());
            }
        }
    }

    /// Whom to pay for this, and where, on a day; or why nothing is paid. A creditor is never paid on an account of the
    /// client, and a client only on their own.
    fn account_for(
        &self,
        dossier: &Dossier,
        subject: Subject,
        on: NaiveDate,
    ) -> Result<(String, Iban), Waits> {
        let file = &dossier.file;
        let of_payee = |payee: Option<PayeeId>| {
            let payee = payee.and_then(|payee| self.payees.get(&payee)).ok_or(Waits::NoAccount)?;
            let version = payee.accounts.on(on)?;
            let is_the_clients = |member: &Member| member.account.as_ref() == Some(&version.iban);
            if file.household.members.iter().any(is_the_clients) {
                return Err(Waits::ClientsOwn);
            }
            Ok((version.holder.clone(), version.iban.clone()))
        };
        let of_member = |member: Option<MemberId>| {
            let accounts = member.and_then(|member| file.accounts.get(&member)).ok_or(Waits::NoAccount)?;
            accounts.on(on).map(|version| (version.holder.clone(), version.iban.clone()))
        };
        match subject {
            Subject::FixedCost(id, _) => of_payee(obligation_payee(dossier, id)),
            Subject::Withholding(id, _) => {
                let deduction = file.household.deductions.iter().find(|known| known.id == id);
                of_payee(deduction.and_then(|deduction| deduction.payee))
            }
            Subject::LivingMoney(id, ..) => of_member(Some(id)),
            Subject::Tranche(id) => match dossier.supplier(id) {
                Some(supplier) => of_payee(Some(supplier)),
                None => of_member(file.household.adults_on(on).next().map(|adult| adult.id)),
            },
        }
    }

    /// What the gates of furnishing credits let be paid: to the household, and the invoices of suppliers.
    pub(super) fn add_tranches(&self, proposals: &mut Proposals, dossier: &Dossier) {
        let policy = self.rules.policy_on(self.today);
        for (credit, standing) in dossier.credits(&policy.furnishing, self.today) {
            for payable in &standing.payable {
                let subject = Subject::Tranche(payable.id);
                if dossier.attempted.contains(&subject) {
                    continue;
                }
                let target = self.of_day(dossier.file.bank_account, self.next_day());
                let (creditor_name, creditor) = match self.account_for(dossier, subject, target.execution) {
                    Ok(account) => account,
                    Err(why) => {
                        let (dutch, english) = match &payable.invoice {
                            Some(invoice) => (format!("factuur {invoice}"), format!("invoice {invoice}")),
                            None => (
                                format!("inrichtingskrediet deel {}", payable.tranche),
                                format!("tranche {}", payable.tranche),
                            ),
                        };
                        let (run, said) = ((dossier, &target.key), (dutch.as_str(), english.as_str()));
                        if payable.supplier.is_some() {
                            proposals.waits(run, said, &why);
                        } else {
                            proposals.client_waits(run, said, &why);
                        }
                        continue;
                    }
                };
                let line = RunLine {
                    household: dossier.file.household.id,
                    subject,
                    due_on: target.execution,
                    creditor_name,
                    creditor,
                    amount: payable.amount,
                    remittance: what_for(credit, payable),
                    legal_basis: credit.legal_basis.clone(),
                };
                Payable { dossier, target: &target }.add(proposals, line);
            }
        }
    }
}

/// What a household or supplier reads.
fn what_for(credit: &Credit, payable: &furnishing::Payable) -> String {
    match &payable.invoice {
        Some(invoice) => match structured(invoice) {
            Some(reference) => reference.as_str().to_owned(),
            None => format!("factuur {invoice}"),
        },
        None => format!("inrichtingskrediet {} deel {}", credit.reference, payable.tranche),
    }
}

impl Payable<'_> {
    /// Adds a line; one that no bank would take is named, and keeps nothing else back.
    fn add(&self, proposals: &mut Proposals, line: RunLine) {
        if let Err(problem) = payable(&line.creditor_name, &line.creditor, line.amount) {
            return proposals.not_payable(self.dossier, &self.target.key, &line.remittance, &problem);
        }
        let proposal = proposals.at(self.target.key.clone(), self.target.execution);
        proposal.prepared_by(&self.dossier.file.recorded_by);
        proposal.content.lines.push(line);
    }
}

/// A due as it was released: another amount since then has its own decision, and does not change what was signed.
fn due_of(dossier: &Dossier, line: &PaidLine) -> Due {
    let owed = dossier.file.obligations.iter().find(|known| known.id == line.obligation);
    Due {
        kind: line.kind,
        due_on: line.due_on,
        execution: line.execution,
        obligation: line.obligation,
        member: owed.and_then(|known| known.member),
        period: line.period,
        amount: line.amount,
    }
}

/// What goes to the household with a release.
fn to_household(open: &Open) -> Money {
    match open {
        Open::Plan(planned) => planned.plan.to_household(),
        Open::More { supplement, .. } => supplement.living_money + supplement.holiday_payout,
        Open::Less { .. } => Money::ZERO,
    }
}

fn month_of(open: &Open) -> Month {
    match open {
        Open::Plan(planned) => planned.plan.month,
        Open::More { month, .. } | Open::Less { month, .. } => *month,
    }
}

/// What the payee reads: a reference with check digits stands alone, so that the bank can send it as such.
fn remittance(reference: &str, due: &Due) -> String {
    match structured(reference) {
        Some(reference) => reference.as_str().to_owned(),
        None => format!("{reference} {} {}", cost_name(due.kind), due.period.dutch()),
    }
}

fn obligation_payee(dossier: &Dossier, id: ObligationId) -> Option<PayeeId> {
    dossier.file.obligations.iter().find(|obligation| obligation.id == id).map(|obligation| obligation.payee)
}
