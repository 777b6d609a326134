//! What holds for every answer of the API, and the document that describes it.

use super::*;

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
    let routes = routes.layer(axum::middleware::from_fn(crate::server::layers::around));
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
    let routes = routes.layer(axum::middleware::from_fn(crate::server::layers::around));
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
                || ["{id}", "{maand}", "{boekingId}", "{deel}", "{bestandsnaam}"].contains(&part)
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
