//! Layers around every answer, whoever asks and whatever happens.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use uuid::Uuid;

use crate::http::accept::wants_english;
use crate::http::document::VERSION;
use crate::http::is_api;
use crate::http::problem::{InEnglish, MEDIA_TYPE, Problem};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// The security headers of every answer; a page brings its own where it needs another.
const SECURITY: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Gives a request its id and span, and its answer the headers every answer has.
pub(super) async fn around(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let api = is_api(request.uri().path());
    let english = wants_english(request.headers());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!("request", method = %request.method(), route, id = %id);
    let mut response = survive(next.run(request)).instrument(span.clone()).await;
    if api {
        response = as_problem(response);
        if english {
            response = in_english(response);
        }
    }
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), "answered"));
    let headers = response.headers_mut();
    headers.insert(API_VERSION, HeaderValue::from_static(VERSION));
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The id the caller gave, when it is one, else a new one: random, so that ids of records stay as they are.
fn request_id(request: &Request) -> Uuid {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()?.parse().ok());
    given.unwrap_or_else(|| {
        let mut bytes = [0; 16];
        // without random bytes there is no id, and the request goes on
        match getrandom::fill(&mut bytes) {
            Ok(()) => uuid::Builder::from_random_bytes(bytes).into_uuid(),
            Err(_) => Uuid::nil(),
        }
    })
}

/// A panic ends the request and not the server.
async fn survive(answer: impl Future<Output = Response>) -> Response {
    let mut answer = pin!(answer);
    std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)));
        polled.unwrap_or_else(|_| {
            tracing::error!("a handler panicked");
            Poll::Ready(Problem::internal().into_response())
        })
    })
    .await
}

/// A problem in English; every other answer as it is.
fn in_english(mut response: Response) -> Response {
    let Some(InEnglish(body)) = response.extensions_mut().remove() else { return response };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("en"));
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = body.into();
    response
}

/// Whatever the framework refuses in plain text is a problem as well.
fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|found| found == MEDIA_TYPE);
    if !is_error || is_problem {
        return response;
    }
    // invalid input is 400 (API Design Rules)
    let status = if status == StatusCode::UNPROCESSABLE_ENTITY { StatusCode::BAD_REQUEST } else { status };
    let mut problem = Problem::of_status(status).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}
