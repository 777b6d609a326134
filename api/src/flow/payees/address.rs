//! The postal address of a payee: only for a bank that asks for one. It moves no money, so one person records it.

use grip_engine::bank::address::{NotAddress, PostalAddress};
use grip_engine::id::PayeeId;

use crate::auth::grant::Grant;
use crate::flow::{FlowError, retry};
use crate::intake::IntakeError;
use crate::store::{Store, household};

/// An address as a person gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressGiven {
    /// The street; may be empty.
    pub street: String,
    /// The number of the house; may be empty.
    pub number: String,
    /// The postcode; may be empty.
    pub postcode: String,
    /// The town.
    pub town: String,
    /// The two letters of the country.
    pub country: String,
}

impl AddressGiven {
    /// The address, or what is wrong with it.
    pub fn read(&self) -> Result<PostalAddress, IntakeError> {
        let AddressGiven { street, number, postcode, town, country } = self;
        PostalAddress::new(street, number, postcode, town, country)
            .map_err(|error| IntakeError::new(error.to_string(), dutch(&error)))
    }
}

fn dutch(error: &NotAddress) -> String {
    match error {
        NotAddress::Long { part, text, most } => {
            format!("{} `{text}` heeft meer dan {most} letters", part.dutch())
        }
        NotAddress::Unreadable { part, text } => {
            format!("{} `{text}` heeft geen letter of cijfer dat een bank kan lezen", part.dutch())
        }
        NotAddress::Country(text) => format!("land `{text}` is geen code van twee letters, zoals CH"),
    }
}

/// Records where a payee is, or that no address is sent any more. It counts for files that are made from now on.
pub async fn set_address(
    store: &Store,
    grant: &Grant,
    payee: PayeeId,
    given: Option<&AddressGiven>,
) -> Result<(), FlowError> {
    let address = given.map(AddressGiven::read).transpose()?;
    retry!(try_set(store, grant, payee, address.as_ref()))
}

async fn try_set(
    store: &Store,
    grant: &Grant,
    payee: PayeeId,
    address: Option<&PostalAddress>,
) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("address of payee {payee}")).await?;
    if !household::set_address(&mut change, payee, address).await? {
        return Err(FlowError::NotFound { what: "payee", id: payee.to_string() });
    }
    Ok(change.commit().await?)
}
