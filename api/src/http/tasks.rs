//! Tasks: what a person must do on a day, and that it was done.

use std::str::FromStr;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::id::{HouseholdId, MemberId};
use grip_engine::task::{Task, TaskKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::body;
use super::problem::{Fault, Problem};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::tasks::{self, Item};
use crate::store::{Scope, StoreError, household};

/// The most letters of what somebody says about a task.
const NOTE_MAX: usize = 1_000;

/// Iets wat een mens op een dag moet doen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Taak {
    soort: Taaksoort,
    /// De dag waarop het moet.
    datum: NaiveDate,
    /// Leeg bij een taak over een betaalrun.
    huishouden_id: Option<Uuid>,
    huishouden_nummer: Option<String>,
    /// Het lid waar de taak over gaat.
    lid_id: Option<Uuid>,
    lid_naam: Option<String>,
    /// Leeg zolang niemand de taak heeft gedaan.
    afhandeling: Option<Afhandeling>,
}

/// Dat een taak is gedaan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Afhandeling {
    afgehandeld_datum: NaiveDate,
    afgehandeld_door: String,
    toelichting: String,
}

/// Een taak om af te handelen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuweAfhandeling {
    soort: Taaksoort,
    /// De dag waarop de taak stond.
    datum: NaiveDate,
    /// Het lid, als de taak over een lid gaat.
    #[serde(default)]
    lid_id: Option<Uuid>,
    /// Wat erover te zeggen is, ten hoogste 1000 tekens.
    #[serde(default)]
    #[schema(max_length = 1000)]
    toelichting: String,
}

/// De soort taak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Taaksoort {
    /// 60 dagen voor het einde: plan maken, toeslagen op de eigen rekening controleren.
    Overdracht60,
    /// 45 dagen voor het einde: machtigingen en eigen overboekingen regelen.
    Overdracht45,
    /// 30 dagen voor het einde: ontvangers en klant laten weten wat de laatste run is.
    Overdracht30,
    /// 14 dagen voor het einde: eerste incassodagen naast de betaaldag leggen.
    Overdracht14,
    /// De laatste betaalrun van de gemeente.
    LaatsteBetaalrun,
    /// De eerste eigen betaling samen bekijken.
    EersteEigenBetaling,
    /// Afsluiten, of besluiten om door te gaan.
    Afsluiten,
    /// Een besluit over de ontzorgperiode opnieuw bekijken.
    BesluitHerzien,
    /// Helpen met een bankrekening: leefgeld wacht.
    RekeningOpenen,
    /// Een opdracht van het CAK laten toetsen.
    CakToetsen,
    /// Overdragen aan de nieuwe gemeente.
    OverdrachtGemeente,
    /// Een datalek melden, binnen 72 uur.
    DatalekMelden,
    /// Een tweede persoon zoeken voor een betaalrun.
    GoedkeurderZoeken,
    /// Een rekening regelen die vervalt voor de eerste betaaldag.
    TeLateRekening,
}

/// Which tasks somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Open,
    Done,
    All,
}

impl FromStr for Wanted {
    type Err = ();

    fn from_str(text: &str) -> Result<Wanted, ()> {
        match text {
            "open" => Ok(Wanted::Open),
            "gedaan" => Ok(Wanted::Done),
            "alle" => Ok(Wanted::All),
            _ => Err(()),
        }
    }
}

impl Wanted {
    fn holds(self, item: &Item) -> bool {
        self == Wanted::All || item.done.is_some() == (self == Wanted::Done)
    }
}

/// De taken van alle huishoudens en betaalruns, op volgorde van dag.
#[utoipa::path(get, path = "/taken", operation_id = "taken", tag = "Taken",
    params(("status" = Option<String>, Query, description = "open (dit is de standaard), gedaan of alle."),
        ("totEnMet" = Option<NaiveDate>, Query, description = "Alleen taken tot en met deze dag."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De taken.", body = inline(Lijst<Taak>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Taak>>, Problem> {
    let wanted = asked.value::<Wanted>("status", "open, gedaan of alle").unwrap_or(Wanted::Open);
    let until = asked.value::<NaiveDate>("totEnMet", "een dag als 2026-02-27");
    let page = asked.page("/taken");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let mut items = tasks::list(&mut at, Scope::All, app.business_day().await?).await?;
    items.retain(|item| wanted.holds(item) && until.is_none_or(|until| item.task.on <= until));
    let count = items.len();
    let tasks = page.cut(items).into_iter().map(task).collect();
    Ok(Json(page.list(count, tasks)))
}

/// De taken van een huishouden, ook de taken die zijn gedaan, op volgorde van dag.
#[utoipa::path(get, path = "/huishoudens/{id}/taken", operation_id = "takenVanHuishouden", tag = "Taken",
    params(("id" = Uuid, Path, description = "Het id van het huishouden.")),
    responses((status = 200, description = "De taken.", body = inline(Lijst<Taak>))))]
pub async fn of_household(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Lijst<Taak>>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    household::file(&mut at, id.into()).await?.ok_or_else(|| Problem::not_found("Dit huishouden"))?;
    let items = tasks::list(&mut at, Scope::One(id), app.business_day().await?).await?;
    let resultaten: Vec<Taak> = items.into_iter().map(task).collect();
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

/// Legt vast dat een taak van een huishouden is gedaan.
#[utoipa::path(post, path = "/huishoudens/{id}/taken/afhandelingen", operation_id = "taakAfhandelen",
    tag = "Taken", params(("id" = Uuid, Path, description = "Het id van het huishouden.")),
    request_body(content = NieuweAfhandeling, description = "Welke taak is gedaan."),
    responses((status = 201, description = "De taak is afgehandeld.", body = Taak),
        (status = 409, description = "De taak was al afgehandeld.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn complete(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordCoaching).await?;
    let done: NieuweAfhandeling = body::json(request).await?;
    if NOTE_MAX < done.toelichting.chars().count() {
        let fault = Fault::new("/toelichting", "ongeldig", "Geef ten hoogste 1000 tekens.");
        return Err(body::refused(vec![fault]));
    }
    let asked = Task { on: done.datum, kind: kind_of(done.soort), member: done.lid_id.map(MemberId) };
    let note = done.toelichting.trim();
    let completed = tasks::complete(&app.store, &grant, HouseholdId(id), asked, note).await;
    completed.map_err(|error| match error {
        FlowError::Exists { what: "task", .. } => {
            Problem::conflict("al-afgehandeld", "Al afgehandeld", "Deze taak is al afgehandeld.")
        }
        error => error.into(),
    })?;
    let items = tasks::list(&mut app.store.read().await?, Scope::One(id), grant.today()).await?;
    let item = items.into_iter().find(|item| item.task == asked).ok_or(StoreError::Missing)?;
    let location = format!("/v1/huishoudens/{id}/taken");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(task(item))))
}

fn task(item: Item) -> Taak {
    let (household, number) = item.household.unzip();
    Taak {
        soort: wire_kind(item.task.kind),
        datum: item.task.on,
        huishouden_id: household.map(|id| id.0),
        huishouden_nummer: number,
        lid_id: item.task.member.map(|id| id.0),
        lid_naam: item.member,
        afhandeling: item.done.map(|done| Afhandeling {
            afgehandeld_datum: done.done_on,
            afgehandeld_door: done.done_by,
            toelichting: done.note,
        }),
    }
}

fn wire_kind(kind: TaskKind) -> Taaksoort {
    match kind {
        TaskKind::Handover60 => Taaksoort::Overdracht60,
        TaskKind::Handover45 => Taaksoort::Overdracht45,
        TaskKind::Handover30 => Taaksoort::Overdracht30,
        TaskKind::Handover14 => Taaksoort::Overdracht14,
        TaskKind::LastRun => Taaksoort::LaatsteBetaalrun,
        TaskKind::FirstSelfPayment => Taaksoort::EersteEigenBetaling,
        TaskKind::Close => Taaksoort::Afsluiten,
        TaskKind::ReviewVariant => Taaksoort::BesluitHerzien,
        TaskKind::OpenAccount => Taaksoort::RekeningOpenen,
        TaskKind::CheckCak => Taaksoort::CakToetsen,
        TaskKind::TransferSummary => Taaksoort::OverdrachtGemeente,
        TaskKind::DataBreach => Taaksoort::DatalekMelden,
        TaskKind::FindApprover => Taaksoort::GoedkeurderZoeken,
        TaskKind::LateDue => Taaksoort::TeLateRekening,
    }
}

fn kind_of(wire: Taaksoort) -> TaskKind {
    let found = TaskKind::ALL.into_iter().find(|kind| wire_kind(*kind) == wire);
    found.expect("every kind on the wire is that of a task")
}
