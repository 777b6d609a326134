//! Posting: an amount from one account to another, so it balances by its shape.

use chrono::NaiveDate;

use crate::id::{LedgerAccountId, PostingId};
use crate::money::Money;

/// Money that moves, or is about to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    id: PostingId,
    from: LedgerAccountId,
    to: LedgerAccountId,
    amount: Money,
    on: NaiveDate,
    phase: Phase,
}

/// What a posting does to the balances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Money is on its way; no balance changes yet.
    Pending,
    /// Money moved.
    Posted {
        /// The pending posting it ends, if there was one.
        settles: Option<PostingId>,
        /// The posting it reverses, if it is a reversal.
        reverses: Option<PostingId>,
    },
    /// Money that was on its way and was never sent.
    Void {
        /// The pending posting it ends.
        ends: PostingId,
    },
}

/// A posting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostingError {
    /// Nothing or less than nothing moves.
    #[error("a posting of {0} moves no money: its amount must be above zero")]
    Amount(Money),
    /// It moves from an account to itself.
    #[error("a posting must move money between two accounts")]
    SameAccount,
    /// Only money on its way can be settled.
    #[error("posting {0} is not pending, so nothing of it can settle")]
    NotPending(PostingId),
    /// Only money that moved can be moved back.
    #[error("posting {0} moved no money, so it cannot be reversed")]
    NotPosted(PostingId),
}

impl Posting {
    /// Money that is on its way.
    pub fn pending(
        id: PostingId,
        from: LedgerAccountId,
        to: LedgerAccountId,
        amount: Money,
        on: NaiveDate,
    ) -> Result<Posting, PostingError> {
        Posting { id, from, to, amount, on, phase: Phase::Pending }.checked()
    }

    /// Money that moves at once.
    pub fn posted(
        id: PostingId,
        from: LedgerAccountId,
        to: LedgerAccountId,
        amount: Money,
        on: NaiveDate,
    ) -> Result<Posting, PostingError> {
        let phase = Phase::Posted { settles: None, reverses: None };
        Posting { id, from, to, amount, on, phase }.checked()
    }

    fn checked(self) -> Result<Posting, PostingError> {
        if !self.amount.is_positive() {
            return Err(PostingError::Amount(self.amount));
        }
        if self.from == self.to { Err(PostingError::SameAccount) } else { Ok(self) }
    }

    /// The money on its way arrived.
    pub fn settle(&self, id: PostingId, on: NaiveDate) -> Result<Posting, PostingError> {
        match self.phase {
            Phase::Pending => Ok(Posting {
                id,
                on,
                phase: Phase::Posted { settles: Some(self.id), reverses: None },
                ..*self
            }),
            Phase::Posted { .. } | Phase::Void { .. } => Err(PostingError::NotPending(self.id)),
        }
    }

    /// The money on its way is not sent after all: no balance changes.
    pub fn void(&self, id: PostingId, on: NaiveDate) -> Result<Posting, PostingError> {
        match self.phase {
            Phase::Pending => Ok(Posting { id, on, phase: Phase::Void { ends: self.id }, ..*self }),
            Phase::Posted { .. } | Phase::Void { .. } => Err(PostingError::NotPending(self.id)),
        }
    }

    /// The money that moved goes back the same way.
    ///
    /// ```
    /// # use grip_engine::{id::*, ledger::posting::Posting, money::Money};
    /// # use uuid::Uuid;
    /// # let (a, b) = (LedgerAccountId(Uuid::from_u128(1)), LedgerAccountId(Uuid::from_u128(2)));
    /// # let [one, two] = [1, 2].map(|id| PostingId(Uuid::from_u128(id)));
    /// # let day = "2026-03-03".parse().expect("a day");
    /// let rent = Posting::posted(one, a, b, Money::from_cents(61_240), day)?;
    /// let back = rent.reverse(two, day)?;
    /// assert_eq!((back.from(), back.to(), back.amount()), (b, a, rent.amount()));
    /// # Ok::<(), grip_engine::ledger::posting::PostingError>(())
    /// ```
    pub fn reverse(&self, id: PostingId, on: NaiveDate) -> Result<Posting, PostingError> {
        match self.phase {
            Phase::Posted { .. } => Ok(Posting {
                id,
                from: self.to,
                to: self.from,
                amount: self.amount,
                on,
                phase: Phase::Posted { settles: None, reverses: Some(self.id) },
            }),
            Phase::Pending | Phase::Void { .. } => Err(PostingError::NotPosted(self.id)),
        }
    }

    /// Its id.
    pub fn id(&self) -> PostingId {
        self.id
    }

    /// The account the money leaves.
    pub fn from(&self) -> LedgerAccountId {
        self.from
    }

    /// The account the money reaches.
    pub fn to(&self) -> LedgerAccountId {
        self.to
    }

    /// The amount, above zero.
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// The day it counts on.
    pub fn on(&self) -> NaiveDate {
        self.on
    }

    /// What it does to the balances.
    pub fn phase(&self) -> Phase {
        self.phase
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day() -> NaiveDate {
        "2026-02-27".parse().expect("a day")
    }

    fn id(number: u128) -> PostingId {
        PostingId(Uuid::from_u128(number))
    }

    fn account(number: u128) -> LedgerAccountId {
        LedgerAccountId(Uuid::from_u128(number))
    }

    #[test]
    fn a_posting_moves_more_than_nothing_between_two_accounts() {
        let post = |from, to, cents| {
            Posting::posted(id(1), account(from), account(to), Money::from_cents(cents), day())
        };
        assert!(post(1, 2, 1).is_ok());
        assert_eq!(post(1, 2, 0), Err(PostingError::Amount(Money::ZERO)));
        assert_eq!(post(1, 1, 1), Err(PostingError::SameAccount));
    }

    #[test]
    fn what_settled_cannot_settle_again_and_what_is_pending_cannot_be_reversed() {
        let pending =
            Posting::pending(id(1), account(1), account(2), Money::from_cents(5), day()).expect("a posting");
        let settled = pending.settle(id(2), day()).expect("settles");
        assert_eq!(settled.phase(), Phase::Posted { settles: Some(id(1)), reverses: None });
        assert_eq!(settled.settle(id(3), day()), Err(PostingError::NotPending(id(2))));
        assert_eq!(pending.reverse(id(3), day()), Err(PostingError::NotPosted(id(1))));
    }
}
