use super::*;

fn document(version: &str, content: &str) -> String {
    format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}'><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId>\
         </GrpHdr>{content}</CstmrPmtStsRpt></Document>"
    )
}

fn group(content: &str) -> String {
    format!("<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId>{content}</OrgnlGrpInfAndSts>")
}

fn batch(content: &str) -> String {
    format!("<OrgnlPmtInfAndSts><OrgnlPmtInfId>P1</OrgnlPmtInfId>{content}</OrgnlPmtInfAndSts>")
}

fn payment(id: &str, content: &str) -> String {
    format!("<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId>{content}</TxInfAndSts>")
}

fn reason(code: &str) -> String {
    format!("<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>")
}

fn count(status: &str, number: u64) -> String {
    format!("<NbOfTxsPerSts><DtldNbOfTxs>{number}</DtldNbOfTxs><DtldSts>{status}</DtldSts></NbOfTxsPerSts>")
}

/// What an answer says of the payments A, B and C: each with its status and reason.
fn said(content: &str) -> Vec<String> {
    told_of(&read(document("10", content).as_bytes()).expect("an answer"))
}

fn told_of(report: &StatusReport) -> Vec<String> {
    let ids = ["A", "B", "C"];
    let answers = report.answers("P1", &ids);
    answers
        .into_iter()
        .map(|answer| format!("{} {} {}", ids[answer.place], answer.status.0, answer.reason.code))
        .collect()
}

#[test]
fn what_is_told_of_the_whole_message_holds_for_every_payment() {
    let all = said(&group(&format!("<GrpSts>RJCT</GrpSts>{}", reason("FF01"))));
    assert_eq!(all, ["A RJCT FF01", "B RJCT FF01", "C RJCT FF01"]);
}

#[test]
fn the_most_specific_status_wins_and_a_reason_is_inherited_from_another_level() {
    let content = group("<GrpSts>ACTC</GrpSts>")
        + &batch(&format!(
            "<PmtInfSts>RJCT</PmtInfSts>{}{}",
            reason("AM04"),
            payment("B", "<TxSts>ACSP</TxSts>")
        ));
    assert_eq!(said(&content), ["A RJCT AM04", "B ACSP ", "C RJCT AM04"]);
    let above = group(&reason("AM04")) + &batch("<PmtInfSts>RJCT</PmtInfSts>");
    assert_eq!(said(&above), ["A RJCT AM04", "B RJCT AM04", "C RJCT AM04"]);
}

#[test]
fn a_report_that_names_only_what_was_rejected_says_nothing_of_the_others() {
    let content = group("") + &batch(&payment("B", &format!("<TxSts>RJCT</TxSts>{}", reason("AC01"))));
    assert_eq!(said(&content), ["B RJCT AC01"]);
}

#[test]
fn payments_that_are_not_named_follow_the_counts_when_these_leave_one_status_for_them() {
    let with = |counts: &str| {
        let named = payment("B", &format!("<TxSts>RJCT</TxSts>{}", reason("AC01")));
        said(&(group("") + &batch(&format!("<PmtInfSts>PART</PmtInfSts>{counts}{named}"))))
    };
    assert_eq!(with(&(count("ACSP", 2) + &count("RJCT", 1))), ["A ACSP ", "B RJCT AC01", "C ACSP "]);
    for unclear in [
        String::new(),
        count("ACSP", 3) + &count("RJCT", 1),
        count("ACSP", 1) + &count("PDNG", 1) + &count("RJCT", 1),
        count("ACSP", 1) + &count("RJCT", 2),
    ] {
        assert_eq!(with(&unclear), ["B RJCT AC01"], "{unclear}");
    }
}

#[test]
fn a_check_of_names_is_no_acceptance_and_is_read_at_every_level() {
    let content = group(&format!("<GrpSts>RVMC</GrpSts>{}", count("RVNM", 1) + &count("RCVC", 2)))
        + &batch(&format!(
            "<PmtInfSts>RVMC</PmtInfSts>{}{}",
            count("RCVC", 2) + &count("RVNM", 1),
            payment("C", "<TxSts>RVNM</TxSts>")
        ));
    assert_eq!(said(&content), ["A RCVC ", "B RCVC ", "C RVNM "]);
    assert_eq!(said(&group("<GrpSts>RCVC</GrpSts>")), ["A RCVC ", "B RCVC ", "C RCVC "]);
    assert!(NameMatch::NoMatch.stops() && NameMatch::CloseMatch.stops());
    assert!(!NameMatch::Match.stops() && !NameMatch::NotApplicable.stops());
}

#[test]
fn a_batch_in_several_blocks_is_one_batch_and_each_block_speaks_of_what_it_names() {
    let rejected = batch(&format!("<PmtInfSts>RJCT</PmtInfSts>{}{}", reason("AC01"), payment("A", "")));
    let accepted = batch(&format!("<PmtInfSts>ACSP</PmtInfSts>{}", payment("B", "")));
    assert_eq!(said(&(group("") + &rejected + &accepted)), ["A RJCT AC01", "B ACSP "]);
    let twice = batch(&payment("A", "<TxSts>RJCT</TxSts>")) + &batch(&payment("C", "<TxSts>ACSP</TxSts>"));
    assert_eq!(said(&(group("") + &twice)), ["A RJCT ", "C ACSP "]);
}

#[test]
fn the_name_and_the_day_that_the_bank_writes_beside_a_payment_are_read_in_every_version() {
    let newer = "<OrgnlTxRef><ReqdExctnDt><Dt>2026-03-02</Dt></ReqdExctnDt><Cdtr><Pty><Nm>J. de  Vries</Nm></Pty></Cdtr>\
                 <Dbtr><Pty><Nm>X</Nm></Pty></Dbtr></OrgnlTxRef>";
    let older =
        "<OrgnlTxRef><ReqdExctnDt>2026-03-02</ReqdExctnDt><Cdtr><Nm>J. de Vries</Nm></Cdtr></OrgnlTxRef>";
    for (version, beside) in [("03", older), ("10", newer), ("14", newer)] {
        let content = group("") + &batch(&payment("A", &format!("<TxSts>RVMC</TxSts>{beside}")));
        let report = read(document(version, &content).as_bytes()).expect("an answer");
        let answer = report.answers("P1", &["A"]).remove(0);
        assert_eq!((answer.name.as_str(), answer.execution), ("J. de Vries", "2026-03-02".parse().ok()));
    }
}

/// The day to which an answer with this status and what stands beside it moves a payment of 27 February 2026.
fn moved(status: &str, beside: &str) -> Option<String> {
    let content = group("") + &batch(&payment("A", &format!("<TxSts>{status}</TxSts>{beside}")));
    let report = read(document("10", &content).as_bytes()).expect("an answer");
    let from = "2026-02-27".parse().expect("a day");
    report.answers("P1", &["A"]).remove(0).moved_to(from).map(|day| day.to_string())
}

#[test]
fn a_payment_moves_to_the_later_day_that_the_bank_names_and_to_no_other() {
    let told = |information: &str| {
        format!("<StsRsnInf><Rsn><Cd>DT06</Cd></Rsn><AddtlInf>{information}</AddtlInf></StsRsnInf>")
    };
    let day = |day: &str| format!("<OrgnlTxRef><ReqdExctnDt><Dt>{day}</Dt></ReqdExctnDt></OrgnlTxRef>");
    let later = Some("2026-03-02".to_owned());
    assert_eq!(moved("ACWC", &told("ReqdExctnDt ALT: 2026-02-27 ReqdExctnDt NEU: 2026-03-02")), later);
    assert_eq!(moved("ACWC", &(told("") + &day("2026-03-02"))), later);
    assert_eq!(moved("ACWC", &(told("NEU: 2026-03-02") + &day("2026-02-27"))), later);
    assert_eq!(moved("ACSP", &told("2026-03-02T00:00:00")), later);
    // not said to when, said twice, earlier, too far, or not moved at all
    assert_eq!(moved("ACWC", &told("the date was moved")), None);
    assert_eq!(moved("ACWC", &told("2026-03-02 or 2026-03-03")), None);
    assert_eq!(moved("ACWC", &told("2026-02-26")), None);
    assert_eq!(moved("ACWC", &told("2028-03-02")), None);
    assert_eq!(moved("ACWC", &day("2026-03-02")), None);
    assert_eq!(moved("RJCT", &told("2026-03-02")), None);
}

#[test]
fn an_unknown_status_or_reason_is_kept_and_means_nothing() {
    let content = group("")
        + &batch(&payment("A", "<TxSts>QQQQ</TxSts><StsRsnInf><Rsn><Prtry>own</Prtry></Rsn></StsRsnInf>"));
    assert_eq!(said(&content), ["A QQQQ own"]);
    assert_eq!(Status("QQQQ".to_owned()).word(), Word::Unknown);
}

#[test]
fn texts_beside_a_reason_are_joined_and_kept_short() {
    let long = "x".repeat(600);
    let content = group(&format!(
        "<GrpSts>RJCT</GrpSts><StsRsnInf><AddtlInf>one</AddtlInf><AddtlInf>two\n  three</AddtlInf>\
         <AddtlInf>{long}</AddtlInf></StsRsnInf>"
    ));
    let report = read(document("03", &content).as_bytes()).expect("an answer");
    let information = &report.told.reasons[0].information;
    assert!(information.starts_with("one two three xxx"), "{information}");
    assert_eq!(information.len(), 500);
}

#[test]
fn a_payment_is_known_by_its_identifier_before_its_instruction_and_a_strange_one_is_told() {
    let content = group("")
        + &batch(
            "<TxInfAndSts><OrgnlInstrId>X</OrgnlInstrId><OrgnlEndToEndId>A</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>\
             <TxInfAndSts><OrgnlInstrId>Y</OrgnlInstrId><TxSts>RJCT</TxSts></TxInfAndSts>",
        );
    let report = read(document("14", &content).as_bytes()).expect("an answer");
    assert_eq!(report.strangers("P1", &["A"]), ["Y"]);
    assert_eq!(said(&content), ["A RJCT "]);
}

#[test]
fn another_message_or_version_is_refused_by_name() {
    let refused = |text: &str| read(text.as_bytes()).expect_err("no answer").to_string();
    for (text, told) in [
        (document("03", ""), "OrgnlMsgId"),
        (document("02", &group("")), "version"),
        (document("16", &group("")), "version"),
        (document("3", &group("")), "version"),
        ("<Document xmlns='urn:x'/>".to_owned(), "`urn:x`"),
        ("<Document/>".to_owned(), "holds no message"),
        ("<a/>".to_owned(), "<Document>"),
        ("<Document><BkToCstmrStmt/></Document>".to_owned(), "CstmrPmtStsRpt"),
        (document("03", "").replace("</Document>", "<CstmrPmtStsRpt/></Document>"), "second message"),
        ("<!DOCTYPE x><Document/>".to_owned(), "DOCTYPE"),
        (document("03", &group(""))[..100].to_owned(), "not well-formed"),
        (String::new(), "no XML"),
    ] {
        let said = refused(&text);
        assert!(said.contains(told), "{text}: {said}");
    }
    for version in ["03", "10", "14"] {
        assert!(read(document(version, &group("")).as_bytes()).is_ok());
    }
}

#[test]
fn a_foreign_element_is_skipped_whatever_it_is_called() {
    let content = group("<x:GrpSts xmlns:x='urn:other'><GrpSts>RJCT</GrpSts></x:GrpSts>");
    assert_eq!(said(&content), Vec::<String>::new());
}

#[test]
fn the_files_of_the_repository_say_what_their_names_say() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/files/pain002");
    for (name, told) in [
        ("group_rejected.03", "A RJCT FF01, B RJCT FF01, C RJCT FF01"),
        ("part_rejected.03", "A ACSP , B RJCT AC04, C ACSP "),
        ("no_cover.10", "A RJCT AM04, B RJCT AM04, C RJCT AM04"),
        ("moved.10", "A ACWC DT06, B ACWC DT06, C ACWC DT06"),
        ("names.10", "A RCVC , B RVNM , C RVMC "),
        ("accepted.14", "A ACSP , B ACSP , C ACSP "),
        ("cancelled.14", "A CANC CUST, B ACSP , C ACSP "),
    ] {
        let file = std::fs::File::open(folder.join(format!("{name}.xml"))).expect("a file of the repository");
        assert_eq!(told_of(&read(file).expect("an answer")).join(", "), told, "{name}");
    }
}
