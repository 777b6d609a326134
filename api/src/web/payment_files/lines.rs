//! What the answers to a file say of its payments that a person must know: what was refused, of which payee the name does
//! not match, and what is executed later than was asked.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::bank::reason;
use grip_engine::calendar::dutch_day;
use grip_engine::money::Money;
use grip_engine::payee::{CreditorAccount, NameState};
use uuid::Uuid;

use crate::flow::FlowError;
use crate::flow::payees;
use crate::store::payment::{self, PaymentRow};
use crate::store::payment_file::FileRow;
use crate::store::status_report::LineRow;
use crate::store::{Snapshot, run};

/// What a bank said of a payment that a person must know.
pub(super) struct Line {
    pub(super) to: String,
    pub(super) what: String,
    pub(super) amount: Money,
    pub(super) said: String,
    pub(super) action: String,
    /// The payee or client about whose name somebody decides.
    pub(super) creditor: Option<Uuid>,
    pub(super) information: String,
}

/// Payments that the bank executes on a later day than it was asked to.
pub(super) struct Moved {
    pub(super) on: String,
    pub(super) payments: usize,
    /// How many of them reach the payee after the day they are due.
    pub(super) late: usize,
}

/// What to do when the bank says that a name is another one.
const NAME: &str =
    "Controleer de naam bij de ontvanger voordat u bij de bank tekent. Trek de betaling anders in.";
/// What to do with a payment that comes too late.
const LATE: &str = "Bel de ontvanger: deze betaling komt na de vervaldag.";

/// Reads what is told of the payments of a file.
pub(super) async fn read(
    at: &mut Snapshot,
    file: &FileRow,
    told: &[LineRow],
) -> Result<(Vec<Line>, Vec<Moved>), FlowError> {
    let payments = payment::of_run(at, file.run_id.into()).await?;
    let accounts = if told.iter().any(is_name) {
        let lines = run::lines(at, file.run_id.into()).await?;
        payees::of_run(at, &lines).await?
    } else {
        BTreeMap::new()
    };
    let by_id: BTreeMap<Uuid, &PaymentRow> =
        payments.iter().map(|payment| (payment.payment_id, payment)).collect();
    let line = |told: &LineRow| Some(line(told, by_id.get(&told.payment_id)?, &accounts));
    let late = payments.iter().filter(|payment| payment.is_late()).map(late);
    let lines = told.iter().filter_map(line).chain(late).collect();
    Ok((lines, moved(&payments)))
}

fn is_name(told: &LineRow) -> bool {
    matches!(told.status.as_str(), "RVNM" | "RVMC")
}

fn line(told: &LineRow, payment: &PaymentRow, accounts: &BTreeMap<Iban, CreditorAccount>) -> Line {
    let why = reason::reason(&told.reason);
    let version = payment.creditor_iban.parse().ok().and_then(|iban: Iban| accounts.get(&iban));
    let version = version.filter(|_| is_name(told));
    let (said, action) = match (told.status.as_str(), told.outcome.as_str()) {
        ("RVNM", _) => ("de naam hoort niet bij de rekening".to_owned(), name_action(version)),
        ("RVMC", _) => ("de naam lijkt op die van de rekening".to_owned(), name_action(version)),
        (_, "cancelled") => {
            ("ingetrokken voor de uitvoering".to_owned(), "De rekening staat weer open.".to_owned())
        }
        (_, "conflict") => (
            format!("geweigerd, maar al geboekt: {}", why.meaning),
            "Bel de bank: dit antwoord past niet bij het afschrift.".to_owned(),
        ),
        _ => (format!("geweigerd: {}", why.meaning), why.action.to_owned()),
    };
    let said = if told.reason.is_empty() { said } else { format!("{said} ({})", told.reason) };
    Line {
        to: payment.creditor_name.clone(),
        what: payment.remittance.clone(),
        amount: Money::from_cents(payment.amount),
        said,
        action,
        creditor: version.map(|version| version.creditor.id()),
        information: told.information.clone(),
    }
}

/// What to do about a name: what somebody decided, or that somebody must.
fn name_action(version: Option<&CreditorAccount>) -> String {
    let decision = version
        .and_then(|version| version.name_checks.iter().rev().find_map(|check| check.decision.as_ref()));
    match (version.map(CreditorAccount::name), decision) {
        (Some(NameState::Fine), Some(made)) => {
            format!("{} besloot toch te betalen: {}", made.made.by, made.ground)
        }
        (Some(NameState::Held), Some(made)) => {
            format!(
                "{} besloot niet te betalen: {}. Trek de betaling in bij de bank.",
                made.made.by, made.ground
            )
        }
        _ => NAME.to_owned(),
    }
}

fn late(payment: &PaymentRow) -> Line {
    let day = payment.execution_on;
    Line {
        to: payment.creditor_name.clone(),
        what: payment.remittance.clone(),
        amount: Money::from_cents(payment.amount),
        said: format!("uitvoering op {}, vervaldag {}", dutch_day(day), dutch_day(payment.due_on)),
        action: LATE.to_owned(),
        creditor: None,
        information: String::new(),
    }
}

fn moved(payments: &[PaymentRow]) -> Vec<Moved> {
    let mut by_day: BTreeMap<NaiveDate, (usize, usize)> = BTreeMap::new();
    for payment in payments {
        let Some(day) = payment.moved_to else { continue };
        let (all, late) = by_day.entry(day).or_default();
        *all += 1;
        *late += usize::from(payment.is_late());
    }
    by_day.into_iter().map(|(day, (payments, late))| Moved { on: dutch_day(day), payments, late }).collect()
}
