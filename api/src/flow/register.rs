//! Registering a municipality, and households with what happens to them, from the files of intake.

use grip_engine::bank::payment_run::hex;
use grip_engine::calendar::Period;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::spending::{BudgetLine, EvidenceLine};
use grip_engine::furnishing::tranche::Tranche;
use grip_engine::household::{
    BenefitDecision, Household, Member, MemberRole, NormKind, Reduction, ReportedIncome,
};
use grip_engine::id::{BankAccountId, CreditId, HouseholdId, MemberId, ObligationId, PayeeId, TrancheId};
use grip_engine::obligation::{Contract, CostKind, Obligation, Payee, PayeeAccount, Version};
use grip_engine::policy::Policy;
use grip_engine::schedule;

use super::planning;
use super::record::{self, Fact};
use sha2::{Digest, Sha256};

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::intake::value::{amount, day, iban, month, name, period, share};
use crate::intake::{
    CreditIn, EventIn, EvidenceIn, HouseholdIn, LineIn, MemberIn, MunicipalityIn, ObligationIn, PayAnywayIn,
    PayeeIn,
};
use crate::store::municipality::BankAccount;
use crate::store::{Change, Scope, Snapshot, Store, credit, household, municipality, plan};

/// Sets a municipality up with its policy, accounts and payees. What exists already stays as it is.
pub async fn municipality(
    store: &Store,
    grant: &Grant,
    file: &MunicipalityIn,
    policy: &str,
) -> Result<(), FlowError> {
    let policy_from = Policy::parse(policy)?.valid_from;
    let mut change = store.begin(grant, "municipality").await?;
    municipality::put(&mut change, &file.name).await?;
    municipality::add_policy(&mut change, policy_from, policy).await?;
    let known = municipality::bank_accounts(&mut change).await?;
    for account in &file.bank_account {
        let iban = iban(&account.iban)?;
        if known.iter().all(|known| known.iban != iban) {
            let id = BankAccountId(change.new_id());
            municipality::add_bank_account(
                &mut change,
                &BankAccount { id, iban, name: account.name.clone() },
            )
            .await?;
        }
    }
    let known = household::payees(&mut change).await?;
    for payee in &file.payee {
        match known.values().find(|known| known.name == payee.name) {
            None => add_payee(&mut change, payee).await?,
            Some(known) => same_account(known, payee)?,
        }
    }
    Ok(change.commit().await?)
}

/// A payee that exists keeps its account; another one is an event of its own, verified by a second person.
fn same_account(known: &Payee, payee: &PayeeIn) -> Result<(), FlowError> {
    let iban = iban(&payee.iban)?;
    if known.accounts.iter().any(|account| account.iban == iban) {
        return Ok(());
    }
    Err(FlowError::Invalid(format!(
        "payee `{}` has another account: record the new one as a `payee_account` event of a household",
        payee.name
    )))
}

/// Records a policy, valid from the day it names.
pub async fn policy(store: &Store, grant: &Grant, text: &str) -> Result<chrono::NaiveDate, FlowError> {
    let valid_from = Policy::parse(text)?.valid_from;
    let mut change = store.begin(grant, format!("policy from {valid_from}")).await?;
    if !municipality::add_policy(&mut change, valid_from, text).await? {
        return Err(FlowError::Exists { what: "policy from", id: valid_from.to_string() });
    }
    change.commit().await?;
    Ok(valid_from)
}

async fn add_payee(change: &mut Change, payee: &PayeeIn) -> Result<(), FlowError> {
    let account =
        PayeeAccount { valid_from: day("valid_from", &payee.valid_from)?, iban: iban(&payee.iban)? };
    if payee.verified_by == change.grant().who() {
        return Err(FlowError::Invalid(format!(
            "the account of `{}` must be verified by a second person",
            payee.name
        )));
    }
    let id = PayeeId(change.new_id());
    household::add_payee(change, id, &name("name", &payee.name)?).await?;
    Ok(household::add_payee_account(change, id, &account, &payee.verified_by).await?)
}

/// What registering a household did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The household.
    pub id: HouseholdId,
    /// True when it is new; one that was known keeps its members and obligations.
    pub is_new: bool,
    /// Events that were recorded now.
    pub events: usize,
}

/// Registers a household with what happened to it on or before the business day, as a whole. Of one that is
/// known it records the events that were not recorded before.
pub async fn household(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<Registered, FlowError> {
    retry!(enter(store, grant, file))
}

async fn enter(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<Registered, FlowError> {
    let mut change = store.begin(grant, format!("household {}", file.number)).await?;
    let known = household::numbered(&mut change, &file.number).await?;
    let id = match known {
        Some(id) => id,
        None => add_household(&mut change, file).await?,
    };
    let mut events = 0;
    for event in &file.event {
        let is_due = day("on", &event.on)? <= grant.today();
        if is_due && household::add_event(&mut change, id, &event_hash(event)).await? {
            record_event(&mut change, id, event).await?;
            events += 1;
        }
    }
    if known.is_some() && events == 0 {
        return Err(FlowError::Exists { what: "household", id: file.number.clone() });
    }
    change.commit().await?;
    Ok(Registered { id, is_new: known.is_none(), events })
}

fn event_hash(event: &EventIn) -> String {
    hex(&Sha256::digest(format!("{event:?}").as_bytes()))
}

/// What contradicts itself in a household's file is refused.
fn sensible(file: &HouseholdIn) -> Result<(), FlowError> {
    let number = &file.number;
    let with_role = |role: &str| file.member.iter().filter(|member| member.role == role).count();
    let wrong = |text: String| Err(FlowError::Invalid(text));
    if number.trim().is_empty() || 40 < number.len() || number.contains(char::is_control) {
        return wrong(format!("`number` is `{number}`, which is no number of 1 to 40 letters"));
    }
    if file.member.first().is_none_or(|member| member.role != "applicant") || with_role("applicant") != 1 {
        return wrong(format!("household `{number}` must name its one applicant first"));
    }
    if 1 < with_role("partner") {
        return wrong(format!("household `{number}` has more than one partner"));
    }
    for (place, obligation) in file.obligation.iter().enumerate() {
        let reference = &obligation.reference;
        if reference.trim().is_empty() || 70 < reference.len() || reference.contains(char::is_control) {
            return wrong(format!(
                "`reference` is `{reference}`, which is no contract number of 1 to 70 letters"
            ));
        }
        let twin = |other: &ObligationIn| other.payee == obligation.payee && other.reference == *reference;
        if file.obligation[..place].iter().any(twin) {
            return wrong(format!("obligation `{reference}` stands twice in household `{number}`"));
        }
    }
    Ok(())
}

async fn add_household(change: &mut Change, file: &HouseholdIn) -> Result<HouseholdId, FlowError> {
    let account = iban(&file.bank_account)?;
    let accounts = municipality::bank_accounts(change).await?;
    let account = accounts.iter().find(|known| known.iban == account).ok_or_else(|| FlowError::NotFound {
        what: "account of the municipality",
        id: file.bank_account.clone(),
    })?;
    let id = HouseholdId(change.new_id());
    household::add(change, id, &file.number, account.id).await?;
    sensible(file)?;
    for (place, member) in (0_i64..).zip(&file.member) {
        let member = member_of(change, member)?;
        household::add_member(change, id, place, &member).await?;
    }
    for obligation in &file.obligation {
        let obligation = obligation_of(change, obligation).await?;
        household::add_obligation(change, id, &obligation).await?;
    }
    Ok(id)
}

fn member_of(change: &Change, file: &MemberIn) -> Result<Member, FlowError> {
    let role = match file.role.as_str() {
        "applicant" => MemberRole::Applicant,
        "partner" => MemberRole::Partner,
        "child" => MemberRole::Child,
        role => {
            return Err(FlowError::Invalid(format!(
                "`role` is `{role}`, which is no applicant, partner or child"
            )));
        }
    };
    let since = |key, from: &Option<String>| from.as_ref().map(|from| period(key, from, None)).transpose();
    Ok(Member {
        id: MemberId(change.new_id()),
        role,
        name: name("name", &file.name)?,
        account: file.iban.as_deref().map(iban).transpose()?,
        asylum_permit: since("asylum_permit_from", &file.asylum_permit_from)?,
        civic_integration_duty: since("civic_integration_from", &file.civic_integration_from)?,
    })
}

async fn obligation_of(change: &mut Change, file: &ObligationIn) -> Result<Obligation, FlowError> {
    let kind = CostKind::from_code(&file.kind);
    let kind =
        kind.ok_or_else(|| FlowError::Invalid(format!("`kind` is `{}`, which is no known cost", file.kind)))?;
    let first_due = day("first_due", &file.first_due)?;
    let contract = Contract {
        id: ObligationId(change.new_id()),
        kind,
        payee: payee_named(change, &file.payee).await?,
        first_due,
        reference: file.reference.clone(),
    };
    let period = period("first_due", &file.first_due, None)?;
    let version = Version { period, amount: amount("amount", &file.amount)? };
    Obligation::new(contract, vec![version]).map_err(|error| FlowError::Invalid(error.to_string()))
}

async fn payee_named(at: &mut Snapshot, name: &str) -> Result<PayeeId, FlowError> {
    let payees = household::payees(at).await?;
    let found = payees.values().find(|payee| payee.name == name).map(|payee| payee.id);
    found.ok_or_else(|| FlowError::NotFound { what: "payee", id: name.to_owned() })
}

/// Records an event of a household that exists.
pub async fn event(store: &Store, grant: &Grant, id: HouseholdId, event: &EventIn) -> Result<(), FlowError> {
    retry!(happen(store, grant, id, event))
}

async fn happen(store: &Store, grant: &Grant, id: HouseholdId, event: &EventIn) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("household {id}")).await?;
    if household::file(&mut change, id).await?.is_none() {
        return Err(FlowError::NotFound { what: "household", id: id.to_string() });
    }
    record_event(&mut change, id, event).await?;
    Ok(change.commit().await?)
}

async fn record_event(change: &mut Change, id: HouseholdId, event: &EventIn) -> Result<(), FlowError> {
    if let Some(file) = &event.payee_account {
        let payee = payee_named(change, &file.payee).await?;
        let account =
            PayeeAccount { valid_from: day("valid_from", &file.valid_from)?, iban: iban(&file.iban)? };
        return record::payee_account(change, payee, &account, &file.verified_by).await;
    }
    if let Some(file) = &event.member_account {
        let found = household::file(change, id).await?;
        let members = found.map(|found| found.household.members).unwrap_or_default();
        let member = members.iter().find(|member| member.name == file.member);
        let member =
            member.ok_or_else(|| FlowError::NotFound { what: "member", id: file.member.clone() })?.id;
        return record::member_account(change, member, &iban(&file.iban)?, &file.verified_by).await;
    }
    let fact = fact_of(change, id, event).await?;
    record::fact(change, id, &fact).await
}

async fn fact_of(change: &mut Change, id: HouseholdId, event: &EventIn) -> Result<Fact, FlowError> {
    if let Some(file) = &event.benefit {
        let norm = match file.norm.as_str() {
            "single" => NormKind::Single,
            "couple" => NormKind::Couple,
            norm => {
                return Err(FlowError::Invalid(format!("`norm` is `{norm}`, which is no single or couple")));
            }
        };
        let right = period("right_from", &file.right_from, file.right_until.as_deref())?;
        let household = household::file(change, id).await?.map(|found| found.household);
        if let Some(household) = household {
            fits(&household, norm, right, &file.reference)?;
        }
        return Ok(Fact::Benefit(BenefitDecision { reference: file.reference.clone(), right, norm }));
    }
    if let Some(file) = &event.reduction {
        let (month, share) = (month("month", &file.month)?, share("share", &file.share)?);
        return Ok(Fact::Reduction(Reduction { reference: file.reference.clone(), month, share }));
    }
    if let Some(file) = &event.income {
        let period = period("from", &file.from, file.until.as_deref())?;
        return Ok(Fact::Income(ReportedIncome { period, monthly: amount("monthly", &file.monthly)? }));
    }
    if let Some(file) = &event.pay_anyway {
        return pay_anyway(change, id, file).await;
    }
    if let Some(file) = &event.credit {
        let credit = credit_of(change, id, file)?;
        return Ok(Fact::Credit { credit, decided_on: day("on", &event.on)? });
    }
    if let Some(file) = &event.evidence {
        return evidence(change, id, file, day("on", &event.on)?).await;
    }
    Err(FlowError::Invalid(format!("the event of `{}` says nothing", event.on)))
}

/// A decision must fit the household, and may not hold on a day on which another does.
fn fits(household: &Household, norm: NormKind, right: Period, reference: &str) -> Result<(), FlowError> {
    let couple = household.adults().count() == 2;
    if (norm == NormKind::Couple) != couple {
        let text =
            format!("decision `{reference}` names a norm that does not fit the adults of the household");
        return Err(FlowError::Invalid(text));
    }
    match household.benefits.iter().find(|decision| decision.right.overlaps(right)) {
        None => Ok(()),
        Some(other) => Err(FlowError::Invalid(format!(
            "decision `{reference}` holds on days on which `{}` does: end the older one first",
            other.reference
        ))),
    }
}

async fn pay_anyway(at: &mut Snapshot, id: HouseholdId, file: &PayAnywayIn) -> Result<Fact, FlowError> {
    let month = month("month", &file.month)?;
    let found = household::file(at, id).await?;
    let found = found.ok_or_else(|| FlowError::NotFound { what: "household", id: id.to_string() })?;
    let obligation = found.obligations.iter().find(|obligation| obligation.reference == file.obligation);
    let obligation =
        obligation.ok_or_else(|| FlowError::NotFound { what: "obligation", id: file.obligation.clone() })?.id;
    let released = plan::released(at, Scope::One(id.0)).await?;
    if released.iter().any(|plan| plan.month == month) {
        return Err(FlowError::Invalid(format!(
            "the plan of {month} was released already: nothing waits for a decision"
        )));
    }
    let policy = planning::rules(at, month.first_day()).await?.policy;
    let dues = schedule::dues(&found.obligations, month, &policy);
    if !dues.iter().any(|due| due.obligation == obligation) {
        return Err(FlowError::Invalid(format!(
            "the benefit of {month} pays no due of `{}`",
            file.obligation
        )));
    }
    Ok(Fact::PayAnyway { month, obligation, reference: file.reference.clone() })
}

fn credit_of(change: &Change, household: HouseholdId, file: &CreditIn) -> Result<Credit, FlowError> {
    let tranche = |(number, tranche): (u32, &crate::intake::TrancheIn)| {
        Ok(Tranche {
            id: TrancheId(change.new_id()),
            number,
            amount: amount("amount", &tranche.amount)?,
            budget: lines(&tranche.budget, |category, amount| BudgetLine { category, amount })?,
            paid: None,
            evidence: Vec::new(),
        })
    };
    let tranches = (1..).zip(&file.tranche).map(tranche).collect::<Result<_, FlowError>>()?;
    let (id, decided) = (CreditId(change.new_id()), amount("amount", &file.amount)?);
    Credit::new(id, household, file.reference.clone(), decided, tranches)
        .map_err(|error| FlowError::Invalid(error.to_string()))
}

fn lines<T>(
    lines: &[LineIn],
    make: impl Fn(String, grip_engine::money::Money) -> T,
) -> Result<Vec<T>, FlowError> {
    lines.iter().map(|line| Ok(make(line.category.clone(), amount("amount", &line.amount)?))).collect()
}

async fn evidence(
    at: &mut Snapshot,
    id: HouseholdId,
    file: &EvidenceIn,
    shown_on: chrono::NaiveDate,
) -> Result<Fact, FlowError> {
    let credits = credit::files(at, Scope::One(id.0)).await?;
    let credit = credits.iter().find(|credit| credit.credit.reference == file.credit);
    let tranches = credit.map(|credit| credit.credit.tranches()).unwrap_or_default();
    let tranche = tranches.iter().find(|tranche| tranche.number == file.tranche).ok_or_else(|| {
        FlowError::NotFound { what: "tranche", id: format!("{} {}", file.credit, file.tranche) }
    })?;
    let lines = lines(&file.line, |category, amount| EvidenceLine { category, amount })?;
    Ok(Fact::Evidence { tranche: tranche.id, lines, shown_on })
}
