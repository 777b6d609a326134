//! Making the file of a run: what no bank would take is left out first, then the bytes are written and kept some at a
//! time, so that memory does not grow with the run.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use grip_engine::bank::address::PostalAddress;
use grip_engine::bank::iban::Iban;
use grip_engine::bank::pain001::{Head, PaymentFile, Transfer, TransferProblem};
use grip_engine::bank::payment_run::hex;
use grip_engine::calendar::TargetCalendar;
use grip_engine::id::{PaymentId, RunId};
use grip_engine::money::Money;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::auth::grant::Grant;
use crate::flow::{FlowError, cancel, retry};
use crate::store::payment::Step;
use crate::store::payment_file::{self, FileRow, TransferRow};
use crate::store::run::RunRow;
use crate::store::{Change, Snapshot, Store, StoreError, household, municipality, payment, run};

/// The bytes of one part of a file.
const PART: usize = 1 << 20;

/// Keeps the file of a run. Gives the payments that were left out, in words.
pub(super) async fn make(store: &Store, grant: &Grant, id: RunId) -> Result<Vec<String>, FlowError> {
    retry!(try_make(store, grant, id))
}

async fn try_make(store: &Store, grant: &Grant, id: RunId) -> Result<Vec<String>, FlowError> {
    let mut change = store.begin(grant, format!("payment file of run {id}")).await?;
    let found = run::get(&mut change, id).await?.ok_or(StoreError::Missing)?;
    let problems = leave_out(&mut change, id).await?;
    let (payments, total) = payment_file::booked(&mut change, id).await?;
    if payments == 0 {
        // everything in it was cancelled before it was sent
        run::move_on(&mut change, id, "approved", "cancelled").await?;
        change.commit().await?;
        return Ok(problems);
    }
    let head = head(&mut change, &found, payments, total).await?;
    if !run::move_on(&mut change, id, "approved", "instructed").await? {
        return Ok(Vec::new());
    }

    write(&mut change, id, head).await?;

    let on = change.grant().today();
    let step = Step { from: "approved", to: "instructed", on, source: "betaalbestand", reason: "" };
    payment::step_run(&mut change, id, &step).await?;
    change.commit().await?;
    Ok(problems)
}

/// Cancels the payments that no bank would take: each due stays open, and says why.
async fn leave_out(change: &mut Change, id: RunId) -> Result<Vec<String>, FlowError> {
    let mut problems = Vec::new();
    let mut behind = Uuid::nil();
    let addresses = Addresses::new();
    loop {
        let some = payment_file::transfers(change, id, behind).await?;
        let Some(last) = some.last() else { return Ok(problems) };
        behind = last.payment_id;
        for row in &some {
            let Err(problem) = transfer(row, &addresses)?.check() else { continue };
            problems.push(format!("{}: {}: {problem}", row.number, row.remittance));
            let source = format!("niet in het betaalbestand: {}", dutch(&problem));
            cancel::cancel(change, PaymentId(row.payment_id), "approved", &source).await?;
        }
    }
}

/// What is wrong with a payment, for an officer.
pub(in crate::flow) fn dutch(problem: &TransferProblem) -> String {
    match problem {
        TransferProblem::Identifier(_) => "het kenmerk kan de bank niet lezen".to_owned(),
        TransferProblem::Amount(amount) => format!("een bank maakt {} niet in een keer over", amount.dutch()),
        TransferProblem::Name => {
            "van de naam blijft geen letter over die de bank kent. Leg de naam vast in gewone letters"
                .to_owned()
        }
        TransferProblem::Country(country) => {
            format!("naar een rekening in {country} kan geen SEPA-betaling. Vraag een andere rekening")
        }
    }
}

async fn head(change: &mut Change, found: &RunRow, payments: i64, total: i64) -> Result<Head, FlowError> {
    let municipality = municipality::get(change).await?.ok_or(FlowError::NotSetUp)?;
    let accounts = municipality::bank_accounts(change).await?;
    let account = accounts.into_iter().find(|account| account.id.0 == found.bank_account_id);
    let account = account.ok_or(StoreError::Missing)?;
    let id = file_id(found);
    Ok(Head {
        version: account.message,
        payment_information_id: id.clone(),
        message_id: id,
        created: change.grant().today().and_time(NaiveTime::MIN),
        debtor_name: municipality.name,
        debtor: account.iban,
        execution: TargetCalendar.on_or_after(found.execution_on.max(change.grant().today())),
        payments: payments.unsigned_abs(),
        total: Money::from_cents(total),
    })
}

/// Writes the file and keeps its bytes part by part, then seals it with the hashes of all of them.
async fn write(change: &mut Change, id: RunId, head: Head) -> Result<(), FlowError> {
    let file = FileRow {
        payment_file_id: change.new_id(),
        run_id: id.0,
        name: format!("{}.xml", head.message_id),
        message_id: head.message_id.clone(),
        payment_information_id: head.payment_information_id.clone(),
        execution_on: head.execution,
        payments: i64::try_from(head.payments).unwrap_or(i64::MAX),
        total: head.total.cents(),
        sha256: String::new(),
        sha1: String::new(),
        message: head.version.code().to_owned(),
        offered_on: None,
    };
    payment_file::add(change, &file).await?;
    let addresses = addresses(change).await?;
    let mut kept = Kept::new(file.payment_file_id);
    let mut message = PaymentFile::begin(head, Vec::with_capacity(2 * PART))?;
    let mut behind = Uuid::nil();
    loop {
        let some = payment_file::transfers(change, id, behind).await?;
        let Some(last) = some.last() else { break };
        behind = last.payment_id;
        for row in &some {
            message.add(&transfer(row, &addresses)?)?;
        }
        kept.keep(change, message.out(), PART).await?;
    }
    kept.keep(change, &mut message.finish()?, 1).await?;
    let (sha256, sha1) = (hex(&kept.sha256.finalize()), hex(&kept.sha1.finalize()));
    Ok(payment_file::seal(change, file.payment_file_id, &sha256, &sha1).await?)
}

/// The bytes that were kept so far.
struct Kept {
    file: Uuid,
    place: i64,
    sha256: Sha256,
    sha1: Sha1,
}

impl Kept {
    fn new(file: Uuid) -> Kept {
        Kept { file, place: 0, sha256: Sha256::new(), sha1: Sha1::new() }
    }

    /// Keeps what was written, in parts, while there are so many bytes.
    async fn keep(
        &mut self,
        change: &mut Change,
        written: &mut Vec<u8>,
        least: usize,
    ) -> Result<(), StoreError> {
        while least <= written.len() {
            let part: Vec<u8> = written.drain(..written.len().min(PART)).collect();
            self.sha256.update(&part);
            self.sha1.update(&part);
            payment_file::add_part(change, self.file, self.place, part).await?;
            self.place += 1;
        }
        Ok(())
    }
}

/// Where payees are whose bank asks for it, by account and holder.
type Addresses = BTreeMap<(Iban, String), PostalAddress>;

async fn addresses(at: &mut Snapshot) -> Result<Addresses, StoreError> {
    let mut found = Addresses::new();
    for payee in household::payees(at).await?.into_values() {
        let Some(address) = payee.address else { continue };
        for version in payee.accounts.versions() {
            found.insert((version.iban.clone(), version.holder.clone()), address.clone());
        }
    }
    Ok(found)
}

fn transfer(row: &TransferRow, addresses: &Addresses) -> Result<Transfer, StoreError> {
    let meaningless = |_| StoreError::Meaning { what: "account", text: "of a payee".to_owned() };
    let creditor: Iban = row.creditor_iban.parse().map_err(meaningless)?;
    let address = addresses.get(&(creditor.clone(), row.creditor_name.clone())).cloned();
    Ok(Transfer {
        end_to_end_id: row.end_to_end_id.clone(),
        amount: Money::from_cents(row.amount),
        creditor_name: row.creditor_name.clone(),
        creditor,
        remittance: row.remittance.clone(),
        address,
    })
}

/// The id of the file of a run and of its batch: the same for every retry, unique for ever.
pub fn file_id(found: &RunRow) -> String {
    let id = found.run_id.simple().to_string();
    format!("GRIP-{}-{}", found.execution_on.format("%Y%m%d"), &id[id.len() - 12..])
}
