//! Importing decisions of the benefit system: by flow, command line, inbox and page. The same file twice changes
//! nothing, and no row keeps another out.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::import_decisions::{self, Imported, Mode, Outcome};
use grip_api::flow::{inbox, planning, register};
use grip_api::intake::decisions;
use grip_api::intake::table::Form;
use grip_api::play::{FINANCE, OFFICER, PASSWORD};
use grip_api::server::router;
use grip_api::store::Scope;
use grip_engine::access::Action;
use grip_tests::{Kind, World, databases, day, grip, own_database, root, sample, script, world};
use serde_json::{Value, json};
use tower::ServiceExt;

fn grant(action: Action, on: &str) -> Grant {
    let at = day(on).and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    Grant::new(Actor::system(), action, day(on), at).expect("the system may")
}

/// A municipality with HH-101, without its decision.
async fn municipality(kind: Kind) -> World {
    let world = world(kind).await;
    world.play(script(Vec::new()), "2026-01-01", "2025-12-31").await;
    for number in ["HH-101", "HH-105"] {
        let mut file = sample(number);
        file.event.clear();
        register::household(&world.app.store, &grant(Action::RecordFacts, "2026-01-05"), &file)
            .await
            .expect("registered");
    }
    world
}

async fn import(world: &World, on: &str, mode: Mode, text: &str) -> Imported {
    let form = if text.starts_with('[') { Form::Json } else { Form::Csv };
    let file = decisions::read(text.as_bytes(), form).expect("a file that can be read");
    let grant = grant(Action::RecordFacts, on);
    Box::pin(import_decisions::import(&world.app.store, &grant, &file, mode)).await.expect("imported")
}

/// What came of each row, as the command line tells it.
fn told(done: &Imported) -> Vec<String> {
    let text = done.to_string();
    text.lines().skip(2).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The facts that are kept, as kind, reference and version.
async fn facts(world: &World) -> usize {
    let rows =
        grip_api::store::household::facts(&mut world.read().await, Scope::All, day("2099-01-01")).await;
    rows.expect("facts").len()
}

/// The benefit of a month, its advance and what is paid.
async fn benefit(world: &World, number: &str, month: &str) -> String {
    let mut at = world.read().await;
    let id = grip_api::store::household::numbered(&mut at, number).await.expect("reads").expect("known");
    let rules = planning::rules(&mut at).await.expect("rules");
    let dossier = planning::dossier(&mut at, id).await.expect("reads").expect("a household");
    match dossier.plan_of(&rules, month.parse().expect("a month"), day("2026-03-01")) {
        Ok(plan) => {
            format!(
                "granted {} advance {} bridge {}",
                plan.benefit.granted, plan.benefit.advance, plan.benefit.bridge
            )
        }
        Err(error) => error.to_string(),
    }
}

const BENEFIT: &str =
    "household;kind;reference;norm;right_from;amount\nHH-101;benefit;B-1;single;2026-02-01;1401.50\n";

#[tokio::test]
async fn the_same_file_twice_changes_nothing_also_a_month_later_and_a_dry_run_writes_nothing() {
    for kind in databases() {
        let world = municipality(kind).await;
        let trial = import(&world, "2026-02-02", Mode::DryRun, BENEFIT).await;
        assert_eq!(told(&trial), ["line 2 HH-101 benefit B-1 new"]);
        assert_eq!(facts(&world).await, 0);

        let first = import(&world, "2026-02-02", Mode::Write, BENEFIT).await;
        assert_eq!(first, trial, "a dry run tells what the import does");
        assert_eq!(benefit(&world, "HH-101", "2026-02").await, "granted 1401.50 advance 0.00 bridge 0.00");
        for on in ["2026-02-02", "2026-03-02"] {
            let again = import(&world, on, Mode::Write, BENEFIT).await;
            assert_eq!(told(&again), ["line 2 HH-101 benefit B-1 unchanged"]);
        }
        let other_form = r#"[{"reference": "B-1", "kind": "benefit", "household": "HH-101", "norm": "single",
            "right_from": "2026-02-01", "amount": "1401.5"}]"#;
        assert_eq!(
            told(&import(&world, "2026-03-02", Mode::Write, other_form).await),
            ["item 1 HH-101 benefit B-1 unchanged"]
        );
        assert_eq!(facts(&world).await, 1);
    }
}

#[tokio::test]
async fn a_changed_decision_takes_the_place_of_its_earlier_version_and_a_version_that_returns_counts_again() {
    for kind in databases() {
        let world = municipality(kind).await;
        import(&world, "2026-02-02", Mode::Write, BENEFIT).await;
        let lower = BENEFIT.replace("1401.50", "1380.00");
        let done = import(&world, "2026-02-02", Mode::Write, &lower).await;
        assert_eq!(
            told(&done),
            [
                "line 2 HH-101 benefit B-1 changed amount 1401.50 -> 1380.00",
                "check: decided 1380.00 a month, and the norm of 2026-02 is 1401.50: differs -21.50",
            ]
        );
        assert_eq!(benefit(&world, "HH-101", "2026-02").await, "granted 1380.00 advance 0.00 bridge 0.00");
        // on the same day, with the content of the first version
        let back = import(&world, "2026-02-02", Mode::Write, BENEFIT).await;
        assert_eq!(told(&back), ["line 2 HH-101 benefit B-1 changed amount 1380.00 -> 1401.50"]);
        assert_eq!(benefit(&world, "HH-101", "2026-02").await, "granted 1401.50 advance 0.00 bridge 0.00");
        assert_eq!(facts(&world).await, 3, "every version is kept");
    }
}

#[tokio::test]
async fn a_corrected_amount_does_not_undo_the_end_of_the_right() {
    for kind in databases() {
        let world = municipality(kind).await;
        import(&world, "2026-02-02", Mode::Write, BENEFIT).await;
        let end = "household,kind,reference,last_day,reason\nHH-101,benefit_end,B-1,2026-02-28,work\n";
        import(&world, "2026-02-10", Mode::Write, end).await;
        let corrected = BENEFIT.replace("1401.50", "1390.00");
        assert_eq!(import(&world, "2026-02-12", Mode::Write, &corrected).await.counts().changed, 1);
        assert_eq!(benefit(&world, "HH-101", "2026-02").await, "granted 1390.00 advance 0.00 bridge 0.00");
        assert!(benefit(&world, "HH-101", "2026-03").await.starts_with("no decided benefit"), "{kind:?}");
    }
}

#[tokio::test]
async fn a_corrected_advance_bridge_or_suspension_counts_once() {
    for kind in databases() {
        let world = municipality(kind).await;
        import(&world, "2026-02-02", Mode::Write, BENEFIT).await;
        let amounts = "household,kind,reference,month,amount,from,until
HH-101,advance,V-1,2026-02,300.00,,
HH-101,bridge,O-1,2026-02,100.00,,
HH-101,suspension,S-1,,,2026-03-01,2026-03-31
";
        import(&world, "2026-02-03", Mode::Write, amounts).await;
        let corrected =
            amounts.replace("300.00", "250.00").replace("100.00", "120.00").replace("03-31", "03-10");
        assert_eq!(import(&world, "2026-02-04", Mode::Write, &corrected).await.counts().changed, 3);
        assert_eq!(
            benefit(&world, "HH-101", "2026-02").await,
            "granted 1401.50 advance 250.00 bridge 120.00"
        );
        let mut at = world.read().await;
        let id =
            grip_api::store::household::numbered(&mut at, "HH-101").await.expect("reads").expect("known");
        let file = grip_api::store::household::file(&mut at, id).await.expect("reads").expect("a household");
        assert!(file.household.is_suspended(day("2026-03-10")));
        assert!(!file.household.is_suspended(day("2026-03-11")));
    }
}

#[tokio::test]
async fn every_row_that_is_wrong_is_told_at_once_and_keeps_no_other_out() {
    for kind in databases() {
        let world = municipality(kind).await;
        import(&world, "2026-02-02", Mode::Write, BENEFIT).await;
        let text = "household;kind;reference;norm;right_from;amount;month;last_day;reason
HH-105;benefit;B-1;single;2026-02-01;;;;
HH-999;advance;V-1;;;10.00;2026-02;;
HH-101;advance;V-2;;;10,00;februari;;
HH-101;advance;V-3;;;10.00;2026-02;;work
HH-101;loan;L-1;;;10.00;;;
HH-101;advance;V-4;;;10.00;2026-02;;
HH-101;bridge;O-1;;;10.00;2026-02;;
HH-101;bridge;O-1;;;20.00;2026-02;;
HH-105;benefit_end;E-1;;;;;2026-03-31;study
";
        let done = import(&world, "2026-02-03", Mode::Write, text).await;
        assert_eq!(
            told(&done),
            [
                "line 2 HH-105 benefit B-1 refused benefit `B-1` was decided for another household",
                "line 3 HH-999 advance V-1 refused household `HH-999` does not exist",
                "line 4 HH-101 advance V-2 refused `month` is `februari`, which is no month like 2026-02; \
                 `amount` is `10,00`, which is no amount like 612.40",
                "line 5 HH-101 advance V-3 refused `reason` does not belong to `advance`",
                "line 6 HH-101 loan L-1 refused `kind` is `loan`, which is none of benefit, benefit_end, suspension, \
                 reduction, advance, bridge",
                "line 7 HH-101 advance V-4 new",
                "line 8 HH-101 bridge O-1 refused `O-1` stands in this file more than once: 8, 9",
                "line 9 HH-101 bridge O-1 refused `O-1` stands in this file more than once: 8, 9",
                "line 10 HH-105 benefit_end E-1 refused an earlier decision on this right was refused, on line 2: \
                 this one waits for it",
            ]
        );
        assert_eq!(benefit(&world, "HH-101", "2026-02").await, "granted 1401.50 advance 10.00 bridge 0.00");
    }
}

#[tokio::test]
async fn decisions_on_a_right_come_from_the_oldest_to_the_newest_and_what_one_undoes_is_listed() {
    for kind in databases() {
        let world = municipality(kind).await;
        let newest_first = "household,kind,reference,last_day,reason,norm,right_from
HH-101,benefit_end,E-1,2026-05-31,work,,
HH-101,benefit,B-1,,,single,2026-02-01
";
        let done = import(&world, "2026-02-02", Mode::Write, newest_first).await;
        assert_eq!(done.counts().refused, 2, "{done}");
        assert!(done.to_string().contains("not in order of date: give the oldest first"), "{done}");

        let lines: Vec<&str> = newest_first.lines().collect();
        let one = |line: usize| format!("{}\n{}\n", lines[0], lines[line]);
        import(&world, "2026-02-02", Mode::Write, &one(1)).await;
        let undoes = import(&world, "2026-02-03", Mode::DryRun, &one(2)).await;
        assert_eq!(
            told(&undoes),
            [
                "line 2 HH-101 benefit B-1 new",
                "check: takes the place of `E-1`, which would govern from 2026-06-01"
            ]
        );
    }
}

#[tokio::test]
async fn a_norm_that_does_not_fit_an_age_is_listed_and_the_decision_holds() {
    for kind in databases() {
        let world = municipality(kind).await;
        let households = "number,bank_account,role,name,born\nHH-301,NL35BNGH0900800700,applicant,Sara Voorbeeld,2006-03-02\n";
        import(&world, "2026-02-02", Mode::Write, households).await;
        let done = import(&world, "2026-02-02", Mode::Write, &BENEFIT.replace("HH-101", "HH-301")).await;
        assert_eq!(
            told(&done),
            [
                "line 2 HH-301 benefit B-1 new",
                "check: the applicant is 18, 19 or 20 on 2026-02-01, which does not fit the norm `single`",
            ]
        );
        assert_eq!(benefit(&world, "HH-301", "2026-02").await, "granted 1401.50 advance 0.00 bridge 0.00");
    }
}

#[tokio::test]
async fn the_first_day_is_imported_from_the_samples_and_what_differs_later_is_listed_and_stays() {
    for kind in databases() {
        let world = municipality(kind).await;
        let read =
            |name: &str| std::fs::read_to_string(root().join("samples/import").join(name)).expect("a sample");
        let names =
            ["1-payees.csv", "2-households.csv", "3-obligations.csv", "4-decisions.csv", "5-decisions.json"];
        for name in names {
            let done = import(&world, "2026-02-02", Mode::Write, &read(name)).await;
            assert_eq!(done.counts().new, done.rows.len(), "{kind:?} {name}: {done}");
        }
        for name in names {
            let done = import(&world, "2026-02-03", Mode::Write, &read(name)).await;
            assert_eq!(done.counts().unchanged, done.rows.len(), "{kind:?} {name}: {done}");
        }
        assert_eq!(benefit(&world, "HH-201", "2026-02").await, "granted 1401.50 advance 300.00 bridge 0.00");

        let payees = read("1-payees.csv").replace("2026-01-01,bakker", "2026-02-01,bakker");
        let differs = [
            (payees, "valid_from 2026-01-01 -> 2026-02-01"),
            (
                read("2-households.csv").replace("1994-03-12", "1994-03-13"),
                "Omar Haddad: born 1994-03-12 -> 1994-03-13",
            ),
            (read("3-obligations.csv").replace("598.20", "599.20"), "amount 598.20 -> 599.20"),
        ];
        for (text, difference) in differs {
            let done = import(&world, "2026-02-04", Mode::Write, &text).await;
            assert_eq!((done.counts().new, done.counts().changed), (0, 0), "{done}");
            assert!(done.to_string().contains(difference), "{done}");
        }
    }
}

#[tokio::test]
async fn an_account_verified_by_who_hands_it_in_or_of_the_client_pays_nobody() {
    for kind in databases() {
        let world = municipality(kind).await;
        let payees = "name,iban,valid_from,verified_by\nVerhuurder,NL80RABO0100200311,2026-01-01,systeem\n";
        let own = sample("HH-101").member[0].iban.clone().expect("an account");
        let text = payees.replace("NL80RABO0100200311", &own);
        let done = import(&world, "2026-02-02", Mode::Write, &text).await;
        assert!(done.to_string().contains("verified by a second person"), "{done}");
        import(&world, "2026-02-02", Mode::Write, &text.replace("systeem", "bakker")).await;
        let rent =
            "household,kind,payee,amount,first_due,reference\nHH-101,rent,Verhuurder,500.00,2026-02-01,H-9\n";
        let done = import(&world, "2026-02-02", Mode::Write, rent).await;
        assert!(done.to_string().contains("the client's own account"), "{done}");
    }
}

#[test]
fn a_header_tells_the_kind_of_file_and_an_unknown_or_missing_column_is_an_error() {
    let error = |text: &str| decisions::read(text.as_bytes(), Form::Csv).expect_err("refused").english;
    assert_eq!(
        error("household,kind,referentie\nx,y,z\n"),
        "unknown column `referentie`; missing column `reference`"
    );
    assert!(error("a,b\n1,2\n").starts_with("the header tells no kind of file"));
    assert_eq!(error("household,kind,reference\n"), "the file has no rows");
    assert!(error("").contains("no rows"));
}

#[tokio::test]
async fn two_imports_of_one_file_at_once_write_each_decision_once() {
    for kind in databases() {
        let world = municipality(kind).await;
        import(&world, "2026-02-02", Mode::Write, BENEFIT).await;
        let lower = BENEFIT.replace("1401.50", "1380.00");
        let (first, second) = tokio::join!(
            import(&world, "2026-02-03", Mode::Write, &lower),
            import(&world, "2026-02-03", Mode::Write, &lower),
        );
        assert_eq!(first.counts().changed + second.counts().changed, 1, "{kind:?}: {first} {second}");
        assert_eq!(first.counts().unchanged + second.counts().unchanged, 1, "{kind:?}: {first} {second}");
        assert_eq!(facts(&world).await, 2);
    }
}

#[tokio::test]
async fn the_inbox_is_emptied_in_order_of_name_and_what_is_refused_lies_beside_its_reason() {
    for kind in databases() {
        let world = municipality(kind).await;
        let folder = world.folder().join("inbox");
        std::fs::create_dir(&folder).expect("a folder");
        let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
        put("1-decisions.csv", BENEFIT);
        put("2-statement.xml", "<geen/>");
        put("3-decisions.CSV", &BENEFIT.replace("B-1", "B-2").replace("HH-101", "HH-999"));
        put("4-decisions.csv.tmp", BENEFIT);
        let work = grant(Action::WorkDay, "2026-02-02");
        let taken = inbox::take(&world.app.store, &work, &folder).await.expect("taken");
        let told: Vec<_> = taken.iter().map(|file| (file.name.as_str(), file.is_whole)).collect();
        assert_eq!(told, [("1-decisions.csv", true), ("2-statement.xml", false), ("3-decisions.CSV", false)]);
        let lies = |name: &str| folder.join(name).is_file();
        assert!(
            lies("archive/1-decisions.csv") && lies("error/2-statement.xml") && lies("4-decisions.csv.tmp")
        );
        let note = std::fs::read_to_string(folder.join("error/3-decisions.CSV.txt")).expect("a note");
        assert!(note.contains("household `HH-999` does not exist"), "{note}");

        put("1-decisions.csv", BENEFIT);
        let again = inbox::take(&world.app.store, &work, &folder).await.expect("taken");
        assert!(again[0].told.contains("1 unchanged"), "{again:?}");
        assert!(
            lies("archive/1-decisions.csv") && lies("archive/2-1-decisions.csv"),
            "no earlier file is lost"
        );
        assert_eq!(facts(&world).await, 1);
    }
}

#[tokio::test]
async fn the_command_line_tells_each_row_and_ends_with_1_when_one_was_refused() {
    for kind in databases() {
        let world = own_database(kind).await;
        let run = |words: &[&str]| {
            let output =
                grip().args(words).args(["--database", &world.url]).output().expect("the program runs");
            let said = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            (output.status.code(), said)
        };
        let samples = root().join("samples");
        let file = |name: &str| samples.join(name).display().to_string();
        run(&["import", &file("municipality.toml")]);
        let (code, said) = run(&["import", "--dry-run", &file("import/1-payees.csv")]);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("nothing was written; payees: 3 new, 0 changed, 0 unchanged, 0 refused"),
            "{said}"
        );
        let (code, said) = run(&["import", "--dry-run", &file("municipality.toml")]);
        assert_eq!(code, Some(1));
        assert!(said.contains("a dry run is for .csv and .json files"), "{said}");
        let (code, said) = run(&["import", &file("import/4-decisions.csv"), &file("import/1-payees.csv")]);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("household `HH-201` does not exist") && said.contains("payees: 3 new"),
            "{said}"
        );

        let inbox = world.folder().join("inbox");
        std::fs::create_dir(&inbox).expect("a folder");
        for name in ["1-payees.csv", "2-households.csv", "3-obligations.csv", "4-decisions.csv"] {
            std::fs::copy(samples.join("import").join(name), inbox.join(name)).expect("copied");
        }
        let (inbox, outbox) = (inbox.display().to_string(), world.folder().join("out").display().to_string());
        let day = ["run", "--date", "2026-02-20", "--inbox", &inbox, "--outbox", &outbox];
        let (code, said) = run(&day);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("4-decisions.csv: decisions: 6 new") && said.contains("the day's work is done"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn an_outcome_of_a_refused_row_says_it_in_both_languages() {
    for kind in databases() {
        let world = municipality(kind).await;
        let done = import(&world, "2026-02-02", Mode::DryRun, &BENEFIT.replace("HH-101", "HH-999")).await;
        let Outcome::Refused { why, .. } = &done.rows[0].outcome else { panic!("{kind:?}: {done}") };
        assert_eq!(why.english, "household `HH-999` does not exist");
        assert_eq!(why.dutch, "huishouden `HH-999` bestaat niet");
    }
}

/// The answer of the server to a file.
async fn post(world: &World, name: &str, path: &str, media_type: &str, body: &str) -> (StatusCode, String) {
    let code = STANDARD.encode(format!("{name}:{PASSWORD}"));
    let request = Request::builder().method("POST").uri(path);
    let request = request.header(header::AUTHORIZATION, format!("Basic {code}"));
    let request = request.header(header::CONTENT_TYPE, media_type).body(Body::from(body.to_owned()));
    let response = router(world.app.clone()).oneshot(request.expect("a request")).await.expect("an answer");
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn an_application_hands_decisions_in_tries_first_and_reads_the_result_of_each_row() {
    for kind in databases() {
        let world = municipality(kind).await;
        let path = "/v1/besluitimporten";
        let text = BENEFIT.replace("1401.50", "1380.00") + "HH-999;advance;V-1;;;\n";
        for (query, facts_then) in [("?proef=true", 0), ("?proef=false", 1)] {
            let (status, body) =
                post(&world, OFFICER, &format!("{path}{query}"), "text/csv; charset=utf-8", &text).await;
            assert_eq!(status, 200, "{body}");
            let answer: Value = serde_json::from_str(&body).expect("JSON");
            assert_eq!(answer["proef"], query == "?proef=true");
            assert_eq!(
                (&answer["soortBestand"], &answer["nieuw"], &answer["geweigerd"]),
                (&json!("besluiten"), &json!(1), &json!(1))
            );
            let row = &answer["regels"][0];
            assert_eq!(
                (&row["regel"], &row["kenmerk"], &row["uitkomst"]),
                (&json!(2), &json!("B-1"), &json!("nieuw"))
            );
            let differs = &row["afwijkingen"][0];
            assert_eq!(
                (&differs["soort"], &differs["norm"], &differs["verschil"]),
                (&json!("bedrag"), &json!("1401.50"), &json!("-21.50"))
            );
            assert_eq!(answer["regels"][1]["reden"], "`month` ontbreekt; `amount` ontbreekt");
            assert_eq!(facts(&world).await, facts_then);
        }
        let (status, body) = post(&world, OFFICER, path, "application/json", "[{\"soort\": 1}]").await;
        assert_eq!(status, 400, "{body}");
        let refused = [
            (FINANCE, "text/csv", "", 403),
            (OFFICER, "text/xml", "", 415),
            (OFFICER, "text/csv", "?proef=ja", 400),
        ];
        for (who, media_type, query, expected) in refused {
            let (status, body) = post(&world, who, &format!("{path}{query}"), media_type, &text).await;
            assert_eq!(status, expected, "{who} {media_type} {query}: {body}");
        }
        assert_eq!(facts(&world).await, 1);
    }
}

#[tokio::test]
async fn a_page_shows_what_a_file_would_do_and_then_takes_the_same_file_in() {
    for kind in databases() {
        let world = municipality(kind).await;
        let form = |fields: &[(&str, &str)]| {
            let field = |(head, value): &(&str, &str)| {
                format!("--grens\r\ncontent-disposition: form-data; {head}\r\n\r\n{value}\r\n")
            };
            fields.iter().map(field).collect::<String>() + "--grens--\r\n"
        };
        let send = async |body: String| {
            post(&world, OFFICER, "/besluiten", "multipart/form-data; boundary=grens", &body).await
        };
        let file = ("name=\"bestand\"; filename=\"C:\\besluiten.csv\"", BENEFIT);
        let (status, html) = send(form(&[("name=\"proef\"", "ja"), file])).await;
        assert_eq!(status, 200, "{html}");
        assert!(html.contains("Dit was een proef.") && html.contains("Recht op uitkering"), "{html}");
        assert_eq!(facts(&world).await, 0);

        let hidden = html
            .split("name=\"inhoud\" value=\"")
            .nth(1)
            .expect("the file")
            .split('"')
            .next()
            .expect("its end");
        let again = hidden.replace("&#43;", "+").replace("&#x3d;", "=").replace("&#61;", "=");
        let real = form(&[("name=\"naam\"", "besluiten.csv"), ("name=\"inhoud\"", &again)]);
        let (status, html) = send(real).await;
        assert_eq!(status, 200, "{html}");
        assert!(html.contains("Uitkomst van het inlezen") && html.contains("1 nieuw"), "{html}");
        assert_eq!(facts(&world).await, 1);

        let wrong = ("name=\"bestand\"; filename=\"a.csv\"", "a;b\n1;2\n");
        for (field, text) in
            [(wrong, "De kop zegt niet"), (("name=\"bestand\"; filename=\"a.xlsx\"", "x"), ".csv of .json")]
        {
            let (status, html) = send(form(&[field])).await;
            assert_eq!(status, 400, "{html}");
            assert!(html.to_lowercase().contains(&text.to_lowercase()), "{html}");
        }
        let (status, _) =
            post(&world, FINANCE, "/besluiten", "multipart/form-data; boundary=grens", "").await;
        assert_eq!(status, 403);
    }
}
