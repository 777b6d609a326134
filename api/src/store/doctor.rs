//! The questions the doctor asks: each statement finds rows that should not be there.

use uuid::Uuid;

use super::{Snapshot, StoreError};

/// A row that should not be there, by its id, with the two amounts that should be equal, in cents.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Wrong {
    /// The id of the row.
    pub id: Uuid,
    /// What should be.
    pub expected: i64,
    /// What is.
    pub found: i64,
}

/// A question of the doctor.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The proof it belongs to.
    pub proof: &'static str,
    /// What is wrong with a row it finds.
    pub wrong: &'static str,
    sql: &'static str,
}

/// The proof that every posting balances.
pub const POSTINGS: &str = "postings";
/// The proof that bank balance = sub-ledgers + suspense.
pub const BANK: &str = "bank";
/// The proof that no due is paid twice.
pub const DUES: &str = "dues";
/// The proof that what went out is what was approved.
pub const FILES: &str = "files";

/// A run that somebody signed, or that pays something.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SignedRun {
    /// The run.
    pub run_id: Uuid,
    /// Where it stands.
    pub state: String,
    /// The file that was made of it.
    pub payment_file_id: Option<Uuid>,
}

/// Every question, in order.
pub const QUESTIONS: [Question; 24] = [
    Question {
        proof: POSTINGS,
        wrong: "posting moves no money between two accounts",
        sql: "select posting_id as id, cast(1 as bigint) as expected, amount as found from posting
            where municipality_id = $1 and (amount <= 0 or from_id = to_id) order by posting_id",
    },
    Question {
        proof: POSTINGS,
        wrong: "posting that settles differs from the pending one",
        sql: "select posting.posting_id as id, pending.amount as expected, posting.amount as found
            from posting join posting as pending on pending.municipality_id = posting.municipality_id
                and pending.posting_id = posting.ends
            where posting.municipality_id = $1 and (posting.amount <> pending.amount or pending.phase <> 'pending'
                or posting.from_id <> pending.from_id or posting.to_id <> pending.to_id)
            order by posting.posting_id",
    },
    Question {
        proof: POSTINGS,
        wrong: "reversal is not the mirror of the posting it takes back",
        sql: "select posting.posting_id as id, original.amount as expected, posting.amount as found
            from posting join posting as original on original.municipality_id = posting.municipality_id
                and original.posting_id = posting.reverses
            where posting.municipality_id = $1 and (posting.amount <> original.amount or original.phase <> 'posted'
                or posting.from_id <> original.to_id or posting.to_id <> original.from_id)
            order by posting.posting_id",
    },
    Question {
        proof: POSTINGS,
        wrong: "posting of a payment has another amount than the payment",
        sql: "select posting_id as id, payment.amount as expected, posting.amount as found
            from posting join payment on payment.municipality_id = posting.municipality_id
                and payment.payment_id = posting.payment_id
            where posting.municipality_id = $1 and posting.amount <> payment.amount order by posting_id",
    },
    Question {
        proof: POSTINGS,
        wrong: "account holds another balance than its postings give",
        sql: "select id, expected, found from (select ledger_account_id as id, balance as found,
                cast(coalesce((select sum(case when to_id = ledger_account_id then amount else -amount end)
                    from posting
                    where posting.municipality_id = ledger_account.municipality_id and phase = 'posted'
                        and (to_id = ledger_account_id or from_id = ledger_account_id)), 0) as bigint) as expected
                from ledger_account where municipality_id = $1 and balance is not null) as account
            where expected <> found order by id",
    },
    Question {
        proof: POSTINGS,
        wrong: "account of a household is below zero",
        sql: "select ledger_account_id as id, cast(0 as bigint) as expected, balance as found from ledger_account
            where municipality_id = $1 and balance < 0 order by ledger_account_id",
    },
    Question {
        proof: POSTINGS,
        wrong: "account of a household has no balance",
        sql: "select ledger_account_id as id, cast(0 as bigint) as expected, cast(1 as bigint) as found
            from ledger_account where municipality_id = $1 and balance is null
                and kind not in ('outside', 'funding', 'unexplained') order by ledger_account_id",
    },
    Question {
        proof: POSTINGS,
        wrong: "posting names an entry that is not there",
        sql: "select posting_id as id, cast(1 as bigint) as expected, cast(0 as bigint) as found from posting
            where municipality_id = $1 and entry_id is not null and not exists (select 1 from entry
                where entry.municipality_id = posting.municipality_id and entry.entry_id = posting.entry_id)
            order by posting_id",
    },
    Question {
        proof: BANK,
        wrong: "statement holds another number of entries than were booked",
        sql: "select statement_id as id, entries as expected, (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id) as found
            from statement where municipality_id = $1 and entries < (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id) order by statement_id",
    },
    Question {
        proof: BANK,
        wrong: "opening balance and entries do not lead to the closing balance of statement",
        sql: "select statement_id as id, closing as expected, opening + cast(coalesce((select sum(case
                    when direction = 'credit' then amount else -amount end) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id), 0) as bigint) as found
            from statement where municipality_id = $1 and entries = (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id) and (exists (select 1 from opening_statement as opens where opens.municipality_id = statement.municipality_id
                and opens.statement_id = statement.statement_id) or exists (select 1 from current_statement as before
                where before.municipality_id = statement.municipality_id
                    and before.bank_account_id = statement.bank_account_id
                    and before.closing = statement.opening and before.closing_on <= statement.closing_on
                    and before.statement_id <> statement.statement_id)) order by statement_id",
    },
    Question {
        proof: BANK,
        wrong: "a statement is missing before statement",
        sql: "select statement_id as id, cast(1 as bigint) as expected, cast(0 as bigint) as found
            from current_statement as statement where municipality_id = $1 and not exists (select 1 from opening_statement as opens where opens.municipality_id = statement.municipality_id
                and opens.statement_id = statement.statement_id) and entries = (select count(*) from entry
                where entry.municipality_id = statement.municipality_id
                    and entry.statement_id = statement.statement_id) and not exists (select 1
                from current_statement as before where before.municipality_id = statement.municipality_id
                    and before.bank_account_id = statement.bank_account_id
                    and before.closing = statement.opening and before.closing_on <= statement.closing_on
                    and before.statement_id <> statement.statement_id) order by statement_id",
    },
    Question {
        proof: BANK,
        wrong: "entry is not explained to the cent by its parts",
        sql: "select entry_id as id, amount as expected, cast(coalesce((select sum(entry_part.amount) from entry_part
                where entry_part.municipality_id = entry.municipality_id
                    and entry_part.entry_id = entry.entry_id and itemises is null), 0) as bigint) as found
            from entry where municipality_id = $1 order by entry_id",
    },
    Question {
        proof: BANK,
        wrong: "what the bank itemised does not add up to its part of entry",
        sql: "select whole.entry_id as id, whole.amount as expected, cast(sum(entry_part.amount) as bigint) as found
            from entry_part as whole join entry_part on entry_part.municipality_id = whole.municipality_id
                and entry_part.entry_id = whole.entry_id and entry_part.itemises = whole.place
            where whole.municipality_id = $1 group by whole.entry_id, whole.place, whole.amount
            order by whole.entry_id, whole.place",
    },
    Question {
        proof: BANK,
        wrong: "postings of an entry move another amount in or out of the bank account than the bank booked",
        sql: "select entry.entry_id as id, case when direction = 'credit' then entry.amount else -entry.amount end
                as expected, cast(coalesce((select sum(case when source.kind = 'outside' then posting.amount
                    when target.kind = 'outside' then -posting.amount else 0 end)
                from posting
                join ledger_account as source on source.municipality_id = posting.municipality_id
                    and source.ledger_account_id = posting.from_id
                join ledger_account as target on target.municipality_id = posting.municipality_id
                    and target.ledger_account_id = posting.to_id
                where posting.municipality_id = entry.municipality_id and posting.entry_id = entry.entry_id
                    and posting.phase = 'posted'), 0) as bigint) as found
            from entry where municipality_id = $1 order by entry.entry_id",
    },
    Question {
        proof: BANK,
        wrong: "sub-ledgers and suspense together differ from the bank's closing balance of account",
        sql: "select bank_account.bank_account_id as id, (select closing from current_statement as statement
                where statement.municipality_id = bank_account.municipality_id
                    and statement.bank_account_id = bank_account.bank_account_id
                order by closing_on desc, case when exists (select 1 from current_statement as later
                    where later.municipality_id = statement.municipality_id
                        and later.bank_account_id = statement.bank_account_id
                        and later.closing_on = statement.closing_on and later.opening = statement.closing
                        and later.statement_id <> statement.statement_id) then 1 else 0 end,
                    statement_id desc limit 1) as expected,
                cast(coalesce((select sum(case when source.kind = 'outside' then posting.amount
                        when target.kind = 'outside' then -posting.amount else 0 end)
                    from posting
                    join ledger_account as source on source.municipality_id = posting.municipality_id
                        and source.ledger_account_id = posting.from_id
                    join ledger_account as target on target.municipality_id = posting.municipality_id
                        and target.ledger_account_id = posting.to_id
                    where posting.municipality_id = bank_account.municipality_id and posting.phase = 'posted'
                        and source.bank_account_id = bank_account.bank_account_id), 0) as bigint) as found
            from bank_account where municipality_id = $1 and exists (select 1 from current_statement as statement
                where statement.municipality_id = bank_account.municipality_id
                    and statement.bank_account_id = bank_account.bank_account_id)
            order by bank_account_id",
    },
    Question {
        proof: BANK,
        wrong: "the money that is not explained differs from what is left on the worklist of account",
        sql: "select bank_account_id as id, cast(coalesce((select sum(case when direction = 'credit' then remaining
                        else -remaining end)
                    from unexplained where unexplained.municipality_id = bank_account.municipality_id
                        and unexplained.bank_account_id = bank_account.bank_account_id), 0)
                + coalesce((select sum(amount) from posting
                    join ledger_account as target on target.municipality_id = posting.municipality_id
                        and target.ledger_account_id = posting.to_id
                    where posting.municipality_id = bank_account.municipality_id and cause = 'early return'
                        and target.bank_account_id = bank_account.bank_account_id
                        and not exists (select 1 from posting as back
                            where back.municipality_id = posting.municipality_id
                                and back.reverses = posting.posting_id)), 0) as bigint) as expected,
                cast(coalesce((select sum(amount) from posting
                    join ledger_account as target on target.municipality_id = posting.municipality_id
                        and target.ledger_account_id = posting.to_id and target.kind = 'unexplained'
                    where posting.municipality_id = bank_account.municipality_id and phase = 'posted'
                        and target.bank_account_id = bank_account.bank_account_id), 0)
                - coalesce((select sum(amount) from posting
                    join ledger_account as source on source.municipality_id = posting.municipality_id
                        and source.ledger_account_id = posting.from_id and source.kind = 'unexplained'
                    where posting.municipality_id = bank_account.municipality_id and phase = 'posted'
                        and source.bank_account_id = bank_account.bank_account_id), 0) as bigint) as found
            from bank_account where municipality_id = $1 order by bank_account_id",
    },
    Question {
        proof: DUES,
        wrong: "due has more than one payment that stands",
        sql: "select due_id as id, cast(1 as bigint) as expected, cast(count(*) as bigint) as found from payment
            where municipality_id = $1 and state not in ('rejected', 'returned', 'recalled', 'cancelled') group by due_id having 1 < count(*) order by due_id",
    },
    Question {
        proof: DUES,
        wrong: "the same cost and period stands in more than one due, among them due",
        sql: "select due.due_id as id, cast(1 as bigint) as expected, twins.number as found
            from due join (select subject, subject_id, period, count(*) as number from due where municipality_id = $1
                group by subject, subject_id, period having 1 < count(*)) as twins
                on twins.subject = due.subject and twins.subject_id = due.subject_id and twins.period = due.period
            where due.municipality_id = $1 order by due.due_id",
    },
    Question {
        proof: DUES,
        wrong: "more money stands as paid out than was due on due",
        sql: "select due.due_id as id, due.amount as expected, cast(sum(case when posting.reverses is null
                then posting.amount else -posting.amount end) as bigint) as found
            from due
            join payment on payment.municipality_id = due.municipality_id and payment.due_id = due.due_id
            join posting on posting.municipality_id = payment.municipality_id
                and posting.payment_id = payment.payment_id and posting.phase = 'posted'
            where due.municipality_id = $1 and posting.cause in ('settlement', 'return', 'settlement superseded')
            group by due.due_id, due.amount having due.amount < sum(case when posting.reverses is null
                then posting.amount else -posting.amount end)
            order by due.due_id",
    },
    Question {
        proof: DUES,
        wrong: "payment has another amount than its due",
        sql: "select payment_id as id, due.amount as expected, payment.amount as found
            from payment join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
            where payment.municipality_id = $1 and payment.amount <> due.amount order by payment_id",
    },
    Question {
        proof: DUES,
        wrong: "payment stands elsewhere than its postings say",
        sql: "select payment_id as id, case when state = 'settled' then cast(1 as bigint) else 0 end as expected,
                (select count(*) from posting where posting.municipality_id = payment.municipality_id
                    and posting.payment_id = payment.payment_id and cause = 'settlement')
                - (select count(*) from posting where posting.municipality_id = payment.municipality_id
                    and posting.payment_id = payment.payment_id and cause in ('return', 'settlement superseded')) as found
            from payment where municipality_id = $1 and (
                case when state = 'settled' then 1 else 0 end
                <> (select count(*) from posting where posting.municipality_id = payment.municipality_id
                    and posting.payment_id = payment.payment_id and cause = 'settlement')
                - (select count(*) from posting where posting.municipality_id = payment.municipality_id
                    and posting.payment_id = payment.payment_id and cause in ('return', 'settlement superseded'))
                or not exists (select 1 from posting where posting.municipality_id = payment.municipality_id
                    and posting.payment_id = payment.payment_id and phase = 'pending')) order by payment_id",
    },
    Question {
        proof: DUES,
        wrong: "payment has no due",
        sql: "select payment_id as id, cast(1 as bigint) as expected, cast(0 as bigint) as found from payment
            where municipality_id = $1 and not exists (select 1 from due
                where due.municipality_id = payment.municipality_id and due.due_id = payment.due_id)
            order by payment_id",
    },
    Question {
        proof: FILES,
        wrong: "payment is not what its run was approved to pay",
        sql: "select payment_id as id, payment.amount as expected, cast(0 as bigint) as found
            from payment join due on due.municipality_id = payment.municipality_id and due.due_id = payment.due_id
            where payment.municipality_id = $1 and not exists (select 1 from run_line
                where run_line.municipality_id = payment.municipality_id and run_line.run_id = payment.run_id
                    and run_line.subject = due.subject and run_line.subject_id = due.subject_id
                    and run_line.period = due.period and run_line.amount = payment.amount
                    and run_line.creditor_iban = payment.creditor_iban)
                and not exists (select 1 from payment_state where payment_state.municipality_id = payment.municipality_id
                    and payment_state.payment_id = payment.payment_id and payment_state.source = 'omboeking')
            order by payment_id",
    },
    Question {
        proof: FILES,
        wrong: "payment file pays another total than the payments of its run",
        sql: "select payment_file_id as id, cast(coalesce((select sum(payment.amount) from payment
                where payment.municipality_id = payment_file.municipality_id
                    and payment.run_id = payment_file.run_id and exists (select 1 from payment_state
                        where payment_state.municipality_id = payment.municipality_id
                            and payment_state.payment_id = payment.payment_id
                            and payment_state.state = 'instructed')), 0) as bigint)
                as expected, total as found
            from payment_file where municipality_id = $1 and total <> cast(coalesce((select sum(payment.amount) from payment
                where payment.municipality_id = payment_file.municipality_id
                    and payment.run_id = payment_file.run_id and exists (select 1 from payment_state
                        where payment_state.municipality_id = payment.municipality_id
                            and payment_state.payment_id = payment.payment_id
                            and payment_state.state = 'instructed')), 0) as bigint)
            order by payment_file_id",
    },
];

/// The rows a question finds that should not be there.
pub async fn ask(at: &mut Snapshot, question: &Question) -> Result<Vec<Wrong>, StoreError> {
    let rows: Vec<Wrong> = at.sql(question.sql).all().await?;
    Ok(rows.into_iter().filter(|row| row.expected != row.found || question.finds_by_shape()).collect())
}

impl Question {
    /// True when a row it finds is wrong whatever its amounts.
    fn finds_by_shape(&self) -> bool {
        self.proof != BANK
    }
}

/// The runs that were approved or that pay something, and whether a file was made.
pub async fn signed_runs(at: &mut Snapshot) -> Result<Vec<SignedRun>, StoreError> {
    const SQL: &str = "select run.run_id as run_id, state, payment_file_id from run
        left join payment_file on payment_file.municipality_id = run.municipality_id
            and payment_file.run_id = run.run_id
        where run.municipality_id = $1 and (state <> 'proposed' or exists (select 1 from payment
            where payment.municipality_id = run.municipality_id and payment.run_id = run.run_id))
        order by run.run_id";
    at.sql(SQL).all().await
}

/// How many rows there are to prove: postings, statements, dues, files.
pub async fn sizes(at: &mut Snapshot) -> Result<(i64, i64, i64, i64), StoreError> {
    const SQL: &str = "select (select count(*) from posting where municipality_id = $1) as postings,
        (select count(*) from statement where municipality_id = $1) as statements,
        (select count(*) from due where municipality_id = $1) as dues,
        (select count(*) from payment_file where municipality_id = $1) as files";
    at.sql(SQL).one().await
}
