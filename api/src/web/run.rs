//! A payment run: what it pays, and the approval of a second person on exactly what is shown.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::payment_run::{ApprovalError, RunLine, RunRelease, Subject};
use grip_engine::calendar::{Month, dutch_day};
use grip_engine::explain;
use grip_engine::household::right::NormKind;
use grip_engine::id::{HouseholdId, RunId};
use grip_engine::money::Money;
use grip_engine::norm::NormTable;
use grip_engine::payee::{CreditorAccount, NameOutcome};
use serde::Deserialize;
use uuid::Uuid;

use super::change::{self, ChangeGroup};
use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::auth::grant::Actor;
use crate::flow::approve::{self as approving, Needed};
use crate::flow::payees::{self, ListedCreditor};
use crate::flow::{FlowError, compare};
use crate::store::payment;
use crate::store::payment_file::{self, FileRow};
use crate::store::run::{self, ApprovalRow, RunRow};
use crate::store::unpaid::{self, UnpaidRow};
use crate::store::{Scope, Snapshot, StoreError, household, municipality};

#[derive(Template)]
#[template(path = "run.html")]
struct Run {
    frame: Frame,
    id: Uuid,
    name: String,
    state: &'static str,
    execution_on: String,
    proposed_on: String,
    account: String,
    preparers: Vec<String>,
    approvals: Vec<ApprovalRow>,
    content_hash: String,
    may_approve: bool,
    /// True while it waits for approval.
    waits: bool,
    /// Why this person cannot sign it.
    barred: Option<&'static str>,
    error: Option<&'static str>,
    /// What changed since it was proposed, for who found that it changed.
    since_proposed: Vec<ChangeGroup>,
    sees_households: bool,
    needed: Needed,
    /// The run it is held against.
    previous: Option<String>,
    since_previous: Vec<ChangeGroup>,
    /// The norms that were not checked since they may have changed.
    unchecked: Vec<String>,
    /// What banks said about names and accounts in it, where that is not that they match.
    checks: Vec<AccountNote>,
    /// Who gets nothing now, and why.
    waiting: Vec<AccountNote>,
    /// What should stand in it and cannot be paid.
    unpaid: Vec<UnpaidRow>,
    lines: Vec<Line>,
    total: Money,
    /// What is released without a payment of its own.
    releases: Vec<Released>,
    files: Vec<FileRow>,
}

/// Why somebody who recorded some of it cannot sign.
const SAME_PERSON: &str =
    "U hebt zelf iets vastgelegd dat in deze run betaald wordt. Vraag een collega om de run goed te keuren.";

/// Why a content that was renewed meanwhile cannot be signed as it was.
const RENEWED: &str = "De run is bijgewerkt sinds u hem bekeek. Er is niets betaald. Bekijk de bedragen opnieuw en keur \
                       daarna goed.";

/// A payment in a run.
struct Line {
    household: Uuid,
    number: String,
    /// What the payee reads.
    what: String,
    to: String,
    account: String,
    due_on: String,
    amount: Money,
    state: Option<&'static str>,
}

/// Living money that is released without a payment in the run.
struct Released {
    household: Uuid,
    number: String,
    what: String,
    /// Who pays it, or what it waits for.
    how: &'static str,
    amount: Money,
}

/// Something to know about the account of somebody, before a run is approved.
struct AccountNote {
    creditor: Uuid,
    name: String,
    words: String,
}

/// What the form holds.
#[derive(Deserialize)]
pub(super) struct Shown {
    inhoud: String,
}

/// `GET /betaalruns/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeRuns).await?;
    let id = run_id(&visit, &id)?;
    Ok(page(StatusCode::OK, &read(visit, id).await?))
}

/// `POST /betaalruns/{id}/goedkeuringen`.
pub(super) async fn approve(
    visit: Visit,
    Path(id): Path<String>,
    shown: Result<Form<Shown>, FormRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ApproveRun).await?;
    let id = run_id(&visit, &id)?;
    let Ok(Form(shown)) = shown else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    match approving::approve(&visit.app.store, &grant, id, &shown.inhoud).await {
        Ok(_) => Ok(Redirect::to(&format!("/betaalruns/{id}")).into_response()),
        Err(error) => {
            let has_changed = matches!(error, FlowError::Approval(ApprovalError::Changed));
            let words = refusal(&error).ok_or(error)?;
            let (actor, app, today) = (visit.actor.clone(), visit.app.clone(), visit.today);
            let mut run = Run { error: Some(words), ..read(visit, id).await? };
            if has_changed {
                let mut at = app.store.read().await?;
                let numbers = numbers(&mut at).await?;
                let changes = compare::since_proposed(&mut at, id, today).await?;
                run.since_proposed = change::groups(&changes, &actor, &numbers);
                if changes.is_empty() {
                    run.error = Some(RENEWED);
                } else {
                    run.may_approve = false;
                }
            }
            Ok(page(StatusCode::CONFLICT, &run))
        }
    }
}

/// `GET /betaalruns/{id}/goedkeuringen`: where somebody lands who had to sign in before approving.
pub(super) async fn back(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeRuns).await?;
    let id = run_id(&visit, &id)?;
    Ok(Redirect::to(&format!("/betaalruns/{id}")).into_response())
}

fn run_id(visit: &Visit, text: &str) -> Result<RunId, Failure> {
    text.parse::<Uuid>().map(RunId).map_err(|_| visit.not_found())
}

/// Why an approval does not count, for the person who tried.
fn refusal(error: &FlowError) -> Option<&'static str> {
    match error {
        FlowError::Approval(ApprovalError::SamePerson) => Some(SAME_PERSON),
        FlowError::Approval(ApprovalError::Changed) => Some(
            "De run is veranderd sinds u hem bekeek. Er is niets betaald. Hieronder staat wat \
             er anders is. Bij de volgende dagverwerking wordt de run bijgewerkt; bekijk hem daarna opnieuw.",
        ),
        FlowError::Approval(ApprovalError::Empty) => {
            Some("Deze run betaalt niets. Er is niets goed te keuren.")
        }
        FlowError::Approval(ApprovalError::NotNamed) => {
            Some("Een run met dit totaal wordt door anderen goedgekeurd. Het beleid noemt wie.")
        }
        FlowError::EarlierFirst { .. } => Some(
            "Een huishouden in deze run heeft een eerdere maand die nog niet is goedgekeurd. Keur eerst de run van \
             de eerdere maand goed.",
        ),
        FlowError::AlreadyApproved => {
            Some("Deze run is al goedgekeurd, of u hebt al getekend. U hoeft niets meer te doen.")
        }
        _ => None,
    }
}

async fn read(visit: Visit, id: RunId) -> Result<Run, Failure> {
    let mut at = visit.app.store.read().await?;
    let found = run::get(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
    let lines = run::lines(&mut at, id).await?;
    let numbers = numbers(&mut at).await?;
    let releases = run::releases(&mut at, id).await?;
    let releases = releases.iter().map(|release| Released::of(release, &numbers)).collect();
    let mut states = BTreeMap::new();
    for paid in payment::of_run(&mut at, id).await? {
        states.insert(paid.subject()?, words::payment_state(&paid.state));
    }
    let sees_bank = visit.actor.may(Action::SeeBank);
    let mut files = if sees_bank { payment_file::list(&mut at).await? } else { Vec::new() };
    files.retain(|file| file.run_id == id.0);
    let accounts = municipality::bank_accounts(&mut at).await?;
    let account = accounts.into_iter().find(|account| account.id.0 == found.bank_account_id);
    let approvals = run::approvals(&mut at, id).await?;
    let previous = compare::previous(&mut at, &found).await?;
    let changes = compare::since_previous(&mut at, &found).await?;
    Ok(Run {
        id: id.0,
        releases,
        name: words::run_name(&found.kind, &found.period),
        state: words::run_state(&found.state),
        execution_on: dutch_day(found.execution_on),
        proposed_on: dutch_day(found.proposed_on),
        account: account.map_or_else(String::new, |account| account.name),
        preparers: found.preparers(),
        barred: barred(&found, &approvals, &visit.actor),
        approvals,
        may_approve: found.state == "proposed" && visit.actor.may(Action::ApproveRun),
        waits: found.state == "proposed",
        error: None,
        since_proposed: Vec::new(),
        needed: approving::needed(&mut at, &found, visit.today).await?,
        previous: previous.map(|run| words::run_name(&run.kind, &run.period)),
        since_previous: change::groups(&changes, &visit.actor, &numbers),
        unchecked: unchecked(&lines),
        checks: checks(&mut at, &lines).await?,
        waiting: waiting(&mut at, visit.today).await?,
        unpaid: unpaid(&mut at, &found).await?,
        sees_households: visit.actor.may(Action::SeeHouseholds),
        total: lines.iter().map(|line| line.amount).sum(),
        lines: lines.iter().map(|line| Line::of(line, &visit.actor, &numbers, &states)).collect(),
        files,
        content_hash: found.content_hash,
        frame: visit.frame,
    })
}

/// What banks said about the names and accounts that a run pays to, with what was decided; but for the names that match.
async fn checks(at: &mut Snapshot, lines: &[RunLine]) -> Result<Vec<AccountNote>, FlowError> {
    let told = payees::of_run(at, lines).await?;
    let note = |version: &CreditorAccount| {
        let check = version.name_checks.last().filter(|check| check.outcome != NameOutcome::Match)?;
        let outcome = explain::payee::name_outcome(check.outcome);
        let decided = version.name_checks.iter().rev().find_map(|check| check.decision.as_ref());
        let decided = decided.filter(|_| check.outcome.needs_decision());
        let decision =
            decided.map(|decision| format!(", besluit van {}: {}", decision.made.by, decision.ground));
        let words = format!("{outcome} ({}){}", dutch_day(check.on), decision.unwrap_or_default());
        Some(AccountNote { creditor: version.creditor.id(), name: version.holder.clone(), words })
    };
    Ok(told.values().filter_map(note).collect())
}

/// Who gets nothing today, and why: what they should be paid is in no run.
async fn waiting(at: &mut Snapshot, today: NaiveDate) -> Result<Vec<AccountNote>, FlowError> {
    let all = payees::all(at, today).await?;
    let note = |listed: &ListedCreditor| {
        let words = explain::payee::waits(listed.waits.as_ref()?);
        Some(AccountNote { creditor: listed.id(), name: listed.name.clone(), words })
    };
    Ok(all.iter().filter_map(note).collect())
}

/// What the last day's work could not put in a proposed run.
async fn unpaid(at: &mut Snapshot, found: &RunRow) -> Result<Vec<UnpaidRow>, StoreError> {
    if found.state != "proposed" {
        return Ok(Vec::new());
    }
    let mut rows = unpaid::list(at).await?;
    let key = (found.bank_account_id, found.kind.as_str(), found.period.as_str());
    rows.retain(|row| row.run() == Some(key));
    Ok(rows)
}

async fn numbers(at: &mut Snapshot) -> Result<BTreeMap<HouseholdId, String>, StoreError> {
    let files = household::files(at, Scope::All).await?;
    Ok(files.into_iter().map(|file| (file.household.id, file.number)).collect())
}

/// Why a person who may approve runs cannot sign this one.
fn barred(found: &RunRow, approvals: &[ApprovalRow], actor: &Actor) -> Option<&'static str> {
    let is_mine = |approval: &&ApprovalRow| approval.name == actor.name;
    if approvals.iter().filter(is_mine).any(|approval| approval.content_hash == found.content_hash) {
        return Some("U hebt deze run al goedgekeurd. Er moet nog iemand anders goedkeuren.");
    }
    found.preparers().contains(&actor.name).then_some(SAME_PERSON)
}

/// The norms of the months of a run that were not checked since they may have changed.
fn unchecked(lines: &[RunLine]) -> Vec<String> {
    let month = |line: &RunLine| match line.subject {
        Subject::LivingMoney(_, month, _) | Subject::Withholding(_, month) => Some(month),
        Subject::FixedCost(..) | Subject::Tranche(_) => None,
    };
    let months: BTreeSet<Month> = lines.iter().filter_map(month).collect();
    let norms = NormTable::shipped();
    let warning = |month: Month| {
        let norm = norms.norm(NormKind::Single, month).ok().filter(|norm| !norm.checked)?;
        let checked = dutch_day(norm.still_valid_on);
        Some(format!("De norm van {} is gecontroleerd tot en met {checked}.", month.dutch()))
    };
    months.into_iter().filter_map(warning).collect()
}

impl Released {
    fn of(release: &RunRelease, numbers: &BTreeMap<HouseholdId, String>) -> Released {
        let month = release.month.dutch();
        Released {
            household: release.household.0,
            number: numbers.get(&release.household).cloned().unwrap_or_default(),
            what: match release.number {
                0 => format!("Plan van {month}"),
                number => format!("Aanvulling {number} op {month}"),
            },
            how: if release.handed_over {
                "betaalt het uitkeringssysteem"
            } else {
                "gaat nu niet naar een rekening"
            },
            amount: release.to_household,
        }
    }
}

impl Line {
    fn of(
        line: &RunLine,
        actor: &Actor,
        numbers: &BTreeMap<HouseholdId, String>,
        states: &BTreeMap<Subject, &'static str>,
    ) -> Line {
        Line {
            household: line.household.0,
            number: numbers.get(&line.household).cloned().unwrap_or_default(),
            what: line.remittance.clone(),
            to: line.creditor_name.clone(),
            account: actor.account(&line.creditor),
            due_on: dutch_day(line.due_on),
            amount: line.amount,
            state: states.get(&line.subject).copied(),
        }
    }
}

impl Run {
    fn file_total(file: &FileRow) -> String {
        Money::from_cents(file.total).dutch()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::bank::payment_run::Part;

    #[test]
    fn a_norm_that_was_not_checked_since_is_a_warning() {
        let line = |month: &str| RunLine {
            household: HouseholdId(Uuid::nil()),
            subject: Subject::LivingMoney(
                Uuid::nil().into(),
                month.parse().expect("a month"),
                Part::default(),
            ),
            due_on: "2026-07-31".parse().expect("a day"),
            creditor_name: "A. Tesfay".to_owned(),
            creditor: "NL91ABNA0417164300".parse().expect("an account"),
            amount: Money::from_cents(1),
            remittance: "leefgeld".to_owned(),
            legal_basis: "Pw 19".to_owned(),
        };
        assert_eq!(unchecked(&[line("2026-07")]), Vec::<String>::new());
        let warnings = unchecked(&[line("2031-07"), line("2031-07")]);
        assert_eq!(warnings.len(), 1);
        assert!(
            warnings[0].starts_with("De norm van juli 2031 is gecontroleerd tot en met "),
            "{warnings:?}"
        );
    }

    #[test]
    fn what_somebody_did_wrong_is_told_and_what_went_wrong_here_is_not() {
        assert!(refusal(&ApprovalError::SamePerson.into()).is_some_and(|words| words.contains("collega")));
        assert!(refusal(&FlowError::AlreadyApproved).is_some());
        assert_eq!(refusal(&FlowError::NotSetUp), None);
    }
}
