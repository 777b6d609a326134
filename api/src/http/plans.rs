//! Plans: what of a month's benefit goes to fixed costs, and what is left to live on.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::calendar::Month;
use grip_engine::obligation::CostKind;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::provisional::{self, BeslissingNodig};
use super::wire::{Bedrag, Kostensoort, cents};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::Scope;
use crate::store::plan::{self, PlanLineRow, PlanRow};

/// Het plan van een huishouden voor een maand uitkering.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Betaalplan {
    /// Leeg zolang het plan voorlopig is.
    pub(super) id: Option<Uuid>,
    pub(super) huishouden_id: Uuid,
    pub(super) huishouden_nummer: String,
    /// De maand van de uitkering, als jjjj-mm.
    #[schema(pattern = r"^\d{4}-\d{2}$", example = "2026-03")]
    pub(super) maand: String,
    /// 0 voor het plan van de maand, daarna het nummer van de nabetaling.
    pub(super) volgnummer: i64,
    /// Waar als het plan nu is uitgerekend en nog niet is vrijgegeven: het kan nog veranderen.
    pub(super) voorlopig: bool,
    /// De bijstand van de maand met vakantietoeslag.
    pub(super) toegekend: Bedrag,
    /// Opzijgezet als vakantietoeslag.
    pub(super) vakantiereservering: Bedrag,
    /// Wat er deze maand te betalen is.
    pub(super) betaalbaar: Bedrag,
    /// Wat eerder als voorschot is betaald.
    pub(super) voorschot: Bedrag,
    /// Wat bijzondere bijstand toevoegt.
    pub(super) overbrugging: Bedrag,
    /// Wat eerder was vrijgegeven voor een latere dag en niet meer wordt betaald; het zit in wat deze nabetaling betaalt.
    pub(super) ingetrokken: Bedrag,
    /// Wat wordt ingehouden.
    pub(super) ingehouden: Bedrag,
    pub(super) regels: Vec<Planregel>,
    /// Wat overblijft om van te leven.
    pub(super) leefgeld: Bedrag,
    /// Vakantietoeslag die deze maand wordt uitbetaald.
    pub(super) vakantietoeslag: Bedrag,
    /// Waar als een mens nog moet beslissen over een of meer regels.
    pub(super) wacht_op_beslissing: bool,
    /// De beslissing met haar keuzes; alleen bij een voorlopig plan.
    pub(super) beslissing_nodig: Option<BeslissingNodig>,
}

/// Een vaste last in een plan, op volgorde van betaling.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Planregel {
    pub(super) verplichting_id: Uuid,
    pub(super) soort: Kostensoort,
    pub(super) ontvanger: String,
    /// De maand waarin de vaste last vervalt, als jjjj-mm.
    #[schema(pattern = r"^\d{4}-\d{2}$", example = "2026-04")]
    pub(super) periode: String,
    pub(super) verval_datum: NaiveDate,
    pub(super) bedrag: Bedrag,
    pub(super) uitkomst: Uitkomst,
    /// Wat ontbreekt om deze en alle eerdere regels te betalen; alleen als de regel niet past.
    pub(super) tekort: Option<Bedrag>,
}

/// Wat er met een vaste last gebeurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Uitkomst {
    /// Wordt geheel betaald.
    Betalen,
    /// Wacht tot een mens beslist.
    BeslissingNodig,
    /// Past niet.
    Tekort,
    /// De klant betaalt zelf: de ontzorgperiode is voorbij.
    KlantBetaalt,
    /// Wacht, in overleg met de ontvanger.
    LaterBetalen,
    /// Een ander heeft betaald.
    DoorAnderBetaald,
}

/// De vrijgegeven betaalplannen, de nieuwste maand eerst. Met huishouden en maand samen ook een maand die
/// nog niet is vrijgegeven: dan met een voorlopig plan.
#[utoipa::path(get, path = "/betaalplannen", operation_id = "betaalplannen", tag = "Betaalplannen",
    params(("huishouden" = Option<Uuid>, Query, description = "Alleen van dit huishouden."),
        ("maand" = Option<String>, Query, description = "Alleen van deze maand, als jjjj-mm."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De betaalplannen.", body = inline(Lijst<Betaalplan>)),
        (status = 404, description = "Het huishouden bestaat niet.", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "In deze maand is geen uitkering toegekend.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Betaalplan>>, Problem> {
    let household = asked.value::<Uuid>("huishouden", "het id van een huishouden");
    let month = asked.value::<Month>("maand", "een maand als 2026-02");
    let page = asked.page("/betaalplannen");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let scope = household.map_or(Scope::All, Scope::One);
    let mut rows = plan::list(&mut at, scope).await?;
    rows.retain(|row| month.is_none_or(|month| row.month == month.to_string()));
    if let (Some(household), Some(month), true) = (household, month, rows.is_empty()) {
        let plan = provisional::plan(&mut at, household.into(), month, app.business_day().await?).await?;
        let plans = page.cut(vec![plan]);
        return Ok(Json(page.list(1, plans)));
    }
    let lines = plan::lines(&mut at, scope).await?;
    let count = rows.len();
    let plans = page.cut(rows).iter().map(|row| released(row, &lines)).collect::<Result<_, _>>()?;
    Ok(Json(page.list(count, plans)))
}

/// Een vrijgegeven betaalplan.
#[utoipa::path(get, path = "/betaalplannen/{id}", operation_id = "betaalplan", tag = "Betaalplannen",
    params(("id" = Uuid, Path, description = "Het id van het betaalplan.")),
    responses((status = 200, description = "Het betaalplan.", body = Betaalplan)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Betaalplan>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let row = plan::get(&mut at, id).await?.ok_or_else(|| Problem::not_found("Dit betaalplan"))?;
    let lines = plan::lines(&mut at, Scope::One(row.household_id)).await?;
    Ok(Json(released(&row, &lines)?))
}

fn released(row: &PlanRow, lines: &[PlanLineRow]) -> Result<Betaalplan, Problem> {
    let lines = lines.iter().filter(|line| line.plan_id == row.plan_id);
    Ok(Betaalplan {
        id: Some(row.plan_id),
        huishouden_id: row.household_id,
        huishouden_nummer: row.household_number.clone(),
        volgnummer: row.number,
        maand: row.month.clone(),
        voorlopig: false,
        toegekend: cents(row.granted),
        vakantiereservering: cents(row.holiday_reserve),
        betaalbaar: cents(row.payable),
        voorschot: cents(row.advance),
        overbrugging: cents(row.bridge),
        ingetrokken: cents(row.withdrawn),
        ingehouden: cents(row.withheld),
        regels: lines.map(line).collect::<Result<_, _>>()?,
        leefgeld: cents(row.living_money),
        vakantietoeslag: cents(row.holiday_payout),
        wacht_op_beslissing: row.needs_decision,
        beslissing_nodig: None,
    })
}

fn line(row: &PlanLineRow) -> Result<Planregel, Problem> {
    let uitkomst = match row.outcome.as_str() {
        "pay" => Uitkomst::Betalen,
        "needs_decision" => Uitkomst::BeslissingNodig,
        "unfunded" => Uitkomst::Tekort,
        "client_pays" => Uitkomst::KlantBetaalt,
        "pay_later" => Uitkomst::LaterBetalen,
        "paid_by_other" => Uitkomst::DoorAnderBetaald,
        _ => return Err(super::meaningless("outcome of a plan line")),
    };
    let kind = CostKind::from_code(&row.kind).ok_or_else(|| super::meaningless("kind of cost"))?;
    Ok(Planregel {
        verplichting_id: row.obligation_id,
        soort: kind.into(),
        ontvanger: row.payee.clone(),
        periode: row.period.clone(),
        verval_datum: row.due_on,
        bedrag: cents(row.amount),
        uitkomst,
        tekort: (uitkomst == Uitkomst::Tekort).then(|| cents(row.short)),
    })
}
