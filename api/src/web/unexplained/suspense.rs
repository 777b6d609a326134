//! The money of households that waits: what came back, what came in, and credits that may be theirs.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use uuid::Uuid;

use crate::flow::suspense::{self, Item, Suspense, Waits};
use crate::store::Scope;
use crate::web::frame::{Frame, Visit};
use crate::web::message::Failure;
use crate::web::page;

#[derive(Template)]
#[template(path = "unexplained/suspense.html")]
struct SuspensePage {
    frame: Frame,
    sees_households: bool,
    sees_bank: bool,
    households: Vec<HouseholdView>,
}

struct HouseholdView {
    id: Uuid,
    number: String,
    total: Money,
    items: Vec<ItemView>,
}

struct ItemView {
    what: &'static str,
    amount: Money,
    since: String,
    why: String,
    needs_decision: bool,
    part: Option<(Uuid, i64)>,
}

/// `GET /tussenrekening`.
pub(in crate::web) async fn show_suspense(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::SeeSuspense).await?;
    let found = suspense::list(&mut visit.app.store.read().await?, Scope::All).await?;
    let shown = SuspensePage {
        sees_households: visit.actor.may(Action::SeeHouseholds),
        sees_bank: visit.actor.may(Action::SeeBank),
        frame: visit.frame,
        households: found.into_iter().map(household).collect(),
    };
    Ok(page(StatusCode::OK, &shown))
}

fn household(found: Suspense) -> HouseholdView {
    let Suspense { household, number, total, items } = found;
    HouseholdView { id: household, number, total, items: items.into_iter().map(item).collect() }
}

fn item(found: Item) -> ItemView {
    let (what, part) = match found.what {
        Waits::Returned => ("Teruggekomen betaling", None),
        Waits::ReturnedEarly => ("Teruggekomen betaling, afschrijving ontbreekt", None),
        Waits::Received => ("Teruggave", None),
        Waits::ReceivedForDecision => ("Teruggave, besluit nodig", None),
        Waits::Unexplained { entry, place } => ("Nog niet verklaard", Some((entry, place))),
    };
    ItemView {
        what,
        amount: found.amount,
        since: dutch_day(found.since),
        why: found.why,
        needs_decision: found.what == Waits::ReceivedForDecision,
        part,
    }
}
