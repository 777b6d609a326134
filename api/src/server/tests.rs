//! The API as a program meets it: requests on the whole router, over an SQLite file.

#[path = "tests_payees.rs"]
mod payees;
#[path = "tests_officer.rs"]
mod officer;
#[path = "tests_credits.rs"]
mod credits;

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
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("grip.db").display());
        let app = App::new(Store::open(&url, ONLY_MUNICIPALITY, Ids::Random).await.expect("a database"));
        let (first, last) = (first.parse().expect("a day"), last.parse().expect("a day"));
        let play = Play::begin(&app, folder.path(), script(households), first).await;
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
        let path = path.replace("{sha256}", &"0".repeat(64)).replace("{plaats}", "1");
        let path = format!("/v1{path}");
        let methods = item.as_object().expect("operations").keys().cloned().collect::<Vec<_>>();
        methods
            .into_iter()
            .map(move |method| (method.to_uppercase().parse().expect("a method"), path.clone()))
    };
    paths.into_iter().flat_map(of_path).collect()
}

#[tokio::test]
async fn nothing_is_reached_without_a_sign_in() {
    let world = World::empty().await;
    let operations = operations();
    assert!(29 <= operations.len(), "{operations:?}");
    for (method, path) in operations.into_iter().filter(|(_, path)| path != "/v1/openapi.json") {
        for method in [method, Method::DELETE] {
            let answer = world.send(request(method.clone(), &path, None, &[], Body::empty())).await;
            assert!(answer.is_problem(401), "{method} {path}: {}", answer.status);
            let challenge = r#"Basic realm="Grip op geld", charset="UTF-8""#;
            assert_eq!(answer.header("www-authenticate"), challenge);
        }
        let answer = world.send(request(Method::DELETE, &path, Some(OFFICER), &[], Body::empty())).await;
        assert!(answer.is_problem(405), "{path}: {}", answer.status);
        assert_ne!(answer.header("allow"), "");
    }
    for path in ["/", "/huishoudens", "/bankafschriften"] {
        let answer = world.send(request(Method::GET, path, None, &[], Body::empty())).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
    }
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_404_for_everybody() {
    let world = World::empty().await;
    for path in
        ["/v1", "/v1/", "/v1/onbekend", "/v1/huishoudens/", "/v1/openapi.json/", "/onbekend", "/healthz/"]
    {
        for who in [None, Some(OFFICER)] {
            let answer = world.send(request(Method::GET, path, who, &[], Body::empty())).await;
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.is_problem(404), path.starts_with("/v1"), "{path}");
        }
    }
    for path in ["/v1/huishoudens/geen-id", "/v1/huishoudens/00000000-0000-7000-8000-000000000001"] {
        assert!(world.get(OFFICER, path).await.is_problem(404), "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_the_version_and_the_security_headers() {
    let world = World::empty().await;
    let paths = [
        "/healthz",
        "/readyz",
        "/inloggen",
        "/onbekend",
        "/v1/onbekend",
        "/v1/huishoudens",
        "/v1/openapi.json",
    ];
    for path in paths {
        let answer = world.send(request(Method::GET, path, None, &[], Body::empty())).await;
        assert_eq!(answer.header("api-version"), "1.0.0", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        // a form on a page must be able to say which site it is on
        let referrer = if path == "/inloggen" || path == "/onbekend" { "same-origin" } else { "no-referrer" };
        assert_eq!(answer.header("referrer-policy"), referrer, "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"), "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
        let anybody = if path == "/v1/openapi.json" { "*" } else { "" };
        assert_eq!(answer.header("access-control-allow-origin"), anybody, "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        let answer = world.send(request(Method::GET, path, None, &[], Body::empty())).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "status": "ok" })));
    }
}

#[tokio::test]
async fn a_panic_ends_one_request_as_a_problem() {
    async fn panics() -> &'static str {
        panic!("a test")
    }
    let routes = Router::new().route("/v1/stuk", axum::routing::get(panics));
    let routes = routes.layer(axum::middleware::from_fn(super::layers::around));
    let request = request(Method::GET, "/v1/stuk", None, &[], Body::empty());
    let response = routes.oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["api-version"], "1.0.0");
    assert_eq!(response.headers()["content-language"], "nl");
}

#[tokio::test]
async fn a_problem_is_told_in_english_to_who_asks_for_it_and_else_in_dutch() {
    let routes = Router::new().fallback(async || StatusCode::NOT_FOUND);
    let routes = routes.layer(axum::middleware::from_fn(super::layers::around));
    let ask = async |wish: &[(&str, &str)]| {
        let request = request(Method::GET, "/v1/niets", None, wish, Body::empty());
        let (parts, body) = routes.clone().oneshot(request).await.expect("an answer").into_parts();
        let body: Value = serde_json::from_slice(&to_bytes(body, 4096).await.expect("a body")).expect("JSON");
        let language = parts.headers["content-language"].to_str().expect("text").to_owned();
        (language, body["type"].clone(), body["title"].clone(), body["detail"].clone())
    };
    let kind = json!("urn:grip:probleem:niet-gevonden");
    let dutch = ("nl".to_owned(), kind.clone(), json!("Niet gevonden"), json!("Dit adres bestaat niet."));
    assert_eq!(ask(&[]).await, dutch);
    assert_eq!(ask(&[("accept-language", "nl, en;q=0.8")]).await, dutch);
    let english = ("en".to_owned(), kind, json!("Not found"), json!("It does not exist."));
    assert_eq!(ask(&[("accept-language", "en-GB, nl;q=0.5")]).await, english);
    let error = crate::intake::value::day("on", "gisteren").expect_err("no day");
    let said = crate::http::problem::Problem::from(crate::flow::FlowError::from(error));
    let said = format!("{said:?}");
    assert!(said.contains("en dat is geen datum") && said.contains("which is no day like"), "{said}");
}

#[tokio::test]
async fn a_name_waits_after_ten_wrong_passwords() {
    let world = World::empty().await;
    let try_as = async |name: &str, password: &str| {
        let authorization = basic(name, password);
        let headers = [("authorization", authorization.as_str())];
        world.send(request(Method::GET, "/v1/signalen", None, &headers, Body::empty())).await
    };
    assert_eq!(try_as(COACH, PASSWORD).await.status, 200);
    assert!(try_as("niemand", PASSWORD).await.is_problem(401));
    for _ in 0..10 {
        assert!(try_as(COACH, "verkeerd wachtwoord").await.is_problem(401));
    }
    let waits = try_as(COACH, PASSWORD).await;
    assert!(waits.is_problem(429));
    let seconds: u32 = waits.header("retry-after").parse().expect("seconds");
    assert!((1..=300).contains(&seconds));
    assert_eq!(try_as(OFFICER, PASSWORD).await.status, 200);
    assert_eq!(
        session::start(&world.app, COACH, PASSWORD, session::Transport::Network).await.expect("an answer"),
        None
    );
}

#[tokio::test]
async fn a_session_signs_in_until_it_ends_and_never_for_another_site() {
    let world = World::empty().await;
    assert_eq!(
        session::start(&world.app, FINANCE, "verkeerd wachtwoord", session::Transport::Network)
            .await
            .expect("an answer"),
        None
    );
    let cookie = session::start(&world.app, FINANCE, PASSWORD, session::Transport::Network)
        .await
        .expect("an answer")
        .expect("a session");
    let cookie = cookie.to_str().expect("text").to_owned();
    for part in ["grip_sessie=", "; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().expect("a pair");
    let path = "/v1/bankafschriften";
    let ask = async |method: Method, headers: &[(&str, &str)]| {
        let headers = [&[("cookie", pair)], headers].concat();
        world.send(request(method, path, None, &headers, Body::empty())).await
    };
    assert_eq!(ask(Method::GET, &[]).await.status, 200);
    assert!(ask(Method::POST, &[("sec-fetch-site", "same-origin")]).await.is_problem(415));
    assert!(ask(Method::POST, &[("sec-fetch-site", "cross-site")]).await.is_problem(403));
    let (other, host) = (("origin", "https://elders.example.org"), ("host", "grip.example.org"));
    assert!(ask(Method::POST, &[other, host]).await.is_problem(403));

    let headers = HeaderMap::from_iter([(header::COOKIE, pair.parse().expect("a header value"))]);
    let actor = session::actor(&world.app, &headers).await.expect("an answer").expect("a session");
    assert_eq!(actor.name, FINANCE);
    let cleared = session::end(&world.app, &headers).await.expect("an end");
    assert!(cleared.to_str().expect("text").contains("Max-Age=0"));
    assert!(ask(Method::GET, &[]).await.is_problem(401));
}

#[tokio::test]
async fn a_role_reaches_what_it_is_here_for() {
    let world = World::empty().await;
    // households and plans, runs, files and statements, alerts, tasks, policy
    let paths = [
        "huishoudens",
        "betaalplannen",
        "betaalruns",
        "betaalbestanden",
        "bankafschriften",
        "signalen",
        "taken",
        "beleid",
    ];
    let (yes, no) = (200_u16, 403_u16);
    for (who, expected) in [
        (OFFICER, [yes, yes, yes, no, no, yes, yes, yes]),
        (COACH, [yes, yes, no, no, no, yes, yes, yes]),
        (FINANCE, [no, no, yes, yes, yes, no, no, yes]),
        ("beheer", [no, no, no, no, no, no, no, yes]),
        ("controle", [yes; 8]),
    ] {
        let mut found = [0; 8];
        for (place, path) in paths.iter().enumerate() {
            found[place] = world.get(who, &format!("/v1/{path}")).await.status.as_u16();
        }
        assert_eq!(found, expected, "{who}");
    }
    assert!(world.upload(OFFICER, "application/xml", "").await.is_problem(403));
}

#[tokio::test]
async fn a_wrong_query_lists_every_error() {
    let world = World::empty().await;
    let path = "/v1/betaalplannen?maand=februari&huishouden=1&paginaGrootte=201&pagina=0&sorteer=a&maand=x";
    let answer = world.get(OFFICER, path).await;
    assert!(answer.is_problem(400));
    let faults = answer.json()["fouten"].as_array().expect("faults").clone();
    let mut told: Vec<String> = faults
        .iter()
        .map(|fault| format!("{} {}", fault["pointer"], fault["code"]).replace('"', ""))
        .collect();
    told.sort();
    let all = [
        "huishouden ongeldig",
        "maand dubbel",
        "maand ongeldig",
        "pagina ongeldig",
        "paginaGrootte ongeldig",
        "sorteer onbekend",
    ];
    assert_eq!(told, all);
    assert!(world.get(OFFICER, "/v1/signalen?status=soms").await.is_problem(400));
    assert_eq!(world.get(OFFICER, "/v1/signalen?status=alle").await.status, 200);
}

#[tokio::test]
async fn a_list_comes_in_pages_and_a_coach_sees_no_whole_account() {
    let world = World::played(&["hh-102", "hh-103", "hh-104"], "2026-01-01", "2026-02-20").await;
    let first = world.get(OFFICER, "/v1/huishoudens?paginaGrootte=2").await.json();
    let all = first["aantal"].as_u64().expect("a count");
    assert!(2 <= all, "{first}");
    let one = world.get(OFFICER, "/v1/huishoudens?paginaGrootte=1").await.json();
    assert_eq!(one["volgende"], "/v1/huishoudens?pagina=2&paginaGrootte=1");
    let next = world.get(OFFICER, one["volgende"].as_str().expect("an address")).await.json();
    assert_eq!(next["resultaten"][0]["id"], first["resultaten"][1]["id"]);
    let far = world.get(OFFICER, "/v1/huishoudens?pagina=18446744073709551615").await;
    assert_eq!((far.status, far.json()["volgende"].clone()), (StatusCode::OK, Value::Null));

    let id = first["resultaten"][0]["id"].as_str().expect("an id").to_owned();
    let whole = world.get(OFFICER, &format!("/v1/huishoudens/{id}")).await.json();
    assert_eq!(whole, first["resultaten"][0]);
    assert!(whole["verplichtingen"][0]["rekeningnummer"].as_str().expect("an account").len() >= 18);
    let masked = world.get(COACH, &format!("/v1/huishoudens/{id}")).await.json();
    assert!(masked["verplichtingen"][0]["rekeningnummer"].as_str().expect("an account").contains('…'));

    let plans = world.get(OFFICER, &format!("/v1/betaalplannen?huishouden={id}")).await.json();
    for plan in plans["resultaten"].as_array().expect("plans") {
        assert_eq!(plan["voorlopig"], false);
        let path = format!("/v1/betaalplannen/{}", plan["id"].as_str().expect("an id"));
        assert_eq!(&world.get(OFFICER, &path).await.json(), plan);
    }
    let plan = world.get(OFFICER, &format!("/v1/betaalplannen?huishouden={id}&maand=2026-05")).await;
    let plan = plan.json()["resultaten"][0].clone();
    assert_eq!((&plan["voorlopig"], &plan["id"]), (&json!(true), &Value::Null));
    assert!(plan["leefgeld"].as_str().expect("an amount").contains('.'));
    let none = world.get(OFFICER, &format!("/v1/betaalplannen?huishouden={id}&maand=2024-02")).await;
    assert!(none.is_problem(409));
    assert_eq!(none.json()["detail"], "geen toegekende uitkering in 2024-02");
}

#[tokio::test]
async fn a_second_person_approves_what_was_shown_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("grip.db").display());
    let app = App::new(Store::open(&url, ONLY_MUNICIPALITY, Ids::Random).await.expect("a database"));
    let mut today: chrono::NaiveDate = "2026-01-01".parse().expect("a day");
    let mut play = Play::begin(&app, folder.path(), script(&["hh-101"]), today).await.expect("a story");
    let found = loop {
        play.day(today).await.expect("a day");
        let runs = run::list(&mut app.store.read().await.expect("a moment")).await.expect("runs");
        if let Some(found) = runs.into_iter().find(|run| run.state == "proposed") {
            break found;
        }
        today = today.succ_opt().expect("a day");
    };
    let world = World { app, folder };
    let path = format!("/v1/betaalruns/{}", found.run_id);
    let shown = world.get(SECOND, &path).await.json();
    assert_eq!(shown["status"], "voorgesteld");
    assert_eq!(shown["aantalBetalingen"], shown["regels"].as_array().expect("lines").len());
    let hash = shown["inhoudshash"].as_str().expect("a hash").to_owned();
    let approvals = format!("{path}/goedkeuringen");
    assert_eq!(world.get(SECOND, &approvals).await.json()["aantal"], 0);

    let text =
        request(Method::POST, &approvals, Some(SECOND), &[("content-type", "text/plain")], Body::empty());
    assert!(world.send(text).await.is_problem(415));
    let empty =
        request(Method::POST, &approvals, Some(SECOND), &[("content-type", "application/json")], "{}".into());
    let empty = world.send(empty).await;
    assert!(empty.is_problem(400));
    assert_eq!(empty.json()["fouten"][0]["pointer"], "/inhoudshash");
    assert!(world.approve(SECOND, &approvals, "0000").await.is_problem(409));
    let same = world.approve(OFFICER, &approvals, &hash).await;
    assert!(same.is_problem(403));
    assert_eq!(same.json()["type"], "urn:grip:probleem:zelfde-persoon");
    assert!(world.approve(COACH, &approvals, &hash).await.is_problem(403));
    let unknown = "/v1/betaalruns/00000000-0000-7000-8000-000000000001/goedkeuringen";
    assert!(world.approve(SECOND, unknown, &hash).await.is_problem(404));

    let approved = world.approve(SECOND, &approvals, &hash).await;
    assert_eq!(approved.status, 201);
    assert_eq!(approved.header("location"), approvals);
    let mut signed = json!({
        "inhoudshash": hash, "goedgekeurdDoor": SECOND, "goedkeuringDatum": today, "geldig": true, "nogNodig": 0
    });
    assert_eq!(approved.json(), signed);
    signed.as_object_mut().expect("an object").remove("nogNodig");
    assert_eq!(world.get(SECOND, &approvals).await.json()["resultaten"], json!([signed]));
    assert!(world.approve(SECOND, &approvals, &hash).await.is_problem(409));
    assert_eq!(world.get(SECOND, &path).await.json()["status"], "goedgekeurd");
}

#[tokio::test]
async fn files_statements_credits_and_alerts_are_read_whole() {
    let numbers =
        ["hh-101", "hh-102", "hh-103", "hh-104", "hh-105", "hh-106", "hh-107", "hh-108", "hh-109", "hh-110"];
    let world = World::played(&numbers, "2026-01-01", "2026-03-10").await;
    let files = world.get(FINANCE, "/v1/betaalbestanden").await.json();
    let path = format!("/v1/betaalbestanden/{}", files["resultaten"][0]["id"].as_str().expect("a file"));
    let accept = async |who: &str, accept: &str| {
        world.send(request(Method::GET, &path, Some(who), &[("accept", accept)], Body::empty())).await
    };
    assert_eq!(accept(FINANCE, "application/json").await.json(), files["resultaten"][0]);
    let xml = accept(FINANCE, "application/xml").await;
    assert_eq!(xml.header("content-type"), "application/xml");
    assert_eq!(xml.header("etag"), format!("{}", files["resultaten"][0]["sha256"]));
    assert!(xml.header("content-disposition").starts_with("attachment; filename=\"GRIP-"));
    assert!(xml.body.starts_with(b"<?xml"));
    assert!(accept(FINANCE, "text/csv").await.is_problem(406));
    assert!(accept("controle", "application/xml").await.is_problem(403));

    for (who, path) in [
        (FINANCE, "bankafschriften"),
        (OFFICER, "inrichtingskredieten"),
        (COACH, "signalen?status=alle"),
        (OFFICER, "betaalruns"),
        (OFFICER, "betaalplannen"),
    ] {
        let list = world.get(who, &format!("/v1/{path}")).await.json();
        assert!(0 < list["aantal"].as_u64().expect("a count"), "{path} is empty");
        let id = list["resultaten"][0]["id"].as_str().expect("an id");
        let bare = path.split('?').next().expect("a path");
        let one = world.get(who, &format!("/v1/{bare}/{id}")).await;
        assert_eq!(one.status, 200, "{path}");
        assert_eq!(one.json()["id"], id);
    }
    let credits = world.get(COACH, "/v1/inrichtingskredieten").await.json();
    let path = format!(
        "/v1/inrichtingskredieten/{}/deelbetalingen",
        credits["resultaten"][0]["id"].as_str().expect("an id")
    );
    let parts = world.get(COACH, &path).await.json();
    assert_eq!(parts["resultaten"], credits["resultaten"][0]["deelbetalingen"]);
    let state = parts["resultaten"][0]["stand"].as_str().expect("a state");
    assert!(["open", "dicht", "wacht", "vrijgegeven"].contains(&state));
    let statements = world.get(FINANCE, "/v1/bankafschriften").await.json();
    let with_entries = statements["resultaten"].as_array().expect("statements");
    let with_entries = with_entries.iter().find(|row| row["aantalBoekingen"] != 0).expect("entries");
    let path = format!("/v1/bankafschriften/{}", with_entries["id"].as_str().expect("an id"));
    let statement = world.get(FINANCE, &path).await.json();
    assert!(statement["boekingen"][0]["delen"][0]["betekenis"].is_string(), "{statement}");
}

const STATEMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-02T08:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id>
<Acct><Id><IBAN>NL35BNGH0900800700</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">112.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-02</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-02</Dt></BookgDt>
<BkTxCd><Prtry><Cd>1</Cd></Prtry></BkTxCd></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

#[tokio::test]
async fn a_statement_is_taken_in_once() {
    let world = World::empty().await;
    let first = world.upload(FINANCE, "application/xml", STATEMENT).await;
    assert_eq!(first.status, 201, "{}", String::from_utf8_lossy(&first.body));
    let done = first.json();
    assert_eq!((&done["nieuweBoekingen"], &done["onverklaard"]), (&json!(1), &json!(1)));
    let path = format!("/v1/bankafschriften/{}", done["bankafschriften"][0].as_str().expect("an id"));
    assert_eq!(first.header("location"), path);
    let statement = world.get(FINANCE, &path).await.json();
    assert_eq!(statement["eindsaldo"], "112.50");
    assert_eq!(statement["boekingen"][0]["delen"][0]["onverklaardOmdat"], "geenKenmerk");

    let again = world.upload(FINANCE, "text/xml; charset=UTF-8", STATEMENT).await;
    assert_eq!((again.status, again.json()["dubbeleBoekingen"].clone()), (StatusCode::OK, json!(1)));
    let other = STATEMENT.replace("12.50", "13.50");
    assert!(world.upload(FINANCE, "application/xml", other).await.is_problem(409));
}

#[tokio::test]
async fn a_refused_statement_says_where_and_what() {
    let world = World::empty().await;
    let wrong = world
        .upload(
            FINANCE,
            "application/xml",
            STATEMENT.replace("<Amt Ccy=\"EUR\">12.50", "<Amt Ccy=\"EUR\">12,50"),
        )
        .await;
    assert!(wrong.is_problem(400));
    assert_eq!(wrong.json()["fouten"][0]["pointer"], "regel 7, element Amt");
    assert!(wrong.json()["fouten"][0]["detail"].as_str().expect("text").contains("12,50"));
    let refused = [
        String::new(),
        "geen xml".to_owned(),
        STATEMENT[..600].to_owned(),
        STATEMENT.replace("NL35BNGH0900800700", "NL91ABNA0417164300"),
        STATEMENT.replace("camt.053.001.02", "camt.053.001.99"),
    ];
    for body in refused {
        let answer = world.upload(FINANCE, "application/xml", body).await;
        assert!(answer.is_problem(400), "{}", String::from_utf8_lossy(&answer.body));
    }
    let held = world.upload(FINANCE, "application/xml", STATEMENT.replace("112.50", "112.51")).await;
    assert_eq!(held.status, 200, "it waits for a person");
    assert_eq!(held.json()["perAfschrift"][0]["code"], "E_BALANCE");
    assert!(world.upload(FINANCE, "text/plain", STATEMENT).await.is_problem(415));
    assert!(world.upload(FINANCE, "application/xml", vec![b' '; 65 * 1024 * 1024]).await.is_problem(413));
    let long = "a".repeat(201);
    for (path, name) in [("", ""), ("", long.as_str()), ("?bestandsnaam=a.xml", "a.xml")] {
        let path = format!("/v1/bankafschriften{path}");
        let headers = [("content-type", "text/xml"), ("bestandsnaam", name)];
        let named = request(Method::POST, &path, Some(FINANCE), &headers, STATEMENT.into());
        assert!(world.send(named).await.is_problem(400), "{path} {name}");
    }
    let path = "/v1/betaalruns/00000000-0000-7000-8000-000000000001/goedkeuringen";
    assert!(world.approve(SECOND, path, &"0".repeat(1024 * 1024)).await.is_problem(413));
    assert_eq!(world.get(FINANCE, "/v1/bankafschriften").await.json()["aantal"], 0);
    assert!(world.folder.path().exists());
}

/// A household in the words of the API.
fn tesfay() -> Value {
    json!({
        "nummer": "HH-900",
        "gemeenterekening": "NL35BNGH0900800700",
        "leden": [{
            "role": "applicant", "name": "N. Tesfay", "iban": "NL02ABNA0123456789", "born": "1994-05-10",
            "asylum_permit_from": "2025-01-01", "civic_integration_from": "2026-01-05"
        }],
        "verplichtingen": [{
            "kind": "rent", "payee": "Verhuurder De Linde B.V.", "amount": "580.00",
            "first_due": "2026-02-01", "reference": "H-900"
        }],
        "gebeurtenissen": [{
            "benefit": { "reference": "B-900", "norm": "single", "right_from": "2026-01-05" }
        }]
    })
}

#[tokio::test]
async fn a_household_is_entered_once_and_as_a_whole() {
    let world = World::played(&[], "2026-01-12", "2026-01-12").await;
    let path = "/v1/huishoudens";
    for who in [FINANCE, "beheer", "controle"] {
        assert!(world.post(who, path, &tesfay()).await.is_problem(403), "{who}");
    }
    let mut wrong = tesfay();
    wrong["leden"][0]["mayor"] = json!(true);
    wrong["verplichtingen"][0]["amount"] = json!(580);
    wrong["gebeurtenissen"][0]["on"] = json!("2026-01-13");
    let wrong = world.post(OFFICER, path, &wrong).await;
    assert!(wrong.is_problem(400));
    let pointers: Vec<String> = wrong.json()["fouten"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| format!("{} {}", fault["pointer"], fault["code"]).replace('"', ""))
        .collect();
    assert_eq!(
        pointers,
        ["/leden/0 onbekend", "/verplichtingen/0 ongeldig", "/gebeurtenissen/0/on ongeldig"]
    );
    let mut elsewhere = tesfay();
    elsewhere["gemeenterekening"] = json!("NL91ABNA0417164300");
    assert_eq!(
        world.post(OFFICER, path, &elsewhere).await.json()["fouten"][0]["pointer"],
        "/gemeenterekening"
    );
    let mut couple = tesfay();
    couple["gebeurtenissen"][0]["benefit"]["norm"] = json!("couple");
    let couple = world.post(OFFICER, path, &couple).await;
    assert!(couple.is_problem(400));
    assert!(couple.json()["detail"].as_str().expect("text").contains("past niet bij de 1 volwassenen"));
    assert_eq!(world.get(OFFICER, path).await.json()["aantal"], 0);

    let entered = world.post(OFFICER, path, &tesfay()).await;
    assert_eq!(entered.status, 201, "{}", entered.json());
    assert_eq!(entered.json()["vastgelegdeGebeurtenissen"], 1);
    let household = world.get(COACH, entered.header("location")).await.json();
    assert_eq!(
        (&household["nummer"], &household["ontzorgperiode"]["startDatum"]),
        (&json!("HH-900"), &json!("2026-01-05"))
    );
    assert!(world.post(OFFICER, path, &tesfay()).await.is_problem(409));
    assert_eq!(world.get(OFFICER, path).await.json()["aantal"], 1);
}

#[tokio::test]
async fn an_event_is_recorded_once_or_refused_whole() {
    let world = World::played(&[], "2026-01-12", "2026-01-12").await;
    let entered = world.post(OFFICER, "/v1/huishoudens", &tesfay()).await;
    let path = format!("{}/gebeurtenissen", entered.header("location"));
    let bridge = |reference: &str, month: &str, amount: &str| json!({ "gebeurtenis": { "bridge": { "reference": reference, "month": month, "amount": amount } } });
    assert!(world.post(FINANCE, &path, &bridge("OB-1", "2026-01", "100.00")).await.is_problem(403));
    assert!(world.get(FINANCE, &path).await.is_problem(403));
    assert!(world.post(COACH, &path, &bridge("OB-1", "2026-01", "100.00")).await.is_problem(403));
    let kept = world.post(OFFICER, &path, &bridge("OB-1", "2026-01", "100.00")).await;
    assert_eq!(kept.status, 201);
    let fact = kept.json();
    assert_eq!(
        (&fact["nummer"], &fact["soort"], &fact["kenmerk"], &fact["vastgelegdDoor"]),
        (&json!(1), &json!("bridge"), &json!("OB-1"), &json!(OFFICER))
    );
    assert_eq!(fact["gebeurtenis"]["on"], "2026-01-12");
    assert_eq!(world.post(OFFICER, &path, &bridge("OB-1", "2026-01", "100.00")).await.status, 200);
    assert!(world.post(OFFICER, &path, &bridge("OB-1", "2026-01", "100.01")).await.is_problem(409));
    let refused = world.post(OFFICER, &path, &bridge("OB-2", "januari", "1.00")).await;
    assert!(refused.is_problem(400));
    let detail = "Bridge: `month` is `januari`, en dat is geen maand zoals 2026-02. Er is niets vastgelegd.";
    assert_eq!(refused.json()["detail"], detail);
    let two = json!({ "gebeurtenis": { "on": "2026-01-12" } });
    assert!(world.post(OFFICER, &path, &two).await.is_problem(400));
    let later = json!({ "gebeurtenis": { "on": "2026-01-13", "death": { "member": "N. Tesfay", "day": "2026-01-13" } } });
    assert!(world.post(OFFICER, &path, &later).await.is_problem(400));
    let unknown = "/v1/huishoudens/00000000-0000-7000-8000-000000000001/gebeurtenissen";
    assert!(world.post(OFFICER, unknown, &bridge("OB-3", "2026-01", "1.00")).await.is_problem(404));
    assert!(world.get(OFFICER, unknown).await.is_problem(404));

    let child = json!({ "gebeurtenis": { "member_account": {
        "member": "N. Tesfay", "iban": "NL91ABNA0417164300", "verified_by": SECOND
    } } });
    assert_eq!(world.post(OFFICER, &path, &child).await.status, 201);
    let seen = async |who: &str| {
        let facts = world.get(who, &path).await.json();
        assert_eq!(facts["aantal"], 3);
        facts["resultaten"][2]["gebeurtenis"]["member_account"]["iban"].as_str().expect("text").to_owned()
    };
    assert_eq!(seen(OFFICER).await, "NL91ABNA0417164300");
    assert!(seen(COACH).await.contains('…'));
}

#[tokio::test]
async fn a_rehearsal_shows_the_months_with_a_change_and_keeps_nothing() {
    let world = World::played(&[], "2026-01-12", "2026-01-12").await;
    let entered = world.post(OFFICER, "/v1/huishoudens", &tesfay()).await;
    let household = entered.header("location").to_owned();
    let path = format!("{household}/proefberekeningen");
    let change = json!({ "gebeurtenissen": [{
        "income": { "from": "2026-02-01", "monthly": "1000.00", "reference": "I-1" }
    }], "maanden": 3 });
    assert!(world.post(FINANCE, &path, &change).await.is_problem(403));
    let rehearsal = world.post(COACH, &path, &change).await;
    assert_eq!(rehearsal.status, 200, "{}", rehearsal.json());
    let rehearsal = rehearsal.json();
    let months = |side: &str| -> Vec<(String, String)> {
        let months = rehearsal[side]["maanden"].as_array().expect("months").clone();
        let text = |month: &Value, key: &str| month[key].as_str().expect("text").to_owned();
        months.iter().map(|month| (text(month, "maand"), text(month, "betaalbaar"))).collect()
    };
    let (without, with) = (months("zonder"), months("met"));
    assert_eq!(without.len(), 4);
    assert_eq!(without[0], with[0]);
    assert_ne!(without[1], with[1]);
    assert_eq!(rehearsal["met"]["maanden"][1]["beslissingNodig"]["reden"], Value::Null);
    assert_eq!(rehearsal["met"]["ontzorgperioden"][0]["startDatum"], "2026-01-05");
    assert_eq!(world.get(OFFICER, &format!("{household}/gebeurtenissen")).await.json()["aantal"], 1);

    let suspended = json!({ "gebeurtenissen": [{
        "suspension": { "reference": "S-1", "from": "2026-02-20", "until": "2026-03-10" }
    }], "maanden": 3 });
    let rehearsal = world.post(COACH, &path, &suspended).await;
    assert_eq!(rehearsal.status, 200, "{}", rehearsal.json());
    let february = rehearsal.json()["met"]["maanden"][1].clone();
    assert_eq!(february["opgeschort"], json!(true), "its run of 27 February falls in the suspension");
    assert_eq!((&february["vasteLasten"], &february["leefgeld"]), (&json!("0.00"), &json!("0.00")));
    assert_ne!(february["betaalbaar"], json!("0.00"));
    assert_eq!(rehearsal.json()["met"]["maanden"][2]["opgeschort"], json!(false));
    assert_eq!(rehearsal.json()["zonder"]["maanden"][1]["opgeschort"], json!(false));

    let many = json!({ "gebeurtenissen": [{ "mayor": {} }], "maanden": 25 });
    let many = world.post(COACH, &path, &many).await;
    assert!(many.is_problem(400));
    assert_eq!(many.json()["fouten"].as_array().expect("faults").len(), 2);
    let refused =
        json!({ "gebeurtenissen": [{ "member_left": { "member": "X", "last_day": "2026-02-01" } }] });
    assert!(world.post(COACH, &path, &refused).await.is_problem(400));
}

#[tokio::test]
async fn a_task_is_done_once() {
    let world = World::played(&[], "2026-01-12", "2026-01-12").await;
    let entered = world.post(OFFICER, "/v1/huishoudens", &tesfay()).await;
    let path = format!("{}/taken", entered.header("location"));
    let tasks = world.get(COACH, &path).await.json();
    let first = tasks["resultaten"][0].clone();
    assert_eq!((&first["soort"], &first["afhandeling"]), (&json!("overdracht60"), &Value::Null));
    let all = tasks["aantal"].as_u64().expect("a count");
    assert_eq!(world.get(COACH, "/v1/taken").await.json()["aantal"], all);
    let until = format!("/v1/taken?totEnMet={}", first["datum"].as_str().expect("a day"));
    assert_eq!(world.get(COACH, &until).await.json()["resultaten"], json!([first]));

    let done = format!("{path}/afhandelingen");
    let mut body = json!({ "soort": "overdracht60", "datum": first["datum"], "lidId": first["lidId"] });
    body["toelichting"] = json!("Plan gemaakt");
    assert!(world.post(FINANCE, &done, &body).await.is_problem(403));
    let completed = world.post(COACH, &done, &body).await;
    assert_eq!(completed.status, 201);
    let said = json!({
        "afgehandeldDatum": "2026-01-12", "afgehandeldDoor": COACH, "toelichting": "Plan gemaakt"
    });
    assert_eq!(completed.json()["afhandeling"], said);
    assert!(world.post(COACH, &done, &body).await.is_problem(409));
    body["datum"] = json!("2026-01-13");
    assert!(world.post(COACH, &done, &body).await.is_problem(404));
    body["soort"] = json!("koffie");
    assert!(world.post(COACH, &done, &body).await.is_problem(400));
    assert_eq!(world.get(COACH, "/v1/taken").await.json()["aantal"], all - 1);
    assert_eq!(world.get(COACH, "/v1/taken?status=gedaan").await.json()["aantal"], 1);
}

#[tokio::test]
async fn a_specification_adds_up_before_and_after_the_release() {
    let world = World::played(&["hh-101", "hh-102"], "2026-01-01", "2026-03-10").await;
    let households = world.get(OFFICER, "/v1/huishoudens").await.json();
    let mut seen = 0;
    for household in households["resultaten"].as_array().expect("households") {
        for month in ["2026-01", "2026-02", "2026-03", "2026-04"] {
            let id = household["id"].as_str().expect("an id");
            let path = format!("/v1/huishoudens/{id}/specificaties/{month}");
            assert!(world.get(FINANCE, &path).await.is_problem(403));
            let answer = world.get(COACH, &path).await;
            if answer.status == 409 {
                continue;
            }
            let found = answer.json();
            let cents = |value: &Value| value.as_str().expect("text").parse::<Money>().expect("an amount");
            let sum = |list: &str| -> Money {
                found[list].as_array().expect("a list").iter().map(|line| cents(&line["bedrag"])).sum()
            };
            let of = |key: &str| cents(&found[key]);
            assert_eq!(of("norm") - of("inkomsten") - of("verlagingen"), of("toegekend"), "{found}");
            assert_eq!(of("correctie"), Money::ZERO);
            assert_eq!(of("toegekend") - of("vakantiereservering"), of("betaalbaar"));
            let available = of("betaalbaar") - of("voorschot") - sum("inhoudingen") + of("overbrugging");
            assert_eq!(available + of("vakantietoeslag"), sum("betalingen") + sum("leefgeld"), "{found}");
            assert_eq!(of("andersBetaald"), Money::ZERO);
            seen += 1;
        }
    }
    assert!(4 <= seen, "{seen}");
    let id = households["resultaten"][0]["id"].as_str().expect("an id");
    assert!(world.get(COACH, &format!("/v1/huishoudens/{id}/specificaties/maart")).await.is_problem(404));
}

#[tokio::test]
async fn a_policy_is_proposed_by_one_administrator_and_approved_by_another() {
    let world = World::played(&[], "2026-01-12", "2026-01-12").await;
    let text = sample("policy.toml")
        .replace("valid_from = \"2025-07-01\"", "valid_from = \"2026-02-01\"")
        .replace("cut_off_days = 5", "cut_off_days = 6");
    for who in [OFFICER, FINANCE, COACH, "controle"] {
        assert!(world.post_text(who, "/v1/beleid", text.clone()).await.is_problem(403), "{who}");
    }
    assert!(world.post("beheer", "/v1/beleid", &json!({})).await.is_problem(415));
    let refused = world.post_text("beheer", "/v1/beleid", text.replace("persons = 2", "persons = 0")).await;
    assert!(refused.is_problem(400));
    assert!(refused.json()["fouten"][0]["detail"].as_str().expect("text").starts_with("`approval`"));
    let same_day = world.post_text("beheer", "/v1/beleid", sample("policy.toml")).await;
    assert!(same_day.is_problem(409));

    let proposed = world.post_text("beheer", "/v1/beleid", text.clone()).await;
    assert_eq!(proposed.status, 201);
    let policy = proposed.json();
    assert_eq!((&policy["status"], &policy["geldtVandaag"]), (&json!("voorgesteld"), &json!(false)));
    assert_eq!(
        policy["wijzigingen"],
        json!([
            { "sleutel": "cut_off_days", "was": "5", "wordt": "6" },
            { "sleutel": "valid_from", "was": "2025-07-01", "wordt": "2026-02-01" }
        ])
    );
    let path = format!("/v1/beleid/{}", policy["id"].as_str().expect("an id"));
    let approvals = format!("{path}/goedkeuringen");
    let same = world.post_text("beheer", &approvals, "").await;
    assert!(same.is_problem(403));
    assert!(same.json()["detail"].as_str().expect("text").contains("dit beleid"));
    assert!(world.post_text(OFFICER, &approvals, "").await.is_problem(403));
    let approved = world.post_text("beheer2", &approvals, "").await;
    assert_eq!(approved.status, 201);
    assert_eq!(
        (&approved.json()["status"], &approved.json()["goedgekeurdDoor"]),
        (&json!("goedgekeurd"), &json!("beheer2"))
    );
    assert!(world.post_text("beheer2", &approvals, "").await.is_problem(409));
    assert!(world.post_text("beheer", &format!("{path}/intrekkingen"), "").await.is_problem(409));

    let later = text.replace("2026-02-01", "2026-03-01");
    let proposed = world.post_text("beheer", "/v1/beleid", later).await.json();
    let path = format!("/v1/beleid/{}", proposed["id"].as_str().expect("an id"));
    let withdrawn = world.post_text("beheer", &format!("{path}/intrekkingen"), "").await;
    assert_eq!(
        (withdrawn.status, withdrawn.json()["status"].clone()),
        (StatusCode::CREATED, json!("ingetrokken"))
    );
    assert!(world.post_text("beheer2", &format!("{path}/goedkeuringen"), "").await.is_problem(409));
    let all = world.get(OFFICER, "/v1/beleid").await.json();
    let stands =
        |place: usize| (&all["resultaten"][place]["status"], &all["resultaten"][place]["geldtVandaag"]);
    assert_eq!(all["aantal"], 3);
    assert_eq!(stands(2), (&json!("goedgekeurd"), &json!(true)));
}

#[tokio::test]
async fn a_run_tells_what_is_different_and_how_many_must_still_sign() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("grip.db").display());
    let app = App::new(Store::open(&url, ONLY_MUNICIPALITY, Ids::Random).await.expect("a database"));
    let mut today: chrono::NaiveDate = "2026-01-01".parse().expect("a day");
    let mut story = script(&["hh-101", "hh-102"]);
    story.policy = story.policy.replace("persons = 1", "persons = 2");
    let mut play = Play::begin(&app, folder.path(), story, today).await.expect("a story");
    let found = loop {
        play.dawn(today).await.expect("a day");
        play.day(today).await.expect("a day");
        let runs = run::list(&mut app.store.read().await.expect("a moment")).await.expect("runs");
        if let Some(found) = runs.into_iter().find(|run| run.state == "proposed") {
            break found;
        }
        today = today.succ_opt().expect("a day");
    };
    let world = World { app, folder };
    let path = format!("/v1/betaalruns/{}", found.run_id);
    let changes = format!("{path}/verschillen");
    assert_eq!(world.get(FINANCE, &changes).await.json()["aantal"], 0);
    assert_eq!(world.get(FINANCE, &format!("{changes}?sinds=voorstel")).await.json()["aantal"], 0);
    assert!(world.get(COACH, &changes).await.is_problem(403));
    assert!(world.get(FINANCE, &format!("{changes}?sinds=gisteren")).await.is_problem(400));

    let approvals = format!("{path}/goedkeuringen");
    let first = world.approve(SECOND, &approvals, &found.content_hash).await;
    assert_eq!((first.status, first.json()["nogNodig"].clone()), (StatusCode::CREATED, json!(1)));
    assert_eq!(world.get(FINANCE, &path).await.json()["status"], "voorgesteld");
    assert!(world.approve(SECOND, &approvals, &found.content_hash).await.is_problem(409));

    // income is recorded: what was shown is not what would be paid
    let lines = world.get(FINANCE, &path).await.json();
    let living = lines["regels"].as_array().expect("lines").iter().find(|line| line["soort"] == "leefgeld");
    let living = living.expect("living money").clone();
    let event = json!({ "gebeurtenis": { "income": {
        "from": format!("{}-01", found.period), "monthly": "20.00"
    } } });
    let events =
        format!("/v1/huishoudens/{}/gebeurtenissen", living["huishoudenId"].as_str().expect("an id"));
    assert_eq!(world.post(OFFICER, &events, &event).await.status, 201);
    assert!(world.approve(FINANCE, &approvals, &found.content_hash).await.is_problem(409));
    let page = format!("/betaalruns/{}", found.run_id);
    assert!(world.get(FINANCE, &page).await.text().contains("Nog nodig: <strong>1</strong>"));
    assert!(world.get(SECOND, &page).await.text().contains("U hebt deze run al goedgekeurd"));
    let form = format!("inhoud={}", found.content_hash);
    let refused = world.fill_in(FINANCE, &format!("{page}/goedkeuringen"), form).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("Ander bedrag: "));
    let since = world.get(FINANCE, &format!("{changes}?sinds=voorstel")).await.json();
    let amount = since["resultaten"]
        .as_array()
        .expect("changes")
        .iter()
        .find(|one| one["soort"] == "bedrag" && one["regel"]["onderwerpId"] == living["onderwerpId"]);
    let amount = amount.unwrap_or_else(|| panic!("no change: {since}"));
    assert_eq!(amount["bedragWas"], living["bedrag"]);
    assert_ne!(amount["regel"]["bedrag"], living["bedrag"]);
}

/// A text as a browser sends it in a form.
fn form_value(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    let coded = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.replace('\n', "\r\n").bytes().map(coded).collect()
}

#[tokio::test]
async fn a_second_administrator_approves_on_the_page_what_changes() {
    let world = World::played(&[], "2026-01-12", "2026-01-12").await;
    let text = sample("policy.toml")
        .replace("valid_from = \"2025-07-01\"", "valid_from = \"2026-02-01\"")
        .replace("single = \"300.00\"", "single = \"325.00\"");
    let form = format!("tekst={}", form_value(&text));
    assert_eq!(world.fill_in(OFFICER, "/beleid", form.clone()).await.status, 403);
    assert!(!world.get(OFFICER, "/beleid").await.text().contains("<textarea"));
    let checked = world.fill_in("beheer", "/beleid/controles", form.clone()).await;
    assert_eq!(checked.status, 200);
    let page = checked.text();
    assert!(page.contains("living_money_floor.single</code><br>was: 300.00<br>wordt: <strong>325.00"));
    assert!(!page.contains("is al geweest"));
    let past = format!("tekst={}", form_value(&text.replace("2026-02-01", "2026-01-01")));
    assert!(world.fill_in("beheer", "/beleid/controles", past).await.text().contains("is al geweest"));
    assert_eq!(world.get("beheer", "/v1/beleid").await.json()["aantal"], 1);
    let wrong = format!("tekst={}", form_value(&text.replace("cut_off_days", "cut_of_days")));
    let wrong = world.fill_in("beheer", "/beleid/controles", wrong).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("De sleutel `cut_of_days` bestaat niet"));

    assert_eq!(world.fill_in("beheer", "/beleid", form.clone()).await.status, 303);
    let proposed = world.get(OFFICER, "/v1/beleid").await.json()["resultaten"][0].clone();
    assert_eq!(proposed["tekst"], text);
    let approve = format!("/beleid/{}/goedkeuringen", proposed["id"].as_str().expect("an id"));
    assert!(world.get("beheer2", "/beleid").await.text().contains(&approve));
    assert!(!world.get("beheer", "/beleid").await.text().contains(&approve));
    let same = world.fill_in("beheer", &approve, String::new()).await;
    assert_eq!(same.status, 409);
    assert!(same.text().contains("U hebt dit zelf voorgesteld"));
    assert_eq!(world.fill_in("beheer2", &approve, String::new()).await.status, 303);
    assert!(world.get(OFFICER, "/beleid").await.text().contains("Beleid vanaf 1 februari 2026: goedgekeurd"));
    let again = world.fill_in("beheer2", "/beleid", form).await;
    assert!(again.text().contains("Vanaf 1 februari 2026 geldt al een beleid"));
}

#[tokio::test]
async fn a_client_gets_a_month_that_adds_up_on_paper() {
    let world = World::played(&["hh-101"], "2026-01-01", "2026-03-10").await;
    let household = world.get(OFFICER, "/v1/huishoudens").await.json()["resultaten"][0]["id"].clone();
    let household = household.as_str().expect("an id");
    let page = world.get(COACH, &format!("/huishoudens/{household}")).await.text();
    let path = page.split("href=\"").find(|rest| rest.contains("/specificaties/")).expect("a link");
    let path = path.split('"').next().expect("an address").to_owned();
    let shown = world.get(COACH, &path).await;
    assert_eq!(shown.status, 200);
    for words in ["Uw geld in ", "Rekeningen die wij voor u betalen", "Blijft over voor u"] {
        assert!(shown.text().contains(words), "{words}");
    }
    assert_eq!(world.get(FINANCE, &path).await.status, 403);
    for month in ["2024-01", "maart"] {
        let path = format!("/huishoudens/{household}/specificaties/{month}");
        assert_eq!(world.get(COACH, &path).await.status, 404, "{month}");
    }
}

/// Every property of a schema, with its name.
fn properties<'a>(schema: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                found.extend(properties.iter().map(|(name, schema)| (name.as_str(), schema)));
            }
            object.values().for_each(|inner| properties(inner, found));
        }
        Value::Array(inner) => inner.iter().for_each(|inner| properties(inner, found)),
        _ => {}
    }
}

#[test]
fn the_document_follows_the_api_design_rules() {
    let document = serde_json::to_value(document()).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], "1.0.0");
    assert!(document["servers"][0]["url"].as_str().expect("an address").ends_with("/v1"));
    for key in ["name", "email", "url"] {
        assert!(document["info"]["contact"][key].is_string(), "{key}");
    }
    assert!(document["components"]["securitySchemes"]["basicAuth"].is_object());
    let mut found = Vec::new();
    properties(&document, &mut found);
    let days: Vec<_> = found.iter().filter(|(name, _)| name.ends_with("Datum")).collect();
    assert!(12 <= days.len());
    for (name, schema) in days {
        assert_eq!(schema["format"], "date", "{name}");
    }
    for (name, _) in &found {
        let camel = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains(['_', '-']);
        assert!(camel, "{name}");
        assert!(!name.to_lowercase().contains("bsn"), "{name}");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        let pascal =
            name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(char::is_alphanumeric);
        assert!(pascal, "{name}");
    }
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let kebab = |part: &str| {
            part == "openapi.json"
                || ["{id}", "{maand}", "{boekingId}", "{deel}"].contains(&part)
                || part.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        };
        assert!(path.split('/').all(kebab), "{path}");
        for operation in item.as_object().expect("operations").values() {
            assert!(ids.insert(operation["operationId"].as_str().expect("an id").to_owned()));
            assert!(operation["tags"][0].is_string(), "{path}");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                assert!(response["headers"]["API-Version"].is_object(), "{path} {status}");
                let is_problem = response["content"]["application/problem+json"].is_object();
                assert_eq!(is_problem, !status.starts_with('2'), "{path} {status}");
            }
        }
    }
}
