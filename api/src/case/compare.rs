//! What is expected held against what came out.

use std::collections::BTreeMap;

use grip_engine::money::Money;
use serde::Serialize;

use super::expect::{DecisionFigures, DeductionFigures, Expect, MonthFigures, RunFigures, WindowFigures};

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where: `months.2026-01.payable`.
    pub path: String,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub got: String,
}

/// What stands for a figure, list or entry that is not there.
const NOTHING: &str = "(nothing)";

/// Every difference, in the order of the page that describes cases. `at` is put before each path.
pub fn compare(at: &str, expected: &Expect, got: &Expect) -> Vec<Difference> {
    let mut found = Found { at: at.to_owned(), differences: Vec::new() };
    found.entries("windows", expected.windows.as_deref(), got.windows.as_deref());
    found.named("months", expected.months.as_ref(), got.months.as_ref());
    found.entries("runs", expected.runs.as_deref(), got.runs.as_deref());
    found.texts("paid", expected.paid.as_ref(), got.paid.as_ref());
    found.figure("reserve", expected.reserve.as_deref(), got.reserve.as_deref());
    found.named("deductions", expected.deductions.as_ref(), got.deductions.as_ref());
    found.list("proposals", expected.proposals.as_deref(), got.proposals.as_deref());
    found.entries("decisions_needed", expected.decisions_needed.as_deref(), got.decisions_needed.as_deref());
    found.list("tasks", expected.tasks.as_deref(), got.tasks.as_deref());
    found.list("alerts", expected.alerts.as_deref(), got.alerts.as_deref());
    found.parts("problems", expected.problems.as_deref(), got.problems.as_deref());
    found.list("chain", expected.chain.as_deref(), got.chain.as_deref());
    found.list("held", expected.held.as_deref(), got.held.as_deref());
    found.list("unexplained", expected.unexplained.as_deref(), got.unexplained.as_deref());
    found.list("provisional", expected.provisional.as_deref(), got.provisional.as_deref());
    found.differences
}

/// What differs between figures by key; those that are not named are not compared.
pub(super) fn figures(
    at: &str,
    expected: &[(&'static str, Option<&str>)],
    got: &[(&'static str, Option<&str>)],
) -> Vec<Difference> {
    let mut found = Found { at: at.to_owned(), differences: Vec::new() };
    for ((key, expected), (_, got)) in expected.iter().zip(got) {
        found.figure(key, *expected, *got);
    }
    found.differences
}

struct Found {
    at: String,
    differences: Vec<Difference>,
}

impl Found {
    fn differs(&mut self, path: &str, expected: impl Into<String>, got: impl Into<String>) {
        let path = format!("{}{path}", self.at);
        self.differences.push(Difference { path, expected: expected.into(), got: got.into() });
    }

    fn figure(&mut self, path: &str, expected: Option<&str>, got: Option<&str>) {
        let Some(expected) = expected else { return };
        match got {
            Some(got) if same(expected, got) => {}
            got => self.differs(path, expected, got.unwrap_or(NOTHING)),
        }
    }

    fn texts(
        &mut self,
        path: &str,
        expected: Option<&BTreeMap<String, String>>,
        got: Option<&BTreeMap<String, String>>,
    ) {
        for (key, text) in expected.into_iter().flatten() {
            let found = got.and_then(|got| got.get(key)).map(String::as_str);
            self.figure(&format!("{path}.{key}"), Some(text), found);
        }
    }

    /// A list is complete: one more or one less is a difference.
    fn list(&mut self, path: &str, expected: Option<&[String]>, got: Option<&[String]>) {
        let Some(expected) = expected else { return };
        let got = got.unwrap_or_default();
        for place in 0..expected.len().max(got.len()) {
            let (want, have) = (expected.get(place), got.get(place));
            let equal = want.zip(have).is_some_and(|(want, have)| same(want, have));
            if !equal {
                let text = |text: Option<&String>| text.map_or(NOTHING, String::as_str).to_owned();
                self.differs(&format!("{path}[{place}]"), text(want), text(have));
            }
        }
    }

    /// Each expected text is a part of one that came out, and none is left over.
    fn parts(&mut self, path: &str, expected: Option<&[String]>, got: Option<&[String]>) {
        let Some(expected) = expected else { return };
        let mut left: Vec<&String> = got.unwrap_or_default().iter().collect();
        for text in expected {
            match left.iter().position(|have| have.contains(text.as_str())) {
                Some(place) => drop(left.remove(place)),
                None => self.differs(path, text, NOTHING),
            }
        }
        for text in left {
            self.differs(path, NOTHING, text);
        }
    }

    fn entries<T: Figures>(&mut self, path: &str, expected: Option<&[T]>, got: Option<&[T]>) {
        let Some(expected) = expected else { return };
        let got = got.unwrap_or_default();
        for (place, want) in expected.iter().enumerate() {
            let path = format!("{path}[{place}]");
            match got.get(place) {
                Some(have) => self.entry(&path, want, have),
                None => self.differs(&path, want.summary(), NOTHING),
            }
        }
        for (place, have) in got.iter().enumerate().skip(expected.len()) {
            self.differs(&format!("{path}[{place}]"), NOTHING, have.summary());
        }
    }

    fn named<T: Figures>(
        &mut self,
        path: &str,
        expected: Option<&BTreeMap<String, T>>,
        got: Option<&BTreeMap<String, T>>,
    ) {
        for (name, want) in expected.into_iter().flatten() {
            let path = format!("{path}.{name}");
            match got.and_then(|got| got.get(name)) {
                Some(have) => self.entry(&path, want, have),
                None => self.differs(&path, want.summary(), NOTHING),
            }
        }
    }

    fn entry<T: Figures>(&mut self, path: &str, want: &T, have: &T) {
        for ((key, want), (_, have)) in want.figures().into_iter().zip(have.figures()) {
            self.figure(&format!("{path}.{key}"), want, have);
        }
        for ((key, want), (_, have)) in want.lists().into_iter().zip(have.lists()) {
            self.list(&format!("{path}.{key}"), want, have);
        }
        for ((key, want), (_, have)) in want.maps().into_iter().zip(have.maps()) {
            self.texts(&format!("{path}.{key}"), want, have);
        }
    }
}

/// Something with figures, lists and figures by name.
trait Figures {
    fn figures(&self) -> Vec<(&'static str, Option<&str>)>;
    fn lists(&self) -> Vec<(&'static str, Option<&[String]>)>;
    fn maps(&self) -> Vec<(&'static str, Option<&BTreeMap<String, String>>)>;

    /// Its figures in one line.
    fn summary(&self) -> String {
        let figures =
            self.figures().into_iter().filter_map(|(key, figure)| Some(format!("{key} {}", figure?)));
        figures.collect::<Vec<_>>().join(", ")
    }
}

macro_rules! figures {
    ($($name:ident),+) => {$(
        impl Figures for $name {
            fn figures(&self) -> Vec<(&'static str, Option<&str>)> {
                $name::figures(self)
            }
            fn lists(&self) -> Vec<(&'static str, Option<&[String]>)> {
                $name::lists(self)
            }
            fn maps(&self) -> Vec<(&'static str, Option<&BTreeMap<String, String>>)> {
                $name::maps(self)
            }
        }
    )+};
}

figures!(WindowFigures, MonthFigures, RunFigures, DeductionFigures, DecisionFigures);

/// The same text, or the same amount.
fn same(expected: &str, got: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let equal = |want: &String, have: &String| {
        let amounts = want.parse::<Money>().ok().zip(have.parse::<Money>().ok());
        want == have || amounts.is_some_and(|(want, have)| want == have)
    };
    let (want, have) = (words(expected), words(got));
    want.len() == have.len() && want.iter().zip(&have).all(|(want, have)| equal(want, have))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expect(text: &str) -> Expect {
        serde_saphyr::from_str(text).expect("an expectation")
    }

    fn differences(expected: &str, got: &str) -> Vec<String> {
        let found = compare("", &expect(expected), &expect(got));
        let line = |found: &Difference| format!("{}: {} / {}", found.path, found.expected, found.got);
        found.iter().map(line).collect()
    }

    #[test]
    fn only_what_is_written_is_compared_and_a_list_is_complete() {
        let got = "months: {2026-01: {payable: 860.79, lines: [pay 1.00 rent, pay 2.00 water]}}";
        assert!(differences("months: {2026-01: {payable: 860.79}}", got).is_empty());
        assert_eq!(
            differences("months: {2026-01: {payable: 860.80, lines: [pay 1 rent]}}", got),
            [
                "months.2026-01.payable: 860.80 / 860.79",
                "months.2026-01.lines[1]: (nothing) / pay 2.00 water",
            ]
        );
        assert_eq!(
            differences("months: {2026-02: {payable: 1.00}}", got),
            ["months.2026-02: payable 1.00 / (nothing)"]
        );
    }

    #[test]
    fn a_problem_is_a_part_of_a_text_and_none_may_be_left_over() {
        let got = "problems: [HH-1 rent has no verified account, HH-2 something else]";
        assert_eq!(
            differences("problems: [no verified account]", got),
            ["problems: (nothing) / HH-2 something else"]
        );
    }
}
