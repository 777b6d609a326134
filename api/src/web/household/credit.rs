//! A furnishing credit: its tranches with their gates, and budget against receipts.

use grip_engine::calendar::dutch_day;
use grip_engine::furnishing::spending::{JudgedLine, LineState, Spending};
use grip_engine::furnishing::tranche::{Gate, Tranche};
use grip_engine::money::Money;
use grip_engine::policy::FurnishingPolicy;

use crate::store::credit::CreditFile;

/// A credit on the page of a household.
#[derive(Clone, Debug)]
pub(super) struct CreditView {
    pub(super) reference: String,
    pub(super) amount: Money,
    pub(super) decided_on: String,
    pub(super) tranches: Vec<TrancheView>,
}

/// A part of a credit.
#[derive(Clone, Debug)]
pub(super) struct TrancheView {
    pub(super) id: String,
    pub(super) number: u32,
    pub(super) amount: Money,
    pub(super) state: &'static str,
    pub(super) why: String,
    pub(super) categories: Vec<CategoryView>,
    pub(super) is_paid: bool,
    pub(super) accounted: Money,
    pub(super) unaccounted: Money,
}

/// A category of goods: what it may cost, what was shown, and what of that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CategoryView {
    pub(super) name: String,
    pub(super) budget: Option<Money>,
    pub(super) shown: Money,
    pub(super) counts: Money,
    pub(super) remark: &'static str,
}

impl CreditView {
    /// A credit under the policy of the day.
    pub(super) fn of(file: &CreditFile, policy: &FurnishingPolicy) -> CreditView {
        let credit = &file.credit;
        let gates = credit.gates(policy.release_threshold, policy.line_tolerance);
        let tranches = credit.tranches().iter().zip(gates);
        CreditView {
            reference: credit.reference.clone(),
            amount: credit.amount,
            decided_on: dutch_day(file.decided_on),
            tranches: tranches.map(|(tranche, gate)| TrancheView::of(tranche, &gate, policy)).collect(),
        }
    }
}

impl TrancheView {
    fn of(tranche: &Tranche, gate: &Gate, policy: &FurnishingPolicy) -> TrancheView {
        let spending = tranche.spending(policy.line_tolerance);
        let (state, why) = gate_words(tranche, gate);
        TrancheView {
            id: format!("deel-{}", tranche.id),
            number: tranche.number,
            amount: tranche.amount,
            state,
            why,
            categories: categories(tranche, &spending),
            is_paid: tranche.paid.is_some(),
            accounted: spending.accounted,
            unaccounted: spending.unaccounted,
        }
    }
}

fn gate_words(tranche: &Tranche, gate: &Gate) -> (&'static str, String) {
    match (gate, tranche.paid) {
        (Gate::Released, Some(paid)) => {
            ("Vrijgegeven", format!("{}, betaaldag {}.", paid.amount.dutch(), dutch_day(paid.on)))
        }
        (Gate::Released, None) => ("Vrijgegeven", String::new()),
        (Gate::Open { amount, carried_forward }, _) if carried_forward.is_positive() => {
            let carried = carried_forward.dutch();
            let why = format!(
                "Dit deel kan betaald worden: {}. Er gaat {carried} af. Dat bedrag van het vorige deel is nog \
                 niet met bonnen getoond en is dus nog beschikbaar.",
                amount.dutch()
            );
            ("Open", why)
        }
        (Gate::Open { amount, .. }, _) => {
            ("Open", format!("Dit deel kan betaald worden: {}.", amount.dutch()))
        }
        (Gate::Shut { accounted, needed }, _) => {
            let why = format!(
                "Van het vorige deel is {} met bonnen getoond. Nodig is {}. Daarna gaat dit deel open.",
                accounted.dutch(),
                needed.dutch()
            );
            ("Nog dicht", why)
        }
        (Gate::Waits, _) => ("Wacht", "Het vorige deel is nog niet betaald.".to_owned()),
    }
}

/// The categories of the budget, and after them what was shown for others.
fn categories(tranche: &Tranche, spending: &Spending) -> Vec<CategoryView> {
    let budget = tranche.budget.iter().map(|line| (line.category.as_str(), Some(line.amount)));
    let mut categories: Vec<(&str, Option<Money>)> = budget.collect();
    for judged in &spending.lines {
        let name = judged.line.category.as_str();
        if categories.iter().all(|(known, _)| *known != name) {
            categories.push((name, None));
        }
    }
    categories.into_iter().map(|(name, budget)| category(name, budget, &spending.lines)).collect()
}

fn category(name: &str, budget: Option<Money>, lines: &[JudgedLine]) -> CategoryView {
    let lines: Vec<&JudgedLine> = lines.iter().filter(|judged| judged.line.category == name).collect();
    let has = |state| lines.iter().any(|judged| judged.state == state);
    let remark = if has(LineState::WrongCategory) {
        "Staat niet in het budget en telt niet mee"
    } else if has(LineState::OverLineLimit) {
        "Duurder dan het budget: telt mee tot het budget"
    } else if lines.is_empty() {
        "Nog geen bon"
    } else {
        "Telt mee"
    };
    CategoryView {
        name: name.to_owned(),
        budget,
        shown: lines.iter().map(|judged| judged.line.amount).sum(),
        counts: lines.iter().map(|judged| judged.counts).sum(),
        remark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::furnishing::spending::{BudgetLine, EvidenceLine};
    use grip_engine::furnishing::tranche::PaidTranche;
    use grip_engine::id::TrancheId;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    #[test]
    fn receipts_stand_beside_the_budget_of_their_category() {
        let euros = |text: &str| text.parse::<Money>().expect("an amount");
        let line =
            |category: &str, amount| EvidenceLine { category: category.to_owned(), amount: euros(amount) };
        let tranche = Tranche {
            id: TrancheId(Uuid::nil()),
            number: 1,
            amount: euros("700.00"),
            budget: ["bed", "koelkast"]
                .map(|category| BudgetLine { category: category.to_owned(), amount: euros("350.00") })
                .into(),
            paid: Some(PaidTranche { amount: euros("700.00"), on: "2026-02-10".parse().expect("a day") }),
            evidence: vec![line("bed", "200.00"), line("bed", "100.00"), line("televisie", "199.00")],
        };
        let spending = tranche.spending(Decimal::new(2, 1));
        let text = |view: &CategoryView| {
            format!(
                "{} {:?} {} {} {}",
                view.name,
                view.budget.map(Money::cents),
                view.shown,
                view.counts,
                view.remark
            )
        };
        let seen: Vec<String> = categories(&tranche, &spending).iter().map(text).collect();
        assert_eq!(
            seen,
            [
                "bed Some(35000) 300.00 300.00 Telt mee",
                "koelkast Some(35000) 0.00 0.00 Nog geen bon",
                "televisie None 199.00 0.00 Staat niet in het budget en telt niet mee",
            ]
        );
    }
}
