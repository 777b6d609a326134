//! What happens to a household: entering it, recording an event, and reading what was recorded.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::id::HouseholdId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::body;
use super::problem::{Fault, Problem};
use super::wire::account;
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::record::Kept;
use crate::flow::register;
use crate::intake::{EventIn, HouseholdIn};
use crate::store::household::{self, FactRow};
use crate::store::{Scope, StoreError};

/// Wat er met een huishouden gebeurt: de dag (`on`) en precies een van `benefit`, `benefit_end`, `suspension`,
/// `suspension_lifted`, `reduction`, `income`, `income_end`, `advance`, `bridge`, `pay_anyway`, `pay_later`, `deduction`,
/// `deduction_suspended`, `deduction_end`, `obligation`, `amount_change`, `obligation_end`, `paid_by_other`,
/// `paid_in_cash`, `window_decision`, `extension`, `extension_revoked`, `window_end`, `member_joined`,
/// `member_left`, `death`, `member_account`, `payee_account`, `rebooking`, `expected`, `credit`, `evidence`,
/// `evidence_withdrawn`, `evidence_told_apart`, `evidence_accepted`, `home_visit`, `tranche_opened`, `tranche_undone`,
/// `carry_forward_waived`, `supplier_invoice`, `delivery`, `in_kind`, `credit_returned`, `credit_settled`,
/// `credit_converted` of `early_repayment`. De sleutels van elk zijn die van casusbestanden en invoerbestanden; `docs/cases.md` beschrijft ze. Bedragen, dagen en
/// maanden zijn tekst. Zonder `on` geldt vandaag.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(value_type = Object, example = json!({
    "on": "2026-02-10",
    "bridge": { "reference": "OB-12", "month": "2026-03", "amount": "296.21" }
}))]
pub struct Gebeurtenis(pub(super) Value);

/// Een lid in de woorden van `docs/cases.md`: `role`, `name`, `iban`, `born`, `asylum_permit_from`,
/// `asylum_permit_until`, `civic_integration_from`, `civic_integration_until`, `present_from`, `right_since`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(value_type = Object, example = json!({
    "role": "applicant", "name": "N. Tesfay", "asylum_permit_from": "2025-12-01",
    "civic_integration_from": "2026-01-12"
}))]
pub struct NieuwLid(Value);

/// Een verplichting in de woorden van `docs/cases.md`: `kind`, `payee`, `amount`, `rhythm`, `first_due`,
/// `last_due`, `reference`, `member`. De ontvanger moet bekend zijn.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(value_type = Object, example = json!({
    "kind": "rent", "payee": "Woonstichting De Dudok", "amount": "580.00", "first_due": "2026-02-01",
    "reference": "H-1"
}))]
pub struct NieuweVerplichting(Value);

/// Een huishouden om in te voeren.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NieuwHuishouden {
    /// Het nummer waaronder het huishouden bekend is; elk huishouden heeft een eigen nummer.
    nummer: String,
    /// De rekening van de gemeente die voor dit huishouden betaalt.
    gemeenterekening: String,
    /// De leden, de aanvrager eerst.
    leden: Vec<NieuwLid>,
    /// Wat het huishouden elke keer moet betalen.
    #[serde(default)]
    verplichtingen: Vec<NieuweVerplichting>,
    /// Wat er al is gebeurd, op volgorde.
    #[serde(default)]
    gebeurtenissen: Vec<Gebeurtenis>,
}

/// Het huishouden dat is ingevoerd.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IngevoerdHuishouden {
    id: Uuid,
    nummer: String,
    /// Hoeveel gebeurtenissen erbij zijn vastgelegd.
    vastgelegde_gebeurtenissen: usize,
}

/// Een gebeurtenis om vast te leggen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NieuweGebeurtenis {
    gebeurtenis: Gebeurtenis,
}

/// Een gebeurtenis zoals die is vastgelegd.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VastgelegdeGebeurtenis {
    id: Uuid,
    /// De plaats in de volgorde van vastleggen, vanaf 0.
    nummer: i64,
    /// De code van de soort.
    #[schema(example = "benefit")]
    soort: String,
    /// Het kenmerk van het besluit, als de soort er een heeft.
    kenmerk: Option<String>,
    vastgelegd_datum: NaiveDate,
    vastgelegd_door: String,
    /// Rekeningnummers zijn afgeschermd voor wie betalingen niet inricht of uitvoert; geboortedatums staan er
    /// niet in.
    gebeurtenis: Gebeurtenis,
}

/// Voert een huishouden in met zijn leden, verplichtingen en gebeurtenissen: alles of niets.
#[utoipa::path(post, path = "/huishoudens", operation_id = "huishoudenInvoeren", tag = "Huishoudens",
    request_body(content = NieuwHuishouden, description = "Het huishouden."),
    responses((status = 201, description = "Het huishouden is ingevoerd.", body = IngevoerdHuishouden),
        (status = 409, description = "Het nummer of een kenmerk bestaat al.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn enter(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let grant = app.grant(&actor, Action::RecordFacts).await?;
    let new: NieuwHuishouden = body::json(request).await?;
    let file = household_in(new, grant.today())?;
    let entered = register::new_household(&app.store, &grant, &file).await.map_err(|error| match error {
        FlowError::NotFound { what: "account of the municipality", .. } => {
            let detail = "Dit is geen rekening van de gemeente.";
            body::refused(vec![Fault::new("/gemeenterekening", "onbekend", detail)])
        }
        error => error.into(),
    })?;
    let location = format!("/v1/huishoudens/{}", entered.id);
    let done = IngevoerdHuishouden {
        id: entered.id.0,
        nummer: file.number,
        vastgelegde_gebeurtenissen: entered.events,
    };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(done)))
}

/// Wat er over een huishouden is vastgelegd, in de volgorde van vastleggen.
#[utoipa::path(get, path = "/huishoudens/{id}/gebeurtenissen", operation_id = "gebeurtenissen",
    tag = "Huishoudens",
    params(("id" = Uuid, Path, description = "Het id van het huishouden."),
        ("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De gebeurtenissen.",
        body = inline(Lijst<VastgelegdeGebeurtenis>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    mut asked: Asked,
) -> Result<Json<Lijst<VastgelegdeGebeurtenis>>, Problem> {
    let page = asked.page(&format!("/huishoudens/{id}/gebeurtenissen"));
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeHouseholds).await?;
    household::file(&mut at, id.into()).await?.ok_or_else(|| Problem::not_found("Dit huishouden"))?;
    let rows = household::facts(&mut at, Scope::One(id), app.business_day().await?).await?;
    let count = rows.len();
    let facts = page.cut(rows).into_iter().map(|row| recorded(&actor, row)).collect::<Result<_, _>>()?;
    Ok(Json(page.list(count, facts)))
}

/// Legt een gebeurtenis vast. Wat niet past bij wat al bekend is, wordt geweigerd; dan is niets vastgelegd.
#[utoipa::path(post, path = "/huishoudens/{id}/gebeurtenissen", operation_id = "gebeurtenisVastleggen",
    tag = "Huishoudens", params(("id" = Uuid, Path, description = "Het id van het huishouden.")),
    request_body(content = NieuweGebeurtenis, description = "De gebeurtenis."),
    responses((status = 201, description = "De gebeurtenis is vastgelegd.", body = VastgelegdeGebeurtenis),
        (status = 200, description = "Precies deze gebeurtenis was al vastgelegd.",
            body = VastgelegdeGebeurtenis),
        (status = 409, description = "Het kenmerk bestaat al met een andere inhoud.", body = Problem,
            content_type = "application/problem+json"),
        (status = 415, description = "De inhoud is geen JSON.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn record(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    request: Request,
) -> Result<Response, Problem> {
    let grant = app.grant(&actor, actor.recording()).await?;
    let new: NieuweGebeurtenis = body::json(request).await?;
    let mut faults = Vec::new();
    let event = body::part("/gebeurtenis", dated(new.gebeurtenis, grant.today()), &mut faults);
    let Some(event) = event.filter(|event| is_past("/gebeurtenis", event, grant.today(), &mut faults)) else {
        return Err(body::refused(faults));
    };
    let household = HouseholdId(id);
    let kept = register::new_event(&app.store, &grant, household, &event).await?;
    let rows = household::facts(&mut app.store.read().await?, Scope::One(id), grant.today()).await?;
    // what was left to the policy was filled in before it was kept
    let said = serde_json::to_value(&event).unwrap_or_default();
    let is_it = |row: &FactRow| serde_json::from_str(&row.body).is_ok_and(|known| says(&known, &said));
    let row = rows.into_iter().rfind(is_it).ok_or(StoreError::Missing)?;
    let status = if kept == Kept::New { StatusCode::CREATED } else { StatusCode::OK };
    let location = format!("/v1/huishoudens/{id}/gebeurtenissen");
    Ok((status, [(header::LOCATION, location)], Json(recorded(&actor, row)?)).into_response())
}

/// True when what is kept says everything that was sent.
fn says(known: &Value, sent: &Value) -> bool {
    match (known, sent) {
        (_, Value::Null) => true,
        (Value::Object(known), Value::Object(sent)) => {
            sent.iter().all(|(key, sent)| says(known.get(key).unwrap_or(&Value::Null), sent))
        }
        (Value::Array(known), Value::Array(sent)) => {
            known.len() == sent.len() && known.iter().zip(sent).all(|(known, sent)| says(known, sent))
        }
        (known, sent) => known == sent,
    }
}

/// The events of a request; one without a day is of today.
pub(super) fn planned(given: Vec<Gebeurtenis>, today: NaiveDate, faults: &mut Vec<Fault>) -> Vec<EventIn> {
    let given = given.into_iter().map(|event| dated(event, today)).collect();
    body::parts("/gebeurtenissen", given, faults)
}

/// The events of a request, each on a day that has come.
fn happened(given: Vec<Gebeurtenis>, today: NaiveDate, faults: &mut Vec<Fault>) -> Vec<EventIn> {
    let events = planned(given, today, faults);
    for (place, event) in events.iter().enumerate() {
        is_past(&format!("/gebeurtenissen/{place}"), event, today, faults);
    }
    events
}

/// An event without a day is of today.
fn dated(event: Gebeurtenis, today: NaiveDate) -> Value {
    let mut value = event.0;
    if let Some(keys) = value.as_object_mut() {
        keys.entry("on").or_insert_with(|| today.to_string().into());
    }
    value
}

/// What has not happened yet cannot be recorded.
fn is_past(pointer: &str, event: &EventIn, today: NaiveDate, faults: &mut Vec<Fault>) -> bool {
    let is_past = event.on.parse::<NaiveDate>().is_ok_and(|on| on <= today);
    if !is_past {
        let detail = format!("Geef een dag zoals 2026-02-27, niet later dan vandaag ({today}).");
        faults.push(Fault::new(format!("{pointer}/on"), "ongeldig", detail));
    }
    is_past
}

fn household_in(new: NieuwHuishouden, today: NaiveDate) -> Result<HouseholdIn, Problem> {
    let mut faults = Vec::new();
    let members = new.leden.into_iter().map(|member| member.0).collect();
    let obligations = new.verplichtingen.into_iter().map(|obligation| obligation.0).collect();
    let file = HouseholdIn {
        number: new.nummer,
        bank_account: new.gemeenterekening,
        member: body::parts("/leden", members, &mut faults),
        obligation: body::parts("/verplichtingen", obligations, &mut faults),
        event: happened(new.gebeurtenissen, today, &mut faults),
    };
    if faults.is_empty() { Ok(file) } else { Err(body::refused(faults)) }
}

fn recorded(actor: &Actor, row: FactRow) -> Result<VastgelegdeGebeurtenis, Problem> {
    let event = serde_json::to_value(row.event()?).unwrap_or_default();
    Ok(VastgelegdeGebeurtenis {
        id: row.fact_id,
        nummer: row.number,
        soort: row.kind,
        kenmerk: row.reference,
        vastgelegd_datum: row.recorded_on,
        vastgelegd_door: row.recorded_by,
        gebeurtenis: Gebeurtenis(seen_by(actor, event)),
    })
}

/// An event as this person may see it.
fn seen_by(actor: &Actor, value: Value) -> Value {
    match value {
        Value::Object(keys) => {
            let shown = keys.into_iter().filter(|(key, value)| !value.is_null() && key != "born");
            let shown = shown.map(|(key, value)| match (key.as_str(), value) {
                ("iban", Value::String(iban)) => {
                    let masked = iban.parse().map_or_else(|_| "…".to_owned(), |iban| account(actor, &iban));
                    (key, masked.into())
                }
                (_, value) => (key, seen_by(actor, value)),
            });
            Value::Object(shown.collect())
        }
        Value::Array(values) => values.into_iter().map(|value| seen_by(actor, value)).collect(),
        value => value,
    }
}
