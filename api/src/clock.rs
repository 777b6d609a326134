//! The only reader of the system clock.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Amsterdam;

/// This instant.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Today in the Netherlands.
pub fn today() -> NaiveDate {
    now().with_timezone(&Amsterdam).date_naive()
}
