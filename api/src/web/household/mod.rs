//! The page of a household: what a coach needs to know, and nothing about who people are.

pub(super) mod window;
mod decision;
mod plan;
mod payments;
mod credit;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::calendar::Month;
use grip_engine::id::{HouseholdId, PayeeId};
use grip_engine::obligation::Payee;
use grip_engine::relief::ReliefWindow;
use grip_engine::task::tasks;
use uuid::Uuid;

use self::credit::CreditView;
use self::decision::{DecisionView, Names, Standing};
use self::payments::{PaymentView, Tranches};
use self::plan::PlanView;
use self::window::WindowView;
use super::alert::AlertView;
use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::flow::FlowError;
use crate::flow::planning::{self, Dossier, Rules};
use crate::store::alert::{self, AlertRow};
use crate::store::credit::CreditFile;
use crate::store::household::{self, HouseholdFile};
use crate::store::plan::{PlanLineRow, PlanRow};
use crate::store::{Scope, Snapshot, StoreError, credit as credits, payment, plan as plans};

#[derive(Template)]
#[template(path = "household/household.html")]
struct Household {
    frame: Frame,
    number: String,
    kind: &'static str,
    people: Vec<String>,
    window: Option<WindowView>,
    plans: Vec<PlanView>,
    payments: Vec<PaymentView>,
    credits: Vec<CreditView>,
    open: Vec<AlertView>,
    closed: Vec<AlertView>,
}

/// `GET /huishoudens/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let id = HouseholdId(id.parse::<Uuid>().map_err(|_| visit.not_found())?);
    let mut at = visit.app.store.read().await?;
    let dossier = planning::dossier(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
    let file = &dossier.file;
    let rules = planning::rules(&mut at).await?;
    let policy = rules.policy_on(visit.today);
    let names = names(file, &household::payees(&mut at).await?);
    let credits = credits::files(&mut at, Scope::One(id.0)).await?;
    let known = Known { dossier: &dossier, rules: &rules, names: &names, today: visit.today };
    let sees_alerts = visit.actor.may(Action::SeeAlerts);
    let alerts = if sees_alerts { alert::list(&mut at, Scope::One(id.0)).await? } else { Vec::new() };
    let (open, closed): (Vec<AlertRow>, Vec<AlertRow>) =
        alerts.into_iter().partition(|row| row.closed_on.is_none());
    let household = Household {
        frame: visit.frame,
        number: file.number.clone(),
        kind: words::household_type(file.household.type_on(visit.today)),
        people: file.household.members.iter().map(|member| member.name.clone()).collect(),
        window: ReliefWindow::of_household(&file.household).map(|window| {
            WindowView::of(window, &tasks(&file.household, &file.obligations, policy), visit.today)
        }),
        plans: known.plans(&mut at).await?,
        payments: payments(&mut at, file, &names, &credits).await?,
        credits: credits.iter().map(|credit| CreditView::of(credit, &policy.furnishing)).collect(),
        open: open.iter().map(|row| AlertView::of_this(row, visit.today)).collect(),
        closed: closed.iter().map(|row| AlertView::of_this(row, visit.today)).collect(),
    };
    Ok(page(StatusCode::OK, &household))
}

fn names(file: &HouseholdFile, payees: &BTreeMap<PayeeId, Payee>) -> Names {
    let payee = |id| payees.get(&id).map_or_else(String::new, |payee| payee.name.clone());
    let name = |obligation: &grip_engine::obligation::Obligation| {
        (obligation.id, (obligation.kind, payee(obligation.payee)))
    };
    file.obligations.iter().map(name).collect()
}

async fn payments(
    at: &mut Snapshot,
    file: &HouseholdFile,
    names: &Names,
    credits: &[CreditFile],
) -> Result<Vec<PaymentView>, StoreError> {
    let scope = Scope::One(file.household.id.0);
    let history = payment::history(at, scope).await?;
    let tranches = credits.iter().flat_map(|credit| credit.credit.tranches());
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
    /// The released plans of which the money is being lived from, and the first plan to come.
    async fn plans(&self, at: &mut Snapshot) -> Result<Vec<PlanView>, FlowError> {
        let scope = Scope::One(self.dossier.file.household.id.0);
        let rows = plans::list(at, scope).await?;
        let lines = plans::lines(at, scope).await?;
        let is_released = |month: &Month| rows.iter().any(|row| row.month == month.to_string());
        let last = Month::of(self.today).next();
        let live: Vec<Month> = planning::months_with_right(&self.dossier.file, last)
            .into_iter()
            .filter(|month| self.lives(*month))
            .collect();

        let mut views = Vec::new();
        for row in rows.iter().rev().filter(|row| row.month.parse().is_ok_and(|month| self.lives(month))) {
            views.push(self.released(row, &lines)?);
        }
        if let Some(month) = live.into_iter().find(|month| !is_released(month)) {
            let policy = self.rules.policy_of(month);
            let planned = self.dossier.plan_of(self.rules, month, policy.pay_day(month))?;
            views.push(PlanView::provisional(&planned.plan, policy.cut_off(month), self.names));
        }
        for view in &mut views {
            let month = view.id.trim_start_matches("plan-");
            view.specification =
                format!("/huishoudens/{}/specificaties/{month}", self.dossier.file.household.id);
        }
        Ok(views)
    }

    /// True until the benefit of the next month is paid.
    fn lives(&self, month: Month) -> bool {
        self.today < self.rules.policy_of(month).pay_day(month.next())
    }

    /// A released plan as it was stored; the choices are those of today.
    fn released(&self, row: &PlanRow, lines: &[PlanLineRow]) -> Result<PlanView, FlowError> {
        let lines: Vec<&PlanLineRow> = lines.iter().filter(|line| line.plan_id == row.plan_id).collect();
        let mut decision = None;
        if let (true, Ok(month)) = (row.needs_decision, row.month.parse::<Month>()) {
            let pay_day = self.rules.policy_of(month).pay_day(month);
            let planned = self.dossier.plan_of(self.rules, month, pay_day)?;
            decision = planned
                .plan
                .needs_decision
                .map(|needed| DecisionView::of(&needed, Standing::Released, self.names));
        }
        Ok(PlanView::released(row, &lines, decision))
    }
}
