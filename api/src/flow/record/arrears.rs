//! What a letter asks on top of dues that were paid at the amount that was approved: a due of its own (ruling 32).

use grip_engine::bank::payment_run::Subject;
use grip_engine::calendar::Month;
use grip_engine::id::ObligationId;
use grip_engine::money::Money;
use grip_engine::obligation::{Contract, Obligation, Rhythm, Version};

use super::super::planning::{Dossier, Rules};
use crate::intake::IntakeError;
use crate::intake::event::AmountChangeIn;
use crate::intake::fold::contradicts;
use crate::intake::value::day;

/// The one due that makes up for the amount before the letter, in every month of which the due was released or tried
/// to pay. It is paid with the first month that was not released. Nothing when the letter asks no more for those months.
///
/// `before` holds the obligations without the letter; the dossier holds them with it.
pub(in crate::flow) fn difference_due(
    id: ObligationId,
    before: &[Obligation],
    dossier: &Dossier,
    rules: &Rules,
    letter: &AmountChangeIn,
) -> Result<Option<Obligation>, IntakeError> {
    let from = day("from", &letter.from)?;
    let now = dossier.file.obligations.iter().find(|known| known.reference == letter.obligation);
    let Some(now) = now else { return Ok(None) };
    let Some(before) = before.iter().find(|known| known.id == now.id) else { return Ok(None) };
    let Some(last) = dossier.released.iter().filter(|month| month.stands).map(|month| month.month).max()
    else {
        return Ok(None);
    };
    let is_paid = |period: Month| {
        let released = dossier.released.iter().filter(|month| month.stands);
        let mut paid = released.flat_map(|month| &month.sums.paid);
        paid.any(|due| *due == (now.id, period))
            || dossier.attempted.contains(&Subject::FixedCost(now.id, period))
    };
    let amount = |obligation: &Obligation, period| obligation.due_in(period).map(|(_, amount)| amount);
    let more_in = |period: Month| {
        let (now, before) = amount(now, period).zip(amount(before, period))?;
        Some(now - before).filter(|_| is_paid(period))
    };
    // a due is paid from a benefit of at most two months before
    let more: Money = Month::of(from).through(last.plus(2)).filter_map(more_in).sum();
    if !more.is_positive() {
        return Ok(None);
    }
    let next = last.next();
    let due_on = rules.policy_of(next).pay_day(next);
    let contract = Contract {
        id,
        kind: now.kind,
        payee: now.payee,
        rhythm: Rhythm::Monthly,
        first_due: due_on,
        last_due: Some(due_on),
        reference: format!("{} verschil vanaf {from}", now.reference),
        member: now.member,
    };
    let period = grip_engine::calendar::Period::new(due_on, None).expect("a period without an end");
    let version = Version { period, amount: more, letter: None };
    Obligation::new(contract, vec![version]).map(Some).map_err(|error| contradicts(&error))
}
