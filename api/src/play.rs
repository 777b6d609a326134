//! Playing a story day by day through the ordinary flows: decisions, runs, a second person, payment files,
//! the simulated bank, its statements, alerts. The demonstration and the tests of the worked cases play.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrono::NaiveDate;
use grip_engine::access::{Action, Role};
use grip_engine::bank::payment_run::ApprovalError;
use grip_engine::calendar::OfficeCalendar;
use grip_engine::id::{HouseholdId, UserId};
use grip_engine::money::Money;
use serde::Deserialize;

use crate::app::App;
use crate::auth::grant::{Actor, Grant};
use crate::auth::password;
use crate::flow::day::{self, DayDone};
use crate::flow::import_statement::Imported;
use crate::flow::payees::CallBackGiven;
use crate::flow::{FlowError, alerts, approve, import_statement, payees, policy, register};
use crate::intake::{EventIn, HouseholdIn, MunicipalityIn, value};
use crate::simulated_bank::{SimulatedBank, StatementFile};
use crate::store::user::{self, User};
use crate::store::{Scope, municipality, run};

/// The password of everybody in a story.
pub const PASSWORD: &str = "grip-op-geld-demo";
/// Records what is decided.
pub const OFFICER: &str = "wit";
/// Approves runs as the second person.
pub const SECOND: &str = "jansen";
/// Guides the households.
pub const COACH: &str = "smit";
/// Takes in statements.
pub const FINANCE: &str = "bakker";

/// Set the policy, the second one as the second person.
pub const ADMINISTRATORS: [&str; 2] = ["beheer", "beheer2"];

/// Everybody with a sign-in.
pub const PEOPLE: [(&str, Role); 7] = [
    (OFFICER, Role::IncomeOfficer),
    (SECOND, Role::IncomeOfficer),
    (COACH, Role::BudgetCoach),
    (FINANCE, Role::Finance),
    (ADMINISTRATORS[0], Role::Administrator),
    (ADMINISTRATORS[1], Role::Administrator),
    ("controle", Role::Auditor),
];

/// Who and what is in a story.
#[derive(Clone, Debug)]
pub struct Script {
    /// The municipality.
    pub municipality: MunicipalityIn,
    /// The text of its policy file.
    pub policy: String,
    /// What lies in each account of the municipality at the start.
    pub opening: Money,
    /// The households; each enters on the day of its first event.
    pub households: Vec<HouseholdIn>,
    /// Accounts that take no money from a day on.
    pub refused: Vec<Refused>,
}

/// An account that takes no money from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The account.
    pub creditor: String,
    /// The reason code the bank gives.
    pub reason: String,
    /// The first day.
    pub from: String,
}

/// A story that is being played.
#[derive(Debug)]
pub struct Play {
    app: App,
    folder: PathBuf,
    script: Script,
    people: BTreeMap<&'static str, Actor>,
    registered: BTreeMap<String, HouseholdId>,
    bank: SimulatedBank,
    delivered: BTreeSet<String>,
    /// Statements that finance keeps in a drawer instead of taking them in.
    drawer: Option<Vec<StatementFile>>,
    /// Statement files that were taken in.
    pub proved: usize,
    /// Statement files that were refused.
    pub failed: usize,
}

fn grant(actor: Actor, action: Action, today: NaiveDate) -> Result<Grant, FlowError> {
    let at = today.and_hms_opt(9, 0, 0).expect("nine o'clock exists").and_utc();
    Ok(Grant::new(actor, action, today, at)?)
}

/// The hash of everybody's password, made once: that is meant to take long.
fn password_hash() -> Result<String, FlowError> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash.clone());
    }
    let hash = password::hash(PASSWORD).map_err(|error| FlowError::Invalid(error.to_string()))?;
    Ok(HASH.get_or_init(|| hash).clone())
}

async fn add_people(app: &App, today: NaiveDate) -> Result<BTreeMap<&'static str, Actor>, FlowError> {
    let hash = password_hash()?;
    let mut change =
        app.store.begin(&grant(Actor::system(), Action::Administer, today)?, "demo accounts").await?;
    municipality::put(&mut change, "Demonstratie").await?;
    let mut people = BTreeMap::new();
    for (name, role) in PEOPLE {
        let id = UserId(change.new_id());
        let person = User { id, name: name.to_owned(), role, password_hash: hash.clone() };
        user::add(&mut change, &person).await?;
        people.insert(name, Actor { user: Some(id), name: name.to_owned(), role: Some(role) });
    }
    change.commit().await?;
    Ok(people)
}

impl Play {
    /// Opens the accounts, adds the people and sets the municipality up.
    pub async fn begin(
        app: &App,
        folder: &Path,
        script: Script,
        first: NaiveDate,
    ) -> Result<Play, FlowError> {
        let people = add_people(app, first).await?;
        let mut play = Play {
            app: app.clone(),
            folder: folder.to_owned(),
            script,
            people,
            registered: BTreeMap::new(),
            bank: SimulatedBank::new(),
            delivered: BTreeSet::new(),
            drawer: None,
            proved: 0,
            failed: 0,
        };
        play.open_accounts(first).await?;
        Ok(play)
    }

    /// The household with this number, once it entered.
    pub fn household(&self, number: &str) -> Option<HouseholdId> {
        self.registered.get(number).copied()
    }

    /// From now on finance keeps the statements instead of taking them in.
    pub fn keep_statements(&mut self) {
        self.drawer = Some(Vec::new());
    }

    /// The statements that were kept, oldest first.
    pub fn kept(&self) -> Vec<StatementFile> {
        self.drawer.clone().unwrap_or_default()
    }

    /// Finance takes in a file of the bank that the story tells itself, and the alerts are looked at.
    pub async fn offer(&self, name: &str, bytes: &[u8], today: NaiveDate) -> Result<Imported, FlowError> {
        let finance = self.grant_to(FINANCE, Action::ImportStatement, today)?;
        let done = import_statement::import(&self.app.store, &finance, name, bytes).await?;
        let system = grant(Actor::system(), Action::WorkDay, today)?;
        alerts::raise(&self.app.store, &system, Scope::All).await?;
        Ok(done)
    }

    /// Finance takes in a statement after all.
    pub async fn give(&mut self, statement: &StatementFile, today: NaiveDate) -> Result<(), FlowError> {
        let finance = self.grant_to(FINANCE, Action::ImportStatement, today)?;
        self.take_in(&finance, statement).await?;
        let system = grant(Actor::system(), Action::WorkDay, today)?;
        alerts::raise(&self.app.store, &system, Scope::All).await.map(drop)
    }

    /// Where the files for the bank are put.
    pub fn outbox(&self) -> PathBuf {
        self.folder.join("betaalbestanden")
    }

    /// The days from the first up to and including the last.
    pub async fn days(&mut self, first: NaiveDate, last: NaiveDate) -> Result<(), FlowError> {
        for today in first.iter_days().take_while(|day| *day <= last) {
            self.day(today).await?;
        }
        Ok(())
    }

    /// A grant for one of the people.
    pub fn grant_to(&self, name: &str, action: Action, today: NaiveDate) -> Result<Grant, FlowError> {
        grant(self.people.get(name).cloned().unwrap_or_else(Actor::system), action, today)
    }

    async fn open_accounts(&mut self, today: NaiveDate) -> Result<(), FlowError> {
        let officer = self.grant_to(OFFICER, Action::RecordFacts, today)?;
        let Script { municipality: file, policy, opening, .. } = &self.script;
        register::municipality(&self.app.store, &officer, file, policy).await?;
        for account in &file.bank_account {
            self.bank.open_account(value::iban(&account.iban)?, &file.name, *opening, today);
        }
        Ok(())
    }

    /// One day: what is recorded, the second person, the day's work, the bank.
    pub async fn day(&mut self, today: NaiveDate) -> Result<(), FlowError> {
        self.dawn(today).await?;
        self.record(today).await?;
        if OfficeCalendar.is_open(today) {
            self.approve(today).await?;
        }
        self.work(today).await?;
        self.at_the_bank(today).await
    }

    /// The business date moves on.
    pub async fn dawn(&mut self, today: NaiveDate) -> Result<(), FlowError> {
        let system = grant(Actor::system(), Action::WorkDay, today)?;
        let mut change = self.app.store.begin(&system, "business date").await?;
        municipality::set_business_date(&mut change, today).await?;
        Ok(change.commit().await?)
    }

    /// The day's work.
    pub async fn work(&self, today: NaiveDate) -> Result<DayDone, FlowError> {
        let system = grant(Actor::system(), Action::WorkDay, today)?;
        day::work(&self.app.store, &system, Some(&self.outbox())).await
    }

    /// The officer enters a household.
    pub async fn enter(&mut self, file: &HouseholdIn, today: NaiveDate) -> Result<HouseholdId, FlowError> {
        let officer = self.grant_to(OFFICER, Action::RecordFacts, today)?;
        let id = register::household(&self.app.store, &officer, file).await?.id;
        self.registered.insert(file.number.clone(), id);
        self.approve_accounts(id, (SECOND, None), today).await?;
        Ok(id)
    }

    /// A second person looks at every account that waits, or at one, after the officer called back about it.
    async fn approve_accounts(
        &self,
        id: HouseholdId,
        (by, only): (&str, Option<&str>),
        today: NaiveDate,
    ) -> Result<(), FlowError> {
        let only = only.map(value::iban).transpose()?;
        let officer = self.grant_to(OFFICER, Action::RecordPayee, today)?;
        let second = self.grant_to(by, Action::ApprovePayee, today)?;
        let waiting = payees::waiting(&mut self.app.store.read().await?, id).await?;
        for version in waiting.iter().filter(|version| only.as_ref().is_none_or(|only| *only == version.iban))
        {
            if version.lacks_call_back() {
                let call = CallBackGiven {
                    person: version.holder.clone(),
                    number: "035 000 00 00".to_owned(),
                    known_from: "contract".to_owned(),
                    on: today,
                    by: None,
                };
                payees::call_back(&self.app.store, &officer, version.id, &call).await?;
            }
            payees::approve(&self.app.store, &second, version.id).await?;
        }
        Ok(())
    }

    /// An account that a story gives with its second person is approved by them at once.
    async fn second_person(
        &self,
        id: HouseholdId,
        event: &EventIn,
        today: NaiveDate,
    ) -> Result<(), FlowError> {
        let EventIn { member_account, payee_account, member_joined, .. } = event;
        let of_member = member_account.as_ref().map(|new| (new.verified_by.as_deref(), new.iban.as_str()));
        let of_payee = payee_account.as_ref().map(|new| (new.verified_by.as_deref(), new.iban.as_str()));
        let joins = member_joined.as_ref().and_then(|new| Some((Some(SECOND), new.iban.as_deref()?)));
        match of_member.or(of_payee).or(joins) {
            Some((Some(by), iban)) => self.approve_accounts(id, (by, Some(iban)), today).await,
            _ => Ok(()),
        }
    }

    /// One administrator proposes a policy and another approves it.
    pub async fn decide_policy(&self, text: &str, today: NaiveDate) -> Result<(), FlowError> {
        let [first, second] = ADMINISTRATORS;
        let proposes = self.grant_to(first, Action::ProposePolicy, today)?;
        let id = policy::propose(&self.app.store, &proposes, text).await?;
        policy::approve(&self.app.store, &self.grant_to(second, Action::ApprovePolicy, today)?, id).await
    }

    /// The officer records an event of a household.
    pub async fn happens(&self, id: HouseholdId, event: &EventIn, today: NaiveDate) -> Result<(), FlowError> {
        let officer = self.grant_to(OFFICER, Action::RecordFacts, today)?;
        register::event(&self.app.store, &officer, id, event).await?;
        self.second_person(id, event, today).await
    }

    /// The officer and the coach record what happened.
    async fn record(&mut self, today: NaiveDate) -> Result<(), FlowError> {
        let officer = self.grant_to(OFFICER, Action::RecordFacts, today)?;
        let coach = self.grant_to(COACH, Action::RecordCoaching, today)?;
        for file in self.script.households.clone() {
            if file.event.first().is_some_and(|first| first.on == today.to_string()) {
                let bare = HouseholdIn { event: Vec::new(), ..file.clone() };
                self.enter(&bare, today).await?;
            }
            let Some(id) = self.household(&file.number) else { continue };
            for event in &file.event {
                if value::day("on", &event.on)? == today {
                    let by = if event.evidence.is_some() { &coach } else { &officer };
                    register::event(&self.app.store, by, id, event).await?;
                    self.second_person(id, event, today).await?;
                }
            }
        }
        Ok(())
    }

    /// A second person looks at what was proposed before today, and signs the hash of it.
    pub async fn approve(&self, today: NaiveDate) -> Result<(), FlowError> {
        let second = self.grant_to(SECOND, Action::ApproveRun, today)?;
        let runs = run::list(&mut self.app.store.read().await?).await?;
        for found in runs.iter().rev().filter(|run| run.state == "proposed" && run.proposed_on < today) {
            match approve::approve(&self.app.store, &second, found.id(), &found.content_hash).await {
                // what changed since it was proposed, of which nothing is left, or what waits for an earlier month is
                // looked at tomorrow
                Ok(_)
                | Err(
                    FlowError::Approval(ApprovalError::Changed | ApprovalError::Empty)
                    | FlowError::EarlierFirst { .. },
                ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The bank takes the new files, works, and gives its statements, which finance takes in.
    pub async fn at_the_bank(&mut self, today: NaiveDate) -> Result<(), FlowError> {
        for refused in &self.script.refused {
            if today < value::day("from", &refused.from)? {
                continue;
            }
            self.bank.refuse(value::iban(&refused.creditor)?, &refused.reason);
        }
        self.deliver()?;
        let finance = self.grant_to(FINANCE, Action::ImportStatement, today)?;
        let statements = self.bank.end_day(today);
        if let Some(drawer) = &mut self.drawer {
            drawer.extend(statements);
            return Ok(());
        }
        for statement in &statements {
            self.take_in(&finance, statement).await?;
        }
        if !statements.is_empty() {
            let system = grant(Actor::system(), Action::WorkDay, today)?;
            alerts::raise(&self.app.store, &system, Scope::All).await?;
        }
        Ok(())
    }

    fn deliver(&mut self) -> Result<(), FlowError> {
        let outbox = self.outbox();
        if !outbox.is_dir() {
            return Ok(());
        }
        let trouble = |error| FlowError::File { path: outbox.display().to_string(), error };
        let mut names: Vec<String> = Vec::new();
        for file in std::fs::read_dir(&outbox).map_err(trouble)? {
            names.push(file.map_err(trouble)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        for name in names.into_iter().filter(|name| is_payment_file(name)) {
            if self.delivered.insert(name.clone()) {
                let bytes = std::fs::read(outbox.join(&name)).map_err(trouble)?;
                let taken = self.bank.deliver(&bytes);
                taken.map_err(|error| FlowError::Invalid(format!("the bank refuses {name}: {error}")))?;
            }
        }
        Ok(())
    }

    async fn take_in(&mut self, finance: &Grant, statement: &StatementFile) -> Result<(), FlowError> {
        let inbox = self.folder.join("bankafschriften");
        let trouble = |error| FlowError::File { path: inbox.display().to_string(), error };
        std::fs::create_dir_all(&inbox).map_err(trouble)?;
        std::fs::write(inbox.join(&statement.name), &statement.bytes).map_err(trouble)?;
        match import_statement::import(&self.app.store, finance, &statement.name, &statement.bytes).await {
            Ok(_) => self.proved += 1,
            Err(FlowError::Statement(_) | FlowError::Camt(_)) => self.failed += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// A file in the outbox that has got its name.
fn is_payment_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "xml")
}
