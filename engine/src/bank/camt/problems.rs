//! Problems, as many as a person would read: memory does not grow with a file full of them.

use super::code::Code;
use super::error::Problem;

/// The most problems that are kept; one more says how many there are besides.
const MAX: usize = 1_000;

/// Problems in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    kept: Vec<Problem>,
    more: u64,
    more_from: u64,
    more_code: Option<Code>,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        if self.kept.len() < MAX {
            self.kept.push(problem);
            return;
        }
        if self.more == 0 {
            (self.more_from, self.more_code) = (problem.line, Some(problem.code));
        }
        self.more += 1;
    }

    pub(super) fn all(mut self) -> Vec<Problem> {
        if let Some(code) = self.more_code {
            let text = format!("{} more problems from here are not shown", self.more);
            self.kept.push(Problem::new(self.more_from, "Document", code, text));
        }
        self.kept
    }
}
