//! The postal address of a payee, for a bank that asks for one: outside the EEA, or after BE04. It is written structured
//! only, for an unstructured one is refused since 15 November 2026 (GUIDE §3.5).

use super::text::{is_name, sepa};

/// An address of which a bank reads every part.
///
/// ```
/// use grip_engine::bank::address::PostalAddress;
/// let address = PostalAddress::new("Bahnhofstraße", "12", "8001", "Zürich", "ch")?;
/// assert_eq!((address.street(), address.town(), address.country()), ("Bahnhofstraße", "Zürich", "CH"));
/// assert!(PostalAddress::new("", "", "", "Zürich", "CH").is_ok());
/// assert!(PostalAddress::new("Bahnhofstrasse", "12", "8001", "", "CH").is_err());
/// # Ok::<(), grip_engine::bank::address::NotAddress>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalAddress {
    street: String,
    number: String,
    postcode: String,
    town: String,
    country: String,
}

/// A part of an address that no bank can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAddress {
    /// It is too long for a payment.
    #[error("{part} `{text}` has more than {most} letters")]
    Long {
        /// Which part.
        part: Part,
        /// What was given.
        text: String,
        /// The most letters.
        most: usize,
    },
    /// Nothing of it is left in the letters of a payment.
    #[error("{part} `{text}` has no letter or digit that a bank can read")]
    Unreadable {
        /// Which part.
        part: Part,
        /// What was given.
        text: String,
    },
    /// The country is no code.
    #[error("country `{0}` is no code of two letters, such as CH")]
    Country(String),
}

/// A part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The street.
    Street,
    /// The number of the house.
    Number,
    /// The postcode.
    Postcode,
    /// The town.
    Town,
}

impl Part {
    /// The most letters that a payment takes of it, in both versions.
    fn most(self) -> usize {
        match self {
            Part::Street => 70,
            Part::Number | Part::Postcode => 16,
            Part::Town => 35,
        }
    }

    /// What it is called, in Dutch.
    pub fn dutch(self) -> &'static str {
        match self {
            Part::Street => "straat",
            Part::Number => "huisnummer",
            Part::Postcode => "postcode",
            Part::Town => "plaats",
        }
    }

    /// The part, where something was given: without white space around it.
    fn read(self, text: &str) -> Result<String, NotAddress> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Ok(text);
        }
        if text.contains(char::is_control) || !is_name(&text) {
            return Err(NotAddress::Unreadable { part: self, text });
        }
        let most = self.most();
        if most < sepa(&text, 1_000).len() {
            Err(NotAddress::Long { part: self, text, most })
        } else {
            Ok(text)
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Part::Street => "street",
            Part::Number => "number",
            Part::Postcode => "postcode",
            Part::Town => "town",
        })
    }
}

impl PostalAddress {
    /// An address of its parts. Town and country are always there; what else is empty is not written.
    pub fn new(
        street: &str,
        number: &str,
        postcode: &str,
        town: &str,
        country: &str,
    ) -> Result<PostalAddress, NotAddress> {
        let code = country.trim().to_uppercase();
        if code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(NotAddress::Country(country.to_owned()));
        }
        let found = Part::Town.read(town)?;
        if found.is_empty() {
            return Err(NotAddress::Unreadable { part: Part::Town, text: town.to_owned() });
        }
        Ok(PostalAddress {
            street: Part::Street.read(street)?,
            number: Part::Number.read(number)?,
            postcode: Part::Postcode.read(postcode)?,
            town: found,
            country: code,
        })
    }

    /// The street; may be empty.
    pub fn street(&self) -> &str {
        &self.street
    }

    /// The number of the house; may be empty.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The postcode; may be empty.
    pub fn postcode(&self) -> &str {
        &self.postcode
    }

    /// The town.
    pub fn town(&self) -> &str {
        &self.town
    }

    /// The two letters of the country.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The elements of a message with what stands in them, in their order in both versions, in its letters.
    pub fn elements(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("StrtNm", Part::Street, &self.street),
            ("BldgNb", Part::Number, &self.number),
            ("PstCd", Part::Postcode, &self.postcode),
            ("TwnNm", Part::Town, &self.town),
        ];
        let given = parts.into_iter().filter(|(.., text)| !text.is_empty());
        let given = given.map(|(element, part, text)| (element, sepa(text, part.most())));
        given.chain([("Ctry", self.country.clone())]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_does_not_fit_in_a_payment_is_named_and_never_cut() {
        let street =
            |text: &str| PostalAddress::new(text, "", "", "Bern", "CH").map(|address| address.elements());
        assert!(street(&"a".repeat(70)).is_ok());
        let long = street(&"a".repeat(71)).expect_err("too long").to_string();
        assert!(long.starts_with("street `aaa") && long.ends_with("has more than 70 letters"), "{long}");
        let town = |text: &str| PostalAddress::new("", "", "", text, "CH").is_ok();
        assert!(
            town(&"a".repeat(35)) && !town(&"a".repeat(36)) && !town(" ") && !town("--") && !town("東京")
        );
        let number = |text: &str| PostalAddress::new("", text, "", "Bern", "CH").is_ok();
        assert!(number("12 bis") && number("") && !number(&"1".repeat(17)) && !number("1\u{7}2"));
        // measured in the letters that are sent
        assert!(!town(&"Ægypten ".repeat(5)));
    }

    #[test]
    fn a_country_is_a_code_of_two_letters() {
        let country = |text: &str| PostalAddress::new("", "", "", "Bern", text).map(|found| found.country);
        assert_eq!((country("CH"), country(" gb ")), (Ok("CH".to_owned()), Ok("GB".to_owned())));
        for wrong in ["", "C", "CHE", "Zwitserland", "C1", "ÇH"] {
            assert_eq!(country(wrong), Err(NotAddress::Country(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn the_elements_stand_in_the_order_of_the_schema_and_only_where_something_was_given() {
        let full = PostalAddress::new("Rue  du Rhône", "8", "1204", "Genève", "CH").expect("an address");
        let told: Vec<String> =
            full.elements().into_iter().map(|(name, text)| format!("{name} {text}")).collect();
        assert_eq!(told, ["StrtNm Rue du Rhone", "BldgNb 8", "PstCd 1204", "TwnNm Geneve", "Ctry CH"]);
        let bare = PostalAddress::new("", "", "", "Monaco", "MC").expect("an address").elements();
        assert_eq!(bare.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["TwnNm", "Ctry"]);
    }
}
