//! A receipt with its photographs: the form of a coach with a telephone, and the files it keeps.

use askama::Template;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::id::HouseholdId;
use uuid::Uuid;

use super::filled::{Fault, Filled};
use super::known::About;
use super::view::{FieldView, Widget};
use super::{EVIDENCE, Sent, build, household_id, kinds, refused};
use crate::flow::evidence::{self, FILES_MAX};
use crate::flow::planning;
use crate::flow::record::Kept;
use crate::store::evidence_file;
use crate::web::frame::{Frame, Visit};
use crate::web::household::{CreditView, credit_views};
use crate::web::message::Failure;
use crate::web::page;

/// The most bytes of one sending: all its files with what stands around them.
pub(in crate::web) const SENDING_MAX: usize = FILES_MAX * evidence::BYTES_MAX + 1024 * 1024;

#[derive(Template)]
#[template(path = "record/receipts.html")]
struct ReceiptsPage {
    frame: Frame,
    household: Uuid,
    number: String,
    /// True for somebody who may record what was bought.
    records: bool,
    recorded: bool,
    is_known: bool,
    credits: Vec<CreditView>,
    fields: Vec<FieldView>,
    faults: Vec<Fault>,
    files: Vec<FileView>,
}

/// A file that was handed in.
struct FileView {
    sha256: String,
    kind: &'static str,
    on: String,
    by: String,
}

/// `GET /huishoudens/{id}/bonnen`: plan against receipts, what is missing, and the form for a receipt.
pub(in crate::web) async fn show(
    visit: Visit,
    Path(id): Path<String>,
    asked: Result<Query<Sent>, QueryRejection>,
) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let id = household_id(&visit, &id)?;
    let recorded = asked.is_ok_and(|Query(asked)| asked.iter().any(|(name, _)| name == "vastgelegd"));
    let form = read(visit, id, &Filled::default(), Vec::new()).await?;
    Ok(page(StatusCode::OK, &ReceiptsPage { recorded, ..form }))
}

/// `POST /huishoudens/{id}/bonnen`: keeps the photographs and records the receipt, both or nothing.
pub(in crate::web) async fn post(
    visit: Visit,
    Path(id): Path<String>,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(visit.actor.recording()).await?;
    let id = household_id(&visit, &id)?;
    let Ok(mut sent) = sent else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let (filled, files) = match taken(&mut sent).await {
        Ok(taken) => taken,
        Err(unsent) => {
            let (status, words) = unsent.told();
            let fault = Fault { field: Some("bestand".to_owned()), words: sentence(&words) };
            let form = read(visit, id, &Filled::default(), vec![fault]).await?;
            return Ok(page(status, &form));
        }
    };
    let kind = kinds::kind(EVIDENCE).ok_or_else(|| visit.not_found())?;
    let about = About::read(&visit, id).await?;
    let event = match build::event(kind, &filled, &about.lists, visit.today) {
        Ok(event) => event,
        Err(faults) => {
            let form = read(visit, id, &filled, faults).await?;
            return Ok(page(StatusCode::BAD_REQUEST, &form));
        }
    };
    match Box::pin(evidence::record(&visit.app.store, &grant, id, &event, &files)).await {
        Ok(Kept::New) => {
            Ok(Redirect::to(&format!("/huishoudens/{id}/bonnen?vastgelegd#vastgelegd")).into_response())
        }
        Ok(Kept::Known) => {
            let form = read(visit, id, &filled, Vec::new()).await?;
            Ok(page(StatusCode::OK, &ReceiptsPage { is_known: true, ..form }))
        }
        Err(error) => {
            let fields: Vec<_> = kind.fields.iter().map(|field| ("", field)).collect();
            let fault = refused::fault(&error, &fields).ok_or(error)?;
            let form = read(visit, id, &filled, vec![fault]).await?;
            Ok(page(StatusCode::CONFLICT, &form))
        }
    }
}

/// `GET /huishoudens/{id}/bonnen/{sha256}`: a photograph or scan, for who may see the household.
pub(in crate::web) async fn file(
    visit: Visit,
    Path((id, sha256)): Path<(String, String)>,
) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let id = household_id(&visit, &id)?;
    let found = evidence_file::get(&mut visit.app.store.read().await?, id, &sha256).await?;
    let found = found.ok_or_else(|| visit.not_found())?;
    Ok((evidence::headers(&found), found.body).into_response())
}

/// Why nothing of a sending is taken.
enum Unsent {
    /// It did not come whole, or is too large.
    Broken(MultipartError),
    /// A file is called by a path.
    Path,
}

impl From<MultipartError> for Unsent {
    fn from(error: MultipartError) -> Unsent {
        Unsent::Broken(error)
    }
}

impl Unsent {
    fn told(&self) -> (StatusCode, String) {
        match self {
            Unsent::Broken(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                (error.status(), evidence::too_large().dutch)
            }
            Unsent::Broken(error) => {
                (error.status(), "de foto's zijn niet goed aangekomen: probeer het opnieuw".to_owned())
            }
            Unsent::Path => {
                let words = "de naam van het bestand is een pad: geef het een gewone naam, zoals bon.jpg";
                (StatusCode::BAD_REQUEST, words.to_owned())
            }
        }
    }
}

/// What was filled in, and the files. The name of a file is not kept; a path is refused.
async fn taken(sent: &mut Multipart) -> Result<(Filled, Vec<Vec<u8>>), Unsent> {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = sent.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "bestand" {
            if part.file_name().is_some_and(|name| name.contains(['/', '\\'])) {
                return Err(Unsent::Path);
            }
            let bytes = part.bytes().await?;
            if !bytes.is_empty() {
                files.push(bytes.to_vec());
            }
        } else {
            texts.push((name, part.text().await?));
        }
    }
    Ok((Filled::of(texts), files))
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

async fn read(
    visit: Visit,
    id: HouseholdId,
    filled: &Filled,
    faults: Vec<Fault>,
) -> Result<ReceiptsPage, Failure> {
    let about = About::read(&visit, id).await?;
    let kind = kinds::kind(EVIDENCE).ok_or_else(|| visit.not_found())?;
    let mut at = visit.app.store.read().await?;
    let rules = planning::rules(&mut at).await?;
    let dossier = planning::dossier(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
    let files = evidence_file::list(&mut at, id).await?.into_iter().map(|row| FileView {
        kind: match row.media_type.as_str() {
            "application/pdf" => "PDF",
            _ => "Foto",
        },
        sha256: row.sha256,
        on: dutch_day(row.recorded_on),
        by: row.recorded_by,
    });
    let known = (&about.lists, faults.as_slice());
    Ok(ReceiptsPage {
        household: id.0,
        number: about.number.clone(),
        records: visit.actor.may(Action::RecordCoaching),
        recorded: false,
        is_known: false,
        credits: credit_views(&dossier, rules.policy_on(visit.today), visit.today),
        fields: kind.fields.iter().map(|field| FieldView::of(field, "", filled, known)).collect(),
        frame: visit.frame,
        faults,
        files: files.collect(),
    })
}
