//! Dues, the attempts to pay them, and the files for the bank.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::bank::payment_run::{RunLine, Subject};
use grip_engine::bank::state::PaymentState;
use grip_engine::id::{BankAccountId, DueId, HouseholdId, PaymentId, RunId};
use grip_engine::matching::{KnownPayment, Standing};
use uuid::Uuid;

use super::db::Rows;
use super::run::{subject_from, subject_key};
use super::{Change, Scope, Snapshot, StoreError, meaning, money};

/// A payment with its due.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PaymentRow {
    /// Its id.
    pub payment_id: Uuid,
    /// The due it pays.
    pub due_id: Uuid,
    /// The run it went out in.
    pub run_id: Uuid,
    /// For which household.
    pub household_id: Uuid,
    /// `fixed_cost`, `living_money`, `withholding` or `tranche`.
    pub subject: String,
    /// The obligation, member or tranche.
    pub subject_id: Uuid,
    /// The month of the due; empty for a tranche.
    pub period: String,
    /// The day the payee must have it.
    pub due_on: NaiveDate,
    /// In cents.
    pub amount: i64,
    /// Who is paid.
    pub creditor_name: String,
    /// The account that is paid.
    pub creditor_iban: String,
    /// What the bank sends back of it.
    pub end_to_end_id: String,
    /// What the payee reads.
    pub remittance: String,
    /// On what ground it is paid.
    pub legal_basis: String,
    /// The day of execution: that of the bank where it moved it, of its file, or of its run while there is no file.
    pub execution_on: NaiveDate,
    /// The later day to which the bank moved it.
    pub moved_to: Option<NaiveDate>,
    /// The code of a [`grip_engine::bank::state::PaymentState`].
    pub state: String,
    /// The reason code of the bank for its last step; empty when there was none.
    pub reason: String,
}

impl PaymentRow {
    /// What it is for.
    pub fn subject(&self) -> Result<Subject, StoreError> {
        subject_from(&self.subject, self.subject_id, &self.period)
    }

    /// Where it stands.
    pub fn stands(&self) -> Result<PaymentState, StoreError> {
        meaning("state of a payment", &self.state, PaymentState::from_code(&self.state))
    }

    /// True when the bank moved it to a day after the one on which the payee must have it.
    pub fn is_late(&self) -> bool {
        self.moved_to.is_some_and(|day| self.due_on < day)
    }
}

/// What was tried to pay in a scope, and not cancelled, by household.
pub async fn attempted(
    at: &mut Snapshot,
    scope: Scope,
) -> Result<BTreeMap<HouseholdId, BTreeSet<Subject>>, StoreError> {
    const SQL: &str = "select household_id, subject, subject_id, period from due
        where municipality_id = $1 and household_id between $2 and $3 and exists (select 1 from payment
            where payment.municipality_id = due.municipality_id and payment.due_id = due.due_id
                and payment.state <> 'cancelled')
        order by household_id, due_id";
    let rows: Vec<(Uuid, String, Uuid, String)> = at.of_scope(SQL, scope).all().await?;
    let mut attempted: BTreeMap<HouseholdId, BTreeSet<Subject>> = BTreeMap::new();
    for (household, code, id, period) in rows {
        attempted.entry(household.into()).or_default().insert(subject_from(&code, id, &period)?);
    }
    Ok(attempted)
}

/// The payments of a scope that were rejected or came back and whose due is open: the last one of each due, with the
/// reason of the bank.
pub async fn returned(at: &mut Snapshot, scope: Scope) -> Result<Vec<PaymentRow>, StoreError> {
    const SQL: &str = "select payment_id, payment.due_id as due_id, payment.run_id as run_id,
            payment.household_id as household_id, subject, subject_id, due.period as period, due_on,
            payment.amount as amount, creditor_name, creditor_iban, end_to_end_id, remittance, legal_basis,
            run.execution_on as execution_on, moved_to, payment.state as state,
            (select reason from payment_state where payment_state.municipality_id = payment.municipality_id
                and payment_state.payment_id = payment.payment_id order by place desc limit 1) as reason
        from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        where payment.municipality_id = $1 and payment.household_id between $2 and $3
            and payment.state in ('rejected', 'returned', 'recalled')
            and not exists (select 1 from payment as other where other.municipality_id = payment.municipality_id
                and other.due_id = payment.due_id and other.payment_id <> payment.payment_id
                and (other.state not in ('rejected', 'returned', 'recalled', 'cancelled')
                    or (other.state <> 'cancelled' and payment.payment_id < other.payment_id)))
        order by payment_id";
    at.of_scope(SQL, scope).all().await
}

/// The payments of a household that were approved and of which no file was made.
pub async fn unsent(at: &mut Snapshot, household: HouseholdId) -> Result<Vec<PaymentRow>, StoreError> {
    let all = list(at, Scope::One(household.0)).await?;
    Ok(all.into_iter().filter(|payment| payment.state == "approved").collect())
}

/// The account of the municipality that pays a tranche; nothing for another payment.
pub async fn account_of_tranche(
    at: &mut Snapshot,
    payment: PaymentId,
) -> Result<Option<BankAccountId>, StoreError> {
    const SQL: &str = "select run.bank_account_id from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        where payment.municipality_id = $1 and payment_id = $2 and subject = 'tranche'";
    Ok(at.sql(SQL).bind(payment.0).optional::<(Uuid,)>().await?.map(|(id,)| id.into()))
}

/// The settled payment of a subject.
pub async fn settled(at: &mut Snapshot, subject: Subject) -> Result<Option<PaymentRow>, StoreError> {
    const SQL: &str = "select household_id from due
        where municipality_id = $1 and subject = $2 and subject_id = $3 and period = $4";
    let (code, id, period) = subject_key(subject);
    let row: Option<(Uuid,)> = at.sql(SQL).bind(code).bind(id).bind(period).optional().await?;
    let Some((household,)) = row else { return Ok(None) };
    let all = list(at, Scope::One(household)).await?;
    let is_it = |row: &PaymentRow| row.state == "settled" && row.subject().is_ok_and(|of| of == subject);
    Ok(all.into_iter().find(is_it))
}

/// True when something was ever tried for a subject.
pub async fn due_known(at: &mut Snapshot, subject: Subject) -> Result<bool, StoreError> {
    const SQL: &str = "select due_id from due
        where municipality_id = $1 and subject = $2 and subject_id = $3 and period = $4";
    let (code, id, period) = subject_key(subject);
    Ok(at.sql(SQL).bind(code).bind(id).bind(period).optional::<(Uuid,)>().await?.is_some())
}

/// Makes a settled payment the payment of another due: the first is cancelled, the second settled.
pub async fn rebook(
    change: &mut Change,
    wrong: &PaymentRow,
    right: &RunLine,
) -> Result<PaymentId, StoreError> {
    let today = change.grant().today();
    let (due, id) = (change.new_id(), change.new_id());
    let step = Step { from: "settled", to: "cancelled", on: today, source: "omboeking", reason: "" };
    if !self::step(change, wrong.payment_id.into(), &step).await? {
        return Err(StoreError::Busy);
    }
    let mut batch = Batch::new(wrong.run_id.into(), today);
    batch.add_due(due, right);
    batch.add(id, due.into(), right, None);
    batch.save(change).await?;
    let step = Step { from: "approved", to: "settled", on: today, source: "omboeking", reason: "" };
    self::step(change, id.into(), &step).await?;
    Ok(id.into())
}

/// Something that happened to a payment.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HappenedRow {
    /// The payment.
    pub payment_id: Uuid,
    /// The state it reached.
    pub state: String,
    /// When.
    pub happened_on: NaiveDate,
    /// How we know.
    pub source: String,
    /// The reason code of the bank, for a return.
    pub reason: String,
}

/// A step of a payment.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Where it stood.
    pub from: &'a str,
    /// Where it goes.
    pub to: &'a str,
    /// When.
    pub on: NaiveDate,
    /// How we know.
    pub source: &'a str,
    /// The reason code of the bank.
    pub reason: &'a str,
}

/// A due that was approved before, with its last attempt and where that stands.
#[derive(Clone, Debug)]
pub struct KnownDue {
    /// The due.
    pub due: DueId,
    /// The last attempt.
    pub last: Option<PaymentId>,
    /// True when it came back: then the money waits as returned money.
    pub came_back: bool,
}

#[derive(sqlx::FromRow)]
struct KnownDueRow {
    due_id: Uuid,
    subject: String,
    subject_id: Uuid,
    period: String,
    payment_id: Option<Uuid>,
    state: Option<String>,
}

/// The dues that these lines pay and that were approved before, by subject.
pub async fn known_dues(
    at: &mut Snapshot,
    households: Scope,
) -> Result<BTreeMap<Subject, KnownDue>, StoreError> {
    const SQL: &str = "select due.due_id as due_id, subject, subject_id, due.period as period, payment.payment_id,
            payment.state
        from due
        left join payment on payment.municipality_id = due.municipality_id and payment.due_id = due.due_id
            and not exists (select 1 from payment as later where later.municipality_id = payment.municipality_id
                and later.replaces = payment.payment_id)
        where due.municipality_id = $1 and due.household_id between $2 and $3
            and (payment.state is null or payment.state in ('rejected', 'returned', 'recalled', 'cancelled'))
        order by due.due_id";
    let rows: Vec<KnownDueRow> = at.of_scope(SQL, households).all().await?;
    let known = |row: KnownDueRow| {
        let known = KnownDue {
            due: row.due_id.into(),
            last: row.payment_id.map(PaymentId),
            came_back: row
                .state
                .as_deref()
                .and_then(PaymentState::from_code)
                .is_some_and(PaymentState::came_back),
        };
        Ok((subject_from(&row.subject, row.subject_id, &row.period)?, known))
    };
    rows.into_iter().map(known).collect()
}

/// Payments that are about to be kept, many at once. The database refuses a second open attempt for one due.
#[derive(Debug)]
pub struct Batch {
    run: Uuid,
    today: NaiveDate,
    dues: Rows,
    payments: Rows,
    states: Rows,
}

impl Batch {
    /// Payments of a run.
    pub fn new(run: RunId, today: NaiveDate) -> Batch {
        Batch {
            run: run.0,
            today,
            dues: Rows::new(
                "due (municipality_id, due_id, household_id, subject, subject_id, period, due_on, amount)",
                7,
            ),
            payments: Rows::new(
                "payment (municipality_id, payment_id, due_id, run_id, household_id, amount, creditor_name,
                    creditor_iban, remittance, legal_basis, end_to_end_id, replaces, state)",
                12,
            ),
            states: Rows::new(
                "payment_state (municipality_id, payment_id, place, state, happened_on, source, reason)",
                6,
            ),
        }
    }

    /// Adds the due of a line under a new id.
    pub fn add_due(&mut self, id: Uuid, line: &RunLine) {
        let (code, subject, period) = subject_key(line.subject);
        self.dues.push([
            id.into(),
            line.household.0.into(),
            code.into(),
            subject.into(),
            period.into(),
            line.due_on.into(),
            line.amount.cents().into(),
        ]);
    }

    /// Adds an attempt to pay a due.
    pub fn add(&mut self, id: Uuid, due: DueId, line: &RunLine, replaces: Option<PaymentId>) {
        self.payments.push([
            id.into(),
            due.0.into(),
            self.run.into(),
            line.household.0.into(),
            line.amount.cents().into(),
            line.creditor_name.as_str().into(),
            line.creditor.as_str().into(),
            line.remittance.as_str().into(),
            line.legal_basis.as_str().into(),
            id.simple().to_string().into(),
            replaces.map(|payment| payment.0).into(),
            "approved".into(),
        ]);
        let on = self.today.into();
        self.states.push([id.into(), 0_i64.into(), "approved".into(), on, "goedkeuring".into(), "".into()]);
    }

    /// Keeps them.
    pub async fn save(self, change: &mut Change) -> Result<(), StoreError> {
        change.insert(self.dues).await?;
        change.insert(self.payments).await?;
        change.insert(self.states).await
    }
}

/// Moves every payment of a run on that stands somewhere, with a row each that says so.
pub async fn step_run(change: &mut Change, run: RunId, step: &Step<'_>) -> Result<(), StoreError> {
    const SAY: &str =
        "insert into payment_state (municipality_id, payment_id, place, state, happened_on, source, reason)
        select payment.municipality_id, payment.payment_id, (select count(*) from payment_state
                where payment_state.municipality_id = payment.municipality_id
                    and payment_state.payment_id = payment.payment_id), $4, $5, $6, $7
        from payment where municipality_id = $1 and run_id = $2 and state = $3";
    const MOVE: &str =
        "update payment set state = $4 where municipality_id = $1 and run_id = $2 and state = $3";
    let row = change.sql(SAY).bind(run.0).bind(step.from.to_owned()).bind(step.to.to_owned());
    row.bind(step.on).bind(step.source.to_owned()).bind(step.reason.to_owned()).run().await?;
    change.sql(MOVE).bind(run.0).bind(step.from.to_owned()).bind(step.to.to_owned()).run().await.map(drop)
}

/// Moves a payment on, if it still stands where it was.
pub async fn step(change: &mut Change, payment: PaymentId, step: &Step<'_>) -> Result<bool, StoreError> {
    const SQL: &str =
        "update payment set state = $4 where municipality_id = $1 and payment_id = $2 and state = $3";
    if change.sql(SQL).bind(payment.0).bind(step.from.to_owned()).bind(step.to.to_owned()).run().await? == 0 {
        return Ok(false);
    }
    add_state(change, payment, step).await?;
    Ok(true)
}

/// Takes over the later day on which the bank executes a payment.
pub async fn move_to(change: &mut Change, payment: PaymentId, day: NaiveDate) -> Result<(), StoreError> {
    const SQL: &str = "update payment set moved_to = $3 where municipality_id = $1 and payment_id = $2";
    change.sql(SQL).bind(payment.0).bind(day).run().await.map(drop)
}

/// Takes over the later day on which the bank executes what it accepted of a run.
pub async fn move_run(change: &mut Change, run: RunId, day: NaiveDate) -> Result<(), StoreError> {
    const SQL: &str = "update payment set moved_to = $3
        where municipality_id = $1 and run_id = $2 and state = 'accepted'";
    change.sql(SQL).bind(run.0).bind(day).run().await.map(drop)
}

/// Settles the payments that the entries of a statement settle and that wait for it, each on the day of its entry,
/// with a row that says so. (`cross join`: SQLite joins in this order, from the entries of the one statement.)
pub async fn settle_by(change: &mut Change, statement: Uuid, source: &str) -> Result<(), StoreError> {
    const SAY: &str =
        "insert into payment_state (municipality_id, payment_id, place, state, happened_on, source, reason)
        select payment.municipality_id, payment.payment_id, (select count(*) from payment_state
                where payment_state.municipality_id = payment.municipality_id
                    and payment_state.payment_id = payment.payment_id), 'settled', entry.booked_on, $3, ''
        from entry cross join entry_part cross join payment
        where entry.municipality_id = $1 and entry.statement_id = $2 and entry_part.municipality_id = $1
            and entry_part.entry_id = entry.entry_id and meaning = 'settles' and payment.municipality_id = $1
            and payment.payment_id = entry_part.payment_id and payment.state in ('instructed', 'sent', 'accepted')";
    const MOVE: &str = "update payment set state = 'settled'
        where municipality_id = $1 and state in ('instructed', 'sent', 'accepted') and payment_id in (select entry_part.payment_id
            from entry cross join entry_part
            where entry.municipality_id = $1 and entry.statement_id = $2 and entry_part.municipality_id = $1
                and entry_part.entry_id = entry.entry_id and meaning = 'settles')";
    change.sql(SAY).bind(statement).bind(source.to_owned()).run().await?;
    change.sql(MOVE).bind(statement).run().await.map(drop)
}

/// Puts the payments that a statement settled on their way again, with a row that says so: it was superseded.
pub async fn unsettle_by(change: &mut Change, statement: Uuid, source: &str) -> Result<(), StoreError> {
    const SAY: &str =
        "insert into payment_state (municipality_id, payment_id, place, state, happened_on, source, reason)
        select payment.municipality_id, payment.payment_id, (select count(*) from payment_state
                where payment_state.municipality_id = payment.municipality_id
                    and payment_state.payment_id = payment.payment_id), 'sent', $3, $4, ''
        from entry cross join entry_part cross join payment
        where entry.municipality_id = $1 and entry.statement_id = $2 and entry_part.municipality_id = $1
            and entry_part.entry_id = entry.entry_id and meaning = 'settles' and payment.municipality_id = $1
            and payment.payment_id = entry_part.payment_id and payment.state = 'settled'";
    const MOVE: &str = "update payment set state = 'sent'
        where municipality_id = $1 and state = 'settled' and payment_id in (select entry_part.payment_id
            from entry cross join entry_part
            where entry.municipality_id = $1 and entry.statement_id = $2 and entry_part.municipality_id = $1
                and entry_part.entry_id = entry.entry_id and meaning = 'settles')";
    let today = change.grant().today();
    change.sql(SAY).bind(statement).bind(today).bind(source.to_owned()).run().await?;
    change.sql(MOVE).bind(statement).run().await.map(drop)
}

async fn add_state(change: &mut Change, payment: PaymentId, step: &Step<'_>) -> Result<(), StoreError> {
    const SQL: &str = "insert into payment_state (municipality_id, payment_id, place, state, happened_on, source, reason)
        select $1, $2, (select count(*) from payment_state where municipality_id = $1 and payment_id = $2), $3, $4, $5, $6";
    let row = change.sql(SQL).bind(payment.0).bind(step.to.to_owned()).bind(step.on);
    row.bind(step.source.to_owned()).bind(step.reason.to_owned()).run().await.map(drop)
}

/// The payments of a scope, newest first.
pub async fn list(at: &mut Snapshot, scope: Scope) -> Result<Vec<PaymentRow>, StoreError> {
    const SQL: &str = "select payment_id, payment.due_id as due_id, payment.run_id as run_id,
            payment.household_id as household_id, subject, subject_id, due.period as period, due_on,
            payment.amount as amount, creditor_name, creditor_iban, end_to_end_id, remittance, legal_basis,
            coalesce(moved_to, payment_file.execution_on, run.execution_on) as execution_on, moved_to,
            payment.state as state,
            (select reason from payment_state where payment_state.municipality_id = payment.municipality_id
                and payment_state.payment_id = payment.payment_id order by place desc limit 1) as reason
        from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        left join payment_file on payment_file.municipality_id = run.municipality_id
            and payment_file.run_id = run.run_id
        where payment.municipality_id = $1 and payment.household_id between $2 and $3
        order by execution_on desc, payment_id";
    at.of_scope(SQL, scope).all().await
}

/// The household a payment is for.
pub async fn household_of(at: &mut Snapshot, payment: PaymentId) -> Result<Option<Uuid>, StoreError> {
    const SQL: &str = "select household_id from payment where municipality_id = $1 and payment_id = $2";
    Ok(at.sql(SQL).bind(payment.0).optional::<(Uuid,)>().await?.map(|(household,)| household))
}

/// The payments of a run, in order.
pub async fn of_run(at: &mut Snapshot, run: RunId) -> Result<Vec<PaymentRow>, StoreError> {
    const SQL: &str = "select payment_id, payment.due_id as due_id, payment.run_id as run_id,
            payment.household_id as household_id, subject, subject_id, due.period as period, due_on,
            payment.amount as amount, creditor_name, creditor_iban, end_to_end_id, remittance, legal_basis,
            coalesce(moved_to, payment_file.execution_on, run.execution_on) as execution_on, moved_to,
            payment.state as state,
            (select reason from payment_state where payment_state.municipality_id = payment.municipality_id
                and payment_state.payment_id = payment.payment_id order by place desc limit 1) as reason
        from payment
        join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        left join payment_file on payment_file.municipality_id = run.municipality_id
            and payment_file.run_id = run.run_id
        where payment.municipality_id = $1 and payment.run_id = $2 order by payment_id";
    at.sql(SQL).bind(run.0).all().await
}

/// What happened to the payments of a scope, in order.
pub async fn history(at: &mut Snapshot, scope: Scope) -> Result<Vec<HappenedRow>, StoreError> {
    const SQL: &str =
        "select payment_state.payment_id as payment_id, payment_state.state as state, happened_on,
            source, reason
        from payment_state join payment on payment.municipality_id = payment_state.municipality_id
            and payment.payment_id = payment_state.payment_id
        where payment_state.municipality_id = $1 and household_id between $2 and $3
        order by payment_state.payment_id, place";
    at.of_scope(SQL, scope).all().await
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    payment_id: Uuid,
    end_to_end_id: String,
    payment_information_id: String,
    amount: i64,
    creditor_iban: String,
    remittance: String,
    state: String,
}

/// The payments from an account that the bank may still say something about: all that stood in a file, also what was
/// cancelled since, but not what was booked on another due.
pub async fn known(at: &mut Snapshot, bank_account: Uuid) -> Result<Vec<KnownPayment>, StoreError> {
    const SQL: &str = "select payment_id, end_to_end_id, payment_information_id, amount, creditor_iban, remittance,
            payment.state as state
        from payment
        join run on run.municipality_id = payment.municipality_id and run.run_id = payment.run_id
        join payment_file on payment_file.municipality_id = run.municipality_id and payment_file.run_id = run.run_id
        where payment.municipality_id = $1 and bank_account_id = $2 and (payment.state <> 'cancelled'
            or (exists (select 1 from payment_state where payment_state.municipality_id = payment.municipality_id
                    and payment_state.payment_id = payment.payment_id and payment_state.state = 'instructed')
                and not exists (select 1 from payment_state
                    where payment_state.municipality_id = payment.municipality_id
                        and payment_state.payment_id = payment.payment_id and payment_state.state = 'settled')))";
    let known = |row: KnownRow| {
        let standing = match row.state.as_str() {
            "instructed" | "sent" | "accepted" => Standing::Sent,
            "settled" => Standing::Settled,
            "rejected" | "returned" | "recalled" | "cancelled" => Standing::Failed,
            state => return meaning("state of a payment", state, None),
        };
        Ok(KnownPayment {
            id: row.payment_id.into(),
            end_to_end_id: row.end_to_end_id,
            payment_information_id: row.payment_information_id,
            amount: money(row.amount),
            payee: row.creditor_iban,
            remittance: row.remittance,
            standing,
        })
    };
    // the database would write all of it aside to sort it
    let mut rows: Vec<KnownRow> = at.sql(SQL).bind(bank_account).all().await?;
    rows.sort_unstable_by_key(|row| row.payment_id);
    rows.into_iter().map(known).collect()
}
