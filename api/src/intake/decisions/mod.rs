//! Decisions of the benefit system, and the files of the first day: payees, households and obligations. CSV or JSON;
//! the header tells which of the four it is. `docs/importing.md` describes every column.

mod households;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::event::{BenefitEndIn, BenefitIn, MonthAmountIn, ReductionIn, SuspensionIn};
use super::table::{self, Form, Place, Row, Table, ValueForm};
use super::value::code;
use super::{EventIn, HouseholdIn, IntakeError, ObligationIn, PayeeIn};

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Decisions of the benefit system, one a row.
    Decisions,
    /// Payees with a verified account, one a row.
    Payees,
    /// Households, a row for each member.
    Households,
    /// What households owe, one a row.
    Obligations,
}

/// A file that was handed in.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportFile {
    /// What it is about.
    pub kind: FileKind,
    /// What it says, in its order.
    pub entries: Vec<Entry>,
}

/// A decision, payee, household or obligation of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where it stands; of a household the row of its first member.
    pub place: Place,
    /// The number of the household; nothing for a payee.
    pub household: String,
    /// The kind of decision or cost; nothing for a payee or household.
    pub kind: String,
    /// The reference of the decision or contract, the name of the payee; nothing for a household.
    pub reference: String,
    /// What it says, or every reason why it says nothing.
    pub said: Result<Said, IntakeError>,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A decision about a household; its day is that on which it is taken in.
    Decision(Box<EventIn>),
    /// A payee.
    Payee(Box<PayeeIn>),
    /// A household with its members.
    Household(Box<HouseholdIn>),
    /// Something a household owes.
    Obligation(Box<ObligationIn>),
}

/// The kinds of decision that a file may hold.
const KINDS: [&str; 6] = ["benefit", "benefit_end", "suspension", "reduction", "advance", "bridge"];

impl FileKind {
    const ALL: [FileKind; 4] =
        [FileKind::Payees, FileKind::Households, FileKind::Obligations, FileKind::Decisions];

    /// The columns that must be there, and the others; the first one tells this file from the other three.
    fn columns(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            FileKind::Payees => (&["verified_by", "name", "iban", "valid_from"], &[]),
            FileKind::Households => (
                &["role", "number", "bank_account", "name"],
                &[
                    "iban",
                    "born",
                    "asylum_permit_from",
                    "asylum_permit_until",
                    "civic_integration_from",
                    "civic_integration_until",
                    "present_from",
                    "right_since",
                ],
            ),
            FileKind::Obligations => (
                &["first_due", "household", "kind", "payee", "amount", "reference"],
                &["rhythm", "last_due", "member"],
            ),
            FileKind::Decisions => (
                &["kind", "household", "reference"],
                &[
                    "norm",
                    "right_from",
                    "right_until",
                    "amount",
                    "cost_sharers",
                    "last_day",
                    "reason",
                    "from",
                    "until",
                    "month",
                    "share",
                ],
            ),
        }
    }

    /// The kind of file with this header. A column that is missing or not known is an error.
    fn of(columns: &[String]) -> Result<FileKind, IntakeError> {
        let has = |name: &str| columns.iter().any(|column| column == name);
        let kind = FileKind::ALL.into_iter().find(|kind| has(kind.columns().0[0]));
        let kind = kind.ok_or_else(|| {
            IntakeError::new(
                "the header tells no kind of file: it needs `kind`, `first_due`, `role` or `verified_by`",
                "de kop zegt niet wat voor bestand dit is: er moet `kind`, `first_due`, `role` of `verified_by` in staan",
            )
        })?;
        let (needed, others) = kind.columns();
        let missing: Vec<&str> = needed.iter().copied().filter(|name| !has(name)).collect();
        let known = |column: &&String| needed.contains(&column.as_str()) || others.contains(&column.as_str());
        let unknown: Vec<&str> = columns.iter().filter(|column| !known(column)).map(String::as_str).collect();
        if missing.is_empty() && unknown.is_empty() {
            return Ok(kind);
        }
        let quoted =
            |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let tell = |names: &[&str], before: &str, after: &str| {
            if names.is_empty() { String::new() } else { format!("{before}{}{after}", quoted(names)) }
        };
        let both = if missing.is_empty() || unknown.is_empty() { "" } else { "; " };
        let english =
            [tell(&unknown, "unknown column ", ""), both.to_owned(), tell(&missing, "missing column ", "")];
        let dutch = [
            tell(&unknown, "onbekende kolom ", ""),
            both.to_owned(),
            tell(&missing, "ontbrekende kolom ", ""),
        ];
        Err(IntakeError::new(english.concat(), dutch.concat()))
    }
}

/// Reads a file. What is wrong with a row is an error of that row; every one of them is told.
pub fn read(bytes: &[u8], form: Form) -> Result<ImportFile, IntakeError> {
    let Table { columns, rows } = table::read(bytes, form)?;
    if rows.is_empty() {
        return Err(IntakeError::new("the file has no rows", "het bestand heeft geen regels"));
    }
    let kind = FileKind::of(&columns)?;
    let mut entries: Vec<Entry> = match kind {
        FileKind::Decisions => rows.into_iter().map(decision).collect(),
        FileKind::Payees => rows.into_iter().map(payee).collect(),
        FileKind::Households => households::read(rows),
        FileKind::Obligations => rows.into_iter().map(obligation).collect(),
    };
    refuse_repeated(&mut entries);
    refuse_disordered(&mut entries);
    Ok(ImportFile { kind, entries })
}

/// What stands in a file more than once is refused each time: which one holds cannot be told.
fn refuse_repeated(entries: &mut [Entry]) {
    let mut places: BTreeMap<(String, String, String), Vec<Place>> = BTreeMap::new();
    // a reference is unique per kind of decision; that of a contract within its household
    let key = |entry: &Entry| match &entry.said {
        Ok(Said::Decision(_)) => Some((String::new(), entry.kind.clone(), entry.reference.clone())),
        Ok(Said::Obligation(_)) => Some((entry.household.clone(), String::new(), entry.reference.clone())),
        Ok(Said::Payee(_)) => Some((String::new(), String::new(), entry.reference.clone())),
        Ok(Said::Household(_)) | Err(_) => None,
    };
    for entry in entries.iter() {
        if let Some(key) = key(entry) {
            places.entry(key).or_default().push(entry.place);
        }
    }
    for entry in entries {
        let found = key(entry).and_then(|key| places.get(&key)).filter(|places| 1 < places.len());
        if let Some(found) = found {
            let numbers: Vec<String> = found.iter().map(|place| place.number().to_string()).collect();
            let (numbers, reference) = (numbers.join(", "), &entry.reference);
            entry.said = Err(IntakeError::new(
                format!("`{reference}` stands in this file more than once: {numbers}"),
                format!("`{reference}` staat meer dan een keer in dit bestand: {numbers}"),
            ));
        }
    }
}

/// A decision takes the place of every earlier one from its first day on, so a file gives those of a household from
/// the oldest to the newest. Else the end of a right could be undone by the decision it ends.
fn refuse_disordered(entries: &mut [Entry]) {
    let mut newest: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    let mut disordered: BTreeSet<String> = BTreeSet::new();
    for entry in entries.iter() {
        let Some(day) = entry.first_day() else { continue };
        let known = newest.entry(&entry.household).or_insert(day);
        if day < *known {
            disordered.insert(entry.household.clone());
        }
        *known = day.max(*known);
    }
    let about_it = |entry: &&mut Entry| entry.is_about_the_right() && disordered.contains(&entry.household);
    for entry in entries.iter_mut().filter(about_it) {
        if entry.said.is_ok() {
            entry.said = Err(IntakeError::new(
                "the decisions on the right of this household are not in order of date: give the oldest first",
                "de besluiten over het recht van dit huishouden staan niet op volgorde van datum: zet de oudste vooraan",
            ));
        }
    }
}

impl Entry {
    /// True for a decision that gives or ends the right: each takes the place of those before it.
    pub fn is_about_the_right(&self) -> bool {
        matches!(self.kind.as_str(), "benefit" | "benefit_end")
    }

    /// True for a decision that leaves the right as it is. Of a kind that nobody can read this is not known.
    pub fn is_beside_the_right(&self) -> bool {
        matches!(self.kind.as_str(), "suspension" | "reduction" | "advance" | "bridge")
    }

    /// The first day that a decision on the right governs.
    fn first_day(&self) -> Option<NaiveDate> {
        let Ok(Said::Decision(event)) = &self.said else { return None };
        let from = event.benefit.as_ref().and_then(|benefit| benefit.right_from.parse().ok());
        from.or_else(|| event.benefit_end.as_ref()?.last_day.parse::<NaiveDate>().ok()?.succ_opt())
    }
}

fn decision(mut row: Row) -> Entry {
    let place = row.place;
    let household = row.need("household");
    let kind = row.need("kind");
    let reference = row.must("reference", ValueForm::Reference);
    let event = match kind.as_str() {
        "benefit" => EventIn { benefit: Some(benefit(&mut row, &reference)), ..EventIn::default() },
        "benefit_end" => {
            let last_day = row.must("last_day", ValueForm::Day);
            let end = BenefitEndIn { reference: reference.clone(), last_day, reason: row.need("reason") };
            EventIn { benefit_end: Some(end), ..EventIn::default() }
        }
        "suspension" => {
            let (from, until) = (row.must("from", ValueForm::Day), row.must("until", ValueForm::Day));
            let suspension = SuspensionIn { reference: reference.clone(), from, until };
            EventIn { suspension: Some(suspension), ..EventIn::default() }
        }
        "reduction" => {
            let month = row.must("month", ValueForm::Month);
            let (share, amount) =
                (row.maybe("share", ValueForm::Share), row.maybe("amount", ValueForm::Amount));
            let reduction = ReductionIn { reference: reference.clone(), month, share, amount };
            EventIn { reduction: Some(reduction), ..EventIn::default() }
        }
        "advance" => EventIn { advance: Some(month_amount(&mut row, &reference)), ..EventIn::default() },
        "bridge" => EventIn { bridge: Some(month_amount(&mut row, &reference)), ..EventIn::default() },
        "" => EventIn::default(),
        other => {
            if let Err(error) = code("kind", other, None::<()>, &KINDS.join(", ")) {
                row.refuse(error);
            }
            EventIn::default()
        }
    };
    if event.kinds().is_empty() {
        // without a kind nothing can be said about its columns
        row.forget();
    }
    let said = row.done(&kind);
    Entry { place, household, kind, reference, said: said.map(|()| Said::Decision(Box::new(event))) }
}

fn benefit(row: &mut Row, reference: &str) -> BenefitIn {
    let cost_sharers = row.take("cost_sharers").and_then(|text| {
        let sharers: Option<u8> = text.parse().ok();
        if sharers.is_none() {
            row.refuse(IntakeError::new(
                format!("`cost_sharers` is `{text}`, which is no number like 2"),
                format!("`cost_sharers` is `{text}`, en dat is geen aantal zoals 2"),
            ));
        }
        sharers
    });
    BenefitIn {
        reference: reference.to_owned(),
        norm: row.need("norm"),
        right_from: row.must("right_from", ValueForm::Day),
        right_until: row.maybe("right_until", ValueForm::Day),
        amount: row.maybe("amount", ValueForm::Amount),
        cost_sharers,
    }
}

fn month_amount(row: &mut Row, reference: &str) -> MonthAmountIn {
    MonthAmountIn {
        reference: reference.to_owned(),
        month: row.must("month", ValueForm::Month),
        amount: row.must("amount", ValueForm::Amount),
    }
}

fn payee(mut row: Row) -> Entry {
    let payee = PayeeIn {
        name: row.must("name", ValueForm::Name),
        iban: row.must("iban", ValueForm::Account),
        valid_from: row.must("valid_from", ValueForm::Day),
        verified_by: row.need("verified_by"),
        address: None,
    };
    Entry {
        place: row.place,
        household: String::new(),
        kind: String::new(),
        reference: payee.name.clone(),
        said: row.done("payee").map(|()| Said::Payee(Box::new(payee))),
    }
}

fn obligation(mut row: Row) -> Entry {
    let household = row.need("household");
    let obligation = ObligationIn {
        kind: row.need("kind"),
        payee: Some(row.must("payee", ValueForm::Name)),
        amount: row.must("amount", ValueForm::Amount),
        rhythm: row.take("rhythm"),
        first_due: row.must("first_due", ValueForm::Day),
        last_due: row.maybe("last_due", ValueForm::Day),
        reference: Some(row.must("reference", ValueForm::Reference)),
        member: row.maybe("member", ValueForm::Name),
    };
    Entry {
        place: row.place,
        household,
        kind: obligation.kind.clone(),
        reference: obligation.reference.clone().unwrap_or_default(),
        said: row.done("obligation").map(|()| Said::Obligation(Box::new(obligation))),
    }
}
