//! The decision a person must take about a plan, with its choices in words.

use std::collections::BTreeMap;

use grip_engine::calendar::Month;
use grip_engine::id::ObligationId;
use grip_engine::money::Money;
use grip_engine::obligation::CostKind;
use grip_engine::plan::{DecisionOption, NeedsDecision};

use crate::web::words;

/// What an obligation is called: its kind, its payee and its contract number.
pub(super) type Names = BTreeMap<ObligationId, (CostKind, String, String)>;

/// The decision a person must take.
#[derive(Clone, Debug)]
pub(super) struct DecisionView {
    pub(super) meanwhile: &'static str,
    pub(super) if_all_paid: Money,
    pub(super) floor: Money,
    pub(super) options: Vec<OptionView>,
}

/// A choice in words, with the form that records it.
#[derive(Clone, Debug)]
pub(super) struct OptionView {
    pub(super) words: String,
    /// The way to record it; none once the plan was released.
    pub(super) way: Option<Way>,
}

/// The form that records a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The kind of event.
    pub(super) kind: &'static str,
    /// What stands on the button.
    pub(super) button: &'static str,
    /// What is filled in already, beside the reference of the decision.
    pub(super) values: Vec<(&'static str, String)>,
}

/// Whether the plan can still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is made anew every day.
    Provisional,
    /// It was released: what waited for a decision went out as living money.
    Released,
}

impl DecisionView {
    /// A decision with its choices in words.
    pub(super) fn of(
        needed: &NeedsDecision,
        month: Month,
        standing: Standing,
        names: &Names,
    ) -> DecisionView {
        let meanwhile = match standing {
            Standing::Provisional => "Tot het besluit gaan alleen huur en zorgpremie door.",
            Standing::Released => {
                "Dit plan is vrijgegeven zonder besluit. Alleen huur en zorgpremie zijn betaald; de rest ging als \
                 leefgeld naar de bewoner."
            }
        };
        let option = |option: &DecisionOption| OptionView {
            words: choice(*option, standing, names),
            way: (standing == Standing::Provisional).then(|| way(*option, month, names)).flatten(),
        };
        DecisionView {
            meanwhile,
            if_all_paid: needed.living_money_if_all_paid,
            floor: needed.floor,
            options: needed.options.iter().map(option).collect(),
        }
    }
}

fn choice(option: DecisionOption, standing: Standing, names: &Names) -> String {
    match (option, standing) {
        (DecisionOption::Bridge { amount }, _) => format!(
            "Vraag bijzondere bijstand of een voorschot van {} aan. Dan kunnen de rekeningen betaald worden en \
             blijft het minimum over.",
            amount.dutch()
        ),
        (DecisionOption::PayAnyway { obligation, living_money }, Standing::Provisional) => {
            let (name, left) = (name(obligation, names), living_money.dutch());
            format!("Betaal {name} toch. Dan blijft er {left} leefgeld over.")
        }
        (DecisionOption::PayAnyway { obligation, living_money }, Standing::Released) => {
            let (name, left) = (name(obligation, names), living_money.dutch());
            format!("Help de bewoner {name} zelf te betalen van het leefgeld. Dan blijft er {left} over.")
        }
        (DecisionOption::SpreadReduction { at_least }, _) => format!(
            "Spreid de verlaging van de uitkering, als de verordening dat goedvindt. In deze maand valt dan ten \
             minste {}.",
            at_least.dutch()
        ),
        (DecisionOption::PostponeLoan { amount }, _) => {
            format!("Stel de aflossing van {} deze maand uit.", amount.dutch())
        }
        (DecisionOption::Pause, _) => {
            "Besluit over de ontzorgperiode: de bewoner betaalt deze maand zelf.".to_owned()
        }
        (DecisionOption::AskConsent, _) => {
            "Vraag instemming, een gezamenlijk verzoek of een besluit op grond van artikel 57.".to_owned()
        }
        (DecisionOption::PayLater { obligation }, _) => {
            format!("Vraag of {} later betaald mag worden.", name(obligation, names))
        }
    }
}

/// The form that records a choice, filled in as far as the plan knows it.
fn way(option: DecisionOption, month: Month, names: &Names) -> Option<Way> {
    let about = |kind, button, obligation| {
        let (_, _, reference) = names.get(&obligation)?;
        let values = vec![("month", month.to_string()), ("obligation", reference.clone())];
        Some(Way { kind, button, values })
    };
    let form = |kind, button| Some(Way { kind, button, values: Vec::new() });
    match option {
        DecisionOption::Bridge { amount } => Some(Way {
            kind: "bridge",
            button: "Bekijk deze overbrugging",
            values: vec![("month", month.to_string()), ("amount", amount.to_string())],
        }),
        DecisionOption::PayAnyway { obligation, .. } => {
            about("pay_anyway", "Bekijk toch betalen", obligation)
        }
        DecisionOption::PayLater { obligation } => about("pay_later", "Bekijk later betalen", obligation),
        DecisionOption::SpreadReduction { .. } => form("reduction", "Leg de verlaging anders vast"),
        DecisionOption::PostponeLoan { .. } => form("deduction_suspended", "Leg het uitstel vast"),
        DecisionOption::Pause => form("window_decision", "Leg dit besluit vast"),
        DecisionOption::AskConsent => form("extension", "Leg de instemming vast"),
    }
}

fn name(obligation: ObligationId, names: &Names) -> String {
    match names.get(&obligation) {
        Some((kind, payee, _)) => format!("{} ({payee})", words::cost(*kind).to_lowercase()),
        None => "deze rekening".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn words_of(option: DecisionOption, standing: Standing) -> String {
        let energy =
            (ObligationId(Uuid::nil()), (CostKind::Energy, "Stroom BV".to_owned(), "E-1".to_owned()));
        choice(option, standing, &Names::from([energy]))
    }

    #[test]
    fn a_choice_names_the_bill_and_what_is_left_to_live_on() {
        let living_money = "250.00".parse().expect("an amount");
        let option = DecisionOption::PayAnyway { obligation: ObligationId(Uuid::nil()), living_money };
        assert_eq!(
            words_of(option, Standing::Provisional),
            "Betaal energie (Stroom BV) toch. Dan blijft er € 250,00 leefgeld over."
        );
        assert_eq!(
            words_of(option, Standing::Released),
            "Help de bewoner energie (Stroom BV) zelf te betalen van het leefgeld. Dan blijft er € 250,00 over."
        );
        let unknown = DecisionOption::PayLater { obligation: ObligationId(Uuid::max()) };
        assert_eq!(
            words_of(unknown, Standing::Provisional),
            "Vraag of deze rekening later betaald mag worden."
        );
    }

    #[test]
    fn a_choice_leads_to_its_form_filled_in() {
        let energy = ObligationId(Uuid::nil());
        let names = Names::from([(energy, (CostKind::Energy, "Stroom BV".to_owned(), "E-1".to_owned()))]);
        let month = "2026-03".parse().expect("a month");
        let way = |option| way(option, month, &names).expect("a way");
        let later = way(DecisionOption::PayLater { obligation: energy });
        let values = [("month", "2026-03".to_owned()), ("obligation", "E-1".to_owned())];
        assert_eq!((later.kind, later.values.as_slice()), ("pay_later", values.as_slice()));
        let amount = "296.21".parse().expect("an amount");
        assert_eq!(way(DecisionOption::Bridge { amount }).values[1], ("amount", "296.21".to_owned()));
        assert_eq!(way(DecisionOption::Pause).kind, "window_decision");
    }
}
