//! The doctor: proves the books, row by row, and names what does not fit.

use grip_engine::bank::payment_run::{RunContent, hex};
use grip_engine::money::Money;
use sha2::{Digest, Sha256};

use super::FlowError;
use crate::store::doctor::{BANK, DUES, FILES, POSTINGS, QUESTIONS, Wrong, ask, signed_runs, sizes};
use crate::store::{Snapshot, Store, payment, run};

/// A proof, with what contradicts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What is proved.
    pub claim: &'static str,
    /// How many rows were looked at.
    pub rows: i64,
    /// What contradicts it; nothing when it holds.
    pub wrong: Vec<String>,
}

/// Every proof, on one moment of the database.
pub async fn examine(store: &Store) -> Result<Vec<Proof>, FlowError> {
    let mut at = store.read().await?;
    let (postings, statements, dues, files) = sizes(&mut at).await?;
    let proof = |claim, rows| Proof { claim, rows, wrong: Vec::new() };
    let mut proofs = [
        (POSTINGS, proof("every posting balances", postings)),
        (BANK, proof("bank balance = sub-ledgers + suspense", statements)),
        (DUES, proof("no due is paid twice", dues)),
        (FILES, proof("payment files pay what was approved", files)),
    ];
    for question in &QUESTIONS {
        let wrong = ask(&mut at, question).await?;
        let proof = proofs.iter_mut().find(|(name, _)| *name == question.proof);
        let proof = &mut proof.expect("every question belongs to a proof").1;
        proof.wrong.extend(wrong.iter().map(|row| sentence(question.wrong, row)));
    }
    proofs[3].1.wrong.extend(changed_files(&mut at).await?);
    proofs[3].1.wrong.extend(unsigned_runs(&mut at).await?);
    Ok(proofs.map(|(_, proof)| proof).into())
}

fn sentence(wrong: &str, row: &Wrong) -> String {
    let (expected, found) = (Money::from_cents(row.expected), Money::from_cents(row.found));
    match (expected.cents(), found.cents()) {
        (1, count) => format!("{wrong}: {} ({count})", row.id),
        _ => format!("{wrong}: {} (should be {expected}, is {found})", row.id),
    }
}

async fn changed_files(at: &mut Snapshot) -> Result<Vec<String>, FlowError> {
    let mut wrong = Vec::new();
    for file in payment::files(at).await? {
        let mut hash = Sha256::new();
        for place in 0.. {
            let Some(part) = payment::file_part(at, file.payment_file_id, place).await? else { break };
            hash.update(&part);
        }
        if hex(&hash.finalize()) != file.sha256 {
            let id = file.payment_file_id;
            wrong.push(format!("bytes of payment file differ from their hash: {id}"));
        }
    }
    Ok(wrong)
}

/// Runs that are not what somebody signed, or that went out without a file.
async fn unsigned_runs(at: &mut Snapshot) -> Result<Vec<String>, FlowError> {
    let mut wrong = Vec::new();
    for signed in signed_runs(at).await? {
        let id = signed.run_id.into();
        let (found, lines) = (run::get(at, id).await?, run::lines(at, id).await?);
        let execution = found.map(|found| found.execution_on).unwrap_or_default();
        let releases = run::releases(at, id).await?;
        let pays = !lines.is_empty();
        let hash = RunContent { execution, lines, releases }.hash();
        let signatures = run::approvals(at, id).await?;
        if signatures.iter().all(|signature| signature.content_hash != hash) {
            wrong.push(format!("content of run differs from what was signed: {id}"));
        }
        // a run that only releases has no file for the bank
        if (signed.state == "instructed" && pays) != signed.payment_file_id.is_some() {
            wrong.push(format!("run and payment file do not go together: {id}"));
        }
        if signed.state == "proposed" {
            wrong.push(format!("run pays something and stands as a proposal: {id}"));
        }
    }
    Ok(wrong)
}
