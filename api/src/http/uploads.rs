//! Uploads: a statement file handed in through the API.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use grip_engine::access::Action;
use grip_engine::bank::camt::Encoding;
use grip_engine::bank::payment_run::hex;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::asked::Asked;
use super::body;
use super::problem::{Fault, Problem};
use super::statements;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::alerts::{self, Raised};
use crate::flow::import_statement::{self, HandedIn, Imported, Outcome, StatementResult};
use crate::store::{Scope, statement};

/// The most bytes of a statement file.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// The most letters of the name of a file.
const NAME_MAX: usize = 200;

/// Wat het inlezen van een afschriftbestand deed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inleesresultaat {
    aantal_afschriften: usize,
    /// Afschriften die eerder waren ingelezen.
    bekende_afschriften: usize,
    nieuwe_boekingen: usize,
    /// Boekingen die eerder waren ingelezen.
    dubbele_boekingen: usize,
    /// Betalingen die zijn uitgevoerd.
    verwerkt: usize,
    /// Betalingen die terugkwamen.
    teruggekomen: usize,
    /// Delen van boekingen die niets van ons verklaart.
    onverklaard: usize,
    /// Bedragen waarvan een camt.054 voor het eerst zei waaruit ze bestaan.
    toegelichte_bedragen: usize,
    /// Boekingen die een camt.052 meldde; ze staan bij de voorlopige boekingen.
    voorlopige_boekingen: usize,
    /// Afschriften waarvan het beginsaldo niet aansluit op het afschrift ervoor.
    gaten: usize,
    /// Afschriften die wachten, op andere pagina's of op een mens. Er is niets van geboekt.
    wachtend: usize,
    /// Afschriften die zijn geweigerd, terwijl andere uit het bestand dat niet zijn.
    geweigerd: usize,
    /// Wat er met elk afschrift gebeurde; leeg als het bestand al was ingelezen.
    per_afschrift: Vec<Afschriftuitkomst>,
    /// De afschriften die uit dit bestand zijn geboekt.
    bankafschriften: Vec<Uuid>,
    /// Wat het inlezen met de signalen deed; leeg als de signalen later worden bijgewerkt.
    signalen: Option<Signaalverandering>,
}

/// Wat er met een afschrift van het bestand gebeurde.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Afschriftuitkomst {
    /// Zijn plaats in het bestand, vanaf 1.
    #[schema(minimum = 1)]
    plaats: usize,
    bankkenmerk: String,
    uitkomst: Uitkomst,
    /// Een code per oorzaak; leeg als alles in orde is.
    #[schema(example = "E_BALANCE")]
    code: Option<&'static str>,
    /// Het afschrift dat is geboekt.
    bankafschrift_id: Option<Uuid>,
}

/// De uitkomst van een afschrift.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Uitkomst {
    /// Het is geboekt.
    Geboekt,
    /// Het was al geboekt, of het wachtte al.
    Bekend,
    /// Het wacht, op andere pagina's of op een mens.
    Wacht,
    /// Het is geweigerd.
    Geweigerd,
    /// Het is een bericht dat niets boekt: een toelichting (camt.054) of een voorlopig overzicht (camt.052).
    Genoteerd,
}

/// An encoding that a person can choose.
#[derive(Clone, Copy, Debug)]
enum Chosen {
    /// The letters of Windows in Western Europe.
    Windows1252,
}

impl std::str::FromStr for Chosen {
    type Err = ();

    fn from_str(text: &str) -> Result<Chosen, ()> {
        if text == "windows-1252" { Ok(Chosen::Windows1252) } else { Err(()) }
    }
}

/// Wat er met signalen gebeurde.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signaalverandering {
    geopend: usize,
    bijgewerkt: usize,
    gesloten: usize,
}

/// The addresses of statements: those that give, and the one that takes a large body.
pub(super) fn routes() -> OpenApiRouter<App> {
    let whole = OpenApiRouter::new().routes(routes!(statements::list, add));
    whole.layer(DefaultBodyLimit::max(BYTES_MAX)).routes(routes!(statements::get))
}

/// Leest een bestand van de bank in: afschriften (camt.053), een toelichting op wat als een bedrag is geboekt (camt.054)
/// of een voorlopig overzicht van de dag (camt.052). Alleen een afschrift boekt. Wat al bekend is, wordt niet nog eens geboekt. Een afschrift dat
/// niet klopt wacht op een mens, of wordt geweigerd; de andere afschriften van het bestand worden gewoon geboekt.
#[utoipa::path(post, path = "/bankafschriften", operation_id = "bankafschriftInlezen",
    tag = "Bankafschriften",
    params(("Bestandsnaam" = Option<String>, Header, description = "De naam van het bestand."),
        ("codering" = Option<String>, Query, description = "windows-1252: lees het bestand zo, als het niet te lezen \
            is zoals het zelf zegt. Zonder deze keuze wordt zo'n bestand geweigerd.")),
    request_body(description = "Het bestand, ten hoogste 64 MB.",
        content((String = "application/xml"), (String = "text/xml"))),
    responses((status = 201, description = "Er is iets nieuws geboekt.", body = Inleesresultaat),
        (status = 200, description = "Er is niets geboekt: alles was al bekend, of wacht.", body = Inleesresultaat),
        (status = 409, description = "Het afschrift past niet bij wat al geboekt is.", body = Problem,
            content_type = "application/problem+json"),
        (status = 413, description = "Het bestand is te groot.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen XML.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
    request: Request,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    let chosen = asked.value::<Chosen>("codering", "windows-1252");
    asked.done()?;
    let name = file_name(request.headers())?.unwrap_or_else(|| "afschrift.xml".to_owned());
    let bytes = body::xml(request).await?;
    let progress = app.imports.begin(&name);
    let encoding = chosen.map_or(Encoding::Declared, |Chosen::Windows1252| Encoding::Windows1252);
    let given = HandedIn { name: &name, bytes: &bytes, encoding };
    let done = import_statement::import_watched(&app.store, &grant, given, &progress).await?;

    let result = result(&app, &done, &bytes).await?;
    let location = match result.bankafschriften.as_slice() {
        [only] => format!("/v1/bankafschriften/{only}"),
        _ => "/v1/bankafschriften".to_owned(),
    };
    Ok((status(&done), [(header::LOCATION, location)], Json(result)).into_response())
}

/// Whether anything new was booked.
pub(super) fn status(done: &Imported) -> StatusCode {
    let is_booked = |result: &StatementResult| matches!(result.outcome, Outcome::Booked { .. });
    if done.results.iter().any(is_booked) { StatusCode::CREATED } else { StatusCode::OK }
}

/// The name of the file, from a header: a name may not stand in an address.
pub(super) fn file_name(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("bestandsnaam") else { return Ok(None) };
    let name = String::from_utf8(value.as_bytes().to_vec()).unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().count() <= NAME_MAX && !name.chars().any(char::is_control);
    if is_name {
        return Ok(Some(name));
    }
    let wrong = "Geef een naam van 1 tot en met 200 leesbare tekens.";
    Err(Problem::invalid(
        "De naam van het bestand klopt niet.",
        vec![Fault::new("bestandsnaam", "ongeldig", wrong)],
    ))
}

/// The statement is booked by now: when raising alerts fails, the day's work does it later.
pub(super) async fn raise(app: &App) -> Option<Raised> {
    let raised = async {
        let grant = app.grant(&Actor::system(), Action::WorkDay).await?;
        alerts::raise(&app.store, &grant, Scope::All).await
    };
    let raised: Result<Raised, FlowError> = raised.await;
    // the problem is made for its line in the log
    raised.map_err(Problem::from).ok()
}

/// What a file did, on the wire; the alerts are looked at again first.
pub(super) async fn result(app: &App, done: &Imported, bytes: &[u8]) -> Result<Inleesresultaat, Problem> {
    let raised = raise(app).await;
    let sha256 = hex(&Sha256::digest(bytes));
    let rows = statement::list(&mut app.store.read().await?).await?;
    let of_file = rows.iter().filter(|row| row.sha256 == sha256).map(|row| row.statement_id);
    Ok(Inleesresultaat {
        aantal_afschriften: done.statements,
        bekende_afschriften: done.known_statements,
        nieuwe_boekingen: done.new,
        dubbele_boekingen: done.duplicates,
        verwerkt: done.settled,
        teruggekomen: done.returned,
        onverklaard: done.left_over,
        toegelichte_bedragen: done.noted,
        voorlopige_boekingen: done.provisional,
        gaten: done.gaps,
        wachtend: done.held,
        geweigerd: done.refused,
        per_afschrift: done.results.iter().map(outcome).collect(),
        bankafschriften: of_file.collect(),
        signalen: raised.map(|raised| Signaalverandering {
            geopend: raised.opened,
            bijgewerkt: raised.updated,
            gesloten: raised.closed,
        }),
    })
}

fn outcome(result: &StatementResult) -> Afschriftuitkomst {
    let (uitkomst, bankafschrift_id) = match &result.outcome {
        Outcome::Booked { statement, .. } => (Uitkomst::Geboekt, Some(*statement)),
        Outcome::Known => (Uitkomst::Bekend, None),
        Outcome::Held(_) => (Uitkomst::Wacht, None),
        Outcome::Refused(_) => (Uitkomst::Geweigerd, None),
        Outcome::Noted { .. } => (Uitkomst::Genoteerd, None),
    };
    Afschriftuitkomst {
        plaats: result.place + 1,
        bankkenmerk: result.bank_id.clone(),
        uitkomst,
        code: result.outcome.code(),
        bankafschrift_id,
    }
}
