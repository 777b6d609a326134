//! What nothing of ours explains: the list with its suggestions, one part with what a person says of it, and the money
//! of households that waits.

mod part;
mod suspense;

pub(super) use part::{accept, back, show_part, undo, undo_back};
pub(super) use suspense::show_suspense;

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::bank::camt::Direction;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::dutch_day;
use grip_engine::explain::matching;
use grip_engine::household::expectation::AgreementKind;
use grip_engine::matching::Rule;
use grip_engine::money::Money;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::auth::grant::Actor;
use crate::flow::{FlowError, explain};
use crate::store::Snapshot;
use crate::store::municipality::{self, BankAccount};
use crate::store::unexplained::{self, Listed, OpenRow, SuggestionRow};

/// So many parts stand on a page.
const ON_PAGE: i64 = 25;

#[derive(Template)]
#[template(path = "unexplained/list.html")]
struct List {
    frame: Frame,
    may_explain: bool,
    accounts: Vec<AccountLink>,
    count: String,
    parts: Vec<PartView>,
    previous: Option<String>,
    next: Option<String>,
    note: Option<String>,
}

/// A link to the parts of one account.
struct AccountLink {
    path: String,
    name: String,
    is_here: bool,
}

/// An open part on a page.
pub(super) struct PartView {
    path: String,
    booked_on: String,
    way: &'static str,
    amount: Money,
    remaining: Money,
    account_name: String,
    name: String,
    account: String,
    words: String,
    told: String,
    suggestions: Vec<SuggestionView>,
}

/// What a part may be.
struct SuggestionView {
    rank: i64,
    kind: &'static str,
    household: Option<String>,
    told: String,
    /// True when more than the account speaks for it: then one click on the list will do.
    is_sure: bool,
}

/// Which parts are asked for.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    rekening: Option<Uuid>,
    #[serde(default)]
    pagina: Option<i64>,
    #[serde(default)]
    gevonden: Option<usize>,
}

/// `GET /onverklaard`.
pub(super) async fn show(
    visit: Visit,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let number = asked.pagina.unwrap_or(1).clamp(1, 1_000_000);
    let mut at = visit.app.store.read().await?;
    let listed = Listed { bank_account: asked.rekening, skip: (number - 1) * ON_PAGE, most: ON_PAGE };
    let (count, rows) = unexplained::list(&mut at, listed).await?;
    let accounts = municipality::bank_accounts(&mut at).await?;
    let mut parts = Vec::new();
    for row in rows {
        parts.push(PartView::of(&mut at, row, (&visit.actor, &accounts)).await?);
    }
    let path = |account: Option<Uuid>, number: i64| match account {
        Some(id) => format!("/onverklaard?rekening={id}&pagina={number}"),
        None => format!("/onverklaard?pagina={number}"),
    };
    let link = |account: &BankAccount| AccountLink {
        path: path(Some(account.id.0), 1),
        name: account.name.clone(),
        is_here: asked.rekening == Some(account.id.0),
    };
    let list = List {
        may_explain: visit.actor.may(Action::ExplainEntries),
        frame: visit.frame,
        accounts: accounts.iter().map(link).collect(),
        count: words::count(usize::try_from(count).unwrap_or(0), "open boeking", "open boekingen"),
        parts,
        previous: (1 < number).then(|| path(asked.rekening, number - 1)),
        next: (number * ON_PAGE < count).then(|| path(asked.rekening, number + 1)),
        note: asked.gevonden.map(|found| {
            format!("Er is opnieuw gezocht: {} verklaard.", words::count(found, "boeking", "boekingen"))
        }),
    };
    Ok(page(StatusCode::OK, &list))
}

/// `POST /onverklaard`: agreements are looked through again.
pub(super) async fn search(visit: Visit) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ExplainEntries).await?;
    let done = explain::again(&visit.app.store, &grant).await?;
    let path = format!("/onverklaard?gevonden={}", done.explained + done.not_ours);
    Ok(Redirect::to(&path).into_response())
}

impl PartView {
    async fn of(
        at: &mut Snapshot,
        row: OpenRow,
        (actor, accounts): (&Actor, &[BankAccount]),
    ) -> Result<PartView, FlowError> {
        let suggestions = unexplained::suggestions(at, row.entry_id, row.place).await?;
        let ours = accounts.iter().find(|account| account.id.0 == row.bank_account_id);
        Ok(PartView {
            path: format!("/onverklaard/{}/{}", row.entry_id, row.place),
            booked_on: dutch_day(row.booked_on),
            way: if row.way() == Direction::Credit { "erbij" } else { "eraf" },
            amount: Money::from_cents(row.amount),
            remaining: Money::from_cents(row.remaining),
            account_name: ours.map(|account| account.name.clone()).unwrap_or_default(),
            name: row.counterparty_name,
            account: other_account(actor, &row.counterparty_account),
            words: row.words,
            told: row.told,
            suggestions: suggestions.into_iter().map(SuggestionView::of).collect(),
        })
    }
}

/// The account on the other side as this person may see it; it may be no IBAN.
fn other_account(actor: &Actor, text: &str) -> String {
    match text.parse::<Iban>() {
        Ok(iban) => actor.account(&iban),
        Err(_) if actor.may(Action::SeeAccounts) => text.to_owned(),
        Err(_) => String::new(),
    }
}

impl SuggestionView {
    fn of(row: SuggestionRow) -> SuggestionView {
        let kind = AgreementKind::from_code(&row.kind).map_or("onbekend", matching::kind);
        let is_sure = row.rule != Rule::Account.code();
        SuggestionView { rank: row.rank, kind, household: row.household_number, told: row.told, is_sure }
    }
}
