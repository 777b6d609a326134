//! Values on the wire: amounts, accounts and the Dutch words for codes.

use grip_engine::access::Action;
use grip_engine::bank::iban::Iban;
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::auth::grant::Actor;

/// Een bedrag in euro's met een punt en twee decimalen.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(value_type = String, pattern = r"^-?\d+\.\d{2}$", example = "612.40")]
pub struct Bedrag(pub Money);

impl Serialize for Bedrag {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl From<Money> for Bedrag {
    fn from(amount: Money) -> Bedrag {
        Bedrag(amount)
    }
}

/// An amount in cents.
pub(super) fn cents(cents: i64) -> Bedrag {
    Bedrag(Money::from_cents(cents))
}

/// De soort van een vaste last.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Kostensoort {
    /// Huur van de woning.
    Huur,
    /// Premie van de zorgverzekering.
    Zorgpremie,
    /// Elektriciteit, gas of warmte.
    Energie,
    /// Drinkwater.
    Water,
    /// Wat het huishouden verder laat betalen.
    Overig,
}

impl From<CostKind> for Kostensoort {
    fn from(kind: CostKind) -> Kostensoort {
        match kind {
            CostKind::Rent => Kostensoort::Huur,
            CostKind::HealthPremium => Kostensoort::Zorgpremie,
            CostKind::Energy => Kostensoort::Energie,
            CostKind::Water => Kostensoort::Water,
            CostKind::Voluntary => Kostensoort::Overig,
        }
    }
}

/// True for who needs whole account numbers to do their work.
pub(super) fn sees_accounts(actor: &Actor) -> bool {
    actor.may(Action::SeeAccounts)
}

/// An account number as this person may see it.
pub(super) fn account(actor: &Actor, iban: &Iban) -> String {
    actor.account(iban).replace(' ', "")
}
