//! Cover: whether our own account carries what the bank refused for want of money (AM04). Until then none of it is sent
//! again (GUIDE §4.4).

use chrono::NaiveDate;

use crate::money::Money;

/// What an account of ours could not carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The last day on which the bank refused something.
    pub since: NaiveDate,
    /// What it refused and what waits to be paid again.
    pub waiting: Money,
    /// What leaves the account besides: approved or sent, and not booked yet.
    pub underway: Money,
}

/// The closing balance of a proved statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The day it closes.
    pub on: NaiveDate,
    /// What the account then held.
    pub closing: Money,
}

impl Shortfall {
    /// What the account must hold to carry all of it.
    pub fn needed(&self) -> Money {
        self.waiting + self.underway
    }

    /// True when the newest proved balance shows that the account carries all of it: one that closed before the bank
    /// refused says nothing.
    ///
    /// ```
    /// use grip_engine::bank::cover::{Balance, Shortfall};
    /// use grip_engine::money::Money;
    /// let since = "2026-02-24".parse()?;
    /// let short = Shortfall { since, waiting: Money::from_cents(600_00), underway: Money::from_cents(50_00) };
    /// assert!(short.is_carried_by(&Balance { on: since, closing: Money::from_cents(650_00) }));
    /// assert!(!short.is_carried_by(&Balance { on: since, closing: Money::from_cents(649_99) }));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn is_carried_by(&self, newest: &Balance) -> bool {
        self.since <= newest.on && self.needed() <= newest.closing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_of_before_the_refusal_says_nothing_and_a_cent_too_little_is_too_little() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let cents = Money::from_cents;
        let short = Shortfall { since: day("2026-02-24"), waiting: cents(600_00), underway: cents(0) };
        let carried =
            |on: &str, closing| short.is_carried_by(&Balance { on: day(on), closing: cents(closing) });
        assert!(!carried("2026-02-23", 9_999_99));
        assert!(carried("2026-02-24", 600_00) && carried("2026-02-25", 600_00));
        assert!(!carried("2026-02-24", 599_99) && !carried("2026-02-24", -600_00));
    }
}
