//! The driver: one SQL text, two databases. Every statement's `$1` is the municipality, bound here, so no
//! statement can reach beyond it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    Encode, FromRow, PgConnection, PgPool, Postgres, SqlSafeStr, Sqlite, SqliteConnection, SqlitePool,
    Transaction, Type,
};
use uuid::Uuid;

use super::StoreError;

/// A value that both databases can take.
pub(super) trait Bind<'q>:
    Type<Sqlite> + Encode<'q, Sqlite> + Type<Postgres> + Encode<'q, Postgres> + Send + 'q
{
}
impl<'q, T> Bind<'q> for T where
    T: Type<Sqlite> + Encode<'q, Sqlite> + Type<Postgres> + Encode<'q, Postgres> + Send + 'q
{
}

/// A row that both databases can give.
pub(super) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// The database at hand.
#[derive(Clone, Debug)]
pub(super) enum Db {
    /// SQLite: one connection writes, others read. In memory there is one for both.
    Lite {
        /// The only connection that writes.
        write: SqlitePool,
        /// Connections that cannot write.
        read: SqlitePool,
    },
    /// PostgreSQL.
    Pg(PgPool),
}

/// The URL of an SQLite database that lives in memory as long as it is open.
pub(super) const IN_MEMORY: &str = "sqlite::memory:";

/// A transaction on either database.
#[derive(Debug)]
pub(super) enum Tx {
    Lite(Transaction<'static, Sqlite>),
    /// With how many rows it put into each table.
    Pg(Transaction<'static, Postgres>, BTreeMap<&'static str, usize>),
}

/// From so many new rows on, the statistics of a table are taken anew before the change is committed: until then
/// PostgreSQL plans as if they were not there, and the next step of a large run would wait for a join gone astray.
const MANY_ROWS: usize = 5_000;

/// A statement with its values, about to run.
pub(super) enum Query<'t> {
    Lite(&'t mut SqliteConnection, sqlx::query::Query<'t, Sqlite, SqliteArguments>),
    Pg(&'t mut PgConnection, sqlx::query::Query<'t, Postgres, PgArguments>),
}

/// A value of a row that is one of many.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Date(Option<chrono::NaiveDate>),
    Bool(bool),
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Value {
        Value::Uuid(Some(value))
    }
}

impl From<Option<Uuid>> for Value {
    fn from(value: Option<Uuid>) -> Value {
        Value::Uuid(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(Some(value))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Value {
        Value::Int(value)
    }
}

impl From<chrono::NaiveDate> for Value {
    fn from(value: chrono::NaiveDate) -> Value {
        Value::Date(Some(value))
    }
}

impl From<Option<chrono::NaiveDate>> for Value {
    fn from(value: Option<chrono::NaiveDate>) -> Value {
        Value::Date(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

/// Rows for one table, inserted many at a time. The municipality is the first column and is bound here.
#[derive(Debug)]
pub(super) struct Rows {
    into: &'static str,
    after: &'static str,
    width: usize,
    values: Vec<Value>,
}

/// The most values of one statement: SQLite takes 32,766; more than a few thousand make it no faster.
const VALUES_MAX: usize = 8_000;

impl Rows {
    /// Rows into a table: `into` is its name with its columns, of which so many come after the municipality.
    pub(super) fn new(into: &'static str, width: usize) -> Rows {
        Rows { into, after: "", width, values: Vec::new() }
    }

    /// The table they go into.
    fn table(&self) -> &'static str {
        self.into.split_whitespace().next().unwrap_or_default()
    }

    /// What happens on a conflict.
    pub(super) fn on_conflict(self, after: &'static str) -> Rows {
        Rows { after, ..self }
    }

    /// The rows so far; the next ones go into the same table.
    pub(super) fn take(&mut self) -> Rows {
        Rows { values: std::mem::take(&mut self.values), ..*self }
    }

    /// Adds a row.
    pub(super) fn push<const WIDTH: usize>(&mut self, row: [Value; WIDTH]) {
        assert_eq!(WIDTH, self.width, "a row of {} has a value for each column", self.into);
        self.values.extend(row);
    }

    /// The statement for so many rows. SQLite looks a numbered parameter up by its name, one after the other, so there
    /// each value is a bare mark; PostgreSQL knows the municipality as the first of its numbers.
    fn sql(&self, rows: usize, bare: bool) -> String {
        let mut sql = format!("insert into {} values ", self.into);
        let mut number = 1;
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            sql.push_str(if bare { "?" } else { "$1" });
            for _ in 0..self.width {
                number += 1;
                if bare {
                    sql.push_str(", ?");
                } else {
                    write!(sql, ", ${number}").expect("writing to a string succeeds");
                }
            }
            sql.push(')');
        }
        sql.push_str(self.after);
        sql
    }
}

/// The statements that insert rows.
struct Statements {
    rows: Rows,
    values: std::vec::IntoIter<Value>,
    municipality: Uuid,
    /// True where the marks of the values bear no number: see [`Rows::sql`].
    bare: bool,
}

/// A database that takes values.
trait Takes: sqlx::Database {
    fn take(
        query: sqlx::query::Query<'static, Self, Self::Arguments>,
        value: Value,
    ) -> sqlx::query::Query<'static, Self, Self::Arguments>;
}

macro_rules! takes {
    ($database:ty) => {
        impl Takes for $database {
            fn take(
                query: sqlx::query::Query<'static, Self, Self::Arguments>,
                value: Value,
            ) -> sqlx::query::Query<'static, Self, Self::Arguments> {
                match value {
                    Value::Uuid(value) => query.bind(value),
                    Value::Text(value) => query.bind(value),
                    Value::Int(value) => query.bind(value),
                    Value::Date(value) => query.bind(value),
                    Value::Bool(value) => query.bind(value),
                }
            }
        }
    };
}

takes!(Sqlite);
takes!(Postgres);

impl Db {
    /// Opens the database of a URL: `sqlite://grip.db` (made when absent) or `postgres://…`.
    pub(super) async fn open(url: &str) -> Result<Db, StoreError> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" => Db::open_sqlite(url).await,
            "postgres" | "postgresql" => {
                let pool = PgPoolOptions::new().max_connections(8).connect(url).await;
                Ok(Db::Pg(pool.map_err(|error| StoreError::Open(without_password(url), error))?))
            }
            _ => Err(StoreError::Url(without_password(url))),
        }
    }

    async fn open_sqlite(url: &str) -> Result<Db, StoreError> {
        let wrong = |error| StoreError::Open(url.to_owned(), error);
        let options = SqliteConnectOptions::from_str(url)
            .map_err(wrong)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .row_buffer_size(1_024)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let only = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let write = only.connect_with(options.clone()).await.map_err(wrong)?;
        if url == IN_MEMORY {
            return Ok(Db::Lite { read: write.clone(), write });
        }
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_lazy_with(options.create_if_missing(false).read_only(true));
        Ok(Db::Lite { write, read })
    }

    pub(super) async fn close(&self) {
        match self {
            Db::Lite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Pg(pool) => pool.close().await,
        }
    }

    pub(super) async fn begin(&self) -> sqlx::Result<Tx> {
        match self {
            Db::Lite { write, .. } => write.begin_with("begin immediate").await.map(Tx::Lite),
            Db::Pg(pool) => pool
                .begin_with("begin isolation level repeatable read")
                .await
                .map(|tx| Tx::Pg(tx, BTreeMap::new())),
        }
    }

    pub(super) async fn read(&self) -> sqlx::Result<Tx> {
        match self {
            Db::Lite { read, .. } => read.begin().await.map(Tx::Lite),
            Db::Pg(pool) => {
                let read = pool.begin_with("begin isolation level repeatable read read only").await;
                read.map(|tx| Tx::Pg(tx, BTreeMap::new()))
            }
        }
    }
}

/// The URL without what stands between the name and the `@`.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(end)) if start < end => format!("{}://…{}", &url[..start], &url[end..]),
        _ => url.to_owned(),
    }
}

impl Tx {
    pub(super) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Tx::Lite(tx) => tx.commit().await,
            Tx::Pg(mut tx, filled) => {
                let large = filled.into_iter().filter(|(_, rows)| MANY_ROWS <= *rows);
                let large: Vec<&str> = large.map(|(table, _)| table).collect();
                if !large.is_empty() {
                    let analyze = format!("analyze {}", large.join(", "));
                    sqlx::query(sqlx::AssertSqlSafe(analyze)).execute(&mut *tx).await?;
                }
                tx.commit().await
            }
        }
    }

    /// Inserts rows, many with one statement.
    pub(super) async fn insert(&mut self, mut rows: Rows, municipality: Uuid) -> Result<(), StoreError> {
        let values = std::mem::take(&mut rows.values).into_iter();
        match self {
            Tx::Lite(tx) => {
                let statements = Statements { rows, values, municipality, bare: true };
                Ok(statements.run::<Sqlite>(&mut *tx).await?)
            }
            Tx::Pg(tx, filled) => {
                *filled.entry(rows.table()).or_default() += values.len() / rows.width;
                let statements = Statements { rows, values, municipality, bare: false };
                Ok(statements.run::<Postgres>(&mut *tx).await?)
            }
        }
    }

    pub(super) fn sql(&mut self, sql: &'static str, municipality: Uuid) -> Query<'_> {
        self.query(sql, municipality)
    }

    /// A statement whose text was put together from texts of ours, never from what somebody gave.
    pub(super) fn text(&mut self, sql: String, municipality: Uuid) -> Query<'_> {
        self.query(sqlx::AssertSqlSafe(sql), municipality)
    }

    fn query(&mut self, sql: impl SqlSafeStr, municipality: Uuid) -> Query<'_> {
        match self {
            Tx::Lite(tx) => Query::Lite(&mut *tx, sqlx::query(sql).bind(municipality)),
            Tx::Pg(tx, _) => Query::Pg(&mut *tx, sqlx::query(sql).bind(municipality)),
        }
    }
}

impl Statements {
    /// While the database runs one statement, the next is made.
    async fn run<D: Takes>(mut self, connection: &mut D::Connection) -> sqlx::Result<()>
    where
        D::Arguments: sqlx::IntoArguments<D>,
        for<'c> &'c mut D::Connection: sqlx::Executor<'c, Database = D>,
    {
        let mut next = self.next::<D>();
        while let Some(statement) = next {
            let running = statement.execute(&mut *connection);
            let (done, made) = tokio::join!(running, async { self.next::<D>() });
            done?;
            next = made;
        }
        Ok(())
    }

    fn next<D: Takes>(&mut self) -> Option<sqlx::query::Query<'static, D, D::Arguments>> {
        let width = self.rows.width;
        let now = self.values.len().min(VALUES_MAX / (width + 1) * width);
        if now == 0 {
            return None;
        }
        let mut query = sqlx::query(sqlx::AssertSqlSafe(self.rows.sql(now / width, self.bare)));
        // how often the municipality is bound
        let each = if self.bare { width } else { now };
        for (place, value) in self.values.by_ref().take(now).enumerate() {
            if place.is_multiple_of(each) {
                query = D::take(query, self.municipality.into());
            }
            query = D::take(query, value);
        }
        Some(query)
    }
}

impl<'t> Query<'t> {
    pub(super) fn bind<T: Bind<'t>>(self, value: T) -> Self {
        match self {
            Query::Lite(connection, query) => Query::Lite(connection, query.bind(value)),
            Query::Pg(connection, query) => Query::Pg(connection, query.bind(value)),
        }
    }

    /// Runs it; how many rows it touched.
    pub(super) async fn run(self) -> Result<u64, StoreError> {
        Ok(match self {
            Query::Lite(connection, query) => query.execute(connection).await?.rows_affected(),
            Query::Pg(connection, query) => query.execute(connection).await?.rows_affected(),
        })
    }

    /// The row it finds, if there is one.
    pub(super) async fn optional<T: Record>(self) -> Result<Option<T>, StoreError> {
        Ok(match self {
            Query::Lite(connection, query) => {
                query.try_map(|row| T::from_row(&row)).fetch_optional(connection).await?
            }
            Query::Pg(connection, query) => {
                query.try_map(|row| T::from_row(&row)).fetch_optional(connection).await?
            }
        })
    }

    /// The row it always finds.
    pub(super) async fn one<T: Record>(self) -> Result<T, StoreError> {
        self.optional().await?.ok_or(StoreError::Missing)
    }

    /// Every row it finds.
    pub(super) async fn all<T: Record>(self) -> Result<Vec<T>, StoreError> {
        Ok(match self {
            Query::Lite(connection, query) => {
                query.try_map(|row| T::from_row(&row)).fetch_all(connection).await?
            }
            Query::Pg(connection, query) => {
                query.try_map(|row| T::from_row(&row)).fetch_all(connection).await?
            }
        })
    }
}
