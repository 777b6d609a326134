//! The API as a program meets it: requests on the whole router, over an SQLite file.

#[path = "tests_sign_in.rs"]
mod sign_in;
#[path = "tests_document.rs"]
mod document;
#[path = "tests_household.rs"]
mod household;
#[path = "tests_runs.rs"]
mod runs;
#[path = "tests_bank.rs"]
mod bank;
#[path = "tests_policy.rs"]
mod policy;
#[path = "tests_payees.rs"]
mod payees;
#[path = "tests_officer.rs"]
mod officer;

use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grip_engine::money::Money;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use super::router;
use crate::app::App;
use crate::http::document::document;
use crate::id::Ids;
use crate::intake::{self, Document};
use crate::play::{COACH, FINANCE, OFFICER, PASSWORD, Play, SECOND, Script};
use crate::sign_in::session;
use crate::store::{ONLY_MUNICIPALITY, Store, run};

struct World {
    app: App,
    folder: TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("text")
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }

    fn is_problem(&self, status: u16) -> bool {
        let problem = self.header("content-type") == "application/problem+json";
        problem
            && self.status == status
            && self.json()["status"] == status
            && self.json()["detail"].is_string()
    }
}

fn sample(path: &str) -> String {
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples");
    std::fs::read_to_string(samples.join(path)).expect("a sample")
}

fn script(households: &[&str]) -> Script {
    let household = |number: &&str| match intake::read(&sample(&format!("households/{number}.toml"))) {
        Ok(Document::Household(file)) => *file,
        _ => panic!("a household"),
    };
    let Ok(Document::Municipality(municipality)) = intake::read(&sample("municipality.toml")) else {
        panic!("a municipality")
    };
    let (opening, households) = (Money::from_cents(150_000_00), households.iter().map(household).collect());
    Script {
        municipality: *municipality,
        policy: sample("policy.toml"),
        opening,
        households,
        refused: Vec::new(),
    }
}

impl World {
    /// The people and the municipality, without households.
    async fn empty() -> World {
        World::played(&[], "2026-01-01", "2025-12-31").await
    }

    async fn played(households: &[&str], first: &str, last: &str) -> World {
        World::of(script(households), first, last).await
    }

    async fn of(story: Script, first: &str, last: &str) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("grip.db").display());
        let app = App::new(Store::open(&url, ONLY_MUNICIPALITY, Ids::Random).await.expect("a database"));
        let (first, last) = (first.parse().expect("a day"), last.parse().expect("a day"));
        let play = Play::begin(&app, folder.path(), story, first).await;
        play.expect("a story").days(first, last).await.expect("the story goes on");
        World { app, folder }
    }

    fn router(&self) -> Router {
        router(self.app.clone())
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(request(Method::GET, path, Some(who), &[], Body::empty())).await
    }

    async fn upload(&self, who: &str, media_type: &str, body: impl Into<Body>) -> Answer {
        let headers = [("content-type", media_type)];
        self.send(request(Method::POST, "/v1/bankafschriften", Some(who), &headers, body.into())).await
    }

    async fn approve(&self, who: &str, path: &str, hash: &str) -> Answer {
        self.post(who, path, &json!({ "inhoudshash": hash })).await
    }

    async fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send(request(Method::POST, path, Some(who), &headers, body.to_string().into())).await
    }

    async fn fill_in(&self, who: &str, path: &str, body: String) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send(request(Method::POST, path, Some(who), &headers, body.into())).await
    }

    async fn post_text(&self, who: &str, path: &str, body: impl Into<Body>) -> Answer {
        let headers = [("content-type", "text/plain; charset=utf-8")];
        self.send(request(Method::POST, path, Some(who), &headers, body.into())).await
    }
}

fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}

fn request(
    method: Method,
    path: &str,
    who: Option<&str>,
    headers: &[(&str, &str)],
    body: Body,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(name) = who {
        request = request.header(header::AUTHORIZATION, basic(name, PASSWORD));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).expect("a request")
}

/// Method and path of every operation of the document, with an id in place.
fn operations() -> Vec<(Method, String)> {
    let document = serde_json::to_value(document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").clone();
    let of_path = |(path, item): (String, Value)| {
        let path = path.replace("{id}", "00000000-0000-7000-8000-000000000001").replace("{maand}", "2026-02");
        let path = path.replace("{bestandsnaam}", "GRIP-1.xml");
        let path = format!("/v1{path}");
        let methods = item.as_object().expect("operations").keys().cloned().collect::<Vec<_>>();
        methods
            .into_iter()
            .map(move |method| (method.to_uppercase().parse().expect("a method"), path.clone()))
    };
    paths.into_iter().flat_map(of_path).collect()
}
