//! What the bank takes and what it refuses.

use super::*;

fn refusal(message: &str) -> String {
    let mut bank = bank(BNG, "2026-02-02");
    let refused = bank.deliver(message.as_bytes()).expect_err("a refusal");
    assert_eq!(bank.planned.len() + bank.messages.len() + bank.batches.len(), 0);
    refused.to_string()
}

fn good() -> String {
    let transfers = [("R-1", "650.00", LANDLORD), ("R-2", "142.15", INSURER)];
    order("RUN-1", BNG, "2026-02-27", &transfers)
}

fn changed(from: &str, to: &str) -> String {
    let message = good();
    assert!(message.contains(from), "{from}");
    refusal(&message.replacen(from, to, 1))
}

#[test]
fn a_good_message_gets_a_receipt() {
    let receipt = bank(BNG, "2026-02-02").deliver(good().as_bytes());
    let expected = Receipt { message_id: "RUN-1".to_owned(), transfers: 2, total: money("792.15") };
    assert_eq!(receipt, Ok(expected));
}

#[test]
fn the_version_of_2009_gets_one_too() {
    let old =
        good().replace("pain.001.001.09", "pain.001.001.03").replace("<Dt>2026-02-27</Dt>", "2026-02-27");
    assert!(bank(BNG, "2026-02-02").deliver(old.as_bytes()).is_ok());
}

#[test]
fn a_message_that_does_not_add_up_is_refused() {
    let count = "<NbOfTxs>2</NbOfTxs>";
    let sum = "<CtrlSum>792.15</CtrlSum>";
    assert_eq!(changed(count, "<NbOfTxs>3</NbOfTxs>"), "message: NbOfTxs is `3` and 2 transfers lie in it");
    assert_eq!(
        changed(sum, "<CtrlSum>792.14</CtrlSum>"),
        "message: CtrlSum is `792.14` and the transfers come to 792.15"
    );
    assert_eq!(
        changed(&format!("TRF</PmtMtd>{count}{sum}"), &format!("TRF</PmtMtd>{count}<CtrlSum>1</CtrlSum>")),
        "batch 1: CtrlSum is `1` and the transfers come to 792.15"
    );
    assert_eq!(changed(count, ""), "message: NbOfTxs is missing");
}

#[test]
fn a_field_that_is_missing_or_wrong_is_named() {
    for (from, to, expected) in [
        ("<MsgId>RUN-1</MsgId>", "", "message: MsgId is missing"),
        ("RUN-1-01", "", "batch 1: PmtInfId is empty"),
        ("TRF", "CHK", "batch 1: PmtMtd `CHK` is not TRF"),
        ("2026-02-27", "2026-02-30", "batch 1: ReqdExctnDt `2026-02-30` is no day"),
        ("Vis &amp; Zn", &"V".repeat(70), "batch 1, transfer 1: Cdtr/Nm is longer than 70 signs"),
        ("Ccy=\"EUR\"", "Ccy=\"USD\"", "batch 1, transfer 1: InstdAmt is not in EUR"),
        ("650.00", "0.00", "batch 1, transfer 1: InstdAmt 0.00 is not from 0.01 to 999999999.99"),
        ("<EndToEndId>R-2</EndToEndId>", "", "batch 1, transfer 2: PmtId/EndToEndId is missing"),
        (
            "<CstmrCdtTrfInitn>",
            "<CstmrCdtTrfInitn><Other>",
            "message is not readable: ill-formed document: expected `</Other>`, but `</CstmrCdtTrfInitn>` was found",
        ),
        ("</PmtInf></CstmrCdtTrfInitn></Document>", "", "message is not readable: it stops inside PmtInf"),
        (
            "pain.001.001.09",
            "pain.001.001.12",
            "message of kind `urn:iso:std:iso:20022:tech:xsd:pain.001.001.12` is not pain.001.001.03 or .09",
        ),
    ] {
        assert_eq!(changed(from, to), expected);
    }
}

#[test]
fn a_wrong_account_is_refused_and_the_error_does_not_show_it() {
    assert_eq!(
        changed(LANDLORD, "NL03ABNA0123456789"),
        "batch 1, transfer 1: CdtrAcct/Id/IBAN is no IBAN: its check digits do not fit the number"
    );
    assert_eq!(changed(BNG, RABO), "batch `RUN-1-01` pays from an account that is not open here");
}

#[test]
fn the_same_bytes_are_taken_once() {
    let mut bank = bank(BNG, "2026-02-02");
    assert!(bank.deliver(good().as_bytes()).is_ok());
    let again = bank.deliver(good().as_bytes());
    assert_eq!(again, Err(BankError::MessageSeen("RUN-1".to_owned())));

    let other_message = good().replace("<MsgId>RUN-1<", "<MsgId>RUN-2<");
    let again = bank.deliver(other_message.as_bytes());
    assert_eq!(again, Err(BankError::BatchSeen("RUN-1-01".to_owned())));

    end_days(&mut bank, "2026-02-02", "2026-02-27");
    assert_eq!(bank.balance(&iban(BNG)), Some(money("9207.85")));
}

#[test]
fn an_account_is_never_overdrawn_to_the_cent() {
    let mut bank = bank(BNG, "2026-02-02");
    let run = |id, amount| order(id, BNG, "2026-02-27", &[("R-1", amount, LANDLORD)]);
    assert_eq!(
        bank.deliver(run("RUN-1", "10000.01").as_bytes()),
        Err(BankError::Unfunded {
            batch: "RUN-1-01".to_owned(),
            short: money("0.01"),
            on: day("2026-02-27"),
        })
    );
    assert!(bank.deliver(run("RUN-2", "10000.00").as_bytes()).is_ok());
    assert!(bank.deliver(run("RUN-3", "50.00").as_bytes()).is_err());
    bank.receive(&iban(BNG), incoming("50.00", "2026-02-28"));
    assert!(bank.deliver(run("RUN-4", "50.00").as_bytes()).is_err(), "it arrives on Monday");
    bank.receive(&iban(BNG), incoming("50.00", "2026-02-27"));
    assert!(bank.deliver(run("RUN-5", "50.00").as_bytes()).is_ok());
}
