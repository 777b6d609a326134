//! Furnishing credit: a loan or gift to furnish the home, released in tranches that open on evidence.
//!
//! Legal source: Participatiewet art. 51 (durable goods), 55 (obligation to hand in receipts). Money that is not
//! accounted for lowers the next tranche; it is never claimed back by the engine, and nothing here accuses anybody.
//!
//! A credit is what its facts fold to: the decision makes it, and each later fact is added by a method that refuses
//! what contradicts it. What became of its payments comes from the bank, so it is given beside it: [`Credit::standing`]
//! is a function of the facts, the payments, the policy and the day, and of nothing else.

pub mod evidence;
pub mod tranche;
pub mod standing;
pub mod sample;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use crate::id::CreditId;
use crate::money::{Money, Round};
use crate::policy::FurnishingPolicy;
use evidence::{Evidence, Way};
use tranche::{Route, Tranche};

/// A decided furnishing credit, with what happened since.
#[derive(Clone, Debug, PartialEq)]
pub struct Credit {
    /// Its id.
    pub id: CreditId,
    /// The reference of the decision.
    pub reference: String,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// The decided amount.
    pub amount: Money,
    /// What of it is a gift; the rest is a loan. What is paid comes from the gift first.
    pub gift: Money,
    /// The article it rests on.
    pub legal_basis: String,
    /// The last day on which the client can object.
    pub objection_until: Option<NaiveDate>,
    /// Why it differs from the policy, where it does.
    pub ground: Option<String>,
    /// The first day on which something can be bought from it.
    pub buy_from: NaiveDate,
    /// The last day on which something can be bought from it.
    pub buy_until: Option<NaiveDate>,
    /// Its parts, in order; together they are the amount.
    pub tranches: Vec<Tranche>,
    /// What was shown, in the order of showing.
    pub evidence: Vec<Evidence>,
    /// Amounts above a budget line that a person accepted.
    pub accepted: Vec<Accepted>,
    /// Home visits.
    pub visits: Vec<Visit>,
    /// Tranches that a person opened or took back, in order: the last word counts.
    pub words: Vec<Word>,
    /// Money that is not carried forward, by a person's decision.
    pub waivers: Vec<Waiver>,
    /// Money that came back to the municipality.
    pub returned: Vec<MoneyBack>,
    /// What was converted from loan to gift or back, in order.
    pub conversions: Vec<Conversion>,
    /// The final settlement.
    pub settled: Option<Settlement>,
    /// The references of the withholdings that repay it, the last one now.
    pub repaid_by: Vec<String>,
    /// What was repaid beside them.
    pub repaid_early: Money,
}

/// A person accepts that a category cost more than its budget line (ruling 27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The tranche.
    pub tranche: u32,
    /// The category.
    pub category: String,
    /// What may count for it.
    pub up_to: Money,
    /// Why.
    pub reason: String,
}

/// A home visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The day.
    pub on: NaiveDate,
    /// The tranche whose goods were looked at.
    pub tranche: u32,
    /// True when they were seen.
    pub confirmed: bool,
    /// The categories that were seen.
    pub seen: Vec<String>,
    /// What the visitor noted.
    pub note: String,
}

/// What a person says about a tranche, whatever its conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The tranche.
    pub tranche: u32,
    /// True: it opens; false: it was taken back, and waits for a person.
    pub opens: bool,
    /// Why.
    pub reason: String,
}

/// Money that does not lower a tranche, by a person's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The tranche that is not lowered by it.
    pub tranche: u32,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// Money that came back to the municipality: unspent, or a supplier's credit note (ruling 36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyBack {
    /// The tranche it was paid with.
    pub tranche: u32,
    /// The day.
    pub on: NaiveDate,
    /// How much.
    pub amount: Money,
    /// The invoice that a supplier paid back: then it can go to suppliers again from the same tranche, and never to the
    /// household. Without one the household paid it back.
    pub invoice: Option<String>,
    /// The receipt, or the line of the statement.
    pub proof: String,
}

/// A decision that turns loan into gift or gift into loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The reference of the decision.
    pub reference: String,
    /// True: loan becomes gift.
    pub to_gift: bool,
    /// How much.
    pub amount: Money,
    /// Why.
    pub ground: String,
}

/// The final settlement of a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The reference of the decision.
    pub reference: String,
    /// The day.
    pub on: NaiveDate,
    /// What becomes of money that is not accounted for.
    pub unspent: Unspent,
}

/// What becomes of money that is not accounted for at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unspent {
    /// There is none left: it came back.
    Returned,
    /// It stays with the household, and is repaid with the rest of the loan.
    InPrincipal,
}

/// A fact that a credit cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditError {
    /// The parts are not the whole.
    #[error("the tranches of credit `{reference}` add up to {total}, the decision grants {amount}")]
    Sum {
        /// The reference of the decision.
        reference: String,
        /// The sum of the tranches.
        total: Money,
        /// The decided amount.
        amount: Money,
    },
    /// The budget of a tranche is more than the tranche.
    #[error("the budget of tranche {tranche} adds up to {total}, and the tranche is {amount}")]
    Budget {
        /// The tranche.
        tranche: u32,
        /// The sum of its budget.
        total: Money,
        /// The tranche.
        amount: Money,
    },
    /// One category twice in one budget.
    #[error("tranche {tranche} has two budget lines for `{category}`: add them up")]
    TwoLines {
        /// The tranche.
        tranche: u32,
        /// The category.
        category: String,
    },
    /// There is no budget for this category.
    #[error("tranche {tranche} has no budget line for `{category}`: nothing more can be accepted for it")]
    NoBudget {
        /// The tranche.
        tranche: u32,
        /// The category.
        category: String,
    },
    /// More gift than there is credit.
    #[error("a gift of {gift} is more than the credit of {amount}")]
    Gift {
        /// The gift.
        gift: Money,
        /// The credit.
        amount: Money,
    },
    /// It was settled.
    #[error("credit `{reference}` was settled on {on}: nothing can be added to it")]
    Settled {
        /// The reference of the credit.
        reference: String,
        /// The day of settlement.
        on: NaiveDate,
    },
    /// There is no such tranche.
    #[error("credit `{reference}` has no tranche {tranche}: it has {count}")]
    NoTranche {
        /// The reference of the credit.
        reference: String,
        /// The number that was asked for.
        tranche: u32,
        /// How many there are.
        count: usize,
    },
    /// Nothing was shown under this reference, or it was taken back.
    #[error("credit `{credit}` has no evidence `{reference}`")]
    NoEvidence {
        /// The reference of the credit.
        credit: String,
        /// The reference that was asked for.
        reference: String,
    },
    /// Something was shown under this reference before.
    #[error("evidence `{0}` was recorded for this credit already")]
    KnownEvidence(String),
    /// A receipt of a later day than the one on which it was shown.
    #[error("a receipt of {bought_on} cannot be shown on {shown_on}")]
    NotYetBought {
        /// The day on the receipt.
        bought_on: NaiveDate,
        /// The day it was shown.
        shown_on: NaiveDate,
    },
    /// More goes out of a tranche by invoice and in kind than there is in it.
    #[error("{asked} is more than the {left} that is left of tranche {tranche}")]
    AboveTheRest {
        /// The tranche.
        tranche: u32,
        /// What is asked.
        asked: Money,
        /// What is left.
        left: Money,
    },
    /// The tranche is paid in another way.
    #[error("tranche {tranche} is paid by `{route}`: this cannot be recorded for it")]
    OtherRoute {
        /// The tranche.
        tranche: u32,
        /// The code of its route.
        route: &'static str,
    },
    /// More is converted than there is.
    #[error("{asked} cannot be converted: there is {left}")]
    Conversion {
        /// What is asked.
        asked: Money,
        /// What there is.
        left: Money,
    },
    /// A gift has no principal to which unspent money can be set.
    #[error("credit `{0}` is a gift: unspent money is returned, or converted into a loan by a decision")]
    NoPrincipal(String),
}

impl Credit {
    /// Refuses a decision that contradicts itself.
    pub fn checked(self) -> Result<Credit, CreditError> {
        let total = self.tranches.iter().map(|tranche| tranche.amount).sum();
        if total != self.amount {
            return Err(CreditError::Sum { reference: self.reference, total, amount: self.amount });
        }
        if self.amount < self.gift {
            return Err(CreditError::Gift { gift: self.gift, amount: self.amount });
        }
        for Tranche { number: tranche, amount, budget, .. } in &self.tranches {
            let total: Money = budget.iter().map(|line| line.amount).sum();
            if *amount < total {
                return Err(CreditError::Budget { tranche: *tranche, total, amount: *amount });
            }
            for (place, line) in budget.iter().enumerate() {
                if budget[..place].iter().any(|known| known.category == line.category) {
                    return Err(CreditError::TwoLines { tranche: *tranche, category: line.category.clone() });
                }
            }
        }
        Ok(self)
    }

    /// The tranche with this number.
    pub fn tranche(&self, number: u32) -> Result<&Tranche, CreditError> {
        let found = self.tranches.iter().find(|tranche| tranche.number == number);
        found.ok_or_else(|| CreditError::NoTranche {
            reference: self.reference.clone(),
            tranche: number,
            count: self.tranches.len(),
        })
    }

    /// In what the decision differs from the policy: its amount from the norm, or a tranche in its share, its conditions,
    /// its route or its deadline. Such a decision is tailored, and has its ground (Pw 18(1)).
    pub fn deviations(&self, policy: &FurnishingPolicy, norm: Money) -> Vec<&'static str> {
        let by_policy = |part: &Tranche| {
            let place = usize::try_from(part.number).unwrap_or(usize::MAX).saturating_sub(1);
            let share = policy.tranches.get(place);
            share.is_some_and(|share| {
                let exact = self.amount.share(*share, Round::Down);
                Money::ZERO <= part.amount - exact && part.amount - exact < Money::from_cents(100)
            })
        };
        let own = |part: &Tranche| {
            part.opens.as_ref().is_some_and(|opens| *opens != policy.conditions_of(part.number))
        };
        let differs = [
            ("amount", self.amount != norm),
            (
                "tranches",
                self.tranches.len() != policy.tranches.len() || !self.tranches.iter().all(by_policy),
            ),
            ("conditions", self.tranches.iter().any(own)),
            ("paid", self.tranches.iter().any(|part| part.route != Route::Household)),
            ("evidence_until", self.tranches.iter().any(|part| part.evidence_until.is_some())),
        ];
        let mut found: Vec<&str> =
            differs.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
        if !found.is_empty() && self.ground.is_none() {
            found.push("ground_missing");
        }
        found
    }

    /// What is a gift now, after conversions.
    pub fn gift_now(&self) -> Money {
        let change = |conversion: &Conversion| {
            if conversion.to_gift { conversion.amount } else { -conversion.amount }
        };
        self.gift + self.conversions.iter().map(change).sum()
    }

    /// What came back.
    pub fn returned(&self) -> Money {
        self.returned.iter().map(|back| back.amount).sum()
    }

    /// Adds what was shown, is to be paid to a supplier, or was handed over.
    pub fn show(&mut self, mut shown: Evidence) -> Result<(), CreditError> {
        self.open()?;
        shown.reference = shown.reference.or_else(|| Some(self.next_reference()));
        if let Some(bought_on) = shown.bought_on.filter(|day| shown.shown_on < *day) {
            return Err(CreditError::NotYetBought { bought_on, shown_on: shown.shown_on });
        }
        let known = |known: &Evidence| known.reference.is_some() && known.reference == shown.reference;
        if let (Some(reference), true) = (&shown.reference, self.evidence.iter().any(known)) {
            return Err(CreditError::KnownEvidence(reference.clone()));
        }
        let tranche = self.tranche(shown.tranche)?;
        let fits = match shown.way {
            Way::Receipt | Way::Declaration => true,
            Way::Supplier { .. } => tranche.route != Route::InKind,
            Way::InKind => tranche.route != Route::Invoices,
        };
        if !fits {
            return Err(CreditError::OtherRoute { tranche: tranche.number, route: tranche.route.code() });
        }
        if matches!(shown.way, Way::Supplier { .. } | Way::InKind) {
            let left = tranche.amount - self.apart(tranche.number);
            if left < shown.total() {
                let (tranche, asked) = (tranche.number, shown.total());
                return Err(CreditError::AboveTheRest { tranche, asked, left });
            }
        }
        self.evidence.push(shown);
        Ok(())
    }

    /// What went apart from the household out of a tranche: invoices of suppliers, and goods that were handed over.
    fn went_apart(&self, tranche: u32) -> impl Iterator<Item = &Evidence> {
        let is_apart = move |shown: &&Evidence| {
            let apart = matches!(shown.way, Way::Supplier { .. } | Way::InKind);
            apart && shown.tranche == tranche && shown.stands()
        };
        self.evidence.iter().filter(is_apart)
    }

    /// What a supplier paid back of an invoice.
    pub fn credited(&self, invoice: &str) -> Money {
        let of_invoice = self.returned.iter().filter(|back| back.invoice.as_deref() == Some(invoice));
        of_invoice.map(|back| back.amount).sum()
    }

    /// What of a tranche goes to suppliers or was handed over, less what suppliers paid back.
    pub(super) fn apart(&self, tranche: u32) -> Money {
        let back = self.returned.iter().filter(|back| back.tranche == tranche && back.invoice.is_some());
        let all: Money = self.went_apart(tranche).map(Evidence::total).sum();
        (all - back.map(|back| back.amount).sum()).or_zero()
    }

    /// What of a tranche the household is paid at most: not what went to suppliers or was handed over, also where a
    /// supplier paid it back (ruling 36: it goes back to the credit, not to the client). What was recorded by mistake
    /// never went apart.
    pub(super) fn for_household(&self, tranche: &Tranche) -> Money {
        let apart = self.went_apart(tranche.number).map(|shown| (shown.shown_on, false, shown.total()));
        let back =
            self.returned.iter().filter(|back| back.tranche == tranche.number && back.invoice.is_some());
        let mut moves: Vec<(NaiveDate, bool, Money)> =
            apart.chain(back.map(|back| (back.on, true, -back.amount))).collect();
        moves.sort_by_key(|(on, is_back, _)| (*on, *is_back));
        let (mut now, mut most) = (Money::ZERO, Money::ZERO);
        for (.., amount) in moves {
            now += amount;
            most = most.max(now);
        }
        (tranche.amount - most).or_zero()
    }

    /// Takes evidence back that was recorded by mistake.
    pub fn withdraw(&mut self, reference: &str, on: NaiveDate) -> Result<(), CreditError> {
        self.open()?;
        self.shown_mut(reference)?.withdrawn = Some(on);
        Ok(())
    }

    /// A person looked at what seemed to have been shown before: it is another purchase.
    pub fn tell_apart(&mut self, reference: &str) -> Result<(), CreditError> {
        self.open()?;
        self.shown_mut(reference)?.told_apart = true;
        Ok(())
    }

    /// The name of what is shown without one: `bon-` and its number, the first that is free.
    fn next_reference(&self) -> String {
        let is_free =
            |name: &String| self.evidence.iter().all(|known| known.reference.as_ref() != Some(name));
        let names = (self.evidence.len() + 1..).map(|number| format!("bon-{number}"));
        names.into_iter().find(is_free).unwrap_or_default()
    }

    /// The goods of a supplier's invoice were delivered.
    pub fn deliver(&mut self, reference: &str) -> Result<(), CreditError> {
        self.open()?;
        match &mut self.shown_mut(reference)?.way {
            Way::Supplier { delivered, .. } => {
                *delivered = true;
                Ok(())
            }
            _ => Err(CreditError::NoEvidence {
                credit: self.reference.clone(),
                reference: reference.to_owned(),
            }),
        }
    }

    /// What was shown under a reference and not taken back.
    pub fn shown(&self, reference: &str) -> Option<&Evidence> {
        let is_it = |shown: &&Evidence| shown.reference.as_deref() == Some(reference) && shown.stands();
        self.evidence.iter().find(is_it)
    }

    fn shown_mut(&mut self, reference: &str) -> Result<&mut Evidence, CreditError> {
        let is_it = |shown: &&mut Evidence| shown.reference.as_deref() == Some(reference) && shown.stands();
        let credit = self.reference.clone();
        let found = self.evidence.iter_mut().find(is_it);
        found.ok_or_else(|| CreditError::NoEvidence { credit, reference: reference.to_owned() })
    }

    /// A person accepts more than a budget line.
    pub fn accept(&mut self, accepted: Accepted) -> Result<(), CreditError> {
        self.open()?;
        let Accepted { tranche, category, .. } = &accepted;
        if self.tranche(*tranche)?.budget.iter().all(|line| line.category != *category) {
            return Err(CreditError::NoBudget { tranche: *tranche, category: category.clone() });
        }
        self.accepted.push(accepted);
        Ok(())
    }

    /// Somebody visited the home.
    pub fn visit(&mut self, visit: Visit) -> Result<(), CreditError> {
        self.open()?;
        self.tranche(visit.tranche)?;
        self.visits.push(visit);
        Ok(())
    }

    /// A person opens a tranche, or takes it back.
    pub fn say(&mut self, word: Word) -> Result<(), CreditError> {
        self.open()?;
        self.tranche(word.tranche)?;
        self.words.push(word);
        Ok(())
    }

    /// A person decides that money does not lower a tranche.
    pub fn waive(&mut self, waiver: Waiver) -> Result<(), CreditError> {
        self.open()?;
        self.tranche(waiver.tranche)?;
        self.waivers.push(waiver);
        Ok(())
    }

    /// Money came back.
    pub fn take_back(&mut self, back: MoneyBack) -> Result<(), CreditError> {
        self.open()?;
        self.tranche(back.tranche)?;
        if let Some(invoice) = &back.invoice {
            let is_it =
                |shown: &Evidence| matches!(shown.way, Way::Supplier { .. }) && shown.tranche == back.tranche;
            if !self.shown(invoice).is_some_and(is_it) {
                let credit = self.reference.clone();
                return Err(CreditError::NoEvidence { credit, reference: invoice.clone() });
            }
        }
        self.returned.push(back);
        Ok(())
    }

    /// Turns loan into gift, or gift into loan: also after settlement, because a loan is repaid long after it.
    pub fn convert(&mut self, conversion: Conversion) -> Result<(), CreditError> {
        let gift = self.gift_now();
        let left = if conversion.to_gift { self.amount - gift } else { gift };
        if left < conversion.amount {
            return Err(CreditError::Conversion { asked: conversion.amount, left });
        }
        self.conversions.push(conversion);
        Ok(())
    }

    /// Settles it: from now on nothing is paid from it or shown for it.
    pub fn settle(&mut self, settlement: Settlement) -> Result<(), CreditError> {
        self.open()?;
        if settlement.unspent == Unspent::InPrincipal && self.amount <= self.gift_now() {
            return Err(CreditError::NoPrincipal(self.reference.clone()));
        }
        self.settled = Some(settlement);
        Ok(())
    }

    fn open(&self) -> Result<(), CreditError> {
        match &self.settled {
            Some(settled) => Err(CreditError::Settled { reference: self.reference.clone(), on: settled.on }),
            None => Ok(()),
        }
    }
}
