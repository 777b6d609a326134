//! The sentences in Dutch, at language level B1.

use crate::bank::reason::{self, Retry};
use crate::calendar::{Month, dutch_day};
use crate::explain::{Explanation, credit};
use crate::risk::{Figures, Rule};

pub(super) fn explanation(rule: Rule, month: Option<Month>, figures: &Figures, payee: &str) -> Explanation {
    let advice = match figures {
        Figures::PaymentReturned { reason: code, .. } => advice_of_return(code),
        _ => advice(rule),
    };
    Explanation { title: title(rule), reason: sentence(month, figures, payee), advice }
}

/// What to do about a payment that failed, as far as a coach may know why.
fn advice_of_return(code: &str) -> &'static str {
    let known = reason::reason(code);
    if known.is_private {
        return "Vraag de financiële administratie vandaag wat er moet gebeuren. Er wordt niet vanzelf opnieuw betaald.";
    }
    match known.retry {
        Retry::OtherAccount => advice(Rule::R01),
        Retry::NextDay => {
            "De betaling gaat vanzelf mee op de volgende bankdag. Bel de ontvanger als dat te laat is voor de rekening."
        }
        Retry::ByHand => {
            "Bel de ontvanger vandaag en zoek uit wat er mis is. De consulent besluit of er opnieuw wordt betaald."
        }
        Retry::Never => "Zoek vandaag uit wat er is gebeurd. Er wordt niet vanzelf opnieuw betaald.",
    }
}

fn title(rule: Rule) -> &'static str {
    match rule {
        Rule::R01 => "Betaling teruggekomen",
        Rule::R03 => "Te weinig geld voor de vaste lasten",
        Rule::R04 => "Te weinig leefgeld",
        Rule::R19 => "Bonnen ontbreken",
        Rule::R20 => "Nog niet alles voor de woning gezien",
    }
}

fn advice(rule: Rule) -> &'static str {
    match rule {
        Rule::R01 => {
            "Bel de ontvanger vandaag en vraag het juiste rekeningnummer. Laat een tweede persoon het controleren. \
             Daarna gaat de betaling mee in een nieuwe run."
        }
        Rule::R03 => {
            "Kies met de inkomensconsulent: een overbrugging, een rekening later betalen, of een maatregel spreiden."
        }
        Rule::R04 => {
            "Vraag een overbrugging aan, stel een aflossing uit en controleer of alle toeslagen zijn aangevraagd."
        }
        Rule::R19 => {
            "Ga langs en help bonnen of verklaringen te verzamelen. Het geld wordt nooit vanzelf teruggevraagd."
        }
        Rule::R20 => {
            "Vraag wat er al in huis is: gekregen, tweedehands of nog te kopen. Leg een bezoek of verklaring vast."
        }
    }
}

fn sentence(month: Option<Month>, figures: &Figures, payee: &str) -> String {
    let name = month.map_or_else(String::new, Month::dutch);
    match figures {
        Figures::PaymentReturned { amount, period, returned_on, reason: code, paid_again_on } => {
            let came_back = format!(
                "De betaling van {} aan {payee} voor {} is teruggekomen op {}. Reden van de bank: {}.",
                amount.dutch(),
                period.dutch(),
                dutch_day(*returned_on),
                reason::dutch(code),
            );
            match paid_again_on {
                None => format!("{came_back} De rekening is dus nog niet betaald."),
                Some(on) => format!("{came_back} Op {} is opnieuw betaald.", dutch_day(*on)),
            }
        }
        Figures::PlanShortfall { available, fixed_costs } => {
            let in_month = format!(
                "In {name} is er {} om van te betalen. De vaste lasten zijn {}.",
                available.dutch(),
                fixed_costs.dutch()
            );
            let missing = *fixed_costs - *available;
            if missing.is_positive() {
                format!("{in_month} Er is {} te weinig.", missing.dutch())
            } else {
                format!("{in_month} Er blijft maar {} over.", (-missing).dutch())
            }
        }
        Figures::FloorBreached { living_money, floor } => format!(
            "Na de vaste lasten blijft in {name} {} over om van te leven. Het afgesproken minimum is {} per maand.",
            living_money.dutch(),
            floor.dutch(),
        ),
        Figures::TrancheUnaccounted { paid, unaccounted, days } => format!(
            "Van het deel van {} voor de inrichting is na {days} dagen {} nog niet getoond met een bon of verklaring.",
            paid.dutch(),
            unaccounted.dutch(),
        ),
        Figures::EssentialsMissing { missing } => {
            let names: Vec<&str> = missing.iter().map(|name| credit::essential(name)).collect();
            format!(
                "Bijna al het inrichtingsgeld is betaald. Er is nog niets gezien voor: {}.",
                names.join(", ")
            )
        }
    }
}
