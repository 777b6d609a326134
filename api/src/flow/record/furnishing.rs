//! A furnishing credit, and receipts for it.

use chrono::NaiveDate;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::spending::{BudgetLine, EvidenceLine};
use grip_engine::furnishing::tranche::Tranche;
use grip_engine::id::{CreditId, HouseholdId, TrancheId};
use grip_engine::money::Money;

use crate::flow::FlowError;
use crate::intake::IntakeError;
use crate::intake::event::{CreditIn, EvidenceIn, LineIn, TrancheIn};
use crate::intake::value::amount;
use crate::store::{Change, Scope, credit};

pub(super) fn credit_of(
    change: &Change,
    household: HouseholdId,
    file: &CreditIn,
) -> Result<Credit, FlowError> {
    let tranche = |(number, tranche): (u32, &TrancheIn)| {
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
    Credit::new(id, household, file.reference.clone(), decided, tranches).map_err(|error| {
        let dutch = format!(
            "de delen van krediet `{}` zijn samen {}, en het besluit kent {} toe",
            error.reference, error.total, error.amount
        );
        IntakeError::new(error.to_string(), dutch).into()
    })
}

fn lines<T>(lines: &[LineIn], make: impl Fn(String, Money) -> T) -> Result<Vec<T>, FlowError> {
    lines.iter().map(|line| Ok(make(line.category.clone(), amount("amount", &line.amount)?))).collect()
}

pub(super) async fn add_evidence(
    change: &mut Change,
    id: HouseholdId,
    file: &EvidenceIn,
    shown_on: NaiveDate,
) -> Result<(), FlowError> {
    let credits = credit::files(change, Scope::One(id.0)).await?;
    let credit = credits.iter().find(|credit| credit.credit.reference == file.credit);
    let tranches = credit.map(|credit| credit.credit.tranches()).unwrap_or_default();
    let tranche = tranches.iter().find(|tranche| tranche.number == file.tranche).ok_or_else(|| {
        FlowError::NotFound { what: "tranche", id: format!("{} {}", file.credit, file.tranche) }
    })?;
    for line in lines(&file.line, |category, amount| EvidenceLine { category, amount })? {
        credit::add_evidence(change, tranche.id, id, &line, shown_on).await?;
    }
    Ok(())
}
