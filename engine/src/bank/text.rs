//! Text for the bank: the characters that a SEPA message may hold (EPC217-08).

/// The text in SEPA characters, at most `length` long: letters lose their accents, what has no plain
/// form becomes a point. The length is measured after the change.
///
/// ```
/// use grip_engine::bank::text::sepa;
/// assert_eq!(sepa("Müller & Zn. Groß België", 70), "Muller + Zn. Gross Belgie");
/// ```
pub fn sepa(text: &str, length: usize) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => plain.push('+'),
            letter if is_sepa(letter) => plain.push(letter),
            letter if letter.is_whitespace() => plain.push(' '),
            letter => match deunicode::deunicode_char(letter) {
                Some(letters) if !letters.is_empty() => {
                    plain.extend(letters.chars().map(|letter| if is_sepa(letter) { letter } else { '.' }));
                }
                _ => plain.push('.'),
            },
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    let text: String = words.join(" ").chars().take(length).collect();
    text.trim_end().to_owned()
}

/// True for an identifier that may stand in a SEPA message as it is (GUIDE §3.2 rule 1).
pub fn is_identifier(text: &str) -> bool {
    let edges = text.starts_with('/') || text.ends_with('/') || text.contains("//");
    !text.is_empty() && text.len() <= 35 && text.chars().all(is_sepa) && !edges
}

fn is_sepa(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || " /-?:().,'+".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_accents_and_never_become_longer_than_the_bank_takes() {
        assert_eq!(sepa("Gebreyesus Ömer-Şahin", 70), "Gebreyesus Omer-Sahin");
        assert_eq!(sepa("a@b\n c", 70), "a.b c");
        assert_eq!(sepa(&"é".repeat(90), 70).len(), 70);
        assert_eq!(sepa("  ", 70), "");
    }

    #[test]
    fn an_identifier_has_no_slash_at_its_ends() {
        assert!(is_identifier("GRIP20260227A1"));
        for wrong in ["", "/a", "a/", "a//b", "a_b", &"a".repeat(36)] {
            assert!(!is_identifier(wrong), "{wrong}");
        }
    }
}
