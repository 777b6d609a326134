//! The Dutch words for the codes of the system.

use chrono::NaiveDate;
use grip_engine::access::Role;
use grip_engine::calendar::{Month, dutch_day};
use grip_engine::household::HouseholdType;
use grip_engine::obligation::CostKind;
use grip_engine::risk::Severity;
use grip_engine::task::TaskKind;

/// A role.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::IncomeOfficer => "inkomensconsulent",
        Role::BudgetCoach => "budgetcoach",
        Role::Finance => "financiële administratie",
        Role::Administrator => "beheerder",
        Role::Auditor => "controleur",
    }
}

/// A fixed cost.
pub(super) fn cost(kind: CostKind) -> &'static str {
    match kind {
        CostKind::Rent => "Huur",
        CostKind::HealthPremium => "Zorgpremie",
        CostKind::Energy => "Energie",
        CostKind::Water => "Water",
        CostKind::Voluntary => "Op eigen verzoek",
    }
}

/// The kind of household.
pub(super) fn household_type(household_type: HouseholdType) -> &'static str {
    match household_type {
        HouseholdType::Single => "alleenstaande",
        HouseholdType::SingleParent => "alleenstaande ouder",
        HouseholdType::Couple => "paar",
        HouseholdType::CoupleWithChildren => "gezin met kinderen",
    }
}

/// How soon something harms: its heading and a shape, so that colour is never alone.
pub(super) fn severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::K1 => ("Vandaag", "▲"),
        Severity::K2 => ("Binnen 35 dagen", "◆"),
        Severity::K3 => ("Deze maand", "●"),
    }
}

/// Where a payment stands.
pub(super) fn payment_state(code: &str) -> &'static str {
    match code {
        "planned" => "voorgesteld",
        "approved" => "goedgekeurd",
        "instructed" => "in het betaalbestand",
        "sent" => "bij de bank",
        "accepted" => "aangenomen door de bank",
        "settled" => "betaald",
        "rejected" => "geweigerd door de bank",
        "returned" => "teruggekomen",
        "recalled" => "teruggevraagd en terug",
        "cancelled" => "geannuleerd",
        _ => "onbekend",
    }
}

/// Where a run stands.
pub(super) fn run_state(code: &str) -> &'static str {
    match code {
        "proposed" => "wacht op goedkeuring",
        "approved" => "goedgekeurd",
        "instructed" => "betaalbestand gemaakt",
        "cancelled" => "geannuleerd",
        _ => "onbekend",
    }
}

/// The name of a run: what it is for.
pub(super) fn run_name(kind: &str, period: &str) -> String {
    let month = period.parse::<Month>().map(Month::dutch);
    let on = period.parse::<NaiveDate>().map(dutch_day);
    match (kind, month, on) {
        ("monthly", Ok(month), _) => format!("Maandrun {month}"),
        (_, _, Ok(on)) => format!("Tussentijdse run {on}"),
        _ => format!("Run {period}"),
    }
}

/// A number of things, in the singular or the plural.
pub(super) fn count(number: usize, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {more}") }
}

/// A task in words.
pub(super) fn task(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Handover60 => "Overdracht: plan maken, toeslagen op eigen rekening controleren",
        TaskKind::Handover45 => "Overdracht: machtigingen en eigen overboekingen regelen",
        TaskKind::Handover30 => "Overdracht: ontvangers en bewoner laten weten wat de laatste run is",
        TaskKind::Handover14 => "Overdracht: eerste incassodagen naast de betaaldag leggen",
        TaskKind::LastRun => "Laatste betaalrun van de gemeente",
        TaskKind::FirstSelfPayment => "Eerste eigen betaling samen bekijken",
        TaskKind::Close => "Afsluiten, of besluiten om door te gaan",
        TaskKind::ReviewVariant => "Besluit over de ontzorgperiode opnieuw bekijken",
        TaskKind::OpenAccount => "Helpen met een bankrekening: leefgeld wacht",
        TaskKind::CheckCak => "Opdracht van het CAK laten toetsen",
        TaskKind::TransferSummary => "Overdracht aan de nieuwe gemeente",
        TaskKind::DataBreach => "Datalek melden, binnen 72 uur",
        TaskKind::FindApprover => "Tweede persoon zoeken voor een betaalrun",
        TaskKind::LateDue => "Rekening regelen die vervalt voor de eerste betaaldag",
    }
}

/// Where an entry stands that the bank reported during the day.
pub(super) fn provisional(status: &str) -> &'static str {
    match status {
        "booked" => "geboekt door de bank",
        "pending" => "nog niet geboekt",
        _ => "ter informatie",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_called_by_its_month_or_by_its_day() {
        assert_eq!(run_name("monthly", "2026-02"), "Maandrun februari 2026");
        assert_eq!(run_name("supplementary", "2026-03-12"), "Tussentijdse run 12 maart 2026");
        assert_eq!(run_name("supplementary", "?"), "Run ?");
    }

    #[test]
    fn one_thing_is_in_the_singular() {
        assert_eq!(count(1, "signaal", "signalen"), "1 signaal");
        assert_eq!(count(0, "signaal", "signalen"), "0 signalen");
    }
}
