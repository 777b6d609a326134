//! The officer's pages as a browser meets them: what is typed is shown with its effect before anything is kept.

use super::*;
use crate::flow::tasks;
use crate::store::{Scope, household};

impl World {
    /// The people and the municipality on the first Monday of 2026, without households.
    async fn in_january() -> World {
        World::played(&[], "2026-01-05", "2026-01-05").await
    }

    async fn post_form(&self, who: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| -> String {
            let plain =
                |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' || byte == b'_';
            text.bytes()
                .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
                .collect()
        };
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let body = Body::from(pairs.join("&"));
        self.send(request(Method::POST, path, Some(who), &headers, body)).await
    }

    /// How many households and facts are kept.
    async fn kept(&self) -> (usize, usize) {
        let mut at = self.app.store.read().await.expect("a moment");
        let far = "9999-12-31".parse().expect("a day");
        let facts = household::facts(&mut at, Scope::All, far).await.expect("facts").len();
        (household::ids(&mut at).await.expect("ids").len(), facts)
    }

    async fn only_household(&self) -> String {
        let ids = household::ids(&mut self.app.store.read().await.expect("a moment")).await.expect("ids");
        ids[0].to_string()
    }
}

impl Answer {
    fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }
}

const NEW: &str = "/huishoudens/nieuw";

/// A single client with a rent, as an officer types it.
const SELAM: [(&str, &str); 13] = [
    ("number", "HH-900"),
    ("bank_account", "NL35BNGH0900800700"),
    ("volwassene1.name", "Selam Gebremedhin"),
    ("volwassene1.iban", "NL46 RABO 0500 6007 07"),
    ("volwassene1.asylum_permit_from", "2026-01-01"),
    ("volwassene1.civic_integration_from", "01-01-2026"),
    ("last1.kind", "rent"),
    ("last1.payee", "Woonstichting Voorbeeld"),
    ("last1.amount", "590,00"),
    ("last1.first_due", "2026-02-01"),
    ("last1.reference", "H-900"),
    ("besluit.norm", "single"),
    ("besluit.right_from", "2026-01-01"),
];

fn with<'a>(form: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more).copied().collect()
}

fn selam<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    with(&with(&SELAM, &[("besluit.reference", "B-900")]), more)
}

#[tokio::test]
async fn a_new_household_is_shown_with_its_six_months_before_it_is_kept() {
    let world = World::in_january().await;
    assert_eq!(world.get(OFFICER, NEW).await.status, 200);
    let shown = world.post_form(OFFICER, NEW, &selam(&[("doe", "bekijken")])).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert!(shown.says("Ontzorgperiode van Selam Gebremedhin: van 1 januari 2026 tot en met 30 juni 2026."));
    // 1,334.23 less 590.00
    assert!(shown.says("€ 1.334,23") && shown.says("€ 590,00") && shown.says("€ 744,23"), "{}", shown.text());
    assert!(shown.says(r#"name="besluit.reference" value="B-900""#));
    assert_eq!(world.kept().await, (0, 0));

    let saved = world.post_form(OFFICER, NEW, &selam(&[("doe", "vastleggen")])).await;
    assert_eq!(saved.status, 303);
    let path = saved.header("location").to_owned();
    assert!(
        path.starts_with("/huishoudens/") && path.ends_with("?vastgelegd=huishouden#vastgelegd"),
        "{path}"
    );
    assert_eq!(world.kept().await, (1, 1));
    let household = world.get(OFFICER, path.trim_end_matches("#vastgelegd")).await;
    assert!(household.says("HH-900") && household.says("Nieuw huishouden"));
    assert!(household.says("Uitkering toegekend of gewijzigd"));
}

#[tokio::test]
async fn what_is_wrong_with_a_new_household_is_said_in_dutch_and_nothing_is_kept() {
    let world = World::in_january().await;
    let empty = world.post_form(OFFICER, NEW, &[("doe", "vastleggen")]).await;
    assert_eq!(empty.status, 400);
    assert!(empty.says("Er is niets vastgelegd") && empty.says("href=\"#veld-number\""));
    assert!(empty.says("Volwassene 1: Vul in: Naam."));
    for (field, typed, words) in [
        ("last1.amount", "veel", "Vaste last 1: „veel” is geen bedrag. Schrijf bijvoorbeeld 612,40."),
        (
            "besluit.norm",
            "couple",
            "De norm „Paar (beiden 21 jaar tot pensioen)” past niet bij de 1 volwassenen",
        ),
        ("last1.member", "kind2.", "Vaste last 1: u koos iemand die niet is ingevuld."),
        ("volwassene1.iban", "NL00", "„NL00” is geen rekeningnummer."),
    ] {
        let refused = world.post_form(OFFICER, NEW, &selam(&[(field, typed), ("doe", "vastleggen")])).await;
        assert!(refused.status.is_client_error(), "{field}");
        assert!(refused.says(words), "{field}: {}", refused.text());
        assert!(refused.says("Selam Gebremedhin"), "what was typed stays: {field}");
    }
    assert_eq!(world.kept().await, (0, 0));

    assert_eq!(world.post_form(OFFICER, NEW, &selam(&[("doe", "vastleggen")])).await.status, 303);
    let again =
        world.post_form(OFFICER, NEW, &selam(&[("besluit.reference", "B-2"), ("doe", "vastleggen")])).await;
    assert_eq!(again.status, 409);
    assert!(again.says("Huishouden „HH-900” bestaat al."));
    assert_eq!(world.kept().await, (1, 1));
}

#[tokio::test]
async fn an_event_shows_its_effect_is_kept_once_and_is_listed_in_dutch() {
    let world = World::in_january().await;
    world.post_form(OFFICER, NEW, &selam(&[("doe", "vastleggen")])).await;
    let id = world.only_household().await;
    let path = format!("/huishoudens/{id}/vastleggen");
    let for_a_coach = world.get(COACH, &path).await;
    assert_eq!(for_a_coach.status, 303);
    assert_eq!(for_a_coach.header("location"), format!("{path}?soort=evidence"));
    let form = world.get(COACH, for_a_coach.header("location")).await;
    assert_eq!(form.status, 200);
    assert!(!form.says("Iets anders vastleggen"), "a coach has no other form to go to");
    let page = world.get(COACH, &format!("/huishoudens/{id}")).await;
    assert!(!page.says("/vastleggen"), "without a credit there is nothing to show");
    assert_eq!(world.get(COACH, &format!("{path}?soort=reduction")).await.status, 403);
    let reduction =
        [("soort", "reduction"), ("reference", "M-1"), ("month", "2026-02"), ("doe", "vastleggen")];
    assert_eq!(world.post_form(COACH, &path, &reduction).await.status, 403);
    let choose = world.get(OFFICER, &path).await;
    assert!(choose.says("Ontzorgperiode") && choose.says("?soort=reduction"));
    assert!(world.get(OFFICER, &format!("{path}?soort=amount_change")).await.says("Huur: Woonstichting"));
    assert_eq!(world.get(OFFICER, &format!("{path}?soort=onbekend")).await.status, 404);

    let form = [
        ("soort", "amount_change"),
        ("obligation", "H-900"),
        ("from", "2026-03-01"),
        ("amount", "600,50"),
        ("reference", "brief 7"),
    ];
    let shown = world.post_form(OFFICER, &path, &with(&form, &[("doe", "bekijken")])).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert!(shown.says("€ 600,50") && shown.says("Verschil") && shown.says("€ -10,50"), "{}", shown.text());
    assert!(shown.says("Er is nog niets vastgelegd."));
    assert_eq!(world.kept().await, (1, 1));

    let saved = world.post_form(OFFICER, &path, &with(&form, &[("doe", "vastleggen")])).await;
    assert_eq!(saved.status, 303);
    assert_eq!(world.kept().await, (1, 2));
    let page = world.get(OFFICER, &format!("/huishoudens/{id}?vastgelegd=amount_change")).await;
    assert!(page.says("Nieuw bedrag per keer") && page.says("€ 600,50") && page.says("brief 7"));
    let again = world.post_form(OFFICER, &path, &with(&form, &[("doe", "vastleggen")])).await;
    assert!(again.says("Dit is al vastgelegd"));
    assert_eq!(world.kept().await, (1, 2));
}

#[tokio::test]
async fn a_refused_event_says_why_in_dutch_and_keeps_nothing() {
    let world = World::in_january().await;
    world.post_form(OFFICER, NEW, &selam(&[("doe", "vastleggen")])).await;
    let path = format!("/huishoudens/{}/vastleggen", world.only_household().await);
    let account = [
        ("soort", "member_account"),
        ("member", "Selam Gebremedhin"),
        ("iban", "NL91ABNA0417164300"),
        ("verified_by", OFFICER),
    ];
    let known =
        [("soort", "benefit"), ("reference", "B-900"), ("norm", "single"), ("right_from", "2026-02-01")];
    let empty = [("soort", "reduction"), ("reference", "M-1"), ("month", "2026-02")];
    let unknown = [("soort", "suspension_lifted"), ("reference", "O-1"), ("last_day", "2026-02-01")];
    for (form, words) in [
        (account.as_slice(), "tweede persoon"),
        (known.as_slice(), "Er is al een besluit met kenmerk „B-900”."),
        (empty.as_slice(), "„Percentage van de norm”"),
        (unknown.as_slice(), "Kies uit de lijst: Welke opschorting."),
    ] {
        for button in ["bekijken", "vastleggen"] {
            let refused = world.post_form(OFFICER, &path, &with(form, &[("doe", button)])).await;
            assert!(refused.status.is_client_error(), "{words}");
            assert!(refused.says(words) && refused.says("Er is niets vastgelegd"), "{}", refused.text());
        }
    }
    assert_eq!(world.kept().await, (1, 1));
}

#[tokio::test]
async fn only_a_role_that_records_facts_reaches_the_forms() {
    let world = World::in_january().await;
    world.post_form(OFFICER, NEW, &selam(&[("doe", "vastleggen")])).await;
    let household = format!("/huishoudens/{}", world.only_household().await);
    let form = [
        ("soort", "bridge"),
        ("reference", "O-1"),
        ("month", "2026-02"),
        ("amount", "10"),
        ("doe", "vastleggen"),
    ];
    for who in [FINANCE, "beheer", "controle"] {
        assert_eq!(world.get(who, NEW).await.status, 403, "{who}");
        assert_eq!(world.post_form(who, NEW, &selam(&[("doe", "vastleggen")])).await.status, 403, "{who}");
        assert_eq!(world.get(who, &format!("{household}/vastleggen")).await.status, 403, "{who}");
        assert_eq!(
            world.post_form(who, &format!("{household}/vastleggen"), &form).await.status,
            403,
            "{who}"
        );
        assert_eq!(world.post_form(who, &format!("{household}/taken"), &form).await.status, 403, "{who}");
    }
    let auditor = world.get("controle", &household).await;
    assert!(auditor.status == 200 && !auditor.says("Iets vastleggen"));
    for (who, status) in [(COACH, 200), (OFFICER, 200), ("controle", 200), (FINANCE, 403), ("beheer", 403)] {
        assert_eq!(world.get(who, "/taken").await.status, status, "{who}");
    }
    assert_eq!(world.kept().await, (1, 1));
}

#[tokio::test]
async fn a_task_is_on_the_list_until_somebody_did_it() {
    let world = World::in_january().await;
    world.post_form(OFFICER, NEW, &selam(&[("volwassene1.iban", ""), ("doe", "vastleggen")])).await;
    let id = world.only_household().await;
    let list = world.get(COACH, "/taken").await;
    assert!(list.says("Helpen met een bankrekening") && list.says("HH-900"), "{}", list.text());
    let page = world.get(COACH, &format!("/huishoudens/{id}")).await;
    assert!(page.says("Gedaan melden"));
    let mut at = world.app.store.read().await.expect("a moment");
    let today = "2026-01-05".parse().expect("a day");
    let items = tasks::list(&mut at, Scope::All, today).await.expect("tasks");
    drop(at);
    let task = items.iter().find(|item| item.task.kind.code() == "open_account").expect("a task").task;
    let (day, member) = (task.on.to_string(), task.member.expect("a member").to_string());
    let form = [("soort", "open_account"), ("dag", &day), ("lid", &member), ("notitie", "samen geopend")];
    for _ in 0..2 {
        let done = world.post_form(COACH, &format!("/huishoudens/{id}/taken"), &form).await;
        assert_eq!((done.status.as_u16(), done.header("location").ends_with("#taken")), (303, true));
    }
    let list = world.get(COACH, "/taken").await;
    assert!(list.says("gedaan door smit") && list.says("samen geopend"));
    let wrong = with(&form, &[("dag", "2026-01-02")]);
    assert_eq!(world.post_form(COACH, &format!("/huishoudens/{id}/taken"), &wrong).await.status, 404);
}

#[tokio::test]
async fn a_plan_that_waits_for_a_decision_leads_to_the_form_filled_in() {
    let world = World::in_january().await;
    let energy = [
        ("last1.amount", "900,00"),
        ("last2.kind", "energy"),
        ("last2.payee", "Energie Voorbeeld N.V."),
        ("last2.amount", "200,00"),
        ("last2.first_due", "2026-02-01"),
        ("last2.reference", "E-900"),
        ("doe", "vastleggen"),
    ];
    assert_eq!(world.post_form(OFFICER, NEW, &selam(&energy)).await.status, 303);
    let path = format!("/huishoudens/{}", world.only_household().await);
    let page = world.get(OFFICER, &path).await;
    // 1,334.23 less 900.00 and 200.00 is under the floor of 300.00
    assert!(page.says("Bekijk toch betalen") && page.says("Bekijk deze overbrugging"), "{}", page.text());
    assert!(page.says("Wij betalen € 900,00 huur: na eerdere rekeningen was er € 1.334,23 over. (regel: volledig en op volgorde, versie 2)"));
    assert!(page.says("€ 200,00 energie wacht op een besluit"));
    assert!(!world.get("controle", &path).await.says("Bekijk toch betalen"));
    let form = [
        ("soort", "pay_anyway"),
        ("month", "2026-01"),
        ("obligation", "E-900"),
        ("reference", "T-1"),
        ("doe", "bekijken"),
    ];
    let shown = world.post_form(OFFICER, &format!("{path}/vastleggen"), &form).await;
    assert_eq!(shown.status, 200);
    assert!(shown.says("€ 234,23") && shown.says("value=\"T-1\""), "{}", shown.text());
    let without = with(&form, &[("reference", "")]);
    let refused = world.post_form(OFFICER, &format!("{path}/vastleggen"), &without).await;
    assert!(refused.status == 400 && refused.says("Vul in: Kenmerk van het besluit."));
}
