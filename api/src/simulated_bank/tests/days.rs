//! Days: when money moves, and that every statement proves and follows the one before.

use super::*;

fn amounts(file: &StatementFile) -> (Money, Money, Money) {
    let signed = |each: &str| -> Vec<Money> {
        let amounts = texts(file, each, "Amt").into_iter();
        let signs = texts(file, each, "CdtDbtInd");
        amounts
            .zip(signs)
            .map(|(amount, sign)| if sign == "DBIT" { -money(&amount) } else { money(&amount) })
            .collect()
    };
    let balances = signed("Bal");
    let codes = texts(file, "Bal", "Tp/CdOrPrtry/Cd");
    let closing = codes.iter().position(|code| code == "CLBD").expect("a closing balance");
    (balances[0], signed("Ntry").into_iter().sum(), balances[closing])
}

#[test]
fn statements_prove_and_chain_over_weekends_labour_day_and_christmas() {
    for account in [BNG, ABN, ING, RABO] {
        let mut bank = bank(account, "2026-04-30");
        bank.refuse(iban(LANDLORD), "MS03");
        let mut closing_before = money("10000.00");
        let days = day("2026-04-30").iter_days().take_while(|on| *on <= day("2027-01-08"));
        for (number, on) in days.enumerate() {
            if number % 3 == 0 {
                let transfers = [("R-1", "65.05", LANDLORD), ("R-2", "14.15", INSURER)];
                let run = order(&format!("RUN-{number}"), account, &on.to_string(), &transfers);
                bank.deliver(run.as_bytes()).expect("a receipt");
            }
            if number % 7 == 2 {
                bank.receive(&iban(account), incoming("20.01", &on.to_string()));
            }
            let files = bank.end_day(on);
            assert!(files.is_empty() || TargetCalendar.is_open(on), "{on}");
            for file in files {
                let (opening, movement, closing) = amounts(&file);
                assert_eq!(opening, closing_before, "{}", file.name);
                assert_eq!(opening + movement, closing, "{}", file.name);
                closing_before = closing;
            }
        }
        assert_eq!(bank.balance(&iban(account)), Some(closing_before));
    }
}

#[test]
fn an_order_for_a_closed_day_is_executed_on_the_next_open_day() {
    for (ordered, executed) in [
        ("2026-04-30", "2026-04-30"),
        ("2026-05-01", "2026-05-04"),
        ("2026-12-25", "2026-12-28"),
        ("2026-04-02", "2026-04-20"), // past: the order comes in on 20 April
    ] {
        let mut bank = bank(BNG, "2026-04-01");
        bank.end_day(day("2026-04-19"));
        let run = order("RUN-1", BNG, ordered, &[("R-1", "650.00", LANDLORD)]);
        bank.deliver(run.as_bytes()).expect("a receipt");
        let files = end_days(&mut bank, "2026-04-20", "2026-12-31");
        assert_eq!(days_of(&files), [executed]);
    }
}

#[test]
fn a_refused_transfer_comes_back_on_the_second_open_day() {
    for (executed, returned) in [
        ("2026-02-25", "2026-02-27"),
        ("2026-02-27", "2026-03-03"), // a weekend
        ("2026-04-02", "2026-04-08"), // Easter
        ("2026-12-23", "2026-12-28"), // Christmas
    ] {
        let mut bank = bank(ING, executed);
        bank.refuse(iban(LANDLORD), "AC01");
        let run = order("RUN-1", ING, executed, &[("R-1", "650.00", LANDLORD)]);
        bank.deliver(run.as_bytes()).expect("a receipt");

        bank.end_day(day(executed));
        assert_eq!(bank.balance(&iban(ING)), Some(money("9350.00")), "debited first");
        let next = (day(executed) + Days::new(1)).to_string();
        let files = end_days(&mut bank, &next, "2027-01-31");
        assert_eq!(days_of(&files), [returned]);
        let detail = |path: &str| texts(&files[0], "Ntry", &format!("NtryDtls/TxDtls/{path}"));
        assert_eq!(detail("Refs/EndToEndId"), ["R-1"]);
        assert_eq!(detail("Refs/PmtInfId"), ["RUN-1-01"]);
        assert_eq!(detail("RtrInf/Rsn/Cd"), ["AC01"]);
        assert_eq!(detail("RltdPties/DbtrAcct/Id/IBAN"), [LANDLORD]);
        assert_eq!(bank.balance(&iban(ING)), Some(money("10000.00")));
    }
}

#[test]
fn an_account_that_is_accepted_again_gets_the_money() {
    let mut bank = bank(BNG, "2026-02-27");
    bank.refuse(iban(LANDLORD), "AC06");
    bank.accept(&iban(LANDLORD));
    let run = order("RUN-1", BNG, "2026-02-27", &[("R-1", "650.00", LANDLORD)]);
    bank.deliver(run.as_bytes()).expect("a receipt");
    let files = end_days(&mut bank, "2026-02-27", "2026-03-31");
    assert_eq!(days_of(&files), ["2026-02-27"]);
}

#[test]
fn a_transfer_between_two_accounts_here_arrives_the_same_day() {
    let mut bank = bank(BNG, "2026-02-27");
    bank.open_account(iban(RABO), "Bewoner", Money::ZERO, day("2026-02-27"));
    let run = order("RUN-1", BNG, "2026-02-27", &[("R-1", "50.00", RABO)]);
    bank.deliver(run.as_bytes()).expect("a receipt");
    let files = bank.end_day(day("2026-02-27"));
    assert_eq!(bank.balance(&iban(RABO)), Some(money("50.00")));
    let of_resident = files.iter().find(|file| file.account == iban(RABO)).expect("a statement");
    let detail = |path: &str| texts(of_resident, "Ntry", &format!("NtryDtls/TxDtls/{path}"));
    assert_eq!(detail("Refs/EndToEndId"), ["R-1"]);
    assert_eq!(detail("RltdPties/DbtrAcct/Id/IBAN"), [BNG]);
}

#[test]
fn a_day_ends_once_and_the_same_calls_give_the_same_bytes() {
    let run = order("RUN-1", BNG, "2026-02-27", &[("R-1", "650.00", LANDLORD)]);
    let play = || {
        let mut bank = bank(BNG, "2026-02-27");
        bank.deliver(run.as_bytes()).expect("a receipt");
        let files = end_days(&mut bank, "2026-02-27", "2026-02-28");
        assert!(bank.end_day(day("2026-02-27")).is_empty());
        files
    };
    assert_eq!(play(), play());
}

#[test]
fn numbers_begin_again_in_the_new_year_and_two_accounts_have_two_names() {
    let mut bank = bank(BNG, "2026-12-30");
    bank.open_account(iban("NL76BNGH0285178598"), "Gemeente", Money::ZERO, day("2026-12-30"));
    bank.open_account(iban(RABO), "Gemeente", Money::ZERO, day("2026-12-30"));
    for account in [BNG, "NL76BNGH0285178598"] {
        for on in ["2026-12-30", "2026-12-31", "2027-01-04"] {
            bank.receive(&iban(account), incoming("1.00", on));
        }
    }
    let files = end_days(&mut bank, "2026-12-30", "2027-01-04");
    let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "bng-2026-12-30-0001.xml",
            "bng-2026-12-31-0002.xml",
            "bng-2027-01-04-0001.xml",
            "bng2-2026-12-30-0001.xml",
            "bng2-2026-12-31-0002.xml",
            "bng2-2027-01-04-0001.xml",
            "rabobank-2026-12-30-26255.xml",
            "rabobank-2026-12-31-26256.xml",
            "rabobank-2027-01-04-27001.xml",
        ]
    );
}

#[test]
fn a_hostile_text_stays_a_text() {
    for account in [BNG, ABN, ING, RABO] {
        let mut bank = bank(account, "2026-02-27");
        let hostile = Incoming {
            name: "</Nm>\u{1}&x;\u{7}".to_owned(),
            text: "é]]><Ntry/>".repeat(40),
            ..incoming("1.00", "2026-02-27")
        };
        bank.receive(&iban(account), hostile);
        let files = bank.end_day(day("2026-02-27"));
        assert_eq!(document(&files[0]).find("BkToCstmrStmt/Stmt").map(|s| s.all("Ntry").count()), Some(1));
    }
}
