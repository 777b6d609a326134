//! An event of a household: a decision, income, a credit, receipts, another account.

use chrono::NaiveDate;
use grip_engine::calendar::Period;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::spending::{BudgetLine, EvidenceLine};
use grip_engine::furnishing::tranche::Tranche;
use grip_engine::household::{BenefitDecision, Household, NormKind, Reduction, ReportedIncome};
use grip_engine::id::{CreditId, HouseholdId, TrancheId};
use grip_engine::obligation::PayeeAccount;
use grip_engine::schedule;

use super::payee_named;
use crate::auth::grant::Grant;
use crate::flow::record::{self, Fact};
use crate::flow::{FlowError, planning, retry};
use crate::intake::value::{amount, day, iban, month, period, share};
use crate::intake::{CreditIn, EventIn, EvidenceIn, LineIn, PayAnywayIn};
use crate::store::{Change, Scope, Snapshot, Store, credit, household, plan};

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

pub(super) async fn record_event(
    change: &mut Change,
    id: HouseholdId,
    event: &EventIn,
) -> Result<(), FlowError> {
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
    shown_on: NaiveDate,
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
