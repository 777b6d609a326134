//! Evidence: what was bought with a credit, held against its budget.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::furnishing::Credit;
use crate::id::PayeeId;
use crate::money::{Money, Round};
use crate::policy::FurnishingPolicy;
use rust_decimal::Decimal;

/// What a tranche is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetLine {
    /// The category of goods.
    pub category: String,
    /// What it may cost.
    pub amount: Money,
}

/// One line of a receipt, invoice or declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLine {
    /// The category of goods.
    pub category: String,
    /// What it cost.
    pub amount: Money,
}

/// How the goods were paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The household paid, and shows a receipt or invoice.
    Receipt,
    /// The household bought second-hand or on a market, and declares it: it counts up to the cap per category.
    Declaration,
    /// The municipality pays the invoice of a supplier: it counts once the goods were delivered (ruling 36).
    Supplier {
        /// The supplier.
        payee: PayeeId,
        /// True once there is a delivery note.
        delivered: bool,
    },
    /// The municipality handed the goods over: there is nothing to pay, and nothing more to show.
    InKind,
}

/// A receipt, invoice, declaration or delivery, with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its id; of a supplier's invoice also that of its payment.
    pub id: Uuid,
    /// What it is called by: the number of the invoice, or a number of the coach.
    pub reference: Option<String>,
    /// The tranche it is for.
    pub tranche: u32,
    /// How it was paid.
    pub way: Way,
    /// The shop or seller.
    pub shop: Option<String>,
    /// The day on the receipt.
    pub bought_on: Option<NaiveDate>,
    /// The number on the receipt.
    pub number: Option<String>,
    /// The hashes of the photographs and scans of it.
    pub files: Vec<String>,
    /// The day it was shown.
    pub shown_on: NaiveDate,
    /// True when another household handed in the same photograph: it counts as a duplicate until somebody looked.
    pub elsewhere: bool,
    /// False when nobody can read it: it counts for nothing until a better one is shown.
    pub readable: bool,
    /// True when it was recorded by mistake and taken back: it counts for nothing.
    pub withdrawn: bool,
    /// Its lines.
    pub lines: Vec<EvidenceLine>,
}

/// What a line of evidence is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineState {
    /// It counts in full.
    Eligible,
    /// It passes its budget line by more than the tolerance, or the cap of declarations: it counts up to the limit
    /// (ruling 27).
    OverLineLimit,
    /// Its category is not in the budget: it does not count.
    WrongCategory,
    /// Nobody can read it: it does not count.
    Unreadable,
    /// The same receipt was shown before: it does not count twice.
    Duplicate,
    /// It was bought outside the days of the credit: it does not count.
    OutOfPeriod,
}

/// A line of evidence with what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedLine {
    /// The receipt it stands on, by its place among the evidence of the credit.
    pub evidence: usize,
    /// The line.
    pub line: EvidenceLine,
    /// Its state.
    pub state: LineState,
    /// What counts.
    pub counts: Money,
}

impl LineState {
    /// Every state.
    pub const ALL: [LineState; 6] = [
        LineState::Eligible,
        LineState::OverLineLimit,
        LineState::WrongCategory,
        LineState::Unreadable,
        LineState::Duplicate,
        LineState::OutOfPeriod,
    ];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            LineState::Eligible => "eligible",
            LineState::OverLineLimit => "over_line_limit",
            LineState::WrongCategory => "wrong_category",
            LineState::Unreadable => "unreadable",
            LineState::Duplicate => "duplicate",
            LineState::OutOfPeriod => "out_of_period",
        }
    }
}

impl Evidence {
    /// What it says in all.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// True when this is the receipt that was shown before: it has a photograph in common with it, or shop, day,
    /// amount and number are the same.
    pub fn repeats(&self, earlier: &Evidence) -> bool {
        if self.files.iter().any(|file| earlier.files.contains(file)) {
            return true;
        }
        let is_known = self.shop.is_some() && self.bought_on.is_some();
        is_known
            && same_shop(self.shop.as_deref(), earlier.shop.as_deref())
            && (self.bought_on, &self.number) == (earlier.bought_on, &earlier.number)
            && self.total() == earlier.total()
    }
}

fn same_shop(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.trim().eq_ignore_ascii_case(other.trim()),
        _ => false,
    }
}

/// What of each budget line was used, while evidence is judged in the order in which it was shown. Several purchases in
/// one category count together.
struct Judging<'a> {
    credit: &'a Credit,
    tolerance: Decimal,
    no_receipt_cap: Money,
    /// By tranche and budget line.
    spent: Vec<Vec<Money>>,
    declared: BTreeMap<&'a str, Money>,
}

impl Credit {
    /// Every line of evidence that was not taken back, with what it is worth, in the order in which it was shown.
    pub fn judged(&self, policy: &FurnishingPolicy) -> Vec<JudgedLine> {
        let mut judging = Judging {
            credit: self,
            tolerance: policy.line_tolerance,
            no_receipt_cap: policy.no_receipt_cap,
            spent: self.tranches.iter().map(|tranche| vec![Money::ZERO; tranche.budget.len()]).collect(),
            declared: BTreeMap::new(),
        };
        let mut judged = Vec::with_capacity(self.evidence.iter().map(|shown| shown.lines.len()).sum());
        for (place, shown) in self.evidence.iter().enumerate().filter(|(_, shown)| !shown.withdrawn) {
            let out = self.counts_not(place, shown);
            for line in &shown.lines {
                let (state, counts) = match out {
                    Some(state) => (state, Money::ZERO),
                    None => judging.judge(shown, line),
                };
                judged.push(JudgedLine { evidence: place, line: line.clone(), state, counts });
            }
        }
        judged
    }

    /// Why a whole receipt does not count, when it does not.
    fn counts_not(&self, place: usize, shown: &Evidence) -> Option<LineState> {
        if !shown.readable {
            return Some(LineState::Unreadable);
        }
        if shown.elsewhere {
            return Some(LineState::Duplicate);
        }
        let earlier = || self.evidence[..place].iter().filter(|earlier| !earlier.withdrawn);
        if (shown.shop.is_some() || !shown.files.is_empty()) && earlier().any(|known| shown.repeats(known)) {
            return Some(LineState::Duplicate);
        }
        let is_out = |day: NaiveDate| day < self.buy_from || self.buy_until.is_some_and(|until| until < day);
        shown.bought_on.is_some_and(is_out).then_some(LineState::OutOfPeriod)
    }
}

impl<'a> Judging<'a> {
    fn judge(&mut self, shown: &Evidence, line: &'a EvidenceLine) -> (LineState, Money) {
        let credit = self.credit;
        let of_tranche = credit.tranches.iter().position(|tranche| tranche.number == shown.tranche);
        let found = of_tranche.and_then(|tranche| {
            let budget = &credit.tranches[tranche].budget;
            Some((tranche, budget.iter().position(|budget| budget.category == line.category)?))
        });
        let Some((tranche, place)) = found else { return (LineState::WrongCategory, Money::ZERO) };
        let budget = credit.tranches[tranche].budget[place].amount;
        let accepted = credit
            .accepted
            .iter()
            .filter(|accepted| accepted.tranche == shown.tranche && accepted.category == line.category);
        let limit = accepted.map(|accepted| accepted.up_to).fold(budget, Money::max);
        let before = self.spent[tranche][place];
        let spent = before + line.amount;
        self.spent[tranche][place] = spent;
        let within = spent <= limit.share(Decimal::ONE + self.tolerance, Round::Down);
        let mut counts = if within { line.amount } else { line.amount.min((limit - before).or_zero()) };
        let mut state = if within { LineState::Eligible } else { LineState::OverLineLimit };
        if shown.way == Way::Declaration {
            let declared = self.declared.entry(&line.category).or_default();
            let left = (self.no_receipt_cap - *declared).or_zero();
            if left < counts {
                (state, counts) = (LineState::OverLineLimit, left);
            }
            *declared += counts;
        }
        (state, counts)
    }
}
