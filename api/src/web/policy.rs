//! The policy of the municipality: one administrator proposes it, a second one approves it.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::calendar::dutch_day;
use grip_engine::policy::Policy;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::page;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::policy::{self, KeyChange, Listed, PolicyState};

#[derive(Template)]
#[template(path = "policy.html")]
struct Policies {
    frame: Frame,
    error: Option<String>,
    proposals: Vec<PolicyView>,
    in_force: Option<PolicyView>,
    others: Vec<PolicyView>,
    may_propose: bool,
    /// What stands in the text field.
    text: String,
}

#[derive(Template)]
#[template(path = "policy_check.html")]
struct Check {
    frame: Frame,
    error: Option<String>,
    changes: Vec<ChangeView>,
    /// True when its first day has come: months that were released are computed again by it.
    is_past: bool,
    text: String,
}

/// A policy on the page.
struct PolicyView {
    id: Uuid,
    from: String,
    state: &'static str,
    proposed: String,
    approved: Option<String>,
    changes: Vec<ChangeView>,
    /// True when its first day has come.
    is_past: bool,
    text: String,
    may_approve: bool,
    is_mine: bool,
}

/// A key with another value.
struct ChangeView {
    key: String,
    name: &'static str,
    was: String,
    becomes: String,
}

/// What the form holds.
#[derive(Deserialize)]
pub(super) struct Written {
    tekst: String,
}

/// `GET /beleid`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeePolicy).await?;
    Ok(page(StatusCode::OK, &read(visit, None).await?))
}

/// `POST /beleid/controles`: what a text would change, before it is proposed.
pub(super) async fn check(
    visit: Visit,
    written: Result<Form<Written>, FormRejection>,
) -> Result<Response, Failure> {
    visit.allow(Action::ProposePolicy).await?;
    let text = text(&visit, written)?;
    let compared = policy::compare(&mut visit.app.store.read().await?, &text).await;
    let (error, changes) = match compared {
        Ok(changes) => (None, changes),
        Err(error) => (Some(refusal(&error).ok_or(error)?), Vec::new()),
    };
    let status = if error.is_none() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let is_past = Policy::parse(&text).is_ok_and(|policy| policy.valid_from <= visit.today);
    let changes = changes.into_iter().map(change).collect();
    Ok(page(status, &Check { frame: visit.frame, error, changes, is_past, text }))
}

/// `POST /beleid`.
pub(super) async fn propose(
    visit: Visit,
    written: Result<Form<Written>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ProposePolicy).await?;
    let text = text(&visit, written)?;
    match policy::propose(&visit.app.store, &grant, &text).await {
        Ok(_) => Ok(Redirect::to("/beleid").into_response()),
        Err(error) => {
            let error = Some(refusal(&error).ok_or(error)?);
            let check = Check { frame: visit.frame, error, changes: Vec::new(), is_past: false, text };
            Ok(page(StatusCode::BAD_REQUEST, &check))
        }
    }
}

/// `POST /beleid/{id}/goedkeuringen`.
pub(super) async fn approve(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ApprovePolicy).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let approved = policy::approve(&visit.app.store, &grant, id).await;
    done(visit, approved).await
}

/// `POST /beleid/{id}/intrekkingen`.
pub(super) async fn withdraw(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ProposePolicy).await?;
    let id = id.parse().map_err(|_| visit.not_found())?;
    let withdrawn = policy::withdraw(&visit.app.store, &grant, id).await;
    done(visit, withdrawn).await
}

/// Where somebody lands who had to sign in before one of these.
pub(super) async fn back() -> Redirect {
    Redirect::to("/beleid")
}

async fn done(visit: Visit, result: Result<(), FlowError>) -> Result<Response, Failure> {
    match result {
        Ok(()) => Ok(Redirect::to("/beleid").into_response()),
        Err(FlowError::NotFound { .. }) => Err(visit.not_found()),
        Err(error) => {
            let error = refusal(&error).ok_or(error)?;
            Ok(page(StatusCode::CONFLICT, &read(visit, Some(error)).await?))
        }
    }
}

/// The text as it is kept: a browser sends other line ends.
fn text(visit: &Visit, written: Result<Form<Written>, FormRejection>) -> Result<String, Failure> {
    let Ok(Form(written)) = written else {
        return Err(Failure::Unreadable(Box::new(visit.frame.clone())));
    };
    Ok(written.tekst.replace("\r\n", "\n"))
}

/// Why it did not happen, for the person who tried.
fn refusal(error: &FlowError) -> Option<String> {
    Some(match error {
        FlowError::Policy(error) => policy::refusal(error),
        FlowError::Exists { id, .. } => {
            let day = id.parse().map_or_else(|_| id.clone(), dutch_day);
            format!(
                "Vanaf {day} geldt al een beleid. Kies bij valid_from een andere dag: zo blijft te zien wat wanneer \
                 gold."
            )
        }
        FlowError::Approval(ApprovalError::SamePerson) => {
            "U hebt dit zelf voorgesteld. Vraag een tweede beheerder om het goed te keuren.".to_owned()
        }
        FlowError::AlreadyApproved => "Dit voorstel is al goedgekeurd of ingetrokken.".to_owned(),
        _ => return None,
    })
}

async fn read(visit: Visit, error: Option<String>) -> Result<Policies, Failure> {
    let all = policy::list(&mut visit.app.store.read().await?, visit.today).await?;
    let text = all.iter().find(|listed| listed.in_force).or(all.first());
    let text = text.map(|listed| listed.row.body.clone()).unwrap_or_default();
    let mut policies = Policies {
        error,
        proposals: Vec::new(),
        in_force: None,
        others: Vec::new(),
        may_propose: visit.actor.may(Action::ProposePolicy),
        text,
        frame: visit.frame,
    };
    for listed in all {
        let (state, in_force) = (listed.state, listed.in_force);
        let view = view(listed, &visit.actor, visit.today);
        match state {
            PolicyState::Proposed => policies.proposals.push(view),
            PolicyState::Approved if in_force => policies.in_force = Some(view),
            PolicyState::Approved | PolicyState::Withdrawn => policies.others.push(view),
        }
    }
    Ok(policies)
}

fn view(listed: Listed, actor: &Actor, today: NaiveDate) -> PolicyView {
    let Listed { row, state, changes, .. } = listed;
    let by = |name: &str, on| format!("{name}, op {}", dutch_day(on));
    let is_mine = row.proposed_by == actor.name;
    PolicyView {
        id: row.policy_id,
        from: dutch_day(row.valid_from),
        state: match state {
            PolicyState::Proposed => "wacht op een tweede beheerder",
            PolicyState::Approved => "goedgekeurd",
            PolicyState::Withdrawn => "ingetrokken",
        },
        proposed: by(&row.proposed_by, row.proposed_on),
        approved: row.approved_by.as_deref().zip(row.approved_on).map(|(name, on)| by(name, on)),
        changes: changes.into_iter().map(change).collect(),
        is_past: row.valid_from <= today,
        text: row.body,
        may_approve: actor.may(Action::ApprovePolicy) && !is_mine,
        is_mine,
    }
}

fn change(change: KeyChange) -> ChangeView {
    let value = |value: Option<String>| match value.as_deref() {
        None => "(staat er niet)".to_owned(),
        Some("") => "(leeg)".to_owned(),
        Some("true") => "ja".to_owned(),
        Some("false") => "nee".to_owned(),
        Some(value) => value.to_owned(),
    };
    let name = name(&change.key);
    ChangeView { key: change.key, name, was: value(change.was), becomes: value(change.becomes) }
}

/// What a key is about, in words.
fn name(key: &str) -> &'static str {
    let table = key.split('.').next().unwrap_or_default();
    match key {
        "valid_from" => "Eerste dag",
        "valid_until" => "Laatste dag",
        "pay_day" => "Betaaldag",
        "cut_off_days" => "Dagen voor de betaaldag waarop de run wordt voorgesteld",
        "lead_days" => "Dagen die een vaste last eerder wordt betaald",
        "pay_day_covers_days" => "Dagen na de betaaldag die met de maandrun meegaan",
        "part_month_method" => "Hoe een deel van een maand telt",
        "holiday_month" => "Maand van het vakantiegeld",
        "holiday_allowance_protected" => "Vakantiegeld telt als beschermd inkomen",
        "priority" => "Volgorde van betalen",
        "skip_and_continue" => "Doorgaan na een rekening die niet past",
        "living_money_payer" => "Wie het leefgeld betaalt",
        "living_money_frequency" => "Hoe vaak leefgeld wordt betaald",
        "furnishing.release_threshold" => "Deel van een deelbetaling dat eerst verantwoord is",
        "furnishing.line_tolerance" => "Hoe ver een aankoop over het budget mag",
        "furnishing.evidence_days" => "Dagen om bonnen in te leveren",
        "furnishing.no_receipt_cap" => "Meest zonder bon",
        "furnishing.tranches" => "Delen van het inrichtingskrediet",
        "window.variant_reasons" => "Redenen om anders te besluiten over de zes maanden",
        "statements.without_usable_entry" => "Een bankbestand waarvan niets te lezen is",
        "statements.that_differs" => "Een afschrift dat niet sluit",
        "signals.first_attempt_days" => "Werkdagen tot het eerste contact",
        "signals.t4_enabled" => "Eigen afschriften van de bewoner gebruiken",
        _ => match table {
            "living_money_floor" => "Minimum leefgeld",
            "approval" => "Wie betaalruns goedkeurt",
            "repayment" => "Aflossing van leningen",
            "furnishing" => "Bedrag van het inrichtingskrediet",
            "retention" => "Hoe lang gegevens bewaard worden",
            _ => "",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_policy_has_a_name() {
        let text = include_str!("../../../samples/policy.toml");
        let table: toml::Table = text.parse().expect("a policy");
        for key in table.keys() {
            let below = table[key].as_table().map_or_else(Vec::new, |table| table.keys().cloned().collect());
            for key in below.iter().map(|below| format!("{key}.{below}")).chain([key.clone()]) {
                let is_table = table.get(&key).is_some_and(toml::Value::is_table);
                assert!(is_table || !name(&key).is_empty(), "{key}");
            }
        }
    }

    #[test]
    fn who_may_not_approve_is_told_why() {
        let words = refusal(&ApprovalError::SamePerson.into());
        assert!(words.is_some_and(|words| words.contains("tweede beheerder")));
        let taken = FlowError::Exists { what: "policy from", id: "2026-02-01".to_owned() };
        assert!(refusal(&taken).is_some_and(|words| words.starts_with("Vanaf 1 februari 2026")));
        assert_eq!(refusal(&FlowError::NotSetUp), None);
    }
}
