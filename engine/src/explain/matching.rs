//! Why a line of a statement was matched, or is suggested, in Dutch.

use crate::calendar::dutch_day;
use crate::matching::{AgreementKind, Fact, Found, Rule, Standing, Why};

/// What an agreement is, as a noun.
pub fn kind(kind: AgreementKind) -> &'static str {
    match kind {
        AgreementKind::Collection => "incasso",
        AgreementKind::Refund => "teruggave",
        AgreementKind::Repayment => "terugbetaling door de klant",
        AgreementKind::Funding => "aanvulling van de rekening",
    }
}

/// The rule in a few words.
pub fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Identifier => "kenmerk van onze betaling",
        Rule::Batch => "kenmerk van onze betaalopdracht",
        Rule::OwnAccount => "eigen rekening",
        Rule::Mandate => "machtiging",
        Rule::StructuredReference => "betalingskenmerk",
        Rule::AccountAndReference => "rekening en contractnummer",
        Rule::AmountAndWindow => "rekening, bedrag en dag",
        Rule::Terms => "zoekwoorden",
        Rule::Account => "alleen de rekening",
    }
}

/// Which rule, and the facts it rests on, for and against.
///
/// ```
/// use grip_engine::explain::matching::dutch;
/// use grip_engine::matching::{Fact, Found, Rule};
/// use grip_engine::money::Money;
/// let facts = vec![Fact::Mandate("M-1".to_owned()), Fact::OtherAmount { agreed: Money::from_cents(500_00) }];
/// assert_eq!(
///     dutch(&Found { rule: Rule::Mandate, facts }),
///     "Gevonden op machtiging: machtiging M-1; het bedrag is anders dan afgesproken (€ 500,00)."
/// );
/// ```
pub fn dutch(found: &Found) -> String {
    let facts: Vec<String> = found.facts.iter().map(fact).collect();
    format!("Gevonden op {}: {}.", rule(found.rule), facts.join("; "))
}

fn fact(fact: &Fact) -> String {
    match fact {
        Fact::Identifier(id) => format!("kenmerk {id}"),
        Fact::Batch(id, payments) => format!("opdracht {id} met {payments} betalingen"),
        Fact::Mandate(mandate) => format!("machtiging {mandate}"),
        Fact::StructuredReference(reference) => format!("kenmerk {reference}, het controlegetal klopt"),
        Fact::Reference(reference) => format!("contractnummer {reference} staat in de omschrijving"),
        Fact::Terms(terms) => format!("de omschrijving bevat: {}", terms.join(", ")),
        Fact::SameAccount => "de tegenrekening klopt".to_owned(),
        Fact::OtherAccount => "de tegenrekening is een andere".to_owned(),
        Fact::Amount(amount) => format!("het bedrag klopt ({})", amount.dutch()),
        Fact::OtherAmount { agreed } => {
            format!("het bedrag is anders dan afgesproken ({})", agreed.dutch())
        }
        Fact::NoAmount => "er is geen bedrag afgesproken".to_owned(),
        Fact::Due(due) => format!("hoort bij {}", dutch_day(*due)),
        Fact::NoDue => "de dag past niet bij een vervaldag".to_owned(),
        Fact::Met(due) => format!("het bedrag van {} is al gezien", dutch_day(*due)),
        Fact::OneOf(number) => format!("{number} afspraken passen even goed"),
    }
}

/// Why a part is left over, in a sentence.
pub fn left_over(why: &Why) -> String {
    match why {
        Why::NoIdentifier => "Wij vinden er geen afspraak of betaling bij.".to_owned(),
        Why::UnknownIdentifier(_) => "Het kenmerk is niet van een betaling van ons.".to_owned(),
        Why::IdentifiersDiffer => "De kenmerken horen bij twee betalingen van ons.".to_owned(),
        Why::OtherAmount { expected } => {
            format!("Het kenmerk is van een betaling van ons, maar die was {}.", expected.dutch())
        }
        Why::OtherPayee => {
            "Het kenmerk is van een betaling van ons, maar de bank noemt een andere rekening van de ontvanger."
                .to_owned()
        }
        Why::OtherStanding(standing) => standing_left_over(*standing).to_owned(),
        Why::SplitDiffers => "De onderdelen tellen niet op tot het bedrag.".to_owned(),
        Why::BatchDiffers => "Het aantal of het totaal past niet bij onze betaalopdracht.".to_owned(),
        Why::WaitsForStatement => {
            "De zoekwoorden passen, maar er ontbreekt een eerder afschrift. Daarom wacht dit.".to_owned()
        }
    }
}

fn standing_left_over(standing: Standing) -> &'static str {
    match standing {
        Standing::Sent => "De betaling met dit kenmerk is al teruggekomen voordat zij werd afgeschreven.",
        Standing::Settled => "De betaling met dit kenmerk is al uitgevoerd.",
        Standing::Failed => "De betaling met dit kenmerk is al afgewezen of teruggekomen.",
    }
}
