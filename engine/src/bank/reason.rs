//! Reason codes of rejected and returned credit transfers, and what each asks of us (GUIDE §4.4): the one table.

/// What kind of reason it is: it decides who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The account of the payee.
    Account,
    /// What we know of the payee: name, address, bank.
    Data,
    /// Our own file or run.
    Ours,
    /// A limit at our bank.
    Limit,
    /// Not enough money on our own account.
    Funds,
    /// We asked for it.
    Wanted,
    /// The day of execution.
    Date,
    /// A failure at a bank.
    Technical,
    /// Fraud: a security incident.
    Alarm,
    /// The payee has died.
    Deceased,
    /// Law forbids it.
    Compliance,
    /// A direct debit of a creditor that was undone.
    DirectDebit,
    /// No reason that can be acted on.
    Unknown,
}

/// When the due may be paid again. Every earlier attempt must have failed for good first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// On another account of the payee that two persons verified, never on this one.
    OtherAccount,
    /// When a person decides so, on this account or on another one.
    ByHand,
    /// By itself in the run of the next open day.
    NextDay,
    /// Never by us: a person finds out first what happened.
    Never,
}

/// A reason code with what it asks of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code of ISO 20022; `other` for every code that is not in the table.
    pub code: &'static str,
    /// Its kind.
    pub class: Class,
    /// When the due may be paid again.
    pub retry: Retry,
    /// True when nothing may be paid on this account of the payee until it was verified again.
    pub blocks_account: bool,
    /// True when only finance may read it: it says something about the payee that is not ours to tell (ruling 24).
    pub is_private: bool,
    /// What it means, in Dutch.
    pub meaning: &'static str,
    /// What to do, in Dutch.
    pub action: &'static str,
}

const fn row(
    code: &'static str,
    class: Class,
    retry: Retry,
    meaning: &'static str,
    action: &'static str,
) -> Reason {
    Reason { code, class, retry, blocks_account: false, is_private: false, meaning, action }
}

impl Reason {
    const fn blocks(self) -> Reason {
        Reason { blocks_account: true, ..self }
    }

    const fn private(self) -> Reason {
        Reason { is_private: true, ..self }
    }

    /// True when it asks for nobody's attention: it came back because we asked for it.
    pub fn is_wanted(&self) -> bool {
        self.class == Class::Wanted
    }
}

use Class::{
    Account, Alarm, Compliance, Data, Date, Deceased, DirectDebit, Funds, Limit, Ours, Technical, Unknown,
    Wanted,
};
use Retry::{ByHand, Never, NextDay, OtherAccount};

const NEW_IBAN: &str =
    "Vraag de ontvanger een nieuw rekeningnummer en laat het door twee mensen controleren.";
const FIX_OURS: &str = "Zoek de fout in ons bestand. Betaal daarna met de hand opnieuw in een nieuw bestand.";
const COMPLETE: &str = "Vul de gegevens van de ontvanger aan. Betaal daarna met de hand opnieuw.";

/// Every reason of the guide, in order of its code.
pub const REASONS: [Reason; 40] = [
    row("AC01", Account, OtherAccount, "het rekeningnummer bestaat niet", NEW_IBAN).blocks(),
    row("AC03", Account, OtherAccount, "het rekeningnummer is niet van deze ontvanger", NEW_IBAN).blocks(),
    row("AC04", Account, OtherAccount, "de rekening is gesloten", NEW_IBAN).blocks(),
    row(
        "AC06",
        Account,
        ByHand,
        "de rekening is geblokkeerd",
        "Bel de ontvanger. Vaak is dit tijdelijk: betaal alleen met de hand opnieuw.",
    )
    .blocks()
    .private(),
    row("AG01", Account, OtherAccount, "op deze rekening mag niet worden overgemaakt", NEW_IBAN).blocks(),
    row("AG02", Ours, ByHand, "de opdracht heeft een verkeerde soort", FIX_OURS),
    row(
        "AM02",
        Limit,
        ByHand,
        "het bedrag is hoger dan de limiet",
        "Verhoog de limiet bij de bank. Betaal daarna met de hand opnieuw.",
    ),
    row(
        "AM04",
        Funds,
        NextDay,
        "er staat te weinig op onze eigen rekening",
        "Vraag de treasury vandaag om aan te vullen. Staat er genoeg op de rekening, dan gaat de betaling vanzelf mee op de \
         eerstvolgende bankdag.",
    ),
    row(
        "AM05",
        Ours,
        Never,
        "de betaling is dubbel",
        "Betaal niet opnieuw. Vergelijk eerst met de vorige run.",
    ),
    row("AM09", Ours, ByHand, "het bedrag klopt niet", FIX_OURS),
    row("AM10", Ours, ByHand, "het totaal van het bestand klopt niet", FIX_OURS),
    row(
        "BE01",
        Data,
        OtherAccount,
        "de naam hoort niet bij het rekeningnummer",
        "Vraag de ontvanger de precieze naam en het rekeningnummer en laat ze door twee mensen controleren.",
    ),
    row("BE04", Data, ByHand, "het adres van de ontvanger ontbreekt", COMPLETE),
    row("BE05", Data, ByHand, "de opdrachtgever is niet bekend", FIX_OURS),
    row("BE06", Data, ByHand, "de ontvanger is niet bekend bij de bank", COMPLETE),
    row("CNOR", Data, OtherAccount, "de bank van de ontvanger doet niet mee", NEW_IBAN),
    row("CUST", Wanted, Never, "teruggevraagd door ons", "Er hoeft niets te gebeuren: dit was gevraagd."),
    row("DNOR", Data, ByHand, "onze bank doet niet mee", FIX_OURS),
    row(
        "DT01",
        Date,
        ByHand,
        "de datum klopt niet",
        "Kies een dag waarop de banken open zijn. Betaal daarna met de hand opnieuw.",
    ),
    row(
        "DT06",
        Date,
        ByHand,
        "de bank heeft de datum verplaatst",
        "Kijk of de betaling nog op tijd is, en bel anders de ontvanger.",
    ),
    row(
        "DUPL",
        Ours,
        Never,
        "de betaling is dubbel",
        "Betaal niet opnieuw. Vergelijk eerst met de vorige run.",
    ),
    row(
        "ED05",
        Technical,
        ByHand,
        "de verwerking tussen de banken is mislukt",
        "Betaal de volgende bankdag met de hand opnieuw.",
    ),
    row("FF01", Ours, ByHand, "de bank kan het bestand niet lezen", FIX_OURS),
    row(
        "FOCR",
        Wanted,
        Never,
        "teruggestort na ons verzoek",
        "Er hoeft niets te gebeuren: dit was gevraagd.",
    ),
    row(
        "FRAD",
        Alarm,
        Never,
        "vermoeden van fraude",
        "Betaal niet. Meld dit vandaag als beveiligingsincident.",
    )
    .blocks()
    .private(),
    row(
        "MD01",
        DirectDebit,
        Never,
        "er was geen machtiging voor de incasso",
        "Dit is een incasso die is teruggedraaid. Zoek uit van wie.",
    ),
    row(
        "MD06",
        DirectDebit,
        Never,
        "de incasso is teruggedraaid op verzoek",
        "Dit is een incasso die is teruggedraaid. Zoek uit van wie.",
    ),
    row(
        "MD07",
        Deceased,
        Never,
        "de ontvanger is overleden",
        "Betaal niets meer aan deze ontvanger. De consulent beslist.",
    )
    .blocks()
    .private(),
    row("MS02", Unknown, ByHand, "geweigerd door de ontvanger", "Bel de ontvanger en vraag waarom."),
    row(
        "MS03",
        Unknown,
        ByHand,
        "geweigerd door de bank, zonder reden",
        "Bel de ontvanger en controleer de rekening. Betaal hooguit een keer met de hand opnieuw.",
    ),
    row("NARR", Unknown, ByHand, "zie de toelichting van de bank", "Lees de toelichting en beslis."),
    row("RC01", Data, OtherAccount, "de bank van de ontvanger is niet te vinden", NEW_IBAN),
    row("RR01", Data, ByHand, "gegevens van de opdrachtgever ontbreken", FIX_OURS),
    row("RR02", Data, ByHand, "naam of adres van de opdrachtgever ontbreekt", FIX_OURS),
    row("RR03", Data, ByHand, "naam of adres van de ontvanger ontbreekt", COMPLETE),
    row(
        "RR04",
        Compliance,
        Never,
        "de wet staat deze betaling niet toe",
        "Betaal niet en zeg niets tegen de ontvanger. Vraag de compliance officer.",
    )
    .blocks()
    .private(),
    row("SL01", Unknown, ByHand, "een instelling van de rekening staat dit niet toe", "Bel de ontvanger."),
    row("TECH", Technical, ByHand, "een technische fout bij de bank", "Betaal met de hand opnieuw."),
    row(
        "TM01",
        Technical,
        ByHand,
        "het bestand kwam na de sluitingstijd van de bank",
        "Betaal de volgende bankdag met de hand opnieuw.",
    ),
    OTHER,
];

/// What holds for a code that the table does not have, and where a bank gave none.
const OTHER: Reason = row(
    "other",
    Unknown,
    ByHand,
    "de bank gaf een reden die wij niet kennen",
    "Bel de bank en vraag waarom.",
);

/// The reason with a code; for an unknown, proprietary or missing one a reason that asks for a person.
///
/// ```
/// use grip_engine::bank::reason::{Retry, reason};
/// assert!(reason("AC04").blocks_account && reason("AC04").retry == Retry::OtherAccount);
/// assert_eq!(reason("ZZZ9").code, "other");
/// ```
pub fn reason(code: &str) -> Reason {
    REASONS.into_iter().find(|reason| reason.code == code).unwrap_or(OTHER)
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
        "AC01" | "AC04" => reason(code).meaning,
        _ => UNTOLD,
    }
}

/// The reason as an officer may read it: all but what is for finance or compliance only (ruling 24).
pub fn for_officer(code: &str) -> &'static str {
    let reason = reason(code);
    if reason.is_private { UNTOLD } else { reason.meaning }
}

const UNTOLD: &str = "de bank kon de betaling niet uitvoeren";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_guide_is_known_once() {
        let codes: Vec<&str> = REASONS.iter().map(|reason| reason.code).collect();
        assert!(codes.is_sorted(), "{codes:?}");
        let all = "AC01 AC03 AC04 AC06 AG01 AG02 AM02 AM04 AM05 AM09 AM10 BE01 BE04 BE05 BE06 CNOR CUST DNOR DT01 DT06 \
                   DUPL ED05 FF01 FOCR FRAD MD01 MD06 MD07 MS02 MS03 NARR RC01 RR01 RR02 RR03 RR04 TECH TM01";
        for code in all.split(' ') {
            assert_eq!(reason(code).code, code);
        }
    }

    #[test]
    fn only_want_of_money_on_our_own_account_is_tried_again_by_itself() {
        let by_itself = REASONS.iter().filter(|reason| reason.retry == Retry::NextDay);
        assert_eq!(by_itself.map(|reason| reason.code).collect::<Vec<_>>(), ["AM04"]);
        let accounts = REASONS.iter().filter(|reason| reason.class == Class::Account);
        assert!(accounts.clone().all(|reason| reason.blocks_account));
        assert!(accounts.clone().all(|reason| matches!(reason.retry, Retry::OtherAccount | Retry::ByHand)));
    }

    #[test]
    fn what_is_private_is_told_to_finance_only() {
        for code in ["MD07", "RR04", "FRAD", "AC06"] {
            assert!(reason(code).is_private);
            assert_eq!((dutch(code), for_officer(code)), (UNTOLD, UNTOLD), "{code}");
        }
        assert_eq!(for_officer("AG01"), "op deze rekening mag niet worden overgemaakt");
        assert_eq!((dutch("AG01"), dutch(""), dutch("ac04")), (UNTOLD, UNTOLD, UNTOLD));
    }
}
