//! The cellar: the only SQL. A transaction carries a grant; its commit writes the audit row.

mod db;
mod migrate;

pub mod alert;
pub mod cash;
pub mod cover;
pub mod credit;
pub mod creditor;
pub mod doctor;
pub mod evidence_file;
pub mod household;
pub mod ledger;
pub mod municipality;
pub mod payment;
pub mod payment_file;
pub mod plan;
pub mod reissue;
pub mod run;
pub mod sample;
pub mod statement;
pub mod status_report;
pub mod task;
pub mod unexplained;
pub mod unpaid;
pub mod suspense;
pub mod user;

use grip_engine::calendar::Month;
use grip_engine::money::Money;
use uuid::Uuid;

use crate::auth::grant::Grant;
use crate::id::Ids;
use db::{Db, Query};

/// The database of one municipality.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    municipality: Uuid,
    ids: Ids,
}

/// The municipality of a database that serves one.
pub const ONLY_MUNICIPALITY: Uuid = Uuid::from_u128(1);

/// Reads that see one moment.
#[derive(Debug)]
pub struct Snapshot {
    tx: db::Tx,
    municipality: Uuid,
}

/// A change that is made as a whole or not at all, by somebody who may.
#[derive(Debug)]
pub struct Change {
    snapshot: Snapshot,
    ids: Ids,
    grant: Grant,
    object: String,
}

/// What went wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database we know.
    #[error("database `{0}` is not known: write sqlite://grip.db or postgres://user@host/name")]
    Url(String),
    /// It cannot be opened.
    #[error("database `{0}` cannot be opened: {1}")]
    Open(String, sqlx::Error),
    /// Its tables cannot be brought to the newest version.
    #[error("tables cannot be made: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A key was there already.
    #[error("this exists already")]
    Exists,
    /// Somebody else changed the same thing at the same time.
    #[error("somebody else changed this at the same time: try again")]
    Busy,
    /// A row that must be there is not.
    #[error("a row that must exist is missing")]
    Missing,
    /// A stored value that has no meaning.
    #[error("stored {what} `{text}` has no meaning")]
    Meaning {
        /// What it should be.
        what: &'static str,
        /// What is stored.
        text: String,
    },
    /// Anything else.
    #[error("database: {0}")]
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        let Some(found) = error.as_database_error() else {
            return StoreError::Sql(error);
        };
        let busy = found.code().is_some_and(|code| matches!(&*code, "40001" | "40P01" | "5" | "517"));
        match found.kind() {
            sqlx::error::ErrorKind::UniqueViolation => StoreError::Exists,
            _ if busy => StoreError::Busy,
            _ => StoreError::Sql(error),
        }
    }
}

impl Store {
    /// A database in memory, which is gone when it is closed. One transaction at a time: a flow that holds one and
    /// asks for another would wait for itself.
    pub async fn in_memory(ids: Ids) -> Result<Store, StoreError> {
        Store::open(db::IN_MEMORY, ONLY_MUNICIPALITY, ids).await
    }

    /// Opens the database of a URL and brings its tables to the newest version.
    pub async fn open(url: &str, municipality: Uuid, ids: Ids) -> Result<Store, StoreError> {
        let db = Db::open(url).await?;
        migrate::run(&db).await?;
        Ok(Store { db, municipality, ids })
    }

    /// The same database for another municipality.
    #[must_use]
    pub fn of(&self, municipality: Uuid) -> Store {
        Store { municipality, ..self.clone() }
    }

    /// Closes the database: with SQLite everything then stands in the one file.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Reads that see one moment.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot { tx: self.db.read().await?, municipality: self.municipality })
    }

    /// Starts a change: no grant, no transaction. The object is what the audit row names.
    pub async fn begin(&self, grant: &Grant, object: impl Into<String>) -> Result<Change, StoreError> {
        let snapshot = Snapshot { tx: self.db.begin().await?, municipality: self.municipality };
        Ok(Change { snapshot, ids: self.ids.clone(), grant: grant.clone(), object: object.into() })
    }
}

impl Snapshot {
    fn sql(&mut self, sql: &'static str) -> Query<'_> {
        self.tx.sql(sql, self.municipality)
    }

    /// A statement about the households between `$2` and `$3`. Of one household it says that it is that one: between two
    /// ends that are not known yet SQLite expects many, and would read the rows of all households in their order.
    fn of_scope(&mut self, sql: &'static str, scope: Scope) -> Query<'_> {
        let (low, high) = scope.bounds();
        let query = match scope {
            Scope::One(_) => {
                self.tx.text(sql.replace("between $2 and $3", "= $2 and $2 = $3"), self.municipality)
            }
            Scope::All | Scope::Between(..) => self.tx.sql(sql, self.municipality),
        };
        query.bind(low).bind(high)
    }
}

impl Change {
    /// The grant on which it is made.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Where its ids come from.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.ids.next()
    }

    /// Inserts rows, many with one statement.
    async fn insert(&mut self, rows: db::Rows) -> Result<(), StoreError> {
        let municipality = self.snapshot.municipality;
        self.snapshot.tx.insert(rows, municipality).await
    }

    /// Makes it last, with a row that says who did it.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        const SQL: &str =
            "insert into audit (municipality_id, audit_id, at, business_date, who, role, action, object)
            values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let (id, grant, object) = (self.new_id(), self.grant.clone(), std::mem::take(&mut self.object));
        let role = grant.actor().role.map_or("system", grip_engine::access::Role::code);
        let action = format!("{:?}", grant.action());
        let row = self.sql(SQL).bind(id).bind(grant.at()).bind(grant.today());
        row.bind(grant.who()).bind(role).bind(action).bind(object).run().await?;
        Ok(self.snapshot.tx.commit().await?)
    }
}

/// A change can read what a snapshot can.
impl std::ops::Deref for Change {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl std::ops::DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Snapshot {
        &mut self.snapshot
    }
}

/// The households a query is about, as a range of ids.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// Every household of the municipality.
    All,
    /// One household.
    One(Uuid),
    /// The households whose ids lie between these two, both included.
    Between(Uuid, Uuid),
}

impl Scope {
    fn bounds(self) -> (Uuid, Uuid) {
        match self {
            Scope::All => (Uuid::nil(), Uuid::max()),
            Scope::One(id) => (id, id),
            Scope::Between(low, high) => (low, high),
        }
    }
}

/// A day after every other: nothing is left out.
fn far_day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(9999, 12, 31).expect("the year 9999 exists")
}

fn meaning<T>(what: &'static str, text: &str, found: Option<T>) -> Result<T, StoreError> {
    found.ok_or_else(|| StoreError::Meaning { what, text: text.to_owned() })
}

fn month(text: &str) -> Result<Month, StoreError> {
    meaning("month", text, text.parse().ok())
}

fn money(cents: i64) -> Money {
    Money::from_cents(cents)
}
