//! Plays a case day by day, and holds what came of it against what it expects.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use grip_engine::calendar::OfficeCalendar;
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use grip_engine::policy::Policy;

use super::compare::{Difference, compare};
use super::expect::Expect;
use super::format::{CaseEvent, CaseFile, Setting, as_policy_file, parsed};
use super::invent::{Invented, invent};
use super::outcome::Seen;
use super::statement_step::Stage;
use super::{CaseError, Verdict};
use crate::app::App;
use crate::flow::FlowError;
use crate::intake::DEFAULT_POLICY;
use crate::play::{Play, Refused, Script};
use crate::simulated_bank::Told;
use crate::store::Store;

/// What lies in the account of the municipality at the start.
const OPENING: Money = Money::from_cents(1_000_000_00);

/// Plays a case on a store that holds no municipality yet. The files of the story are put in a folder.
pub async fn play(store: &Store, folder: &Path, case: &CaseFile) -> Result<Verdict, CaseError> {
    let (first, last) = case.days()?;
    let invented = invent(case);
    let app = App::new(store.clone());
    let mut differences = Vec::new();
    let mut playing = Playing {
        play: begin(&app, folder, case, &invented, first).await?,
        app,
        household: HouseholdId(uuid::Uuid::nil()),
        seen: Seen::default(),
        policy: policy_of(case)?,
        told: Vec::new(),
    };
    playing.enter(&invented, first).await?;
    for today in first.iter_days().take_while(|day| *day <= last) {
        playing.day(case, &invented, today, &mut differences).await?;
        for point in case.checkpoints.iter().filter(|point| point.on == today.to_string()) {
            let at = format!("checkpoints.{today}.");
            differences.extend(playing.compare(&at, &point.expect, today).await?);
        }
    }
    differences.extend(playing.compare("", &case.expect, last).await?);
    Ok(Verdict { name: case.name.clone(), differences })
}

/// What a case gives at the end of its last day, whatever it expects.
pub async fn outcome(store: &Store, folder: &Path, case: &CaseFile) -> Result<Expect, CaseError> {
    let (first, last) = case.days()?;
    let invented = invent(case);
    let app = App::new(store.clone());
    let mut playing = Playing {
        play: begin(&app, folder, case, &invented, first).await?,
        app,
        household: HouseholdId(uuid::Uuid::nil()),
        seen: Seen::default(),
        policy: policy_of(case)?,
        told: Vec::new(),
    };
    playing.enter(&invented, first).await?;
    for today in first.iter_days().take_while(|day| *day <= last) {
        playing.day(case, &invented, today, &mut Vec::new()).await?;
    }
    playing
        .seen
        .outcome(&playing.app.store, playing.household, last)
        .await
        .map_err(|error| story(last, error))
}

async fn begin(
    app: &App,
    folder: &Path,
    case: &CaseFile,
    invented: &Invented,
    first: NaiveDate,
) -> Result<Play, CaseError> {
    let policy = policy_of(case)?;
    let mut refused = Vec::new();
    for entry in &case.bank.refused {
        let creditor = invented.account_of(&entry.payee);
        let missing = || CaseError::Form(format!("bank: nobody is called `{}`", entry.payee));
        let from = parsed("bank.refused.from", &entry.from)?.to_string();
        refused.push(Refused { creditor: creditor.ok_or_else(missing)?, reason: entry.reason.clone(), from });
    }
    let script = Script {
        municipality: invented.municipality.clone(),
        policy,
        opening: OPENING,
        households: Vec::new(),
        refused,
    };
    let mut play = Play::begin(app, folder, script, first).await.map_err(|error| story(first, error))?;
    if case.tells_statements() {
        play.keep_statements();
    }
    Ok(play)
}

/// The text of the policy with which the case begins.
fn policy_of(case: &CaseFile) -> Result<String, CaseError> {
    let wrong = |error: grip_engine::policy::PolicyError| CaseError::Form(format!("policy: {error}"));
    let policy = Policy::merged(DEFAULT_POLICY, &case.policy_changes()).map_err(wrong)?;
    Policy::parse(&policy).map_err(wrong)?;
    Ok(policy)
}

fn story(on: NaiveDate, error: FlowError) -> CaseError {
    CaseError::Story { on: on.to_string(), error }
}

/// A case that is being played.
struct Playing {
    app: App,
    play: Play,
    household: HouseholdId,
    seen: Seen,
    /// The text of the newest policy.
    policy: String,
    /// What the bank said, as the case tells it.
    told: Vec<Told>,
}

impl Playing {
    async fn enter(&mut self, invented: &Invented, first: NaiveDate) -> Result<(), CaseError> {
        self.play.dawn(first).await.map_err(|error| story(first, error))?;
        let entered = self.play.enter(&invented.household, first).await;
        self.household = entered.map_err(|error| match error {
            // what a household cannot be is no story: the file says something that has no meaning
            FlowError::Intake(_) | FlowError::Exists { .. } | FlowError::NotFound { .. } => {
                CaseError::Form(format!("household: {error}"))
            }
            error => story(first, error),
        })?;
        Ok(())
    }

    async fn day(
        &mut self,
        case: &CaseFile,
        invented: &Invented,
        today: NaiveDate,
        differences: &mut Vec<Difference>,
    ) -> Result<(), CaseError> {
        let wrong = |error| story(today, error);
        let of_today = |after_work| {
            let is_it = move |event: &&CaseEvent| {
                event.event.on == today.to_string() && event.after_work == after_work
            };
            invented.events.iter().filter(is_it)
        };
        self.play.dawn(today).await.map_err(wrong)?;
        for event in of_today(false) {
            differences.extend(self.happens(event, invented, today).await?);
        }
        let absent = case.second_person.absent.iter().any(|days| {
            days.from.as_str() <= today.to_string().as_str()
                && today.to_string().as_str() <= days.until.as_str()
        });
        if OfficeCalendar.is_open(today) && !absent {
            self.play.approve(today).await.map_err(wrong)?;
        }
        let done = self.play.work(today).await.map_err(wrong)?;
        for event in of_today(true) {
            differences.extend(self.happens(event, invented, today).await?);
        }
        self.play.at_the_bank(today).await.map_err(wrong)?;
        self.seen.day(&self.app.store, self.household, today, done).await.map_err(wrong)
    }

    async fn happens(
        &mut self,
        event: &CaseEvent,
        invented: &Invented,
        today: NaiveDate,
    ) -> Result<Vec<Difference>, CaseError> {
        let CaseEvent { policy, step, statement, .. } = event;
        let kind = match (policy, step, statement) {
            (Some(_), ..) => "policy".to_owned(),
            (None, Some(step), _) => step.key().to_owned(),
            (None, None, Some(statement)) => format!("statement.{}", statement.id),
            (None, None, None) => event.event.kinds().join(", "),
        };
        let path = format!("events.{today}.{kind}");
        let nothing = |()| Vec::new();
        let happened = match (policy, step, statement) {
            (Some(keys), ..) => self.decide_policy(keys, today).await.map(nothing),
            (None, Some(step), _) => {
                let done = step.happens((&self.app.store, &self.play), self.household, today).await;
                done.map(nothing)
            }
            (None, None, Some(statement)) => {
                let (store, play, household) = (&self.app.store, &self.play, self.household);
                let stage = Stage { store, play, invented, household, today };
                statement.happens(stage, &mut self.told).await
            }
            (None, None, None) => self.play.happens(self.household, &event.event, today).await.map(nothing),
        };
        match (happened, &event.refused) {
            (Ok(differences), None) => Ok(differences),
            (Ok(_), Some(text)) => {
                let expected = format!("refused: {text}");
                Ok(vec![Difference { path, expected, got: "it was recorded".to_owned() }])
            }
            (Err(error), Some(text)) if error.to_string().contains(text.as_str()) => Ok(Vec::new()),
            (Err(error), expected) => {
                let expected =
                    expected.as_ref().map_or("recorded".to_owned(), |text| format!("refused: {text}"));
                Ok(vec![Difference { path, expected, got: format!("refused: {error}") }])
            }
        }
    }

    /// The municipality changes keys of its newest policy, from today on unless the keys say another day.
    async fn decide_policy(
        &mut self,
        keys: &BTreeMap<String, Setting>,
        today: NaiveDate,
    ) -> Result<(), FlowError> {
        let from_today = Policy::merged(&self.policy, &format!("valid_from = \"{today}\""))?;
        let text = Policy::merged(&from_today, &as_policy_file(keys))?;
        self.play.decide_policy(&text, today).await?;
        self.policy = text;
        Ok(())
    }

    async fn compare(
        &self,
        at: &str,
        expected: &Expect,
        today: NaiveDate,
    ) -> Result<Vec<Difference>, CaseError> {
        if expected.is_empty() {
            return Ok(Vec::new());
        }
        let got = self.seen.outcome(&self.app.store, self.household, today).await;
        Ok(compare(at, expected, &got.map_err(|error| story(today, error))?))
    }
}

/// What differs between two outcomes, by path: for a rehearsal with and without a change.
pub fn differences(without: &Expect, with: &Expect) -> BTreeMap<String, (String, String)> {
    let entry = |found: Difference| (found.path, (found.expected, found.got));
    compare("", without, with).into_iter().map(entry).collect()
}
