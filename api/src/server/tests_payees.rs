//! Payees by API and page: who may do what, and what is said when it is refused.

use super::{OFFICER, SECOND, World};
use crate::play::{COACH, FINANCE};
use serde_json::{Value, json};

const LANDLORD: &str = "Woonstichting Voorbeeld";

impl World {
    async fn payee(&self, name: &str) -> Value {
        let list = self.get(FINANCE, "/v1/ontvangers").await.json();
        let all = list["resultaten"].as_array().expect("payees").clone();
        all.into_iter().find(|payee| payee["naam"] == name).expect("a payee")
    }

    async fn send_form(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> super::Answer {
        let encode = |text: &str| {
            let byte = |byte: u8| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            };
            text.bytes().map(byte).collect::<String>()
        };
        let pairs: Vec<String> =
            fields.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
        self.fill_in(who, path, pairs.join("&")).await
    }
}

fn newest(payee: &Value) -> Value {
    payee["rekeningen"].as_array().expect("accounts").last().expect("an account").clone()
}

#[tokio::test]
async fn an_application_records_an_account_calls_back_and_another_user_approves_it() {
    let world = World::empty().await;
    let payee = world.payee(LANDLORD).await;
    assert_eq!((&payee["soort"], &payee["wachtOmdat"]), (&json!("ontvanger"), &Value::Null));
    let path = format!("/v1/ontvangers/{}", payee["id"].as_str().expect("an id"));
    let new = json!({ "rekeningnummer": "NL91 ABNA 0417 1643 00", "rekeninghouder": "Stichting Voorbeeld" });
    assert!(world.post(COACH, &format!("{path}/rekeningen"), &new).await.is_problem(403));
    let added = world.post(OFFICER, &format!("{path}/rekeningen"), &new).await;
    assert_eq!((added.status.as_u16(), added.header("location")), (201, path.as_str()));
    let account = newest(&added.json());
    assert_eq!((&account["status"], &account["nummer"]), (&json!("vastgelegd"), &json!(2)));
    assert_eq!(account["rekeningnummer"], "NL91ABNA0417164300");
    let hidden = newest(&world.get("controle", &path).await.json());
    assert_eq!(hidden["rekeningnummer"], "NL91…4300", "the auditor needs no whole number");
    let account = format!("/v1/rekeningen/{}", account["id"].as_str().expect("an id"));
    let approve = format!("{account}/goedkeuringen");
    assert!(world.post(OFFICER, &approve, &json!({})).await.is_problem(403), "who recorded it");
    let early = world.post(FINANCE, &approve, &json!({})).await;
    assert!(early.is_problem(409) && early.json()["type"] == "urn:grip:probleem:niet-teruggebeld");
    let calls = format!("{account}/terugbelbewijzen");
    let call = |number: &str| json!({ "gesprokenMet": "mw. Bos", "telefoonnummer": number, "nummerBekendVan": "huurcontract" });
    assert!(world.post(OFFICER, &calls, &call("")).await.is_problem(400));
    let future = json!({ "gesprokenMet": "mw. Bos", "telefoonnummer": "035", "nummerBekendVan": "contract",
        "datum": "2026-12-01" });
    assert!(world.post(OFFICER, &calls, &future).await.is_problem(400));
    assert_eq!(world.post(OFFICER, &calls, &call("035 123 45 67")).await.status, 201);
    assert!(world.post(OFFICER, &calls, &call("035 123 45 67")).await.is_problem(409));
    let done = world.post(FINANCE, &approve, &json!({})).await;
    assert_eq!(newest(&done.json())["goedgekeurd"]["door"], FINANCE);
    assert!(world.post(SECOND, &approve, &json!({})).await.is_problem(409));
    let reason = json!({ "reden": "brief was vals" });
    let withdrawn = world.post(OFFICER, &format!("{account}/intrekkingen"), &reason).await;
    assert_eq!(newest(&withdrawn.json())["status"], "ingetrokken");
    assert!(world.get(COACH, &path).await.is_problem(403));
    assert!(world.get("beheer", "/v1/ontvangers").await.is_problem(403));
}

#[tokio::test]
async fn a_name_check_is_recorded_and_decided_by_another_user() {
    let world = World::empty().await;
    let payee = world.payee(LANDLORD).await;
    let account = format!("/v1/rekeningen/{}", newest(&payee)["id"].as_str().expect("an id"));
    let answer = json!({ "uitkomst": "lijktErop", "gegevenNaam": "Voorbeeld B.V.", "bron": "BNG-portaal" });
    let told = world.post(FINANCE, &format!("{account}/naamcontroles"), &answer).await;
    assert_eq!(told.status, 201);
    let why = told.json()["wachtOmdat"].as_str().expect("a reason").to_owned();
    assert!(why.contains("de naam lijkt erop"), "{why}");
    let check = newest(&told.json())["naamcontroles"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/naamcontroles/{check}/besluiten");
    let decision = json!({ "betalen": true, "grond": "handelsnaam" });
    // the municipality file was handed in by the officer
    assert!(world.post(OFFICER, &path, &decision).await.is_problem(403));
    assert!(world.post(COACH, &path, &decision).await.is_problem(403));
    let decided = world.post(SECOND, &path, &decision).await;
    assert_eq!((decided.status.as_u16(), &decided.json()["wachtOmdat"]), (201, &Value::Null));
    assert!(world.post(SECOND, &path, &decision).await.is_problem(409));
    let nobody = "/v1/naamcontroles/00000000-0000-7000-8000-0000000000ff/besluiten";
    assert!(world.post(SECOND, nobody, &decision).await.is_problem(404));
}

#[tokio::test]
async fn a_new_payee_is_entered_on_a_page_called_back_about_and_approved() {
    let world = World::empty().await;
    for who in [COACH, "beheer", "controle"] {
        assert_eq!(world.get(who, "/ontvangers/nieuw").await.status, 403, "{who}");
    }
    let form =
        [("naam", "Verhuur Nieuw B.V."), ("rekening", "NL91ABNA0417164301"), ("houder", ""), ("vanaf", "")];
    let wrong = world.send_form(OFFICER, "/ontvangers", &form).await;
    assert!(wrong.status == 400 && wrong.text().contains("is geen rekeningnummer"), "{}", wrong.text());
    let form =
        [("naam", "Verhuur Nieuw B.V."), ("rekening", "NL91ABNA0417164300"), ("houder", ""), ("vanaf", "")];
    let entered = world.send_form(OFFICER, "/ontvangers", &form).await;
    assert_eq!(entered.status, 303, "{}", entered.text());
    let page = entered.header("location").to_owned();
    let twice = world.send_form(OFFICER, "/ontvangers", &form).await;
    assert!(twice.text().contains("Er is al een ontvanger"), "{}", twice.text());
    let shown = world.get(FINANCE, &page).await.text();
    assert!(
        shown.contains("Nu gaat er niets naar deze ontvanger") && shown.contains("niemand heeft teruggebeld")
    );
    assert!(!shown.contains("Deze rekening goedkeuren"));
    let id = newest(&world.payee("Verhuur Nieuw B.V.").await)["id"].as_str().expect("an id").to_owned();
    let call = [("met", "dhr. Vos"), ("nummer", "030 1234567"), ("bekend", "website"), ("dag", "")];
    let called = world.send_form(OFFICER, &format!("/rekeningen/{id}/terugbellen"), &call).await;
    assert_eq!((called.status.as_u16(), called.header("location")), (303, page.as_str()));
    let own = world.send_form(OFFICER, &format!("/rekeningen/{id}/goedkeuringen"), &[]).await;
    assert!(own.status == 409 && own.text().contains("U hebt deze rekening zelf vastgelegd"));
    assert!(world.get(FINANCE, &page).await.text().contains("Deze rekening goedkeuren"));
    assert_eq!(world.send_form(FINANCE, &format!("/rekeningen/{id}/goedkeuringen"), &[]).await.status, 303);
    assert!(world.get(OFFICER, &page).await.text().contains("Kan betaald worden"));
    let auditor = world.get("controle", &page).await.text();
    assert!(
        !auditor.contains("0417 1643") && !auditor.contains("<form method=\"post\" action=\"/rekeningen")
    );
}

#[tokio::test]
async fn an_address_is_recorded_for_a_bank_that_asks_for_it_and_taken_away_again() {
    let world = World::empty().await;
    let payee = world.payee(LANDLORD).await;
    assert_eq!((&payee["adres"], &payee["adresKanNodigZijn"]), (&Value::Null, &json!(false)));
    let id = payee["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/ontvangers/{id}/adressen");
    let address = json!({ "adres": { "straat": "Bahnhofstrasse", "huisnummer": "12", "plaats": "Zürich", "land": "ch" } });
    assert!(world.post(COACH, &path, &address).await.is_problem(403));
    let wrong = json!({ "adres": { "plaats": "Zürich", "land": "Zwitserland" } });
    let refused = world.post(OFFICER, &path, &wrong).await;
    assert!(
        refused.is_problem(400) && refused.text().contains("geen code van twee letters"),
        "{}",
        refused.text()
    );
    let set = world.post(OFFICER, &path, &address).await;
    assert_eq!((set.status.as_u16(), &set.json()["adres"]["land"]), (201, &json!("CH")), "{}", set.text());
    let page = world.get(FINANCE, &format!("/ontvangers/{id}")).await.text();
    assert!(page.contains("Bahnhofstrasse 12") && page.contains("gaat mee met elke betaling"));
    let empty = [("straat", ""), ("huisnummer", ""), ("postcode", ""), ("plaats", " "), ("land", "")];
    let gone = world.send_form(FINANCE, &format!("/ontvangers/{id}/adres"), &empty).await;
    assert_eq!(gone.status, 303, "{}", gone.text());
    assert_eq!(world.payee(LANDLORD).await["adres"], Value::Null);
    let half = [("straat", ""), ("huisnummer", ""), ("postcode", "8001"), ("plaats", ""), ("land", "CH")];
    let told = world.send_form(FINANCE, &format!("/ontvangers/{id}/adres"), &half).await;
    assert!(told.status == 409 && told.text().contains("geen letter of cijfer"), "{}", told.text());
    let nobody = "/v1/ontvangers/00000000-0000-7000-8000-0000000000ff/adressen";
    assert!(world.post(OFFICER, nobody, &address).await.is_problem(404));
}
