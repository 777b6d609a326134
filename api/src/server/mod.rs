//! The server: the routes of the API and the pages, behind the sign-in.

mod layers;
mod signed_in;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::http::problem::Problem;
use crate::{http, web};

/// The most bytes of the body of a request, but for those that take a file.
const BODY_MAX: usize = 1024 * 1024;

/// Everything the server answers: the API below `/v1` and the pages. Nothing is reached without a
/// sign-in but what is public; an address that does not exist is 404 for everybody.
pub fn router(app: App) -> Router {
    let inside = http::routes().merge(web::routes()).method_not_allowed_fallback(http::wrong_method);
    let inside = inside.route_layer(from_fn_with_state(app.clone(), signed_in::require));
    let public =
        http::public_routes().merge(web::public_routes()).method_not_allowed_fallback(http::wrong_method);
    let public = public.route_layer(from_fn(signed_in::same_site));
    inside
        .merge(public)
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn(layers::around))
        .with_state(app)
}

/// The answer for an address that does not exist, whoever asks.
async fn unknown(uri: Uri) -> Response {
    if http::is_api(uri.path()) { Problem::not_found("Dit adres").into_response() } else { web::not_found() }
}
