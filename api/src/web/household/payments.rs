//! The payments of a household, newest first. Accounts are not shown here: a coach does not need them.

use std::collections::BTreeMap;

use grip_engine::bank::payment_run::Subject;
use grip_engine::bank::reason;
use grip_engine::calendar::dutch_day;
use grip_engine::id::TrancheId;
use grip_engine::money::Money;

use super::decision::Names;
use crate::flow::reissue;
use crate::store::StoreError;
use crate::store::payment::{HappenedRow, PaymentRow};
use crate::web::words;

/// The number of each tranche.
pub(super) type Tranches = BTreeMap<TrancheId, u32>;

/// A payment on the page of a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PaymentView {
    pub(super) on: String,
    pub(super) to: String,
    pub(super) what: String,
    pub(super) amount: Money,
    pub(super) state: String,
    pub(super) came_back: bool,
    /// Where a person decides whether it is paid once more.
    pub(super) again: Option<String>,
}

impl PaymentView {
    /// A payment with what happened to it.
    pub(super) fn of(
        row: &PaymentRow,
        history: &[HappenedRow],
        names: &Names,
        tranches: &Tranches,
    ) -> Result<PaymentView, StoreError> {
        let what = match row.subject()? {
            Subject::FixedCost(obligation, month) => {
                let kind = names.get(&obligation).map_or("Vaste last", |(kind, ..)| words::cost(*kind));
                format!("{kind} {}", month.dutch())
            }
            Subject::LivingMoney(_, month, _) => format!("Leefgeld {}", month.dutch()),
            Subject::Withholding(_, month) => format!("Inhouding {}", month.dutch()),
            Subject::Tranche(id) => {
                let number = tranches.get(&id).map(|number| format!(", deel {number}"));
                format!("Inrichting{}", number.unwrap_or_default())
            }
        };
        let failed =
            |step: &&HappenedRow| matches!(step.state.as_str(), "rejected" | "returned" | "recalled");
        let back = history.iter().filter(failed).find(|step| step.payment_id == row.payment_id);
        let state = match back {
            Some(back) => {
                let (state, why) = (words::payment_state(&back.state), reason::dutch(&back.reason));
                format!("{state} op {}: {why}", dutch_day(back.happened_on))
            }
            None => moved(row),
        };
        Ok(PaymentView {
            on: dutch_day(row.execution_on),
            to: row.creditor_name.clone(),
            what,
            amount: Money::from_cents(row.amount),
            state,
            came_back: back.is_some(),
            again: reissue::may_be_offered(row).then(|| format!("/betalingen/{}/herhaling", row.payment_id)),
        })
    }
}

/// Where a payment stands, and that the bank moved it.
fn moved(row: &PaymentRow) -> String {
    let state = words::payment_state(&row.state);
    match row.moved_to {
        None => state.to_owned(),
        Some(_) if row.is_late() => {
            format!("{state}; de bank betaalt later, na de vervaldag {}", dutch_day(row.due_on))
        }
        Some(_) => format!("{state}; de bank betaalt later dan gevraagd"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_payment_that_came_back_says_why_without_what_is_private_to_the_payee() {
        let on = "2026-03-03".parse().expect("a day");
        let row = PaymentRow {
            payment_id: Uuid::nil(),
            due_id: Uuid::nil(),
            run_id: Uuid::nil(),
            household_id: Uuid::nil(),
            subject: "living_money".to_owned(),
            subject_id: Uuid::nil(),
            period: "2026-02".to_owned(),
            due_on: on,
            amount: 310_00,
            creditor_name: "A. Bewoner".to_owned(),
            creditor_iban: "NL49BNGH0285171712".to_owned(),
            end_to_end_id: String::new(),
            remittance: String::new(),
            legal_basis: String::new(),
            execution_on: on,
            moved_to: None,
            state: "returned".to_owned(),
            reason: "MD07".to_owned(),
        };
        let back = HappenedRow {
            payment_id: Uuid::nil(),
            state: "returned".to_owned(),
            happened_on: on,
            source: String::new(),
            reason: "MD07".to_owned(),
        };
        let view = PaymentView::of(&row, &[back], &Names::new(), &Tranches::new()).expect("a view");
        assert_eq!(view.what, "Leefgeld februari 2026");
        assert_eq!(view.state, "teruggekomen op 3 maart 2026: de bank kon de betaling niet uitvoeren");
        let unsettled = PaymentRow { state: "sent".to_owned(), ..row };
        let view = PaymentView::of(&unsettled, &[], &Names::new(), &Tranches::new()).expect("a view");
        assert_eq!((view.state.as_str(), view.came_back), ("bij de bank", false));
        let later = PaymentRow { moved_to: on.succ_opt(), ..unsettled };
        assert_eq!(moved(&later), "bij de bank; de bank betaalt later, na de vervaldag 3 maart 2026");
        let in_time = PaymentRow { due_on: on + chrono::TimeDelta::days(1), ..later };
        assert_eq!(moved(&in_time), "bij de bank; de bank betaalt later dan gevraagd");
    }
}
