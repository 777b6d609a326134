//! Recording an account inside a change: what it may not be is refused, in English and in Dutch.

use grip_engine::access::Action;
use grip_engine::bank::iban::Iban;
use grip_engine::id::{CreditorAccountId, MemberId, PayeeId};
use grip_engine::payee::{Accounts, CallBack, Creditor};

use super::given::{AccountGiven, CallBackGiven};
use super::stranger::is_no_strangers;
use super::{is_past, unknown};
use crate::flow::FlowError;
use crate::intake::IntakeError;
use crate::intake::value::{iban, name, said};
use crate::store::creditor::{self, NewAccount};
use crate::store::household::{self, HouseholdFile};
use crate::store::{Change, Snapshot, user};

/// Who approved an account that came with a file at the command line: whoever may run the program on the server is
/// the second person beside the one who wrote the file.
const BY_FILE: &str = "invoer";

/// Records an account of a payee. It is not the client's own of any household that owes the payee something.
pub(in crate::flow) async fn of_payee(
    change: &mut Change,
    payee: PayeeId,
    given: &AccountGiven,
) -> Result<CreditorAccountId, FlowError> {
    let payees = household::payees(change).await?;
    let known = payees.get(&payee).ok_or_else(|| unknown(Creditor::Payee(payee)))?;
    let account = iban(&given.iban)?;
    is_nobody_elses(change, Creditor::Payee(payee), &account).await?;
    is_new(&known.accounts, &account)?;
    let holder = name("holder", given.holder.as_deref().unwrap_or(&known.name))?;
    let id = CreditorAccountId(change.new_id());
    let approved_by = second_person(change, given).await?;
    let valid_from = given.valid_from.unwrap_or(change.grant().today());
    let approved_by = approved_by.as_deref();
    let new = NewAccount { id, holder: &holder, iban: &account, valid_from, approved_by };
    creditor::add_of_payee(change, payee, &new).await?;
    add_call_back(change, id, given).await?;
    Ok(id)
}

/// Records an account of a client. It is not that of somebody the household pays; the account of the other partner needs
/// a joint written request (ruling 30).
pub(in crate::flow) async fn of_member(
    change: &mut Change,
    file: &HouseholdFile,
    member: MemberId,
    given: &AccountGiven,
) -> Result<CreditorAccountId, FlowError> {
    let known = file.household.member(member).ok_or_else(|| unknown(Creditor::Member(member)))?;
    let account = iban(&given.iban)?;
    is_no_payees(change, file, &account).await?;
    let today = change.grant().today();
    is_no_strangers(change, file.household.id, &account, today).await?;
    is_no_partners(file, member, &account, given.joint_request.as_deref())?;
    if let Some(accounts) = file.accounts.get(&member) {
        is_new(accounts, &account)?;
    }
    let holder = name("holder", given.holder.as_deref().unwrap_or(&known.name))?;
    let id = CreditorAccountId(change.new_id());
    let approved_by = second_person(change, given).await?;
    let valid_from = change.grant().today();
    let approved_by = approved_by.as_deref();
    let new = NewAccount { id, holder: &holder, iban: &account, valid_from, approved_by };
    creditor::add_of_member(change, file.household.id, member, &new).await?;
    add_call_back(change, id, given).await?;
    Ok(id)
}

/// Records the account that a new member brings. From a file at the command line it counts at once; recorded by a user
/// it waits for a second person.
pub(in crate::flow) async fn of_new_member(
    change: &mut Change,
    file: &HouseholdFile,
    member: MemberId,
    account: &Iban,
) -> Result<(), FlowError> {
    let is_file = change.grant().actor().user.is_none();
    let given = AccountGiven {
        iban: account.as_str().to_owned(),
        verified_by: is_file.then(|| BY_FILE.to_owned()),
        ..AccountGiven::default()
    };
    of_member(change, file, member, &given).await.map(drop)
}

/// A call-back as it is kept: somebody of the municipality called, and not in the future.
pub(super) async fn call_back(change: &mut Change, given: &CallBackGiven) -> Result<CallBack, FlowError> {
    is_past(change.grant().today(), given.on)?;
    let by = given.by.clone().unwrap_or_else(|| change.grant().who().to_owned());
    if change.grant().actor().user.is_some() && user::by_name(change, &by).await?.is_none() {
        return Err(IntakeError::new(
            format!("`call_back.by` is `{by}`: nobody of that name has a sign-in"),
            format!("`call_back.by` is `{by}`, en niemand met die naam kan zich aanmelden"),
        )
        .into());
    }
    Ok(CallBack {
        person: said("call_back.person", &given.person)?,
        number: said("call_back.number", &given.number)?,
        known_from: said("call_back.known_from", &given.known_from)?,
        on: given.on,
        by,
    })
}

async fn add_call_back(
    change: &mut Change,
    id: CreditorAccountId,
    given: &AccountGiven,
) -> Result<(), FlowError> {
    if let Some(given) = &given.call_back {
        let call = call_back(change, given).await?;
        creditor::add_call_back(change, id, &call).await?;
    }
    Ok(())
}

/// Who approved it already: at the command line the person a file names. A user who records it can name the person who
/// will approve it: another user, who may.
async fn second_person(change: &mut Change, given: &AccountGiven) -> Result<Option<String>, FlowError> {
    let Some(person) = given.verified_by.as_deref() else { return Ok(None) };
    if person == change.grant().who() || person.trim().is_empty() {
        return Err(IntakeError::new(
            "an account must be verified by a second person",
            "een rekening moet door een tweede persoon zijn gecontroleerd",
        )
        .into());
    }
    if change.grant().actor().user.is_none() {
        return Ok(Some(person.to_owned()));
    }
    let found = user::by_name(change, person).await?;
    if found.is_none_or(|found| !found.role.may(Action::ApprovePayee)) {
        return Err(IntakeError::new(
            format!("`verified_by` is `{person}`: nobody of that name may approve accounts as the second person"),
            format!("`verified_by` is `{person}`, en niemand met die naam mag als tweede persoon rekeningen goedkeuren"),
        )
        .into());
    }
    Ok(None)
}

/// A creditor is never paid on the client's own account.
pub(in crate::flow) async fn is_nobody_elses(
    at: &mut Snapshot,
    creditor: Creditor,
    account: &Iban,
) -> Result<(), FlowError> {
    match creditor {
        Creditor::Payee(payee) => {
            let clients = creditor::clients_of_payee_with(at, payee, account).await?;
            if clients.is_empty() { Ok(()) } else { Err(clients_own().into()) }
        }
        Creditor::Member(member) => {
            let Some(household) = creditor::household_of(at, member).await? else { return Ok(()) };
            let Some(file) = household::file(at, household).await? else { return Ok(()) };
            is_no_payees(at, &file, account).await
        }
    }
}

/// The error for a creditor's account that is the client's own.
pub(in crate::flow) fn clients_own() -> IntakeError {
    IntakeError::new(
        "the account of the payee is the client's own account: nobody is paid that way",
        "de rekening van de ontvanger is de eigen rekening van de klant: zo wordt niemand betaald",
    )
}

/// True when a member of a household has this account, or had or may get it.
pub(in crate::flow) fn is_of_a_member(file: &HouseholdFile, account: &Iban) -> bool {
    let versions = file.accounts.values().flat_map(Accounts::versions);
    versions.filter(|version| version.withdrawn.is_none()).any(|version| version.iban == *account)
}

async fn is_no_payees(at: &mut Snapshot, file: &HouseholdFile, account: &Iban) -> Result<(), FlowError> {
    if file.obligations.is_empty() && file.household.deductions.is_empty() {
        return Ok(());
    }
    let payees = household::payees(at).await?;
    let of_obligations = file.obligations.iter().map(|obligation| obligation.payee);
    let of_deductions = file.household.deductions.iter().filter_map(|deduction| deduction.payee);
    let theirs = of_obligations.chain(of_deductions).filter_map(|payee| payees.get(&payee));
    let mut versions = theirs.flat_map(|payee| payee.accounts.versions());
    if versions.any(|version| version.withdrawn.is_none() && version.iban == *account) {
        return Err(IntakeError::new(
            "the account of the client is that of somebody the household pays",
            "de rekening van de klant is van iemand die het huishouden betaalt",
        )
        .into());
    }
    Ok(())
}

fn is_no_partners(
    file: &HouseholdFile,
    member: MemberId,
    account: &Iban,
    joint_request: Option<&str>,
) -> Result<(), FlowError> {
    let others = file.accounts.iter().filter(|(other, _)| **other != member);
    let mut versions = others.flat_map(|(_, accounts)| accounts.versions());
    let is_partners = versions.any(|version| version.withdrawn.is_none() && version.iban == *account);
    if is_partners && joint_request.is_none_or(|request| request.trim().is_empty()) {
        return Err(IntakeError::new(
            "the account is that of the other partner: that needs the reference of a joint written request",
            "dit is de rekening van de andere partner: daarvoor is een gezamenlijk schriftelijk verzoek nodig",
        )
        .into());
    }
    Ok(())
}

/// An account that waits, or is used and did not bounce, is not recorded again.
fn is_new(accounts: &Accounts, account: &Iban) -> Result<(), FlowError> {
    let newest = accounts.versions().iter().rfind(|version| version.withdrawn.is_none());
    if newest.is_some_and(|newest| newest.iban == *account && newest.bounced.is_none()) {
        return Err(
            IntakeError::new("this account is recorded already", "deze rekening is al vastgelegd").into()
        );
    }
    Ok(())
}
