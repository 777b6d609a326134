//! A page that says why the asked page is not shown.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::frame::Frame;
use super::{page, sign_in};
use crate::flow::FlowError;
use crate::store::StoreError;

/// Why a page is not shown.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nobody is signed in; this was asked for.
    SignIn(String),
    /// The role does not allow it.
    NotAllowed(Box<Frame>),
    /// It does not exist.
    NotFound(Box<Frame>),
    /// What was sent cannot be read.
    Unreadable(Box<Frame>),
    /// Something went wrong.
    Flow(FlowError),
}

impl From<FlowError> for Failure {
    fn from(error: FlowError) -> Failure {
        Failure::Flow(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Flow(error.into())
    }
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    frame: Frame,
    title: &'static str,
    text: &'static str,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::SignIn(path) => sign_in::required(&path),
            Failure::NotAllowed(frame) => not_allowed(*frame),
            Failure::NotFound(frame) => not_found(*frame),
            Failure::Unreadable(frame) => unreadable(*frame),
            Failure::Flow(error) => failed(&error),
        }
    }
}

fn not_allowed(frame: Frame) -> Response {
    let title = "Dit hoort niet bij uw rol";
    let text = "U mag deze pagina niet bekijken of dit niet doen. Hebt u het nodig voor uw werk? \
                Vraag de beheerder om een andere rol.";
    page(StatusCode::FORBIDDEN, &Message { frame, title, text })
}

/// The page that says that there is no such page.
pub(super) fn not_found(frame: Frame) -> Response {
    let title = "Deze pagina bestaat niet";
    let text = "Misschien is het adres verkeerd getypt, of is dit er niet meer.";
    page(StatusCode::NOT_FOUND, &Message { frame, title, text })
}

fn unreadable(frame: Frame) -> Response {
    let title = "Dit formulier is niet goed aangekomen";
    let text = "Ga terug en probeer het opnieuw. Er is niets veranderd.";
    page(StatusCode::BAD_REQUEST, &Message { frame, title, text })
}

fn failed(error: &FlowError) -> Response {
    let frame = Frame::default();
    match error {
        FlowError::NotSetUp => {
            let title = "De gemeente is nog niet ingericht";
            let text =
                "De beheerder van de server leest eerst de gemeente en het beleid in met `grip import`.";
            page(StatusCode::SERVICE_UNAVAILABLE, &Message { frame, title, text })
        }
        FlowError::Store(StoreError::Busy) => {
            let title = "Even geduld";
            let text = "Iemand anders was met hetzelfde bezig. Probeer het opnieuw. Er is niets veranderd.";
            page(StatusCode::SERVICE_UNAVAILABLE, &Message { frame, title, text })
        }
        error => {
            tracing::error!(%error, "a page failed");
            let title = "Er ging iets mis";
            let text =
                "Dit ligt niet aan u. Probeer het later opnieuw. Blijft het misgaan? Bel de beheerder.";
            page(StatusCode::INTERNAL_SERVER_ERROR, &Message { frame, title, text })
        }
    }
}
