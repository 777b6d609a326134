//! Why a statement file was refused, in Dutch, with the line and the text that is wrong.

use grip_engine::bank::camt::CamtError;
use grip_engine::calendar::dutch_day;

use crate::flow::{FlowError, StatementRefusal};

/// Why a file was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RefusalView {
    /// What is the matter and what to do.
    pub(super) words: String,
    /// The line in the file.
    pub(super) line: Option<u64>,
    /// What the reader of the file saw, in its own words.
    pub(super) found: Option<String>,
}

impl RefusalView {
    /// Why a file was refused; none when the file was not the reason.
    pub(super) fn of(error: &FlowError) -> Option<RefusalView> {
        match error {
            FlowError::Camt(error) => Some(unreadable(error)),
            FlowError::Statement(refusal) => Some(refused(refusal)),
            _ => None,
        }
    }

    /// Why a statement was refused.
    pub(super) fn refused(refusal: &StatementRefusal) -> RefusalView {
        refused(refusal)
    }
}

fn said(words: impl Into<String>) -> RefusalView {
    RefusalView { words: words.into(), line: None, found: None }
}

fn at(line: u64, found: String, words: &str) -> RefusalView {
    RefusalView { words: words.to_owned(), line: Some(line), found: Some(found) }
}

fn found(found: &str, words: &str) -> RefusalView {
    RefusalView { words: words.to_owned(), line: None, found: Some(found.to_owned()) }
}

fn unreadable(error: &CamtError) -> RefusalView {
    match error {
        CamtError::Encoding { offset, text } => found(
            &format!("byte {offset}: {text}"),
            "Het bestand heeft tekens die niet te lezen zijn. Vraag de bank om het bestand in UTF-8, of kies \
             hieronder windows-1252 als u weet dat het dat is.",
        ),
        CamtError::NotWellFormed { line, text, .. } => at(
            *line,
            text.clone(),
            "Het bestand is beschadigd of niet compleet. Haal het opnieuw op bij de bank.",
        ),
        CamtError::Doctype { line } => at(
            *line,
            "<!DOCTYPE".to_owned(),
            "Het bestand bevat iets dat een bank nooit stuurt. Haal het opnieuw op bij de bank.",
        ),
        CamtError::NotCamt { text } => found(
            text,
            "Dit is geen bankbericht dat wij kennen. Kies een camt.053-, camt.054- of camt.052-bestand van de bank.",
        ),
        CamtError::UnsupportedVersion { text } => found(
            text,
            "Deze versie van het bestand kennen wij niet. Vraag de bank om camt.053.001.02 of camt.053.001.08.",
        ),
        CamtError::Limit { line, text, .. } => {
            at(*line, text.clone(), "Het bestand is groter of dieper dan een afschrift ooit is.")
        }
        _ => said("Het bestand kon niet gelezen worden. Probeer het opnieuw."),
    }
}

fn refused(refusal: &StatementRefusal) -> RefusalView {
    match refusal {
        StatementRefusal::Nothing => said("In dit bestand staat geen afschrift."),
        StatementRefusal::UnknownAccount(account) => {
            found(account, "Dit afschrift is van een rekening die niet van de gemeente is.")
        }
        StatementRefusal::NoAccount(id) => said(format!(
            "In afschrift {id} staat geen rekening. Vraag de bank om een bestand waarin de rekening staat."
        )),
        StatementRefusal::Unusable(problem) => at(
            problem.line,
            format!("{}: {}", problem.element, problem.text),
            "Van wat de bank boekte is niets te lezen. Vraag de bank om een juist bestand.",
        ),
        StatementRefusal::Conflict(id) => said(format!(
            "Afschrift {id} is eerder ingelezen met andere boekingen. Vraag de bank welk afschrift klopt."
        )),
        StatementRefusal::PageHeld { id, page } => said(format!(
            "Van afschrift {id} wacht al een andere pagina {page}. Weiger die eerst als deze de juiste is, en lees dit \
             bestand dan opnieuw in."
        )),
        StatementRefusal::TooOld(id) => said(format!(
            "Afschrift {id} begint voor het eerste afschrift dat is ingelezen en eindigt erna. Vraag de bank om een \
             afschrift per dag."
        )),
        StatementRefusal::Differs { id, by } => said(format!(
            "Afschrift {id} sluit niet: het eindsaldo wijkt {} af van beginsaldo en boekingen.",
            by.dutch()
        )),
        StatementRefusal::NoLackOfClosing(id) => {
            said(format!("Afschrift {id} wacht niet op een eindsaldo, maar op iets anders."))
        }
        StatementRefusal::OtherClosing { id, typed, computed } => said(format!(
            "U vulde {} in als eindsaldo van afschrift {id}. Beginsaldo en boekingen geven {}.",
            typed.dutch(),
            computed.dutch()
        )),
        StatementRefusal::ClosesTooEarly { id, typed, last } => said(format!(
            "Afschrift {id} heeft boekingen tot en met {}: het kan niet sluiten op {}.",
            dutch_day(*last),
            dutch_day(*typed)
        )),
        StatementRefusal::Decided => said("Hierover is al beslist."),
        StatementRefusal::NoReason => said("Schrijf op waarom, in 3 tot 500 letters."),
        StatementRefusal::OpensBooks(id) => said(format!(
            "De boekhouding begint met afschrift {id}. Laat eerst de afschriften erna vervallen."
        )),
        StatementRefusal::HasReturns(id) => said(format!(
            "Betalingen van afschrift {id} kwamen terug, of kwamen er in terug. Daarom kan het niet vervallen."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::bank::camt::{Code, Problem};

    #[test]
    fn a_refusal_names_the_line_and_shows_the_text_that_is_wrong() {
        let problem = Problem {
            line: 12,
            element: "Amt".to_owned(),
            code: Code::Amount,
            text: "amount `12,34` is no amount".to_owned(),
        };
        let view = RefusalView::of(&StatementRefusal::Unusable(problem).into()).expect("a refusal");
        assert_eq!(view.line, Some(12));
        assert_eq!(view.found.as_deref(), Some("Amt: amount `12,34` is no amount"));
        assert_eq!(RefusalView::of(&FlowError::NotSetUp), None);
    }
}
