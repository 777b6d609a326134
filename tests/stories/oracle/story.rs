//! Stories for the second calculation, possible and awkward.

use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

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
    let ours = |line: &&Line| {
        let on = goes_out_on(*month, line.due, execution);
        not_ours(story, line.obligation, super::covered(story, on), on).is_none()
    };
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
