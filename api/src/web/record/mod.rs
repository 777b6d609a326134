//! Recording: what happened to a household, first with its effect, then for good. One table of kinds drives the forms.

mod field;
mod filled;
mod view;
mod kinds;
mod build;
mod refused;
mod known;
mod effect;
mod said;
mod household;
mod receipt;

use askama::Template;
use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::id::HouseholdId;
use uuid::Uuid;

use self::effect::EffectView;
use self::filled::{Fault, Filled};
use self::kinds::{GROUPS, Group, Kind};
use self::known::About;
use self::view::{FieldView, Widget};
use super::frame::{Frame, Visit};
use super::message::Failure;
use super::page;
use crate::flow::record::Kept;
use crate::flow::{FlowError, register, rehearse};
use crate::intake::EventIn;

pub(super) use filled::amount;
pub(super) use household::{post as enter_household, show as new_household};
pub(super) use receipt::{SENDING_MAX, file as receipt_file, post as hand_in, show as receipts};
pub(super) use said::{SaidView, name_of, norm_name};

/// How many months the effect looks ahead.
const MONTHS: u32 = 6;

/// The kind of event that a coach records.
const EVIDENCE: &str = "evidence";

/// What was sent: names with their values, some of them more than once.
type Sent = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "record/choose.html")]
struct ChoosePage {
    frame: Frame,
    household: Uuid,
    number: String,
    groups: [Group; 8],
}

#[derive(Template)]
#[template(path = "record/event.html")]
struct EventPage {
    frame: Frame,
    household: Uuid,
    number: String,
    /// True for somebody who may record anything.
    records: bool,
    kind: &'static Kind,
    fields: Vec<FieldView>,
    faults: Vec<Fault>,
    /// True when exactly this was recorded before.
    is_known: bool,
    effect: Option<EffectView>,
    /// What was filled in, to save it as it was shown.
    again: Sent,
}

/// `GET /huishoudens/{id}/vastleggen`: what happened, and then its form.
pub(super) async fn show(
    visit: Visit,
    Path(id): Path<String>,
    asked: Result<Query<Sent>, QueryRejection>,
) -> Result<Response, Failure> {
    let recording = visit.actor.recording();
    visit.allow(recording).await?;
    let about = About::read(&visit, household_id(&visit, &id)?).await?;
    let filled = Filled::of(asked.map(|Query(asked)| asked).unwrap_or_default());
    match (filled.one("soort"), kinds::kind(filled.one("soort"))) {
        ("", _) if recording == Action::RecordCoaching => {
            let path = format!("/huishoudens/{id}/vastleggen?soort={EVIDENCE}");
            Ok(Redirect::to(&path).into_response())
        }
        (kind, _) if !may_record(&visit, kind) => Err(Failure::NotAllowed(Box::new(visit.frame))),
        ("", _) => {
            let (household, number) = (about.household.0, about.number);
            Ok(page(StatusCode::OK, &ChoosePage { frame: visit.frame, household, number, groups: GROUPS }))
        }
        (_, None) => Err(visit.not_found()),
        (_, Some(kind)) => Ok(page(StatusCode::OK, &EventPage::of(visit, about, kind, &filled, Vec::new()))),
    }
}

/// `POST /huishoudens/{id}/vastleggen`: shows the effect, or records it.
pub(super) async fn post(
    visit: Visit,
    Path(id): Path<String>,
    sent: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(visit.actor.recording()).await?;
    let id = household_id(&visit, &id)?;
    let Ok(Form(sent)) = sent else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let filled = Filled::of(sent);
    let kind = kinds::kind(filled.one("soort")).ok_or_else(|| visit.not_found())?;
    if !may_record(&visit, kind.code) {
        return Err(Failure::NotAllowed(Box::new(visit.frame)));
    }
    let about = About::read(&visit, id).await?;
    let event = match build::event(kind, &filled, &about.lists, visit.today) {
        Ok(event) => event,
        Err(faults) => {
            let form = EventPage::of(visit, about, kind, &filled, faults);
            return Ok(page(StatusCode::BAD_REQUEST, &form));
        }
    };
    let store = visit.app.store.clone();
    let is_saved = filled.one("doe") == "vastleggen";
    let kept = match register::try_event(&store, &grant, id, &event).await {
        Ok(Kept::New) if is_saved => register::event(&store, &grant, id, &event).await.map(|()| Kept::New),
        tried => tried,
    };
    match kept {
        Ok(Kept::New) if is_saved => {
            let path = format!("/huishoudens/{id}?vastgelegd={}#vastgelegd", kind.code);
            Ok(Redirect::to(&path).into_response())
        }
        Ok(Kept::Known) => {
            let form = EventPage::of(visit, about, kind, &filled, Vec::new());
            Ok(page(StatusCode::OK, &EventPage { is_known: true, ..form }))
        }
        Ok(Kept::New) => {
            let effect = Some(effect_of(&visit, id, event).await?);
            let form = EventPage::of(visit, about, kind, &filled, Vec::new());
            Ok(page(StatusCode::OK, &EventPage { effect, ..form }))
        }
        Err(error) => {
            let fields: Vec<_> = kind.fields.iter().map(|field| ("", field)).collect();
            let fault = refused::fault(&error, &fields).ok_or(error)?;
            Ok(page(StatusCode::CONFLICT, &EventPage::of(visit, about, kind, &filled, vec![fault])))
        }
    }
}

/// What a coach records: what was bought, what was delivered, and what stands in the home.
const OF_A_COACH: [&str; 4] = [EVIDENCE, "evidence_withdrawn", "home_visit", "delivery"];

/// An officer records anything, a coach what is seen of a credit.
fn may_record(visit: &Visit, kind: &str) -> bool {
    visit.actor.may(Action::RecordFacts) || OF_A_COACH.contains(&kind)
}

async fn effect_of(visit: &Visit, id: HouseholdId, event: EventIn) -> Result<EffectView, FlowError> {
    let mut at = visit.app.store.read().await?;
    let rehearsal = rehearse::rehearse(&mut at, id, &[event], visit.today, MONTHS).await?;
    Ok(EffectView::of(&rehearsal))
}

fn household_id(visit: &Visit, text: &str) -> Result<HouseholdId, Failure> {
    text.parse::<Uuid>().map(HouseholdId).map_err(|_| visit.not_found())
}

impl EventPage {
    fn of(visit: Visit, about: About, kind: &'static Kind, filled: &Filled, faults: Vec<Fault>) -> EventPage {
        let known = (&about.lists, faults.as_slice());
        EventPage {
            records: visit.actor.may(Action::RecordFacts),
            frame: visit.frame,
            household: about.household.0,
            number: about.number,
            fields: kind.fields.iter().map(|field| FieldView::of(field, "", filled, known)).collect(),
            kind,
            is_known: false,
            effect: None,
            again: filled.again().cloned().collect(),
            faults,
        }
    }
}
