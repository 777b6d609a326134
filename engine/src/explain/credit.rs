//! Why a tranche is open or shut, and what a line of evidence is worth, in Dutch at language level B1.

use crate::calendar::dutch_day;
use crate::furnishing::evidence::LineState;
use crate::furnishing::standing::{Gate, Reason};

/// Every reason why a tranche is open or shut, a sentence each.
///
/// ```
/// use grip_engine::explain::credit::reasons;
/// use grip_engine::furnishing::standing::{Gate, Reason};
/// let shut = Gate::Shut(vec![Reason::Visit]);
/// assert_eq!(reasons(&shut), ["Eerst kijkt iemand thuis of de spullen van het vorige deel er zijn."]);
/// ```
pub fn reasons(gate: &Gate) -> Vec<String> {
    match gate {
        Gate::Released => vec!["Dit deel is vrijgegeven.".to_owned()],
        Gate::CameBack => {
            vec![
                "De betaling is teruggekomen. Zij wacht op een ander rekeningnummer of op een besluit."
                    .to_owned(),
            ]
        }
        Gate::Closed => vec!["Het krediet is afgerekend. Dit deel wordt niet meer betaald.".to_owned()],
        Gate::Open { amount, carried_forward, by_hand } => {
            let mut sentences = vec![format!("Dit deel kan betaald worden: {}.", amount.dutch())];
            if carried_forward.is_positive() {
                sentences.push(format!(
                    "Er gaat {} af. Dat bedrag van de vorige delen is nog niet met bonnen getoond en is dus nog \
                     beschikbaar.",
                    carried_forward.dutch()
                ));
            }
            if let Some(why) = by_hand {
                sentences.push(format!("Een medewerker heeft het deel opengezet: {why}."));
            }
            sentences
        }
        Gate::Shut(reasons) => reasons.iter().map(reason).collect(),
    }
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Waits => "Het vorige deel is nog niet betaald.".to_owned(),
        Reason::Share { accounted, needed } => format!(
            "Van het vorige deel is {} met bonnen getoond. Nodig is {}. Daarna gaat dit deel open.",
            accounted.dutch(),
            needed.dutch()
        ),
        Reason::Visit => "Eerst kijkt iemand thuis of de spullen van het vorige deel er zijn.".to_owned(),
        Reason::NotBefore(day) => format!("Dit deel kan vanaf {} betaald worden.", dutch_day(*day)),
        Reason::Held(why) => format!("Een medewerker heeft dit deel teruggenomen: {why}."),
    }
}

/// What a line is worth.
pub fn line(state: LineState) -> &'static str {
    match state {
        LineState::Eligible => "Telt mee",
        LineState::OverLineLimit => "Duurder dan het budget: telt mee tot het budget",
        LineState::WrongCategory => "Staat niet in het budget en telt niet mee",
        LineState::Unreadable => "Niet te lezen: graag een nieuwe foto",
        LineState::Duplicate => "Deze bon is al eerder getoond",
        LineState::OutOfPeriod => "Gekocht op een dag die niet bij dit krediet hoort",
    }
}

/// What an essential of the policy is called; the words of the municipality itself where it has its own.
pub fn essential(name: &str) -> &str {
    match name {
        "bed" => "een bed",
        "cooking" => "iets om op te koken",
        "cooling" => "een koelkast",
        "floor" => "vloer of raambekleding",
        "washing" => "een wasmachine",
        other => other,
    }
}
