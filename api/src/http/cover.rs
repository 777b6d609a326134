//! What waits because an account of ours held too little, and that finance says that it is filled up.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::id::BankAccountId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::wire::{Bedrag, account};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::cover::{self, Short};

/// Een rekening van de gemeente waarop te weinig stond: de bank weigerde betalingen (AM04). Die gaan vanzelf opnieuw mee
/// zodra iemand bevestigt dat de rekening is aangevuld, of een afschrift dat laat zien.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dekkingstekort {
    bankrekening_id: Uuid,
    /// Afgeschermd voor wie betalingen niet inricht of uitvoert.
    rekeningnummer: String,
    naam: String,
    aantal_betalingen: i64,
    /// Wat opnieuw betaald moet worden.
    wachtend_bedrag: Bedrag,
    /// Wat er op de rekening moet staan: wat wacht, en wat verder onderweg is.
    benodigd_bedrag: Bedrag,
    /// De laatste dag waarop de bank een betaling weigerde.
    geweigerd_datum: NaiveDate,
    /// Het eindsaldo van het nieuwste afschrift.
    eindsaldo: Option<Bedrag>,
    eindsaldo_datum: Option<NaiveDate>,
    /// Waar als het nieuwste afschrift laat zien dat er genoeg op staat.
    gedekt: bool,
}

/// Wat een bevestiging vrijgaf.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dekkingsbevestiging {
    /// Hoeveel betalingen meegaan op de eerstvolgende bankdag.
    aantal_betalingen: u64,
}

/// De rekeningen van de gemeente waarop te weinig stond en waarvoor nog betalingen wachten.
#[utoipa::path(get, path = "/dekkingstekorten", operation_id = "dekkingstekorten", tag = "Betaalbestanden",
    params(("pagina" = Option<u32>, Query, minimum = 1, description = "Het paginanummer, vanaf 1."),
        ("paginaGrootte" = Option<u32>, Query, minimum = 1, maximum = 200,
            description = "Het aantal per pagina: 50, ten hoogste 200.")),
    responses((status = 200, description = "De rekeningen.", body = inline(Lijst<Dekkingstekort>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    mut asked: Asked,
) -> Result<Json<Lijst<Dekkingstekort>>, Problem> {
    let page = asked.page("/dekkingstekorten");
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeBank).await?;
    let found = cover::short(&mut at).await?;
    let count = found.len();
    let shown = page.cut(found).into_iter().map(|short| shown(&actor, &short)).collect();
    Ok(Json(page.list(count, shown)))
}

/// Bevestigt dat een rekening is aangevuld: wat de bank er weigerde, gaat mee op de eerstvolgende bankdag.
#[utoipa::path(post, path = "/dekkingstekorten/{id}/bevestigingen", operation_id = "dekkingBevestigen",
    tag = "Betaalbestanden", params(("id" = Uuid, Path, description = "Het id van de bankrekening.")),
    responses((status = 201, description = "De bevestiging is vastgelegd.", body = Dekkingsbevestiging)))]
pub async fn confirm(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
) -> Result<(StatusCode, Json<Dekkingsbevestiging>), Problem> {
    let grant = app.grant(&actor, Action::ConfirmCover).await?;
    let aantal_betalingen = cover::confirm(&app.store, &grant, BankAccountId(id)).await?;
    Ok((StatusCode::CREATED, Json(Dekkingsbevestiging { aantal_betalingen })))
}

fn shown(actor: &Actor, short: &Short) -> Dekkingstekort {
    Dekkingstekort {
        bankrekening_id: short.account.id.0,
        rekeningnummer: account(actor, &short.account.iban),
        naam: short.account.name.clone(),
        aantal_betalingen: short.payments,
        wachtend_bedrag: short.shortfall.waiting.into(),
        benodigd_bedrag: short.shortfall.needed().into(),
        geweigerd_datum: short.shortfall.since,
        eindsaldo: short.balance.map(|balance| balance.closing.into()),
        eindsaldo_datum: short.balance.map(|balance| balance.on),
        gedekt: short.is_covered(),
    }
}
