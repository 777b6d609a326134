//! Money: whole cents of a euro. Shares and rates are [`Decimal`]; rounding is always named.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// An amount in whole cents of a euro; negative amounts are owed.
///
/// ```
/// use grip_engine::money::Money;
/// let rent: Money = "612.40".parse()?;
/// assert_eq!(rent.cents(), 61_240);
/// assert_eq!(rent.to_string(), "612.40");
/// # Ok::<(), grip_engine::money::NotMoney>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// What happens to the part of a cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Half a cent goes up: the rule for benefits.
    HalfUp,
    /// Any part of a cent goes up: the rule for the protected income.
    Up,
    /// Any part of a cent is dropped: the rule for the room for deductions.
    Down,
}

impl Money {
    /// No money.
    pub const ZERO: Money = Money(0);

    /// An amount of whole cents.
    pub const fn from_cents(cents: i64) -> Self {
        Money(cents)
    }

    /// The amount in whole cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// This share of the amount, rounded as named.
    ///
    /// ```
    /// use grip_engine::money::{Money, Round};
    /// use rust_decimal::Decimal;
    /// let norm = Money::from_cents(140_150);
    /// let reserve = norm.share(Decimal::new(48, 3), Round::HalfUp);
    /// assert_eq!(reserve, Money::from_cents(67_27)); // 67.272
    /// ```
    pub fn share(self, share: Decimal, round: Round) -> Money {
        whole_cents(Decimal::from(self.0) * share, round)
    }

    /// `days` of the `of` days in a month, half up to the cent (Pw 45(3)).
    ///
    /// ```
    /// use grip_engine::money::Money;
    /// let january = Money::from_cents(140_150).days_of(20, 31);
    /// assert_eq!(january, Money::from_cents(904_19));
    /// ```
    pub fn days_of(self, days: u32, of: u32) -> Money {
        let exact = Decimal::from(self.0) * Decimal::from(days) / Decimal::from(of);
        whole_cents(exact, Round::HalfUp)
    }

    /// Two halves; the odd cent goes to the first.
    ///
    /// ```
    /// use grip_engine::money::Money;
    /// let (applicant, partner) = Money::from_cents(248_07).halves();
    /// assert_eq!((applicant.cents(), partner.cents()), (124_04, 124_03));
    /// ```
    pub fn halves(self) -> (Money, Money) {
        let second = self.0.div_euclid(2);
        (Money(self.0 - second), Money(second))
    }

    /// The larger of the amount and nothing.
    pub fn or_zero(self) -> Money {
        self.max(Money::ZERO)
    }

    /// True above zero.
    pub fn is_positive(self) -> bool {
        0 < self.0
    }

    /// The sum, or nothing when it does not fit.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }

    /// The amount as a decimal number of euros.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// The whole cents of a decimal number of euros; nothing when it is not in whole cents.
    ///
    /// ```
    /// use grip_engine::money::Money;
    /// assert_eq!(Money::from_decimal("10.00000".parse()?), Some(Money::from_cents(1_000)));
    /// assert_eq!(Money::from_decimal("12.345".parse()?), None);
    /// # Ok::<(), rust_decimal::Error>(())
    /// ```
    pub fn from_decimal(euros: Decimal) -> Option<Money> {
        let cents = euros.checked_mul(Decimal::ONE_HUNDRED)?;
        if cents.fract().is_zero() { cents.to_i64().map(Money) } else { None }
    }

    /// The amount as a Dutch reader writes it.
    ///
    /// ```
    /// use grip_engine::money::Money;
    /// assert_eq!(Money::from_cents(140_150).dutch(), "€ 1.401,50");
    /// assert_eq!(Money::from_cents(-11_33).dutch(), "€ -11,33");
    /// ```
    pub fn dutch(self) -> String {
        let euros = (self.0 / 100).unsigned_abs().to_string();
        let mut grouped = String::new();
        for (place, digit) in euros.chars().enumerate() {
            if place != 0 && (euros.len() - place).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("€ {sign}{grouped},{:02}", (self.0 % 100).unsigned_abs())
    }
}

/// The cents of an exact number of cents.
fn whole_cents(exact: Decimal, round: Round) -> Money {
    let strategy = match round {
        Round::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        Round::Up => RoundingStrategy::ToPositiveInfinity,
        Round::Down => RoundingStrategy::ToNegativeInfinity,
    };
    let cents = exact.round_dp_with_strategy(0, strategy).to_i64();
    Money(cents.expect("a share of an amount fits in 64 bits"))
}

/// A text that is no amount in whole cents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("amount `{0}` is not in whole cents: write it as 612.40")]
pub struct NotMoney(pub String);

impl std::str::FromStr for Money {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Money, NotMoney> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        let decimal = Decimal::from_str_exact(text).ok().filter(|_| plain);
        decimal.and_then(Money::from_decimal).ok_or_else(|| NotMoney(text.to_owned()))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.2}", self.to_decimal())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.checked_add(other.0).expect("a sum of amounts fits in 64 bits"))
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.checked_sub(other.0).expect("a difference of amounts fits in 64 bits"))
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money::ZERO - self
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_an_amount_only_in_whole_cents() {
        assert_eq!("612.40".parse(), Ok(Money::from_cents(61_240)));
        assert_eq!("612.4".parse(), Ok(Money::from_cents(61_240)));
        for wrong in ["12.345", "12,34", "", "1e3", "+1", "NaN", "99999999999999999999"] {
            assert_eq!(wrong.parse::<Money>(), Err(NotMoney(wrong.to_owned())));
        }
    }

    #[test]
    fn rounding_is_as_named_the_cent_before_on_and_after() {
        let norm = Money::from_cents(200_213);
        let share: Decimal = "0.95".parse().expect("a number");
        assert_eq!(norm.share(share, Round::Up), Money::from_cents(190_203)); // 1902.0235
        assert_eq!(norm.share(share, Round::Down), Money::from_cents(190_202));
        let half = Decimal::new(5, 1);
        assert_eq!(Money::from_cents(1).share(half, Round::HalfUp), Money::from_cents(1));
        assert_eq!(Money::from_cents(2).share(half, Round::HalfUp), Money::from_cents(1));
    }
}
