//! Parts of entries that nothing of ours explains, what they may be, and what they turned out to be.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::camt::Direction;
use grip_engine::id::{AgreementId, HouseholdId, PostingId};
use grip_engine::ledger::posting::Posting;
use grip_engine::money::Money;
use uuid::Uuid;

use super::db::Rows;
use super::{Change, Snapshot, StoreError, money};

/// A part that nothing of ours explains, as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OpenRow {
    /// The entry.
    pub entry_id: Uuid,
    /// Its place among the parts of the entry.
    pub place: i64,
    /// Our account.
    pub bank_account_id: Uuid,
    /// credit or debit.
    pub direction: String,
    /// The booking date.
    pub booked_on: NaiveDate,
    /// In cents.
    pub amount: i64,
    /// What nobody explained yet, in cents.
    pub remaining: i64,
    /// Why it is left over, as a code.
    pub why: String,
    /// Why, in words.
    pub told: String,
    /// The payer's identifier; empty when there is none.
    pub end_to_end_id: String,
    /// The mandate; empty when there is none.
    pub mandate: String,
    /// The structured reference; empty when there is none.
    pub structured_reference: String,
    /// The name on the other side; empty when there is none, or when it is not ours.
    pub counterparty_name: String,
    /// The account on the other side; empty when there is none, or when it is not ours.
    pub counterparty_account: String,
    /// What was written; empty when nothing was, or when it is not ours.
    pub words: String,
    /// The day on which agreements were last looked through for it.
    pub searched_on: Option<NaiveDate>,
}

impl OpenRow {
    /// Whether it came or went.
    pub fn way(&self) -> Direction {
        if self.direction == "credit" { Direction::Credit } else { Direction::Debit }
    }
}

/// What an unexplained part may be.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SuggestionRow {
    /// The entry.
    pub entry_id: Uuid,
    /// The part.
    pub place: i64,
    /// From 0, the most likely first.
    pub rank: i64,
    /// The kind of agreement.
    pub kind: String,
    /// Whose money.
    pub household_id: Option<Uuid>,
    /// The number of the household.
    pub household_number: Option<String>,
    /// The obligation.
    pub obligation_id: Option<Uuid>,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The due it would meet.
    pub due_on: Option<NaiveDate>,
    /// The rule that found it.
    pub rule: String,
    /// The facts for and against, in words.
    pub told: String,
}

/// What a part turned out to be.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ExplanationRow {
    /// Its id.
    pub explanation_id: Uuid,
    /// The entry.
    pub entry_id: Uuid,
    /// The part.
    pub place: i64,
    /// collection, refund, repayment, funding, internal or `not_ours`.
    pub kind: String,
    /// Whose money.
    pub household_id: Option<Uuid>,
    /// The number of the household.
    pub household_number: Option<String>,
    /// The obligation.
    pub obligation_id: Option<Uuid>,
    /// The agreement.
    pub agreement_id: Option<Uuid>,
    /// The due it met.
    pub due_on: Option<NaiveDate>,
    /// In cents.
    pub amount: i64,
    /// The rule, or `by_hand`.
    pub rule: String,
    /// Why, in words; of an undoing, its reason.
    pub told: String,
    /// The posting that books it.
    pub posting_id: Uuid,
    /// The explanation that this one undoes.
    pub undoes: Option<Uuid>,
    /// When.
    pub explained_on: NaiveDate,
    /// Who.
    pub explained_by: String,
}

/// Keeps parts that nothing of ours explains.
pub async fn add(change: &mut Change, parts: &[OpenRow]) -> Result<(), StoreError> {
    let mut rows = Rows::new(
        "unexplained (municipality_id, entry_id, place, bank_account_id, direction, booked_on, amount, remaining,
            why, told, end_to_end_id, mandate, structured_reference, counterparty_name, counterparty_account, words)",
        15,
    );
    for part in parts {
        rows.push([
            part.entry_id.into(),
            part.place.into(),
            part.bank_account_id.into(),
            part.direction.as_str().into(),
            part.booked_on.into(),
            part.amount.into(),
            part.remaining.into(),
            part.why.as_str().into(),
            part.told.as_str().into(),
            part.end_to_end_id.as_str().into(),
            part.mandate.as_str().into(),
            part.structured_reference.as_str().into(),
            part.counterparty_name.as_str().into(),
            part.counterparty_account.as_str().into(),
            part.words.as_str().into(),
        ]);
    }
    change.insert(rows).await
}

/// The parts of which nothing was explained and for which agreements were not looked through since a day; without one
/// those that were never looked at, or wait for a statement.
pub async fn to_search(at: &mut Snapshot, all: Option<NaiveDate>) -> Result<Vec<OpenRow>, StoreError> {
    const NEW: &str = "select entry_id, place, bank_account_id, direction, booked_on, amount, remaining, why, told,
            end_to_end_id, mandate, structured_reference, counterparty_name, counterparty_account, words, searched_on
        from unexplained where municipality_id = $1 and 0 < remaining and remaining = amount
            and (searched_on is null or why = 'waits_for_statement')
        order by booked_on, entry_id, place";
    const ALL: &str = "select entry_id, place, bank_account_id, direction, booked_on, amount, remaining, why, told,
            end_to_end_id, mandate, structured_reference, counterparty_name, counterparty_account, words, searched_on
        from unexplained where municipality_id = $1 and 0 < remaining and remaining = amount
            and (searched_on is null or searched_on <= $2)
        order by booked_on, entry_id, place";
    match all {
        None => at.sql(NEW).all().await,
        Some(day) => at.sql(ALL).bind(day).all().await,
    }
}

/// The parts of an account of which nothing was explained, from a day on, whenever agreements were looked through.
pub async fn from_day(
    at: &mut Snapshot,
    bank_account: Uuid,
    day: NaiveDate,
) -> Result<Vec<OpenRow>, StoreError> {
    const SQL: &str = "select entry_id, place, bank_account_id, direction, booked_on, amount, remaining, why, told,
            end_to_end_id, mandate, structured_reference, counterparty_name, counterparty_account, words, searched_on
        from unexplained where municipality_id = $1 and bank_account_id = $2 and $3 <= booked_on
            and 0 < remaining and remaining = amount
        order by booked_on, entry_id, place";
    at.sql(SQL).bind(bank_account).bind(day).all().await
}

/// Which parts a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// Of this account; of every account without one.
    pub bank_account: Option<Uuid>,
    /// So many are skipped.
    pub skip: i64,
    /// At most so many.
    pub most: i64,
}

/// The open parts, newest first, with how many there are on all pages.
pub async fn list(at: &mut Snapshot, listed: Listed) -> Result<(i64, Vec<OpenRow>), StoreError> {
    const COUNT: &str = "select count(*) from unexplained
        where municipality_id = $1 and 0 < remaining and bank_account_id between $2 and $3";
    const SQL: &str = "select entry_id, place, bank_account_id, direction, booked_on, amount, remaining, why, told,
            end_to_end_id, mandate, structured_reference, counterparty_name, counterparty_account, words, searched_on
        from unexplained where municipality_id = $1 and 0 < remaining and bank_account_id between $2 and $3
        order by booked_on desc, entry_id desc, place limit $4 offset $5";
    let low = listed.bank_account.unwrap_or(Uuid::nil());
    let high = listed.bank_account.unwrap_or(Uuid::max());
    let (count,) = at.sql(COUNT).bind(low).bind(high).one::<(i64,)>().await?;
    let rows = at.sql(SQL).bind(low).bind(high).bind(listed.most).bind(listed.skip).all().await?;
    Ok((count, rows))
}

/// One part.
pub async fn get(at: &mut Snapshot, entry: Uuid, place: i64) -> Result<Option<OpenRow>, StoreError> {
    const SQL: &str = "select entry_id, place, bank_account_id, direction, booked_on, amount, remaining, why, told,
            end_to_end_id, mandate, structured_reference, counterparty_name, counterparty_account, words, searched_on
        from unexplained where municipality_id = $1 and entry_id = $2 and place = $3";
    at.sql(SQL).bind(entry).bind(place).optional().await
}

/// What a part may be, the most likely first.
pub async fn suggestions(
    at: &mut Snapshot,
    entry: Uuid,
    place: i64,
) -> Result<Vec<SuggestionRow>, StoreError> {
    const SQL: &str = "select entry_id, place, rank, kind, suggestion.household_id as household_id,
            household.number as household_number, obligation_id, agreement_id, due_on, rule, told
        from suggestion left join household on household.municipality_id = suggestion.municipality_id
            and household.household_id = suggestion.household_id
        where suggestion.municipality_id = $1 and entry_id = $2 and place = $3 order by rank";
    at.sql(SQL).bind(entry).bind(place).all().await
}

/// Keeps that agreements were looked through for a part, why it is left over, and what it may be.
pub async fn suggest(
    change: &mut Change,
    part: &OpenRow,
    (why, told): (&str, &str),
    suggestions: &[SuggestionRow],
) -> Result<(), StoreError> {
    const CLEAR: &str = "delete from suggestion where municipality_id = $1 and entry_id = $2 and place = $3";
    const SEARCHED: &str = "update unexplained set searched_on = $4, why = $5, told = $6
        where municipality_id = $1 and entry_id = $2 and place = $3";
    if part.searched_on.is_some() {
        change.sql(CLEAR).bind(part.entry_id).bind(part.place).run().await?;
    }
    let today = change.grant().today();
    let searched = change.sql(SEARCHED).bind(part.entry_id).bind(part.place).bind(today);
    searched.bind(why.to_owned()).bind(told.to_owned()).run().await?;
    let mut rows = Rows::new(
        "suggestion (municipality_id, entry_id, place, rank, kind, household_id, obligation_id, agreement_id,
            due_on, rule, told)",
        10,
    );
    for suggestion in suggestions {
        rows.push([
            suggestion.entry_id.into(),
            suggestion.place.into(),
            suggestion.rank.into(),
            suggestion.kind.as_str().into(),
            suggestion.household_id.into(),
            suggestion.obligation_id.into(),
            suggestion.agreement_id.into(),
            suggestion.due_on.into(),
            suggestion.rule.as_str().into(),
            suggestion.told.as_str().into(),
        ]);
    }
    change.insert(rows).await
}

/// What is explained of a part.
#[derive(Clone, Debug)]
pub struct Explained<'a> {
    /// The kind of agreement, or `internal` or `not_ours`.
    pub kind: &'a str,
    /// Whose money.
    pub household: Option<HouseholdId>,
    /// The obligation.
    pub obligation: Option<Uuid>,
    /// The agreement, with the due it meets.
    pub agreement: Option<(AgreementId, Option<NaiveDate>)>,
    /// The rule of matching, or `by_hand`.
    pub rule: &'a str,
    /// Why, in words.
    pub told: &'a str,
}

/// Takes an amount off what is left to explain; false when there is less.
pub async fn take(change: &mut Change, part: &OpenRow, amount: Money) -> Result<bool, StoreError> {
    const SQL: &str = "update unexplained set remaining = remaining - $4
        where municipality_id = $1 and entry_id = $2 and place = $3 and $4 <= remaining";
    let row = change.sql(SQL).bind(part.entry_id).bind(part.place).bind(amount.cents());
    Ok(row.run().await? == 1)
}

/// A part was itemised by the bank: nothing of it is left to explain, and its parts stand on their own.
pub async fn itemised(change: &mut Change, part: &OpenRow) -> Result<(), StoreError> {
    const CLEAR: &str = "delete from suggestion where municipality_id = $1 and entry_id = $2 and place = $3";
    const SQL: &str = "update unexplained set remaining = 0, why = 'itemised',
            told = 'De bank vertelde waaruit dit bedrag bestaat: zie de delen.'
        where municipality_id = $1 and entry_id = $2 and place = $3";
    change.sql(CLEAR).bind(part.entry_id).bind(part.place).run().await?;
    change.sql(SQL).bind(part.entry_id).bind(part.place).run().await.map(drop)
}

/// Keeps what an amount of a part turned out to be, with the posting that books it.
pub async fn explain(
    change: &mut Change,
    part: &OpenRow,
    explained: &Explained<'_>,
    posting: &Posting,
) -> Result<Uuid, StoreError> {
    const SQL: &str = "insert into explanation (municipality_id, explanation_id, entry_id, place, kind, household_id,
            obligation_id, agreement_id, due_on, attempt, amount, rule, told, posting_id, explained_on, explained_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let (agreement, due) = explained.agreement.unzip();
    let due = due.flatten();
    let attempt = match (agreement, due) {
        (Some(agreement), Some(due)) => undone_before(change, agreement, due).await?,
        _ => 0,
    };
    let (id, today, who) = (change.new_id(), change.grant().today(), change.grant().who().to_owned());
    let row = change.sql(SQL).bind(id).bind(part.entry_id).bind(part.place).bind(explained.kind.to_owned());
    let row = row.bind(explained.household.map(|id| id.0)).bind(explained.obligation);
    let row = row.bind(agreement.map(|id| id.0)).bind(due).bind(attempt).bind(posting.amount().cents());
    let row = row.bind(explained.rule.to_owned()).bind(explained.told.to_owned()).bind(posting.id().0);
    row.bind(today).bind(who).run().await?;
    Ok(id)
}

async fn undone_before(at: &mut Snapshot, agreement: AgreementId, due: NaiveDate) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) from explanation where municipality_id = $1 and agreement_id = $2
            and due_on = $3 and undoes is null and exists (select 1 from posting as back
                where back.municipality_id = explanation.municipality_id
                    and back.reverses = explanation.posting_id)";
    Ok(at.sql(SQL).bind(agreement.0).bind(due).one::<(i64,)>().await?.0)
}

/// Keeps that an explanation was wrong, with the posting that reverses its own; the amount is left to explain again.
pub async fn undo(
    change: &mut Change,
    wrong: &ExplanationRow,
    reversal: PostingId,
    reason: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into explanation (municipality_id, explanation_id, entry_id, place, kind, household_id,
            obligation_id, agreement_id, due_on, attempt, amount, rule, told, posting_id, undoes, explained_on,
            explained_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 'by_hand', $11, $12, $13, $14, $15)";
    const BACK: &str = "update unexplained set remaining = remaining + $4
        where municipality_id = $1 and entry_id = $2 and place = $3";
    let (id, today, who) = (change.new_id(), change.grant().today(), change.grant().who().to_owned());
    let row = change.sql(SQL).bind(id).bind(wrong.entry_id).bind(wrong.place).bind(wrong.kind.clone());
    let row = row.bind(wrong.household_id).bind(wrong.obligation_id).bind(wrong.agreement_id);
    let row = row.bind(wrong.due_on).bind(wrong.amount).bind(reason.to_owned()).bind(reversal.0);
    row.bind(wrong.explanation_id).bind(today).bind(who).run().await?;
    change.sql(BACK).bind(wrong.entry_id).bind(wrong.place).bind(wrong.amount).run().await.map(drop)
}

/// What a part turned out to be, in order, with what was undone.
pub async fn explanations(
    at: &mut Snapshot,
    entry: Uuid,
    place: i64,
) -> Result<Vec<ExplanationRow>, StoreError> {
    const SQL: &str = "select explanation_id, entry_id, place, kind, explanation.household_id as household_id,
            household.number as household_number, obligation_id, agreement_id, due_on, amount, rule, told, posting_id,
            undoes, explained_on, explained_by
        from explanation left join household on household.municipality_id = explanation.municipality_id
            and household.household_id = explanation.household_id
        where explanation.municipality_id = $1 and entry_id = $2 and place = $3 order by explanation_id";
    at.sql(SQL).bind(entry).bind(place).all().await
}

/// One explanation; none once its posting was reversed, or when it undoes another.
pub async fn standing(at: &mut Snapshot, id: Uuid) -> Result<Option<ExplanationRow>, StoreError> {
    const SQL: &str = "select explanation_id, entry_id, place, kind, household_id,
            cast(null as text) as household_number, obligation_id, agreement_id, due_on, amount, rule, told, posting_id,
            undoes, explained_on, explained_by
        from explanation where municipality_id = $1 and explanation_id = $2 and undoes is null
            and not exists (select 1 from posting as back
                where back.municipality_id = explanation.municipality_id
                    and back.reverses = explanation.posting_id)";
    at.sql(SQL).bind(id).optional().await
}

/// The dues of which the money was seen, by agreement.
pub async fn met(at: &mut Snapshot) -> Result<BTreeMap<AgreementId, BTreeSet<NaiveDate>>, StoreError> {
    const SQL: &str =
        "select agreement_id, due_on from explanation where municipality_id = $1 and undoes is null
            and agreement_id is not null and due_on is not null
            and not exists (select 1 from posting as back
                where back.municipality_id = explanation.municipality_id
                    and back.reverses = explanation.posting_id)
        order by agreement_id, due_on";
    let mut met: BTreeMap<AgreementId, BTreeSet<NaiveDate>> = BTreeMap::new();
    for (agreement, due) in at.sql(SQL).all::<(Uuid, NaiveDate)>().await? {
        met.entry(agreement.into()).or_default().insert(due);
    }
    Ok(met)
}

/// Closes what is open of a statement that counts no longer: its postings are reversed by who calls this.
pub async fn close(change: &mut Change, statement: Uuid) -> Result<(), StoreError> {
    const SQL: &str = "update unexplained set remaining = 0 where municipality_id = $1 and 0 < remaining
        and entry_id in (select entry_id from entry where municipality_id = $1 and statement_id = $2)";
    change.sql(SQL).bind(statement).run().await.map(drop)
}

/// Of a part that is not ours the words go, and what it might have been.
pub async fn forget_words(change: &mut Change, part: &OpenRow) -> Result<(), StoreError> {
    const WORDS: &str = "update unexplained set end_to_end_id = '', mandate = '', structured_reference = '',
            counterparty_name = '', counterparty_account = '', words = ''
        where municipality_id = $1 and entry_id = $2 and place = $3";
    const SUGGESTIONS: &str =
        "delete from suggestion where municipality_id = $1 and entry_id = $2 and place = $3";
    change.sql(WORDS).bind(part.entry_id).bind(part.place).run().await?;
    change.sql(SUGGESTIONS).bind(part.entry_id).bind(part.place).run().await.map(drop)
}

/// The parts that were said not to be ours, newest first.
pub async fn not_ours(at: &mut Snapshot) -> Result<Vec<OpenRow>, StoreError> {
    const SQL: &str = "select entry_id, place, bank_account_id, direction, booked_on, amount, remaining, why, told,
            end_to_end_id, mandate, structured_reference, counterparty_name, counterparty_account, words, searched_on
        from unexplained where municipality_id = $1 and remaining = 0 and exists (select 1 from explanation
            where explanation.municipality_id = unexplained.municipality_id
                and explanation.entry_id = unexplained.entry_id and explanation.place = unexplained.place
                and kind = 'not_ours' and undoes is null)
        order by booked_on desc, entry_id desc, place";
    at.sql(SQL).all().await
}

impl ExplanationRow {
    /// Its amount.
    pub fn money(&self) -> Money {
        money(self.amount)
    }
}
