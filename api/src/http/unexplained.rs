//! What nothing of ours explains, what it may be, and what it turned out to be; and the money of households that waits.

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::camt::Direction;
use grip_engine::bank::iban::Iban;
use grip_engine::money::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::body;
use super::problem::{Fault, Problem};
use super::statements::Richting;
use super::wire::{Bedrag, account, cents};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::explain::{self, Chosen, Kind, Part, Share};
use crate::flow::suspense::{self, Waits};
use crate::store::municipality::{self, BankAccount};
use crate::store::unexplained::{self, ExplanationRow, Listed, OpenRow, SuggestionRow};
use crate::store::{Scope, Snapshot};

/// Een deel van een boeking dat niets van ons verklaart.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnverklaardDeel {
    boeking_id: Uuid,
    deel: i64,
    /// De rekening van de gemeente. Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    richting: Richting,
    boek_datum: NaiveDate,
    bedrag: Bedrag,
    /// Wat nog niet verklaard is.
    open_bedrag: Bedrag,
    /// Waarom niets het verklaart, in een zin.
    reden: String,
    naam_tegenpartij: String,
    /// De rekening aan de andere kant; leeg als die er niet is of afgeschermd.
    rekeningnummer_tegenpartij: String,
    omschrijving: String,
    /// Wat het kan zijn, het waarschijnlijkste eerst.
    voorstellen: Vec<Voorstel>,
    /// Wat erover gezegd is, ook wat is teruggedraaid, in volgorde.
    verklaringen: Vec<Verklaring>,
}

/// Wat een deel kan zijn. Een voorstel boekt niets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Voorstel {
    /// Vanaf 0; hiermee wordt het voorstel gekozen.
    nummer: i64,
    soort: Verklaringsoort,
    huishouden_id: Option<Uuid>,
    huishouden_nummer: Option<String>,
    verplichting_id: Option<Uuid>,
    /// De vervaldag waar het bij hoort.
    verval_datum: Option<NaiveDate>,
    /// Op welke regel het gevonden is, en wat ervoor en ertegen pleit.
    uitleg: String,
}

/// Wat een deel bleek te zijn.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verklaring {
    id: Uuid,
    soort: Verklaringsoort,
    bedrag: Bedrag,
    huishouden_id: Option<Uuid>,
    huishouden_nummer: Option<String>,
    verplichting_id: Option<Uuid>,
    /// Waarom; bij een terugdraaiing de reden daarvan.
    uitleg: String,
    datum: NaiveDate,
    door: String,
    /// De verklaring die hiermee is teruggedraaid.
    draait_terug: Option<Uuid>,
}

/// Wat een deel kan zijn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Verklaringsoort {
    /// Een ontvanger incasseerde voor een huishouden.
    Incasso,
    /// Een ontvanger gaf iets terug: het geld is van het huishouden.
    Teruggave,
    /// Een klant betaalde een lening of vordering terug.
    Terugbetaling,
    /// Geld of kosten van de gemeente zelf.
    EigenGeld,
    /// Een overboeking tussen rekeningen van de gemeente.
    EigenOverboeking,
    /// Het is niet van ons: alleen datum en bedrag blijven bewaard.
    NietVanOns,
}

/// Wat iemand over een onverklaard deel zegt: een voorstel, of een of meer delen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuweVerklaring {
    /// Het nummer van een voorstel, voor alles wat nog open is.
    #[serde(default)]
    voorstel: Option<i64>,
    /// Anders: wat het is, per bedrag.
    #[serde(default)]
    delen: Vec<NieuwDeel>,
}

/// Een bedrag en wat het is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuwDeel {
    soort: Verklaringsoort,
    /// Het bedrag; zonder bedrag alles wat over is. Ten hoogste een deel kan zonder.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = r"^\d+\.\d{2}$", example = "48.00")]
    bedrag: Option<String>,
    #[serde(default)]
    huishouden_nummer: Option<String>,
    /// Het contractnummer van de verplichting.
    #[serde(default)]
    contractnummer: Option<String>,
}

/// Waarom een verklaring niet klopt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuweTerugdraaiing {
    #[schema(min_length = 1, max_length = 500)]
    reden: String,
}

/// Het geld van een huishouden dat op een rekening van de gemeente wacht.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tussenrekening {
    huishouden_id: Uuid,
    huishouden_nummer: String,
    /// Wat van het huishouden is: wat terugkwam en wat binnenkwam.
    totaal: Bedrag,
    /// De bedragen, het oudste eerst.
    bedragen: Vec<WachtendBedrag>,
}

/// Een bedrag dat wacht.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WachtendBedrag {
    soort: Wachtsoort,
    bedrag: Bedrag,
    /// Sinds welke dag.
    sinds: NaiveDate,
    /// Waarom het wacht, in gewone taal.
    waarom: String,
    /// De boeking, als die nog verklaard moet worden.
    boeking_id: Option<Uuid>,
    deel: Option<i64>,
}

/// Wat er wacht.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Wachtsoort {
    /// Een betaling kwam terug.
    TeruggekomenBetaling,
    /// Een betaling kwam terug, en haar afschrijving staat nog op geen afschrift: er mist er een.
    TeruggekomenZonderAfschrijving,
    /// Iemand anders betaalde iets terug: het is van de klant.
    Teruggave,
    /// Hetzelfde, maar bijzondere bijstand betaalde mee: iemand moet besluiten van wie het is.
    TeruggaveTerBesluit,
    /// Een bijschrijving die misschien van het huishouden is.
    NogNietVerklaard,
}

/// De delen van boekingen die niets van ons verklaart, de nieuwste eerst.
#[utoipa::path(get, path = "/onverklaarde-delen", operation_id = "onverklaardeDelen", tag = "Bankafschriften",
    params(("rekeningId" = Option<Uuid>, Query, description = "Alleen van deze rekening van de gemeente."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De onverklaarde delen.", body = inline(Lijst<OnverklaardDeel>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<OnverklaardDeel>>, Problem> {
    let bank_account = asked.value::<Uuid>("rekeningId", "het id van een rekening");
    let page = asked.page("/onverklaarde-delen");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let (skip, most) = page.window();
    let (count, rows) = unexplained::list(&mut at, Listed { bank_account, skip, most }).await?;
    let accounts = municipality::bank_accounts(&mut at).await?;
    let mut parts = Vec::with_capacity(rows.len());
    for row in rows {
        parts.push(part(&mut at, row, (&actor, &accounts)).await?);
    }
    Ok(Json(page.list(usize::try_from(count).unwrap_or(0), parts)))
}

/// Een deel van een boeking dat niets van ons verklaarde, met wat erover gezegd is.
#[utoipa::path(get, path = "/onverklaarde-delen/{boekingId}/{deel}", operation_id = "onverklaardDeel",
    tag = "Bankafschriften",
    params(("boekingId" = Uuid, Path, description = "Het id van de boeking."),
        ("deel" = i64, Path, description = "Het nummer van het deel, vanaf 0.")),
    responses((status = 200, description = "Het deel.", body = OnverklaardDeel)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    path: Result<Path<(Uuid, i64)>, axum::extract::rejection::PathRejection>,
) -> Result<Json<OnverklaardDeel>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let (entry, place) = place(path)?;
    Ok(Json(one(&mut at, (entry, place), &actor).await?))
}

/// Zegt wat een onverklaard deel is: een voorstel, of een of meer delen. Het wordt geboekt, helemaal of helemaal niet.
#[utoipa::path(post, path = "/onverklaarde-delen/{boekingId}/{deel}/verklaringen", operation_id = "deelVerklaren",
    tag = "Bankafschriften",
    params(("boekingId" = Uuid, Path, description = "Het id van de boeking."),
        ("deel" = i64, Path, description = "Het nummer van het deel, vanaf 0.")),
    request_body(content = NieuweVerklaring, description = "Wat het is."),
    responses((status = 201, description = "Het is geboekt.", body = OnverklaardDeel),
        (status = 409, description = "Het deel was al verklaard.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn accept(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    path: Result<Path<(Uuid, i64)>, axum::extract::rejection::PathRejection>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ExplainEntries).await?;
    let (entry, place) = place(path)?;
    let chosen = chosen(body::json(request).await?)?;
    explain::accept(&app.store, &grant, Part { entry, place }, &chosen).await.map_err(refused)?;
    let shown = one(&mut app.store.read().await?, (entry, place), &actor).await?;
    let location = format!("/v1/onverklaarde-delen/{entry}/{place}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(shown)))
}

/// Draait een verklaring terug, met een boeking die haar noemt. Het bedrag staat weer open.
#[utoipa::path(post, path = "/verklaringen/{id}/terugdraaiingen", operation_id = "verklaringTerugdraaien",
    tag = "Bankafschriften", params(("id" = Uuid, Path, description = "Het id van de verklaring.")),
    request_body(content = NieuweTerugdraaiing, description = "Waarom de verklaring niet klopt."),
    responses((status = 201, description = "De verklaring is teruggedraaid.", body = OnverklaardDeel),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn undo(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ExplainEntries).await?;
    let said: NieuweTerugdraaiing = body::json(request).await?;
    let Part { entry, place } = explain::undo(&app.store, &grant, id, &said.reden).await?;
    let shown = one(&mut app.store.read().await?, (entry, place), &actor).await?;
    let location = format!("/v1/onverklaarde-delen/{entry}/{place}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(shown)))
}

/// Het geld van huishoudens dat wacht, per huishouden, op volgorde van nummer.
#[utoipa::path(get, path = "/tussenrekeningen", operation_id = "tussenrekeningen", tag = "Bankafschriften",
    params(("huishoudenId" = Option<Uuid>, Query, description = "Alleen van dit huishouden."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "Het geld dat wacht.", body = inline(Lijst<Tussenrekening>))))]
pub async fn waiting(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Tussenrekening>>, Problem> {
    let household = asked.value::<Uuid>("huishoudenId", "het id van een huishouden");
    let page = asked.page("/tussenrekeningen");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeSuspense).await?;
    let found = suspense::list(&mut at, household.map_or(Scope::All, Scope::One)).await?;
    let count = found.len();
    let shown = page.cut(found).into_iter().map(suspense_of).collect();
    Ok(Json(page.list(count, shown)))
}

fn place(
    path: Result<Path<(Uuid, i64)>, axum::extract::rejection::PathRejection>,
) -> Result<(Uuid, i64), Problem> {
    path.map(|Path(found)| found).map_err(|_| Problem::not_found("Dit adres"))
}

async fn one(
    at: &mut Snapshot,
    (entry, place): (Uuid, i64),
    actor: &Actor,
) -> Result<OnverklaardDeel, Problem> {
    let row = unexplained::get(at, entry, place).await?;
    let row = row.ok_or_else(|| Problem::not_found("Dit deel"))?;
    let accounts = municipality::bank_accounts(at).await?;
    part(at, row, (actor, &accounts)).await
}

async fn part(
    at: &mut Snapshot,
    row: OpenRow,
    (actor, accounts): (&Actor, &[BankAccount]),
) -> Result<OnverklaardDeel, Problem> {
    let suggestions = unexplained::suggestions(at, row.entry_id, row.place).await?;
    let explanations = unexplained::explanations(at, row.entry_id, row.place).await?;
    let ours = accounts.iter().find(|account| account.id.0 == row.bank_account_id);
    let other = row.counterparty_account.parse::<Iban>();
    Ok(OnverklaardDeel {
        boeking_id: row.entry_id,
        deel: row.place,
        rekeningnummer: ours.map(|ours| account(actor, &ours.iban)).unwrap_or_default(),
        richting: if row.way() == Direction::Credit { Richting::Bij } else { Richting::Af },
        boek_datum: row.booked_on,
        bedrag: cents(row.amount),
        open_bedrag: cents(row.remaining),
        reden: row.told,
        naam_tegenpartij: row.counterparty_name,
        rekeningnummer_tegenpartij: other.map(|iban| account(actor, &iban)).unwrap_or_default(),
        omschrijving: row.words,
        voorstellen: suggestions.into_iter().map(suggestion).collect::<Result<_, _>>()?,
        verklaringen: explanations.into_iter().map(explanation).collect::<Result<_, _>>()?,
    })
}

fn suggestion(row: SuggestionRow) -> Result<Voorstel, Problem> {
    Ok(Voorstel {
        nummer: row.rank,
        soort: wire_kind(&row.kind)?,
        huishouden_id: row.household_id,
        huishouden_nummer: row.household_number,
        verplichting_id: row.obligation_id,
        verval_datum: row.due_on,
        uitleg: row.told,
    })
}

fn explanation(row: ExplanationRow) -> Result<Verklaring, Problem> {
    Ok(Verklaring {
        id: row.explanation_id,
        soort: wire_kind(&row.kind)?,
        bedrag: cents(row.amount),
        huishouden_id: row.household_id,
        huishouden_nummer: row.household_number,
        verplichting_id: row.obligation_id,
        uitleg: row.told,
        datum: row.explained_on,
        door: row.explained_by,
        draait_terug: row.undoes,
    })
}

fn wire_kind(code: &str) -> Result<Verklaringsoort, Problem> {
    let kind = Kind::from_code(code).ok_or_else(|| super::meaningless("kind of explanation"))?;
    Ok(match kind {
        Kind::Collection => Verklaringsoort::Incasso,
        Kind::Refund => Verklaringsoort::Teruggave,
        Kind::Repayment => Verklaringsoort::Terugbetaling,
        Kind::Funding => Verklaringsoort::EigenGeld,
        Kind::Internal => Verklaringsoort::EigenOverboeking,
        Kind::NotOurs => Verklaringsoort::NietVanOns,
    })
}

fn kind_of(wire: Verklaringsoort) -> Kind {
    match wire {
        Verklaringsoort::Incasso => Kind::Collection,
        Verklaringsoort::Teruggave => Kind::Refund,
        Verklaringsoort::Terugbetaling => Kind::Repayment,
        Verklaringsoort::EigenGeld => Kind::Funding,
        Verklaringsoort::EigenOverboeking => Kind::Internal,
        Verklaringsoort::NietVanOns => Kind::NotOurs,
    }
}

fn chosen(said: NieuweVerklaring) -> Result<Chosen, Problem> {
    match (said.voorstel, said.delen.is_empty()) {
        (Some(rank), true) => return Ok(Chosen::Suggestion(rank)),
        (None, false) => {}
        _ => {
            let fault = Fault::new("", "ongeldig", "Geef een voorstel, of een of meer delen.");
            return Err(body::refused(vec![fault]));
        }
    }
    let mut faults = Vec::new();
    let mut shares = Vec::new();
    for (place, part) in said.delen.into_iter().enumerate() {
        let amount = part.bedrag.map(|text| text.parse::<Money>());
        if matches!(amount, Some(Err(_))) {
            let pointer = format!("/delen/{place}/bedrag");
            faults.push(Fault::new(pointer, "ongeldig", "Geef een bedrag zoals 48.00."));
        }
        shares.push(Share {
            kind: kind_of(part.soort),
            amount: amount.and_then(Result::ok),
            household: part.huishouden_nummer,
            obligation: part.contractnummer,
        });
    }
    if faults.is_empty() { Ok(Chosen::Shares(shares)) } else { Err(body::refused(faults)) }
}

/// What a body names that does not exist is wrong in the body, not in the address.
fn refused(error: FlowError) -> Problem {
    let wrong = |pointer: &str, words: &str| body::refused(vec![Fault::new(pointer, "onbekend", words)]);
    match error {
        FlowError::Exists { .. } => Problem::conflict(
            "al-verklaard",
            "Al verklaard",
            "Dit deel is al verklaard. Er is niets geboekt.",
        ),
        FlowError::NotFound { what: "suggestion", .. } => wrong("/voorstel", "Dit voorstel bestaat niet."),
        FlowError::NotFound { what: "household", .. } => wrong("/delen", "Dit huishouden bestaat niet."),
        FlowError::NotFound { what: "obligation", .. } => {
            wrong("/delen", "Dit contractnummer is bij dit huishouden niet bekend.")
        }
        error => error.into(),
    }
}

fn suspense_of(found: suspense::Suspense) -> Tussenrekening {
    let item = |item: suspense::Item| {
        let (soort, part) = match item.what {
            Waits::Returned => (Wachtsoort::TeruggekomenBetaling, None),
            Waits::ReturnedEarly => (Wachtsoort::TeruggekomenZonderAfschrijving, None),
            Waits::Received => (Wachtsoort::Teruggave, None),
            Waits::ReceivedForDecision => (Wachtsoort::TeruggaveTerBesluit, None),
            Waits::Unexplained { entry, place } => (Wachtsoort::NogNietVerklaard, Some((entry, place))),
        };
        let (boeking_id, deel) = part.unzip();
        WachtendBedrag {
            soort,
            bedrag: item.amount.into(),
            sinds: item.since,
            waarom: item.why,
            boeking_id,
            deel,
        }
    };
    Tussenrekening {
        huishouden_id: found.household,
        huishouden_nummer: found.number,
        totaal: found.total.into(),
        bedragen: found.items.into_iter().map(item).collect(),
    }
}
