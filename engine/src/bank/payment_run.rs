//! Payment run: what is about to be paid on one day from one account, and the second person who signs it.

use std::fmt::Write;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::bank::iban::Iban;
use crate::calendar::Month;
use crate::id::{DeductionId, HouseholdId, MemberId, ObligationId, TrancheId};
use crate::money::Money;

/// What one payment is for. It is paid at most once, ever. The order is the order of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A fixed cost, due in a month.
    FixedCost(ObligationId, Month),
    /// What is withheld from the benefit of a month for somebody else.
    Withholding(DeductionId, Month),
    /// A part of an adult's living money from the benefit of a month.
    LivingMoney(MemberId, Month, Part),
    /// A tranche of a furnishing credit.
    Tranche(TrancheId),
}

/// Which part of the living money of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    /// 0 for the plan of the month, then the number of the supplement.
    pub release: u32,
    /// 0 for what is paid on pay day, then the week.
    pub number: u32,
}

/// One payment in a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunLine {
    /// For which household.
    pub household: HouseholdId,
    /// For what.
    pub subject: Subject,
    /// The day the payee must have it.
    pub due_on: NaiveDate,
    /// The name of the account holder.
    pub creditor_name: String,
    /// The account that is paid.
    pub creditor: Iban,
    /// The amount.
    pub amount: Money,
    /// What the payee reads.
    pub remittance: String,
    /// The legal basis on which it is paid.
    pub legal_basis: String,
}

/// What a run releases for a household and a month without a payment of its own: living money that the benefit system
/// pays, or that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunRelease {
    /// The household.
    pub household: HouseholdId,
    /// The benefit month.
    pub month: Month,
    /// 0 for the plan of the month, then the number of the supplement.
    pub number: u32,
    /// True when the benefit system pays the living money.
    pub handed_over: bool,
    /// What goes to the household: living money and holiday allowance.
    pub to_household: Money,
}

/// What a run pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunContent {
    /// The day of execution.
    pub execution: NaiveDate,
    /// The payments.
    pub lines: Vec<RunLine>,
    /// What is released without a payment of its own.
    pub releases: Vec<RunRelease>,
}

impl RunContent {
    /// The sum of the payments.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// True when it pays and releases nothing.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.releases.is_empty()
    }

    /// A hash of everything that is shown to the person who approves, whatever the order of the lines.
    /// Any change of content changes it.
    pub fn hash(&self) -> String {
        let mut lines: Vec<&RunLine> = self.lines.iter().collect();
        lines.sort();
        let mut hash = Sha256::new();
        hash.update(format!("{}\n", self.execution));
        let mut text = String::new();
        for line in lines {
            text.clear();
            let RunLine { household, subject, due_on, creditor_name, creditor, amount, .. } = line;
            let RunLine { remittance, legal_basis, .. } = line;
            let account = creditor.as_str();
            writeln!(
                text,
                "{household}\t{subject:?}\t{due_on}\t{creditor_name:?}\t{account}\t{amount}\t{remittance:?}\t{legal_basis:?}"
            )
            .expect("writing to a string succeeds");
            hash.update(&text);
        }
        let mut releases: Vec<&RunRelease> = self.releases.iter().collect();
        releases.sort();
        for RunRelease { household, month, number, handed_over, to_household } in releases {
            hash.update(format!("{household}\t{month}\t{number}\t{handed_over}\t{to_household}\n"));
        }
        hex(&hash.finalize())
    }

    /// Approves the content that was shown: enough persons, each another and none who prepared something of it,
    /// signed its hash. The last signature is that of who signs now: it is refused when that person prepared
    /// something; an earlier one of somebody who prepared something since no longer counts.
    pub fn approve(
        self,
        prepared_by: &[String],
        signatures: &[Signature],
        persons: usize,
    ) -> Result<ApprovedRun, ApprovalError> {
        let hash = self.hash();
        if signatures.last().is_some_and(|signature| prepared_by.contains(&signature.by)) {
            return Err(ApprovalError::SamePerson);
        }
        let mut signed: Vec<&str> = Vec::new();
        for signature in signatures.iter().filter(|signature| !prepared_by.contains(&signature.by)) {
            if signature.hash != hash {
                return Err(ApprovalError::Changed);
            }
            if !signed.contains(&signature.by.as_str()) {
                signed.push(&signature.by);
            }
        }
        if self.is_empty() {
            return Err(ApprovalError::Empty);
        }
        match persons.checked_sub(signed.len()) {
            None | Some(0) => Ok(ApprovedRun(self)),
            Some(missing) => Err(ApprovalError::Missing(missing)),
        }
    }
}

/// Who signs, and the hash of what they saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The person, by the name they sign in with.
    pub by: String,
    /// The hash of the content they saw.
    pub hash: String,
}

/// A run that a second person approved. There is no other way to get one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedRun(RunContent);

impl ApprovedRun {
    /// What may be paid.
    pub fn content(&self) -> &RunContent {
        &self.0
    }

    /// What may be paid, for who pays it.
    pub fn into_content(self) -> RunContent {
        self.0
    }
}

/// Why an approval does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// The person prepared the run.
    #[error("the person who prepared this run cannot approve it: ask a second person")]
    SamePerson,
    /// The content is not what was signed.
    #[error("the run changed since it was shown: look at it again before approving")]
    Changed,
    /// There is nothing to pay, and nothing to release.
    #[error("the run holds no payments")]
    Empty,
    /// The total needs more persons.
    #[error("{0} more must approve this run: its total needs it")]
    Missing(usize),
    /// The policy names others for this total.
    #[error("a run of this total is approved by other people: the policy names them")]
    NotNamed,
}

/// Lower case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string succeeds");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn content(cents: i64) -> RunContent {
        let line = RunLine {
            household: HouseholdId(Uuid::nil()),
            subject: Subject::FixedCost(ObligationId(Uuid::nil()), "2026-03".parse().expect("a month")),
            due_on: "2026-03-01".parse().expect("a day"),
            creditor_name: "Woonstichting De Dudok".to_owned(),
            creditor: "NL91ABNA0417164300".parse().expect("an account"),
            amount: Money::from_cents(cents),
            remittance: "huur maart".to_owned(),
            legal_basis: "Pw 56a".to_owned(),
        };
        RunContent {
            execution: "2026-02-27".parse().expect("a day"),
            lines: vec![line],
            releases: Vec::new(),
        }
    }

    fn person(name: &str) -> String {
        name.to_owned()
    }

    #[test]
    fn a_second_person_approves_what_was_shown() {
        let run = content(61_240);
        let by = |name: &str| Signature { by: person(name), hash: run.hash() };
        let approve = |run: &RunContent, prepared: &str, signatures: &[Signature], persons| {
            run.clone().approve(&[person(prepared)], signatures, persons).map(drop)
        };
        assert_eq!(approve(&run, "de Wit", &[by("Jansen")], 1), Ok(()));
        assert_eq!(approve(&run, "Jansen", &[by("Jansen")], 1), Err(ApprovalError::SamePerson));
        assert_eq!(approve(&content(61_241), "de Wit", &[by("Jansen")], 1), Err(ApprovalError::Changed));
        let empty = RunContent { lines: Vec::new(), ..run.clone() };
        assert_eq!(approve(&empty, "de Wit", &[by("Jansen")], 1), Err(ApprovalError::Changed));
        let of_empty = Signature { by: person("Jansen"), hash: empty.hash() };
        assert_eq!(approve(&empty, "de Wit", &[of_empty], 1), Err(ApprovalError::Empty));
        assert_eq!(approve(&run, "de Wit", &[by("Jansen"), by("Jansen")], 2), Err(ApprovalError::Missing(1)));
        assert_eq!(approve(&run, "de Wit", &[by("Jansen"), by("Smit")], 2), Ok(()));
        let helped = approve(&run, "Jansen", &[by("Jansen"), by("Smit")], 2);
        assert_eq!(
            helped,
            Err(ApprovalError::Missing(1)),
            "who signed and then prepared something is not counted"
        );
        assert_eq!(approve(&run, "Jansen", &[by("Jansen"), by("Smit"), by("de Wit")], 2), Ok(()));
    }

    #[test]
    fn what_is_handed_over_without_a_payment_is_signed_as_well() {
        let handed_over = |cents| RunContent {
            lines: Vec::new(),
            releases: vec![RunRelease {
                household: HouseholdId(Uuid::nil()),
                month: "2026-02".parse().expect("a month"),
                number: 1,
                handed_over: true,
                to_household: Money::from_cents(cents),
            }],
            ..content(1)
        };
        let run = handed_over(428_86);
        assert_ne!(run.hash(), handed_over(428_87).hash());
        let signature = Signature { by: person("Jansen"), hash: run.hash() };
        assert!(run.approve(&[person("de Wit")], &[signature], 1).is_ok());
    }

    #[test]
    fn the_hash_does_not_hang_on_the_order_of_the_lines() {
        let (one, two) = (content(1), content(2));
        let both = |a: &RunContent, b: &RunContent| RunContent {
            execution: a.execution,
            lines: [a.lines.clone(), b.lines.clone()].concat(),
            releases: Vec::new(),
        };
        assert_eq!(both(&one, &two).hash(), both(&two, &one).hash());
    }
}
