//! Bank statements: what the bank booked, and what each part of it means for our payments.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::{Bedrag, account, cents};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::municipality::{self, BankAccount};
use crate::store::statement::{self, EntryRow, PartRow, StatementRow};

/// Een afschrift van een rekening van de gemeente.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bankafschrift {
    id: Uuid,
    /// De rekening van de gemeente. Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    /// Het kenmerk dat de bank eraan gaf.
    bankkenmerk: String,
    volgnummer: Option<i64>,
    beginsaldo: Bedrag,
    eindsaldo: Bedrag,
    afsluit_datum: NaiveDate,
    aantal_boekingen: i64,
    /// Waar als het beginsaldo niet het eindsaldo is van het afschrift ervoor.
    na_gat: bool,
}

/// Een afschrift met zijn boekingen.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankafschriftMetBoekingen {
    #[serde(flatten)]
    afschrift: Bankafschrift,
    boekingen: Vec<Boeking>,
}

/// Een boeking van de bank. Een boeking die eerder in een ander afschrift stond, staat alleen daar.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Boeking {
    id: Uuid,
    bedrag: Bedrag,
    richting: Richting,
    boek_datum: NaiveDate,
    bankreferentie: String,
    delen: Vec<Boekingsdeel>,
}

/// De richting van een boeking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Richting {
    /// Op de rekening.
    Bij,
    /// Van de rekening.
    Af,
}

/// Een deel van een boeking. De delen zijn samen de boeking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Boekingsdeel {
    bedrag: Bedrag,
    betekenis: Betekenis,
    /// De betaling waar het over gaat.
    betaling_id: Option<Uuid>,
    /// De redencode van de bank, als de betaling terugkwam.
    redencode: Option<String>,
    /// Waarom niets het verklaart.
    onverklaard_omdat: Option<&'static str>,
}

/// Wat een deel van een boeking betekent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Betekenis {
    /// Een betaling is uitgevoerd.
    Verwerkt,
    /// Een betaling kwam terug.
    Teruggekomen,
    /// Niets van ons verklaart het.
    Onverklaard,
}

/// Alle bankafschriften, de nieuwste eerst.
#[utoipa::path(get, path = "/bankafschriften", operation_id = "bankafschriften", tag = "Bankafschriften",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De bankafschriften.", body = inline(Lijst<Bankafschrift>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Bankafschrift>>, Problem> {
    let page = asked.page("/bankafschriften");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let accounts = municipality::bank_accounts(&mut at).await?;
    let rows = statement::list(&mut at).await?;
    let count = rows.len();
    let statements = page.cut(rows).into_iter().map(|row| summary(&actor, &accounts, row)).collect();
    Ok(Json(page.list(count, statements)))
}

/// Een bankafschrift met zijn boekingen. Omschrijvingen worden niet bewaard.
#[utoipa::path(get, path = "/bankafschriften/{id}", operation_id = "bankafschrift", tag = "Bankafschriften",
    params(("id" = Uuid, Path, description = "Het id van het bankafschrift.")),
    responses((status = 200, description = "Het bankafschrift.", body = BankafschriftMetBoekingen)))]
pub async fn get(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<Json<BankafschriftMetBoekingen>, Problem> {
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let accounts = municipality::bank_accounts(&mut at).await?;
    let row = statement::list(&mut at).await?.into_iter().find(|row| row.statement_id == id);
    let row = row.ok_or_else(|| Problem::not_found("Dit bankafschrift"))?;
    let entries = statement::entries(&mut at, id).await?;
    let parts = statement::parts(&mut at, id).await?;
    let boekingen = entries.into_iter().map(|row| entry(row, &parts)).collect::<Result<_, _>>()?;
    Ok(Json(BankafschriftMetBoekingen { afschrift: summary(&actor, &accounts, row), boekingen }))
}

fn summary(actor: &Actor, accounts: &[BankAccount], row: StatementRow) -> Bankafschrift {
    let ours = accounts.iter().find(|account| account.id.0 == row.bank_account_id);
    Bankafschrift {
        id: row.statement_id,
        rekeningnummer: ours.map(|ours| account(actor, &ours.iban)).unwrap_or_default(),
        bankkenmerk: row.bank_id,
        volgnummer: row.sequence,
        beginsaldo: cents(row.opening),
        eindsaldo: cents(row.closing),
        afsluit_datum: row.closing_on,
        aantal_boekingen: row.entries,
        na_gat: row.after_gap,
    }
}

fn entry(row: EntryRow, parts: &[PartRow]) -> Result<Boeking, Problem> {
    let of_entry = parts.iter().filter(|part| part.entry_id == row.entry_id);
    Ok(Boeking {
        id: row.entry_id,
        bedrag: cents(row.amount),
        richting: if row.direction == "credit" { Richting::Bij } else { Richting::Af },
        boek_datum: row.booked_on,
        bankreferentie: row.bank_reference,
        delen: of_entry.map(part).collect::<Result<_, _>>()?,
    })
}

fn part(row: &PartRow) -> Result<Boekingsdeel, Problem> {
    let betekenis = match row.meaning.as_str() {
        "settles" => Betekenis::Verwerkt,
        "returns" | "returns_early" => Betekenis::Teruggekomen,
        "left_over" => Betekenis::Onverklaard,
        _ => return Err(super::meaningless("meaning of a part of an entry")),
    };
    let returned = matches!(betekenis, Betekenis::Teruggekomen);
    let left_over = matches!(betekenis, Betekenis::Onverklaard);
    Ok(Boekingsdeel {
        bedrag: cents(row.amount),
        betekenis,
        betaling_id: row.payment_id,
        redencode: returned.then(|| row.why.clone()).filter(|code| !code.is_empty()),
        onverklaard_omdat: left_over.then(|| why(&row.why)),
    })
}

/// The reason alone: what the bank wrote in it is not ours to show.
fn why(text: &str) -> &'static str {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
    match &text[..end] {
        "NoIdentifier" => "geenKenmerk",
        "UnknownIdentifier" => "onbekendKenmerk",
        "OtherAmount" => "anderBedrag",
        "OtherStanding" => "andereStand",
        "SplitDiffers" => "splitsingWijktAf",
        "BatchDiffers" => "batchWijktAf",
        _ => "anders",
    }
}
