//! A field of a form: what is typed in it, and how it looks.

use super::filled::{Fault, Filled};

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

/// A field on a page.
#[derive(Clone, Debug)]
pub(super) struct FieldView {
    /// Its id on the page.
    pub(super) id: String,
    /// The name under which it is sent.
    pub(super) name: String,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) required: bool,
    pub(super) fault: Option<String>,
    pub(super) widget: Widget,
}

/// How a field looks.
#[derive(Clone, Debug)]
pub(super) enum Widget {
    /// A line of text of this type.
    Line { kind: &'static str, mode: &'static str, value: String },
    /// A list to choose one from.
    List(Vec<OptionView>),
    /// Boxes to tick.
    Boxes(Vec<OptionView>),
    /// One box to tick.
    Tick { ticked: bool },
    /// Lines of text.
    Area { value: String },
}

/// Something to choose.
#[derive(Clone, Debug)]
pub(super) struct OptionView {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// The id of a field on the page.
pub(super) fn id_of(name: &str) -> String {
    format!("veld-{}", name.replace(['.', '_'], "-"))
}

impl FieldView {
    /// A field with what was typed and what is wrong with it. The prefix names the part of the form.
    pub(super) fn of(field: &Field, prefix: &str, filled: &Filled, known: (&Lists, &[Fault])) -> FieldView {
        let (lists, faults) = known;
        let name = format!("{prefix}{}", field.key);
        let fault = faults.iter().find(|fault| fault.field.as_deref() == Some(name.as_str()));
        FieldView {
            id: id_of(&name),
            label: field.label,
            hint: field.hint,
            required: field.required,
            fault: fault.map(|fault| fault.words.clone()),
            widget: Widget::of(field, &name, filled, lists),
            name,
        }
    }

    /// The ids of what describes the field.
    pub(super) fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hulp", self.id));
        let fault = self.fault.as_ref().map(|_| format!("{}-fout", self.id));
        hint.into_iter().chain(fault).collect::<Vec<_>>().join(" ")
    }
}

impl Widget {
    fn of(field: &Field, name: &str, filled: &Filled, lists: &Lists) -> Widget {
        let line = |kind, mode| Widget::Line { kind, mode, value: filled.one(name).to_owned() };
        let chosen = filled.all(name);
        let option = |(value, words): (&str, &str)| OptionView {
            value: value.to_owned(),
            words: words.to_owned(),
            chosen: chosen.contains(&value),
        };
        match field.input {
            Input::Text | Input::Account => line("text", "text"),
            Input::Day => line("date", "text"),
            Input::Month => line("month", "text"),
            Input::Amount | Input::Percent => line("text", "decimal"),
            Input::Number => line("text", "numeric"),
            Input::Yes => Widget::Tick { ticked: !filled.one(name).is_empty() },
            Input::One(choices) => Widget::List(choices.iter().copied().map(option).collect()),
            Input::Several(choices) => Widget::Boxes(choices.iter().copied().map(option).collect()),
            Input::Known(known) => Widget::List(lists.of(known).map(option).collect()),
            Input::Lines => Widget::Area { value: filled.one(name).to_owned() },
        }
    }
}
