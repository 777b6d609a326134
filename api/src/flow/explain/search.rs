//! Looking through agreements for what is open: what one agreement explains is booked, the rest gets suggestions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::camt::{Direction, Entry};
use grip_engine::explain::matching as words;
use grip_engine::id::BankAccountId;
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::matching::{Chain, Line, Matcher, Meaning, Part, Rule, Why};
use grip_engine::money::Money;
use uuid::Uuid;

use super::{Kind, agreements, book};
use crate::auth::grant::Grant;
use crate::flow::{FlowError, retry};
use crate::store::statement::Gap;
use crate::store::unexplained::{self, Explained, OpenRow, SuggestionRow};
use crate::store::{Change, Snapshot, Store, StoreError, ledger, municipality, statement};

/// What looking through the agreements did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Parts that an agreement or another account of the municipality explains.
    pub explained: usize,
    /// Parts on a shared account that are not ours.
    pub not_ours: usize,
    /// Parts that a person must look at.
    pub open: usize,
}

/// A part of an entry that nothing of ours explains, as it is kept.
pub(in crate::flow) fn left_over(
    entry: &Entry,
    part: &Part,
    (entry_id, place): (Uuid, i64),
    (bank_account, booked_on): (Uuid, NaiveDate),
) -> Option<OpenRow> {
    let Meaning::LeftOver(why) = &part.meaning else { return None };
    let line = Line::of_part(entry, part);
    let detail = match (part.detail, entry.details.as_slice()) {
        (Some(place), details) => details.get(place),
        (None, [only]) => Some(only),
        _ => None,
    };
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let row = OpenRow {
        entry_id,
        place,
        bank_account_id: bank_account,
        direction: if line.direction == Direction::Credit { "credit" } else { "debit" }.to_owned(),
        booked_on,
        amount: part.amount.cents(),
        remaining: part.amount.cents(),
        why: why.code().to_owned(),
        told: words::left_over(why),
        end_to_end_id: text(line.end_to_end_id),
        mandate: text(line.mandate),
        structured_reference: text(line.structured_reference),
        counterparty_name: text(detail.and_then(|detail| detail.counterparty_name.as_deref())),
        counterparty_account: text(line.account),
        words: line.text.to_owned(),
        searched_on: None,
    };
    part.amount.is_positive().then_some(row)
}

/// Looks for what came in and was not looked at yet, again for what waited for a statement, and again for everything
/// that stood behind one of the gaps of before, where that gap is closed by now (ruling 28).
pub(in crate::flow) async fn search_new(change: &mut Change, before: &[Gap]) -> Result<Searched, FlowError> {
    let now = if before.is_empty() { Vec::new() } else { statement::gaps(change).await? };
    let is_closed = |gap: &&Gap| now.iter().all(|other| other.statement_id != gap.statement_id);
    let mut open = unexplained::to_search(change, None).await?;
    let closed: Vec<Gap> = before.iter().filter(is_closed).copied().collect();
    for (account, day) in first_days(&closed) {
        open.extend(unexplained::from_day(change, account, day).await?);
    }
    open.sort_by_key(|part| (part.booked_on, part.entry_id, part.place));
    open.dedup_by_key(|part| (part.entry_id, part.place));
    search(change, open).await
}

/// Looks again for everything that is open: something may have been recorded since. The day's work looks once a day.
pub async fn again(store: &Store, grant: &Grant) -> Result<Searched, FlowError> {
    if !matches!(grant.action(), Action::ExplainEntries | Action::WorkDay) {
        return Err(FlowError::NotAllowed(crate::auth::grant::NotAllowed));
    }
    retry!(search_all(store, grant))
}

async fn search_all(store: &Store, grant: &Grant) -> Result<Searched, FlowError> {
    let mut change = store.begin(grant, "unexplained entries").await?;
    let today = grant.today();
    let before = if grant.action() == Action::WorkDay { today.pred_opt().unwrap_or(today) } else { today };
    let open = unexplained::to_search(&mut change, Some(before)).await?;
    if open.is_empty() {
        return Ok(Searched::default());
    }
    let done = search(&mut change, open).await?;
    change.commit().await?;
    Ok(done)
}

async fn search(change: &mut Change, open: Vec<OpenRow>) -> Result<Searched, FlowError> {
    let mut done = Searched::default();
    let mut all = None;
    let gaps = if open.is_empty() { BTreeMap::new() } else { first_days(&statement::gaps(change).await?) };
    for part in open {
        if !may_be_agreed(&part.why) {
            unexplained::suggest(change, &part, (&part.why, &part.told), &[]).await?;
            done.open += 1;
            continue;
        }
        if all.is_none() {
            let shared = municipality::shared_accounts(change).await?;
            all = Some((Box::pin(agreements::matcher(change)).await?, shared));
        }
        let Some((matcher, shared)) = &mut all else { continue };
        let is_behind = gaps.get(&part.bank_account_id).is_some_and(|gap| *gap <= part.booked_on);
        let chain = if is_behind { Chain::BehindGap } else { Chain::Whole };
        Box::pin(look(change, &part, (matcher, shared), chain, &mut done)).await?;
    }
    Ok(done)
}

/// True when no payment of ours is named.
fn may_be_agreed(why: &str) -> bool {
    matches!(why, "no_identifier" | "unknown_identifier" | "waits_for_statement")
}

/// The first day behind a gap, by account.
fn first_days(gaps: &[Gap]) -> BTreeMap<Uuid, NaiveDate> {
    let mut days: BTreeMap<Uuid, NaiveDate> = BTreeMap::new();
    for gap in gaps {
        let day = days.entry(gap.bank_account_id).or_insert(gap.first_day);
        *day = gap.first_day.min(*day);
    }
    days
}

async fn look(
    change: &mut Change,
    part: &OpenRow,
    (matcher, shared): (&mut Matcher, &BTreeSet<BankAccountId>),
    chain: Chain,
    done: &mut Searched,
) -> Result<(), FlowError> {
    let found = matcher.explain(&line(part), chain);
    let explains = |part: &Part| matches!(part.meaning, Meaning::Agreed(_) | Meaning::Internal(_));
    if found.iter().all(explains) && can_be_taken(change, part, &found).await? {
        for share in &found {
            book_share(change, part, share).await?;
        }
        done.explained += 1;
        return Ok(());
    }
    let [open] = found.as_slice() else {
        // it is explained, but there is nothing to take it from: a person looks
        unexplained::suggest(change, part, (&part.why, &part.told), &[]).await?;
        done.open += 1;
        return Ok(());
    };
    let waits = open.meaning == Meaning::LeftOver(Why::WaitsForStatement);
    let is_strange = open.suggestions.is_empty() && !matcher.knows_account(&part.counterparty_account);
    if is_strange && !waits && shared.contains(&part.bank_account_id.into()) {
        let told = "Op deze gedeelde rekening vinden wij er geen afspraak of betaling bij.";
        let explained = of_nobody(Rule::Account.code(), told);
        book(change, part, (Kind::NotOurs, Money::from_cents(part.remaining)), &explained).await?;
        done.not_ours += 1;
        return Ok(());
    }
    let (why, told) = match &open.meaning {
        Meaning::LeftOver(why) => (why.code(), words::left_over(why)),
        _ => (part.why.as_str(), part.told.clone()),
    };
    unexplained::suggest(change, part, (why, &told), &suggested(part, open)).await?;
    done.open += 1;
    Ok(())
}

/// A kept part, as matching looks at it.
fn line(part: &OpenRow) -> Line<'_> {
    fn given(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }
    Line {
        amount: Money::from_cents(part.amount),
        direction: part.way(),
        on: Some(part.booked_on),
        end_to_end_id: given(&part.end_to_end_id),
        instruction_id: None,
        mandate: given(&part.mandate),
        structured_reference: given(&part.structured_reference),
        account: given(&part.counterparty_account),
        text: &part.words,
        return_reason: None,
    }
}

/// True when what is taken from households was set apart for them.
async fn can_be_taken(at: &mut Snapshot, part: &OpenRow, found: &[Part]) -> Result<bool, StoreError> {
    if part.way() == Direction::Credit {
        return Ok(true);
    }
    for share in found {
        let Meaning::Agreed(agreed) = share.meaning else { continue };
        let (kind, household) = (AccountKind::HouseholdBudget, agreed.household);
        let purpose = Purpose { bank_account: part.bank_account_id.into(), kind, household };
        if household.is_some() && ledger::budget_of(at, purpose).await? < share.amount {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn book_share(change: &mut Change, part: &OpenRow, share: &Part) -> Result<(), FlowError> {
    let told = share.found.as_ref().map(words::dutch).unwrap_or_default();
    let rule = share.found.as_ref().map_or("", |found| found.rule.code());
    match share.meaning {
        Meaning::Agreed(agreed) => {
            let kind = Kind::from_code(agreed.kind.code()).ok_or(StoreError::Missing)?;
            let explained = Explained {
                kind: kind.code(),
                household: agreed.household,
                obligation: agreed.obligation.map(|id| id.0),
                agreement: Some((agreed.id, agreed.due)),
                rule,
                told: &told,
            };
            book(change, part, (kind, share.amount), &explained).await
        }
        Meaning::Internal(_) => {
            let explained = Explained { kind: Kind::Internal.code(), ..of_nobody(rule, &told) };
            book(change, part, (Kind::Internal, share.amount), &explained).await
        }
        _ => Ok(()),
    }
}

fn of_nobody<'a>(rule: &'a str, told: &'a str) -> Explained<'a> {
    Explained { kind: Kind::NotOurs.code(), household: None, obligation: None, agreement: None, rule, told }
}

fn suggested(part: &OpenRow, open: &Part) -> Vec<SuggestionRow> {
    let row = |(rank, suggestion): (i64, &grip_engine::matching::Suggestion)| SuggestionRow {
        entry_id: part.entry_id,
        place: part.place,
        rank,
        kind: suggestion.agreed.kind.code().to_owned(),
        household_id: suggestion.agreed.household.map(|id| id.0),
        household_number: None,
        obligation_id: suggestion.agreed.obligation.map(|id| id.0),
        agreement_id: suggestion.agreed.id.0,
        due_on: suggestion.agreed.due,
        rule: suggestion.found.rule.code().to_owned(),
        told: words::dutch(&suggestion.found),
    };
    (0..).zip(&open.suggestions).map(row).collect()
}
