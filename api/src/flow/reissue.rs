//! Paying a payment that failed once more, on the account it failed on: a person decides, after a look at what would
//! happen, and another person approves the run it goes in. Only what failed, only when every attempt before has failed
//! for good, never for a reason of the account, and never a second time for one due.

use chrono::NaiveDate;
use grip_engine::bank::reason::{Retry, reason};
use grip_engine::bank::state::PaymentState;
use grip_engine::calendar::TargetCalendar;
use grip_engine::id::PaymentId;

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::payment::{self, PaymentRow};
use crate::store::{Scope, Snapshot, Store, reissue};

/// What would happen when a payment is paid once more.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    /// The payment that failed.
    pub failed: PaymentRow,
    /// The first day on which it can be paid again.
    pub execution: NaiveDate,
    /// Why it is not, if it is not.
    pub barred: Option<Barred>,
}

/// Why a payment is not paid once more by a decision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// It did not fail.
    #[error("deze betaling is niet mislukt")]
    NotFailed,
    /// Its due is being paid, or was paid.
    #[error("er loopt al een nieuwe betaling, of het is al betaald")]
    Superseded,
    /// Somebody decided it already.
    #[error("{0} heeft dit al besloten")]
    Decided(String),
    /// It was paid once more before.
    #[error("deze rekening is al een keer opnieuw betaald: zoek eerst uit wat er mis is")]
    Twice,
    /// The account is the reason.
    #[error("de rekening is de oorzaak: leg eerst een ander rekeningnummer vast en laat het controleren")]
    OtherAccount,
    /// The reason forbids it.
    #[error("deze reden van de bank staat geen nieuwe betaling toe")]
    Never,
    /// It goes by itself.
    #[error("deze betaling gaat vanzelf mee zodra er genoeg op onze eigen rekening staat")]
    ByItself,
}

/// What would happen, without writing anything.
pub async fn rehearse(
    at: &mut Snapshot,
    id: PaymentId,
    household: uuid::Uuid,
    today: NaiveDate,
) -> Result<Rehearsed, FlowError> {
    let all = payment::list(at, Scope::One(household)).await?;
    let failed = all.iter().find(|row| row.payment_id == id.0).cloned();
    let failed = failed.ok_or_else(|| FlowError::NotFound { what: "payment", id: id.to_string() })?;
    let open = payment::returned(at, Scope::One(household)).await?;
    let decided = reissue::decided(at, Scope::One(household)).await?;

    let of_due = |row: &&PaymentRow| row.due_id == failed.due_id && row.payment_id != failed.payment_id;
    let is_open = open.iter().any(|row| row.payment_id == failed.payment_id);
    let barred = if !failed.stands()?.came_back() {
        Some(Barred::NotFailed)
    } else if !is_open {
        Some(Barred::Superseded)
    } else if let Some(name) = decided.get(&failed.payment_id) {
        Some(Barred::Decided(name.clone()))
    } else if all.iter().filter(of_due).any(|row| decided.contains_key(&row.payment_id)) {
        Some(Barred::Twice)
    } else {
        match reason(&failed.reason).retry {
            Retry::ByHand => None,
            Retry::OtherAccount => Some(Barred::OtherAccount),
            Retry::NextDay => Some(Barred::ByItself),
            Retry::Never => Some(Barred::Never),
        }
    };
    Ok(Rehearsed { failed, execution: TargetCalendar.later(today, 1), barred })
}

/// Decides that a payment is paid once more. It goes in the run of the next open day.
pub async fn decide(store: &Store, grant: &Grant, id: PaymentId, why: &str) -> Result<Rehearsed, FlowError> {
    let why: String = why.split_whitespace().collect::<Vec<_>>().join(" ");
    if why.is_empty() || 500 < why.chars().count() {
        return Err(FlowError::Invalid(
            "geef in 1 tot en met 500 tekens waarom opnieuw wordt betaald".to_owned(),
        ));
    }
    retry!(try_decide(store, grant, id, &why))
}

async fn try_decide(store: &Store, grant: &Grant, id: PaymentId, why: &str) -> Result<Rehearsed, FlowError> {
    let mut change = store.begin(grant, format!("payment {id} once more")).await?;
    let household = household_of(&mut change, id).await?;
    let found = rehearse(&mut change, id, household, grant.today()).await?;
    if let Some(barred) = found.barred {
        return Err(FlowError::Barred(barred));
    }
    reissue::add(&mut change, id, why).await?;
    change.commit().await?;
    Ok(found)
}

/// The household a payment is for.
pub async fn household_of(at: &mut Snapshot, id: PaymentId) -> Result<uuid::Uuid, FlowError> {
    let found = payment::household_of(at, id).await?;
    found.ok_or_else(|| FlowError::NotFound { what: "payment", id: id.to_string() })
}

/// True for a payment of which a person may look whether it is paid once more.
pub fn may_be_offered(row: &PaymentRow) -> bool {
    PaymentState::from_code(&row.state).is_some_and(PaymentState::came_back)
        && reason(&row.reason).retry == Retry::ByHand
}
