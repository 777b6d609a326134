//! A field on a page: how it looks, with what was typed in it and what is wrong with that.

use super::field::{Field, Input, Lists, id_of};
use super::filled::{Fault, Filled};

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
