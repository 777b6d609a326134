//! Ids: made here and nowhere else, handed to the engine as values.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Where ids come from.
#[derive(Clone, Debug)]
pub enum Ids {
    /// Version 7 of RFC 9562: in order of time.
    Random,
    /// 1, 2, 3 …: for the demonstration and for tests that must give the same bytes every time.
    Counted(Arc<AtomicU64>),
}

impl Ids {
    /// Ids that count from one.
    pub fn counted() -> Ids {
        Ids::Counted(Arc::new(AtomicU64::new(1)))
    }

    /// A new id.
    pub fn next(&self) -> Uuid {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the module that makes the ids")]
            Ids::Random => Uuid::now_v7(),
            Ids::Counted(count) => {
                let number = count.fetch_add(1, Ordering::Relaxed);
                Uuid::from_u128((7 << 76) | (2 << 62) | u128::from(number))
            }
        }
    }
}
