//! What a request asks for: its id, its query and its page. What is wrong is told all at once.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use grip_engine::calendar::Month;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::{Fault, Problem};

/// The page size when none is asked for.
const SIZE: usize = 50;

/// The largest page.
const SIZE_MAX: usize = 200;

/// The id in a path. A malformed one is an id that does not exist.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Id, Problem> {
        let path = Path::<Uuid>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Id(id)).map_err(|_| Problem::not_found("Dit adres"))
    }
}

/// The id and the month in a path. A malformed one does not exist.
#[derive(Clone, Copy, Debug)]
pub struct IdAndMonth(pub Uuid, pub Month);

impl<S: Send + Sync> FromRequestParts<S> for IdAndMonth {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<IdAndMonth, Problem> {
        let path = Path::<(Uuid, String)>::from_request_parts(parts, state).await;
        let found = path.ok().and_then(|Path((id, month))| Some(IdAndMonth(id, month.parse().ok()?)));
        found.ok_or_else(|| Problem::not_found("Dit adres"))
    }
}

/// The query of a request, taken out key by key. What is left over at the end is wrong as well.
#[derive(Clone, Debug)]
pub struct Asked {
    values: BTreeMap<String, String>,
    faults: Vec<Fault>,
    filters: String,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    number: usize,
    size: usize,
    next: String,
}

/// Een pagina van een lijst.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Lijst<T> {
    /// Het aantal resultaten op alle pagina's samen.
    #[schema(minimum = 0)]
    pub aantal: usize,
    /// De resultaten op deze pagina.
    pub resultaten: Vec<T>,
    /// Het adres van de volgende pagina; leeg op de laatste.
    #[schema(format = "uri-reference")]
    pub volgende: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let of_page = |pair: &&str| pair.starts_with("pagina=") || pair.starts_with("paginaGrootte=");
        let filters: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !of_page(pair)).collect();
        let mut asked = Asked { values: BTreeMap::new(), faults: Vec::new(), filters: filters.join("&") };
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) else {
            asked.faults.push(Fault::new("", "onleesbaar", "De parameters zijn niet te lezen."));
            return Ok(asked);
        };
        for (key, value) in pairs {
            if asked.values.insert(key.clone(), value).is_some() {
                asked.faults.push(Fault::new(key, "dubbel", "Deze parameter staat er meer dan eens."));
            }
        }
        Ok(asked)
    }
}

impl Asked {
    /// The value of a key; `want` says what it should be, for who gave something else.
    pub fn value<T: FromStr>(&mut self, key: &str, want: &str) -> Option<T> {
        let text = self.values.remove(key)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.faults.push(Fault::new(key, "ongeldig", format!("Geef {want}.")));
        }
        value
    }

    /// The page of the list at an address below `/v1`.
    pub fn page(&mut self, path: &str) -> Page {
        let number = self.number("pagina", 1, usize::MAX, "een paginanummer vanaf 1");
        let size = self.number("paginaGrootte", SIZE, SIZE_MAX, "een aantal van 1 tot en met 200");
        let and = if self.filters.is_empty() { "" } else { "&" };
        let next = format!(
            "/v1{path}?{}{and}pagina={}&paginaGrootte={size}",
            self.filters,
            number.saturating_add(1)
        );
        Page { number, size, next }
    }

    fn number(&mut self, key: &str, default: usize, most: usize, want: &str) -> usize {
        match self.value::<usize>(key, want) {
            Some(number) if 1 <= number && number <= most => number,
            Some(_) => {
                self.faults.push(Fault::new(key, "ongeldig", format!("Geef {want}.")));
                default
            }
            None => default,
        }
    }

    /// Ends the asking: every key was known and every value had a meaning.
    pub fn done(mut self) -> Result<(), Problem> {
        let unknown = |key: String| Fault::new(key, "onbekend", "Deze parameter bestaat hier niet.");
        self.faults.extend(std::mem::take(&mut self.values).into_keys().map(unknown));
        if self.faults.is_empty() {
            return Ok(());
        }
        Err(Problem::invalid("De parameters van het verzoek kloppen niet.", self.faults))
    }
}

impl Page {
    /// How many rows are skipped, and how many stand on it at most.
    pub fn window(&self) -> (i64, i64) {
        let skip = self.number.saturating_sub(1).saturating_mul(self.size);
        (i64::try_from(skip).unwrap_or(i64::MAX), i64::try_from(self.size).unwrap_or(i64::MAX))
    }

    /// The rows on this page.
    pub fn cut<R>(&self, rows: Vec<R>) -> Vec<R> {
        let before = (self.number - 1).saturating_mul(self.size);
        rows.into_iter().skip(before).take(self.size).collect()
    }

    /// The list around what stands on this page, of so many in all.
    pub fn list<T>(self, aantal: usize, resultaten: Vec<T>) -> Lijst<T> {
        let more = self.number.saturating_mul(self.size) < aantal;
        Lijst { aantal, resultaten, volgende: more.then_some(self.next) }
    }
}
