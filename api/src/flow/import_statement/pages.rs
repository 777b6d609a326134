//! A statement in pages: each page is held until all are here, and then they are proved and booked as one.

use grip_engine::bank::camt::{Encoding, Entry, Page};
use grip_engine::id::BankAccountId;
use uuid::Uuid;

use super::entries::Entries;
use super::examined::{Examined, examine};
use super::hold::Hold;
use super::outcome::Outcome;
use super::progress::{Progress, Watched};
use super::{Source, Taking, WINDOWS_1252, statement_of};
use crate::flow::{FlowError, StatementRefusal};
use crate::store::statement::HeldRow;
use crate::store::{Change, Snapshot, StoreError, statement};

impl Taking<'_> {
    /// Takes in a page: it waits for the others, or completes them.
    pub(super) async fn take_page(
        &mut self,
        change: &mut Change,
        place: usize,
        account: BankAccountId,
    ) -> Result<Outcome, FlowError> {
        let examined = &self.file.statements[place];
        if statement::held_once(change, account.0, examined.fingerprint_held()).await?.is_some() {
            return Ok(Outcome::Known);
        }
        let number = examined.page.map_or(1, |page| page.number);
        let waits = Hold::WaitsForPage { id: examined.id.clone(), page: number };
        let others = statement::pages(change, account.0, &examined.id).await?;
        if others.iter().any(|row| row.page == i64::try_from(number).ok()) {
            return Ok(Outcome::Refused(StatementRefusal::PageHeld {
                id: examined.id.clone(),
                page: number,
            }));
        }
        if !is_complete(&others, examined.page) {
            return self.hold(change, (place, account), waits).await;
        }
        let (whole, entries) = self.joined(change, &others, place).await?;
        let outcome = match whole.proved(account) {
            Ok(found) => self.book_proved(change, &found, Source::Pages(entries)).await?,
            Err(hold) => self.unproved(hold),
        };
        match outcome {
            Outcome::Held(hold) => self.hold(change, (place, account), hold).await,
            outcome => {
                if let Some(whole) = statement_of(&outcome) {
                    self.hold(change, (place, account), waits).await?;
                    let all = statement::pages(change, account.0, &examined.id).await?;
                    close(change, &all, whole).await?;
                }
                Ok(outcome)
            }
        }
    }

    /// The pages as one statement, with its booked entries.
    async fn joined(
        &self,
        at: &mut Snapshot,
        held: &[HeldRow],
        place: usize,
    ) -> Result<(Examined, Vec<Entry>), FlowError> {
        let mut pages = vec![page(self.bytes, self.encoding, place)?];
        for row in held {
            let place = usize::try_from(row.place).unwrap_or_default();
            if row.sha256 == self.sha256 {
                pages.push(page(self.bytes, self.encoding, place)?);
            } else {
                let (bytes, encoding) = kept_bytes(at, &row.sha256).await?;
                pages.push(page(&bytes, encoding, place)?);
            }
        }
        pages.sort_by_key(|(page, _)| page.page.map(|page| page.number));
        let (pages, entries): (Vec<_>, Vec<_>) = pages.into_iter().unzip();
        let whole = Examined::joined(pages).ok_or(StoreError::Missing)?;
        Ok((whole, entries.into_iter().flatten().collect()))
    }
}

/// True when the held pages and this one are all there are.
fn is_complete(held: &[HeldRow], page: Option<Page>) -> bool {
    let Some(page) = page else { return false };
    let mut numbers: Vec<(u64, bool)> = held
        .iter()
        .filter_map(|row| Some((u64::try_from(row.page?).ok()?, row.is_last_page)))
        .chain([(page.number, page.last)])
        .collect();
    numbers.sort_unstable();
    let in_order = (1_u64..).zip(&numbers).all(|(place, (number, _))| place == *number);
    let only_the_last = numbers.iter().rev().skip(1).all(|(_, last)| !last);
    in_order && only_the_last && numbers.last().is_some_and(|(_, last)| *last)
}

/// The statement at a place in a file, with its booked entries.
fn page(bytes: &[u8], encoding: Encoding, place: usize) -> Result<(Examined, Vec<Entry>), FlowError> {
    let mut statements = examine(bytes, encoding)?.statements;
    if statements.len() <= place {
        return Err(StoreError::Missing.into());
    }
    let entries = Entries::new(Watched::new(bytes, &Progress::default()), encoding)
        .of(place)
        .collect::<Result<_, _>>()?;
    Ok((statements.swap_remove(place), entries))
}

/// The bytes of a file of which something is held, and how their letters were read.
pub(super) async fn kept_bytes(at: &mut Snapshot, sha256: &str) -> Result<(Vec<u8>, Encoding), FlowError> {
    let mut bytes = Vec::new();
    for part in 0.. {
        let Some(part) = statement::file_part(at, sha256, part).await? else { break };
        bytes.extend(part);
    }
    let code = statement::encoding_of(at, sha256).await?.ok_or(StoreError::Missing)?;
    let encoding = if code == WINDOWS_1252 { Encoding::Windows1252 } else { Encoding::Declared };
    if bytes.is_empty() { Err(StoreError::Missing.into()) } else { Ok((bytes, encoding)) }
}

/// The pages went into a statement.
async fn close(change: &mut Change, pages: &[HeldRow], whole: Uuid) -> Result<(), FlowError> {
    for page in pages {
        statement::decide(change, page.held_id, "booked", "", Some(whole)).await?;
    }
    Ok(statement::release_bytes(change).await?)
}
