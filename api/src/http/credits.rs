//! Furnishing credits: their tranches, the gate in front of each, and what was shown for them.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::furnishing::spending::{BudgetLine, JudgedLine, LineState};
use grip_engine::furnishing::tranche::{Gate, Tranche};
use grip_engine::policy::FurnishingPolicy;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::Bedrag;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::planning;
use crate::store::credit::{self, CreditFile};
use crate::store::{Scope, Snapshot};

/// Een krediet of gift om de woning in te richten, in delen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inrichtingskrediet {
    id: Uuid,
    huishouden_id: Uuid,
    kenmerk: String,
    bedrag: Bedrag,
    besluit_datum: NaiveDate,
    deelbetalingen: Vec<Deelbetaling>,
}

/// Een deel van een inrichtingskrediet.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deelbetaling {
    id: Uuid,
    nummer: u32,
    /// Het bedrag in het besluit.
    bedrag: Bedrag,
    stand: Stand,
    /// Waarom de deelbetaling zo staat.
    uitleg: String,
    /// Wat een mens mag vrijgeven, als de deelbetaling open staat.
    vrij_te_geven: Option<Bedrag>,
    /// Wat is betaald, zodra dat zo is.
    betaald: Option<Bedrag>,
    betaal_datum: Option<NaiveDate>,
    /// Wat met bonnen of verklaringen is getoond en meetelt.
    verantwoord: Bedrag,
    /// Wat van het betaalde nog niet is getoond.
    onverantwoord: Bedrag,
    begroting: Vec<Begrotingsregel>,
    bewijs: Vec<Bewijsregel>,
}

/// Of een deelbetaling vrijgegeven mag worden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Stand {
    /// Een mens mag vrijgeven.
    Open,
    /// Het deel ervoor is niet genoeg verantwoord.
    Dicht,
    /// Het deel ervoor is nog niet vrijgegeven.
    Wacht,
    /// Al vrijgegeven.
    Vrijgegeven,
}

/// Waar een deel voor bedoeld is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Begrotingsregel {
    categorie: String,
    bedrag: Bedrag,
}

/// Een regel van een bon, factuur of verklaring.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bewijsregel {
    categorie: String,
    bedrag: Bedrag,
    stand: Bewijsstand,
    /// Wat ervan meetelt.
    telt_mee: Bedrag,
}

/// Wat een regel waard is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Bewijsstand {
    /// Telt geheel mee.
    TeltMee,
    /// Gaat te ver boven de begroting en telt mee tot de begroting.
    BovenBegroting,
    /// De categorie staat niet in de begroting.
    AndereCategorie,
}

/// Alle inrichtingskredieten.
#[utoipa::path(get, path = "/inrichtingskredieten", operation_id = "inrichtingskredieten",
    tag = "Inrichtingskredieten",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De inrichtingskredieten.",
        body = inline(Lijst<Inrichtingskrediet>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Inrichtingskrediet>>, Problem> {
    let page = asked.page("/inrichtingskredieten");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let rows = credit::files(&mut at, Scope::All).await?;
    if rows.is_empty() {
        return Ok(Json(page.list(0, Vec::new())));
    }
    let policy = planning::rules(&mut at).await?.policy_on(app.business_day().await?).furnishing.clone();
    let count = rows.len();
    let credits = page.cut(rows).iter().map(|file| whole(file, &policy)).collect();
    Ok(Json(page.list(count, credits)))
}

/// Een inrichtingskrediet.
#[utoipa::path(get, path = "/inrichtingskredieten/{id}", operation_id = "inrichtingskrediet",
    tag = "Inrichtingskredieten",
    params(("id" = Uuid, Path, description = "Het id van het inrichtingskrediet.")),
    responses((status = 200, description = "Het inrichtingskrediet.", body = Inrichtingskrediet)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Inrichtingskrediet>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let file = found(&mut at, id).await?;
    let policy = planning::rules(&mut at).await?.policy_on(app.business_day().await?).furnishing.clone();
    Ok(Json(whole(&file, &policy)))
}

/// De deelbetalingen van een inrichtingskrediet, op volgorde.
#[utoipa::path(get, path = "/inrichtingskredieten/{id}/deelbetalingen", operation_id = "deelbetalingen",
    tag = "Inrichtingskredieten",
    params(("id" = Uuid, Path, description = "Het id van het inrichtingskrediet.")),
    responses((status = 200, description = "De deelbetalingen.", body = inline(Lijst<Deelbetaling>))))]
pub async fn tranches(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Lijst<Deelbetaling>>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let file = found(&mut at, id).await?;
    let policy = planning::rules(&mut at).await?.policy_on(app.business_day().await?).furnishing.clone();
    let resultaten = parts(&file, &policy);
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

async fn found(at: &mut Snapshot, id: Uuid) -> Result<CreditFile, Problem> {
    let file = credit::files(at, Scope::All).await?.into_iter().find(|file| file.credit.id.0 == id);
    file.ok_or_else(|| Problem::not_found("Dit inrichtingskrediet"))
}

fn whole(file: &CreditFile, policy: &FurnishingPolicy) -> Inrichtingskrediet {
    let credit = &file.credit;
    Inrichtingskrediet {
        id: credit.id.0,
        huishouden_id: credit.household.0,
        kenmerk: credit.reference.clone(),
        bedrag: credit.amount.into(),
        besluit_datum: file.decided_on,
        deelbetalingen: parts(file, policy),
    }
}

fn parts(file: &CreditFile, policy: &FurnishingPolicy) -> Vec<Deelbetaling> {
    let gates = file.credit.gates(policy.release_threshold, policy.line_tolerance);
    file.credit.tranches().iter().zip(gates).map(|(tranche, gate)| part(tranche, &gate, policy)).collect()
}

fn part(tranche: &Tranche, gate: &Gate, policy: &FurnishingPolicy) -> Deelbetaling {
    let spending = tranche.spending(policy.line_tolerance);
    let (stand, uitleg) = explained(gate);
    let vrij_te_geven = match gate {
        Gate::Open { amount, .. } => Some(Bedrag(*amount)),
        _ => None,
    };
    let budget =
        |line: &BudgetLine| Begrotingsregel { categorie: line.category.clone(), bedrag: line.amount.into() };
    Deelbetaling {
        id: tranche.id.0,
        nummer: tranche.number,
        bedrag: tranche.amount.into(),
        stand,
        uitleg,
        vrij_te_geven,
        betaald: tranche.paid.map(|paid| paid.amount.into()),
        betaal_datum: tranche.paid.map(|paid| paid.on),
        verantwoord: spending.accounted.into(),
        onverantwoord: spending.unaccounted.into(),
        begroting: tranche.budget.iter().map(budget).collect(),
        bewijs: spending.lines.iter().map(evidence).collect(),
    }
}

fn explained(gate: &Gate) -> (Stand, String) {
    match gate {
        Gate::Released => (Stand::Vrijgegeven, "Deze deelbetaling is al vrijgegeven.".to_owned()),
        Gate::Open { amount, carried_forward } if carried_forward.is_positive() => {
            let (amount, missing) = (amount.dutch(), carried_forward.dutch());
            let uitleg = format!(
                "{amount} kan worden vrijgegeven. Van het deel ervoor is {missing} niet verantwoord; dat is \
                 eraf gehaald."
            );
            (Stand::Open, uitleg)
        }
        Gate::Open { amount, .. } => (Stand::Open, format!("{} kan worden vrijgegeven.", amount.dutch())),
        Gate::Shut { accounted, needed } => {
            let (accounted, needed) = (accounted.dutch(), needed.dutch());
            let uitleg =
                format!("Van het deel ervoor is {accounted} verantwoord; er is ten minste {needed} nodig.");
            (Stand::Dicht, uitleg)
        }
        Gate::Waits => (Stand::Wacht, "Het deel ervoor is nog niet vrijgegeven.".to_owned()),
    }
}

fn evidence(judged: &JudgedLine) -> Bewijsregel {
    let stand = match judged.state {
        LineState::Eligible => Bewijsstand::TeltMee,
        LineState::OverLineLimit => Bewijsstand::BovenBegroting,
        LineState::WrongCategory => Bewijsstand::AndereCategorie,
    };
    let line = &judged.line;
    Bewijsregel {
        categorie: line.category.clone(),
        bedrag: line.amount.into(),
        stand,
        telt_mee: judged.counts.into(),
    }
}
