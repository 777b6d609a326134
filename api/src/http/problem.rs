//! Problem: what went wrong, for a program and for a person (RFC 9457), in Dutch and without internals.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

/// Wat er misging (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Probleem)]
pub struct Problem {
    /// Het soort probleem; dit verandert niet.
    #[serde(rename = "type")]
    #[schema(example = "urn:grip:probleem:niet-gevonden")]
    kind: String,
    /// Het soort probleem in woorden.
    #[schema(example = "Niet gevonden")]
    title: &'static str,
    /// De HTTP-status.
    #[schema(example = 404)]
    status: u16,
    /// Wat er aan de hand is en wat u kunt doen.
    detail: String,
    /// Alle fouten in de invoer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fouten: Vec<Fault>,
    /// What is wrong and what to do, in English, where it says more than the kind does.
    #[serde(skip)]
    english: Option<String>,
}

/// The body of a problem in English, for who asks for it.
#[derive(Clone, Debug)]
pub(crate) struct InEnglish(pub(crate) String);

/// Every kind of problem in English: its title, and what is wrong where nothing more is known.
const ENGLISH: &[(&str, &str, &str)] = &[
    (
        "afschrift-te-oud",
        "Statement too old",
        "The statement begins before the first one that was booked and ends after it.",
    ),
    ("afschrift-wijkt-af", "Statement differs", "The statement was booked before with other entries."),
    ("pagina-wacht", "Another page waits", "Another page with this number is held: refuse that one first."),
    ("al-afgehandeld", "Done already", "Somebody did this already."),
    ("al-beslist", "Decided already", "Somebody decided on this statement already."),
    ("al-verklaard", "Explained already", "Somebody explained this already."),
    ("al-goedgekeurd", "Approved already", "The payment run was approved already."),
    (
        "andere-goedkeurder",
        "Another approver needed",
        "The policy names others to approve a run with this total.",
    ),
    (
        "andere-website",
        "Request from another website",
        "The request came from another website and was not carried out.",
    ),
    (
        "betalingen-teruggekomen",
        "Payments came back",
        "Payments of this statement came back, or came back in it: it cannot be superseded.",
    ),
    ("bestaat-al", "Exists already", "It exists already. Nothing was recorded."),
    (
        "eerdere-maand-eerst",
        "Earlier month first",
        "A household in the run has an earlier month in another run.",
    ),
    (
        "formaat-niet-leverbaar",
        "Not acceptable",
        "The format that was asked for is not given here; see Accept.",
    ),
    ("formaat-niet-ondersteund", "Unsupported media type", "The format is not taken here; see Content-Type."),
    ("geen-betalingen", "No payments", "The payment run has no payments."),
    ("geen-norm", "Norm not known", "The norm of this month is not known yet."),
    ("geen-toegang", "No access", "Your role gives no access to these data or this action."),
    ("geen-uitkering", "No decided benefit", "No benefit was decided for this month."),
    ("geen-voorstel", "No proposal", "There is no such proposal any more."),
    ("inhoud-gewijzigd", "Content changed", "The run changed since you saw it. Look again, then approve."),
    ("interne-fout", "Internal error", "Something went wrong. It was recorded; try again later."),
    ("meer-goedkeuringen-nodig", "More approvals needed", "This total asks for more approvals."),
    ("methode-niet-toegestaan", "Method not allowed", "This address does not know the method; see Allow."),
    (
        "naamcontrole-open",
        "Name check open",
        "Somebody must decide first on what the bank said about a name.",
    ),
    ("niet-aangemeld", "Not signed in", "Sign in with name and password."),
    ("niet-beschikbaar", "Not available", "The system cannot reach its data now. Try again later."),
    ("niet-gevonden", "Not found", "It does not exist."),
    ("niet-ingericht", "Not set up", "The municipality is not set up: read its file with grip import first."),
    (
        "boekhouding-begint-hier",
        "The books begin here",
        "The books open with this statement: supersede the statements after it first.",
    ),
    ("niet-opnieuw-te-betalen", "Not to be paid again", "This payment cannot be paid again as it is."),
    ("niet-teruggebeld", "Not called back", "Nobody called back about this account yet."),
    ("ongeldige-invoer", "Invalid input", "The input cannot be used. Nothing was recorded."),
    ("te-groot", "Too large", "The content of the request is too large."),
    ("te-veel-pogingen", "Too many attempts", "Too many wrong passwords. Try again later."),
    (
        "tegelijk-gewijzigd",
        "Changed at the same time",
        "Somebody else changed this at the same moment. Try again.",
    ),
    (
        "wacht-niet-op-eindsaldo",
        "Waits for something else",
        "The statement waits for something else than a closing balance.",
    ),
    ("wacht-niet-meer", "Waits no more", "This does not wait for anybody any more."),
    ("zelfde-persoon", "Second person needed", "You worked on this yourself. Ask a second person."),
];

/// Een fout in de invoer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Fout)]
pub struct Fault {
    /// Waar de fout staat: een JSON Pointer, de naam van een parameter, of regel en element van een bestand.
    pub pointer: String,
    /// Het soort fout.
    pub code: &'static str,
    /// Wat er fout is.
    pub detail: String,
}

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

impl Problem {
    /// What is wrong and what to do, in Dutch.
    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// A problem of a kind: `kind` is the last part of its URN.
    pub(crate) fn new(
        status: StatusCode,
        kind: &str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Problem {
        let kind = format!("urn:grip:probleem:{kind}");
        Problem {
            kind,
            title,
            status: status.as_u16(),
            detail: detail.into(),
            fouten: Vec::new(),
            english: None,
        }
    }

    /// With what is wrong in English as well.
    pub(crate) fn saying(self, english: impl Into<String>) -> Problem {
        Problem { english: Some(english.into()), ..self }
    }

    /// The same in English. Faults keep their place and code; their words are Dutch.
    fn in_english(&self) -> Option<String> {
        let code = self.kind.rsplit(':').next().unwrap_or_default();
        let known = ENGLISH.iter().find(|(known, ..)| *known == code);
        let detail = self.english.clone().or(known.map(|(_, _, detail)| (*detail).to_owned()))?;
        let title = known.map_or(self.title, |(_, title, _)| title);
        serde_json::to_string(&Problem { title, detail, ..self.clone() }).ok()
    }

    /// The input is wrong, in these places.
    pub(crate) fn invalid(detail: impl Into<String>, fouten: Vec<Fault>) -> Problem {
        let problem = Problem::new(StatusCode::BAD_REQUEST, "ongeldige-invoer", "Ongeldige invoer", detail);
        Problem { fouten, ..problem }
    }

    /// It does not exist: `this` is what was asked for, with its article.
    pub(crate) fn not_found(this: &str) -> Problem {
        let detail = format!("{this} bestaat niet.");
        Problem::new(StatusCode::NOT_FOUND, "niet-gevonden", "Niet gevonden", detail)
    }

    /// Nobody is signed in.
    pub(crate) fn not_signed_in() -> Problem {
        let detail = "Meld u aan met naam en wachtwoord.";
        Problem::new(StatusCode::UNAUTHORIZED, "niet-aangemeld", "Niet aangemeld", detail)
    }

    /// The role does not allow it.
    pub(crate) fn not_allowed() -> Problem {
        let detail = "Uw rol geeft geen toegang tot deze gegevens of deze handeling.";
        Problem::new(StatusCode::FORBIDDEN, "geen-toegang", "Geen toegang", detail)
    }

    /// Another site sent this.
    pub(crate) fn from_elsewhere() -> Problem {
        let detail = "Deze opdracht kwam van een andere website en is niet uitgevoerd.";
        Problem::new(StatusCode::FORBIDDEN, "andere-website", "Opdracht van een andere website", detail)
    }

    /// The name failed to sign in too often.
    pub(crate) fn too_many_sign_ins(wait: TimeDelta) -> Response {
        let seconds = wait.num_seconds().max(1);
        let detail = format!("Te vaak een verkeerd wachtwoord. Probeer het over {seconds} seconden opnieuw.");
        let status = StatusCode::TOO_MANY_REQUESTS;
        let problem = Problem::new(status, "te-veel-pogingen", "Te veel pogingen", detail);
        let mut response = problem.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        response
    }

    /// Something else changed meanwhile, or it happened before.
    pub(crate) fn conflict(kind: &str, title: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, kind, title, detail)
    }

    /// A mistake of ours; what it was is in the log.
    pub(crate) fn internal() -> Problem {
        let detail = "Er ging iets mis in het systeem. De fout is vastgelegd; probeer het later opnieuw.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "interne-fout", "Interne fout", detail)
    }

    /// The problem of a bare status.
    pub(crate) fn of_status(status: StatusCode) -> Problem {
        match status {
            StatusCode::UNAUTHORIZED => Problem::not_signed_in(),
            StatusCode::FORBIDDEN => Problem::not_allowed(),
            StatusCode::NOT_FOUND => Problem::not_found("Dit adres"),
            StatusCode::METHOD_NOT_ALLOWED => {
                let detail = "Dit adres kent deze methode niet; zie de kop Allow.";
                Problem::new(status, "methode-niet-toegestaan", "Methode niet toegestaan", detail)
            }
            StatusCode::NOT_ACCEPTABLE => {
                let detail = "Dit adres geeft het gevraagde formaat niet; zie de kop Accept van uw verzoek.";
                Problem::new(status, "formaat-niet-leverbaar", "Formaat niet leverbaar", detail)
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(status, "te-groot", "Te groot", "De inhoud van het verzoek is te groot.")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                let detail = "Dit adres neemt dit formaat niet aan; zie de kop Content-Type van uw verzoek.";
                Problem::new(status, "formaat-niet-ondersteund", "Formaat niet ondersteund", detail)
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                let detail = "Het systeem kan nu niet bij zijn gegevens. Probeer het later opnieuw.";
                Problem::new(status, "niet-beschikbaar", "Niet beschikbaar", detail)
            }
            status if status.is_client_error() => {
                let problem = Problem::invalid("Het verzoek is niet te lezen.", Vec::new());
                Problem { status: status.as_u16(), ..problem }
            }
            _ => Problem::internal(),
        }
    }
}

impl Fault {
    /// A fault in a place.
    pub(crate) fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Fault {
        Fault { pointer: pointer.into(), code, detail: detail.into() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let english = self.in_english();
        let body = serde_json::to_string(&self).unwrap_or_default();
        let headers = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CONTENT_LANGUAGE, "nl")];
        let mut response = (status, headers, body).into_response();
        if let Some(english) = english {
            response.extensions_mut().insert(InEnglish(english));
        }
        response
    }
}
