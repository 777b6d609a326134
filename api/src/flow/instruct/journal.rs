//! The journal of a run for the financial administration: a line a posting, in CSV.

use grip_engine::id::RunId;
use grip_engine::ledger::account::AccountKind;
use grip_engine::money::Money;
use uuid::Uuid;

use crate::flow::FlowError;
use crate::store::payment_file::{self, JournalRow};
use crate::store::{Snapshot, StoreError, run};

const HEADERS: [&str; 13] = [
    "boekdatum",
    "betaalrun",
    "huishouden",
    "soort",
    "periode",
    "van",
    "naar",
    "bedrag",
    "stand",
    "reden",
    "betaalkenmerk",
    "omschrijving",
    "rechtsgrond",
];

/// The postings of the payments of a run as CSV: a line each, in the order in which they were made, with a semicolon
/// between and a comma in amounts, as spreadsheets in Dutch read it. No text in it can be a formula.
pub async fn journal(at: &mut Snapshot, id: RunId) -> Result<String, FlowError> {
    let found = run::get(at, id).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "run", id: id.to_string() })?;
    let mut csv =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let written = |_| StoreError::Meaning { what: "journal", text: "of a run".to_owned() };
    csv.write_record(HEADERS).map_err(written)?;
    let mut behind = Uuid::nil();
    loop {
        let some = payment_file::journal(at, id, behind).await?;
        let Some(last) = some.last() else { break };
        behind = last.posting_id;
        for row in &some {
            csv.write_record(line(&found.period, row)?).map_err(written)?;
        }
    }
    let bytes = csv.into_inner().map_err(|_| StoreError::Missing)?;
    // a spreadsheet that finds the mark reads UTF-8
    Ok(format!("\u{FEFF}{}", String::from_utf8_lossy(&bytes)))
}

fn line(run: &str, row: &JournalRow) -> Result<[String; 13], StoreError> {
    Ok([
        row.counts_on.to_string(),
        run.to_owned(),
        text(&row.number),
        subject(&row.subject)?.to_owned(),
        row.period.clone(),
        account(&row.from_kind)?.to_owned(),
        account(&row.to_kind)?.to_owned(),
        Money::from_cents(row.amount).to_string().replace('.', ","),
        phase(&row.phase)?.to_owned(),
        cause(&row.cause).to_owned(),
        text(&row.end_to_end_id),
        text(&row.remittance),
        text(&row.legal_basis),
    ])
}

/// A text that no spreadsheet takes for a formula.
fn text(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

fn account(code: &str) -> Result<&'static str, StoreError> {
    let kind = AccountKind::from_code(code);
    let kind = kind.ok_or_else(|| StoreError::Meaning { what: "account", text: code.to_owned() })?;
    Ok(match kind {
        AccountKind::Outside => "bank",
        AccountKind::Funding => "gemeente",
        AccountKind::HouseholdBudget => "huishoudbudget",
        AccountKind::HolidayReserve => "vakantiegeld",
        AccountKind::FurnishingCredit => "inrichtingskrediet",
        AccountKind::ReturnedMoney => "teruggekomen geld",
        AccountKind::ReceivedMoney => "ontvangen geld",
        AccountKind::Unexplained => "onverklaard",
    })
}

fn subject(code: &str) -> Result<&'static str, StoreError> {
    match code {
        "fixed_cost" => Ok("vaste last"),
        "living_money" => Ok("leefgeld"),
        "withholding" => Ok("inhouding"),
        "tranche" => Ok("deelbetaling"),
        _ => Err(StoreError::Meaning { what: "subject", text: code.to_owned() }),
    }
}

fn phase(code: &str) -> Result<&'static str, StoreError> {
    match code {
        "pending" => Ok("onderweg"),
        "posted" => Ok("geboekt"),
        "void" => Ok("vervallen"),
        _ => Err(StoreError::Meaning { what: "phase", text: code.to_owned() }),
    }
}

fn cause(word: &str) -> &str {
    match word {
        "payment" => "betaling",
        "settlement" => "betaald",
        "return" => "teruggekomen",
        "returned money" => "apart gezet",
        "cancelled" => "geannuleerd",
        "rejected" => "geweigerd",
        "early return" => "terug voor de afschrijving",
        "early return explained" => "afschrijving gevonden",
        word => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_journal_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        assert_eq!(text("huur 1=1"), "huur 1=1");
    }

    #[test]
    fn every_kind_of_account_has_a_dutch_name() {
        for kind in AccountKind::ALL {
            assert!(account(kind.code()).is_ok());
        }
        assert!(account("x").is_err() && phase("x").is_err() && subject("x").is_err());
    }
}
