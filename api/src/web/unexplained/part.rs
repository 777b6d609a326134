//! One part that nothing of ours explains: its suggestions, what a person says it is, and what was said before.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use uuid::Uuid;

use super::PartView;
use crate::flow::FlowError;
use crate::flow::explain::{self, Chosen, Kind, Part, Share};
use crate::store::municipality;
use crate::store::unexplained::{self, ExplanationRow};
use crate::web::frame::{Frame, Visit};
use crate::web::message::Failure;
use crate::web::{page, record};

/// So many shares can be filled in at once.
const SHARES: [usize; 3] = [1, 2, 3];

#[derive(Template)]
#[template(path = "unexplained/part.html")]
struct PartPage {
    frame: Frame,
    may_explain: bool,
    error: Option<String>,
    part: PartView,
    is_open: bool,
    kinds: Vec<(&'static str, &'static str)>,
    shares: [usize; 3],
    history: Vec<Said>,
}

/// What was said of it.
struct Said {
    id: Uuid,
    on: String,
    by: String,
    kind: &'static str,
    household: Option<String>,
    amount: Money,
    told: String,
    is_undoing: bool,
    stands: bool,
}

/// The Dutch words for what a part can be.
fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Collection => "Incasso voor een huishouden",
        Kind::Refund => "Teruggave voor een huishouden",
        Kind::Repayment => "Terugbetaling door een klant",
        Kind::Funding => "Geld van de gemeente zelf",
        Kind::Internal => "Overboeking tussen eigen rekeningen",
        Kind::NotOurs => "Niet van ons",
    }
}

/// `GET /onverklaard/{boeking}/{deel}`.
pub(in crate::web) async fn show_part(
    visit: Visit,
    Path((entry, place)): Path<(String, String)>,
) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    let part = part_of(&visit, &entry, &place)?;
    shown(visit, part, None).await
}

fn part_of(visit: &Visit, entry: &str, place: &str) -> Result<Part, Failure> {
    let found = entry.parse().ok().zip(place.parse().ok());
    found.map(|(entry, place)| Part { entry, place }).ok_or_else(|| visit.not_found())
}

async fn shown(visit: Visit, part: Part, error: Option<String>) -> Result<Response, Failure> {
    let mut at = visit.app.store.read().await?;
    let Some(row) = unexplained::get(&mut at, part.entry, part.place).await? else {
        return Err(visit.not_found());
    };
    let accounts = municipality::bank_accounts(&mut at).await?;
    let rows = unexplained::explanations(&mut at, part.entry, part.place).await?;
    let (way, is_open) = (row.way(), 0 < row.remaining);
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.fits(way));
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let shown = PartPage {
        may_explain: visit.actor.may(Action::ExplainEntries),
        error,
        part: PartView::of(&mut at, row, (&visit.actor, &accounts)).await?,
        is_open,
        kinds: kinds.map(|kind| (kind.code(), kind_words(kind))).collect(),
        shares: SHARES,
        history: rows.iter().map(|row| said(row, &rows)).collect(),
        frame: visit.frame,
    };
    Ok(page(status, &shown))
}

fn said(row: &ExplanationRow, all: &[ExplanationRow]) -> Said {
    let is_undone = all.iter().any(|other| other.undoes == Some(row.explanation_id));
    Said {
        id: row.explanation_id,
        on: dutch_day(row.explained_on),
        by: row.explained_by.clone(),
        kind: Kind::from_code(&row.kind).map_or("Onbekend", kind_words),
        household: row.household_number.clone(),
        amount: row.money(),
        told: row.told.clone(),
        is_undoing: row.undoes.is_some(),
        stands: row.undoes.is_none() && !is_undone,
    }
}

/// `POST /onverklaard/{boeking}/{deel}/verklaringen`: a suggestion, or what a person fills in.
pub(in crate::web) async fn accept(
    visit: Visit,
    Path((entry, place)): Path<(String, String)>,
    filled: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ExplainEntries).await?;
    let part = part_of(&visit, &entry, &place)?;
    let Ok(Form(filled)) = filled else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let chosen = match chosen(&filled) {
        Ok(chosen) => chosen,
        Err(words) => return shown(visit, part, Some(words)).await,
    };
    match explain::accept(&visit.app.store, &grant, part, &chosen).await {
        Ok(()) => Ok(Redirect::to("/onverklaard").into_response()),
        Err(error) => refused(visit, part, error).await,
    }
}

/// What was filled in: a suggestion, or one to three shares.
fn chosen(filled: &BTreeMap<String, String>) -> Result<Chosen, String> {
    let value = |key: &str| filled.get(key).map(|text| text.trim()).filter(|text| !text.is_empty());
    if let Some(rank) = value("voorstel") {
        return rank.parse().map(Chosen::Suggestion).map_err(|_| "Kies een voorstel.".to_owned());
    }
    let mut shares = Vec::new();
    for number in SHARES {
        let Some(kind) = value(&format!("soort{number}")) else { continue };
        let kind = Kind::from_code(kind).ok_or_else(|| "Kies wat het is.".to_owned())?;
        let amount = match value(&format!("bedrag{number}")) {
            None => None,
            Some(text) => {
                let read = record::amount(text).and_then(|text| text.parse().ok());
                Some(read.ok_or_else(|| format!("`{text}` is geen bedrag zoals 48,00."))?)
            }
        };
        let household = value(&format!("huishouden{number}")).map(str::to_owned);
        let obligation = value(&format!("contract{number}")).map(str::to_owned);
        shares.push(Share { kind, amount, household, obligation });
    }
    if shares.is_empty() { Err("Kies wat het is.".to_owned()) } else { Ok(Chosen::Shares(shares)) }
}

async fn refused(visit: Visit, part: Part, error: FlowError) -> Result<Response, Failure> {
    let words = match &error {
        FlowError::Intake(wrong) => format!("{}.", capital(&wrong.dutch)),
        FlowError::NotFound { what: "household", id } => format!("Huishouden `{id}` kennen wij niet."),
        FlowError::NotFound { what: "obligation", id } => {
            format!("Contractnummer `{id}` kennen wij bij dit huishouden niet.")
        }
        FlowError::NotFound { what: "suggestion", .. } => "Dit voorstel is er niet meer.".to_owned(),
        FlowError::NotFound { .. } => return Err(visit.not_found()),
        FlowError::Exists { .. } => "Iemand anders heeft dit al verklaard. Er is niets veranderd.".to_owned(),
        _ => return Err(error.into()),
    };
    shown(visit, part, Some(words)).await
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// `GET /onverklaard/{boeking}/{deel}/verklaringen`: where somebody lands who had to sign in first.
pub(in crate::web) async fn back(
    visit: Visit,
    Path((entry, place)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let Part { entry, place } = part_of(&visit, &entry, &place)?;
    Ok(Redirect::to(&format!("/onverklaard/{entry}/{place}")).into_response())
}

/// `POST /verklaringen/{id}/terugdraaiingen`: what was said is wrong.
pub(in crate::web) async fn undo(
    visit: Visit,
    Path(id): Path<String>,
    filled: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ExplainEntries).await?;
    let Ok(id) = id.parse::<Uuid>() else { return Err(visit.not_found()) };
    let Ok(Form(filled)) = filled else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let known = unexplained::standing(&mut visit.app.store.read().await?, id).await?;
    let reason = filled.get("reden").map(String::as_str).unwrap_or_default();
    match (explain::undo(&visit.app.store, &grant, id, reason).await, known) {
        (Ok(Part { entry, place }), _) => {
            Ok(Redirect::to(&format!("/onverklaard/{entry}/{place}")).into_response())
        }
        (Err(error), Some(known)) => {
            refused(visit, Part { entry: known.entry_id, place: known.place }, error).await
        }
        (Err(FlowError::NotFound { .. }), None) => Err(visit.not_found()),
        (Err(error), None) => Err(error.into()),
    }
}

/// `GET /verklaringen/{id}/terugdraaiingen`: where somebody lands who had to sign in first.
pub(in crate::web) async fn undo_back(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    Ok(Redirect::to("/onverklaard").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_chooses_a_suggestion_or_names_up_to_three_shares() {
        assert_eq!(chosen(&filled(&[("voorstel", "2")])), Ok(Chosen::Suggestion(2)));
        let two = filled(&[
            ("soort1", "refund"),
            ("bedrag1", "1.048,00"),
            ("huishouden1", " HH-1 "),
            ("soort2", "funding"),
            ("soort3", ""),
        ]);
        let household = Some("HH-1".to_owned());
        let amount = Some(Money::from_cents(1_048_00));
        let first = Share { kind: Kind::Refund, amount, household, obligation: None };
        let second = Share { kind: Kind::Funding, amount: None, household: None, obligation: None };
        assert_eq!(chosen(&two), Ok(Chosen::Shares(vec![first, second])));
        assert!(chosen(&filled(&[])).is_err());
        assert!(chosen(&filled(&[("soort1", "gift")])).is_err());
        assert!(chosen(&filled(&[("soort1", "refund"), ("bedrag1", "tien")])).is_err());
    }
}
