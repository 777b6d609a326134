//! Where a credit stands: what was paid, what is accounted for, and the gate in front of each tranche with every reason
//! why it is open or shut.

use chrono::NaiveDate;

use crate::furnishing::evidence::{JudgedLine, Way};
use crate::furnishing::tranche::{Payout, PayoutState, Payouts, Route, Tranche};
use crate::furnishing::{Credit, MoneyBack, Waiver};
use crate::id::{PayeeId, TrancheId};
use crate::money::{Money, Round};
use crate::policy::{Condition, FurnishingPolicy};

/// A credit on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its tranches, in order.
    pub tranches: Vec<TrancheStanding>,
    /// What may be paid now, each once.
    pub payable: Vec<Payable>,
    /// What came back and may be paid again: by its id, as long as nothing that was decided since stands in the way.
    pub again: Vec<TrancheId>,
    /// What was paid or handed over and did not come back by the bank: accounted + unaccounted.
    pub disbursed: Money,
    /// What of it the statements of the bank do not show yet.
    pub on_its_way: Money,
    /// What is accounted for.
    pub accounted: Money,
    /// What is not.
    pub unaccounted: Money,
    /// What of it did not come back either: it is with the household.
    pub outstanding: Money,
    /// What of it a person decided not to let lower a tranche.
    pub waived: Money,
    /// What the household or a supplier paid back.
    pub returned: Money,
    /// What can still be paid: the credit less disbursed, and what was returned again.
    pub rest: Money,
    /// What is owed when it is a loan: disbursed less returned, less the gift.
    pub principal: Money,
}

/// A tranche on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct TrancheStanding {
    /// Its number.
    pub number: u32,
    /// The last attempt to pay the household.
    pub payout: Option<Payout>,
    /// What was paid or handed over, also to suppliers.
    pub disbursed: Money,
    /// Its evidence, with what each line is worth.
    pub lines: Vec<JudgedLine>,
    /// What is accounted for, at most what was paid.
    pub accounted: Money,
    /// What is not accounted for.
    pub unaccounted: Money,
    /// What of it can still go to suppliers or be handed over.
    pub left: Money,
    /// What of it did not come back.
    pub kept: Money,
    /// What the household can pay back at most.
    pub returnable: Money,
    /// The gate in front of it.
    pub gate: Gate,
}

/// Whether a tranche may be released, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// It was released already.
    Released,
    /// A person may release this amount.
    Open {
        /// What may be paid to the household, or on invoices where it is paid so.
        amount: Money,
        /// What is not accounted for so far, and lowers it.
        carried_forward: Money,
        /// Why a person opened it, where one did.
        by_hand: Option<String>,
    },
    /// It was paid and came back: it waits for another account, or for a decision.
    CameBack,
    /// It stays shut, for every reason that is given.
    Shut(Vec<Reason>),
    /// The credit was settled before it was released.
    Closed,
}

/// Why a tranche is shut.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The tranche before it has not been released.
    Waits,
    /// Too little of the tranche before it is accounted for.
    Share {
        /// What was shown.
        accounted: Money,
        /// What must be shown.
        needed: Money,
    },
    /// Nobody visited the home.
    Visit,
    /// Its day has not come.
    NotBefore(NaiveDate),
    /// A person took it back.
    Held(String),
}

/// A payment that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payable {
    /// What is paid: a tranche, or the invoice of a supplier.
    pub id: TrancheId,
    /// The tranche it comes from.
    pub tranche: u32,
    /// A supplier; without one the household.
    pub supplier: Option<PayeeId>,
    /// The number of the invoice.
    pub invoice: Option<String>,
    /// The amount.
    pub amount: Money,
}

/// What was paid of a tranche, before its gate is known.
#[derive(Default)]
struct Part {
    lines: Vec<JudgedLine>,
    payout: Option<Payout>,
    paid: Money,
    on_its_way: Money,
    supplied: Money,
    supplied_accounted: Money,
    /// What suppliers were paid that is not accounted for and that they did not pay back.
    supplied_outstanding: Money,
    bought: Money,
    returned: Money,
    returned_by_household: Money,
}

/// What the tranches so far say about the next.
struct SoFar {
    /// What can still be paid.
    rest: Money,
    /// What earlier tranches were lowered by: it is made up once it is accounted for.
    lowered: Money,
    /// What earlier tranches paid that is not accounted for and did not come back.
    outstanding: Money,
    /// What of it a person decided not to let lower a tranche.
    waived: Money,
    /// The last tranche before this one was released.
    released: bool,
    /// The number of the last tranche that paid something, what of it did not come back, and what is accounted for.
    last: Option<(u32, Money, Money)>,
}

impl Part {
    fn disbursed(&self) -> Money {
        self.paid + self.supplied
    }

    fn accounted(&self) -> Money {
        self.bought.min(self.paid) + self.supplied_accounted
    }

    /// What is not accounted for and did not come back. What came back of one payment hides nothing of another.
    fn outstanding(&self) -> Money {
        let of_household = self.paid - self.bought.min(self.paid) - self.returned_by_household;
        of_household.or_zero() + self.supplied_outstanding
    }

    /// What of it did not come back.
    fn kept(&self) -> Money {
        (self.disbursed() - self.returned).or_zero()
    }
}

impl Credit {
    /// Where it stands: from what was recorded, what became of its payments, the policy and the day.
    pub fn standing(&self, payouts: &Payouts, policy: &FurnishingPolicy, today: NaiveDate) -> Standing {
        let mut parts = self.parts(payouts, policy);
        let disbursed: Money = parts.iter().map(Part::disbursed).sum();
        let accounted: Money = parts.iter().map(Part::accounted).sum();
        let returned = self.returned();
        let rest = (self.amount - (disbursed - returned)).or_zero();
        let (outstanding, waived) = (Money::ZERO, Money::ZERO);
        let mut so_far =
            SoFar { rest, lowered: Money::ZERO, outstanding, waived, released: true, last: None };
        let again = self.again(&parts, payouts, &mut so_far);
        let rest_beside = so_far.rest;
        let mut tranches = Vec::with_capacity(parts.len());
        let mut payable = Vec::new();
        let on_its_way = parts.iter().map(|part| part.on_its_way).sum();
        for (tranche, part) in self.tranches.iter().zip(&mut parts) {
            so_far.waive(&self.waivers, tranche.number);
            let gate = self.gate(tranche, part, &so_far, (policy, today));
            self.payables(tranche, &gate, payouts, (&mut so_far, &mut payable));
            so_far.pass((tranche, self.for_household(tranche)), part, &gate);
            let waits = if again.contains(&tranche.id) {
                part.payout.map_or(Money::ZERO, |back| back.amount)
            } else {
                Money::ZERO
            };
            let left = tranche.amount - part.paid - waits - self.apart(tranche.number);
            tranches.push(TrancheStanding {
                number: tranche.number,
                payout: part.payout,
                disbursed: part.disbursed(),
                accounted: part.accounted(),
                unaccounted: part.disbursed() - part.accounted(),
                left: left.or_zero().min(rest_beside),
                kept: part.kept(),
                returnable: (part.paid - part.returned_by_household).or_zero(),
                lines: std::mem::take(&mut part.lines),
                gate,
            });
        }
        Standing {
            tranches,
            payable,
            again,
            disbursed,
            on_its_way,
            accounted,
            unaccounted: disbursed - accounted,
            outstanding: so_far.outstanding,
            waived: so_far.waived,
            returned,
            rest,
            principal: (disbursed - returned - self.gift_now()).or_zero(),
        }
    }

    fn parts(&self, payouts: &Payouts, policy: &FurnishingPolicy) -> Vec<Part> {
        let mut parts: Vec<Part> = self.tranches.iter().map(|tranche| self.part(tranche, payouts)).collect();
        let place = |number| self.tranches.iter().position(|tranche| tranche.number == number);
        let mut counted = vec![Money::ZERO; self.evidence.len()];
        for line in self.judged(policy) {
            counted[line.evidence] += line.counts;
            if let Some(place) = place(self.evidence[line.evidence].tranche) {
                parts[place].lines.push(line);
            }
        }
        for (shown, counts) in self.evidence.iter().zip(counted).filter(|(shown, _)| shown.stands()) {
            let Some(part) = place(shown.tranche).map(|place| &mut parts[place]) else { continue };
            match shown.way {
                Way::Receipt | Way::Declaration => part.bought += counts,
                Way::InKind => {
                    part.supplied += shown.total();
                    part.supplied_accounted += shown.total();
                }
                Way::Supplier { delivered, .. } => {
                    let payout = payouts.get(&TrancheId(shown.id)).filter(|payout| payout.stands());
                    let Some(payout) = payout else { continue };
                    part.supplied += payout.amount;
                    if payout.state == PayoutState::OnItsWay {
                        part.on_its_way += payout.amount;
                    }
                    let back =
                        shown.reference.as_deref().map_or(Money::ZERO, |invoice| self.credited(invoice));
                    let kept = (payout.amount - back).or_zero();
                    let counts = if delivered { counts.min(kept) } else { Money::ZERO };
                    part.supplied_accounted += counts;
                    part.supplied_outstanding += kept - counts;
                }
            }
        }
        parts
    }

    fn part(&self, tranche: &Tranche, payouts: &Payouts) -> Part {
        let payout = payouts.get(&tranche.id).copied();
        let stands = payout.filter(Payout::stands);
        let paid = stands.map_or(Money::ZERO, |payout| payout.amount);
        let is_under_way = stands.is_some_and(|payout| payout.state == PayoutState::OnItsWay);
        let back = || self.returned.iter().filter(|back| back.tranche == tranche.number);
        let amount = |back: &MoneyBack| back.amount;
        Part {
            payout,
            paid,
            on_its_way: if is_under_way { paid } else { Money::ZERO },
            returned: back().map(amount).sum(),
            returned_by_household: back().filter(|back| back.invoice.is_none()).map(amount).sum(),
            ..Part::default()
        }
    }

    /// The last word of a person about a tranche.
    fn word(&self, tranche: u32) -> Option<&super::Word> {
        self.words.iter().rev().find(|word| word.tranche == tranche)
    }

    fn gate(
        &self,
        tranche: &Tranche,
        part: &Part,
        so_far: &SoFar,
        (policy, today): (&FurnishingPolicy, NaiveDate),
    ) -> Gate {
        let household = self.for_household(tranche);
        if part.paid.is_positive() {
            return Gate::Released;
        }
        let is_done = tranche.route == Route::Household && !household.is_positive();
        if part.supplied.is_positive() && (is_done || tranche.route == Route::InKind) {
            return Gate::Released;
        }
        if self.settled.is_some() {
            return Gate::Closed;
        }
        let word = self.word(tranche.number);
        let came_back = part.payout.filter(|payout| !payout.stands());
        if came_back.is_some_and(|back| back.amount <= household) && word.is_none_or(|word| word.opens) {
            return Gate::CameBack;
        }
        let by_hand = word.filter(|word| word.opens).map(|word| word.reason.clone());
        let conditions = tranche.conditions(policy);
        let mut reasons = Vec::new();
        if let Some(held) = word.filter(|word| !word.opens) {
            reasons.push(Reason::Held(held.reason.clone()));
        } else if by_hand.is_none() {
            reasons.extend(
                conditions.iter().filter_map(|condition| self.lacks(*condition, so_far, (policy, today))),
            );
            // a share and a visit both wait for the tranche before: that is one reason
            reasons.dedup();
        }
        if !reasons.is_empty() {
            return Gate::Shut(reasons);
        }
        let looks_back = |condition: &Condition| matches!(condition, Condition::Share(_) | Condition::Visit);
        let (amount, carried_forward) = if conditions.iter().any(looks_back) {
            let carried = (so_far.outstanding - so_far.waived).or_zero();
            let made_up = (household + so_far.lowered).or_zero();
            (made_up - carried, carried.min(made_up))
        } else {
            (household, Money::ZERO)
        };
        let amount = match tranche.route {
            // what came back and no longer fits is made up in the tranches after it
            Route::Household if came_back.is_some() => Money::ZERO,
            Route::Household => amount.or_zero().min(so_far.rest),
            Route::Invoices | Route::InKind => (tranche.amount - part.supplied).or_zero().min(so_far.rest),
        };
        Gate::Open { amount, carried_forward, by_hand }
    }

    /// Why a condition does not hold, when it does not.
    fn lacks(
        &self,
        condition: Condition,
        so_far: &SoFar,
        (policy, today): (&FurnishingPolicy, NaiveDate),
    ) -> Option<Reason> {
        match condition {
            Condition::From(day) => (today < day).then_some(Reason::NotBefore(day)),
            Condition::Share(_) | Condition::Visit if !so_far.released => Some(Reason::Waits),
            Condition::Share(share) => {
                let (_, kept, accounted) = so_far.last?;
                let needed = kept.share(share.unwrap_or(policy.release_threshold), Round::Up);
                (accounted < needed).then_some(Reason::Share { accounted, needed })
            }
            Condition::Visit => {
                let (last, ..) = so_far.last?;
                let visited = self.visits.iter().any(|visit| visit.confirmed && visit.tranche == last);
                (!visited).then_some(Reason::Visit)
            }
        }
    }

    /// What came back and may be paid again: not what was taken back since, or no longer fits the tranche or the credit.
    /// Its money is kept for it.
    fn again(&self, parts: &[Part], payouts: &Payouts, so_far: &mut SoFar) -> Vec<TrancheId> {
        let mut again = Vec::new();
        if self.settled.is_some() {
            return again;
        }
        let failed = |id: TrancheId| payouts.get(&id).filter(|payout| !payout.stands());
        for (tranche, part) in self.tranches.iter().zip(parts) {
            if self.word(tranche.number).is_some_and(|word| !word.opens) {
                continue;
            }
            let invoices = self.evidence.iter().filter(|shown| {
                shown.tranche == tranche.number && shown.stands() && matches!(shown.way, Way::Supplier { .. })
            });
            let left = (tranche.amount - part.paid).or_zero();
            let invoices = invoices.map(|shown| (TrancheId(shown.id), left));
            let own = (tranche.id, self.for_household(tranche));
            for (id, most) in std::iter::once(own).chain(invoices) {
                let fits = |payout: &&Payout| payout.amount <= most && payout.amount <= so_far.rest;
                let Some(payout) = failed(id).filter(fits) else { continue };
                so_far.rest -= payout.amount;
                again.push(id);
            }
        }
        again
    }

    /// What an open or released tranche lets be paid: the part of the household, and each invoice that fits.
    fn payables(
        &self,
        tranche: &Tranche,
        gate: &Gate,
        payouts: &Payouts,
        (so_far, payable): (&mut SoFar, &mut Vec<Payable>),
    ) {
        let opens = matches!(gate, Gate::Open { .. } | Gate::Released);
        if !opens || self.settled.is_some() {
            return;
        }
        let invoices = self.evidence.iter().filter(|shown| {
            shown.tranche == tranche.number && shown.stands() && !payouts.contains_key(&TrancheId(shown.id))
        });
        for invoice in invoices {
            let Way::Supplier { payee, .. } = invoice.way else { continue };
            let amount = invoice.total();
            if amount <= so_far.rest {
                so_far.rest -= amount;
                payable.push(Payable {
                    id: TrancheId(invoice.id),
                    tranche: tranche.number,
                    supplier: Some(payee),
                    invoice: invoice.reference.clone(),
                    amount,
                });
            }
        }
        let Gate::Open { amount, .. } = gate else { return };
        let amount = (*amount).min(so_far.rest);
        if tranche.route == Route::Household && amount.is_positive() {
            so_far.rest -= amount;
            payable.push(Payable {
                id: tranche.id,
                tranche: tranche.number,
                supplier: None,
                invoice: None,
                amount,
            });
        }
    }
}

impl SoFar {
    /// What a person decided about a tranche covers money of the tranches before it, and only as long as it is not
    /// accounted for.
    fn waive(&mut self, waivers: &[Waiver], tranche: u32) {
        let of_this = waivers.iter().filter(|waiver| waiver.tranche == tranche);
        let waived: Money = of_this.map(|waiver| waiver.amount).sum();
        self.waived = (self.waived + waived).min(self.outstanding);
    }

    /// Goes on to the next tranche. What is open counts as if it were released: two that open on one day share what
    /// there is.
    fn pass(&mut self, (tranche, household): (&Tranche, Money), part: &Part, gate: &Gate) {
        self.outstanding += part.outstanding();
        if tranche.route == Route::Household {
            match gate {
                Gate::Released if part.paid.is_positive() => self.lowered += household - part.paid,
                Gate::Open { amount, .. } => self.lowered += household - *amount,
                _ => {}
            }
        }
        let nothing_to_pay = matches!(gate, Gate::Open { amount, .. } if !amount.is_positive());
        self.released = *gate == Gate::Released
            || (tranche.route == Route::Invoices && part.supplied.is_positive())
            || nothing_to_pay;
        let kept = part.kept();
        if part.disbursed().is_positive() {
            self.last = Some((tranche.number, kept, part.accounted().min(kept)));
        }
    }
}
