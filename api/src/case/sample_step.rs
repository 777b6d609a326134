//! Drawing a random sample of evidence in a case, looking again, and what it says.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::access::Action;
use serde::Deserialize;

use super::expect::SampleFigures;
use crate::flow::FlowError;
use crate::flow::sample::{self, DrawGiven};
use crate::intake::value::day;
use crate::play::{OFFICER, Play, SECOND};
use crate::store::{Snapshot, Store};

/// A step of a case about a sample.
#[derive(Clone, Debug)]
pub enum SampleStep {
    /// The officer draws one.
    Drawn(Drawn),
    /// Somebody looks again at a piece of it.
    Checked(Checked),
}

/// What is drawn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The words from which it is drawn.
    pub seed: String,
    /// How sure one wants to be.
    pub confidence: String,
    /// The margin of error.
    pub margin: String,
    /// The first day of showing.
    pub from: String,
    /// The last.
    pub until: String,
}

/// What somebody found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// The words from which the sample was drawn.
    pub seed: String,
    /// The place in its list, from 1.
    pub place: i64,
    /// confirmed, differs or `not_found`.
    pub outcome: String,
    /// What they noted.
    pub note: String,
    /// The user; the second person when nobody is named.
    pub by: Option<String>,
}

impl SampleStep {
    /// The key of the step in a case file.
    pub(super) fn key(&self) -> &'static str {
        match self {
            SampleStep::Drawn(_) => "sample",
            SampleStep::Checked(_) => "sample_checked",
        }
    }

    /// Does it.
    pub(super) async fn happens(
        &self,
        store: &Store,
        play: &Play,
        today: NaiveDate,
    ) -> Result<(), FlowError> {
        match self {
            SampleStep::Drawn(drawn) => {
                let officer = play.grant_to(OFFICER, Action::RecordFacts, today)?;
                let given = DrawGiven {
                    seed: drawn.seed.clone(),
                    confidence: drawn.confidence.clone(),
                    margin: drawn.margin.clone(),
                    from: day("from", &drawn.from)?,
                    until: day("until", &drawn.until)?,
                };
                sample::draw(store, &officer, &given).await.map(drop)
            }
            SampleStep::Checked(checked) => {
                let who = checked.by.as_deref().unwrap_or(SECOND);
                let person = play.grant_to(who, Action::RecordFacts, today)?;
                let all = sample::list(&mut store.read().await?).await?;
                let found = all.into_iter().find(|sample| sample.row.seed == checked.seed);
                let missing = || FlowError::NotFound { what: "sample", id: checked.seed.clone() };
                let id = found.ok_or_else(missing)?.row.sample_id;
                let said = (checked.outcome.as_str(), checked.note.as_str());
                sample::check(store, &person, id, checked.place, said).await
            }
        }
    }
}

/// The samples with what they say, by the words from which they were drawn.
pub(super) async fn figures(at: &mut Snapshot) -> Result<BTreeMap<String, SampleFigures>, FlowError> {
    let figures = |sample: sample::Sample| {
        let measured = sample.measured;
        let figures = SampleFigures {
            population: Some(sample.row.population.to_string()),
            drawn: Some(sample.items.len().to_string()),
            looked_at: Some(measured.map_or(0, |measured| measured.looked_at).to_string()),
            right: Some(measured.map_or(0, |measured| measured.right).to_string()),
            share: measured.map(|measured| measured.share.to_string()),
            low: measured.map(|measured| measured.low.to_string()),
            high: measured.map(|measured| measured.high.to_string()),
        };
        (sample.row.seed, figures)
    };
    Ok(sample::list(at).await?.into_iter().map(figures).collect())
}
