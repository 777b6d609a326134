//! Difference: a released month computed again. Only the difference moves: more is paid as a supplement, less is
//! a proposal that a person decides on (ruling 2). Computing again changes nothing.

use crate::benefit::Benefit;
use crate::id::ObligationId;
use crate::money::Money;
use crate::plan::{Outcome, Plan};
use crate::schedule::Due;

/// What was released for a household and a benefit month, every release added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleasedMonth {
    /// The social assistance of the month including holiday allowance.
    pub granted: Money,
    /// Kept apart as holiday allowance.
    pub holiday_reserve: Money,
    /// Paid this month: granted less the reserve.
    pub payable: Money,
    /// What had been advanced.
    pub advance: Money,
    /// What special assistance added.
    pub bridge: Money,
    /// The dues that were paid, by obligation and the month they are due in.
    pub paid: Vec<(ObligationId, crate::calendar::Month)>,
}

/// What computing a released month again gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The same.
    None,
    /// More: it is paid.
    More(Supplement),
    /// Less: a person decides whether to recover it. No run deducts it.
    Less {
        /// What was paid too much.
        payable: Money,
        /// What was reserved too much as holiday allowance.
        holiday_reserve: Money,
    },
}

/// What is paid on top of what was released for a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Supplement {
    /// More social assistance, including holiday allowance.
    pub granted: Money,
    /// More holiday allowance.
    pub holiday_reserve: Money,
    /// More payable.
    pub payable: Money,
    /// More that was advanced.
    pub advance: Money,
    /// More special assistance.
    pub bridge: Money,
    /// Dues of the month that were held or did not fit, and are paid now.
    pub lines: Vec<Due>,
    /// The rest, to live on.
    pub living_money: Money,
}

/// Holds a month as it would be planned now against what was released for it.
///
/// The supplement first pays, in full and in order, the dues that were not paid and that the plan of now pays;
/// the rest is living money. Nothing more is withheld from a month that was released. What bridges the month is held
/// apart from the benefit: special assistance that was decided later is paid, also where the benefit became less,
/// because no run sets it off (ruling 2).
pub fn difference(benefit: &Benefit, plan: &Plan, released: &ReleasedMonth) -> Difference {
    let benefit_more = benefit.after_advance() - (released.payable - released.advance).or_zero();
    let reserve_more = benefit.holiday_reserve - released.holiday_reserve;
    let bridge_more = benefit.bridge - released.bridge;
    let of_benefit = Part::of(&[benefit_more, reserve_more]);
    let of_bridge = Part::of(&[bridge_more]);
    if of_benefit != Part::More && of_bridge != Part::More {
        return if of_benefit == Part::Same && of_bridge == Part::Same {
            Difference::None
        } else {
            Difference::Less {
                payable: (-benefit_more).or_zero() + (-bridge_more).or_zero(),
                holiday_reserve: (-reserve_more).or_zero(),
            }
        };
    }
    let by_benefit = |amount: Money| if of_benefit == Part::More { amount } else { Money::ZERO };
    let bridge = bridge_more.or_zero();
    let more = by_benefit(benefit_more) + bridge;
    let mut left = more;
    let mut lines = Vec::new();
    let is_open = |due: &Due| !released.paid.contains(&(due.obligation, due.period));
    for line in plan.lines.iter().filter(|line| line.outcome == Outcome::Pay && is_open(&line.due)) {
        if left < line.due.amount {
            break;
        }
        left -= line.due.amount;
        lines.push(line.due.clone());
    }
    Difference::More(Supplement {
        granted: by_benefit(benefit.granted - released.granted),
        holiday_reserve: by_benefit(reserve_more),
        payable: by_benefit(benefit.payable - released.payable),
        advance: by_benefit(benefit.advance - released.advance),
        bridge,
        lines,
        living_money: left,
    })
}

/// How a part of a month differs from what was released.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Same,
    More,
    Less,
}

impl Part {
    /// Less when one of the amounts is less; else more when one of them is more.
    fn of(amounts: &[Money]) -> Part {
        if amounts.iter().any(|amount| *amount < Money::ZERO) {
            Part::Less
        } else if amounts.iter().any(|amount| amount.is_positive()) {
            Part::More
        } else {
            Part::Same
        }
    }
}
