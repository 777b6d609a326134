//! Signed in: nothing but the public routes is reached without it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;
use crate::flow::FlowError;
use crate::http::is_api;
use crate::http::problem::Problem;
use crate::sign_in::check::{self, Checked};
use crate::sign_in::session;
use crate::web;

/// Finds who asks, by HTTP Basic or by session, and hands the request on with its
/// [`Actor`](crate::auth::grant::Actor); without one the answer is 401.
pub(super) async fn require(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match who(&app, request.headers()).await {
        Ok(Checked::Known(_)) if is_forged(request.method(), request.headers()) => {
            Problem::from_elsewhere().into_response()
        }
        Ok(Checked::Known(actor)) => {
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Ok(Checked::Unknown) => sign_in_first(request.uri()),
        Ok(Checked::Wait(wait)) => Problem::too_many_sign_ins(wait),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Refuses what another site sends to a page that needs no sign-in.
pub(super) async fn same_site(request: Request, next: Next) -> Response {
    if is_forged(request.method(), request.headers()) {
        return Problem::from_elsewhere().into_response();
    }
    next.run(request).await
}

async fn who(app: &App, headers: &HeaderMap) -> Result<Checked, FlowError> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Ok(session::actor(app, headers).await?.map_or(Checked::Unknown, Checked::Known));
    }
    match basic(headers) {
        Some((name, password)) => check::check(app, &name, &password).await,
        None => Ok(Checked::Unknown),
    }
}

/// Name and password of HTTP Basic, in UTF-8 (RFC 7617).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, code) = value.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(code.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    Some((name.to_owned(), password.to_owned()))
}

fn sign_in_first(uri: &Uri) -> Response {
    if !is_api(uri.path()) {
        return web::sign_in::required(uri.path_and_query().map_or("/", |wanted| wanted.as_str()));
    }
    let mut response = Problem::not_signed_in().into_response();
    let challenge = HeaderValue::from_static(r#"Basic realm="Grip op geld", charset="UTF-8""#);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// True for a change that another site makes the browser send. A browser adds the cookie, and also the
/// name and password it remembers, by itself; so this counts for both.
fn is_forged(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return false;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let host = text("host").unwrap_or_default();
    let host_of = |origin: &str| origin.split_once("://").map(|(_, host)| host.to_owned());
    text("origin")
        .is_some_and(|origin| !host_of(origin).is_some_and(|of_origin| of_origin.eq_ignore_ascii_case(host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_password_may_hold_a_colon_and_the_scheme_any_case() {
        let found = basic(&headers(&[("authorization", "basic ZGUgd2l0OmE6YuKCrA==")]));
        assert_eq!(found, Some(("de wit".to_owned(), "a:b€".to_owned())));
        for wrong in ["Basic", "Basic !", "Bearer ZGUgd2l0OmE=", "Basic ZGUgd2l0"] {
            assert_eq!(basic(&headers(&[("authorization", wrong)])), None, "{wrong}");
        }
    }

    #[test]
    fn a_change_from_another_site_is_forged() {
        let forged = |pairs: &[(&'static str, &'static str)]| is_forged(&Method::POST, &headers(pairs));
        assert!(!forged(&[]));
        assert!(!forged(&[("sec-fetch-site", "same-origin")]));
        assert!(!forged(&[("sec-fetch-site", "none")]));
        assert!(forged(&[("sec-fetch-site", "same-site")]));
        assert!(forged(&[("sec-fetch-site", "cross-site")]));
        assert!(!forged(&[("origin", "https://grip.example.org"), ("host", "grip.example.org")]));
        assert!(forged(&[("origin", "https://elders.example.org"), ("host", "grip.example.org")]));
        assert!(forged(&[("origin", "null"), ("host", "grip.example.org")]));
        assert!(!is_forged(&Method::GET, &headers(&[("sec-fetch-site", "cross-site")])));
    }
}
