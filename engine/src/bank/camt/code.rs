//! The codes under which what is wrong or odd in a file is known: one per cause, the same in every version of the
//! program, so that a person can look them up and a program can act on them.

use std::fmt;

macro_rules! codes {
    ($($name:ident $code:literal $english:literal $dutch:literal)*) => {
        /// One cause. `E_` keeps something from being booked, `W_` is odd, `I_` is for information.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $english] $name,)* }

        impl Code {
            /// Every code there is, errors first.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The code as it is shown: `E_AMOUNT`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// What it means, in English.
            pub const fn english(self) -> &'static str {
                match self { $(Code::$name => $english,)* }
            }

            /// What it means, in Dutch, for the pages and messages.
            pub const fn dutch(self) -> &'static str {
                match self { $(Code::$name => $dutch,)* }
            }
        }
    };
}

codes! {
    Encoding "E_ENCODING" "a byte is no character of the encoding of the file"
        "een byte past niet bij de codering van het bestand"
    Empty "E_EMPTY" "the file is empty"
        "het bestand is leeg"
    Truncated "E_TRUNCATED" "the file is cut off"
        "het bestand is afgebroken"
    TrailingContent "E_TRAILING_CONTENT" "something follows the end of the document"
        "na het einde van het document volgt nog iets"
    Doctype "E_DTD" "the file declares a document type"
        "het bestand heeft een DOCTYPE, en dat is niet toegestaan"
    Depth "E_DEPTH" "elements are nested deeper than any statement needs"
        "elementen zijn dieper genest dan een afschrift ooit is"
    TextTooLong "E_TEXT_TOO_LONG" "a text is longer than any statement needs"
        "een tekst is langer dan in een afschrift ooit voorkomt"
    TooLarge "E_TOO_LARGE" "a tag or a piece is larger than any statement needs"
        "een onderdeel is groter dan in een afschrift ooit voorkomt"
    XmlCharacter "E_XML_CHAR" "a character that XML forbids"
        "een teken dat in XML verboden is"
    Entity "E_ENTITY" "a reference to something that is not known"
        "een verwijzing naar iets onbekends"
    Xml "E_XML" "the file is no well-formed XML"
        "het bestand is geen geldige XML"
    NotCamt "E_NOT_CAMT" "the file is no camt.052, camt.053 or camt.054"
        "het bestand is geen camt.052, camt.053 of camt.054"
    UnsupportedVersion "E_UNSUPPORTED_VERSION" "the version of the message is not known"
        "de versie van het bericht is onbekend"
    Reading "E_READ" "the bytes could not be read"
        "de bytes konden niet worden gelezen"
    Amount "E_AMOUNT" "an amount is missing, negative or no amount"
        "een bedrag ontbreekt, is negatief of is geen bedrag"
    Scale "E_SCALE" "an amount has more decimals than its currency"
        "een bedrag heeft meer decimalen dan de munt"
    Currency "E_CURRENCY" "an amount is in another currency than euros"
        "een bedrag is in een andere munt dan euro"
    Direction "E_DIRECTION" "whether money came or went is not known"
        "of geld bij of af ging, is niet bekend"
    Status "E_STATUS" "whether an entry is booked is not known"
        "of een boeking geboekt is, is niet bekend"
    Date "E_DATE" "a date is no date"
        "een datum is geen datum"
    Flag "E_FLAG" "something that is true or false is neither"
        "iets dat waar of onwaar moet zijn, is geen van beide"
    Twice "E_TWICE" "an element stands twice where one is allowed"
        "een element staat er twee keer waar er een mag staan"
    Misplaced "E_MISPLACED" "an element stands where it does not belong"
        "een element staat op een plaats waar het niet hoort"
    Foreign "E_FOREIGN" "an element of another namespace stands in a statement"
        "een element uit een andere namespace staat in een afschrift"
    Page "E_PAGE" "the page of a statement cannot be read"
        "de bladzijde van een afschrift is niet te lezen"
    NoOpening "E_NO_OPENING" "a statement has no opening balance"
        "een afschrift heeft geen beginsaldo"
    NoClosing "E_NO_CLOSING" "a statement has no closing balance"
        "een afschrift heeft geen eindsaldo"
    Balance "E_BALANCE" "the entries do not lead from the opening to the closing balance"
        "de boekingen leiden niet van het beginsaldo naar het eindsaldo"
    Quarantined "E_QUARANTINED" "an entry that is or may be booked cannot be read"
        "een boeking die geboekt is of kan zijn, is niet te lezen"
    UnknownAccount "E_UNKNOWN_ACCOUNT" "the account is none of ours"
        "de rekening is niet van ons"
    Conflict "E_CONFLICT" "a statement known by this id has other entries"
        "een afschrift met dit nummer heeft andere boekingen"
    NoNamespace "W_NO_NAMESPACE" "the file has no namespace and is read by its names"
        "het bestand heeft geen namespace en is op namen gelezen"
    UnknownElement "W_UNKNOWN_ELEMENT" "an element that is not known here is skipped"
        "een onbekend element is overgeslagen"
    NoStatement "W_NO_STATEMENT" "the file holds no statement"
        "het bestand bevat geen afschrift"
    Sequence "W_SEQUENCE" "the number of a statement is no number"
        "het volgnummer van een afschrift is geen getal"
    SequenceGap "W_SEQUENCE_GAP" "a statement is missing in the chain"
        "er ontbreekt een afschrift in de keten"
    OpeningDiffers "W_OPENING" "two opening balances differ; OPBD counts"
        "twee beginsaldi verschillen; OPBD telt"
    Summary "W_SUMMARY" "the summary of a statement is not the sum of its entries"
        "de samenvatting van een afschrift is niet de som van de boekingen"
    NoBookingDate "W_NO_BOOKING_DATE" "an entry has no day of booking"
        "een boeking heeft geen boekdatum"
    BatchSum "W_BATCH_SUM" "the parts of an entry do not add up to it"
        "de delen van een boeking tellen niet op tot het bedrag"
    BatchNotItemised "W_BATCH_NOT_ITEMISED" "an entry of several payments does not give the amount of each"
        "een boeking van meer betalingen geeft niet het bedrag van elk"
    DetailAmount "W_DETAIL_AMOUNT" "the amount of a part cannot be read"
        "het bedrag van een deel is niet te lezen"
    Iban "W_IBAN" "the IBAN of the other side is not valid"
        "het IBAN van de tegenpartij is niet geldig"
    Return "I_RETURN" "a payment came back"
        "een betaling kwam terug"
    NotBooked "I_NOT_BOOKED" "an entry is not booked and never posts"
        "een boeking is nog niet geboekt en telt niet mee"
    DuplicateStatement "I_DUPLICATE_STATEMENT" "the statement is known already"
        "het afschrift is al bekend"
    WaitForPage "I_WAIT_FOR_PAGE" "the statement waits for its other pages"
        "het afschrift wacht op zijn andere bladzijden"
}

impl Code {
    /// True where it keeps something from being booked.
    pub fn is_error(self) -> bool {
        self.as_str().starts_with("E_")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_has_one_code_and_a_sentence_in_two_languages() {
        for (place, code) in Code::ALL.iter().enumerate() {
            let later = &Code::ALL[place + 1..];
            assert!(later.iter().all(|other| other.as_str() != code.as_str()), "{code} stands twice");
            assert!(later.iter().all(|other| other.english() != code.english()), "{code} says the same");
            assert!(["E_", "W_", "I_"].iter().any(|kind| code.as_str().starts_with(kind)));
            assert!(!code.english().is_empty() && code.dutch() != code.english());
        }
        assert!(Code::Amount.is_error() && !Code::Iban.is_error() && !Code::Return.is_error());
    }
}
