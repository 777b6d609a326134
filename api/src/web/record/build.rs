//! From what was filled in to what is recorded: the same keys as the files of intake, read by the same reader.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::field::{Field, Input, Lists};
use super::filled::{Fault, Filled, value};
use super::kinds::Kind;
use crate::intake::EventIn;

/// A document that is being filled in.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    filled: &'a Filled,
    lists: &'a Lists,
    document: Value,
    faults: Vec<Fault>,
}

/// An event, from the fields of its kind.
pub(super) fn event(
    kind: &Kind,
    filled: &Filled,
    lists: &Lists,
    on: NaiveDate,
) -> Result<EventIn, Vec<Fault>> {
    let mut draft = Draft::new(filled, lists);
    draft.put_at("on", json!(on));
    draft.add(kind.fields, "", &format!("{}.", kind.code), "");
    if kind.fields.iter().any(|field| matches!(field.input, Input::Yes)) {
        draft.say_no(kind);
    }
    draft.read()
}

impl<'a> Draft<'a> {
    /// An empty one.
    pub(super) fn new(filled: &'a Filled, lists: &'a Lists) -> Draft<'a> {
        Draft { filled, lists, document: Value::Object(Map::new()), faults: Vec::new() }
    }

    /// Adds fields that were sent under a prefix, at a path of the document. `about` names the part of the form.
    pub(super) fn add(&mut self, fields: &[Field], prefix: &str, path: &str, about: &str) {
        for field in fields {
            let name = format!("{prefix}{}", field.key);
            match value(field, &name, self.filled, self.lists) {
                Ok(Some(value)) => self.put_at(&format!("{path}{}", field.key), value),
                Ok(None) => self.leave_empty(field, path),
                Err(words) => {
                    let words = if about.is_empty() { words } else { format!("{about}: {words}") };
                    self.faults.push(Fault { field: Some(name), words });
                }
            }
        }
    }

    /// Puts a value at a path.
    pub(super) fn put_at(&mut self, path: &str, value: Value) {
        put(&mut self.document, path.split('.'), value);
    }

    /// What was put at a path.
    pub(super) fn at(&self, pointer: &str) -> Option<&Value> {
        self.document.pointer(pointer)
    }

    /// Adds what is wrong.
    pub(super) fn fault(&mut self, field: &str, words: String) {
        self.faults.push(Fault { field: Some(field.to_owned()), words });
    }

    /// The document as it was meant, or everything that is wrong with it.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Vec<Fault>> {
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut document = self.document;
        close(&mut document);
        serde_json::from_value(document).map_err(|error| {
            tracing::error!(%error, "a form was filled in and could not be read");
            let words = "Dit formulier kan niet gelezen worden. Vraag de beheerder om hulp.".to_owned();
            vec![Fault { field: None, words }]
        })
    }

    /// Lines that were left empty are a list of nothing where their part was filled in.
    fn leave_empty(&mut self, field: &Field, path: &str) {
        let whole = format!("{path}{}", field.key);
        let parent = whole.rsplit_once('.').map(|(parent, _)| format!("/{}", parent.replace('.', "/")));
        let has_parent = parent.is_some_and(|parent| self.document.pointer(&parent).is_some());
        if has_parent && matches!(field.input, Input::Lines) {
            self.put_at(&whole, json!([]));
        }
    }

    /// A box that was not ticked says no.
    fn say_no(&mut self, kind: &Kind) {
        for field in kind.fields.iter().filter(|field| matches!(field.input, Input::Yes)) {
            let path = format!("{}.{}", kind.code, field.key);
            if self.document.pointer(&format!("/{}", path.replace('.', "/"))).is_none() {
                self.put_at(&path, json!(false));
            }
        }
    }
}

/// Puts a value at a path; a number in it is a place in a list.
fn put<'a>(at: &mut Value, mut path: impl Iterator<Item = &'a str>, value: Value) {
    let Some(step) = path.next() else {
        *at = value;
        return;
    };
    if let Ok(place) = step.parse::<usize>() {
        if !at.is_array() {
            *at = json!([]);
        }
        let Value::Array(list) = at else { return };
        list.resize(list.len().max(place + 1), Value::Null);
        put(&mut list[place], path, value);
    } else {
        if !at.is_object() {
            *at = json!({});
        }
        put(&mut at[step], path, value);
    }
}

/// Takes places of lists out that were skipped.
fn close(at: &mut Value) {
    match at {
        Value::Array(list) => {
            list.retain(|value| !value.is_null());
            list.iter_mut().for_each(close);
        }
        Value::Object(object) => object.values_mut().for_each(close),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::Known;
    use super::super::kinds::GROUPS;
    use super::*;

    /// Something that can be filled in in a field.
    fn sample(field: &Field) -> &'static str {
        match field.input {
            Input::Text | Input::Known(_) => "X-1",
            Input::Day => "2026-03-01",
            Input::Month => "2026-03",
            Input::Amount => "612,40",
            Input::Percent => "30",
            Input::Number => "3",
            Input::Account => "NL91ABNA0417164300",
            Input::Yes => "ja",
            Input::One(choices) | Input::Several(choices) => choices[0].0,
            Input::Lines => "bed 300,00",
        }
    }

    fn lists() -> Lists {
        let mut lists = Lists::default();
        for known in [
            Known::Payee,
            Known::Member,
            Known::Obligation,
            Known::Deduction,
            Known::Suspension,
            Known::Extension,
            Known::Credit,
            Known::Reason,
        ] {
            lists.add(known, "X-1", "X-1");
        }
        lists
    }

    #[test]
    fn every_form_reads_as_its_event_with_all_and_with_only_the_needed_fields() {
        let on = "2026-03-01".parse().expect("a day");
        for kind in GROUPS.iter().flat_map(|group| group.kinds) {
            for only_needed in [false, true] {
                let fields = kind.fields.iter().filter(|field| field.required || !only_needed);
                let sent = fields.map(|field| (field.key.to_owned(), sample(field).to_owned()));
                let event = event(kind, &Filled::of(sent.collect()), &lists(), on);
                let event = event.unwrap_or_else(|faults| panic!("{}: {faults:?}", kind.code));
                assert_eq!(event.kinds(), [kind.code]);
            }
            let nothing = event(kind, &Filled::default(), &lists(), on).expect_err("nothing was filled in");
            let needed = kind.fields.iter().filter(|field| field.required).count();
            assert_eq!(nothing.len(), needed, "{}", kind.code);
        }
    }

    #[test]
    fn every_key_of_an_event_has_a_field() {
        let on = "2026-03-01".parse().expect("a day");
        for kind in GROUPS.iter().flat_map(|group| group.kinds) {
            let sent = kind.fields.iter().map(|field| (field.key.to_owned(), sample(field).to_owned()));
            let event = event(kind, &Filled::of(sent.collect()), &lists(), on).expect("an event");
            let written = serde_json::to_value(&event).expect("JSON");
            let part = written[kind.code].as_object().expect("a part").clone();
            // what follows from the photographs of a receipt is filled in with them
            let by_hand = |key: &str| kind.code != "evidence" || !["file", "elsewhere"].contains(&key);
            let empty = part.into_iter().filter(|(key, value)| value.is_null() && by_hand(key));
            let empty: Vec<String> = empty.map(|(key, _)| key).collect();
            assert_eq!(empty, [] as [&str; 0], "{}", kind.code);
        }
    }

    #[test]
    fn a_part_that_was_skipped_leaves_no_hole() {
        let mut document = json!({});
        put(&mut document, "member.0.name".split('.'), json!("A"));
        put(&mut document, "member.2.name".split('.'), json!("B"));
        put(&mut document, "member.2.role".split('.'), json!("child"));
        close(&mut document);
        let closed = json!({ "member": [{ "name": "A" }, { "name": "B", "role": "child" }] });
        assert_eq!(document, closed);
    }
}
