//! Bank statements: what was taken in per account, and handing in new files.

use askama::Template;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::bank::camt::{Encoding, MessageKind};
use grip_engine::bank::chain::Joint;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::refusal::RefusalView;
use super::{page, words};
use crate::auth::grant::{Actor, Grant};
use crate::flow::chains::{self, Linked};
use crate::flow::import_statement::{self, HandedIn, Imported, Outcome};
use crate::flow::{FlowError, alerts};
use crate::store::municipality::{self, BankAccount};
use crate::store::statement::{self, StatementRow};
use crate::store::{Scope, Snapshot};

/// The most provisional entries that are shown.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "statements.html")]
struct Statements {
    frame: Frame,
    may_import: bool,
    results: Vec<FileResult>,
    note: Option<String>,
    /// Files that are being taken in by somebody, with how far each is.
    running: Vec<(String, u64)>,
    waiting: Vec<Waiting>,
    proposals: Vec<Proposal>,
    provisional: Vec<ProvisionalRow>,
    accounts: Vec<Account>,
}

/// An entry that the bank reported and that no statement covers yet.
struct ProvisionalRow {
    account: String,
    day: String,
    credit: String,
    debit: String,
    status: &'static str,
    reference: String,
}

/// A statement that is held.
struct Waiting {
    id: Uuid,
    number: String,
    account: String,
    since: String,
    told: String,
}

/// A proposal that a statement counts no longer.
struct Proposal {
    statement: Uuid,
    proposed: String,
    reason: String,
}

/// The statements of one account.
struct Account {
    id: String,
    name: String,
    number: String,
    rows: Vec<Row>,
}

struct Row {
    id: Uuid,
    number: String,
    closing_on: String,
    opening: Money,
    closing: Money,
    entries: i64,
    /// What is missing between it and the statement before it.
    missing: Option<String>,
    /// What is odd between them, while the balances follow.
    skipped: Option<String>,
    is_superseded: bool,
}

/// What came of one file.
struct FileResult {
    name: String,
    /// True where a person has to look at something of it.
    waits: bool,
    outcome: Result<Vec<String>, RefusalView>,
}

/// `GET /bankafschriften`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeBank).await?;
    Ok(page(StatusCode::OK, &read(visit).await?))
}

/// `POST /bankafschriften`: takes the files in one by one, then looks at the alerts again.
pub(super) async fn import(
    visit: Visit,
    files: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ImportStatement).await?;
    let Ok(mut files) = files else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let mut results = Vec::new();
    let mut note = None;
    let mut encoding = Encoding::Declared;
    loop {
        match next(&mut files, &mut encoding).await {
            Ok(Some((name, bytes))) => {
                results.push(take_in(&visit, &grant, (name, &bytes, encoding)).await?);
            }
            Ok(None) => break,
            Err(error) => {
                note = Some(upload_failed(&error));
                break;
            }
        }
    }
    if results.is_empty() && note.is_none() {
        note = Some("Kies eerst een of meer bestanden.".to_owned());
    }
    if results.iter().any(|result| result.outcome.is_ok()) {
        raise_alerts(&visit).await?;
    }
    let all_well = note.is_none() && results.iter().all(|result| result.outcome.is_ok());
    let status = if all_well { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Ok(page(status, &Statements { results, note, ..read(visit).await? }))
}

/// The next file of the form, with its name; the encoding that the person chose stands before the files.
async fn next(
    files: &mut Multipart,
    encoding: &mut Encoding,
) -> Result<Option<(String, Vec<u8>)>, MultipartError> {
    while let Some(field) = files.next_field().await? {
        if field.name() == Some("codering") {
            if field.text().await? == "windows-1252" {
                *encoding = Encoding::Windows1252;
            }
            continue;
        }
        let name = file_name(&field);
        let bytes = field.bytes().await?;
        if !(name.is_empty() && bytes.is_empty()) {
            return Ok(Some((name, bytes.into())));
        }
    }
    Ok(None)
}

fn file_name(field: &Field<'_>) -> String {
    let name = field.file_name().unwrap_or_default();
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

async fn take_in(
    visit: &Visit,
    grant: &Grant,
    (name, bytes, encoding): (String, &[u8], Encoding),
) -> Result<FileResult, FlowError> {
    let progress = visit.app.imports.begin(&name);
    let given = HandedIn { name: &name, bytes, encoding };
    let done = match import_statement::import_watched(&visit.app.store, grant, given, &progress).await {
        Ok(done) => Ok(done),
        Err(error) => Err(RefusalView::of(&error).ok_or(error)?),
    };
    let waits = done.as_ref().is_ok_and(|done| 0 < done.held || !done.is_whole());
    Ok(FileResult { name, waits, outcome: done.as_ref().map(told).map_err(Clone::clone) })
}

/// What came back or settled may open or close an alert at once.
pub(super) async fn raise_alerts(visit: &Visit) -> Result<(), FlowError> {
    let grant = visit.app.grant(&Actor::system(), Action::WorkDay).await?;
    alerts::raise(&visit.app.store, &grant, Scope::All).await.map(drop)
}

fn upload_failed(error: &MultipartError) -> String {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        "De bestanden zijn samen te groot. Lees ze in kleinere groepen in.".to_owned()
    } else {
        "Het versturen is niet goed gegaan. Probeer het opnieuw.".to_owned()
    }
}

/// What taking in a file did, in sentences.
fn told(done: &Imported) -> Vec<String> {
    if done.known_statements == done.statements && 0 < done.held {
        let held = words::count(done.held, "afschrift ervan wacht nog", "afschriften ervan wachten nog");
        return vec![format!("Dit bestand was al ingelezen. Er is niets veranderd: {held}.")];
    }
    if done.known_statements == done.statements {
        return vec!["Dit bestand was al ingelezen. Er is niets veranderd.".to_owned()];
    }
    let is_noted =
        |result: &&import_statement::StatementResult| matches!(result.outcome, Outcome::Noted { .. });
    let noted = done.results.iter().filter(is_noted).count();
    let new = done.statements - done.known_statements - done.held - done.refused - noted;
    let mut told = Vec::new();
    if 0 < new {
        told.push(format!(
            "Ingelezen en gecontroleerd: {} met {}.",
            words::count(new, "afschrift", "afschriften"),
            words::count(done.new, "nieuwe boeking", "nieuwe boekingen"),
        ));
    }
    told.extend(done.results.iter().filter_map(|result| {
        let id = &result.bank_id;
        match &result.outcome {
            Outcome::Held(hold) => Some(format!("Afschrift {id} wacht en is niet geboekt. {}", hold.dutch())),
            Outcome::Refused(refusal) => {
                Some(format!("Afschrift {id} is geweigerd. {}", RefusalView::refused(refusal).words))
            }
            Outcome::Noted { kind, entries, joined, unusable } => {
                Some(format!("Bericht {id}: {}", noted_as(*kind, *entries, *joined, *unusable)))
            }
            Outcome::Booked { .. } | Outcome::Known => None,
        }
    }));
    let more = [
        (done.settled, "betaling is uitgevoerd", "betalingen zijn uitgevoerd"),
        (done.returned, "betaling is teruggekomen", "betalingen zijn teruggekomen"),
        (done.left_over, "bedrag kennen wij niet: zoek dit uit", "bedragen kennen wij niet: zoek dit uit"),
        (done.duplicates, "boeking was al bekend", "boekingen waren al bekend"),
        (done.gaps, "afschrift sluit niet aan op het vorige", "afschriften sluiten niet aan op het vorige"),
    ];
    let happened = more.into_iter().filter(|(number, ..)| 0 < *number);
    told.extend(happened.map(|(number, one, more)| format!("{}.", words::count(number, one, more))));
    told
}

/// What came of a message that books nothing.
fn noted_as(kind: MessageKind, entries: usize, joined: usize, unusable: usize) -> String {
    let told = if kind == MessageKind::Camt052 {
        let entries = words::count(entries, "voorlopige boeking", "voorlopige boekingen");
        format!("{entries}. Er is niets geboekt.")
    } else {
        let sums = words::count(entries, "bedrag is toegelicht", "bedragen zijn toegelicht");
        format!("{sums}; {joined} daarvan al geboekt. Wat nog niet geboekt is, wacht op het afschrift.")
    };
    if unusable == 0 {
        return told;
    }
    let unusable = words::count(unusable, "boeking is niet te gebruiken", "boekingen zijn niet te gebruiken");
    format!("{told} {unusable}.")
}

async fn read(visit: Visit) -> Result<Statements, Failure> {
    let mut at = visit.app.store.read().await?;
    let own = municipality::bank_accounts(&mut at).await?;
    let held = statement::held(&mut at).await?.into_iter().filter(|row| row.state == "held");
    let number_of = |id: Uuid| {
        let found = own.iter().find(|account| account.id.0 == id);
        found.map(|account| visit.actor.account(&account.iban)).unwrap_or_default()
    };
    let waiting = held.map(|row| Waiting {
        id: row.held_id,
        number: numbered(row.sequence, &row.bank_id),
        account: number_of(row.bank_account_id),
        since: dutch_day(row.held_on),
        told: row.told,
    });
    let waiting = waiting.collect();
    let open = statement::supersessions(&mut at).await?.into_iter().filter(|row| row.approved_by.is_none());
    let proposals = open.map(|row| Proposal {
        statement: row.statement_id,
        proposed: format!("{}, op {}", row.proposed_by, dutch_day(row.proposed_on)),
        reason: row.reason,
    });
    let proposals = proposals.collect();
    let reported = statement::provisional(&mut at).await?.into_iter().take(SHOWN);
    let provisional = reported.map(|row| {
        let amount = Money::from_cents(row.amount).dutch();
        let is_credit = row.direction == "credit";
        ProvisionalRow {
            account: number_of(row.bank_account_id),
            day: dutch_day(row.day),
            credit: if is_credit { amount.clone() } else { String::new() },
            debit: if is_credit { String::new() } else { amount },
            status: words::provisional(&row.status),
            reference: row.bank_reference,
        }
    });
    let provisional = provisional.collect();
    Ok(Statements {
        may_import: visit.actor.may(Action::ImportStatement),
        results: Vec::new(),
        note: None,
        running: visit.app.imports.running(),
        waiting,
        proposals,
        provisional,
        accounts: accounts(&mut at, &visit.actor).await?,
        frame: visit.frame,
    })
}

/// The bank's number of a statement, or its id where it has none.
pub(super) fn numbered(sequence: Option<i64>, bank_id: &str) -> String {
    sequence.map_or_else(|| bank_id.to_owned(), |number| number.to_string())
}

async fn accounts(at: &mut Snapshot, actor: &Actor) -> Result<Vec<Account>, FlowError> {
    let account = |(account, links): (BankAccount, Vec<Linked>)| Account {
        id: format!("rekening-{}", account.id),
        name: account.name,
        number: actor.account(&account.iban),
        rows: links.iter().map(|linked| row(&linked.row, linked.joint)).collect(),
    };
    Ok(chains::chains(at).await?.into_iter().map(account).collect())
}

fn row(statement: &StatementRow, joint: Joint) -> Row {
    let numbers = |skipped: u64| {
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        words::count(skipped, "volgnummer is overgeslagen", "volgnummers zijn overgeslagen")
    };
    let (missing, skipped) = match joint {
        Joint::First | Joint::Beside | Joint::Joined { skipped: 0 } => (None, None),
        Joint::Joined { skipped } => (None, Some(numbers(skipped))),
        Joint::Missing { moved, skipped } => {
            let moved = format!("In wat mist ging per saldo {} om.", moved.dutch());
            let numbers = if skipped == 0 { String::new() } else { format!(" {}.", numbers(skipped)) };
            (Some(format!("{moved}{numbers}")), None)
        }
    };
    Row {
        id: statement.statement_id,
        number: numbered(statement.sequence, &statement.bank_id),
        closing_on: dutch_day(statement.closing_on),
        opening: Money::from_cents(statement.opening),
        closing: Money::from_cents(statement.closing),
        entries: statement.entries,
        missing,
        skipped,
        is_superseded: statement.is_superseded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_did_is_told_and_what_did_not_happen_is_not() {
        let done = Imported { statements: 1, new: 4, settled: 3, returned: 1, ..Imported::default() };
        assert_eq!(
            told(&done),
            [
                "Ingelezen en gecontroleerd: 1 afschrift met 4 nieuwe boekingen.",
                "3 betalingen zijn uitgevoerd.",
                "1 betaling is teruggekomen.",
            ]
        );
        let again = Imported { statements: 1, known_statements: 1, duplicates: 4, ..Imported::default() };
        assert_eq!(told(&again), ["Dit bestand was al ingelezen. Er is niets veranderd."]);
    }
}
