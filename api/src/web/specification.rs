//! The specification of a month for the client: from what is granted to what is left, to print or to read together.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use grip_engine::access::Action;
use grip_engine::calendar::{Month, dutch_day};
use grip_engine::household::withholding::DeductionKind;
use grip_engine::id::HouseholdId;
use grip_engine::money::Money;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::{page, words};
use crate::flow::FlowError;
use crate::flow::specification::{self, PaymentLine, Specification, WithheldLine};

#[derive(Template)]
#[template(path = "specification.html")]
struct Page {
    frame: Frame,
    household: Uuid,
    number: String,
    month: String,
    provisional: bool,
    pay_day: String,
    /// How the benefit is made up.
    benefit: Vec<Step>,
    payable: Money,
    /// What is taken off or added before anything is paid.
    changes: Vec<Step>,
    withheld: Vec<Withheld>,
    available: Money,
    payments: Vec<Payment>,
    paid: Money,
    /// What is paid, as it is taken off.
    paid_off: Money,
    left: Money,
    living_money: Vec<Payment>,
    is_elsewhere: bool,
    elsewhere: Money,
}

/// A line of a sum: what is added is above zero, what is taken off below.
struct Step {
    what: &'static str,
    amount: Money,
    is_sum: bool,
}

/// Something that is withheld, in words.
struct Withheld {
    what: &'static str,
    amount: Money,
    basis: String,
    reference: String,
    objection_until: String,
}

/// A payment, in words.
struct Payment {
    what: &'static str,
    to: String,
    month: String,
    on: String,
    amount: Money,
}

/// `GET /huishoudens/{id}/specificaties/{maand}`.
pub(super) async fn show(
    visit: Visit,
    Path((id, month)): Path<(String, String)>,
) -> Result<Response, Failure> {
    visit.allow(Action::SeeHouseholds).await?;
    let id = HouseholdId(id.parse::<Uuid>().map_err(|_| visit.not_found())?);
    let month = month.parse::<Month>().map_err(|_| visit.not_found())?;
    let mut at = visit.app.store.read().await?;
    let found = specification::specification(&mut at, id, month, visit.today).await;
    drop(at);
    match found {
        Ok(found) => Ok(page(StatusCode::OK, &Page::of(visit.frame, id.0, &found))),
        Err(FlowError::NotFound { .. } | FlowError::Benefit(_)) => Err(visit.not_found()),
        Err(error) => Err(error.into()),
    }
}

impl Page {
    fn of(frame: Frame, household: Uuid, found: &Specification) -> Page {
        Page {
            frame,
            household,
            number: found.number.clone(),
            month: found.month.dutch(),
            provisional: found.provisional,
            pay_day: dutch_day(found.pay_day),
            benefit: benefit(found),
            payable: found.payable,
            changes: changes(found),
            withheld: found.withheld.iter().map(withheld).collect(),
            available: found.available(),
            payments: found.payments.iter().map(payment).collect(),
            paid: found.paid(),
            paid_off: -found.paid(),
            left: found.available() - found.paid(),
            living_money: found.living_money.iter().map(payment).collect(),
            is_elsewhere: found.elsewhere() != Money::ZERO,
            elsewhere: found.elsewhere(),
        }
    }
}

fn step(what: &'static str, amount: Money) -> Step {
    Step { what, amount, is_sum: false }
}

fn benefit(found: &Specification) -> Vec<Step> {
    let mut steps = vec![
        step("De norm voor uw situatie, voor de dagen met een uitkering", found.norm),
        step("Af: uw inkomsten die meetellen", -found.income),
        step("Af: een verlaging van uw uitkering", -found.reductions),
        step("Verschil door iets dat later bekend werd, of omdat er niet meer af kan", found.correction()),
    ];
    steps.retain(|step| step.amount != Money::ZERO);
    if 1 < steps.len() {
        steps.push(Step { what: "Uw uitkering met vakantiegeld", amount: found.granted, is_sum: true });
    }
    steps.push(step("Af: vakantiegeld, dat sparen wij voor u op", -found.reserve));
    steps
}

fn changes(found: &Specification) -> Vec<Step> {
    let mut steps = vec![
        step("Af: het voorschot dat u al kreeg", -found.advance),
        step("Bij: bijzondere bijstand voor deze maand", found.bridge),
        step("Bij: vakantiegeld dat wij nu uitbetalen", found.holiday_payout),
    ];
    steps.retain(|step| step.amount != Money::ZERO);
    steps
}

fn withheld(line: &WithheldLine) -> Withheld {
    let what = match line.kind {
        DeductionKind::Cak => "Premie voor het CAK",
        DeductionKind::Seizure => "Beslag door een deurwaarder",
        DeductionKind::MandatorySetOff => "Verrekening die moet van de wet",
        DeductionKind::Claim => "Terugbetaling aan de gemeente",
        DeductionKind::LoanRepayment => "Aflossing van een lening",
    };
    Withheld {
        what,
        amount: -line.amount,
        basis: line.legal_basis.clone(),
        reference: line.reference.clone(),
        objection_until: dutch_day(line.objection_until),
    }
}

fn payment(line: &PaymentLine) -> Payment {
    Payment {
        what: line.kind.map_or("Leefgeld", words::cost),
        to: line.to.clone(),
        month: line.period.dutch(),
        on: dutch_day(line.on),
        amount: line.amount,
    }
}
