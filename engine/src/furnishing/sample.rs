//! A random sample: how many pieces of evidence are looked at again, which ones, and what that says about all of them.
//! It measures how well evidence was recorded. Nothing is claimed from anybody because of it.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How sure one wants to be that the true share lies within the margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// Four times in five.
    Eighty,
    /// Nine times in ten.
    Ninety,
    /// Nineteen times in twenty.
    NinetyFive,
    /// Ninety-nine times in a hundred.
    NinetyNine,
}

/// A share that was measured, with the interval in which the true one lies with the confidence that was chosen
/// (Wilson, four decimals).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How many were looked at.
    pub looked_at: u32,
    /// Of how many it was right.
    pub right: u32,
    /// The share of them.
    pub share: Decimal,
    /// The lowest share that fits.
    pub low: Decimal,
    /// The highest.
    pub high: Decimal,
}

impl Confidence {
    /// Every confidence.
    pub const ALL: [Confidence; 4] =
        [Confidence::Eighty, Confidence::Ninety, Confidence::NinetyFive, Confidence::NinetyNine];

    /// The share by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            Confidence::Eighty => "0.80",
            Confidence::Ninety => "0.90",
            Confidence::NinetyFive => "0.95",
            Confidence::NinetyNine => "0.99",
        }
    }

    /// The confidence that is written so; `0.9` and `0.90` are the same.
    pub fn from_code(code: &str) -> Option<Confidence> {
        let asked = Decimal::from_str_exact(code).ok()?;
        let is_it = |known: &Confidence| Decimal::from_str_exact(known.code()) == Ok(asked);
        Confidence::ALL.into_iter().find(is_it)
    }

    /// The two-sided quantile of the normal distribution.
    fn z(self) -> Decimal {
        match self {
            Confidence::Eighty => Decimal::new(1_2816, 4),
            Confidence::Ninety => Decimal::new(1_6449, 4),
            Confidence::NinetyFive => Decimal::new(1_9600, 4),
            Confidence::NinetyNine => Decimal::new(2_5758, 4),
        }
    }
}

/// How many of a population must be looked at for a margin of error, whatever the true share is.
///
/// ```
/// use grip_engine::furnishing::sample::{Confidence, size};
/// use rust_decimal::Decimal;
/// // Cochran's 384.16 for five percent, corrected for a small population
/// assert_eq!(size(1_000_000, Confidence::NinetyFive, Decimal::new(5, 2)), 385);
/// assert_eq!(size(1_000, Confidence::NinetyFive, Decimal::new(5, 2)), 278);
/// assert_eq!(size(10, Confidence::NinetyFive, Decimal::new(5, 2)), 10);
/// assert_eq!(size(0, Confidence::NinetyFive, Decimal::new(5, 2)), 0);
/// ```
pub fn size(population: u32, confidence: Confidence, margin: Decimal) -> u32 {
    if population == 0 || margin <= Decimal::ZERO {
        return population;
    }
    let z = confidence.z();
    let endless = z * z / (Decimal::from(4) * margin * margin);
    let all = Decimal::from(population);
    let needed = endless * all / (endless + all - Decimal::ONE);
    needed.ceil().to_u32().unwrap_or(population).clamp(1, population)
}

/// The pieces that are drawn: those with the lowest SHA-256 of the seed, a line end and the id. Whoever knows the seed
/// and the population draws the same list, whatever the order of the population.
pub fn draw(seed: &str, population: &[Uuid], size: u32) -> Vec<Uuid> {
    let mut ranked: Vec<([u8; 32], Uuid)> = population
        .iter()
        .map(|id| (Sha256::digest(format!("{seed}\n{id}").as_bytes()).into(), *id))
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(usize::try_from(size).unwrap_or(usize::MAX)).map(|(_, id)| id).collect()
}

/// What a sample says about the whole population; nothing when nothing was looked at. As for its size, a small population
/// is taken into account: who looked at half of it knows more than who looked at a thousandth, and who looked at
/// everything knows the share itself.
///
/// ```
/// use grip_engine::furnishing::sample::{Confidence, measured};
/// let found = measured((100, 1_000_000), 95, Confidence::NinetyFive).expect("something was looked at");
/// assert_eq!((found.share.to_string(), found.low.to_string(), found.high.to_string()),
///     ("0.9500".into(), "0.8883".into(), "0.9785".into()));
/// let found = measured((100, 200), 95, Confidence::NinetyFive).expect("something was looked at");
/// assert_eq!((found.low.to_string(), found.high.to_string()), ("0.9103".into(), "0.9727".into()));
/// let found = measured((100, 100), 95, Confidence::NinetyFive).expect("something was looked at");
/// assert_eq!((found.low.to_string(), found.high.to_string()), ("0.9500".into(), "0.9500".into()));
/// assert_eq!(measured((0, 100), 0, Confidence::NinetyFive), None);
/// ```
pub fn measured((looked_at, population): (u32, u32), right: u32, confidence: Confidence) -> Option<Measured> {
    if looked_at == 0 || looked_at < right || population < looked_at {
        return None;
    }
    let share = Decimal::from(right) / Decimal::from(looked_at);
    let four = |share: Decimal| {
        let mut share = share.clamp(Decimal::ZERO, Decimal::ONE).round_dp(4);
        share.rescale(4);
        share
    };
    let left = population - looked_at;
    let (low, high) = if left == 0 {
        (share, share)
    } else {
        // as many pieces of an endless population say as much
        let all = Decimal::from(population);
        wilson(share, Decimal::from(looked_at) * (all - Decimal::ONE) / Decimal::from(left), confidence.z())
    };
    Some(Measured { looked_at, right, share: four(share), low: four(low), high: four(high) })
}

/// The interval of Wilson around a share of `n` pieces.
fn wilson(share: Decimal, n: Decimal, z: Decimal) -> (Decimal, Decimal) {
    let spread = z * z / n;
    let half = share * (Decimal::ONE - share) / n + spread / (Decimal::from(4) * n);
    let half = z * square_root(half);
    let middle = share + spread / Decimal::TWO;
    let whole = Decimal::ONE + spread;
    ((middle - half) / whole, (middle + half) / whole)
}

/// The square root of a number from 0 to 1000, to twelve decimals.
fn square_root(of: Decimal) -> Decimal {
    let scale = Decimal::from(1_000_000_000_000_u64);
    let scaled = (of * scale * scale).trunc().to_u128().unwrap_or_default();
    Decimal::from(u64::try_from(scaled.isqrt()).unwrap_or_default()) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_drawn_again_from_its_seed_whatever_the_order_and_another_seed_gives_another() {
        let mut population: Vec<Uuid> = (0..500).map(Uuid::from_u128).collect();
        let first = draw("2026-07 kring 3", &population, 40);
        population.reverse();
        assert_eq!(draw("2026-07 kring 3", &population, 40), first);
        assert_ne!(draw("2026-07 kring 4", &population, 40), first);
        let mut once = first.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 40, "nothing is drawn twice");
    }

    #[test]
    fn every_piece_is_drawn_about_as_often() {
        let population: Vec<Uuid> = (0..20).map(Uuid::from_u128).collect();
        let mut drawn = [0_u32; 20];
        for seed in 0..2_000 {
            for id in draw(&seed.to_string(), &population, 5) {
                drawn[usize::try_from(id.as_u128()).expect("a small number")] += 1;
            }
        }
        // 500 expected, four standard deviations of 19.4 on both sides
        assert!(drawn.iter().all(|times| (422..=578).contains(times)), "{drawn:?}");
    }

    #[test]
    fn the_interval_of_all_right_does_not_say_that_everything_is_right() {
        let all = measured((20, 1_000_000), 20, Confidence::NinetyFive).expect("measured");
        assert_eq!((all.low.to_string(), all.high.to_string()), ("0.8389".to_owned(), "1.0000".to_owned()));
        let none = measured((20, 1_000_000), 0, Confidence::NinetyFive).expect("measured");
        assert_eq!((none.low.to_string(), none.high.to_string()), ("0.0000".to_owned(), "0.1611".to_owned()));
        assert_eq!(measured((5, 9), 6, Confidence::NinetyFive), None);
    }
}
