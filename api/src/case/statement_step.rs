//! What the bank says in a case that tells its statements itself, taken in through the ordinary flow, with what must
//! come of it.

use chrono::NaiveDate;
use grip_engine::bank::payment_run::Subject;
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use serde::Deserialize;

use super::CaseError;
use super::compare::{Difference, figures};
use super::format::parsed;
use super::invent::{ACCOUNT, Invented};
use crate::flow::FlowError;
use crate::flow::import_statement::{Imported, Outcome};
use crate::intake::value;
use crate::play::Play;
use crate::simulated_bank::{Told, ToldEntry, ToldMessage, ToldPart};
use crate::store::{Scope, Store, household, payment, payment_file};

/// A message of the bank, as the case writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementIn {
    /// The bank's id of it.
    pub id: String,
    /// `camt.053`, or `camt.052` or `camt.054`.
    pub message: Option<String>,
    /// The bank's number of it.
    pub sequence: Option<u64>,
    /// Which page it is.
    pub page: Option<PageIn>,
    /// The day it closes; the day of the event when it is not given.
    pub closes: Option<String>,
    /// The balance before its entries.
    pub opening: Option<String>,
    /// The balance after its entries.
    pub closing: Option<String>,
    /// Its entries, in order.
    #[serde(default)]
    pub entries: Vec<EntryIn>,
    /// The id of an earlier message of the case, whose content it repeats.
    pub again: Option<String>,
    /// True where the repetition leaves out the references of the bank.
    #[serde(default)]
    pub without_references: bool,
    /// What must come of it.
    pub gives: Option<Gives>,
}

/// A page of a statement.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageIn {
    /// 1 for the first.
    pub number: u64,
    /// True for the last.
    pub last: bool,
}

/// An entry, as the case writes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EntryIn {
    /// What went.
    pub debit: Option<String>,
    /// What came.
    pub credit: Option<String>,
    /// The day it is booked; the day the statement closes when it is not given.
    pub booked: Option<String>,
    /// True while it is not booked.
    pub pending: bool,
    /// The bank's reference.
    pub reference: Option<String>,
    /// How many of it there are, all the same.
    pub times: Option<usize>,
    /// The payment of ours whose identifier it carries: `rent 2026-02`.
    pub payment: Option<String>,
    /// A payee or member, or an account.
    pub counterparty: Option<String>,
    /// What was written.
    pub text: Option<String>,
    /// A structured reference.
    pub structured: Option<String>,
    /// The mandate.
    pub mandate: Option<String>,
    /// The reason code of a return.
    pub return_reason: Option<String>,
    /// The payment of ours whose batch it books, without its parts.
    pub batch_of: Option<String>,
    /// What it consists of, where that is more than one thing.
    pub parts: Vec<PartIn>,
}

/// A part of an entry, as the case writes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PartIn {
    /// The amount.
    pub amount: String,
    /// The payment of ours whose identifier it carries.
    pub payment: Option<String>,
    /// A payee or member, or an account.
    pub counterparty: Option<String>,
    /// What was written.
    pub text: Option<String>,
    /// A structured reference.
    pub structured: Option<String>,
    /// The mandate.
    pub mandate: Option<String>,
    /// The reason code of a return.
    pub return_reason: Option<String>,
}

/// What must come of a message. What is not named is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gives {
    pub outcome: Option<String>,
    pub code: Option<String>,
    pub new: Option<String>,
    pub duplicates: Option<String>,
    pub settled: Option<String>,
    pub returned: Option<String>,
    pub unexplained: Option<String>,
    pub explained: Option<String>,
    pub gaps: Option<String>,
}

/// Who plays and where.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub(super) store: &'a Store,
    pub(super) play: &'a Play,
    pub(super) invented: &'a Invented,
    pub(super) household: HouseholdId,
    pub(super) today: NaiveDate,
}

impl StatementIn {
    /// Why the file says something that has no meaning, whatever the story.
    pub(super) fn check(&self) -> Result<(), CaseError> {
        let wrong = |text: String| Err(CaseError::Form(format!("statement `{}`: {text}", self.id)));
        if self.id.trim().is_empty() {
            return wrong("`id` is empty".to_owned());
        }
        self.message()?;
        let own = self.opening.is_some() || self.closing.is_some() || !self.entries.is_empty();
        if self.again.is_some() && own {
            return wrong(
                "`again` repeats what an earlier one said: leave out balances and entries".to_owned(),
            );
        }
        if self.again.is_none() && self.without_references {
            return wrong("`without_references` goes with `again`".to_owned());
        }
        if self.gives.as_ref().is_some_and(|gives| *gives == Gives::default()) {
            return wrong("`gives` expects nothing: write what must come out, or leave it out".to_owned());
        }
        for entry in &self.entries {
            if entry.debit.is_some() == entry.credit.is_some() {
                return wrong("an entry has a `debit` or a `credit`".to_owned());
            }
            let alone = [&entry.payment, &entry.counterparty, &entry.text, &entry.structured, &entry.mandate];
            if !entry.parts.is_empty() && alone.into_iter().any(Option::is_some) {
                return wrong("an entry with `parts` says the rest in them".to_owned());
            }
        }
        if let Some(closes) = &self.closes {
            parsed("statement.closes", closes)?;
        }
        Ok(())
    }

    fn message(&self) -> Result<ToldMessage, CaseError> {
        match self.message.as_deref() {
            None | Some("camt.053") => Ok(ToldMessage::Statement),
            Some("camt.052") => Ok(ToldMessage::Report),
            Some("camt.054") => Ok(ToldMessage::Notification),
            Some(other) => Err(CaseError::Form(format!(
                "statement `{}`: message `{other}` is not camt.053, camt.052 or camt.054",
                self.id
            ))),
        }
    }

    /// Offers it to finance; `earlier` are the messages of the case before it. What differs from what it must give.
    pub(super) async fn happens(
        &self,
        stage: Stage<'_>,
        earlier: &mut Vec<Told>,
    ) -> Result<Vec<Difference>, FlowError> {
        let told = self.told(stage, earlier).await?;
        let name = format!("{}.xml", told.id);
        let done = stage.play.offer(&name, &told.bytes(), stage.today).await;
        earlier.push(told);
        let Some(gives) = &self.gives else {
            return done.and_then(|done| booked(&done)).map(|()| Vec::new());
        };
        let got = match done {
            Ok(done) => came_of(&done),
            Err(FlowError::Statement(refusal)) => refused(refusal.code()),
            Err(FlowError::Camt(error)) => refused(error.code().as_str()),
            Err(error) => return Err(error),
        };
        let at = format!("events.{}.statement.{}.", stage.today, self.id);
        Ok(figures(&at, &gives.figures(), &got.figures()))
    }

    async fn told(&self, stage: Stage<'_>, earlier: &[Told]) -> Result<Told, FlowError> {
        let invalid = |text: String| FlowError::Invalid(format!("statement `{}`: {text}", self.id));
        if let Some(again) = &self.again {
            let known = earlier.iter().rfind(|told| told.id == *again);
            let known = known.ok_or_else(|| invalid(format!("there is no earlier one `{again}`")))?;
            let mut told =
                Told { id: self.id.clone(), sequence: self.sequence.or(known.sequence), ..known.clone() };
            if self.without_references {
                told.entries.iter_mut().for_each(|entry| entry.reference = None);
            }
            return Ok(told);
        }
        let day = self.closes.as_deref().map(|text| value::day("closes", text)).transpose()?;
        let day = day.unwrap_or(stage.today);
        let given = |key, text: &Option<String>| text.as_deref().map(|text| balance(key, text)).transpose();
        let mut entries = Vec::new();
        for entry in &self.entries {
            let told = entry.told(stage, day).await?;
            entries.extend(std::iter::repeat_n(told, entry.times.unwrap_or(1)));
        }
        Ok(Told {
            message: self.message().map_err(|error| invalid(error.to_string()))?,
            id: self.id.clone(),
            sequence: self.sequence,
            page: self.page.map(|page| (page.number, page.last)),
            account: value::iban(ACCOUNT)?,
            day,
            opening: given("opening", &self.opening)?,
            closing: given("closing", &self.closing)?,
            entries,
        })
    }
}

impl EntryIn {
    async fn told(&self, stage: Stage<'_>, day: NaiveDate) -> Result<ToldEntry, FlowError> {
        let amount = match (&self.debit, &self.credit) {
            (Some(debit), _) => -value::amount("debit", debit)?,
            (None, credit) => value::amount("credit", credit.as_deref().unwrap_or_default())?,
        };
        let own = PartIn {
            amount: amount.max(-amount).to_string(),
            payment: self.payment.clone(),
            counterparty: self.counterparty.clone(),
            text: self.text.clone(),
            structured: self.structured.clone(),
            mandate: self.mandate.clone(),
            return_reason: self.return_reason.clone(),
        };
        let says = PartIn { amount: own.amount.clone(), ..PartIn::default() };
        let parts = match self.parts.as_slice() {
            [] if own.says_nothing_but(&says) => &[][..],
            [] => std::slice::from_ref(&own),
            parts => parts,
        };
        let mut told = Vec::new();
        for part in parts {
            told.push(part.told(stage).await?);
        }
        let batch = match &self.batch_of {
            Some(text) => Some(found(stage, text).await?.1),
            None => None,
        };
        let booked = self.booked.as_deref().map(|text| value::day("booked", text)).transpose()?;
        Ok(ToldEntry {
            amount,
            pending: self.pending,
            on: booked.unwrap_or(day),
            reference: self.reference.clone(),
            batch,
            parts: told,
        })
    }
}

impl PartIn {
    fn says_nothing_but(&self, says: &PartIn) -> bool {
        let own = [&self.payment, &self.counterparty, &self.text, &self.structured, &self.mandate];
        self.amount == says.amount && self.return_reason.is_none() && own.into_iter().all(Option::is_none)
    }

    async fn told(&self, stage: Stage<'_>) -> Result<ToldPart, FlowError> {
        let (name, account) = match self.counterparty.as_deref() {
            None => (None, None),
            Some(text) => match stage.invented.account_of(text) {
                Some(iban) => (Some(text.to_owned()), Some(value::iban(&iban)?)),
                None => (None, Some(value::iban(text)?)),
            },
        };
        let end_to_end_id = match &self.payment {
            Some(text) => Some(found(stage, text).await?.0),
            None => None,
        };
        Ok(ToldPart {
            amount: value::amount("amount", &self.amount)?,
            end_to_end_id,
            mandate: self.mandate.clone(),
            name,
            account,
            text: self.text.clone(),
            structured: self.structured.clone(),
            return_reason: self.return_reason.clone(),
        })
    }
}

/// The identifiers of the newest payment of the household that a text names: of the payment, and of its batch.
async fn found(stage: Stage<'_>, text: &str) -> Result<(String, String), FlowError> {
    let mut at = stage.store.read().await?;
    let scope = Scope::One(stage.household.0);
    let files = household::files(&mut at, scope).await?;
    let kind_of = |id: uuid::Uuid| {
        let mut obligations = files.iter().flat_map(|file| &file.obligations);
        obligations.find(|known| known.id.0 == id).map(|known| known.kind.code())
    };
    let named = |row: &payment::PaymentRow| match row.subject() {
        Ok(Subject::FixedCost(id, month)) => format!("{} {month}", kind_of(id.0).unwrap_or_default()),
        Ok(Subject::LivingMoney(_, month, _)) => format!("living_money {month}"),
        Ok(Subject::Withholding(_, month)) => format!("withholding {month}"),
        Ok(Subject::Tranche(_)) => "tranche".to_owned(),
        Err(_) => String::new(),
    };
    let mut rows = payment::list(&mut at, scope).await?;
    rows.retain(|row| named(row) == text);
    let newest = rows.into_iter().max_by_key(|row| (row.execution_on, row.payment_id));
    let missing = || FlowError::Invalid(format!("there is no payment `{text}` by now"));
    let row = newest.ok_or_else(missing)?;
    let files = payment_file::list(&mut at).await?;
    let batch = files.into_iter().find(|file| file.run_id == row.run_id);
    Ok((row.end_to_end_id, batch.map(|file| file.payment_information_id).unwrap_or_default()))
}

/// A balance, which may be below zero.
fn balance(key: &str, text: &str) -> Result<Money, FlowError> {
    let wrong = |_| FlowError::Invalid(format!("`{key}`: `{text}` is no amount like 612.40 or -12.50"));
    text.parse().map_err(wrong)
}

/// A statement of which nothing is expected is booked, or was before.
fn booked(done: &Imported) -> Result<(), FlowError> {
    let trouble = done.results.iter().find_map(|result| match &result.outcome {
        Outcome::Held(hold) => Some(format!("held ({}): {hold}", hold.code())),
        Outcome::Refused(refusal) => Some(format!("refused ({}): {refusal}", refusal.code())),
        _ => None,
    });
    trouble.map_or(Ok(()), |trouble| Err(FlowError::Invalid(trouble)))
}

fn refused(code: &str) -> Gives {
    let none = || Some("0".to_owned());
    Gives {
        outcome: Some("refused".to_owned()),
        code: Some(code.to_owned()),
        new: none(),
        duplicates: none(),
        settled: none(),
        returned: none(),
        unexplained: none(),
        explained: none(),
        gaps: none(),
    }
}

fn came_of(done: &Imported) -> Gives {
    let first = done.results.first().map(|result| &result.outcome);
    let outcome = match first {
        Some(Outcome::Booked { .. }) => "booked",
        Some(Outcome::Held(_)) => "held",
        Some(Outcome::Refused(_)) => "refused",
        Some(Outcome::Noted { .. }) => "noted",
        Some(Outcome::Known) | None => "known",
    };
    let count = |number: usize| Some(number.to_string());
    Gives {
        outcome: Some(outcome.to_owned()),
        code: first.and_then(Outcome::code).map(str::to_owned),
        new: count(done.new),
        duplicates: count(done.duplicates),
        settled: count(done.settled),
        returned: count(done.returned),
        unexplained: count(done.left_over),
        explained: count(done.explained),
        gaps: count(done.gaps),
    }
}

impl Gives {
    fn figures(&self) -> [(&'static str, Option<&str>); 9] {
        [
            ("outcome", self.outcome.as_deref()),
            ("code", self.code.as_deref()),
            ("new", self.new.as_deref()),
            ("duplicates", self.duplicates.as_deref()),
            ("settled", self.settled.as_deref()),
            ("returned", self.returned.as_deref()),
            ("unexplained", self.unexplained.as_deref()),
            ("explained", self.explained.as_deref()),
            ("gaps", self.gaps.as_deref()),
        ]
    }
}
