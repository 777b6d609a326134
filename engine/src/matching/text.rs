//! Text as tokens: runs of letters and digits in small letters without accents. A term or reference is found only
//! where whole tokens make it, never inside a longer word.

use std::ops::Range;

/// A text in tokens. The tokens stand one after another without anything between them; what is found begins where
/// a token begins and ends where a token ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    compact: String,
    /// Where each token begins, and at the end where the last one ends.
    edges: Vec<usize>,
}

/// A term or reference is made of at most so many tokens of a text.
const TOKENS_MAX: usize = 4;

impl Tokens {
    /// Makes these the tokens of a text; what was held before is forgotten, its room is used again.
    pub(super) fn read(&mut self, text: &str) {
        self.compact.clear();
        self.edges.clear();
        let mut inside = false;
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                self.begin(&mut inside);
                self.compact.push(c.to_ascii_lowercase());
            } else if c.is_ascii() {
                inside = false;
            } else {
                match deunicode::deunicode_char(c) {
                    Some(plain) if c.is_alphanumeric() => {
                        self.begin(&mut inside);
                        let letters = plain.bytes().filter(u8::is_ascii_alphanumeric);
                        self.compact.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
                    }
                    _ => inside = false,
                }
            }
        }
        self.edges.push(self.compact.len());
    }

    fn begin(&mut self, inside: &mut bool) {
        if !*inside {
            self.edges.push(self.compact.len());
            *inside = true;
        }
    }

    /// True when this stands in the text, be it inside a longer word.
    pub(super) fn holds(&self, compact: &str) -> bool {
        self.compact.contains(compact)
    }

    /// What stands at a place.
    pub(super) fn at(&self, place: &Range<usize>) -> &str {
        self.compact.get(place.clone()).unwrap_or_default()
    }

    /// Every run of one to four whole tokens, with its place.
    pub(super) fn runs(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        let edges = self.edges.as_slice();
        (0..edges.len()).flat_map(move |first| {
            let last = edges.len().min(first + TOKENS_MAX + 1);
            edges[first + 1..last].iter().map(move |end| {
                let place = edges[first]..*end;
                (place.clone(), &self.compact[place])
            })
        })
    }
}

/// A term or reference as it is looked for: its tokens without anything between them.
pub(super) fn compact(text: &str) -> String {
    let mut tokens = Tokens::default();
    tokens.read(text);
    tokens.compact
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, term: &str) -> bool {
        let mut tokens = Tokens::default();
        tokens.read(text);
        let term = compact(term);
        tokens.runs().any(|(_, run)| run == term)
    }

    #[test]
    fn a_term_is_found_as_whole_tokens_and_never_inside_a_longer_word() {
        assert!(has("HHB00001 huur", "HHB00001"));
        assert!(has("huur hhb-00001.", "HHB00001"));
        assert!(has("huur HHB 00001 maart", "hhb00001"));
        assert!(!has("HHB000012 huur", "HHB00001"));
        assert!(!has("AHHB00001 huur", "HHB00001"));
        assert!(!has("HHB0000 1x", "HHB00001"));
        assert!(!has("", "HHB00001"));
    }

    #[test]
    fn accents_and_case_make_no_difference_and_five_tokens_are_too_many() {
        assert!(has("Énergie voor februarì", "energie"));
        assert!(has("a b c d", "abcd"));
        assert!(!has("a b c d e", "abcde"));
        assert!(has("€ 5 — huur", "5 huur"));
    }
}
