//! A person in a household.

use chrono::NaiveDate;

use crate::bank::iban::Iban;
use crate::calendar::Period;
use crate::id::MemberId;

/// A person in a household.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Their place in the household.
    pub role: MemberRole,
    /// The name on their bank account; no rule reads it.
    pub name: String,
    /// Their own account for living money; none while it is being opened.
    pub account: Option<Iban>,
    /// The birth date, read for the bracket of the norm only.
    pub born: Option<NaiveDate>,
    /// Residence on an asylum permit for a fixed period (art. 28 Vw 2000), by date.
    pub asylum_permit: Option<Period>,
    /// Duty of civic integration under the Wi2021, by date.
    pub civic_integration_duty: Option<Period>,
    /// The first day in the household; always when there is none.
    pub present_from: Option<NaiveDate>,
    /// The last day in the household.
    pub present_until: Option<NaiveDate>,
    /// The day they died.
    pub died_on: Option<NaiveDate>,
    /// The day the right arose in an earlier household: the relief window is counted from there (ruling 31).
    pub right_since: Option<NaiveDate>,
}

/// The place of a person in a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberRole {
    /// Applied for the benefit; the odd cent of a shared amount is theirs.
    Applicant,
    /// Spouse or partner: half the benefit is theirs (Pw 45(4)).
    Partner,
    /// Child.
    Child,
}

impl Member {
    /// Somebody of whom nothing but place and name is known.
    pub fn new(id: MemberId, role: MemberRole, name: String) -> Member {
        Member {
            id,
            role,
            name,
            account: None,
            born: None,
            asylum_permit: None,
            civic_integration_duty: None,
            present_from: None,
            present_until: None,
            died_on: None,
            right_since: None,
        }
    }

    /// True when they belong to the household on a day.
    pub fn is_present(&self, day: NaiveDate) -> bool {
        let last = self.present_until.into_iter().chain(self.died_on).min();
        self.present_from.is_none_or(|from| from <= day) && last.is_none_or(|last| day <= last)
    }
}
