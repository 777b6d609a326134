//! The accounts of payees and clients, with what was done to check them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::id::{CreditorAccountId, HouseholdId, MemberId, NameCheckId, PayeeId, RunId};
use grip_engine::payee::{
    Accounts, Bounced, CallBack, Creditor, CreditorAccount, Deed, NameCheck, NameDecision, NameOutcome,
    blocks,
};
use uuid::Uuid;

use super::db::{Rows, Value};
use super::run::{subject_from, subject_key};
use super::{Change, Scope, Snapshot, StoreError, meaning};
use grip_engine::bank::payment_run::Subject;

#[derive(sqlx::FromRow)]
struct Row {
    creditor_account_id: Uuid,
    payee_id: Option<Uuid>,
    member_id: Option<Uuid>,
    number: i64,
    holder: String,
    iban: String,
    valid_from: NaiveDate,
    recorded_by: String,
    recorded_on: NaiveDate,
    called_person: Option<String>,
    called_number: Option<String>,
    called_known_from: Option<String>,
    called_on: Option<NaiveDate>,
    called_by: Option<String>,
    approved_by: Option<String>,
    approved_on: Option<NaiveDate>,
    withdrawn_by: Option<String>,
    withdrawn_on: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct CheckRow {
    creditor_account_id: Uuid,
    name_check_id: Uuid,
    outcome: String,
    answered: Option<String>,
    source: String,
    checked_on: NaiveDate,
    decision: Option<String>,
    ground: Option<String>,
    decided_by: Option<String>,
    decided_on: Option<NaiveDate>,
}

/// A payment that came back or was refused.
#[derive(sqlx::FromRow)]
struct FailedRow {
    creditor_iban: String,
    reason: String,
    happened_on: NaiveDate,
    approved_on: NaiveDate,
}

/// An account that is about to be recorded.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: CreditorAccountId,
    /// The name of the holder.
    pub holder: &'a str,
    /// The account.
    pub iban: &'a Iban,
    /// The first day it is used.
    pub valid_from: NaiveDate,
    /// The second person, where a file says who that was.
    pub approved_by: Option<&'a str>,
}

/// The accounts of every payee.
pub async fn of_payees(at: &mut Snapshot) -> Result<BTreeMap<PayeeId, Accounts>, StoreError> {
    const SQL: &str =
        "select creditor_account_id, payee_id, member_id, number, holder, iban, valid_from, recorded_by,
            recorded_on, called_person, called_number, called_known_from, called_on, called_by, approved_by,
            approved_on, withdrawn_by, withdrawn_on
        from creditor_account where municipality_id = $1 and payee_id is not null
        order by creditor_account_id";
    const CHECKS: &str =
        "select name_check.creditor_account_id as creditor_account_id, name_check_id, outcome, answered, source,
            checked_on, decision, ground, decided_by, decided_on
        from name_check join creditor_account on creditor_account.municipality_id = name_check.municipality_id
            and creditor_account.creditor_account_id = name_check.creditor_account_id
        where name_check.municipality_id = $1 and payee_id is not null
        order by checked_on, name_check_id";
    let rows: Vec<Row> = at.sql(SQL).all().await?;
    let checks: Vec<CheckRow> = at.sql(CHECKS).all().await?;
    let failed = failed(at, Scope::All).await?;
    let mut of_payees: BTreeMap<PayeeId, Vec<CreditorAccount>> = BTreeMap::new();
    for version in versions(rows, checks, &failed)? {
        if let Creditor::Payee(payee) = version.creditor {
            of_payees.entry(payee).or_default().push(version);
        }
    }
    Ok(of_payees.into_iter().map(|(id, versions)| (id, Accounts::new(versions))).collect())
}

/// The accounts of the members of the households of a scope.
pub async fn of_members(at: &mut Snapshot, scope: Scope) -> Result<BTreeMap<MemberId, Accounts>, StoreError> {
    const SQL: &str =
        "select creditor_account_id, payee_id, member_id, number, holder, iban, valid_from, recorded_by,
            recorded_on, called_person, called_number, called_known_from, called_on, called_by, approved_by,
            approved_on, withdrawn_by, withdrawn_on
        from creditor_account where municipality_id = $1 and household_id between $2 and $3
        order by creditor_account_id";
    const CHECKS: &str =
        "select name_check.creditor_account_id as creditor_account_id, name_check_id, outcome, answered, source,
            checked_on, decision, ground, decided_by, decided_on
        from name_check join creditor_account on creditor_account.municipality_id = name_check.municipality_id
            and creditor_account.creditor_account_id = name_check.creditor_account_id
        where name_check.municipality_id = $1 and household_id between $2 and $3
        order by checked_on, name_check_id";
    let rows: Vec<Row> = at.of_scope(SQL, scope).all().await?;
    let checks: Vec<CheckRow> = at.of_scope(CHECKS, scope).all().await?;
    let failed = failed(at, scope).await?;
    let mut of_members: BTreeMap<MemberId, Vec<CreditorAccount>> = BTreeMap::new();
    for version in versions(rows, checks, &failed)? {
        if let Creditor::Member(member) = version.creditor {
            of_members.entry(member).or_default().push(version);
        }
    }
    Ok(of_members.into_iter().map(|(id, versions)| (id, Accounts::new(versions))).collect())
}

/// Payments of a scope that failed, with the day on which they were approved, oldest first.
async fn failed(at: &mut Snapshot, scope: Scope) -> Result<Vec<FailedRow>, StoreError> {
    const SQL: &str = "select creditor_iban, failed.reason as reason, failed.happened_on as happened_on,
            approved.happened_on as approved_on
        from payment
        join payment_state as failed on failed.municipality_id = payment.municipality_id
            and failed.payment_id = payment.payment_id and failed.state = payment.state
        join payment_state as approved on approved.municipality_id = payment.municipality_id
            and approved.payment_id = payment.payment_id and approved.state = 'approved'
        where payment.municipality_id = $1 and payment.household_id between $2 and $3
            and payment.state in ('returned', 'rejected')
        union all
        select creditor_iban, entry_part.why as reason, booked_on as happened_on, approved.happened_on as approved_on
        from entry_part
        join entry on entry.municipality_id = entry_part.municipality_id and entry.entry_id = entry_part.entry_id
        join payment on payment.municipality_id = entry_part.municipality_id
            and payment.payment_id = entry_part.payment_id
        join payment_state as approved on approved.municipality_id = payment.municipality_id
            and approved.payment_id = payment.payment_id and approved.state = 'approved'
        where entry_part.municipality_id = $1 and payment.household_id between $2 and $3
            and meaning = 'returns_early' and payment.state in ('instructed', 'sent', 'accepted')
        order by happened_on, reason";
    at.of_scope(SQL, scope).all().await
}

fn versions(
    rows: Vec<Row>,
    checks: Vec<CheckRow>,
    failed: &[FailedRow],
) -> Result<Vec<CreditorAccount>, StoreError> {
    let mut of_account: BTreeMap<Uuid, Vec<NameCheck>> = BTreeMap::new();
    for row in checks {
        of_account.entry(row.creditor_account_id).or_default().push(check(row)?);
    }
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        let checks = of_account.remove(&row.creditor_account_id).unwrap_or_default();
        versions.push(version(row, checks, failed)?);
    }
    Ok(versions)
}

fn version(
    row: Row,
    name_checks: Vec<NameCheck>,
    failed: &[FailedRow],
) -> Result<CreditorAccount, StoreError> {
    let deed = |by: Option<String>, on| by.zip(on).map(|(by, on)| Deed { by, on });
    let called = row.called_person.zip(row.called_number).zip(row.called_known_from);
    let call_back = called.zip(row.called_on.zip(row.called_by));
    // a payment that was approved before this version was, says nothing about it
    let says_so = |failed: &&FailedRow| {
        failed.creditor_iban == row.iban
            && row.approved_on.is_some_and(|approved_on| approved_on <= failed.approved_on)
            && blocks(&failed.reason)
    };
    let bounced = failed.iter().rfind(says_so);
    Ok(CreditorAccount {
        id: row.creditor_account_id.into(),
        creditor: match (row.payee_id, row.member_id) {
            (Some(payee), _) => Creditor::Payee(payee.into()),
            (None, Some(member)) => Creditor::Member(member.into()),
            (None, None) => return meaning("creditor", "nobody", None),
        },
        number: meaning("number", &row.number.to_string(), row.number.try_into().ok())?,
        holder: row.holder,
        iban: meaning("account", &row.iban, row.iban.parse().ok())?,
        valid_from: row.valid_from,
        recorded: Deed { by: row.recorded_by, on: row.recorded_on },
        call_back: call_back.map(|(((person, number), known_from), (on, by))| CallBack {
            person,
            number,
            known_from,
            on,
            by,
        }),
        approved: deed(row.approved_by, row.approved_on),
        withdrawn: deed(row.withdrawn_by, row.withdrawn_on),
        name_checks,
        bounced: bounced.map(|failed| Bounced { reason: failed.reason.clone(), on: failed.happened_on }),
    })
}

fn check(row: CheckRow) -> Result<NameCheck, StoreError> {
    let made = row.decided_by.zip(row.decided_on).map(|(by, on)| Deed { by, on });
    Ok(NameCheck {
        id: row.name_check_id.into(),
        outcome: meaning("name check", &row.outcome, NameOutcome::from_code(&row.outcome))?,
        answered: row.answered,
        source: row.source,
        on: row.checked_on,
        decision: row.decision.zip(made).map(|(decision, made)| NameDecision {
            pays: decision == "pay",
            ground: row.ground.unwrap_or_default(),
            made,
        }),
    })
}

/// Records an account of a payee: it waits for a second person, unless a file says who that was.
pub async fn add_of_payee(
    change: &mut Change,
    payee: PayeeId,
    new: &NewAccount<'_>,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into creditor_account (municipality_id, creditor_account_id, payee_id, number, holder, iban,
            valid_from, recorded_by, recorded_on, approved_by, approved_on)
        values ($1, $2, $3, (select count(*) + 1 from creditor_account where municipality_id = $1 and payee_id = $3),
            $4, $5, $6, $7, $8, $9, $10)";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(new.id.0).bind(payee.0).bind(new.holder.to_owned());
    let row = row.bind(new.iban.as_str().to_owned()).bind(new.valid_from).bind(who).bind(today);
    row.bind(new.approved_by.map(str::to_owned)).bind(new.approved_by.map(|_| today)).run().await.map(drop)
}

/// Records an account of a client: it waits for a second person, unless it came with a file.
pub async fn add_of_member(
    change: &mut Change,
    household: HouseholdId,
    member: MemberId,
    new: &NewAccount<'_>,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into creditor_account (municipality_id, creditor_account_id, member_id, household_id, number,
            holder, iban, valid_from, recorded_by, recorded_on, approved_by, approved_on)
        values ($1, $2, $3, $4, (select count(*) + 1 from creditor_account where municipality_id = $1
            and member_id = $3), $5, $6, $7, $8, $9, $10, $11)";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(new.id.0).bind(member.0).bind(household.0).bind(new.holder.to_owned());
    let row = row.bind(new.iban.as_str().to_owned()).bind(new.valid_from).bind(who).bind(today);
    row.bind(new.approved_by.map(str::to_owned)).bind(new.approved_by.map(|_| today)).run().await.map(drop)
}

/// Records that somebody called back about an account; false when that was recorded, or it does not wait any more.
pub async fn add_call_back(
    change: &mut Change,
    id: CreditorAccountId,
    call: &CallBack,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "update creditor_account set called_person = $3, called_number = $4, called_known_from = $5, called_on = $6,
            called_by = $7
        where municipality_id = $1 and creditor_account_id = $2 and called_on is null and approved_on is null
            and withdrawn_on is null";
    let row = change.sql(SQL).bind(id.0).bind(call.person.clone()).bind(call.number.clone());
    let row = row.bind(call.known_from.clone()).bind(call.on).bind(call.by.clone());
    Ok(row.run().await? == 1)
}

/// Approves an account; false when it does not wait any more.
pub async fn approve(change: &mut Change, id: CreditorAccountId) -> Result<bool, StoreError> {
    const SQL: &str = "update creditor_account set approved_by = $3, approved_on = $4
        where municipality_id = $1 and creditor_account_id = $2 and approved_on is null and withdrawn_on is null";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    Ok(change.sql(SQL).bind(id.0).bind(who).bind(today).run().await? == 1)
}

/// Takes an account back; false when that was done.
pub async fn withdraw(change: &mut Change, id: CreditorAccountId, reason: &str) -> Result<bool, StoreError> {
    const SQL: &str =
        "update creditor_account set withdrawn_by = $3, withdrawn_on = $4, withdrawn_reason = $5
        where municipality_id = $1 and creditor_account_id = $2 and withdrawn_on is null";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    Ok(change.sql(SQL).bind(id.0).bind(who).bind(today).bind(reason.to_owned()).run().await? == 1)
}

/// The payment with which a bank gave an answer.
#[derive(Clone, Copy, Debug)]
pub struct CheckedPayment {
    /// The run it stands in.
    pub run: RunId,
    /// What it is for.
    pub subject: Subject,
}

/// Records an answer of a bank about an account, for the account itself or with one payment.
pub async fn add_name_check(
    change: &mut Change,
    account: CreditorAccountId,
    check: &NameCheck,
    payment: Option<CheckedPayment>,
) -> Result<(), StoreError> {
    add_name_checks(change, &[(account, check.clone(), payment)]).await
}

/// Records answers of a bank, many at once.
pub async fn add_name_checks(
    change: &mut Change,
    checks: &[(CreditorAccountId, NameCheck, Option<CheckedPayment>)],
) -> Result<(), StoreError> {
    let mut rows = Rows::new(
        "name_check (municipality_id, name_check_id, creditor_account_id, run_id, subject, subject_id, period,
            outcome, answered, source, checked_on, recorded_by)",
        11,
    );
    let who = change.grant().who().to_owned();
    for (account, check, payment) in checks {
        let key = payment.map(|payment| subject_key(payment.subject));
        rows.push([
            check.id.0.into(),
            account.0.into(),
            payment.map(|payment| payment.run.0).into(),
            Value::Text(key.as_ref().map(|key| key.0.to_owned())),
            key.as_ref().map(|key| key.1).into(),
            Value::Text(key.map(|key| key.2)),
            check.outcome.code().into(),
            Value::Text(check.answered.clone()),
            check.source.as_str().into(),
            check.on.into(),
            who.as_str().into(),
        ]);
    }
    change.insert(rows).await
}

/// The version of an account to which a payment of a run goes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PaidAccount {
    /// The payment.
    pub payment_id: Uuid,
    /// The version.
    pub creditor_account_id: Uuid,
    /// The name that was sent.
    pub creditor_name: String,
    subject: String,
    subject_id: Uuid,
    period: String,
}

impl PaidAccount {
    /// What the payment is for.
    pub fn subject(&self) -> Result<Subject, StoreError> {
        subject_from(&self.subject, self.subject_id, &self.period)
    }
}

/// The versions of accounts to which the payments of a run go, by payment: the newest approved one with the number and
/// the name that were sent.
pub async fn paid_in(at: &mut Snapshot, run: RunId) -> Result<BTreeMap<Uuid, PaidAccount>, StoreError> {
    const SQL: &str = "select payment.payment_id as payment_id, creditor_account_id, creditor_name, subject, subject_id,
            due.period as period
        from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join creditor_account on creditor_account.municipality_id = payment.municipality_id
            and creditor_account.iban = payment.creditor_iban and creditor_account.holder = payment.creditor_name
            and (payee_id is not null or creditor_account.household_id = payment.household_id)
        where payment.municipality_id = $1 and payment.run_id = $2
        order by payment.payment_id, case when approved_on is null or withdrawn_on is not null then 0 else 1 end, number,
            creditor_account_id";
    let rows: Vec<PaidAccount> = at.sql(SQL).bind(run.0).all().await?;
    // of one payment the last one stays
    Ok(rows.into_iter().map(|row| (row.payment_id, row)).collect())
}

/// The last answer about each account that has the number of a payment of a run: its outcome and the name that was given.
pub async fn last_checks(
    at: &mut Snapshot,
    run: RunId,
) -> Result<BTreeMap<CreditorAccountId, (String, Option<String>)>, StoreError> {
    const SQL: &str = "select creditor_account_id, outcome, answered from name_check
        where municipality_id = $1 and creditor_account_id in (select creditor_account.creditor_account_id
            from payment join creditor_account on creditor_account.municipality_id = payment.municipality_id
                and creditor_account.iban = payment.creditor_iban
            where payment.municipality_id = $1 and payment.run_id = $2)
        order by checked_on, name_check_id";
    let rows: Vec<(Uuid, String, Option<String>)> = at.sql(SQL).bind(run.0).all().await?;
    Ok(rows.into_iter().map(|(account, outcome, answered)| (account.into(), (outcome, answered))).collect())
}

/// Records what a person decided about an answer; false when that was decided.
pub async fn decide(
    change: &mut Change,
    check: NameCheckId,
    pays: bool,
    ground: &str,
) -> Result<bool, StoreError> {
    const SQL: &str = "update name_check set decision = $3, ground = $4, decided_by = $5, decided_on = $6
        where municipality_id = $1 and name_check_id = $2 and decision is null";
    let (who, today) = (change.grant().who().to_owned(), change.grant().today());
    let row = change.sql(SQL).bind(check.0).bind(if pays { "pay" } else { "hold" }).bind(ground.to_owned());
    Ok(row.bind(who).bind(today).run().await? == 1)
}

/// The account that an answer is about.
pub async fn account_of_check(
    at: &mut Snapshot,
    check: NameCheckId,
) -> Result<Option<CreditorAccountId>, StoreError> {
    const SQL: &str =
        "select creditor_account_id from name_check where municipality_id = $1 and name_check_id = $2";
    Ok(at.sql(SQL).bind(check.0).optional::<(Uuid,)>().await?.map(|(id,)| id.into()))
}

/// Whose account it is, with the household of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Whose.
    pub creditor: Creditor,
    /// The household of a client.
    pub household: Option<HouseholdId>,
}

/// Whose account this is.
pub async fn owner(at: &mut Snapshot, account: CreditorAccountId) -> Result<Option<Owner>, StoreError> {
    const SQL: &str = "select payee_id, member_id, household_id from creditor_account
        where municipality_id = $1 and creditor_account_id = $2";
    let row: Option<(Option<Uuid>, Option<Uuid>, Option<Uuid>)> =
        at.sql(SQL).bind(account.0).optional().await?;
    Ok(row.and_then(|(payee, member, household)| {
        let creditor = match (payee, member) {
            (Some(payee), _) => Creditor::Payee(payee.into()),
            (None, member) => Creditor::Member(member?.into()),
        };
        Some(Owner { creditor, household: household.map(Into::into) })
    }))
}

/// The household of a member.
pub async fn household_of(at: &mut Snapshot, member: MemberId) -> Result<Option<HouseholdId>, StoreError> {
    const SQL: &str = "select household_id from member where municipality_id = $1 and member_id = $2";
    Ok(at.sql(SQL).bind(member.0).optional::<(Uuid,)>().await?.map(|(id,)| id.into()))
}

/// The numbers of households that owe a payee something and of which a member has this account, in order.
pub async fn clients_of_payee_with(
    at: &mut Snapshot,
    payee: PayeeId,
    iban: &Iban,
) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "select distinct household.number as number from creditor_account
        join obligation on obligation.municipality_id = creditor_account.municipality_id
            and obligation.household_id = creditor_account.household_id
        join household on household.municipality_id = creditor_account.municipality_id
            and household.household_id = creditor_account.household_id
        where creditor_account.municipality_id = $1 and creditor_account.iban = $2 and obligation.payee_id = $3
            and creditor_account.withdrawn_on is null
        order by number";
    let rows: Vec<(String,)> = at.sql(SQL).bind(iban.as_str().to_owned()).bind(payee.0).all().await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Who else than a household has an account that was not taken back: another household, or a payee when there is none.
pub async fn others_with(
    at: &mut Snapshot,
    household: HouseholdId,
    iban: &Iban,
) -> Result<Vec<Option<HouseholdId>>, StoreError> {
    const SQL: &str = "select distinct household_id from creditor_account
        where municipality_id = $1 and iban = $2 and (household_id is null or household_id <> $3)
            and withdrawn_on is null";
    let rows: Vec<(Option<Uuid>,)> =
        at.sql(SQL).bind(iban.as_str().to_owned()).bind(household.0).all().await?;
    Ok(rows.into_iter().map(|(id,)| id.map(Into::into)).collect())
}

/// The households with a client's account that waits for something or is not paid, in order.
pub async fn households_to_check(at: &mut Snapshot) -> Result<Vec<HouseholdId>, StoreError> {
    const SQL: &str = "select distinct household_id from (
            select household_id from creditor_account
            where municipality_id = $1 and household_id is not null and approved_on is null and withdrawn_on is null
            union select creditor_account.household_id as household_id from name_check
            join creditor_account on creditor_account.municipality_id = name_check.municipality_id
                and creditor_account.creditor_account_id = name_check.creditor_account_id
            where name_check.municipality_id = $1 and creditor_account.household_id is not null
                and outcome in ('close_match', 'no_match')
            union select payment.household_id as household_id from payment
            join creditor_account on creditor_account.municipality_id = payment.municipality_id
                and creditor_account.household_id = payment.household_id
                and creditor_account.iban = payment.creditor_iban
            where payment.municipality_id = $1 and payment.state in ('returned', 'rejected')
        ) as to_check order by household_id";
    Ok(at.sql(SQL).all::<(Uuid,)>().await?.into_iter().map(|(id,)| id.into()).collect())
}

/// What a household owes a payee.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UseRow {
    /// The household.
    pub household_id: Uuid,
    /// Its number.
    pub number: String,
    /// The kind of cost.
    pub kind: String,
    /// The contract number.
    pub reference: String,
}

/// Where a payee is used, in order of household.
pub async fn uses(at: &mut Snapshot, payee: PayeeId) -> Result<Vec<UseRow>, StoreError> {
    const SQL: &str =
        "select obligation.household_id as household_id, number, kind, reference from obligation
        join household on household.municipality_id = obligation.municipality_id
            and household.household_id = obligation.household_id
        where obligation.municipality_id = $1 and payee_id = $2 order by number, reference";
    at.sql(SQL).bind(payee.0).all().await
}

/// How many obligations each payee is paid for.
pub async fn use_counts(at: &mut Snapshot) -> Result<BTreeMap<PayeeId, i64>, StoreError> {
    const SQL: &str = "select payee_id, count(*) as uses from obligation where municipality_id = $1
        group by payee_id order by payee_id";
    let rows: Vec<(Uuid, i64)> = at.sql(SQL).all().await?;
    Ok(rows.into_iter().map(|(id, count)| (id.into(), count)).collect())
}

/// An approved payment to an account about which something is known that may stop it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DoubtfulRow {
    /// The payment.
    pub payment_id: Uuid,
    /// The household it is for.
    pub household_id: Uuid,
    /// The account that is paid.
    pub creditor_iban: String,
    /// The day of execution of its run.
    pub execution_on: NaiveDate,
}

/// The approved payments of which no file was made, to accounts that were taken back, of which a bank said something
/// about the name, or from which a payment came back.
pub async fn doubtful(at: &mut Snapshot) -> Result<Vec<DoubtfulRow>, StoreError> {
    const SQL: &str = "select payment_id, household_id, creditor_iban, execution_on from payment
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        where payment.municipality_id = $1 and run.state = 'approved' and payment.state = 'approved'
            and creditor_iban in (
                select iban from creditor_account where municipality_id = $1 and withdrawn_on is not null
                union select iban from name_check
                join creditor_account on creditor_account.municipality_id = name_check.municipality_id
                    and creditor_account.creditor_account_id = name_check.creditor_account_id
                where name_check.municipality_id = $1 and outcome in ('close_match', 'no_match')
                union select creditor_iban from payment as failed
                where failed.municipality_id = $1 and failed.state in ('returned', 'rejected'))
        order by payment_id";
    at.sql(SQL).all().await
}
