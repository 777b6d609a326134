//! A plan that was not released: computed now, with the decision a person must take.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::calendar::Month;
use grip_engine::id::{HouseholdId, PayeeId};
use grip_engine::money::Money;
use grip_engine::payee::Payee;
use grip_engine::plan::{DecisionOption, DecisionReason, NeedsDecision, Outcome, PlanLine};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::plans::{Betaalplan, Planregel, Uitkomst};
use super::problem::Problem;
use super::wire::Bedrag;
use crate::flow::FlowError;
use crate::flow::planning;
use crate::store::Snapshot;
use crate::store::household::{self, HouseholdFile};

/// Het leefgeld zou onder het minimum komen, of er is instemming nodig: een mens beslist.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BeslissingNodig {
    reden: Beslisreden,
    /// Het leefgeld als alles wat past wordt betaald.
    leefgeld_als_alles_betaald_wordt: Bedrag,
    /// Het afgesproken minimum voor dit huishouden.
    minimum: Bedrag,
    /// Wat ontbreekt om alles te betalen.
    tekort: Bedrag,
    keuzes: Vec<Keuze>,
}

/// Waarom een mens beslist.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Beslisreden {
    /// Het leefgeld komt onder het minimum.
    Minimum,
    /// De helft van het paar die gebruikt mag worden is te weinig.
    Instemming,
}

/// Wat een mens kan kiezen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Keuze {
    soort: Keuzesoort,
    /// De vaste last waar de keuze over gaat.
    verplichting_id: Option<Uuid>,
    /// Het bedrag van de overbrugging, of het deel van de maatregel dat ten minste in deze maand valt.
    bedrag: Option<Bedrag>,
    /// Het leefgeld dat na de keuze overblijft.
    leefgeld: Option<Bedrag>,
}

/// Het soort keuze.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Keuzesoort {
    /// Bijzondere bijstand of een voorschot vult het leefgeld aan tot het minimum.
    Overbruggen,
    /// Deze vaste last toch betalen.
    TochBetalen,
    /// De maatregel spreiden.
    MaatregelSpreiden,
    /// De ontvanger vragen om te wachten.
    LaterBetalen,
    /// De aflossing van de lening deze maand uitstellen.
    AflossingUitstellen,
    /// De klant betaalt deze maand zelf, met een besluit over de ontzorgperiode.
    Pauzeren,
    /// Instemming, een gezamenlijk verzoek of een besluit op grond van artikel 57 vragen.
    InstemmingVragen,
}

/// The plan of a household for a month, as it would be released on the business day.
pub(super) async fn plan(
    at: &mut Snapshot,
    household: HouseholdId,
    month: Month,
    today: NaiveDate,
) -> Result<Betaalplan, Problem> {
    let dossier = planning::dossier(at, household).await?;
    let dossier = dossier.ok_or_else(|| Problem::not_found("Dit huishouden"))?;
    let file = &dossier.file;
    let payees = household::payees(at).await?;
    let rules = planning::rules(at).await?;
    let execution = planning::execution(&rules, month, today);
    let planned = dossier.plan_of(&rules, month, execution).map_err(FlowError::from)?;
    let (benefit, plan) = (planned.benefit, planned.plan);
    Ok(Betaalplan {
        id: None,
        huishouden_id: household.0,
        huishouden_nummer: file.number.clone(),
        maand: month.to_string(),
        voorlopig: true,
        toegekend: benefit.granted.into(),
        vakantiereservering: benefit.holiday_reserve.into(),
        volgnummer: 0,
        betaalbaar: benefit.payable.into(),
        voorschot: benefit.advance.into(),
        overbrugging: benefit.bridge.into(),
        ingetrokken: Money::ZERO.into(),
        ingehouden: plan.withheld.iter().map(|withheld| withheld.taken).sum::<Money>().into(),
        regels: plan.lines.iter().map(|planned| line(planned, file, &payees)).collect(),
        leefgeld: plan.living_money.into(),
        vakantietoeslag: plan.holiday_payout.into(),
        wacht_op_beslissing: plan.needs_decision.is_some(),
        beslissing_nodig: plan.needs_decision.as_ref().map(decision),
    })
}

fn line(line: &PlanLine, file: &HouseholdFile, payees: &BTreeMap<PayeeId, Payee>) -> Planregel {
    let due = &line.due;
    let obligation = file.obligations.iter().find(|obligation| obligation.id == due.obligation);
    let payee = obligation.and_then(|obligation| payees.get(&obligation.payee));
    let (uitkomst, tekort) = match line.outcome {
        Outcome::Pay => (Uitkomst::Betalen, None),
        Outcome::NeedsDecision => (Uitkomst::BeslissingNodig, None),
        Outcome::Unfunded { short } => (Uitkomst::Tekort, Some(short.into())),
        Outcome::ClientPays => (Uitkomst::KlantBetaalt, None),
        Outcome::PayLater => (Uitkomst::LaterBetalen, None),
        Outcome::PaidByOther => (Uitkomst::DoorAnderBetaald, None),
    };
    Planregel {
        verplichting_id: due.obligation.0,
        soort: due.kind.into(),
        ontvanger: payee.map(|payee| payee.name.clone()).unwrap_or_default(),
        periode: due.period.to_string(),
        verval_datum: due.due_on,
        bedrag: due.amount.into(),
        uitkomst,
        tekort,
    }
}

/// The decision with its choices, on the wire.
pub(super) fn decision(needed: &NeedsDecision) -> BeslissingNodig {
    BeslissingNodig {
        reden: match needed.reason {
            DecisionReason::Floor => Beslisreden::Minimum,
            DecisionReason::Consent => Beslisreden::Instemming,
        },
        leefgeld_als_alles_betaald_wordt: needed.living_money_if_all_paid.into(),
        minimum: needed.floor.into(),
        tekort: needed.short.into(),
        keuzes: needed.options.iter().map(|option| choice(*option)).collect(),
    }
}

fn choice(option: DecisionOption) -> Keuze {
    let of = |soort| Keuze { soort, verplichting_id: None, bedrag: None, leefgeld: None };
    match option {
        DecisionOption::Bridge { amount } => {
            Keuze { bedrag: Some(amount.into()), ..of(Keuzesoort::Overbruggen) }
        }
        DecisionOption::PayAnyway { obligation, living_money } => Keuze {
            verplichting_id: Some(obligation.0),
            leefgeld: Some(living_money.into()),
            ..of(Keuzesoort::TochBetalen)
        },
        DecisionOption::SpreadReduction { at_least } => {
            Keuze { bedrag: Some(at_least.into()), ..of(Keuzesoort::MaatregelSpreiden) }
        }
        DecisionOption::PayLater { obligation } => {
            Keuze { verplichting_id: Some(obligation.0), ..of(Keuzesoort::LaterBetalen) }
        }
        DecisionOption::PostponeLoan { amount } => {
            Keuze { bedrag: Some(amount.into()), ..of(Keuzesoort::AflossingUitstellen) }
        }
        DecisionOption::Pause => of(Keuzesoort::Pauzeren),
        DecisionOption::AskConsent => of(Keuzesoort::InstemmingVragen),
    }
}
