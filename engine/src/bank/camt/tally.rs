//! The balances and sums of a statement while it is read: what its proof is made of, in constant memory.

use chrono::NaiveDate;

use crate::money::Money;

use super::amount::{Amount, Currency, minor};
use super::code::Code;
use super::entry::{Entry, Quarantined};
use super::error::{Problem, shown};
use super::field::{Direction, amount, direction, written_day};
use super::place::Field;
use super::problems::Problems;
use super::raw::{Raw, RawText};
use super::statement::{Balance, ForeignBalances, Proof, StatementEnd, Totals};
use super::value::trimmed;

/// A balance in its own currency.
#[derive(Clone, Copy, Debug)]
struct Found {
    line: u64,
    amount: Amount,
    on: Option<NaiveDate>,
}

/// What was seen of a statement.
#[derive(Debug, Default)]
pub(super) struct Tally {
    opening: Option<Result<Found, Problem>>,
    previous: Option<Result<Found, Problem>>,
    closing: Option<Result<Found, Problem>>,
    /// As the first balance writes it.
    pub(super) balance_currency: Option<String>,
    totals: Totals,
    /// Of all entries, whatever their status: how many, and their sum in minor units.
    credits: Sum,
    debits: Sum,
    booked_credits: Sum,
    booked_debits: Sum,
    /// True where a quarantined entry has no amount: sums say nothing then.
    unknown: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    count: u64,
    minor: i128,
}

impl Sum {
    fn add(&mut self, minor: i64) {
        self.count += 1;
        self.minor = self.minor.saturating_add(i128::from(minor));
    }
}

impl Tally {
    /// Takes a `Bal`.
    pub(super) fn balance(&mut self, raw: &Raw) {
        if self.balance_currency.is_none() {
            let currency = raw.get(Field::Amount).and_then(RawText::currency);
            self.balance_currency = currency.map(|currency| trimmed(currency).to_owned());
        }
        let code = raw.get(Field::BalanceCode).map_or("", |raw| trimmed(&raw.text));
        let first = |slot: &mut Option<_>| {
            if slot.is_none() {
                *slot = Some(understood(raw));
            }
        };
        match code {
            "OPBD" => first(&mut self.opening),
            "PRCD" => first(&mut self.previous),
            "CLBD" => self.close(understood(raw)),
            _ => {}
        }
    }

    /// The `CLBD` with the last date closes; of several the last in the file.
    fn close(&mut self, next: Result<Found, Problem>) {
        self.closing = Some(match (self.closing.take(), next) {
            (Some(Err(problem)), _) => Err(problem),
            (Some(Ok(last)), Ok(next)) if next.on < last.on => Ok(last),
            (_, next) => next,
        });
    }

    pub(super) fn entry(&mut self, entry: &Entry) {
        self.totals.entries += 1;
        self.totals.booked += u64::from(entry.is_booked());
        self.add(Some(entry.direction), entry.amount.cents(), entry.is_booked());
    }

    /// Takes an entry that was set apart from an account in this currency.
    pub(super) fn quarantined(&mut self, entry: &Quarantined, currency: &str) {
        self.totals.entries += 1;
        self.totals.quarantined += 1;
        self.totals.quarantined_booked += u64::from(entry.may_be_booked);
        match entry.amount {
            Some(amount) if amount.currency.as_str() == currency => {
                self.add(entry.direction, amount.minor, entry.may_be_booked);
            }
            _ => self.unknown = true,
        }
    }

    fn add(&mut self, direction: Option<Direction>, minor: i64, booked: bool) {
        let (all, of_booked) = match direction {
            Some(Direction::Credit) => (&mut self.credits, &mut self.booked_credits),
            Some(Direction::Debit) => (&mut self.debits, &mut self.booked_debits),
            None => {
                self.unknown = true;
                return;
            }
        };
        all.add(minor);
        if booked {
            of_booked.add(minor);
        }
    }

    /// What is known at the end of the statement, for an account in this currency.
    pub(super) fn end(
        mut self,
        raw: &Raw,
        currency: Option<&str>,
        problems: Problems,
        warnings: Problems,
    ) -> StatementEnd {
        let (mut problems, mut warnings) = (problems, warnings);
        self.summary(raw, &mut warnings);
        let opening = self.opened(&mut problems, &mut warnings);
        let closing = self.closing.take().and_then(|closing| noted(closing, &mut problems));
        let own = currency.unwrap_or("EUR");
        let mut foreign = None;
        if own != "EUR" {
            let text = format!("the account is in {}: only EUR is booked", shown(own));
            let line = raw.get(Field::AccountCurrency).map_or(raw.line, |raw| raw.line);
            problems.push(Problem::new(line, "Ccy", Code::Currency, text));
            foreign = Currency::of(own).map(|currency| self.foreign(currency, opening, closing));
        }
        let mut booked = |found: Option<Found>| {
            let found = found?;
            let euros = found.amount.euros();
            if euros.is_none() && own == "EUR" {
                let text = format!("balance {} is in another currency than the account", found.amount);
                problems.push(Problem::new(found.line, "Amt", Code::Currency, text));
            }
            euros.map(|amount| Balance { amount, on: found.on })
        };
        let (opening, closing) = (booked(opening), booked(closing));
        let fitting = |sum: Sum| Money::from_cents(fitting(sum.minor));
        let (credit, debit) = match foreign {
            None => (fitting(self.booked_credits), fitting(self.booked_debits)),
            Some(_) => (Money::ZERO, Money::ZERO),
        };
        let totals = Totals { credit, debit, ..self.totals };
        let proof =
            if foreign.is_some() || own != "EUR" { Proof::Foreign } else { self.proof(opening, closing) };
        let (problems, warnings) = (problems.all(), warnings.all());
        StatementEnd { opening, closing, proof, totals, foreign, problems, warnings }
    }

    /// The first `OPBD`, else the first `PRCD`.
    fn opened(&mut self, problems: &mut Problems, warnings: &mut Problems) -> Option<Found> {
        match (self.opening.take(), self.previous.take()) {
            (Some(Ok(opening)), Some(Ok(previous))) if opening.amount != previous.amount => {
                let text = format!("OPBD {} counts, PRCD {} differs", opening.amount, previous.amount);
                warnings.push(Problem::new(opening.line, "Bal", Code::OpeningDiffers, text));
                Some(opening)
            }
            (opening, previous) => noted(opening.or(previous)?, problems),
        }
    }

    fn proof(&self, opening: Option<Balance>, closing: Option<Balance>) -> Proof {
        if self.totals.quarantined_booked != 0 {
            return Proof::Quarantined { entries: self.totals.quarantined_booked };
        }
        let Some(opening) = opening else { return Proof::NoOpening };
        let Some(closing) = closing else { return Proof::NoClosing };
        match self.reached(opening.amount.cents()) - i128::from(closing.amount.cents()) {
            0 => Proof::Proved,
            by => Proof::Differs { by: Money::from_cents(fitting(by)) },
        }
    }

    fn reached(&self, opening: i64) -> i128 {
        i128::from(opening) + self.booked_credits.minor - self.booked_debits.minor
    }

    fn foreign(&self, currency: Currency, opening: Option<Found>, closing: Option<Found>) -> ForeignBalances {
        let own = |found: Option<Found>| {
            found.map(|found| found.amount).filter(|amount| amount.currency == currency)
        };
        let (opening, closing) = (own(opening), own(closing));
        let known = opening.zip(closing).filter(|_| !self.unknown);
        let balanced =
            known.map(|(opening, closing)| self.reached(opening.minor) == i128::from(closing.minor));
        ForeignBalances { currency, opening, closing, balanced }
    }

    /// Compares the summary of the bank with what was counted: of all entries, or of the booked ones.
    fn summary(&self, raw: &Raw, warnings: &mut Problems) {
        if self.unknown {
            return;
        }
        let both = |credits: Sum, debits: Sum| Sum {
            count: credits.count + debits.count,
            minor: credits.minor.saturating_add(debits.minor),
        };
        let all = both(self.credits, self.debits);
        let booked = both(self.booked_credits, self.booked_debits);
        let places =
            Currency::of(self.balance_currency.as_deref().unwrap_or("EUR")).map_or(2, Currency::decimals);
        for (count, sum, found) in [
            (Field::TotalCount, Field::TotalSum, [all, booked]),
            (Field::CreditCount, Field::CreditSum, [self.credits, self.booked_credits]),
            (Field::DebitCount, Field::DebitSum, [self.debits, self.booked_debits]),
        ] {
            let stated = |field| raw.get(field).map(|raw| (raw.line, raw.tag.name(), trimmed(&raw.text)));
            if let Some((line, element, text)) = stated(count)
                && !found.iter().any(|found| text.parse() == Ok(found.count))
            {
                let text = format!("the bank counts {}, {} are in the file", shown(text), found[0].count);
                warnings.push(Problem::new(line, element, Code::Summary, text));
            }
            if let Some((line, element, text)) = stated(sum)
                && !found
                    .iter()
                    .any(|found| minor(text, places).is_ok_and(|minor| i128::from(minor) == found.minor))
            {
                let text = format!("the sum the bank states, {}, is not that of the entries", shown(text));
                warnings.push(Problem::new(line, element, Code::Summary, text));
            }
        }
        self.net(raw, places, warnings);
    }

    fn net(&self, raw: &Raw, places: u32, warnings: &mut Problems) {
        let Some(net) = raw.get(Field::TotalNet) else { return };
        let out = raw.get(Field::TotalNetDirection).is_some_and(|raw| trimmed(&raw.text) == "DBIT");
        let stated =
            minor(&net.text, places).map(|minor| if out { -i128::from(minor) } else { i128::from(minor) });
        let all = self.credits.minor.saturating_sub(self.debits.minor);
        let booked = self.booked_credits.minor.saturating_sub(self.booked_debits.minor);
        if stated != Ok(all) && stated != Ok(booked) {
            let text = format!(
                "the net sum the bank states, {}, is not that of the entries",
                shown(trimmed(&net.text))
            );
            warnings.push(Problem::new(net.line, net.tag.name(), Code::Summary, text));
        }
    }
}

fn noted(found: Result<Found, Problem>, problems: &mut Problems) -> Option<Found> {
    found.map_err(|problem| problems.push(problem)).ok()
}

fn understood(raw: &Raw) -> Result<Found, Problem> {
    let amount = amount(raw.get(Field::Amount), raw.line)?;
    let minor = match direction(raw.get(Field::Direction), raw.line)? {
        Direction::Credit => amount.minor,
        Direction::Debit => -amount.minor,
    };
    let on = written_day("Dt", raw.get(Field::On))?;
    Ok(Found { line: raw.line, amount: Amount { minor, ..amount }, on })
}

/// The nearest number that fits.
fn fitting(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}
