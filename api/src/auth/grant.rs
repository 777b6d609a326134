//! Grant: authority as a value. Without one there is no transaction; its commit writes the audit row.

use chrono::{DateTime, NaiveDate, Utc};
use grip_engine::access::{Action, Role};
use grip_engine::bank::iban::Iban;
use grip_engine::id::UserId;

/// Somebody, or the system's own daily work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Their id; none for the system's own work.
    pub user: Option<UserId>,
    /// The name they sign in with.
    pub name: String,
    /// Their role; none for the system's own work.
    pub role: Option<Role>,
}

/// Who may do what, on which business day, at which instant.
#[derive(Clone, Debug)]
pub struct Grant {
    actor: Actor,
    action: Action,
    today: NaiveDate,
    at: DateTime<Utc>,
}

/// The role does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("de rol van deze gebruiker staat dit niet toe")]
pub struct NotAllowed;

impl Actor {
    /// The person at the command line of the server, or the daily work: known to the operating system.
    pub fn system() -> Actor {
        Actor { user: None, name: "systeem".to_owned(), role: None }
    }

    /// An account number as this person may see it: whole, or with its middle hidden.
    pub fn account(&self, iban: &Iban) -> String {
        if self.may(Action::SeeAccounts) { iban.to_string() } else { format!("{iban:?}") }
    }

    /// True when the actor may do this. The system may do all but approve: it is never the second person.
    pub fn may(&self, action: Action) -> bool {
        let never_alone = matches!(action, Action::ApproveRun | Action::ApprovePolicy | Action::ApprovePayee);
        self.role.map_or(!never_alone, |role| role.may(action))
    }

    /// What this person records a fact as: an officer anything, a coach evidence and tasks only.
    pub fn recording(&self) -> Action {
        if self.may(Action::RecordFacts) { Action::RecordFacts } else { Action::RecordCoaching }
    }
}

impl Grant {
    /// A grant, if the actor may do this.
    pub fn new(
        actor: Actor,
        action: Action,
        today: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<Grant, NotAllowed> {
        if actor.may(action) { Ok(Grant { actor, action, today, at }) } else { Err(NotAllowed) }
    }

    /// The same grant on another business day: for the work of a day that was missed.
    #[must_use]
    pub fn on(&self, today: NaiveDate) -> Grant {
        Grant { today, ..self.clone() }
    }

    /// Who.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The business day.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The instant.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The name under which it is recorded who did it.
    pub fn who(&self) -> &str {
        &self.actor.name
    }
}
