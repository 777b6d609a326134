//! What a bank answers to a payment file: payments move forward, or out, or to another day; names are checked; and what
//! failed is paid again only by a decision, or once our own account carries it.

use chrono::NaiveDate;
use grip_api::auth::grant::{Actor, Grant};
use grip_api::flow::answer::{self, Answered};
use grip_api::flow::import_statement::{self, Imported};
use grip_api::flow::{FlowError, alerts, approve, cover, doctor, payees, propose, reissue};
use grip_api::play::{FINANCE, OFFICER, Play, SECOND};
use grip_api::store::payment::PaymentRow;
use grip_api::store::payment_file::FileRow;
use grip_api::store::{Scope, creditor, municipality, payment, run, statement};
use grip_engine::access::{Action, Role};
use grip_engine::id::BankAccountId;
use grip_engine::payee::{Accounts, NameOutcome, Waits};
use grip_tests::{World, databases, day};

use super::payment_files::{SENT, files, grant, payments, sent};

fn pain002(file: &FileRow, told: &str, of_payments: &str) -> String {
    format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.002.001.10'><CstmrPmtStsRpt><GrpHdr><MsgId>A1</MsgId>\
         </GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>\
         <OrgnlPmtInfId>{}</OrgnlPmtInfId>{told}{of_payments}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>",
        file.message_id, file.payment_information_id
    )
}

fn rejected(row: &PaymentRow, code: &str) -> String {
    format!(
        "<TxInfAndSts><OrgnlEndToEndId>{}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>\
         </StsRsnInf></TxInfAndSts>",
        row.end_to_end_id
    )
}

async fn answered(world: &World, play: &Play, text: &str) -> Result<Answered, FlowError> {
    let finance = grant(play, FINANCE, Action::ImportStatement, SENT);
    let done = answer::import(&world.app.store, &finance, "antwoord.xml", text.as_bytes()).await;
    let system = grant(play, "nobody", Action::WorkDay, SENT);
    alerts::raise(&world.app.store, &system, Scope::All).await.expect("alerts");
    done
}

/// Rejects the rent of the first file for a reason, and accepts the rest.
async fn reject_rent(world: &World, play: &Play, code: &str) -> PaymentRow {
    let file = files(world).await.pop().expect("a file");
    let rent = payments(world).await.remove(0);
    let text = pain002(&file, "<PmtInfSts>ACSP</PmtInfSts>", &rejected(&rent, code));
    let done = answered(world, play, &text).await.expect("an answer");
    assert_eq!(done.rejected, 1, "{done}");
    rent
}

async fn state(world: &World, id: uuid::Uuid) -> String {
    let all = payment::list(&mut world.read().await, Scope::All).await.expect("payments");
    all.into_iter().find(|row| row.payment_id == id).expect("the payment").state
}

async fn healthy(world: &World) {
    let proofs = doctor::examine(&world.app.store).await.expect("the doctor");
    assert!(proofs.iter().all(|proof| proof.wrong.is_empty()), "{proofs:?}");
}

#[tokio::test]
async fn an_accepted_file_is_not_paid_until_the_statement_says_so_and_the_same_answer_counts_once() {
    for kind in databases() {
        let (world, mut play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let text = pain002(&file, "<PmtInfSts>ACSP</PmtInfSts>", "");
        let done = answered(&world, &play, &text).await.expect("an answer");
        assert_eq!(done.accepted, payments(&world).await.len());
        assert!(payments(&world).await.iter().all(|row| row.state == "accepted"));
        assert!(answered(&world, &play, &text).await.expect("the same answer").is_known);
        let before = pain002(&file, "<PmtInfSts>RCVD</PmtInfSts>", "");
        let late = answered(&world, &play, &before).await.expect("a late answer");
        assert_eq!((late.accepted, late.noted), (0, done.accepted), "a state only moves forward");
        play.days(day("2026-02-25"), day("2026-02-28")).await.expect("the bank pays");
        assert!(payments(&world).await.iter().all(|row| row.state == "settled"));
        healthy(&world).await;
    }
}

#[tokio::test]
async fn a_rejected_rent_never_left_reopens_its_due_and_raises_r01_at_once() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let rent = reject_rent(&world, &play, "AC04").await;
        assert_eq!(state(&world, rent.payment_id).await, "rejected");
        assert!(world.alerts("HH-101").await.contains("R01"), "{}", world.alerts("HH-101").await);
        let waits = grip_api::store::ledger::returned_money(&mut world.read().await).await.expect("money");
        assert_eq!(waits.values().map(|money| money.cents()).sum::<i64>(), rent.amount);
        healthy(&world).await;
        // the reason is the account: nobody can decide to pay on it once more, and nothing goes by itself
        let officer = grant(&play, OFFICER, Action::RecordFacts, SENT);
        let refused = reissue::decide(&world.app.store, &officer, rent.payment_id.into(), "opnieuw").await;
        assert!(matches!(refused, Err(FlowError::Barred(reissue::Barred::OtherAccount))), "{refused:?}");
        let again = proposed_again(&world, &play, &rent).await;
        assert!(!again, "nothing is proposed to the same account");
    }
}

/// True when the due of a payment stands in a proposal after the work of the next day.
async fn proposed_again(world: &World, play: &Play, failed: &PaymentRow) -> bool {
    let system = grant(play, "nobody", Action::WorkDay, "2026-02-25");
    propose::propose(&world.app.store, &system).await.expect("proposes");
    let mut at = world.read().await;
    let mut found = false;
    for row in run::list(&mut at).await.expect("runs").iter().filter(|row| row.state == "proposed") {
        let lines = run::lines(&mut at, row.id()).await.expect("lines");
        found |= lines.iter().any(|line| line.remittance == failed.remittance);
    }
    found
}

#[tokio::test]
async fn a_failure_without_a_reason_is_paid_once_more_by_a_decision_and_approved_by_another() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let rent = reject_rent(&world, &play, "MS03").await;
        assert!(!proposed_again(&world, &play, &rent).await, "never by itself");
        let id = rent.payment_id.into();
        let officer = grant(&play, OFFICER, Action::RecordFacts, "2026-02-25");
        let household = rent.household_id;
        let dry = reissue::rehearse(&mut world.read().await, id, household, day("2026-02-25")).await;
        let dry = dry.expect("a dry run");
        assert_eq!((dry.barred, dry.execution), (None, day("2026-02-26")));
        assert!(!proposed_again(&world, &play, &rent).await, "a dry run decides nothing");
        assert!(reissue::decide(&world.app.store, &officer, id, " ").await.is_err(), "a reason is needed");
        reissue::decide(&world.app.store, &officer, id, "de bank had een storing").await.expect("decided");
        let twice = reissue::decide(&world.app.store, &officer, id, "nog eens").await;
        assert!(matches!(twice, Err(FlowError::Barred(reissue::Barred::Decided(_)))), "{twice:?}");
        assert!(proposed_again(&world, &play, &rent).await);
        let runs = run::list(&mut world.read().await).await.expect("runs");
        let found = runs.iter().find(|row| row.state == "proposed").expect("a proposal");
        assert!(found.preparers().contains(&OFFICER.to_owned()));
        let second = grant(&play, SECOND, Action::ApproveRun, "2026-02-25");
        approve::approve(&world.app.store, &second, found.id(), &found.content_hash).await.expect("approved");
        let all = payment::list(&mut world.read().await, Scope::All).await.expect("payments");
        let of_due: Vec<&str> =
            all.iter().filter(|row| row.due_id == rent.due_id).map(|row| row.state.as_str()).collect();
        assert!(of_due.contains(&"rejected") && of_due.contains(&"approved"), "{of_due:?}");
        healthy(&world).await;
    }
}

#[tokio::test]
async fn an_answer_to_a_file_that_is_not_ours_is_refused() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let mut file = files(&world).await.pop().expect("a file");
        file.message_id = "ANOTHER".to_owned();
        file.payment_information_id = "ANOTHER".to_owned();
        let refused = answered(&world, &play, &pain002(&file, "<PmtInfSts>RJCT</PmtInfSts>", "")).await;
        assert_eq!(refused.expect_err("not ours").to_string(), "payment file `ANOTHER` does not exist");
        assert!(answered(&world, &play, "<Document/>").await.is_err());
        assert!(payments(&world).await.iter().all(|row| row.state == "sent"));
    }
}

#[tokio::test]
async fn a_name_check_changes_no_state_and_holds_the_account_until_a_person_decided() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let rent = payments(&world).await.remove(0);
        let named = rejected(&rent, "").replace("RJCT", "RVNM");
        let count = payments(&world).await.len() - 1;
        let counts = format!(
            "<PmtInfSts>RVMC</PmtInfSts><NbOfTxsPerSts><DtldNbOfTxs>{count}</DtldNbOfTxs><DtldSts>RCVC</DtldSts>\
             </NbOfTxsPerSts><NbOfTxsPerSts><DtldNbOfTxs>1</DtldNbOfTxs><DtldSts>RVNM</DtldSts></NbOfTxsPerSts>"
        );
        let done = answered(&world, &play, &pain002(&file, &counts, &named)).await.expect("an answer");
        assert_eq!((done.name_checks, done.name_stops, done.accepted), (count + 1, 1, 0), "{done}");
        assert!(payments(&world).await.iter().all(|row| row.state == "sent"));
        assert_eq!(names(&world, "RENT").await, [("no_match".to_owned(), None)]);
        assert_eq!(names(&world, "OTHERS").await, [("match".to_owned(), None)]);
        let waits = rent_account(&world).await.on(day("2026-03-31")).expect_err("nobody decided");
        assert!(matches!(waits, Waits::NameCheck(NameOutcome::NoMatch)), "{waits:?}");
        // the same answer in another message adds nothing; a decision frees the account
        let again = pain002(&file, &counts, &named).replace(">A1<", ">A2<");
        answered(&world, &play, &again).await.expect("an answer");
        assert_eq!(names(&world, "RENT").await.len(), 1);
        let check = rent_account(&world).await.versions()[0].name_checks[0].id;
        let second = grant(&play, SECOND, Action::ApprovePayee, SENT);
        payees::decide(&world.app.store, &second, check, true, "handelsnaam").await.expect("decided");
        assert!(rent_account(&world).await.on(day("2026-03-31")).is_ok());
        assert!(answered(&world, &play, &again.replace(">A2<", ">A3<")).await.is_ok());
        assert!(rent_account(&world).await.on(day("2026-03-31")).is_ok(), "the decision holds on");
        healthy(&world).await;
    }
}

#[tokio::test]
async fn a_close_match_keeps_the_name_that_the_bank_gave_and_the_whole_file_may_match() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let rent = payments(&world).await.remove(0);
        let beside = "</TxSts><OrgnlTxRef><Cdtr><Pty><Nm>Voorbeeld Wonen</Nm></Pty></Cdtr></OrgnlTxRef>";
        let close = rejected(&rent, "").replace("RJCT</TxSts>", &format!("RVMC{beside}"));
        let close = close.replace("<StsRsnInf><Rsn><Cd></Cd></Rsn></StsRsnInf>", "");
        let told = pain002(&file, "<PmtInfSts>RCVC</PmtInfSts>", &close);
        let done = answered(&world, &play, &told).await.expect("an answer");
        assert_eq!((done.name_checks, done.name_stops), (payments(&world).await.len(), 1), "{done}");
        assert_eq!(
            names(&world, "RENT").await,
            [("close_match".to_owned(), Some("Voorbeeld Wonen".to_owned()))]
        );
        // the client corrected the name at the source: now everything matches
        let all = pain002(&file, "<PmtInfSts>RCVC</PmtInfSts>", "").replace(">A1<", ">A2<");
        answered(&world, &play, &all).await.expect("an answer");
        assert_eq!(names(&world, "RENT").await.last().map(|told| told.0.clone()), Some("match".to_owned()));
        assert!(rent_account(&world).await.on(day("2026-03-31")).is_ok());
    }
}

/// The accounts of the landlord.
async fn rent_account(world: &World) -> Accounts {
    let rent = payments(world).await.remove(0);
    let all = creditor::of_payees(&mut world.read().await).await.expect("accounts");
    let is_it = |accounts: &Accounts| {
        accounts.versions().iter().any(|version| version.iban.as_str() == rent.creditor_iban)
    };
    all.into_values().find(is_it).expect("the landlord")
}

/// What was kept of the names of the landlord, or of one client.
async fn names(world: &World, whose: &str) -> Vec<(String, Option<String>)> {
    let accounts = if whose == "RENT" {
        rent_account(world).await
    } else {
        let members = creditor::of_members(&mut world.read().await, Scope::All).await.expect("accounts");
        members.into_values().next().expect("a client")
    };
    let checks = accounts.versions().iter().flat_map(|version| version.name_checks.clone());
    checks.map(|check| (check.outcome.code().to_owned(), check.answered)).collect()
}

#[tokio::test]
async fn a_day_that_the_bank_moves_is_taken_over_and_what_comes_after_its_due_day_is_told() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let before = payments(&world).await;
        assert!(before.iter().all(|row| row.execution_on == day("2026-02-27") && row.moved_to.is_none()));
        // the rent is due on the first of March
        let told = "<PmtInfSts>ACWC</PmtInfSts><StsRsnInf><Rsn><Cd>DT06</Cd></Rsn><AddtlInf>ReqdExctnDt NEU: 2026-03-02\
                    </AddtlInf></StsRsnInf>";
        let done = answered(&world, &play, &pain002(&file, told, "")).await.expect("an answer");
        let late = before.iter().filter(|row| row.due_on < day("2026-03-02")).count();
        assert_eq!((done.accepted, done.moved, done.late), (before.len(), before.len(), late), "{done}");
        assert!(0 < late);
        let after = payments(&world).await;
        assert!(after.iter().all(|row| row.execution_on == day("2026-03-02") && row.state == "accepted"));
        assert_eq!(after.iter().filter(|row| row.is_late()).count(), late);
        healthy(&world).await;
    }
}

#[tokio::test]
async fn one_payment_moves_alone_also_after_it_was_accepted_and_never_once_it_is_booked() {
    for kind in databases() {
        let (world, mut play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let rent = payments(&world).await.remove(0);
        let accepted = pain002(&file, "<PmtInfSts>ACSP</PmtInfSts>", "");
        answered(&world, &play, &accepted).await.expect("an answer");
        let moved = rejected(&rent, "DT06").replace("RJCT", "ACWC").replace(
            "</TxInfAndSts>",
            "<OrgnlTxRef><ReqdExctnDt><Dt>2026-02-28</Dt></ReqdExctnDt></OrgnlTxRef></TxInfAndSts>",
        );
        let told = pain002(&file, "", &moved).replace(">A1<", ">A2<");
        let done = answered(&world, &play, &told).await.expect("an answer");
        assert_eq!((done.moved, done.late, done.noted), (1, 0, 1), "{done}");
        let days: Vec<NaiveDate> = payments(&world).await.iter().map(|row| row.execution_on).collect();
        assert_eq!(days[0], day("2026-02-28"));
        assert!(days[1..].iter().all(|on| *on == day("2026-02-27")), "{days:?}");
        play.days(day("2026-02-25"), day("2026-02-28")).await.expect("the bank pays");
        let later = told.replace(">A2<", ">A3<").replace("2026-02-28", "2026-03-03");
        let done = answered(&world, &play, &later).await.expect("an answer");
        assert_eq!(done.moved, 0, "{done}");
        assert_eq!(payments(&world).await[0].execution_on, day("2026-02-28"));
    }
}

/// The account that could not carry what was asked of it.
async fn short(world: &World) -> Vec<cover::Short> {
    cover::short(&mut world.read().await).await.expect("accounts")
}

#[tokio::test]
async fn what_our_own_account_could_not_carry_waits_until_finance_says_that_it_is_covered() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let all = payments(&world).await;
        let text =
            pain002(&file, "<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>", "");
        let done = answered(&world, &play, &text).await.expect("an answer");
        assert_eq!(done.rejected, all.len(), "{done}");
        assert!(!proposed_again(&world, &play, &all[0]).await, "the whole run waits");
        let found = short(&world).await.remove(0);
        let total: i64 = all.iter().map(|row| row.amount).sum();
        assert_eq!((found.shortfall.waiting.cents(), found.shortfall.underway.cents()), (total, 0));
        assert_eq!((usize::try_from(found.payments), found.shortfall.since), (Ok(all.len()), day(SENT)));
        let system = grant(&play, "nobody", Action::WorkDay, "2026-02-25");
        let told = propose::propose(&world.app.store, &system).await.expect("proposes").problems;
        assert!(told.iter().any(|problem| problem.contains("want of money")), "{told:?}");
        // only finance says so
        assert!(play.grant_to(OFFICER, Action::ConfirmCover, day(SENT)).is_err());
        let finance = grant(&play, FINANCE, Action::ConfirmCover, SENT);
        let nowhere = BankAccountId(uuid::Uuid::nil());
        let refused = cover::confirm(&world.app.store, &finance, nowhere).await;
        assert!(matches!(refused, Err(FlowError::NotFound { .. })), "{refused:?}");
        let freed = cover::confirm(&world.app.store, &finance, found.account.id).await.expect("confirmed");
        assert_eq!(usize::try_from(freed), Ok(all.len()));
        assert_eq!(
            cover::confirm(&world.app.store, &finance, found.account.id).await.expect("nothing waits"),
            0
        );
        assert!(short(&world).await.is_empty());
        for failed in &all {
            assert!(proposed_again(&world, &play, failed).await, "{}", failed.remittance);
        }
        healthy(&world).await;
    }
}

#[tokio::test]
async fn a_statement_that_shows_the_money_frees_it_and_goes_in_the_run_of_the_next_open_day() {
    for kind in databases() {
        let (world, mut play) = sent(kind).await;
        let rent = reject_rent(&world, &play, "AM04").await;
        assert!(!proposed_again(&world, &play, &rent).await, "what was known before says nothing");
        // the simulated bank holds more than enough, and says so on its next statement
        play.days(day("2026-02-25"), day("2026-02-27")).await.expect("the story goes on");
        let found = short(&world).await;
        let balance = found.first().and_then(|short| short.balance);
        assert!(found.is_empty() || found[0].is_covered(), "{balance:?}");
        play.days(day("2026-02-28"), day("2026-03-06")).await.expect("the story goes on");
        let paid = payment::list(&mut world.read().await, Scope::All).await.expect("payments");
        let of_due: Vec<&str> =
            paid.iter().filter(|row| row.due_id == rent.due_id).map(|row| row.state.as_str()).collect();
        assert!(of_due.contains(&"rejected") && of_due.contains(&"settled"), "{of_due:?}");
        assert_eq!(of_due.len(), 2, "once more and no more");
        healthy(&world).await;
    }
}

#[tokio::test]
async fn money_that_failed_for_want_of_cover_a_second_time_asks_finance_a_second_time() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let rent = reject_rent(&world, &play, "AM04").await;
        let finance = grant(&play, FINANCE, Action::ConfirmCover, SENT);
        let account = short(&world).await.remove(0).account.id;
        cover::confirm(&world.app.store, &finance, account).await.expect("confirmed");
        assert!(proposed_again(&world, &play, &rent).await);
        play.approve(day("2026-02-26")).await.expect("approved");
        play.work(day("2026-02-26")).await.expect("work");
        let again = payment::list(&mut world.read().await, Scope::All).await.expect("payments");
        let again =
            again.into_iter().find(|row| row.due_id == rent.due_id && row.state == "sent").expect("sent");
        let file =
            files(&world).await.into_iter().find(|file| file.run_id == again.run_id).expect("its file");
        let finance = grant(&play, FINANCE, Action::ImportStatement, "2026-02-26");
        let text = pain002(&file, "", &rejected(&again, "AM04"));
        answer::import(&world.app.store, &finance, "antwoord.xml", text.as_bytes()).await.expect("an answer");
        assert!(!proposed_again(&world, &play, &rent).await);
        assert_eq!(short(&world).await[0].payments, 1);
        healthy(&world).await;
    }
}

/// A statement of the account that pays, after its last one, with one entry of a day.
async fn booked(world: &World, on: &str, cents: i64, direction: &str, details: &str) -> Imported {
    let last = statement::list(&mut world.read().await).await.expect("statements");
    let account = municipality::bank_accounts(&mut world.read().await).await.expect("accounts");
    let run = run::list(&mut world.read().await).await.expect("runs").remove(0);
    let account = account.into_iter().find(|account| account.id.0 == run.bank_account_id).expect("ours");
    let of_account = last.iter().filter(|row| row.bank_account_id == account.id.0);
    let opening = of_account.max_by_key(|row| row.closing_on).map_or(1_000_000, |row| row.closing);
    let closing = if direction == "DBIT" { opening - cents } else { opening + cents };
    let euros = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let balance = |code: &str, cents: i64| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>",
            euros(cents)
        )
    };
    let text = format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><GrpHdr><MsgId>{on}</MsgId>\
         <CreDtTm>{on}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S{on}</Id><CreDtTm>{on}T20:00:00</CreDtTm><Acct><Id>\
         <IBAN>{}</IBAN></Id></Acct>{}{}<Ntry><Amt Ccy='EUR'>{}</Amt><CdtDbtInd>{direction}</CdtDbtInd>\
         <Sts>BOOK</Sts><BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt><BkTxCd/>\
         <NtryDtls>{details}</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>",
        account.iban.as_str(),
        balance("OPBD", opening),
        balance("CLBD", closing),
        euros(cents),
    );
    let finance = Actor { role: Some(Role::Finance), name: FINANCE.to_owned(), ..Actor::system() };
    let at = day(on).and_hms_opt(9, 0, 0).expect("nine o'clock").and_utc();
    let finance = Grant::new(finance, Action::ImportStatement, day(on), at).expect("finance may");
    let done = import_statement::import(&world.app.store, &finance, "afschrift.xml", text.as_bytes()).await;
    let done = done.expect("taken in");
    assert_eq!(done.new, 1, "{done}");
    let system = Grant::new(Actor::system(), Action::WorkDay, day(on), at).expect("the day's work");
    alerts::raise(&world.app.store, &system, Scope::All).await.expect("alerts");
    done
}

fn batch(file: &FileRow, count: usize) -> String {
    format!("<Btch><PmtInfId>{}</PmtInfId><NbOfTxs>{count}</NbOfTxs></Btch>", file.payment_information_id)
}

#[tokio::test]
async fn a_batch_that_was_booked_less_what_the_bank_rejected_settles_once_the_bank_says_what_that_was() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let all = payments(&world).await;
        let net = all[1..].iter().map(|row| row.amount).sum();
        let done = booked(&world, "2026-02-27", net, "DBIT", &batch(&file, all.len() - 1)).await;
        assert_eq!((done.settled, done.left_over), (0, 1), "nobody said yet what is left out");
        let done = answered(&world, &play, &pain002(&file, "", &rejected(&all[0], "AC04"))).await;
        let done = done.expect("an answer");
        assert_eq!((done.rejected, done.settled), (1, all.len() - 1), "{done}");
        for row in &all[1..] {
            assert_eq!(state(&world, row.payment_id).await, "settled");
        }
        assert_eq!(state(&world, all[0].payment_id).await, "rejected");
        healthy(&world).await;
    }
}

#[tokio::test]
async fn what_the_bank_cancels_unasked_raises_r01_and_a_whole_batch_that_is_booked_settles_the_others() {
    for kind in databases() {
        for (code, stands, alerts) in [("", "rejected", true), ("CUST", "cancelled", false)] {
            let (world, play) = sent(kind).await;
            let file = files(&world).await.pop().expect("a file");
            let all = payments(&world).await;
            let cancelled = rejected(&all[0], code).replace("RJCT", "CANC");
            answered(&world, &play, &pain002(&file, "", &cancelled)).await.expect("an answer");
            assert_eq!(state(&world, all[0].payment_id).await, stands);
            assert_eq!(world.alerts("HH-101").await.contains("R01"), alerts, "{code}");
            let total = all.iter().map(|row| row.amount).sum();
            let done = booked(&world, "2026-02-27", total, "DBIT", &batch(&file, all.len())).await;
            assert_eq!((done.settled, done.left_over), (all.len() - 1, 1), "{done}");
            healthy(&world).await;
        }
    }
}

#[tokio::test]
async fn a_reject_wins_from_an_acceptance_of_the_same_payment_in_one_answer() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let rent = payments(&world).await.remove(0);
        let refused = rejected(&rent, "AC04");
        let both = format!("{}{refused}", refused.replace("RJCT", "ACSP"));
        let done = answered(&world, &play, &pain002(&file, "", &both)).await.expect("an answer");
        assert_eq!((done.accepted, done.rejected), (0, 1), "{done}");
        assert!(world.alerts("HH-101").await.contains("R01"));
    }
}

#[tokio::test]
async fn a_reject_that_belongs_nowhere_is_named_for_a_person() {
    for kind in databases() {
        let (world, play) = sent(kind).await;
        let file = files(&world).await.pop().expect("a file");
        let rent = payments(&world).await.remove(0);
        let of = |name: &str| name.replace("PMT", &rent.end_to_end_id);
        let elsewhere = pain002(&file, "", &rejected(&rent, "AC04"))
            .replace(&format!("<OrgnlPmtInfId>{}", file.payment_information_id), "<OrgnlPmtInfId>NOPE");
        let counts = "<NbOfTxsPerSts><DtldNbOfTxs>1</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>";
        let counted = pain002(&file, &format!("<PmtInfSts>PART</PmtInfSts>{counts}"), "");
        let silent = rejected(&rent, "").replace("<TxSts>RJCT</TxSts>", "");
        let silent = silent.replace("<StsRsnInf><Rsn><Cd></Cd></Rsn></StsRsnInf>", "");
        for (text, told) in [
            (elsewhere, of("payment `PMT` (RJCT) is named under batch `NOPE`, which is not in this file")),
            (counted, "1 payments are counted as RJCT and not named".to_owned()),
            (pain002(&file, "", &silent), of("payment `PMT` is named without a status")),
        ] {
            let done = answered(&world, &play, &text).await.expect("an answer");
            assert_eq!((done.rejected, done.unplaced.len()), (0, 1), "{done}");
            assert!(done.to_string().contains(&told), "{done}");
            assert_eq!(state(&world, rent.payment_id).await, "sent");
        }
    }
}

/// What the bank shows of a payment, under an identifier and an account.
fn shown(row: &PaymentRow, (identifier, account): (&str, &str), side: &str, reason: &str) -> String {
    format!(
        "<TxDtls><Refs><EndToEndId>{identifier}</EndToEndId></Refs><RltdPties><{side}Acct><Id><IBAN>{account}</IBAN>\
         </Id></{side}Acct></RltdPties><RmtInf><Ustrd>{}</Ustrd></RmtInf>{reason}</TxDtls>",
        row.remittance
    )
}

#[tokio::test]
async fn a_payment_and_its_return_without_our_identifier_are_known_by_account_amount_and_words() {
    for kind in databases() {
        let (world, _play) = sent(kind).await;
        let rent = payments(&world).await.remove(0);
        let unnamed = ("NOTPROVIDED", rent.creditor_iban.as_str());
        let debit = shown(&rent, unnamed, "Cdtr", "");
        let done = booked(&world, "2026-02-27", rent.amount, "DBIT", &debit).await;
        assert_eq!((done.settled, done.left_over), (1, 0), "{done}");
        let back = shown(&rent, unnamed, "Dbtr", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>");
        let done = booked(&world, "2026-03-02", rent.amount, "CRDT", &back).await;
        assert_eq!((done.returned, done.left_over), (1, 0), "{done}");
        assert_eq!(state(&world, rent.payment_id).await, "returned");
        assert!(world.alerts("HH-101").await.contains("R01"));
        healthy(&world).await;
    }
}

#[tokio::test]
async fn a_payment_that_the_bank_shows_on_another_account_is_not_settled() {
    for kind in databases() {
        let (world, _play) = sent(kind).await;
        let rent = payments(&world).await.remove(0);
        let debit = shown(&rent, (&rent.end_to_end_id, "NL69BNGH0100200306"), "Cdtr", "");
        let done = booked(&world, "2026-02-27", rent.amount, "DBIT", &debit).await;
        assert_eq!((done.settled, done.left_over), (0, 1), "{done}");
        assert_eq!(state(&world, rent.payment_id).await, "sent");
        healthy(&world).await;
    }
}
