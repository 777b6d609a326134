//! Table: the rows of a CSV file, or of a list of objects in JSON with the same names. It knows places and names of
//! columns, and no meaning.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};

use super::IntakeError;
use super::value::{amount, day, iban, month, name, reference, share};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma or semicolon separated values, with a header.
    Csv,
    /// A list of objects.
    Json,
}

/// Rows under the names of their columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows that follow.
    pub rows: Vec<Row>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The line of a CSV file on which it begins.
    Line(u64),
    /// Its number in a list of JSON, from 1.
    Item(u64),
}

/// A row, taken out column by column. What is wrong with it is told all at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it stands.
    pub place: Place,
    values: BTreeMap<String, String>,
    errors: Vec<IntakeError>,
}

/// The most rows of a file.
const ROWS_MAX: usize = 100_000;

impl Form {
    /// How the file of this name is written, by what its name ends in.
    pub fn of_file(path: &Path) -> Option<Form> {
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        match extension.as_str() {
            "csv" => Some(Form::Csv),
            "json" => Some(Form::Json),
            _ => None,
        }
    }
}

impl Place {
    /// The line, or the number in the list.
    pub fn number(self) -> u64 {
        match self {
            Place::Line(number) | Place::Item(number) => number,
        }
    }

    /// The place in Dutch.
    pub fn dutch(self) -> String {
        match self {
            Place::Line(number) => format!("regel {number}"),
            Place::Item(number) => format!("onderdeel {number}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line(number) => write!(out, "line {number}"),
            Place::Item(number) => write!(out, "item {number}"),
        }
    }
}

/// Reads a table. What is wrong with one row is an error of that row.
pub fn read(bytes: &[u8], form: Form) -> Result<Table, IntakeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = String::from_utf8_lossy(before).split('\n').count();
        IntakeError::new(
            format!("line {line} is not UTF-8 text: save the file as CSV UTF-8"),
            format!("regel {line} is geen tekst in UTF-8: bewaar het bestand als CSV UTF-8"),
        )
    })?;
    let table = match form {
        Form::Csv => csv(text)?,
        Form::Json => json(text)?,
    };
    if ROWS_MAX < table.rows.len() {
        return Err(IntakeError::new(
            format!("the file has more than {ROWS_MAX} rows: split it"),
            format!("het bestand heeft meer dan {ROWS_MAX} regels: splits het"),
        ));
    }
    Ok(table)
}

fn csv(text: &str) -> Result<Table, IntakeError> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.delimiter(delimiter).flexible(true).trim(csv::Trim::All);
    let mut reader = reader.from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| {
        IntakeError::new(error.to_string(), format!("het bestand is niet te lezen: {error}"))
    };
    let columns: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
    named_once(&columns)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, |position| line_of(text, position));
        let mut row = Row::new(Place::Line(line));
        if record.len() != columns.len() {
            let (found, want) = (record.len(), columns.len());
            row.wrong(
                format!("the row has {found} values and the header {want}: is there a quote too many?"),
                format!(
                    "de regel heeft {found} waarden en de kop {want}: staat er een aanhalingsteken te veel?"
                ),
            );
        }
        for (column, value) in columns.iter().zip(record.iter()) {
            row.put(column, value);
        }
        // a row of nothing but separators says nothing
        if !row.values.is_empty() || !row.errors.is_empty() {
            rows.push(row);
        }
    }
    Ok(Table { columns, rows })
}

/// The line on which a row begins: its position is that of the blank lines before it.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let blank = text.as_bytes().get(start..).unwrap_or_default();
    let blank = blank.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
}

/// A name twice in a header has no meaning.
fn named_once(columns: &[String]) -> Result<(), IntakeError> {
    for (place, column) in columns.iter().enumerate() {
        if column.is_empty() {
            let number = place + 1;
            return Err(IntakeError::new(
                format!("line 1: column {number} of the header has no name"),
                format!("regel 1: kolom {number} van de kop heeft geen naam"),
            ));
        }
        if columns[..place].contains(column) {
            return Err(IntakeError::new(
                format!("line 1: column `{column}` stands twice in the header"),
                format!("regel 1: kolom `{column}` staat twee keer in de kop"),
            ));
        }
    }
    Ok(())
}

/// The keys of an object with their values, also those that stand twice.
struct Pairs(Vec<(String, serde_json::Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Pairs, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Pairs;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object for each row")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(Object)
    }
}

fn json(text: &str) -> Result<Table, IntakeError> {
    let objects: Vec<Pairs> = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        IntakeError::new(
            format!("line {line}, column {column}: the file is no list of objects in JSON"),
            format!("regel {line}, teken {column}: het bestand is geen lijst van objecten in JSON"),
        )
    })?;
    let mut table = Table { columns: Vec::new(), rows: Vec::new() };
    for (place, Pairs(pairs)) in objects.into_iter().enumerate() {
        let mut row = Row::new(Place::Item(place as u64 + 1));
        for (key, value) in pairs {
            if !table.columns.contains(&key) {
                table.columns.push(key.clone());
            }
            match value {
                serde_json::Value::Null => {}
                _ if row.values.contains_key(&key) => {
                    row.wrong(format!("`{key}` stands twice"), format!("`{key}` staat er twee keer"));
                }
                serde_json::Value::String(text) => row.put(&key, text.trim()),
                serde_json::Value::Number(number) if number.is_u64() => row.put(&key, &number.to_string()),
                // an amount as a JSON number has lost its cents before we see it
                other => row.wrong(
                    format!("`{key}` is `{other}`: write it as text, like \"612.40\""),
                    format!("`{key}` is `{other}`: schrijf het als tekst, zoals \"612.40\""),
                ),
            }
        }
        table.rows.push(row);
    }
    Ok(table)
}

impl Row {
    fn new(place: Place) -> Row {
        Row { place, values: BTreeMap::new(), errors: Vec::new() }
    }

    /// An empty value is no value.
    fn put(&mut self, column: &str, value: &str) {
        if value.contains(char::is_control) {
            self.wrong(
                format!("`{column}` goes on over the end of a line, or holds an unreadable letter"),
                format!("`{column}` loopt door over het einde van een regel, of heeft een onleesbaar teken"),
            );
        } else if !value.is_empty() {
            self.values.insert(column.to_owned(), value.to_owned());
        }
    }

    fn wrong(&mut self, english: String, dutch: String) {
        self.errors.push(IntakeError::new(english, dutch));
    }

    /// Adds an error to what is told about the row.
    pub(in crate::intake) fn refuse(&mut self, error: IntakeError) {
        self.errors.push(error);
    }

    /// The value of a column as it is written, without taking it.
    pub(in crate::intake) fn look(&self, column: &str) -> &str {
        self.values.get(column).map_or("", String::as_str)
    }

    /// Forgets the values that were not taken.
    pub(in crate::intake) fn forget(&mut self) {
        self.values.clear();
    }

    /// Takes a value.
    pub(in crate::intake) fn take(&mut self, column: &str) -> Option<String> {
        self.values.remove(column)
    }

    /// Takes a value that must be there.
    pub(in crate::intake) fn need(&mut self, column: &str) -> String {
        let taken = self.take(column);
        if taken.is_none() {
            self.wrong(format!("`{column}` is missing"), format!("`{column}` ontbreekt"));
        }
        taken.unwrap_or_default()
    }

    /// Takes a value and writes it in its one form, so that `612.4` and `612.40` are the same.
    pub(in crate::intake) fn maybe(&mut self, column: &str, form: ValueForm) -> Option<String> {
        let text = self.take(column)?;
        match form.canonical(column, &text) {
            Ok(canonical) => Some(canonical),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// The same for a value that must be there.
    pub(in crate::intake) fn must(&mut self, column: &str, form: ValueForm) -> String {
        if self.values.contains_key(column) {
            self.maybe(column, form).unwrap_or_default()
        } else {
            self.need(column)
        }
    }

    /// Ends the taking: what is left does not belong to `what`. Every error of the row, in one.
    pub(in crate::intake) fn done(&mut self, what: &str) -> Result<(), IntakeError> {
        for column in std::mem::take(&mut self.values).into_keys() {
            self.wrong(
                format!("`{column}` does not belong to `{what}`"),
                format!("`{column}` hoort niet bij `{what}`"),
            );
        }
        if self.errors.is_empty() {
            return Ok(());
        }
        let english: Vec<&str> = self.errors.iter().map(|error| error.english.as_str()).collect();
        let dutch: Vec<&str> = self.errors.iter().map(|error| error.dutch.as_str()).collect();
        Err(IntakeError::new(english.join("; "), dutch.join("; ")))
    }
}

/// What a value is, and its one way of being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum ValueForm {
    Day,
    Month,
    Amount,
    Share,
    Account,
    Name,
    Reference,
}

impl ValueForm {
    fn canonical(self, column: &str, text: &str) -> Result<String, IntakeError> {
        Ok(match self {
            ValueForm::Day => day(column, text)?.to_string(),
            ValueForm::Month => month(column, text)?.to_string(),
            ValueForm::Amount => amount(column, text)?.to_string(),
            ValueForm::Share => share(column, text)?.normalize().to_string(),
            ValueForm::Account => iban(text)?.as_str().to_owned(),
            ValueForm::Name => name(column, text)?,
            ValueForm::Reference => reference(column, text)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, form: Form) -> Vec<(u64, String)> {
        let table = read(text.as_bytes(), form).expect("a table");
        let said = |mut row: Row| {
            let values: Vec<String> =
                row.values.iter().map(|(key, value)| format!("{key}={value}")).collect();
            row.values.clear();
            let error = row.done("x").err().map(|error| format!(" ! {error}")).unwrap_or_default();
            (row.place.number(), values.join(" ") + &error)
        };
        table.rows.into_iter().map(said).collect()
    }

    #[test]
    fn commas_and_semicolons_quotes_and_a_byte_order_mark_read_the_same() {
        let expected = [(2, "a=1 b=x; y".to_owned()), (4, "a=2".to_owned())];
        assert_eq!(rows("a,b\n1,\"x; y\"\n\n2,\n", Form::Csv), expected);
        assert_eq!(rows("\u{feff}a;b\r\n 1 ;\"x; y\"\r\n\r\n2;\r\n;\r\n", Form::Csv), expected);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_an_error_of_its_row() {
        let found = rows("a,b\n1,\"x\n2,y\n", Form::Csv);
        assert_eq!(found.len(), 1);
        assert!(found[0].1.contains("`b` goes on over the end of a line"), "{found:?}");
        assert!(rows("a,b\n1\n", Form::Csv)[0].1.contains("has 1 values and the header 2"));
    }

    #[test]
    fn a_header_without_a_name_or_with_one_twice_is_an_error_of_the_file() {
        let error = |text: &[u8]| read(text, Form::Csv).expect_err("refused").english;
        assert_eq!(error(b"a,a\n"), "line 1: column `a` stands twice in the header");
        assert_eq!(error(b"a,\n"), "line 1: column 2 of the header has no name");
        assert_eq!(error(b"a,b\n1,\xe9\n"), "line 2 is not UTF-8 text: save the file as CSV UTF-8");
    }

    #[test]
    fn in_json_an_amount_is_text_and_a_key_stands_once() {
        let text = r#"[{"a": "1", "b": null, "c": 3}, {"a": 612.4}, {"a": "1", "a": "2"}]"#;
        let found = rows(text, Form::Json);
        assert_eq!(found[0], (1, "a=1 c=3".to_owned()));
        assert_eq!(found[1], (2, " ! `a` is `612.4`: write it as text, like \"612.40\"".to_owned()));
        assert_eq!(found[2], (3, "a=1 ! `a` stands twice".to_owned()));
        assert!(read(b"{}", Form::Json).is_err());
    }
}
