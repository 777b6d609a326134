//! The page of a household: what a coach needs to know, and nothing about who people are.

mod waits;
pub(super) mod window;
mod tasks;
mod decision;
mod sum;
mod plan;
mod payments;
mod credit;
mod own;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::calendar::Month;
use grip_engine::id::{HouseholdId, PayeeId};
use grip_engine::payee::Payee;
use grip_engine::policy::Policy;
use grip_engine::relief::ReliefWindow;
use grip_engine::withhold::Withheld;
use serde::Deserialize;
use uuid::Uuid;

use self::decision::{DecisionView, Names, Standing};
use self::payments::{PaymentView, Tranches};
use self::plan::{PlanView, Stored};
use self::waits::{WaitView, waits};
use self::window::WindowView;
use super::alert::AlertView;
use super::frame::{Frame, Visit};
use super::message::Failure;
use super::record::{SaidView, name_of};
use super::{page, words};
use crate::flow::FlowError;
use crate::flow::planning::{self, Dossier, Rules};
use crate::flow::tasks as flow_tasks;
use crate::store::alert::{self, AlertRow};
use crate::store::household::{self, HouseholdFile};
use crate::store::plan::{PlanLineRow, PlanRow, ShareRow, WithholdingRow};
use crate::store::{Scope, Snapshot, StoreError, payment, plan as plans};

pub(super) use self::credit::CreditView;
pub(super) use self::own::show as own;
pub(super) use self::tasks::{AHEAD, TaskView, back, done};

#[derive(Template)]
#[template(path = "household/household.html")]
struct HouseholdPage {
    frame: Frame,
    household: Uuid,
    /// What was recorded just now.
    recorded: Option<&'static str>,
    /// True for somebody who may record facts.
    records: bool,
    /// True when the reader may record that a task was done.
    coaches: bool,
    number: String,
    kind: &'static str,
    people: Vec<String>,
    /// Who gets nothing now.
    waits: Vec<WaitView>,
    sees_payees: bool,
    window: Option<WindowView>,
    plans: Vec<PlanView>,
    payments: Vec<PaymentView>,
    credits: Vec<CreditView>,
    tasks: Vec<TaskView>,
    facts: Vec<SaidView>,
    open: Vec<AlertView>,
    closed: Vec<AlertView>,
}

/// What is asked for beside the household.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    vastgelegd: Option<String>,
}

/// `GET /huishoudens/{id}`.
pub(super) async fn show(
    visit: Visit,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let id = household_id(&visit, &id)?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let mut at = visit.app.store.read().await?;
    let dossier = planning::dossier(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
    let file = &dossier.file;
    let rules = planning::rules(&mut at).await?;
    let policy = rules.policy_on(visit.today);
    let payees = household::payees(&mut at).await?;
    let names = names(file, &payees);
    let credits = credit_views(&dossier, policy, visit.today);
    let known = Known { dossier: &dossier, rules: &rules, names: &names, today: visit.today };
    let sees_alerts = visit.actor.may(Action::SeeAlerts);
    let alerts = if sees_alerts { alert::list(&mut at, Scope::One(id.0)).await? } else { Vec::new() };
    let (open, closed): (Vec<AlertRow>, Vec<AlertRow>) =
        alerts.into_iter().partition(|row| row.closed_on.is_none());
    let facts = household::facts(&mut at, Scope::One(id.0), visit.today).await?;
    let tasks = flow_tasks::list(&mut at, Scope::One(id.0), visit.today).await?;
    let household = HouseholdPage {
        household: id.0,
        recorded: asked.vastgelegd.as_deref().and_then(recorded),
        records: visit.actor.may(Action::RecordFacts),
        coaches: visit.actor.may(Action::RecordCoaching),
        tasks: tasks.iter().enumerate().map(|(id, item)| TaskView::of(id, item, visit.today)).collect(),
        facts: facts.iter().rev().map(|fact| SaidView::of(fact, &visit.actor)).collect(),
        frame: visit.frame,
        number: file.number.clone(),
        kind: words::household_type(file.household.type_on(visit.today)),
        people: file.household.members.iter().map(|member| member.name.clone()).collect(),
        waits: waits(file, &payees, visit.today),
        sees_payees: visit.actor.may(Action::SeePayees),
        window: ReliefWindow::of_household(&file.household).map(|window| WindowView::of(window, visit.today)),
        plans: known.plans(&mut at).await?,
        payments: payments(&mut at, file, &names).await?,
        credits,
        open: open.iter().map(|row| AlertView::of_this(row, visit.today)).collect(),
        closed: closed.iter().map(|row| AlertView::of_this(row, visit.today)).collect(),
    };
    Ok(page(StatusCode::OK, &household))
}

/// The furnishing credits of a household as they stand on a day.
pub(super) fn credit_views(dossier: &Dossier, policy: &Policy, today: NaiveDate) -> Vec<CreditView> {
    let furnishing = &policy.furnishing;
    let norm = furnishing.norm.of(dossier.file.household.type_on(today));
    let credits = dossier.credits(furnishing, today);
    credits.map(|(credit, stands)| CreditView::of(credit, &stands, furnishing, norm)).collect()
}

/// What was recorded just now, in words; nothing for a code that is not ours.
fn recorded(code: &str) -> Option<&'static str> {
    if code == "huishouden" { Some("Nieuw huishouden") } else { name_of(code) }
}

fn household_id(visit: &Visit, text: &str) -> Result<HouseholdId, Failure> {
    text.parse::<Uuid>().map(HouseholdId).map_err(|_| visit.not_found())
}

fn names(file: &HouseholdFile, payees: &BTreeMap<PayeeId, Payee>) -> Names {
    let payee = |id| payees.get(&id).map_or_else(String::new, |payee| payee.name.clone());
    let name = |obligation: &grip_engine::obligation::Obligation| {
        (obligation.id, (obligation.kind, payee(obligation.payee), obligation.reference.clone()))
    };
    file.obligations.iter().map(name).collect()
}

async fn payments(
    at: &mut Snapshot,
    file: &HouseholdFile,
    names: &Names,
) -> Result<Vec<PaymentView>, StoreError> {
    let scope = Scope::One(file.household.id.0);
    let history = payment::history(at, scope).await?;
    let tranches = file.credits.iter().flat_map(|credit| &credit.tranches);
    let tranches: Tranches = tranches.map(|tranche| (tranche.id, tranche.number)).collect();
    let rows = payment::list(at, scope).await?;
    rows.iter().map(|row| PaymentView::of(row, &history, names, &tranches)).collect()
}

/// What the plans of a household are made from.
struct Known<'a> {
    dossier: &'a Dossier,
    rules: &'a Rules,
    names: &'a Names,
    today: NaiveDate,
}

impl Known<'_> {
    /// The released plans of which the money is being lived from, and the plans to come until the next month.
    async fn plans(&self, at: &mut Snapshot) -> Result<Vec<PlanView>, FlowError> {
        let scope = Scope::One(self.dossier.file.household.id.0);
        let kept = Kept {
            rows: plans::list(at, scope).await?,
            lines: plans::lines(at, scope).await?,
            withheld: plans::withholdings(at, scope).await?,
            shares: plans::shares(at, scope).await?,
        };
        let last = Month::of(self.today).next();
        let live = planning::months_with_right(&self.dossier.file, last).into_iter();
        let mut views = Vec::new();
        for row in kept.rows.iter().rev().filter(|row| row.month.parse().is_ok_and(|month| self.lives(month)))
        {
            views.push(self.released(row, &kept)?);
        }
        for month in live.filter(|month| self.lives(*month) && !self.dossier.is_released(*month)) {
            let execution = planning::execution(self.rules, month, self.today);
            let planned = self.dossier.plan_of(self.rules, month, execution)?;
            let shares = self.dossier.shares(self.rules, &planned);
            views.push(PlanView::provisional(self, &planned, &shares));
        }
        Ok(views)
    }

    /// True until the benefit of the next month is paid.
    fn lives(&self, month: Month) -> bool {
        self.today < self.rules.policy_of(month).pay_day(month.next())
    }

    /// A released plan as it was stored; the choices are those of today.
    fn released(&self, row: &PlanRow, kept: &Kept) -> Result<PlanView, FlowError> {
        let of_plan = |id: Uuid| id == row.plan_id;
        let lines: Vec<&PlanLineRow> = kept.lines.iter().filter(|line| of_plan(line.plan_id)).collect();
        let shares: Vec<&ShareRow> = kept.shares.iter().filter(|share| of_plan(share.plan_id)).collect();
        let withheld = kept.withheld.iter().filter(|withheld| of_plan(withheld.plan_id));
        let withheld = withheld.map(WithholdingRow::withheld).collect::<Result<Vec<Withheld>, _>>()?;
        let planned = match row.month.parse::<Month>() {
            Ok(month) => {
                self.dossier.plan_of(self.rules, month, self.rules.policy_of(month).pay_day(month)).ok()
            }
            Err(_) => None,
        };
        let needed = planned.as_ref().filter(|_| row.needs_decision);
        let needed =
            needed.and_then(|planned| planned.plan.needs_decision.as_ref().zip(Some(planned.plan.month)));
        let decision =
            needed.map(|(needed, month)| DecisionView::of(needed, month, Standing::Released, self.names));
        let is_same = |benefit: &&grip_engine::benefit::Benefit| {
            (benefit.granted.cents(), benefit.payable.cents()) == (row.granted, row.payable)
        };
        let benefit = planned.as_ref().map(|planned| &planned.benefit).filter(is_same);
        let stored = Stored { row, lines: &lines, withheld: &withheld, shares: &shares, benefit };
        Ok(PlanView::released(self, stored, decision)?)
    }
}

/// The releases of a household as they were kept.
struct Kept {
    rows: Vec<PlanRow>,
    lines: Vec<PlanLineRow>,
    withheld: Vec<WithholdingRow>,
    shares: Vec<ShareRow>,
}
