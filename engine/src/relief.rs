//! Relief window: the six months in which the municipality pays fixed costs from the benefit.
//!
//! Legal source: Participatiewet art. 56a. The window is per person; it starts on the day the right to
//! social assistance arises, has no stop-clock, and is not extended over a weekend (Algemene
//! termijnenwet art. 4). It moves back when the right is set earlier, and never counts again.

use chrono::{Datelike, Days, NaiveDate};

use crate::calendar::Month;
use crate::household::Household;
use crate::household::arrangement::{Extension, ExtensionKind, Variant, WindowEndReason};
use crate::household::member::Member;
use crate::id::MemberId;
use crate::obligation::CostKind;

/// The days of the duty of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReliefWindow {
    start: NaiveDate,
    term_end: NaiveDate,
    end: NaiveDate,
    ended_by: EndedBy,
}

/// Why a window ends on its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// The six months are over.
    Term,
    /// The right to social assistance ended.
    RightEnded,
    /// The person left the household.
    Left,
    /// The person died.
    Death,
    /// A decision or fact recorded about the window.
    Decided(WindowEndReason),
}

impl EndedBy {
    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            EndedBy::Term => "term",
            EndedBy::RightEnded => "right_ended",
            EndedBy::Left => "left",
            EndedBy::Death => "death",
            EndedBy::Decided(reason) => reason.code(),
        }
    }
}

/// Who pays a fixed cost of a household on a day of execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// The municipality, from the benefit.
    Municipality,
    /// The client.
    Client,
    /// Nobody without consent or a decision: the person's window is over, and their partner's is not (ruling 7).
    NeedsConsent,
}

/// How far the benefit of a household may be used for fixed costs on a day of execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// All of it.
    Whole,
    /// The applicant's half of a couple's benefit.
    HalfOfApplicant,
    /// The partner's half.
    HalfOfPartner,
}

/// Who pays what for a household on a day of execution.
#[derive(Clone, Debug)]
pub struct Cover<'a> {
    household: &'a Household,
    execution: NaiveDate,
    /// Each adult of the day with how their costs are paid; none when nothing of theirs is paid.
    adults: Vec<(&'a Member, Option<&'a Variant>)>,
}

impl ReliefWindow {
    /// Six civil months from the day the right arises. Where the last month has no such day number,
    /// the window ends on the last day of that month.
    ///
    /// ```
    /// use grip_engine::relief::ReliefWindow;
    /// let window = ReliefWindow::starting("2026-01-12".parse().expect("a day"));
    /// assert_eq!(window.end().to_string(), "2026-07-11");
    /// let clamped = ReliefWindow::starting("2026-08-31".parse().expect("a day"));
    /// assert_eq!(clamped.end().to_string(), "2027-02-28");
    /// ```
    pub fn starting(start: NaiveDate) -> ReliefWindow {
        let target = Month::of(start).plus(6);
        let same_number = target.day(start.day());
        let exists = same_number.day() == start.day();
        let end = if exists { same_number - Days::new(1) } else { target.last_day() };
        ReliefWindow { start, term_end: end, end, ended_by: EndedBy::Term }
    }

    /// The window of a member: an adult with a right of their own, on an asylum permit for a fixed period and
    /// with the duty of civic integration. The six months are counted from the day the right arises, also where the
    /// permit or the duty of civic integration begins within them: then the window begins on that day, and what is
    /// left of the six months remains (art. 56a(1) and (2)). It ends with the first of: its term, the right, the
    /// permit, the duty, a decision.
    pub fn of(household: &Household, member: &Member) -> Option<ReliefWindow> {
        let rights = household.rights();
        let mut theirs = rights.iter().filter_map(|right| right.of(member)).peekable();
        let right_from = member.right_since.or_else(|| theirs.peek().map(|period| period.from()))?;
        let (permit, duty) = (member.asylum_permit?, member.civic_integration_duty?);
        let start = right_from.max(permit.from()).max(duty.from());
        let term = ReliefWindow::starting(right_from);
        if !permit.contains(start) || !duty.contains(start) || term.end < start {
            return None;
        }
        if variant_on(household, member, start) == Some(&Variant::NotApplicable) {
            return None;
        }
        let right_until = theirs.last().and_then(super::calendar::Period::until);
        let left = [(member.died_on, EndedBy::Death), (member.present_until, EndedBy::Left)];
        let ended_by_right = left.into_iter().find(|(on, _)| on.is_some() && *on == right_until);
        let mut window = ReliefWindow { start, ..term };
        window.end_on(right_until, ended_by_right.map_or(EndedBy::RightEnded, |(_, by)| by));
        window.end_on(permit.until(), EndedBy::Decided(WindowEndReason::Permit));
        window.end_on(duty.until(), EndedBy::Decided(WindowEndReason::CivicIntegration));
        for end in household.window_ends.iter().filter(|end| end.member == member.id) {
            window.end_on(Some(end.last_day), EndedBy::Decided(end.reason));
        }
        let of_member = household.window_decisions.iter().filter(|decision| decision.member == member.id);
        for decision in of_member.filter(|decision| decision.variant == Variant::NotApplicable) {
            window.end_on(decision.from.pred_opt(), EndedBy::Decided(WindowEndReason::Decision));
        }
        Some(window)
    }

    /// It ends on this day, if that is earlier; never before the day before it starts.
    fn end_on(&mut self, day: Option<NaiveDate>, by: EndedBy) {
        if let Some(day) = day.filter(|day| *day < self.end) {
            self.end = day.max(self.start - Days::new(1));
            self.ended_by = by;
        }
    }

    /// The first month from this one on that lies in no window of the household, where the repayment of a loan waits
    /// for them. A window that begins later does not stop it again.
    pub fn first_month_after(household: &Household, from: Month) -> Month {
        let windows = household.adults().filter_map(|member| ReliefWindow::of(household, member));
        let windows: Vec<ReliefWindow> = windows.filter(|window| window.start <= window.end).collect();
        let covers = |window: &&ReliefWindow, month: Month| {
            Month::of(window.start) <= month && month <= Month::of(window.end)
        };
        let mut month = from;
        while let Some(window) = windows.iter().find(|window| covers(window, month)) {
            month = Month::of(window.end).next();
        }
        month
    }

    /// The last of the windows of the adults: until then household costs stay mandatory.
    pub fn of_household(household: &Household) -> Option<ReliefWindow> {
        let windows = household.adults().filter_map(|member| ReliefWindow::of(household, member));
        windows.max_by_key(|window| window.end)
    }

    /// The first day of the duty: the day the right arises, or the later one on which permit and duty of civic
    /// integration are both there.
    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// The last day of the duty.
    pub fn end(self) -> NaiveDate {
        self.end
    }

    /// The last day of the six months, whether or not the duty ended before.
    pub fn term_end(self) -> NaiveDate {
        self.term_end
    }

    /// Why it ends when it does.
    pub fn ended_by(self) -> EndedBy {
        self.ended_by
    }

    /// True when a run executed on this day is mandatory.
    pub fn covers(self, execution: NaiveDate) -> bool {
        self.start <= execution && execution <= self.end
    }
}

/// How the fixed costs of a member are paid on a day by decision; none when nothing was decided.
pub fn variant_on<'a>(household: &'a Household, member: &Member, day: NaiveDate) -> Option<&'a Variant> {
    let holds = |decision: &&crate::household::arrangement::WindowDecision| {
        decision.member == member.id && decision.from <= day
    };
    let last = household.window_decisions.iter().filter(holds).max_by_key(|decision| decision.from);
    last.map(|decision| &decision.variant)
}

/// What goes on for a member on a day after the window, or without one.
fn extension_of<'a>(household: &'a Household, member: &Member, day: NaiveDate) -> Option<&'a Extension> {
    let is_theirs = |extension: &&Extension| extension.member.is_none_or(|id| id == member.id);
    household.extensions.iter().filter(is_theirs).find(|extension| extension.period.contains(day))
}

/// The adult whose personal cost it is. A cost of a child is borne by the household, like one of nobody in particular.
fn of_adult(household: &Household, member: Option<MemberId>) -> Option<MemberId> {
    member.filter(|id| household.adults().any(|adult| adult.id == *id))
}

impl<'a> Cover<'a> {
    /// Who pays what on a day of execution.
    pub fn on(household: &'a Household, execution: NaiveDate) -> Cover<'a> {
        let variant = |member: &'a Member| {
            if extension_of(household, member, execution).is_some() {
                return Some(&Variant::Full);
            }
            let window = ReliefWindow::of(household, member)?;
            let variant = variant_on(household, member, execution).unwrap_or(&Variant::Full);
            window.covers(execution).then_some(variant)
        };
        let adults = household.adults_on(execution).map(|member| (member, variant(member))).collect();
        Cover { household, execution, adults }
    }

    /// Who pays a cost of this kind: an adult's own, or the household's. A cost of a child is the household's. What art.
    /// 56a does not name is paid with consent or a decision of its own only, also in the window (domain.md §1.4).
    pub fn payer(&self, kind: CostKind, member: Option<MemberId>) -> Payer {
        let Some(id) = of_adult(self.household, member) else {
            let any = self.adults.iter().any(|(adult, variant)| self.pays(kind, adult, *variant));
            return if any { Payer::Municipality } else { Payer::Client };
        };
        match self.adults.iter().find(|(member, _)| member.id == id) {
            Some((adult, variant)) if self.pays(kind, adult, *variant) => Payer::Municipality,
            Some((_, None)) if kind.is_essential() && self.usable() != Usable::Whole => Payer::NeedsConsent,
            _ => Payer::Client,
        }
    }

    /// True when the municipality pays costs of this kind for an adult.
    fn pays(&self, kind: CostKind, adult: &Member, variant: Option<&Variant>) -> bool {
        let agreed = || extension_of(self.household, adult, self.execution).is_some();
        variant.is_some_and(|variant| variant.pays(kind)) && (kind.is_essential() || agreed())
    }

    /// The legal basis on which the municipality pays a cost on a day of execution: the duty of one whose cost it is,
    /// or else what goes on after it for one of them. None where there is no basis: then it is not paid.
    pub fn legal_basis(
        household: &Household,
        kind: CostKind,
        member: Option<MemberId>,
        execution: NaiveDate,
    ) -> Option<String> {
        let whose = of_adult(household, member);
        let adults: Vec<&Member> =
            household.adults_on(execution).filter(|adult| whose.is_none_or(|id| id == adult.id)).collect();
        let is_duty = |adult: &&Member| {
            if !kind.is_essential() {
                return false;
            }
            let in_window = ReliefWindow::of(household, adult).is_some_and(|window| window.covers(execution));
            in_window && variant_on(household, adult, execution).is_none_or(|variant| variant.pays(kind))
        };
        if adults.iter().any(is_duty) {
            return Some("Pw 56a".to_owned());
        }
        let mut extensions = adults.iter().filter_map(|adult| extension_of(household, adult, execution));
        let Extension { kind, reference, .. } = extensions.next()?;
        Some(match kind {
            ExtensionKind::Consent => format!("Pw 46(3), toestemming {reference}"),
            ExtensionKind::JointRequest => format!("Pw 45(4), verzoek {reference}"),
            ExtensionKind::Art57 => format!("Pw 57, besluit {reference}"),
        })
    }

    /// How far the benefit may be used: half of it while the window of one of two partners runs.
    pub fn usable(&self) -> Usable {
        match self.adults.as_slice() {
            [(_, Some(_)), (_, None)] => Usable::HalfOfApplicant,
            [(_, None), (_, Some(_))] => Usable::HalfOfPartner,
            _ => Usable::Whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_window_is_six_civil_months_and_clamps_to_a_short_february() {
        let ends = ["2026-02-01", "2026-08-30", "2026-08-29", "2026-08-28", "2027-08-31", "2025-12-01"]
            .map(|start| ReliefWindow::starting(day(start)).end().to_string());
        assert_eq!(
            ends,
            ["2026-07-31", "2027-02-28", "2027-02-28", "2027-02-27", "2028-02-29", "2026-05-31"]
        );
    }

    #[test]
    fn a_run_on_the_last_day_is_mandatory_and_the_day_after_is_not() {
        let window = ReliefWindow::starting(day("2026-02-01"));
        assert!(!window.covers(day("2026-01-31")));
        assert!(window.covers(day("2026-02-01")));
        assert!(window.covers(day("2026-07-31")));
        assert!(!window.covers(day("2026-08-01")));
    }

    /// A single with a right and a permit from 1 February, whose duty of civic integration runs on these days.
    fn integrating(from: &str, until: Option<&str>) -> Household {
        let mut household = Household::new(crate::id::HouseholdId(uuid::Uuid::nil()));
        let role = crate::household::member::MemberRole::Applicant;
        let applicant = Member::new(crate::id::MemberId(uuid::Uuid::nil()), role, "applicant".to_owned());
        let period = |from, until: Option<&str>| crate::calendar::Period::new(day(from), until.map(day)).ok();
        household.members.push(Member {
            asylum_permit: period("2026-02-01", None),
            civic_integration_duty: period(from, until),
            ..applicant
        });
        let norm = crate::household::right::NormKind::Single;
        household.decisions.push(crate::household::right::BenefitDecision {
            reference: "B-1".to_owned(),
            from: day("2026-02-01"),
            recorded_on: day("2026-02-01"),
            ruling: crate::household::right::Ruling::Right { until: None, norm, amount: None },
        });
        household
    }

    #[test]
    fn a_duty_that_begins_within_the_six_months_holds_for_what_is_left_of_them() {
        let window = |from, until| {
            let household = integrating(from, until);
            let window = ReliefWindow::of(&household, &household.members[0])?;
            Some(format!("{}/{} of {}", window.start(), window.end(), window.term_end()))
        };
        assert_eq!(window("2026-01-15", None).as_deref(), Some("2026-02-01/2026-07-31 of 2026-07-31"));
        assert_eq!(window("2026-02-15", None).as_deref(), Some("2026-02-15/2026-07-31 of 2026-07-31"));
        assert_eq!(window("2026-07-31", None).as_deref(), Some("2026-07-31/2026-07-31 of 2026-07-31"));
        assert_eq!(window("2026-08-01", None), None);
        assert_eq!(window("2025-01-01", Some("2026-01-31")), None, "it was over before the right arose");
    }

    #[test]
    fn what_the_law_does_not_name_is_paid_with_consent_only_also_in_the_window() {
        let mut household = integrating("2026-02-01", None);
        let payer = |household: &Household, on, kind| Cover::on(household, day(on)).payer(kind, None);
        let basis =
            |household: &Household, kind| Cover::legal_basis(household, kind, None, day("2026-03-01"));
        assert_eq!(payer(&household, "2026-03-01", CostKind::Water), Payer::Municipality);
        assert_eq!(payer(&household, "2026-03-01", CostKind::Voluntary), Payer::Client);
        household.extensions.push(Extension {
            member: None,
            kind: ExtensionKind::Consent,
            reference: "T-1".to_owned(),
            period: crate::calendar::Period::new(day("2026-03-01"), Some(day("2026-03-31"))).expect("days"),
        });
        assert_eq!(payer(&household, "2026-02-28", CostKind::Voluntary), Payer::Client);
        assert_eq!(payer(&household, "2026-03-01", CostKind::Voluntary), Payer::Municipality);
        assert_eq!(payer(&household, "2026-04-01", CostKind::Voluntary), Payer::Client);
        assert_eq!(basis(&household, CostKind::Water).as_deref(), Some("Pw 56a"));
        assert_eq!(basis(&household, CostKind::Voluntary).as_deref(), Some("Pw 46(3), toestemming T-1"));
    }

    #[test]
    fn the_repayment_of_a_loan_waits_for_the_window_and_not_for_one_that_begins_later() {
        let household = integrating("2026-02-01", None);
        let first = |month: &str| {
            ReliefWindow::first_month_after(&household, month.parse().expect("a month")).to_string()
        };
        assert_eq!(
            ["2026-01", "2026-02", "2026-07", "2026-08"].map(first),
            ["2026-01", "2026-08", "2026-08", "2026-08"]
        );
    }

    #[test]
    fn a_window_ends_early_on_the_first_of_its_reasons() {
        let mut window = ReliefWindow::starting(day("2026-02-01"));
        window.end_on(Some(day("2026-08-01")), EndedBy::RightEnded);
        assert_eq!((window.end(), window.ended_by()), (day("2026-07-31"), EndedBy::Term));
        window.end_on(Some(day("2026-07-30")), EndedBy::RightEnded);
        window.end_on(Some(day("2026-07-30")), EndedBy::Left);
        assert_eq!((window.end(), window.ended_by()), (day("2026-07-30"), EndedBy::RightEnded));
        window.end_on(Some(day("2025-01-01")), EndedBy::Left);
        assert_eq!((window.end(), window.term_end()), (day("2026-01-31"), day("2026-07-31")));
    }

    fn couple(extensions: &[(Option<u128>, ExtensionKind, &str)]) -> Household {
        use crate::calendar::Period;
        use crate::household::member::MemberRole;
        use crate::id::HouseholdId;
        use uuid::Uuid;
        let mut household = Household::new(HouseholdId(Uuid::nil()));
        let id = |number| MemberId(Uuid::from_u128(number));
        let roles = [MemberRole::Applicant, MemberRole::Partner, MemberRole::Child];
        household.members =
            (0..).zip(roles).map(|(number, role)| Member::new(id(number), role, String::new())).collect();
        household.extensions = extensions
            .iter()
            .map(|(member, kind, reference)| Extension {
                member: member.map(id),
                kind: *kind,
                reference: (*reference).to_owned(),
                period: Period::new(day("2026-02-01"), Some(day("2026-02-28"))).expect("a period"),
            })
            .collect();
        household
    }

    #[test]
    fn a_cost_is_paid_on_the_basis_of_whose_it_is_and_without_one_not_at_all() {
        let household =
            couple(&[(Some(0), ExtensionKind::Consent, "T-1"), (Some(1), ExtensionKind::Art57, "A-1")]);
        let basis = |household: &Household, member: Option<u128>, on: &str| {
            let member = member.map(|number| MemberId(uuid::Uuid::from_u128(number)));
            Cover::legal_basis(household, CostKind::HealthPremium, member, day(on))
        };
        assert_eq!(basis(&household, Some(0), "2026-02-28").as_deref(), Some("Pw 46(3), toestemming T-1"));
        assert_eq!(basis(&household, Some(1), "2026-02-28").as_deref(), Some("Pw 57, besluit A-1"));
        assert_eq!(basis(&household, Some(2), "2026-02-28").as_deref(), Some("Pw 46(3), toestemming T-1"));
        assert_eq!(basis(&household, Some(1), "2026-03-01"), None);
        let one = couple(&[(Some(0), ExtensionKind::Consent, "T-1")]);
        assert_eq!(basis(&one, Some(1), "2026-02-28"), None);
        let child = Some(MemberId(uuid::Uuid::from_u128(2)));
        assert_eq!(
            Cover::on(&one, day("2026-02-28")).payer(CostKind::HealthPremium, child),
            Payer::Municipality
        );
    }
}
