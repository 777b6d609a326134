//! The worked case C12, the boundaries around it, and what must hold whatever happens.

use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use super::evidence::{BudgetLine, Evidence, EvidenceLine, LineState, Way};
use super::standing::{Gate, Standing};
use super::tranche::{Payout, PayoutState, Payouts, Route, Tranche};
use super::{Accepted, Credit, CreditError, MoneyBack, Settlement, Unspent, Visit, Waiver, Word};
use crate::id::{CreditId, PayeeId, TrancheId};
use crate::money::Money;
use crate::policy::{Condition, FurnishingPolicy, Policy};

fn euros(text: &str) -> Money {
    text.parse().expect("an amount")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn policy() -> FurnishingPolicy {
    Policy::parse(include_str!("../../../samples/policy.toml")).expect("the default").furnishing
}

fn id(number: u32) -> TrancheId {
    TrancheId(Uuid::from_u128(u128::from(number)))
}

fn tranche(number: u32, amount: &str, budget: &[(&str, &str)]) -> Tranche {
    let line = |(category, amount): &(&str, &str)| BudgetLine {
        category: (*category).to_owned(),
        amount: euros(amount),
    };
    Tranche {
        id: id(number),
        number,
        amount: euros(amount),
        budget: budget.iter().map(line).collect(),
        route: Route::Household,
        opens: None,
        evidence_until: None,
    }
}

fn credit(tranches: Vec<Tranche>) -> Credit {
    let credit = Credit {
        id: CreditId(Uuid::nil()),
        reference: "K-12".to_owned(),
        decided_on: day("2026-02-05"),
        amount: tranches.iter().map(|tranche| tranche.amount).sum(),
        gift: Money::ZERO,
        legal_basis: "Pw 51(1)".to_owned(),
        objection_until: None,
        ground: None,
        buy_from: day("2026-02-05"),
        buy_until: None,
        tranches,
        evidence: Vec::new(),
        accepted: Vec::new(),
        visits: Vec::new(),
        words: Vec::new(),
        waivers: Vec::new(),
        returned: Vec::new(),
        conversions: Vec::new(),
        settled: None,
        repaid_by: Vec::new(),
        repaid_early: Money::ZERO,
    };
    credit.checked().expect("it adds up")
}

/// Case C12: 3,600.00 in 1,400 / 1,300 / 900.
fn c12() -> Credit {
    let first = [("floor", "450.00"), ("bed", "350.00"), ("fridge", "300.00"), ("cooker", "300.00")];
    let second = [("wardrobe", "400.00"), ("sofa", "500.00"), ("table", "400.00")];
    credit(vec![
        tranche(1, "1400.00", &first),
        tranche(2, "1300.00", &second),
        tranche(3, "900.00", &[("washing machine", "500.00"), ("textiles", "400.00")]),
    ])
}

fn shown(tranche: u32, lines: &[(&str, &str)]) -> Evidence {
    let line = |(category, amount): &(&str, &str)| EvidenceLine {
        category: (*category).to_owned(),
        amount: euros(amount),
    };
    Evidence {
        id: Uuid::from_u128(1_000),
        reference: None,
        tranche,
        way: Way::Receipt,
        shop: None,
        bought_on: None,
        number: None,
        files: Vec::new(),
        shown_on: day("2026-03-12"),
        elsewhere: None,
        told_apart: false,
        readable: true,
        withdrawn: None,
        lines: lines.iter().map(line).collect(),
    }
}

fn paid(amounts: &[(u32, &str)]) -> Payouts {
    let payout = |(number, amount): &(u32, &str)| {
        let state = PayoutState::Settled;
        (id(*number), Payout { amount: euros(amount), on: day("2026-02-06"), state })
    };
    amounts.iter().map(payout).collect()
}

fn stands(credit: &Credit, payouts: &Payouts) -> Standing {
    credit.standing(payouts, &policy(), day("2026-03-20"))
}

/// The gates in one line each.
fn gates(credit: &Credit, payouts: &Payouts) -> Vec<String> {
    let word = |gate: &Gate| match gate {
        Gate::Released => "released".to_owned(),
        Gate::Open { amount, carried_forward, .. } => format!("open {amount} less {carried_forward}"),
        Gate::CameBack => "came back".to_owned(),
        Gate::Closed => "closed".to_owned(),
        Gate::Shut(reasons) => format!("shut {reasons:?}"),
    };
    stands(credit, payouts).tranches.iter().map(|tranche| word(&tranche.gate)).collect()
}

const RECEIPTS: [(&str, &str); 5] = [
    ("floor", "389.00"),
    ("bed", "420.00"),
    ("fridge", "279.00"),
    ("cooker", "249.99"),
    ("television", "199.00"),
];

#[test]
fn a_television_does_not_count_and_its_money_lowers_the_next_tranche() {
    let mut credit = c12();
    credit.show(shown(1, &RECEIPTS)).expect("shown");
    let payouts = paid(&[(1, "1400.00")]);
    let found = stands(&credit, &payouts);
    assert_eq!((found.accounted, found.unaccounted), (euros("1337.99"), euros("62.01")));
    assert_eq!(found.tranches[0].lines[4].state, LineState::WrongCategory);
    assert_eq!(gates(&credit, &payouts), ["released", "open 1237.99 less 62.01", "shut [Waits]"]);
    assert_eq!(found.payable.len(), 1);
    assert_eq!(found.principal, euros("1400.00"));
}

#[test]
fn money_lowers_once_and_is_made_up_when_it_is_shown_after_all() {
    let mut credit = c12();
    credit.show(shown(1, &RECEIPTS)).expect("shown");
    credit.show(shown(2, &[("wardrobe", "400.00"), ("sofa", "500.00"), ("table", "337.99")])).expect("shown");
    let payouts = paid(&[(1, "1400.00"), (2, "1237.99")]);
    assert_eq!(gates(&credit, &payouts)[2], "open 900.00 less 62.01");
    credit.show(shown(1, &[("floor", "62.01")])).expect("shown");
    assert_eq!(gates(&credit, &payouts)[2], "open 962.01 less 0.00");
    assert_eq!(stands(&credit, &payouts).rest, euros("962.01"));
}

#[test]
fn a_waiver_leaves_the_next_tranche_whole_and_is_not_asked_back_from_the_one_after() {
    let mut credit = c12();
    credit.show(shown(1, &RECEIPTS)).expect("shown");
    let waiver = Waiver { tranche: 2, amount: euros("62.01"), reason: "misverstand".to_owned() };
    credit.waive(waiver).expect("waived");
    assert_eq!(gates(&credit, &paid(&[(1, "1400.00")]))[1], "open 1300.00 less 0.00");
    credit.show(shown(2, &[("wardrobe", "400.00"), ("sofa", "500.00"), ("table", "400.00")])).expect("shown");
    assert_eq!(gates(&credit, &paid(&[(1, "1400.00"), (2, "1300.00")]))[2], "open 900.00 less 0.00");
}

#[test]
fn the_gate_opens_at_the_share_and_not_a_cent_before_and_a_person_can_open_it() {
    let mut credit = c12();
    let payouts = paid(&[(1, "1400.00")]);
    credit
        .show(shown(1, &[("floor", "450.00"), ("bed", "350.00"), ("fridge", "300.00"), ("cooker", "159.99")]))
        .expect("shown");
    assert_eq!(gates(&credit, &payouts)[1], "shut [Share { accounted: 1259.99, needed: 1260.00 }]");
    let mut opened = credit.clone();
    opened
        .say(Word { tranche: 2, opens: true, reason: "koelkast kapot".to_owned() })
        .expect("a person opens it");
    assert_eq!(gates(&opened, &payouts)[1], "open 1159.99 less 140.01");
    credit.show(shown(1, &[("cooker", "0.01")])).expect("shown");
    assert_eq!(gates(&credit, &payouts)[1], "open 1160.00 less 140.00");
}

#[test]
fn a_visit_and_a_day_are_gates_of_their_own() {
    let mut credit = c12();
    credit.tranches[1].opens = Some(vec![Condition::Visit, Condition::From(day("2026-03-21"))]);
    let payouts = paid(&[(1, "1400.00")]);
    assert_eq!(gates(&credit, &payouts)[1], "shut [Visit, NotBefore(2026-03-21)]");
    let visit = |confirmed| Visit {
        on: day("2026-03-19"),
        tranche: 1,
        confirmed,
        seen: Vec::new(),
        note: "gezien".to_owned(),
    };
    credit.visit(visit(false)).expect("nobody was home");
    assert_eq!(gates(&credit, &payouts)[1], "shut [Visit, NotBefore(2026-03-21)]");
    credit.visit(visit(true)).expect("seen");
    assert_eq!(gates(&credit, &payouts)[1], "shut [NotBefore(2026-03-21)]");
    let later = credit.standing(&payouts, &policy(), day("2026-03-21"));
    assert!(matches!(later.tranches[1].gate, Gate::Open { .. }));
}

#[test]
fn undoing_one_of_two_equal_tranches_of_one_day_leaves_the_other_alone() {
    let mut credit = credit(vec![tranche(1, "500.00", &[]), tranche(2, "500.00", &[])]);
    credit.tranches[1].opens = Some(Vec::new());
    let open: Vec<Money> =
        stands(&credit, &Payouts::new()).payable.iter().map(|payable| payable.amount).collect();
    assert_eq!(open, [euros("500.00"), euros("500.00")]);
    credit.say(Word { tranche: 2, opens: false, reason: "dubbel".to_owned() }).expect("taken back");
    let payouts = paid(&[(1, "500.00")]);
    assert_eq!(gates(&credit, &payouts), ["released", "shut [Held(\"dubbel\")]"]);
    assert_eq!(stands(&credit, &payouts).disbursed, euros("500.00"));
}

#[test]
fn a_supplier_is_paid_from_the_tranche_and_counts_with_a_delivery_note() {
    let mut credit = c12();
    let way = Way::Supplier { payee: PayeeId(Uuid::nil()), delivered: false };
    let invoice = Evidence {
        way,
        reference: Some("F-1".to_owned()),
        ..shown(1, &[("fridge", "300.00"), ("cooker", "300.00")])
    };
    credit.show(invoice.clone()).expect("recorded");
    let payable: Vec<(bool, Money)> = stands(&credit, &Payouts::new())
        .payable
        .iter()
        .map(|payable| (payable.supplier.is_some(), payable.amount))
        .collect();
    assert_eq!(payable, [(true, euros("600.00")), (false, euros("800.00"))]);
    let mut payouts = paid(&[(1, "800.00")]);
    let settled = Payout { amount: euros("600.00"), on: day("2026-02-06"), state: PayoutState::Settled };
    payouts.insert(TrancheId(invoice.id), settled);
    assert_eq!(stands(&credit, &payouts).accounted, Money::ZERO);
    credit.deliver("F-1").expect("delivered");
    assert_eq!(stands(&credit, &payouts).accounted, euros("600.00"));
    let again = Evidence { id: Uuid::from_u128(2), reference: Some("F-2".to_owned()), ..invoice };
    let above = Evidence { lines: shown(1, &[("bed", "800.01")]).lines, ..again };
    assert!(matches!(credit.show(above), Err(CreditError::AboveTheRest { .. })));
}

#[test]
fn second_hand_counts_up_to_the_cap_per_category_and_a_cent_above_it_is_said() {
    let declared = |amount: &str| {
        let mut credit = c12();
        credit.show(Evidence { way: Way::Declaration, ..shown(1, &[("bed", amount)]) }).expect("shown");
        let line = stands(&credit, &paid(&[(1, "1400.00")])).tranches[0].lines[0].clone();
        (line.state, line.counts)
    };
    assert_eq!(declared("150.00"), (LineState::Eligible, euros("150.00")));
    assert_eq!(declared("150.01"), (LineState::OverLineLimit, euros("150.00")));
}

#[test]
fn a_line_counts_in_full_to_the_tolerance_and_up_to_the_budget_a_cent_above_unless_a_person_accepts_more() {
    let mut credit = c12();
    credit.show(shown(1, &[("bed", "420.01")])).expect("shown");
    let payouts = paid(&[(1, "1400.00")]);
    let line = |credit: &Credit| stands(credit, &payouts).tranches[0].lines[0].clone();
    assert_eq!((line(&credit).state, line(&credit).counts), (LineState::OverLineLimit, euros("350.00")));
    let reason = "een hoog-laagbed".to_owned();
    credit
        .accept(Accepted { tranche: 1, category: "bed".to_owned(), up_to: euros("420.01"), reason })
        .expect("accepted");
    assert_eq!((line(&credit).state, line(&credit).counts), (LineState::Eligible, euros("420.01")));
}

#[test]
fn the_same_receipt_twice_is_found_by_photograph_and_by_shop_day_amount_and_number() {
    let bon = |shop: &str, number: &str, file: &str| Evidence {
        shop: Some(shop.to_owned()),
        bought_on: Some(day("2026-03-01")),
        number: Some(number.to_owned()),
        files: vec![file.to_owned()],
        ..shown(1, &[("bed", "100.00")])
    };
    let states = |second: Evidence| {
        let mut credit = c12();
        credit.show(bon("Woonhal", "17", "a")).expect("shown");
        credit.show(second).expect("shown");
        credit.judged(&policy())[1].state
    };
    assert_eq!(states(bon("Kringloop", "3", "a")), LineState::Duplicate);
    assert_eq!(states(bon("woonhal ", "17", "b")), LineState::Duplicate);
    assert_eq!(states(bon("Woonhal", "18", "b")), LineState::Eligible);
    let early = Evidence { bought_on: Some(day("2026-02-04")), ..bon("Woonhal", "18", "b") };
    assert_eq!(states(early), LineState::OutOfPeriod);
    assert_eq!(states(Evidence { readable: false, ..bon("Woonhal", "18", "b") }), LineState::Unreadable);
}

#[test]
fn after_the_settlement_nothing_is_shown_or_paid_and_conversion_is_a_decision() {
    let mut credit = c12();
    credit.gift = euros("1000.00");
    let payouts = paid(&[(1, "1400.00")]);
    let back = MoneyBack {
        tranche: 1,
        on: day("2026-03-01"),
        amount: euros("100.00"),
        invoice: None,
        proof: "kas 3".to_owned(),
    };
    credit.take_back(back).expect("taken back");
    assert_eq!(stands(&credit, &payouts).principal, euros("300.00"));
    let settlement =
        Settlement { reference: "E-1".to_owned(), on: day("2026-06-01"), unspent: Unspent::InPrincipal };
    credit.settle(settlement).expect("settled");
    assert!(matches!(credit.show(shown(1, &RECEIPTS)), Err(CreditError::Settled { .. })));
    assert_eq!(gates(&credit, &payouts), ["released", "closed", "closed"]);
    let convert = |to_gift, amount: &str| super::Conversion {
        reference: "C-1".to_owned(),
        to_gift,
        amount: euros(amount),
        ground: "besluit".to_owned(),
    };
    let mut gift = credit.clone();
    gift.convert(convert(true, "200.00")).expect("a gift");
    assert_eq!(stands(&gift, &payouts).principal, euros("100.00"));
    assert!(matches!(credit.convert(convert(false, "1000.01")), Err(CreditError::Conversion { .. })));
    credit.convert(convert(false, "1000.00")).expect("a loan");
    assert_eq!(stands(&credit, &payouts).principal, euros("1300.00"));
}

/// Something that may happen to a credit; amounts are in euros.
#[derive(Clone, Debug)]
enum Happens {
    Approve(usize),
    Settle(usize),
    Bounce(usize),
    Show(u32, u8, i64),
    Invoice(u32, i64),
    HandOver(u32, i64),
    TakeBack(u32, i64, bool),
    Waive(u32, i64),
    Say(u32, bool),
    Visit(u32),
    Withdraw,
    Again(usize),
}

fn happens() -> impl Strategy<Value = Happens> {
    let euros = 1_i64..1_500;
    prop_oneof![
        4 => (0_usize..4).prop_map(Happens::Approve),
        4 => (0_usize..4).prop_map(Happens::Settle),
        1 => (0_usize..4).prop_map(Happens::Bounce),
        4 => (1_u32..4, 0_u8..3, euros.clone()).prop_map(|(at, way, euros)| Happens::Show(at, way, euros)),
        1 => (1_u32..4, euros.clone()).prop_map(|(at, euros)| Happens::Invoice(at, euros)),
        1 => (1_u32..4, euros.clone()).prop_map(|(at, euros)| Happens::HandOver(at, euros)),
        1 => (1_u32..4, euros.clone(), any::<bool>()).prop_map(|(at, euros, by)| Happens::TakeBack(at, euros, by)),
        1 => (1_u32..4, euros).prop_map(|(at, euros)| Happens::Waive(at, euros)),
        2 => (1_u32..4, any::<bool>()).prop_map(|(at, opens)| Happens::Say(at, opens)),
        1 => (1_u32..4).prop_map(Happens::Visit),
        2 => Just(Happens::Withdraw),
        2 => (0_usize..3).prop_map(Happens::Again),
    ]
}

/// A credit with what became of its payments.
#[derive(Clone, Debug)]
struct World {
    credit: Credit,
    payouts: Payouts,
    number: u128,
}

impl World {
    fn now(&self) -> Standing {
        stands(&self.credit, &self.payouts)
    }

    fn evidence(&mut self, tranche: u32, way: Way, euros: i64) -> Evidence {
        self.number += 1;
        let category = ["floor", "sofa", "textiles"][usize::try_from(tranche).expect("small") - 1];
        let amount = Money::from_cents(euros * 100);
        Evidence {
            id: Uuid::from_u128(10_000 + self.number),
            reference: Some(format!("R-{}", self.number)),
            way,
            lines: vec![EvidenceLine { category: category.to_owned(), amount }],
            ..shown(tranche, &[])
        }
    }

    /// The last invoice of a tranche that was paid, and what was.
    fn invoice(&self, tranche: u32) -> Option<(String, Money)> {
        let paid = |shown: &Evidence| {
            let payout = self.payouts.get(&TrancheId(shown.id)).filter(|payout| payout.stands())?;
            Some((shown.reference.clone()?, payout.amount))
        };
        let of_tranche = self.credit.evidence.iter().rev().filter(|shown| shown.tranche == tranche);
        of_tranche.filter(|shown| shown.stands()).find_map(paid)
    }

    fn pays_back(&mut self, (tranche, returnable): (u32, Money), amount: Money, by_supplier: bool) {
        let (invoice, most) = match self.invoice(tranche).filter(|_| by_supplier) {
            Some((invoice, paid)) => {
                let most = paid - self.credit.credited(&invoice);
                (Some(invoice), most)
            }
            None if by_supplier => return,
            None => (None, returnable),
        };
        if amount <= most {
            let (on, proof) = (day("2026-03-05"), String::new());
            self.credit.take_back(MoneyBack { tranche, on, amount, invoice, proof }).expect("taken back");
        }
    }

    /// What the flows would let happen, and nothing else.
    fn happens(&mut self, what: &Happens) {
        let before = self.now();
        let of = |tranche: u32| &before.tranches[usize::try_from(tranche).expect("small") - 1];
        let money = |euros: i64| Money::from_cents(euros * 100);
        match what {
            Happens::Approve(place) => {
                let Some(payable) = before.payable.get(*place) else { return };
                let (amount, state) = (payable.amount, PayoutState::OnItsWay);
                self.payouts.insert(payable.id, Payout { amount, on: day("2026-02-06"), state });
            }
            Happens::Settle(place) | Happens::Bounce(place) => {
                let Some(payout) = self.payouts.values_mut().nth(*place) else { return };
                if payout.state == PayoutState::OnItsWay {
                    let settles = matches!(what, Happens::Settle(_));
                    payout.state = if settles { PayoutState::Settled } else { PayoutState::CameBack };
                }
            }
            Happens::Again(place) => {
                let Some(payout) = before.again.get(*place).and_then(|id| self.payouts.get_mut(id)) else {
                    return;
                };
                payout.state = PayoutState::OnItsWay;
            }
            Happens::Show(tranche, way, euros) => {
                let way = if *way == 0 { Way::Declaration } else { Way::Receipt };
                let shown = self.evidence(*tranche, way, *euros);
                self.credit.show(shown).expect("a receipt can be shown");
            }
            Happens::Invoice(tranche, euros) if money(*euros) <= of(*tranche).left => {
                let way = Way::Supplier { payee: PayeeId(Uuid::nil()), delivered: euros % 2 == 0 };
                let invoice = self.evidence(*tranche, way, *euros);
                self.credit.show(invoice).expect("it fits");
            }
            Happens::HandOver(tranche, euros) => {
                let Gate::Open { .. } = of(*tranche).gate else { return };
                if money(*euros) <= of(*tranche).left {
                    let goods = self.evidence(*tranche, Way::InKind, *euros);
                    self.credit.show(goods).expect("it fits");
                }
            }
            Happens::TakeBack(tranche, euros, by_supplier) => {
                self.pays_back((*tranche, of(*tranche).returnable), money(*euros), *by_supplier);
            }
            Happens::Invoice(..) => {}
            Happens::Waive(tranche, euros) => {
                let waiver = Waiver { tranche: *tranche, amount: money(*euros), reason: String::new() };
                self.credit.waive(waiver).expect("waived");
            }
            Happens::Say(tranche, opens) => {
                let word = Word { tranche: *tranche, opens: *opens, reason: String::new() };
                self.credit.say(word).expect("said");
            }
            Happens::Visit(tranche) => {
                let (on, tranche) = (day("2026-03-01"), *tranche);
                let visit = Visit { on, tranche, confirmed: true, seen: Vec::new(), note: String::new() };
                self.credit.visit(visit).expect("visited");
            }
            Happens::Withdraw => {
                // an invoice that was paid is not taken back
                let paid =
                    |shown: &Evidence| self.payouts.get(&TrancheId(shown.id)).is_some_and(Payout::stands);
                let last = self.credit.evidence.iter().rfind(|shown| shown.stands() && !paid(shown));
                let Some(reference) = last.and_then(|shown| shown.reference.clone()) else { return };
                self.credit.withdraw(&reference, day("2026-03-06")).expect("withdrawn");
            }
        }
    }
}

fn sums(standing: &Standing) -> (Money, Money, Money, Money, Vec<Money>) {
    let gates = standing.payable.iter().map(|payable| payable.amount).collect();
    (standing.disbursed, standing.accounted, standing.rest, standing.principal, gates)
}

proptest! {
    #[test]
    fn whatever_happens_no_more_than_the_credit_is_paid_and_everything_paid_is_accounted_for_or_not(
        story in proptest::collection::vec(happens(), 1..40),
        conditions in proptest::collection::vec(0_u8..4, 2),
    ) {
        let mut world = World { credit: c12(), payouts: Payouts::new(), number: 0 };
        for (tranche, kind) in world.credit.tranches.iter_mut().skip(1).zip(conditions) {
            tranche.opens = match kind {
                0 => None,
                1 => Some(Vec::new()),
                2 => Some(vec![Condition::Visit]),
                _ => Some(vec![Condition::Share(None), Condition::Visit]),
            };
        }
        for what in &story {
            world.happens(what);
            let now = world.now();
            prop_assert!(now.disbursed - now.returned <= world.credit.amount, "{now:?}");
            let promised: Money = now.payable.iter().map(|payable| payable.amount).sum();
            prop_assert!(now.disbursed - now.returned + promised <= world.credit.amount, "{now:?}");
            // everything that left the municipality, counted apart
            let paid: Money = world.payouts.values().filter(|p| p.stands()).map(|p| p.amount).sum();
            let handed = world.credit.evidence.iter().filter(|e| e.way == Way::InKind && e.stands());
            prop_assert_eq!(paid + handed.map(Evidence::total).sum(), now.disbursed, "{:?}", now);
            prop_assert!(now.accounted <= now.disbursed && now.outstanding <= now.unaccounted);
            let again: Money = now.again.iter().map(|id| world.payouts[id].amount).sum();
            prop_assert!(now.disbursed - now.returned + promised + again <= world.credit.amount, "{now:?}");
            // what is recorded by mistake and taken back leaves everything as it was
            let mut mistaken = world.clone();
            let invoice = mistaken.evidence(1, Way::Supplier { payee: PayeeId(Uuid::nil()), delivered: false }, 1);
            if invoice.total() <= now.tranches[0].left {
                let reference = invoice.reference.clone().expect("it has one");
                mistaken.credit.show(invoice).expect("it fits");
                mistaken.credit.withdraw(&reference, day("2026-03-19")).expect("taken back");
                prop_assert_eq!(&mistaken.now(), &now);
            }
            // the household never has more than the tranches so far
            let (mut got, mut granted) = (Money::ZERO, Money::ZERO);
            for tranche in &world.credit.tranches {
                granted += tranche.amount;
                got += world.payouts.get(&tranche.id).filter(|p| p.stands()).map_or(Money::ZERO, |p| p.amount);
                prop_assert!(got <= granted, "{got} of {granted}: {now:?}");
            }
            prop_assert!(Money::ZERO <= now.unaccounted && Money::ZERO <= now.principal);
            for tranche in &now.tranches {
                prop_assert!(tranche.accounted <= tranche.disbursed, "{tranche:?}");
            }
        }
    }

    #[test]
    fn what_is_undone_restores_every_balance(
        story in proptest::collection::vec(happens(), 0..20),
        tranche in 1_u32..4,
        euros in 1_i64..900,
    ) {
        let mut world = World { credit: c12(), payouts: Payouts::new(), number: 0 };
        for what in &story {
            world.happens(what);
        }
        let before = sums(&world.now());

        let mut receipt = world.clone();
        receipt.happens(&Happens::Show(tranche, 1, euros));
        receipt.happens(&Happens::Withdraw);
        prop_assert_eq!(&sums(&receipt.now()), &before);

        // an approved payment that is cancelled leaves no attempt
        for payable in world.now().payable {
            let mut paid = world.clone();
            let payout = Payout { amount: payable.amount, on: day("2026-02-06"), state: PayoutState::OnItsWay };
            paid.payouts.insert(payable.id, payout);
            let way = sums(&paid.now());
            prop_assert_eq!(way.0, before.0 + payable.amount);
            paid.payouts.remove(&payable.id);
            prop_assert_eq!(&sums(&paid.now()), &before);
        }
    }
}

#[test]
fn a_decision_that_contradicts_itself_is_refused() {
    let refused = |change: fn(&mut Credit)| {
        let mut credit = c12();
        change(&mut credit);
        credit.checked().expect_err("refused").to_string()
    };
    assert!(refused(|credit| credit.amount = euros("3600.01")).contains("add up to 3600.00"));
    assert!(refused(|credit| credit.gift = euros("3600.01")).contains("more than the credit"));
    assert!(refused(|credit| credit.tranches[0].budget[0].amount = euros("450.01")).contains("1400.01"));
    assert!(
        refused(|credit| credit.tranches[0].budget[1].category = "floor".to_owned()).contains("add them up")
    );
}
