//! The case file as it is written.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::CaseError;
use super::account_step::AccountStep;
use super::expect::Expect;
use super::statement_step::StatementIn;
use crate::intake::value::{day, month};
use crate::intake::{EventIn, HouseholdIn};

/// The longest period that is played.
const YEARS_AT_MOST: u32 = 10;

/// A case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// A sentence of law or practice.
    pub name: String,
    /// The case, ruling or article it comes from.
    pub source: Option<String>,
    /// The days that are played.
    pub period: Days,
    /// What differs from the default policy.
    #[serde(default)]
    pub policy: BTreeMap<String, Setting>,
    /// Who they are at the start.
    pub household: HouseholdIn,
    /// What happens, in order of date.
    #[serde(default)]
    pub events: Vec<CaseEvent>,
    /// When nobody approves.
    #[serde(default)]
    pub second_person: SecondPerson,
    /// Payments that the bank sends back.
    #[serde(default)]
    pub bank: Bank,
    /// What must hold at the end of a day.
    #[serde(default)]
    pub checkpoints: Vec<Checkpoint>,
    /// What must hold at the end.
    #[serde(default)]
    pub expect: Expect,
}

/// A key of the policy, as a policy file has it.
#[derive(Clone, Debug)]
pub struct Setting(toml::Value);

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Setting, D::Error> {
        from.deserialize_any(OfPolicy)
    }
}

/// Reads a key of the policy. In a policy file amounts and shares are texts, so a number with a point becomes the
/// shortest text that stands for it: `250.00` is `250`, and the same amount.
struct OfPolicy;

impl<'de> Visitor<'de> for OfPolicy {
    type Value = Setting;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a value of the policy")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Setting, E> {
        Ok(Setting(flag.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Setting, E> {
        Ok(Setting(number.into()))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Setting, E> {
        i64::try_from(number).map(|number| Setting(number.into())).map_err(E::custom)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Setting, E> {
        Ok(Setting(number.to_string().into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Setting, E> {
        Ok(Setting(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Setting, A::Error> {
        let mut list = Vec::new();
        while let Some(Setting(value)) = values.next_element()? {
            list.push(value);
        }
        Ok(Setting(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keys: A) -> Result<Setting, A::Error> {
        let mut table = toml::Table::new();
        while let Some((key, Setting(value))) = keys.next_entry::<String, Setting>()? {
            table.insert(key, value);
        }
        Ok(Setting(table.into()))
    }
}

/// The first and the last day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
}

/// When nobody approves.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecondPerson {
    /// Days on which nobody approves.
    pub absent: Vec<Days>,
}

/// Payments that the bank sends back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bank {
    /// To whom, why and from when.
    pub refused: Vec<RefusedPayee>,
}

/// A payee or member to whom payments come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedPayee {
    /// The name.
    pub payee: String,
    /// The reason code.
    pub reason: String,
    /// The first day.
    pub from: String,
}

/// What must hold at the end of a day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The day.
    pub on: String,
    /// What must hold.
    pub expect: Expect,
}

/// An event of a case.
#[derive(Clone, Debug)]
pub struct CaseEvent {
    /// The event.
    pub event: EventIn,
    /// It must be refused with an error that holds this text.
    pub refused: Option<String>,
    /// It is recorded after the day's work.
    pub after_work: bool,
    /// Keys of the policy that the municipality changes, in place of an event of the household.
    pub policy: Option<BTreeMap<String, Setting>>,
    /// What is done about an account, instead of an event.
    pub step: Option<AccountStep>,
    /// What the bank says, instead of an event.
    pub statement: Option<StatementIn>,
}

impl<'de> Deserialize<'de> for CaseEvent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<CaseEvent, D::Error> {
        from.deserialize_map(OfCase)
    }
}

/// Reads an event, and beside it the keys that only a case knows.
struct OfCase;

/// The keys of an event: those of a case are kept apart, all others are handed on.
struct Keys<A> {
    of_event: A,
    refused: Option<String>,
    after_work: bool,
    policy: Option<BTreeMap<String, Setting>>,
    step: Option<AccountStep>,
    statement: Option<StatementIn>,
}

impl<'de> Visitor<'de> for OfCase {
    type Value = CaseEvent;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CaseEvent, A::Error> {
        let mut keys = Keys {
            of_event: map,
            refused: None,
            after_work: false,
            policy: None,
            step: None,
            statement: None,
        };
        let event = EventIn::deserialize(MapAccessDeserializer::new(&mut keys))?;
        let Keys { refused, after_work, policy, step, statement, .. } = keys;
        let of_case = [policy.is_some(), step.is_some(), statement.is_some()];
        let of_case = of_case.into_iter().filter(|is_there| *is_there).count();
        if 0 < of_case && 1 < of_case + event.kinds().len() {
            return Err(serde::de::Error::custom("an event says one thing"));
        }
        Ok(CaseEvent { event, refused, after_work, policy, step, statement })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for &mut Keys<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        loop {
            let Some(key) = self.of_event.next_key::<String>()? else { return Ok(None) };
            match key.as_str() {
                "refused" => self.refused = Some(self.of_event.next_value()?),
                "after_work" => self.after_work = self.of_event.next_value()?,
                "policy" => self.policy = Some(self.of_event.next_value()?),
                "account_called_back" => {
                    self.step = Some(AccountStep::CalledBack(self.of_event.next_value()?));
                }
                "account_approved" => self.step = Some(AccountStep::Approved(self.of_event.next_value()?)),
                "account_withdrawn" => self.step = Some(AccountStep::Withdrawn(self.of_event.next_value()?)),
                "name_check" => self.step = Some(AccountStep::NameCheck(self.of_event.next_value()?)),
                "statement" => self.statement = Some(self.of_event.next_value()?),
                "name_decision" => self.step = Some(AccountStep::NameDecision(self.of_event.next_value()?)),
                _ => return seed.deserialize(key.into_deserializer()).map(Some),
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.of_event.next_value_seed(seed)
    }
}

impl CaseFile {
    pub(super) fn read(text: &str) -> Result<CaseFile, CaseError> {
        let case: CaseFile =
            serde_saphyr::from_str(text).map_err(|error| CaseError::Form(error.to_string()))?;
        let nothing = case.expect.is_empty()
            && case.checkpoints.iter().all(|point| point.expect.is_empty())
            && case.events.iter().all(|event| {
                let gives = event.statement.as_ref().is_some_and(|statement| statement.gives.is_some());
                event.refused.is_none() && !gives
            });
        if nothing {
            return Err(CaseError::Form(
                "the case expects nothing: add `expect` with what must come out".to_owned(),
            ));
        }
        if case.name.trim().is_empty() {
            return Err(CaseError::Form("`name` is empty: write a sentence of law or practice".to_owned()));
        }
        if !case.household.event.is_empty() {
            return Err(CaseError::Form("events stand under `events`, not in the household".to_owned()));
        }
        case.events.iter().filter_map(|event| event.statement.as_ref()).try_for_each(StatementIn::check)?;
        case.days()?;
        case.has_its_days()?;
        case.expects_something()?;
        Ok(case)
    }

    /// Every day that is named lies in the period, where it would be passed over otherwise.
    fn has_its_days(&self) -> Result<(), CaseError> {
        let (first, last) = self.days()?;
        let within = |what: &str, key: &str, text: &str| {
            let on = parsed(key, text)?;
            if on < first || last < on {
                return Err(CaseError::Form(format!(
                    "the {what} of {on} lies outside the period that is played"
                )));
            }
            Ok(())
        };
        self.events.iter().try_for_each(|event| within("event", "events.on", &event.event.on))?;
        self.checkpoints.iter().try_for_each(|point| within("checkpoint", "checkpoints.on", &point.on))?;
        for days in &self.second_person.absent {
            let (from, until) = (
                parsed("second_person.absent.from", &days.from)?,
                parsed("second_person.absent.until", &days.until)?,
            );
            if until < from {
                return Err(CaseError::Form(format!(
                    "the absence from {from} ends before it starts, on {until}"
                )));
            }
        }
        for refused in &self.bank.refused {
            let from = parsed("bank.refused.from", &refused.from)?;
            if last < from {
                return Err(CaseError::Form(format!(
                    "the bank refuses from {from}, after the period that is played"
                )));
            }
        }
        Ok(())
    }

    /// What is written to be expected names something to compare, and months are months.
    fn expects_something(&self) -> Result<(), CaseError> {
        let points =
            self.checkpoints.iter().map(|point| (format!("checkpoints.{}.", point.on), &point.expect));
        for (at, expect) in points.chain([("expect.".to_owned(), &self.expect)]) {
            if let Some(path) = expect.compares_nothing() {
                return Err(CaseError::Form(format!(
                    "`{at}{path}` expects nothing: write what must come out, or leave it out"
                )));
            }
            for text in expect.months.iter().flat_map(BTreeMap::keys) {
                month("months", text).map_err(|error| CaseError::Form(error.to_string()))?;
            }
        }
        Ok(())
    }

    /// The first and last day.
    pub fn days(&self) -> Result<(NaiveDate, NaiveDate), CaseError> {
        let (from, until) =
            (parsed("period.from", &self.period.from)?, parsed("period.until", &self.period.until)?);
        if until < from {
            return Err(CaseError::Form(format!("the period from {from} ends before it starts, on {until}")));
        }
        if from.checked_add_months(Months::new(12 * YEARS_AT_MOST)).is_none_or(|most| most <= until) {
            return Err(CaseError::Form(format!(
                "the period from {from} until {until} is longer than {YEARS_AT_MOST} years: play a shorter one"
            )));
        }
        Ok((from, until))
    }

    /// True when the case tells itself what the bank says; the invented bank is silent then.
    pub fn tells_statements(&self) -> bool {
        self.events.iter().any(|event| event.statement.is_some())
    }

    /// The changes of the policy as a policy file has them.
    pub(super) fn policy_changes(&self) -> String {
        as_policy_file(&self.policy)
    }
}

/// Keys of the policy as a policy file has them.
pub(super) fn as_policy_file(keys: &BTreeMap<String, Setting>) -> String {
    let entry = |(key, Setting(value)): (&String, &Setting)| (key.clone(), amount_as_text(key, value));
    keys.iter().map(entry).collect::<toml::Table>().to_string()
}

/// Amounts and shares are texts in a policy file, also when they are whole numbers.
fn amount_as_text(key: &str, value: &toml::Value) -> toml::Value {
    const COUNTS: [&str; 19] = [
        "cut_off_days",
        "lead_days",
        "pay_day_covers_days",
        "holiday_month",
        "persons",
        "instalments",
        "evidence_days",
        "first_attempt_days",
        "benefit_file_years",
        "finance_years",
        "signal_months",
        "coach_note_months",
        "access_log_years",
        "skip_and_continue",
        "holiday_allowance_protected",
        "counts_when_yielded",
        "t4_enabled",
        "names",
        "substitutes",
    ];
    match value {
        toml::Value::Integer(number) if !COUNTS.contains(&key) => number.to_string().into(),
        toml::Value::Table(table) => {
            let entry = |(key, value): (&String, &toml::Value)| (key.clone(), amount_as_text(key, value));
            table.iter().map(entry).collect::<toml::Table>().into()
        }
        toml::Value::Array(values) => {
            values.iter().map(|value| amount_as_text(key, value)).collect::<Vec<_>>().into()
        }
        other => other.clone(),
    }
}

pub(super) fn parsed(key: &str, text: &str) -> Result<NaiveDate, CaseError> {
    day(key, text).map_err(|error| CaseError::Form(error.to_string()))
}
