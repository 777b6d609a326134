//! Intake: the files in which a municipality, its households and what happens to them are handed in.
//!
//! TOML, one file for the municipality and one per household; `samples/` shows both. A key that is not
//! known is an error, so that nothing is lost in silence.

pub mod event;
pub mod fold;
pub mod value;
pub mod table;
pub mod decisions;

use serde::{Deserialize, Serialize};

pub use event::EventIn;

/// The policy that a new municipality starts with.
pub const DEFAULT_POLICY: &str = include_str!("../../../samples/policy.toml");

/// A file or a value in it that has no meaning, in words that show it: in English for the command line, in Dutch for
/// pages and API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{english}")]
pub struct IntakeError {
    /// In English.
    pub english: String,
    /// In Dutch.
    pub dutch: String,
}

impl IntakeError {
    /// The same in two languages.
    pub fn new(english: impl Into<String>, dutch: impl Into<String>) -> IntakeError {
        IntakeError { english: english.into(), dutch: dutch.into() }
    }

    /// With what it is about in front.
    #[must_use]
    pub fn about(self, what: &str) -> IntakeError {
        IntakeError::new(format!("{what}: {}", self.english), format!("{what}: {}", self.dutch))
    }
}

/// A file that was handed in.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// A municipality with its accounts and payees.
    Municipality(Box<MunicipalityIn>),
    /// A household and its story.
    Household(Box<HouseholdIn>),
    /// A policy of the municipality, as it is kept.
    Policy(String),
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    municipality: Option<MunicipalityIn>,
    household: Option<HouseholdIn>,
}

/// A municipality with its accounts and payees.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MunicipalityIn {
    /// Its name, as payees know it.
    pub name: String,
    /// Its accounts at banks.
    pub bank_account: Vec<BankAccountIn>,
    /// The payees, with a verified account.
    #[serde(default)]
    pub payee: Vec<PayeeIn>,
}

/// An account of the municipality.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BankAccountIn {
    /// Its number.
    pub iban: String,
    /// What it is called.
    pub name: String,
    /// The message in which its bank takes payments, `pain.001.001.09` (when it is left out) or `pain.001.001.03`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_message: Option<String>,
    /// True when other departments use it too: of what is not ours only date and amount are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<bool>,
}

/// A payee with a verified account.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PayeeIn {
    /// The name of the account holder, exactly.
    pub name: String,
    /// The account.
    pub iban: String,
    /// The first day it is used.
    pub valid_from: String,
    /// The second person, who verified it.
    pub verified_by: String,
    /// Its postal address, where a bank asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressIn>,
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AddressIn {
    /// The street.
    #[serde(default)]
    pub street: String,
    /// The number of the house.
    #[serde(default)]
    pub number: String,
    /// The postcode.
    #[serde(default)]
    pub postcode: String,
    /// The town.
    pub town: String,
    /// The two letters of the country.
    pub country: String,
}

/// A household and its story.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdIn {
    /// What people call it by.
    #[serde(default)]
    pub number: String,
    /// The account of the municipality that pays for it.
    #[serde(default)]
    pub bank_account: String,
    /// Its members, the applicant first.
    #[serde(alias = "members")]
    pub member: Vec<MemberIn>,
    /// What it owes.
    #[serde(default, alias = "obligations")]
    pub obligation: Vec<ObligationIn>,
    /// What happens, in order of date.
    #[serde(default)]
    pub event: Vec<EventIn>,
}

/// A person in a household.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemberIn {
    /// applicant, partner or child.
    pub role: String,
    /// The name on their bank account.
    pub name: Option<String>,
    /// Their own account.
    pub iban: Option<String>,
    /// The birth date, read for the bracket of the norm only.
    pub born: Option<String>,
    /// The first day of the asylum permit for a fixed period.
    pub asylum_permit_from: Option<String>,
    /// Its last day.
    pub asylum_permit_until: Option<String>,
    /// The first day of the duty of civic integration.
    pub civic_integration_from: Option<String>,
    /// Its last day.
    pub civic_integration_until: Option<String>,
    /// The first day in the household.
    pub present_from: Option<String>,
    /// The day the right arose in an earlier household.
    pub right_since: Option<String>,
}

/// Something owed at a rhythm.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ObligationIn {
    /// rent, `health_premium`, energy, water or voluntary.
    pub kind: String,
    /// The name of the payee.
    pub payee: Option<String>,
    /// The amount.
    pub amount: String,
    /// monthly, quarterly or yearly.
    pub rhythm: Option<String>,
    /// The first day something is due.
    pub first_due: String,
    /// The last day something can be due.
    pub last_due: Option<String>,
    /// The contract number.
    pub reference: Option<String>,
    /// Whose personal cost it is.
    pub member: Option<String>,
}

/// Reads a file.
pub fn read(text: &str) -> Result<Document, IntakeError> {
    let is_policy = |table: &toml::Table| table.contains_key("living_money_floor");
    if text.parse().is_ok_and(|table| is_policy(&table)) {
        return Ok(Document::Policy(text.to_owned()));
    }
    let written: Written = toml::from_str(text).map_err(|error| {
        IntakeError::new(error.to_string(), format!("het bestand is niet te lezen: {error}"))
    })?;
    match (written.municipality, written.household) {
        (Some(municipality), None) => Ok(Document::Municipality(Box::new(municipality))),
        (None, Some(household)) => Ok(Document::Household(Box::new(household))),
        _ => Err(IntakeError::new(
            "the file must hold one [municipality] or one [household]",
            "het bestand moet een [municipality] of een [household] bevatten",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_not_known_is_an_error() {
        let text = "[municipality]\nname = \"Voorbeeldstad\"\nbank_account = []\nmayor = \"x\"\n";
        let error = read(text).expect_err("unknown key").to_string();
        assert!(error.contains("unknown field `mayor`"), "{error}");
        assert!(read("").is_err());
    }
}
