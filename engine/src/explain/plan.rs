//! A plan in words: what happens to each due and what each withholding takes, with the rule, its version and the
//! amounts. In Dutch, at language level B1.

use crate::household::withholding::{Deduction, DeductionKind};
use crate::money::Money;
use crate::obligation::CostKind;
use crate::plan::{DecisionReason, Outcome, PlanLine};
use crate::withhold::Withheld;

/// A due of a plan that is made now, or of one that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineFacts {
    /// The kind of cost.
    pub kind: CostKind,
    /// The amount.
    pub amount: Money,
    /// What was left when its turn came.
    pub left: Money,
    /// What happens to it.
    pub outcome: Outcome,
    /// Why a person must decide about the plan, where that is known.
    pub reason: Option<DecisionReason>,
}

impl LineFacts {
    /// The facts of a line.
    pub fn of(line: &PlanLine, reason: Option<DecisionReason>) -> LineFacts {
        let due = &line.due;
        LineFacts { kind: due.kind, amount: due.amount, left: line.left, outcome: line.outcome, reason }
    }
}

/// What happens to a due and why, under a version of the rules.
///
/// ```
/// use grip_engine::explain::plan::{LineFacts, line};
/// use grip_engine::{money::Money, obligation::CostKind, plan::Outcome};
/// let facts = LineFacts {
///     kind: CostKind::Rent,
///     amount: Money::from_cents(580_00),
///     left: Money::from_cents(860_79),
///     outcome: Outcome::Pay,
///     reason: None,
/// };
/// assert_eq!(
///     line(facts, 2),
///     "Wij betalen € 580,00 huur: na eerdere rekeningen was er € 860,79 over. \
///      (regel: volledig en op volgorde, versie 2)"
/// );
/// ```
pub fn line(facts: LineFacts, version: u32) -> String {
    let (amount, left) = (facts.amount.dutch(), facts.left.dutch());
    let bill = format!("{amount} {}", cost(facts.kind));
    let (said, rule) = match (facts.outcome, facts.reason) {
        (Outcome::Pay, _) => (
            format!("Wij betalen {bill}: na eerdere rekeningen was er {left} over."),
            "volledig en op volgorde",
        ),
        (Outcome::NeedsDecision, Some(DecisionReason::Floor)) => (
            format!(
                "{bill} wacht op een besluit: anders blijft er te weinig leefgeld over. Tot het besluit gaat dit \
                 geld als leefgeld naar de bewoner."
            ),
            "eerst genoeg om van te leven",
        ),
        (Outcome::NeedsDecision, Some(DecisionReason::Consent)) => (
            format!(
                "{bill} wacht op een besluit: van een paar mogen wij zonder instemming maar de helft van de \
                 uitkering gebruiken."
            ),
            "de helft van een paar",
        ),
        (Outcome::NeedsDecision, None) => (
            format!("{bill} wacht op een besluit. Dit geld ging als leefgeld naar de bewoner."),
            "een mens beslist",
        ),
        (Outcome::Unfunded { short }, _) => (
            format!(
                "Wij betalen {bill} niet: na eerdere rekeningen was er {left} over. Er is {} te weinig voor deze \
                 rekening en de rekeningen ervoor.",
                short.dutch()
            ),
            "volledig en op volgorde",
        ),
        (Outcome::ClientPays, _) => (
            format!("De bewoner betaalt {bill} zelf: de ontzorgperiode geldt niet voor deze rekening."),
            "alleen in de ontzorgperiode",
        ),
        (Outcome::PayLater, _) => (
            format!("{bill} wacht: met de ontvanger is afgesproken dat dit later betaald wordt."),
            "besluit over een rekening",
        ),
        (Outcome::PaidByOther, _) => {
            (format!("Wij betalen {bill} niet: een ander heeft dit al betaald."), "een rekening, een betaler")
        }
    };
    format!("{said} (regel: {rule}, versie {version})")
}

/// What a withholding takes from a benefit and why, with the article it rests on and, where it is known, the room
/// there is for all of them.
pub fn withheld(row: &Withheld, deduction: &Deduction, room: Option<Money>, version: u32) -> String {
    let kind = withholding(row.kind);
    let takes = if row.taken.is_positive() {
        format!("Wij houden {} in: {kind}.", row.taken.dutch())
    } else {
        format!("Wij houden niets in: {kind}.")
    };
    let (room, rule) = if row.kind == DeductionKind::Cak {
        (" Dit valt buiten de ruimte voor inhoudingen.".to_owned(), "een opdracht van het CAK gaat voor")
    } else {
        let said =
            |room: Money| format!(" Voor alle inhoudingen samen is er deze maand {} ruimte.", room.dutch());
        (room.map_or_else(String::new, said), "een ruimte voor alle inhoudingen")
    };
    let yields = if row.taken < row.wanted {
        format!(" Gevraagd was {}: meer ruimte is er niet.", row.wanted.dutch())
    } else {
        String::new()
    };
    format!(
        "{takes}{room}{yields} Grondslag: {}, besluit {}. (regel: {rule}, versie {version})",
        deduction.legal_basis, deduction.reference
    )
}

/// A cost inside a sentence.
fn cost(kind: CostKind) -> &'static str {
    match kind {
        CostKind::Rent => "huur",
        CostKind::HealthPremium => "zorgpremie",
        CostKind::Energy => "energie",
        CostKind::Water => "water",
        CostKind::Voluntary => "kosten op eigen verzoek",
    }
}

/// A withholding inside a sentence.
pub fn withholding(kind: DeductionKind) -> &'static str {
    match kind {
        DeductionKind::Cak => "premie voor het CAK",
        DeductionKind::Seizure => "beslag",
        DeductionKind::MandatorySetOff => "verplichte verrekening",
        DeductionKind::Claim => "terugvordering",
        DeductionKind::LoanRepayment => "aflossing van een lening",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::withholding::DeductionSize;
    use crate::id::DeductionId;
    use crate::plan::VERSION;
    use uuid::Uuid;

    fn said(outcome: Outcome, reason: Option<DecisionReason>) -> String {
        let (amount, left) = (Money::from_cents(120_00), Money::from_cents(10_07));
        line(LineFacts { kind: CostKind::Energy, amount, left, outcome, reason }, VERSION)
    }

    #[test]
    fn each_outcome_says_what_happens_with_its_amounts_and_rule() {
        assert_eq!(
            said(Outcome::Unfunded { short: Money::from_cents(109_93) }, None),
            "Wij betalen € 120,00 energie niet: na eerdere rekeningen was er € 10,07 over. Er is € 109,93 te weinig \
             voor deze rekening en de rekeningen ervoor. (regel: volledig en op volgorde, versie 2)"
        );
        assert_eq!(
            said(Outcome::NeedsDecision, Some(DecisionReason::Floor)),
            "€ 120,00 energie wacht op een besluit: anders blijft er te weinig leefgeld over. Tot het besluit gaat \
             dit geld als leefgeld naar de bewoner. (regel: eerst genoeg om van te leven, versie 2)"
        );
        assert!(said(Outcome::NeedsDecision, Some(DecisionReason::Consent)).contains("maar de helft"));
        assert!(said(Outcome::NeedsDecision, None).contains("een mens beslist"));
        assert!(said(Outcome::ClientPays, None).starts_with("De bewoner betaalt € 120,00 energie zelf"));
        assert!(said(Outcome::PayLater, None).contains("later betaald"));
        assert!(said(Outcome::PaidByOther, None).contains("een ander heeft dit al betaald"));
    }

    fn taken(kind: DeductionKind, wanted: i64, taken: i64) -> String {
        let id = DeductionId(Uuid::nil());
        let deduction = Deduction {
            id,
            reference: "BES-7".to_owned(),
            kind,
            legal_basis: "Rv 475dc".to_owned(),
            recorded_on: "2026-07-20".parse().expect("a day"),
            objection_until: "2026-09-01".parse().expect("a day"),
            size: DeductionSize::Amount(Money::from_cents(wanted)),
            from: "2026-08".parse().expect("a month"),
            until: None,
            total: None,
            relieved: Money::ZERO,
            instalments: 36,
            payee: None,
            suspended: Vec::new(),
        };
        let (wanted, taken) = (Money::from_cents(wanted), Money::from_cents(taken));
        let row = Withheld { deduction: id, kind, wanted, taken };
        withheld(&row, &deduction, Some(Money::from_cents(70_97)), VERSION)
    }

    #[test]
    fn a_withholding_names_the_room_its_article_and_its_decision() {
        assert_eq!(
            taken(DeductionKind::Seizure, 50_00, 50_00),
            "Wij houden € 50,00 in: beslag. Voor alle inhoudingen samen is er deze maand € 70,97 ruimte. Grondslag: \
             Rv 475dc, besluit BES-7. (regel: een ruimte voor alle inhoudingen, versie 2)"
        );
        assert_eq!(
            taken(DeductionKind::LoanRepayment, 70_97, 0),
            "Wij houden niets in: aflossing van een lening. Voor alle inhoudingen samen is er deze maand € 70,97 \
             ruimte. Gevraagd was € 70,97: meer ruimte is er niet. Grondslag: Rv 475dc, besluit BES-7. (regel: een \
             ruimte voor alle inhoudingen, versie 2)"
        );
        assert!(taken(DeductionKind::Cak, 175_20, 175_20).contains("buiten de ruimte"));
    }
}
