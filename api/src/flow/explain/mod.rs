//! Explaining what nothing of ours explains: agreements are looked through, a person accepts a suggestion, says what
//! it is, or that it is not ours. Each cent moves by a posting from `unexplained`; a wrong one is undone by a posting
//! that names it.

mod agreements;
mod by_hand;
mod search;

pub use by_hand::{Chosen, Part, Share, accept, undo};
pub use search::{Searched, again};
pub(in crate::flow) use search::{left_over, search_new};

use grip_engine::bank::camt::Direction;
use grip_engine::id::{BankAccountId, HouseholdId, PostingId};
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::ledger::posting::Posting;
use grip_engine::money::Money;

use super::FlowError;
use crate::intake::IntakeError;
use crate::store::ledger::{self, Cause};
use crate::store::unexplained::{self, Explained, OpenRow};
use crate::store::{Change, StoreError};

/// What is explained, as a code that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A creditor collected an obligation.
    Collection,
    /// A creditor paid back what was paid too much.
    Refund,
    /// A client paid back a loan or a claim.
    Repayment,
    /// The municipality funded the account, or paid its own costs.
    Funding,
    /// A transfer between accounts of the municipality.
    Internal,
    /// It is somebody else's of the municipality, on a shared account.
    NotOurs,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] =
        [Kind::Collection, Kind::Refund, Kind::Repayment, Kind::Funding, Kind::Internal, Kind::NotOurs];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Collection => "collection",
            Kind::Refund => "refund",
            Kind::Repayment => "repayment",
            Kind::Funding => "funding",
            Kind::Internal => "internal",
            Kind::NotOurs => "not_ours",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// True when it is the money of a household.
    pub fn is_of_household(self) -> bool {
        matches!(self, Kind::Collection | Kind::Refund | Kind::Repayment)
    }

    /// True when an entry in this direction can be it.
    pub fn fits(self, direction: Direction) -> bool {
        match self {
            Kind::Collection => direction == Direction::Debit,
            Kind::Refund | Kind::Repayment => direction == Direction::Credit,
            Kind::Funding | Kind::Internal | Kind::NotOurs => true,
        }
    }

    /// Where its money lies: with the household, or with the municipality.
    fn holds(self) -> AccountKind {
        match self {
            Kind::Collection => AccountKind::HouseholdBudget,
            Kind::Refund => AccountKind::ReceivedMoney,
            Kind::Repayment | Kind::Funding | Kind::Internal | Kind::NotOurs => AccountKind::Funding,
        }
    }
}

/// Books an amount of an open part as what it is.
async fn book(
    change: &mut Change,
    part: &OpenRow,
    (kind, amount): (Kind, Money),
    explained: &Explained<'_>,
) -> Result<(), FlowError> {
    let bank_account = BankAccountId(part.bank_account_id);
    let household: Option<HouseholdId> = explained
        .household
        .filter(|_| matches!(kind.holds(), AccountKind::HouseholdBudget | AccountKind::ReceivedMoney));
    let own = Purpose { bank_account, kind: kind.holds(), household };
    let open = Purpose { bank_account, kind: AccountKind::Unexplained, household: None };
    let (from, to) = match part.way() {
        Direction::Credit => (open, own),
        Direction::Debit => (own, open),
    };
    if part.way() == Direction::Debit && household.is_some() && ledger::budget_of(change, own).await? < amount
    {
        return Err(no_budget().into());
    }
    if !unexplained::take(change, part, amount).await? {
        return Err(explained_already());
    }
    let (from, to) = (ledger::account(change, from).await?, ledger::account(change, to).await?);
    let on = change.grant().today().max(part.booked_on);
    let posting = Posting::posted(PostingId(change.new_id()), from, to, amount, on)?;
    let cause = Cause { word: "explanation", payment: None, entry: Some(part.entry_id) };
    ledger::post(change, &posting, cause).await?;
    unexplained::explain(change, part, explained, &posting).await?;
    if kind == Kind::NotOurs && part.remaining == amount.cents() {
        unexplained::forget_words(change, part).await?;
    }
    Ok(())
}

/// Nothing is set apart for a household to take a collection from.
fn no_budget() -> IntakeError {
    IntakeError::new(
        "nothing is set apart for this household to take it from",
        "er is voor dit huishouden niet genoeg opzijgezet om dit van af te halen",
    )
}

/// Somebody else explained it first.
fn explained_already() -> FlowError {
    FlowError::Exists { what: "explanation", id: String::new() }
}

/// The posting of an explanation, taken back.
async fn reverse(change: &mut Change, posting: uuid::Uuid) -> Result<Posting, FlowError> {
    let known = ledger::moved_at_once(change, posting).await?.ok_or(StoreError::Missing)?;
    let today = change.grant().today();
    let back = known.reverse(PostingId(change.new_id()), today)?;
    let cause = Cause { word: "explanation undone", ..Cause::default() };
    ledger::post(change, &back, cause).await?;
    Ok(back)
}
