//! Typed ids. The engine never makes one: the caller gives it.

use std::fmt;

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                $name(id)
            }
        }
    )+};
}

ids! {
    /// A household.
    HouseholdId
    /// A person in a household.
    MemberId
    /// Something a household owes at a rhythm: rent, premium, energy.
    ObligationId
    /// A withholding: seizure, set-off, repayment.
    DeductionId
    /// Somebody who is paid.
    PayeeId
    /// A version of the account of somebody who is paid.
    CreditorAccountId
    /// An answer of a bank about a name and an account.
    NameCheckId
    /// A due: one obligation, share of living money or tranche in one period.
    DueId
    /// A run of payments.
    RunId
    /// One attempt to pay a due.
    PaymentId
    /// An account of the municipality at a bank.
    BankAccountId
    /// An account in the ledger.
    LedgerAccountId
    /// A posting in the ledger.
    PostingId
    /// A furnishing credit.
    CreditId
    /// A part of a furnishing credit.
    TrancheId
    /// Money that is expected beside our own payments.
    AgreementId
    /// A person with a sign-in.
    UserId
}
