//! Imports: decisions of the benefit system, and the files of the first day, handed in through the API.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use grip_engine::access::Action;
use grip_engine::check::Remark;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::accept::brings;
use super::asked::Asked;
use super::problem::{Fault, Problem};
use super::wire::Bedrag;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::import_decisions::{self, Difference, Imported, Mode, Outcome, RowResult};
use crate::intake::decisions::{self, FileKind};
use crate::intake::table::Form;

/// The most bytes of a file.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// Wat het inlezen van een bestand deed, of bij een proef zou doen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Importresultaat {
    /// Waar als er niets is vastgelegd.
    proef: bool,
    /// Waar het bestand over gaat.
    soort_bestand: SoortBestand,
    /// Regels die niet bekend waren.
    nieuw: usize,
    /// Regels die in de plaats komen van een eerdere versie.
    gewijzigd: usize,
    /// Regels die bekend waren en hetzelfde zeggen.
    ongewijzigd: usize,
    /// Regels die niet zijn overgenomen.
    geweigerd: usize,
    /// De uitkomst per regel; van een huishouden een uitkomst voor alle leden samen.
    regels: Vec<Importregel>,
}

/// Waar het bestand over gaat.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SoortBestand {
    /// Besluiten van het uitkeringssysteem.
    Besluiten,
    /// Wie betaald wordt.
    Ontvangers,
    /// Huishoudens met hun leden.
    Huishoudens,
    /// Wat huishoudens moeten betalen.
    Verplichtingen,
}

/// De uitkomst van een regel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Importregel {
    /// De regel van het CSV-bestand, of het volgnummer in de lijst van JSON.
    regel: u64,
    /// Het nummer van het huishouden.
    huishouden: Option<String>,
    /// De soort van het besluit of de verplichting, zoals in het bestand.
    soort: Option<String>,
    /// Het kenmerk van het besluit of contract, of de naam van de ontvanger.
    kenmerk: Option<String>,
    /// Wat er met de regel gebeurt.
    uitkomst: Uitkomst,
    /// Waarom de regel is geweigerd.
    reden: Option<String>,
    /// Waarin de regel verschilt van wat bekend is.
    verschillen: Vec<Verschil>,
    /// Waarin het besluit afwijkt van wat wij zouden berekenen. Het besluit geldt.
    afwijkingen: Vec<Afwijking>,
}

/// Wat er met een regel gebeurt.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Uitkomst {
    /// Niet bekend.
    Nieuw,
    /// In de plaats van een eerdere versie.
    Gewijzigd,
    /// Bekend.
    Ongewijzigd,
    /// Niet overgenomen.
    Geweigerd,
}

/// Wat een kolom zei en zegt; van rekeningnummers staan alleen begin en eind er.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verschil {
    /// De kolom.
    veld: String,
    /// Wat bekend was.
    oud: Option<String>,
    /// Wat het bestand zegt.
    nieuw: Option<String>,
}

/// Waarin een besluit afwijkt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Afwijking {
    /// Het soort afwijking.
    soort: SoortAfwijking,
    /// De afwijking in woorden.
    omschrijving: String,
    /// Het besloten bedrag van een hele maand.
    besloten: Option<Bedrag>,
    /// De norm van de maand waarin het recht begint.
    norm: Option<Bedrag>,
    /// Besloten min norm.
    verschil: Option<Bedrag>,
}

/// Het soort afwijking.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SoortAfwijking {
    /// Het besloten bedrag is niet de norm.
    Bedrag,
    /// De norm van de maand is niet bekend.
    NormOnbekend,
    /// De leeftijd past niet bij de norm.
    Leeftijd,
    /// Het besluit komt in de plaats van een besluit dat later begint.
    Vervangt,
}

/// The address of imports, which takes a large body.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add)).layer(DefaultBodyLimit::max(BYTES_MAX))
}

/// Leest besluiten van het uitkeringssysteem in, of ontvangers, huishoudens of verplichtingen voor de eerste dag. De
/// kop van het bestand zegt welke; `docs/importing.md` beschrijft de kolommen. Elke regel staat op zichzelf: wat
/// bekend is verandert niets, en een geweigerde regel houdt de andere niet tegen.
#[utoipa::path(post, path = "/besluitimporten", operation_id = "besluitenInlezen", tag = "Besluiten",
    params(("proef" = Option<bool>, Query, description = "Waar: zeg alleen wat er zou gebeuren.")),
    request_body(description = "Het bestand, ten hoogste 16 MB: CSV met een kop, of een lijst van objecten.",
        content((String = "text/csv"), (Vec<Object> = "application/json"))),
    responses((status = 200, description = "De uitkomst per regel.", body = Importresultaat),
        (status = 413, description = "Het bestand is te groot.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen CSV of JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
    request: Request,
) -> Result<Json<Importresultaat>, Problem> {
    let grant = app.grant(&actor, Action::RecordFacts).await?;
    let form = match brings(request.headers()).as_str() {
        "text/csv" => Form::Csv,
        "application/json" => Form::Json,
        _ => return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    };
    let is_trial = asked.value::<bool>("proef", "true of false").unwrap_or(false);
    asked.done()?;
    let bytes = Bytes::from_request(request, &()).await;
    let bytes = bytes.map_err(|rejection| Problem::of_status(rejection.status()))?;

    let file = decisions::read(&bytes, form).map_err(|error| {
        let fault = Fault::new("", "onleesbaar", error.dutch);
        Problem::invalid("Het bestand is niet te lezen. Er is niets vastgelegd.", vec![fault])
    })?;
    let mode = if is_trial { Mode::DryRun } else { Mode::Write };
    let done = import_decisions::import(&app.store, &grant, &file, mode).await?;
    Ok(Json(answer(done, is_trial)))
}

/// What an import did, on the wire.
pub(super) fn answer(done: Imported, proef: bool) -> Importresultaat {
    let counts = done.counts();
    Importresultaat {
        proef,
        soort_bestand: match done.kind {
            FileKind::Decisions => SoortBestand::Besluiten,
            FileKind::Payees => SoortBestand::Ontvangers,
            FileKind::Households => SoortBestand::Huishoudens,
            FileKind::Obligations => SoortBestand::Verplichtingen,
        },
        nieuw: counts.new,
        gewijzigd: counts.changed,
        ongewijzigd: counts.unchanged,
        geweigerd: counts.refused,
        regels: done.rows.into_iter().map(row).collect(),
    }
}

fn row(row: RowResult) -> Importregel {
    let (uitkomst, reden, differences) = match row.outcome {
        Outcome::New => (Uitkomst::Nieuw, None, Vec::new()),
        Outcome::Changed(differences) => (Uitkomst::Gewijzigd, None, differences),
        Outcome::Unchanged => (Uitkomst::Ongewijzigd, None, Vec::new()),
        Outcome::Refused { why, differences } => (Uitkomst::Geweigerd, Some(why.dutch), differences),
    };
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    Importregel {
        regel: row.place.number(),
        huishouden: given(row.household),
        soort: given(row.kind),
        kenmerk: given(row.reference),
        uitkomst,
        reden,
        verschillen: differences.into_iter().map(difference).collect(),
        afwijkingen: row.remarks.iter().map(remark).collect(),
    }
}

fn difference(difference: Difference) -> Verschil {
    Verschil { veld: difference.column, oud: difference.was, nieuw: difference.is }
}

fn remark(remark: &Remark) -> Afwijking {
    let (soort, amounts) = match remark {
        Remark::Amount { decided, norm, .. } => {
            (SoortAfwijking::Bedrag, Some([*decided, *norm, *decided - *norm]))
        }
        Remark::NoNorm { .. } => (SoortAfwijking::NormOnbekend, None),
        Remark::Age { .. } => (SoortAfwijking::Leeftijd, None),
        Remark::TakesPlace { .. } => (SoortAfwijking::Vervangt, None),
    };
    let [besloten, norm, verschil] = match amounts {
        Some(amounts) => amounts.map(|amount| Some(Bedrag(amount))),
        None => [None, None, None],
    };
    Afwijking { soort, omschrijving: remark.dutch(), besloten, norm, verschil }
}
