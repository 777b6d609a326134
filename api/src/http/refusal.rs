//! What a flow refuses, as a problem. Mistakes of ours are logged here, once, without names or accounts.

use axum::http::StatusCode;
use grip_engine::bank::camt::CamtError;
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::benefit::BenefitError;
use grip_engine::explain;
use grip_engine::payee::NotApproved;

use super::problem::{Fault, Problem};
use crate::flow::{FlowError, StatementRefusal, policy};
use crate::store::StoreError;

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Problem {
        match english(&error) {
            Some(english) => dutch_of(error).saying(english),
            None => dutch_of(error),
        }
    }
}

/// What a flow refuses in English; nothing for a mistake of ours, which stays inside.
fn english(error: &FlowError) -> Option<String> {
    match error {
        FlowError::Pain(_) | FlowError::Posting(_) | FlowError::File { .. } | FlowError::Store(_) => None,
        error => Some(sentence(&error.to_string())),
    }
}

fn dutch_of(error: FlowError) -> Problem {
    match error {
        FlowError::NotAllowed(_) => Problem::not_allowed(),
        FlowError::NotFound { what, .. } => Problem::not_found(dutch(what)),
        FlowError::Exists { what, id } => Problem::conflict(
            "bestaat-al",
            "Bestaat al",
            format!("{} `{id}` bestaat al. Er is niets vastgelegd.", dutch(what)),
        ),
        FlowError::NotSetUp => Problem::conflict(
            "niet-ingericht",
            "Nog niet ingericht",
            "De gemeente is nog niet ingericht: lees eerst het gemeentebestand in met grip import.",
        ),
        FlowError::Intake(error) => {
            Problem::invalid(format!("{} Er is niets vastgelegd.", sentence(&error.dutch)), Vec::new())
        }
        FlowError::Invalid(text) => {
            Problem::invalid(format!("{} Er is niets vastgelegd.", sentence(&text)), Vec::new())
        }
        FlowError::Benefit(error) => benefit(&error),
        FlowError::Approval(error) => approval(error),
        FlowError::EarlierFirst { household, month } => Problem::conflict(
            "eerdere-maand-eerst",
            "Eerdere maand eerst",
            format!(
                "Huishouden {household} heeft een eerdere maand in een andere run: keur eerst {month} goed."
            ),
        ),
        FlowError::NotApproved(why) => account(why),
        FlowError::AlreadyApproved => {
            Problem::conflict("al-goedgekeurd", "Al goedgekeurd", "Deze betaalrun is al goedgekeurd.")
        }
        FlowError::Camt(error) => unreadable(&error),
        FlowError::Statement(refusal) => refused(refusal),
        FlowError::Pain(_) => ours("a payment file cannot be made"),
        FlowError::Barred(barred) => Problem::conflict(
            "niet-opnieuw-te-betalen",
            "Niet opnieuw te betalen",
            format!("{} Er is niets vastgelegd.", sentence(&barred.to_string())),
        ),
        FlowError::Answer(error) => Problem::invalid(
            format!("Het antwoord van de bank is niet te lezen: {error}. Er is niets vastgelegd."),
            Vec::new(),
        ),
        FlowError::Posting(_) => ours("a posting cannot be made"),
        FlowError::Policy(error) => {
            let fault = Fault::new("", "beleid", policy::refusal(&error));
            Problem::invalid("Het beleid klopt niet. Er is niets vastgelegd.", vec![fault])
        }
        FlowError::File { .. } => ours("a file cannot be read or written"),
        FlowError::Store(error) => error.into(),
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            StoreError::Busy | StoreError::Exists => Problem::conflict(
                "tegelijk-gewijzigd",
                "Tegelijk gewijzigd",
                "Iemand anders veranderde dit op hetzelfde moment. Probeer het opnieuw.",
            ),
            StoreError::Meaning { what, .. } => {
                tracing::error!(what, "a stored value has no meaning");
                Problem::internal()
            }
            StoreError::Sql(error) => {
                tracing::error!(%error, "the database failed");
                Problem::internal()
            }
            StoreError::Missing => ours("a row that must exist is missing"),
            StoreError::Url(_) | StoreError::Open(..) | StoreError::Migrate(_) => {
                ours("the database cannot be opened")
            }
        }
    }
}

fn ours(what: &'static str) -> Problem {
    tracing::error!("{what}");
    Problem::internal()
}

/// A text as a sentence: with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn dutch(what: &str) -> &'static str {
    match what {
        "household" => "Dit huishouden",
        "plan" => "Dit betaalplan",
        "run" => "Deze betaalrun",
        "payment file" => "Dit betaalbestand",
        "outbox file" => "Dit bestand",
        "statement" => "Dit bankafschrift",
        "held statement" => "Dit wachtende afschrift",
        "credit" => "Dit inrichtingskrediet",
        "alert" => "Dit signaal",
        "user" => "Deze gebruiker",
        "payee" => "Deze ontvanger",
        "account" | "bank account" => "Deze rekening",
        "name check" => "Deze naamcontrole",
        "payment" => "Deze betaling",
        "obligation" => "Deze verplichting",
        "tranche" => "Deze deelbetaling",
        "sample" => "Deze steekproef",
        "drawn evidence" => "Deze trekking",
        "outcome of drawn evidence" => "De bevinding bij trekking",
        "decision" => "Dit besluit",
        "policy" => "Dit beleid",
        "task" => "Deze taak",
        "policy from" => "Een beleid vanaf",
        _ => "Dit gegeven",
    }
}

fn benefit(error: &BenefitError) -> Problem {
    match error {
        BenefitError::NotDecided(month) => Problem::conflict(
            "geen-uitkering",
            "Geen toegekende uitkering",
            format!("geen toegekende uitkering in {month}"),
        ),
        BenefitError::Norm(_) => Problem::conflict(
            "geen-norm",
            "Norm onbekend",
            "De bijstandsnorm van deze maand is nog niet bekend in het systeem.",
        ),
    }
}

fn account(why: NotApproved) -> Problem {
    let detail = explain::payee::not_approved(why);
    match why {
        NotApproved::SamePerson => {
            Problem::new(StatusCode::FORBIDDEN, "zelfde-persoon", "Tweede persoon nodig", detail)
        }
        NotApproved::NotWaiting => Problem::conflict("wacht-niet-meer", "Wacht niet meer", detail),
        NotApproved::NoCallBack => Problem::conflict("niet-teruggebeld", "Niet teruggebeld", detail),
        NotApproved::NameCheck => {
            Problem::conflict("naamcontrole-open", "Besluit over de naam nodig", detail)
        }
    }
}

fn approval(error: ApprovalError) -> Problem {
    match error {
        ApprovalError::SamePerson => Problem::new(
            StatusCode::FORBIDDEN,
            "zelfde-persoon",
            "Tweede persoon nodig",
            "U werkte zelf mee aan deze betaalrun. Vraag een tweede persoon om goed te keuren.",
        ),
        ApprovalError::Changed => Problem::conflict(
            "inhoud-gewijzigd",
            "Inhoud gewijzigd",
            "De betaalrun is veranderd sinds u hem zag. Bekijk hem opnieuw en keur daarna goed.",
        ),
        ApprovalError::Missing(more) => Problem::conflict(
            "meer-goedkeuringen-nodig",
            "Meer goedkeuringen nodig",
            format!("Dit totaal vraagt nog {more} goedkeuring(en)."),
        ),
        ApprovalError::NotNamed => Problem::new(
            StatusCode::FORBIDDEN,
            "andere-goedkeurder",
            "Andere goedkeurder nodig",
            "Een run met dit totaal wordt door anderen goedgekeurd. Het beleid noemt wie.",
        ),
        ApprovalError::Empty => {
            Problem::conflict("geen-betalingen", "Geen betalingen", "Deze betaalrun heeft geen betalingen.")
        }
    }
}

/// The detail says in Dutch what is wrong and where; the fault shows the text that was found.
fn unreadable(error: &CamtError) -> Problem {
    let pointer = match error {
        CamtError::Encoding { offset, .. } => format!("byte {offset}"),
        CamtError::NotWellFormed { line, .. }
        | CamtError::Doctype { line }
        | CamtError::Limit { line, .. } => format!("regel {line}"),
        _ => String::new(),
    };
    let place = if pointer.is_empty() { String::new() } else { format!(" ({pointer})") };
    let why = error.code().dutch();
    let detail = format!("Het bestand is niet te lezen{place}: {why}. Er is niets geboekt.");
    Problem::invalid(detail, vec![Fault::new(pointer, "onleesbaar", error.to_string())])
}

fn page_held(id: &str, page: u64) -> Problem {
    let detail = format!(
        "Van afschrift {id} wacht al een andere pagina {page}. Weiger die eerst als deze de juiste is."
    );
    Problem::conflict("pagina-wacht", "Andere pagina wacht", detail)
}

fn refused(refusal: StatementRefusal) -> Problem {
    let invalid = |detail: String| Problem::invalid(format!("{detail} Er is niets geboekt."), Vec::new());
    match refusal {
        StatementRefusal::Nothing => invalid("Het bestand bevat geen afschrift.".to_owned()),
        StatementRefusal::UnknownAccount(account) => {
            invalid(format!("Rekening {account} is geen rekening van deze gemeente."))
        }
        StatementRefusal::Unusable(found) => {
            let place = format!("regel {}, element {}", found.line, found.element);
            let detail = format!("Van wat geboekt werd is niets te lezen: {place}. Er is niets geboekt.");
            Problem::invalid(detail, vec![Fault::new(place, "ongeldig", found.text)])
        }
        StatementRefusal::Conflict(id) => Problem::conflict(
            "afschrift-wijkt-af",
            "Afschrift wijkt af",
            format!("Afschrift {id} is eerder geboekt met andere boekingen. Vraag de bank welk geldt."),
        ),
        StatementRefusal::NoAccount(id) => invalid(format!("In afschrift {id} staat geen rekening.")),
        StatementRefusal::PageHeld { id, page } => page_held(&id, page),
        StatementRefusal::TooOld(id) => Problem::conflict(
            "afschrift-te-oud",
            "Afschrift te oud",
            format!(
                "Afschrift {id} begint voor het eerste geboekte afschrift en eindigt erna: vraag de bank om een \
                 afschrift per dag."
            ),
        ),
        StatementRefusal::Differs { id, by } => invalid(format!(
            "Afschrift {id} sluit niet: het eindsaldo wijkt {} af van beginsaldo en boekingen.",
            by.dutch()
        )),
        StatementRefusal::NoLackOfClosing(id) => Problem::conflict(
            "wacht-niet-op-eindsaldo",
            "Wacht niet op een eindsaldo",
            format!("Afschrift {id} wacht op iets anders dan een eindsaldo."),
        ),
        StatementRefusal::OtherClosing { id, typed, computed } => {
            let told = format!(
                "Beginsaldo en boekingen van afschrift {id} geven {}, niet {}.",
                computed.dutch(),
                typed.dutch()
            );
            let fault = Fault::new("/eindsaldo", "ongeldig", told);
            Problem::invalid("Het eindsaldo klopt niet. Er is niets vastgelegd.", vec![fault])
        }
        StatementRefusal::ClosesTooEarly { id, typed, last } => {
            let told =
                format!("Afschrift {id} heeft boekingen tot en met {last}: het kan niet sluiten op {typed}.");
            let fault = Fault::new("/afsluitDatum", "ongeldig", told);
            Problem::invalid("De datum klopt niet. Er is niets vastgelegd.", vec![fault])
        }
        StatementRefusal::Decided => {
            Problem::conflict("al-beslist", "Al beslist", "Over dit afschrift is al beslist.")
        }
        StatementRefusal::NoReason => {
            let fault = Fault::new("/reden", "verplicht", "Geef een reden van 3 tot en met 500 tekens.");
            Problem::invalid("De reden klopt niet. Er is niets vastgelegd.", vec![fault])
        }
        StatementRefusal::OpensBooks(id) => Problem::conflict(
            "boekhouding-begint-hier",
            "De boekhouding begint hier",
            format!("De boekhouding begint met afschrift {id}: laat eerst de afschriften erna vervallen."),
        ),
        StatementRefusal::HasReturns(id) => Problem::conflict(
            "betalingen-teruggekomen",
            "Betalingen teruggekomen",
            format!(
                "Betalingen van afschrift {id} kwamen terug, of kwamen er in terug: het kan niet vervallen."
            ),
        ),
    }
}
