//! Reason codes of returned and rejected credit transfers, and what each asks of us (GUIDE §4.4).

/// What must happen before the due can be paid again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The account is wrong or closed: a new one, verified by two persons.
    NewAccount,
    /// The payee has died or the law forbids: a person decides, nothing is paid again by itself.
    Person,
    /// Our own bank or a technical failure: the same payment may be tried again by hand.
    TryAgain,
    /// Unknown: ask the payee.
    AskPayee,
}

/// The remedy for a reason code; unknown and missing codes ask the payee.
pub fn remedy(code: &str) -> Remedy {
    match code {
        "AC01" | "AC03" | "AC04" | "AG01" | "CNOR" | "RC01" | "BE01" => Remedy::NewAccount,
        "MD07" | "RR04" | "FRAD" | "AM05" | "DUPL" | "CUST" | "FOCR" => Remedy::Person,
        "ED05" | "TECH" | "TM01" | "AM04" => Remedy::TryAgain,
        _ => Remedy::AskPayee,
    }
}

/// The reason as a household or a coach may read it: only a wrong or closed account is named; every
/// other reason can be private to the payee (ruling 24).
///
/// ```
/// use grip_engine::bank::reason::dutch;
/// assert_eq!(dutch("AC04"), "de rekening is gesloten");
/// assert_eq!(dutch("MD07"), "de bank kon de betaling niet uitvoeren");
/// ```
pub fn dutch(code: &str) -> &'static str {
    match code {
        "AC01" => "het rekeningnummer bestaat niet",
        "AC04" => "de rekening is gesloten",
        _ => "de bank kon de betaling niet uitvoeren",
    }
}
