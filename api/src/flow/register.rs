//! Registering a municipality, and households with what happens to them, from the files of intake.

use grip_engine::furnishing::Credit;
use grip_engine::furnishing::spending::{BudgetLine, EvidenceLine};
use grip_engine::furnishing::tranche::Tranche;
use grip_engine::household::{BenefitDecision, Member, MemberRole, NormKind, Reduction, ReportedIncome};
use grip_engine::id::{BankAccountId, CreditId, HouseholdId, MemberId, ObligationId, PayeeId, TrancheId};
use grip_engine::obligation::{Contract, CostKind, Obligation, PayeeAccount, Version};
use grip_engine::policy::Policy;

use super::record::{self, Fact};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::intake::value::{amount, day, iban, month, period, share};
use crate::intake::{
    CreditIn, EventIn, EvidenceIn, HouseholdIn, LineIn, MemberIn, MunicipalityIn, ObligationIn, PayAnywayIn,
    PayeeIn,
};
use crate::store::municipality::BankAccount;
use crate::store::{Change, Scope, Snapshot, Store, StoreError, credit, household, municipality};

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
        if known.values().all(|known| known.name != payee.name) {
            add_payee(&mut change, payee).await?;
        }
    }
    Ok(change.commit().await?)
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
    household::add_payee(change, id, &payee.name).await?;
    Ok(household::add_payee_account(change, id, &account, &payee.verified_by).await?)
}

/// Registers a household with what happened to it on or before the business day, as a whole; its id.
pub async fn household(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<HouseholdId, FlowError> {
    retry!(enter(store, grant, file))
}

async fn enter(store: &Store, grant: &Grant, file: &HouseholdIn) -> Result<HouseholdId, FlowError> {
    let mut change = store.begin(grant, format!("household {}", file.number)).await?;
    let account = iban(&file.bank_account)?;
    let accounts = municipality::bank_accounts(&mut change).await?;
    let account = accounts.iter().find(|known| known.iban == account).ok_or_else(|| FlowError::NotFound {
        what: "account of the municipality",
        id: file.bank_account.clone(),
    })?;
    let id = HouseholdId(change.new_id());
    let added = household::add(&mut change, id, &file.number, account.id).await;
    added.map_err(|error| existing(error, "household", &file.number))?;
    if file.member.first().is_none_or(|member| member.role != "applicant") {
        return Err(FlowError::Invalid(format!("household `{}` must name its applicant first", file.number)));
    }
    for (place, member) in (0_i64..).zip(&file.member) {
        let member = member_of(&change, member)?;
        household::add_member(&mut change, id, place, &member).await?;
    }
    for obligation in &file.obligation {
        let obligation = obligation_of(&mut change, obligation).await?;
        household::add_obligation(&mut change, id, &obligation).await?;
    }
    for event in &file.event {
        if day("on", &event.on)? <= grant.today() {
            record_event(&mut change, id, event).await?;
        }
    }
    change.commit().await?;
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
        name: file.name.clone(),
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

fn existing(error: StoreError, what: &'static str, id: &str) -> FlowError {
    match error {
        StoreError::Exists => FlowError::Exists { what, id: id.to_owned() },
        error => error.into(),
    }
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
        return Ok(Fact::Credit(credit_of(change, id, file)?));
    }
    if let Some(file) = &event.evidence {
        return evidence(change, id, file).await;
    }
    Err(FlowError::Invalid(format!("the event of `{}` says nothing", event.on)))
}

async fn pay_anyway(at: &mut Snapshot, id: HouseholdId, file: &PayAnywayIn) -> Result<Fact, FlowError> {
    let found = household::file(at, id).await?;
    let obligations = found.map(|found| found.obligations).unwrap_or_default();
    let obligation = obligations.iter().find(|obligation| obligation.reference == file.obligation);
    let obligation =
        obligation.ok_or_else(|| FlowError::NotFound { what: "obligation", id: file.obligation.clone() })?.id;
    Ok(Fact::PayAnyway { month: month("month", &file.month)?, obligation, reference: file.reference.clone() })
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

async fn evidence(at: &mut Snapshot, id: HouseholdId, file: &EvidenceIn) -> Result<Fact, FlowError> {
    let credits = credit::files(at, Scope::One(id.0)).await?;
    let credit = credits.iter().find(|credit| credit.credit.reference == file.credit);
    let tranches = credit.map(|credit| credit.credit.tranches()).unwrap_or_default();
    let tranche = tranches.iter().find(|tranche| tranche.number == file.tranche).ok_or_else(|| {
        FlowError::NotFound { what: "tranche", id: format!("{} {}", file.credit, file.tranche) }
    })?;
    let lines = lines(&file.line, |category, amount| EvidenceLine { category, amount })?;
    Ok(Fact::Evidence { tranche: tranche.id, lines })
}
