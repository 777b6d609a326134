//! What banks answer on whether a name and an account belong together, and what a person decides about it.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::payment_run::RunLine;
use grip_engine::id::{CreditorAccountId, NameCheckId};
use grip_engine::payee::{NameCheck, NameOutcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::body;
use super::payees::created_for;
use super::problem::{Fault, Problem};
use super::runs::{self, Betaalregel, Betaalsoort};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::payees::{self, AnswerGiven};
use crate::store::run;

/// Het antwoord van een bank op de vraag of naam en rekening bij elkaar horen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Naamcontrole {
    id: Uuid,
    uitkomst: Naamuitkomst,
    /// De naam die de bank gaf.
    gegeven_naam: Option<String>,
    bron: String,
    datum: NaiveDate,
    /// Wat iemand besloot, als de naam niet of niet helemaal klopt.
    besluit: Option<Naambesluit>,
}

/// Of de naam klopt.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Naamuitkomst {
    /// De naam hoort bij de rekening.
    Klopt,
    /// De naam lijkt erop: een mens besluit.
    LijktErop,
    /// De naam hoort er niet bij: een mens besluit.
    KloptNiet,
    /// De rekening doet niet mee aan de controle.
    NietVanToepassing,
    /// De controle kon niet worden gedaan.
    NietUitgevoerd,
}

/// Wat iemand besloot over een naam die niet klopt.
#[derive(Debug, Serialize, ToSchema)]
pub struct Naambesluit {
    /// Waar als er toch betaald wordt.
    betalen: bool,
    grond: String,
    door: String,
    datum: NaiveDate,
}

/// Een antwoord van een bank om vast te leggen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuweNaamcontrole {
    uitkomst: Naamuitkomst,
    /// De naam die de bank gaf.
    gegeven_naam: Option<String>,
    /// Waar het antwoord vandaan komt.
    #[schema(example = "BNG-portaal")]
    bron: String,
    /// De dag van het antwoord; zonder dag vandaag.
    datum: Option<NaiveDate>,
}

/// Een antwoord van een bank over een betaling in een run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuweRegelcontrole {
    huishouden_id: Uuid,
    soort: Betaalsoort,
    onderwerp_id: Uuid,
    /// De maand van de betaling; leeg bij een deelbetaling.
    periode: Option<String>,
    naamcontrole: NieuweNaamcontrole,
}

/// Een besluit over een naam die niet klopt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NieuwNaambesluit {
    /// Waar als er toch betaald wordt.
    betalen: bool,
    /// Waarom.
    grond: String,
}

/// Een betaling van een run met het laatste antwoord over naam en rekening.
#[derive(Debug, Serialize, ToSchema)]
pub struct Regelcontrole {
    regel: Betaalregel,
    naamcontrole: Naamcontrole,
}

/// Legt vast wat een bank antwoordde over de naam en een rekening.
#[utoipa::path(post, path = "/rekeningen/{id}/naamcontroles", operation_id = "naamcontroleVastleggen",
    tag = "Ontvangers", params(("id" = Uuid, Path, description = "Het id van de rekening.")),
    request_body(content = NieuweNaamcontrole, description = "Het antwoord."),
    responses((status = 201, description = "Het antwoord is vastgelegd.", body = super::payees::Ontvanger),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordPayee).await?;
    let answer = answer(body::json(request).await?, grant.today());
    payees::check_name(&app.store, &grant, CreditorAccountId(id), &answer).await?;
    created_for(&app, &actor, id).await
}

/// Besluit over een naam die niet klopt. Wie de rekening vastlegde, kan dit niet.
#[utoipa::path(post, path = "/naamcontroles/{id}/besluiten", operation_id = "naamcontroleBesluiten",
    tag = "Ontvangers", params(("id" = Uuid, Path, description = "Het id van de naamcontrole.")),
    request_body(content = NieuwNaambesluit, description = "Het besluit."),
    responses((status = 201, description = "Het besluit is vastgelegd.", body = super::payees::Ontvanger),
        (status = 409, description = "Er is al besloten.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn decide(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ApprovePayee).await?;
    let new: NieuwNaambesluit = body::json(request).await?;
    let account = payees::decide(&app.store, &grant, NameCheckId(id), new.betalen, &new.grond).await?;
    created_for(&app, &actor, account.0).await
}

/// De betalingen van een run waarover een bank iets zei over de naam.
#[utoipa::path(get, path = "/betaalruns/{id}/naamcontroles", operation_id = "naamcontroles", tag = "Betaalruns",
    params(("id" = Uuid, Path, description = "Het id van de betaalrun."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De betalingen met het laatste antwoord.",
        body = inline(Lijst<Regelcontrole>))))]
pub async fn of_run(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    mut asked: Asked,
) -> Result<Json<Lijst<Regelcontrole>>, Problem> {
    let page = asked.page(&format!("/betaalruns/{id}/naamcontroles"));
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeRuns).await?;
    let found = runs::found(&mut at, id).await?;
    let lines = run::lines(&mut at, found.id()).await?;
    let checked = payees::of_run(&mut at, &lines).await?;
    let with_check = |line: &RunLine| {
        let check = checked.get(&line.creditor)?.name_checks.last()?;
        Some(Regelcontrole { regel: runs::line(&actor, line), naamcontrole: name_check(check) })
    };
    let rows: Vec<Regelcontrole> = lines.iter().filter_map(with_check).collect();
    let count = rows.len();
    let shown = page.cut(rows);
    Ok(Json(page.list(count, shown)))
}

/// Legt vast wat een bank antwoordde over de naam en rekening van een betaling in een run. Het geldt voor de rekening.
#[utoipa::path(post, path = "/betaalruns/{id}/naamcontroles", operation_id = "regelcontroleVastleggen",
    tag = "Betaalruns", params(("id" = Uuid, Path, description = "Het id van de betaalrun.")),
    request_body(content = NieuweRegelcontrole, description = "De betaling en het antwoord."),
    responses((status = 201, description = "Het antwoord is vastgelegd.", body = Regelcontrole),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add_to_run(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordPayee).await?;
    let new: NieuweRegelcontrole = body::json(request).await?;
    let mut at = app.store.read().await?;
    let found = runs::found(&mut at, id).await?;
    let lines = run::lines(&mut at, found.id()).await?;
    drop(at);
    let line = lines.iter().find(|line| is_asked(line, &new)).ok_or_else(|| {
        body::refused(vec![Fault::new("/onderwerpId", "onbekend", "Deze betaling staat niet in de run.")])
    })?;
    let answer = answer(new.naamcontrole, grant.today());
    let check = payees::check_line(&app.store, &grant, (found.id(), line.subject), &answer).await?;
    let naamcontrole = name_check(&check);
    let regel = runs::line(&actor, line);
    let location = format!("/v1/betaalruns/{id}/naamcontroles");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(Regelcontrole { regel, naamcontrole })))
}

fn is_asked(line: &RunLine, new: &NieuweRegelcontrole) -> bool {
    let (kind, id, period) = runs::subject(line.subject);
    (line.household.0, kind, id, period.as_ref())
        == (new.huishouden_id, new.soort, new.onderwerp_id, new.periode.as_ref())
}

fn answer(new: NieuweNaamcontrole, today: NaiveDate) -> AnswerGiven {
    AnswerGiven {
        outcome: match new.uitkomst {
            Naamuitkomst::Klopt => NameOutcome::Match,
            Naamuitkomst::LijktErop => NameOutcome::CloseMatch,
            Naamuitkomst::KloptNiet => NameOutcome::NoMatch,
            Naamuitkomst::NietVanToepassing => NameOutcome::NotApplicable,
            Naamuitkomst::NietUitgevoerd => NameOutcome::NotExecutable,
        },
        answered: new.gegeven_naam,
        source: new.bron,
        on: new.datum.unwrap_or(today),
    }
}

/// An answer on the wire.
pub(super) fn name_check(check: &NameCheck) -> Naamcontrole {
    Naamcontrole {
        id: check.id.0,
        uitkomst: match check.outcome {
            NameOutcome::Match => Naamuitkomst::Klopt,
            NameOutcome::CloseMatch => Naamuitkomst::LijktErop,
            NameOutcome::NoMatch => Naamuitkomst::KloptNiet,
            NameOutcome::NotApplicable => Naamuitkomst::NietVanToepassing,
            NameOutcome::NotExecutable => Naamuitkomst::NietUitgevoerd,
        },
        gegeven_naam: check.answered.clone(),
        bron: check.source.clone(),
        datum: check.on,
        besluit: check.decision.as_ref().map(|decision| Naambesluit {
            betalen: decision.pays,
            grond: decision.ground.clone(),
            door: decision.made.by.clone(),
            datum: decision.made.on,
        }),
    }
}
