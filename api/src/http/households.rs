//! Households: who shares a benefit, until when the municipality pays their fixed costs, and what is owed.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::household::HouseholdType;
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::household::right::RightPeriod;
use grip_engine::id::PayeeId;
use grip_engine::obligation::{Obligation, Version};
use grip_engine::payee::Payee;
use grip_engine::relief::ReliefWindow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::{Bedrag, Kostensoort, account};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::Scope;
use crate::store::household::{self, HouseholdFile};

/// Mensen die samen een uitkering en een woning delen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Huishouden {
    id: Uuid,
    /// Het nummer waaronder het huishouden bekend is.
    nummer: String,
    #[serde(rename = "type")]
    huishoudtype: Huishoudtype,
    leden: Vec<Lid>,
    /// Leeg als de plicht tot ontzorgen voor niemand geldt.
    ontzorgperiode: Option<Ontzorgperiode>,
    beschikkingen: Vec<Beschikking>,
    verplichtingen: Vec<Verplichting>,
}

/// Het type huishouden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Huishoudtype {
    /// Een volwassene.
    Alleenstaande,
    /// Een volwassene met kinderen.
    AlleenstaandeOuder,
    /// Twee volwassenen.
    Paar,
    /// Twee volwassenen met kinderen.
    PaarMetKinderen,
}

/// Een lid van het huishouden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lid {
    id: Uuid,
    rol: Lidrol,
    naam: String,
    /// De eigen rekening voor leefgeld. Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: Option<String>,
}

/// De plaats in het huishouden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Lidrol {
    /// Vroeg de uitkering aan.
    Aanvrager,
    /// Echtgenoot of partner.
    Partner,
    /// Kind.
    Kind,
}

/// De zes maanden waarin de gemeente de vaste lasten betaalt (artikel 56a Participatiewet).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ontzorgperiode {
    start_datum: NaiveDate,
    /// De laatste dag.
    eind_datum: NaiveDate,
    /// Het einde van de zes maanden, ook als de plicht eerder eindigt.
    termijn_eind_datum: NaiveDate,
    /// Waarom de plicht eindigt: `term` of een reden.
    einde_door: &'static str,
}

/// Een besluit over het recht op bijstand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Beschikking {
    kenmerk: String,
    recht_vanaf_datum: NaiveDate,
    recht_tot_en_met_datum: Option<NaiveDate>,
    /// De code van de norm (artikel 20 tot en met 24 Participatiewet).
    norm: &'static str,
    /// Het besloten bedrag van een hele maand, als dat niet de norm is.
    bedrag: Option<Bedrag>,
}

/// Iets wat het huishouden elke maand moet betalen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verplichting {
    id: Uuid,
    soort: Kostensoort,
    ontvanger: String,
    /// De rekening van de ontvanger op dit moment. Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: Option<String>,
    kenmerk: String,
    eerste_verval_datum: NaiveDate,
    bedragen: Vec<BedragInPeriode>,
}

/// Een bedrag dat in een periode geldt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BedragInPeriode {
    bedrag: Bedrag,
    vanaf_datum: NaiveDate,
    tot_en_met_datum: Option<NaiveDate>,
}

/// Alle huishoudens, op volgorde van nummer.
#[utoipa::path(get, path = "/huishoudens", operation_id = "huishoudens", tag = "Huishoudens",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De huishoudens.", body = inline(Lijst<Huishouden>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Huishouden>>, Problem> {
    let page = asked.page("/huishoudens");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let (files, payees) = (household::files(&mut at, Scope::All).await?, household::payees(&mut at).await?);
    let reader = Reader { actor: &actor, payees: &payees, today: app.business_day().await? };
    let count = files.len();
    let households = page.cut(files).iter().map(|file| reader.household(file)).collect();
    Ok(Json(page.list(count, households)))
}

/// Een huishouden.
#[utoipa::path(get, path = "/huishoudens/{id}", operation_id = "huishouden", tag = "Huishoudens",
    params(("id" = Uuid, Path, description = "Het id van het huishouden.")),
    responses((status = 200, description = "Het huishouden.", body = Huishouden)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Huishouden>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    let file = household::file(&mut at, id.into()).await?;
    let file = file.ok_or_else(|| Problem::not_found("Dit huishouden"))?;
    let payees = household::payees(&mut at).await?;
    let reader = Reader { actor: &actor, payees: &payees, today: app.business_day().await? };
    Ok(Json(reader.household(&file)))
}

/// Who reads, on which day, with the payees a reader needs by name.
struct Reader<'a> {
    actor: &'a Actor,
    payees: &'a BTreeMap<PayeeId, Payee>,
    today: NaiveDate,
}

impl Reader<'_> {
    fn household(&self, file: &HouseholdFile) -> Huishouden {
        let household = &file.household;
        let huishoudtype = match household.type_on(self.today) {
            HouseholdType::Single => Huishoudtype::Alleenstaande,
            HouseholdType::SingleParent => Huishoudtype::AlleenstaandeOuder,
            HouseholdType::Couple => Huishoudtype::Paar,
            HouseholdType::CoupleWithChildren => Huishoudtype::PaarMetKinderen,
        };
        Huishouden {
            id: household.id.0,
            nummer: file.number.clone(),
            huishoudtype,
            leden: household.members.iter().map(|member| self.member(member)).collect(),
            ontzorgperiode: ReliefWindow::of_household(household).map(relief),
            beschikkingen: household.rights().iter().map(decision).collect(),
            verplichtingen: file.obligations.iter().map(|obligation| self.obligation(obligation)).collect(),
        }
    }

    fn member(&self, member: &Member) -> Lid {
        let rol = match member.role {
            MemberRole::Applicant => Lidrol::Aanvrager,
            MemberRole::Partner => Lidrol::Partner,
            MemberRole::Child => Lidrol::Kind,
        };
        let rekeningnummer = member.account.as_ref().map(|iban| account(self.actor, iban));
        Lid { id: member.id.0, rol, naam: member.name.clone(), rekeningnummer }
    }

    fn obligation(&self, obligation: &Obligation) -> Verplichting {
        let payee = self.payees.get(&obligation.payee);
        let iban =
            payee.and_then(|payee| payee.accounts.approved_on(self.today)).map(|version| &version.iban);
        Verplichting {
            id: obligation.id.0,
            soort: obligation.kind.into(),
            ontvanger: payee.map(|payee| payee.name.clone()).unwrap_or_default(),
            rekeningnummer: iban.map(|iban| account(self.actor, iban)),
            kenmerk: obligation.reference.clone(),
            eerste_verval_datum: obligation.first_due,
            bedragen: obligation.versions().iter().map(version).collect(),
        }
    }
}

fn relief(window: ReliefWindow) -> Ontzorgperiode {
    Ontzorgperiode {
        start_datum: window.start(),
        eind_datum: window.end(),
        termijn_eind_datum: window.term_end(),
        einde_door: window.ended_by().code(),
    }
}

fn decision(right: &RightPeriod<'_>) -> Beschikking {
    Beschikking {
        kenmerk: right.decision.reference.clone(),
        recht_vanaf_datum: right.period.from(),
        recht_tot_en_met_datum: right.period.until(),
        norm: right.norm.code(),
        bedrag: right.amount.map(Into::into),
    }
}

fn version(version: &Version) -> BedragInPeriode {
    let (vanaf_datum, tot_en_met_datum) = (version.period.from(), version.period.until());
    BedragInPeriode { bedrag: version.amount.into(), vanaf_datum, tot_en_met_datum }
}
