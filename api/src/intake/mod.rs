//! Intake: the files in which a municipality, its households and what happens to them are handed in.
//!
//! TOML, one file for the municipality and one per household; `samples/` shows both. A key that is not
//! known is an error, so that nothing is lost in silence.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::{Month, Period};
use grip_engine::money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A file or a value in it that has no meaning, in words that show it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IntakeError(pub String);

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
}

/// A household and its story.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdIn {
    /// What people call it by.
    pub number: String,
    /// The account of the municipality that pays for it.
    pub bank_account: String,
    /// Its members, the applicant first.
    pub member: Vec<MemberIn>,
    /// What it owes every month.
    #[serde(default)]
    pub obligation: Vec<ObligationIn>,
    /// What happens, in order of date.
    #[serde(default)]
    pub event: Vec<EventIn>,
}

/// A person in a household.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MemberIn {
    /// applicant, partner or child.
    pub role: String,
    /// The name on their bank account.
    pub name: String,
    /// Their own account.
    pub iban: Option<String>,
    /// The first day of the asylum permit for a fixed period.
    pub asylum_permit_from: Option<String>,
    /// The first day of the duty of civic integration.
    pub civic_integration_from: Option<String>,
}

/// Something owed every month.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ObligationIn {
    /// rent, `health_premium`, energy, water or voluntary.
    pub kind: String,
    /// The name of the payee.
    pub payee: String,
    /// The amount.
    pub amount: String,
    /// The first day something is due.
    pub first_due: String,
    /// The contract number.
    pub reference: String,
}

/// Something that happens on a day: exactly one of its parts is given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventIn {
    /// The day.
    pub on: String,
    /// A decision on the right to social assistance.
    pub benefit: Option<BenefitIn>,
    /// A decided reduction.
    pub reduction: Option<ReductionIn>,
    /// Income the household reported.
    pub income: Option<IncomeIn>,
    /// A held due is paid after all.
    pub pay_anyway: Option<PayAnywayIn>,
    /// A furnishing credit.
    pub credit: Option<CreditIn>,
    /// Lines of receipts.
    pub evidence: Option<EvidenceIn>,
    /// A new account of a payee.
    pub payee_account: Option<PayeeAccountIn>,
    /// A first or new account of a member, for living money.
    pub member_account: Option<MemberAccountIn>,
}

/// A decision on the right to social assistance.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BenefitIn {
    /// The reference of the decision.
    pub reference: String,
    /// single or couple.
    pub norm: String,
    /// The first day of the right.
    pub right_from: String,
    /// The last day of the right.
    pub right_until: Option<String>,
}

/// A decided reduction.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReductionIn {
    /// The reference of the decision.
    pub reference: String,
    /// The benefit month.
    pub month: String,
    /// The share of the norm that is taken off.
    pub share: String,
}

/// Income the household reported to the income officer.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IncomeIn {
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: Option<String>,
    /// The amount a month.
    pub monthly: String,
}

/// A held due is paid after all.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PayAnywayIn {
    /// The benefit month.
    pub month: String,
    /// The contract number of the obligation.
    pub obligation: String,
    /// The reference of the decision.
    pub reference: String,
}

/// A furnishing credit in tranches.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CreditIn {
    /// The reference of the decision.
    pub reference: String,
    /// The decided amount.
    pub amount: String,
    /// Its parts, in order.
    pub tranche: Vec<TrancheIn>,
}

/// A part of a credit.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrancheIn {
    /// Its amount.
    pub amount: String,
    /// What it is meant for.
    #[serde(default)]
    pub budget: Vec<LineIn>,
}

/// An amount in a category of goods.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LineIn {
    /// The category.
    pub category: String,
    /// The amount.
    pub amount: String,
}

/// Receipts for a tranche.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceIn {
    /// The reference of the credit.
    pub credit: String,
    /// The number of the tranche.
    pub tranche: u32,
    /// The lines.
    pub line: Vec<LineIn>,
}

/// A new account of a payee.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PayeeAccountIn {
    /// The name of the payee.
    pub payee: String,
    /// The account.
    pub iban: String,
    /// The first day it is used.
    pub valid_from: String,
    /// The second person, who verified it.
    pub verified_by: String,
}

/// A first or new account of a member, for living money.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MemberAccountIn {
    /// The name of the member.
    pub member: String,
    /// The account.
    pub iban: String,
    /// The second person, who verified it.
    pub verified_by: String,
}

/// Reads a file.
pub fn read(text: &str) -> Result<Document, IntakeError> {
    let is_policy = |table: &toml::Table| table.contains_key("living_money_floor");
    if text.parse().is_ok_and(|table| is_policy(&table)) {
        return Ok(Document::Policy(text.to_owned()));
    }
    let written: Written = toml::from_str(text).map_err(|error| IntakeError(error.to_string()))?;
    match (written.municipality, written.household) {
        (Some(municipality), None) => Ok(Document::Municipality(Box::new(municipality))),
        (None, Some(household)) => Ok(Document::Household(Box::new(household))),
        _ => Err(IntakeError("the file must hold one [municipality] or one [household]".to_owned())),
    }
}

/// Values as they are written, each error with the key and the text.
pub mod value {
    use super::{Decimal, Iban, IntakeError, Money, Month, NaiveDate, Period};
    use grip_engine::bank::text::sepa;

    fn wrong(key: &str, text: &str, want: &str) -> IntakeError {
        IntakeError(format!("`{key}` is `{text}`, which is no {want}"))
    }

    /// A day.
    pub fn day(key: &str, text: &str) -> Result<NaiveDate, IntakeError> {
        text.parse().map_err(|_| wrong(key, text, "day like 2026-02-27"))
    }

    /// A month.
    pub fn month(key: &str, text: &str) -> Result<Month, IntakeError> {
        text.parse().map_err(|_| wrong(key, text, "month like 2026-02"))
    }

    /// The most that one credit transfer may move.
    const MOST: Money = Money::from_cents(99_999_999_999);

    /// An amount above zero that a bank takes.
    pub fn amount(key: &str, text: &str) -> Result<Money, IntakeError> {
        let amount: Option<Money> = text.parse().ok();
        let amount = amount.filter(|amount| amount.is_positive() && *amount <= MOST);
        amount.ok_or_else(|| wrong(key, text, "amount like 612.40"))
    }

    /// A name of which something is left in the characters that banks take.
    pub fn name(key: &str, text: &str) -> Result<String, IntakeError> {
        let odd = 140 < text.len() || text.contains(char::is_control);
        if odd || sepa(text, 70).is_empty() {
            Err(wrong(key, text, "name for a payment"))
        } else {
            Ok(text.to_owned())
        }
    }

    /// A share above zero and at most one.
    pub fn share(key: &str, text: &str) -> Result<Decimal, IntakeError> {
        let share = Decimal::from_str_exact(text).ok();
        let share = share.filter(|share| Decimal::ZERO < *share && *share <= Decimal::ONE);
        share.ok_or_else(|| wrong(key, text, "share like 0.30"))
    }

    /// An account.
    pub fn iban(text: &str) -> Result<Iban, IntakeError> {
        text.parse().map_err(|error: grip_engine::bank::iban::NotIban| IntakeError(error.to_string()))
    }

    /// A period.
    pub fn period(key: &str, from: &str, until: Option<&str>) -> Result<Period, IntakeError> {
        let until = until.map(|until| day(key, until)).transpose()?;
        Period::new(day(key, from)?, until).map_err(|error| IntakeError(error.to_string()))
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
