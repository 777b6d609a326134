//! What can be expected of a case, and what came of it: the same shape for both. A figure that is not named is not
//! compared.

use std::collections::BTreeMap;

use serde::Deserialize;

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident { $($field:ident),+ } lists { $($list:ident),* } maps { $($map:ident),* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        #[expect(missing_docs, reason = "docs/cases.md says what each figure is")]
        pub struct $name {
            $(pub $field: Option<String>,)+
            $(pub $list: Option<Vec<String>>,)*
            $(pub $map: Option<BTreeMap<String, String>>,)*
        }

        impl $name {
            /// Its single figures, by key.
            pub fn figures(&self) -> Vec<(&'static str, Option<&str>)> {
                vec![$((stringify!($field), self.$field.as_deref()),)+]
            }

            /// Its lists, by key.
            pub fn lists(&self) -> Vec<(&'static str, Option<&[String]>)> {
                vec![$((stringify!($list), self.$list.as_deref()),)*]
            }

            /// Its figures by name, by key.
            pub fn maps(&self) -> Vec<(&'static str, Option<&BTreeMap<String, String>>)> {
                vec![$((stringify!($map), self.$map.as_ref()),)*]
            }

            /// The key of something in it that names nothing to compare; the empty key when it names nothing at all.
            fn empty_part(&self) -> Option<&'static str> {
                if *self == Self::default() {
                    return Some("");
                }
                let empty = |(key, map): (&'static str, Option<&BTreeMap<String, String>>)| {
                    map.is_some_and(BTreeMap::is_empty).then_some(key)
                };
                self.maps().into_iter().find_map(empty)
            }
        }
    )+};
}

figures! {
    /// A relief window.
    WindowFigures { member, start, end, statutory_end, ended_by, variant } lists {} maps {}
    /// A benefit month.
    MonthFigures {
        state, norm, counted_income, reduction, granted, holiday_reserve, holiday_payout, payable, advance, bridge,
        deducted, available, room, fixed_costs, living_money, difference
    } lists { lines } maps { shares }
    /// A run.
    RunFigures { execution, kind, total } lists { payments } maps {}
    /// A withholding.
    DeductionFigures { taken, instalments, left } lists {} maps {}
    /// A decision that a person had to take.
    DecisionFigures { month, reason, living_money_if_all_paid, floor, bridge, short } lists { options } maps {}
}

/// What must come out, or what came out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The windows, the applicant first.
    pub windows: Option<Vec<WindowFigures>>,
    /// The plans, by benefit month.
    pub months: Option<BTreeMap<String, MonthFigures>>,
    /// The approved runs, oldest first.
    pub runs: Option<Vec<RunFigures>>,
    /// What payees and members received and kept.
    pub paid: Option<BTreeMap<String, String>>,
    /// The holiday allowance that is reserved.
    pub reserve: Option<String>,
    /// The withholdings, by reference.
    pub deductions: Option<BTreeMap<String, DeductionFigures>>,
    /// What a person must decide.
    pub proposals: Option<Vec<String>>,
    /// The decisions that were open, oldest month first.
    pub decisions_needed: Option<Vec<DecisionFigures>>,
    /// The tasks, oldest first.
    pub tasks: Option<Vec<String>>,
    /// The alerts, in order of opening.
    pub alerts: Option<Vec<String>>,
    /// What the day's work could not do, each a part of its text.
    pub problems: Option<Vec<String>>,
    /// The chain of statements, the oldest first.
    pub chain: Option<Vec<String>>,
    /// The statements that wait, with why.
    pub held: Option<Vec<String>>,
    /// What nobody explained.
    pub unexplained: Option<Vec<String>>,
    /// What the bank reported and no statement covers.
    pub provisional: Option<Vec<String>>,
}

impl Expect {
    /// True when nothing is expected.
    pub fn is_empty(&self) -> bool {
        *self == Expect::default()
    }

    /// The first place that is written and names nothing to compare: `months`, `months.2026-02`, `windows[0]`. A list
    /// without entries does expect something: that there are none.
    pub fn compares_nothing(&self) -> Option<String> {
        fn join(path: String, part: &str) -> String {
            if part.is_empty() { path } else { format!("{path}.{part}") }
        }
        let named = [
            ("months", self.months.as_ref().map(BTreeMap::is_empty)),
            ("paid", self.paid.as_ref().map(BTreeMap::is_empty)),
            ("deductions", self.deductions.as_ref().map(BTreeMap::is_empty)),
        ];
        if let Some((key, _)) = named.into_iter().find(|(_, empty)| *empty == Some(true)) {
            return Some(key.to_owned());
        }
        for (month, figures) in self.months.iter().flatten() {
            if let Some(part) = figures.empty_part() {
                return Some(join(format!("months.{month}"), part));
            }
        }
        for (reference, figures) in self.deductions.iter().flatten() {
            if let Some(part) = figures.empty_part() {
                return Some(join(format!("deductions.{reference}"), part));
            }
        }
        let place = |key: &str, place: usize, part| Some(join(format!("{key}[{place}]"), part));
        let windows = self.windows.iter().flatten().map(WindowFigures::empty_part);
        let runs = self.runs.iter().flatten().map(RunFigures::empty_part);
        let decisions = self.decisions_needed.iter().flatten().map(DecisionFigures::empty_part);
        let windows = windows.enumerate().find_map(|(at, part)| place("windows", at, part?));
        let runs = || runs.enumerate().find_map(|(at, part)| place("runs", at, part?));
        let decisions = || decisions.enumerate().find_map(|(at, part)| place("decisions_needed", at, part?));
        windows.or_else(runs).or_else(decisions)
    }
}
