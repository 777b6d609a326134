//! The benefit of a month, recomputed from the decisions to check them, and the room for deductions.
//!
//! Legal sources: Participatiewet art. 19 (norm and holiday allowance), 31 and 32 (income), 45 (per calendar
//! month, part of a month, holiday allowance in June), Rv art. 475dc (protected income).

use chrono::Datelike;
use rust_decimal::Decimal;

use crate::calendar::{Month, Period};
use crate::household::Household;
use crate::household::income::{Income, ReductionSize};
use crate::household::right::{NormKind, RightPeriod};
use crate::money::{Money, Round};
use crate::norm::{Norm, NormError, NormTable};
use crate::policy::PartMonth;

/// What a benefit is computed from.
#[derive(Clone, Copy, Debug)]
pub struct BenefitFacts<'a> {
    /// The household.
    pub household: &'a Household,
    /// The norms.
    pub norms: &'a NormTable,
    /// How a part of a month is counted.
    pub part_month: PartMonth,
    /// The month in which holiday allowance is paid.
    pub holiday_month: u32,
    /// Holiday allowance counts as protected income.
    pub holiday_allowance_protected: bool,
}

/// The benefit of one month, with every figure on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Benefit {
    /// The month.
    pub month: Month,
    /// The norm of a whole month that applies on its last day with a right.
    pub norm: Norm,
    /// The days with a right, by decision.
    pub parts: Vec<BenefitPart>,
    /// The norm for those days.
    pub for_days: Money,
    /// What income takes off.
    pub counted_income: Money,
    /// What decided reductions take off.
    pub reduced: Money,
    /// The social assistance of the month, including holiday allowance.
    pub granted: Money,
    /// Kept apart as holiday allowance.
    pub holiday_reserve: Money,
    /// Paid this month: granted less the holiday reserve.
    pub payable: Money,
    /// Holiday allowance that is paid out: what was reserved, in June; in the last month of the right with
    /// what this month reserves. It goes whole to the household.
    pub holiday_payout: Money,
    /// Advances that were paid before; netted against this month only.
    pub advance: Money,
    /// Special assistance that bridges this month.
    pub bridge: Money,
    /// Holiday allowance counts as protected income.
    holiday_allowance_protected: bool,
}

/// Days of a month under one decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BenefitPart {
    /// The norm.
    pub norm: NormKind,
    /// The days, and of how many.
    pub days: (u32, u32),
    /// The amount of a whole month.
    pub monthly: Money,
    /// The amount for these days.
    pub amount: Money,
}

/// Why there is no benefit to plan with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BenefitError {
    /// Nothing was decided for the month.
    #[error("no decided benefit in {0}: record the decision of the benefit system first")]
    NotDecided(Month),
    /// The norm of the month is missing.
    #[error(transparent)]
    Norm(#[from] NormError),
}

impl Benefit {
    /// The benefit of a household in a month, with the holiday allowance that was reserved for it before.
    pub fn of(facts: &BenefitFacts<'_>, month: Month, reserved: Money) -> Result<Benefit, BenefitError> {
        let BenefitFacts { household, norms, .. } = *facts;
        let rights = household.rights();
        let in_month = rights.iter().filter(|right| 0 < right.period.days_in(month));
        let parts = in_month
            .map(|right| part(norms, (right, &rights), month, facts.part_month))
            .collect::<Result<Vec<_>, _>>()?;
        let last = parts.last().ok_or(BenefitError::NotDecided(month))?;
        let norm = norms.norm(last.norm, month)?;
        let for_days: Money = parts.iter().map(|part| part.amount).sum();
        let counted_income = counted_income(household, month, norms)?;
        let reduced = reduced(household, month, for_days);
        let granted = (for_days - counted_income - reduced).or_zero();
        let holiday_reserve = granted.share(norm.holiday_allowance, Round::HalfUp);
        let holiday_payout = if is_last(&rights, month) {
            reserved + holiday_reserve
        } else if month.number() == facts.holiday_month {
            reserved
        } else {
            Money::ZERO
        };
        let of_month = |amounts: &[crate::household::MonthAmount]| -> Money {
            amounts.iter().filter(|amount| amount.month == month).map(|amount| amount.amount).sum()
        };
        Ok(Benefit {
            month,
            norm,
            parts,
            for_days,
            counted_income,
            reduced,
            granted,
            holiday_reserve,
            payable: granted - holiday_reserve,
            holiday_payout,
            advance: of_month(&household.advances),
            bridge: of_month(&household.bridges),
            holiday_allowance_protected: facts.holiday_allowance_protected,
        })
    }

    /// What there is to withhold from: payable less what was advanced.
    pub fn after_advance(&self) -> Money {
        (self.payable - self.advance).or_zero()
    }

    /// What all deductions of the month together may take: at most 5 % of the norm, and nothing of the
    /// protected income. The protected amount is rounded up, the room down (ruling 3).
    ///
    /// Where holiday allowance is no protected income, the month's payable amount stands against it.
    pub fn room_for_deductions(&self) -> Money {
        let open = Decimal::ONE - self.norm.protected_income;
        let most = self.norm.amount.share(open, Round::Down);
        let protected = self.norm.amount.share(self.norm.protected_income, Round::Up) - self.counted_income;
        let counts = if self.holiday_allowance_protected { self.granted } else { self.payable };
        most.min(counts - protected).or_zero()
    }
}

fn part(
    norms: &NormTable,
    (right, rights): (&RightPeriod<'_>, &[RightPeriod<'_>]),
    month: Month,
    method: PartMonth,
) -> Result<BenefitPart, BenefitError> {
    let monthly = match right.amount {
        Some(amount) => amount,
        None => norms.norm(right.norm, month)?.amount,
    };
    let calendar_days = right.period.days_in(month);
    let days = match method {
        PartMonth::Calendar => (calendar_days, month.days()),
        PartMonth::ThirtyDays => (thirty_days(right.period, rights, month), 30),
    };
    let amount = if calendar_days == month.days() { monthly } else { monthly.days_of(days.0, days.1) };
    Ok(BenefitPart { norm: right.norm, days, monthly, amount })
}

/// The days of a right in a month that counts as thirty: its last day is the thirtieth. So the 30th and the 31st are
/// one day; where another decision begins on the 31st, that day is the later one's.
fn thirty_days(period: Period, rights: &[RightPeriod<'_>], month: Month) -> u32 {
    let number = |day: chrono::NaiveDate| if day == month.last_day() { 30 } else { day.day().min(30) };
    let first = period.from().max(month.first_day()).day().min(30);
    let last = number(period.until().map_or(month.last_day(), |until| until.min(month.last_day())));
    let ends_on_30 = period.until().is_some_and(|until| until.succ_opt() == Some(month.last_day()));
    let goes_on = ends_on_30 && rights.iter().any(|other| other.period.from() == month.last_day());
    let shared = u32::from(month.days() == 31 && goes_on);
    last + 1 - first.min(last) - shared
}

/// What income takes off in a month. Wages with the same exemption count together per person, because the
/// exemption has its maximum per person; income of which no member is named is the applicant's.
fn counted_income(household: &Household, month: Month, norms: &NormTable) -> Result<Money, NormError> {
    let in_month = |income: &&Income| 0 < income.period.days_in(month);
    let incomes: Vec<&Income> = household.incomes.iter().filter(in_month).collect();
    let applicant = household.adults().next().map(|member| member.id);
    let whose = |income: &Income| income.member.or(applicant);
    let mut counted = Money::ZERO;
    for (place, income) in incomes.iter().enumerate() {
        let same = |other: &&&Income| (whose(other), other.counts) == (whose(income), income.counts);
        if incomes[..place].iter().any(|other| same(&other)) {
            continue;
        }
        let together: Money = incomes.iter().filter(same).map(|income| income.monthly).sum();
        counted += norms.counted(together, income.counts, month)?;
    }
    Ok(counted)
}

/// True when the right does not run on over the end of the month: then the reserve is paid out (art. 45(1):
/// within three months).
fn is_last(rights: &[RightPeriod<'_>], month: Month) -> bool {
    let on = |day| rights.iter().any(|right| right.period.contains(day));
    !on(month.last_day()) || !on(month.next().first_day())
}

fn reduced(household: &Household, month: Month, for_days: Money) -> Money {
    let in_month = household.reductions.iter().filter(|reduction| reduction.month == month);
    let amount = |size| match size {
        ReductionSize::Share(share) => for_days.share(share, Round::HalfUp),
        ReductionSize::Amount(amount) => amount,
    };
    in_month.map(|reduction| amount(reduction.size)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::right::{BenefitDecision, Ruling};
    use crate::id::HouseholdId;

    fn household(decisions: &[(&str, Option<&str>, NormKind)]) -> Household {
        let mut household = Household::new(HouseholdId(uuid::Uuid::nil()));
        let day = |text: &str| text.parse().expect("a day");
        household.decisions = decisions
            .iter()
            .map(|(from, until, norm)| BenefitDecision {
                reference: (*from).to_owned(),
                from: day(from),
                recorded_on: day(from),
                ruling: Ruling::Right { until: until.map(day), norm: *norm, amount: None },
            })
            .collect();
        household
    }

    fn benefit(household: &Household, month: &str, reserved: i64, method: PartMonth) -> Benefit {
        let facts = BenefitFacts {
            household,
            norms: &NormTable::shipped(),
            part_month: method,
            holiday_month: 6,
            holiday_allowance_protected: true,
        };
        let month = month.parse().expect("a month");
        Benefit::of(&facts, month, Money::from_cents(reserved)).expect("a benefit")
    }

    #[test]
    fn the_holiday_allowance_is_paid_in_june_and_at_the_end_of_the_right() {
        let payout = |until, month, reserved| {
            let household = household(&[("2026-02-01", until, NormKind::Single)]);
            benefit(&household, month, reserved, PartMonth::Calendar).holiday_payout.to_string()
        };
        assert_eq!(payout(None, "2026-05", 201_81), "0.00");
        assert_eq!(payout(None, "2026-06", 269_08), "269.08");
        assert_eq!(payout(Some("2026-05-31"), "2026-04", 134_54), "0.00");
        assert_eq!(payout(Some("2026-05-31"), "2026-05", 201_81), "269.08");
    }

    #[test]
    fn c10_two_decisions_in_one_month_each_count_for_their_days() {
        let rights = [("2025-12-01", None, NormKind::Single), ("2026-03-17", None, NormKind::Couple)];
        let march = benefit(&household(&rights), "2026-03", 0, PartMonth::Calendar);
        let parts: Vec<i64> = march.parts.iter().map(|part| part.amount.cents()).collect();
        assert_eq!(parts, [723_35, 968_77]);
        assert_eq!((march.granted.cents(), march.payable.cents()), (1_692_12, 1_610_90));
    }

    #[test]
    fn a_month_of_thirty_days_counts_its_last_day_as_the_thirtieth() {
        let days = |from: &str, until: Option<&str>, month| {
            let household = household(&[(from, until, NormKind::Single)]);
            benefit(&household, month, 0, PartMonth::ThirtyDays).parts[0].days
        };
        assert_eq!(days("2026-01-12", None, "2026-01"), (19, 30));
        assert_eq!(days("2026-01-31", None, "2026-01"), (1, 30));
        assert_eq!(days("2026-02-15", None, "2026-02"), (16, 30));
        assert_eq!(days("2026-01-01", Some("2026-01-16"), "2026-01"), (16, 30));
        let both =
            household(&[("2026-01-01", None, NormKind::Single), ("2026-01-17", None, NormKind::Couple)]);
        let parts = benefit(&both, "2026-01", 0, PartMonth::ThirtyDays).parts;
        assert_eq!(parts.iter().map(|part| part.days.0).sum::<u32>(), 30);
    }

    #[test]
    fn with_thirty_days_a_decision_from_the_31st_takes_its_day_from_the_one_before() {
        let of = |from: &str| {
            let rights = [("2026-03-01", None, NormKind::Single), (from, None, NormKind::Couple)];
            let parts = benefit(&household(&rights), "2026-03", 0, PartMonth::ThirtyDays).parts;
            parts.iter().map(|part| part.days.0).collect::<Vec<_>>()
        };
        assert_eq!(of("2026-03-29"), [28, 2]);
        assert_eq!(of("2026-03-30"), [29, 1]);
        assert_eq!(of("2026-03-31"), [29, 1]);
        assert_eq!(of("2026-04-01"), [30]);
        let ended = household(&[("2026-03-01", Some("2026-03-30"), NormKind::Single)]);
        assert_eq!(benefit(&ended, "2026-03", 0, PartMonth::ThirtyDays).parts[0].days, (30, 30));
    }

    #[test]
    fn a_right_that_was_never_decided_or_ended_gives_no_benefit() {
        let mut household = household(&[("2026-02-01", None, NormKind::Single)]);
        household.decisions.push(BenefitDecision {
            reference: "E-1".to_owned(),
            from: "2026-04-01".parse().expect("a day"),
            recorded_on: "2026-03-20".parse().expect("a day"),
            ruling: Ruling::NoRight { reason: crate::household::right::RightEnd::Work },
        });
        let norms = NormTable::shipped();
        let facts = BenefitFacts {
            household: &household,
            norms: &norms,
            part_month: PartMonth::Calendar,
            holiday_month: 6,
            holiday_allowance_protected: true,
        };
        let of = |month: &str| Benefit::of(&facts, month.parse().expect("a month"), Money::ZERO);
        assert!(of("2026-03").is_ok_and(|march| march.holiday_payout == march.holiday_reserve));
        assert!(matches!(of("2026-01"), Err(BenefitError::NotDecided(_))));
        assert!(matches!(of("2026-04"), Err(BenefitError::NotDecided(_))));
    }
}
