//! What is asked of the books does not take longer because the books grew: SQLite looks up what is asked for.

use grip_tests::{Kind, own_database};

async fn texts(url: &str, sql: &'static str) -> Vec<String> {
    let pool = sqlx::SqlitePool::connect(url).await.expect("the database opens");
    sqlx::query_scalar(sql).fetch_all(&pool).await.expect("texts")
}

/// How SQLite finds the rows, one line a table.
async fn plan(url: &str, sql: &'static str) -> Vec<String> {
    let pool = sqlx::SqlitePool::connect(url).await.expect("the database opens");
    let explain = sqlx::AssertSqlSafe(format!("explain query plan {sql}"));
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(&pool).await.expect("a plan");
    rows.into_iter().map(|(.., step)| step).collect()
}

#[tokio::test]
async fn of_every_index_sqlite_knows_that_the_municipality_alone_leaves_everything() {
    const SQL: &str = "select tables.name || '.' || of_table.name
        from sqlite_schema as tables, pragma_index_list(tables.name) as of_table
        where tables.type = 'table' and tables.name not like 'sqlite%' and tables.name not like '!_sqlx%' escape '!'
            and not exists (select 1 from sqlite_stat1 where tbl = tables.name
                and idx = case when of_table.origin = 'pk' then tables.name else of_table.name end)";
    let world = own_database(Kind::Lite).await;
    let unknown = texts(&world.url, SQL).await;
    assert_eq!(unknown, Vec::<String>::new(), "a table that was made later must be told of in a migration");
}

#[tokio::test]
async fn one_payment_household_or_statement_is_found_without_reading_those_of_all() {
    let world = own_database(Kind::Lite).await;
    let asked = [
        "select posting_id from posting where municipality_id = ?1 and payment_id = ?2 and phase = 'posted'",
        "select posting_id from posting where municipality_id = ?1 and ends = ?2 order by posting_id",
        "select payment_id from payment where municipality_id = ?1 and due_id = ?2 order by payment_id",
        "select payment_id from payment where municipality_id = ?1 and run_id = ?2 order by payment_id",
        "select due_id from due where municipality_id = ?1 and household_id = ?2 and ?2 = ?3 order by due_id",
        "select number from fact where municipality_id = ?1 and fact_id = ?2",
        "select payment.state from entry cross join entry_part cross join payment
            where entry.municipality_id = ?1 and entry.statement_id = ?2 and entry_part.municipality_id = ?1
                and entry_part.entry_id = entry.entry_id and payment.municipality_id = ?1
                and payment.payment_id = entry_part.payment_id",
    ];
    for sql in asked {
        let steps = plan(&world.url, sql).await;
        let of_all = steps.iter().find(|step| step.contains("SCAN") || step.ends_with("(municipality_id=?)"));
        assert_eq!(of_all, None, "{sql}");
    }
}
