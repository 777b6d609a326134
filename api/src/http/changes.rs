//! Changes: what is different about a run, for who approves it.

use std::str::FromStr;

use axum::extract::State;
use axum::{Extension, Json};
use grip_engine::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::{Asked, Id, Lijst};
use super::problem::Problem;
use super::runs::{self, Betaalregel};
use super::wire::{Bedrag, account};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::flow::compare::{self, LineChange, What};

/// Een betaling die anders is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verschil {
    soort: Verschilsoort,
    /// De betaling zoals die nu is; als die is vervallen, zoals die was.
    regel: Betaalregel,
    /// Het bedrag dat het was, bij een ander bedrag.
    bedrag_was: Option<Bedrag>,
    /// De rekeninghouder die het was, bij een andere rekening.
    ontvanger_was: Option<String>,
    /// Het rekeningnummer dat het was, bij een andere rekening. Afgeschermd voor wie betalingen niet inricht of
    /// uitvoert.
    rekeningnummer_was: Option<String>,
}

/// Wat er anders is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Verschilsoort {
    /// De betaling was er niet.
    Nieuw,
    /// De betaling is er niet meer.
    Vervallen,
    /// Een ander bedrag.
    Bedrag,
    /// Een andere rekeninghouder of rekening: controleer deze.
    Rekening,
}

/// What a run is held against.
#[derive(Clone, Copy, Debug)]
enum Since {
    PreviousRun,
    Proposal,
}

impl FromStr for Since {
    type Err = ();

    fn from_str(text: &str) -> Result<Since, ()> {
        match text {
            "vorigeRun" => Ok(Since::PreviousRun),
            "voorstel" => Ok(Since::Proposal),
            _ => Err(()),
        }
    }
}

/// Wat in een betaalrun anders is dan in de maandrun ervoor, of dan toen de run werd voorgesteld.
#[utoipa::path(get, path = "/betaalruns/{id}/verschillen", operation_id = "verschillen", tag = "Betaalruns",
    params(("id" = Uuid, Path, description = "Het id van de betaalrun."),
        ("sinds" = Option<String>, Query, description = "vorigeRun (dit is de standaard): de maandrun ervoor \
            van dezelfde rekening; zonder zo'n run is de lijst leeg. voorstel: toen de run werd voorgesteld; \
            na goedkeuring verandert er niets meer en is de lijst leeg.")),
    responses((status = 200, description = "De verschillen.", body = inline(Lijst<Verschil>))))]
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    mut asked: Asked,
) -> Result<Json<Lijst<Verschil>>, Problem> {
    let since = asked.value::<Since>("sinds", "vorigeRun of voorstel").unwrap_or(Since::PreviousRun);
    asked.done()?;
    let mut at = super::read(&app, &actor, Action::SeeRuns).await?;
    let found = runs::found(&mut at, id).await?;
    let changes = match since {
        Since::PreviousRun => compare::since_previous(&mut at, &found).await?,
        Since::Proposal if found.state != "proposed" => Vec::new(),
        Since::Proposal => compare::since_proposed(&mut at, found.id(), app.business_day().await?).await?,
    };
    let resultaten: Vec<Verschil> = changes.iter().map(|change| of(&actor, change)).collect();
    Ok(Json(Lijst { aantal: resultaten.len(), resultaten, volgende: None }))
}

fn of(actor: &Actor, change: &LineChange) -> Verschil {
    let kind = match change.what {
        What::New => Verschilsoort::Nieuw,
        What::Gone => Verschilsoort::Vervallen,
        What::Amount { .. } => Verschilsoort::Bedrag,
        What::Account { .. } => Verschilsoort::Rekening,
    };
    let same = Verschil {
        soort: kind,
        regel: runs::line(actor, &change.line),
        bedrag_was: None,
        ontvanger_was: None,
        rekeningnummer_was: None,
    };
    match &change.what {
        What::New | What::Gone => same,
        What::Amount { was } => Verschil { bedrag_was: Some((*was).into()), ..same },
        What::Account { was, account: iban } => Verschil {
            ontvanger_was: Some(was.clone()),
            rekeningnummer_was: Some(account(actor, iban)),
            ..same
        },
    }
}
