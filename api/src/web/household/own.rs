//! The one page of a household about its furnishing credit, in plain language: what may be bought, what was shown, and
//! what is left. It is printed or shown on the screen of the coach.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::calendar::dutch_day;
use grip_engine::explain;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::standing::{Gate, Standing};
use grip_engine::furnishing::tranche::Payout;
use grip_engine::money::Money;
use grip_engine::policy::FurnishingPolicy;
use grip_engine::withhold::balance;

use super::household_id;
use crate::flow::planning;
use crate::web::frame::{Frame, Visit};
use crate::web::message::Failure;
use crate::web::page;

#[derive(Template)]
#[template(path = "household/own.html")]
struct OwnPage {
    frame: Frame,
    household: uuid::Uuid,
    number: String,
    on: String,
    credits: Vec<OwnCredit>,
}

/// A credit as its household reads it.
struct OwnCredit {
    reference: String,
    amount: Money,
    gift: Money,
    loan: Money,
    paid: Money,
    shown: Money,
    to_show: Money,
    rest: Money,
    parts: Vec<OwnPart>,
    debt: Option<Debt>,
}

/// A part of it.
struct OwnPart {
    number: u32,
    amount: Money,
    state: Vec<String>,
    /// The last day to show receipts, once it was paid.
    until: Option<String>,
    lines: Vec<OwnLine>,
}

/// Something that may be bought.
struct OwnLine {
    what: String,
    may: Money,
    shown: Money,
    left: Money,
}

/// What is repaid.
struct Debt {
    principal: Money,
    paid: Money,
    left: Money,
}

/// `GET /huishoudens/{id}/krediet`.
pub(in crate::web) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let id = household_id(&visit, &id)?;
    let mut at = visit.app.store.read().await?;
    let dossier = planning::dossier(&mut at, id).await?.ok_or_else(|| visit.not_found())?;
    let rules = planning::rules(&mut at).await?;
    let policy = &rules.policy_on(visit.today).furnishing;
    let taken = dossier.taken(&rules, visit.today);
    let deductions = &dossier.file.household.deductions;
    let own = |(credit, standing): (&Credit, Standing)| {
        let repaid = deductions.iter().find(|known| Some(&known.reference) == credit.repaid_by.last());
        let debt = repaid.map(|deduction| {
            let found = balance(deduction, &taken);
            let left = found.left.unwrap_or_default();
            let principal = deduction.total.unwrap_or_default();
            Debt { principal, paid: principal - left, left }
        });
        OwnCredit { debt, ..OwnCredit::of(credit, &standing, policy, visit.today) }
    };
    let credits = dossier.credits(policy, visit.today).map(own).collect();
    let (number, on) = (dossier.file.number.clone(), dutch_day(visit.today));
    Ok(page(StatusCode::OK, &OwnPage { frame: visit.frame, household: id.0, number, on, credits }))
}

impl OwnCredit {
    fn of(credit: &Credit, standing: &Standing, policy: &FurnishingPolicy, today: NaiveDate) -> OwnCredit {
        let gift = credit.gift_now();
        let waits =
            standing.tranches.iter().any(|found| !matches!(found.gate, Gate::Released | Gate::Closed));
        let parts = credit.tranches.iter().zip(&standing.tranches).map(|(tranche, found)| {
            let paid_on = found.payout.filter(Payout::stands).map(|payout| payout.on);
            let until = paid_on.map(|on| tranche.evidence_due(on, policy)).filter(|day| today <= *day);
            let line = |line: &grip_engine::furnishing::evidence::BudgetLine| {
                let of_line = found.lines.iter().filter(|shown| shown.line.category == line.category);
                let shown: Money = of_line.map(|shown| shown.counts).sum();
                OwnLine {
                    what: line.category.clone(),
                    may: line.amount,
                    shown,
                    left: (line.amount - shown).or_zero(),
                }
            };
            OwnPart {
                number: tranche.number,
                amount: tranche.amount,
                state: match &found.gate {
                    Gate::Released => {
                        let on = paid_on.map(|on| format!(" op {}", dutch_day(on))).unwrap_or_default();
                        vec![format!("U kreeg {}{on}.", found.disbursed.dutch())]
                    }
                    gate => explain::credit::reasons(gate),
                },
                until: until.map(dutch_day),
                lines: tranche.budget.iter().map(line).collect(),
            }
        });
        OwnCredit {
            reference: credit.reference.clone(),
            amount: credit.amount,
            gift,
            loan: credit.amount - gift,
            paid: standing.disbursed,
            shown: standing.accounted,
            to_show: standing.outstanding,
            rest: if waits { standing.rest } else { Money::ZERO },
            parts: parts.collect(),
            debt: None,
        }
    }
}
