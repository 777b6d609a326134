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

/// Where the same receipt was shown beside the credit in which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// Another household handed in the same photograph.
    AnotherHousehold,
    /// It was shown under another credit of the household first.
    AnotherCredit,
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
    /// Where else the same was shown: there it counts, and here it is a duplicate until somebody looked.
    pub elsewhere: Option<Elsewhere>,
    /// True when a person looked, and it is no duplicate of what it looks like.
    pub told_apart: bool,
    /// False when nobody can read it: it counts for nothing until a better one is shown.
    pub readable: bool,
    /// The day it was taken back because it was recorded by mistake: it counts for nothing.
    pub withdrawn: Option<NaiveDate>,
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
    /// True when it was not taken back.
    pub fn stands(&self) -> bool {
        self.withdrawn.is_none()
    }

    /// What it says in all.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// True when it repeats something that counts. A better photograph of what nobody could read is no duplicate of it.
    fn is_among(&self, earlier: &[Evidence]) -> bool {
        let mut earlier = earlier.iter().filter(|earlier| earlier.stands() && earlier.readable);
        (self.shop.is_some() || !self.files.is_empty()) && earlier.any(|known| self.repeats(known))
    }

    /// True when this is the receipt that was shown before: it has a photograph in common with it, or shop, day,
    /// amount and number are the same.
    pub fn repeats(&self, earlier: &Evidence) -> bool {
        if self.files.iter().any(|file| earlier.files.contains(file)) {
            return true;
        }
        let is_known = self.shop.is_some() && self.bought_on.is_some();
        // the number of an invoice is enough, whoever pays it
        let is_invoice = |shown: &Evidence| matches!(shown.way, Way::Supplier { .. });
        let is_numbered = self.number.is_some() && (is_invoice(self) || is_invoice(earlier));
        same(self.shop.as_deref(), earlier.shop.as_deref())
            && ((is_known && self.bought_on == earlier.bought_on) || is_numbered)
            && (same(self.number.as_deref(), earlier.number.as_deref())
                || (self.number.is_none() && earlier.number.is_none()))
            && self.total() == earlier.total()
    }
}

/// Marks what stands under an earlier credit of the household too, or was shown there first: one receipt counts once,
/// however many credits there are.
pub fn find_in_other_credits(credits: &mut [Credit]) {
    let of = |credit: &Credit, evidence: &Evidence| (evidence.shown_on, credit.decided_on, credit.id);
    for place in 0..credits.len() {
        for shown in 0..credits[place].evidence.len() {
            let (credit, evidence) = (&credits[place], &credits[place].evidence[shown]);
            let others = credits.iter().filter(|other| other.id != credit.id);
            let mut earlier = others.flat_map(|other| {
                let is_earlier = |known: &&Evidence| of(other, known) < of(credit, evidence);
                other.evidence.iter().filter(is_earlier)
            });
            let is_in_another =
                earlier.any(|known| known.stands() && known.readable && evidence.repeats(known));
            if evidence.elsewhere != Some(Elsewhere::AnotherHousehold) {
                credits[place].evidence[shown].elsewhere = is_in_another.then_some(Elsewhere::AnotherCredit);
            }
        }
    }
}

/// True when both are written, and alike but for capitals and what stands around them.
fn same(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.trim().to_lowercase() == other.trim().to_lowercase(),
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
        for (place, shown) in self.evidence.iter().enumerate().filter(|(_, shown)| shown.stands()) {
            let out = self.counts_not(place, shown);
            for (line, kept) in shown.lines.iter().zip(self.kept(shown)) {
                let (state, counts) = match out {
                    Some(state) => (state, Money::ZERO),
                    None => judging.judge(shown, line, kept),
                };
                judged.push(JudgedLine { evidence: place, line: line.clone(), state, counts });
            }
        }
        judged
    }

    /// What each line comes to, less what the supplier paid back: from the last line on.
    fn kept(&self, shown: &Evidence) -> Vec<Money> {
        let mut back = match (&shown.way, &shown.reference) {
            (Way::Supplier { .. }, Some(invoice)) => self.credited(invoice),
            _ => Money::ZERO,
        };
        let mut kept: Vec<Money> = shown.lines.iter().map(|line| line.amount).collect();
        for amount in kept.iter_mut().rev() {
            let taken = back.min(*amount);
            *amount -= taken;
            back -= taken;
        }
        kept
    }

    /// Why a whole receipt does not count, when it does not.
    fn counts_not(&self, place: usize, shown: &Evidence) -> Option<LineState> {
        if !shown.readable {
            return Some(LineState::Unreadable);
        }
        let is_shown_before = || shown.elsewhere.is_some() || shown.is_among(&self.evidence[..place]);
        if !shown.told_apart && is_shown_before() {
            return Some(LineState::Duplicate);
        }
        let is_out = |day: NaiveDate| day < self.buy_from || self.buy_until.is_some_and(|until| until < day);
        shown.bought_on.is_some_and(is_out).then_some(LineState::OutOfPeriod)
    }
}

impl<'a> Judging<'a> {
    fn judge(&mut self, shown: &Evidence, line: &'a EvidenceLine, kept: Money) -> (LineState, Money) {
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
        // what a person accepts is a ceiling: the tolerance is of the budget
        let limit = accepted.map(|accepted| accepted.up_to).fold(budget, Money::max);
        let tolerated = budget.share(Decimal::ONE + self.tolerance, Round::Down).max(limit);
        let before = self.spent[tranche][place];
        let within = before + kept <= tolerated;
        let mut counts = if within { kept } else { kept.min((limit - before).or_zero()) };
        let mut state = if within { LineState::Eligible } else { LineState::OverLineLimit };
        if shown.way == Way::Declaration {
            let declared = self.declared.entry(&line.category).or_default();
            let left = (self.no_receipt_cap - *declared).or_zero();
            if left < counts {
                (state, counts) = (LineState::OverLineLimit, left);
            }
            *declared += counts;
        }
        self.spent[tranche][place] = before + counts;
        (state, counts)
    }
}
