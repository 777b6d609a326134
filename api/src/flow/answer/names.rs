//! What an answer says about names (Verification of Payee) is kept with the account that is paid, as if a person had
//! recorded it: one that does not match holds the account until somebody decides.

use std::collections::BTreeMap;

use grip_engine::bank::pain002::Answer;
use grip_engine::bank::text::{NAME, sepa};
use grip_engine::id::{CreditorAccountId, NameCheckId, RunId};
use grip_engine::payee::{NameCheck, NameOutcome};

use crate::flow::FlowError;
use crate::intake::value::name;
use crate::store::creditor::{self, CheckedPayment, PaidAccount};
use crate::store::payment_file::FileRow;
use crate::store::status_report::InFile;
use crate::store::{Change, StoreError};

/// An answer about an account, with the payment it came with.
struct Told<'a> {
    outcome: NameOutcome,
    answered: Option<String>,
    paid: &'a PaidAccount,
}

/// Keeps one answer for each account: of several the one that asks most of a person. An answer that says what the last
/// one said is not kept again.
pub(super) async fn keep(
    change: &mut Change,
    file: &FileRow,
    (payments, answers): (&[InFile], &[Answer]),
    source: &str,
) -> Result<(), FlowError> {
    let is_told = |answer: &&Answer| NameOutcome::from_status(&answer.status.0).is_some();
    if !answers.iter().any(|answer| is_told(&answer)) {
        return Ok(());
    }
    let run = RunId(file.run_id);
    let accounts = creditor::paid_in(change, run).await?;
    let before = creditor::last_checks(change, run).await?;

    let told = by_account(&accounts, payments, answers)?;

    let on = change.grant().today();
    let mut checks = Vec::with_capacity(told.len());
    for (account, told) in told {
        let last = before.get(&account);
        if last.is_some_and(|last| last.0 == told.outcome.code() && last.1 == told.answered) {
            continue;
        }
        let (id, source) = (NameCheckId(change.new_id()), source.to_owned());
        let check =
            NameCheck { id, outcome: told.outcome, answered: told.answered, source, on, decision: None };
        checks.push((account, check, Some(CheckedPayment { run, subject: told.paid.subject()? })));
    }
    Ok(creditor::add_name_checks(change, &checks).await?)
}

fn by_account<'a>(
    accounts: &'a BTreeMap<uuid::Uuid, PaidAccount>,
    payments: &[InFile],
    answers: &[Answer],
) -> Result<BTreeMap<CreditorAccountId, Told<'a>>, StoreError> {
    let mut told: BTreeMap<CreditorAccountId, Told<'a>> = BTreeMap::new();
    for answer in answers {
        let Some(outcome) = NameOutcome::from_status(&answer.status.0) else { continue };
        let payment = payments.get(answer.place).ok_or(StoreError::Missing)?;
        // a version that was recorded by nobody any more has nobody to decide about it
        let Some(paid) = accounts.get(&payment.payment_id) else { continue };
        let weight = |outcome: NameOutcome| (outcome.needs_decision(), outcome);
        let account = CreditorAccountId(paid.creditor_account_id);
        if told.get(&account).is_none_or(|other| weight(other.outcome) < weight(outcome)) {
            let answered = given_name(outcome, &answer.name, &paid.creditor_name);
            told.insert(account, Told { outcome, answered, paid });
        }
    }
    Ok(told)
}

/// The name that the bank gave with a close match: another one than we sent. With no match a bank may give none.
fn given_name(outcome: NameOutcome, given: &str, sent: &str) -> Option<String> {
    let is_other = outcome == NameOutcome::CloseMatch && sepa(given, NAME) != sepa(sent, NAME);
    name("answered", given).ok().filter(|_| is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_name_than_was_sent_and_only_with_a_close_match_is_the_name_the_bank_gave() {
        let given = |outcome, given: &str| given_name(outcome, given, "Café Özdemir");
        assert_eq!(given(NameOutcome::CloseMatch, "Cafe Ozdemir BV"), Some("Cafe Ozdemir BV".to_owned()));
        assert_eq!(given(NameOutcome::CloseMatch, "Cafe Ozdemir"), None, "as it was sent");
        assert_eq!(given(NameOutcome::CloseMatch, ""), None);
        assert_eq!(given(NameOutcome::NoMatch, "J. de Vries"), None, "the name of a stranger is not kept");
    }
}
