//! What waits because our own account held too little, and that finance says that it is filled up.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::id::BankAccountId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::super::frame::Visit;
use super::super::message::Failure;
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::cover::{self, Short};
use crate::store::{Snapshot, StoreError};

/// An account of ours that could not carry what was asked of it.
pub(super) struct ShortView {
    pub(super) account: Uuid,
    pub(super) name: String,
    pub(super) payments: i64,
    pub(super) waiting: Money,
    pub(super) needed: Money,
    pub(super) since: String,
    /// What the newest statement says: its day and its balance.
    pub(super) balance: Option<(String, Money)>,
    /// A statement shows that the account carries it by now.
    pub(super) is_covered: bool,
    pub(super) may_confirm: bool,
}

/// The accounts that could not carry a payment that waits.
pub(super) async fn short(at: &mut Snapshot, actor: &Actor) -> Result<Vec<ShortView>, StoreError> {
    let view = |short: Short| ShortView {
        account: short.account.id.0,
        payments: short.payments,
        waiting: short.shortfall.waiting,
        needed: short.shortfall.needed(),
        since: dutch_day(short.shortfall.since),
        balance: short.balance.map(|balance| (dutch_day(balance.on), balance.closing)),
        is_covered: short.is_covered(),
        may_confirm: actor.may(Action::ConfirmCover) && !short.is_covered(),
        name: short.account.name,
    };
    Ok(cover::short(at).await?.into_iter().map(view).collect())
}

/// `POST /betaalbestanden/dekking/{account}`: the account is filled up.
pub(in crate::web) async fn confirm(visit: Visit, Path(account): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ConfirmCover).await?;
    let account = account.parse::<Uuid>().map_err(|_| visit.not_found())?;
    match cover::confirm(&visit.app.store, &grant, BankAccountId(account)).await {
        Ok(_) => Ok(Redirect::to("/betaalbestanden").into_response()),
        Err(FlowError::NotFound { .. }) => Err(visit.not_found()),
        Err(error) => Err(error.into()),
    }
}

/// `GET` on it: where somebody lands who had to sign in first.
pub(in crate::web) async fn back() -> Redirect {
    Redirect::to("/betaalbestanden")
}
