//! The plan of a month as a sum that a reader can follow, with the decision it may need.

use chrono::NaiveDate;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;
use grip_engine::plan::{Plan, PlanLine};

use super::decision::{DecisionView, Names, Standing};
use crate::store::plan::{PlanLineRow, PlanRow, outcome_code};
use crate::web::words;

/// The plan of a month.
#[derive(Clone, Debug)]
pub(super) struct PlanView {
    /// Its name: "februari 2026".
    pub(super) month: String,
    /// The id of its table on the page.
    pub(super) id: String,
    /// Where the specification of the month for the client is, once the page says so.
    pub(super) specification: String,
    /// Where it stands.
    pub(super) standing: String,
    /// What there is to pay from.
    pub(super) payable: Money,
    /// The dues, in order of payment.
    pub(super) lines: Vec<LineView>,
    /// What the dues that are paid cost together.
    pub(super) paid: Money,
    /// What the household pays itself.
    pub(super) by_household: Money,
    /// What is left to live on.
    pub(super) living_money: Money,
    /// Holiday allowance paid out with it.
    pub(super) holiday_payout: Money,
    /// What goes to the household together.
    pub(super) to_household: Money,
    /// What is missing to pay every due.
    pub(super) short: Money,
    /// The decision a person must take.
    pub(super) decision: Option<DecisionView>,
}

/// A due in a plan.
#[derive(Clone, Debug)]
pub(super) struct LineView {
    pub(super) what: &'static str,
    pub(super) payee: String,
    pub(super) due_on: String,
    pub(super) outcome: &'static str,
    pub(super) mark: &'static str,
    pub(super) amount: Money,
    pub(super) paid: Money,
    is_by_household: bool,
}

/// A due as it is stored or planned.
struct Fate<'a> {
    kind: Option<CostKind>,
    payee: String,
    due_on: NaiveDate,
    amount: Money,
    outcome: &'a str,
}

impl PlanView {
    /// A plan that was released, as it was stored.
    pub(super) fn released(
        row: &PlanRow,
        lines: &[&PlanLineRow],
        decision: Option<DecisionView>,
    ) -> PlanView {
        let month = row.month.parse().map_or_else(|_| row.month.clone(), grip_engine::calendar::Month::dutch);
        let lines_of: Vec<LineView> = lines.iter().map(|line| LineView::of(Fate::of_stored(line))).collect();
        let short = lines.iter().map(|line| line.short).max().unwrap_or_default();
        PlanView {
            month,
            id: format!("plan-{}", row.month),
            specification: String::new(),
            standing: "Vrijgegeven: een tweede persoon heeft dit plan goedgekeurd.".to_owned(),
            payable: Money::from_cents(row.payable - row.advance + row.bridge - row.withheld),
            paid: lines_of.iter().map(|line| line.paid).sum(),
            by_household: by_household(&lines_of),
            lines: lines_of,
            living_money: Money::from_cents(row.living_money),
            holiday_payout: Money::from_cents(row.holiday_payout),
            to_household: Money::from_cents(row.living_money) + Money::from_cents(row.holiday_payout),
            short: Money::from_cents(short),
            decision,
        }
    }

    /// A plan as it would be released on what is known today.
    pub(super) fn provisional(plan: &Plan, cut_off: NaiveDate, names: &Names) -> PlanView {
        let lines: Vec<LineView> =
            plan.lines.iter().map(|line| LineView::of(Fate::of(line, names))).collect();
        let short = plan.lines.iter().map(|line| outcome_code(line.outcome).1).max();
        PlanView {
            month: plan.month.dutch(),
            id: format!("plan-{}", plan.month),
            specification: String::new(),
            standing: format!("Voorlopig: wijzigingen tellen mee tot {}.", dutch_day(cut_off)),
            payable: plan.available,
            paid: lines.iter().map(|line| line.paid).sum(),
            by_household: by_household(&lines),
            lines,
            living_money: plan.living_money,
            holiday_payout: plan.holiday_payout,
            to_household: plan.living_money + plan.holiday_payout,
            short: short.unwrap_or_default(),
            decision: plan
                .needs_decision
                .as_ref()
                .map(|needed| DecisionView::of(needed, Standing::Provisional, names)),
        }
    }
}

fn by_household(lines: &[LineView]) -> Money {
    lines.iter().filter(|line| line.is_by_household).map(|line| line.amount).sum()
}

impl Fate<'_> {
    fn of_stored(line: &PlanLineRow) -> Fate<'_> {
        Fate {
            kind: CostKind::from_code(&line.kind),
            payee: line.payee.clone(),
            due_on: line.due_on,
            amount: Money::from_cents(line.amount),
            outcome: &line.outcome,
        }
    }

    fn of(line: &PlanLine, names: &Names) -> Fate<'static> {
        let due = &line.due;
        Fate {
            kind: Some(due.kind),
            payee: names.get(&due.obligation).map_or_else(String::new, |(_, payee)| payee.clone()),
            due_on: due.due_on,
            amount: due.amount,
            outcome: outcome_code(line.outcome).0,
        }
    }
}

impl LineView {
    fn of(fate: Fate<'_>) -> LineView {
        let (mark, outcome) = match fate.outcome {
            "pay" => ("✓", "Wij betalen dit"),
            "needs_decision" => ("?", "Wacht op een besluit"),
            "unfunded" => ("✗", "Past niet meer in de uitkering"),
            "client_pays" => ("→", "De bewoner betaalt dit zelf"),
            "pay_later" => ("…", "Wacht, in overleg met de ontvanger"),
            "paid_by_other" => ("✓", "Al door een ander betaald"),
            _ => ("", "Onbekend"),
        };
        LineView {
            what: fate.kind.map_or("Vaste last", words::cost),
            payee: fate.payee,
            due_on: dutch_day(fate.due_on),
            outcome,
            mark,
            amount: fate.amount,
            paid: if fate.outcome == "pay" { fate.amount } else { Money::ZERO },
            is_by_household: fate.outcome == "client_pays",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_pay_is_taken_off_in_the_sum() {
        let line = |outcome: &str| {
            LineView::of(Fate {
                kind: Some(CostKind::Rent),
                payee: "Woningstichting".to_owned(),
                due_on: "2026-03-01".parse().expect("a day"),
                amount: "612.40".parse().expect("an amount"),
                outcome,
            })
        };
        let lines = ["pay", "needs_decision", "unfunded", "client_pays"].map(line);
        assert_eq!(lines.each_ref().map(|line| line.paid.cents()), [612_40, 0, 0, 0]);
        assert_eq!(by_household(&lines).dutch(), "€ 612,40");
        assert_eq!(lines[1].outcome, "Wacht op een besluit");
    }
}
