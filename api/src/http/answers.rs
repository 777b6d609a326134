//! Answers of banks to payment files (pain.002), handed in through the API.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use grip_engine::access::Action;
use grip_engine::bank::pain002::Unplaced;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asked::Asked;
use super::body;
use super::problem::Problem;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::answer::{self, Answered};

/// The most bytes of an answer.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Wat het inlezen van een antwoord van de bank deed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Antwoordresultaat {
    /// Het betaalbestand waar het antwoord bij hoort.
    bestandsnaam: String,
    /// Waar als dit antwoord eerder was ingelezen: er is niets veranderd.
    al_bekend: bool,
    /// Betalingen die de bank uitvoert.
    aangenomen: usize,
    /// Betalingen die de bank weigert: de rekening staat weer open.
    geweigerd: usize,
    /// Betalingen die zijn teruggetrokken voordat de bank ze uitvoerde.
    geannuleerd: usize,
    /// Betalingen waarvan de stand niet verandert.
    ongewijzigd: usize,
    /// Betalingen waarvan de naam is gecontroleerd.
    naamcontroles: usize,
    /// Naamcontroles die op een besluit van een mens wachten.
    naamcontroles_wachten: usize,
    /// Betalingen die de bank op een latere dag uitvoert dan gevraagd.
    verplaatst: usize,
    /// Verplaatste betalingen die na de vervaldag komen.
    verplaatst_na_vervaldag: usize,
    /// Betalingen die de bank weigert maar al geboekt heeft: vraag de bank.
    tegenstrijdig: usize,
    /// Betalingen in het antwoord die niet in het bestand staan.
    onbekend: usize,
    /// Betalingen die betaald blijken: het bedrag van de opdracht stond al op een afschrift.
    betaald: usize,
    /// Wat de bank zegt en bij geen betaling van het bestand hoort: vraag de bank.
    niet_geplaatst: Vec<String>,
}

/// The address of answers; it takes a large body.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add)).layer(DefaultBodyLimit::max(BYTES_MAX))
}

/// Leest een antwoord van de bank op een betaalbestand in (pain.002). Hetzelfde antwoord telt een keer. Een antwoord is
/// nooit een betaling: dat is alleen een boeking op een afschrift.
#[utoipa::path(post, path = "/bankantwoorden", operation_id = "bankantwoordInlezen", tag = "Betaalbestanden",
    request_body(description = "Het bestand, ten hoogste 64 MB.",
        content((String = "application/xml"), (String = "text/xml"))),
    responses((status = 201, description = "Het antwoord is verwerkt.", body = Antwoordresultaat),
        (status = 200, description = "Het antwoord was al bekend.", body = Antwoordresultaat),
        (status = 413, description = "Het bestand is te groot.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen XML.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    asked: Asked,
    request: Request,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    asked.done()?;
    let bytes = body::xml(request).await?;
    let done = answer::import(&app.store, &grant, "antwoord.xml", &bytes).await?;
    super::uploads::raise(&app).await;
    let status = if done.is_known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(result(done))).into_response())
}

/// What an answer did, on the wire.
pub(super) fn result(done: Answered) -> Antwoordresultaat {
    Antwoordresultaat {
        bestandsnaam: done.file,
        al_bekend: done.is_known,
        aangenomen: done.accepted,
        geweigerd: done.rejected,
        geannuleerd: done.cancelled,
        ongewijzigd: done.noted,
        naamcontroles: done.name_checks,
        naamcontroles_wachten: done.name_stops,
        verplaatst: done.moved,
        verplaatst_na_vervaldag: done.late,
        tegenstrijdig: done.conflicts,
        onbekend: done.strangers,
        betaald: done.settled,
        niet_geplaatst: done.unplaced.iter().map(Unplaced::dutch).collect(),
    }
}
