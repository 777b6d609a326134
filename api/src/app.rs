//! The application: what every door of the server shares.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use chrono::{NaiveDate, TimeDelta};
use grip_engine::access::Action;

use crate::auth::attempts::Attempts;
use crate::auth::grant::{Actor, Grant};
use crate::clock;
use crate::flow::FlowError;
use crate::flow::import_statement::Progress;
use crate::store::{Store, municipality};

/// What every door of the server shares.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub store: Store,
    /// How many passwords are checked at one time: checking one costs a core and 19 MiB.
    pub password_checks: Arc<tokio::sync::Semaphore>,
    /// The sign-ins that failed lately.
    pub attempts: Arc<Attempts>,
    /// The files that are being taken in.
    pub imports: Arc<Imports>,
    /// The business day that was asked for.
    asked_day: Option<NaiveDate>,
}

impl App {
    /// An application on a database.
    pub fn new(store: Store) -> App {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let password_checks = Arc::new(tokio::sync::Semaphore::new(cores));
        App { store, password_checks, attempts: Arc::default(), imports: Arc::default(), asked_day: None }
    }

    /// The same application on a business day of its own; without one nothing changes.
    #[must_use]
    pub fn on(self, asked_day: Option<NaiveDate>) -> App {
        App { asked_day, ..self }
    }

    /// How long somebody must wait before this name may try to sign in again; nothing when it may.
    pub fn sign_in_wait(&self, name: &str) -> Option<TimeDelta> {
        self.attempts.wait(name, clock::now())
    }

    /// The business day: the one that was asked for, in a demonstration its simulated day, else today in the
    /// Netherlands.
    pub async fn business_day(&self) -> Result<NaiveDate, FlowError> {
        if let Some(day) = self.asked_day {
            return Ok(day);
        }
        let found = municipality::get(&mut self.store.read().await?).await?;
        Ok(found.and_then(|found| found.business_date).unwrap_or_else(clock::today))
    }

    /// A grant for somebody to do something today, if they may.
    pub async fn grant(&self, actor: &Actor, action: Action) -> Result<Grant, FlowError> {
        Ok(Grant::new(actor.clone(), action, self.business_day().await?, clock::now())?)
    }
}

/// The files that are being taken in, with how far each is.
#[derive(Debug, Default)]
pub struct Imports(Mutex<Vec<(String, Weak<Progress>)>>);

impl Imports {
    /// A file begins to be taken in; it is listed as long as its progress is held.
    pub fn begin(&self, name: &str) -> Arc<Progress> {
        let progress = Arc::new(Progress::default());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, other)| 0 < other.strong_count());
        all.push((name.to_owned(), Arc::downgrade(&progress)));
        progress
    }

    /// The files at hand, each with how far it is, from 0 to 100.
    pub fn running(&self) -> Vec<(String, u64)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at_hand =
            all.iter().filter_map(|(name, progress)| Some((name.clone(), progress.upgrade()?.percent())));
        at_hand.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_listed_while_it_is_taken_in_and_no_longer() {
        let imports = Imports::default();
        let first = imports.begin("a.xml");
        assert_eq!(imports.running(), [("a.xml".to_owned(), 0)]);
        let second = imports.begin("b.xml");
        drop(first);
        assert_eq!(imports.running(), [("b.xml".to_owned(), 0)]);
        drop(second);
        assert_eq!(imports.running(), []);
    }
}
