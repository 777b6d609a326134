//! What is withheld from the benefit: seizure, set-off, repayment. Every one has a legal basis and a decision.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::calendar::Month;
use crate::id::{DeductionId, PayeeId};
use crate::money::Money;

/// A decided withholding.
#[derive(Clone, Debug, PartialEq)]
pub struct Deduction {
    /// Its id.
    pub id: DeductionId,
    /// The reference of the decision or the seizure.
    pub reference: String,
    /// The day it was recorded.
    pub recorded_on: NaiveDate,
    /// What it is.
    pub kind: DeductionKind,
    /// The article it rests on: `Pw 48(4)`.
    pub legal_basis: String,
    /// The last day on which the client can object.
    pub objection_until: NaiveDate,
    /// What it takes a month.
    pub size: DeductionSize,
    /// The first benefit month.
    pub from: Month,
    /// The last benefit month.
    pub until: Option<Month>,
    /// What it takes in all: the claim, or the principal of a loan.
    pub total: Option<Money>,
    /// What of the total was paid early, or remitted by a decision: it is not taken any more.
    pub relieved: Money,
    /// After so many instalments above zero the rest of a loan is a proposal for remission.
    pub instalments: u32,
    /// Who is paid: a bailiff, or the CAK.
    pub payee: Option<PayeeId>,
    /// Months in which nothing is taken, from and up to and including.
    pub suspended: Vec<(Month, Month)>,
}

/// What a withholding takes a month, at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DeductionSize {
    /// An amount.
    Amount(Money),
    /// A share of the norm including holiday allowance; it follows the norm.
    Share(Decimal),
}

/// What is withheld. The order is the order in which the room is used (rulings 3 to 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeductionKind {
    /// The administrative premium that the CAK orders to withhold: outside the room (ruling 4).
    Cak,
    /// A seizure by a bailiff (Rv 475dc).
    Seizure,
    /// Set-off that the law orders: claims and fines of art. 60(4).
    MandatorySetOff,
    /// Set-off that the law permits: other claims (58, 60(3)).
    Claim,
    /// An instalment of an assistance loan (48(4)); it yields to the others.
    LoanRepayment,
}

impl DeductionKind {
    /// Every kind, in order.
    pub const ALL: [DeductionKind; 5] = [
        DeductionKind::Cak,
        DeductionKind::Seizure,
        DeductionKind::MandatorySetOff,
        DeductionKind::Claim,
        DeductionKind::LoanRepayment,
    ];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            DeductionKind::Cak => "cak",
            DeductionKind::Seizure => "seizure",
            DeductionKind::MandatorySetOff => "mandatory_set_off",
            DeductionKind::Claim => "claim",
            DeductionKind::LoanRepayment => "loan_repayment",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<DeductionKind> {
        DeductionKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// True when what is withheld is paid to somebody else; else it stays with the municipality.
    pub fn goes_to_a_payee(self) -> bool {
        matches!(self, DeductionKind::Cak | DeductionKind::Seizure)
    }
}

impl Deduction {
    /// True in a benefit month in which it may take something.
    pub fn runs_in(&self, month: Month) -> bool {
        let in_term = self.from <= month && self.until.is_none_or(|until| month <= until);
        in_term && !self.suspended.iter().any(|(from, until)| *from <= month && month <= *until)
    }
}
