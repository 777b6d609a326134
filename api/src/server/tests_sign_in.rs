//! Who gets in, who does not, and who reaches what.

use super::*;

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
