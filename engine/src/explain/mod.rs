//! A finding or a plan in words, made from its figures alone. The same figures give the same bytes.

mod nl;
pub mod payee;
pub mod matching;
pub mod plan;
pub mod credit;

use crate::risk::{Figures, Rule};

/// What a person reads about an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is the matter, in one line.
    pub title: &'static str,
    /// Why this alert is here, with its figures.
    pub reason: String,
    /// What to do.
    pub advice: &'static str,
}

/// The explanation in Dutch. The payee is a label for the reader; no rule saw it.
pub fn dutch(
    rule: Rule,
    month: Option<crate::calendar::Month>,
    figures: &Figures,
    payee: &str,
) -> Explanation {
    nl::explanation(rule, month, figures, payee)
}
