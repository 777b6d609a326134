//! The municipality: its name, policy, accounts and payees.

use grip_engine::bank::pain001::Version;
use grip_engine::id::{BankAccountId, CreditorAccountId, PayeeId};
use grip_engine::payee::Payee;
use grip_engine::policy::Policy;

use crate::auth::grant::Grant;
use crate::flow::payees::AddressGiven;
use crate::flow::{FlowError, retry};
use crate::intake::value::{day, iban, name};
use crate::intake::{AddressIn, IntakeError, MunicipalityIn, PayeeIn};
use crate::store::creditor::{self, NewAccount};
use crate::store::municipality::BankAccount;
use crate::store::{Change, Store, household, municipality};

/// Who approved the policy that a new municipality starts with.
const INSTALLATION: &str = "installatie";

/// Sets a municipality up with its policy, accounts and payees. A payee or account that exists stays
/// as it is, but for the message in which an account takes payments.
pub async fn municipality(
    store: &Store,
    grant: &Grant,
    file: &MunicipalityIn,
    policy: &str,
) -> Result<(), FlowError> {
    retry!(set_up(store, grant, file, policy))
}

async fn set_up(store: &Store, grant: &Grant, file: &MunicipalityIn, policy: &str) -> Result<(), FlowError> {
    super::is_for_officers(grant)?;
    let policy_from = Policy::parse(policy)?.valid_from;
    let mut change = store.begin(grant, "municipality").await?;
    municipality::put(&mut change, &file.name).await?;
    if municipality::policies(&mut change).await?.is_empty() {
        // the first policy comes with the municipality: who sets it up and who installs the product are two
        let id = change.new_id();
        municipality::add_policy(&mut change, id, policy_from, policy, Some(INSTALLATION)).await?;
    }
    let known = municipality::bank_accounts(&mut change).await?;
    for account in &file.bank_account {
        let iban = iban(&account.iban)?;
        let message = account.payment_message.as_deref().map(payment_message).transpose()?;
        match known.iter().find(|known| known.iban == iban) {
            None => {
                let (id, message) = (BankAccountId(change.new_id()), message.unwrap_or_default());
                let account = BankAccount { id, iban, name: account.name.clone(), message };
                municipality::add_bank_account(&mut change, &account).await?;
            }
            Some(known) => {
                if let Some(message) = message.filter(|message| *message != known.message) {
                    municipality::set_payment_message(&mut change, known.id, message).await?;
                }
            }
        }
    }
    for account in &file.bank_account {
        if let Some(shared) = account.shared {
            municipality::share(&mut change, &iban(&account.iban)?, shared).await?;
        }
    }
    let known = household::payees(&mut change).await?;
    for payee in &file.payee {
        match known.values().find(|known| known.name == payee.name) {
            None => add_payee(&mut change, payee, Verified::ByFile).await?,
            Some(known) => {
                same_account(known, payee)?;
                set_address(&mut change, known.id, payee).await?;
            }
        }
    }
    Ok(change.commit().await?)
}

fn payment_message(text: &str) -> Result<Version, FlowError> {
    Version::from_code(text).ok_or_else(|| {
        IntakeError::new(
            format!("payment_message `{text}` is not known: write pain.001.001.09 or pain.001.001.03"),
            format!("payment_message `{text}` is niet bekend: schrijf pain.001.001.09 of pain.001.001.03"),
        )
        .into()
    })
}

/// A payee that exists keeps its account; another one is an event of its own, verified by a second person.
fn same_account(known: &Payee, payee: &PayeeIn) -> Result<(), FlowError> {
    let iban = iban(&payee.iban)?;
    if known.accounts.versions().iter().any(|version| version.iban == iban) {
        return Ok(());
    }
    Err(IntakeError::new(
        format!(
            "payee `{}` has another account: record the new one as a `payee_account` event of a household",
            payee.name
        ),
        format!(
            "ontvanger `{}` heeft een andere rekening: leg die vast als gebeurtenis `payee_account`",
            payee.name
        ),
    )
    .into())
}

/// The address of a payee in a file takes the place of the one that is known; without one that stays.
async fn set_address(change: &mut Change, id: PayeeId, payee: &PayeeIn) -> Result<(), FlowError> {
    let Some(given) = &payee.address else { return Ok(()) };
    let AddressIn { street, number, postcode, town, country } = given.clone();
    let address = AddressGiven { street, number, postcode, town, country }.read()?;
    household::set_address(change, id, Some(&address)).await?;
    Ok(())
}

/// Who verified the account of a payee in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flow) enum Verified {
    /// The person whom the file names.
    ByFile,
    /// Nobody yet: a user hands the file in, and another user approves.
    Later,
}

/// Adds a payee with its first account.
pub(in crate::flow) async fn add_payee(
    change: &mut Change,
    payee: &PayeeIn,
    verified: Verified,
) -> Result<(), FlowError> {
    let (valid_from, account) = (day("valid_from", &payee.valid_from)?, iban(&payee.iban)?);
    if payee.verified_by == change.grant().who() {
        return Err(IntakeError::new(
            format!("the account of `{}` must be verified by a second person", payee.name),
            format!("de rekening van `{}` moet door een tweede persoon zijn gecontroleerd", payee.name),
        )
        .into());
    }
    let id = PayeeId(change.new_id());
    let holder = name("name", &payee.name)?;
    household::add_payee(change, id, &holder).await?;
    set_address(change, id, payee).await?;
    let new = NewAccount {
        id: CreditorAccountId(change.new_id()),
        holder: &holder,
        iban: &account,
        valid_from,
        approved_by: (verified == Verified::ByFile).then_some(payee.verified_by.as_str()),
    };
    Ok(creditor::add_of_payee(change, id, &new).await?)
}
