//! What a person gives about an account.

use chrono::NaiveDate;
use grip_engine::payee::NameOutcome;

use crate::intake::IntakeError;
use crate::intake::event::{CallBackIn, MemberAccountIn, PayeeAccountIn};
use crate::intake::value::day;

/// An account that is recorded, as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountGiven {
    /// The account.
    pub iban: String,
    /// The name of the holder; that of the creditor when it is not given.
    pub holder: Option<String>,
    /// The first day it is used; today when it is not given.
    pub valid_from: Option<NaiveDate>,
    /// That somebody called back, when that was done already.
    pub call_back: Option<CallBackGiven>,
    /// The person who will approve it, or did so in a file.
    pub verified_by: Option<String>,
    /// The joint written request, for the account of the other partner.
    pub joint_request: Option<String>,
}

/// That somebody called back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallBackGiven {
    /// Who was called.
    pub person: String,
    /// On which number.
    pub number: String,
    /// Where that number was known from before.
    pub known_from: String,
    /// The day of the call.
    pub on: NaiveDate,
    /// Who called; who records it, when nobody is named.
    pub by: Option<String>,
}

/// What a bank answered about a name and an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerGiven {
    /// The answer.
    pub outcome: NameOutcome,
    /// The name the bank gave.
    pub answered: Option<String>,
    /// Where the answer came from.
    pub source: String,
    /// The day of the answer.
    pub on: NaiveDate,
}

impl TryFrom<&CallBackIn> for CallBackGiven {
    type Error = IntakeError;

    fn try_from(file: &CallBackIn) -> Result<CallBackGiven, IntakeError> {
        Ok(CallBackGiven {
            person: file.person.clone(),
            number: file.number.clone(),
            known_from: file.known_from.clone(),
            on: day("call_back.on", &file.on)?,
            by: file.by.clone(),
        })
    }
}

impl TryFrom<&PayeeAccountIn> for AccountGiven {
    type Error = IntakeError;

    fn try_from(file: &PayeeAccountIn) -> Result<AccountGiven, IntakeError> {
        Ok(AccountGiven {
            iban: file.iban.clone(),
            holder: file.holder.clone(),
            valid_from: Some(day("valid_from", &file.valid_from)?),
            call_back: file.call_back.as_ref().map(CallBackGiven::try_from).transpose()?,
            verified_by: file.verified_by.clone(),
            joint_request: None,
        })
    }
}

impl TryFrom<&MemberAccountIn> for AccountGiven {
    type Error = IntakeError;

    fn try_from(file: &MemberAccountIn) -> Result<AccountGiven, IntakeError> {
        Ok(AccountGiven {
            iban: file.iban.clone(),
            holder: file.holder.clone(),
            valid_from: None,
            call_back: file.call_back.as_ref().map(CallBackGiven::try_from).transpose()?,
            verified_by: file.verified_by.clone(),
            joint_request: file.joint_request.clone(),
        })
    }
}
