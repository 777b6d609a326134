//! What a bank reported during the day (camt.052): shown, never booked.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Lijst};
use super::problem::Problem;
use super::statements::Richting;
use super::wire::{Bedrag, account, cents};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::store::municipality;
use crate::store::statement::{self, ProvisionalRow};

/// Een boeking die de bank in de loop van de dag meldde. Er is niets van geboekt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoorlopigeBoeking {
    id: Uuid,
    /// De rekening van de gemeente. Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    /// De dag waarover de bank meldde.
    dag_datum: NaiveDate,
    bedrag: Bedrag,
    richting: Richting,
    status: VoorlopigeStatus,
    boek_datum: Option<NaiveDate>,
    bankreferentie: String,
}

/// Wat de bank van een gemelde boeking zegt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum VoorlopigeStatus {
    /// De bank heeft het geboekt; het afschrift is er nog niet.
    GeboektDoorBank,
    /// Het kan nog veranderen.
    NogNietGeboekt,
    /// Alleen ter informatie.
    TerInformatie,
}

/// De boekingen die de bank voorlopig meldde (camt.052), de nieuwste dag eerst. Ze verdwijnen zodra het afschrift van die
/// dag er is.
#[utoipa::path(get, path = "/voorlopige-boekingen", operation_id = "voorlopigeBoekingen", tag = "Bankafschriften",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De boekingen.", body = inline(Lijst<VoorlopigeBoeking>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<VoorlopigeBoeking>>, Problem> {
    let page = asked.page("/voorlopige-boekingen");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let own = municipality::bank_accounts(&mut at).await?;
    let rows = statement::provisional(&mut at).await?;
    let count = rows.len();
    let shown = page.cut(rows).into_iter().map(|row| {
        let ours = own.iter().find(|account| account.id.0 == row.bank_account_id);
        reported(row, ours.map(|ours| account(&actor, &ours.iban)).unwrap_or_default())
    });
    let shown = shown.collect();
    Ok(Json(page.list(count, shown)))
}

fn reported(row: ProvisionalRow, rekeningnummer: String) -> VoorlopigeBoeking {
    VoorlopigeBoeking {
        id: row.provisional_id,
        rekeningnummer,
        dag_datum: row.day,
        bedrag: cents(row.amount),
        richting: if row.direction == "credit" { Richting::Bij } else { Richting::Af },
        status: match row.status.as_str() {
            "booked" => VoorlopigeStatus::GeboektDoorBank,
            "pending" => VoorlopigeStatus::NogNietGeboekt,
            _ => VoorlopigeStatus::TerInformatie,
        },
        boek_datum: row.booked_on,
        bankreferentie: row.bank_reference,
    }
}
