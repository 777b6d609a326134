//! The second pass over a file: the booked entries of the statement at hand, one by one.

use grip_engine::bank::camt::{CamtError, Encoding, Entry, Piece, Pieces};

use super::progress::Watched;
use super::reading::pieces;

/// The booked entries of one statement after the other. An error of the file cannot come here any more: it was read
/// to its end before.
pub(super) type Booked<'a> = dyn Iterator<Item = Result<Entry, CamtError>> + Send + 'a;

/// The entries of a file, in its order.
pub(super) struct Entries<'b> {
    source: Watched<'b>,
    encoding: Encoding,
    pieces: Pieces<Watched<'b>>,
    /// The statement whose entries come next.
    next: usize,
}

impl<'b> Entries<'b> {
    pub(super) fn new(source: Watched<'b>, encoding: Encoding) -> Entries<'b> {
        Entries { source, encoding, pieces: pieces(source, encoding), next: 0 }
    }

    /// The booked entries of the statement at a place in the file. Statements are asked for in the order of the file;
    /// for an earlier one the file is read again from its beginning.
    pub(super) fn of(&mut self, place: usize) -> OfStatement<'_, 'b> {
        if place < self.next {
            *self = Entries::new(self.source, self.encoding);
        }
        while self.next < place {
            OfStatement { pieces: &mut self.pieces, ended: false }.for_each(drop);
            self.next += 1;
        }
        self.next += 1;
        OfStatement { pieces: &mut self.pieces, ended: false }
    }
}

/// The booked entries of a statement. What is not asked for is passed over.
pub(super) struct OfStatement<'e, 'b> {
    pieces: &'e mut Pieces<Watched<'b>>,
    ended: bool,
}

impl Iterator for OfStatement<'_, '_> {
    type Item = Result<Entry, CamtError>;

    fn next(&mut self) -> Option<Result<Entry, CamtError>> {
        while !self.ended {
            match self.pieces.next() {
                Some(Ok(Piece::Entry(entry))) if entry.is_booked() => return Some(Ok(entry)),
                Some(Ok(Piece::End(_))) | None => self.ended = true,
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl Drop for OfStatement<'_, '_> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}
