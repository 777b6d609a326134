//! How the benefit of a month comes about and what is withheld from it: a sum in which each step adds to the one
//! before.

use grip_engine::benefit::{Benefit, BenefitPart};
use grip_engine::explain;
use grip_engine::household::Household;
use grip_engine::money::Money;
use grip_engine::withhold::Withheld;

use crate::store::plan::PlanRow;
use crate::web::record::norm_name;

/// A step of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) what: String,
    /// Why, where that needs a sentence.
    pub(super) why: String,
    /// What it adds, or takes off when below zero; for a sum, what there is then.
    pub(super) amount: Money,
    pub(super) is_sum: bool,
}

/// The amounts of a month that are kept with its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) granted: Money,
    pub(super) holiday_reserve: Money,
    pub(super) payable: Money,
    pub(super) advance: Money,
    pub(super) bridge: Money,
}

impl From<&Benefit> for Amounts {
    fn from(benefit: &Benefit) -> Amounts {
        Amounts {
            granted: benefit.granted,
            holiday_reserve: benefit.holiday_reserve,
            payable: benefit.payable,
            advance: benefit.advance,
            bridge: benefit.bridge,
        }
    }
}

impl From<&PlanRow> for Amounts {
    fn from(row: &PlanRow) -> Amounts {
        let euros = Money::from_cents;
        Amounts {
            granted: euros(row.granted),
            holiday_reserve: euros(row.holiday_reserve),
            payable: euros(row.payable),
            advance: euros(row.advance),
            bridge: euros(row.bridge),
        }
    }
}

/// The steps from norm to payable and further, before anything is withheld. Without the benefit they start at what
/// was granted.
pub(super) fn steps(benefit: Option<&Benefit>, amounts: Amounts) -> Vec<Step> {
    let mut steps = benefit.map(granted).unwrap_or_default();
    let Amounts { granted, holiday_reserve, payable, advance, bridge } = amounts;
    steps.push(sum("Bijstand van deze maand", granted));
    add(&mut steps, "Min: opzij voor vakantiegeld", -holiday_reserve);
    steps.push(sum("Bijstand die nu betaald wordt", payable));
    add(&mut steps, "Min: voorschot dat al betaald is", -advance);
    add(
        &mut steps,
        "Plus: voorschot dat deze maand niet helemaal verrekend kan worden",
        if advance.is_positive() { (advance - payable).or_zero() } else { Money::ZERO },
    );
    add(&mut steps, "Plus: overbrugging (bijzondere bijstand)", bridge);
    steps
}

/// The steps from norm to what is granted.
fn granted(benefit: &Benefit) -> Vec<Step> {
    let part = |part: &BenefitPart| {
        let (days, of) = part.days;
        let what = if days == of {
            "Norm van de hele maand".to_owned()
        } else {
            format!("Norm voor {days} van de {of} dagen ({} per maand)", part.monthly.dutch())
        };
        let why = norm_name(part.norm.code()).to_owned();
        Step { what, why, amount: part.amount, is_sum: false }
    };
    let mut steps: Vec<Step> = benefit.parts.iter().map(part).collect();
    add(&mut steps, "Min: inkomen dat meetelt", -benefit.counted_income);
    add(&mut steps, "Min: verlaging", -benefit.reduced);
    let beyond = benefit.granted - (benefit.for_days - benefit.counted_income - benefit.reduced);
    add(&mut steps, "Plus: de bijstand is nooit minder dan nul", beyond);
    steps
}

impl Step {
    /// A step that needs no sentence.
    pub(super) fn plain(what: &str, amount: Money) -> Step {
        Step { what: what.to_owned(), why: String::new(), amount, is_sum: false }
    }
}

fn add(steps: &mut Vec<Step>, what: &str, amount: Money) {
    if amount != Money::ZERO {
        steps.push(Step::plain(what, amount));
    }
}

fn sum(what: &str, amount: Money) -> Step {
    Step { what: what.to_owned(), why: String::new(), amount, is_sum: true }
}

/// What is withheld, each with its room and legal basis.
pub(super) fn withheld(
    rows: &[Withheld],
    household: &Household,
    room: Option<Money>,
    version: u32,
) -> Vec<Step> {
    let step = |row: &Withheld| {
        let deduction = household.deductions.iter().find(|known| known.id == row.deduction);
        Step {
            what: format!("Min: {}", explain::plan::withholding(row.kind)),
            why: deduction
                .map(|deduction| explain::plan::withheld(row, deduction, room, version))
                .unwrap_or_default(),
            amount: -row.taken,
            is_sum: false,
        }
    };
    rows.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_add_up_to_what_there_is() {
        let euros = Money::from_cents;
        let amounts = |advance| Amounts {
            granted: euros(904_19),
            holiday_reserve: euros(43_40),
            payable: euros(860_79),
            advance: euros(advance),
            bridge: euros(100_00),
        };
        for (advance, there) in [(0, 960_79), (500_00, 460_79), (900_00, 100_00)] {
            let steps = steps(None, amounts(advance));
            let from = steps.iter().rposition(|step| step.is_sum).expect("a sum");
            let total: Money = steps[from..].iter().map(|step| step.amount).sum();
            assert_eq!(total, euros(there));
            assert_eq!(steps[0].amount + steps[1].amount, steps[2].amount);
        }
    }
}
