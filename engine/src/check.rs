//! Check: what a decision of the benefit system says, beside our own norms. What differs is listed and never
//! changed: the decision holds.

use std::fmt;

use chrono::NaiveDate;

use crate::calendar::Month;
use crate::household::Household;
use crate::household::member::MemberRole;
use crate::household::right::{BenefitDecision, NormKind, Ruling};
use crate::money::Money;
use crate::norm::{Bracket, NormTable, bracket};

/// Something in a decision that differs from what we would compute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The decided amount is not the norm of the month in which the right begins.
    Amount {
        /// The month.
        month: Month,
        /// The decided amount of a whole month.
        decided: Money,
        /// The norm of that month.
        norm: Money,
    },
    /// We have no such norm for the month in which the right begins.
    NoNorm {
        /// The month.
        month: Month,
        /// The norm.
        norm: NormKind,
    },
    /// The age of a member does not fit the norm (art. 20 to 22 Pw).
    Age {
        /// The first day of the right.
        on: NaiveDate,
        /// The norm.
        norm: NormKind,
        /// Who.
        role: MemberRole,
        /// The bracket they are in.
        bracket: Bracket,
    },
    /// It takes the place of a decision that was recorded before it and begins later, or on the same day.
    TakesPlace {
        /// The reference of that decision.
        reference: String,
        /// The first day that decision would have governed.
        from: NaiveDate,
    },
}

/// What differs in a decision of a household. Members without a birth date are not looked at.
pub fn remarks(household: &Household, decision: &BenefitDecision, norms: &NormTable) -> Vec<Remark> {
    let mut remarks = of_right(household, decision, norms);
    let before = household.decisions.iter().take_while(|known| *known != decision);
    remarks.extend(
        before
            .filter(|known| decision.from <= known.from)
            .map(|known| Remark::TakesPlace { reference: known.reference.clone(), from: known.from }),
    );
    remarks
}

fn of_right(household: &Household, decision: &BenefitDecision, norms: &NormTable) -> Vec<Remark> {
    let Ruling::Right { norm, amount, .. } = decision.ruling else { return Vec::new() };
    let month = Month::of(decision.from);
    let of_amount = match (norms.norm(norm, month), amount) {
        (Err(_), _) => Some(Remark::NoNorm { month, norm }),
        (Ok(ours), Some(decided)) if decided != ours.amount => {
            Some(Remark::Amount { month, decided, norm: ours.amount })
        }
        (Ok(_), _) => None,
    };
    of_amount.into_iter().chain(ages(household, decision.from, norm)).collect()
}

/// The adults whose age does not fit the norm.
fn ages(household: &Household, on: NaiveDate, norm: NormKind) -> Vec<Remark> {
    let aged = household.adults_on(on).filter_map(|adult| Some((adult.role, bracket(adult.born?, on))));
    let aged: Vec<(MemberRole, Bracket)> = aged.collect();
    let both_are = |bracket| aged.len() == 2 && aged.iter().all(|(_, found)| *found == bracket);
    let fits = |found: Bracket| match norm {
        NormKind::Single
        | NormKind::Couple
        | NormKind::PensionSingle
        | NormKind::PensionCouple
        | NormKind::CostSharingSingle(_)
        | NormKind::CostSharingCouple(_) => found == Bracket::Adult,
        NormKind::Single18To20
        | NormKind::Single18To20Increased
        | NormKind::Couple18To20
        | NormKind::Couple18To20WithChild => found == Bracket::Young,
        NormKind::Couple18To20And21 | NormKind::Couple18To20And21WithChild => {
            found != Bracket::Minor && !both_are(found)
        }
        NormKind::InstitutionSingle | NormKind::InstitutionCouple | NormKind::SpouseWithoutRight => {
            found != Bracket::Minor
        }
    };
    let odd = aged.iter().filter(|(_, found)| !fits(*found));
    odd.map(|(role, bracket)| Remark::Age { on, norm, role: *role, bracket: *bracket }).collect()
}

impl Remark {
    /// What differs, in Dutch.
    pub fn dutch(&self) -> String {
        match self {
            Remark::Amount { month, decided, norm } => format!(
                "besloten is {} per maand en de norm van {} is {}: verschil {}",
                decided.dutch(),
                month.dutch(),
                norm.dutch(),
                (*decided - *norm).dutch()
            ),
            Remark::NoNorm { month, norm } => {
                format!(
                    "de norm `{}` van {} is niet bekend: het besluit is niet te controleren",
                    norm.code(),
                    month.dutch()
                )
            }
            Remark::Age { on, norm, role, bracket } => {
                let who = if *role == MemberRole::Applicant { "de aanvrager" } else { "de partner" };
                let age = match bracket {
                    Bracket::Minor => "jonger dan 18",
                    Bracket::Young => "18, 19 of 20",
                    Bracket::Adult => "21 of ouder",
                };
                format!("{who} is op {on} {age}, en dat past niet bij de norm `{}`", norm.code())
            }
            Remark::TakesPlace { reference, from } => {
                format!("dit besluit komt in de plaats van `{reference}`, dat vanaf {from} zou gelden")
            }
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::Amount { month, decided, norm } => {
                let by = *decided - *norm;
                write!(out, "decided {decided} a month, and the norm of {month} is {norm}: differs {by}")
            }
            Remark::NoNorm { month, norm } => {
                write!(
                    out,
                    "the norm `{}` of {month} is not known: the decision cannot be checked",
                    norm.code()
                )
            }
            Remark::Age { on, norm, role, bracket } => {
                let who = if *role == MemberRole::Applicant { "applicant" } else { "partner" };
                let age = match bracket {
                    Bracket::Minor => "younger than 18",
                    Bracket::Young => "18, 19 or 20",
                    Bracket::Adult => "21 or older",
                };
                write!(out, "the {who} is {age} on {on}, which does not fit the norm `{}`", norm.code())
            }
            Remark::TakesPlace { reference, from } => {
                write!(out, "takes the place of `{reference}`, which would govern from {from}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::member::Member;
    use crate::id::{HouseholdId, MemberId};
    use expect_test::{Expect, expect};
    use uuid::Uuid;

    /// Adults by birth date, a norm and an amount, decided from 10 May 2026.
    fn check(born: &[&str], norm: NormKind, amount: Option<&str>, expected: &Expect) {
        let mut household = Household::new(HouseholdId(Uuid::nil()));
        for (place, born) in born.iter().enumerate() {
            let role = if place == 0 { MemberRole::Applicant } else { MemberRole::Partner };
            let id = MemberId(Uuid::from_u128(place as u128));
            household
                .members
                .push(Member { born: born.parse().ok(), ..Member::new(id, role, String::new()) });
        }
        let from = "2026-05-10".parse().expect("a day");
        let amount = amount.map(|text| text.parse().expect("an amount"));
        let ruling = Ruling::Right { until: None, norm, amount };
        let decision = BenefitDecision { reference: "B-1".to_owned(), from, recorded_on: from, ruling };
        let found = remarks(&household, &decision, &NormTable::shipped());
        let lines = found.iter().flat_map(|remark| [remark.to_string(), remark.dutch(), String::new()]);
        expected.assert_eq(lines.collect::<Vec<_>>().join("\n").trim_end_matches('\n'));
    }

    #[test]
    fn an_amount_that_is_the_norm_is_not_listed_and_one_cent_more_is() {
        check(&["1990-01-01"], NormKind::Single, Some("1401.50"), &expect![""]);
        check(&["1990-01-01"], NormKind::Single, None, &expect![""]);
        check(
            &["1990-01-01"],
            NormKind::Single,
            Some("1401.51"),
            &expect![[r"
                decided 1401.51 a month, and the norm of 2026-05 is 1401.50: differs 0.01
                besloten is € 1.401,51 per maand en de norm van mei 2026 is € 1.401,50: verschil € 0,01"]],
        );
    }

    #[test]
    fn somebody_who_turns_21_on_the_first_day_fits_the_norm_of_21_and_the_day_before_does_not() {
        check(&["2005-05-10"], NormKind::Single, None, &expect![""]);
        check(
            &["2005-05-11"],
            NormKind::Single,
            None,
            &expect![[r"
                the applicant is 18, 19 or 20 on 2026-05-10, which does not fit the norm `single`
                de aanvrager is op 2026-05-10 18, 19 of 20, en dat past niet bij de norm `single`"]],
        );
        check(&[""], NormKind::Single18To20, None, &expect![""]);
    }

    #[test]
    fn a_decision_that_takes_the_place_of_one_that_begins_later_says_so() {
        let mut household = Household::new(HouseholdId(Uuid::nil()));
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let decision = |reference: &str, from: &str, ruling| BenefitDecision {
            reference: reference.to_owned(),
            from: day(from),
            recorded_on: day(from),
            ruling,
        };
        let right = || Ruling::Right { until: None, norm: NormKind::Single, amount: None };
        let end = Ruling::NoRight { reason: crate::household::right::RightEnd::Work };
        household.decisions =
            vec![decision("E-1", "2026-06-01", end), decision("B-1", "2026-05-31", right())];
        let said = |household: &Household| {
            remarks(household, &household.decisions[1], &NormTable::shipped())
                .iter()
                .map(Remark::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(said(&household), ["takes the place of `E-1`, which would govern from 2026-06-01"]);
        household.decisions[1] = decision("B-1", "2026-06-02", right());
        assert_eq!(said(&household), Vec::<String>::new());
    }

    #[test]
    fn a_couple_of_two_ages_has_one_of_each() {
        check(&["2006-01-01", "1990-01-01"], NormKind::Couple18To20And21, None, &expect![""]);
        check(
            &["1990-01-01", "1991-01-01"],
            NormKind::Couple18To20And21,
            None,
            &expect![[r"
                the applicant is 21 or older on 2026-05-10, which does not fit the norm `couple_18_20_and_21`
                de aanvrager is op 2026-05-10 21 of ouder, en dat past niet bij de norm `couple_18_20_and_21`

                the partner is 21 or older on 2026-05-10, which does not fit the norm `couple_18_20_and_21`
                de partner is op 2026-05-10 21 of ouder, en dat past niet bij de norm `couple_18_20_and_21`"]],
        );
    }
}
