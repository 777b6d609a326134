//! The first day: payees, households and obligations. What is known stays as it is; another content is listed with
//! the difference and refused, because a change is an event with a letter or a second person of its own.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::Period;
use grip_engine::household::member::Member;
use grip_engine::id::{BankAccountId, HouseholdId, MemberId};
use grip_engine::obligation::Obligation;
use grip_engine::payee::Accounts;
use uuid::Uuid;

use super::{Difference, Outcome, differences};
use crate::flow::FlowError;
use crate::flow::record::{self, OnKnownReference};
use crate::flow::register::{self, Verified};
use crate::intake::fold::member_of;
use crate::intake::value::{day, iban};
use crate::intake::{EventIn, HouseholdIn, IntakeError, ObligationIn, PayeeIn};
use crate::store::household::{self, HouseholdFile};
use crate::store::{Change, StoreError, municipality};

/// What is known, by column.
type Columns = Vec<(String, String)>;

/// The day before everything: a household as it was first recorded, without its facts.
fn before_everything() -> NaiveDate {
    NaiveDate::from_ymd_opt(1900, 1, 1).expect("the year 1900 existed")
}

pub(super) async fn payee(change: &mut Change, payee: &PayeeIn) -> Result<Outcome, FlowError> {
    let known = household::payees(change).await?;
    let Some(known) = known.values().find(|known| known.name == payee.name) else {
        let is_file = change.grant().actor().user.is_none();
        let verified = if is_file { Verified::ByFile } else { Verified::Later };
        register::add_payee(change, payee, verified).await?;
        return Ok(Outcome::New);
    };
    let (account, valid_from) = (iban(&payee.iban)?, day("valid_from", &payee.valid_from)?);
    let versions = known.accounts.versions();
    let is_known = versions.iter().any(|known| known.iban == account && known.valid_from == valid_from);
    if is_known {
        return Ok(Outcome::Unchanged);
    }
    let newest = versions.last();
    let was = newest.map(|known| account_columns(&known.iban, known.valid_from)).unwrap_or_default();
    Ok(stays(
        differences(&was, &account_columns(&account, valid_from)),
        "this payee is known with another account: record the new one as a `payee_account` event",
        "deze ontvanger is bekend met een andere rekening: leg de nieuwe vast als gebeurtenis `payee_account`",
    ))
}

fn account_columns(account: &Iban, valid_from: NaiveDate) -> Columns {
    vec![("iban".to_owned(), format!("{account:?}")), ("valid_from".to_owned(), valid_from.to_string())]
}

pub(super) async fn household(change: &mut Change, file: &HouseholdIn) -> Result<Outcome, FlowError> {
    let Some(id) = household::numbered(change, &file.number).await? else {
        register::add_household(change, file).await?;
        return Ok(Outcome::New);
    };
    let mut first = household::file_on(change, id, before_everything()).await?.ok_or(StoreError::Missing)?;
    let mut now = household::file(change, id).await?.ok_or(StoreError::Missing)?;
    for member in &mut first.household.members {
        member.account = account(&first.accounts, member.id, |number| number == 1);
    }
    for member in &mut now.household.members {
        member.account = account(&now.accounts, member.id, |_| true);
    }
    let mut found = account_difference(change, first.bank_account, &file.bank_account).await?;
    for member in &file.member {
        let member = member_of(MemberId(Uuid::nil()), member)?;
        let of = |file: &HouseholdFile| {
            let known = file.household.members.iter().find(|known| known.name == member.name);
            known.map(member_columns).unwrap_or_default()
        };
        let said = member_columns(&member);
        if said != of(&first) && said != of(&now) {
            let named = |difference: Difference| Difference {
                column: format!("{}: {}", member.name, difference.column),
                ..difference
            };
            found.extend(differences(&shown(of(&now)), &shown(said)).into_iter().map(named));
        }
    }
    if found.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    Ok(stays(
        found,
        "this household is known with another content: record what changed as an event",
        "dit huishouden is bekend met andere inhoud: leg de wijziging vast als gebeurtenis",
    ))
}

/// The newest account of a member, whoever approved it, among those with such a number.
fn account(
    accounts: &BTreeMap<MemberId, Accounts>,
    member: MemberId,
    has: impl Fn(u32) -> bool,
) -> Option<Iban> {
    let versions = accounts.get(&member)?.versions();
    let newest = versions.iter().filter(|version| has(version.number)).max_by_key(|version| version.number);
    newest.map(|version| version.iban.clone())
}

async fn account_difference(
    change: &mut Change,
    known: BankAccountId,
    said: &str,
) -> Result<Vec<Difference>, FlowError> {
    let said = iban(said)?;
    let accounts = municipality::bank_accounts(change).await?;
    let known = accounts.iter().find(|account| account.id == known).map(|account| account.iban.to_string());
    if known == Some(said.to_string()) {
        return Ok(Vec::new());
    }
    // accounts of the municipality itself: shown whole
    Ok(vec![Difference { column: "bank_account".to_owned(), was: known, is: Some(said.to_string()) }])
}

fn member_columns(member: &Member) -> Columns {
    let period = |name: &str, period: Option<Period>| {
        [
            (format!("{name}_from"), period.map(|period| period.from().to_string())),
            (format!("{name}_until"), period.and_then(Period::until).map(|until| until.to_string())),
        ]
    };
    let day = |name: &str, day: Option<NaiveDate>| (name.to_owned(), day.map(|day| day.to_string()));
    let mut columns = vec![
        ("role".to_owned(), Some(format!("{:?}", member.role).to_lowercase())),
        ("iban".to_owned(), member.account.as_ref().map(|account| account.as_str().to_owned())),
        day("born", member.born),
        day("present_from", member.present_from),
        day("right_since", member.right_since),
    ];
    columns.extend(period("asylum_permit", member.asylum_permit));
    columns.extend(period("civic_integration", member.civic_integration_duty));
    columns.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The same with the middle of an account hidden.
fn shown(columns: Columns) -> Columns {
    let hide = |(name, value): (String, String)| match value.parse::<Iban>() {
        Ok(account) if name == "iban" => (name, format!("{account:?}")),
        _ => (name, value),
    };
    columns.into_iter().map(hide).collect()
}

pub(super) async fn obligation(
    change: &mut Change,
    id: HouseholdId,
    file: &ObligationIn,
) -> Result<Outcome, FlowError> {
    let first = household::file_on(change, id, before_everything()).await?.ok_or(StoreError::Missing)?;
    let now = household::file(change, id).await?.ok_or(StoreError::Missing)?;
    let reference = file.reference.as_deref().unwrap_or_default();
    let named =
        |file: &HouseholdFile| file.obligations.iter().find(|known| known.reference == reference).cloned();
    let Some(known) = named(&now) else {
        let on = change.grant().today().to_string();
        let event = EventIn { on, obligation: Some(file.clone()), ..EventIn::default() };
        record::event(change, id, &event, 0, OnKnownReference::Refuse).await?;
        return Ok(Outcome::New);
    };
    let payees = household::payees(change).await?;
    let columns = |of: &Obligation| {
        let payee = payees.get(&of.payee).map(|payee| payee.name.clone()).unwrap_or_default();
        obligation_columns(of, payee, &now)
    };
    let said = said_columns(file);
    let is_known = said == columns(&known) || named(&first).is_some_and(|first| said == columns(&first));
    if is_known {
        return Ok(Outcome::Unchanged);
    }
    Ok(stays(
        differences(&columns(&known), &said),
        "this obligation is known with another content: record the change as an `amount_change` or `obligation_end`",
        "deze verplichting is bekend met andere inhoud: leg de wijziging vast als `amount_change` of `obligation_end`",
    ))
}

fn obligation_columns(of: &Obligation, payee: String, file: &HouseholdFile) -> Columns {
    let member = of.member.and_then(|id| file.household.member(id)).map(|member| member.name.clone());
    let amount = of.versions().last().map(|version| version.amount.to_string());
    let columns = [
        ("kind", Some(of.kind.code().to_owned())),
        ("payee", Some(payee)),
        ("amount", amount),
        ("rhythm", Some(of.rhythm.code().to_owned())),
        ("first_due", Some(of.first_due.to_string())),
        ("last_due", of.last_due.map(|day| day.to_string())),
        ("member", member),
    ];
    columns.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn said_columns(file: &ObligationIn) -> Columns {
    let columns = [
        ("kind", Some(file.kind.clone())),
        ("payee", file.payee.clone()),
        ("amount", Some(file.amount.clone())),
        ("rhythm", Some(file.rhythm.clone().unwrap_or_else(|| "monthly".to_owned()))),
        ("first_due", Some(file.first_due.clone())),
        ("last_due", file.last_due.clone()),
        ("member", file.member.clone()),
    ];
    columns.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// What is known stays.
fn stays(differences: Vec<Difference>, english: &str, dutch: &str) -> Outcome {
    Outcome::Refused { why: IntakeError::new(english, dutch), differences }
}
