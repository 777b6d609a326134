//! What is expected on the accounts of the municipality beside our own payments, from what is recorded of households.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::Period;
use grip_engine::household::expectation::{AgreementKind, Expectation};
use grip_engine::household::member::Member;
use grip_engine::id::{AgreementId, PayeeId};
use grip_engine::matching::{Agreement, Matcher};
use grip_engine::obligation::Obligation;
use grip_engine::payee::Payee;

use crate::store::household::{self, HouseholdFile};
use crate::store::{Scope, Snapshot, StoreError, municipality, unexplained};

type Payees = BTreeMap<PayeeId, Payee>;

type Met = BTreeMap<AgreementId, BTreeSet<NaiveDate>>;

/// A matcher of everything that is agreed with every household, and of the accounts of the municipality.
pub(super) async fn matcher(at: &mut Snapshot) -> Result<Matcher, StoreError> {
    let files = household::files(at, Scope::All).await?;
    let payees = household::payees(at).await?;
    let met = unexplained::met(at).await?;
    let accounts = municipality::bank_accounts(at).await?;
    let accounts: Vec<_> = accounts.into_iter().map(|account| (account.id, account.iban)).collect();
    let agreements = files.iter().flat_map(|file| of_household(file, &payees, &met)).collect();
    Ok(Matcher::default().with_agreements(agreements).with_own_accounts(&accounts))
}

fn of_household<'a>(
    file: &'a HouseholdFile,
    payees: &'a Payees,
    met: &'a Met,
) -> impl Iterator<Item = Agreement> + 'a {
    let recorded = file.household.expectations.iter().map(move |known| recorded(file, known, payees, met));
    let refunds = file.obligations.iter().filter_map(move |obligation| refund(file, obligation, payees));
    let repayments = file.household.members.iter().filter_map(move |member| repayment(file, member));
    recorded.chain(refunds).chain(repayments)
}

/// What was recorded as expected. Without accounts of its own it has those of the payee, or of the client.
fn recorded(file: &HouseholdFile, known: &Expectation, payees: &Payees, met: &Met) -> Agreement {
    let obligation = file.obligations.iter().find(|obligation| Some(obligation.id) == known.obligation);
    let accounts: Vec<Iban> = match (&known.account, obligation, known.kind) {
        (Some(account), ..) => vec![account.clone()],
        (None, Some(obligation), AgreementKind::Collection | AgreementKind::Refund) => {
            accounts_of(obligation.payee, payees)
        }
        _ => file.household.members.iter().filter_map(|member| member.account.clone()).collect(),
    };
    let contract = obligation.map(|obligation| obligation.reference.clone());
    Agreement {
        id: known.id,
        kind: known.kind,
        household: Some(file.household.id),
        obligation: known.obligation,
        amount: Some(known.amount),
        rhythm: known.rhythm,
        holds: known.holds,
        accounts,
        reference: known.reference.clone().or(contract),
        mandate: known.mandate.clone(),
        terms: known.terms.clone(),
        met: met.get(&known.id).cloned().unwrap_or_default(),
    }
}

/// A payee may pay back any amount of what it was paid: that is suggested, never booked by itself.
fn refund(file: &HouseholdFile, obligation: &Obligation, payees: &Payees) -> Option<Agreement> {
    let holds = Period::new(obligation.first_due, None).ok()?;
    Some(Agreement {
        id: AgreementId(obligation.id.0),
        kind: AgreementKind::Refund,
        household: Some(file.household.id),
        obligation: Some(obligation.id),
        accounts: accounts_of(obligation.payee, payees),
        reference: Some(obligation.reference.clone()),
        ..unknown(AgreementKind::Refund, holds)
    })
}

/// Money from an account of the client may be a repayment: that is suggested.
fn repayment(file: &HouseholdFile, member: &Member) -> Option<Agreement> {
    let account = member.account.clone()?;
    let holds = Period::new(NaiveDate::MIN, None).ok()?;
    Some(Agreement {
        id: AgreementId(member.id.0),
        household: Some(file.household.id),
        accounts: vec![account],
        ..unknown(AgreementKind::Repayment, holds)
    })
}

fn unknown(kind: AgreementKind, holds: Period) -> Agreement {
    Agreement {
        id: AgreementId(uuid::Uuid::nil()),
        kind,
        household: None,
        obligation: None,
        amount: None,
        rhythm: None,
        holds,
        accounts: Vec::new(),
        reference: None,
        mandate: None,
        terms: Vec::new(),
        met: BTreeSet::new(),
    }
}

/// The accounts a payee has or had, that a second person approved: what comes from another one is a person's to judge.
fn accounts_of(payee: PayeeId, payees: &Payees) -> Vec<Iban> {
    let accounts = payees.get(&payee).into_iter().flat_map(|payee| payee.accounts.versions());
    accounts.filter(|account| account.approved.is_some()).map(|account| account.iban.clone()).collect()
}
