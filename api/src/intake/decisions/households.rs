//! Households of the first day: a row for each member.

use super::{Entry, Said};
use crate::intake::table::{Place, Row, ValueForm};
use crate::intake::value::{given, period};
use crate::intake::{HouseholdIn, IntakeError, MemberIn};

/// The rows of one number are one household, wherever they stand. With one row refused the household is.
pub(super) fn read(rows: Vec<Row>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for row in rows {
        let (place, number) = (row.place, row.look("number").to_owned());
        let read = member(row).map_err(|error| {
            // the place of the household is that of its first row, so the row that is wrong is named
            IntakeError::new(
                format!("{place}: {}", error.english),
                format!("{}: {}", place.dutch(), error.dutch),
            )
        });
        let known = entries.iter_mut().find(|entry| entry.household == number && !number.is_empty());
        match known {
            Some(entry) => add_member(&mut entry.said, read, place),
            None => entries.push(Entry {
                place,
                household: number,
                kind: String::new(),
                reference: String::new(),
                said: read.map(|household| Said::Household(Box::new(household))),
            }),
        }
    }
    for entry in &mut entries {
        let lacks = matches!(&entry.said, Ok(Said::Household(file)) if file.bank_account.is_empty());
        if lacks {
            entry.said = Err(given("bank_account", None).expect_err("nothing was given"));
        }
    }
    entries
}

fn add_member(said: &mut Result<Said, IntakeError>, read: Result<HouseholdIn, IntakeError>, place: Place) {
    match (&mut *said, read) {
        (Ok(Said::Household(household)), Ok(more)) => {
            if household.bank_account.is_empty() {
                household.bank_account.clone_from(&more.bank_account);
            }
            if !more.bank_account.is_empty() && more.bank_account != household.bank_account {
                *said = Err(IntakeError::new(
                    format!("{place}: `bank_account` differs from that of an earlier row of this household"),
                    format!(
                        "{}: `bank_account` verschilt van die op een eerdere regel van dit huishouden",
                        place.dutch()
                    ),
                ));
                return;
            }
            household.member.extend(more.member);
        }
        (Ok(_), Err(error)) => *said = Err(error),
        (Err(known), Err(error)) => {
            known.english = format!("{}; {}", known.english, error.english);
            known.dutch = format!("{}; {}", known.dutch, error.dutch);
        }
        (_, Ok(_)) => {}
    }
}

fn member(mut row: Row) -> Result<HouseholdIn, IntakeError> {
    let number = row.need("number");
    let bank_account = row.maybe("bank_account", ValueForm::Account).unwrap_or_default();
    let day = ValueForm::Day;
    let member = MemberIn {
        role: row.need("role"),
        name: Some(row.must("name", ValueForm::Name)),
        iban: row.maybe("iban", ValueForm::Account),
        born: row.maybe("born", day),
        asylum_permit_from: row.maybe("asylum_permit_from", day),
        asylum_permit_until: row.maybe("asylum_permit_until", day),
        civic_integration_from: row.maybe("civic_integration_from", day),
        civic_integration_until: row.maybe("civic_integration_until", day),
        present_from: row.maybe("present_from", day),
        right_since: row.maybe("right_since", day),
    };
    for (from, until, key) in [
        (&member.asylum_permit_from, &member.asylum_permit_until, "asylum_permit_until"),
        (&member.civic_integration_from, &member.civic_integration_until, "civic_integration_until"),
    ] {
        let wrong = match (from, until) {
            (Some(from), until) => period(key, from, until.as_deref()).err(),
            (None, Some(_)) => Some(IntakeError::new(
                format!("`{key}` is given without its first day"),
                format!("`{key}` staat er zonder eerste dag"),
            )),
            (None, None) => None,
        };
        if let Some(error) = wrong {
            row.refuse(error);
        }
    }
    row.done("member")?;
    Ok(HouseholdIn { number, bank_account, member: vec![member], obligation: Vec::new(), event: Vec::new() })
}
