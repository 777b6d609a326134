//! Reading payees and clients with their accounts, for pages and API.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::address::PostalAddress;
use grip_engine::bank::iban::Iban;
use grip_engine::bank::payment_run::RunLine;
use grip_engine::id::{HouseholdId, MemberId, PayeeId};
use grip_engine::payee::{Accounts, Creditor, CreditorAccount, Waits};
use uuid::Uuid;

use crate::flow::FlowError;
use crate::store::{Scope, Snapshot, creditor, household};

/// A payee, or a client as somebody who is paid.
#[derive(Clone, Debug)]
pub struct ListedCreditor {
    /// Who.
    pub creditor: Creditor,
    /// What they are called by.
    pub name: String,
    /// The household of a client, with its number.
    pub household: Option<(Uuid, String)>,
    /// Where a payee is, for a bank that asks for it.
    pub address: Option<PostalAddress>,
    /// The versions of their account.
    pub accounts: Accounts,
    /// Why nothing is paid to them today.
    pub waits: Option<Waits>,
    /// For how many obligations a payee is paid.
    pub uses: i64,
}

/// What a payee is paid for.
#[derive(Clone, Debug)]
pub struct Use {
    /// The household.
    pub household: Uuid,
    /// Its number.
    pub number: String,
    /// The kind of cost.
    pub kind: String,
    /// The contract number.
    pub reference: String,
}

impl ListedCreditor {
    fn new(creditor: Creditor, name: String, accounts: Accounts, today: NaiveDate) -> ListedCreditor {
        let waits = accounts.on(today).err();
        ListedCreditor { creditor, name, household: None, address: None, accounts, waits, uses: 0 }
    }

    /// Its id.
    pub fn id(&self) -> Uuid {
        self.creditor.id()
    }

    /// True for a payee without an address whose bank may ask for one.
    pub fn may_need_address(&self) -> bool {
        let is_abroad =
            |version: &CreditorAccount| version.withdrawn.is_none() && version.iban.is_outside_eea();
        let is_payee = matches!(self.creditor, Creditor::Payee(_));
        is_payee && self.address.is_none() && self.accounts.versions().iter().any(is_abroad)
    }

    /// True when somebody must do something about it.
    pub fn needs_work(&self) -> bool {
        self.waits.is_some() || self.accounts.versions().iter().any(CreditorAccount::is_waiting)
    }
}

/// Every payee by name, and before them the clients of whom an account waits for somebody.
pub async fn all(at: &mut Snapshot, today: NaiveDate) -> Result<Vec<ListedCreditor>, FlowError> {
    let mut listed = Vec::new();
    for household in creditor::households_to_check(at).await? {
        let of_household = clients(at, Scope::One(household.0), today).await?;
        listed.extend(of_household.into_iter().filter(ListedCreditor::needs_work));
    }
    let mut of_payees = payees(at, today).await?;
    of_payees.sort_by(|one, other| one.name.cmp(&other.name));
    listed.extend(of_payees);
    Ok(listed)
}

/// One payee or client with what it is used for, by its id.
pub async fn one(
    at: &mut Snapshot,
    id: Uuid,
    today: NaiveDate,
) -> Result<Option<(ListedCreditor, Vec<Use>)>, FlowError> {
    if let Some(found) = payees(at, today).await?.into_iter().find(|payee| payee.id() == id) {
        let uses = creditor::uses(at, PayeeId(id)).await?.into_iter().map(|row| Use {
            household: row.household_id,
            number: row.number,
            kind: row.kind,
            reference: row.reference,
        });
        return Ok(Some((found, uses.collect())));
    }
    let Some(household) = creditor::household_of(at, MemberId(id)).await? else { return Ok(None) };
    let mut clients = clients(at, Scope::One(household.0), today).await?.into_iter();
    Ok(clients.find(|client| client.id() == id).map(|client| (client, Vec::new())))
}

/// The accounts that these lines pay to and about which a bank said something, by number: what must be looked at before
/// a run is approved.
pub async fn of_run(
    at: &mut Snapshot,
    lines: &[RunLine],
) -> Result<BTreeMap<Iban, CreditorAccount>, FlowError> {
    let mut accounts: Vec<Accounts> = creditor::of_payees(at).await?.into_values().collect();
    for household in creditor::households_to_check(at).await? {
        accounts.extend(creditor::of_members(at, Scope::One(household.0)).await?.into_values());
    }
    let paid: BTreeSet<&Iban> = lines.iter().map(|line| &line.creditor).collect();
    let versions = accounts.iter().flat_map(Accounts::versions);
    let told = versions.filter(|version| paid.contains(&version.iban) && !version.name_checks.is_empty());
    Ok(told.map(|version| (version.iban.clone(), version.clone())).collect())
}

/// The accounts of every payee and of the members of one household that wait for a second person.
pub async fn waiting(at: &mut Snapshot, household: HouseholdId) -> Result<Vec<CreditorAccount>, FlowError> {
    let payees = creditor::of_payees(at).await?;
    let members = creditor::of_members(at, Scope::One(household.0)).await?;
    let versions = payees.into_values().chain(members.into_values());
    let versions = versions.flat_map(|accounts| accounts.versions().to_vec());
    Ok(versions.filter(CreditorAccount::is_waiting).collect())
}

async fn payees(at: &mut Snapshot, today: NaiveDate) -> Result<Vec<ListedCreditor>, FlowError> {
    let counts = creditor::use_counts(at).await?;
    let payees = household::payees(at).await?.into_values().map(|payee| {
        let uses = counts.get(&payee.id).copied().unwrap_or(0);
        let listed = ListedCreditor::new(Creditor::Payee(payee.id), payee.name, payee.accounts, today);
        ListedCreditor { uses, address: payee.address, ..listed }
    });
    Ok(payees.collect())
}

async fn clients(
    at: &mut Snapshot,
    scope: Scope,
    today: NaiveDate,
) -> Result<Vec<ListedCreditor>, FlowError> {
    let mut clients = Vec::new();
    for file in household::files(at, scope).await? {
        for member in file.household.adults() {
            let accounts = file.accounts.get(&member.id).cloned().unwrap_or_default();
            let creditor = Creditor::Member(member.id);
            let listed = ListedCreditor::new(creditor, member.name.clone(), accounts, today);
            let household = Some((file.household.id.0, file.number.clone()));
            clients.push(ListedCreditor { household, ..listed });
        }
    }
    Ok(clients)
}
