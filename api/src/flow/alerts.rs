//! Raising alerts: permitted facts in, findings out, held against what is open. Nothing else changes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::alert::{self, Change as AlertChange, Known};
use grip_engine::bank::payment_run::Subject;
use grip_engine::bank::reason::reason;
use grip_engine::calendar::Month;
use grip_engine::explain::{self, Explanation};
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::evidence::LineState;
use grip_engine::furnishing::standing::{Standing as CreditStanding, TrancheStanding};
use grip_engine::furnishing::tranche::Tranche;
use grip_engine::id::{DueId, HouseholdId};
use grip_engine::money::Money;
use grip_engine::payee::Payee;
use grip_engine::plan::Outcome;
use grip_engine::risk::facts::{CreditFacts, Facts, MonthFacts, ReturnedFacts, TrancheFacts};
use grip_engine::risk::{Finding, findings};

use super::planning::{Dossier, Open, Rules, dossiers, months_with_right, rules};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::household::{self, HouseholdFile};
use crate::store::payment::{self, HappenedRow, PaymentRow};
use crate::store::plan::Released;
use crate::store::suspense::{self, ReturnedRow};
use crate::store::{Change, Scope, Snapshot, Store, StoreError, alert as alerts, ledger};

/// What raising alerts did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Raised {
    /// Alerts that were opened.
    pub opened: usize,
    /// Alerts that got other figures.
    pub updated: usize,
    /// Alerts that were closed.
    pub closed: usize,
}

/// Everything the rules may know, and the labels a reader needs.
struct Evaluation {
    today: NaiveDate,
    rules: Rules,
    dossiers: Vec<Dossier>,
    payees: BTreeMap<grip_engine::id::PayeeId, Payee>,
    payments: Vec<PaymentRow>,
    history: Vec<HappenedRow>,
    returned_early: Vec<ReturnedRow>,
    returned_money: BTreeMap<HouseholdId, Money>,
    alerts: Vec<(HouseholdId, Known)>,
}

/// Evaluates the rules for the households of a scope on the business day.
pub async fn raise(store: &Store, grant: &Grant, scope: Scope) -> Result<Raised, FlowError> {
    retry!(try_raise(store, grant, scope))
}

async fn try_raise(store: &Store, grant: &Grant, scope: Scope) -> Result<Raised, FlowError> {
    let mut change = store.begin(grant, "alerts").await?;
    let known = read(&mut change, scope, grant.today()).await?;

    let decided: Vec<(&HouseholdFile, Vec<AlertChange>)> = known
        .dossiers
        .iter()
        .map(|dossier| Ok((&dossier.file, known.changes(dossier)?)))
        .collect::<Result<_, FlowError>>()?;

    let mut raised = Raised::default();
    for (file, changes) in decided {
        for alert in changes {
            known.write(&mut change, file, alert, &mut raised).await?;
        }
    }
    if raised != Raised::default() {
        change.commit().await?;
    }
    Ok(raised)
}

async fn read(at: &mut Snapshot, scope: Scope, today: NaiveDate) -> Result<Evaluation, FlowError> {
    Ok(Evaluation {
        today,
        rules: rules(at).await?,
        dossiers: dossiers(at, scope, today).await?,
        payees: household::payees(at).await?,
        payments: payment::list(at, scope).await?,
        history: payment::history(at, scope).await?,
        returned_early: suspense::returned_early(at, scope).await?,
        returned_money: ledger::returned_money(at).await?,
        alerts: alerts::known(at, scope).await?,
    })
}

impl Evaluation {
    fn changes(&self, dossier: &Dossier) -> Result<Vec<AlertChange>, FlowError> {
        let household = dossier.file.household.id;
        let booked = self.returned(household)?;
        let early = self.returned_early(household)?;
        let months = self.months(dossier, &booked);
        let is_last = |booked: &ReturnedFacts| !early.iter().any(|early| early.due == booked.due);
        let returned: Vec<_> = booked.into_iter().filter(is_last).chain(early.iter().cloned()).collect();
        let facts = Facts {
            today: self.today,
            household,
            months: &months,
            returned: &returned,
            tranches: &self.tranches(dossier),
            credits: &self.credits(dossier),
        };
        let of_household = self.alerts.iter().filter(|(id, _)| *id == household);
        let known: Vec<Known> = of_household.map(|(_, known)| *known).collect();
        Ok(alert::changes(&known, findings(&facts), self.today))
    }

    /// The month that runs now, as it was released, and the next two that were not. A month that cannot be
    /// planned is named when runs are proposed.
    fn months(&self, dossier: &Dossier, returned: &[ReturnedFacts]) -> Vec<MonthFacts> {
        let file = &dossier.file;
        let policy = |month: Month| self.rules.policy_of(month);
        let lives = |month: &Month| self.today < policy(*month).pay_day(month.next());
        let released: Vec<&Released> = dossier.released.iter().filter(|plan| plan.stands).collect();
        let open = months_with_right(file, Month::of(self.today).next().next());
        let open = open.into_iter().filter(lives);
        let open = open.filter(|month| released.iter().all(|plan| plan.month != *month)).take(2);
        let running = released.iter().filter(|plan| lives(&plan.month));
        // what a running month gives more, and is about to be paid, is living money too
        let (more, _) = dossier.open(&self.rules, Month::of(self.today), |_| self.today);
        let supplement = |month: Month| -> Money {
            let of_month = more.iter().filter_map(|open| match open {
                Open::More { month: of, supplement } if *of == month => Some(supplement.more_to_live_on()),
                _ => None,
            });
            of_month.sum()
        };
        let running = running.map(|plan| {
            let living_money = plan.living_money + supplement(plan.month);
            (plan.month, plan.sums.payable, plan.fixed_costs, living_money)
        });
        let planned = open.filter_map(|month| {
            let pay_day = policy(month).pay_day(month);
            let planned = dossier.plan_of(&self.rules, month, pay_day).ok()?;
            let ours = planned.plan.lines.iter().filter(|line| {
                matches!(line.outcome, Outcome::Pay | Outcome::NeedsDecision | Outcome::Unfunded { .. })
            });
            let costs = ours.map(|line| line.due.amount).sum();
            Some((month, planned.plan.available, costs, planned.plan.living_money))
        });
        let held = self.held(file.household.id, returned);
        let facts = |(month, payable, fixed_costs, living_money): (Month, Money, Money, Money)| MonthFacts {
            month,
            cut_off: policy(month).cut_off(month),
            pay_day: policy(month).pay_day(month),
            payable,
            held,
            fixed_costs,
            living_money,
            reported_income: file.household.reported_income_in(month),
            floor: policy(month).floor(file.household.type_on(policy(month).pay_day(month))),
        };
        running.chain(planned).map(facts).collect()
    }

    /// Money we hold for a household that is not meant for a due that came back (ruling 17).
    fn held(&self, household: HouseholdId, returned: &[ReturnedFacts]) -> Money {
        let waiting = returned.iter().filter(|returned| returned.paid_again_on.is_none());
        let earmarked: Money = waiting.map(|returned| returned.amount).sum();
        let held = self.returned_money.get(&household).copied().unwrap_or_default();
        (held - earmarked).or_zero()
    }

    /// Each due of which a payment was rejected or came back unasked, by its last one.
    fn returned(&self, household: HouseholdId) -> Result<Vec<ReturnedFacts>, StoreError> {
        let mut facts: BTreeMap<DueId, ReturnedFacts> = BTreeMap::new();
        let of_household = self.payments.iter().filter(|payment| payment.household_id == household.0);
        for payment in
            of_household.filter(|payment| matches!(payment.state.as_str(), "rejected" | "returned"))
        {
            let Some(back) = self.reached(payment, &payment.state) else { continue };
            let due = DueId(payment.due_id);
            if facts.get(&due).is_some_and(|fact| back.happened_on <= fact.returned_on) {
                continue;
            }
            let (period, essential) = self.of_due(payment)?;
            let again =
                self.payments.iter().find(|later| later.due_id == payment.due_id && later.state == "settled");
            let fact = ReturnedFacts {
                due,
                essential,
                amount: Money::from_cents(payment.amount),
                period,
                returned_on: back.happened_on,
                reason: back.reason.clone(),
                paid_again_on: again
                    .and_then(|later| self.reached(later, "settled"))
                    .map(|row| row.happened_on),
            };
            facts.insert(due, fact);
        }
        Ok(facts.into_values().collect())
    }

    /// The same of payments whose return is here before their debit (ruling 28): their money is not the household's
    /// in the books yet, but the bill is not paid.
    fn returned_early(&self, household: HouseholdId) -> Result<Vec<ReturnedFacts>, StoreError> {
        let of_household = self.returned_early.iter().filter(|row| row.household_id == household.0);
        // what we asked for needs nobody's attention
        let unasked = of_household.filter(|row| !reason(&row.reason).is_wanted());
        let fact = |row: &ReturnedRow| {
            let payment = self.payments.iter().find(|payment| payment.payment_id == row.payment_id);
            let payment = payment.ok_or(StoreError::Missing)?;
            let (period, essential) = self.of_due(payment)?;
            Ok(ReturnedFacts {
                due: DueId(payment.due_id),
                essential,
                amount: Money::from_cents(payment.amount),
                period,
                returned_on: row.since,
                reason: row.reason.clone(),
                paid_again_on: None,
            })
        };
        unasked.map(fact).collect()
    }

    fn reached(&self, payment: &PaymentRow, state: &str) -> Option<&HappenedRow> {
        self.history.iter().find(|row| row.payment_id == payment.payment_id && row.state == state)
    }

    /// The month a payment is for, and whether it is rent, premium, energy or water.
    fn of_due(&self, payment: &PaymentRow) -> Result<(Month, bool), StoreError> {
        Ok(match payment.subject()? {
            Subject::FixedCost(id, period) => {
                let mut obligations = self.dossiers.iter().flat_map(|dossier| &dossier.file.obligations);
                let obligation = obligations.find(|obligation| obligation.id == id);
                (period, obligation.is_some_and(|obligation| obligation.kind.is_essential()))
            }
            Subject::LivingMoney(_, month, _) | Subject::Withholding(_, month) => (month, false),
            Subject::Tranche(_) => (Month::of(payment.execution_on), false),
        })
    }

    fn tranches(&self, dossier: &Dossier) -> Vec<TrancheFacts> {
        let policy = &self.rules.policy_on(self.today).furnishing;
        let of_credit = |(credit, standing): (&Credit, CreditStanding)| {
            let open = credit.settled.is_none();
            let parts = credit.tranches.iter().zip(standing.tranches).filter(move |_| open);
            let facts = |(tranche, found): (&Tranche, TrancheStanding)| {
                let paid = found.payout.filter(|payout| payout.stands() && payout.on <= self.today)?;
                let let_go = credit.waivers.iter().filter(|waiver| waiver.tranche == tranche.number + 1);
                let let_go: Money = let_go.map(|waiver| waiver.amount).sum();
                Some(TrancheFacts {
                    tranche: tranche.id,
                    paid: found.kept,
                    paid_on: paid.on,
                    accounted: (found.accounted + let_go).min(found.kept),
                    threshold: policy.release_threshold,
                    evidence_due: tranche.evidence_due(paid.on, policy),
                })
            };
            parts.filter_map(facts).collect::<Vec<_>>()
        };
        dossier.credits(policy, self.today).flat_map(of_credit).collect()
    }

    /// The credits of which something was paid and that were not settled. Of the goods the rules know what is missing.
    fn credits<'a>(&'a self, dossier: &'a Dossier) -> Vec<CreditFacts<'a>> {
        let policy = &self.rules.policy_on(self.today).furnishing;
        let open = dossier.credits(policy, self.today).filter(|(credit, _)| credit.settled.is_none());
        let facts = |(credit, standing): (&Credit, CreditStanding)| {
            let lines = standing.tranches.iter().flat_map(|tranche| &tranche.lines);
            let shown =
                lines.filter(|line| !matches!(line.state, LineState::Unreadable | LineState::Duplicate));
            let visited = credit.visits.iter().filter(|visit| visit.confirmed).flat_map(|visit| &visit.seen);
            let seen: Vec<&str> =
                shown.map(|line| line.line.category.as_str()).chain(visited.map(String::as_str)).collect();
            let paid = standing.tranches.iter().filter_map(|tranche| tranche.payout);
            Some(CreditFacts {
                credit: credit.id,
                amount: credit.amount,
                disbursed: standing.disbursed - standing.returned,
                paid_on: paid.filter(|payout| payout.on <= self.today).map(|payout| payout.on).max()?,
                missing: policy.missing(&seen),
            })
        };
        open.filter_map(facts).collect()
    }

    async fn write(
        &self,
        change: &mut Change,
        file: &HouseholdFile,
        alert: AlertChange,
        raised: &mut Raised,
    ) -> Result<(), FlowError> {
        let household = file.household.id;
        match alert {
            AlertChange::Open(finding) => {
                alerts::open(change, household, &finding, &self.words(&finding)).await?;
                raised.opened += 1;
            }
            AlertChange::Update(finding) => {
                if alerts::update(change, household, &finding, &self.words(&finding)).await? {
                    raised.updated += 1;
                }
            }
            AlertChange::Close(key) => {
                alerts::close(change, household, key).await?;
                raised.closed += 1;
            }
        }
        Ok(())
    }

    /// The sentence for a reader; the payee is a label that no rule saw.
    fn words(&self, finding: &Finding) -> Explanation {
        let payee = self.payments.iter().find(|payment| payment.due_id == finding.object);
        let label = payee.map_or("de ontvanger", |payment| self.label(payment));
        explain::dutch(finding.rule, finding.month, &finding.figures, label)
    }

    /// A payee by name; the client as "de bewoner".
    fn label<'a>(&'a self, payment: &'a PaymentRow) -> &'a str {
        let is_payee = self.payees.values().any(|payee| payee.name == payment.creditor_name);
        if is_payee { &payment.creditor_name } else { "de bewoner" }
    }
}
