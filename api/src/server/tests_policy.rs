//! The policy by API and page: two administrators.

use super::*;

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
