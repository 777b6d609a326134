//! A second calculation of a benefit month, to hold the engine against in property tests.
//!
//! Written from the law and the rulings, and never from the engine: it knows nothing of the
//! product's code. It is slow on purpose. It walks over every day to ask which decision governs it,
//! looks at every day for dues, and reckons in whole cents with whole numbers only. Where the
//! documents were silent, the choice stands at the function that made it.
//!
//! [`month`] and [`play`] calculate, [`story`] makes stories for them, and the tests hold them against the worked
//! cases.

use chrono::{Datelike, NaiveDate, Weekday};

mod story;
#[cfg(test)]
mod tests;

pub(crate) use story::story;

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
        // The 30th and the 31st are one day, and it is that of a decision that begins on the 31st.
        let given_away =
            u32::from(run.last == 30 && runs_of_right(story, month).iter().any(|next| next.first == 31));
        half_up(norm, i64::from(last - run.first.min(30) + 1 - given_away), 30)
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
            let waits =
                kind == DeductionKind::LoanRepayment && waits_for_windows(story, deduction.from, month);
            if deduction.kind != kind || month < deduction.from || paid_off || waits {
                continue;
            }
            let rest = deduction.total.map_or(i64::MAX, |total| (total - so_far.total).max(0));
            taken[index] = deduction.amount.min(rest).min(left);
            left -= taken[index];
        }
    }
    taken
}

/// The repayment of a loan begins in the first month without a day of anybody's window, and then goes on.
fn waits_for_windows(story: &Story, from: Month, month: Month) -> bool {
    let free = |at: Month| {
        !days_of(at).any(|day| in_window(story, APPLICANT, day) || in_window(story, PARTNER, day))
    };
    let mut at = from;
    while at <= month {
        if free(at) {
            return false;
        }
        at = next_month(at);
    }
    true
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
        // a due that goes out on a later day may be covered by then
        Covered::Nobody | Covered::AllPresent => available,
        Covered::OneOfTwo(person) => half_of(available, person),
    };
    let mut unpaid = 0;
    let mut stopped = false;
    let mut lines = dues(story, month);
    for line in &mut lines {
        let on = goes_out_on(month, line.due, execution);
        if let Some(outcome) = not_ours(story, line.obligation, self::covered(story, on), on) {
            line.outcome = outcome;
        } else if (!stopped || is_first_need(story, line)) && line.amount <= left {
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

/// The day on which a due is paid: its own day of execution, or the day of the run when that is later. What comes on the
/// TARGET day after pay day is paid with the run of pay day.
fn goes_out_on(month: Month, due: NaiveDate, execution: NaiveDate) -> NaiveDate {
    let mut soon = day_after(pay_day(month));
    while !is_target_day(soon) {
        soon = day_after(soon);
    }
    let own = execution_day(due);
    if own <= soon { execution } else { own.max(execution) }
}

/// The outcome of a line that is not to be paid for anyone who is covered.
fn not_ours(story: &Story, obligation: usize, covered: Covered, execution: NaiveDate) -> Option<Outcome> {
    let person = story.obligations[obligation].personal_of;
    // Art. 56a does not name it, and nobody in these stories gave consent.
    if story.obligations[obligation].kind == ObligationKind::Voluntary {
        return Some(Outcome::ClientPays);
    }
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
        if line.outcome == Outcome::Pay && !is_first_need(story, line) {
            line.outcome = Outcome::NeedsDecision;
        }
    }
}

/// Ruling 1: rent and premium are paid if they fit, whatever else does not.
fn is_first_need(story: &Story, line: &Line) -> bool {
    let kind = story.obligations[line.obligation].kind;
    kind == ObligationKind::Rent || kind == ObligationKind::HealthPremium
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
