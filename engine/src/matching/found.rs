//! Why a line was matched, or is suggested: one rule, and the facts it rests on.

use chrono::NaiveDate;

use crate::id::{AgreementId, HouseholdId, ObligationId};
use crate::money::Money;

use super::AgreementKind;
use super::agreement::Agreement;

/// The rules, in the order in which they are tried. Direction and amount are in every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The `EndToEndId` or `InstrId` of a payment of ours.
    Identifier,
    /// The `PmtInfId` of a batch of ours.
    Batch,
    /// The other side is another account of the municipality.
    OwnAccount,
    /// The mandate of a direct debit.
    Mandate,
    /// A structured reference whose check digits hold.
    StructuredReference,
    /// The account on the other side and the contract number in the text.
    AccountAndReference,
    /// The account on the other side, the amount and a due day nearby.
    AmountAndWindow,
    /// All search terms as whole words in the text.
    Terms,
    /// The account on the other side alone: only ever a suggestion.
    Account,
}

impl Rule {
    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Rule::Identifier => "identifier",
            Rule::Batch => "batch",
            Rule::OwnAccount => "own_account",
            Rule::Mandate => "mandate",
            Rule::StructuredReference => "structured_reference",
            Rule::AccountAndReference => "account_and_reference",
            Rule::AmountAndWindow => "amount_and_window",
            Rule::Terms => "terms",
            Rule::Account => "account",
        }
    }
}

/// What a match or suggestion rests on, for or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The identifier that is ours.
    Identifier(String),
    /// The batch, with how many payments.
    Batch(String, usize),
    /// The mandate that was found.
    Mandate(String),
    /// The structured reference that was found.
    StructuredReference(String),
    /// The contract number that stands in the text.
    Reference(String),
    /// The search terms that stand in the text.
    Terms(Vec<String>),
    /// The account on the other side is that of the agreement.
    SameAccount,
    /// The account on the other side is another one.
    OtherAccount,
    /// The amount is the agreed one.
    Amount(Money),
    /// The agreed amount is another one.
    OtherAmount {
        /// What was agreed.
        agreed: Money,
    },
    /// No amount was agreed.
    NoAmount,
    /// It was booked within the window of this due.
    Due(NaiveDate),
    /// It was booked outside every window.
    NoDue,
    /// The money of this due was seen before.
    Met(NaiveDate),
    /// So many agreements fit equally well.
    OneOf(usize),
}

/// One explanation: which rule, which facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The rule.
    pub rule: Rule,
    /// What it rests on.
    pub facts: Vec<Fact>,
}

/// The agreement that a line meets, or may meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The agreement.
    pub id: AgreementId,
    /// What it is.
    pub kind: AgreementKind,
    /// Whose money.
    pub household: Option<HouseholdId>,
    /// The obligation it follows from.
    pub obligation: Option<ObligationId>,
    /// The due day that is met, where one is near.
    pub due: Option<NaiveDate>,
}

impl Agreed {
    pub(super) fn of(agreement: &Agreement, due: Option<NaiveDate>) -> Agreed {
        let due = due.and_then(|due| agreement.meets(due));
        let Agreement { id, kind, household, obligation, .. } = *agreement;
        Agreed { id, kind, household, obligation, due }
    }
}

/// What a line may be, for a person to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The agreement.
    pub agreed: Agreed,
    /// Why it is suggested, and what speaks against it.
    pub found: Found,
}
