//! What came of the furnishing credits of a case.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::standing::{Gate, Reason, Standing, TrancheStanding};
use grip_engine::policy::Policy;

use super::expect::CreditFigures;
use crate::flow::planning::Dossier;

/// The credits of a household on a day, by reference.
pub(super) fn figures(
    dossier: &Dossier,
    policy: &Policy,
    today: NaiveDate,
) -> BTreeMap<String, CreditFigures> {
    let credits = dossier.credits(&policy.furnishing, today);
    let household = dossier.file.household.type_on(today);
    let norm = policy.furnishing.norm.of(household);
    let of = |(credit, standing): (&Credit, Standing)| {
        let deviations = credit.deviations(&policy.furnishing, norm);
        (credit.reference.clone(), figures_of(credit, &standing, deviations))
    };
    credits.map(of).collect()
}

fn figures_of(credit: &Credit, standing: &Standing, deviations: Vec<&'static str>) -> CreditFigures {
    let some = |money: grip_engine::money::Money| Some(money.to_string());
    let lines = standing.tranches.iter().flat_map(|tranche| &tranche.lines);
    let line = |line: &grip_engine::furnishing::evidence::JudgedLine| {
        let counts =
            if line.counts == line.line.amount { String::new() } else { format!(" counts {}", line.counts) };
        format!("{} {} {}{counts}", line.state.code(), line.line.amount, line.line.category)
    };
    CreditFigures {
        amount: some(credit.amount),
        gift: some(credit.gift_now()),
        disbursed: some(standing.disbursed),
        on_its_way: some(standing.on_its_way),
        accounted: some(standing.accounted),
        unaccounted: some(standing.unaccounted),
        returned: some(standing.returned),
        rest: some(standing.rest),
        principal: some(standing.principal),
        settled: credit.settled.as_ref().map(|settled| settled.on.to_string()),
        tranches: Some(standing.tranches.iter().map(tranche).collect()),
        evidence: Some(lines.map(line).collect()),
        deviations: Some(deviations.into_iter().map(str::to_owned).collect()),
    }
}

/// `1 released 1400.00`, `2 open 1237.99 less 62.01`, `3 shut waits`.
fn tranche(tranche: &TrancheStanding) -> String {
    let reason = |reason: &Reason| match reason {
        Reason::Waits => "waits".to_owned(),
        Reason::Share { accounted, needed } => format!("share {accounted} of {needed}"),
        Reason::Visit => "visit".to_owned(),
        Reason::NotBefore(day) => format!("not_before {day}"),
        Reason::Held(_) => "held".to_owned(),
    };
    let gate = match &tranche.gate {
        Gate::Released => format!("released {}", tranche.disbursed),
        Gate::Open { amount, carried_forward, by_hand } => {
            let less = if carried_forward.is_positive() {
                format!(" less {carried_forward}")
            } else {
                String::new()
            };
            let by_hand = if by_hand.is_some() { " by_hand" } else { "" };
            format!("open {amount}{less}{by_hand}")
        }
        Gate::CameBack => "came_back".to_owned(),
        Gate::Closed => "closed".to_owned(),
        Gate::Shut(reasons) => {
            format!("shut {}", reasons.iter().map(reason).collect::<Vec<_>>().join(", "))
        }
    };
    format!("{} {gate}", tranche.number)
}
