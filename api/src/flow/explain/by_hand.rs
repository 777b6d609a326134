//! What a person says about an open part: a suggestion is right, it is something else, or it is not ours; and that
//! what was said before is wrong.

use grip_engine::access::Action;
use grip_engine::id::AgreementId;
use grip_engine::ledger::account::{AccountKind, Purpose};
use grip_engine::money::Money;
use uuid::Uuid;

use super::{Kind, book, explained_already, reverse};
use crate::auth::grant::{Grant, NotAllowed};
use crate::flow::{FlowError, retry};
use crate::intake::IntakeError;
use crate::store::unexplained::{self, Explained, ExplanationRow, OpenRow};
use crate::store::{Change, Store, StoreError, household, ledger};

/// The rule of what a person says.
const BY_HAND: &str = "by_hand";

/// An open part of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The entry.
    pub entry: Uuid,
    /// Its place among the parts of the entry.
    pub place: i64,
}

/// What a person says it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// The suggestion of this rank, for all that is left.
    Suggestion(i64),
    /// These, each for its amount.
    Shares(Vec<Share>),
}

/// An amount of a part, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// What it is.
    pub kind: Kind,
    /// The amount; all that is left without one.
    pub amount: Option<Money>,
    /// The number of the household.
    pub household: Option<String>,
    /// The contract number of the obligation.
    pub obligation: Option<String>,
}

/// Books an open part as what a person says it is: all of it, or nothing.
pub async fn accept(store: &Store, grant: &Grant, part: Part, chosen: &Chosen) -> Result<(), FlowError> {
    if grant.action() != Action::ExplainEntries {
        return Err(FlowError::NotAllowed(NotAllowed));
    }
    retry!(accept_once(store, grant, part, chosen))
}

async fn accept_once(store: &Store, grant: &Grant, part: Part, chosen: &Chosen) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("entry {} part {}", part.entry, part.place)).await?;
    let open = unexplained::get(&mut change, part.entry, part.place).await?;
    let open = open.ok_or_else(|| missing("unexplained entry", part.entry))?;
    if open.remaining == 0 {
        return Err(explained_already());
    }
    let earlier = unexplained::explanations(&mut change, part.entry, part.place).await?;
    match chosen {
        Chosen::Suggestion(rank) => suggestion(&mut change, &open, *rank, &earlier).await?,
        Chosen::Shares(shares) => {
            for share in with_amounts(&open, shares)? {
                by_hand(&mut change, &open, share, &earlier).await?;
            }
        }
    }
    Ok(change.commit().await?)
}

async fn suggestion(
    change: &mut Change,
    open: &OpenRow,
    rank: i64,
    earlier: &[ExplanationRow],
) -> Result<(), FlowError> {
    let found = unexplained::suggestions(change, open.entry_id, open.place).await?;
    let found = found.into_iter().find(|known| known.rank == rank);
    let found = found.ok_or_else(|| FlowError::NotFound { what: "suggestion", id: rank.to_string() })?;
    let kind = Kind::from_code(&found.kind).ok_or(StoreError::Missing)?;
    second_person(change, earlier, found.household_id)?;
    let explained = Explained {
        kind: kind.code(),
        household: found.household_id.map(Into::into),
        obligation: found.obligation_id,
        agreement: Some((AgreementId(found.agreement_id), found.due_on)),
        rule: &found.rule,
        told: &found.told,
    };
    book(change, open, (kind, Money::from_cents(open.remaining)), &explained).await
}

/// The shares with their amounts, which are together at most what is left.
fn with_amounts<'a>(open: &OpenRow, shares: &'a [Share]) -> Result<Vec<(&'a Share, Money)>, FlowError> {
    let left = Money::from_cents(open.remaining);
    let mut given = shares.iter().filter_map(|share| share.amount);
    let given = given.try_fold(Money::ZERO, Money::checked_add);
    let rest = given.filter(|given| *given <= left).map(|given| left - given);
    let without = shares.iter().filter(|share| share.amount.is_none()).count();
    let (Some(rest), 0..=1, false) = (rest, without, shares.is_empty()) else {
        return Err(IntakeError::new(
            format!(
                "the amounts are together more than the {left} that is left, or more than one is missing"
            ),
            format!(
                "de bedragen zijn samen meer dan wat er over is ({}), of er ontbreekt er meer dan een",
                left.dutch()
            ),
        )
        .into());
    };
    let amount = |share: &'a Share| (share, share.amount.unwrap_or(rest));
    let shares: Vec<_> = shares.iter().map(amount).collect();
    if shares.iter().any(|(_, amount)| !amount.is_positive()) {
        return Err(
            IntakeError::new("every amount must be above zero", "elk bedrag moet meer dan nul zijn").into()
        );
    }
    Ok(shares)
}

async fn by_hand(
    change: &mut Change,
    open: &OpenRow,
    (share, amount): (&Share, Money),
    earlier: &[ExplanationRow],
) -> Result<(), FlowError> {
    if !share.kind.fits(open.way()) {
        return Err(IntakeError::new(
            format!("a {} cannot be a {}", open.direction, share.kind.code()),
            "dit past niet bij de richting van de boeking: geld erbij of geld eraf",
        )
        .into());
    }
    let (household, obligation) = whose(change, share).await?;
    second_person(change, earlier, household)?;
    let explained = Explained {
        kind: share.kind.code(),
        household: household.map(Into::into),
        obligation,
        agreement: None,
        rule: BY_HAND,
        told: "",
    };
    book(change, open, (share.kind, amount), &explained).await
}

/// The household and the obligation that a share names.
async fn whose(change: &mut Change, share: &Share) -> Result<(Option<Uuid>, Option<Uuid>), FlowError> {
    if !share.kind.is_of_household() {
        return Ok((None, None));
    }
    let number = share.household.as_deref().unwrap_or_default().trim();
    let id = household::numbered(change, number).await?;
    let id = id.ok_or_else(|| FlowError::NotFound { what: "household", id: number.to_owned() })?;
    let Some(reference) = share.obligation.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok((Some(id.0), None));
    };
    let file = household::file(change, id).await?.ok_or_else(|| missing("household", id.0))?;
    let obligation = file.obligations.iter().find(|known| known.reference == reference);
    let missing = || FlowError::NotFound { what: "obligation", id: reference.to_owned() };
    Ok((Some(id.0), Some(obligation.ok_or_else(missing)?.id.0)))
}

/// What was booked on one household and undone is booked on another one by a second person (ruling 37).
fn second_person(
    change: &Change,
    earlier: &[ExplanationRow],
    household: Option<Uuid>,
) -> Result<(), FlowError> {
    let is_same = |row: &ExplanationRow| row.explained_by == change.grant().who();
    let undone = earlier.iter().filter(|row| row.undoes.is_some() && row.household_id.is_some());
    if household.is_some() && undone.filter(|row| row.household_id != household).any(is_same) {
        return Err(IntakeError::new(
            "you took this from one household: another person must book it on another one",
            "u haalde dit zelf bij een huishouden weg: een ander moet het op een ander huishouden boeken",
        )
        .into());
    }
    Ok(())
}

/// Takes an explanation back: its posting is reversed by one that names it, and the amount is open again.
pub async fn undo(store: &Store, grant: &Grant, id: Uuid, reason: &str) -> Result<Part, FlowError> {
    if grant.action() != Action::ExplainEntries {
        return Err(FlowError::NotAllowed(NotAllowed));
    }
    let reason = reason.trim();
    if reason.is_empty() || 500 < reason.chars().count() {
        return Err(IntakeError::new(
            "say why it is undone, in at most 500 letters",
            "schrijf waarom u dit terugdraait, in hoogstens 500 tekens",
        )
        .into());
    }
    retry!(undo_once(store, grant, id, reason))
}

async fn undo_once(store: &Store, grant: &Grant, id: Uuid, reason: &str) -> Result<Part, FlowError> {
    let mut change = store.begin(grant, format!("explanation {id}")).await?;
    let wrong = unexplained::standing(&mut change, id).await?;
    let wrong = wrong.ok_or_else(|| missing("explanation", id))?;
    let kind = Kind::from_code(&wrong.kind).ok_or(StoreError::Missing)?;
    if kind == Kind::Refund {
        let open = unexplained::get(&mut change, wrong.entry_id, wrong.place).await?;
        let bank_account = open.ok_or(StoreError::Missing)?.bank_account_id.into();
        let household = wrong.household_id.map(Into::into);
        let purpose = Purpose { bank_account, kind: AccountKind::ReceivedMoney, household };
        if ledger::budget_of(&mut change, purpose).await? < wrong.money() {
            return Err(IntakeError::new(
                "the money is not there any more: it was used since",
                "het geld is er niet meer: het is intussen gebruikt",
            )
            .into());
        }
    }
    let back = reverse(&mut change, wrong.posting_id).await?;
    unexplained::undo(&mut change, &wrong, back.id(), reason).await?;
    change.commit().await?;
    Ok(Part { entry: wrong.entry_id, place: wrong.place })
}

fn missing(what: &'static str, id: Uuid) -> FlowError {
    FlowError::NotFound { what, id: id.to_string() }
}
