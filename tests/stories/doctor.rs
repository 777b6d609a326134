//! The doctor proves the books of a played story, and names each kind of corrupted row.

use grip_tests::{World, databases, grip, own_database, sample, script};

async fn played(kind: grip_tests::Kind) -> World {
    let world = own_database(kind).await;
    let mut story = script(vec![sample("HH-105"), sample("HH-104")]);
    story.refused.push(grip_api::play::Refused {
        creditor: "NL83INGB0100200302".to_owned(),
        reason: "AC04".to_owned(),
        from: "2026-03-25".to_owned(),
    });
    world.play(story, "2026-02-01", "2026-04-10").await;
    world
}

/// What the program says, and how it ends.
fn doctor(world: &World) -> (String, i32) {
    let output = grip().args(["doctor", "--database", &world.url]).output().expect("the program runs");
    let said =
        String::from_utf8(output.stdout).expect("text") + &String::from_utf8(output.stderr).expect("text");
    (said, output.status.code().expect("an exit code"))
}

/// Corrupts one row; the doctor names what is wrong and ends with 1.
async fn check(sql: &'static str, named: &[&str]) {
    for kind in databases() {
        let world = played(kind).await;
        let (said, code) = doctor(&world);
        assert_eq!(code, 0, "before the corruption on {kind:?}: {said}");
        world.sabotage(sql).await;
        let (said, code) = doctor(&world);
        assert_eq!(code, 1, "{kind:?}: {said}");
        for words in named {
            assert!(said.contains(words), "{kind:?}: `{words}` is not in: {said}");
        }
    }
}

#[tokio::test]
async fn a_healthy_ledger_is_proved() {
    for kind in databases() {
        let (said, code) = doctor(&played(kind).await);
        assert_eq!(code, 0, "{said}");
        assert_eq!(said.lines().filter(|line| line.starts_with("proved")).count(), 4, "{said}");
    }
}

#[tokio::test]
async fn a_settlement_of_another_amount_than_the_pending_posting_is_named() {
    check(
        "update posting set amount = amount + 1 where posting_id =
            (select posting_id from posting where phase = 'posted' and ends is not null order by posting_id limit 1)",
        &["WRONG   every posting balances", "posting that settles differs from the pending one: "],
    )
    .await;
}

#[tokio::test]
async fn a_reversal_that_is_no_mirror_is_named() {
    check(
        "update posting set amount = amount - 1 where reverses is not null",
        &["WRONG   every posting balances", "reversal is not the mirror of the posting it takes back: "],
    )
    .await;
}

#[tokio::test]
async fn a_posting_that_leaves_a_balance_behind_is_named() {
    check(
        "update posting set amount = amount + 100 where posting_id =
            (select posting_id from posting where cause = 'benefit' order by posting_id limit 1)",
        &["WRONG   every posting balances", "account holds another balance than its postings give: "],
    )
    .await;
}

#[tokio::test]
async fn a_balance_that_does_not_follow_from_its_postings_is_named() {
    check(
        "update ledger_account set balance = balance + 1 where kind = 'holiday_reserve'",
        &["WRONG   every posting balances", "account holds another balance than its postings give: "],
    )
    .await;
}

#[tokio::test]
async fn a_bank_balance_that_differs_by_a_cent_is_named() {
    check(
        "update statement set closing = closing + 1 where statement_id =
            (select statement_id from statement order by closing_on desc, statement_id desc limit 1)",
        &["WRONG   bank balance = sub-ledgers + suspense", "closing balance of account: "],
    )
    .await;
}

#[tokio::test]
async fn a_posting_the_bank_knows_nothing_of_is_named() {
    check(
        "update posting set amount = amount + 1 where cause = 'opening balance'",
        &["WRONG   bank balance = sub-ledgers + suspense", "closing balance of account: "],
    )
    .await;
}

#[tokio::test]
async fn an_entry_that_is_not_explained_to_the_cent_is_named() {
    check(
        "update entry_part set amount = amount - 1 where entry_id = (select entry_id from entry order by entry_id limit 1)
            and place = 0",
        &["WRONG   bank balance = sub-ledgers + suspense", "entry is not explained to the cent by its parts: "],
    )
    .await;
}

#[tokio::test]
async fn a_due_that_is_paid_twice_is_named() {
    check(
        "update payment set state = 'settled' where state = 'returned'",
        &["WRONG   no due is paid twice", "due has more than one payment that stands: "],
    )
    .await;
}

#[tokio::test]
async fn more_money_than_was_due_is_named() {
    check(
        "update due set amount = amount - 1 where due_id =
            (select due_id from payment where state = 'settled' order by payment_id limit 1)",
        &["WRONG   no due is paid twice", "more money stands as paid out than was due on due: "],
    )
    .await;
}

#[tokio::test]
async fn a_payment_file_that_changed_is_named() {
    check(
        "update payment_file set sha256 = 'ab' where payment_file_id =
            (select payment_file_id from payment_file order by payment_file_id limit 1)",
        &["WRONG   payment files pay what was approved", "bytes of payment file differ from their hash: "],
    )
    .await;
}

#[tokio::test]
async fn a_payment_that_stands_elsewhere_than_its_postings_is_named() {
    check(
        "update payment set state = 'sent' where payment_id =
            (select payment_id from payment where state = 'settled' order by payment_id limit 1)",
        &["WRONG   no due is paid twice", "payment stands elsewhere than its postings say: "],
    )
    .await;
}

#[tokio::test]
async fn a_payment_without_its_pending_posting_is_named() {
    check(
        "delete from posting where posting_id =
            (select posting_id from posting where phase = 'pending' order by posting_id limit 1)",
        &["WRONG   no due is paid twice", "payment stands elsewhere than its postings say: "],
    )
    .await;
}

#[tokio::test]
async fn a_missing_statement_is_named() {
    check(
        "delete from statement where statement_id in (select statement_id from statement
            where entries > 0 and not is_first order by closing_on limit 1)",
        &["WRONG   bank balance = sub-ledgers + suspense", "a statement is missing before statement: "],
    )
    .await;
}

#[tokio::test]
async fn a_run_that_is_not_what_was_signed_is_named() {
    check(
        "update run_line set amount = amount + 1 where run_id = (select run_id from run order by run_id limit 1)
            and place = 0",
        &["WRONG   payment files pay what was approved", "content of run differs from what was signed: "],
    )
    .await;
}

#[tokio::test]
async fn a_payment_to_another_account_than_was_approved_is_named() {
    check(
        "update payment set creditor_iban = 'NL91ABNA0417164300' where payment_id =
            (select payment_id from payment order by payment_id limit 1)",
        &["WRONG   payment files pay what was approved", "payment is not what its run was approved to pay: "],
    )
    .await;
}
