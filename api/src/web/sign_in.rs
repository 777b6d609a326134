//! Signing in and out.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::page;
use crate::app::App;
use crate::sign_in::session::{self, Transport};
use crate::store::{municipality, user};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    frame: Frame,
    onward: String,
    name: String,
    is_wrong: bool,
    must_wait: bool,
    nobody_can: bool,
}

/// What the form holds.
#[derive(Deserialize)]
pub(super) struct Filled {
    naam: String,
    wachtwoord: String,
    #[serde(default)]
    verder: String,
}

/// The sign-in page, in the place of a page that needs a sign-in.
pub fn required(path_and_query: &str) -> Response {
    let onward = local(path_and_query).to_owned();
    let page_of = SignIn {
        frame: Frame::default(),
        onward,
        name: String::new(),
        is_wrong: false,
        must_wait: false,
        nobody_can: false,
    };
    page(StatusCode::UNAUTHORIZED, &page_of)
}

/// `GET /inloggen`.
pub(super) async fn show(State(app): State<App>) -> Result<Response, Failure> {
    let form = form(&app, "/", "").await?;
    Ok(page(StatusCode::OK, &form))
}

/// `POST /inloggen`.
pub(super) async fn start(
    State(app): State<App>,
    headers: HeaderMap,
    filled: Result<Form<Filled>, FormRejection>,
) -> Result<Response, Failure> {
    let Ok(Form(filled)) = filled else {
        return Err(Failure::Unreadable(Box::default()));
    };
    let onward = local(&filled.verder);
    if let Some(cookie) =
        session::start(&app, &filled.naam, &filled.wachtwoord, Transport::of(&headers)).await?
    {
        return Ok(onward_to(onward, cookie));
    }
    let must_wait = app.sign_in_wait(&filled.naam).is_some();
    let form = SignIn { is_wrong: true, must_wait, ..form(&app, onward, &filled.naam).await? };
    Ok(page(StatusCode::UNAUTHORIZED, &form))
}

/// `POST /uitloggen`.
pub(super) async fn end(visit: Visit, headers: HeaderMap) -> Result<Response, Failure> {
    let cookie = session::end(&visit.app, &headers).await?;
    Ok(onward_to("/inloggen", cookie))
}

async fn form(app: &App, onward: &str, name: &str) -> Result<SignIn, Failure> {
    let mut at = app.store.read().await?;
    let nobody_can = user::count(&mut at).await? == 0;
    let frame = Frame::of_stranger(municipality::get(&mut at).await?);
    Ok(SignIn {
        frame,
        onward: onward.to_owned(),
        name: name.to_owned(),
        is_wrong: false,
        must_wait: false,
        nobody_can,
    })
}

fn onward_to(path: &str, cookie: HeaderValue) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, path), (SET_COOKIE, cookie)]).into_response()
}

/// A path on this server, and never another one: `//host` and `/\host` lead away.
fn local(path: &str) -> &str {
    let leads_away = path.starts_with("//") || path.contains('\\');
    let is_plain = path.chars().all(|c| c.is_ascii_graphic());
    let is_sign_in = path == "/inloggen" || path == "/uitloggen";
    if path.starts_with('/') && !leads_away && is_plain && !is_sign_in { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn signing_in_never_leads_to_another_server() {
        assert_eq!(local("/huishoudens/1?x=y"), "/huishoudens/1?x=y");
        let away =
            ["", "x", "//kwaad.example", "/\\kwaad.example", "https://kwaad.example", "/a\r\nb", "/inloggen"];
        for away in away {
            assert_eq!(local(away), "/", "{away}");
        }
    }
}
