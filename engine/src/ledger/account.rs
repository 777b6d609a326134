//! Accounts: where the money in one bank account of the municipality belongs to.

use crate::id::{BankAccountId, HouseholdId, LedgerAccountId};

/// An account in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Its id.
    pub id: LedgerAccountId,
    /// What it holds.
    pub purpose: Purpose,
}

/// What an account holds. All but `Outside` lie inside one bank account: together they are its balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose {
    /// The bank account.
    pub bank_account: BankAccountId,
    /// The kind of money.
    pub kind: AccountKind,
    /// Whose, for money set apart for a household.
    pub household: Option<HouseholdId>,
}

/// The kind of money an account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// The world outside the bank account: payees, clients, the treasury.
    Outside,
    /// The municipality's own money, not set apart for anybody.
    Funding,
    /// A household's benefit of the months, on its way to payees and the client.
    HouseholdBudget,
    /// A household's holiday allowance until June.
    HolidayReserve,
    /// A household's released furnishing credit, on its way to the client.
    FurnishingCredit,
    /// A household's money that came back from a payee and waits to be paid again.
    ReturnedMoney,
    /// A household's money that came in from somebody else, such as a refund, and waits for a decision.
    ReceivedMoney,
    /// What the bank booked and nobody has explained yet.
    Unexplained,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [AccountKind; 8] = [
        AccountKind::Outside,
        AccountKind::Funding,
        AccountKind::HouseholdBudget,
        AccountKind::HolidayReserve,
        AccountKind::FurnishingCredit,
        AccountKind::ReturnedMoney,
        AccountKind::ReceivedMoney,
        AccountKind::Unexplained,
    ];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            AccountKind::Outside => "outside",
            AccountKind::Funding => "funding",
            AccountKind::HouseholdBudget => "household_budget",
            AccountKind::HolidayReserve => "holiday_reserve",
            AccountKind::FurnishingCredit => "furnishing_credit",
            AccountKind::ReturnedMoney => "returned_money",
            AccountKind::ReceivedMoney => "received_money",
            AccountKind::Unexplained => "unexplained",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<AccountKind> {
        AccountKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}
