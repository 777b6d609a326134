//! Matching: what a booked entry on the statement says about our payments. Direction and amount always
//! count; an entry that is not explained in full is left over, and says why.

use crate::bank::camt::{Batch, Detail, Direction, Entry};
use crate::id::PaymentId;
use crate::money::Money;

/// A payment of ours that the bank may still say something about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPayment {
    /// Its id.
    pub id: PaymentId,
    /// What the bank sends back of it.
    pub end_to_end_id: String,
    /// The batch it went out in.
    pub payment_information_id: String,
    /// Its amount.
    pub amount: Money,
    /// Where it stands.
    pub standing: Standing,
}

/// Where a payment stands for the bank's next word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Offered to the bank, not yet seen on a statement.
    Sent,
    /// Seen as a debit on a statement.
    Settled,
    /// Rejected, returned or cancelled: it never moves again.
    Failed,
}

/// What one part of an entry means. The parts of an entry add up to the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The amount of the part.
    pub amount: Money,
    /// What it means.
    pub meaning: Meaning,
}

/// What a part of an entry means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The bank paid this payment.
    Settles(PaymentId),
    /// The payee's bank sent this payment back.
    Returns {
        /// The payment.
        payment: PaymentId,
        /// The reason code of the bank; empty when it gave none.
        reason: String,
    },
    /// A payment came back before its debit was seen, behind a gap or in one statement: it is kept apart
    /// until the debit comes.
    ReturnsEarly {
        /// The payment.
        payment: PaymentId,
        /// The reason code of the bank; empty when it gave none.
        reason: String,
    },
    /// Nothing of ours explains it.
    LeftOver(Why),
}

/// Why a part is left over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It carries no identifier of ours.
    NoIdentifier,
    /// It carries an identifier that none of our payments has.
    UnknownIdentifier(String),
    /// The amount is not the amount of the payment.
    OtherAmount {
        /// The payment's amount.
        expected: Money,
    },
    /// The payment does not stand where this entry would move it on.
    OtherStanding(Standing),
    /// The details of the entry do not add up to it.
    SplitDiffers,
    /// The count or total is not that of the batch.
    BatchDiffers,
}

/// What a booked entry means: first by EndToEndId, then as a whole batch by its PmtInfId.
pub fn match_entry(entry: &Entry, known: &[KnownPayment]) -> Vec<Part> {
    let itemised =
        !entry.details.is_empty() && entry.details.iter().any(|detail| detail.end_to_end_id.is_some());
    if itemised { match_details(entry, known) } else { match_batch(entry, known) }
}

fn match_details(entry: &Entry, known: &[KnownPayment]) -> Vec<Part> {
    let amounts: Option<Vec<Money>> = match entry.details.as_slice() {
        [only] => Some(vec![only.amount.unwrap_or(entry.amount)]),
        details => details.iter().map(|detail| detail.amount).collect(),
    };
    let adds_up = |amounts: &Vec<Money>| {
        let total = amounts.iter().try_fold(Money::ZERO, |total, amount| total.checked_add(*amount));
        total == Some(entry.amount)
    };
    let Some(amounts) = amounts.filter(adds_up) else {
        return left_over(entry.amount, Why::SplitDiffers);
    };
    let mut taken = Vec::new();
    let mut parts = Vec::with_capacity(amounts.len());
    for (detail, amount) in entry.details.iter().zip(amounts) {
        let mut meaning = match_detail(entry, detail, amount, known);
        if let Meaning::Settles(payment)
        | Meaning::Returns { payment, .. }
        | Meaning::ReturnsEarly { payment, .. } = &meaning
        {
            if taken.contains(payment) {
                meaning = Meaning::LeftOver(Why::OtherStanding(Standing::Settled));
            } else {
                taken.push(*payment);
            }
        }
        parts.push(Part { amount, meaning });
    }
    parts
}

fn match_detail(entry: &Entry, detail: &Detail, amount: Money, known: &[KnownPayment]) -> Meaning {
    let Some(id) = &detail.end_to_end_id else {
        return Meaning::LeftOver(Why::NoIdentifier);
    };
    let Some(payment) = known.iter().find(|payment| payment.end_to_end_id == *id) else {
        return Meaning::LeftOver(Why::UnknownIdentifier(id.clone()));
    };
    if payment.amount != amount {
        return Meaning::LeftOver(Why::OtherAmount { expected: payment.amount });
    }
    match (detail.direction.unwrap_or(entry.direction), payment.standing) {
        (Direction::Debit, Standing::Sent) => Meaning::Settles(payment.id),
        (Direction::Credit, Standing::Settled | Standing::Sent) => {
            let reason = detail.return_reason.clone().or_else(|| entry.return_reason.clone());
            let (payment_id, reason) = (payment.id, reason.unwrap_or_default());
            match payment.standing {
                Standing::Sent => Meaning::ReturnsEarly { payment: payment_id, reason },
                _ => Meaning::Returns { payment: payment_id, reason },
            }
        }
        (_, standing) => Meaning::LeftOver(Why::OtherStanding(standing)),
    }
}

/// A debit of a whole batch without details: all of it settles, or nothing does.
fn match_batch(entry: &Entry, known: &[KnownPayment]) -> Vec<Part> {
    let batch = entry.batch.as_ref();
    let Some((batch, id)) =
        batch.and_then(|batch| batch.payment_information_id.as_ref().map(|id| (batch, id)))
    else {
        return left_over(entry.amount, Why::NoIdentifier);
    };
    let members: Vec<&KnownPayment> =
        known.iter().filter(|payment| payment.payment_information_id == *id).collect();
    if members.is_empty() {
        return left_over(entry.amount, Why::UnknownIdentifier(id.clone()));
    }
    if let Some(moved) = members.iter().find(|payment| payment.standing != Standing::Sent) {
        return left_over(entry.amount, Why::OtherStanding(moved.standing));
    }
    if entry.direction != Direction::Debit || !is_whole(batch, entry.amount, &members) {
        return left_over(entry.amount, Why::BatchDiffers);
    }
    let settles =
        |payment: &&KnownPayment| Part { amount: payment.amount, meaning: Meaning::Settles(payment.id) };
    members.iter().map(settles).collect()
}

fn is_whole(batch: &Batch, amount: Money, members: &[&KnownPayment]) -> bool {
    let total: Money = members.iter().map(|payment| payment.amount).sum();
    let count = u64::try_from(members.len()).unwrap_or(u64::MAX);
    total == amount && batch.count.is_none_or(|stated| stated == count)
}

fn left_over(amount: Money, why: Why) -> Vec<Part> {
    vec![Part { amount, meaning: Meaning::LeftOver(why) }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn payment(number: u128, cents: i64, standing: Standing) -> KnownPayment {
        KnownPayment {
            id: PaymentId(Uuid::from_u128(number)),
            end_to_end_id: format!("E{number}"),
            payment_information_id: "P1".to_owned(),
            amount: Money::from_cents(cents),
            standing,
        }
    }

    fn detail(id: Option<&str>, cents: Option<i64>) -> Detail {
        Detail {
            end_to_end_id: id.map(str::to_owned),
            amount: cents.map(Money::from_cents),
            ..Detail::default()
        }
    }

    fn entry(cents: i64, direction: Direction, details: Vec<Detail>) -> Entry {
        Entry { details, ..Entry::booked(Money::from_cents(cents), direction) }
    }

    fn batch(cents: i64, count: u64) -> Entry {
        let batch =
            Batch { payment_information_id: Some("P1".to_owned()), count: Some(count), ..Batch::default() };
        Entry { batch: Some(batch), ..entry(cents, Direction::Debit, Vec::new()) }
    }

    fn meanings(entry: &Entry, known: &[KnownPayment]) -> Vec<Meaning> {
        let parts = match_entry(entry, known);
        assert_eq!(parts.iter().map(|part| part.amount).sum::<Money>(), entry.amount, "the parts add up");
        parts.into_iter().map(|part| part.meaning).collect()
    }

    fn settles(number: u128) -> Meaning {
        Meaning::Settles(PaymentId(Uuid::from_u128(number)))
    }

    #[test]
    fn a_debit_with_our_identifier_and_amount_settles_and_a_cent_off_does_not() {
        let known = [payment(1, 61_240, Standing::Sent)];
        let debit = |cents| entry(cents, Direction::Debit, vec![detail(Some("E1"), None)]);
        assert_eq!(meanings(&debit(61_240), &known), [settles(1)]);
        let expected = Money::from_cents(61_240);
        for cents in [61_239, 61_241] {
            assert_eq!(meanings(&debit(cents), &known), [Meaning::LeftOver(Why::OtherAmount { expected })]);
        }
    }

    #[test]
    fn a_settled_payment_does_not_settle_again_and_one_that_comes_back_before_its_debit_waits_for_it() {
        let id = || vec![detail(Some("E1"), None)];
        let again = entry(5, Direction::Debit, id());
        let why = Why::OtherStanding(Standing::Settled);
        assert_eq!(meanings(&again, &[payment(1, 5, Standing::Settled)]), [Meaning::LeftOver(why)]);
        let early = entry(5, Direction::Credit, id());
        let waits = Meaning::ReturnsEarly { payment: PaymentId(Uuid::from_u128(1)), reason: String::new() };
        assert_eq!(meanings(&early, &[payment(1, 5, Standing::Sent)]), [waits]);
        let twice =
            entry(10, Direction::Debit, vec![detail(Some("E1"), Some(5)), detail(Some("E1"), Some(5))]);
        let found = meanings(&twice, &[payment(1, 5, Standing::Sent)]);
        assert_eq!(found, [settles(1), Meaning::LeftOver(Why::OtherStanding(Standing::Settled))]);
    }

    #[test]
    fn a_credit_with_our_identifier_is_a_return_with_the_bank_s_reason() {
        let back = Detail { return_reason: Some("AC04".to_owned()), ..detail(Some("E1"), None) };
        let credit = entry(5, Direction::Credit, vec![back]);
        let payment_id = PaymentId(Uuid::from_u128(1));
        let returns = Meaning::Returns { payment: payment_id, reason: "AC04".to_owned() };
        assert_eq!(meanings(&credit, &[payment(1, 5, Standing::Settled)]), [returns]);
        let failed = meanings(&credit, &[payment(1, 5, Standing::Failed)]);
        assert_eq!(failed, [Meaning::LeftOver(Why::OtherStanding(Standing::Failed))]);
    }

    #[test]
    fn a_whole_batch_settles_and_a_batch_of_another_total_or_count_does_not() {
        let known = [payment(1, 300, Standing::Sent), payment(2, 200, Standing::Sent)];
        assert_eq!(meanings(&batch(500, 2), &known), [settles(1), settles(2)]);
        for wrong in [batch(499, 2), batch(501, 2), batch(500, 3)] {
            assert_eq!(meanings(&wrong, &known), [Meaning::LeftOver(Why::BatchDiffers)]);
        }
        let half = [payment(1, 300, Standing::Settled), payment(2, 200, Standing::Sent)];
        assert_eq!(
            meanings(&batch(500, 2), &half),
            [Meaning::LeftOver(Why::OtherStanding(Standing::Settled))]
        );
    }

    #[test]
    fn details_that_do_not_add_up_are_left_over_as_a_whole() {
        let known = [payment(1, 300, Standing::Sent), payment(2, 200, Standing::Sent)];
        let split = |second| {
            let details = vec![detail(Some("E1"), Some(300)), detail(Some("E2"), Some(second))];
            entry(500, Direction::Debit, details)
        };
        assert_eq!(meanings(&split(200), &known), [settles(1), settles(2)]);
        assert_eq!(meanings(&split(199), &known), [Meaning::LeftOver(Why::SplitDiffers)]);
        let most = i64::MAX;
        let details = vec![detail(Some("E1"), Some(most)), detail(Some("E2"), Some(most))];
        let huge = entry(500, Direction::Debit, details);
        assert_eq!(
            meanings(&huge, &known),
            [Meaning::LeftOver(Why::SplitDiffers)],
            "a sum that does not fit"
        );
        let nameless = entry(500, Direction::Debit, vec![detail(None, None)]);
        assert_eq!(meanings(&nameless, &known), [Meaning::LeftOver(Why::NoIdentifier)]);
    }
}
