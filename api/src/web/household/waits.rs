//! Who of a household's payees and members gets nothing now, and why.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::explain;
use grip_engine::id::PayeeId;
use grip_engine::payee::{Payee, Waits};
use uuid::Uuid;

use crate::store::household::HouseholdFile;

/// Somebody who gets nothing now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WaitView {
    pub(super) creditor: Uuid,
    pub(super) name: String,
    pub(super) why: String,
}

/// The payees of a household's costs and its members with an account, of whom none may be paid today.
pub(super) fn waits(
    file: &HouseholdFile,
    payees: &BTreeMap<PayeeId, Payee>,
    today: NaiveDate,
) -> Vec<WaitView> {
    let used: BTreeSet<PayeeId> = file.obligations.iter().map(|obligation| obligation.payee).collect();
    let of_payees = used.iter().filter_map(|id| payees.get(id)).filter_map(|payee| {
        let why = payee.accounts.on(today).err()?;
        Some(view(payee.id.0, &payee.name, &why))
    });
    let of_members = file.accounts.iter().filter_map(|(id, accounts)| {
        let why = accounts.on(today).err()?;
        Some(view(id.0, &file.household.member(*id)?.name, &why))
    });
    of_payees.chain(of_members).collect()
}

fn view(creditor: Uuid, name: &str, why: &Waits) -> WaitView {
    WaitView { creditor, name: name.to_owned(), why: explain::payee::waits(why) }
}
