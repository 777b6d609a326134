//! Facts about money: reductions, income, advances, withholdings, and what happened to single dues.

use chrono::Datelike;
use grip_engine::household::income::{Reduction, ReductionSize};
use grip_engine::household::withholding::{Deduction, DeductionKind, DeductionSize};
use grip_engine::household::{LineChoice, LineDecision, MonthAmount, PaidElsewhere};

use super::{Fact, Folded, Payees, contradicts, deduction_id, unknown};
use crate::intake::event::{
    AmountChangeIn, DeductionEndIn, DeductionIn, DeductionSuspendedIn, LineDecisionIn, MonthAmountIn,
    PaidByOtherIn, PaidInCashIn, ReductionIn,
};
use crate::intake::value::{amount, code, day, month, reference, said, share};
use crate::intake::{EventIn, IntakeError};

impl Folded {
    pub(super) fn add_money(&mut self, fact: Fact<'_>, payees: &Payees) -> Result<(), IntakeError> {
        let EventIn { reduction, income, advance, bridge, pay_anyway, pay_later, .. } = fact.event;
        let EventIn { deduction, deduction_suspended, deduction_end, amount_change, .. } = fact.event;
        let EventIn { obligation_end, paid_by_other, paid_in_cash, .. } = fact.event;
        if let Some(file) = reduction {
            self.reduction(file)?;
        }
        if let Some(file) = income {
            self.income(file)?;
        }
        if let Some(file) = &fact.event.income_end {
            self.income_end(file)?;
        }
        if let Some(file) = advance {
            replace_by_reference(&mut self.household.advances, month_amount(file)?);
        }
        if let Some(file) = bridge {
            replace_by_reference(&mut self.household.bridges, month_amount(file)?);
        }
        if let Some(file) = pay_anyway {
            self.line_decision(file, LineChoice::PayAnyway)?;
        }
        if let Some(file) = pay_later {
            self.line_decision(file, LineChoice::PayLater)?;
        }
        if let Some(file) = deduction {
            self.deduction(fact, file, payees)?;
        }
        if let Some(file) = deduction_suspended {
            self.deduction_suspended(file)?;
        }
        if let Some(file) = deduction_end {
            self.deduction_end(file)?;
        }
        if let Some(file) = amount_change {
            self.amount_change(file)?;
        }
        if let Some(file) = obligation_end {
            let last_day = day("last_day", &file.last_day)?;
            let id = self.obligation_id(&file.obligation)?;
            self.replace(id, |obligation| Ok(obligation.ended_on(last_day)))?;
        }
        if let Some(file) = paid_by_other {
            self.paid_by_other(file)?;
        }
        if let Some(file) = paid_in_cash {
            self.paid_in_cash(file)?;
        }
        Ok(())
    }

    fn reduction(&mut self, file: &ReductionIn) -> Result<(), IntakeError> {
        let size = match (&file.share, &file.amount) {
            (Some(text), None) => ReductionSize::Share(share("share", text)?),
            (None, Some(text)) => ReductionSize::Amount(amount("amount", text)?),
            _ => {
                return Err(IntakeError::new(
                    "give a `share` of the norm or an `amount`",
                    "geef een deel van de norm (`share`) of een bedrag (`amount`)",
                ));
            }
        };
        let (reference, month) = (file.reference.clone(), month("month", &file.month)?);
        self.household.reductions.retain(|known| known.reference != reference);
        self.household.reductions.push(Reduction { reference, month, size });
        Ok(())
    }

    fn line_decision(&mut self, file: &LineDecisionIn, choice: LineChoice) -> Result<(), IntakeError> {
        let decision = LineDecision {
            reference: file.reference.clone(),
            month: month("month", &file.month)?,
            obligation: self.obligation_id(&file.obligation)?,
            period: file.period.as_deref().map(|text| month("period", text)).transpose()?,
            choice,
        };
        self.household.line_decisions.push(decision);
        Ok(())
    }

    fn deduction(&mut self, fact: Fact<'_>, file: &DeductionIn, payees: &Payees) -> Result<(), IntakeError> {
        let codes = DeductionKind::ALL.map(DeductionKind::code).join(", ");
        let kind = code("kind", &file.kind, DeductionKind::from_code(&file.kind), &codes)?;
        let size = match (&file.share, &file.amount) {
            (Some(text), None) => DeductionSize::Share(share("share", text)?),
            (None, Some(text)) => DeductionSize::Amount(amount("amount", text)?),
            _ => {
                return Err(IntakeError::new(
                    "give a `share` of the norm or an `amount` a month",
                    "geef een deel van de norm (`share`) of een bedrag (`amount`) per maand",
                ));
            }
        };
        let payee = match file.payee.as_deref() {
            Some(name) => Some(*payees.get(name).ok_or_else(|| unknown("payee", name))?),
            None => None,
        };
        if kind.goes_to_a_payee() != payee.is_some() {
            let (text, dutch) = if payee.is_some() {
                ("is paid to nobody: leave `payee` out", "wordt aan niemand betaald: laat `payee` weg")
            } else {
                ("needs a `payee`", "vraagt een `payee`")
            };
            return Err(IntakeError::new(
                format!("a withholding of kind `{}` {text}", file.kind),
                format!("een inhouding van soort `{}` {dutch}", file.kind),
            ));
        }
        let deduction = Deduction {
            id: deduction_id(fact),
            reference: file.reference.clone(),
            recorded_on: day("on", &fact.event.on)?,
            kind,
            legal_basis: said("legal_basis", &file.legal_basis)?,
            objection_until: day("objection_until", &file.objection_until)?,
            size,
            from: month("from", &file.from)?,
            until: file.until.as_deref().map(|text| month("until", text)).transpose()?,
            total: file.total.as_deref().map(|text| amount("total", text)).transpose()?,
            relieved: grip_engine::money::Money::ZERO,
            instalments: file.instalments.unwrap_or(36),
            payee,
            suspended: Vec::new(),
        };
        makes_sense(&deduction, file.instalments)?;
        if let Some(text) = &file.credit {
            let credit = self.credits.iter_mut().find(|credit| credit.reference == *text);
            let credit = credit.ok_or_else(|| unknown("credit", text))?;
            let is_it = |known: &&Deduction| Some(&known.reference) == credit.repaid_by.last();
            let before = self.household.deductions.iter().find(is_it);
            let ends = |before: &Deduction| before.until.is_some_and(|until| until < deduction.from);
            if let Some(Deduction { reference: known, .. }) = before.filter(|before| !ends(before)) {
                return Err(IntakeError::new(
                    format!("credit `{text}` is repaid by deduction `{known}` already: end that one first"),
                    format!(
                        "krediet `{text}` wordt al afgelost met inhouding `{known}`: laat die eerst eindigen"
                    ),
                ));
            }
            credit.repaid_by.push(file.reference.clone());
        }
        self.household.deductions.push(deduction);
        Ok(())
    }

    fn deduction_mut(&mut self, reference: &str) -> Result<&mut Deduction, IntakeError> {
        let found = self.household.deductions.iter_mut().find(|known| known.reference == reference);
        found.ok_or_else(|| unknown("deduction", reference))
    }

    fn deduction_suspended(&mut self, file: &DeductionSuspendedIn) -> Result<(), IntakeError> {
        let (from, until) = (month("from", &file.from)?, month("until", &file.until)?);
        if until < from {
            return Err(IntakeError::new(
                format!("the months from {from} end before they start, in {until}"),
                format!("de maanden vanaf {from} eindigen voor zij beginnen, in {until}"),
            ));
        }
        self.deduction_mut(&file.deduction)?.suspended.push((from, until));
        Ok(())
    }

    fn deduction_end(&mut self, file: &DeductionEndIn) -> Result<(), IntakeError> {
        let last = month("last", &file.last)?;
        self.deduction_mut(&file.deduction)?.until = Some(last);
        Ok(())
    }

    fn amount_change(&mut self, file: &AmountChangeIn) -> Result<(), IntakeError> {
        reference("reference", &file.reference)?;
        let (from, amount) = (day("from", &file.from)?, amount("amount", &file.amount)?);
        let id = self.obligation_id(&file.obligation)?;
        self.replace(id, |obligation| obligation.changed_from(from, amount, file.reference.clone()))
    }

    fn replace(
        &mut self,
        id: grip_engine::id::ObligationId,
        change: impl Fn(
            &grip_engine::obligation::Obligation,
        )
            -> Result<grip_engine::obligation::Obligation, grip_engine::obligation::ObligationError>,
    ) -> Result<(), IntakeError> {
        for obligation in self.obligations.iter_mut().filter(|obligation| obligation.id == id) {
            *obligation = change(obligation).map_err(|error| contradicts(&error))?;
        }
        Ok(())
    }

    fn paid_by_other(&mut self, file: &PaidByOtherIn) -> Result<(), IntakeError> {
        said("by", &file.by)?;
        let (id, period) = (self.obligation_id(&file.obligation)?, month("period", &file.period)?);
        let obligation = self.obligations.iter().find(|obligation| obligation.id == id);
        let due = obligation.and_then(|obligation| obligation.due_in(period));
        let (_, amount) = due.ok_or_else(|| {
            IntakeError::new(
                format!("nothing of `{}` is due in {period}", file.obligation),
                format!("van `{}` vervalt niets in {period}", file.obligation),
            )
        })?;
        let proof = said("proof", &file.proof)?;
        if self.household.was_paid_elsewhere(id, period) {
            return Err(IntakeError::new(
                "this was paid by somebody else already: one due has one payer",
                "dit is al door een ander betaald: een rekening heeft een betaler",
            ));
        }
        self.household.paid_elsewhere.push(PaidElsewhere { obligation: id, period, amount, proof });
        Ok(())
    }

    /// Which parts of the living money it was is kept beside the facts, because it hangs on what was released.
    fn paid_in_cash(&self, file: &PaidInCashIn) -> Result<(), IntakeError> {
        said("second_person", &file.second_person)?;
        said("receipt", &file.receipt)?;
        self.member_id(&file.member)?;
        month("month", &file.month)?;
        amount("amount", &file.amount).map(drop)
    }
}

/// Years that can lie between the last day of objection and the first month of a withholding.
const YEARS_OF_OBJECTION: i32 = 10;

/// A withholding that begins before it ends, and says of a loan what a loan has and of nothing else.
fn makes_sense(deduction: &Deduction, instalments: Option<u32>) -> Result<(), IntakeError> {
    let is_loan = deduction.kind == DeductionKind::LoanRepayment;
    let refuse = |english: String, dutch: String| Err(IntakeError::new(english, dutch));
    if let Some(until) = deduction.until.filter(|until| *until < deduction.from) {
        let from = deduction.from;
        return refuse(
            format!("the months from {from} end before they start, in {until}"),
            format!("de maanden vanaf {from} eindigen voor zij beginnen, in {until}"),
        );
    }
    let apart = deduction.objection_until.year() - deduction.from.first_day().year();
    if YEARS_OF_OBJECTION < apart.abs() {
        let (on, from) = (deduction.objection_until, deduction.from);
        return refuse(
            format!(
                "`objection_until` is `{on}`, which cannot belong to a withholding from {from}: look at the year"
            ),
            format!(
                "`objection_until` is `{on}`, en dat past niet bij een inhouding vanaf {from}: kijk naar het jaar"
            ),
        );
    }
    match instalments {
        Some(_) if !is_loan => refuse(
            "only the repayment of a loan has `instalments`: leave it out".to_owned(),
            "alleen de aflossing van een lening heeft termijnen (`instalments`): laat het weg".to_owned(),
        ),
        Some(number) if !(1..=120).contains(&number) => refuse(
            format!("`instalments` is `{number}`, which is no number from 1 to 120"),
            format!("`instalments` is `{number}`, en dat is geen getal van 1 tot en met 120"),
        ),
        _ if is_loan && deduction.total.is_none() => refuse(
            "the repayment of a loan needs its principal as `total`".to_owned(),
            "de aflossing van een lening vraagt de hoofdsom als `total`".to_owned(),
        ),
        _ => Ok(()),
    }
}

/// An amount that is decided again takes the place of its earlier version: it never counts twice.
fn replace_by_reference(known: &mut Vec<MonthAmount>, new: MonthAmount) {
    known.retain(|amount| amount.reference != new.reference);
    known.push(new);
}

fn month_amount(file: &MonthAmountIn) -> Result<MonthAmount, IntakeError> {
    Ok(MonthAmount {
        reference: file.reference.clone(),
        month: month("month", &file.month)?,
        amount: amount("amount", &file.amount)?,
    })
}
