//! How far taking in a file is: for a bar on a terminal, a percentage in the API and on a page.

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far taking in a file is. It is read twice: to prove it, and to book it.
#[derive(Debug, Default)]
pub struct Progress {
    seen: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// From 0 to 100. It reaches 100 before everything is on disk.
    pub fn percent(&self) -> u64 {
        let (seen, total) = (self.seen.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        seen.min(total).saturating_mul(100).checked_div(total).unwrap_or(0)
    }

    pub(super) fn begin(&self, bytes: usize) {
        self.seen.store(0, Ordering::Relaxed);
        self.total.store(u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(2), Ordering::Relaxed);
    }

    fn add(&self, bytes: usize) {
        self.seen.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }
}

/// The bytes of a file, whose reading is seen in its progress.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched<'b> {
    left: &'b [u8],
    progress: &'b Progress,
}

impl<'b> Watched<'b> {
    pub(super) fn new(bytes: &'b [u8], progress: &'b Progress) -> Watched<'b> {
        Watched { left: bytes, progress }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.left.read(into)?;
        self.progress.add(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_read_twice_is_done() {
        let progress = Progress::default();
        assert_eq!(progress.percent(), 0);
        let bytes = vec![b'x'; 1_000];
        progress.begin(bytes.len());
        let read = |most: u64| {
            let mut all = Vec::new();
            Watched::new(&bytes, &progress).take(most).read_to_end(&mut all).expect("bytes");
        };
        read(500);
        assert_eq!(progress.percent(), 25);
        read(500);
        read(1_000);
        assert_eq!(progress.percent(), 100);
        read(1_000);
        assert_eq!(progress.percent(), 100, "never more than all");
    }
}
