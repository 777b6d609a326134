//! Text for the bank: the characters that a SEPA message may hold, and how others become them.
//!
//! The conversion is that of EPC217-08 with its table of 2012, and three additions for letters that the table turns
//! into a point: a Latin letter keeps its base letter (`Nguyễn`, `Ō`), a Cyrillic letter of Ukrainian or Serbian its
//! Latin spelling, and the curly apostrophe of `D’Angelo` becomes a straight one. A name is compared by the bank of
//! the payee with the name it knows, and a point in it never fits.

/// The text in SEPA characters, at most `length` long: letters lose their accents, what has no plain form becomes a
/// point. The length is measured after the change.
///
/// ```
/// use grip_engine::bank::text::sepa;
/// assert_eq!(sepa("Müller & Zn. Groß België", 70), "Muller + Zn. Gros Belgie");
/// ```
pub fn sepa(text: &str, length: usize) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if plain.len() > length + 1 && !letter.is_whitespace() {
            // what comes behind cannot be sent any more
            break;
        }
        if letter.is_whitespace() {
            if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else if is_sepa(letter) {
            plain.push(letter);
        } else {
            push_plain(letter, &mut plain);
        }
    }
    plain.truncate(length);
    plain.truncate(plain.trim_end().len());
    plain
}

/// True for an identifier that may stand in a SEPA message as it is (GUIDE §3.2 rule 1).
pub fn is_identifier(text: &str) -> bool {
    let edges = text.starts_with('/') || text.ends_with('/') || text.contains("//");
    let spaces = text.starts_with(' ') || text.ends_with(' ');
    !text.is_empty() && text.len() <= 35 && text.chars().all(is_sepa) && !edges && !spaces
}

/// True when a bank can read it as a name: a letter or digit is left of it in SEPA characters.
pub fn is_name(text: &str) -> bool {
    sepa(text, NAME).contains(|letter: char| letter.is_ascii_alphanumeric())
}

/// The most characters of a name.
pub const NAME: usize = 70;
/// The most characters of what the payee reads.
pub const REMITTANCE: usize = 140;

fn is_sepa(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || " /-?:().,'+".contains(letter)
}

fn push_plain(letter: char, plain: &mut String) {
    match letter {
        '&' => plain.push('+'),
        '_' | '~' | '‐' | '‑' | '‒' | '–' | '—' => plain.push('-'),
        ';' => plain.push(','),
        '[' | '{' | '<' => plain.push('('),
        ']' | '}' | '>' => plain.push(')'),
        '\\' | '|' => plain.push('/'),
        '`' | '"' | '‘' | '’' | '‚' | '“' | '”' | '„' => plain.push('\''),
        '¿' => plain.push('?'),
        '€' => plain.push('E'),
        // an accent that stands apart from its letter
        '\u{300}'..='\u{36F}' => {}
        '\u{386}'..='\u{3CE}' => push_script(letter, greek(letter), plain),
        '\u{400}'..='\u{52F}' => push_script(letter, cyrillic(letter), plain),
        'À'..='ɏ' | 'Ḁ'..='ỿ' if letter.is_alphabetic() => {
            let spelled = deunicode::deunicode_char(letter).unwrap_or_default();
            let first = spelled.chars().next().filter(char::is_ascii_alphabetic);
            plain.push(first.unwrap_or('.'));
        }
        _ => plain.push('.'),
    }
}

/// The letter as the table spells it, else as it is spelled in general, else a point.
fn push_script(letter: char, spelled: Option<&str>, plain: &mut String) {
    let general = || deunicode::deunicode_char(letter).filter(|text| is_letters(text));
    match spelled.or_else(general) {
        Some(text) => plain.push_str(text),
        None => plain.push('.'),
    }
}

fn is_letters(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphabetic())
}

/// The Greek letters that the table spells in a way of its own.
fn greek(letter: char) -> Option<&'static str> {
    Some(match letter {
        'Ή' | 'Η' => "I",
        'ή' | 'η' | 'ΐ' => "i",
        'Ύ' | 'Υ' | 'Ϋ' => "Y",
        'ύ' | 'υ' | 'ϋ' | 'ΰ' => "y",
        'Β' => "V",
        'β' => "v",
        'Θ' => "TH",
        'Ξ' => "X",
        'Φ' => "F",
        'φ' => "f",
        'Χ' => "CH",
        'χ' => "ch",
        'Ψ' => "PS",
        _ => return None,
    })
}

/// The Cyrillic letters that the table spells in a way of its own.
fn cyrillic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'Ж' => "ZH",
        'Й' | 'Ь' => "Y",
        'й' | 'ь' => "y",
        'Х' => "H",
        'х' => "h",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHT",
        'щ' => "sht",
        'Ъ' => "A",
        'ъ' => "a",
        'Ю' => "YU",
        'ю' => "yu",
        'Я' => "YA",
        'я' => "ya",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_accents_and_never_become_longer_than_the_bank_takes() {
        assert_eq!(sepa("Gebreyesus Ömer-Şahin", 70), "Gebreyesus Omer-Sahin");
        assert_eq!(sepa("a@b\n c", 70), "a.b c");
        assert_eq!(sepa(&"é".repeat(90), 70).len(), 70);
        assert_eq!(sepa(&"Щ".repeat(30), 70).len(), 70);
        assert_eq!(sepa("  ", 70), "");
        assert_eq!(sepa(&format!("{} b", "a".repeat(69)), 70), "a".repeat(69));
        assert_eq!(sepa(&format!("{}  b", "a".repeat(68)), 70), format!("{} b", "a".repeat(68)));
    }

    #[test]
    fn letters_become_what_the_table_of_the_european_payments_council_says() {
        for (letter, plain) in [
            ("Æ", "A"),
            ("œ", "o"),
            ("ß", "s"),
            ("Đ", "D"),
            ("ł", "l"),
            ("Ț", "T"),
            ("€", "E"),
            ("Θεός", "THeos"),
            ("Щука", "SHTuka"),
            ("Я", "YA"),
            ("[a]{b}|c\\d", "(a)(b)/c/d"),
            ("a;b_c~d`e", "a,b-c-d'e"),
            ("a#b%c*d=e@f^g", "a.b.c.d.e.f.g"),
            ("¿", "?"),
            ("½™☃", "..."),
        ] {
            assert_eq!(sepa(letter, 70), plain, "{letter}");
        }
    }

    #[test]
    fn a_letter_that_the_table_drops_keeps_its_base_letter() {
        assert_eq!(sepa("Nguyễn Ōta", 70), "Nguyen Ota");
        assert_eq!(sepa("Є. Їжак", 70), "E. Yizhak");
        assert_eq!(sepa("D’Angelo ’t Hof – “x”", 70), "D'Angelo 't Hof - 'x'");
        assert_eq!(sepa("Ame\u{301}lie", 70), "Amelie");
    }

    #[test]
    fn a_name_of_which_no_letter_is_left_is_no_name() {
        assert!(is_name("Æ"));
        for nameless in ["", " ", "محمد", "李", "...", "-"] {
            assert!(!is_name(nameless), "{nameless}");
        }
    }

    #[test]
    fn an_identifier_has_no_slash_or_space_at_its_ends() {
        assert!(is_identifier("GRIP20260227A1"));
        for wrong in ["", "/a", "a/", "a//b", "a_b", " a", "a ", &"a".repeat(36)] {
            assert!(!is_identifier(wrong), "{wrong}");
        }
    }
}
