//! Bank statements that wait, and files that are being read.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::payment_run::ApprovalError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::body;
use super::problem::{Fault, Problem};
use super::wire::{Bedrag, account, cents};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::import_statement::{Outcome, accept, waiting};
use crate::store::municipality;
use crate::store::statement::{self, HeldRow};

/// Een afschrift dat wacht: er is niets van geboekt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WachtendAfschrift {
    id: Uuid,
    /// De rekening van de gemeente. Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    /// Het kenmerk dat de bank eraan gaf.
    bankkenmerk: String,
    volgnummer: Option<i64>,
    /// De pagina, als het afschrift uit meer pagina's bestaat.
    pagina: Option<i64>,
    /// Leeg als het niet te lezen is.
    beginsaldo: Option<Bedrag>,
    /// Leeg als het niet te lezen is.
    eindsaldo: Option<Bedrag>,
    afsluit_datum: Option<NaiveDate>,
    leesbare_boekingen: i64,
    /// Waarom het wacht, als code.
    #[schema(example = "E_BALANCE")]
    code: String,
    /// Waarom het wacht, in woorden.
    reden: String,
    wacht_sinds_datum: NaiveDate,
    status: Wachtstatus,
    beslist_door: Option<String>,
    beslist_datum: Option<NaiveDate>,
    /// Wat er bij de beslissing is gezegd.
    toelichting: String,
    /// Het afschrift dat alsnog is geboekt.
    bankafschrift_id: Option<Uuid>,
}

/// Hoe het met een wachtend afschrift staat.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Wachtstatus {
    /// Het wacht op andere pagina's of op een mens.
    Wacht,
    /// Het is alsnog geboekt.
    Geboekt,
    /// Iemand weigerde het.
    Geweigerd,
}

/// Waarom iets gebeurt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reden {
    /// Van 3 tot en met 500 tekens.
    #[schema(min_length = 3, max_length = 500)]
    pub(super) reden: String,
}

/// Waarmee een afschrift zonder eindsaldo sluit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Aanvaarding {
    /// Wat beginsaldo en boekingen geven, overgenomen van de rekening zelf.
    #[schema(example = "1250.00")]
    eindsaldo: String,
    /// De dag waarop het sluit, niet voor de laatste boeking.
    afsluit_datum: NaiveDate,
    /// Van 3 tot en met 500 tekens.
    #[schema(min_length = 3, max_length = 500)]
    reden: String,
}

/// Een bestand dat wordt ingelezen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LopendeInlezing {
    bestandsnaam: String,
    /// Hoe ver het is, van 0 tot en met 100.
    #[schema(minimum = 0, maximum = 100)]
    percentage: u64,
}

/// Wat het opnieuw controleren van een wachtend afschrift deed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Controleresultaat {
    /// Waar als het nu geboekt is.
    geboekt: bool,
    /// Het geboekte afschrift.
    bankafschrift_id: Option<Uuid>,
    /// Waarom het nog wacht of niet geboekt kan worden, als code.
    code: Option<&'static str>,
    /// Waarom het nog wacht, in woorden.
    reden: Option<String>,
}

/// De afschriften die wachten, of die wachtten en waarover is beslist; de nieuwste eerst.
#[utoipa::path(get, path = "/wachtende-bankafschriften", operation_id = "wachtendeBankafschriften",
    tag = "Bankafschriften",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De afschriften.", body = inline(Lijst<WachtendAfschrift>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<WachtendAfschrift>>, Problem> {
    let page = asked.page("/wachtende-bankafschriften");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let own = municipality::bank_accounts(&mut at).await?;
    let rows = statement::held(&mut at).await?;
    let count = rows.len();
    let shown = page.cut(rows).into_iter().map(|row| {
        let ours = own.iter().find(|account| account.id.0 == row.bank_account_id);
        held(row, ours.map(|ours| account(&actor, &ours.iban)).unwrap_or_default())
    });
    let shown = shown.collect();
    Ok(Json(page.list(count, shown)))
}

/// Controleert een wachtend afschrift opnieuw: wat ontbrak kan er nu zijn. Klopt het, dan wordt het geboekt.
#[utoipa::path(post, path = "/wachtende-bankafschriften/{id}/controles",
    operation_id = "wachtendBankafschriftControleren", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het wachtende afschrift.")),
    responses((status = 200, description = "Wat de controle deed.", body = Controleresultaat),
        (status = 409, description = "Er is al over beslist.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn look_again(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Controleresultaat>, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    let outcome = waiting::look_again(&app.store, &grant, id).await?;
    Ok(Json(looked(&outcome)))
}

/// Weigert een wachtend afschrift: het wordt niet geboekt.
#[utoipa::path(post, path = "/wachtende-bankafschriften/{id}/weigeringen",
    operation_id = "wachtendBankafschriftWeigeren", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het wachtende afschrift.")),
    request_body = Reden,
    responses((status = 204, description = "Het afschrift is geweigerd."),
        (status = 409, description = "Er is al over beslist.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn refuse(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<StatusCode, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    let Reden { reden } = body::json(request).await?;
    waiting::refuse(&app.store, &grant, id, &reden).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stelt voor een wachtend afschrift zonder eindsaldo te aanvaarden. Het eindsaldo is wat beginsaldo en boekingen geven,
/// overgenomen van de rekening zelf. Een tweede persoon keurt het goed; dan wordt het geboekt.
#[utoipa::path(post, path = "/wachtende-bankafschriften/{id}/aanvaardingen",
    operation_id = "wachtendBankafschriftAanvaarden", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het wachtende afschrift.")),
    request_body = Aanvaarding,
    responses((status = 204, description = "Het voorstel is vastgelegd."),
        (status = 409, description = "Er is al een voorstel, of het wacht op iets anders.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn accept(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<StatusCode, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    let Aanvaarding { eindsaldo, afsluit_datum, reden } = body::json(request).await?;
    let closing = eindsaldo.parse().map_err(|_| {
        let fault = Fault::new("/eindsaldo", "ongeldig", "Geef een bedrag zoals 1250.00 of -12.50.");
        Problem::invalid("Het eindsaldo klopt niet. Er is niets vastgelegd.", vec![fault])
    })?;
    let typed = accept::Typed { closing, closing_on: afsluit_datum, reason: reden };
    accept::propose(&app.store, &grant, id, &typed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keurt goed dat een wachtend afschrift zonder eindsaldo wordt geboekt, als tweede persoon.
#[utoipa::path(post, path = "/wachtende-bankafschriften/{id}/aanvaardingen/goedkeuringen",
    operation_id = "aanvaardingGoedkeuren", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het wachtende afschrift.")),
    responses((status = 200, description = "Wat het boeken deed.", body = Controleresultaat),
        (status = 409, description = "Er is geen voorstel meer.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn approve_acceptance(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Controleresultaat>, Problem> {
    let grant = app.grant(&actor, Action::ApproveRun).await?;
    let outcome = accept::approve(&app.store, &grant, id).await.map_err(of_second)?;
    super::uploads::raise(&app).await;
    Ok(Json(looked(&outcome)))
}

/// Trekt een voorstel om een afschrift zonder eindsaldo te aanvaarden in.
#[utoipa::path(post, path = "/wachtende-bankafschriften/{id}/aanvaardingen/intrekkingen",
    operation_id = "aanvaardingIntrekken", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het wachtende afschrift.")),
    responses((status = 204, description = "Het voorstel is ingetrokken."),
        (status = 409, description = "Er is geen voorstel meer.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn withdraw_acceptance(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let grant = app.grant(&actor, Action::ImportStatement).await?;
    accept::withdraw(&app.store, &grant, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// De bestanden die nu worden ingelezen, en hoe ver elk is.
#[utoipa::path(get, path = "/lopende-inlezingen", operation_id = "lopendeInlezingen", tag = "Bankafschriften",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De bestanden.", body = inline(Lijst<LopendeInlezing>))))]
pub async fn running(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<LopendeInlezing>>, Problem> {
    let page = asked.page("/lopende-inlezingen");
    asked.done()?;
    app.grant(&actor, Action::SeeBank).await?;
    let running = app.imports.running();
    let count = running.len();
    let shown = page.cut(running).into_iter();
    let shown =
        shown.map(|(bestandsnaam, percentage)| LopendeInlezing { bestandsnaam, percentage }).collect();
    Ok(Json(page.list(count, shown)))
}

fn looked(outcome: &Outcome) -> Controleresultaat {
    let (geboekt, bankafschrift_id, reden) = match outcome {
        Outcome::Booked { statement, .. } => (true, Some(*statement), None),
        Outcome::Known | Outcome::Noted { .. } => {
            (false, None, Some("Dit afschrift was al geboekt.".to_owned()))
        }
        Outcome::Held(hold) => (false, None, Some(hold.dutch())),
        Outcome::Refused(refusal) => {
            let told = Problem::from(FlowError::from(refusal.clone()));
            (false, None, Some(told.detail().to_owned()))
        }
    };
    Controleresultaat { geboekt, bankafschrift_id, code: outcome.code(), reden }
}

/// Why the second person cannot be the one who proposed.
pub(super) fn of_second(error: FlowError) -> Problem {
    match error {
        FlowError::Approval(ApprovalError::SamePerson) => Problem::new(
            StatusCode::FORBIDDEN,
            "zelfde-persoon",
            "Tweede persoon nodig",
            "U stelde dit zelf voor. Vraag een tweede persoon om het goed te keuren.",
        ),
        error => error.into(),
    }
}

fn held(row: HeldRow, rekeningnummer: String) -> WachtendAfschrift {
    WachtendAfschrift {
        id: row.held_id,
        rekeningnummer,
        bankkenmerk: row.bank_id,
        volgnummer: row.sequence,
        pagina: row.page,
        beginsaldo: row.opening.map(cents),
        eindsaldo: row.closing.map(cents),
        afsluit_datum: row.closing_on,
        leesbare_boekingen: row.entries,
        code: row.code,
        reden: row.told,
        wacht_sinds_datum: row.held_on,
        status: match row.state.as_str() {
            "booked" => Wachtstatus::Geboekt,
            "refused" => Wachtstatus::Geweigerd,
            _ => Wachtstatus::Wacht,
        },
        beslist_door: row.decided_by,
        beslist_datum: row.decided_on,
        toelichting: row.note,
        bankafschrift_id: row.statement_id,
    }
}
