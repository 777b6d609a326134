//! The API as an application uses it, on both databases.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use grip_api::play::PASSWORD;
use grip_api::server::router;
use grip_tests::{World, databases, sample, script, world};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    kind: String,
    pub(crate) body: Value,
    pub(crate) text: String,
}

pub(crate) async fn ask(
    world: &World,
    name: Option<&str>,
    method: &str,
    path: &str,
    body: Option<(&str, Vec<u8>)>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(name) = name {
        let code = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{PASSWORD}"));
        request = request.header(header::AUTHORIZATION, format!("Basic {code}"));
    }
    let body = match body {
        Some((kind, bytes)) => {
            request = request.header(header::CONTENT_TYPE, kind);
            Body::from(bytes)
        }
        None => Body::empty(),
    };
    let request = request.body(body).expect("a request");
    let response = router(world.app.clone()).oneshot(request).await.expect("an answer");
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status, kind, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), text }
}

pub(crate) async fn get(world: &World, name: &str, path: &str) -> Value {
    let answer = ask(world, Some(name), "GET", path, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

#[tokio::test]
async fn nothing_is_reached_without_a_sign_in_and_what_does_not_exist_is_404_for_everyone() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(Vec::new()), "2026-01-01", "2025-12-31").await;
        for (path, stranger, known) in [
            ("/v1/huishoudens", 401, 200),
            ("/v1/betaalplannen", 401, 200),
            ("/v1/betaalruns", 401, 200),
            ("/v1/betaalbestanden", 401, 403),
            ("/v1/bankafschriften", 401, 403),
            ("/v1/inrichtingskredieten", 401, 200),
            ("/v1/signalen", 401, 200),
            ("/", 401, 200),
            ("/huishoudens", 401, 200),
            ("/v1/openapi.json", 200, 200),
            ("/healthz", 200, 200),
            ("/inloggen", 200, 200),
            ("/v1/gebruikers", 404, 404),
            ("/v1/huishoudens/", 404, 404),
            ("/bestaat-niet", 404, 404),
        ] {
            assert_eq!(ask(&world, None, "GET", path, None).await.status, stranger, "{path} for a stranger");
            assert_eq!(
                ask(&world, Some("wit"), "GET", path, None).await.status,
                known,
                "{path} for an officer"
            );
        }
        assert_eq!(ask(&world, None, "DELETE", "/v1/signalen", None).await.status, 401);
        let wrong = ask(&world, Some("wit"), "DELETE", "/v1/signalen", None).await;
        assert_eq!(
            (wrong.status, wrong.kind.as_str()),
            (StatusCode::METHOD_NOT_ALLOWED, "application/problem+json")
        );
    }
}

#[tokio::test]
async fn a_run_is_approved_by_a_second_person_even_days_after_it_was_proposed() {
    for kind in databases() {
        let world = world(kind).await;
        // proposed on Friday 20 February; the business date is 20 February, the approval comes on the 24th
        let play = world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-20").await;
        let late =
            play.grant_to("nobody", grip_engine::access::Action::WorkDay, grip_tests::day("2026-02-24"));
        let mut change =
            world.app.store.begin(&late.expect("the system may"), "business date").await.expect("begins");
        grip_api::store::municipality::set_business_date(&mut change, grip_tests::day("2026-02-24"))
            .await
            .expect("set");
        change.commit().await.expect("commits");

        let runs = get(&world, "jansen", "/v1/betaalruns").await;
        let run = &runs["resultaten"][0];
        assert_eq!(run["status"], "voorgesteld");
        let path = format!("/v1/betaalruns/{}/goedkeuringen", run["id"].as_str().expect("an id"));
        let approve = async |name: &str, hash: &Value| {
            let body = json!({ "inhoudshash": hash }).to_string().into_bytes();
            ask(&world, Some(name), "POST", &path, Some(("application/json", body))).await.status
        };
        assert_eq!(approve("wit", &run["inhoudshash"]).await, StatusCode::FORBIDDEN, "who recorded it");
        assert_eq!(approve("smit", &run["inhoudshash"]).await, StatusCode::FORBIDDEN, "a coach");
        assert_eq!(approve("jansen", &json!("00")).await, StatusCode::CONFLICT, "what was not shown");
        assert_eq!(approve("jansen", &json!(7)).await, StatusCode::BAD_REQUEST, "no hash");
        assert_eq!(approve("jansen", &run["inhoudshash"]).await, StatusCode::CREATED);
        assert_eq!(approve("jansen", &run["inhoudshash"]).await, StatusCode::CONFLICT, "twice");
        assert_eq!(world.payments("HH-101").await.lines().count(), 5);
    }
}

#[tokio::test]
async fn a_statement_is_taken_in_once_and_settles_what_it_explains() {
    for kind in databases() {
        let world = world(kind).await;
        world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-02-27").await;
        let folder = world.folder().join("bankafschriften");
        let file = std::fs::read_dir(folder).expect("statements").find_map(|file| {
            let path = file.expect("a file").path();
            path.to_string_lossy().contains("bng-2026-02-27").then_some(path)
        });
        let bytes = std::fs::read(file.expect("the statement of the pay day")).expect("readable");
        let other = fresh(kind).await;
        let send = async |name: &str, kind: &str, bytes: Vec<u8>| {
            ask(&other, Some(name), "POST", "/v1/bankafschriften", Some((kind, bytes))).await
        };
        assert_eq!(send("wit", "application/xml", bytes.clone()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            send("bakker", "text/plain", bytes.clone()).await.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let broken = send("bakker", "application/xml", bytes[..bytes.len() / 2].to_vec()).await;
        assert_eq!(
            (broken.status, broken.kind.as_str()),
            (StatusCode::BAD_REQUEST, "application/problem+json")
        );
        assert_eq!(send("bakker", "application/xml", bytes.clone()).await.status, StatusCode::CREATED);
        assert_eq!(send("bakker", "application/xml", bytes).await.status, StatusCode::OK);
        let statements = get(&other, "bakker", "/v1/bankafschriften").await;
        assert_eq!(statements["aantal"], 1);
    }
}

/// The same municipality without what the bank said.
async fn fresh(kind: grip_tests::Kind) -> World {
    let world = world(kind).await;
    world.play(script(Vec::new()), "2026-01-01", "2025-12-31").await;
    world
}
