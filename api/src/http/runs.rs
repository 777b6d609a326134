//! Payment runs: what is paid on a day.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::payment_run::{RunLine, RunRelease, Subject};
use grip_engine::money::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::{Bedrag, account};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::Snapshot;
use crate::store::run::{self, RunRow};
use crate::store::unpaid::{self, UnpaidRow};

/// Betalingen die op een dag samen uitgaan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Betaalrun {
    id: Uuid,
    soort: Runsoort,
    /// De maand van de uitkering (jjjj-mm), of de dag van een aanvullende run.
    periode: String,
    status: Runstatus,
    opgesteld_datum: NaiveDate,
    uitvoering_datum: NaiveDate,
    /// Wie vastlegden wat er betaald wordt; geen van hen kan goedkeuren.
    opgesteld_door: Vec<String>,
    /// De SHA-256 van alles wat getoond wordt: wie goedkeurt, tekent hiervoor.
    inhoudshash: String,
    aantal_betalingen: usize,
    totaal: Bedrag,
}

/// Een betaalrun met zijn betalingen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BetaalrunMetRegels {
    #[serde(flatten)]
    run: Betaalrun,
    regels: Vec<Betaalregel>,
    /// Wat vrijkomt zonder betaling in deze run.
    vrijgaven: Vec<Vrijgave>,
    /// Wat in een voorgestelde run hoort, maar niet betaald kan worden.
    niet_betaald: Vec<Onbetaald>,
}

/// Iets dat betaald moet worden maar niet betaald kan worden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Onbetaald {
    /// Leeg als het over een rekening van de gemeente zelf gaat.
    huishouden_id: Option<Uuid>,
    huishouden_nummer: Option<String>,
    /// Wat niet betaald kan worden, en waarom.
    reden: String,
    /// De dag van de dagverwerking die dit vond.
    gevonden_datum: Option<NaiveDate>,
}

/// Leefgeld dat vrijkomt zonder betaling in de run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Vrijgave {
    huishouden_id: Uuid,
    /// De maand van de uitkering, als jjjj-mm.
    maand: String,
    /// 0 voor het plan van de maand, daarna het nummer van de nabetaling.
    volgnummer: u32,
    /// Waar als het uitkeringssysteem het betaalt; anders wacht het.
    door_uitkeringssysteem: bool,
    bedrag: Bedrag,
}

/// Het soort betaalrun.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Runsoort {
    /// De uitkering van een maand.
    Maand,
    /// Wat later kwam, opnieuw moet of vrijkwam.
    Aanvullend,
}

/// Hoe ver een betaalrun is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Runstatus {
    /// Wacht op een tweede persoon.
    Voorgesteld,
    /// Goedgekeurd, nog zonder betaalbestand.
    Goedgekeurd,
    /// Het betaalbestand is gemaakt.
    Opgedragen,
    /// Alles erin is geannuleerd voor het naar de bank ging.
    Geannuleerd,
}

/// Een betaling in een run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Betaalregel {
    huishouden_id: Uuid,
    soort: Betaalsoort,
    /// De verplichting, het lid van het huishouden of de deelbetaling.
    onderwerp_id: Uuid,
    /// De maand waar de betaling voor is; leeg bij een deelbetaling.
    periode: Option<String>,
    verval_datum: NaiveDate,
    ontvanger: String,
    /// Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    bedrag: Bedrag,
    /// Wat de ontvanger leest.
    omschrijving: String,
    rechtsgrond: String,
}

/// Waar een betaling voor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Betaalsoort {
    /// Een vaste last.
    VasteLast,
    /// Leefgeld.
    Leefgeld,
    /// Een inhouding die aan een ander wordt betaald.
    Inhouding,
    /// Een deelbetaling van een inrichtingskrediet.
    Deelbetaling,
}

/// Alle betaalruns, de nieuwste eerst.
#[utoipa::path(get, path = "/betaalruns", operation_id = "betaalruns", tag = "Betaalruns",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De betaalruns.", body = inline(Lijst<Betaalrun>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Betaalrun>>, Problem> {
    let page = asked.page("/betaalruns");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeRuns).await?;
    let rows = run::list(&mut at).await?;
    let (count, mut runs) = (rows.len(), Vec::new());
    for row in page.cut(rows) {
        let lines = run::lines(&mut at, row.id()).await?;
        runs.push(summary(row, &lines)?);
    }
    Ok(Json(page.list(count, runs)))
}

/// Een betaalrun met zijn betalingen.
#[utoipa::path(get, path = "/betaalruns/{id}", operation_id = "betaalrun", tag = "Betaalruns",
    params(("id" = Uuid, Path, description = "Het id van de betaalrun.")),
    responses((status = 200, description = "De betaalrun.", body = BetaalrunMetRegels)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<BetaalrunMetRegels>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeRuns).await?;
    let row = found(&mut at, id).await?;
    let lines = run::lines(&mut at, row.id()).await?;
    let regels = lines.iter().map(|paid| line(&actor, paid)).collect();
    let releases = run::releases(&mut at, row.id()).await?;
    let vrijgaven = releases.into_iter().map(Vrijgave::from).collect();
    let niet_betaald = match row.state.as_str() {
        "proposed" => of_run(&row, unpaid::list(&mut at).await?),
        _ => Vec::new(),
    };
    Ok(Json(BetaalrunMetRegels { run: summary(row, &lines)?, regels, vrijgaven, niet_betaald }))
}

/// Wat volgens de laatste dagverwerking betaald moet worden maar niet betaald kan worden.
#[utoipa::path(get, path = "/niet-betaald", operation_id = "nietBetaald", tag = "Betaalruns",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "Wat niet betaald kan worden.", body = inline(Lijst<Onbetaald>))))]
pub async fn not_paid(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Onbetaald>>, Problem> {
    let page = asked.page("/niet-betaald");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeRuns).await?;
    let rows = unpaid::list(&mut at).await?;
    let count = rows.len();
    let shown = page.cut(rows).into_iter().map(Onbetaald::from).collect();
    Ok(Json(page.list(count, shown)))
}

fn of_run(run: &RunRow, rows: Vec<UnpaidRow>) -> Vec<Onbetaald> {
    let key = (run.bank_account_id, run.kind.as_str(), run.period.as_str());
    rows.into_iter().filter(|row| row.run() == Some(key)).map(Onbetaald::from).collect()
}

impl From<UnpaidRow> for Onbetaald {
    fn from(row: UnpaidRow) -> Onbetaald {
        Onbetaald {
            huishouden_id: row.household_id,
            huishouden_nummer: row.number,
            reden: row.told,
            gevonden_datum: row.found_on,
        }
    }
}

impl From<RunRelease> for Vrijgave {
    fn from(release: RunRelease) -> Vrijgave {
        Vrijgave {
            huishouden_id: release.household.0,
            maand: release.month.to_string(),
            volgnummer: release.number,
            door_uitkeringssysteem: release.handed_over,
            bedrag: release.to_household.into(),
        }
    }
}

pub(super) async fn found(at: &mut Snapshot, id: Uuid) -> Result<RunRow, Problem> {
    run::get(at, id.into()).await?.ok_or_else(|| Problem::not_found("Deze betaalrun"))
}

fn summary(row: RunRow, lines: &[RunLine]) -> Result<Betaalrun, Problem> {
    let status = match row.state.as_str() {
        "proposed" => Runstatus::Voorgesteld,
        "approved" => Runstatus::Goedgekeurd,
        "instructed" => Runstatus::Opgedragen,
        "cancelled" => Runstatus::Geannuleerd,
        _ => return Err(super::meaningless("state of a run")),
    };
    Ok(Betaalrun {
        id: row.run_id,
        soort: if row.kind == "monthly" { Runsoort::Maand } else { Runsoort::Aanvullend },
        status,
        opgesteld_datum: row.proposed_on,
        uitvoering_datum: row.execution_on,
        opgesteld_door: row.preparers(),
        aantal_betalingen: lines.len(),
        totaal: lines.iter().map(|line| line.amount).sum::<Money>().into(),
        periode: row.period,
        inhoudshash: row.content_hash,
    })
}

/// What a payment is for, on the wire: its kind, its id, and the month where it has one.
pub(super) fn subject(subject: Subject) -> (Betaalsoort, Uuid, Option<String>) {
    let (soort, id, month) = match subject {
        Subject::FixedCost(id, month) => (Betaalsoort::VasteLast, id.0, Some(month)),
        Subject::LivingMoney(id, month, _) => (Betaalsoort::Leefgeld, id.0, Some(month)),
        Subject::Withholding(id, month) => (Betaalsoort::Inhouding, id.0, Some(month)),
        Subject::Tranche(id) => (Betaalsoort::Deelbetaling, id.0, None),
    };
    (soort, id, month.map(|month| month.to_string()))
}

/// A payment of a run, on the wire.
pub(super) fn line(actor: &Actor, line: &RunLine) -> Betaalregel {
    let (soort, onderwerp_id, periode) = subject(line.subject);
    Betaalregel {
        huishouden_id: line.household.0,
        soort,
        onderwerp_id,
        periode,
        verval_datum: line.due_on,
        ontvanger: line.creditor_name.clone(),
        rekeningnummer: account(actor, &line.creditor),
        bedrag: line.amount.into(),
        omschrijving: line.remittance.clone(),
        rechtsgrond: line.legal_basis.clone(),
    }
}
