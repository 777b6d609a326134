//! Payment files, statements and the doors of finance systems, by API and page.

use super::*;

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

/// The ten households of the samples, until their first files were offered and booked.
async fn with_files() -> World {
    World::played(&["hh-101", "hh-102"], "2026-01-01", "2026-03-10").await
}

impl World {
    /// Hands a file in as another system does.
    async fn hand_in(&self, who: &str, (name, body): (&str, &str), more: &[(&str, &str)]) -> super::Answer {
        let mut headers = vec![("content-type", "application/octet-stream"), ("bestandsnaam", name)];
        headers.extend(more);
        self.send(request(Method::POST, "/v1/inbox", Some(who), &headers, body.to_owned().into())).await
    }
}

#[tokio::test]
async fn the_inbox_takes_every_file_that_the_folder_takes_once_and_as_it_was_sent() {
    let world = World::empty().await;
    let statement = ("afschrift.xml", STATEMENT);
    let wrong = world.hand_in(FINANCE, statement, &[("controlesom", "00ff")]).await;
    assert!(wrong.is_problem(400) && wrong.text().contains("stuur het opnieuw"), "{}", wrong.text());
    assert_eq!(world.get(FINANCE, "/v1/bankafschriften").await.json()["aantal"], 0);
    let sum = {
        use sha2::{Digest, Sha256};
        grip_engine::bank::payment_run::hex(&Sha256::digest(STATEMENT.as_bytes()))
    };
    let first = world.hand_in(FINANCE, statement, &[("controlesom", &sum.to_uppercase())]).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let done = first.json();
    assert_eq!((&done["sha256"], &done["helemaalIngelezen"]), (&json!(sum), &json!(true)));
    assert_eq!((&done["afschrift"]["nieuweBoekingen"], &done["antwoord"]), (&json!(1), &Value::Null));
    let again = world.hand_in(FINANCE, statement, &[]).await;
    assert_eq!((again.status.as_u16(), &again.json()["afschrift"]["dubbeleBoekingen"]), (200, &json!(1)));
    // what the folder would not take is not taken here
    for name in ["afschrift.zip", "afschrift", ""] {
        assert!(world.hand_in(FINANCE, (name, STATEMENT), &[]).await.is_problem(400), "{name}");
    }
    // decisions are recorded by an officer, statements taken in by finance, and nothing by a coach
    let payees = "name,iban,valid_from,verified_by\nVerhuur Nieuw,NL91ABNA0417164300,2026-01-01,bakker\n";
    assert!(world.hand_in(FINANCE, ("ontvangers.csv", payees), &[]).await.is_problem(403));
    assert!(world.hand_in(OFFICER, statement, &[]).await.is_problem(403));
    assert!(world.hand_in(COACH, ("x", ""), &[]).await.is_problem(403));
    let taken = world.hand_in(OFFICER, ("ontvangers.csv", payees), &[]).await;
    assert_eq!(
        (taken.status.as_u16(), &taken.json()["besluiten"]["nieuw"]),
        (201, &json!(1)),
        "{}",
        taken.text()
    );
    let again = world.hand_in(OFFICER, ("ontvangers.csv", payees), &[]).await;
    assert_eq!((again.status.as_u16(), &again.json()["besluiten"]["ongewijzigd"]), (200, &json!(1)));
}

#[tokio::test]
async fn an_answer_of_the_bank_comes_through_the_inbox_too() {
    let world = with_files().await;
    let file = world.get(FINANCE, "/v1/betaalbestanden").await.json()["resultaten"][0].clone();
    let told = format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.002.001.03'><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId><GrpSts>ACSP</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt>\
         </Document>",
        file["berichtkenmerk"].as_str().expect("an id")
    );
    let first = world.hand_in(FINANCE, ("antwoord.xml", &told), &[]).await;
    assert_eq!(
        (first.status.as_u16(), &first.json()["antwoord"]["bestandsnaam"]),
        (201, &file["bestandsnaam"])
    );
    let again = world.hand_in(FINANCE, ("antwoord.xml", &told), &[]).await;
    assert_eq!((again.status.as_u16(), &again.json()["antwoord"]["alBekend"]), (200, &json!(true)));
}

#[tokio::test]
async fn the_outbox_lists_what_was_made_and_taking_the_payment_file_is_written_down() {
    let world = with_files().await;
    let list = world.get(FINANCE, "/v1/outbox").await.json();
    assert_eq!(list["aantal"], world.get(FINANCE, "/v1/betaalbestanden").await.json()["aantal"]);
    assert_eq!(
        world.get(FINANCE, "/v1/outbox?nieuw=true").await.json()["aantal"],
        0,
        "the folder offered all"
    );
    let mailing = &list["resultaten"][0];
    let names: Vec<&str> = mailing["bestanden"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| file["bestandsnaam"].as_str().expect("a name"))
        .collect();
    let stem = names[0].strip_suffix(".xml").expect("a payment file");
    assert_eq!(names[1..], [format!("{stem}.xml.sha256"), format!("{stem}-journaal.csv")]);
    let take = async |who: &str, name: &str| world.get(who, &format!("/v1/outbox/{name}")).await;
    for name in &names {
        // what lies in the folder; the journal has grown since, by what the bank booked
        let kept = std::fs::read(world.folder.path().join("betaalbestanden").join(name)).expect("a file");
        let taken = take(FINANCE, name).await;
        assert!(taken.status == 200 && taken.body.starts_with(&kept), "{name}");
        assert_eq!(taken.body.len() == kept.len(), !name.ends_with("-journaal.csv"), "{name}");
        assert!(taken.header("content-disposition").contains(name));
        assert!(take("controle", name).await.is_problem(403), "whole account numbers");
        assert!(take(COACH, name).await.is_problem(403));
    }
    assert!(take(FINANCE, "GRIP-1.xml").await.is_problem(404));
    let id = mailing["betaalbestandId"].as_str().expect("an id").parse().expect("an id");
    let mut at = world.app.store.read().await.expect("a moment");
    let offers = crate::store::payment_file::offers(&mut at, id).await.expect("offers");
    let ways: Vec<&str> = offers.iter().map(|offer| offer.way.as_str()).collect();
    assert_eq!(ways, ["outbox", "api"], "only the payment file is offered by taking it");
}

#[tokio::test]
async fn want_of_money_is_told_to_finance_who_says_by_api_or_page_that_the_account_is_filled_up() {
    let world = World::played(&["hh-101"], "2026-02-01", "2026-02-24").await;
    let file = world.get(FINANCE, "/v1/betaalbestanden").await.json()["resultaten"][0].clone();
    let told = format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.002.001.03'><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>\
         </OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>",
        file["berichtkenmerk"].as_str().expect("an id")
    );
    assert_eq!(world.hand_in(FINANCE, ("antwoord.xml", &told), &[]).await.status, 201);
    let list = world.get(FINANCE, "/v1/dekkingstekorten").await.json();
    let short = &list["resultaten"][0];
    assert_eq!(
        (&list["aantal"], &short["wachtendBedrag"], &short["gedekt"]),
        (&json!(1), &file["totaal"], &json!(false))
    );
    let page = world.get(FINANCE, "/betaalbestanden").await.text();
    assert!(page.contains("Te weinig saldo op") && page.contains("De rekening is aangevuld"));
    assert!(!world.get("controle", "/betaalbestanden").await.text().contains("De rekening is aangevuld"));
    let account = short["bankrekeningId"].as_str().expect("an id");
    let path = format!("/v1/dekkingstekorten/{account}/bevestigingen");
    assert!(world.post(OFFICER, &path, &json!({})).await.is_problem(403));
    let nobody = path.replace(account, "00000000-0000-7000-8000-0000000000ff");
    assert!(world.post(FINANCE, &nobody, &json!({})).await.is_problem(404));
    let form = format!("/betaalbestanden/dekking/{account}");
    assert_eq!(world.fill_in(OFFICER, &form, String::new()).await.status, 403);
    assert_eq!(world.fill_in(FINANCE, &form, String::new()).await.status, 303);
    let again = world.post(FINANCE, &path, &json!({})).await;
    assert_eq!((again.status.as_u16(), &again.json()["aantalBetalingen"]), (201, &json!(0)));
    assert_eq!(world.get(FINANCE, "/v1/dekkingstekorten").await.json()["aantal"], 0);
}

#[tokio::test]
async fn what_cannot_be_paid_stands_on_the_page_of_its_run_and_in_the_api() {
    let mut story = script(&["hh-101"]);
    story.households[0].member[0].name = Some("李明".to_owned());
    let world = World::of(story, "2026-02-01", "2026-02-20").await;
    let list = world.get(OFFICER, "/v1/niet-betaald").await.json();
    let found = &list["resultaten"][0];
    assert_eq!((&list["aantal"], &found["huishoudenNummer"]), (&json!(1), &json!("HH-101")), "{list}");
    let why = found["reden"].as_str().expect("a reason");
    assert!(why.starts_with("leefgeld") && why.contains("geen letter over"), "{why}");
    let runs = world.get(OFFICER, "/v1/betaalruns").await.json();
    let id = runs["resultaten"][0]["id"].as_str().expect("a run");
    let run = world.get(OFFICER, &format!("/v1/betaalruns/{id}")).await.json();
    assert_eq!(run["nietBetaald"][0], *found);
    for path in ["/betaalruns".to_owned(), format!("/betaalruns/{id}")] {
        let page = world.get(FINANCE, &path).await.text();
        assert!(
            page.contains("Wat nu niet betaald kan worden") && page.contains("geen letter over"),
            "{path}"
        );
    }
    assert!(world.get(COACH, "/v1/niet-betaald").await.is_problem(403));
}
