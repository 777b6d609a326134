//! The people who are paid: payees, and clients of whom an account waits for somebody.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::explain;
use grip_engine::payee::CreditorAccount;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::flow::payees::{self, ListedCreditor};

#[derive(Template)]
#[template(path = "payees.html")]
struct Payees {
    frame: Frame,
    /// Who waits for something.
    waiting: Vec<Row>,
    rest: Vec<Row>,
    may_record: bool,
}

/// A payee or client on the list.
struct Row {
    id: Uuid,
    name: String,
    /// The household of a client, or for what a payee is used.
    about: String,
    account: String,
    state: String,
}

/// `GET /ontvangers`.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeePayees).await?;
    let all = payees::all(&mut visit.app.store.read().await?, visit.today).await?;
    let (waiting, rest): (Vec<ListedCreditor>, Vec<ListedCreditor>) =
        all.into_iter().partition(ListedCreditor::needs_work);
    let rows = |listed: Vec<ListedCreditor>| listed.iter().map(|listed| row(&visit, listed)).collect();
    let (waiting, rest) = (rows(waiting), rows(rest));
    let may_record = visit.actor.may(Action::RecordPayee);
    Ok(page(StatusCode::OK, &Payees { frame: visit.frame, waiting, rest, may_record }))
}

fn row(visit: &Visit, listed: &ListedCreditor) -> Row {
    let in_use = listed.accounts.approved_on(visit.today);
    let open = listed.accounts.versions().iter().rfind(|version| version.is_waiting());
    let state = match (&listed.waits, open) {
        (Some(why), _) => explain::payee::waits(why),
        (None, Some(_)) => {
            "De oude rekening wordt gebruikt. Een nieuwe wacht op een tweede persoon.".to_owned()
        }
        (None, None) => "Kan betaald worden.".to_owned(),
    };
    Row {
        id: listed.id(),
        name: listed.name.clone(),
        about: about(listed),
        account: in_use.map_or_else(String::new, |version| number(visit, version)),
        state,
    }
}

/// What somebody is paid for.
pub(super) fn about(listed: &ListedCreditor) -> String {
    if let Some((_, number)) = &listed.household {
        return format!("bewoner, huishouden {number}");
    }
    let uses = usize::try_from(listed.uses).unwrap_or(0);
    format!("ontvanger, {}", words::count(uses, "vaste last", "vaste lasten"))
}

fn number(visit: &Visit, version: &CreditorAccount) -> String {
    visit.actor.account(&version.iban)
}
