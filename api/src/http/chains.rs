//! The chain of bank statements per account, and where it breaks.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::chain::Joint;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Lijst};
use super::problem::Problem;
use super::wire::{Bedrag, account, cents};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::chains;
use crate::store::municipality;

/// De keten van afschriften van een rekening.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Afschriftketen {
    /// De rekening van de gemeente. Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    /// Waar als er geen afschrift ontbreekt.
    heel: bool,
    /// De afschriften, het nieuwste eerst.
    schakels: Vec<Schakel>,
}

/// Een afschrift in de keten van zijn rekening.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Schakel {
    bankafschrift_id: Uuid,
    bankkenmerk: String,
    volgnummer: Option<i64>,
    afsluit_datum: NaiveDate,
    beginsaldo: Bedrag,
    eindsaldo: Bedrag,
    aansluiting: Aansluiting,
    /// Wat per saldo omging in wat ontbreekt.
    ontbrekend_bedrag: Option<Bedrag>,
    /// Hoeveel volgnummers van de bank zijn overgeslagen.
    #[schema(minimum = 0)]
    overgeslagen_nummers: u64,
}

/// Hoe een afschrift aansluit op het vorige.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Aansluiting {
    /// Het eerste afschrift van de rekening.
    Eerste,
    /// Het beginsaldo is het eindsaldo van het vorige.
    SluitAan,
    /// Het herhaalt dagen die al geboekt waren.
    Herhaalt,
    /// Er ontbreekt minstens een afschrift.
    Ontbreekt,
    /// Het afschrift is vervallen en telt niet mee.
    Vervallen,
}

/// De keten van afschriften per rekening, en waar die breekt.
#[utoipa::path(get, path = "/bankafschriftketens", operation_id = "bankafschriftketens", tag = "Bankafschriften",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De ketens.", body = inline(Lijst<Afschriftketen>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Afschriftketen>>, Problem> {
    let page = asked.page("/bankafschriftketens");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let chains = chains::chains(&mut at).await?;
    let count = chains.len();
    let chain = |(ours, links): (municipality::BankAccount, Vec<chains::Linked>)| Afschriftketen {
        rekeningnummer: account(&actor, &ours.iban),
        heel: !links.iter().any(|link| matches!(link.joint, Joint::Missing { .. })),
        schakels: links.into_iter().map(link).collect(),
    };
    let shown = page.cut(chains).into_iter().map(chain).collect();
    Ok(Json(page.list(count, shown)))
}

fn link(linked: chains::Linked) -> Schakel {
    let chains::Linked { row, joint } = linked;
    let (aansluiting, ontbrekend_bedrag, overgeslagen_nummers) = match joint {
        _ if row.is_superseded => (Aansluiting::Vervallen, None, 0),
        Joint::First => (Aansluiting::Eerste, None, 0),
        Joint::Joined { skipped } => (Aansluiting::SluitAan, None, skipped),
        Joint::Beside => (Aansluiting::Herhaalt, None, 0),
        Joint::Missing { moved, skipped } => (Aansluiting::Ontbreekt, Some(moved.into()), skipped),
    };
    Schakel {
        bankafschrift_id: row.statement_id,
        bankkenmerk: row.bank_id,
        volgnummer: row.sequence,
        afsluit_datum: row.closing_on,
        beginsaldo: cents(row.opening),
        eindsaldo: cents(row.closing),
        aansluiting,
        ontbrekend_bedrag,
        overgeslagen_nummers,
    }
}
