//! Decisions of the benefit system, and the files of the first day: a trial that says what would happen, then the
//! same bytes for real.

use askama::Template;
use axum::extract::Multipart;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grip_engine::access::Action;
use grip_engine::obligation::CostKind;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::flow::import_decisions::{self, Difference, Imported, Mode, Outcome, RowResult};
use crate::intake::decisions::{self, FileKind};
use crate::intake::table::Form;

/// The most bytes of one upload: the file comes back once more, in base64.
pub(super) const UPLOAD_MAX: usize = 16 * 1024 * 1024;

#[derive(Template)]
#[template(path = "decisions.html")]
struct Decisions {
    frame: Frame,
    problem: Option<String>,
    result: Option<ResultView>,
}

/// What came of a file.
struct ResultView {
    name: String,
    is_trial: bool,
    kind: &'static str,
    counts: Vec<String>,
    rows: Vec<RowView>,
    /// The file, to be handed in for real after a trial that has something to write.
    again: Option<String>,
}

struct RowView {
    place: String,
    household: String,
    what: String,
    reference: String,
    shape: &'static str,
    outcome: &'static str,
    is_refused: bool,
    details: Vec<String>,
    remarks: Vec<String>,
}

/// What the form brings.
#[derive(Default)]
struct Sent {
    name: String,
    bytes: Vec<u8>,
    is_trial: bool,
}

/// `GET /besluiten`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::RecordFacts).await?;
    Ok(page(StatusCode::OK, &Decisions { frame: visit.frame, problem: None, result: None }))
}

/// `POST /besluiten`: takes a file in, or says what it would do.
pub(super) async fn import(
    visit: Visit,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordFacts).await?;
    let Ok(form) = form else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let problem = |frame: Frame, text: String| {
        let view = Decisions { frame, problem: Some(text), result: None };
        Ok(page(StatusCode::BAD_REQUEST, &view))
    };
    let sent = match sent(form).await {
        Ok(sent) => sent,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return problem(visit.frame, "Het bestand is te groot. Splits het.".to_owned());
        }
        Err(_) => {
            return problem(
                visit.frame,
                "Het versturen is niet goed gegaan. Probeer het opnieuw.".to_owned(),
            );
        }
    };
    if sent.bytes.is_empty() {
        return problem(visit.frame, "Kies eerst een bestand.".to_owned());
    }
    let Some(form) = Form::of_file(sent.name.as_ref()) else {
        return problem(visit.frame, "Kies een bestand waarvan de naam eindigt op .csv of .json.".to_owned());
    };
    let file = match decisions::read(&sent.bytes, form) {
        Ok(file) => file,
        Err(error) => {
            return problem(visit.frame, format!("{} Er is niets vastgelegd.", sentence(&error.dutch)));
        }
    };
    let mode = if sent.is_trial { Mode::DryRun } else { Mode::Write };
    let done = import_decisions::import(&visit.app.store, &grant, &file, mode).await?;
    let result = Some(result(&done, sent));
    Ok(page(StatusCode::OK, &Decisions { frame: visit.frame, problem: None, result }))
}

/// The fields of the form, in any order. A file comes as such, or in base64 from the page of its trial.
async fn sent(mut form: Multipart) -> Result<Sent, MultipartError> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "bestand" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await?;
                if !bytes.is_empty() {
                    sent.name = plain(&name);
                    sent.bytes = bytes.into();
                }
            }
            "naam" => sent.name = plain(&field.text().await?),
            "inhoud" => sent.bytes = STANDARD.decode(field.text().await?).unwrap_or_default(),
            "proef" => sent.is_trial = true,
            _ => {}
        }
    }
    Ok(sent)
}

/// The last part of the name of a file.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

fn result(done: &Imported, sent: Sent) -> ResultView {
    let counts = done.counts();
    let told = [
        (counts.new, "nieuw"),
        (counts.changed, "gewijzigd"),
        (counts.unchanged, "ongewijzigd"),
        (counts.refused, "geweigerd"),
    ];
    let has_something = sent.is_trial && 0 < counts.new + counts.changed;
    let is_telling = |row: &&RowResult| row.outcome != Outcome::Unchanged || !row.remarks.is_empty();
    ResultView {
        kind: match done.kind {
            FileKind::Decisions => "besluiten",
            FileKind::Payees => "ontvangers",
            FileKind::Households => "huishoudens",
            FileKind::Obligations => "verplichtingen",
        },
        counts: told.into_iter().map(|(number, word)| format!("{number} {word}")).collect(),
        rows: done.rows.iter().filter(is_telling).map(row).collect(),
        again: has_something.then(|| STANDARD.encode(&sent.bytes)),
        name: sent.name,
        is_trial: sent.is_trial,
    }
}

fn row(row: &RowResult) -> RowView {
    let (shape, outcome, details) = match &row.outcome {
        Outcome::New => ("✓", "Nieuw", Vec::new()),
        Outcome::Changed(differences) => ("◆", "Gewijzigd", differences.iter().map(difference).collect()),
        Outcome::Unchanged => ("●", "Ongewijzigd", Vec::new()),
        Outcome::Refused { why, differences } => {
            let differences = differences.iter().map(difference);
            ("✗", "Geweigerd", std::iter::once(why.dutch.clone()).chain(differences).collect())
        }
    };
    RowView {
        place: row.place.number().to_string(),
        household: row.household.clone(),
        what: kind(&row.kind),
        reference: row.reference.clone(),
        shape,
        outcome,
        is_refused: matches!(row.outcome, Outcome::Refused { .. }),
        details: details.iter().map(|text| sentence(text)).collect(),
        remarks: row.remarks.iter().map(|remark| format!("{}.", remark.dutch())).collect(),
    }
}

/// A text as a sentence: with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn difference(difference: &Difference) -> String {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "niets".to_owned());
    format!("{}: was {}, wordt {}", difference.column, side(&difference.was), side(&difference.is))
}

/// A kind of decision or cost in Dutch.
fn kind(code: &str) -> String {
    match code {
        "benefit" => "Recht op uitkering".to_owned(),
        "benefit_end" => "Einde van het recht".to_owned(),
        "suspension" => "Opschorting".to_owned(),
        "reduction" => "Verlaging".to_owned(),
        "advance" => "Voorschot".to_owned(),
        "bridge" => "Overbrugging".to_owned(),
        other => {
            CostKind::from_code(other).map_or_else(|| other.to_owned(), |kind| words::cost(kind).to_owned())
        }
    }
}
