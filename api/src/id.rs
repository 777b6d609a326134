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

/// The id of a numbered part of something: always the same one, and of no other thing. It has version 8 of RFC 9562,
/// so that no id of [`Ids`] is one.
pub fn part_of(whole: Uuid, number: u32) -> Uuid {
    let bare = whole.as_u128() & !(0xf << 76);
    Uuid::from_u128((bare ^ (u128::from(number & 0xfff) << 64)) | (8 << 76))
}
