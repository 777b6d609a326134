//! The inbox of other systems: one address for every file that a folder would take, with the same rules.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use grip_engine::bank::payment_run::hex;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::{self, Antwoordresultaat};
use super::asked::Asked;
use super::body;
use super::imports::{self, Importresultaat};
use super::problem::{Fault, Problem};
use super::uploads::{self, Inleesresultaat};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::inbox::{self, Done, Given};

/// The most bytes of a file.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Wat er van een bestand kwam. Een van de drie uitkomsten is ingevuld.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inboxresultaat {
    bestandsnaam: String,
    /// De SHA-256 van het bestand.
    sha256: String,
    /// Waar als alles is ingelezen; onwaar als er iets wacht of is geweigerd.
    helemaal_ingelezen: bool,
    /// Bij een afschrift van de bank (camt.053).
    afschrift: Option<Inleesresultaat>,
    /// Bij een antwoord van de bank op een betaalbestand (pain.002).
    antwoord: Option<Antwoordresultaat>,
    /// Bij besluiten, of bestanden voor de eerste dag.
    besluiten: Option<Importresultaat>,
}

/// The address of the inbox, which takes a large body.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add)).layer(DefaultBodyLimit::max(BYTES_MAX))
}

/// Neemt een bestand aan dat anders in de map inbox zou liggen: een afschrift of antwoord van de bank (.xml), of
/// besluiten en bestanden voor de eerste dag (.csv, .json). De naam zegt hoe het geschreven is. Hetzelfde bestand
/// verandert de tweede keer niets.
#[utoipa::path(post, path = "/inbox", operation_id = "inboxBestandAannemen", tag = "Inbox en outbox",
    params(("Bestandsnaam" = String, Header, description = "De naam van het bestand, met .xml, .csv of .json."),
        ("Controlesom" = Option<String>, Header,
            description = "De SHA-256 van het bestand, als hexadecimale tekst. Klopt die niet, dan gebeurt er niets.")),
    request_body(description = "Het bestand, ten hoogste 64 MB.", content((String = "application/xml"),
        (String = "text/xml"), (String = "text/csv"), (Vec<Object> = "application/json"),
        (String = "application/octet-stream"))),
    responses((status = 201, description = "Het bestand is ingelezen.", body = Inboxresultaat),
        (status = 200, description = "Er is niets nieuws: alles was al bekend, of wacht.", body = Inboxresultaat),
        (status = 409, description = "Het afschrift past niet bij wat al geboekt is.", body = Problem,
            content_type = "application/problem+json"),
        (status = 413, description = "Het bestand is te groot.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    asked: Asked,
    request: Request,
) -> Result<Response, Problem> {
    let name = uploads::file_name(request.headers())?;
    let action = name.as_deref().and_then(inbox::action).ok_or_else(|| {
        let wrong = "Geef de naam van het bestand, met .xml, .csv of .json aan het einde.";
        Problem::invalid(
            "De naam van het bestand klopt niet.",
            vec![Fault::new("bestandsnaam", "ongeldig", wrong)],
        )
    });
    let grant = match &action {
        Ok(action) => app.grant(&actor, *action).await?,
        // who may hand in nothing is not told what a name must be
        Err(_) => app.grant(&actor, grip_engine::access::Action::ImportStatement).await?,
    };
    action?;
    asked.done()?;
    let (name, sha256) = (name.unwrap_or_default(), sum(request.headers()));
    let bytes = body::bytes(request).await?;
    let progress = app.imports.begin(&name);
    let given = Given { name: &name, bytes: &bytes, sha256 };
    let done = Box::pin(inbox::take_in(&app.store, &grant, &given, &progress)).await?;
    let mut result = Inboxresultaat {
        sha256: hex(&Sha256::digest(&bytes)),
        helemaal_ingelezen: done.is_whole(),
        afschrift: None,
        antwoord: None,
        besluiten: None,
        bestandsnaam: name,
    };
    let status = match done {
        Done::Statement(done) => {
            result.afschrift = Some(uploads::result(&app, &done, &bytes).await?);
            uploads::status(&done)
        }
        Done::Answer(done) => {
            uploads::raise(&app).await;
            let status = if done.is_known { StatusCode::OK } else { StatusCode::CREATED };
            result.antwoord = Some(answers::result(done));
            status
        }
        Done::Decisions(done) => {
            let is_new = 0 < done.counts().new + done.counts().changed;
            result.besluiten = Some(imports::answer(done, false));
            if is_new { StatusCode::CREATED } else { StatusCode::OK }
        }
    };
    Ok((status, Json(result)).into_response())
}

/// The SHA-256 that the sender gave.
fn sum(headers: &HeaderMap) -> Option<String> {
    headers.get("controlesom").map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}
