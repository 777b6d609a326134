//! Recording facts and decisions about a household that exists.

use chrono::NaiveDate;
use grip_engine::bank::iban::Iban;
use grip_engine::calendar::Month;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::spending::EvidenceLine;
use grip_engine::household::{BenefitDecision, Reduction, ReportedIncome};
use grip_engine::id::{HouseholdId, MemberId, ObligationId, PayeeId, TrancheId};
use grip_engine::obligation::PayeeAccount;

use super::FlowError;
use crate::store::{Change, StoreError, credit, household};

/// A fact or decision about a household.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A decision on the right to social assistance.
    Benefit(BenefitDecision),
    /// A decided reduction.
    Reduction(Reduction),
    /// Income the household reported.
    Income(ReportedIncome),
    /// A held due of a month is paid after all.
    PayAnyway {
        /// The benefit month.
        month: Month,
        /// The obligation.
        obligation: ObligationId,
        /// The reference of the decision.
        reference: String,
    },
    /// A furnishing credit.
    Credit {
        /// The credit.
        credit: Credit,
        /// The day of the decision.
        decided_on: NaiveDate,
    },
    /// Lines of receipts shown for a tranche.
    Evidence {
        /// The tranche.
        tranche: TrancheId,
        /// The lines.
        lines: Vec<EvidenceLine>,
        /// The day they were shown.
        shown_on: NaiveDate,
    },
}

/// Records a fact about a household.
pub(in crate::flow) async fn fact(
    change: &mut Change,
    id: HouseholdId,
    fact: &Fact,
) -> Result<(), FlowError> {
    match fact {
        Fact::Benefit(decision) => {
            let added = household::add_benefit(change, id, decision).await;
            added.map_err(|error| existing(error, "decision", &decision.reference))
        }
        Fact::Reduction(reduction) => {
            let added = household::add_reduction(change, id, reduction).await;
            added.map_err(|error| existing(error, "decision", &reduction.reference))
        }
        Fact::Income(income) => Ok(household::add_reported_income(change, id, income).await?),
        Fact::PayAnyway { month, obligation, reference } => {
            let added = household::add_decision(change, id, *month, *obligation, reference).await;
            added.map_err(|error| existing(error, "decision", reference))
        }
        Fact::Credit { credit, decided_on } => {
            let added = credit::add(change, credit, *decided_on).await;
            added.map_err(|error| existing(error, "credit", &credit.reference))
        }
        Fact::Evidence { tranche, lines, shown_on } => {
            for line in lines {
                credit::add_evidence(change, *tranche, id, line, *shown_on).await?;
            }
            Ok(())
        }
    }
}

/// Records a new account of a payee. Another person than the one who records it has verified it.
pub(in crate::flow) async fn payee_account(
    change: &mut Change,
    payee: PayeeId,
    account: &PayeeAccount,
    verified_by: &str,
) -> Result<(), FlowError> {
    if verified_by == change.grant().who() {
        return Err(FlowError::Invalid(
            "an account of a payee must be verified by a second person".to_owned(),
        ));
    }
    let added = household::add_payee_account(change, payee, account, verified_by).await;
    added.map_err(|error| existing(error, "account of the payee from", &account.valid_from.to_string()))
}

/// Records an account of a member for living money. Another person than the one who records it has verified it.
pub(in crate::flow) async fn member_account(
    change: &mut Change,
    member: MemberId,
    account: &Iban,
    verified_by: &str,
) -> Result<(), FlowError> {
    if verified_by == change.grant().who() {
        return Err(FlowError::Invalid(
            "an account of a client must be verified by a second person".to_owned(),
        ));
    }
    Ok(household::set_member_account(change, member, account).await?)
}

fn existing(error: StoreError, what: &'static str, id: &str) -> FlowError {
    match error {
        StoreError::Exists => FlowError::Exists { what, id: id.to_owned() },
        error => error.into(),
    }
}
