//! Tasks: what a person must do on a day. They follow from facts; only that one was done is recorded.
//!
//! Sources: domain.md §1.8 (handover), rulings 4, 23, 29, 37.

use chrono::{Days, NaiveDate};

use crate::calendar::{Month, OfficeCalendar};
use crate::household::right::{RightEnd, Ruling};
use crate::household::withholding::DeductionKind;
use crate::household::{Household, LineDecision};
use crate::id::MemberId;
use crate::obligation::Obligation;
use crate::policy::{LivingMoneyPayer, Policy};
use crate::relief::{Cover, Payer, ReliefWindow};

/// Something a person must do on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Task {
    /// The open office day it is planned on.
    pub on: NaiveDate,
    /// What.
    pub kind: TaskKind,
    /// For whom, when it is about one person.
    pub member: Option<MemberId>,
}

/// What a person must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// 60 days before the end: plan, and check that allowances reach the client's own account.
    Handover60,
    /// 45 days before: the client signs direct debits, or sets standing orders.
    Handover45,
    /// 30 days before: tell payees and client which run is the last.
    Handover30,
    /// 14 days before: hold the first debit dates against pay day.
    Handover14,
    /// The last run of the municipality.
    LastRun,
    /// Look at the first own payment with the client.
    FirstSelfPayment,
    /// Close, or decide on going on.
    Close,
    /// Look again at a decision about the window.
    ReviewVariant,
    /// Help to open an account: living money waits.
    OpenAccount,
    /// Ask a lawyer whether the order of the CAK may pass the protected amount.
    CheckCak,
    /// Hand over to the next municipality, with a legal basis or consent.
    TransferSummary,
    /// Report a data breach within 72 hours.
    DataBreach,
    /// Find a second person for a run.
    FindApprover,
    /// Arrange what fell due before the first pay day: no benefit pays it in time (ruling 9).
    LateDue,
}

impl TaskKind {
    /// Every kind.
    pub const ALL: [TaskKind; 14] = [
        TaskKind::Handover60,
        TaskKind::Handover45,
        TaskKind::Handover30,
        TaskKind::Handover14,
        TaskKind::LastRun,
        TaskKind::FirstSelfPayment,
        TaskKind::Close,
        TaskKind::ReviewVariant,
        TaskKind::OpenAccount,
        TaskKind::CheckCak,
        TaskKind::TransferSummary,
        TaskKind::DataBreach,
        TaskKind::FindApprover,
        TaskKind::LateDue,
    ];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            TaskKind::Handover60 => "handover_60",
            TaskKind::Handover45 => "handover_45",
            TaskKind::Handover30 => "handover_30",
            TaskKind::Handover14 => "handover_14",
            TaskKind::LastRun => "last_run",
            TaskKind::FirstSelfPayment => "first_self_payment",
            TaskKind::Close => "close",
            TaskKind::ReviewVariant => "review_variant",
            TaskKind::OpenAccount => "open_account",
            TaskKind::CheckCak => "check_cak",
            TaskKind::TransferSummary => "transfer_summary",
            TaskKind::DataBreach => "data_breach",
            TaskKind::FindApprover => "find_approver",
            TaskKind::LateDue => "late_due",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<TaskKind> {
        TaskKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A task on a day, or on the last open office day before it (ruling 23).
pub fn on_open_day(on: NaiveDate, kind: TaskKind, member: Option<MemberId>) -> Task {
    Task { on: OfficeCalendar.on_or_before(on), kind, member }
}

/// What follows from the facts of a household: the handover of each window, reviews, a missing account, orders
/// of the CAK and a move, in order of day.
pub fn tasks(household: &Household, obligations: &[Obligation], policy: &Policy) -> Vec<Task> {
    let mut tasks = Vec::new();
    for member in household.adults() {
        if let Some(window) = ReliefWindow::of(household, member) {
            // after a death there is nobody to hand over to: what stood before it was of the six months
            let end = if member.died_on.is_some() { window.term_end() } else { window.end() };
            let handover = handover(window, end, obligations, policy);
            let alive = |on: NaiveDate| member.died_on.is_none_or(|died_on| on <= died_on);
            let open = handover.map(|(on, kind)| on_open_day(on, kind, Some(member.id)));
            tasks.extend(open.filter(|task| alive(task.on)));
        }
        let rights = household.rights();
        let gets_money = rights.first().map(|right| right.period.from().max(right.decision.recorded_on));
        if let (None, Some(from), LivingMoneyPayer::Product) =
            (&member.account, gets_money, policy.living_money_payer)
        {
            let from = from.max(member.present_from.unwrap_or(from));
            tasks.push(on_open_day(from, TaskKind::OpenAccount, Some(member.id)));
        }
    }
    let lives_on = |member: MemberId, on: NaiveDate| {
        let died_on = household.member(member).and_then(|member| member.died_on);
        died_on.is_none_or(|died_on| on <= died_on)
    };
    for decision in &household.window_decisions {
        if !lives_on(decision.member, decision.review_on) {
            continue;
        }
        tasks.push(on_open_day(decision.review_on, TaskKind::ReviewVariant, Some(decision.member)));
    }
    for order in household.deductions.iter().filter(|order| order.kind == DeductionKind::Cak) {
        tasks.push(on_open_day(order.recorded_on, TaskKind::CheckCak, None));
    }
    let moved = household.decisions.iter().max_by_key(|decision| decision.from);
    let is_move = |ruling| matches!(ruling, &Ruling::NoRight { reason: RightEnd::Moved });
    if let Some(moved) = moved.filter(|decision| is_move(&decision.ruling)) {
        tasks.push(on_open_day(moved.recorded_on, TaskKind::TransferSummary, None));
    }
    tasks.extend(household.data_breaches.iter().map(|on| on_open_day(*on, TaskKind::DataBreach, None)));
    tasks.extend(late_dues(household, obligations, policy));
    tasks.sort();
    tasks.dedup();
    tasks
}

/// What falls due from the day a right arises and must be executed before its first pay day is paid by no benefit in
/// time: it is listed as late at once (ruling 9), until somebody else paid it or a person decided about it.
fn late_dues(household: &Household, obligations: &[Obligation], policy: &Policy) -> Vec<Task> {
    let rights = household.rights();
    let has_right = |month: Month| rights.iter().any(|right| 0 < right.period.days_in(month));
    let mut tasks = Vec::new();
    for right in rights.iter().filter(|right| !has_right(Month::of(right.period.from()).previous())) {
        let from = right.period.from();
        let pay_day = policy.pay_day(Month::of(from));
        for (obligation, period) in obligations
            .iter()
            .flat_map(|known| Month::of(from).through(Month::of(pay_day)).map(move |month| (known, month)))
        {
            let Some((due_on, _)) = obligation.due_in(period) else { continue };
            let execution = policy.execution_of(due_on);
            let is_late = from <= due_on && execution < pay_day;
            let is_ours = || {
                let cover = Cover::on(household, execution.max(from));
                cover.payer(obligation.kind, obligation.member) == Payer::Municipality
            };
            let decided = |decision: &LineDecision| {
                decision.obligation == obligation.id && decision.period == Some(period)
            };
            let is_open = !household.was_paid_elsewhere(obligation.id, period)
                && !household.line_decisions.iter().any(decided);
            if is_late && is_open && is_ours() {
                let on = right.decision.recorded_on;
                tasks.push(on_open_day(on, TaskKind::LateDue, obligation.member));
            }
        }
    }
    tasks
}

/// The days of the handover of a window that ends on a day.
fn handover(
    window: ReliefWindow,
    end: NaiveDate,
    obligations: &[Obligation],
    policy: &Policy,
) -> impl Iterator<Item = (NaiveDate, TaskKind)> {
    let before = |days| end.checked_sub_days(Days::new(days)).unwrap_or(end);
    let after = |months| Month::of(end).plus(months).day(chrono::Datelike::day(&end));
    let first_self_payment = first_client_due(window, obligations, policy).map(|due| due + Days::new(5));
    let is_long_enough = window.start() <= end;
    [
        Some((before(60), TaskKind::Handover60)),
        Some((before(45), TaskKind::Handover45)),
        Some((before(30), TaskKind::Handover30)),
        Some((before(14), TaskKind::Handover14)),
        last_run(window, policy).filter(|_| end == window.end()).map(|on| (on, TaskKind::LastRun)),
        Some((after(1).max(first_self_payment.unwrap_or(end)), TaskKind::FirstSelfPayment)),
        Some((after(3), TaskKind::Close)),
    ]
    .into_iter()
    .flatten()
    .filter(move |(on, _)| is_long_enough && window.start() <= *on)
}

/// The last pay day in a window.
pub fn last_run(window: ReliefWindow, policy: &Policy) -> Option<NaiveDate> {
    let months = Month::of(window.start()).previous().through(Month::of(window.end()));
    months.map(|month| policy.pay_day(month)).filter(|pay_day| window.covers(*pay_day)).last()
}

/// The first due that the client pays after a window.
fn first_client_due(window: ReliefWindow, obligations: &[Obligation], policy: &Policy) -> Option<NaiveDate> {
    let end = window.end();
    let months = Month::of(end).through(Month::of(end).plus(2));
    let dues =
        months.flat_map(|month| obligations.iter().filter_map(move |obligation| obligation.due_in(month)));
    dues.map(|(due_on, _)| due_on).filter(|due_on| end < policy.execution_of(*due_on)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn c6_a_handover_task_on_a_saturday_moves_to_friday() {
        let policy = Policy::parse(include_str!("../../samples/policy.toml")).expect("the default");
        let window = ReliefWindow::starting(day("2026-01-12"));
        let tasks =
            handover(window, window.end(), &[], &policy).map(|(on, kind)| on_open_day(on, kind, None));
        let tasks: Vec<String> = tasks.map(|task| format!("{} {}", task.on, task.kind.code())).collect();
        assert_eq!(
            tasks,
            [
                "2026-05-12 handover_60",
                "2026-05-27 handover_45",
                "2026-06-11 handover_30",
                "2026-06-26 handover_14",
                "2026-06-30 last_run",
                "2026-08-11 first_self_payment",
                "2026-10-09 close",
            ]
        );
    }
}
