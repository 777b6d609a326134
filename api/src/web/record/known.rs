//! What is recorded about a household, to choose from in a form.

use grip_engine::calendar::dutch_day;
use grip_engine::explain::plan::withholding;
use grip_engine::id::HouseholdId;

use super::field::{Known, Lists};
use super::kinds::COSTS;
use crate::flow::FlowError;
use crate::flow::planning::{self, Dossier};
use crate::store::{Snapshot, household, municipality};
use crate::web::frame::Visit;
use crate::web::message::Failure;

/// The household a form is about.
#[derive(Debug)]
pub(super) struct About {
    pub(super) household: HouseholdId,
    pub(super) number: String,
    pub(super) lists: Lists,
}

impl About {
    /// Reads what there is to choose from.
    pub(super) async fn read(visit: &Visit, id: HouseholdId) -> Result<About, Failure> {
        let mut at = visit.app.store.read().await?;
        let dossier = planning::dossier(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
        let mut lists = of_municipality(&mut at, visit).await?;
        add_dossier(&mut at, &dossier, &mut lists).await?;
        Ok(About { household: id, number: dossier.file.number, lists })
    }
}

/// What the municipality has to choose from: its accounts, payees and reasons.
pub(super) async fn of_municipality(at: &mut Snapshot, visit: &Visit) -> Result<Lists, FlowError> {
    let mut lists = Lists::default();
    for account in municipality::bank_accounts(at).await? {
        lists.add(Known::OwnAccount, account.iban.as_str(), account.name);
    }
    for payee in household::payee_names(at).await?.into_keys() {
        lists.add(Known::Payee, payee.clone(), payee);
    }
    let rules = planning::rules(at).await?;
    for code in &rules.policy_on(visit.today).variant_reasons {
        lists.add(Known::Reason, code, reason(code));
    }
    Ok(lists)
}

async fn add_dossier(at: &mut Snapshot, dossier: &Dossier, lists: &mut Lists) -> Result<(), FlowError> {
    let (household, payees) = (&dossier.file.household, household::payees(at).await?);
    for member in &household.members {
        lists.add(Known::Member, &member.name, &member.name);
    }
    for obligation in &dossier.file.obligations {
        let payee = payees.get(&obligation.payee).map_or("", |payee| payee.name.as_str());
        let cost =
            COSTS.iter().find(|(code, _)| *code == obligation.kind.code()).map_or("", |(_, name)| name);
        let words = format!("{cost}: {payee} ({})", obligation.reference);
        lists.add(Known::Obligation, &obligation.reference, words);
    }
    for deduction in &household.deductions {
        let words = format!("{} ({})", withholding(deduction.kind), deduction.reference);
        lists.add(Known::Deduction, &deduction.reference, words);
    }
    for suspension in &household.suspensions {
        let from = dutch_day(suspension.period.from());
        lists.add(
            Known::Suspension,
            &suspension.reference,
            format!("{} (vanaf {from})", suspension.reference),
        );
    }
    for extension in &household.extensions {
        let from = dutch_day(extension.period.from());
        lists.add(Known::Extension, &extension.reference, format!("{} (vanaf {from})", extension.reference));
    }
    for credit in &dossier.file.credits {
        let (reference, amount) = (&credit.reference, credit.amount.dutch());
        lists.add(Known::Credit, reference, format!("{reference} ({amount})"));
    }
    Ok(())
}

/// A reason of the policy in words; one of the municipality's own as it is written.
pub(super) fn reason(code: &str) -> &str {
    match code {
        "self_reliant" => "Redt zichzelf",
        "income_from_work" => "Inkomen uit werk",
        "joint_household" => "Gezamenlijke huishouding",
        "safety" => "Veiligheid",
        "other" => "Iets anders",
        code => code,
    }
}
