//! Payment runs by API: in pages, signed by a second person, with what is different.

use super::*;

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
