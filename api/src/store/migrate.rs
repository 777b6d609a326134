//! Migrations: the files of `migrations/`, rendered for the database at hand.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::StoreError;
use super::db::Db;

struct Source {
    version: i64,
    name: &'static str,
    lite: &'static str,
    pg: &'static str,
}

const SOURCES: [Source; 3] = [
    Source {
        version: 1,
        name: "core",
        lite: include_str!("../../../migrations/0001_core.sql"),
        pg: include_str!("../../../migrations/0001_core.sql"),
    },
    Source {
        version: 2,
        name: "append only",
        lite: include_str!("../../../migrations/0002_append_only.lite.sql"),
        pg: include_str!("../../../migrations/0002_append_only.pg.sql"),
    },
    Source {
        version: 3,
        name: "statistics",
        lite: include_str!("../../../migrations/0003_statistics.lite.sql"),
        pg: include_str!("../../../migrations/0003_statistics.pg.sql"),
    },
];

/// What each word in braces becomes: on SQLite, on PostgreSQL.
const TYPES: [(&str, &str, &str); 8] = [
    ("{uuid}", "blob", "uuid"),
    ("{date}", "text", "date"),
    ("{timestamp}", "text", "timestamptz"),
    ("{money}", "integer", "bigint"),
    ("{int}", "integer", "bigint"),
    ("{bool}", "integer", "boolean"),
    ("{bytes}", "blob", "bytea"),
    ("{strict}", " strict, without rowid", ""),
];

/// Brings the tables to the newest version; a database that is up to date stays as it is.
/// Of several programs that begin at one time on SQLite each makes what the others did not.
pub(super) async fn run(db: &Db) -> Result<(), StoreError> {
    for _ in 0..8 {
        if try_run(db).await.is_ok() {
            return Ok(());
        }
    }
    try_run(db).await
}

async fn try_run(db: &Db) -> Result<(), StoreError> {
    match db {
        Db::Lite { write, .. } => migrator(|source| source.lite, |words| words.1).run(write).await?,
        Db::Pg(pool) => migrator(|source| source.pg, |words| words.2).run(pool).await?,
    }
    Ok(())
}

fn migrator(
    text: fn(&Source) -> &'static str,
    word: fn(&(&str, &'static str, &'static str)) -> &'static str,
) -> Migrator {
    let migration = |source: &Source| {
        let sql = TYPES.iter().fold(text(source).to_owned(), |sql, words| sql.replace(words.0, word(words)));
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(source.version, Cow::Borrowed(source.name), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(SOURCES.iter().map(migration).collect())
}
