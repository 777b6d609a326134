//! Income: how far it counts, for how long wages are exempt, and its end.

use std::collections::BTreeSet;

use grip_engine::calendar::{Month, Period};
use grip_engine::household::income::{Counts, Income};
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::id::MemberId;

use super::Folded;
use crate::intake::IntakeError;
use crate::intake::event::{IncomeEndIn, IncomeIn};
use crate::intake::value::{amount, code, day, given, period, reference};

impl Folded {
    pub(super) fn income(&mut self, file: &IncomeIn) -> Result<(), IntakeError> {
        let text = file.counts.as_deref().unwrap_or("fully");
        let counts =
            code("counts", text, Counts::from_code(text), &Counts::ALL.map(Counts::code).join(", "))?;
        let period = period("from", &file.from, file.until.as_deref())?;
        let member = file.member.as_deref().map(|name| self.member_id(name)).transpose()?;
        let monthly = amount("monthly", &file.monthly)?;
        let known_by = file.reference.as_deref().map(|text| reference("reference", text)).transpose()?;
        let income = Income { reference: known_by, period, monthly, counts, member };
        if counts.months_max().is_none() {
            self.household.incomes.push(income);
            return Ok(());
        }
        given("reference", file.reference.as_deref())?;
        let last = self.last_exempt_month(&income)?;
        if period.until().is_some() {
            self.household.incomes.push(income);
            return Ok(());
        }
        // the exemption ends by itself; the wage goes on and then counts whole
        let exempt = Period::new(period.from(), Some(last.last_day())).unwrap_or(period);
        let later = Period::new(last.next().first_day(), None).expect("a period without an end");
        self.household.incomes.push(Income { period: exempt, ..income.clone() });
        self.household.incomes.push(Income { period: later, counts: Counts::Fully, ..income });
        Ok(())
    }

    /// The last month of an exemption of wages: a person has it for so many months, in one decision or in more, and not
    /// under 27 (ruling 10).
    fn last_exempt_month(&self, income: &Income) -> Result<Month, IntakeError> {
        let (counts, first) = (income.counts, Month::of(income.period.from()));
        let most = counts.months_max().unwrap_or(u32::MAX);
        let person = self.person_of(income.member);
        let born = person.and_then(|person| person.born);
        if let Some(earliest) = born.and_then(|born| counts.earliest(born))
            && income.period.from() < earliest
        {
            let code = counts.code();
            return Err(IntakeError::new(
                format!(
                    "the exemption `{code}` does not hold under 27: give a `from` on {earliest} or after"
                ),
                format!("de vrijlating `{code}` geldt niet onder de 27: geef een `from` op of na {earliest}"),
            ));
        }
        let same = |known: &&Income| {
            known.counts == counts
                && self.person_of(known.member).map(|one| one.id) == person.map(|one| one.id)
        };
        let mut months: BTreeSet<Month> = BTreeSet::new();
        for known in self.household.incomes.iter().filter(same) {
            let from = Month::of(known.period.from());
            months.extend(from.through(known.period.until().map_or(from, Month::of)));
        }
        let used = months.len();
        let mut last = None;
        let wished = income.period.until().map(Month::of);
        for month in first.through(wished.unwrap_or(first.plus(most))) {
            months.insert(month);
            if usize::try_from(most).is_ok_and(|most| most < months.len()) {
                break;
            }
            last = Some(month);
        }
        match last {
            Some(last) if wished.is_none_or(|wished| wished <= last) => Ok(last),
            _ => Err(exempt_too_long(counts, used, last)),
        }
    }

    /// Whose an income is: the applicant's where nobody is named.
    fn person_of(&self, member: Option<MemberId>) -> Option<&Member> {
        match member {
            Some(id) => self.household.member(id),
            None => self.household.members.iter().find(|known| known.role == MemberRole::Applicant),
        }
    }

    pub(super) fn income_end(&mut self, file: &IncomeEndIn) -> Result<(), IntakeError> {
        let last_day = day("last_day", &file.last_day)?;
        let member = file.member.as_deref().map(|name| self.member_id(name)).transpose()?;
        let whose = self.person_of(member).map(|person| person.id);
        let is_it = |known: &Income| {
            let of_person = self.person_of(known.member).map(|person| person.id) == whose;
            known.reference == file.reference && (of_person || (member.is_none() && file.reference.is_some()))
        };
        let goes_on = |known: &Income| known.period.until().is_none_or(|until| last_day < until);
        let ends: Vec<bool> =
            self.household.incomes.iter().map(|known| is_it(known) && goes_on(known)).collect();
        if !ends.contains(&true) {
            let which = file.reference.as_deref().unwrap_or("");
            return Err(IntakeError::new(
                format!("no income `{which}` goes on after {last_day}: nothing ends"),
                format!("geen inkomen `{which}` loopt door na {last_day}: er eindigt niets"),
            ));
        }
        let incomes = std::mem::take(&mut self.household.incomes);
        for (income, ends) in incomes.into_iter().zip(ends) {
            if !ends {
                self.household.incomes.push(income);
            } else if let Ok(period) = Period::new(income.period.from(), Some(last_day)) {
                self.household.incomes.push(Income { period, ..income });
            }
        }
        Ok(())
    }
}

/// An exemption for more months than a person can have.
fn exempt_too_long(counts: Counts, used: usize, last: Option<Month>) -> IntakeError {
    let (code, most) = (counts.code(), counts.months_max().unwrap_or_default());
    let (before, dutch_before) = match used {
        0 => (String::new(), String::new()),
        used => (
            format!(" for a person, and {used} were decided"),
            format!(" per persoon, en {used} zijn al besloten"),
        ),
    };
    match last {
        Some(last) => IntakeError::new(
            format!(
                "the exemption `{code}` holds for at most {most} months{before}: give an `until` in {last} or before"
            ),
            format!(
                "de vrijlating `{code}` geldt hoogstens {most} maanden{dutch_before}: geef een `until` tot en met {last}"
            ),
        ),
        None => IntakeError::new(
            format!("the exemption `{code}` holds for at most {most} months{before}: nothing is left"),
            format!("de vrijlating `{code}` geldt hoogstens {most} maanden{dutch_before}: er is niets over"),
        ),
    }
}
