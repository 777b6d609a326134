//! The plan of a month as a sum that a reader can follow, with the decision it may need.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::benefit::Benefit;
use grip_engine::calendar::{Month, dutch_day};
use grip_engine::explain::plan::{LineFacts, line as explained};
use grip_engine::id::MemberId;
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;
use grip_engine::plan::{Outcome, PlanLine, VERSION};
use grip_engine::withhold::Withheld;

use super::Known;
use super::decision::{DecisionView, Standing};
use super::sum::{Amounts, Step, steps, withheld};
use crate::flow::planning::Planned;
use crate::store::StoreError;
use crate::store::plan::{PlanLineRow, PlanRow, SharePart, ShareRow};
use crate::web::words;

/// The plan of a month.
#[derive(Clone, Debug)]
pub(super) struct PlanView {
    /// Its name: "Plan van februari 2026".
    pub(super) name: String,
    /// The id of its table on the page.
    pub(super) id: String,
    /// Where the specification of the month for the client is.
    pub(super) specification: String,
    /// Where it stands.
    pub(super) standing: String,
    /// How the benefit comes about, and what is withheld.
    pub(super) steps: Vec<Step>,
    /// What there is to pay from.
    pub(super) available: Money,
    /// The dues, in order of payment.
    pub(super) lines: Vec<LineView>,
    /// What the household pays itself.
    pub(super) by_household: Money,
    /// What is left to live on.
    pub(super) living_money: Money,
    /// Holiday allowance paid out with it.
    pub(super) holiday_payout: Money,
    /// What goes to the household together.
    pub(super) to_household: Money,
    /// To whom that goes and when.
    pub(super) shares: Vec<ShareView>,
    /// What is missing to pay every due.
    pub(super) short: Money,
    /// The decision a person must take.
    pub(super) decision: Option<DecisionView>,
}

/// A due in a plan.
#[derive(Clone, Debug)]
pub(super) struct LineView {
    pub(super) what: &'static str,
    /// Whose personal cost it is.
    pub(super) member: Option<String>,
    pub(super) payee: String,
    pub(super) due_on: String,
    pub(super) outcome: &'static str,
    pub(super) mark: &'static str,
    /// What it does to the sum: below zero what we pay.
    pub(super) paid: Money,
    /// What happens and why, in a sentence.
    pub(super) why: String,
}

/// A part of the living money.
#[derive(Clone, Debug)]
pub(super) struct ShareView {
    pub(super) to: String,
    pub(super) on: String,
    pub(super) amount: Money,
}

/// A released plan as it was stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored<'a> {
    pub(super) row: &'a PlanRow,
    pub(super) lines: &'a [&'a PlanLineRow],
    pub(super) withheld: &'a [Withheld],
    pub(super) shares: &'a [&'a ShareRow],
    /// The benefit, where it is still the one that was released.
    pub(super) benefit: Option<&'a Benefit>,
}

impl PlanView {
    /// A plan that was released, as it was stored.
    pub(super) fn released(
        known: &Known<'_>,
        stored: Stored<'_>,
        decision: Option<DecisionView>,
    ) -> Result<PlanView, StoreError> {
        let Stored { row, benefit, .. } = stored;
        let month = row.month.parse().map_or_else(|_| row.month.clone(), Month::dutch);
        let (name, standing) = match (row.reverses, row.number) {
            (Some(_), _) => (format!("Plan van {month}, teruggenomen"), "Hiervan is niets betaald."),
            (None, 0) => {
                (format!("Plan van {month}"), "Vrijgegeven: een tweede persoon heeft dit plan goedgekeurd.")
            }
            (None, number) => {
                (format!("Aanvulling {number} op {month}"), "Vrijgegeven, boven op wat eerder betaald was.")
            }
        };
        let version = u32::try_from(row.rules_version).unwrap_or(VERSION);
        let line = |line: &&PlanLineRow| {
            let facts = LineFacts {
                kind: CostKind::from_code(&line.kind).unwrap_or(CostKind::Voluntary),
                amount: Money::from_cents(line.amount),
                left: Money::from_cents(line.left_before),
                outcome: line.fate()?,
                reason: None,
            };
            Ok(Fate { facts, payee: line.payee.clone(), due_on: line.due_on, member: line.member.clone() })
        };
        let lines = stored.lines.iter().map(line).collect::<Result<Vec<_>, StoreError>>()?;
        let mut steps = steps(benefit, Amounts::from(row));
        let room = benefit.map(Benefit::room_for_deductions);
        let withdrawn = Money::from_cents(row.withdrawn);
        if withdrawn != Money::ZERO {
            steps.push(Step::plain("Plus: eerder vrijgegeven, en niet meer betaald", withdrawn));
        }
        steps.extend(withheld(stored.withheld, &known.dossier.file.household, room, version));
        let after_advance = Money::from_cents(row.payable - row.advance);
        // what is taken back, or withdrawn after the right ended, is below zero
        let is_taken_off = row.reverses.is_some() || row.payable < 0;
        let after_advance = if is_taken_off { after_advance } else { after_advance.or_zero() };
        let (living_money, holiday_payout) =
            (Money::from_cents(row.living_money), Money::from_cents(row.holiday_payout));
        Ok(PlanView {
            id: format!("plan-{}-{}", row.month, row.number),
            specification: format!("/huishoudens/{}/specificaties/{}", row.household_id, row.month),
            name,
            standing: standing.to_owned(),
            steps,
            available: after_advance + Money::from_cents(row.bridge - row.withheld) + withdrawn,
            by_household: by_household(&lines),
            short: short(&lines),
            lines: lines.into_iter().map(|fate| LineView::of(fate, version)).collect(),
            living_money,
            holiday_payout,
            to_household: living_money + holiday_payout,
            shares: known.shares(
                stored
                    .shares
                    .iter()
                    .map(|share| (MemberId(share.member_id), share.pay_on, Money::from_cents(share.amount))),
            ),
            decision,
        })
    }

    /// A plan as it would be released on what is known today.
    pub(super) fn provisional(known: &Known<'_>, planned: &Planned, shares: &[SharePart]) -> PlanView {
        let Planned { benefit, plan, .. } = planned;
        let reason = plan.needs_decision.as_ref().map(|needed| needed.reason);
        let line = |line: &PlanLine| {
            let payee =
                known.names.get(&line.due.obligation).map_or_else(String::new, |(_, payee, _)| payee.clone());
            let member = line.due.member.and_then(|id| known.dossier.file.household.member(id));
            let member = member.map(|member| member.name.clone());
            Fate { facts: LineFacts::of(line, reason), payee, due_on: line.due.due_on, member }
        };
        let lines: Vec<Fate> = plan.lines.iter().map(line).collect();
        let mut steps = steps(Some(benefit), Amounts::from(benefit));
        let room = Some(benefit.room_for_deductions());
        steps.extend(withheld(&plan.withheld, &known.dossier.file.household, room, VERSION));
        let cut_off = known.rules.policy_of(plan.month).cut_off(plan.month);
        PlanView {
            name: format!("Plan van {}", plan.month.dutch()),
            id: format!("plan-{}", plan.month),
            specification: {
                let household = known.dossier.file.household.id;
                format!("/huishoudens/{household}/specificaties/{}", plan.month)
            },
            standing: if known.today <= cut_off {
                format!("Voorlopig: wijzigingen tellen mee tot {}.", dutch_day(cut_off))
            } else {
                "Voorlopig: wijzigingen tellen mee tot een tweede persoon de betaalrun goedkeurt.".to_owned()
            },
            steps,
            available: plan.available,
            by_household: by_household(&lines),
            short: short(&lines),
            lines: lines.into_iter().map(|fate| LineView::of(fate, VERSION)).collect(),
            living_money: plan.living_money,
            holiday_payout: plan.holiday_payout,
            to_household: plan.to_household(),
            shares: known.shares(shares.iter().map(|share| (share.member, share.pay_on, share.amount))),
            decision: plan
                .needs_decision
                .as_ref()
                .map(|needed| DecisionView::of(needed, plan.month, Standing::Provisional, known.names)),
        }
    }
}

/// A due with whom it is paid to and by when, and whose it is.
#[derive(Clone, Debug)]
struct Fate {
    facts: LineFacts,
    payee: String,
    due_on: NaiveDate,
    member: Option<String>,
}

fn by_household(lines: &[Fate]) -> Money {
    let own = lines.iter().filter(|fate| fate.facts.outcome == Outcome::ClientPays);
    own.map(|fate| fate.facts.amount).sum()
}

fn short(lines: &[Fate]) -> Money {
    let short = lines.iter().map(|fate| match fate.facts.outcome {
        Outcome::Unfunded { short } => short,
        _ => Money::ZERO,
    });
    short.max().unwrap_or_default()
}

impl Known<'_> {
    fn shares(&self, parts: impl Iterator<Item = (MemberId, NaiveDate, Money)>) -> Vec<ShareView> {
        let members = &self.dossier.file.household.members;
        let names: BTreeMap<MemberId, &str> =
            members.iter().map(|member| (member.id, member.name.as_str())).collect();
        let share = |(member, on, amount)| ShareView {
            to: names.get(&member).copied().unwrap_or_default().to_owned(),
            on: dutch_day(on),
            amount,
        };
        parts.map(share).collect()
    }
}

impl LineView {
    fn of(fate: Fate, version: u32) -> LineView {
        let Fate { facts, payee, due_on, member } = fate;
        let (mark, outcome) = match facts.outcome {
            Outcome::Pay => ("✓", "Wij betalen dit"),
            Outcome::NeedsDecision => ("?", "Wacht op een besluit"),
            Outcome::Unfunded { .. } => ("✗", "Past niet meer in de uitkering"),
            Outcome::ClientPays => ("→", "De bewoner betaalt dit zelf"),
            Outcome::PayLater => ("…", "Wacht, in overleg met de ontvanger"),
            Outcome::PaidByOther => ("✓", "Al door een ander betaald"),
        };
        LineView {
            what: words::cost(facts.kind),
            member,
            payee,
            due_on: dutch_day(due_on),
            outcome,
            mark,
            paid: if facts.outcome == Outcome::Pay { -facts.amount } else { Money::ZERO },
            why: explained(facts, version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_pay_is_taken_off_in_the_sum() {
        let short_by = Money::from_cents(10_00);
        let outcomes = [
            Outcome::Pay,
            Outcome::NeedsDecision,
            Outcome::Unfunded { short: short_by },
            Outcome::ClientPays,
        ];
        let fates = outcomes.map(|outcome| {
            let amount = Money::from_cents(612_40);
            let facts = LineFacts { kind: CostKind::Rent, amount, left: amount, outcome, reason: None };
            let due_on = "2026-03-01".parse().expect("a day");
            Fate { facts, payee: "Woningstichting".to_owned(), due_on, member: None }
        });
        assert_eq!((by_household(&fates), short(&fates)), (Money::from_cents(612_40), short_by));
        let lines = fates.map(|fate| LineView::of(fate, VERSION));
        assert_eq!(lines.each_ref().map(|line| line.paid.cents()), [-612_40, 0, 0, 0]);
        assert_eq!(lines[1].outcome, "Wacht op een besluit");
    }
}
