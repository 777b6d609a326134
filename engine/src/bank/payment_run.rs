//! Payment run: what is about to be paid on one day from one account, and the second person who signs it.

use std::fmt::Write;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::bank::iban::Iban;
use crate::calendar::Month;
use crate::id::{HouseholdId, MemberId, ObligationId, TrancheId};
use crate::money::Money;

/// What one payment is for. It is paid at most once, ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A fixed cost, due in a month.
    FixedCost(ObligationId, Month),
    /// An adult's living money from the benefit of a month.
    LivingMoney(MemberId, Month),
    /// A tranche of a furnishing credit.
    Tranche(TrancheId),
}

impl Subject {
    /// The legal basis on which it is paid.
    pub fn legal_basis(self) -> &'static str {
        match self {
            Subject::FixedCost(..) => "Pw 56a",
            Subject::LivingMoney(..) => "Pw 45",
            Subject::Tranche(_) => "Pw 51",
        }
    }
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
}

/// What a run pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunContent {
    /// The day of execution.
    pub execution: NaiveDate,
    /// The payments.
    pub lines: Vec<RunLine>,
}

impl RunContent {
    /// The sum of the payments.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// A hash of everything that is shown to the person who approves, whatever the order of the lines.
    /// Any change of content changes it.
    pub fn hash(&self) -> String {
        let mut lines: Vec<&RunLine> = self.lines.iter().collect();
        lines.sort();
        let mut text = format!("{}\n", self.execution);
        for line in lines {
            let RunLine { household, subject, due_on, creditor_name, creditor, amount, remittance } = line;
            let account = creditor.as_str();
            writeln!(
                text,
                "{household}\t{subject:?}\t{due_on}\t{creditor_name:?}\t{account}\t{amount}\t{remittance:?}"
            )
            .expect("writing to a string succeeds");
        }
        hex(&Sha256::digest(text.as_bytes()))
    }

    /// Approves the content that was shown: a second person signs its hash.
    pub fn approve(
        self,
        prepared_by: &[String],
        signature: &Signature,
    ) -> Result<ApprovedRun, ApprovalError> {
        if prepared_by.contains(&signature.by) {
            return Err(ApprovalError::SamePerson);
        }
        if self.lines.is_empty() {
            return Err(ApprovalError::Empty);
        }
        if self.hash() == signature.hash { Ok(ApprovedRun(self)) } else { Err(ApprovalError::Changed) }
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
    /// There is nothing to pay.
    #[error("the run holds no payments")]
    Empty,
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
        };
        RunContent { execution: "2026-02-27".parse().expect("a day"), lines: vec![line] }
    }

    fn person(name: &str) -> String {
        name.to_owned()
    }

    #[test]
    fn a_second_person_approves_what_was_shown() {
        let run = content(61_240);
        let signature = Signature { by: person("Jansen"), hash: run.hash() };
        assert!(run.clone().approve(&[person("de Wit")], &signature).is_ok());
        assert_eq!(run.clone().approve(&[person("Jansen")], &signature), Err(ApprovalError::SamePerson));
        assert_eq!(content(61_241).approve(&[person("de Wit")], &signature), Err(ApprovalError::Changed));
        let empty = RunContent { lines: Vec::new(), ..run };
        let signature = Signature { by: person("Jansen"), hash: empty.hash() };
        assert_eq!(empty.approve(&[], &signature), Err(ApprovalError::Empty));
    }

    #[test]
    fn the_hash_does_not_hang_on_the_order_of_the_lines() {
        let (one, two) = (content(1), content(2));
        let both = |a: &RunContent, b: &RunContent| RunContent {
            execution: a.execution,
            lines: [a.lines.clone(), b.lines.clone()].concat(),
        };
        assert_eq!(both(&one, &two).hash(), both(&two, &one).hash());
    }
}
