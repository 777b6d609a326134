//! The index of agreements, built once. What is looked up for a line is a handful of keys, however many agreements
//! there are: every rule has a key that holds the direction and the amount.

use std::collections::HashMap;
use std::ops::Range;

use crate::bank::camt::Direction;
use crate::bank::reference::StructuredReference;
use crate::id::HouseholdId;
use crate::money::Money;

use super::agreement::Agreement;
use super::line::Line;
use super::text::{Tokens, compact};

/// The place of an agreement in the index.
pub(super) type Place = usize;

/// More agreements than this under one key are not looked at one by one: none of them stands out.
pub(super) const LOOKED_AT_MAX: usize = 32;

/// The name of a word, mandate, reference or account in the index.
type Name = usize;

/// Agreements that share something with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Mandate(Name),
    MandateFor(Name, Money),
    Structured(Name, Direction),
    StructuredFor(Name, Direction, Money),
    /// A contract number, whoever's.
    Reference(Name, Direction),
    /// A contract number of whoever has this account.
    ReferenceAt(Name, Name, Direction),
    Account(Name, Direction),
    AccountFor(Name, Direction, Money),
    Term(Name, Direction),
    TermFor(Name, Direction, Money),
}

/// Whose agreements there are on an account of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// Of one household, or of the municipality alone.
    One(Option<HouseholdId>),
    /// Of several.
    Several,
}

/// The agreements and where they are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    agreements: Vec<Agreement>,
    keys: HashMap<Key, Vec<Place>>,
    words: HashMap<String, Name>,
    longest_word: usize,
    mandates: HashMap<String, Name>,
    structured: HashMap<StructuredReference, Name>,
    accounts: HashMap<String, Name>,
    /// Whose agreements an account has.
    whose: HashMap<Name, Whose>,
    terms: Vec<Vec<Name>>,
}

/// What a line names.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    tokens: Tokens,
    /// The known words in its text, with their places.
    words: Vec<(Range<usize>, Name)>,
    mandate: Option<Name>,
    structured: Option<Name>,
    account: Option<Name>,
}

impl Index {
    pub(super) fn new(agreements: Vec<Agreement>) -> Index {
        let mut index = Index::default();
        let mut uses: HashMap<Name, usize> = HashMap::new();
        for agreement in &agreements {
            let terms: Vec<Name> = agreement
                .terms
                .iter()
                .map(|term| compact(term))
                .filter(|term| !term.is_empty())
                .map(|term| index.word(term))
                .collect();
            for term in &terms {
                *uses.entry(*term).or_default() += 1;
            }
            index.terms.push(terms);
        }
        for (place, agreement) in agreements.iter().enumerate() {
            index.add(place, agreement, &uses);
        }
        index.agreements = agreements;
        index
    }

    fn word(&mut self, word: String) -> Name {
        self.longest_word = self.longest_word.max(word.len());
        name(&mut self.words, word)
    }

    fn add(&mut self, place: Place, agreement: &Agreement, uses: &HashMap<Name, usize>) {
        let direction = agreement.kind.direction();
        let mut keys = Vec::new();
        if let Some(mandate) = &agreement.mandate {
            let mandate = name(&mut self.mandates, mandate.trim().to_owned());
            keys.push(Key::Mandate(mandate));
            keys.extend(agreement.amount.map(|amount| Key::MandateFor(mandate, amount)));
        }
        let accounts: Vec<Name> = agreement
            .accounts
            .iter()
            .map(|account| name(&mut self.accounts, account.as_str().to_owned()))
            .collect();
        for account in &accounts {
            keys.push(Key::Account(*account, direction));
            keys.extend(agreement.amount.map(|amount| Key::AccountFor(*account, direction, amount)));
            let one = Whose::One(agreement.household);
            let whose = self.whose.entry(*account).or_insert(one);
            if *whose != one {
                *whose = Whose::Several;
            }
        }
        if let Some(reference) = &agreement.reference {
            if let Ok(structured) = reference.parse() {
                let structured = name(&mut self.structured, structured);
                keys.push(Key::Structured(structured, direction));
                let key = |amount| Key::StructuredFor(structured, direction, amount);
                keys.extend(agreement.amount.map(key));
            }
            let written = compact(reference);
            let is_certain = is_certain(&written);
            if !written.is_empty() {
                let word = self.word(written);
                keys.push(Key::Reference(word, direction));
                let at = |account: &Name| Key::ReferenceAt(word, *account, direction);
                keys.extend(accounts.iter().map(at).filter(|_| is_certain));
            }
        }
        // under its rarest term alone, so that `rent` is no list of everybody's rent
        let rarest =
            self.terms[place].iter().min_by_key(|term| uses.get(*term).copied().unwrap_or(0)).copied();
        if let Some(term) = rarest {
            keys.push(Key::Term(term, direction));
            keys.extend(agreement.amount.map(|amount| Key::TermFor(term, direction, amount)));
        }
        for key in keys {
            let places = self.keys.entry(key).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    /// What a line names; the room of an earlier line is used again.
    pub(super) fn name(&self, line: &Line<'_>, named: &mut Named) {
        named.words.clear();
        named.mandate = line.mandate.and_then(|mandate| self.mandates.get(mandate.trim()).copied());
        named.account = line.account.and_then(|account| self.accounts.get(account).copied());
        let structured = line.structured_reference.and_then(|text| text.parse().ok());
        named.structured = structured.and_then(|reference| self.structured.get(&reference).copied());
        named.tokens.read(line.text);
        for (range, run) in named.tokens.runs() {
            if self.longest_word < run.len() {
                continue;
            }
            if let Some(word) = self.words.get(run) {
                named.words.push((range, *word));
            }
        }
    }

    pub(super) fn agreement(&self, place: Place) -> &Agreement {
        &self.agreements[place]
    }

    pub(super) fn agreement_mut(&mut self, place: Place) -> &mut Agreement {
        &mut self.agreements[place]
    }

    /// True when something is expected from or to this account.
    pub(super) fn knows_account(&self, account: &str) -> bool {
        self.accounts.contains_key(account)
    }

    /// True when all its search terms stand in the text, and it has any.
    pub(super) fn has_terms(&self, place: Place, named: &Named) -> bool {
        let is_there = |term: &Name| named.words.iter().any(|(_, word)| word == term);
        !self.terms[place].is_empty() && self.terms[place].iter().all(is_there)
    }

    /// True when the text says nothing else than the agreement: its search terms, where it has any, all stand in
    /// it, and its contract number does not stand inside a longer word.
    pub(super) fn agrees(&self, place: Place, named: &Named) -> bool {
        let reference = self.agreements[place].reference.as_deref().map(compact).unwrap_or_default();
        let is_inside = !reference.is_empty() && named.tokens.holds(&reference);
        let is_whole = || named.words.iter().any(|(range, _)| named.tokens.at(range) == reference);
        (self.terms[place].is_empty() || self.has_terms(place, named)) && (!is_inside || is_whole())
    }

    /// True when money from this account is expected for one household only.
    pub(super) fn is_of_one(&self, named: &Named) -> bool {
        let whose = named.account.and_then(|account| self.whose.get(&account));
        matches!(whose, Some(Whose::One(_)))
    }

    /// The agreements under this mandate, of any amount or of this one.
    pub(super) fn by_mandate(&self, named: &Named, amount: Option<Money>) -> &[Place] {
        let key = |mandate| amount.map_or(Key::Mandate(mandate), |amount| Key::MandateFor(mandate, amount));
        named.mandate.map_or(&[], |mandate| self.under(key(mandate)))
    }

    /// The agreements with this structured reference.
    pub(super) fn by_structured(
        &self,
        named: &Named,
        direction: Direction,
        amount: Option<Money>,
    ) -> &[Place] {
        let key = |name| match amount {
            None => Key::Structured(name, direction),
            Some(amount) => Key::StructuredFor(name, direction, amount),
        };
        named.structured.map_or(&[], |name| self.under(key(name)))
    }

    /// The agreements whose contract number stands in the text and whose payee has this account.
    pub(super) fn by_reference(&self, named: &Named, direction: Direction) -> Vec<Place> {
        let Some(account) = named.account else { return Vec::new() };
        self.in_text(&self.longest(named, |word| Key::ReferenceAt(word, account, direction)))
    }

    /// The agreements whose contract number stands in the text, whoever's account it is.
    pub(super) fn by_any_reference(&self, named: &Named, direction: Direction) -> Vec<Place> {
        self.in_text(&self.longest(named, |word| Key::Reference(word, direction)))
    }

    /// The agreements with this account on the other side.
    pub(super) fn by_account(&self, named: &Named, direction: Direction, amount: Option<Money>) -> &[Place] {
        let key = |account| match amount {
            None => Key::Account(account, direction),
            Some(amount) => Key::AccountFor(account, direction, amount),
        };
        named.account.map_or(&[], |account| self.under(key(account)))
    }

    /// The agreements of which all search terms stand in the text.
    pub(super) fn by_terms(&self, named: &Named, direction: Direction, amount: Option<Money>) -> Vec<Place> {
        let key = |word| match amount {
            None => Key::Term(word, direction),
            Some(amount) => Key::TermFor(word, direction, amount),
        };
        let keys: Vec<Key> = named.words.iter().map(|(_, word)| key(*word)).collect();
        let mut places = self.in_text(&keys);
        places.retain(|place| self.has_terms(*place, named));
        places
    }

    fn under(&self, key: Key) -> &[Place] {
        self.keys.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The keys of the words under which something is found. A word within a longer one does not count.
    fn longest(&self, named: &Named, key: impl Fn(Name) -> Key) -> Vec<Key> {
        let found: Vec<(&Range<usize>, Key)> = named
            .words
            .iter()
            .map(|(range, word)| (range, key(*word)))
            .filter(|(_, key)| !self.under(*key).is_empty())
            .collect();
        let is_within = |range: &Range<usize>| {
            let holds = |other: &Range<usize>| other.start <= range.start && range.end <= other.end;
            found.iter().any(|(other, _)| *other != range && holds(other))
        };
        found.iter().filter(|(range, _)| !is_within(range)).map(|(_, key)| *key).collect()
    }

    /// The agreements under these keys, each once; a key with too many of them tells nothing.
    fn in_text(&self, keys: &[Key]) -> Vec<Place> {
        let lists = keys.iter().map(|key| self.under(*key)).filter(|list| list.len() <= LOOKED_AT_MAX);
        let mut places: Vec<Place> = lists.flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

fn name<K: std::hash::Hash + Eq>(names: &mut HashMap<K, Name>, key: K) -> Name {
    let next = names.len();
    *names.entry(key).or_insert(next)
}

/// A contract number that is no ordinary word: at least four characters, with a digit among them.
fn is_certain(written: &str) -> bool {
    4 <= written.len() && written.bytes().any(|byte| byte.is_ascii_digit())
}
