//! What a case leaves out is invented: names, accounts, payees, the municipality.

use std::collections::BTreeMap;

use crate::case::format::CaseFile;
use crate::intake::{BankAccountIn, HouseholdIn, MemberIn, MunicipalityIn, ObligationIn, PayeeIn};
use crate::play::SECOND;

/// The account of the municipality in every case.
pub(super) const ACCOUNT: &str = "NL35BNGH0900800700";

/// A case with everything that it leaves out.
#[derive(Clone, Debug)]
pub(super) struct Invented {
    /// The municipality with every payee.
    pub(super) municipality: MunicipalityIn,
    /// The household without events.
    pub(super) household: HouseholdIn,
    /// The events, complete.
    pub(super) events: Vec<super::format::CaseEvent>,
}

/// Fills in what a case leaves out.
pub(super) fn invent(case: &CaseFile) -> Invented {
    let mut accounts = Accounts::default();
    let mut household = case.household.clone();
    if household.number.is_empty() {
        "CASE-1".clone_into(&mut household.number);
    }
    ACCOUNT.clone_into(&mut household.bank_account);
    household.member.iter_mut().for_each(|member| accounts.complete_member(member));
    household.obligation.iter_mut().for_each(complete_obligation);
    let mut events = case.events.clone();
    for event in &mut events {
        if let Some(member) = &mut event.event.member_joined {
            accounts.complete_member(member);
        }
        if let Some(obligation) = &mut event.event.obligation {
            complete_obligation(obligation);
        }
    }
    let mut names: Vec<String> = Vec::new();
    let of_obligations = household.obligation.iter().filter_map(|obligation| obligation.payee.clone());
    let of_events = events.iter().flat_map(|event| {
        let event = &event.event;
        let of_obligation = event.obligation.as_ref().and_then(|obligation| obligation.payee.clone());
        let of_deduction = event.deduction.as_ref().and_then(|deduction| deduction.payee.clone());
        let of_account = event.payee_account.as_ref().map(|account| account.payee.clone());
        [of_obligation, of_deduction, of_account].into_iter().flatten()
    });
    for name in of_obligations.chain(of_events) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let payee = |name: &String| PayeeIn {
        name: name.clone(),
        iban: accounts.of(name),
        valid_from: "2020-01-01".to_owned(),
        verified_by: SECOND.to_owned(),
        address: None,
    };
    let municipality = MunicipalityIn {
        name: "Gemeente Voorbeeldstad".to_owned(),
        bank_account: vec![BankAccountIn {
            iban: ACCOUNT.to_owned(),
            name: "Uitkeringen".to_owned(),
            payment_message: None,
            shared: None,
        }],
        payee: names.iter().map(payee).collect(),
    };
    Invented { municipality, household, events }
}

impl Invented {
    /// The account of a payee or member at the start.
    pub(super) fn account_of(&self, name: &str) -> Option<String> {
        let payee = self.municipality.payee.iter().find(|payee| payee.name == name);
        let member = self.household.member.iter().find(|member| member.name.as_deref() == Some(name));
        payee.map(|payee| payee.iban.clone()).or_else(|| member?.iban.clone())
    }
}

/// Invented accounts, one for each name.
#[derive(Default)]
pub(super) struct Accounts(std::cell::RefCell<BTreeMap<String, String>>);

impl Accounts {
    /// The account of a name: the same for the same name, and another one for every other.
    pub(super) fn of(&self, name: &str) -> String {
        let mut known = self.0.borrow_mut();
        let next = known.len() + 1;
        known.entry(name.to_owned()).or_insert_with(|| account(next)).clone()
    }

    fn complete_member(&mut self, member: &mut MemberIn) {
        let name = member.name.get_or_insert_with(|| member.role.clone()).clone();
        member.iban = match member.iban.as_deref() {
            Some("none") => None,
            Some(iban) => Some(iban.to_owned()),
            None if member.role == "child" => None,
            None => Some(self.of(&format!("member {name}"))),
        };
        if member.role == "child" {
            return;
        }
        let always = "2020-01-01";
        for from in [&mut member.asylum_permit_from, &mut member.civic_integration_from] {
            match from.as_deref() {
                Some("none") => *from = None,
                Some(_) => {}
                None => *from = Some(always.to_owned()),
            }
        }
    }
}

fn complete_obligation(obligation: &mut ObligationIn) {
    let payee = match obligation.kind.as_str() {
        "rent" => "landlord",
        "health_premium" => "insurer",
        "energy" => "energy company",
        "water" => "water company",
        _ => "payee",
    };
    obligation.payee.get_or_insert_with(|| payee.to_owned());
    obligation.reference.get_or_insert_with(|| obligation.kind.clone());
}

/// A Dutch account number with its check digits (ISO 13616: the remainder of 97).
fn account(number: usize) -> String {
    let account = format!("{number:010}");
    // RABO as numbers, the account, NL as numbers, and 00 in the place of the check digits
    let digits = format!("27101124{account}232100");
    let remainder = digits.bytes().fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("NL{:02}RABO{account}", 98 - remainder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::bank::iban::Iban;

    #[test]
    fn invented_accounts_are_accounts_and_differ() {
        let accounts = Accounts::default();
        let numbers = ["landlord", "insurer", "member applicant"].map(|name| accounts.of(name));
        assert!(numbers.iter().all(|number| number.parse::<Iban>().is_ok()), "{numbers:?}");
        assert_ne!(numbers[0], numbers[1]);
        assert_eq!(accounts.of("landlord"), numbers[0]);
    }
}
