//! How a booking becomes entries: whole batches or single transfers, with the codes, references
//! and words of each bank.

use chrono::NaiveDate;
use grip_engine::money::Money;

use super::booking::{Booking, Cause, Incoming, Return};
use super::habit::Habit;
use super::order::{Batch, Remittance, Transfer};
use super::statement::{BatchTotals, Code, Detail, Entry};
use super::xml::cut;

/// What one entry books.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    Whole(&'a Batch),
    Single(&'a Batch, &'a Transfer),
    Returned(&'a Return),
    Received(&'a Incoming, Option<&'a str>),
}

/// The entries that a booking becomes: at ING one for each transfer of a batch.
pub(super) fn parts(habit: Habit, booking: &Booking) -> Vec<Part<'_>> {
    match &booking.cause {
        Cause::Batch(batch) if habit == Habit::Ing => {
            let single = |transfer| Part::Single(batch, transfer);
            batch.transfers.iter().map(single).collect()
        }
        Cause::Batch(batch) => vec![Part::Whole(batch)],
        Cause::Return(returned) => vec![Part::Returned(returned)],
        Cause::Received { from, end_to_end_id } => {
            vec![Part::Received(from, end_to_end_id.as_deref())]
        }
    }
}

impl Part<'_> {
    /// The entry as this bank writes it; `number` is its place in the statement.
    pub(super) fn entry(self, habit: Habit, day: NaiveDate, number: u32) -> Entry {
        let servicer = servicer_reference(habit, day, number);
        let details = self.details(habit, day, &servicer);
        let is_return = matches!(self, Part::Returned(_));
        let ing_reference = || format!("{}{number:019}", day.format("%Y%m%d"));
        Entry {
            reference: (habit == Habit::Ing).then(ing_reference),
            amount: self.amount(),
            // Rabobank marks only the returns of foreign accounts.
            reversal: is_return && habit != Habit::Rabobank,
            servicer_reference: (habit != Habit::Rabobank).then_some(servicer),
            code: self.code(habit),
            batch: self.batch_totals(habit),
            information: self.information(habit, &details),
            // BNG keeps the transfers of a batch to itself.
            details: match self {
                Part::Whole(_) if habit == Habit::Bng => Vec::new(),
                _ => details,
            },
        }
    }

    fn amount(self) -> Money {
        match self {
            Part::Whole(batch) => -batch.total(),
            Part::Single(_, transfer) => -transfer.amount,
            Part::Returned(returned) => returned.transfer.amount,
            Part::Received(from, _) => from.amount,
        }
    }

    fn code(self, habit: Habit) -> Code {
        let (place, domain) = match self {
            Part::Whole(_) | Part::Single(..) => (0, ("ICDT", "ESCT")),
            Part::Returned(_) => (1, ("ICDT", "RRTN")),
            Part::Received(..) => (2, ("RCDT", "ESCT")),
        };
        let (own, issuer) = match habit {
            Habit::Bng => ([Some("864"), Some("890"), Some("890")], Some("BNGBANK")),
            Habit::AbnAmro => ([Some("N655"), None, Some("N654")], Some("ABNAMRO")),
            Habit::Ing => ([None; 3], None),
            Habit::Rabobank => ([Some("586"), Some("544"), Some("541")], None),
        };
        Code {
            domain: matches!(habit, Habit::AbnAmro | Habit::Ing).then_some(domain),
            own: own[place].map(|code| (code, issuer)),
        }
    }

    fn batch_totals(self, habit: Habit) -> Option<BatchTotals> {
        let Part::Whole(batch) = self else {
            return None;
        };
        Some(BatchTotals {
            message_id: (habit == Habit::AbnAmro).then(|| batch.message_id.clone()),
            id: batch.id.clone(),
            transfers: batch.transfers.len(),
            total: (habit != Habit::Rabobank).then(|| batch.total()),
        })
    }

    fn details(self, habit: Habit, day: NaiveDate, servicer: &str) -> Vec<Detail> {
        let settled = (habit == Habit::Rabobank).then_some(day);
        let ordered = |order: (&str, &str), transfer: &Transfer| Detail {
            references: own_references(habit, servicer, order, transfer),
            amount: transfer.amount,
            name: transfer.name.clone(),
            account: transfer.account.clone(),
            remittance: transfer.remittance.clone(),
            settled,
            return_reason: None,
        };
        match self {
            Part::Whole(batch) => {
                let transfers = batch.transfers.iter();
                transfers.map(|transfer| ordered(batch.ids(), transfer)).collect()
            }
            Part::Single(batch, transfer) => vec![ordered(batch.ids(), transfer)],
            Part::Returned(returned) => {
                let order = (returned.message_id.as_str(), returned.batch_id.as_str());
                vec![Detail {
                    return_reason: Some(returned.reason.clone()),
                    ..ordered(order, &returned.transfer)
                }]
            }
            Part::Received(from, end_to_end_id) => vec![Detail {
                references: payer_references(habit, servicer, end_to_end_id),
                amount: from.amount,
                name: cut(&from.name, 70),
                account: from.account.clone(),
                remittance: match cut(&from.text, 140) {
                    text if text.is_empty() => Remittance::None,
                    text => Remittance::Text(text),
                },
                settled,
                return_reason: None,
            }],
        }
    }

    /// The code words of MT940 that BNG and ABN AMRO repeat; a word without a value is left out.
    fn information(self, habit: Habit, details: &[Detail]) -> Option<String> {
        let kind = match (habit, self) {
            (Habit::Ing | Habit::Rabobank, _) => return None,
            (Habit::Bng, Part::Whole(batch)) => {
                let (count, tail, id) = (batch.transfers.len(), &batch.sha1_tail, &batch.id);
                let kind = "SEPA betaalbatch via BNG BTV";
                return Some(format!("/TRTP/{kind}/NRTX/{count}/SHA1/{tail}/PREF/{id}"));
            }
            (Habit::AbnAmro, Part::Whole(batch)) => {
                let (count, id) = (batch.transfers.len(), &batch.id);
                return Some(format!("/TRTP/SEPA BATCH/PREF/{id}/NRTX/{count}"));
            }
            (Habit::Bng, Part::Returned(_)) => "SEPA retour",
            (Habit::Bng, _) => "SEPA overboeking",
            (Habit::AbnAmro, Part::Returned(_)) => "SEPA OVERBOEKING NIET UITGEVOERD",
            (Habit::AbnAmro, _) => "SEPA OVERBOEKING",
        };
        let detail = details.first()?;
        let mut references = detail.references.iter();
        let end_to_end_id = references.find(|(tag, _)| *tag == "EndToEndId");
        let words = [
            ("TRTP", kind),
            ("RTRN", detail.return_reason.as_deref().unwrap_or_default()),
            ("IBAN", detail.account.as_str()),
            ("BIC", Habit::of(&detail.account).map_or("", Habit::bic)),
            ("NAME", &detail.name),
            ("REMI", &detail.remittance.to_string()),
            ("EREF", end_to_end_id.map_or("", |(_, id)| id)),
        ];
        let said = words.iter().filter(|(_, value)| !value.is_empty());
        let said: Vec<String> = said.map(|(word, value)| format!("/{word}/{value}")).collect();
        Some(cut(&said.concat(), 500))
    }
}

/// The reference that the bank gives to an entry, in the form of that bank.
fn servicer_reference(habit: Habit, day: NaiveDate, number: u32) -> String {
    match habit {
        Habit::Bng => {
            let since_1970 = (day - NaiveDate::default()).num_days();
            format!("CTBI.{since_1970:05}-{number:06}")
        }
        Habit::AbnAmro => format!("{}D{number:010}S0PS", day.format("%y%j")),
        Habit::Ing => format!("{}{number:09}", day.format("%y%m%d")),
        Habit::Rabobank => format!("OO9B{}{number:08}", day.format("%y%m%d")),
    }
}

/// The references of a transfer that we ordered, also on its return: the Dutch banks echo them.
fn own_references(
    habit: Habit,
    servicer: &str,
    (message_id, batch_id): (&str, &str),
    transfer: &Transfer,
) -> Vec<(&'static str, String)> {
    let in_details = matches!(habit, Habit::AbnAmro | Habit::Rabobank);
    [
        ("MsgId", (habit == Habit::AbnAmro).then_some(message_id)),
        ("AcctSvcrRef", in_details.then_some(servicer)),
        ("PmtInfId", Some(batch_id)),
        ("InstrId", transfer.instruction_id.as_deref()),
        ("EndToEndId", Some(&transfer.end_to_end_id)),
    ]
    .into_iter()
    .filter_map(|(tag, value)| Some((tag, value?.to_owned())))
    .collect()
}

/// The references of a payment by somebody else.
fn payer_references(
    habit: Habit,
    servicer: &str,
    end_to_end_id: Option<&str>,
) -> Vec<(&'static str, String)> {
    let in_details = matches!(habit, Habit::AbnAmro | Habit::Rabobank);
    let placeholder = (habit != Habit::Rabobank).then_some("NOTPROVIDED");
    [("AcctSvcrRef", in_details.then_some(servicer)), ("EndToEndId", end_to_end_id.or(placeholder))]
        .into_iter()
        .filter_map(|(tag, value)| Some((tag, value?.to_owned())))
        .collect()
}
