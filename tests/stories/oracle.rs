//! A second calculation of a benefit month, to hold the engine against in property tests.
//!
//! Written from the law and the rulings, and never from the engine: it knows nothing of the
//! product's code. It is slow on purpose. It walks over every day to ask which decision governs it,
//! looks at every day for dues, and reckons in whole cents with whole numbers only. Where the
//! documents were silent, the choice stands at the function that made it.
//!
//! The first part is the calculation ([`month`], [`play`]), the second makes stories for it
//! ([`story`]), and the tests hold it against the worked cases.

use chrono::{Datelike, NaiveDate, Weekday};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A calendar month: the year, and the number of the month from 1 to 12.
pub(crate) type Month = (i32, u32);

/// The number of the applicant, as in [`Obligation::personal_of`].
pub(crate) const APPLICANT: u8 = 0;

/// The number of the partner, as in [`Obligation::personal_of`].
pub(crate) const PARTNER: u8 = 1;

/// The facts of one household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Story {
    /// One adult, or two.
    pub(crate) adults: u8,
    /// How many children live with them.
    pub(crate) children: u8,
    /// The first day on which the second adult is present; without it she or he always is.
    pub(crate) partner_from: Option<NaiveDate>,
    /// What was decided on the right, in the order in which it was decided.
    pub(crate) decisions: Vec<Decision>,
    /// What the household earns or receives beside the benefit.
    pub(crate) incomes: Vec<Income>,
    /// The decided cuts.
    pub(crate) reductions: Vec<Reduction>,
    /// What was paid before the right was decided.
    pub(crate) advances: Vec<Advance>,
    /// What special assistance adds.
    pub(crate) bridges: Vec<Bridge>,
    /// What is withheld, in the order given.
    pub(crate) deductions: Vec<Deduction>,
    /// The fixed costs.
    pub(crate) obligations: Vec<Obligation>,
    /// What the municipality chose.
    pub(crate) policy: Policy,
}

/// A decision on the right. From its first day on it takes the place of every earlier decision, also
/// after its own last day: then there is no right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The first day.
    pub(crate) from: NaiveDate,
    /// The last day, where one was decided.
    pub(crate) until: Option<NaiveDate>,
    /// What is granted.
    pub(crate) norm: Norm,
}

/// The norm a decision grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Norm {
    /// A single person or single parent from 21 years on.
    Single,
    /// A couple, both from 21 years on.
    Couple,
    /// A single person who shares costs: so many people together, the applicant counted.
    CostSharing {
        /// How many share the costs.
        sharers: u8,
    },
    /// The right is refused or ended.
    NoRight,
}

/// An income. It counts with its full monthly amount in every month that has one of its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Income {
    /// The first day.
    pub(crate) from: NaiveDate,
    /// The last day, if it ends.
    pub(crate) until: Option<NaiveDate>,
    /// Net cents a month.
    pub(crate) monthly: i64,
    /// How much of it counts against the benefit.
    pub(crate) counts: Counts,
}

/// How much of an income counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// All of it.
    Fully,
    /// Wages: a quarter is left free, to a maximum of 285.00 a month.
    Wage25,
    /// Nothing of it.
    Exempt,
}

/// A cut of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reduction {
    /// The month.
    pub(crate) month: Month,
    /// How many thousandths of the norm of that month's days.
    pub(crate) per_mille_of_norm: i64,
}

/// An advance on the benefit of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Advance {
    /// The month it was an advance on.
    pub(crate) month: Month,
    /// Cents.
    pub(crate) amount: i64,
}

/// A bridging grant for one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bridge {
    /// The month.
    pub(crate) month: Month,
    /// Cents.
    pub(crate) amount: i64,
}

/// What is withheld from the benefit each month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deduction {
    /// Its kind, which decides its turn.
    pub(crate) kind: DeductionKind,
    /// Cents a month.
    pub(crate) amount: i64,
    /// The first month.
    pub(crate) from: Month,
    /// What it takes in all, where there is an end to it.
    pub(crate) total: Option<i64>,
}

/// The kinds of deduction in the order of their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeductionKind {
    /// Attachment by a bailiff.
    Seizure,
    /// A fraud claim or fine, which must be set off.
    MandatorySetOff,
    /// Another recovery claim.
    Claim,
    /// An instalment of an assistance loan: at most 36 above zero.
    LoanRepayment,
}

/// A fixed cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Obligation {
    /// Its kind, which decides its turn.
    pub(crate) kind: ObligationKind,
    /// Whose it is: [`APPLICANT`], [`PARTNER`], or without it the household's.
    pub(crate) personal_of: Option<u8>,
    /// Cents each time.
    pub(crate) amount: i64,
    /// The first day it is due; its day number is that of the later ones.
    pub(crate) first_due: NaiveDate,
    /// Nothing is due after this day.
    pub(crate) last_due: Option<NaiveDate>,
    /// How often.
    pub(crate) rhythm: Rhythm,
}

/// The kinds of fixed cost in the order of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ObligationKind {
    /// Rent.
    Rent,
    /// The compulsory health insurance.
    HealthPremium,
    /// Electricity, gas or heat.
    Energy,
    /// Water.
    Water,
    /// Anything the client asked for.
    Voluntary,
}

/// How often a fixed cost is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// Every month.
    Monthly,
    /// Every third month.
    Quarterly,
}

/// What the municipality chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// The floor of the living money of one adult.
    pub(crate) single: i64,
    /// Of one adult with children.
    pub(crate) single_parent: i64,
    /// Of two adults.
    pub(crate) couple: i64,
    /// Of two adults with children.
    pub(crate) couple_with_children: i64,
    /// Whether later and smaller dues are still paid after one that does not fit.
    pub(crate) skip_and_continue: bool,
    /// Whether a part month is counted in months of thirty days.
    pub(crate) thirty_day_months: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            single: 300_00,
            single_parent: 450_00,
            couple: 450_00,
            couple_with_children: 600_00,
            skip_and_continue: false,
            thirty_day_months: false,
        }
    }
}

/// What the earlier months left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Before {
    /// The holiday allowance that is reserved and not yet paid.
    pub(crate) reserved: i64,
    /// What each deduction took, in the order of [`Story::deductions`]; one that is not listed took
    /// nothing yet.
    pub(crate) taken: Vec<Taken>,
}

/// What one deduction took so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Cents.
    pub(crate) total: i64,
    /// In how many months it took more than nothing.
    pub(crate) instalments: u32,
}

impl Before {
    /// The state after the month that came out as `result`.
    pub(crate) fn after(&self, result: &MonthResult) -> Before {
        let mut taken = self.taken.clone();
        taken.resize(result.deducted.len(), Taken::default());
        for (so_far, amount) in taken.iter_mut().zip(&result.deducted) {
            so_far.total += amount;
            so_far.instalments += u32::from(*amount > 0);
        }
        Before { reserved: self.reserved + result.holiday_reserve - result.holiday_payout, taken }
    }
}

/// A month, calculated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MonthResult {
    /// The benefit including the holiday allowance.
    pub(crate) granted: i64,
    /// The part of it that is kept for the holiday allowance.
    pub(crate) holiday_reserve: i64,
    /// The benefit without the holiday allowance.
    pub(crate) payable: i64,
    /// The holiday allowance that is paid this month.
    pub(crate) holiday_payout: i64,
    /// The income that counts against the norm, also where it is more than the norm.
    pub(crate) counted_income: i64,
    /// The decided cut, also where it is more than was left.
    pub(crate) reduced: i64,
    /// What all deductions together may take.
    pub(crate) room: i64,
    /// What each deduction takes, in the order of [`Story::deductions`].
    pub(crate) deducted: Vec<i64>,
    /// What there is for fixed costs and living money.
    pub(crate) available: i64,
    /// The dues of the month in the order of payment.
    pub(crate) lines: Vec<Line>,
    /// What is left when the lines to pay are paid.
    pub(crate) living_money: i64,
    /// What the applicant and the partner get of living money and holiday payout together.
    pub(crate) shares: (i64, i64),
    /// Whether a person has to decide on this month.
    pub(crate) needs_decision: bool,
}

/// A due of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Which of [`Story::obligations`].
    pub(crate) obligation: usize,
    /// The day it is due.
    pub(crate) due: NaiveDate,
    /// Cents.
    pub(crate) amount: i64,
    /// What becomes of it at cut-off without a decision.
    pub(crate) outcome: Outcome,
}

/// What becomes of a due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The municipality pays it in full.
    Pay,
    /// It is held until a person decides.
    NeedsDecision,
    /// It does not fit.
    Unfunded {
        /// What is missing to pay it and all unpaid dues before it.
        short: i64,
    },
    /// The municipality has no duty to pay it: the client does.
    ClientPays,
}

/// The calculation of `month`, paid on the day `execution`, after what `before` says; `None` when no
/// day of the month has a right.
pub(crate) fn month(
    story: &Story,
    month: Month,
    execution: NaiveDate,
    before: &Before,
) -> Option<MonthResult> {
    let runs = runs_of_right(story, month);
    let last_norm = runs.last()?.norm;
    let norm_of_days = runs.iter().map(|run| amount_of_run(story, *run, month)).sum();

    let counted_income = counted_income(story, month);
    let reduced = reduced(story, month, norm_of_days);
    let granted = (norm_of_days - counted_income - reduced).max(0);
    let holiday_reserve = half_up(granted, 48, 1_000);
    let payable = granted - holiday_reserve;
    let holiday_payout = if right_ends(story, month) {
        before.reserved + holiday_reserve
    } else if month.1 == 6 {
        before.reserved
    } else {
        0
    };

    let room = room(benefit_norm(last_norm, month), granted, counted_income);
    let after_advance = (payable - advance(story, month)).max(0);
    let deducted = deducted(story, month, before, room.min(after_advance));
    let available = after_advance - deducted.iter().sum::<i64>() + bridge(story, month);

    let mut lines = lines_in_order(story, month, execution, available);
    let floor = floor(story, execution);
    let below_floor = available - paid(&lines) + reported_income(story, month) < floor;
    if below_floor {
        hold_all_but_rent_and_premium(story, &mut lines);
    }
    let held = lines.iter().any(|line| line.outcome == Outcome::NeedsDecision);

    Some(MonthResult {
        granted,
        holiday_reserve,
        payable,
        holiday_payout,
        counted_income,
        reduced,
        room,
        deducted,
        available,
        living_money: available - paid(&lines),
        shares: shares(story, execution, &lines, available + holiday_payout),
        lines,
        needs_decision: below_floor || held,
    })
}

/// Every month with a right from the first one to `last`, each paid on its own pay day and each after
/// the ones before it.
pub(crate) fn play(story: &Story, last: Month) -> Vec<(Month, MonthResult)> {
    let mut played = Vec::new();
    let mut before = Before::default();
    let Some(first) = story.decisions.iter().map(|decision| decision.from).min() else { return played };
    let mut at = month_of(first);
    while at <= last {
        if let Some(result) = month(story, at, pay_day(at), &before) {
            before = before.after(&result);
            played.push((at, result));
        }
        at = next_month(at);
    }
    played
}

/// The first and the last day on which the municipality has to pay the fixed costs of a person.
///
/// Six months from the first day on which a governing decision gives the person a right. The last day
/// is the one before the same day number six months later, and the last day of that month where it
/// does not have that number. A right that ends and starts again does not start a new window. Where it
/// does not start again, the window ends with the right.
pub(crate) fn relief_window(story: &Story, person: u8) -> Option<(NaiveDate, NaiveDate)> {
    if person == PARTNER && story.adults == 1 {
        return None;
    }
    LAST_WINDOWS.with_borrow_mut(|last| {
        if last.decisions != story.decisions || last.partner_from != (story.adults, story.partner_from) {
            *last = Windows {
                decisions: story.decisions.clone(),
                partner_from: (story.adults, story.partner_from),
                of: [APPLICANT, PARTNER].map(|person| walk_to_window(story, person)),
            };
        }
        last.of[usize::from(person)]
    })
}

/// The windows of the story that was asked about last: a month asks for them at every line.
#[derive(Default)]
struct Windows {
    decisions: Vec<Decision>,
    partner_from: (u8, Option<NaiveDate>),
    of: [Option<(NaiveDate, NaiveDate)>; 2],
}

thread_local! {
    static LAST_WINDOWS: std::cell::RefCell<Windows> = std::cell::RefCell::default();
}

fn walk_to_window(story: &Story, person: u8) -> Option<(NaiveDate, NaiveDate)> {
    let (from, until) = first_and_last_mention(story)?;
    let first = days(from, until).find(|day| has_right(story, person, *day))?;
    let mut target = month_of(first);
    for _ in 0..6 {
        target = next_month(target);
    }
    let last = match NaiveDate::from_ymd_opt(target.0, target.1, first.day()) {
        Some(same_number) => day_before(same_number),
        None => last_day(target),
    };
    if has_right(story, person, day_after(until)) {
        return Some((first, last));
    }
    let last_with_right = days(from, until).filter(|day| has_right(story, person, *day)).last()?;
    Some((first, last.min(last_with_right)))
}

/// The pay day of a month: its last TARGET day.
pub(crate) fn pay_day(month: Month) -> NaiveDate {
    execution_day(last_day(month))
}

/// The last TARGET day on or before `due`.
pub(crate) fn execution_day(due: NaiveDate) -> NaiveDate {
    let mut day = due;
    while !is_target_day(day) {
        day = day_before(day);
    }
    day
}

// Which decision governs which day.

/// Days of one month under one decision, as day numbers.
#[derive(Clone, Copy, Debug)]
struct Run {
    decision: usize,
    norm: Norm,
    first: u32,
    last: u32,
}

fn runs_of_right(story: &Story, month: Month) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for day in days_of(month) {
        let Some(decision) = governing(story, day) else { continue };
        match runs.last_mut() {
            Some(run) if run.decision == decision => run.last = day.day(),
            _ => {
                let norm = story.decisions[decision].norm;
                runs.push(Run { decision, norm, first: day.day(), last: day.day() });
            }
        }
    }
    runs
}

/// The decision that gives a right on `day`: the one taken last of those that have begun, if it has
/// not ended and does not refuse.
fn governing(story: &Story, day: NaiveDate) -> Option<usize> {
    let latest = story.decisions.iter().rposition(|decision| decision.from <= day)?;
    let decision = story.decisions[latest];
    let ended = decision.until.is_some_and(|until| until < day);
    if ended || decision.norm == Norm::NoRight { None } else { Some(latest) }
}

fn has_right(story: &Story, person: u8, day: NaiveDate) -> bool {
    match governing(story, day) {
        None => false,
        Some(_) if person == APPLICANT => true,
        Some(decision) => story.decisions[decision].norm == Norm::Couple && partner_present(story, day),
    }
}

fn partner_present(story: &Story, day: NaiveDate) -> bool {
    story.adults == 2 && story.partner_from.is_none_or(|from| from <= day)
}

/// Whether the right that was there does not run on over the end of the month. A new right from the
/// first of the next month after days without one is another right.
fn right_ends(story: &Story, month: Month) -> bool {
    let on_last_day = governing(story, last_day(month)).is_some();
    let on_next_day = governing(story, first_day(next_month(month))).is_some();
    !(on_last_day && on_next_day)
}

/// From the earliest day of any decision to a day by which nothing in them changes any more.
fn first_and_last_mention(story: &Story) -> Option<(NaiveDate, NaiveDate)> {
    let first = story.decisions.iter().map(|decision| decision.from).min()?;
    let begins = story.decisions.iter().map(|decision| decision.from);
    let ends = story.decisions.iter().filter_map(|decision| decision.until);
    let last = begins.chain(ends).chain(story.partner_from).max()?;
    Some((first, last))
}

// The amount of the benefit.

/// Part of a month: the norm times the days, divided by the days of the month, half-up. In months of
/// thirty days the last day of the month is the thirtieth, and both ends of the run are counted in: so the
/// parts of a February are thirty days together.
fn amount_of_run(story: &Story, run: Run, month: Month) -> i64 {
    let norm = benefit_norm(run.norm, month);
    let days_in_month = last_day(month).day();
    if run.first == 1 && run.last == days_in_month {
        return norm;
    }
    if story.policy.thirty_day_months {
        let last = if run.last == days_in_month { 30 } else { run.last.min(30) };
        half_up(norm, i64::from(last - run.first.min(30) + 1), 30)
    } else {
        half_up(norm, i64::from(run.last - run.first + 1), i64::from(days_in_month))
    }
}

/// The whole amount of a norm in a month, including the holiday allowance.
fn benefit_norm(norm: Norm, month: Month) -> i64 {
    assert!((2025, 7) <= month, "the norms are written down from July 2025 on");
    let (single, couple) = if month < (2026, 1) {
        (1_369_06, 1_955_80)
    } else if month < (2026, 7) {
        (1_401_50, 2_002_13)
    } else {
        (1_419_46, 2_027_79)
    };
    match norm {
        Norm::Single => single,
        Norm::Couple => couple,
        // (40 % + A × 30 %) / A of the norm of a couple.
        Norm::CostSharing { sharers } => {
            half_up(couple, 40 + 30 * i64::from(sharers), 100 * i64::from(sharers))
        }
        Norm::NoRight => 0,
    }
}

/// The income that counts. The maximum of what is left free is one of the month, for all wages of the
/// household together; a quarter is taken of their sum.
fn counted_income(story: &Story, month: Month) -> i64 {
    let mut fully = 0;
    let mut wages = 0;
    for income in incomes_of(story, month) {
        match income.counts {
            Counts::Fully => fully += income.monthly,
            Counts::Wage25 => wages += income.monthly,
            Counts::Exempt => {}
        }
    }
    fully + wages - half_up(wages, 25, 100).min(285_00)
}

fn reported_income(story: &Story, month: Month) -> i64 {
    incomes_of(story, month).iter().map(|income| income.monthly).sum()
}

fn incomes_of(story: &Story, month: Month) -> Vec<Income> {
    let touches = |income: &Income| {
        days_of(month).any(|day| income.from <= day && income.until.is_none_or(|until| day <= until))
    };
    story.incomes.iter().copied().filter(touches).collect()
}

fn reduced(story: &Story, month: Month, norm_of_days: i64) -> i64 {
    let of_month = story.reductions.iter().filter(|reduction| reduction.month == month);
    of_month.map(|reduction| half_up(norm_of_days, reduction.per_mille_of_norm, 1_000)).sum()
}

fn advance(story: &Story, month: Month) -> i64 {
    story.advances.iter().filter(|advance| advance.month == month).map(|advance| advance.amount).sum()
}

fn bridge(story: &Story, month: Month) -> i64 {
    story.bridges.iter().filter(|bridge| bridge.month == month).map(|bridge| bridge.amount).sum()
}

/// Ruling 3 to the letter: the protected amount is 95 % of the whole month's norm, rounded up, and
/// becomes negative when the income is above it.
fn room(norm: i64, granted: i64, counted_income: i64) -> i64 {
    let protected = up(norm, 95, 100);
    let five_percent = norm - protected;
    five_percent.min(granted - (protected - counted_income)).max(0)
}

/// What each deduction takes of the money they share, kind by kind, the oldest first, and then in the
/// order given: a second seizure does not come before the first (C4).
fn deducted(story: &Story, month: Month, before: &Before, shared: i64) -> Vec<i64> {
    let turns = [
        DeductionKind::Seizure,
        DeductionKind::MandatorySetOff,
        DeductionKind::Claim,
        DeductionKind::LoanRepayment,
    ];
    let mut left = shared;
    let mut taken = vec![0; story.deductions.len()];
    let mut oldest_first: Vec<(usize, &Deduction)> = story.deductions.iter().enumerate().collect();
    oldest_first.sort_by_key(|(index, deduction)| (deduction.from, *index));
    for kind in turns {
        for (index, deduction) in oldest_first.iter().copied() {
            let so_far = before.taken.get(index).copied().unwrap_or_default();
            let paid_off = kind == DeductionKind::LoanRepayment && 36 <= so_far.instalments;
            if deduction.kind != kind || month < deduction.from || paid_off {
                continue;
            }
            let rest = deduction.total.map_or(i64::MAX, |total| (total - so_far.total).max(0));
            taken[index] = deduction.amount.min(rest).min(left);
            left -= taken[index];
        }
    }
    taken
}

// The fixed costs.

/// Whose fixed costs the municipality has to pay on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covered {
    Nobody,
    OneOfTwo(u8),
    AllPresent,
}

fn covered(story: &Story, execution: NaiveDate) -> Covered {
    let applicant = in_window(story, APPLICANT, execution);
    let partner = in_window(story, PARTNER, execution);
    match (applicant, partner) {
        (false, false) => Covered::Nobody,
        (true, true) => Covered::AllPresent,
        (true, false) if !partner_present(story, execution) => Covered::AllPresent,
        (true, false) => Covered::OneOfTwo(APPLICANT),
        (false, true) => Covered::OneOfTwo(PARTNER),
    }
}

fn in_window(story: &Story, person: u8, day: NaiveDate) -> bool {
    relief_window(story, person).is_some_and(|(first, last)| first <= day && day <= last)
}

/// The dues of the month in the order of payment, each with its outcome before the floor is looked at.
fn lines_in_order(story: &Story, month: Month, execution: NaiveDate, available: i64) -> Vec<Line> {
    let covered = covered(story, execution);
    let mut left = match covered {
        Covered::Nobody => 0,
        Covered::AllPresent => available,
        Covered::OneOfTwo(person) => half_of(available, person),
    };
    let mut unpaid = 0;
    let mut stopped = false;
    let mut lines = dues(story, month);
    for line in &mut lines {
        if let Some(outcome) = not_ours(story, line.obligation, covered, execution) {
            line.outcome = outcome;
        } else if !stopped && line.amount <= left {
            line.outcome = Outcome::Pay;
            left -= line.amount;
        } else {
            unpaid += line.amount;
            stopped = !story.policy.skip_and_continue;
            line.outcome = Outcome::Unfunded { short: unpaid - left };
        }
    }
    if let Covered::OneOfTwo(_) = covered {
        hold_what_one_half_cannot_carry(story, &mut lines);
    }
    lines
}

/// The outcome of a line that is not to be paid for anyone who is covered.
fn not_ours(story: &Story, obligation: usize, covered: Covered, execution: NaiveDate) -> Option<Outcome> {
    let person = story.obligations[obligation].personal_of;
    match (covered, person) {
        (Covered::Nobody, _) => Some(Outcome::ClientPays),
        (_, None) => None,
        (_, Some(person)) if in_window(story, person, execution) => None,
        (Covered::OneOfTwo(_), Some(_)) => Some(Outcome::NeedsDecision),
        // The premium of a partner who has not come yet.
        (Covered::AllPresent, Some(_)) => Some(Outcome::ClientPays),
    }
}

/// Ruling 7. Within the half that may be used a decision is needed as soon as one of its lines does
/// not fit: that line is held, and by ruling 1 so is everything but rent and premium. A line of the
/// other person is held by itself and starts nothing.
fn hold_what_one_half_cannot_carry(story: &Story, lines: &mut [Line]) {
    let mut one_does_not_fit = false;
    for line in &mut *lines {
        if let Outcome::Unfunded { .. } = line.outcome {
            line.outcome = Outcome::NeedsDecision;
            one_does_not_fit = true;
        }
    }
    if one_does_not_fit {
        hold_all_but_rent_and_premium(story, lines);
    }
}

fn hold_all_but_rent_and_premium(story: &Story, lines: &mut [Line]) {
    for line in lines {
        let kind = story.obligations[line.obligation].kind;
        let first_needs = kind == ObligationKind::Rent || kind == ObligationKind::HealthPremium;
        if line.outcome == Outcome::Pay && !first_needs {
            line.outcome = Outcome::NeedsDecision;
        }
    }
}

/// What is due on days whose execution day lies between this pay day and the next one.
fn dues(story: &Story, month: Month) -> Vec<Line> {
    let from = pay_day(month);
    let until = pay_day(next_month(month));
    // A day that is closed is executed before it, so days a little after the next pay day can be ours.
    let last_look = last_day(next_month(next_month(month)));
    let mut lines = Vec::new();
    for due in days(from, last_look) {
        let execution = execution_day(due);
        if execution < from || until <= execution {
            continue;
        }
        for (obligation, cost) in story.obligations.iter().enumerate() {
            if is_due(cost, due) {
                let outcome = Outcome::NeedsDecision;
                lines.push(Line { obligation, due, amount: cost.amount, outcome });
            }
        }
    }
    lines.sort_by_key(|line| (story.obligations[line.obligation].kind, line.due, line.obligation));
    lines
}

/// A fixed cost is due on the day number of its first due, and on the last day of a month that does
/// not have that number.
fn is_due(cost: &Obligation, day: NaiveDate) -> bool {
    if day < cost.first_due || cost.last_due.is_some_and(|last| last < day) {
        return false;
    }
    let month = month_of(day);
    let day_number = cost.first_due.day().min(last_day(month).day());
    if day.day() != day_number {
        return false;
    }
    let every = match cost.rhythm {
        Rhythm::Monthly => 1,
        Rhythm::Quarterly => 3,
    };
    let mut turn = month_of(cost.first_due);
    while turn < month {
        for _ in 0..every {
            turn = next_month(turn);
        }
    }
    turn == month
}

fn paid(lines: &[Line]) -> i64 {
    lines.iter().filter(|line| line.outcome == Outcome::Pay).map(|line| line.amount).sum()
}

fn floor(story: &Story, execution: NaiveDate) -> i64 {
    let policy = story.policy;
    match (partner_present(story, execution), 0 < story.children) {
        (false, false) => policy.single,
        (false, true) => policy.single_parent,
        (true, false) => policy.couple,
        (true, true) => policy.couple_with_children,
    }
}

/// Who gets what of living money and holiday payout; `money` is what was there before paying lines.
///
/// Ruling 7: each spouse has half of the money and bears half of what is shared, and each bears the
/// own personal costs. While one of the two is covered, that half bears all that is paid. The odd cent
/// is the applicant's. What one half cannot bear, the other does.
fn shares(story: &Story, execution: NaiveDate, lines: &[Line], money: i64) -> (i64, i64) {
    if !partner_present(story, execution) {
        return (money - paid(lines), 0);
    }
    let covered = covered(story, execution);
    let (mut shared, mut own) = (0, [0, 0]);
    for line in lines.iter().filter(|line| line.outcome == Outcome::Pay) {
        match (covered, story.obligations[line.obligation].personal_of) {
            (Covered::OneOfTwo(person), _) | (_, Some(person)) => own[usize::from(person)] += line.amount,
            (_, None) => shared += line.amount,
        }
    }
    let applicant = half_of(money - shared, APPLICANT) - own[0];
    let partner = half_of(money - shared, PARTNER) - own[1];
    if applicant < 0 {
        (0, partner + applicant)
    } else if partner < 0 {
        (applicant + partner, 0)
    } else {
        (applicant, partner)
    }
}

/// The half of a person: the odd cent is the applicant's.
fn half_of(amount: i64, person: u8) -> i64 {
    let smaller = amount / 2;
    if person == PARTNER { smaller } else { amount - smaller }
}

// Whole numbers.

/// `amount × parts / whole`, rounded to the nearest cent and a half cent up.
fn half_up(amount: i64, parts: i64, whole: i64) -> i64 {
    let (product, whole) = (i128::from(amount) * i128::from(parts), i128::from(whole));
    assert!(0 <= product, "only amounts that are not negative are rounded");
    cents((2 * product + whole) / (2 * whole))
}

/// `amount × parts / whole`, rounded up.
fn up(amount: i64, parts: i64, whole: i64) -> i64 {
    let (product, whole) = (i128::from(amount) * i128::from(parts), i128::from(whole));
    assert!(0 <= product, "only amounts that are not negative are rounded");
    cents((product + whole - 1) / whole)
}

fn cents(amount: i128) -> i64 {
    i64::try_from(amount).expect("an amount of money fits in 64 bits")
}

// The calendar.

/// The Easter Sundays, as published.
const EASTER_SUNDAYS: [(i32, u32, u32); 10] = [
    (2024, 3, 31),
    (2025, 4, 20),
    (2026, 4, 5),
    (2027, 3, 28),
    (2028, 4, 16),
    (2029, 4, 1),
    (2030, 4, 21),
    (2031, 4, 13),
    (2032, 3, 28),
    (2033, 4, 17),
];

fn is_target_day(day: NaiveDate) -> bool {
    let closed_every_year = [(1, 1), (5, 1), (12, 25), (12, 26)].contains(&(day.month(), day.day()));
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let (year, month, number) = EASTER_SUNDAYS
        .into_iter()
        .find(|(year, _, _)| *year == day.year())
        .expect("the year is one of those whose Easter is written down");
    let easter = date(year, month, number);
    let good_friday = day_before(day_before(easter));
    let easter_monday = day_after(easter);
    !(closed_every_year || weekend || day == good_friday || day == easter_monday)
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the calendar has this day")
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().expect("the calendar has a day before")
}

fn day_after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().expect("the calendar has a day after")
}

fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

fn days_of(month: Month) -> impl Iterator<Item = NaiveDate> {
    days(first_day(month), last_day(month))
}

fn month_of(day: NaiveDate) -> Month {
    (day.year(), day.month())
}

fn next_month((year, month): Month) -> Month {
    if month == 12 { (year + 1, 1) } else { (year, month + 1) }
}

fn first_day((year, month): Month) -> NaiveDate {
    date(year, month, 1)
}

fn last_day(month: Month) -> NaiveDate {
    day_before(first_day(next_month(month)))
}

// Stories.

/// The first day on which a made-up right can begin.
const FIRST_START: (i32, u32, u32) = (2025, 7, 1);

/// How many days later the last one begins: 30 June 2027.
const START_DAYS: u32 = 729;

/// Stories that are possible and awkward.
///
/// Rights begin on any day from July 2025 to June 2027; an objection may move the beginning back, a
/// partner may join, the right may end by its own last day or by a decision and may begin again. In
/// many stories one due is set so that it just fits, or misses by a cent, what is there, a half of it,
/// or the floor. Nothing is due before the first pay day that can pay it (ruling 8), wages are left
/// free in six months at most, and only a household of one adult has two wages at once.
pub(crate) fn story() -> impl Strategy<Value = Story> {
    let costs = vec(made_obligation(), 0..=7);
    let money = (
        vec(made_income(), 0..=3),
        vec(made_reduction(), 0..=2),
        option::weighted(0.2, (0_u32..=2, 1_i64..=1_800_00)),
        option::weighted(0.3, (0_u32..=8, 1_i64..=800_00)),
        vec(made_deduction(), 0..=4),
    );
    (household(), course(), money, costs, policy(), option::weighted(0.5, tight())).prop_map(
        |(household, course, money, costs, policy, tight)| {
            let mut story = bare_story(household, course, policy);
            add_money(&mut story, money);
            story.obligations = costs.into_iter().map(|cost| placed(&story, cost)).collect();
            if let Some(tight) = tight {
                fit_by_a_cent(&mut story, tight);
            }
            story
        },
    )
}

/// First day, whether there are two adults, children, days until the second adult comes, cost sharers.
type Household = (NaiveDate, bool, u8, Option<u32>, Option<u8>);

fn household() -> impl Strategy<Value = Household> {
    (start(), any::<bool>(), 0_u8..=3, option::weighted(0.5, 1_u32..=300), option::weighted(0.15, 2_u8..=6))
}

fn start() -> impl Strategy<Value = NaiveDate> {
    let (year, month, day) = FIRST_START;
    let any_day = (0..=START_DAYS).prop_map(move |later| days_after(date(year, month, day), later));
    let awkward = select(vec![
        date(2026, 2, 1),
        date(2026, 1, 12),
        date(2026, 1, 30),
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2025, 8, 29),
        date(2025, 8, 30),
        date(2025, 8, 31),
        date(2026, 8, 28),
        date(2026, 8, 31),
        date(2025, 12, 31),
        date(2026, 3, 31),
        date(2026, 5, 29),
        date(2026, 5, 30),
        date(2026, 5, 31),
        date(2027, 2, 27),
        date(2027, 2, 28),
    ]);
    prop_oneof![3 => any_day, 1 => awkward]
}

/// An objection (days back, and whether it is decided after all other decisions), an end (days after
/// the last decision begins, and whether by a decision of its own), and days without a right before a
/// new one.
type Course = (Option<(u32, bool)>, Option<(u32, bool)>, Option<u32>);

fn course() -> impl Strategy<Value = Course> {
    (
        option::weighted(0.3, (1_u32..=92, any::<bool>())),
        option::weighted(0.35, (0_u32..=400, any::<bool>())),
        option::weighted(0.4, 1_u32..=200),
    )
}

fn bare_story(household: Household, course: Course, policy: Policy) -> Story {
    let (start, two_adults, children, joins_after, sharers) = household;
    let (objection, ends, again_after) = course;
    let joins = joins_after.filter(|_| two_adults).map(|later| days_after(start, later));
    let norm = match sharers {
        _ if two_adults && joins.is_none() => Norm::Couple,
        Some(sharers) => Norm::CostSharing { sharers },
        None => Norm::Single,
    };

    let mut decisions = vec![Decision { from: start, until: None, norm }];
    decisions.extend(joins.map(|from| Decision { from, until: None, norm: Norm::Couple }));
    if let Some((later, by_decision)) = ends {
        let last = decisions.len() - 1;
        let Decision { from, norm, .. } = decisions[last];
        let last_day = days_after(from, later);
        if by_decision {
            decisions.push(Decision { from: day_after(last_day), until: None, norm: Norm::NoRight });
        } else {
            decisions[last].until = Some(last_day);
        }
        decisions.extend(again_after.map(|gap| Decision {
            from: days_after(day_after(last_day), gap),
            until: None,
            norm,
        }));
    }
    if let Some((earlier, at_the_end)) = objection {
        decisions = after_objection(&decisions, earlier, at_the_end);
    }

    Story {
        adults: if two_adults { 2 } else { 1 },
        children,
        partner_from: joins,
        decisions,
        incomes: Vec::new(),
        reductions: Vec::new(),
        advances: Vec::new(),
        bridges: Vec::new(),
        deductions: Vec::new(),
        obligations: Vec::new(),
        policy,
    }
}

/// The first decision is taken again with an earlier beginning; what was decided after it is decided
/// again, or was decided only then.
fn after_objection(decisions: &[Decision], earlier: u32, at_the_end: bool) -> Vec<Decision> {
    let (year, month, day) = FIRST_START;
    let mut better = decisions[0];
    for _ in 0..earlier {
        better.from = day_before(better.from).max(date(year, month, day));
    }
    let kept = if at_the_end { decisions } else { &decisions[..1] };
    [kept, &[better], &decisions[1..]].concat()
}

/// Beginning in days after the start (counted from 40 days before it), length in days, cents, kind.
type MadeIncome = (u32, Option<u32>, i64, Counts);

fn made_income() -> impl Strategy<Value = MadeIncome> {
    let amount = prop_oneof![
        3 => 1_i64..=2_200_00,
        2 => 1_139_90_i64..=1_140_10,
        1 => select(vec![285_00, 420_00, 1_369_06, 1_401_50, 1_401_51, 1_419_46, 2_002_13, 2_027_79]),
        1 => 1_i64..=9,
    ];
    let counts = select(vec![Counts::Fully, Counts::Wage25, Counts::Exempt]);
    (0_u32..=300, option::of(0_u32..=180), amount, counts)
}

/// Months after the start, thousandths of the norm.
fn made_reduction() -> impl Strategy<Value = (u32, i64)> {
    let percentage = select(vec![50, 100, 200, 300, 400, 1_000]);
    (0_u32..=12, prop_oneof![2 => percentage, 1 => 1_i64..=1_000])
}

/// Kind, cents a month, months after the start, total.
type MadeDeduction = (DeductionKind, i64, u32, Option<i64>);

fn made_deduction() -> impl Strategy<Value = MadeDeduction> {
    let kind = select(vec![
        DeductionKind::Seizure,
        DeductionKind::MandatorySetOff,
        DeductionKind::Claim,
        DeductionKind::LoanRepayment,
    ]);
    let amount = prop_oneof![
        2 => 1_i64..=150_00,
        1 => select(vec![20_97, 50_00, 68_45, 70_07, 70_08, 70_97, 70_98, 97_79, 100_10, 101_38]),
    ];
    let total = prop_oneof![1_i64..=600_00, Just(3_600_00)];
    (kind, amount, 0_u32..=8, option::of(total))
}

type Money = (Vec<MadeIncome>, Vec<(u32, i64)>, Option<(u32, i64)>, Option<(u32, i64)>, Vec<MadeDeduction>);

fn add_money(story: &mut Story, (incomes, reductions, advance, bridge, deductions): Money) {
    let start = first_right(story);
    let in_month = |later: u32| months_after(month_of(start), later);

    for (later, length, monthly, counts) in incomes {
        add_income(story, (later, length, monthly, counts));
    }
    for (later, per_mille_of_norm) in reductions {
        let month = in_month(later);
        if !story.reductions.iter().any(|reduction| reduction.month == month) {
            story.reductions.push(Reduction { month, per_mille_of_norm });
        }
    }
    story.advances.extend(advance.map(|(later, amount)| Advance { month: in_month(later), amount }));
    story.bridges.extend(bridge.map(|(later, amount)| Bridge { month: in_month(later), amount }));
    for (kind, amount, later, total) in deductions {
        story.deductions.push(Deduction { kind, amount, from: in_month(later), total });
    }
}

/// Adds an income. The rule of one maximum of 285.00 is clear for one person only, and so are whole
/// quarters: a second wage of a couple is left free, one of a single person is a multiple of 4 cents.
fn add_income(story: &mut Story, (later, length, monthly, counts): MadeIncome) {
    let mut from = days_after(first_right(story), later);
    for _ in 0..40 {
        from = day_before(from);
    }
    if counts == Counts::Wage25 {
        // the maximum of what is left free is known from 2026 on
        from = from.max(date(2026, 1, 1));
    }
    let mut income = Income { from, until: length.map(|length| days_after(from, length)), monthly, counts };
    if counts == Counts::Wage25 {
        let sixth_month_ends = last_day(months_after(month_of(from), 5));
        income.until = Some(income.until.map_or(sixth_month_ends, |until| until.min(sixth_month_ends)));
        if story.incomes.iter().any(|other| other.counts == Counts::Wage25) {
            income.monthly = (monthly - monthly % 4).max(4);
            income.counts = if story.adults == 2 { Counts::Exempt } else { Counts::Wage25 };
        }
    }
    story.incomes.push(income);
}

/// Kind, whose it might be, cents, first due (months after the start, day number), days until nothing
/// is due any more, whether quarterly.
type MadeObligation = (ObligationKind, Option<u8>, i64, (u32, u32), Option<u32>, bool);

fn made_obligation() -> impl Strategy<Value = MadeObligation> {
    let kind = prop_oneof![
        2 => Just(ObligationKind::Rent),
        3 => Just(ObligationKind::HealthPremium),
        2 => Just(ObligationKind::Energy),
        1 => Just(ObligationKind::Water),
        1 => Just(ObligationKind::Voluntary),
    ];
    let day_number = prop_oneof![3 => Just(1_u32), 2 => 1_u32..=28, 1 => 29_u32..=31];
    (
        kind,
        option::of(APPLICANT..=PARTNER),
        1_i64..=250_00,
        (prop_oneof![5 => 1_u32..=5, 1 => Just(0)], day_number),
        option::weighted(0.25, 0_u32..=400),
        proptest::bool::weighted(0.2),
    )
}

/// The obligation at its place in the story: rent and the like are the household's, and nothing is due
/// before the first pay day of the person.
fn placed(story: &Story, cost: MadeObligation) -> Obligation {
    let (kind, whose, amount, (later, day_number), ends_after, quarterly) = cost;
    let may_be_personal = matches!(kind, ObligationKind::HealthPremium | ObligationKind::Voluntary);
    let personal_of = whose.filter(|whose| may_be_personal && *whose < story.adults);
    let start = match story.partner_from {
        Some(from) if personal_of == Some(PARTNER) => from,
        _ => first_right(story),
    };
    let mut earliest = pay_day(month_of(start));
    if earliest < start && personal_of == Some(PARTNER) {
        earliest = pay_day(next_month(month_of(start)));
    }
    let month = months_after(month_of(start), later);
    let wished = date(month.0, month.1, day_number.min(last_day(month).day()));
    let first_due = wished.max(earliest);
    Obligation {
        kind,
        personal_of,
        amount: if kind == ObligationKind::Rent { amount * 3 } else { amount },
        first_due,
        last_due: ends_after.map(|later| days_after(first_due, later)),
        rhythm: if quarterly { Rhythm::Quarterly } else { Rhythm::Monthly },
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let standard = Policy::default();
    let none = Policy { single: 0, single_parent: 0, couple: 0, couple_with_children: 0, ..standard };
    let floors = prop_oneof![2 => Just(standard), 1 => Just(none)];
    (floors, proptest::bool::weighted(0.3), proptest::bool::weighted(0.2)).prop_map(
        |(floors, skip_and_continue, thirty_day_months)| Policy {
            skip_and_continue,
            thirty_day_months,
            ..floors
        },
    )
}

/// What a due shall just fit in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// What may be used: all that is available, or the half of the one who is covered.
    Usable,
    /// What may be used above the floor.
    Floor,
}

/// Which month, which line of it, which edge, and how many cents more than fits.
type Tight = (usize, usize, Edge, i64);

fn tight() -> impl Strategy<Value = Tight> {
    (0_usize..=9, 0_usize..=6, select(vec![Edge::Usable, Edge::Floor]), -1_i64..=1)
}

/// Changes the amount of one obligation so that in one month it just fits, or just does not.
fn fit_by_a_cent(story: &mut Story, (which_month, which_line, edge, cents): Tight) {
    let played = play(story, months_after(month_of(first_right(story)), 13));
    let with_lines: Vec<_> = played.iter().filter(|(_, result)| !result.lines.is_empty()).collect();
    let Some((month, result)) = with_lines.get(which_month % with_lines.len().max(1)) else { return };
    let execution = pay_day(*month);
    let covered = covered(story, execution);
    let ours = |line: &&Line| not_ours(story, line.obligation, covered, execution).is_none();
    let lines: Vec<&Line> = result.lines.iter().filter(ours).collect();
    let place = which_line % lines.len().max(1);
    let Some(line) = lines.get(place) else { return };

    let all: i64 = lines.iter().map(|line| line.amount).sum();
    let before: i64 = lines[..place].iter().map(|line| line.amount).sum();
    let amount = match (edge, covered) {
        (Edge::Usable, Covered::OneOfTwo(person)) => half_of(result.available, person) - before,
        (Edge::Usable, _) => result.available - before,
        (Edge::Floor, _) => {
            let above = result.available + reported_income(story, *month) - floor(story, execution);
            above - (all - line.amount)
        }
    };
    if 0 < amount + cents {
        story.obligations[line.obligation].amount = amount + cents;
    }
}

/// The first day on which anyone has a right.
fn first_right(story: &Story) -> NaiveDate {
    relief_window(story, APPLICANT).expect("a made-up story has a right on some day").0
}

fn days_after(day: NaiveDate, later: u32) -> NaiveDate {
    (0..later).fold(day, |day, _| day_after(day))
}

fn months_after(month: Month, later: u32) -> Month {
    (0..later).fold(month, |month, _| next_month(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    fn household(adults: u8, children: u8, decisions: &[(NaiveDate, Norm)]) -> Story {
        let decided = |&(from, norm): &(NaiveDate, Norm)| Decision { from, until: None, norm };
        Story {
            adults,
            children,
            partner_from: None,
            decisions: decisions.iter().map(decided).collect(),
            incomes: Vec::new(),
            reductions: Vec::new(),
            advances: Vec::new(),
            bridges: Vec::new(),
            deductions: Vec::new(),
            obligations: Vec::new(),
            policy: Policy::default(),
        }
    }

    fn cost(kind: ObligationKind, personal_of: Option<u8>, amount: i64, first_due: NaiveDate) -> Obligation {
        Obligation { kind, personal_of, amount, first_due, last_due: None, rhythm: Rhythm::Monthly }
    }

    fn on_pay_day(story: &Story, at: Month) -> MonthResult {
        month(story, at, pay_day(at), &Before::default()).expect("the month has a right")
    }

    fn outcomes(result: &MonthResult) -> Vec<(i64, Outcome)> {
        result.lines.iter().map(|line| (line.amount, line.outcome)).collect()
    }

    fn plain_single() -> Story {
        let due = date(2026, 3, 1);
        let mut story = household(1, 0, &[(date(2026, 2, 1), Norm::Single)]);
        story.obligations = vec![
            cost(ObligationKind::Rent, None, 612_40, due),
            cost(ObligationKind::HealthPremium, Some(APPLICANT), 158_75, due),
            cost(ObligationKind::Energy, None, 145_00, due),
            cost(ObligationKind::Water, None, 13_50, due),
        ];
        story
    }

    fn withhold(story: &mut Story, kind: DeductionKind, amount: i64) {
        story.deductions.push(Deduction { kind, amount, from: (2026, 8), total: None });
    }

    fn partner_joins() -> Story {
        let joined = date(2026, 3, 17);
        let mut story = household(2, 1, &[(date(2025, 12, 1), Norm::Single), (joined, Norm::Couple)]);
        story.partner_from = Some(joined);
        let due = date(2026, 5, 1);
        story.obligations = vec![
            cost(ObligationKind::Water, None, 18_50, due),
            cost(ObligationKind::Rent, None, 640_00, due),
            cost(ObligationKind::HealthPremium, Some(APPLICANT), 159_00, due),
            cost(ObligationKind::HealthPremium, Some(PARTNER), 159_00, due),
            cost(ObligationKind::Energy, None, 190_00, due),
        ];
        story
    }

    #[test]
    fn c1_a_plain_single_gets_six_runs_and_the_holiday_allowance_in_june() {
        let story = plain_single();
        assert_eq!(relief_window(&story, APPLICANT), Some((date(2026, 2, 1), date(2026, 7, 31))));
        assert_eq!(relief_window(&story, PARTNER), None);

        let played = play(&story, (2026, 7));
        let pay_days: Vec<NaiveDate> = played.iter().map(|(at, _)| pay_day(*at)).collect();
        let days = [(2, 27), (3, 31), (4, 30), (5, 29), (6, 30), (7, 31)];
        assert_eq!(pay_days, days.map(|(month, day)| date(2026, month, day)));
        for (at, result) in &played {
            let half_year = if at.1 < 7 { (1_334_23, 67_27, 404_58) } else { (1_351_33, 68_13, 421_68) };
            assert_eq!((result.payable, result.holiday_reserve, result.living_money), half_year);
            assert_eq!(paid(&result.lines), 929_65);
            let payout = if at.1 == 6 { 269_08 } else { 0 };
            assert_eq!(result.holiday_payout, payout);
            assert_eq!(result.shares, (result.living_money + payout, 0));
            assert!(!result.needs_decision);
        }
        assert_eq!(played[4].1.shares.0, 673_66);
        assert_eq!(played.iter().map(|(_, result)| result.living_money).sum::<i64>(), 2_444_58);

        let august = on_pay_day(&story, (2026, 8));
        assert!(august.lines.iter().all(|line| line.outcome == Outcome::ClientPays));
        assert_eq!(august.living_money, 1_351_33);
    }

    #[test]
    fn c3_a_quarter_of_a_wage_is_left_free() {
        let mut story = plain_single();
        story.incomes = vec![Income {
            from: date(2026, 5, 1),
            until: Some(date(2026, 5, 31)),
            monthly: 420_00,
            counts: Counts::Wage25,
        }];
        let may = on_pay_day(&story, (2026, 5));
        assert_eq!((may.counted_income, may.granted, may.holiday_reserve), (315_00, 1_086_50, 52_15));
        assert_eq!((may.payable, may.living_money, may.needs_decision), (1_034_35, 104_70, false));
        assert_eq!((may.room, on_pay_day(&story, (2026, 6)).counted_income), (70_07, 0));
    }

    #[test]
    fn c4_the_instalment_yields_to_a_seizure() {
        let mut story = plain_single();
        withhold(&mut story, DeductionKind::LoanRepayment, 70_97);
        let plain = on_pay_day(&story, (2026, 8));
        assert_eq!((plain.room, plain.deducted, plain.living_money), (70_97, vec![70_97], 1_280_36));

        withhold(&mut story, DeductionKind::Seizure, 50_00);
        assert_eq!(on_pay_day(&story, (2026, 8)).deducted, [20_97, 50_00]);
        withhold(&mut story, DeductionKind::Seizure, 20_97);
        assert_eq!(on_pay_day(&story, (2026, 8)).deducted, [0, 50_00, 20_97]);
        assert_eq!(on_pay_day(&story, (2026, 7)).deducted, [0, 0, 0]);
    }

    #[test]
    fn c4_thirty_six_instalments_are_taken_and_no_more() {
        let mut story = plain_single();
        story.deductions = vec![Deduction {
            kind: DeductionKind::LoanRepayment,
            amount: 70_97,
            from: (2026, 8),
            total: Some(3_600_00),
        }];
        let played = play(&story, (2029, 8));
        let taken: Vec<i64> = played.iter().map(|(_, result)| result.deducted[0]).collect();
        assert_eq!(taken.iter().sum::<i64>(), 2_554_92);
        let in_july_2029 = &taken[taken.len() - 2..];
        assert_eq!(in_july_2029, [70_97, 0]);
    }

    #[test]
    fn a_claim_takes_its_total_and_no_more() {
        let mut story = plain_single();
        withhold(&mut story, DeductionKind::Claim, 30_00);
        story.deductions[0].total = Some(70_00);
        let taken = play(&story, (2026, 11)).iter().map(|(_, result)| result.deducted[0]).sum::<i64>();
        let before = Before { reserved: 0, taken: vec![Taken { total: 60_00, instalments: 2 }] };
        let third = month(&story, (2026, 10), pay_day((2026, 10)), &before).expect("a right");
        assert_eq!((taken, third.deducted), (70_00, vec![10_00]));
    }

    #[test]
    fn c6_a_start_in_the_month_falls_below_the_floor() {
        let due = date(2026, 2, 1);
        let mut story = household(1, 0, &[(date(2026, 1, 12), Norm::Single)]);
        story.obligations = vec![
            cost(ObligationKind::Energy, None, 120_00, due),
            cost(ObligationKind::Rent, None, 580_00, due),
            cost(ObligationKind::HealthPremium, Some(APPLICANT), 157_00, due),
        ];
        assert_eq!(relief_window(&story, APPLICANT), Some((date(2026, 1, 12), date(2026, 7, 11))));
        let january = on_pay_day(&story, (2026, 1));
        assert_eq!((january.granted, january.holiday_reserve), (904_19, 43_40));
        assert_eq!((january.payable, january.living_money, january.needs_decision), (860_79, 123_79, true));
        let held = (120_00, Outcome::NeedsDecision);
        assert_eq!(outcomes(&january), [(580_00, Outcome::Pay), (157_00, Outcome::Pay), held]);

        for (bridge, living_money) in [(296_20, 419_99), (296_21, 300_00)] {
            story.bridges = vec![Bridge { month: (2026, 1), amount: bridge }];
            assert_eq!(on_pay_day(&story, (2026, 1)).living_money, living_money);
        }
        assert!(outcomes(&on_pay_day(&story, (2026, 6))).iter().all(|line| line.1 == Outcome::Pay));
        assert!(outcomes(&on_pay_day(&story, (2026, 7))).iter().all(|line| line.1 == Outcome::ClientPays));
    }

    #[test]
    fn c8_a_reduction_leaves_water_unfunded_and_energy_held() {
        let due = date(2026, 6, 1);
        let mut story = household(2, 2, &[(date(2026, 3, 1), Norm::Couple)]);
        story.reductions = vec![Reduction { month: (2026, 5), per_mille_of_norm: 300 }];
        story.obligations = vec![
            cost(ObligationKind::Rent, None, 769_15, due),
            cost(ObligationKind::HealthPremium, Some(APPLICANT), 158_50, due),
            cost(ObligationKind::HealthPremium, Some(PARTNER), 158_50, due),
            cost(ObligationKind::Energy, None, 238_00, due),
            cost(ObligationKind::Water, None, 21_40, due),
        ];
        let may = on_pay_day(&story, (2026, 5));
        assert_eq!((may.reduced, may.granted, may.holiday_reserve), (60_064, 1_401_49, 67_27));
        assert_eq!((may.payable, may.room), (1_334_22, 0));
        let expected = [
            (769_15, Outcome::Pay),
            (158_50, Outcome::Pay),
            (158_50, Outcome::Pay),
            (238_00, Outcome::NeedsDecision),
            (21_40, Outcome::Unfunded { short: 11_33 }),
        ];
        assert_eq!(outcomes(&may), expected);
        assert_eq!((may.living_money, may.shares, may.needs_decision), (248_07, (124_04, 124_03), true));

        story.policy = Policy { couple_with_children: 10_07, ..story.policy };
        let low_floor = on_pay_day(&story, (2026, 5));
        assert_eq!((low_floor.living_money, low_floor.needs_decision), (10_07, false));
    }

    #[test]
    fn c10_a_partner_joins_in_the_month() {
        let story = partner_joins();
        assert_eq!(relief_window(&story, APPLICANT), Some((date(2025, 12, 1), date(2026, 5, 31))));
        assert_eq!(relief_window(&story, PARTNER), Some((date(2026, 3, 17), date(2026, 9, 16))));

        let march = on_pay_day(&story, (2026, 3));
        assert_eq!(march.granted, 723_35 + 968_77);
        assert_eq!((march.holiday_reserve, march.payable), (81_22, 1_610_90));
        assert_eq!(on_pay_day(&story, (2026, 2)).payable, 1_334_23);

        let april = on_pay_day(&story, (2026, 4));
        assert_eq!((april.holiday_reserve, april.payable), (96_10, 1_906_03));
        assert_eq!((april.living_money, april.shares), (739_53, (369_77, 369_76)));
        assert!(april.lines.iter().all(|line| line.outcome == Outcome::Pay));
    }

    #[test]
    fn c10_after_the_first_window_only_her_half_is_used() {
        let june = on_pay_day(&partner_joins(), (2026, 6));
        let of =
            |index: usize| june.lines.iter().find(|line| line.obligation == index).map(|line| line.outcome);
        let held = Some(Outcome::NeedsDecision);
        assert_eq!((of(1), of(3)), (Some(Outcome::Pay), Some(Outcome::Pay)));
        assert_eq!((of(2), of(4), of(0)), (held, held, held));
        assert_eq!((june.living_money, june.shares), (1_906_03 - 799_00, (953_02, 953_01 - 799_00)));
        assert!(june.needs_decision);
    }

    #[test]
    fn her_half_pays_everything_that_fits_in_it() {
        let mut story = partner_joins();
        story.obligations[4].amount = 953_01 - 640_00 - 159_00 - 18_50;
        let june = on_pay_day(&story, (2026, 6));
        assert_eq!((paid(&june.lines), june.needs_decision), (953_01, true));
        story.obligations[4].amount += 1;
        assert_eq!(paid(&on_pay_day(&story, (2026, 6)).lines), 799_00);
    }

    #[test]
    fn a_personal_cost_is_borne_by_its_own_half() {
        let mut story = partner_joins();
        story.obligations[3].amount = 169_00;
        assert_eq!(on_pay_day(&story, (2026, 4)).shares, (369_77, 359_76));
        story.obligations[3].amount = 700_00;
        story.policy = Policy { couple_with_children: 0, ..story.policy };
        assert_eq!(on_pay_day(&story, (2026, 4)).shares, (198_53, 0));
    }

    #[test]
    fn a_window_from_the_last_of_august_ends_on_the_last_of_february() {
        let ends = |day: NaiveDate| {
            let story = household(1, 0, &[(day, Norm::Single)]);
            relief_window(&story, APPLICANT).map(|(_, last)| last)
        };
        assert_eq!(ends(date(2026, 8, 31)), Some(date(2027, 2, 28)));
        assert_eq!(ends(date(2026, 8, 29)), Some(date(2027, 2, 28)));
        assert_eq!(ends(date(2026, 8, 28)), Some(date(2027, 2, 27)));
        assert_eq!(ends(date(2027, 8, 29)), Some(date(2028, 2, 28)));
        let runs = play(&household(1, 0, &[(date(2026, 8, 31), Norm::Single)]), (2027, 3));
        let in_window = |at: &&(Month, MonthResult)| pay_day(at.0) <= date(2027, 2, 28);
        assert_eq!(runs.iter().filter(in_window).count(), 7);
    }

    #[test]
    fn an_objection_moves_the_window_back_and_later_decisions_stay_to_be_taken() {
        let (first, earlier) = (date(2026, 2, 10), date(2026, 1, 30));
        let story = household(1, 0, &[(first, Norm::Single), (earlier, Norm::Single)]);
        assert_eq!(relief_window(&story, APPLICANT), Some((earlier, date(2026, 7, 29))));
        let january = on_pay_day(&story, (2026, 1));
        assert_eq!((january.granted, january.payable), (90_42, 86_08));
        assert_eq!(on_pay_day(&story, (2026, 2)).granted, 1_401_50);
    }

    #[test]
    fn a_right_that_ends_pays_the_holiday_allowance_out() {
        let mut story = household(1, 0, &[(date(2026, 2, 1), Norm::Single)]);
        story.decisions[0].until = Some(date(2026, 4, 10));
        let played = play(&story, (2026, 12));
        let april = &played[2].1;
        assert_eq!((played.len(), april.granted, april.holiday_reserve), (3, 467_17, 22_42));
        assert_eq!(april.holiday_payout, 2 * 67_27 + 22_42);
    }

    #[test]
    fn thirty_day_months_count_the_last_days_as_the_thirtieth() {
        let mut story = household(1, 0, &[(date(2026, 1, 12), Norm::Single)]);
        story.policy.thirty_day_months = true;
        // 12 to 30 is 19 days.
        assert_eq!(on_pay_day(&story, (2026, 1)).granted, 887_62);
        assert_eq!(on_pay_day(&story, (2026, 2)).granted, 1_401_50);
        story.decisions[0].from = date(2026, 2, 15);
        assert_eq!(on_pay_day(&story, (2026, 2)).granted, 747_47);
    }

    #[test]
    fn published_amounts_of_cost_sharing_come_out() {
        let amounts =
            |month: Month| [2, 3, 4, 5, 6].map(|sharers| benefit_norm(Norm::CostSharing { sharers }, month));
        assert_eq!(amounts((2026, 1)), [1_001_07, 867_59, 800_85, 760_81, 734_11]);
        assert_eq!(amounts((2026, 7)), [1_013_90, 878_71, 811_12, 770_56, 743_52]);
    }

    #[test]
    fn no_more_than_the_maximum_of_wages_is_left_free() {
        let mut story = household(1, 0, &[(date(2026, 2, 1), Norm::Single)]);
        for (wages, counted) in [
            (vec![1_139_99], 854_99),
            (vec![1_140_00], 855_00),
            (vec![1_140_02], 855_02),
            (vec![1_000_00, 400_00], 1_115_00),
        ] {
            let income = |monthly| Income {
                from: date(2026, 5, 31),
                until: Some(date(2026, 5, 31)),
                monthly,
                counts: Counts::Wage25,
            };
            story.incomes = wages.into_iter().map(income).collect();
            assert_eq!(on_pay_day(&story, (2026, 5)).counted_income, counted);
        }
    }

    #[test]
    fn the_protected_amount_is_rounded_up_and_the_room_down() {
        let rooms = |norm: Norm| {
            [(2026, 1), (2026, 7)].map(|at| {
                let whole = benefit_norm(norm, at);
                room(whole, whole, 0)
            })
        };
        assert_eq!(rooms(Norm::Single), [70_07, 70_97]);
        assert_eq!(rooms(Norm::Couple), [100_10, 101_38]);
        // 100.00 is counted, so a benefit of 1,231.44 is one cent above what is protected of it.
        assert_eq!(room(1_401_50, 1_231_44, 100_00), 1);
        assert_eq!(room(1_401_50, 1_231_43, 100_00), 0);
        // By the letter an income above the protected amount leaves the whole room, and nothing to take.
        assert_eq!(room(1_401_50, 0, 1_500_00), 70_07);
    }

    #[test]
    fn an_advance_leaves_deductions_what_it_did_not_take() {
        let mut story = plain_single();
        withhold(&mut story, DeductionKind::Seizure, 50_00);
        story.advances = vec![Advance { month: (2026, 8), amount: 1_331_33 }];
        let august = on_pay_day(&story, (2026, 8));
        assert_eq!((august.room, august.deducted, august.available), (70_97, vec![20_00], 0));
    }

    #[test]
    fn smaller_dues_are_paid_after_one_that_does_not_fit_only_where_policy_says_so() {
        let mut story = plain_single();
        story.policy.single = 0;
        story.obligations[1].amount = 800_00;
        let shorts = |story: &Story| -> Vec<Outcome> {
            on_pay_day(story, (2026, 2)).lines.iter().map(|line| line.outcome).collect()
        };
        let short = |short| Outcome::Unfunded { short };
        assert_eq!(shorts(&story), [Outcome::Pay, short(78_17), short(223_17), short(236_67)]);
        story.policy.skip_and_continue = true;
        assert_eq!(shorts(&story), [Outcome::Pay, short(78_17), Outcome::Pay, Outcome::Pay]);
    }

    #[test]
    fn quarterly_dues_come_every_third_month_and_keep_their_day_number() {
        let mut quarterly = cost(ObligationKind::Water, None, 1, date(2026, 1, 31));
        quarterly.rhythm = Rhythm::Quarterly;
        quarterly.last_due = Some(date(2026, 10, 30));
        let dues: Vec<NaiveDate> =
            days(date(2026, 1, 1), date(2027, 1, 31)).filter(|day| is_due(&quarterly, *day)).collect();
        assert_eq!(dues, [date(2026, 1, 31), date(2026, 4, 30), date(2026, 7, 31)]);
    }

    #[test]
    fn closed_days_of_the_bank_are_known() {
        let closed: Vec<NaiveDate> = days(date(2026, 1, 1), date(2027, 12, 31))
            .filter(|day| !is_target_day(*day))
            .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
            .collect();
        let expected = [
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 4, 6),
            date(2026, 5, 1),
            date(2026, 12, 25),
            date(2027, 1, 1),
            date(2027, 3, 26),
            date(2027, 3, 29),
        ];
        assert_eq!(closed, expected);
    }

    /// What must hold of any calculation, whatever the rules: no cent appears or is lost.
    fn check_cents(story: &Story, result: &MonthResult) {
        let deducted: i64 = result.deducted.iter().sum();
        assert_eq!(result.granted, result.payable + result.holiday_reserve);
        assert_eq!(result.available, result.living_money + paid(&result.lines));
        assert_eq!(result.shares.0 + result.shares.1, result.living_money + result.holiday_payout);
        assert!(deducted <= result.room, "the room is kept");
        let amounts = [result.granted, result.room, result.living_money, result.shares.0, result.shares.1];
        assert!(amounts.iter().all(|amount| 0 <= *amount), "nothing is below zero");
        for line in &result.lines {
            let cost = story.obligations[line.obligation];
            assert!(cost.first_due <= line.due && line.amount == cost.amount);
            let short = if let Outcome::Unfunded { short } = line.outcome { short } else { 1 };
            assert!(0 < short, "an unfunded line misses something");
        }
    }

    proptest! {
        #[test]
        fn no_cent_appears_or_is_lost(story in story()) {
            let played = play(&story, (2027, 12));
            prop_assert!(!played.is_empty());
            let mut reserved = 0;
            for (_, result) in &played {
                check_cents(&story, result);
                reserved += result.holiday_reserve - result.holiday_payout;
                prop_assert!(0 <= reserved);
            }
        }
    }

    #[test]
    fn the_stories_reach_every_outcome_and_every_edge() {
        let mut runner = TestRunner::deterministic();
        let mut seen = [0; 9];
        for _ in 0..400 {
            let story = story().new_tree(&mut runner).expect("a story can be made").current();
            let played = play(&story, (2027, 12));
            let any = |holds: &dyn Fn(Month, &MonthResult) -> bool| {
                played.iter().any(|(at, result)| holds(*at, result))
            };
            let outcome = |wanted: fn(&Outcome) -> bool| {
                any(&|_, result| result.lines.iter().any(|line| wanted(&line.outcome)))
            };
            let found = [
                outcome(|outcome| *outcome == Outcome::Pay),
                outcome(|outcome| *outcome == Outcome::NeedsDecision),
                outcome(|outcome| *outcome == Outcome::ClientPays),
                outcome(|outcome| matches!(outcome, Outcome::Unfunded { .. })),
                outcome(|outcome| *outcome == Outcome::Unfunded { short: 1 }),
                any(&|_, result| 0 < result.room && result.deducted.contains(&result.room)),
                any(&|at, result| at.1 != 6 && 0 < result.holiday_payout),
                any(&|at, _| matches!(covered(&story, pay_day(at)), Covered::OneOfTwo(_))),
                any(&|at, result| {
                    let floor = floor(&story, pay_day(at));
                    0 < paid(&result.lines) && result.living_money + reported_income(&story, at) == floor
                }),
            ];
            for (count, found) in seen.iter_mut().zip(found) {
                *count += u32::from(found);
            }
        }
        assert!(seen.iter().all(|count| 4 <= *count), "of 400 stories: {seen:?}");
    }
}
