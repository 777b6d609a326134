//! What came of an import, told in English: for the command line, and for the note beside a file of the inbox.

use std::fmt;

use super::{Counts, Difference, FileKind, Imported, Outcome, RowResult};

impl FileKind {
    fn plural(self) -> &'static str {
        match self {
            FileKind::Decisions => "decisions",
            FileKind::Payees => "payees",
            FileKind::Households => "households",
            FileKind::Obligations => "obligations",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(out, "{} {} -> {}", self.column, side(&self.was), side(&self.is))
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { new, changed, unchanged, refused } = self;
        write!(out, "{new} new, {changed} changed, {unchanged} unchanged, {refused} refused")
    }
}

/// The counts, and below them a table with a line for each row and a line for each remark.
impl fmt::Display for Imported {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.kind.plural(), self.counts())?;
        let heading = ["place", "household", "kind", "reference", "result", ""].map(str::to_owned);
        let rows: Vec<[String; 6]> = self.rows.iter().map(cells).collect();
        let width = |column: usize| {
            let of_row = |row: &[String; 6]| row.get(column).map_or(0, |cell| cell.chars().count());
            rows.iter().chain([&heading]).map(of_row).max().unwrap_or(0)
        };
        let widths = [0, 1, 2, 3, 4].map(width);
        let line = |cells: &[String; 6]| {
            let padded = |(cell, width): (&String, &usize)| format!("{cell:<width$}  ");
            let start: String =
                cells.iter().zip(&widths).filter(|(_, width)| 0 < **width).map(padded).collect();
            format!("\n  {start}{}", cells[5]).trim_end_matches(' ').to_owned()
        };
        out.write_str(&line(&heading))?;
        for (cells, row) in rows.iter().zip(&self.rows) {
            out.write_str(&line(cells))?;
            for remark in &row.remarks {
                write!(out, "\n    check: {remark}")?;
            }
        }
        Ok(())
    }
}

fn cells(row: &RowResult) -> [String; 6] {
    let told = |differences: &[Difference]| {
        differences.iter().map(Difference::to_string).collect::<Vec<_>>().join(", ")
    };
    let (result, detail) = match &row.outcome {
        Outcome::New => ("new", String::new()),
        Outcome::Changed(differences) => ("changed", told(differences)),
        Outcome::Unchanged => ("unchanged", String::new()),
        Outcome::Refused { why, differences } if differences.is_empty() => ("refused", why.english.clone()),
        Outcome::Refused { why, differences } => {
            ("refused", format!("{} ({})", why.english, told(differences)))
        }
    };
    let [household, kind, reference] = [&row.household, &row.kind, &row.reference].map(String::clone);
    [row.place.to_string(), household, kind, reference, result.to_owned(), detail]
}
