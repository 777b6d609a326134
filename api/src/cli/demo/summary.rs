//! What came of the eight months, as a person likes to read it, or as JSON.

use std::fmt::Write;
use std::path::Path;

use grip_engine::calendar::dutch_day;
use grip_engine::furnishing::standing::{Gate, Reason, TrancheStanding};
use grip_engine::furnishing::tranche::Payouts;
use grip_engine::money::Money;
use serde::Serialize;

use crate::app::App;
use crate::cli::CliError;
use crate::flow::doctor::examine;
use crate::flow::planning::rules;
use crate::play::Play;
use crate::store::alert::AlertRow;
use crate::store::payment::PaymentRow;
use crate::store::{Scope, alert, credit, household, payment, run};

/// The counts, as JSON names them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    households: usize,
    runs: usize,
    payments: Payments,
    tranches: Tranches,
    alerts: Alerts,
    ledger_balanced: bool,
    statement_proofs: Proofs,
}

#[derive(Debug, Serialize)]
struct Payments {
    planned: usize,
    sent: usize,
    settled: usize,
    returned: usize,
}

#[derive(Debug, Serialize)]
struct Tranches {
    released: usize,
    held: usize,
}

#[derive(Debug, Serialize)]
struct Alerts {
    opened: usize,
    closed: usize,
    open: usize,
}

#[derive(Debug, Serialize)]
struct Proofs {
    proved: usize,
    failed: usize,
}

/// What came of the eight months.
#[derive(Debug)]
pub(super) struct Summary {
    day: String,
    counts: Counts,
    households: Vec<String>,
    returned: Vec<String>,
    tranches: Vec<String>,
    alerts: Vec<AlertRow>,
}

pub(super) async fn of(app: &App, play: &Play) -> Result<Summary, CliError> {
    let today = app.business_day().await?;
    let proofs = examine(&app.store).await?;
    let mut at = app.store.read().await?;
    let rules = rules(&mut at).await?.policy_on(today).furnishing.clone();
    let files = household::files(&mut at, Scope::All).await?;
    let payments = payment::list(&mut at, Scope::All).await?;
    let runs = run::list(&mut at).await?;
    let mut planned = 0;
    for run in &runs {
        planned += run::lines(&mut at, run.id()).await?.len();
    }
    let alerts = alert::list(&mut at, Scope::All).await?;
    let number = |id: uuid::Uuid| {
        files.iter().find(|file| file.household.id.0 == id).map_or("", |file| file.number.as_str())
    };
    let (mut tranches, mut released, mut held) = (Vec::new(), 0, 0);
    let payouts = credit::payouts(&mut at, Scope::All).await?;
    for file in &files {
        let none = Payouts::new();
        let of_household = payouts.get(&file.household.id).unwrap_or(&none);
        for credit in &file.credits {
            let standing = credit.standing(of_household, &rules, today);
            for (tranche, found) in credit.tranches.iter().zip(&standing.tranches) {
                match found.gate {
                    Gate::Released => released += 1,
                    _ => held += 1,
                }
                let words = gate_words(found);
                let (who, amount) = (&file.number, tranche.amount.dutch());
                tranches.push(format!("{who}  part {}  {amount:>12}  {words}", tranche.number));
            }
        }
    }
    let in_state =
        |states: &[&str]| payments.iter().filter(|row| states.contains(&row.state.as_str())).count();
    let open = alerts.iter().filter(|alert| alert.closed_on.is_none()).count();
    let counts = Counts {
        households: files.len(),
        runs: runs.len(),
        payments: Payments {
            planned,
            sent: in_state(&["sent", "accepted", "settled", "rejected", "returned"]),
            settled: in_state(&["settled"]),
            returned: in_state(&["rejected", "returned"]),
        },
        tranches: Tranches { released, held },
        alerts: Alerts { opened: alerts.len(), closed: alerts.len() - open, open },
        ledger_balanced: proofs.iter().all(|proof| proof.wrong.is_empty()),
        statement_proofs: Proofs { proved: play.proved, failed: play.failed },
    };
    let came_back = payments.iter().filter(|row| matches!(row.state.as_str(), "rejected" | "returned"));
    Ok(Summary {
        day: dutch_day(today),
        households: files
            .iter()
            .map(|file| household_line(&file.number, file.household.id.0, &payments))
            .collect(),
        returned: came_back.map(|row| returned_line(number(row.household_id), row, &payments)).collect(),
        tranches,
        alerts: alerts.into_iter().filter(|alert| alert.closed_on.is_none()).collect(),
        counts,
    })
}

fn gate_words(found: &TrancheStanding) -> String {
    let reason = |reason: &Reason| match reason {
        Reason::Share { accounted, needed } => {
            format!("{} shown of the part before it, {} needed", accounted.dutch(), needed.dutch())
        }
        Reason::Waits => "the part before it was not paid yet".to_owned(),
        Reason::Visit => "nobody visited the home yet".to_owned(),
        Reason::NotBefore(day) => format!("not before {day}"),
        Reason::Held(why) => format!("taken back: {why}"),
    };
    match &found.gate {
        Gate::Released => format!("paid {}", found.disbursed.dutch()),
        Gate::Open { amount, carried_forward, .. } => {
            format!("may be released: {} ({} carried forward)", amount.dutch(), carried_forward.dutch())
        }
        Gate::CameBack => "held: its payment came back".to_owned(),
        Gate::Closed => "closed: the credit was settled".to_owned(),
        Gate::Shut(reasons) => {
            format!("held: {}", reasons.iter().map(reason).collect::<Vec<_>>().join("; "))
        }
    }
}

fn household_line(number: &str, id: uuid::Uuid, payments: &[PaymentRow]) -> String {
    let settled = |subject: &str| -> Money {
        let of_kind = payments.iter().filter(|row| row.household_id == id && row.subject == subject);
        of_kind.filter(|row| row.state == "settled").map(|row| Money::from_cents(row.amount)).sum()
    };
    let (costs, living, credit) = (settled("fixed_cost"), settled("living_money"), settled("tranche"));
    format!("{number}  {:>14}  {:>14}  {:>14}", costs.dutch(), living.dutch(), credit.dutch())
}

fn returned_line(number: &str, row: &PaymentRow, payments: &[PaymentRow]) -> String {
    let again = payments.iter().any(|later| later.due_id == row.due_id && later.state == "settled");
    let now = if again { "paid again" } else { "not paid again yet" };
    let amount = Money::from_cents(row.amount).dutch();
    format!("{number}  {amount:>12}  {} for {}: {now}", row.creditor_name, row.period)
}

impl Summary {
    pub(super) fn json(&self) -> String {
        serde_json::to_string(&self.counts).expect("counts are JSON")
    }

    pub(super) fn text(&self, folder: &Path) -> String {
        let Counts { households, runs, payments, tranches, alerts, ledger_balanced, statement_proofs } =
            &self.counts;
        let mut text =
            format!("Grip op geld, demonstration: 1 januari 2026 up to and including {}\n\n", self.day);
        let mut line = |words: String| writeln!(text, "{words}").expect("writing to a string succeeds");
        line(format!(
            "{households} households, {runs} payment runs, {} bank statements proved",
            statement_proofs.proved
        ));
        line(format!(
            "payments: {} planned, {} sent, {} settled, {} came back",
            payments.planned, payments.sent, payments.settled, payments.returned
        ));
        line(format!(
            "ledger: {}\n",
            if *ledger_balanced { "balanced, agrees with the bank" } else { "NOT BALANCED" }
        ));
        line("Paid            fixed costs    living money          credit".to_owned());
        self.households.iter().for_each(|words| line(format!("  {words}")));
        line("\nCame back".to_owned());
        self.returned.iter().for_each(|words| line(format!("  {words}")));
        line(format!("\nFurnishing credit: {} parts released, {} held", tranches.released, tranches.held));
        self.tranches.iter().for_each(|words| line(format!("  {words}")));
        line(format!(
            "\nAlerts: {} opened, {} closed by themselves, {} open",
            alerts.opened, alerts.closed, alerts.open
        ));
        for alert in &self.alerts {
            line(format!("  {} {}  {} ({})", alert.severity, alert.number, alert.title, alert.rule));
            line(format!("     waarom:    {}", alert.reason));
            line(format!("     wat te doen: {}", alert.advice));
        }
        line(format!("\nDatabase, payment files and statements: {}", folder.display()));
        text
    }
}
