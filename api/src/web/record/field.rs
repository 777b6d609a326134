//! A field of a form: what is typed in it, and what there is to choose from.

/// A field of a form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The key of the value, as `docs/cases.md` names it.
    pub(super) key: &'static str,
    /// What people call it.
    pub(super) label: &'static str,
    /// A word of help, where one is needed.
    pub(super) hint: &'static str,
    /// What is typed in it.
    pub(super) input: Input,
    /// True when it must be filled in.
    pub(super) required: bool,
}

/// A code with its words.
pub(super) type Choice = (&'static str, &'static str);

/// What is typed in a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Input {
    /// A text.
    Text,
    /// A day.
    Day,
    /// A month.
    Month,
    /// An amount in euros.
    Amount,
    /// A percentage, kept as a share.
    Percent,
    /// A whole number.
    Number,
    /// An account number.
    Account,
    /// Yes or no.
    Yes,
    /// One of these.
    One(&'static [Choice]),
    /// Some of these.
    Several(&'static [Choice]),
    /// One of what is recorded.
    Known(Known),
    /// A category and an amount on every line.
    Lines,
}

/// What is recorded, to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// The accounts of the municipality.
    OwnAccount,
    /// The payees.
    Payee,
    /// The members of the household.
    Member,
    /// Its obligations.
    Obligation,
    /// Its withholdings.
    Deduction,
    /// Its suspensions.
    Suspension,
    /// Its extensions.
    Extension,
    /// Its furnishing credits.
    Credit,
    /// The reasons for another variant, by policy.
    Reason,
}

impl Field {
    /// A field that must be filled in.
    pub(super) const fn must(key: &'static str, label: &'static str, input: Input) -> Field {
        Field { key, label, hint: "", input, required: true }
    }

    /// A field that may stay empty.
    pub(super) const fn may(key: &'static str, label: &'static str, input: Input) -> Field {
        Field { key, label, hint: "", input, required: false }
    }

    /// With a word of help.
    pub(super) const fn hint(self, hint: &'static str) -> Field {
        Field { hint, ..self }
    }
}

/// What there is to choose from: the value and its words.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists(Vec<(Known, String, String)>);

impl Lists {
    /// Adds something to choose.
    pub(super) fn add(&mut self, known: Known, value: impl Into<String>, words: impl Into<String>) {
        self.0.push((known, value.into(), words.into()));
    }

    /// What there is to choose from.
    pub(super) fn of(&self, known: Known) -> impl Iterator<Item = (&str, &str)> {
        let of = self.0.iter().filter(move |(of, ..)| *of == known);
        of.map(|(_, value, words)| (value.as_str(), words.as_str()))
    }
}

/// The id of a field on the page.
pub(super) fn id_of(name: &str) -> String {
    format!("veld-{}", name.replace(['.', '_'], "-"))
}
