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
    /// with the duty of civic integration on the day the right arises. It ends with the first of: its term, the
    /// right, the permit, the duty, a decision.
    pub fn of(household: &Household, member: &Member) -> Option<ReliefWindow> {
        let rights = household.rights();
        let mut theirs = rights.iter().filter_map(|right| right.of(member)).peekable();
        let start = member.right_since.or_else(|| theirs.peek().map(|period| period.from()))?;
        let on_start =
            |period: Option<crate::calendar::Period>| period.is_some_and(|period| period.contains(start));
        if !on_start(member.asylum_permit) || !on_start(member.civic_integration_duty) {
            return None;
        }
        if variant_on(household, member, start) == Some(&Variant::NotApplicable) {
            return None;
        }
        let right_until = theirs.last().and_then(super::calendar::Period::until);
        let left = [(member.died_on, EndedBy::Death), (member.present_until, EndedBy::Left)];
        let ended_by_right = left.into_iter().find(|(on, _)| on.is_some() && *on == right_until);
        let mut window = ReliefWindow::starting(start);
        window.end_on(right_until, ended_by_right.map_or(EndedBy::RightEnded, |(_, by)| by));
        let permit = member.asylum_permit.and_then(super::calendar::Period::until);
        window.end_on(permit, EndedBy::Decided(WindowEndReason::Permit));
        let duty = member.civic_integration_duty.and_then(super::calendar::Period::until);
        window.end_on(duty, EndedBy::Decided(WindowEndReason::CivicIntegration));
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

    /// The last of the windows of the adults: until then household costs stay mandatory.
    pub fn of_household(household: &Household) -> Option<ReliefWindow> {
        let windows = household.adults().filter_map(|member| ReliefWindow::of(household, member));
        windows.max_by_key(|window| window.end)
    }

    /// The day the right arises.
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
        Cover { household, adults }
    }

    /// Who pays a cost of this kind: an adult's own, or the household's. A cost of a child is the household's.
    pub fn payer(&self, kind: CostKind, member: Option<MemberId>) -> Payer {
        let pays = |variant: Option<&Variant>| variant.is_some_and(|variant| variant.pays(kind));
        let Some(id) = of_adult(self.household, member) else {
            let any = self.adults.iter().any(|(_, variant)| pays(*variant));
            return if any { Payer::Municipality } else { Payer::Client };
        };
        match self.adults.iter().find(|(member, _)| member.id == id) {
            Some((_, variant)) if pays(*variant) => Payer::Municipality,
            Some((_, None)) if self.usable() != Usable::Whole => Payer::NeedsConsent,
            _ => Payer::Client,
        }
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
