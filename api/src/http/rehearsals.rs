//! Rehearsals: what a change would do to the coming months of a household, before anybody decides.

use axum::extract::{Request, State};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::relief::ReliefWindow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::Id;
use super::body;
use super::facts::{self, Gebeurtenis};
use super::problem::{Fault, Problem};
use super::provisional::{self, BeslissingNodig};
use super::wire::Bedrag;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::rehearse::{self, MonthLine, Timeline};

/// Hoeveel maanden vooruit als niets is gevraagd.
const MONTHS: u32 = 6;

/// Een verandering om eerst te bekijken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NieuweProefberekening {
    /// Wat er zou gebeuren, op volgorde.
    gebeurtenissen: Vec<Gebeurtenis>,
    /// Hoeveel maanden vooruit.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 24, default = 6)]
    maanden: Option<u32>,
}

/// De komende maanden zonder en met de verandering.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proefberekening {
    /// Zoals het nu is vastgelegd.
    zonder: Tijdlijn,
    /// Met de verandering.
    met: Tijdlijn,
}

/// Wat een huishouden in de komende maanden krijgt.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tijdlijn {
    /// Per volwassene, de aanvrager eerst; zonder wie geen ontzorgperiode heeft.
    ontzorgperioden: Vec<OntzorgperiodeVanLid>,
    /// De maanden met recht op een uitkering, de oudste eerst.
    maanden: Vec<Proefmaand>,
}

/// De ontzorgperiode van een lid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OntzorgperiodeVanLid {
    naam: String,
    start_datum: NaiveDate,
    /// De laatste dag.
    eind_datum: NaiveDate,
    /// Het einde van de zes maanden, ook als de plicht eerder eindigt.
    termijn_eind_datum: NaiveDate,
    /// Waarom de plicht eindigt: `term` of een reden.
    einde_door: &'static str,
}

/// Een maand in een proefberekening.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proefmaand {
    /// De maand van de uitkering, als jjjj-mm.
    #[schema(pattern = r"^\d{4}-\d{2}$", example = "2026-03")]
    maand: String,
    /// Waar als het plan al is vrijgegeven: dan verandert alleen het verschil.
    vrijgegeven: bool,
    /// Waar als de betaling op de dag van de run is opgeschort: er gaat niets uit, en wat betaalbaar is wacht.
    opgeschort: bool,
    /// Wat er deze maand te betalen is.
    betaalbaar: Bedrag,
    /// Waar uit betaald kan worden: na voorschot, overbrugging en inhoudingen.
    beschikbaar: Bedrag,
    /// Wat wordt ingehouden.
    ingehouden: Bedrag,
    /// De vaste lasten die de gemeente betaalt.
    vaste_lasten: Bedrag,
    /// De vaste lasten die wachten of niet passen.
    niet_betaald: Bedrag,
    /// Wat overblijft om van te leven.
    leefgeld: Bedrag,
    /// Vakantietoeslag die deze maand wordt uitbetaald.
    vakantietoeslag: Bedrag,
    /// Wat een vrijgegeven maand meer geeft; onder nul wat er te veel is betaald.
    verschil: Bedrag,
    beslissing_nodig: Option<BeslissingNodig>,
    /// Waarom de maand niet te berekenen is.
    probleem: Option<&'static str>,
}

/// Rekent een verandering door voor de komende maanden, zonder en met die verandering. Er wordt niets
/// vastgelegd.
#[utoipa::path(post, path = "/huishoudens/{id}/proefberekeningen", operation_id = "proefberekenen",
    tag = "Huishoudens", params(("id" = Uuid, Path, description = "Het id van het huishouden.")),
    request_body(content = NieuweProefberekening, description = "De verandering."),
    responses((status = 200, description = "De proefberekening.", body = Proefberekening),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn rehearse(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<Json<Proefberekening>, Problem> {
    let today = app.grant(&actor, Action::SeeHouseholds).await?.today();
    let asked: NieuweProefberekening = body::json(request).await?;
    let mut faults = Vec::new();
    let events = facts::planned(asked.gebeurtenissen, today, &mut faults);
    let months = asked.maanden.unwrap_or(MONTHS);
    if !(1..=24).contains(&months) {
        faults.push(Fault::new("/maanden", "ongeldig", "Geef een aantal van 1 tot en met 24."));
    }
    if !faults.is_empty() {
        return Err(body::refused(faults));
    }
    let mut at = app.store.read().await?;
    let rehearsal = rehearse::rehearse(&mut at, id.into(), &events, today, months).await?;
    Ok(Json(Proefberekening { zonder: timeline(&rehearsal.without), met: timeline(&rehearsal.with) }))
}

fn timeline(timeline: &Timeline) -> Tijdlijn {
    Tijdlijn {
        ontzorgperioden: timeline.windows.iter().map(window).collect(),
        maanden: timeline.months.iter().map(month).collect(),
    }
}

fn window((name, window): &(String, ReliefWindow)) -> OntzorgperiodeVanLid {
    OntzorgperiodeVanLid {
        naam: name.clone(),
        start_datum: window.start(),
        eind_datum: window.end(),
        termijn_eind_datum: window.term_end(),
        einde_door: window.ended_by().code(),
    }
}

fn month(line: &MonthLine) -> Proefmaand {
    Proefmaand {
        maand: line.month.to_string(),
        vrijgegeven: line.released,
        opgeschort: line.suspended,
        betaalbaar: line.payable.into(),
        beschikbaar: line.available.into(),
        ingehouden: line.withheld.into(),
        vaste_lasten: line.paid.into(),
        niet_betaald: line.unpaid.into(),
        leefgeld: line.living_money.into(),
        vakantietoeslag: line.holiday_payout.into(),
        verschil: line.difference.into(),
        beslissing_nodig: line.needs_decision.as_ref().map(provisional::decision),
        // a month with a right lacks nothing else
        probleem: line.problem.as_ref().map(|_| "De bijstandsnorm van deze maand is nog niet bekend."),
    }
}
