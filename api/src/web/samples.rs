//! Random samples of evidence: drawing one, looking again, and what it says.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::page;
use crate::flow::FlowError;
use crate::flow::sample::{self, DrawGiven, Sample, percent};
use crate::intake::value::day;

#[derive(Template)]
#[template(path = "samples.html")]
struct Page {
    frame: Frame,
    may_draw: bool,
    may_check: bool,
    fault: Option<String>,
    samples: Vec<SampleView>,
}

/// A sample with what was found.
struct SampleView {
    id: Uuid,
    seed: String,
    /// What it was drawn from, and how surely.
    about: String,
    /// What it says so far.
    says: String,
    items: Vec<ItemView>,
}

/// A piece that was drawn.
struct ItemView {
    place: i64,
    household: Uuid,
    outcome: Option<&'static str>,
    note: String,
    by: String,
}

/// What the form of drawing holds.
#[derive(Deserialize)]
pub(super) struct Drawn {
    zaad: String,
    zekerheid: String,
    marge: String,
    van: String,
    tot: String,
}

/// What the form of looking again holds.
#[derive(Deserialize)]
pub(super) struct Seen {
    uitkomst: String,
    toelichting: String,
}

/// `GET /steekproeven`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    Ok(page(StatusCode::OK, &read(visit, None).await?))
}

/// `POST /steekproeven`: draws one.
pub(super) async fn draw(
    visit: Visit,
    sent: Result<Form<Drawn>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordFacts).await?;
    let Ok(Form(sent)) = sent else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let given = |sent: Drawn| {
        Ok::<_, FlowError>(DrawGiven {
            from: day("van", &sent.van)?,
            until: day("tot", &sent.tot)?,
            seed: sent.zaad,
            confidence: sent.zekerheid,
            margin: sent.marge.replace(',', "."),
        })
    };
    let done = match given(sent) {
        Ok(given) => sample::draw(&visit.app.store, &grant, &given).await.map(drop),
        Err(error) => Err(error),
    };
    answer(visit, done).await
}

/// `POST /steekproeven/{id}/trekkingen/{plaats}`: what somebody saw.
pub(super) async fn check(
    visit: Visit,
    Path((id, place)): Path<(String, String)>,
    sent: Result<Form<Seen>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(visit.actor.recording()).await?;
    let (Ok(id), Ok(place)) = (id.parse::<Uuid>(), place.parse::<i64>()) else {
        return Err(visit.not_found());
    };
    let Ok(Form(sent)) = sent else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let said = (sent.uitkomst.as_str(), sent.toelichting.as_str());
    let done = sample::check(&visit.app.store, &grant, id, place, said).await;
    answer(visit, done).await
}

/// `GET` on an address that only takes a form.
pub(super) async fn back() -> Redirect {
    Redirect::to("/steekproeven")
}

async fn answer(visit: Visit, done: Result<(), FlowError>) -> Result<Response, Failure> {
    let fault = match done {
        Ok(()) => return Ok(Redirect::to("/steekproeven").into_response()),
        Err(FlowError::Intake(error)) => error.dutch,
        Err(FlowError::Exists { what: "sample", id }) => {
            format!("met „{id}” is al getrokken: kies andere woorden")
        }
        Err(FlowError::Exists { .. }) => "hier is al naar gekeken".to_owned(),
        Err(FlowError::NotFound { .. }) => return Err(visit.not_found()),
        Err(error) => return Err(error.into()),
    };
    Ok(page(StatusCode::CONFLICT, &read(visit, Some(fault)).await?))
}

async fn read(visit: Visit, fault: Option<String>) -> Result<Page, Failure> {
    let samples = sample::list(&mut visit.app.store.read().await?).await?;
    Ok(Page {
        may_draw: visit.actor.may(Action::RecordFacts),
        may_check: visit.actor.may(Action::RecordCoaching),
        frame: visit.frame,
        fault,
        samples: samples.into_iter().map(view).collect(),
    })
}

fn view(found: Sample) -> SampleView {
    let Sample { row, items, measured } = found;
    let share = |text: &str| text.parse().map_or_else(|_| text.to_owned(), percent);
    let about = format!(
        "{} van {} bonnen en verklaringen van {} tot en met {}; zekerheid {}, marge {}. Getrokken door {} op {}.",
        items.len(),
        row.population,
        dutch_day(row.from_on),
        dutch_day(row.until_on),
        share(&row.confidence),
        share(&row.margin),
        row.drawn_by,
        dutch_day(row.drawn_on),
    );
    let says = match measured {
        None => "Er is nog niets bekeken.".to_owned(),
        Some(found) => format!(
            "{} van {} kloppen: {}. Over alle bonnen samen ligt dat tussen {} en {}.",
            found.right,
            found.looked_at,
            percent(found.share),
            percent(found.low),
            percent(found.high),
        ),
    };
    let item = |item: crate::store::sample::ItemRow| ItemView {
        place: item.place,
        household: item.household_id,
        outcome: item.outcome.as_deref().map(outcome),
        note: item.note.unwrap_or_default(),
        by: item.checked_by.unwrap_or_default(),
    };
    SampleView {
        id: row.sample_id,
        seed: row.seed,
        about,
        says,
        items: items.into_iter().map(item).collect(),
    }
}

fn outcome(code: &str) -> &'static str {
    match code {
        "confirmed" => "Klopt",
        "differs" => "Anders dan vastgelegd",
        _ => "Niet teruggevonden",
    }
}
