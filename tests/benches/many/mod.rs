//! What the benches share: a municipality of many households, and the memory of this process.

use chrono::NaiveDate;
use grip_api::auth::grant::{Actor, Grant};
use grip_engine::access::Action;

/// The day on which the run of March 2026 is proposed, and the next one.
pub(crate) const CUT_OFF: &str = "2026-03-24";
pub(crate) const NEXT_DAY: &str = "2026-03-25";

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(crate) fn grant(actor: Actor, action: Action, on: &str) -> Grant {
    let at = day(on).and_hms_opt(9, 0, 0).expect("nine o'clock exists").and_utc();
    Grant::new(actor, action, day(on), at).expect("a grant")
}

/// A figure of /proc/self/status in megabytes.
pub(crate) fn megabytes(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells the memory of a process");
    let line = status.lines().find(|line| line.starts_with(key)).expect("the figure is there");
    let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
    kilobytes / 1024
}

/// Lets the peak of memory count from now.
pub(crate) fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Households as the flows would have entered them, put into the tables many at a time.
pub(crate) async fn fill(url: &str, count: u32) {
    let is_lite = url.starts_with("sqlite");
    let id = |prefix: &str| {
        if is_lite {
            format!("unhex('{prefix}' || printf('%030x', i))")
        } else {
            format!("cast('{prefix}' || lpad(to_hex(i), 30, '0') as uuid)")
        }
    };
    let (one, account, payees) = if is_lite {
        (
            "x'00000000000000000000000000000001'".to_owned(),
            "(select bank_account_id from bank_account order by iban limit 1)",
            "(select payee_id from payee order by name limit 1)",
        )
    } else {
        (
            "cast('00000000-0000-0000-0000-000000000001' as uuid)".to_owned(),
            "(select bank_account_id from bank_account order by iban limit 1)",
            "(select payee_id from payee order by name limit 1)",
        )
    };
    let date = |text: &str| if is_lite { format!("'{text}'") } else { format!("date '{text}'") };
    let iban = iban_start(is_lite);
    let number = if is_lite { "printf('%010d', i)" } else { "lpad(cast(i as text), 10, '0')" };
    let (household, member, rent, premium, fact) = (id("a1"), id("a2"), id("a3"), id("a4"), id("a5"));
    let version = id("a6");
    let from = format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})");
    let (from_day, due) = (date("2026-02-01"), date("2026-04-01"));
    let recorded = date("2026-03-02");
    let body = "'{\"on\":\"2026-03-02\",\"benefit\":{\"reference\":\"B-' || i || '\",\"norm\":\"single\",\"right_from\":\"2026-03-01\",\"right_until\":null,\"amount\":null,\"cost_sharers\":null}}'";
    let statements = [
        format!("insert into household (municipality_id, household_id, number, bank_account_id, recorded_by)
            {from} select {one}, {household}, 'N-' || {number}, {account}, 'wit' from n"),
        format!("insert into member (municipality_id, member_id, household_id, place, role, name, permit_from, duty_from)
            {from} select {one}, {member}, {household}, 0, 'applicant', 'Bewoner ' || i, {from_day}, {from_day} from n"),
        format!("insert into creditor_account (municipality_id, creditor_account_id, member_id, household_id, number,
                holder, iban, valid_from, recorded_by, recorded_on, approved_by, approved_on)
            {from} select {one}, {version}, {member}, {household}, 1, 'Bewoner ' || i, {iban} || 'RABO' || {number},
            {from_day}, 'wit', {from_day}, 'jansen', {from_day} from n"),
        format!("insert into obligation (municipality_id, obligation_id, household_id, payee_id, kind, rhythm, amount,
                first_due, reference, recorded_by)
            {from} select {one}, {rent}, {household}, {payees}, 'rent', 'monthly', 58000 + i % 1000, {due}, 'H-' || i, 'wit' from n"),
        format!("insert into obligation (municipality_id, obligation_id, household_id, payee_id, kind, rhythm, amount,
                first_due, reference, recorded_by)
            {from} select {one}, {premium}, {household}, {payees}, 'health_premium', 'monthly', 15875, {due}, 'Z-' || i, 'wit' from n"),
        format!("insert into fact (municipality_id, household_id, number, fact_id, kind, reference, version, event_hash,
                recorded_on, recorded_by, body)
            {from} select {one}, {household}, 0, {fact}, 'benefit', 'B-' || i, 1, 'hash', {recorded}, 'wit', {body} from n"),
    ];
    if is_lite {
        let pool = sqlx::SqlitePool::connect(url).await.expect("the database opens");
        for sql in statements {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.expect("rows");
        }
    } else {
        let pool = sqlx::PgPool::connect(url).await.expect("the database opens");
        for sql in statements {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.expect("rows");
        }
        sqlx::raw_sql("analyze").execute(&pool).await.expect("statistics");
    }
}

/// The country and check digits of an account number for every household.
fn iban_start(is_lite: bool) -> String {
    let iban = "'NL' || substr('00' || cast(98 - ((27101124 * 10000000000000000 + cast(i as bigint) * 1000000 + 232100) % 97)
        as text), -2)";
    if is_lite {
        iban.replace(
            "27101124 * 10000000000000000 + cast(i as bigint) * 1000000 + 232100",
            "((27101124 % 97) * (10000000000000000 % 97) + (i % 97) * (1000000 % 97) + (232100 % 97))",
        )
    } else {
        "'NL' || lpad(cast(98 - ((27101124::numeric * 10000000000000000 + i::numeric * 1000000 + 232100) % 97) as text), 2, '0')".to_owned()
    }
}
