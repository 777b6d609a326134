//! Returns and rejects: a payment that came back, or that the bank refused. Its posting is undone, its money is kept
//! apart for the household, and its due is open again.

use chrono::NaiveDate;

use crate::id::{LedgerAccountId, PostingId};
use crate::ledger::posting::{Posting, PostingError};

/// The two postings of a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    /// Takes back what was posted when the payment settled.
    pub reversal: Posting,
    /// Keeps the money apart until the due is paid again.
    pub parked: Posting,
}

/// Undoes a settled payment on the day its money came back.
pub fn undo(
    settled: &Posting,
    ids: [PostingId; 2],
    returned_money: LedgerAccountId,
    on: NaiveDate,
) -> Result<Undone, PostingError> {
    let reversal = settled.reverse(ids[0], on)?;
    let parked = Posting::posted(ids[1], settled.from(), returned_money, settled.amount(), on)?;
    Ok(Undone { reversal, parked })
}

/// The two postings of a reject: the bank refused what was on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Ends the money on its way: none of it left.
    pub void: Posting,
    /// Keeps the money apart until the due is paid again.
    pub parked: Posting,
}

/// Undoes a payment that the bank refused before it was booked, on the day it said so.
pub fn refuse(
    pending: &Posting,
    ids: [PostingId; 2],
    returned_money: LedgerAccountId,
    on: NaiveDate,
) -> Result<Refused, PostingError> {
    let void = pending.void(ids[0], on)?;
    let parked = Posting::posted(ids[1], pending.from(), returned_money, pending.amount(), on)?;
    Ok(Refused { void, parked })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;
    use uuid::Uuid;

    #[test]
    fn a_returned_rent_is_reversed_and_its_money_kept_apart() {
        let account = |number| LedgerAccountId(Uuid::from_u128(number));
        let id = |number| PostingId(Uuid::from_u128(number));
        let (budget, outside, returned) = (account(1), account(2), account(3));
        let on = "2026-03-03".parse().expect("a day");
        let pending =
            Posting::pending(id(1), budget, outside, Money::from_cents(61_240), on).expect("a posting");
        let settled = pending.settle(id(2), on).expect("settles");
        let undone = undo(&settled, [id(3), id(4)], returned, on).expect("undone");
        assert_eq!((undone.reversal.from(), undone.reversal.to()), (outside, budget));
        assert_eq!((undone.parked.from(), undone.parked.to()), (budget, returned));
        assert_eq!(undone.parked.amount(), settled.amount());
        assert_eq!(undo(&pending, [id(3), id(4)], returned, on), Err(PostingError::NotPosted(id(1))));
    }

    #[test]
    fn a_refused_rent_never_left_and_its_money_is_kept_apart() {
        let account = |number| LedgerAccountId(Uuid::from_u128(number));
        let id = |number| PostingId(Uuid::from_u128(number));
        let on = "2026-03-03".parse().expect("a day");
        let pending =
            Posting::pending(id(1), account(1), account(2), Money::from_cents(5), on).expect("a posting");
        let refused = refuse(&pending, [id(2), id(3)], account(3), on).expect("refused");
        assert_eq!((refused.parked.from(), refused.parked.to()), (account(1), account(3)));
        let settled = pending.settle(id(4), on).expect("settles");
        assert_eq!(refuse(&settled, [id(2), id(3)], account(3), on), Err(PostingError::NotPending(id(4))));
    }
}
