//! The words of a bank about a payment file.

/// A status as the bank wrote it: four letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub String);

/// What the bank of a payee said about a name and an account (Verification of Payee). It is no acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameMatch {
    /// The name is that of the account.
    Match,
    /// The name is almost that of the account: a person looks at it.
    CloseMatch,
    /// The name is another one: a person looks at it.
    NoMatch,
    /// It could not be checked.
    NotApplicable,
}

impl NameMatch {
    /// True when nothing goes on before a person decided.
    pub fn stops(self) -> bool {
        matches!(self, NameMatch::CloseMatch | NameMatch::NoMatch)
    }
}

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The file arrived or is being checked: nothing is said yet.
    Underway,
    /// The bank takes it on.
    Accepted,
    /// The bank refused it: no money moved.
    Rejected,
    /// It was recalled before it was executed.
    Cancelled,
    /// Some were accepted and some were not: look at each payment.
    Mixed,
    /// The name was checked.
    Name(NameMatch),
    /// A code that is not known here: it changes nothing.
    Unknown,
}

impl Status {
    /// What it says (GUIDE §4.1).
    ///
    /// ```
    /// use grip_engine::bank::pain002::{Status, Word};
    /// assert_eq!(Status("ACSC".to_owned()).word(), Word::Accepted);
    /// assert_eq!(Status("ZZZZ".to_owned()).word(), Word::Unknown);
    /// ```
    pub fn word(&self) -> Word {
        match self.0.as_str() {
            "RCVD" | "ACTC" | "PDNG" => Word::Underway,
            "ACCP" | "ACSP" | "ACSC" | "ACCC" | "ACWC" => Word::Accepted,
            "RJCT" => Word::Rejected,
            "CANC" => Word::Cancelled,
            "PART" => Word::Mixed,
            "RCVC" => Word::Name(NameMatch::Match),
            "RVMC" => Word::Name(NameMatch::CloseMatch),
            "RVNM" => Word::Name(NameMatch::NoMatch),
            "RVNA" => Word::Name(NameMatch::NotApplicable),
            _ => Word::Unknown,
        }
    }
}
