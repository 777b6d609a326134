//! Entering a household: who they are, what they owe and the decision on their benefit, first with the effect.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use serde_json::json;

use super::build::Draft;
use super::effect::EffectView;
use super::field::{Field, Input, Known, Lists};
use super::filled::{Fault, Filled};
use super::kinds::{ADULT_FIELDS, BENEFIT_FIELDS, CHILD_FIELDS, OBLIGATION_FIELDS};
use super::view::{FieldView, Widget};
use super::{MONTHS, Sent, known, refused};
use crate::flow::{register, rehearse};
use crate::intake::HouseholdIn;
use crate::web::frame::{Frame, Visit};
use crate::web::message::Failure;
use crate::web::page;

/// What the household is called, and which account pays for it.
const HOUSEHOLD_FIELDS: &[Field] = &[
    Field::must("number", "Nummer van het huishouden", Input::Text),
    Field::must("bank_account", "Rekening van de gemeente die betaalt", Input::Known(Known::OwnAccount)),
];

/// A part of the form.
#[derive(Clone, Copy)]
struct Part {
    /// The prefix of its fields.
    prefix: &'static str,
    name: &'static str,
    fields: &'static [Field],
    /// Where it goes in the document, and as what.
    goes: Goes,
}

/// Where a part of the form goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    Top,
    Member(&'static str),
    Obligation,
    Benefit,
}

const fn part(prefix: &'static str, name: &'static str, fields: &'static [Field], goes: Goes) -> Part {
    Part { prefix, name, fields, goes }
}

static PARTS: [Part; 13] = [
    part("", "Het huishouden", HOUSEHOLD_FIELDS, Goes::Top),
    part("volwassene1.", "Volwassene 1: de aanvrager", ADULT_FIELDS, Goes::Member("applicant")),
    part("volwassene2.", "Volwassene 2: de partner", ADULT_FIELDS, Goes::Member("partner")),
    part("kind1.", "Kind 1", CHILD_FIELDS, Goes::Member("child")),
    part("kind2.", "Kind 2", CHILD_FIELDS, Goes::Member("child")),
    part("kind3.", "Kind 3", CHILD_FIELDS, Goes::Member("child")),
    part("kind4.", "Kind 4", CHILD_FIELDS, Goes::Member("child")),
    part("last1.", "Vaste last 1", OBLIGATION_FIELDS, Goes::Obligation),
    part("last2.", "Vaste last 2", OBLIGATION_FIELDS, Goes::Obligation),
    part("last3.", "Vaste last 3", OBLIGATION_FIELDS, Goes::Obligation),
    part("last4.", "Vaste last 4", OBLIGATION_FIELDS, Goes::Obligation),
    part("last5.", "Vaste last 5", OBLIGATION_FIELDS, Goes::Obligation),
    part("besluit.", "Besluit over de uitkering", BENEFIT_FIELDS, Goes::Benefit),
];

impl Part {
    /// True when somebody may leave it out.
    fn is_optional(&self) -> bool {
        self.prefix == "volwassene2." || self.prefix.starts_with("kind") || self.goes == Goes::Obligation
    }
}

#[derive(Template)]
#[template(path = "record/household.html")]
struct HouseholdPage {
    frame: Frame,
    parts: Vec<PartView>,
    faults: Vec<Fault>,
    effect: Option<EffectView>,
    again: Sent,
}

/// A part of the form on the page.
struct PartView {
    name: &'static str,
    /// True when it can be left out; then it is folded while it is empty.
    folds: bool,
    is_open: bool,
    fields: Vec<FieldView>,
}

/// `GET /huishoudens/nieuw`.
pub(in crate::web) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::RecordFacts).await?;
    let lists = lists(&visit).await?;
    Ok(page(StatusCode::OK, &HouseholdPage::of(visit, &lists, &Filled::default(), Vec::new())))
}

/// `POST /huishoudens/nieuw`: shows the effect, or records it.
pub(in crate::web) async fn post(
    visit: Visit,
    sent: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordFacts).await?;
    let Ok(Form(sent)) = sent else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let (filled, lists) = (Filled::of(sent), lists(&visit).await?);
    let file = match read(&filled, &lists, &visit) {
        Ok(file) => file,
        Err(faults) => {
            let form = HouseholdPage::of(visit, &lists, &filled, faults);
            return Ok(page(StatusCode::BAD_REQUEST, &form));
        }
    };
    let store = visit.app.store.clone();
    let is_saved = filled.one("doe") == "vastleggen";
    let tried = match register::try_household(&store, &grant, &file).await {
        Ok(()) if is_saved => register::household(&store, &grant, &file).await.map(Some),
        tried => tried.map(|()| None),
    };
    match tried {
        Ok(Some(done)) => {
            let path = format!("/huishoudens/{}?vastgelegd=huishouden#vastgelegd", done.id);
            Ok(Redirect::to(&path).into_response())
        }
        Ok(None) => {
            let mut at = visit.app.store.read().await?;
            let timeline = rehearse::rehearse_new(&mut at, &file, visit.today, MONTHS).await?;
            let form = HouseholdPage::of(visit, &lists, &filled, Vec::new());
            let effect = Some(EffectView::of_new(&timeline));
            Ok(page(StatusCode::OK, &HouseholdPage { effect, ..form }))
        }
        Err(error) => {
            let fields = |part: &'static Part| part.fields.iter().map(|field| (part.prefix, field));
            let fields: Vec<_> = PARTS.iter().flat_map(fields).collect();
            let fault = refused::fault(&error, &fields).ok_or(error)?;
            let form = HouseholdPage::of(visit, &lists, &filled, vec![fault]);
            Ok(page(StatusCode::CONFLICT, &form))
        }
    }
}

async fn lists(visit: &Visit) -> Result<Lists, Failure> {
    let mut lists = known::of_municipality(&mut visit.app.store.read().await?, visit).await?;
    for part in PARTS.iter().filter(|part| matches!(part.goes, Goes::Member(_))) {
        lists.add(Known::Member, part.prefix, part.name);
    }
    Ok(lists)
}

/// The household as it was filled in; parts that were left empty are not there.
fn read(filled: &Filled, lists: &Lists, visit: &Visit) -> Result<HouseholdIn, Vec<Fault>> {
    let mut draft = Draft::new(filled, lists);
    let (mut members, mut obligations) = (0, 0);
    let mut names = Vec::new();
    let used = |part: &&Part| !part.is_optional() || filled.has_any(part.prefix);
    for part in PARTS.iter().filter(used) {
        let path = match part.goes {
            Goes::Top => String::new(),
            Goes::Member(role) => {
                draft.put_at(&format!("member.{members}.role"), json!(role));
                names.push((part.prefix, filled.one(&format!("{}name", part.prefix))));
                members += 1;
                format!("member.{}.", members - 1)
            }
            Goes::Obligation => {
                obligations += 1;
                format!("obligation.{}.", obligations - 1)
            }
            Goes::Benefit => {
                draft.put_at("event.0.on", json!(visit.today));
                "event.0.benefit.".to_owned()
            }
        };
        let about = part.name.split(':').next().filter(|_| part.goes != Goes::Top).unwrap_or_default();
        draft.add(part.fields, part.prefix, &path, about);
        if part.goes == Goes::Obligation {
            name_whose(&mut draft, &path, &names, part);
        }
    }
    draft.read()
}

/// Whose cost it is was chosen by the place in the form; the document wants the name.
fn name_whose(draft: &mut Draft<'_>, path: &str, names: &[(&str, &str)], part: &Part) {
    let whole = format!("{path}member");
    let chosen = draft.at(&format!("/{}", whole.replace('.', "/"))).and_then(|value| value.as_str());
    let Some(chosen) = chosen.map(str::to_owned) else { return };
    if let Some((_, name)) = names.iter().find(|(prefix, _)| *prefix == chosen) {
        draft.put_at(&whole, json!(name));
    } else {
        let words = format!("{}: u koos iemand die niet is ingevuld.", part.name);
        draft.fault(&format!("{}member", part.prefix), words);
    }
}

impl HouseholdPage {
    fn of(visit: Visit, lists: &Lists, filled: &Filled, faults: Vec<Fault>) -> HouseholdPage {
        let view = |part: &Part| PartView {
            name: part.name,
            folds: part.is_optional(),
            is_open: part.prefix == "last1." || filled.has_any(part.prefix),
            fields: part
                .fields
                .iter()
                .map(|field| FieldView::of(field, part.prefix, filled, (lists, &faults)))
                .collect(),
        };
        HouseholdPage {
            frame: visit.frame,
            parts: PARTS.iter().map(view).collect(),
            effect: None,
            again: filled.again().cloned().collect(),
            faults,
        }
    }
}
