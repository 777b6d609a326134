//! The one table of what can happen to a household: every kind of event with its fields, as an officer knows them.
//! The form, the reading of it and the list of what was recorded follow from it.

mod benefit;
mod costs;
mod people;

use super::field::{Choice, Field};

/// A kind of event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// Its code, as `docs/cases.md` names it.
    pub(super) code: &'static str,
    /// What people call it.
    pub(super) name: &'static str,
    /// What it means, in a sentence.
    pub(super) about: &'static str,
    /// Its fields, in the order of the form.
    pub(super) fields: &'static [Field],
}

/// Kinds that belong together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// What they are about.
    pub(super) name: &'static str,
    /// The kinds.
    pub(super) kinds: &'static [Kind],
}

/// Every kind, in groups.
pub(super) const GROUPS: [Group; 8] = [
    Group { name: "Uitkering", kinds: benefit::BENEFIT },
    Group { name: "Inkomen", kinds: benefit::INCOME },
    Group { name: "Inhoudingen", kinds: benefit::WITHHOLDINGS },
    Group { name: "Vaste lasten", kinds: costs::FIXED_COSTS },
    Group { name: "Ontzorgperiode", kinds: people::WINDOW },
    Group { name: "Mensen", kinds: people::PEOPLE },
    Group { name: "Rekeningen", kinds: people::ACCOUNTS },
    Group { name: "Inrichtingskrediet", kinds: costs::FURNISHING },
];

/// The kind with this code.
pub(super) fn kind(code: &str) -> Option<&'static Kind> {
    GROUPS.iter().flat_map(|group| group.kinds).find(|kind| kind.code == code)
}

pub(super) use benefit::{BENEFIT_FIELDS, NORMS};
pub(super) use costs::OBLIGATION_FIELDS;
pub(super) use people::{ADULT_FIELDS, CHILD_FIELDS};

/// The kinds of cost.
pub(super) const COSTS: &[Choice] = &[
    ("rent", "Huur"),
    ("health_premium", "Zorgpremie"),
    ("energy", "Energie"),
    ("water", "Water"),
    ("voluntary", "Op eigen verzoek"),
];

#[cfg(test)]
mod tests {
    use super::super::field::{Input, Known};
    use super::*;
    use crate::intake::EventIn;
    use grip_engine::household::arrangement::{ExtensionKind, WindowEndReason};
    use grip_engine::household::income::Counts;
    use grip_engine::household::right::{NormKind, RightEnd};
    use grip_engine::household::withholding::DeductionKind;
    use grip_engine::obligation::{CostKind, Rhythm};

    fn codes(kind_code: &str, key: &str) -> Vec<&'static str> {
        let fields = kind(kind_code).expect("a kind").fields;
        let field = fields.iter().find(|field| field.key == key).expect("a field");
        match field.input {
            Input::One(choices) | Input::Several(choices) => choices.iter().map(|(code, _)| *code).collect(),
            _ => panic!("{key} is no choice"),
        }
    }

    #[test]
    fn every_kind_of_event_has_a_form_and_every_choice_is_the_engines() {
        let all: Vec<&str> = GROUPS.iter().flat_map(|group| group.kinds).map(|kind| kind.code).collect();
        for code in &all {
            let one = GROUPS.iter().flat_map(|group| group.kinds).filter(|kind| kind.code == *code).count();
            assert_eq!(one, 1, "{code}");
        }
        // an event with an unknown part names every part that it could have
        let unknown = serde_json::from_str::<EventIn>(r#"{"on": "2026-01-01", "x": 1}"#);
        let known = unknown.expect_err("x is unknown").to_string();
        let parts = known.split('`').skip(3).step_by(2).filter(|part| *part != "on");
        let missing: Vec<&str> = parts.filter(|part| !all.contains(part)).collect();
        assert_eq!(missing, [] as [&str; 0]);

        assert_eq!(codes("benefit", "norm"), NormKind::codes().collect::<Vec<_>>());
        assert_eq!(codes("benefit_end", "reason"), RightEnd::ALL.map(RightEnd::code));
        assert_eq!(codes("income", "counts"), Counts::ALL.map(Counts::code));
        assert_eq!(codes("extension", "kind"), ExtensionKind::ALL.map(ExtensionKind::code));
        assert_eq!(codes("window_end", "reason"), WindowEndReason::ALL.map(WindowEndReason::code));
        assert_eq!(codes("obligation", "kind"), CostKind::ALL.map(CostKind::code));
        assert_eq!(codes("window_decision", "costs"), CostKind::ALL.map(CostKind::code));
        assert_eq!(codes("obligation", "rhythm"), Rhythm::ALL.map(Rhythm::code));
        let mut kinds = codes("deduction", "kind");
        let mut known = DeductionKind::ALL.map(DeductionKind::code);
        kinds.sort_unstable();
        known.sort_unstable();
        assert_eq!(kinds, known);
        assert!(matches!(
            kind("pay_anyway").map(|kind| kind.fields[1].input),
            Some(Input::Known(Known::Obligation))
        ));
    }
}
