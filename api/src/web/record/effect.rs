//! What a change does to the coming months, as a table that adds up, and what it moves beside.

use std::collections::BTreeSet;

use grip_engine::calendar::{Month, dutch_day};
use grip_engine::money::Money;
use grip_engine::relief::ReliefWindow;

use crate::flow::rehearse::{MonthLine, Rehearsal, Timeline};

/// What a change does.
#[derive(Clone, Debug)]
pub(super) struct EffectView {
    /// True when it is held against what is recorded now.
    pub(super) compares: bool,
    /// True when no month and no window changes.
    pub(super) is_nothing: bool,
    /// The windows, the applicant's first.
    pub(super) windows: Vec<String>,
    /// The months, oldest first.
    pub(super) months: Vec<MonthView>,
}

/// A month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MonthView {
    pub(super) name: String,
    /// True when the change does something to it.
    pub(super) changes: bool,
    /// The sums: now and then, or only one.
    pub(super) sums: Vec<Sum>,
    /// What must be known beside the sum.
    pub(super) notes: Vec<String>,
}

/// A sum that adds up: available less fixed costs is living money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) name: &'static str,
    pub(super) available: Money,
    pub(super) paid: Money,
    pub(super) living_money: Money,
    pub(super) is_difference: bool,
}

impl EffectView {
    /// What a new household will get.
    pub(super) fn of_new(timeline: &Timeline) -> EffectView {
        EffectView {
            compares: false,
            is_nothing: false,
            windows: timeline.windows.iter().map(|(name, window)| stands(name, *window)).collect(),
            months: timeline.months.iter().map(|month| MonthView::of(None, Some(month))).collect(),
        }
    }

    /// What a change does to what is recorded.
    pub(super) fn of(rehearsal: &Rehearsal) -> EffectView {
        let Rehearsal { without, with } = rehearsal;
        let months: BTreeSet<Month> =
            without.months.iter().chain(&with.months).map(|line| line.month).collect();
        let find =
            |timeline: &'_ Timeline, month| timeline.months.iter().find(|line| line.month == month).cloned();
        let months: Vec<MonthView> = months
            .into_iter()
            .map(|month| MonthView::of(find(without, month).as_ref(), find(with, month).as_ref()))
            .collect();
        EffectView { compares: true, is_nothing: without == with, windows: windows(without, with), months }
    }
}

impl MonthView {
    /// A month without a change and with it.
    fn of(now: Option<&MonthLine>, then: Option<&MonthLine>) -> MonthView {
        let changes = now.is_some() && now != then || now.is_none() && then.is_some();
        let line = then.or(now);
        let released = line.is_some_and(|line| line.released);
        let month = line.map(|line| line.month.dutch()).unwrap_or_default();
        let sums = match (now, then) {
            (Some(now), Some(then)) if changes => {
                let (now, then) = (Sum::of("Nu", now), Sum::of("Straks", then));
                let by = now.up_to(&then);
                if by.is_nothing() { vec![now] } else { vec![now, then, by] }
            }
            (Some(now), None) => vec![Sum::of("Nu", now)],
            (Some(_), Some(then)) => vec![Sum::of("Nu", then)],
            (None, Some(then)) => vec![Sum::of("Plan", then)],
            (None, None) => Vec::new(),
        };
        MonthView {
            name: if released { format!("{month} (al vrijgegeven)") } else { month },
            changes,
            sums,
            notes: notes(now, then),
        }
    }
}

impl Sum {
    fn of(name: &'static str, line: &MonthLine) -> Sum {
        let (available, paid) = (line.available, line.paid);
        Sum { name, available, paid, living_money: line.living_money, is_difference: false }
    }

    /// True for a difference that moves nothing: what a released month gives more or less stands in its notes.
    fn is_nothing(&self) -> bool {
        [self.available, self.paid, self.living_money] == [Money::ZERO; 3]
    }

    fn up_to(&self, then: &Sum) -> Sum {
        Sum {
            name: "Verschil",
            available: then.available - self.available,
            paid: then.paid - self.paid,
            living_money: then.living_money - self.living_money,
            is_difference: true,
        }
    }
}

/// What must be known about a month beside its sum: all of it for a new household, what changes for a known one.
fn notes(now: Option<&MonthLine>, then: Option<&MonthLine>) -> Vec<String> {
    let Some(then) = then else {
        return vec!["Er is dan geen uitkering meer in deze maand.".to_owned()];
    };
    let mut notes = Vec::new();
    if then.problem.is_some() {
        notes.push("Deze maand is niet te berekenen: de norm is nog niet bekend.".to_owned());
    }
    let suspended = now.is_some_and(|now| now.suspended);
    if then.suspended && !suspended {
        notes.push(format!(
            "De betaling is dan opgeschort: er gaat deze maand niets uit, en {} wacht.",
            then.payable.dutch()
        ));
    } else if suspended && !then.suspended {
        notes.push("De opschorting geldt dan niet meer voor deze maand.".to_owned());
    }
    notes.extend(moved("Inhoudingen", now.map(|now| now.withheld), then.withheld));
    notes.extend(moved("Rekeningen die wachten of niet passen", now.map(|now| now.unpaid), then.unpaid));
    notes.extend(moved("Vakantiegeld erbij", now.map(|now| now.holiday_payout), then.holiday_payout));
    let more = then.difference - now.map_or(Money::ZERO, |now| now.difference);
    if more.is_positive() {
        notes.push(format!("Er komt {} bij: dat gaat mee in een tussentijdse run.", more.dutch()));
    } else if more != Money::ZERO {
        notes.push(format!(
            "Er is {} te veel uitbetaald. Een mens beslist wat daarmee gebeurt.",
            (-more).dutch()
        ));
    }
    let needed = now.is_some_and(|now| now.needs_decision.is_some());
    match &then.needs_decision {
        Some(decision) if now.is_none_or(|now| now.needs_decision != then.needs_decision) => {
            let (left, floor) = (decision.living_money_if_all_paid.dutch(), decision.floor.dutch());
            notes.push(if then.unpaid.is_positive() {
                format!(
                    "Er is dan een besluit nodig: als alle rekeningen die passen betaald worden, blijft er {left} \
                     leefgeld over. Het minimum is {floor}."
                )
            } else {
                format!(
                    "Er wacht dan geen rekening meer. Het leefgeld is {left}, en het minimum is {floor}."
                )
            });
        }
        None if needed => notes.push("Het besluit dat nu nodig is, is dan niet meer nodig.".to_owned()),
        _ => {}
    }
    notes
}

fn moved(what: &str, now: Option<Money>, then: Money) -> Option<String> {
    match now {
        Some(now) if now == then => None,
        None if then == Money::ZERO => None,
        Some(now) => Some(format!("{what}: {} (nu {}).", then.dutch(), now.dutch())),
        None => Some(format!("{what}: {}.", then.dutch())),
    }
}

/// The windows that move, and those that stay.
fn windows(without: &Timeline, with: &Timeline) -> Vec<String> {
    let names: Vec<&String> = with.windows.iter().chain(&without.windows).map(|(name, _)| name).collect();
    let find = |timeline: &Timeline, name: &String| {
        timeline.windows.iter().find(|(known, _)| known == name).map(|(_, window)| *window)
    };
    let mut sentences = Vec::new();
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            continue;
        }
        sentences.extend(match (find(without, name), find(with, name)) {
            (Some(now), Some(then)) if now == then => None,
            (Some(now), Some(then)) => Some(format!(
                "{} Nu is dat van {} tot en met {}.",
                stands(name, then),
                dutch_day(now.start()),
                dutch_day(now.end())
            )),
            (None, Some(then)) => Some(format!("{} Nu is er geen.", stands(name, then))),
            (Some(now), None) => {
                Some(format!("{name} heeft dan geen ontzorgperiode meer. {}", stands(name, now)))
            }
            (None, None) => None,
        });
    }
    sentences
}

fn stands(name: &str, window: ReliefWindow) -> String {
    let (start, end) = (dutch_day(window.start()), dutch_day(window.end()));
    format!("Ontzorgperiode van {name}: van {start} tot en met {end}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(living_money: i64, difference: i64) -> MonthLine {
        let euros = Money::from_cents;
        MonthLine {
            month: "2026-03".parse().expect("a month"),
            released: difference != 0,
            suspended: false,
            payable: euros(1_334_23),
            available: euros(1_334_23),
            withheld: Money::ZERO,
            paid: euros(1_334_23 - living_money),
            unpaid: Money::ZERO,
            living_money: euros(living_money),
            holiday_payout: Money::ZERO,
            difference: euros(difference),
            needs_decision: None,
            problem: None,
        }
    }

    fn effect(now: MonthLine, then: MonthLine) -> EffectView {
        let timeline = |month| Timeline { windows: Vec::new(), months: vec![month] };
        EffectView::of(&Rehearsal { without: timeline(now), with: timeline(then) })
    }

    #[test]
    fn a_month_that_changes_shows_now_then_and_the_difference() {
        let changed = effect(month(400_00, 0), month(350_50, 0));
        let sums: Vec<String> =
            changed.months[0].sums.iter().map(|sum| format!("{} {}", sum.name, sum.living_money)).collect();
        assert_eq!(sums, ["Nu 400.00", "Straks 350.50", "Verschil -49.50"]);
        let same = effect(month(400_00, 0), month(400_00, 0));
        assert!(same.is_nothing);
        assert_eq!(same.months[0].sums.len(), 1);
    }

    #[test]
    fn a_released_month_says_what_moves() {
        let note =
            |difference| effect(month(400_00, -1), month(400_00, difference)).months[0].notes.join(" ");
        assert_eq!(note(49_99), "Er komt € 50,00 bij: dat gaat mee in een tussentijdse run.");
        assert_eq!(note(-50_01), "Er is € 50,00 te veel uitbetaald. Een mens beslist wat daarmee gebeurt.");
        assert_eq!(note(-1), "");
    }

    #[test]
    fn a_window_that_moves_is_told_and_one_that_stays_is_not() {
        let starting = |text: &str| ReliefWindow::starting(text.parse().expect("a day"));
        let timeline = |windows: &[(&str, &str)]| Timeline {
            windows: windows.iter().map(|(name, start)| ((*name).to_owned(), starting(start))).collect(),
            months: Vec::new(),
        };
        let now = timeline(&[("A", "2026-02-01"), ("B", "2026-02-01")]);
        let then = timeline(&[("A", "2026-02-01"), ("B", "2026-01-15")]);
        assert_eq!(
            windows(&now, &then),
            [
                "Ontzorgperiode van B: van 15 januari 2026 tot en met 14 juli 2026. Nu is dat van 1 februari 2026 tot \
              en met 31 juli 2026."
            ]
        );
    }
}
