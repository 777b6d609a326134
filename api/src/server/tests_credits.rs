//! Receipts with their photographs: what comes in through the page of a coach and the API, and how it goes out again.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use super::{Answer, World, request};
use crate::play::{COACH, FINANCE, OFFICER};
use crate::store::Scope;
use crate::store::household;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\
    \xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0 a receipt of the furniture shop";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

/// A form with texts and files, each with the name and type that its sender claims.
fn form(texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in texts {
        body.extend(
            format!("--grens\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    for (name, media_type, bytes) in files {
        let head = format!(
            "--grens\r\ncontent-disposition: form-data; name=\"bestand\"; filename=\"{name}\"\r\n\
             content-type: {media_type}\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--grens--\r\n");
    body
}

const BED: [(&str, &str); 6] = [
    ("credit", "K-2026-104"),
    ("tranche", "1"),
    ("line", "bed 349,99"),
    ("shop", "Woonhal"),
    ("bought_on", "2026-02-09"),
    ("number", "17"),
];

impl World {
    async fn with_a_credit() -> (World, String) {
        let world = World::played(&["hh-104"], "2026-02-01", "2026-02-10").await;
        let files = household::files(&mut world.app.store.read().await.expect("reads"), Scope::All).await;
        let id = files.expect("households")[0].household.id.to_string();
        (world, id)
    }

    async fn show_receipt(&self, who: &str, path: &str, body: Vec<u8>) -> Answer {
        let headers = [
            ("content-type", "multipart/form-data; boundary=grens"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://localhost"),
            ("host", "localhost"),
        ];
        self.send(request(Method::POST, path, Some(who), &headers, Body::from(body))).await
    }

    /// How many receipts and photographs are kept.
    async fn kept_of(&self, id: &str) -> (usize, usize) {
        let mut at = self.app.store.read().await.expect("reads");
        let files = household::files(&mut at, Scope::All).await.expect("households");
        let photographs =
            crate::store::evidence_file::list(&mut at, id.parse::<uuid::Uuid>().expect("an id").into());
        (files[0].credits[0].evidence.len(), photographs.await.expect("files").len())
    }
}

#[tokio::test]
async fn a_coach_photographs_a_receipt_and_whoever_may_see_the_household_sees_it_again() {
    let (world, id) = World::with_a_credit().await;
    let path = format!("/huishoudens/{id}/bonnen");
    let page = world.get(COACH, &path).await;
    assert!(
        page.text().contains("accept=\"image/*,application/pdf\" capture"),
        "a telephone takes a photograph"
    );
    let body = form(&BED, &[("tesfay-etc.jpg", "image/jpeg", JPEG)]);
    let answer = world.show_receipt(COACH, &path, body.clone()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(world.kept_of(&id).await, (1, 1));
    let again = world.show_receipt(COACH, &path, body).await;
    assert!(again.text().contains("Dit is al vastgelegd"), "{}", again.text());
    assert_eq!(world.kept_of(&id).await, (1, 1));

    let page = world.get(OFFICER, &path).await.text();
    assert!(page.contains("349,99") && !page.contains("etc"), "the name of a file is not kept");
    let link = page.split("href=\"").find(|link| link.starts_with(&format!("{path}/"))).expect("a link");
    let link = link.split('"').next().expect("an end");
    let photograph = world.get(COACH, link).await;
    assert_eq!((photograph.status.as_u16(), photograph.body.as_slice()), (200, JPEG));
    assert_eq!(photograph.header("content-type"), "image/jpeg");
    assert_eq!(photograph.header("x-content-type-options"), "nosniff");
    assert!(photograph.header("content-security-policy").contains("sandbox"));
    assert!(photograph.header("content-disposition").starts_with("inline; filename=\"bewijs-"));
    assert_eq!(photograph.header("cache-control"), "no-store");
    assert_eq!(world.get(FINANCE, link).await.status, 403);
    let other =
        format!("/huishoudens/{}/bonnen/{}", uuid::Uuid::nil(), link.rsplit('/').next().expect("a hash"));
    assert_eq!(world.get(COACH, &other).await.status, 404, "a file belongs to its household");

    let own = world.get(COACH, &format!("/huishoudens/{id}/krediet")).await.text();
    assert!(own.contains("Wat u kunt kopen met deel 1") && own.contains("€ 349,99"), "{own}");
}

#[tokio::test]
async fn what_is_no_photograph_is_refused_in_words_and_nothing_is_kept() {
    let (world, id) = World::with_a_credit().await;
    let path = format!("/huishoudens/{id}/bonnen");
    let html = b"<!doctype html><title>bon</title>".as_slice();
    for (name, bytes) in [("bon.jpg", SVG), ("bon.jpg", html), ("bon.pdf", b"MZ\x90".as_slice())] {
        let refused = world.show_receipt(COACH, &path, form(&BED, &[(name, "image/jpeg", bytes)])).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("geen JPEG, PNG of PDF"), "{}", refused.text());
    }
    for path_as_name in ["../../etc/passwd", "C:\\bonnen\\bon.jpg", "/bon.jpg"] {
        let refused =
            world.show_receipt(COACH, &path, form(&BED, &[(path_as_name, "image/jpeg", JPEG)])).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains("is een pad"), "{}", refused.text());
    }
    let mut large = b"%PDF-1.7\n".to_vec();
    large.resize(11 * 1024 * 1024, b' ');
    let refused =
        world.show_receipt(COACH, &path, form(&BED, &[("bon.pdf", "application/pdf", &large)])).await;
    assert!(refused.text().contains("groter dan 10 MB"), "{}", refused.text());
    large.resize(200 * 1024 * 1024, b' ');
    let refused =
        world.show_receipt(COACH, &path, form(&BED, &[("bon.pdf", "application/pdf", &large)])).await;
    assert_eq!(refused.status, 413);
    let negative = [("credit", "K-2026-104"), ("tranche", "1"), ("line", "bed -5,00")];
    let refused = world.show_receipt(COACH, &path, form(&negative, &[("a.jpg", "image/jpeg", JPEG)])).await;
    assert!(refused.status.is_client_error());
    let refused = world.show_receipt(FINANCE, &path, form(&BED, &[("a.jpg", "image/jpeg", JPEG)])).await;
    assert_eq!(refused.status, 403);
    assert_eq!(world.kept_of(&id).await, (0, 0));
}

#[tokio::test]
async fn a_program_hands_a_file_in_and_evidence_names_it_by_its_hash() {
    let (world, id) = World::with_a_credit().await;
    let path = format!("/v1/huishoudens/{id}/bewijsbestanden");
    let send = async |bytes: &'static [u8]| {
        let headers = [("content-type", "image/jpeg")];
        world.send(request(Method::POST, &path, Some(COACH), &headers, Body::from(bytes))).await
    };
    let first = send(JPEG).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(send(JPEG).await.status, 200);
    assert!(send(SVG).await.status.is_client_error());
    let hash = first.json()["sha256"].as_str().expect("a hash").to_owned();
    let events = format!("/v1/huishoudens/{id}/gebeurtenissen");
    let evidence = |hash: &str, number: &str| {
        json!({ "gebeurtenis": { "evidence": { "credit": "K-2026-104", "tranche": 1, "file": [hash],
            "number": number, "line": [{ "category": "bed", "amount": "100.00" }] } } })
    };
    let unknown = world.post(COACH, &events, &evidence(&"0".repeat(64), "1")).await;
    assert!(
        unknown.status.is_client_error() && unknown.text().contains("niet bij dit huishouden ingeleverd")
    );
    for number in ["1", "2"] {
        assert_eq!(world.post(COACH, &events, &evidence(&hash, number)).await.status, 201);
    }
    let credits = world.get(COACH, "/v1/inrichtingskredieten").await.json();
    let lines = &credits["resultaten"][0]["deelbetalingen"][0]["bewijs"];
    assert_eq!((&lines[0]["stand"], &lines[1]["stand"]), (&json!("teltMee"), &json!("dubbel")), "{lines}");
    let given = world.get(COACH, &format!("{path}/{hash}")).await;
    assert_eq!((given.status.as_u16(), given.body.as_slice()), (200, JPEG));
    assert!(given.header("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn a_sample_is_drawn_looked_at_by_another_and_measured() {
    let (world, id) = World::with_a_credit().await;
    let path = format!("/huishoudens/{id}/bonnen");
    world.show_receipt(COACH, &path, form(&BED, &[])).await;
    let given = json!({ "zaad": "februari", "zekerheid": "0.95", "marge": "0.05", "van": "2026-02-01",
        "tot": "2026-02-28" });
    assert_eq!(world.post(COACH, "/v1/steekproeven", &given).await.status, 403);
    let drawn = world.post(OFFICER, "/v1/steekproeven", &given).await;
    assert_eq!(drawn.status, 201, "{}", drawn.text());
    assert_eq!(world.post(OFFICER, "/v1/steekproeven", &given).await.status, 409);
    let check = format!("/v1/steekproeven/{}/trekkingen/1", drawn.json()["id"].as_str().expect("an id"));
    let seen = json!({ "uitkomst": "confirmed", "toelichting": "gezien" });
    assert!(world.post(COACH, &check, &seen).await.text().contains("zelf vastgelegd"));
    let done = world.post(OFFICER, &check, &seen).await;
    assert_eq!(done.status, 201, "{}", done.text());
    assert_eq!((&done.json()["bekeken"], &done.json()["deel"]), (&json!(1), &json!("1.0000")));
    assert!(world.get(COACH, "/steekproeven").await.text().contains("1 van 1 kloppen: 100,0 %"));
}

#[tokio::test]
async fn what_a_decision_leaves_to_the_policy_is_told_back_and_the_same_request_again_adds_nothing() {
    let (world, id) = World::with_a_credit().await;
    let events = format!("/v1/huishoudens/{id}/gebeurtenissen");
    let credit = json!({"gebeurtenis": {"credit": {"reference": "K-500", "amount": "1000.00"}}});
    let first = world.post(OFFICER, &events, &credit).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(first.json()["gebeurtenis"]["credit"]["tranche"][0]["amount"], "400.00", "{}", first.text());
    let again = world.post(OFFICER, &events, &credit).await;
    assert_eq!((again.status.as_u16(), again.json()["id"].clone()), (200, first.json()["id"].clone()));
    // whether another household showed a photograph is looked up, and not for who records to say
    let line = json!([{"category": "bed", "amount": "10.00"}]);
    let sent = json!({"credit": "K-500", "tranche": 1, "line": line, "elsewhere": true});
    let told = world.post(COACH, &events, &json!({"gebeurtenis": {"evidence": sent}})).await;
    assert!(told.status.is_client_error() && told.text().contains("wordt opgezocht"), "{}", told.text());
}
