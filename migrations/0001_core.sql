-- The tables, once for both databases. Words in braces become the column types of the database at hand.
-- The municipality is first in every key, so that one database can serve many.

-- A municipality. The business date is set in a demonstration only: it is used instead of today. The day's work was
-- done for every day up to and including worked_until.
create table municipality (
    municipality_id {uuid} not null primary key,
    name text not null,
    business_date {date},
    worked_until {date}
){strict};

-- What the municipality chooses itself, from a day on: the text of its policy file. One person proposes it, another
-- one approves; only an approved policy counts.
create table policy (
    municipality_id {uuid} not null references municipality,
    policy_id {uuid} not null,
    valid_from {date} not null,
    body text not null,
    proposed_by text not null,
    proposed_on {date} not null,
    approved_by text check (approved_by <> proposed_by),
    approved_on {date},
    withdrawn_on {date},
    primary key (municipality_id, policy_id)
){strict};
create unique index policy_from on policy (municipality_id, valid_from) where approved_by is not null;

-- An account of the municipality at a bank. Only statements of these accounts are taken in.
create table bank_account (
    municipality_id {uuid} not null references municipality,
    bank_account_id {uuid} not null,
    iban text not null,
    name text not null,
    -- the message in which this bank takes payments
    payment_message text not null check (payment_message in ('pain.001.001.03', 'pain.001.001.09')),
    -- other departments use it too: of what is not ours only date and amount are kept
    is_shared {bool} not null default false,
    primary key (municipality_id, bank_account_id),
    unique (municipality_id, iban)
){strict};

-- A person with a sign-in.
create table user_account (
    municipality_id {uuid} not null references municipality,
    user_id {uuid} not null,
    name text not null,
    role text not null check (role in ('income_officer', 'budget_coach', 'finance', 'administrator', 'auditor')),
    password_hash text not null,
    primary key (municipality_id, user_id),
    unique (municipality_id, name)
){strict};

-- A sign-in in a browser: only a hash of its secret is kept.
create table session (
    municipality_id {uuid} not null,
    secret_hash {bytes} not null,
    user_id {uuid} not null,
    expires_at {timestamp} not null,
    primary key (municipality_id, secret_hash),
    foreign key (municipality_id, user_id) references user_account
){strict};

-- People who share a benefit and a home. Its number is what people call it by.
create table household (
    municipality_id {uuid} not null references municipality,
    household_id {uuid} not null,
    number text not null,
    bank_account_id {uuid} not null,
    recorded_by text not null,
    -- counts what was recorded or released: of two changes at the same time the second is tried again
    touched {int} not null default 0,
    primary key (municipality_id, household_id),
    unique (municipality_id, number),
    foreign key (municipality_id, bank_account_id) references bank_account
){strict};

-- A person in a household, as they were first recorded. The name is for payments; no rule reads it.
create table member (
    municipality_id {uuid} not null,
    member_id {uuid} not null,
    household_id {uuid} not null,
    place {int} not null,
    role text not null check (role in ('applicant', 'partner', 'child')),
    name text not null,
    born {date},
    permit_from {date},
    permit_until {date},
    duty_from {date},
    duty_until {date},
    present_from {date},
    right_since {date},
    primary key (municipality_id, member_id),
    unique (municipality_id, household_id, name),
    foreign key (municipality_id, household_id) references household
){strict};
create index member_of on member (municipality_id, household_id, place);

-- A fact or decision about a household, in the order in which they were recorded: added, never changed. The body is
-- the event as it was handed in, in JSON. Its hash keeps a file that is handed in again from being recorded twice.
create table fact (
    municipality_id {uuid} not null,
    household_id {uuid} not null,
    number {int} not null,
    fact_id {uuid} not null,
    kind text not null,
    reference text,
    -- 1, or more for a decision that the benefit system sent again with another content
    version {int} not null,
    event_hash text not null,
    recorded_on {date} not null,
    recorded_by text not null,
    body text not null,
    primary key (municipality_id, household_id, number),
    unique (municipality_id, kind, reference, version),
    unique (municipality_id, household_id, event_hash),
    foreign key (municipality_id, household_id) references household
){strict};
create unique index fact_id on fact (municipality_id, fact_id);

-- Somebody who is paid.
create table payee (
    municipality_id {uuid} not null references municipality,
    payee_id {uuid} not null,
    name text not null,
    -- its postal address, where a bank asks for one
    street text,
    house_number text,
    postcode text,
    town text,
    country text,
    primary key (municipality_id, payee_id),
    unique (municipality_id, name),
    check ((town is null) = (country is null)),
    check (town is not null or (street is null and house_number is null and postcode is null))
){strict};

-- A version of the account of somebody who is paid: of a payee, or of a client for living money. One person recorded it,
-- somebody called back on a number that was known before, another person approved it. Only what stands empty is filled
-- in, never changed.
create table creditor_account (
    municipality_id {uuid} not null,
    creditor_account_id {uuid} not null,
    payee_id {uuid},
    member_id {uuid},
    household_id {uuid},
    number {int} not null,
    holder text not null,
    iban text not null,
    valid_from {date} not null,
    recorded_by text not null,
    recorded_on {date} not null,
    -- who was called, on which number, from where that number was known, when and by whom
    called_person text,
    called_number text,
    called_known_from text,
    called_on {date},
    called_by text,
    approved_by text check (approved_by <> recorded_by),
    approved_on {date},
    withdrawn_by text,
    withdrawn_on {date},
    withdrawn_reason text,
    primary key (municipality_id, creditor_account_id),
    unique (municipality_id, payee_id, number),
    unique (municipality_id, member_id, number),
    check ((payee_id is null) <> (member_id is null)),
    check ((member_id is null) = (household_id is null)),
    check ((called_on is null) = (called_by is null)),
    check ((approved_by is null) = (approved_on is null)),
    check ((withdrawn_by is null) = (withdrawn_on is null)),
    foreign key (municipality_id, payee_id) references payee,
    foreign key (municipality_id, member_id) references member
){strict};
create index creditor_account_of on creditor_account (municipality_id, household_id);
create index creditor_account_iban on creditor_account (municipality_id, iban);

-- An answer of a bank on whether a name and an account belong together: for the account, or with one payment of a run.
create table name_check (
    municipality_id {uuid} not null,
    name_check_id {uuid} not null,
    creditor_account_id {uuid} not null,
    run_id {uuid},
    subject text,
    subject_id {uuid},
    period text,
    outcome text not null check (outcome in ('match', 'close_match', 'no_match', 'not_applicable', 'not_executable')),
    answered text,
    source text not null,
    checked_on {date} not null,
    recorded_by text not null,
    decision text check (decision in ('pay', 'hold')),
    ground text,
    decided_by text,
    decided_on {date},
    primary key (municipality_id, name_check_id),
    check ((decision is null) = (decided_by is null)),
    foreign key (municipality_id, creditor_account_id) references creditor_account
){strict};
create index name_check_of on name_check (municipality_id, creditor_account_id);

-- Something a household owes at a rhythm, as it was first recorded.
create table obligation (
    municipality_id {uuid} not null,
    obligation_id {uuid} not null,
    household_id {uuid} not null,
    payee_id {uuid} not null,
    kind text not null check (kind in ('rent', 'health_premium', 'energy', 'water', 'voluntary')),
    rhythm text not null check (rhythm in ('monthly', 'quarterly', 'yearly')),
    amount {money} not null check (0 < amount),
    first_due {date} not null,
    last_due {date},
    reference text not null,
    member_id {uuid},
    recorded_by text not null,
    primary key (municipality_id, obligation_id),
    unique (municipality_id, household_id, reference),
    foreign key (municipality_id, household_id) references household,
    foreign key (municipality_id, payee_id) references payee
){strict};

-- The plan of a household for a benefit month, as it was released. Number 0 is the plan; each later number is a
-- supplement, of which every amount is what it adds. A release that was taken back before anything was sent is
-- reversed by a row that names it, with every amount below zero.
create table plan (
    municipality_id {uuid} not null,
    plan_id {uuid} not null,
    household_id {uuid} not null,
    month text not null,
    number {int} not null,
    run_id {uuid} not null,
    released_on {date} not null,
    rules_version {int} not null,
    granted {money} not null,
    holiday_reserve {money} not null,
    payable {money} not null,
    advance {money} not null,
    bridge {money} not null,
    withheld {money} not null,
    living_money {money} not null,
    holiday_payout {money} not null,
    -- released before for a later day, and not going out any more: it is in what this release pays
    withdrawn {money} not null,
    needs_decision {bool} not null,
    -- the benefit system pays the living money
    handed_over {bool} not null,
    reverses {uuid},
    primary key (municipality_id, plan_id),
    unique (municipality_id, household_id, month, number),
    foreign key (municipality_id, household_id) references household
){strict};

create unique index plan_reverses on plan (municipality_id, reverses) where reverses is not null;

-- A due in a released plan, with what happens to it.
create table plan_line (
    municipality_id {uuid} not null,
    plan_id {uuid} not null,
    place {int} not null,
    obligation_id {uuid} not null,
    kind text not null,
    period text not null,
    due_on {date} not null,
    execution_on {date} not null,
    amount {money} not null,
    -- what was left when its turn came
    left_before {money} not null,
    outcome text not null check (outcome in ('pay', 'needs_decision', 'unfunded', 'client_pays', 'pay_later', 'paid_by_other')),
    short {money} not null,
    legal_basis text not null,
    primary key (municipality_id, plan_id, place),
    foreign key (municipality_id, plan_id) references plan
){strict};

-- What a released plan pays an adult to live on, on a day.
create table plan_share (
    municipality_id {uuid} not null,
    plan_id {uuid} not null,
    place {int} not null,
    member_id {uuid} not null,
    part {int} not null,
    pay_on {date} not null,
    amount {money} not null check (0 < amount),
    primary key (municipality_id, plan_id, place),
    foreign key (municipality_id, plan_id) references plan
){strict};

-- What a released plan withholds.
create table plan_withholding (
    municipality_id {uuid} not null,
    plan_id {uuid} not null,
    place {int} not null,
    deduction_id {uuid} not null,
    kind text not null,
    wanted {money} not null,
    taken {money} not null,
    primary key (municipality_id, plan_id, place),
    foreign key (municipality_id, plan_id) references plan
){strict};

-- What a supplement takes out of the releases before it: a payment for a later day that was not tried, and does not go
-- out any more.
create table plan_withdrawn (
    municipality_id {uuid} not null,
    plan_id {uuid} not null,
    place {int} not null,
    subject text not null check (subject in ('fixed_cost', 'living_money', 'withholding')),
    subject_id {uuid} not null,
    period text not null,
    amount {money} not null check (0 < amount),
    primary key (municipality_id, plan_id, place),
    foreign key (municipality_id, plan_id) references plan
){strict};

-- A part of living money that was handed out by card or at the cash desk: it is paid once, that way.
create table cash_payment (
    municipality_id {uuid} not null,
    member_id {uuid} not null,
    -- the period of the living money, as in due
    period text not null,
    household_id {uuid} not null,
    fact_id {uuid} not null,
    amount {money} not null check (0 < amount),
    primary key (municipality_id, member_id, period),
    foreign key (municipality_id, household_id) references household
){strict};
create index cash_payment_of on cash_payment (municipality_id, household_id);

-- Payments of one day from one account. What it is for is unique: a month, or a day for what goes between.
create table run (
    municipality_id {uuid} not null,
    run_id {uuid} not null,
    bank_account_id {uuid} not null,
    kind text not null check (kind in ('monthly', 'supplementary')),
    period text not null,
    proposed_on {date} not null,
    execution_on {date} not null,
    content_hash text not null,
    prepared_by text not null,
    state text not null check (state in ('proposed', 'approved', 'instructed', 'cancelled')),
    primary key (municipality_id, run_id),
    unique (municipality_id, bank_account_id, kind, period),
    foreign key (municipality_id, bank_account_id) references bank_account
){strict};

-- A payment that a run proposes. It is replaced while the run is a proposal, never afterwards.
create table run_line (
    municipality_id {uuid} not null,
    run_id {uuid} not null,
    place {int} not null,
    household_id {uuid} not null,
    subject text not null check (subject in ('fixed_cost', 'living_money', 'withholding', 'tranche')),
    subject_id {uuid} not null,
    period text not null,
    due_on {date} not null,
    creditor_name text not null,
    creditor_iban text not null,
    amount {money} not null check (0 < amount),
    remittance text not null,
    legal_basis text not null,
    primary key (municipality_id, run_id, place),
    foreign key (municipality_id, run_id) references run
){strict};

-- What a run releases without a payment of its own: living money that the benefit system pays, or that waits. It is
-- replaced while the run is a proposal, never afterwards.
create table run_release (
    municipality_id {uuid} not null,
    run_id {uuid} not null,
    household_id {uuid} not null,
    month text not null,
    number {int} not null,
    handed_over {bool} not null,
    to_household {money} not null,
    primary key (municipality_id, run_id, household_id, month, number),
    foreign key (municipality_id, run_id) references run
){strict};

-- What the last proposing found that should be paid and cannot, with the run it would stand in. It is replaced by every
-- proposing.
create table unpaid (
    municipality_id {uuid} not null references municipality,
    place {int} not null,
    household_id {uuid},
    bank_account_id {uuid},
    kind text,
    period text,
    told text not null,
    found_on {date} not null,
    primary key (municipality_id, place)
){strict};

-- A person who approved, and the hash of what was shown. Approvals of another content do not count.
create table approval (
    municipality_id {uuid} not null,
    run_id {uuid} not null,
    user_id {uuid} not null,
    content_hash text not null,
    approved_on {date} not null,
    primary key (municipality_id, run_id, user_id, content_hash),
    foreign key (municipality_id, run_id) references run,
    foreign key (municipality_id, user_id) references user_account
){strict};

-- One fixed cost, share of living money, withholding or tranche in one period: paid at most once, ever.
create table due (
    municipality_id {uuid} not null,
    due_id {uuid} not null,
    household_id {uuid} not null,
    subject text not null check (subject in ('fixed_cost', 'living_money', 'withholding', 'tranche')),
    subject_id {uuid} not null,
    period text not null,
    due_on {date} not null,
    amount {money} not null check (0 < amount),
    primary key (municipality_id, due_id),
    unique (municipality_id, subject, subject_id, period),
    foreign key (municipality_id, household_id) references household
){strict};
create index due_of on due (municipality_id, household_id);

-- One attempt to pay a due, as it was approved. Only its state moves on, and the day the bank gives it.
create table payment (
    municipality_id {uuid} not null,
    payment_id {uuid} not null,
    due_id {uuid} not null,
    run_id {uuid} not null,
    household_id {uuid} not null,
    amount {money} not null check (0 < amount),
    creditor_name text not null,
    creditor_iban text not null,
    remittance text not null,
    legal_basis text not null,
    end_to_end_id text not null,
    replaces {uuid},
    -- the later day on which the bank executes it, where it said so
    moved_to {date},
    state text not null check (state in ('planned', 'approved', 'instructed', 'sent', 'accepted', 'settled', 'rejected',
        'returned', 'recalled', 'cancelled')),
    primary key (municipality_id, payment_id),
    unique (municipality_id, end_to_end_id),
    foreign key (municipality_id, due_id) references due,
    foreign key (municipality_id, run_id) references run
){strict};
-- At most one open attempt per due.
create unique index payment_open on payment (municipality_id, due_id)
    where state not in ('rejected', 'returned', 'recalled', 'cancelled');
create unique index payment_replaces on payment (municipality_id, replaces) where replaces is not null;
create index payment_of_due on payment (municipality_id, due_id);
create index payment_of_run on payment (municipality_id, run_id);
create index payment_of on payment (municipality_id, household_id);
create index payment_failed on payment (municipality_id, household_id) where state in ('returned', 'rejected');

-- What happened to a payment, when, and how we know.
create table payment_state (
    municipality_id {uuid} not null,
    payment_id {uuid} not null,
    place {int} not null,
    state text not null,
    happened_on {date} not null,
    source text not null,
    reason text not null,
    primary key (municipality_id, payment_id, place),
    foreign key (municipality_id, payment_id) references payment
){strict};

-- The file for the bank: made once, kept with its bytes, offered again with the same bytes.
create table payment_file (
    municipality_id {uuid} not null,
    payment_file_id {uuid} not null,
    run_id {uuid} not null,
    name text not null,
    message_id text not null,
    payment_information_id text not null,
    execution_on {date} not null,
    payments {int} not null,
    total {money} not null,
    -- the hashes of its bytes; BNG asks for the last five digits of the SHA-1
    sha256 text not null,
    sha1 text not null,
    -- the message it is written in
    message text not null,
    offered_on {date},
    primary key (municipality_id, payment_file_id),
    unique (municipality_id, run_id),
    unique (municipality_id, message_id),
    unique (municipality_id, payment_information_id),
    foreign key (municipality_id, run_id) references run
){strict};

-- The bytes of a file for the bank, in parts: a file of a whole municipality is never in memory twice.
create table payment_file_part (
    municipality_id {uuid} not null,
    payment_file_id {uuid} not null,
    place {int} not null,
    body {bytes} not null,
    primary key (municipality_id, payment_file_id, place),
    foreign key (municipality_id, payment_file_id) references payment_file
){strict};

-- Each time a file for the bank was offered or taken: it never makes a second payment.
create table payment_file_offer (
    municipality_id {uuid} not null,
    payment_file_id {uuid} not null,
    place {int} not null,
    way text not null check (way in ('outbox', 'page', 'api')),
    offered_on {date} not null,
    offered_by text not null,
    primary key (municipality_id, payment_file_id, place),
    foreign key (municipality_id, payment_file_id) references payment_file
){strict};

-- A person's decision to pay a payment that failed once more, on the account it failed on. Another person approves the
-- run it goes in.
create table reissue (
    municipality_id {uuid} not null,
    payment_id {uuid} not null,
    decided_by text not null,
    decided_on {date} not null,
    reason text not null,
    primary key (municipality_id, payment_id),
    foreign key (municipality_id, payment_id) references payment
){strict};

-- Finance says that our own account carries a payment that the bank refused for want of money: it is paid again.
create table covered_payment (
    municipality_id {uuid} not null,
    payment_id {uuid} not null,
    covered_by text not null,
    covered_on {date} not null,
    primary key (municipality_id, payment_id),
    foreign key (municipality_id, payment_id) references payment
){strict};

-- An answer of a bank to a file of ours (pain.002), by the hash of its bytes.
create table status_report (
    municipality_id {uuid} not null references municipality,
    status_report_id {uuid} not null,
    sha256 text not null,
    name text not null,
    message text not null,
    message_id text not null,
    payment_file_id {uuid} not null,
    received_on {date} not null,
    received_by text not null,
    primary key (municipality_id, status_report_id),
    unique (municipality_id, sha256),
    foreign key (municipality_id, payment_file_id) references payment_file
){strict};

-- What an answer says of one payment, and what came of it.
create table status_line (
    municipality_id {uuid} not null,
    status_report_id {uuid} not null,
    place {int} not null,
    payment_id {uuid} not null,
    -- the code of the bank, and its reason; what the bank wrote beside it is for finance only
    status text not null,
    reason text not null,
    information text not null,
    outcome text not null check (outcome in ('accepted', 'rejected', 'cancelled', 'noted', 'name_check', 'conflict')),
    primary key (municipality_id, status_report_id, place),
    foreign key (municipality_id, status_report_id) references status_report,
    foreign key (municipality_id, payment_id) references payment
){strict};
create index status_line_of on status_line (municipality_id, payment_id);

-- An account in the ledger. The household is nil where the money is nobody's in particular; such an account
-- keeps no balance, so that it is never a row that changes wait for.
create table ledger_account (
    municipality_id {uuid} not null,
    ledger_account_id {uuid} not null,
    bank_account_id {uuid} not null,
    kind text not null,
    household_id {uuid} not null,
    balance {money},
    primary key (municipality_id, ledger_account_id),
    unique (municipality_id, bank_account_id, kind, household_id),
    foreign key (municipality_id, bank_account_id) references bank_account
){strict};

-- Money from one account to another, so it balances by its shape. Rows are added, never changed.
create table posting (
    municipality_id {uuid} not null,
    posting_id {uuid} not null,
    from_id {uuid} not null,
    to_id {uuid} not null,
    amount {money} not null check (0 < amount),
    counts_on {date} not null,
    phase text not null check (phase in ('pending', 'posted', 'void')),
    -- the pending posting that this one ends
    ends {uuid},
    -- the posting that this one takes back
    reverses {uuid},
    payment_id {uuid},
    entry_id {uuid},
    cause text not null,
    primary key (municipality_id, posting_id),
    check (from_id <> to_id),
    foreign key (municipality_id, from_id) references ledger_account,
    foreign key (municipality_id, to_id) references ledger_account
){strict};
create unique index posting_ends on posting (municipality_id, ends) where ends is not null;
create unique index posting_reverses on posting (municipality_id, reverses) where reverses is not null;
create unique index posting_pending on posting (municipality_id, payment_id) where phase = 'pending' and entry_id is null;
-- a payment is on its way again when the statement that settled it was superseded: once for each such entry
create unique index posting_pending_again on posting (municipality_id, payment_id, entry_id)
    where phase = 'pending' and entry_id is not null;
create index posting_of_payment on posting (municipality_id, payment_id) where payment_id is not null;
create index posting_of_entry on posting (municipality_id, entry_id);

-- A file that a bank gave us, by the hash of its bytes, with what was in it.
create table statement_file (
    municipality_id {uuid} not null references municipality,
    sha256 text not null,
    name text not null,
    message text not null,
    -- how its letters were read: as it declares, or in an encoding that a person chose
    encoding text not null check (encoding in ('declared', 'windows-1252')),
    received_on {date} not null,
    statements {int} not null,
    entries {int} not null,
    primary key (municipality_id, sha256)
){strict};

-- A statement of a file that was refused, while others of the file were not.
create table refused_statement (
    municipality_id {uuid} not null,
    sha256 text not null,
    place {int} not null,
    refused_on {date} not null,
    bank_id text not null,
    -- why, as a code
    code text not null,
    primary key (municipality_id, sha256, place, refused_on),
    foreign key (municipality_id, sha256) references statement_file
){strict};

-- The bytes of a file of which a statement is held, in parts, so that a person can look. They go once nothing of the
-- file is held any more.
create table statement_file_part (
    municipality_id {uuid} not null,
    sha256 text not null,
    place {int} not null,
    body {bytes} not null,
    primary key (municipality_id, sha256, place),
    foreign key (municipality_id, sha256) references statement_file
){strict};

-- A proved bank statement of one of our accounts.
create table statement (
    municipality_id {uuid} not null,
    statement_id {uuid} not null,
    bank_account_id {uuid} not null,
    sha256 text not null,
    bank_id text not null,
    sequence {int},
    opening {money} not null,
    closing {money} not null,
    closing_on {date} not null,
    -- the first and the last day of its entries, or the day it closes where it has none
    first_on {date} not null,
    last_on {date} not null,
    entries {int} not null,
    fingerprint {uuid} not null,
    -- how many statements with this fingerprint were superseded before it
    version {int} not null,
    -- whether it was the oldest of the account when it came, so that the books begin with its opening balance
    is_first {bool} not null,
    -- how many such statements the account had before it
    opened_before {int} not null,
    primary key (municipality_id, statement_id),
    unique (municipality_id, bank_account_id, fingerprint, version),
    foreign key (municipality_id, bank_account_id) references bank_account,
    foreign key (municipality_id, sha256) references statement_file
){strict};

create unique index statement_first on statement (municipality_id, bank_account_id, opened_before) where is_first;
create index statement_chain on statement (municipality_id, bank_account_id, closing_on);

-- A statement that counts no longer: one person proposes it, another approves; then its postings are reversed.
create table supersession (
    municipality_id {uuid} not null,
    supersession_id {uuid} not null,
    statement_id {uuid} not null,
    reason text not null,
    proposed_by text not null,
    proposed_on {date} not null,
    approved_by text check (approved_by <> proposed_by),
    approved_on {date},
    withdrawn_on {date},
    primary key (municipality_id, supersession_id),
    foreign key (municipality_id, statement_id) references statement
){strict};
create unique index supersession_of on supersession (municipality_id, statement_id) where withdrawn_on is null;

-- The statements that count.
create view current_statement as select * from statement where not exists (select 1 from supersession
    where supersession.municipality_id = statement.municipality_id
        and supersession.statement_id = statement.statement_id and approved_by is not null);

-- The statement with whose opening balance the books of an account begin: of the first ones that count the one that was
-- taken in last, because a chain grows backwards when older days come in.
create view opening_statement as select * from current_statement where is_first
    and not exists (select 1 from current_statement as older where older.municipality_id = current_statement.municipality_id
        and older.bank_account_id = current_statement.bank_account_id and older.is_first
        and current_statement.opened_before < older.opened_before);

-- A statement that could not be booked and waits: for its other pages, or for a person. Nothing of it is in the books.
create table held_statement (
    municipality_id {uuid} not null,
    held_id {uuid} not null,
    bank_account_id {uuid} not null,
    sha256 text not null,
    -- its place in the file
    place {int} not null,
    bank_id text not null,
    sequence {int},
    page {int},
    is_last_page {bool} not null,
    opening {money},
    closing {money},
    closing_on {date},
    entries {int} not null,
    fingerprint {uuid} not null,
    -- why, as a code and in words
    code text not null,
    told text not null,
    held_on {date} not null,
    state text not null check (state in ('held', 'booked', 'refused')),
    decided_by text,
    decided_on {date},
    note text not null,
    -- the statement it became, with its other pages
    statement_id {uuid},
    primary key (municipality_id, held_id),
    foreign key (municipality_id, bank_account_id) references bank_account,
    foreign key (municipality_id, sha256) references statement_file
){strict};
create unique index held_once on held_statement (municipality_id, bank_account_id, fingerprint) where state = 'held';

-- A held statement without closing balance that is booked all the same: one person says what it closes with and why,
-- another approves.
create table acceptance (
    municipality_id {uuid} not null,
    acceptance_id {uuid} not null,
    held_id {uuid} not null,
    closing {money} not null,
    closing_on {date} not null,
    reason text not null,
    proposed_by text not null,
    proposed_on {date} not null,
    approved_by text check (approved_by <> proposed_by),
    approved_on {date},
    withdrawn_on {date},
    primary key (municipality_id, acceptance_id),
    foreign key (municipality_id, held_id) references held_statement
){strict};
create unique index acceptance_of on acceptance (municipality_id, held_id) where withdrawn_on is null;

-- A booked entry of a statement. Its key and its number among equal ones keep it from being booked twice.
create table entry (
    municipality_id {uuid} not null,
    entry_id {uuid} not null,
    statement_id {uuid} not null,
    bank_account_id {uuid} not null,
    place {int} not null,
    entry_key {uuid} not null,
    occurrence {int} not null,
    amount {money} not null check (0 <= amount),
    direction text not null check (direction in ('credit', 'debit')),
    booked_on {date} not null,
    bank_reference text not null,
    -- our batch that it books; empty where it names none
    batch_id text not null,
    primary key (municipality_id, entry_id),
    unique (municipality_id, bank_account_id, entry_key, occurrence),
    foreign key (municipality_id, statement_id) references statement
){strict};
create index entry_of_statement on entry (municipality_id, statement_id, place);

-- What a part of an entry means; the parts add up to the entry, and what itemises a part adds up to that part.
create table entry_part (
    municipality_id {uuid} not null,
    entry_id {uuid} not null,
    place {int} not null,
    amount {money} not null,
    meaning text not null check (meaning in ('settles', 'returns', 'returns_early', 'left_over')),
    payment_id {uuid},
    why text not null,
    -- the part that a notice of the bank told the content of, where this is a part of that one
    itemises {int},
    primary key (municipality_id, entry_id, place),
    foreign key (municipality_id, entry_id) references entry
){strict};

create index entry_part_of on entry_part (municipality_id, payment_id);

-- What a sum consists of that the bank books as one, told in a message of its own (camt.054). It posts nothing by itself:
-- it waits for the booked entry, or makes the parts of one that was booked before.
create table notice (
    municipality_id {uuid} not null,
    notice_id {uuid} not null,
    bank_account_id {uuid} not null,
    sha256 text not null,
    -- what it says, and its number among equal ones of one message
    notice_key {uuid} not null,
    occurrence {int} not null,
    amount {money} not null check (0 <= amount),
    direction text not null check (direction in ('credit', 'debit')),
    booked_on {date},
    bank_reference text not null,
    batch_id text not null,
    received_on {date} not null,
    -- the booked entry it is about
    entry_id {uuid},
    primary key (municipality_id, notice_id),
    unique (municipality_id, bank_account_id, notice_key, occurrence),
    foreign key (municipality_id, bank_account_id) references bank_account,
    foreign key (municipality_id, sha256) references statement_file,
    foreign key (municipality_id, entry_id) references entry
){strict};
create unique index notice_of on notice (municipality_id, entry_id) where entry_id is not null;

-- A part of it.
create table notice_part (
    municipality_id {uuid} not null,
    notice_id {uuid} not null,
    place {int} not null,
    amount {money} not null check (0 <= amount),
    end_to_end_id text not null,
    instruction_id text not null,
    mandate text not null,
    structured_reference text not null,
    counterparty_name text not null,
    counterparty_account text not null,
    words text not null,
    return_reason text not null,
    primary key (municipality_id, notice_id, place),
    foreign key (municipality_id, notice_id) references notice
){strict};

-- What the bank reported during the day (camt.052), to be looked at only. It goes when a statement covers its day.
create table provisional (
    municipality_id {uuid} not null,
    provisional_id {uuid} not null,
    bank_account_id {uuid} not null,
    sha256 text not null,
    entry_key {uuid} not null,
    occurrence {int} not null,
    -- the day that was reported on
    day {date} not null,
    amount {money} not null check (0 <= amount),
    direction text not null check (direction in ('credit', 'debit')),
    status text not null check (status in ('booked', 'pending', 'information')),
    booked_on {date},
    bank_reference text not null,
    reported_on {date} not null,
    primary key (municipality_id, provisional_id),
    unique (municipality_id, bank_account_id, entry_key, occurrence),
    foreign key (municipality_id, bank_account_id) references bank_account,
    foreign key (municipality_id, sha256) references statement_file
){strict};
create index provisional_day on provisional (municipality_id, bank_account_id, day);

-- What a left over part of an entry says, for the person who looks. What turns out not to be ours keeps its date and
-- amount, and its words go (ruling 35).
create table unexplained (
    municipality_id {uuid} not null,
    entry_id {uuid} not null,
    place {int} not null,
    bank_account_id {uuid} not null,
    direction text not null check (direction in ('credit', 'debit')),
    booked_on {date} not null,
    amount {money} not null check (0 < amount),
    -- what nobody explained yet
    remaining {money} not null check (0 <= remaining and remaining <= amount),
    -- why it is left over, as a code and in words
    why text not null,
    told text not null,
    end_to_end_id text not null,
    mandate text not null,
    structured_reference text not null,
    counterparty_name text not null,
    counterparty_account text not null,
    words text not null,
    -- the day on which agreements were last looked through for it
    searched_on {date},
    primary key (municipality_id, entry_id, place),
    foreign key (municipality_id, entry_id) references entry
){strict};
create index unexplained_open on unexplained (municipality_id, booked_on, entry_id, place) where 0 < remaining;

-- What an unexplained part may be, the most likely first.
create table suggestion (
    municipality_id {uuid} not null,
    entry_id {uuid} not null,
    place {int} not null,
    rank {int} not null,
    kind text not null check (kind in ('collection', 'refund', 'repayment', 'funding')),
    household_id {uuid},
    obligation_id {uuid},
    agreement_id {uuid} not null,
    due_on {date},
    rule text not null,
    -- which facts speak for and against it, in words
    told text not null,
    primary key (municipality_id, entry_id, place, rank),
    foreign key (municipality_id, entry_id, place) references unexplained
){strict};

-- What a part of an entry turned out to be, with the posting that books it. Added, never changed: a wrong one is undone
-- by a row that names it.
create table explanation (
    municipality_id {uuid} not null,
    explanation_id {uuid} not null,
    entry_id {uuid} not null,
    place {int} not null,
    kind text not null check (kind in ('collection', 'refund', 'repayment', 'funding', 'internal', 'not_ours')),
    household_id {uuid},
    obligation_id {uuid},
    agreement_id {uuid},
    due_on {date},
    -- how often this due was explained and undone before
    attempt {int} not null,
    amount {money} not null check (0 < amount),
    -- the rule of matching, or by_hand
    rule text not null,
    told text not null,
    posting_id {uuid} not null,
    undoes {uuid},
    explained_on {date} not null,
    explained_by text not null,
    primary key (municipality_id, explanation_id),
    unique (municipality_id, posting_id),
    foreign key (municipality_id, entry_id, place) references unexplained,
    foreign key (municipality_id, posting_id) references posting
){strict};
create unique index explanation_undoes on explanation (municipality_id, undoes) where undoes is not null;
-- the money of one due is seen once
create unique index explanation_due on explanation (municipality_id, agreement_id, due_on, attempt)
    where undoes is null and due_on is not null;
create index explanation_of on explanation (municipality_id, entry_id, place);
create index explanation_of_household on explanation (municipality_id, household_id);

-- A photograph or scan of evidence, known by the hash of its content. What it was called is not kept.
create table evidence_file (
    municipality_id {uuid} not null,
    household_id {uuid} not null,
    sha256 text not null,
    media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
    size {int} not null check (0 < size),
    body {bytes} not null,
    recorded_by text not null,
    recorded_on {date} not null,
    primary key (municipality_id, household_id, sha256),
    foreign key (municipality_id, household_id) references household
){strict};
create index evidence_file_hash on evidence_file (municipality_id, sha256);

-- A random sample of evidence, with all that is needed to draw the same list again.
create table sample (
    municipality_id {uuid} not null,
    sample_id {uuid} not null,
    seed text not null,
    confidence text not null,
    margin text not null,
    from_on {date} not null,
    until_on {date} not null,
    population {int} not null check (0 < population),
    drawn_by text not null,
    drawn_on {date} not null,
    primary key (municipality_id, sample_id),
    unique (municipality_id, seed)
){strict};

-- A piece of evidence that was drawn. What was found is filled in once.
create table sample_item (
    municipality_id {uuid} not null,
    sample_id {uuid} not null,
    place {int} not null,
    fact_id {uuid} not null,
    household_id {uuid} not null,
    outcome text check (outcome in ('confirmed', 'differs', 'not_found')),
    note text,
    checked_by text,
    checked_on {date},
    primary key (municipality_id, sample_id, place),
    check ((outcome is null) = (checked_by is null)),
    foreign key (municipality_id, sample_id) references sample
){strict};

-- Something a coach or officer must look at, with its reason.
create table alert (
    municipality_id {uuid} not null,
    alert_id {uuid} not null,
    household_id {uuid} not null,
    rule text not null,
    rule_version {int} not null,
    object_id {uuid} not null,
    month text not null,
    severity text not null check (severity in ('K1', 'K2', 'K3')),
    opened_on {date} not null,
    last_seen_on {date} not null,
    times_seen {int} not null,
    harm_on {date} not null,
    closed_on {date},
    title text not null,
    reason text not null,
    advice text not null,
    primary key (municipality_id, alert_id),
    foreign key (municipality_id, household_id) references household
){strict};
-- One open alert per matter.
create unique index alert_open on alert (municipality_id, household_id, rule, object_id, month) where closed_on is null;

-- A task that was done. Tasks themselves follow from facts.
create table task_done (
    municipality_id {uuid} not null,
    household_id {uuid} not null,
    kind text not null,
    planned_on {date} not null,
    member_id {uuid} not null,
    done_on {date} not null,
    done_by text not null,
    note text not null,
    primary key (municipality_id, household_id, kind, planned_on, member_id),
    foreign key (municipality_id, household_id) references household
){strict};

-- Who did what: one row per commit, in words of the action table; never a name of a client, IBAN or BSN.
create table audit (
    municipality_id {uuid} not null,
    audit_id {uuid} not null,
    at {timestamp} not null,
    business_date {date} not null,
    who text not null,
    role text not null,
    action text not null,
    object text not null,
    primary key (municipality_id, audit_id)
){strict};
