//! Where something that must be paid goes: the run of its month, or the run of a day.

use chrono::NaiveDate;
use grip_engine::calendar::{Month, TargetCalendar};
use grip_engine::id::BankAccountId;

use super::{Facts, key_of};
use crate::flow::planning::{self, last_month};
use crate::store::run::{RunKey, RunRow};

/// A run that something goes in, and the day on which that run is executed.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) key: RunKey,
    pub(super) execution: NaiveDate,
}

impl Facts {
    /// The last month whose cut-off has come.
    pub(super) fn last_month(&self) -> Month {
        last_month(&self.rules, self.today)
    }

    /// Where the plan of a month goes: its own run until somebody approved that, then the next run of a day.
    pub(super) fn of_month(&self, account: BankAccountId, month: Month) -> Target {
        let is_it = |run: &&RunRow| {
            run.bank_account_id == account.0 && run.kind == "monthly" && run.period == month.to_string()
        };
        let found = self.runs.iter().find(is_it);
        let key = RunKey { bank_account: account, kind: "monthly", period: month.to_string() };
        match found {
            None if self.rules.policy_of(month).pay_day(month) < self.today => {
                self.of_day(account, self.next_day())
            }
            None => Target { key, execution: planning::execution(&self.rules, month, self.today) },
            Some(run) if run.state == "proposed" => Target { key, execution: self.execution_of(run) },
            Some(_) => self.of_day(account, self.next_day()),
        }
    }

    /// Where something goes that must be executed on a day: the run of that day, or the next one while that is open.
    pub(super) fn of_day(&self, account: BankAccountId, day: NaiveDate) -> Target {
        let next = self.next_day();
        let of_day = |run: &&RunRow| {
            run.bank_account_id == account.0 && run.kind == "supplementary" && run.state == "proposed"
        };
        let mut open: Vec<&RunRow> = self.runs.iter().filter(of_day).collect();
        open.sort_by_key(|run| (run.execution_on, run.period.clone()));
        let fits = |run: &&&RunRow| {
            if day <= next { run.execution_on <= next } else { run.execution_on == day }
        };
        if let Some(run) = open.iter().find(fits) {
            return Target { key: key_of(run), execution: self.execution_of(run) };
        }
        let execution = day.max(next);
        Target {
            key: RunKey {
                bank_account: account,
                kind: "supplementary",
                period: self.free_period(account, execution),
            },
            execution,
        }
    }

    /// The first day on which something can be executed that is proposed today.
    pub(super) fn next_day(&self) -> NaiveDate {
        TargetCalendar.later(self.today, 1)
    }

    /// The day of a proposed run: as planned while that day has not passed.
    pub(super) fn execution_of(&self, run: &RunRow) -> NaiveDate {
        if self.today <= run.execution_on {
            run.execution_on
        } else if run.kind == "monthly" {
            TargetCalendar.on_or_after(self.today)
        } else {
            self.next_day()
        }
    }

    /// A name for the run of a day that no run of the account has yet.
    fn free_period(&self, account: BankAccountId, day: NaiveDate) -> String {
        let taken = |period: &String| {
            let same = |run: &RunRow| run.kind == "supplementary" && run.period == *period;
            self.runs.iter().any(|run| run.bank_account_id == account.0 && same(run))
        };
        let numbered = (2..).map(|number| format!("{day} {number}"));
        let mut names = std::iter::once(day.to_string()).chain(numbered);
        names.find(|name| !taken(name)).expect("there is always a next number")
    }
}
