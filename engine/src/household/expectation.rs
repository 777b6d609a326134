//! An expectation: money of or for a household that will pass over an account of the municipality beside our own
//! payments, so that it is recognised when it comes.

use crate::bank::camt::Direction;
use crate::bank::iban::Iban;
use crate::calendar::Period;
use crate::id::{AgreementId, ObligationId};
use crate::money::Money;
use crate::obligation::Rhythm;

/// Money that is expected, as it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Its id.
    pub id: AgreementId,
    /// The reference of the letter or decision it follows from.
    pub letter: String,
    /// What it is.
    pub kind: AgreementKind,
    /// The obligation it is about.
    pub obligation: Option<ObligationId>,
    /// The amount each time.
    pub amount: Money,
    /// How often; none for once.
    pub rhythm: Option<Rhythm>,
    /// The days on which it holds; its first day is the first due day.
    pub holds: Period,
    /// The account on the other side; without it those of the payee of the obligation, or of the client.
    pub account: Option<Iban>,
    /// The contract number or payment reference; without it that of the obligation.
    pub reference: Option<String>,
    /// The mandate of a direct debit.
    pub mandate: Option<String>,
    /// Words that all stand in the text.
    pub terms: Vec<String>,
}

/// What is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgreementKind {
    /// A creditor collects an obligation by direct debit.
    Collection,
    /// A creditor pays back what was paid too much.
    Refund,
    /// A client pays back a loan or a claim.
    Repayment,
    /// The municipality funds the account.
    Funding,
}

impl AgreementKind {
    /// Every kind.
    pub const ALL: [AgreementKind; 4] =
        [AgreementKind::Collection, AgreementKind::Refund, AgreementKind::Repayment, AgreementKind::Funding];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            AgreementKind::Collection => "collection",
            AgreementKind::Refund => "refund",
            AgreementKind::Repayment => "repayment",
            AgreementKind::Funding => "funding",
        }
    }

    /// The kind with this code.
    ///
    /// ```
    /// use grip_engine::household::expectation::AgreementKind;
    /// assert_eq!(AgreementKind::from_code("refund"), Some(AgreementKind::Refund));
    /// assert_eq!(AgreementKind::from_code("gift"), None);
    /// ```
    pub fn from_code(code: &str) -> Option<AgreementKind> {
        AgreementKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Which way its money goes, seen from the account of the municipality.
    pub fn direction(self) -> Direction {
        match self {
            AgreementKind::Collection => Direction::Debit,
            AgreementKind::Refund | AgreementKind::Repayment | AgreementKind::Funding => Direction::Credit,
        }
    }
}
