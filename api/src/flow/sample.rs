//! A random sample of evidence: drawn from its seed, looked at again by somebody else than who recorded it, and measured.
//! It says how well evidence is recorded. It changes no credit, and nothing is claimed because of it.

use chrono::NaiveDate;
use grip_engine::furnishing::evidence::Way;
use grip_engine::furnishing::sample::{self, Confidence, Measured};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::intake::IntakeError;
use crate::intake::value::{code, reference, said, share};
use crate::store::sample::{self as samples, ItemRow, SampleRow};
use crate::store::{Scope, Snapshot, Store, StoreError, household};

/// What a person may find.
pub const OUTCOMES: [&str; 3] = ["confirmed", "differs", "not_found"];

/// What is drawn.
#[derive(Clone, Debug)]
pub struct DrawGiven {
    /// The words from which it is drawn: whoever knows them draws the same list.
    pub seed: String,
    /// How sure one wants to be: 0.80, 0.90, 0.95 or 0.99.
    pub confidence: String,
    /// The margin of error, a share.
    pub margin: String,
    /// The first day of showing.
    pub from: NaiveDate,
    /// The last.
    pub until: NaiveDate,
}

/// A sample with what was found so far.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What was drawn, and how.
    pub row: SampleRow,
    /// The pieces, in the order of drawing.
    pub items: Vec<ItemRow>,
    /// What they say about all evidence, once something was looked at.
    pub measured: Option<Measured>,
}

/// Draws a sample of the evidence that households showed in a period.
pub async fn draw(store: &Store, grant: &Grant, given: &DrawGiven) -> Result<Uuid, FlowError> {
    retry!(try_draw(store, grant, given))
}

async fn try_draw(store: &Store, grant: &Grant, given: &DrawGiven) -> Result<Uuid, FlowError> {
    let seed = reference("seed", &given.seed)?;
    let known = Confidence::ALL.map(Confidence::code).join(", ");
    let confidence = code("confidence", &given.confidence, Confidence::from_code(&given.confidence), &known)?;
    let margin = share("margin", &given.margin)?;
    if given.until < given.from {
        return Err(wrong(
            &format!("the days from {} end before they start, on {}", given.from, given.until),
            &format!("de dagen vanaf {} eindigen voor zij beginnen, op {}", given.from, given.until),
        ));
    }
    let mut change = store.begin(grant, format!("sample {seed}")).await?;
    if samples::list(&mut change).await?.iter().any(|known| known.seed == seed) {
        return Err(FlowError::Exists { what: "sample", id: seed });
    }
    let population = population(&mut change, given.from, given.until).await?;

    let ids: Vec<Uuid> = population.iter().map(|(fact, _)| *fact).collect();
    let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let drawn = sample::draw(&seed, &ids, sample::size(count, confidence, margin));
    let of_household = |fact: Uuid| population.iter().find(|(known, _)| *known == fact).copied();
    let drawn: Vec<(Uuid, Uuid)> = drawn.into_iter().filter_map(of_household).collect();
    if drawn.is_empty() {
        return Err(wrong(
            "nothing was shown in these days: there is nothing to draw",
            "in deze dagen is niets getoond: er valt niets te trekken",
        ));
    }

    let row = SampleRow {
        sample_id: change.new_id(),
        seed,
        confidence: confidence.code().to_owned(),
        margin: margin.normalize().to_string(),
        from_on: given.from,
        until_on: given.until,
        population: i64::from(count),
        drawn_by: grant.who().to_owned(),
        drawn_on: grant.today(),
    };
    samples::add(&mut change, &row, &drawn).await?;
    change.commit().await?;
    Ok(row.sample_id)
}

/// The evidence of households that was shown in a period and not taken back, with its household.
async fn population(
    at: &mut Snapshot,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    let files = household::files(at, Scope::All).await?;
    let of_household = |file: &household::HouseholdFile| {
        let evidence = file.credits.iter().flat_map(|credit| &credit.evidence);
        let shown = evidence.filter(|shown| {
            let of_household = matches!(shown.way, Way::Receipt | Way::Declaration);
            of_household && shown.stands() && from <= shown.shown_on && shown.shown_on <= until
        });
        shown.map(|shown| (shown.id, file.household.id.0)).collect::<Vec<_>>()
    };
    Ok(files.iter().flat_map(of_household).collect())
}

/// Records what a person found who looked again; it is not who recorded the evidence.
pub async fn check(
    store: &Store,
    grant: &Grant,
    sample: Uuid,
    place: i64,
    (outcome, note): (&str, &str),
) -> Result<(), FlowError> {
    retry!(try_check(store, grant, sample, place, (outcome, note)))
}

async fn try_check(
    store: &Store,
    grant: &Grant,
    id: Uuid,
    place: i64,
    (outcome, note): (&str, &str),
) -> Result<(), FlowError> {
    let found = OUTCOMES.into_iter().find(|known| *known == outcome);
    let outcome = code("outcome", outcome, found, &OUTCOMES.join(", "))?;
    let note = said("note", note)?;
    let mut change = store.begin(grant, format!("sample {id}")).await?;
    let items = samples::items(&mut change, id).await?;
    let item = items.iter().find(|item| item.place == place);
    let item = item.ok_or_else(|| FlowError::NotFound { what: "drawn evidence", id: place.to_string() })?;
    let facts = household::facts(&mut change, Scope::One(item.household_id), grant.today()).await?;
    let recorded_by = facts.iter().find(|fact| fact.fact_id == item.fact_id).map(|fact| &fact.recorded_by);
    if recorded_by.is_some_and(|name| name == grant.who()) {
        return Err(wrong(
            "you recorded this evidence: somebody else looks at it again",
            "u hebt dit bewijs zelf vastgelegd: iemand anders kijkt er nog eens naar",
        ));
    }
    if !samples::check(&mut change, id, place, (outcome, &note)).await? {
        return Err(FlowError::Exists { what: "outcome of drawn evidence", id: place.to_string() });
    }
    Ok(change.commit().await?)
}

/// Every sample with what was found, the newest first.
pub async fn list(at: &mut Snapshot) -> Result<Vec<Sample>, FlowError> {
    let mut all = Vec::new();
    for row in samples::list(at).await? {
        let items = samples::items(at, row.sample_id).await?;
        let measured = measured(&row, &items);
        all.push(Sample { row, items, measured });
    }
    Ok(all)
}

fn measured(row: &SampleRow, items: &[ItemRow]) -> Option<Measured> {
    let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
    let looked_at = items.iter().filter(|item| item.outcome.is_some()).count();
    let right = items.iter().filter(|item| item.outcome.as_deref() == Some("confirmed")).count();
    let population = u32::try_from(row.population).unwrap_or(u32::MAX);
    sample::measured((count(looked_at), population), count(right), Confidence::from_code(&row.confidence)?)
}

/// A share as a percentage of one decimal: `95,0 %`.
pub fn percent(share: Decimal) -> String {
    let mut percent = (share * Decimal::ONE_HUNDRED).round_dp(1);
    percent.rescale(1);
    format!("{percent} %").replace('.', ",")
}

fn wrong(english: &str, dutch: &str) -> FlowError {
    IntakeError::new(english, dutch).into()
}
