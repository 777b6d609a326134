//! The code words in which banks repeat what an entry is, inside `AddtlNtryInf`:
//! `/TRTP/SEPA betaalbatch/NRTX/23/PREF/our batch`.

const CODES: [&str; 20] = [
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "RTRN", "PREF", "NRTX", "SVCL", "SHA1",
    "ORDP", "BENM", "UDTR", "UCRD", "PURP", "ISDT", "CNTP",
];

/// The value of the first code word of this name; nothing where the text is not in code words.
pub(super) fn value<'a>(information: &'a str, code: &str) -> Option<&'a str> {
    let mut rest = information.strip_prefix('/')?;
    loop {
        let (name, after) = rest.split_once('/')?;
        if !CODES.contains(&name) {
            return None;
        }
        let end = value_end(after);
        if name == code {
            return Some(after[..end].trim()).filter(|value| !value.is_empty());
        }
        rest = after[end..].strip_prefix('/')?;
    }
}

/// Where the next code word starts, or the text ends.
fn value_end(after: &str) -> usize {
    let slashes = after.match_indices('/').map(|(place, _)| place);
    let is_code = |place: &usize| {
        let name = after[place + 1..].split_once('/').map(|(name, _)| name);
        name.is_some_and(|name| CODES.contains(&name))
    };
    slashes.into_iter().find(is_code).unwrap_or(after.len())
}

#[cfg(test)]
mod tests {
    use super::value;

    const BATCH: &str = "/TRTP/SEPA betaalbatch via BNG BTV/NRTX/23/SHA1/F40F0/PREF/HHB B000708";

    #[test]
    fn a_batch_names_itself_in_code_words() {
        assert_eq!(value(BATCH, "PREF"), Some("HHB B000708"));
        assert_eq!(value(BATCH, "NRTX"), Some("23"));
        assert_eq!(value(BATCH, "RTRN"), None);
    }

    #[test]
    fn a_slash_in_a_value_is_part_of_it() {
        assert_eq!(value("/REMI/huur 3/4/EREF/E-1", "REMI"), Some("huur 3/4"));
        assert_eq!(value("/TRTP//RTRN/AC04", "RTRN"), Some("AC04"));
        assert_eq!(value("/TRTP//RTRN/AC04", "TRTP"), None);
    }

    #[test]
    fn free_text_has_no_code_words() {
        for text in ["", "/", "huur /PREF/x", "/ANDR/1/PREF/x", "/PREF", "/PREF/"] {
            assert_eq!(value(text, "PREF"), None, "{text}");
        }
    }
}
