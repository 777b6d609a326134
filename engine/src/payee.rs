//! Payee: somebody who is paid, and the versions of the account they are paid on. One person records an account, somebody
//! calls back on a number that was known before, and another person approves it. Until then nothing is paid to it.

use chrono::NaiveDate;

use crate::bank::address::PostalAddress;
use crate::bank::iban::Iban;
use crate::id::{CreditorAccountId, MemberId, NameCheckId, PayeeId};

/// Somebody who is paid.
#[derive(Clone, Debug, PartialEq)]
pub struct Payee {
    /// Their id.
    pub id: PayeeId,
    /// What they are called by; the exact name of the holder stands with each account.
    pub name: String,
    /// Where they are, for a bank that asks for it.
    pub address: Option<PostalAddress>,
    /// The versions of their account.
    pub accounts: Accounts,
}

/// Whose account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Creditor {
    /// A payee's.
    Payee(PayeeId),
    /// A client's own, for living money.
    Member(MemberId),
}

impl Creditor {
    /// Its id, whoever it is.
    pub fn id(self) -> uuid::Uuid {
        match self {
            Creditor::Payee(id) => id.0,
            Creditor::Member(id) => id.0,
        }
    }
}

/// The versions of the account of one creditor, in order of the day from which they are used and of recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accounts(Vec<CreditorAccount>);

/// A version of the account of a creditor.
#[derive(Clone, Debug, PartialEq)]
pub struct CreditorAccount {
    /// Its id.
    pub id: CreditorAccountId,
    /// Whose it is.
    pub creditor: Creditor,
    /// Its place in the order of recording, from 1.
    pub number: u32,
    /// The name of the holder, exactly as the bank knows it.
    pub holder: String,
    /// The account.
    pub iban: Iban,
    /// The first day it is used.
    pub valid_from: NaiveDate,
    /// Who recorded it.
    pub recorded: Deed,
    /// That somebody called back.
    pub call_back: Option<CallBack>,
    /// The second person.
    pub approved: Option<Deed>,
    /// Who took it back.
    pub withdrawn: Option<Deed>,
    /// What banks answered about holder and account, oldest first.
    pub name_checks: Vec<NameCheck>,
    /// The last payment that came back for a reason of the account itself.
    pub bounced: Option<Bounced>,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The person, by the name they sign in with.
    pub by: String,
    /// The business day.
    pub on: NaiveDate,
}

/// That somebody asked the creditor, on a number that did not come with the new account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallBack {
    /// Who was called.
    pub person: String,
    /// On which number.
    pub number: String,
    /// Where that number was known from before.
    pub known_from: String,
    /// The day of the call.
    pub on: NaiveDate,
    /// Who called.
    pub by: String,
}

/// What a bank answered to whether a name and an account belong together (Verification of Payee).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameCheck {
    /// Its id.
    pub id: NameCheckId,
    /// The answer.
    pub outcome: NameOutcome,
    /// The name the bank gave, with a close match.
    pub answered: Option<String>,
    /// Where the answer came from.
    pub source: String,
    /// The day of the answer.
    pub on: NaiveDate,
    /// What a person decided about it.
    pub decision: Option<NameDecision>,
}

/// The answer of a Verification of Payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameOutcome {
    /// The name belongs to the account (RCVC).
    Match,
    /// It is nearly the name (RVMC).
    CloseMatch,
    /// It is another name (RVNM).
    NoMatch,
    /// The account takes no part in the check (RVNA).
    NotApplicable,
    /// The check could not be done.
    NotExecutable,
}

impl NameOutcome {
    /// Every answer.
    pub const ALL: [NameOutcome; 5] = [
        NameOutcome::Match,
        NameOutcome::CloseMatch,
        NameOutcome::NoMatch,
        NameOutcome::NotApplicable,
        NameOutcome::NotExecutable,
    ];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            NameOutcome::Match => "match",
            NameOutcome::CloseMatch => "close_match",
            NameOutcome::NoMatch => "no_match",
            NameOutcome::NotApplicable => "not_applicable",
            NameOutcome::NotExecutable => "not_executable",
        }
    }

    /// The answer with this code.
    pub fn from_code(code: &str) -> Option<NameOutcome> {
        NameOutcome::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// The answer that a bank gives as a status in a pain.002.
    ///
    /// ```
    /// use grip_engine::payee::NameOutcome;
    /// assert_eq!(NameOutcome::from_status("RVMC"), Some(NameOutcome::CloseMatch));
    /// assert_eq!(NameOutcome::from_status("ACCP"), None);
    /// ```
    pub fn from_status(status: &str) -> Option<NameOutcome> {
        match status {
            "RCVC" => Some(NameOutcome::Match),
            "RVMC" => Some(NameOutcome::CloseMatch),
            "RVNM" => Some(NameOutcome::NoMatch),
            "RVNA" => Some(NameOutcome::NotApplicable),
            _ => None,
        }
    }

    /// True when a person must decide before anything is paid.
    pub fn needs_decision(self) -> bool {
        matches!(self, NameOutcome::CloseMatch | NameOutcome::NoMatch)
    }
}

/// What a person decided about an answer that is no match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameDecision {
    /// True when the account is paid all the same.
    pub pays: bool,
    /// Why.
    pub ground: String,
    /// Who decided, and when.
    pub made: Deed,
}

/// A payment that came back for a reason of the account itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounced {
    /// The reason code of the bank.
    pub reason: String,
    /// The day it came back.
    pub on: NaiveDate,
}

/// Why nothing is paid to a creditor on a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Waits {
    /// No account is known.
    #[error("has no verified account to pay to")]
    NoAccount,
    /// Nobody called back on the only account there is.
    #[error("has no verified account to pay to: call back about the one that was recorded")]
    CallBack,
    /// A second person must approve the only account there is.
    #[error("has no verified account to pay to: a second person must approve the one that was recorded")]
    SecondPerson,
    /// The account is used later.
    #[error("has no verified account to pay to before {0}")]
    From(NaiveDate),
    /// A payment came back for a reason of the account: another one must be approved.
    #[error("waits for another account: a payment came back on {}", .0.on)]
    Blocked(Bounced),
    /// A bank says that it is not, or not quite, the name of the holder, and nobody decided.
    #[error("waits for a decision: the name check of the account says {}", .0.code())]
    NameCheck(NameOutcome),
    /// The account is a client's own: a creditor is never paid that way.
    #[error("would be paid on the client's own account: nobody is paid that way")]
    ClientsOwn,
    /// Somebody decided not to pay an account of that name.
    #[error("waits for another account: it was decided not to pay this one after its name check")]
    Held,
}

/// Why an account cannot be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApproved {
    /// It was approved or taken back before.
    #[error("the account was approved or taken back already")]
    NotWaiting,
    /// The person recorded it.
    #[error("who recorded an account cannot approve it: ask a second person")]
    SamePerson,
    /// Nobody called back.
    #[error("nobody called back about this account: record who was called, on which number, and by whom")]
    NoCallBack,
    /// The name check waits for a decision.
    #[error("the name check of this account waits for a decision")]
    NameCheck,
}

/// How far an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was recorded; nobody called back.
    Recorded,
    /// Somebody called back.
    CalledBack,
    /// A second person approved it.
    Approved,
    /// Approved, and a payment came back for a reason of the account.
    Blocked,
    /// It was taken back.
    Withdrawn,
}

impl Accounts {
    /// The versions of one creditor, in whatever order.
    pub fn new(mut versions: Vec<CreditorAccount>) -> Accounts {
        versions.sort_by_key(|version| (version.valid_from, version.number));
        Accounts(versions)
    }

    /// Every version, the one that is used last at the end.
    pub fn versions(&self) -> &[CreditorAccount] {
        &self.0
    }

    /// The approved version of a day: the newest one that was approved and not taken back.
    pub fn approved_on(&self, day: NaiveDate) -> Option<&CreditorAccount> {
        self.0.iter().rev().find(|version| version.stands() && version.valid_from <= day)
    }

    /// The version that is paid on a day, or why nothing is paid. A new version that nobody approved changes nothing:
    /// the old one stays valid; one on which payments come back, or of which the name is in doubt, is paid by nobody.
    pub fn on(&self, day: NaiveDate) -> Result<&CreditorAccount, Waits> {
        let Some(version) = self.approved_on(day) else { return Err(self.why_none()) };
        if let Some(bounced) = &version.bounced {
            return Err(Waits::Blocked(bounced.clone()));
        }
        match version.name() {
            NameState::Fine => Ok(version),
            NameState::Open(outcome) => Err(Waits::NameCheck(outcome)),
            NameState::Held => Err(Waits::Held),
        }
    }

    fn why_none(&self) -> Waits {
        if let Some(later) = self.0.iter().find(|version| version.stands()) {
            return Waits::From(later.valid_from);
        }
        match self.0.iter().rfind(|version| version.withdrawn.is_none()) {
            None => Waits::NoAccount,
            Some(version) if version.lacks_call_back() => Waits::CallBack,
            Some(_) => Waits::SecondPerson,
        }
    }
}

/// What the name checks of an account come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameState {
    /// Nothing stands in the way.
    Fine,
    /// A person must decide.
    Open(NameOutcome),
    /// A person decided not to pay.
    Held,
}

impl CreditorAccount {
    /// How far it is.
    pub fn stage(&self) -> Stage {
        match (&self.withdrawn, &self.approved) {
            (Some(_), _) => Stage::Withdrawn,
            (None, Some(_)) if self.bounced.is_some() => Stage::Blocked,
            (None, Some(_)) => Stage::Approved,
            (None, None) if self.call_back.is_some() => Stage::CalledBack,
            (None, None) => Stage::Recorded,
        }
    }

    /// True when it waits for a second person.
    pub fn is_waiting(&self) -> bool {
        self.approved.is_none() && self.withdrawn.is_none()
    }

    fn stands(&self) -> bool {
        self.approved.is_some() && self.withdrawn.is_none()
    }

    /// True when somebody must call back before it can be approved: about every account of a payee, and about every
    /// account of a client but the first one.
    pub fn lacks_call_back(&self) -> bool {
        let is_first_of_client = matches!(self.creditor, Creditor::Member(_)) && self.number == 1;
        self.call_back.is_none() && !is_first_of_client
    }

    /// What its name checks come to: the newest answer counts. A decision holds on for the same answer.
    pub fn name(&self) -> NameState {
        let Some(newest) = self.name_checks.last().filter(|check| check.outcome.needs_decision()) else {
            return NameState::Fine;
        };
        let same = |check: &&NameCheck| check.outcome == newest.outcome && check.answered == newest.answered;
        let decided = self.name_checks.iter().rev().filter(same).find_map(|check| check.decision.as_ref());
        match decided {
            None => NameState::Open(newest.outcome),
            Some(decision) if decision.pays => NameState::Fine,
            Some(_) => NameState::Held,
        }
    }

    /// Whether somebody may approve it.
    pub fn may_be_approved_by(&self, person: &str) -> Result<(), NotApproved> {
        if !self.is_waiting() {
            return Err(NotApproved::NotWaiting);
        }
        if self.recorded.by == person {
            return Err(NotApproved::SamePerson);
        }
        if self.lacks_call_back() {
            return Err(NotApproved::NoCallBack);
        }
        match self.name() {
            NameState::Fine => Ok(()),
            NameState::Open(_) | NameState::Held => Err(NotApproved::NameCheck),
        }
    }
}

/// True for reason codes of returns and rejects after which the same account is not paid again by anybody: it does not
/// exist, is closed or blocked, takes no transfers, or its holder may not be paid (GUIDE §4.4).
///
/// ```
/// use grip_engine::payee::blocks;
/// assert!(blocks("AC04") && blocks("MD07"));
/// assert!(!blocks("MS03") && !blocks("AM04"));
/// ```
pub fn blocks(reason: &str) -> bool {
    crate::bank::reason::reason(reason).blocks_account
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const OLD: &str = "NL91ABNA0417164300";
    const NEW: &str = "NL02ABNA0123456789";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn deed(by: &str, on: &str) -> Deed {
        Deed { by: by.to_owned(), on: day(on) }
    }

    /// A version that somebody recorded on its first day.
    fn version(number: u32, iban: &str, from: &str) -> CreditorAccount {
        CreditorAccount {
            id: CreditorAccountId(Uuid::from_u128(number.into())),
            creditor: Creditor::Payee(PayeeId(Uuid::nil())),
            number,
            holder: "Woonstichting De Dudok".to_owned(),
            iban: iban.parse().expect("an account"),
            valid_from: day(from),
            recorded: deed("wit", from),
            call_back: None,
            approved: None,
            withdrawn: None,
            name_checks: Vec::new(),
            bounced: None,
        }
    }

    fn call() -> CallBack {
        CallBack {
            person: "mw. Bos".to_owned(),
            number: "035-1234567".to_owned(),
            known_from: "contract".to_owned(),
            on: day("2026-03-02"),
            by: "wit".to_owned(),
        }
    }

    fn approved(version: CreditorAccount) -> CreditorAccount {
        let on = version.valid_from;
        CreditorAccount {
            call_back: Some(call()),
            approved: Some(Deed { by: "jansen".to_owned(), on }),
            ..version
        }
    }

    fn check(outcome: NameOutcome, answered: Option<&str>, pays: Option<bool>) -> NameCheck {
        let made = deed("jansen", "2026-03-03");
        NameCheck {
            id: NameCheckId(Uuid::nil()),
            outcome,
            answered: answered.map(str::to_owned),
            source: "bank".to_owned(),
            on: day("2026-03-03"),
            decision: pays.map(|pays| NameDecision { pays, ground: "gebeld".to_owned(), made }),
        }
    }

    fn paid(versions: &[CreditorAccount], on: &str) -> Result<String, Waits> {
        let accounts = Accounts::new(versions.to_vec());
        accounts.on(day(on)).map(|version| version.iban.as_str().to_owned())
    }

    #[test]
    fn the_old_account_stays_valid_until_a_second_person_approved_the_new_one_and_its_day_came() {
        let old = approved(version(1, OLD, "2026-01-01"));
        let new = version(2, NEW, "2026-03-02");
        assert_eq!(paid(std::slice::from_ref(&new), "2026-03-02"), Err(Waits::CallBack));
        let called = CreditorAccount { call_back: Some(call()), ..new.clone() };
        assert_eq!(paid(&[called], "2026-03-02"), Err(Waits::SecondPerson));
        assert_eq!(paid(&[], "2026-03-02"), Err(Waits::NoAccount));
        assert_eq!(paid(&[old.clone(), new.clone()], "2026-03-02"), Ok(OLD.to_owned()));
        let both = [approved(new.clone()), old.clone()];
        assert_eq!(paid(&both, "2026-03-01"), Ok(OLD.to_owned()));
        assert_eq!(paid(&both, "2026-03-02"), Ok(NEW.to_owned()));
        assert_eq!(paid(&both[..1], "2026-03-01"), Err(Waits::From(day("2026-03-02"))));
        let withdrawn = CreditorAccount { withdrawn: Some(deed("wit", "2026-03-05")), ..approved(new) };
        assert_eq!(paid(&[old, withdrawn], "2026-03-06"), Ok(OLD.to_owned()));
    }

    #[test]
    fn nobody_is_paid_on_an_account_that_bounced_until_another_version_is_approved() {
        let bounced = Bounced { reason: "AC04".to_owned(), on: day("2026-02-27") };
        let old =
            CreditorAccount { bounced: Some(bounced.clone()), ..approved(version(1, OLD, "2026-01-01")) };
        assert_eq!(paid(std::slice::from_ref(&old), "2026-03-31"), Err(Waits::Blocked(bounced.clone())));
        let recorded = version(2, NEW, "2026-03-02");
        assert_eq!(paid(&[old.clone(), recorded.clone()], "2026-03-31"), Err(Waits::Blocked(bounced)));
        assert_eq!(paid(&[old, approved(recorded)], "2026-03-31"), Ok(NEW.to_owned()));
    }

    #[test]
    fn a_name_that_does_not_match_waits_for_a_decision_which_holds_on_for_the_same_answer() {
        let with = |checks: &[NameCheck]| {
            let version = approved(version(1, OLD, "2026-01-01"));
            paid(&[CreditorAccount { name_checks: checks.to_vec(), ..version }], "2026-03-31").map(drop)
        };
        let close = |pays| check(NameOutcome::CloseMatch, Some("De Dudok"), pays);
        let other = check(NameOutcome::CloseMatch, Some("Dudok B.V."), None);
        for fine in [NameOutcome::Match, NameOutcome::NotApplicable, NameOutcome::NotExecutable] {
            assert_eq!(with(&[check(fine, None, None)]), Ok(()));
        }
        assert_eq!(with(&[close(None)]), Err(Waits::NameCheck(NameOutcome::CloseMatch)));
        assert_eq!(with(&[close(Some(true))]), Ok(()));
        assert_eq!(with(&[close(Some(true)), close(None)]), Ok(()));
        assert_eq!(with(&[close(Some(true)), other]), Err(Waits::NameCheck(NameOutcome::CloseMatch)));
        assert_eq!(with(&[close(Some(false))]), Err(Waits::Held));
        assert_eq!(with(&[close(Some(false)), close(Some(true))]), Ok(()));
        let none = check(NameOutcome::NoMatch, None, None);
        assert_eq!(with(&[close(Some(true)), none.clone()]), Err(Waits::NameCheck(NameOutcome::NoMatch)));
        assert_eq!(with(&[none, check(NameOutcome::Match, None, None)]), Ok(()));
    }

    #[test]
    fn an_account_is_approved_by_another_person_after_a_call_and_a_decision_on_its_name() {
        let new = version(1, NEW, "2026-03-02");
        assert_eq!(new.may_be_approved_by("wit"), Err(NotApproved::SamePerson));
        assert_eq!(new.may_be_approved_by("jansen"), Err(NotApproved::NoCallBack));
        let called = CreditorAccount { call_back: Some(call()), ..new.clone() };
        assert_eq!(called.may_be_approved_by("jansen"), Ok(()));
        assert_eq!(approved(called.clone()).may_be_approved_by("jansen"), Err(NotApproved::NotWaiting));
        let doubted =
            CreditorAccount { name_checks: vec![check(NameOutcome::NoMatch, None, None)], ..called };
        assert_eq!(doubted.may_be_approved_by("jansen"), Err(NotApproved::NameCheck));
        let client = Creditor::Member(MemberId(Uuid::nil()));
        let first = CreditorAccount { creditor: client, ..new };
        assert_eq!(first.may_be_approved_by("jansen"), Ok(()), "the first account of a client needs no call");
        let second = CreditorAccount { number: 2, ..first };
        assert_eq!(second.may_be_approved_by("jansen"), Err(NotApproved::NoCallBack));
    }
}
