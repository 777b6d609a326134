//! What came of a case: what was seen on the way, and what stands at the end of a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::payment_run::Subject;
use grip_engine::calendar::Month;
use grip_engine::household::arrangement::Variant;
use grip_engine::household::member::Member;
use grip_engine::id::{HouseholdId, MemberId};
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;
use grip_engine::plan::{DecisionOption, DecisionReason, NeedsDecision, Outcome, Plan, PlanLine};
use grip_engine::policy::{LivingMoneyPayer, Policy};
use grip_engine::relief::{ReliefWindow, variant_on};
use grip_engine::schedule::Due;
use grip_engine::task::{Task, TaskKind, on_open_day, tasks};
use grip_engine::withhold::balance;

use super::bank;
use super::expect::{DecisionFigures, DeductionFigures, Expect, MonthFigures, RunFigures, WindowFigures};
use crate::flow::FlowError;
use crate::flow::day::DayDone;
use crate::flow::planning::{self, Dossier, Open, Planned, Rules, dossier, months_with_right, rules};
use crate::flow::tasks::find_approver_on;
use crate::store::plan::{PaidLine, PlanLineRow, Released, outcome_code};
use crate::store::{Scope, Snapshot, Store, alert, household, payment, plan, run};

/// What was seen on the days of a case.
#[derive(Debug, Default)]
pub(super) struct Seen {
    first: Option<NaiveDate>,
    decisions: BTreeMap<Month, NeedsDecision>,
    severities: BTreeMap<uuid::Uuid, String>,
    tasks: BTreeSet<Task>,
    problems: Vec<String>,
}

/// Everything that stands at the end of a day.
struct Standing {
    today: NaiveDate,
    rules: Rules,
    dossier: Dossier,
    names: Names,
}

/// How costs and people are called.
struct Names {
    obligations: BTreeMap<grip_engine::id::ObligationId, (CostKind, Option<String>)>,
}

impl Seen {
    /// Looks at what stands at the end of a day and may be gone later.
    pub(super) async fn day(
        &mut self,
        store: &Store,
        household: HouseholdId,
        today: NaiveDate,
        done: DayDone,
    ) -> Result<(), FlowError> {
        self.first.get_or_insert(today);
        self.problems = done.proposed.problems.into_iter().chain(done.instructed.problems).collect();
        let mut at = store.read().await?;
        let standing = Standing::read(&mut at, household, today).await?;
        for (month, needed) in standing.decisions() {
            self.decisions.insert(month, needed);
        }
        for row in alert::list(&mut at, Scope::One(household.0)).await? {
            let highest = self.severities.entry(row.alert_id).or_insert_with(|| row.severity.clone());
            if row.severity < *highest {
                *highest = row.severity;
            }
        }
        let policy = standing.policy();
        let file = &standing.dossier.file;
        let now = tasks(&file.household, &file.obligations, policy);
        self.tasks
            .extend(now.into_iter().filter(|task| task.kind == TaskKind::OpenAccount && task.on <= today));
        let runs = run::list(&mut at).await?;
        for on in runs.iter().filter_map(find_approver_on).filter(|on| *on <= today) {
            self.tasks.insert(on_open_day(on, TaskKind::FindApprover, None));
        }
        Ok(())
    }

    /// What stands at the end of a day, in the shape of an expectation.
    pub(super) async fn outcome(
        &self,
        store: &Store,
        household: HouseholdId,
        today: NaiveDate,
    ) -> Result<Expect, FlowError> {
        let mut at = store.read().await?;
        let standing = Standing::read(&mut at, household, today).await?;
        let scope = Scope::One(household.0);
        let (payments, lines) = (payment::list(&mut at, scope).await?, plan::lines(&mut at, scope).await?);
        let rows = plan::list(&mut at, scope).await?;
        let of_plan = |id| rows.iter().find(|row| row.plan_id == id).map(|row| row.month.clone());
        let stands = |id| {
            let reversed = |row: &&plan::PlanRow| row.plan_id == id || row.reverses == Some(id);
            rows.iter().filter(reversed).count() == 1
        };
        let mut of_month: BTreeMap<String, Vec<PlanLineRow>> = BTreeMap::new();
        for line in lines.into_iter().filter(|line| stands(line.plan_id)) {
            of_month.entry(of_plan(line.plan_id).unwrap_or_default()).or_default().push(line);
        }
        let mut paid = standing.nothing_yet(&mut at).await?;
        for row in payments.iter().filter(|row| row.state == "settled") {
            *paid.entry(row.creditor_name.clone()).or_default() += Money::from_cents(row.amount);
        }
        Ok(Expect {
            windows: Some(standing.windows()),
            months: Some(standing.months(&of_month)),
            runs: Some(standing.runs(&mut at).await?),
            paid: Some(paid.into_iter().map(|(name, amount)| (name, amount.to_string())).collect()),
            reserve: Some(standing.reserve().to_string()),
            deductions: Some(standing.deductions()),
            proposals: Some(standing.proposals()),
            decisions_needed: Some(
                self.decisions.iter().map(|(month, needed)| standing.decision(*month, needed)).collect(),
            ),
            tasks: Some(standing.tasks(self)),
            alerts: Some(self.alerts(&mut at, household).await?),
            problems: Some(self.problems.clone()),
            chain: Some(bank::chain(&mut at).await?),
            held: Some(bank::held(&mut at).await?),
            unexplained: Some(bank::unexplained(&mut at).await?),
            provisional: Some(bank::provisional(&mut at).await?),
        })
    }

    async fn alerts(&self, at: &mut Snapshot, household: HouseholdId) -> Result<Vec<String>, FlowError> {
        let mut rows = alert::list(at, Scope::One(household.0)).await?;
        rows.sort_by(|a, b| (a.opened_on, &a.rule, &a.month).cmp(&(b.opened_on, &b.rule, &b.month)));
        let line = |row: &alert::AlertRow| {
            let severity = self.severities.get(&row.alert_id).unwrap_or(&row.severity);
            let month = if row.month.is_empty() { String::new() } else { format!(" {}", row.month) };
            let state = if row.closed_on.is_none() { "open" } else { "closed" };
            format!("{severity} {}{month} {state}", row.rule)
        };
        Ok(rows.iter().map(line).collect())
    }
}

impl Standing {
    async fn read(
        at: &mut Snapshot,
        household: HouseholdId,
        today: NaiveDate,
    ) -> Result<Standing, FlowError> {
        let rules = rules(at).await?;
        let missing = || FlowError::NotFound { what: "household", id: household.to_string() };
        let dossier = dossier(at, household).await?.ok_or_else(missing)?;
        let member = |id: MemberId| dossier.file.household.member(id).map(|member| member.name.clone());
        let name = |obligation: &grip_engine::obligation::Obligation| {
            (obligation.id, (obligation.kind, obligation.member.and_then(member)))
        };
        let names = Names { obligations: dossier.file.obligations.iter().map(name).collect() };
        Ok(Standing { today, rules, dossier, names })
    }

    fn policy(&self) -> &Policy {
        self.rules.policy_on(self.today)
    }

    /// Everybody who could be paid for this household, with nothing.
    async fn nothing_yet(&self, at: &mut Snapshot) -> Result<BTreeMap<String, Money>, FlowError> {
        let file = &self.dossier.file;
        let payees = household::payees(at).await?;
        let of_obligations = file.obligations.iter().map(|obligation| obligation.payee);
        let of_deductions = file.household.deductions.iter().filter_map(|deduction| deduction.payee);
        let payee_names =
            of_obligations.chain(of_deductions).filter_map(|id| Some(payees.get(&id)?.name.clone()));
        let adults = file.household.adults().map(|adult| adult.name.clone());
        Ok(payee_names.chain(adults).map(|name| (name, Money::ZERO)).collect())
    }

    /// The months that are looked at: those with a right up to the next one, and what was released.
    fn all_months(&self) -> BTreeSet<Month> {
        let mut months: BTreeSet<Month> =
            months_with_right(&self.dossier.file, Month::of(self.today).next()).into_iter().collect();
        months.extend(self.dossier.released.iter().filter(|month| month.stands).map(|month| month.month));
        months
    }

    fn planned(&self, month: Month) -> Option<Planned> {
        let execution = planning::execution(&self.rules, month, self.today);
        let planned = self.dossier.plan_of(&self.rules, month, execution).ok()?;
        let suspended = self.dossier.file.household.is_suspended(execution) && execution < self.today;
        (!suspended).then_some(planned)
    }

    fn decisions(&self) -> Vec<(Month, NeedsDecision)> {
        let open = self.all_months().into_iter().filter(|month| !self.dossier.is_released(*month));
        open.filter_map(|month| Some((month, self.planned(month)?.plan.needs_decision?))).collect()
    }

    fn windows(&self) -> Vec<WindowFigures> {
        let household = &self.dossier.file.household;
        let not_applicable = |member: &Member| {
            let variant = variant_on(household, member, self.today)?;
            (*variant == Variant::NotApplicable).then(|| WindowFigures {
                member: Some(member.name.clone()),
                variant: Some(variant.code().to_owned()),
                ..WindowFigures::default()
            })
        };
        let windows = household.adults().filter_map(|member| {
            let Some(window) = ReliefWindow::of(household, member) else { return not_applicable(member) };
            let variant = variant_on(household, member, self.today.clamp(window.start(), window.term_end()));
            Some(WindowFigures {
                member: Some(member.name.clone()),
                start: Some(window.start().to_string()),
                end: Some(window.end().to_string()),
                statutory_end: Some(window.term_end().to_string()),
                ended_by: Some(window.ended_by().code().to_owned()),
                variant: Some(variant.map_or("full", |variant| variant.code()).to_owned()),
            })
        });
        windows.collect()
    }

    fn months(&self, lines: &BTreeMap<String, Vec<PlanLineRow>>) -> BTreeMap<String, MonthFigures> {
        let figures = |month: Month| {
            let figures = match self.dossier.released_month(month) {
                Some(released) => {
                    self.released(released, lines.get(&month.to_string()).map_or(&[], Vec::as_slice))
                }
                None => self.open(&self.planned(month)?),
            };
            Some((month.to_string(), figures))
        };
        self.all_months().into_iter().filter_map(figures).collect()
    }

    /// What the benefit of a month gives, whether or not it was released.
    fn of_benefit(&self, month: Month) -> MonthFigures {
        let execution = self.rules.policy_of(month).pay_day(month);
        let Ok(planned) = self.dossier.plan_of(&self.rules, month, execution) else {
            return MonthFigures::default();
        };
        let benefit = &planned.benefit;
        MonthFigures {
            norm: Some(benefit.norm.amount.to_string()),
            counted_income: Some(benefit.counted_income.to_string()),
            reduction: Some(benefit.reduced.to_string()),
            room: Some(benefit.room_for_deductions().to_string()),
            ..MonthFigures::default()
        }
    }

    fn open(&self, planned: &Planned) -> MonthFigures {
        let Planned { benefit, plan, .. } = planned;
        let deducted: Money = plan.withheld.iter().map(|withheld| withheld.taken).sum();
        let shares = plan.shares(&self.dossier.file.household, planned.execution);
        MonthFigures {
            state: Some("open".to_owned()),
            granted: Some(benefit.granted.to_string()),
            holiday_reserve: Some(benefit.holiday_reserve.to_string()),
            holiday_payout: Some(plan.holiday_payout.to_string()),
            payable: Some(benefit.payable.to_string()),
            advance: Some(benefit.advance.to_string()),
            bridge: Some(benefit.bridge.to_string()),
            deducted: Some(deducted.to_string()),
            available: Some(plan.available.to_string()),
            fixed_costs: Some(plan.paid().map(|due| due.amount).sum::<Money>().to_string()),
            living_money: Some(plan.living_money.to_string()),
            lines: Some(self.lines(plan)),
            shares: Some(self.shares(shares.iter().map(|share| (share.member, share.amount)))),
            ..self.of_benefit(plan.month)
        }
    }

    fn released(&self, released: &Released, lines: &[PlanLineRow]) -> MonthFigures {
        let sums = &released.sums;
        let deducted: Money = released.withheld.iter().map(|withheld| withheld.taken).sum();
        let available = (sums.payable - sums.advance).or_zero() + sums.bridge - deducted;
        let paid = released.lines.iter().map(|line| line.amount);
        MonthFigures {
            state: Some("released".to_owned()),
            granted: Some(sums.granted.to_string()),
            holiday_reserve: Some(sums.holiday_reserve.to_string()),
            holiday_payout: Some(sums.holiday_payout.to_string()),
            payable: Some(sums.payable.to_string()),
            advance: Some(sums.advance.to_string()),
            bridge: Some(sums.bridge.to_string()),
            deducted: Some(deducted.to_string()),
            available: Some(available.to_string()),
            fixed_costs: Some(paid.sum::<Money>().to_string()),
            living_money: Some(released.living_money.to_string()),
            lines: Some(Self::released_lines(released, lines)),
            shares: Some(match self.rules.policy_of(released.month).living_money_payer {
                LivingMoneyPayer::Product => {
                    self.shares(released.shares.iter().map(|(_, share)| (share.member, share.amount)))
                }
                LivingMoneyPayer::BenefitSystem => self.handed_over(released, available, lines),
            }),
            difference: Some(self.difference(released.month).to_string()),
            ..self.of_benefit(released.month)
        }
    }

    /// What the benefit system pays each adult of a released month: it is not kept by adult, because nothing of it is
    /// paid here.
    fn handed_over(
        &self,
        released: &Released,
        available: Money,
        lines: &[PlanLineRow],
    ) -> BTreeMap<String, String> {
        let file = &self.dossier.file;
        let paid = |row: &PlanLineRow| {
            let owed = file.obligations.iter().find(|known| known.id.0 == row.obligation_id)?;
            let due = Due {
                kind: owed.kind,
                due_on: row.due_on,
                execution: row.execution_on,
                obligation: owed.id,
                member: owed.member,
                period: row.period.parse().ok()?,
                amount: Money::from_cents(row.amount),
            };
            Some(PlanLine { due, left: Money::from_cents(row.left_before), outcome: Outcome::Pay })
        };
        let plan = Plan {
            month: released.month,
            withheld: released.withheld.clone(),
            available,
            lines: lines.iter().filter(|line| line.outcome == "pay").filter_map(paid).collect(),
            living_money: released.living_money,
            holiday_payout: released.sums.holiday_payout,
            needs_decision: None,
        };
        let pay_day = self.rules.policy_of(released.month).pay_day(released.month);
        let shares = plan.shares(&file.household, pay_day);
        self.shares(shares.iter().map(|share| (share.member, share.amount)))
    }

    /// The last word about each due: one that was held and is paid by a supplement is paid, and one that was to be paid
    /// on a later day and does not go out any more is withdrawn.
    fn released_lines(released: &Released, lines: &[PlanLineRow]) -> Vec<String> {
        let mut last: Vec<&PlanLineRow> = Vec::new();
        for line in lines {
            let is_same = |known: &&mut &PlanLineRow| {
                known.obligation_id == line.obligation_id && known.period == line.period
            };
            match last.iter_mut().find(is_same) {
                Some(known) if line.outcome == "pay" => *known = line,
                Some(_) => {}
                None => last.push(line),
            }
        }
        let goes_out = |line: &PlanLineRow| {
            let is_it = |known: &PaidLine| {
                known.obligation.0 == line.obligation_id && known.period.to_string() == line.period
            };
            released.lines.iter().any(is_it)
        };
        let line = |line: &&PlanLineRow| {
            let is_withdrawn = line.outcome == "pay" && !goes_out(line);
            line_text(
                if is_withdrawn { "withdrawn" } else { &line.outcome },
                Money::from_cents(line.amount),
                &line.kind,
                line.member.as_deref(),
                line.short,
            )
        };
        last.iter().map(line).collect()
    }

    fn lines(&self, plan: &Plan) -> Vec<String> {
        let line = |line: &grip_engine::plan::PlanLine| {
            let (outcome, short) = outcome_code(line.outcome);
            let member =
                self.names.obligations.get(&line.due.obligation).and_then(|(_, member)| member.as_deref());
            line_text(outcome, line.due.amount, line.due.kind.code(), member, short.cents())
        };
        plan.lines.iter().map(line).collect()
    }

    fn shares(&self, shares: impl Iterator<Item = (MemberId, Money)>) -> BTreeMap<String, String> {
        let mut sums: BTreeMap<String, Money> = BTreeMap::new();
        for (member, amount) in shares {
            *sums.entry(self.name(member)).or_default() += amount;
        }
        sums.into_iter().map(|(name, amount)| (name, amount.to_string())).collect()
    }

    fn name(&self, member: MemberId) -> String {
        self.dossier
            .file
            .household
            .member(member)
            .map_or_else(String::new, |member: &Member| member.name.clone())
    }

    fn open_now(&self) -> Vec<Open> {
        let last = planning::last_month(&self.rules, self.today);
        self.dossier.open(&self.rules, last, |month| planning::execution(&self.rules, month, self.today)).0
    }

    fn difference(&self, month: Month) -> Money {
        let of_month = self.open_now().into_iter().find_map(|open| match open {
            Open::More { month: of, supplement, .. } if of == month => {
                let lines: Money = supplement.lines.iter().map(|due| due.amount).sum();
                Some(lines + supplement.living_money - supplement.back())
            }
            Open::Less { month: of, payable, .. } if of == month => Some(-payable),
            _ => None,
        });
        of_month.unwrap_or_default()
    }

    fn proposals(&self) -> Vec<String> {
        let mut proposals: Vec<String> = Vec::new();
        for open in self.open_now() {
            if let Open::Less { month, payable, .. } = open
                && payable.is_positive()
            {
                proposals.push(format!("recovery {month} {payable}"));
            }
        }
        let taken = self.dossier.taken(&self.rules, self.today);
        for deduction in &self.dossier.file.household.deductions {
            if let Some(remission) = balance(deduction, &taken).remission {
                proposals.push(format!("remission {} {remission}", deduction.reference));
            }
        }
        proposals
    }

    fn standing_months(&self) -> Vec<Released> {
        self.dossier.released.iter().filter(|month| month.stands).cloned().collect()
    }

    fn deductions(&self) -> BTreeMap<String, DeductionFigures> {
        let taken = self.dossier.taken(&self.rules, self.today);
        let figures = |deduction: &grip_engine::household::withholding::Deduction| {
            let balance = balance(deduction, &taken);
            let figures = DeductionFigures {
                taken: Some(balance.taken.to_string()),
                instalments: Some(balance.instalments.to_string()),
                left: balance.left.map(|left| left.to_string()),
            };
            (deduction.reference.clone(), figures)
        };
        self.dossier.file.household.deductions.iter().map(figures).collect()
    }

    fn reserve(&self) -> Money {
        let months = self.standing_months();
        months.iter().map(|month| month.sums.holiday_reserve - month.sums.holiday_payout).sum()
    }

    fn decision(&self, month: Month, needed: &NeedsDecision) -> DecisionFigures {
        let kind = |id| self.names.obligations.get(&id).map_or("", |(kind, _)| kind.code());
        let option = |option: &DecisionOption| match option {
            DecisionOption::Bridge { amount } => format!("bridge {amount}"),
            DecisionOption::PayAnyway { obligation, living_money } => {
                format!("pay_anyway {} {living_money}", kind(*obligation))
            }
            DecisionOption::PayLater { obligation } => format!("pay_later {}", kind(*obligation)),
            DecisionOption::SpreadReduction { at_least } => format!("spread_reduction {at_least}"),
            DecisionOption::PostponeLoan { amount } => format!("postpone_loan {amount}"),
            DecisionOption::Pause => "pause".to_owned(),
            DecisionOption::AskConsent => "ask_consent".to_owned(),
        };
        let bridge = needed.options.iter().find_map(|option| match option {
            DecisionOption::Bridge { amount } => Some(*amount),
            _ => None,
        });
        let reason = match needed.reason {
            DecisionReason::Floor => "floor",
            DecisionReason::Consent => "consent",
        };
        DecisionFigures {
            month: Some(month.to_string()),
            reason: Some(reason.to_owned()),
            living_money_if_all_paid: Some(needed.living_money_if_all_paid.to_string()),
            floor: Some(needed.floor.to_string()),
            bridge: bridge.map(|amount| amount.to_string()),
            short: Some(needed.short.to_string()),
            options: Some(needed.options.iter().map(option).collect()),
        }
    }

    fn tasks(&self, seen: &Seen) -> Vec<String> {
        let file = &self.dossier.file;
        let first = seen.first.unwrap_or(self.today);
        let now = tasks(&file.household, &file.obligations, self.policy());
        let mut all: BTreeSet<Task> =
            now.into_iter().filter(|task| task.kind != TaskKind::OpenAccount).collect();
        all.extend(seen.tasks.iter().copied());
        let in_period = all.into_iter().filter(|task| first <= task.on && task.on <= self.today);
        let text = |task: Task| {
            let member = task.member.map(|member| format!(" {}", self.name(member))).unwrap_or_default();
            format!("{} {}{member}", task.on, task.kind.code())
        };
        in_period.map(text).collect()
    }

    async fn runs(&self, at: &mut Snapshot) -> Result<Vec<RunFigures>, FlowError> {
        let mut runs = run::list(at).await?;
        runs.retain(|run| run.state != "proposed");
        runs.sort_by(|a, b| (a.execution_on, &a.kind, &a.period).cmp(&(b.execution_on, &b.kind, &b.period)));
        let mut figures = Vec::new();
        for found in runs {
            let mut lines = run::lines(at, found.id()).await?;
            lines.sort_by_key(|line| self.place(line.subject, line.due_on));
            let total: Money = lines.iter().map(|line| line.amount).sum();
            let text = |line: &grip_engine::bank::payment_run::RunLine| {
                let (what, month) = self.what(line.subject);
                let month = month.map(|month| format!(" {month}")).unwrap_or_default();
                format!("{} {what}{month} to {}", line.amount, line.creditor_name)
            };
            figures.push(RunFigures {
                execution: Some(found.execution_on.to_string()),
                kind: Some(found.kind.clone()),
                total: Some(total.to_string()),
                payments: Some(lines.iter().map(text).collect()),
            });
        }
        Ok(figures)
    }

    /// Costs in order of kind, day and reference, then withholdings, then living money, the applicant first.
    fn place(&self, subject: Subject, due_on: NaiveDate) -> (u8, usize, NaiveDate, String) {
        let file = &self.dossier.file;
        match subject {
            Subject::FixedCost(id, _) => {
                let obligation = file.obligations.iter().find(|known| known.id == id);
                let kind = obligation.map_or(usize::MAX, |known| self.policy().place_of(known.kind));
                (0, kind, due_on, obligation.map(|known| known.reference.clone()).unwrap_or_default())
            }
            Subject::Withholding(id, _) => {
                let place = file.household.deductions.iter().position(|known| known.id == id);
                (1, place.unwrap_or(usize::MAX), due_on, String::new())
            }
            Subject::LivingMoney(id, month, part) => {
                let place = file.household.members.iter().position(|member| member.id == id);
                (2, place.unwrap_or(usize::MAX), due_on, format!("{month} {} {}", part.release, part.number))
            }
            Subject::Tranche(_) => (3, 0, due_on, String::new()),
        }
    }

    fn what(&self, subject: Subject) -> (String, Option<Month>) {
        let file = &self.dossier.file;
        match subject {
            Subject::FixedCost(id, period) => {
                let kind = self.names.obligations.get(&id).map_or("", |(kind, _)| kind.code());
                (kind.to_owned(), Some(period))
            }
            Subject::Withholding(id, month) => {
                let deduction = file.household.deductions.iter().find(|known| known.id == id);
                (deduction.map_or("", |known| known.kind.code()).to_owned(), Some(month))
            }
            Subject::LivingMoney(_, month, _) => ("living_money".to_owned(), Some(month)),
            Subject::Tranche(_) => ("tranche".to_owned(), None),
        }
    }
}

/// `pay 580.00 rent`, `unfunded 21.40 water short 11.33`, `pay 159.00 health_premium of partner`.
fn line_text(outcome: &str, amount: Money, kind: &str, member: Option<&str>, short: i64) -> String {
    let member = member.map(|member| format!(" of {member}")).unwrap_or_default();
    let short = if short == 0 { String::new() } else { format!(" short {}", Money::from_cents(short)) };
    format!("{outcome} {amount} {kind}{member}{short}")
}

/// An outcome that is not stored keeps the compiler honest about new ones.
const _: fn(Outcome) -> (&'static str, Money) = outcome_code;
