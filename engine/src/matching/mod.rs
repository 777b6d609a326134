//! Matching: what a booked entry on the statement means. First our own payments, by the identifiers we gave them;
//! then what was agreed besides, rule after rule. Direction and amount always count; each match has one explanation;
//! what is ambiguous or below certainty is left over, with suggestions for a person.

mod agreement;
mod found;
mod index;
mod line;
mod payments;
mod search;
mod text;

use std::collections::HashMap;

use crate::bank::camt::Entry;
use crate::bank::iban::Iban;
use crate::id::{AgreementId, BankAccountId, PaymentId};
use crate::money::Money;

pub use crate::household::expectation::AgreementKind;
pub use agreement::{Agreement, WINDOW_DAYS};
pub use found::{Agreed, Fact, Found, Rule, Suggestion};
pub use line::Line;
pub use search::SUGGESTIONS_MAX;

use index::{Index, Named, Place};
use payments::Payments;
use search::{Outcome, Search, Share};

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
    /// The account it goes to.
    pub payee: String,
    /// What we wrote with it.
    pub remittance: String,
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

/// How the statement of an entry stands to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Nothing is missing before it.
    Whole,
    /// A statement is missing before it: search terms wait, identifiers and returns do not (ruling 28).
    BehindGap,
}

/// What one part of an entry means. The parts of an entry add up to the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The amount of the part.
    pub amount: Money,
    /// What it means.
    pub meaning: Meaning,
    /// Why it means that; none where it is left over.
    pub found: Option<Found>,
    /// Which detail of the entry it is, or is of; none for the whole entry.
    pub detail: Option<usize>,
    /// What it may be, the most likely first, where it is left over.
    pub suggestions: Vec<Suggestion>,
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
    /// What was agreed came or went.
    Agreed(Agreed),
    /// It went to, or came from, another account of the municipality.
    Internal(BankAccountId),
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
    /// It carries identifiers of two payments.
    IdentifiersDiffer,
    /// The amount is not the amount of the payment.
    OtherAmount {
        /// The payment's amount.
        expected: Money,
    },
    /// The bank says that it went to another account than we asked.
    OtherPayee,
    /// The payment does not stand where this entry would move it on.
    OtherStanding(Standing),
    /// The details of the entry do not add up to it.
    SplitDiffers,
    /// The count or total is not that of the batch.
    BatchDiffers,
    /// Its search terms fit, but a statement before it is missing.
    WaitsForStatement,
}

impl Why {
    /// The code by which it is stored.
    pub fn code(&self) -> &'static str {
        match self {
            Why::NoIdentifier => "no_identifier",
            Why::UnknownIdentifier(_) => "unknown_identifier",
            Why::IdentifiersDiffer => "identifiers_differ",
            Why::OtherAmount { .. } => "other_amount",
            Why::OtherPayee => "other_payee",
            Why::OtherStanding(_) => "other_standing",
            Why::SplitDiffers => "split_differs",
            Why::BatchDiffers => "batch_differs",
            Why::WaitsForStatement => "waits_for_statement",
        }
    }

    /// True when no payment of ours is named, so that an agreement may explain it.
    pub fn may_be_agreed(&self) -> bool {
        matches!(self, Why::NoIdentifier | Why::UnknownIdentifier(_) | Why::WaitsForStatement)
    }
}

impl Part {
    fn left_over(amount: Money, why: Why) -> Part {
        Part { amount, meaning: Meaning::LeftOver(why), found: None, detail: None, suggestions: Vec::new() }
    }

    fn found(amount: Money, meaning: Meaning, found: Found) -> Part {
        Part { amount, meaning, found: Some(found), detail: None, suggestions: Vec::new() }
    }
}

/// Everything an entry on one bank account can be matched with, indexed once. What an entry costs does not grow
/// with the number of payments or agreements.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    payments: Payments,
    agreements: Index,
    places: HashMap<AgreementId, Vec<Place>>,
    own_accounts: HashMap<String, BankAccountId>,
    named: Named,
}

impl Matcher {
    /// A matcher that knows our payments from an account.
    pub fn new(payments: Vec<KnownPayment>) -> Matcher {
        Matcher { payments: Payments::new(payments), ..Matcher::default() }
    }

    /// The same with what else is expected on the account.
    #[must_use]
    pub fn with_agreements(mut self, agreements: Vec<Agreement>) -> Matcher {
        for (place, agreement) in agreements.iter().enumerate() {
            self.places.entry(agreement.id).or_default().push(place);
        }
        self.agreements = Index::new(agreements);
        self
    }

    /// The same with the other accounts of the municipality.
    #[must_use]
    pub fn with_own_accounts(mut self, accounts: &[(BankAccountId, Iban)]) -> Matcher {
        let named = accounts.iter().map(|(id, iban)| (iban.as_str().to_owned(), *id));
        self.own_accounts = named.collect();
        self
    }

    /// Where a payment stands from now on, by something else than an entry.
    pub fn stands(&mut self, payment: PaymentId, standing: Standing) {
        self.payments.stands(payment, standing);
    }

    /// True when something is agreed with whoever has this account.
    pub fn knows_account(&self, account: &str) -> bool {
        self.agreements.knows_account(account)
    }

    /// What a booked entry means. What it settles, returns or meets counts as such for the entries after it.
    pub fn read(&mut self, entry: &Entry, chain: Chain) -> Vec<Part> {
        let is_ours = |detail: &crate::bank::camt::Detail| {
            line::real(detail.end_to_end_id.as_deref()).is_some()
                || line::real(detail.instruction_id.as_deref()).is_some()
        };
        if !entry.details.iter().any(is_ours)
            && let Some(parts) = self.payments.explain_batch(entry)
        {
            return parts;
        }
        let Some(lines) = Line::of(entry) else {
            return vec![Part::left_over(entry.amount, Why::SplitDiffers)];
        };
        let mut parts = Vec::with_capacity(lines.len());
        for (detail, line) in lines.iter().enumerate() {
            let found = self.explain(line, chain);
            let detail = (!entry.details.is_empty()).then_some(detail);
            parts.extend(found.into_iter().map(|part| Part { detail, ..part }));
        }
        parts
    }

    /// What one line means: a part, or several where it meets several agreements.
    pub fn explain(&mut self, line: &Line<'_>, chain: Chain) -> Vec<Part> {
        if let Some(part) = self.payments.explain(line, chain) {
            return vec![part];
        }
        if let Some(other) = line.account.and_then(|account| self.own_accounts.get(account)) {
            let found = Found { rule: Rule::OwnAccount, facts: vec![Fact::Amount(line.amount)] };
            return vec![Part::found(line.amount, Meaning::Internal(*other), found)];
        }
        self.agreements.name(line, &mut self.named);
        match Search::new(&self.agreements, line, &self.named).run(chain) {
            Outcome::Met(shares) => shares.into_iter().map(|share| self.meet(share)).collect(),
            Outcome::Open { suggestions, waits } => {
                let why = match line.end_to_end_id {
                    _ if waits => Why::WaitsForStatement,
                    Some(id) => Why::UnknownIdentifier(id.to_owned()),
                    None => Why::NoIdentifier,
                };
                vec![Part { suggestions, ..Part::left_over(line.amount, why) }]
            }
        }
    }

    /// The share of a line that meets an agreement; the due is met from now on.
    fn meet(&mut self, share: Share) -> Part {
        let agreed = Agreed::of(self.agreements.agreement(share.place), Some(share.due));
        for place in self.places.get(&agreed.id).into_iter().flatten() {
            self.agreements.agreement_mut(*place).met.insert(share.due);
        }
        Part::found(share.amount, Meaning::Agreed(agreed), share.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::camt::{Batch, Detail, Direction};
    use uuid::Uuid;

    fn payment(number: u128, cents: i64, standing: Standing) -> KnownPayment {
        KnownPayment {
            id: PaymentId(Uuid::from_u128(number)),
            end_to_end_id: format!("E{number}"),
            payment_information_id: "P1".to_owned(),
            amount: Money::from_cents(cents),
            payee: "NL85RABO0100200301".to_owned(),
            remittance: format!("H-10{number} huur oktober 2026"),
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
        let parts = Matcher::new(known.to_vec()).read(entry, Chain::Whole);
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
    fn a_placeholder_never_settles_anything() {
        let nameless =
            KnownPayment { end_to_end_id: "NOTPROVIDED".to_owned(), ..payment(1, 5, Standing::Sent) };
        for written in ["NOTPROVIDED", "NOT PROVIDED", "notprovided", "NONREF", " ", ""] {
            let debit = entry(5, Direction::Debit, vec![detail(Some(written), None)]);
            let known = [nameless.clone(), payment(2, 5, Standing::Sent)];
            assert_eq!(meanings(&debit, &known), [Meaning::LeftOver(Why::NoIdentifier)], "`{written}`");
        }
    }

    #[test]
    fn our_instruction_id_will_do_and_identifiers_of_two_payments_will_not() {
        let known = [payment(1, 5, Standing::Sent), payment(2, 5, Standing::Sent)];
        let of = |end_to_end_id: Option<&str>, instruction_id: &str| {
            let instruction_id = Some(instruction_id.to_owned());
            entry(5, Direction::Debit, vec![Detail { instruction_id, ..detail(end_to_end_id, None) }])
        };
        assert_eq!(meanings(&of(None, "E1"), &known), [settles(1)]);
        assert_eq!(meanings(&of(Some("NOTPROVIDED"), "E1"), &known), [settles(1)]);
        assert_eq!(meanings(&of(Some("E2"), "E1"), &known), [Meaning::LeftOver(Why::IdentifiersDiffer)]);
    }

    #[test]
    fn a_payment_of_ours_that_the_bank_says_went_to_another_account_is_for_a_person() {
        let to = |account: &str| {
            let counterparty_account = Some(account.to_owned());
            entry(5, Direction::Debit, vec![Detail { counterparty_account, ..detail(Some("E1"), None) }])
        };
        let known = [payment(1, 5, Standing::Sent)];
        assert_eq!(meanings(&to("NL85RABO0100200301"), &known), [settles(1)]);
        assert_eq!(meanings(&to("NL69BNGH0100200306"), &known), [Meaning::LeftOver(Why::OtherPayee)]);
    }

    /// What the bank shows of the payment with this number to the landlord, without our identifier.
    fn unnamed(direction: Direction, number: u128, reason: Option<&str>) -> Entry {
        let detail = Detail {
            counterparty_account: Some("NL85RABO0100200301".to_owned()),
            remittance: format!("H-10{number} HUUR  oktober 2026"),
            return_reason: reason.map(str::to_owned),
            ..detail(Some("NOTPROVIDED"), None)
        };
        entry(5, direction, vec![detail])
    }

    #[test]
    fn without_an_identifier_account_amount_and_all_we_wrote_name_one_payment_or_none() {
        let sent = [payment(1, 5, Standing::Sent), payment(2, 5, Standing::Sent)];
        let debit = unnamed(Direction::Debit, 1, None);
        assert_eq!(meanings(&debit, &sent), [settles(1)]);
        let nothing = [Meaning::LeftOver(Why::NoIdentifier)];
        assert_eq!(meanings(&unnamed(Direction::Debit, 3, None), &sent), nothing, "another contract");
        let twins = [payment(1, 5, Standing::Sent), KnownPayment { id: sent[1].id, ..sent[0].clone() }];
        assert_eq!(meanings(&debit, &twins), nothing, "two alike");
        let other = [KnownPayment { payee: "NL69BNGH0100200306".to_owned(), ..sent[0].clone() }];
        assert_eq!(meanings(&debit, &other), nothing, "another payee");
        assert_eq!(meanings(&debit, &[payment(1, 6, Standing::Sent)]), nothing, "another amount");
        assert_eq!(meanings(&debit, &[payment(1, 5, Standing::Settled)]), nothing, "it was paid");
        let mut collected = debit.clone();
        collected.details[0].mandate_id = Some("M1".to_owned());
        assert_eq!(meanings(&collected, &sent), nothing, "the payee collected it");
        let behind = Matcher::new(sent.to_vec()).read(&debit, Chain::BehindGap).remove(0).meaning;
        assert_eq!(behind, nothing[0], "a statement before it is missing");
    }

    #[test]
    fn a_return_without_our_identifier_is_known_by_its_reason_account_amount_and_words() {
        let settled = [payment(1, 5, Standing::Settled), payment(2, 5, Standing::Settled)];
        let returns = Meaning::Returns { payment: settled[0].id, reason: "AC04".to_owned() };
        assert_eq!(meanings(&unnamed(Direction::Credit, 1, Some("AC04")), &settled), [returns]);
        let nothing = [Meaning::LeftOver(Why::NoIdentifier)];
        assert_eq!(meanings(&unnamed(Direction::Credit, 1, None), &settled), nothing, "not a return");
        let sent = [payment(1, 5, Standing::Sent)];
        assert_eq!(meanings(&unnamed(Direction::Credit, 1, Some("AC04")), &sent), nothing, "not paid yet");
    }

    #[test]
    fn one_matcher_knows_what_the_entries_before_it_did() {
        let mut matcher = Matcher::new(vec![payment(1, 5, Standing::Sent)]);
        let debit = entry(5, Direction::Debit, vec![detail(Some("E1"), None)]);
        let credit = Entry { direction: Direction::Credit, ..debit.clone() };
        let mut meaning = |entry| matcher.read(entry, Chain::BehindGap).remove(0).meaning;
        let payment = PaymentId(Uuid::from_u128(1));
        let early = Meaning::ReturnsEarly { payment, reason: String::new() };
        assert_eq!(meaning(&credit), early);
        let twice = Meaning::LeftOver(Why::OtherStanding(Standing::Sent));
        assert_eq!(meaning(&credit), twice, "a second return before the debit is nobody's");
        assert_eq!(meaning(&debit), settles(1));
        assert_eq!(meaning(&debit), Meaning::LeftOver(Why::OtherStanding(Standing::Failed)));
    }

    #[test]
    fn a_bank_books_a_batch_gross_or_less_what_it_rejected() {
        let known = [payment(1, 300, Standing::Sent), payment(2, 200, Standing::Failed)];
        assert_eq!(meanings(&batch(300, 1), &known), [settles(1)], "net");
        let rejected = Meaning::LeftOver(Why::OtherStanding(Standing::Failed));
        assert_eq!(meanings(&batch(500, 2), &known), [settles(1), rejected], "gross");
        assert_eq!(meanings(&batch(200, 1), &known), [Meaning::LeftOver(Why::BatchDiffers)]);
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
