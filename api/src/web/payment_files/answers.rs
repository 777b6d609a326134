//! Handing in what a bank answered to a payment file.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::bank::pain002::Unplaced;

use super::super::frame::Visit;
use super::super::message::Failure;
use super::super::{page, words};
use super::{List, read_list};
use crate::auth::grant::Actor;
use crate::flow::answer::{self, Answered};
use crate::flow::{FlowError, alerts};
use crate::store::Scope;

/// What came of one file.
pub(super) struct FileResult {
    pub(super) name: String,
    pub(super) outcome: Result<Vec<String>, String>,
}

/// `POST /betaalbestanden`: takes answers in one by one, then looks at the alerts again.
pub(in crate::web) async fn import(
    visit: Visit,
    files: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let Ok(mut files) = files else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let mut results = Vec::new();
    let mut note = None;
    loop {
        let field = match files.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => {
                note = Some("Het versturen is niet goed gegaan. Probeer het opnieuw.".to_owned());
                break;
            }
        };
        let name: String = field
            .file_name()
            .unwrap_or_default()
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|letter| !letter.is_control())
            .take(120)
            .collect();
        let Ok(bytes) = field.bytes().await else {
            note = Some("De bestanden zijn samen te groot. Lees ze in kleinere groepen in.".to_owned());
            break;
        };
        if name.is_empty() && bytes.is_empty() {
            continue;
        }
        let outcome = match answer::import(&visit.app.store, &grant, &name, &bytes).await {
            Ok(done) => Ok(told(&done)),
            Err(error) => Err(refused(&error).ok_or(error)?),
        };
        results.push(FileResult { name, outcome });
    }
    if results.is_empty() && note.is_none() {
        note = Some("Kies eerst een of meer bestanden.".to_owned());
    }
    if results.iter().any(|result| result.outcome.is_ok()) {
        let grant = visit.app.grant(&Actor::system(), Action::WorkDay).await?;
        alerts::raise(&visit.app.store, &grant, Scope::All).await?;
    }
    let all_well = note.is_none() && results.iter().all(|result| result.outcome.is_ok());
    let status = if all_well { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Ok(page(status, &List { results, note, ..read_list(visit).await? }))
}

/// Why an answer was refused; none when the file was not the reason.
fn refused(error: &FlowError) -> Option<String> {
    match error {
        FlowError::Answer(error) => Some(format!(
            "Dit is geen antwoord dat te lezen is. Kies een pain.002-bestand van de bank. ({error})"
        )),
        FlowError::NotFound { id, .. } => {
            Some(format!("Dit antwoord hoort bij bericht {id}, en dat is geen betaalbestand van ons."))
        }
        _ => None,
    }
}

/// What taking in an answer did, in sentences.
fn told(done: &Answered) -> Vec<String> {
    if done.is_known {
        return vec!["Dit antwoord was al ingelezen. Er is niets veranderd.".to_owned()];
    }
    let mut told = vec![format!("Dit antwoord hoort bij {}.", done.file)];
    let happened = [
        (done.accepted, "betaling is aangenomen", "betalingen zijn aangenomen"),
        (
            done.rejected,
            "betaling is geweigerd: de rekening staat weer open",
            "betalingen zijn geweigerd: de rekeningen staan weer open",
        ),
        (done.cancelled, "betaling is ingetrokken", "betalingen zijn ingetrokken"),
        (done.noted, "betaling verandert niet", "betalingen veranderen niet"),
        (done.name_checks, "naam is gecontroleerd", "namen zijn gecontroleerd"),
        (done.name_stops, "naam klopt niet: bekijk die eerst", "namen kloppen niet: bekijk die eerst"),
        (done.moved, "betaling voert de bank later uit", "betalingen voert de bank later uit"),
        (done.late, "daarvan komt na de vervaldag", "daarvan komen na de vervaldag"),
        (
            done.conflicts,
            "betaling is geweigerd maar al geboekt: bel de bank",
            "betalingen zijn geweigerd maar al geboekt: bel de bank",
        ),
        (done.strangers, "betaling staat niet in het bestand", "betalingen staan niet in het bestand"),
        (
            done.settled,
            "betaling is betaald: het bedrag stond al op een afschrift",
            "betalingen zijn betaald: het bedrag stond al op een afschrift",
        ),
    ];
    let happened = happened.into_iter().filter(|(number, ..)| 0 < *number);
    told.extend(happened.map(|(number, one, more)| format!("{}.", words::count(number, one, more))));
    told.extend(done.unplaced.iter().map(Unplaced::dutch));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_did_is_told_and_what_did_not_happen_is_not() {
        let done =
            Answered { file: "GRIP-1.xml".to_owned(), accepted: 2, rejected: 1, ..Answered::default() };
        assert_eq!(
            told(&done),
            [
                "Dit antwoord hoort bij GRIP-1.xml.",
                "2 betalingen zijn aangenomen.",
                "1 betaling is geweigerd: de rekening staat weer open.",
            ]
        );
        let again = Answered { is_known: true, ..done };
        assert_eq!(told(&again), ["Dit antwoord was al ingelezen. Er is niets veranderd."]);
    }
}
