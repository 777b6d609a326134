//! How the files of banks are read here: shared out over the cores of the machine.

use std::io::Read;
use std::num::NonZero;

use grip_engine::bank::camt::{Blocks, Encoding, Pieces, pieces_over};

/// The pieces of a file; of a long one every core reads its own blocks of entries.
pub(super) fn pieces<R: Read>(source: R, encoding: Encoding) -> Pieces<R> {
    // On one core a second thread only costs.
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    pieces_over(source, encoding, Blocks::over(if cores == 1 { 0 } else { cores }))
}
