//! Why nothing is paid to somebody, and why an account is not approved, in Dutch. Only a wrong or closed account is named
//! (ruling 24).

use crate::bank::reason;
use crate::calendar::dutch_day;
use crate::payee::{NameOutcome, NotApproved, Stage, Waits};

/// Why nothing is paid: a sentence that says what to do.
///
/// ```
/// use grip_engine::explain::payee::waits;
/// use grip_engine::payee::Waits;
/// assert!(waits(&Waits::SecondPerson).contains("tweede persoon"));
/// ```
pub fn waits(why: &Waits) -> String {
    match why {
        Waits::NoAccount => "Er is geen rekening bekend. Leg een rekening vast.".to_owned(),
        Waits::CallBack => {
            "De rekening is vastgelegd, maar niemand heeft teruggebeld. Bel op een nummer dat al bekend was."
                .to_owned()
        }
        Waits::SecondPerson => {
            "De rekening is vastgelegd. Een tweede persoon moet haar nog goedkeuren.".to_owned()
        }
        Waits::From(day) => format!("De rekening wordt gebruikt vanaf {}.", dutch_day(*day)),
        Waits::Blocked(bounced) => format!(
            "Op {} kwam een betaling terug: {}. Er gaat niets meer naar deze rekening tot een nieuwe is goedgekeurd.",
            dutch_day(bounced.on),
            reason::dutch(&bounced.reason)
        ),
        Waits::NameCheck(outcome) => format!(
            "De naamcontrole zegt: {}. Iemand moet besluiten of er toch betaald wordt.",
            name_outcome(*outcome)
        ),
        Waits::ClientsOwn => {
            "Dit is de eigen rekening van de bewoner. Zo wordt een ontvanger niet betaald.".to_owned()
        }
        Waits::Held => {
            "Na de naamcontrole is besloten niet op deze rekening te betalen. Leg een andere rekening vast."
                .to_owned()
        }
    }
}

/// The answer of a bank about a name.
pub fn name_outcome(outcome: NameOutcome) -> &'static str {
    match outcome {
        NameOutcome::Match => "de naam klopt",
        NameOutcome::CloseMatch => "de naam lijkt erop",
        NameOutcome::NoMatch => "de naam hoort niet bij deze rekening",
        NameOutcome::NotApplicable => "deze rekening doet niet mee aan de controle",
        NameOutcome::NotExecutable => "de controle kon niet worden gedaan",
    }
}

/// How far an account is.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Recorded => "vastgelegd, nog niet teruggebeld",
        Stage::CalledBack => "teruggebeld, wacht op een tweede persoon",
        Stage::Approved => "goedgekeurd",
        Stage::Blocked => "geblokkeerd: een betaling kwam terug",
        Stage::Withdrawn => "ingetrokken",
    }
}

/// Why an account is not approved.
pub fn not_approved(why: NotApproved) -> &'static str {
    match why {
        NotApproved::NotWaiting => "Deze rekening is al goedgekeurd of ingetrokken.",
        NotApproved::SamePerson => {
            "U hebt deze rekening zelf vastgelegd. Vraag een tweede persoon om haar goed te keuren."
        }
        NotApproved::NoCallBack => {
            "Niemand heeft teruggebeld over deze rekening. Leg eerst vast wie is gebeld, op welk nummer en waar dat \
             nummer van bekend was."
        }
        NotApproved::NameCheck => {
            "De naamcontrole van deze rekening wacht op een besluit, of er is besloten niet te betalen."
        }
    }
}
