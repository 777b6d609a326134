//! Failed sign-ins: after ten for one name within five minutes, that name waits. Kept in this process
//! only, under the hash of the name, so that a name typed wrong (or a password typed as a name) is
//! nowhere to be read.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// How many failures one name may have within the window.
const FAILURES_MAX: usize = 10;

/// How long a failure counts.
const WINDOW: TimeDelta = TimeDelta::minutes(5);

/// The most names that are remembered: a flood of made-up names may not fill the memory.
const NAMES_MAX: usize = 10_000;

type NameHash = [u8; 32];

/// The failed sign-ins of the last minutes.
#[derive(Debug, Default)]
pub struct Attempts {
    failures: Mutex<HashMap<NameHash, Vec<DateTime<Utc>>>>,
}

impl Attempts {
    /// How long this name must wait; nothing when it may try.
    pub fn wait(&self, name: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        let failures = self.lock();
        let of_name = failures.get(&key(name))?;
        let recent: Vec<_> = of_name.iter().copied().filter(|at| counts(*at, now)).collect();
        let first = recent.first().filter(|_| FAILURES_MAX <= recent.len())?;
        Some(WINDOW - (now - first))
    }

    /// Remembers a failure.
    pub fn failed(&self, name: &str, now: DateTime<Utc>) {
        let mut failures = self.lock();
        failures.retain(|_, of_name| of_name.last().is_some_and(|at| counts(*at, now)));
        if failures.len() < NAMES_MAX || failures.contains_key(&key(name)) {
            let of_name = failures.entry(key(name)).or_default();
            of_name.retain(|at| counts(*at, now));
            of_name.push(now);
        }
    }

    /// Forgets the failures of a name that signed in.
    pub fn succeeded(&self, name: &str) {
        self.lock().remove(&key(name));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<NameHash, Vec<DateTime<Utc>>>> {
        // nothing under the lock can leave the map half changed
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - at < WINDOW
}

fn key(name: &str) -> NameHash {
    Sha256::digest(name.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_failure_makes_a_name_wait_until_the_first_is_five_minutes_old() {
        let (attempts, start) = (Attempts::default(), crate::clock::now());
        for second in 0..9 {
            attempts.failed("de wit", start + TimeDelta::seconds(second));
        }
        let now = start + TimeDelta::seconds(9);
        assert_eq!(attempts.wait("de wit", now), None);
        attempts.failed("de wit", now);
        assert_eq!(attempts.wait("de wit", now), Some(TimeDelta::seconds(291)));
        assert_eq!(attempts.wait("jansen", now), None);
        assert_eq!(attempts.wait("de wit", start + WINDOW), None);
    }

    #[test]
    fn signing_in_forgets_the_failures() {
        let (attempts, now) = (Attempts::default(), crate::clock::now());
        (0..10).for_each(|_| attempts.failed("de wit", now));
        attempts.succeeded("de wit");
        assert_eq!(attempts.wait("de wit", now), None);
    }
}
