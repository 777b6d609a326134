//! The payments of ours that the bank may still say something about, found by the identifiers we gave them.

use std::collections::{BTreeSet, HashMap};

use crate::bank::camt::{Batch, Direction, Entry};
use crate::id::PaymentId;
use crate::money::Money;

use super::found::{Fact, Found, Rule};
use super::line::{Line, real};
use super::text::compact;
use super::{Chain, KnownPayment, Meaning, Part, Standing, Why};

/// The payments, by each of their identifiers.
#[derive(Clone, Debug, Default)]
pub(super) struct Payments {
    known: Vec<KnownPayment>,
    by_identifier: HashMap<String, usize>,
    by_batch: HashMap<String, Vec<usize>>,
    by_id: HashMap<PaymentId, usize>,
    /// By the account they go to and their amount.
    by_payee: HashMap<(String, Money), Vec<usize>>,
    /// What came back before its debit.
    early: BTreeSet<PaymentId>,
}

impl Payments {
    pub(super) fn new(known: Vec<KnownPayment>) -> Payments {
        let mut payments = Payments::default();
        for (place, payment) in known.iter().enumerate() {
            if let Some(id) = real(Some(&payment.end_to_end_id)) {
                payments.by_identifier.insert(id.to_owned(), place);
            }
            payments.by_batch.entry(payment.payment_information_id.clone()).or_default().push(place);
            payments.by_id.insert(payment.id, place);
            payments.by_payee.entry((payment.payee.clone(), payment.amount)).or_default().push(place);
        }
        payments.known = known;
        payments
    }

    pub(super) fn stands(&mut self, payment: PaymentId, standing: Standing) {
        if let Some(place) = self.by_id.get(&payment) {
            self.known[*place].standing = standing;
        }
    }

    fn find<'l>(&self, id: Option<&'l str>) -> Option<(&'l str, usize)> {
        let id = real(id)?;
        Some((id, *self.by_identifier.get(id)?))
    }

    /// The payment that a line is about without an identifier of ours: the only one with its account, its amount and
    /// all that we wrote, that went but was not seen, or was paid and comes back for a reason.
    ///
    /// What a payee collects is never a payment of ours; behind a gap nothing is known for certain.
    fn find_unnamed(&self, line: &Line<'_>, chain: Chain) -> Option<usize> {
        let (sought, is_told) = match line.direction {
            Direction::Debit => (Standing::Sent, line.mandate.is_none()),
            Direction::Credit => (Standing::Settled, line.return_reason.is_some()),
        };
        if !is_told || chain == Chain::BehindGap || line.end_to_end_id.is_some() {
            return None;
        }
        let alike = self.by_payee.get(&(line.account?.to_owned(), line.amount))?;
        let written = compact(line.text);
        let is_it = |place: &&usize| {
            let payment = &self.known[**place];
            payment.standing == sought
                && !written.is_empty()
                && compact(&payment.remittance) == written
                && !self.early.contains(&payment.id)
        };
        let mut found = alike.iter().filter(is_it);
        let place = *found.next()?;
        found.next().is_none().then_some(place)
    }

    fn explain_unnamed(&mut self, line: &Line<'_>, chain: Chain) -> Option<Part> {
        let place = self.find_unnamed(line, chain)?;
        let payment = &mut self.known[place];
        let (meaning, standing) = match line.direction {
            Direction::Debit => (Meaning::Settles(payment.id), Standing::Settled),
            Direction::Credit => {
                let reason = line.return_reason.unwrap_or_default().to_owned();
                (Meaning::Returns { payment: payment.id, reason }, Standing::Failed)
            }
        };
        payment.standing = standing;
        let facts =
            vec![Fact::SameAccount, Fact::Reference(payment.remittance.clone()), Fact::Amount(line.amount)];
        Some(Part::found(line.amount, meaning, Found { rule: Rule::AccountAndReference, facts }))
    }

    /// What a line means for a payment of ours; nothing when it is about none.
    pub(super) fn explain(&mut self, line: &Line<'_>, chain: Chain) -> Option<Part> {
        self.explain_named(line).or_else(|| self.explain_unnamed(line, chain))
    }

    fn explain_named(&mut self, line: &Line<'_>) -> Option<Part> {
        let (first, second) = (self.find(line.end_to_end_id), self.find(line.instruction_id));
        if let (Some((_, one)), Some((_, other))) = (first, second)
            && one != other
        {
            return Some(Part::left_over(line.amount, Why::IdentifiersDiffer));
        }
        let (id, place) = first.or(second)?;
        let payment = &self.known[place];
        if payment.amount != line.amount {
            return Some(Part::left_over(line.amount, Why::OtherAmount { expected: payment.amount }));
        }
        let is_elsewhere = line.account.is_some_and(|account| account != payment.payee);
        if line.direction == Direction::Debit && is_elsewhere {
            return Some(Part::left_over(line.amount, Why::OtherPayee));
        }
        let payment_id = payment.id;
        let reason = || line.return_reason.unwrap_or_default().to_owned();
        let (meaning, standing) = match (line.direction, payment.standing) {
            (Direction::Debit, Standing::Sent) => {
                let came_back = self.early.remove(&payment_id);
                let standing = if came_back { Standing::Failed } else { Standing::Settled };
                (Meaning::Settles(payment_id), standing)
            }
            (Direction::Credit, Standing::Sent) if self.early.insert(payment_id) => {
                (Meaning::ReturnsEarly { payment: payment_id, reason: reason() }, Standing::Sent)
            }
            (Direction::Credit, Standing::Settled) => {
                (Meaning::Returns { payment: payment_id, reason: reason() }, Standing::Failed)
            }
            (_, standing) => return Some(Part::left_over(line.amount, Why::OtherStanding(standing))),
        };
        let facts = vec![Fact::Identifier(id.to_owned()), Fact::Amount(line.amount)];
        self.known[place].standing = standing;
        Some(Part::found(line.amount, meaning, Found { rule: Rule::Identifier, facts }))
    }

    /// A debit of a whole batch: all of it settles, or nothing does. A bank that books net leaves out what it
    /// rejected; one that books gross has it in the debit, and gives it back in a credit. Nothing when the entry
    /// names no batch of ours.
    pub(super) fn explain_batch(&mut self, entry: &Entry) -> Option<Vec<Part>> {
        let batch = entry.batch.as_ref();
        let stated = batch.and_then(|batch| batch.payment_information_id.as_deref());
        let mut of_details = entry.details.iter().map(|detail| detail.payment_information_id.as_deref());
        let id = real(stated).or_else(|| {
            let first = real(of_details.next().flatten())?;
            of_details.all(|other| other == Some(first)).then_some(first)
        })?;
        let members = self.by_batch.get(id)?;
        let left_over = |why| Some(vec![Part::left_over(entry.amount, why)]);
        let payments = || members.iter().map(|place| &self.known[*place]);
        if let Some(settled) = payments().find(|payment| payment.standing == Standing::Settled) {
            return left_over(Why::OtherStanding(settled.standing));
        }
        let open: Vec<usize> =
            members.iter().copied().filter(|place| self.known[*place].standing == Standing::Sent).collect();
        if open.is_empty() {
            return left_over(Why::OtherStanding(Standing::Failed));
        }
        let is_gross = self.is_whole(batch, entry.amount, members);
        if entry.direction != Direction::Debit || !(is_gross || self.is_whole(batch, entry.amount, &open)) {
            return left_over(Why::BatchDiffers);
        }
        let facts = vec![Fact::Batch(id.to_owned(), open.len()), Fact::Amount(entry.amount)];
        let found = Found { rule: Rule::Batch, facts };
        let part = |payment: &KnownPayment| match payment.standing {
            Standing::Sent => Some(Part::found(payment.amount, Meaning::Settles(payment.id), found.clone())),
            standing if is_gross => Some(Part::left_over(payment.amount, Why::OtherStanding(standing))),
            _ => None,
        };
        let parts = payments().filter_map(part).collect();
        for place in open {
            let payment = self.known[place].id;
            let came_back = self.early.remove(&payment);
            self.known[place].standing = if came_back { Standing::Failed } else { Standing::Settled };
        }
        Some(parts)
    }

    /// True when these are all of a batch of this amount, as far as the bank counts them.
    fn is_whole(&self, batch: Option<&Batch>, amount: Money, members: &[usize]) -> bool {
        let add = |total: Money, place: &usize| total.checked_add(self.known[*place].amount);
        let total = members.iter().try_fold(Money::ZERO, add);
        let count = u64::try_from(members.len()).unwrap_or(u64::MAX);
        let stated = batch.and_then(|batch| batch.count);
        total == Some(amount) && stated.is_none_or(|stated| stated == count)
    }
}
