//! Money that is expected on the account beside our own payments: what a creditor collects or pays back, and what a
//! client pays back.

use grip_engine::household::expectation::{AgreementKind, Expectation};
use grip_engine::obligation::Rhythm;
use uuid::Uuid;

use super::Folded;
use crate::intake::IntakeError;
use crate::intake::event::ExpectedIn;
use crate::intake::value::{amount, code, iban, period, said};

/// The kinds a household can have; funding is the municipality's own.
const KINDS: &str = "collection, refund, repayment";

impl Folded {
    /// One that is sent again takes the place of its earlier version.
    pub(super) fn expect(&mut self, id: Uuid, file: &ExpectedIn) -> Result<(), IntakeError> {
        let of_household =
            AgreementKind::from_code(&file.kind).filter(|kind| *kind != AgreementKind::Funding);
        let kind = code("kind", &file.kind, of_household, KINDS)?;
        let obligation = file.obligation.as_deref().map(|text| self.obligation_id(text)).transpose()?;
        if obligation.is_none() && kind != AgreementKind::Repayment {
            return Err(IntakeError::new(
                format!("a {} needs the contract number of the obligation", kind.code()),
                "een incasso of teruggave vraagt het contractnummer van de verplichting",
            ));
        }
        if file.mandate.is_some() && kind != AgreementKind::Collection {
            return Err(IntakeError::new(
                "only a collection has a mandate",
                "alleen een incasso heeft een machtiging",
            ));
        }
        let rhythm = |text: &str| {
            let codes = Rhythm::ALL.map(Rhythm::code).join(", ");
            code("rhythm", text, Rhythm::from_code(text), &codes)
        };
        let terms = file.terms.iter().flatten().map(|term| said("terms", term)).collect::<Result<_, _>>()?;
        let said_in = |key, text: &Option<String>| text.as_deref().map(|text| said(key, text)).transpose();
        let known = self.household.expectations.iter().find(|known| known.letter == file.reference);
        let expectation = Expectation {
            id: known.map_or(id.into(), |known| known.id),
            letter: file.reference.clone(),
            kind,
            obligation,
            amount: amount("amount", &file.amount)?,
            rhythm: file.rhythm.as_deref().map(rhythm).transpose()?,
            holds: period("from", &file.from, file.until.as_deref())?,
            account: file.iban.as_deref().map(iban).transpose()?,
            reference: said_in("payment_reference", &file.payment_reference)?,
            mandate: said_in("mandate", &file.mandate)?,
            terms,
        };
        self.household.expectations.retain(|known| known.letter != file.reference);
        self.household.expectations.push(expectation);
        Ok(())
    }
}
