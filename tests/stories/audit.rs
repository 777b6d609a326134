//! Who did what: a row for every commit, without a name of a client, an account or a BSN.

use grip_tests::{databases, own_database, sample, script};

/// Every row of the audit, as text.
async fn rows(url: &str) -> Vec<(String, String, String, String)> {
    const SQL: &str = "select who, role, action, object from audit order by audit_id";
    if url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(url).await.expect("the database opens");
        return sqlx::query_as(SQL).fetch_all(&pool).await.expect("rows");
    }
    let pool = sqlx::PgPool::connect(url).await.expect("the database opens");
    sqlx::query_as(SQL).fetch_all(&pool).await.expect("rows")
}

#[tokio::test]
async fn every_commit_says_who_did_what_and_never_about_whom_by_name_or_account() {
    for kind in databases() {
        let world = own_database(kind).await;
        world.play(script(vec![sample("HH-101")]), "2026-02-01", "2026-03-02").await;
        let rows = rows(&world.url).await;
        let has = |who: &str, role: &str, action: &str| {
            rows.iter().any(|row| (row.0.as_str(), row.1.as_str(), row.2.as_str()) == (who, role, action))
        };
        assert!(has("wit", "income_officer", "RecordFacts"));
        assert!(has("jansen", "income_officer", "ApproveRun"));
        assert!(has("bakker", "finance", "ImportStatement"));
        assert!(has("systeem", "system", "WorkDay"));
        let text = format!("{rows:?}");
        for private in ["Amanuel", "Tesfay", "NL14RABO", "NL85RABO", "Woonstichting"] {
            assert!(!text.contains(private), "{private}");
        }
    }
}
