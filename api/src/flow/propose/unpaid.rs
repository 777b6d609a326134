//! What should be paid and cannot: kept with the proposals, so that who approves a run sees what does not stand in it.

use grip_engine::bank::pain001::TransferProblem;
use grip_engine::benefit::BenefitError;
use grip_engine::calendar::Month;
use grip_engine::explain;
use grip_engine::id::HouseholdId;
use grip_engine::payee::Waits;

use super::Proposals;
use crate::flow::FlowError;
use crate::flow::cover::Short;
use crate::flow::instruct::dutch;
use crate::flow::planning::Dossier;
use crate::store::Change;
use crate::store::run::RunKey;
use crate::store::unpaid::{self, UnpaidRow};

/// Something that should be paid and cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unpaid {
    /// The run it would stand in, where it is of one.
    run: Option<RunKey>,
    /// The household it is for; none where it is the municipality's own account.
    household: Option<HouseholdId>,
    /// What is not paid and why, for an officer.
    told: String,
}

impl Proposals {
    /// A payment for which there is no account that may be paid: what it is, in Dutch and in English.
    pub(super) fn waits(&mut self, (dossier, run): (&Dossier, &RunKey), what: (&str, &str), why: &Waits) {
        let english = format!("{}: {} {why}", dossier.file.number, what.1);
        let told = format!("{}: {}", what.0, explain::payee::waits(why));
        self.tell(dossier, Some(run.clone()), (told, english));
    }

    /// The same for a client, whose account is asked from them.
    pub(super) fn client_waits(&mut self, of: (&Dossier, &RunKey), what: (&str, &str), why: &Waits) {
        let Waits::NoAccount = why else { return self.waits(of, what, why) };
        let english = format!("{}: {} waits for an account of the client", of.0.file.number, what.1);
        let told = format!("{}: {}", what.0, explain::payee::waits(why));
        self.tell(of.0, Some(of.1.clone()), (told, english));
    }

    /// A payment that no bank would take.
    pub(super) fn not_payable(
        &mut self,
        dossier: &Dossier,
        run: &RunKey,
        what: &str,
        problem: &TransferProblem,
    ) {
        let english = format!("{}: {what}: {problem}", dossier.file.number);
        self.tell(dossier, Some(run.clone()), (format!("{what}: {}", dutch(problem)), english));
    }

    /// A month of which nothing can be said. One without a decided benefit is no problem of the day; a missing norm is.
    pub(super) fn no_plan(&mut self, dossier: &Dossier, month: Month, error: &BenefitError) {
        let BenefitError::Norm(_) = error else { return };
        let told = format!("{}: de bijstandsnorm van deze maand is nog niet bekend.", month.dutch());
        self.tell(dossier, None, (told, format!("{}: {month}: {error}", dossier.file.number)));
    }

    /// What waits for money on our own account, in words for who fills it up.
    pub(super) fn uncovered(&mut self, short: &Short) {
        let Short { account, payments, shortfall, .. } = short;
        let needed = shortfall.needed();
        self.problems.push(format!(
            "account {}: {payments} payments of {} in all were refused for want of money on {}: they wait until it holds {needed}",
            account.name, shortfall.waiting, shortfall.since,
        ));
        let told = format!(
            "{}: wat de bank weigerde, samen {}, wacht tot er {} op de rekening staat.",
            account.name,
            shortfall.waiting.dutch(),
            needed.dutch()
        );
        self.unpaid.push(Unpaid { run: None, household: None, told });
    }

    fn tell(&mut self, dossier: &Dossier, run: Option<RunKey>, (told, english): (String, String)) {
        self.problems.push(english);
        self.unpaid.push(Unpaid { run, household: Some(dossier.file.household.id), told });
    }
}

/// Keeps what cannot be paid in the place of what could not be paid before; true when it differs.
pub(super) async fn keep(change: &mut Change, found: &[Unpaid]) -> Result<bool, FlowError> {
    let before = unpaid::list(change).await?;
    let is_as_before =
        before.len() == found.len() && before.iter().zip(found).all(|(row, now)| is_same(row, now));
    if is_as_before {
        return Ok(false);
    }
    let rows: Vec<UnpaidRow> = found.iter().map(row).collect();
    Ok(unpaid::replace(change, &rows).await.map(|()| true)?)
}

fn is_same(before: &UnpaidRow, now: &Unpaid) -> bool {
    let now = row(now);
    (before.household_id, &before.told, before.run()) == (now.household_id, &now.told, now.run())
}

fn row(found: &Unpaid) -> UnpaidRow {
    let run = found.run.as_ref();
    UnpaidRow {
        household_id: found.household.map(|household| household.0),
        number: None,
        bank_account_id: run.map(|run| run.bank_account.0),
        kind: run.map(|run| run.kind.to_owned()),
        period: run.map(|run| run.period.clone()),
        told: found.told.clone(),
        found_on: None,
    }
}
