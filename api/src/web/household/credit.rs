//! A furnishing credit: its tranches with their gates and why each is open or shut, and budget against receipts.

use grip_engine::calendar::dutch_day;
use grip_engine::explain;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::evidence::{Evidence, JudgedLine, LineState};
use grip_engine::furnishing::standing::{Gate, Standing, TrancheStanding};
use grip_engine::furnishing::tranche::Tranche;
use grip_engine::money::Money;
use grip_engine::policy::FurnishingPolicy;

/// A credit on the page of a household.
#[derive(Clone, Debug)]
pub(in crate::web) struct CreditView {
    pub(in crate::web) reference: String,
    pub(in crate::web) amount: Money,
    pub(in crate::web) decided_on: String,
    /// Loan, gift, or how much of each.
    pub(in crate::web) kind: String,
    /// In what it differs from the policy.
    pub(in crate::web) deviations: String,
    pub(in crate::web) ground: Option<String>,
    /// The final settlement, in words.
    pub(in crate::web) settled: Option<String>,
    pub(in crate::web) disbursed: Money,
    pub(in crate::web) accounted: Money,
    pub(in crate::web) unaccounted: Money,
    pub(in crate::web) rest: Money,
    pub(in crate::web) principal: Money,
    /// The essentials of which nothing was seen.
    pub(in crate::web) missing: String,
    pub(in crate::web) tranches: Vec<TrancheView>,
}

/// A part of a credit.
#[derive(Clone, Debug)]
pub(in crate::web) struct TrancheView {
    pub(in crate::web) id: String,
    pub(in crate::web) number: u32,
    pub(in crate::web) amount: Money,
    pub(in crate::web) state: &'static str,
    pub(in crate::web) why: String,
    pub(in crate::web) categories: Vec<CategoryView>,
    pub(in crate::web) receipts: Vec<ReceiptView>,
    pub(in crate::web) is_paid: bool,
    pub(in crate::web) accounted: Money,
    pub(in crate::web) unaccounted: Money,
}

/// A category of goods: what it may cost, what was shown, and what of that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web) struct CategoryView {
    pub(in crate::web) name: String,
    pub(in crate::web) budget: Option<Money>,
    pub(in crate::web) shown: Money,
    pub(in crate::web) counts: Money,
    pub(in crate::web) remark: &'static str,
}

/// A receipt, invoice or delivery: what it is called by, and what each of its lines is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web) struct ReceiptView {
    pub(in crate::web) reference: String,
    /// Shop, day and number, as far as they are known.
    pub(in crate::web) about: String,
    pub(in crate::web) lines: Vec<(String, Money, &'static str)>,
}

impl CreditView {
    /// A credit as it stands, under the policy of the day and the norm of the household.
    pub(in crate::web) fn of(
        credit: &Credit,
        standing: &Standing,
        policy: &FurnishingPolicy,
        norm: Money,
    ) -> CreditView {
        let tranches = credit.tranches.iter().zip(&standing.tranches);
        let deviations = credit.deviations(policy, norm);
        let deviations: Vec<&str> = deviations.into_iter().filter_map(deviation).collect();
        CreditView {
            reference: credit.reference.clone(),
            amount: credit.amount,
            decided_on: dutch_day(credit.decided_on),
            kind: kind(credit),
            deviations: deviations.join(", "),
            ground: credit.ground.clone(),
            settled: credit.settled.as_ref().map(|settled| {
                format!("Afgerekend op {}, besluit {}.", dutch_day(settled.on), settled.reference)
            }),
            disbursed: standing.disbursed,
            accounted: standing.accounted,
            unaccounted: standing.outstanding,
            rest: standing.rest,
            principal: standing.principal,
            missing: missing(credit, standing, policy).join(", "),
            tranches: tranches.map(|(tranche, found)| TrancheView::of(credit, tranche, found)).collect(),
        }
    }
}

fn kind(credit: &Credit) -> String {
    let gift = credit.gift_now();
    if !gift.is_positive() {
        "Het is een lening.".to_owned()
    } else if credit.amount <= gift {
        "Het is een gift.".to_owned()
    } else {
        let loan = credit.amount - gift;
        format!("{} is een gift en {} een lening.", gift.dutch(), loan.dutch())
    }
}

fn deviation(code: &str) -> Option<&'static str> {
    match code {
        "amount" => Some("het bedrag"),
        "tranches" => Some("de verdeling in delen"),
        "conditions" => Some("waar een deel op wacht"),
        "paid" => Some("hoe een deel wordt betaald"),
        "evidence_until" => Some("de laatste dag voor bonnen"),
        _ => None,
    }
}

/// The essentials of which nothing was shown or seen, once something was paid.
pub(in crate::web) fn missing<'a>(
    credit: &Credit,
    standing: &Standing,
    policy: &'a FurnishingPolicy,
) -> Vec<&'a str> {
    if !standing.disbursed.is_positive() {
        return Vec::new();
    }
    let lines = standing.tranches.iter().flat_map(|tranche| &tranche.lines);
    let shown = lines.filter(|line| !matches!(line.state, LineState::Unreadable | LineState::Duplicate));
    let visited = credit.visits.iter().filter(|visit| visit.confirmed).flat_map(|visit| &visit.seen);
    let seen: Vec<&str> =
        shown.map(|line| line.line.category.as_str()).chain(visited.map(String::as_str)).collect();
    policy.missing(&seen).into_iter().map(explain::credit::essential).collect()
}

impl TrancheView {
    fn of(credit: &Credit, tranche: &Tranche, found: &TrancheStanding) -> TrancheView {
        let (state, why) = gate_words(found);
        TrancheView {
            id: format!("deel-{}", tranche.id),
            number: tranche.number,
            amount: tranche.amount,
            state,
            why,
            categories: categories(tranche, &found.lines),
            receipts: receipts(&credit.evidence, &found.lines),
            is_paid: found.disbursed.is_positive(),
            accounted: found.accounted,
            unaccounted: found.unaccounted,
        }
    }
}

fn gate_words(found: &TrancheStanding) -> (&'static str, String) {
    let state = match &found.gate {
        Gate::Released => "Vrijgegeven",
        Gate::Open { .. } => "Open",
        Gate::CameBack => "Teruggekomen",
        Gate::Closed => "Gesloten",
        Gate::Shut(_) => "Nog dicht",
    };
    let why = match (&found.gate, found.payout) {
        (Gate::Released, Some(payout)) => {
            format!("{}, betaaldag {}.", payout.amount.dutch(), dutch_day(payout.on))
        }
        (gate, _) => explain::credit::reasons(gate).join(" "),
    };
    (state, why)
}

/// What was shown, in the order in which it was.
fn receipts(evidence: &[Evidence], lines: &[JudgedLine]) -> Vec<ReceiptView> {
    let of_one = lines.chunk_by(|one, next| one.evidence == next.evidence);
    let line = |judged: &JudgedLine| {
        (judged.line.category.clone(), judged.line.amount, explain::credit::line(judged.state))
    };
    let receipt = |lines: &[JudgedLine]| {
        let shown = &evidence[lines.first()?.evidence];
        let day = shown.bought_on.map(dutch_day);
        let number = shown.number.as_ref().map(|number| format!("nummer {number}"));
        let about: Vec<String> = [shown.shop.clone(), day, number].into_iter().flatten().collect();
        let reference = shown.reference.clone().unwrap_or_default();
        Some(ReceiptView { reference, about: about.join(", "), lines: lines.iter().map(line).collect() })
    };
    of_one.filter_map(receipt).collect()
}

/// The categories of the budget, and after them what was shown for others.
fn categories(tranche: &Tranche, lines: &[JudgedLine]) -> Vec<CategoryView> {
    let budget = tranche.budget.iter().map(|line| (line.category.as_str(), Some(line.amount)));
    let mut categories: Vec<(&str, Option<Money>)> = budget.collect();
    for judged in lines {
        let name = judged.line.category.as_str();
        if categories.iter().all(|(known, _)| *known != name) {
            categories.push((name, None));
        }
    }
    categories.into_iter().map(|(name, budget)| category(name, budget, lines)).collect()
}

fn category(name: &str, budget: Option<Money>, lines: &[JudgedLine]) -> CategoryView {
    let lines: Vec<&JudgedLine> = lines.iter().filter(|judged| judged.line.category == name).collect();
    // what counts least says most
    let worst = lines.iter().map(|judged| judged.state).max();
    CategoryView {
        name: name.to_owned(),
        budget,
        shown: lines.iter().map(|judged| judged.line.amount).sum(),
        counts: lines.iter().map(|judged| judged.counts).sum(),
        remark: worst.map_or("Nog geen bon", explain::credit::line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::furnishing::evidence::{BudgetLine, EvidenceLine};
    use grip_engine::furnishing::tranche::Route;
    use grip_engine::id::TrancheId;
    use uuid::Uuid;

    #[test]
    fn receipts_stand_beside_the_budget_of_their_category() {
        let euros = |text: &str| text.parse::<Money>().expect("an amount");
        let line = |category: &str, amount, state, counts| JudgedLine {
            evidence: 0,
            line: EvidenceLine { category: category.to_owned(), amount: euros(amount) },
            state,
            counts: euros(counts),
        };
        let tranche = Tranche {
            id: TrancheId(Uuid::nil()),
            number: 1,
            amount: euros("700.00"),
            budget: ["bed", "koelkast"]
                .map(|category| BudgetLine { category: category.to_owned(), amount: euros("350.00") })
                .into(),
            route: Route::Household,
            opens: None,
            evidence_until: None,
        };
        let lines = [
            line("bed", "200.00", LineState::Eligible, "200.00"),
            line("bed", "100.00", LineState::Eligible, "100.00"),
            line("televisie", "199.00", LineState::WrongCategory, "0.00"),
        ];
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
        let seen: Vec<String> = categories(&tranche, &lines).iter().map(text).collect();
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
