//! What entries and their parts say about kind, charges and foreign currency.

use rust_decimal::Decimal;

use super::amount::{Amount, Currency};
use super::field::{Direction, amount, text};
use super::place::Field;
use super::raw::Raw;
use super::value::{collapsed, decimal, flag};

/// What kind of transaction something is (`BkTxCd`): by the list of ISO 20022, by the bank's own, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionCode {
    /// `PMNT`, `ACMT` and so on.
    pub domain: Option<String>,
    /// `RCDT`, `ICDT` and so on.
    pub family: Option<String>,
    /// `ESCT`, `RRTN` and so on.
    pub sub_family: Option<String>,
    /// The bank's own code.
    pub proprietary: Option<String>,
    /// Whose code that is.
    pub issuer: Option<String>,
}

/// How an amount was exchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// The currency it came from.
    pub source: Option<Currency>,
    /// The currency it went to.
    pub target: Option<Currency>,
    /// The currency the rate is for one unit of.
    pub unit: Option<Currency>,
    /// The rate, exactly as written.
    pub rate: Option<Decimal>,
    /// The contract under which it was exchanged.
    pub contract: Option<String>,
}

/// What a bank took for its work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// How much, where that can be read.
    pub amount: Option<Amount>,
    /// Whether it was paid or given back.
    pub direction: Option<Direction>,
    /// True where the amount of the entry has it in it, false where it has not; nothing where the bank does not say.
    pub included: Option<bool>,
    /// What for: a code, or the bank's own.
    pub kind: Option<String>,
}

impl TransactionCode {
    pub(super) fn of(raw: &Raw) -> Option<TransactionCode> {
        if !raw.has(Field::Domain) && !raw.has(Field::Proprietary) {
            return None;
        }
        Some(TransactionCode {
            domain: text(raw, Field::Domain),
            family: text(raw, Field::Family),
            sub_family: text(raw, Field::SubFamily),
            proprietary: text(raw, Field::Proprietary),
            issuer: text(raw, Field::ProprietaryIssuer),
        })
    }
}

impl Exchange {
    pub(super) fn of(raw: &Raw) -> Option<Exchange> {
        if !raw.has(Field::SourceCurrency) && !raw.has(Field::ExchangeRate) {
            return None;
        }
        let currency = |field| Currency::of(&text(raw, field)?);
        Some(Exchange {
            source: currency(Field::SourceCurrency),
            target: currency(Field::TargetCurrency),
            unit: currency(Field::UnitCurrency),
            rate: raw.get(Field::ExchangeRate).and_then(|raw| decimal(&raw.text)),
            contract: text(raw, Field::ContractId),
        })
    }
}

impl Charge {
    /// The charges, in the order of the file.
    pub(super) fn all(raw: &Raw) -> Vec<Charge> {
        let mut charges: Vec<Charge> = Vec::new();
        for one in raw.from(Field::ChargeStart) {
            let last = charges.last_mut();
            match (one.field, last) {
                (Field::ChargeStart, _) => charges.push(Charge::default()),
                (Field::ChargeAmount, Some(last)) => last.amount = amount(Some(one), one.line).ok(),
                (Field::ChargeDirection, Some(last)) => last.direction = Direction::of(&one.text),
                (Field::ChargeIncluded, Some(last)) => last.included = flag(&one.text),
                (Field::ChargeKind, Some(last)) => last.kind = Some(collapsed(&one.text)),
                _ => {}
            }
        }
        charges.retain(|charge| *charge != Charge::default());
        charges
    }
}
