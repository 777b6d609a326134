//! The search for the agreement that a line meets: rule after rule, the surest first. It ends in one agreement,
//! or in suggestions for a person; never in a guess.

use chrono::NaiveDate;

use crate::money::Money;

use super::Chain;
use super::agreement::{Agreement, Timing};
use super::found::{Agreed, Fact, Found, Rule, Suggestion};
use super::index::{Index, LOOKED_AT_MAX, Named, Place};
use super::line::Line;

/// At most so many suggestions are made for a line.
pub const SUGGESTIONS_MAX: usize = 5;

/// The rules that look for an agreement, in order.
const RULES: [Rule; 5] =
    [Rule::Mandate, Rule::StructuredReference, Rule::AccountAndReference, Rule::AmountAndWindow, Rule::Terms];

/// What came of a search.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The line meets these agreements, each with its share.
    Met(Vec<Share>),
    /// A person must decide.
    Open {
        /// What it may be, the most likely first.
        suggestions: Vec<Suggestion>,
        /// True when its search terms fit, behind a gap in the chain of statements.
        waits: bool,
    },
}

/// The share of a line that meets an agreement.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) place: Place,
    pub(super) due: NaiveDate,
    pub(super) amount: Money,
    pub(super) found: Found,
}

/// A search for one line.
pub(super) struct Search<'a> {
    index: &'a Index,
    line: &'a Line<'a>,
    named: &'a Named,
}

/// What one rule says.
enum Verdict {
    /// Nothing.
    Nothing,
    /// It names agreements, and none of them fits: no lesser rule may find another one.
    Against,
    /// These fit; more than one is one too many.
    Fits(Vec<Place>),
    /// It names several, and their amounts together are the amount.
    Split(Vec<Place>),
}

impl<'a> Search<'a> {
    pub(super) fn new(index: &'a Index, line: &'a Line<'a>, named: &'a Named) -> Search<'a> {
        Search { index, line, named }
    }

    /// Tries the rules in order. Several that fit equally well are narrowed by the rules after it.
    pub(super) fn run(&self, chain: Chain) -> Outcome {
        let mut pool: Vec<(Rule, Place)> = Vec::new();
        let mut waits = false;
        for rule in RULES {
            let mut fits = match self.verdict(rule) {
                Verdict::Nothing => continue,
                Verdict::Against => break,
                Verdict::Split(places) => return Outcome::Met(self.shares(rule, &places)),
                Verdict::Fits(places) => places,
            };
            if rule == Rule::Terms && chain == Chain::BehindGap {
                waits = true;
                break;
            }
            if !pool.is_empty() {
                fits.retain(|place| pool.iter().any(|(_, known)| known == place));
            }
            match self.subjects(&fits) {
                0 => {}
                1 => return Outcome::Met(self.shares(rule, &fits[..1])),
                _ => pool = fits.into_iter().map(|place| (rule, place)).collect(),
            }
        }
        Outcome::Open { suggestions: self.suggestions(&pool), waits }
    }

    fn verdict(&self, rule: Rule) -> Verdict {
        let Line { direction, amount, account, .. } = *self.line;
        let no_other_account = |place: &Place| !self.index.agreement(*place).is_other_account(account);
        let (named, fits): (Vec<Place>, Vec<Place>) = match rule {
            Rule::Mandate => {
                let named = self.in_direction(self.index.by_mandate(self.named, None));
                let fits = self.in_direction(self.index.by_mandate(self.named, Some(amount)));
                (named, fits.into_iter().filter(no_other_account).collect())
            }
            Rule::StructuredReference => {
                let named = self.index.by_structured(self.named, direction, None).to_vec();
                (named, self.index.by_structured(self.named, direction, Some(amount)).to_vec())
            }
            Rule::AccountAndReference => return self.by_reference(),
            Rule::AmountAndWindow if self.index.is_of_one(self.named) => {
                let fits = self.index.by_account(self.named, direction, Some(amount)).iter().copied();
                let agrees = |place: &Place| self.index.agrees(*place, self.named);
                (Vec::new(), fits.take(LOOKED_AT_MAX + 1).filter(agrees).collect())
            }
            Rule::Terms => {
                let fits = self.index.by_terms(self.named, direction, Some(amount));
                (Vec::new(), fits.into_iter().filter(no_other_account).collect())
            }
            _ => return Verdict::Nothing,
        };
        let fits: Vec<Place> = if LOOKED_AT_MAX < fits.len() {
            Vec::new()
        } else {
            fits.into_iter().filter(|place| self.due(*place).is_some()).collect()
        };
        match (named.is_empty(), fits.is_empty()) {
            (_, false) => Verdict::Fits(fits),
            (false, true) if named.len() <= LOOKED_AT_MAX => Verdict::Against,
            _ => Verdict::Nothing,
        }
    }

    /// The contract numbers in the text, of whoever has the account: all of them must be explained.
    fn by_reference(&self) -> Verdict {
        let mut named = self.index.by_reference(self.named, self.line.direction);
        named.retain(|place| self.index.agreement(*place).amount.is_some());
        let others = self.subjects(&named);
        let due: Vec<Place> = named.iter().copied().filter(|place| self.due(*place).is_some()).collect();
        let amount = |place: &Place| self.index.agreement(*place).amount;
        let fits: Vec<Place> =
            due.iter().copied().filter(|place| amount(place) == Some(self.line.amount)).collect();
        match others {
            0 => Verdict::Nothing,
            1 if fits.is_empty() => Verdict::Against,
            1 => Verdict::Fits(fits),
            _ => {
                let add = |total: Money, place: &Place| total.checked_add(amount(place)?);
                let total = due.iter().try_fold(Money::ZERO, add);
                let is_each_once = due.len() == others && self.subjects(&due) == others;
                if is_each_once && total == Some(self.line.amount) {
                    Verdict::Split(due)
                } else if 1 < self.subjects(&fits) {
                    Verdict::Fits(fits)
                } else {
                    Verdict::Against
                }
            }
        }
    }

    fn in_direction(&self, places: &[Place]) -> Vec<Place> {
        let fits = |place: &&Place| self.index.agreement(**place).kind.direction() == self.line.direction;
        places.iter().take(LOOKED_AT_MAX + 1).filter(fits).copied().collect()
    }

    fn due(&self, place: Place) -> Option<NaiveDate> {
        match self.index.agreement(place).timing(self.line.on) {
            Timing::Due(due) => Some(due),
            Timing::Met(_) | Timing::Outside => None,
        }
    }

    /// How many different things these are: an obligation counts once, however many agreements it has.
    fn subjects(&self, places: &[Place]) -> usize {
        let subject = |place: &Place| subject(self.index.agreement(*place));
        let mut subjects: Vec<_> = places.iter().map(subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects.len()
    }

    fn shares(&self, rule: Rule, places: &[Place]) -> Vec<Share> {
        let alone = places.len() == 1;
        let share = |place: &Place| {
            let agreement = self.index.agreement(*place);
            Some(Share {
                place: *place,
                due: self.due(*place)?,
                amount: if alone { self.line.amount } else { agreement.amount? },
                found: self.found(rule, agreement, None),
            })
        };
        places.iter().filter_map(share).collect()
    }

    /// What the line may be: what fits several times first, then what each rule names, then the account alone.
    fn suggestions(&self, pool: &[(Rule, Place)]) -> Vec<Suggestion> {
        let mut seen = pool.to_vec();
        let direction = self.line.direction;
        let few = |places: &[Place]| if places.len() <= LOOKED_AT_MAX { places.to_vec() } else { Vec::new() };
        let named = [
            (Rule::Mandate, self.in_direction(&few(self.index.by_mandate(self.named, None)))),
            (Rule::StructuredReference, few(self.index.by_structured(self.named, direction, None))),
            (Rule::AccountAndReference, self.index.by_any_reference(self.named, direction)),
            (
                Rule::AmountAndWindow,
                few(self.index.by_account(self.named, direction, Some(self.line.amount))),
            ),
            (Rule::Terms, self.index.by_terms(self.named, direction, Some(self.line.amount))),
            (Rule::Terms, self.index.by_terms(self.named, direction, None)),
            (Rule::Account, few(self.index.by_account(self.named, direction, None))),
        ];
        for (rule, places) in named {
            seen.extend(places.into_iter().map(|place| (rule, place)));
        }
        let doubts = |agreement: &Agreement| {
            let amount = match agreement.amount {
                Some(amount) if amount == self.line.amount => 0,
                None => 1,
                Some(_) => 2,
            };
            let timing = match agreement.timing(self.line.on) {
                Timing::Due(_) => 0,
                Timing::Outside => 1,
                Timing::Met(_) => 2,
            };
            (agreement.is_other_account(self.line.account), amount, timing, agreement.id)
        };
        let is_pool = |place: Place| pool.iter().any(|(_, known)| *known == place);
        seen.sort_by_key(|(rule, place)| {
            (!is_pool(*place), *rule, doubts(self.index.agreement(*place)), *place)
        });
        let mut told = Vec::new();
        let mut suggestions = Vec::new();
        for (rule, place) in seen {
            let agreement = self.index.agreement(place);
            let what = (subject(agreement), agreement.kind);
            if told.contains(&what) {
                continue;
            }
            told.push(what);
            let among = is_pool(place)
                .then_some(self.subjects(&pool.iter().map(|(_, place)| *place).collect::<Vec<_>>()));
            let found = self.found(rule, agreement, among);
            suggestions.push(Suggestion { agreed: Agreed::of(agreement, self.due(place)), found });
            if suggestions.len() == SUGGESTIONS_MAX {
                break;
            }
        }
        suggestions
    }

    /// What a match or suggestion rests on, for and against.
    fn found(&self, rule: Rule, agreement: &Agreement, among: Option<usize>) -> Found {
        let mut facts = Vec::new();
        match rule {
            Rule::Mandate => facts.extend(agreement.mandate.clone().map(Fact::Mandate)),
            Rule::StructuredReference => {
                facts.extend(agreement.reference.clone().map(Fact::StructuredReference));
            }
            Rule::AccountAndReference => facts.extend(agreement.reference.clone().map(Fact::Reference)),
            Rule::Terms => facts.push(Fact::Terms(agreement.terms.clone())),
            _ => {}
        }
        if agreement.is_account(self.line.account) {
            facts.push(Fact::SameAccount);
        } else if agreement.is_other_account(self.line.account) {
            facts.push(Fact::OtherAccount);
        }
        facts.push(match agreement.amount {
            None => Fact::NoAmount,
            Some(amount) if amount == self.line.amount => Fact::Amount(amount),
            Some(agreed) => Fact::OtherAmount { agreed },
        });
        match agreement.timing(self.line.on) {
            Timing::Due(due) => facts.extend(agreement.meets(due).map(Fact::Due)),
            Timing::Met(due) => facts.push(Fact::Met(due)),
            Timing::Outside => facts.push(Fact::NoDue),
        }
        facts.extend(among.map(Fact::OneOf));
        Found { rule, facts }
    }
}

/// What an agreement is about: its obligation, or itself.
fn subject(agreement: &Agreement) -> uuid::Uuid {
    agreement.obligation.map_or(agreement.id.0, |obligation| obligation.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::camt::Direction;
    use crate::bank::iban::Iban;
    use crate::calendar::Period;
    use crate::id::{AgreementId, BankAccountId, HouseholdId, ObligationId};
    use crate::matching::{AgreementKind, Matcher, Meaning, Part, Why};
    use crate::obligation::Rhythm;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    const LANDLORD: &str = "NL20INGB0001234567";
    const ENERGY: &str = "NL91ABNA0417164300";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn cents(cents: i64) -> Money {
        Money::from_cents(cents)
    }

    /// A monthly collection of 500.00 from the landlord's account since March.
    fn agreement(number: u128) -> Agreement {
        Agreement {
            id: AgreementId(Uuid::from_u128(number)),
            kind: AgreementKind::Collection,
            household: Some(HouseholdId(Uuid::from_u128(number))),
            obligation: None,
            amount: Some(cents(500_00)),
            rhythm: Some(Rhythm::Monthly),
            holds: Period::new(day("2026-03-01"), None).expect("a period"),
            accounts: vec![LANDLORD.parse::<Iban>().expect("an account")],
            reference: None,
            mandate: None,
            terms: Vec::new(),
            met: BTreeSet::new(),
        }
    }

    fn with_terms(number: u128, terms: &[&str]) -> Agreement {
        Agreement { terms: terms.iter().map(|term| (*term).to_owned()).collect(), ..agreement(number) }
    }

    fn with_reference(number: u128, reference: &str) -> Agreement {
        Agreement { reference: Some(reference.to_owned()), ..agreement(number) }
    }

    /// A debit of 500.00 by the landlord on 2 March.
    fn line(text: &str) -> Line<'_> {
        Line {
            amount: cents(500_00),
            direction: Direction::Debit,
            on: Some(day("2026-03-02")),
            end_to_end_id: None,
            instruction_id: None,
            mandate: None,
            structured_reference: None,
            account: Some(LANDLORD),
            text,
            return_reason: None,
        }
    }

    fn parts(agreements: &[Agreement], line: &Line<'_>) -> Vec<Part> {
        let mut matcher = Matcher::default().with_agreements(agreements.to_vec());
        let parts = matcher.explain(line, Chain::Whole);
        assert_eq!(parts.iter().map(|part| part.amount).sum::<Money>(), line.amount, "the parts add up");
        parts
    }

    /// What a line meets, as `1 by Terms`, or `left over` with what is suggested.
    fn told(agreements: &[Agreement], line: &Line<'_>) -> String {
        let one = |part: Part| match part.meaning {
            Meaning::Agreed(agreed) => {
                let rule = part.found.expect("a match says why").rule;
                format!("{} by {rule:?}", agreed.id.0.as_u128())
            }
            Meaning::LeftOver(_) => {
                let names = part.suggestions.iter().map(|one| one.agreed.id.0.as_u128().to_string());
                format!("left over ({})", names.collect::<Vec<_>>().join(" "))
            }
            other => format!("{other:?}"),
        };
        parts(agreements, line).into_iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_search_term_inside_a_longer_word_is_refused() {
        let shared = [with_terms(1, &["HHB00001"]), with_terms(2, &["HHB00002"])];
        assert_eq!(told(&shared, &line("HHB00001 huur")), "1 by Terms");
        assert_eq!(told(&shared, &line("huur hhb-00001")), "1 by Terms");
        let longer = told(&shared, &line("HHB000012 huur"));
        assert!(longer.starts_with("left over"), "{longer}");
        let reference = [with_reference(1, "HHB00001"), with_reference(2, "HHB00002")];
        let longer = told(&reference, &line("HHB000012 huur"));
        assert!(longer.starts_with("left over"), "{longer}");
        for alone in [with_terms(1, &["HHB00001"]), with_reference(1, "HHB00001")] {
            assert_eq!(told(std::slice::from_ref(&alone), &line("HHB000012 huur")), "left over (1)");
            assert!(told(&[alone], &line("HHB00001 huur")).starts_with("1 by"));
        }
    }

    #[test]
    fn a_debit_of_5_on_an_agreement_of_500_is_refused_and_suggested_with_both_amounts() {
        let agreements = [with_terms(1, &["HHB00001"])];
        let five = Line { amount: cents(5_00), ..line("HHB00001 huur") };
        assert_eq!(told(&agreements, &five), "left over (1)");
        let facts = parts(&agreements, &five).remove(0).suggestions.remove(0).found.facts;
        assert!(facts.contains(&Fact::OtherAmount { agreed: cents(500_00) }), "{facts:?}");
        for off in [499_99, 500_01] {
            let line = Line { amount: cents(off), ..line("HHB00001 huur") };
            assert_eq!(told(&agreements, &line), "left over (1)", "a cent off");
        }
    }

    #[test]
    fn a_refund_on_an_expense_agreement_is_refused() {
        for expense in [with_terms(1, &["HHB00001"]), with_reference(1, "HHB00001")] {
            let refund = Line { direction: Direction::Credit, ..line("HHB00001 huur") };
            assert_eq!(told(std::slice::from_ref(&expense), &refund), "left over ()");
            assert!(told(&[expense], &line("HHB00001 huur")).starts_with("1 by"));
        }
        let of_mandate = Agreement { mandate: Some("M-1".to_owned()), ..agreement(1) };
        let refund = Line { direction: Direction::Credit, mandate: Some("M-1"), ..line("") };
        assert_eq!(told(&[of_mandate], &refund), "left over ()");
    }

    #[test]
    fn of_two_agreements_of_one_person_the_amount_decides_and_never_the_age() {
        let household = Some(HouseholdId(Uuid::from_u128(9)));
        let older = Agreement { household, ..with_terms(1, &["HHB00001"]) };
        let newer = Agreement {
            amount: Some(cents(520_00)),
            ..Agreement { household, ..with_terms(2, &["HHB00001"]) }
        };
        let both = [older.clone(), newer.clone()];
        let of = |amount| Line { amount: cents(amount), ..line("HHB00001 huur") };
        assert_eq!(told(&both, &of(520_00)), "2 by AmountAndWindow");
        assert_eq!(told(&both, &of(500_00)), "1 by AmountAndWindow");
        let elsewhere = |agreement: &Agreement| Agreement { accounts: Vec::new(), ..agreement.clone() };
        assert_eq!(told(&both.each_ref().map(elsewhere), &of(520_00)), "2 by Terms");
        let same = Agreement { amount: older.amount, ..newer };
        assert_eq!(told(&[older, same], &of(500_00)), "left over (1 2)", "equal amounts: a person decides");
    }

    #[test]
    fn a_mandate_and_a_structured_reference_come_before_terms_and_speak_against_them() {
        let of_mandate = Agreement { mandate: Some("M-1".to_owned()), ..agreement(1) };
        let of_terms = Agreement { amount: Some(cents(5_00)), ..with_terms(2, &["huur"]) };
        let both = [of_mandate, of_terms];
        let named = Line { mandate: Some("M-1"), ..line("huur") };
        assert_eq!(told(&both, &named), "1 by Mandate");
        let five = Line { amount: cents(5_00), ..named };
        assert_eq!(told(&both, &five), "left over (1 2)", "the mandate says another agreement");
        let kenmerk = [with_reference(3, "6390 3384 1496 4113")];
        let of = |structured| Line { structured_reference: Some(structured), account: None, ..line("") };
        assert_eq!(told(&kenmerk, &of("6390338414964113")), "3 by StructuredReference");
        assert_eq!(told(&kenmerk, &of("6390338414964114")), "left over ()", "its check digit does not hold");
    }

    #[test]
    fn another_account_with_the_same_mandate_or_terms_is_left_to_a_person() {
        let agreements = [Agreement { mandate: Some("M-1".to_owned()), ..with_terms(1, &["HHB00001"]) }];
        let elsewhere = Line { account: Some(ENERGY), mandate: Some("M-1"), ..line("HHB00001") };
        assert_eq!(told(&agreements, &elsewhere), "left over (1)");
        let without = Line { mandate: None, ..elsewhere };
        assert_eq!(told(&agreements, &without), "left over (1)");
        assert_eq!(told(&agreements, &Line { account: None, ..without }), "1 by Terms");
    }

    #[test]
    fn several_contract_numbers_in_one_text_split_the_amount_when_they_add_up_to_it() {
        let second = Agreement { amount: Some(cents(21_40)), ..with_reference(2, "W-2002") };
        let both = [with_reference(1, "H-1001"), second];
        let of = |amount, text| Line { amount: cents(amount), ..line(text) };
        let told = |line: Line<'_>| told(&both, &line);
        assert_eq!(
            told(of(521_40, "H-1001 en W-2002")),
            "1 by AccountAndReference, 2 by AccountAndReference"
        );
        assert_eq!(told(of(500_00, "H-1001")), "1 by AccountAndReference");
        assert_eq!(told(of(521_39, "H-1001 en W-2002")), "left over (1 2)");
        assert_eq!(
            told(of(500_00, "H-1001 en W-2002")),
            "left over (1 2)",
            "the other number is unexplained"
        );
        assert_eq!(told(of(521_40, "H-1001")), "left over (1 2)");
    }

    #[test]
    fn the_same_due_is_not_met_twice() {
        let mut matcher = Matcher::default().with_agreements(vec![with_reference(1, "H-1001")]);
        let mut meaning = |on| {
            let line = Line { on: Some(day(on)), ..line("H-1001") };
            matcher.explain(&line, Chain::Whole).remove(0).meaning
        };
        assert!(matches!(meaning("2026-03-02"), Meaning::Agreed(_)));
        assert!(matches!(meaning("2026-03-03"), Meaning::LeftOver(_)));
        assert!(matches!(meaning("2026-04-01"), Meaning::Agreed(_)));
    }

    #[test]
    fn behind_a_gap_search_terms_wait_and_references_do_not() {
        let agreements = vec![with_terms(1, &["HHB00001"]), with_reference(2, "H-1001")];
        let mut matcher = Matcher::default().with_agreements(agreements);
        let mut meaning = |text| matcher.explain(&line(text), Chain::BehindGap).remove(0).meaning;
        assert_eq!(meaning("HHB00001"), Meaning::LeftOver(Why::WaitsForStatement));
        assert!(matches!(meaning("H-1001"), Meaning::Agreed(_)));
        assert_eq!(meaning("iets anders"), Meaning::LeftOver(Why::NoIdentifier));
    }

    #[test]
    fn an_amount_and_a_day_are_enough_on_an_account_of_one_household_and_not_on_a_shared_one() {
        let alone = [agreement(1)];
        assert_eq!(told(&alone, &line("huur")), "1 by AmountAndWindow");
        let late = Line { on: Some(day("2026-03-09")), ..line("huur") };
        assert_eq!(told(&alone, &late), "left over (1)");
        let shared = [agreement(1), Agreement { amount: Some(cents(1)), ..agreement(2) }];
        assert_eq!(told(&shared, &line("huur")), "left over (1 2)");
        assert_eq!(told(&shared, &Line { account: None, ..line("huur") }), "left over ()");
    }

    #[test]
    fn several_that_fit_equally_well_are_narrowed_by_the_rules_after_it() {
        let shared =
            |number, terms| Agreement { mandate: Some("M-1".to_owned()), ..with_terms(number, terms) };
        let both = [shared(1, &["jansen", "huur"]), shared(2, &["de vries", "huur"])];
        let of = |text| Line { mandate: Some("M-1"), ..line(text) };
        assert_eq!(told(&both, &of("huur De Vries maart")), "2 by Terms");
        assert_eq!(told(&both, &of("huur")), "left over (1 2)");
        let found = parts(&both, &of("huur")).remove(0).suggestions.remove(0).found;
        assert!(found.facts.contains(&Fact::OneOf(2)), "{found:?}");
    }

    #[test]
    fn an_agreement_without_an_amount_is_only_suggested() {
        let refund = Agreement {
            kind: AgreementKind::Refund,
            amount: None,
            rhythm: None,
            obligation: Some(ObligationId(Uuid::from_u128(7))),
            ..with_reference(1, "H-1001")
        };
        let credit = Line { direction: Direction::Credit, ..line("H-1001 teruggave") };
        assert_eq!(told(std::slice::from_ref(&refund), &credit), "left over (1)");
        let expected =
            Agreement { amount: Some(cents(500_00)), id: AgreementId(Uuid::from_u128(2)), ..refund.clone() };
        assert_eq!(told(&[refund, expected], &credit), "2 by AccountAndReference");
    }

    #[test]
    fn a_transfer_between_accounts_of_the_municipality_is_internal() {
        let other = BankAccountId(Uuid::from_u128(5));
        let accounts = [(other, ENERGY.parse::<Iban>().expect("an account"))];
        let mut matcher = Matcher::default().with_own_accounts(&accounts);
        let parts = matcher.explain(&Line { account: Some(ENERGY), ..line("") }, Chain::Whole);
        assert_eq!(parts[0].meaning, Meaning::Internal(other));
        let parts = matcher.explain(&line(""), Chain::Whole);
        assert_eq!(parts[0].meaning, Meaning::LeftOver(Why::NoIdentifier));
    }

    #[test]
    fn a_word_that_everybody_shares_costs_nothing_and_decides_nothing() {
        let shared: Vec<Agreement> = (1..=200)
            .map(|number| with_terms(number, &["huur", &format!("HHB{number:05}")]))
            .chain((201..=300).map(|number| with_terms(number, &["huur"])))
            .collect();
        assert_eq!(told(&shared, &line("huur HHB00123")), "123 by Terms");
        assert_eq!(told(&shared, &line("huur")), "left over ()");
    }
}
