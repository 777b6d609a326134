//! The pages: plain HTML from the server, without scripts. A page reads the store and the plans, and
//! shows them in Dutch; it holds no SQL and no rule.

pub mod sign_in;

mod words;
mod frame;
mod message;
mod alert;
mod worklist;
mod households;
mod record;
mod household;
mod todo;
mod runs;
mod change;
mod run;
mod specification;
mod policy;
mod payees;
mod payee;
mod refusal;
mod statements;
mod unexplained;
mod statement;
mod held;
mod payment_files;
mod reissue;
mod decisions;

use std::sync::LazyLock;

use askama::Template;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::app::App;

/// The only stylesheet; it stands inside every page.
const STYLE: &str = include_str!("stijl.css");

/// The most bytes of one upload of statements.
const UPLOAD_MAX: usize = 64 * 1024 * 1024;

/// The pages that need a sign-in.
pub fn routes() -> Router<App> {
    let statements = get(statements::show).post(statements::import);
    let files = get(payment_files::list).post(payment_files::import);
    let decisions = get(decisions::show).post(decisions::import);
    Router::new()
        .route("/", get(worklist::show))
        .route("/huishoudens", get(households::show))
        .route("/huishoudens/nieuw", get(record::new_household).post(record::enter_household))
        .route("/huishoudens/{id}", get(household::show))
        .route("/huishoudens/{id}/vastleggen", get(record::show).post(record::post))
        .route("/huishoudens/{id}/taken", get(household::back).post(household::done))
        .route("/taken", get(todo::show))
        .route("/betaalruns", get(runs::show))
        .route("/betaalruns/{id}", get(run::show))
        .route("/betaalruns/{id}/goedkeuringen", get(run::back).post(run::approve))
        .route("/bankafschriften", statements.layer(DefaultBodyLimit::max(UPLOAD_MAX)))
        .route("/betaalbestanden", files.layer(DefaultBodyLimit::max(UPLOAD_MAX)))
        .route("/betaalbestanden/dekking/{rekening}", get(payment_files::back).post(payment_files::confirm))
        .route("/betaalbestanden/{id}", get(payment_files::show))
        .route("/betaalbestanden/{id}/bestand", get(payment_files::download))
        .route("/betaalbestanden/{id}/journaal", get(payment_files::journal))
        .route("/betaalbestanden/{id}/opdrachtblad", get(payment_files::sheet))
        .route("/betalingen/{id}/herhaling", get(reissue::show).post(reissue::decide))
        .route("/onverklaard", get(unexplained::show).post(unexplained::search))
        .route("/onverklaard/{boeking}/{deel}", get(unexplained::show_part))
        .route("/onverklaard/{boeking}/{deel}/verklaringen", get(unexplained::back).post(unexplained::accept))
        .route("/verklaringen/{id}/terugdraaiingen", get(unexplained::undo_back).post(unexplained::undo))
        .route("/tussenrekening", get(unexplained::show_suspense))
        .route("/bankafschriften/{id}", get(statement::show))
        .route("/bankafschriften/{id}/vervallen", get(statement::back).post(statement::propose))
        .route("/bankafschriften/{id}/vervallen/goedkeuringen", get(statement::back).post(statement::approve))
        .route("/bankafschriften/{id}/vervallen/intrekkingen", get(statement::back).post(statement::withdraw))
        .route("/bankafschriften/wachtend/{id}", get(held::show))
        .route("/bankafschriften/wachtend/{id}/controles", get(held::back).post(held::look_again))
        .route("/bankafschriften/wachtend/{id}/weigeringen", get(held::back).post(held::refuse))
        .route("/bankafschriften/wachtend/{id}/aanvaardingen", get(held::back).post(held::propose))
        .route(
            "/bankafschriften/wachtend/{id}/aanvaardingen/goedkeuringen",
            get(held::back).post(held::approve),
        )
        .route(
            "/bankafschriften/wachtend/{id}/aanvaardingen/intrekkingen",
            get(held::back).post(held::withdraw),
        )
        .route("/besluiten", decisions.layer(DefaultBodyLimit::max(decisions::UPLOAD_MAX)))
        .route("/huishoudens/{id}/specificaties/{maand}", get(specification::show))
        .merge(payee_routes())
        .route("/beleid", get(policy::show).post(policy::propose))
        .route("/beleid/controles", get(policy::back).post(policy::check))
        .route("/beleid/{id}/goedkeuringen", get(policy::back).post(policy::approve))
        .route("/beleid/{id}/intrekkingen", get(policy::back).post(policy::withdraw))
        .route("/uitloggen", post(sign_in::end))
}

/// The pages about those who are paid.
fn payee_routes() -> Router<App> {
    Router::new()
        .route("/ontvangers", get(payees::show).post(payee::add))
        .route("/ontvangers/nieuw", get(payee::new))
        .route("/ontvangers/{id}", get(payee::show))
        .route("/ontvangers/{id}/adres", get(payee::back).post(payee::set_address))
        .route("/ontvangers/{id}/rekeningen", get(payee::back).post(payee::add_account))
        .route("/rekeningen/{id}/terugbellen", get(payee::back).post(payee::call_back))
        .route("/rekeningen/{id}/goedkeuringen", get(payee::back).post(payee::approve))
        .route("/rekeningen/{id}/intrekkingen", get(payee::back).post(payee::withdraw))
        .route("/rekeningen/{id}/naamcontroles", get(payee::back).post(payee::check_name))
        .route("/naamcontroles/{id}/besluiten", get(payee::back).post(payee::decide))
}

/// The pages for everybody.
pub fn public_routes() -> Router<App> {
    Router::new().route("/inloggen", get(sign_in::show).post(sign_in::start))
}

/// The page for a path that does not exist.
pub fn not_found() -> Response {
    message::not_found(frame::Frame::default())
}

/// What a browser may do with a page: apply its one stylesheet and send its forms here. No scripts.
static SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("base64 is plain text")
});

fn page(status: StatusCode, page: &impl Template) -> Response {
    const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
    // with `no-referrer` a browser hides from us that a form comes from our own page
    const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");
    match page.render() {
        Ok(body) => {
            let policy = SECURITY_POLICY.clone();
            let headers =
                [(CONTENT_TYPE, HTML), (CONTENT_SECURITY_POLICY, policy), (REFERRER_POLICY, REFERRER)];
            (status, headers, body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
