//! The specification of a month: what was granted, what was taken off, who is paid, and what is left.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::household::withholding::DeductionKind;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::IdAndMonth;
use super::problem::Problem;
use super::wire::{Bedrag, Kostensoort};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::specification::{self, PaymentLine, Specification, WithheldLine};

/// Wat een klant te zien krijgt van een maand. De bedragen tellen op: norm min inkomsten min verlagingen plus
/// correctie is toegekend; toegekend min vakantiereservering is betaalbaar; betaalbaar min voorschot min
/// inhoudingen plus overbrugging plus vakantietoeslag is betalingen plus leefgeld plus andersBetaald.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Specificatie {
    huishouden_id: Uuid,
    huishouden_nummer: String,
    /// De maand van de uitkering, als jjjj-mm.
    #[schema(pattern = r"^\d{4}-\d{2}$", example = "2026-03")]
    maand: String,
    /// Waar als de maand nog niet is vrijgegeven: het kan nog veranderen.
    voorlopig: bool,
    /// De dag waarop de uitkering wordt betaald.
    betaal_datum: NaiveDate,
    /// De norm voor de dagen met recht op een uitkering.
    norm: Bedrag,
    /// Wat inkomsten eraf halen.
    inkomsten: Bedrag,
    /// Wat besloten verlagingen eraf halen.
    verlagingen: Bedrag,
    /// Wat na het vrijgeven bekend werd, en wat er meer af zou gaan dan er is.
    correctie: Bedrag,
    /// De bijstand van de maand met vakantietoeslag.
    toegekend: Bedrag,
    /// Opzijgezet als vakantietoeslag.
    vakantiereservering: Bedrag,
    /// Wat er deze maand te betalen is.
    betaalbaar: Bedrag,
    /// Wat eerder als voorschot is betaald.
    voorschot: Bedrag,
    /// Wat bijzondere bijstand toevoegt.
    overbrugging: Bedrag,
    inhoudingen: Vec<Inhouding>,
    /// Vakantietoeslag die deze maand wordt uitbetaald.
    vakantietoeslag: Bedrag,
    /// De betalingen van vaste lasten.
    betalingen: Vec<Specificatieregel>,
    /// Wat de volwassenen op hun rekening krijgen.
    leefgeld: Vec<Specificatieregel>,
    /// Wat contant of door de uitkeringsadministratie wordt betaald.
    anders_betaald: Bedrag,
}

/// Iets wat wordt ingehouden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inhouding {
    soort: Inhoudingsoort,
    bedrag: Bedrag,
    /// Het artikel waarop de inhouding rust.
    rechtsgrond: String,
    /// Het kenmerk van het besluit.
    kenmerk: String,
    /// De laatste dag waarop bezwaar kan worden gemaakt.
    bezwaar_tot_en_met_datum: NaiveDate,
}

/// De soort inhouding.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Inhoudingsoort {
    /// De bestuursrechtelijke premie van het CAK.
    Cak,
    /// Beslag van een deurwaarder.
    Beslag,
    /// Een verplichte verrekening.
    VerplichteVerrekening,
    /// Een vordering.
    Vordering,
    /// De aflossing van een lening.
    Aflossing,
}

/// Een betaling in een specificatie.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Specificatieregel {
    ontvanger: String,
    /// Leeg bij leefgeld.
    soort: Option<Kostensoort>,
    /// De maand waarin de vaste last vervalt, of de maand van de uitkering, als jjjj-mm.
    #[schema(pattern = r"^\d{4}-\d{2}$", example = "2026-04")]
    periode: String,
    bedrag: Bedrag,
    /// De dag van betaling.
    betaal_datum: NaiveDate,
}

/// De specificatie van een maand uitkering van een huishouden.
#[utoipa::path(get, path = "/huishoudens/{id}/specificaties/{maand}", operation_id = "specificatie",
    tag = "Huishoudens",
    params(("id" = Uuid, Path, description = "Het id van het huishouden."),
        ("maand" = String, Path, description = "De maand van de uitkering, als jjjj-mm.")),
    responses((status = 200, description = "De specificatie.", body = Specificatie),
        (status = 409, description = "In deze maand is geen uitkering toegekend.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdAndMonth(id, month): IdAndMonth,
) -> Result<Json<Specificatie>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let today = app.business_day().await?;
    let found = specification::specification(&mut at, id.into(), month, today).await?;
    Ok(Json(of(id, &found)))
}

fn of(household: Uuid, found: &Specification) -> Specificatie {
    Specificatie {
        huishouden_id: household,
        huishouden_nummer: found.number.clone(),
        maand: found.month.to_string(),
        voorlopig: found.provisional,
        betaal_datum: found.pay_day,
        norm: found.norm.into(),
        inkomsten: found.income.into(),
        verlagingen: found.reductions.into(),
        correctie: found.correction().into(),
        toegekend: found.granted.into(),
        vakantiereservering: found.reserve.into(),
        betaalbaar: found.payable.into(),
        voorschot: found.advance.into(),
        overbrugging: found.bridge.into(),
        inhoudingen: found.withheld.iter().map(withheld).collect(),
        vakantietoeslag: found.holiday_payout.into(),
        betalingen: found.payments.iter().map(line).collect(),
        leefgeld: found.living_money.iter().map(line).collect(),
        anders_betaald: found.elsewhere().into(),
    }
}

fn withheld(line: &WithheldLine) -> Inhouding {
    let soort = match line.kind {
        DeductionKind::Cak => Inhoudingsoort::Cak,
        DeductionKind::Seizure => Inhoudingsoort::Beslag,
        DeductionKind::MandatorySetOff => Inhoudingsoort::VerplichteVerrekening,
        DeductionKind::Claim => Inhoudingsoort::Vordering,
        DeductionKind::LoanRepayment => Inhoudingsoort::Aflossing,
    };
    Inhouding {
        soort,
        bedrag: line.amount.into(),
        rechtsgrond: line.legal_basis.clone(),
        kenmerk: line.reference.clone(),
        bezwaar_tot_en_met_datum: line.objection_until,
    }
}

fn line(line: &PaymentLine) -> Specificatieregel {
    Specificatieregel {
        ontvanger: line.to.clone(),
        soort: line.kind.map(Into::into),
        periode: line.period.to_string(),
        bedrag: line.amount.into(),
        betaal_datum: line.on,
    }
}
