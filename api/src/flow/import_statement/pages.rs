//! A statement in pages: each page is held until all are here, and then they are proved and booked as one.

use grip_engine::bank::camt::{self, Page, Statement};
use uuid::Uuid;

use super::examined::{Examined, booked};
use super::hold::Hold;
use super::outcome::Outcome;
use super::{Taking, statement_of};
use crate::flow::{FlowError, StatementRefusal};
use crate::store::statement::HeldRow;
use crate::store::{Change, Snapshot, StoreError, statement};

impl Taking<'_> {
    /// Takes in a page: it waits for the others, or completes them.
    pub(super) async fn take_page(
        &mut self,
        change: &mut Change,
        (place, page): (usize, &Statement),
        examined: &Examined,
    ) -> Result<Outcome, FlowError> {
        let account = examined.account.0;
        let number = examined.page.map_or(1, |page| page.number);
        let waits = || Hold::WaitsForPage { id: examined.id.clone(), page: number };
        if statement::held_once(change, account, examined.fingerprint_held()).await?.is_some() {
            return Ok(Outcome::Known);
        }
        let held = statement::pages(change, account, &examined.id).await?;
        if held.iter().any(|row| row.page == i64::try_from(number).ok()) {
            return Ok(Outcome::Refused(StatementRefusal::Conflict(examined.id.clone())));
        }
        let Some(earlier) = complete(&held, examined.page) else {
            return self.hold(change, place, examined, waits()).await;
        };
        let whole = self.joined(change, earlier, page).await?;
        let together = Examined::of(&whole, examined.account);
        let outcome = match together.proved() {
            Ok(found) => self.book_proved(change, &found, &mut booked(&whole)).await?,
            Err(hold) => Outcome::Held(hold),
        };
        match outcome {
            Outcome::Held(hold) => self.hold(change, place, examined, hold).await,
            outcome => {
                if let Some(statement) = statement_of(&outcome) {
                    close(change, earlier, statement).await?;
                    self.keep_page(change, place, examined, statement).await?;
                }
                Ok(outcome)
            }
        }
    }

    /// The pages as one statement: the opening balance of the first, the closing balance of the last.
    async fn joined(
        &self,
        at: &mut Snapshot,
        held: &[HeldRow],
        page: &Statement,
    ) -> Result<Statement, FlowError> {
        let mut pages = Vec::with_capacity(held.len() + 1);
        for row in held {
            let place = usize::try_from(row.place).unwrap_or_default();
            let found = if row.sha256 == self.sha256 {
                self.file.statements.get(place).cloned()
            } else {
                read_again(at, &row.sha256, place).await?
            };
            pages.push(found.ok_or(StoreError::Missing)?);
        }
        pages.push(page.clone());
        pages.sort_by_key(|page| page.page.map(|page| page.number));
        let mut pages = pages.into_iter();
        let mut whole = pages.next().ok_or(StoreError::Missing)?;
        whole.page = None;
        for page in pages {
            whole.closing = page.closing;
            whole.entries.extend(page.entries);
            whole.problems.extend(page.problems);
        }
        Ok(whole)
    }

    /// Keeps that the last page to come went into a statement, so that it is known when it comes again.
    async fn keep_page(
        &mut self,
        change: &mut Change,
        place: usize,
        examined: &Examined,
        whole: Uuid,
    ) -> Result<(), FlowError> {
        let page = examined.page.map_or(1, |page| page.number);
        let waits = Hold::WaitsForPage { id: examined.id.clone(), page };
        self.hold(change, place, examined, waits).await?;
        let held = statement::held_once(change, examined.account.0, examined.fingerprint_held()).await?;
        let held = held.ok_or(StoreError::Missing)?;
        statement::decide(change, held.held_id, "booked", "", Some(whole)).await?;
        Ok(())
    }
}

/// The held pages, when they and this one are all there are.
fn complete(held: &[HeldRow], page: Option<Page>) -> Option<&[HeldRow]> {
    let page = page?;
    let mut numbers: Vec<(u64, bool)> = held
        .iter()
        .filter_map(|row| Some((u64::try_from(row.page?).ok()?, row.is_last_page)))
        .chain([(page.number, page.last)])
        .collect();
    numbers.sort_unstable();
    let in_order = (1_u64..).zip(&numbers).all(|(place, (number, _))| place == *number);
    let only_the_last = numbers.iter().rev().skip(1).all(|(_, last)| !last);
    let has_last = numbers.last().is_some_and(|(_, last)| *last);
    (in_order && only_the_last && has_last).then_some(held)
}

/// A statement of a file whose bytes were kept.
pub(super) async fn read_again(
    at: &mut Snapshot,
    sha256: &str,
    place: usize,
) -> Result<Option<Statement>, FlowError> {
    let mut bytes = Vec::new();
    for part in 0.. {
        let Some(part) = statement::file_part(at, sha256, part).await? else { break };
        bytes.extend(part);
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    let mut file = camt::read(bytes.as_slice())?;
    Ok((place < file.statements.len()).then(|| file.statements.swap_remove(place)))
}

/// The pages went into a statement.
async fn close(change: &mut Change, pages: &[HeldRow], whole: Uuid) -> Result<(), FlowError> {
    for page in pages {
        statement::decide(change, page.held_id, "booked", "", Some(whole)).await?;
    }
    Ok(statement::release_bytes(change).await?)
}
