//! Households by API and page: entered, changed, rehearsed, with their tasks and months.

use super::*;

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
