//! What becomes of a proved statement: known, in conflict, held, or booked at its place in the chain.

use grip_engine::bank::duplicate::{EntryKey, repeated};
use std::collections::{HashMap, HashSet};

use super::examined::Proved;
use super::hold::Hold;
use crate::flow::{FlowError, StatementRefusal};
use crate::store::{Snapshot, statement};

/// What becomes of a proved statement.
pub(super) enum Verdict {
    /// It was booked before, under whatever id.
    Known,
    /// It may not be booked: a person must look.
    Held(Hold),
    /// It may not be booked at all.
    Refused(StatementRefusal),
    /// It is booked, but for the entries that were booked before.
    Book(Plan),
}

/// How a statement is booked.
pub(super) struct Plan {
    pub(super) chain: Chain,
    /// For each booked entry its number among equal ones; nothing where it was booked before.
    pub(super) occurrences: Vec<Option<i64>>,
}

/// How a statement stands to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chain {
    /// It is the first of its account: its opening balance comes into the books.
    First,
    /// It is older than the first of its account: the books begin with its opening balance from now on.
    Before {
        /// True when the first one does not go on from it: a statement is missing between them.
        gap: bool,
    },
    /// It goes on from where the books end: an entry that equals a booked one is another entry.
    GoesOn,
    /// It opens with a balance that was closed with, but may repeat days that were booked.
    Fits,
    /// Nothing closes with its opening balance: a statement is missing, or it repeats days that were booked.
    Gap,
}

pub(super) async fn judge(at: &mut Snapshot, found: &Proved) -> Result<Verdict, FlowError> {
    let account = found.account.0;
    if statement::is_known(at, account, found.fingerprint).await? {
        return Ok(Verdict::Known);
    }
    if !found.id.is_empty() && statement::with_bank_id(at, account, &found.id, found.closing_on).await? {
        return Ok(Verdict::Refused(StatementRefusal::Conflict(found.id.clone())));
    }
    // those of superseded statements too: a key is numbered on after them
    let booked = statement::booked_marks(at, &found.window()).await?;
    let Some((first_day, begins_with)) = statement::begins(at, account).await? else {
        return Ok(Verdict::Book(Plan { chain: Chain::First, occurrences: numbered(found, &booked, &[]) }));
    };
    let chain = follow(at, found).await?;
    let leads_to_first = found.closing == begins_with && found.opening != begins_with;
    let is_before =
        found.last_on < first_day || (found.last_on == first_day && leads_to_first && chain == Chain::Gap);
    if is_before {
        let chain = Chain::Before { gap: found.closing != begins_with };
        return Ok(Verdict::Book(Plan { chain, occurrences: numbered(found, &booked, &[]) }));
    }
    if found.first_on < first_day {
        return Ok(Verdict::Refused(StatementRefusal::TooOld(found.id.clone())));
    }
    if chain == Chain::GoesOn {
        return Ok(Verdict::Book(Plan { chain, occurrences: numbered(found, &booked, &[]) }));
    }
    let counts: Vec<_> = booked.iter().filter(|mark| mark.counts).collect();
    let marks: Vec<_> = counts.iter().map(|mark| mark.mark).collect();
    let repeats = repeated(&marks, &found.marks);
    let within: HashSet<_> = statement::within(at, &found.window()).await?.into_iter().collect();
    let taken: HashSet<usize> = repeats.iter().flatten().copied().collect();
    let is_missing = |(place, mark): &(usize, &&statement::BookedMark)| {
        within.contains(&mark.statement) && !taken.contains(place)
    };
    let missing = counts.iter().enumerate().filter(is_missing).count();
    if 0 < missing {
        return Ok(Verdict::Held(Hold::Overlaps { id: found.id.clone(), missing }));
    }
    Ok(Verdict::Book(Plan { chain, occurrences: numbered(found, &booked, &repeats) }))
}

async fn follow(at: &mut Snapshot, found: &Proved) -> Result<Chain, FlowError> {
    let account = found.account.0;
    let Some(before) = statement::closes_with(at, account, found.opening, found.closing_on).await? else {
        return Ok(Chain::Gap);
    };
    let days = (found.first_on.min(found.closing_on), found.closing_on);
    let may_repeat = statement::may_repeat(at, account, (found.opening, before), days).await?;
    Ok(if may_repeat { Chain::Fits } else { Chain::GoesOn })
}

/// Numbers the entries that are new, after those that were ever booked with the same key.
fn numbered(found: &Proved, booked: &[statement::BookedMark], repeats: &[Option<usize>]) -> Vec<Option<i64>> {
    let mut times: HashMap<EntryKey, i64> = HashMap::new();
    for entry in booked {
        *times.entry(entry.mark.key).or_default() += 1;
    }
    let number = |(place, mark): (usize, &grip_engine::bank::duplicate::Mark)| {
        if repeats.get(place).copied().flatten().is_some() {
            return None;
        }
        let times = times.entry(mark.key).or_default();
        *times += 1;
        Some(*times - 1)
    };
    found.marks.iter().enumerate().map(number).collect()
}
