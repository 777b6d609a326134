//! Furnishing credits: their tranches, the gate in front of each, and what was shown for them.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::explain;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::evidence::{BudgetLine, Evidence, JudgedLine, LineState, Way};
use grip_engine::furnishing::standing::{Gate, Reason, Standing, TrancheStanding};
use grip_engine::furnishing::tranche::{Payouts, Tranche};
use grip_engine::policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::Bedrag;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::planning;
use crate::store::household::{self, HouseholdFile};
use crate::store::{Scope, Snapshot, credit};

/// Een krediet of gift om de woning in te richten, in delen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inrichtingskrediet {
    id: Uuid,
    huishouden_id: Uuid,
    kenmerk: String,
    bedrag: Bedrag,
    /// Wat ervan een gift is; de rest is een lening.
    gift: Bedrag,
    grondslag: String,
    besluit_datum: NaiveDate,
    /// De laatste dag om bezwaar te maken, als die is vastgelegd.
    bezwaar_tot: Option<NaiveDate>,
    /// Waarin het besluit van het beleid afwijkt: `amount`, `tranches`, `conditions`, `paid` of `evidence_until`, en
    /// `ground_missing` als de reden ontbreekt.
    afwijkingen: Vec<&'static str>,
    reden_afwijking: Option<String>,
    /// Wat is betaald of meegegeven en niet via de bank terugkwam: verantwoord en onverantwoord samen.
    betaald: Bedrag,
    /// Wat daarvan nog niet op een afschrift staat.
    onderweg: Bedrag,
    verantwoord: Bedrag,
    onverantwoord: Bedrag,
    /// Wat daarvan ook niet terugkwam: het huishouden moet het nog tonen.
    nog_te_tonen: Bedrag,
    /// Wat het huishouden of een leverancier terugbetaalde.
    terugbetaald: Bedrag,
    /// Wat nog betaald kan worden.
    over: Bedrag,
    /// De hoofdsom van de lening: betaald, zonder wat terugkwam en zonder de gift.
    hoofdsom: Bedrag,
    /// De dag van de eindafrekening.
    afgerekend_datum: Option<NaiveDate>,
    /// Het kenmerk van de inhouding waarmee de lening wordt afgelost.
    afgelost_met: Option<String>,
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
    /// Elke reden apart.
    redenen: Vec<String>,
    /// Wat een mens mag vrijgeven, als de deelbetaling open staat.
    vrij_te_geven: Option<Bedrag>,
    /// Wat aan het huishouden is betaald, zodra dat zo is.
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
    /// Er wordt op iets gewacht: op bonnen, een bezoek, een dag of een medewerker.
    Dicht,
    /// Het deel ervoor is nog niet vrijgegeven.
    Wacht,
    /// Al vrijgegeven.
    Vrijgegeven,
    /// De betaling kwam terug.
    Teruggekomen,
    /// Het krediet is afgerekend.
    Gesloten,
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
    /// Waaronder het bewijs bekend is: het nummer van de factuur, het eigen nummer, of een nummer dat wij gaven.
    kenmerk: String,
    categorie: String,
    bedrag: Bedrag,
    stand: Bewijsstand,
    /// Wat ervan meetelt.
    telt_mee: Bedrag,
    /// Hoe het is betaald.
    soort: Bewijssoort,
    /// De winkel of verkoper.
    winkel: Option<String>,
    /// De dag op de bon.
    aankoop_datum: Option<NaiveDate>,
    /// Het nummer van de bon of factuur.
    nummer: Option<String>,
}

/// Hoe spullen zijn betaald.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Bewijssoort {
    /// Een bon of factuur die het huishouden betaalde.
    Bon,
    /// Een verklaring over een aankoop zonder bon.
    Verklaring,
    /// Een factuur die de gemeente betaalt en die nog niet geleverd is.
    Factuur,
    /// Een factuur die de gemeente betaalt, met leveringsbewijs.
    FactuurGeleverd,
    /// Door de gemeente in natura meegegeven.
    InNatura,
}

/// Wat een regel waard is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Bewijsstand {
    /// Telt geheel mee.
    TeltMee,
    /// Gaat te ver boven de begroting, of boven het meeste zonder bon, en telt mee tot die grens.
    BovenBegroting,
    /// De categorie staat niet in de begroting.
    AndereCategorie,
    /// Niet te lezen.
    Onleesbaar,
    /// Al eerder getoond.
    Dubbel,
    /// Gekocht op een dag die niet bij het krediet hoort.
    BuitenPeriode,
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
    let rows = all(&mut at, Scope::All).await?;
    if rows.is_empty() {
        return Ok(Json(page.list(0, Vec::new())));
    }
    let (rules, today) = (planning::rules(&mut at).await?, app.business_day().await?);
    let count = rows.len();
    let credits = page.cut(rows).iter().map(|found| found.whole(rules.policy_on(today), today)).collect();
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
    let found = found(&mut at, id).await?;
    let (rules, today) = (planning::rules(&mut at).await?, app.business_day().await?);
    Ok(Json(found.whole(rules.policy_on(today), today)))
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
    let found = found(&mut at, id).await?;
    let (rules, today) = (planning::rules(&mut at).await?, app.business_day().await?);
    let resultaten = parts(found.credit(), &found.standing(rules.policy_on(today), today));
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

/// A credit with its household and what became of its payments.
struct Found {
    file: HouseholdFile,
    payouts: Payouts,
    place: usize,
}

/// The credits of a scope, in the order of their households.
async fn all(at: &mut Snapshot, scope: Scope) -> Result<Vec<Found>, FlowError> {
    let mut payouts = credit::payouts(at, scope).await?;
    let mut all = Vec::new();
    for file in household::files(at, scope).await? {
        let of_household = payouts.remove(&file.household.id).unwrap_or_default();
        for place in 0..file.credits.len() {
            all.push(Found { file: file.clone(), payouts: of_household.clone(), place });
        }
    }
    Ok(all)
}

async fn found(at: &mut Snapshot, id: Uuid) -> Result<Found, Problem> {
    let household =
        household::of_fact(at, id).await?.ok_or_else(|| Problem::not_found("Dit inrichtingskrediet"))?;
    let all = all(at, Scope::One(household.0)).await?;
    let found = all.into_iter().find(|found| found.credit().id.0 == id);
    found.ok_or_else(|| Problem::not_found("Dit inrichtingskrediet"))
}

impl Found {
    fn credit(&self) -> &Credit {
        &self.file.credits[self.place]
    }

    fn standing(&self, policy: &Policy, today: NaiveDate) -> Standing {
        self.credit().standing(&self.payouts, &policy.furnishing, today)
    }

    fn whole(&self, policy: &Policy, today: NaiveDate) -> Inrichtingskrediet {
        let (credit, standing) = (self.credit(), self.standing(policy, today));
        let norm = policy.furnishing.norm.of(self.file.household.type_on(today));
        Inrichtingskrediet {
            id: credit.id.0,
            huishouden_id: self.file.household.id.0,
            kenmerk: credit.reference.clone(),
            bedrag: credit.amount.into(),
            gift: credit.gift_now().into(),
            grondslag: credit.legal_basis.clone(),
            besluit_datum: credit.decided_on,
            bezwaar_tot: credit.objection_until,
            afwijkingen: credit.deviations(&policy.furnishing, norm),
            reden_afwijking: credit.ground.clone(),
            betaald: standing.disbursed.into(),
            onderweg: standing.on_its_way.into(),
            verantwoord: standing.accounted.into(),
            onverantwoord: standing.unaccounted.into(),
            nog_te_tonen: standing.outstanding.into(),
            terugbetaald: standing.returned.into(),
            over: standing.rest.into(),
            hoofdsom: standing.principal.into(),
            afgerekend_datum: credit.settled.as_ref().map(|settled| settled.on),
            afgelost_met: credit.repaid_by.last().cloned(),
            deelbetalingen: parts(credit, &standing),
        }
    }
}

fn parts(credit: &Credit, standing: &Standing) -> Vec<Deelbetaling> {
    let parts = credit.tranches.iter().zip(&standing.tranches);
    parts.map(|(tranche, found)| part(credit, tranche, found)).collect()
}

fn part(credit: &Credit, tranche: &Tranche, found: &TrancheStanding) -> Deelbetaling {
    let redenen = explain::credit::reasons(&found.gate);
    let vrij_te_geven = match found.gate {
        Gate::Open { amount, .. } => Some(Bedrag(amount)),
        _ => None,
    };
    let budget =
        |line: &BudgetLine| Begrotingsregel { categorie: line.category.clone(), bedrag: line.amount.into() };
    let paid = found.payout.filter(grip_engine::furnishing::tranche::Payout::stands);
    Deelbetaling {
        id: tranche.id.0,
        nummer: tranche.number,
        bedrag: tranche.amount.into(),
        stand: stand(&found.gate),
        uitleg: redenen.join(" "),
        redenen,
        vrij_te_geven,
        betaald: paid.map(|paid| paid.amount.into()),
        betaal_datum: paid.map(|paid| paid.on),
        verantwoord: found.accounted.into(),
        onverantwoord: found.unaccounted.into(),
        begroting: tranche.budget.iter().map(budget).collect(),
        bewijs: found.lines.iter().map(|line| evidence(line, &credit.evidence[line.evidence])).collect(),
    }
}

fn stand(gate: &Gate) -> Stand {
    match gate {
        Gate::Released => Stand::Vrijgegeven,
        Gate::Open { .. } => Stand::Open,
        Gate::CameBack => Stand::Teruggekomen,
        Gate::Closed => Stand::Gesloten,
        Gate::Shut(reasons) if reasons.iter().all(|reason| *reason == Reason::Waits) => Stand::Wacht,
        Gate::Shut(_) => Stand::Dicht,
    }
}

fn evidence(judged: &JudgedLine, shown: &Evidence) -> Bewijsregel {
    let stand = match judged.state {
        LineState::Eligible => Bewijsstand::TeltMee,
        LineState::OverLineLimit => Bewijsstand::BovenBegroting,
        LineState::WrongCategory => Bewijsstand::AndereCategorie,
        LineState::Unreadable => Bewijsstand::Onleesbaar,
        LineState::Duplicate => Bewijsstand::Dubbel,
        LineState::OutOfPeriod => Bewijsstand::BuitenPeriode,
    };
    let soort = match shown.way {
        Way::Receipt => Bewijssoort::Bon,
        Way::Declaration => Bewijssoort::Verklaring,
        Way::Supplier { delivered: false, .. } => Bewijssoort::Factuur,
        Way::Supplier { delivered: true, .. } => Bewijssoort::FactuurGeleverd,
        Way::InKind => Bewijssoort::InNatura,
    };
    let line = &judged.line;
    Bewijsregel {
        kenmerk: shown.reference.clone().unwrap_or_default(),
        categorie: line.category.clone(),
        bedrag: line.amount.into(),
        stand,
        telt_mee: judged.counts.into(),
        soort,
        winkel: shown.shop.clone(),
        aankoop_datum: shown.bought_on,
        nummer: shown.number.clone().or_else(|| shown.reference.clone()),
    }
}
