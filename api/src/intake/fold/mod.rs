//! From recorded facts to a household as the rules know it. A fact that contradicts an earlier one is refused
//! here, before it is kept; so what is kept always folds.

mod arrangements;
pub(crate) mod credit;
mod expected;
mod income;
mod money;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::calendar::Period;
use grip_engine::furnishing::Credit;
use grip_engine::household::Household;
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::household::right::{BenefitDecision, NormKind, RightEnd, Ruling, Suspension};
use grip_engine::id::{DeductionId, MemberId, ObligationId, PayeeId};
use grip_engine::obligation::{Contract, CostKind, Obligation, ObligationError, Rhythm, Version};
use uuid::Uuid;

use super::event::{BenefitEndIn, BenefitIn, DeathIn, SuspensionIn, SuspensionLiftedIn};
use super::value::{amount, code, day, given, iban, name, optional_day, period, reference};
use super::{EventIn, IntakeError, MemberIn, ObligationIn};

/// A household and what it owes.
#[derive(Clone, Debug)]
pub struct Folded {
    /// The household.
    pub household: Household,
    /// What it owes.
    pub obligations: Vec<Obligation>,
    /// Its furnishing credits, in the order of the decisions.
    pub credits: Vec<Credit>,
}

/// A recorded fact, with the id it was given.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    /// Its id.
    pub id: Uuid,
    /// What was recorded.
    pub event: &'a EventIn,
}

/// The payees, by name.
pub type Payees = BTreeMap<String, PayeeId>;

impl Folded {
    /// Adds a fact. One that contradicts what is known is refused.
    pub fn add(&mut self, fact: Fact<'_>, payees: &Payees) -> Result<(), IntakeError> {
        let event = fact.event;
        if let [kind] = event.kinds().as_slice() {
            if let Some(text) = event.reference() {
                reference("reference", text)?;
            }
            return self.add_one(fact, payees).map_err(|error| error.about(kind));
        }
        let kinds = event.kinds().join(", ");
        Err(IntakeError::new(
            format!("the event of `{}` must say one thing, and says `{kinds}`", event.on),
            format!("de gebeurtenis van `{}` moet een ding zeggen, en zegt `{kinds}`", event.on),
        ))
    }

    fn add_one(&mut self, fact: Fact<'_>, payees: &Payees) -> Result<(), IntakeError> {
        let EventIn { benefit, benefit_end, suspension, suspension_lifted, member_left, .. } = fact.event;
        let recorded_on = day("on", &fact.event.on)?;
        if let Some(file) = benefit {
            return self.benefit(file, recorded_on);
        }
        if let Some(file) = benefit_end {
            return self.benefit_end(file, recorded_on);
        }
        if let Some(file) = suspension {
            return self.suspend(file);
        }
        if let Some(file) = suspension_lifted {
            return self.lift(file);
        }
        if let Some(file) = member_left {
            let last_day = day("last_day", &file.last_day)?;
            self.member_mut(&file.member)?.present_until = Some(last_day);
            return Ok(());
        }
        if let Some(file) = &fact.event.death {
            return self.death(file, recorded_on);
        }
        if let Some(file) = &fact.event.member_account {
            // the accounts themselves are kept apart: a second person approves each
            iban(&file.iban)?;
            return self.member_id(&file.member).map(drop);
        }
        if fact.event.rebooking.as_ref().is_some_and(|rebooking| rebooking.letter_sent) {
            self.household.data_breaches.push(day("on", &fact.event.on)?);
        }
        if let Some(file) = &fact.event.expected {
            return self.expect(fact.id, file);
        }
        self.add_money(fact, payees)?;
        self.add_credit(fact, payees)?;
        self.add_arrangement(fact.event)
    }

    fn benefit(&mut self, file: &BenefitIn, recorded_on: NaiveDate) -> Result<(), IntakeError> {
        let codes = NormKind::codes().collect::<Vec<_>>().join(", ");
        let norm = code("norm", &file.norm, NormKind::from_code(&file.norm, file.cost_sharers), &codes)?;
        let right = period("right_from", &file.right_from, file.right_until.as_deref())?;
        let amount = file.amount.as_deref().map(|text| amount("amount", text)).transpose()?;
        let adults = self.household.adults_on(right.from()).count();
        if norm.is_of_a_couple() != (adults == 2) && norm != NormKind::SpouseWithoutRight {
            return Err(IntakeError::new(
                format!(
                    "the norm `{}` does not fit the {adults} adults of the household on {}",
                    file.norm,
                    right.from()
                ),
                format!("de norm `{}` past niet bij de {adults} volwassenen op {}", file.norm, right.from()),
            ));
        }
        let ruling = Ruling::Right { until: right.until(), norm, amount };
        self.decide(&file.reference, (right.from(), recorded_on), ruling);
        Ok(())
    }

    fn benefit_end(&mut self, file: &BenefitEndIn, recorded_on: NaiveDate) -> Result<(), IntakeError> {
        let codes = RightEnd::ALL.map(RightEnd::code).join(", ");
        let reason = code("reason", &file.reason, RightEnd::from_code(&file.reason), &codes)?;
        let last_day = day("last_day", &file.last_day)?;
        self.decide(&file.reference, (after(last_day), recorded_on), Ruling::NoRight { reason });
        Ok(())
    }

    /// A decision that is sent again takes the place of its earlier version, also in the order: a corrected amount
    /// does not undo what was decided after it.
    fn decide(&mut self, reference: &str, (from, recorded_on): (NaiveDate, NaiveDate), ruling: Ruling) {
        let gives_right = |ruling: &Ruling| matches!(ruling, Ruling::Right { .. });
        let new = BenefitDecision { reference: reference.to_owned(), from, recorded_on, ruling };
        // a reference is unique per kind of event: a decision on the right and its end may share one
        let same = |known: &&mut BenefitDecision| {
            known.reference == new.reference && gives_right(&known.ruling) == gives_right(&new.ruling)
        };
        match self.household.decisions.iter_mut().find(same) {
            Some(known) => *known = new,
            None => self.household.decisions.push(new),
        }
    }

    fn suspend(&mut self, file: &SuspensionIn) -> Result<(), IntakeError> {
        let period = period("from", &file.from, Some(&file.until))?;
        let others = self.household.suspensions.iter().filter(|known| known.reference != file.reference);
        let days = days_in_a_row(period, others.map(|known| known.period).collect());
        if LONGEST_SUSPENSION < days {
            return Err(IntakeError::new(
                format!(
                    "a suspension of {days} days, with those it joins, is longer than eight weeks (Pw 54): at most \
                     56 days"
                ),
                format!(
                    "een opschorting van {days} dagen, met die waaraan zij vastzit, is langer dan acht weken (Pw 54): \
                     hoogstens 56 dagen"
                ),
            ));
        }
        self.household.suspensions.retain(|known| known.reference != file.reference);
        self.household.suspensions.push(Suspension { reference: file.reference.clone(), period });
        Ok(())
    }

    /// A suspension ends earlier, never later.
    fn lift(&mut self, file: &SuspensionLiftedIn) -> Result<(), IntakeError> {
        let last_day = day("last_day", &file.last_day)?;
        let found = self.household.suspensions.iter_mut().find(|known| known.reference == file.reference);
        let found = found.ok_or_else(|| unknown("suspension", &file.reference))?;
        if let Some(until) = found.period.until().filter(|until| *until < last_day) {
            return Err(IntakeError::new(
                format!("the suspension ends on {until}: lifting it cannot make it last until {last_day}"),
                format!(
                    "de opschorting eindigt op {until}: opheffen kan haar niet laten duren tot {last_day}"
                ),
            ));
        }
        found.period = period("last_day", &found.period.from().to_string(), Some(&last_day.to_string()))?;
        Ok(())
    }

    /// A single client's right ends on the day of death; the survivor of a couple keeps the old norm for a month
    /// (ruling 11, Pw 45(5)).
    fn death(&mut self, file: &DeathIn, recorded_on: NaiveDate) -> Result<(), IntakeError> {
        let on = day("day", &file.day)?;
        let member = self.member_mut(&file.member)?;
        member.died_on = Some(on);
        if member.role == MemberRole::Child {
            return Ok(());
        }
        let survivors = self.household.adults_on(after(on)).count();
        let last_day = if survivors == 0 { on } else { on + chrono::Months::new(1) };
        let reference = format!("overlijden {}", self.household.decisions.len());
        let from = (after(last_day), recorded_on);
        self.decide(&reference, from, Ruling::NoRight { reason: RightEnd::Death });
        Ok(())
    }

    pub(super) fn member_id(&self, name: &str) -> Result<MemberId, IntakeError> {
        let found = self.household.members.iter().find(|member| member.name == name);
        found.map(|member| member.id).ok_or_else(|| unknown("member", name))
    }

    fn member_mut(&mut self, name: &str) -> Result<&mut Member, IntakeError> {
        let found = self.household.members.iter_mut().find(|member| member.name == name);
        found.ok_or_else(|| unknown("member", name))
    }

    pub(super) fn obligation_id(&self, reference: &str) -> Result<ObligationId, IntakeError> {
        let found = self.obligations.iter().find(|obligation| obligation.reference == reference);
        found.map(|obligation| obligation.id).ok_or_else(|| unknown("obligation", reference))
    }
}

/// The most days in a row on which no payment goes out (Pw 54): eight weeks.
const LONGEST_SUSPENSION: i64 = 56;

/// The days of a period together with those it overlaps or touches.
fn days_in_a_row(period: Period, mut others: Vec<Period>) -> i64 {
    let ends = |period: Period| (period.from(), period.until().unwrap_or(NaiveDate::MAX));
    let (mut from, mut until) = ends(period);
    others.sort_by_key(|other| other.from());
    loop {
        let joins = |other: &Period| {
            let (first, last) = ends(*other);
            first <= after(until) && from <= after(last)
        };
        let Some(place) = others.iter().position(joins) else { break };
        let (first, last) = ends(others.remove(place));
        (from, until) = (from.min(first), until.max(last));
    }
    (until - from).num_days() + 1
}

/// The error for something that is not there.
fn unknown(what: &str, text: &str) -> IntakeError {
    let dutch = match what {
        "suspension" => "opschorting",
        "member" => "lid",
        "obligation" => "verplichting",
        "deduction" => "inhouding",
        "credit" => "krediet",
        "extension" => "verlenging",
        other => other,
    };
    if what == "payee" {
        // payees are known to the whole municipality
        return IntakeError::new(
            format!("payee `{text}` does not exist"),
            format!("ontvanger `{text}` bestaat niet"),
        );
    }
    IntakeError::new(
        format!("{what} `{text}` is not known in this household"),
        format!("{dutch} `{text}` is in dit huishouden niet bekend"),
    )
}

/// The day after.
fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

/// The id of a withholding: that of the fact that decided it.
fn deduction_id(fact: Fact<'_>) -> DeductionId {
    DeductionId(fact.id)
}

/// A member as they were handed in.
pub fn member_of(id: MemberId, file: &MemberIn) -> Result<Member, IntakeError> {
    let role = match file.role.as_str() {
        "applicant" => Some(MemberRole::Applicant),
        "partner" => Some(MemberRole::Partner),
        "child" => Some(MemberRole::Child),
        _ => None,
    };
    let role = code("role", &file.role, role, "applicant, partner, child")?;
    let name = name("name", given("name", file.name.as_deref())?)?;
    let since = |key, from: &Option<String>, until: &Option<String>| {
        from.as_ref().map(|from| period(key, from, until.as_deref())).transpose()
    };
    Ok(Member {
        account: file.iban.as_deref().map(iban).transpose()?,
        born: optional_day("born", file.born.as_deref())?,
        asylum_permit: since("asylum_permit_from", &file.asylum_permit_from, &file.asylum_permit_until)?,
        civic_integration_duty: since(
            "civic_integration_from",
            &file.civic_integration_from,
            &file.civic_integration_until,
        )?,
        present_from: optional_day("present_from", file.present_from.as_deref())?,
        right_since: optional_day("right_since", file.right_since.as_deref())?,
        ..Member::new(id, role, name)
    })
}

/// An obligation as it was handed in.
pub fn obligation_of(
    id: ObligationId,
    file: &ObligationIn,
    folded: &Folded,
    payees: &Payees,
) -> Result<Obligation, IntakeError> {
    let codes = CostKind::ALL.map(CostKind::code).join(", ");
    let kind = code("kind", &file.kind, CostKind::from_code(&file.kind), &codes)?;
    let payee_name = given("payee", file.payee.as_deref())?;
    let payee = payees.get(payee_name).copied();
    let payee = payee.ok_or_else(|| unknown("payee", payee_name))?;
    let rhythm = file.rhythm.as_deref().unwrap_or("monthly");
    let rhythm = code("rhythm", rhythm, Rhythm::from_code(rhythm), "monthly, quarterly, yearly")?;
    let first_due = day("first_due", &file.first_due)?;
    let last_due = optional_day("last_due", file.last_due.as_deref())?;
    let reference = reference("reference", given("reference", file.reference.as_deref())?)?;
    if folded.obligations.iter().any(|known| known.reference == reference) {
        return Err(IntakeError::new(
            format!("obligation `{reference}` exists already in this household"),
            format!("verplichting `{reference}` bestaat al in dit huishouden"),
        ));
    }
    let member = file.member.as_deref().map(|name| folded.member_id(name)).transpose()?;
    let contract = Contract { id, kind, payee, rhythm, first_due, last_due, reference, member };
    let period = period("first_due", &file.first_due, file.last_due.as_deref())?;
    let period = Period::new(period.from(), None).expect("a period without an end");
    let version = Version { period, amount: amount("amount", &file.amount)?, letter: None };
    Obligation::new(contract, vec![version]).map_err(|error| contradicts(&error))
}

/// Versions of an obligation that contradict each other, in both languages.
pub(crate) fn contradicts(error: &ObligationError) -> IntakeError {
    let dutch = match error {
        ObligationError::Overlap { reference, on } => {
            format!(
                "van `{reference}` gelden op {on} al een bedrag en nu nog een: beeindig het oudste de dag ervoor"
            )
        }
        ObligationError::Amount { reference, amount } => {
            format!("`{reference}` heeft het bedrag `{amount}`: het moet hoger zijn dan nul")
        }
    };
    IntakeError::new(error.to_string(), dutch)
}
