//! Payees, and clients as people who are paid: their accounts, with what was done to check them.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::address::PostalAddress;
use grip_engine::explain;
use grip_engine::id::{CreditorAccountId, PayeeId};
use grip_engine::payee::{CallBack, Creditor, CreditorAccount, Deed, Stage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::body;
use super::name_checks::{Naamcontrole, name_check};
use super::problem::Problem;
use super::wire::account;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::payees::{self, AccountGiven, AddressGiven, CallBackGiven, ListedCreditor};

/// Iemand die betaald wordt: een ontvanger, of een bewoner voor leefgeld.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ontvanger {
    id: Uuid,
    soort: Ontvangersoort,
    naam: String,
    /// Het huishouden van een bewoner.
    huishouden_id: Option<Uuid>,
    huishouden_nummer: Option<String>,
    /// Waarom er vandaag niets naar deze ontvanger gaat; leeg als er betaald kan worden.
    wacht_omdat: Option<String>,
    /// Het aantal verplichtingen waarvoor een ontvanger betaald wordt.
    aantal_verplichtingen: i64,
    /// Het postadres, als de bank van de ontvanger erom vraagt; het gaat mee met elke betaling.
    adres: Option<Adres>,
    /// Waar als de bank van de ontvanger buiten de EER ligt en om een adres kan vragen dat er nog niet is.
    adres_kan_nodig_zijn: bool,
    /// De versies van de rekening; die het laatst ingaat staat onderaan.
    rekeningen: Vec<Rekening>,
}

/// Een postadres.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adres {
    #[serde(default)]
    straat: String,
    #[serde(default)]
    huisnummer: String,
    #[serde(default)]
    postcode: String,
    plaats: String,
    /// De code van twee letters.
    #[schema(example = "CH")]
    land: String,
}

/// Het postadres van een ontvanger om vast te leggen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NieuwAdres {
    /// Zonder adres gaat er geen adres meer mee.
    adres: Option<Adres>,
}

/// Wie er betaald wordt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Ontvangersoort {
    /// Een schuldeiser: verhuurder, verzekeraar, energiebedrijf.
    Ontvanger,
    /// Een bewoner, voor leefgeld.
    Bewoner,
}

/// Een versie van de rekening van een ontvanger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rekening {
    id: Uuid,
    /// De plaats in de volgorde van vastleggen, vanaf 1.
    nummer: u32,
    /// Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    /// De naam van de rekeninghouder, precies.
    rekeninghouder: String,
    geldig_vanaf_datum: NaiveDate,
    status: Rekeningstatus,
    vastgelegd: Handeling,
    terugbelbewijs: Option<Terugbelbewijs>,
    goedgekeurd: Option<Handeling>,
    ingetrokken: Option<Handeling>,
    /// De dag waarop een betaling terugkwam om een reden van de rekening zelf.
    teruggekomen_datum: Option<NaiveDate>,
    /// De antwoorden van banken op de vraag of naam en rekening bij elkaar horen, de oudste eerst.
    naamcontroles: Vec<Naamcontrole>,
}

/// Hoe ver een rekening is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Rekeningstatus {
    /// Vastgelegd; niemand belde terug.
    Vastgelegd,
    /// Er is teruggebeld; een tweede persoon moet goedkeuren.
    Teruggebeld,
    /// Goedgekeurd door een tweede persoon.
    Goedgekeurd,
    /// Een betaling kwam terug: er gaat niets meer naartoe.
    Geblokkeerd,
    /// Ingetrokken.
    Ingetrokken,
}

/// Wie iets deed, en wanneer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Handeling {
    door: String,
    datum: NaiveDate,
}

/// Dat iemand terugbelde, op een nummer dat niet bij de nieuwe rekening kwam.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Terugbelbewijs {
    /// Wie is gebeld.
    gesproken_met: String,
    /// Op welk nummer.
    telefoonnummer: String,
    /// Waar dat nummer al van bekend was: contract, eerdere factuur, website.
    nummer_bekend_van: String,
    /// De dag van het gesprek; zonder dag vandaag.
    datum: Option<NaiveDate>,
    /// De gebruiker die belde; zonder naam is dat wie het vastlegt.
    gebeld_door: Option<String>,
}

/// Een rekening om vast te leggen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuweRekening {
    rekeningnummer: String,
    /// De naam van de rekeninghouder, precies; zonder naam die van de ontvanger.
    rekeninghouder: Option<String>,
    /// De eerste dag waarop zij gebruikt wordt; zonder dag vandaag.
    geldig_vanaf_datum: Option<NaiveDate>,
    terugbelbewijs: Option<Terugbelbewijs>,
    /// Het kenmerk van het gezamenlijke schriftelijke verzoek, voor de rekening van de andere partner.
    gezamenlijk_verzoek: Option<String>,
}

/// Een ontvanger om vast te leggen, met de eerste rekening.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuweOntvanger {
    naam: String,
    rekening: NieuweRekening,
}

/// Waarom een rekening wordt ingetrokken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NieuweIntrekking {
    reden: String,
}

/// De ontvangers op naam, en daarvoor de bewoners van wie een rekening op iemand wacht.
#[utoipa::path(get, path = "/ontvangers", operation_id = "ontvangers", tag = "Ontvangers",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De ontvangers.", body = inline(Lijst<Ontvanger>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Ontvanger>>, Problem> {
    let page = asked.page("/ontvangers");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeePayees).await?;
    let rows = payees::all(&mut at, app.business_day().await?).await?;
    let count = rows.len();
    let shown = page.cut(rows).into_iter().map(|listed| payee(&actor, listed)).collect();
    Ok(Json(page.list(count, shown)))
}

/// Een ontvanger of bewoner met alle versies van de rekening.
#[utoipa::path(get, path = "/ontvangers/{id}", operation_id = "ontvanger", tag = "Ontvangers",
    params(("id" = Uuid, Path, description = "Het id van de ontvanger, of van het lid van een huishouden.")),
    responses((status = 200, description = "De ontvanger.", body = Ontvanger)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<Ontvanger>, Problem> {
    app.grant(&actor, Action::SeePayees).await?;
    Ok(Json(payee(&actor, found(&app, id).await?)))
}

/// Legt een ontvanger vast. Er wordt pas betaald als er is teruggebeld en een tweede persoon de rekening goedkeurde.
#[utoipa::path(post, path = "/ontvangers", operation_id = "ontvangerVastleggen", tag = "Ontvangers",
    request_body(content = NieuweOntvanger, description = "De ontvanger."),
    responses((status = 201, description = "De ontvanger is vastgelegd.", body = Ontvanger),
        (status = 409, description = "Er is al een ontvanger met deze naam.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordPayee).await?;
    let new: NieuweOntvanger = body::json(request).await?;
    let given = given(new.rekening, grant.today());
    let id = payees::add_payee(&app.store, &grant, &new.naam, &given).await?;
    created(&app, &actor, id.0).await
}

/// Legt een andere rekening vast. Tot een tweede persoon haar goedkeurt, blijft de oude gelden.
#[utoipa::path(post, path = "/ontvangers/{id}/rekeningen", operation_id = "rekeningVastleggen", tag = "Ontvangers",
    params(("id" = Uuid, Path, description = "Het id van de ontvanger, of van het lid van een huishouden.")),
    request_body(content = NieuweRekening, description = "De rekening."),
    responses((status = 201, description = "De rekening is vastgelegd.", body = Ontvanger),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn add_account(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordPayee).await?;
    let new: NieuweRekening = body::json(request).await?;
    let creditor = found(&app, id).await?.creditor;
    let given = given(new, grant.today());
    payees::add_account(&app.store, &grant, creditor, &given).await?;
    created(&app, &actor, id).await
}

/// Legt het postadres van een ontvanger vast, voor een bank die erom vraagt (BE04, of buiten de EER). Het gaat mee met
/// betaalbestanden die daarna gemaakt worden.
#[utoipa::path(post, path = "/ontvangers/{id}/adressen", operation_id = "adresVastleggen", tag = "Ontvangers",
    params(("id" = Uuid, Path, description = "Het id van de ontvanger.")),
    request_body(content = NieuwAdres, description = "Het adres."),
    responses((status = 201, description = "Het adres is vastgelegd.", body = Ontvanger),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn set_address(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordPayee).await?;
    let NieuwAdres { adres } = body::json(request).await?;
    let given = adres.map(|Adres { straat, huisnummer, postcode, plaats, land }| AddressGiven {
        street: straat,
        number: huisnummer,
        postcode,
        town: plaats,
        country: land,
    });
    payees::set_address(&app.store, &grant, PayeeId(id), given.as_ref()).await?;
    created(&app, &actor, id).await
}

/// Legt vast dat over een rekening is teruggebeld.
#[utoipa::path(post, path = "/rekeningen/{id}/terugbelbewijzen", operation_id = "terugbelbewijsVastleggen",
    tag = "Ontvangers", params(("id" = Uuid, Path, description = "Het id van de rekening.")),
    request_body(content = Terugbelbewijs, description = "Wie is gebeld, op welk nummer en door wie."),
    responses((status = 201, description = "Het terugbellen is vastgelegd.", body = Ontvanger),
        (status = 409, description = "De rekening wacht niet op terugbellen.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn call_back(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordPayee).await?;
    let call = called(body::json(request).await?, grant.today());
    payees::call_back(&app.store, &grant, CreditorAccountId(id), &call).await?;
    created_for(&app, &actor, id).await
}

/// Keurt een rekening goed, als tweede persoon.
#[utoipa::path(post, path = "/rekeningen/{id}/goedkeuringen", operation_id = "rekeningGoedkeuren",
    tag = "Ontvangers", params(("id" = Uuid, Path, description = "Het id van de rekening.")),
    responses((status = 201, description = "De rekening is goedgekeurd.", body = Ontvanger),
        (status = 409, description = "De rekening wacht niet, niemand belde terug, of de naam wacht op een besluit.",
            body = Problem, content_type = "application/problem+json")))]
pub async fn approve(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::ApprovePayee).await?;
    payees::approve(&app.store, &grant, CreditorAccountId(id)).await?;
    created_for(&app, &actor, id).await
}

/// Trekt een rekening in: er gaat meteen niets meer naartoe.
#[utoipa::path(post, path = "/rekeningen/{id}/intrekkingen", operation_id = "rekeningIntrekken",
    tag = "Ontvangers", params(("id" = Uuid, Path, description = "Het id van de rekening.")),
    request_body(content = NieuweIntrekking, description = "De reden."),
    responses((status = 201, description = "De rekening is ingetrokken.", body = Ontvanger),
        (status = 409, description = "De rekening was al ingetrokken.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn withdraw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordPayee).await?;
    let new: NieuweIntrekking = body::json(request).await?;
    payees::withdraw(&app.store, &grant, CreditorAccountId(id), &new.reden).await?;
    created_for(&app, &actor, id).await
}

async fn found(app: &App, id: Uuid) -> Result<ListedCreditor, Problem> {
    let today = app.business_day().await?;
    let found = payees::one(&mut app.store.read().await?, id, today).await?;
    found.map(|(listed, _)| listed).ok_or_else(|| Problem::not_found("Deze ontvanger"))
}

/// The answer after something was recorded about an account.
pub(super) async fn created_for(
    app: &App,
    actor: &Actor,
    account: Uuid,
) -> Result<impl IntoResponse + use<>, Problem> {
    let owner = payees::owner(&mut app.store.read().await?, CreditorAccountId(account)).await?;
    created(app, actor, owner).await
}

async fn created(app: &App, actor: &Actor, id: Uuid) -> Result<impl IntoResponse + use<>, Problem> {
    let shown = payee(actor, found(app, id).await?);
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/v1/ontvangers/{id}"))], Json(shown)))
}

fn given(new: NieuweRekening, today: NaiveDate) -> AccountGiven {
    AccountGiven {
        iban: new.rekeningnummer,
        holder: new.rekeninghouder,
        valid_from: new.geldig_vanaf_datum,
        call_back: new.terugbelbewijs.map(|call| called(call, today)),
        verified_by: None,
        joint_request: new.gezamenlijk_verzoek,
    }
}

fn called(call: Terugbelbewijs, today: NaiveDate) -> CallBackGiven {
    CallBackGiven {
        person: call.gesproken_met,
        number: call.telefoonnummer,
        known_from: call.nummer_bekend_van,
        on: call.datum.unwrap_or(today),
        by: call.gebeld_door,
    }
}

fn payee(actor: &Actor, listed: ListedCreditor) -> Ontvanger {
    let (id, may_need_address) = (listed.id(), listed.may_need_address());
    let (household, number) = listed.household.unzip();
    Ontvanger {
        id,
        soort: match listed.creditor {
            Creditor::Payee(_) => Ontvangersoort::Ontvanger,
            Creditor::Member(_) => Ontvangersoort::Bewoner,
        },
        naam: listed.name,
        huishouden_id: household,
        huishouden_nummer: number,
        wacht_omdat: listed.waits.as_ref().map(explain::payee::waits),
        aantal_verplichtingen: listed.uses,
        adres_kan_nodig_zijn: may_need_address,
        adres: listed.address.as_ref().map(address),
        rekeningen: listed.accounts.versions().iter().map(|version| shown(actor, version)).collect(),
    }
}

fn address(address: &PostalAddress) -> Adres {
    Adres {
        straat: address.street().to_owned(),
        huisnummer: address.number().to_owned(),
        postcode: address.postcode().to_owned(),
        plaats: address.town().to_owned(),
        land: address.country().to_owned(),
    }
}

fn shown(actor: &Actor, version: &CreditorAccount) -> Rekening {
    let deed = |deed: &Deed| Handeling { door: deed.by.clone(), datum: deed.on };
    Rekening {
        id: version.id.0,
        nummer: version.number,
        rekeningnummer: account(actor, &version.iban),
        rekeninghouder: version.holder.clone(),
        geldig_vanaf_datum: version.valid_from,
        status: match version.stage() {
            Stage::Recorded => Rekeningstatus::Vastgelegd,
            Stage::CalledBack => Rekeningstatus::Teruggebeld,
            Stage::Approved => Rekeningstatus::Goedgekeurd,
            Stage::Blocked => Rekeningstatus::Geblokkeerd,
            Stage::Withdrawn => Rekeningstatus::Ingetrokken,
        },
        vastgelegd: deed(&version.recorded),
        terugbelbewijs: version.call_back.as_ref().map(proof),
        goedgekeurd: version.approved.as_ref().map(deed),
        ingetrokken: version.withdrawn.as_ref().map(deed),
        teruggekomen_datum: version.bounced.as_ref().map(|bounced| bounced.on),
        naamcontroles: version.name_checks.iter().map(name_check).collect(),
    }
}

fn proof(call: &CallBack) -> Terugbelbewijs {
    Terugbelbewijs {
        gesproken_met: call.person.clone(),
        telefoonnummer: call.number.clone(),
        nummer_bekend_van: call.known_from.clone(),
        datum: Some(call.on),
        gebeld_door: Some(call.by.clone()),
    }
}
